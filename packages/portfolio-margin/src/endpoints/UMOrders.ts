/**
 * UM (USD-M Futures) Orders: placing, changing, cancelling and asking for orders of USDT- and USDC-margined futures, their
 * conditional (algo) orders, and their trades.
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

const category = "UM (USD-M Futures) Orders"

interface UMOrderBase extends Terms.Signed {
  /** A contract, e.g. `BTCUSDT`. */
  readonly symbol: string
  /** Buy or sell. */
  readonly side: Terms.Side
  /** In the base asset, e.g. BTC for BTCUSDT. */
  readonly quantity: Terms.Amount
  /** 1 to 32 of `A-Z a-z 0-9 . : / _ -`, new among the open orders (-4116); one is made when left out. */
  readonly newClientOrderId?: string | undefined
  /** `RESULT` waits for the final state of what ends at once (MARKET, IOC, FOK); `ACK` is the default. */
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
  /** Takes effect with timeInForce IOC, GTC and GTD. */
  readonly selfTradePreventionMode?: Terms.SelfTradePreventionMode | undefined
}

/**
 * A UM order with a limit price.
 *
 * @category models
 * @since 0.1.0
 */
export type UMLimitOrder =
  & UMOrderBase
  & { readonly type: "LIMIT" }
  & Terms.LimitPrice
  & Terms.TimeInForceWithDate
  & Terms.PositionTarget

/**
 * A UM order at the market.
 *
 * @category models
 * @since 0.1.0
 */
export type UMMarketOrder =
  & UMOrderBase
  & {
    readonly type: "MARKET"
    readonly price?: undefined
    readonly priceMatch?: undefined
    readonly timeInForce?: undefined
    readonly goodTillDate?: undefined
  }
  & Terms.PositionTarget

/**
 * Parameters of {@link submitNewUMOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewUMOrder = UMLimitOrder | UMMarketOrder

const newOrderFields = Schema.Struct({
  symbol: Param.Symbol,
  side: Terms.params.side,
  positionSide: Schema.optional(Terms.params.positionSide),
  type: Param.oneOf("LIMIT", "MARKET"),
  timeInForce: Schema.optional(Terms.params.timeInForceWithDate),
  quantity: Param.Decimal,
  reduceOnly: Schema.optional(Param.Bool),
  price: Schema.optional(Param.Decimal),
  newClientOrderId: Schema.optional(Param.clientId(32)),
  newOrderRespType: Schema.optional(Param.oneOf("ACK", "RESULT")),
  priceMatch: Schema.optional(Terms.params.priceMatch),
  selfTradePreventionMode: Schema.optional(Terms.params.selfTradePreventionMode),
  goodTillDate: Schema.optional(Param.Time),
  ...Param.signed
})

type NewOrderFields = typeof newOrderFields.Type

const isLimit = ({ type }: NewOrderFields): boolean => type === "LIMIT"
const isMarket = ({ type }: NewOrderFields): boolean => type === "MARKET"

const NewUMOrderParams = newOrderFields.check(Param.rules<NewOrderFields>(
  Terms.limitPrice(isLimit, "LIMIT"),
  Terms.needed("timeInForce", isLimit, "with type LIMIT"),
  Terms.refused("timeInForce", isMarket, "with type MARKET"),
  Terms.goodTillDate,
  Terms.noReduceOnlyInHedgeMode
))

const order = {
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  symbol: Schema.String,
  status: Terms.FuturesOrderStatus,
  side: Terms.SideField,
  positionSide: PositionSide,
  type: Terms.FuturesOrderTypeField,
  timeInForce: Terms.TimeInForceField,
  /** 0 for market orders. */
  price: Field.Decimal,
  origQty: Field.Decimal,
  executedQty: Field.Decimal,
  /** No longer sent in answers to placing, changing and cancelling. */
  avgPrice: Schema.optionalKey(Field.Decimal),
  /** No longer sent in answers to placing, changing and cancelling. */
  cumQuote: Schema.optionalKey(Field.Decimal),
  reduceOnly: Field.Bool,
  updateTime: Field.Time
}

const extras = {
  selfTradePreventionMode: Terms.SelfTradePreventionField,
  /** The epoch (0) when unused. */
  goodTillDate: Field.Time,
  priceMatch: Terms.PriceMatchField
}

/**
 * The answer to a new UM order.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrderPlaced extends Schema.Schema.Type<typeof UMOrderPlaced> {}

/**
 * The answer to a new UM order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrderPlaced = Schema.Struct({
  ...order,
  cumQty: Field.Decimal,
  ...extras
})

/**
 * A UM order as it is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrder extends Schema.Schema.Type<typeof UMOrder> {}

/**
 * A UM order as it is asked for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrder = Field.row({
  ...order,
  origType: Terms.FuturesOrderTypeField,
  time: Field.Time,
  ...extras
}, (read, sent) => ({
  orderId: read.orderId(sent.orderId),
  clientOrderId: read.clientOrderId(sent.clientOrderId),
  symbol: read.symbol(sent.symbol),
  status: read.status(sent.status),
  side: read.side(sent.side),
  positionSide: read.positionSide(sent.positionSide),
  type: read.type(sent.type),
  timeInForce: read.timeInForce(sent.timeInForce),
  price: read.price(sent.price),
  origQty: read.origQty(sent.origQty),
  executedQty: read.executedQty(sent.executedQty),
  avgPrice: read.avgPrice(sent.avgPrice),
  cumQuote: read.cumQuote(sent.cumQuote),
  reduceOnly: read.reduceOnly(sent.reduceOnly),
  updateTime: read.updateTime(sent.updateTime),
  origType: read.origType(sent.origType),
  time: read.time(sent.time),
  selfTradePreventionMode: read.selfTradePreventionMode(sent.selfTradePreventionMode),
  goodTillDate: read.goodTillDate(sent.goodTillDate),
  priceMatch: read.priceMatch(sent.priceMatch)
}))

/**
 * Parameters of calls about one UM order.
 *
 * @category models
 * @since 0.1.0
 */
