import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Loans from "@effect-binance/simulator/Loans"
import * as Margin from "@effect-binance/simulator/Margin"
import * as Parameters from "@effect-binance/simulator/MarginParameters"
import * as Market from "@effect-binance/simulator/Market"
import * as OrderRules from "@effect-binance/simulator/OrderRules"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Views from "@effect-binance/simulator/Views"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  accountOf,
  assertDecimal,
  assertWithin,
  d,
  margin,
  now,
  position,
  run,
  succeeds,
  summaryOf,
  viewOf,
  workedExample
} from "./support.ts"

const contractOf = (symbol: string) => Option.getOrThrow(Option.fromNullishOr(Market.defaults.contracts.get(symbol)))

const round = (figure: BigDecimal.BigDecimal, mode: "to-zero" | "half-from-zero") =>
  BigDecimal.format(BigDecimal.round(figure, { scale: 8, mode }))

describe("the worked example", () => {
  const figures = summaryOf(workedExample, "example")
  const asset = (name: string) => figures.assets.find((row) => row.asset === name)!
  const row = (symbol: string) => figures.positions.find((row) => row.contract.symbol === symbol)!

  it("nets each asset over the three wallets", () => {
    assertDecimal(asset("USDT").crossMarginAsset, "1000")
    assertDecimal(asset("BTC").crossMarginAsset, "0.06")
    assertDecimal(asset("ETH").crossMarginAsset, "5")
    assertDecimal(asset("USDT").net, "6186")
    assertDecimal(asset("BTC").net, "0.11")
    assertDecimal(asset("ETH").net, "5")
  })

  it("values the positions", () => {
    assertDecimal(row("BTCUSDT").unrealizedProfit, "600")
    assertDecimal(row("BTCUSDT_220624").unrealizedProfit, "-414")
    assertDecimal(row("BTCUSD_PERP").unrealizedProfit, "-0.05")
    assertDecimal(row("BTCUSDT").maintMargin, "10")
    assertDecimal(row("BTCUSDT_220624").maintMargin, "8.4")
    assertDecimal(row("BTCUSD_PERP").maintMargin, "0.00125")
    assertDecimal(row("BTCUSD_PERP").notional, "0.25")
  })

  it("asks for maintenance margin of positions and loans", () => {
    assertDecimal(asset("USDT").maintMargin, "18.4")
    assertDecimal(asset("BTC").maintMargin, "0.00525") // 0.004 of the loan and 0.00125 of the position
    assertDecimal(asset("ETH").maintMargin, "1.5")
  })

  it("sums up to the equity, the margins and the ratio", () => {
    assertDecimal(asset("USDT").equity, "6186")
    assertDecimal(asset("BTC").equity, "4180")
    assertDecimal(asset("ETH").equity, "13500")
    assertDecimal(figures.equity, "23866")
    assertDecimal(figures.actualEquity, "25586")
    assertDecimal(figures.maintMargin, "4728.4")
    assertDecimal(figures.initialMargin, "23984")
    assert.deepStrictEqual(Views.getAccountInfo(viewOf(workedExample, "example")), {
      uniMMR: "5.04737331",
      accountEquity: "23866.00000000",
      actualEquity: "25586.00000000",
      accountInitialMargin: "23984.00000000",
      accountMaintMargin: "4728.40000000",
      accountStatus: "NORMAL",
      virtualMaxWithdrawAmount: "0.00000000",
      totalAvailableBalance: "0.00000000",
      totalMarginOpenLoss: "",
      updateTime: now
    })
  })

  it("is NORMAL and yet can carry nothing more", () => {
    assert.strictEqual(figures.status, "NORMAL")
    assertDecimal(figures.virtualAvailable, "0")
    assertDecimal(Margin.maxWithdraw(figures, "USDT"), "0")
  })
})

