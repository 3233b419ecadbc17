/**
 * A client of a Portfolio Margin account on Node.js in one line: undici beneath, node:crypto for signatures, key files and
 * variables read from where the process runs.
 *
 * @since 0.1.0
 */
import type { Client } from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import type { Signer } from "@effect-binance/core/Signer"
import type { NumericPortfolioClient } from "@effect-binance/portfolio-margin/NumericPortfolioClient"
import {
  type AsText,
  type Beautified,
  type Exact,
  PortfolioClient,
  type PortfolioClientOptions,
  type RequestOptions,
  type Services
} from "@effect-binance/portfolio-margin/PortfolioClient"
import type { TextualPortfolioClient } from "@effect-binance/portfolio-margin/TextualPortfolioClient"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type * as Config from "effect/Config"
import type { HttpClient } from "effect/http/HttpClient"
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
export function layer(
  options: PortfolioClientOptions & TransportOptions & Beautified
): Layer.Layer<NumericPortfolioClient | Client, Environment.EnvironmentError | Credentials.CredentialsError>
export function layer(
  options: PortfolioClientOptions & TransportOptions & AsText
): Layer.Layer<TextualPortfolioClient | Client, Environment.EnvironmentError | Credentials.CredentialsError>
export function layer(
  options: PortfolioClientOptions & TransportOptions & Exact
): Layer.Layer<Services, Environment.EnvironmentError | Credentials.CredentialsError>
export function layer(options: PortfolioClientOptions & TransportOptions & (Beautified | AsText | Exact)) {
  const account = Layer.mergeAll(
    // A signer's layer stands in a variable: without `fresh` a second account would sign with the key of the first.
    Layer.fresh(NodeSigner.layer).pipe(Layer.provide(Credentials.Credentials.layer(options))),
    Environment.Environment.layer(options),
    UndiciHttpClient.layerOptions(options.http ?? {})
  )
  return over(options, account)
}

/**
 * A client for the environment and the key that the variables name: `BINANCE_ENVIRONMENT`, `BINANCE_API_KEY`, and
 * `BINANCE_API_SECRET` or `BINANCE_PRIVATE_KEY_PATH` (with `BINANCE_PRIVATE_KEY_PASSPHRASE` for an encrypted key).
 *
 * @category layers
 * @since 0.1.0
 */
export function layerConfig(
  options: RequestOptions & TransportOptions & Beautified
): Layer.Layer<
  NumericPortfolioClient | Client,
  Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError
>
export function layerConfig(
  options: RequestOptions & TransportOptions & AsText
): Layer.Layer<
  TextualPortfolioClient | Client,
  Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError
>
export function layerConfig(
  options?: RequestOptions & TransportOptions & Exact
): Layer.Layer<Services, Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError>
export function layerConfig(options: RequestOptions & TransportOptions & (Beautified | AsText | Exact) = {}) {
  const account = Layer.mergeAll(
    Layer.fresh(NodeSigner.layer).pipe(
      Layer.provide(Credentials.Credentials.layerConfig().pipe(Layer.provide(NodeFileSystem.layer)))
    ),
    Environment.Environment.layerConfig(),
    UndiciHttpClient.layerOptions(options.http ?? {})
  )
  return over(options, account)
}

// Which services the layer provides hangs on the options, which the overloads above tell apart.
const over = <E>(
  options: RequestOptions & (Beautified | AsText | Exact),
  account: Layer.Layer<Signer | Environment.Environment | HttpClient, E>
) =>
  options.beautifyResponses === true
    ? PortfolioClient.layerSigner(options).pipe(Layer.provide(account))
    : options.decimals === "text"
    ? PortfolioClient.layerSigner(options).pipe(Layer.provide(account))
    : PortfolioClient.layerSigner(options).pipe(Layer.provide(account))
