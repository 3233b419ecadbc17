/**
 * The exchange's clock as seen from here.
 *
 * Signed requests carry a timestamp that must lie within the receive window of the exchange's clock. The offset between
 * the two clocks is measured, not assumed: the median over several samples, each corrected by half its round trip.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Environment, type EnvironmentShape } from "./Environment.ts"
import * as http from "./internal/http.ts"
import * as timeout from "./internal/timeout.ts"
import * as LosslessJson from "./LosslessJson.ts"
import type { TransportShape } from "./Transport.ts"

/**
 * The exchange's time could not be read.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerTimeUnavailable extends Schema.TaggedError<ServerTimeUnavailable>(
  "@effect-binance/core/ServerTimeUnavailable"
)("ServerTimeUnavailable", { message: Schema.String }) {}

/**
 * What one measurement found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Measurement {
  /** Exchange time minus local time, in milliseconds. */
  readonly offsetMillis: number
  /** The shortest round trip among the samples, in milliseconds; the offset is good to about half of it. */
  readonly roundTripMillis: number
  readonly samples: number
  /** When it was made, by the local clock. */
  readonly at: DateTime.Utc
}

/**
 * Where the time is read from: one effect that answers milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeSource = Effect.Effect<number, ServerTimeUnavailable>

/**
 * What can be set about the clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerClockOptions {
  /**
   * - `exchange` (default): `/papi/v1/time`, which is served but not documented, and `/fapi/v1/time` of the UM host where it
   *   is not
   * - `um`: `/fapi/v1/time` alone
   * - `local`: trust the local clock, measure nothing
   * - an effect of your own
   */
  readonly source?: "exchange" | "um" | "local" | TimeSource | undefined
  /** Samples per measurement; 5, and fewer where they take longer than 2 seconds. */
  readonly samples?: number | undefined
  /** How old a measurement may grow before the next signed call has it renewed, without waiting for it; 10 minutes. */
  readonly refresh?: Duration.Input | undefined
}

/**
 * What a client needs of a clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface Timekeeper {
  /**
   * The exchange's time in milliseconds since 1970, as far as known. Measures first where that was never done, for 2 seconds
   * at most.
   */
  readonly now: Effect.Effect<number>
  /** Exchange time minus local time in milliseconds; 0 before the first measurement. */
  readonly offsetMillis: Effect.Effect<number>
  /** Measures now. Callers that ask at the same time share one measurement. */
  readonly sync: Effect.Effect<Measurement, ServerTimeUnavailable>
  /** The last measurement, `undefined` before the first. */
  readonly measured: () => Measurement | undefined
}

/**
 * A clock that knows the exchange's time.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerClockShape extends Omit<Timekeeper, "measured"> {
  /** The last measurement, `undefined` before the first; watch it by `SubscriptionRef.changes`. */
  readonly last: SubscriptionRef.SubscriptionRef<Measurement | undefined>
}

/**
 * The offset as last measured, by host where one is known.
 *
 * @category metrics
 * @since 0.1.0
 */
export const clockOffset = Metric.gauge("binance_clock_offset_ms", {
  description: "Exchange time minus local time in milliseconds, as last measured"
})

const retryAfterFailureMillis = 30_000

// A measurement stands between a caller and the first order, outside the timeout of its call, so it must end soon: with
// what samples there are by then.
const measurementTimeout = "2 seconds"
// Leaves time to ask the other host.
const exchangeTimeout = "1 second"

const maxMillis = 8.64e15

const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

const serverTimeOf = (body: unknown): number | undefined => {
  const time = typeof body === "object" && body !== null && "serverTime" in body ? body.serverTime : undefined
  return typeof time === "number" && Number.isSafeInteger(time) ? time : undefined
}

const readTime = (
  transport: TransportShape,
  url: string,
  patience: Duration.Input & string = measurementTimeout
): TimeSource => {
  const unavailable = (why: string) =>
    Effect.fail(new ServerTimeUnavailable({ message: `the exchange's time could not be read from ${url}: ${why}` }))
  return transport.send({ method: "GET", url, apiKey: undefined }).pipe(
    Effect.catch((error) => unavailable(error.detail)),
    timeout.orElse({ duration: patience, orElse: () => unavailable(`no answer within ${patience}`) }),
    Effect.flatMap(({ status, text }) => {
      if (status !== 200) return unavailable(`HTTP ${status}`)
      const time = Result.map(LosslessJson.parse(text), serverTimeOf)
      return Result.isFailure(time) || time.success === undefined
        ? unavailable("no { serverTime } in the answer")
        : Effect.succeed(time.success)
    })
  )
}

