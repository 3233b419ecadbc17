/**
 * Margin Orders: placing, cancelling and asking for orders on cross margin pairs, one-cancels-the-other pairs (OCO) and
 * trades; loans, repayments and interest.
 *
 * @since 0.1.0
 */
import * as Decimal from "@effect-binance/core/Decimal"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { docs, OneSymbol, SignedParams, SymbolFilter } from "./Common.ts"
import * as Terms from "./OrderTerms.ts"

const category = "Margin Orders"

// The engine behind is that of spot, which takes up to 36 characters; the margin pages state no limit.
const clientIdLength = 36

type Without<Names extends string> = { readonly [Name in Names]?: undefined }

// -----------------------------------------------------------------------------
// Placing
// -----------------------------------------------------------------------------

/**
 * How long a margin order rests.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginTimeInForce = "GTC" | "IOC" | "FOK"

/**
 * What an order does about loans. Only an order that borrows has a say in what becomes of the loan when it is cancelled.
 *
 * @category models
 * @since 0.1.0
 */
// The members overlap, so that an effect that is known only at run time fits the first without being told apart.
export type MarginSideEffect =
  | {
    /**
     * `MARGIN_BUY` borrows what the order lacks, `AUTO_REPAY` pays a loan back with what it brings, `AUTO_BORROW_REPAY`
     * does both; `NO_SIDE_EFFECT` is the default.
     */
    readonly sideEffectType?: "NO_SIDE_EFFECT" | "MARGIN_BUY" | "AUTO_REPAY" | "AUTO_BORROW_REPAY" | undefined
    readonly autoRepayAtCancel?: undefined
  }
  | {
    /** Borrows what the order lacks; `AUTO_BORROW_REPAY` also pays back with what it brings. */
    readonly sideEffectType: "MARGIN_BUY" | "AUTO_BORROW_REPAY"
    /** Whether the loan is paid back when the order is cancelled; `true` is the default. */
    readonly autoRepayAtCancel?: boolean | undefined
  }

interface MarginOrderFields extends Terms.Signed {
  /** A margin pair, e.g. `BTCUSDT`. */
  readonly symbol: string
  /** Buy or sell. */
  readonly side: Terms.Side
  /** 1 to 36 of `A-Z a-z 0-9 . : / _ -`, new among the open orders; one is made when left out. */
  readonly newClientOrderId?: string | undefined
  /** How much the answer tells; `FULL` is the default of LIMIT and MARKET, `ACK` that of the others. */
  readonly newOrderRespType?: "ACK" | "RESULT" | "FULL" | undefined
  /** Which side expires when the order would meet another of the same account or group. */
  readonly selfTradePreventionMode?: Terms.SelfTradePreventionMode | undefined
}

type MarginOrderBase = MarginOrderFields & MarginSideEffect

interface Limit {
  /** In the base asset, e.g. BTC for BTCUSDT. */
  readonly quantity: Terms.Amount
  /** The exchange refuses a buy more than 15 % above, and a sell more than 15 % below the index price (51113). */
  readonly price: Terms.Amount
  /** Until cancelled (GTC), what can be had at once (IOC), all of it or nothing (FOK). */
  readonly timeInForce: MarginTimeInForce
  /** How much of the order the book shows; the exchange asks for `GTC` with it. */
  readonly icebergQty?: Terms.Amount | undefined
}

/**
 * A margin order with a limit price.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginLimitOrder =
  & MarginOrderBase
  & Limit
  & { readonly type: "LIMIT" }
  & Without<"quoteOrderQty" | "stopPrice">

/**
 * A margin order at the market, for a quantity of the base asset or for an amount of the quote asset.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginMarketOrder =
  & MarginOrderBase
  & { readonly type: "MARKET" }
  & (
    | {
      /** In the base asset, e.g. BTC for BTCUSDT. */
      readonly quantity: Terms.Amount
      readonly quoteOrderQty?: undefined
    }
    | {
      /** What is spent or received, in the quote asset, e.g. USDT for BTCUSDT. */
      readonly quoteOrderQty: Terms.Amount
      readonly quantity?: undefined
    }
  )
  & Without<"price" | "stopPrice" | "timeInForce" | "icebergQty">

/**
 * A margin order that waits for a price and then goes to the market.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginStopOrder =
  & MarginOrderBase
  & {
    readonly type: "STOP_LOSS" | "TAKE_PROFIT"
    /** In the base asset, e.g. BTC for BTCUSDT. */
    readonly quantity: Terms.Amount
    /** The trigger: once the pair trades there, the order goes to the market. */
    readonly stopPrice: Terms.Amount
  }
  & Without<"quoteOrderQty" | "price" | "timeInForce" | "icebergQty">

/**
 * A margin order that waits for a price and then rests at its limit price.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginStopLimitOrder =
  & MarginOrderBase
  & Limit
  & {
    readonly type: "STOP_LOSS_LIMIT" | "TAKE_PROFIT_LIMIT"
    /** The trigger: once the pair trades there, the order enters the book. */
    readonly stopPrice: Terms.Amount
  }
  & Without<"quoteOrderQty">

/**
 * A margin order with a limit price that is refused where it would trade at once.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginLimitMakerOrder =
  & MarginOrderBase
  & {
    readonly type: "LIMIT_MAKER"
    /** In the base asset, e.g. BTC for BTCUSDT. */
    readonly quantity: Terms.Amount
    /** The limit: what is paid for one unit at most, or taken at least. */
    readonly price: Terms.Amount
  }
  & Without<"quoteOrderQty" | "stopPrice" | "timeInForce" | "icebergQty">

