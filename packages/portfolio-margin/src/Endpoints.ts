/**
 * Every endpoint of Portfolio Margin by its documented name: what tables, simulators and raw calls are derived from.
 *
 * @since 0.1.0
 */
import type { Described } from "@effect-binance/core/Endpoint"
import * as Account from "./endpoints/Account.ts"
import * as CMOrders from "./endpoints/CMOrders.ts"
import * as Commission from "./endpoints/Commission.ts"
import * as MarginOrders from "./endpoints/MarginOrders.ts"
import * as Positions from "./endpoints/Positions.ts"
import * as Transfers from "./endpoints/Transfers.ts"
import * as UMOrders from "./endpoints/UMOrders.ts"
import * as UserStream from "./endpoints/UserStream.ts"

/**
 * The endpoints, typed.
 *
 * @category table
 * @since 0.1.0
 */
export const byName = {
  testConnectivity: Account.testConnectivity,
  getServerTime: Account.getServerTime,
  getAccountInfo: Account.getAccountInfo,
  getBalance: Account.getBalance,
  getUMAccount: Account.getUMAccount,
  getUMAccountV2: Account.getUMAccountV2,
  getCMAccount: Account.getCMAccount,
  getUMAccountConfig: Account.getUMAccountConfig,
  getUMSymbolConfig: Account.getUMSymbolConfig,
  getCMAccountConfig: Account.getCMAccountConfig,
  getCMSymbolConfig: Account.getCMSymbolConfig,
  getUMTradingStatus: Account.getUMTradingStatus,
  signTradFiPerpsContract: Account.signTradFiPerpsContract,
  getOrderRateLimit: Account.getOrderRateLimit,
  getUniMMRNotificationStatus: Account.getUniMMRNotificationStatus,
  updateUniMMRNotificationStatus: Account.updateUniMMRNotificationStatus,
  submitNewUMOrder: UMOrders.submitNewUMOrder,
  cancelUMOrder: UMOrders.cancelUMOrder,
  cancelAllUMOrders: UMOrders.cancelAllUMOrders,
  modifyUMOrder: UMOrders.modifyUMOrder,
  getUMOrder: UMOrders.getUMOrder,
  getAllUMOrders: UMOrders.getAllUMOrders,
  getUMOpenOrder: UMOrders.getUMOpenOrder,
  getAllUMOpenOrders: UMOrders.getAllUMOpenOrders,
  getUMOrderModificationHistory: UMOrders.getUMOrderModificationHistory,
  getUMTrades: UMOrders.getUMTrades,
  getUMForceOrders: UMOrders.getUMForceOrders,
  submitNewUMAlgoOrder: UMOrders.submitNewUMAlgoOrder,
  cancelUMAlgoOrder: UMOrders.cancelUMAlgoOrder,
  cancelAllUMAlgoOpenOrders: UMOrders.cancelAllUMAlgoOpenOrders,
  getUMAlgoOrder: UMOrders.getUMAlgoOrder,
  getUMAlgoOpenOrders: UMOrders.getUMAlgoOpenOrders,
  getAllUMAlgoOrders: UMOrders.getAllUMAlgoOrders,
  submitNewUMConditionalOrder: UMOrders.submitNewUMConditionalOrder,
  cancelUMConditionalOrder: UMOrders.cancelUMConditionalOrder,
  cancelAllUMConditionalOrders: UMOrders.cancelAllUMConditionalOrders,
  getAllUMConditionalOrders: UMOrders.getAllUMConditionalOrders,
  getUMOpenConditionalOrders: UMOrders.getUMOpenConditionalOrders,
  getUMOpenConditionalOrder: UMOrders.getUMOpenConditionalOrder,
  getUMConditionalOrderHistory: UMOrders.getUMConditionalOrderHistory,
  submitNewCMOrder: CMOrders.submitNewCMOrder,
  submitNewCMConditionalOrder: CMOrders.submitNewCMConditionalOrder,
  cancelCMOrder: CMOrders.cancelCMOrder,
  cancelAllCMOrders: CMOrders.cancelAllCMOrders,
  cancelCMConditionalOrder: CMOrders.cancelCMConditionalOrder,
  cancelAllCMConditionalOrders: CMOrders.cancelAllCMConditionalOrders,
  modifyCMOrder: CMOrders.modifyCMOrder,
  getCMOrder: CMOrders.getCMOrder,
  getAllCMOrders: CMOrders.getAllCMOrders,
  getCMOpenOrder: CMOrders.getCMOpenOrder,
  getAllCMOpenOrders: CMOrders.getAllCMOpenOrders,
  getCMOpenConditionalOrders: CMOrders.getCMOpenConditionalOrders,
  getCMOpenConditionalOrder: CMOrders.getCMOpenConditionalOrder,
  getAllCMConditionalOrders: CMOrders.getAllCMConditionalOrders,
  getCMConditionalOrderHistory: CMOrders.getCMConditionalOrderHistory,
  getCMTrades: CMOrders.getCMTrades,
  getCMForceOrders: CMOrders.getCMForceOrders,
  getCMOrderModificationHistory: CMOrders.getCMOrderModificationHistory,
  submitNewMarginOrder: MarginOrders.submitNewMarginOrder,
  submitNewMarginOCO: MarginOrders.submitNewMarginOCO,
  cancelMarginOrder: MarginOrders.cancelMarginOrder,
  cancelMarginOCO: MarginOrders.cancelMarginOCO,
  cancelAllMarginOrders: MarginOrders.cancelAllMarginOrders,
  getMarginOrder: MarginOrders.getMarginOrder,
  getMarginOpenOrders: MarginOrders.getMarginOpenOrders,
  getAllMarginOrders: MarginOrders.getAllMarginOrders,
  getMarginOCO: MarginOrders.getMarginOCO,
  getAllMarginOCO: MarginOrders.getAllMarginOCO,
  getMarginOpenOCO: MarginOrders.getMarginOpenOCO,
  getMarginTrades: MarginOrders.getMarginTrades,
  getMarginForceOrders: MarginOrders.getMarginForceOrders,
  submitMarginLoan: MarginOrders.submitMarginLoan,
  submitMarginRepay: MarginOrders.submitMarginRepay,
  repayMarginDebt: MarginOrders.repayMarginDebt,
  getMarginMaxBorrow: MarginOrders.getMarginMaxBorrow,
  getMarginMaxWithdraw: MarginOrders.getMarginMaxWithdraw,
  getMarginLoanRecords: MarginOrders.getMarginLoanRecords,
  getMarginRepayRecords: MarginOrders.getMarginRepayRecords,
  getMarginInterestHistory: MarginOrders.getMarginInterestHistory,
  getUMPosition: Positions.getUMPosition,
  getCMPosition: Positions.getCMPosition,
  updateUMLeverage: Positions.updateUMLeverage,
  updateCMLeverage: Positions.updateCMLeverage,
  updateUMPositionMode: Positions.updateUMPositionMode,
  updateCMPositionMode: Positions.updateCMPositionMode,
  getUMPositionMode: Positions.getUMPositionMode,
  getCMPositionMode: Positions.getCMPositionMode,
  getUMLeverageBrackets: Positions.getUMLeverageBrackets,
  getCMLeverageBrackets: Positions.getCMLeverageBrackets,
  getUMADLQuantile: Positions.getUMADLQuantile,
  getCMADLQuantile: Positions.getCMADLQuantile,
  getUMIncomeHistory: Transfers.getUMIncomeHistory,
  getCMIncomeHistory: Transfers.getCMIncomeHistory,
  autoCollectFunds: Transfers.autoCollectFunds,
  transferAssetFuturesMargin: Transfers.transferAssetFuturesMargin,
  transferBNB: Transfers.transferBNB,
  repayFuturesNegativeBalance: Transfers.repayFuturesNegativeBalance,
  getAutoRepayFuturesStatus: Transfers.getAutoRepayFuturesStatus,
  updateAutoRepayFuturesStatus: Transfers.updateAutoRepayFuturesStatus,
  getPortfolioNegativeBalanceInterestHistory: Transfers.getPortfolioNegativeBalanceInterestHistory,
  getNegativeBalanceExchangeRecords: Transfers.getNegativeBalanceExchangeRecords,
  getUMTradeHistoryDownloadId: Transfers.getUMTradeHistoryDownloadId,
  getUMTradeDownloadLink: Transfers.getUMTradeDownloadLink,
  getUMOrderHistoryDownloadId: Transfers.getUMOrderHistoryDownloadId,
  getUMOrderDownloadLink: Transfers.getUMOrderDownloadLink,
  getUMTransactionHistoryDownloadId: Transfers.getUMTransactionHistoryDownloadId,
  getUMTransactionDownloadLink: Transfers.getUMTransactionDownloadLink,
  getUMCommissionRate: Commission.getUMCommissionRate,
  getCMCommissionRate: Commission.getCMCommissionRate,
  toggleUMFeeBurn: Commission.toggleUMFeeBurn,
  getUMFeeBurnStatus: Commission.getUMFeeBurnStatus,
  getPMUserDataListenKey: UserStream.getPMUserDataListenKey,
  keepAlivePMUserDataListenKey: UserStream.keepAlivePMUserDataListenKey,
  closePMUserDataListenKey: UserStream.closePMUserDataListenKey
}

/**
 * The documented names.
 *
 * @category models
 * @since 0.1.0
 */
export type Name = keyof typeof byName

/**
 * The endpoints as a list, for tables.
 *
 * @category table
 * @since 0.1.0
 */
export const all: ReadonlyArray<Described> = Object.values(byName)
