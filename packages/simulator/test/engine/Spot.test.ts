import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as LedgerViews from "@effect-binance/simulator/LedgerViews"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Spot from "@effect-binance/simulator/Spot"
import * as SpotEngine from "@effect-binance/simulator/SpotEngine"
import * as SpotRules from "@effect-binance/simulator/SpotRules"
import * as SpotViews from "@effect-binance/simulator/SpotViews"
import * as Views from "@effect-binance/simulator/Views"
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { accountOf, assertDecimal, d, margin, now, position, refused, run, succeeds, summaryOf } from "./support.ts"

type Order = Omit<SpotEngine.NewMarginOrder, "_tag" | "accountId" | "symbol"> & {
  readonly symbol?: string
  readonly accountId?: string
}

const order = (fields: Order): SpotEngine.NewMarginOrder => ({
  _tag: "NewMarginOrder",
  accountId: "a",
  symbol: "BTCUSDT",
  ...fields
})

const limit = (
  side: "BUY" | "SELL",
  quantity: `${number}`,
  price: `${number}`,
  more: Partial<Order> = {}
): SpotEngine.NewMarginOrder =>
  order({ side, type: "LIMIT", timeInForce: "GTC", quantity: d(quantity), price: d(price), ...more })

const market = (side: "BUY" | "SELL", quantity: `${number}`, more: Partial<Order> = {}) =>
  order({ side, type: "MARKET", quantity: d(quantity), ...more })

const price = (price: `${number}`, symbol = "BTCUSDT"): SpotEngine.SetSpotPrice => ({
  _tag: "SetSpotPrice",
  symbol,
  price: d(price)
})

const oco = (
  side: "BUY" | "SELL",
  quantity: `${number}`,
  limit: `${number}`,
  stop: `${number}`,
  more: Partial<SpotEngine.NewMarginOco> = {}
): SpotEngine.NewMarginOco => ({
  _tag: "NewMarginOco",
  accountId: "a",
  symbol: "BTCUSDT",
  side,
  quantity: d(quantity),
  price: d(limit),
  stopPrice: d(stop),
  ...more
})

const quiet = (state: Engine.State) => Engine.deliver(state)[0]

const funded = quiet(run(
  Engine.make({ now, accounts: [Seed.emptyAccount("a", now), Seed.emptyAccount("b", now)] }),
  margin("a", "USDT", "100000"),
  margin("a", "BTC", "2"),
  margin("b", "USDT", "100000"),
  margin("b", "BTC", "2")
))

const told = (state: Engine.State, accountId = "a") =>
  Engine.deliver(state)[1].filter((event) => event.accountId === accountId).map(({ payload }) => payload)

const place = (state: Engine.State, command: SpotEngine.NewMarginOrder, time = now) =>
  succeeds(SpotEngine.newMarginOrder(state, command, time))

const balance = (state: Engine.State, asset: string, id = "a") => Account.marginBalance(accountOf(state, id), asset)

const assertBalance = (
  state: Engine.State,
  asset: string,
  free: `${number}`,
  locked: `${number}` = "0",
  id = "a"
) => {
  assertDecimal(balance(state, asset, id).free, free, `free ${asset}`)
  assertDecimal(balance(state, asset, id).locked, locked, `locked ${asset}`)
}

const refusal = (state: Engine.State, command: Engine.Command) => refused(Engine.apply(state, command, now))

const view = (state: Engine.State, id = "a", time = now) => succeeds(Views.make(state, id, time))

const statusOf = (state: Engine.State, id: number) => Spot.order(state.spot, id)?.status

it("has every rule with its mark in the guide", () => {
  const guide = readFileSync(new URL("../../../../docs/simulator.md", import.meta.url), "utf8")
  const [, section = ""] = /\n## Margin orders\n([\s\S]*?)\n## /.exec(guide) ?? []
  const listed = [...section.matchAll(/^\| `(\w+)` +\|.*\| ([a-z ]+?) +\|$/gm)].map(([, name, mark]) => [name, mark])
  assert.deepStrictEqual(listed, Object.entries(SpotRules.marks))
})

