import * as LosslessJson from "@effect-binance/core/LosslessJson"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import * as StateFile from "@effect-binance/simulator/StateFile"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Url from "node:url"
import * as Faces from "./support/faces.ts"
import * as Keys from "./support/keys.ts"
import * as Raw from "./support/raw.ts"

const text = JSON.stringify({
  format: "effect-binance-simulator",
  version: 1,
  accounts: [
    {
      id: "desk",
      keys: [
        { apiKey: "desk-key", secret: "desk-secret" },
        {
          apiKey: Keys.ed25519Key.apiKey,
          publicKey: "publicKey" in Keys.ed25519Key.registered
            ? Keys.ed25519Key.registered.publicKey.export({ format: "pem", type: "spki" })
            : ""
        }
      ],
      margin: { USDT: "25000", BTC: { free: "0.5", borrowed: "0.1" } },
      um: { USDT: "1000.000000010000000001" },
      cm: { BTC: "0.2" },
      dualSidePosition: true,
      feeBurn: false,
      umLeverage: { BTCUSDT: 12 },
      cmLeverage: { BTCUSD_PERP: 6 },
      positions: [
        { product: "UM", symbol: "BTCUSDT", positionSide: "LONG", quantity: "0.4", entryPrice: "96000" },
        { product: "UM", symbol: "BTCUSDT", positionSide: "SHORT", quantity: "-0.1", entryPrice: "97000" }
      ]
    },
    { id: "empty" }
  ],
  prices: { BTCUSDT: "97000" },
  markPrices: { BTCUSDT: "97000.5" },
  indexPrices: { BTC: "96950" }
})

const exchange = (session: StateFile.Session) =>
  Layer.merge(Faces.inMemory, SimulatorHttpClient.layer).pipe(Layer.provideMerge(Simulator.layer(session.options)))

const desk = { clock: { source: "local" }, apiKey: "desk-key", apiSecret: "desk-secret" } satisfies Faces.ClientOptions

const opened = Effect.flatMap(StateFile.parse(text), StateFile.open)

describe("a file", () => {
  it.effect("is the exchange that it describes", () =>
    Effect.gen(function*() {
      const session = yield* opened
      yield* Effect.gen(function*() {
        const client = yield* PortfolioClient
        const positions = yield* client.getUMPosition({ symbol: "BTCUSDT" })
        assert.deepStrictEqual(
          positions.map(({ markPrice, positionAmt, positionSide }) => [
            positionSide,
            BigDecimal.format(positionAmt),
            BigDecimal.format(markPrice)
          ]),
          [["LONG", "0.4", "97000.5"], ["SHORT", "-0.1", "97000.5"]]
        )
        const { feeBurn } = yield* client.getUMFeeBurnStatus()
        assert.isFalse(feeBurn)
      }).pipe(
        Effect.provide(Faces.client(desk)),
        Effect.provide(exchange(session))
      )
    }))

  it.effect("takes up what has come in since, at the time where it ended", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_800_000_000_000)
      const session = yield* opened
      const [saved, state] = yield* Effect.gen(function*() {
        const simulator = yield* Simulator
        const client = yield* PortfolioClient
        yield* TestClock.adjust("1 hour")
        yield* client.updateUMLeverage({ symbol: "币安人生USDT", leverage: 4 })
        yield* client.submitMarginLoan({ asset: "USDT", amount: "12.5" })
        yield* simulator.apply({ _tag: "SetIndexPrice", asset: "ETH", price: BigDecimal.fromStringUnsafe("3000") })
        yield* simulator.openAccount("later")
        return [yield* StateFile.format(session, yield* simulator.journal), yield* simulator.state] as const
      }).pipe(Effect.provide(Faces.client(desk)), Effect.provide(exchange(session)))
      const again = yield* Effect.flatMap(StateFile.parse(saved), StateFile.open)
      yield* TestClock.setTime(1_800_000_000_000)
      yield* Effect.gen(function*() {
        const simulator = yield* Simulator
        assert.deepStrictEqual(yield* simulator.state, state)
        assert.strictEqual(yield* simulator.clockOffset, 3_600_000)
        assert.strictEqual(yield* StateFile.format(again, yield* simulator.journal), saved)
      }).pipe(Effect.provide(exchange(again)))
    }))

  const broken: ReadonlyArray<readonly [string, string, RegExp]> = [
    ["nothing", "", /^not JSON/],
    ["half of one", text.slice(0, 100), /^not JSON/],
    ["another format", "{\"format\":\"x\",\"version\":1}", /format/],
    ["a later version", text.replace("\"version\":1", "\"version\":2"), /version/],
    ["a misspelt name", text.replace("prices", "Prices"), /Prices/],
    ["a word for a price", text.replace("\"97000\"", "\"high\""), /accounts|markPrices|entryPrice/],
    [
      "a symbol that nobody trades",
      text.replace("\"BTCUSDT\":\"97000\"", "\"NONE\":\"97000\""),
      /NONE.* is refused: -1121/
    ],
    [
      "a leverage beyond the bracket",
      text.replace("\"BTCUSDT\":12", "\"BTCUSDT\":500"),
      /ChangeUmLeverage.* is refused: -4028/
    ],
    ["a key that is no PEM", text.replace("BEGIN PUBLIC KEY", "BEGIN"), /the public key of test-ed25519-key/],
    [
      "a journal that goes back in time",
      text.replace(
        "\"accounts\"",
        "\"opened\":5,\"journal\":[{\"at\":9,\"open\":\"a\"},{\"at\":8,\"open\":\"b\"}],\"accounts\""
      ),
      /order of time/
    ]
  ]

  it.effect.each(broken)("%s is refused", ([_, text, expected]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.flatMap(StateFile.parse(text), StateFile.open))
      assert.match(error.message, expected)
      assert.notInclude(error.message, "desk-secret")
    }))
})

