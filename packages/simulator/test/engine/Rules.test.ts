/** What orders of UM and CM do, rule by rule. */
import * as Engine from "@effect-binance/simulator/Engine"
import * as OrderRules from "@effect-binance/simulator/OrderRules"
import { assert, describe, it } from "@effect/vitest"
import {
  apply,
  begin,
  d,
  exchange,
  funded,
  order,
  positionOf,
  price,
  refusal,
  statuses,
  told,
  waiting
} from "./futures.ts"

const buy = (quantity: `${number}`, limit: `${number}`, more: Partial<Parameters<typeof order>[0]> = {}) =>
  order({ side: "BUY", type: "LIMIT", quantity, price: limit, ...more })

const sell = (quantity: `${number}`, limit: `${number}`, more: Partial<Parameters<typeof order>[0]> = {}) =>
  order({ side: "SELL", type: "LIMIT", quantity, price: limit, ...more })

const market = (side: "BUY" | "SELL", quantity: `${number}`, more: Partial<Parameters<typeof order>[0]> = {}) =>
  order({ side, type: "MARKET", quantity, ...more })

describe("time in force", () => {
  it("GTC crosses and rests with the remainder", () => {
    const state = apply(exchange(), buy("3", "95000.2"))
    assert.strictEqual(positionOf(state), "2")
    assert.deepStrictEqual(statuses(state), ["PARTIALLY_FILLED"])
    assert.deepStrictEqual(statuses(Engine.advance(state, begin + 1000)), ["FILLED"])
  })

  it("IOC ends EXPIRED with what it could not have", () => {
    const state = apply(exchange(), buy("3", "95000.2", { timeInForce: "IOC" }))
    assert.strictEqual(positionOf(state), "2")
    assert.deepStrictEqual(statuses(state), ["EXPIRED"])
  })

  it("FOK is filled whole or refused", () => {
    assert.strictEqual(refusal(exchange(), buy("3", "95000.2", { timeInForce: "FOK" })), -5021)
    assert.strictEqual(positionOf(apply(exchange(), buy("2", "95000.2", { timeInForce: "FOK" }))), "2")
  })

  it("GTX never takes", () => {
    assert.strictEqual(refusal(exchange(), buy("1", "95000.1", { timeInForce: "GTX" })), -5022)
    assert.deepStrictEqual(statuses(apply(exchange(), buy("1", "95000", { timeInForce: "GTX" }))), ["NEW"])
  })

  it("GTD ends at its second", () => {
    const goodTillDate = begin + 700_500
    assert.strictEqual(
      refusal(exchange(), buy("1", "94000", { timeInForce: "GTD", goodTillDate: begin + 600_000 })),
      -5040
    )
    const state = apply(exchange(), buy("1", "94000", { timeInForce: "GTD", goodTillDate }))
    assert.deepStrictEqual(statuses(Engine.advance(state, begin + 699_999)), ["NEW"])
    assert.deepStrictEqual(statuses(Engine.advance(state, begin + 700_000)), ["EXPIRED"])
  })

  it("a market order takes up to its bound", () => {
    const lower = apply(exchange(), { _tag: "ChangeUmLeverage", accountId: "a", symbol: "BTCUSDT", leverage: 10 })
    const state = apply(lower, market("BUY", "110"))
    assert.strictEqual(positionOf(state), "100")
    assert.deepStrictEqual(statuses(state), ["EXPIRED"])
    const away = apply(exchange(), { _tag: "SetLastPrice", symbol: "BTCUSDT", price: d("120000") })
    assert.strictEqual(refusal(away, market("BUY", "1")), -4131)
  })
})

describe("filters", () => {
  it.each([
    ["price 0", buy("1", "0"), -4001],
    ["price above the maximum", buy("1", "5000000"), -4002],
    ["price too exact", buy("1", "94000.01"), -1111],
    ["price above the cap of a buy", buy("1", "99750.1"), -4016],
    ["price below the floor of a sell", sell("1", "90249.9"), -4024],
    ["quantity 0", buy("0", "94000"), -4003],
    ["quantity too small", buy("0.0001", "94000"), -4004],
    ["quantity too large", buy("1001", "94000"), -4005],
    ["market quantity too large", market("BUY", "121"), -4005],
    ["notional too small", buy("0.001", "40000"), -4164],
    ["position side in one-way mode", buy("1", "94000", { positionSide: "LONG" }), -4061],
    ["margin", buy("1000", "95000"), -2027]
  ])("%s", (_, command, code) => assert.strictEqual(refusal(exchange(), command), code))

  it("a buy far below the market is let in", () => {
    assert.deepStrictEqual(statuses(apply(exchange(), buy("1", "60000"))), ["NEW"])
  })

  it("counts open orders", () => {
    let state = exchange()
    for (let count = 0; count < 200; count++) state = apply(state, buy("0.001", "90000"))
    assert.strictEqual(refusal(state, buy("0.001", "90000")), -2025)
  })

  it("a client id is free again when its order has ended", () => {
    const first = apply(exchange(), buy("1", "94000", { newClientOrderId: "one" }))
    assert.strictEqual(refusal(first, buy("1", "94000", { newClientOrderId: "one" })), -4116)
    const cancelled = apply(first, {
      _tag: "CancelOrder",
      accountId: "a",
      product: "UM",
      symbol: "BTCUSDT",
      origClientOrderId: "one"
    })
    assert.deepStrictEqual(statuses(apply(cancelled, buy("1", "94000", { newClientOrderId: "one" }))), [
      "CANCELED",
      "NEW"
    ])
  })
})

