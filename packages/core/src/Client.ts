/**
 * The way of one request: from typed parameters to a typed reply or a typed failure.
 *
 * 1. parameters are checked and written (nothing is sent where they break a rule)
 * 2. what the caller left out is filled in, and guards may refuse what it amounts to
 * 3. the gate of limits and bans lets the request through
 * 4. per attempt: timestamp, one serialisation, signature over exactly those bytes
 * 5. the bytes go out
 * 6. the answer's headers tell the gate what is left
 * 7. the answer is judged: limits and bans by status, then by code, by text, by status
 * 8. the reply is decoded
 * 9. the retry policy decides by what is proven whether there is another attempt
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Tracer from "effect/Tracer"
import type { MutationError, ReadError } from "./BinanceError.ts"
import * as Errors from "./BinanceError.ts"
import * as CallGuard from "./CallGuard.ts"
import * as ClientOrderId from "./ClientOrderId.ts"
import * as Drift from "./Drift.ts"
import type { Described, Endpoint, MutationEndpoint, ReadEndpoint, WireParams } from "./Endpoint.ts"
import * as Endpoints from "./Endpoint.ts"
import { Environment, type EnvironmentShape } from "./Environment.ts"
import * as classify from "./internal/classify.ts"
import { fingerprint } from "./internal/fingerprint.ts"
import * as http from "./internal/http.ts"
import { originOf } from "./internal/origin.ts"
import * as prepare from "./internal/prepare.ts"
import * as query from "./internal/query.ts"
import * as timeout from "./internal/timeout.ts"
import * as LosslessJson from "./LosslessJson.ts"
import type { Permit, RequestGateShape, Sender } from "./RequestGate.ts"
import { open, RequestGate } from "./RequestGate.ts"
import * as Retry from "./RetryPolicy.ts"
import { ServerClock, type Timekeeper } from "./ServerClock.ts"
import { Signer, type SignerShape } from "./Signer.ts"
import type { TransportAnswer, TransportShape } from "./Transport.ts"

/**
 * What can be set for calls, for the whole client or for a scope by {@link withOptions}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallOptions {
  /** How many milliseconds old a signed request may be when it arrives, 1 to 60000. */
  readonly recvWindow?: number | undefined
  /** How long an answer is waited for, per attempt. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * What can be set for a client.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientOptions extends CallOptions {
  /**
   * A name for the account, by which clients with different keys of the same account share its limit of orders; by default
   * each key is taken for an account.
   */
  readonly account?: string | undefined
}

/**
 * Options of the calls in a scope.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentOptions = Context.Reference<CallOptions>("@effect-binance/core/Client/CurrentOptions", {
  defaultValue: () => ({})
})

/**
 * Sets options for the calls that an effect makes.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withOptions = (options: CallOptions) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(CurrentOptions, (outer) => Effect.provideService(self, CurrentOptions, merge(outer, options)))

// What is undefined is not set.
const merge = (outer: CallOptions, inner: CallOptions) => ({
  recvWindow: inner.recvWindow ?? outer.recvWindow,
  timeout: inner.timeout ?? outer.timeout
})

/**
 * An answer as it came, beside what was made of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResponseInfo {
  /** The documented name of the call. */
  readonly endpoint: string
  readonly status: number
  /** By lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The undecoded text. Some answers hold secrets (listen keys). */
  readonly body: string
  /** Request weight used in this minute by the IP, where the answer says so. */
  readonly usedWeight: number | undefined
  /** Orders placed in this minute by the account, where the answer says so. */
  readonly orderCount: number | undefined
  /** `x-mbx-uuid`, for talking to Binance's support. */
  readonly requestId: string | undefined
}

/**
 * Is told of every answer, also of those that end in a failure; nobody by default.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentObserver = Context.Reference<((response: ResponseInfo) => void) | undefined>(
  "@effect-binance/core/Client/CurrentObserver",
  { defaultValue: () => undefined }
)

/**
 * Is told of each call that changes something and was interrupted after it was sent; by default a warning is logged.
 *
 * **Details**
 *
 * Nobody is left to fail to, and an order may stand: the error that the caller would have got, `seen` as `interrupted`,
 * goes here. It runs while the fiber ends, so it should be short and cannot fail.
 *
 * @category references
 * @since 0.1.0
 */
export const InterruptReporter = Context.Reference<(unknown: Errors.OutcomeUnknown) => Effect.Effect<void>>(
  "@effect-binance/core/Client/InterruptReporter",
  { defaultValue: () => (unknown) => Effect.logWarning(interrupted(unknown)) }
)

