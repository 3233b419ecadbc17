import * as Decimal from "@effect-binance/core/Decimal"
import * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Account } from "../Account.ts"
import { CMOrders } from "../CMOrders.ts"
import { MarginOrders } from "../MarginOrders.ts"
import * as Repair from "../Repair.ts"
import { UMOrders } from "../UMOrders.ts"

import type { Seen } from "./seen.ts"

// Whether an account changed of which a stream, alive as it is, said nothing: two looks at it by REST, and what the stream told
// in between.

type Unit = "UM" | "CM"

const units: ReadonlyArray<Unit> = ["UM", "CM"]

type Orders = ReadonlyMap<string, Repair.OrderKey>

/** The account at a moment; `undefined` for what could not be asked for. */
export interface Look {
  /** When balances and positions of futures changed last. */
  readonly times: { readonly [U in Unit]: number } | undefined
  /** What is free and locked of each margin asset, as text. */
  readonly margin: ReadonlyMap<string, string> | undefined
  /** How often the stream had told of each when that was asked for. */
  readonly told: ReadonlyMap<string, number>
  /** The orders that are open. */
  readonly orders: Orders | undefined
}

const newest = (rows: ReadonlyArray<{ readonly updateTime: DateTime.Utc }>): number =>
  rows.reduce((latest, { updateTime }) => Math.max(latest, DateTime.toEpochMillis(updateTime)), 0)

// What is not readable is neither gone nor new.
const isWhole = (...lists: ReadonlyArray<Field.Rows<unknown>>): boolean =>
  lists.every(({ unreadable }) => unreadable.length === 0)

const times = Effect.gen(function*() {
  const account = yield* Account
  const [um, cm] = yield* Effect.all([account.getUMAccount(), account.getCMAccount()])
  return { UM: newest([...um.assets, ...um.positions]), CM: newest([...cm.assets, ...cm.positions]) }
})

const margin = Effect.gen(function*() {
  const balances = yield* Account.use((account) => account.getBalance())
  if (!Field.isRows(balances) || !isWhole(balances)) return undefined
  return new Map(balances.map(({ asset, crossMarginFree, crossMarginLocked }) => [
    asset,
    `${Decimal.format(crossMarginFree)} ${Decimal.format(crossMarginLocked)}`
  ]))
})

const keysOf = (
  kind: "um" | "cm" | "margin",
  orders: ReadonlyArray<{ readonly symbol: string; readonly orderId: Ids.OrderId }>
): ReadonlyArray<Repair.OrderKey> => orders.map(({ orderId, symbol }) => ({ kind, symbol, orderId }))

const byText = (keys: ReadonlyArray<Repair.OrderKey>): Orders => new Map(keys.map((key) => [Repair.keyText(key), key]))

// Algo and conditional orders are left out: whether the exchange tells of each change of theirs is not known.
const orders = Effect.gen(function*() {
  const um = yield* UMOrders.use((orders) => orders.getAllUMOpenOrders())
  const cm = yield* CMOrders.use((orders) => orders.getAllCMOpenOrders())
  const margin = yield* MarginOrders.use((orders) => orders.getMarginOpenOrders())
  return isWhole(um, cm, margin)
    ? byText([...keysOf("um", um), ...keysOf("cm", cm), ...keysOf("margin", margin)])
    : undefined
})

const orUndefined = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A | undefined, never, R> =>
  Effect.orElseSucceed(self, () => undefined)

/** Looks at the account. Weight 115. */
export const look = (
  seen: Seen
): Effect.Effect<Look, never, Account | UMOrders | CMOrders | MarginOrders> =>
  Effect.gen(function*() {
    const told = seen.marginChanges()
    return {
      times: yield* orUndefined(times),
      margin: yield* orUndefined(margin),
      told,
      orders: yield* orUndefined(orders)
    }
  })

/** Whether nothing could have changed without being seen by this look. */
export const isComplete = ({ margin, orders, times }: Look): boolean =>
  times !== undefined && margin !== undefined && orders !== undefined

/** The later look, and the earlier one for what could not be asked for. */
export const after = (before: Look, found: Look): Look => ({
  times: found.times ?? before.times,
  ...(found.margin === undefined
    ? { margin: before.margin, told: before.told }
    : { margin: found.margin, told: found.told }),
  orders: found.orders ?? before.orders
})

/** A look without the orders that the stream told the end of since. */
export const settled = (seen: Seen, look: Look): Look => ({
  ...look,
  orders: look.orders && new Map([...look.orders].filter(([, key]) => seen.standing(key) !== "over"))
})

/** What the next look has to find: what this one found, and the orders that the stream told of. */
export const expected = (seen: Seen, look: Look): Look => ({
  ...look,
  orders: look.orders && new Map([...look.orders, ...byText(seen.openOrders().filter((key) => "orderId" in key))])
})

const timesDiffer = (seen: Seen, before: Look, { times }: Look): boolean =>
  times !== undefined
  && units.some((unit) => times[unit] > Math.max(before.times?.[unit] ?? times[unit], seen.accountTime(unit)))

const marginDiffers = (seen: Seen, before: Look, found: Look): boolean => {
  if (before.margin === undefined || found.margin === undefined) return false
  const told = seen.marginChanges()
  const nothing = "0 0"
  for (const asset of new Set([...before.margin.keys(), ...found.margin.keys()])) {
    if ((told.get(asset) ?? 0) !== (before.told.get(asset) ?? 0)) continue
    if ((before.margin.get(asset) ?? nothing) !== (found.margin.get(asset) ?? nothing)) return true
  }
  return false
}

const ordersDiffer = (seen: Seen, before: Look, found: Look): boolean => {
  const known = before.orders
  const open = found.orders
  if (known === undefined || open === undefined) return false
  return [...open].some(([text, key]) => !known.has(text) && seen.standing(key) === undefined)
    || [...known].some(([text, key]) => !open.has(text) && seen.standing(key) !== "over")
}

/** Whether something was found that is neither as expected nor told of by the stream. */
export const untold = (seen: Seen, before: Look, found: Look): boolean =>
  timesDiffer(seen, before, found) || marginDiffers(seen, before, found) || ordersDiffer(seen, before, found)
