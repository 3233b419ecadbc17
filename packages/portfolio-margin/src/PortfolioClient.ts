/**
 * The whole of Portfolio Margin as one flat service: every call under its documented name.
 *
 * @since 0.1.0
 */
import { type CallOptions, Client } from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import { ServerClock, type ServerClockOptions } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { Account, type AccountShape } from "./Account.ts"
import { Commission, type CommissionShape } from "./Commission.ts"
import { MarginOrders, type MarginOrdersShape } from "./MarginOrders.ts"
import { Positions, type PositionsShape } from "./Positions.ts"
import { Transfers, type TransfersShape } from "./Transfers.ts"
import { UMOrders, type UMOrdersShape } from "./UMOrders.ts"

/**
 * Every call.
 *
 * @category models
 * @since 0.1.0
 */
export interface PortfolioClientShape
  extends AccountShape, UMOrdersShape, MarginOrdersShape, PositionsShape, TransfersShape, CommissionShape
{}

/**
 * What can be set about calls and clock; all of it has defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestOptions extends CallOptions {
  readonly clock?: ServerClockOptions | undefined
}

/**
 * What a client is made from.
 *
 * @category models
 * @since 0.1.0
 */
export interface PortfolioClientOptions
  extends Environment.EnvironmentOptions, Credentials.CredentialsOptions, RequestOptions
{}

/**
 * The services that the layers of {@link PortfolioClient} provide: itself and each family of calls by itself.
 *
 * @category models
 * @since 0.1.0
 */
export type Services = PortfolioClient | Account | UMOrders | MarginOrders | Positions | Transfers | Commission

/**
 * A client of one Portfolio Margin account.
 *
 * **When to use**
 *
 * Use where a program calls across families. One that needs a single family asks for that one (`Account`, `Positions`,
 * `MarginOrders`, …): it then says in its type what it can do, and a test replaces no more than that.
 *
 * **Details**
 *
 * Each layer leaves the `HttpClient` to the user: `FetchHttpClient.layer` of Effect, or the leaner client of
 * `@effect-binance/node`.
 *
 * Each call of `layer`, `layerConfig` and `layerSigner` makes a layer of its own, so that several accounts can live in one
 * process; the same layer provided in several places is one client.
 *
 * **Gotchas**
 *
 * `layerClient`, `Account.layer` and the other families' layers are built once in a program, whichever client they are
 * given. For several accounts wrap them, and a signer's layer, in `Layer.fresh`.
 *
 * @category services
 * @since 0.1.0
 */
export class PortfolioClient extends Context.Service<PortfolioClient, PortfolioClientShape>()(
  "@effect-binance/portfolio-margin/PortfolioClient"
) {
  /**
   * All calls over a client at hand.
   *
   * @since 0.1.0
   */
  static readonly layerClient: Layer.Layer<Services, never, Client> = Layer.effect(
    PortfolioClient,
    Effect.gen(function*() {
      return {
        ...(yield* Account),
        ...(yield* UMOrders),
        ...(yield* MarginOrders),
        ...(yield* Positions),
        ...(yield* Transfers),
        ...(yield* Commission)
      }
    })
  ).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Account.layer,
        UMOrders.layer,
        MarginOrders.layer,
        Positions.layer,
        Transfers.layer,
        Commission.layer
      )
    )
  )

  /**
   * All calls over a signer and an environment at hand, for keys in a key service and for tests.
   *
   * @since 0.1.0
   */
  static readonly layerSigner = (
    options: RequestOptions = {}
  ): Layer.Layer<Services, never, Environment.Environment | Signer | HttpClient.HttpClient> =>
    // A layer that stands in a variable is built once and found by its reference: the second account of a process would be
    // given the calls of the first.
    Layer.fresh(PortfolioClient.layerClient).pipe(
      Layer.provide(Client.layer(options)),
      Layer.provide(ServerClock.layer(options.clock))
    )

  /**
   * All calls for the environment and the key of the options; signs by WebCrypto.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options: PortfolioClientOptions
  ): Layer.Layer<Services, Environment.EnvironmentError | Credentials.CredentialsError, HttpClient.HttpClient> =>
    PortfolioClient.layerSigner(options).pipe(
      Layer.provide(Layer.fresh(Signer.layer)),
      Layer.provide([Environment.Environment.layer(options), Credentials.Credentials.layer(options)])
    )

  /**
   * All calls for the environment and the key that the variables name: `BINANCE_ENVIRONMENT`, `BINANCE_API_KEY`, and
   * `BINANCE_API_SECRET` or `BINANCE_PRIVATE_KEY_PATH`.
   *
   * @since 0.1.0
   */
  static readonly layerConfig = (
    options: RequestOptions = {}
  ): Layer.Layer<
    Services,
    Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError,
    HttpClient.HttpClient
  > =>
    PortfolioClient.layerSigner(options).pipe(
      Layer.provide(Layer.fresh(Signer.layer)),
      Layer.provide([Environment.Environment.layerConfig(), Credentials.Credentials.layerConfig()])
    )
}
