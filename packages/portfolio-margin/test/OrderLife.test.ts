import * as OrderLife from "@effect-binance/portfolio-margin/OrderLife"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import { at, conditional, decimal, fill, orderId, sighting } from "./support/sightings.ts"

const seeAll = (sightings: ReadonlyArray<OrderLife.Sighting>): OrderLife.Order => {
  const [first, ...others] = sightings
  assert.isDefined(first)
  return others.reduce(
    (order, next) => OrderLife.see(order, next).order,
    OrderLife.see(undefined, first ?? sighting()).order
  )
}

const told = (order: OrderLife.Order) => ({
  status: order.status,
  price: BigDecimal.format(order.price),
  quantity: BigDecimal.format(order.quantity),
  executedQty: BigDecimal.format(order.executedQty),
  fills: [...order.fills.keys()].sort()
})

describe("an order", () => {
  it("is created by the first sighting, whatever it shows", () => {
    const step = OrderLife.see(undefined, sighting({ status: "FILLED", executedQty: decimal("1") }))
    assert.strictEqual(step._tag, "Created")
    assert.strictEqual(step.order.status, "FILLED")
    assert.isFalse(OrderLife.isExplained(step.order))
  })

  it("event before answer and answer before event lead to the same order", () => {
    const answer = sighting({ at: at(1000), createdAt: at(1000) })
    const event = sighting({
      at: at(1001),
      status: "PARTIALLY_FILLED",
      executedQty: decimal("0.4"),
      fill: fill(7, "0.4", 1001)
    })
    assert.deepStrictEqual(told(seeAll([answer, event])), told(seeAll([event, answer])))
    assert.strictEqual(seeAll([event, answer]).createdAt, answer.createdAt)
    assert.strictEqual(OrderLife.see(seeAll([event]), answer)._tag, "Advanced")
    assert.strictEqual(OrderLife.see(seeAll([event, answer]), answer)._tag, "Stale")
  })

  it("counts a fill once, from stream and from trades", () => {
    const event = sighting({
      at: at(1001),
      status: "PARTIALLY_FILLED",
      executedQty: decimal("0.4"),
      fill: fill(7, "0.4", 1001)
    })
    const order = seeAll([sighting(), event])
    assert.strictEqual(OrderLife.see(order, event)._tag, "Repeated")
    assert.strictEqual(OrderLife.see(order, event).fill, undefined)
    assert.strictEqual(OrderLife.seeFill(order, fill(7, "0.4", 1001))._tag, "Repeated")
    const more = OrderLife.seeFill(order, fill(8, "0.1", 1002))
    assert.strictEqual(more.fill?.tradeId, "8")
    assert.strictEqual(BigDecimal.format(more.order.executedQty), "0.5")
    assert.isTrue(OrderLife.isExplained(more.order))
  })

  it("takes the fill of a stale sighting", () => {
    const filled = seeAll([sighting(), sighting({ status: "FILLED", executedQty: decimal("1"), at: at(1005) })])
    const late = OrderLife.see(
      filled,
      sighting({ status: "PARTIALLY_FILLED", executedQty: decimal("0.4"), at: at(1001), fill: fill(7, "0.4", 1001) })
    )
    assert.strictEqual(late.order.status, "FILLED")
    assert.strictEqual(late.fill?.tradeId, "7")
  })

  it("ends once", () => {
    for (const status of ["FILLED", "CANCELED", "REJECTED", "EXPIRED", "EXPIRED_IN_MATCH"]) {
      const ended = seeAll([sighting({ status, at: at(1000) })])
      for (const later of ["NEW", "PARTIALLY_FILLED", "CANCELED", "SOMETHING_NEW"]) {
        assert.strictEqual(OrderLife.see(ended, sighting({ status: later, at: at(9000) })).order.status, status)
      }
    }
  })

  it("takes the quantity that the exchange cut, and an amendment", () => {
    const cut = seeAll([sighting(), sighting({ quantity: decimal("0.6"), at: at(1002) })])
    assert.strictEqual(BigDecimal.format(cut.quantity), "0.6")
    const stale = OrderLife.see(cut, sighting({ at: at(1001) }))
    assert.strictEqual(stale._tag, "Stale")
    assert.strictEqual(BigDecimal.format(stale.order.quantity), "0.6")
  })

  it("that the exchange forgot ends, and any end that is told is believed more", () => {
    const gone = OrderLife.forget(seeAll([sighting()])).order
    assert.isTrue(OrderLife.hasEnded(gone))
    assert.strictEqual(OrderLife.see(gone, sighting({ at: at(5000) })).order.status, OrderLife.gone)
    const told = OrderLife.see(gone, sighting({ status: "CANCELED", at: at(1000) })).order
    assert.strictEqual(told.status, "CANCELED")
    assert.strictEqual(OrderLife.forget(told)._tag, "Repeated")
  })

  it("is told from those of the exchange by its client order id", () => {
    assert.deepStrictEqual(
      ["autoclose-1", "adl_autoclose", "settlement_autoclose-1", "x-autoclose-", ""].map(OrderLife.originOf),
      ["liquidation", "adl", "settlement", "account", "account"]
    )
  })

  it("averages its fills", () => {
    const order = seeAll([sighting({ fill: fill(1, "0.5", 1000) }), sighting({ fill: fill(2, "0.25", 1001) })])
    assert.strictEqual(OrderLife.averagePrice(seeAll([sighting()])), undefined)
    const average = OrderLife.averagePrice(order)
    assert.isTrue(average !== undefined && BigDecimal.equals(average, decimal("90000")))
  })
})

