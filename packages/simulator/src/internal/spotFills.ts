/**
 * What fills and ends do to a margin order and its account: balances, commission, loans, histories, streams.
 *
 * @since 0.1.0
 */
import * as Book from "../Book.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import { type Commission, commissionIn } from "./commissions.ts"
import type { Decimal } from "./decimals.ts"
import { add, isPositive, isZero, max, min, multiply, negate, subtract, zero } from "./decimals.ts"
import * as IntMap from "./intMap.ts"
import * as Log from "./log.ts"
import type { Draft } from "./spotDraft.ts"
import * as Drafts from "./spotDraft.ts"

const commissionOf = (
  draft: Draft,
  pair: SpotPairs.Pair,
  order: Spot.Order,
  brought: Decimal,
  isMaker: boolean
): Commission => {
  const { market, spot } = draft.state
  const asset = Spot.assetsOf(pair, order.side).brings
  const rate = isMaker ? pair.makerCommissionRate : pair.takerCommissionRate
  const bnb = asset !== "BNB" && Spot.floor(spot, order.accountId).burnsBnb
    ? Drafts.freeOf(draft.state, order.accountId, "BNB")
    : undefined
  return commissionIn(market, spot.rules, asset, multiply(brought, rate), bnb)
}

/** What an order still has to hold when so much of it remains. */
const lockFor = (order: Spot.Order, remaining: Decimal, spent: Decimal): Decimal => {
  if (isZero(remaining)) return zero
  if (order.side === "SELL") return remaining
  return isPositive(order.price) && !Spot.endsAtMarket(order.type)
    ? min(order.locked, Spot.quoteOf(order.price, remaining))
    : max(zero, subtract(order.locked, spent))
}

/** Books a fill on an order of an account. */
export const fill = (
  draft: Draft,
  pair: SpotPairs.Pair,
  id: number,
  trade: { readonly id: number; readonly price: Decimal; readonly quantity: Decimal; readonly isMaker: boolean }
): void => {
  const order = Spot.order(draft.state.spot, id)
  if (order === undefined) return
  const { brings, gives } = Spot.assetsOf(pair, order.side)
  const quote = Spot.quoteOf(trade.price, trade.quantity)
  const buys = order.side === "BUY"
  const given = buys ? quote : trade.quantity
  const brought = buys ? trade.quantity : quote
  const { amount: commission, asset: commissionAsset } = commissionOf(draft, pair, order, brought, trade.isMaker)
  const executed = add(order.executed, trade.quantity)
  const remaining = subtract(order.quantity, executed)
  const locked = lockFor(order, remaining, given)
  const released = subtract(order.locked, locked)
  const next: Spot.Order = {
    ...order,
    executed,
    quote: add(order.quote, quote),
    status: isZero(remaining) ? "FILLED" : "PARTIALLY_FILLED",
    locked,
    updateTime: draft.now
  }
  Drafts.setOrder(draft, next)
  if (!Spot.isOpen(next)) leave(draft, next)
  Drafts.pay(draft, order.accountId, gives, subtract(released, given), negate(released))
  Drafts.pay(draft, order.accountId, brings, brought, zero)
  Drafts.pay(draft, order.accountId, commissionAsset, negate(commission), zero)
  Drafts.setSpot(draft, { fees: Spot.credit(draft.state.spot.fees, commissionAsset, commission) })
  const net = commissionAsset === brings ? subtract(brought, commission) : brought
  draft.brought.set(id, add(draft.brought.get(id) ?? zero, net))
  const row: Spot.Trade = {
    id: trade.id,
    orderId: id,
    symbol: pair.symbol,
    side: order.side,
    price: trade.price,
    quantity: trade.quantity,
    quote,
    commission,
    commissionAsset,
    isMaker: trade.isMaker,
    time: draft.now
  }
  Drafts.setDesk(draft, order.accountId, pair.symbol, (desk) => ({ ...desk, trades: Log.append(desk.trades, row) }))
  const rows = draft.trades.get(id)
  if (rows === undefined) draft.trades.set(id, [row])
  else rows.push(row)
  Drafts.report(draft, next, { type: "TRADE", trade: row })
  if (order.listId !== -1) endSibling(draft, pair, next)
}

