/**
 * Guards: what stands around each call that changes something, and may refuse it before anything is sent.
 *
 * `OrderGuard` of Portfolio Margin is the guard of this library; this is the place it stands in.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { MutationError } from "./BinanceError.ts"
import type { Described, WireParams } from "./Endpoint.ts"
import type { OrderRefused } from "./HeldBack.ts"

/**
 * A call before it is sent: checked, and with the client order ids that were made for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface GuardedCall {
  readonly endpoint: Described
  readonly params: WireParams
}

/**
 * A guard.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallGuardShape {
  /**
   * Stands around a call that changes something, all its attempts included: runs it, or fails in its place with
   * `OrderRefused`. Calls that only read do not come by.
   */
  readonly around: <A>(call: GuardedCall, self: Effect.Effect<A, MutationError>) => Effect.Effect<A, MutationError>
  /**
   * Asked once more right before each send: the call may have waited for a limit or between attempts since {@link around}. A
   * refusal ends it.
   */
  readonly beforeSend?: (call: GuardedCall) => OrderRefused | undefined
}

/**
 * The guards in force: those provided to the client when it was built, and those provided to the calls; each once.
 *
 * @category references
 * @since 0.1.0
 */
export const CallGuards = Context.Reference<ReadonlyArray<CallGuardShape>>("@effect-binance/core/CallGuards", {
  defaultValue: () => []
})

/** The guards of both, the client's first. */
export const inForce = (
  own: ReadonlyArray<CallGuardShape>,
  current: ReadonlyArray<CallGuardShape>
): ReadonlyArray<CallGuardShape> => current.length === 0 || current === own ? own : [...new Set([...own, ...current])]
