import type { Drift } from "@effect-binance/core/Drift"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Message from "@effect-binance/core/Message"
import * as View from "@effect-binance/core/View"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Events from "@effect-binance/portfolio-margin/Events"
import * as Samples from "@effect-binance/simulator/Samples"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

interface Readable {
  readonly reply: Schema.Codec<unknown, unknown>
  readonly decode: (body: unknown) => readonly [Result.Result<unknown, Schema.SchemaError>, ReadonlyArray<Drift>]
}

const readable = (reply: Schema.Codec<unknown, unknown>): Readable => ({ reply, decode: Message.reader(reply) })

const endpoints = Object.entries<Readable>(Endpoints.byName)

const isName = (name: string): name is Endpoints.Name => Object.hasOwn(Endpoints.byName, name)

const names = Object.keys(Endpoints.byName).filter(isName)

const tags = [
  "OrderTradeUpdate",
  "AlgoUpdate",
  "ConditionalOrderTradeUpdate",
  "AccountUpdate",
  "AccountConfigUpdate",
  "ExecutionReport",
  "OutboundAccountPosition",
  "BalanceUpdate",
  "LiabilityChange",
  "OpenOrderLoss",
  "RiskLevelChange",
  "ProAccountUpdate",
  "ListenKeyExpired",
  "ServerShutdown",
  "EventStreamTerminated"
] as const satisfies ReadonlyArray<Events.KnownEvent["_tag"]>

// Nothing is discarded: what is generated is read, all of it.
const sampled = <A>(arbitrary: Arbitrary.Arbitrary<A>, count: number, seed: number) =>
  Arbitrary.sampleEffect(arbitrary, { count, seed, maxDiscards: 0 })

const readInFull = ({ decode, reply }: Readable, { body, text, value }: Samples.Sample<unknown>) =>
  Effect.gen(function*() {
    const [result, drift] = decode(Result.getOrThrow(LosslessJson.parse(text)))
    assert.isTrue(Result.isSuccess(result))
    assert.deepStrictEqual(drift.filter(({ _tag }) => _tag !== "UnknownMember"), [])
    assert.deepStrictEqual(yield* Schema.encodeUnknownEffect(reply)(value), body)
  })

describe("replies", () => {
  it("there are samples of every endpoint", () => assert.strictEqual(endpoints.length, 114))

  it.effect.each(endpoints)("of %s are read and written back in each view", ([_, endpoint]) =>
    Effect.gen(function*() {
      const numeric = readable(View.numeric(endpoint.reply))
      const textual = readable(View.textual(endpoint.reply))
      for (const sample of yield* sampled(Samples.replyOf(endpoint), 6, 1)) {
        yield* readInFull(endpoint, sample)
        // The same text in the other views.
        for (const view of [numeric, textual]) {
          const [result, drift] = view.decode(Result.getOrThrow(LosslessJson.parse(sample.text)))
          assert.isTrue(Result.isSuccess(result))
          assert.isTrue(drift.every(({ _tag }) => _tag === "UnknownMember"))
        }
      }
      for (const view of [numeric, textual]) {
        for (const sample of yield* sampled(Samples.replyOf(view), 4, 2)) yield* readInFull(view, sample)
      }
    }))

  it.effect("are those of the name", () =>
    Effect.gen(function*() {
      for (const name of names) {
        const [byName] = yield* sampled(Samples.reply(name), 1, 3)
        const [byValue] = yield* sampled(Samples.replyOf<unknown>(Endpoints.byName[name]), 1, 3)
        assert.strictEqual(byName?.text, byValue?.text)
      }
    }))

  it.effect("are what the exchange could say", () =>
    Effect.gen(function*() {
      const orders = yield* sampled(Samples.reply("getUMOrder"), 200, 4)
      const limit = BigDecimal.fromBigInt(10n ** 10n)
      let long = 0
      let open = 0
      for (const { text, value } of orders) {
        assert.isTrue(BigDecimal.isLessThan(BigDecimal.abs(value.origQty), limit))
        assert.isFalse(BigDecimal.isNegative(value.origQty))
        const year = DateTime.getPartUtc(value.updateTime, "year")
        assert.isTrue(year >= 2017 && year < 2050)
        assert.match(value.orderId, /^[1-9]\d{0,18}$/)
        if (!Number.isSafeInteger(Number(value.orderId))) {
          long++
          // As a number, in all its digits.
          assert.include(text, `"orderId":${value.orderId},`)
        }
        if (value.status.startsWith("UNDOCUMENTED_")) open++
      }
      assert.isTrue(long > 15 && long < 100, `${long} ids are long`)
      assert.isTrue(open > 2 && open < 60, `${open} states are undocumented`)
      assert.isTrue(orders.some(({ value }) => value.status === "PARTIALLY_FILLED"))
      assert.isTrue(new Set(orders.map(({ value }) => value.symbol)).size > 4)
    }))

  it.effect("are the same for the same seed", () =>
    Effect.gen(function*() {
      const texts = Effect.map(sampled(Samples.reply("getUMAccountV2"), 5, 7), (all) => all.map(({ text }) => text))
      assert.deepStrictEqual(yield* texts, yield* texts)
    }))

  it.effect("show no listen key where they are printed", () =>
    Effect.gen(function*() {
      const [sample] = yield* sampled(Samples.reply("getPMUserDataListenKey"), 1, 5)
      assert.include(JSON.stringify(sample?.value), "redacted")
      assert.match(sample?.text ?? "", /[A-Za-z0-9]{64}/)
    }))
})

describe("events", () => {
  it.effect.each(tags)("%s: read and written back", (tag) =>
    Effect.gen(function*() {
      for (const { body, text, value } of yield* sampled(Samples.event(tag), 30, 1)) {
        const [event, drift] = Events.decodeWithDrift(Result.getOrThrow(LosslessJson.parse(text)))
        assert.strictEqual(event._tag, tag)
        assert.strictEqual(value._tag, tag)
        assert.deepStrictEqual(drift.filter(({ _tag }) => _tag !== "UnknownMember"), [])
        assert.deepStrictEqual(yield* Schema.encodeUnknownEffect(Events.KnownEvent)(event), body)
      }
    }))
})
