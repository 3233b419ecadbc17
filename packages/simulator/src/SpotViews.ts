/**
 * The replies of the Portfolio Margin API that show margin orders, as the exchange words them.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as ExchangeError from "./ExchangeError.ts"
import type { Decimal } from "./internal/decimals.ts"
import { fixed } from "./internal/decimals.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import { isExecuting, showList } from "./internal/spotReplies.ts"
import * as Spot from "./Spot.ts"
import type { OrderRef } from "./SpotEngine.ts"
import type { Reply, View } from "./Views.ts"

const day = 86_400_000

const amount = (figure: Decimal): string => fixed(figure, 8, "truncate")

// Replies number accounts; here they have names, so the number is made of the name.
const numberOf = (accountId: string): number => {
  let hash = 2_166_136_261
  for (let i = 0; i < accountId.length; i++) hash = Math.imul(hash ^ accountId.charCodeAt(i), 16_777_619)
  return 100_000_000 + (hash >>> 0) % 900_000_000
}

const show = (order: Spot.Order) => ({
  clientOrderId: order.clientOrderId,
  cummulativeQuoteQty: amount(order.quote),
  executedQty: amount(order.executed),
  icebergQty: amount(order.icebergQuantity),
  isWorking: order.isWorking,
  orderId: order.id,
  origQty: amount(order.quantity),
  price: amount(order.price),
  side: order.side,
  status: order.status,
  stopPrice: amount(order.stopPrice),
  symbol: order.symbol,
  time: order.time,
  timeInForce: order.timeInForce,
  type: order.type,
  updateTime: order.updateTime,
  accountId: numberOf(order.accountId),
  selfTradePreventionMode: order.selfTradePrevention,
  preventedMatchId: order.prevented?.matchId ?? null,
  preventedQuantity: order.prevented === undefined ? null : amount(order.prevented.quantity)
})

const known = (view: View, symbol: string): Reply<void> =>
  view.state.spot.pairs.has(symbol) ? Result.succeed(undefined) : Result.fail(ExchangeError.invalidSymbol)

const ordersOf = (view: View, symbol: string): ReadonlyArray<Spot.Order> => {
  const { orders } = Spot.desk(Spot.floor(view.state.spot, view.account.id), symbol)
  return Log.toArray(orders).flatMap((id) => {
    const order = Spot.order(view.state.spot, id)
    return order === undefined ? [] : [order]
  })
}

/**
 * `GET /papi/v1/margin/order`: a margin order; -2013 where there is none by that id, -1121 for an unknown pair.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginOrder = (view: View, query: OrderRef & { readonly symbol: string }) =>
  Result.flatMap(known(view, query.symbol), () => {
    const found = ordersOf(view, query.symbol).findLast((order) =>
      query.orderId === undefined ? order.clientOrderId === query.clientOrderId : order.id === query.orderId
    )
    return found === undefined ? Result.fail(ExchangeError.noSuchOrder) : Result.succeed(show(found))
  })

/**
 * `GET /papi/v1/margin/openOrders`: the open margin orders of one pair or of all; -1121 for an unknown pair.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginOpenOrders = (view: View, symbol?: string | undefined) =>
  Result.map(
    symbol === undefined ? Result.succeed(undefined) : known(view, symbol),
    () => Spot.openOrders(view.state.spot, view.account.id, symbol).map(show)
  )

interface Period {
  readonly startTime?: number | undefined
  readonly endTime?: number | undefined
  readonly limit?: number | undefined
}

/** Rows from an id on, or the last ones of a period; by ascending id. */
const select = <A>(
  rows: ReadonlyArray<A>,
  query: Period & { readonly from?: number | undefined },
  idOf: (row: A) => number,
  timeOf: (row: A) => number
): ReadonlyArray<A> => {
  const { endTime = Infinity, from, limit = 500, startTime = -Infinity } = query
  const within = rows.filter((row) =>
    timeOf(row) >= startTime && timeOf(row) <= endTime && (from === undefined || idOf(row) >= from)
  )
  return from !== undefined || query.startTime !== undefined ? within.slice(0, limit) : within.slice(-limit)
}

