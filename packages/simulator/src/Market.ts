/**
 * What is traded and what it costs: contracts, leverage brackets, filters, assets, mark, last and index prices.
 *
 * @since 0.1.0
 */
import type * as Array from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import type * as Book from "./Book.ts"
import type { Decimal } from "./internal/decimals.ts"
import { add, decimal, isAtLeast, multiply, one, subtract, zero } from "./internal/decimals.ts"

/**
 * The two futures products: USD-margined and coin-margined.
 *
 * @category models
 * @since 0.1.0
 */
export type Product = "UM" | "CM"

/**
 * One bracket of a contract, holding for `floor < size <= cap`.
 *
 * **Details**
 *
 * Size, `floor`, `cap` and `cum` are in the margin asset for UM; for CM they are in coin or in contracts, as
 * `cmBracketUnit` of the margin parameters says. `cum` is the maintenance amount that keeps the maintenance margin
 * continuous where one bracket meets the next.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bracket {
  readonly bracket: number
  readonly initialLeverage: number
  readonly floor: Decimal
  readonly cap: Decimal
  readonly maintMarginRatio: Decimal
  readonly cum: Decimal
}

/**
 * The published part of a bracket: its cap, its highest leverage and its maintenance margin rate.
 *
 * @category models
 * @since 0.1.0
 */
export type Tier = readonly [cap: `${number}`, initialLeverage: number, maintMarginRatio: `${number}`]

/**
 * What an order of a contract has to keep to, as the public `exchangeInfo` of the exchange tells it.
 *
 * **Details**
 *
 * Prices in the quote asset, quantities in the base asset for UM and in contracts for CM, `minNotional` in the quote asset;
 * zero switches a bound off. `multiplierUp` and `multiplierDown` bound a limit price by the mark price, `marketTakeBound`
 * is how far from it, as a share, a market order trades, and `triggerProtect` how far mark and last price may be apart
 * for a protected trigger. `maxNumOrders` counts the open orders of an account and symbol.
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
  readonly multiplierUp: Decimal
  readonly multiplierDown: Decimal
  readonly marketTakeBound: Decimal
  readonly triggerProtect: Decimal
  readonly maxNumOrders: number
}

/**
 * A futures contract with its fixed properties.
 *
 * **Details**
 *
 * `contractSize` is the worth of one contract in USD for CM and 1 for UM. Commission rates are shares of the notional at
 * fee tier 0; precisions are decimals; `deliveryTime` is in milliseconds and only delivery contracts have one. `ladder`
 * is the market around the price, `firstOrderId` where the ids of its orders begin.
 *
 * @category models
 * @since 0.1.0
 */
export interface Contract {
  readonly product: Product
  readonly symbol: string
  readonly pair: string
  readonly contractType: "PERPETUAL" | "CURRENT_QUARTER" | "NEXT_QUARTER" | "TRADIFI_PERPETUAL"
  readonly baseAsset: string
  readonly quoteAsset: string
  readonly marginAsset: string
  readonly contractSize: Decimal
  readonly pricePrecision: number
  readonly quantityPrecision: number
  readonly makerCommissionRate: Decimal
  readonly takerCommissionRate: Decimal
  readonly brackets: Array.NonEmptyReadonlyArray<Bracket>
  readonly deliveryTime: Option.Option<number>
  readonly filters: Filters
  readonly ladder: Book.Ladder
  readonly firstOrderId: bigint
}

/**
 * An asset that can be collateral or debt.
 *
 * **Details**
 *
 * `borrowLimit` is the most that an account may owe, in the asset; none where the asset is not lent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asset {
  readonly asset: string
  readonly borrowLimit: Option.Option<Decimal>
}

/**
 * Contracts and assets with their prices.
 *
 * **Details**
 *
 * Mark prices and last prices are by symbol in the quote asset, index prices by asset in USD. Funding rates are by symbol,
 * shares of the notional that long positions pay to short ones at each funding time.
 *
 * @category models
 * @since 0.1.0
 */
export interface Market {
  readonly contracts: ReadonlyMap<string, Contract>
  readonly assets: ReadonlyMap<string, Asset>
  readonly markPrices: ReadonlyMap<string, Decimal>
  readonly lastPrices: ReadonlyMap<string, Decimal>
  readonly fundingRates: ReadonlyMap<string, Decimal>
  readonly indexPrices: ReadonlyMap<string, Decimal>
}

