/**
 * The limits of the exchange, kept before it has to enforce them: request weight by IP, orders by account.
 *
 * What a call costs is reserved before it is sent, in the windows the exchange counts by (the minutes of its own clock), and
 * set right by the counts in the answers. What does not fit waits in a bounded queue, cancels first, or fails at once. After a
 * 429 all wait as told, and during a ban nothing is sent.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Banned, RateLimited } from "./BinanceError.ts"
import type { Described, Quota, WireParams } from "./Endpoint.ts"
import { weightOf } from "./Endpoint.ts"
import * as memoryStore from "./internal/memoryStore.ts"
import { originOf } from "./internal/origin.ts"
import type { Call, Observation, Permit, RequestGateShape, Sender } from "./RequestGate.ts"
import { RequestGate } from "./RequestGate.ts"

// -----------------------------------------------------------------------------
// Store
// -----------------------------------------------------------------------------

/**
 * What a call takes of one budget.
 *
 * @category stores
 * @since 0.1.0
 */
export interface Charge {
  /**
   * The host, for its weight; host and account with a space between, for the orders; behind those a line break and the
   * endpoint, for a quota.
   */
  readonly key: string
  readonly cost: number
  /** How much may be used in a window. */
  readonly allowed: number
  /** Of a quota: how long the window is in milliseconds, which ends now whenever it is asked for. */
  readonly rolling?: number | undefined
}

/**
 * When something is reserved.
 *
 * @category stores
 * @since 0.1.0
 */
export interface Moment {
  /** The exchange's time in milliseconds since 1970, as far as known. */
  readonly at: number
  /** The exchange's clock was measured anew and differs from before: what was counted is to count in the windows of now. */
  readonly carry: boolean
  /** The exchange's clock was measured; else that is the local time. */
  readonly measured: boolean
}

/**
 * What was taken, until it is known what became of it. It ends once; a second end does nothing.
 *
 * @category stores
 * @since 0.1.0
 */
export interface Reservation {
  /** It was answered, with the exchange's own count for each charge where it told one; or given up after it was sent. */
  readonly settle: (at: number, counts: ReadonlyArray<number | undefined>) => Effect.Effect<void>
  /** It was never sent. */
  readonly giveBack: (at: number) => Effect.Effect<void>
}

/**
 * Whether a reservation was made: of all charges, or of none.
 *
 * @category stores
 * @since 0.1.0
 */
export type Decision =
  | { readonly _tag: "Reserved"; readonly reservation: Reservation }
  | {
    readonly _tag: "Refused"
    readonly key: string
    /** `unreachable`: nobody knows, as the counts are kept elsewhere. */
    readonly cause: "full" | "closed" | "banned" | "unreachable"
    /** When to ask again, by the exchange's clock in milliseconds. */
    readonly until: number
  }

/**
 * How full one budget is.
 *
 * @category stores
 * @since 0.1.0
 */
export interface Level {
  readonly key: string
  readonly used: number
  readonly allowed: number
  /** When the window is over, margin included, by the exchange's clock in milliseconds; so the next two. */
  readonly resetAt: number
  readonly closedUntil: number | undefined
  readonly bannedUntil: number | undefined
  /** Of a quota: how long its window is. */
  readonly rolling: number | undefined
}

/**
 * Where the counts are kept. Each operation is atomic, so that processes can share one; a store that cannot be reached decides
 * itself whether it lets calls through.
 *
 * @category stores
 * @since 0.1.0
 */
export interface Store {
  readonly reserve: (charges: ReadonlyArray<Charge>, moment: Moment) => Effect.Effect<Decision>
  /** Refuses everything on a budget until a time. */
  readonly close: (key: string, at: number, until: number) => Effect.Effect<void>
  /** The same for a ban, and answers when it ends; unknown or past ends become two minutes, doubling with each repetition. */
  readonly ban: (key: string, at: number, until: number | undefined) => Effect.Effect<number>
  /** The budget of a host and those of its accounts. */
  readonly levels: (host: string, at: number) => Effect.Effect<ReadonlyArray<Level>>
}

/**
 * The store of this process: where a budget counts if it is given no other, and what a store that several processes share can
 * fall back to.
 *
 * **Details**
 *
 * `edge` as in {@link RateBudgetOptions}; `window` is how long the exchange counts, a minute.
 *
 * @category stores
 * @since 0.1.0
 */