const shortEnough = ({ endTime, startTime }: Period, longest: number): Reply<void> =>
  startTime !== undefined && endTime !== undefined && (endTime < startTime || endTime - startTime > longest)
    ? Result.fail(ExchangeError.invalidParameter("endTime"))
    : Result.succeed(undefined)

/**
 * `GET /papi/v1/margin/allOrders`: the margin orders of a pair, from an id on or the last ones; -1121 for an unknown pair.
 *
 * @category margin
 * @since 0.1.0
 */
export const getAllMarginOrders = (
  view: View,
  query: Period & { readonly symbol: string; readonly orderId?: number | undefined }
) =>
  Result.gen(function*() {
    yield* known(view, query.symbol)
    yield* shortEnough(query, Infinity)
    return select(ordersOf(view, query.symbol), { ...query, from: query.orderId }, (row) => row.id, (row) => row.time)
      .map(show)
  })

/**
 * `GET /papi/v1/margin/myTrades`: the fills of margin orders on a pair; -1121 for an unknown pair, -1130 for a period of
 * more than 24 hours.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginTrades = (
  view: View,
  query: Period & {
    readonly symbol: string
    readonly orderId?: number | undefined
    readonly fromId?: number | undefined
  }
) =>
  Result.gen(function*() {
    yield* known(view, query.symbol)
    yield* shortEnough(query, day)
    const trades = Log.toArray(Spot.desk(Spot.floor(view.state.spot, view.account.id), query.symbol).trades)
      .filter((trade) => query.orderId === undefined || trade.orderId === query.orderId)
    return select(trades, { ...query, from: query.fromId }, (row) => row.id, (row) => row.time).map((trade) => ({
      commission: amount(trade.commission),
      commissionAsset: trade.commissionAsset,
      id: trade.id,
      isBestMatch: true,
      isBuyer: trade.side === "BUY",
      isMaker: trade.isMaker,
      orderId: trade.orderId,
      price: amount(trade.price),
      qty: amount(trade.quantity),
      symbol: trade.symbol,
      time: trade.time
    }))
  })

const listsOf = (view: View): ReadonlyArray<Spot.OrderList> =>
  Log.toArray(Spot.floor(view.state.spot, view.account.id).lists).flatMap((id) => {
    const list = IntMap.get(view.state.spot.lists, id)
    return list === undefined ? [] : [list]
  })

/**
 * `GET /papi/v1/margin/orderList`: a pair of orders; -2013 where there is none by that id.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginOCO = (
  view: View,
  query: { readonly orderListId?: number | undefined; readonly clientId?: string | undefined }
) => {
  const found = listsOf(view).findLast((list) =>
    query.orderListId === undefined ? list.clientId === query.clientId : list.id === query.orderListId
  )
  return found === undefined
    ? Result.fail(ExchangeError.noSuchOrder)
    : Result.succeed(showList(view.state.spot, found))
}

/**
 * `GET /papi/v1/margin/allOrderList`: all pairs of orders, from an id on or the last ones.
 *
 * @category margin
 * @since 0.1.0
 */
export const getAllMarginOCO = (view: View, query: Period & { readonly fromId?: number | undefined }) =>
  Result.map(
    shortEnough(query, Infinity),
    () =>
      select(listsOf(view), { ...query, from: query.fromId }, (row) => row.id, (row) => row.time)
        .map((list) => showList(view.state.spot, list))
  )

/**
 * `GET /papi/v1/margin/openOrderList`: the pairs of orders of which one is open.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginOpenOCO = (view: View) =>
  listsOf(view).filter((list) => isExecuting(view.state.spot, list))
    .map((list) => showList(view.state.spot, list))

/**
 * `GET /papi/v1/margin/forceOrders`: nothing, as for every account that is liquidated by its risk: the exchange changes
 * assets for debts without orders.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginForceOrders = () => ({ rows: [], total: 0 })
