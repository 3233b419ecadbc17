/**
 * CM (COIN-M Futures) Orders: placing, changing, cancelling and asking for orders of coin-margined futures, their
 * conditional orders, and their trades.
 *
 * Quantities are in contracts, of 100 USD (BTC) or 10 USD each; profits, margins and commissions in the coin.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"
import { docs, Done, DoneText, OneSymbol, PositionSide, SymbolFilter } from "./Common.ts"
import * as Terms from "./OrderTerms.ts"

const category = "CM (COIN-M Futures) Orders"

interface CMOrderBase extends Terms.Signed {
  /** A contract, e.g. `BTCUSD_PERP`. */
  readonly symbol: string
  /** Buy or sell. */
  readonly side: Terms.Side
  /** In contracts, whole ones. */
  readonly quantity: Terms.Amount
  /** 1 to 32 of `A-Z a-z 0-9 . : / _ -`, new among the open orders (-4116); one is made when left out. */
  readonly newClientOrderId?: string | undefined
  /** `RESULT` waits for the final state of what ends at once (MARKET, IOC, FOK); `ACK` is the default. */
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
}

/**
 * A CM order with a limit price.
 *
 * @category models
 * @since 0.1.0
 */
export type CMLimitOrder =
  & CMOrderBase
  & {
    readonly type: "LIMIT"
    /** Until cancelled (GTC), what can be had at once (IOC), all of it or nothing (FOK), only as a maker (GTX). */
    readonly timeInForce: Terms.TimeInForce
  }
  & Terms.LimitPrice
  & Terms.PositionTarget

/**
 * A CM order at the market.
 *
 * @category models
 * @since 0.1.0
 */
export type CMMarketOrder =
  & CMOrderBase
  & {
    readonly type: "MARKET"
    readonly price?: undefined
    readonly priceMatch?: undefined
    readonly timeInForce?: undefined
  }
  & Terms.PositionTarget

/**
 * Parameters of {@link submitNewCMOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewCMOrder = CMLimitOrder | CMMarketOrder

const newOrderFields = Schema.Struct({
  symbol: Param.Symbol,
  side: Terms.params.side,
  positionSide: Schema.optional(Terms.params.positionSide),
  type: Param.oneOf("LIMIT", "MARKET"),
  timeInForce: Schema.optional(Terms.params.timeInForce),
  quantity: Schema.optional(Param.Decimal),
  reduceOnly: Schema.optional(Param.Bool),
  price: Schema.optional(Param.Decimal),
  priceMatch: Schema.optional(Terms.params.priceMatch),
  newClientOrderId: Schema.optional(Param.clientId(32)),
  newOrderRespType: Schema.optional(Param.oneOf("ACK", "RESULT")),
  ...Param.signed
})

type NewOrderFields = typeof newOrderFields.Type

const isLimit = ({ type }: NewOrderFields): boolean => type === "LIMIT"
const isMarket = ({ type }: NewOrderFields): boolean => type === "MARKET"

const NewCMOrderParams = newOrderFields.check(Param.rules<NewOrderFields>(
  Terms.needed("quantity", () => true, "with every type"),
  Terms.limitPrice(isLimit, "LIMIT"),
  Terms.needed("timeInForce", isLimit, "with type LIMIT"),
  Terms.refused("timeInForce", isMarket, "with type MARKET"),
  Terms.noReduceOnlyInHedgeMode
))

const order = {
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  symbol: Schema.String,
  pair: Schema.String,
  status: Terms.FuturesOrderStatus,
  side: Terms.SideField,
  positionSide: PositionSide,
  type: Terms.FuturesOrderTypeField,
  timeInForce: Terms.TimeInForceField,
  /** 0 for market orders. */
  price: Field.Decimal,
  /** In contracts. */
  origQty: Field.Decimal,
  /** In contracts. */
  executedQty: Field.Decimal,
  /** No longer sent in answers to placing, changing and cancelling. */
  avgPrice: Schema.optionalKey(Field.Decimal),
  /** What is filled, in the coin. No longer sent in answers to placing, changing and cancelling. */
  cumBase: Schema.optionalKey(Field.Decimal),
  reduceOnly: Field.Bool,
  updateTime: Field.Time
}