export const memory = (
  options: { readonly edge?: Duration.Input | undefined; readonly window?: Duration.Input | undefined } = {}
): Store => memoryStore.make(edgeOf(options.edge), Duration.toMillis(options.window ?? memoryStore.minute))

// -----------------------------------------------------------------------------
// Lanes and policies
// -----------------------------------------------------------------------------

/**
 * Who goes first where not all can go: cancels and what only reduces a position (`exit`), then what opens orders (`order`),
 * then what asks (`query`), then what reads history or weighs much (`history`).
 *
 * @category models
 * @since 0.1.0
 */
export type Lane = "exit" | "order" | "query" | "history"

const lanes: ReadonlyArray<Lane> = ["exit", "order", "query", "history"]

const historic = /^getAll(?!.*Open)|History|Income|Trades|Records|Download|ForceOrders/

// A side of a hedge is only made smaller by its opposite.
const reducesHedge = ({ positionSide, side }: WireParams): boolean =>
  (positionSide === "LONG" && side === "SELL") || (positionSide === "SHORT" && side === "BUY")

/**
 * The lane of a call.
 *
 * **Details**
 *
 * `exit`: every DELETE, orders with `reduceOnly` or `closePosition`, and in hedge mode, where there is no `reduceOnly`, a SELL
 * of a LONG and a BUY of a SHORT position. `order`: whatever else counts as an order. `history`: by its name, or with a weight
 * above 20 (account and balance weigh 20 and are no history).
 *
 * @category lanes
 * @since 0.1.0
 */
export const laneOf = (
  endpoint: Pick<Described, "id" | "method" | "orders" | "safety" | "weight">,
  params: WireParams
): Lane => {
  if (
    endpoint.method === "DELETE" || params.reduceOnly === "true" || params.closePosition === "true"
    || reducesHedge(params)
  ) {
    return "exit"
  }
  if (endpoint.orders > 0) return "order"
  return endpoint.safety === "read" && (historic.test(endpoint.id) || weightOf(endpoint, params) > 20)
    ? "history"
    : "query"
}

/**
 * What happens to a call for which there is no room.
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy {
  /** How many calls may wait on one host; what comes then fails, or takes the place of one of a lower lane. */
  readonly maxQueued: number
  /** How long a call may wait; 0 fails at once. */
  readonly maxWait: Duration.Input
  /** The same for what opens orders: an order that waited is an order at the price of then. */
  readonly maxOrderWait: Duration.Input
}

/**
 * Wait: unless set otherwise up to 65 seconds (a window and its margins), what opens orders 1 second, at most 1000 calls.
 *
 * @category policies
 * @since 0.1.0
 */
export const wait = (options: { readonly [K in keyof Policy]?: Policy[K] | undefined } = {}): Policy => ({
  maxQueued: options.maxQueued ?? 1000,
  maxWait: options.maxWait ?? "65 seconds",
  maxOrderWait: options.maxOrderWait ?? "1 second"
})

/**
 * Fail at once.
 *
 * @category policies
 * @since 0.1.0
 */
export const fail: Policy = { maxQueued: Infinity, maxWait: 0, maxOrderWait: 0 }

/**
 * The policy of the calls in a scope, where it is not the budget's own.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentPolicy = Context.Reference<Policy | undefined>("@effect-binance/core/RateBudget/CurrentPolicy", {
  defaultValue: () => undefined
})

/**
 * Sets the policy for the calls that an effect makes.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withPolicy = (policy: Policy) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(self, CurrentPolicy, policy)

// -----------------------------------------------------------------------------
// Options and status
// -----------------------------------------------------------------------------

/**
 * What can be set about a budget; all of it has defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateBudgetOptions {
  /** Which part of the limits is used, above 0 and up to 1; 0.9, which leaves room for a browser on the same IP. */
  readonly share?: number | undefined
  /** Request weight a minute and IP; 6000. */
  readonly weightLimit?: number | undefined
  /** Orders a minute and account; 1200. */
  readonly orderLimit?: number | undefined
  /** {@link wait} with its defaults. */
  readonly policy?: Policy | undefined
  /**
   * How far the clocks may be apart after they were measured, and how late after it was given up a request may arrive; 1
   * second, at most 15. So long before and after the turn of a minute a call counts in both.
   */
  readonly edge?: Duration.Input | undefined
  /**
   * Whether quotas of single calls, as 10 transfers of BNB in 10 minutes, are kept too; true. They are counted from when the
   * program began, and the exchange may know of more.
   */
  readonly quotas?: boolean | undefined
  /** How long nothing is sent after a firewall refused a call (HTTP 403); 5 seconds, 0 for never. */
  readonly pauseAfterBlocked?: Duration.Input | undefined
  /** Where the counts are kept: in memory, unless a store is given. */
  readonly store?: Store | undefined
}

