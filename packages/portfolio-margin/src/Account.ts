/**
 * Account & Balance as a service: the unified account, its balances, its UM and CM parts.
 *
 * @since 0.1.0
 */
import { InvalidResponse, type MutationError, type ReadError } from "@effect-binance/core/BinanceError"
import { Client, type ClientShape } from "@effect-binance/core/Client"
import * as Field from "@effect-binance/core/Field"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Endpoints from "./endpoints/Account.ts"
import type * as Common from "./endpoints/Common.ts"

const makeGetBalance = (client: ClientShape): AccountShape["getBalance"] => {
  // Which form comes back is the exchange's to say; which one was asked for decides what the caller gets.
  const one = (asset: string) =>
  (
    reply: Endpoints.Balance | Field.Rows<Endpoints.Balance>
  ): Effect.Effect<Endpoints.Balance, InvalidResponse> => {
    const balance = isRows(reply) ? reply.find((row) => row.asset === asset) : reply
    return balance === undefined ? noBalance : Effect.succeed(balance)
  }
  function getBalance(
    params: Endpoints.GetBalanceParams & { readonly asset: string }
  ): Effect.Effect<Endpoints.Balance, ReadError>
  function getBalance(
    params?: Endpoints.GetBalanceParams & { readonly asset?: undefined }
  ): Effect.Effect<Field.Rows<Endpoints.Balance>, ReadError>
  function getBalance(
    params?: Endpoints.GetBalanceParams
  ): Effect.Effect<Endpoints.Balance | Field.Rows<Endpoints.Balance>, ReadError>
  function getBalance(
    params?: Endpoints.GetBalanceParams
  ): Effect.Effect<Endpoints.Balance | Field.Rows<Endpoints.Balance>, ReadError> {
    const reply = client.call(Endpoints.getBalance, params)
    const asset = params?.asset
    return asset === undefined
      ? Effect.map(reply, (reply) => isRows(reply) ? reply : Field.makeRows([reply]))
      : Effect.flatMap(reply, one(asset))
  }
  return getBalance
}

const isRows = (
  reply: Endpoints.Balance | Field.Rows<Endpoints.Balance>
): reply is Field.Rows<Endpoints.Balance> => Field.isRows(reply)

