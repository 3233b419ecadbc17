/**
 * When a call is sent again: a value that can be read, replaced for a scope, or switched off.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/**
 * How often and how fast.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attempts {
  /** Total number of sends, the first included. */
  readonly times: number
  /** The pause before the second send; it doubles from there. */
  readonly base: Duration.Input
  /** No pause is longer. */
  readonly cap: Duration.Input
}

/**
 * The policy.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicyShape {
  /** Calls that only read, on transient failures. */
  readonly reads: Attempts
  /** Calls that change something, and only where it is proven that the last send was not accepted. */
  readonly mutations: Attempts
  /**
   * Whether a call refused for its timestamp is sent once more after the clock was measured anew. The refusal proves that
   * it was not accepted, so this holds for orders too.
   */
  readonly clock: boolean
  /**
   * Calls of this request weight or more are never repeated, whatever the rest says, as each repetition takes an eighth of
   * a minute's limit or more; {@link heavyWeight} where it is left out.
   */
  readonly heavy?: number | undefined
  /**
   * The longest `Retry-After` that is waited for, 10 seconds where it is left out. A call told to wait longer ends with the
   * failure, which tells how long.
   */
  readonly maxRetryAfter?: Duration.Input | undefined
}

/**
 * The request weight from which on a call is not repeated by itself: transfers, and the ids of downloads.
 *
 * @category policies
 * @since 0.1.0
 */
export const heavyWeight = 750

/**
 * Never send twice.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: RetryPolicyShape = {
  reads: { times: 1, base: 0, cap: 0 },
  mutations: { times: 1, base: 0, cap: 0 },
  clock: false,
  heavy: heavyWeight,
  maxRetryAfter: 0
}

/**
 * Reads up to three times, mutations once, clock errors once more; heavy calls once, whatever they do.
 *
 * **Details**
 *
 * A read is repeated after `Unavailable` and `TransportFailed`, and after a 429 that says how long to wait. Where an answer
 * has a `Retry-After`, the pause is that long and the backoff more.
 *
 * @category policies
 * @since 0.1.0
 */
export const standard: RetryPolicyShape = {
  reads: { times: 3, base: "200 millis", cap: "2 seconds" },
  mutations: { times: 1, base: "200 millis", cap: "2 seconds" },
  clock: true,
  heavy: heavyWeight,
  maxRetryAfter: "10 seconds"
}

/**
 * The policy in force: {@link standard} unless another is provided.
 *
 * @category references
 * @since 0.1.0
 */
export const RetryPolicy = Context.Reference<RetryPolicyShape>("@effect-binance/core/RetryPolicy", {
  defaultValue: () => standard
})

/**
 * The pause before the next send: doubling, capped, with full jitter in its upper half.
 *
 * @category delays
 * @since 0.1.0
 */
export const delay = (attempts: Attempts, sent: number): Effect.Effect<Duration.Duration> => {
  const cap = Duration.toMillis(attempts.cap)
  const millis = Math.min(cap, Duration.toMillis(attempts.base) * 2 ** (sent - 1))
  return Effect.map(Random.next, (random) => Duration.millis(Math.ceil(millis / 2 + random * millis / 2)))
}
