/**
 * The user data stream of an account that is never silently blind.
 *
 * **Details**
 *
 * One service holds one connection (two while one takes over from the other) for any number of subscribers. It makes the listen
 * key and keeps it alive, reconnects, notices when the exchange falls silent, and asks for what was missed. What it yields is told
 * in `UserDataItem`: every event once and in order, and a gap wherever something may be missing, until it is not.
 *
 * @since 0.1.0
 */
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import * as Drift from "@effect-binance/core/Drift"
import { Environment, type EnvironmentError, type EnvironmentOptions } from "@effect-binance/core/Environment"
import * as Environments from "@effect-binance/core/Environment"
import { ServerClock } from "@effect-binance/core/ServerClock"
import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Event } from "./Events.ts"
import * as frames from "./internal/frames.ts"
import * as hubs from "./internal/hub.ts"
import * as seens from "./internal/seen.ts"
import * as Silence from "./internal/silence.ts"
import * as Repair from "./Repair.ts"
import type { GapReason, UserDataItem } from "./UserDataItem.ts"
import { UserStream } from "./UserStream.ts"

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * What can be set about the stream; all of it has defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserDataStreamOptions {
  /**
   * How it is connected: with the listen key in the address (`direct`, as documented), or by subscribing to it (`combined`, as the
   * official connectors do). `direct` when left out.
   */
  readonly form?: "direct" | "combined" | undefined
  /**
   * Symbols that are asked for after a gap beside those that the stream learns by itself. It matters for margin, whose history the
   * exchange tells by symbol only.
   */
  readonly symbols?: Partial<Repair.Request["symbols"]> | undefined
  /** How often the listen key is kept alive; it lives 60 minutes. 30 minutes. */
  readonly keepAliveEvery?: Duration.Input | undefined
  /** When a connection is replaced; the exchange ends it after 24 hours. 23 hours. */
  readonly renewAfter?: Duration.Input | undefined
  /** How long both connections are read when one replaces the other. 10 seconds. */
  readonly overlap?: Duration.Input | undefined
  /** After how long a silence the exchange is asked for a sign of life on the connection. 20 seconds. */
  readonly pingAfter?: Duration.Input | undefined
  /** How long that sign is waited for. 10 seconds. */
  readonly pongWithin?: Duration.Input | undefined
  /**
   * After how long without an event the account is looked at by REST, whether it changed all the same (weight 116). 1 minute;
   * `"never"` does without, and then a stream that is alive and says nothing goes unnoticed until the listen key is kept alive.
   */
  readonly checkAfter?: Duration.Input | "never" | undefined
  /** The shortest and the longest time between two attempts to connect. 500 ms, doubling up to 30 seconds, less up to a half. */
  readonly backoff?:
    | { readonly from?: Duration.Input | undefined; readonly to?: Duration.Input | undefined }
    | undefined
  /** How many items wait for a subscriber. 16384. */
  readonly bufferSize?: number | undefined
  /**
   * What happens when that many wait: items are dropped, and what was missed is asked for (`gap`); or the connection is not read
   * until there is room (`suspend`), which delays all subscribers, and makes the exchange end the connection when it lasts. `gap`
   * when left out.
   */
  readonly onFull?: "gap" | "suspend" | undefined
  /**
   * How long events wait while it is asked what was missed, so that everything can be told in order; then they go first. 5 seconds.
   */
  readonly holdFor?: Duration.Input | undefined
  /**
   * Whether the listen key is deleted when the service ends. There is one key for all processes of an account, and deleting it
   * silences all of them: `false` when left out.
   */
  readonly deleteListenKey?: boolean | undefined
}

/**
 * What can be set by one subscriber.
 *
 * @category models
 * @since 0.1.0
 */
export interface SubscribeOptions extends Pick<UserDataStreamOptions, "bufferSize" | "onFull"> {}

const keyLifeMillis = 3_600_000
const openTimeout = "10 seconds"
const subscribeTimeout = "10 seconds"
// A connection that lived shorter than this does not start the counting of attempts anew.
const steadyMillis = 60_000
// Margin for clocks that disagree and for events on their way.
const lookbackMillis = 60_000
const heldAtMost = 10_000
const betweenRepairsMillis = 5_000
const toldAfterMillis = 5_000

const millisOf = (input: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(input))

const settingsOf = (options: UserDataStreamOptions) => ({
  form: options.form ?? "direct",
  keepAliveEvery: millisOf(options.keepAliveEvery ?? "30 minutes"),
  renewAfter: millisOf(options.renewAfter ?? "23 hours"),
  overlap: millisOf(options.overlap ?? "10 seconds"),
  pingAfter: millisOf(options.pingAfter ?? "20 seconds"),
  pongWithin: millisOf(options.pongWithin ?? "10 seconds"),
  checkAfter: options.checkAfter === "never" ? undefined : millisOf(options.checkAfter ?? "1 minute"),
  backoffFrom: millisOf(options.backoff?.from ?? "500 millis"),
  backoffTo: millisOf(options.backoff?.to ?? "30 seconds"),
  capacity: options.bufferSize ?? 16_384,
  onFull: options.onFull ?? "gap",
  holdFor: millisOf(options.holdFor ?? "5 seconds")
})

// -----------------------------------------------------------------------------
// State
// -----------------------------------------------------------------------------

/**
 * Why no connection could be opened: a call for the listen key failed, or the exchange did not open the stream.
 *
 * @category models
 * @since 0.1.0
 */