/**
 * Parameters of {@link submitNewMarginOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewMarginOrder =
  | MarginLimitOrder
  | MarginMarketOrder
  | MarginStopOrder
  | MarginStopLimitOrder
  | MarginLimitMakerOrder

const timeInForce = Param.oneOf("GTC", "IOC", "FOK")

const newOrderFields = Schema.Struct({
  symbol: Param.Symbol,
  side: Terms.params.side,
  type: Param.oneOf(
    "LIMIT",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
    "LIMIT_MAKER"
  ),
  quantity: Schema.optional(Param.Decimal),
  quoteOrderQty: Schema.optional(Param.Decimal),
  price: Schema.optional(Param.Decimal),
  stopPrice: Schema.optional(Param.Decimal),
  newClientOrderId: Schema.optional(Param.clientId(clientIdLength)),
  newOrderRespType: Schema.optional(Param.oneOf("ACK", "RESULT", "FULL")),
  icebergQty: Schema.optional(Param.Decimal),
  sideEffectType: Schema.optional(Param.oneOf("NO_SIDE_EFFECT", "MARGIN_BUY", "AUTO_REPAY", "AUTO_BORROW_REPAY")),
  timeInForce: Schema.optional(timeInForce),
  selfTradePreventionMode: Schema.optional(Terms.params.selfTradePreventionMode),
  autoRepayAtCancel: Schema.optional(Param.Bool),
  ...Param.signed
})

type NewOrderFields = typeof newOrderFields.Type

const typed = ["quantity", "quoteOrderQty", "price", "stopPrice", "icebergQty", "timeInForce"] as const

// What each type needs (true) and may have (false); it can have nothing else of the above.
const kinds: {
  readonly [T in NewOrderFields["type"]]: { readonly [F in (typeof typed)[number]]?: boolean }
} = {
  LIMIT: { quantity: true, price: true, timeInForce: true, icebergQty: false },
  MARKET: { quantity: false, quoteOrderQty: false },
  STOP_LOSS: { quantity: true, stopPrice: true },
  STOP_LOSS_LIMIT: { quantity: true, price: true, stopPrice: true, timeInForce: true, icebergQty: false },
  TAKE_PROFIT: { quantity: true, stopPrice: true },
  TAKE_PROFIT_LIMIT: { quantity: true, price: true, stopPrice: true, timeInForce: true, icebergQty: false },
  LIMIT_MAKER: { quantity: true, price: true }
}

const byType = (field: (typeof typed)[number]): Param.Rule<NewOrderFields> => (params) => {
  const wanted = kinds[params.type][field]
  return params[field] === undefined
    ? wanted === true && { field, rule: `is needed with type ${params.type}` }
    : wanted === undefined && { field, rule: `cannot be sent with type ${params.type}` }
}

const NewMarginOrderParams = newOrderFields.check(Param.rules<NewOrderFields>(
  ...typed.map(byType),
  ({ quantity, quoteOrderQty, type }) =>
    type === "MARKET" && (quantity === undefined) === (quoteOrderQty === undefined) &&
    { field: "quantity", rule: "a MARKET order needs exactly one of quantity and quoteOrderQty" },
  Terms.refused(
    "autoRepayAtCancel",
    ({ sideEffectType }) => sideEffectType !== "MARGIN_BUY" && sideEffectType !== "AUTO_BORROW_REPAY",
    "without sideEffectType MARGIN_BUY or AUTO_BORROW_REPAY"
  )
))

interface OCOBase extends Terms.Signed {
  /** A margin pair, e.g. `BTCUSDT`. */
  readonly symbol: string
  /** Names the pair of orders: 1 to 36 of `A-Z a-z 0-9 . : / _ -`; one is made when left out. */
  readonly listClientOrderId?: string | undefined
  /** The side of both orders. */
  readonly side: Terms.Side
  /** Of both orders, in the base asset, e.g. BTC for BTCUSDT. */
  readonly quantity: Terms.Amount
  /** Names the limit order; one is made when left out. */
  readonly limitClientOrderId?: string | undefined
  /** Of the limit order (LIMIT_MAKER): above the last price to sell, below it to buy. */
  readonly price: Terms.Amount
  /** How much of the limit order the book shows. */
  readonly limitIcebergQty?: Terms.Amount | undefined
  /** Names the stop order; one is made when left out. */
  readonly stopClientOrderId?: string | undefined
  /** Where the stop order goes off: below the last price to sell, above it to buy. */
  readonly stopPrice: Terms.Amount
  /** How much the answer tells of the two orders. */
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
  /** `NO_SIDE_EFFECT` is the default. A pair cannot have the `AUTO_BORROW_REPAY` of single orders. */
  readonly sideEffectType?: "NO_SIDE_EFFECT" | "MARGIN_BUY" | "AUTO_REPAY" | undefined
}

/**
 * Parameters of {@link submitNewMarginOCO}: the stop order goes to the market, or rests at a limit price of its own.
 *
 * @category models
 * @since 0.1.0
 */
export type NewMarginOCO =
  & OCOBase
  & (
    | {
      /** Makes the stop order a STOP_LOSS_LIMIT at this price; it is a STOP_LOSS when left out. */
      readonly stopLimitPrice: Terms.Amount
      /** How long the stop order rests once it went off; needed with `stopLimitPrice`. */
      readonly stopLimitTimeInForce: MarginTimeInForce
      /** How much of the stop order the book shows. */
      readonly stopIcebergQty?: Terms.Amount | undefined
    }
    | Without<"stopLimitPrice" | "stopLimitTimeInForce" | "stopIcebergQty">
  )

const newOCOFields = Schema.Struct({
  symbol: Param.Symbol,
  listClientOrderId: Schema.optional(Param.clientId(clientIdLength)),
  side: Terms.params.side,
  quantity: Param.Decimal,
  limitClientOrderId: Schema.optional(Param.clientId(clientIdLength)),
  price: Param.Decimal,
  limitIcebergQty: Schema.optional(Param.Decimal),
  stopClientOrderId: Schema.optional(Param.clientId(clientIdLength)),
  stopPrice: Param.Decimal,
  stopLimitPrice: Schema.optional(Param.Decimal),
  stopIcebergQty: Schema.optional(Param.Decimal),
  stopLimitTimeInForce: Schema.optional(timeInForce),
  newOrderRespType: Schema.optional(Param.oneOf("ACK", "RESULT")),
  sideEffectType: Schema.optional(Param.oneOf("NO_SIDE_EFFECT", "MARGIN_BUY", "AUTO_REPAY")),
  ...Param.signed
})

