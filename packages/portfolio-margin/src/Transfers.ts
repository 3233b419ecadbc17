/**
 * Income & Transfers as a service: what balances changed by, moving assets between wallets, histories as files.
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
import * as Endpoints from "./endpoints/Transfers.ts"

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransfersShape {
  /** The changes of UM balances of the last 3 months, the last 7 days unless times are given. Weight 30. */
  readonly getUMIncomeHistory: (
    params?: Endpoints.UMIncomeQuery
  ) => Effect.Effect<Field.Rows<Endpoints.UMIncome>, ReadError>
  /** The changes of CM balances, the last 200 days unless times are given. Weight 30. */
  readonly getCMIncomeHistory: (
    params?: Endpoints.CMIncomeQuery
  ) => Effect.Effect<Field.Rows<Endpoints.CMIncome>, ReadError>
  /** Moves all that is positive in UM and CM, but for BNB, to the margin wallet. Weight 750, at most 500 calls in any hour. */
  readonly autoCollectFunds: (params?: Common.SignedParams) => Effect.Effect<Endpoints.Success, MutationError>
  /** Moves an asset other than BNB to the margin wallet: all of it, or an amount out of one futures wallet. Weight 30. */
  readonly transferAssetFuturesMargin: (
    params: Endpoints.AssetCollection
  ) => Effect.Effect<Endpoints.Success, MutationError>
  /** Moves BNB between the margin wallet and UM. Weight 750, at most 10 calls in any 10 minutes. */
  readonly transferBNB: (params: Endpoints.BNBTransfer) => Effect.Effect<Endpoints.BNBTransferred, MutationError>
  /** Repays the negative balances of UM and CM from the margin wallet. Weight 750. */
  readonly repayFuturesNegativeBalance: (
    params?: Common.SignedParams
  ) => Effect.Effect<Endpoints.Success, MutationError>
  /** Whether negative futures balances are repaid by themselves. Weight 30. */
  readonly getAutoRepayFuturesStatus: (
    params?: Common.SignedParams
  ) => Effect.Effect<Endpoints.AutoRepayStatus, ReadError>
  /** Switches the automatic repayment of negative futures balances. Weight 750, at most 20 calls a day. */
  readonly updateAutoRepayFuturesStatus: (
    params: Endpoints.UpdateAutoRepayParams
  ) => Effect.Effect<Endpoints.Success, MutationError>
  /** The interest on negative balances, the newest first; the last 7 days unless times are given. Weight 50. */
  readonly getPortfolioNegativeBalanceInterestHistory: (
    params?: Endpoints.NegativeBalanceInterestQuery
  ) => Effect.Effect<Field.Rows<Endpoints.NegativeBalanceInterest>, ReadError>
  /** The automatic exchanges that covered negative balances, the newest first. Weight 100. */
  readonly getNegativeBalanceExchangeRecords: (
    params: Endpoints.NegativeBalanceExchangeQuery
  ) => Effect.Effect<Endpoints.NegativeBalanceExchanges, ReadError>
  /** Has a file of the UM trades of a period prepared. Weight 1500, at most 5 calls a month, so not repeated as reads are. */
  readonly getUMTradeHistoryDownloadId: (
    params: Endpoints.DownloadPeriod
  ) => Effect.Effect<Endpoints.DownloadRequested, MutationError>
  /** The link to a file of UM trades, once it is there. Weight 10. */
  readonly getUMTradeDownloadLink: (params: Endpoints.DownloadRef) => Effect.Effect<Endpoints.DownloadLink, ReadError>
  /** Has a file of the UM orders of a period prepared. Weight 1500, at most 10 calls a month, so not repeated as reads are. */
  readonly getUMOrderHistoryDownloadId: (
    params: Endpoints.DownloadPeriod
  ) => Effect.Effect<Endpoints.DownloadRequested, MutationError>
  /** The link to a file of UM orders, once it is there. Weight 10. */
  readonly getUMOrderDownloadLink: (params: Endpoints.DownloadRef) => Effect.Effect<Endpoints.DownloadLink, ReadError>
  /** Has a file of the changes of UM balances prepared. Weight 1500, at most 5 calls a month, so not repeated as reads are. */
  readonly getUMTransactionHistoryDownloadId: (
    params: Endpoints.DownloadPeriod
  ) => Effect.Effect<Endpoints.DownloadRequested, MutationError>
  /** The link to a file of changes of UM balances, once it is there. Weight 10. */
  readonly getUMTransactionDownloadLink: (
    params: Endpoints.DownloadRef
  ) => Effect.Effect<Endpoints.DownloadLink, ReadError>
}

/**
 * Income & Transfers as a service: what balances changed by, moving assets between wallets, histories as files.
 *
 * @category services
 * @since 0.1.0
 */
export class Transfers
  extends Context.Service<Transfers, TransfersShape>()("@effect-binance/portfolio-margin/Transfers")
{
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Transfers, never, Client> = Layer.effect(
    Transfers,
    Effect.map(Client, (client): TransfersShape => ({
      getUMIncomeHistory: (params) => client.call(Endpoints.getUMIncomeHistory, params),
      getCMIncomeHistory: (params) => client.call(Endpoints.getCMIncomeHistory, params),
      autoCollectFunds: (params) => client.call(Endpoints.autoCollectFunds, params),
      transferAssetFuturesMargin: (params) => client.call(Endpoints.transferAssetFuturesMargin, params),
      transferBNB: (params) => client.call(Endpoints.transferBNB, params),
      repayFuturesNegativeBalance: (params) => client.call(Endpoints.repayFuturesNegativeBalance, params),
      getAutoRepayFuturesStatus: (params) => client.call(Endpoints.getAutoRepayFuturesStatus, params),
      updateAutoRepayFuturesStatus: (params) => client.call(Endpoints.updateAutoRepayFuturesStatus, params),
      getPortfolioNegativeBalanceInterestHistory: (params) =>
        client.call(Endpoints.getPortfolioNegativeBalanceInterestHistory, params),
      getNegativeBalanceExchangeRecords: (params) => client.call(Endpoints.getNegativeBalanceExchangeRecords, params),
      getUMTradeHistoryDownloadId: (params) => client.call(Endpoints.getUMTradeHistoryDownloadId, params),
      getUMTradeDownloadLink: (params) => client.call(Endpoints.getUMTradeDownloadLink, params),
      getUMOrderHistoryDownloadId: (params) => client.call(Endpoints.getUMOrderHistoryDownloadId, params),
      getUMOrderDownloadLink: (params) => client.call(Endpoints.getUMOrderDownloadLink, params),
      getUMTransactionHistoryDownloadId: (params) => client.call(Endpoints.getUMTransactionHistoryDownloadId, params),
      getUMTransactionDownloadLink: (params) => client.call(Endpoints.getUMTransactionDownloadLink, params)
    }))
  )
}
