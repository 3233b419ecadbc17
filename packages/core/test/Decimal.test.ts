import * as Decimal from "@effect-binance/core/Decimal"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import { digits, int, oneOf } from "./support/arbitraries.ts"

const parsed = (text: string): Decimal.Decimal => {
  const value = Decimal.parse(text)
  assert.isDefined(value, `"${text}" is a decimal`)
  return value ?? BigDecimal.make(0n, 0)
}

const withoutLeadingZeros = (text: string): string => text.replace(/^0+(?=\d)/, "")

// Sign, whole part and fraction of a decimal of up to 60 digits.
const parts = Arbitrary.all({
  sign: oneOf("", "-"),
  whole: Arbitrary.map(digits(1, 30), withoutLeadingZeros),
  fraction: digits(0, 30)
})

describe("parse", () => {
  it.prop("reads every digit, and the scale", { decimal: parts }, ({ decimal: { fraction, sign, whole } }) => {
    const value = parsed(`${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`)
    assert.strictEqual(value.value, BigInt(`${sign}${whole}${fraction}`))
    assert.strictEqual(value.scale, fraction.length)
  }, { arbitrary: { runs: 500 } })

  it.prop(
    "an exponent moves the point",
    { decimal: parts, exponent: int(-40, 40), letter: oneOf("e", "E"), plus: oneOf("", "+") },
    ({ decimal: { fraction, sign, whole }, exponent, letter, plus }) => {
      const mantissa = `${sign}${whole}.${fraction}1`
      const value = parsed(`${mantissa}${letter}${exponent < 0 ? "" : plus}${exponent}`)
      assert.isTrue(BigDecimal.equals(value, BigDecimal.make(parsed(mantissa).value, fraction.length + 1 - exponent)))
    },
    { arbitrary: { runs: 300 } }
  )

  it.each([
    ["1.", 1n, 0],
    [".5", 5n, 1],
    ["-.5", -5n, 1],
    ["+1", 1n, 0],
    ["+.5", 5n, 1],
    ["-0.0", 0n, 1],
    ["0E-8", 0n, 8],
    ["0e5", 0n, 0],
    ["1e3", 1000n, 0],
    ["1.5e3", 1500n, 0],
    ["1.50E-2", 150n, 4],
    ["007", 7n, 0],
    ["1e1000", 10n ** 1000n, 0],
    ["1e-1000", 1n, 1000]
  ])("%s", (text, value, scale) => {
    assert.strictEqual(parsed(text).value, value)
    assert.strictEqual(parsed(text).scale, scale)
  })

  it.each([
    "",
    " ",
    "NaN",
    "Infinity",
    "-Infinity",
    "1_000",
    "1,000",
    "0x10",
    "0b1",
    "1n",
    " 1",
    "1 ",
    "1\n",
    ".",
    "-",
    "+",
    "-.",
    "--1",
    "+-1",
    "1-",
    "1.2.3",
    "e5",
    "1e",
    "1e+",
    "1e1.5",
    "1e1001",
    "1e-1001",
    "1e99999",
    "1e999999999",
    "null",
    "٣",
    "１"
  ])("%j is no decimal", (text) => {
    assert.isUndefined(Decimal.parse(text))
  })
})

describe("format", () => {
  it.prop("formatExact gives back the text that was parsed", { decimal: parts }, ({ decimal }) => {
    const { fraction, sign, whole } = decimal
    const unsigned = `${whole}${fraction === "" ? "" : `.${fraction}`}`
    // There is no negative zero among the decimals.
    const text = /[1-9]/.test(unsigned) ? sign + unsigned : unsigned
    assert.strictEqual(Decimal.formatExact(parsed(text)), text)
  }, { arbitrary: { runs: 500 } })

  it.prop(
    "neither writes an exponent, and both keep the value",
    { value: digits(1, 40), sign: oneOf(1n, -1n), scale: int(-60, 60) },
    ({ scale, sign, value }) => {
      const decimal = BigDecimal.make(sign * BigInt(value), scale)
      for (const text of [Decimal.format(decimal), Decimal.formatExact(decimal)]) {
        assert.match(text, /^-?\d+(\.\d+)?$/)
        assert.isTrue(BigDecimal.equals(parsed(text), decimal), text)
      }
      assert.notMatch(Decimal.format(decimal), /\.\d*0$/)
    },
    { arbitrary: { runs: 300 } }
  )

  it("keeps or drops trailing zeros", () => {
    assert.strictEqual(Decimal.formatExact(parsed("0.00100000")), "0.00100000")
    assert.strictEqual(Decimal.format(parsed("0.00100000")), "0.001")
    assert.strictEqual(Decimal.format(parsed("100")), "100")
    assert.strictEqual(Decimal.format(parsed("-0.0")), "0")
    assert.strictEqual(Decimal.formatExact(parsed("0E-8")), "0.00000000")
    assert.strictEqual(Decimal.format(parsed("0.0000000000000000001")), "0.0000000000000000001")
    assert.strictEqual(Decimal.format(parsed("1e25")), "10000000000000000000000000")
  })
})

describe("fromInput", () => {
  const written = (input: Decimal.DecimalInput): string | undefined => {
    const value = Decimal.fromInput(input)
    return value === undefined ? undefined : Decimal.format(value)
  }

  it.each<[Decimal.DecimalInput, string]>([
    [0.1, "0.1"],
    [1e-7, "0.0000001"],
    [123456789012345, "123456789012345"],
    [-0.5, "-0.5"],
    [0, "0"],
    [-0, "0"],
    [1e21, "1000000000000000000000"],
    [1.5e-10, "0.00000000015"],
    ["0.1", "0.1"],
    ["1e-7", "0.0000001"],
    ["123456789012345678901234567890.5", "123456789012345678901234567890.5"],
    [BigDecimal.make(15n, 1), "1.5"],
    [BigDecimal.make(15n, -3), "15000"]
  ])("takes %s", (input, text) => {
    assert.strictEqual(written(input), text)
  })

  it.each<[string, Decimal.DecimalInput]>([
    ["0.1 + 0.2", 0.1 + 0.2],
    ["1 / 3", 1 / 3],
    ["2 ** 53", 2 ** 53],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["-Infinity", -Infinity],
    ["0.1 * 3", 0.1 * 3],
    ["an empty text", ""],
    ["a text with white space", " 1"],
    ["a decimal of a billion places", BigDecimal.make(1n, 1_000_000_000)],
    ["a decimal of a billion zeros", BigDecimal.make(1n, -1_000_000_000)]
  ])("refuses %s", (_, input) => {
    assert.isUndefined(Decimal.fromInput(input))
  })

  it.prop(
    "a number of up to 15 digits is taken for what was typed",
    { whole: digits(1, 8), fraction: digits(0, 7), sign: oneOf("", "-") },
    ({ fraction, sign, whole }) => {
      const typed = `${sign}${whole}.${fraction}0`
      const value = Decimal.fromInput(Number(typed))
      assert.isTrue(value !== undefined && BigDecimal.equals(value, parsed(typed)), typed)
    },
    { arbitrary: { runs: 300 } }
  )
})
