/**
 * The rules of the margin engine that Binance does not publish in full, as named values.
 *
 * Every field says how far it can be trusted: *said* by Binance, *derived* from published or captured figures, told by a
 * *third party*, or *inferred*. {@link marks} holds the same marks as data. Nothing of this is hidden in the formulas, so
 * a rule that turns out otherwise is corrected by a parameter.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Decimal, Rounding } from "./internal/decimals.ts"
import { decimal, one, zero } from "./internal/decimals.ts"

/**
 * State of an account by its uniMMR, as `accountStatus` of the account reply spells it.
 *
 * @category models
 * @since 0.1.0
 */
export type AccountStatus =
  | "NORMAL"
  | "MARGIN_CALL"
  | "SUPPLY_MARGIN"
  | "REDUCE_ONLY"
  | "ACTIVE_LIQUIDATION"
  | "FORCE_LIQUIDATION"
  | "BANKRUPTED"

/**
 * One step of the status table: the status holds while uniMMR is above the bound, a ratio, and not above the step before.
 *
 * @category models
 * @since 0.1.0
 */
export interface StatusStep {
  readonly status: AccountStatus
  readonly above: Decimal
}

/**
 * How far a rule can be trusted.
 *
 * @category models
 * @since 0.1.0
 */
export type Mark = "said" | "derived" | "third party" | "inferred"

/**
 * The unit in which the `qtyFloor` and `qtyCap` of CM brackets are read.
 *
 * @category models
 * @since 0.1.0
 */
export type CmBracketUnit = "coin" | "contracts"

/**
 * Every rule of the engine that is a matter of evidence.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginParameters {
  /** Maintenance margin rate of a loan by cross margin leverage: 10 %, 8 %, 5 % at 3x, 5x, 10x. [said] */
  readonly loanMaintenanceRates: ReadonlyMap<number, Decimal>
  /** Whether owed interest needs maintenance margin as the principal does. Default no. [inferred] */
  readonly loanMaintenanceOnInterest: boolean
  /** Status by uniMMR, highest bound first; at or below the last bound FORCE_LIQUIDATION. [inferred] */
  readonly statusSteps: ReadonlyArray<StatusStep>
  /** uniMMR, a ratio, at which liquidation begins and which defines a liquidation price. Default 1.05. [said] */
  readonly liquidationThreshold: Decimal
  /** Maintenance margins, a factor, that a withdrawal must leave covered: 1.2, against 1.05 of a retelling. [inferred] */
  readonly withdrawalFactor: Decimal
  /** Whether a withdrawal is held by the initial margin as well. Default yes. [inferred] */
  readonly withdrawalBoundByInitialMargin: boolean
  /** Maintenance margins, a factor, that a loan must leave covered. Default 1.2, said for the older account. [said] */
  readonly borrowFactor: Decimal
  /** Whether `accountEquity` is what remains after open loss. Default yes, so that uniMMR is its quotient. [inferred] */
  readonly accountEquityAfterOpenLoss: boolean
  /** What the initial margin is taken from to give `virtualAvailable`, never below zero. [inferred] */
  readonly virtualAvailableBase: "adjustedEquity" | "equity"
  /** Share, 0 to 1, at which an asset counts as collateral. [inferred] */
  readonly collateralRates: ReadonlyMap<string, Decimal>
  /** Collateral rate of an asset without one of its own. Default 0. [inferred] */
  readonly defaultCollateralRate: Decimal
  /** Text of `uniMMR` while there is no maintenance margin: "99999999". [third party] */
  readonly uniMmrSentinel: string
  /** Rounding of uniMMR to 8 decimals; the samples fit both. [inferred] */
  readonly uniMmrRounding: Rounding
  /** Rounding of UM notional, initial and maintenance margin to 8 decimals. Default truncated. [derived] */
  readonly umMarginRounding: Rounding
  /** Rounding of CM notional and margins to 8 decimals; the capture fits both. [inferred] */
  readonly cmMarginRounding: Rounding
  /** Rounding of unrealised PnL to 8 decimals: half up, which one CM capture needs. [inferred] */
  readonly profitRounding: Rounding
  /** Rounding of the USD figures of the account to 8 decimals. [inferred] */
  readonly accountRounding: Rounding
  /** Rounding of interest to 8 decimals. Default half up. [derived] */
  readonly interestRounding: Rounding
  /** Unit of CM brackets: coin, as the futures help page has it. [inferred] */
  readonly cmBracketUnit: CmBracketUnit
  /** Sign of `totalMarginOpenLoss`: negative, as in the event. [inferred] */
  readonly openLossSign: "negative" | "positive"
  /** Amount of an asset by which a wallet balance may be negative before it is charged; 0 where absent. [inferred] */
  readonly negativeBalanceThresholds: ReadonlyMap<string, Decimal>
  /** Whether a loan counts as a negative balance too. Default no: it has its own interest. [inferred] */
  readonly negativeBalanceCountsDebt: boolean
  /** Amount of an asset that UM and CM may owe before the exchange covers it with others; none where absent. [inferred] */
  readonly negativeBalanceMaximums: ReadonlyMap<string, Decimal>
  /** Hours of the day, UTC, at which negative futures balances are repaid: 22 and 23. [inferred] */
  readonly autoRepayHours: ReadonlyArray<number>
  /** Worth in USD of the other assets that one call may spend on a debt. Default 50,000. [said] */
  readonly repayDebtLimit: Decimal
  /** Milliseconds until a file that was asked for is there. Default a minute. [inferred] */
  readonly downloadMillis: number
  /** Days for which a file can be had. Default 7. [said] */
  readonly downloadDays: number
  /** Share of the principal charged as margin interest in a day, by asset. [inferred] */
  readonly dailyInterestRates: ReadonlyMap<string, Decimal>
  /** Daily interest rate of an asset without one of its own. Default 0.00013233, of a published sample. [inferred] */
  readonly defaultDailyInterestRate: Decimal
  /** Whether CM positions refuse a change of the position mode with -4531; otherwise with -4068. [said] */
  readonly cmPositionsNeedSync: boolean
  /** Whether leverage may not be raised while the status is REDUCE_ONLY. Default yes. [inferred] */
  readonly reduceOnlyRefusesLeverageRise: boolean
  /** Leverage of a symbol that was never set. Default 20. [said] */
  readonly defaultLeverage: number
  /** Highest leverage that any symbol can have. Default 125. [said] */
  readonly maxLeverage: number
  /** Factor on a contract's commission by fee tier; 1 where absent. [inferred] */
  readonly commissionFactors: ReadonlyMap<number, Decimal>
  /** Orders a minute that an account may place. Default 1200. [said] */
  readonly ordersPerMinute: number
}

