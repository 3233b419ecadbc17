import * as Decimals from "@effect-binance/core/Decimal"
import type * as Drift from "@effect-binance/core/Drift"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as View from "@effect-binance/core/View"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { digits, int, oneOf } from "./support/arbitraries.ts"

const decode = <A, I>(schema: Schema.Codec<A, I>, input: unknown): A | "refused" =>
  Result.getOrElse(Schema.decodeUnknownResult(schema)(input), (): "refused" => "refused")

const encode = <A, I>(schema: Schema.Codec<A, I>, value: NoInfer<A>): I | "refused" =>
  Result.getOrElse(Schema.encodeResult(schema)(value), (): "refused" => "refused")

const decimal = (text: string): BigDecimal.BigDecimal => Decimals.parse(text) ?? BigDecimal.make(-1n, 0)

const utc = (millis: number): DateTime.Utc => DateTime.makeUnsafe(millis)

describe("Decimal", () => {
  it.each([
    ["1.0", "1.0"],
    [1.5, "1.5"],
    ["0.00000000", "0.00000000"],
    ["0E-8", "0.00000000"],
    [1e-7, "0.0000001"],
    [1e21, "1000000000000000000000"],
    ["-12.340", "-12.340"],
    ["123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"]
  ])("takes %s and encodes to %s", (input, text) => {
    const value = decode(Field.Decimal, input)
    assert.notStrictEqual(value, "refused")
    if (value !== "refused") assert.strictEqual(encode(Field.Decimal, value), text)
  })

  it.each(["", " ", "NaN", "Infinity", NaN, Infinity, null, undefined, true, {}, [], "1,0"])("refuses %s", (input) => {
    assert.strictEqual(decode(Field.Decimal, input), "refused")
  })

  it("as a JSON number encodes to a number", () => {
    assert.strictEqual(encode(Field.DecimalNumber, decimal("0.0250")), 0.025)
    assert.deepStrictEqual(decode(Field.DecimalNumber, 0.025), decimal("0.025"))
    assert.deepStrictEqual(decode(Field.DecimalNumber, "0.0250"), decimal("0.0250"))
    assert.strictEqual(decode(Field.DecimalNumber, ""), "refused")
  })

  it("that may be absent is null for the empty text, and encodes back to it", () => {
    assert.isNull(decode(Field.DecimalOrNull, ""))
    assert.isNull(decode(Field.DecimalOrNull, null))
    assert.strictEqual(encode(Field.DecimalOrNull, null), "")
    assert.deepStrictEqual(decode(Field.DecimalOrNull, "1.20"), decimal("1.20"))
    assert.strictEqual(encode(Field.DecimalOrNull, decimal("1.20")), "1.20")
    for (const input of ["x", true, undefined, {}]) {
      assert.strictEqual(decode(Field.DecimalOrNull, input), "refused")
    }
  })

  it.prop(
    "keeps what the wire says, as a string or as a long number",
    { whole: digits(1, 12), fraction: digits(16, 20), sign: oneOf("", "-") },
    ({ fraction, sign, whole }) => {
      const text = `${sign}1${whole}.${fraction}`
      for (const json of [`"${text}"`, text]) {
        const read = LosslessJson.parse(json)
        assert.strictEqual(
          Result.isSuccess(read) && encode(Field.Decimal, decode(Field.Decimal, read.success) as Decimals.Decimal),
          text
        )
      }
    }
  )
})

describe("Int", () => {
  it.each<[string | number, number]>([[12, 12], ["12", 12], [-3, -3], ["-3", -3], [0, 0], [2 ** 53 - 1, 2 ** 53 - 1]])(
    "takes %s",
    (input, value) => {
      assert.strictEqual(decode(Field.Int, input), value)
      assert.strictEqual(decode(Field.IntString, input), value)
      assert.strictEqual(encode(Field.Int, value), value)
      assert.strictEqual(encode(Field.IntString, value), String(value))
    }
  )

  it.each([1.5, "1.5", "", " 1", "1e3", "0x10", NaN, Infinity, 2 ** 53, "9007199254740993", null, true, []])(
    "refuses %s",
    (input) => {
      assert.strictEqual(decode(Field.Int, input), "refused")
      assert.strictEqual(decode(Field.IntString, input), "refused")
    }
  )
})

describe("Bool", () => {
  it.each<[unknown, boolean]>([
    [true, true],
    ["true", true],
    ["TRUE", true],
    [1, true],
    [false, false],
    ["false", false],
    ["FALSE", false],
    [0, false]
  ])("takes %s", (input, value) => {
    assert.strictEqual(decode(Field.Bool, input), value)
    assert.strictEqual(decode(Field.BoolString, input), value)
    assert.strictEqual(encode(Field.Bool, value), value)
    assert.strictEqual(encode(Field.BoolString, value), String(value))
  })

  it.each(["", "yes", "1", 2, null, undefined, {}])("refuses %s", (input) => {
    assert.strictEqual(decode(Field.Bool, input), "refused")
  })
})