export type ConnectFailure = MutationError | {
  readonly _tag: "NotOpened"
  /** The HTTP status with which the exchange refused, where the WebSocket tells it. */
  readonly status: number | undefined
  readonly detail: string
}

/**
 * How the stream is.
 *
 * **Details**
 *
 * `status` is `Connecting` without a connection, `Degraded` with one while something may be missing, `Live` otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly status: "Connecting" | "Degraded" | "Live"
  /** The number of the connection that is open, or was open last; 0 before the first. */
  readonly connection: number
  readonly connectedSince: DateTime.Utc | undefined
  readonly lastEventAt: DateTime.Utc | undefined
  /** When the listen key was made or kept alive last. */
  readonly listenKeyAliveAt: DateTime.Utc | undefined
  /** The gap that is open. */
  readonly gap: { readonly gap: number; readonly since: DateTime.Utc; readonly reason: GapReason } | undefined
  /** Why there is no connection, or why the gap is still open. */
  readonly cause: ConnectFailure | Repair.RepairError | undefined
  readonly counts: Counts
}

/**
 * What was counted since the service began.
 *
 * @category models
 * @since 0.1.0
 */
export interface Counts {
  /** Events told. */
  readonly events: number
  /** Events that came again, and were not told again. */
  readonly duplicates: number
  /** Events of names that are not known. */
  readonly unknown: number
  /** Frames that could not be read. */
  readonly malformed: number
  /** Connections that were opened. */
  readonly connections: number
  /** Attempts to open one that failed. */
  readonly failedAttempts: number
  readonly gaps: number
  /** Attempts to close a gap that failed. */
  readonly failedRepairs: number
  /** How often a subscriber was too slow. */
  readonly overruns: number
}

/**
 * Counts events by tag.
 *
 * @category metrics
 * @since 0.1.0
 */
export const events = Metric.counter("binance_stream_events_total", {
  description: "Events of the user data stream, by kind"
})

/**
 * Counts gaps by reason.
 *
 * @category metrics
 * @since 0.1.0
 */
export const gaps = Metric.counter("binance_stream_gaps_total", {
  description: "Gaps of the user data stream, by reason"
})

/**
 * A user data stream.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserDataStreamShape {
  /**
   * What the stream yields, from when it is run. It begins with how things stand (`Connected`, an open gap), and ends only with the
   * service.
   */
  readonly items: Stream.Stream<UserDataItem>
  /** Subscribes at once; the stream given yields, once, what came since. It ends with the scope. */
  readonly subscribe: (options?: SubscribeOptions) => Effect.Effect<Stream.Stream<UserDataItem>, never, Scope.Scope>
  /** How the stream is now. */
  readonly state: Effect.Effect<State>
  /** How the stream is, now and whenever its connection or gap changes. */
  readonly changes: Stream.Stream<State>
  /** Replaces the connection by a new one, without a gap. */
  readonly renew: Effect.Effect<void>
}

// -----------------------------------------------------------------------------
// Sockets
// -----------------------------------------------------------------------------

// What the package `ws` can do beyond the WebSocket of browsers.
interface Pinging extends Socket.WebSocketLike {
  ping(): void
  on(event: "ping" | "pong", listener: () => void): unknown
}

const isPinging = (ws: Socket.WebSocketLike): ws is Pinging =>
  "ping" in ws && typeof ws.ping === "function" && "on" in ws && typeof ws.on === "function"

interface Terminable extends Socket.WebSocketLike {
  terminate(): void
}

const isTerminable = (ws: Socket.WebSocketLike): ws is Terminable =>
  "terminate" in ws && typeof ws.terminate === "function"

const textOf = (u: unknown): string => {
  if (typeof u === "string") return u
  if (typeof u !== "object" || u === null) return ""
  if ("message" in u && typeof u.message === "string" && u.message !== "") return u.message
  return "error" in u ? textOf(u.error) : ""
}

// What a socket says may hold its address, and that the listen key.
const scrub = (text: string, key: Redacted.Redacted<string>): string =>
  text.replaceAll(Redacted.value(key), "<redacted>").replace(/[A-Za-z0-9]{33,}/g, "<redacted>").slice(0, 200)

const described = ({ reason }: Socket.SocketError, key: Redacted.Redacted<string>): string => {
  if (reason._tag === "SocketCloseError") {
    return scrub(`closed with ${reason.code}${reason.closeReason ? ` (${reason.closeReason})` : ""}`, key)
  }
  if (reason._tag === "SocketOpenError" && reason.kind === "Timeout") return "no answer to the opening"
  const cause = "cause" in reason ? textOf(reason.cause) : ""
  return scrub(cause === "" ? reason.message : cause, key)
}

const refusedWith = (detail: string): number | undefined => {
  const [, status] = /server response: (\d{3})/.exec(detail) ?? []
  return status === undefined ? undefined : Number(status)
}

interface Connection {
  readonly number: number
  readonly key: Redacted.Redacted<string>
  readonly scope: Scope.Closeable
  readonly send: (text: string) => Effect.Effect<void>
  readonly ping: Effect.Effect<void> | undefined
  readonly ended: Deferred.Deferred<GapReason>
  /** It is to be replaced soon. */
  readonly old: Deferred.Deferred<void>
  /** The answer to the subscription: `undefined`, or why it was refused. */
  readonly subscribed: Deferred.Deferred<string | undefined>
  /** What came before it was announced. */
  readonly early: Array<string | Uint8Array>
  live: boolean
  /** Something came since the last look. */
  heard: boolean
  /** It waits for the exchange, not the exchange for it. */
  reading: boolean
  /** An event came since the last look. */
  told: boolean
  readonly wire: Wire
}

