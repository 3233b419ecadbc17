import * as Ids from "@effect-binance/core/Ids"
import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import type * as OrderLife from "@effect-binance/portfolio-margin/OrderLife"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { at, decimal, fill, orderId, sighting } from "./support/sightings.ts"

const event = (millis: number): AccountState.Told => ({ at: at(millis), by: "event" })
const answer = (millis: number): AccountState.Told => ({ at: at(millis), by: "answer" })

const wallet = (balance: string, told: AccountState.Told): AccountState.Fact => ({
  _tag: "WalletSeen",
  market: "UM",
  asset: "USDT",
  walletBalance: decimal(balance),
  told
})

const position = (amount: string, told: AccountState.Told, symbol = "BTCUSDT"): AccountState.Fact => ({
  _tag: "PositionSeen",
  position: {
    market: "UM",
    symbol,
    positionSide: "BOTH",
    positionAmt: decimal(amount),
    entryPrice: decimal("90000"),
    breakEvenPrice: undefined,
    unrealizedProfit: decimal("0"),
    at: told.at
  },
  told
})

const order = (id: number, change: Partial<OrderLife.Sighting> = {}): AccountState.Fact => ({
  _tag: "OrderSeen",
  sighting: sighting({ orderId: orderId(String(id)), clientOrderId: `mine-${id}`, ...change })
})

const trade = (id: number, trade: number, quantity: string): AccountState.Fact => ({
  _tag: "TradeSeen",
  market: "UM",
  symbol: "BTCUSDT",
  orderId: orderId(String(id)),
  fill: fill(trade, quantity, 1001)
})

const after = (...facts: ReadonlyArray<AccountState.Fact>): AccountState.State =>
  AccountState.applyAll(AccountState.make(), facts)[0]

const walletOf = (state: AccountState.State): string => {
  const balance = Option.getOrUndefined(HashMap.get(state.account.balances, "USDT"))
  return balance === undefined ? "nothing" : BigDecimal.format(balance.umWalletBalance)
}

describe("balances", () => {
  it("an event wins over an answer that was asked for before it, and loses to one after it", () => {
    assert.strictEqual(walletOf(after(wallet("1", answer(100)), wallet("2", event(200)))), "2")
    assert.strictEqual(walletOf(after(wallet("2", event(200)), wallet("1", answer(100)))), "2")
    assert.strictEqual(walletOf(after(wallet("2", event(200)), wallet("3", answer(300)))), "3")
    assert.strictEqual(walletOf(after(wallet("3", answer(300)), wallet("2", event(200)))), "3")
  })

  it("of two events of one time, the later one counts", () => {
    assert.strictEqual(walletOf(after(wallet("1", event(100)), wallet("2", event(100)))), "2")
  })

  it("an answer from after a gap wins over whatever was told before it", () => {
    const before = after(wallet("2", event(5000)))
    const [kept] = AccountState.apply(before, wallet("3", answer(4990)))
    assert.strictEqual(walletOf(kept), "2")
    const [state] = AccountState.apply(AccountState.nextEpoch(before), wallet("3", answer(4990)))
    assert.strictEqual(walletOf(state), "3")
    // Once.
    assert.strictEqual(walletOf(AccountState.apply(state, wallet("4", answer(4980)))[0]), "3")
  })

  it("tells what changed, and nothing where nothing did", () => {
    const state = after(wallet("2", event(200)))
    assert.deepStrictEqual(AccountState.apply(state, wallet("2.0", event(300)))[1], [])
    assert.strictEqual(AccountState.apply(state, wallet("2.1", event(300)))[1][0]?._tag, "BalanceChanged")
  })
})