/**
 * One budget as it stands.
 *
 * @category models
 * @since 0.1.0
 */
export interface BudgetStatus {
  readonly budget: "weight" | "orders" | "quota"
  readonly host: string
  /** Of a budget of orders and of a quota: whose. */
  readonly account: string | undefined
  /** Of a quota: of which call. */
  readonly endpoint: string | undefined
  /** How long the window is: the minute of the exchange, or of a quota the last while. */
  readonly per: Duration.Duration
  readonly used: number
  /** What may be used: the limit times the share; the whole of a quota. */
  readonly limit: number
  /** When all of it may be used again, by the exchange's clock; so the next two. */
  readonly resetAt: DateTime.Utc
  /** Until when nothing is sent, after a 429 or -1015. */
  readonly closedUntil: DateTime.Utc | undefined
  readonly bannedUntil: DateTime.Utc | undefined
}

/**
 * All budgets as they stand.
 *
 * @category models
 * @since 0.1.0
 */
export interface Status {
  readonly budgets: ReadonlyArray<BudgetStatus>
  /** How many calls wait. */
  readonly queued: number
}

/**
 * A budget.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateBudgetShape {
  /** What clients ask. */
  readonly gate: RequestGateShape
  /** Looks now. */
  readonly status: Effect.Effect<Status>
  /** The status at its last change worth telling: another hundredth used, a turn of the window, a queue, a refusal, a ban. */
  readonly changes: SubscriptionRef.SubscriptionRef<Status>
}

/**
 * Request weight used in this window, by host; follows {@link RateBudgetShape.changes}.
 *
 * @category metrics
 * @since 0.1.0
 */
export const weightUsed = Metric.gauge("binance_weight_used", {
  description: "Request weight used in this minute, by host"
})

/**
 * Orders used in this window, by account.
 *
 * @category metrics
 * @since 0.1.0
 */
export const ordersUsed = Metric.gauge("binance_orders_used", {
  description: "Orders used in this minute, by account"
})

/**
 * Calls made of a quota, by account and endpoint.
 *
 * @category metrics
 * @since 0.1.0
 */
export const quotaUsed = Metric.gauge("binance_quota_used", {
  description: "Calls made in the window of their quota, by account and endpoint"
})

/**
 * Until when nothing is sent after a 429, by host and account, in seconds since 1970; 0 where nothing is held.
 *
 * @category metrics
 * @since 0.1.0
 */
export const closedUntil = Metric.gauge("binance_closed_until_seconds", {
  description: "Until when nothing is sent, in seconds since 1970, by host and account; 0 for open"
})

/**
 * Until when the IP is banned, by host, in seconds since 1970; 0 where it is not.
 *
 * @category metrics
 * @since 0.1.0
 */
export const bannedUntil = Metric.gauge("binance_banned_until_seconds", {
  description: "Until when the IP is banned, in seconds since 1970, by host; 0 for not"
})

/**
 * Calls that wait, by host.
 *
 * @category metrics
 * @since 0.1.0
 */
export const queued = Metric.gauge("binance_calls_queued", { description: "Calls that wait for a limit, by host" })

/**
 * Calls that did not go at once, by lane and by how it ended: `waited`, `limited`, `banned`, or `interrupted`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const held = Metric.counter("binance_calls_held_total", {
  description: "Calls held back by a limit, by lane and how it ended"
})

// -----------------------------------------------------------------------------
// The budget
// -----------------------------------------------------------------------------

type Restore = <A, E>(self: Effect.Effect<A, E>) => Effect.Effect<A, E>

type Refused = Extract<Decision, { readonly _tag: "Refused" }>

// A call that waits. Times are local, but for those of the decision.
interface Waiter {
  readonly call: Call
  readonly charges: ReadonlyArray<Charge>
  readonly lane: number
  readonly since: number
  readonly deadline: number
  /** The window in which it began to wait. */
  readonly turn: number
  readonly done: Deferred.Deferred<Permit, RateLimited | Banned>
  state: "queued" | "admitted" | "failed" | "left"
  permit: Permit | undefined
  refused: Refused | undefined
}