describe("Time", () => {
  it.each([0, 1, 1499827319559, "1499827319559", "0", -1])("takes %s", (input) => {
    const value = decode(Field.Time, input)
    assert.deepStrictEqual(value, utc(Number(input)))
    assert.strictEqual(encode(Field.Time, utc(Number(input))), Number(input))
  })

  it.each(["", 1.5, "2020-01-01", 8.64e15 + 1, "9007199254740993", NaN, null, true])("refuses %s", (input) => {
    assert.strictEqual(decode(Field.Time, input), "refused")
  })
})

const reply = <A>(schema: Schema.Codec<A, unknown>) =>
  Endpoint.make({
    id: "getThing",
    method: "GET",
    path: "/papi/v1/thing",
    category: "Test",
    security: "NONE",
    safety: "read",
    weight: 1,
    params: Schema.Struct({}),
    reply: schema
  })

const decodeReply = <A>(
  schema: Schema.Codec<A, unknown>,
  input: unknown
): readonly [A | "refused", ReadonlyArray<Drift.Drift>] => {
  const [result, drift] = reply(schema).decode(input)
  return [Result.getOrElse(result, (): "refused" => "refused"), drift]
}

describe("openEnum", () => {
  const Status = Field.openEnum("NEW", "FILLED")
  const Row = Schema.Struct({ status: Status })

  it("known members are no drift", () => {
    assert.deepStrictEqual(decodeReply(Row, { status: "NEW" }), [{ status: "NEW" }, []])
  })

  it("unknown members decode, encode back, and are reported once for each time", () => {
    const [value, drift] = decodeReply(Schema.Array(Row), [{ status: "X" }, { status: "NEW" }, { status: "" }])
    assert.deepStrictEqual(value, [{ status: "X" }, { status: "NEW" }, { status: "" }])
    assert.deepStrictEqual(drift, [
      { _tag: "UnknownMember", value: "X", known: ["NEW", "FILLED"] },
      { _tag: "UnknownMember", value: "", known: ["NEW", "FILLED"] }
    ])
    assert.strictEqual(encode(Status, "X"), "X")
  })

  it("what is no text is refused", () => {
    for (const input of [1, null, true, undefined]) {
      assert.deepStrictEqual(decodeReply(Row, { status: input }), ["refused", []])
    }
  })

  it("a reply does not hear of the drift of another", () => {
    assert.lengthOf(decodeReply(Row, { status: "X" })[1], 1)
    assert.lengthOf(decodeReply(Row, { status: "NEW" })[1], 0)
    // Outside of a reply nobody listens.
    assert.strictEqual(decode(Status, "X"), "X")
    assert.lengthOf(decodeReply(Row, { status: "NEW" })[1], 0)
  })

  it("a flood of drift is bounded", () => {
    const [value, drift] = decodeReply(Schema.Array(Row), Array.from({ length: 1000 }, () => ({ status: "X" })))
    assert.lengthOf(value, 1000)
    assert.isAtMost(drift.length, 100)
    assert.isAtLeast(drift.length, 1)
  })
})

