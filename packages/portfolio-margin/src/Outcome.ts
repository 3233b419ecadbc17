/**
 * What became of an order: placing and cancelling that end in what is known, also where the answer was lost.
 *
 * {@link submitOnce} places an order once, however many requests that takes. {@link cancelAndConfirm} ends when the order has ended.
 * {@link resolve} finds out what became of an `OutcomeUnknown`. All three work on any {@link Product}: {@link um},
 * {@link cm}, {@link margin}, {@link umAlgo}, {@link cmConditional} and {@link marginOCO}.
 *
 * @since 0.1.0
 */
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import * as Errors from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import type { Described } from "@effect-binance/core/Endpoint"
import * as HeldBack from "@effect-binance/core/HeldBack"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { CMOrders } from "./CMOrders.ts"
import * as CMEndpoints from "./endpoints/CMOrders.ts"
import * as MarginEndpoints from "./endpoints/MarginOrders.ts"
import * as UMEndpoints from "./endpoints/UMOrders.ts"
import * as outcome from "./internal/outcome.ts"
import { MarginOrders } from "./MarginOrders.ts"
import { UMOrders } from "./UMOrders.ts"

// -----------------------------------------------------------------------------
// Policy
// -----------------------------------------------------------------------------

/**
 * How asking goes on, and when it ends.
 *
 * @category models
 * @since 0.1.0
 */
export interface PolicyShape {
  /** The pause before the exchange is asked; the pauses double from there. */
  readonly first: Duration.Input
  /** No pause is longer, but for what the exchange asks for. */
  readonly cap: Duration.Input
  /**
   * How long after the receive window an accepted order may still not be shown. Shorter than the lag of the exchange, an
   * order that stands is taken for absent.
   */
  readonly margin: Duration.Input
  /** How many times the exchange must say "not there" after receive window and margin; at least 1. */
  readonly misses: number
  /** How long asking may take. */
  readonly patience: Duration.Input
  /** How many times {@link submitOnce} sends an order again that is proven absent; 0 for never. */
  readonly resends: number
}

/**
 * Asks after 0.25, 0.5, 1, 2 and 4 seconds and then every 4; "absent" takes two misses 5 seconds and more after the receive
 * window; gives up after 2 minutes; sends once more.
 *
 * @category policies
 * @since 0.1.0
 */
export const standard: PolicyShape = {
  first: "250 millis",
  cap: "4 seconds",
  margin: "5 seconds",
  misses: 2,
  patience: "2 minutes",
  resends: 1
}

/**
 * The policy in force: {@link standard} unless another is provided.
 *
 * @category references
 * @since 0.1.0
 */
export const Policy = Context.Reference<PolicyShape>("@effect-binance/portfolio-margin/Outcome/Policy", {
  defaultValue: () => standard
})

// The most that the exchange allows, for an error that does not tell its own.
const longestWindow = 60_000

const defaultWindow = 5000

const limitsOf = (policy: PolicyShape, window: number): outcome.Limits => ({
  first: Duration.toMillis(policy.first),
  cap: Math.max(1, Duration.toMillis(policy.cap)),
  settled: window + Duration.toMillis(policy.margin),
  misses: policy.misses,
  patience: Duration.toMillis(policy.patience)
})

// -----------------------------------------------------------------------------
// Products
// -----------------------------------------------------------------------------

/**
 * The name of a product.
 *
 * @category models
 * @since 0.1.0
 */
export type ProductName = "um" | "cm" | "margin" | "umAlgo" | "cmConditional" | "marginOCO"

const ProductNames = Schema.Literals(["um", "cm", "margin", "umAlgo", "cmConditional", "marginOCO"])

/**
 * An order as the exchange shows it, and what that means.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sight<Found> {
  readonly order: Found
  /**
   * `live` may change yet (so may a status that is not known here), `fired` became another order, `canceled` and `ended`
   * (filled, expired, refused by the engine) are final.
   */
  readonly state: "live" | "fired" | "canceled" | "ended"
  /** When it was placed, or a later moment where only that is told. */
  readonly placedAt: DateTime.Utc
}

/**
 * What differs between the kinds of orders: how one is placed, asked for and cancelled.
 *
 * @category models
 * @since 0.1.0
 */
export interface Product<Order, Placed, Found, Ref, Canceled, R> {
  readonly name: ProductName
  /** The documented name of the call that places the order. */
  readonly endpoint: string
  /** How long an order that ended without a fill can be asked for. */
  readonly retention: Duration.Input
  /** Gives the order the client order ids it lacks; `own` where they are all new. */
  readonly named: (order: Order, ids: ClientOrderId.GeneratorShape) => Effect.Effect<Named<Order>>
  readonly submit: (order: Order) => Effect.Effect<Placed, MutationError, R>
  readonly refOf: (symbol: string, clientOrderId: string) => Ref
  readonly look: (ref: Ref) => Effect.Effect<Sight<Found>, ReadError, R>
  /** Whether an order that has the client order id of the one that was asked for can be that one. */
  readonly isSame: (asked: Order, found: Found) => boolean
  readonly cancel: (ref: Ref) => Effect.Effect<Canceled, MutationError, R>
  /** Whether the answer to a cancellation shows the order as cancelled. */
  readonly isCanceled: (answer: Canceled) => boolean
  /** The product that has an order by this reference, where it is not this one. */
  readonly elsewhere: (ref: Ref) => Effect.Effect<ProductName | undefined, ReadError, R>
}