describe("statusOf", () => {
  const status = (parameters: Parameters.MarginParameters, ratio: `${number}`) =>
    Margin.statusOf(parameters, BigDecimal.multiply(d(ratio), d("4728.4")), d("4728.4"), false)

  const edges =
    (parameters: Parameters.MarginParameters) =>
    (ratio: `${number}`, above: Parameters.AccountStatus, upTo: Parameters.AccountStatus) => {
      assert.strictEqual(status(parameters, ratio), upTo, ratio)
      assert.strictEqual(
        Margin.statusOf(parameters, BigDecimal.sum(d(ratio), d("1e-30")), d("1"), false),
        above,
        `just above ${ratio}`
      )
    }

  it("takes an upper bound into its level: the present table", () => {
    const edge = edges(Parameters.preset("present"))
    edge("1.5", "NORMAL", "MARGIN_CALL")
    edge("1.2", "MARGIN_CALL", "REDUCE_ONLY")
    edge("1.05", "REDUCE_ONLY", "ACTIVE_LIQUIDATION")
    edge("1", "ACTIVE_LIQUIDATION", "FORCE_LIQUIDATION")
  })

  it("takes an upper bound into its level: the table of 2022", () => {
    const edge = edges(Parameters.preset("2022"))
    edge("2", "NORMAL", "MARGIN_CALL")
    edge("1.5", "MARGIN_CALL", "SUPPLY_MARGIN")
    edge("1.2", "SUPPLY_MARGIN", "REDUCE_ONLY")
    edge("1.05", "REDUCE_ONLY", "ACTIVE_LIQUIDATION")
    edge("1", "ACTIVE_LIQUIDATION", "FORCE_LIQUIDATION")
  })

  it("reproduces the published event: MARGIN_CALL at 1.99999999 under the table of 2022", () => {
    assert.strictEqual(status(Parameters.preset("2022"), "1.99999999"), "MARGIN_CALL")
  })

  it("liquidates a negative equity without any position, and calls it bankrupt afterwards", () => {
    assert.strictEqual(Margin.statusOf(Parameters.defaults, d("-0.01"), d("0"), false), "FORCE_LIQUIDATION")
    assert.strictEqual(Margin.statusOf(Parameters.defaults, d("-0.01"), d("0"), true), "BANKRUPTED")
    assert.strictEqual(Margin.statusOf(Parameters.defaults, d("0"), d("0"), true), "NORMAL")
  })
})

describe("uniMMR", () => {
  it("fits the published sample to all eight digits", () => {
    const ratio = Option.getOrThrow(Margin.uniMMR(d("122607.35137903"), d("23.72469206")))
    assert.strictEqual(round(ratio, "to-zero"), "5167.92171923")
  })

  it("is the sentinel while nothing asks for maintenance margin", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("empty", now)]
      }),
      margin("empty", "USDT", "100")
    )
    assert.isTrue(Option.isNone(summaryOf(state, "empty").uniMMR))
    const account = Views.getAccountInfo(viewOf(state, "empty"))
    assert.strictEqual(account.uniMMR, "99999999")
    assert.strictEqual(account.accountStatus, "NORMAL")
    assert.strictEqual(account.accountEquity, "100.00000000")
  })
})

describe("equity", () => {
  it("cuts what is owned by the rate and counts what is owed in full", () => {
    assertDecimal(Margin.collateralValue(d("2"), d("100"), d("0.9")), "180")
    assertDecimal(Margin.collateralValue(d("-2"), d("100"), d("0.9")), "-200")
    assertDecimal(Margin.collateralValue(d("2"), d("100"), d("0")), "0")
  })

  it("nets an asset before the rate: a loan is first covered by the same coin in a futures wallet", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      { _tag: "SetIndexPrice", asset: "BTC", price: d("50000") },
      margin("a", "BTC", "0", "0.3"),
      { _tag: "SetWalletBalance", accountId: "a", product: "CM", asset: "BTC", balance: d("0.5") }
    )
    assertDecimal(summaryOf(state, "a").equity, "9500") // 0.2 * 50000 * 0.95
  })

  it("takes open loss off the equity, and shows it as the event does", () => {
    const account: Account.Account = {
      ...Account.make("a", now),
      margin: new Map([["USDT", {
        free: d("1000"),
        locked: d("0"),
        borrowed: d("100"),
        interest: d("0"),
        updateTime: 0
      }]]),
      openLoss: new Map([["USDT", d("50")]])
    }
    const state = Engine.make({
      // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
      rules: { ...OrderRules.defaults, liquidates: false },
      now,
      accounts: [account]
    })
    const figures = summaryOf(state, "a")
    assertDecimal(figures.equity, "900")
    assertDecimal(figures.adjustedEquity, "850")
    assertDecimal(figures.accountEquity, "850")
    assertDecimal(figures.maintMargin, "10")
    const reply = Views.getAccountInfo(viewOf(state, "a"))
    assert.strictEqual(reply.uniMMR, "85.00000000")
    assert.strictEqual(reply.totalMarginOpenLoss, "-50.00000000")
    const before = { ...Parameters.defaults, accountEquityAfterOpenLoss: false, openLossSign: "positive" as const }
    const other = Views.getAccountInfo({ ...viewOf(state, "a"), state: { ...state, parameters: before } })
    assert.strictEqual(other.accountEquity, "900.00000000")
    assert.strictEqual(other.totalMarginOpenLoss, "50.00000000")
  })
})

