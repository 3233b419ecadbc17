/**
 * Margin orders: placing, matching, triggers, pairs of orders, cancelling, and what they do to loans.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Account from "./Account.ts"
import * as Book from "./Book.ts"
import type { Clockwork } from "./Clockwork.ts"
import type * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import { clientIdOf } from "./internal/clientIds.ts"
import type { Decimal } from "./internal/decimals.ts"
import {
  add,
  decimalsOf,
  divide,
  fixed,
  integer,
  isAbove,
  isAtLeast,
  isMultiple,
  isNegative,
  isPositive,
  isWorkable,
  isZero,
  max,
  min,
  multiply,
  one,
  plain,
  rescale,
  roundUp,
  subtract,
  truncate,
  zero
} from "./internal/decimals.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Log from "./internal/log.ts"
import { accountOf, acknowledged, check, done, emit, store, summaryOf, tellPosition } from "./internal/transitions.ts"
import * as Loans from "./Loans.ts"
import * as Margin from "./Margin.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import * as Parameters from "./MarginParameters.ts"
import * as Market from "./Market.ts"
import * as Spot from "./Spot.ts"
import * as SpotEvents from "./SpotEvents.ts"
import type * as SpotPairs from "./SpotPairs.ts"

// -----------------------------------------------------------------------------
// Commands and replies
// -----------------------------------------------------------------------------

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

// -----------------------------------------------------------------------------
// The state in the making
// -----------------------------------------------------------------------------

/** A working copy for the length of one command. */
interface Work {
  state: Engine.State
  readonly now: number
  /** Assets of the margin wallets that changed, by account. */
  readonly touched: Map<string, Set<string>>
  /** What orders brought, to be repaid at the end, by order. */
  readonly brought: Map<number, Decimal>
  /** The trades of the command, by order. */
  readonly trades: Map<number, Array<Spot.Trade>>
}

const begin = (state: Engine.State, now: number): Work => ({
  state,
  now,
  touched: new Map(),
  brought: new Map(),
  trades: new Map()
})

const setSpot = (work: Work, change: Partial<Spot.Spot>): void => {
  work.state = { ...work.state, spot: { ...work.state.spot, ...change } }
}

const setOrder = (work: Work, order: Spot.Order): void => {
  setSpot(work, { orders: IntMap.set(work.state.spot.orders, order.id, order) })
}

const setFloor = (work: Work, accountId: string, change: (floor: Spot.Floor) => Spot.Floor): void => {
  const { floors } = work.state.spot
  setSpot(work, { floors: new Map(floors).set(accountId, change(Spot.floor(work.state.spot, accountId))) })
}

const setDesk = (work: Work, accountId: string, symbol: string, change: (desk: Spot.Desk) => Spot.Desk): void =>
  setFloor(work, accountId, (floor) => ({
    ...floor,
    desks: new Map(floor.desks).set(symbol, change(Spot.desk(floor, symbol)))
  }))

const report = (work: Work, order: Spot.Order, execution: Omit<SpotEvents.Execution, "executionId">): void => {
  const executionId = work.state.nextUpdateId
  const next = { ...work.state, nextUpdateId: executionId + 1 }
  work.state = emit(next, SpotEvents.executionReport(order, { ...execution, executionId }, work.now))
}

const touch = (work: Work, accountId: string, asset: string): void => {
  const assets = work.touched.get(accountId)
  if (assets === undefined) work.touched.set(accountId, new Set([asset]))
  else assets.add(asset)
}

/** Adds to what is free and to what is locked of an asset. */
const book = (work: Work, accountId: string, asset: string, free: Decimal, locked: Decimal): void => {
  const account = work.state.accounts.get(accountId)
  if (account === undefined || isZero(free) && isZero(locked)) return
  const balance = Account.marginBalance(account, asset)
  touch(work, accountId, asset)
  work.state = store(
    work.state,
    Account.withMarginBalance(account, asset, {
      ...balance,
      free: add(balance.free, free),
      locked: add(balance.locked, locked),
      updateTime: work.now
    }),
    work.now
  )
}

const quoteOf = (price: Decimal, quantity: Decimal): Decimal => truncate(multiply(price, quantity), 8)

const freeOf = (state: Engine.State, accountId: string, asset: string): Decimal => {
  const account = state.accounts.get(accountId)
  return account === undefined ? zero : Account.marginBalance(account, asset).free
}

/** The loss of equity, by the asset given, that a set of open orders would bring, in that asset. */
const openLossOf = (state: Engine.State, accountId: string): ReadonlyMap<string, Decimal> => {
  const losses = new Map<string, Decimal>()
  for (const order of Spot.openOrders(state.spot, accountId)) {
    const pair = state.spot.pairs.get(order.symbol)
    if (pair === undefined || !isPositive(order.locked)) continue
    const { brings, gives } = Spot.assetsOf(pair, order.side)
    const price = order.side === "SELL" && isZero(order.price) ? order.stopPrice : order.price
    const brought = order.side === "BUY" ? Spot.remaining(order) : quoteOf(price, Spot.remaining(order))
    const loss = lossOf(state.parameters, state.market, gives, order.locked, brings, brought)
    if (isPositive(loss)) losses.set(gives, add(losses.get(gives) ?? zero, loss))
  }
  return losses
}

/**
 * The loss of equity of giving an amount of one asset for an amount of another, in the asset given, zero where there is none:
 * what is given less what is brought, both at index price and collateral rate.
 *
 * @category formulas
 * @since 0.1.0
 */
export const lossOf = (
  parameters: MarginParameters,
  market: Market.Market,
  gives: string,
  given: Decimal,
  brings: string,
  brought: Decimal
): Decimal => {
  const worth = (asset: string, amount: Decimal) =>
    multiply(amount, Market.indexPrice(market, asset), Parameters.collateralRate(parameters, asset))
  const loss = subtract(worth(gives, given), worth(brings, brought))
  return isPositive(loss) ? roundUp(divide(loss, Market.indexPrice(market, gives)), 8) : zero
}