/**
 * The answer to a new CM order.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOrderPlaced extends Schema.Schema.Type<typeof CMOrderPlaced> {}

/**
 * The answer to a new CM order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOrderPlaced = Schema.Struct({
  ...order,
  /** What is filled, in contracts. */
  cumQty: Field.Decimal
})

/**
 * A CM order as it is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOrder extends Schema.Schema.Type<typeof CMOrder> {}

/**
 * A CM order as it is asked for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOrder = Field.row({
  ...order,
  origType: Terms.FuturesOrderTypeField,
  /** When it was placed. */
  time: Field.Time
}, (read, sent) => ({
  orderId: read.orderId(sent.orderId),
  clientOrderId: read.clientOrderId(sent.clientOrderId),
  symbol: read.symbol(sent.symbol),
  pair: read.pair(sent.pair),
  status: read.status(sent.status),
  side: read.side(sent.side),
  positionSide: read.positionSide(sent.positionSide),
  type: read.type(sent.type),
  timeInForce: read.timeInForce(sent.timeInForce),
  price: read.price(sent.price),
  origQty: read.origQty(sent.origQty),
  executedQty: read.executedQty(sent.executedQty),
  avgPrice: read.avgPrice(sent.avgPrice),
  cumBase: read.cumBase(sent.cumBase),
  reduceOnly: read.reduceOnly(sent.reduceOnly),
  updateTime: read.updateTime(sent.updateTime),
  origType: read.origType(sent.origType),
  time: read.time(sent.time)
}))

/**
 * Parameters of calls about one CM order.
 *
 * @category models
 * @since 0.1.0
 */
export type CMOrderRef =
  & {
    /** A contract, e.g. `BTCUSD_PERP`. */
    readonly symbol: string
  }
  & Terms.OrderRef
  & Terms.Signed

const orderRefFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  ...Param.signed
})

const CMOrderRefParams = orderRefFields.check(Param.rules<typeof orderRefFields.Type>(Terms.oneReference))

/**
 * The answer to the cancellation of a CM order: the order as it ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOrderCanceled extends Schema.Schema.Type<typeof CMOrderCanceled> {}

/**
 * The answer to the cancellation of a CM order: the order as it ended.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOrderCanceled = Schema.Struct({
  ...order,
  /** What is filled, in contracts. */
  cumQty: Field.Decimal
})

/**
 * The answer to a change of a CM order: the order as it is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOrderModified extends Schema.Schema.Type<typeof CMOrderModified> {}

/**
 * The answer to a change of a CM order: the order as it is now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOrderModified = Schema.Struct({
  ...order,
  /** What is filled, in contracts. */
  cumQty: Field.Decimal,
  origType: Terms.FuturesOrderTypeField,
  /** The number given with the change. */
  modifyId: Schema.optionalKey(Field.id(Ids.ModifyId))
})

/**
 * An order with which the exchange closed a CM position of the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMForceOrder extends Schema.Schema.Type<typeof CMForceOrder> {}

/**
 * An order with which the exchange closed a CM position of the account.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMForceOrder = Schema.Struct({
  ...order,
  origType: Terms.FuturesOrderTypeField,
  time: Field.Time
})

/**
 * One change of a CM order.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOrderAmendment extends Schema.Schema.Type<typeof CMOrderAmendment> {}

/**
 * One change of a CM order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOrderAmendment = Schema.Struct({
  amendmentId: Field.id(Ids.AmendmentId),
  symbol: Schema.String,
  pair: Schema.String,
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  time: Field.Time,
  amendment: Terms.AmendmentField
})

/**
 * A fill of a CM order; amounts in the coin unless said otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMTrade extends Schema.Schema.Type<typeof CMTrade> {}

/**
 * A fill of a CM order; amounts in the coin unless said otherwise.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMTrade = Field.row({
  symbol: Schema.String,
  pair: Schema.String,
  id: Field.id(Ids.TradeId),
  orderId: Field.id(Ids.OrderId),
  side: Terms.SideField,
  price: Field.Decimal,
  /** In contracts. */
  qty: Field.Decimal,
  realizedPnl: Field.Decimal,
  /** The coin. */
  marginAsset: Schema.String,
  /** The quantity in the coin. */
  baseQty: Field.Decimal,
  /** In `commissionAsset`; positive when paid. */
  commission: Field.Decimal,
  commissionAsset: Schema.String,
  time: Field.Time,
  positionSide: PositionSide,
  /** Whether this side bought. */
  buyer: Field.Bool,
  maker: Field.Bool
}, (read, sent) => ({
  symbol: read.symbol(sent.symbol),
  pair: read.pair(sent.pair),
  id: read.id(sent.id),
  orderId: read.orderId(sent.orderId),
  side: read.side(sent.side),
  price: read.price(sent.price),
  qty: read.qty(sent.qty),
  realizedPnl: read.realizedPnl(sent.realizedPnl),
  marginAsset: read.marginAsset(sent.marginAsset),
  baseQty: read.baseQty(sent.baseQty),
  commission: read.commission(sent.commission),
  commissionAsset: read.commissionAsset(sent.commissionAsset),
  time: read.time(sent.time),
  positionSide: read.positionSide(sent.positionSide),
  buyer: read.buyer(sent.buyer),
  maker: read.maker(sent.maker)
}))

