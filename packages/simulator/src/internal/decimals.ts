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

const { make } = BigDecimal

/** Zero. */
export const zero: Decimal = make(0n, 0)

/** One. */
export const one: Decimal = make(1n, 0)

/** Decimals kept in quotients that are used further: far below every printed digit. */
export const workingScale = 40

/** Reads a decimal literal; what is no number is zero. */
export const decimal = (text: `${number}`): Decimal => Option.getOrElse(BigDecimal.fromString(text), () => zero)

/** A number as a decimal; what is not finite is zero. */
export const integer = (value: number): Decimal =>
  Number.isSafeInteger(value)
    ? make(BigInt(value), 0)
    : Option.getOrElse(BigDecimal.fromNumber(value), () => zero)

const powers: ReadonlyArray<bigint> = Array.from({ length: 96 }, (_, power) => 10n ** BigInt(power))

const tenTo = (power: number): bigint => powers[power] ?? 10n ** BigInt(power)

// Scales and results are those of `BigDecimal`; the work is done here on the whole numbers, as the engine does little else.

const sum = (self: Decimal, that: Decimal): Decimal => {
  if (that.value === 0n) return self
  if (self.value === 0n) return that
  if (self.scale === that.scale) return make(self.value + that.value, self.scale)
  return self.scale > that.scale
    ? make(self.value + that.value * tenTo(self.scale - that.scale), self.scale)
    : make(self.value * tenTo(that.scale - self.scale) + that.value, that.scale)
}

const difference = (self: Decimal, that: Decimal): Decimal => {
  if (that.value === 0n) return self
  if (self.value === 0n) return make(-that.value, that.scale)
  if (self.scale === that.scale) return make(self.value - that.value, self.scale)
  return self.scale > that.scale
    ? make(self.value - that.value * tenTo(self.scale - that.scale), self.scale)
    : make(self.value * tenTo(that.scale - self.scale) - that.value, that.scale)
}

const product = (self: Decimal, that: Decimal): Decimal =>
  self.value === 0n || that.value === 0n ? zero : make(self.value * that.value, self.scale + that.scale)

/** Exact sum. */
export const add = (self: Decimal, that: Decimal, ...others: ReadonlyArray<Decimal>): Decimal => {
  let result = sum(self, that)
  for (let at = 0; at < others.length; at++) result = sum(result, others[at] ?? zero)
  return result
}

/** What is left of a decimal after the others. */
export const subtract = (self: Decimal, that: Decimal, ...others: ReadonlyArray<Decimal>): Decimal => {
  let result = difference(self, that)
  for (let at = 0; at < others.length; at++) result = difference(result, others[at] ?? zero)
  return result
}

/** Exact product. */
export const multiply = (self: Decimal, that: Decimal, ...others: ReadonlyArray<Decimal>): Decimal => {
  let result = product(self, that)
  for (let at = 0; at < others.length; at++) result = product(result, others[at] ?? one)
  return result
}