type NewOCOFields = typeof newOCOFields.Type

const pricesOnEitherSide: Param.Rule<NewOCOFields> = (params) => {
  const price = Decimal.fromInput(params.price)
  const stopPrice = Decimal.fromInput(params.stopPrice)
  if (price === undefined || stopPrice === undefined) return undefined
  return params.side === "SELL"
    ? !BigDecimal.isGreaterThan(price, stopPrice) && { field: "price", rule: "must be above stopPrice to sell" }
    : !BigDecimal.isLessThan(price, stopPrice) && { field: "price", rule: "must be below stopPrice to buy" }
}

const hasNoStopLimit = ({ stopLimitPrice }: NewOCOFields): boolean => stopLimitPrice === undefined

const NewMarginOCOParams = newOCOFields.check(Param.rules<NewOCOFields>(
  pricesOnEitherSide,
  Terms.needed("stopLimitTimeInForce", (params) => !hasNoStopLimit(params), "with stopLimitPrice"),
  Terms.refused("stopLimitTimeInForce", hasNoStopLimit, "without stopLimitPrice"),
  Terms.refused("stopIcebergQty", hasNoStopLimit, "without stopLimitPrice")
))

// -----------------------------------------------------------------------------
// Orders in replies
// -----------------------------------------------------------------------------

/**
 * The status of a margin order. NEW and PARTIALLY_FILLED may change yet, the others do not; PENDING_CANCEL is not in
 * use.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginOrderStatus = Field.OpenEnum<
  | "NEW"
  | "PARTIALLY_FILLED"
  | "FILLED"
  | "CANCELED"
  | "PENDING_CANCEL"
  | "REJECTED"
  | "EXPIRED"
  | "EXPIRED_IN_MATCH"
>

/**
 * The status of a margin order. NEW and PARTIALLY_FILLED may change yet, the others do not; PENDING_CANCEL is not in
 * use.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOrderStatus: Schema.Codec<MarginOrderStatus, string> = Field.openEnum(
  "NEW",
  "PARTIALLY_FILLED",
  "FILLED",
  "CANCELED",
  "PENDING_CANCEL",
  "REJECTED",
  "EXPIRED",
  "EXPIRED_IN_MATCH"
)

const order = {
  price: Field.Decimal,
  origQty: Field.Decimal,
  executedQty: Field.Decimal,
  /** What was paid or received so far, in the quote asset; spelled so. Negative in very old orders: not known. */
  cummulativeQuoteQty: Field.Decimal,
  status: MarginOrderStatus,
  timeInForce: Field.openEnum("GTC", "IOC", "FOK"),
  type: Field.openEnum(
    "LIMIT",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
    "LIMIT_MAKER"
  ),
  side: Terms.SideField
}

const placed = {
  symbol: Schema.String,
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  transactTime: Field.Time,
  price: Schema.optionalKey(order.price),
  origQty: Schema.optionalKey(order.origQty),
  executedQty: Schema.optionalKey(order.executedQty),
  /** What was paid or received, in the quote asset; spelled so. */
  cummulativeQuoteQty: Schema.optionalKey(order.cummulativeQuoteQty),
  status: Schema.optionalKey(order.status),
  timeInForce: Schema.optionalKey(order.timeInForce),
  type: Schema.optionalKey(order.type),
  side: Schema.optionalKey(order.side)
}

const borrowed = {
  /** Only where a loan was taken. */
  marginBuyBorrowAmount: Schema.optionalKey(Field.Decimal),
  /** Only where a loan was taken. */
  marginBuyBorrowAsset: Schema.optionalKey(Schema.String)
}

/**
 * A fill in the answer to a new margin order.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginFill extends Schema.Schema.Type<typeof MarginFill> {}

/**
 * A fill in the answer to a new margin order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginFill = Schema.Struct({
  price: Field.Decimal,
  qty: Field.Decimal,
  commission: Field.Decimal,
  commissionAsset: Schema.String
})

/**
 * The answer to a new margin order: ids and time with `ACK`, amounts and status as well with `RESULT`, and fills with
 * `FULL`.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOrderPlaced extends Schema.Schema.Type<typeof MarginOrderPlaced> {}

/**
 * The answer to a new margin order: ids and time with `ACK`, amounts and status as well with `RESULT`, and fills with
 * `FULL`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOrderPlaced = Schema.Struct({
  ...placed,
  ...borrowed,
  fills: Schema.optionalKey(Field.rows(MarginFill))
})

/**
 * A cancelled margin order: `clientOrderId` names the cancelling, `origClientOrderId` the order.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOrderCanceled extends Schema.Schema.Type<typeof MarginOrderCanceled> {}

/**
 * A cancelled margin order: `clientOrderId` names the cancelling, `origClientOrderId` the order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOrderCanceled = Schema.Struct({
  symbol: Schema.String,
  orderId: Field.id(Ids.OrderId),
  origClientOrderId: Schema.String,
  clientOrderId: Schema.String,
  ...order,
  stopPrice: Schema.optionalKey(Field.Decimal),
  icebergQty: Schema.optionalKey(Field.Decimal)
})

/**
 * A margin order that was cancelled together with others.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOrderCanceledOfMany extends Schema.Schema.Type<typeof MarginOrderCanceledOfMany> {}

/**
 * A margin order that was cancelled together with others.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOrderCanceledOfMany = Schema.Struct({
  ...MarginOrderCanceled.fields,
  /** -1 for an order that belongs to no pair. */
  orderListId: Field.id(Ids.OrderListId)
})

const digits = Schema.String.check(Schema.isPattern(/^\d+$/, { expected: "the digits of an id" }))