/**
 * Builds the brackets of a contract from its tiers, with floors and the maintenance amounts that the exchange computes:
 * `cum_1 = 0`, `cum_n = floor_n * (rate_n - rate_(n-1)) + cum_(n-1)`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeBrackets = (tiers: Array.NonEmptyReadonlyArray<Tier>): Array.NonEmptyReadonlyArray<Bracket> => {
  const [first, ...others] = tiers
  const make = (bracket: number, [cap, initialLeverage, rate]: Tier, floor: Decimal, cum: Decimal): Bracket => ({
    bracket,
    initialLeverage,
    floor,
    cap: decimal(cap),
    maintMarginRatio: decimal(rate),
    cum
  })
  let last = make(1, first, zero, zero)
  const brackets: [Bracket, ...Array<Bracket>] = [last]
  for (const tier of others) {
    const rise = subtract(decimal(tier[2]), last.maintMarginRatio)
    last = make(last.bracket + 1, tier, last.cap, add(multiply(last.cap, rise), last.cum))
    brackets.push(last)
  }
  return brackets
}

/**
 * Tiers of BTCUSDT of March 2021, in USDT.
 *
 * **Details**
 *
 * Caps and rates as published; the leverages fit three samples of the API pages (100x caps at 250,000, 21x at 1,000,000,
 * 10x at 20,000,000).
 *
 * @category tiers
 * @since 0.1.0
 */
export const btcUsdtTiers: Array.NonEmptyReadonlyArray<Tier> = [
  ["50000", 125, "0.004"],
  ["250000", 100, "0.005"],
  ["1000000", 50, "0.01"],
  ["10000000", 20, "0.025"],
  ["20000000", 10, "0.05"],
  ["50000000", 5, "0.1"],
  ["100000000", 4, "0.125"],
  ["200000000", 3, "0.15"],
  ["300000000", 2, "0.25"],
  ["500000000", 1, "0.5"]
]

/**
 * Tiers of ETHUSDT of 2021, in USDT.
 *
 * **Details**
 *
 * Caps and rates as published, but for the last cap, which the table leaves open; the leverages are inferred.
 *
 * @category tiers
 * @since 0.1.0
 */
export const ethUsdtTiers: Array.NonEmptyReadonlyArray<Tier> = [
  ["10000", 100, "0.005"],
  ["100000", 75, "0.0065"],
  ["500000", 50, "0.01"],
  ["1000000", 25, "0.02"],
  ["2000000", 10, "0.05"],
  ["5000000", 5, "0.1"],
  ["10000000", 4, "0.125"],
  ["20000000", 3, "0.15"],
  ["100000000", 2, "0.25"]
]

/**
 * Tiers of a small coin (HIVEUSDT and five others, from 2025-09-15), in USDT, all as announced.
 *
 * @category tiers
 * @since 0.1.0
 */
export const smallCoinTiers: Array.NonEmptyReadonlyArray<Tier> = [
  ["5000", 50, "0.015"],
  ["10000", 20, "0.025"],
  ["20000", 10, "0.05"],
  ["50000", 5, "0.1"],
  ["250000", 4, "0.125"],
  ["4500000", 3, "0.1667"],
  ["7500000", 2, "0.25"],
  ["12500000", 1, "0.5"]
]

/**
 * Tiers of BTCUSD contracts.
 *
 * **Details**
 *
 * The first tier and the cap of 1000 at 21x are from samples of the API pages; what lies between and above is inferred:
 * the BTCUSDT table with every cap divided by a thousand fits both.
 *
 * @category tiers
 * @since 0.1.0
 */
export const btcUsdTiers: Array.NonEmptyReadonlyArray<Tier> = [
  ["50", 125, "0.004"],
  ["250", 100, "0.005"],
  ["1000", 50, "0.01"],
  ["10000", 20, "0.025"],
  ["20000", 10, "0.05"],
  ["50000", 5, "0.1"],
  ["100000", 4, "0.125"],
  ["200000", 3, "0.15"],
  ["300000", 2, "0.25"],
  ["500000", 1, "0.5"]
]

/**
 * Tiers of ETHUSD contracts, inferred: the ETHUSDT table with every cap divided by a hundred.
 *
 * @category tiers
 * @since 0.1.0
 */
