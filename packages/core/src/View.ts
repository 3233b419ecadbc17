/**
 * Figures in another form: as numbers, or as checked decimal text without any conversion.
 *
 * One definition serves all: the schema of a reply is rewritten, and the type with it.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Endpoints from "./Endpoint.ts"
import type { Endpoint, Safety } from "./Endpoint.ts"
import type { Rows } from "./Field.ts"
import * as views from "./internal/views.ts"

/**
 * How figures come out.
 *
 * - `number`: JavaScript numbers, rounded to 53 bits where they are longer
 * - `text`: the exchange's own text, checked to be a decimal number
 *
 * @category models
 * @since 0.1.0
 */
export type View = views.View

type Atom =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | DateTime.DateTime
  | Redacted.Redacted<unknown>

/**
 * `A` with each decimal replaced by `D`, at any depth; brands, optional keys and lists are kept.
 *
 * @category utility types
 * @since 0.1.0
 */
export type WithDecimals<A, D> = A extends BigDecimal.BigDecimal ? D
  : A extends Atom ? A
  : A extends Rows<infer Row> ? Rows<WithDecimals<Row, D>>
  : A extends ReadonlyArray<infer Item> ? ReadonlyArray<WithDecimals<Item, D>>
  : A extends object ? { readonly [K in keyof A]: WithDecimals<A[K], D> }
  : A

/**
 * `A` with each decimal as a number.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Numeric<A> = WithDecimals<A, number>

/**
 * `A` with each decimal as text.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Textual<A> = WithDecimals<A, string>

/**
 * The schema of a reply with its decimals as numbers.
 *
 * @category schemas
 * @since 0.1.0
 */
export const numeric = <A, I>(schema: Schema.Codec<A, I>): Schema.Codec<Numeric<A>, I> =>
  Schema.make<Schema.Codec<Numeric<A>, I>>(views.rewrite(schema, "number").ast)

/**
 * The schema of a reply with its decimals as checked text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const textual = <A, I>(schema: Schema.Codec<A, I>): Schema.Codec<Textual<A>, I> =>
  Schema.make<Schema.Codec<Textual<A>, I>>(views.rewrite(schema, "text").ast)

/**
 * An endpoint whose reply has its decimals as numbers.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const numericEndpoint = <P, A, S extends Safety, W>(
  endpoint: Endpoint<P, A, S, W>
): Endpoint<P, Numeric<A>, S, W> => Endpoints.withReply(endpoint, numeric(endpoint.reply))

/**
 * An endpoint whose reply has its decimals as checked text.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const textualEndpoint = <P, A, S extends Safety, W>(
  endpoint: Endpoint<P, A, S, W>
): Endpoint<P, Textual<A>, S, W> => Endpoints.withReply(endpoint, textual(endpoint.reply))