interface Wire {
  ws: Socket.WebSocketLike | undefined
  /** It is of no use to close it in good order. */
  broken: boolean
}

const end = (connection: Connection, reason: GapReason): Effect.Effect<boolean> =>
  Effect.suspend(() => {
    connection.wire.broken ||= reason._tag === "NoAnswer"
    return Deferred.succeed(connection.ended, reason)
  })

const isKeyGone = (error: { readonly _tag: string }): boolean => "code" in error && error.code === -1125

const retryAfterOf = (error: ConnectFailure | Repair.RepairError, now: number): number | undefined => {
  switch (error._tag) {
    case "RateLimited":
      return error.retryAfter === undefined ? 10_000 : Duration.toMillis(error.retryAfter)
    case "Banned":
      return error.until === undefined ? 120_000 : Math.max(DateTime.toEpochMillis(error.until) - now, 1_000)
    case "Unavailable":
      return error.retryAfter === undefined ? undefined : Duration.toMillis(error.retryAfter)
    case "Blocked":
    case "Unauthorized":
      return 300_000
    case "NotOpened":
      return error.status === 418 ? 120_000 : error.status === 429 || error.status === 403 ? 60_000 : undefined
    default:
      return undefined
  }
}

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

interface Gap {
  readonly gap: number
  readonly reason: GapReason
  since: number
  /** Something more may be missing than what is being asked for. */
  generation: number
  attempts: number
}