/**
 * Parameters of {@link modifyCMOrder}.
 *
 * The new quantity goes with the new price or a price match: the documentation asks for `price` and says that `priceMatch`
 * excludes it. Whether the exchange takes a price match in place of a price is not known.
 *
 * @category models
 * @since 0.1.0
 */
export type CMOrderChange =
  & Terms.OrderRef
  & {
    /** A contract, e.g. `BTCUSD_PERP`. */
    readonly symbol: string
    /** Buy or sell. */
    readonly side: Terms.Side
    /** The whole new quantity, in contracts. Where it is not above what is filled already, the order is cancelled. */
    readonly quantity: Terms.Amount
    /** A number of your own, told in the answer, the history and the stream; may be used again. */
    readonly modifyId?: Terms.ModifyIdInput | undefined
  }
  & Terms.LimitPrice
  & Terms.Signed

const changeFields = Schema.Struct({
  ...Terms.reference,
  symbol: Param.Symbol,
  side: Terms.params.side,
  quantity: Param.Decimal,
  price: Schema.optional(Param.Decimal),
  priceMatch: Schema.optional(Terms.params.priceMatch),
  modifyId: Schema.optional(Param.id(Ids.ModifyId)),
  ...Param.signed
})

const CMOrderChangeParams = changeFields.check(Param.rules<typeof changeFields.Type>(
  Terms.oneReference,
  Terms.limitPrice(() => true, "LIMIT")
))

/**
 * One contract, or all contracts of a pair: a perpetual and its delivery futures.
 *
 * @category models
 * @since 0.1.0
 */
export type CMSymbolOrPair =
  | {
    /** One contract, e.g. `BTCUSD_PERP`. */
    readonly symbol: string
    readonly pair?: undefined
  }
  | {
    /** All contracts of a pair, e.g. `BTCUSD`. */
    readonly pair: string
    readonly symbol?: undefined
  }

const symbolOrPair = {
  symbol: Schema.optional(Param.Symbol),
  pair: Schema.optional(Param.Symbol)
}

const weightBySymbolOrPair = ({ pair }: Endpoint.WireParams): number => pair === undefined ? 20 : 40

/**
 * Parameters of {@link getAllCMOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export type CMOrdersQuery =
  & CMSymbolOrPair
  & {
    /** Orders from this id on; the most recent when left out. */
    readonly orderId?: Terms.OrderIdInput | undefined
    /** The first instant. */
    readonly startTime?: Terms.Instant | undefined
    /** The last instant. */
    readonly endTime?: Terms.Instant | undefined
    /** How many at most, 1 to 100; 50 when left out. */
    readonly limit?: number | undefined
  }
  & Terms.Signed

const ordersFields = Schema.Struct({
  ...symbolOrPair,
  orderId: Schema.optional(Terms.params.orderId),
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  limit: Schema.optional(Param.int(1, 100)),
  ...Param.signed
})

const CMOrdersParams = ordersFields.check(
  Param.rules(Terms.exactlyOne<typeof ordersFields.Type>("symbol", "pair"))
)

/**
 * Parameters of {@link getAllCMOpenOrders}: everything, or the orders of a symbol or pair.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOpenOrdersQuery extends Schema.Schema.Type<typeof CMOpenOrdersQuery> {}

/**
 * Parameters of {@link getAllCMOpenOrders}: everything, or the orders of a symbol or pair.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOpenOrdersQuery = Schema.Struct({
  /** One contract, e.g. `BTCUSD_PERP`; all of them when left out. */
  symbol: Schema.optional(Param.Symbol),
  /** All contracts of a pair, e.g. `BTCUSD`. */
  pair: Schema.optional(Param.Symbol),
  ...Param.signed
})