export type UMOrderRef =
  & {
    /** A contract, e.g. `BTCUSDT`. */
    readonly symbol: string
  }
  & Terms.OrderRef
  & Terms.Signed

const orderRefFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  ...Param.signed
})

const UMOrderRefParams = orderRefFields.check(Param.rules<typeof orderRefFields.Type>(Terms.oneReference))

/**
 * The answer to the cancellation of a UM order: the order as it ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrderCanceled extends Schema.Schema.Type<typeof UMOrderCanceled> {}

/**
 * The answer to the cancellation of a UM order: the order as it ended.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrderCanceled = Schema.Struct({
  ...order,
  cumQty: Field.Decimal,
  ...extras
})

/**
 * The answer to a change of a UM order: the order as it is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrderModified extends Schema.Schema.Type<typeof UMOrderModified> {}

/**
 * The answer to a change of a UM order: the order as it is now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrderModified = Schema.Struct({
  ...order,
  cumQty: Field.Decimal,
  origType: Terms.FuturesOrderTypeField,
  /** The number given with the change. */
  modifyId: Schema.optionalKey(Field.id(Ids.ModifyId)),
  ...extras
})

/**
 * An order with which the exchange closed a position of the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMForceOrder extends Schema.Schema.Type<typeof UMForceOrder> {}

/**
 * An order with which the exchange closed a position of the account.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMForceOrder = Schema.Struct({
  ...order,
  origType: Terms.FuturesOrderTypeField,
  time: Field.Time
})

/**
 * One change of a UM order.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrderAmendment extends Schema.Schema.Type<typeof UMOrderAmendment> {}

/**
 * One change of a UM order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrderAmendment = Schema.Struct({
  amendmentId: Field.id(Ids.AmendmentId),
  symbol: Schema.String,
  pair: Schema.String,
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  time: Field.Time,
  amendment: Terms.AmendmentField,
  priceMatch: Terms.PriceMatchField
})

/**
 * A fill of a UM order; amounts in the margin asset unless said otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMTrade extends Schema.Schema.Type<typeof UMTrade> {}

/**
 * A fill of a UM order; amounts in the margin asset unless said otherwise.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMTrade = Field.row({
  symbol: Schema.String,
  id: Field.id(Ids.TradeId),
  orderId: Field.id(Ids.OrderId),
  side: Terms.SideField,
  price: Field.Decimal,
  /** In the base asset. */
  qty: Field.Decimal,
  realizedPnl: Field.Decimal,
  quoteQty: Field.Decimal,
  /** In `commissionAsset`; positive when paid. */
  commission: Field.Decimal,
  commissionAsset: Schema.String,
  time: Field.Time,
  /** Whether this side bought. */
  buyer: Field.Bool,
  maker: Field.Bool,
  positionSide: PositionSide
}, (read, sent) => ({
  symbol: read.symbol(sent.symbol),
  id: read.id(sent.id),
  orderId: read.orderId(sent.orderId),
  side: read.side(sent.side),
  price: read.price(sent.price),
  qty: read.qty(sent.qty),
  realizedPnl: read.realizedPnl(sent.realizedPnl),
  quoteQty: read.quoteQty(sent.quoteQty),
  commission: read.commission(sent.commission),
  commissionAsset: read.commissionAsset(sent.commissionAsset),
  time: read.time(sent.time),
  buyer: read.buyer(sent.buyer),
  maker: read.maker(sent.maker),
  positionSide: read.positionSide(sent.positionSide)
}))

/**
 * Parameters of {@link modifyUMOrder}.
 *
 * The new quantity goes with the new price or a price match: the documentation asks for `price` and says that `priceMatch`
 * excludes it. Whether the exchange takes a price match in place of a price is not known.
 *
 * @category models
 * @since 0.1.0
 */
export type UMOrderChange =
  & Terms.OrderRef
  & {
    /** A contract, e.g. `BTCUSDT`. */
    readonly symbol: string
    /** Buy or sell. */
    readonly side: Terms.Side
    /** The whole new quantity, in the base asset. Where it is not above what is filled already, the order is cancelled. */
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

const UMOrderChangeParams = changeFields.check(Param.rules<typeof changeFields.Type>(
  Terms.oneReference,
  Terms.limitPrice(() => true, "LIMIT")
))

/**
 * Parameters of {@link getAllUMOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrdersQuery extends Schema.Schema.Type<typeof UMOrdersQuery> {}

/**
 * Parameters of {@link getAllUMOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrdersQuery = Schema.Struct({
  symbol: Param.Symbol,
  /** Orders from this id on; the most recent when left out. */
  orderId: Schema.optional(Terms.params.orderId),
  /** The first instant; a period is at most 7 days long, and by default the last 7. */
  startTime: Schema.optional(Param.Time),
  /** The last instant. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 1000; 500 when left out. */
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
}).check(Param.rules(Terms.period(7)))

/**
 * Parameters of {@link getUMTrades}: from an id on, or of a period.
 *
 * @category models
 * @since 0.1.0
 */
export type UMTradesQuery =
  & {
    /** A contract, e.g. `BTCUSDT`. */
    readonly symbol: string
    /** How many at most, 1 to 1000; 500 when left out. */
    readonly limit?: number | undefined
  }
  & (
    | {
      /** Trades from this id on, the trade itself included. */
      readonly fromId: Ids.TradeId | bigint | number
      readonly startTime?: undefined
      readonly endTime?: undefined
    }
    | {
      /** The first instant; a period is at most 7 days long, and by default the last 7. */
      readonly startTime?: Terms.Instant | undefined
      /** The last instant. */
      readonly endTime?: Terms.Instant | undefined
      readonly fromId?: undefined
    }
  )
  & Terms.Signed

const tradesFields = Schema.Struct({
  symbol: Param.Symbol,
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  fromId: Schema.optional(Param.id(Ids.TradeId)),
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
})

type TradesFields = typeof tradesFields.Type

