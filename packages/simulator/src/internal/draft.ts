/**
 * A working copy of the state for the length of one command, so that an order with many fills changes each part once. What
 * leaves here is a new state; the one it was made of stays as it is.
 *
 * @since 0.1.0
 */
import * as Account from "../Account.ts"
import * as Book from "../Book.ts"
import type { State } from "../Engine.ts"
import * as Futures from "../Futures.ts"
import * as FuturesEvents from "../FuturesEvents.ts"
import * as House from "../House.ts"
import * as Market from "../Market.ts"
import type { StreamEvent } from "../StreamEvent.ts"
import { Copied } from "./copied.ts"
import type { Decimal } from "./decimals.ts"
import { add, isZero, negate, zero } from "./decimals.ts"
import * as IntMap from "./intMap.ts"
import * as Log from "./log.ts"

/** What of an account changed on a product, for its stream, by the reason that is told. */
interface Touched {
  readonly accountId: string
  readonly product: Market.Product
  readonly reason: string
  /** Changes other than profit and commission, by asset. */
  readonly assets: Map<string, Decimal>
  readonly positions: Set<Account.PositionKey>
  readonly symbol: string | undefined
}

export interface Draft {
  readonly now: number
  readonly base: State
  market: Market.Market
  readonly accounts: Copied<string, Account.Account>
  orders: IntMap.IntMap<Futures.Order>
  readonly books: Copied<string, Book.Book>
  readonly floors: Copied<string, Futures.Floor>
  expiries: ReadonlyArray<Futures.Expiry>
  nextOrder: number
  nextTrade: number
  nextAmendment: number
  nextFunding: number
  nextTransactionId: number
  house: House.House
  readonly events: Array<StreamEvent>
  readonly touched: Map<string, Touched>
  conditionals: IntMap.IntMap<Futures.Conditional>
  /** The conditional orders that watch a price, by symbol. */
  readonly armed: Copied<string, ReadonlyArray<number>>
  nextConditional: number
  delivered: ReadonlySet<string>
  /** The symbols of which last or mark price changed. */
  readonly moved: Set<string>
}

export const open = (state: State, now: number): Draft => ({
  now,
  base: state,
  market: state.market,
  accounts: new Copied(state.accounts),
  orders: state.futures.orders,
  books: new Copied(state.futures.books),
  floors: new Copied(state.futures.floors),
  expiries: state.futures.expiries,
  nextOrder: state.futures.nextOrder,
  nextTrade: state.futures.nextTrade,
  nextAmendment: state.futures.nextAmendment,
  nextFunding: state.futures.nextFunding,
  nextTransactionId: state.nextTransactionId,
  house: state.house,
  events: [],
  touched: new Map(),
  conditionals: state.futures.conditionals,
  armed: new Copied(state.futures.armed),
  nextConditional: state.futures.nextConditional,
  delivered: state.futures.delivered,
  moved: new Set()
})

/** The state as it is now in the making, for figures that are reckoned of a whole state. */
export const peek = (draft: Draft): State => ({
  ...draft.base,
  market: draft.market,
  accounts: draft.accounts.current,
  futures: {
    ...draft.base.futures,
    orders: draft.orders,
    books: draft.books.current,
    floors: draft.floors.current,
    expiries: draft.expiries,
    nextOrder: draft.nextOrder,
    nextTrade: draft.nextTrade,
    nextAmendment: draft.nextAmendment,
    nextFunding: draft.nextFunding,
    conditionals: draft.conditionals,
    armed: draft.armed.current,
    nextConditional: draft.nextConditional,
    delivered: draft.delivered
  },
  house: draft.house,
  nextTransactionId: draft.nextTransactionId,
  updateTime: draft.now
})

