/**
 * Account & Balance: the unified account, its balances, its UM and CM parts, connectivity and time.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"
import { docs, Done, NoParams, PositionSide, SignedParams, SymbolFilter, Undocumented } from "./Common.ts"

const category = "Account & Balance"

/**
 * How the exchange rates the account: which orders it still takes.
 *
 * @category models
 * @since 0.1.0
 */
export type AccountStatus = Field.OpenEnum<
  | "NORMAL"
  | "MARGIN_CALL"
  | "SUPPLY_MARGIN"
  | "REDUCE_ONLY"
  | "ACTIVE_LIQUIDATION"
  | "FORCE_LIQUIDATION"
  | "BANKRUPTED"
>

/**
 * How the exchange rates the account: which orders it still takes.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountStatus: Schema.Codec<AccountStatus, string> = Field.openEnum(
  "NORMAL",
  "MARGIN_CALL",
  "SUPPLY_MARGIN",
  "REDUCE_ONLY",
  "ACTIVE_LIQUIDATION",
  "FORCE_LIQUIDATION",
  "BANKRUPTED"
)

/**
 * The unified account as a whole. Amounts are in USD.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountInfo extends Schema.Schema.Type<typeof AccountInfo> {}

/**
 * The unified account as a whole. Amounts are in USD.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountInfo = Schema.Struct({
  /** Unified maintenance margin ratio: equity over maintenance margin. 99999999 when there is no maintenance margin. */
  uniMMR: Field.Decimal,
  /** Equity with collateral rates applied. */
  accountEquity: Field.Decimal,
  /** Equity without collateral rates. */
  actualEquity: Field.Decimal,
  accountInitialMargin: Field.Decimal,
  accountMaintMargin: Field.Decimal,
  accountStatus: AccountStatus,
  /** The most that may be withdrawn now. */
  virtualMaxWithdrawAmount: Field.Decimal,
  /** What new positions may use; `null` where the exchange sends nothing. */
  totalAvailableBalance: Field.DecimalOrNull,
  /** Open loss of the margin orders; `null` where the exchange sends nothing. */
  totalMarginOpenLoss: Field.DecimalOrNull,
  updateTime: Field.Time
})

/**
 * The balance of one asset over the three wallets, in units of the asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Balance extends Schema.Schema.Type<typeof Balance> {}

/**
 * The balance of one asset over the three wallets, in units of the asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Balance = Schema.Struct({
  asset: Schema.String,
  /** Cross margin, UM and CM together, without unrealised profit. */
  totalWalletBalance: Field.Decimal,
  /** Free plus locked minus borrowed minus interest; not always sent when one asset is asked for. */
  crossMarginAsset: Schema.optionalKey(Field.Decimal),
  crossMarginBorrowed: Field.Decimal,
  crossMarginFree: Field.Decimal,
  crossMarginInterest: Field.Decimal,
  crossMarginLocked: Field.Decimal,
  umWalletBalance: Field.Decimal,
  umUnrealizedPNL: Field.DecimalOrNull,
  cmWalletBalance: Field.Decimal,
  cmUnrealizedPNL: Field.DecimalOrNull,
  updateTime: Field.Time,
  /** The amount interest is charged on as negative balance. */
  negativeBalance: Schema.optionalKey(Field.DecimalOrNull)
})

/**
 * Parameters of {@link getBalance}.
 *
 * @category models
 * @since 0.1.0
 */
export interface GetBalanceParams extends Schema.Schema.Type<typeof GetBalanceParams> {}

/**
 * Parameters of {@link getBalance}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const GetBalanceParams = Schema.Struct({
  /** One asset; all of them when left out. */
  asset: Schema.optional(Param.Symbol),
  ...Param.signed
})

const futuresAsset = {
  asset: Schema.String,
  crossWalletBalance: Field.Decimal,
  crossUnPnl: Field.Decimal,
  maintMargin: Field.Decimal,
  initialMargin: Field.Decimal,
  positionInitialMargin: Field.Decimal,
  openOrderInitialMargin: Field.Decimal,
  updateTime: Field.Time
}