describe("maintenance margin", () => {
  it("is continuous and changes its bracket above the cap", () => {
    const btc = contractOf("BTCUSDT")
    const at = (quantity: `${number}`) => Margin.maintenance(Parameters.defaults, btc, d(quantity), d("100000"))
    assert.strictEqual(at("0.5").bracket.bracket, 1)
    assertDecimal(at("0.5").maintMargin, "200") // 50000 * 0.004
    assert.strictEqual(at("-0.501").bracket.bracket, 2)
    assertDecimal(at("-0.501").maintMargin, "200.5") // 50100 * 0.005 - 50
  })

  it("reads CM brackets in coin, or in contracts where that is set", () => {
    const coin = contractOf("BTCUSD_PERP")
    const inCoin = Margin.maintenance(Parameters.defaults, coin, d("-100"), d("50000"))
    assert.strictEqual(inCoin.bracket.bracket, 1)
    assertDecimal(inCoin.maintMargin, "0.0008") // 0.2 BTC * 0.004
    const byContracts = { ...Parameters.defaults, cmBracketUnit: "contracts" as const }
    const inContracts = Margin.maintenance(byContracts, coin, d("-100"), d("50000"))
    assert.strictEqual(inContracts.bracket.bracket, 2)
    // 0.2 BTC * 0.005 less 0.05 contracts of cum, which are 0.0001 BTC
    assertDecimal(inContracts.maintMargin, "0.0009")
  })

  it("takes the rate of a loan from the cross margin leverage", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      margin("a", "USDT", "500", "100")
    )
    const at = (leverage: number) =>
      summaryOf(run(state, { _tag: "SetCrossMarginLeverage", accountId: "a", leverage }), "a")
    assertDecimal(at(3).maintMargin, "10")
    assertDecimal(at(5).maintMargin, "8")
    assertDecimal(at(10).maintMargin, "5")
    assertDecimal(at(3).initialMargin, "50")
    assertDecimal(at(5).initialMargin, "25")
    assertDecimal(BigDecimal.round(at(10).initialMargin, { scale: 8, mode: "to-zero" }), "11.11111111")
  })
})

describe("initial margin", () => {
  it("is of the worse of both sides of the book", () => {
    const long = Margin.initialMargin(d("1000"), d("500"), d("3000"), 10)
    assertDecimal(long.position, "100")
    assertDecimal(long.total, "200") // |1000 - 3000| / 10
    assertDecimal(long.openOrders, "100")
    const short = Margin.initialMargin(d("-1000"), d("500"), d("300"), 10)
    assertDecimal(short.total, "130") // |-1000 - 300| / 10
    const flat = Margin.initialMargin(d("0"), d("0"), d("0"), 10)
    assertDecimal(flat.total, "0")
  })

  it("is reckoned for each side of a hedge by itself, with its open orders", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d("50000") },
      margin("a", "USDT", "10000"),
      { _tag: "ChangeUmPositionMode", accountId: "a", dualSidePosition: true },
      position("a", "UM", "BTCUSDT", "0.2", "50000", "LONG"),
      position("a", "UM", "BTCUSDT", "-0.1", "50000", "SHORT")
    )
    assertDecimal(summaryOf(state, "a").initialMargin, "750") // (10000 + 5000) / 20
    const ordered = Account.withOpenOrders(accountOf(state, "a"), {
      product: "UM",
      symbol: "BTCUSDT",
      positionSide: "LONG",
      bids: d("4000"),
      asks: d("0")
    })
    const figures = Engine.summary(state, ordered)
    assertDecimal(figures.initialMargin, "950")
    assertDecimal(figures.positions[0]!.openOrderInitialMargin, "200")
  })
})

