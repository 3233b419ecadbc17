import * as Engine from "@effect-binance/simulator/Engine"
import * as Replay from "@effect-binance/simulator/Replay"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as SimulatorWebSocket from "@effect-binance/simulator/SimulatorWebSocket"
import type { StreamConnection } from "@effect-binance/simulator/StreamConnection"
import * as StreamFault from "@effect-binance/simulator/StreamFault"
import type { ServerFrame } from "@effect-binance/simulator/Wire"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as Json from "../../src/internal/json.ts"
import * as Faces from "../support/faces.ts"
import * as Raw from "../support/raw.ts"
import * as Streams from "../support/streams.ts"

const begin = 1_790_000_000_000

const accounts = (now: number) => [Seed.demoAccount("demo", now), Seed.emptyAccount("flat", now)]

const keys = [Simulator.demoKey, { apiKey: "flat-key", secret: "flat-secret", accountId: "flat" }]

const inMemory = (options: Simulator.SimulatorOptions = {}) =>
  Effect.provide(Simulator.Simulator.layer({ accounts, keys, ...options }))

const open = (path: string): Effect.Effect<StreamConnection, never, Simulator.Simulator> =>
  Effect.gen(function*() {
    const exchange = yield* Simulator.Simulator
    const opened = yield* exchange.openStream({ path, query: "", ip: "127.0.0.1" })
    return opened._tag === "Accepted" ? opened.connection : yield* Effect.die(opened)
  })

const keyOf = (apiKey: string): Effect.Effect<string, never, Simulator.Simulator> =>
  Effect.gen(function*() {
    const exchange = yield* Simulator.Simulator
    const answer = yield* Effect.orDie(exchange.handle({
      method: "POST",
      path: "/papi/v1/listenKey",
      query: "",
      body: "",
      headers: { "x-mbx-apikey": apiKey },
      ip: "127.0.0.1"
    }))
    const { listenKey }: { readonly listenKey: string } = JSON.parse(answer.body)
    return listenKey
  })

const send = (text: string) =>
  Streams.inject({ _tag: "ConnectionFault", action: { _tag: "Send", frame: { _tag: "Text", text } } })

describe("a client that does not answer pings", () => {
  it.effect("is disconnected ten minutes after the first of them", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(begin)
      const connection = yield* open("/pm/ws")
      yield* TestClock.adjust("12 minutes")
      const payloads = [3, 6, 9, 12].map((minutes) => String(begin + minutes * 60_000))
      assert.deepStrictEqual<ReadonlyArray<unknown>>(
        yield* connection.take,
        payloads.map((payload) => ({ _tag: "Ping", payload }))
      )
      // A pong that nobody asked for proves nothing.
      yield* connection.receive({ _tag: "Pong", payload: "" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* connection.take, [{ _tag: "Close", code: 1008, reason: "Pong timeout" }])
    }).pipe(inMemory()))

  it.effect("is kept with the answer to a later one", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(begin)
      const connection = yield* open("/pm/ws")
      yield* TestClock.adjust("12 minutes")
      yield* connection.receive({ _tag: "Pong", payload: String(begin + 9 * 60_000) })
      const { streams } = yield* Simulator.Simulator
      assert.deepStrictEqual((yield* streams).map(({ unanswered }) => unanswered), [1])
      yield* TestClock.adjust("9 minutes")
      assert.lengthOf(yield* streams, 1)
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(yield* streams, 0)
    }).pipe(inMemory()))

  it.effect("is disconnected over sockets as well", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(begin)
      const { port } = yield* SimulatorServer
      const socket = new NodeWS.WebSocket(`ws://127.0.0.1:${port}/pm/ws`, { autoPong: false })
      const ended = Effect.callback<string>((resume) => {
        socket.once("close", (code, reason) => resume(Effect.succeed(`${code} ${reason.toString()}`)))
      })
      yield* Streams.until((streams) => streams.length === 1)
      yield* TestClock.adjust("13 minutes")
      assert.strictEqual(yield* ended, "1008 Pong timeout")
    }).pipe(Effect.provide(Faces.overHttp())))
})