/**
 * An order with its client order id.
 *
 * @category models
 * @since 0.1.0
 */
export interface Named<Order> {
  readonly order: Order
  readonly clientOrderId: string
  /** Whether the ids were made just now, so that no other order can have them. */
  readonly own: boolean
}

// -----------------------------------------------------------------------------
// Outcomes
// -----------------------------------------------------------------------------

/**
 * The exchange answered with the order.
 *
 * @category models
 * @since 0.1.0
 */
export interface Accepted<Placed> {
  readonly _tag: "Accepted"
  readonly answer: Placed
  readonly clientOrderId: string
}

/**
 * The order was found, and may change yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Live<Found> {
  readonly _tag: "Live"
  readonly order: Found
  readonly clientOrderId: string
}

/**
 * The order was found, and has ended: filled, cancelled, expired or refused by the engine; its status tells.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done<Found> {
  readonly _tag: "Done"
  readonly order: Found
  readonly clientOrderId: string
}

/**
 * The order is cancelled, by this call or before. What was filled until then stands.
 *
 * @category models
 * @since 0.1.0
 */
export interface Canceled<Order> {
  readonly _tag: "Canceled"
  /** As the cancellation was answered, or as it was found by asking. */
  readonly order: Order
}

/**
 * The order had ended otherwise: filled, expired or refused by the engine.
 *
 * @category models
 * @since 0.1.0
 */
export interface AlreadyDone<Found> {
  readonly _tag: "AlreadyDone"
  readonly order: Found
}

/**
 * The conditional order became another one, which has an id of its own and is **not** cancelled.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fired<Found> {
  readonly _tag: "Fired"
  readonly order: Found
}

/**
 * There is no such order: there never was, or it is gone after its time.
 *
 * @category models
 * @since 0.1.0
 */
export interface NotFound {
  readonly _tag: "NotFound"
  /** The product that has an order by this reference. */
  readonly elsewhere: ProductName | undefined
}

const subject = {
  product: ProductNames,
  /** The client order id that was asked by, where it is known. */
  clientOrderId: Schema.optionalKey(Schema.String)
}

/**
 * It is proven that the order does not stand and will not: the exchange did not have it, repeatedly, after the receive window
 * and the policy's margin.
 *
 * @category errors
 * @since 0.1.0
 */
export class Absent extends Schema.TaggedError<Absent>("@effect-binance/portfolio-margin/Outcome/Absent")("Absent", {
  ...subject,
  unknown: Errors.OutcomeUnknown
}) {
  override get message(): string {
    return `${this.product} order ${this.clientOrderId ?? ""}: was not accepted. It may be placed again`
  }
}

/**
 * The exchange does not have the order, but would not have it any more either.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotRetained
  extends Schema.TaggedError<NotRetained>("@effect-binance/portfolio-margin/Outcome/NotRetained")("NotRetained", {
    ...subject,
    unknown: Errors.OutcomeUnknown,
    /** How long an order that ended without a fill can be asked for. */
    retention: Schema.DurationFromMillis
  })
{
  override get message(): string {
    return `${this.product} order ${this.clientOrderId ?? ""}: too old to be asked for; look at fills and positions`
  }
}

const anyFailure = Schema.Union([
  Errors.InvalidRequest,
  Errors.Unauthorized,
  Errors.AuthRevoked,
  Errors.RateLimited,
  Errors.Banned,
  Errors.Blocked,
  Errors.ClockSkewed,
  Errors.NotFound,
  Errors.Rejected,
  Errors.OrderRejected,
  Errors.EndpointRetired,
  Errors.Unavailable,
  Errors.TransportFailed,
  Errors.InvalidResponse,
  HeldBack.NotSent,
  HeldBack.OrderRefused,
  Errors.OutcomeUnknown
])

/**
 * Asking did not settle it. The order may stand: ask again with {@link resolve}, and do not place it anew under another id.
 *
 * @category errors
 * @since 0.1.0
 */
export class StillUnknown
  extends Schema.TaggedError<StillUnknown>("@effect-binance/portfolio-margin/Outcome/StillUnknown")("StillUnknown", {
    ...subject,
    /** What was unknown. */
    unknown: Schema.optionalKey(Errors.OutcomeUnknown),
    /** Why asking ended. */
    detail: Schema.String,
    /** The last failure, where there was one. */
    last: Schema.optionalKey(anyFailure)
  })
{
  override get message(): string {
    const last = this.last === undefined ? "" : ` (last: ${this.last.message})`
    return `${this.product} order ${this.clientOrderId ?? ""}: still unknown: ${this.detail}${last}`
  }
}