const byId = ({ fromId }: TradesFields): boolean => fromId !== undefined

const UMTradesParams = tradesFields.check(Param.rules<TradesFields>(
  Terms.refused("startTime", byId, "with fromId"),
  Terms.refused("endTime", byId, "with fromId"),
  Terms.period(7)
))

/**
 * Parameters of {@link getUMForceOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMForceOrdersQuery extends Schema.Schema.Type<typeof UMForceOrdersQuery> {}

/**
 * Parameters of {@link getUMForceOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMForceOrdersQuery = Schema.Struct({
  /** One symbol; all of them when left out. */
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
 * Parameters of {@link getUMOrderModificationHistory}.
 *
 * @category models
 * @since 0.1.0
 */
export type UMOrderAmendmentsQuery = UMOrderRef & {
  /** The first instant. */
  readonly startTime?: Terms.Instant | undefined
  /** The last instant. */
  readonly endTime?: Terms.Instant | undefined
  /** How many at most, 1 to 1000; 500 when left out. */
  readonly limit?: number | undefined
}

const amendmentsFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
})

const UMOrderAmendmentsParams = amendmentsFields.check(
  Param.rules<typeof amendmentsFields.Type>(Terms.oneReference)
)

interface UMAlgoOrderBase extends Terms.Signed {
  /** `CONDITIONAL` is the only kind. */
  readonly algoType: "CONDITIONAL"
  /** A contract, e.g. `BTCUSDT`. */
  readonly symbol: string
  /** What is watched; `CONTRACT_PRICE` when left out. */
  readonly workingType?: Terms.WorkingType | undefined
  /** 1 to 36 of `A-Z a-z 0-9 . : / _ -`, new among the open algo orders; one is made when left out. */
  readonly clientAlgoId?: string | undefined
  /** `ACK` is the default. */
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
  /** Takes effect with timeInForce IOC, GTC and GTD. */
  readonly selfTradePreventionMode?: Terms.SelfTradePreventionMode | undefined
}

interface AlgoTrigger {
  /**
   * Where the order fires: a STOP when the price rises to it (BUY) or falls to it (SELL), a TAKE_PROFIT the other way
   * round. Where the price is there already, the order is refused (-2021).
   */
  readonly triggerPrice: Terms.Amount
  /** Holds the trigger back while mark and last price are further apart than the symbol's `triggerProtect`. */
  readonly priceProtect?: boolean | undefined
  readonly activatePrice?: undefined
  readonly callbackRate?: undefined
}

interface AlgoQuantity {
  /** In the base asset. */
  readonly quantity: Terms.Amount
  /** `true`, in place of a quantity, closes the whole position; with STOP_MARKET and TAKE_PROFIT_MARKET alone. */
  readonly closePosition?: false | undefined
}

interface AtMarket {
  readonly price?: undefined
  readonly priceMatch?: undefined
  readonly timeInForce?: undefined
  readonly goodTillDate?: undefined
}

/**
 * A UM algo order that becomes a limit order.
 *
 * @category models
 * @since 0.1.0
 */
export type UMAlgoLimitOrder =
  & UMAlgoOrderBase
  & {
    readonly type: "STOP" | "TAKE_PROFIT"
    /** Buy or sell. */
    readonly side: Terms.Side
  }
  & AlgoTrigger
  & AlgoQuantity
  & Terms.LimitPrice
  & Terms.TimeInForceOrDate
  & Terms.PositionTarget

/**
 * A UM algo order that becomes a market order of a quantity.
 *
 * @category models
 * @since 0.1.0
 */
export type UMAlgoMarketOrder =
  & UMAlgoOrderBase
  & {
    readonly type: "STOP_MARKET" | "TAKE_PROFIT_MARKET"
    /** Buy or sell. */
    readonly side: Terms.Side
  }
  & AlgoTrigger
  & AlgoQuantity
  & AtMarket
  & Terms.PositionTarget

/**
 * A UM algo order that closes the whole position of then: a SELL the long one, a BUY the short one.
 *
 * @category models
 * @since 0.1.0
 */
export type UMAlgoCloseOrder =
  & UMAlgoOrderBase
  & {
    readonly type: "STOP_MARKET" | "TAKE_PROFIT_MARKET"
    /** Closes the whole position: neither `quantity` nor `reduceOnly` goes with it. */
    readonly closePosition: true
    readonly quantity?: undefined
    readonly reduceOnly?: undefined
  }
  & AlgoTrigger
  & AtMarket
  & (
    | {
      /** `SELL` closes a long position, `BUY` a short one. */
      readonly side: Terms.Side
      /** `BOTH`, the default, in one-way mode. */
      readonly positionSide?: "BOTH" | undefined
    }
    | {
      /** `SELL` closes a long position. */
      readonly side: "SELL"
      /** The long position, in hedge mode. */
      readonly positionSide: "LONG"
    }
    | {
      /** `BUY` closes a short position. */
      readonly side: "BUY"
      /** The short position, in hedge mode. */
      readonly positionSide: "SHORT"
    }
  )

/**
 * A UM algo order that follows the price and becomes a market order when it turns.
 *
 * @category models
 * @since 0.1.0
 */
export type UMAlgoTrailingOrder =
  & UMAlgoOrderBase
  & {
    readonly type: "TRAILING_STOP_MARKET"
    /** Buy or sell. */
    readonly side: Terms.Side
    /** How far the price must turn, in percent: 1 is 1 %. At least 0.1; the exchange's maximum was 10, since 2026-10-23 20. */
    readonly callbackRate: Terms.Amount
    /**
     * Where the following begins, for a BUY below, for a SELL above the latest price (-2021); the latest price when left
     * out.
     */
    readonly activatePrice?: Terms.Amount | undefined
    readonly triggerPrice?: undefined
    /** Holds the trigger back while mark and last price are further apart than the symbol's `triggerProtect`. */
    readonly priceProtect?: boolean | undefined
  }
  & AlgoQuantity
  & AtMarket
  & Terms.PositionTarget

