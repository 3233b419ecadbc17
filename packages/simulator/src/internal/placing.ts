/**
 * Placing an order of UM or CM: what it is checked for, and how it meets the book.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Account from "../Account.ts"
import * as Book from "../Book.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Futures from "../Futures.ts"
import * as FuturesViews from "../FuturesViews.ts"
import * as Margin from "../Margin.ts"
import * as Market from "../Market.ts"
import { clientIdOf } from "./clientIds.ts"
import type { Decimal } from "./decimals.ts"
import {
  abs,
  add,
  decimalsOf,
  halfUp,
  isAbove,
  isAtLeast,
  isMultiple,
  isNegative,
  isPositive,
  isWorkable,
  isZero,
  max,
  multiply,
  negate,
  one,
  subtract,
  zero
} from "./decimals.ts"
import type { Draft } from "./draft.ts"
import * as Drafts from "./draft.ts"
import * as Fills from "./fills.ts"
import * as IntMap from "./intMap.ts"
import * as Log from "./log.ts"
import { type Checked, passed } from "./transitions.ts"

/**
 * Places an order of UM or CM.
 *
 * **Details**
 *
 * Quantities in the base asset for UM and in contracts for CM, prices in the quote asset, `goodTillDate` in milliseconds. A
 * limit order needs `timeInForce` and either `price` or `priceMatch`.
 *
 * @category commands
 * @since 0.1.0
 */
export interface PlaceOrder {
  readonly _tag: "PlaceOrder"
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
  readonly side: Book.Side
  readonly positionSide?: Account.PositionSide | undefined
  readonly type: "LIMIT" | "MARKET"
  readonly timeInForce?: Futures.TimeInForce | undefined
  readonly quantity: Decimal
  readonly price?: Decimal | undefined
  readonly priceMatch?: Futures.PriceMatch | undefined
  readonly reduceOnly?: boolean | undefined
  readonly newClientOrderId?: string | undefined
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
  readonly selfTradePreventionMode?: Futures.SelfTradePrevention | undefined
  readonly goodTillDate?: number | undefined
}

const fail = (code: number, msg: string): Checked<never> => Result.fail(ExchangeError.make(code, msg))

// The filters, each with the code of its refusal.

export const checkPrice = (draft: Draft, contract: Market.Contract, side: Book.Side, price: Decimal): Checked<void> => {
  const { filters } = contract
  if (!isWorkable(price) || !isPositive(price)) return fail(-4001, "Price less than 0.")
  if (isPositive(filters.maxPrice) && isAbove(price, filters.maxPrice)) {
    return fail(-4002, "Price greater than max price.")
  }
  if (isAbove(filters.minPrice, price)) return fail(-4013, "Price less than min price.")
  if (decimalsOf(price) > contract.pricePrecision) return Result.fail(ExchangeError.badPrecision)
  if (isPositive(filters.tickSize) && !isMultiple(subtract(price, filters.minPrice), filters.tickSize)) {
    return fail(-4014, "Price not increased by tick size.")
  }
  const mark = Market.markPrice(draft.market, contract.symbol)
  if (side === "BUY" && isAbove(price, multiply(mark, filters.multiplierUp))) {
    return fail(-4016, "Price is higher than mark price multiplier cap.")
  }
  if (side === "SELL" && isAbove(multiply(mark, filters.multiplierDown), price)) {
    return fail(-4024, "Price is lower than mark price multiplier floor.")
  }
  return passed
}

export const checkQuantity = (contract: Market.Contract, atMarket: boolean, quantity: Decimal): Checked<void> => {
  const { filters } = contract
  if (!isWorkable(quantity) || !isPositive(quantity)) return fail(-4003, "Quantity less than zero.")
  if (isAbove(filters.minQty, quantity)) return fail(-4004, "Quantity less than min quantity.")
  const most = atMarket ? filters.marketMaxQty : filters.maxQty
  if (isPositive(most) && isAbove(quantity, most)) return fail(-4005, "Quantity greater than max quantity.")
  if (decimalsOf(quantity) > contract.quantityPrecision) return Result.fail(ExchangeError.badPrecision)
  return isPositive(filters.stepSize) && !isMultiple(subtract(quantity, filters.minQty), filters.stepSize)
    ? fail(-4023, "Qty not increased by step size.")
    : passed
}

