/**
 * Stop orders of spot pairs: when they fire, and what they hold then.
 *
 * @since 0.1.0
 */
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { Decimal } from "./decimals.ts"
import { isAbove, isAtLeast, negate, subtract } from "./decimals.ts"
import type { Draft } from "./spotDraft.ts"
import * as Drafts from "./spotDraft.ts"
import * as Fills from "./spotFills.ts"
import { atMarket, execute } from "./spotMatching.ts"

/** Whether the last price has reached the stop price of an order. */
export const fires = (order: Spot.Order, last: Decimal): boolean => {
  const upward = order.type === "STOP_LOSS" || order.type === "STOP_LOSS_LIMIT"
    ? order.side === "BUY"
    : order.side === "SELL"
  return upward ? isAtLeast(last, order.stopPrice) : isAtLeast(order.stopPrice, last)
}

/** Makes a fired order hold what it now gives, where there is enough. */
const hold = (draft: Draft, pair: SpotPairs.Pair, order: Spot.Order): boolean => {
  const needed = order.side === "SELL"
    ? Spot.remaining(order)
    : Spot.endsAtMarket(order.type)
    ? atMarket(draft, pair, order, { quantity: Spot.remaining(order) }).quote
    : Spot.quoteOf(order.price, Spot.remaining(order))
  const { gives } = Spot.assetsOf(pair, order.side)
  const more = subtract(needed, order.locked)
  if (isAbove(more, Drafts.freeOf(draft.state, order.accountId, gives))) return false
  Drafts.setOrder(draft, { ...order, locked: needed })
  Drafts.pay(draft, order.accountId, gives, negate(more), more)
  return true
}

const activate = (draft: Draft, pair: SpotPairs.Pair, order: Spot.Order): void => {
  const waiting = draft.state.spot.stops.get(order.symbol) ?? []
  Drafts.setSpot(draft, {
    stops: new Map(draft.state.spot.stops).set(order.symbol, waiting.filter((id) => id !== order.id))
  })
  Drafts.setOrder(draft, { ...order, isWorking: true, workingTime: draft.now, updateTime: draft.now })
  if (order.listId !== -1) Fills.endSibling(draft, pair, order)
  const working = Spot.order(draft.state.spot, order.id)
  if (working === undefined) return
  Drafts.report(draft, working, { type: "NEW" })
  if (!hold(draft, pair, working)) {
    Fills.end(draft, pair, working, { status: "EXPIRED", rests: false, reason: "INSUFFICIENT_BALANCE" })
    return
  }
  execute(draft, pair, order.id)
}

/** Lets waiting orders fire, one after another, as long as the last price reaches one. */
export const trigger = (draft: Draft, pair: SpotPairs.Pair): void => {
  for (;;) {
    const last = Spot.lastPrice(draft.state.spot, pair.symbol)
    const next = (draft.state.spot.stops.get(pair.symbol) ?? [])
      .map((id) => Spot.order(draft.state.spot, id))
      .find((order) => order !== undefined && fires(order, last))
    if (next === undefined) return
    activate(draft, pair, next)
  }
}
