/** The carry strategy on an exchange in memory, under a clock of its own. */
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import { OrderGuard } from "@effect-binance/portfolio-margin/OrderGuard"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import type { UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Fault from "@effect-binance/simulator/Fault"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { execFile } from "node:child_process"
import { join } from "node:path"
import * as Carry from "../carry/Carry.ts"
import * as Legs from "../carry/Legs.ts"
import * as Worlds from "../carry/Worlds.ts"

// 00:00 UTC, when funding has just been paid.
const begin = Date.UTC(2026, 9, 1)

const world = (options: UserDataStreamOptions = {}) =>
  Worlds.simulator({ margin: { USDT: "100000" }, prices: { BTCUSDT: "96000" } }, options)

type World = Layer.Success<ReturnType<typeof world>>

const decimal = BigDecimal.fromStringUnsafe

const figure = (value: BigDecimal.BigDecimal) => BigDecimal.format(BigDecimal.normalize(value))

/** Runs it while time passes, a quarter of a second at a time. */
const driven = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self)
    for (let step = 0; step < 2000 && fiber.pollUnsafe() === undefined; step++) {
      for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
      yield* TestClock.adjust("250 millis")
    }
    return yield* Fiber.join(fiber)
  })

const started = <A, E>(self: Effect.Effect<A, E, World>, options: UserDataStreamOptions = {}) =>
  Effect.gen(function*() {
    const mirror = yield* AccountMirror
    yield* driven(mirror.awaitLive)
    return yield* self
  }).pipe(Effect.provide(world(options)), (self) => Effect.andThen(TestClock.setTime(begin), self))

const look = driven(Carry.look(Carry.settings))

const setRate = (rate: string) =>
  Effect.flatMap(
    Simulator,
    (exchange) => exchange.apply({ _tag: "SetFundingRate", symbol: "BTCUSDT", rate: decimal(rate) })
  )

const inject = (fault: Fault.Fault) => Effect.flatMap(Simulator, (exchange) => exchange.inject(fault))

/** How many orders the exchange was sent, and how many it has. */
const orders = Effect.gen(function*() {
  const exchange = yield* Simulator
  const sent = (yield* exchange.requests).filter(({ method, path }) => method === "POST" && path.endsWith("/order"))
  const client = yield* PortfolioClient
  const long = yield* client.getAllMarginOrders({ symbol: "BTCUSDT" })
  const short = yield* client.getAllUMOrders({ symbol: "BTCUSDT" })
  return { sent: sent.length, long: long.length, short: short.length }
})

const legs = Effect.map(Legs.read, ({ long, short }) => [figure(long), figure(short)])