/** Tells the streams what changed of balances and positions. */
export const tellAccounts = (draft: Draft): void => {
  if (draft.touched.size === 0) return
  for (const { accountId, assets, positions, product, reason, symbol } of draft.touched.values()) {
    const account = draft.accounts.get(accountId)
    if (account === undefined) continue
    const floor = floorOf(draft, accountId)
    draft.events.push(
      FuturesEvents.accountUpdate({
        parameters: draft.base.parameters,
        market: draft.market,
        account,
        product,
        reason,
        symbol,
        assets: [...assets],
        positions: () =>
          Array.from(positions, (key) => {
            const [, name = "", side = "BOTH"] = key.split(":")
            return {
              symbol: name,
              positionSide: side === "LONG" || side === "SHORT" ? side : "BOTH",
              position: account.positions.get(key),
              realized: Futures.desk(floor, name).realized.get(
                side === "LONG" || side === "SHORT" ? side : "BOTH"
              ) ?? zero
            }
          }),
        now: draft.now
      })
    )
  }
  draft.touched.clear()
}

export const close = (draft: Draft): State => {
  tellAccounts(draft)
  const next = peek(draft)
  return draft.events.length === 0 ? next : { ...next, outbox: [...draft.base.outbox, ...draft.events] }
}

export const book = (draft: Draft, contract: Market.Contract): Book.Book =>
  draft.books.get(contract.symbol) ??
    Book.make(contract.ladder, Market.lastPrice(draft.market, contract.symbol), contract.pricePrecision)

export const setAccount = (draft: Draft, account: Account.Account): void => {
  draft.accounts.set(account.id, { ...account, updateTime: draft.now })
}

export const setOrder = (draft: Draft, order: Futures.Order): void => {
  draft.orders = IntMap.set(draft.orders, order.id, order)
}

export const floorOf = (draft: Draft, accountId: string): Futures.Floor =>
  draft.floors.get(accountId) ?? Futures.floor(draft.base.futures, accountId)

export const deskOf = (draft: Draft, accountId: string, symbol: string): Futures.Desk =>
  Futures.desk(floorOf(draft, accountId), symbol)

export const setDesk = (draft: Draft, accountId: string, symbol: string, desk: Futures.Desk): void => {
  const floor = floorOf(draft, accountId)
  draft.floors.set(accountId, { ...floor, desks: new Map(floor.desks).set(symbol, desk) })
}

export const touch = (
  draft: Draft,
  accountId: string,
  product: Market.Product,
  reason: string,
  symbol?: string
): Touched => {
  const key = `${accountId} ${product} ${reason} ${symbol ?? ""}`
  const found = draft.touched.get(key)
  if (found !== undefined) return found
  const made: Touched = { accountId, product, reason, assets: new Map(), positions: new Set(), symbol }
  draft.touched.set(key, made)
  return made
}

/** Adds to a futures wallet of an account. */
export const pay = (
  draft: Draft,
  account: Account.Account,
  product: Market.Product,
  asset: string,
  amount: Decimal
): Account.Account =>
  isZero(amount)
    ? account
    : Account.withWallet(account, product, asset, {
      balance: add(Account.wallet(account, product, asset).balance, amount),
      updateTime: draft.now
    })

/** Writes a change of a futures balance into the history. */
export const recordIncome = (
  draft: Draft,
  accountId: string,
  income: Omit<Futures.Income, "tranId" | "time">
): void => {
  const floor = floorOf(draft, accountId)
  draft.floors.set(accountId, {
    ...floor,
    incomes: Log.append(floor.incomes, { ...income, tranId: draft.nextTransactionId, time: draft.now })
  })
  draft.nextTransactionId += 1
}

/** Brings an amount from a house account into a futures wallet, told as its kind of income. */
export const settle = (
  draft: Draft,
  accountId: string,
  purse: House.Purse,
  income: Omit<Futures.Income, "tranId" | "time">
): void => {
  const account = draft.accounts.get(accountId)
  if (account === undefined || isZero(income.income)) return
  setAccount(draft, pay(draft, account, income.product, income.asset, income.income))
  draft.house = House.credit(draft.house, purse, income.asset, negate(income.income))
  recordIncome(draft, accountId, income)
}

/** Has something end at a time. */
export const expireAt = (draft: Draft, expiry: Futures.Expiry): void => {
  const at = draft.expiries.findIndex(({ time }) => time > expiry.time)
  draft.expiries = at === -1
    ? [...draft.expiries, expiry]
    : [...draft.expiries.slice(0, at), expiry, ...draft.expiries.slice(at)]
}