/**
 * Runs an effect and gives, beside its value, every answer that its calls got, oldest first.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withResponses = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<readonly [value: A, responses: ReadonlyArray<ResponseInfo>], E, R> =>
  Effect.suspend(() => {
    const responses: Array<ResponseInfo> = []
    return Effect.flatMap(CurrentObserver, (outer) =>
      self.pipe(
        Effect.provideService(CurrentObserver, (response) => {
          responses.push(response)
          outer?.(response)
        }),
        Effect.map((value) => [value, responses] as const)
      ))
  })

/**
 * A client of one account on one exchange.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientShape {
  /** Calls an endpoint. */
  readonly call: {
    <P, A>(endpoint: ReadEndpoint<P, A>, params: P | undefined): Effect.Effect<A, ReadError>
    <P, A>(endpoint: MutationEndpoint<P, A>, params: P | undefined): Effect.Effect<A, MutationError>
  }
}

/**
 * Counts requests by endpoint and result: the HTTP status, or `connect`, `connection` or `timeout` where none came.
 *
 * @category metrics
 * @since 0.1.0
 */
export const requests = Metric.counter("binance_requests_total", {
  description: "Requests sent, by endpoint and by HTTP status or the way they failed"
})

/**
 * What a client tells of its calls beside their results: metrics, spans, log lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Telemetry {
  /** Told of each send, with the HTTP status of the answer, or `connect`, `connection` or `timeout` where none came. */
  readonly request: (endpoint: string, result: string, context: Context.Context<never>) => void
  /** Told of what in an answer differed from the documentation without being wrong. */
  readonly drift: (endpoint: string, drift: ReadonlyArray<Drift.Drift>) => Effect.Effect<void>
  /** Told of a call that changes something and was interrupted after it was sent. */
  readonly interrupted: (unknown: Errors.OutcomeUnknown) => Effect.Effect<void>
  /** Told that an observer, a gate or a reporter died while an answer was told to it. */
  readonly failed: (who: string) => Effect.Effect<void>
  /** Puts a span around a call. */
  readonly span: <A, E extends { readonly _tag: string }>(
    call: {
      readonly name: string
      readonly attributes: () => Record<string, unknown>
      /** What is known at its end. */
      readonly ended: () => Record<string, unknown>
    },
    self: Effect.Effect<A, E>
  ) => Effect.Effect<A, E>
}

// One series by endpoint and result, made when it is first needed.
const series = (counter: Metric.Counter<number>, name: string) => {
  const made = new Map<string, Metric.Counter<number>>()
  return (endpoint: string, value: string, context: Context.Context<never>): void => {
    const key = `${endpoint} ${value}`
    let one = made.get(key)
    if (one === undefined) {
      one = Metric.withAttributes(counter, { endpoint, [name]: value })
      made.set(key, one)
    }
    one.updateUnsafe(1, context)
  }
}

const countRequest = series(requests, "result")
const countDrift = series(Drift.count, "kind")

/**
 * What the clients of layers tell: {@link requests} and `Drift.count` are counted, `Drift.Reporter` and
 * {@link InterruptReporter} are told, and each call has a span where a tracer is installed.
 *
 * @category telemetry
 * @since 0.1.0
 */
export const telemetry: Telemetry = {
  request: countRequest,
  drift: (endpoint, drift) =>
    Effect.withFiber((fiber) => {
      for (const { _tag } of drift) countDrift(endpoint, _tag, fiber.context)
      return fiber.getRef(Drift.Reporter)(endpoint, drift)
    }),
  interrupted: (unknown) => Effect.flatMap(InterruptReporter, (report) => report(unknown)),
  failed: (who) => Effect.logError(`${who} failed while an answer was told`),
  span: ({ attributes, ended, name }, self) =>
    Effect.withFiber((fiber) =>
      // Spans cost a quarter of the throughput; without a tracer nobody would see them.
      fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer ? self : self.pipe(
        Effect.tapError((error) =>
          Effect.annotateCurrentSpan({
            "error.type": error._tag,
            ...("code" in error ? { "binance.code": error.code } : {}),
            ...("status" in error ? { "http.response.status_code": error.status } : {})
          })
        ),
        Effect.ensuring(Effect.suspend(() => Effect.annotateCurrentSpan(ended()))),
        Effect.withSpan(name, { kind: "client", attributes: attributes() }, { captureStackTrace: false })
      )
    )
}

