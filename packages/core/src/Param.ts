/**
 * The kinds of parameter that requests are made of: checked before anything is sent, written as the exchange reads them.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Dec from "./Decimal.ts"
import * as ids from "./internal/clientId.ts"

/**
 * Text without lone surrogates, which no encoding can carry.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Text: Schema.Codec<string> = Schema.NonEmptyString.check(
  Schema.makeFilter((text) => text.isWellFormed(), { expected: "well-formed text" })
)

/**
 * A symbol, pair or asset: text without white space. Not restricted to Latin letters: symbols such as `币安人生USDT` exist.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Symbol: Schema.Codec<string> = Text.check(
  Schema.isPattern(/^\S+$/, { expected: "a symbol or asset without white space" })
)

// `Number` would read the empty text as 0.
const wholeNumber = (text: string): number => /^-?\d+$/.test(text) ? Number(text) : NaN

/**
 * A whole number within bounds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const int = (minimum: number, maximum: number): Schema.Codec<number, string> => {
  const expected = `a whole number from ${minimum} to ${maximum}`
  return Schema.String.pipe(
    Schema.decodeTo(
      Schema.Number.annotate({ message: `Expected ${expected}` }).check(
        Schema.isInt({ expected }),
        Schema.isBetween({ minimum, maximum }, { expected })
      ),
      SchemaTransformation.transform({ decode: wholeNumber, encode: String })
    )
  )
}

/**
 * One of the words the exchange knows.
 *
 * @category schemas
 * @since 0.1.0
 */
export const oneOf = <const Words extends ReadonlyArray<string>>(
  ...words: Words
): Schema.Codec<Words[number], string> => Schema.Literals(words)

/**
 * A yes or no, sent as `true` or `false`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Bool: Schema.Codec<boolean, string> = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform<boolean, "true" | "false">({
      decode: (text) => text === "true",
      encode: (value) => value ? "true" : "false"
    })
  )
)

const expected = "an exact decimal: a BigDecimal, plain decimal text, or a number of at most 15 digits"

// Each member of a union tells of itself alone: what is said is said by all of them, once.
const message = `Expected ${expected}`

/**
 * A price, quantity or amount: `BigDecimal`, plain decimal text, or a number that can be written exactly as typed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Decimal: Schema.Codec<Dec.DecimalInput, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Union([Schema.BigDecimal.annotate({ message }), Schema.String, Schema.Finite.annotate({ message })]),
    SchemaTransformation.transformEffect<BigDecimal.BigDecimal | string | number, string>({
      decode: (text, options) => checked(text, Dec.parse(text), options),
      encode: (input, options) => {
        const value = Dec.fromInput(input)
        return value === undefined ? refused(input, options) : Effect.succeed(Dec.format(value))
      }
    })
  )
)

type IssueOptions = ConstructorParameters<typeof SchemaIssue.InvalidValue>[2]

const refused = (input: unknown, options: IssueOptions) =>
  Effect.fail(new SchemaIssue.InvalidValue({ expected }, input, options))

const checked = (input: string, value: BigDecimal.BigDecimal | undefined, options: IssueOptions) =>
  value === undefined ? refused(input, options) : Effect.succeed(value)

const instant = { message: "Expected an instant: a DateTime, or whole milliseconds since 1970" }

/**
 * An instant: a `DateTime` or milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Time: Schema.Codec<DateTime.DateTime | number, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Union([
      Schema.DateTimeUtc.annotate(instant),
      Schema.DateTimeZoned.annotate(instant),
      Schema.Int.annotate(instant)
    ]),
    SchemaTransformation.transform<DateTime.DateTime | number, string>({
      decode: wholeNumber,
      encode: (time) => String(typeof time === "number" ? time : DateTime.toEpochMillis(time))
    })
  )
)

/**
 * What every signed call takes beside its own parameters.
 *
 * @category fields
 * @since 0.1.0
 */
export const signed = {
  /** How many milliseconds old the request may be when it arrives, 1 to 60000; the client's setting when left out. */
  recvWindow: Schema.optional(int(1, 60_000))
}

/**
 * An identifier, in every form identifiers are given out in or kept in: the branded digits of a reply, a `bigint`, or a
 * whole number within 2^53.
 *
 * @category schemas
 * @since 0.1.0
 */
export const id = <A extends string>(branded: Schema.Codec<A, string>): Schema.Codec<A | bigint | number, string> => {
  const decode = Schema.decodeEffect(branded)
  return Schema.String.pipe(
    Schema.decodeTo(
      Schema.Union([Schema.toType(branded), Schema.BigInt, Schema.Int]),
      SchemaTransformation.transformEffect<A | bigint | number, string>({
        decode: (text) => Effect.mapError(decode(text), (error) => error.issue),
        encode: (value) => Effect.succeed(String(value))
      })
    )
  )
}

/**
 * A client order id: 1 to `maxLength` letters, digits and `. : / _ -`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const clientId = (maxLength: number): Schema.Codec<string> =>
  Schema.String.check(
    Schema.isPattern(ids.pattern(maxLength), { expected: ids.expected(maxLength) })
  )

/**
 * A rule between parameters that is broken: the parameter to name, and what is asked of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Broken {
  readonly field: string
  readonly rule: string
}

/**
 * A rule between parameters: what is broken, or nothing.
 *
 * @category models
 * @since 0.1.0
 */
export type Rule<P> = (params: P) => Broken | undefined | false

/**
 * The rules between parameters as one check of their struct; every broken one is told.
 *
 * @category checks
 * @since 0.1.0
 */
export const rules = <P>(...all: ReadonlyArray<Rule<P>>) =>
  Schema.makeFilter((params: P) => {
    const broken: Array<{ readonly path: ReadonlyArray<PropertyKey>; readonly issue: string }> = []
    for (const rule of all) {
      const found = rule(params)
      if (found !== undefined && found !== false) broken.push({ path: [found.field], issue: found.rule })
    }
    return broken
  })
