/**
 * Every way a call can fail, as typed values: one flat union, so that `Effect.catchTag` is enough.
 *
 * The split follows what is *proven* about the request, not the HTTP status. A read cannot fail with
 * {@link OutcomeUnknown}; a call that changes something can, and then nothing may be concluded without asking.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { NotSent, OrderRefused } from "./HeldBack.ts"
import * as codes from "./internal/errorCodes.ts"

export type { OrderRefusal } from "./internal/errorCodes.ts"

const origin = {
  /** The method that was called, e.g. `getAccountInfo`. */
  endpoint: Schema.String,
  /** HTTP method and path, e.g. `GET /papi/v1/account`. */
  request: Schema.String,
  /** How many times the request was sent (0: never). */
  attempts: Schema.Int,
  /** How the attempts before the last ended, oldest first: the time signed, the failure, its status or stage. */
  earlier: Schema.optionalKey(Schema.Array(Schema.String))
}

const reply = {
  ...origin,
  /** HTTP status of the answer. */
  status: Schema.Int,
  /** The exchange's error code, where the body had one. */
  code: Schema.optionalKey(Schema.Finite),
  /** The exchange's own words, or the beginning of what answered in its place. */
  reason: Schema.String,
  /** `x-mbx-uuid` of the answer, for talking to Binance's support. */
  requestId: Schema.optionalKey(Schema.String),
  /** What to do. */
  hint: Schema.String
}

const describe = (
  error: { readonly endpoint: string; readonly request: string },
  what: string
): string => `${error.endpoint} (${error.request}): ${what}`

interface Reply {
  readonly endpoint: string
  readonly request: string
  readonly status: number
  readonly code?: number
  readonly reason: string
  readonly hint: string
}

const describeReply = (error: Reply, what: string): string =>
  describe(
    error,
    `${what}: ${error.reason} [${
      error.code === undefined ? "" : `code ${error.code}, `
    }HTTP ${error.status}]. ${error.hint}`
  )

/**
 * One thing that is wrong with the parameters of a call.
 *
 * @category models
 * @since 0.1.0
 */
export const Violation = Schema.Struct({
  /** The parameter, e.g. `leverage`. Empty when the parameters as a whole are wrong. */
  field: Schema.String,
  /** What is expected, e.g. `an integer between 1 and 125`. */
  rule: Schema.String
})

/**
 * The parameters break a rule; nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>("@effect-binance/core/InvalidRequest")(
  "InvalidRequest",
  { ...origin, violations: Schema.NonEmptyArray(Violation) }
) {
  override get message(): string {
    const rules = this.violations.map((one) => one.field === "" ? one.rule : `${one.field}: ${one.rule}`)
    return describe(this, `${rules.join("; ")}. Nothing was sent; correct the parameters`)
  }
}

/**
 * The exchange does not accept the key, its signature, its IP or its permissions.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized
  extends Schema.TaggedError<Unauthorized>("@effect-binance/core/Unauthorized")("Unauthorized", {
    ...reply,
    /** The address Binance says the request came from, where it says so. */
    requestIp: Schema.optionalKey(Schema.String)
  })
{
  override get message(): string {
    return describeReply(
      this,
      this.requestIp === undefined ? "not authorised" : `not authorised (the request came from ${this.requestIp})`
    )
  }
}

/**
 * The key worked in this session, and then the exchange stopped accepting it: deleted, its permission taken away, or the
 * address of this machine changed.
 *
 * **Details**
 *
 * The first call that is refused so fails with it, and from then on calls that change something are not sent (`attempts` is 0):
 * but for cancellations, and for one call each half minute that finds out whether it is over. A read goes out as always.
 *
 * @category errors
 * @since 0.1.0
 */
export class AuthRevoked extends Schema.TaggedError<AuthRevoked>("@effect-binance/core/AuthRevoked")("AuthRevoked", {
  ...reply,
  /** The address Binance says the request came from, where it says so. */
  requestIp: Schema.optionalKey(Schema.String),
  /** When the key was first refused, by the local clock. */
  since: Schema.DateTimeUtcFromMillis
}) {
  override get message(): string {
    return describeReply(this, "the key is not accepted any more")
  }
}

