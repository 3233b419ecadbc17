/**
 * Income & Transfers: what balances changed by, moving assets between the wallets of the account, negative balances, and
 * histories prepared as files.
 *
 * Assets come into the account and leave it through the margin wallet. UM and CM give to the margin wallet by collection,
 * and never to one another.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"
import { docs, SignedParams } from "./Common.ts"
import * as Terms from "./OrderTerms.ts"

const category = "Income & Transfers"

const umIncomeTypes = [
  "TRANSFER",
  "WELCOME_BONUS",
  "REALIZED_PNL",
  "FUNDING_FEE",
  "COMMISSION",
  "INSURANCE_CLEAR",
  "REFERRAL_KICKBACK",
  "COMMISSION_REBATE",
  "API_REBATE",
  "CONTEST_REWARD",
  "CROSS_COLLATERAL_TRANSFER",
  "OPTIONS_PREMIUM_FEE",
  "OPTIONS_SETTLE_PROFIT",
  "INTERNAL_TRANSFER",
  "AUTO_EXCHANGE",
  "DELIVERED_SETTELMENT",
  "COIN_SWAP_DEPOSIT",
  "COIN_SWAP_WITHDRAW",
  "POSITION_LIMIT_INCREASE_FEE"
] as const

const cmIncomeTypes = [
  "TRANSFER",
  "WELCOME_BONUS",
  "FUNDING_FEE",
  "REALIZED_PNL",
  "COMMISSION",
  "INSURANCE_CLEAR",
  "DELIVERED_SETTELMENT"
] as const

/**
 * What a UM balance changed by. `DELIVERED_SETTELMENT` is spelled so.
 *
 * @category models
 * @since 0.1.0
 */
export type UMIncomeType = (typeof umIncomeTypes)[number]

/**
 * What a CM balance changed by. `DELIVERED_SETTELMENT` is spelled so.
 *
 * @category models
 * @since 0.1.0
 */
export type CMIncomeType = (typeof cmIncomeTypes)[number]

/**
 * Parameters of {@link getUMIncomeHistory}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMIncomeQuery extends Schema.Schema.Type<typeof UMIncomeQuery> {}

/**
 * Parameters of {@link getUMIncomeHistory}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMIncomeQuery = Schema.Struct({
  /** One symbol; all of them, and what belongs to none, when left out. */
  symbol: Schema.optional(Param.Symbol),
  /** One kind; all of them when left out. */
  incomeType: Schema.optional(Param.oneOf(...umIncomeTypes)),
  /** The first instant, within the last 3 months. Without both times the last 7 days are told. */
  startTime: Schema.optional(Param.Time),
  /** The last instant. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 1000; 100 when left out. */
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
}).check(Param.rules(Terms.period(Infinity)))

/**
 * Parameters of {@link getCMIncomeHistory}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMIncomeQuery extends Schema.Schema.Type<typeof CMIncomeQuery> {}

/**
 * Parameters of {@link getCMIncomeHistory}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMIncomeQuery = Schema.Struct({
  /** One symbol; all of them, and what belongs to none, when left out. */
  symbol: Schema.optional(Param.Symbol),
  /** One kind; all of them when left out. */
  incomeType: Schema.optional(Param.oneOf(...cmIncomeTypes)),
  /** The first instant; a period is at most 200 days long, and by default the last 200. */
  startTime: Schema.optional(Param.Time),
  /** The last instant. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 1000; 100 when left out. */
  limit: Schema.optional(Param.int(1, 1000)),
  ...Param.signed
}).check(Param.rules(Terms.period(200)))

const income = {
  /** Empty where the change belongs to no symbol (transfers). */
  symbol: Schema.String,
  /** In `asset`; negative when taken from the balance. */
  income: Field.Decimal,
  asset: Schema.String,
  /** More about the change: the kind again, `WITHDRAW`, or nothing. */
  info: Schema.String,
  time: Field.Time,
  /** Unique among the rows of one `incomeType` only. */
  tranId: Field.idString(Ids.TransactionId),
  /** `null` where no trade made the change. */
  tradeId: Field.idOrNull(Ids.TradeId)
}

/**
 * One change of a UM balance.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMIncome extends Schema.Schema.Type<typeof UMIncome> {}

/**
 * One change of a UM balance.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMIncome = Schema.Struct({ ...income, incomeType: Field.openEnum(...umIncomeTypes) })

/**
 * One change of a CM balance.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMIncome extends Schema.Schema.Type<typeof CMIncome> {}

/**
 * One change of a CM balance.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMIncome = Schema.Struct({ ...income, incomeType: Field.openEnum(...cmIncomeTypes) })

/**
 * The answer of a call about funds or settings that has nothing to say but that it worked.
 *
 * @category models
 * @since 0.1.0
 */
