import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

/** A whole number within bounds. */
export const int = (minimum: number, maximum: number): Arbitrary.Arbitrary<number> =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

/** One of some values. */
export const oneOf = <A>(first: A, ...others: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(int(0, others.length), (index) => others[index - 1] ?? first)

/** Text of pieces, with a number of them that is spread evenly between the bounds. */
export const textOf = (
  pieces: readonly [string, ...ReadonlyArray<string>],
  minimum: number,
  maximum: number
): Arbitrary.Arbitrary<string> =>
  Arbitrary.flatMap(
    int(minimum, maximum),
    (length) => Arbitrary.array(oneOf(...pieces), { minLength: length, maxLength: length })
  ).pipe(Arbitrary.map((parts) => parts.join("")))

/** Decimal digits, leading zeros allowed. */
export const digits = (minimum: number, maximum: number): Arbitrary.Arbitrary<string> =>
  textOf(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], minimum, maximum)