describe("a market order", () => {
  it("takes the levels of the book and tells its fills", () => {
    const [state, reply] = place(funded, market("SELL", "1.5"))
    assert.deepStrictEqual({ ...reply, clientOrderId: "" }, {
      symbol: "BTCUSDT",
      orderId: 1,
      clientOrderId: "",
      transactTime: now,
      price: "0.00000000",
      origQty: "1.50000000",
      executedQty: "1.50000000",
      cummulativeQuoteQty: "142499.98000000",
      status: "FILLED",
      timeInForce: "GTC",
      type: "MARKET",
      side: "SELL",
      fills: [
        { price: "94999.99000000", qty: "1.00000000", commission: "94.99999000", commissionAsset: "USDT" },
        { price: "94999.98000000", qty: "0.50000000", commission: "47.49999000", commissionAsset: "USDT" }
      ]
    })
    assert.match(reply.clientOrderId, /^\w{22}$/)
    assertBalance(state, "BTC", "0.5")
    assertBalance(state, "USDT", "242357.48002")
    assert.deepStrictEqual(told(state).map(({ e, x }) => [e, x]), [
      ["executionReport", "NEW"],
      ["executionReport", "TRADE"],
      ["executionReport", "TRADE"],
      ["outboundAccountPosition", undefined]
    ])
  })

  it("spends what it is told to spend, in whole steps", () => {
    const [state, reply] = place(
      funded,
      order({ side: "BUY", type: "MARKET", quoteOrderQty: d("1000") })
    )
    // 1000 / 95000.01 = 0.010526..., cut to 0.01052.
    assert.deepStrictEqual([reply.origQty, reply.executedQty, reply.cummulativeQuoteQty, reply.status], [
      "0.01052000",
      "0.01052000",
      "999.40010520",
      "FILLED"
    ])
    assertBalance(state, "USDT", "99000.5998948")
    assertBalance(state, "BTC", "2.01050948")
    const [, sold] = place(funded, order({ side: "SELL", type: "MARKET", quoteOrderQty: d("1000") }))
    assert.strictEqual(sold.cummulativeQuoteQty, "999.39989480")
  })

  it("ends unfilled where the book does", () => {
    const thin = {
      ...funded,
      spot: Spot.make(
        [...funded.spot.pairs.values()].map((pair) =>
          [{ ...pair, ladder: { ...pair.ladder, levels: 1 } }, Spot.lastPrice(funded.spot, pair.symbol)] as const
        )
      )
    }
    const [state, reply] = place(thin, market("SELL", "1.5"))
    assert.deepStrictEqual([reply.status, reply.executedQty], ["EXPIRED", "1.00000000"])
    assertBalance(state, "BTC", "1")
    const last = told(state).findLast(({ e }) => e === "executionReport")
    assert.deepStrictEqual([last?.["x"], last?.["eR"]], ["EXPIRED", "INSUFFICIENT_LIQUIDITY"])
  })

  it("is refused without the means", () => {
    assert.deepStrictEqual(refusal(funded, market("SELL", "2.1")), {
      code: -2010,
      msg: "Account has insufficient balance for requested action."
    })
    assert.strictEqual(refusal(funded, market("BUY", "1.1")).code, -2010)
  })
})

describe("a limit order", () => {
  it("rests with its means locked, and is told so", () => {
    const [state, reply] = place(funded, limit("BUY", "0.5", "90000", { clientOrderId: "mine" }))
    assert.deepStrictEqual([reply.status, reply.fills], ["NEW", []])
    assertBalance(state, "USDT", "55000", "45000")
    assert.deepStrictEqual(told(state)[0], {
      e: "executionReport",
      E: now,
      s: "BTCUSDT",
      c: "mine",
      S: "BUY",
      o: "LIMIT",
      f: "GTC",
      q: "0.50000000",
      p: "90000.00000000",
      P: "0.00000000",
      F: "0.00000000",
      g: -1,
      C: "",
      x: "NEW",
      X: "NEW",
      r: "NONE",
      i: 1,
      l: "0.00000000",
      z: "0.00000000",
      L: "0.00000000",
      n: "0",
      N: null,
      T: now,
      t: -1,
      I: 1_027_053_479_517,
      w: true,
      m: false,
      O: now,
      Z: "0.00000000",
      Y: "0.00000000",
      Q: "0.00000000",
      W: now,
      V: "EXPIRE_MAKER"
    })
    const [open] = succeeds(SpotViews.getMarginOpenOrders(view(state)))
    assert.deepStrictEqual(open, {
      clientOrderId: "mine",
      cummulativeQuoteQty: "0.00000000",
      executedQty: "0.00000000",
      icebergQty: "0.00000000",
      isWorking: true,
      orderId: 1,
      origQty: "0.50000000",
      price: "90000.00000000",
      side: "BUY",
      status: "NEW",
      stopPrice: "0.00000000",
      symbol: "BTCUSDT",
      time: now,
      timeInForce: "GTC",
      type: "LIMIT",
      updateTime: now,
      accountId: open?.accountId ?? 0,
      selfTradePreventionMode: "EXPIRE_MAKER",
      preventedMatchId: null,
      preventedQuantity: null
    })
  })

  it("fills at better prices and frees what it saved", () => {
    const [state, reply] = place(funded, limit("BUY", "0.5", "96000"))
    assert.deepStrictEqual([reply.status, reply.cummulativeQuoteQty], ["FILLED", "47500.00500000"])
    assertBalance(state, "USDT", "52499.995")
    assertBalance(state, "BTC", "2.4995")
  })

  it("is taken by the market that moves through it, at its own price", () => {
    const resting = place(funded, limit("BUY", "0.5", "90000"))[0]
    const state = run(resting, price("89000"))
    assert.strictEqual(statusOf(state, 1), "FILLED")
    assertBalance(state, "USDT", "55000")
    assertBalance(state, "BTC", "2.4995")
    const [trade] = succeeds(SpotViews.getMarginTrades(view(state), { symbol: "BTCUSDT" }))
    assert.deepStrictEqual(trade, {
      commission: "0.00050000",
      commissionAsset: "BTC",
      id: 1,
      isBestMatch: true,
      isBuyer: true,
      isMaker: true,
      orderId: 1,
      price: "90000.00000000",
      qty: "0.50000000",
      symbol: "BTCUSDT",
      time: now
    })
  })

  it("trades with another account, in part", () => {
    const resting = place(funded, limit("SELL", "0.5", "95000"))[0]
    const [state, reply] = place(resting, limit("BUY", "0.2", "95000", { accountId: "b" }))
    assert.strictEqual(reply.status, "FILLED")
    assert.strictEqual(statusOf(state, 1), "PARTIALLY_FILLED")
    assertBalance(state, "BTC", "1.5", "0.3")
    assertBalance(state, "USDT", "118981")
    assertBalance(state, "BTC", "2.1998", "0", "b")
    assertBalance(state, "USDT", "81000", "0", "b")
    const trades = (id: string) => succeeds(SpotViews.getMarginTrades(view(state, id), { symbol: "BTCUSDT" }))
    assert.deepStrictEqual([trades("a"), trades("b")].map((rows) => rows.map((row) => [row.id, row.isMaker])), [
      [[1, true]],
      [[1, false]]
    ])
  })

  it("of IOC and FOK does not rest", () => {
    const ioc = place(funded, limit("SELL", "1.5", "94999.99", { timeInForce: "IOC" }))
    assert.deepStrictEqual([ioc[1].status, ioc[1].executedQty], ["EXPIRED", "1.00000000"])
    assertBalance(ioc[0], "BTC", "1")
    const fok = place(funded, limit("SELL", "1.5", "94999.99", { timeInForce: "FOK" }))
    assert.deepStrictEqual([fok[1].status, fok[1].executedQty], ["EXPIRED", "0.00000000"])
    assertBalance(fok[0], "BTC", "2")
    assert.strictEqual(place(funded, limit("SELL", "1.5", "94999.98", { timeInForce: "FOK" }))[1].status, "FILLED")
  })

  it("LIMIT_MAKER only rests", () => {
    const maker = (price: `${number}`) => limit("BUY", "0.1", price, { type: "LIMIT_MAKER", timeInForce: undefined })
    assert.deepStrictEqual(refusal(funded, maker("95000.01")), {
      code: -2010,
      msg: "Order would immediately match and take."
    })
    const [, reply] = place(funded, maker("95000"))
    assert.deepStrictEqual(Object.keys(reply), ["symbol", "orderId", "clientOrderId", "transactTime"])
  })

  it("pays commissions in BNB where that is switched on and BNB is there", () => {
    const burning: Engine.Command = { _tag: "SetSpotFeeBurn", accountId: "a", feeBurn: true }
    const state = run(funded, margin("a", "BNB", "1"), burning)
    const [next, reply] = place(state, market("SELL", "1"))
    // 94999.99 * 0.001 * 0.75 / 900
    assert.deepStrictEqual(reply.fills?.map((fill) => [fill.commission, fill.commissionAsset]), [["0.07916665", "BNB"]])
    assertBalance(next, "BNB", "0.92083335")
    assertBalance(next, "USDT", "194999.99")
    const [, without] = place(run(state, margin("a", "BNB", "0.07")), market("SELL", "1"))
    assert.strictEqual(without.fills?.[0]?.commissionAsset, "USDT")
  })
})

