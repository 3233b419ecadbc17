import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import type * as ExchangeError from "@effect-binance/simulator/ExchangeError"
import type * as Margin from "@effect-binance/simulator/Margin"
import * as Parameters from "@effect-binance/simulator/MarginParameters"
import * as Market from "@effect-binance/simulator/Market"
import * as OrderRules from "@effect-binance/simulator/OrderRules"
import type * as Views from "@effect-binance/simulator/Views"
import { assert } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"

export const now = 1_790_000_000_000

export const d = (text: `${number}`): BigDecimal.BigDecimal => BigDecimal.fromStringUnsafe(text)

export const assertDecimal = (actual: BigDecimal.BigDecimal, expected: `${number}`, message?: string): void =>
  assert.isTrue(
    BigDecimal.equals(actual, d(expected)),
    `${message ?? ""} ${BigDecimal.format(actual)} is not ${expected}`
  )

export const assertWithin = (
  actual: BigDecimal.BigDecimal,
  expected: BigDecimal.BigDecimal,
  tolerance: BigDecimal.BigDecimal
): void => {
  const distance = BigDecimal.abs(BigDecimal.subtract(actual, expected))
  assert.isTrue(
    BigDecimal.isLessThanOrEqualTo(distance, tolerance),
    `${BigDecimal.format(actual)} and ${BigDecimal.format(expected)} are ${BigDecimal.format(distance)} apart`
  )
}

export const succeeds = <A>(result: Result.Result<A, ExchangeError.ExchangeError>): A =>
  Result.isSuccess(result) ? result.success : assert.fail(`refused with ${result.failure.code} ${result.failure.msg}`)

export const refused = <A>(result: Result.Result<A, ExchangeError.ExchangeError>): ExchangeError.ExchangeError =>
  Result.isFailure(result) ? result.failure : assert.fail("was not refused")

export const run = (state: Engine.State, ...commands: ReadonlyArray<Engine.Command>): Engine.State =>
  succeeds(Engine.applyAll(state, commands, now))

export const accountOf = (state: Engine.State, id: string): Account.Account => succeeds(Engine.account(state, id))

export const summaryOf = (state: Engine.State, id: string): Margin.Summary =>
  Engine.summary(state, accountOf(state, id))

export const viewOf = (state: Engine.State, id: string): Views.View => ({ state, account: accountOf(state, id), now })

const flatTier: Market.Tier = ["1000000000", 125, "0.005"]

const perpetual = Market.umPerpetual({
  baseAsset: "BTC",
  quoteAsset: "USDT",
  tiers: [flatTier],
  pricePrecision: 1,
  quantityPrecision: 3
})

/** The account of the worked example, in a market with its contracts, rates and prices. */
export const workedExample: Engine.State = run(
  Engine.make({
    // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
    rules: { ...OrderRules.defaults, liquidates: false },
    now,
    parameters: {
      ...Parameters.defaults,
      collateralRates: new Map([["USDT", d("1")], ["BTC", d("0.95")], ["ETH", d("0.9")]])
    },
    market: Market.make({
      contracts: [
        [perpetual, d("40000")],
        [{ ...perpetual, symbol: "BTCUSDT_220624", contractType: "CURRENT_QUARTER" }, d("42000")],
        [
          Market.cmContract({ baseAsset: "BTC", contractSize: "100", tiers: [flatTier], pricePrecision: 1 }),
          d("40000")
        ]
      ],
      assets: [
        [{ asset: "USDT", borrowLimit: Market.defaults.assets.get("USDT")!.borrowLimit }, d("1")],
        [{ asset: "BTC", borrowLimit: Market.defaults.assets.get("BTC")!.borrowLimit }, d("40000")],
        [{ asset: "ETH", borrowLimit: Market.defaults.assets.get("ETH")!.borrowLimit }, d("3000")]
      ]
    }),
    accounts: [Account.make("example", now)]
  }),
  margin("example", "USDT", "1000"),
  margin("example", "BTC", "0.1", "0.04"),
  margin("example", "ETH", "20", "15"),
  { _tag: "SetWalletBalance", accountId: "example", product: "UM", asset: "USDT", balance: d("5000") },
  { _tag: "SetWalletBalance", accountId: "example", product: "CM", asset: "BTC", balance: d("0.1") },
  position("example", "UM", "BTCUSDT", "-0.05", "52000"),
  position("example", "UM", "BTCUSDT_220624", "0.04", "52350"),
  position("example", "CM", "BTCUSD_PERP", "100", "50000")
)

export function margin(
  accountId: string,
  asset: string,
  free: `${number}`,
  borrowed: `${number}` = "0"
): Engine.SetMarginBalance {
  return {
    _tag: "SetMarginBalance",
    accountId,
    asset,
    free: d(free),
    locked: d("0"),
    borrowed: d(borrowed),
    interest: d("0")
  }
}

export function position(
  accountId: string,
  product: Market.Product,
  symbol: string,
  quantity: `${number}`,
  entryPrice: `${number}`,
  positionSide: Account.PositionSide = "BOTH"
): Engine.SetPosition {
  return {
    _tag: "SetPosition",
    accountId,
    product,
    symbol,
    positionSide,
    quantity: d(quantity),
    entryPrice: d(entryPrice)
  }
}
