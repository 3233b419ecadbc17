/**
 * The gate every request passes: where limits and bans hold it back, and where answers tell what is left.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Banned, RateLimited } from "./BinanceError.ts"
import type { Described, WireParams } from "./Endpoint.ts"

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
}

/**
 * A gate.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestGateShape {
  /** Called before each send: lets it through, makes it wait, or refuses it. */
  readonly admit: (endpoint: Described, params: WireParams) => Effect.Effect<void, RateLimited | Banned>
  /** Called with each answer. */
  readonly observe: (endpoint: Described, observation: Observation) => Effect.Effect<void>
}

/**
 * A gate that lets everything through.
 *
 * @category gates
 * @since 0.1.0
 */
export const open: RequestGateShape = {
  admit: () => Effect.void,
  observe: () => Effect.void
}

/**
 * The gate in force: {@link open} unless another is provided.
 *
 * @category references
 * @since 0.1.0
 */
export const RequestGate = Context.Reference<RequestGateShape>("@effect-binance/core/RequestGate", {
  defaultValue: () => open
})