/**
 * Parameters of {@link submitNewUMAlgoOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewUMAlgoOrder = UMAlgoLimitOrder | UMAlgoMarketOrder | UMAlgoCloseOrder | UMAlgoTrailingOrder

const newAlgoFields = Schema.Struct({
  algoType: Param.oneOf("CONDITIONAL"),
  symbol: Param.Symbol,
  side: Terms.params.side,
  positionSide: Schema.optional(Terms.params.positionSide),
  type: Terms.params.conditionalType,
  timeInForce: Schema.optional(Terms.params.timeInForceWithDate),
  quantity: Schema.optional(Param.Decimal),
  price: Schema.optional(Param.Decimal),
  triggerPrice: Schema.optional(Param.Decimal),
  workingType: Schema.optional(Terms.params.workingType),
  priceMatch: Schema.optional(Terms.params.priceMatch),
  priceProtect: Schema.optional(Param.Bool),
  reduceOnly: Schema.optional(Param.Bool),
  activatePrice: Schema.optional(Param.Decimal),
  callbackRate: Schema.optional(Param.Decimal),
  clientAlgoId: Schema.optional(Param.clientId(36)),
  newOrderRespType: Schema.optional(Param.oneOf("ACK", "RESULT")),
  selfTradePreventionMode: Schema.optional(Terms.params.selfTradePreventionMode),
  goodTillDate: Schema.optional(Param.Time),
  closePosition: Schema.optional(Param.Bool),
  ...Param.signed
})

type NewAlgoFields = typeof newAlgoFields.Type

const waitsForMarket = (type: Terms.ConditionalType): boolean => type === "STOP_MARKET" || type === "TAKE_PROFIT_MARKET"

const ofType = (is: (type: Terms.ConditionalType) => boolean) => ({ type }: NewAlgoFields): boolean => is(type)
const closes = ({ closePosition }: NewAlgoFields): boolean => closePosition === true

const NewUMAlgoOrderParams = newAlgoFields.check(Param.rules<NewAlgoFields>(
  Terms.needed("quantity", (params) => !closes(params), "unless closePosition is true"),
  Terms.needed("triggerPrice", ofType(Terms.waits), "with every type but TRAILING_STOP_MARKET"),
  Terms.refused(
    "triggerPrice",
    ofType(Terms.trails),
    "with type TRAILING_STOP_MARKET: activatePrice says where it begins"
  ),
  Terms.limitPrice(ofType(Terms.endsAtLimit), "STOP or TAKE_PROFIT"),
  Terms.refused("timeInForce", ofType(Terms.endsAtMarket), "with an order that ends at the market"),
  Terms.goodTillDate,
  Terms.needed("callbackRate", ofType(Terms.trails), "with type TRAILING_STOP_MARKET"),
  Terms.refused("callbackRate", ofType(Terms.waits), "with a type other than TRAILING_STOP_MARKET"),
  Terms.bounded("callbackRate", "0.1"),
  Terms.refused("activatePrice", ofType(Terms.waits), "with a type other than TRAILING_STOP_MARKET"),
  (params) =>
    closes(params) && !waitsForMarket(params.type) &&
    { field: "closePosition", rule: "only goes with type STOP_MARKET or TAKE_PROFIT_MARKET" },
  Terms.refused("quantity", closes, "with closePosition"),
  Terms.refused("reduceOnly", closes, "with closePosition, which only reduces"),
  (params) =>
    closes(params) && (
      (params.side === "BUY" && params.positionSide === "LONG") ||
      (params.side === "SELL" && params.positionSide === "SHORT")
    ) &&
    { field: "side", rule: `a ${params.side} does not close a ${params.positionSide} position` },
  Terms.noReduceOnlyInHedgeMode
))

/**
 * Parameters of calls about one UM algo order, which take no symbol.
 *
 * @category models
 * @since 0.1.0
 */
export type UMAlgoOrderRef =
  & (
    | {
      /** The id that the exchange gave the order. */
      readonly algoId: Ids.AlgoId | bigint | number
      readonly clientAlgoId?: undefined
    }
    | {
      /** The id given when the order was placed. */
      readonly clientAlgoId: string
      readonly algoId?: undefined
    }
  )
  & Terms.Signed

const algoRefFields = Schema.Struct({
  algoId: Schema.optional(Param.id(Ids.AlgoId)),
  clientAlgoId: Schema.optional(Param.Text),
  ...Param.signed
})

const UMAlgoOrderRefParams = algoRefFields.check(
  Param.rules(Terms.exactlyOne<typeof algoRefFields.Type>("algoId", "clientAlgoId"))
)

/**
 * Parameters of {@link getUMAlgoOpenOrders}: everything, or what fits the filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOpenAlgoOrdersQuery extends Schema.Schema.Type<typeof UMOpenAlgoOrdersQuery> {}

/**
 * Parameters of {@link getUMAlgoOpenOrders}: everything, or what fits the filters.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOpenAlgoOrdersQuery = Schema.Struct({
  /** `CONDITIONAL` is the only kind. */
  algoType: Schema.optional(Param.oneOf("CONDITIONAL")),
  /** One symbol; all of them when left out. */
  symbol: Schema.optional(Param.Symbol),
  algoId: Schema.optional(Param.id(Ids.AlgoId)),
  ...Param.signed
})

/**
 * Parameters of {@link getAllUMAlgoOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAlgoOrdersQuery extends Schema.Schema.Type<typeof UMAlgoOrdersQuery> {}

/**
 * Parameters of {@link getAllUMAlgoOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAlgoOrdersQuery = Schema.Struct({
  symbol: Param.Symbol,
  /** Orders from this id on; the most recent when left out. */
  algoId: Schema.optional(Param.id(Ids.AlgoId)),
  /** The first instant; a period is at most 7 days long, and by default the last 7. */
  startTime: Schema.optional(Param.Time),
  /** The last instant. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 1000; 500 when left out. */
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
}).check(Param.rules(Terms.period(7)))

