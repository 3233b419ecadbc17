/**
 * Position Management as a service: positions, leverage, position mode, brackets.
 *
 * @since 0.1.0
 */
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import type * as Field from "@effect-binance/core/Field"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Common from "./endpoints/Common.ts"
import * as Endpoints from "./endpoints/Positions.ts"

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface PositionsShape {
  /** UM positions: one `BOTH` row a symbol in one-way mode, `LONG` and `SHORT` rows in hedge mode. Weight 5. */
  readonly getUMPosition: (params?: Common.SymbolFilter) => Effect.Effect<Field.Rows<Endpoints.UMPosition>, ReadError>
  /** CM positions: one `BOTH` row a symbol in one-way mode, `LONG` and `SHORT` rows in hedge mode. Weight 1. */
  readonly getCMPosition: (
    params?: Endpoints.CMPositionFilter
  ) => Effect.Effect<Field.Rows<Endpoints.CMPosition>, ReadError>
  /** Sets the leverage of a UM symbol. Weight 1. */
  readonly updateUMLeverage: (
    params: Endpoints.UpdateLeverageParams
  ) => Effect.Effect<Endpoints.UMLeverage, MutationError>
  /** Sets the leverage of a CM symbol. Weight 1. */
  readonly updateCMLeverage: (
    params: Endpoints.UpdateLeverageParams
  ) => Effect.Effect<Endpoints.CMLeverage, MutationError>
  /** Sets the position mode of the account; needs an account without positions and open orders. Weight 1. */
  readonly updateUMPositionMode: (
    params: Endpoints.UpdatePositionModeParams
  ) => Effect.Effect<Common.Done, MutationError>
  /** Sets the position mode of CM, which must agree with UM (-4220 otherwise). Weight 1. */
  readonly updateCMPositionMode: (
    params: Endpoints.UpdatePositionModeParams
  ) => Effect.Effect<Common.Done, MutationError>
  /** The position mode of UM. Weight 30. */
  readonly getUMPositionMode: (params?: Common.SignedParams) => Effect.Effect<Endpoints.PositionMode, ReadError>
  /** The position mode of CM. Weight 30. */
  readonly getCMPositionMode: (params?: Common.SignedParams) => Effect.Effect<Endpoints.PositionMode, ReadError>
  /** The leverage brackets of UM symbols. Weight 1. */
  readonly getUMLeverageBrackets: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.UMLeverageBrackets>, ReadError>
  /** The leverage brackets of CM symbols. Weight 1. */
  readonly getCMLeverageBrackets: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.CMLeverageBrackets>, ReadError>
  /** The auto-deleveraging ranks of UM positions, refreshed every 30 seconds. Weight 5. */
  readonly getUMADLQuantile: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.ADLQuantile>, ReadError>
  /** The auto-deleveraging ranks of CM positions, refreshed every 30 seconds. Weight 5. */
  readonly getCMADLQuantile: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.ADLQuantile>, ReadError>
}

/**
 * Position Management as a service: positions, leverage, position mode, brackets.
 *
 * @category services
 * @since 0.1.0
 */
export class Positions
  extends Context.Service<Positions, PositionsShape>()("@effect-binance/portfolio-margin/Positions")
{
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Positions, never, Client> = Layer.effect(
    Positions,
    Effect.map(Client, (client): PositionsShape => ({
      getUMPosition: (params) => client.call(Endpoints.getUMPosition, params),
      getCMPosition: (params) => client.call(Endpoints.getCMPosition, params),
      updateUMLeverage: (params) => client.call(Endpoints.updateUMLeverage, params),
      updateCMLeverage: (params) => client.call(Endpoints.updateCMLeverage, params),
      updateUMPositionMode: (params) => client.call(Endpoints.updateUMPositionMode, params),
      updateCMPositionMode: (params) => client.call(Endpoints.updateCMPositionMode, params),
      getUMPositionMode: (params) => client.call(Endpoints.getUMPositionMode, params),
      getCMPositionMode: (params) => client.call(Endpoints.getCMPositionMode, params),
      getUMLeverageBrackets: (params) => client.call(Endpoints.getUMLeverageBrackets, params),
      getCMLeverageBrackets: (params) => client.call(Endpoints.getCMLeverageBrackets, params),
      getUMADLQuantile: (params) => client.call(Endpoints.getUMADLQuantile, params),
      getCMADLQuantile: (params) => client.call(Endpoints.getCMADLQuantile, params)
    }))
  )
}