describe("debts", () => {
  const debt = (facts: ReadonlyArray<readonly [principal: string, interest: string, total: string]>): string => {
    const { account } = AccountState.applyAll(
      AccountState.make(),
      facts.map(([principal, interest, total], index): AccountState.Fact => ({
        _tag: "LiabilityChanged",
        asset: "USDT",
        principal: decimal(principal),
        interest: decimal(interest),
        total: decimal(total),
        told: event(1000 + index)
      }))
    )[0]
    const balance = Option.getOrThrow(HashMap.get(account.balances, "USDT"))
    return `${BigDecimal.format(balance.crossMarginBorrowed)} and ${BigDecimal.format(balance.crossMarginInterest)}`
  }

  it("grow by loans and interest, and shrink by repayments", () => {
    assert.strictEqual(debt([["10", "0", "10"], ["0", "0.5", "10.5"]]), "10 and 0.5")
    assert.strictEqual(debt([["10", "0", "10"], ["0", "0.5", "10.5"], ["3.5", "0.5", "6.5"]]), "6.5 and 0")
  })

  it("where an event was missed the rest is principal", () => {
    assert.strictEqual(debt([["0", "0.5", "10.5"]]), "10 and 0.5")
    assert.strictEqual(debt([["10", "0", "10"], ["0", "0.5", "10.5"], ["3.5", "0.5", "5"]]), "5 and 0")
    assert.strictEqual(debt([["10", "0", "10"], ["0", "0.5", "12"], ["20", "20", "1"]]), "1 and 0")
  })
})

describe("positions", () => {
  it("a position of zero is gone", () => {
    const state = after(position("1", event(100)), position("0", event(200)))
    assert.strictEqual(HashMap.size(state.account.positions), 0)
  })

  it("what a list does not have is closed, unless an event told of it later", () => {
    const opened = after(position("1", event(100)), position("2", event(400), "ETHUSDT"))
    const [state, changes] = AccountState.apply(opened, {
      _tag: "PositionsListed",
      market: "UM",
      keys: new Set(),
      told: answer(300)
    })
    assert.deepStrictEqual([...HashMap.keys(state.account.positions)], ["UM:ETHUSDT:BOTH"])
    assert.strictEqual(changes.length, 1)
  })
})

describe("orders", () => {
  it("fills that come before their order are kept for it, once each", () => {
    const [state, changes] = AccountState.applyAll(AccountState.make(), [
      trade(7, 1, "0.4"),
      trade(7, 1, "0.4"),
      trade(7, 2, "0.1"),
      order(7)
    ])
    assert.deepStrictEqual(
      changes.map((change) => change._tag === "OrderChanged" ? change.fill?.tradeId : change._tag),
      [undefined, "1", "2"]
    )
    const known = Option.getOrUndefined(HashMap.get(state.account.orders, "UM:BTCUSDT:7"))
    assert.strictEqual(known === undefined ? "" : BigDecimal.format(known.executedQty), "0.5")
    assert.strictEqual(state.orphans.size, 0)
  })

  it("of fills whose order never comes, the oldest are given up", () => {
    const keep = 3
    const fills = Array.from({ length: 10 }, (_, index) => trade(index + 1, index + 1, "0.1"))
    const [state] = AccountState.applyAll(AccountState.make({ keep }), fills)
    assert.deepStrictEqual([...state.orphans.keys()], ["UM:BTCUSDT:8", "UM:BTCUSDT:9", "UM:BTCUSDT:10"])
  })

  it("a pair is there until both its orders have ended", () => {
    const leg = (id: number, status: string, time: number) =>
      order(id, { market: "MARGIN", positionSide: undefined, status, at: at(time) })
    const pair: AccountState.Fact = {
      _tag: "OrderListSeen",
      orderList: {
        orderListId: Schema.decodeSync(Ids.OrderListId)("5"),
        listClientOrderId: "pair",
        symbol: "BTCUSDT",
        orderIds: [orderId("1"), orderId("2")]
      }
    }
    const pairsAfter = (...facts: ReadonlyArray<AccountState.Fact>) =>
      HashMap.size(after(leg(1, "NEW", 1), leg(2, "NEW", 1), pair, ...facts).account.orderLists)
    assert.strictEqual(pairsAfter(), 1)
    assert.strictEqual(pairsAfter(leg(1, "FILLED", 2)), 1)
    assert.strictEqual(pairsAfter(leg(1, "FILLED", 2), leg(2, "EXPIRED", 2)), 0)
  })

  it("an open order that a list does not have is missing", () => {
    const { account } = after(order(1), order(2), order(3, { status: "FILLED" }))
    assert.deepStrictEqual(
      AccountState.missing(account, "UM", new Set(["UM:BTCUSDT:2"])).map(({ orderId }) => orderId),
      ["1"]
    )
    assert.deepStrictEqual(AccountState.missing(account, "CM", new Set()), [])
  })

  it("by its client order id the open one is found before those that have ended", () => {
    const { account } = after(
      order(1, { clientOrderId: "mine", status: "CANCELED" }),
      order(2, { clientOrderId: "mine" }),
      order(3, { clientOrderId: "mine", status: "FILLED", at: at(9000) })
    )
    assert.strictEqual(AccountState.orderByClientId(account, "mine")?.orderId, "2")
    assert.strictEqual(AccountState.orderByClientId(account, "other"), undefined)
  })

  it("keeps no more of the ended ones than it is told, the youngest, and every open one", () => {
    const keep = 5
    let state = AccountState.make({ keep })
    for (let id = 1; id <= 1000; id++) {
      state = AccountState.applyAll(state, [
        order(id),
        ...(id % 10 === 0 ? [] : [order(id, { status: "CANCELED", at: at(2000) })])
      ])[0]
    }
    assert.strictEqual(AccountState.openOrders(state.account).length, 100)
    assert.isBelow(HashMap.size(state.account.orders), 100 + keep + 101)
    assert.isTrue(HashMap.has(state.account.orders, "UM:BTCUSDT:999"))
  })
})

