/**
 * What fills and ends do to an order and its account: position, wallet, commission, histories, streams.
 *
 * @since 0.1.0
 */
import * as Account from "../Account.ts"
import * as Book from "../Book.ts"
import * as Futures from "../Futures.ts"
import * as FuturesEvents from "../FuturesEvents.ts"
import * as House from "../House.ts"
import * as Margin from "../Margin.ts"
import type * as Market from "../Market.ts"
import { type Commission, commissionIn } from "./commissions.ts"
import type { Decimal } from "./decimals.ts"
import {
  abs,
  add,
  divide,
  isAbove,
  isNegative,
  isPositive,
  isZero,
  min,
  multiply,
  negate,
  rescale,
  subtract,
  zero
} from "./decimals.ts"
import type { Draft } from "./draft.ts"
import * as Drafts from "./draft.ts"
import * as IntMap from "./intMap.ts"
import * as Log from "./log.ts"
import { judgeOwn } from "./selfTrades.ts"
import { commissionFactor } from "./transitions.ts"

/** Signed by the side: what a buy adds, a sell takes. */
const signed = (side: Book.Side, amount: Decimal): Decimal => side === "BUY" ? amount : negate(amount)

/** What a position cost, signed, in the margin asset. */
const costOf = (contract: Market.Contract, quantity: Decimal, entryPrice: Decimal): Decimal =>
  isZero(quantity) ? zero : Margin.notional(contract, quantity, entryPrice)

const meanEntry = (
  contract: Market.Contract,
  held: Decimal,
  entryPrice: Decimal,
  more: Decimal,
  price: Decimal
): Decimal => {
  const together = add(held, more)
  if (isZero(held)) return price
  return contract.product === "UM"
    ? divide(add(multiply(held, entryPrice), multiply(more, price)), together)
    : divide(together, add(divide(held, entryPrice), divide(more, price)))
}

/**
 * Break-even price after a fill: what was paid and got with all fees, spread over what is held. A fee counts as if it were
 * paid in the margin asset.
 */
const breakEvenAfter = (
  contract: Market.Contract,
  before: Account.Position | undefined,
  after: Decimal,
  closing: Decimal,
  opening: Decimal,
  price: Decimal,
  rate: Decimal
): Decimal => {
  if (isZero(after)) return zero
  const flipped = before === undefined || isNegative(before.quantity) !== isNegative(after)
  if (flipped) return Margin.breakEvenPrice(after, price, rate)
  const amount = abs(after)
  const paid = Margin.notional(contract, abs(before.quantity), before.breakEvenPrice)
  const value = Margin.notional(contract, isPositive(opening) ? opening : closing, price)
  const fee = multiply(value, rate)
  // A fee makes a long position dearer and a short one cheaper; in coin it is the other way round.
  const burden = isNegative(after) === (contract.product === "UM") ? negate(fee) : fee
  const next = isPositive(opening) ? add(paid, value, burden) : add(subtract(paid, value), burden)
  return contract.product === "UM"
    ? divide(next, amount)
    : divide(multiply(amount, contract.contractSize), next)
}

export interface FillTerms {
  readonly price: Decimal
  readonly quantity: Decimal
  /** What the quantity is worth at the price, in the margin asset; the same figure for both sides. */
  readonly value: Decimal
  readonly tradeId: number
  readonly maker: boolean
}

const commissionOf = (
  draft: Draft,
  account: Account.Account,
  contract: Market.Contract,
  order: Futures.Order,
  terms: FillTerms
): Commission => {
  if (order.closedBy !== undefined) return { asset: contract.marginAsset, amount: zero }
  const { parameters, rules } = draft.base
  const rate = multiply(
    terms.maker ? contract.makerCommissionRate : contract.takerCommissionRate,
    commissionFactor(parameters, account)
  )
  const bnb = contract.product === "UM" && account.feeBurn ? Account.wallet(account, "UM", "BNB").balance : undefined
  return commissionIn(draft.market, rules, contract.marginAsset, multiply(terms.value, rate), bnb)
}

