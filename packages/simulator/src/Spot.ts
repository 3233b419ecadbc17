/**
 * Margin orders, pairs of orders, trades and books as data.
 *
 * @since 0.1.0
 */
import * as Book from "./Book.ts"
import type { Decimal } from "./internal/decimals.ts"
import { add, multiply, subtract, truncate, zero } from "./internal/decimals.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import * as SpotPairs from "./SpotPairs.ts"
import * as SpotRules from "./SpotRules.ts"

/**
 * Type of a margin order.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderType =
  | "LIMIT"
  | "MARKET"
  | "LIMIT_MAKER"
  | "STOP_LOSS"
  | "STOP_LOSS_LIMIT"
  | "TAKE_PROFIT"
  | "TAKE_PROFIT_LIMIT"

/**
 * How long a margin order rests.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeInForce = "GTC" | "IOC" | "FOK"

/**
 * Which side expires when an order would meet another of its account.
 *
 * @category models
 * @since 0.1.0
 */
export type SelfTradePrevention = "NONE" | "EXPIRE_TAKER" | "EXPIRE_BOTH" | "EXPIRE_MAKER"

/**
 * What an order does to loans.
 *
 * @category models
 * @since 0.1.0
 */
export type SideEffect = "NO_SIDE_EFFECT" | "MARGIN_BUY" | "AUTO_REPAY" | "AUTO_BORROW_REPAY"

/**
 * State of a margin order; all but the first two are final.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED" | "EXPIRED_IN_MATCH"

/**
 * A margin order.
 *
 * **Details**
 *
 * Quantities in the base asset, `quote` and `quoteQuantity` in the quote asset, prices are zero where there is none.
 * `locked` is what it still holds of the asset that it gives, `borrowed` what was lent for it. `isWorking` is false while it
 * waits for its trigger. `listId` is -1 for an order that belongs to no pair. Times in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Order {
  readonly id: number
  readonly accountId: string
  readonly symbol: string
  readonly clientOrderId: string
  readonly side: Book.Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Decimal
  readonly quoteQuantity: Decimal
  readonly price: Decimal
  readonly stopPrice: Decimal
  readonly icebergQuantity: Decimal
  readonly executed: Decimal
  readonly quote: Decimal
  readonly status: OrderStatus
  readonly isWorking: boolean
  readonly sideEffect: SideEffect
  readonly autoRepayAtCancel: boolean
  readonly selfTradePrevention: SelfTradePrevention
  readonly listId: number
  readonly locked: Decimal
  readonly borrowed: Decimal
  readonly prevented: { readonly matchId: number; readonly quantity: Decimal } | undefined
  readonly time: number
  readonly workingTime: number
  readonly updateTime: number
}

/**
 * A fill of an order of an account; `quote` in the quote asset, the commission in its own asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Trade {
  readonly id: number
  readonly orderId: number
  readonly symbol: string
  readonly side: Book.Side
  readonly price: Decimal
  readonly quantity: Decimal
  readonly quote: Decimal
  readonly commission: Decimal
  readonly commissionAsset: string
  readonly isMaker: boolean
  readonly time: number
}

/**
 * A pair of orders of which one cancels the other: first the stop order, then the limit order.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderList {
  readonly id: number
  readonly accountId: string
  readonly symbol: string
  readonly clientId: string
  readonly orders: readonly [stop: number, limit: number]
  readonly time: number
}

/**
 * What an account has on a pair: its orders by id and its trades, oldest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Desk {
  readonly orders: Log.Log<number>
  readonly trades: Log.Log<Trade>
}

/**
 * What an account has on spot: its desks by symbol, its open orders and its pairs of orders by id, and whether it pays
 * commissions in BNB.
 *
 * @category models
 * @since 0.1.0
 */
export interface Floor {
  readonly desks: ReadonlyMap<string, Desk>
  readonly open: ReadonlyArray<number>
  readonly lists: Log.Log<number>
  readonly burnsBnb: boolean
}

