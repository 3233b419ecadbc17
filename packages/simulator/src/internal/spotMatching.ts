/**
 * How margin orders meet the book of a pair.
 *
 * @since 0.1.0
 */
import * as Book from "../Book.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { Decimal } from "./decimals.ts"
import { add, divide, integer, isAbove, isPositive, min, multiply, subtract, truncate, zero } from "./decimals.ts"
import { judgeOwn } from "./selfTrades.ts"
import type { Draft } from "./spotDraft.ts"
import * as Drafts from "./spotDraft.ts"
import * as Fills from "./spotFills.ts"

const judge = (accountId: string, mode: Spot.SelfTradePrevention) => (resting: Book.Resting): Book.Judgement =>
  (resting.accountId === accountId ? judgeOwn(mode) : undefined) ?? Book.takeAll(resting)

const matchOf = (
  draft: Draft,
  pair: SpotPairs.Pair,
  taker: Pick<Spot.Order, "accountId" | "selfTradePrevention" | "side">,
  quantity: Decimal,
  limit: Decimal | undefined
): Book.Matched =>
  Book.match(
    Book.refill(Spot.book(draft.state.spot, pair), draft.now),
    { side: taker.side, quantity, limit },
    draft.now,
    judge(taker.accountId, taker.selfTradePrevention)
  )

const stepped = (quantity: Decimal, step: Decimal): Decimal => multiply(truncate(divide(quantity, step), 0), step)

const everything = integer(1e15)

/** What an order at the market would come to now: how much it could fill, and what it would pay or bring for that. */
export const atMarket = (
  draft: Draft,
  pair: SpotPairs.Pair,
  taker: Pick<Spot.Order, "accountId" | "selfTradePrevention" | "side">,
  wanted: { readonly quantity: Decimal } | { readonly quote: Decimal }
): { readonly quantity: Decimal; readonly quote: Decimal } => {
  const byQuote = "quote" in wanted
  const { fills } = matchOf(draft, pair, taker, byQuote ? everything : wanted.quantity, undefined)
  let quantity = zero
  let quote = zero
  for (const fill of fills) {
    const left = byQuote ? subtract(wanted.quote, quote) : zero
    const filled = byQuote
      ? min(fill.quantity, stepped(divide(left, fill.price), pair.filters.stepSize))
      : fill.quantity
    if (!isPositive(filled)) break
    quantity = add(quantity, filled)
    quote = add(quote, Spot.quoteOf(fill.price, filled))
    if (isAbove(fill.quantity, filled)) break
  }
  return { quantity, quote }
}

/** Whether a limit order would take something now. */
export const wouldTake = (draft: Draft, pair: SpotPairs.Pair, side: Book.Side, price: Decimal): boolean =>
  Book.wouldTake(Book.refill(Spot.book(draft.state.spot, pair), draft.now), side, price)

/** The own order on the other side that ended a taker: the best of them. */
const bestOwn = (draft: Draft, pair: SpotPairs.Pair, taker: Spot.Order): number => {
  const own = Spot.openOrders(draft.state.spot, taker.accountId, pair.symbol)
    .filter((order) => order.side !== taker.side && order.isWorking)
  const [first, ...others] = own
  return first === undefined ? -1 : others.reduce(
    (best, order) =>
      (taker.side === "BUY" ? isAbove(best.price, order.price) : isAbove(order.price, best.price)) ? order : best,
    first
  ).id
}

const nextPrevented = (draft: Draft): number => {
  const id = draft.state.spot.nextPrevented
  Drafts.setSpot(draft, { nextPrevented: id + 1 })
  return id
}

/** Brings a working order to the book. */
export const execute = (draft: Draft, pair: SpotPairs.Pair, id: number): void => {
  const order = Spot.order(draft.state.spot, id)
  if (order === undefined || !Spot.isOpen(order)) return
  const market = Spot.endsAtMarket(order.type)
  const limit = market ? undefined : order.price
  const matched = matchOf(draft, pair, order, Spot.remaining(order), limit)
  if (order.timeInForce === "FOK" && !market && (isPositive(matched.left) || matched.stopped)) {
    Fills.end(draft, pair, order, { status: "EXPIRED", rests: false, reason: "INSUFFICIENT_LIQUIDITY" })
    return
  }
  Drafts.setBook(draft, pair, matched.book)
  let last: Decimal | undefined
  for (const { maker, price, quantity } of matched.fills) {
    const trade = { id: Fills.nextTrade(draft), price, quantity }
    Fills.fill(draft, pair, id, { ...trade, isMaker: false })
    if (maker === undefined) Fills.ladderFill(draft, pair, order.side, trade)
    else Fills.fill(draft, pair, maker.id, { ...trade, isMaker: true })
    last = price
  }
  let counter: { readonly matchId: number; readonly counterOrderId: number } | undefined
  for (const { order: resting, prevented } of matched.removed) {
    const maker = Spot.order(draft.state.spot, resting.id)
    if (maker === undefined || !Spot.isOpen(maker)) continue
    const matchId = prevented ? nextPrevented(draft) : -1
    counter = prevented ? { matchId, counterOrderId: maker.id } : counter
    Fills.end(draft, pair, maker, {
      status: prevented ? "EXPIRED_IN_MATCH" : "EXPIRED",
      rests: false,
      prevented: prevented ? { matchId, counterOrderId: id } : undefined
    })
  }
  const left = Spot.order(draft.state.spot, id)
  if (left !== undefined && Spot.isOpen(left)) {
    if (matched.stopped) {
      // The other order went with this one, or it stays and ended it.
      const prevented = left.selfTradePrevention === "EXPIRE_BOTH" && counter !== undefined
        ? counter
        : { matchId: nextPrevented(draft), counterOrderId: bestOwn(draft, pair, left) }
      Fills.end(draft, pair, left, { status: "EXPIRED_IN_MATCH", rests: false, prevented })
    } else if (market || left.timeInForce !== "GTC") {
      Fills.end(draft, pair, left, { status: "EXPIRED", rests: false, reason: "INSUFFICIENT_LIQUIDITY" })
    } else {
      Drafts.setBook(
        draft,
        pair,
        Book.rest(Spot.book(draft.state.spot, pair), left.side, left.price, {
          id,
          accountId: left.accountId,
          quantity: Spot.remaining(left)
        })
      )
    }
  }
  if (last !== undefined) Drafts.setSpot(draft, { prices: new Map(draft.state.spot.prices).set(pair.symbol, last) })
}

/** Lets the market take what rests within its reach. */
export const sweep = (draft: Draft, pair: SpotPairs.Pair, book: Book.Book): void => {
  const swept = Book.sweep(book, draft.now)
  Drafts.setBook(draft, pair, swept.book)
  for (const { order, price, quantity } of swept.fills) {
    const maker = Spot.order(draft.state.spot, order.id)
    if (maker === undefined) continue
    const trade = { id: Fills.nextTrade(draft), price, quantity, isMaker: true }
    Fills.ladderFill(draft, pair, maker.side, trade)
    Fills.fill(draft, pair, order.id, trade)
  }
}