const make = Effect.fnUntraced(function*(
  options: UserDataStreamOptions
): Effect.fn.Return<
  UserDataStreamShape,
  never,
  UserStream | Repair.Services | Environment | Socket.WebSocketConstructor | Scope.Scope
> {
  const settings = settingsOf(options)
  const environment = yield* Environment
  const construct = yield* Socket.WebSocketConstructor
  const userStream = yield* UserStream
  const services = yield* Effect.context<Repair.Services>()
  const serverClock = yield* Effect.serviceOption(ServerClock)
  const reportDrift = yield* Drift.Reporter
  const serviceScope = yield* Effect.scope
  const mutex = yield* Semaphore.make(1)
  const clock = yield* Clock.Clock

  const counts = {
    events: 0,
    duplicates: 0,
    unknown: 0,
    malformed: 0,
    connections: 0,
    failedAttempts: 0,
    gaps: 0,
    failedRepairs: 0,
    overruns: 0
  }
  const seen = seens.make(options.symbols)
  const live = Latch.makeUnsafe(false)
  const torn = Latch.makeUnsafe(false)
  let numbers = 0
  let gapNumbers = 0
  let attempts = 0
  let current: Connection | undefined
  let connectedAt: number | undefined
  let eventAt: number | undefined
  let keyAliveAt: number | undefined
  let keyAlive = 0
  let startedAt: number | undefined
  let gap: Gap | undefined
  let sureAt = 0
  let cause: ConnectFailure | Repair.RepairError | undefined
  let held: Array<UserDataItem> | undefined
  let offset: number | undefined
  // The exchange was seen to answer what is sent on a connection.
  let answers = false

  // ---------------------------------------------------------------------------
  // Time, by the exchange's clock as far as known
  // ---------------------------------------------------------------------------

  const localNow = (): number => clock.currentTimeMillisUnsafe()
  const now = (): number => localNow() + (offset ?? 0)
  const utc = (millis: number): DateTime.Utc => DateTime.makeUnsafe(millis)
  // For how long something takes: no change of the clock moves it.
  const elapsed = (): number => Number(clock.currentTimeNanosUnsafe() / 1_000_000n)
  const measure = Option.isSome(serverClock)
    ? Effect.map(serverClock.value.offsetMillis, (millis) => {
      offset = millis
    })
    : Effect.void

  // ---------------------------------------------------------------------------
  // State
  // ---------------------------------------------------------------------------

  const read = (): State => ({
    status: current?.live !== true ? "Connecting" : gap === undefined ? "Live" : "Degraded",
    connection: current?.number ?? 0,
    connectedSince: connectedAt === undefined ? undefined : utc(connectedAt),
    lastEventAt: eventAt === undefined ? undefined : utc(eventAt),
    listenKeyAliveAt: keyAliveAt === undefined ? undefined : utc(keyAliveAt),
    gap: gap === undefined ? undefined : { gap: gap.gap, since: utc(gap.since), reason: gap.reason },
    cause,
    counts: { ...counts }
  })
  const state = yield* SubscriptionRef.make(read())
  const changed = Effect.suspend(() => SubscriptionRef.set(state, read()))

  // ---------------------------------------------------------------------------
  // Telling
  // ---------------------------------------------------------------------------

  // Not further back than the stream itself, where that is known by the exchange's clock.
  const from = (since: number): number =>
    offset === undefined || startedAt === undefined
      ? since - lookbackMillis
      : Math.max(since - lookbackMillis, startedAt - toldAfterMillis)

  const requestFor = (since: number, known: seens.Seen): Repair.Request => ({
    since: utc(from(since)),
    askedAt: utc(now()),
    openOrders: known.openOrders(),
    symbols: known.symbols()
  })

  const find = (request: Repair.Request) => Effect.provideContext(Repair.find(request), services)

  const backoff = (attempts: number): Effect.Effect<number> =>
    Effect.map(
      Random.next,
      (random) =>
        Math.ceil(Math.min(settings.backoffFrom * 2 ** Math.min(attempts, 16), settings.backoffTo) * (0.5 + random / 2))
    )

  const retryIn = (error: ConnectFailure | Repair.RepairError, attempts: number): Effect.Effect<number> =>
    Effect.map(backoff(attempts), (millis) => Math.max(retryAfterOf(error, now()) ?? 0, millis))

  const hub = hubs.make({
    nextGap: () => {
      counts.gaps++
      return ++gapNumbers
    },
    now: () => utc(now()),
    seen: () => seen,
    standing: () => {
      if (current?.live !== true) return gap === undefined ? [] : [gapOpened(gap)]
      const connected: UserDataItem = { _tag: "Connected", connection: current.number, at: utc(connectedAt ?? now()) }
      return gap === undefined ? [connected] : [connected, gapOpened(gap)]
    },
    recover: (lost, until, waiting) =>
      Effect.suspend(() => find(requestFor(DateTime.toEpochMillis(lost.since), lost.seen))).pipe(
        Effect.map((found) => {
          for (const item of waiting) if (item._tag === "Event") lost.seen.takes(item.event, "")
          const facts = found.facts.filter((fact) => !lost.seen.covers(fact))
          return [
            ...facts.map((fact): UserDataItem => ({ _tag: "Recovered", gap: lost.gap, fact })),
            {
              _tag: "GapClosed",
              gap: lost.gap,
              since: lost.since,
              until,
              found: facts.length,
              snapshot: lost.seen.upToDate(found.snapshot),
              asked: found.snapshot
            }
          ]
        })
      ),
    retryAfter: (error, attempts) =>
      Effect.map(retryIn(error, attempts), (millis) => ({ at: utc(now() + millis), due: localNow() + millis })),
    overran: () => {
      counts.overruns++
    }
  })

  const gapOpened = ({ gap, reason, since }: Gap): UserDataItem => ({
    _tag: "GapOpened",
    gap,
    reason,
    since: utc(since)
  })

  const release = (): ReadonlyArray<UserDataItem> => {
    const items = held ?? []
    held = undefined
    return items
  }

  // Events wait while it is asked what was missed, so that all can be told in order; but not for long.
  const hold = (): Effect.Effect<void> => {
    if (held !== undefined) return Effect.void
    const holding: Array<UserDataItem> = []
    held = holding
    return Effect.sleep(settings.holdFor).pipe(
      Effect.andThen(mutex.withPermit(Effect.suspend(() => held === holding ? hub.publish(release()) : Effect.void))),
      Effect.forkIn(serviceScope),
      Effect.asVoid
    )
  }

  // Hands items out at once; the effect waits for those who have to be waited for.
  const tell = (items: ReadonlyArray<UserDataItem>): Effect.Effect<void> => {
    if (items.length === 0) return Effect.void
    if (held === undefined) return hub.publish(items)
    for (const item of items) held.push(item)
    return held.length > heldAtMost ? hub.publish(release()) : Effect.void
  }

  // What is to be told of a gap; nothing where one is open already, which then is not closed by what was asked before.
  const tear = (reason: GapReason, since: number): ReadonlyArray<UserDataItem> => {
    if (gap !== undefined) {
      gap.since = Math.min(gap.since, since)
      gap.generation++
      return []
    }
    counts.gaps++
    gap = { gap: ++gapNumbers, reason, since, generation: 0, attempts: 0 }
    torn.openUnsafe()
    return [gapOpened(gap)]
  }

  const countGap = (reason: GapReason) =>
    Effect.andThen(
      Metric.update(Metric.withAttributes(gaps, { reason: reason._tag }), 1),
      Effect.logWarning(`user data stream: ${reason._tag}: ${reason.detail}`)
    )

  // ---------------------------------------------------------------------------
  // Hearing
  // ---------------------------------------------------------------------------

  const noteTime = (event: Event): void => {
    const local = localNow()
    eventAt = local + (offset ?? 0)
    if (event._tag === "MalformedFrame" || event.eventTime === undefined) return
    const sent = DateTime.toEpochMillis(event.eventTime)
    // An event is never sent after it came, so the largest difference is the nearest to the truth.
    if (Option.isNone(serverClock) && (offset === undefined || sent - local > offset)) offset = sent - local
  }

  const handle = (
    connection: Connection,
    frame: string | Uint8Array,
    out: Array<UserDataItem>
  ): Effect.Effect<unknown> | undefined => {
    const incoming = frames.read(frame)
    if (incoming._tag === "Reply") {
      answers = true
      return incoming.id === 1 ? Deferred.succeed(connection.subscribed, incoming.refused) : undefined
    }
    const { drift, event, fingerprint } = incoming
    noteTime(event)
    connection.told = true
    if (!seen.takes(event, fingerprint)) {
      counts.duplicates++
      return undefined
    }
    const sureBefore = sureAt
    sureAt = Math.max(sureAt, now())
    counts.events++
    out.push({ _tag: "Event", event })
    const noted = drift.length === 0 ? undefined : reportDrift("userDataStream", drift)
    switch (event._tag) {
      case "MalformedFrame": {
        counts.malformed++
        const reason: GapReason = { _tag: "Unreadable", detail: event.reason }
        for (const item of tear(reason, sureBefore)) out.push(item)
        return Effect.andThen(countGap(reason), changed)
      }
      case "UnknownEvent":
        counts.unknown++
        return noted
      case "ListenKeyExpired":
        return end(connection, { _tag: "ListenKeyExpired", detail: "the exchange said so" })
      case "EventStreamTerminated":
        return end(connection, { _tag: "Disconnected", detail: "the exchange ended the stream" })
      case "ServerShutdown":
        return Deferred.succeed(connection.old, undefined)
      default:
        return noted
    }
  }

  const hear = (connection: Connection, frames: ReadonlyArray<string | Uint8Array>): Effect.Effect<void> =>
    mutex.withPermit(Effect.suspend(() => {
      const waiting = connection.live
        ? frames
        : frames.filter((frame) => isReply(frame) || !connection.early.push(frame))
      return handleAll(connection, waiting)
    }))

  // All of it is told before anything else runs, whatever interrupts.
  const handleAll = (
    connection: Connection,
    frames: ReadonlyArray<string | Uint8Array>
  ): Effect.Effect<void> => {
    const out: Array<UserDataItem> = []
    let effects: Effect.Effect<unknown> = Effect.void
    for (const frame of frames) {
      const effect = handle(connection, frame, out)
      if (effect !== undefined) effects = Effect.andThen(effects, effect)
    }
    const tags = new Map<string, number>()
    for (const item of out) if (item._tag === "Event") tags.set(item.event._tag, (tags.get(item.event._tag) ?? 0) + 1)
    return Effect.andThen(tell(out), Effect.andThen(effects, countEvents(tags)))
  }

  const countEvents = (tags: ReadonlyMap<string, number>): Effect.Effect<void> =>
    Effect.forEach(tags, ([event, count]) => Metric.update(Metric.withAttributes(events, { event }), count), {
      discard: true
    })

  // ---------------------------------------------------------------------------
  // Connecting
  // ---------------------------------------------------------------------------

  const obtainKey = Effect.tap(userStream.getPMUserDataListenKey(), () =>
    Effect.sync(() => {
      keyAliveAt = now()
      keyAlive = elapsed()
    })).pipe(Effect.map(({ listenKey }) => listenKey))

  const open = Effect.fnUntraced(function*(
    key: Redacted.Redacted<string>,
    scope: Scope.Closeable
  ): Effect.fn.Return<Connection, ConnectFailure> {
    const url = settings.form === "direct"
      ? `${environment.streamUrl}/ws/${Redacted.value(key)}`
      : `${environment.streamUrl}/stream`
    const ended = yield* Deferred.make<GapReason>()
    const old = yield* Deferred.make<void>()
    const subscribed = yield* Deferred.make<string | undefined>()
    const wire: Wire = { ws: undefined, broken: false }
    const socket = yield* Socket.fromWebSocket(
      Effect.acquireRelease(
        Effect.try({
          try: () => (wire.ws = construct(url)),
          catch: (cause) => new Socket.SocketError({ reason: new Socket.SocketOpenError({ kind: "Unknown", cause }) })
        }),
        (ws) =>
          Effect.sync(() => {
            if (wire.broken && isTerminable(ws)) ws.terminate()
            else ws.close(1000)
          })
      ),
      { openTimeout }
    )
    const failed = (error: Socket.SocketError): ConnectFailure => {
      const detail = described(error, key)
      return { _tag: "NotOpened", status: refusedWith(detail), detail }
    }
    const reader = yield* Scope.provide(socket.reader, scope).pipe(Effect.mapError(failed))
    const writer = yield* Scope.provide(socket.writer, scope)
    const { ws } = wire
    const opened: Connection = {
      number: ++numbers,
      key,
      scope,
      send: (text) => Effect.ignore(writer.write(text)),
      ping: ws !== undefined && isPinging(ws)
        // It may be closing already; its end is told otherwise.
        ? Effect.ignore(Effect.try({ try: () => ws.ping(), catch: () => undefined }))
        : undefined,
      ended,
      old,
      subscribed,
      early: [],
      live: false,
      heard: true,
      reading: true,
      told: false,
      wire
    }
    if (ws !== undefined && isPinging(ws)) {
      const heard = (): void => {
        opened.heard = true
      }
      ws.on("ping", heard)
      ws.on("pong", heard)
    }
    yield* Effect.gen(function*() {
      while (true) {
        opened.reading = true
        const frames = yield* reader.pull
        opened.reading = false
        opened.heard = true
        yield* hear(opened, frames)
      }
    }).pipe(
      Effect.catch((error) => end(opened, { _tag: "Disconnected", detail: described(error, key) })),
      Effect.forkIn(scope)
    )
    if (settings.form === "combined") {
      yield* opened.send(JSON.stringify({ method: "SUBSCRIBE", params: [Redacted.value(key)], id: 1 }))
      const refused = yield* Deferred.await(subscribed).pipe(
        Effect.raceFirst(Effect.map(Deferred.await(ended), ({ detail }): string | undefined => detail)),
        Effect.timeoutOrElse({
          duration: subscribeTimeout,
          orElse: () => Effect.succeed("no answer to the subscription")
        })
      )
      if (refused !== undefined) {
        return yield* Effect.fail<ConnectFailure>({ _tag: "NotOpened", status: undefined, detail: refused })
      }
    }
    return opened
  })

  const dial = Effect.gen(function*() {
    yield* measure
    const key = yield* obtainKey
    const scope = yield* Scope.fork(serviceScope)
    return yield* Effect.onExit(
      open(key, scope),
      (exit) => Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, Exit.void)
    )
  })

  const connect: Effect.Effect<Connection> = Effect.gen(function*() {
    while (true) {
      if (attempts > 0) yield* Effect.flatMap(backoff(attempts - 1), Effect.sleep)
      const result = yield* Effect.result(dial)
      if (Result.isSuccess(result)) return result.success
      attempts++
      counts.failedAttempts++
      cause = result.failure
      yield* changed
      const wait = retryAfterOf(result.failure, now())
      yield* Effect.logWarning(`user data stream: no connection: ${messageOf(result.failure)}`)
      if (wait !== undefined) yield* Effect.sleep(wait)
    }
  })

  const announce = (connection: Connection): Effect.Effect<void> =>
    mutex.withPermit(Effect.suspend(() => {
      connection.live = true
      current = connection
      connectedAt = now()
      cause = undefined
      counts.connections++
      startedAt ??= connectedAt
      if (gap === undefined) sureAt = Math.max(sureAt, connectedAt)
      const room = hub.publish([...release(), {
        _tag: "Connected",
        connection: connection.number,
        at: utc(connectedAt)
      }])
      const holding = gap === undefined ? Effect.void : hold()
      const told = handleAll(connection, connection.early.splice(0))
      live.openUnsafe()
      return Effect.all([holding, room, told, changed], { discard: true })
    })).pipe(
      Effect.andThen(Effect.forkIn(watch(connection), connection.scope)),
      Effect.andThen(Effect.forkIn(check(connection), connection.scope)),
      Effect.andThen(
        // Below 0, so that the loss of a steady connection is followed by an attempt at once.
        Effect.forkIn(Effect.andThen(Effect.sleep(steadyMillis), Effect.sync(() => (attempts = -1))), connection.scope)
      ),
      Effect.asVoid
    )

  const leave = (connection: Connection): Effect.Effect<void> =>
    Effect.andThen(
      Effect.sync(() => {
        connection.live = false
      }),
      Scope.close(connection.scope, Exit.void)
    )

  const lose = (connection: Connection, reason: GapReason): Effect.Effect<void> =>
    leave(connection).pipe(
      Effect.andThen(mutex.withPermit(Effect.suspend(() => {
        live.closeUnsafe()
        connectedAt = undefined
        // A connection that did not last is as good as an attempt that failed.
        attempts++
        return Effect.andThen(tell(tear(reason, sureAt)), changed)
      }))),
      Effect.andThen(countGap(reason))
    )

  // ---------------------------------------------------------------------------
  // Watching a connection
  // ---------------------------------------------------------------------------

  // Half-open connections. Where the WebSocket cannot ping, a question about the subscriptions does, once it is known that the
  // exchange answers it.
  const watch = (connection: Connection): Effect.Effect<void> =>
    Effect.gen(function*() {
      const probe = connection.ping ??
        Effect.suspend(() => connection.send(JSON.stringify({ method: "LIST_SUBSCRIPTIONS", id: 2 })))
      if (connection.ping === undefined) yield* probe
      while (true) {
        connection.heard = false
        yield* Effect.sleep(settings.pingAfter)
        if (connection.heard || !connection.reading) continue
        yield* probe
        yield* Effect.sleep(settings.pongWithin)
        if (connection.heard || !connection.reading) continue
        if (connection.ping === undefined && !answers) continue
        yield* end(connection, {
          _tag: "NoAnswer",
          detail: `nothing came for ${settings.pingAfter + settings.pongWithin} ms, and no answer to a ping`
        })
      }
    })

  const look = Effect.provideContext(Effect.suspend(() => Silence.look(seen)), services)

  // A connection that is alive and says nothing: is the key still the account's, and did the account change all the same?
  const check = (connection: Connection): Effect.Effect<void> => {
    const every = settings.checkAfter
    if (every === undefined) return Effect.void
    return Effect.gen(function*() {
      let before = yield* look
      while (true) {
        connection.told = false
        yield* Effect.sleep(every)
        before = Silence.settled(seen, before)
        if (connection.told) continue
        const askedAt = now()
        const key = yield* Effect.option(obtainKey)
        if (Option.isSome(key) && Redacted.value(key.value) !== Redacted.value(connection.key)) {
          yield* end(connection, { _tag: "ListenKeyLost", detail: "the account has another key" })
          return
        }
        const expected = Silence.expected(seen, before)
        const found = yield* look
        if (Silence.untold(seen, expected, found)) {
          yield* Effect.sleep(toldAfterMillis)
          if (Silence.untold(seen, expected, found)) {
            yield* end(connection, { _tag: "Stale", detail: "the account changed and no event said so" })
            return
          }
        } else if (gap === undefined && Silence.isComplete(found)) {
          sureAt = Math.max(sureAt, askedAt)
        }
        before = Silence.after(before, found)
      }
    })
  }

  // ---------------------------------------------------------------------------
  // The listen key
  // ---------------------------------------------------------------------------

  const keepAlive = Effect.gen(function*() {
    let failures = 0
    while (true) {
      const due = failures === 0 ? keyAlive + settings.keepAliveEvery - elapsed() : yield* backoff(failures)
      yield* Effect.sleep(Math.max(due, 0))
      yield* live.await
      const connection = current
      if (connection === undefined) continue
      if (failures === 0 && elapsed() < keyAlive + settings.keepAliveEvery) continue
      // Where it is not heard whether the key was kept alive, making one does the same: the exchange gives the one there is.
      const result = yield* Effect.result(
        failures < 3 ? Effect.as(userStream.keepAlivePMUserDataListenKey(), connection.key) : obtainKey
      )
      const lost = Result.isSuccess(result)
        ? Redacted.value(result.success) === Redacted.value(connection.key)
          ? undefined
          : "the account has another key"
        : isKeyGone(result.failure)
        ? "the exchange does not know the key any more (-1125)"
        : elapsed() - keyAlive >= keyLifeMillis
        ? "it could not be kept alive for an hour"
        : undefined
      if (Result.isFailure(result) && lost === undefined) {
        failures++
        yield* Effect.logWarning(`user data stream: the listen key was not kept alive: ${messageOf(result.failure)}`)
        continue
      }
      failures = 0
      keyAlive = elapsed()
      if (lost === undefined) keyAliveAt = now()
      else yield* end(connection, { _tag: "ListenKeyLost", detail: lost })
      yield* changed
    }
  })

  // ---------------------------------------------------------------------------
  // Gaps
  // ---------------------------------------------------------------------------

  const settle = (open: Gap, found: Repair.Found): ReadonlyArray<UserDataItem> => {
    const waiting = release()
    const facts = found.facts.filter((fact) => !seen.covers(fact))
    for (const fact of facts) seen.note(fact)
    seen.learn(found.snapshot)
    const closed: UserDataItem = {
      _tag: "GapClosed",
      gap: open.gap,
      since: utc(open.since),
      until: utc(connectedAt ?? now()),
      found: facts.length,
      snapshot: seen.upToDate(found.snapshot),
      asked: found.snapshot
    }
    const askedAt = DateTime.toEpochMillis(found.snapshot.askedAt)
    const before: Array<readonly [number, UserDataItem]> = []
    const after: Array<UserDataItem> = []
    let latest = 0
    for (const item of waiting) {
      // As it came: nothing overtakes what came before it.
      latest = Math.max(latest, timeOf(item) ?? latest)
      if (latest <= askedAt) before.push([latest, item])
      else after.push(item)
    }
    for (const fact of facts) {
      const time = Repair.timeOf(fact)
      before.push([
        Math.min(time === undefined ? askedAt : DateTime.toEpochMillis(time), askedAt),
        { _tag: "Recovered", gap: open.gap, fact }
      ])
    }
    before.sort(([a], [b]) => a - b)
    return [...before.map(([, item]) => item), closed, ...after]
  }

  const repair = Effect.gen(function*() {
    let last: number | undefined
    while (true) {
      yield* torn.await
      yield* live.await
      const wait = last === undefined ? 0 : last + betweenRepairsMillis - localNow()
      if (wait > 0) yield* Effect.sleep(wait)
      const open = gap
      if (open === undefined || current?.live !== true) continue
      last = localNow()
      const { generation } = open
      const connection = current
      yield* mutex.withPermit(Effect.suspend(hold))
      const result = yield* Effect.result(Effect.suspend(() => find(requestFor(open.since, seen))))
      const retry = yield* mutex.withPermit(Effect.suspend((): Effect.Effect<number | undefined> => {
        if (open.generation !== generation || current !== connection || !connection.live) {
          return Effect.as(hub.publish(release()), undefined)
        }
        if (Result.isSuccess(result)) {
          gap = undefined
          cause = undefined
          torn.closeUnsafe()
          sureAt = Math.max(sureAt, DateTime.toEpochMillis(result.success.snapshot.askedAt))
          return hub.publish(settle(open, result.success)).pipe(Effect.andThen(changed), Effect.as(undefined))
        }
        counts.failedRepairs++
        open.attempts++
        cause = result.failure
        const { failure } = result
        return Effect.flatMap(retryIn(failure, open.attempts), (millis) =>
          hub.publish([...release(), {
            _tag: "GapPending",
            gap: open.gap,
            since: utc(open.since),
            cause: failure,
            attempts: open.attempts,
            retryAt: utc(now() + millis)
          }]).pipe(Effect.andThen(changed), Effect.as(millis)))
      }))
      if (retry !== undefined) yield* Effect.sleep(retry)
    }
  })

  // What is open when the stream begins, so that it is known after a gap what to ask for.
  const learn = Effect.gen(function*() {
    let failures = 0
    while (true) {
      yield* live.await
      const result = yield* Effect.result(
        Effect.provideContext(Effect.suspend(() => Repair.snapshot(utc(now()))), services)
      )
      if (Result.isSuccess(result)) return seen.learn(result.success)
      yield* Effect.flatMap(retryIn(result.failure, ++failures), Effect.sleep)
    }
  })

  // ---------------------------------------------------------------------------
  // From one connection to the next
  // ---------------------------------------------------------------------------

  type Turn = { readonly _tag: "Ended"; readonly reason: GapReason } | { readonly _tag: "Renew" } | {
    readonly _tag: "Opened"
    readonly next: Connection
  }

  const endOf = (connection: Connection): Effect.Effect<Turn> =>
    Effect.map(Deferred.await(connection.ended), (reason) => ({ _tag: "Ended", reason }))

  const replace = Effect.fnUntraced(function*(old: Connection, reason: GapReason): Effect.fn.Return<Connection> {
    yield* lose(old, reason)
    const next = yield* connect
    yield* announce(next)
    return next
  })

  const takeOver = Effect.fnUntraced(function*(old: Connection): Effect.fn.Return<Connection> {
    while (true) {
      const turn = yield* Effect.raceFirst(endOf(old), Effect.map(connect, (next): Turn => ({ _tag: "Opened", next })))
      if (turn._tag === "Ended") return yield* replace(old, turn.reason)
      if (turn._tag === "Renew") continue
      const { next } = turn
      yield* announce(next)
      yield* Effect.sleep(settings.overlap).pipe(
        Effect.raceFirst(Deferred.await(old.ended)),
        Effect.raceFirst(Deferred.await(next.ended))
      )
      const failed = yield* Deferred.isDone(next.ended)
      const over = yield* Deferred.isDone(old.ended)
      if (failed && !over) {
        yield* leave(next)
        current = old
        yield* changed
        continue
      }
      yield* leave(old)
      return next
    }
  })

  const run = Effect.gen(function*() {
    let connection = yield* connect
    yield* announce(connection)
    while (true) {
      const renew = Deferred.await(connection.old).pipe(
        Effect.raceFirst(Effect.sleep(settings.renewAfter)),
        Effect.as<Turn>({ _tag: "Renew" })
      )
      const turn = yield* Effect.raceFirst(endOf(connection), renew)
      connection = turn._tag === "Ended" ? yield* replace(connection, turn.reason) : yield* takeOver(connection)
    }
  })

  if (options.deleteListenKey === true) {
    yield* Effect.addFinalizer(() =>
      userStream.closePMUserDataListenKey().pipe(Effect.timeoutOption("2 seconds"), Effect.ignore)
    )
  }
  yield* Effect.forkScoped(run)
  yield* Effect.forkScoped(repair)
  yield* Effect.forkScoped(learn)
  yield* Effect.forkScoped(keepAlive)

  const subscribe = (given: SubscribeOptions = {}): Effect.Effect<Stream.Stream<UserDataItem>, never, Scope.Scope> =>
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() =>
          hub.subscribe({ capacity: given.bufferSize ?? settings.capacity, onFull: given.onFull ?? settings.onFull })
        ),
        ({ leave }) => leave
      ),
      ({ pull }) => Stream.fromPull(Effect.succeed(pull))
    )

  return {
    items: Stream.unwrap(subscribe()),
    subscribe,
    state: Effect.sync(read),
    changes: SubscriptionRef.changes(state),
    renew: Effect.suspend(() => current === undefined ? Effect.void : Deferred.succeed(current.old, undefined)).pipe(
      Effect.asVoid
    )
  }
})

