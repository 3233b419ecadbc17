/**
 * The kinds of field that replies and events are made of.
 *
 * Each takes every form in which the exchange was seen to send it (`"1.0"` or `1.0`, `"true"` or `true`, `12` or `"12"`,
 * `""` for an absent number) and encodes back to the documented one. Schemas of replies are `Struct`s of these.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as DateTimes from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Dec from "./Decimal.ts"
import * as drift from "./internal/drift.ts"

/**
 * Marks the decoded side of decimals, so that a schema can be rewritten to another view of numbers.
 *
 * @category annotations
 * @since 0.1.0
 */
export const DecimalAnnotation = "effect-binance/decimal"

const Scalar = Schema.Union([Schema.String, Schema.Finite])

const BigDecimalType = Schema.BigDecimal.annotate({ [DecimalAnnotation]: true })

const invalid = (expected: string, input: unknown, options: SchemaIssueOptions) =>
  Effect.fail(new SchemaIssue.InvalidValue({ expected }, input, options))

type SchemaIssueOptions = ConstructorParameters<typeof SchemaIssue.InvalidValue>[2]

const readDecimal = (input: string | number): BigDecimal.BigDecimal | undefined =>
  Dec.parse(typeof input === "number" ? String(input) : input)

/**
 * An exact decimal; documented as a string.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Decimal extends Schema.Codec<BigDecimal.BigDecimal, string | number> {}

/**
 * An exact decimal; documented as a string.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Decimal: Decimal = Scalar.pipe(
  Schema.decodeTo(
    BigDecimalType,
    SchemaTransformation.transformEffect<BigDecimal.BigDecimal, string | number>({
      decode: (input, options) => {
        const value = readDecimal(input)
        return value === undefined ? invalid("a decimal number", input, options) : Effect.succeed(value)
      },
      encode: (value) => Effect.succeed(Dec.formatExact(value))
    })
  )
)

/**
 * An exact decimal; documented as a JSON number (leverage brackets).
 *
 * @category schemas
 * @since 0.1.0
 */
export const DecimalNumber: Decimal = Scalar.pipe(
  Schema.decodeTo(
    BigDecimalType,
    SchemaTransformation.transformEffect<BigDecimal.BigDecimal, string | number>({
      decode: (input, options) => {
        const value = readDecimal(input)
        return value === undefined ? invalid("a decimal number", input, options) : Effect.succeed(value)
      },
      encode: (value) => Effect.succeed(Number(Dec.formatExact(value)))
    })
  )
)

/**
 * An exact decimal, or `null` where the exchange sends the empty string in place of an absent figure.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface DecimalOrNull extends Schema.Codec<BigDecimal.BigDecimal | null, string | number | null> {}

/**
 * An exact decimal, or `null` where the exchange sends the empty string in place of an absent figure.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DecimalOrNull: DecimalOrNull = Schema.Union([Schema.String, Schema.Finite, Schema.Null]).pipe(
  Schema.decodeTo(
    Schema.NullOr(BigDecimalType),
    SchemaTransformation.transformEffect<BigDecimal.BigDecimal | null, string | number | null>({
      decode: (input, options) => {
        if (input === "" || input === null) return Effect.succeed(null)
        const value = readDecimal(input)
        return value === undefined
          ? invalid("a decimal number or an empty string", input, options)
          : Effect.succeed(value)
      },
      encode: (value) => Effect.succeed(value === null ? "" : Dec.formatExact(value))
    })
  )
)

const readInt = (input: string | number): number | undefined => {
  if (typeof input === "number") return Number.isSafeInteger(input) ? input : undefined
  const value = /^-?\d{1,16}$/.test(input) ? Number(input) : NaN
  return Number.isSafeInteger(value) ? value : undefined
}

const integer = (encode: (value: number) => string | number): Int =>
  Scalar.pipe(
    Schema.decodeTo(
      Schema.Int,
      SchemaTransformation.transformEffect<number, string | number>({
        decode: (input, options) => {
          const value = readInt(input)
          return value === undefined ? invalid("a whole number", input, options) : Effect.succeed(value)
        },
        encode: (value) => Effect.succeed(encode(value))
      })
    )
  )

/**
 * A whole number within 2^53.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Int extends Schema.Codec<number, string | number> {}

/**
 * A whole number; documented as a JSON number.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Int: Int = integer((value) => value)

/**
 * A whole number; documented as a string (leverage in position replies).
 *
 * @category schemas
 * @since 0.1.0
 */