/**
 * What became of a call whose outcome was unknown.
 *
 * @category models
 * @since 0.1.0
 */
export type Resolution<Found> = Live<Found> | Done<Found> | Absent | NotRetained | StillUnknown

/**
 * An order that stands or stood: as the exchange answered, or as it was found by asking.
 *
 * @category models
 * @since 0.1.0
 */
export type Submitted<Placed, Found> = Accepted<Placed> | Live<Found> | Done<Found>

/**
 * Why an order was not placed: a refusal keeps its own error, `Absent` is proven too; with `NotRetained` and `StillUnknown`
 * it may stand.
 *
 * @category models
 * @since 0.1.0
 */
export type SubmitError = Exclude<MutationError, Errors.OutcomeUnknown> | Absent | NotRetained | StillUnknown

/**
 * How an order ended that was to be cancelled.
 *
 * @category models
 * @since 0.1.0
 */
export type Cancellation<Canceling, Found> =
  | Canceled<Canceling | Found>
  | AlreadyDone<Found>
  | Fired<Found>
  | NotFound

/**
 * Why it is not known that an order ended: a refusal keeps its own error, with `StillUnknown` the order may be open.
 *
 * @category models
 * @since 0.1.0
 */
export type CancelError = Exclude<MutationError, Errors.OutcomeUnknown | Errors.NotFound> | StillUnknown

// -----------------------------------------------------------------------------
// Finding out
// -----------------------------------------------------------------------------

type Trace = { readonly product: ProductName; readonly clientOrderId?: string }

interface Missing {
  readonly _tag: "Missing"
}

type Search<Found> = Sight<Found> | Missing | StillUnknown

// The exchange takes timestamps that are up to a second ahead of its clock, and its machines need not agree to the millisecond.
const ahead = 2000

const placedSince = ({ sentAt }: Errors.OutcomeUnknown): number => DateTime.toEpochMillis(sentAt) - ahead

const ended = "the time to ask is over"

// Asks until the order is seen or a late acceptance is ruled out. Time counts from now, by a clock that is not set back:
// the request was sent before, so it can only take longer than needed.
const search = <Order, Placed, Found, Ref, Canceling, R>(
  product: Product<Order, Placed, Found, Ref, Canceling, R>,
  ref: Ref,
  trace: Trace,
  limits: outcome.Limits,
  unknown: Errors.OutcomeUnknown,
  // An order that was placed before is another one.
  since: number
): Effect.Effect<Search<Found>, never, R> =>
  Effect.gen(function*() {
    const pace = yield* outcome.pace(limits)
    let last: ReadError | undefined
    let earlier = false
    const still = (detail: string) =>
      new StillUnknown({
        ...trace,
        detail,
        unknown,
        ...(last === undefined ? {} : { last })
      })
    while (yield* pace.pause(last)) {
      const askedAt = yield* pace.elapsed
      const seen = yield* Effect.result(product.look(ref))
      if (Result.isSuccess(seen)) {
        last = undefined
        if (DateTime.toEpochMillis(seen.success.placedAt) >= since) return seen.success
        earlier = true
      } else {
        last = seen.failure
        if (outcome.isFinal(last)) return still("the exchange cannot be asked")
      }
      if (last === undefined || last._tag === "NotFound") {
        if (!pace.isProof(askedAt)) continue
        return earlier ? still("an earlier order has the same client order id") : { _tag: "Missing" }
      }
    }
    return still(ended)
  })

