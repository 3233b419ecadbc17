/**
 * The whole of Portfolio Margin as one flat service: every call under its documented name.
 *
 * @since 0.1.0
 */
import { Client, type ClientOptions } from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import { RateBudget, type RateBudgetOptions } from "@effect-binance/core/RateBudget"
import { RequestGate } from "@effect-binance/core/RequestGate"
import { ServerClock, type ServerClockOptions } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { Account, type AccountShape } from "./Account.ts"
import { CMOrders, type CMOrdersShape } from "./CMOrders.ts"
import { Commission, type CommissionShape } from "./Commission.ts"
import * as viewed from "./internal/viewed.ts"
import { MarginOrders, type MarginOrdersShape } from "./MarginOrders.ts"
import { NumericPortfolioClient } from "./NumericPortfolioClient.ts"
import { Positions, type PositionsShape } from "./Positions.ts"
import { TextualPortfolioClient } from "./TextualPortfolioClient.ts"
import { Transfers, type TransfersShape } from "./Transfers.ts"
import { UMOrders, type UMOrdersShape } from "./UMOrders.ts"
import { UserStream, type UserStreamShape } from "./UserStream.ts"

/**
 * Every call.
 *
 * @category models
 * @since 0.1.0
 */
export interface PortfolioClientShape
  extends
    AccountShape,
    UMOrdersShape,
    CMOrdersShape,
    MarginOrdersShape,
    PositionsShape,
    TransfersShape,
    CommissionShape,
    UserStreamShape
{}

/**
 * What can be set about calls, clock and limits; all of it has defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestOptions extends ClientOptions {
  readonly clock?: ServerClockOptions | undefined
  /**
   * How the exchange's limits are kept. Where it is left out: by the `RateBudget` provided, else by one that all clients
   * built together share, but for exchanges on this machine (simulator, tests), which have none. Options make a budget for
   * this client alone; `off` keeps no limits, and a ban is not obeyed.
   */
  readonly limits?: RateBudgetOptions | "off" | undefined
}

const loopback = /^[a-z]+:\/\/(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::|\/|$)/

