/**
 * The life of an order as a pure state machine: what is known of it, and what one more sighting of it adds.
 *
 * Sightings come from answers and from the stream, in any order, some twice and some never. {@link see} takes each for what
 * it proves: an end is final, what is filled only grows, a fill counts once, and of two sightings of one stage the younger
 * one holds. The same sightings in any order lead to the same end.
 *
 * @since 0.1.0
 */
import type * as Ids from "@effect-binance/core/Ids"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * Where orders are matched.
 *
 * @category models
 * @since 0.1.0
 */
export type Market = "UM" | "CM" | "MARGIN"

/**
 * Who an order is from: the account's own programs and people (`account`), or the exchange, which closes positions by
 * liquidation, by auto-deleveraging, and when a contract is settled.
 *
 * @category models
 * @since 0.1.0
 */
export type Origin = "account" | "liquidation" | "adl" | "settlement"

/**
 * A fill. Price in the quote asset; quantity in the base asset, for CM in contracts; `commission` is positive when paid.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fill {
  readonly tradeId: Ids.TradeId
  readonly quantity: BigDecimal.BigDecimal
  readonly price: BigDecimal.BigDecimal
  readonly commission: BigDecimal.BigDecimal
  readonly commissionAsset: string | undefined
  /** Before fees, in the margin asset; futures only. */
  readonly realizedPnl: BigDecimal.BigDecimal | undefined
  readonly maker: boolean
  readonly time: DateTime.Utc
}

/**
 * What is constant about an order, and what changes: the words of {@link Order} and {@link Sighting}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Terms {
  readonly market: Market
  readonly symbol: string
  readonly orderId: Ids.OrderId
  readonly clientOrderId: string
  readonly side: string
  /** `undefined` for margin orders. */
  readonly positionSide: string | undefined
  readonly type: string
  readonly timeInForce: string
  readonly reduceOnly: boolean
  /** 0 for market orders. */
  readonly price: BigDecimal.BigDecimal
  /** In the base asset, for CM in contracts. The exchange may cut it, for one of a reduce-only order. */
  readonly quantity: BigDecimal.BigDecimal
  readonly executedQty: BigDecimal.BigDecimal
  /**
   * As the exchange tells it: NEW, PARTIALLY_FILLED, FILLED, CANCELED, EXPIRED, EXPIRED_IN_MATCH, REJECTED; or {@link gone}.
   */
  readonly status: string
  /** The pair an order of margin belongs to. */
  readonly orderListId: Ids.OrderListId | undefined
  /** The conditional order that became this one. */
  readonly conditionalId: Ids.AlgoId | Ids.StrategyId | undefined
}

/**
 * An order as one source showed it at one time.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sighting extends Terms {
  /** When the exchange last changed it: `updateTime` of an answer, `T` of an event. */
  readonly at: DateTime.Utc
  /** When it was placed, where that is told. */
  readonly createdAt: DateTime.Utc | undefined
  /** The fill that an event is about. */
  readonly fill: Fill | undefined
}

/**
 * All that is known of an order.
 *
 * @category models
 * @since 0.1.0
 */
export interface Order extends Terms {
  readonly origin: Origin
  readonly createdAt: DateTime.Utc | undefined
  readonly updatedAt: DateTime.Utc
  /** The fills seen, by trade id. Others may have been missed: {@link isExplained} tells. */
  readonly fills: ReadonlyMap<string, Fill>
}

/**
 * What a sighting came to.
 *
 * - `Created`: an order that was not known
 * - `Advanced`: the order changed
 * - `Repeated`: nothing in it was new
 * - `Stale`: it shows an earlier stage
 *
 * `fill` is the fill that counts now for the first time, which a stale sighting may have as well.
 *
 * @category models
 * @since 0.1.0
 */
export interface Step<A = Order> {
  readonly _tag: "Created" | "Advanced" | "Repeated" | "Stale"
  readonly order: A
  readonly fill: Fill | undefined
}