const isReply = (frame: string | Uint8Array): boolean =>
  typeof frame === "string" && frames.read(frame)._tag === "Reply"

const timeOf = (item: UserDataItem): number | undefined => {
  if (item._tag !== "Event" || item.event._tag === "MalformedFrame") return undefined
  return item.event.eventTime === undefined ? undefined : DateTime.toEpochMillis(item.event.eventTime)
}

const messageOf = (failure: ConnectFailure | ReadError): string =>
  failure._tag === "NotOpened" ? failure.detail : failure.message

/**
 * The user data stream of an account.
 *
 * **When to use**
 *
 * Use to follow orders, balances and positions as they change. What an account is at an instant, call by call, the families of
 * calls say (`Account`, `UMOrders`, …).
 *
 * **Details**
 *
 * The connection is opened when the layer is built, and needs the calls of a client (`PortfolioClient.layer`) and a
 * `WebSocketConstructor` of `effect/socket`. On Node.js `NodeWebSocket.layer` of `@effect-binance/node` reads no faster than the
 * program does; the WebSocket of Node.js and browsers (`Socket.layerWebSocketConstructorGlobal`) cannot be held back, and what it
 * reads waits in memory.
 *
 * The stream never fails: what goes wrong is told as a gap, and by `state`.
 *
 * @category services
 * @since 0.1.0
 */
