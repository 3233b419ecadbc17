/**
 * Exact decimal arithmetic with every rounding written out.
 *
 * `effect/BigDecimal` adds and multiplies exactly; what it leaves open is where a quotient ends and how a figure is
 * printed. Both are decided here, by a scale and a named rounding, and nothing here can throw.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"

/** An exact decimal number. */
export type Decimal = BigDecimal.BigDecimal

/** Rounding of a figure: towards zero, or to the nearest and halves away from zero. */
export type Rounding = "truncate" | "half-up"

/** Zero. */
export const zero: Decimal = BigDecimal.make(0n, 0)

/** One. */
export const one: Decimal = BigDecimal.make(1n, 0)

/** Decimals kept in quotients that are used further: far below every printed digit. */
export const workingScale = 40

/** Reads a decimal literal; what is no number is zero. */
export const decimal = (text: `${number}`): Decimal => Option.getOrElse(BigDecimal.fromString(text), () => zero)

/** A number as a decimal; what is not finite is zero. */
export const integer = (value: number): Decimal =>
  Number.isSafeInteger(value)
    ? BigDecimal.make(BigInt(value), 0)
    : Option.getOrElse(BigDecimal.fromNumber(value), () => zero)

/** Exact sum. */
export const add = (self: Decimal, ...others: ReadonlyArray<Decimal>): Decimal => {
  let sum = self
  for (const n of others) sum = BigDecimal.sum(sum, n)
  return sum
}

/** What is left of a decimal after the others. */
export const subtract = (self: Decimal, ...others: ReadonlyArray<Decimal>): Decimal => {
  let difference = self
  for (const n of others) difference = BigDecimal.subtract(difference, n)
  return difference
}

/** Exact product. */
export const multiply = (self: Decimal, ...others: ReadonlyArray<Decimal>): Decimal => {
  let product = self
  for (const n of others) product = BigDecimal.multiply(product, n)
  return product
}

/** Exact sum of a figure over items. */
export const sumOf = <A>(items: Iterable<A>, f: (item: A) => Decimal): Decimal => {
  let sum = zero
  for (const item of items) sum = BigDecimal.sum(sum, f(item))
  return sum
}

/** The decimal with the other sign. */
export const negate = BigDecimal.negate

/** The decimal without its sign. */
export const abs = BigDecimal.abs

/** Whether it is zero. */
export const isZero = BigDecimal.isZero

/** Whether it is above zero. */
export const isPositive = BigDecimal.isPositive

/** Whether it is below zero. */
export const isNegative = BigDecimal.isNegative

/** The larger one. */
export const max = (self: Decimal, that: Decimal): Decimal => BigDecimal.max(self, that)

/** The smaller one. */
export const min = (self: Decimal, that: Decimal): Decimal => BigDecimal.min(self, that)

/** Whether the first is above the second. */
export const isAbove = (self: Decimal, that: Decimal): boolean => BigDecimal.isGreaterThan(self, that)

/** Whether the first is not below the second. */
export const isAtLeast = (self: Decimal, that: Decimal): boolean => BigDecimal.isGreaterThanOrEqualTo(self, that)

const powers: ReadonlyArray<bigint> = Array.from({ length: 96 }, (_, power) => 10n ** BigInt(power))

const tenTo = (power: number): bigint => powers[power] ?? 10n ** BigInt(power)

/** Brings a decimal to exactly `scale` decimals. */
export const rescale = (self: Decimal, scale: number, rounding: Rounding): Decimal => {
  if (self.scale <= scale) return BigDecimal.make(self.value * tenTo(scale - self.scale), scale)
  const divisor = tenTo(self.scale - scale)
  const quotient = self.value / divisor
  if (rounding === "truncate") return BigDecimal.make(quotient, scale)
  const rest = self.value % divisor
  const magnitude = rest < 0n ? -rest : rest
  if (magnitude * 2n < divisor) return BigDecimal.make(quotient, scale)
  return BigDecimal.make(self.value < 0n ? quotient - 1n : quotient + 1n, scale)
}

/** Cuts off what is beyond `scale` decimals. */
export const truncate = (self: Decimal, scale: number): Decimal => rescale(self, scale, "truncate")

/** Rounds to `scale` decimals, halves away from zero. */
export const halfUp = (self: Decimal, scale: number): Decimal => rescale(self, scale, "half-up")

/** Raises a decimal that is not negative to the next one with `scale` decimals, where it has more. */
export const roundUp = (self: Decimal, scale: number): Decimal => {
  const cut = truncate(self, scale)
  return isAbove(self, cut) ? BigDecimal.sum(cut, BigDecimal.make(1n, scale)) : cut
}

/** Quotient with {@link workingScale} decimals, truncated; none where the divisor is zero. */
export const quotient = (self: Decimal, that: Decimal): Option.Option<Decimal> => {
  if (BigDecimal.isZero(that)) return Option.none()
  const shift = workingScale + that.scale - self.scale
  return Option.some(
    BigDecimal.make(
      shift >= 0 ? self.value * tenTo(shift) / that.value : self.value / (that.value * tenTo(-shift)),
      workingScale
    )
  )
}

/** The quotient, or zero where the divisor is zero. */
export const divide = (self: Decimal, that: Decimal): Decimal => Option.getOrElse(quotient(self, that), () => zero)

const write = (self: Decimal): string => {
  if (self.scale <= 0) return String(self.value * tenTo(-self.scale))
  const negative = self.value < 0n
  const digits = String(negative ? -self.value : self.value).padStart(self.scale + 1, "0")
  const point = digits.length - self.scale
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** Plain text with exactly `scale` decimals: `"0.10000000"`. */
export const fixed = (self: Decimal, scale: number, rounding: Rounding): string => write(rescale(self, scale, rounding))

/** Plain text without trailing zeros: `"0.1"`. Never an exponent. */
export const plain = (self: Decimal): string => write(BigDecimal.normalize(self))

/** Plain text with at least `least` and at most `most` decimals, halves rounded away from zero. */
export const between = (self: Decimal, least: number, most: number): string => {
  const rounded = halfUp(self, most)
  return fixed(rounded, Math.max(least, decimalsOf(rounded)), "truncate")
}

/** Whether a figure can be worked with: at most 30 decimals and 40 digits before them. */
export const isWorkable = (self: Decimal): boolean => {
  if (self.scale > 30 || self.scale < -30) return false
  const magnitude = self.value < 0n ? -self.value : self.value
  return magnitude < tenTo(70)
}

/** Decimals after trailing zeros are dropped; negative for multiples of ten. */
export const decimalsOf = (self: Decimal): number => BigDecimal.isZero(self) ? 0 : BigDecimal.normalize(self).scale

/** Whether one decimal is a whole number of times another one, which is above zero. */
export const isMultiple = (self: Decimal, step: Decimal): boolean => {
  const scale = Math.max(self.scale, step.scale)
  return self.value * tenTo(scale - self.scale) % (step.value * tenTo(scale - step.scale)) === 0n
}
