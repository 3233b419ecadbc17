/** The engine's own arithmetic against that of `BigDecimal` and against digits written down. */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import * as Decimals from "../../src/internal/decimals.ts"

const whole = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

/** Decimals of all sizes and scales, negative scales and trailing zeros too. */
const decimal = Arbitrary.map(
  Arbitrary.all({ high: whole(-999_999, 999_999), low: whole(0, 999_999), zeros: whole(0, 3), scale: whole(-6, 45) }),
  ({ high, low, scale, zeros }) =>
    BigDecimal.make((BigInt(high) * 1_000_000n + BigInt(low)) * 10n ** BigInt(zeros), scale)
)

const isEqual = (one: BigDecimal.BigDecimal, other: BigDecimal.BigDecimal, what: string) =>
  assert.isTrue(BigDecimal.equals(one, other), `${what}: ${BigDecimal.format(one)}, not ${BigDecimal.format(other)}`)

describe("the same as BigDecimal", () => {
  it.prop("sums, differences, products", { a: decimal, b: decimal, c: decimal }, ({ a, b, c }) => {
    isEqual(Decimals.add(a, b, c), BigDecimal.sum(BigDecimal.sum(a, b), c), "add")
    isEqual(Decimals.subtract(a, b, c), BigDecimal.subtract(BigDecimal.subtract(a, b), c), "subtract")
    isEqual(Decimals.multiply(a, b, c), BigDecimal.multiply(BigDecimal.multiply(a, b), c), "multiply")
    isEqual(Decimals.sumOf([a, b, c], (one) => one), Decimals.add(a, b, c), "sumOf")
  }, { arbitrary: { runs: 500 } })

  it.prop("comparisons", { a: decimal, b: decimal }, ({ a, b }) => {
    for (const [one, other] of [[a, b], [a, a], [a, BigDecimal.make(a.value * 1000n, a.scale + 3)]] as const) {
      const order = BigDecimal.Order(one, other)
      assert.strictEqual(Decimals.isAbove(one, other), order > 0)
      assert.strictEqual(Decimals.isAtLeast(one, other), order >= 0)
      assert.strictEqual(Decimals.max(one, other), order >= 0 ? one : other)
      assert.strictEqual(Decimals.min(one, other), order <= 0 ? one : other)
    }
  }, { arbitrary: { runs: 500 } })

  it.prop("decimals, and multiples of a step", { a: decimal, step: whole(1, 500), scale: whole(0, 8) }, (given) => {
    const { a } = given
    assert.strictEqual(Decimals.decimalsOf(a), a.value === 0n ? 0 : BigDecimal.normalize(a).scale)
    const step = BigDecimal.make(BigInt(given.step), given.scale)
    assert.isTrue(Decimals.isMultiple(BigDecimal.multiply(step, BigDecimal.make(a.value, 0)), step))
    const expected = BigDecimal.isZero(BigDecimal.remainderUnsafe(a, step))
    assert.strictEqual(Decimals.isMultiple(a, step), expected)
  }, { arbitrary: { runs: 500 } })
})

describe("what is decided here", () => {
  it.prop("a figure is cut, rounded or raised to so many decimals", { a: decimal, scale: whole(0, 12) }, (given) => {
    const { a, scale } = given
    const unit = BigDecimal.make(1n, scale)
    const distance = (other: BigDecimal.BigDecimal) => BigDecimal.abs(BigDecimal.subtract(a, other))
    const cut = Decimals.truncate(a, scale)
    assert.isTrue(BigDecimal.isLessThan(distance(cut), unit))
    assert.isTrue(BigDecimal.isLessThanOrEqualTo(BigDecimal.abs(cut), BigDecimal.abs(a)))
    const near = Decimals.halfUp(a, scale)
    assert.isTrue(BigDecimal.isLessThanOrEqualTo(BigDecimal.sum(distance(near), distance(near)), unit))
    const positive = BigDecimal.abs(a)
    const raised = Decimals.roundUp(positive, scale)
    assert.isTrue(BigDecimal.isGreaterThanOrEqualTo(raised, positive))
    assert.isTrue(BigDecimal.isLessThan(BigDecimal.subtract(raised, positive), unit))
    for (const one of [cut, near]) assert.strictEqual(one.scale, scale)
  }, { arbitrary: { runs: 500 } })

  it.each([["0.5", "1"], ["-0.5", "-1"], ["1.5", "2"], ["2.5", "3"], ["-2.5", "-3"], ["2.49", "2"], ["-2.51", "-3"]])(
    "halves go away from zero: %s is %s",
    (text, expected) => {
      isEqual(Decimals.halfUp(BigDecimal.fromStringUnsafe(text), 0), BigDecimal.fromStringUnsafe(expected), text)
    }
  )

  it.prop("text is plain, and is the figure", { a: decimal, scale: whole(0, 12), more: whole(0, 6) }, (given) => {
    const { a, more, scale } = given
    assert.match(Decimals.plain(a), /^-?\d+(\.\d*[1-9])?$/)
    isEqual(BigDecimal.fromStringUnsafe(Decimals.plain(a)), a, "plain")
    const fixed = Decimals.fixed(a, scale, "half-up")
    assert.match(fixed, scale === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${scale}}$`))
    isEqual(BigDecimal.fromStringUnsafe(fixed), Decimals.halfUp(a, scale), "fixed")
    const between = Decimals.between(a, scale, scale + more)
    isEqual(BigDecimal.fromStringUnsafe(between), Decimals.halfUp(a, scale + more), "between")
    const shown = between.includes(".") ? between.length - between.indexOf(".") - 1 : 0
    assert.isAtLeast(shown, scale)
    assert.isAtMost(shown, scale + more)
    if (shown > scale) assert.notMatch(between, /0$/)
  }, { arbitrary: { runs: 500 } })

  it.prop(
    "a quotient is cut off after the working scale, and by zero it is zero",
    { a: decimal, b: decimal },
    ({ a, b }) => {
      const quotient = Decimals.divide(a, b)
      if (BigDecimal.isZero(b)) return isEqual(quotient, Decimals.zero, "by zero")
      const rest = BigDecimal.abs(BigDecimal.subtract(a, BigDecimal.multiply(quotient, b)))
      const most = BigDecimal.multiply(BigDecimal.abs(b), BigDecimal.make(1n, Decimals.workingScale))
      assert.isTrue(BigDecimal.isLessThan(rest, most))
      assert.isTrue(BigDecimal.isLessThanOrEqualTo(
        BigDecimal.abs(BigDecimal.multiply(quotient, b)),
        BigDecimal.abs(a)
      ))
    },
    { arbitrary: { runs: 500 } }
  )
})
