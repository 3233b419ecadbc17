/**
 * The limits that the exchange keeps: request weight by address, orders by account, and bans of those who go on.
 *
 * Pure: what was used is a value, and the time comes with each request.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

/**
 * What is allowed.
 *
 * **Details**
 *
 * Windows are the minutes of the exchange's clock. Binance says that whoever goes on after 429 is banned, for two minutes to
 * three days, growing with repeats; how many requests that takes, by how much a ban grows, and when it is forgotten is not
 * published: `tolerance`, `growth` and `memory` are assumed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rules {
  /** Request weight of one address in a minute; 6000. */
  readonly weight: number
  /** Orders of one account in a minute; 1200. */
  readonly orders: number
  /** How many requests are refused with 429 in one minute before the next brings a ban; 20. */
  readonly tolerance: number
  /** The first ban; 2 minutes. */
  readonly firstBan: Duration.Duration
  /** The longest ban; 3 days. */
  readonly longestBan: Duration.Duration
  /** How many times as long as the last one a ban is; 2. */
  readonly growth: number
  /** How long after its end a ban makes the next one longer; 3 days. */
  readonly memory: Duration.Duration
}

/**
 * The limits of Portfolio Margin.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaults: Rules = {
  weight: 6000,
  orders: 1200,
  tolerance: 20,
  firstBan: Duration.minutes(2),
  longestBan: Duration.days(3),
  growth: 2,
  memory: Duration.days(3)
}

/**
 * No limits: everything is counted and nothing refused.
 *
 * @category constructors
 * @since 0.1.0
 */
export const off: Rules = { ...defaults, weight: Infinity, orders: Infinity }

interface Ban {
  readonly until: number
  readonly millis: number
}

/**
 * What was used in the minute, and who is banned.
 *
 * @category models
 * @since 0.1.0
 */
export interface Usage {
  readonly minute: number
  readonly weights: ReadonlyMap<string, number>
  readonly orders: ReadonlyMap<string, number>
  /** Requests refused with 429 in this minute, by address. */
  readonly refused: ReadonlyMap<string, number>
  /** By address; those that ended are kept as long as they make the next one longer. */
  readonly bans: ReadonlyMap<string, Ban>
}

const none: ReadonlyMap<string, number> = new Map()

/**
 * Nothing used, nobody banned.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Usage = { minute: 0, weights: none, orders: none, refused: none, bans: new Map() }

const minuteMillis = 60_000

// Counts of another minute are worth nothing, so that no more is kept than came within one.
const at = (usage: Usage, rules: Rules, now: number): Usage => {
  const minute = Math.floor(now / minuteMillis)
  if (minute === usage.minute) return usage
  const memory = Duration.toMillis(rules.memory)
  const bans = new Map([...usage.bans].filter(([, ban]) => ban.until + memory > now))
  return { minute, weights: none, orders: none, refused: none, bans }
}

const plus = (counts: ReadonlyMap<string, number>, key: string, count: number): ReadonlyMap<string, number> =>
  new Map(counts).set(key, (counts.get(key) ?? 0) + count)

/**
 * What becomes of a request: it is admitted, refused with 429, or its address is banned with 418. `used` is what the address
 * has used in the minute, `retryAfter` is in seconds, `until` in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export type Admission =
  | { readonly _tag: "Admitted"; readonly used: number }
  | { readonly _tag: "TooMany"; readonly used: number; readonly retryAfter: number }
  | { readonly _tag: "Banned"; readonly used: number; readonly retryAfter: number; readonly until: number }

const untilNextMinute = (now: number): number => Math.ceil((minuteMillis - now % minuteMillis) / 1000)

const banned = (used: number, until: number, now: number): Admission => ({
  _tag: "Banned",
  used,
  until,
  retryAfter: Math.ceil((until - now) / 1000)
})

const nextBan = (rules: Rules, last: Ban | undefined, now: number): Ban => {
  const millis = last === undefined
    ? Duration.toMillis(rules.firstBan)
    : Math.min(last.millis * rules.growth, Duration.toMillis(rules.longestBan))
  return { millis, until: now + millis }
}

/**
 * Counts a request of an address, whatever becomes of it.
 *
 * **Example** (The limit, the tolerance, the ban)
 *
 * ```ts import.meta.vitest
 * import * as Limits from "@effect-binance/simulator/Limits"
 *
 * const rules = { ...Limits.defaults, weight: 10, tolerance: 1 }
 * let usage = Limits.empty
 * const ask = (now: number) => {
 *   const [admission, next] = Limits.request(usage, rules, "192.0.2.1", 10, now)
 *   usage = next
 *   return admission._tag
 * }
 *
 * ;[ask(0), ask(1), ask(2), ask(60_000), ask(120_002)] // => ["Admitted", "TooMany", "Banned", "Banned", "Admitted"]
 * ```
 *
 * @category transitions
 * @since 0.1.0
 */
export const request = (
  usage: Usage,
  rules: Rules,
  address: string,
  weight: number,
  now: number
): readonly [Admission, Usage] => {
  const current = at(usage, rules, now)
  const ban = current.bans.get(address)
  if (ban !== undefined && ban.until > now) {
    return [banned(current.weights.get(address) ?? 0, ban.until, now), current]
  }
  const weights = plus(current.weights, address, weight)
  const used = weights.get(address) ?? 0
  const counted = { ...current, weights }
  if (used <= rules.weight) return [{ _tag: "Admitted", used }, counted]
  const refused = plus(current.refused, address, 1)
  if ((refused.get(address) ?? 0) <= rules.tolerance) {
    return [{ _tag: "TooMany", used, retryAfter: untilNextMinute(now) }, { ...counted, refused }]
  }
  const next = nextBan(rules, ban, now)
  return [banned(used, next.until, now), { ...counted, bans: new Map(current.bans).set(address, next) }]
}

/**
 * What becomes of orders: they are counted, or there are too many.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderAdmission =
  | { readonly _tag: "Counted"; readonly count: number }
  | { readonly _tag: "TooManyOrders"; readonly retryAfter: number }

/**
 * Counts orders of an account; those that are too many are not counted.
 *
 * @category transitions
 * @since 0.1.0
 */
export const order = (
  usage: Usage,
  rules: Rules,
  account: string,
  orders: number,
  now: number
): readonly [OrderAdmission, Usage] => {
  const current = at(usage, rules, now)
  const counts = plus(current.orders, account, orders)
  const count = counts.get(account) ?? 0
  return count > rules.orders
    ? [{ _tag: "TooManyOrders", retryAfter: untilNextMinute(now) }, current]
    : [{ _tag: "Counted", count }, { ...current, orders: counts }]
}

/**
 * Weight that somebody else uses up from the same address.
 *
 * @category transitions
 * @since 0.1.0
 */
export const spend = (usage: Usage, rules: Rules, address: string, weight: number, now: number): Usage => {
  const current = at(usage, rules, now)
  return { ...current, weights: plus(current.weights, address, weight) }
}