/**
 * A margin asset of the UM or CM account, in units of the asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface FuturesAsset extends Schema.Schema.Type<typeof FuturesAsset> {}

/**
 * A margin asset of the UM or CM account, in units of the asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FuturesAsset = Schema.Struct(futuresAsset)

/**
 * A UM position as the account shows it; margins in the margin asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAccountPosition extends Schema.Schema.Type<typeof UMAccountPosition> {}

/**
 * A UM position as the account shows it; margins in the margin asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAccountPosition = Schema.Struct({
  symbol: Schema.String,
  initialMargin: Field.Decimal,
  maintMargin: Field.Decimal,
  unrealizedProfit: Field.Decimal,
  positionInitialMargin: Field.Decimal,
  openOrderInitialMargin: Field.Decimal,
  leverage: Field.IntString,
  entryPrice: Field.Decimal,
  /** The largest notional that the leverage allows. */
  maxNotional: Field.Decimal,
  bidNotional: Field.Decimal,
  askNotional: Field.Decimal,
  positionSide: PositionSide,
  positionAmt: Field.Decimal,
  updateTime: Field.Time,
  tradeGroupId: Schema.optionalKey(Field.Int)
})

/**
 * The UM part of the account, every symbol listed.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAccount extends Schema.Schema.Type<typeof UMAccount> {}

/**
 * The UM part of the account, every symbol listed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAccount = Schema.Struct({
  tradeGroupId: Schema.optionalKey(Field.Int),
  assets: Field.rows(FuturesAsset),
  positions: Field.rows(UMAccountPosition)
})

/**
 * A UM position as the second version of the account shows it.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAccountV2Position extends Schema.Schema.Type<typeof UMAccountV2Position> {}

/**
 * A UM position as the second version of the account shows it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAccountV2Position = Schema.Struct({
  symbol: Schema.String,
  initialMargin: Field.Decimal,
  maintMargin: Field.Decimal,
  unrealizedProfit: Field.Decimal,
  positionSide: PositionSide,
  positionAmt: Field.Decimal,
  updateTime: Field.Time,
  notional: Field.Decimal
})

/**
 * The UM part of the account, only what is in use.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAccountV2 extends Schema.Schema.Type<typeof UMAccountV2> {}

/**
 * The UM part of the account, only what is in use.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAccountV2 = Schema.Struct({
  assets: Field.rows(FuturesAsset),
  positions: Field.rows(UMAccountV2Position)
})

/**
 * A CM position as the account shows it; margins in the coin.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMAccountPosition extends Schema.Schema.Type<typeof CMAccountPosition> {}

/**
 * A CM position as the account shows it; margins in the coin.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMAccountPosition = Schema.Struct({
  symbol: Schema.String,
  positionAmt: Field.Decimal,
  initialMargin: Field.Decimal,
  maintMargin: Field.Decimal,
  unrealizedProfit: Field.Decimal,
  positionInitialMargin: Field.Decimal,
  openOrderInitialMargin: Field.Decimal,
  leverage: Field.IntString,
  positionSide: PositionSide,
  entryPrice: Field.Decimal,
  /** The largest quantity that the leverage allows, in contracts or coin. */
  maxQty: Field.Decimal,
  updateTime: Field.Time
})

/**
 * The CM part of the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMAccount extends Schema.Schema.Type<typeof CMAccount> {}

/**
 * The CM part of the account.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMAccount = Schema.Struct({
  assets: Field.rows(FuturesAsset),
  positions: Field.rows(CMAccountPosition)
})

/**
 * Settings of the UM account.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMAccountConfig extends Schema.Schema.Type<typeof UMAccountConfig> {}

/**
 * Settings of the UM account.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMAccountConfig = Schema.Struct({
  feeTier: Field.Int,
  canTrade: Field.Bool,
  canDeposit: Field.Bool,
  canWithdraw: Field.Bool,
  /** Hedge mode. */
  dualSidePosition: Field.Bool,
  updateTime: Field.Time,
  multiAssetsMargin: Field.Bool,
  /** -1 when the account is in no group for self-trade prevention. */
  tradeGroupId: Field.Int
})

/**
 * Settings of one UM symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMSymbolConfig extends Schema.Schema.Type<typeof UMSymbolConfig> {}

/**
 * Settings of one UM symbol.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMSymbolConfig = Schema.Struct({
  symbol: Schema.String,
  marginType: Field.openEnum("CROSSED"),
  isAutoAddMargin: Field.BoolString,
  leverage: Field.Int,
  maxNotionalValue: Field.Decimal
})

/**
 * A trading rule that was broken, with its measure.
 *
 * @category models
 * @since 0.1.0
 */