/**
 * Parameters of {@link getCMTrades}: of a symbol from an id on, or of a symbol or pair and a period.
 *
 * @category models
 * @since 0.1.0
 */
export type CMTradesQuery =
  & (
    | {
      /** One contract, e.g. `BTCUSD_PERP`. */
      readonly symbol: string
      readonly pair?: undefined
      /** Trades from this id on, the trade itself included. */
      readonly fromId: Ids.TradeId | bigint | number
      readonly startTime?: undefined
      readonly endTime?: undefined
    }
    | (
      & CMSymbolOrPair
      & {
        /** The first instant; a period is at most 24 hours long, and by default the last 24. */
        readonly startTime?: Terms.Instant | undefined
        /** The last instant. */
        readonly endTime?: Terms.Instant | undefined
        readonly fromId?: undefined
      }
    )
  )
  & {
    /** How many at most, 1 to 1000; 50 when left out. */
    readonly limit?: number | undefined
  }
  & Terms.Signed

const tradesFields = Schema.Struct({
  ...symbolOrPair,
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  fromId: Schema.optional(Param.id(Ids.TradeId)),
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
})

type TradesFields = typeof tradesFields.Type

const byId = ({ fromId }: TradesFields): boolean => fromId !== undefined
const byPair = ({ pair }: TradesFields): boolean => pair !== undefined

const CMTradesParams = tradesFields.check(Param.rules<TradesFields>(
  Terms.exactlyOne<TradesFields>("symbol", "pair"),
  Terms.refused("fromId", byPair, "with pair: an id belongs to a symbol"),
  Terms.refused("startTime", byId, "with fromId"),
  Terms.refused("endTime", byId, "with fromId"),
  Terms.period(1)
))

/**
 * Parameters of {@link getCMForceOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMForceOrdersQuery extends Schema.Schema.Type<typeof CMForceOrdersQuery> {}

/**
 * Parameters of {@link getCMForceOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMForceOrdersQuery = Schema.Struct({
  /** One contract, e.g. `BTCUSD_PERP`; all of them when left out. */
  symbol: Schema.optional(Param.Symbol),
  /** Liquidations or auto-deleveraging; both when left out. */
  autoCloseType: Schema.optional(Param.oneOf("LIQUIDATION", "ADL")),
  /** The first instant; when left out, 7 days before `endTime`. */
  startTime: Schema.optional(Param.Time),
  /** The last instant. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 100; 50 when left out. */
  limit: Schema.optional(Param.int(1, 100)),
  ...Param.signed
})

/**
 * Parameters of {@link getCMOrderModificationHistory}.
 *
 * @category models
 * @since 0.1.0
 */
export type CMOrderAmendmentsQuery = CMOrderRef & {
  /** The first instant. */
  readonly startTime?: Terms.Instant | undefined
  /** The last instant. */
  readonly endTime?: Terms.Instant | undefined
  /** How many at most, 1 to 100; 50 when left out. */
  readonly limit?: number | undefined
}

const amendmentsFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  limit: Schema.optional(Param.int(1, 100)),
  ...Param.signed
})

const CMOrderAmendmentsParams = amendmentsFields.check(
  Param.rules<typeof amendmentsFields.Type>(Terms.oneReference)
)

interface CMConditionalOrderBase extends Terms.Signed {
  /** A contract, e.g. `BTCUSD_PERP`. */
  readonly symbol: string
  /** Buy or sell. */
  readonly side: Terms.Side
  /** What is watched; `CONTRACT_PRICE` when left out. */
  readonly workingType?: Terms.WorkingType | undefined
  /** Holds the trigger back while mark and last price are further apart than the symbol's `triggerProtect`. */
  readonly priceProtect?: boolean | undefined
  /** 1 to 36 of `A-Z a-z 0-9 . : / _ -`, new among the open orders; one is made when left out. */
  readonly newClientStrategyId?: string | undefined
}

/**
 * A CM conditional order that becomes a limit order.
 *
 * @category models
 * @since 0.1.0
 */
