/**
 * The rules of orders that Binance does not publish in full, as named values, with the same marks as `MarginParameters`.
 *
 * @since 0.1.0
 */
import type { SelfTradePrevention } from "./Futures.ts"
import type { Decimal, Rounding } from "./internal/decimals.ts"
import { decimal } from "./internal/decimals.ts"
import type { Mark } from "./MarginParameters.ts"

/**
 * Every rule of orders that is a matter of evidence.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderRules {
  /** Share by which a commission is lower when paid in BNB. Default 0.1. [inferred] */
  readonly bnbDiscount: Decimal
  /** Rounding of a commission to 8 decimals. Default truncate, of a published sample. [derived] */
  readonly commissionRounding: Rounding
  /** Factor on the last price that a sell order's margin is reckoned at, at least. Default 1.0015. [said] */
  readonly sellMarginFactor: Decimal
  /** Self-trade prevention of an order that names none. Default EXPIRE_MAKER. [inferred] */
  readonly defaultSelfTradePrevention: Exclude<SelfTradePrevention, "NONE">
  /** What becomes of an order that asks for NONE: taken as the default, refused with -5039, or let be. [inferred] */
  readonly selfTradePreventionNone: "default" | "refused" | "allowed"
  /** What a price match beyond the last level of the book gets: -1112, or the last level. Default refused. [inferred] */
  readonly priceMatchBeyondBook: "refused" | "last"
  /** Whether a reduce-only order above what is left to close is cut to it; otherwise refused. Default yes. [third party] */
  readonly reduceOnlyIsCut: boolean
  /** Amendments that one order may have. Default 10000, from memory of `maxMoveOrderLimit`. [inferred] */
  readonly maxAmendments: number
  /** Conditional orders that an account may have waiting, over all symbols. Default 200. [third party] */
  readonly maxConditionalOrders: number
  /** Highest callback rate of a trailing order in percent. Default 20 for UM, said, and 5 for CM, said. [said] */
  readonly maxCallbackRates: { readonly UM: Decimal; readonly CM: Decimal }
  /** What becomes of a conditional order of CM of which the order is refused. Default EXPIRED. [inferred] */
  readonly refusedConditional: "EXPIRED" | "CANCELED"
  /** Rounding of a funding payment to 8 decimals. Default half up. [inferred] */
  readonly fundingRounding: Rounding
  /** Whether accounts are liquidated at all; off for tests that look at the figures of such an account. [inferred] */
  readonly liquidates: boolean
  /** Share of what a liquidation closed that goes to the insurance fund. Default 0.0125, from memory. [inferred] */
  readonly liquidationFee: Decimal
  /** What the insurance fund can lose by asset before positions are deleveraged; no end where absent. [inferred] */
  readonly insuranceFund: ReadonlyMap<string, Decimal>
  /** Time in milliseconds in which a new order is not found yet by queries. Default 0. [inferred] */
  readonly readLag: number
  /** How far back in milliseconds recurring payments are made up for when time jumps. Default 7 days. [inferred] */
  readonly catchUp: number
}

/**
 * The mark of every rule, as data.
 *
 * @category models
 * @since 0.1.0
 */
export const marks: { readonly [K in keyof OrderRules]: Mark } = {
  bnbDiscount: "inferred",
  commissionRounding: "derived",
  sellMarginFactor: "said",
  defaultSelfTradePrevention: "inferred",
  selfTradePreventionNone: "inferred",
  priceMatchBeyondBook: "inferred",
  reduceOnlyIsCut: "third party",
  maxAmendments: "inferred",
  maxConditionalOrders: "third party",
  maxCallbackRates: "said",
  refusedConditional: "inferred",
  fundingRounding: "inferred",
  liquidates: "inferred",
  liquidationFee: "inferred",
  insuranceFund: "inferred",
  readLag: "inferred",
  catchUp: "inferred"
}

/**
 * The rules with every documented default.
 *
 * @category presets
 * @since 0.1.0
 */
export const defaults: OrderRules = {
  bnbDiscount: decimal("0.1"),
  commissionRounding: "truncate",
  sellMarginFactor: decimal("1.0015"),
  defaultSelfTradePrevention: "EXPIRE_MAKER",
  selfTradePreventionNone: "default",
  priceMatchBeyondBook: "refused",
  reduceOnlyIsCut: true,
  maxAmendments: 10_000,
  maxConditionalOrders: 200,
  maxCallbackRates: { UM: decimal("20"), CM: decimal("5") },
  refusedConditional: "EXPIRED",
  fundingRounding: "half-up",
  liquidates: true,
  liquidationFee: decimal("0.0125"),
  insuranceFund: new Map(),
  readLag: 0,
  catchUp: 604_800_000
}