const limitsOf = (
  limits: RateBudgetOptions | "off" | undefined
): Layer.Layer<never, never, Environment.Environment> => {
  if (limits === "off") return Layer.succeed(RequestGate, undefined)
  if (limits !== undefined) return RateBudget.layer(limits)
  return Layer.unwrap(Effect.gen(function*() {
    const { restUrl } = yield* Environment.Environment
    const given = yield* RequestGate
    return given !== undefined || loopback.test(restUrl) ? Layer.empty : RateBudget.layerDefault
  }))
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
 * Figures as JavaScript numbers: the layer provides `NumericPortfolioClient` in place of `PortfolioClient`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Beautified {
  readonly beautifyResponses: true
  readonly decimals?: undefined
}

/**
 * Figures as the exchange's own text, checked and not converted: the layer provides `TextualPortfolioClient` in place of
 * `PortfolioClient`.
 *
 * @category models
 * @since 0.1.0
 */
export interface AsText {
  readonly decimals: "text"
  readonly beautifyResponses?: false | undefined
}

/**
 * Figures exact, as `BigDecimal`: what is given unless {@link Beautified} or {@link AsText} is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exact {
  readonly beautifyResponses?: false | undefined
  readonly decimals?: undefined
}

type AnyView = Beautified | AsText | Exact

/**
 * `PortfolioClient` and each family of calls by itself.
 *
 * @category models
 * @since 0.1.0
 */
export type Calls =
  | PortfolioClient
  | Account
  | UMOrders
  | CMOrders
  | MarginOrders
  | Positions
  | Transfers
  | Commission
  | UserStream

/**
 * The services that the layers of {@link PortfolioClient} provide: all calls, and the `Client` beneath them, by which any
 * path can be called (`Endpoint.raw`).
 *
 * @category models
 * @since 0.1.0
 */
export type Services = Calls | Client

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
  static readonly layerClient: Layer.Layer<Calls, never, Client> = Layer.effect(
    PortfolioClient,
    Effect.gen(function*() {
      return {
        ...(yield* Account),
        ...(yield* UMOrders),
        ...(yield* CMOrders),
        ...(yield* MarginOrders),
        ...(yield* Positions),
        ...(yield* Transfers),
        ...(yield* Commission),
        ...(yield* UserStream)
      }
    })
  ).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Account.layer,
        UMOrders.layer,
        CMOrders.layer,
        MarginOrders.layer,
        Positions.layer,
        Transfers.layer,
        Commission.layer,
        UserStream.layer
      )
    )
  )

  /**
   * All calls over a client at hand, with figures as JavaScript numbers.
   *
   * @since 0.1.0
   */
  static readonly layerNumeric: Layer.Layer<NumericPortfolioClient, never, Client> = Layer.effect(
    NumericPortfolioClient,
    Effect.flatMap(PortfolioClient, viewed.numeric)
  ).pipe(
    Layer.provide(Layer.fresh(PortfolioClient.layerClient)),
    Layer.provide(Layer.effect(Client, Effect.map(Client, viewed.viewing("number"))))
  )

  /**
   * All calls over a client at hand, with figures as the exchange's own text.
   *
   * @since 0.1.0
   */
  static readonly layerTextual: Layer.Layer<TextualPortfolioClient, never, Client> = Layer.effect(
    TextualPortfolioClient,
    Effect.flatMap(PortfolioClient, viewed.textual)
  ).pipe(
    Layer.provide(Layer.fresh(PortfolioClient.layerClient)),
    Layer.provide(Layer.effect(Client, Effect.map(Client, viewed.viewing("text"))))
  )

  /**
   * All calls over a signer and an environment at hand, for keys in a key service and for tests.
   *
   * @since 0.1.0
   */
  static layerSigner(
    options: RequestOptions & Beautified
  ): Layer.Layer<NumericPortfolioClient | Client, never, Environment.Environment | Signer | HttpClient.HttpClient>
  static layerSigner(
    options: RequestOptions & AsText
  ): Layer.Layer<TextualPortfolioClient | Client, never, Environment.Environment | Signer | HttpClient.HttpClient>
  static layerSigner(
    options?: RequestOptions & Exact
  ): Layer.Layer<Services, never, Environment.Environment | Signer | HttpClient.HttpClient>
  static layerSigner(options: RequestOptions & AnyView = {}) {
    // A layer that stands in a variable is built once and found by its reference: the second account of a process would be
    // given the calls of the first.
    const client = Client.layer(options).pipe(
      Layer.provide([ServerClock.layer(options.clock), limitsOf(options.limits)])
    )
    return options.beautifyResponses === true
      ? Layer.fresh(PortfolioClient.layerNumeric).pipe(Layer.provideMerge(client))
      : options.decimals === "text"
      ? Layer.fresh(PortfolioClient.layerTextual).pipe(Layer.provideMerge(client))
      : Layer.fresh(PortfolioClient.layerClient).pipe(Layer.provideMerge(client))
  }

  /**
   * All calls for the environment and the key of the options; signs by WebCrypto.
   *
   * @since 0.1.0
   */
  static layer(
    options: PortfolioClientOptions & Beautified
  ): Layer.Layer<
    NumericPortfolioClient | Client,
    Environment.EnvironmentError | Credentials.CredentialsError,
    HttpClient.HttpClient
  >
  static layer(
    options: PortfolioClientOptions & AsText
  ): Layer.Layer<
    TextualPortfolioClient | Client,
    Environment.EnvironmentError | Credentials.CredentialsError,
    HttpClient.HttpClient
  >
  static layer(
    options: PortfolioClientOptions & Exact
  ): Layer.Layer<Services, Environment.EnvironmentError | Credentials.CredentialsError, HttpClient.HttpClient>
  static layer(options: PortfolioClientOptions & AnyView) {
    const account = Layer.merge(
      Layer.fresh(Signer.layer).pipe(Layer.provide(Credentials.Credentials.layer(options))),
      Environment.Environment.layer(options)
    )
    return over(options, account)
  }

  /**
   * All calls for the environment and the key that the variables name: `BINANCE_ENVIRONMENT`, `BINANCE_API_KEY`, and
   * `BINANCE_API_SECRET` or `BINANCE_PRIVATE_KEY_PATH`.
   *
   * @since 0.1.0
   */
  static layerConfig(
    options: RequestOptions & Beautified
  ): Layer.Layer<
    NumericPortfolioClient | Client,
    Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError,
    HttpClient.HttpClient
  >
  static layerConfig(
    options: RequestOptions & AsText
  ): Layer.Layer<
    TextualPortfolioClient | Client,
    Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError,
    HttpClient.HttpClient
  >
  static layerConfig(
    options?: RequestOptions & Exact
  ): Layer.Layer<
    Services,
    Environment.EnvironmentError | Credentials.CredentialsError | Config.ConfigError,
    HttpClient.HttpClient
  >
  static layerConfig(options: RequestOptions & AnyView = {}) {
    const account = Layer.merge(
      Layer.fresh(Signer.layer).pipe(Layer.provide(Credentials.Credentials.layerConfig())),
      Environment.Environment.layerConfig()
    )
    return over(options, account)
  }
}

// Which services the layer provides hangs on the options, which the overloads above tell apart.
const over = <E, R>(
  options: RequestOptions & AnyView,
  account: Layer.Layer<Signer | Environment.Environment, E, R>
) =>
  options.beautifyResponses === true
    ? PortfolioClient.layerSigner(options).pipe(Layer.provide(account))
    : options.decimals === "text"
    ? PortfolioClient.layerSigner(options).pipe(Layer.provide(account))
    : PortfolioClient.layerSigner(options).pipe(Layer.provide(account))