export const checkNotional = (
  contract: Market.Contract,
  price: Decimal,
  quantity: Decimal,
  code: -4164 | -5029
): Checked<void> => {
  const { minNotional } = contract.filters
  if (contract.product === "CM" || isAtLeast(multiply(price, quantity), minNotional)) return passed
  const least = minNotional.scale > 0 ? minNotional : halfUp(minNotional, 0)
  const text = FuturesViews.figure(least)
  return code === -4164
    ? fail(-4164, `Order's notional must be no smaller than ${text} (unless you choose reduce only)`)
    : fail(-5029, `Order's notional must be no smaller than ${text}`)
}

const matchedLevel: { readonly [K in Futures.PriceMatch]: number } = {
  OPPONENT: 1,
  OPPONENT_5: 5,
  OPPONENT_10: 10,
  OPPONENT_20: 20,
  QUEUE: 1,
  QUEUE_5: 5,
  QUEUE_10: 10,
  QUEUE_20: 20
}

/** The price that a price match reads from the book: of the other side for OPPONENT, of the own for QUEUE. */
export const priceOfMatch = (
  draft: Draft,
  contract: Market.Contract,
  side: Book.Side,
  priceMatch: Futures.PriceMatch
): Checked<Decimal> => {
  const level = matchedLevel[priceMatch]
  const from = priceMatch.startsWith("OPPONENT") ? Book.opposite(side) : side
  const quotes = Book.quotes(Drafts.book(draft, contract), from, level)
  const found = quotes[level - 1] ??
    (draft.base.rules.priceMatchBeyondBook === "last" ? quotes[quotes.length - 1] : undefined)
  return found === undefined ? Result.fail(ExchangeError.noDepth) : Result.succeed(found.price)
}

export const preventionOf = (
  draft: Draft,
  mode: Futures.SelfTradePrevention | undefined
): Checked<Futures.SelfTradePrevention> => {
  const { rules } = draft.base
  if (mode === undefined) return Result.succeed(rules.defaultSelfTradePrevention)
  if (mode !== "NONE" || rules.selfTradePreventionNone === "allowed") return Result.succeed(mode)
  return rules.selfTradePreventionNone === "refused"
    ? fail(-5039, "Invalid self trade prevention mode")
    : Result.succeed(rules.defaultSelfTradePrevention)
}

/** Position side of an order by the mode of the account. */
export const positionSideOf = (
  account: Account.Account,
  positionSide: Account.PositionSide | undefined
): Checked<Account.PositionSide> => {
  const side = positionSide ?? "BOTH"
  return Account.sides(account).includes(side)
    ? Result.succeed(side)
    : Result.fail(ExchangeError.positionSideNotMatch)
}

/** The latest time of an order's life, cut to seconds: more than ten minutes away and before the year 10000. */
export const goodTill = (date: number | undefined, timeInForce: Futures.TimeInForce, now: number): Checked<number> => {
  if (timeInForce !== "GTD") return Result.succeed(0)
  const time = Math.floor((date ?? 0) / 1000) * 1000
  return time > now + 600_000 && time < 253_402_300_799_000 ? Result.succeed(time) : fail(
    -5040,
    "The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than 253402300799000 "
      + "(UTC 9999-12-31 23:59:59)"
  )
}

/** The quantity that an order which can only close comes to: no more than is left to close. */
export const closingQuantity = (draft: Draft, account: Account.Account, order: Futures.Order): Checked<Decimal> => {
  if (!Futures.isClosing(order)) return Result.succeed(order.quantity)
  const position = account.positions.get(Account.positionKey(order.product, order.symbol, order.positionSide))
  const closable = Futures.closable(position, order.side)
  if (isZero(closable)) return Result.fail(ExchangeError.reduceOnlyRejected)
  let left = closable
  for (const other of Fills.openOrders(draft, account.id, order.symbol)) {
    const counts = other.side === order.side && other.positionSide === order.positionSide && Futures.isClosing(other)
    if (counts && other.id !== order.id) left = subtract(left, Futures.remaining(other))
  }
  if (!isPositive(left)) return Result.fail(ExchangeError.reduceOnlyConflicts)
  if (!isAbove(order.quantity, left)) return Result.succeed(order.quantity)
  return draft.base.rules.reduceOnlyIsCut ? Result.succeed(left) : Result.fail(ExchangeError.reduceOnlyRejected)
}

