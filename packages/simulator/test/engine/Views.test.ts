import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Views from "@effect-binance/simulator/Views"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as samples from "../fixtures/documentedSamples.ts"
import { assertWithin, d, margin, now, position, refused, run, succeeds, summaryOf, viewOf } from "./support.ts"

const demo = Engine.make({ now, accounts: [Seed.demoAccount("demo", now), Seed.emptyAccount("empty", now)] })
const view = viewOf(demo, "demo")
const nothing = viewOf(demo, "empty")

const hedged = viewOf(
  run(
    Engine.make({ now, accounts: [Seed.emptyAccount("a", now)] }),
    margin("a", "USDT", "50000"),
    { _tag: "ChangeUmPositionMode", accountId: "a", dualSidePosition: true },
    position("a", "UM", "BTCUSDT", "0.2", "94000", "LONG"),
    position("a", "UM", "BTCUSDT", "-0.1", "96000", "SHORT"),
    position("a", "UM", "ETHUSDT", "-2", "3100", "SHORT"),
    position("a", "CM", "BTCUSD_PERP", "3", "94000", "LONG")
  ),
  "a"
)

/** The shape of a reply: the kind of every field, lists as the shapes of their first element, maps of symbols as maps. */
const shape = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.slice(0, 1).map(shape)
    : typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shape(field)]))
    : typeof value

const fieldsOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "object" && value !== null ? Object.keys(value) : []

describe("fields", () => {
  it("are those of the documented samples, with their kinds", () => {
    assert.deepStrictEqual(shape(Views.getAccountInfo(view)), shape(samples.getAccountInfo))
    assert.deepStrictEqual(shape(Views.getBalances(view)), shape(samples.getBalance))
    assert.deepStrictEqual(shape(succeeds(Views.getBalance(view, "USDT"))), shape(samples.getBalanceSingle))
    assert.deepStrictEqual(shape(Views.getUMAccount(view)), shape(samples.getUMAccount))
    assert.deepStrictEqual(shape(Views.getUMAccountV2(view)), shape(samples.getUMAccountV2))
    assert.deepStrictEqual(shape(Views.getCMAccount(view)), shape(samples.getCMAccount))
    assert.deepStrictEqual(shape(Views.getUMAccountConfig(view)), shape(samples.getUMAccountConfig))
    assert.deepStrictEqual(shape(succeeds(Views.getUMSymbolConfig(view))), shape(samples.getUMSymbolConfig))
    assert.deepStrictEqual(shape(Views.getCMPosition(view)), shape(samples.getCMPosition))
    assert.deepStrictEqual(shape(succeeds(Views.getCMLeverageBrackets(view))), shape(samples.getCMLeverageBrackets))
    assert.deepStrictEqual(shape(Views.getUMPositionMode(view)), shape(samples.getUMPositionMode))
    assert.deepStrictEqual(shape(Views.getCMPositionMode(view)), shape(samples.getCMPositionMode))
    assert.deepStrictEqual(shape(Views.getUMFeeBurnStatus(view)), shape(samples.getUMFeeBurnStatus))
    assert.deepStrictEqual(shape(succeeds(Views.getUMADLQuantile(view))), shape(samples.getUMADLQuantile))
    assert.deepStrictEqual(shape(succeeds(Views.getCMADLQuantile(hedged))), shape(samples.getCMADLQuantile))
    assert.deepStrictEqual(shape(succeeds(Views.getMarginMaxBorrow(view, "BTC"))), shape(samples.getMarginMaxBorrow))
    assert.deepStrictEqual(
      shape(succeeds(Views.getMarginMaxWithdraw(view, "BTC"))),
      shape(samples.getMarginMaxWithdraw)
    )
  })

  it("have the break-even price of live positions beside the documented ones", () => {
    const { breakEvenPrice: _, ...documented } = succeeds(Views.getUMPosition(view))[0]!
    assert.deepStrictEqual(shape([documented]), shape(samples.getUMPosition))
  })

  it("lack the notional coefficient, which only some users have", () => {
    const { notionalCoef: _, ...documented } = samples.getUMLeverageBrackets[0]!
    assert.deepStrictEqual(shape(succeeds(Views.getUMLeverageBrackets(view))), shape([documented]))
  })

  it("stand in the order of the samples", () => {
    assert.deepStrictEqual(fieldsOf(Views.getAccountInfo(view)), fieldsOf(samples.getAccountInfo))
    assert.deepStrictEqual(fieldsOf(Views.getBalances(view)[0]), fieldsOf(samples.getBalance[0]))
    assert.deepStrictEqual(
      fieldsOf(Views.getUMAccount(view).positions[0]),
      fieldsOf(samples.getUMAccount.positions[0])
    )
    assert.deepStrictEqual(
      fieldsOf(Views.getCMAccount(view).positions[0]),
      fieldsOf(samples.getCMAccount.positions[0])
    )
    assert.deepStrictEqual(fieldsOf(Views.getCMPosition(view)[0]), fieldsOf(samples.getCMPosition[0]))
  })
})

