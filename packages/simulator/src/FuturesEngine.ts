/**
 * Orders of UM and CM: placing, changing, cancelling, and prices that move the books.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Book from "./Book.ts"
import type { Clockwork } from "./Clockwork.ts"
import type { Applied, State } from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import * as Futures from "./Futures.ts"
import * as FuturesViews from "./FuturesViews.ts"
import { expireConditional } from "./internal/conditionals.ts"
import type { Decimal } from "./internal/decimals.ts"
import { add, isAbove, isPositive, isZero, negate, subtract } from "./internal/decimals.ts"
import type { Draft } from "./internal/draft.ts"
import * as Drafts from "./internal/draft.ts"
import * as Fills from "./internal/fills.ts"
import { finish } from "./internal/finish.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import {
  checkAccount,
  checkNotional,
  checkPrice,
  checkQuantity,
  closingQuantity,
  meetBook,
  placeIn,
  type PlaceOrder,
  priceOfMatch
} from "./internal/placing.ts"
import { accountOf, check, type Checked, checkFigure, contractOf } from "./internal/transitions.ts"
import type * as Market from "./Market.ts"

export type { PlaceOrder } from "./internal/placing.ts"

/**
 * Names an order of UM or CM by its id or by the client's.
 *
 * @category commands
 * @since 0.1.0
 */
export interface OrderReference {
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
  readonly orderId?: bigint | undefined
  readonly origClientOrderId?: string | undefined
}

/**
 * Cancels an order of UM or CM.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelOrder extends OrderReference {
  readonly _tag: "CancelOrder"
}

/**
 * Cancels every open order of UM or CM on a symbol.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelAllOrders {
  readonly _tag: "CancelAllOrders"
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
}

/**
 * Changes price and quantity of a limit order of UM or CM.
 *
 * @category commands
 * @since 0.1.0
 */
export interface ModifyOrder extends OrderReference {
  readonly _tag: "ModifyOrder"
  readonly side: Book.Side
  readonly quantity: Decimal
  readonly price?: Decimal | undefined
  readonly priceMatch?: Futures.PriceMatch | undefined
  readonly modifyId?: bigint | undefined
}

/**
 * Sets the last price of a contract: its market moves there, and takes the orders that it moves through.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetLastPrice {
  readonly _tag: "SetLastPrice"
  readonly symbol: string
  readonly price: Decimal
}

/**
 * Sets last and mark price of a contract and the index price of its base asset together.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetPrice {
  readonly _tag: "SetPrice"
  readonly symbol: string
  readonly price: Decimal
}

/**
 * Places an order.
 *
 * **Details**
 *
 * The reply of `ACK` is the order as it was placed, of `RESULT` as it is after it has met the book.
 *
 * @category transitions
 * @since 0.1.0
 */
export const placeOrder = (state: State, command: PlaceOrder, now: number): Applied<FuturesViews.Placed> => {
  const draft = Drafts.open(state, now)
  return Result.map(placeIn(draft, command), ({ contract, order, placed }) => [
    finish(draft),
    FuturesViews.placed(contract, command.newOrderRespType === "RESULT" ? order : placed)
  ])
}

/**
 * The order of a reference, the newest where a client id was used again, or nothing.
 *
 * @category lookups
 * @since 0.1.0
 */
export const findOrder = (
  futures: Futures.Futures,
  contract: Market.Contract,
  reference: OrderReference
): Futures.Order | undefined => {
  const { accountId, orderId, origClientOrderId, symbol } = reference
  if (orderId !== undefined) {
    const id = orderId - contract.firstOrderId
    const order = id > 0n && id < BigInt(futures.nextOrder) ? IntMap.get(futures.orders, Number(id)) : undefined
    return order?.accountId === accountId && order.symbol === symbol ? order : undefined
  }
  const { orders } = Futures.desk(Futures.floor(futures, accountId), symbol)
  for (let at = orders.length - 1; at >= 0; at--) {
    const [id] = Log.slice(orders, at, at + 1)
    const order = id === undefined ? undefined : IntMap.get(futures.orders, id)
    if (order?.clientOrderId === origClientOrderId) return order
  }
  return undefined
}