/** The price at which the margin of an order is reckoned. */
const marginPrice = (draft: Draft, contract: Market.Contract, order: Futures.Order): Decimal => {
  if (order.side === "BUY") {
    return order.type === "LIMIT"
      ? order.price
      : Book.best(Drafts.book(draft, contract), "SELL") ?? Market.markPrice(draft.market, contract.symbol)
  }
  const last = multiply(Market.lastPrice(draft.market, contract.symbol), draft.base.rules.sellMarginFactor)
  return max(max(last, Market.markPrice(draft.market, contract.symbol)), order.price)
}

/** Whether position and orders with a new one of a size stay within the cap of the leverage. */
const withinCap = (
  draft: Draft,
  account: Account.Account,
  contract: Market.Contract,
  order: Futures.Order,
  quantity: Decimal
): boolean => {
  const { parameters } = draft.base
  const key = Account.positionKey(order.product, order.symbol, order.positionSide)
  const held = account.positions.get(key)?.quantity ?? zero
  const cap = Market.capAt(contract, Account.leverageOf(account, parameters, contract))
  const buys = order.side === "BUY"
  const along = (amount: Decimal): Decimal => buys ? amount : negate(amount)
  if (contract.product === "CM" && parameters.cmBracketUnit === "contracts") {
    let total = add(held, along(quantity))
    for (const other of Fills.openOrders(draft, account.id, order.symbol)) {
      if (other.side === order.side && other.positionSide === order.positionSide && other.id !== order.id) {
        total = add(total, along(Futures.remaining(other)))
      }
    }
    return !isAbove(along(total), cap)
  }
  const mark = Market.markPrice(draft.market, contract.symbol)
  const open = account.openOrders.get(key)
  const price = order.type === "LIMIT" ? order.price : mark
  const total = add(
    along(Margin.notional(contract, held, mark)),
    (buys ? open?.bids : open?.asks) ?? zero,
    Margin.notional(contract, quantity, price)
  )
  return !isAbove(total, cap)
}

/** The margin that an order needs more than the account has bound already, in USD: initial margin and open loss. */
const costOf = (
  draft: Draft,
  account: Account.Account,
  contract: Market.Contract,
  order: Futures.Order,
  quantity: Decimal
): Decimal => {
  const key = Account.positionKey(order.product, order.symbol, order.positionSide)
  const mark = Market.markPrice(draft.market, contract.symbol)
  const leverage = Account.leverageOf(account, draft.base.parameters, contract)
  const held = Margin.notional(contract, account.positions.get(key)?.quantity ?? zero, mark)
  const open = account.openOrders.get(key)
  const bids = open?.bids ?? zero
  const asks = open?.asks ?? zero
  const price = marginPrice(draft, contract, order)
  const size = Margin.notional(contract, quantity, price)
  const buys = order.side === "BUY"
  const before = Margin.initialMargin(held, bids, asks, leverage).total
  const after = Margin.initialMargin(held, buys ? add(bids, size) : bids, buys ? asks : add(asks, size), leverage).total
  const limit = order.type === "LIMIT" ? order.price : buys ? price : mark
  const loss = Margin.profit(contract, buys ? quantity : negate(quantity), limit, mark)
  return multiply(
    add(subtract(after, before), isNegative(loss) ? abs(loss) : zero),
    Market.indexPrice(draft.market, contract.marginAsset)
  )
}

/** Whether the account may place the order: by its status, the cap of its leverage, and its margin. */
export const checkAccount = (
  draft: Draft,
  account: Account.Account,
  contract: Market.Contract,
  order: Futures.Order,
  quantity: Decimal
): Checked<void> => {
  const figures = Margin.summary(draft.base.parameters, draft.market, account)
  if (Margin.isLiquidating(figures.status)) return Result.fail(ExchangeError.inLiquidation)
  if (!Fills.opens(draft, order)) return passed
  if (figures.status === "REDUCE_ONLY") return Result.fail(ExchangeError.reduceOnly)
  if (!withinCap(draft, account, contract, order, quantity)) return Result.fail(ExchangeError.maxLeverageRatio)
  return isAbove(costOf(draft, account, contract, order, quantity), figures.virtualAvailable)
    ? Result.fail(ExchangeError.marginNotSufficient)
    : passed
}

/** How far from the mark price a market order trades. */
const marketBound = (draft: Draft, contract: Market.Contract, side: Book.Side): Decimal | undefined => {
  const { marketTakeBound } = contract.filters
  if (isZero(marketTakeBound)) return undefined
  const mark = Market.markPrice(draft.market, contract.symbol)
  return multiply(mark, side === "BUY" ? add(one, marketTakeBound) : subtract(one, marketTakeBound))
}