describe("rounding", () => {
  it("gives the unrealised PnL of the CM positionRisk sample, and ten times its notional", () => {
    const coin = contractOf("BTCUSD_PERP")
    const profit = Margin.profit(coin, d("1"), d("11707.70000003"), d("11788.66626667"))
    assert.strictEqual(round(profit, "half-from-zero"), "0.00005866")
    const notional = Margin.notional(coin, d("1"), d("11788.66626667"))
    assert.strictEqual(round(notional, "to-zero"), "0.00848272")
  })

  it("gives the quantity and the commission of the CM trade sample", () => {
    const base = Margin.notional(contractOf("BTCUSD_PERP"), d("1"), d("8800"))
    assert.strictEqual(round(base, "half-from-zero"), "0.01136364")
    assert.strictEqual(round(BigDecimal.multiply(base, d("0.0004")), "to-zero"), "0.00000454")
  })

  it("gives the interest of the sample from its daily rate", () => {
    const parameters = { ...Parameters.defaults, dailyInterestRates: new Map([["USDT", d("0.00013233")]]) }
    assert.strictEqual(
      BigDecimal.format(Loans.hourlyInterest(parameters, "USDT", d("45.3313"))),
      "0.00024995"
    )
  })

  it("takes a half of the last decimal of a profit away from zero", () => {
    const at = (quantity: `${number}`) =>
      succeeds(Views.getUMPosition(viewOf(
        run(
          Engine.make({
            // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
            rules: { ...OrderRules.defaults, liquidates: false },
            now,
            accounts: [Seed.emptyAccount("a", now)]
          }),
          { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d("95000.000005") },
          position("a", "UM", "BTCUSDT", quantity, "95000")
        ),
        "a"
      )))[0]?.unRealizedProfit
    assert.strictEqual(at("0.001"), "0.00000001")
    assert.strictEqual(at("-0.001"), "-0.00000001")
  })

  it("truncates UM notional and margins to 8 decimals", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d("95000.12345678") },
      position("a", "UM", "BTCUSDT", "0.333", "95000")
    )
    // 0.333 * 95000.12345678 = 31635.04111110774
    const [row] = succeeds(Views.getUMPosition(viewOf(state, "a")))
    assert.strictEqual(row?.notional, "31635.04111110")
    const account = Views.getUMAccount(viewOf(state, "a")).positions[0]
    assert.strictEqual(account?.initialMargin, "1581.75205555") // / 20 = 1581.752055555387
    assert.strictEqual(account?.maintMargin, "126.54016444") // * 0.004 = 126.54016444443
    const short = run(state, position("a", "UM", "BTCUSDT", "-0.333", "95000"))
    assert.strictEqual(succeeds(Views.getUMPosition(viewOf(short, "a")))[0]?.notional, "-31635.04111110")
  })
})

