/**
 * What becomes of accounts whose margin runs out: the warnings of the stream, liquidation, and auto-deleveraging.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type * as Account from "./Account.ts"
import type { State } from "./Engine.ts"
import type * as Futures from "./Futures.ts"
import * as House from "./House.ts"
import { closePosition } from "./internal/closing.ts"
import type { Decimal } from "./internal/decimals.ts"
import {
  abs,
  add,
  divide,
  fixed,
  halfUp,
  integer,
  isAbove,
  isNegative,
  isPositive,
  isZero,
  max,
  min,
  multiply,
  one,
  rescale,
  subtract,
  zero
} from "./internal/decimals.ts"
import type { Draft } from "./internal/draft.ts"
import * as Drafts from "./internal/draft.ts"
import * as Fills from "./internal/fills.ts"
import * as IntMap from "./internal/intMap.ts"
import { emit, store, summaryOf } from "./internal/transitions.ts"
import * as Loans from "./Loans.ts"
import * as Margin from "./Margin.ts"
import type { AccountStatus } from "./MarginParameters.ts"
import * as Market from "./Market.ts"
import * as SpotEngine from "./SpotEngine.ts"
import * as Transfers from "./Transfers.ts"

/**
 * The level that the stream tells for a status; nothing where all is well.
 *
 * @category lookups
 * @since 0.1.0
 */
export const levelOf = (status: AccountStatus): Futures.RiskLevel => {
  switch (status) {
    case "NORMAL":
      return "NONE"
    case "MARGIN_CALL":
    case "SUPPLY_MARGIN":
      return "MARGIN_CALL"
    case "REDUCE_ONLY":
      return "REDUCE_ONLY"
    default:
      return "FORCE_LIQUIDATION"
  }
}

const withLevel = (state: State, accountId: string, level: Futures.RiskLevel): State => ({
  ...state,
  futures: { ...state.futures, levels: new Map(state.futures.levels).set(accountId, level) }
})

/** Tells the stream of a new level, unless all is well again. */
const tellLevel = (state: State, accountId: string, figures: Margin.Summary, now: number): State => {
  const level = levelOf(figures.status)
  if ((state.futures.levels.get(accountId) ?? "NONE") === level) return state
  const next = withLevel(state, accountId, level)
  return level === "NONE" ? next : emit(next, {
    accountId,
    payload: {
      e: "riskLevelChange",
      E: now,
      u: Option.match(figures.uniMMR, {
        onNone: () => state.parameters.uniMmrSentinel,
        onSome: (ratio) => fixed(ratio, 8, state.parameters.uniMmrRounding)
      }),
      s: level,
      eq: fixed(figures.accountEquity, 8, state.parameters.accountRounding),
      ae: fixed(figures.actualEquity, 8, state.parameters.accountRounding),
      m: fixed(figures.maintMargin, 8, state.parameters.accountRounding)
    }
  })
}

/** The most that a bankruptcy price is away from the mark price, as a factor. */
const farthest = integer(10)

/**
 * The price of a position at which the account's equity would be used up, if each position bore its share by maintenance
 * margin; in the quote asset, on the tick.
 *
 * @category formulas
 * @since 0.1.0
 */
export const bankruptcyPrice = (figures: Margin.Summary, row: Margin.PositionFigures, indexPrice: Decimal): Decimal => {
  const { contract, markPrice, quantity } = row
  const total = figures.maintMargin
  const share = isPositive(total) ? divide(multiply(row.maintMargin, indexPrice), total) : one
  const left = divide(multiply(figures.actualEquity, share), indexPrice)
  const tick = contract.filters.tickSize
  const highest = multiply(markPrice, farthest)
  if (contract.product === "UM") {
    return halfUp(min(max(tick, subtract(markPrice, divide(left, quantity))), highest), contract.pricePrecision)
  }
  const inverse = add(divide(one, markPrice), divide(left, multiply(quantity, contract.contractSize)))
  const price = isPositive(inverse) ? divide(one, inverse) : highest
  return halfUp(min(max(tick, price), highest), contract.pricePrecision)
}

