import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import type * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import type { CMOrdersShape } from "@effect-binance/portfolio-margin/CMOrders"
import type * as Endpoints from "@effect-binance/portfolio-margin/endpoints/CMOrders"
import type * as UserStreamEndpoints from "@effect-binance/portfolio-margin/endpoints/UserStream"
import type { UserStreamShape } from "@effect-binance/portfolio-margin/UserStream"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { describe, expect, it } from "tstyche"

declare const cm: CMOrdersShape
declare const stream: UserStreamShape
declare const orderId: Ids.OrderId
declare const strategyId: Ids.StrategyId
declare const algoId: Ids.AlgoId
declare const tradeId: Ids.TradeId
declare const modifyId: Ids.ModifyId
declare const instant: DateTime.Utc

declare const eitherSide: "BUY" | "SELL"
declare const positionSide: "BOTH" | "LONG" | "SHORT"
declare const anyTimeInForce: "GTC" | "IOC" | "FOK" | "GTX"
declare const limitType: "STOP" | "TAKE_PROFIT"
declare const marketType: "STOP_MARKET" | "TAKE_PROFIT_MARKET"

const symbol = "BTCUSD_PERP"
const pair = "BTCUSD"
const side = "BUY"
const quantity = 1
const price = "60000"
const stopPrice = 59_000
const timeInForce = "GTC"

describe("words that are known only at run time", () => {
  const base = { symbol, side: eitherSide, positionSide, quantity } as const

  it("are taken", () => {
    const limit = { ...base, type: "LIMIT", price, timeInForce: anyTimeInForce } as const
    expect(cm.submitNewCMOrder).type.toBeCallableWith(limit)
    expect(cm.submitNewCMOrder).type.not.toBeCallableWith({ ...limit, reduceOnly: true })
    const conditional = cm.submitNewCMConditionalOrder
    expect(conditional).type.toBeCallableWith({ ...base, strategyType: marketType, stopPrice })
    expect(conditional).type.toBeCallableWith({
      ...base,
      strategyType: limitType,
      stopPrice,
      price,
      timeInForce: anyTimeInForce
    })
  })
})

describe("submitNewCMOrder", () => {
  const place = cm.submitNewCMOrder

  it("takes a LIMIT with quantity, timeInForce and a price or a price match", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, price, timeInForce })
    expect(place).type.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, priceMatch: "QUEUE", timeInForce })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", price, timeInForce })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, timeInForce })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, price })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quantity,
      price,
      priceMatch: "QUEUE",
      timeInForce
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quantity,
      priceMatch: "NONE",
      timeInForce
    })
  })

  it("takes a MARKET with quantity alone", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "MARKET", quantity })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, price })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, priceMatch: "QUEUE" })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, timeInForce })
  })

  it("knows no other types", () => {
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "STOP", quantity, price, timeInForce })
  })

  it("knows neither GTD nor goodTillDate nor self-trade prevention", () => {
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "LIMIT", quantity, price, timeInForce: "GTD" })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quantity,
      price,
      timeInForce,
      goodTillDate: instant
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "LIMIT",
      quantity,
      price,
      timeInForce,
      selfTradePreventionMode: "EXPIRE_MAKER"
    })
  })

  it("is reduce-only in one-way mode alone", () => {
    expect(place).type.toBeCallableWith({ symbol, side, type: "MARKET", quantity, reduceOnly: true })
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      type: "MARKET",
      quantity,
      positionSide: "BOTH",
      reduceOnly: true
    })
    expect(place).type.toBeCallableWith({ symbol, side, type: "MARKET", quantity, positionSide: "LONG" })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      type: "MARKET",
      quantity,
      positionSide: "LONG",
      reduceOnly: true
    })
    expect(place).type.not.toBeCallableWith({ symbol, side, type: "MARKET", quantity, reduceOnly: "true" })
  })
})

