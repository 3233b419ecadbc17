/**
 * Exact decimals as the exchange writes them.
 *
 * Prices, quantities and balances are `BigDecimal`. Effect's own `format` switches to exponents from scale 16 on and its
 * parser reads `""` as zero; both would be wrong on an order, so this module has its own reader and writer.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as construct from "./internal/construct.ts"

/**
 * An exact decimal number.
 *
 * @category models
 * @since 0.1.0
 */
export type Decimal = BigDecimal.BigDecimal

/**
 * What is taken wherever a price, quantity or amount is sent: a `BigDecimal`, plain decimal text, or a number that can be
 * written exactly as typed.
 *
 * @category models
 * @since 0.1.0
 */
export type DecimalInput = Decimal | string | number

const pattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/

// Beyond this an exponent can only be an accident or an attack: the digits would have to be written out.
const maxScale = 1000

/**
 * Reads decimal text exactly, or answers `undefined` where the text is not a decimal number.
 *
 * **Details**
 *
 * Trailing zeros are kept as scale, so that {@link formatExact} gives the same text back. Exponents are understood, the
 * empty string, `NaN` and `Infinity` are not numbers.
 *
 * **Example** (Reading and writing)
 *
 * ```ts import.meta.vitest
 * import * as Decimal from "@effect-binance/core/Decimal"
 *
 * const price = Decimal.parse("0.00100000")
 * price && Decimal.formatExact(price) // => "0.00100000"
 * price && Decimal.format(price) // => "0.001"
 * Decimal.parse("") // => undefined
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (text: string): Decimal | undefined => {
  const length = text.length
  const negative = text.charCodeAt(0) === minus
  let dot = -1
  let digits = 0
  let value = 0
  for (let i = negative ? 1 : 0; i < length; i++) {
    const c = text.charCodeAt(i)
    if (c >= zero && c <= nine) {
      digits++
      value = value * 10 + (c - zero)
    } else if (c === point && dot === -1) {
      dot = i
    } else {
      return pattern.test(text) ? parseScientific(text) : undefined
    }
  }
  if (digits === 0) return undefined
  const scale = dot === -1 ? 0 : length - dot - 1
  // Up to 15 digits fit a double exactly, and a small BigInt is cheaper to make from a number than from text.
  if (digits <= 15) return construct.decimal(BigInt(negative ? -value : value), scale)
  return construct.decimal(BigInt(dot === -1 ? text : text.slice(0, dot) + text.slice(dot + 1)), scale)
}

const zero = 48
const nine = 57
const point = 46
const minus = 45

/**
 * Whether text is a decimal number.
 *
 * @category guards
 * @since 0.1.0
 */
export const isDecimal = (text: string): boolean => {
  const start = text.charCodeAt(0) === minus ? 1 : 0
  let points = 0
  for (let i = start; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c >= zero && c <= nine) continue
    if (c !== point || points !== 0) return pattern.test(text)
    points = 1
  }
  return text.length - start > points
}

const parseScientific = (text: string): Decimal | undefined => {
  const at = text.search(/[eE]/)
  const mantissa = (at === -1 ? text : text.slice(0, at)).replace("+", "")
  const exponent = at === -1 ? 0 : Number(text.slice(at + 1))
  if (Math.abs(exponent) > maxScale) return undefined
  const dot = mantissa.indexOf(".")
  const value = BigInt(dot === -1 ? mantissa : mantissa.slice(0, dot) + mantissa.slice(dot + 1))
  const scale = (dot === -1 ? 0 : mantissa.length - dot - 1) - exponent
  return scale >= 0 ? BigDecimal.make(value, scale) : BigDecimal.make(value * 10n ** BigInt(-scale), 0)
}

/**
 * Writes a decimal plainly with the scale it has: `"0.00100000"` stays `"0.00100000"`. Never an exponent.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatExact = (self: Decimal): string => {
  if (self.scale <= 0) return String(self.scale === 0 ? self.value : self.value * 10n ** BigInt(-self.scale))
  const negative = self.value < 0n
  const digits = String(negative ? -self.value : self.value).padStart(self.scale + 1, "0")
  const point = digits.length - self.scale
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`
}

/**
 * Writes a decimal plainly without trailing zeros, as requests are sent: `"0.001"`. Never an exponent.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = (self: Decimal): string => formatExact(BigDecimal.normalize(self))

/**
 * Reads what a user gives for a decimal, or answers `undefined` where it is none.
 *
 * **Details**
 *
 * A number must be finite and small enough in digits (15 significant ones) to have been written exactly as typed:
 * `0.1` is taken, `0.1 + 0.2` is not. A `BigDecimal` may have a scale of up to 1000 either way.
 *
 * @category parsing
 * @since 0.1.0
 */
export const fromInput = (input: DecimalInput): Decimal | undefined => {
  if (typeof input === "string") return parse(input)
  if (typeof input !== "number") return Math.abs(input.scale) > maxScale ? undefined : input
  if (!Number.isFinite(input)) return undefined
  const text = String(input)
  const significant = text.replace(/[eE].*$/, "").replace(/^-?0*\.?0*|\./g, "")
  return significant.length > 15 ? undefined : parse(text)
}
