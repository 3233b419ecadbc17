/**
 * Commission & Fee Burn as a service: fee rates, and whether BNB pays them.
 *
 * @since 0.1.0
 */
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Endpoints from "./endpoints/Commission.ts"
import type * as Common from "./endpoints/Common.ts"

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommissionShape {
  /** The fee rates of a UM symbol. Weight 20. */
  readonly getUMCommissionRate: (params: Common.OneSymbol) => Effect.Effect<Endpoints.CommissionRate, ReadError>
  /** The fee rates of a CM symbol. Weight 20. */
  readonly getCMCommissionRate: (params: Common.OneSymbol) => Effect.Effect<Endpoints.CommissionRate, ReadError>
  /** Switches paying UM fees with BNB, for the whole account. Weight 1. */
  readonly toggleUMFeeBurn: (params: Endpoints.ToggleFeeBurnParams) => Effect.Effect<Common.Done, MutationError>
  /** Whether BNB pays the fees of UM futures. Weight 30. */
  readonly getUMFeeBurnStatus: (params?: Common.SignedParams) => Effect.Effect<Endpoints.FeeBurn, ReadError>
}

/**
 * Commission & Fee Burn as a service: fee rates, and whether BNB pays them.
 *
 * @category services
 * @since 0.1.0
 */
export class Commission
  extends Context.Service<Commission, CommissionShape>()("@effect-binance/portfolio-margin/Commission")
{
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Commission, never, Client> = Layer.effect(
    Commission,
    Effect.map(Client, (client): CommissionShape => ({
      getUMCommissionRate: (params) => client.call(Endpoints.getUMCommissionRate, params),
      getCMCommissionRate: (params) => client.call(Endpoints.getCMCommissionRate, params),
      toggleUMFeeBurn: (params) => client.call(Endpoints.toggleUMFeeBurn, params),
      getUMFeeBurnStatus: (params) => client.call(Endpoints.getUMFeeBurnStatus, params)
    }))
  )
}