/**
 * A margin order as it is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOrder extends Schema.Schema.Type<typeof MarginOrder> {}

/**
 * A margin order as it is asked for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOrder = Schema.Struct({
  symbol: Schema.String,
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  ...order,
  /** 0 when there is none. */
  stopPrice: Field.Decimal,
  /** 0 when there is none. */
  icebergQty: Field.Decimal,
  /** Whether the order stands in the book. */
  isWorking: Field.Bool,
  accountId: Field.id(digits),
  time: Field.Time,
  updateTime: Field.Time,
  selfTradePreventionMode: Terms.SelfTradePreventionField,
  /** `null` unless self-trade prevention took a part of the order. */
  preventedMatchId: Schema.NullOr(Field.id(digits)),
  /** `null` unless self-trade prevention took a part of the order. */
  preventedQuantity: Schema.NullOr(Field.Decimal)
})

/**
 * An order of a pair, by its ids.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOCOOrder extends Schema.Schema.Type<typeof MarginOCOOrder> {}

/**
 * An order of a pair, by its ids.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOCOOrder = Schema.Struct({
  symbol: Schema.String,
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String
})

/**
 * A one-cancels-the-other pair of margin orders.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOCO extends Schema.Schema.Type<typeof MarginOCO> {}

/**
 * A one-cancels-the-other pair of margin orders.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOCO = Schema.Struct({
  orderListId: Field.id(Ids.OrderListId),
  contingencyType: Field.openEnum("OCO"),
  listStatusType: Field.openEnum("RESPONSE", "EXEC_STARTED", "UPDATED", "ALL_DONE"),
  listOrderStatus: Field.openEnum("EXECUTING", "ALL_DONE", "REJECT"),
  listClientOrderId: Schema.String,
  transactionTime: Field.Time,
  symbol: Schema.String,
  orders: Field.rows(MarginOCOOrder)
})

/**
 * An order of a new pair: ids and time with `ACK`, amounts and status as well with `RESULT`.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOCOOrderPlaced extends Schema.Schema.Type<typeof MarginOCOOrderPlaced> {}

/**
 * An order of a new pair: ids and time with `ACK`, amounts and status as well with `RESULT`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOCOOrderPlaced = Schema.Struct({
  ...placed,
  orderListId: Field.id(Ids.OrderListId),
  /** Only in the stop order. */
  stopPrice: Schema.optionalKey(Field.Decimal),
  icebergQty: Schema.optionalKey(Field.Decimal)
})

/**
 * The answer to a new pair of margin orders.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOCOPlaced extends Schema.Schema.Type<typeof MarginOCOPlaced> {}

/**
 * The answer to a new pair of margin orders.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOCOPlaced = Schema.Struct({
  ...MarginOCO.fields,
  ...borrowed,
  orderReports: Field.rows(MarginOCOOrderPlaced)
})

/**
 * A cancelled pair of margin orders.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOCOCanceled extends Schema.Schema.Type<typeof MarginOCOCanceled> {}

/**
 * A cancelled pair of margin orders.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginOCOCanceled = Schema.Struct({
  ...MarginOCO.fields,
  orderReports: Field.rows(MarginOrderCanceledOfMany)
})

/**
 * What was cancelled: a pair (it has `orderReports`), or an order that belongs to none.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginCanceled = MarginOCOCanceled | MarginOrderCanceledOfMany

/**
 * What was cancelled: a pair (it has `orderReports`), or an order that belongs to none.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginCanceled = Schema.Union([MarginOCOCanceled, MarginOrderCanceledOfMany])

// -----------------------------------------------------------------------------
// Cancelling and asking
// -----------------------------------------------------------------------------

/**
 * Parameters of calls about one margin order.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginOrderRef =
  & {
    /** A margin pair, e.g. `BTCUSDT`. */
    readonly symbol: string
  }
  & Terms.OrderRef
  & Terms.Signed

const orderRefFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  ...Param.signed
})

const MarginOrderRefParams = orderRefFields.check(Param.rules<typeof orderRefFields.Type>(Terms.oneReference))

interface Canceling {
  /** Names the cancelling; the exchange makes one when left out. */
  readonly newClientOrderId?: string | undefined
}

/**
 * Parameters of {@link cancelMarginOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type CancelMarginOrderRef = MarginOrderRef & Canceling

const cancelOrderFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  newClientOrderId: Schema.optional(Param.clientId(clientIdLength)),
  ...Param.signed
})

const CancelMarginOrderParams = cancelOrderFields.check(
  Param.rules<typeof cancelOrderFields.Type>(Terms.oneReference)
)

/**
 * The id of a pair of orders as a caller gives it.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderListIdInput = Ids.OrderListId | bigint | number

/**
 * Parameters of {@link cancelMarginOCO}: the pair by the exchange's id or by the client's.
 *
 * @category models
 * @since 0.1.0
 */
export type CancelMarginOCORef =
  & {
    /** A margin pair, e.g. `BTCUSDT`. */
    readonly symbol: string
  }
  & (
    | {
      /** The id that the exchange gave the pair of orders. */
      readonly orderListId: OrderListIdInput
      readonly listClientOrderId?: undefined
    }
    | {
      /** The name that the pair was placed with. */
      readonly listClientOrderId: string
      readonly orderListId?: undefined
    }
  )
  & Canceling
  & Terms.Signed

const orderListId = Param.id(Ids.OrderListId)

const cancelOCOFields = Schema.Struct({
  symbol: Param.Symbol,
  orderListId: Schema.optional(orderListId),
  listClientOrderId: Schema.optional(Param.Text),
  newClientOrderId: Schema.optional(Param.clientId(clientIdLength)),
  ...Param.signed
})

const CancelMarginOCOParams = cancelOCOFields.check(
  Param.rules<typeof cancelOCOFields.Type>(Terms.exactlyOne("orderListId", "listClientOrderId"))
)

/**
 * Parameters of {@link getMarginOCO}: the pair by the exchange's id or by the client's.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginOCORef =
  & (
    | {
      /** The id that the exchange gave the pair of orders. */
      readonly orderListId: OrderListIdInput
      readonly origClientOrderId?: undefined
    }
    | {
      /** The `listClientOrderId` of the pair. */
      readonly origClientOrderId: string
      readonly orderListId?: undefined
    }
  )
  & Terms.Signed

