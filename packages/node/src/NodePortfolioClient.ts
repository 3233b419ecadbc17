/**
 * A client of a Portfolio Margin account on Node.js in one line: undici beneath, node:crypto for signatures, key files and
 * variables read from where the process runs.
 *
 * @since 0.1.0
 */
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import {
  PortfolioClient,
  type PortfolioClientOptions,
  type RequestOptions,
  type Services
} from "@effect-binance/portfolio-margin/PortfolioClient"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type * as Config from "effect/Config"
import * as Layer from "effect/Layer"
import * as NodeSigner from "./NodeSigner.ts"
import * as UndiciHttpClient from "./UndiciHttpClient.ts"

/**
 * What can be set about the transport.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportOptions {
  /** Connections, proxy, timeouts; see `UndiciHttpClient`. */
  readonly http?: UndiciHttpClient.Options | undefined
}

/**
 * A client for the environment and the key of the options.
 *
 * **Example** (Reading the account)
 *
 * ```ts
 * import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as Effect from "effect/Effect"
 *
 * const uniMMR = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   return (yield* client.getAccountInfo()).uniMMR
 * })
 *
 * Effect.runPromise(
 *   Effect.provide(uniMMR, NodePortfolioClient.layer({ environment: "simulator", apiKey: "…", apiSecret: "…" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: PortfolioClientOptions & TransportOptions
): Layer.Layer<Services, Environment.EnvironmentError | Credentials.CredentialsError> =>
  PortfolioClient.layerSigner(options).pipe(
    Layer.provide(Layer.fresh(NodeSigner.layer)),
    Layer.provide([
      Environment.Environment.layer(options),
      Credentials.Credentials.layer(options),
      UndiciHttpClient.layerOptions(options.http ?? {})
    ])
  )

/**
 * A client for the environment and the key that the variables name: `BINANCE_ENVIRONMENT`, `BINANCE_API_KEY`, and
 * `BINANCE_API_SECRET` or `BINANCE_PRIVATE_KEY_PATH` (with `BINANCE_PRIVATE_KEY_PASSPHRASE` for an encrypted key).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: RequestOptions & TransportOptions = {}
): Layer.Layer<
  Services,
  Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError
> =>
  PortfolioClient.layerSigner(options).pipe(
    Layer.provide(Layer.fresh(NodeSigner.layer)),
    Layer.provide([
      Environment.Environment.layerConfig(),
      Credentials.Credentials.layerConfig().pipe(Layer.provide(NodeFileSystem.layer)),
      UndiciHttpClient.layerOptions(options.http ?? {})
    ])
  )