const now = (fiber: Fiber.Fiber<unknown, unknown>): number => fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()

// All who share the weight of one IP.
interface Host {
  readonly name: string
  /** The keys of its accounts' orders. */
  readonly ordersKeys: Map<string, string>
  readonly lanes: ReadonlyArray<Array<Waiter>>
  waiting: number
  /** The window in which a lane, by its number, had its turn. */
  readonly turns: Array<number>
  offset: number
  /** Whose clock that is, and when it called last by the local clock. */
  clock: Sender | undefined
  clockSeen: number
  /** The clock was set since the last reservation. */
  carry: boolean
  pumping: boolean
  again: boolean
  alarm: { readonly at: number; readonly fiber: Fiber.Fiber<void> } | undefined
  /** Weight since the last publication, and the window of it. */
  spent: number
  published: number
}

const clockKeptMillis = 15 * 60_000

const longestMillis = 3 * 24 * 3_600_000

const used = { weight: weightUsed, orders: ordersUsed, quota: quotaUsed }

const seconds = (time: DateTime.Utc | undefined): number => time === undefined ? 0 : DateTime.toEpochMillis(time) / 1000

const utc = (millis: number | undefined) => millis === undefined ? undefined : DateTime.makeUnsafe(millis)

const edgeOf = (edge: Duration.Input | undefined): number =>
  Math.min(15_000, Math.max(0, Duration.toMillis(edge ?? "1 second")))

const day = 24 * 3_600_000

// What is not told more closely is taken for the longest that it may mean.
const quotaMillis = ({ per }: Quota): number | undefined => {
  switch (per) {
    case "hour":
      return 3_600_000
    case "day":
      return day
    case "month":
      return 31 * day
    default: {
      const [, count, unit] = /^(\d+) (minute|hour|day)s$/.exec(per) ?? []
      return count === undefined
        ? undefined
        : Number(count) * (unit === "minute" ? 60_000 : unit === "hour" ? 3_600_000 : day)
    }
  }
}

const allowance = (limit: number, share: number | undefined): number =>
  Math.floor(limit * Math.min(1, Math.max(0, share ?? 0.9)))