export const ethUsdTiers: Array.NonEmptyReadonlyArray<Tier> = [
  ["100", 100, "0.005"],
  ["1000", 75, "0.0065"],
  ["5000", 50, "0.01"],
  ["10000", 25, "0.02"],
  ["20000", 10, "0.05"],
  ["50000", 5, "0.1"],
  ["100000", 4, "0.125"],
  ["200000", 3, "0.15"],
  ["1000000", 2, "0.25"]
]

const smallest = (decimals: number): Decimal => BigDecimal.make(1n, decimals)

/**
 * Makes the filters of a contract from its precisions, with the bounds of a live sample of BTCUSDT where nothing else is
 * given.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeFilters = (
  pricePrecision: number,
  quantityPrecision: number,
  given: Partial<Filters> = {}
): Filters => ({
  tickSize: smallest(pricePrecision),
  minPrice: smallest(pricePrecision),
  maxPrice: decimal("4529764"),
  stepSize: smallest(quantityPrecision),
  minQty: smallest(quantityPrecision),
  maxQty: decimal("10000000"),
  marketMaxQty: decimal("1000000"),
  minNotional: decimal("5"),
  multiplierUp: decimal("1.15"),
  multiplierDown: decimal("0.85"),
  marketTakeBound: decimal("0.05"),
  triggerProtect: decimal("0.05"),
  maxNumOrders: 200,
  ...given
})

/**
 * Makes the market around the price of a contract: by default a hundred prices on each side, a tick apart, that are full
 * again a second after something was taken.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeLadder = (
  pricePrecision: number,
  quantity: Decimal,
  given: Partial<Book.Ladder> = {}
): Book.Ladder => ({ step: smallest(pricePrecision), levels: 100, quantity, refill: 1000, ...given })

/**
 * Makes a UM perpetual with the commission of the published samples, 0.02 % maker and 0.04 % taker.
 *
 * @category constructors
 * @since 0.1.0
 */
export const umPerpetual = (options: {
  readonly baseAsset: string
  readonly quoteAsset: string
  readonly tiers: Array.NonEmptyReadonlyArray<Tier>
  readonly pricePrecision: number
  readonly quantityPrecision: number
  readonly filters?: Partial<Filters>
  readonly ladder?: Partial<Book.Ladder>
  readonly firstOrderId?: bigint
}): Contract => ({
  product: "UM",
  symbol: `${options.baseAsset}${options.quoteAsset}`,
  pair: `${options.baseAsset}${options.quoteAsset}`,
  contractType: "PERPETUAL",
  baseAsset: options.baseAsset,
  quoteAsset: options.quoteAsset,
  marginAsset: options.quoteAsset,
  contractSize: one,
  pricePrecision: options.pricePrecision,
  quantityPrecision: options.quantityPrecision,
  makerCommissionRate: decimal("0.0002"),
  takerCommissionRate: decimal("0.0004"),
  brackets: makeBrackets(options.tiers),
  deliveryTime: Option.none(),
  filters: makeFilters(options.pricePrecision, options.quantityPrecision, options.filters),
  ladder: makeLadder(options.pricePrecision, decimal("100"), options.ladder),
  firstOrderId: options.firstOrderId ?? 0n
})

