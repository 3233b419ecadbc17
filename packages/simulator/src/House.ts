/**
 * What the exchange itself has taken and given: the other side of everything that accounts pay and are paid, so that money
 * adds up to the last digit.
 *
 * @since 0.1.0
 */
import type { Decimal } from "./internal/decimals.ts"
import { add, zero } from "./internal/decimals.ts"

/**
 * What the market around the prices holds of a contract: its position, and what it has paid for it, in the margin asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Holding {
  readonly quantity: Decimal
  readonly value: Decimal
}

/**
 * The accounts of the exchange, amounts by asset.
 *
 * **Details**
 *
 * `fees` are the commissions taken. `funding` is what the market around the prices was paid in funding, as the other side
 * of positions that no account holds. `insurance` is what the insurance fund took in less what it gave. `rounding` is what
 * figures lost where they are kept to eight decimals. `market` is by symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface House {
  readonly fees: ReadonlyMap<string, Decimal>
  readonly funding: ReadonlyMap<string, Decimal>
  readonly insurance: ReadonlyMap<string, Decimal>
  readonly rounding: ReadonlyMap<string, Decimal>
  readonly market: ReadonlyMap<string, Holding>
}

/**
 * A house that has neither taken nor given anything.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: House = {
  fees: new Map(),
  funding: new Map(),
  insurance: new Map(),
  rounding: new Map(),
  market: new Map()
}

/**
 * An account of the house, by asset.
 *
 * @category models
 * @since 0.1.0
 */
export type Purse = "fees" | "funding" | "insurance" | "rounding"

/**
 * The house with an amount more in one of its accounts.
 *
 * @category combinators
 * @since 0.1.0
 */
export const credit = (self: House, purse: Purse, asset: string, amount: Decimal): House => ({
  ...self,
  [purse]: new Map(self[purse]).set(asset, add(self[purse].get(asset) ?? zero, amount))
})

/**
 * What one of the accounts of the house holds of an asset.
 *
 * @category lookups
 * @since 0.1.0
 */
export const held = (self: House, purse: Purse, asset: string): Decimal => self[purse].get(asset) ?? zero

/**
 * What the market holds of a contract.
 *
 * @category lookups
 * @since 0.1.0
 */
export const holding = (self: House, symbol: string): Holding =>
  self.market.get(symbol) ?? { quantity: zero, value: zero }

/**
 * The house after its market bought a quantity for a value; both are negative where it sold.
 *
 * @category combinators
 * @since 0.1.0
 */
export const buy = (self: House, symbol: string, quantity: Decimal, value: Decimal): House => {
  const before = holding(self, symbol)
  return {
    ...self,
    market: new Map(self.market).set(symbol, {
      quantity: add(before.quantity, quantity),
      value: add(before.value, value)
    })
  }
}