describe("filters", () => {
  const failures: ReadonlyArray<readonly [filter: string, command: Engine.Command]> = [
    ["PRICE_FILTER", limit("BUY", "0.1", "90000.001")],
    ["PRICE_FILTER", limit("BUY", "0.1", "0")],
    ["LOT_SIZE", limit("BUY", "0.000001", "90000")],
    ["LOT_SIZE", limit("BUY", "9001", "90000")],
    ["NOTIONAL", limit("BUY", "0.00001", "90000")],
    ["MARKET_LOT_SIZE", market("BUY", "1001")],
    ["NOTIONAL", market("BUY", "0.00005")],
    ["PERCENT_PRICE_BY_SIDE", limit("BUY", "0.1", "18999.99")],
    ["PERCENT_PRICE_BY_SIDE", limit("SELL", "0.1", "475000.01")],
    ["ICEBERG_PARTS", limit("BUY", "0.1", "90000", { icebergQty: d("0.00999") })]
  ]

  it.each(failures)("%s", (filter, command) => {
    assert.deepStrictEqual(refusal(funded, command), { code: -1013, msg: `Filter failure: ${filter}` })
  })

  it("count the open orders of a pair", () => {
    const pairs = [...funded.spot.pairs.values()].map((pair) =>
      [{ ...pair, filters: { ...pair.filters, maxNumOrders: 2, maxNumAlgoOrders: 1 } }, d("95000")] as const
    )
    const state = { ...funded, spot: Spot.make(pairs) }
    const stop = order({ side: "SELL", type: "STOP_LOSS", quantity: d("0.1"), stopPrice: d("90000") })
    assert.strictEqual(refusal(run(state, stop), stop).msg, "Filter failure: MAX_NUM_ALGO_ORDERS")
    const full = run(state, limit("BUY", "0.1", "90000"), limit("BUY", "0.1", "90000"))
    assert.strictEqual(refusal(full, limit("BUY", "0.1", "90000")).msg, "Filter failure: MAX_NUM_ORDERS")
  })

  it("keep limit prices near the index price, on the bad side", () => {
    assert.strictEqual(refusal(funded, limit("BUY", "0.1", "109250.01")).code, 51113)
    assert.strictEqual(refusal(funded, limit("SELL", "0.1", "80749.99")).code, 51113)
    succeeds(Engine.apply(funded, limit("BUY", "0.1", "109250"), now))
    succeeds(Engine.apply(funded, limit("SELL", "0.1", "120000"), now))
  })

  it("refuse what makes no order", () => {
    assert.strictEqual(refusal(funded, limit("BUY", "0.1", "90000", { symbol: "NOPE" })).code, -1121)
    assert.strictEqual(refusal(funded, limit("BUY", "0.1", "90000", { timeInForce: undefined })).code, -1102)
    assert.strictEqual(refusal(funded, limit("BUY", "0.1", "90000", { price: undefined })).code, -1102)
    assert.strictEqual(refusal(funded, order({ side: "BUY", type: "MARKET" })).code, -1102)
    assert.strictEqual(refusal(funded, order({ side: "BUY", type: "STOP_LOSS", quantity: d("1") })).code, -1102)
    const open = run(funded, limit("BUY", "0.1", "90000", { clientOrderId: "mine" }))
    assert.strictEqual(
      refusal(open, limit("BUY", "0.1", "90000", { clientOrderId: "mine" })).msg,
      "Duplicate order sent."
    )
    const iceberg = limit("BUY", "0.1", "90000", { icebergQty: d("0.02"), timeInForce: "IOC" })
    assert.strictEqual(refusal(funded, iceberg).code, -1128)
    const retired = { ...funded, spot: { ...funded.spot, rules: { ...SpotRules.defaults, autoBorrowRepay: false } } }
    assert.strictEqual(refusal(retired, market("BUY", "0.1", { sideEffect: "AUTO_BORROW_REPAY" })).code, -1130)
  })
})