describe("commands", () => {
  it.effect.prop(
    "all that an exchange takes from outside can be written and read",
    { command: Arbitrary.schema(StateFile.Command) },
    ({ command }) =>
      Effect.gen(function*() {
        const text = JSON.stringify(yield* Schema.encodeEffect(StateFile.Command)(command))
        const read = yield* Schema.decodeUnknownEffect(StateFile.Command, { onExcessProperty: "error" })(
          Result.getOrThrow(LosslessJson.parse(text))
        )
        assert.deepStrictEqual(
          new Set(Object.keys(read)),
          new Set(Object.entries(command).flatMap(([name, value]) => value === undefined ? [] : [name]))
        )
        assert.strictEqual(JSON.stringify(yield* Schema.encodeEffect(StateFile.Command)(read)), text)
      }),
    { arbitrary: { runs: 300 } }
  )

  it.effect("a file that orders, repays and sets spot prices and funding rates is the same exchange again", () =>
    Effect.gen(function*() {
      const decimal = BigDecimal.fromStringUnsafe
      const file = `{
        "format": "effect-binance-simulator",
        "version": 1,
        "spotPrices": { "BTCUSDT": "90100" },
        "fundingRates": { "BTCUSDT": "0.0005" },
        "accounts": [{ "id": "desk", "margin": { "USDT": "50000" }, "um": { "USDT": "1000" } }]
      }`
      const opened = yield* Effect.flatMap(StateFile.parse(file), StateFile.open)
      const [saved, state] = yield* Effect.gen(function*() {
        const { apply, journal, state } = yield* Simulator
        const owner = { accountId: "desk" }
        const order = { ...owner, product: "UM", symbol: "BTCUSDT", side: "BUY" } as const
        yield* apply({
          _tag: "PlaceOrder",
          ...order,
          type: "LIMIT",
          timeInForce: "GTC",
          quantity: decimal("0.1"),
          price: decimal("80000"),
          newClientOrderId: "entry"
        })
        yield* apply({
          _tag: "ModifyOrder",
          ...order,
          origClientOrderId: "entry",
          quantity: decimal("0.2"),
          price: decimal("80001")
        })
        yield* apply({
          _tag: "PlaceConditionalOrder",
          ...order,
          side: "SELL",
          type: "STOP_MARKET",
          quantity: decimal("0.1"),
          triggerPrice: decimal("70000")
        })
        yield* apply({
          _tag: "NewMarginOrder",
          ...owner,
          symbol: "BTCUSDT",
          side: "BUY",
          type: "MARKET",
          quantity: decimal("0.01")
        })
        yield* apply({ _tag: "Borrow", ...owner, asset: "BTC", amount: decimal("0.1") })
        yield* apply({ _tag: "RepayDebt", ...owner, asset: "BTC", assets: ["BTC", "USDT"] })
        yield* apply({
          _tag: "CollectAsset",
          ...owner,
          asset: "USDT",
          part: { amount: decimal("10"), futureType: "UM" }
        })
        yield* apply({ _tag: "SetAutoRepay", ...owner, autoRepay: false })
        return [yield* StateFile.format(opened, yield* journal), yield* state] as const
      }).pipe(Effect.provide(exchange(opened)))
      const again = yield* Effect.flatMap(StateFile.parse(saved), StateFile.open)
      const replayed = yield* Effect.flatMap(Simulator, ({ state }) => state).pipe(Effect.provide(exchange(again)))
      assert.deepStrictEqual(replayed, state)
    }))
})