/**
 * The mark of every parameter, as data.
 *
 * @category models
 * @since 0.1.0
 */
export const marks: { readonly [K in keyof MarginParameters]: Mark } = {
  loanMaintenanceRates: "said",
  loanMaintenanceOnInterest: "inferred",
  statusSteps: "inferred",
  liquidationThreshold: "said",
  withdrawalFactor: "inferred",
  withdrawalBoundByInitialMargin: "inferred",
  borrowFactor: "said",
  accountEquityAfterOpenLoss: "inferred",
  virtualAvailableBase: "inferred",
  collateralRates: "inferred",
  defaultCollateralRate: "inferred",
  uniMmrSentinel: "third party",
  uniMmrRounding: "inferred",
  umMarginRounding: "derived",
  cmMarginRounding: "inferred",
  profitRounding: "inferred",
  accountRounding: "inferred",
  interestRounding: "derived",
  cmBracketUnit: "inferred",
  openLossSign: "inferred",
  negativeBalanceThresholds: "inferred",
  negativeBalanceCountsDebt: "inferred",
  negativeBalanceMaximums: "inferred",
  autoRepayHours: "inferred",
  repayDebtLimit: "said",
  downloadMillis: "inferred",
  downloadDays: "said",
  dailyInterestRates: "inferred",
  defaultDailyInterestRate: "inferred",
  cmPositionsNeedSync: "said",
  reduceOnlyRefusesLeverageRise: "inferred",
  defaultLeverage: "said",
  maxLeverage: "said",
  commissionFactors: "inferred",
  ordersPerMinute: "said"
}

/**
 * The status table of today, the default: NORMAL above 1.5, MARGIN_CALL above 1.2, REDUCE_ONLY above 1.05,
 * ACTIVE_LIQUIDATION above 1.
 *
 * @category presets
 * @since 0.1.0
 */