const ocoRefFields = Schema.Struct({
  orderListId: Schema.optional(orderListId),
  origClientOrderId: Schema.optional(Param.Text),
  ...Param.signed
})

const MarginOCORefParams = ocoRefFields.check(
  Param.rules<typeof ocoRefFields.Type>(Terms.exactlyOne("orderListId", "origClientOrderId"))
)

/**
 * Parameters of {@link getAllMarginOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface AllMarginOrdersFilter extends Schema.Schema.Type<typeof AllMarginOrdersFilter> {}

const allOrdersFields = Schema.Struct({
  symbol: Param.Symbol,
  /** Orders from this id on; the most recent ones when left out. */
  orderId: Schema.optional(Terms.params.orderId),
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  /** 1 to 500; 500 when left out. */
  limit: Schema.optional(Param.int(1, 500)),
  ...Param.signed
})

/**
 * Parameters of {@link getAllMarginOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AllMarginOrdersFilter = allOrdersFields.check(
  Param.rules<typeof allOrdersFields.Type>(Terms.period(Infinity))
)

/**
 * Parameters of {@link getAllMarginOCO}: pairs from an id on, or of a span of time.
 *
 * @category models
 * @since 0.1.0
 */
export type AllMarginOCOFilter =
  & (
    | {
      /** Pairs from this id on. */
      readonly fromId: OrderListIdInput
      readonly startTime?: undefined
      readonly endTime?: undefined
    }
    | {
      readonly fromId?: undefined
      /** The first instant. */
      readonly startTime?: Terms.Instant | undefined
      /** The last instant. */
      readonly endTime?: Terms.Instant | undefined
    }
  )
  & {
    /** 1 to 500; 500 when left out. */
    readonly limit?: number | undefined
  }
  & Terms.Signed

const allOCOFields = Schema.Struct({
  fromId: Schema.optional(orderListId),
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  limit: Schema.optional(Param.int(1, 500)),
  ...Param.signed
})

type AllOCOFields = typeof allOCOFields.Type

const hasFromId = ({ fromId }: AllOCOFields): boolean => fromId !== undefined

const AllMarginOCOParams = allOCOFields.check(Param.rules<AllOCOFields>(
  Terms.refused("startTime", hasFromId, "with fromId"),
  Terms.refused("endTime", hasFromId, "with fromId"),
  Terms.period(Infinity)
))

/**
 * Parameters of {@link getMarginTrades}.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginTradesFilter extends Schema.Schema.Type<typeof MarginTradesFilter> {}

const tradesFields = Schema.Struct({
  symbol: Param.Symbol,
  /** The trades of this order only. */
  orderId: Schema.optional(Terms.params.orderId),
  /** No more than 24 hours before `endTime`. */
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  /** Trades from this id on; the most recent ones when left out. */
  fromId: Schema.optional(Param.id(Ids.TradeId)),
  /** 1 to 1000; 500 when left out. */
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
})

/**
 * Parameters of {@link getMarginTrades}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginTradesFilter = tradesFields.check(Param.rules<typeof tradesFields.Type>(Terms.period(1)))

/**
 * A fill of a margin order.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginTrade extends Schema.Schema.Type<typeof MarginTrade> {}

/**
 * A fill of a margin order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginTrade = Schema.Struct({
  id: Field.id(Ids.TradeId),
  orderId: Field.id(Ids.OrderId),
  symbol: Schema.String,
  price: Field.Decimal,
  /** In the base asset. */
  qty: Field.Decimal,
  commission: Field.Decimal,
  commissionAsset: Schema.String,
  isBuyer: Field.Bool,
  isMaker: Field.Bool,
  isBestMatch: Field.Bool,
  time: Field.Time
})

const page = {
  /** The page, from 1; 1 when left out. */
  current: Schema.optional(Param.int(1, Number.MAX_SAFE_INTEGER)),
  /** Rows a page, 1 to 100; 10 when left out. */
  size: Schema.optional(Param.int(1, 100))
}

/**
 * Parameters of {@link getMarginForceOrders}.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginForceOrdersFilter extends Schema.Schema.Type<typeof MarginForceOrdersFilter> {}

const forceOrdersFields = Schema.Struct({
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  ...page,
  ...Param.signed
})

/**
 * Parameters of {@link getMarginForceOrders}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginForceOrdersFilter = forceOrdersFields.check(
  Param.rules<typeof forceOrdersFields.Type>(Terms.period(Infinity))
)

/**
 * An order by which the exchange liquidated.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginForceOrder extends Schema.Schema.Type<typeof MarginForceOrder> {}

/**
 * An order by which the exchange liquidated.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginForceOrder = Schema.Struct({
  orderId: Field.id(Ids.OrderId),
  symbol: Schema.String,
  side: order.side,
  price: Field.Decimal,
  avgPrice: Field.Decimal,
  qty: Field.Decimal,
  executedQty: Field.Decimal,
  timeInForce: order.timeInForce,
  updatedTime: Field.Time
})

const pageOf = <A, I>(row: Schema.Codec<A, I>) =>
  Schema.Struct({
    rows: Field.rows(row),
    /** Rows on all pages. */
    total: Field.Int
  })

/**
 * A page of orders by which the exchange liquidated.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginForceOrders extends Schema.Schema.Type<typeof MarginForceOrders> {}

/**
 * A page of orders by which the exchange liquidated.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginForceOrders = pageOf(MarginForceOrder)

// -----------------------------------------------------------------------------
// Loans
// -----------------------------------------------------------------------------

/**
 * Parameters of {@link submitMarginLoan} and {@link submitMarginRepay}.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginLoanParams extends Schema.Schema.Type<typeof MarginLoanParams> {}

/**
 * Parameters of {@link submitMarginLoan} and {@link submitMarginRepay}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginLoanParams = Schema.Struct({
  asset: Param.Symbol,
  /** In the asset. */
  amount: Param.Decimal,
  ...Param.signed
})

