/** The steps that every transition of the engine is made of. */
import * as Result from "effect/Result"
import * as Account from "../Account.ts"
import type * as Engine from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Futures from "../Futures.ts"
import * as Ledger from "../Ledger.ts"
import * as Margin from "../Margin.ts"
import type { MarginParameters } from "../MarginParameters.ts"
import * as Market from "../Market.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { StreamEvent } from "../StreamEvent.ts"
import type { Decimal } from "./decimals.ts"
import { add, decimalsOf, fixed, isPositive, isWorkable, one, plain } from "./decimals.ts"
import * as Log from "./log.ts"
import { later } from "./told.ts"

export type Checked<A> = Result.Result<A, ExchangeError.ExchangeError>

export const acknowledged: Engine.Acknowledged = { code: 200, msg: "success" }

export const done = <A>(state: Engine.State, reply: A): Engine.Applied<A> => Result.succeed([state, reply])

/** The outcome of a check that lets through. */
export const passed: Checked<void> = Result.succeed(undefined)

export const check = (holds: boolean, error: ExchangeError.ExchangeError): Checked<void> =>
  holds ? passed : Result.fail(error)

export const accountOf = (state: Engine.State, id: string): Checked<Account.Account> =>
  Result.fromNullishOr(state.accounts.get(id), () => ExchangeError.unknownAccount)

export const contractOf = (state: Engine.State, product: Market.Product, symbol: string): Checked<Market.Contract> =>
  Result.fromOption(Market.contract(state.market, product, symbol), () => ExchangeError.invalidSymbol)

export const pairOf = (state: Engine.State, symbol: string): Checked<SpotPairs.Pair> =>
  Result.fromNullishOr(state.spot.pairs.get(symbol), () => ExchangeError.invalidSymbol)

/** The factor that an account's fee tier puts on every commission rate. */
export const commissionFactor = (parameters: MarginParameters, account: Account.Account): Decimal =>
  parameters.commissionFactors.get(account.feeTier) ?? one

export const summaryOf = (state: Engine.State, account: Account.Account): Margin.Summary =>
  Margin.summary(state.parameters, state.market, account)

export const knownAsset = (state: Engine.State, name: string): Checked<Market.Asset> =>
  Result.fromNullishOr(state.market.assets.get(name), () => ExchangeError.invalidAsset)

export const checkFigure = (
  name: string,
  figure: Decimal,
  holds: (figure: Decimal) => boolean = () => true
): Checked<void> => check(isWorkable(figure) && holds(figure), ExchangeError.invalidParameter(name))

export const checkAmount = (amount: Decimal): Checked<void> =>
  !isWorkable(amount) || !isPositive(amount)
    ? Result.fail(ExchangeError.invalidParameter("amount"))
    : check(decimalsOf(amount) <= 8, ExchangeError.badPrecision)

export const store = (state: Engine.State, account: Account.Account, now: number): Engine.State => ({
  ...state,
  accounts: new Map(state.accounts).set(account.id, { ...account, updateTime: now }),
  updateTime: now
})

export const ledgerOf = (state: Engine.State, id: string): Ledger.Ledger => state.ledgers.get(id) ?? Ledger.empty

export const withLedger = (
  state: Engine.State,
  id: string,
  change: (ledger: Ledger.Ledger) => Ledger.Ledger
): Engine.State => ({ ...state, ledgers: new Map(state.ledgers).set(id, change(ledgerOf(state, id))) })

/** Takes the next transaction id. */
export const transaction = (state: Engine.State): readonly [state: Engine.State, tranId: number] => [
  { ...state, nextTransactionId: state.nextTransactionId + 1 },
  state.nextTransactionId
]

export const emit = (state: Engine.State, ...events: ReadonlyArray<StreamEvent>): Engine.State =>
  events.length === 0 ? state : { ...state, outbox: [...state.outbox, ...events] }

const amount = (figure: Decimal): string => fixed(figure, 8, "truncate")

/** Tells of a change of what is owed: its two parts, and what is owed after it. */
export const tellLiability = (
  state: Engine.State,
  accountId: string,
  change: {
    readonly asset: string
    readonly type: "BORROW" | "REPAY" | "INTEREST"
    readonly txId: number
    readonly principal: Decimal
    readonly interest: Decimal
  },
  now: number
): Engine.State => {
  const account = state.accounts.get(accountId)
  if (account === undefined) return state
  const balance = Account.marginBalance(account, change.asset)
  return emit(state, {
    accountId,
    payload: {
      e: "liabilityChange",
      E: now,
      a: change.asset,
      t: change.type,
      T: change.txId,
      p: plain(change.principal),
      i: plain(change.interest),
      l: plain(add(balance.borrowed, balance.interest))
    }
  })
}

/** Tells how much of some assets the margin wallet holds. */
export const tellPosition = (
  state: Engine.State,
  accountId: string,
  assets: ReadonlyArray<string>,
  now: number
): Engine.State => {
  const account = state.accounts.get(accountId)
  if (account === undefined || assets.length === 0) return state
  const next = { ...state, nextUpdateId: state.nextUpdateId + 1 }
  return emit(
    next,
    later(accountId, () => ({
      e: "outboundAccountPosition",
      E: now,
      u: now,
      U: state.nextUpdateId,
      B: [...new Set(assets)].map((asset) => {
        const { free, locked } = Account.marginBalance(account, asset)
        return { a: asset, f: amount(free), l: amount(locked) }
      })
    }))
  )
}

/** Tells of an amount that came into the margin wallet or left it other than by trading, and of what the wallet holds. */
export const tellBalance = (
  state: Engine.State,
  accountId: string,
  asset: string,
  delta: Decimal,
  now: number
): Engine.State => {
  const next = { ...state, nextUpdateId: state.nextUpdateId + 1 }
  return tellPosition(
    emit(next, {
      accountId,
      payload: { e: "balanceUpdate", E: now, a: asset, d: amount(delta), U: state.nextUpdateId, T: now }
    }),
    accountId,
    [asset],
    now
  )
}

/** Writes down and tells of an amount that came into a futures wallet or left it other than by trading. */
export const tellWallet = (
  state: Engine.State,
  accountId: string,
  moved: {
    readonly product: Market.Product
    readonly asset: string
    readonly delta: Decimal
    readonly reason: "DEPOSIT" | "WITHDRAW" | "AUTO_EXCHANGE"
    /** The id of the transaction; a new one when left out. */
    readonly tranId?: number | undefined
  },
  now: number
): Engine.State => {
  const account = state.accounts.get(accountId)
  if (account === undefined) return state
  const { asset, delta, product, reason } = moved
  const [numbered, tranId] = moved.tranId === undefined ? transaction(state) : [state, moved.tranId]
  const floor = Futures.floor(numbered.futures, accountId)
  const incomeType = reason === "AUTO_EXCHANGE" ? reason : "TRANSFER"
  const incomes = Log.append(floor.incomes, {
    product,
    symbol: "",
    incomeType,
    income: delta,
    asset,
    info: reason === "WITHDRAW" ? reason : incomeType,
    tranId,
    tradeId: "",
    time: now
  })
  const floors = new Map(numbered.futures.floors).set(accountId, { ...floor, incomes })
  const balance = amount(Account.wallet(account, product, asset).balance)
  return emit({ ...numbered, futures: { ...numbered.futures, floors } }, {
    accountId,
    payload: {
      e: "ACCOUNT_UPDATE",
      fs: product,
      E: now,
      T: now,
      i: product === "CM" ? accountId : "",
      a: { m: reason, B: [{ a: asset, wb: balance, cw: balance, bc: amount(delta) }], P: [] }
    }
  })
}