// -----------------------------------------------------------------------------
// Stages
// -----------------------------------------------------------------------------

/**
 * The status of an order that was open and that the exchange knows no more: it ended while nobody looked, without a fill that
 * was not seen, and was forgotten.
 *
 * @category statuses
 * @since 0.1.0
 */
export const gone = "GONE"

const ends: ReadonlySet<string> = new Set(["FILLED", "CANCELED", "REJECTED", "EXPIRED", "EXPIRED_IN_MATCH", gone])

/**
 * Whether a status is final. One that is not known is not: the order may change yet.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isEnd = (status: string): boolean => ends.has(status)

/**
 * Whether the order has ended.
 *
 * @category predicates
 * @since 0.1.0
 */
export const hasEnded = (self: Pick<Terms, "status">): boolean => isEnd(self.status)

const prefixes: ReadonlyArray<readonly [prefix: string, origin: Origin]> = [
  ["settlement_autoclose-", "settlement"],
  ["adl_autoclose", "adl"],
  ["autoclose-", "liquidation"]
]

/**
 * Who an order is from, by its client order id: `autoclose-` is a liquidation, `adl_autoclose` auto-deleveraging,
 * `settlement_autoclose-` a settlement.
 *
 * @category lookups
 * @since 0.1.0
 */
export const originOf = (clientOrderId: string): Origin =>
  prefixes.find(([prefix]) => clientOrderId.startsWith(prefix))?.[1] ?? "account"

/**
 * The name of an order among all orders of an account: ids are only unique within a symbol.
 *
 * @category lookups
 * @since 0.1.0
 */
export const keyOf = (order: Pick<Terms, "market" | "symbol" | "orderId">): string =>
  `${order.market}:${order.symbol}:${order.orderId}`

/**
 * What the fills seen add up to.
 *
 * @category lookups
 * @since 0.1.0
 */
export const filledBy = (fills: Iterable<Fill>): BigDecimal.BigDecimal => {
  let sum = BigDecimal.make(0n, 0)
  for (const { quantity } of fills) sum = BigDecimal.sum(sum, quantity)
  return sum
}

/**
 * Whether the fills seen are all there are: they add up to `executedQty`.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isExplained = (self: Order): boolean => BigDecimal.equals(filledBy(self.fills.values()), self.executedQty)

/**
 * The average price of the fills seen; `undefined` without any.
 *
 * @category lookups
 * @since 0.1.0
 */
export const averagePrice = (self: Order): BigDecimal.BigDecimal | undefined => {
  let worth = BigDecimal.make(0n, 0)
  for (const { price, quantity } of self.fills.values()) {
    worth = BigDecimal.sum(worth, BigDecimal.multiply(price, quantity))
  }
  return Option.getOrUndefined(BigDecimal.divide(worth, filledBy(self.fills.values())))
}

// -----------------------------------------------------------------------------
// Transitions
// -----------------------------------------------------------------------------

const later = (one: DateTime.Utc, other: DateTime.Utc): DateTime.Utc => DateTime.isGreaterThan(one, other) ? one : other

/** Whether the sighting shows a later stage (1), the same (0) or an earlier one (-1). */
const compare = (order: Order, seen: Sighting): -1 | 0 | 1 => {
  // That the exchange forgot an order says less than any end that it tells.
  if (order.status === gone && hasEnded(seen)) return 1
  // The end may be told by a source that saw fewer fills than we did.
  if (hasEnded(order) !== hasEnded(seen)) return hasEnded(order) ? -1 : 1
  const filled = BigDecimal.Order(seen.executedQty, order.executedQty)
  return filled !== 0 ? filled : DateTime.Order(seen.at, order.updatedAt)
}

const withFill = (order: Order, fill: Fill | undefined): readonly [Order, Fill | undefined] => {
  if (fill === undefined || order.fills.has(fill.tradeId)) return [order, undefined]
  const fills = new Map(order.fills).set(fill.tradeId, fill)
  const executedQty = BigDecimal.max(order.executedQty, filledBy(fills.values()))
  const status = order.status === "NEW" ? "PARTIALLY_FILLED" : order.status
  return [{ ...order, fills, executedQty, status, updatedAt: later(order.updatedAt, fill.time) }, fill]
}

