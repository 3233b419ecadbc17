/**
 * The kinds of field that replies and events are made of.
 *
 * Each takes every form in which the exchange was seen to send it (`"1.0"` or `1.0`, `"true"` or `true`, `12` or `"12"`,
 * `""` for an absent number) and encodes back to the documented one. Schemas of replies are `Struct`s of these.
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
import * as construct from "./internal/construct.ts"
import * as decoder from "./internal/decoder.ts"
import * as drift from "./internal/drift.ts"
import { lazy } from "./internal/lazy.ts"
import * as views from "./internal/views.ts"

type Invalid = decoder.Invalid

const isInvalid = decoder.isInvalid
const refuse = decoder.refuse

interface Leaf<T, E> {
  /** What is taken, for messages. */
  readonly expected: string
  readonly read: (input: unknown) => T | Invalid
  readonly write: (value: T) => E
  /** The same figure in the other views of numbers. */
  readonly views?: views.Views | undefined
}

const leaf = <T, E>(from: Schema.Codec<E>, to: Schema.Codec<T>, leaf: Leaf<T, E>): Schema.Codec<T, E> =>
  from.pipe(
    Schema.decodeTo(
      to,
      SchemaTransformation.transformEffect<T, E>({
        decode: (input, options) => {
          const value = leaf.read(input)
          return isInvalid(value)
            ? Effect.fail(new SchemaIssue.InvalidValue({ expected: leaf.expected }, input, options))
            : Effect.succeed(value)
        },
        encode: (value) => Effect.succeed(leaf.write(value))
      })
    )
  ).annotate({ [decoder.annotation]: leaf.read, [views.annotation]: leaf.views })

const Scalar: Schema.Codec<string | number> = Schema.Union([Schema.String, Schema.Finite])

const ScalarOrNull: Schema.Codec<string | number | null> = Schema.Union([Schema.String, Schema.Finite, Schema.Null])

const readDecimal = (input: unknown): BigDecimal.BigDecimal | Invalid => {
  if (typeof input === "string") return Dec.parse(input) ?? refuse()
  return typeof input === "number" && Number.isFinite(input) ? Dec.parse(String(input)) ?? refuse() : refuse()
}

const readNumber = (input: unknown): number | Invalid => {
  const value = typeof input === "string" && Dec.isDecimal(input) ? Number(input) : input
  return typeof value === "number" && Number.isFinite(value) ? value : refuse()
}

const readText = (input: unknown): string | Invalid => {
  if (typeof input === "string") return Dec.isDecimal(input) ? input : refuse()
  const value = readDecimal(input)
  return isInvalid(value) ? value : Dec.formatExact(value)
}

const orNull = <T>(read: (input: unknown) => T | Invalid) => (input: unknown): T | null | Invalid =>
  input === "" || input === null ? null : read(input)

const decimalText = "a decimal number"

// Written plainly, as the exchange does: `String` has an exponent below 1e-6 and from 1e21 on.
const writeNumber = (value: number): string => {
  const text = readText(value)
  return isInvalid(text) ? String(value) : text
}

const DecimalText: Schema.Codec<string> = Schema.String.check(Schema.makeFilter(Dec.isDecimal))

const nullable = <T>(
  type: Schema.Codec<T>,
  read: (input: unknown) => T | Invalid,
  write: (value: T) => string,
  views?: views.Views
): Schema.Codec<T | null, string | number | null> =>
  leaf<T | null, string | number | null>(ScalarOrNull, Schema.NullOr(type), {
    expected: `${decimalText} or ""`,
    read: orNull(read),
    write: (value) => value === null ? "" : write(value),
    views
  })

const toJsonNumber = (value: BigDecimal.BigDecimal): number => Number(Dec.formatExact(value))

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
export const Decimal: Decimal = leaf(Scalar, Schema.BigDecimal, {
  expected: decimalText,
  read: readDecimal,
  write: Dec.formatExact,
  views: {
    number: leaf(Scalar, Schema.Finite, { expected: decimalText, read: readNumber, write: writeNumber }),
    text: leaf(Scalar, DecimalText, { expected: decimalText, read: readText, write: String })
  }
})