describe("a stop", () => {
  const stop = (
    side: "BUY" | "SELL",
    type: "STOP_LOSS" | "TAKE_PROFIT",
    stopPrice: `${number}`,
    more: Partial<Order> = {}
  ) => order({ side, type, quantity: d("0.5"), stopPrice: d(stopPrice), ...more })

  it.each(
    [
      ["STOP_LOSS", "SELL", "90000"],
      ["STOP_LOSS", "BUY", "100000"],
      ["TAKE_PROFIT", "SELL", "100000"],
      ["TAKE_PROFIT", "BUY", "90000"]
    ] as const
  )("%s to %s waits for %s", (type, side, at) => {
    const waiting = place(funded, stop(side, type, at))[0]
    assert.strictEqual(statusOf(waiting, 1), "NEW")
    assert.isFalse(Spot.order(waiting.spot, 1)?.isWorking)
    const near = run(waiting, price(at === "90000" ? "90000.01" : "99999.99"))
    assert.strictEqual(statusOf(near, 1), "NEW")
    const fired = run(near, price(at))
    assert.strictEqual(statusOf(fired, 1), "FILLED")
    assert.isEmpty(fired.spot.stops.get("BTCUSDT") ?? [])
    assertDecimal(balance(fired, "USDT").locked, "0")
    assertDecimal(balance(fired, "BTC").locked, "0")
  })

  it("is refused where it would fire at once", () => {
    assert.deepStrictEqual(refusal(funded, stop("SELL", "STOP_LOSS", "95000")), {
      code: -2010,
      msg: "Stop price would trigger immediately."
    })
    assert.strictEqual(refusal(funded, stop("BUY", "STOP_LOSS", "94000")).code, -2010)
    assert.strictEqual(refusal(funded, stop("SELL", "TAKE_PROFIT", "94000")).code, -2010)
    assert.strictEqual(refusal(funded, stop("BUY", "TAKE_PROFIT", "96000")).code, -2010)
  })

  it("with a price goes to the book", () => {
    const waiting = run(
      funded,
      stop("SELL", "STOP_LOSS", "90000", { type: "STOP_LOSS_LIMIT", price: d("90500"), timeInForce: "GTC" })
    )
    assertBalance(waiting, "BTC", "1.5", "0.5")
    const resting = run(waiting, price("89000"))
    assert.strictEqual(statusOf(resting, 1), "NEW")
    assert.isTrue(Spot.order(resting.spot, 1)?.isWorking)
    const sold = run(resting, price("91000"))
    assert.strictEqual(statusOf(sold, 1), "FILLED")
    assertBalance(sold, "USDT", "145204.75")
  })

  it("at the market expires where it cannot be paid any more", () => {
    const rich = run(funded, stop("BUY", "STOP_LOSS", "100000"))
    assertBalance(rich, "USDT", "50000", "50000")
    const poor = run(rich, limit("BUY", "0.5", "94900"), limit("BUY", "0.02", "94900"), price("200000"))
    assert.strictEqual(statusOf(poor, 1), "EXPIRED")
  })

  it("fires by a trade as well", () => {
    const waiting = run(
      funded,
      stop("SELL", "STOP_LOSS", "94999.98"),
      { ...market("SELL", "1.5"), accountId: "b" }
    )
    assert.strictEqual(statusOf(waiting, 1), "FILLED")
  })
})