/**
 * The exchange's time: `/papi/v1/time`, which is served but not documented, and `/fapi/v1/time` of the UM host where it is
 * not.
 *
 * @category sources
 * @since 0.1.0
 */
export const exchangeTime = (
  environment: Pick<EnvironmentShape, "restUrl" | "marketData">,
  transport: TransportShape
): TimeSource =>
  Effect.catch(
    readTime(transport, `${environment.restUrl}/papi/v1/time`, exchangeTimeout),
    () => umTime(environment, transport)
  )

/**
 * The time of the UM futures' exchange: `/fapi/v1/time`.
 *
 * @category sources
 * @since 0.1.0
 */
export const umTime = (
  environment: Pick<EnvironmentShape, "marketData">,
  transport: TransportShape
): TimeSource => readTime(transport, `${environment.marketData.um}/fapi/v1/time`)

/**
 * Makes a clock over a time source, which tells nothing: no measurement to watch, no metric, no log line; it lives as long as its scope.
 *
 * **When to use**
 *
 * For `Client.makeWith`, where the size of the program counts; {@link make} makes one that can be watched.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeTimekeeper = (
  source: TimeSource,
  options: Pick<ServerClockOptions, "samples" | "refresh"> = {}
): Effect.Effect<Timekeeper, never, Scope.Scope> => keeping(source, options, { measured: quiet, failed: quiet })

const quiet = () => Effect.void

const keeping = Effect.fnUntraced(function*(
  source: TimeSource,
  options: Pick<ServerClockOptions, "samples" | "refresh">,
  tell: {
    readonly measured: (measurement: Measurement) => Effect.Effect<void>
    readonly failed: (message: string) => Effect.Effect<void>
  }
) {
  const count = Math.max(1, Math.trunc(options.samples ?? 5))
  const scope = yield* Effect.scope
  const refreshMillis = Duration.toMillis(options.refresh ?? "10 minutes")
  let offset = 0
  let last: Measurement | undefined
  let running: Deferred.Deferred<Result.Result<Measurement, ServerTimeUnavailable> | undefined> | undefined
  // From this local time on, a call waits for a measurement: at once before the first, a while after a failed one.
  let dueAt = Number.NEGATIVE_INFINITY
  // From this local time on, a call has the measurement renewed.
  let staleAt = Number.POSITIVE_INFINITY

  const sample = Effect.gen(function*() {
    const before = yield* Clock.currentTimeMillis
    const server = yield* source
    const after = yield* Clock.currentTimeMillis
    if (!(Math.abs(server) <= maxMillis)) {
      return yield* new ServerTimeUnavailable({ message: "the time source did not answer milliseconds since 1970" })
    }
    return { offset: server - (before + after) / 2, roundTrip: after - before }
  })

  const measure = Effect.gen(function*() {
    const samples: Array<{ readonly offset: number; readonly roundTrip: number }> = []
    yield* Effect.gen(function*() {
      while (samples.length < count) samples.push(yield* sample)
    }).pipe(
      timeout.orElse({
        duration: measurementTimeout,
        orElse: () =>
          samples.length > 0 ? Effect.void : Effect.fail(
            new ServerTimeUnavailable({ message: `the time source gave no answer within ${measurementTimeout}` })
          )
      })
    )
    const measurement: Measurement = {
      offsetMillis: Math.round(median(samples.map((one) => one.offset))),
      roundTripMillis: Math.min(...samples.map((one) => one.roundTrip)),
      samples: samples.length,
      at: DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
    }
    offset = measurement.offsetMillis
    dueAt = Number.POSITIVE_INFINITY
    staleAt = DateTime.toEpochMillis(measurement.at) + refreshMillis
    last = measurement
    yield* tell.measured(measurement)
    return measurement
  })

  // One at a time. Whoever asks meanwhile takes what it finds, a failure as well; where it is given up, they make their own.
  const sync: Effect.Effect<Measurement, ServerTimeUnavailable> = Effect.uninterruptibleMask((restore) => {
    if (running !== undefined) {
      const found = restore(Deferred.await(running))
      return Effect.flatMap(found, (result) => result === undefined ? restore(sync) : Effect.fromResult(result))
    }
    const mine = Deferred.makeUnsafe<Result.Result<Measurement, ServerTimeUnavailable> | undefined>()
    running = mine
    const measured = Effect.onExit(restore(Effect.result(measure)), (exit) => {
      running = undefined
      return Deferred.succeed(mine, exit._tag === "Success" ? exit.value : undefined)
    })
    return Effect.flatMap(measured, Effect.fromResult)
  })

  const first = Effect.catch(sync, (error) =>
    Effect.flatMap(Clock.currentTimeMillis, (local) => {
      dueAt = local + retryAfterFailureMillis
      return tell.failed(`${error.message}; going by the local clock`)
    }))

  // A measurement grows old with the calls that rely on it, not with the hours of an idle program: the first call after the
  // interval goes by the old one and has it renewed behind its back. So nothing wakes up while nobody calls.
  const renew = Effect.forkIn(Effect.catch(sync, (error) => tell.failed(error.message)), scope)

  const now = Effect.flatMap(Clock.currentTimeMillis, (local) => {
    if (local >= dueAt) {
      return Effect.flatMap(first, () => Effect.map(Clock.currentTimeMillis, (later) => later + offset))
    }
    if (local < staleAt) return Effect.succeed(local + offset)
    staleAt = local + refreshMillis
    return Effect.as(renew, local + offset)
  })

  return { now, offsetMillis: Effect.sync(() => offset), sync, measured: () => last } satisfies Timekeeper
})

/**
 * Makes a clock over a time source; it lives as long as its scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  source: TimeSource,
  options: Pick<ServerClockOptions, "samples" | "refresh"> & { readonly host?: string | undefined } = {}
) {
  const last = yield* SubscriptionRef.make<Measurement | undefined>(undefined)
  const gauge = options.host === undefined ? clockOffset : Metric.withAttributes(clockOffset, { host: options.host })
  const { now, offsetMillis, sync } = yield* keeping(
    source,
    options,
    {
      measured: (one) => Effect.andThen(Metric.update(gauge, one.offsetMillis), SubscriptionRef.set(last, one)),
      failed: Effect.logWarning
    }
  )
  return { now, offsetMillis, sync, last } satisfies ServerClockShape
})

const fixed: Effect.Effect<ServerClockShape> = Effect.map(
  SubscriptionRef.make<Measurement | undefined>(undefined),
  (last) => ({
    now: Clock.currentTimeMillis,
    offsetMillis: Effect.succeed(0),
    sync: Effect.map(Clock.currentTimeMillis, (local) => ({
      offsetMillis: 0,
      roundTripMillis: 0,
      samples: 0,
      at: DateTime.makeUnsafe(local)
    })),
    last
  })
)

/**
 * The exchange's clock.
 *
 * @category services
 * @since 0.1.0
 */
export class ServerClock extends Context.Service<ServerClock, ServerClockShape>()("@effect-binance/core/ServerClock") {
  /**
   * A clock measured against the environment's exchange: at the first signed call, and again when calls find it old.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options: ServerClockOptions = {}
  ): Layer.Layer<ServerClock, never, Environment | HttpClient.HttpClient> =>
    Layer.effect(
      ServerClock,
      Effect.gen(function*() {
        const environment = yield* Environment
        const transport = http.transport(yield* HttpClient.HttpClient)
        const source = options.source ?? "exchange"
        if (source === "local") return yield* fixed
        const measured = { ...options, host: environment.restUrl.replace(/^[a-z]+:\/\/|\/.*$/g, "") }
        if (source === "um") return yield* make(umTime(environment, transport), measured)
        return yield* make(source === "exchange" ? exchangeTime(environment, transport) : source, measured)
      })
    )

  /**
   * The local clock, taken for the exchange's.
   *
   * @since 0.1.0
   */
  static readonly layerLocal: Layer.Layer<ServerClock> = Layer.effect(ServerClock, fixed)
}
