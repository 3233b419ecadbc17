/**
 * Messages of streams: the terse names of the wire (`"E"`, `"ps"`) read as names a person can read.
 *
 * A message is a `Struct` whose fields say under which name they are sent. Its schema decodes and encodes like any other, and
 * like replies it is read by a plain function that is made once.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { Drift } from "./Drift.ts"
import * as decoder from "./internal/decoder.ts"
import * as views from "./internal/views.ts"

const namesAnnotation = "effect-binance/names"

/**
 * A field together with the name under which it is sent, and other names under which it was seen.
 *
 * **Details**
 *
 * The first name is the one that is written. A field made by `Schema.optionalKey` may be absent or `null`; where it is there
 * but cannot be read, it is left out and told as drift, since a field that may be absent is not worth a lost event.
 *
 * @category fields
 * @since 0.1.0
 */
export const sentAs = <S extends Schema.Top>(
  schema: S,
  name: string,
  ...otherNames: ReadonlyArray<string>
): S["Rebuild"] => schema.annotate({ [namesAnnotation]: [name, ...otherNames] })

const emptyWhenAbsent = "effect-binance/emptyWhenAbsent"

/**
 * A list that is not sent where it is empty.
 *
 * @category fields
 * @since 0.1.0
 */
export const list = <A>(item: Schema.Codec<A, unknown>): Schema.Codec<ReadonlyArray<A>, ReadonlyArray<unknown>> =>
  Schema.make<Schema.Codec<ReadonlyArray<A>, ReadonlyArray<unknown>>>(Schema.Array(item).ast).annotate({
    [emptyWhenAbsent]: true
  })

/**
 * The name of an event, `"ORDER_TRADE_UPDATE"` on the wire, read as the tag of the value.
 *
 * @category fields
 * @since 0.1.0
 */
export const tag = <const Tag extends string>(
  tag: Tag,
  name: string,
  ...otherNames: ReadonlyArray<string>
): Schema.Codec<Tag, string> => {
  const known = new Set([name, ...otherNames])
  return Schema.String.pipe(
    Schema.decodeTo(
      Schema.Literal(tag),
      SchemaTransformation.transformEffect<Tag, string>({
        decode: (input, options) =>
          known.has(input)
            ? Effect.succeed(tag)
            : Effect.fail(new SchemaIssue.InvalidValue({ expected: `"${name}"` }, input, options)),
        encode: () => Effect.succeed(name)
      })
    )
  ).annotate({
    [decoder.annotation]: (input: unknown) => typeof input === "string" && known.has(input) ? tag : decoder.refuse()
  })
}

/**
 * The fields of a message: schemas that need no services.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields = {
  readonly [name: string]: Schema.Codec<unknown, unknown> | Schema.optionalKey<Schema.Codec<unknown, unknown>>
}

const isNames = (u: unknown): u is ReadonlyArray<string> => Array.isArray(u) && u.length > 0

const isRecord = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

interface Entry extends decoder.Renamed {
  readonly schema: Schema.Codec<unknown, unknown>
}

const entryOf = (name: string, schema: Schema.Codec<unknown, unknown>): Entry => {
  const annotations = Schema.resolveAnnotations(schema)
  const names = annotations?.[namesAnnotation]
  return {
    name,
    names: isNames(names) ? names : [name],
    optional: schema.ast.context?.isOptional === true,
    emptyWhenAbsent: annotations?.[emptyWhenAbsent] === true,
    schema
  }
}

const messageOf = (entries: ReadonlyArray<Entry>): Schema.Codec<unknown, unknown> => {
  const readable = Schema.Struct(Object.fromEntries(entries.map(({ name, schema }) => [name, schema])))
  return Schema.Record(Schema.String, Schema.Unknown).pipe(
    Schema.decodeTo(
      Schema.make<Schema.Codec<unknown, unknown>>(readable.ast),
      SchemaTransformation.transform<unknown, { readonly [name: string]: unknown }>({
        decode: (input) => {
          const out: { [name: string]: unknown } = {}
          for (const entry of entries) {
            const value = decoder.valueOf(entry, input)
            if (value !== undefined) out[entry.name] = value
          }
          return out
        },
        encode: (value) => {
          const out: { [name: string]: unknown } = {}
          if (isRecord(value)) {
            for (const { name, names: [sent = name] } of entries) {
              if (value[name] !== undefined) out[sent] = value[name]
            }
          }
          return out
        }
      })
    )
  ).annotate({
    [decoder.annotation]: decoder.renamed(entries, ({ schema }) => decoder.compile(schema.ast)),
    [views.annotation]: views.of((view) =>
      messageOf(entries.map((entry) => ({ ...entry, schema: views.rewrite(entry.schema, view) })))
    )
  })
}

/**
 * A message of the fields given.
 *
 * **Example** (A terse message)
 *
 * ```ts import.meta.vitest
 * import * as Field from "@effect-binance/core/Field"
 * import * as Message from "@effect-binance/core/Message"
 * import * as Schema from "effect/Schema"
 *
 * const Balance = Message.struct({
 *   asset: Message.sentAs(Schema.String, "a"),
 *   locked: Message.sentAs(Schema.optionalKey(Field.Int), "l")
 * })
 *
 * Schema.decodeUnknownSync(Balance)({ a: "USDT", l: 5 }) // => { asset: "USDT", locked: 5 }
 * Schema.encodeSync(Balance)({ asset: "USDT" }) // => { a: "USDT" }
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const struct = <const F extends Fields>(fields: F): Schema.Codec<Schema.Struct.Type<F>, unknown> =>
  Schema.make<Schema.Codec<Schema.Struct.Type<F>, unknown>>(
    messageOf(Object.entries(fields).map(([name, schema]) => entryOf(name, schema))).ast
  )

/**
 * Reads messages of a schema the quick way: the value, and what differed from the documentation without being wrong.
 *
 * **Details**
 *
 * The function is made at its first use. What it refuses is decoded once more by Effect's interpreter, which says where and
 * why; the values themselves are never told.
 *
 * @category decoding
 * @since 0.1.0
 */
export const reader = <A>(
  schema: Schema.Codec<A, unknown>
): (input: unknown) => readonly [Result.Result<A, Schema.SchemaError>, ReadonlyArray<Drift>] =>
  decoder.collecting(schema)