describe("rows", () => {
  const Row = Schema.Struct({ n: Field.Int, p: Field.Decimal })
  const Rows = Field.rows(Row)
  const good = (n: number) => ({ n, p: "1.0" })
  const read = (n: number) => ({ n, p: decimal("1.0") })

  it("leaves bad rows out, keeps the order of the others, and tells which and why", () => {
    const inputs = [good(0), { n: "x", p: "1" }, good(2), null, good(4), { n: 5 }, 7]
    const [value, drift] = decodeReply(Rows, inputs)
    if (value === "refused") assert.fail("the list was refused")
    assert.deepStrictEqual([...value], [read(0), read(2), read(4)])
    assert.deepStrictEqual(value.unreadable.map((row) => row.index), [1, 3, 5, 6])
    assert.deepStrictEqual(drift.map((one) => one._tag === "UnreadableRow" ? one.index : -1), [1, 3, 5, 6])
    assert.match(value.unreadable[0]?.reason ?? "", /n/)
    assert.match(value.unreadable[2]?.reason ?? "", /p/)
    for (const { reason } of value.unreadable) assert.notMatch(reason, /\n/)
  })

  it("prints and compares as a plain array", () => {
    const [value] = decodeReply(Rows, [good(1), {}])
    assert.strictEqual(JSON.stringify(value), JSON.stringify([read(1)]))
    assert.deepStrictEqual(Object.keys(value), ["0"])
    assert.isTrue(Field.isRows(value))
    assert.isFalse(Field.isRows([1]))
    assert.isFalse(Field.isRows({ unreadable: [] }))
  })

  it("an empty list is an empty list", () => {
    const [value, drift] = decodeReply(Rows, [])
    assert.deepStrictEqual([...value], [])
    assert.deepStrictEqual(drift, [])
  })

  it("what is no list is refused", () => {
    for (const input of [{}, null, "[]", 1, undefined]) {
      assert.deepStrictEqual(decodeReply(Rows, input), ["refused", []])
    }
  })

  it("encodes back", () => {
    assert.deepStrictEqual(encode(Rows, Field.makeRows([read(1), read(2)])), [good(1), good(2)])
    assert.deepStrictEqual(encode(Rows, Field.makeRows<{ n: number; p: Decimals.Decimal }>([])), [])
  })

  it("of which none is readable is no list: what is wrong with the first is told", () => {
    for (const list of [Rows, Field.rowOrRows(Row)]) {
      for (const inputs of [[{}], [{ m: 1, p: "1" }, null, { n: 1 }]]) {
        const [result, drift] = Endpoint.make({
          id: "x",
          method: "GET",
          path: "/x",
          category: "",
          security: "NONE",
          safety: "read",
          weight: 1,
          params: Schema.Struct({}),
          reply: Schema.Struct({ list })
        }).decode({ list: inputs })
        if (Result.isSuccess(result)) return assert.fail("read")
        assert.match(result.failure.message, /"list"\]\[0\]\["n"\]/)
        assert.deepStrictEqual(drift, [])
        assert.deepStrictEqual(decodeReply(list, inputs), ["refused", []])
      }
    }
  })

  it("tells what is wrong in detail for a hundred rows, and counts the others", () => {
    const [value, drift] = decodeReply(Rows, [...Array.from({ length: 200_000 }, () => ({ p: "1" })), good(1)])
    if (value === "refused") return assert.fail(value)
    assert.deepStrictEqual([...value], [read(1)])
    assert.lengthOf(value.unreadable, 200_000)
    assert.match(value.unreadable[99]?.reason ?? "", /Missing/)
    assert.notMatch(value.unreadable[100]?.reason ?? "", /Missing/)
    assert.strictEqual(value.unreadable[199_999]?.index, 199_999)
    assert.lengthOf(drift, 100)
  })

  it("the schema of the rows can be asked for", () => {
    for (const list of [Field.rows(Row), Field.rowOrRows(Row), Schema.optionalKey(Field.rows(Row))]) {
      assert.strictEqual(Field.rowOf(list)?.ast, Row.ast)
    }
    assert.isUndefined(Field.rowOf(Row))
  })

  it("rowOrRows takes one row or a list, and encodes each back", () => {
    const Either = Field.rowOrRows(Row)
    assert.deepStrictEqual(decodeReply(Either, good(1)), [read(1), []])
    const [list, drift] = decodeReply(Either, [good(1), { n: 1 }, good(3)])
    assert.isTrue(Field.isRows(list))
    assert.deepStrictEqual(Array.isArray(list) ? [...list] : list, [read(1), read(3)])
    assert.lengthOf(drift, 1)
    assert.strictEqual(decodeReply(Either, { n: 1 })[0], "refused")
    assert.strictEqual(decodeReply(Either, "x")[0], "refused")
    assert.deepStrictEqual(encode(Either, read(1)), good(1))
    assert.deepStrictEqual(encode(Either, Field.makeRows([read(1)])), [good(1)])
  })
})

