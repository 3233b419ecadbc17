/**
 * What several families of endpoints share.
 *
 * @since 0.1.0
 */
import * as Field from "@effect-binance/core/Field"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"

/**
 * Parameters of a signed call that has none of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface SignedParams extends Schema.Schema.Type<typeof SignedParams> {}

/**
 * Parameters of a signed call that has none of its own.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SignedParams = Schema.Struct(Param.signed)

/**
 * Parameters of a call that takes none at all.
 *
 * @category models
 * @since 0.1.0
 */
export interface NoParams extends Schema.Schema.Type<typeof NoParams> {}

/**
 * Parameters of a call that takes none at all.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NoParams = Schema.Record(Schema.String, Schema.Never)

/**
 * Parameters of a call about all symbols, or about one.
 *
 * @category models
 * @since 0.1.0
 */
export interface SymbolFilter extends Schema.Schema.Type<typeof SymbolFilter> {}

/**
 * Parameters of a call about all symbols, or about one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SymbolFilter = Schema.Struct({
  /** One symbol; all of them when left out. */
  symbol: Schema.optional(Param.Symbol),
  ...Param.signed
})

/**
 * Parameters of a call about one symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface OneSymbol extends Schema.Schema.Type<typeof OneSymbol> {}

/**
 * Parameters of a call about one symbol.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OneSymbol = Schema.Struct({ symbol: Param.Symbol, ...Param.signed })

/**
 * The answer of a call that has nothing to say but that it worked.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done extends Schema.Schema.Type<typeof Done> {}

/**
 * The answer of a call that has nothing to say but that it worked.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Done = Schema.Struct({
  /** 200. */
  code: Field.Int,
  msg: Schema.String
})

/**
 * The same answer where the code is documented as text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DoneText = Schema.Struct({
  /** 200. */
  code: Field.IntString,
  msg: Schema.String
})

/**
 * An answer whose fields no source documents; kept as it came.
 *
 * @category models
 * @since 0.1.0
 */
export interface Undocumented extends Schema.Schema.Type<typeof Undocumented> {}

/**
 * An answer whose fields no source documents; kept as it came.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Undocumented = Schema.Record(Schema.String, Schema.Unknown)

/**
 * Which position of a symbol: `BOTH` in one-way mode, `LONG` or `SHORT` in hedge mode.
 *
 * @category models
 * @since 0.1.0
 */
export type PositionSide = Field.OpenEnum<"BOTH" | "LONG" | "SHORT">

/**
 * Which position of a symbol: `BOTH` in one-way mode, `LONG` or `SHORT` in hedge mode.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PositionSide: Schema.Codec<PositionSide, string> = Field.openEnum("BOTH", "LONG", "SHORT")

/**
 * Where Binance documents Portfolio Margin.
 *
 * @category constants
 * @since 0.1.0
 */
export const docs = "https://developers.binance.com/docs/derivatives/portfolio-margin"
