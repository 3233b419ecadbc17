/** Figures that Binance's help pages work out, as far as they were to be had; the page is named by the id of its address. */
import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Margin from "@effect-binance/simulator/Margin"
import * as Parameters from "@effect-binance/simulator/MarginParameters"
import * as Market from "@effect-binance/simulator/Market"
import * as Seed from "@effect-binance/simulator/Seed"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import { accountOf, assertDecimal, assertWithin, d, margin, position, run, succeeds, summaryOf } from "./support.ts"

const at = (hour: number, minute: number) => Date.UTC(2026, 0, 5, hour, minute)

describe("interest (360030157812)", () => {
  const lent = (rate: `${number}`, time: number) => {
    const state = run(
      Engine.make({
        now: time,
        parameters: { ...Parameters.defaults, defaultDailyInterestRate: d(rate) },
        accounts: [Seed.emptyAccount("a", time)]
      }),
      margin("a", "USDT", "1000")
    )
    return succeeds(Engine.apply(state, { _tag: "Borrow", accountId: "a", asset: "USDT", amount: d("1000") }, time))[0]
  }

  const owedAt = (state: Engine.State, time: number) =>
    Account.marginBalance(accountOf(Engine.advance(state, time), "a"), "USDT").interest

  it("of 1000 USDT from 13:55 to 14:30 at 0.001 % an hour is 0.02 USDT", () => {
    const state = lent("0.00024", at(13, 55))
    assertDecimal(owedAt(state, at(13, 55)), "0.01")
    assertDecimal(owedAt(state, at(14, 30)), "0.02")
  })

  it("of 1000 USDT from 13:20 to 14:15 at 0.02 % a day is 0.01666667 USDT, but for the rounding of each hour", () => {
    // The page rounds the sum; the records of the API round each charge, as the published sample of one shows.
    const interest = owedAt(lent("0.0002", at(13, 20)), at(14, 15))
    assertDecimal(interest, "0.01666666")
    assertWithin(interest, d("0.01666667"), d("0.00000001"))
  })
})

describe("profit (360039304272)", () => {
  const contract = Market.umPerpetual({
    baseAsset: "BTC",
    quoteAsset: "USDT",
    tiers: Market.btcUsdtTiers,
    pricePrecision: 1,
    quantityPrecision: 3
  })

  it("of 1 BTC from 5,000 to 5,500 long, and to 4,500 short, is 500", () => {
    assertDecimal(Margin.profit(contract, d("1"), d("5000"), d("5500")), "500")
    assertDecimal(Margin.profit(contract, d("-1"), d("5000"), d("4500")), "500")
  })
})

// Rates and floors from the fourth level up are the page's; the three floors below are the only whole tens that give its
// maintenance amount of the fourth level, 0.56 BTC.
const btcUsd2021: ReadonlyArray<Market.Tier> = [
  ["10", 125, "0.004"],
  ["20", 100, "0.005"],
  ["30", 50, "0.01"],
  ["50", 20, "0.025"],
  ["100", 10, "0.05"],
  ["200", 5, "0.1"],
  ["400", 4, "0.125"]
]

const [first, ...others] = btcUsd2021

const btcUsd = Market.cmContract({
  baseAsset: "BTC",
  contractSize: "100",
  tiers: first === undefined ? Market.btcUsdTiers : [first, ...others],
  pricePrecision: 1
})

describe("maintenance amount of BTCUSD (ceccfcfb4e3a45e3b48b0b1bb1a8ae46)", () => {
  it("on level 5 is 50 * (5 % - 2.5 %) + 0.56 = 1.81 BTC", () => {
    const [, , , fourth, fifth] = btcUsd.brackets
    assertDecimal(fourth?.cum ?? d("0"), "0.56")
    assertDecimal(fifth?.cum ?? d("0"), "1.81")
  })

  it("of a position of 300 BTC is 11.81 BTC, at a rate of 12.5 %", () => {
    const bracket = Market.bracketOf(btcUsd, d("300"))
    assertDecimal(bracket.maintMarginRatio, "0.125")
    assertDecimal(bracket.cum, "11.81")
  })
})

