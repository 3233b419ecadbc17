import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import type * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import type * as Endpoints from "@effect-binance/portfolio-margin/endpoints/MarginOrders"
import type { MarginOrdersShape } from "@effect-binance/portfolio-margin/MarginOrders"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import { describe, expect, it } from "tstyche"

declare const margin: MarginOrdersShape
declare const orderId: Ids.OrderId
declare const orderListId: Ids.OrderListId
declare const tradeId: Ids.TradeId
declare const transactionId: Ids.TransactionId
declare const instant: DateTime.Utc

declare const eitherSide: "BUY" | "SELL"
declare const sideEffectType: "NO_SIDE_EFFECT" | "MARGIN_BUY" | "AUTO_REPAY" | "AUTO_BORROW_REPAY"
declare const limitType: "STOP_LOSS_LIMIT" | "TAKE_PROFIT_LIMIT"

const symbol = "BTCUSDT"
const side = "BUY"
const quantity = 1
const price = "60000"
const stopPrice = 59_000

describe("submitNewMarginOrder", () => {
  const place = margin.submitNewMarginOrder

  it("takes words that are known only at run time", () => {
    const limit = { symbol, side: eitherSide, quantity, price, timeInForce: "GTC", sideEffectType } as const
    expect(place).type.toBeCallableWith({ ...limit, type: "LIMIT" })
    expect(place).type.toBeCallableWith({ ...limit, type: limitType, stopPrice })
    expect(place).type.toBeCallableWith({ symbol, side: eitherSide, type: "MARKET", quantity, sideEffectType })
    expect(place).type.not.toBeCallableWith({ ...limit, type: "LIMIT", autoRepayAtCancel: true })
  })

  it("takes a LIMIT with quantity, price and timeInForce", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, price, timeInForce: "GTC" })
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quantity,
      price,
      timeInForce: "IOC",
      icebergQty: 1
    })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", price, timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, price })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, price, timeInForce: "GTX" })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quantity,
      price,
      timeInForce: "GTC",
      stopPrice
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quoteOrderQty: 1,
      price,
      timeInForce: "GTC"
    })
  })

  it("takes a MARKET with quantity or quoteOrderQty", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "MARKET", quantity })
    expect(place).type.toBeCallableWith({ symbol, side, type: "MARKET", quoteOrderQty: 100 })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, quoteOrderQty: 100 })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, price })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, icebergQty: 1 })
  })

  it("takes a STOP_LOSS or TAKE_PROFIT with quantity and stopPrice", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "STOP_LOSS", quantity, stopPrice })
    expect(place).type.toBeCallableWith({ symbol, side, type: "TAKE_PROFIT", quantity, stopPrice })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "STOP_LOSS", quantity })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "STOP_LOSS", stopPrice })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "TAKE_PROFIT", quantity, stopPrice, price })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "TAKE_PROFIT",
      quantity,
      stopPrice,
      timeInForce: "GTC"
    })
  })

  it("takes a STOP_LOSS_LIMIT or TAKE_PROFIT_LIMIT with quantity, price, stopPrice and timeInForce", () => {
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      type: "STOP_LOSS_LIMIT",
      quantity,
      price,
      stopPrice,
      timeInForce: "GTC"
    })
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      type: "TAKE_PROFIT_LIMIT",
      quantity,
      price,
      stopPrice,
      timeInForce: "FOK",
      icebergQty: 1
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "STOP_LOSS_LIMIT",
      quantity,
      price,
      timeInForce: "GTC"
    })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "TAKE_PROFIT_LIMIT", quantity, price, stopPrice })
  })

  it("takes a LIMIT_MAKER with quantity and price", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "LIMIT_MAKER", quantity, price })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT_MAKER", quantity })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT_MAKER", quantity, price, timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT_MAKER", quantity, price, icebergQty: 1 })
  })

  it("takes autoRepayAtCancel where the order borrows", () => {
    const order = { symbol, side, type: "MARKET", quantity } as const
    expect(place).type.toBeCallableWith({ ...order, sideEffectType: "MARGIN_BUY", autoRepayAtCancel: false })
    expect(place).type.toBeCallableWith({ ...order, sideEffectType: "AUTO_BORROW_REPAY", autoRepayAtCancel: true })
    expect(place).type.toBeCallableWith({ ...order, sideEffectType: "AUTO_REPAY" })
    expect(place).type.not.toBeCallableWith({ ...order, sideEffectType: "AUTO_REPAY", autoRepayAtCancel: false })
    expect(place).type.not.toBeCallableWith({ ...order, autoRepayAtCancel: false })
  })

  it("takes no type, no side and no name that does not exist", () => {
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "STOP", quantity, stopPrice })
    expect(place).type.not.toBeCallableWith({ symbol, side: "LONG", type: "MARKET", quantity })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, reduceOnly: true })
    expect(place).type.not.toBeCallableWith({ side, type: "MARKET", quantity })
    expect(place).type.not.toBeCallableWith()
  })

  it("answers what each form of the answer has in common, and the rest where it is there", () => {
    expect<ReturnType<typeof place>>().type.toBe<Effect.Effect<Endpoints.MarginOrderPlaced, MutationError>>()
    expect<Endpoints.MarginOrderPlaced["orderId"]>().type.toBe<Ids.OrderId>()
    expect<Endpoints.MarginOrderPlaced["transactTime"]>().type.toBe<DateTime.Utc>()
    expect<Endpoints.MarginOrderPlaced["executedQty"]>().type.toBe<BigDecimal.BigDecimal | undefined>()
    expect<Endpoints.MarginOrderPlaced["status"]>().type.toBe<Endpoints.MarginOrderStatus | undefined>()
    expect<Endpoints.MarginOrderPlaced["fills"]>().type.toBe<Field.Rows<Endpoints.MarginFill> | undefined>()
  })
})