// ---------------------------------------------------------------------------
// Whatever order things come in
// ---------------------------------------------------------------------------

const oneOf = <const A extends string | number>(...values: readonly [A, ...Array<A>]): Arbitrary.Arbitrary<A> =>
  Arbitrary.schema(Schema.Literals(values))

/** What an exchange does to one order: fills and amendments, then perhaps an end. */
const acts = Arbitrary.array(
  Arbitrary.all({
    act: oneOf("fill", "amend", "shrink"),
    tenths: oneOf(1, 2, 3),
    pause: oneOf(0, 1, 5)
  }),
  { minLength: 0, maxLength: 6 }
)

const end = oneOf("CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "live")

interface Truth {
  readonly events: ReadonlyArray<OrderLife.Sighting>
  readonly trades: ReadonlyArray<OrderLife.Fill>
  readonly last: OrderLife.Sighting
}

const live = (
  steps: ReadonlyArray<{ readonly act: string; readonly tenths: number; readonly pause: number }>,
  ends: string
): Truth => {
  let now = 1000
  let shown = sighting({ quantity: decimal("1"), createdAt: at(now) })
  const events: Array<OrderLife.Sighting> = [shown]
  const trades: Array<OrderLife.Fill> = []
  const show = (change: Partial<OrderLife.Sighting>) => {
    shown = { ...shown, fill: undefined, ...change, at: at(now) }
    events.push(shown)
  }
  for (const { act, pause, tenths } of steps) {
    if (OrderLife.hasEnded(shown)) break
    // Two changes of the terms alone never carry one time.
    now += act === "fill" ? pause : pause + 1
    if (act === "amend") show({ price: BigDecimal.sum(shown.price, decimal("1")) })
    else if (act === "shrink") {
      const quantity = BigDecimal.max(shown.executedQty, BigDecimal.subtract(shown.quantity, decimal("0.1")))
      if (!BigDecimal.equals(quantity, shown.executedQty)) show({ quantity })
    } else {
      const left = BigDecimal.subtract(shown.quantity, shown.executedQty)
      const quantity = BigDecimal.min(left, BigDecimal.make(BigInt(tenths), 1))
      const executedQty = BigDecimal.sum(shown.executedQty, quantity)
      const trade = fill(trades.length + 1, BigDecimal.format(quantity), now)
      trades.push(trade)
      show({
        executedQty,
        status: BigDecimal.equals(executedQty, shown.quantity) ? "FILLED" : "PARTIALLY_FILLED",
        fill: trade
      })
    }
  }
  if (!OrderLife.hasEnded(shown) && ends !== "live") {
    now += 1
    show({ status: ends })
  }
  return { events, trades, last: shown }
}

const shuffled = <A>(items: ReadonlyArray<A>, keys: ReadonlyArray<number>): ReadonlyArray<A> =>
  items
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0, index }))
    .sort((one, other) => one.key - other.key || one.index - other.index)
    .map(({ item }) => item)

const keys = Arbitrary.array(oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), { minLength: 5, maxLength: 40 })

