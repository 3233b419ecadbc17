/**
 * Calls of which an account may make only so many within a period.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import { check, ledgerOf, withLedger } from "./internal/transitions.ts"
import type { LimitedCall } from "./Ledger.ts"

const minute = 60_000

const startOfMonth = (now: number): number => {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

interface Quota {
  readonly limit: number
  readonly period: string
  /** The first instant that counts, in milliseconds. */
  readonly since: (now: number) => number
}

const rolling = (limit: number, period: string, millis: number): Quota => ({
  limit,
  period,
  since: (now) => now - millis + 1
})

const ofMonth = (limit: number): Quota => ({ limit, period: "month", since: startOfMonth })

const quotas: { readonly [C in LimitedCall]: Quota } = {
  "auto-collection": rolling(500, "hour", 60 * minute),
  "bnb-transfer": rolling(10, "10 minutes", 10 * minute),
  "repay-futures-switch": rolling(20, "day", 24 * 60 * minute),
  "trade download": ofMonth(5),
  "order download": ofMonth(10),
  "income download": ofMonth(5)
}

/**
 * The state with one more call counted, or -1003 where the account made all that it may.
 *
 * **Details**
 *
 * Hours, minutes and days roll; months are those of the calendar in UTC.
 *
 * @category transitions
 * @since 0.1.0
 */
export const use = (
  state: Engine.State,
  accountId: string,
  call: LimitedCall,
  now: number
): Result.Result<Engine.State, ExchangeError.ExchangeError> => {
  const { limit, period, since } = quotas[call]
  const from = since(now)
  const counted = (ledgerOf(state, accountId).calls.get(call) ?? []).filter((time) => time >= from)
  return Result.map(
    check(counted.length < limit, ExchangeError.tooManyCalls(limit, period)),
    () =>
      withLedger(state, accountId, (ledger) => ({
        ...ledger,
        calls: new Map(ledger.calls).set(call, [...counted, now])
      }))
  )
}