/**
 * Makes a budget.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(options: RateBudgetOptions = {}) {
  const edge = edgeOf(options.edge)
  const store = options.store ?? memoryStore.make(edge)
  const weightAllowed = allowance(options.weightLimit ?? 6000, options.share)
  const ordersAllowed = allowance(options.orderLimit ?? 1200, options.share)
  const policy = options.policy ?? wait()
  const pauseAfterBlocked = Duration.toMillis(options.pauseAfterBlocked ?? "5 seconds")
  const step = Math.max(1, Math.floor(weightAllowed / 100))
  const hosts = new Map<string, Host>()
  const changes = yield* SubscriptionRef.make<Status>({ budgets: [], queued: 0 })

  const hostOf = (name: string): Host => {
    const known = hosts.get(name)
    if (known !== undefined) return known
    const made: Host = {
      name,
      ordersKeys: new Map(),
      lanes: lanes.map(() => []),
      waiting: 0,
      turns: lanes.map(() => -1),
      offset: 0,
      clock: undefined,
      clockSeen: 0,
      carry: false,
      pumping: false,
      again: false,
      alarm: undefined,
      spent: 0,
      published: -1
    }
    hosts.set(name, made)
    return made
  }

  const ordersKey = (host: Host, account: string): string => {
    const known = host.ordersKeys.get(account)
    if (known !== undefined) return known
    const made = `${host.name} ${account}`
    host.ordersKeys.set(account, made)
    return made
  }

  const chargesOf = (host: Host, { endpoint, sender }: Call, weight: number): ReadonlyArray<Charge> => {
    const byWeight = { key: host.name, cost: weight, allowed: weightAllowed }
    if (endpoint.orders === 0 && endpoint.quota === undefined) return [byWeight]
    const key = ordersKey(host, sender.account)
    const { quota } = endpoint
    const rolling = quota === undefined || options.quotas === false ? undefined : quotaMillis(quota)
    return [
      byWeight,
      ...(endpoint.orders === 0 ? [] : [{ key, cost: endpoint.orders, allowed: ordersAllowed }]),
      ...(quota === undefined || rolling === undefined
        ? []
        : [{ key: `${key}\n${endpoint.id}`, cost: 1, allowed: quota.limit, rolling }])
    ]
  }

  // Clients that have not measured go by what another did, and one clock is followed as long as it is in use: clocks that
  // disagree would move the windows to and fro.
  const setClock = (host: Host, sender: Sender, local: number): void => {
    const offset = sender.offsetMillis()
    if (offset === undefined) return
    if (host.clock !== sender && host.clock !== undefined && local - host.clockSeen < clockKeptMillis) return
    host.clock = sender
    host.clockSeen = local
    if (Math.abs(offset - host.offset) > edge) host.carry = true
    host.offset = offset
  }

  const reserve = (host: Host, charges: ReadonlyArray<Charge>, local: number): Effect.Effect<Decision> => {
    const { carry, offset } = host
    host.carry = false
    return store.reserve(charges, { at: local + offset, carry, measured: host.clock !== undefined })
  }

  const turnOf = (at: number): number => Math.floor((at - edge) / memoryStore.minute)

  // ---------------------------------------------------------------------------
  // Failures
  // ---------------------------------------------------------------------------

  const nothingSent = "Nothing was sent"

  const whichOf = ({ endpoint, sender }: Call, refused: Refused | undefined): Pick<RateLimited, "budget" | "quota"> => {
    if (refused?.cause === "unreachable") return { budget: "store" }
    if (refused === undefined || refused.key === sender.host) return { budget: "weight" }
    return endpoint.quota !== undefined && refused.key.includes("\n")
      ? { budget: "quota", quota: endpoint.quota }
      : { budget: "orders" }
  }

  const limited = (call: Call, reason: string, hint: string, at: number, refused?: Refused): RateLimited =>
    new RateLimited({
      ...originOf(call),
      status: 0,
      reason,
      hint: `${nothingSent}. ${hint}`,
      ...whichOf(call, refused),
      ...(refused === undefined ? {} : { retryAfter: Duration.millis(Math.max(0, refused.until - at)) })
    })

  const banned = (call: Call, until: number): Banned =>
    new Banned({
      ...originOf(call),
      status: 0,
      reason: `until ${DateTime.formatIso(DateTime.makeUnsafe(until))}`,
      hint: `${nothingSent}, nor will be until the ban ends: every request makes it longer.`,
      until: DateTime.makeUnsafe(until)
    })

  const reasons = {
    full: "our own count",
    closed: "the exchange asked for a pause",
    unreachable: "whether there is room is not known"
  }

  const refusedFor = (call: Call, at: number, refused: Refused | undefined): RateLimited | Banned => {
    if (refused?.cause === "banned") return banned(call, refused.until)
    const reason = refused === undefined ? "no room" : reasons[refused.cause]
    return limited(call, reason, "Wait, or call less often.", at, refused)
  }

  // ---------------------------------------------------------------------------
  // Telling
  // ---------------------------------------------------------------------------

  const statusOf = (level: Level): BudgetStatus => {
    const [host = "", whose] = level.key.split(/ (.*)/s)
    const [account, endpoint] = whose?.split(/\n(.*)/s) ?? []
    return {
      budget: account === undefined ? "weight" : endpoint === undefined ? "orders" : "quota",
      host,
      account,
      endpoint,
      per: Duration.millis(level.rolling ?? memoryStore.minute),
      used: level.used,
      limit: level.allowed,
      resetAt: DateTime.makeUnsafe(level.resetAt),
      closedUntil: utc(level.closedUntil),
      bannedUntil: utc(level.bannedUntil)
    }
  }

  const status: Effect.Effect<Status> = Effect.withFiber((fiber) => {
    const local = now(fiber)
    return Effect.map(
      Effect.forEach([...hosts.values()], (host) => store.levels(host.name, local + host.offset)),
      (levels): Status => ({
        budgets: levels.flat().map(statusOf),
        queued: [...hosts.values()].reduce((sum, host) => sum + host.waiting, 0)
      })
    )
  })

  const publish = (host: Host): Effect.Effect<void> =>
    Effect.withFiber((fiber) => {
      host.spent = 0
      host.published = turnOf(now(fiber) + host.offset)
      return Effect.flatMap(status, (current) => {
        for (const one of current.budgets) {
          const attributes = {
            host: one.host,
            ...(one.account === undefined ? {} : { account: one.account }),
            ...(one.endpoint === undefined ? {} : { endpoint: one.endpoint })
          }
          const set = (metric: Metric.Gauge<number>, value: number) =>
            Metric.withAttributes(metric, attributes).updateUnsafe(value, fiber.context)
          set(used[one.budget], one.used)
          if (one.budget !== "quota") set(closedUntil, seconds(one.closedUntil))
          if (one.budget === "weight") set(bannedUntil, seconds(one.bannedUntil))
        }
        Metric.withAttributes(queued, { host: host.name }).updateUnsafe(host.waiting, fiber.context)
        return SubscriptionRef.set(changes, current)
      })
    })

  const count = (waiter: Waiter, result: "waited" | "limited" | "banned" | "interrupted"): Effect.Effect<void> =>
    Effect.withFiber((fiber) => {
      const lane = lanes[waiter.lane] ?? "query"
      Metric.withAttributes(held, { lane, result }).updateUnsafe(1, fiber.context)
      return Effect.void
    })

  // ---------------------------------------------------------------------------
  // Sending
  // ---------------------------------------------------------------------------

  const permitOf = (host: Host, call: Call, reservation: Reservation, weight: number): Permit => {
    let ended = false
    const at = (fiber: Fiber.Fiber<unknown, unknown>) => now(fiber) + host.offset
    return {
      observe: (seen) =>
        Effect.withFiber((fiber) => {
          if (ended) return Effect.void
          ended = true
          const time = at(fiber)
          host.spent += weight
          const settled = seen.refused === undefined
            ? reservation.settle(time, [seen.usedWeight, seen.orderCount])
            : Effect.andThen(obey(host, call, seen, time), reservation.settle(time, [seen.usedWeight, seen.orderCount]))
          const telling = seen.refused !== undefined || host.spent >= step || turnOf(time) !== host.published
          return telling ? Effect.flatMap(settled, () => publish(host)) : settled
        }),
      release: (sent) =>
        Effect.withFiber((fiber) => {
          if (ended) return Effect.void
          ended = true
          return sent
            ? reservation.settle(at(fiber), [])
            : Effect.andThen(reservation.giveBack(at(fiber)), host.waiting > 0 ? pump(host) : Effect.void)
        })
    }
  }

  const obey = (host: Host, call: Call, { refused }: Observation, at: number): Effect.Effect<void> => {
    if (refused === undefined) return Effect.void
    switch (refused._tag) {
      case "Banned": {
        const until = refused.until === undefined ? undefined : DateTime.toEpochMillis(refused.until)
        return Effect.andThen(store.ban(host.name, at, until), pump(host))
      }
      case "RateLimited": {
        const key = refused.budget === "orders" ? ordersKey(host, call.sender.account) : host.name
        const window = (Math.floor(at / memoryStore.minute) + 1) * memoryStore.minute
        const until = refused.retryAfter === undefined
          ? window
          : at + Math.min(longestMillis, Duration.toMillis(refused.retryAfter))
        return Effect.andThen(store.close(key, at, until + edge), pump(host))
      }
      case "Blocked":
        return pauseAfterBlocked > 0 ? store.close(host.name, at, at + pauseAfterBlocked) : Effect.void
    }
  }

  // A store may take its time. What it gave to a caller that was interrupted meanwhile is given back.
  const admit = (call: Call): Effect.Effect<Permit, RateLimited | Banned> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        enter(call, restore),
        (permit) => Effect.onInterrupt(restore(Effect.succeed(permit)), () => permit.release(false))
      )
    )

  const enter = (call: Call, restore: Restore): Effect.Effect<Permit, RateLimited | Banned> =>
    Effect.withFiber((fiber): Effect.Effect<Permit, RateLimited | Banned> => {
      const host = hostOf(call.sender.host)
      const local = now(fiber)
      setClock(host, call.sender, local)
      const weight = weightOf(call.endpoint, call.params)
      const charges = chargesOf(host, call, weight)
      if (weight > weightAllowed || call.endpoint.orders > ordersAllowed) {
        const reason = `the call alone (${weight}) is more than the share of the limit (${weightAllowed})`
        return Effect.fail(limited(call, reason, "Raise the share.", local))
      }
      // Whoever comes while others wait takes its place among them.
      if (host.waiting > 0) return queue(host, call, charges, local, restore)
      return Effect.flatMap(reserve(host, charges, local), (decision) => {
        if (decision._tag === "Reserved") return Effect.succeed(permitOf(host, call, decision.reservation, weight))
        return decision.cause === "banned"
          ? Effect.fail(banned(call, decision.until))
          : queue(host, call, charges, local, restore)
      })
    })

  // ---------------------------------------------------------------------------
  // Waiting
  // ---------------------------------------------------------------------------

  const queue = (
    host: Host,
    call: Call,
    charges: ReadonlyArray<Charge>,
    local: number,
    restore: Restore
  ): Effect.Effect<Permit, RateLimited | Banned> =>
    Effect.withFiber((fiber) => {
      const { maxOrderWait, maxQueued, maxWait } = fiber.getRef(CurrentPolicy) ?? policy
      const lane = lanes.indexOf(laneOf(call.endpoint, call.params))
      const waiter: Waiter = {
        call,
        charges,
        lane,
        since: local,
        deadline: local + Duration.toMillis(lanes[lane] === "order" ? maxOrderWait : maxWait),
        turn: turnOf(local + host.offset),
        done: Deferred.makeUnsafe(),
        state: "queued",
        permit: undefined,
        refused: undefined
      }
      if (host.waiting >= maxQueued && !displace(host, lane, local)) {
        const reason = `${host.waiting} calls wait already`
        return Effect.andThen(
          count(waiter, "limited"),
          Effect.fail(limited(call, reason, "Call less often, or let more wait.", local))
        )
      }
      host.lanes[lane]?.push(waiter)
      host.waiting++
      // Between being admitted and being told nothing may be lost.
      return Effect.tap(
        Effect.flatMap(pump(host), () =>
          waiter.state === "queued"
            ? Effect.onInterrupt(restore(Deferred.await(waiter.done)), () => leave(host, waiter))
            : Deferred.await(waiter.done)),
        () => waited(waiter)
      )
    })

  const waited = (waiter: Waiter): Effect.Effect<void> =>
    Effect.withFiber((fiber) => {
      const millis = now(fiber) - waiter.since
      return millis === 0 ? Effect.void : Effect.annotateCurrentSpan({
        "binance.limit.lane": lanes[waiter.lane] ?? "",
        "binance.limit.waited_ms": millis
      })
    })

  const remove = (host: Host, waiter: Waiter): void => {
    const lane = host.lanes[waiter.lane]
    const index = lane?.indexOf(waiter) ?? -1
    if (index < 0) return
    lane?.splice(index, 1)
    host.waiting--
  }

  // An interrupted waiter gives up its place, or what it was given a moment before.
  const leave = (host: Host, waiter: Waiter): Effect.Effect<void> => {
    const { permit } = waiter
    remove(host, waiter)
    waiter.state = "left"
    return Effect.andThen(
      count(waiter, "interrupted"),
      permit === undefined ? pump(host) : permit.release(false)
    )
  }

  const settle = (host: Host, waiter: Waiter, error: RateLimited | Banned): void => {
    remove(host, waiter)
    waiter.state = "failed"
    Deferred.doneUnsafe(waiter.done, Effect.fail(error))
  }

  // The youngest of the lowest lane makes room for what is more urgent.
  const displace = (host: Host, lane: number, local: number): boolean => {
    for (let lower = lanes.length - 1; lower > lane; lower--) {
      const last = host.lanes[lower]?.at(-1)
      if (last === undefined) continue
      settle(
        host,
        last,
        limited(last.call, "the queue is full, and a more urgent call came", "Call less often.", local + host.offset)
      )
      return true
    }
    return false
  }

  // Lets go whoever can, in order. One at a time; whoever comes meanwhile has it run again.
  const pump = (host: Host): Effect.Effect<void> =>
    Effect.suspend(() => {
      host.again = true
      if (host.pumping) return Effect.void
      host.pumping = true
      const loop = Effect.whileLoop({
        while: () => (host.pumping = host.again),
        body: () => {
          host.again = false
          return pass(host)
        },
        step: () => {}
      })
      const stopped = Effect.onError(loop, () =>
        Effect.sync(() => {
          host.pumping = false
        }))
      return Effect.uninterruptible(Effect.flatMap(stopped, () => publish(host)))
    })

  // Whether it was let go, or why not.
  const tryReserve = (host: Host, waiter: Waiter): Effect.Effect<Refused | undefined> =>
    Effect.withFiber((fiber) =>
      Effect.flatMap(
        reserve(host, waiter.charges, now(fiber)),
        (decision): Effect.Effect<Refused | undefined> => {
          if (decision._tag === "Refused") {
            waiter.refused = decision
            return Effect.succeed(decision)
          }
          const permit = permitOf(host, waiter.call, decision.reservation, waiter.charges[0]?.cost ?? 0)
          if (waiter.state !== "queued") return Effect.as(permit.release(false), undefined)
          remove(host, waiter)
          waiter.state = "admitted"
          waiter.permit = permit
          Deferred.doneUnsafe(waiter.done, Effect.succeed(permit))
          return Effect.as(count(waiter, "waited"), undefined)
        }
      )
    )

  const giveUp = (host: Host, waiter: Waiter, local: number): Effect.Effect<void> => {
    const error = refusedFor(waiter.call, local + host.offset, waiter.refused)
    settle(host, waiter, error)
    return count(waiter, error._tag === "Banned" ? "banned" : "limited")
  }

  const pass = (host: Host): Effect.Effect<void> =>
    Effect.gen(function*() {
      const local = yield* Effect.withFiber((fiber) => Effect.succeed(now(fiber)))
      const turn = turnOf(local + host.offset)
      let next = Infinity
      // Once in a window each lane lets one go ahead of all others, if it waited since another window and there is room.
      for (let lane = lanes.length - 1; lane > 0; lane--) {
        const first = host.lanes[lane]?.[0]
        if (first === undefined || first.turn >= turn || host.turns[lane] === turn) continue
        if ((yield* tryReserve(host, first)) === undefined) host.turns[lane] = turn
      }
      const shut = new Map<string, Refused>()
      for (const waiter of host.lanes.flat()) {
        if (waiter.state !== "queued") continue
        // Where the weight is used up nobody overtakes; where the orders of an account are, others do.
        const before = waiter.charges.map(({ key }) => shut.get(key)).find((one) => one !== undefined)
        let hopeless = false
        if (before === undefined) {
          const refused = yield* tryReserve(host, waiter)
          if (refused === undefined) continue
          next = Math.min(next, refused.until - host.offset)
          // Failing now what could not go in time makes room for the next in line.
          hopeless = refused.until - host.offset > waiter.deadline
          if (!hopeless || refused.cause !== "full") shut.set(refused.key, refused)
        } else {
          waiter.refused = before
          hopeless = before.cause !== "full" && before.until - host.offset > waiter.deadline
        }
        if (hopeless || waiter.deadline <= local || waiter.refused?.cause === "banned") {
          yield* giveUp(host, waiter, local)
        } else {
          next = Math.min(next, waiter.deadline)
        }
      }
      yield* ring(host, local, next)
    })

  // Wakes the queue when there may be room or somebody has waited too long.
  const ring = (host: Host, local: number, next: number): Effect.Effect<void> =>
    Effect.withFiber((fiber) => {
      const at = host.waiting === 0 ? Infinity : next
      if (host.alarm?.at === at) return Effect.void
      host.alarm?.fiber.interruptUnsafe()
      host.alarm = undefined
      if (at === Infinity) return Effect.void
      const wake = Effect.flatMap(Effect.sleep(Math.max(1, at - local)), () => {
        host.alarm = undefined
        return pump(host)
      })
      host.alarm = { at, fiber: Effect.runForkWith(fiber.context)(wake) }
      return Effect.void
    })

  return { gate: { admit }, status, changes } satisfies RateBudgetShape
})

/**
 * The limits of one IP, shared by all clients that are given it.
 *
 * **When to use**
 *
 * `PortfolioClient` has one by itself. Provide this layer to several clients, or to the program that calls them, where they
 * are not built together, where a limit, share or policy is to be set for all of them, or to watch it.
 *
 * **Details**
 *
 * Clients of different accounts share the weight, not the orders. The layer provides the gate as well, so that it works for
 * whatever it is provided to: clients while they are built, or calls while they are made.
 *
 * @category services
 * @since 0.1.0
 */
export class RateBudget extends Context.Service<RateBudget, RateBudgetShape>()("@effect-binance/core/RateBudget") {
  /**
   * A budget of its own.
   *
   * @since 0.1.0
   */
  static readonly layer = (options: RateBudgetOptions = {}): Layer.Layer<RateBudget> =>
    Layer.effectContext(
      Effect.map(
        make(options),
        (budget) => Context.make(RateBudget, budget).pipe(Context.add(RequestGate, budget.gate))
      )
    )

  /**
   * The budget that clients are given where nobody gives them another: one for all that are built together.
   *
   * @since 0.1.0
   */
  static readonly layerDefault: Layer.Layer<RateBudget> = RateBudget.layer()
}
