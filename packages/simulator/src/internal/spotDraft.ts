/**
 * A working copy of the state for the length of one command on margin orders; the state it was made of stays as it is.
 *
 * @since 0.1.0
 */
import * as Account from "../Account.ts"
import type * as Book from "../Book.ts"
import type { State } from "../Engine.ts"
import * as Loans from "../Loans.ts"
import * as Spot from "../Spot.ts"
import * as SpotEvents from "../SpotEvents.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { Decimal } from "./decimals.ts"
import { add, isPositive, isZero, min, subtract, zero } from "./decimals.ts"
import * as IntMap from "./intMap.ts"
import { openLossOf } from "./openLoss.ts"
import { emit, store, tellPosition } from "./transitions.ts"

export interface Draft {
  state: State
  readonly now: number
  /** Assets of the margin wallets that changed, by account. */
  readonly touched: Map<string, Set<string>>
  /** What orders brought, to be repaid at the end, by order. */
  readonly brought: Map<number, Decimal>
  /** The trades of the command, by order. */
  readonly trades: Map<number, Array<Spot.Trade>>
}

export const open = (state: State, now: number): Draft => ({
  state,
  now,
  touched: new Map(),
  brought: new Map(),
  trades: new Map()
})

export const setSpot = (draft: Draft, change: Partial<Spot.Spot>): void => {
  draft.state = { ...draft.state, spot: { ...draft.state.spot, ...change } }
}

export const setOrder = (draft: Draft, order: Spot.Order): void => {
  setSpot(draft, { orders: IntMap.set(draft.state.spot.orders, order.id, order) })
}

export const setFloor = (draft: Draft, accountId: string, change: (floor: Spot.Floor) => Spot.Floor): void => {
  const { floors } = draft.state.spot
  setSpot(draft, { floors: new Map(floors).set(accountId, change(Spot.floor(draft.state.spot, accountId))) })
}

export const setDesk = (
  draft: Draft,
  accountId: string,
  symbol: string,
  change: (desk: Spot.Desk) => Spot.Desk
): void =>
  setFloor(draft, accountId, (floor) => ({
    ...floor,
    desks: new Map(floor.desks).set(symbol, change(Spot.desk(floor, symbol)))
  }))

export const setBook = (draft: Draft, pair: SpotPairs.Pair, next: Book.Book): void =>
  setSpot(draft, { books: new Map(draft.state.spot.books).set(pair.symbol, next) })

/** Tells the stream of an order. */
export const report = (draft: Draft, order: Spot.Order, execution: Omit<SpotEvents.Execution, "executionId">): void => {
  const executionId = draft.state.nextUpdateId
  const next = { ...draft.state, nextUpdateId: executionId + 1 }
  draft.state = emit(next, SpotEvents.executionReport(order, { ...execution, executionId }, draft.now))
}

/** Has the stream told of an asset when the draft is closed. */
export const touch = (draft: Draft, accountId: string, asset: string): void => {
  const assets = draft.touched.get(accountId)
  if (assets === undefined) draft.touched.set(accountId, new Set([asset]))
  else assets.add(asset)
}

/** Adds to what is free and to what is locked of an asset. */
export const pay = (draft: Draft, accountId: string, asset: string, free: Decimal, locked: Decimal): void => {
  const account = draft.state.accounts.get(accountId)
  if (account === undefined || isZero(free) && isZero(locked)) return
  const balance = Account.marginBalance(account, asset)
  touch(draft, accountId, asset)
  draft.state = store(
    draft.state,
    Account.withMarginBalance(account, asset, {
      ...balance,
      free: add(balance.free, free),
      locked: add(balance.locked, locked),
      updateTime: draft.now
    }),
    draft.now
  )
}

export const freeOf = (state: State, accountId: string, asset: string): Decimal => {
  const account = state.accounts.get(accountId)
  return account === undefined ? zero : Account.marginBalance(account, asset).free
}

/** Repays of what is owed as much as an amount and the free balance allow. */
export const repayWith = (draft: Draft, account: Account.Account, asset: string, amount: Decimal): void => {
  const { free } = Account.marginBalance(account, asset)
  const paid = min(min(amount, free), Loans.owed(account, asset))
  if (isPositive(paid)) draft.state = Loans.takeBack(draft.state, account, asset, paid, draft.now)[0]
}

const tellLoss = (draft: Draft, accountId: string): void => {
  const account = draft.state.accounts.get(accountId)
  if (account === undefined) return
  const openLoss = openLossOf(draft.state, accountId)
  const changed = [...new Set([...account.openLoss.keys(), ...openLoss.keys()])].flatMap((asset) => {
    const after = openLoss.get(asset) ?? zero
    return isZero(subtract(after, account.openLoss.get(asset) ?? zero)) ? [] : [[asset, after] as const]
  })
  if (changed.length === 0) return
  draft.state = emit(
    store(draft.state, { ...account, openLoss }, draft.now),
    SpotEvents.openOrderLoss(accountId, changed, draft.now)
  )
}

/** Repays with what orders brought, and tells what the command came to. */
export const close = (draft: Draft): State => {
  for (const [id, amount] of draft.brought) {
    const order = Spot.order(draft.state.spot, id)
    const pair = order && draft.state.spot.pairs.get(order.symbol)
    const account = order && draft.state.accounts.get(order.accountId)
    if (order === undefined || pair === undefined || account === undefined) continue
    if (order.sideEffect === "AUTO_REPAY" || order.sideEffect === "AUTO_BORROW_REPAY") {
      repayWith(draft, account, Spot.assetsOf(pair, order.side).brings, amount)
    }
  }
  for (const [accountId, assets] of draft.touched) {
    tellLoss(draft, accountId)
    draft.state = tellPosition(draft.state, accountId, [...assets], draft.now)
  }
  return draft.state
}
