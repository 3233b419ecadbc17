/**
 * Position Management: positions, leverage, position mode, brackets, auto-deleveraging rank.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"
import { docs, Done, PositionSide, SignedParams, SymbolFilter } from "./Common.ts"

const category = "Position Management"

/**
 * A UM position; amounts in the margin asset (USDT, USDC).
 *
 * @category models
 * @since 0.1.0
 */
export interface UMPosition extends Schema.Schema.Type<typeof UMPosition> {}

/**
 * A UM position; amounts in the margin asset (USDT, USDC).
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMPosition = Schema.Struct({
  symbol: Schema.String,
  /** Negative when short. */
  positionAmt: Field.Decimal,
  entryPrice: Field.Decimal,
  breakEvenPrice: Schema.optionalKey(Field.Decimal),
  markPrice: Field.Decimal,
  unRealizedProfit: Field.Decimal,
  /** 0 when there is none. */
  liquidationPrice: Field.Decimal,
  leverage: Field.IntString,
  /** The largest notional that the leverage allows. */
  maxNotionalValue: Field.Decimal,
  /** At the mark price; negative when short. */
  notional: Field.Decimal,
  positionSide: PositionSide,
  updateTime: Field.Time
})

/**
 * A CM position; quantities in contracts, amounts in the coin.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMPosition extends Schema.Schema.Type<typeof CMPosition> {}

/**
 * A CM position; quantities in contracts, amounts in the coin.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMPosition = Schema.Struct({
  symbol: Schema.String,
  /** In contracts; negative when short. */
  positionAmt: Field.Decimal,
  entryPrice: Field.Decimal,
  breakEvenPrice: Schema.optionalKey(Field.Decimal),
  markPrice: Field.Decimal,
  unRealizedProfit: Field.Decimal,
  /** 0 when there is none. */
  liquidationPrice: Field.Decimal,
  leverage: Field.IntString,
  positionSide: PositionSide,
  updateTime: Field.Time,
  /** The largest quantity that the leverage allows, in contracts or coin. */
  maxQty: Field.Decimal,
  notionalValue: Field.Decimal
})

/**
 * Parameters of {@link getCMPosition}: everything, or what fits the filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMPositionFilter extends Schema.Schema.Type<typeof CMPositionFilter> {}

/**
 * Parameters of {@link getCMPosition}: everything, or what fits the filters.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMPositionFilter = Schema.Struct({
  /** The coin that margins the positions, e.g. `BTC`. */
  marginAsset: Schema.optional(Param.Symbol),
  /** The pair, e.g. `BTCUSD`. */
  pair: Schema.optional(Param.Symbol),
  ...Param.signed
})

/**
 * Parameters of {@link updateUMLeverage} and {@link updateCMLeverage}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpdateLeverageParams extends Schema.Schema.Type<typeof UpdateLeverageParams> {}

/**
 * Parameters of {@link updateUMLeverage} and {@link updateCMLeverage}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UpdateLeverageParams = Schema.Struct({
  symbol: Param.Symbol,
  /** A whole number from 1 to 125; a symbol may allow less. */
  leverage: Param.int(1, 125),
  ...Param.signed
})

/**
 * The leverage of a UM symbol after a change.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMLeverage extends Schema.Schema.Type<typeof UMLeverage> {}

/**
 * The leverage of a UM symbol after a change.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMLeverage = Schema.Struct({
  symbol: Schema.String,
  leverage: Field.Int,
  /** The largest notional that the leverage allows. */
  maxNotionalValue: Field.Decimal
})

/**
 * The leverage of a CM symbol after a change.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMLeverage extends Schema.Schema.Type<typeof CMLeverage> {}

/**
 * The leverage of a CM symbol after a change.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMLeverage = Schema.Struct({
  symbol: Schema.String,
  leverage: Field.Int,
  /** The largest quantity that the leverage allows, in contracts or coin. */
  maxQty: Field.Decimal
})

/**
 * Parameters of {@link updateUMPositionMode} and {@link updateCMPositionMode}.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpdatePositionModeParams extends Schema.Schema.Type<typeof UpdatePositionModeParams> {}

/**
 * Parameters of {@link updateUMPositionMode} and {@link updateCMPositionMode}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UpdatePositionModeParams = Schema.Struct({
  /** `true` for hedge mode (LONG and SHORT apart), `false` for one-way mode. */
  dualSidePosition: Param.Bool,
  ...Param.signed
})

