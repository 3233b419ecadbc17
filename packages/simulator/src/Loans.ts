/**
 * Loans of the cross margin wallet: borrowing, repaying, paying a debt with other assets, and the interest.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Account from "./Account.ts"
import type * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import type { Decimal } from "./internal/decimals.ts"
import {
  add,
  divide,
  fixed,
  integer,
  isAbove,
  isAtLeast,
  isPositive,
  isZero,
  max,
  min,
  multiply,
  rescale,
  roundUp,
  subtract,
  truncate,
  zero
} from "./internal/decimals.ts"
import {
  accountOf,
  acknowledged,
  check,
  checkAmount,
  done,
  knownAsset,
  store,
  summaryOf,
  tellBalance,
  tellLiability,
  tellPosition,
  transaction,
  withLedger
} from "./internal/transitions.ts"
import type * as Ledger from "./Ledger.ts"
import * as Margin from "./Margin.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import * as Parameters from "./MarginParameters.ts"
import * as Market from "./Market.ts"

/**
 * Borrows an amount of an asset into the margin wallet, with the first hour of interest.
 *
 * @category commands
 * @since 0.1.0
 */
export interface Borrow {
  readonly _tag: "Borrow"
  readonly accountId: string
  readonly asset: string
  readonly amount: Decimal
}

/**
 * Repays an amount of an asset out of the margin wallet: interest first, then principal.
 *
 * @category commands
 * @since 0.1.0
 */
export interface Repay {
  readonly _tag: "Repay"
  readonly accountId: string
  readonly asset: string
  readonly amount: Decimal
}

/**
 * Repays a debt with the asset itself and then with other assets of the margin wallet.
 *
 * **Details**
 *
 * Without an amount all of the debt, as far as the assets reach. `assets` are taken in their order.
 *
 * @category commands
 * @since 0.1.0
 */
export interface RepayDebt {
  readonly _tag: "RepayDebt"
  readonly accountId: string
  readonly asset: string
  readonly amount?: Decimal | undefined
  readonly assets: ReadonlyArray<string>
}

/**
 * Charges every loan of an account one hour of interest, as happens at each full hour.
 *
 * @category commands
 * @since 0.1.0
 */
export interface AccrueInterest {
  readonly _tag: "AccrueInterest"
  readonly accountId: string
}

/**
 * The reply to a debt repaid; `amount` is what was repaid of it.
 *
 * @category replies
 * @since 0.1.0
 */
export interface DebtReply {
  readonly amount: string
  readonly asset: string
  readonly specifyRepayAssets: ReadonlyArray<string>
  readonly updateTime: number
  readonly success: true
}

/**
 * Interest of one hour on a principal, in the asset: `principal * dailyRate / 24`, rounded to 8 decimals.
 *
 * @category formulas
 * @since 0.1.0
 */
export const hourlyInterest = (parameters: MarginParameters, asset: string, principal: Decimal): Decimal =>
  rescale(
    divide(multiply(principal, Parameters.dailyInterestRate(parameters, asset)), integer(24)),
    8,
    parameters.interestRounding
  )

const charge = (
  state: Engine.State,
  account: Account.Account,
  asset: string,
  charged: { readonly principal: Decimal; readonly interest: Decimal; readonly type: Ledger.Interest["type"] },
  now: number
): Engine.State => {
  if (!isPositive(charged.interest)) return state
  const [numbered, txId] = transaction(state)
  const balance = Account.marginBalance(account, asset)
  const next = Account.withMarginBalance(account, asset, {
    ...balance,
    interest: add(balance.interest, charged.interest),
    updateTime: now
  })
  const written = withLedger(store(numbered, next, now), account.id, (ledger) => ({
    ...ledger,
    interest: Chunk.append(ledger.interest, {
      txId,
      asset,
      rate: Parameters.dailyInterestRate(state.parameters, asset),
      time: now,
      ...charged
    })
  }))
  return tellLiability(
    written,
    account.id,
    { asset, type: "INTEREST", txId, principal: zero, interest: charged.interest },
    now
  )
}

/**
 * Lends an amount that the rules allow already; gives the id of the loan.
 *
 * @category transitions
 * @since 0.1.0
 */