/**
 * An exact decimal; documented as a JSON number (leverage brackets).
 *
 * @category schemas
 * @since 0.1.0
 */
export const DecimalNumber: Decimal = leaf(Scalar, Schema.BigDecimal, {
  expected: decimalText,
  read: readDecimal,
  write: toJsonNumber,
  views: {
    number: leaf(Scalar, Schema.Finite, { expected: decimalText, read: readNumber, write: Number }),
    text: leaf(Scalar, DecimalText, { expected: decimalText, read: readText, write: Number })
  }
})

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
export const DecimalOrNull: DecimalOrNull = nullable(Schema.BigDecimal, readDecimal, Dec.formatExact, {
  number: nullable(Schema.Finite, readNumber, writeNumber),
  text: nullable(DecimalText, readText, String)
})

const readInt = (input: unknown): number | Invalid => {
  const value = typeof input === "string" && /^-?\d{1,16}$/.test(input) ? Number(input) : input
  return typeof value === "number" && Number.isSafeInteger(value) ? value : refuse()
}

const integer = (write: (value: number) => string | number): Int =>
  leaf(Scalar, Schema.Int, { expected: "a whole number", read: readInt, write })

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

const readBoolean = (input: unknown): boolean | Invalid => {
  if (input === true || input === "true" || input === "TRUE" || input === 1) return true
  return input === false || input === "false" || input === "FALSE" || input === 0 ? false : refuse()
}

