/**
 * Margin orders: placing, pairs of orders, cancelling, and prices that move the books.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Book from "./Book.ts"
import type { Clockwork } from "./Clockwork.ts"
import type { Acknowledged, Applied, State } from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import type { Decimal } from "./internal/decimals.ts"
import { isPositive } from "./internal/decimals.ts"
import { cancelIdOf, cancelList, cancelOne } from "./internal/spotCancelling.ts"
import * as Drafts from "./internal/spotDraft.ts"
import * as Fills from "./internal/spotFills.ts"
import { sweep } from "./internal/spotMatching.ts"
import { listOf, type NewMarginOco, openLists, placeOcoIn } from "./internal/spotOco.ts"
import { type NewMarginOrder, placeIn } from "./internal/spotPlacing.ts"
import {
  type CanceledReply,
  type OcoCanceledReply,
  type OcoPlacedReply,
  type OrderReply,
  placedOcoReply,
  placedReply
} from "./internal/spotReplies.ts"
import { trigger } from "./internal/spotTriggers.ts"
import { accountOf, acknowledged, check, checkFigure, done, pairOf } from "./internal/transitions.ts"
import * as Spot from "./Spot.ts"

export { lossOf, reckonOpenLoss } from "./internal/openLoss.ts"
export type { NewMarginOco } from "./internal/spotOco.ts"
export type { NewMarginOrder } from "./internal/spotPlacing.ts"
export type { CanceledReply, OcoCanceledReply, OcoPlacedReply, OcoReply, OrderReply } from "./internal/spotReplies.ts"
export { isExecuting, showList } from "./internal/spotReplies.ts"

/**
 * Names an order by one of its ids.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderRef {
  readonly orderId?: number | undefined
  readonly clientOrderId?: string | undefined
}

/**
 * Cancels a margin order, and with it the other order of its pair; `newClientOrderId` names the cancelling.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelMarginOrder extends OrderRef {
  readonly _tag: "CancelMarginOrder"
  readonly accountId: string
  readonly symbol: string
  readonly newClientOrderId?: string | undefined
}

/**
 * Cancels a pair of orders.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelMarginOco {
  readonly _tag: "CancelMarginOco"
  readonly accountId: string
  readonly symbol: string
  readonly orderListId?: number | undefined
  readonly listClientOrderId?: string | undefined
  readonly newClientOrderId?: string | undefined
}

/**
 * Cancels every open margin order of an account on a pair.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelAllMarginOrders {
  readonly _tag: "CancelAllMarginOrders"
  readonly accountId: string
  readonly symbol: string
}

/**
 * Sets the last price of a spot pair, in its quote asset: the market moves there, and takes what it moves through.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetSpotPrice {
  readonly _tag: "SetSpotPrice"
  readonly symbol: string
  readonly price: Decimal
}

/**
 * Switches the payment of the commissions of margin orders in BNB.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetSpotFeeBurn {
  readonly _tag: "SetSpotFeeBurn"
  readonly accountId: string
  readonly feeBurn: boolean
}

/**
 * What can be asked of margin orders.
 *
 * @category commands
 * @since 0.1.0
 */
export type Command =
  | NewMarginOrder
  | NewMarginOco
  | CancelMarginOrder
  | CancelMarginOco
  | CancelAllMarginOrders
  | SetSpotPrice
  | SetSpotFeeBurn

/**
 * Places a margin order.
 *
 * **Details**
 *
 * Refusals: -1121 for an unknown pair, -1102 for what its type needs, -1013 by a filter, 51113 too far on the bad side of
 * the index price, -2010 for an id that an open order has, for a stop that would fire at once, for a LIMIT_MAKER that would
 * take, and for what cannot be paid; 51006 and 51014 where the loan is refused; -3023 while the account may only reduce, and
 * 51068 in liquidation.
 *
 * @category transitions
 * @since 0.1.0
 */
export const newMarginOrder = (state: State, command: NewMarginOrder, now: number): Applied<OrderReply> => {
  const draft = Drafts.open(state, now)
  const responseType = command.responseType
    ?? (command.type === "LIMIT" || command.type === "MARKET" ? "FULL" : "ACK")
  return Result.map(placeIn(draft, command), ({ borrowed, order, pair }) => {
    const next = Drafts.close(draft)
    const placed = Spot.order(next.spot, order.id) ?? order
    return [next, placedReply(pair, placed, borrowed, draft.trades.get(order.id) ?? [], responseType, now)]
  })
}

/**
 * Places a pair of orders.
 *
 * **Details**
 *
 * -2010 where the limit price is not beyond the last price on the good side and the stop price on the bad side; else by the
 * rules of {@link newMarginOrder}. Both orders hold one amount together: the larger one of what they give.
 *
 * @category transitions
 * @since 0.1.0
 */
export const newMarginOco = (state: State, command: NewMarginOco, now: number): Applied<OcoPlacedReply> => {
  const draft = Drafts.open(state, now)
  return Result.map(placeOcoIn(draft, command), ({ borrowed, list, pair }) => {
    const next = Drafts.close(draft)
    const loan = { asset: Spot.assetsOf(pair, command.side).gives, amount: borrowed }
    return [next, placedOcoReply(next.spot, list, loan, command.responseType, now)]
  })
}

