import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const encode = <A>(schema: Schema.Codec<A, string>, value: unknown): string | undefined =>
  Result.getOrUndefined(Schema.encodeUnknownResult(schema)(value))

const decode = <A>(schema: Schema.Codec<A, string>, text: string): A | undefined =>
  Result.getOrUndefined(Schema.decodeResult(schema)(text))

const refusal = <A>(schema: Schema.Codec<A, string | undefined>, value: unknown): string => {
  const result = Schema.encodeUnknownResult(schema, { errors: "all" })(value)
  return Result.isFailure(result) ? [...new Set(result.failure.message.split("\n"))].join("\n") : "not refused"
}

describe("int", () => {
  const Leverage = Param.int(1, 125)

  it.each([1, 2, 125])("takes %s", (value) => {
    assert.strictEqual(encode(Leverage, value), String(value))
    assert.strictEqual(decode(Leverage, String(value)), value)
  })

  it.each([0, 126, -1, 1.5, NaN, Infinity, "x", "5", 5n, null, undefined, true, [5]])("refuses %s", (value) => {
    assert.isUndefined(encode(Leverage, value))
  })

  it("tells the bounds", () => {
    assert.match(refusal(Leverage, 0), /a whole number from 1 to 125/)
    assert.match(refusal(Leverage, 126), /a whole number from 1 to 125/)
  })

  it.each(["", " 5", "5.5", "0x5", "1e1", "0", "126", "NaN"])("as text refuses %j", (text) => {
    assert.isUndefined(decode(Leverage, text))
  })
})

describe("Decimal", () => {
  it.each<[unknown, string]>([
    ["0.10", "0.1"],
    [0.1, "0.1"],
    [1e-7, "0.0000001"],
    [BigDecimal.make(100n, 8), "0.000001"],
    [BigDecimal.make(1n, -3), "1000"],
    ["1e3", "1000"],
    ["-5", "-5"],
    ["00012.50", "12.5"],
    [0, "0"]
  ])("takes %s", (value, text) => {
    assert.strictEqual(encode(Param.Decimal, value), text)
  })

  it.each([0.1 + 0.2, NaN, Infinity, "", " ", "abc", "1_000", "1,5", "0x10", null, undefined, true, 5n, {}])(
    "refuses %s",
    (value) => {
      assert.isUndefined(encode(Param.Decimal, value))
    }
  )

  it("refuses a scale that would have to be written out in a billion digits", () => {
    assert.isUndefined(encode(Param.Decimal, BigDecimal.make(1n, 1_000_000_000)))
    assert.isUndefined(encode(Param.Decimal, BigDecimal.make(1n, -1_000_000_000)))
  })

  it.each([0.1 + 0.2, NaN, Infinity, "", "1,5", null, undefined, true, 5n, {}, ["1"], BigDecimal.make(1n, 2000)])(
    "says what can be given in place of %s, and nothing else",
    (value) => {
      const message = "Expected an exact decimal: a BigDecimal, plain decimal text, or a number of at most 15 digits"
      assert.strictEqual(refusal(Param.Decimal, value), message)
      if (value !== undefined) {
        assert.strictEqual(refusal(Schema.Union([Param.Decimal, Schema.Undefined]), value), message)
      }
    }
  )

  it("reads text", () => {
    assert.deepStrictEqual(decode(Param.Decimal, "1.50"), BigDecimal.make(150n, 2))
    assert.isUndefined(decode(Param.Decimal, ""))
  })
})

describe("Bool", () => {
  it("is sent as true and false", () => {
    assert.strictEqual(encode(Param.Bool, true), "true")
    assert.strictEqual(encode(Param.Bool, false), "false")
    assert.strictEqual(decode(Param.Bool, "true"), true)
    assert.strictEqual(decode(Param.Bool, "false"), false)
    assert.isUndefined(decode(Param.Bool, "TRUE"))
    for (const value of ["true", 1, 0, null, undefined]) assert.isUndefined(encode(Param.Bool, value))
  })
})

