import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Control from "@effect-binance/simulator/Control"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as StateFile from "@effect-binance/simulator/StateFile"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Faces from "./support/faces.ts"
import * as Raw from "./support/raw.ts"
import * as Streams from "./support/streams.ts"

const token = Redacted.make("let-me-in")
const decimal = BigDecimal.fromStringUnsafe

const world = Effect.map(StateFile.open(StateFile.empty), (session) =>
  Layer.merge(
    Faces.transports.undici,
    Faces.served.pipe(
      Layer.provideMerge(SimulatorServer.layer({ control: { token, session } })),
      Layer.provideMerge(Simulator.layer(session.options))
    )
  )).pipe(Layer.unwrap)

const control = Effect.gen(function*() {
  const { url } = yield* SimulatorServer
  return yield* Control.client({ url, token })
})

const bytesOf = <E, R>(frame: Effect.Effect<string | Uint8Array, E, R>) =>
  Effect.map(frame, (frame) => typeof frame === "string" ? new TextEncoder().encode(frame) : frame)

describe("the control API", () => {
  it.effect("sets prices, deposits, opens accounts with keys, moves time", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const calls = yield* control
      yield* calls.setPrice({ symbol: "BTCUSDT", price: decimal("90000") })
      yield* calls.openAccount({ id: "desk", keys: [{ apiKey: "desk-key", secret: "desk-secret" }] })
      yield* calls.deposit({ accountId: "desk", asset: "USDT", amount: decimal("250.5") })
      yield* calls.command({ _tag: "ChangeUmLeverage", accountId: "desk", symbol: "BTCUSDT", leverage: 7 })
      yield* calls.advanceTime(60_000)
      yield* calls.advanceTime(5_000)
      assert.strictEqual(yield* exchange.clockOffset, 65_000)
      yield* Effect.gen(function*() {
        const client = yield* PortfolioClient
        const usdt = (yield* client.getBalance()).find(({ asset }) => asset === "USDT")
        assert.strictEqual(usdt && BigDecimal.format(usdt.totalWalletBalance), "250.5")
        const [config] = yield* client.getUMSymbolConfig({ symbol: "BTCUSDT" })
        assert.strictEqual(config?.leverage, 7)
      }).pipe(Effect.provide(Faces.client({ apiKey: "desk-key", apiSecret: "desk-secret" })))
      const shown = JSON.stringify(yield* calls.state)
      assert.include(shown, "\"BTCUSDT\":\"90000\"")
      assert.include(shown, "\"desk\"")
    }).pipe(Effect.provide(world)))

  it.effect("orders faults and takes them back, and resets", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const calls = yield* control
      const before = yield* exchange.state
      const change = Effect.flatMap(PortfolioClient, (client) =>
        Effect.match(client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 7 }), {
          onSuccess: () =>
            "answered",
          onFailure: ({ _tag }) => _tag
        }))
      yield* calls.inject({ strike: [{ fault: "html", status: 502 }], on: ["updateUMLeverage"], carriedOut: true })
      yield* calls.inject({ strike: [{ fault: "serviceUnavailable" }], times: "always", on: ["updateUMLeverage"] })
      assert.strictEqual(yield* change, "OutcomeUnknown")
      assert.strictEqual(yield* change, "Unavailable")
      yield* calls.clearFaults
      assert.strictEqual(yield* change, "answered")
      yield* calls.reset
      assert.deepStrictEqual(yield* exchange.state, before)
    }).pipe(
      Effect.provide(Faces.client({ clock: { source: "local" } })),
      Effect.provide(world),
      Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
    ))

  it.effect("orders faults of streams and takes them back", () =>
    Effect.scoped(Effect.gen(function*() {
      const calls = yield* control
      const key = yield* Streams.listenKey
      const change = calls.command({ _tag: "ChangeUmLeverage", accountId: "demo", symbol: "BTCUSDT", leverage: 7 })
      yield* calls.injectStream({
        _tag: "OpeningFault",
        action: { _tag: "Refuse", status: 503, headers: { "retry-after": "1" }, body: "not now" }
      })
      assert.notStrictEqual(yield* Streams.refusal(`/ws/${key}`), "")
      yield* calls.injectStream({ _tag: "OpeningFault", times: 9, action: { _tag: "Cut" } })
      yield* calls.clearStreamFaults
      const listener = yield* Streams.connect(`/ws/${key}`)
      const frame = { _tag: "Binary", bytes: new Uint8Array([1, 2, 250]) } as const
      yield* calls.injectStream({
        _tag: "EventFault",
        event: "ACCOUNT_CONFIG_UPDATE",
        action: { _tag: "Replace", frame }
      })
      yield* change
      assert.deepStrictEqual(new Uint8Array(yield* bytesOf(listener.frame)), frame.bytes)
      // What a fault holds back goes out when it is taken back.
      yield* calls.injectStream({ _tag: "EventFault", times: 5, action: { _tag: "Reorder" } })
      yield* calls.command({ _tag: "ChangeUmLeverage", accountId: "demo", symbol: "BTCUSDT", leverage: 8 })
      yield* calls.clearStreamFaults
      assert.include(String(yield* listener.frame), "\"l\":8")
      yield* calls.injectStream({ _tag: "ConnectionFault", action: { _tag: "Close", code: 1012, reason: "restart" } })
      assert.strictEqual(yield* listener.end, "1012 restart")
      const wrong = yield* Effect.flip(
        calls.injectStream({ _tag: "ConnectionFault", action: { _tag: "Close", code: 1006 } })
      )
      assert.strictEqual(wrong.status, 400)
    })).pipe(
      Effect.provide([Faces.client({ clock: { source: "local" } }), Faces.webSockets.undici]),
      Effect.provide(world)
    ))

  it.effect("tells what the exchange refuses and what it cannot read", () =>
    Effect.gen(function*() {
      const calls = yield* control
      const refused = yield* Effect.flip(calls.setPrice({ symbol: "NONEUSDT", price: decimal("1") }))
      assert.strictEqual(refused.status, 409)
      const broken = yield* Effect.flip(
        calls.openAccount({ id: "x", keys: [{ apiKey: "a", publicKey: "not PEM" }] })
      )
      assert.deepStrictEqual([broken.status, broken.reason], [400, "the public key of a cannot be read as PEM"])
      const { port } = yield* SimulatorServer
      const ask = Effect.fnUntraced(function*(method: string, path: string, body = "") {
        const { body: answer, status } = yield* Raw.ask(port, path, {
          method,
          headers: { "x-control-token": "let-me-in", "content-length": String(Buffer.byteLength(body)) }
        }, body)
        return [status, answer.toString()] as const
      })
      for (
        const body of ["", "{", "[]", "null", "{\"symbol\":\"BTCUSDT\"}", "{\"symbol\":\"BTCUSDT\",\"price\":\"x\"}"]
      ) {
        assert.strictEqual((yield* ask("POST", "/control/price", body))[0], 400, body)
      }
      assert.strictEqual(
        (yield* ask("POST", "/control/price", "{\"symbol\":\"BTCUSDT\",\"price\":\"1\",\"x\":1}"))[0],
        400
      )
      assert.strictEqual((yield* ask("GET", "/control/price"))[0], 404)
      assert.strictEqual((yield* ask("GET", "/control/__proto__"))[0], 404)
      assert.strictEqual((yield* ask("POST", "/control/price", "x".repeat(1_000_000)))[0], 413)
      assert.strictEqual(
        (yield* ask("POST", "/control/fault", "{\"strike\":[{\"fault\":\"stall\"}],\"on\":[\"no\"]}"))[0],
        400
      )
    }).pipe(Effect.provide(world)))

  const headers: ReadonlyArray<readonly [string, { readonly [name: string]: string }]> = [
    ["no token", {}],
    ["an empty one", { "x-control-token": "" }],
    ["another one", { "x-control-token": "let-me-on" }],
    ["a longer one", { "x-control-token": "let-me-in-please" }]
  ]

  it.effect.each(headers)("refuses %s", ([_, headers]) =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const exchange = yield* Simulator
      const before = yield* exchange.state
      for (const path of ["/control/state", "/control/file", "/control/reset", "/control/none"]) {
        for (const method of ["GET", "POST"]) {
          const { body, status } = yield* Raw.ask(port, path, { method, headers })
          assert.strictEqual(status, 403)
          assert.notInclude(body.toString(), "let-me-in")
        }
      }
      assert.strictEqual(yield* exchange.state, before)
    }).pipe(Effect.provide(world)))

  it.effect("is not there unless asked for", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const { body, status } = yield* Raw.ask(port, "/control/state", { headers: { "x-control-token": "let-me-in" } })
      assert.strictEqual(status, 404)
      assert.include(body.toString(), "404 Not Found")
    }).pipe(Effect.provide(Faces.overHttp())))
})

describe("faults in words", () => {
  it.prop("all have a fault", { spec: Control.FaultSpec }, ({ spec }) => {
    const fault = Control.fault(spec)
    assert.strictEqual(fault.name.split(", ").length >= spec.strike.length, true)
    assert.deepStrictEqual(fault.endpoints, spec.on)
  }, { arbitrary: { runs: 200 } })

  it("know every endpoint", () => {
    const decode = Schema.decodeUnknownSync(Control.FaultSpec)
    for (const { id } of Endpoints.all) decode({ strike: [{ fault: "stall" }], on: [id] })
  })
})