export interface TradingIndicator extends Schema.Schema.Type<typeof TradingIndicator> {}

/**
 * A trading rule that was broken, with its measure.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TradingIndicator = Schema.Struct({
  isLocked: Field.Bool,
  plannedRecoverTime: Field.Time,
  /** Unfilled ratio, IOC/FOK expiry ratio, GTC cancel ratio, dust ratio, or too many violations of an account. */
  indicator: Field.openEnum("UFR", "IFER", "GCR", "DR", "TMV"),
  value: Field.DecimalNumber,
  triggerValue: Field.DecimalNumber
})

/**
 * The UM trading rules that the account has broken.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMTradingStatus extends Schema.Schema.Type<typeof UMTradingStatus> {}

/**
 * The UM trading rules that the account has broken.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMTradingStatus = Schema.Struct({
  /** By symbol, or under `ACCOUNT` for the account as a whole. */
  indicators: Schema.Record(Schema.String, Field.rows(TradingIndicator)),
  updateTime: Field.Time
})

/**
 * A limit on orders.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderRateLimit extends Schema.Schema.Type<typeof OrderRateLimit> {}

/**
 * A limit on orders.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OrderRateLimit = Schema.Struct({
  rateLimitType: Field.openEnum("ORDERS", "REQUEST_WEIGHT"),
  interval: Field.openEnum("MINUTE"),
  intervalNum: Field.Int,
  limit: Field.Int
})

/**
 * The exchange's time.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerTime extends Schema.Schema.Type<typeof ServerTime> {}

/**
 * The exchange's time.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ServerTime = Schema.Struct({ serverTime: Field.Time })

/**
 * The empty answer of a ping.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pong extends Schema.Schema.Type<typeof Pong> {}

/**
 * The empty answer of a ping.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Pong = Schema.Record(Schema.String, Schema.Unknown)

/**
 * Tests the connection. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const testConnectivity = Endpoint.make({
  id: "testConnectivity",
  method: "GET",
  path: "/papi/v1/ping",
  category,
  security: "NONE",
  safety: "read",
  weight: 1,
  params: NoParams,
  reply: Pong,
  docs: `${docs}/market-data/Test-Connectivity`
})

/**
 * The exchange's time. Weight 1. Served but not documented.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getServerTime = Endpoint.make({
  id: "getServerTime",
  method: "GET",
  path: "/papi/v1/time",
  category,
  security: "NONE",
  safety: "read",
  weight: 1,
  params: NoParams,
  reply: ServerTime,
  status: { _tag: "Undocumented" }
})

/**
 * The unified account: uniMMR, equity, margins, status. Weight 20.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAccountInfo = Endpoint.make({
  id: "getAccountInfo",
  method: "GET",
  path: "/papi/v1/account",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 20,
  params: SignedParams,
  reply: AccountInfo,
  docs: `${docs}/account/Account-Information`
})

/**
 * Balances of all assets, or of one. Weight 20.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getBalance = Endpoint.make({
  id: "getBalance",
  method: "GET",
  path: "/papi/v1/balance",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 20,
  params: GetBalanceParams,
  // An array without asset, one object with it.
  reply: Field.rowOrRows(Balance),
  docs: `${docs}/account/Account-Balance`
})

/**
 * The UM account with every symbol, flat ones too. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMAccount = Endpoint.make({
  id: "getUMAccount",
  method: "GET",
  path: "/papi/v1/um/account",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SignedParams,
  reply: UMAccount,
  docs: `${docs}/account/Get-UM-Account-Detail`
})

/**
 * The UM account, only assets and positions in use. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMAccountV2 = Endpoint.make({
  id: "getUMAccountV2",
  method: "GET",
  path: "/papi/v2/um/account",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SignedParams,
  reply: UMAccountV2,
  docs: `${docs}/account/Get-UM-Account-Detail-V2`
})

/**
 * The CM account. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMAccount = Endpoint.make({
  id: "getCMAccount",
  method: "GET",
  path: "/papi/v1/cm/account",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SignedParams,
  reply: CMAccount,
  docs: `${docs}/account/Get-CM-Account-Detail`
})

/**
 * Settings of the UM account. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMAccountConfig = Endpoint.make({
  id: "getUMAccountConfig",
  method: "GET",
  path: "/papi/v1/um/accountConfig",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SignedParams,
  reply: UMAccountConfig,
  docs: `${docs}/account/Get-UM-Futures-Account-Config`
})

/**
 * Settings of the UM symbols. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMSymbolConfig = Endpoint.make({
  id: "getUMSymbolConfig",
  method: "GET",
  path: "/papi/v1/um/symbolConfig",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SymbolFilter,
  reply: Field.rows(UMSymbolConfig),
  docs: `${docs}/account/Get-UM-Futures-Symbol-Config`
})

/**
 * Settings of the CM account, kept as they come. Weight 5. Known from one other client alone; never verified.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMAccountConfig = Endpoint.make({
  id: "getCMAccountConfig",
  method: "GET",
  path: "/papi/v1/cm/accountConfig",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SignedParams,
  reply: Undocumented,
  status: { _tag: "Unverified", source: "ccxt" }
})

/**
 * Settings of the CM symbols, kept as they come. Weight 5. Known from one other client alone; never verified.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMSymbolConfig = Endpoint.make({
  id: "getCMSymbolConfig",
  method: "GET",
  path: "/papi/v1/cm/symbolConfig",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SymbolFilter,
  reply: Schema.Union([Undocumented, Schema.Array(Undocumented)]),
  status: { _tag: "Unverified", source: "ccxt" }
})

/**
 * The UM trading rules that the account has broken. Weight 1 with a symbol, 10 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMTradingStatus = Endpoint.make({
  id: "getUMTradingStatus",
  method: "GET",
  path: "/papi/v1/um/apiTradingStatus",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 10 : 1,
  params: SymbolFilter,
  reply: UMTradingStatus,
  docs: `${docs}/account/Portfolio-Margin-UM-Trading-Quantitative-Rules-Indicators`
})

/**
 * Signs the agreement that stock and commodity perpetuals (TradFi) need, once for the account. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const signTradFiPerpsContract = Endpoint.make({
  id: "signTradFiPerpsContract",
  method: "POST",
  path: "/papi/v1/um/stock/contract",
  category,
  security: "USER_DATA",
  safety: "idempotent",
  weight: 5,
  params: SignedParams,
  reply: Done,
  docs: `${docs}/trade/PM-TradFi-Perps`
})

/**
 * The account's limits on orders. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getOrderRateLimit = Endpoint.make({
  id: "getOrderRateLimit",
  method: "GET",
  path: "/papi/v1/rateLimit/order",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: SignedParams,
  reply: Field.rows(OrderRateLimit),
  docs: `${docs}/account/Query-User-Rate-Limit`
})

/**
 * Whether uniMMR notifications are on, kept as it comes. Portfolio Margin Pro only. Announced 2026-10-22, not documented;
 * weight 1 is a guess.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUniMMRNotificationStatus = Endpoint.make({
  id: "getUniMMRNotificationStatus",
  method: "GET",
  path: "/papi/v1/unimmr/notification",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: SignedParams,
  reply: Undocumented,
  status: { _tag: "Announced", since: "2026-10-29" }
})

/**
 * Parameters of {@link updateUniMMRNotificationStatus}: not documented, so any names are taken but those that the client
 * adds (`recvWindow`, `timestamp`, `signature`).
 *
 * @category models
 * @since 0.1.0
 */
export interface UpdateUniMMRNotificationParams extends Schema.Schema.Type<typeof UpdateUniMMRNotificationParams> {}

/**
 * Parameters of {@link updateUniMMRNotificationStatus}: not documented, so any names are taken but those that the client
 * adds (`recvWindow`, `timestamp`, `signature`).
 *
 * @category schemas
 * @since 0.1.0
 */
export const UpdateUniMMRNotificationParams = Schema.Record(
  Schema.String.check(
    Schema.isPattern(/^(?!(?:recvWindow|timestamp|signature)$)[A-Za-z]\w*$/, {
      expected: "the name of a parameter other than recvWindow, timestamp and signature, which the client adds"
    })
  ),
  Param.Text
)

/**
 * Switches uniMMR notifications. Portfolio Margin Pro only. Announced 2026-10-22, not documented; weight 1 is a guess.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const updateUniMMRNotificationStatus = Endpoint.make({
  id: "updateUniMMRNotificationStatus",
  method: "POST",
  path: "/papi/v1/unimmr/notification",
  category,
  security: "USER_DATA",
  safety: "idempotent",
  weight: 1,
  params: UpdateUniMMRNotificationParams,
  reply: Undocumented,
  status: { _tag: "Announced", since: "2026-10-29" }
})
