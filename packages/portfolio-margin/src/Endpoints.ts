/**
 * Every endpoint of Portfolio Margin by its documented name: what tables, simulators and raw calls are derived from.
 *
 * @since 0.1.0
 */
import type { Described } from "@effect-binance/core/Endpoint"
import * as Account from "./endpoints/Account.ts"
import * as Commission from "./endpoints/Commission.ts"
import * as Positions from "./endpoints/Positions.ts"

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
  getUMCommissionRate: Commission.getUMCommissionRate,
  getCMCommissionRate: Commission.getCMCommissionRate,
  toggleUMFeeBurn: Commission.toggleUMFeeBurn,
  getUMFeeBurnStatus: Commission.getUMFeeBurnStatus
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