describe("whatever order things come in", () => {
  it.prop(
    "events, answers and trades, shuffled and doubled, lead to the last state",
    { acts, end, keys, lost: keys },
    ({ acts, end, keys, lost }) => {
      const { events, last, trades } = live(acts, end)
      const answers = events.map((event) => ({ ...event, fill: undefined }))
      // Events may be lost, and the last state is asked for; every fill comes by the stream or from the trades.
      const kept = [...events, ...events].filter((_, index) => (lost[index % lost.length] ?? 0) % 3 !== 0)
      const sightings = shuffled([...kept, ...answers, { ...last, fill: undefined }], keys)
      let order = seeAll(sightings)
      for (const trade of shuffled([...trades, ...trades], keys)) order = OrderLife.seeFill(order, trade).order
      assert.deepStrictEqual(told(order), {
        status: last.status,
        price: BigDecimal.format(last.price),
        quantity: BigDecimal.format(last.quantity),
        executedQty: BigDecimal.format(last.executedQty),
        fills: trades.map((trade) => trade.tradeId).sort()
      })
      assert.isTrue(OrderLife.isExplained(order))
    },
    { arbitrary: { runs: 1000 } }
  )

  it.prop(
    "each fill is reported exactly once",
    { acts, end, keys },
    ({ acts, end, keys }) => {
      const { events, trades } = live(acts, end)
      let order: OrderLife.Order | undefined
      const reported: Array<string> = []
      for (const seen of shuffled([...events, ...events], keys)) {
        const step = OrderLife.see(order, seen)
        order = step.order
        if (step.fill !== undefined) reported.push(step.fill.tradeId)
      }
      assert.deepStrictEqual(reported.sort(), trades.map((trade) => trade.tradeId).sort())
    },
    { arbitrary: { runs: 500 } }
  )
})

describe("a conditional order", () => {
  const steps = [
    conditional(),
    conditional({ status: "TRIGGERING", at: at(1001) }),
    conditional({ status: "TRIGGERED", at: at(1001), orderId: orderId("77") }),
    conditional({ status: "FINISHED", at: at(1002) })
  ]

  it.prop("goes forward only, and keeps the order it became", { keys }, ({ keys }) => {
    let known: OrderLife.Conditional | undefined
    for (const seen of shuffled([...steps, ...steps], keys)) known = OrderLife.seeConditional(known, seen).order
    assert.strictEqual(known?.status, "FINISHED")
    assert.strictEqual(known?.orderId, "77")
  })

  it("ends once", () => {
    const ended = OrderLife.seeConditional(undefined, conditional({ status: "REJECTED", reason: "margin" })).order
    const later = OrderLife.seeConditional(ended, conditional({ status: "TRIGGERED", at: at(5000) }))
    assert.strictEqual(later._tag, "Stale")
    assert.strictEqual(later.order.status, "REJECTED")
    assert.strictEqual(later.order.reason, "margin")
  })
})

describe("the table of transitions in the guide", () => {
  const page = Fs.readFileSync(new URL("../../../docs/mirror.md", import.meta.url), "utf8")
  const [, rest = ""] = page.split("<!-- transitions -->")
  const rows = rest.trim().split("\n\n")[0]?.split("\n") ?? []
  const cells = rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", "")))
  const [heads = [], , ...body] = cells

  const of = (known: string, seen: string): string => {
    const younger = sighting({ status: seen, price: decimal("91000"), at: at(2000) })
    if (known === "not known") return OrderLife.see(undefined, younger).order.status === seen ? "taken" : "ignored"
    const before = known === OrderLife.gone
      ? OrderLife.forget(seeAll([sighting()])).order
      : seeAll([sighting({ status: known })])
    const { order } = OrderLife.see(before, younger)
    // Where both are the same, the new price tells.
    if (order.status === seen && (known !== seen || !OrderLife.isEnd(known))) return "taken"
    return OrderLife.isEnd(seen) ? "stays" : "ignored"
  }

  it("says what is done", () => {
    assert.strictEqual(body.length, 9)
    for (const [known = "", ...said] of body) {
      said.forEach((expected, index) => {
        const seen = heads[index + 1] ?? ""
        assert.strictEqual(of(known, seen), expected, `${known} and then ${seen}`)
      })
    }
  })
})