/** Moves what open orders of a position side are worth at their limit prices. */
export const withOpenNotional = (
  account: Account.Account,
  order: Futures.Order,
  change: Decimal
): Account.Account => {
  if (isZero(change)) return account
  const { positionSide, product, side, symbol } = order
  const open = account.openOrders.get(Account.positionKey(product, symbol, positionSide)) ??
    { product, symbol, positionSide, bids: zero, asks: zero }
  return Account.withOpenOrders(
    account,
    side === "BUY" ? { ...open, bids: add(open.bids, change) } : { ...open, asks: add(open.asks, change) }
  )
}

/** What is left of an order at its limit price, in the margin asset. */
export const openNotional = (contract: Market.Contract, order: Futures.Order, quantity: Decimal): Decimal =>
  order.type === "LIMIT" && isPositive(quantity) ? Margin.notional(contract, quantity, order.price) : zero

const tell = (
  draft: Draft,
  order: Futures.Order,
  contract: Market.Contract,
  execution: FuturesEvents.Execution,
  extra?: { readonly trade?: Futures.Trade; readonly modifyId?: bigint | undefined }
): void => {
  const account = draft.accounts.get(order.accountId)
  if (account !== undefined) {
    draft.events.push(FuturesEvents.orderUpdate({ order, contract, account, execution, now: draft.now, ...extra }))
  }
}

export { tell }

/** Fills an order by a quantity; `resting` says that it was in the book. */
export const fill = (
  draft: Draft,
  contract: Market.Contract,
  order: Futures.Order,
  terms: FillTerms,
  resting: boolean
): Futures.Order => {
  const account = draft.accounts.get(order.accountId)
  if (account === undefined) return order
  const { parameters } = draft.base
  const { product, side, symbol } = order
  const key = Account.positionKey(product, symbol, order.positionSide)
  const position = account.positions.get(key)
  const closing = min(terms.quantity, Futures.closable(position, side))
  const opening = subtract(terms.quantity, closing)
  const held = position?.quantity ?? zero
  const after = add(held, signed(side, terms.quantity))

  const realized = position === undefined || isZero(closing) ? zero : rescale(
    Margin.profit(contract, isNegative(held) ? negate(closing) : closing, position.entryPrice, terms.price),
    8,
    parameters.profitRounding
  )
  const entryPrice = isZero(after)
    ? zero
    : isZero(opening)
    ? position?.entryPrice ?? zero
    : isZero(closing)
    ? meanEntry(contract, abs(held), position?.entryPrice ?? zero, opening, terms.price)
    : terms.price
  const rate = multiply(
    terms.maker ? contract.makerCommissionRate : contract.takerCommissionRate,
    order.closedBy === undefined ? commissionFactor(parameters, account) : zero
  )
  const commission = commissionOf(draft, account, contract, order, terms)
  const trade: Futures.Trade = {
    id: terms.tradeId,
    orderId: order.orderId,
    product,
    symbol,
    side,
    positionSide: order.positionSide,
    price: terms.price,
    quantity: terms.quantity,
    value: terms.value,
    realized,
    commission: commission.amount,
    commissionAsset: commission.asset,
    maker: terms.maker,
    time: draft.now
  }
  const executed = add(order.executed, terms.quantity)
  const filled: Futures.Order = {
    ...order,
    executed,
    value: add(order.value, terms.value),
    status: isAbove(order.quantity, executed) ? "PARTIALLY_FILLED" : "FILLED",
    updateTime: draft.now
  }

  const cost = subtract(
    costOf(contract, after, entryPrice),
    costOf(contract, held, position?.entryPrice ?? zero)
  )
  const value = signed(side, terms.value)
  const lost = product === "UM" ? subtract(cost, realized, value) : subtract(value, realized, cost)
  if (!isZero(lost)) draft.house = House.credit(draft.house, "rounding", contract.marginAsset, lost)
  if (!isZero(commission.amount)) {
    draft.house = House.credit(draft.house, "fees", commission.asset, commission.amount)
  }

  let next = Account.withPosition(account, {
    product,
    symbol,
    positionSide: order.positionSide,
    quantity: after,
    entryPrice,
    breakEvenPrice: breakEvenAfter(contract, position, after, closing, opening, terms.price, rate),
    updateTime: draft.now
  })
  next = Drafts.pay(draft, next, product, contract.marginAsset, realized)
  next = Drafts.pay(draft, next, product, commission.asset, negate(commission.amount))
  if (resting) {
    const left = openNotional(contract, filled, Futures.remaining(filled))
    next = withOpenNotional(next, filled, subtract(left, openNotional(contract, order, Futures.remaining(order))))
  }
  Drafts.setAccount(draft, next)
  Drafts.setOrder(draft, filled)

  const desk = Drafts.deskOf(draft, order.accountId, symbol)
  Drafts.setDesk(draft, order.accountId, symbol, {
    ...desk,
    trades: Log.append(desk.trades, trade),
    open: filled.status === "FILLED" ? desk.open.filter((id) => id !== filled.id) : desk.open,
    realized: isZero(realized) ? desk.realized : new Map(desk.realized).set(
      order.positionSide,
      add(desk.realized.get(order.positionSide) ?? zero, realized)
    )
  })
  const incomeOf = (incomeType: string, income: Decimal, asset: string): void => {
    if (isZero(income)) return
    Drafts.recordIncome(draft, order.accountId, {
      product,
      symbol,
      incomeType,
      income,
      asset,
      info: product === "UM" ? incomeType : "",
      tradeId: String(trade.id)
    })
  }
  incomeOf(
    order.closedBy === "SETTLEMENT" ? "DELIVERED_SETTELMENT" : "REALIZED_PNL",
    realized,
    contract.marginAsset
  )
  incomeOf("COMMISSION", negate(commission.amount), commission.asset)

  const touched = Drafts.touch(draft, order.accountId, product, "ORDER")
  touched.assets.set(contract.marginAsset, zero)
  if (!isZero(commission.amount)) touched.assets.set(commission.asset, zero)
  touched.positions.add(key)
  tell(draft, filled, contract, order.closedBy === "LIQUIDATION" ? "CALCULATED" : "TRADE", { trade })
  if (filled.status === "FILLED") finishParent(draft, filled)
  return filled
}

