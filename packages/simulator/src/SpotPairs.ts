/**
 * The spot pairs that margin orders trade, with their filters.
 *
 * @since 0.1.0
 */
import type * as Book from "./Book.ts"
import type { Decimal } from "./internal/decimals.ts"
import { decimal } from "./internal/decimals.ts"

/**
 * What an order of a pair has to keep to, as the public `exchangeInfo` of the spot exchange tells it.
 *
 * **Details**
 *
 * Prices in the quote asset, quantities in the base asset, notionals in the quote asset. `multiplierUp` and `multiplierDown`
 * bound a limit price by the last price, both for each side. `maxNumOrders` counts the open orders of an account on the pair,
 * `maxNumAlgoOrders` those of them that wait for a trigger, `icebergParts` how often an iceberg may come up.
 *
 * @category models
 * @since 0.1.0
 */
export interface Filters {
  readonly tickSize: Decimal
  readonly minPrice: Decimal
  readonly maxPrice: Decimal
  readonly stepSize: Decimal
  readonly minQty: Decimal
  readonly maxQty: Decimal
  readonly marketMaxQty: Decimal
  readonly minNotional: Decimal
  readonly maxNotional: Decimal
  readonly multiplierUp: Decimal
  readonly multiplierDown: Decimal
  readonly maxNumOrders: number
  readonly maxNumAlgoOrders: number
  readonly icebergParts: number
}

/**
 * A pair; commission rates are shares of what an order brings, `pricePrecision` is the number of decimals of a price.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pair {
  readonly symbol: string
  readonly baseAsset: string
  readonly quoteAsset: string
  readonly pricePrecision: number
  readonly filters: Filters
  readonly makerCommissionRate: Decimal
  readonly takerCommissionRate: Decimal
  readonly ladder: Book.Ladder
}

/**
 * Makes a pair with the commission of the lowest tier of spot, 0.1 %.
 *
 * **Details**
 *
 * A tick and a step are written as the smallest of their kind, `"0.01"`. `quantity` is what the market around the price
 * holds at each of a hundred prices a tick apart.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: {
  readonly baseAsset: string
  readonly quoteAsset: string
  readonly tickSize: `${number}`
  readonly stepSize: `${number}`
  readonly quantity: `${number}`
  readonly minNotional?: `${number}`
  readonly filters?: Partial<Filters>
  readonly ladder?: Partial<Book.Ladder>
}): Pair => ({
  symbol: `${options.baseAsset}${options.quoteAsset}`,
  baseAsset: options.baseAsset,
  quoteAsset: options.quoteAsset,
  pricePrecision: decimal(options.tickSize).scale,
  filters: {
    tickSize: decimal(options.tickSize),
    minPrice: decimal(options.tickSize),
    maxPrice: decimal("1000000"),
    stepSize: decimal(options.stepSize),
    minQty: decimal(options.stepSize),
    maxQty: decimal("9000"),
    marketMaxQty: decimal("1000"),
    minNotional: decimal(options.minNotional ?? "5"),
    maxNotional: decimal("9000000"),
    multiplierUp: decimal("5"),
    multiplierDown: decimal("0.2"),
    maxNumOrders: 200,
    maxNumAlgoOrders: 5,
    icebergParts: 10,
    ...options.filters
  },
  makerCommissionRate: decimal("0.001"),
  takerCommissionRate: decimal("0.001"),
  ladder: {
    step: decimal(options.tickSize),
    levels: 100,
    quantity: decimal(options.quantity),
    refill: 1000,
    ...options.ladder
  }
})

/**
 * The pairs the simulator opens with, each with its price.
 *
 * **Details**
 *
 * Ticks, steps and filters are those of the live pairs as far as they were seen; prices and depths are made up.
 *
 * @category presets
 * @since 0.1.0
 */
export const defaults: ReadonlyArray<readonly [pair: Pair, price: Decimal]> = [
  [
    make({ baseAsset: "BTC", quoteAsset: "USDT", tickSize: "0.01", stepSize: "0.00001", quantity: "1" }),
    decimal("95000")
  ],
  [
    make({ baseAsset: "ETH", quoteAsset: "USDT", tickSize: "0.01", stepSize: "0.0001", quantity: "30" }),
    decimal("3200")
  ],
  [
    make({ baseAsset: "BNB", quoteAsset: "USDT", tickSize: "0.01", stepSize: "0.001", quantity: "100" }),
    decimal("900")
  ],
  [
    make({ baseAsset: "SOL", quoteAsset: "USDT", tickSize: "0.01", stepSize: "0.001", quantity: "500" }),
    decimal("180")
  ],
  [
    make({ baseAsset: "BTC", quoteAsset: "USDC", tickSize: "0.01", stepSize: "0.00001", quantity: "1" }),
    decimal("95000")
  ],
  [
    make({
      baseAsset: "ETH",
      quoteAsset: "BTC",
      tickSize: "0.00001",
      stepSize: "0.0001",
      quantity: "30",
      minNotional: "0.0001"
    }),
    decimal("0.03368")
  ]
]
