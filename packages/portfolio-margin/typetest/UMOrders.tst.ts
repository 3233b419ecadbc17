import type { InvalidResponse, MutationError, OutcomeUnknown, ReadError } from "@effect-binance/core/BinanceError"
import type * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import type * as Endpoints from "@effect-binance/portfolio-margin/endpoints/UMOrders"
import type { UMOrdersShape } from "@effect-binance/portfolio-margin/UMOrders"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import { describe, expect, it } from "tstyche"

declare const orders: UMOrdersShape
declare const orderId: Ids.OrderId
declare const algoId: Ids.AlgoId
declare const strategyId: Ids.StrategyId
declare const tradeId: Ids.TradeId

declare const side: "BUY" | "SELL"
declare const positionSide: "BOTH" | "LONG" | "SHORT"
declare const timeInForce: "GTC" | "IOC" | "FOK" | "GTX"
declare const reduceOnly: boolean | undefined
declare const limitType: "STOP" | "TAKE_PROFIT"
declare const marketType: "STOP_MARKET" | "TAKE_PROFIT_MARKET"

describe("submitNewUMOrder", () => {
  const base = { symbol: "BTCUSDT", side: "BUY", quantity: "0.1" } as const
  const limit = { ...base, type: "LIMIT", price: 1, timeInForce: "GTC" } as const
  const market = { ...base, type: "MARKET" } as const
  const place = orders.submitNewUMOrder

  it("takes limit and market orders", () => {
    expect(place).type.toBeCallableWith(limit)
    expect(place).type.toBeCallableWith(market)
    expect(place).type.toBeCallableWith({ ...base, type: "LIMIT", priceMatch: "QUEUE", timeInForce: "IOC" })
    expect(place).type.toBeCallableWith({ ...limit, timeInForce: "GTD", goodTillDate: 1 })
    expect(place).type.toBeCallableWith({ ...market, reduceOnly: true })
    expect(place).type.toBeCallableWith({ ...market, positionSide: "LONG" })
  })

  it("asks a limit order for a price and a time in force", () => {
    expect(place).type.not.toBeCallableWith({ ...base, type: "LIMIT", timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ ...base, type: "LIMIT", price: 1 })
    expect(place).type.not.toBeCallableWith({ ...limit, priceMatch: "QUEUE" })
    expect(place).type.not.toBeCallableWith({ ...limit, timeInForce: "GTD" })
    expect(place).type.not.toBeCallableWith({ ...limit, goodTillDate: 1 })
  })

  it("gives a market order neither", () => {
    expect(place).type.not.toBeCallableWith({ ...market, price: 1 })
    expect(place).type.not.toBeCallableWith({ ...market, priceMatch: "QUEUE" })
    expect(place).type.not.toBeCallableWith({ ...market, timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ symbol: "BTCUSDT", side: "BUY", type: "MARKET" })
  })

  it("is not reduce-only in hedge mode", () => {
    expect(place).type.not.toBeCallableWith({ ...market, positionSide: "SHORT", reduceOnly: true })
  })

  it("takes words that are known only at run time", () => {
    expect(place).type.toBeCallableWith({ ...limit, side, positionSide, timeInForce })
    expect(place).type.toBeCallableWith({ ...market, side, positionSide })
    expect(place).type.toBeCallableWith({ ...limit, timeInForce, reduceOnly })
    expect(place).type.not.toBeCallableWith({ ...limit, side, positionSide, timeInForce, reduceOnly: true })
  })

  it("is no stop order", () => {
    expect(place).type.not.toBeCallableWith({ ...limit, type: "STOP" })
    expect(place).type.not.toBeCallableWith({ ...limit, stopPrice: 1 })
  })
})