export const lend = (
  state: Engine.State,
  account: Account.Account,
  asset: string,
  amount: Decimal,
  now: number
): readonly [state: Engine.State, txId: number] => {
  const [numbered, txId] = transaction(state)
  const balance = Account.marginBalance(account, asset)
  const lent = Account.withMarginBalance(account, asset, {
    ...balance,
    free: add(balance.free, amount),
    borrowed: add(balance.borrowed, amount),
    updateTime: now
  })
  const written = withLedger(store(numbered, lent, now), account.id, (ledger) => ({
    ...ledger,
    loans: Chunk.append(ledger.loans, { txId, asset, principal: amount, time: now })
  }))
  const told = tellBalance(
    tellLiability(written, account.id, { asset, type: "BORROW", txId, principal: amount, interest: zero }, now),
    account.id,
    asset,
    amount,
    now
  )
  const interest = hourlyInterest(state.parameters, asset, amount)
  return [charge(told, lent, asset, { principal: amount, interest, type: "ON_BORROW" }, now), txId]
}

/**
 * Whether an account may borrow an amount now.
 *
 * **Details**
 *
 * 51014 for an asset that is not lent, 51068 in liquidation, 51006 above what may be borrowed and while the account may
 * only reduce.
 *
 * @category lookups
 * @since 0.1.0
 */
export const mayBorrow = (
  state: Engine.State,
  account: Account.Account,
  asset: string,
  amount: Decimal
): Result.Result<void, ExchangeError.ExchangeError> =>
  Result.gen(function*() {
    const known = yield* knownAsset(state, asset)
    yield* check(Option.isSome(known.borrowLimit), ExchangeError.notBorrowable)
    const figures = summaryOf(state, account)
    yield* check(!Margin.isLiquidating(figures.status), ExchangeError.marginInLiquidation)
    const most = Margin.maxBorrow(state.parameters, state.market, account, figures, asset)
    yield* check(figures.status !== "REDUCE_ONLY" && !isAbove(amount, most), ExchangeError.exceedsMaxBorrowable)
  })

/**
 * Lends an amount, by the rules of {@link mayBorrow}.
 *
 * @category transitions
 * @since 0.1.0
 */
export const borrow = (state: Engine.State, command: Borrow, now: number): Engine.Applied<Engine.TransactionReply> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* checkAmount(command.amount)
    yield* mayBorrow(state, owner, command.asset, command.amount)
    const [next, tranId] = lend(state, owner, command.asset, command.amount, now)
    return yield* done(next, { tranId })
  })

/**
 * What an account owes of an asset, interest included.
 *
 * @category lookups
 * @since 0.1.0
 */
export const owed = (account: Account.Account, asset: string): Decimal => {
  const balance = Account.marginBalance(account, asset)
  return add(balance.borrowed, balance.interest)
}

/**
 * Takes back an amount that is free and owed; gives the id of the repayment. Interest goes first.
 *
 * @category transitions
 * @since 0.1.0
 */
export const takeBack = (
  state: Engine.State,
  account: Account.Account,
  asset: string,
  amount: Decimal,
  now: number
): readonly [state: Engine.State, txId: number] => {
  const [numbered, txId] = transaction(state)
  const balance = Account.marginBalance(account, asset)
  const interest = min(balance.interest, amount)
  const principal = subtract(amount, interest)
  const repaid = Account.withMarginBalance(account, asset, {
    ...balance,
    free: subtract(balance.free, amount),
    interest: subtract(balance.interest, interest),
    borrowed: max(zero, subtract(balance.borrowed, principal)),
    updateTime: now
  })
  const written = withLedger(store(numbered, repaid, now), account.id, (ledger) => ({
    ...ledger,
    repayments: Chunk.append(ledger.repayments, { txId, asset, principal, interest, time: now })
  }))
  const told = tellLiability(written, account.id, { asset, type: "REPAY", txId, principal, interest }, now)
  return [tellBalance(told, account.id, asset, subtract(zero, amount), now), txId]
}

/**
 * Takes a repayment: -3015 above what is owed, -2018 above what is free.
 *
 * @category transitions
 * @since 0.1.0
 */