describe("a client that reads too slowly", () => {
  it.effect("is disconnected when too much waits", () =>
    Effect.gen(function*() {
      const connection = yield* open("/pm/ws")
      for (let sent = 0; sent < 11; sent++) yield* send("x".repeat(100))
      assert.lengthOf(yield* connection.take, 11)
      for (let sent = 0; sent < 12; sent++) yield* send("x".repeat(100))
      assert.deepStrictEqual(yield* connection.take, [{ _tag: "Close", code: 1008, reason: "Too slow" }])
    }).pipe(inMemory({ stream: { maxBuffered: 1000 } })))

  it.effect("is disconnected over sockets as well, with bounded memory", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      yield* Raw.connect(
        port,
        "GET /pm/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
      )
      yield* Streams.until((streams) => streams.length === 1)
      const { streams } = yield* Simulator.Simulator
      let sent = 0
      while ((yield* streams).length === 1 && sent < 200) {
        yield* send("x".repeat(1_000_000))
        sent++
      }
      assert.isBelow(sent, 200)
    }).pipe(Effect.scoped, Effect.provide(Faces.overHttp({ stream: { maxBuffered: 4_000_000 } }))))
})

describe("what falls due on accounts", () => {
  it.effect("is told of at its time, though nobody asks for anything, and is replayed", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(begin)
      const exchange = yield* Simulator.Simulator
      const demo = yield* open(`/pm/ws/${yield* keyOf(Simulator.demoKey.apiKey)}`)
      const hour = Math.ceil(begin / 3_600_000) * 3_600_000
      yield* TestClock.adjust(hour - begin)
      const [event] = textsOf(yield* demo.take).map((text): unknown => JSON.parse(text))
      assert.deepInclude(event, { e: "liabilityChange", E: hour, a: "ETH", t: "INTEREST" })
      const journal = yield* exchange.journal
      assert.deepStrictEqual(journal.entries.at(-1), { at: hour, input: { _tag: "Advance" } })
      assert.deepStrictEqual(Replay.run(journal), yield* exchange.state)
    }).pipe(inMemory({ record: true, stream: { pingEvery: 86_400_000 } })))
})