/**
 * Makes a CM contract with the commission of the published samples, 0.015 % maker and 0.04 % taker.
 *
 * **Details**
 *
 * `contractSize` is in USD. With a `delivery` (its code in the symbol and its time in milliseconds) it is a contract of
 * the current quarter, else a perpetual.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cmContract = (options: {
  readonly baseAsset: string
  readonly contractSize: `${number}`
  readonly tiers: Array.NonEmptyReadonlyArray<Tier>
  readonly pricePrecision: number
  readonly delivery?: { readonly code: string; readonly time: number }
  readonly filters?: Partial<Filters>
  readonly ladder?: Partial<Book.Ladder>
  readonly firstOrderId?: bigint
}): Contract => ({
  product: "CM",
  symbol: `${options.baseAsset}USD_${options.delivery === undefined ? "PERP" : options.delivery.code}`,
  pair: `${options.baseAsset}USD`,
  contractType: options.delivery === undefined ? "PERPETUAL" : "CURRENT_QUARTER",
  baseAsset: options.baseAsset,
  quoteAsset: "USD",
  marginAsset: options.baseAsset,
  contractSize: decimal(options.contractSize),
  pricePrecision: options.pricePrecision,
  quantityPrecision: 0,
  makerCommissionRate: decimal("0.00015"),
  takerCommissionRate: decimal("0.0004"),
  brackets: makeBrackets(options.tiers),
  deliveryTime: options.delivery === undefined ? Option.none() : Option.some(options.delivery.time),
  filters: makeFilters(options.pricePrecision, 0, { minNotional: zero, ...options.filters }),
  ladder: makeLadder(options.pricePrecision, decimal("1000"), options.ladder),
  firstOrderId: options.firstOrderId ?? 0n
})

/**
 * Makes a market of contracts with their mark prices and assets with their index prices in USD.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: {
  readonly contracts: ReadonlyArray<readonly [contract: Contract, markPrice: Decimal]>
  readonly assets: ReadonlyArray<readonly [asset: Asset, indexPrice: Decimal]>
}): Market => ({
  contracts: new Map(options.contracts.map(([contract]) => [contract.symbol, contract])),
  assets: new Map(options.assets.map(([asset]) => [asset.asset, asset])),
  markPrices: new Map(options.contracts.map(([contract, price]) => [contract.symbol, price])),
  lastPrices: new Map(options.contracts.map(([contract, price]) => [contract.symbol, price])),
  fundingRates: new Map(
    options.contracts.flatMap(([contract]) =>
      Option.isSome(contract.deliveryTime) ? [] : [[contract.symbol, defaultFundingRate]]
    )
  ),
  indexPrices: new Map(options.assets.map(([asset, price]) => [asset.asset, price]))
})

/** The interest component of Binance's funding formula for eight hours, which is the rate while the premium is small. */
const defaultFundingRate = decimal("0.0001")

const asset = (name: string, borrowLimit: `${number}` | undefined): Asset => ({
  asset: name,
  borrowLimit: borrowLimit === undefined ? Option.none() : Option.some(decimal(borrowLimit))
})

/**
 * The market the simulator opens with: six UM perpetuals, two CM perpetuals and one CM delivery contract.
 *
 * **Details**
 *
 * Prices and borrow limits are made up. BNBUSDT and SOLUSDT stand on the tiers of ETHUSDT, BTCUSDC on those of BTCUSDT.
 *
 * @category presets
 * @since 0.1.0
 */
export const defaults: Market = make({
  contracts: [
    [
      umPerpetual({
        baseAsset: "BTC",
        quoteAsset: "USDT",
        tiers: btcUsdtTiers,
        pricePrecision: 1,
        quantityPrecision: 3,
        filters: {
          maxQty: decimal("1000"),
          marketMaxQty: decimal("120"),
          minNotional: decimal("50"),
          multiplierUp: decimal("1.05"),
          multiplierDown: decimal("0.95")
        },
        ladder: { quantity: one }
      }),
      decimal("95000")
    ],
    [
      umPerpetual({
        baseAsset: "ETH",
        quoteAsset: "USDT",
        tiers: ethUsdtTiers,
        pricePrecision: 2,
        quantityPrecision: 3,
        filters: { minNotional: decimal("20"), multiplierUp: decimal("1.05"), multiplierDown: decimal("0.95") },
        ladder: { quantity: decimal("30") }
      }),
      decimal("3200")
    ],
    [
      umPerpetual({
        baseAsset: "BNB",
        quoteAsset: "USDT",
        tiers: ethUsdtTiers,
        pricePrecision: 2,
        quantityPrecision: 2
      }),
      decimal("900")
    ],
    [
      umPerpetual({
        baseAsset: "SOL",
        quoteAsset: "USDT",
        tiers: ethUsdtTiers,
        pricePrecision: 2,
        quantityPrecision: 2
      }),
      decimal("180")
    ],
    [
      umPerpetual({
        baseAsset: "币安人生",
        quoteAsset: "USDT",
        tiers: smallCoinTiers,
        pricePrecision: 5,
        quantityPrecision: 0,
        ladder: { quantity: decimal("400000") }
      }),
      decimal("0.25")
    ],
    [
      umPerpetual({
        baseAsset: "BTC",
        quoteAsset: "USDC",
        tiers: btcUsdtTiers,
        pricePrecision: 1,
        quantityPrecision: 3,
        ladder: { quantity: one },
        // Ids that a double cannot hold, as the published sample has one.
        firstOrderId: 4_611_875_134_427_365_376n
      }),
      decimal("94990")
    ],
    [
      cmContract({ baseAsset: "BTC", contractSize: "100", tiers: btcUsdTiers, pricePrecision: 1 }),
      decimal("95010")
    ],
    [
      cmContract({ baseAsset: "ETH", contractSize: "10", tiers: ethUsdTiers, pricePrecision: 2 }),
      decimal("3201")
    ],
    [
      cmContract({
        baseAsset: "BTC",
        contractSize: "100",
        tiers: btcUsdTiers,
        pricePrecision: 1,
        delivery: { code: "261225", time: 1_798_185_600_000 }
      }),
      decimal("95900")
    ]
  ],
  assets: [
    [asset("USDT", "5000000"), one],
    [asset("USDC", "5000000"), one],
    [asset("BTC", "60"), decimal("95000")],
    [asset("ETH", "1500"), decimal("3200")],
    [asset("BNB", "3000"), decimal("900")],
    [asset("SOL", undefined), decimal("180")]
  ]
})