/**
 * Cancels a margin order; -2011 where none is open by that id on that pair, -1121 for an unknown pair.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelMarginOrder = (
  state: State,
  command: CancelMarginOrder,
  now: number
): Applied<CanceledReply> => {
  const account = state.accounts.get(command.accountId)
  if (account === undefined) return Result.fail(ExchangeError.unknownAccount)
  const pair = state.spot.pairs.get(command.symbol)
  if (pair === undefined) return Result.fail(ExchangeError.invalidSymbol)
  const order = Spot.openOrders(state.spot, account.id, pair.symbol).find((order) =>
    command.orderId === undefined
      ? order.clientOrderId === command.clientOrderId
      : order.id === command.orderId
  )
  if (order === undefined) return Result.fail(ExchangeError.unknownOrder)
  const draft = Drafts.open(state, now)
  const cancelId = cancelIdOf(draft, command.newClientOrderId)
  const list = listOf(state.spot, order)
  const reply = cancelOne(draft, pair, order, cancelId)
  if (list !== undefined) cancelList(draft, pair, list, cancelId)
  return done(Drafts.close(draft), reply)
}

/**
 * Cancels a pair of orders; -2011 where none is open by that id on that pair, -1121 for an unknown pair.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelMarginOco = (
  state: State,
  command: CancelMarginOco,
  now: number
): Applied<OcoCanceledReply> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const pair = yield* pairOf(state, command.symbol)
    const list = yield* Result.fromNullishOr(
      openLists(state.spot, account.id).find((list) =>
        list.symbol === pair.symbol && (command.orderListId === undefined
          ? list.clientId === command.listClientOrderId
          : list.id === command.orderListId)
      ),
      () => ExchangeError.unknownOrder
    )
    const draft = Drafts.open(state, now)
    const reply = cancelList(draft, pair, list, cancelIdOf(draft, command.newClientOrderId))
    return yield* done(Drafts.close(draft), reply)
  })

/**
 * Cancels every open margin order on a pair; -2011 where there is none, -1121 for an unknown pair.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelAllMarginOrders = (
  state: State,
  command: CancelAllMarginOrders,
  now: number
): Applied<ReadonlyArray<CanceledReply | OcoCanceledReply>> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const pair = yield* pairOf(state, command.symbol)
    const open = Spot.openOrders(state.spot, account.id, pair.symbol)
    yield* check(open.length > 0, ExchangeError.unknownOrder)
    const draft = Drafts.open(state, now)
    const cancelId = cancelIdOf(draft, undefined)
    const reply = open.flatMap((order): ReadonlyArray<CanceledReply | OcoCanceledReply> => {
      const current = Spot.order(draft.state.spot, order.id)
      if (current === undefined || !Spot.isOpen(current)) return []
      const list = listOf(state.spot, order)
      return [
        list === undefined
          ? { ...cancelOne(draft, pair, current, cancelId), orderListId: -1 }
          : cancelList(draft, pair, list, cancelId)
      ]
    })
    return yield* done<ReadonlyArray<CanceledReply | OcoCanceledReply>>(Drafts.close(draft), reply)
  })

/**
 * The state after the exchange cancelled every open margin order of an account, as it does before it liquidates: their open
 * loss is given back.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelAllOf = (state: State, accountId: string, now: number): State => {
  const draft = Drafts.open(state, now)
  for (const { id } of Spot.openOrders(state.spot, accountId)) {
    const order = Spot.order(draft.state.spot, id)
    const pair = order && draft.state.spot.pairs.get(order.symbol)
    if (order !== undefined && pair !== undefined && Spot.isOpen(order)) {
      Fills.end(draft, pair, order, { status: "CANCELED", rests: true })
    }
  }
  return Drafts.close(draft)
}

/**
 * Fills the markets around the spot prices again, and lets them take what rests within their reach.
 *
 * @category clockworks
 * @since 0.1.0
 */
export const refills: Clockwork = {
  next: (state) => {
    let next = Infinity
    for (const book of state.spot.books.values()) {
      next = Math.min(next, Book.refillTime(book))
    }
    return next
  },
  run: (state, at) => {
    const draft = Drafts.open(state, at)
    for (const [symbol, book] of state.spot.books) {
      const pair = state.spot.pairs.get(symbol)
      if (pair !== undefined && at >= Book.refillTime(book)) sweep(draft, pair, Book.refill(book, at))
    }
    return Drafts.close(draft)
  }
}

/**
 * Moves the market of a pair: above zero, else -1130; of a known pair, else -1121.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setSpotPrice = (
  state: State,
  command: SetSpotPrice,
  now: number
): Applied<Acknowledged> =>
  Result.gen(function*() {
    const pair = yield* pairOf(state, command.symbol)
    yield* checkFigure("price", command.price, isPositive)
    const draft = Drafts.open({ ...state, updateTime: now }, now)
    Drafts.setSpot(draft, { prices: new Map(state.spot.prices).set(pair.symbol, command.price) })
    sweep(draft, pair, Book.moveTo(Spot.book(state.spot, pair), command.price))
    trigger(draft, pair)
    return yield* done(Drafts.close(draft), acknowledged)
  })

/**
 * Switches the payment of commissions in BNB.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setSpotFeeBurn = (
  state: State,
  command: SetSpotFeeBurn,
  now: number
): Applied<Acknowledged> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const draft = Drafts.open(state, now)
    Drafts.setFloor(draft, account.id, (floor) => ({ ...floor, burnsBnb: command.feeBurn }))
    return yield* done(draft.state, acknowledged)
  })