const algoOrder = {
  algoId: Field.id(Ids.AlgoId),
  clientAlgoId: Schema.String,
  algoType: Field.openEnum("CONDITIONAL"),
  orderType: Terms.ConditionalTypeField,
  symbol: Schema.String,
  side: Terms.SideField,
  positionSide: PositionSide,
  timeInForce: Terms.TimeInForceField,
  /** `null` where the exchange sends nothing: an order that closes the position has none. */
  quantity: Field.DecimalOrNull,
  /**
   * `TRIGGERING` is on its way to the matching engine, `TRIGGERED` an order there, `FINISHED` filled or cancelled there,
   * `REJECTED` refused there, `EXPIRED` cancelled by the system.
   */
  algoStatus: Field.openEnum("NEW", "CANCELED", "TRIGGERING", "TRIGGERED", "FINISHED", "REJECTED", "EXPIRED"),
  /** `null` where the exchange sends nothing: a trailing order has none. */
  triggerPrice: Field.DecimalOrNull,
  /** The limit price; `null` where the exchange sends nothing. */
  price: Field.DecimalOrNull,
  workingType: Terms.WorkingTypeField,
  priceProtect: Field.Bool,
  reduceOnly: Field.Bool,
  createTime: Field.Time,
  updateTime: Field.Time,
  /** The epoch (0) until it fires. */
  triggerTime: Field.Time,
  ...extras
}

/**
 * The answer to a new UM algo order.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAlgoOrderPlaced extends Schema.Schema.Type<typeof UMAlgoOrderPlaced> {}

/**
 * The answer to a new UM algo order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAlgoOrderPlaced = Schema.Struct({
  ...algoOrder,
  /** Only sent since 2026-08-26. */
  closePosition: Schema.optionalKey(Field.Bool),
  /** Where a trailing order begins to follow; `null` for other orders. */
  activatePrice: Field.DecimalOrNull,
  /** The turn of a trailing order in percent; `null` for other orders. */
  callbackRate: Field.DecimalOrNull
})

const algoOrderAsked = {
  ...algoOrder,
  closePosition: Field.Bool,
  /** Where a trailing order begins to follow; not documented here. */
  activatePrice: Schema.optionalKey(Field.DecimalOrNull),
  /** The turn of a trailing order in percent; not documented here. */
  callbackRate: Schema.optionalKey(Field.DecimalOrNull)
}

/**
 * A UM algo order as it is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAlgoOrder extends Schema.Schema.Type<typeof UMAlgoOrder> {}

/**
 * A UM algo order as it is asked for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAlgoOrder = Schema.Struct({
  ...algoOrderAsked,
  /** The id of the order it became in the matching engine; `null` until it fires. */
  actualOrderId: Field.idOrNull(Ids.OrderId),
  /** The average price of that order. */
  actualPrice: Field.Decimal
})

/**
 * An open UM algo order.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOpenAlgoOrder extends Schema.Schema.Type<typeof UMOpenAlgoOrder> {}

/**
 * An open UM algo order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOpenAlgoOrder = Schema.Struct({
  ...algoOrderAsked,
  /** The id of the order it became in the matching engine; `null` until it fires. Not always sent. */
  actualOrderId: Schema.optionalKey(Field.idOrNull(Ids.OrderId)),
  /** The average price of that order. Not always sent. */
  actualPrice: Schema.optionalKey(Field.Decimal)
})

/**
 * The answer to the cancellation of a UM algo order: the newer `complete`, or the older four fields.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAlgoOrderCanceled extends Schema.Schema.Type<typeof UMAlgoOrderCanceled> {}

/**
 * The answer to the cancellation of a UM algo order: the newer `complete`, or the older four fields.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAlgoOrderCanceled = Schema.Struct({
  complete: Schema.optionalKey(Field.Bool),
  algoId: Schema.optionalKey(Field.id(Ids.AlgoId)),
  clientAlgoId: Schema.optionalKey(Schema.String),
  code: Schema.optionalKey(Field.Int),
  msg: Schema.optionalKey(Schema.String)
})

interface UMConditionalOrderBase extends Terms.Signed {
  /** A contract, e.g. `BTCUSDT`. */
  readonly symbol: string
  /** Buy or sell. */
  readonly side: Terms.Side
  /** What is watched; `CONTRACT_PRICE` when left out. */
  readonly workingType?: Terms.WorkingType | undefined
  /** Holds the trigger back while mark and last price are further apart than the symbol's `triggerProtect`. */
  readonly priceProtect?: boolean | undefined
  /** 1 to 32 of `A-Z a-z 0-9 . : / _ -`, new among the open orders; one is made when left out. */
  readonly newClientStrategyId?: string | undefined
  /** Takes effect with timeInForce IOC, GTC and GTD. */
  readonly selfTradePreventionMode?: Terms.SelfTradePreventionMode | undefined
}

/**
 * A UM conditional order that becomes a limit order.
 *
 * @category models
 * @since 0.1.0
 */
export type UMConditionalLimitOrder =
  & UMConditionalOrderBase
  & {
    readonly strategyType: "STOP" | "TAKE_PROFIT"
    /** In the base asset. */
    readonly quantity: Terms.Amount
  }
  & Terms.StrategyTrigger
  & Terms.LimitPrice
  & Terms.TimeInForceOrDate
  & Terms.PositionTarget

/**
 * A UM conditional order that becomes a market order.
 *
 * @category models
 * @since 0.1.0
 */
export type UMConditionalMarketOrder =
  & UMConditionalOrderBase
  & {
    readonly strategyType: "STOP_MARKET" | "TAKE_PROFIT_MARKET"
    /** In the base asset. */
    readonly quantity?: Terms.Amount | undefined
  }
  & Terms.StrategyTrigger
  & AtMarket
  & Terms.PositionTarget

/**
 * A UM conditional order that follows the price and becomes a market order when it turns.
 *
 * @category models
 * @since 0.1.0
 */