/** Ends an order that is open, whether it is in the book or not yet. */
export const end = (
  draft: Draft,
  contract: Market.Contract,
  order: Futures.Order,
  status: "CANCELED" | "EXPIRED" | "EXPIRED_IN_MATCH",
  resting: boolean
): Futures.Order => {
  const ended: Futures.Order = { ...order, status, updateTime: draft.now }
  const account = draft.accounts.get(order.accountId)
  if (resting && account !== undefined) {
    const released = negate(openNotional(contract, order, Futures.remaining(order)))
    Drafts.setAccount(draft, withOpenNotional(account, order, released))
  }
  Drafts.setOrder(draft, ended)
  const desk = Drafts.deskOf(draft, order.accountId, order.symbol)
  if (desk.open.includes(order.id)) {
    Drafts.setDesk(draft, order.accountId, order.symbol, {
      ...desk,
      open: desk.open.filter((id) => id !== order.id)
    })
  }
  tell(draft, ended, contract, status === "CANCELED" ? "CANCELED" : "EXPIRED")
  finishParent(draft, ended)
  return ended
}

/** Takes an order out of the book and ends it. */
export const pull = (
  draft: Draft,
  contract: Market.Contract,
  order: Futures.Order,
  status: "CANCELED" | "EXPIRED"
): Futures.Order => {
  draft.books.set(
    contract.symbol,
    Book.remove(Drafts.book(draft, contract), order.side, order.price, order.id)
  )
  return end(draft, contract, order, status, true)
}

/** The open orders of an account on a symbol, oldest first. */
export const openOrders = (draft: Draft, accountId: string, symbol: string): ReadonlyArray<Futures.Order> =>
  Drafts.deskOf(draft, accountId, symbol).open.flatMap((id) => {
    const order = IntMap.get(draft.orders, id)
    return order === undefined ? [] : [order]
  })