/**
 * Finds out what became of a call that places an order.
 *
 * **Details**
 *
 * The exchange is asked by the client order id, as the {@link Policy} says. "Not there" is believed only after the receive
 * window of the request and the policy's margin: until then the order may still be accepted, or not be shown yet. A failure
 * of asking proves nothing, and neither does an order of the same id that was placed before. It does not fail: what it
 * found is the value, and `Absent`, `NotRetained` and `StillUnknown` are errors that can be yielded.
 *
 * **Example** (An unknown outcome)
 *
 * ```ts
 * import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
 * import { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const orders = yield* UMOrders
 *   return yield* orders.submitNewUMOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.1" })
 * }).pipe(
 *   Effect.catchTag("OutcomeUnknown", (unknown) => Outcome.resolve(Outcome.um, unknown, { symbol: "BTCUSDT" }))
 * )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const resolve = <Order, Placed, Found, Ref, Canceling, R>(
  product: Product<Order, Placed, Found, Ref, Canceling, R>,
  unknown: Errors.OutcomeUnknown,
  options: { readonly symbol: string }
): Effect.Effect<Resolution<Found>, never, R> => {
  const { clientOrderId, endpoint } = unknown
  if (endpoint !== product.endpoint || clientOrderId === undefined) {
    const detail = clientOrderId === undefined
      ? "it has no client order id to ask by"
      : `it came from ${endpoint}, not from ${product.endpoint}`
    return Effect.succeed(
      new StillUnknown({
        product: product.name,
        ...(clientOrderId === undefined ? {} : { clientOrderId }),
        unknown,
        detail
      })
    )
  }
  return settle(product, unknown, unknown, options.symbol, clientOrderId)
}

const settle = <Order, Placed, Found, Ref, Canceling, R>(
  product: Product<Order, Placed, Found, Ref, Canceling, R>,
  // The oldest request under this id, and the youngest.
  first: Errors.OutcomeUnknown,
  unknown: Errors.OutcomeUnknown,
  symbol: string,
  clientOrderId: string
): Effect.Effect<Resolution<Found>, never, R> =>
  Effect.gen(function*() {
    const limits = limitsOf(yield* Policy, unknown.recvWindow ?? longestWindow)
    const trace = { product: product.name, clientOrderId }
    const found = yield* search(product, product.refOf(symbol, clientOrderId), trace, limits, first, placedSince(first))
    if (!("_tag" in found)) return sighted(found, clientOrderId)
    if (found._tag === "StillUnknown") return found
    const age = (yield* Clock.currentTimeMillis) - DateTime.toEpochMillis(first.sentAt)
    const retention = Duration.fromInputUnsafe(product.retention)
    return age < Duration.toMillis(retention)
      ? new Absent({ ...trace, unknown })
      : new NotRetained({ ...trace, unknown, retention })
  })

const sighted = <Found>({ order, state }: Sight<Found>, clientOrderId: string): Live<Found> | Done<Found> =>
  state === "live" || state === "fired"
    ? { _tag: "Live", order, clientOrderId }
    : { _tag: "Done", order, clientOrderId }

/**
 * Places an order once, and fails only where it is known not to stand or where asking did not settle it.
 *
 * **Details**
 *
 * Every request carries the same client order id: the order's own, or one from the `ClientOrderId.Generator`. Where an
 * outcome is unknown it is asked for as by {@link resolve}. An order that is proven absent is sent again as often as the
 * {@link Policy} says; where that is refused as a duplicate, the first request arrived after all, and its order is the
 * outcome. A refusal keeps its own error.
 *
 * **Gotchas**
 *
 * Proving an absence takes the receive window and the policy's margin (10 seconds at least), after which an order is sent
 * into another market: set `resends` to 0 where that is not wanted. Where the first request is refused as a duplicate, the
 * order that has the id is looked at, as a proxy may have sent the request twice. It is the outcome if symbol, side, type,
 * quantity and price are those of this one and, where the order brought its own id, if it was placed since, by the clock of
 * this machine. Else it is anybody's, and the refusal is the answer (`OrderRejected`).
 *
 * **Example** (An order that is placed once)
 *
 * ```ts
 * import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
 *
 * const program = Outcome.submitOnce(Outcome.um, { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.1" })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const submitOnce = <Order extends { readonly symbol: string }, Placed, Found, Ref, Canceling, R>(
  product: Product<Order, Placed, Found, Ref, Canceling, R>,
  order: NoInfer<Order>
): Effect.Effect<Submitted<Placed, Found>, SubmitError, R> =>
  Effect.gen(function*() {
    const policy = yield* Policy
    const { clientOrderId, order: named, own } = yield* product.named(order, yield* ClientOrderId.Generator)
    const { symbol } = order
    const began = yield* Clock.currentTimeMillis
    let first: Errors.OutcomeUnknown | undefined
    for (let resends = policy.resends;; resends--) {
      const sent = yield* Effect.result(product.submit(named))
      if (Result.isSuccess(sent)) return { _tag: "Accepted", answer: sent.success, clientOrderId }
      const error = sent.failure
      if (error._tag !== "OutcomeUnknown") {
        if (!outcome.isDuplicate(error)) return yield* error
        const doubted = first ?? refusedAsDouble(error, clientOrderId, began)
        // Where nothing was sent twice from here, any order that has the id explains the refusal.
        const since = first === undefined ? -Infinity : placedSince(first)
        const { placedAt, ...found } = yield* duplicated(product, doubted, since, error, symbol, clientOrderId)
        if (first !== undefined) return found
        // It is this one if somebody on the way sent the request twice. An id that is not as new as it should be comes into
        // question too, and so does an earlier order where the caller gave the id.
        const isNew = own || DateTime.toEpochMillis(placedAt) >= placedSince(doubted)
        return isNew && product.isSame(named, found.order) ? found : yield* error
      }
      first ??= error
      const found = yield* reported(settle(product, first, error, symbol, clientOrderId), error)
      switch (found._tag) {
        case "Live":
        case "Done":
          return found
        case "Absent":
          if (resends > 0) continue
          return yield* found
        default:
          return yield* found
      }
    }
  })

const refusedAsDouble = (
  { attempts, code, endpoint, reason, request, status }: Errors.OrderRejected,
  clientOrderId: string,
  sentAt: number
): Errors.OutcomeUnknown =>
  new Errors.OutcomeUnknown({
    endpoint,
    request,
    attempts,
    clientOrderId,
    sentAt: DateTime.makeUnsafe(sentAt),
    seen: "server does not know",
    status,
    ...(code === undefined ? {} : { code }),
    detail: `an order has the client order id already, perhaps this one: ${reason}`
  })

// The order is there: the exchange refused its double. What is not found now is not absent.
const duplicated = <Order, Placed, Found, Ref, Canceling, R>(
  product: Product<Order, Placed, Found, Ref, Canceling, R>,
  unknown: Errors.OutcomeUnknown,
  since: number,
  error: Errors.OrderRejected,
  symbol: string,
  clientOrderId: string
): Effect.Effect<(Live<Found> | Done<Found>) & { readonly placedAt: DateTime.Utc }, StillUnknown, R> =>
  Effect.gen(function*() {
    const limits = limitsOf(yield* Policy, unknown.recvWindow ?? defaultWindow)
    const trace = { product: product.name, clientOrderId }
    const ref = product.refOf(symbol, clientOrderId)
    const found = yield* reported(search(product, ref, trace, limits, unknown, since), unknown)
    if (!("_tag" in found)) return { ...sighted(found, clientOrderId), placedAt: found.placedAt }
    return yield* found._tag === "StillUnknown" ? found : new StillUnknown({
      ...trace,
      unknown,
      detail: "refused as a duplicate, but not to be found",
      last: error
    })
  })

const reported = <A, E, R>(self: Effect.Effect<A, E, R>, unknown: Errors.OutcomeUnknown): Effect.Effect<A, E, R> =>
  Effect.onInterrupt(self, () => report(unknown))

const report = (unknown: Errors.OutcomeUnknown) =>
  Effect.flatMap(Client.InterruptReporter, (reporter) => reporter(unknown))

/**
 * Tells of every call within that changes something and is interrupted before its outcome is known.
 *
 * **Details**
 *
 * The report gets the `OutcomeUnknown` that nobody is left to receive: endpoint, client order id, since when. It runs while
 * the fiber ends: put it into a queue or a store, and {@link resolve} it elsewhere. By default a warning is logged.
 *
 * @category combinators
 * @since 0.1.0
 */
