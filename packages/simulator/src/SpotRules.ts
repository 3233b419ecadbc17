/**
 * The rules of margin orders that Binance does not publish in full, as named values, with the same marks as
 * `MarginParameters`.
 *
 * @since 0.1.0
 */
import type { Decimal, Rounding } from "./internal/decimals.ts"
import { decimal } from "./internal/decimals.ts"
import type { Mark } from "./MarginParameters.ts"
import type { SelfTradePrevention } from "./Spot.ts"

/**
 * Every rule of margin orders that is a matter of evidence.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpotRules {
  /** Self-trade prevention of an order that names none. Default EXPIRE_MAKER. [third party] */
  readonly defaultSelfTradePrevention: SelfTradePrevention
  /** How far a limit price may be on the bad side of the index price, as a share. Default 0.15. [said] */
  readonly indexPriceBand: Decimal
  /** Whether `AUTO_BORROW_REPAY` is taken; it is said to be retired since 2026-10-14. Default yes. [inferred] */
  readonly autoBorrowRepay: boolean
  /** Share by which a commission is lower when paid in BNB. Default 0.25, from memory. [inferred] */
  readonly bnbDiscount: Decimal
  /** Rounding of a commission to 8 decimals. [inferred] */
  readonly commissionRounding: Rounding
  /** Whether an order's open loss has to be covered by what is available. Default yes. [inferred] */
  readonly openLossBound: boolean
}

/**
 * The mark of every rule, as data.
 *
 * @category models
 * @since 0.1.0
 */
export const marks: { readonly [K in keyof SpotRules]: Mark } = {
  defaultSelfTradePrevention: "third party",
  indexPriceBand: "said",
  autoBorrowRepay: "inferred",
  bnbDiscount: "inferred",
  commissionRounding: "inferred",
  openLossBound: "inferred"
}

/**
 * The rules with every documented default.
 *
 * @category presets
 * @since 0.1.0
 */
export const defaults: SpotRules = {
  defaultSelfTradePrevention: "EXPIRE_MAKER",
  indexPriceBand: decimal("0.15"),
  autoBorrowRepay: true,
  bnbDiscount: decimal("0.25"),
  commissionRounding: "truncate",
  openLossBound: true
}