const noBalance = Effect.fail(
  new InvalidResponse({
    endpoint: Endpoints.getBalance.id,
    request: Endpoints.getBalance.request,
    attempts: 1,
    status: 200,
    path: [],
    issue: "a balance of the asset was expected, the list has none that can be read",
    excerpt: ""
  })
)

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountShape {
  /** Tests the connection. Weight 1. */
  readonly testConnectivity: (params?: Common.NoParams) => Effect.Effect<Endpoints.Pong, ReadError>
  /** The exchange's time. Weight 1. Served but not documented. */
  readonly getServerTime: (params?: Common.NoParams) => Effect.Effect<Endpoints.ServerTime, ReadError>
  /** The unified account: uniMMR, equity, margins, status. Weight 20. */
  readonly getAccountInfo: (params?: Common.SignedParams) => Effect.Effect<Endpoints.AccountInfo, ReadError>
  /** Balances of all assets, or of one. Weight 20. */
  readonly getBalance: {
    (params: Endpoints.GetBalanceParams & { readonly asset: string }): Effect.Effect<Endpoints.Balance, ReadError>
    (
      params?: Endpoints.GetBalanceParams & { readonly asset?: undefined }
    ): Effect.Effect<Field.Rows<Endpoints.Balance>, ReadError>
    (params?: Endpoints.GetBalanceParams): Effect.Effect<Endpoints.Balance | Field.Rows<Endpoints.Balance>, ReadError>
  }
  /** The UM account with every symbol, flat ones too. Weight 5. */
  readonly getUMAccount: (params?: Common.SignedParams) => Effect.Effect<Endpoints.UMAccount, ReadError>
  /** The UM account, only assets and positions in use. Weight 5. */
  readonly getUMAccountV2: (params?: Common.SignedParams) => Effect.Effect<Endpoints.UMAccountV2, ReadError>
  /** The CM account. Weight 5. */
  readonly getCMAccount: (params?: Common.SignedParams) => Effect.Effect<Endpoints.CMAccount, ReadError>
  /** Settings of the UM account. Weight 5. */
  readonly getUMAccountConfig: (params?: Common.SignedParams) => Effect.Effect<Endpoints.UMAccountConfig, ReadError>
  /** Settings of the UM symbols. Weight 5. */
  readonly getUMSymbolConfig: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.UMSymbolConfig>, ReadError>
  /** Settings of the CM account, kept as they come. Weight 5. Known from one other client alone; never verified. */
  readonly getCMAccountConfig: (params?: Common.SignedParams) => Effect.Effect<Common.Undocumented, ReadError>
  /** Settings of the CM symbols, kept as they come. Weight 5. Known from one other client alone; never verified. */
  readonly getCMSymbolConfig: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Common.Undocumented | ReadonlyArray<Common.Undocumented>, ReadError>
  /** The UM trading rules that the account has broken. Weight 1 with a symbol, 10 without. */
  readonly getUMTradingStatus: (params?: Common.SymbolFilter) => Effect.Effect<Endpoints.UMTradingStatus, ReadError>
  /** Signs the agreement that stock and commodity perpetuals (TradFi) need, once for the account. Weight 5. */
  readonly signTradFiPerpsContract: (params?: Common.SignedParams) => Effect.Effect<Common.Done, MutationError>
  /** The account's limits on orders. Weight 1. */
  readonly getOrderRateLimit: (
    params?: Common.SignedParams
  ) => Effect.Effect<Field.Rows<Endpoints.OrderRateLimit>, ReadError>
  /** Whether uniMMR notifications are on, kept as it comes. Portfolio Margin Pro only. Announced 2026-10-22, not documented; weight 1 is a guess. */
  readonly getUniMMRNotificationStatus: (params?: Common.SignedParams) => Effect.Effect<Common.Undocumented, ReadError>
  /** Switches uniMMR notifications. Portfolio Margin Pro only. Announced 2026-10-22, not documented; weight 1 is a guess. */
  readonly updateUniMMRNotificationStatus: (
    params?: Endpoints.UpdateUniMMRNotificationParams
  ) => Effect.Effect<Common.Undocumented, MutationError>
}

/**
 * Account & Balance as a service: the unified account, its balances, its UM and CM parts.
 *
 * @category services
 * @since 0.1.0
 */
export class Account extends Context.Service<Account, AccountShape>()("@effect-binance/portfolio-margin/Account") {
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Account, never, Client> = Layer.effect(
    Account,
    Effect.map(Client, (client): AccountShape => ({
      testConnectivity: (params) => client.call(Endpoints.testConnectivity, params),
      getServerTime: (params) => client.call(Endpoints.getServerTime, params),
      getAccountInfo: (params) => client.call(Endpoints.getAccountInfo, params),
      getBalance: makeGetBalance(client),
      getUMAccount: (params) => client.call(Endpoints.getUMAccount, params),
      getUMAccountV2: (params) => client.call(Endpoints.getUMAccountV2, params),
      getCMAccount: (params) => client.call(Endpoints.getCMAccount, params),
      getUMAccountConfig: (params) => client.call(Endpoints.getUMAccountConfig, params),
      getUMSymbolConfig: (params) => client.call(Endpoints.getUMSymbolConfig, params),
      getCMAccountConfig: (params) => client.call(Endpoints.getCMAccountConfig, params),
      getCMSymbolConfig: (params) => client.call(Endpoints.getCMSymbolConfig, params),
      getUMTradingStatus: (params) => client.call(Endpoints.getUMTradingStatus, params),
      signTradFiPerpsContract: (params) => client.call(Endpoints.signTradFiPerpsContract, params),
      getOrderRateLimit: (params) => client.call(Endpoints.getOrderRateLimit, params),
      getUniMMRNotificationStatus: (params) => client.call(Endpoints.getUniMMRNotificationStatus, params),
      updateUniMMRNotificationStatus: (params) => client.call(Endpoints.updateUniMMRNotificationStatus, params)
    }))
  )
}