describe("self-trade prevention", () => {
  const own = run(funded, limit("SELL", "0.5", "95000"))
  const buy = (selfTradePrevention: Spot.SelfTradePrevention) =>
    place(own, limit("BUY", "0.7", "95000", { selfTradePrevention }))

  it("expires the maker, the taker, both or none", () => {
    const [maker, restsOn] = buy("EXPIRE_MAKER")
    assert.deepStrictEqual([statusOf(maker, 1), restsOn.status, restsOn.executedQty], [
      "EXPIRED_IN_MATCH",
      "NEW",
      "0.00000000"
    ])
    assertBalance(maker, "BTC", "2")
    const [taker, gone] = buy("EXPIRE_TAKER")
    assert.deepStrictEqual([statusOf(taker, 1), gone.status], ["NEW", "EXPIRED_IN_MATCH"])
    assertBalance(taker, "USDT", "100000")
    const [both, alsoGone] = buy("EXPIRE_BOTH")
    assert.deepStrictEqual([statusOf(both, 1), alsoGone.status], ["EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"])
    const [none, filled] = buy("NONE")
    assert.deepStrictEqual([statusOf(none, 1), filled.status, filled.executedQty], [
      "FILLED",
      "PARTIALLY_FILLED",
      "0.50000000"
    ])
  })

  it("is told with what it prevented", () => {
    const [state] = buy("EXPIRE_BOTH")
    const prevented = told(state).filter(({ x }) => x === "TRADE_PREVENTION")
    assert.deepStrictEqual(prevented.map(({ A, U, X, i, v }) => ({ A, U, X, i, v })), [
      { A: "0.50000000", U: 2, X: "EXPIRED_IN_MATCH", i: 1, v: 1 },
      { A: "0.70000000", U: 1, X: "EXPIRED_IN_MATCH", i: 2, v: 1 }
    ])
    const row = succeeds(SpotViews.getMarginOrder(view(state), { symbol: "BTCUSDT", orderId: 2 }))
    assert.deepStrictEqual([row.preventedMatchId, row.preventedQuantity], [1, "0.70000000"])
  })
})

describe("side effects", () => {
  it("borrow what an order lacks, and say so", () => {
    const [state, reply] = place(funded, market("BUY", "1.2", { sideEffect: "MARGIN_BUY" }))
    // 95000.01 + 0.2 * 95000.02 less what is free.
    assert.deepStrictEqual([reply.marginBuyBorrowAmount, reply.marginBuyBorrowAsset], ["14000.014", "USDT"])
    assertDecimal(balance(state, "USDT").borrowed, "14000.014")
    assertBalance(state, "USDT", "0")
    const [loan] = succeeds(LedgerViews.getMarginLoanRecords(view(state), { asset: "USDT" })).rows
    assert.strictEqual(loan?.principal, "14000.01400000")
    assert.deepStrictEqual(told(state).slice(0, 4).map(({ e }) => e), [
      "liabilityChange",
      "balanceUpdate",
      "outboundAccountPosition",
      "liabilityChange"
    ])
    assert.strictEqual(refusal(funded, market("BUY", "20", { sideEffect: "MARGIN_BUY" })).code, 51006)
    const sol = order({ symbol: "SOLUSDT", side: "SELL", type: "MARKET", quantity: d("1"), sideEffect: "MARGIN_BUY" })
    assert.strictEqual(refusal(funded, sol).code, 51014)
  })

  it("repay with what an order brings", () => {
    const indebted = quiet(run(funded, margin("a", "USDT", "0", "50000")))
    const [state] = place(indebted, market("SELL", "0.5", { sideEffect: "AUTO_REPAY" }))
    // 0.5 * 94999.99 * 0.999
    assertDecimal(balance(state, "USDT").borrowed, "2547.504995")
    assertBalance(state, "USDT", "0")
    const [rest] = place(state, market("SELL", "0.5", { sideEffect: "AUTO_BORROW_REPAY" }))
    assertDecimal(balance(rest, "USDT").borrowed, "0")
    const [kept] = place(indebted, market("SELL", "0.5"))
    assertDecimal(balance(kept, "USDT").borrowed, "50000")
  })

  it("give a loan back when the order is cancelled, unless told otherwise", () => {
    const buy = (more: Partial<Order>) =>
      run(funded, limit("BUY", "1.2", "90000", { sideEffect: "MARGIN_BUY", ...more }), {
        _tag: "CancelMarginOrder",
        accountId: "a",
        symbol: "BTCUSDT",
        orderId: 1
      })
    const back = buy({})
    assertBalance(back, "USDT", "100000")
    // The interest of the first hour goes first, so as much of the principal stays.
    assertDecimal(balance(back, "USDT").interest, "0")
    assertDecimal(balance(back, "USDT").borrowed, "0.04411")
    const kept = buy({ autoRepayAtCancel: false })
    assertBalance(kept, "USDT", "108000")
    assertDecimal(balance(kept, "USDT").borrowed, "8000")
  })
})