export const presentStatusSteps: ReadonlyArray<StatusStep> = [
  { status: "NORMAL", above: decimal("1.5") },
  { status: "MARGIN_CALL", above: decimal("1.2") },
  { status: "REDUCE_ONLY", above: decimal("1.05") },
  { status: "ACTIVE_LIQUIDATION", above: one }
]

/**
 * The status table of 2022: NORMAL above 2, MARGIN_CALL above 1.5, SUPPLY_MARGIN above 1.2, REDUCE_ONLY above 1.05,
 * ACTIVE_LIQUIDATION above 1.
 *
 * @category presets
 * @since 0.1.0
 */
export const statusSteps2022: ReadonlyArray<StatusStep> = [
  { status: "NORMAL", above: decimal("2") },
  { status: "MARGIN_CALL", above: decimal("1.5") },
  { status: "SUPPLY_MARGIN", above: decimal("1.2") },
  { status: "REDUCE_ONLY", above: decimal("1.05") },
  { status: "ACTIVE_LIQUIDATION", above: one }
]

/**
 * The parameters with every documented default and the status table of today.
 *
 * @category presets
 * @since 0.1.0
 */
export const defaults: MarginParameters = {
  loanMaintenanceRates: new Map([[3, decimal("0.1")], [5, decimal("0.08")], [10, decimal("0.05")]]),
  loanMaintenanceOnInterest: false,
  statusSteps: presentStatusSteps,
  liquidationThreshold: decimal("1.05"),
  withdrawalFactor: decimal("1.2"),
  withdrawalBoundByInitialMargin: true,
  borrowFactor: decimal("1.2"),
  accountEquityAfterOpenLoss: true,
  virtualAvailableBase: "adjustedEquity",
  collateralRates: new Map([
    ["USDT", one],
    ["USDC", one],
    ["BTC", decimal("0.95")],
    ["ETH", decimal("0.9")],
    ["BNB", decimal("0.9")],
    ["SOL", decimal("0.85")]
  ]),
  defaultCollateralRate: zero,
  uniMmrSentinel: "99999999",
  uniMmrRounding: "truncate",
  umMarginRounding: "truncate",
  cmMarginRounding: "truncate",
  profitRounding: "half-up",
  accountRounding: "truncate",
  interestRounding: "half-up",
  cmBracketUnit: "coin",
  openLossSign: "negative",
  negativeBalanceThresholds: new Map(),
  negativeBalanceCountsDebt: false,
  negativeBalanceMaximums: new Map(),
  autoRepayHours: [22, 23],
  repayDebtLimit: decimal("50000"),
  downloadMillis: 60_000,
  downloadDays: 7,
  dailyInterestRates: new Map(),
  defaultDailyInterestRate: decimal("0.00013233"),
  cmPositionsNeedSync: true,
  reduceOnlyRefusesLeverageRise: true,
  defaultLeverage: 20,
  maxLeverage: 125,
  commissionFactors: new Map(),
  ordersPerMinute: 1200
}

/**
 * The defaults with the status table of a year: `"present"` or `"2022"`.
 *
 * @category presets
 * @since 0.1.0
 */
export const preset = (name: "present" | "2022"): MarginParameters =>
  name === "present" ? defaults : { ...defaults, statusSteps: statusSteps2022 }

/**
 * The collateral rate of an asset, 0 to 1.
 *
 * @category lookups
 * @since 0.1.0
 */
export const collateralRate = (self: MarginParameters, asset: string): Decimal =>
  self.collateralRates.get(asset) ?? self.defaultCollateralRate

/**
 * The maintenance margin rate of loans at a cross margin leverage; at a leverage without one, that of the lowest leverage.
 *
 * @category lookups
 * @since 0.1.0
 */
export const loanMaintenanceRate = (self: MarginParameters, leverage: number): Decimal =>
  Option.getOrElse(
    Option.fromNullishOr(self.loanMaintenanceRates.get(leverage)),
    () => {
      const lowest = Math.min(...self.loanMaintenanceRates.keys())
      return self.loanMaintenanceRates.get(lowest) ?? one
    }
  )

/**
 * The share of the principal charged as interest in a day.
 *
 * @category lookups
 * @since 0.1.0
 */
export const dailyInterestRate = (self: MarginParameters, asset: string): Decimal =>
  self.dailyInterestRates.get(asset) ?? self.defaultDailyInterestRate