/**
 * A loan or repayment that was taken on; the records tell what became of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginTransaction extends Schema.Schema.Type<typeof MarginTransaction> {}

/**
 * A loan or repayment that was taken on; the records tell what became of it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginTransaction = Schema.Struct({
  /** The `txId` of the records. */
  tranId: Field.id(Ids.TransactionId)
})

const asset = Param.Symbol.check(Schema.isPattern(/^[^,]+$/, { expected: "an asset without a comma" }))

const assetList = Param.Text.check(
  Schema.isPattern(/^[^\s,]+(?:,[^\s,]+)*$/, { expected: "assets separated by commas, without white space" })
)

const assets: Schema.Codec<string | ReadonlyArray<string>, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Union([Schema.NonEmptyArray(asset), assetList]),
    SchemaTransformation.transform<string | readonly [string, ...Array<string>], string>({
      decode: (text) => text,
      encode: (value) => typeof value === "string" ? value : value.join(",")
    })
  )
)

/**
 * Parameters of {@link repayMarginDebt}.
 *
 * @category models
 * @since 0.1.0
 */
export interface RepayMarginDebtParams extends Schema.Schema.Type<typeof RepayMarginDebtParams> {}

/**
 * Parameters of {@link repayMarginDebt}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RepayMarginDebtParams = Schema.Struct({
  /** The asset that is owed. */
  asset: Param.Symbol,
  /** How much of the debt; all of it when left out, as far as the assets reach. */
  amount: Schema.optional(Param.Decimal),
  /** What to pay with, as a list or separated by commas; the asset that is owed is used first, named or not. */
  specifyRepayAssets: Schema.optional(assets),
  ...Param.signed
})

/**
 * A debt that was paid back.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginDebtRepaid extends Schema.Schema.Type<typeof MarginDebtRepaid> {}

/**
 * A debt that was paid back.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginDebtRepaid = Schema.Struct({
  asset: Schema.String,
  amount: Field.Decimal,
  specifyRepayAssets: Field.rows(Schema.String),
  updateTime: Field.Time,
  success: Field.Bool
})

/**
 * Parameters of calls about one asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface OneAsset extends Schema.Schema.Type<typeof OneAsset> {}

/**
 * Parameters of calls about one asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OneAsset = Schema.Struct({ asset: Param.Symbol, ...Param.signed })

/**
 * What may be borrowed, in the asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginMaxBorrow extends Schema.Schema.Type<typeof MarginMaxBorrow> {}

/**
 * What may be borrowed, in the asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginMaxBorrow = Schema.Struct({
  /** What the account may borrow now. */
  amount: Field.Decimal,
  /** The limit of the account's level. */
  borrowLimit: Field.Decimal
})

/**
 * What may be withdrawn, in the asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginMaxWithdraw extends Schema.Schema.Type<typeof MarginMaxWithdraw> {}

/**
 * What may be withdrawn, in the asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginMaxWithdraw = Schema.Struct({ amount: Field.Decimal })

/**
 * Parameters of {@link getMarginLoanRecords} and {@link getMarginRepayRecords}: one transaction, or those of a span of
 * time.
 *
 * @category models
 * @since 0.1.0
 */
export type MarginRecordsFilter =
  & {
    /** What was borrowed, e.g. `USDT`. */
    readonly asset: string
  }
  & (
    | {
      /** The `tranId` of the answer to the loan or repayment. */
      readonly txId: Ids.TransactionId | bigint | number
      readonly startTime?: undefined
      readonly endTime?: undefined
    }
    | {
      readonly txId?: undefined
      /** The first instant: no more than 30 days before `endTime`. */
      readonly startTime?: Terms.Instant | undefined
      /** The last instant. */
      readonly endTime?: Terms.Instant | undefined
    }
  )
  & {
    /** The page, from 1; 1 when left out. */
    readonly current?: number | undefined
    /** Rows a page, 1 to 100; 10 when left out. */
    readonly size?: number | undefined
    /** `true` for what is older than 6 months. */
    readonly archived?: boolean | undefined
  }
  & Terms.Signed

const recordsFields = Schema.Struct({
  asset: Param.Symbol,
  txId: Schema.optional(Param.id(Ids.TransactionId)),
  startTime: Schema.optional(Param.Time),
  endTime: Schema.optional(Param.Time),
  ...page,
  archived: Schema.optional(Param.Bool),
  ...Param.signed
})

type RecordsFields = typeof recordsFields.Type

const hasTxId = ({ txId }: RecordsFields): boolean => txId !== undefined

const MarginRecordsParams = recordsFields.check(Param.rules<RecordsFields>(
  Terms.refused("startTime", hasTxId, "with txId"),
  Terms.refused("endTime", hasTxId, "with txId"),
  Terms.period(30)
))

const transactionStatus = Field.openEnum("PENDING", "CONFIRMED", "FAILED")

/**
 * A loan.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginLoanRecord extends Schema.Schema.Type<typeof MarginLoanRecord> {}

/**
 * A loan.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginLoanRecord = Schema.Struct({
  txId: Field.id(Ids.TransactionId),
  asset: Schema.String,
  principal: Field.Decimal,
  timestamp: Field.Time,
  /** FAILED: nothing happened to the account. */
  status: transactionStatus
})

/**
 * A page of loans, the newest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginLoanRecords extends Schema.Schema.Type<typeof MarginLoanRecords> {}

/**
 * A page of loans, the newest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginLoanRecords = pageOf(MarginLoanRecord)

/**
 * A repayment.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginRepayRecord extends Schema.Schema.Type<typeof MarginRepayRecord> {}

/**
 * A repayment.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginRepayRecord = Schema.Struct({
  txId: Field.id(Ids.TransactionId),
  asset: Schema.String,
  /** Principal and interest together. */
  amount: Field.Decimal,
  principal: Field.Decimal,
  interest: Field.Decimal,
  timestamp: Field.Time,
  /** FAILED: nothing happened to the account. */
  status: transactionStatus
})