describe("a pair of orders", () => {
  const placed = succeeds(
    SpotEngine.newMarginOco(
      funded,
      oco("SELL", "0.5", "100000", "90000", {
        listClientOrderId: "pair",
        limitClientOrderId: "limit",
        stopClientOrderId: "stop",
        stopLimitPrice: d("89900"),
        stopLimitTimeInForce: "GTC"
      }),
      now
    )
  )
  const shown = {
    orderListId: 1,
    contingencyType: "OCO",
    listStatusType: "EXEC_STARTED",
    listOrderStatus: "EXECUTING",
    listClientOrderId: "pair",
    transactionTime: now,
    symbol: "BTCUSDT",
    orders: [
      { symbol: "BTCUSDT", orderId: 1, clientOrderId: "stop" },
      { symbol: "BTCUSDT", orderId: 2, clientOrderId: "limit" }
    ]
  }

  it("holds one amount and is shown as the documentation has it", () => {
    const [state, reply] = placed
    assertBalance(state, "BTC", "1.5", "0.5")
    const common = {
      symbol: "BTCUSDT",
      orderListId: 1,
      transactTime: now,
      origQty: "0.50000000",
      executedQty: "0.00000000",
      cummulativeQuoteQty: "0.00000000",
      status: "NEW",
      timeInForce: "GTC",
      side: "SELL"
    }
    assert.deepStrictEqual<unknown>(reply, {
      ...shown,
      orderReports: [
        {
          ...common,
          orderId: 1,
          clientOrderId: "stop",
          price: "89900.00000000",
          type: "STOP_LOSS_LIMIT",
          stopPrice: "90000.00000000"
        },
        { ...common, orderId: 2, clientOrderId: "limit", price: "100000.00000000", type: "LIMIT_MAKER" }
      ]
    })
    assert.deepStrictEqual<unknown>(SpotViews.getMarginOpenOCO(view(state)), [shown])
    assert.deepStrictEqual<unknown>(succeeds(SpotViews.getMarginOCO(view(state), { clientId: "pair" })), shown)
    assert.strictEqual(refused(SpotViews.getMarginOCO(view(state), { orderListId: 2 })).code, -2013)
    assert.lengthOf(succeeds(SpotViews.getAllMarginOCO(view(state), { fromId: 1 })), 1)
  })

  it("ends the stop order as the limit order fills, even in part", () => {
    const sold = run(placed[0], price("101000"))
    assert.deepStrictEqual([statusOf(sold, 1), statusOf(sold, 2)], ["EXPIRED", "FILLED"])
    assertBalance(sold, "BTC", "1.5")
    assertBalance(sold, "USDT", "149950")
    const reply = succeeds(SpotViews.getMarginOCO(view(sold), { orderListId: 1 }))
    assert.deepStrictEqual([reply.listStatusType, reply.listOrderStatus], ["ALL_DONE", "ALL_DONE"])
    const part = run(placed[0], price("99999.99"), limit("BUY", "0.1", "100000", { accountId: "b" }))
    assert.deepStrictEqual([statusOf(part, 1), statusOf(part, 2)], ["EXPIRED", "PARTIALLY_FILLED"])
    assertBalance(part, "BTC", "1.5", "0.4")
    assert.lengthOf(SpotViews.getMarginOpenOCO(view(part)), 1)
  })

  it("ends the limit order as the stop order fires", () => {
    const fired = run(placed[0], price("90000"))
    assert.deepStrictEqual([statusOf(fired, 1), statusOf(fired, 2)], ["FILLED", "EXPIRED"])
    assertBalance(fired, "BTC", "1.5")
    assert.isEmpty(SpotViews.getMarginOpenOCO(view(fired)))
  })

  it("is cancelled whole, by the pair or by one of its orders", () => {
    const [state, reply] = succeeds(SpotEngine.cancelMarginOco(placed[0], {
      _tag: "CancelMarginOco",
      accountId: "a",
      symbol: "BTCUSDT",
      listClientOrderId: "pair",
      newClientOrderId: "bye"
    }, now + 5))
    assert.deepStrictEqual(
      [reply.listStatusType, reply.transactionTime, reply.orderReports.map((row) => [row.status, row.clientOrderId])],
      ["ALL_DONE", now + 5, [["CANCELED", "bye"], ["CANCELED", "bye"]]]
    )
    assertBalance(state, "BTC", "2")
    const byLeg = run(placed[0], {
      _tag: "CancelMarginOrder",
      accountId: "a",
      symbol: "BTCUSDT",
      clientOrderId: "stop"
    })
    assert.deepStrictEqual([statusOf(byLeg, 1), statusOf(byLeg, 2)], ["CANCELED", "CANCELED"])
    assertBalance(byLeg, "BTC", "2")
  })

  it("needs its prices on either side of the last one", () => {
    const relation = "The relationship of the prices for the orders is not correct."
    assert.strictEqual(refusal(funded, oco("SELL", "0.5", "94000", "90000")).msg, relation)
    assert.strictEqual(refusal(funded, oco("SELL", "0.5", "100000", "96000")).msg, relation)
    assert.strictEqual(refusal(funded, oco("BUY", "0.5", "96000", "100000")).msg, relation)
    assert.strictEqual(
      refusal(funded, oco("SELL", "0.5", "100000", "90000", { stopLimitPrice: d("90000") })).code,
      -1102
    )
    const buy = run(funded, oco("BUY", "0.5", "90000", "100000"))
    assertBalance(buy, "USDT", "50000", "50000")
    const bought = run(buy, price("100000"))
    assert.deepStrictEqual([statusOf(bought, 1), statusOf(bought, 2)], ["FILLED", "EXPIRED"])
    // At 100000.01, a little above what was held.
    assertBalance(bought, "USDT", "49999.995")
  })

  it("borrows once for both", () => {
    const [state, reply] = succeeds(
      SpotEngine.newMarginOco(funded, oco("SELL", "2.5", "100000", "90000", { sideEffect: "MARGIN_BUY" }), now)
    )
    assert.deepStrictEqual([reply.marginBuyBorrowAmount, reply.marginBuyBorrowAsset], ["0.5", "BTC"])
    assertDecimal(balance(state, "BTC").borrowed, "0.5")
  })
})