// ---------------------------------------------------------------------------
// Whatever is lost
// ---------------------------------------------------------------------------

const oneOf = <const A extends string | number>(...values: readonly [A, ...Array<A>]): Arbitrary.Arbitrary<A> =>
  Arbitrary.schema(Schema.Literals(values))

describe("whatever is lost", () => {
  it.prop(
    "after a gap and an answer, the account is what it is on the exchange",
    {
      steps: Arbitrary.array(
        Arbitrary.all({
          what: oneOf("wallet", "BTCUSDT", "ETHUSDT"),
          value: oneOf(0, 1, 2, 3),
          pause: oneOf(0, 1, 10),
          fate: oneOf("told", "told", "late", "lost")
        }),
        { minLength: 1, maxLength: 30 }
      ),
      gapAt: oneOf(0, 3, 7, 15, 25),
      clockError: oneOf(0, 5, 50)
    },
    ({ clockError, gapAt, steps }) => {
      let now = 1000
      let truth: { readonly [what: string]: number } = { wallet: 0, BTCUSDT: 0, ETHUSDT: 0 }
      let state = after(wallet("0", answer(now)))
      const late: Array<AccountState.Fact> = []
      const snapshot = (askedAt: number): ReadonlyArray<AccountState.Fact> => {
        const told = answer(askedAt - clockError)
        const open = ["BTCUSDT", "ETHUSDT"].filter((symbol) => truth[symbol] !== 0)
        return [
          wallet(String(truth.wallet), told),
          ...open.map((symbol) => position(String(truth[symbol]), told, symbol)),
          { _tag: "PositionsListed", market: "UM", keys: new Set(open.map((symbol) => `UM:${symbol}:BOTH`)), told }
        ]
      }
      let lossy = true
      steps.forEach(({ fate, pause, value, what }, index) => {
        if (index === gapAt) {
          // The stream is connected again, and then the exchange is asked.
          lossy = false
          state = AccountState.applyAll(AccountState.nextEpoch(state), snapshot(now))[0]
        }
        now += pause
        truth = { ...truth, [what]: value }
        const fact = what === "wallet" ? wallet(String(value), event(now)) : position(String(value), event(now), what)
        if (lossy && fate === "lost") return
        // An answer overtakes what waits in the socket, but events stay in order.
        if (!lossy && fate === "late") late.push(fact)
        else state = AccountState.applyAll(state, [...late.splice(0), fact])[0]
      })
      if (lossy) state = AccountState.applyAll(AccountState.nextEpoch(state), snapshot(now))[0]
      state = AccountState.applyAll(state, late)[0]
      assert.strictEqual(walletOf(state), String(truth.wallet))
      for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
        const known = AccountState.positionOf(state.account, "UM", symbol)
        assert.strictEqual(known === undefined ? "0" : BigDecimal.format(known.positionAmt), String(truth[symbol]))
      }
    },
    { arbitrary: { runs: 1000 } }
  )
})
