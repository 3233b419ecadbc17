/**
 * The words of orders, shared by UM, CM and margin: sides, times in force, prices, references, and the rules between them.
 *
 * A caller's parameters are unions by what an order needs, so that what the exchange would refuse does not compile. The
 * schemas behind them are flat and carry the same rules as checks, for parameters that no compiler has seen.
 *
 * @since 0.1.0
 */
import * as Decimal from "@effect-binance/core/Decimal"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { PositionSide } from "./Common.ts"

/**
 * A price, quantity or amount as a caller gives it.
 *
 * @category models
 * @since 0.1.0
 */
export type Amount = Decimal.DecimalInput

/**
 * An instant as a caller gives it: a `DateTime`, or milliseconds since 1970.
 *
 * **Gotchas**
 *
 * Seconds are not told from milliseconds: `1_700_000_000` is an hour of January 1970. A `DateTime` cannot be mistaken.
 *
 * @category models
 * @since 0.1.0
 */
export type Instant = DateTime.DateTime | number

/**
 * An order id as a caller gives it.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderIdInput = Ids.OrderId | bigint | number

/**
 * The id of a conditional order of the strategy kind, as a caller gives it.
 *
 * @category models
 * @since 0.1.0
 */
export type StrategyIdInput = Ids.StrategyId | bigint | number

/**
 * The number of a change of an order, as a caller gives it.
 *
 * @category models
 * @since 0.1.0
 */
export type ModifyIdInput = Ids.ModifyId | bigint | number

/**
 * Buy or sell.
 *
 * @category models
 * @since 0.1.0
 */
export type Side = "BUY" | "SELL"

/**
 * A price read from the book when the order arrives, in place of `price`.
 *
 * @category models
 * @since 0.1.0
 */
export type PriceMatch =
  | "OPPONENT"
  | "OPPONENT_5"
  | "OPPONENT_10"
  | "OPPONENT_20"
  | "QUEUE"
  | "QUEUE_5"
  | "QUEUE_10"
  | "QUEUE_20"

/**
 * Which side expires when an order would meet another of the same account or group.
 *
 * @category models
 * @since 0.1.0
 */
export type SelfTradePreventionMode = "NONE" | "EXPIRE_TAKER" | "EXPIRE_BOTH" | "EXPIRE_MAKER"

/**
 * The price that a trigger watches: the mark price, or the last price of the contract.
 *
 * @category models
 * @since 0.1.0
 */
export type WorkingType = "MARK_PRICE" | "CONTRACT_PRICE"

/**
 * What kind of order waits for a price: with a limit, at the market, or trailing.
 *
 * @category models
 * @since 0.1.0
 */
export type ConditionalType =
  | "STOP"
  | "TAKE_PROFIT"
  | "STOP_MARKET"
  | "TAKE_PROFIT_MARKET"
  | "TRAILING_STOP_MARKET"

/**
 * A limit price: one of your own, or one that is matched to the book.
 *
 * @category models
 * @since 0.1.0
 */
export type LimitPrice =
  | {
    /** The limit: what is paid for one unit at most, or taken at least. */
    readonly price: Amount
    readonly priceMatch?: undefined
  }
  | {
    /** Reads the limit from the book, in place of `price`. */
    readonly priceMatch: PriceMatch
    readonly price?: undefined
  }

/**
 * Which position an order is for: `BOTH` (or nothing) in one-way mode, where it may be reduce-only; `LONG` or `SHORT` in
 * hedge mode, where it may not.
 *
 * @category models
 * @since 0.1.0
 */
// The members overlap, so that a side that is known only at run time fits the first without being told apart.
export type PositionTarget =
  | {
    /** `LONG` or `SHORT` in hedge mode, which asks for one of them (-4061); `BOTH`, the default, in one-way mode. */
    readonly positionSide?: "BOTH" | "LONG" | "SHORT" | undefined
    readonly reduceOnly?: undefined
  }
  | {
    /** `BOTH`, the default: one-way mode, the only one with `reduceOnly`. */
    readonly positionSide?: "BOTH" | undefined
    /** Whether the order may only make the position smaller; one-way mode only. */
    readonly reduceOnly?: boolean | undefined
  }