describe("submitNewCMConditionalOrder", () => {
  const place = cm.submitNewCMConditionalOrder

  it("takes a STOP or TAKE_PROFIT with quantity, price and stopPrice", () => {
    expect(place).type.toBeCallableWith({ symbol, side, strategyType: "STOP", quantity, price, stopPrice })
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      strategyType: "TAKE_PROFIT",
      quantity,
      price,
      stopPrice,
      timeInForce
    })
    expect(place).type.not.toBeCallableWith({ symbol, side, strategyType: "STOP", price, stopPrice })
    expect(place).type.not.toBeCallableWith({ symbol, side, strategyType: "STOP", quantity, stopPrice })
    expect(place).type.not.toBeCallableWith({ symbol, side, strategyType: "STOP", quantity, price })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "STOP",
      quantity,
      priceMatch: "QUEUE",
      stopPrice
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "STOP",
      quantity,
      price,
      stopPrice,
      timeInForce: "GTD"
    })
  })

  it("takes a STOP_MARKET or TAKE_PROFIT_MARKET with stopPrice", () => {
    expect(place).type.toBeCallableWith({ symbol, side, strategyType: "STOP_MARKET", quantity, stopPrice })
    expect(place).type.toBeCallableWith({ symbol, side, strategyType: "TAKE_PROFIT_MARKET", stopPrice })
    expect(place).type.not.toBeCallableWith({ symbol, side, strategyType: "STOP_MARKET", quantity })
    expect(place).type.not.toBeCallableWith({ symbol, side, strategyType: "STOP_MARKET", quantity, stopPrice, price })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "STOP_MARKET",
      quantity,
      stopPrice,
      timeInForce
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "STOP_MARKET",
      quantity,
      stopPrice,
      callbackRate: 1
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "STOP_MARKET",
      stopPrice,
      closePosition: true
    })
  })

  it("takes a TRAILING_STOP_MARKET with callbackRate", () => {
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      strategyType: "TRAILING_STOP_MARKET",
      quantity,
      callbackRate: 0.3
    })
    expect(place).type.toBeCallableWith({
      symbol,
      side,
      strategyType: "TRAILING_STOP_MARKET",
      quantity,
      callbackRate: "0.3",
      activationPrice: price
    })
    expect(place).type.not.toBeCallableWith({ symbol, side, strategyType: "TRAILING_STOP_MARKET", quantity })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "TRAILING_STOP_MARKET",
      quantity,
      callbackRate: 1,
      stopPrice
    })
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "TRAILING_STOP_MARKET",
      quantity,
      callbackRate: 1,
      activatePrice: price
    })
  })

  it("is reduce-only in one-way mode alone", () => {
    expect(place).type.not.toBeCallableWith({
      symbol,
      side,
      strategyType: "STOP_MARKET",
      quantity,
      stopPrice,
      positionSide: "SHORT",
      reduceOnly: true
    })
  })
})

describe("references", () => {
  it("name one order, by one id, of the right kind", () => {
    for (const ask of [cm.getCMOrder, cm.getCMOpenOrder, cm.cancelCMOrder, cm.getCMOrderModificationHistory]) {
      expect(ask).type.toBeCallableWith({ symbol, orderId })
      expect(ask).type.toBeCallableWith({ symbol, orderId: 1n })
      expect(ask).type.toBeCallableWith({ symbol, orderId: 1 })
      expect(ask).type.toBeCallableWith({ symbol, origClientOrderId: "mine" })
      expect(ask).type.not.toBeCallableWith({ symbol })
      expect(ask).type.not.toBeCallableWith({ orderId })
      expect(ask).type.not.toBeCallableWith({ symbol, orderId, origClientOrderId: "mine" })
      expect(ask).type.not.toBeCallableWith({ symbol, orderId: "1" })
      expect(ask).type.not.toBeCallableWith({ symbol, orderId: strategyId })
      expect(ask).type.not.toBeCallableWith({ symbol, strategyId })
    }
  })

  it("name one conditional order, by one id, of the right kind", () => {
    for (
      const ask of [cm.cancelCMConditionalOrder, cm.getCMOpenConditionalOrder, cm.getCMConditionalOrderHistory]
    ) {
      expect(ask).type.toBeCallableWith({ symbol, strategyId })
      expect(ask).type.toBeCallableWith({ symbol, strategyId: 1n })
      expect(ask).type.toBeCallableWith({ symbol, newClientStrategyId: "mine" })
      expect(ask).type.not.toBeCallableWith({ symbol })
      expect(ask).type.not.toBeCallableWith({ strategyId })
      expect(ask).type.not.toBeCallableWith({ symbol, strategyId, newClientStrategyId: "mine" })
      expect(ask).type.not.toBeCallableWith({ symbol, strategyId: orderId })
      expect(ask).type.not.toBeCallableWith({ symbol, strategyId: algoId })
    }
  })
})

describe("modifyCMOrder", () => {
  const modify = cm.modifyCMOrder

  it("needs the order, side, quantity and one kind of price", () => {
    expect(modify).type.toBeCallableWith({ symbol, orderId, side, quantity, price })
    expect(modify).type.toBeCallableWith({ symbol, origClientOrderId: "mine", side, quantity, price, modifyId })
    expect(modify).type.toBeCallableWith({ symbol, orderId, side, quantity, priceMatch: "QUEUE", modifyId: 1 })
    expect(modify).type.not.toBeCallableWith({ symbol, side, quantity, price })
    expect(modify).type.not.toBeCallableWith({ symbol, orderId, quantity, price })
    expect(modify).type.not.toBeCallableWith({ symbol, orderId, side, price })
    expect(modify).type.not.toBeCallableWith({ symbol, orderId, side, quantity })
    expect(modify).type.not.toBeCallableWith({ symbol, orderId, side, quantity, price, priceMatch: "QUEUE" })
    expect(modify).type.not.toBeCallableWith({ symbol, orderId, side, quantity, price, modifyId: orderId })
  })
})