describe("submitNewMarginOCO", () => {
  const place = margin.submitNewMarginOCO
  const pair = { symbol, side: "SELL", quantity, price, stopPrice } as const

  it("asks for stopLimitTimeInForce with stopLimitPrice", () => {
    expect(place).type.toBeCallableWith(pair)
    expect(place).type.toBeCallableWith({ ...pair, stopLimitPrice: 1, stopLimitTimeInForce: "GTC", stopIcebergQty: 1 })
    expect(place).type.not.toBeCallableWith({ ...pair, stopLimitPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...pair, stopLimitTimeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ ...pair, stopIcebergQty: 1 })
  })

  it("takes three client ids", () => {
    expect(place).type.toBeCallableWith({
      ...pair,
      listClientOrderId: "list",
      limitClientOrderId: "limit",
      stopClientOrderId: "stop"
    })
    expect(place).type.not.toBeCallableWith({ ...pair, newClientOrderId: "list" })
  })

  it("takes no AUTO_BORROW_REPAY and no FULL", () => {
    expect(place).type.toBeCallableWith({ ...pair, sideEffectType: "MARGIN_BUY", newOrderRespType: "RESULT" })
    expect(place).type.not.toBeCallableWith({ ...pair, sideEffectType: "AUTO_BORROW_REPAY" })
    expect(place).type.not.toBeCallableWith({ ...pair, newOrderRespType: "FULL" })
  })
})

describe("references", () => {
  it("name one order by one of its ids", () => {
    for (const call of [margin.cancelMarginOrder, margin.getMarginOrder]) {
      expect(call).type.toBeCallableWith({ symbol, orderId })
      expect(call).type.toBeCallableWith({ symbol, orderId: 1 })
      expect(call).type.toBeCallableWith({ symbol, orderId: 1n })
      expect(call).type.toBeCallableWith({ symbol, origClientOrderId: "mine" })
      expect(call).type.not.toBeCallableWith({ symbol })
      expect(call).type.not.toBeCallableWith({ orderId })
      expect(call).type.not.toBeCallableWith({ symbol, orderId, origClientOrderId: "mine" })
      expect(call).type.not.toBeCallableWith({ symbol, orderId: "1" })
      expect(call).type.not.toBeCallableWith({ symbol, orderId: orderListId })
    }
  })

  it("name one pair by one of its ids, each call by its own name of the client's", () => {
    expect(margin.cancelMarginOCO).type.toBeCallableWith({ symbol, orderListId, newClientOrderId: "cancel" })
    expect(margin.cancelMarginOCO).type.toBeCallableWith({ symbol, listClientOrderId: "list" })
    expect(margin.cancelMarginOCO).type.not.toBeCallableWith({ symbol })
    expect(margin.cancelMarginOCO).type.not.toBeCallableWith({ symbol, origClientOrderId: "list" })
    expect(margin.cancelMarginOCO).type.not.toBeCallableWith({ symbol, orderListId, listClientOrderId: "list" })
    expect(margin.cancelMarginOCO).type.not.toBeCallableWith({ symbol, orderListId: orderId })
    expect(margin.getMarginOCO).type.toBeCallableWith({ orderListId })
    expect(margin.getMarginOCO).type.toBeCallableWith({ origClientOrderId: "list" })
    expect(margin.getMarginOCO).type.not.toBeCallableWith({ listClientOrderId: "list" })
    expect(margin.getMarginOCO).type.not.toBeCallableWith({ orderListId, origClientOrderId: "list" })
    expect(margin.getMarginOCO).type.not.toBeCallableWith()
  })

  it("name the trade, the pair or the transaction to begin with", () => {
    expect(margin.getMarginTrades).type.toBeCallableWith({ symbol, fromId: tradeId, orderId, startTime: instant })
    expect(margin.getMarginTrades).type.not.toBeCallableWith({ symbol, fromId: orderId })
    expect(margin.getMarginTrades).type.not.toBeCallableWith()
    expect(margin.getAllMarginOCO).type.toBeCallableWith()
    expect(margin.getAllMarginOCO).type.toBeCallableWith({ fromId: orderListId, limit: 10 })
    expect(margin.getAllMarginOCO).type.toBeCallableWith({ startTime: instant, endTime: 1 })
    expect(margin.getAllMarginOCO).type.not.toBeCallableWith({ fromId: orderListId, startTime: instant })
    expect(margin.getAllMarginOCO).type.not.toBeCallableWith({ fromId: orderId })
  })
})