/**
 * How long a futures order rests: until cancelled, what can be had at once, all of it or nothing, or only as a maker.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeInForce = "GTC" | "IOC" | "FOK" | "GTX"

/**
 * How long an order rests; until a date only with `GTD`.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeInForceWithDate =
  | {
    /** Until cancelled (GTC), what can be had at once (IOC), all of it or nothing (FOK), only as a maker (GTX). */
    readonly timeInForce: TimeInForce
    readonly goodTillDate?: undefined
  }
  | {
    /** Until `goodTillDate`. */
    readonly timeInForce: "GTD"
    /** When the order ends; to the second, more than 600 seconds from now. */
    readonly goodTillDate: Instant
  }

/**
 * How long an order rests, `GTC` when left out; until a date only with `GTD`.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeInForceOrDate = TimeInForceWithDate | {
  readonly timeInForce?: undefined
  readonly goodTillDate?: undefined
}

/**
 * One order: by the exchange's id or by the client's.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderRef =
  | {
    /** The id that the exchange gave the order. */
    readonly orderId: OrderIdInput
    readonly origClientOrderId?: undefined
  }
  | {
    /** The client order id that the order was placed with. */
    readonly origClientOrderId: string
    readonly orderId?: undefined
  }

/**
 * One conditional order of the strategy kind: by the exchange's id or by the client's.
 *
 * @category models
 * @since 0.1.0
 */
export type StrategyRef =
  | {
    /** The id that the exchange gave the order. */
    readonly strategyId: StrategyIdInput
    readonly newClientStrategyId?: undefined
  }
  | {
    /** The id given when the order was placed. */
    readonly newClientStrategyId: string
    readonly strategyId?: undefined
  }

/**
 * The trigger of a conditional order of the strategy kind that does not trail.
 *
 * @category models
 * @since 0.1.0
 */
export interface StrategyTrigger {
  /** Where the order fires: a STOP when the price rises to it (BUY) or falls to it (SELL), a TAKE_PROFIT the other way. */
  readonly stopPrice: Amount
  readonly activationPrice?: undefined
  readonly callbackRate?: undefined
}

/**
 * Whether a conditional order becomes a LIMIT order: STOP and TAKE_PROFIT.
 *
 * @category guards
 * @since 0.1.0
 */
export const endsAtLimit = (type: ConditionalType): boolean => type === "STOP" || type === "TAKE_PROFIT"

/**
 * Whether a conditional order becomes a MARKET order.
 *
 * @category guards
 * @since 0.1.0
 */
export const endsAtMarket = (type: ConditionalType): boolean => !endsAtLimit(type)

/**
 * Whether a conditional order follows the price.
 *
 * @category guards
 * @since 0.1.0
 */
export const trails = (type: ConditionalType): boolean => type === "TRAILING_STOP_MARKET"

/**
 * Whether a conditional order waits at a price of its own.
 *
 * @category guards
 * @since 0.1.0
 */
export const waits = (type: ConditionalType): boolean => !trails(type)

/**
 * What every signed call may carry.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signed {
  /** How many milliseconds old the request may be when it arrives, 1 to 60000; the client's setting when left out. */
  readonly recvWindow?: number | undefined
}

/**
 * The parameters of the words above, for flat schemas.
 *
 * @category fields
 * @since 0.1.0
 */