describe("replies equal to their samples", () => {
  it("are the fixed ones", () => {
    assert.deepStrictEqual(Views.getOrderRateLimit(view), samples.getOrderRateLimit)
    assert.deepStrictEqual(succeeds(Views.getUMCommissionRate(view, "BTCUSDT")), samples.getUMCommissionRate)
    assert.deepStrictEqual(succeeds(Views.getCMCommissionRate(view, "BTCUSD_PERP")), samples.getCMCommissionRate)
    assert.deepStrictEqual(succeeds(Views.getUMTradingStatus(view)), { indicators: {}, updateTime: now })
    const bracket = succeeds(Views.getCMLeverageBrackets(view, "BTCUSD_PERP"))[0]!.brackets[0]
    assert.deepStrictEqual(bracket, samples.getCMLeverageBrackets[0]!.brackets[0])
  })

  it("include the balance sample, as far as it is consistent", () => {
    const sample = samples.getBalance[0]!
    const state = run(Engine.make({ now, accounts: [Seed.emptyAccount("a", now)] }), {
      _tag: "SetMarginBalance",
      accountId: "a",
      asset: "USDT",
      free: d("100"),
      locked: d("3"),
      borrowed: d("10"),
      interest: d("0.72469206")
    }, { _tag: "SetWalletBalance", accountId: "a", product: "CM", asset: "USDT", balance: d("23.72469206") })
    const [row] = Views.getBalances(viewOf(state, "a"))
    assert.deepStrictEqual(row, {
      ...sample,
      totalWalletBalance: "116.00000000", // the sample's own is not the sum of its parts
      umUnrealizedPNL: "0.00000000",
      updateTime: now
    })
  })

  it("include a flat row of the UM and of the CM account", () => {
    const um = Views.getUMAccount(viewOf(
      run(demo, { _tag: "ChangeUmLeverage", accountId: "empty", symbol: "BTCUSDT", leverage: 100 }),
      "empty"
    ))
    assert.deepStrictEqual(um.positions[0], samples.getUMAccount.positions[0])
    const cm = Views.getCMAccount(viewOf(
      run(demo, { _tag: "ChangeCmLeverage", accountId: "empty", symbol: "BTCUSD_261225", leverage: 125 }),
      "empty"
    ))
    assert.deepStrictEqual(
      cm.positions.find((row) => row.symbol === "BTCUSD_261225"),
      { ...samples.getCMAccount.positions[0], symbol: "BTCUSD_261225" }
    )
  })
})

