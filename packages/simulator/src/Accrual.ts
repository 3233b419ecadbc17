/**
 * What falls due on the money of every account: interest at each full hour, interest on negative balances at 00:00 UTC, and
 * the repayment of negative balances before that.
 *
 * @since 0.1.0
 */
import type * as Account from "./Account.ts"
import type * as Engine from "./Engine.ts"
import { ledgerOf } from "./internal/transitions.ts"
import * as Loans from "./Loans.ts"
import * as Transfers from "./Transfers.ts"

const hour = 3_600_000

/**
 * The next full hour at which anything can fall due, in milliseconds; the state was charged up to `accruedUntil`.
 *
 * @category lookups
 * @since 0.1.0
 */
export const next = (state: Engine.State): number => (Math.floor(state.accruedUntil / hour) + 1) * hour

/**
 * The state after everything that falls due at a full hour.
 *
 * **Details**
 *
 * First the repayment of negative balances, at the hours `autoRepayHours` of the day for accounts that did not switch it
 * off; then the interest of the hour; at 00:00 UTC the interest of the day on negative balances; last a forced exchange of
 * balances beyond their maximum.
 *
 * @category transitions
 * @since 0.1.0
 */
export const fall = (state: Engine.State, at: number): Engine.State => {
  const hourOfDay = Math.floor(at / hour) % 24
  const steps: ReadonlyArray<(state: Engine.State, owner: Account.Account) => Engine.State> = [
    (state, owner) =>
      state.parameters.autoRepayHours.includes(hourOfDay) && ledgerOf(state, owner.id).autoRepay
        ? Transfers.coverNegativeBalances(state, owner, at)
        : state,
    (state, owner) => Loans.chargeHour(state, owner, at),
    (state, owner) => hourOfDay === 0 ? Loans.chargeNegativeBalances(state, owner, at) : state,
    (state, owner) => Transfers.forceExchange(state, owner, at)
  ]
  let current = state
  for (const id of state.accounts.keys()) {
    for (const step of steps) {
      const owner = current.accounts.get(id)
      if (owner !== undefined) current = step(current, owner)
    }
  }
  return { ...current, accruedUntil: at }
}

/**
 * The state after everything that fell due up to a time, hour by hour.
 *
 * @category transitions
 * @since 0.1.0
 */
export const advance = (state: Engine.State, now: number): Engine.State => {
  let current = state
  for (let at = next(current); at <= now; at = next(current)) current = fall(current, at)
  return now > current.accruedUntil ? { ...current, accruedUntil: now } : current
}
