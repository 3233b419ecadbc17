/**
 * Margin orders and pairs of orders as replies show them.
 *
 * @since 0.1.0
 */
import type * as Book from "../Book.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { Decimal } from "./decimals.ts"
import { fixed, isPositive, plain } from "./decimals.ts"

/**
 * The reply to an order: the first four fields and the loan with `ACK`, the fills with `FULL` alone.
 *
 * @category replies
 * @since 0.1.0
 */
export interface OrderReply {
  readonly symbol: string
  readonly orderId: number
  readonly orderListId?: number
  readonly clientOrderId: string
  readonly transactTime: number
  readonly price?: string
  readonly origQty?: string
  readonly executedQty?: string
  readonly cummulativeQuoteQty?: string
  readonly status?: Spot.OrderStatus
  readonly timeInForce?: Spot.TimeInForce
  readonly type?: Spot.OrderType
  readonly side?: Book.Side
  readonly stopPrice?: string
  readonly icebergQty?: string
  readonly marginBuyBorrowAmount?: string
  readonly marginBuyBorrowAsset?: string
  readonly fills?: ReadonlyArray<{
    readonly price: string
    readonly qty: string
    readonly commission: string
    readonly commissionAsset: string
  }>
}

/**
 * A pair of orders as replies show it.
 *
 * @category replies
 * @since 0.1.0
 */
export interface OcoReply {
  readonly orderListId: number
  readonly contingencyType: "OCO"
  readonly listStatusType: "EXEC_STARTED" | "ALL_DONE"
  readonly listOrderStatus: "EXECUTING" | "ALL_DONE"
  readonly listClientOrderId: string
  readonly transactionTime: number
  readonly symbol: string
  readonly marginBuyBorrowAmount?: string
  readonly marginBuyBorrowAsset?: string
  readonly orders: ReadonlyArray<{
    readonly symbol: string
    readonly orderId: number
    readonly clientOrderId: string
  }>
}

/**
 * The reply to a new pair of orders.
 *
 * @category replies
 * @since 0.1.0
 */
export interface OcoPlacedReply extends OcoReply {
  readonly orderReports: ReadonlyArray<OrderReply>
}

/**
 * The reply to a cancelled order; `orderListId` only where it is one of several.
 *
 * @category replies
 * @since 0.1.0
 */
export interface CanceledReply {
  readonly symbol: string
  readonly orderId: number
  readonly orderListId?: number
  readonly origClientOrderId: string
  readonly clientOrderId: string
  readonly price: string
  readonly origQty: string
  readonly executedQty: string
  readonly cummulativeQuoteQty: string
  readonly status: Spot.OrderStatus
  readonly timeInForce: Spot.TimeInForce
  readonly type: Spot.OrderType
  readonly side: Book.Side
  readonly stopPrice?: string
  readonly icebergQty?: string
}

/**
 * The reply to a cancelled pair of orders.
 *
 * @category replies
 * @since 0.1.0
 */
export interface OcoCanceledReply extends OcoReply {
  readonly orderReports: ReadonlyArray<CanceledReply>
}

const amount = (value: Decimal): string => fixed(value, 8, "truncate")

const figures = (order: Spot.Order) => ({
  price: amount(order.price),
  origQty: amount(order.quantity),
  executedQty: amount(order.executed),
  cummulativeQuoteQty: amount(order.quote),
  status: order.status,
  timeInForce: order.timeInForce,
  type: order.type,
  side: order.side
})

const extras = (order: Spot.Order) => ({
  ...(isPositive(order.stopPrice) ? { stopPrice: amount(order.stopPrice) } : {}),
  ...(isPositive(order.icebergQuantity) ? { icebergQty: amount(order.icebergQuantity) } : {})
})

const loanOf = (asset: string, borrowed: Decimal) =>
  isPositive(borrowed) ? { marginBuyBorrowAmount: plain(borrowed), marginBuyBorrowAsset: asset } : {}

/**
 * Whether a pair of orders still has an open one.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isExecuting = (spot: Spot.Spot, list: Spot.OrderList): boolean =>
  list.orders.some((id) => {
    const order = Spot.order(spot, id)
    return order !== undefined && Spot.isOpen(order)
  })

/**
 * A pair of orders as replies show it.
 *
 * @category lookups
 * @since 0.1.0
 */
export const showList = (spot: Spot.Spot, list: Spot.OrderList): OcoReply => {
  const executing = isExecuting(spot, list)
  return {
    orderListId: list.id,
    contingencyType: "OCO",
    listStatusType: executing ? "EXEC_STARTED" : "ALL_DONE",
    listOrderStatus: executing ? "EXECUTING" : "ALL_DONE",
    listClientOrderId: list.clientId,
    transactionTime: list.time,
    symbol: list.symbol,
    orders: list.orders.flatMap((id) => {
      const order = Spot.order(spot, id)
      return order === undefined
        ? []
        : [{ symbol: order.symbol, orderId: order.id, clientOrderId: order.clientOrderId }]
    })
  }
}

/** An order that was placed, as the reply to it shows it. */
export const placedReply = (
  pair: SpotPairs.Pair,
  order: Spot.Order,
  borrowed: Decimal,
  trades: ReadonlyArray<Spot.Trade>,
  responseType: "ACK" | "RESULT" | "FULL",
  now: number
): OrderReply => ({
  symbol: pair.symbol,
  orderId: order.id,
  clientOrderId: order.clientOrderId,
  transactTime: now,
  ...(responseType === "ACK" ? {} : figures(order)),
  ...loanOf(Spot.assetsOf(pair, order.side).gives, borrowed),
  ...(responseType === "FULL"
    ? {
      fills: trades.map((trade) => ({
        price: amount(trade.price),
        qty: amount(trade.quantity),
        commission: amount(trade.commission),
        commissionAsset: trade.commissionAsset
      }))
    }
    : {})
})

/** A pair of orders that was placed, as the reply to it shows it. */
export const placedOcoReply = (
  spot: Spot.Spot,
  list: Spot.OrderList,
  borrowed: { readonly asset: string; readonly amount: Decimal },
  responseType: "ACK" | "RESULT" | "FULL" | undefined,
  now: number
): OcoPlacedReply => {
  const { orders, ...shown } = showList(spot, list)
  return {
    ...shown,
    ...loanOf(borrowed.asset, borrowed.amount),
    orders,
    orderReports: list.orders.flatMap((id) => {
      const order = Spot.order(spot, id)
      return order === undefined ? [] : [{
        symbol: order.symbol,
        orderId: order.id,
        orderListId: list.id,
        clientOrderId: order.clientOrderId,
        transactTime: now,
        ...(responseType === "ACK" ? {} : { ...figures(order), ...extras(order) })
      }]
    })
  }
}

/** An order that was cancelled, as the reply to it shows it. */
export const canceledReply = (order: Spot.Order, cancelId: string): CanceledReply => ({
  symbol: order.symbol,
  orderId: order.id,
  origClientOrderId: order.clientOrderId,
  clientOrderId: cancelId,
  ...figures(order),
  ...extras(order)
})
