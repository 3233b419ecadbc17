/**
 * Pairs of margin orders of which one cancels the other.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Book from "../Book.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import { clientIdOf } from "./clientIds.ts"
import type { Decimal } from "./decimals.ts"
import { isAbove, isPositive, max, min, multiply, zero } from "./decimals.ts"
import * as IntMap from "./intMap.ts"
import * as Log from "./log.ts"
import type { Draft } from "./spotDraft.ts"
import * as Drafts from "./spotDraft.ts"
import { checkCounts, checkIceberg, checkLimitPrice, checkNotional, checkPrice, checkQuantity } from "./spotFilters.ts"
import { afford, borrows } from "./spotFunds.ts"
import { execute, wouldTake } from "./spotMatching.ts"
import { enter, isNewId } from "./spotPlacing.ts"
import { trigger } from "./spotTriggers.ts"
import { accountOf, check, type Checked, pairOf } from "./transitions.ts"

/**
 * Places a limit order and a stop order of which one cancels the other.
 *
 * @category commands
 * @since 0.1.0
 */
export interface NewMarginOco {
  readonly _tag: "NewMarginOco"
  readonly accountId: string
  readonly symbol: string
  readonly side: Book.Side
  readonly quantity: Decimal
  readonly price: Decimal
  readonly stopPrice: Decimal
  readonly stopLimitPrice?: Decimal | undefined
  readonly stopLimitTimeInForce?: Spot.TimeInForce | undefined
  readonly limitIcebergQty?: Decimal | undefined
  readonly stopIcebergQty?: Decimal | undefined
  readonly listClientOrderId?: string | undefined
  readonly limitClientOrderId?: string | undefined
  readonly stopClientOrderId?: string | undefined
  readonly sideEffect?: Spot.SideEffect | undefined
  readonly responseType?: "ACK" | "RESULT" | "FULL" | undefined
}

/** The pair that an order is one of, if it is. */
export const listOf = (spot: Spot.Spot, order: Spot.Order): Spot.OrderList | undefined =>
  order.listId === -1 ? undefined : IntMap.get(spot.lists, order.listId)

/** The pairs of an account that still have an open order. */
export const openLists = (spot: Spot.Spot, accountId: string): ReadonlyArray<Spot.OrderList> => [
  ...new Set(Spot.openOrders(spot, accountId).flatMap((order) => listOf(spot, order) ?? []))
]

/** A pair of orders that was placed, with what was borrowed for it. */
interface Placed {
  readonly pair: SpotPairs.Pair
  readonly list: Spot.OrderList
  readonly borrowed: Decimal
}

/** Places a pair of orders in a draft, which is of no use after a refusal. */
export const placeOcoIn = (draft: Draft, command: NewMarginOco): Checked<Placed> =>
  Result.gen(function*() {
    const { state } = draft
    const account = yield* accountOf(state, command.accountId)
    const pair = yield* pairOf(state, command.symbol)
    const { price, quantity, side, stopPrice } = command
    const sideEffect = command.sideEffect ?? "NO_SIDE_EFFECT"
    const stopPriceLimit = command.stopLimitPrice ?? zero
    const stopTimeInForce = isPositive(stopPriceLimit)
      ? yield* Result.fromNullishOr(
        command.stopLimitTimeInForce,
        () => ExchangeError.missingParameter("stopLimitTimeInForce")
      )
      : "GTC"
    yield* checkPrice(pair, "price", price)
    yield* checkPrice(pair, "stopPrice", stopPrice)
    yield* checkQuantity(pair, "quantity", quantity)
    yield* checkIceberg(pair, quantity, command.limitIcebergQty ?? zero, "GTC")
    yield* checkIceberg(pair, quantity, command.stopIcebergQty ?? zero, stopTimeInForce)
    yield* checkNotional(pair, multiply(quantity, price))
    yield* checkNotional(pair, multiply(quantity, isPositive(stopPriceLimit) ? stopPriceLimit : stopPrice))
    yield* checkLimitPrice(state, pair, side, price)
    if (isPositive(stopPriceLimit)) {
      yield* checkPrice(pair, "stopLimitPrice", stopPriceLimit)
      yield* checkLimitPrice(state, pair, side, stopPriceLimit)
    }
    yield* checkCounts(state, account.id, pair, 2, 1)
    const last = Spot.lastPrice(state.spot, pair.symbol)
    yield* check(
      side === "SELL"
        ? isAbove(price, last) && isAbove(last, stopPrice)
        : isAbove(last, price) && isAbove(stopPrice, last),
      ExchangeError.wrongPriceRelation
    )
    const ids = [command.limitClientOrderId, command.stopClientOrderId]
    yield* check(
      ids.every((id) => isNewId(state, account.id, id)) &&
        (ids[0] === undefined || ids[0] !== ids[1]) &&
        openLists(state.spot, account.id).every((list) => list.clientId !== command.listClientOrderId),
      ExchangeError.duplicateOrder
    )
    yield* check(!wouldTake(draft, pair, side, price), ExchangeError.wouldMatch)
    const dearest = max(price, isPositive(stopPriceLimit) ? stopPriceLimit : stopPrice)
    const cheapest = min(price, isPositive(stopPriceLimit) ? stopPriceLimit : stopPrice)
    const locked = side === "SELL" ? quantity : Spot.quoteOf(dearest, quantity)
    const borrowed = yield* afford(draft, {
      account,
      pair,
      side,
      sideEffect,
      given: locked,
      brought: side === "BUY" ? quantity : Spot.quoteOf(cheapest, quantity)
    })
    const listId = state.spot.nextList
    const more = {
      sideEffect,
      autoRepayAtCancel: borrows(sideEffect),
      selfTradePrevention: state.spot.rules.defaultSelfTradePrevention,
      listId,
      borrowed
    }
    const stop = enter(draft, account.id, pair, {
      side,
      type: isPositive(stopPriceLimit) ? "STOP_LOSS_LIMIT" : "STOP_LOSS",
      timeInForce: stopTimeInForce,
      quantity,
      quoteQuantity: zero,
      price: stopPriceLimit,
      stopPrice,
      icebergQuantity: command.stopIcebergQty ?? zero,
      locked: zero,
      clientOrderId: command.stopClientOrderId
    }, more)
    const limit = enter(draft, account.id, pair, {
      side,
      type: "LIMIT_MAKER",
      timeInForce: "GTC",
      quantity,
      quoteQuantity: zero,
      price,
      stopPrice: zero,
      icebergQuantity: command.limitIcebergQty ?? zero,
      locked,
      clientOrderId: command.limitClientOrderId
    }, more)
    const list: Spot.OrderList = {
      id: listId,
      accountId: account.id,
      symbol: pair.symbol,
      clientId: command.listClientOrderId ?? clientIdOf(listId, "L"),
      orders: [stop.id, limit.id],
      time: draft.now
    }
    Drafts.setSpot(draft, { lists: IntMap.set(draft.state.spot.lists, listId, list), nextList: listId + 1 })
    Drafts.setFloor(draft, account.id, (floor) => ({ ...floor, lists: Log.append(floor.lists, listId) }))
    execute(draft, pair, limit.id)
    trigger(draft, pair)
    return { pair, list, borrowed }
  })
