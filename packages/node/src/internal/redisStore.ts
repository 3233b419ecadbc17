import * as RateBudget from "@effect-binance/core/RateBudget"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redis from "effect/persistence/Redis"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Crypto from "node:crypto"
import { lua } from "./redisScript.ts"

/** What happens while Redis is out of reach. */
export type Unreachable = "refuse" | {
  readonly processes: number
  readonly headroom?: number | undefined
}

export interface Options {
  readonly prefix?: string | undefined
  readonly ip?: string | undefined
  readonly edge?: Duration.Input | undefined
  readonly window?: Duration.Input | undefined
  readonly lease?: Duration.Input | undefined
  readonly timeout?: Duration.Input | undefined
  readonly unreachable?: Unreachable | undefined
  /** In place of the clock of Redis. */
  readonly realTime?: Effect.Effect<number> | undefined
}

// -----------------------------------------------------------------------------
// Talking to Redis
// -----------------------------------------------------------------------------

const Part = Schema.Struct({ first: Schema.Finite, sole: Schema.String, mark: Schema.Finite })

const Cause = Schema.Literals(["full", "closed", "banned"])

const Answer = Schema.fromJsonString(Schema.Struct({
  run: Schema.String,
  refused: Schema.optionalKey(Schema.Struct({ index: Schema.Int, cause: Cause, till: Schema.Finite })),
  parts: Schema.optionalKey(Schema.Array(Part)),
  levels: Schema.optionalKey(Schema.Array(
    Schema.Struct({
      used: Schema.Finite,
      resetAt: Schema.Finite,
      closed: Schema.Finite,
      banned: Schema.Finite
    })
  )),
  till: Schema.optionalKey(Schema.Finite),
  join: Schema.optionalKey(Schema.Finite)
}))

const decode = Schema.decodeUnknownEffect(Answer)

const script = Redis.script((keys: ReadonlyArray<string>, request: string) => [...keys, request], {
  lua,
  numberOfKeys: (keys) => keys.length
}).withReturnType<unknown>()

// More than any limit: what a store in this process is told where Redis decides.
const unlimited = 1e15

const probeMillis = 1000

/** Whether Redis answers for a host, and what was counted when it ceased to. */
interface Link {
  readonly host: string
  /** What was charged by now, by key. */
  readonly known: Map<string, RateBudget.Charge>
  readonly lock: Semaphore.Semaphore
  state: "shared" | "lost"
  /** The start of Redis that answered last. */
  run: string
  /** When Redis is asked again, by the local clock. */
  askAt: number
  /** The last window in which Redis may have counted for us. */
  lostIndex: number
  lostAt: number
  /** From which window on all count in Redis again, as far as known. */
  join: number | undefined
  /** What was sent since Redis was lost. */
  extra: RateBudget.Store
}

/**
 * The store over Redis, with the counts of this process beside it: for bans that hold without Redis, and for the share that
 * is left where there is none.
 */
