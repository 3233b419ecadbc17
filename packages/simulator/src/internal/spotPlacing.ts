/**
 * Placing a margin order: what it is checked for, and how it comes to the book.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Book from "../Book.ts"
import type { State } from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import { clientIdOf } from "./clientIds.ts"
import type { Decimal } from "./decimals.ts"
import { isAtLeast, isPositive, multiply, negate, zero } from "./decimals.ts"
import * as IntMap from "./intMap.ts"
import * as Log from "./log.ts"
import type { Draft } from "./spotDraft.ts"
import * as Drafts from "./spotDraft.ts"
import {
  checkCounts,
  checkIceberg,
  checkLimitPrice,
  checkNotional,
  checkPrecision,
  checkPrice,
  checkQuantity
} from "./spotFilters.ts"
import { afford, borrows } from "./spotFunds.ts"
import { atMarket, execute, wouldTake } from "./spotMatching.ts"
import { fires, trigger } from "./spotTriggers.ts"
import { type Checked, passed } from "./transitions.ts"

/**
 * Places a margin order.
 *
 * **Details**
 *
 * `clientOrderId` is made up when left out. `responseType` says how much the reply tells: by default `FULL` for LIMIT and
 * MARKET, `ACK` for the others.
 *
 * @category commands
 * @since 0.1.0
 */
export interface NewMarginOrder {
  readonly _tag: "NewMarginOrder"
  readonly accountId: string
  readonly symbol: string
  readonly side: Book.Side
  readonly type: Spot.OrderType
  readonly quantity?: Decimal | undefined
  readonly quoteOrderQty?: Decimal | undefined
  readonly price?: Decimal | undefined
  readonly stopPrice?: Decimal | undefined
  readonly icebergQty?: Decimal | undefined
  readonly timeInForce?: Spot.TimeInForce | undefined
  readonly clientOrderId?: string | undefined
  readonly sideEffect?: Spot.SideEffect | undefined
  readonly autoRepayAtCancel?: boolean | undefined
  readonly selfTradePrevention?: Spot.SelfTradePrevention | undefined
  readonly responseType?: "ACK" | "RESULT" | "FULL" | undefined
}

/** What an order is before it has an id. */
type Ticket =
  & Pick<
    Spot.Order,
    | "side"
    | "type"
    | "timeInForce"
    | "quantity"
    | "quoteQuantity"
    | "price"
    | "stopPrice"
    | "icebergQuantity"
    | "locked"
  >
  & { readonly clientOrderId: string | undefined }

/** Whether no open order of the account has a client id. */
export const isNewId = (state: State, accountId: string, id: string | undefined): boolean =>
  id === undefined || Spot.openOrders(state.spot, accountId).every((order) => order.clientOrderId !== id)

/** Writes an order down, with what it holds. */
export const enter = (
  draft: Draft,
  accountId: string,
  pair: SpotPairs.Pair,
  ticket: Ticket,
  more: Pick<Spot.Order, "sideEffect" | "autoRepayAtCancel" | "selfTradePrevention" | "listId" | "borrowed">
): Spot.Order => {
  const id = draft.state.spot.nextOrder
  const isWorking = !Spot.hasTrigger(ticket.type)
  const order: Spot.Order = {
    ...ticket,
    ...more,
    id,
    accountId,
    symbol: pair.symbol,
    clientOrderId: ticket.clientOrderId ?? clientIdOf(id, "M"),
    executed: zero,
    quote: zero,
    status: "NEW",
    isWorking,
    prevented: undefined,
    time: draft.now,
    workingTime: isWorking ? draft.now : 0,
    updateTime: draft.now
  }
  const { spot } = draft.state
  const floor = Spot.floor(spot, accountId)
  const desk = Spot.desk(floor, pair.symbol)
  Drafts.setSpot(draft, {
    orders: IntMap.set(spot.orders, id, order),
    nextOrder: id + 1,
    floors: new Map(spot.floors).set(accountId, {
      ...floor,
      desks: new Map(floor.desks).set(pair.symbol, { ...desk, orders: Log.append(desk.orders, id) }),
      open: [...floor.open, id]
    })
  })
  if (!isWorking) {
    const waiting = draft.state.spot.stops.get(pair.symbol) ?? []
    Drafts.setSpot(draft, { stops: new Map(draft.state.spot.stops).set(pair.symbol, [...waiting, id]) })
  }
  Drafts.pay(
    draft,
    accountId,
    Spot.assetsOf(pair, order.side).gives,
    negate(order.locked),
    order.locked
  )
  Drafts.report(draft, order, { type: "NEW" })
  return order
}