export type UMConditionalTrailingOrder =
  & UMConditionalOrderBase
  & {
    readonly strategyType: "TRAILING_STOP_MARKET"
    /** In the base asset. */
    readonly quantity?: Terms.Amount | undefined
    /** How far the price must turn, 0.1 to 5 percent: 1 is 1 %. */
    readonly callbackRate: Terms.Amount
    /** Where the following begins, for a BUY below, for a SELL above the mark price (-2021), which is taken when left out. */
    readonly activationPrice?: Terms.Amount | undefined
    readonly stopPrice?: undefined
  }
  & AtMarket
  & Terms.PositionTarget

/**
 * Parameters of {@link submitNewUMConditionalOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewUMConditionalOrder = UMConditionalLimitOrder | UMConditionalMarketOrder | UMConditionalTrailingOrder

const newConditionalFields = Schema.Struct({
  symbol: Param.Symbol,
  side: Terms.params.side,
  positionSide: Schema.optional(Terms.params.positionSide),
  strategyType: Terms.params.conditionalType,
  timeInForce: Schema.optional(Terms.params.timeInForceWithDate),
  quantity: Schema.optional(Param.Decimal),
  reduceOnly: Schema.optional(Param.Bool),
  price: Schema.optional(Param.Decimal),
  workingType: Schema.optional(Terms.params.workingType),
  priceProtect: Schema.optional(Param.Bool),
  newClientStrategyId: Schema.optional(Param.clientId(32)),
  stopPrice: Schema.optional(Param.Decimal),
  activationPrice: Schema.optional(Param.Decimal),
  callbackRate: Schema.optional(Param.Decimal),
  priceMatch: Schema.optional(Terms.params.priceMatch),
  selfTradePreventionMode: Schema.optional(Terms.params.selfTradePreventionMode),
  goodTillDate: Schema.optional(Param.Time),
  ...Param.signed
})

type NewConditionalFields = typeof newConditionalFields.Type

const ofStrategy =
  (is: (type: Terms.ConditionalType) => boolean) => ({ strategyType }: NewConditionalFields): boolean =>
    is(strategyType)

const NewUMConditionalOrderParams = newConditionalFields.check(Param.rules<NewConditionalFields>(
  Terms.needed("quantity", ofStrategy(Terms.endsAtLimit), "with strategyType STOP or TAKE_PROFIT"),
  Terms.needed("stopPrice", ofStrategy(Terms.waits), "with every strategyType but TRAILING_STOP_MARKET"),
  Terms.refused(
    "stopPrice",
    ofStrategy(Terms.trails),
    "with strategyType TRAILING_STOP_MARKET: activationPrice says where it begins"
  ),
  Terms.limitPrice(ofStrategy(Terms.endsAtLimit), "STOP or TAKE_PROFIT"),
  Terms.refused("timeInForce", ofStrategy(Terms.endsAtMarket), "with an order that ends at the market"),
  Terms.goodTillDate,
  Terms.needed("callbackRate", ofStrategy(Terms.trails), "with strategyType TRAILING_STOP_MARKET"),
  Terms.refused("callbackRate", ofStrategy(Terms.waits), "with a strategyType other than TRAILING_STOP_MARKET"),
  Terms.bounded("callbackRate", "0.1", "5"),
  Terms.refused("activationPrice", ofStrategy(Terms.waits), "with a strategyType other than TRAILING_STOP_MARKET"),
  Terms.noReduceOnlyInHedgeMode
))

/**
 * Parameters of calls about one UM conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export type UMConditionalOrderRef =
  & {
    /** A contract, e.g. `BTCUSDT`. */
    readonly symbol: string
  }
  & Terms.StrategyRef
  & Terms.Signed

const strategyRefFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.strategyReference,
  ...Param.signed
})

const UMConditionalOrderRefParams = strategyRefFields.check(
  Param.rules(Terms.exactlyOne<typeof strategyRefFields.Type>("strategyId", "newClientStrategyId"))
)

/**
 * Parameters of {@link getAllUMConditionalOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMConditionalOrdersQuery extends Schema.Schema.Type<typeof UMConditionalOrdersQuery> {}

/**
 * Parameters of {@link getAllUMConditionalOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMConditionalOrdersQuery = Schema.Struct({
  /** One symbol; all of them when left out. */
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

const conditionalOrder = {
  ...Terms.strategyFields,
  selfTradePreventionMode: Terms.SelfTradePreventionField,
  /** The epoch (0) when unused. */
  goodTillDate: Field.Time
}

/**
 * The answer to a new UM conditional order, and to the cancellation of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMConditionalOrderPlaced extends Schema.Schema.Type<typeof UMConditionalOrderPlaced> {}

/**
 * The answer to a new UM conditional order, and to the cancellation of one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMConditionalOrderPlaced = Schema.Struct({
  ...conditionalOrder,
  workingType: Terms.WorkingTypeField,
  priceProtect: Field.Bool,
  priceMatch: Terms.PriceMatchField
})

/**
 * An open UM conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOpenConditionalOrder extends Schema.Schema.Type<typeof UMOpenConditionalOrder> {}

/**
 * An open UM conditional order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOpenConditionalOrder = Schema.Struct({
  ...conditionalOrder,
  priceMatch: Terms.PriceMatchField
})

/**
 * A UM conditional order as it is asked for, whatever became of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMConditionalOrder extends Schema.Schema.Type<typeof UMConditionalOrder> {}

/**
 * A UM conditional order as it is asked for, whatever became of it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMConditionalOrder = Schema.Struct({
  ...conditionalOrder,
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
  /** Only sent in lists. */
  priceMatch: Schema.optionalKey(Terms.PriceMatchField)
})

const deprecated = (replacement: string): Endpoint.Status => ({ _tag: "Deprecated", since: "2026-04-28", replacement })

