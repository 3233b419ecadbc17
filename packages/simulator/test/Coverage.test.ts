/** What the exchange answers, and that the guide says what it does not. */
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { make, notAnswered } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const guide = readFileSync(join(import.meta.dirname, "../../../docs/simulator.md"), "utf8")

const layer = SimulatedClient.layer()

describe("coverage", () => {
  it("lists in the guide exactly what is not answered", () => {
    const [, list = ""] = guide.split("<!-- not answered -->")
    assert.deepStrictEqual<ReadonlyArray<string | undefined>>(
      [...list.matchAll(/^- `(\w+)`$/gm)].map(([, name]) => name),
      notAnswered
    )
  })

  it.effect("has no orders before one is placed", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      assert.deepStrictEqual([...(yield* client.getAllUMOpenOrders())], [])
      assert.deepStrictEqual([...(yield* client.getUMTrades({ symbol: "BTCUSDT" }))], [])
      assert.deepStrictEqual([...(yield* client.getMarginOpenOrders())], [])
      assert.strictEqual((yield* client.cancelAllUMOrders({ symbol: "BTCUSDT" })).code, 200)
      const queried = yield* Effect.flip(client.getUMOrder({ symbol: "BTCUSDT", orderId: 1 }))
      assert.strictEqual(queried._tag, "NotFound")
      const cancelled = yield* Effect.flip(client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId: "x" }))
      assert.strictEqual(cancelled._tag, "NotFound")
      const unknown = yield* Effect.flip(client.getUMTrades({ symbol: "NOSUCH" }))
      assert.strictEqual(unknown._tag, "Rejected")
    }).pipe(Effect.provide(layer)))

  it.effect.each([[0, []], [1, ["7"]], [3, ["5", "6", "7"]], [100, ["1", "2", "3", "4", "5", "6", "7"]]] as const)(
    "remembers the last %s requests",
    ([remember, last]) =>
      Effect.gen(function*() {
        const simulator = yield* make({ remember })
        for (const query of ["1", "2", "3", "4", "5", "6", "7"]) {
          yield* simulator.handle({ method: "GET", path: "/papi/v1/time", query, headers: {}, body: "", ip: "1.2.3.4" })
        }
        assert.deepStrictEqual((yield* simulator.requests).map(({ query }) => query), [...last])
      })
  )

  it.effect("answers retired paths as the real exchange does", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const error = yield* Effect.flip(client.getUMOpenConditionalOrders())
      assert.strictEqual(error._tag, "EndpointRetired")
      assert.strictEqual(error._tag === "EndpointRetired" && error.replacement, "getUMAlgoOpenOrders")
    }).pipe(Effect.provide(layer)))

  it.effect("lends and takes back", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const before = yield* client.getBalance({ asset: "USDT" })
      const { amount } = yield* client.getMarginMaxBorrow({ asset: "USDT" })
      const loan = yield* client.submitMarginLoan({ asset: "USDT", amount: "100" })
      const during = yield* client.getBalance({ asset: "USDT" })
      assert.strictEqual(String(during.crossMarginBorrowed.value), "10000000000")
      yield* client.submitMarginRepay({ asset: "USDT", amount: during.crossMarginBorrowed })
      const tooMuch = yield* Effect.flip(client.submitMarginLoan({ asset: "USDT", amount: "1000000000" }))
      assert.strictEqual(tooMuch._tag, "Rejected")
      assert.isNotEmpty(loan.tranId)
      assert.isDefined(amount)
      assert.isDefined(before)
    }).pipe(Effect.provide(layer)))
})