export interface Success extends Schema.Schema.Type<typeof Success> {}

/**
 * The answer of a call about funds or settings that has nothing to say but that it worked.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Success = Schema.Struct({
  /** `success`. */
  msg: Schema.String
})

/**
 * Parameters of {@link transferAssetFuturesMargin}: everything of an asset, or an amount out of one wallet.
 *
 * @category models
 * @since 0.1.0
 */
export type AssetCollection =
  & {
    /** Any but BNB, for which there is {@link transferBNB}. */
    readonly asset: string
  }
  & (
    | { readonly amount?: undefined; readonly futureType?: undefined }
    | {
      /** How much of the asset is moved; all of it when both are left out. */
      readonly amount: Terms.Amount
      /** The wallet that gives: UM, CM or options. */
      readonly futureType: "UM" | "CM" | "OPTION"
    }
  )
  & Terms.Signed

const collectionFields = Schema.Struct({
  asset: Param.Symbol,
  amount: Schema.optional(Param.Decimal),
  futureType: Schema.optional(Param.oneOf("UM", "CM", "OPTION")),
  ...Param.signed
})

type CollectionFields = typeof collectionFields.Type

const notBNB: Param.Rule<CollectionFields> = ({ asset }) =>
  asset === "BNB" && { field: "asset", rule: "BNB is not collected; transferBNB moves it" }

const AssetCollectionParams = collectionFields.check(Param.rules<CollectionFields>(
  notBNB,
  Terms.needed("amount", ({ futureType }) => futureType !== undefined, "with futureType"),
  Terms.needed("futureType", ({ amount }) => amount !== undefined, "with amount")
))

/**
 * Parameters of {@link transferBNB}.
 *
 * @category models
 * @since 0.1.0
 */
export interface BNBTransfer extends Schema.Schema.Type<typeof BNBTransfer> {}

/**
 * Parameters of {@link transferBNB}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BNBTransfer = Schema.Struct({
  /** In BNB. */
  amount: Param.Decimal,
  /** From the margin wallet to UM, or back. */
  transferSide: Param.oneOf("TO_UM", "FROM_UM"),
  ...Param.signed
})

/**
 * The answer to a transfer of BNB.
 *
 * @category models
 * @since 0.1.0
 */
export interface BNBTransferred extends Schema.Schema.Type<typeof BNBTransferred> {}

/**
 * The answer to a transfer of BNB.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BNBTransferred = Schema.Struct({ tranId: Field.id(Ids.TransactionId) })

/**
 * Whether negative futures balances are repaid by themselves.
 *
 * @category models
 * @since 0.1.0
 */
export interface AutoRepayStatus extends Schema.Schema.Type<typeof AutoRepayStatus> {}

/**
 * Whether negative futures balances are repaid by themselves.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AutoRepayStatus = Schema.Struct({ autoRepay: Field.Bool })

/**
 * Parameters of {@link updateAutoRepayFuturesStatus}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpdateAutoRepayParams extends Schema.Schema.Type<typeof UpdateAutoRepayParams> {}

/**
 * Parameters of {@link updateAutoRepayFuturesStatus}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UpdateAutoRepayParams = Schema.Struct({
  /** `true` repays from the margin wallet twice a day, before the interest is charged at 00:00 UTC. */
  autoRepay: Param.Bool,
  ...Param.signed
})

/**
 * Parameters of {@link getPortfolioNegativeBalanceInterestHistory}.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegativeBalanceInterestQuery extends Schema.Schema.Type<typeof NegativeBalanceInterestQuery> {}

/**
 * Parameters of {@link getPortfolioNegativeBalanceInterestHistory}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NegativeBalanceInterestQuery = Schema.Struct({
  /** One asset; all of them when left out. */
  asset: Schema.optional(Param.Symbol),
  /** The first instant; 7 days before `endTime` when left out. A period is at most 30 days long. */
  startTime: Schema.optional(Param.Time),
  /** The last instant; now, or 30 days after `startTime`, when left out. */
  endTime: Schema.optional(Param.Time),
  /** How many at most, 1 to 100; 10 when left out. */
  size: Schema.optional(Param.int(1, 100)),
  ...Param.signed
}).check(Param.rules(Terms.period(30)))