describe("rows", () => {
  it("of positions are only those that are not flat", () => {
    assert.deepStrictEqual(
      succeeds(Views.getUMPosition(view)).map((row) => [row.symbol, row.positionSide, row.positionAmt]),
      [["BTCUSDT", "BOTH", "2.400"], ["ETHUSDT", "BOTH", "-40.000"], ["币安人生USDT", "BOTH", "20000"]]
    )
    assert.deepStrictEqual(Views.getCMPosition(view).map((row) => [row.symbol, row.positionAmt]), [
      ["BTCUSD_PERP", "-300"]
    ])
    assert.deepStrictEqual(succeeds(Views.getUMPosition(nothing)), [])
    assert.deepStrictEqual(succeeds(Views.getUMPosition(view, "BNBUSDT")), [])
    assert.strictEqual(refused(Views.getUMPosition(view, "NOPE")).code, -1121)
  })

  it("of CM positions can be chosen by asset and pair", () => {
    assert.strictEqual(Views.getCMPosition(view, { marginAsset: "BTC" }).length, 1)
    assert.strictEqual(Views.getCMPosition(view, { pair: "BTCUSD" }).length, 1)
    assert.strictEqual(Views.getCMPosition(view, { marginAsset: "ETH" }).length, 0)
  })

  it("of hedge mode are LONG and SHORT", () => {
    assert.deepStrictEqual(
      succeeds(Views.getUMPosition(hedged)).map((row) => [row.symbol, row.positionSide]),
      [["BTCUSDT", "LONG"], ["BTCUSDT", "SHORT"], ["ETHUSDT", "SHORT"]]
    )
    const sides = Views.getUMAccount(hedged).positions.map((row) => row.positionSide)
    assert.deepStrictEqual(sides.slice(0, 4), ["LONG", "SHORT", "LONG", "SHORT"])
    assert.isFalse(sides.includes("BOTH"))
  })

  it("of the first UM account are all symbols, of the second those in use", () => {
    assert.strictEqual(Views.getUMAccount(view).positions.length, 6)
    assert.deepStrictEqual(Views.getUMAccountV2(view).positions.map((row) => row.symbol), [
      "BTCUSDT",
      "ETHUSDT",
      "币安人生USDT"
    ])
    assert.deepStrictEqual(Views.getUMAccountV2(view).assets.map((row) => row.asset), ["USDT", "BNB"])
    assert.deepStrictEqual(Views.getUMAccountV2(nothing), { assets: [], positions: [] })
    assert.deepStrictEqual(Views.getCMAccount(view).positions.map((row) => row.symbol), [
      "BTCUSD_PERP",
      "ETHUSD_PERP",
      "BTCUSD_261225"
    ])
  })

  it("of one symbol are still a list", () => {
    assert.strictEqual(succeeds(Views.getUMSymbolConfig(view, "BTCUSDT")).length, 1)
    assert.strictEqual(succeeds(Views.getUMLeverageBrackets(view, "BTCUSDT")).length, 1)
    assert.strictEqual(refused(Views.getUMSymbolConfig(view, "BTCUSD_PERP")).code, -1121)
    assert.strictEqual(refused(Views.getCMLeverageBrackets(view, "BTCUSDT")).code, -1121)
    assert.strictEqual(refused(Views.getUMCommissionRate(view, "NOPE")).code, -1121)
  })

  it("of a balance that was never touched are zeros, and there is none of an unknown asset", () => {
    assert.strictEqual(succeeds(Views.getBalance(nothing, "BTC")).totalWalletBalance, "0.00000000")
    assert.strictEqual(succeeds(Views.getBalance(nothing, "BTC")).cmUnrealizedPNL, "0.00000000")
    assert.strictEqual(succeeds(Views.getBalance(nothing, "USDT")).cmUnrealizedPNL, "")
    assert.strictEqual(refused(Views.getBalance(nothing, "NOPE")).code, -1108)
    assert.strictEqual(refused(Views.make(demo, "nobody", now)).code, -2015)
  })

  it("tell a balance that is negative", () => {
    const state = run(demo, {
      _tag: "SetWalletBalance",
      accountId: "empty",
      product: "UM",
      asset: "USDT",
      balance: d("-12.5")
    })
    assert.strictEqual(succeeds(Views.getBalance(viewOf(state, "empty"), "USDT")).negativeBalance, "12.50000000")
    assert.strictEqual(succeeds(Views.getBalance(view, "USDT")).negativeBalance, "0")
  })

  it("rank positions for deleveraging by profit and leverage", () => {
    const ids = ["a", "b", "c", "d", "e"]
    const state = run(
      Engine.make({ now, accounts: ids.map((id) => Account.make(id, now)) }),
      ...ids.map((id, i) => position(id, "UM", "BTCUSDT", "1", `${90_000 + 2_000 * i}`))
    )
    assert.deepStrictEqual(
      ids.map((id) => succeeds(Views.getUMADLQuantile(viewOf(state, id)))[0]?.adlQuantile),
      [4, 3, 2, 1, 0].map((BOTH) => ({ LONG: 0, SHORT: 0, BOTH }))
    )
    assert.deepStrictEqual(succeeds(Views.getCMADLQuantile(hedged))[0]?.adlQuantile, { LONG: 0, SHORT: 0, HEDGE: 0 })
    assert.deepStrictEqual(succeeds(Views.getUMADLQuantile(nothing)), [])
    assert.strictEqual(succeeds(Views.getUMADLQuantile(nothing, "BTCUSDT")).length, 1)
  })
})