/**
 * Cancels an order: -2011 where there is no such open order.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelOrder = (state: State, command: CancelOrder, now: number): Applied<FuturesViews.Placed> => {
  if (!state.accounts.has(command.accountId)) return Result.fail(ExchangeError.unknownAccount)
  const contract = state.market.contracts.get(command.symbol)
  if (contract?.product !== command.product) return Result.fail(ExchangeError.invalidSymbol)
  const order = findOrder(state.futures, contract, command)
  if (order === undefined || !Futures.isOpen(order)) return Result.fail(ExchangeError.unknownOrder)
  const draft = Drafts.open(state, now)
  const ended = Fills.pull(draft, contract, order, "CANCELED")
  return Result.succeed([finish(draft), FuturesViews.placed(contract, ended)])
}

/**
 * The reply to the cancellation of all orders.
 *
 * @category replies
 * @since 0.1.0
 */
export interface AllCancelled {
  readonly code: 200
  readonly msg: "The operation of cancel all open order is done."
}

/**
 * Cancels the open orders of a symbol, conditional ones aside.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelAllOrders = (state: State, command: CancelAllOrders, now: number): Applied<AllCancelled> =>
  Result.gen(function*() {
    yield* accountOf(state, command.accountId)
    const contract = yield* contractOf(state, command.product, command.symbol)
    const draft = Drafts.open(state, now)
    for (const order of Fills.openOrders(draft, command.accountId, contract.symbol)) {
      Fills.pull(draft, contract, order, "CANCELED")
    }
    const reply: AllCancelled = { code: 200, msg: "The operation of cancel all open order is done." }
    return [finish(draft), reply] as const
  })

/**
 * Changes an order.
 *
 * **Details**
 *
 * -2013 for an order that is not open, -5025 for a market order, -5027 where nothing changes, -5026 above the limit of
 * amendments; filters and margin refuse as at placing and leave the order as it was. The order queues anew. It is
 * cancelled where its new quantity is not above what is filled, and where it is GTX and the new price would take.
 *
 * @category transitions
 * @since 0.1.0
 */
export const modifyOrder = (state: State, command: ModifyOrder, now: number): Applied<FuturesViews.Modified> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const contract = yield* contractOf(state, command.product, command.symbol)
    const before = findOrder(state.futures, contract, command)
    if (before === undefined || !Futures.isOpen(before)) return yield* Result.fail(ExchangeError.noSuchOrder)
    yield* check(before.type === "LIMIT", ExchangeError.make(-5025, "Only limit order is supported."))
    yield* check(before.side === command.side, ExchangeError.make(-1117, "Invalid side."))
    const draft = Drafts.open(state, now)
    draft.books.set(contract.symbol, Book.refill(Drafts.book(draft, contract), now))
    const price = command.priceMatch === undefined
      ? command.price ?? before.price
      : yield* priceOfMatch(draft, contract, before.side, command.priceMatch)
    const same = isZero(subtract(price, before.price)) && isZero(subtract(command.quantity, before.quantity))
    yield* check(!same, ExchangeError.make(-5027, "No need to modify the order."))
    yield* check(
      before.amendments < state.rules.maxAmendments,
      ExchangeError.make(-5026, "Exceed maximum modify order limit.")
    )
    yield* checkPrice(draft, contract, before.side, price)
    yield* checkQuantity(contract, false, command.quantity)
    if (!Futures.isClosing(before)) yield* checkNotional(contract, price, command.quantity, -5029)
    const takes = before.timeInForce === "GTX" && Book.wouldTake(Drafts.book(draft, contract), before.side, price)
    if (takes || !isAbove(command.quantity, before.executed)) {
      const ended = Fills.pull(draft, contract, before, "CANCELED")
      return [finish(draft), FuturesViews.modified(contract, ended, command.modifyId)] as const
    }
    // Out of the book, so that margin and queue are reckoned without it.
    draft.books.set(
      contract.symbol,
      Book.remove(Drafts.book(draft, contract), before.side, before.price, before.id)
    )
    const released = negate(Fills.openNotional(contract, before, Futures.remaining(before)))
    const freed = Fills.withOpenNotional(account, before, released)
    Drafts.setAccount(draft, freed)
    const wished: Futures.Order = {
      ...before,
      price,
      quantity: command.quantity,
      priceMatch: command.priceMatch ?? "NONE",
      amendments: before.amendments + 1,
      updateTime: now
    }
    const closing = yield* closingQuantity(draft, freed, { ...wished, quantity: Futures.remaining(wished) })
    const after: Futures.Order = { ...wished, quantity: add(closing, wished.executed) }
    yield* checkAccount(draft, freed, contract, after, Futures.remaining(after))
    Drafts.setOrder(draft, after)
    const desk = Drafts.deskOf(draft, account.id, contract.symbol)
    Drafts.setDesk(draft, account.id, contract.symbol, {
      ...desk,
      amendments: Log.append(desk.amendments, {
        id: draft.nextAmendment,
        order: after.id,
        price: { before: before.price, after: after.price },
        quantity: { before: before.quantity, after: after.quantity },
        count: after.amendments,
        modifyId: command.modifyId,
        time: now
      })
    })
    draft.nextAmendment += 1
    Fills.tell(draft, after, contract, "AMENDMENT", { modifyId: command.modifyId })
    const order = meetBook(draft, contract, after)
    return [finish(draft), FuturesViews.modified(contract, order, command.modifyId)] as const
  })