/**
 * The position mode of the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface PositionMode extends Schema.Schema.Type<typeof PositionMode> {}

/**
 * The position mode of the account.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PositionMode = Schema.Struct({
  /** `true` for hedge mode (LONG and SHORT apart), `false` for one-way mode. */
  dualSidePosition: Field.Bool
})

/**
 * A leverage bracket of a UM symbol: it holds for notionals above the floor, up to and including the cap.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMBracket extends Schema.Schema.Type<typeof UMBracket> {}

/**
 * A leverage bracket of a UM symbol: it holds for notionals above the floor, up to and including the cap.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMBracket = Schema.Struct({
  bracket: Field.Int,
  /** The highest leverage. */
  initialLeverage: Field.Int,
  notionalCap: Field.DecimalNumber,
  notionalFloor: Field.DecimalNumber,
  maintMarginRatio: Field.DecimalNumber,
  /** The maintenance amount, which makes the margin continuous between brackets. */
  cum: Field.DecimalNumber
})

/**
 * The leverage brackets of a UM symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMLeverageBrackets extends Schema.Schema.Type<typeof UMLeverageBrackets> {}

/**
 * The leverage brackets of a UM symbol.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMLeverageBrackets = Schema.Struct({
  symbol: Schema.String,
  /** A multiplier of floors and caps that some accounts have. */
  notionalCoef: Schema.optionalKey(Field.Decimal),
  brackets: Field.rows(UMBracket)
})

/**
 * A leverage bracket of a CM symbol: it holds for quantities above the floor, up to and including the cap.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMBracket extends Schema.Schema.Type<typeof CMBracket> {}

/**
 * A leverage bracket of a CM symbol: it holds for quantities above the floor, up to and including the cap.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMBracket = Schema.Struct({
  bracket: Field.Int,
  /** The highest leverage. */
  initialLeverage: Field.Int,
  qtyCap: Field.DecimalNumber,
  qtyFloor: Field.DecimalNumber,
  maintMarginRatio: Field.DecimalNumber,
  /** The maintenance amount, which makes the margin continuous between brackets. */
  cum: Field.DecimalNumber
})

/**
 * The leverage brackets of a CM symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMLeverageBrackets extends Schema.Schema.Type<typeof CMLeverageBrackets> {}

/**
 * The leverage brackets of a CM symbol.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CMLeverageBrackets = Schema.Struct({
  symbol: Schema.String,
  /** A multiplier of floors and caps that some accounts have. */
  notionalCoef: Schema.optionalKey(Field.Decimal),
  brackets: Field.rows(CMBracket)
})

/**
 * Where the positions of a symbol stand in the queue for auto-deleveraging: 0 (last) to 4 (first).
 *
 * @category models
 * @since 0.1.0
 */
export interface ADLQuantile extends Schema.Schema.Type<typeof ADLQuantile> {}

/**
 * Where the positions of a symbol stand in the queue for auto-deleveraging: 0 (last) to 4 (first).
 *
 * @category schemas
 * @since 0.1.0
 */
export const ADLQuantile = Schema.Struct({
  symbol: Schema.String,
  adlQuantile: Schema.Struct({
    LONG: Schema.optionalKey(Field.Int),
    SHORT: Schema.optionalKey(Field.Int),
    /** The rank in one-way mode; in hedge mode a placeholder. */
    BOTH: Schema.optionalKey(Field.Int),
    /** An older name of the placeholder in hedge mode. */
    HEDGE: Schema.optionalKey(Field.Int)
  })
})