describe("initial margin (be2c7d9d95b04a7e8044ed02dd7dfe5c)", () => {
  it("of 10 contracts of 100 USD at 9,800 and 20x is 0.0051 BTC", () => {
    const value = Margin.notional(btcUsd, d("10"), d("9800"))
    const { total } = Margin.initialMargin(value, d("0"), d("0"), 20)
    assertDecimal(BigDecimal.scale(BigDecimal.round(total, { scale: 4 }), 4), "0.0051")
  })
})

describe("liquidation price of plain futures (b3c689c1f50a44cabb3a84e663b81d93, ceccfcfb4e3a45e3b48b0b1bb1a8ae46)", () => {
  /** An exchange with the rules of plain futures: nothing but the wallet counts, in full, and down to the maintenance margin. */
  const plain = (contract: Market.Contract, mark: `${number}`): Engine.State =>
    Engine.make({
      now: at(0, 0),
      parameters: {
        ...Parameters.defaults,
        liquidationThreshold: d("1"),
        collateralRates: new Map([["USDT", d("1")], ["BTC", d("1")]])
      },
      market: Market.make({
        contracts: [[contract, d(mark)]],
        assets: [
          [{ asset: "USDT", borrowLimit: Option.none() }, d("1")],
          [{ asset: "BTC", borrowLimit: Option.none() }, d(mark)]
        ]
      }),
      accounts: [Seed.emptyAccount("a", at(0, 0))]
    })

  const priceOf = (state: Engine.State, contract: Market.Contract) =>
    Option.getOrThrow(
      Margin.liquidationPrice(state.parameters, state.market, accountOf(state, "a"), summaryOf(state, "a"), contract)
    )

  it("by the published formula for COIN-M: 101 BTC, long 100,000 contracts from 45,000", () => {
    const state = run(
      plain(btcUsd, "45000"),
      { _tag: "SetWalletBalance", accountId: "a", product: "CM", asset: "BTC", balance: d("101") },
      { _tag: "ChangeCmLeverage", accountId: "a", symbol: "BTCUSD_PERP", leverage: 4 },
      position("a", "CM", "BTCUSD_PERP", "100000", "45000")
    )
    // (B * MMR + B) / ((WB + cum) / size + B / entry), as a user of the API works it out from the page:
    // 100000 * 1.125 / ((101 + 11.81) / 100 + 100000 / 45000)
    assertDecimal(priceOf(state, btcUsd), "33578.85974483")
  })

  it.each([["1", "40000"], ["-1", "60000"], ["4", "50000"], ["-2.5", "52000"]] as const)(
    "by the published formula for USD-M: %s BTC from %s",
    (quantity, entry) => {
      const contract = Market.umPerpetual({
        baseAsset: "BTC",
        quoteAsset: "USDT",
        tiers: Market.btcUsdtTiers,
        pricePrecision: 1,
        quantityPrecision: 3
      })
      const wallet = d("12000")
      const state = run(
        plain(contract, entry),
        { _tag: "SetWalletBalance", accountId: "a", product: "UM", asset: "USDT", balance: wallet },
        { _tag: "ChangeUmLeverage", accountId: "a", symbol: "BTCUSDT", leverage: 20 },
        position("a", "UM", "BTCUSDT", quantity, entry)
      )
      const price = priceOf(state, contract)
      const size = BigDecimal.abs(d(quantity))
      const side = BigDecimal.isNegative(d(quantity)) ? d("-1") : d("1")
      const { cum, maintMarginRatio } = Market.bracketOf(contract, BigDecimal.multiply(size, price))
      // (WB + cum - side * size * entry) / (size * MMR - side * size)
      const expected = BigDecimal.divideUnsafe(
        BigDecimal.subtract(
          BigDecimal.sum(wallet, cum),
          BigDecimal.multiply(BigDecimal.multiply(side, size), d(entry))
        ),
        BigDecimal.multiply(size, BigDecimal.subtract(maintMarginRatio, side))
      )
      assertWithin(price, expected, d("0.00000001"))
      assert.isTrue(BigDecimal.isPositive(price))
    }
  )
})
