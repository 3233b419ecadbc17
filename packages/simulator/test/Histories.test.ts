/** The histories of an account that traded for a week, as the simulator's exchange tells them: by pages of any size. */
import type { ReadError } from "@effect-binance/core/BinanceError"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as History from "@effect-binance/portfolio-margin/History"
import { PortfolioClient, type Services } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const start = Date.UTC(2026, 9, 23)

const um = "BTCUSDT"

const cm = "BTCUSD_PERP"

const rounds = 12

/** What is traded at one instant, twelve times within a week: three of each, which share a millisecond. */
const round = Effect.gen(function*() {
  const client = yield* PortfolioClient
  for (const side of ["BUY", "SELL", "BUY"] as const) {
    yield* client.submitNewUMOrder({ symbol: um, side, type: "MARKET", quantity: "0.01" })
    yield* client.submitNewUMAlgoOrder({
      algoType: "CONDITIONAL",
      symbol: um,
      side: "SELL",
      type: "STOP_MARKET",
      quantity: "0.01",
      triggerPrice: "1000"
    })
    yield* client.submitNewCMOrder({ symbol: cm, side, type: "MARKET", quantity: "1" })
    yield* client.submitNewCMConditionalOrder({
      symbol: cm,
      side: "SELL",
      strategyType: "STOP_MARKET",
      quantity: "1",
      stopPrice: "1000"
    })
    yield* client.submitNewMarginOrder({ symbol: um, side, type: "MARKET", quantity: "0.01" })
    yield* client.submitMarginLoan({ asset: "USDT", amount: "10" })
    yield* client.submitMarginRepay({ asset: "USDT", amount: "5" })
  }
  yield* TestClock.adjust("13 hours")
})

/** The instant after it all. */
const traded = Effect.gen(function*() {
  yield* TestClock.setTime(start)
  for (let i = 0; i < rounds; i++) yield* round
  return yield* Clock.currentTimeMillis
})

type Rows = Stream.Stream<unknown, ReadError | History.HistoryError, Services>

/** The histories that have rows then, and how many: as many as were traded, or as it comes. */
const histories: ReadonlyArray<readonly [name: string, of: (span: History.Span) => Rows, rows: number | undefined]> = [
  ["umOrders", (span) => History.umOrders({ symbol: um, ...span }), 3 * rounds],
  ["umAlgoOrders", (span) => History.umAlgoOrders({ symbol: um, ...span }), 3 * rounds],
  ["umTrades", (span) => History.umTrades({ symbol: um, ...span }), 3 * rounds],
  ["cmOrders of a symbol", (span) => History.cmOrders({ symbol: cm, ...span }), 3 * rounds],
  ["cmOrders of a pair", (span) => History.cmOrders({ pair: "BTCUSD", ...span }), 3 * rounds],
  ["cmConditionalOrders", (span) => History.cmConditionalOrders(span), 3 * rounds],
  ["cmTrades of a symbol", (span) => History.cmTrades({ symbol: cm, ...span }), 3 * rounds],
  ["cmTrades of a pair", (span) => History.cmTrades({ pair: "BTCUSD", ...span }), 3 * rounds],
  ["marginOrders", (span) => History.marginOrders({ symbol: um, ...span }), 3 * rounds],
  ["marginTrades", (span) => History.marginTrades({ symbol: um, ...span }), 3 * rounds],
  ["marginLoans", (span) => History.marginLoans({ asset: "USDT", ...span }), 3 * rounds],
  ["marginRepayments", (span) => History.marginRepayments({ asset: "USDT", ...span }), 3 * rounds],
  ["marginInterest", (span) => History.marginInterest(span), undefined],
  ["umIncome", (span) => History.umIncome(span), undefined],
  ["cmIncome", (span) => History.cmIncome(span), undefined]
]

describe("histories", () => {
  it.effect("are the same by pages of one, four and all rows", () =>
    Effect.gen(function*() {
      const to = yield* traded
      for (const [name, of, count] of histories) {
        const whole = yield* Stream.runCollect(of({ from: start, to }))
        if (count === undefined) assert.isAbove(whole.length, 3 * rounds, name)
        else assert.lengthOf(whole, count, name)
        for (const pageSize of [1, 4]) {
          assert.deepStrictEqual(yield* Stream.runCollect(of({ from: start, to, pageSize })), whole, name)
        }
      }
      const fills = yield* Stream.runCollect(History.umTrades({ symbol: um, from: start, to, pageSize: 2 }))
      assert.strictEqual(new Set(fills.map(({ id }) => id)).size, 3 * rounds)
    }).pipe(Effect.provide(SimulatedClient.layer({ limits: "off" }))))

  it.effect("go on from their last page after the exchange refused in the middle", () =>
    Effect.gen(function*() {
      const to = yield* traded
      const query = { symbol: um, from: start, to }
      const whole = yield* Stream.runCollect(History.marginOrders(query))
      const rows: Array<(typeof whole)[number]> = []
      let cursor: History.Cursor | undefined
      let refused = 0
      const attempt = Effect.suspend(() =>
        Effect.result(Stream.runForEach(History.marginOrders.pages({ ...query, cursor, pageSize: 1 }), (page) =>
          Effect.sync(() => {
            rows.push(...page.rows)
            cursor = page.cursor
          })))
      )
      while (true) {
        const end = yield* attempt
        if (Result.isSuccess(end)) {
          break
        }
        assert.strictEqual(end.failure._tag, "RateLimited")
        refused++
        yield* TestClock.adjust("2 minutes")
      }
      assert.isAbove(refused, 1)
      assert.deepStrictEqual(rows, whole)
    }).pipe(
      Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none),
      Effect.provide(SimulatedClient.layer())
    ))
})