export const repay = (state: Engine.State, command: Repay, now: number): Engine.Applied<Engine.TransactionReply> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* checkAmount(command.amount)
    yield* check(!isAbove(command.amount, owed(owner, command.asset)), ExchangeError.repayExceedsBorrow)
    yield* check(
      !isAbove(command.amount, Account.marginBalance(owner, command.asset).free),
      ExchangeError.balanceNotSufficient
    )
    const [next, tranId] = takeBack(state, owner, command.asset, command.amount, now)
    return yield* done(next, { tranId })
  })

/**
 * Gives an amount of an asset of the margin wallet for another one at index prices; what is given is rounded up to 8
 * decimals.
 *
 * @category transitions
 * @since 0.1.0
 */
export const convert = (
  state: Engine.State,
  account: Account.Account,
  from: string,
  received: Ledger.Conversion["received"],
  now: number
): Engine.State => {
  const cost = costOf(state, from, received.asset, received.amount)
  const [numbered, tranId] = transaction(state)
  const source = Account.marginBalance(account, from)
  const paid = Account.withMarginBalance(account, from, {
    ...source,
    free: subtract(source.free, cost),
    updateTime: now
  })
  const target = Account.marginBalance(paid, received.asset)
  const next = received.wallet === "MARGIN"
    ? Account.withMarginBalance(paid, received.asset, {
      ...target,
      free: add(target.free, received.amount),
      updateTime: now
    })
    : Account.withWallet(paid, received.wallet, received.asset, {
      balance: add(Account.wallet(paid, received.wallet, received.asset).balance, received.amount),
      updateTime: now
    })
  const written = withLedger(store(numbered, next, now), account.id, (ledger) => ({
    ...ledger,
    conversions: Chunk.append(ledger.conversions, {
      tranId,
      given: { asset: from, amount: cost },
      received,
      time: now
    })
  }))
  return tellPosition(
    written,
    account.id,
    received.wallet === "MARGIN" ? [from, received.asset] : [from],
    now
  )
}

const costOf = (state: Engine.State, from: string, to: string, amount: Decimal): Decimal =>
  roundUp(
    divide(multiply(amount, Market.indexPrice(state.market, to)), Market.indexPrice(state.market, from)),
    8
  )

/**
 * The most of an asset that an amount of another one brings at index prices, cut to 8 decimals.
 *
 * @category formulas
 * @since 0.1.0
 */
export const reach = (state: Engine.State, from: string, to: string, amount: Decimal): Decimal => {
  const most = truncate(
    divide(multiply(amount, Market.indexPrice(state.market, from)), Market.indexPrice(state.market, to)),
    8
  )
  // Both quotients are cut off far behind the 8th decimal, so the cost may come out a digit too high.
  return isAbove(costOf(state, from, to, most), amount) ? max(zero, subtract(most, unit)) : most
}

const unit = divide(integer(1), integer(1e8))

/**
 * Repays a debt with the asset itself and then with other assets.
 *
 * **Details**
 *
 * -3015 where nothing or less is owed, -2018 where the assets do not reach for the amount or for anything at all, -1108 for
 * an unknown asset, -1130 for other assets worth more than `repayDebtLimit`, 51068 in liquidation.
 *
 * @category transitions
 * @since 0.1.0
 */
