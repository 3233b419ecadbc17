/**
 * The gate every request passes: where limits and bans hold it back, and where answers tell what is left.
 *
 * `RateBudget` is the gate of this library; this is the place it stands in.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Banned, Blocked, RateLimited } from "./BinanceError.ts"
import type { Described, WireParams } from "./Endpoint.ts"

/**
 * Whose limits a call counts against.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sender {
  /** The host of the REST paths; all who send to it from one IP share the request weight. */
  readonly host: string
  /** The name of the account, or a fingerprint of its API key where it has none. */
  readonly account: string
  /** Exchange time minus local time in milliseconds, where it was measured. */
  readonly offsetMillis: () => number | undefined
}

/**
 * A call before one of its sends.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call {
  readonly endpoint: Described
  readonly params: WireParams
  /** How many times it was sent so far. */
  readonly attempts: number
  /** How those sends ended, for the failure that the gate may tell. */
  readonly earlier?: ReadonlyArray<string> | undefined
  readonly sender: Sender
}

/**
 * What an answer says about the limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Observation {
  readonly status: number
  /** `x-mbx-used-weight-1m`, where it is a count. */
  readonly usedWeight: number | undefined
  /** `x-mbx-order-count-1m`, where it is a count. */
  readonly orderCount: number | undefined
  /** The failure that the answer was judged to be, where it is one of limits. */
  readonly refused: RateLimited | Banned | Blocked | undefined
}

/**
 * The leave to send once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Permit {
  /** Called with the answer, where one came. */
  readonly observe: (observation: Observation) => Effect.Effect<void>
  /**
   * Called at the end of the attempt, also of an interrupted one; `sent` is false where it is proven that nothing was sent.
   */
  readonly release: (sent: boolean) => Effect.Effect<void>
}

/**
 * A gate.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestGateShape {
  /** Called before each send: lets it through, makes it wait, or refuses it. */
  readonly admit: (call: Call) => Effect.Effect<Permit, RateLimited | Banned>
}

const free: Effect.Effect<Permit> = Effect.succeed({ observe: () => Effect.void, release: () => Effect.void })

/**
 * A gate that lets everything through.
 *
 * @category gates
 * @since 0.1.0
 */
export const open: RequestGateShape = { admit: () => free }

/**
 * The gate in force: the one provided to the calls, else the one provided to the client when it was built, else none.
 *
 * **Details**
 *
 * {@link open}, provided to the calls of a scope, lets them pass any gate of their client.
 *
 * @category references
 * @since 0.1.0
 */
export const RequestGate = Context.Reference<RequestGateShape | undefined>("@effect-binance/core/RequestGate", {
  defaultValue: () => undefined
})