const created = (seen: Sighting): Order => {
  const { at, fill: _, ...terms } = seen
  return { ...terms, origin: originOf(seen.clientOrderId), updatedAt: at, fills: new Map() }
}

const advanced = (order: Order, seen: Sighting): Order => ({
  ...order,
  price: seen.price,
  quantity: seen.quantity,
  type: seen.type,
  timeInForce: seen.timeInForce,
  reduceOnly: seen.reduceOnly,
  // The first end that is told is the end.
  status: hasEnded(order) && order.status !== gone ? order.status : seen.status,
  updatedAt: later(order.updatedAt, seen.at)
})

// What a sighting proves at whatever stage: what some sources do not tell never changes, and what is filled stays filled.
const completed = (order: Order, seen: Sighting): Order => ({
  ...order,
  createdAt: order.createdAt ?? seen.createdAt,
  orderListId: order.orderListId ?? seen.orderListId,
  conditionalId: order.conditionalId ?? seen.conditionalId,
  executedQty: BigDecimal.max(order.executedQty, seen.executedQty)
})

const isLike = (one: Order, other: Order): boolean =>
  one.status === other.status && one.type === other.type && one.timeInForce === other.timeInForce &&
  one.reduceOnly === other.reduceOnly && one.createdAt === other.createdAt && one.orderListId === other.orderListId &&
  one.conditionalId === other.conditionalId && BigDecimal.equals(one.price, other.price) &&
  BigDecimal.equals(one.quantity, other.quantity) && BigDecimal.equals(one.executedQty, other.executedQty)

/**
 * Takes a sighting of an order that is known, or not yet.
 *
 * **Details**
 *
 * - An end is final: no later status replaces it.
 * - `executedQty` only grows, whatever tells more; of two sightings with the same one, the younger tells price and quantity.
 * - A fill counts once, by its trade id, even where the sighting it came with is stale.
 *
 * @category transitions
 * @since 0.1.0
 */
export const see = (known: Order | undefined, seen: Sighting): Step => {
  if (known === undefined) {
    const [order, fill] = withFill(created(seen), seen.fill)
    return { _tag: "Created", order, fill }
  }
  const side = compare(known, seen)
  const taken = completed(side >= 0 ? advanced(known, seen) : known, seen)
  const [order, fill] = withFill(taken, seen.fill)
  if (fill !== undefined || !isLike(order, known)) return { _tag: "Advanced", order, fill }
  return { _tag: side < 0 ? "Stale" : "Repeated", order, fill }
}

/**
 * Takes a fill of an order from the list of trades.
 *
 * @category transitions
 * @since 0.1.0
 */
export const seeFill = (known: Order, seen: Fill): Step => {
  const [order, fill] = withFill(known, seen)
  return { _tag: fill === undefined ? "Repeated" : "Advanced", order, fill }
}

// -----------------------------------------------------------------------------
// Conditional orders
// -----------------------------------------------------------------------------

/**
 * The id of a conditional order: UM has algo orders, CM has strategies.
 *
 * @category models
 * @since 0.1.0
 */
export type ConditionalId =
  | { readonly kind: "algo"; readonly id: Ids.AlgoId }
  | { readonly kind: "strategy"; readonly id: Ids.StrategyId }

/**
 * What is told of a conditional order: one that waits for a price, then fires and becomes an order of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConditionalTerms {
  readonly market: "UM" | "CM"
  readonly symbol: string
  readonly clientId: string
  readonly side: string
  readonly positionSide: string
  readonly type: string
  /** `undefined` for one that closes the position. */
  readonly quantity: BigDecimal.BigDecimal | undefined
  /** The limit price; `undefined` for one that becomes a market order. */
  readonly price: BigDecimal.BigDecimal | undefined
  /** `undefined` for trailing orders. */
  readonly triggerPrice: BigDecimal.BigDecimal | undefined
  readonly reduceOnly: boolean
  readonly closePosition: boolean
  /** NEW, TRIGGERING, TRIGGERED, FINISHED, CANCELED, REJECTED, EXPIRED; or {@link gone}. */
  readonly status: string
  /** The order it became. */
  readonly orderId: Ids.OrderId | undefined
  /** Why the matching engine refused it. */
  readonly reason: string | undefined
}