export class UserDataStream extends Context.Service<UserDataStream, UserDataStreamShape>()(
  "@effect-binance/portfolio-margin/UserDataStream"
) {
  /**
   * The stream of the environment of the options.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options: UserDataStreamOptions & EnvironmentOptions
  ): Layer.Layer<UserDataStream, EnvironmentError, UserStream | Repair.Services | Socket.WebSocketConstructor> =>
    Layer.provide(UserDataStream.layerEnvironment(options), Environment.layer(options))

  /**
   * The stream of the environment that the variables name (`BINANCE_ENVIRONMENT`, …).
   *
   * @since 0.1.0
   */
  static readonly layerConfig = (
    options: UserDataStreamOptions = {},
    config: Config.Config<EnvironmentOptions> = Environments.config
  ): Layer.Layer<
    UserDataStream,
    EnvironmentError | Config.ConfigError,
    UserStream | Repair.Services | Socket.WebSocketConstructor
  > => Layer.provide(UserDataStream.layerEnvironment(options), Environment.layerConfig(config))

  /**
   * The stream of the environment at hand.
   *
   * @since 0.1.0
   */
  static readonly layerEnvironment = (
    options: UserDataStreamOptions = {}
  ): Layer.Layer<
    UserDataStream,
    never,
    Environment | UserStream | Repair.Services | Socket.WebSocketConstructor
  > => Layer.effect(UserDataStream, make(options))
}