/**
 * A page of repayments, the newest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginRepayRecords extends Schema.Schema.Type<typeof MarginRepayRecords> {}

/**
 * A page of repayments, the newest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginRepayRecords = pageOf(MarginRepayRecord)

/**
 * Parameters of {@link getMarginInterestHistory}.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginInterestFilter extends Schema.Schema.Type<typeof MarginInterestFilter> {}

const interestFields = Schema.Struct({
  /** One asset; all of them when left out. */
  asset: Schema.optional(Param.Symbol),
  /** No more than 30 days before `endTime`, or before now. */
  startTime: Schema.optional(Param.Time),
  /** By itself: the 7 days before it. */
  endTime: Schema.optional(Param.Time),
  ...page,
  /** `true` for what is older than 6 months. */
  archived: Schema.optional(Param.Bool),
  ...Param.signed
})

/**
 * Parameters of {@link getMarginInterestHistory}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginInterestFilter = interestFields.check(
  Param.rules<typeof interestFields.Type>(Terms.period(30))
)

/**
 * Interest that was charged on a loan.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginInterest extends Schema.Schema.Type<typeof MarginInterest> {}

/**
 * Interest that was charged on a loan.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginInterest = Schema.Struct({
  txId: Field.id(Ids.TransactionId),
  /** When it accrued; spelled so. */
  interestAccuredTime: Field.Time,
  asset: Schema.String,
  /** The asset of the loan where interest was converted to another one. */
  rawAsset: Schema.optionalKey(Schema.String),
  principal: Field.Decimal,
  interest: Field.Decimal,
  interestRate: Field.Decimal,
  type: Field.openEnum("PERIODIC", "ON_BORROW", "PERIODIC_CONVERTED", "ON_BORROW_CONVERTED", "PORTFOLIO")
})