/** Reads an order off its command, checked by the rules of its type and the filters of its pair. */
const ticketOf = (
  draft: Draft,
  pair: SpotPairs.Pair,
  command: NewMarginOrder,
  selfTradePrevention: Spot.SelfTradePrevention
): Checked<Ticket> => {
  const { side, type } = command
  const market = Spot.endsAtMarket(type)
  const stops = Spot.hasTrigger(type)
  const price = market ? zero : command.price
  if (price === undefined) return Result.fail(ExchangeError.missingParameter("price"))
  const stopPrice = stops ? command.stopPrice : zero
  if (stopPrice === undefined) return Result.fail(ExchangeError.missingParameter("stopPrice"))
  const timed = type === "LIMIT" || type === "STOP_LOSS_LIMIT" || type === "TAKE_PROFIT_LIMIT"
  const timeInForce = timed ? command.timeInForce : "GTC"
  if (timeInForce === undefined) return Result.fail(ExchangeError.missingParameter("timeInForce"))
  const priced = market ? passed : checkPrice(pair, "price", price)
  if (Result.isFailure(priced)) return Result.fail(priced.failure)
  const stopped = stops ? checkPrice(pair, "stopPrice", stopPrice) : passed
  if (Result.isFailure(stopped)) return Result.fail(stopped.failure)
  const icebergQuantity = command.icebergQty ?? zero
  const base = {
    side,
    type,
    timeInForce,
    price,
    stopPrice,
    icebergQuantity,
    clientOrderId: command.clientOrderId
  }
  const taker = { accountId: command.accountId, selfTradePrevention, side }
  if (type === "MARKET" && command.quoteOrderQty !== undefined) {
    const { quoteOrderQty } = command
    const worth = Result.flatMap(
      checkPrecision("quoteOrderQty", quoteOrderQty),
      () => checkNotional(pair, quoteOrderQty)
    )
    if (Result.isFailure(worth)) return Result.fail(worth.failure)
    const found = atMarket(draft, pair, taker, { quote: quoteOrderQty })
    return Result.succeed({
      ...base,
      quantity: found.quantity,
      quoteQuantity: quoteOrderQty,
      locked: side === "BUY" ? found.quote : found.quantity
    })
  }
  const { quantity } = command
  if (quantity === undefined) return Result.fail(ExchangeError.missingParameter("quantity"))
  const sized = checkQuantity(pair, "quantity", quantity)
  if (Result.isFailure(sized)) return Result.fail(sized.failure)
  if (type === "MARKET") {
    if (!isAtLeast(pair.filters.marketMaxQty, quantity)) {
      return Result.fail(ExchangeError.filterFailure("MARKET_LOT_SIZE"))
    }
    const worth = checkNotional(pair, multiply(quantity, Spot.lastPrice(draft.state.spot, pair.symbol)))
    if (Result.isFailure(worth)) return Result.fail(worth.failure)
    const locked = side === "SELL" ? quantity : atMarket(draft, pair, taker, { quantity }).quote
    return Result.succeed({ ...base, quantity, quoteQuantity: zero, locked })
  }
  const shown = checkIceberg(pair, quantity, icebergQuantity, timeInForce)
  if (Result.isFailure(shown)) return Result.fail(shown.failure)
  const reckoned = market ? stopPrice : price
  const worth = checkNotional(pair, multiply(quantity, reckoned))
  if (Result.isFailure(worth)) return Result.fail(worth.failure)
  const within = market ? passed : checkLimitPrice(draft.state, pair, side, price)
  if (Result.isFailure(within)) return Result.fail(within.failure)
  const locked = side === "SELL" ? quantity : Spot.quoteOf(reckoned, quantity)
  return Result.succeed({ ...base, quantity, quoteQuantity: zero, locked })
}

/** An order that was placed, with what was borrowed for it. */
interface Placed {
  readonly pair: SpotPairs.Pair
  readonly order: Spot.Order
  readonly borrowed: Decimal
}

/** Places an order in a draft, which is of no use after a refusal. */
export const placeIn = (draft: Draft, command: NewMarginOrder): Checked<Placed> => {
  const { state } = draft
  const account = state.accounts.get(command.accountId)
  if (account === undefined) return Result.fail(ExchangeError.unknownAccount)
  const pair = state.spot.pairs.get(command.symbol)
  if (pair === undefined) return Result.fail(ExchangeError.invalidSymbol)
  const { rules } = state.spot
  const sideEffect = command.sideEffect ?? "NO_SIDE_EFFECT"
  if (!rules.autoBorrowRepay && sideEffect === "AUTO_BORROW_REPAY") {
    return Result.fail(ExchangeError.invalidParameter("sideEffectType"))
  }
  const selfTradePrevention = command.selfTradePrevention ?? rules.defaultSelfTradePrevention
  const ticketed = ticketOf(draft, pair, command, selfTradePrevention)
  if (Result.isFailure(ticketed)) return Result.fail(ticketed.failure)
  const ticket = ticketed.success
  const stops = Spot.hasTrigger(command.type)
  const counted = checkCounts(state, account.id, pair, 1, stops ? 1 : 0)
  if (Result.isFailure(counted)) return Result.fail(counted.failure)
  if (!isNewId(state, account.id, command.clientOrderId)) return Result.fail(ExchangeError.duplicateOrder)
  if (command.type === "LIMIT_MAKER" && wouldTake(draft, pair, ticket.side, ticket.price)) {
    return Result.fail(ExchangeError.wouldMatch)
  }
  const reckoned = ticket.price
  const brought = ticket.side === "BUY"
    ? ticket.quantity
    : isPositive(reckoned)
    ? Spot.quoteOf(reckoned, ticket.quantity)
    : isPositive(ticket.stopPrice)
    ? Spot.quoteOf(ticket.stopPrice, ticket.quantity)
    : atMarket(draft, pair, { accountId: account.id, selfTradePrevention, side: "SELL" }, {
      quantity: ticket.quantity
    }).quote
  const afforded = afford(draft, {
    account,
    pair,
    side: ticket.side,
    sideEffect,
    given: ticket.locked,
    brought
  })
  if (Result.isFailure(afforded)) return Result.fail(afforded.failure)
  const borrowed = afforded.success
  const order = enter(draft, account.id, pair, ticket, {
    sideEffect,
    autoRepayAtCancel: borrows(sideEffect) && command.autoRepayAtCancel !== false,
    selfTradePrevention,
    listId: -1,
    borrowed
  })
  if (stops && fires(order, Spot.lastPrice(state.spot, pair.symbol))) {
    return Result.fail(ExchangeError.wouldTriggerAtOnce)
  }
  if (!stops) execute(draft, pair, order.id)
  trigger(draft, pair)
  return Result.succeed({ pair, order, borrowed })
}
