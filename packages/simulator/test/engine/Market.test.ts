import * as Market from "@effect-binance/simulator/Market"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { assertDecimal, d } from "./support.ts"

const cums = (tiers: Parameters<typeof Market.makeBrackets>[0]) =>
  Market.makeBrackets(tiers).map((bracket) => BigDecimal.format(bracket.cum))

const symbolOf = (symbol: string) => Option.getOrThrow(Option.fromNullishOr(Market.defaults.contracts.get(symbol)))

describe("Market", () => {
  it("computes the published maintenance amounts of ETHUSDT", () => {
    assert.deepStrictEqual(cums(Market.ethUsdtTiers), [
      "0",
      "15",
      "365",
      "5365",
      "35365",
      "135365",
      "260365",
      "510365",
      "2510365"
    ])
  })

  it("computes the maintenance amounts of BTCUSDT", () => {
    assert.deepStrictEqual(cums(Market.btcUsdtTiers), [
      "0",
      "50",
      "1300",
      "16300",
      "266300",
      "1266300",
      "2516300",
      "5016300",
      "25016300",
      "100016300"
    ])
  })

  it("computes the maintenance amounts of a small coin from the announced tiers", () => {
    assert.deepStrictEqual(cums(Market.smallCoinTiers), [
      "0",
      "50",
      "300",
      "1300",
      "2550",
      "12975",
      "387825",
      "2262825"
    ])
  })

  it("takes a cap into its bracket and what is above into the next", () => {
    const btc = symbolOf("BTCUSDT")
    assert.strictEqual(Market.bracketOf(btc, d("0")).bracket, 1)
    assert.strictEqual(Market.bracketOf(btc, d("50000")).bracket, 1)
    assert.strictEqual(Market.bracketOf(btc, d("50000.00000001")).bracket, 2)
    assert.strictEqual(Market.bracketOf(btc, d("500000000")).bracket, 10)
    assert.strictEqual(Market.bracketOf(btc, d("500000001")).bracket, 10)
  })

  it("caps a leverage as the samples of the API do", () => {
    const btc = symbolOf("BTCUSDT")
    assertDecimal(Market.capAt(btc, 100), "250000")
    assertDecimal(Market.capAt(btc, 21), "1000000")
    assertDecimal(Market.capAt(btc, 10), "20000000")
    const coin = symbolOf("BTCUSD_PERP")
    assertDecimal(Market.capAt(coin, 125), "50")
    assertDecimal(Market.capAt(coin, 21), "1000")
  })

  it("keeps UM and CM symbols apart", () => {
    assert.isTrue(Option.isSome(Market.contract(Market.defaults, "UM", "币安人生USDT")))
    assert.isTrue(Option.isNone(Market.contract(Market.defaults, "UM", "BTCUSD_PERP")))
    assert.isTrue(Option.isNone(Market.contract(Market.defaults, "CM", "BTCUSDT")))
    assert.isTrue(Option.isNone(Market.contract(Market.defaults, "UM", "__proto__")))
    assert.deepStrictEqual(Market.marginAssetsOf(Market.defaults, "UM"), ["USDT", "USDC"])
    assert.deepStrictEqual(Market.marginAssetsOf(Market.defaults, "CM"), ["BTC", "ETH"])
  })

  it("has one worth per CM contract and a time of delivery where the symbol has one", () => {
    assertDecimal(symbolOf("BTCUSD_PERP").contractSize, "100")
    assertDecimal(symbolOf("ETHUSD_PERP").contractSize, "10")
    assert.deepStrictEqual(symbolOf("BTCUSD_261225").deliveryTime, Option.some(Date.UTC(2026, 11, 25, 8)))
  })

  it.prop(
    "asks for a margin that does not jump where brackets meet",
    { index: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })) },
    ({ index }) => {
      for (const contract of Market.defaults.contracts.values()) {
        const bracket = contract.brackets[index % contract.brackets.length]
        const next = contract.brackets[index % contract.brackets.length + 1]
        if (bracket === undefined || next === undefined) continue
        const margin = (of: Market.Bracket) =>
          BigDecimal.subtract(BigDecimal.multiply(of.maintMarginRatio, bracket.cap), of.cum)
        assert.isTrue(BigDecimal.equals(margin(bracket), margin(next)), contract.symbol)
      }
    }
  )
})
