/** Funding, delivery, liquidation and auto-deleveraging. */
import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as FuturesViews from "@effect-binance/simulator/FuturesViews"
import * as Market from "@effect-binance/simulator/Market"
import * as OrderRules from "@effect-binance/simulator/OrderRules"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import { apply, begin, d, exchange, funded, order, positionOf, price, refusal, statuses, told } from "./futures.ts"

const usdt = (amount: `${number}`) =>
  new Map([["USDT", { free: d(amount), locked: d("0"), borrowed: d("0"), interest: d("0"), updateTime: begin }]])

const walletOf = (state: Engine.State, id: string, product: Market.Product = "UM", asset = "USDT") => {
  const account = state.accounts.get(id)
  assert(account !== undefined)
  return BigDecimal.format(Account.wallet(account, product, asset).balance)
}

const market = (side: "BUY" | "SELL", quantity: `${number}`, more: Partial<Parameters<typeof order>[0]> = {}) =>
  order({ side, type: "MARKET", quantity, ...more })

const levels = (state: Engine.State, id = "a") =>
  told(state, id).filter(({ e }) => e === "riskLevelChange").map(({ s }) => s)

describe("funding", () => {
  const eight = Date.UTC(2026, 0, 1, 8)

  it("is paid by long positions at a positive rate, on the mark price", () => {
    let state = apply(exchange(), market("BUY", "1"))
    state = apply(state, market("SELL", "1", { accountId: "b" }))
    const before = [walletOf(state, "a"), walletOf(state, "b")].map(Number)
    const paid = Engine.advance(state, eight)
    const after = [walletOf(paid, "a"), walletOf(paid, "b")].map(Number)
    assert.strictEqual(((after[0] ?? 0) - (before[0] ?? 0)).toFixed(8), "-9.50000000")
    assert.strictEqual(((after[1] ?? 0) - (before[1] ?? 0)).toFixed(8), "9.50000000")
    const update = told(paid).findLast(({ e }) => e === "ACCOUNT_UPDATE")
    assert.deepInclude(update?.a, { m: "FUNDING_FEE", S: "BTCUSDT", P: [] })
    const [row] = FuturesViews.incomes(paid, "a", "UM", { incomeType: "FUNDING_FEE" }, 7, eight)
    assert.deepInclude(row, { symbol: "BTCUSDT", income: "-9.50000000", asset: "USDT", tradeId: "" })
  })

  it("is paid at each of its times, and the other way round at a negative rate", () => {
    let state = apply(exchange(), { _tag: "SetFundingRate", symbol: "BTCUSDT", rate: d("-0.001") })
    state = apply(state, market("BUY", "1"))
    const before = Number(walletOf(state, "a"))
    const paid = Engine.advance(state, eight + 2 * 28_800_000)
    assert.strictEqual((Number(walletOf(paid, "a")) - before).toFixed(8), "285.00000000")
  })
})

describe("delivery", () => {
  const contract = [...Market.defaults.contracts.values()].find(({ symbol }) => symbol === "BTCUSD_261225")
  const time = Date.UTC(2026, 11, 25, 8)

  it("closes positions at the mark price and ends orders", () => {
    assert(contract !== undefined)
    const coin = exchange()
    let state = apply(coin, market("BUY", "100", { product: "CM", symbol: "BTCUSD_261225" }))
    state = apply(
      state,
      order({ side: "BUY", type: "LIMIT", quantity: "1", price: "90000", product: "CM", symbol: "BTCUSD_261225" })
    )
    const settled = Engine.advance(state, time + 10_000)
    assert.strictEqual(positionOf(settled, "a", "BTCUSD_261225"), "0")
    assert.deepStrictEqual(statuses(settled, "a", "BTCUSD_261225"), ["FILLED", "EXPIRED", "FILLED"])
    assert.strictEqual(
      refusal(settled, market("BUY", "1", { product: "CM", symbol: "BTCUSD_261225" }), time + 10_000),
      -4141
    )
    const kinds = FuturesViews.incomes(settled, "a", "CM", {}, 200, time + 10_000).map(({ incomeType }) => incomeType)
    assert.include(kinds, "DELIVERED_SETTELMENT")
  })
})