/** Writes down what became of a conditional order, and tells of it. */
export const setConditional = (draft: Draft, conditional: Futures.Conditional): void => {
  draft.conditionals = IntMap.set(draft.conditionals, conditional.id, conditional)
  const contract = draft.market.contracts.get(conditional.symbol)
  if (contract === undefined) return
  const child = conditional.order === undefined ? undefined : IntMap.get(draft.orders, conditional.order)
  draft.events.push(FuturesEvents.conditionalUpdate(contract, conditional, child, draft.now))
}

/** Takes a conditional order from those that watch the price. */
export const disarm = (draft: Draft, conditional: Futures.Conditional): void => {
  const armed = draft.armed.get(conditional.symbol) ?? []
  draft.armed.set(conditional.symbol, armed.filter((id) => id !== conditional.id))
}

/** Ends a conditional order before it has triggered. */
export const endConditional = (
  draft: Draft,
  conditional: Futures.Conditional,
  status: "CANCELED" | "EXPIRED" | "REJECTED",
  reason = ""
): void => {
  disarm(draft, conditional)
  setConditional(draft, { ...conditional, status, reason, updateTime: draft.now })
}

/** The conditional order that an order came from is finished with it. */
const finishParent = (draft: Draft, order: Futures.Order): void => {
  const parent = order.strategy === undefined ? undefined : IntMap.get(draft.conditionals, order.strategy.id)
  if (parent !== undefined) setConditional(draft, { ...parent, status: "FINISHED", updateTime: draft.now })
}

/** Ends orders that could only close and have nothing to close any more. */
export const dropIdle = (draft: Draft, contract: Market.Contract, accountId: string): void => {
  const account = draft.accounts.get(accountId)
  if (account === undefined) return
  for (const order of openOrders(draft, accountId, contract.symbol)) {
    if (!Futures.isClosing(order)) continue
    const position = account.positions.get(Account.positionKey(order.product, order.symbol, order.positionSide))
    if (isZero(Futures.closable(position, order.side))) pull(draft, contract, order, "EXPIRED")
  }
  for (const id of draft.armed.get(contract.symbol) ?? []) {
    const conditional = IntMap.get(draft.conditionals, id)
    if (conditional === undefined || conditional.accountId !== accountId || !conditional.closePosition) continue
    const position = account.positions.get(
      Account.positionKey(conditional.product, conditional.symbol, conditional.positionSide)
    )
    if (isZero(Futures.closable(position, conditional.side))) endConditional(draft, conditional, "EXPIRED")
  }
}

/**
 * Judges resting orders one after another: an order that can only close gives no more than there is to close, and orders
 * of the taker's own account are kept from meeting it.
 */
export const judge = (
  draft: Draft,
  taker: { readonly accountId: string; readonly prevention: Futures.SelfTradePrevention } | undefined
) => {
  const taken = new Map<string, Decimal>()
  return (resting: Book.Resting): Book.Judgement => {
    if (taker !== undefined && taker.accountId === resting.accountId) {
      const judged = judgeOwn(taker.prevention)
      if (judged !== undefined) return judged
    }
    const order = IntMap.get(draft.orders, resting.id)
    if (order === undefined) return { _tag: "Remove" }
    const key = Account.positionKey(order.product, order.symbol, order.positionSide)
    const name = `${order.accountId} ${key}`
    const before = taken.get(name) ?? zero
    const position = draft.accounts.get(order.accountId)?.positions.get(key)
    const left = subtract(Futures.closable(position, order.side), before)
    const atMost = Futures.isClosing(order) ? isPositive(left) ? min(left, resting.quantity) : zero : resting.quantity
    taken.set(name, add(before, atMost))
    return { _tag: "Take", atMost }
  }
}

/** What a quantity is worth at a price, in the margin asset. */
const valueOf = (contract: Market.Contract, quantity: Decimal, price: Decimal): Decimal =>
  Margin.notional(contract, quantity, price)

