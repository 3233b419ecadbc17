/**
 * Conditional orders: the algo orders of UM and the conditional orders of CM, which a service of their own keeps until they
 * fire.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Account from "./Account.ts"
import type * as Book from "./Book.ts"
import type { Applied, State } from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import * as Futures from "./Futures.ts"
import { averagePrice, price, quantity, wireId } from "./FuturesEvents.ts"
import { clientIdOf } from "./internal/clientIds.ts"
import { isReached, watched } from "./internal/conditionals.ts"
import type { Decimal } from "./internal/decimals.ts"
import {
  decimal,
  isAbove,
  isAtLeast,
  isMultiple,
  isPositive,
  isZero,
  multiply,
  plain,
  subtract,
  zero
} from "./internal/decimals.ts"
import * as Drafts from "./internal/draft.ts"
import * as Fills from "./internal/fills.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import { checkQuantity, goodTill, isTrading, positionSideOf, preventionOf } from "./internal/placing.ts"
import { accountOf, check, type Checked, contractOf, passed } from "./internal/transitions.ts"
import type * as Market from "./Market.ts"

/**
 * Places a conditional order of UM or CM.
 *
 * **Details**
 *
 * A stop or take-profit order has `triggerPrice`, a trailing one `callbackRate`, in percent, and perhaps `activatePrice`.
 * With `closePosition` there is no `quantity`. `workingType` is the price that is watched, by default the last one.
 *
 * @category commands
 * @since 0.1.0
 */
export interface PlaceConditionalOrder {
  readonly _tag: "PlaceConditionalOrder"
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
  readonly side: Book.Side
  readonly positionSide?: Account.PositionSide | undefined
  readonly type: Futures.ConditionalType
  readonly timeInForce?: Futures.TimeInForce | undefined
  readonly quantity?: Decimal | undefined
  readonly price?: Decimal | undefined
  readonly priceMatch?: Futures.PriceMatch | undefined
  readonly triggerPrice?: Decimal | undefined
  readonly workingType?: "CONTRACT_PRICE" | "MARK_PRICE" | undefined
  readonly priceProtect?: boolean | undefined
  readonly reduceOnly?: boolean | undefined
  readonly closePosition?: boolean | undefined
  readonly activatePrice?: Decimal | undefined
  readonly callbackRate?: Decimal | undefined
  readonly clientId?: string | undefined
  readonly selfTradePreventionMode?: Futures.SelfTradePrevention | undefined
  readonly goodTillDate?: number | undefined
}

/**
 * Names a conditional order by its id or by the client's.
 *
 * @category commands
 * @since 0.1.0
 */
export interface ConditionalReference {
  readonly accountId: string
  readonly product: Market.Product
  readonly id?: bigint | undefined
  readonly clientId?: string | undefined
}

/**
 * Cancels a conditional order that has not fired.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelConditionalOrder extends ConditionalReference {
  readonly _tag: "CancelConditionalOrder"
}

/**
 * Cancels every conditional order of an account on a symbol that has not fired.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CancelAllConditionalOrders {
  readonly _tag: "CancelAllConditionalOrders"
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
}

const fail = (code: number, msg: string): Checked<never> => Result.fail(ExchangeError.make(code, msg))

const checkTriggerPrice = (contract: Market.Contract, trigger: Decimal): Checked<void> => {
  const { filters } = contract
  if (!isPositive(trigger)) return fail(-4006, "Stop price less than zero.")
  if (isPositive(filters.maxPrice) && isAbove(trigger, filters.maxPrice)) {
    return fail(-4007, "Stop price greater than max price.")
  }
  return isPositive(filters.tickSize) && !isMultiple(subtract(trigger, filters.minPrice), filters.tickSize)
    ? fail(-4014, "Price not increased by tick size.")
    : passed
}

/** The limit price of a conditional order is bound to its trigger as another one is to the mark price. */
const checkLimit = (
  contract: Market.Contract,
  side: Book.Side,
  limit: Decimal,
  trigger: Decimal
): Checked<void> => {
  const { filters } = contract
  if (!isPositive(limit)) return fail(-4001, "Price less than 0.")
  if (isPositive(filters.tickSize) && !isMultiple(subtract(limit, filters.minPrice), filters.tickSize)) {
    return fail(-4014, "Price not increased by tick size.")
  }
  const bound = multiply(trigger, side === "BUY" ? filters.multiplierUp : filters.multiplierDown)
  if (side === "BUY" && isAbove(limit, bound)) return fail(-4183, `Limit price can't be higher than ${plain(bound)}.`)
  return side === "SELL" && isAbove(bound, limit)
    ? fail(-4184, `Limit price can't be lower than ${plain(bound)}.`)
    : passed
}