/**
 * UM positions: one `BOTH` row a symbol in one-way mode, `LONG` and `SHORT` rows in hedge mode. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMPosition = Endpoint.make({
  id: "getUMPosition",
  method: "GET",
  path: "/papi/v1/um/positionRisk",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SymbolFilter,
  reply: Field.rows(UMPosition),
  docs: `${docs}/account/Query-UM-Position-Information`
})

/**
 * CM positions: one `BOTH` row a symbol in one-way mode, `LONG` and `SHORT` rows in hedge mode. Weight 1.
 *
 * Without filters those of all symbols that are traded.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMPosition = Endpoint.make({
  id: "getCMPosition",
  method: "GET",
  path: "/papi/v1/cm/positionRisk",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: CMPositionFilter,
  reply: Field.rows(CMPosition),
  docs: `${docs}/account/Query-CM-Position-Information`
})

/**
 * Sets the leverage of a UM symbol. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const updateUMLeverage = Endpoint.make({
  id: "updateUMLeverage",
  method: "POST",
  path: "/papi/v1/um/leverage",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UpdateLeverageParams,
  reply: UMLeverage,
  docs: `${docs}/account/Change-UM-Initial-Leverage`
})

/**
 * Sets the leverage of a CM symbol. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const updateCMLeverage = Endpoint.make({
  id: "updateCMLeverage",
  method: "POST",
  path: "/papi/v1/cm/leverage",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UpdateLeverageParams,
  reply: CMLeverage,
  docs: `${docs}/account/Change-CM-Initial-Leverage`
})

/**
 * Sets the position mode of the account; needs an account without positions and open orders. Weight 1.
 *
 * UM and CM share one mode: CM follows. Refused with -4059 where the mode is already as asked, with -4067 while there are
 * open orders, with -4068 while there are positions, and with -4531 while CM has either.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const updateUMPositionMode = Endpoint.make({
  id: "updateUMPositionMode",
  method: "POST",
  path: "/papi/v1/um/positionSide/dual",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UpdatePositionModeParams,
  reply: Done,
  docs: `${docs}/account/Change-UM-Position-Mode`
})

/**
 * Sets the position mode of CM, which must agree with UM (-4220 otherwise). Weight 1.
 *
 * UM and CM share one mode. Set it through UM instead: CM follows.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const updateCMPositionMode = Endpoint.make({
  id: "updateCMPositionMode",
  method: "POST",
  path: "/papi/v1/cm/positionSide/dual",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: UpdatePositionModeParams,
  reply: Done,
  docs: `${docs}/account/Change-CM-Position-Mode`
})

/**
 * The position mode of UM. Weight 30.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMPositionMode = Endpoint.make({
  id: "getUMPositionMode",
  method: "GET",
  path: "/papi/v1/um/positionSide/dual",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 30,
  params: SignedParams,
  reply: PositionMode,
  docs: `${docs}/account/Get-UM-Current-Position-Mode`
})

/**
 * The position mode of CM. Weight 30.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMPositionMode = Endpoint.make({
  id: "getCMPositionMode",
  method: "GET",
  path: "/papi/v1/cm/positionSide/dual",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 30,
  params: SignedParams,
  reply: PositionMode,
  docs: `${docs}/account/Get-CM-Current-Position-Mode`
})

/**
 * The leverage brackets of UM symbols. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMLeverageBrackets = Endpoint.make({
  id: "getUMLeverageBrackets",
  method: "GET",
  path: "/papi/v1/um/leverageBracket",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: SymbolFilter,
  reply: Field.rows(UMLeverageBrackets),
  docs: `${docs}/account/UM-Notional-and-Leverage-Brackets`
})

/**
 * The leverage brackets of CM symbols. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMLeverageBrackets = Endpoint.make({
  id: "getCMLeverageBrackets",
  method: "GET",
  path: "/papi/v1/cm/leverageBracket",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: SymbolFilter,
  reply: Field.rows(CMLeverageBrackets),
  docs: `${docs}/account/CM-Notional-and-Leverage-Brackets`
})

/**
 * The auto-deleveraging ranks of UM positions, refreshed every 30 seconds. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMADLQuantile = Endpoint.make({
  id: "getUMADLQuantile",
  method: "GET",
  path: "/papi/v1/um/adlQuantile",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SymbolFilter,
  reply: Field.rows(ADLQuantile),
  docs: `${docs}/trade/UM-Position-ADL-Quantile-Estimation`
})

/**
 * The auto-deleveraging ranks of CM positions, refreshed every 30 seconds. Weight 5.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMADLQuantile = Endpoint.make({
  id: "getCMADLQuantile",
  method: "GET",
  path: "/papi/v1/cm/adlQuantile",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: SymbolFilter,
  reply: Field.rows(ADLQuantile),
  docs: `${docs}/trade/CM-Position-ADL-Quantile-Estimation`
})
