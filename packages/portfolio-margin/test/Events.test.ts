import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Events from "@effect-binance/portfolio-margin/Events"
import type * as Futures from "@effect-binance/portfolio-margin/events/Futures"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"

const directory = new URL("fixtures/events/", import.meta.url)

type Json = { readonly [name: string]: unknown }

const isJson = (u: unknown): u is Json => typeof u === "object" && u !== null && !Array.isArray(u)

const parse = (text: string): Json => {
  const value = Result.getOrThrow(LosslessJson.parse(text))
  return isJson(value) ? value : {}
}

const sample = (name: string): Json => parse(Fs.readFileSync(new URL(`${name}.json`, directory), "utf8"))

const samples = Fs.readdirSync(directory).map((file) => file.replace(".json", ""))

const tags: { readonly [name: string]: Events.Event["_tag"] } = {
  ACCOUNT_CONFIG_UPDATE: "AccountConfigUpdate",
  ACCOUNT_UPDATE: "AccountUpdate",
  ALGO_UPDATE: "AlgoUpdate",
  CONDITIONAL_ORDER_TRADE_UPDATE: "ConditionalOrderTradeUpdate",
  ORDER_TRADE_UPDATE: "OrderTradeUpdate",
  PM_PRO_ACCOUNT_UPDATE: "ProAccountUpdate",
  balanceUpdate: "BalanceUpdate",
  executionReport: "ExecutionReport",
  liabilityChange: "LiabilityChange",
  listenKeyExpired: "ListenKeyExpired",
  openOrderLoss: "OpenOrderLoss",
  outboundAccountPosition: "OutboundAccountPosition",
  riskLevelChange: "RiskLevelChange"
}

const encode = Schema.encodeUnknownEffect(Events.KnownEvent)

// Numbers a double cannot hold are text where they were read without loss.
const changed = (name: string, change: Json, of?: string): Json => {
  const message = sample(name)
  const inner = of === undefined ? undefined : message[of]
  return of === undefined || !isJson(inner) ? { ...message, ...change } : { ...message, [of]: { ...inner, ...change } }
}

const without = (name: string, of: string, fields: ReadonlyArray<string>): Json => {
  const message = sample(name)
  const inner = message[of]
  return {
    ...message,
    [of]: Object.fromEntries(Object.entries(isJson(inner) ? inner : {}).filter(([key]) => !fields.includes(key)))
  }
}

const orderOf = (event: Events.Event): Futures.FuturesOrderState | undefined =>
  event._tag === "OrderTradeUpdate" ? event.order : undefined