describe("margin", () => {
  it("is asked for by opening orders only", () => {
    const poor = exchange([funded("a", {
      margin: new Map([["USDT", {
        free: d("10000"),
        locked: d("0"),
        borrowed: d("0"),
        interest: d("0"),
        updateTime: begin
      }]])
    })])
    const state = apply(poor, market("BUY", "2"))
    assert.strictEqual(refusal(state, market("BUY", "0.1")), -2019)
    assert.strictEqual(positionOf(apply(state, market("SELL", "2"))), "0")
  })
})

describe("reduce only", () => {
  const long = apply(exchange(), market("BUY", "2"))

  it("is cut to the position", () => {
    assert.strictEqual(positionOf(apply(long, market("SELL", "5", { reduceOnly: true }))), "0")
  })

  it("is refused without a position, and where others close it already", () => {
    assert.strictEqual(refusal(exchange(), market("SELL", "1", { reduceOnly: true })), -2022)
    assert.strictEqual(refusal(long, market("BUY", "1", { reduceOnly: true })), -2022)
    const closing = apply(long, sell("2", "96000", { reduceOnly: true }))
    assert.strictEqual(refusal(closing, sell("1", "96000", { reduceOnly: true })), -4118)
  })

  it("ends with the position", () => {
    const closing = apply(long, sell("2", "96000", { reduceOnly: true }))
    assert.deepStrictEqual(statuses(apply(closing, market("SELL", "2"))), ["FILLED", "EXPIRED", "FILLED"])
  })

  it("may be below the minimum notional", () => {
    const state = apply(exchange(), buy("0.001", "95001"))
    assert.strictEqual(positionOf(state), "0.001")
    const low = apply(state, price("40000"))
    assert.strictEqual(refusal(low, market("SELL", "0.001")), -4164)
    assert.strictEqual(positionOf(apply(low, market("SELL", "0.001", { reduceOnly: true }))), "0")
  })
})

describe("hedge mode", () => {
  const hedged = exchange([funded("a", { dualSidePosition: true })])

  it("holds both sides apart", () => {
    let state = apply(hedged, market("BUY", "2", { positionSide: "LONG" }))
    state = apply(state, market("SELL", "1", { positionSide: "SHORT" }))
    state = apply(state, market("SELL", "0.5", { positionSide: "LONG" }))
    assert.strictEqual(positionOf(state, "a", "BTCUSDT", "LONG"), "1.5")
    assert.strictEqual(positionOf(state, "a", "BTCUSDT", "SHORT"), "-1")
  })

  it("needs the side, and never closes more than there is", () => {
    assert.strictEqual(refusal(hedged, market("BUY", "1")), -4061)
    assert.strictEqual(refusal(hedged, market("SELL", "1", { positionSide: "LONG" })), -2022)
    assert.strictEqual(refusal(hedged, market("BUY", "1", { positionSide: "LONG", reduceOnly: true })), -1106)
  })
})

describe("one-way mode", () => {
  it("flips a position, realising what it closed", () => {
    const state = apply(apply(exchange(), market("BUY", "1")), market("SELL", "1.5"))
    assert.strictEqual(positionOf(state), "-0.5")
    const trades = state.futures.floors.get("a")?.desks.get("BTCUSDT")?.trades.shared ?? []
    assert.deepStrictEqual(trades.map(({ realized }) => String(realized.value)), ["0", "-20000000", "0"])
  })
})