describe("cancelling", () => {
  const open = run(funded, limit("BUY", "0.1", "90000", { clientOrderId: "first" }), limit("BUY", "0.1", "90001"))

  it("names the order and itself", () => {
    const [state, reply] = succeeds(SpotEngine.cancelMarginOrder(quiet(open), {
      _tag: "CancelMarginOrder",
      accountId: "a",
      symbol: "BTCUSDT",
      clientOrderId: "first",
      newClientOrderId: "bye"
    }, now))
    assert.deepStrictEqual(reply, {
      symbol: "BTCUSDT",
      orderId: 1,
      origClientOrderId: "first",
      clientOrderId: "bye",
      price: "90000.00000000",
      origQty: "0.10000000",
      executedQty: "0.00000000",
      cummulativeQuoteQty: "0.00000000",
      status: "CANCELED",
      timeInForce: "GTC",
      type: "LIMIT",
      side: "BUY"
    })
    const [report] = told(state)
    assert.deepStrictEqual([report?.["x"], report?.["c"], report?.["C"], report?.["w"]], [
      "CANCELED",
      "bye",
      "first",
      false
    ])
    assert.strictEqual(
      refusal(state, { _tag: "CancelMarginOrder", accountId: "a", symbol: "BTCUSDT", orderId: 1 }).code,
      -2011
    )
  })

  it("takes all of a pair, with its pairs of orders whole", () => {
    const all: SpotEngine.CancelAllMarginOrders = { _tag: "CancelAllMarginOrders", accountId: "a", symbol: "BTCUSDT" }
    const [state, reply] = succeeds(
      SpotEngine.cancelAllMarginOrders(run(open, oco("SELL", "0.5", "100000", "90000")), all, now)
    )
    assert.deepStrictEqual(reply.map((row) => "orderReports" in row ? row.orders.length : row.orderListId), [-1, -1, 2])
    assertBalance(state, "USDT", "100000")
    assertBalance(state, "BTC", "2")
    assert.strictEqual(refusal(state, all).code, -2011)
    assert.strictEqual(refusal(state, { ...all, symbol: "NOPE" }).code, -1121)
    assert.isTrue(state.spot.books.get("BTCUSDT")?.bids.length === 0)
  })

  it("belongs to the account", () => {
    assert.strictEqual(
      refusal(open, { _tag: "CancelMarginOrder", accountId: "b", symbol: "BTCUSDT", orderId: 1 }).code,
      -2011
    )
  })
})

describe("histories", () => {
  const state = run(
    funded,
    limit("BUY", "0.1", "90000"),
    market("SELL", "0.2"),
    limit("BUY", "0.1", "90001"),
    { ...limit("BUY", "0.1", "3000", { symbol: "ETHUSDT" }) }
  )
  const ids = (query: Omit<Parameters<typeof SpotViews.getAllMarginOrders>[1], "symbol">) =>
    succeeds(SpotViews.getAllMarginOrders(view(state), { symbol: "BTCUSDT", ...query })).map((row) => row.orderId)

  it("are by pair, from an id on, or the last ones", () => {
    assert.deepStrictEqual(ids({}), [1, 2, 3])
    assert.deepStrictEqual(ids({ orderId: 2 }), [2, 3])
    assert.deepStrictEqual(ids({ limit: 2 }), [2, 3])
    assert.deepStrictEqual(ids({ orderId: 1, limit: 2 }), [1, 2])
    assert.deepStrictEqual(ids({ startTime: now + 1 }), [])
    assert.lengthOf(succeeds(SpotViews.getMarginOpenOrders(view(state))), 3)
    assert.lengthOf(succeeds(SpotViews.getMarginOpenOrders(view(state), "ETHUSDT")), 1)
    assert.strictEqual(refused(SpotViews.getMarginOpenOrders(view(state), "NOPE")).code, -1121)
    const missing = SpotViews.getMarginOrder(view(state), { symbol: "ETHUSDT", orderId: 1 })
    assert.strictEqual(refused(missing).code, -2013)
  })

  it("have trades of a day at most", () => {
    const trades = (query: object) => SpotViews.getMarginTrades(view(state), { symbol: "BTCUSDT", ...query })
    assert.lengthOf(succeeds(trades({})), 1)
    assert.lengthOf(succeeds(trades({ orderId: 2 })), 1)
    assert.lengthOf(succeeds(trades({ orderId: 1 })), 0)
    assert.lengthOf(succeeds(trades({ fromId: 2 })), 0)
    assert.strictEqual(refused(trades({ startTime: now - 86_400_001, endTime: now })).code, -1130)
    assert.deepStrictEqual(SpotViews.getMarginForceOrders(), { rows: [], total: 0 })
  })
})

