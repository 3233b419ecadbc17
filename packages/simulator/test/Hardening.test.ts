import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Crypto from "node:crypto"
import * as Faces from "./support/faces.ts"
import * as Raw from "./support/raw.ts"

const served = Faces.overHttp()

const { apiKey, secret } = Simulator.demoKey

const alive = Effect.gen(function*() {
  const { port } = yield* SimulatorServer
  assert.strictEqual((yield* Raw.ask(port, "/papi/v1/ping")).status, 200)
})

const change = (payload: string) =>
  Effect.gen(function*() {
    const { port } = yield* SimulatorServer
    const signature = Crypto.createHmac("sha256", secret).update(payload).digest("hex")
    const options = { method: "POST", headers: { "x-mbx-apikey": apiKey } }
    const { body, status } = yield* Raw.ask(
      port,
      "/papi/v1/um/leverage",
      options,
      `${payload}&signature=${signature}`
    )
    return [status, body.toString()] as const
  })

const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=${index}`).join("&")

describe("parameters", () => {
  it.effect("by the thousand are read past, and the ones that are meant are found", () =>
    Effect.gen(function*() {
      const [status, body] = yield* change(`${many(5000)}&symbol=BTCUSDT&leverage=13&timestamp=0`)
      assert.strictEqual(status, 200, body)
      assert.include(body, "\"leverage\":13")
      yield* alive
    }).pipe(Effect.provide(served)))

  it.effect("that come twice count once, as they came first", () =>
    Effect.gen(function*() {
      const [status, body] = yield* change("symbol=BTCUSDT&leverage=13&leverage=20&timestamp=0")
      assert.strictEqual(status, 200, body)
      assert.include(body, "\"leverage\":13,")
    }).pipe(Effect.provide(served)))

  it.effect.each(["__proto__=1", "constructor=1", "toString=1", "=", "&&&", "a=b=c", "%00=%00", "symbol"])(
    "with a strange name do no harm: %s",
    (strange) =>
      Effect.gen(function*() {
        const [status, body] = yield* change(`${strange}&symbol=BTCUSDT&leverage=13&timestamp=0`)
        assert.include([200, 400], status, body)
        yield* alive
      }).pipe(Effect.provide(served))
  )
})

describe("openings of WebSockets", () => {
  const upgrade = (lines: ReadonlyArray<string>) =>
    ["GET /pm/ws/x HTTP/1.1", "Host: x", "Connection: Upgrade", ...lines, "", ""].join("\r\n")

  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
  const version = "Sec-WebSocket-Version: 13"

  it.effect.each<readonly [string, ReadonlyArray<string>]>([
    ["no key", ["Upgrade: websocket", version]],
    ["a key that is none", ["Upgrade: websocket", version, "Sec-WebSocket-Key: ???"]],
    ["another version", ["Upgrade: websocket", key, "Sec-WebSocket-Version: 99"]]
  ])("with %s are refused", ([_, lines]) =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      assert.match(yield* Raw.speak(port, upgrade(lines)), /^HTTP\/1\.1 4\d\d /)
      yield* alive
    }).pipe(Effect.provide(served)))

  // After an opening that is right.
  it.effect.each<readonly [string, Buffer]>([
    ["a frame without mask", Buffer.from([0x81, 0x02, 0x68, 0x69])],
    ["an opcode that there is not", Buffer.from([0x8f, 0x80, 0, 0, 0, 0])],
    ["reserved bits", Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
    ["a control frame that is too long", Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0])],
    ["a frame of 2^40 bytes", Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["bytes by chance", Crypto.createHash("sha512").update("garbage").digest()]
  ])("that go on with %s are closed", ([_, bytes]) =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const said = yield* Raw.speak(port, upgrade(["Upgrade: websocket", key, version]), bytes)
      assert.match(said, /^HTTP\/1\.1 101 /)
      const { until } = yield* Simulator.Simulator
      yield* until(({ streams }) => streams.length === 0)
      yield* alive
    }).pipe(Effect.provide(served)))
})

describe("heads", () => {
  it.effect.each(["BREW", "get", "G\u0000T", "GET\t"])(
    "of the method %j are refused",
    (method) =>
      Effect.gen(function*() {
        const { port } = yield* SimulatorServer
        const said = yield* Raw.speak(
          port,
          `${method} /papi/v1/account HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
        )
        assert.match(said, /^HTTP\/1\.1 4\d\d /)
        yield* alive
      }).pipe(Effect.provide(served))
  )

  it.effect("that claim two lengths are refused", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const head =
        "POST /papi/v1/um/leverage HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      assert.match(yield* Raw.speak(port, `${head}0\r\n\r\n`), /^HTTP\/1\.1 400 /)
      yield* alive
    }).pipe(Effect.provide(served)))
})

describe("memory", () => {
  const held = () => {
    const { arrayBuffers, external, heapUsed } = process.memoryUsage()
    return (heapUsed + external + arrayBuffers) / 1_000_000
  }

  it.effect("stays bounded whatever is sent, and with hundreds of connections that say nothing", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const before = held()
      yield* Effect.forEach(
        Array.from({ length: 300 }, (_, index) => index),
        (index) =>
          Raw.connect(port, index % 3 === 0 ? "" : index % 3 === 1 ? "GET /papi" : "POST / HTTP/1.1\r\nHost: x\r\n"),
        { concurrency: 50 }
      )
      yield* alive
      const megabyte = Buffer.alloc(1_000_000, "a")
      const head = `POST /papi/v1/um/leverage HTTP/1.1\r\nHost: x\r\nContent-Length: ${10 * megabyte.length}\r\n\r\n`
      // 300 megabytes on the way, of which the exchange keeps nothing.
      for (let round = 0; round < 150; round++) {
        assert.match(yield* Raw.speak(port, head, megabyte, megabyte), /^HTTP\/1\.1 413 /)
      }
      const { requests } = yield* Simulator.Simulator
      assert.isTrue((yield* requests).every(({ body }) => body.length < 1000))
      assert.isBelow(held() - before, 150)
      yield* alive
    }).pipe(Effect.scoped, Effect.provide(served)))
})