export const setMarkPrice = (draft: Draft, symbol: string, price: Decimal): void => {
  draft.moved.add(symbol)
  draft.market = { ...draft.market, markPrices: new Map(draft.market.markPrices).set(symbol, price) }
}

export const setLastPrice = (draft: Draft, symbol: string, price: Decimal): void => {
  draft.moved.add(symbol)
  draft.market = { ...draft.market, lastPrices: new Map(draft.market.lastPrices).set(symbol, price) }
}

/** Ends the orders that a match has taken out of the book. */
const endRemoved = (draft: Draft, contract: Market.Contract, removed: ReadonlyArray<Book.Removed>): void => {
  for (const { order: resting, prevented } of removed) {
    const order = IntMap.get(draft.orders, resting.id)
    if (order !== undefined && Futures.isOpen(order)) {
      end(draft, contract, order, prevented ? "EXPIRED_IN_MATCH" : "EXPIRED", true)
    }
  }
}

/** Carries out what matching an order has come to, but for its end. */
export const applyMatch = (
  draft: Draft,
  contract: Market.Contract,
  taker: Futures.Order,
  matched: Book.Matched
): Futures.Order => {
  draft.books.set(contract.symbol, matched.book)
  let order = taker
  const accounts = new Set<string>()
  let last: Decimal | undefined
  for (const { maker, price, quantity } of matched.fills) {
    const value = valueOf(contract, quantity, price)
    const tradeId = draft.nextTrade
    draft.nextTrade += 1
    const resting = maker === undefined ? undefined : IntMap.get(draft.orders, maker.id)
    if (resting === undefined) {
      draft.house = House.buy(
        draft.house,
        contract.symbol,
        signed(Book.opposite(taker.side), quantity),
        signed(Book.opposite(taker.side), value)
      )
    } else {
      fill(draft, contract, resting, { price, quantity, value, tradeId, maker: true }, true)
      accounts.add(resting.accountId)
    }
    order = fill(draft, contract, order, { price, quantity, value, tradeId, maker: false }, false)
    accounts.add(order.accountId)
    last = price
  }
  if (last !== undefined) setLastPrice(draft, contract.symbol, last)
  endRemoved(draft, contract, matched.removed)
  for (const accountId of accounts) dropIdle(draft, contract, accountId)
  return order
}

/** Lets the market take what it has moved through. */
export const sweep = (draft: Draft, contract: Market.Contract): void => {
  const swept = Book.sweep(Drafts.book(draft, contract), draft.now, judge(draft, undefined))
  draft.books.set(contract.symbol, swept.book)
  const accounts = new Set<string>()
  for (const { order: resting, price, quantity, side } of swept.fills) {
    const order = IntMap.get(draft.orders, resting.id)
    if (order === undefined) continue
    const value = valueOf(contract, quantity, price)
    const tradeId = draft.nextTrade
    draft.nextTrade += 1
    const opposite = Book.opposite(side)
    draft.house = House.buy(draft.house, contract.symbol, signed(opposite, quantity), signed(opposite, value))
    fill(draft, contract, order, { price, quantity, value, tradeId, maker: true }, true)
    accounts.add(order.accountId)
  }
  endRemoved(draft, contract, swept.removed)
  for (const accountId of accounts) dropIdle(draft, contract, accountId)
}

/** Whether an order makes a position larger than the open orders before it leave room for closing. */
export const opens = (draft: Draft, order: Futures.Order): boolean => {
  if (order.positionSide === "LONG") return order.side === "BUY"
  if (order.positionSide === "SHORT") return order.side === "SELL"
  const position = draft.accounts.get(order.accountId)?.positions.get(
    Account.positionKey(order.product, order.symbol, order.positionSide)
  )
  const closable = Futures.closable(position, order.side)
  if (isZero(closable)) return true
  let spoken = zero
  for (const other of openOrders(draft, order.accountId, order.symbol)) {
    if (other.side === order.side && other.id !== order.id) spoken = add(spoken, Futures.remaining(other))
  }
  return isAbove(Futures.remaining(order), subtract(closable, spoken))
}
