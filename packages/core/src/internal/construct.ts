import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"

// Half of the time of decoding a list of orders would go into making its decimals and instants: `BigDecimal.make` and
// `DateTime.makeUnsafe` stand on `Object.create` and `Object.defineProperty`, which are many times slower than a
// constructor. A constructor with the same prototype makes an equal value. Should a version of Effect give its values
// another form, the comparison below notices, and the ordinary functions are used.

function DecimalValue(this: { value: bigint; scale: number }, value: bigint, scale: number) {
  this.value = value
  this.scale = scale
}

DecimalValue.prototype = Object.getPrototypeOf(BigDecimal.make(0n, 0))

function Instant(this: { epochMilliseconds: number }, millis: number) {
  this.epochMilliseconds = millis
}

Instant.prototype = Object.getPrototypeOf(DateTime.makeUnsafe(0))

const Decimals: unknown = DecimalValue
const Instants: unknown = Instant

const makesDecimals = (u: unknown): u is new(value: bigint, scale: number) => BigDecimal.BigDecimal =>
  typeof u === "function"

const makesInstants = (u: unknown): u is new(millis: number) => DateTime.Utc => typeof u === "function"

/** `BigDecimal.make`, for a scale that is known to be a safe integer. */
export const decimal: (value: bigint, scale: number) => BigDecimal.BigDecimal =
  makesDecimals(Decimals) && Equal.equals(new Decimals(12n, 1), BigDecimal.make(12n, 1))
    ? (value, scale) => new Decimals(value, scale)
    : BigDecimal.make

/** `DateTime.makeUnsafe`, for milliseconds that are known to be within the range of dates. */
export const instant: (millis: number) => DateTime.Utc =
  makesInstants(Instants) && Equal.equals(new Instants(1000), DateTime.makeUnsafe(1000))
    ? (millis) => new Instants(millis)
    : DateTime.makeUnsafe
