/**
 * What moves between the wallets of an account: collections, BNB, the repayment of negative futures balances.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Result from "effect/Result"
import * as Account from "./Account.ts"
import type * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import type { Decimal } from "./internal/decimals.ts"
import { add, isAbove, isNegative, isPositive, max, min, negate, zero } from "./internal/decimals.ts"
import {
  accountOf,
  check,
  checkAmount,
  done,
  knownAsset,
  store,
  summaryOf,
  tellBalance,
  tellWallet,
  transaction,
  withLedger
} from "./internal/transitions.ts"
import type * as Ledger from "./Ledger.ts"
import * as Loans from "./Loans.ts"
import * as Margin from "./Margin.ts"
import type * as Market from "./Market.ts"
import * as Quotas from "./Quotas.ts"

/**
 * Collects every positive balance of UM and CM into the margin wallet, all but the BNB of UM.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CollectFunds {
  readonly _tag: "CollectFunds"
  readonly accountId: string
}

/**
 * Collects one asset into the margin wallet: all of it from UM and CM, or an amount from one of them.
 *
 * @category commands
 * @since 0.1.0
 */
export interface CollectAsset {
  readonly _tag: "CollectAsset"
  readonly accountId: string
  readonly asset: string
  readonly part?: { readonly amount: Decimal; readonly futureType: "UM" | "CM" | "OPTION" } | undefined
}

/**
 * Moves BNB from the margin wallet to UM, or back.
 *
 * @category commands
 * @since 0.1.0
 */
export interface TransferBnb {
  readonly _tag: "TransferBnb"
  readonly accountId: string
  readonly amount: Decimal
  readonly transferSide: "TO_UM" | "FROM_UM"
}

/**
 * Repays the negative balances of UM and CM out of the margin wallet, as far as the same asset reaches there.
 *
 * @category commands
 * @since 0.1.0
 */
export interface RepayNegativeBalances {
  readonly _tag: "RepayNegativeBalances"
  readonly accountId: string
}

/**
 * Switches the daily repayment of negative futures balances.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetAutoRepay {
  readonly _tag: "SetAutoRepay"
  readonly accountId: string
  readonly autoRepay: boolean
}

/**
 * The reply to what only succeeds.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Success {
  readonly msg: "success"
}

const success: Success = { msg: "success" }

const move = (
  state: Engine.State,
  account: Account.Account,
  moved: Omit<Ledger.Transfer, "tranId" | "time">,
  now: number
): readonly [state: Engine.State, tranId: number] => {
  const [numbered, tranId] = transaction(state)
  const { amount, asset } = moved
  const book = (to: Account.Account, wallet: Ledger.Wallet, delta: Decimal): Account.Account => {
    if (wallet === "MARGIN") {
      const balance = Account.marginBalance(to, asset)
      return Account.withMarginBalance(to, asset, { ...balance, free: add(balance.free, delta), updateTime: now })
    }
    return Account.withWallet(to, wallet, asset, {
      balance: add(Account.wallet(to, wallet, asset).balance, delta),
      updateTime: now
    })
  }
  const next = book(book(account, moved.from, negate(amount)), moved.to, amount)
  const written = withLedger(store(numbered, next, now), account.id, (ledger) => ({
    ...ledger,
    transfers: Chunk.append(ledger.transfers, { ...moved, tranId, time: now })
  }))
  const tell = (to: Engine.State, wallet: Ledger.Wallet, delta: Decimal): Engine.State =>
    wallet === "MARGIN"
      ? tellBalance(to, account.id, asset, delta, now)
      : tellWallet(
        to,
        account.id,
        { product: wallet, asset, delta, reason: isNegative(delta) ? "WITHDRAW" : "DEPOSIT", tranId },
        now
      )
  return [tell(tell(written, moved.from, negate(amount)), moved.to, amount), tranId]
}

const products: ReadonlyArray<Market.Product> = ["UM", "CM"]

const notLiquidating = (state: Engine.State, account: Account.Account) =>
  check(!Margin.isLiquidating(summaryOf(state, account).status), ExchangeError.marginInLiquidation)

const collect = (
  state: Engine.State,
  owner: Account.Account,
  wanted: (product: Market.Product, asset: string) => boolean,
  now: number
): Engine.State =>
  products.reduce(
    (current, product) =>
      [...(product === "UM" ? owner.umWallet : owner.cmWallet)].reduce((current, [asset, { balance }]) => {
        const account = current.accounts.get(owner.id)
        if (account === undefined || !isPositive(balance) || !wanted(product, asset)) return current
        return move(current, account, { asset, amount: balance, from: product, to: "MARGIN" }, now)[0]
      }, current),
    state
  )

/**
 * Collects all funds: 51068 in liquidation, -1003 above 500 calls within an hour.
 *
 * @category transitions
 * @since 0.1.0
 */
export const collectFunds = (state: Engine.State, command: CollectFunds, now: number): Engine.Applied<Success> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    const counted = yield* Quotas.use(state, owner.id, "auto-collection", now)
    yield* notLiquidating(state, owner)
    return yield* done(collect(counted, owner, (product, asset) => product !== "UM" || asset !== "BNB", now), success)
  })

/**
 * Collects an asset: -1130 for BNB, -1108 for an unknown asset, -4050 above the balance, 51068 in liquidation.
 *
 * @category transitions
 * @since 0.1.0
 */