/** The market around the price takes the other side of a fill. */
export const ladderFill = (
  draft: Draft,
  pair: SpotPairs.Pair,
  side: Book.Side,
  trade: { readonly price: Decimal; readonly quantity: Decimal }
): void => {
  const quote = Spot.quoteOf(trade.price, trade.quantity)
  const [base, paid] = side === "BUY"
    ? [negate(trade.quantity), quote]
    : [trade.quantity, negate(quote)]
  const market = Spot.credit(draft.state.spot.market, pair.baseAsset, base)
  Drafts.setSpot(draft, { market: Spot.credit(market, pair.quoteAsset, paid) })
}

export const nextTrade = (draft: Draft): number => {
  const id = draft.state.spot.nextTrade
  Drafts.setSpot(draft, { nextTrade: id + 1 })
  return id
}

/** Takes an order out of the lists of what is open. */
const leave = (draft: Draft, order: Spot.Order): void => {
  Drafts.setFloor(draft, order.accountId, (floor) => ({ ...floor, open: floor.open.filter((id) => id !== order.id) }))
  const waiting = draft.state.spot.stops.get(order.symbol)
  if (waiting?.includes(order.id) === true) {
    Drafts.setSpot(draft, {
      stops: new Map(draft.state.spot.stops).set(order.symbol, waiting.filter((id) => id !== order.id))
    })
  }
}

interface End {
  readonly status: "CANCELED" | "EXPIRED" | "EXPIRED_IN_MATCH"
  readonly cancelId?: string | undefined
  readonly reason?: string | undefined
  readonly prevented?: { readonly matchId: number; readonly counterOrderId: number } | undefined
  /** Whether the order is in the book, and so has to leave it. */
  readonly rests: boolean
}

/** Ends an open order: what it holds is free again, and a loan that was not used goes back if it was so wished. */
export const end = (draft: Draft, pair: SpotPairs.Pair, order: Spot.Order, how: End): Spot.Order => {
  const { gives } = Spot.assetsOf(pair, order.side)
  const next: Spot.Order = {
    ...order,
    status: how.status,
    locked: zero,
    prevented: how.prevented === undefined
      ? order.prevented
      : { matchId: how.prevented.matchId, quantity: Spot.remaining(order) },
    updateTime: draft.now
  }
  if (how.rests && order.isWorking) {
    Drafts.setBook(draft, pair, Book.remove(Spot.book(draft.state.spot, pair), order.side, order.price, order.id))
  }
  Drafts.setOrder(draft, next)
  leave(draft, next)
  Drafts.pay(draft, order.accountId, gives, order.locked, negate(order.locked))
  Drafts.touch(draft, order.accountId, gives)
  Drafts.report(draft, next, {
    type: how.prevented !== undefined ? "TRADE_PREVENTION" : how.status === "CANCELED" ? "CANCELED" : "EXPIRED",
    cancelId: how.cancelId,
    reason: how.reason,
    counterOrderId: how.prevented?.counterOrderId
  })
  const account = draft.state.accounts.get(order.accountId)
  if (account !== undefined && order.autoRepayAtCancel) {
    Drafts.repayWith(draft, account, gives, min(order.borrowed, order.locked))
  }
  return next
}

/** A pair of orders: as one of them fills or fires, the other one ends, and what it holds goes over. */
export const endSibling = (draft: Draft, pair: SpotPairs.Pair, order: Spot.Order): void => {
  const list = IntMap.get(draft.state.spot.lists, order.listId)
  const sibling = list?.orders.map((id) => Spot.order(draft.state.spot, id)).find((other) => other?.id !== order.id)
  if (sibling === undefined || !Spot.isOpen(sibling)) return
  const held = sibling.locked
  end(draft, pair, { ...sibling, locked: zero, autoRepayAtCancel: false }, { status: "EXPIRED", rests: true })
  const current = Spot.order(draft.state.spot, order.id)
  if (current === undefined) return
  if (Spot.isOpen(current)) Drafts.setOrder(draft, { ...current, locked: add(current.locked, held) })
  else Drafts.pay(draft, order.accountId, Spot.assetsOf(pair, order.side).gives, held, negate(held))
}