describe("liquidation", () => {
  const risky = apply(exchange([funded("a", { margin: usdt("12000") }), funded("b")]), market("BUY", "2"))

  it("tells the levels on the way, each once", () => {
    // Of 12000 USDT 1124 are left at 89600, and 924 at 89500, against a maintenance margin of about 846.
    const called = apply(risky, price("89600"))
    assert.deepStrictEqual(levels(called), ["MARGIN_CALL"])
    const reduced = apply(called, price("89500"))
    assert.deepStrictEqual(levels(reduced), ["MARGIN_CALL", "REDUCE_ONLY"])
    const back = apply(apply(reduced, price("95000")), price("89600"))
    assert.deepStrictEqual(levels(back), ["MARGIN_CALL", "REDUCE_ONLY", "MARGIN_CALL"])
  })

  it("closes everything with orders of the exchange and takes its fee", () => {
    const gone = apply(risky, price("89300"))
    assert.strictEqual(positionOf(gone), "0")
    assert.include(levels(gone), "FORCE_LIQUIDATION")
    const contracts = Market.contractsOf(gone.market, "UM")
    const [forced] = FuturesViews.forceOrders(gone, "a", contracts, {}, begin)
    assert(forced !== undefined)
    assert.match(forced.clientOrderId, /^autoclose-/)
    assert.deepInclude(forced, { timeInForce: "IOC", type: "LIMIT", reduceOnly: false, status: "FILLED" })
    const kinds = FuturesViews.incomes(gone, "a", "UM", {}, 7, begin).map(({ incomeType }) => incomeType)
    assert.include(kinds, "INSURANCE_CLEAR")
    const calculated = told(gone).flatMap(({ o }) => typeof o === "object" && o !== null && "x" in o ? [o.x] : [])
    assert.include(calculated, "CALCULATED")
  })

  it("cancels open orders first", () => {
    const resting = apply(risky, order({ side: "SELL", type: "LIMIT", quantity: "0.5", price: "99000" }))
    const gone = apply(resting, price("89300"))
    assert.deepStrictEqual(statuses(gone).slice(0, 2), ["FILLED", "CANCELED"])
  })

  it("deleverages the other side where the insurance fund cannot bear it", () => {
    const rules = { ...OrderRules.defaults, insuranceFund: new Map([["USDT", d("0")]]) }
    let state = apply(
      exchange([funded("a", { margin: usdt("12000") }), funded("b"), funded("c")], rules),
      order({ side: "SELL", type: "LIMIT", quantity: "2", price: "95000", accountId: "b" })
    )
    state = apply(state, order({ side: "BUY", type: "LIMIT", quantity: "2", price: "95000" }))
    assert.deepStrictEqual(["a", "b"].map((id) => positionOf(state, id)), ["2", "-2"])
    // Below what the account can bear, so nobody in the book takes it at the bankruptcy price.
    const gone = apply(state, price("80000"))
    assert.deepStrictEqual(["a", "b"].map((id) => positionOf(gone, id)), ["0", "0"])
    const contracts = Market.contractsOf(gone.market, "UM")
    const [deleveraged] = FuturesViews.forceOrders(gone, "b", contracts, { autoCloseType: "ADL" }, begin)
    assert.match(deleveraged?.clientOrderId ?? "", /^adl_autoclose/)
    const trade = gone.futures.floors.get("b")?.desks.get("BTCUSDT")?.trades.shared.at(-1)
    assert.strictEqual(String(trade?.commission.value), "0")
  })

  it("refuses what the level does not allow", () => {
    const rules = { ...OrderRules.defaults, liquidates: false }
    const low = apply({ ...risky, rules }, price("89300"))
    assert.strictEqual(refusal(low, market("SELL", "1")), -2023)
    const reduced = apply({ ...risky, rules }, price("89500"))
    assert.strictEqual(refusal(reduced, market("BUY", "0.01")), -4087)
    assert.strictEqual(positionOf(apply(reduced, market("SELL", "1"))), "1")
  })
})