export const make = Effect.fnUntraced(function*(options: Options) {
  const redis = yield* Redis.Redis
  const prefix = options.prefix ?? "effect-binance"
  const ip = options.ip ?? "shared"
  const edge = Math.min(15_000, Math.max(0, Duration.toMillis(options.edge ?? "1 second")))
  const window = Duration.toMillis(options.window ?? "1 minute")
  const lease = Duration.toMillis(options.lease ?? "1 minute")
  const timeout = options.timeout ?? "500 millis"
  const fallback = options.unreachable === undefined || options.unreachable === "refuse"
    ? undefined
    : { processes: Math.max(1, options.unreachable.processes), headroom: options.unreachable.headroom ?? 0.1 }
  // `own` counts what this process sends, `seen` what the exchange tells as well.
  const own = RateBudget.memory({ edge, window })
  const seen = RateBudget.memory({ edge, window })
  const links = new Map<string, Link>()
  const who = Crypto.randomUUID()
  let ids = 0

  const linkOf = (key: string): Link => {
    const host = key.split(" ", 1)[0] ?? key
    const known = links.get(host)
    if (known !== undefined) return known
    const made: Link = {
      host,
      known: new Map(),
      lock: Semaphore.makeUnsafe(1),
      state: "shared",
      run: "",
      askAt: 0,
      lostIndex: 0,
      lostAt: 0,
      join: undefined,
      extra: own
    }
    links.set(host, made)
    return made
  }

  const keysOf = (host: string, charges: ReadonlyArray<Pick<RateBudget.Charge, "key">>): ReadonlyArray<string> => {
    const root = `${prefix}:{${host}}`
    return [
      `${root}:clock`,
      ...charges.flatMap(({ key }) => {
        const [, account, endpoint] = /^\S+(?: ([^\n]*)(?:\n(.*))?)?$/.exec(key) ?? []
        const name = account === undefined
          ? `${root}:weight:${ip}`
          : endpoint === undefined
          ? `${root}:orders:${account}`
          : `${root}:quota:${account}:${endpoint}`
        return [name, `${name}:flight`]
      })
    ]
  }

  const ask = (
    link: Link,
    op: "reserve" | "settle" | "giveBack" | "close" | "ban" | "knock" | "levels",
    charges: ReadonlyArray<RateBudget.Charge>,
    at: number,
    more: { readonly [name: string]: unknown }
  ) =>
    Effect.gen(function*() {
      const real = options.realTime === undefined ? undefined : yield* options.realTime
      const request = JSON.stringify({
        op,
        who,
        at: Math.floor(at),
        edge,
        window,
        lease,
        run: link.run,
        charges: charges.map(({ allowed, cost, rolling }) => ({ allowed, cost, rolling })),
        real,
        ...more
      })
      const answer = yield* Effect.flatMap(redis.eval(script)(keysOf(link.host, charges), request), decode)
      link.run = answer.run
      return answer
    }).pipe(
      Effect.timeout(timeout),
      Effect.tapError((error) => lose(link, at, error))
    )

  // ---------------------------------------------------------------------------
  // Losing Redis, and finding it again
  // ---------------------------------------------------------------------------

  const charge = (key: string): RateBudget.Charge => ({ key, cost: 0, allowed: 0 })

  const oldest = (at: number): number => Math.floor((at - edge) / window)
  const newest = (at: number): number => Math.floor((at + edge) / window)

  const lose = (
    link: Link,
    at: number,
    error: { readonly message: string; readonly cause?: unknown }
  ): Effect.Effect<void> =>
    Effect.gen(function*() {
      link.askAt = (yield* Clock.currentTimeMillis) + probeMillis
      if (link.state === "lost") return
      link.state = "lost"
      link.lostIndex = newest(at)
      link.lostAt = at
      link.join = undefined
      link.extra = RateBudget.memory({ edge, window })
      yield* Effect.logWarning(
        `the shared limits of ${link.host} are out of reach (${error.message || String(error.cause)}): ${
          fallback === undefined ? "nothing is sent" : `going on with 1/${fallback.processes} of them`
        }`
      )
    })

  const found = (link: Link): Effect.Effect<void> =>
    Effect.suspend(() => {
      link.state = "shared"
      return Effect.logInfo(`the shared limits of ${link.host} are back`)
    })

  const unreachable = (link: Link, key: string, at: number): Effect.Effect<RateBudget.Decision> =>
    Effect.map(Clock.currentTimeMillis, (local) => ({
      _tag: "Refused",
      key,
      cause: "unreachable",
      until: at + Math.max(1, link.askAt - local)
    }))

  // ---------------------------------------------------------------------------
  // Reserving
  // ---------------------------------------------------------------------------

  // In this process: all of its counts, or none.
  const here = (
    moment: RateBudget.Moment,
    counts: ReadonlyArray<readonly [store: RateBudget.Store, charges: ReadonlyArray<RateBudget.Charge>]>
  ): Effect.Effect<RateBudget.Decision> =>
    Effect.gen(function*() {
      const made: Array<RateBudget.Reservation> = []
      for (const [store, charges] of counts) {
        const decision = yield* store.reserve(charges, moment)
        if (decision._tag === "Reserved") {
          made.push(decision.reservation)
          continue
        }
        for (const one of made) yield* one.giveBack(moment.at)
        return decision
      }
      return {
        _tag: "Reserved",
        reservation: {
          // Only `seen`, the second, is told of the exchange's counts.
          settle: (at, told) =>
            Effect.forEach(made, (one, index) => one.settle(at, index === 1 ? told : []), { discard: true }),
          giveBack: (at) => Effect.forEach(made, (one) => one.giveBack(at), { discard: true })
        }
      }
    })

  const allowing = (
    charges: ReadonlyArray<RateBudget.Charge>,
    allowed: (charge: RateBudget.Charge) => number
  ): ReadonlyArray<RateBudget.Charge> => charges.map((charge) => ({ ...charge, allowed: allowed(charge) }))

  const anything = (charges: ReadonlyArray<RateBudget.Charge>, moment: RateBudget.Moment) => {
    const all = allowing(charges, any)
    return here(moment, [[own, all], [seen, all]])
  }

  // Redis decides; but what this process made of a quota is known here, even if Redis forgot it.
  const any = ({ allowed, rolling }: RateBudget.Charge) => rolling === undefined ? unlimited : allowed

  // What is kept back, for all processes to go on with in the window in which Redis is lost.
  const kept = (allowed: number): number =>
    fallback === undefined ? 0 : Math.floor(allowed * fallback.headroom / fallback.processes)

  const shared = (
    link: Link,
    charges: ReadonlyArray<RateBudget.Charge>,
    moment: RateBudget.Moment
  ): Effect.Effect<RateBudget.Decision> =>
    Effect.gen(function*() {
      // A pause or a ban that is known here need not be asked for.
      const local = yield* anything(charges, moment)
      if (local._tag === "Refused") return local
      const id = `${who}:${ids++}`
      const asked = charges.map((charge) =>
        charge.rolling === undefined
          ? { ...charge, allowed: charge.allowed - kept(charge.allowed) * (fallback?.processes ?? 0) }
          : charge
      )
      const answer = yield* Effect.option(ask(link, "reserve", asked, moment.at, { id, measured: moment.measured }))
      if (answer._tag === "None") {
        yield* local.reservation.giveBack(moment.at)
        return yield* lost(link, charges, moment)
      }
      const { parts, refused } = answer.value
      if (refused !== undefined) {
        yield* local.reservation.giveBack(moment.at)
        const key = charges[refused.index]?.key ?? link.host
        if (refused.cause === "banned") yield* Effect.asVoid(own.ban(key, moment.at, refused.till))
        if (refused.cause === "closed") yield* own.close(key, moment.at, refused.till)
        return { _tag: "Refused", key, cause: refused.cause, until: refused.till }
      }
      let open = true
      const end = (op: "settle" | "giveBack", at: number, counts: ReadonlyArray<number | undefined>) =>
        Effect.suspend(() => {
          if (!open) return Effect.void
          open = false
          // Without Redis the lease ends it.
          if (link.state === "lost") return Effect.void
          const told = charges.map((_, index) => counts[index] ?? -1)
          return Effect.ignore(ask(link, op, asked, at, { id, parts, counts: told }))
        })
      return {
        _tag: "Reserved",
        reservation: {
          settle: (at, counts) =>
            Effect.andThen(local.reservation.settle(at, counts), Effect.uninterruptible(end("settle", at, counts))),
          giveBack: (at) =>
            Effect.andThen(local.reservation.giveBack(at), Effect.uninterruptible(end("giveBack", at, [])))
        }
      }
    })

  const lost = (
    link: Link,
    charges: ReadonlyArray<RateBudget.Charge>,
    moment: RateBudget.Moment
  ): Effect.Effect<RateBudget.Decision> =>
    fallback === undefined ? refused(link, charges, moment) : share(link, charges, moment)

  const refused = (
    link: Link,
    charges: ReadonlyArray<RateBudget.Charge>,
    moment: RateBudget.Moment
  ): Effect.Effect<RateBudget.Decision> =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      if (now >= link.askAt) {
        // One asks; whoever comes meanwhile is refused.
        link.askAt = now + probeMillis
        const answer = yield* Effect.option(ask(link, "levels", [], moment.at, {}))
        if (answer._tag === "Some") {
          yield* found(link)
          return yield* shared(link, charges, moment)
        }
      }
      const local = yield* anything(charges, moment)
      if (local._tag === "Refused") return local
      yield* local.reservation.giveBack(moment.at)
      return yield* unreachable(link, charges[0]?.key ?? link.host, moment.at)
    })

  // What was used here in the windows that are open is counted in Redis too, for as long as a lease.
  const adopt = (link: Link, moment: RateBudget.Moment): Effect.Effect<boolean> =>
    Effect.gen(function*() {
      const levels = yield* own.levels(link.host, moment.at)
      const charges = levels.filter(({ rolling, used }) => rolling === undefined && used > 0)
        .map(({ key, used }): RateBudget.Charge => ({ key, cost: used, allowed: unlimited }))
      const id = `${who}:${ids++}`
      const answer = yield* Effect.option(
        ask(link, "reserve", charges, moment.at, { id, measured: moment.measured, trust: true })
      )
      return answer._tag === "Some"
    })

  const share = (
    link: Link,
    charges: ReadonlyArray<RateBudget.Charge>,
    moment: RateBudget.Moment
  ): Effect.Effect<RateBudget.Decision> =>
    link.lock.withPermits(1)(Effect.gen(function*() {
      const { at } = moment
      if (link.state === "shared") return true
      if (link.join === undefined) {
        // Nothing is sent without Redis unless it was found to be gone a moment ago, so that all know soon when it is back.
        const now = yield* Clock.currentTimeMillis
        if (now < link.askAt) return false
        link.askAt = now + probeMillis
        const margin = Math.ceil(2 * probeMillis + Duration.toMillis(timeout))
        const answer = yield* Effect.option(
          ask(link, "knock", [charge(link.host)], at, { margin, lostAt: Math.floor(link.lostAt) })
        )
        if (answer._tag === "None" || answer.value.join === undefined) return false
        link.join = answer.value.join
      }
      if (oldest(at) < link.join) return false
      if (yield* adopt(link, moment)) {
        yield* found(link)
        return true
      }
      link.join = undefined
      return false
    })).pipe(Effect.flatMap((back) => back ? shared(link, charges, moment) : local(link, charges, moment)))

  const local = (
    link: Link,
    charges: ReadonlyArray<RateBudget.Charge>,
    moment: RateBudget.Moment
  ): Effect.Effect<RateBudget.Decision> => {
    const processes = fallback?.processes ?? 1
    // What others made of a quota is not known.
    const quota = charges.find(({ rolling }) => rolling !== undefined)
    if (quota !== undefined) return unreachable(link, quota.key, moment.at)
    const whole: readonly [RateBudget.Store, ReadonlyArray<RateBudget.Charge>] = [seen, charges]
    // In the window in which Redis was lost others may have used all but what was kept back.
    return oldest(moment.at) <= link.lostIndex
      ? here(moment, [
        [own, allowing(charges, any)],
        whole,
        [link.extra, allowing(charges, ({ allowed }) => kept(allowed))]
      ])
      : here(moment, [[own, allowing(charges, ({ allowed }) => Math.floor(allowed / processes))], whole])
  }

  // ---------------------------------------------------------------------------
  // The store
  // ---------------------------------------------------------------------------

  const reserve = (charges: ReadonlyArray<RateBudget.Charge>, moment: RateBudget.Moment) =>
    Effect.suspend(() => {
      const link = linkOf(charges[0]?.key ?? "")
      for (const charge of charges) link.known.set(charge.key, charge)
      return link.state === "shared" ? shared(link, charges, moment) : lost(link, charges, moment)
    })

  const unlessLost = <A, E>(link: Link, self: Effect.Effect<A, E>): Effect.Effect<A | undefined> =>
    Effect.suspend(() =>
      link.state === "lost"
        ? Effect.succeed(undefined)
        : Effect.uninterruptible(Effect.orElseSucceed(self, () => undefined))
    )

  const store: RateBudget.Store = {
    reserve,
    close: (key, at, until) =>
      Effect.suspend(() => {
        const link = linkOf(key)
        return Effect.andThen(
          own.close(key, at, until),
          Effect.asVoid(unlessLost(link, ask(link, "close", [charge(key)], at, { till: Math.ceil(until) })))
        )
      }),
    ban: (key, at, until) =>
      Effect.gen(function*() {
        const link = linkOf(key)
        const told = until === undefined ? {} : { till: Math.ceil(until) }
        const answer = yield* unlessLost(link, ask(link, "ban", [charge(key)], at, told))
        return yield* own.ban(key, at, answer?.till ?? until)
      }),
    levels: (host, at) =>
      Effect.gen(function*() {
        const link = linkOf(host)
        const charges = [...link.known.values()]
        const answer = yield* unlessLost(link, ask(link, "levels", charges, at, {}))
        if (answer?.levels === undefined) {
          const levels = yield* seen.levels(host, at)
          const held = new Map((yield* own.levels(host, at)).map((level) => [level.key, level]))
          return levels.map(({ allowed, key, resetAt, rolling, used }): RateBudget.Level => ({
            key,
            used,
            allowed: link.known.get(key)?.allowed ?? allowed,
            resetAt,
            closedUntil: held.get(key)?.closedUntil,
            bannedUntil: held.get(key)?.bannedUntil,
            rolling
          }))
        }
        return answer.levels.map(({ banned, closed, resetAt, used }, index): RateBudget.Level => ({
          key: charges[index]?.key ?? host,
          used,
          allowed: charges[index]?.allowed ?? 0,
          resetAt,
          closedUntil: closed === 0 ? undefined : closed,
          bannedUntil: banned === 0 ? undefined : banned,
          rolling: charges[index]?.rolling
        }))
      })
  }
  return store
})
