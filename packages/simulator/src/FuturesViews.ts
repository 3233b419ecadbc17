/**
 * Orders, trades and histories of UM and CM, as the exchange words them.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { State } from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import * as Futures from "./Futures.ts"
import { averagePrice, price, quantity, wireId } from "./FuturesEvents.ts"
import type { Decimal } from "./internal/decimals.ts"
import { between, fixed, isZero, plain } from "./internal/decimals.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import type * as Market from "./Market.ts"

/**
 * A figure as text, without trailing zeros.
 *
 * @category texts
 * @since 0.1.0
 */
export const figure = (value: Decimal): string => plain(value)

const day = 86_400_000

const common = (contract: Market.Contract, order: Futures.Order) => ({
  clientOrderId: order.clientOrderId,
  executedQty: quantity(contract, order.executed),
  orderId: wireId(order.orderId),
  origQty: quantity(contract, order.quantity),
  price: price(contract, order.price),
  reduceOnly: order.reduceOnly,
  side: order.side,
  positionSide: order.positionSide,
  status: order.status,
  symbol: order.symbol,
  timeInForce: order.timeInForce,
  type: order.type,
  updateTime: order.updateTime
})

const pairOf = (contract: Market.Contract) => contract.product === "CM" ? { pair: contract.pair } : {}

const extrasOf = (order: Futures.Order) =>
  order.product === "CM" ? {} : {
    selfTradePreventionMode: order.selfTradePrevention,
    goodTillDate: order.goodTillDate,
    priceMatch: order.priceMatch
  }

const worth = (contract: Market.Contract, order: Futures.Order) =>
  contract.product === "UM"
    ? { cumQuote: plain(order.value) }
    : { cumBase: isZero(order.value) ? "0" : fixed(order.value, 8, "half-up") }

/**
 * An order as the replies to placing and cancelling tell it.
 *
 * @category orders
 * @since 0.1.0
 */
export const placed = (contract: Market.Contract, order: Futures.Order) => ({
  ...common(contract, order),
  cumQty: quantity(contract, order.executed),
  ...pairOf(contract),
  ...extrasOf(order)
})

/**
 * The reply to placing or cancelling an order.
 *
 * @category models
 * @since 0.1.0
 */
export type Placed = ReturnType<typeof placed>

/**
 * An order as the reply to its change tells it.
 *
 * @category orders
 * @since 0.1.0
 */
export const modified = (contract: Market.Contract, order: Futures.Order, modifyId: bigint | undefined) => ({
  ...placed(contract, order),
  origType: order.type,
  ...(modifyId === undefined ? {} : { modifyId: wireId(modifyId) })
})

/**
 * The reply to the change of an order.
 *
 * @category models
 * @since 0.1.0
 */
export type Modified = ReturnType<typeof modified>

/**
 * An order as queries tell it.
 *
 * @category orders
 * @since 0.1.0
 */
export const queried = (contract: Market.Contract, order: Futures.Order) => ({
  avgPrice: averagePrice(contract, order),
  ...common(contract, order),
  ...worth(contract, order),
  origType: order.type,
  ...pairOf(contract),
  time: order.time,
  ...extrasOf(order)
})

/**
 * A trade as queries tell it.
 *
 * @category trades
 * @since 0.1.0
 */
export const trade = (contract: Market.Contract, row: Futures.Trade) => ({
  symbol: row.symbol,
  id: row.id,
  orderId: wireId(row.orderId),
  ...pairOf(contract),
  side: row.side,
  price: price(contract, row.price),
  qty: quantity(contract, row.quantity),
  realizedPnl: isZero(row.realized) ? "0" : fixed(row.realized, 8, "truncate"),
  ...(contract.product === "UM"
    ? { quoteQty: plain(row.value) }
    : { marginAsset: contract.marginAsset, baseQty: fixed(row.value, 8, "half-up") }),
  commission: isZero(row.commission) ? "0" : fixed(row.commission, 8, "truncate"),
  commissionAsset: row.commissionAsset,
  time: row.time,
  buyer: row.side === "BUY",
  maker: row.maker,
  positionSide: row.positionSide
})

/**
 * A period and a number of rows, as queries for histories have them; times in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  readonly startTime?: number | undefined
  readonly endTime?: number | undefined
  readonly limit?: number | undefined
}

/** The bounds of a period: what is left out lies as far from the other end as the period may be long. */
const boundsOf = (page: Page, days: number, now: number): readonly [start: number, end: number] => {
  const length = days * day
  const end = page.endTime ?? (page.startTime === undefined ? now : Math.min(now, page.startTime + length))
  return [page.startTime ?? end - length, end]
}

