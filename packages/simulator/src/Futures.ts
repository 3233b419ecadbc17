/**
 * Orders, trades and books of UM and CM as data.
 *
 * @since 0.1.0
 */
import type * as Account from "./Account.ts"
import type * as Book from "./Book.ts"
import type { Decimal } from "./internal/decimals.ts"
import { abs, divide, isZero, multiply, subtract, zero } from "./internal/decimals.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import type * as Market from "./Market.ts"

/**
 * How long an order rests.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeInForce = "GTC" | "IOC" | "FOK" | "GTX" | "GTD"

/**
 * A price read from the book.
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
 * Which side expires when an order would meet another of its account.
 *
 * @category models
 * @since 0.1.0
 */
export type SelfTradePrevention = "NONE" | "EXPIRE_TAKER" | "EXPIRE_BOTH" | "EXPIRE_MAKER"

/**
 * State of an order; the last four are final.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED" | "EXPIRED_IN_MATCH"

/**
 * An order of UM or CM.
 *
 * **Details**
 *
 * `id` counts the orders of the exchange, `orderId` is the id the client sees. `price` is zero at the market, `average`
 * follows from `executed` and `value`, which is what was filled in the margin asset. Times in milliseconds; `goodTillDate`
 * is zero where there is none. `strategy` names the conditional order that it came from, `closedBy` why the exchange
 * placed it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Order {
  readonly id: number
  readonly orderId: bigint
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
  readonly clientOrderId: string
  readonly side: Book.Side
  readonly positionSide: Account.PositionSide
  readonly type: "LIMIT" | "MARKET"
  readonly timeInForce: TimeInForce
  readonly quantity: Decimal
  readonly price: Decimal
  readonly executed: Decimal
  readonly value: Decimal
  readonly status: OrderStatus
  readonly reduceOnly: boolean
  readonly selfTradePrevention: SelfTradePrevention
  readonly priceMatch: PriceMatch | "NONE"
  readonly goodTillDate: number
  readonly amendments: number
  readonly time: number
  readonly updateTime: number
  readonly strategy?: { readonly type: string; readonly id: number } | undefined
  readonly closedBy?: "LIQUIDATION" | "ADL" | "SETTLEMENT" | undefined
}

/**
 * What kind of conditional order: with a limit, at the market, or trailing.
 *
 * @category models
 * @since 0.1.0
 */
export type ConditionalType = "STOP" | "TAKE_PROFIT" | "STOP_MARKET" | "TAKE_PROFIT_MARKET" | "TRAILING_STOP_MARKET"

/**
 * An order that waits for a price, beside the book: an algo order of UM, a conditional order of CM.
 *
 * **Details**
 *
 * `callbackRate` is in percent. A trailing order is `active` once the price was at `activatePrice`, and follows it by
 * `extreme`. `order` is the order it became, `reason` why the exchange refused that one. Times in milliseconds, zero where
 * there is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Conditional {
  readonly id: number
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
  readonly clientId: string
  readonly type: ConditionalType
  readonly side: Book.Side
  readonly positionSide: Account.PositionSide
  readonly timeInForce: TimeInForce
  readonly quantity: Decimal
  readonly price: Decimal
  readonly priceMatch: PriceMatch | "NONE"
  readonly triggerPrice: Decimal
  readonly workingType: "CONTRACT_PRICE" | "MARK_PRICE"
  readonly priceProtect: boolean
  readonly reduceOnly: boolean
  readonly closePosition: boolean
  readonly activatePrice: Decimal
  readonly callbackRate: Decimal
  readonly active: boolean
  readonly extreme: Decimal
  readonly selfTradePrevention: SelfTradePrevention
  readonly goodTillDate: number
  readonly status: "NEW" | "CANCELED" | "EXPIRED" | "TRIGGERING" | "TRIGGERED" | "FINISHED" | "REJECTED"
  readonly order: number | undefined
  readonly reason: string
  readonly triggerTime: number
  readonly time: number
  readonly updateTime: number
}

/**
 * A fill of an order of an account, amounts in the margin asset but for the commission, which is in its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Trade {
  readonly id: number
  readonly orderId: bigint
  readonly product: Market.Product
  readonly symbol: string
  readonly side: Book.Side
  readonly positionSide: Account.PositionSide
  readonly price: Decimal
  readonly quantity: Decimal
  readonly value: Decimal
  readonly realized: Decimal
  readonly commission: Decimal
  readonly commissionAsset: string
  readonly maker: boolean
  readonly time: number
}

/**
 * A change of an order.
 *
 * @category models
 * @since 0.1.0
 */
export interface Amendment {
  readonly id: number
  readonly order: number
  readonly price: { readonly before: Decimal; readonly after: Decimal }
  readonly quantity: { readonly before: Decimal; readonly after: Decimal }
  readonly count: number
  readonly modifyId: bigint | undefined
  readonly time: number
}