describe("price match", () => {
  it.each(
    [
      ["BUY", "OPPONENT", "95000.1"],
      ["BUY", "OPPONENT_5", "95000.5"],
      ["BUY", "QUEUE", "94999.9"],
      ["BUY", "QUEUE_20", "94998"],
      ["SELL", "OPPONENT", "94999.9"],
      ["SELL", "QUEUE_10", "95001"]
    ] as const
  )("%s at %s is %s", (side, priceMatch, expected) => {
    const state = apply(exchange(), order({ side, type: "LIMIT", timeInForce: "GTC", quantity: "1", priceMatch }))
    const [placed] = told(state)
    assert.deepInclude(placed?.o, {
      p: priceMatch === "QUEUE_20" ? "94998.0" : priceMatch === "QUEUE_10" ? "95001.0" : expected
    })
  })

  it("is refused beyond the book, or takes its last level", () => {
    const thin = (rules: OrderRules.OrderRules) => {
      const state = exchange(undefined, rules)
      const contract = state.market.contracts.get("BTCUSDT")
      assert(contract !== undefined)
      const contracts = new Map(state.market.contracts)
        .set("BTCUSDT", { ...contract, ladder: { ...contract.ladder, levels: 3 } })
      return { ...state, market: { ...state.market, contracts } }
    }
    const command = order({ side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1", priceMatch: "QUEUE_5" })
    assert.strictEqual(refusal(thin(OrderRules.defaults), command), -1112)
    assert.deepStrictEqual(
      statuses(apply(thin({ ...OrderRules.defaults, priceMatchBeyondBook: "last" }), command)),
      ["NEW"]
    )
  })
})

describe("accounts crossing each other", () => {
  it("trade by price, then by time", () => {
    let state = apply(exchange([funded("a"), funded("b"), funded("c")]), sell("1", "95000", { accountId: "b" }))
    state = apply(state, sell("1", "95000", { accountId: "c" }))
    state = apply(state, buy("1.5", "95000"))
    assert.deepStrictEqual(["a", "b", "c"].map((id) => positionOf(state, id)), ["1.5", "-1", "-0.5"])
  })

  it("an amended order queues anew", () => {
    let state = apply(exchange([funded("a"), funded("b"), funded("c")]), sell("1", "95000", { accountId: "b" }))
    state = apply(state, sell("1", "95000", { accountId: "c" }))
    state = apply(state, {
      _tag: "ModifyOrder",
      accountId: "b",
      product: "UM",
      symbol: "BTCUSDT",
      orderId: 1n,
      side: "SELL",
      quantity: d("0.9"),
      price: d("95000")
    })
    state = apply(state, buy("1", "95000"))
    assert.deepStrictEqual(["a", "b", "c"].map((id) => positionOf(state, id)), ["1", "0", "-1"])
  })
})

describe("self-trade prevention", () => {
  const resting = apply(exchange(), sell("1", "95000"))

  it.each(
    [
      ["EXPIRE_TAKER", ["NEW", "EXPIRED_IN_MATCH"], "0"],
      ["EXPIRE_MAKER", ["EXPIRED_IN_MATCH", "NEW"], "0"],
      ["EXPIRE_BOTH", ["EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"], "0"]
    ] as const
  )("%s", (selfTradePreventionMode, expected, position) => {
    const state = apply(resting, buy("1", "95000", { selfTradePreventionMode }))
    assert.deepStrictEqual(statuses(state), expected)
    assert.strictEqual(positionOf(state), position)
  })

  it("takes NONE as the rules say", () => {
    const none = buy("1", "95000", { selfTradePreventionMode: "NONE" })
    assert.deepStrictEqual(statuses(apply(resting, none)), ["EXPIRED_IN_MATCH", "NEW"])
    const rules = (selfTradePreventionNone: "refused" | "allowed") => ({
      ...OrderRules.defaults,
      selfTradePreventionNone
    })
    assert.strictEqual(refusal({ ...resting, rules: rules("refused") }, none), -5039)
    assert.deepStrictEqual(statuses(apply({ ...resting, rules: rules("allowed") }, none)), ["FILLED", "FILLED"])
  })
})

describe("amendments", () => {
  const resting = apply(exchange(), buy("1", "94000"))
  const modify = (quantity: `${number}`, limit: `${number}`) => ({
    _tag: "ModifyOrder" as const,
    accountId: "a",
    product: "UM" as const,
    symbol: "BTCUSDT",
    orderId: 1n,
    side: "BUY" as const,
    quantity: d(quantity),
    price: d(limit)
  })

  it("change price and quantity, and may take", () => {
    assert.deepStrictEqual(statuses(apply(resting, modify("1", "95000.1"))), ["FILLED"])
  })

  it("are refused where they change nothing, break a filter or come too often", () => {
    assert.strictEqual(refusal(resting, modify("1", "94000")), -5027)
    assert.strictEqual(refusal(resting, modify("0.001", "40000")), -5029)
    assert.strictEqual(
      refusal({ ...resting, rules: { ...OrderRules.defaults, maxAmendments: 0 } }, modify("1", "93000")),
      -5026
    )
    assert.strictEqual(refusal(exchange(), modify("1", "93000")), -2013)
  })

  it("cancel where nothing would be left, or a post-only order would take", () => {
    const partly = apply(exchange(), buy("3", "95000.2"))
    assert.deepStrictEqual(statuses(apply(partly, modify("2", "95000.2"))), ["CANCELED"])
    const posted = apply(exchange(), buy("1", "94000", { timeInForce: "GTX" }))
    assert.deepStrictEqual(statuses(apply(posted, modify("1", "95000.1"))), ["CANCELED"])
  })
})

describe("conditional orders", () => {
  const events = (state: Engine.State) =>
    told(state).flatMap(({ ao, so }) => [ao, so]).flatMap((body) =>
      typeof body === "object" && body !== null ? ["X" in body ? body.X : "os" in body ? body.os : ""] : []
    )

  it("a stop fires on the last price and is an order of its own", () => {
    const placed = apply(
      exchange(),
      waiting({ type: "STOP_MARKET", side: "SELL", quantity: "1", triggerPrice: "94000" })
    )
    const marked = apply(placed, { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d("93000") })
    assert.strictEqual(positionOf(marked), "0")
    const fired = apply(marked, { _tag: "SetLastPrice", symbol: "BTCUSDT", price: d("94000") })
    assert.strictEqual(positionOf(fired), "-1")
    assert.deepStrictEqual(events(fired), ["NEW", "TRIGGERING", "TRIGGERED", "FINISHED"])
  })

  it("watches the mark price where asked to", () => {
    const placed = apply(
      exchange(),
      waiting({
        type: "TAKE_PROFIT",
        side: "SELL",
        quantity: "1",
        price: "96000",
        triggerPrice: "95500",
        workingType: "MARK_PRICE"
      })
    )
    const last = apply(placed, { _tag: "SetLastPrice", symbol: "BTCUSDT", price: d("96000") })
    assert.deepStrictEqual(events(last), ["NEW"])
    const mark = apply(placed, { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d("95500") })
    assert.deepStrictEqual(events(mark), ["NEW", "TRIGGERING", "TRIGGERED"])
    assert.deepStrictEqual(statuses(mark), ["NEW"])
  })

  it("is refused where it would fire at once", () => {
    assert.strictEqual(
      refusal(exchange(), waiting({ type: "STOP_MARKET", side: "BUY", quantity: "1", triggerPrice: "95000" })),
      -2021
    )
    assert.strictEqual(
      refusal(
        exchange(),
        waiting({
          type: "TRAILING_STOP_MARKET",
          side: "SELL",
          quantity: "1",
          callbackRate: "1",
          activatePrice: "94000"
        })
      ),
      -2021
    )
  })

  it("trails the price from where it begins", () => {
    const placed = apply(
      exchange(),
      waiting({ type: "TRAILING_STOP_MARKET", side: "SELL", quantity: "1", callbackRate: "1", activatePrice: "96000" })
    )
    const early = apply(placed, price("90000"))
    assert.strictEqual(positionOf(early), "0")
    const active = apply(early, price("97000"))
    const held = apply(active, price("96100"))
    assert.strictEqual(positionOf(held), "0")
    assert.strictEqual(positionOf(apply(held, price("96030"))), "-1")
  })

  it("needs margin when it fires, and tells why it was refused", () => {
    const placed = apply(
      exchange(),
      waiting({ type: "STOP_MARKET", side: "BUY", quantity: "110", triggerPrice: "95500" })
    )
    const fired = apply(placed, price("95500"))
    assert.deepStrictEqual(events(fired), ["NEW", "TRIGGERING", "REJECTED"])
    const coin = apply(
      exchange([funded("a", { margin: new Map() })]),
      waiting({
        product: "CM",
        symbol: "ETHUSD_PERP",
        type: "STOP_MARKET",
        side: "BUY",
        quantity: "1000000",
        triggerPrice: "3300"
      })
    )
    assert.deepStrictEqual(events(apply(coin, price("3300", "ETHUSD_PERP"))), ["NEW", "EXPIRED"])
  })

  it("closes the whole position of then", () => {
    const long = apply(exchange(), market("BUY", "1"))
    const placed = apply(
      long,
      waiting({ type: "STOP_MARKET", side: "SELL", closePosition: true, triggerPrice: "94000" })
    )
    const more = apply(placed, market("BUY", "1"))
    assert.strictEqual(positionOf(apply(more, price("94000"))), "0")
    assert.deepStrictEqual(events(apply(more, market("SELL", "2"))), ["NEW", "EXPIRED"])
  })

  it("is held back while mark and last price are apart", () => {
    const placed = apply(
      exchange(),
      waiting({ type: "STOP_MARKET", side: "SELL", quantity: "1", triggerPrice: "94000", priceProtect: true })
    )
    const apart = apply(placed, { _tag: "SetLastPrice", symbol: "BTCUSDT", price: d("89000") })
    assert.deepStrictEqual(events(apart), ["NEW"])
    const near = apply(apart, { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: d("89500") })
    assert.strictEqual(positionOf(near), "-1")
  })
})
