import type { MutationError, OrderRejected, ReadError } from "@effect-binance/core/BinanceError"
import * as Decimal from "@effect-binance/core/Decimal"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export type Failure = ReadError | MutationError

/** What an order, asked for, is in. `fired`: a conditional order that became another one. */
export type State = "live" | "fired" | "canceled" | "ended"

/** Whether the refusal says that an order with the same client order id is there. */
export const isDuplicate = (error: Failure): error is OrderRejected =>
  error._tag === "OrderRejected" && error.why === "duplicate-id"

type Figure = Decimal.DecimalInput | null | undefined

/** What tells an order from another one. */
export interface Terms {
  readonly symbol: string
  readonly side: string
  readonly type: string
  readonly quantity?: Figure
  readonly price?: Figure
}

// What was not asked for, the exchange fills in.
const isFigure = (asked: Figure, found: Figure): boolean => {
  if (asked === undefined || asked === null) return true
  const [one, other] = [Decimal.fromInput(asked), Decimal.fromInput(found ?? Number.NaN)]
  return one !== undefined && other !== undefined && BigDecimal.equals(one, other)
}

/** Whether an order that was found can be the one that was asked for. */
export const isSame = (asked: Terms, found: Terms): boolean =>
  asked.symbol === found.symbol && asked.side === found.side && asked.type === found.type &&
  isFigure(asked.quantity, found.quantity) && isFigure(asked.price, found.price)

/** Whether asking again gives the same answer, or makes things worse. */
export const isFinal = ({ _tag }: Failure): boolean =>
  _tag === "InvalidRequest" || _tag === "Unauthorized" || _tag === "AuthRevoked" || _tag === "Banned" ||
  _tag === "Blocked" ||
  _tag === "Rejected" || _tag === "OrderRejected" || _tag === "EndpointRetired" ||
  _tag === "NotSent" || _tag === "OrderRefused"

/** The wait that a failure asks for, in milliseconds. */
const wanted = (error: Failure | undefined): number =>
  error?._tag === "RateLimited" && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : 0

/** Milliseconds that cannot be set back. */
const monotonic = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))

/** When a late acceptance is ruled out, how often that must be seen, and how long all may take; in milliseconds. */
export interface Limits {
  readonly first: number
  readonly cap: number
  readonly settled: number
  readonly misses: number
  readonly patience: number
}

/** Where a search stands: whether another miss would be proof, and the pause before the next try (`undefined`: time is up). */
interface Pace {
  readonly elapsed: Effect.Effect<number>
  readonly isProof: (askedAt: number) => boolean
  readonly pause: (error?: Failure | undefined) => Effect.Effect<boolean>
}

/**
 * Time for one search: pauses double from `first` to `cap`; the one that would end after `settled` ends with it, so that
 * the first proof comes as early as it can. `pause` is false when time is up.
 */
export const pace = (limits: Limits): Effect.Effect<Pace> =>
  Effect.map(monotonic, (start): Pace => {
    const elapsed = Effect.map(monotonic, (now) => now - start)
    let next = Math.max(1, limits.first)
    let misses = 0
    return {
      elapsed,
      isProof: (askedAt) => askedAt >= limits.settled && ++misses >= limits.misses,
      pause: (error) =>
        Effect.flatMap(elapsed, (now) => {
          const regular = now < limits.settled ? Math.min(next, limits.settled - now) : next
          const millis = Math.max(regular, wanted(error))
          if (now + millis > limits.patience) return Effect.succeed(false)
          next = Math.min(limits.cap, next * 2)
          return Effect.as(Effect.sleep(millis), true)
        })
    }
  })