describe("submitNewUMAlgoOrder", () => {
  const base = { algoType: "CONDITIONAL", symbol: "BTCUSDT", side: "SELL" } as const
  const stop = { ...base, type: "STOP", quantity: 1, price: 1, triggerPrice: 1 } as const
  const stopMarket = { ...base, type: "STOP_MARKET", quantity: 1, triggerPrice: 1 } as const
  const closing = { ...base, type: "TAKE_PROFIT_MARKET", closePosition: true, triggerPrice: 1 } as const
  const trailing = { ...base, type: "TRAILING_STOP_MARKET", quantity: 1, callbackRate: 1 } as const
  const place = orders.submitNewUMAlgoOrder

  it("takes each kind", () => {
    expect(place).type.toBeCallableWith(stop)
    expect(place).type.toBeCallableWith({ ...stop, type: "TAKE_PROFIT", timeInForce: "GTX" })
    expect(place).type.toBeCallableWith({ ...stop, timeInForce: "GTD", goodTillDate: 1 })
    expect(place).type.toBeCallableWith({ ...stop, closePosition: false })
    expect(place).type.toBeCallableWith(stopMarket)
    expect(place).type.toBeCallableWith(closing)
    expect(place).type.toBeCallableWith({ ...closing, positionSide: "LONG" })
    expect(place).type.toBeCallableWith(trailing)
    expect(place).type.toBeCallableWith({ ...trailing, activatePrice: 1, reduceOnly: true })
  })

  it("asks each for what it needs", () => {
    expect(place).type.not.toBeCallableWith({ ...base, type: "STOP", quantity: 1, triggerPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, type: "STOP", quantity: 1, price: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, type: "STOP", price: 1, triggerPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, type: "STOP_MARKET", triggerPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, type: "STOP_MARKET", quantity: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, type: "TRAILING_STOP_MARKET", quantity: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, type: "TRAILING_STOP_MARKET", callbackRate: 1 })
    expect(place).type.not.toBeCallableWith({
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_MARKET",
      quantity: 1,
      triggerPrice: 1
    })
  })

  it("leaves out what belongs to others", () => {
    expect(place).type.not.toBeCallableWith({ ...stop, priceMatch: "QUEUE" })
    expect(place).type.not.toBeCallableWith({ ...stop, callbackRate: 1 })
    expect(place).type.not.toBeCallableWith({ ...stop, timeInForce: "GTD" })
    expect(place).type.not.toBeCallableWith({ ...stop, closePosition: true })
    expect(place).type.not.toBeCallableWith({ ...stopMarket, price: 1 })
    expect(place).type.not.toBeCallableWith({ ...stopMarket, timeInForce: "GTC" })
    expect(place).type.not.toBeCallableWith({ ...stopMarket, activatePrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...trailing, triggerPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...trailing, closePosition: true })
    expect(place).type.not.toBeCallableWith({ ...stop, algoType: "VP" })
  })

  it("takes words that are known only at run time", () => {
    expect(place).type.toBeCallableWith({ ...stop, side, positionSide, timeInForce, type: limitType })
    expect(place).type.toBeCallableWith({ ...stopMarket, side, positionSide, type: marketType })
    expect(place).type.toBeCallableWith({ ...closing, side, type: marketType })
    expect(place).type.toBeCallableWith({ ...trailing, side, positionSide })
    expect(place).type.not.toBeCallableWith({ ...stopMarket, side, positionSide, type: marketType, reduceOnly: true })
  })

  it("closes a position with neither quantity nor reduceOnly, and only from the other side", () => {
    expect(place).type.not.toBeCallableWith({ ...closing, quantity: 1 })
    expect(place).type.not.toBeCallableWith({ ...closing, reduceOnly: true })
    expect(place).type.not.toBeCallableWith({ ...closing, positionSide: "SHORT" })
    expect(place).type.not.toBeCallableWith({ ...closing, side: "BUY", positionSide: "LONG" })
  })
})

describe("submitNewUMConditionalOrder", () => {
  const base = { symbol: "BTCUSDT", side: "SELL" } as const
  const place = orders.submitNewUMConditionalOrder

  it("takes each kind, with what it needs", () => {
    const stop = { ...base, strategyType: "STOP", quantity: 1, price: 1, stopPrice: 1 } as const
    expect(place).type.toBeCallableWith(stop)
    expect(place).type.toBeCallableWith({ ...base, strategyType: "STOP_MARKET", stopPrice: 1 })
    expect(place).type.toBeCallableWith({ ...base, strategyType: "TRAILING_STOP_MARKET", callbackRate: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, strategyType: "STOP", quantity: 1, stopPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...base, strategyType: "STOP_MARKET" })
    expect(place).type.not.toBeCallableWith({ ...base, strategyType: "TRAILING_STOP_MARKET" })
    expect(place).type.not.toBeCallableWith({ ...stop, triggerPrice: 1 })
    expect(place).type.not.toBeCallableWith({ ...stop, callbackRate: 1 })
    expect(place).type.not.toBeCallableWith({
      ...base,
      strategyType: "TRAILING_STOP_MARKET",
      callbackRate: 1,
      stopPrice: 1
    })
  })
})

describe("submitNewUMConditionalOrder, of words that are known only at run time", () => {
  const base = { symbol: "BTCUSDT", side, positionSide, quantity: 1, stopPrice: 1 } as const

  it("takes them", () => {
    const place = orders.submitNewUMConditionalOrder
    expect(place).type.toBeCallableWith({ ...base, strategyType: limitType, price: 1, timeInForce })
    expect(place).type.toBeCallableWith({ ...base, strategyType: marketType })
  })
})

describe("modifyUMOrder", () => {
  const change = { symbol: "BTCUSDT", orderId, side: "BUY", quantity: 1 } as const
  const modify = orders.modifyUMOrder

  it("asks for one order, and for a price or a match", () => {
    expect(modify).type.toBeCallableWith({ ...change, price: 1 })
    expect(modify).type.toBeCallableWith({ ...change, priceMatch: "QUEUE", modifyId: 1n })
    expect(modify).type.not.toBeCallableWith(change)
    expect(modify).type.not.toBeCallableWith({ ...change, price: 1, priceMatch: "QUEUE" })
    expect(modify).type.not.toBeCallableWith({ ...change, price: 1, origClientOrderId: "mine" })
    expect(modify).type.not.toBeCallableWith({ symbol: "BTCUSDT", side: "BUY", quantity: 1, price: 1 })
  })
})