const checkNewPrice = (state: State, symbol: string, price: Decimal): Checked<Market.Contract> => {
  const contract = state.market.contracts.get(symbol)
  if (contract === undefined) return Result.fail(ExchangeError.invalidSymbol)
  return Result.map(checkFigure("price", price, isPositive), () => contract)
}

const movePrice = (draft: Draft, contract: Market.Contract, price: Decimal): void => {
  Fills.setLastPrice(draft, contract.symbol, price)
  draft.books.set(contract.symbol, Book.moveTo(Drafts.book(draft, contract), price))
  Fills.sweep(draft, contract)
}

/**
 * Sets the last price of a contract: above zero, else -1130; of a known symbol, else -1121.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setLastPrice = (state: State, command: SetLastPrice, now: number): Checked<State> =>
  Result.map(checkNewPrice(state, command.symbol, command.price), (contract) => {
    const draft = Drafts.open(state, now)
    movePrice(draft, contract, command.price)
    return finish(draft)
  })

/**
 * Sets the mark price of a contract, by the rules of {@link setLastPrice}.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setMarkPrice = (state: State, symbol: string, price: Decimal, now: number): Checked<State> =>
  Result.map(checkNewPrice(state, symbol, price), (contract) => {
    const draft = Drafts.open(state, now)
    Fills.setMarkPrice(draft, contract.symbol, price)
    return finish(draft)
  })

/**
 * Sets last, mark and index price of a contract together, by the rules of {@link setLastPrice}.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setPrice = (state: State, command: SetPrice, now: number): Checked<State> => {
  const checked = checkNewPrice(state, command.symbol, command.price)
  if (Result.isFailure(checked)) return Result.fail(checked.failure)
  const contract = checked.success
  const draft = Drafts.open(state, now)
  const { market } = draft
  if (market.assets.has(contract.baseAsset)) {
    draft.market = { ...market, indexPrices: new Map(market.indexPrices).set(contract.baseAsset, command.price) }
  }
  Fills.setMarkPrice(draft, contract.symbol, command.price)
  movePrice(draft, contract, command.price)
  return Result.succeed(finish(draft))
}

/**
 * Ends orders whose time has come.
 *
 * @category clockworks
 * @since 0.1.0
 */
export const expiries: Clockwork = {
  next: (state) => state.futures.expiries[0]?.time ?? Infinity,
  run: (state, at) => {
    const draft = Drafts.open(state, at)
    const due = draft.expiries.filter(({ time }) => time <= at)
    draft.expiries = draft.expiries.filter(({ time }) => time > at)
    for (const { conditional, order: id } of due) {
      if (conditional === true) {
        expireConditional(draft, id)
        continue
      }
      const order = IntMap.get(draft.orders, id)
      const contract = order === undefined ? undefined : draft.market.contracts.get(order.symbol)
      if (order !== undefined && contract !== undefined && Futures.isOpen(order)) {
        Fills.pull(draft, contract, order, "EXPIRED")
      }
    }
    return finish(draft)
  }
}

/**
 * Fills the markets around the prices again, and lets them take what rests within their reach.
 *
 * @category clockworks
 * @since 0.1.0
 */
export const refills: Clockwork = {
  next: (state) => {
    let next = Infinity
    for (const book of state.futures.books.values()) {
      next = Math.min(next, Book.refillTime(book))
    }
    return next
  },
  run: (state, at) => {
    const draft = Drafts.open(state, at)
    for (const [symbol, book] of state.futures.books) {
      const contract = draft.market.contracts.get(symbol)
      if (contract === undefined || at < Book.refillTime(book)) continue
      draft.books.set(symbol, Book.refill(book, at))
      Fills.sweep(draft, contract)
    }
    return finish(draft)
  }
}