/**
 * Tells nothing, but of a call that changes something and was interrupted after it was sent: that is a line of `Console.warn`.
 *
 * @category telemetry
 * @since 0.1.0
 */
export const silent: Telemetry = {
  request: () => {},
  drift: () => Effect.void,
  interrupted: (unknown) => Console.warn(interrupted(unknown)),
  failed: () => Effect.void,
  span: (_, self) => self
}

type SharedError = classify.SharedError

const isOfLimits = (error: SharedError): error is Errors.RateLimited | Errors.Banned | Errors.Blocked =>
  error._tag === "RateLimited" || error._tag === "Banned" || error._tag === "Blocked"

// What differs between calls that read and calls that change something: how a lack of proof is told.
interface Reading<E> {
  readonly safety: "read" | "mutation"
  readonly guarded: <A>(
    guards: ReadonlyArray<CallGuard.CallGuardShape>,
    call: CallGuard.GuardedCall,
    self: Effect.Effect<A, E | SharedError>
  ) => Effect.Effect<A, E | SharedError>
  /** Right before each send. */
  readonly checked: Reading<E>["guarded"]
  readonly refusedOrder: (refused: Extract<classify.Verdict, { readonly _tag: "RefusedOrder" }>) => E
  readonly undecided: (
    at: Attempt,
    verdict: { readonly code: number | undefined; readonly reason: string },
    later: { readonly retryAfter?: Duration.Duration }
  ) => E
  readonly unreadable: (at: Attempt, path: ReadonlyArray<string | number>, issue: string) => E
  readonly lost: (at: Attempt, stage: "timeout" | "connection", detail: string) => E
}

interface Attempt {
  readonly endpoint: Described
  /** How many times the request was sent so far. */
  readonly attempts: number
  readonly earlier: ReadonlyArray<string>
  readonly sentAt: number
  readonly answer: TransportAnswer | undefined
  readonly clientOrderId: string | undefined
  /** The receive window that was signed with it. */
  readonly recvWindow: number | undefined
  readonly scrub: (text: string) => string
}

// How many requests of a call may have reached the exchange, and the leave for the one under way.
interface Progress {
  sent: number
  sentAt: number
  /** How the attempts before this one ended. */
  readonly earlier: Array<string>
  permit: Permit | undefined
  answer: TransportAnswer | undefined
}

// Whether the exchange has accepted the key for reading and for changing, and since when it does not any more.
interface Session {
  readonly accepted: Set<"read" | "mutation">
  revoked: {
    readonly error: Errors.AuthRevoked
    readonly by: "read" | "mutation"
    /** Nothing that changes something is sent before, but for cancellations. */
    until: number
  } | undefined
}

const probeMillis = 30_000

// A wrong signature and the like are the call's own fault; these concern the key.
const concernsKey = ({ code }: Errors.Unauthorized): boolean =>
  code === undefined || code === -2015 || code === -2014 || code === -2017 || code === -1002 || code === -1011

const revocation = (
  session: Session,
  by: "read" | "mutation",
  { endpoint, receivedAt, offsetMillis }: classify.Sent,
  verdict: classify.Verdict
): classify.Verdict => {
  if (verdict._tag === "Answered" && endpoint.signed) {
    session.accepted.add(by)
    // That reading goes on does not prove that trading does.
    if (by === "mutation" || session.revoked?.by === "read") session.revoked = undefined
  }
  if (
    verdict._tag !== "Refused" || verdict.error._tag !== "Unauthorized" || !session.accepted.has(by) ||
    !concernsKey(verdict.error)
  ) return verdict
  const now = receivedAt - offsetMillis
  const { _tag, ...fields } = verdict.error
  const error = new Errors.AuthRevoked({ ...fields, since: session.revoked?.error.since ?? toUtc(now) })
  session.revoked = { error, by: session.revoked?.by ?? by, until: now + probeMillis }
  return { _tag: "Refused", error }
}

const revokedAgain = (error: Errors.AuthRevoked, at: ReturnType<typeof originOf>): Errors.AuthRevoked => {
  const { _tag, earlier: _, ...fields } = error
  return new Errors.AuthRevoked({ ...fields, ...at })
}

const requestId = (at: Attempt) => at.answer === undefined ? {} : classify.requestIdOf(at, at.answer)

const excerpt = (at: Attempt): string => at.answer === undefined ? "" : classify.excerpt(at, at.answer.text)

