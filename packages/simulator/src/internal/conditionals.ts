/** Conditional orders watching prices: when they fire, and what comes of it. */
import * as Result from "effect/Result"
import * as Account from "../Account.ts"
import * as Futures from "../Futures.ts"
import * as Market from "../Market.ts"
import type { Decimal } from "./decimals.ts"
import { abs, add, divide, integer, isAbove, isAtLeast, isZero, max, min, multiply, one, subtract } from "./decimals.ts"
import type { Draft } from "./draft.ts"
import * as Fills from "./fills.ts"
import * as IntMap from "./intMap.ts"
import { placeIn } from "./placing.ts"

/** The price that a conditional order watches. */
export const watched = (
  draft: Draft,
  symbol: string,
  workingType: Futures.Conditional["workingType"]
): Decimal =>
  workingType === "MARK_PRICE"
    ? Market.markPrice(draft.market, symbol)
    : Market.lastPrice(draft.market, symbol)

/** Whether a stop or take-profit order fires at a price. */
export const isReached = (
  order: Pick<Futures.Conditional, "type" | "side" | "triggerPrice">,
  price: Decimal
): boolean => {
  const stops = order.type === "STOP" || order.type === "STOP_MARKET"
  return stops === (order.side === "BUY") ? isAtLeast(price, order.triggerPrice) : isAtLeast(order.triggerPrice, price)
}

/** A trailing order at a new price: active once the price was there, and as far as the price has gone. */
const follow = (order: Futures.Conditional, price: Decimal): Futures.Conditional => {
  const buys = order.side === "BUY"
  if (!order.active) {
    const reached = buys ? isAtLeast(order.activatePrice, price) : isAtLeast(price, order.activatePrice)
    return reached ? { ...order, active: true, extreme: price } : order
  }
  const extreme = buys ? min(order.extreme, price) : max(order.extreme, price)
  return isZero(subtract(extreme, order.extreme)) ? order : { ...order, extreme }
}

const hasTurned = (order: Futures.Conditional, price: Decimal): boolean => {
  if (!order.active) return false
  const turn = divide(order.callbackRate, integer(100))
  return order.side === "BUY"
    ? isAtLeast(price, multiply(order.extreme, add(one, turn)))
    : isAtLeast(multiply(order.extreme, subtract(one, turn)), price)
}

/** Whether mark and last price are too far apart for a protected trigger. */
const isHeldBack = (draft: Draft, order: Futures.Conditional, contract: Market.Contract): boolean => {
  if (!order.priceProtect) return false
  const mark = Market.markPrice(draft.market, order.symbol)
  const gap = abs(subtract(Market.lastPrice(draft.market, order.symbol), mark))
  return isAbove(gap, multiply(mark, contract.filters.triggerProtect))
}

const fire = (draft: Draft, order: Futures.Conditional, contract: Market.Contract): void => {
  Fills.disarm(draft, order)
  const { now } = draft
  const triggering: Futures.Conditional = { ...order, status: "TRIGGERING", triggerTime: now, updateTime: now }
  // CM knows no state between.
  if (order.product === "UM") Fills.setConditional(draft, triggering)
  const account = draft.accounts.get(order.accountId)
  const position = account?.positions.get(Account.positionKey(order.product, order.symbol, order.positionSide))
  const closable = Futures.closable(position, order.side)
  if (order.closePosition && isZero(closable)) {
    Fills.setConditional(draft, { ...triggering, status: "EXPIRED" })
    return
  }
  const atMarket = order.type !== "STOP" && order.type !== "TAKE_PROFIT"
  const reduces = order.reduceOnly || order.closePosition
  const placed = placeIn(
    draft,
    {
      accountId: order.accountId,
      product: order.product,
      symbol: order.symbol,
      side: order.side,
      positionSide: order.positionSide,
      type: atMarket ? "MARKET" : "LIMIT",
      timeInForce: order.timeInForce,
      quantity: order.closePosition ? min(closable, contract.filters.marketMaxQty) : order.quantity,
      price: atMarket || order.priceMatch !== "NONE" ? undefined : order.price,
      priceMatch: order.priceMatch === "NONE" ? undefined : order.priceMatch,
      reduceOnly: order.positionSide === "BOTH" ? reduces : undefined,
      selfTradePreventionMode: order.selfTradePrevention,
      goodTillDate: order.goodTillDate
    },
    { type: order.type, id: order.id },
    (child) => Fills.setConditional(draft, { ...triggering, status: "TRIGGERED", order: child.id })
  )
  if (Result.isFailure(placed)) {
    Fills.setConditional(draft, {
      ...triggering,
      status: order.product === "UM" ? "REJECTED" : draft.base.rules.refusedConditional,
      reason: placed.failure.msg
    })
  }
}

/** Shows the conditional orders of a symbol its prices; those whose time has come fire, one after another. */
export const watch = (draft: Draft, symbol: string): void => {
  const contract = draft.market.contracts.get(symbol)
  if (contract === undefined) return
  for (const id of draft.armed.get(symbol) ?? []) {
    const order = IntMap.get(draft.conditionals, id)
    if (order === undefined || order.status !== "NEW") continue
    const price = watched(draft, symbol, order.workingType)
    if (order.type !== "TRAILING_STOP_MARKET") {
      if (isReached(order, price) && !isHeldBack(draft, order, contract)) fire(draft, order, contract)
      continue
    }
    const followed = follow(order, price)
    if (followed.active !== order.active) Fills.setConditional(draft, followed)
    else if (followed !== order) draft.conditionals = IntMap.set(draft.conditionals, id, followed)
    if (hasTurned(followed, price) && !isHeldBack(draft, followed, contract)) fire(draft, followed, contract)
  }
}

/** Ends a conditional order whose time is over. */
export const expireConditional = (draft: Draft, id: number): void => {
  const order = IntMap.get(draft.conditionals, id)
  if (order !== undefined && order.status === "NEW") Fills.endConditional(draft, order, "EXPIRED")
}