const wouldTrigger = fail(-2021, "Order would immediately trigger.")

const leastCallbackRate = decimal("0.1")

/** The conditional orders of an account that have not fired, over all symbols of a product or of all. */
const waiting = (
  state: State,
  accountId: string,
  holds: (order: Futures.Conditional) => boolean = () => true
): ReadonlyArray<Futures.Conditional> => {
  const found: Array<Futures.Conditional> = []
  for (const ids of state.futures.armed.values()) {
    for (const id of ids) {
      const order = IntMap.get(state.futures.conditionals, id)
      if (order !== undefined && order.accountId === accountId && holds(order)) found.push(order)
    }
  }
  return found.sort((a, b) => a.id - b.id)
}

/**
 * Whether an account has conditional orders that have not fired on a product.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isWaiting = (state: State, accountId: string, product: Market.Product): boolean =>
  waiting(state, accountId, (order) => order.product === product).length > 0

/** The trigger and the following of a trailing order, or the trigger of another one. */
const triggerOf = (
  draft: Drafts.Draft,
  contract: Market.Contract,
  command: PlaceConditionalOrder
): Checked<Pick<Futures.Conditional, "triggerPrice" | "activatePrice" | "callbackRate" | "active" | "extreme">> =>
  Result.gen(function*() {
    const workingType = command.workingType ?? "CONTRACT_PRICE"
    if (command.type !== "TRAILING_STOP_MARKET") {
      const triggerPrice = command.triggerPrice ?? zero
      yield* checkTriggerPrice(contract, triggerPrice)
      const { side, type } = command
      if (isReached({ side, type, triggerPrice }, watched(draft, contract.symbol, workingType))) {
        return yield* wouldTrigger
      }
      return { triggerPrice, activatePrice: zero, callbackRate: zero, active: false, extreme: zero }
    }
    const callbackRate = command.callbackRate ?? zero
    const highest = draft.base.rules.maxCallbackRates[contract.product]
    yield* check(
      isAtLeast(callbackRate, leastCallbackRate) && !isAbove(callbackRate, highest),
      ExchangeError.invalidParameter("callbackRate")
    )
    const current = watched(draft, contract.symbol, workingType)
    // CM begins at the mark price, whatever is watched.
    const begin = contract.product === "CM" ? watched(draft, contract.symbol, "MARK_PRICE") : current
    const activatePrice = command.activatePrice ?? begin
    if (command.activatePrice !== undefined) {
      yield* checkTriggerPrice(contract, activatePrice)
      const beyond = command.side === "BUY" ? isAtLeast(activatePrice, begin) : isAtLeast(begin, activatePrice)
      if (beyond) return yield* wouldTrigger
    }
    const active = command.activatePrice === undefined
    return { triggerPrice: zero, activatePrice, callbackRate, active, extreme: active ? current : zero }
  })

/**
 * Places a conditional order; nothing is asked of the margin before it fires.
 *
 * **Details**
 *
 * -2021 where it would fire at once, or where a trailing order begins on the wrong side of the price; -4045 above the number
 * of conditional orders; -4116 for a client id that waits already; -4183 and -4184 for a limit too far from the trigger.
 *
 * @category transitions
 * @since 0.1.0
 */