describe("withdrawal and loan", () => {
  const demo = Engine.make({
    // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
    rules: { ...OrderRules.defaults, liquidates: false },
    now,
    accounts: [Seed.demoAccount("demo", now)]
  })

  it("leaves margin and takes no more than is free", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      { _tag: "SetIndexPrice", asset: "BTC", price: d("50000") },
      margin("a", "BTC", "1"),
      margin("a", "USDT", "0", "10000")
    )
    // Equity 47500 - 10000, MM 1000, IM 5000: available 32500, which is 0.68421052 BTC at a rate of 0.95.
    const figures = summaryOf(state, "a")
    assertDecimal(figures.virtualAvailable, "32500")
    assertDecimal(figures.virtualMaxWithdraw, "32500")
    assertDecimal(Margin.maxWithdraw(figures, "BTC"), "0.68421052")
    assertDecimal(Margin.maxWithdraw(figures, "USDT"), "0")
    const unbound = { ...Parameters.defaults, withdrawalBoundByInitialMargin: false }
    assertDecimal(Margin.summary(unbound, state.market, accountOf(state, "a")).virtualMaxWithdraw, "36300")
  })

  it("counts what goes out beyond the net amount as debt, in full", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      margin("a", "BTC", "1"),
      margin("a", "USDT", "47500"),
      { _tag: "SetWalletBalance", accountId: "a", product: "CM", asset: "BTC", balance: d("-0.8") }
    )
    // Net 0.2 BTC at a rate of 0.95, then 47500 / 95000 BTC of debt.
    assertDecimal(Margin.maxWithdraw(summaryOf(state, "a"), "BTC"), "0.7")
    const left = run(state, { _tag: "Withdraw", accountId: "a", wallet: "MARGIN", asset: "BTC", amount: d("0.7") })
    assertDecimal(summaryOf(left, "a").equity, "0")
  })

  it("lets an asset without collateral rate go out whole", () => {
    const parameters = { ...Parameters.defaults, collateralRates: new Map([["USDT", d("1")]]) }
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        parameters,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      margin("a", "SOL", "7"),
      margin("a", "USDT", "10", "10")
    )
    assertDecimal(Margin.maxWithdraw(summaryOf(state, "a"), "SOL"), "7")
  })

  it("lends by the published rule", () => {
    const state = run(
      Engine.make({
        // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
        rules: { ...OrderRules.defaults, liquidates: false },
        now,
        accounts: [Seed.emptyAccount("a", now)]
      }),
      margin("a", "USDT", "10000", "1000")
    )
    // Equity 9000, MM 100: W = 9000 - 120 = 8880; (3 - 1) * (8880 - 1000 / 2) = 16760
    const most = Margin.maxBorrow(state.parameters, state.market, accountOf(state, "a"), summaryOf(state, "a"), "USDT")
    assertDecimal(most, "16760")
  })

  it("leaves the demo account healthy", () => {
    const figures = summaryOf(demo, "demo")
    assert.strictEqual(figures.status, "NORMAL")
    assert.isTrue(BigDecimal.isGreaterThan(Option.getOrThrow(figures.uniMMR), d("10")))
    assert.isTrue(BigDecimal.isPositive(figures.virtualAvailable))
    const priced = [...demo.market.contracts.values()].filter((contract) =>
      Option.isSome(
        Margin.liquidationPrice(demo.parameters, demo.market, accountOf(demo, "demo"), figures, contract)
      )
    )
    assert.includeMembers(priced.map((contract) => contract.symbol), ["BTCUSDT", "ETHUSDT"])
  })
})