/** Repays with what orders brought, and tells what the command came to. */
const finish = (work: Work): Engine.State => {
  for (const [id, amount] of work.brought) {
    const order = Spot.order(work.state.spot, id)
    const pair = order && work.state.spot.pairs.get(order.symbol)
    const account = order && work.state.accounts.get(order.accountId)
    if (order === undefined || pair === undefined || account === undefined) continue
    if (order.sideEffect === "AUTO_REPAY" || order.sideEffect === "AUTO_BORROW_REPAY") {
      repayWith(work, account, Spot.assetsOf(pair, order.side).brings, amount)
    }
  }
  for (const [accountId, assets] of work.touched) {
    tellLoss(work, accountId)
    work.state = tellPosition(work.state, accountId, [...assets], work.now)
  }
  return work.state
}

const repayWith = (work: Work, account: Account.Account, asset: string, amount: Decimal): void => {
  const { free } = Account.marginBalance(account, asset)
  const paid = min(min(amount, free), Loans.owed(account, asset))
  if (isPositive(paid)) work.state = Loans.takeBack(work.state, account, asset, paid, work.now)[0]
}

const tellLoss = (work: Work, accountId: string): void => {
  const account = work.state.accounts.get(accountId)
  if (account === undefined) return
  const openLoss = openLossOf(work.state, accountId)
  const changed = [...new Set([...account.openLoss.keys(), ...openLoss.keys()])].flatMap((asset) => {
    const after = openLoss.get(asset) ?? zero
    return isZero(subtract(after, account.openLoss.get(asset) ?? zero)) ? [] : [[asset, after] as const]
  })
  if (changed.length === 0) return
  work.state = emit(
    store(work.state, { ...account, openLoss }, work.now),
    SpotEvents.openOrderLoss(accountId, changed, work.now)
  )
}

/**
 * The state with the open loss of every account reckoned anew, for prices that moved; the stream is not told.
 *
 * @category transitions
 * @since 0.1.0
 */
export const reckonOpenLoss = (state: Engine.State): Engine.State => {
  let accounts: Map<string, Account.Account> | undefined
  for (const [accountId, floor] of state.spot.floors) {
    const account = state.accounts.get(accountId)
    if (account === undefined || floor.open.length === 0) continue
    accounts ??= new Map(state.accounts)
    accounts.set(accountId, { ...account, openLoss: openLossOf(state, accountId) })
  }
  return accounts === undefined ? state : { ...state, accounts }
}

// -----------------------------------------------------------------------------
// Filters
// -----------------------------------------------------------------------------

const isStep = (value: Decimal, step: Decimal): boolean => isZero(step) || isMultiple(value, step)

const fine: Result.Result<void, ExchangeError.ExchangeError> = Result.succeed(undefined)

const figure = (name: string, value: Decimal): Result.Result<void, ExchangeError.ExchangeError> => {
  if (!isWorkable(value) || isNegative(value)) return Result.fail(ExchangeError.invalidParameter(name))
  return decimalsOf(value) <= 8 ? fine : Result.fail(ExchangeError.badPrecision)
}

const priceFilter = (
  pair: SpotPairs.Pair,
  name: string,
  price: Decimal
): Result.Result<void, ExchangeError.ExchangeError> => {
  const valid = figure(name, price)
  if (Result.isFailure(valid)) return valid
  return isAtLeast(price, pair.filters.minPrice) && isAtLeast(pair.filters.maxPrice, price) &&
      isStep(price, pair.filters.tickSize)
    ? fine
    : Result.fail(ExchangeError.filterFailure("PRICE_FILTER"))
}

const lotSize = (
  pair: SpotPairs.Pair,
  name: string,
  quantity: Decimal
): Result.Result<void, ExchangeError.ExchangeError> => {
  const valid = figure(name, quantity)
  if (Result.isFailure(valid)) return valid
  return isAtLeast(quantity, pair.filters.minQty) && isAtLeast(pair.filters.maxQty, quantity) &&
      isStep(quantity, pair.filters.stepSize)
    ? fine
    : Result.fail(ExchangeError.filterFailure("LOT_SIZE"))
}

const notional = (pair: SpotPairs.Pair, amount: Decimal): Result.Result<void, ExchangeError.ExchangeError> =>
  isAtLeast(amount, pair.filters.minNotional) && isAtLeast(pair.filters.maxNotional, amount)
    ? fine
    : Result.fail(ExchangeError.filterFailure("NOTIONAL"))

const limitPrice = (
  state: Engine.State,
  pair: SpotPairs.Pair,
  side: Book.Side,
  price: Decimal
): Result.Result<void, ExchangeError.ExchangeError> => {
  const last = Spot.lastPrice(state.spot, pair.symbol)
  if (
    !isAtLeast(multiply(last, pair.filters.multiplierUp), price) ||
    !isAtLeast(price, multiply(last, pair.filters.multiplierDown))
  ) return Result.fail(ExchangeError.filterFailure("PERCENT_PRICE_BY_SIDE"))
  const index = divide(
    Market.indexPrice(state.market, pair.baseAsset),
    Market.indexPrice(state.market, pair.quoteAsset)
  )
  const band = state.spot.rules.indexPriceBand
  return check(
    isZero(index) || (side === "BUY"
      ? isAtLeast(multiply(index, add(one, band)), price)
      : isAtLeast(price, multiply(index, subtract(one, band)))),
    ExchangeError.beyondIndexPrice
  )
}

const iceberg = (pair: SpotPairs.Pair, quantity: Decimal, visible: Decimal, timeInForce: Spot.TimeInForce) =>
  isZero(visible) ? Result.succeed(undefined) : Result.gen(function*() {
    yield* check(timeInForce === "GTC", ExchangeError.invalidCombination)
    yield* lotSize(pair, "icebergQty", visible)
    yield* check(
      isAtLeast(quantity, visible) && isAtLeast(multiply(visible, integer(pair.filters.icebergParts)), quantity),
      ExchangeError.filterFailure("ICEBERG_PARTS")
    )
  })

// -----------------------------------------------------------------------------
// Matching
// -----------------------------------------------------------------------------