describe("the carry strategy", () => {
  it.effect("enters by available margin with legs of equal size, holds, and leaves", () =>
    started(Effect.gen(function*() {
      const entered = yield* look
      assert.strictEqual(entered._tag, "Enter")
      assert.deepStrictEqual(yield* legs, ["0.50000949", "0.5"])
      assert.strictEqual((yield* look)._tag, "Hold")
      yield* setRate("0.00002")
      assert.strictEqual((yield* look)._tag, "Leave")
      assert.deepStrictEqual(yield* legs, ["0.00000949", "0"])
      assert.strictEqual((yield* look)._tag, "Hold")
      assert.deepStrictEqual(yield* orders, { sent: 4, long: 2, short: 2 })
    })))

  it.effect("earns the funding of three days, to the digit", () =>
    started(
      Effect.gen(function*() {
        yield* look
        const exchange = yield* Simulator
        const client = yield* PortfolioClient
        const days: ReadonlyArray<readonly [mark: string, rate: string]> = [
          ["96000", "0.0001"],
          ["97123.4", "0.00025"],
          ["95010.7", "0.00013"]
        ]
        for (const [index, [price, rate]] of days.entries()) {
          yield* exchange.apply({ _tag: "SetMarkPrice", symbol: "BTCUSDT", price: decimal(price) })
          yield* setRate(rate)
          yield* TestClock.setTime(begin + (index + 1) * 86_400_000)
          yield* client.getAccountInfo()
        }
        const incomes = yield* client.getUMIncomeHistory({ symbol: "BTCUSDT", incomeType: "FUNDING_FEE", limit: 100 })
        assert.lengthOf(incomes, 9)
        // 0.5 BTC at the mark price, three times a day.
        const expected = days.map(([price, rate]) =>
          BigDecimal.multiplyAll([decimal("0.5"), decimal(price), decimal(rate), decimal("3")])
        )
        assert.strictEqual(
          figure(BigDecimal.sumAll(incomes.map(({ income }) => income))),
          figure(BigDecimal.sumAll(expected))
        )
        // Days without signs of life, which would be thousands.
      }),
      { pingAfter: "1 day", checkAfter: "never" }
    ))

  it.effect.each(["submitNewMarginOrder", "submitNewUMOrder"] as const)(
    "places one order where the answer of %s is lost",
    (endpoint) =>
      started(Effect.gen(function*() {
        const { struck } = yield* inject(Fault.html(504).pipe(Fault.carriedOut, Fault.on(endpoint)))
        assert.strictEqual((yield* look)._tag, "Enter")
        assert.strictEqual(yield* struck, 1)
        assert.deepStrictEqual(yield* legs, ["0.50000949", "0.5"])
        assert.deepStrictEqual(yield* orders, { sent: 2, long: 1, short: 1 })
      }))
  )

  it.effect("finds out what was filled while the stream was gone", () =>
    started(Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* exchange.injectStream({ _tag: "EventFault", event: "executionReport", action: { _tag: "Cut" } })
      assert.strictEqual((yield* look)._tag, "Enter")
      assert.deepStrictEqual(yield* legs, ["0.50000949", "0.5"])
      assert.deepStrictEqual(yield* orders, { sent: 2, long: 1, short: 1 })
    })))

  it.effect("undoes the first leg where the second is refused", () =>
    started(Effect.gen(function*() {
      yield* inject(Fault.code(400, -2019, "Margin is insufficient.").pipe(Fault.on("submitNewUMOrder")))
      const failed = yield* Effect.flip(look)
      assert.strictEqual(failed._tag, "LegFailed")
      assert.include(failed.message, "1 trades were undone")
      assert.deepStrictEqual(yield* legs, ["0.00000949", "0"])
      assert.deepStrictEqual(yield* orders, { sent: 3, long: 2, short: 0 })
      assert.strictEqual((yield* look)._tag, "Enter")
    })))

  it.effect("stops all orders where the first leg cannot be undone", () =>
    started(Effect.gen(function*() {
      yield* inject(Fault.code(400, -2019, "Margin is insufficient.").pipe(Fault.on("submitNewUMOrder")))
      yield* inject(
        Fault.code(400, -2010, "Account has insufficient balance for requested action.").pipe(
          Fault.on("submitNewMarginOrder"),
          Fault.after(1)
        )
      )
      const failed = yield* Effect.flip(look)
      assert.strictEqual(failed._tag, "Exposed")
      assert.deepStrictEqual(yield* legs, ["0.50000949", "0"])
      const again = yield* Effect.flip(look)
      assert.include(again.message, "kill")
      assert.deepStrictEqual(yield* orders, { sent: 3, long: 1, short: 0 })
    })))

  it.effect("sends nothing once the kill switch is tripped", () =>
    started(Effect.gen(function*() {
      const { reset, trip } = yield* OrderGuard
      yield* trip("enough")
      const failed = yield* Effect.flip(look)
      assert.strictEqual(failed._tag, "LegFailed")
      assert.include(failed.message, "enough")
      assert.deepStrictEqual(yield* orders, { sent: 0, long: 0, short: 0 })
      yield* reset
      assert.strictEqual((yield* look)._tag, "Enter")
    })))

  it.effect("makes the short as large as the long leg again", () =>
    started(Effect.gen(function*() {
      yield* look
      const client = yield* PortfolioClient
      yield* client.submitNewUMOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.2" })
      assert.strictEqual((yield* look)._tag, "Level")
      assert.deepStrictEqual(yield* legs, ["0.50000949", "0.5"])
    })))

  it.live("shows itself on an exchange in memory, and asks for keys elsewhere", () =>
    Effect.gen(function*() {
      const shown = yield* run({})
      assert.include(shown, "Enter\n  BUY 0.50051 (long leg)\n  SELL 0.5 (short leg)\nHold\nLeave")
      assert.include(
        yield* run({ BINANCE_ENVIRONMENT: "custom", BINANCE_REST_URL: "http://127.0.0.1:9" }),
        "BINANCE_API_KEY"
      )
    }), 30_000)
})

const run = (variables: { readonly [name: string]: string }): Effect.Effect<string> =>
  Effect.callback((resume) => {
    const { BINANCE_API_KEY: _key, BINANCE_ENVIRONMENT: _environment, CARRY_TRADE: _trade, ...inherited } = process.env
    const script = join(import.meta.dirname, "../carry/main.ts")
    const child = execFile(process.execPath, [script], { env: { ...inherited, ...variables } }, (_, out, err) => {
      resume(Effect.succeed(out + err))
    })
    return Effect.sync(() => child.kill())
  })