const boolean = (write: (value: boolean) => string | boolean): Bool =>
  leaf<boolean, string | number | boolean>(
    Schema.Union([Schema.Boolean, Schema.String, Schema.Finite]),
    Schema.Boolean,
    { expected: "true or false", read: readBoolean, write }
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

const furthest = 8.64e15

const readTime = (input: unknown): DateTime.Utc | Invalid => {
  const millis = readInt(input)
  if (isInvalid(millis)) return millis
  return Math.abs(millis) > furthest ? refuse() : construct.instant(millis)
}

/**
 * An instant, sent as milliseconds since 1970. The exchange writes 0 for "never": that is the epoch here.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Time: Time = leaf<DateTime.Utc, string | number>(Scalar, Schema.DateTimeUtc, {
  expected: "milliseconds since 1970",
  read: readTime,
  write: DateTime.toEpochMillis
})

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
): Schema.Codec<OpenEnum<Known[number]>, string> =>
  leaf<OpenEnum<Known[number]>, string>(
    Schema.String,
    Schema.Union([Schema.StringForLiteralAutocomplete, Schema.Literals(known)]),
    {
      expected: "text",
      read: (input) => {
        if (typeof input !== "string") return refuse()
        // There are few of them, so that looking at each is quicker than a hash.
        for (const member of known) if (member === input) return input
        drift.report({ _tag: "UnknownMember", value: input, known })
        return input
      },
      write: (value) => value
    }
  )

const readDigits = (input: unknown): string | Invalid => {
  if (typeof input === "number") return Number.isSafeInteger(input) ? String(input) : refuse()
  return typeof input === "string" && /^-?\d+$/.test(input) ? input : refuse()
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
  ).annotate({ [decoder.annotation]: readDigits })

/**
 * An identifier in exact digits, documented as a string.
 *
 * @category schemas
 * @since 0.1.0
 */
export const idString = <A extends string>(branded: Schema.Codec<A, string>): Schema.Codec<A, string | number> =>
  Scalar.pipe(
    Schema.decodeTo(
      branded,
      SchemaTransformation.transform<string, string | number>({ decode: String, encode: (text) => text })
    )
  ).annotate({ [decoder.annotation]: readDigits })

/**
 * An identifier in exact digits, documented as a string, or `null` where the exchange sends the empty string in its place.
 *
 * @category schemas
 * @since 0.1.0
 */
export const idOrNull = <A extends string>(
  branded: Schema.Codec<A, string>
): Schema.Codec<A | null, string | number | null> =>
  ScalarOrNull.pipe(
    Schema.decodeTo(
      Schema.NullOr(branded),
      SchemaTransformation.transform<string | null, string | number | null>({
        decode: (input) => input === "" || input === null ? null : String(input),
        encode: (text) => text ?? ""
      })
    )
  ).annotate({ [decoder.annotation]: orNull(readDigits) })

/**
 * An identifier in exact digits, sent as a JSON number, or `null` where the exchange sends a number that stands for none: 0 or
 * -1.
 *
 * @category schemas
 * @since 0.1.0
 */
export const idUnless = <A extends string>(
  none: 0 | -1,
  branded: Schema.Codec<A, string>
): Schema.Codec<A | null, string | number> => {
  const digitsOfNone = String(none)
  return Scalar.pipe(
    Schema.decodeTo(
      Schema.NullOr(branded),
      SchemaTransformation.transform<string | null, string | number>({
        decode: (input) => String(input) === digitsOfNone ? null : String(input),
        encode: (text) => text === null ? none : Number.isSafeInteger(Number(text)) ? Number(text) : text
      })
    )
  ).annotate({
    [decoder.annotation]: (input: unknown) => {
      const digits = readDigits(input)
      return digits === digitsOfNone ? null : digits
    }
  })
}

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
  rowsOf([...rows], unreadable)

const rowsOf = <A>(rows: Array<A>, unreadable: ReadonlyArray<UnreadableRow>): Rows<A> =>
  Object.defineProperty(Object.assign(rows, { unreadable }), "unreadable", { enumerable: false })

/**
 * What makes a row of what is sent for its fields: see {@link row}.
 *
 * @category models
 * @since 0.1.0
 */
export type MakeRow<Fields extends Schema.Struct.Fields> = (
  read: { readonly [Name in keyof Fields]: (sent: unknown) => Fields[Name]["Type"] },
  sent: { readonly [Name in keyof Fields]: unknown }
) => Schema.Struct.Type<Fields>

/**
 * A `Struct` with code that makes it, for the rows of long lists.
 *
 * **When to use**
 *
 * Where a reply has hundreds of rows. An object literal with the names in it is made several times as fast as an object
 * that is filled by names in variables, as those of an ordinary `Struct` are; the compiler sees to it that no field is
 * missing.
 *
 * **Gotchas**
 *
 * The code only reads and puts together: where a field was refused or is absent, `read` has answered nothing of use, and
 * the row is read again as that of an ordinary `Struct`.
 *
 * **Example** (A row of two fields)
 *
 * ```ts import.meta.vitest
 * import * as Field from "@effect-binance/core/Field"
 * import * as View from "@effect-binance/core/View"
 * import * as Schema from "effect/Schema"
 *
 * const Level = Field.row({ price: Field.Decimal, side: Schema.String }, (read, sent) => ({
 *   price: read.price(sent.price),
 *   side: read.side(sent.side)
 * }))
 *
 * Schema.decodeUnknownSync(View.textual(Level))({ price: "1.50", side: "BUY" }) // => { price: "1.50", side: "BUY" }
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const row = <const Fields extends Schema.Struct.Fields>(
  fields: Fields,
  make: MakeRow<Fields>
): Schema.Struct<Fields> => Schema.Struct(fields).annotate({ [decoder.quick]: decoder.making(make) })

/**
 * A list in which one bad row does not lose the others: it is left out, reported as drift and kept in
 * `unreadable`.
 *
 * **Details**
 *
 * A list that has rows of which none is readable is no list: decoding fails with what is wrong with the first row. What is
 * wrong is told in detail for the first 100 unreadable rows.
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
        decode: codec.decodeEffect,
        encode: codec.encode
      })
    )
  ).annotate({
    [decoder.annotation]: (input: unknown) => Array.isArray(input) ? codec.read(input) : refuse(),
    [views.annotation]: views.of((view) => rows(views.rewrite(row, view))),
    [rowAnnotation]: row
  })
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
            ? codec.decodeEffect(input)
            : Effect.mapError(decodeRow(input), (error) => error.issue),
        encode: (value) =>
          isRowsOf<A>(value) ? codec.encode(value) : Effect.mapError(encodeRow(value), (error) => error.issue)
      })
    )
  ).annotate({
    [decoder.annotation]: (input: unknown) =>
      Array.isArray(input) ? codec.read(input) : decoder.compile(row.ast)(input),
    [views.annotation]: views.of((view) => rowOrRows(views.rewrite(row, view))),
    [rowAnnotation]: row
  })
}

const rowAnnotation = "effect-binance/row"

/**
 * The schema of the rows of a list made by {@link rows} or {@link rowOrRows}; `undefined` of any other schema. For
 * documents that are derived from schemas.
 *
 * @category accessors
 * @since 0.1.0
 */
export const rowOf = (schema: Schema.Top): Schema.Top | undefined => {
  const row = Schema.resolveAnnotations(schema)?.[rowAnnotation]
  return Schema.isSchema(row) ? row : undefined
}

const isRowsOf = <A>(value: unknown): value is Rows<A> => isRows(value)

const rowsType = <A>() =>
  Schema.declare<Rows<A>>((u): u is Rows<A> => isRows(u), { typeConstructor: { _tag: "effect-binance/Rows" } })

// Saying what is wrong with a row costs many times what reading it does, so that is not done for any number of rows.
const mostDetailed = 100

const rowsCodec = <A, I>(row: Schema.Codec<A, I>) => {
  const quick = lazy(() => decoder.of(row))
  const detailed = lazy(() => Schema.decodeUnknownResult(row))
  const encode = lazy(() => Schema.encodeEffect(row))
  // The rows, or what is wrong with the first where there are rows and none is readable: a list of which nothing is left
  // would be taken for "nothing there".
  const decode = (inputs: ReadonlyArray<unknown>): Rows<A> | SchemaIssue.Issue => {
    const decodeRow = quick()
    const readable: Array<A> = []
    const unreadable: Array<UnreadableRow> = []
    const start = drift.mark()
    let first: SchemaIssue.Issue | undefined
    for (let index = 0; index < inputs.length; index++) {
      const mark = drift.mark()
      const row = decodeRow(inputs[index])
      if (!isInvalid(row)) {
        readable.push(row)
        continue
      }
      drift.forget(mark)
      let reason = "not readable, as the rows before"
      if (unreadable.length < mostDetailed) {
        const result = detailed()(inputs[index])
        if (result._tag === "Success") {
          readable.push(result.success)
          continue
        }
        first ??= new SchemaIssue.Pointer([index], result.failure.issue)
        reason = result.failure.message.replace(/\s+/g, " ")
      }
      unreadable.push({ index, reason })
      drift.report({ _tag: "UnreadableRow", index, reason })
    }
    if (first === undefined || readable.length > 0) return rowsOf(readable, unreadable)
    drift.forget(start)
    return first
  }
  return {
    read: (inputs: ReadonlyArray<unknown>): Rows<A> | Invalid => {
      const decoded = decode(inputs)
      return isRowsOf<A>(decoded) ? decoded : refuse()
    },
    decodeEffect: (inputs: ReadonlyArray<unknown>): Effect.Effect<Rows<A>, SchemaIssue.Issue> => {
      const decoded = decode(inputs)
      return isRowsOf<A>(decoded) ? Effect.succeed(decoded) : Effect.fail(decoded)
    },
    encode: (values: Rows<A>): Effect.Effect<ReadonlyArray<unknown>, SchemaIssue.Issue> =>
      Effect.forEach(values, (value) => encode()(value)).pipe(Effect.mapError((error) => error.issue))
  }
}