/**
 * The contract of a symbol on a product, if it is traded there.
 *
 * @category lookups
 * @since 0.1.0
 */
export const contract = (self: Market, product: Product, symbol: string): Option.Option<Contract> =>
  Option.filter(Option.fromNullishOr(self.contracts.get(symbol)), (found) => found.product === product)

/**
 * All contracts of a product, in the order in which they were listed.
 *
 * @category lookups
 * @since 0.1.0
 */
export const contractsOf = (self: Market, product: Product): ReadonlyArray<Contract> =>
  [...self.contracts.values()].filter((contract) => contract.product === product)

/**
 * The assets in which contracts of a product are margined, in listing order and without repetition.
 *
 * @category lookups
 * @since 0.1.0
 */
export const marginAssetsOf = (self: Market, product: Product): ReadonlyArray<string> => [
  ...new Set(contractsOf(self, product).map((contract) => contract.marginAsset))
]

/**
 * The mark price of a symbol in its quote asset; zero where none was ever set.
 *
 * @category lookups
 * @since 0.1.0
 */
export const markPrice = (self: Market, symbol: string): Decimal => self.markPrices.get(symbol) ?? zero

/**
 * The last price of a symbol in its quote asset; its mark price where none was ever set.
 *
 * @category lookups
 * @since 0.1.0
 */
export const lastPrice = (self: Market, symbol: string): Decimal =>
  self.lastPrices.get(symbol) ?? markPrice(self, symbol)

/**
 * The funding rate of a symbol, a share of the notional; zero where it has none.
 *
 * @category lookups
 * @since 0.1.0
 */
export const fundingRate = (self: Market, symbol: string): Decimal => self.fundingRates.get(symbol) ?? zero

/**
 * The index price of an asset in USD; zero where none was ever set.
 *
 * @category lookups
 * @since 0.1.0
 */
export const indexPrice = (self: Market, asset: string): Decimal => self.indexPrices.get(asset) ?? zero

/**
 * The bracket of a size: `floor < size <= cap`, the first for zero, the last above every cap.
 *
 * @category lookups
 * @since 0.1.0
 */
export const bracketOf = (self: Contract, size: Decimal): Bracket => {
  let found: Bracket = self.brackets[0]
  for (const bracket of self.brackets) {
    found = bracket
    if (isAtLeast(bracket.cap, size)) return found
  }
  return found
}

/**
 * The largest size that a leverage allows: the cap of the last bracket that still offers it, zero where none does.
 *
 * @category lookups
 * @since 0.1.0
 */
export const capAt = (self: Contract, leverage: number): Decimal =>
  self.brackets.reduce(
    (cap, bracket) => bracket.initialLeverage >= leverage ? BigDecimal.max(cap, bracket.cap) : cap,
    zero
  )

/**
 * The highest leverage that a contract offers at all.
 *
 * @category lookups
 * @since 0.1.0
 */
export const maxLeverage = (self: Contract): number =>
  self.brackets.reduce((highest, bracket) => Math.max(highest, bracket.initialLeverage), 1)