/**
 * A conditional order as one source showed it at one time.
 *
 * @category models
 * @since 0.1.0
 */
export type ConditionalSighting = ConditionalTerms & ConditionalId & { readonly at: DateTime.Utc }

/**
 * All that is known of a conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export type Conditional = ConditionalTerms & ConditionalId & { readonly updatedAt: DateTime.Utc }

const stages: { readonly [status: string]: number } = {
  NEW: 0,
  TRIGGERING: 1,
  TRIGGERED: 2,
  FINISHED: 3,
  CANCELED: 3,
  REJECTED: 3,
  EXPIRED: 3,
  [gone]: 3
}

const lastStage = 3

/**
 * Ends an order that the exchange knows no more, where no end of it was told.
 *
 * @category transitions
 * @since 0.1.0
 */
export const forget = (known: Order): Step =>
  hasEnded(known)
    ? { _tag: "Repeated", order: known, fill: undefined }
    : { _tag: "Advanced", order: { ...known, status: gone }, fill: undefined }

/**
 * Ends a conditional order that the exchange knows no more, where no end of it was told.
 *
 * @category transitions
 * @since 0.1.0
 */
export const forgetConditional = (known: Conditional): Step<Conditional> =>
  hasConditionalEnded(known)
    ? { _tag: "Repeated", order: known, fill: undefined }
    : { _tag: "Advanced", order: { ...known, status: gone }, fill: undefined }

/**
 * Whether a conditional order has ended: fired and its order ended too, cancelled, refused or expired.
 *
 * @category predicates
 * @since 0.1.0
 */
export const hasConditionalEnded = (self: Pick<ConditionalTerms, "status">): boolean =>
  stages[self.status] === lastStage

/**
 * The name of a conditional order among all of an account.
 *
 * @category lookups
 * @since 0.1.0
 */
export const conditionalKeyOf = (order: ConditionalId & { readonly market: "UM" | "CM" }): string =>
  `${order.market}:${order.kind}:${order.id}`

/**
 * Takes a sighting of a conditional order: stages only go forward, an end is final, and the id of the order it became is
 * kept once it was told.
 *
 * @category transitions
 * @since 0.1.0
 */
export const seeConditional = (known: Conditional | undefined, seen: ConditionalSighting): Step<Conditional> => {
  const { at, ...terms } = seen
  if (known === undefined) return { _tag: "Created", order: { ...terms, updatedAt: at }, fill: undefined }
  const [before, after] = [stages[known.status] ?? 0, stages[seen.status] ?? 0]
  const orderId = known.orderId ?? seen.orderId
  const reason = known.reason ?? seen.reason
  const isNewer = before !== lastStage &&
    (after > before || (after === before && !DateTime.isLessThan(at, known.updatedAt)))
  const order: Conditional = isNewer
    ? { ...terms, orderId, reason, updatedAt: later(known.updatedAt, at) }
    : { ...known, orderId, reason }
  const isSame = order.status === known.status && orderId === known.orderId && reason === known.reason &&
    isFigure(order.quantity, known.quantity) && isFigure(order.price, known.price) &&
    isFigure(order.triggerPrice, known.triggerPrice)
  return { _tag: !isSame ? "Advanced" : isNewer || after === before ? "Repeated" : "Stale", order, fill: undefined }
}

const isFigure = (one: BigDecimal.BigDecimal | undefined, other: BigDecimal.BigDecimal | undefined): boolean =>
  one === undefined || other === undefined ? one === other : BigDecimal.equals(one, other)