export const placeConditionalOrder = (
  state: State,
  command: PlaceConditionalOrder,
  now: number
): Applied<ReturnType<typeof placedConditional>> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const contract = yield* contractOf(state, command.product, command.symbol)
    const draft = Drafts.open(state, now)
    yield* check(isTrading(contract, now), ExchangeError.symbolClosed)
    const positionSide = yield* positionSideOf(account, command.positionSide)
    yield* check(
      positionSide === "BOTH" || command.reduceOnly === undefined,
      ExchangeError.make(-1106, "Parameter 'reduceonly' sent when not required.")
    )
    const closePosition = command.closePosition ?? false
    const quantity = command.quantity ?? zero
    yield* check(
      closePosition || command.quantity !== undefined,
      ExchangeError.make(-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.")
    )
    yield* check(
      !closePosition || isZero(quantity),
      ExchangeError.make(-4137, "Quantity must be zero with closePosition equals true")
    )
    const limited = command.type === "STOP" || command.type === "TAKE_PROFIT"
    if (!closePosition) yield* checkQuantity(contract, !limited, quantity)
    const trigger = yield* triggerOf(draft, contract, command)
    if (limited && command.price !== undefined) {
      yield* checkLimit(contract, command.side, command.price, trigger.triggerPrice)
    }
    const timeInForce = command.timeInForce ?? "GTC"
    const goodTillDate = yield* goodTill(command.goodTillDate, timeInForce, now)
    const selfTradePrevention = yield* preventionOf(draft, command.selfTradePreventionMode)
    const others = waiting(state, account.id)
    yield* check(
      others.length < state.rules.maxConditionalOrders,
      ExchangeError.make(-4045, "Reach max stop order limit.")
    )
    const id = draft.nextConditional
    const clientId = command.clientId ?? clientIdOf(id, "A")
    yield* check(!others.some((other) => other.clientId === clientId), ExchangeError.duplicateClientOrderId)
    const order: Futures.Conditional = {
      id,
      accountId: account.id,
      product: contract.product,
      symbol: contract.symbol,
      clientId,
      type: command.type,
      side: command.side,
      positionSide,
      timeInForce,
      quantity,
      price: command.price ?? zero,
      priceMatch: command.priceMatch ?? "NONE",
      workingType: command.workingType ?? "CONTRACT_PRICE",
      priceProtect: command.priceProtect ?? false,
      reduceOnly: command.reduceOnly ?? false,
      closePosition,
      ...trigger,
      selfTradePrevention,
      goodTillDate,
      status: "NEW",
      order: undefined,
      reason: "",
      triggerTime: 0,
      time: now,
      updateTime: now
    }
    draft.nextConditional += 1
    draft.armed.set(contract.symbol, [...draft.armed.get(contract.symbol) ?? [], id])
    const floor = Drafts.floorOf(draft, account.id)
    draft.floors.set(account.id, { ...floor, conditionals: Log.append(floor.conditionals, id) })
    if (goodTillDate > 0) Drafts.expireAt(draft, { time: goodTillDate, order: id, conditional: true })
    Fills.setConditional(draft, order)
    return [Drafts.close(draft), placedConditional(contract, order)] as const
  })

/**
 * The conditional order of a reference, the newest where a client id was used again, or nothing.
 *
 * @category lookups
 * @since 0.1.0
 */
export const findConditional = (
  state: State,
  reference: ConditionalReference
): Futures.Conditional | undefined => {
  const { accountId, clientId, id, product } = reference
  const { conditionals } = state.futures
  if (id !== undefined) {
    const known = id > 0n && id < BigInt(state.futures.nextConditional)
      ? IntMap.get(conditionals, Number(id))
      : undefined
    return known?.accountId === accountId && known.product === product ? known : undefined
  }
  return Log.toArray(Futures.floor(state.futures, accountId).conditionals).toReversed()
    .map((id) => IntMap.get(conditionals, id))
    .find((order) => order?.product === product && order.clientId === clientId)
}

/**
 * Cancels a conditional order: -2011 where none is waiting by that name.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelConditionalOrder = (
  state: State,
  command: CancelConditionalOrder,
  now: number
): Applied<ReturnType<typeof queriedConditional> | { readonly complete: true }> =>
  Result.gen(function*() {
    yield* accountOf(state, command.accountId)
    const order = findConditional(state, command)
    if (order === undefined || order.status !== "NEW") return yield* Result.fail(ExchangeError.unknownOrder)
    const contract = yield* contractOf(state, order.product, order.symbol)
    const draft = Drafts.open(state, now)
    Fills.endConditional(draft, order, "CANCELED")
    const ended = IntMap.get(draft.conditionals, order.id) ?? order
    return [
      Drafts.close(draft),
      order.product === "UM" ? { complete: true } as const : queriedConditional(state, contract, ended)
    ] as const
  })

/**
 * The reply to the cancellation of all conditional orders.
 *
 * @category replies
 * @since 0.1.0
 */
export type AllConditionalCancelled =
  | { readonly code: 200; readonly msg: "The operation of cancel all open order is done." }
  | { readonly code: "200"; readonly msg: "The operation of cancel all conditional open order is done." }

