import * as LosslessJson from "@effect-binance/core/LosslessJson"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { digits, int, oneOf, textOf } from "./support/arbitraries.ts"

const parsed = (text: string): unknown => {
  const result = LosslessJson.parse(text)
  assert.isTrue(Result.isSuccess(result), text.slice(0, 200))
  return Result.getOrUndefined(result)
}

const message = (text: string): string | undefined => {
  const result = LosslessJson.parse(text)
  return Result.isFailure(result) ? result.failure.message : undefined
}

// Ids from 2^53 to 2^63 - 1.
const bigId = Arbitrary.map(
  Arbitrary.all([int(0, 2 ** 31), int(0, 2 ** 31)]),
  ([high, low]) => {
    const span = 2n ** 63n - 2n ** 53n
    return 2n ** 53n + ((BigInt(high) << 32n) | BigInt(low)) * span / (2n ** 63n)
  }
)

describe("parse", () => {
  it.prop("ids from 2^53 to 2^63 - 1 keep each digit", { ids: Arbitrary.array(bigId, { minLength: 1 }) }, ({ ids }) => {
    const read = parsed(`{"rows":[${ids.map((id) => `{"orderId":${id},"n":1}`).join(", ")}]}`)
    const rows = (read as { readonly rows: ReadonlyArray<{ readonly orderId: string | number }> }).rows
    assert.deepStrictEqual(rows.map((row) => String(row.orderId)), ids.map(String))
  }, { arbitrary: { runs: 300 } })

  it.each([
    "9007199254740992",
    "9007199254740993",
    "8389766145050669870",
    "8389766145050669000",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615"
  ])("%s", (id) => {
    assert.strictEqual(String(parsed(id)), id)
    assert.deepStrictEqual(parsed(`{"a":{"b":[[${id}]]}}`), { a: { b: [[parsed(id)]] } })
  })

  // Ids that end in zeros: a double holds them, but nobody can tell by looking at it.
  it.each(["9007199254740992", "9007199254740994", "8389766145050669000", "-9007199254740992", "9223372036854776000"])(
    "%s is text as well, although a double has its digits",
    (id) => {
      assert.strictEqual(parsed(id), id)
      assert.deepStrictEqual(parsed(`{"orderId":${id},"price":"1"}`), { orderId: id, price: "1" })
    }
  )

  it("a long number is found wherever it stands", () => {
    const id = "8389766145050669870"
    for (let blanks = 0; blanks < 40; blanks++) {
      const text = `[1757000000000,${" ".repeat(blanks)}${id},1757000000000,-${id}, 12, ${id}]`
      assert.deepStrictEqual(parsed(text), [1757000000000, id, 1757000000000, `-${id}`, 12, id], text)
    }
  })

  it("numbers that a double holds stay numbers", () => {
    assert.deepStrictEqual(parsed("[0, 1, -1, 1.5, 1e3, 1E-7, 1700000000000, 9007199254740991, -0.1]"), [
      0,
      1,
      -1,
      1.5,
      1000,
      1e-7,
      1700000000000,
      9007199254740991,
      -0.1
    ])
  })

  it("long decimals keep each digit", () => {
    for (
      const text of [
        "0.1234567890123456789",
        "-12345678901234567890.5",
        "123456789.123456789012",
        "0.00000000000000000001",
        "1.23456789012345678e10",
        "1.23456789012345678E-10",
        "12345678901234567e+2"
      ]
    ) assert.deepStrictEqual(parsed(`{"a":${text},"b":2}`), { a: text, b: 2 })
  })

  it("a long number out of the range of a double is not turned into infinity or zero", () => {
    assert.deepStrictEqual(parsed("[1.00000000000000e400, 0.00000000000001e-400]"), [
      "1.00000000000000e400",
      "0.00000000000001e-400"
    ])
  })

  it.prop(
    "text within strings is never touched",
    {
      text: textOf(
        [
          "8389766145050669870",
          "\"",
          "\\",
          "\\\"",
          ":",
          ",",
          "{",
          "}",
          "[",
          "-",
          "1.5e300",
          " ",
          "\n",
          "\\u0022",
          "é",
          "\u2028",
          "币"
        ],
        0,
        8
      ),
      id: bigId
    },
    ({ id, text }) => {
      const read = parsed(
        `{${JSON.stringify(text)}:${JSON.stringify(text)},"id":${id},"after":${JSON.stringify(text)}}`
      )
      assert.deepStrictEqual(
        read,
        Object.assign(JSON.parse(`{${JSON.stringify(text)}:""}`), { [text]: text, id: parsed(String(id)), after: text })
      )
    },
    { arbitrary: { runs: 500 } }
  )

  it.prop("agrees with JSON.parse where no number is long", { value: Schema.Json }, ({ value }) => {
    const text = JSON.stringify(value)
    // A number of 16 digits and more may come out as text.
    const short = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/-?\d[\d.eE+-]*/g)?.every((n) => n.length < 16) ??
      true
    if (short) assert.deepStrictEqual(parsed(text), JSON.parse(text))
    assert.deepStrictEqual(parsed(JSON.stringify({ text })), { text })
  }, { arbitrary: { runs: 300 } })

  it.prop(
    "what is no JSON for JSON.parse is none here",
    {
      text: textOf(
        [
          "12345678901234567",
          "-",
          ".",
          "e",
          "+",
          "0",
          "1",
          "\"",
          "{\"a\":",
          "}",
          "[",
          "]",
          ",",
          " "
        ],
        1,
        8
      ),
      digits: digits(0, 20)
    },
    ({ digits, text }) => {
      const given = text + digits
      const native = Result.try(() => JSON.parse(given))
      assert.strictEqual(Result.isSuccess(LosslessJson.parse(given)), Result.isSuccess(native), given)
    },
    { arbitrary: { runs: 2000 } }
  )

  it.each([
    "[1234567890123456-7]",
    "[1.2.3.4.5.6.7.8.90]",
    "[00000000000000001]",
    "[12345678901234567e]",
    "{\"a\":12345678901234567.}",
    "12345678901234567+1"
  ])("%s is no JSON", (text) => {
    assert.isDefined(message(text))
  })

  it.prop(
    "a text cut off is told as such",
    { id: bigId, part: int(1, 99) },
    ({ id, part }) => {
      const whole = `{"rows":[{"orderId":${id},"status":"NEW","note":"12345678901234567890 \\" x"}]}`
      const cut = whole.slice(0, 1 + Math.floor((whole.length - 2) * part / 100))
      assert.match(message(cut) ?? "", /cut off/)
    },
    { arbitrary: { runs: 200 } }
  )

  it("says what is there instead, without repeating it", () => {
    assert.match(message("") ?? "", /empty/)
    assert.match(message(" \r\n") ?? "", /empty/)
    assert.match(message("<html><body>secret</body></html>") ?? "", /HTML/)
    assert.match(message("\n <!DOCTYPE html>") ?? "", /HTML/)
    assert.match(message("{\"a\":") ?? "", /cut off/)
    assert.match(message("secret") ?? "", /not JSON/)
    for (const text of ["<p>secret", "secret", "{\"secret\":"]) assert.notInclude(message(text) ?? "", "secret")
  })

  it("a byte order mark is not JSON, as for JSON.parse", () => {
    assert.isDefined(message("\ufeff{}"))
  })

  it("long texts in strings take neither the stack nor quadratic time", () => {
    const long = "x\\\"".repeat(1_000_000)
    assert.deepStrictEqual(
      Object.keys(parsed(`{"text":"${long}","id":8389766145050669870}`) as object),
      ["text", "id"]
    )
    // Not closed: each quote within could start a string of its own.
    assert.match(message(`{"id":8389766145050669870,"text":"${long}`) ?? "", /cut off/)
  })

  it.prop("any text at all gives an answer", { text: Schema.String, sign: oneOf("", "-") }, ({ sign, text }) => {
    assert.isTrue(Result.isResult(LosslessJson.parse(sign + text)))
  })
})

describe("texts that look like numbers", () => {
  const decoys = [
    `{"a":"x: 12345678901234567890, y","id":12345678901234567890}`,
    `["12345678901234567890"," 12345678901234567890 ","[12345678901234567890]",12345678901234567890]`,
    `{"a":"\\\\","b":"\\" 12345678901234567890,","c": 12345678901234567890}`
  ]
  for (const text of decoys) {
    it(`keeps them apart from numbers: ${text}`, () => {
      const value = Result.getOrThrow(LosslessJson.parse(text))
      const numbers: Array<unknown> = []
      JSON.stringify(value, (_, one: unknown) => {
        if (one === "12345678901234567890") numbers.push(one)
        return one
      })
      // Texts are as `JSON.parse` reads them, the number is its digits.
      const rounded = JSON.stringify(JSON.parse(text)).replaceAll("12345678901234567000", `"12345678901234567890"`)
      assert.strictEqual(JSON.stringify(value), rounded)
      assert.isNotEmpty(numbers)
    })
  }
})