export const IntString: Int = integer(String)

/**
 * A yes or no.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Bool extends Schema.Codec<boolean, string | number | boolean> {}

const boolean = (encode: (value: boolean) => string | boolean): Bool =>
  Schema.Union([Schema.Boolean, Schema.String, Schema.Finite]).pipe(
    Schema.decodeTo(
      Schema.Boolean,
      SchemaTransformation.transformEffect<boolean, string | number | boolean>({
        decode: (input, options) => {
          if (input === true || input === "true" || input === "TRUE" || input === 1) return Effect.succeed(true)
          if (input === false || input === "false" || input === "FALSE" || input === 0) return Effect.succeed(false)
          return invalid("true or false", input, options)
        },
        encode: (value) => Effect.succeed(encode(value))
      })
    )
  )

/**
 * A yes or no; documented as a JSON boolean.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Bool: Bool = boolean((value) => value)

/**
 * A yes or no; documented as the string `"true"` or `"false"`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BoolString: Bool = boolean(String)

/**
 * An instant, sent as milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Time extends Schema.Codec<DateTime.Utc, string | number> {}

/**
 * An instant, sent as milliseconds since 1970. The exchange writes 0 for "never": that is the epoch here.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Time: Time = Scalar.pipe(
  Schema.decodeTo(
    Schema.DateTimeUtc,
    SchemaTransformation.transformEffect<DateTime.Utc, string | number>({
      decode: (input, options) => {
        const millis = readInt(input)
        return millis === undefined || Math.abs(millis) > 8.64e15
          ? invalid("milliseconds since 1970", input, options)
          : Effect.succeed(DateTimes.makeUnsafe(millis))
      },
      encode: (value) => Effect.succeed(DateTimes.toEpochMillis(value))
    })
  )
)

/**
 * An enumeration whose known members are in the type and whose unknown members decode all the same.
 *
 * @category models
 * @since 0.1.0
 */
export type OpenEnum<Known extends string> = Known | (string & {})

/**
 * A schema for an enumeration that may grow: known members complete in editors, unknown ones decode and are counted as
 * drift.
 *
 * @category schemas
 * @since 0.1.0
 */
export const openEnum = <const Known extends ReadonlyArray<string>>(
  ...known: Known
): Schema.Codec<OpenEnum<Known[number]>, string> => {
  const members = new Set<string>(known)
  return Schema.String.pipe(
    Schema.decodeTo(
      Schema.Union([Schema.StringForLiteralAutocomplete, Schema.Literals(known)]),
      SchemaTransformation.transform<OpenEnum<Known[number]>, string>({
        decode: (value) => {
          if (!members.has(value)) drift.report({ _tag: "UnknownMember", value, known })
          return value
        },
        encode: (value) => value
      })
    )
  )
}

/**
 * An identifier in exact digits, sent as a JSON number or as a string, branded by the schema given (see `Ids`).
 *
 * @category schemas
 * @since 0.1.0
 */
export const id = <A extends string>(branded: Schema.Codec<A, string>): Schema.Codec<A, string | number> =>
  Scalar.pipe(
    Schema.decodeTo(
      branded,
      SchemaTransformation.transform<string, string | number>({
        decode: String,
        // Digits beyond 2^53 stay text: a JSON number would round them.
        encode: (text) => Number.isSafeInteger(Number(text)) ? Number(text) : text
      })
    )
  )

/**
 * An identifier in exact digits, documented as a string, or `null` where the exchange sends the empty string in its place.
 *
 * @category schemas
 * @since 0.1.0
 */
export const idOrNull = <A extends string>(
  branded: Schema.Codec<A, string>
): Schema.Codec<A | null, string | number | null> =>
  Schema.Union([Schema.String, Schema.Finite, Schema.Null]).pipe(
    Schema.decodeTo(
      Schema.NullOr(branded),
      SchemaTransformation.transform<string | null, string | number | null>({
        decode: (input) => input === "" || input === null ? null : String(input),
        encode: (text) => text ?? ""
      })
    )
  )