const reading: Reading<ReadError> = {
  safety: "read",
  guarded: (_guards, _call, self) => self,
  checked: (_guards, _call, self) => self,
  // A call that only reads places no order.
  refusedOrder: ({ reply }) => new Errors.Rejected(reply),
  undecided: (at, { code, reason }, later) =>
    new Errors.Unavailable({
      ...originOf(at),
      ...later,
      ...requestId(at),
      ...(code === undefined ? {} : { code }),
      status: at.answer?.status ?? 0,
      reason,
      hint: "Try again after a pause."
    }),
  unreadable: (at, path, issue) =>
    new Errors.InvalidResponse({
      ...originOf(at),
      ...requestId(at),
      status: at.answer?.status ?? 0,
      path,
      issue,
      excerpt: excerpt(at)
    }),
  lost: (at, stage, detail) => new Errors.TransportFailed({ ...originOf(at), stage, detail })
}

const unknown = (
  at: Attempt,
  seen: Errors.OutcomeUnknown["seen"],
  detail: string,
  code?: number | undefined
): Errors.OutcomeUnknown =>
  new Errors.OutcomeUnknown({
    ...originOf(at),
    ...requestId(at),
    ...(code === undefined ? {} : { code }),
    ...(at.answer === undefined ? {} : { status: at.answer.status }),
    ...(at.clientOrderId === undefined ? {} : { clientOrderId: at.clientOrderId }),
    ...(at.recvWindow === undefined ? {} : { recvWindow: at.recvWindow }),
    sentAt: toUtc(at.sentAt),
    seen,
    detail
  })

const changing: Reading<MutationError> = {
  safety: "mutation",
  guarded: (guards, call, self) => guards.reduceRight((inner, guard) => guard.around(call, inner), self),
  checked: (guards, call, self) =>
    Effect.suspend(() => {
      for (const { beforeSend } of guards) {
        const refused = beforeSend?.(call)
        if (refused !== undefined) return Effect.fail(refused)
      }
      return self
    }),
  refusedOrder: ({ reply, why }) => new Errors.OrderRejected({ ...reply, why }),
  undecided: (at, { code, reason }) => unknown(at, "server does not know", reason, code),
  unreadable: (at, path, issue) =>
    unknown(
      at,
      "unreadable answer",
      `${path.length === 0 ? "the answer" : path.join(".")}: ${issue}. It began with: ${excerpt(at) || "(nothing)"}`
    ),
  lost: (at, stage, detail) => unknown(at, stage === "timeout" ? "timeout" : "connection lost", detail)
}

const count = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined

/**
 * What a client is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientParts {
  readonly environment: Pick<EnvironmentShape, "name" | "restUrl">
  readonly signer: SignerShape
  readonly clock: Timekeeper
  readonly transport: TransportShape
  /**
   * Where limits and bans are kept; without it they are not. Clients that share one and have no `account` in their options
   * count as one account.
   */
  readonly gate?: RequestGateShape | undefined
  /** What is told of calls: {@link telemetry} for example; {@link silent} where it is left out. */
  readonly telemetry?: Telemetry | undefined
  /** What stands around the calls that change something. */
  readonly guards?: ReadonlyArray<CallGuard.CallGuardShape> | undefined
}