const pairOf = (state: Engine.State, symbol: string): Result.Result<SpotPairs.Pair, ExchangeError.ExchangeError> =>
  Result.fromNullishOr(state.spot.pairs.get(symbol), () => ExchangeError.invalidSymbol)

const judge = (state: Engine.State, accountId: string, mode: Spot.SelfTradePrevention) =>
(
  resting: Book.Resting
): Book.Judgement => {
  const maker = Spot.order(state.spot, resting.id)
  if (mode === "NONE" || maker === undefined || maker.accountId !== accountId) return Book.takeAll(resting)
  if (mode === "EXPIRE_TAKER") return { _tag: "Stop" }
  return { _tag: mode === "EXPIRE_MAKER" ? "Remove" : "StopBoth" }
}

const matchOf = (
  work: Work,
  pair: SpotPairs.Pair,
  taker: Pick<Spot.Order, "accountId" | "selfTradePrevention" | "side">,
  quantity: Decimal,
  limit: Decimal | undefined
): Book.Matched =>
  Book.match(
    Book.refill(Spot.book(work.state.spot, pair), work.now),
    { side: taker.side, quantity, limit },
    work.now,
    judge(work.state, taker.accountId, taker.selfTradePrevention)
  )

const everything = integer(1e15)

/** What an order at the market would come to now: how much it could fill, and what it would pay or bring for that. */
const atMarket = (
  work: Work,
  pair: SpotPairs.Pair,
  taker: Pick<Spot.Order, "accountId" | "selfTradePrevention" | "side">,
  wanted: { readonly quantity: Decimal } | { readonly quote: Decimal }
): { readonly quantity: Decimal; readonly quote: Decimal } => {
  const byQuote = "quote" in wanted
  const { fills } = matchOf(work, pair, taker, byQuote ? everything : wanted.quantity, undefined)
  let quantity = zero
  let quote = zero
  for (const fill of fills) {
    const left = byQuote ? subtract(wanted.quote, quote) : zero
    const filled = byQuote
      ? min(fill.quantity, stepped(divide(left, fill.price), pair.filters.stepSize))
      : fill.quantity
    if (!isPositive(filled)) break
    quantity = add(quantity, filled)
    quote = add(quote, quoteOf(fill.price, filled))
    if (isAbove(fill.quantity, filled)) break
  }
  return { quantity, quote }
}

const stepped = (quantity: Decimal, step: Decimal): Decimal => multiply(truncate(divide(quantity, step), 0), step)

const commissionOf = (
  work: Work,
  pair: SpotPairs.Pair,
  order: Spot.Order,
  brought: Decimal,
  isMaker: boolean
): { readonly commission: Decimal; readonly commissionAsset: string } => {
  const { rules } = work.state.spot
  const asset = Spot.assetsOf(pair, order.side).brings
  const rate = isMaker ? pair.makerCommissionRate : pair.takerCommissionRate
  if (asset !== "BNB" && Spot.floor(work.state.spot, order.accountId).burnsBnb) {
    const discounted = multiply(brought, rate, subtract(one, rules.bnbDiscount))
    const price = Market.indexPrice(work.state.market, "BNB")
    const bnb = rescale(
      divide(multiply(discounted, Market.indexPrice(work.state.market, asset)), price),
      8,
      rules.commissionRounding
    )
    if (isPositive(price) && isAtLeast(freeOf(work.state, order.accountId, "BNB"), bnb)) {
      return { commission: bnb, commissionAsset: "BNB" }
    }
  }
  return { commission: rescale(multiply(brought, rate), 8, rules.commissionRounding), commissionAsset: asset }
}

/** What an order still has to hold when so much of it remains. */
const lockFor = (order: Spot.Order, remaining: Decimal, spent: Decimal): Decimal => {
  if (isZero(remaining)) return zero
  if (order.side === "SELL") return remaining
  return isPositive(order.price) && !Spot.endsAtMarket(order.type)
    ? min(order.locked, quoteOf(order.price, remaining))
    : max(zero, subtract(order.locked, spent))
}

/** Books a fill on an order of an account. */
const fill = (
  work: Work,
  pair: SpotPairs.Pair,
  id: number,
  trade: { readonly id: number; readonly price: Decimal; readonly quantity: Decimal; readonly isMaker: boolean }
): void => {
  const order = Spot.order(work.state.spot, id)
  if (order === undefined) return
  const { brings, gives } = Spot.assetsOf(pair, order.side)
  const quote = quoteOf(trade.price, trade.quantity)
  const buys = order.side === "BUY"
  const given = buys ? quote : trade.quantity
  const brought = buys ? trade.quantity : quote
  const { commission, commissionAsset } = commissionOf(work, pair, order, brought, trade.isMaker)
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
    updateTime: work.now
  }
  setOrder(work, next)
  if (!Spot.isOpen(next)) leave(work, next)
  book(work, order.accountId, gives, subtract(released, given), subtract(zero, released))
  book(work, order.accountId, brings, brought, zero)
  book(work, order.accountId, commissionAsset, subtract(zero, commission), zero)
  setSpot(work, { fees: Spot.credit(work.state.spot.fees, commissionAsset, commission) })
  const net = commissionAsset === brings ? subtract(brought, commission) : brought
  work.brought.set(id, add(work.brought.get(id) ?? zero, net))
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
    time: work.now
  }
  setDesk(work, order.accountId, pair.symbol, (desk) => ({ ...desk, trades: Log.append(desk.trades, row) }))
  const rows = work.trades.get(id)
  if (rows === undefined) work.trades.set(id, [row])
  else rows.push(row)
  report(work, next, { type: "TRADE", trade: row })
  if (order.listId !== -1) endSibling(work, pair, next)
}

/** The market around the price takes the other side of a fill. */
const ladderFill = (
  work: Work,
  pair: SpotPairs.Pair,
  side: Book.Side,
  trade: { readonly price: Decimal; readonly quantity: Decimal }
): void => {
  const quote = quoteOf(trade.price, trade.quantity)
  const [base, paid] = side === "BUY"
    ? [subtract(zero, trade.quantity), quote]
    : [trade.quantity, subtract(zero, quote)]
  const market = Spot.credit(work.state.spot.market, pair.baseAsset, base)
  setSpot(work, { market: Spot.credit(market, pair.quoteAsset, paid) })
}