/**
 * Interest on a negative balance, of one day.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegativeBalanceInterest extends Schema.Schema.Type<typeof NegativeBalanceInterest> {}

/**
 * Interest on a negative balance, of one day.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NegativeBalanceInterest = Schema.Struct({
  asset: Schema.String,
  /** In `asset`. */
  interest: Field.Decimal,
  interestAccuredTime: Field.Time,
  /** Of a day, as a fraction: 0.0001164 is 0.01164 %. */
  interestRate: Field.Decimal,
  principal: Field.Decimal
})

// Whether the exchange counts months and years by the calendar or by days is not known. The longest are let through.
const threeMonths = 92
const oneYear = 366

/**
 * Parameters of {@link getNegativeBalanceExchangeRecords}.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegativeBalanceExchangeQuery extends Schema.Schema.Type<typeof NegativeBalanceExchangeQuery> {}

/**
 * Parameters of {@link getNegativeBalanceExchangeRecords}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NegativeBalanceExchangeQuery = Schema.Struct({
  /** The first instant; a period is at most 3 months long. */
  startTime: Param.Time,
  /** The last instant. */
  endTime: Param.Time,
  ...Param.signed
}).check(Param.rules(Terms.period(threeMonths)))

/**
 * One automatic exchange of assets that covered negative balances.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegativeBalanceExchange extends Schema.Schema.Type<typeof NegativeBalanceExchange> {}

/**
 * One automatic exchange of assets that covered negative balances.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NegativeBalanceExchange = Schema.Struct({
  startTime: Field.Time,
  endTime: Field.Time,
  details: Field.rows(Schema.Struct({
    asset: Schema.String,
    /** How much was owed: above 0. */
    negativeBalance: Field.DecimalNumber,
    /** How much may be owed before the exchange steps in. */
    negativeMaxThreshold: Field.DecimalNumber
  }))
})

/**
 * The automatic exchanges of a period.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegativeBalanceExchanges extends Schema.Schema.Type<typeof NegativeBalanceExchanges> {}

/**
 * The automatic exchanges of a period.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NegativeBalanceExchanges = Schema.Struct({
  total: Field.Int,
  rows: Field.rows(NegativeBalanceExchange)
})

/**
 * Parameters of {@link getUMTradeHistoryDownloadId}, {@link getUMOrderHistoryDownloadId} and
 * {@link getUMTransactionHistoryDownloadId}.
 *
 * @category models
 * @since 0.1.0
 */
export interface DownloadPeriod extends Schema.Schema.Type<typeof DownloadPeriod> {}

/**
 * Parameters of {@link getUMTradeHistoryDownloadId}, {@link getUMOrderHistoryDownloadId} and
 * {@link getUMTransactionHistoryDownloadId}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DownloadPeriod = Schema.Struct({
  /** The first instant; a period is at most a year long. */
  startTime: Param.Time,
  /** The last instant. */
  endTime: Param.Time,
  ...Param.signed
}).check(Param.rules(Terms.period(oneYear)))

/**
 * A file that the exchange is now preparing.
 *
 * @category models
 * @since 0.1.0
 */
export interface DownloadRequested extends Schema.Schema.Type<typeof DownloadRequested> {}

/**
 * A file that the exchange is now preparing.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DownloadRequested = Schema.Struct({
  /** How long preparing took on average in the last 30 days; the unit is not documented, milliseconds by its size. */
  avgCostTimestampOfLast30d: Field.Int,
  /** What to ask for the link by: only with the call that belongs to the one that gave it. */
  downloadId: Field.idString(Ids.DownloadId)
})

/**
 * Parameters of {@link getUMTradeDownloadLink}, {@link getUMOrderDownloadLink} and {@link getUMTransactionDownloadLink}.
 *
 * @category models
 * @since 0.1.0
 */
export interface DownloadRef extends Schema.Schema.Type<typeof DownloadRef> {}

/**
 * Parameters of {@link getUMTradeDownloadLink}, {@link getUMOrderDownloadLink} and {@link getUMTransactionDownloadLink}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DownloadRef = Schema.Struct({
  /** From the answer of the call that asked for the file. */
  downloadId: Param.id(Ids.DownloadId),
  ...Param.signed
})

const link = Schema.RedactedFromValue(Schema.String, { label: "download link" })

/**
 * Where a prepared file lies, or that it is not ready yet. The link is a secret: whoever has it reads the history.
 *
 * @category models
 * @since 0.1.0
 */
export interface DownloadLink extends Schema.Schema.Type<typeof DownloadLink> {}