describe("row", () => {
  const fields = {
    orderId: Field.id(Ids.OrderId),
    status: Field.openEnum("NEW", "FILLED"),
    price: Field.Decimal,
    avgPrice: Schema.optionalKey(Field.Decimal),
    time: Field.Time,
    tags: Schema.Array(Schema.String)
  }
  const Ordinary = Schema.Struct(fields)
  const Made = Field.row(fields, (read, sent) => ({
    orderId: read.orderId(sent.orderId),
    status: read.status(sent.status),
    price: read.price(sent.price),
    avgPrice: read.avgPrice(sent.avgPrice),
    time: read.time(sent.time),
    tags: read.tags(sent.tags)
  }))
  const good = {
    orderId: 7,
    status: "NEW",
    price: "1.50",
    avgPrice: "1.5",
    time: 1_700_000_000_000,
    tags: ["a"],
    closePosition: false
  }

  // What may be sent in place of what is good; `undefined` stands for nothing.
  const forms: { readonly [name: string]: readonly [unknown, ...ReadonlyArray<unknown>] } = {
    orderId: [good.orderId, "8389766145050669870", 0.5, undefined],
    status: [good.status, "FILLED", "HALTED", 1],
    price: [good.price, 1e-7, "x", ""],
    avgPrice: [good.avgPrice, undefined, "?"],
    time: [good.time, "0", 9e15],
    tags: [good.tags, [], [1], null],
    closePosition: [good.closePosition, undefined]
  }

  const sentRow = Arbitrary.map(
    Arbitrary.all(
      Object.entries(forms).map(([name, [usual, ...others]]) =>
        Arbitrary.map(
          Arbitrary.all([int(0, 3), oneOf(usual, ...others)]),
          ([often, other]) => [name, often > 0 ? usual : other] as const
        )
      )
    ),
    (entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  )

  it.prop(
    "is what an ordinary struct is, whatever is sent, in each view, with the same drift",
    { sent: Arbitrary.array(sentRow, { minLength: 1 }) },
    ({ sent }) => {
      const both = (made: Schema.Codec<unknown, unknown>, ordinary: Schema.Codec<unknown, unknown>) => {
        const [rows, drift] = decodeReply(Field.rows(made), sent)
        const [expected, expectedDrift] = decodeReply(Field.rows(ordinary), sent)
        assert.deepStrictEqual(rows, expected)
        assert.deepStrictEqual(drift, expectedDrift)
        if (rows === "refused" || expected === "refused") return
        assert.deepStrictEqual(rows.unreadable, expected.unreadable)
        assert.deepStrictEqual(rows.map((row) => encode(made, row)), expected.map((row) => encode(ordinary, row)))
      }
      both(Made, Ordinary)
      both(View.textual(Made), View.textual(Ordinary))
      both(View.numeric(Made), View.numeric(Ordinary))
    },
    { arbitrary: { runs: 300 } }
  )

  it("is made by its code where all fields are there, and has nothing that is not documented", () => {
    let made = 0
    const Counted = Field.row({ n: Field.Int, p: Schema.optionalKey(Field.Decimal) }, (read, sent) => {
      made++
      return { n: read.n(sent.n), p: read.p(sent.p) }
    })
    const [rows] = decodeReply(Field.rows(Counted), [{ n: 1, p: "1.0", other: 1 }, { p: "2.0", n: 2 }])
    assert.deepStrictEqual(rows === "refused" ? rows : [...rows], [{ n: 1, p: decimal("1.0") }, {
      n: 2,
      p: decimal("2.0")
    }])
    assert.strictEqual(made, 2)
    assert.deepStrictEqual(decodeReply(Counted, { n: 3 }), [{ n: 3 }, []])
  })

  it("a field that may be anything may be absent as in an ordinary struct", () => {
    const Loose = Field.row({ n: Field.Int, any: Schema.optionalKey(Schema.Unknown) }, (read, sent) => ({
      n: read.n(sent.n),
      any: read.any(sent.any)
    }))
    assert.deepStrictEqual(decodeReply(Loose, { n: 1 }), [{ n: 1 }, []])
  })
})

describe("id", () => {
  const OrderId = Field.id(Ids.OrderId)

  it.each([
    ["8389766145050669870", "8389766145050669870"],
    [12, "12"],
    ["12", "12"],
    [-1, "-1"],
    [9007199254740991, "9007199254740991"]
  ])("takes %s", (input, text) => {
    assert.strictEqual(decode(OrderId, input), text)
  })

  it.each(["", "x", 1.5, "1.5", 1e21, null, true, "12 ", {}])("refuses %s", (input) => {
    assert.strictEqual(decode(OrderId, input), "refused")
  })

  it("encodes to a number where a double holds it, and to its digits where not", () => {
    const read = (input: string | number): Ids.OrderId => Schema.decodeSync(OrderId)(input)
    assert.strictEqual(encode(OrderId, read(12)), 12)
    assert.strictEqual(encode(OrderId, read("8389766145050669870")), "8389766145050669870")
  })

  it("documented as a string, is read the same and encodes to its digits", () => {
    const Text = Field.idString(Ids.OrderId)
    for (const input of [12, "12", "8389766145050669870"]) {
      assert.strictEqual(decode(Text, input), String(input))
      assert.strictEqual(encode(Text, Schema.decodeSync(Text)(input)), String(input))
    }
    for (const input of ["", "x", 1.5, null]) assert.strictEqual(decode(Text, input), "refused")
  })

  it.prop("the digits on the wire are the digits of the id", { digits: digits(0, 18) }, ({ digits }) => {
    for (const json of [`{"id":1${digits}}`, `{"id":"1${digits}"}`]) {
      const read = Result.getOrThrow(LosslessJson.parse(json))
      const row = decode(Schema.Struct({ id: OrderId }), read)
      assert.strictEqual(row === "refused" ? row : row.id, `1${digits}`)
    }
  })
})
