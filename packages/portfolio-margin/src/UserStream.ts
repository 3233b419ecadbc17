/**
 * The listen key of the user data stream as a service.
 *
 * @since 0.1.0
 */
import type { MutationError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Common from "./endpoints/Common.ts"
import * as Endpoints from "./endpoints/UserStream.ts"

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserStreamShape {
  /** Makes a listen key good for 60 minutes, or gives the one there is. Weight 1. */
  readonly getPMUserDataListenKey: (params?: Common.NoParams) => Effect.Effect<Endpoints.ListenKey, MutationError>
  /** Lets the 60 minutes of the listen key begin anew; fails with -1125 where there is none. Weight 1. */
  readonly keepAlivePMUserDataListenKey: (
    params?: Common.NoParams
  ) => Effect.Effect<Endpoints.ListenKeyDone, MutationError>
  /** Ends the listen key, for every connection that uses it. Weight 1. */
  readonly closePMUserDataListenKey: (
    params?: Common.NoParams
  ) => Effect.Effect<Endpoints.ListenKeyDone, MutationError>
}

/**
 * The listen key of the user data stream as a service.
 *
 * @category services
 * @since 0.1.0
 */
export class UserStream
  extends Context.Service<UserStream, UserStreamShape>()("@effect-binance/portfolio-margin/UserStream")
{
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<UserStream, never, Client> = Layer.effect(
    UserStream,
    Effect.map(Client, (client): UserStreamShape => ({
      getPMUserDataListenKey: (params) => client.call(Endpoints.getPMUserDataListenKey, params),
      keepAlivePMUserDataListenKey: (params) => client.call(Endpoints.keepAlivePMUserDataListenKey, params),
      closePMUserDataListenKey: (params) => client.call(Endpoints.closePMUserDataListenKey, params)
    }))
  )
}