describe("a WebSocket in memory", () => {
  it.effect("that closes a connection that is held ends by itself", () =>
    Effect.gen(function*() {
      const connect = yield* Effect.flatMap(Simulator.Simulator, SimulatorWebSocket.make)
      const socket = connect("ws://anywhere/pm/ws")
      const seen = yield* Queue.unbounded<string>()
      socket.addEventListener("open", () => void Queue.offerUnsafe(seen, "open"), { once: true })
      socket.addEventListener("close", ({ code }) => void Queue.offerUnsafe(seen, `close ${code}`))
      assert.strictEqual(yield* Queue.take(seen), "open")
      yield* Streams.inject({ _tag: "ConnectionFault", action: { _tag: "Hold" } })
      socket.close(1000)
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual(socket.readyState, 2)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Queue.take(seen), "close 1006")
      assert.strictEqual(socket.readyState, 3)
      yield* Streams.until((streams) => streams.length === 0)
    }).pipe(Effect.scoped, inMemory()))

  it.effect("tells of a refusal as the package ws does", () =>
    Effect.gen(function*() {
      const connect = yield* Effect.flatMap(Simulator.Simulator, SimulatorWebSocket.make)
      yield* Streams.inject({ _tag: "OpeningFault", action: { _tag: "Refuse", status: 418 } })
      const seen = yield* Queue.unbounded<unknown>()
      const socket = connect("ws://anywhere/pm/ws")
      socket.addEventListener("error", (event) => void Queue.offerUnsafe(seen, Reflect.get(event, "message")))
      socket.addEventListener("close", ({ code }) => void Queue.offerUnsafe(seen, code))
      assert.strictEqual(yield* Queue.take(seen), "Unexpected server response: 418")
      assert.strictEqual(yield* Queue.take(seen), 1006)
    }).pipe(Effect.scoped, inMemory()))

  it.effect("reads nothing while it is paused, gives bytes as asked, and can be cut by the client", () =>
    Effect.gen(function*() {
      const connect = yield* Effect.flatMap(Simulator.Simulator, SimulatorWebSocket.make)
      const socket = connect("ws://anywhere/pm/ws")
      socket.binaryType = "nodebuffer"
      const seen = yield* Queue.unbounded<unknown>()
      socket.addEventListener("message", ({ data }) => void Queue.offerUnsafe(seen, data))
      socket.addEventListener("close", ({ code }) => void Queue.offerUnsafe(seen, code))
      yield* Streams.until((streams) => streams.length === 1)
      yield* Effect.yieldNow
      socket.pause()
      assert.isTrue(socket.isPaused)
      yield* send("a")
      yield* Streams.inject({
        _tag: "ConnectionFault",
        action: { _tag: "Send", frame: { _tag: "Binary", bytes: new Uint8Array([7]) } }
      })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Queue.size(seen), 0)
      socket.resume()
      assert.deepStrictEqual(yield* Queue.take(seen), "a")
      assert.deepStrictEqual(yield* Queue.take(seen), new Uint8Array([7]))
      socket.terminate()
      assert.deepStrictEqual(yield* Queue.take(seen), 1006)
      yield* Streams.until((streams) => streams.length === 0)
    }).pipe(Effect.scoped, inMemory()))

  it.effect("a thousand of them leave nothing behind", () =>
    Effect.gen(function*() {
      const { streams } = yield* Simulator.Simulator
      for (let round = 0; round < 10; round++) {
        yield* Effect.forEach(
          Array.from({ length: 100 }),
          () => Effect.scoped(Streams.connect("/ws/unknown")),
          { concurrency: "unbounded" }
        )
        yield* Streams.until((streams) => streams.length === 0)
      }
      assert.deepStrictEqual(yield* streams, [])
    }).pipe(Effect.provide(Faces.world("in memory"))))

  it.effect("ends with the exchange", () =>
    Effect.gen(function*() {
      const seen = yield* Queue.unbounded<unknown>()
      yield* Effect.gen(function*() {
        const connect = yield* Effect.flatMap(Simulator.Simulator, SimulatorWebSocket.make)
        const socket = connect("ws://anywhere/pm/ws")
        socket.addEventListener("close", ({ code }) => void Queue.offerUnsafe(seen, code))
        yield* Streams.until((streams) => streams.length === 1)
      }).pipe(Effect.scoped, inMemory())
      assert.strictEqual(yield* Queue.take(seen), 1006)
    }))
})

const Happening = Schema.Struct({
  accountId: Schema.Literals(["demo", "flat"]),
  kind: Schema.Literals(["leverage", "margin", "wallet"]),
  figure: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20 })),
  after: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5000 }))
})

const commandOf = ({ accountId, figure, kind }: typeof Happening.Type): Engine.OutsideCommand => {
  const amount = BigDecimal.make(BigInt(figure), 3)
  switch (kind) {
    case "leverage":
      return { _tag: "ChangeUmLeverage", accountId, symbol: "ETHUSDT", leverage: figure }
    case "margin":
      return { _tag: "Deposit", accountId, wallet: "MARGIN", asset: "BTC", amount }
    case "wallet":
      return { _tag: "Deposit", accountId, wallet: "UM", asset: "USDT", amount }
  }
}

/** What the engine by itself has to tell of the same things. */
const toldByEngine = (happenings: ReadonlyArray<typeof Happening.Type>, accountId: string): ReadonlyArray<string> => {
  let state = Engine.make({ now: begin, accounts: accounts(begin) })
  let now = begin
  const told: Array<string> = []
  for (const happening of happenings) {
    now += happening.after
    const applied = Engine.apply(state, commandOf(happening), now)
    if (Result.isFailure(applied)) continue
    const [next, events] = Engine.deliver(applied.success[0])
    state = next
    for (const event of events) if (event.accountId === accountId) told.push(Json.write(event.payload))
  }
  return told
}

const textsOf = (frames: ReadonlyArray<ServerFrame>): ReadonlyArray<string> =>
  frames.flatMap((frame) => frame._tag === "Text" ? [frame.text] : [])