export const repayDebt = (state: Engine.State, command: RepayDebt, now: number): Engine.Applied<DebtReply> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    yield* knownAsset(state, command.asset)
    for (const asset of command.assets) yield* knownAsset(state, asset)
    if (command.amount !== undefined) yield* checkAmount(command.amount)
    const debt = owed(owner, command.asset)
    yield* check(
      isPositive(debt) && (command.amount === undefined || !isAbove(command.amount, debt)),
      ExchangeError.repayExceedsBorrow
    )
    yield* check(!Margin.isLiquidating(summaryOf(state, owner).status), ExchangeError.marginInLiquidation)
    const wanted = command.amount ?? debt
    const free = (current: Engine.State, asset: string) => {
      const account = current.accounts.get(owner.id)
      return account === undefined ? zero : max(zero, Account.marginBalance(account, asset).free)
    }
    let current = state
    let lacking = max(zero, subtract(wanted, free(state, command.asset)))
    let spent = zero
    for (const asset of new Set(command.assets)) {
      if (asset === command.asset || isZero(lacking)) continue
      const account = yield* accountOf(current, owner.id)
      const bought = min(lacking, reach(current, asset, command.asset, free(current, asset)))
      if (!isPositive(bought)) continue
      spent = add(
        spent,
        multiply(costOf(current, asset, command.asset, bought), Market.indexPrice(state.market, asset))
      )
      current = convert(
        current,
        account,
        asset,
        { asset: command.asset, amount: bought, wallet: "MARGIN" },
        now
      )
      lacking = subtract(lacking, bought)
    }
    yield* check(
      !isAbove(spent, state.parameters.repayDebtLimit),
      ExchangeError.invalidParameter("specifyRepayAssets")
    )
    const paid = subtract(wanted, lacking)
    yield* check(
      command.amount === undefined ? isPositive(paid) : isAtLeast(paid, wanted),
      ExchangeError.balanceNotSufficient
    )
    const account = yield* accountOf(current, owner.id)
    const [next] = takeBack(current, account, command.asset, paid, now)
    return yield* done<DebtReply>(next, {
      amount: fixed(paid, 8, "truncate"),
      asset: command.asset,
      specifyRepayAssets: command.assets,
      updateTime: now,
      success: true
    })
  })

/**
 * Charges an hour of interest on every loan of an account.
 *
 * @category transitions
 * @since 0.1.0
 */
export const accrueInterest = (
  state: Engine.State,
  command: AccrueInterest,
  now: number
): Engine.Applied<Engine.Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    return yield* done(chargeHour(state, owner, now), acknowledged)
  })

/**
 * The state after an hour of interest on every loan of an account.
 *
 * @category transitions
 * @since 0.1.0
 */
export const chargeHour = (state: Engine.State, owner: Account.Account, now: number): Engine.State =>
  [...owner.margin].reduce((current, [asset, balance]) => {
    const account = current.accounts.get(owner.id)
    if (account === undefined || !isPositive(balance.borrowed)) return current
    const interest = hourlyInterest(state.parameters, asset, balance.borrowed)
    return charge(current, account, asset, { principal: balance.borrowed, interest, type: "PERIODIC" }, now)
  }, state)

/**
 * The state after a day of interest on every negative balance of an account, booked on the margin wallet.
 *
 * @category transitions
 * @since 0.1.0
 */
export const chargeNegativeBalances = (state: Engine.State, owner: Account.Account, now: number): Engine.State =>
  summaryOf(state, owner).assets.reduce((current, row) => {
    const account = current.accounts.get(owner.id)
    const principal = Margin.negativeBalance(state.parameters, row)
    if (account === undefined || !isPositive(principal)) return current
    const interest = rescale(
      multiply(principal, Parameters.dailyInterestRate(state.parameters, row.asset)),
      8,
      state.parameters.interestRounding
    )
    return charge(current, account, row.asset, { principal, interest, type: "PORTFOLIO" }, now)
  }, state)

/**
 * The state after the exchange used the margin wallet of an account to pay its debts, as it does when it liquidates: each
 * asset pays what is owed of it, and what is left is changed at index prices for what is owed of others.
 *
 * **Details**
 *
 * Debts and assets in the order of the market's list, without a fee, as far as they reach. Nothing of it is an order, so
 * the forced orders stay empty.
 *
 * @category transitions
 * @since 0.1.0
 */
export const coverDebts = (state: Engine.State, accountId: string, now: number): Engine.State => {
  const assets = [...state.market.assets.keys()]
  let current = state
  const pay = (asset: string): void => {
    const account = current.accounts.get(accountId)
    if (account === undefined) return
    const amount = min(owed(account, asset), max(zero, Account.marginBalance(account, asset).free))
    if (isPositive(amount)) current = takeBack(current, account, asset, amount, now)[0]
  }
  for (const asset of assets) pay(asset)
  for (const asset of assets) {
    for (const from of assets) {
      const account = current.accounts.get(accountId)
      if (account === undefined || from === asset) continue
      const free = max(zero, Account.marginBalance(account, from).free)
      const bought = min(owed(account, asset), reach(current, from, asset, free))
      if (!isPositive(bought)) continue
      current = convert(current, account, from, { asset, amount: bought, wallet: "MARGIN" }, now)
      pay(asset)
    }
  }
  return current
}