describe("Time", () => {
  it("takes milliseconds, and a DateTime with or without a zone", () => {
    const utc = DateTime.makeUnsafe(1499827319559)
    assert.strictEqual(encode(Param.Time, 1499827319559), "1499827319559")
    assert.strictEqual(encode(Param.Time, utc), "1499827319559")
    assert.strictEqual(encode(Param.Time, DateTime.setZoneOffset(utc, 8 * 3_600_000)), "1499827319559")
    assert.strictEqual(decode(Param.Time, "1499827319559"), 1499827319559)
  })

  it.each([1.5, NaN, "1499827319559", new Date(0), null, undefined])("refuses %s", (value) => {
    assert.isUndefined(encode(Param.Time, value))
  })

  it.each([1.5, NaN, Infinity, 1e21, "1499827319559", "2026-11-25T10:00:00Z", new Date(0), null, true, 5n, {}])(
    "says what can be given in place of %s, and nothing else",
    (value) => {
      const message = "Expected an instant: a DateTime, or whole milliseconds since 1970"
      assert.strictEqual(refusal(Param.Time, value), message)
      assert.strictEqual(refusal(Schema.Union([Param.Time, Schema.Undefined]), value), message)
    }
  )

  it("as text refuses what is no whole number", () => {
    for (const text of ["", " ", "x", "1.5", "2020-01-01"]) assert.isUndefined(decode(Param.Time, text))
  })
})

describe("Symbol and Text", () => {
  it.each(["BTCUSDT", "BTCUSD_PERP", "币安人生USDT", "1000SATS", "😀"])("a symbol may be %s", (value) => {
    assert.strictEqual(encode(Param.Symbol, value), value)
  })

  it.each(["", " ", "BTC USDT", "BTCUSDT ", "\tBTC", "BTC\n", "BTC\u00a0USDT", "BTC\u3000", 1, null, "a\ud800"])(
    "a symbol may not be %j",
    (value) => {
      assert.isUndefined(encode(Param.Symbol, value))
    }
  )

  it("text may hold white space, but no half of a surrogate pair, and not be empty", () => {
    assert.strictEqual(encode(Param.Text, "a b"), "a b")
    assert.strictEqual(encode(Param.Text, "\ud83d\ude00"), "\ud83d\ude00")
    for (const value of ["", "\ud83d", "\ude00\ud83d", 1]) assert.isUndefined(encode(Param.Text, value))
  })
})

describe("oneOf", () => {
  it("takes the words the exchange knows and no other", () => {
    const Side = Param.oneOf("BUY", "SELL")
    assert.strictEqual(encode(Side, "BUY"), "BUY")
    for (const value of ["buy", "", "BUY ", 1, undefined]) assert.isUndefined(encode(Side, value))
  })
})

describe("id", () => {
  const OrderId = Param.id(Ids.OrderId)

  it("takes the digits of a reply, a bigint or a whole number", () => {
    assert.strictEqual(encode(OrderId, "8389766145050669870"), "8389766145050669870")
    assert.strictEqual(encode(OrderId, 8389766145050669870n), "8389766145050669870")
    assert.strictEqual(encode(OrderId, 12), "12")
  })

  it.each(["", "x", "1.5", 1.5, NaN, Number("8389766145050669870"), 2 ** 53, null, {}])("refuses %s", (value) => {
    assert.isUndefined(encode(OrderId, value))
  })
})

describe("clientId", () => {
  const Id = Param.clientId(32)

  it.each(["a", "A-Z_a.z:0/9", "x".repeat(32)])("takes %s", (value) => {
    assert.strictEqual(encode(Id, value), value)
  })

  it.each(["", "x".repeat(33), "a b", "a\n", "é", "币", "a+b", 1, undefined])("refuses %j", (value) => {
    assert.isUndefined(encode(Id, value))
  })
})

describe("rules", () => {
  const Params = Schema.Struct({ a: Schema.optional(Param.Symbol), b: Schema.optional(Param.Symbol) }).check(
    Param.rules(
      ({ a, b }) => a === undefined && b === undefined && { field: "a", rule: "either a or b" },
      ({ a, b }) => a !== undefined && a === b ? { field: "b", rule: "not the same as a" } : undefined
    )
  )
  const check = (input: unknown) => Schema.encodeUnknownResult(Params, { errors: "all" })(input)

  it("names the parameter and what is asked of it", () => {
    assert.isTrue(Result.isSuccess(check({ a: "x", b: "y" })))
    const neither = check({})
    assert.match(Result.isFailure(neither) ? neither.failure.message : "", /either a or b[^]*\["a"\]/)
    const same = check({ a: "x", b: "x" })
    assert.match(Result.isFailure(same) ? same.failure.message : "", /not the same as a[^]*\["b"\]/)
  })
})

describe("signed", () => {
  it("recvWindow is 1 to 60000", () => {
    const encodeAll = Schema.encodeUnknownResult(Schema.Struct(Param.signed))
    assert.deepStrictEqual(Result.getOrUndefined(encodeAll({ recvWindow: 60_000 })), { recvWindow: "60000" })
    assert.deepStrictEqual(Result.getOrUndefined(encodeAll({})), {})
    for (const recvWindow of [0, 60_001, 1.5, "5000"]) assert.isTrue(Result.isFailure(encodeAll({ recvWindow })))
  })
})