describe("the order of events", () => {
  const run = (happenings: ReadonlyArray<typeof Happening.Type>, faults: ReadonlyArray<StreamFault.StreamFault>) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(begin)
      const heard = yield* Effect.gen(function*() {
        const exchange = yield* Simulator.Simulator
        const demo = yield* open(`/pm/ws/${yield* keyOf(Simulator.demoKey.apiKey)}`)
        const flat = yield* open(`/pm/ws/${yield* keyOf("flat-key")}`)
        for (const fault of faults) yield* exchange.injectStream(fault)
        for (const happening of happenings) {
          yield* TestClock.adjust(happening.after)
          yield* Effect.ignore(exchange.apply(commandOf(happening)))
        }
        yield* TestClock.adjust("100 seconds")
        // So that there is something to take in any case.
        yield* send("end")
        return { demo: textsOf(yield* demo.take), flat: textsOf(yield* flat.take) }
      }).pipe(inMemory())
      return heard
    })

  it.effect.prop(
    "is that of the engine, for each account",
    { happenings: Schema.Array(Happening).check(Schema.isMaxLength(30)) },
    ({ happenings }) =>
      Effect.gen(function*() {
        const heard = yield* run(happenings, [])
        assert.deepStrictEqual(heard.demo, [...toldByEngine(happenings, "demo"), "end"])
        assert.deepStrictEqual(heard.flat, [...toldByEngine(happenings, "flat"), "end"])
      }),
    { arbitrary: { runs: 50 } }
  )

  it.effect.prop(
    "may be another with delays, but nothing is lost and nothing comes twice",
    {
      happenings: Schema.Array(Happening).check(Schema.isMaxLength(30)),
      seed: Schema.Int,
      millis: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50_000 }))
    },
    ({ happenings, millis, seed }) =>
      Effect.gen(function*() {
        const fault: StreamFault.StreamFault = {
          _tag: "EventFault",
          accountId: "demo",
          times: 1000,
          chance: 0.5,
          seed,
          action: { _tag: "Delay", millis }
        }
        const heard = yield* run(happenings, [fault])
        assert.sameMembers([...heard.demo], [...toldByEngine(happenings, "demo"), "end"])
        assert.deepStrictEqual(heard.flat, [...toldByEngine(happenings, "flat"), "end"])
        assert.deepStrictEqual(yield* run(happenings, [fault]), heard)
      }),
    { arbitrary: { runs: 30 } }
  )
})

describe("faults as data", () => {
  const decode = Schema.decodeUnknownResult(StreamFault.StreamFault)

  it("are read from a file", () => {
    const text = `{"_tag":"EventFault","event":"ORDER_TRADE_UPDATE","times":2,"action":`
      + `{"_tag":"Replace","frame":{"_tag":"Binary","bytes":"AP8="}}}`
    assert.deepStrictEqual(
      Result.getOrThrow(decode(JSON.parse(text))),
      {
        _tag: "EventFault",
        event: "ORDER_TRADE_UPDATE",
        times: 2,
        action: { _tag: "Replace", frame: { _tag: "Binary", bytes: new Uint8Array([0, 255]) } }
      }
    )
  })

  it.each([
    ["a code that no frame carries", { _tag: "Close", code: 1006 }],
    ["a reason that is too long", { _tag: "Close", code: 1000, reason: "é".repeat(62) }],
    ["a payload that is too long", { _tag: "Ping", payload: "x".repeat(126) }],
    ["nothing known", { _tag: "Explode" }]
  ])("are refused with %s", (_, action) => {
    assert.isTrue(Result.isFailure(decode({ _tag: "ConnectionFault", action })))
  })
})

it("ids above 2^53 are written with all of their digits", () => {
  assert.strictEqual(
    Json.write({ T: 1352286576452864727n, p: "1.5", o: { i: [8389766145050669870n, null] }, left: undefined, b: true }),
    `{"T":1352286576452864727,"p":"1.5","o":{"i":[8389766145050669870,null]},"b":true}`
  )
})