/**
 * A change of a futures balance; `symbol` and `tradeId` are empty where there is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Income {
  readonly product: Market.Product
  readonly symbol: string
  readonly incomeType: string
  readonly income: Decimal
  readonly asset: string
  readonly info: string
  readonly tranId: number
  readonly tradeId: string
  readonly time: number
}

/**
 * What an account has on a symbol: its orders by id, oldest first, of them the open ones, its trades and amendments, and
 * the profit it has realised on each position side, in the margin asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Desk {
  readonly orders: Log.Log<number>
  readonly open: ReadonlyArray<number>
  readonly trades: Log.Log<Trade>
  readonly amendments: Log.Log<Amendment>
  readonly realized: ReadonlyMap<Account.PositionSide, Decimal>
}

/**
 * What an account has on UM and CM: its desks by symbol, and the changes of its balances, oldest first; `conditionals` are the ids of its
 * conditional orders.
 *
 * @category models
 * @since 0.1.0
 */
export interface Floor {
  readonly desks: ReadonlyMap<string, Desk>
  readonly conditionals: Log.Log<number>
  readonly incomes: Log.Log<Income>
}

/**
 * What the stream has told an account of its risk.
 *
 * @category models
 * @since 0.1.0
 */
export type RiskLevel = "NONE" | "MARGIN_CALL" | "REDUCE_ONLY" | "FORCE_LIQUIDATION"

/**
 * An order that ends at a time in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expiry {
  readonly time: number
  readonly order: number
  /** Whether it is a conditional order. */
  readonly conditional?: boolean
}

/**
 * Everything of UM and CM beside the accounts.
 *
 * **Details**
 *
 * `orders` are by their `id`, `books` by symbol, `floors` by account. `expiries` are sorted by time. `conditionals` are all
 * conditional orders by their `id`, `armed` the ids of those that watch a price, by symbol.
 * `delivered` are the contracts that were settled, `levels` what accounts were told of their risk.
 *
 * @category models
 * @since 0.1.0
 */
export interface Futures {
  readonly orders: IntMap.IntMap<Order>
  readonly books: ReadonlyMap<string, Book.Book>
  readonly floors: ReadonlyMap<string, Floor>
  readonly expiries: ReadonlyArray<Expiry>
  readonly nextOrder: number
  readonly nextTrade: number
  readonly nextAmendment: number
  readonly nextFunding: number
  readonly conditionals: IntMap.IntMap<Conditional>
  readonly armed: ReadonlyMap<string, ReadonlyArray<number>>
  readonly nextConditional: number
  readonly delivered: ReadonlySet<string>
  readonly levels: ReadonlyMap<string, RiskLevel>
}

/**
 * Time between two fundings: eight hours, in milliseconds.
 *
 * @category constants
 * @since 0.1.0
 */
export const fundingInterval = 28_800_000

/**
 * No orders and no books; `now` in milliseconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (now: number): Futures => ({
  orders: IntMap.empty,
  books: new Map(),
  floors: new Map(),
  expiries: [],
  nextOrder: 1,
  nextTrade: 1,
  nextAmendment: 1,
  nextFunding: (Math.floor(now / fundingInterval) + 1) * fundingInterval,
  conditionals: IntMap.empty,
  armed: new Map(),
  nextConditional: 1,
  delivered: new Set(),
  levels: new Map()
})

const emptyDesk: Desk = {
  orders: Log.empty(),
  open: [],
  trades: Log.empty(),
  amendments: Log.empty(),
  realized: new Map()
}

const emptyFloor: Floor = { desks: new Map(), conditionals: Log.empty(), incomes: Log.empty() }

/**
 * What an account has on UM and CM.
 *
 * @category lookups
 * @since 0.1.0
 */
export const floor = (self: Futures, accountId: string): Floor => self.floors.get(accountId) ?? emptyFloor

/**
 * What an account has on a symbol.
 *
 * @category lookups
 * @since 0.1.0
 */
export const desk = (self: Floor, symbol: string): Desk => self.desks.get(symbol) ?? emptyDesk

/**
 * Whether an order is still in the book.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isOpen = (self: Order): boolean => self.status === "NEW" || self.status === "PARTIALLY_FILLED"

/**
 * What is left of an order to fill.
 *
 * @category lookups
 * @since 0.1.0
 */
export const remaining = (self: Order): Decimal => subtract(self.quantity, self.executed)

/**
 * The average price of what was filled, zero where nothing was.
 *
 * @category lookups
 * @since 0.1.0
 */
export const average = (self: Order, contract: Market.Contract): Decimal =>
  isZero(self.executed)
    ? zero
    : self.product === "UM"
    ? divide(self.value, self.executed)
    : divide(multiply(self.executed, contract.contractSize), self.value)

/**
 * Whether an order can only make a position smaller: it is reduce-only, or it sells a LONG or buys a SHORT one.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isClosing = (
  self: Pick<Order, "reduceOnly" | "side" | "positionSide">
): boolean =>
  self.reduceOnly || (self.positionSide === "LONG" && self.side === "SELL") ||
  (self.positionSide === "SHORT" && self.side === "BUY")

/**
 * How much of a position an order of a side can close.
 *
 * @category lookups
 * @since 0.1.0
 */
export const closable = (position: Account.Position | undefined, side: Book.Side): Decimal =>
  position === undefined || (position.quantity.value > 0n) === (side === "BUY") ? zero : abs(position.quantity)