export type CMConditionalLimitOrder =
  & CMConditionalOrderBase
  & {
    readonly strategyType: "STOP" | "TAKE_PROFIT"
    /** In contracts, whole ones. */
    readonly quantity: Terms.Amount
    /** The limit: what is paid for one unit at most, or taken at least. */
    readonly price: Terms.Amount
    /** `GTC` when left out. */
    readonly timeInForce?: Terms.TimeInForce | undefined
  }
  & Terms.StrategyTrigger
  & Terms.PositionTarget

interface AtMarket {
  /** In contracts, whole ones. */
  readonly quantity?: Terms.Amount | undefined
  readonly price?: undefined
  readonly timeInForce?: undefined
}

/**
 * A CM conditional order that becomes a market order.
 *
 * @category models
 * @since 0.1.0
 */
export type CMConditionalMarketOrder =
  & CMConditionalOrderBase
  & { readonly strategyType: "STOP_MARKET" | "TAKE_PROFIT_MARKET" }
  & AtMarket
  & Terms.StrategyTrigger
  & Terms.PositionTarget

/**
 * A CM conditional order that follows the price and becomes a market order when it turns.
 *
 * @category models
 * @since 0.1.0
 */
export type CMConditionalTrailingOrder =
  & CMConditionalOrderBase
  & {
    readonly strategyType: "TRAILING_STOP_MARKET"
    /** How far the price must turn, 0.1 to 5 percent: 1 is 1 %. */
    readonly callbackRate: Terms.Amount
    /** Where the following begins, for a BUY below, for a SELL above the mark price (-2021), which is taken when left out. */
    readonly activationPrice?: Terms.Amount | undefined
    readonly stopPrice?: undefined
  }
  & AtMarket
  & Terms.PositionTarget

/**
 * Parameters of {@link submitNewCMConditionalOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewCMConditionalOrder = CMConditionalLimitOrder | CMConditionalMarketOrder | CMConditionalTrailingOrder

const newConditionalFields = Schema.Struct({
  symbol: Param.Symbol,
  side: Terms.params.side,
  positionSide: Schema.optional(Terms.params.positionSide),
  strategyType: Terms.params.conditionalType,
  timeInForce: Schema.optional(Terms.params.timeInForce),
  quantity: Schema.optional(Param.Decimal),
  reduceOnly: Schema.optional(Param.Bool),
  price: Schema.optional(Param.Decimal),
  workingType: Schema.optional(Terms.params.workingType),
  priceProtect: Schema.optional(Param.Bool),
  newClientStrategyId: Schema.optional(Param.clientId(36)),
  stopPrice: Schema.optional(Param.Decimal),
  activationPrice: Schema.optional(Param.Decimal),
  callbackRate: Schema.optional(Param.Decimal),
  ...Param.signed
})

type NewConditionalFields = typeof newConditionalFields.Type

const ofStrategy =
  (is: (type: Terms.ConditionalType) => boolean) => ({ strategyType }: NewConditionalFields): boolean =>
    is(strategyType)

const NewCMConditionalOrderParams = newConditionalFields.check(Param.rules<NewConditionalFields>(
  Terms.needed("quantity", ofStrategy(Terms.endsAtLimit), "with strategyType STOP or TAKE_PROFIT"),
  Terms.needed("price", ofStrategy(Terms.endsAtLimit), "with strategyType STOP or TAKE_PROFIT"),
  Terms.refused("price", ofStrategy(Terms.endsAtMarket), "with an order that ends at the market"),
  Terms.refused("timeInForce", ofStrategy(Terms.endsAtMarket), "with an order that ends at the market"),
  Terms.needed("stopPrice", ofStrategy(Terms.waits), "with every strategyType but TRAILING_STOP_MARKET"),
  Terms.refused(
    "stopPrice",
    ofStrategy(Terms.trails),
    "with strategyType TRAILING_STOP_MARKET: activationPrice says where it begins"
  ),
  Terms.needed("callbackRate", ofStrategy(Terms.trails), "with strategyType TRAILING_STOP_MARKET"),
  Terms.refused("callbackRate", ofStrategy(Terms.waits), "with a strategyType other than TRAILING_STOP_MARKET"),
  Terms.bounded("callbackRate", "0.1", "5"),
  Terms.refused("activationPrice", ofStrategy(Terms.waits), "with a strategyType other than TRAILING_STOP_MARKET"),
  Terms.noReduceOnlyInHedgeMode
))

/**
 * Parameters of calls about one CM conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export type CMConditionalOrderRef =
  & {
    /** A contract, e.g. `BTCUSD_PERP`. */
    readonly symbol: string
  }
  & Terms.StrategyRef
  & Terms.Signed

const strategyRefFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.strategyReference,
  ...Param.signed
})

const CMConditionalOrderRefParams = strategyRefFields.check(
  Param.rules(Terms.exactlyOne<typeof strategyRefFields.Type>("strategyId", "newClientStrategyId"))
)

/**
 * Parameters of {@link getAllCMConditionalOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMConditionalOrdersQuery extends Schema.Schema.Type<typeof CMConditionalOrdersQuery> {}

/**
 * Parameters of {@link getAllCMConditionalOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMConditionalOrdersQuery = Schema.Struct({
  /** One contract, e.g. `BTCUSD_PERP`; all of them when left out. */
  symbol: Schema.optional(Param.Symbol),
  /** Orders from this id on. */
  strategyId: Schema.optional(Terms.params.strategyId),
  /** The first instant; a period is at most 7 days long, and by default the last 7. */
  startTime: Schema.optional(Param.Time),
  /** The last instant. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 1000; 500 when left out. */
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
}).check(Param.rules(Terms.period(7)))

/**
 * The answer to a new CM conditional order, and to the cancellation of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMConditionalOrderPlaced extends Schema.Schema.Type<typeof CMConditionalOrderPlaced> {}

/**
 * The answer to a new CM conditional order, and to the cancellation of one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMConditionalOrderPlaced = Schema.Struct({
  ...Terms.strategyFields,
  /** Only sent when the order is placed. */
  pair: Schema.optionalKey(Schema.String),
  workingType: Terms.WorkingTypeField,
  priceProtect: Field.Bool
})

/**
 * An open CM conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOpenConditionalOrder extends Schema.Schema.Type<typeof CMOpenConditionalOrder> {}

/**
 * An open CM conditional order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMOpenConditionalOrder = Schema.Struct(Terms.strategyFields)

/**
 * A CM conditional order as it is asked for, whatever became of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMConditionalOrder extends Schema.Schema.Type<typeof CMConditionalOrder> {}

/**
 * A CM conditional order as it is asked for, whatever became of it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMConditionalOrder = Schema.Struct({
  ...Terms.strategyFields,
  /** The id of the order it became; only once it fired. */
  orderId: Schema.optionalKey(Field.id(Ids.OrderId)),
  /** The status of that order. */
  status: Schema.optionalKey(Terms.FuturesOrderStatus),
  /** The type of that order. */
  type: Schema.optionalKey(Terms.FuturesOrderTypeField),
  /** When it fired. */
  triggerTime: Schema.optionalKey(Field.Time),
  /** Not sent in lists. */
  workingType: Schema.optionalKey(Terms.WorkingTypeField),
  /** Not sent in lists. */
  priceProtect: Schema.optionalKey(Field.Bool),
  /** Not sent in lists. */
  priceMatch: Schema.optionalKey(Terms.PriceMatchField)
})