/** How early a position is deleveraged: the return of its account, times how near the account is to its end. */
const rankOf = (draft: Draft, account: Account.Account): Decimal => {
  const figures = Margin.summary(draft.base.parameters, draft.market, account)
  let gain = zero
  for (const row of figures.positions) {
    gain = add(gain, multiply(row.unrealizedProfit, Market.indexPrice(draft.market, row.contract.marginAsset)))
  }
  const before = subtract(figures.actualEquity, gain)
  const ratio = isPositive(figures.actualEquity) ? divide(figures.maintMargin, figures.actualEquity) : zero
  return multiply(divide(max(zero, gain), max(one, before)), ratio)
}

/** Closes positions of the other direction at a price, the highest rank first. */
const deleverage = (
  draft: Draft,
  contract: Market.Contract,
  owner: string,
  long: boolean,
  quantity: Decimal,
  price: Decimal
): void => {
  const against: Array<{ readonly id: string; readonly position: Account.Position; readonly rank: Decimal }> = []
  for (const [id, account] of draft.accounts.current) {
    for (const position of account.positions.values()) {
      if (id !== owner && position.symbol === contract.symbol && isNegative(position.quantity) === long) {
        against.push({ id, position, rank: rankOf(draft, account) })
      }
    }
  }
  against.sort((a, b) => isAbove(b.rank, a.rank) ? 1 : isAbove(a.rank, b.rank) ? -1 : 0)
  let left = quantity
  for (const { id, position } of against) {
    if (!isPositive(left)) break
    for (const order of Fills.openOrders(draft, id, contract.symbol)) Fills.pull(draft, contract, order, "CANCELED")
    const taken = min(left, abs(position.quantity))
    closePosition(draft, contract, id, position, { price, by: "ADL", book: false, quantity: taken })
    left = subtract(left, taken)
  }
}

/** Whether the insurance fund can bear the loss of a quantity taken over at a price. */
const isInsured = (
  draft: Draft,
  contract: Market.Contract,
  quantity: Decimal,
  price: Decimal,
  long: boolean
): boolean => {
  const capacity = draft.base.rules.insuranceFund.get(contract.marginAsset)
  if (capacity === undefined) return true
  const mark = Market.markPrice(draft.market, contract.symbol)
  const loss = Margin.profit(contract, long ? quantity : subtract(zero, quantity), price, mark)
  const fund = add(capacity, House.held(draft.house, "insurance", contract.marginAsset))
  return !isNegative(loss) || !isAbove(abs(loss), fund)
}

/** Takes the fee of a liquidation, as far as there is equity. */
const charge = (draft: Draft, accountId: string, contract: Market.Contract, order: Futures.Order): void => {
  const account = draft.accounts.get(accountId)
  if (account === undefined) return
  const figures = Margin.summary(draft.base.parameters, draft.market, account)
  const price = Market.indexPrice(draft.market, contract.marginAsset)
  const left = isPositive(figures.actualEquity) ? divide(figures.actualEquity, price) : zero
  const fee = rescale(min(multiply(order.value, draft.base.rules.liquidationFee), left), 8, "truncate")
  if (isZero(fee)) return
  Drafts.settle(draft, accountId, "insurance", {
    product: contract.product,
    symbol: contract.symbol,
    incomeType: "INSURANCE_CLEAR",
    income: subtract(zero, fee),
    asset: contract.marginAsset,
    info: contract.product === "UM" ? "INSURANCE_CLEAR" : "",
    tradeId: ""
  })
  const touched = Drafts.touch(draft, accountId, contract.product, "INSURANCE_CLEAR")
  touched.assets.set(contract.marginAsset, subtract(touched.assets.get(contract.marginAsset) ?? zero, fee))
}