/** The rows of a period: its first ones where it has a start, its last ones where it has none. */
const within = <A extends { readonly time: number }>(
  log: Log.Log<A>,
  page: Page,
  days: number,
  limit: number,
  now: number
): ReadonlyArray<A> => {
  const [start, end] = boundsOf(page, days, now)
  const from = Log.countBefore(log, ({ time }) => time >= start)
  const to = Log.countBefore(log, ({ time }) => time > end)
  const most = page.limit ?? limit
  return page.startTime === undefined
    ? Log.slice(log, Math.max(from, to - most), to)
    : Log.slice(log, from, Math.min(to, from + most))
}

/**
 * Whether an order can still be asked for: not within the lag of reads, and an unfilled one only for three days.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isVisible = (state: State, order: Futures.Order, now: number): boolean =>
  now >= order.time + state.rules.readLag &&
  !((order.status === "CANCELED" || order.status === "EXPIRED" || order.status === "EXPIRED_IN_MATCH") &&
    isZero(order.executed) && now - order.time > 3 * day)

/**
 * The open orders of an account on contracts, oldest first.
 *
 * @category orders
 * @since 0.1.0
 */
export const openOrders = (
  state: State,
  accountId: string,
  contracts: ReadonlyArray<Market.Contract>,
  now: number
) => {
  const floor = Futures.floor(state.futures, accountId)
  return contracts.flatMap((contract) =>
    Futures.desk(floor, contract.symbol).open.flatMap((id) => {
      const order = IntMap.get(state.futures.orders, id)
      return order === undefined || !isVisible(state, order, now) ? [] : [queried(contract, order)]
    })
  )
}

/**
 * The orders of an account on a contract, oldest first: from an id on, or of a period.
 *
 * @category orders
 * @since 0.1.0
 */
export const orders = (
  state: State,
  accountId: string,
  contract: Market.Contract,
  query: Page & { readonly orderId?: bigint | undefined },
  defaults: { readonly limit: number; readonly days: number },
  now: number
) => {
  const { orders } = Futures.desk(Futures.floor(state.futures, accountId), contract.symbol)
  const most = query.limit ?? defaults.limit
  const known = (id: number): Futures.Order | undefined => IntMap.get(state.futures.orders, id)
  const show = (ids: ReadonlyArray<number>) =>
    ids.flatMap((id) => {
      const order = known(id)
      return order === undefined || !isVisible(state, order, now) ? [] : [queried(contract, order)]
    })
  const [start, end] = boundsOf(query, defaults.days, now)
  const from = Log.countBefore(orders, (id) => (known(id)?.time ?? 0) >= start)
  const to = Log.countBefore(orders, (id) => (known(id)?.time ?? 0) > end)
  if (query.orderId !== undefined) {
    const least = query.orderId - contract.firstOrderId
    const first = Log.countBefore(orders, (id) => BigInt(id) >= least)
    const period = query.startTime !== undefined || query.endTime !== undefined
    const begin = period ? Math.max(first, from) : first
    return show(Log.slice(orders, begin, Math.min(period ? to : orders.length, begin + most)))
  }
  return show(
    query.startTime === undefined
      ? Log.slice(orders, Math.max(from, to - most), to)
      : Log.slice(orders, from, Math.min(to, from + most))
  )
}

/**
 * The trades of an account on a contract, oldest first: from an id on, or of a period.
 *
 * @category trades
 * @since 0.1.0
 */
export const trades = (
  state: State,
  accountId: string,
  contract: Market.Contract,
  query: Page & { readonly fromId?: bigint | undefined },
  defaults: { readonly limit: number; readonly days: number },
  now: number
) => {
  const { trades } = Futures.desk(Futures.floor(state.futures, accountId), contract.symbol)
  const { fromId } = query
  if (fromId !== undefined) {
    const from = Log.countBefore(trades, ({ id }) => BigInt(id) >= fromId)
    return Log.slice(trades, from, from + (query.limit ?? defaults.limit)).map((row) => trade(contract, row))
  }
  return within(trades, query, defaults.days, defaults.limit, now).map((row) => trade(contract, row))
}

