/** A trading day as a script: calls by their documented names, and what the market does between them. */
import type * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { Simulator } from "@effect-binance/simulator/Simulator"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"

type Step =
  | { readonly call: Endpoints.Name; readonly params?: object }
  | { readonly market: "futures" | "spot"; readonly symbol: string; readonly price: string }

const um = { symbol: "ETHUSDT" } as const
/** The symbol that the last event of the day tells of. */
export const lastSymbol = "币安人生USDT"

const limit = { type: "LIMIT", timeInForce: "GTC" } as const

export const steps: ReadonlyArray<Step> = [
  { call: "updateUMLeverage", params: { ...um, leverage: 5 } },
  // Placed, modified, filled by the market.
  {
    call: "submitNewUMOrder",
    params: { ...um, ...limit, side: "BUY", quantity: "1", price: "3000", newClientOrderId: "rests" }
  },
  {
    call: "modifyUMOrder",
    params: { ...um, origClientOrderId: "rests", side: "BUY", quantity: "1.5", price: "3010" }
  },
  { call: "getUMOrderModificationHistory", params: { ...um, origClientOrderId: "rests" } },
  { market: "futures", symbol: "ETHUSDT", price: "3009" },
  { call: "getUMOrder", params: { ...um, origClientOrderId: "rests" } },
  // More than the book has at its price: filled in part, the rest cancelled.
  {
    call: "submitNewUMOrder",
    params: { ...um, ...limit, side: "BUY", quantity: "150", price: "3009.01", newClientOrderId: "large" }
  },
  { call: "getUMOrder", params: { ...um, origClientOrderId: "large" } },
  { call: "cancelUMOrder", params: { ...um, origClientOrderId: "large" } },
  // A stop that fires.
  {
    call: "submitNewUMAlgoOrder",
    params: {
      ...um,
      algoType: "CONDITIONAL",
      side: "SELL",
      type: "STOP_MARKET",
      quantity: "1",
      triggerPrice: "2950",
      clientAlgoId: "stop"
    }
  },
  { market: "futures", symbol: "ETHUSDT", price: "2949" },
  { call: "getUMAlgoOrder", params: { clientAlgoId: "stop" } },
  // Coins, with their own id.
  { call: "updateCMLeverage", params: { symbol: "BTCUSD_PERP", leverage: 9 } },
  {
    call: "submitNewCMOrder",
    params: { symbol: "BTCUSD_PERP", side: "BUY", type: "MARKET", quantity: "20", newClientOrderId: "coins" }
  },
  // Margin: a loan, a purchase with it, a pair of which one is filled.
  { call: "submitMarginLoan", params: { asset: "USDT", amount: "1000" } },
  {
    call: "submitNewMarginOrder",
    params: { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.05", newClientOrderId: "bought" }
  },
  {
    call: "submitNewMarginOCO",
    params: {
      symbol: "BTCUSDT",
      side: "SELL",
      quantity: "0.05",
      price: "99000",
      stopPrice: "90000",
      stopLimitPrice: "89000",
      stopLimitTimeInForce: "GTC",
      listClientOrderId: "pair",
      limitClientOrderId: "pair-limit",
      stopClientOrderId: "pair-stop"
    }
  },
  { market: "spot", symbol: "BTCUSDT", price: "99100" },
  { call: "getMarginOCO", params: { origClientOrderId: "pair" } },
  { call: "getMarginOrder", params: { symbol: "BTCUSDT", origClientOrderId: "pair-limit" } },
  { call: "submitMarginRepay", params: { asset: "USDT", amount: "600" } },
  // Money moved, and refusals.
  { call: "autoCollectFunds" },
  { call: "transferBNB", params: { amount: "0.5", transferSide: "FROM_UM" } },
  { call: "cancelUMOrder", params: { ...um, origClientOrderId: "rests" } },
  { call: "submitNewUMOrder", params: { ...um, ...limit, side: "BUY", quantity: "1", price: "1" } },
  // What is left open over night.
  {
    call: "submitNewUMOrder",
    params: {
      symbol: "BTCUSDT",
      ...limit,
      side: "SELL",
      quantity: "0.01",
      price: "97000",
      newClientOrderId: "um-night"
    }
  },
  {
    call: "submitNewCMOrder",
    params: {
      symbol: "BTCUSD_PERP",
      ...limit,
      side: "BUY",
      quantity: "3",
      price: "90000",
      newClientOrderId: "cm-night"
    }
  },
  {
    call: "submitNewMarginOrder",
    params: {
      symbol: "BTCUSDT",
      ...limit,
      side: "BUY",
      quantity: "0.01",
      price: "90000",
      newClientOrderId: "margin-night"
    }
  },
  { call: "updateUMLeverage", params: { symbol: lastSymbol, leverage: 3 } }
]

/** What is read at the end: the account, and the histories. */
export const reads: ReadonlyArray<{ readonly call: Endpoints.Name; readonly params?: object }> = [
  { call: "getAccountInfo" },
  { call: "getBalance" },
  { call: "getUMAccountV2" },
  { call: "getUMPosition" },
  { call: "getCMPosition" },
  { call: "getAllUMOpenOrders" },
  { call: "getAllCMOpenOrders" },
  { call: "getMarginOpenOrders", params: { symbol: "BTCUSDT" } },
  { call: "getAllUMOrders", params: um },
  { call: "getAllUMOrders", params: { symbol: "BTCUSDT" } },
  { call: "getUMTrades", params: um },
  { call: "getUMAlgoOpenOrders" },
  { call: "getAllCMOrders", params: { symbol: "BTCUSD_PERP" } },
  { call: "getCMTrades", params: { symbol: "BTCUSD_PERP" } },
  { call: "getAllMarginOrders", params: { symbol: "BTCUSDT" } },
  { call: "getMarginTrades", params: { symbol: "BTCUSDT" } },
  { call: "getAllMarginOCO" },
  { call: "getMarginLoanRecords", params: { asset: "USDT" } },
  { call: "getMarginRepayRecords", params: { asset: "USDT" } },
  { call: "getUMIncomeHistory" },
  { call: "getCMIncomeHistory" }
]

/** Carries the day out; gives what came of each call. */
export const play = <E, R>(
  call: (name: Endpoints.Name, params: object | undefined) => Effect.Effect<unknown, E, R>
): Effect.Effect<ReadonlyArray<readonly [label: string, came: unknown]>, E, R | Simulator> =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const told: Array<readonly [string, unknown]> = []
    for (const step of steps) {
      if ("call" in step) {
        told.push([`${step.call} ${JSON.stringify(step.params)}`, yield* call(step.call, step.params)])
        continue
      }
      const price = BigDecimal.fromStringUnsafe(step.price)
      const { symbol } = step
      if (step.market === "spot") yield* Effect.orDie(exchange.apply({ _tag: "SetSpotPrice", symbol, price }))
      else {
        yield* Effect.orDie(exchange.apply({ _tag: "SetPrice", symbol, price }))
        yield* Effect.orDie(exchange.apply({ _tag: "SetMarkPrice", symbol, price }))
      }
    }
    return told
  })
