/** A day of margin trading by way of the client, and what the stream tells of it. */
import * as Events from "@effect-binance/portfolio-margin/Events"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Seed from "@effect-binance/simulator/Seed"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { d, now } from "./engine/support.ts"

const text = BigDecimal.format

const day = Effect.gen(function*() {
  const client = yield* PortfolioClient
  const exchange = yield* Simulator
  const price = (symbol: string, price: `${number}`) =>
    exchange.apply({ _tag: "SetSpotPrice", symbol, price: d(price) })

  const bought = yield* client.submitNewMarginOrder({
    symbol: "BTCUSDT",
    side: "BUY",
    type: "MARKET",
    quoteOrderQty: "20000",
    sideEffectType: "AUTO_BORROW_REPAY",
    newClientOrderId: "in"
  })
  assert.strictEqual(bought.status, "FILLED")
  assert.strictEqual(bought.marginBuyBorrowAsset, "USDT")
  const lent = bought.marginBuyBorrowAmount ?? d("0")

  const rests = yield* client.submitNewMarginOrder({
    symbol: "BTCUSDT",
    side: "SELL",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "0.1",
    price: "97000",
    newClientOrderId: "out"
  })
  const oco = yield* client.submitNewMarginOCO({
    symbol: "BTCUSDT",
    side: "SELL",
    quantity: "0.1",
    price: "99000",
    stopPrice: "90000",
    stopLimitPrice: "89000",
    stopLimitTimeInForce: "GTC",
    listClientOrderId: "exit"
  })
  assert.lengthOf(yield* client.getMarginOpenOrders(), 3)
  assert.deepStrictEqual((yield* client.getMarginOpenOCO()).map(({ orderListId }) => orderListId), [oco.orderListId])

  yield* price("BTCUSDT", "97500")
  const sold = yield* client.getMarginOrder({ symbol: "BTCUSDT", orderId: rests.orderId })
  assert.deepStrictEqual([sold.status, text(sold.cummulativeQuoteQty)], ["FILLED", "9700"])

  const cancelled = yield* client.cancelAllMarginOrders({ symbol: "BTCUSDT" })
  assert.lengthOf(cancelled, 1)
  const again = yield* Effect.flip(client.cancelMarginOrder({ symbol: "BTCUSDT", orderId: rests.orderId }))
  assert.strictEqual(again._tag, "NotFound")

  const balance = yield* client.getBalance({ asset: "USDT" })
  assert.strictEqual(text(balance.crossMarginBorrowed), text(lent))
  yield* client.submitMarginRepay({ asset: "USDT", amount: "1000" })
  const repaid = yield* client.getMarginRepayRecords({ asset: "USDT" })
  assert.deepStrictEqual(repaid.rows.map(({ amount, status }) => [text(amount), status]), [["1000", "CONFIRMED"]])
  const loans = yield* client.getMarginLoanRecords({ asset: "USDT" })
  assert.deepStrictEqual(loans.rows.map(({ principal }) => text(principal)), [text(lent)])

  yield* client.autoCollectFunds()
  const incomes = yield* client.getUMIncomeHistory({ incomeType: "TRANSFER" })
  assert.deepStrictEqual(incomes.map(({ asset, income, info }) => [asset, text(income), info]), [
    ["USDT", "-5000", "WITHDRAW"]
  ])
  const trades = yield* client.getMarginTrades({ symbol: "BTCUSDT" })
  assert.deepStrictEqual(trades.map(({ isBuyer, isMaker }) => [isBuyer, isMaker]), [[true, false], [false, true]])
})

it.effect("a day of margin trading by way of the client", () => Effect.provide(day, SimulatedClient.layer()))

describe("the stream", () => {
  const commands: ReadonlyArray<Engine.OutsideCommand> = [
    { _tag: "Borrow", accountId: "demo", asset: "USDT", amount: d("100") },
    { _tag: "Repay", accountId: "demo", asset: "USDT", amount: d("50") },
    { _tag: "CollectFunds", accountId: "demo" },
    {
      _tag: "NewMarginOrder",
      accountId: "demo",
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: d("0.01"),
      price: d("95000"),
      selfTradePrevention: "EXPIRE_BOTH"
    },
    {
      _tag: "NewMarginOrder",
      accountId: "demo",
      symbol: "BTCUSDT",
      side: "SELL",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: d("0.01"),
      price: d("95000"),
      selfTradePrevention: "EXPIRE_BOTH"
    },
    {
      _tag: "NewMarginOco",
      accountId: "demo",
      symbol: "ETHUSDT",
      side: "SELL",
      quantity: d("1"),
      price: d("3500"),
      stopPrice: d("3000")
    },
    { _tag: "SetSpotPrice", symbol: "ETHUSDT", price: d("3000") },
    { _tag: "NewMarginOrder", accountId: "demo", symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: d("0.1") }
  ]
  const start = Engine.make({ now, accounts: [Seed.demoAccount("demo", now)] })
  const [, events] = Engine.deliver(Result.getOrThrow(Engine.applyAll(start, commands, now)))

  it("tells only what the client reads whole", () => {
    const names = new Set(events.map(({ payload }) => payload.e))
    assert.sameMembers([...names], [
      "liabilityChange",
      "balanceUpdate",
      "outboundAccountPosition",
      "ACCOUNT_UPDATE",
      "executionReport",
      "openOrderLoss"
    ])
    for (const { payload } of events) {
      const [event, drift] = Events.decodeWithDrift(payload)
      // The types of liability changes beside BORROW are not documented.
      const undocumented = payload["t"] === "REPAY" || payload["t"] === "INTEREST"
      assert.deepStrictEqual<unknown>(
        drift,
        undocumented ? [{ _tag: "UnknownMember", known: ["BORROW"], value: payload["t"] }] : [],
        JSON.stringify(payload)
      )
      assert.notInclude(["UnknownEvent", "MalformedFrame"], "_tag" in event ? event._tag : "")
    }
  })
})