export const params = {
  side: Param.oneOf("BUY", "SELL"),
  positionSide: Param.oneOf("BOTH", "LONG", "SHORT"),
  priceMatch: Param.oneOf(
    "OPPONENT",
    "OPPONENT_5",
    "OPPONENT_10",
    "OPPONENT_20",
    "QUEUE",
    "QUEUE_5",
    "QUEUE_10",
    "QUEUE_20"
  ),
  selfTradePreventionMode: Param.oneOf("NONE", "EXPIRE_TAKER", "EXPIRE_BOTH", "EXPIRE_MAKER"),
  workingType: Param.oneOf("MARK_PRICE", "CONTRACT_PRICE"),
  timeInForceWithDate: Param.oneOf("GTC", "IOC", "FOK", "GTX", "GTD"),
  timeInForce: Param.oneOf("GTC", "IOC", "FOK", "GTX"),
  conditionalType: Param.oneOf("STOP", "TAKE_PROFIT", "STOP_MARKET", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"),
  orderId: Param.id(Ids.OrderId),
  strategyId: Param.id(Ids.StrategyId)
}

/**
 * The parameters of {@link OrderRef}, for flat schemas; {@link oneReference} is the rule between them.
 *
 * @category fields
 * @since 0.1.0
 */
export const reference = {
  orderId: Schema.optional(params.orderId),
  origClientOrderId: Schema.optional(Param.Text)
}

/**
 * The parameters of {@link StrategyRef}, for flat schemas; {@link exactlyOne} is the rule between them.
 *
 * @category fields
 * @since 0.1.0
 */
export const strategyReference = {
  strategyId: Schema.optional(params.strategyId),
  newClientStrategyId: Schema.optional(Param.Text)
}

/**
 * Exactly one of the order's ids is given.
 *
 * @category rules
 * @since 0.1.0
 */
export const oneReference: Param.Rule<
  { readonly orderId?: unknown; readonly origClientOrderId?: unknown }
> = ({ orderId, origClientOrderId }) =>
  (orderId === undefined) === (origClientOrderId === undefined) &&
  { field: "orderId", rule: "exactly one of orderId and origClientOrderId is needed" }

/**
 * Exactly one of two parameters is given.
 *
 * @category rules
 * @since 0.1.0
 */
export const exactlyOne = <P>(one: keyof P & string, other: keyof P & string): Param.Rule<P> => (params) =>
  (params[one] === undefined) === (params[other] === undefined) &&
  { field: one, rule: `exactly one of ${one} and ${other} is needed` }

/**
 * A price and a price match exclude each other; the types given need the one or the other, and only they may have them.
 *
 * @category rules
 * @since 0.1.0
 */
export const limitPrice = <P extends { readonly price?: unknown; readonly priceMatch?: unknown }>(
  isLimit: (params: P) => boolean,
  kind: string
): Param.Rule<P> =>
(params) => {
  const { price, priceMatch } = params
  if (!isLimit(params)) {
    if (price !== undefined) return { field: "price", rule: `only ${kind} orders have a price` }
    if (priceMatch !== undefined) return { field: "priceMatch", rule: `only ${kind} orders match a price` }
    return undefined
  }
  if (price !== undefined && priceMatch !== undefined) {
    return { field: "priceMatch", rule: "price and priceMatch exclude each other" }
  }
  return price === undefined && priceMatch === undefined &&
    { field: "price", rule: `a ${kind} order needs price or priceMatch` }
}

/**
 * In hedge mode (`LONG`, `SHORT`) an order cannot be reduce-only.
 *
 * @category rules
 * @since 0.1.0
 */
export const noReduceOnlyInHedgeMode: Param.Rule<
  { readonly positionSide?: string | undefined; readonly reduceOnly?: boolean | undefined }
> = ({ positionSide, reduceOnly }) =>
  reduceOnly !== undefined && (positionSide === "LONG" || positionSide === "SHORT") &&
  { field: "reduceOnly", rule: "cannot be sent with positionSide LONG or SHORT (hedge mode)" }

/**
 * `GTD` needs `goodTillDate`, and only `GTD` has it.
 *
 * @category rules
 * @since 0.1.0
 */
export const goodTillDate: Param.Rule<
  { readonly timeInForce?: string | undefined; readonly goodTillDate?: Instant | undefined }
> = ({ goodTillDate, timeInForce }) => {
  if (goodTillDate === undefined) {
    return timeInForce === "GTD" && { field: "goodTillDate", rule: "is needed with timeInForce GTD" }
  }
  if (timeInForce !== "GTD") return { field: "goodTillDate", rule: "only goes with timeInForce GTD" }
  return millisOf(goodTillDate) >= lastDate &&
    { field: "goodTillDate", rule: `must be before ${lastDate} (the end of the year 9999)` }
}

const lastDate = 253_402_300_799_000

const millisOf = (instant: Instant): number => typeof instant === "number" ? instant : DateTime.toEpochMillis(instant)

/**
 * A period that is asked for does not end before it begins, and is no longer than the exchange allows.
 *
 * @category rules
 * @since 0.1.0
 */
export const period =
  (days: number): Param.Rule<{ readonly startTime?: Instant | undefined; readonly endTime?: Instant | undefined }> =>
  ({ endTime, startTime }) => {
    if (startTime === undefined || endTime === undefined) return undefined
    const length = millisOf(endTime) - millisOf(startTime)
    if (length < 0) return { field: "endTime", rule: "must not be before startTime" }
    const most = days === 1 ? "24 hours" : `${days} days`
    return length > days * 86_400_000 && { field: "endTime", rule: `must be at most ${most} after startTime` }
  }

/**
 * A decimal is not outside of its bounds; without a maximum the upper one is left to the exchange.
 *
 * @category rules
 * @since 0.1.0
 */
export const bounded = <F extends string>(
  field: F,
  minimum: Amount,
  maximum?: Amount
): Param.Rule<{ readonly [K in F]?: Amount | undefined }> => {
  const least = Decimal.fromInput(minimum)
  const most = maximum === undefined ? undefined : Decimal.fromInput(maximum)
  const rule = maximum === undefined ? `must be at least ${minimum}` : `must be from ${minimum} to ${maximum}`
  return (params) => {
    const input = params[field]
    const value = input === undefined ? undefined : Decimal.fromInput(input)
    if (value === undefined) return undefined
    const tooLow = least !== undefined && BigDecimal.isLessThan(value, least)
    const tooHigh = most !== undefined && BigDecimal.isGreaterThan(value, most)
    return (tooLow || tooHigh) && { field, rule }
  }
}

/**
 * A parameter that some kind of order needs.
 *
 * @category rules
 * @since 0.1.0
 */
export const needed =
  <P>(field: keyof P & string, when: (params: P) => boolean, why: string): Param.Rule<P> => (params) =>
    params[field] === undefined && when(params) && { field, rule: `is needed ${why}` }

/**
 * A parameter that some kind of order cannot have.
 *
 * @category rules
 * @since 0.1.0
 */
export const refused =
  <P>(field: keyof P & string, when: (params: P) => boolean, why: string): Param.Rule<P> => (params) =>
    params[field] !== undefined && when(params) && { field, rule: `cannot be sent ${why}` }

/**
 * The status of a futures order. Terminal ones do not change any more.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FuturesOrderStatus = Field.openEnum(
  "NEW",
  "PARTIALLY_FILLED",
  "FILLED",
  "CANCELED",
  "REJECTED",
  "EXPIRED",
  "EXPIRED_IN_MATCH"
)

/**
 * Buy or sell, in replies.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SideField = Field.openEnum("BUY", "SELL")

/**
 * A time in force, in replies.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TimeInForceField = Field.openEnum("GTC", "IOC", "FOK", "GTX", "GTD", "GTE_GTC")

/**
 * A price match, in replies: `NONE` where there is none.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PriceMatchField = Field.openEnum(
  "NONE",
  "OPPONENT",
  "OPPONENT_5",
  "OPPONENT_10",
  "OPPONENT_20",
  "QUEUE",
  "QUEUE_5",
  "QUEUE_10",
  "QUEUE_20"
)

/**
 * A self-trade prevention mode, in replies.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SelfTradePreventionField = Field.openEnum("NONE", "EXPIRE_TAKER", "EXPIRE_BOTH", "EXPIRE_MAKER")

/**
 * A working type, in replies.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WorkingTypeField = Field.openEnum("MARK_PRICE", "CONTRACT_PRICE")

/**
 * The kind of a conditional order, in replies.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ConditionalTypeField = Field.openEnum(
  "STOP",
  "TAKE_PROFIT",
  "STOP_MARKET",
  "TAKE_PROFIT_MARKET",
  "TRAILING_STOP_MARKET"
)

/**
 * The status of a conditional order of the strategy kind.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StrategyStatusField = Field.openEnum("NEW", "CANCELED", "TRIGGERED", "FINISHED", "EXPIRED")

/**
 * The type of a futures order, in replies; `LIQUIDATION` where the exchange closed a position.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FuturesOrderTypeField = Field.openEnum("LIMIT", "MARKET", "LIQUIDATION")

const changed = Schema.Struct({ before: Field.Decimal, after: Field.Decimal })

/**
 * What one change of a futures order changed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AmendmentField = Schema.Struct({
  price: changed,
  origQty: changed,
  /** How many changes of the order there were, this one counted. */
  count: Field.Int,
  /** The number given with the change. */
  modifyId: Schema.optionalKey(Field.id(Ids.ModifyId))
})

/**
 * The fields that conditional orders of the strategy kind share, in replies.
 *
 * @category fields
 * @since 0.1.0
 */
export const strategyFields = {
  newClientStrategyId: Schema.String,
  strategyId: Field.id(Ids.StrategyId),
  strategyStatus: StrategyStatusField,
  strategyType: ConditionalTypeField,
  origQty: Field.Decimal,
  price: Field.Decimal,
  reduceOnly: Field.Bool,
  side: SideField,
  positionSide: PositionSide,
  /** Without meaning for trailing orders. */
  stopPrice: Field.Decimal,
  symbol: Schema.String,
  timeInForce: TimeInForceField,
  /** Where a trailing order begins to follow; only for these. */
  activatePrice: Schema.optionalKey(Field.Decimal),
  /** The turn of a trailing order in percent; only for these. */
  priceRate: Schema.optionalKey(Field.Decimal),
  /** When it was placed. */
  bookTime: Field.Time,
  updateTime: Field.Time
}