describe("references", () => {
  it("name an order in exactly one way", () => {
    expect(orders.getUMOrder).type.toBeCallableWith({ symbol: "BTCUSDT", orderId })
    expect(orders.getUMOrder).type.toBeCallableWith({ symbol: "BTCUSDT", orderId: 1n })
    expect(orders.getUMOrder).type.toBeCallableWith({ symbol: "BTCUSDT", origClientOrderId: "mine" })
    expect(orders.getUMOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT" })
    expect(orders.getUMOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT", orderId, origClientOrderId: "mine" })
    expect(orders.getUMOrder).type.not.toBeCallableWith({ orderId })
    expect(orders.cancelUMAlgoOrder).type.toBeCallableWith({ algoId })
    expect(orders.cancelUMAlgoOrder).type.toBeCallableWith({ clientAlgoId: "mine" })
    expect(orders.cancelUMAlgoOrder).type.not.toBeCallableWith({})
    expect(orders.cancelUMAlgoOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT", algoId })
    expect(orders.getUMOpenConditionalOrder).type.toBeCallableWith({ symbol: "BTCUSDT", strategyId })
    expect(orders.getUMOpenConditionalOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT" })
  })

  it("keep ids of different kinds apart", () => {
    expect(orders.getUMOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT", orderId: algoId })
    expect(orders.getUMOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT", orderId: strategyId })
    expect(orders.getUMOrder).type.not.toBeCallableWith({ symbol: "BTCUSDT", orderId: "22542179" })
    expect(orders.getUMAlgoOrder).type.not.toBeCallableWith({ algoId: orderId })
    expect(orders.getUMTrades).type.not.toBeCallableWith({ symbol: "BTCUSDT", fromId: orderId })
    expect<Ids.AlgoId>().type.not.toBeAssignableTo<Ids.OrderId>()
  })
})

describe("queries", () => {
  it("go by id or by period", () => {
    expect(orders.getUMTrades).type.toBeCallableWith({ symbol: "BTCUSDT", fromId: tradeId })
    expect(orders.getUMTrades).type.toBeCallableWith({ symbol: "BTCUSDT", startTime: 1 })
    expect(orders.getUMTrades).type.not.toBeCallableWith({ symbol: "BTCUSDT", fromId: tradeId, startTime: 1 })
    expect(orders.getUMTrades).type.not.toBeCallableWith({ fromId: tradeId })
  })

  it("need no parameters where none is mandatory", () => {
    expect(orders.getAllUMOpenOrders).type.toBeCallableWith()
    expect(orders.getUMAlgoOpenOrders).type.toBeCallableWith()
    expect(orders.getUMForceOrders).type.toBeCallableWith()
    expect(orders.getAllUMOrders).type.not.toBeCallableWith()
    expect(orders.cancelAllUMOrders).type.not.toBeCallableWith()
    expect(orders.getUMForceOrders).type.not.toBeCallableWith({ autoCloseType: "BOTH" })
  })
})

describe("replies", () => {
  it("are typed", () => {
    expect(orders.getUMTrades({ symbol: "BTCUSDT" })).type.toBe<
      Effect.Effect<Field.Rows<Endpoints.UMTrade>, ReadError>
    >()
    expect<Endpoints.UMTrade["id"]>().type.toBe<Ids.TradeId>()
    expect<Endpoints.UMTrade["commission"]>().type.toBe<BigDecimal.BigDecimal>()
    expect<Endpoints.UMTrade["time"]>().type.toBe<DateTime.Utc>()
    expect<Endpoints.UMAlgoOrder["algoId"]>().type.toBe<Ids.AlgoId>()
    expect<Endpoints.UMAlgoOrder["actualOrderId"]>().type.toBe<Ids.OrderId | null>()
    expect<Endpoints.UMAlgoOrderPlaced["triggerPrice"]>().type.toBe<BigDecimal.BigDecimal | null>()
    expect<Endpoints.UMConditionalOrder["strategyId"]>().type.toBe<Ids.StrategyId>()
    expect<"NEW">().type.toBeAssignableTo<Endpoints.UMAlgoOrder["algoStatus"]>()
    expect<Endpoints.UMAlgoOrder>().type.toBeAssignableTo<Endpoints.UMOpenAlgoOrder>()
  })

  it("of reads cannot be of unknown outcome, of changes not unreadable", () => {
    expect<OutcomeUnknown>().type.not.toBeAssignableTo<Effect.Error<ReturnType<UMOrdersShape["getUMOrder"]>>>()
    expect<Effect.Error<ReturnType<UMOrdersShape["cancelUMOrder"]>>>().type.toBe<MutationError>()
    expect<InvalidResponse>().type.not.toBeAssignableTo<Effect.Error<ReturnType<UMOrdersShape["modifyUMOrder"]>>>()
  })
})