/**
 * Where a prepared file lies, or that it is not ready yet. The link is a secret: whoever has it reads the history.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DownloadLink = Schema.Struct({
  downloadId: Field.idString(Ids.DownloadId),
  /** `processing` until the file is there. */
  status: Field.openEnum("completed", "processing"),
  /** Empty while processing. Shows as `<redacted:download link>`; `Redacted.value` takes it out. */
  url: link,
  /** `null` in all that is documented. */
  s3Link: Schema.optionalKey(Schema.NullOr(link)),
  /** Without meaning, by the documentation. */
  notified: Schema.optionalKey(Field.Bool),
  /** When the link ends; 1 ms before 1970 (-1) while processing. */
  expirationTimestamp: Field.Time,
  /** `null` in all that is documented. */
  isExpired: Schema.optionalKey(Schema.NullOr(Field.Bool))
})

/**
 * The changes of UM balances: profits and losses, funding, fees, transfers. Weight 30.
 *
 * Goes back 3 months. Page by time: `page` is not taken since 2026-10-28. The exchange decides what a period may be.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMIncomeHistory = Endpoint.make({
  id: "getUMIncomeHistory",
  method: "GET",
  path: "/papi/v1/um/income",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 30,
  params: UMIncomeQuery,
  reply: Field.rows(UMIncome),
  docs: `${docs}/account/Get-UM-Income-History`
})

/**
 * The changes of CM balances: profits and losses, funding, fees, transfers. Weight 30.
 *
 * Page by time: `page` is not taken since 2026-10-28.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMIncomeHistory = Endpoint.make({
  id: "getCMIncomeHistory",
  method: "GET",
  path: "/papi/v1/cm/income",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 30,
  params: CMIncomeQuery,
  reply: Field.rows(CMIncome),
  docs: `${docs}/account/Get-CM-Income-History`
})

/**
 * Moves all that is positive in the UM and CM wallets to the margin wallet, but for BNB in UM ({@link transferBNB}).
 * Weight 750, at most 500 calls in any hour.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const autoCollectFunds = Endpoint.make({
  id: "autoCollectFunds",
  method: "POST",
  path: "/papi/v1/auto-collection",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 750,
  quota: { limit: 500, per: "hour" },
  params: SignedParams,
  reply: Success,
  docs: `${docs}/account/Fund-Auto-collection`
})

/**
 * Moves an asset from the futures wallets to the margin wallet: all of it, or an amount out of one wallet. Weight 30.
 *
 * Not for BNB. Amounts are taken since 2026-10-16.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const transferAssetFuturesMargin = Endpoint.makeFor<AssetCollection>()({
  id: "transferAssetFuturesMargin",
  method: "POST",
  path: "/papi/v1/asset-collection",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 30,
  params: AssetCollectionParams,
  reply: Success,
  docs: `${docs}/account/Fund-Collection-by-Asset`
})

/**
 * Moves BNB between the margin wallet and UM, where it pays fees. Weight 750, at most 10 calls in any 10 minutes.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const transferBNB = Endpoint.make({
  id: "transferBNB",
  method: "POST",
  path: "/papi/v1/bnb-transfer",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 750,
  quota: { limit: 10, per: "10 minutes" },
  params: BNBTransfer,
  reply: BNBTransferred,
  docs: `${docs}/account/BNB-transfer`
})

/**
 * Repays the negative balances of UM and CM from the margin wallet. Weight 750.
 *
 * Binance labels the call as one that reads (USER_DATA), so a key without trading rights may move funds by it.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const repayFuturesNegativeBalance = Endpoint.make({
  id: "repayFuturesNegativeBalance",
  method: "POST",
  path: "/papi/v1/repay-futures-negative-balance",
  category,
  security: "USER_DATA",
  safety: "mutation",
  weight: 750,
  params: SignedParams,
  reply: Success,
  docs: `${docs}/account/Repay-futures-Negative-Balance`
})

/**
 * Whether negative futures balances are repaid by themselves. Weight 30.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAutoRepayFuturesStatus = Endpoint.make({
  id: "getAutoRepayFuturesStatus",
  method: "GET",
  path: "/papi/v1/repay-futures-switch",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 30,
  params: SignedParams,
  reply: AutoRepayStatus,
  docs: `${docs}/account/Get-Auto-repay-futures-Status`
})

/**
 * Switches the automatic repayment of negative futures balances. Weight 750, at most 20 calls a day.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const updateAutoRepayFuturesStatus = Endpoint.make({
  id: "updateAutoRepayFuturesStatus",
  method: "POST",
  path: "/papi/v1/repay-futures-switch",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 750,
  quota: { limit: 20, per: "day" },
  params: UpdateAutoRepayParams,
  reply: Success,
  docs: `${docs}/account/Change-Auto-repay-futures-Status`
})

/**
 * The interest on negative balances, the newest first. Weight 50.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getPortfolioNegativeBalanceInterestHistory = Endpoint.make({
  id: "getPortfolioNegativeBalanceInterestHistory",
  method: "GET",
  path: "/papi/v1/portfolio/interest-history",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 50,
  params: NegativeBalanceInterestQuery,
  reply: Field.rows(NegativeBalanceInterest),
  docs: `${docs}/account/Query-Portfolio-Margin-Negative-Balance-Interest-History`
})

/**
 * The automatic exchanges that covered negative balances, the newest first. Weight 100.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getNegativeBalanceExchangeRecords = Endpoint.make({
  id: "getNegativeBalanceExchangeRecords",
  method: "GET",
  path: "/papi/v1/portfolio/negative-balance-exchange-record",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 100,
  params: NegativeBalanceExchangeQuery,
  reply: NegativeBalanceExchanges,
  docs: `${docs}/account/Query-User-Negative-Balance-Auto-Exchange-Record`
})

/**
 * Has a file of the UM trades of a period prepared. Weight 1500, at most 5 calls a month.
 *
 * The calls of a month are shared with Binance's web page. As each uses one up, this is a `mutation` though a GET: it
 * is not repeated as reads are. {@link getUMTradeDownloadLink} tells when the file is there.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMTradeHistoryDownloadId = Endpoint.make({
  id: "getUMTradeHistoryDownloadId",
  method: "GET",
  path: "/papi/v1/um/trade/asyn",
  category,
  security: "USER_DATA",
  safety: "mutation",
  weight: 1500,
  quota: { limit: 5, per: "month" },
  params: DownloadPeriod,
  reply: DownloadRequested,
  docs: `${docs}/account/Get-Download-Id-For-UM-Futures-Trade-History`
})

/**
 * The link to a file of UM trades, once it is there. Weight 10. A link lives 7 days (24 hours, says the older
 * documentation).
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMTradeDownloadLink = Endpoint.make({
  id: "getUMTradeDownloadLink",
  method: "GET",
  path: "/papi/v1/um/trade/asyn/id",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 10,
  params: DownloadRef,
  reply: DownloadLink,
  docs: `${docs}/account/Get-UM-Futures-Trade-Download-Link-by-Id`
})

/**
 * Has a file of the UM orders of a period prepared. Weight 1500, at most 10 calls a month.
 *
 * The calls of a month are shared with Binance's web page. As each uses one up, this is a `mutation` though a GET: it
 * is not repeated as reads are. {@link getUMOrderDownloadLink} tells when the file is there.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOrderHistoryDownloadId = Endpoint.make({
  id: "getUMOrderHistoryDownloadId",
  method: "GET",
  path: "/papi/v1/um/order/asyn",
  category,
  security: "USER_DATA",
  safety: "mutation",
  weight: 1500,
  quota: { limit: 10, per: "month" },
  params: DownloadPeriod,
  reply: DownloadRequested,
  docs: `${docs}/account/Get-Download-Id-For-UM-Futures-Order-History`
})

/**
 * The link to a file of UM orders, once it is there. Weight 10. A link lives 7 days (24 hours, says the older
 * documentation).
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOrderDownloadLink = Endpoint.make({
  id: "getUMOrderDownloadLink",
  method: "GET",
  path: "/papi/v1/um/order/asyn/id",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 10,
  params: DownloadRef,
  reply: DownloadLink,
  docs: `${docs}/account/Get-UM-Futures-Order-Download-Link-by-Id`
})

/**
 * Has a file of the changes of UM balances in a period prepared. Weight 1500, at most 5 calls a month.
 *
 * The calls of a month are shared with Binance's web page. As each uses one up, this is a `mutation` though a GET: it
 * is not repeated as reads are. {@link getUMTransactionDownloadLink} tells when the file is there.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMTransactionHistoryDownloadId = Endpoint.make({
  id: "getUMTransactionHistoryDownloadId",
  method: "GET",
  path: "/papi/v1/um/income/asyn",
  category,
  security: "USER_DATA",
  safety: "mutation",
  weight: 1500,
  quota: { limit: 5, per: "month" },
  params: DownloadPeriod,
  reply: DownloadRequested,
  docs: `${docs}/account/Get-Download-Id-For-UM-Futures-Transaction-History`
})

/**
 * The link to a file of changes of UM balances, once it is there. Weight 10. A link lives 7 days (24 hours, says the older
 * documentation).
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMTransactionDownloadLink = Endpoint.make({
  id: "getUMTransactionDownloadLink",
  method: "GET",
  path: "/papi/v1/um/income/asyn/id",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 10,
  params: DownloadRef,
  reply: DownloadLink,
  docs: `${docs}/account/Get-UM-Futures-Transaction-Download-Link-by-Id`
})