const amendment = (contract: Market.Contract, order: Futures.Order, row: Futures.Amendment) => ({
  amendmentId: row.id,
  symbol: contract.symbol,
  pair: contract.pair,
  orderId: wireId(order.orderId),
  clientOrderId: order.clientOrderId,
  time: row.time,
  amendment: {
    price: { before: price(contract, row.price.before), after: price(contract, row.price.after) },
    origQty: { before: quantity(contract, row.quantity.before), after: quantity(contract, row.quantity.after) },
    count: row.count,
    ...(row.modifyId === undefined ? {} : { modifyId: wireId(row.modifyId) })
  },
  ...(contract.product === "UM" ? { priceMatch: order.priceMatch } : {})
})

/**
 * The amendments of an order, newest last.
 *
 * @category orders
 * @since 0.1.0
 */
export const amendments = (
  state: State,
  contract: Market.Contract,
  order: Futures.Order,
  query: Page,
  limit: number
) =>
  Log.toArray(Futures.desk(Futures.floor(state.futures, order.accountId), contract.symbol).amendments)
    .filter((row) =>
      row.order === order.id && row.time >= (query.startTime ?? 0) && row.time <= (query.endTime ?? Infinity)
    )
    .slice(-(query.limit ?? limit))
    .map((row) => amendment(contract, order, row))

const forced = (contract: Market.Contract, order: Futures.Order) => ({
  avgPrice: averagePrice(contract, order),
  ...common(contract, order),
  ...worth(contract, order),
  origType: order.type,
  ...pairOf(contract),
  time: order.time
})

/**
 * The orders with which the exchange closed positions of an account, newest first.
 *
 * @category orders
 * @since 0.1.0
 */
export const forceOrders = (
  state: State,
  accountId: string,
  contracts: ReadonlyArray<Market.Contract>,
  query: Page & { readonly autoCloseType?: "LIQUIDATION" | "ADL" | undefined },
  now: number
) => {
  const floor = Futures.floor(state.futures, accountId)
  const [start, end] = boundsOf(query, 7, now)
  const earliest = Math.max(start, now - 90 * day)
  return contracts.flatMap((contract) =>
    Log.toArray(Futures.desk(floor, contract.symbol).orders).flatMap((id) => {
      const order = IntMap.get(state.futures.orders, id)
      if (order === undefined || order.time < earliest || order.time > end) return []
      const { closedBy } = order
      if (closedBy !== "LIQUIDATION" && closedBy !== "ADL") return []
      if (query.autoCloseType !== undefined && query.autoCloseType !== closedBy) return []
      return [{ order, contract }]
    })
  )
    .sort((a, b) => b.order.id - a.order.id)
    .slice(0, query.limit ?? 50)
    .map(({ contract, order }) => forced(contract, order))
}

/**
 * The changes of an account's balances on a product, oldest first.
 *
 * @category incomes
 * @since 0.1.0
 */
export const incomes = (
  state: State,
  accountId: string,
  product: Market.Product,
  query: Page & { readonly symbol?: string | undefined; readonly incomeType?: string | undefined },
  days: number,
  now: number
) => {
  const [start, end] = boundsOf(query, days, now)
  const { incomes } = Futures.floor(state.futures, accountId)
  const from = Log.countBefore(incomes, ({ time }) => time >= Math.max(start, now - 92 * day))
  const to = Log.countBefore(incomes, ({ time }) => time > end)
  const rows = Log.slice(incomes, from, to).filter((row) =>
    row.product === product && (query.symbol === undefined || row.symbol === query.symbol) &&
    (query.incomeType === undefined || row.incomeType === query.incomeType)
  )
  const most = query.limit ?? 100
  return (query.startTime === undefined ? rows.slice(-most) : rows.slice(0, most)).map((row) => ({
    symbol: row.symbol,
    incomeType: row.incomeType,
    income: between(row.income, 8, 8),
    asset: row.asset,
    info: row.info,
    time: row.time,
    tranId: String(row.tranId),
    tradeId: row.tradeId
  }))
}

/**
 * The order that was asked for, or -2013.
 *
 * @category lookups
 * @since 0.1.0
 */
export const found = (
  state: State,
  order: Futures.Order | undefined,
  now: number
): Result.Result<Futures.Order, ExchangeError.ExchangeError> =>
  order !== undefined && isVisible(state, order, now)
    ? Result.succeed(order)
    : Result.fail(ExchangeError.noSuchOrder)