describe("Events", () => {
  it.effect.each(samples)(
    "the documented sample is read in full and written back: %s",
    (name) =>
      Effect.gen(function*() {
        const [event, drift] = Events.decodeWithDrift(sample(name))
        assert.strictEqual(event._tag, tags[name])
        assert.deepStrictEqual(drift, [])
        assert.deepStrictEqual(yield* encode(event), sample(name))
      })
  )

  it.effect("whatever an event says survives being written and read", () =>
    Effect.gen(function*() {
      for (
        const event of yield* Arbitrary.sampleEffect(Arbitrary.schema(Schema.toType(Events.KnownEvent)), { count: 300 })
      ) {
        const sent = JSON.stringify(yield* encode(event))
        const [read, drift] = Events.decodeWithDrift(Result.getOrThrow(LosslessJson.parse(sent)))
        assert.strictEqual(read._tag, event._tag)
        assert.isTrue(drift.every((one) => one._tag === "UnknownMember"))
        // Written once more, since ids may be generated with leading zeros.
        assert.strictEqual(JSON.stringify(yield* encode(read)), sent)
      }
    }))

  it("ids beyond 2^53 stay exact", () => {
    const text = JSON.stringify(changed("ORDER_TRADE_UPDATE", { i: 0, t: 0 }, "o"))
      .replace(`"i":0,`, `"i":8389766145050669870,`)
      .replace(`"t":0,`, `"t":9007199254740993,`)
    const order = orderOf(Events.decode(parse(text)))
    assert.deepStrictEqual([order?.orderId, order?.tradeId], ["8389766145050669870", "9007199254740993"])
  })

  it.each(["9007199254740994", "8389766145050669000"])("the id %s is read although a double holds it", (id) => {
    const text = JSON.stringify(changed("ORDER_TRADE_UPDATE", { i: 0 }, "o")).replace(`"i":0,`, `"i":${id},`)
    assert.strictEqual(orderOf(Events.decode(parse(text)))?.orderId, id)
  })

  it("an event without a fill has no trade", () => {
    assert.isNull(orderOf(Events.decode(sample("ORDER_TRADE_UPDATE")))?.tradeId)
    const margin = Events.decode(sample("executionReport"))
    assert.deepStrictEqual(
      margin._tag === "ExecutionReport" ? [margin.tradeId, margin.orderListId] : [],
      [null, null]
    )
  })

  it.each<[string, Json]>([
    ["no commission", without("ORDER_TRADE_UPDATE", "o", ["N", "n"])],
    ["no trigger", without("ORDER_TRADE_UPDATE", "o", ["st", "si"])],
    ["a change with a number", changed("ORDER_TRADE_UPDATE", { M: 17, x: "AMENDMENT" }, "o")],
    ["a price match", changed("ORDER_TRADE_UPDATE", { pm: "QUEUE_5" }, "o")],
    ["a liquidation", changed("ORDER_TRADE_UPDATE", { c: "autoclose-1", o: "LIQUIDATION", x: "CALCULATED" }, "o")],
    ["expired in match", changed("ORDER_TRADE_UPDATE", { x: "EXPIRED", X: "EXPIRED_IN_MATCH" }, "o")],
    ["figures as numbers", changed("ORDER_TRADE_UPDATE", { q: 0.001, p: 0 }, "o")],
    ["no alias", Object.fromEntries(Object.entries(sample("ORDER_TRADE_UPDATE")).filter(([key]) => key !== "i"))],
    ["an algo order under the other name", { ...sample("ALGO_UPDATE"), ao: undefined, o: sample("ALGO_UPDATE").ao }],
    ["an algo order that fired", changed("ALGO_UPDATE", { X: "TRIGGERED", ai: "8389766145050669870" }, "ao")],
    ["a trailing algo order", changed("ALGO_UPDATE", { o: "TRAILING_STOP_MARKET", ia: true, tp: "" }, "ao")],
    ["an algo order that closes the position", changed("ALGO_UPDATE", { cp: true, q: "", f: "GTE_GTC" }, "ao")],
    ["a conditional order that waits", without("CONDITIONAL_ORDER_TRADE_UPDATE", "so", ["i", "AP", "cr"])],
    ["funding, cross: balances only", { ...sample("ACCOUNT_UPDATE"), a: { m: "FUNDING_FEE", S: "BTCUSDT", B: [] } }],
    ["risk level under the other name", changed("riskLevelChange", { e: "RISK_LEVEL_CHANGE" })],
    [
      "a margin order as it really comes",
      Object.fromEntries(
        Object.entries(sample("executionReport")).filter(([key]) =>
          !["d", "D", "j", "J", "v", "u", "U", "A", "B", "Cs", "pl", "pL", "pY", "eR"].includes(key)
        )
      )
    ]
  ])("is read as it was seen live: %s", (_, message) => {
    const [event, drift] = Events.decodeWithDrift(message)
    assert.notStrictEqual(event._tag, "MalformedFrame", JSON.stringify(event))
    assert.notStrictEqual(event._tag, "UnknownEvent")
    assert.deepStrictEqual(drift, [])
  })

  it("bep as a number (documented as text) is read", () => {
    const event = Events.decode({
      ...sample("ACCOUNT_UPDATE"),
      a: { m: "ORDER", P: [{ s: "BTCUSDT", pa: "1", ep: "2", cr: "0", up: "0", ps: "BOTH", bep: 1.5 }] }
    })
    const [position] = event._tag === "AccountUpdate" ? event.account.positions : []
    assert.isTrue(
      position?.breakEvenPrice !== undefined &&
        BigDecimal.equals(position.breakEvenPrice, BigDecimal.fromStringUnsafe("1.5"))
    )
    assert.deepStrictEqual(event._tag === "AccountUpdate" ? event.account.balances : undefined, [])
  })

  it("members that are not documented pass, and are told", () => {
    const [event, drift] = Events.decodeWithDrift({ ...changed("ORDER_TRADE_UPDATE", { X: "FROZEN" }, "o"), fs: "XM" })
    assert.strictEqual(orderOf(event)?.status, "FROZEN")
    assert.strictEqual(event._tag === "OrderTradeUpdate" ? event.businessUnit : "", "XM")
    assert.deepStrictEqual(drift.map((one) => one._tag === "UnknownMember" ? one.value : ""), ["XM", "FROZEN"])
  })

  it("an event that is not known passes as it came", () => {
    const raw = { e: "MARGIN_CALL", E: 1700000000000, p: [{ s: "BTCUSDT" }] }
    assert.deepStrictEqual(Events.decode(raw), {
      _tag: "UnknownEvent",
      name: "MARGIN_CALL",
      eventTime: DateTime.makeUnsafe(1700000000000),
      raw
    })
  })

  it.each<[string, unknown, string | undefined]>([
    ["an event without what it must have", without("ORDER_TRADE_UPDATE", "o", ["i"]), "ORDER_TRADE_UPDATE"],
    ["an event with a position that cannot be read", {
      ...sample("ACCOUNT_UPDATE"),
      a: { m: "ORDER", P: [{ s: "BTCUSDT", ps: "BOTH" }] }
    }, "ACCOUNT_UPDATE"],
    ["text", "hello", undefined],
    ["a list", [1, 2], undefined],
    ["null", null, undefined],
    ["no name", { E: 1 }, undefined],
    ["a name that is none", { e: 5 }, undefined]
  ])("what cannot be read is told as that: %s", (_, raw, name) => {
    const event = Events.decode(raw)
    assert.strictEqual(event._tag, "MalformedFrame")
    assert.strictEqual(event._tag === "MalformedFrame" ? event.name : "", name)
  })

  it("the excerpt of what cannot be read holds no listen key", () => {
    const key = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"
    for (const before of [0, 100, 180, 195, 199, 230]) {
      const { excerpt } = Events.malformed(undefined, "", `${" ".repeat(before)}${key}${" ".repeat(300)}`)
      for (let at = 0; at + 8 <= key.length; at++) assert.notInclude(excerpt, key.slice(at, at + 8))
      assert.isAtMost(excerpt.length, 200)
    }
  })
})