describe("the command", () => {
  // Starts it and waits for the lines that it says.
  const start = (parameters: ReadonlyArray<string>, until: RegExp) =>
    Effect.acquireRelease(
      Effect.callback<{ readonly said: string; readonly process: ChildProcess.ChildProcess }>((resume) => {
        const bin = Url.fileURLToPath(new URL("../bin/simulator.ts", import.meta.url))
        const process = ChildProcess.spawn(globalThis.process.execPath, [bin, ...parameters])
        let said = ""
        const hear = (chunk: Buffer) => {
          said += chunk.toString()
          if (until.test(said)) resume(Effect.succeed({ said, process }))
        }
        process.stdout.on("data", hear)
        process.stderr.on("data", hear)
        process.on("exit", () => resume(Effect.succeed({ said, process })))
      }),
      ({ process }) => Effect.sync(() => void process.kill("SIGKILL"))
    )

  const end = (process: ChildProcess.ChildProcess): Effect.Effect<void> =>
    Effect.callback((resume) => {
      process.once("exit", () => resume(Effect.void))
      process.kill("SIGTERM")
    })

  it.live("serves, saves when it is ended, and goes on from there", () =>
    Effect.gen(function*() {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "simulator-"))),
        (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true }))
      )
      const file = Path.join(folder, "desk.json")
      const first = yield* start(["--port", "0", "--control-token", "let-me-in", "--save", file], /listens at .*:\d+\n/)
      const port = Number(/:(\d+)\n/.exec(first.said)?.[1])
      const body = JSON.stringify({ symbol: "BTCUSDT", price: "54321" })
      const headers = { "x-control-token": "let-me-in" }
      assert.strictEqual((yield* Raw.ask(port, "/control/price", { method: "POST", headers }, body)).status, 200)
      yield* end(first.process)
      assert.strictEqual(Fs.statSync(file).mode & 0o777, 0o600)
      const second = yield* start(
        ["--port", "0", "--seed-file", file, "--control-token", "let-me-in"],
        /listens at .*:\d+\n/
      )
      const state = yield* Raw.ask(Number(/:(\d+)\n/.exec(second.said)?.[1]), "/control/state", { headers })
      assert.include(state.body.toString(), "\"BTCUSDT\":\"54321\"")
      yield* end(second.process)
    }).pipe(Effect.scoped), 30_000)

  it.live("says what is wrong with a file", () =>
    Effect.gen(function*() {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "simulator-"))),
        (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true }))
      )
      const file = Path.join(folder, "desk.json")
      Fs.writeFileSync(file, "{\"format\":\"effect-binance-simulator\",\"version\":3}")
      const { process, said } = yield* start(["--port", "0", "--seed-file", file], /version/)
      assert.include(said, "version")
      yield* end(process)
    }).pipe(Effect.scoped), 30_000)
})