/**
 * Makes a client of its parts, without services.
 *
 * **When to use**
 *
 * Where the size of the program counts, in a browser or at the edge: what is not named here is not carried. Elsewhere
 * {@link Client.layer} and `PortfolioClient.layer` put the parts together.
 *
 * **Gotchas**
 *
 * Without a `gate` nothing holds back calls that the exchange's limits forbid, and a ban is told but not obeyed. Without
 * `telemetry` there are no metrics, no spans and no log lines, and references that report (`Drift.Reporter`,
 * {@link InterruptReporter}) are not asked.
 *
 * **Example** (The smallest client)
 *
 * ```ts import.meta.vitest
 * import * as Client from "@effect-binance/core/Client"
 * import * as Credentials from "@effect-binance/core/Credentials"
 * import * as Endpoint from "@effect-binance/core/Endpoint"
 * import * as Environment from "@effect-binance/core/Environment"
 * import * as ServerClock from "@effect-binance/core/ServerClock"
 * import * as Signer from "@effect-binance/core/Signer"
 * import * as Transport from "@effect-binance/core/Transport"
 * import * as Effect from "effect/Effect"
 *
 * const ping = Endpoint.raw({ method: "GET", path: "/papi/v1/ping", security: "NONE", safety: "read" })
 *
 * const program = Effect.gen(function*() {
 *   const environment = Environment.production
 *   const transport = Transport.overFetch(async () => new Response("{}"))
 *   const credentials = yield* Credentials.makeHmac({ apiKey: "key", apiSecret: "secret" })
 *   const client = Client.makeWith({
 *     environment,
 *     transport,
 *     signer: yield* Signer.makeHmac(credentials),
 *     clock: yield* ServerClock.makeTimekeeper(ServerClock.exchangeTime(environment, transport))
 *   })
 *   return yield* client.call(ping, {})
 * })
 *
 * await Effect.runPromise(Effect.scoped(program)) // => {}
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeWith = (parts: ClientParts, defaults: ClientOptions = {}): ClientShape => {
  const { clock, environment, gate: ownGate, signer, telemetry: tell = silent, transport } = parts
  const apiKey = Redacted.value(signer.apiKey)
  const ownGuards = parts.guards ?? []
  const sender: Sender = {
    host: environment.restUrl.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/s, ""),
    account: defaults.account ?? "",
    offsetMillis: () => clock.measured()?.offsetMillis
  }

  const session: Session = { accepted: new Set(), revoked: undefined }

  // What looks on must not take the answer of a call that was carried out with it when it fails.
  const guarded = (who: string, self: Effect.Effect<void>): Effect.Effect<void> =>
    Effect.catchCause(self, (cause) => Cause.hasInterrupts(cause) ? Effect.failCause(cause) : tell.failed(who))

  const attempt = <P, A, E>(
    endpoint: Endpoint<P, A>,
    reading: Reading<E>,
    params: WireParams,
    options: CallOptions,
    progress: Progress
  ): Effect.Effect<A, E | SharedError> => {
    const { scrub, seal } = scrubber(apiKey)
    let inFlight = false
    const recvWindow = endpoint.signed ? prepare.recvWindowOf(params, options) : undefined
    const at = (answer?: TransportAnswer): Attempt => ({
      endpoint,
      attempts: progress.sent,
      earlier: progress.earlier.slice(),
      sentAt: progress.sentAt,
      answer,
      clientOrderId: prepare.clientOrderIdOf(endpoint, params),
      recvWindow,
      scrub
    })
    const failed = (result: "connect" | "connection" | "timeout", error: E | SharedError) =>
      Effect.withFiber((fiber) => {
        tell.request(endpoint.id, result, fiber.context)
        return Effect.fail(error)
      })
    const send = (url: string): Effect.Effect<TransportAnswer, E | SharedError> => {
      progress.sent++
      inFlight = true
      const request = {
        method: endpoint.method,
        url,
        apiKey: endpoint.security === "NONE" ? undefined : signer.apiKey
      }
      return transport.send(request).pipe(
        Effect.catch((error) => {
          const detail = scrub(error.detail)
          if (!error.unsent) return failed("connection", reading.lost(at(), "connection", detail))
          progress.sent--
          inFlight = false
          return failed("connect", new Errors.TransportFailed({ ...originOf(at()), stage: "connect", detail }))
        }),
        timeout.orElse({
          duration: options.timeout ?? "10 seconds",
          orElse: () => failed("timeout", reading.lost(at(), "timeout", "no answer within the timeout"))
        })
      )
    }
    const text = prepare.textOf(params, recvWindow)
    const base = environment.restUrl + endpoint.path
    const sent = endpoint.signed
      ? Effect.flatMap(clock.now, (now) => {
        const sentAt = progress.sentAt = Math.floor(now)
        const payload = `${text}&timestamp=${sentAt}`
        return Effect.matchEffect(signer.sign(payload), {
          onFailure: (error) =>
            Effect.fail<E | SharedError>(
              new Errors.TransportFailed({
                ...originOf(at()),
                stage: "sign",
                detail: scrub(error.message)
              })
            ),
          onSuccess: (signature) => send(`${base}?${payload}&signature=${seal(query.escape(signature))}`)
        })
      })
      : Effect.flatMap(Effect.zip(Clock.currentTimeMillis, clock.offsetMillis), ([now, offsetMillis]) => {
        progress.sentAt = now + offsetMillis
        return send(text === "" ? base : `${base}?${text}`)
      })
    const answered = Effect.flatMap(sent, (answer) => receive(endpoint, reading, at(answer), answer, progress))
    if (reading.safety === "read") return answered
    // Whether a cancellation gets through matters more than a request too many.
    const admitted = endpoint.method === "DELETE" ? answered : Effect.withFiber((fiber) => {
      const { revoked } = session
      if (revoked === undefined) return answered
      const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
      if (now < revoked.until) return Effect.fail(revokedAgain(revoked.error, originOf(at())))
      revoked.until = now + probeMillis
      return answered
    })
    return Effect.onInterrupt(admitted, () =>
      inFlight
        ? tell.interrupted(unknown(at(), "interrupted", "the caller did not wait for the answer"))
        : Effect.void)
  }

  const receive = <P, A, E>(
    endpoint: Endpoint<P, A>,
    reading: Reading<E>,
    at: Attempt,
    answer: TransportAnswer,
    progress: Progress
  ): Effect.Effect<A, E | SharedError> =>
    Effect.withFiber((fiber) => {
      const { permit } = progress
      progress.answer = answer
      const usedWeight = count(answer.headers["x-mbx-used-weight-1m"])
      const orderCount = count(answer.headers["x-mbx-order-count-1m"])
      tell.request(endpoint.id, String(answer.status), fiber.context)
      const observe = fiber.getRef(CurrentObserver)
      const observed = observe === undefined ? Effect.void : guarded(
        "an observer",
        Effect.sync(() =>
          observe({
            endpoint: endpoint.id,
            status: answer.status,
            headers: answer.headers,
            body: answer.text,
            usedWeight,
            orderCount,
            requestId: answer.headers["x-mbx-uuid"]
          })
        )
      )
      const json = LosslessJson.parse(answer.text)
      const [body, notJson] = Result.isSuccess(json) ? [json.success, undefined] : [undefined, json.failure.message]
      return Effect.flatMap(
        observe === undefined ? clock.offsetMillis : Effect.andThen(observed, clock.offsetMillis),
        (offsetMillis): Effect.Effect<A, E | SharedError> => {
          const receivedAt = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe() + offsetMillis
          const sent = {
            endpoint,
            attempts: at.attempts,
            earlier: at.earlier,
            offsetMillis,
            receivedAt,
            scrub: at.scrub
          }
          const verdict = revocation(session, reading.safety, sent, classify.judge(sent, answer, body, notJson))
          const told = (): Effect.Effect<A, E | SharedError> => {
            switch (verdict._tag) {
              case "Refused":
                return Effect.fail(verdict.error)
              case "RefusedOrder":
                return Effect.fail(reading.refusedOrder(verdict))
              case "Undecided":
                return Effect.fail(reading.undecided(at, verdict, classify.retryAfterOf(sent, answer)))
              case "Unreadable":
                return Effect.fail(reading.unreadable(at, [], verdict.issue))
              case "Answered":
                return decode(endpoint, reading, at, verdict.body)
            }
          }
          if (permit === undefined) return told()
          const refused = verdict._tag === "Refused" && isOfLimits(verdict.error) ? verdict.error : undefined
          const observation = { status: answer.status, usedWeight, orderCount, refused }
          return Effect.flatMap(guarded("the gate", permit.observe(observation)), told)
        }
      )
    })

  const decode = <P, A, E>(
    endpoint: Endpoint<P, A>,
    reading: Reading<E>,
    at: Attempt,
    body: unknown
  ): Effect.Effect<A, E> => {
    const [decoded, drift] = endpoint.decode(body)
    if (Result.isFailure(decoded)) {
      const [first] = prepare.flatten(decoded.failure)
      // The names of unexpected fields are the server's words too.
      const path = (first?.path ?? []).map((step) => typeof step === "string" ? at.scrub(step) : step)
      return Effect.fail(reading.unreadable(at, path, at.scrub(first?.message ?? "not as documented")))
    }
    if (drift.length === 0) return Effect.succeed(decoded.success)
    const reported = Effect.suspend(() => tell.drift(endpoint.id, drift.map((one) => scrubDrift(one, at.scrub))))
    return Effect.as(guarded("the drift reporter", reported), decoded.success)
  }

  // Whether the failure leaves room for another attempt, and after which pause.
  const again = <E extends { readonly _tag: string }>(
    policy: Retry.RetryPolicyShape,
    reading: Reading<E>,
    endpoint: Described,
    params: WireParams,
    error: E | SharedError,
    number: number,
    resynchronised: boolean
  ): Effect.Effect<unknown, E | SharedError> | undefined => {
    const heavy = Endpoints.weightOf(endpoint, params) >= (policy.heavy ?? Retry.heavyWeight)
    if (error._tag === "ClockSkewed") {
      if (!policy.clock || resynchronised || !endpoint.signed) return undefined
      const sync = Effect.exit(clock.sync)
      // The next call of the user has the right time at least.
      return heavy ? Effect.andThen(sync, Effect.fail(error)) : sync
    }
    const attempts = reading.safety === "read" ? policy.reads : policy.mutations
    if (heavy || number >= attempts.times) return undefined
    const retryAfter = "retryAfter" in error && Duration.isDuration(error.retryAfter) ? error.retryAfter : undefined
    if (error._tag === "RateLimited") {
      // Without a time only the gate knows how long; what the gate itself refused has waited there.
      if (retryAfter === undefined || !("status" in error) || error.status === 0) return undefined
    } else if (error._tag !== "Unavailable" && error._tag !== "TransportFailed") return undefined
    const least = retryAfter ?? Duration.zero
    if (Duration.isGreaterThan(least, Duration.fromInputUnsafe(policy.maxRetryAfter ?? "10 seconds"))) return undefined
    return Effect.flatMap(Retry.delay(attempts, number), (pause) => Effect.sleep(Duration.sum(least, pause)))
  }

  const run = <P, A, E extends { readonly _tag: string }>(
    endpoint: Endpoint<P, A>,
    reading: Reading<E>,
    params: unknown
  ): Effect.Effect<A, E | SharedError | Errors.InvalidRequest> =>
    Effect.withFiber((fiber): Effect.Effect<A, E | SharedError | Errors.InvalidRequest> => {
      const options = merge(defaults, fiber.getRef(CurrentOptions))
      const checked = prepare.check(endpoint, params, options)
      if (Result.isFailure(checked)) return Effect.fail(checked.failure)
      const policy = fiber.getRef(Retry.RetryPolicy)
      const gate = fiber.getRef(RequestGate) ?? ownGate
      const guards = CallGuard.inForce(ownGuards, fiber.getRef(CallGuard.CallGuards))
      const start = (wire: WireParams): Effect.Effect<A, E | SharedError> => {
        const progress: Progress = { sent: 0, sentAt: 0, earlier: [], permit: undefined, answer: undefined }
        const call = { endpoint, params: wire }
        const sending = () => {
          const sent = attempt(endpoint, reading, wire, options, progress)
          return guards.length === 0 ? sent : reading.checked(guards, call, sent)
        }
        const loop = (number: number, resynchronised: boolean): Effect.Effect<A, E | SharedError> =>
          Effect.catch(
            gated(gate, endpoint, wire, progress, sending()),
            (error) => {
              const pause = again(policy, reading, endpoint, wire, error, number, resynchronised)
              if (pause === undefined) return Effect.fail(error)
              return Effect.flatMap(pause, () => {
                progress.earlier.push(ended(progress.sentAt, error))
                return loop(number + 1, resynchronised || error._tag === "ClockSkewed")
              })
            }
          )
        const guarded = guards.length === 0
          ? loop(1, false)
          : reading.guarded(guards, call, loop(1, false))
        return tell.span({
          name: endpoint.id,
          attributes: () => ({
            "binance.environment": environment.name,
            "binance.weight": Endpoints.weightOf(endpoint, wire),
            "http.request.method": endpoint.method,
            "url.path": endpoint.path
          }),
          ended: () => told(progress)
        }, guarded)
      }
      return endpoint.clientIds.length === 0
        ? start(checked.success)
        : Effect.flatMap(prepare.fill(endpoint, checked.success, fiber.getRef(ClientOrderId.Generator)), start)
    })

  // Whatever becomes of the attempt, the gate gets to know it.
  const gated = <A, E>(
    gate: RequestGateShape | undefined,
    endpoint: Described,
    params: WireParams,
    progress: Progress,
    attempt: Effect.Effect<A, E>
  ): Effect.Effect<A, E | Errors.RateLimited | Errors.Banned> => {
    if (gate === undefined || gate === open) return attempt
    return Effect.uninterruptibleMask((restore) => {
      const before = progress.sent
      return Effect.flatMap(
        restore(gate.admit({ endpoint, params, attempts: before, earlier: progress.earlier, sender })),
        (permit) => {
          progress.permit = permit
          return Effect.onExit(restore(attempt), () => permit.release(progress.sent > before))
        }
      )
    })
  }

  // How the attempts went, and what the last answer said of the limits.
  const told = ({ answer, earlier, sent }: Progress): Record<string, unknown> => {
    const usedWeight = count(answer?.headers["x-mbx-used-weight-1m"])
    const orderCount = count(answer?.headers["x-mbx-order-count-1m"])
    return {
      "binance.attempts": sent,
      "binance.clock_offset_ms": sender.offsetMillis() ?? 0,
      ...(earlier.length === 0 ? {} : { "binance.attempts.earlier": earlier }),
      ...(usedWeight === undefined ? {} : { "binance.used_weight": usedWeight }),
      ...(orderCount === undefined ? {} : { "binance.order_count": orderCount })
    }
  }

  function call<P, A>(endpoint: ReadEndpoint<P, A>, params: P | undefined): Effect.Effect<A, ReadError>
  function call<P, A>(endpoint: MutationEndpoint<P, A>, params: P | undefined): Effect.Effect<A, MutationError>
  function call<P, A>(
    endpoint: ReadEndpoint<P, A> | MutationEndpoint<P, A>,
    params: P | undefined
  ): Effect.Effect<A, ReadError | MutationError> {
    return endpoint.safety === "read" ? run(endpoint, reading, params) : run(endpoint, changing, params)
  }

  return { call }
}

/**
 * Makes a client from the services it needs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(defaults: ClientOptions = {}) {
  const clock = yield* ServerClock
  const signer = yield* Signer
  return makeWith({
    environment: yield* Environment,
    signer,
    clock: { ...clock, measured: () => SubscriptionRef.getUnsafe(clock.last) },
    transport: http.transport(yield* HttpClient.HttpClient),
    gate: yield* RequestGate,
    telemetry,
    guards: yield* CallGuard.CallGuards
  }, { ...defaults, account: defaults.account ?? fingerprint(Redacted.value(signer.apiKey)) })
})

const toUtc = (millis: number) => DateTime.makeUnsafe(millis)

// One attempt in the failure of a later one, and in the span.
const ended = (sentAt: number, error: { readonly _tag: string }): string => {
  const how = "stage" in error
    ? ` (${error.stage})`
    : "status" in error
    ? ` (HTTP ${error.status}${"code" in error ? `, code ${error.code}` : ""})`
    : ""
  return `${new Date(sentAt).toISOString()} ${error._tag}${how}`
}

const interrupted = ({ clientOrderId, endpoint, request }: Errors.OutcomeUnknown): string =>
  `${endpoint} (${request}): interrupted after it was sent, the outcome is unknown`
  + (clientOrderId === undefined ? "" : `; ask by client order id ${clientOrderId}`)

const scrubDrift = (drift: Drift.Drift, scrub: (text: string) => string): Drift.Drift => {
  switch (drift._tag) {
    case "UnknownMember":
      return { ...drift, value: scrub(drift.value) }
    case "UnreadableRow":
      return { ...drift, reason: scrub(drift.reason) }
    case "UnreadableField":
      return drift
  }
}

// Whoever has a listen key reads the account's events. Answers that cannot be read are quoted in errors.
const listenKeys = /(listenKey["\\]*\s*[:=][\s"\\[]*)[^\s"\\,\]}&]+/gi

// Whoever has the link to a prepared file reads the account's history.
const links = /("(?:url|s3Link)"\s*:\s*")[^"\\]*(?:\\[^][^"\\]*)*/g