const takerOf = (draft: Draft, contract: Market.Contract, order: Futures.Order): Book.Taker => ({
  side: order.side,
  quantity: Futures.remaining(order),
  limit: order.type === "LIMIT" ? order.price : marketBound(draft, contract, order.side)
})

/** FOK ignores self-trade prevention, and GTX never takes. */
const judgeFor = (draft: Draft, order: Futures.Order) =>
  Fills.judge(draft, {
    accountId: order.accountId,
    prevention: order.timeInForce === "FOK" ? "NONE" : order.selfTradePrevention
  })

/** Whether the book lets the order in. */
const checkBook = (draft: Draft, contract: Market.Contract, order: Futures.Order): Checked<void> => {
  const book = Drafts.book(draft, contract)
  if (order.type === "MARKET") {
    if (Book.best(book, Book.opposite(order.side)) === undefined) return Result.fail(ExchangeError.noDepth)
    const bound = marketBound(draft, contract, order.side)
    return bound !== undefined && !Book.wouldTake(book, order.side, bound)
      ? fail(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit")
      : passed
  }
  if (order.timeInForce === "GTX" && Book.wouldTake(book, order.side, order.price)) {
    return fail(-5022, "Due to the order could not be executed as maker, the Post Only order will be rejected.")
  }
  if (order.timeInForce === "FOK") {
    const matched = Book.match(book, takerOf(draft, contract, order), draft.now, judgeFor(draft, order))
    if (isPositive(matched.left)) {
      return fail(
        -5021,
        "Due to the order could not be filled immediately, the FOK order has been rejected."
      )
    }
  }
  return passed
}

/** Lets an order meet the book, and rest or end with what is left of it. */
export const meetBook = (draft: Draft, contract: Market.Contract, order: Futures.Order): Futures.Order => {
  const matched = Book.match(
    Drafts.book(draft, contract),
    takerOf(draft, contract, order),
    draft.now,
    judgeFor(draft, order)
  )
  const met = Fills.applyMatch(draft, contract, order, matched)
  if (!isPositive(matched.left)) return met
  if (matched.stopped) return Fills.end(draft, contract, met, "EXPIRED_IN_MATCH", false)
  if (order.type === "MARKET" || order.timeInForce === "IOC" || order.timeInForce === "FOK") {
    return Fills.end(draft, contract, met, "EXPIRED", false)
  }
  const account = draft.accounts.get(order.accountId)
  const left = Futures.remaining(met)
  if (account !== undefined) {
    Drafts.setAccount(draft, Fills.withOpenNotional(account, met, Fills.openNotional(contract, met, left)))
  }
  draft.books.set(
    contract.symbol,
    Book.rest(matched.book, met.side, met.price, { id: met.id, accountId: met.accountId, quantity: left })
  )
  // A position that went while the order was filled takes its closing rest along.
  if (Futures.isClosing(met)) Fills.dropIdle(draft, contract, met.accountId)
  return IntMap.get(draft.orders, met.id) ?? met
}

/** Writes a new order down. */
export const enter = (draft: Draft, contract: Market.Contract, order: Futures.Order): void => {
  draft.nextOrder += 1
  Drafts.setOrder(draft, order)
  const desk = Drafts.deskOf(draft, order.accountId, order.symbol)
  Drafts.setDesk(draft, order.accountId, order.symbol, {
    ...desk,
    orders: Log.append(desk.orders, order.id),
    open: [...desk.open, order.id]
  })
  if (order.goodTillDate > 0) Drafts.expireAt(draft, { time: order.goodTillDate, order: order.id })
  Fills.tell(draft, order, contract, "NEW")
}

/** An order as it was placed, and what became of it at once. */
interface Placed {
  readonly contract: Market.Contract
  readonly placed: Futures.Order
  readonly order: Futures.Order
}

/**
 * Places an order in a draft, which a refusal leaves as it was; `entered` hears of the order before it meets the book.
 */
export const placeIn = (
  draft: Draft,
  command: Omit<PlaceOrder, "_tag">,
  strategy?: Futures.Order["strategy"],
  entered: (order: Futures.Order) => void = () => undefined
): Checked<Placed> => {
  const { now } = draft
  const account = draft.accounts.get(command.accountId)
  if (account === undefined) return Result.fail(ExchangeError.unknownAccount)
  const contract = draft.base.market.contracts.get(command.symbol)
  if (contract?.product !== command.product) return Result.fail(ExchangeError.invalidSymbol)
  if (!isTrading(contract, now)) return Result.fail(ExchangeError.symbolClosed)
  if (!account.canTrade) return Result.fail(ExchangeError.cannotTrade)
  if (contract.contractType === "TRADIFI_PERPETUAL" && !account.tradFiSigned) {
    return Result.fail(ExchangeError.tradFiNotSigned)
  }
  const sided = positionSideOf(account, command.positionSide)
  if (Result.isFailure(sided)) return Result.fail(sided.failure)
  const positionSide = sided.success
  if (positionSide !== "BOTH" && command.reduceOnly !== undefined) {
    return fail(-1106, "Parameter 'reduceonly' sent when not required.")
  }
  const before = Drafts.book(draft, contract)
  const book = Book.refill(before, now)
  if (book !== before || draft.books.get(contract.symbol) === undefined) draft.books.set(contract.symbol, book)
  const timeInForce = command.type === "MARKET" ? "GTC" : command.timeInForce ?? "GTC"
  let price = command.type === "MARKET" ? zero : command.price ?? zero
  if (command.type === "LIMIT") {
    if (command.priceMatch !== undefined) {
      const matched = priceOfMatch(draft, contract, command.side, command.priceMatch)
      if (Result.isFailure(matched)) return Result.fail(matched.failure)
      price = matched.success
    }
    const priced = checkPrice(draft, contract, command.side, price)
    if (Result.isFailure(priced)) return Result.fail(priced.failure)
  }
  const sized = checkQuantity(contract, command.type === "MARKET", command.quantity)
  if (Result.isFailure(sized)) return Result.fail(sized.failure)
  const reduceOnly = command.reduceOnly ?? false
  if (!Futures.isClosing({ reduceOnly, side: command.side, positionSide })) {
    const valued = command.type === "LIMIT" ? price : Market.markPrice(draft.market, contract.symbol)
    const worth = checkNotional(contract, valued, command.quantity, -4164)
    if (Result.isFailure(worth)) return Result.fail(worth.failure)
  }
  const lasting = goodTill(command.goodTillDate, timeInForce, now)
  if (Result.isFailure(lasting)) return Result.fail(lasting.failure)
  const prevented = preventionOf(draft, command.selfTradePreventionMode)
  if (Result.isFailure(prevented)) return Result.fail(prevented.failure)
  const id = draft.nextOrder
  const clientOrderId = command.newClientOrderId ?? clientIdOf(id)
  const desk = Drafts.deskOf(draft, account.id, contract.symbol)
  for (const open of desk.open) {
    if (IntMap.get(draft.orders, open)?.clientOrderId === clientOrderId) {
      return Result.fail(ExchangeError.duplicateClientOrderId)
    }
  }
  if (command.type !== "MARKET" && desk.open.length >= contract.filters.maxNumOrders) {
    return Result.fail(ExchangeError.tooManyOpenOrders)
  }
  const wished: Futures.Order = {
    id,
    orderId: contract.firstOrderId + BigInt(id),
    accountId: account.id,
    product: contract.product,
    symbol: contract.symbol,
    clientOrderId,
    side: command.side,
    positionSide,
    type: command.type,
    timeInForce,
    quantity: command.quantity,
    price,
    executed: zero,
    value: zero,
    status: "NEW",
    reduceOnly,
    selfTradePrevention: prevented.success,
    priceMatch: command.priceMatch ?? "NONE",
    goodTillDate: lasting.success,
    amendments: 0,
    time: now,
    updateTime: now,
    strategy
  }
  const closing = closingQuantity(draft, account, wished)
  if (Result.isFailure(closing)) return Result.fail(closing.failure)
  const quantity = closing.success
  const placed: Futures.Order = quantity === wished.quantity ? wished : { ...wished, quantity }
  const allowed = checkAccount(draft, account, contract, placed, quantity)
  if (Result.isFailure(allowed)) return Result.fail(allowed.failure)
  const letIn = checkBook(draft, contract, placed)
  if (Result.isFailure(letIn)) return Result.fail(letIn.failure)
  enter(draft, contract, placed)
  entered(placed)
  return Result.succeed({ contract, placed, order: meetBook(draft, contract, placed) })
}

/** Whether a contract can be traded at a time: until its delivery. */
export const isTrading = (contract: Market.Contract, now: number): boolean =>
  Option.match(contract.deliveryTime, { onNone: () => true, onSome: (time) => now < time })