/**
 * Places a CM order. Weight 1, counts as 1 order.
 *
 * **Gotchas**
 *
 * The quantity is in contracts. In hedge mode the exchange asks for positionSide LONG or SHORT (-4061). A GTX order that
 * would take is refused (-5022) and leaves no order behind.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewCMOrder = Endpoint.makeFor<NewCMOrder>()({
  id: "submitNewCMOrder",
  method: "POST",
  path: "/papi/v1/cm/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewCMOrderParams,
  clientIds: [{ name: "newClientOrderId", maxLength: 32 }],
  reply: CMOrderPlaced,
  docs: `${docs}/trade/New-CM-Order`
})

/**
 * Places a CM conditional order: one that waits for a price and then becomes a LIMIT or MARKET order. Weight 1, counts as
 * 1 order.
 *
 * **Gotchas**
 *
 * It needs no margin until it fires; what it becomes may then be refused, and has an id of its own. Where the price is at
 * the trigger already, it is refused with -2021. In hedge mode the exchange asks for positionSide LONG or SHORT (-4061).
 * `activationPrice` and `callbackRate` are `activatePrice` and `priceRate` in replies.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewCMConditionalOrder = Endpoint.makeFor<NewCMConditionalOrder>()({
  id: "submitNewCMConditionalOrder",
  method: "POST",
  path: "/papi/v1/cm/conditional/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewCMConditionalOrderParams,
  clientIds: [{ name: "newClientStrategyId", maxLength: 36 }],
  reply: CMConditionalOrderPlaced,
  docs: `${docs}/trade/New-CM-Conditional-Order`
})

/**
 * Cancels a CM order. Weight 1.
 *
 * An order that is not open (any more) is refused with -2011.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelCMOrder = Endpoint.makeFor<CMOrderRef>()({
  id: "cancelCMOrder",
  method: "DELETE",
  path: "/papi/v1/cm/order",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: CMOrderRefParams,
  reply: CMOrderCanceled,
  docs: `${docs}/trade/Cancel-CM-Order`
})

/**
 * Cancels all open CM orders of a symbol; conditional orders stay. Weight 1.
 *
 * There is no call that cancels the orders of all symbols.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelAllCMOrders = Endpoint.make({
  id: "cancelAllCMOrders",
  method: "DELETE",
  path: "/papi/v1/cm/allOpenOrders",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: OneSymbol,
  reply: Done,
  docs: `${docs}/trade/Cancel-All-CM-Open-Orders`
})

/**
 * Cancels a CM conditional order. Weight 1.
 *
 * One that is not open (any more) is refused with -2011.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelCMConditionalOrder = Endpoint.makeFor<CMConditionalOrderRef>()({
  id: "cancelCMConditionalOrder",
  method: "DELETE",
  path: "/papi/v1/cm/conditional/order",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: CMConditionalOrderRefParams,
  reply: CMConditionalOrderPlaced,
  docs: `${docs}/trade/Cancel-CM-Conditional-Order`
})

/**
 * Cancels all open CM conditional orders of a symbol. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelAllCMConditionalOrders = Endpoint.make({
  id: "cancelAllCMConditionalOrders",
  method: "DELETE",
  path: "/papi/v1/cm/conditional/allOpenOrders",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: OneSymbol,
  reply: DoneText,
  docs: `${docs}/trade/Cancel-All-CM-Open-Conditional-Orders`
})

/**
 * Changes price and quantity of an open CM LIMIT order, which then queues anew. Weight 1, counts as 1 order.
 *
 * **Gotchas**
 *
 * A change that a filter refuses leaves the order as it was. One that cannot stand **cancels** it: a quantity not above
 * what is filled, or the price of a GTX order that would take. Nothing changed is refused with -5027, a change while
 * another is pending with -5043, any order but LIMIT with -5025, too many changes of one order with -5026. The
 * self-trade prevention mode stays.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const modifyCMOrder = Endpoint.makeFor<CMOrderChange>()({
  id: "modifyCMOrder",
  method: "PUT",
  path: "/papi/v1/cm/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: CMOrderChangeParams,
  reply: CMOrderModified,
  docs: `${docs}/trade/Modify-CM-Order`
})

/**
 * Asks for one CM order, open or ended. Weight 1.
 *
 * Orders that ended without a fill can be asked for up to 3 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMOrder = Endpoint.makeFor<CMOrderRef>()({
  id: "getCMOrder",
  method: "GET",
  path: "/papi/v1/cm/order",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: CMOrderRefParams,
  reply: CMOrder,
  docs: `${docs}/trade/Query-CM-Order`
})

/**
 * CM orders of a symbol or pair, open and ended. Weight 20 with a symbol, 40 with a pair.
 *
 * Orders that ended without a fill are listed up to 3 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllCMOrders = Endpoint.makeFor<CMOrdersQuery>()({
  id: "getAllCMOrders",
  method: "GET",
  path: "/papi/v1/cm/allOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: weightBySymbolOrPair,
  params: CMOrdersParams,
  reply: Field.rows(CMOrder),
  docs: `${docs}/trade/Query-All-CM-Orders`
})

/**
 * Asks for one open CM order; one that has ended is not found (-2013). Weight 1.
 *
 * Answers a list of one order, and answered the order itself in 2025; the `CMOrders` service gives the order for both.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMOpenOrder = Endpoint.makeFor<CMOrderRef>()({
  id: "getCMOpenOrder",
  method: "GET",
  path: "/papi/v1/cm/openOrder",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: CMOrderRefParams,
  reply: Field.rowOrRows(CMOrder),
  docs: `${docs}/trade/Query-Current-CM-Open-Order`
})

/**
 * All open CM orders, or those of a symbol or pair. Weight 1 with a symbol, 40 without.
 *
 * The weight with a pair alone is not documented and taken to be 40.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllCMOpenOrders = Endpoint.make({
  id: "getAllCMOpenOrders",
  method: "GET",
  path: "/papi/v1/cm/openOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: CMOpenOrdersQuery,
  reply: Field.rows(CMOrder),
  docs: `${docs}/trade/Query-All-Current-CM-Open-Orders`
})

/**
 * All open CM conditional orders, or those of one symbol. Weight 1 with a symbol, 40 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMOpenConditionalOrders = Endpoint.make({
  id: "getCMOpenConditionalOrders",
  method: "GET",
  path: "/papi/v1/cm/conditional/openOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: SymbolFilter,
  reply: Field.rows(CMOpenConditionalOrder),
  docs: `${docs}/trade/Query-All-Current-CM-Open-Conditional-Orders`
})

/**
 * Asks for one open CM conditional order; one that fired or ended is not found (-2013). Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMOpenConditionalOrder = Endpoint.makeFor<CMConditionalOrderRef>()({
  id: "getCMOpenConditionalOrder",
  method: "GET",
  path: "/papi/v1/cm/conditional/openOrder",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: CMConditionalOrderRefParams,
  reply: CMOpenConditionalOrder,
  docs: `${docs}/trade/Query-Current-CM-Open-Conditional-Order`
})

/**
 * CM conditional orders, open and ended, of at most 7 days. Weight 1 with a symbol, 40 without.
 *
 * Orders that ended without a fill are listed up to 7 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllCMConditionalOrders = Endpoint.make({
  id: "getAllCMConditionalOrders",
  method: "GET",
  path: "/papi/v1/cm/conditional/allOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: CMConditionalOrdersQuery,
  reply: Field.rows(CMConditionalOrder),
  docs: `${docs}/trade/Query-All-CM-Conditional-Orders`
})

/**
 * Asks for one CM conditional order that fired or ended; one that still waits is not found. Weight 1.
 *
 * One object, no list. Orders that ended without a fill can be asked for up to 7 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMConditionalOrderHistory = Endpoint.makeFor<CMConditionalOrderRef>()({
  id: "getCMConditionalOrderHistory",
  method: "GET",
  path: "/papi/v1/cm/conditional/orderHistory",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: CMConditionalOrderRefParams,
  reply: CMConditionalOrder,
  docs: `${docs}/trade/Query-CM-Conditional-Order-History`
})

/**
 * CM fills of a symbol from an id on, or of a symbol or pair of at most 24 hours. Weight 20 with a symbol, 40 with a pair.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMTrades = Endpoint.makeFor<CMTradesQuery>()({
  id: "getCMTrades",
  method: "GET",
  path: "/papi/v1/cm/userTrades",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: weightBySymbolOrPair,
  params: CMTradesParams,
  reply: Field.rows(CMTrade),
  docs: `${docs}/trade/CM-Account-Trade-List`
})

/**
 * Orders with which the exchange closed CM positions (liquidation, auto-deleveraging), of the last 90 days. Weight 20 with
 * a symbol, 50 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMForceOrders = Endpoint.make({
  id: "getCMForceOrders",
  method: "GET",
  path: "/papi/v1/cm/forceOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 50 : 20,
  params: CMForceOrdersQuery,
  reply: Field.rows(CMForceOrder),
  docs: `${docs}/trade/Query-Users-CM-Force-Orders`
})

/**
 * The changes of one CM order. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMOrderModificationHistory = Endpoint.makeFor<CMOrderAmendmentsQuery>()({
  id: "getCMOrderModificationHistory",
  method: "GET",
  path: "/papi/v1/cm/orderAmendment",
  category,
  security: "TRADE",
  safety: "read",
  weight: 1,
  params: CMOrderAmendmentsParams,
  reply: Field.rows(CMOrderAmendment),
  docs: `${docs}/trade/Query-CM-Modify-Order-History`
})