/**
 * A limit is used up: either the exchange said so, or our own budget did before anything was sent (`status` 0).
 *
 * @category errors
 * @since 0.1.0
 */
export class RateLimited extends Schema.TaggedError<RateLimited>("@effect-binance/core/RateLimited")("RateLimited", {
  ...reply,
  /**
   * Which limit: the IP's request weight, the account's orders, or the account's quota of this one call; `store` where
   * the place in which several processes count together was out of reach.
   */
  budget: Schema.Literals(["weight", "orders", "quota", "store"]),
  /** Which quota, where it is one. */
  quota: Schema.optionalKey(Schema.Struct({ limit: Schema.Finite, per: Schema.String })),
  /** How long to wait, where known. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  override get message(): string {
    if (this.budget === "store") return describeReply(this, "the shared limits are out of reach")
    const { quota } = this
    return describeReply(
      this,
      quota === undefined ? `the ${this.budget} limit is used up` : `${quota.limit} a ${quota.per} are used up`
    )
  }
}

/**
 * The IP is banned for ignoring the limit. Every further request makes the ban longer.
 *
 * @category errors
 * @since 0.1.0
 */
export class Banned extends Schema.TaggedError<Banned>("@effect-binance/core/Banned")("Banned", {
  ...reply,
  /** When the ban ends, where known. */
  until: Schema.optionalKey(Schema.DateTimeUtcFromMillis)
}) {
  override get message(): string {
    return describeReply(this, "this IP is banned")
  }
}

/**
 * A firewall in front of the exchange refused the request (HTTP 403).
 *
 * @category errors
 * @since 0.1.0
 */
export class Blocked extends Schema.TaggedError<Blocked>("@effect-binance/core/Blocked")("Blocked", reply) {
  override get message(): string {
    return describeReply(this, "blocked by a firewall")
  }
}

/**
 * The timestamp lay outside the receive window, also after the clock was measured anew. Proven not accepted.
 *
 * @category errors
 * @since 0.1.0
 */
export class ClockSkewed extends Schema.TaggedError<ClockSkewed>("@effect-binance/core/ClockSkewed")("ClockSkewed", {
  ...reply,
  /** Exchange time minus local time in milliseconds, as last measured. */
  offsetMillis: Schema.Finite
}) {
  override get message(): string {
    return describeReply(this, `the clocks disagree (exchange minus local: ${this.offsetMillis} ms)`)
  }
}

/**
 * What was asked for does not exist, or not any more.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-binance/core/NotFound")("NotFound", reply) {
  override get message(): string {
    return describeReply(this, "not found")
  }
}

/**
 * The exchange refused the call by its rules. Proven not accepted; repeating it unchanged gives the same answer.
 *
 * @category errors
 * @since 0.1.0
 */
export class Rejected extends Schema.TaggedError<Rejected>("@effect-binance/core/Rejected")("Rejected", reply) {
  override get message(): string {
    return describeReply(this, "refused")
  }
}

const OrderRefusals = Schema.Literals(codes.refusals)

/**
 * The exchange refused an order by its rules, and says which. Proven not accepted; repeating it unchanged gives the same
 * answer as long as prices, positions and balances are what they are.
 *
 * **Details**
 *
 * Only calls that place or change an order fail with it; a refusal whose code says nothing about orders (a missing parameter,
 * a code nobody documents) is `Rejected` for them too.
 *
 * @category errors
 * @since 0.1.0
 */
export class OrderRejected extends Schema.TaggedError<OrderRejected>("@effect-binance/core/OrderRejected")(
  "OrderRejected",
  {
    ...reply,
    /** Which rule, e.g. `margin`; see `OrderRefusal`. */
    why: OrderRefusals
  }
) {
  override get message(): string {
    return describeReply(this, `order refused (${this.why})`)
  }
}

/**
 * The path is not served (any more); where it has a successor, the hint names it.
 *
 * @category errors
 * @since 0.1.0
 */
export class EndpointRetired extends Schema.TaggedError<EndpointRetired>("@effect-binance/core/EndpointRetired")(
  "EndpointRetired",
  {
    ...reply,
    /** The method to use instead, e.g. `submitNewUMAlgoOrder`. */
    replacement: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    return describeReply(this, "this path is not served")
  }
}

/**
 * The exchange failed or was overloaded, and it is proven that the request was not carried out. May be repeated.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>("@effect-binance/core/Unavailable")("Unavailable", {
  ...reply,
  /** How long to wait, where the answer says so. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  override get message(): string {
    return describeReply(this, "not carried out")
  }
}

/**
 * No answer came: for a read at any stage, for a call that changes something only where it is proven that nothing was
 * sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportFailed extends Schema.TaggedError<TransportFailed>("@effect-binance/core/TransportFailed")(
  "TransportFailed",
  {
    ...origin,
    /**
     * Where it ended: before a connection stood (`connect`), while signing (`sign`), while waiting (`timeout`), or with
     * the connection lost (`connection`).
     */
    stage: Schema.Literals(["sign", "connect", "timeout", "connection"]),
    /** What the transport said, without secrets. */
    detail: Schema.String
  }
) {
  override get message(): string {
    const proof = this.stage === "connect" || this.stage === "sign" ? " Nothing was sent" : " It can be asked again"
    return describe(this, `no answer (${this.stage}): ${this.detail}.${proof}`)
  }
}