/**
 * Cancels the conditional orders of a symbol that have not fired.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelAllConditionalOrders = (
  state: State,
  command: CancelAllConditionalOrders,
  now: number
): Applied<AllConditionalCancelled> =>
  Result.gen(function*() {
    yield* accountOf(state, command.accountId)
    const contract = yield* contractOf(state, command.product, command.symbol)
    const draft = Drafts.open(state, now)
    for (const order of waiting(state, command.accountId, (order) => order.symbol === contract.symbol)) {
      Fills.endConditional(draft, order, "CANCELED")
    }
    const reply: AllConditionalCancelled = command.product === "UM"
      ? { code: 200, msg: "The operation of cancel all open order is done." }
      : { code: "200", msg: "The operation of cancel all conditional open order is done." }
    return [Drafts.close(draft), reply] as const
  })

const umCommon = (contract: Market.Contract, order: Futures.Conditional) => ({
  algoId: order.id,
  clientAlgoId: order.clientId,
  algoType: "CONDITIONAL" as const,
  orderType: order.type,
  symbol: order.symbol,
  side: order.side,
  positionSide: order.positionSide,
  timeInForce: order.timeInForce,
  quantity: quantity(contract, order.quantity),
  algoStatus: order.status,
  triggerPrice: price(contract, order.triggerPrice),
  price: price(contract, order.price),
  selfTradePreventionMode: order.selfTradePrevention,
  workingType: order.workingType,
  priceMatch: order.priceMatch,
  closePosition: order.closePosition,
  priceProtect: order.priceProtect,
  reduceOnly: order.reduceOnly,
  createTime: order.time,
  updateTime: order.updateTime,
  triggerTime: order.triggerTime,
  goodTillDate: order.goodTillDate
})

const trailing = (contract: Market.Contract, order: Futures.Conditional) =>
  order.type === "TRAILING_STOP_MARKET"
    ? { activatePrice: price(contract, order.activatePrice), rate: plain(order.callbackRate) }
    : undefined

const cmCommon = (contract: Market.Contract, order: Futures.Conditional) => {
  const trails = trailing(contract, order)
  return {
    newClientStrategyId: order.clientId,
    strategyId: order.id,
    strategyStatus: order.status,
    strategyType: order.type,
    origQty: quantity(contract, order.quantity),
    price: price(contract, order.price),
    reduceOnly: order.reduceOnly,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: price(contract, order.triggerPrice),
    symbol: order.symbol,
    timeInForce: order.timeInForce,
    ...(trails === undefined ? {} : { activatePrice: trails.activatePrice, priceRate: trails.rate }),
    bookTime: order.time,
    updateTime: order.updateTime
  }
}

/**
 * A conditional order as the reply to its placing tells it.
 *
 * @category views
 * @since 0.1.0
 */
export const placedConditional = (contract: Market.Contract, order: Futures.Conditional) => {
  if (contract.product === "CM") {
    return {
      ...cmCommon(contract, order),
      pair: contract.pair,
      workingType: order.workingType,
      priceProtect: order.priceProtect
    }
  }
  const trails = trailing(contract, order)
  return {
    ...umCommon(contract, order),
    activatePrice: trails?.activatePrice ?? "",
    callbackRate: trails?.rate ?? ""
  }
}

/**
 * A conditional order as queries tell it.
 *
 * @category views
 * @since 0.1.0
 */
export const queriedConditional = (state: State, contract: Market.Contract, order: Futures.Conditional) => {
  const child = order.order === undefined ? undefined : IntMap.get(state.futures.orders, order.order)
  if (contract.product === "CM") {
    return {
      ...cmCommon(contract, order),
      ...(child === undefined ? {} : {
        orderId: wireId(child.orderId),
        status: child.status,
        type: child.type,
        triggerTime: order.triggerTime
      }),
      workingType: order.workingType,
      priceProtect: order.priceProtect
    }
  }
  return {
    ...umCommon(contract, order),
    actualOrderId: child === undefined ? "" : String(child.orderId),
    actualPrice: child === undefined ? "0.00000" : averagePrice(contract, child)
  }
}

/**
 * A selection of conditional orders: of a symbol, from an id on, of a period in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConditionalQuery {
  readonly symbol?: string | undefined
  readonly id?: bigint | undefined
  readonly startTime?: number | undefined
  readonly endTime?: number | undefined
  readonly limit?: number | undefined
  readonly open: boolean
}

const week = 604_800_000

/**
 * The conditional orders of an account on a product, oldest first: those that wait, or all of a period, of an id on.
 *
 * @category views
 * @since 0.1.0
 */
export const conditionals = (
  state: State,
  accountId: string,
  product: Market.Product,
  query: ConditionalQuery,
  now: number
) => {
  const end = query.endTime ?? (query.startTime === undefined ? now : Math.min(now, query.startTime + week))
  const start = query.startTime ?? (query.id === undefined ? end - week : 0)
  const rows = Log.toArray(Futures.floor(state.futures, accountId).conditionals).flatMap((id) => {
    const order = IntMap.get(state.futures.conditionals, id)
    if (order === undefined || order.product !== product) return []
    if (query.symbol !== undefined && order.symbol !== query.symbol) return []
    if (now < order.time + state.rules.readLag) return []
    if (query.open) return order.status === "NEW" && (query.id === undefined || BigInt(id) === query.id) ? [order] : []
    return order.time >= start && order.time <= end && (query.id === undefined || BigInt(id) >= query.id) ? [order] : []
  })
  const most = query.limit ?? 500
  const first = query.id !== undefined || query.startTime !== undefined
  const cut = query.open ? rows : first ? rows.slice(0, most) : rows.slice(-most)
  return cut.flatMap((order) => {
    const contract = state.market.contracts.get(order.symbol)
    return contract === undefined ? [] : [queriedConditional(state, contract, order)]
  })
}