export const onInterrupt =
  (report: (unknown: Errors.OutcomeUnknown) => Effect.Effect<void>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(self, Client.InterruptReporter, report)

// -----------------------------------------------------------------------------
// Cancelling
// -----------------------------------------------------------------------------

/**
 * Cancels an order and ends when the order has ended, whoever ended it.
 *
 * **Details**
 *
 * Where the exchange says that there is nothing to cancel (-2011), or its answer is lost, the order is asked for: it may be
 * filled, cancelled already, not shown yet, or of another product. While it is seen open it is cancelled again; that is safe,
 * since an order ends once. `NotFound` takes as long as `Absent` does in {@link resolve}, by the usual receive window of 5
 * seconds: an order whose placing is under way shows late.
 *
 * **Gotchas**
 *
 * A conditional order that fired is not cancelled with it: {@link Fired} carries it. An order that ended long ago is
 * `NotFound` too (3 days without a fill for UM and CM, 7 for CM conditional orders, 90 for algo orders).
 *
 * **Example** (An order that ends)
 *
 * ```ts
 * import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
 *
 * const program = Outcome.cancelAndConfirm(Outcome.um, { symbol: "BTCUSDT", origClientOrderId: "mine-1" })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const cancelAndConfirm = <Order, Placed, Found, Ref, Canceling, R>(
  product: Product<Order, Placed, Found, Ref, Canceling, R>,
  ref: NoInfer<Ref>
): Effect.Effect<Cancellation<Canceling, Found>, CancelError, R> =>
  Effect.suspend(() => {
    let unknown: Errors.OutcomeUnknown | undefined
    const ending = Effect.gen(function*(): Effect.fn.Return<
      Cancellation<Canceling, Found>,
      CancelError,
      R
    > {
      const pace = yield* outcome.pace(limitsOf(yield* Policy, defaultWindow))
      let last: outcome.Failure | undefined
      let answered = false
      const still = (detail: string) =>
        new StillUnknown({
          product: product.name,
          detail,
          ...(unknown === undefined ? {} : { unknown }),
          ...(last === undefined ? {} : { last })
        })
      do {
        const sent = yield* Effect.result(product.cancel(ref))
        if (Result.isSuccess(sent)) {
          if (product.isCanceled(sent.success)) return { _tag: "Canceled", order: sent.success }
          answered = true
        } else {
          const error = sent.failure
          if (error._tag === "OutcomeUnknown") unknown = error
          else if (error._tag !== "NotFound") {
            // The first refusal is the answer; after an unknown outcome it proves nothing about the order.
            if (unknown === undefined && !answered) return yield* error
            last = error
            if (outcome.isFinal(error)) return yield* still("the cancellation cannot be repeated")
          }
        }
        const askedAt = yield* pace.elapsed
        const seen = yield* Effect.result(product.look(ref))
        if (Result.isSuccess(seen)) {
          last = undefined
          const { order, state } = seen.success
          if (state === "canceled") return { _tag: "Canceled", order }
          if (state === "ended") return { _tag: "AlreadyDone", order }
          if (state === "fired") return { _tag: "Fired", order }
        } else {
          last = seen.failure
          if (outcome.isFinal(last)) return yield* still("the exchange cannot be asked")
          if (last._tag === "NotFound" && pace.isProof(askedAt)) {
            if (answered) return yield* still("the cancellation was answered, but the order is not to be found")
            // Where the other product cannot be asked, nothing is said of it.
            const elsewhere = yield* Effect.orElseSucceed(product.elsewhere(ref), () => undefined)
            return { _tag: "NotFound", elsewhere }
          }
        }
      } while (yield* pace.pause(last))
      return yield* still(ended)
    })
    return Effect.onInterrupt(ending, () => unknown === undefined ? Effect.void : report(unknown))
  })

// -----------------------------------------------------------------------------
// The products
// -----------------------------------------------------------------------------

const idLength = (endpoint: Pick<Described, "clientIds">): number => endpoint.clientIds[0]?.maxLength ?? 32

const nameBy = <Order>(
  given: string | undefined,
  endpoint: Pick<Described, "clientIds">,
  ids: ClientOrderId.GeneratorShape,
  order: (id: string) => Order
): Effect.Effect<Named<Order>> =>
  given === undefined
    ? Effect.map(ids.next(idLength(endpoint)), (id) => ({ order: order(id), clientOrderId: id, own: true }))
    : Effect.succeed({ order: order(given), clientOrderId: given, own: false })

const states: { readonly [status: string]: outcome.State } = {
  FILLED: "ended",
  CANCELED: "canceled",
  REJECTED: "ended",
  EXPIRED: "ended",
  EXPIRED_IN_MATCH: "ended",
  TRIGGERED: "fired",
  FINISHED: "ended"
}

// What is not known to be final may change yet.
const stateOf = (status: string): outcome.State => states[status] ?? "live"

const isThere = <A, R>(look: Effect.Effect<A, ReadError, R>): Effect.Effect<boolean, ReadError, R> =>
  look.pipe(Effect.as(true), Effect.catchTag("NotFound", () => Effect.succeed(false)))

const nameIf = <Name extends ProductName>(name: Name) => (is: boolean): Name | undefined => is ? name : undefined

const nowhere = () => Effect.undefined

/**
 * UM orders of the matching engine.
 *
 * @category products
 * @since 0.1.0
 */
export const um: Product<
  UMEndpoints.NewUMOrder,
  UMEndpoints.UMOrderPlaced,
  UMEndpoints.UMOrder,
  UMEndpoints.UMOrderRef,
  UMEndpoints.UMOrderCanceled,
  UMOrders
> = {
  name: "um",
  endpoint: UMEndpoints.submitNewUMOrder.id,
  retention: "3 days",
  named: (order, ids) =>
    nameBy(order.newClientOrderId, UMEndpoints.submitNewUMOrder, ids, (id) => ({ ...order, newClientOrderId: id })),
  submit: (order) => Effect.flatMap(UMOrders, (orders) => orders.submitNewUMOrder(order)),
  refOf: (symbol, origClientOrderId) => ({ symbol, origClientOrderId }),
  look: (ref) =>
    Effect.map(
      Effect.flatMap(UMOrders, (orders) => orders.getUMOrder(ref)),
      (order) => ({ order, state: stateOf(order.status), placedAt: order.time })
    ),
  isSame: (asked, found) => outcome.isSame(asked, { ...found, quantity: found.origQty }),
  cancel: (ref) => Effect.flatMap(UMOrders, (orders) => orders.cancelUMOrder(ref)),
  isCanceled: ({ status }) => status === "CANCELED",
  elsewhere: ({ origClientOrderId: clientAlgoId }) =>
    clientAlgoId === undefined
      ? Effect.undefined
      : Effect.map(
        isThere(Effect.flatMap(UMOrders, (orders) => orders.getUMAlgoOrder({ clientAlgoId }))),
        nameIf("umAlgo")
      )
}

/**
 * UM algo orders: conditional orders until they fire.
 *
 * @category products
 * @since 0.1.0
 */
export const umAlgo: Product<
  UMEndpoints.NewUMAlgoOrder,
  UMEndpoints.UMAlgoOrderPlaced,
  UMEndpoints.UMAlgoOrder,
  UMEndpoints.UMAlgoOrderRef,
  UMEndpoints.UMAlgoOrderCanceled,
  UMOrders
> = {
  name: "umAlgo",
  endpoint: UMEndpoints.submitNewUMAlgoOrder.id,
  retention: "90 days",
  named: (order, ids) =>
    nameBy(order.clientAlgoId, UMEndpoints.submitNewUMAlgoOrder, ids, (id) => ({ ...order, clientAlgoId: id })),
  submit: (order) => Effect.flatMap(UMOrders, (orders) => orders.submitNewUMAlgoOrder(order)),
  refOf: (_symbol, clientAlgoId) => ({ clientAlgoId }),
  look: (ref) =>
    Effect.map(
      Effect.flatMap(UMOrders, (orders) => orders.getUMAlgoOrder(ref)),
      (order) => ({ order, state: stateOf(order.algoStatus), placedAt: order.createTime })
    ),
  isSame: (asked, found) => outcome.isSame(asked, { ...found, type: found.orderType }),
  cancel: (ref) => Effect.flatMap(UMOrders, (orders) => orders.cancelUMAlgoOrder(ref)),
  // The answer does not show the order.
  isCanceled: () => false,
  // A UM order is asked for by symbol, which this reference does not have.
  elsewhere: nowhere
}

/**
 * CM orders of the matching engine.
 *
 * @category products
 * @since 0.1.0
 */
export const cm: Product<
  CMEndpoints.NewCMOrder,
  CMEndpoints.CMOrderPlaced,
  CMEndpoints.CMOrder,
  CMEndpoints.CMOrderRef,
  CMEndpoints.CMOrderCanceled,
  CMOrders
> = {
  name: "cm",
  endpoint: CMEndpoints.submitNewCMOrder.id,
  retention: "3 days",
  named: (order, ids) =>
    nameBy(order.newClientOrderId, CMEndpoints.submitNewCMOrder, ids, (id) => ({ ...order, newClientOrderId: id })),
  submit: (order) => Effect.flatMap(CMOrders, (orders) => orders.submitNewCMOrder(order)),
  refOf: (symbol, origClientOrderId) => ({ symbol, origClientOrderId }),
  look: (ref) =>
    Effect.map(
      Effect.flatMap(CMOrders, (orders) => orders.getCMOrder(ref)),
      (order) => ({ order, state: stateOf(order.status), placedAt: order.time })
    ),
  isSame: (asked, found) => outcome.isSame(asked, { ...found, quantity: found.origQty }),
  cancel: (ref) => Effect.flatMap(CMOrders, (orders) => orders.cancelCMOrder(ref)),
  isCanceled: ({ status }) => status === "CANCELED",
  elsewhere: ({ origClientOrderId: newClientStrategyId, symbol }) =>
    newClientStrategyId === undefined
      ? Effect.undefined
      : Effect.map(isThere(conditional({ symbol, newClientStrategyId })), nameIf("cmConditional"))
}

// One that waits is not in the history, and one that fired is not among the open ones.
const conditional = (
  ref: CMEndpoints.CMConditionalOrderRef
): Effect.Effect<CMEndpoints.CMConditionalOrder, ReadError, CMOrders> =>
  Effect.flatMap(CMOrders, (orders) =>
    Effect.catchTag(
      orders.getCMOpenConditionalOrder(ref),
      "NotFound",
      () => orders.getCMConditionalOrderHistory(ref)
    ))

/**
 * CM conditional orders until they fire.
 *
 * @category products
 * @since 0.1.0
 */
export const cmConditional: Product<
  CMEndpoints.NewCMConditionalOrder,
  CMEndpoints.CMConditionalOrderPlaced,
  CMEndpoints.CMConditionalOrder,
  CMEndpoints.CMConditionalOrderRef,
  CMEndpoints.CMConditionalOrderPlaced,
  CMOrders
> = {
  name: "cmConditional",
  endpoint: CMEndpoints.submitNewCMConditionalOrder.id,
  retention: "7 days",
  named: (order, ids) =>
    nameBy(order.newClientStrategyId, CMEndpoints.submitNewCMConditionalOrder, ids, (id) => ({
      ...order,
      newClientStrategyId: id
    })),
  submit: (order) => Effect.flatMap(CMOrders, (orders) => orders.submitNewCMConditionalOrder(order)),
  refOf: (symbol, newClientStrategyId) => ({ symbol, newClientStrategyId }),
  look: (ref) =>
    Effect.map(
      conditional(ref),
      (order) => ({ order, state: stateOf(order.strategyStatus), placedAt: order.bookTime })
    ),
  isSame: (asked, found) =>
    outcome.isSame({ ...asked, type: asked.strategyType }, {
      ...found,
      type: found.strategyType,
      quantity: found.origQty
    }),
  cancel: (ref) => Effect.flatMap(CMOrders, (orders) => orders.cancelCMConditionalOrder(ref)),
  isCanceled: ({ strategyStatus }) => strategyStatus === "CANCELED",
  elsewhere: ({ newClientStrategyId: origClientOrderId, symbol }) =>
    origClientOrderId === undefined
      ? Effect.undefined
      : Effect.map(
        isThere(Effect.flatMap(CMOrders, (orders) => orders.getCMOrder({ symbol, origClientOrderId }))),
        nameIf("cm")
      )
}

/**
 * Margin orders.
 *
 * @category products
 * @since 0.1.0
 */
export const margin: Product<
  MarginEndpoints.NewMarginOrder,
  MarginEndpoints.MarginOrderPlaced,
  MarginEndpoints.MarginOrder,
  MarginEndpoints.CancelMarginOrderRef,
  MarginEndpoints.MarginOrderCanceled,
  MarginOrders
> = {
  name: "margin",
  endpoint: MarginEndpoints.submitNewMarginOrder.id,
  // Not documented; the spot engine archives after this time.
  retention: "90 days",
  named: (order, ids) =>
    nameBy(order.newClientOrderId, MarginEndpoints.submitNewMarginOrder, ids, (id) => ({
      ...order,
      newClientOrderId: id
    })),
  submit: (order) => Effect.flatMap(MarginOrders, (orders) => orders.submitNewMarginOrder(order)),
  refOf: (symbol, origClientOrderId) => ({ symbol, origClientOrderId }),
  // The name of the cancelling is no parameter here.
  look: ({ newClientOrderId: _, ...ref }) =>
    Effect.map(
      Effect.flatMap(MarginOrders, (orders) => orders.getMarginOrder(ref)),
      (order) => ({ order, state: stateOf(order.status), placedAt: order.time })
    ),
  isSame: (asked, found) => outcome.isSame(asked, { ...found, quantity: found.origQty }),
  cancel: (ref) => Effect.flatMap(MarginOrders, (orders) => orders.cancelMarginOrder(ref)),
  isCanceled: ({ status }) => status === "CANCELED",
  elsewhere: nowhere
}

// A pair that is done was filled or cancelled; only its orders tell.
const stateOfPair = (pair: MarginEndpoints.MarginOCO): Effect.Effect<outcome.State, ReadError, MarginOrders> => {
  if (pair.listOrderStatus === "REJECT") return Effect.succeed("ended")
  if (pair.listOrderStatus !== "ALL_DONE") return Effect.succeed("live")
  return Effect.flatMap(MarginOrders, (orders) =>
    Effect.map(
      Effect.forEach(pair.orders, ({ orderId, symbol }) =>
        orders.getMarginOrder({ symbol, orderId }).pipe(
          Effect.map(({ status }) => stateOf(status)),
          // One order gone says nothing about the pair.
          Effect.catchTag("NotFound", () => Effect.succeed<outcome.State>("ended"))
        )),
      (legs): outcome.State => legs.every((state) => state === "canceled") ? "canceled" : "ended"
    ))
}

/**
 * One-cancels-the-other pairs of margin orders.
 *
 * @category products
 * @since 0.1.0
 */
export const marginOCO: Product<
  MarginEndpoints.NewMarginOCO,
  MarginEndpoints.MarginOCOPlaced,
  MarginEndpoints.MarginOCO,
  MarginEndpoints.CancelMarginOCORef,
  MarginEndpoints.MarginOCOCanceled,
  MarginOrders
> = {
  name: "marginOCO",
  endpoint: MarginEndpoints.submitNewMarginOCO.id,
  retention: "90 days",
  named: (order, ids) =>
    Effect.gen(function*() {
      const next = ids.next(idLength(MarginEndpoints.submitNewMarginOCO))
      const { limitClientOrderId, listClientOrderId, stopClientOrderId } = order
      const list = listClientOrderId ?? (yield* next)
      const named = {
        ...order,
        listClientOrderId: list,
        limitClientOrderId: limitClientOrderId ?? (yield* next),
        stopClientOrderId: stopClientOrderId ?? (yield* next)
      }
      const given = [limitClientOrderId, listClientOrderId, stopClientOrderId]
      return { order: named, clientOrderId: list, own: given.every((id) => id === undefined) }
    }),
  submit: (order) => Effect.flatMap(MarginOrders, (orders) => orders.submitNewMarginOCO(order)),
  refOf: (symbol, listClientOrderId) => ({ symbol, listClientOrderId }),
  look: (ref) =>
    Effect.gen(function*() {
      const orders = yield* MarginOrders
      const order = yield* orders.getMarginOCO(
        ref.orderListId === undefined
          ? { origClientOrderId: ref.listClientOrderId, recvWindow: ref.recvWindow }
          : { orderListId: ref.orderListId, recvWindow: ref.recvWindow }
      )
      return { order, state: yield* stateOfPair(order), placedAt: order.transactionTime }
    }),
  // A pair is shown without side and figures, but its orders have the ids that were given to them.
  isSame: (asked, found) =>
    asked.symbol === found.symbol &&
    [asked.limitClientOrderId, asked.stopClientOrderId].every((id) =>
      found.orders.some(({ clientOrderId }) => clientOrderId === id)
    ),
  cancel: (ref) => Effect.flatMap(MarginOrders, (orders) => orders.cancelMarginOCO(ref)),
  isCanceled: ({ listOrderStatus }) => listOrderStatus === "ALL_DONE",
  elsewhere: nowhere
}