describe("lists", () => {
  it("of orders are of a symbol or of a pair", () => {
    expect(cm.getAllCMOrders).type.toBeCallableWith({ symbol, orderId, startTime: instant, endTime: 1, limit: 100 })
    expect(cm.getAllCMOrders).type.toBeCallableWith({ pair })
    expect(cm.getAllCMOrders).type.not.toBeCallableWith({})
    expect(cm.getAllCMOrders).type.not.toBeCallableWith()
    expect(cm.getAllCMOrders).type.not.toBeCallableWith({ symbol, pair })
  })

  it("of open orders need nothing", () => {
    expect(cm.getAllCMOpenOrders).type.toBeCallableWith()
    expect(cm.getAllCMOpenOrders).type.toBeCallableWith({ symbol, pair })
    expect(cm.getCMOpenConditionalOrders).type.toBeCallableWith()
    expect(cm.getCMOpenConditionalOrders).type.not.toBeCallableWith({ pair })
    expect(cm.getAllCMConditionalOrders).type.toBeCallableWith()
    expect(cm.getAllCMConditionalOrders).type.toBeCallableWith({ strategyId, startTime: 0, endTime: instant })
    expect(cm.getAllCMConditionalOrders).type.not.toBeCallableWith({ strategyId: orderId })
    expect(cm.getCMForceOrders).type.toBeCallableWith()
    expect(cm.getCMForceOrders).type.not.toBeCallableWith({ autoCloseType: "BOTH" })
  })

  it("of trades are of a symbol from an id on, or of a symbol or pair and a period", () => {
    expect(cm.getCMTrades).type.toBeCallableWith({ symbol })
    expect(cm.getCMTrades).type.toBeCallableWith({ symbol, fromId: tradeId })
    expect(cm.getCMTrades).type.toBeCallableWith({ pair, startTime: instant, endTime: 1, limit: 1 })
    expect(cm.getCMTrades).type.not.toBeCallableWith({})
    expect(cm.getCMTrades).type.not.toBeCallableWith({ symbol, pair })
    expect(cm.getCMTrades).type.not.toBeCallableWith({ pair, fromId: tradeId })
    expect(cm.getCMTrades).type.not.toBeCallableWith({ symbol, fromId: tradeId, startTime: instant })
    expect(cm.getCMTrades).type.not.toBeCallableWith({ symbol, fromId: orderId })
  })

  it("cancelled whole are those of one symbol", () => {
    expect(cm.cancelAllCMOrders).type.toBeCallableWith({ symbol })
    expect(cm.cancelAllCMOrders).type.not.toBeCallableWith()
    expect(cm.cancelAllCMConditionalOrders).type.not.toBeCallableWith({ pair })
  })
})

describe("replies", () => {
  it("fail by what the call does", () => {
    expect<ReturnType<typeof cm.submitNewCMOrder>>().type.toBe<
      Effect.Effect<Endpoints.CMOrderPlaced, MutationError>
    >()
    expect<ReturnType<typeof cm.cancelCMConditionalOrder>>().type.toBe<
      Effect.Effect<Endpoints.CMConditionalOrderPlaced, MutationError>
    >()
    expect<ReturnType<typeof cm.getCMTrades>>().type.toBe<Effect.Effect<Field.Rows<Endpoints.CMTrade>, ReadError>>()
  })

  it("of getCMOpenOrder are one order", () => {
    expect<ReturnType<typeof cm.getCMOpenOrder>>().type.toBe<Effect.Effect<Endpoints.CMOrder, ReadError>>()
  })

  it("hold values, not text", () => {
    expect<Endpoints.CMOrder["orderId"]>().type.toBe<Ids.OrderId>()
    expect<Endpoints.CMOrder["origQty"]>().type.toBe<BigDecimal.BigDecimal>()
    expect<Endpoints.CMOrder["time"]>().type.toBe<DateTime.Utc>()
    expect<Endpoints.CMTrade["id"]>().type.toBe<Ids.TradeId>()
    expect<Endpoints.CMConditionalOrder["strategyId"]>().type.toBe<Ids.StrategyId>()
    expect<NonNullable<Endpoints.CMConditionalOrder["orderId"]>>().type.toBe<Ids.OrderId>()
  })
})

describe("the listen key", () => {
  it("is redacted", () => {
    expect<UserStreamEndpoints.ListenKey["listenKey"]>().type.toBe<Redacted.Redacted<string>>()
    expect<UserStreamEndpoints.ListenKey["listenKey"]>().type.not.toBeAssignableTo<string>()
  })

  it("is asked for without parameters", () => {
    expect(stream.getPMUserDataListenKey).type.toBeCallableWith()
    expect(stream.getPMUserDataListenKey).type.not.toBeCallableWith({ listenKey: "key" })
  })
})