/**
 * Places a UM order. Weight 1, counts as 1 order.
 *
 * **Gotchas**
 *
 * In hedge mode the exchange asks for positionSide LONG or SHORT (-4061). A FOK order that cannot be filled is refused
 * (-5021), and so is a GTX order that would take (-5022); neither leaves an order behind.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewUMOrder = Endpoint.makeFor<NewUMOrder>()({
  id: "submitNewUMOrder",
  method: "POST",
  path: "/papi/v1/um/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewUMOrderParams,
  clientIds: [{ name: "newClientOrderId", maxLength: 32 }],
  reply: UMOrderPlaced,
  docs: `${docs}/trade`
})

/**
 * Asks for one UM order. Weight 1.
 *
 * Orders that ended without a fill can be asked for up to 3 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOrder = Endpoint.makeFor<UMOrderRef>()({
  id: "getUMOrder",
  method: "GET",
  path: "/papi/v1/um/order",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: UMOrderRefParams,
  reply: UMOrder,
  docs: `${docs}/trade/Query-UM-Order`
})

/**
 * All open UM orders, or those of one symbol. Weight 1 with a symbol, 40 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllUMOpenOrders = Endpoint.make({
  id: "getAllUMOpenOrders",
  method: "GET",
  path: "/papi/v1/um/openOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: SymbolFilter,
  reply: Field.rows(UMOrder),
  docs: `${docs}/trade/Query-All-Current-UM-Open-Orders`
})

/**
 * Cancels a UM order. Weight 1.
 *
 * An order that is not open (any more) is refused with -2011.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelUMOrder = Endpoint.makeFor<UMOrderRef>()({
  id: "cancelUMOrder",
  method: "DELETE",
  path: "/papi/v1/um/order",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UMOrderRefParams,
  reply: UMOrderCanceled,
  docs: `${docs}/trade/Cancel-UM-Order`
})

/**
 * Cancels all open UM orders of a symbol; algo orders stay. Weight 1.
 *
 * There is no call that cancels the orders of all symbols.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelAllUMOrders = Endpoint.make({
  id: "cancelAllUMOrders",
  method: "DELETE",
  path: "/papi/v1/um/allOpenOrders",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: OneSymbol,
  reply: Done,
  docs: `${docs}/trade/Cancel-All-UM-Open-Orders`
})

/**
 * Changes price and quantity of an open UM LIMIT order, which then queues anew. Weight 1, counts as 1 order.
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
export const modifyUMOrder = Endpoint.makeFor<UMOrderChange>()({
  id: "modifyUMOrder",
  method: "PUT",
  path: "/papi/v1/um/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: UMOrderChangeParams,
  reply: UMOrderModified,
  docs: `${docs}/trade/Modify-UM-Order`
})

/**
 * UM orders of a symbol, open and ended, of at most 7 days. Weight 5.
 *
 * Orders that ended without a fill are listed up to 3 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllUMOrders = Endpoint.make({
  id: "getAllUMOrders",
  method: "GET",
  path: "/papi/v1/um/allOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: UMOrdersQuery,
  reply: Field.rows(UMOrder),
  docs: `${docs}/trade/Query-All-UM-Orders`
})

/**
 * Asks for one open UM order; one that has ended is not found (-2013). Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOpenOrder = Endpoint.makeFor<UMOrderRef>()({
  id: "getUMOpenOrder",
  method: "GET",
  path: "/papi/v1/um/openOrder",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: UMOrderRefParams,
  reply: UMOrder,
  docs: `${docs}/trade/Query-Current-UM-Open-Order`
})

/**
 * The changes of one UM order. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOrderModificationHistory = Endpoint.makeFor<UMOrderAmendmentsQuery>()({
  id: "getUMOrderModificationHistory",
  method: "GET",
  path: "/papi/v1/um/orderAmendment",
  category,
  security: "TRADE",
  safety: "read",
  weight: 1,
  params: UMOrderAmendmentsParams,
  reply: Field.rows(UMOrderAmendment),
  docs: `${docs}/trade/Query-UM-Modify-Order-History`
})

/**
 * UM fills of a symbol, from an id on or of at most 7 days. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMTrades = Endpoint.makeFor<UMTradesQuery>()({
  id: "getUMTrades",
  method: "GET",
  path: "/papi/v1/um/userTrades",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: UMTradesParams,
  reply: Field.rows(UMTrade),
  docs: `${docs}/trade/UM-Account-Trade-List`
})

/**
 * Orders with which the exchange closed UM positions (liquidation, auto-deleveraging), of the last 90 days. Weight 20 with
 * a symbol, 50 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMForceOrders = Endpoint.make({
  id: "getUMForceOrders",
  method: "GET",
  path: "/papi/v1/um/forceOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 50 : 20,
  params: UMForceOrdersQuery,
  reply: Field.rows(UMForceOrder),
  docs: `${docs}/trade/Query-Users-UM-Force-Orders`
})

/**
 * Places a UM algo order: one that waits for a price and then becomes a LIMIT or MARKET order. Weight 1, counts as 1 order.
 *
 * **Gotchas**
 *
 * It needs no margin until it fires; what it becomes may then be refused. Where the price is at the trigger already, it
 * is refused with -2021.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewUMAlgoOrder = Endpoint.makeFor<NewUMAlgoOrder>()({
  id: "submitNewUMAlgoOrder",
  method: "POST",
  path: "/papi/v1/um/algo/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewUMAlgoOrderParams,
  clientIds: [{ name: "clientAlgoId", maxLength: 36 }],
  reply: UMAlgoOrderPlaced,
  docs: `${docs}/trade/New-UM-Algo-Order`
})

/**
 * Cancels a UM algo order. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelUMAlgoOrder = Endpoint.makeFor<UMAlgoOrderRef>()({
  id: "cancelUMAlgoOrder",
  method: "DELETE",
  path: "/papi/v1/um/algo/order",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UMAlgoOrderRefParams,
  reply: UMAlgoOrderCanceled,
  docs: `${docs}/trade/Cancel-UM-Algo-Order`
})

/**
 * Cancels all open UM algo orders of a symbol. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelAllUMAlgoOpenOrders = Endpoint.make({
  id: "cancelAllUMAlgoOpenOrders",
  method: "DELETE",
  path: "/papi/v1/um/algo/allOpenOrders",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: OneSymbol,
  reply: Done,
  docs: `${docs}/trade/Cancel-All-UM-Open-Algo-Orders`
})

/**
 * Asks for one UM algo order, open or ended. Weight 1.
 *
 * Orders that ended without a fill can be asked for up to 3 days after they were placed, others up to 90 days.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMAlgoOrder = Endpoint.makeFor<UMAlgoOrderRef>()({
  id: "getUMAlgoOrder",
  method: "GET",
  path: "/papi/v1/um/algo/algoOrder",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: UMAlgoOrderRefParams,
  reply: UMAlgoOrder,
  docs: `${docs}/trade/Query-UM-Algo-Order`
})

/**
 * All open UM algo orders, or those that fit the filters. Weight 1 with a symbol, 40 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMAlgoOpenOrders = Endpoint.make({
  id: "getUMAlgoOpenOrders",
  method: "GET",
  path: "/papi/v1/um/algo/openAlgoOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: UMOpenAlgoOrdersQuery,
  reply: Field.rows(UMOpenAlgoOrder),
  docs: `${docs}/trade/Query-All-Current-UM-Open-Algo-Orders`
})

/**
 * UM algo orders of a symbol, open and ended, of at most 7 days. Weight 5.
 *
 * Orders that ended without a fill are listed up to 3 days after they were placed, others up to 90 days.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllUMAlgoOrders = Endpoint.make({
  id: "getAllUMAlgoOrders",
  method: "GET",
  path: "/papi/v1/um/algo/allAlgoOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: UMAlgoOrdersQuery,
  reply: Field.rows(UMAlgoOrder),
  docs: `${docs}/trade/Query-UM-Algo-Order-History`
})

/**
 * Places a UM conditional order. Weight 1, counts as 1 order.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: place it by {@link submitNewUMAlgoOrder}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewUMConditionalOrder = Endpoint.makeFor<NewUMConditionalOrder>()({
  id: "submitNewUMConditionalOrder",
  method: "POST",
  path: "/papi/v1/um/conditional/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewUMConditionalOrderParams,
  clientIds: [{ name: "newClientStrategyId", maxLength: 32 }],
  reply: UMConditionalOrderPlaced,
  docs: `${docs}/trade/New-UM-Conditional-Order`,
  status: deprecated("submitNewUMAlgoOrder")
})

/**
 * Cancels a UM conditional order. Weight 1.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: use {@link cancelUMAlgoOrder}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelUMConditionalOrder = Endpoint.makeFor<UMConditionalOrderRef>()({
  id: "cancelUMConditionalOrder",
  method: "DELETE",
  path: "/papi/v1/um/conditional/order",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UMConditionalOrderRefParams,
  reply: UMConditionalOrderPlaced,
  docs: `${docs}/trade/Cancel-UM-Conditional-Order`,
  status: deprecated("cancelUMAlgoOrder")
})

/**
 * Cancels all open UM conditional orders of a symbol. Weight 1.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: use {@link cancelAllUMAlgoOpenOrders}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelAllUMConditionalOrders = Endpoint.make({
  id: "cancelAllUMConditionalOrders",
  method: "DELETE",
  path: "/papi/v1/um/conditional/allOpenOrders",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: OneSymbol,
  reply: DoneText,
  docs: `${docs}/trade/Cancel-All-UM-Open-Conditional-Orders`,
  status: deprecated("cancelAllUMAlgoOpenOrders")
})

/**
 * UM conditional orders, open and ended, of at most 7 days. Weight 1 with a symbol, 40 without.
 *
 * Orders that ended without a fill are listed up to 7 days after they were placed.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: use {@link getAllUMAlgoOrders}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllUMConditionalOrders = Endpoint.make({
  id: "getAllUMConditionalOrders",
  method: "GET",
  path: "/papi/v1/um/conditional/allOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: UMConditionalOrdersQuery,
  reply: Field.rows(UMConditionalOrder),
  docs: `${docs}/trade/Query-All-UM-Conditional-Orders`,
  status: deprecated("getAllUMAlgoOrders")
})

/**
 * All open UM conditional orders, or those of one symbol. Weight 1 with a symbol, 40 without.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: use {@link getUMAlgoOpenOrders}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOpenConditionalOrders = Endpoint.make({
  id: "getUMOpenConditionalOrders",
  method: "GET",
  path: "/papi/v1/um/conditional/openOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: SymbolFilter,
  reply: Field.rows(UMOpenConditionalOrder),
  docs: `${docs}/trade/Query-All-Current-UM-Open-Conditional-Orders`,
  status: deprecated("getUMAlgoOpenOrders")
})

/**
 * Asks for one open UM conditional order; one that fired or ended is not found (-2013). Weight 1.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: use {@link getUMAlgoOrder}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOpenConditionalOrder = Endpoint.makeFor<UMConditionalOrderRef>()({
  id: "getUMOpenConditionalOrder",
  method: "GET",
  path: "/papi/v1/um/conditional/openOrder",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: UMConditionalOrderRefParams,
  reply: UMOpenConditionalOrder,
  docs: `${docs}/trade/Query-Current-UM-Open-Conditional-Order`,
  status: deprecated("getUMAlgoOrder")
})

/**
 * Asks for one UM conditional order that fired or ended; one that still waits is not found. Weight 1.
 *
 * One object, no list. Orders that ended without a fill can be asked for up to 7 days after they were placed.
 *
 * Deprecated since 2026-04-28, and perhaps not served any more: use {@link getUMAlgoOrder}.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMConditionalOrderHistory = Endpoint.makeFor<UMConditionalOrderRef>()({
  id: "getUMConditionalOrderHistory",
  method: "GET",
  path: "/papi/v1/um/conditional/orderHistory",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: UMConditionalOrderRefParams,
  reply: UMConditionalOrder,
  docs: `${docs}/trade/Query-UM-Conditional-Order-History`,
  status: deprecated("getUMAlgoOrder")
})