const nextTrade = (work: Work): number => {
  const id = work.state.spot.nextTrade
  setSpot(work, { nextTrade: id + 1 })
  return id
}

/** Takes an order out of the lists of what is open. */
const leave = (work: Work, order: Spot.Order): void => {
  setFloor(work, order.accountId, (floor) => ({ ...floor, open: floor.open.filter((id) => id !== order.id) }))
  const waiting = work.state.spot.stops.get(order.symbol)
  if (waiting?.includes(order.id) === true) {
    setSpot(work, {
      stops: new Map(work.state.spot.stops).set(order.symbol, waiting.filter((id) => id !== order.id))
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
const end = (work: Work, pair: SpotPairs.Pair, order: Spot.Order, how: End): Spot.Order => {
  const { gives } = Spot.assetsOf(pair, order.side)
  const next: Spot.Order = {
    ...order,
    status: how.status,
    locked: zero,
    prevented: how.prevented === undefined
      ? order.prevented
      : { matchId: how.prevented.matchId, quantity: Spot.remaining(order) },
    updateTime: work.now
  }
  if (how.rests && order.isWorking) {
    setBook(work, pair, Book.remove(Spot.book(work.state.spot, pair), order.side, order.price, order.id))
  }
  setOrder(work, next)
  leave(work, next)
  book(work, order.accountId, gives, order.locked, subtract(zero, order.locked))
  touch(work, order.accountId, gives)
  report(work, next, {
    type: how.prevented !== undefined ? "TRADE_PREVENTION" : how.status === "CANCELED" ? "CANCELED" : "EXPIRED",
    cancelId: how.cancelId,
    reason: how.reason,
    counterOrderId: how.prevented?.counterOrderId
  })
  const account = work.state.accounts.get(order.accountId)
  if (account !== undefined && order.autoRepayAtCancel) {
    repayWith(work, account, gives, min(order.borrowed, order.locked))
  }
  return next
}

const setBook = (work: Work, pair: SpotPairs.Pair, next: Book.Book): void =>
  setSpot(work, { books: new Map(work.state.spot.books).set(pair.symbol, next) })

/** A pair of orders: as one of them fills or fires, the other one ends, and what it holds goes over. */
const endSibling = (work: Work, pair: SpotPairs.Pair, order: Spot.Order): void => {
  const list = IntMap.get(work.state.spot.lists, order.listId)
  const sibling = list?.orders.map((id) => Spot.order(work.state.spot, id)).find((other) => other?.id !== order.id)
  if (sibling === undefined || !Spot.isOpen(sibling)) return
  const held = sibling.locked
  end(work, pair, { ...sibling, locked: zero, autoRepayAtCancel: false }, { status: "EXPIRED", rests: true })
  const current = Spot.order(work.state.spot, order.id)
  if (current === undefined) return
  if (Spot.isOpen(current)) setOrder(work, { ...current, locked: add(current.locked, held) })
  else book(work, order.accountId, Spot.assetsOf(pair, order.side).gives, held, subtract(zero, held))
}

/** Brings a working order to the book. */
const execute = (work: Work, pair: SpotPairs.Pair, id: number): void => {
  const order = Spot.order(work.state.spot, id)
  if (order === undefined || !Spot.isOpen(order)) return
  const market = Spot.endsAtMarket(order.type)
  const limit = market ? undefined : order.price
  const matched = matchOf(work, pair, order, Spot.remaining(order), limit)
  if (order.timeInForce === "FOK" && !market && (isPositive(matched.left) || matched.stopped)) {
    end(work, pair, order, { status: "EXPIRED", rests: false, reason: "INSUFFICIENT_LIQUIDITY" })
    return
  }
  setBook(work, pair, matched.book)
  let last: Decimal | undefined
  for (const { maker, price, quantity } of matched.fills) {
    const trade = { id: nextTrade(work), price, quantity }
    fill(work, pair, id, { ...trade, isMaker: false })
    if (maker === undefined) ladderFill(work, pair, order.side, trade)
    else fill(work, pair, maker.id, { ...trade, isMaker: true })
    last = price
  }
  let counter: { readonly matchId: number; readonly counterOrderId: number } | undefined
  for (const { order: resting, prevented } of matched.removed) {
    const maker = Spot.order(work.state.spot, resting.id)
    if (maker === undefined || !Spot.isOpen(maker)) continue
    const matchId = prevented ? nextPrevented(work) : -1
    counter = prevented ? { matchId, counterOrderId: maker.id } : counter
    end(work, pair, maker, {
      status: prevented ? "EXPIRED_IN_MATCH" : "EXPIRED",
      rests: false,
      prevented: prevented ? { matchId, counterOrderId: id } : undefined
    })
  }
  const left = Spot.order(work.state.spot, id)
  if (left !== undefined && Spot.isOpen(left)) {
    if (matched.stopped) {
      // The other order went with this one, or it stays and ended it.
      const prevented = left.selfTradePrevention === "EXPIRE_BOTH" && counter !== undefined
        ? counter
        : { matchId: nextPrevented(work), counterOrderId: bestOwn(work, pair, left) }
      end(work, pair, left, { status: "EXPIRED_IN_MATCH", rests: false, prevented })
    } else if (market || left.timeInForce !== "GTC") {
      end(work, pair, left, { status: "EXPIRED", rests: false, reason: "INSUFFICIENT_LIQUIDITY" })
    } else {
      setBook(
        work,
        pair,
        Book.rest(Spot.book(work.state.spot, pair), left.side, left.price, {
          id,
          accountId: left.accountId,
          quantity: Spot.remaining(left)
        })
      )
    }
  }
  if (last !== undefined) setSpot(work, { prices: new Map(work.state.spot.prices).set(pair.symbol, last) })
}

/** The own order on the other side that ended a taker: the best of them. */
const bestOwn = (work: Work, pair: SpotPairs.Pair, taker: Spot.Order): number => {
  const own = Spot.openOrders(work.state.spot, taker.accountId, pair.symbol)
    .filter((order) => order.side !== taker.side && order.isWorking)
  const [first, ...others] = own
  return first === undefined ? -1 : others.reduce(
    (best, order) =>
      (taker.side === "BUY" ? isAbove(best.price, order.price) : isAbove(order.price, best.price)) ? order : best,
    first
  ).id
}

const nextPrevented = (work: Work): number => {
  const id = work.state.spot.nextPrevented
  setSpot(work, { nextPrevented: id + 1 })
  return id
}

const fires = (order: Spot.Order, last: Decimal): boolean => {
  const upward = order.type === "STOP_LOSS" || order.type === "STOP_LOSS_LIMIT"
    ? order.side === "BUY"
    : order.side === "SELL"
  return upward ? isAtLeast(last, order.stopPrice) : isAtLeast(order.stopPrice, last)
}

/** Lets waiting orders fire, one after another, as long as the last price reaches one. */
const trigger = (work: Work, pair: SpotPairs.Pair): void => {
  for (;;) {
    const last = Spot.lastPrice(work.state.spot, pair.symbol)
    const next = (work.state.spot.stops.get(pair.symbol) ?? [])
      .map((id) => Spot.order(work.state.spot, id))
      .find((order) => order !== undefined && fires(order, last))
    if (next === undefined) return
    activate(work, pair, next)
  }
}

const activate = (work: Work, pair: SpotPairs.Pair, order: Spot.Order): void => {
  const waiting = work.state.spot.stops.get(order.symbol) ?? []
  setSpot(work, {
    stops: new Map(work.state.spot.stops).set(order.symbol, waiting.filter((id) => id !== order.id))
  })
  setOrder(work, { ...order, isWorking: true, workingTime: work.now, updateTime: work.now })
  if (order.listId !== -1) endSibling(work, pair, order)
  const working = Spot.order(work.state.spot, order.id)
  if (working === undefined) return
  report(work, working, { type: "NEW" })
  if (!hold(work, pair, working)) {
    end(work, pair, working, { status: "EXPIRED", rests: false, reason: "INSUFFICIENT_BALANCE" })
    return
  }
  execute(work, pair, order.id)
}

/** Makes a fired order hold what it now gives, where there is enough. */
const hold = (work: Work, pair: SpotPairs.Pair, order: Spot.Order): boolean => {
  const needed = order.side === "SELL"
    ? Spot.remaining(order)
    : Spot.endsAtMarket(order.type)
    ? atMarket(work, pair, order, { quantity: Spot.remaining(order) }).quote
    : quoteOf(order.price, Spot.remaining(order))
  const { gives } = Spot.assetsOf(pair, order.side)
  const more = subtract(needed, order.locked)
  if (isAbove(more, freeOf(work.state, order.accountId, gives))) return false
  setOrder(work, { ...order, locked: needed })
  book(work, order.accountId, gives, subtract(zero, more), more)
  return true
}

// -----------------------------------------------------------------------------
// Placing
// -----------------------------------------------------------------------------

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

const borrows = (sideEffect: Spot.SideEffect): boolean =>
  sideEffect === "MARGIN_BUY" || sideEffect === "AUTO_BORROW_REPAY"

/** Whether an order only makes a debt smaller: what it brings is owed, net of what is held of it. */
const reduces = (figures: Margin.Summary, brings: string, brought: Decimal): boolean => {
  const row = figures.assets.find((row) => row.asset === brings)
  return row !== undefined && isAtLeast(subtract(zero, row.net), brought)
}

interface Terms {
  readonly account: Account.Account
  readonly pair: SpotPairs.Pair
  readonly side: Book.Side
  readonly sideEffect: Spot.SideEffect
  readonly given: Decimal
  readonly brought: Decimal
}

/** Admits what an order gives: by the status of the account, by a loan where it may, by what is free and by the margin. */
const afford = (work: Work, terms: Terms): Result.Result<Decimal, ExchangeError.ExchangeError> => {
  const { account, brought, given, pair, side, sideEffect } = terms
  const { brings, gives } = Spot.assetsOf(pair, side)
  const figures = summaryOf(work.state, account)
  if (Margin.isLiquidating(figures.status)) return Result.fail(ExchangeError.marginInLiquidation)
  if (figures.status === "REDUCE_ONLY" && !reduces(figures, brings, brought)) {
    return Result.fail(ExchangeError.cannotTransferOut)
  }
  const lacking = max(zero, subtract(given, Account.marginBalance(account, gives).free))
  if (isPositive(lacking)) {
    if (!borrows(sideEffect)) return Result.fail(ExchangeError.insufficientBalance)
    const lent = Loans.mayBorrow(work.state, account, gives, lacking)
    if (Result.isFailure(lent)) return Result.fail(lent.failure)
  }
  if (work.state.spot.rules.openLossBound && !reduces(figures, brings, brought)) {
    const loss = multiply(
      lossOf(work.state.parameters, work.state.market, gives, given, brings, brought),
      Market.indexPrice(work.state.market, gives)
    )
    if (isAbove(loss, figures.virtualAvailable)) return Result.fail(ExchangeError.insufficientBalance)
  }
  if (isPositive(lacking)) {
    work.state = Loans.lend(work.state, account, gives, lacking, work.now)[0]
    touch(work, account.id, gives)
  }
  return Result.succeed(lacking)
}

const counts = (state: Engine.State, accountId: string, pair: SpotPairs.Pair, orders: number, stops: number) => {
  const open = Spot.openOrders(state.spot, accountId, pair.symbol)
  const waiting = open.filter((order) => Spot.hasTrigger(order.type)).length
  return Result.flatMap(
    check(open.length + orders <= pair.filters.maxNumOrders, ExchangeError.filterFailure("MAX_NUM_ORDERS")),
    () =>
      check(
        stops === 0 || waiting + stops <= pair.filters.maxNumAlgoOrders,
        ExchangeError.filterFailure("MAX_NUM_ALGO_ORDERS")
      )
  )
}

const isNewId = (state: Engine.State, accountId: string, id: string | undefined): boolean =>
  id === undefined || Spot.openOrders(state.spot, accountId).every((order) => order.clientOrderId !== id)

/** Writes an order down, with what it holds. */
const open = (
  work: Work,
  accountId: string,
  pair: SpotPairs.Pair,
  ticket: Ticket,
  more: Pick<Spot.Order, "sideEffect" | "autoRepayAtCancel" | "selfTradePrevention" | "listId" | "borrowed">
): Spot.Order => {
  const id = work.state.spot.nextOrder
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
    time: work.now,
    workingTime: isWorking ? work.now : 0,
    updateTime: work.now
  }
  const { spot } = work.state
  const floor = Spot.floor(spot, accountId)
  const desk = Spot.desk(floor, pair.symbol)
  setSpot(work, {
    orders: IntMap.set(spot.orders, id, order),
    nextOrder: id + 1,
    floors: new Map(spot.floors).set(accountId, {
      ...floor,
      desks: new Map(floor.desks).set(pair.symbol, { ...desk, orders: Log.append(desk.orders, id) }),
      open: [...floor.open, id]
    })
  })
  if (!isWorking) {
    const waiting = work.state.spot.stops.get(pair.symbol) ?? []
    setSpot(work, { stops: new Map(work.state.spot.stops).set(pair.symbol, [...waiting, id]) })
  }
  book(
    work,
    accountId,
    Spot.assetsOf(pair, order.side).gives,
    subtract(zero, order.locked),
    order.locked
  )
  report(work, order, { type: "NEW" })
  return order
}

const amount = (value: Decimal): string => fixed(value, 8, "truncate")

const extras = (order: Spot.Order) => ({
  ...(isPositive(order.stopPrice) ? { stopPrice: amount(order.stopPrice) } : {}),
  ...(isPositive(order.icebergQuantity) ? { icebergQty: amount(order.icebergQuantity) } : {})
})

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

const loanOf = (asset: string, borrowed: Decimal) =>
  isPositive(borrowed) ? { marginBuyBorrowAmount: plain(borrowed), marginBuyBorrowAsset: asset } : {}

/** Whether a limit order would take something now. */
const wouldTake = (work: Work, pair: SpotPairs.Pair, side: Book.Side, price: Decimal): boolean => {
  const best = Book.best(Book.refill(Spot.book(work.state.spot, pair), work.now), Book.opposite(side))
  return best !== undefined && (side === "BUY" ? isAtLeast(price, best) : isAtLeast(best, price))
}

const ticketOf = (
  work: Work,
  pair: SpotPairs.Pair,
  command: NewMarginOrder,
  selfTradePrevention: Spot.SelfTradePrevention
): Result.Result<Ticket, ExchangeError.ExchangeError> => {
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
  const priced = market ? fine : priceFilter(pair, "price", price)
  if (Result.isFailure(priced)) return Result.fail(priced.failure)
  const stopped = stops ? priceFilter(pair, "stopPrice", stopPrice) : fine
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
    const worth = Result.flatMap(figure("quoteOrderQty", quoteOrderQty), () => notional(pair, quoteOrderQty))
    if (Result.isFailure(worth)) return Result.fail(worth.failure)
    const found = atMarket(work, pair, taker, { quote: quoteOrderQty })
    return Result.succeed({
      ...base,
      quantity: found.quantity,
      quoteQuantity: quoteOrderQty,
      locked: side === "BUY" ? found.quote : found.quantity
    })
  }
  const { quantity } = command
  if (quantity === undefined) return Result.fail(ExchangeError.missingParameter("quantity"))
  const sized = lotSize(pair, "quantity", quantity)
  if (Result.isFailure(sized)) return Result.fail(sized.failure)
  if (type === "MARKET") {
    if (!isAtLeast(pair.filters.marketMaxQty, quantity)) {
      return Result.fail(ExchangeError.filterFailure("MARKET_LOT_SIZE"))
    }
    const worth = notional(pair, multiply(quantity, Spot.lastPrice(work.state.spot, pair.symbol)))
    if (Result.isFailure(worth)) return Result.fail(worth.failure)
    const locked = side === "SELL" ? quantity : atMarket(work, pair, taker, { quantity }).quote
    return Result.succeed({ ...base, quantity, quoteQuantity: zero, locked })
  }
  const shown = iceberg(pair, quantity, icebergQuantity, timeInForce)
  if (Result.isFailure(shown)) return Result.fail(shown.failure)
  const reckoned = market ? stopPrice : price
  const worth = notional(pair, multiply(quantity, reckoned))
  if (Result.isFailure(worth)) return Result.fail(worth.failure)
  const within = market ? fine : limitPrice(work.state, pair, side, price)
  if (Result.isFailure(within)) return Result.fail(within.failure)
  const locked = side === "SELL" ? quantity : quoteOf(reckoned, quantity)
  return Result.succeed({ ...base, quantity, quoteQuantity: zero, locked })
}

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
export const newMarginOrder = (
  state: Engine.State,
  command: NewMarginOrder,
  now: number
): Engine.Applied<OrderReply> => {
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
  const work = begin(state, now)
  const ticketed = ticketOf(work, pair, command, selfTradePrevention)
  if (Result.isFailure(ticketed)) return Result.fail(ticketed.failure)
  const ticket = ticketed.success
  const stops = Spot.hasTrigger(command.type)
  const counted = counts(state, account.id, pair, 1, stops ? 1 : 0)
  if (Result.isFailure(counted)) return Result.fail(counted.failure)
  if (!isNewId(state, account.id, command.clientOrderId)) return Result.fail(ExchangeError.duplicateOrder)
  if (command.type === "LIMIT_MAKER" && wouldTake(work, pair, ticket.side, ticket.price)) {
    return Result.fail(ExchangeError.wouldMatch)
  }
  const reckoned = ticket.price
  const brought = ticket.side === "BUY"
    ? ticket.quantity
    : isPositive(reckoned)
    ? quoteOf(reckoned, ticket.quantity)
    : isPositive(ticket.stopPrice)
    ? quoteOf(ticket.stopPrice, ticket.quantity)
    : atMarket(work, pair, { accountId: account.id, selfTradePrevention, side: "SELL" }, {
      quantity: ticket.quantity
    }).quote
  const afforded = afford(work, {
    account,
    pair,
    side: ticket.side,
    sideEffect,
    given: ticket.locked,
    brought
  })
  if (Result.isFailure(afforded)) return Result.fail(afforded.failure)
  const borrowed = afforded.success
  const order = open(work, account.id, pair, ticket, {
    sideEffect,
    autoRepayAtCancel: borrows(sideEffect) && command.autoRepayAtCancel !== false,
    selfTradePrevention,
    listId: -1,
    borrowed
  })
  if (stops && fires(order, Spot.lastPrice(state.spot, pair.symbol))) {
    return Result.fail(ExchangeError.wouldTriggerAtOnce)
  }
  if (!stops) execute(work, pair, order.id)
  trigger(work, pair)
  const next = finish(work)
  const placed = Spot.order(next.spot, order.id) ?? order
  const responseType = command.responseType
    ?? (command.type === "LIMIT" || command.type === "MARKET" ? "FULL" : "ACK")
  return done<OrderReply>(next, {
    symbol: pair.symbol,
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    transactTime: now,
    ...(responseType === "ACK" ? {} : figures(placed)),
    ...loanOf(Spot.assetsOf(pair, order.side).gives, borrowed),
    ...(responseType === "FULL"
      ? {
        fills: (work.trades.get(order.id) ?? []).map((trade) => ({
          price: amount(trade.price),
          qty: amount(trade.quantity),
          commission: amount(trade.commission),
          commissionAsset: trade.commissionAsset
        }))
      }
      : {})
  })
}

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
export const newMarginOco = (state: Engine.State, command: NewMarginOco, now: number): Engine.Applied<OcoPlacedReply> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const pair = yield* pairOf(state, command.symbol)
    const { price, quantity, side, stopPrice } = command
    const sideEffect = command.sideEffect ?? "NO_SIDE_EFFECT"
    const work = begin(state, now)
    const stopPriceLimit = command.stopLimitPrice ?? zero
    const stopTimeInForce = isPositive(stopPriceLimit)
      ? yield* Result.fromNullishOr(
        command.stopLimitTimeInForce,
        () => ExchangeError.missingParameter("stopLimitTimeInForce")
      )
      : "GTC"
    yield* priceFilter(pair, "price", price)
    yield* priceFilter(pair, "stopPrice", stopPrice)
    yield* lotSize(pair, "quantity", quantity)
    yield* iceberg(pair, quantity, command.limitIcebergQty ?? zero, "GTC")
    yield* iceberg(pair, quantity, command.stopIcebergQty ?? zero, stopTimeInForce)
    yield* notional(pair, multiply(quantity, price))
    yield* notional(pair, multiply(quantity, isPositive(stopPriceLimit) ? stopPriceLimit : stopPrice))
    yield* limitPrice(state, pair, side, price)
    if (isPositive(stopPriceLimit)) {
      yield* priceFilter(pair, "stopLimitPrice", stopPriceLimit)
      yield* limitPrice(state, pair, side, stopPriceLimit)
    }
    yield* counts(state, account.id, pair, 2, 1)
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
    yield* check(!wouldTake(work, pair, side, price), ExchangeError.wouldMatch)
    const dearest = max(price, isPositive(stopPriceLimit) ? stopPriceLimit : stopPrice)
    const cheapest = min(price, isPositive(stopPriceLimit) ? stopPriceLimit : stopPrice)
    const locked = side === "SELL" ? quantity : quoteOf(dearest, quantity)
    const borrowed = yield* afford(work, {
      account,
      pair,
      side,
      sideEffect,
      given: locked,
      brought: side === "BUY" ? quantity : quoteOf(cheapest, quantity)
    })
    const listId = state.spot.nextList
    const more = {
      sideEffect,
      autoRepayAtCancel: borrows(sideEffect),
      selfTradePrevention: state.spot.rules.defaultSelfTradePrevention,
      listId,
      borrowed
    }
    const stop = open(work, account.id, pair, {
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
    const limit = open(work, account.id, pair, {
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
      time: now
    }
    setSpot(work, { lists: IntMap.set(work.state.spot.lists, listId, list), nextList: listId + 1 })
    setFloor(work, account.id, (floor) => ({ ...floor, lists: Log.append(floor.lists, listId) }))
    execute(work, pair, limit.id)
    trigger(work, pair)
    const next = finish(work)
    const { orders, ...shown } = showList(next.spot, list)
    return yield* done<OcoPlacedReply>(next, {
      ...shown,
      ...loanOf(Spot.assetsOf(pair, side).gives, borrowed),
      orders,
      orderReports: list.orders.flatMap((id) => {
        const order = Spot.order(next.spot, id)
        return order === undefined ? [] : [{
          symbol: order.symbol,
          orderId: order.id,
          orderListId: listId,
          clientOrderId: order.clientOrderId,
          transactTime: now,
          ...(command.responseType === "ACK" ? {} : { ...figures(order), ...extras(order) })
        }]
      })
    })
  })

const openLists = (spot: Spot.Spot, accountId: string): ReadonlyArray<Spot.OrderList> => {
  const ids = new Set(Spot.openOrders(spot, accountId).map((order) => order.listId))
  return [...ids].flatMap((id) => {
    const list = id === -1 ? undefined : IntMap.get(spot.lists, id)
    return list === undefined ? [] : [list]
  })
}

// -----------------------------------------------------------------------------
// Cancelling
// -----------------------------------------------------------------------------

const cancelOne = (
  work: Work,
  pair: SpotPairs.Pair,
  order: Spot.Order,
  cancelId: string
): CanceledReply => {
  const ended = end(work, pair, order, { status: "CANCELED", cancelId, rests: true })
  return {
    symbol: ended.symbol,
    orderId: ended.id,
    origClientOrderId: ended.clientOrderId,
    clientOrderId: cancelId,
    ...figures(ended),
    ...extras(ended)
  }
}

const cancelList = (
  work: Work,
  pair: SpotPairs.Pair,
  list: Spot.OrderList,
  cancelId: string
): OcoCanceledReply => {
  const orderReports = list.orders.flatMap((id) => {
    const order = Spot.order(work.state.spot, id)
    return order === undefined || !Spot.isOpen(order)
      ? []
      : [{ ...cancelOne(work, pair, order, cancelId), orderListId: list.id }]
  })
  return { ...showList(work.state.spot, list), transactionTime: work.now, orderReports }
}

const cancelIdOf = (work: Work, wished: string | undefined): string =>
  wished ?? clientIdOf(work.state.nextUpdateId, "C")

/**
 * Cancels a margin order; -2011 where none is open by that id on that pair, -1121 for an unknown pair.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelMarginOrder = (
  state: Engine.State,
  command: CancelMarginOrder,
  now: number
): Engine.Applied<CanceledReply> => {
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
  const work = begin(state, now)
  const cancelId = cancelIdOf(work, command.newClientOrderId)
  const list = order.listId === -1 ? undefined : IntMap.get(state.spot.lists, order.listId)
  const reply = cancelOne(work, pair, order, cancelId)
  if (list !== undefined) cancelList(work, pair, list, cancelId)
  return done(finish(work), reply)
}

/**
 * Cancels a pair of orders; -2011 where none is open by that id on that pair, -1121 for an unknown pair.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelMarginOco = (
  state: Engine.State,
  command: CancelMarginOco,
  now: number
): Engine.Applied<OcoCanceledReply> =>
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
    const work = begin(state, now)
    const reply = cancelList(work, pair, list, cancelIdOf(work, command.newClientOrderId))
    return yield* done(finish(work), reply)
  })

/**
 * Cancels every open margin order on a pair; -2011 where there is none, -1121 for an unknown pair.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelAllMarginOrders = (
  state: Engine.State,
  command: CancelAllMarginOrders,
  now: number
): Engine.Applied<ReadonlyArray<CanceledReply | OcoCanceledReply>> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const pair = yield* pairOf(state, command.symbol)
    const open = Spot.openOrders(state.spot, account.id, pair.symbol)
    yield* check(open.length > 0, ExchangeError.unknownOrder)
    const work = begin(state, now)
    const cancelId = cancelIdOf(work, undefined)
    const reply = open.flatMap((order): ReadonlyArray<CanceledReply | OcoCanceledReply> => {
      const current = Spot.order(work.state.spot, order.id)
      if (current === undefined || !Spot.isOpen(current)) return []
      const list = order.listId === -1 ? undefined : IntMap.get(state.spot.lists, order.listId)
      return [
        list === undefined
          ? { ...cancelOne(work, pair, current, cancelId), orderListId: -1 }
          : cancelList(work, pair, list, cancelId)
      ]
    })
    return yield* done<ReadonlyArray<CanceledReply | OcoCanceledReply>>(finish(work), reply)
  })

/**
 * The state after the exchange cancelled every open margin order of an account, as it does before it liquidates: their open
 * loss is given back.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cancelAllOf = (state: Engine.State, accountId: string, now: number): Engine.State => {
  const work = begin(state, now)
  for (const { id } of Spot.openOrders(state.spot, accountId)) {
    const order = Spot.order(work.state.spot, id)
    const pair = order && work.state.spot.pairs.get(order.symbol)
    if (order !== undefined && pair !== undefined && Spot.isOpen(order)) {
      end(work, pair, order, { status: "CANCELED", rests: true })
    }
  }
  return finish(work)
}

// -----------------------------------------------------------------------------
// Prices and settings
// -----------------------------------------------------------------------------

/** Lets the market take what rests within its reach. */
const sweep = (work: Work, pair: SpotPairs.Pair, book: Book.Book): void => {
  const swept = Book.sweep(book, work.now)
  setBook(work, pair, swept.book)
  for (const { order, price, quantity } of swept.fills) {
    const maker = Spot.order(work.state.spot, order.id)
    if (maker === undefined) continue
    const trade = { id: nextTrade(work), price, quantity, isMaker: true }
    ladderFill(work, pair, maker.side, trade)
    fill(work, pair, order.id, trade)
  }
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
      if (Book.isDrained(book)) next = Math.min(next, book.takenTime + book.ladder.refill)
    }
    return next
  },
  run: (state, at) => {
    const work = begin(state, at)
    for (const [symbol, book] of state.spot.books) {
      const pair = state.spot.pairs.get(symbol)
      if (pair !== undefined && Book.isDrained(book) && at >= book.takenTime + book.ladder.refill) {
        sweep(work, pair, Book.refill(book, at))
      }
    }
    return finish(work)
  }
}

/**
 * Moves the market of a pair: above zero, else -1130; of a known pair, else -1121.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setSpotPrice = (
  state: Engine.State,
  command: SetSpotPrice,
  now: number
): Engine.Applied<Engine.Acknowledged> =>
  Result.gen(function*() {
    const pair = yield* pairOf(state, command.symbol)
    yield* check(isWorkable(command.price) && isPositive(command.price), ExchangeError.invalidParameter("price"))
    const work = begin({ ...state, updateTime: now }, now)
    setSpot(work, { prices: new Map(state.spot.prices).set(pair.symbol, command.price) })
    sweep(work, pair, Book.moveTo(Spot.book(state.spot, pair), command.price))
    trigger(work, pair)
    return yield* done(finish(work), acknowledged)
  })

/**
 * Switches the payment of commissions in BNB.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setSpotFeeBurn = (
  state: Engine.State,
  command: SetSpotFeeBurn,
  now: number
): Engine.Applied<Engine.Acknowledged> =>
  Result.gen(function*() {
    const account = yield* accountOf(state, command.accountId)
    const work = begin(state, now)
    setFloor(work, account.id, (floor) => ({ ...floor, burnsBnb: command.feeBurn }))
    return yield* done(work.state, acknowledged)
  })