/**
 * Everything of margin orders beside the accounts.
 *
 * **Details**
 *
 * `prices` are last prices by symbol, `books` are by symbol, `stops` the orders that wait for their trigger by symbol,
 * `floors` are by account. `fees` are the commissions taken and `market` what the market around the prices gained, negative
 * where it gave, both by asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Spot {
  readonly rules: SpotRules.SpotRules
  readonly pairs: ReadonlyMap<string, SpotPairs.Pair>
  readonly prices: ReadonlyMap<string, Decimal>
  readonly books: ReadonlyMap<string, Book.Book>
  readonly orders: IntMap.IntMap<Order>
  readonly lists: IntMap.IntMap<OrderList>
  readonly stops: ReadonlyMap<string, ReadonlyArray<number>>
  readonly floors: ReadonlyMap<string, Floor>
  readonly fees: ReadonlyMap<string, Decimal>
  readonly market: ReadonlyMap<string, Decimal>
  readonly nextOrder: number
  readonly nextTrade: number
  readonly nextList: number
  readonly nextPrevented: number
}

/**
 * Spot pairs without any order.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  pairs: ReadonlyArray<readonly [pair: SpotPairs.Pair, price: Decimal]> = SpotPairs.defaults,
  rules: SpotRules.SpotRules = SpotRules.defaults
): Spot => ({
  rules,
  pairs: new Map(pairs.map(([pair]) => [pair.symbol, pair])),
  prices: new Map(pairs.map(([pair, price]) => [pair.symbol, price])),
  books: new Map(),
  orders: IntMap.empty,
  lists: IntMap.empty,
  stops: new Map(),
  floors: new Map(),
  fees: new Map(),
  market: new Map(),
  nextOrder: 1,
  nextTrade: 1,
  nextList: 1,
  nextPrevented: 1
})

const emptyDesk: Desk = { orders: Log.empty(), trades: Log.empty() }

const emptyFloor: Floor = { desks: new Map(), open: [], lists: Log.empty(), burnsBnb: false }

/**
 * What an account has on spot.
 *
 * @category lookups
 * @since 0.1.0
 */
export const floor = (self: Spot, accountId: string): Floor => self.floors.get(accountId) ?? emptyFloor

/**
 * What an account has on a pair.
 *
 * @category lookups
 * @since 0.1.0
 */
export const desk = (self: Floor, symbol: string): Desk => self.desks.get(symbol) ?? emptyDesk

/**
 * The last price of a pair; zero where there is none.
 *
 * @category lookups
 * @since 0.1.0
 */
export const lastPrice = (self: Spot, symbol: string): Decimal => self.prices.get(symbol) ?? zero

/**
 * The book of a pair, full where it was never touched.
 *
 * @category lookups
 * @since 0.1.0
 */
export const book = (self: Spot, pair: SpotPairs.Pair): Book.Book =>
  self.books.get(pair.symbol) ?? Book.make(pair.ladder, lastPrice(self, pair.symbol), pair.pricePrecision)

/**
 * Whether an order can still change.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isOpen = (self: Order): boolean => self.status === "NEW" || self.status === "PARTIALLY_FILLED"

/**
 * What of an order is not executed.
 *
 * @category lookups
 * @since 0.1.0
 */
export const remaining = (self: Order): Decimal => subtract(self.quantity, self.executed)

/**
 * Whether an order waits for a trigger before it goes to the book or to the market.
 *
 * @category lookups
 * @since 0.1.0
 */
export const hasTrigger = (type: OrderType): boolean =>
  type === "STOP_LOSS" || type === "STOP_LOSS_LIMIT" || type === "TAKE_PROFIT" || type === "TAKE_PROFIT_LIMIT"

/**
 * Whether an order ends at the market, and so has no price.
 *
 * @category lookups
 * @since 0.1.0
 */
export const endsAtMarket = (type: OrderType): boolean =>
  type === "MARKET" || type === "STOP_LOSS" || type === "TAKE_PROFIT"

/**
 * The order of an id, if there is one.
 *
 * @category lookups
 * @since 0.1.0
 */
export const order = (self: Spot, id: number): Order | undefined => IntMap.get(self.orders, id)

/**
 * The open orders of an account, oldest first, of one pair or of all.
 *
 * @category lookups
 * @since 0.1.0
 */
export const openOrders = (self: Spot, accountId: string, symbol?: string | undefined): ReadonlyArray<Order> =>
  floor(self, accountId).open.flatMap((id) => {
    const found = order(self, id)
    return found === undefined || symbol !== undefined && found.symbol !== symbol ? [] : [found]
  })

/**
 * The asset that an order gives, and the one that it brings.
 *
 * @category lookups
 * @since 0.1.0
 */
export const assetsOf = (
  pair: SpotPairs.Pair,
  side: Book.Side
): { readonly gives: string; readonly brings: string } =>
  side === "BUY"
    ? { gives: pair.quoteAsset, brings: pair.baseAsset }
    : { gives: pair.baseAsset, brings: pair.quoteAsset }

/**
 * What a quantity comes to at a price, in the quote asset: truncated to 8 decimals, as the exchange books it.
 *
 * @category formulas
 * @since 0.1.0
 */
export const quoteOf = (price: Decimal, quantity: Decimal): Decimal => truncate(multiply(price, quantity), 8)

/**
 * An account by asset with an amount more of one.
 *
 * @category combinators
 * @since 0.1.0
 */
export const credit = (
  purse: ReadonlyMap<string, Decimal>,
  asset: string,
  amount: Decimal
): ReadonlyMap<string, Decimal> => new Map(purse).set(asset, add(purse.get(asset) ?? zero, amount))