describe("liquidationPrice", () => {
  const priceOf = (state: Engine.State, symbol: string) =>
    Margin.liquidationPrice(
      state.parameters,
      state.market,
      accountOf(state, "a"),
      summaryOf(state, "a"),
      Option.getOrThrow(Option.fromNullishOr(state.market.contracts.get(symbol)))
    )

  /** Sets the mark to the price and compares equity with 1.05 maintenance margins, within what 8 decimals can do. */
  const verify = (state: Engine.State, symbol: string): BigDecimal.BigDecimal => {
    const price = Option.getOrThrow(priceOf(state, symbol))
    const moved = run(state, { _tag: "SetMarkPrice", symbol, price })
    const figures = summaryOf(moved, "a")
    const size = figures.positions.filter((row) => row.contract.symbol === symbol).map((row) =>
      row.contract.product === "UM"
        ? BigDecimal.abs(row.quantity)
        : BigDecimal.abs(BigDecimal.multiply(
          BigDecimal.divideUnsafe(row.notional, price),
          Market.indexPrice(moved.market, row.contract.marginAsset)
        ))
    )
    assertWithin(
      figures.adjustedEquity,
      BigDecimal.multiply(d("1.05"), figures.maintMargin),
      BigDecimal.sum(BigDecimal.multiply(BigDecimal.sumAll(size), d("2e-8")), d("1e-20"))
    )
    return price
  }

  const base = Engine.make({
    // These tests look at figures beyond the threshold, which an exchange that liquidates does not leave.
    rules: { ...OrderRules.defaults, liquidates: false },
    now,
    accounts: [Seed.emptyAccount("a", now)]
  })

  it("is below the mark of a long position and right by hand", () => {
    const state = run(base, margin("a", "USDT", "10000"), position("a", "UM", "BTCUSDT", "0.5", "95000"))
    const price = verify(state, "BTCUSDT")
    // 10000 + 0.5 (P - 95000) = 1.05 * 0.004 * 0.5 P within the second bracket's floor of 50000
    // 0.5 P (1 - 0.0042) = 37500
    assertWithin(price, BigDecimal.divideUnsafe(d("37500"), d("0.4979")), d("0.00000001"))
  })

  it("is above the mark of a short position, across brackets", () => {
    const state = run(base, margin("a", "USDT", "60000"), position("a", "UM", "BTCUSDT", "-2.5", "95000"))
    const price = verify(state, "BTCUSDT")
    // 2.5 * P is above 250000, in the third bracket: 60000 + 2.5 (95000 - P) = 1.05 (0.01 * 2.5 P - 1300)
    assertWithin(price, BigDecimal.divideUnsafe(d("298865"), d("2.52625")), d("0.00000001"))
    assert.isTrue(BigDecimal.isGreaterThan(BigDecimal.multiply(price, d("2.5")), d("250000")))
  })

  it("takes the bend at which the margin asset turns from collateral into debt", () => {
    const state = run(
      {
        ...base,
        parameters: { ...base.parameters, collateralRates: new Map([["USDT", d("0.8")], ["BTC", d("0.95")]]) }
      },
      margin("a", "USDT", "5000"),
      margin("a", "BTC", "0.2"),
      position("a", "UM", "BTCUSDT", "1", "95000")
    )
    const price = verify(state, "BTCUSDT")
    const moved = run(state, { _tag: "SetMarkPrice", symbol: "BTCUSDT", price })
    assert.isTrue(BigDecimal.isNegative(summaryOf(moved, "a").assets.find((row) => row.asset === "USDT")!.net))
  })

  it("is solved in the reciprocal for CM, long and short", () => {
    const long = run(base, margin("a", "BTC", "0.2"), position("a", "CM", "BTCUSD_PERP", "1500", "95000"))
    assert.isTrue(BigDecimal.isLessThan(verify(long, "BTCUSD_PERP"), d("95010")))
    const short = run(base, margin("a", "BTC", "0.2"), position("a", "CM", "BTCUSD_PERP", "-1500", "95000"))
    assert.isTrue(BigDecimal.isGreaterThan(verify(short, "BTCUSD_PERP"), d("95010")))
    const byContracts = { ...base.parameters, cmBracketUnit: "contracts" as const }
    verify({ ...long, parameters: byContracts }, "BTCUSD_PERP")
    verify({ ...short, parameters: byContracts }, "BTCUSD_PERP")
  })

  it("is one price for both sides of a hedge", () => {
    const state = run(
      base,
      margin("a", "USDT", "20000"),
      { _tag: "ChangeUmPositionMode", accountId: "a", dualSidePosition: true },
      position("a", "UM", "ETHUSDT", "60", "3200", "LONG"),
      position("a", "UM", "ETHUSDT", "-20", "3100", "SHORT")
    )
    verify(state, "ETHUSDT")
    const rows = succeeds(Views.getUMPosition(viewOf(state, "a")))
    assert.deepStrictEqual(rows.map((row) => row.positionSide), ["LONG", "SHORT"])
    assert.strictEqual(rows[0]?.liquidationPrice, rows[1]?.liquidationPrice)
  })

  it("is absent where no price liquidates", () => {
    const state = run(base, margin("a", "USDT", "100000"), position("a", "UM", "BTCUSDT", "0.5", "95000"))
    assert.isTrue(Option.isNone(priceOf(state, "BTCUSDT")))
    assert.strictEqual(succeeds(Views.getUMPosition(viewOf(state, "a")))[0]?.liquidationPrice, "0")
    assert.isTrue(Option.isNone(priceOf(state, "ETHUSDT")))
  })

  const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

  it.prop("puts the account exactly at the threshold", {
    usdt: int(0, 200_000),
    btc: int(0, 3_000),
    owed: int(0, 20_000),
    um: int(-3_000, 3_000),
    cm: int(-3_000, 3_000),
    rate: int(30, 100),
    mark: int(50_000, 150_000)
  }, ({ btc, cm, mark, owed, rate, um, usdt }) => {
    const of = (n: number): `${number}` => `${n}`
    const state = run(
      {
        ...base,
        parameters: {
          ...base.parameters,
          collateralRates: new Map([["USDT", BigDecimal.make(BigInt(rate), 2)], ["BTC", d("0.95")]])
        }
      },
      margin("a", "USDT", of(usdt), of(owed)),
      margin("a", "BTC", of(btc / 1000)),
      { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d(of(mark)) },
      position("a", "UM", "BTCUSDT", of(um / 1000), "95000"),
      position("a", "CM", "BTCUSD_PERP", of(cm), "95000")
    )
    for (const symbol of ["BTCUSDT", "BTCUSD_PERP"]) {
      if (Option.isSome(priceOf(state, symbol))) verify(state, symbol)
    }
  })
})
