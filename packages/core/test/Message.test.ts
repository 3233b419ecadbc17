import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Message from "@effect-binance/core/Message"
import * as View from "@effect-binance/core/View"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const Row = Message.struct({
  asset: Message.sentAs(Schema.String, "a"),
  amount: Message.sentAs(Field.Decimal, "x", "X")
})

const Thing = Message.struct({
  _tag: Message.sentAs(Message.tag("Thing", "THING", "thing"), "e"),
  orderId: Message.sentAs(Field.idUnless(0, Ids.OrderId), "i"),
  note: Message.sentAs(Schema.optionalKey(Schema.String), "n"),
  limit: Message.sentAs(Schema.optionalKey(Field.Decimal), "l"),
  rows: Message.sentAs(Message.list(Row), "r"),
  plain: Schema.optionalKey(Schema.Boolean)
})

const read = Message.reader(Thing)

const full = { e: "THING", i: "8389766145050669870", n: "x", l: "1.50", r: [{ a: "USDT", x: "2" }], plain: true }

describe("Message", () => {
  it.effect("reads terse names as readable ones, and writes them back", () =>
    Effect.gen(function*() {
      const [result, drift] = read(full)
      const value = yield* Effect.fromResult(result)
      assert.deepStrictEqual(drift, [])
      assert.deepStrictEqual(
        { ...value, limit: undefined, rows: value.rows.map(({ asset }) => asset) },
        {
          _tag: "Thing",
          orderId: Ids.OrderId.make("8389766145050669870"),
          note: "x",
          limit: undefined,
          rows: ["USDT"],
          plain: true
        }
      )
      assert.deepStrictEqual(yield* Schema.encodeEffect(Thing)(value), full)
    }))

  it("takes other spellings of names and fields, and writes the first", () => {
    const [result] = read({ e: "thing", i: 5, r: [{ a: "A", X: "1" }] })
    assert.deepStrictEqual(
      Result.map(result, Schema.encodeSync(Thing)),
      Result.succeed({ e: "THING", i: 5, r: [{ a: "A", x: "1" }] })
    )
  })

  it("takes null, or nothing, for what may be absent, and nothing for an empty list", () => {
    for (const input of [{ e: "THING", i: 0 }, { e: "THING", i: 0, n: null, l: null, r: null }]) {
      assert.deepStrictEqual(read(input)[0], Result.succeed({ _tag: "Thing", orderId: null, rows: [] }))
    }
  })

  it("leaves out what may be absent and cannot be read, and tells", () => {
    const [result, drift] = read({ ...full, l: "many", n: 5 })
    assert.isTrue(Result.isSuccess(result))
    assert.isFalse(Result.isSuccess(result) && ("limit" in result.success || "note" in result.success))
    assert.deepStrictEqual(drift, [
      { _tag: "UnreadableField", field: "note" },
      { _tag: "UnreadableField", field: "limit" }
    ])
  })

  it.each([
    ["a field is missing", { e: "THING" }, "orderId"],
    ["a field is of another type", { e: "THING", i: true }, "orderId"],
    ["the name is another", { e: "OTHER", i: 1 }, "_tag"],
    ["a row cannot be read", { e: "THING", i: 1, r: [{ a: "secret", x: "many" }] }, "amount"],
    ["it is no object", [1], "object"]
  ])("says where it is wrong and not what was sent: %s", (_, input, place) => {
    const [result] = read(input)
    const message = Result.isFailure(result) ? result.failure.message : ""
    assert.include(message, place)
    assert.notInclude(message, "secret")
    assert.notInclude(message, "many")
  })

  it("has its figures in the other views too", () => {
    const [result] = Message.reader(View.numeric(Thing))(full)
    assert.deepStrictEqual(
      Result.map(result, ({ limit, rows }) => [limit, rows]),
      Result.succeed([1.5, [{ asset: "USDT", amount: 2 }]])
    )
    const [text] = Message.reader(View.textual(Thing))(full)
    assert.deepStrictEqual(Result.map(text, ({ limit }) => limit), Result.succeed("1.50"))
    const [exact] = read(full)
    assert.isTrue(Result.isSuccess(exact) && BigDecimal.isBigDecimal(exact.success.limit))
  })
})