describe("records", () => {
  it("are asked for by transaction or by time", () => {
    for (const call of [margin.getMarginLoanRecords, margin.getMarginRepayRecords]) {
      expect(call).type.toBeCallableWith({ asset: "BNB" })
      expect(call).type.toBeCallableWith({ asset: "BNB", txId: transactionId })
      expect(call).type.toBeCallableWith({ asset: "BNB", startTime: instant, endTime: 2, archived: true })
      expect(call).type.not.toBeCallableWith({ asset: "BNB", txId: transactionId, startTime: instant })
      expect(call).type.not.toBeCallableWith({ asset: "BNB", txId: orderId })
      expect(call).type.not.toBeCallableWith({ asset: "BNB", archived: "true" })
      expect(call).type.not.toBeCallableWith({})
    }
    expect(margin.getMarginInterestHistory).type.toBeCallableWith()
    expect(margin.getMarginInterestHistory).type.not.toBeCallableWith({ txId: transactionId })
  })

  it("follow from the answer to a loan", () => {
    expect<Endpoints.MarginTransaction["tranId"]>().type.toBe<Endpoints.MarginLoanRecord["txId"]>()
  })
})

describe("loans", () => {
  it("name asset and amount", () => {
    expect(margin.submitMarginLoan).type.toBeCallableWith({ asset: "USDT", amount: "1.5" })
    expect(margin.submitMarginLoan).type.not.toBeCallableWith({ asset: "USDT" })
    expect(margin.submitMarginRepay).type.not.toBeCallableWith({ amount: 1 })
  })

  it("are paid back with assets as a list or as text", () => {
    expect(margin.repayMarginDebt).type.toBeCallableWith({ asset: "BNB", specifyRepayAssets: ["USDT", "BTC"] })
    expect(margin.repayMarginDebt).type.toBeCallableWith({ asset: "BNB", specifyRepayAssets: "USDT,BTC" })
    expect(margin.repayMarginDebt).type.not.toBeCallableWith({ asset: "BNB", specifyRepayAssets: [1] })
  })
})

describe("failures", () => {
  it("of reads cannot be an unknown outcome", () => {
    expect<ReturnType<MarginOrdersShape["getMarginOrder"]>>().type.toBe<
      Effect.Effect<Endpoints.MarginOrder, ReadError>
    >()
    expect<ReturnType<MarginOrdersShape["cancelAllMarginOrders"]>>().type.toBe<
      Effect.Effect<Field.Rows<Endpoints.MarginCanceled>, MutationError>
    >()
  })
})

describe("replies", () => {
  it("tell pairs and orders apart", () => {
    type Canceled = Endpoints.MarginCanceled
    expect<Extract<Canceled, { readonly orderReports: unknown }>>().type.toBe<Endpoints.MarginOCOCanceled>()
    expect<Extract<Canceled, { readonly origClientOrderId: unknown }>>().type.toBe<
      Endpoints.MarginOrderCanceledOfMany
    >()
  })

  it("say null where self-trade prevention took nothing", () => {
    expect<Endpoints.MarginOrder["preventedQuantity"]>().type.toBe<BigDecimal.BigDecimal | null>()
    expect<Endpoints.MarginOrder["preventedMatchId"]>().type.toBe<string | null>()
  })
})