/** Closes all that an account has on UM and CM. */
const closeAll = (state: State, accountId: string, now: number): State => {
  const draft = Drafts.open(state, now)
  for (const symbol of Drafts.floorOf(draft, accountId).desks.keys()) {
    const contract = draft.market.contracts.get(symbol)
    if (contract === undefined) continue
    for (const order of Fills.openOrders(draft, accountId, symbol)) Fills.pull(draft, contract, order, "CANCELED")
  }
  for (const ids of draft.armed.current.values()) {
    for (const id of ids) {
      const conditional = IntMap.get(draft.conditionals, id)
      if (conditional?.accountId === accountId) Fills.endConditional(draft, conditional, "CANCELED")
    }
  }
  while (true) {
    const account = draft.accounts.get(accountId)
    if (account === undefined) break
    const figures = Margin.summary(draft.base.parameters, draft.market, account)
    const [worst] = figures.positions.filter((row) => !isZero(row.quantity)).toSorted((a, b) =>
      isAbove(b.maintMargin, a.maintMargin) ? 1 : isAbove(a.maintMargin, b.maintMargin) ? -1 : 0
    )
    if (worst === undefined) break
    const { contract } = worst
    const key = `${contract.product}:${contract.symbol}:${worst.positionSide}` as const
    const position = account.positions.get(key)
    if (position === undefined) break
    const price = bankruptcyPrice(figures, worst, Market.indexPrice(draft.market, contract.marginAsset))
    const long = isPositive(position.quantity)
    const tried = closePosition(draft, contract, accountId, position, {
      price,
      by: "LIQUIDATION",
      book: true,
      leave: true
    })
    charge(draft, accountId, contract, tried)
    const rest = draft.accounts.get(accountId)?.positions.get(key)
    if (rest === undefined) continue
    if (!isInsured(draft, contract, abs(rest.quantity), price, long)) {
      deleverage(draft, contract, accountId, long, abs(rest.quantity), price)
    }
    closePosition(draft, contract, accountId, rest, { price, by: "LIQUIDATION", book: false })
  }
  const account = draft.accounts.get(accountId)
  if (account !== undefined) Drafts.setAccount(draft, { ...account, liquidated: true })
  return Drafts.close(draft)
}

/**
 * The accounts after a change of prices, balances or positions: levels are told, and where the margin has run out the
 * exchange takes over.
 *
 * **Details**
 *
 * First the open margin orders are cancelled, which gives back their open loss; if that is enough, nothing more happens.
 * Else all futures orders are cancelled, and the positions closed, that with the largest maintenance margin first, in the
 * book down to the bankruptcy price; the rest goes to the insurance fund at that price, or, if that cannot bear it, out of
 * positions of the other direction. Last the margin wallet pays what is owed there and in the futures wallets, as far as it
 * reaches, where the margin still does not do.
 *
 * @category transitions
 * @since 0.1.0
 */
export const review = (state: State, accountIds: Iterable<string>, now: number): State => {
  if (!state.rules.liquidates) return state
  let current = state
  for (const id of accountIds) {
    const account = current.accounts.get(id)
    if (account === undefined || !isAtRisk(current, account)) continue
    const figures = summaryOf(current, account)
    current = tellLevel(current, id, figures, now)
    if (!Margin.isLiquidating(figures.status) || figures.status === "BANKRUPTED") continue
    current = SpotEngine.cancelAllOf(current, id, now)
    const freed = current.accounts.get(id)
    if (freed === undefined || !Margin.isLiquidating(summaryOf(current, freed).status)) continue
    if (freed.positions.size > 0 || freed.openOrders.size > 0) current = closeAll(current, id, now)
    current = payDebts(current, id, now)
    const closed = current.accounts.get(id)
    if (closed !== undefined) current = tellLevel(current, id, summaryOf(current, closed), now)
  }
  return current
}

/** Pays with the margin wallet what is owed in it and in the futures wallets, where that is still needed. */
const payDebts = (state: State, accountId: string, now: number): State => {
  const account = state.accounts.get(accountId)
  if (account === undefined || !Margin.isLiquidating(summaryOf(state, account).status)) return state
  const covered = Loans.coverDebts(Transfers.coverNegativeBalances(state, account, now), accountId, now)
  const left = covered.accounts.get(accountId)
  return left === undefined ? covered : store(covered, { ...left, liquidated: true }, now)
}

/** Whether an account can be in trouble: it holds a position, owes something, or was told of trouble before. */
const isAtRisk = (state: State, account: Account.Account): boolean => {
  if (account.positions.size > 0) return true
  if ((state.futures.levels.get(account.id) ?? "NONE") !== "NONE") return true
  for (const { borrowed } of account.margin.values()) if (isPositive(borrowed)) return true
  for (const { balance } of account.umWallet.values()) if (isNegative(balance)) return true
  for (const { balance } of account.cmWallet.values()) if (isNegative(balance)) return true
  return false
}