/**
 * A list of rows of which some may have been unreadable.
 *
 * **Details**
 *
 * An array of the rows that were readable, in the order sent. `unreadable` says which ones were not, and why; it is not
 * enumerable, so the value prints and compares as the plain array.
 *
 * **Gotchas**
 *
 * Where an incomplete list would be taken for a complete one ("no such position"), look at `unreadable` first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rows<out A> extends ReadonlyArray<A> {
  readonly unreadable: ReadonlyArray<UnreadableRow>
}

/**
 * A row of a list that could not be decoded: where it stood and what was wrong with it.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnreadableRow {
  readonly index: number
  readonly reason: string
}

/**
 * Whether a value is a list made by {@link rows}.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRows = (u: unknown): u is Rows<unknown> => Array.isArray(u) && "unreadable" in u

/**
 * Makes a {@link Rows} of readable rows and of the reports on unreadable ones.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeRows = <A>(rows: ReadonlyArray<A>, unreadable: ReadonlyArray<UnreadableRow> = []): Rows<A> =>
  Object.defineProperty(Object.assign([...rows], { unreadable }), "unreadable", { enumerable: false })

/**
 * A list in which one bad row does not lose the others: it is left out, reported as drift and kept in
 * `unreadable`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const rows = <A, I>(row: Schema.Codec<A, I>): Schema.Codec<Rows<A>, ReadonlyArray<unknown>> => {
  const codec = rowsCodec(row)
  return Schema.Array(Schema.Unknown).pipe(
    Schema.decodeTo(
      rowsType<A>(),
      SchemaTransformation.transformEffect<Rows<A>, ReadonlyArray<unknown>>({
        decode: (inputs) => Effect.succeed(codec.decode(inputs)),
        encode: codec.encode
      })
    )
  )
}

/**
 * One row or a list of them, for calls that answer the one or the other.
 *
 * @category schemas
 * @since 0.1.0
 */
export const rowOrRows = <A, I>(row: Schema.Codec<A, I>): Schema.Codec<A | Rows<A>, unknown> => {
  const codec = rowsCodec(row)
  const decodeRow = Schema.decodeUnknownEffect(row)
  const encodeRow = Schema.encodeEffect(row)
  return Schema.Unknown.pipe(
    Schema.decodeTo(
      Schema.Union([rowsType<A>(), Schema.toType(row)]),
      SchemaTransformation.transformEffect<A | Rows<A>, unknown>({
        decode: (input) =>
          Array.isArray(input)
            ? Effect.succeed(codec.decode(input))
            : Effect.mapError(decodeRow(input), (error) => error.issue),
        encode: (value) =>
          isRowsOf<A>(value) ? codec.encode(value) : Effect.mapError(encodeRow(value), (error) => error.issue)
      })
    )
  )
}

const isRowsOf = <A>(value: A | Rows<A>): value is Rows<A> => isRows(value)

const rowsType = <A>() =>
  Schema.declare<Rows<A>>((u): u is Rows<A> => isRows(u), { typeConstructor: { _tag: "effect-binance/Rows" } })

const rowsCodec = <A, I>(row: Schema.Codec<A, I>) => {
  const decode = Schema.decodeUnknownResult(row)
  const encode = Schema.encodeEffect(row)
  return {
    decode: (inputs: ReadonlyArray<unknown>): Rows<A> => {
      const readable: Array<A> = []
      const unreadable: Array<UnreadableRow> = []
      for (let index = 0; index < inputs.length; index++) {
        const result = decode(inputs[index])
        if (result._tag === "Success") {
          readable.push(result.success)
        } else {
          const reason = result.failure.message.replace(/\s+/g, " ")
          unreadable.push({ index, reason })
          drift.report({ _tag: "UnreadableRow", index, reason })
        }
      }
      return makeRows(readable, unreadable)
    },
    encode: (values: Rows<A>): Effect.Effect<ReadonlyArray<unknown>, SchemaIssue.Issue> =>
      Effect.forEach(values, (value) => encode(value)).pipe(Effect.mapError((error) => error.issue))
  }
}