describe("totals", () => {
  const n = BigDecimal.fromStringUnsafe
  const sum = (texts: ReadonlyArray<string>) => BigDecimal.sumAll(texts.map(n))
  const withinEach = (rows: number) => d(`${(rows + 1) / 1e8}`)

  it("of the futures accounts are those of their positions", () => {
    for (const  of of[view, hedged]) {
      const um = Views.getUMAccount(of)
      const usdt = um.assets.find((row) => row.asset === "USDT")!
      const rows = um.positions.filter((row) => row.symbol.endsWith("USDT"))
      for (const field of ["initialMargin", "maintMargin", "positionInitialMargin"] as const) {
        assertWithin(n(usdt[field]), sum(rows.map((row) => row[field])), withinEach(rows.length))
      }
      assertWithin(n(usdt.crossUnPnl), sum(rows.map((row) => row.unrealizedProfit)), withinEach(rows.length))
      const cm = Views.getCMAccount(of)
      const btc = cm.assets.find((row) => row.asset === "BTC")!
      const coins = cm.positions.filter((row) => row.symbol.startsWith("BTC"))
      assertWithin(n(btc.maintMargin), sum(coins.map((row) => row.maintMargin)), withinEach(coins.length))
      assertWithin(n(btc.crossUnPnl), sum(coins.map((row) => row.unrealizedProfit)), withinEach(coins.length))
    }
  })

  it("of the balances are those of their parts, and the PnL that of the futures accounts", () => {
    const um = Views.getUMAccount(view)
    for (const row of Views.getBalances(view)) {
      assertWithin(
        n(row.totalWalletBalance),
        sum([row.crossMarginAsset, row.umWalletBalance, row.cmWalletBalance]),
        d("2e-8")
      )
      assertWithin(
        n(row.crossMarginAsset),
        BigDecimal.subtract(
          sum([row.crossMarginFree, row.crossMarginLocked]),
          sum([row.crossMarginBorrowed, row.crossMarginInterest])
        ),
        d("1e-20")
      )
      const futures = um.assets.find((asset) => asset.asset === row.asset)
      if (futures !== undefined) assert.strictEqual(row.umUnrealizedPNL, futures.crossUnPnl)
    }
  })

  it("of the account are those of the margins and of what is available", () => {
    const account = Views.getAccountInfo(view)
    const figures = summaryOf(demo, "demo")
    assertWithin(
      BigDecimal.multiply(n(account.uniMMR), n(account.accountMaintMargin)),
      n(account.accountEquity),
      BigDecimal.multiply(d("2e-8"), n(account.uniMMR).value > 0n ? n(account.accountMaintMargin) : d("1"))
    )
    assertWithin(
      BigDecimal.subtract(n(account.accountEquity), n(account.accountInitialMargin)),
      n(account.totalAvailableBalance),
      d("2e-8")
    )
    assert.strictEqual(account.accountStatus, figures.status)
    assert.strictEqual(account.accountStatus, "NORMAL")
  })
})
