/** In what a commission is paid, and how much of it. */
import * as Market from "../Market.ts"
import type { Decimal, Rounding } from "./decimals.ts"
import { divide, isAtLeast, isPositive, multiply, one, rescale, subtract } from "./decimals.ts"

export interface Commission {
  readonly asset: string
  readonly amount: Decimal
}

/**
 * A fee in its own asset, or at a discount in BNB where that much of it is held; `bnb` is what is held, or nothing where BNB
 * is not to be used.
 */
export const commissionIn = (
  market: Market.Market,
  rules: { readonly bnbDiscount: Decimal; readonly commissionRounding: Rounding },
  asset: string,
  fee: Decimal,
  bnb: Decimal | undefined
): Commission => {
  if (bnb !== undefined) {
    const price = Market.indexPrice(market, "BNB")
    const worth = multiply(fee, subtract(one, rules.bnbDiscount), Market.indexPrice(market, asset))
    const amount = rescale(divide(worth, price), 8, rules.commissionRounding)
    if (isPositive(price) && isAtLeast(bnb, amount)) return { asset: "BNB", amount }
  }
  return { asset, amount: rescale(fee, 8, rules.commissionRounding) }
}