export const collectAsset = (state: Engine.State, command: CollectAsset, now: number): Engine.Applied<Success> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* check(command.asset !== "BNB", ExchangeError.invalidParameter("asset"))
    yield* notLiquidating(state, owner)
    if (command.part === undefined) {
      return yield* done(collect(state, owner, (_, asset) => asset === command.asset, now), success)
    }
    const { amount, futureType } = command.part
    yield* checkAmount(amount)
    // There is no wallet for options here, which is one without money.
    const balance = futureType === "OPTION" ? zero : Account.wallet(owner, futureType, command.asset).balance
    yield* check(!isAbove(amount, balance), ExchangeError.crossBalanceNotSufficient)
    const from = futureType === "OPTION" ? "UM" : futureType
    return yield* done(move(state, owner, { asset: command.asset, amount, from, to: "MARGIN" }, now)[0], success)
  })

/**
 * Moves BNB: -2018 above what is free in the margin wallet, -4050 above the balance of UM, 51068 in liquidation, -1003
 * above 10 calls within 10 minutes.
 *
 * @category transitions
 * @since 0.1.0
 */
export const transferBnb = (
  state: Engine.State,
  command: TransferBnb,
  now: number
): Engine.Applied<Engine.TransactionReply> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    yield* checkAmount(command.amount)
    const counted = yield* Quotas.use(state, owner.id, "bnb-transfer", now)
    yield* notLiquidating(state, owner)
    const into = command.transferSide === "TO_UM"
    yield* into
      ? check(!isAbove(command.amount, Account.marginBalance(owner, "BNB").free), ExchangeError.balanceNotSufficient)
      : check(
        !isAbove(command.amount, Account.wallet(owner, "UM", "BNB").balance),
        ExchangeError.crossBalanceNotSufficient
      )
    const [next, tranId] = move(counted, owner, {
      asset: "BNB",
      amount: command.amount,
      from: into ? "MARGIN" : "UM",
      to: into ? "UM" : "MARGIN"
    }, now)
    return yield* done(next, { tranId })
  })

/**
 * The state after an account's negative futures balances were repaid out of its margin wallet as far as that reaches.
 *
 * @category transitions
 * @since 0.1.0
 */
export const coverNegativeBalances = (state: Engine.State, owner: Account.Account, now: number): Engine.State =>
  products.reduce(
    (current, product) =>
      [...(product === "UM" ? owner.umWallet : owner.cmWallet)].reduce((current, [asset, { balance }]) => {
        const account = current.accounts.get(owner.id)
        if (account === undefined || !isNegative(balance)) return current
        const amount = min(negate(balance), max(zero, Account.marginBalance(account, asset).free))
        if (!isPositive(amount)) return current
        return move(current, account, { asset, amount, from: "MARGIN", to: product }, now)[0]
      }, current),
    state
  )

/**
 * Repays negative futures balances; 51068 in liquidation.
 *
 * @category transitions
 * @since 0.1.0
 */
export const repayNegativeBalances = (
  state: Engine.State,
  command: RepayNegativeBalances,
  now: number
): Engine.Applied<Success> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    yield* notLiquidating(state, owner)
    return yield* done(coverNegativeBalances(state, owner, now), success)
  })

/**
 * Switches the daily repayment: -1003 above 20 calls within a day.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setAutoRepay = (state: Engine.State, command: SetAutoRepay, now: number): Engine.Applied<Success> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    const counted = yield* Quotas.use(state, owner.id, "repay-futures-switch", now)
    return yield* done(
      withLedger(counted, owner.id, (ledger) => ({ ...ledger, autoRepay: command.autoRepay })),
      success
    )
  })

/**
 * The state after the exchange changed other assets of an account into those of which it owes more than it may.
 *
 * **Details**
 *
 * Only for assets with a maximum in `negativeBalanceMaximums`. All of the negative balance of UM and CM is bought with the
 * free assets of the margin wallet, in the order of the market's list, at index prices.
 *
 * @category transitions
 * @since 0.1.0
 */
export const forceExchange = (state: Engine.State, owner: Account.Account, now: number): Engine.State => {
  const below = (asset: string): Decimal =>
    products.reduce((sum, product) => add(sum, max(zero, negate(Account.wallet(owner, product, asset).balance))), zero)
  const beyond = [...state.parameters.negativeBalanceMaximums].flatMap(([asset, negativeMaxThreshold]) => {
    const negativeBalance = below(asset)
    return isAbove(negativeBalance, negativeMaxThreshold) ? [{ asset, negativeBalance, negativeMaxThreshold }] : []
  })
  if (beyond.length === 0) return state
  let current = coverNegativeBalances(state, owner, now)
  for (const { asset } of beyond) {
    for (const product of products) {
      for (const from of state.market.assets.keys()) {
        const account = current.accounts.get(owner.id)
        if (account === undefined || from === asset) continue
        const lacking = max(zero, negate(Account.wallet(account, product, asset).balance))
        const free = max(zero, Account.marginBalance(account, from).free)
        const amount = min(lacking, Loans.reach(current, from, asset, free))
        if (!isPositive(amount)) continue
        current = Loans.convert(current, account, from, { asset, amount, wallet: product }, now)
        current = tellWallet(
          current,
          owner.id,
          { product, asset, delta: amount, reason: "AUTO_EXCHANGE" },
          now
        )
      }
    }
  }
  return withLedger(current, owner.id, (ledger) => ({
    ...ledger,
    exchanges: Chunk.append(ledger.exchanges, { startTime: now, endTime: now, details: beyond })
  }))
}