/**
 * An answer to a read came that is not what the exchange documents: not JSON, or a mandatory field is missing or of
 * another kind.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidResponse extends Schema.TaggedError<InvalidResponse>("@effect-binance/core/InvalidResponse")(
  "InvalidResponse",
  {
    ...origin,
    status: Schema.Int,
    /** Where in the answer, e.g. `["positions", 3, "entryPrice"]`; empty for the whole. */
    path: Schema.Array(Schema.Union([Schema.String, Schema.Finite])),
    /** What was expected, and what was there by kind. */
    issue: Schema.String,
    /** The beginning of the answer, secrets cut out. */
    excerpt: Schema.String,
    requestId: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    const where = this.path.length === 0 ? "the answer" : this.path.join(".")
    return describe(
      this,
      `${where}: ${this.issue} [HTTP ${this.status}]. It began with: ${this.excerpt || "(nothing)"}`
    )
  }
}

/**
 * The request was sent and there is no proof of what became of it. It may have taken effect: ask before repeating it.
 *
 * @category errors
 * @since 0.1.0
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>("@effect-binance/core/OutcomeUnknown")(
  "OutcomeUnknown",
  {
    ...origin,
    /** The client order id to ask by, where the call has one. */
    clientOrderId: Schema.optionalKey(Schema.String),
    /** When it was sent, by the exchange's clock as we know it. */
    sentAt: Schema.DateTimeUtcFromMillis,
    /** How many milliseconds after `sentAt` the exchange may still accept it, where the call is signed. */
    recvWindow: Schema.optionalKey(Schema.Int),
    /** What was seen in place of an answer; `interrupted` where the caller did not wait for one. */
    seen: Schema.Literals(["timeout", "connection lost", "unreadable answer", "server does not know", "interrupted"]),
    status: Schema.optionalKey(Schema.Int),
    code: Schema.optionalKey(Schema.Finite),
    detail: Schema.String,
    requestId: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    return describe(
      this,
      `sent, but the outcome is unknown (${this.seen}${this.code === undefined ? "" : `, code ${this.code}`}${
        this.status === undefined ? "" : `, HTTP ${this.status}`
      }): ${this.detail}. It may have taken effect: ask before repeating it`
    )
  }
}

/**
 * How a call that only reads can fail.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadError =
  | InvalidRequest
  | Unauthorized
  | AuthRevoked
  | RateLimited
  | Banned
  | Blocked
  | ClockSkewed
  | NotFound
  | Rejected
  | EndpointRetired
  | Unavailable
  | TransportFailed
  | InvalidResponse
  | NotSent

/**
 * How a call that changes something can fail.
 *
 * @category models
 * @since 0.1.0
 */
export type MutationError = Exclude<ReadError, InvalidResponse> | OrderRejected | OrderRefused | OutcomeUnknown

/**
 * Every way a call can fail.
 *
 * @category models
 * @since 0.1.0
 */
export type BinanceError = ReadError | MutationError