/**
 * A page of interest that was charged on loans, the newest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginInterestHistory extends Schema.Schema.Type<typeof MarginInterestHistory> {}

/**
 * A page of interest that was charged on loans, the newest first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginInterestHistory = pageOf(MarginInterest)

// -----------------------------------------------------------------------------
// Endpoints
// -----------------------------------------------------------------------------

/**
 * Places a margin order. Weight 1, counts as 1 order.
 *
 * With `sideEffectType` MARGIN_BUY or AUTO_BORROW_REPAY the exchange borrows what the account lacks for the order. One
 * source has it that AUTO_BORROW_REPAY was withdrawn in October 2026; Binance documents it. In liquidation nothing can be
 * placed (51068).
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewMarginOrder = Endpoint.makeFor<NewMarginOrder>()({
  id: "submitNewMarginOrder",
  method: "POST",
  path: "/papi/v1/margin/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewMarginOrderParams,
  clientIds: [{ name: "newClientOrderId", maxLength: clientIdLength }],
  reply: MarginOrderPlaced,
  docs: `${docs}/trade/New-Margin-Order`
})

/**
 * Places a pair of margin orders of which one cancels the other: a limit order and a stop order. Weight 1, counts as 2
 * orders.
 *
 * The last price must lie between `price` and `stopPrice`: the exchange checks it.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewMarginOCO = Endpoint.makeFor<NewMarginOCO>()({
  id: "submitNewMarginOCO",
  method: "POST",
  path: "/papi/v1/margin/order/oco",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 2,
  params: NewMarginOCOParams,
  clientIds: [
    { name: "listClientOrderId", maxLength: clientIdLength },
    { name: "limitClientOrderId", maxLength: clientIdLength },
    { name: "stopClientOrderId", maxLength: clientIdLength }
  ],
  reply: MarginOCOPlaced,
  docs: `${docs}/trade/Margin-Account-New-OCO`
})

/**
 * Cancels a margin order; with it the other order of its pair, if it has one. Weight 2.
 *
 * Refused with -2011 where the order is not open any more.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelMarginOrder = Endpoint.makeFor<CancelMarginOrderRef>()({
  id: "cancelMarginOrder",
  method: "DELETE",
  path: "/papi/v1/margin/order",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 2,
  params: CancelMarginOrderParams,
  reply: MarginOrderCanceled,
  docs: `${docs}/trade/Cancel-Margin-Account-Order`
})

/**
 * Cancels a pair of margin orders. Weight 2.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelMarginOCO = Endpoint.makeFor<CancelMarginOCORef>()({
  id: "cancelMarginOCO",
  method: "DELETE",
  path: "/papi/v1/margin/orderList",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 2,
  params: CancelMarginOCOParams,
  reply: MarginOCOCanceled,
  docs: `${docs}/trade/Cancel-Margin-Account-OCO-Orders`
})

/**
 * Cancels all open margin orders and pairs of a symbol. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const cancelAllMarginOrders = Endpoint.make({
  id: "cancelAllMarginOrders",
  method: "DELETE",
  path: "/papi/v1/margin/allOpenOrders",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 5,
  params: OneSymbol,
  reply: Field.rows(MarginCanceled),
  docs: `${docs}/trade/Cancel-Margin-Account-All-Open-Orders-on-a-Symbol`
})

/**
 * Asks for one margin order. Weight 10.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginOrder = Endpoint.makeFor<MarginOrderRef>()({
  id: "getMarginOrder",
  method: "GET",
  path: "/papi/v1/margin/order",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 10,
  params: MarginOrderRefParams,
  reply: MarginOrder,
  docs: `${docs}/trade/Query-Margin-Account-Order`
})

/**
 * The open margin orders, or those of one symbol. Weight 5.
 *
 * Binance writes that without a symbol the call weighs as much as there are symbols; its headers count 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginOpenOrders = Endpoint.make({
  id: "getMarginOpenOrders",
  method: "GET",
  path: "/papi/v1/margin/openOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SymbolFilter,
  reply: Field.rows(MarginOrder),
  docs: `${docs}/trade/Query-Current-Margin-Open-Order`
})

/**
 * The margin orders of a symbol, open or not: the most recent ones, or from an id on. Weight 100.
 *
 * More than 24 hours between `startTime` and `endTime` may be refused (-1127): the margin calls outside of Portfolio Margin
 * do so, the page of this one does not say.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllMarginOrders = Endpoint.make({
  id: "getAllMarginOrders",
  method: "GET",
  path: "/papi/v1/margin/allOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 100,
  params: AllMarginOrdersFilter,
  reply: Field.rows(MarginOrder),
  docs: `${docs}/trade/Query-All-Margin-Account-Orders`
})

/**
 * Asks for one pair of margin orders. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginOCO = Endpoint.makeFor<MarginOCORef>()({
  id: "getMarginOCO",
  method: "GET",
  path: "/papi/v1/margin/orderList",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: MarginOCORefParams,
  reply: MarginOCO,
  docs: `${docs}/trade/Query-Margin-Account-OCO`
})

/**
 * The pairs of margin orders, open or not. Weight 100.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllMarginOCO = Endpoint.makeFor<AllMarginOCOFilter>()({
  id: "getAllMarginOCO",
  method: "GET",
  path: "/papi/v1/margin/allOrderList",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 100,
  params: AllMarginOCOParams,
  reply: Field.rows(MarginOCO),
  docs: `${docs}/trade/Query-Margin-Account-all-OCO`
})

/**
 * The open pairs of margin orders. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginOpenOCO = Endpoint.make({
  id: "getMarginOpenOCO",
  method: "GET",
  path: "/papi/v1/margin/openOrderList",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SignedParams,
  reply: Field.rows(MarginOCO),
  docs: `${docs}/trade/Query-Margin-Account-Open-OCO`
})

/**
 * The trades of a margin symbol: the most recent ones, or from an id on. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginTrades = Endpoint.make({
  id: "getMarginTrades",
  method: "GET",
  path: "/papi/v1/margin/myTrades",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: MarginTradesFilter,
  reply: Field.rows(MarginTrade),
  docs: `${docs}/trade/Margin-Account-Trade-List`
})

/**
 * The orders by which the exchange liquidated margin holdings. Weight 1.
 *
 * Empty for accounts that were liquidated by risk: those find it in the capital flow of spot margin, which is no part of
 * this API.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginForceOrders = Endpoint.make({
  id: "getMarginForceOrders",
  method: "GET",
  path: "/papi/v1/margin/forceOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: MarginForceOrdersFilter,
  reply: MarginForceOrders,
  docs: `${docs}/trade/Query-Users-Margin-Force-Orders`
})

/**
 * Borrows. Weight 100.
 *
 * Refused above what {@link getMarginMaxBorrow} tells (51006, -3006), and while another loan or repayment is pending (51007,
 * -3007).
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitMarginLoan = Endpoint.make({
  id: "submitMarginLoan",
  method: "POST",
  path: "/papi/v1/marginLoan",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 100,
  params: MarginLoanParams,
  reply: MarginTransaction,
  docs: `${docs}/trade/Margin-Account-Borrow`
})

/**
 * Pays a loan back with the asset itself. Weight 100.
 *
 * Refused where it is more than the debt (-3015), and while another loan or repayment is pending (51007, -3007).
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitMarginRepay = Endpoint.make({
  id: "submitMarginRepay",
  method: "POST",
  path: "/papi/v1/repayLoan",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 100,
  params: MarginLoanParams,
  reply: MarginTransaction,
  docs: `${docs}/trade/Margin-Account-Repay`
})

/**
 * Pays a debt back with other assets, at most 50000 USD of them a call. Weight 3000: half of what an IP has in a minute.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const repayMarginDebt = Endpoint.make({
  id: "repayMarginDebt",
  method: "POST",
  path: "/papi/v1/margin/repay-debt",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 3000,
  params: RepayMarginDebtParams,
  reply: MarginDebtRepaid,
  docs: `${docs}/trade/Margin-Account-Repay-Debt`
})

/**
 * How much of an asset the account may borrow. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginMaxBorrow = Endpoint.make({
  id: "getMarginMaxBorrow",
  method: "GET",
  path: "/papi/v1/margin/maxBorrowable",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: OneAsset,
  reply: MarginMaxBorrow,
  docs: `${docs}/account/Margin-Max-Borrow`
})

/**
 * How much of an asset may leave the margin wallet. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginMaxWithdraw = Endpoint.make({
  id: "getMarginMaxWithdraw",
  method: "GET",
  path: "/papi/v1/margin/maxWithdraw",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: OneAsset,
  reply: MarginMaxWithdraw,
  docs: `${docs}/account/Query-Margin-Max-Withdraw`
})

/**
 * The loans of an asset, the newest first. Weight 10.
 *
 * Binance writes that `txId` or `startTime` must be sent, and also that without times the last 7 days are told: the exchange
 * decides.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginLoanRecords = Endpoint.makeFor<MarginRecordsFilter>()({
  id: "getMarginLoanRecords",
  method: "GET",
  path: "/papi/v1/margin/marginLoan",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 10,
  params: MarginRecordsParams,
  reply: MarginLoanRecords,
  docs: `${docs}/account/Query-Margin-Loan-Record`
})

/**
 * The repayments of an asset, the newest first. Weight 10.
 *
 * Binance writes that `txId` or `startTime` must be sent, and also that without times the last 7 days are told: the exchange
 * decides.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginRepayRecords = Endpoint.makeFor<MarginRecordsFilter>()({
  id: "getMarginRepayRecords",
  method: "GET",
  path: "/papi/v1/margin/repayLoan",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 10,
  params: MarginRecordsParams,
  reply: MarginRepayRecords,
  docs: `${docs}/account/Query-Margin-repay-Record`
})

/**
 * The interest charged on loans, the newest first: of the last 7 days unless times are sent. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getMarginInterestHistory = Endpoint.make({
  id: "getMarginInterestHistory",
  method: "GET",
  path: "/papi/v1/margin/marginInterestHistory",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: MarginInterestFilter,
  reply: MarginInterestHistory,
  docs: `${docs}/account/Get-Margin-BorrowLoan-Interest-History`
})
