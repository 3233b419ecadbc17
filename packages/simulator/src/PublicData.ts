/**
 * What the other hosts of the exchange tell everybody: their time, what is traded and by which rules, the best prices, the
 * mark prices.
 *
 * A client of Portfolio Margin needs it beside its own host, which has none of it. Here one host answers for all.
 *
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Book from "./Book.ts"
import type * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import { type Decimal, fixed, plain, zero } from "./internal/decimals.ts"
import * as Market from "./Market.ts"
import * as Spot from "./Spot.ts"
import type * as SpotPairs from "./SpotPairs.ts"

type Params = ReadonlyMap<string, string>

type Answer = Result.Result<unknown, ExchangeError.ExchangeError>

const eight = (price: Decimal): string => fixed(price, 8, "half-up")

const contractsOf = (state: Engine.State, product: Market.Product): ReadonlyArray<Market.Contract> =>
  [...state.market.contracts.values()].filter((contract) => contract.product === product)

const pairsOf = (state: Engine.State): ReadonlyArray<SpotPairs.Pair> => [...state.spot.pairs.values()]

const unknownSymbol = Result.fail(ExchangeError.make(-1121, "Invalid symbol."))

const chosen = <A extends { readonly symbol: string }>(
  all: ReadonlyArray<A>,
  symbol: string | undefined
): Result.Result<ReadonlyArray<A>, ExchangeError.ExchangeError> => {
  if (symbol === undefined || symbol === "") return Result.succeed(all)
  const found = all.filter((one) => one.symbol === symbol)
  return found.length === 0 ? unknownSymbol : Result.succeed(found)
}

// One symbol that was asked for by its name comes by itself, all of them as a list.
const oneOrAll = (rows: ReadonlyArray<unknown>, params: Params): unknown =>
  (params.get("symbol") ?? "") === "" ? rows : rows[0]

const best = (book: Book.Book, now: number) => {
  const current = Book.refill(book, now)
  const [bid] = Book.quotes(current, "BUY", 1)
  const [ask] = Book.quotes(current, "SELL", 1)
  return {
    bidPrice: plain(bid?.price ?? zero),
    bidQty: plain(bid?.quantity ?? zero),
    askPrice: plain(ask?.price ?? zero),
    askQty: plain(ask?.quantity ?? zero)
  }
}

const futuresTicker = (state: Engine.State, contract: Market.Contract, now: number) => ({
  symbol: contract.symbol,
  ...(contract.product === "CM" ? { pair: contract.pair } : {}),
  ...best(
    state.futures.books.get(contract.symbol) ??
      Book.make(contract.ladder, Market.lastPrice(state.market, contract.symbol), contract.pricePrecision),
    now
  ),
  time: now
})

const spotTicker = (state: Engine.State, pair: SpotPairs.Pair, now: number) => ({
  symbol: pair.symbol,
  ...best(Spot.book(state.spot, pair), now)
})

const premium = (state: Engine.State, contract: Market.Contract, now: number) => {
  const isPerpetual = Option.isNone(contract.deliveryTime)
  const mark = Market.markPrice(state.market, contract.symbol)
  return {
    symbol: contract.symbol,
    ...(contract.product === "CM" ? { pair: contract.pair } : {}),
    markPrice: eight(mark),
    indexPrice: eight(Market.indexPrice(state.market, contract.baseAsset)),
    estimatedSettlePrice: eight(mark),
    lastFundingRate: isPerpetual ? eight(Market.fundingRate(state.market, contract.symbol)) : "",
    interestRate: isPerpetual ? "0.00010000" : "",
    nextFundingTime: isPerpetual ? state.futures.nextFunding : 0,
    time: now
  }
}

const rateLimits = (state: Engine.State, weight: number) => [
  { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: weight },
  { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: state.parameters.ordersPerMinute }
]

// Far enough for a contract that is never delivered.
const never = 4_133_404_800_000

const contractInfo = (contract: Market.Contract) => {
  const { filters } = contract
  const isUm = contract.product === "UM"
  return {
    symbol: contract.symbol,
    pair: contract.pair,
    contractType: contract.contractType,
    deliveryDate: Option.getOrElse(contract.deliveryTime, () => never),
    onboardDate: 0,
    ...(isUm
      ? { status: "TRADING" }
      : { contractStatus: "TRADING", contractSize: Number(plain(contract.contractSize)) }),
    baseAsset: contract.baseAsset,
    quoteAsset: contract.quoteAsset,
    marginAsset: contract.marginAsset,
    pricePrecision: contract.pricePrecision,
    quantityPrecision: contract.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: "COIN",
    underlyingSubType: [],
    triggerProtect: plain(filters.triggerProtect),
    marketTakeBound: plain(filters.marketTakeBound),
    filters: [
      {
        filterType: "PRICE_FILTER",
        minPrice: plain(filters.minPrice),
        maxPrice: plain(filters.maxPrice),
        tickSize: plain(filters.tickSize)
      },
      {
        filterType: "LOT_SIZE",
        stepSize: plain(filters.stepSize),
        minQty: plain(filters.minQty),
        maxQty: plain(filters.maxQty)
      },
      {
        filterType: "MARKET_LOT_SIZE",
        stepSize: plain(filters.stepSize),
        minQty: plain(filters.minQty),
        maxQty: plain(filters.marketMaxQty)
      },
      { filterType: "MAX_NUM_ORDERS", limit: filters.maxNumOrders },
      ...(isUm ? [{ filterType: "MIN_NOTIONAL", notional: plain(filters.minNotional) }] : []),
      {
        filterType: "PERCENT_PRICE",
        multiplierUp: plain(filters.multiplierUp),
        multiplierDown: plain(filters.multiplierDown),
        multiplierDecimal: "4"
      }
    ],
    orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX", ...(isUm ? ["GTD"] : [])]
  }
}

const pairInfo = (pair: SpotPairs.Pair) => {
  const { filters } = pair
  return {
    symbol: pair.symbol,
    status: "TRADING",
    baseAsset: pair.baseAsset,
    baseAssetPrecision: 8,
    quoteAsset: pair.quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
    icebergAllowed: true,
    ocoAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: true,
    filters: [
      {
        filterType: "PRICE_FILTER",
        minPrice: plain(filters.minPrice),
        maxPrice: plain(filters.maxPrice),
        tickSize: plain(filters.tickSize)
      },
      {
        filterType: "LOT_SIZE",
        minQty: plain(filters.minQty),
        maxQty: plain(filters.maxQty),
        stepSize: plain(filters.stepSize)
      },
      {
        filterType: "MARKET_LOT_SIZE",
        minQty: plain(filters.minQty),
        maxQty: plain(filters.marketMaxQty),
        stepSize: plain(filters.stepSize)
      },
      { filterType: "ICEBERG_PARTS", limit: filters.icebergParts },
      { filterType: "NOTIONAL", minNotional: plain(filters.minNotional), maxNotional: plain(filters.maxNotional) },
      { filterType: "MAX_NUM_ORDERS", maxNumOrders: filters.maxNumOrders },
      { filterType: "MAX_NUM_ALGO_ORDERS", maxNumAlgoOrders: filters.maxNumAlgoOrders }
    ]
  }
}

const exchangeInfo = (state: Engine.State, now: number, weight: number, symbols: ReadonlyArray<unknown>) => ({
  timezone: "UTC",
  serverTime: now,
  rateLimits: rateLimits(state, weight),
  exchangeFilters: [],
  symbols
})

type View = (state: Engine.State, params: Params, now: number) => Answer

const time: View = (_state, _params, now) => Result.succeed({ serverTime: now })

const ping: View = () => Result.succeed({})

// A pair of COIN-M has several contracts; its lists stay lists, however many there are.
const ofPair = (contracts: ReadonlyArray<Market.Contract>, params: Params): ReadonlyArray<Market.Contract> => {
  const pair = params.get("pair") ?? ""
  return pair === "" ? contracts : contracts.filter((contract) => contract.pair === pair)
}

const views: { readonly [path: string]: View } = {
  "/fapi/v1/ping": ping,
  "/fapi/v1/time": time,
  "/fapi/v1/exchangeInfo": (state, _params, now) =>
    Result.succeed({
      ...exchangeInfo(state, now, 2400, contractsOf(state, "UM").map(contractInfo)),
      futuresType: "U_MARGINED"
    }),
  "/fapi/v1/ticker/bookTicker": (state, params, now) =>
    Result.map(
      chosen(contractsOf(state, "UM"), params.get("symbol")),
      (contracts) => oneOrAll(contracts.map((contract) => futuresTicker(state, contract, now)), params)
    ),
  "/fapi/v1/premiumIndex": (state, params, now) =>
    Result.map(
      chosen(contractsOf(state, "UM"), params.get("symbol")),
      (contracts) => oneOrAll(contracts.map((contract) => premium(state, contract, now)), params)
    ),
  "/dapi/v1/ping": ping,
  "/dapi/v1/time": time,
  "/dapi/v1/exchangeInfo": (state, _params, now) =>
    Result.succeed(exchangeInfo(state, now, 2400, contractsOf(state, "CM").map(contractInfo))),
  "/dapi/v1/ticker/bookTicker": (state, params, now) =>
    Result.map(
      chosen(ofPair(contractsOf(state, "CM"), params), params.get("symbol")),
      (contracts) => contracts.map((contract) => futuresTicker(state, contract, now))
    ),
  "/dapi/v1/premiumIndex": (state, params, now) =>
    Result.map(
      chosen(ofPair(contractsOf(state, "CM"), params), params.get("symbol")),
      (contracts) => contracts.map((contract) => premium(state, contract, now))
    ),
  "/api/v3/ping": ping,
  "/api/v3/time": time,
  "/api/v3/exchangeInfo": (state, params, now) =>
    Result.map(
      chosen(pairsOf(state), params.get("symbol")),
      (pairs) => exchangeInfo(state, now, 6000, pairs.map(pairInfo))
    ),
  "/api/v3/ticker/bookTicker": (state, params, now) =>
    Result.map(
      chosen(pairsOf(state), params.get("symbol")),
      (pairs) => oneOrAll(pairs.map((pair) => spotTicker(state, pair, now)), params)
    )
}

/**
 * The paths that are answered, all by GET and without a key.
 *
 * @category paths
 * @since 0.1.0
 */
export const paths: ReadonlyArray<string> = Object.keys(views)

/**
 * What a path shows, or `undefined` where there is none; `now` in milliseconds.
 *
 * **Example** (The best prices of a contract)
 *
 * ```ts import.meta.vitest
 * import * as Engine from "@effect-binance/simulator/Engine"
 * import * as PublicData from "@effect-binance/simulator/PublicData"
 *
 * const params = new Map([["symbol", "NONEUSDT"]])
 * const shown = PublicData.show(Engine.make({ now: 0 }), "/fapi/v1/ticker/bookTicker", params, 0)
 *
 * shown?._tag // => "Failure"
 * ```
 *
 * @category views
 * @since 0.1.0
 */
export const show = (state: Engine.State, path: string, params: Params, now: number): Answer | undefined =>
  Object.hasOwn(views, path) ? views[path]?.(state, params, now) : undefined