// A signature may come back as it was sent, decoded, or as JSON writes it ("\/", "\u003d"), in either case of letters.
const spellings = (escaped: string): RegExp => {
  const plain = decodeURIComponent(escaped)
  const unicode = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`
  const all = [escaped, plain, plain.replaceAll("/", "\\/"), plain.replace(/[+=]/g, unicode)]
  return new RegExp(all.map((one) => one.replace(/[^A-Za-z0-9%]/g, "\\$&")).join("|"), "gi")
}

// Cuts the API key, the signature, listen keys and links out of any text that came back.
const scrubber = (apiKey: string) => {
  let signature = ""
  return {
    seal: (text: string): string => (signature = text),
    scrub: (text: string): string => {
      const withoutKey = (apiKey === "" ? text : text.replaceAll(apiKey, "<redacted>"))
        .replace(listenKeys, "$1<redacted>")
        .replace(links, "$1<redacted>")
      // No spelling is shorter than the signature itself, and most texts are.
      return signature === "" || withoutKey.length < decodeURIComponent(signature).length
        ? withoutKey
        : withoutKey.replace(spellings(signature), "<redacted>")
    }
  }
}

/**
 * The client every family of endpoints stands on.
 *
 * @category services
 * @since 0.1.0
 */
export class Client extends Context.Service<Client, ClientShape>()("@effect-binance/core/Client") {
  /**
   * A client over the environment, signer, clock and HTTP client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options: ClientOptions = {}
  ): Layer.Layer<Client, never, Environment | Signer | ServerClock | HttpClient.HttpClient> =>
    Layer.effect(Client, make(options))
}