describe("margin of orders", () => {
  it("counts the equity that open orders would lose, and tells it", () => {
    const [state] = place(funded, limit("BUY", "1", "95000"))
    // 95000 USDT at 1 for BTC worth 95000 at 0.95.
    assertDecimal(accountOf(state, "a").openLoss.get("USDT") ?? d("0"), "4750")
    assert.deepStrictEqual(told(state).filter(({ e }) => e === "openOrderLoss"), [
      { e: "openOrderLoss", E: now, O: [{ a: "USDT", o: "-4750" }] }
    ])
    assert.strictEqual(Views.getAccountInfo(view(state)).totalMarginOpenLoss, "-4750.00000000")
    const cheaper = run(state, { _tag: "SetIndexPrice", asset: "BTC", price: d("90000") })
    assertDecimal(accountOf(cheaper, "a").openLoss.get("USDT") ?? d("0"), "9500")
    const gone = run(state, { _tag: "CancelAllMarginOrders", accountId: "a", symbol: "BTCUSDT" })
    assert.isUndefined(accountOf(gone, "a").openLoss.get("USDT"))
    assert.deepStrictEqual(told(gone).findLast(({ e }) => e === "openOrderLoss")?.["O"], [{ a: "USDT", o: "0" }])
    // Selling an asset of a lower rate loses nothing.
    assert.strictEqual(accountOf(run(funded, limit("SELL", "1", "96000")), "a").openLoss.size, 0)
  })

  it("refuses orders whose loss is not covered", () => {
    const tight = quiet(run(
      funded,
      margin("a", "BTC", "0"),
      margin("a", "USDT", "10000"),
      position("a", "UM", "BTCUSDT", "2", "95000")
    ))
    // Initial margin 9500 leaves 500; 0.1 BTC would lose 475.
    succeeds(Engine.apply(tight, limit("BUY", "0.1", "95000"), now))
    assert.strictEqual(refusal(tight, limit("BUY", "0.104", "95500")).code, -2010)
    const free = { ...tight, spot: { ...tight.spot, rules: { ...SpotRules.defaults, openLossBound: false } } }
    succeeds(Engine.apply(free, limit("BUY", "0.104", "95500"), now))
  })

  it("lets an account that may only reduce buy back what it owes, and nothing in liquidation", () => {
    const short = (usdt: `${number}`) => run(funded, margin("a", "USDT", usdt), margin("a", "BTC", "0", "1"))
    // 95000 owed with 9500 of maintenance margin.
    const reducing = short("105500")
    assert.strictEqual(summaryOf(reducing, "a").status, "REDUCE_ONLY")
    succeeds(Engine.apply(reducing, market("BUY", "0.5"), now))
    assert.strictEqual(refusal(reducing, limit("BUY", "1.1", "95000")).code, -3023)
    const other = order({ symbol: "ETHUSDT", side: "BUY", type: "MARKET", quantity: d("0.1") })
    assert.strictEqual(refusal(reducing, other).code, -3023)
    const liquidated = short("104900")
    assert.strictEqual(refusal(liquidated, market("BUY", "0.5")).code, 51068)
  })
})

describe("liquidation", () => {
  // 10000 USDT owed with 1000 of maintenance margin, against BTC at 0.95.
  const owing = run(
    funded,
    { _tag: "SetIndexPrice", asset: "BTC", price: d("13000") },
    margin("a", "USDT", "0", "10000"),
    margin("a", "BTC", "0.9")
  )

  it("cancels the margin orders", () => {
    const ordered = run(
      owing,
      limit("SELL", "0.1", "99000"),
      { _tag: "SetIndexPrice", asset: "BTC", price: d("12950") }
    )
    assert.strictEqual(summaryOf(ordered, "a").status, "REDUCE_ONLY")
    assert.strictEqual(statusOf(ordered, 1), "NEW")
    const fallen = run(ordered, { _tag: "SetIndexPrice", asset: "BTC", price: d("12500") })
    assert.strictEqual(statusOf(fallen, 1), "CANCELED")
  })

  it("pays the debts of the margin wallet with what is in it", () => {
    const fallen = run(owing, { _tag: "SetIndexPrice", asset: "BTC", price: d("12500") })
    assertDecimal(balance(fallen, "USDT").borrowed, "0")
    // 0.8 BTC at 12500 paid 10000 USDT.
    assertBalance(fallen, "BTC", "0.1")
    assert.strictEqual(summaryOf(fallen, "a").status, "NORMAL")
    assert.deepStrictEqual(SpotViews.getMarginForceOrders(), { rows: [], total: 0 })
    const [repaid] = succeeds(LedgerViews.getMarginRepayRecords(view(fallen), { asset: "USDT" })).rows
    assert.strictEqual(repaid?.amount, "10000.00000000")
  })

  it("leaves a bankrupt account where the wallet does not reach", () => {
    const fallen = run(owing, { _tag: "SetIndexPrice", asset: "BTC", price: d("10000") })
    assertDecimal(balance(fallen, "USDT").borrowed, "1000")
    assertBalance(fallen, "BTC", "0")
    assert.strictEqual(summaryOf(fallen, "a").status, "BANKRUPTED")
  })
})