/** Exact sum of a figure over items. */
export const sumOf = <A>(items: Iterable<A>, f: (item: A) => Decimal): Decimal => {
  let result = zero
  for (const item of items) result = sum(result, f(item))
  return result
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

// Scales this far apart are left to `BigDecimal`, which then compares digits.
const nearby = 64

/** Below zero, zero or above it, as the first is below, at or above the second. */
const compare = (self: Decimal, that: Decimal): number => {
  const shift = self.scale - that.scale
  if (shift > nearby || shift < -nearby) return BigDecimal.Order(self, that)
  const left = shift < 0 ? self.value * tenTo(-shift) : self.value
  const right = shift > 0 ? that.value * tenTo(shift) : that.value
  return left === right ? 0 : left < right ? -1 : 1
}

/** The larger one, the first where they are equal. */
export const max = (self: Decimal, that: Decimal): Decimal => compare(self, that) >= 0 ? self : that

/** The smaller one, the first where they are equal. */
export const min = (self: Decimal, that: Decimal): Decimal => compare(self, that) <= 0 ? self : that

/** Whether the first is above the second. */
export const isAbove = (self: Decimal, that: Decimal): boolean => compare(self, that) > 0

/** Whether the first is not below the second. */
export const isAtLeast = (self: Decimal, that: Decimal): boolean => compare(self, that) >= 0

/** Brings a decimal to exactly `scale` decimals. */
export const rescale = (self: Decimal, scale: number, rounding: Rounding): Decimal => {
  if (self.scale === scale) return self
  if (self.scale < scale) return make(self.value * tenTo(scale - self.scale), scale)
  const divisor = tenTo(self.scale - scale)
  const quotient = self.value / divisor
  if (rounding === "truncate") return make(quotient, scale)
  const rest = self.value % divisor
  const magnitude = rest < 0n ? -rest : rest
  if (magnitude * 2n < divisor) return make(quotient, scale)
  return make(self.value < 0n ? quotient - 1n : quotient + 1n, scale)
}

/** Cuts off what is beyond `scale` decimals. */
export const truncate = (self: Decimal, scale: number): Decimal => rescale(self, scale, "truncate")

/** Rounds to `scale` decimals, halves away from zero. */
export const halfUp = (self: Decimal, scale: number): Decimal => rescale(self, scale, "half-up")

/** Raises a decimal that is not negative to the next one with `scale` decimals, where it has more. */
export const roundUp = (self: Decimal, scale: number): Decimal => {
  const cut = truncate(self, scale)
  return isAbove(self, cut) ? sum(cut, make(1n, scale)) : cut
}

/** The quotient, or zero where the divisor is zero. */
export const divide = (self: Decimal, that: Decimal): Decimal => {
  if (that.value === 0n || self.value === 0n) return zero
  const shift = workingScale + that.scale - self.scale
  return make(
    shift >= 0 ? self.value * tenTo(shift) / that.value : self.value / (that.value * tenTo(-shift)),
    workingScale
  )
}

/** Quotient with {@link workingScale} decimals, truncated; none where the divisor is zero. */
export const quotient = (self: Decimal, that: Decimal): Option.Option<Decimal> =>
  that.value === 0n ? Option.none() : Option.some(divide(self, that))

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
export const plain = (self: Decimal): string => self.value === 0n ? "0" : write(BigDecimal.normalize(self))

/** Plain text with at least `least` and at most `most` decimals, halves rounded away from zero. */
export const between = (self: Decimal, least: number, most: number): string => {
  const rounded = halfUp(self, most)
  if (rounded.value === 0n || most <= least || most <= 0) {
    return fixed(rounded, Math.max(least, decimalsOf(rounded)), "truncate")
  }
  const text = write(rounded)
  let end = text.length
  const shortest = end - most + Math.max(least, 0)
  while (end > shortest && text.charCodeAt(end - 1) === 48) end--
  return text.charCodeAt(end - 1) === 46 ? text.slice(0, end - 1) : text.slice(0, end)
}

/** Whether a figure can be worked with: at most 30 decimals and 40 digits before them. */
export const isWorkable = (self: Decimal): boolean => {
  if (self.scale > 30 || self.scale < -30) return false
  const magnitude = self.value < 0n ? -self.value : self.value
  return magnitude < tenTo(70)
}

/** Decimals after trailing zeros are dropped; negative for multiples of ten. */
export const decimalsOf = (self: Decimal): number =>
  self.value === 0n
    ? 0
    : self.scale > 0 && self.value % 10n !== 0n
    ? self.scale
    : BigDecimal.normalize(self).scale

/** Whether one decimal is a whole number of times another one, which is above zero. */
export const isMultiple = (self: Decimal, step: Decimal): boolean => {
  if (self.scale === step.scale) return self.value % step.value === 0n
  const scale = Math.max(self.scale, step.scale)
  return self.value * tenTo(scale - self.scale) % (step.value * tenTo(scale - step.scale)) === 0n
}
