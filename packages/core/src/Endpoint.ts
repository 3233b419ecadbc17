/**
 * An endpoint as a value: everything there is to know about one call of the exchange.
 *
 * The typed operation, the encoding of parameters, the decoding of replies, the simulator's route and the tables in the
 * documentation are derived from it and never written twice.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { MutationError, ReadError } from "./BinanceError.ts"
import * as Decimal from "./Decimal.ts"
import type { Drift } from "./Drift.ts"
import * as decoder from "./internal/decoder.ts"
import { lazy } from "./internal/lazy.ts"

/**
 * What repeating a call does: a `read` changes nothing, an `idempotent` call leaves the same state however often it is
 * made, a `mutation` acts each time.
 *
 * @category models
 * @since 0.1.0
 */
export type Safety = "read" | "idempotent" | "mutation"

/**
 * What a call must carry: nothing, the API key (`USER_STREAM`), or key and signature.
 *
 * @category models
 * @since 0.1.0
 */
export type Security = "NONE" | "USER_STREAM" | "USER_DATA" | "TRADE" | "MARGIN"

/**
 * How sure it is that a call is served as described.
 *
 * @category models
 * @since 0.1.0
 */
export type Status =
  | { readonly _tag: "Current" }
  | { readonly _tag: "Deprecated"; readonly since: string; readonly replacement: string }
  | { readonly _tag: "Announced"; readonly since: string }
  | { readonly _tag: "Undocumented" }
  | { readonly _tag: "Unverified"; readonly source: string }

/**
 * The parameters as they go on the wire, in documented order; absent ones are `undefined`.
 *
 * @category models
 * @since 0.1.0
 */
export type WireParams = { readonly [name: string]: string | undefined }

/**
 * A parameter that holds a client order id, and how long it may be.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClientIdParam {
  readonly name: string
  readonly maxLength: number
}

/**
 * How often an account may make a call, beside what it weighs: e.g. 500 `per` `hour`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quota {
  readonly limit: number
  readonly per: string
}

/**
 * What an endpoint is made from.
 *
 * @category models
 * @since 0.1.0
 */
export interface Spec<W, A, S extends Safety> {
  /** The documented method name, e.g. `getAccountInfo`. */
  readonly id: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  readonly path: string
  /** The chapter of the documentation, e.g. `Account & Balance`. */
  readonly category: string
  readonly security: Security
  readonly safety: S
  /** Request weight, out of 6000 a minute and IP. */
  readonly weight: number | ((params: WireParams) => number)
  /** Orders counted, out of 1200 a minute and account. */
  readonly orders?: number
  /** How often the call may be made, where that is limited. */
  readonly quota?: Quota
  /** All parameters flat, with the rules between them as checks. */
  readonly params: Schema.Codec<W, WireParams>
  /**
   * The parameters that hold client order ids, the one to ask by first. Where the caller gives none, one is made.
   */
  readonly clientIds?: ReadonlyArray<ClientIdParam>
  readonly reply: Schema.Codec<A, unknown>
  /** Binance's page about it. */
  readonly docs?: string
  readonly status?: Status
}

/**
 * An endpoint whose parameters are `P`, whose reply is `A`, with safety `S`.
 *
 * **Details**
 *
 * `W` is the flat form of the parameters that the schema knows, `P` what a caller may give: the same, or a union that
 * leaves out what the rules forbid.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint<P, A, S extends Safety = Safety, W = unknown>
  extends Omit<Spec<W, A, S>, "orders" | "status" | "clientIds">
{
  /** Only a type. */
  readonly "~params"?: (params: P) => void
  readonly clientIds: ReadonlyArray<ClientIdParam>
  readonly orders: number
  readonly status: Status
  /** Whether the call is signed. */
  readonly signed: boolean
  /** `GET /papi/v1/account`, for messages. */
  readonly request: string
  /** Checks parameters and writes them as the exchange reads them. Takes anything: what does not fit is refused. */
  readonly encode: (params: unknown) => Result.Result<WireParams, Schema.SchemaError>
  /** Reads a reply, and tells what differed from the documentation without being wrong. */
  readonly decode: (body: unknown) => readonly [Result.Result<A, Schema.SchemaError>, ReadonlyArray<Drift>]
}

/**
 * An endpoint that changes nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadEndpoint<P, A> extends Endpoint<P, A, "read"> {}

/**
 * An endpoint that changes something.
 *
 * @category models
 * @since 0.1.0
 */
export interface MutationEndpoint<P, A> extends Endpoint<P, A, "idempotent" | "mutation"> {}

/**
 * Any endpoint, for tables and derivations.
 *
 * @category models
 * @since 0.1.0
 */
export interface Described extends Pick<Endpoint<never, unknown>, DescribedKeys> {}

type DescribedKeys =
  | "id"
  | "method"
  | "path"
  | "category"
  | "security"
  | "safety"
  | "weight"
  | "orders"
  | "quota"
  | "docs"
  | "status"
  | "signed"
  | "request"
  | "encode"
  | "decode"
  | "clientIds"

/**
 * How a call of this safety can fail.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Failure<S extends Safety> = S extends "read" ? ReadError : MutationError

/**
 * The function a caller sees. The parameters may be left out where none is mandatory.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Operation<E> = E extends Endpoint<infer P, infer A, infer S>
  ? {} extends P ? (params?: P) => Effect.Effect<A, Failure<S>>
  : (params: P) => Effect.Effect<A, Failure<S>>
  : never

/**
 * Makes an endpoint. Nothing is compiled until it is first used.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <W, A, const S extends Safety>(spec: Spec<W, A, S>): Endpoint<W, A, S, W> => build(spec)

/**
 * Makes an endpoint whose callers give a narrower type than the flat schema: a union by what each kind of order needs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeFor =
  <P>() => <W, A, const S extends Safety>(spec: P extends W ? Spec<W, A, S> : never): Endpoint<P, A, S, W> =>
    build(spec)

const build = <W, A, const S extends Safety>(spec: Spec<W, A, S>): Omit<Endpoint<never, A, S, W>, "~params"> => {
  const encode = lazy(() =>
    // A misspelt parameter that is silently dropped can cost money, so unknown names are refused.
    Schema.encodeUnknownResult(spec.params, { onExcessProperty: "error", errors: "all" })
  )
  return {
    ...spec,
    orders: spec.orders ?? 0,
    status: spec.status ?? { _tag: "Current" },
    clientIds: spec.clientIds ?? [],
    signed: spec.security !== "NONE" && spec.security !== "USER_STREAM",
    request: `${spec.method} ${spec.path}`,
    encode: (params) => encode()(params ?? {}),
    decode: decoder.collecting(spec.reply)
  }
}

/**
 * Parameters of a call that this library does not know: text goes out as it is, numbers and booleans plainly, lists joined by
 * commas.
 *
 * @category models
 * @since 0.1.0
 */
export type RawParams = {
  readonly [name: string]: string | number | bigint | boolean | ReadonlyArray<string> | undefined
}

const RawParam: Schema.Codec<string | number | bigint | boolean | ReadonlyArray<string>, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Union([Schema.String, Schema.Finite, Schema.BigInt, Schema.Boolean, Schema.Array(Schema.String)]),
    SchemaTransformation.transform<string | number | bigint | boolean | ReadonlyArray<string>, string>({
      decode: (text) => text,
      encode: (value) => {
        if (typeof value !== "number") return String(value)
        const decimal = Decimal.parse(String(value))
        return decimal === undefined ? String(value) : Decimal.format(decimal)
      }
    })
  )
)

// A path that is put behind the host as it is must not change the host, nor leave for another path.
const isPath = (path: string): boolean => /^\/[^?#@\\\s]*$/.test(path) && !/(?:\.|%2e){2}/i.test(path)

const rawRules = (path: string) =>
  Schema.makeFilter(({ recvWindow, ...params }: RawParams) => {
    const broken: Array<{ readonly path: ReadonlyArray<PropertyKey>; readonly issue: string }> = []
    const refuse = (field: string, issue: string) => broken.push({ path: [field], issue })
    if (!isPath(path)) refuse("path", `must begin with "/", without ? # @ \\, white space or ".."`)
    for (const name of ["timestamp", "signature"]) {
      if (Object.hasOwn(params, name)) refuse(name, "is added here")
    }
    if (recvWindow !== undefined) {
      const millis = /^\d{1,5}$/.test(String(recvWindow)) ? Number(recvWindow) : NaN
      if (!(millis >= 1 && millis <= 60_000)) refuse("recvWindow", "must be a whole number from 1 to 60000")
    }
    return broken
  })

const rawParams = (path: string): Schema.Codec<RawParams, WireParams> =>
  Schema.Record(Schema.String, Schema.UndefinedOr(RawParam)).check(rawRules(path))

/**
 * What is told of a call that this library does not know.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawSpec<S extends Safety> extends Pick<Spec<RawParams, unknown, S>, "method" | "path" | "security"> {
  readonly safety: S
  /** Request weight; 1 where it is not known. */
  readonly weight?: number
  readonly orders?: number
  readonly clientIds?: ReadonlyArray<ClientIdParam>
}

/**
 * Any path of the exchange, signed and judged like the known ones: the way out where a call is missing here.
 *
 * **Details**
 *
 * The reply is the JSON as it came (numbers that a double cannot hold as text), or read by the schema given. `timestamp`
 * and `signature` are added here and refused as parameters; so is a path that does not begin with `/` or holds `?`, `#`,
 * `@`, `\`, white space or `..`.
 *
 * **Example** (A path that is not known here)
 *
 * ```ts
 * import { Client } from "@effect-binance/core/Client"
 * import * as Endpoint from "@effect-binance/core/Endpoint"
 * import * as Effect from "effect/Effect"
 *
 * const something = Endpoint.raw({ method: "GET", path: "/papi/v1/something", security: "USER_DATA", safety: "read" })
 *
 * const program = Effect.flatMap(Client, (client) => client.call(something, { symbol: "BTCUSDT" }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export function raw<const S extends Safety>(spec: RawSpec<S>): Endpoint<RawParams, unknown, S, RawParams>
export function raw<A, const S extends Safety>(
  spec: RawSpec<S>,
  reply: Schema.Codec<A, unknown>
): Endpoint<RawParams, A, S, RawParams>
export function raw<const S extends Safety>(
  spec: RawSpec<S>,
  reply: Schema.Codec<unknown, unknown> = Schema.Unknown
): Endpoint<RawParams, unknown, S, RawParams> {
  return make({
    ...spec,
    id: `${spec.method} ${spec.path}`,
    category: "Raw",
    weight: spec.weight ?? 1,
    params: rawParams(spec.path),
    reply
  })
}

/**
 * The endpoint with another schema for its reply.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withReply = <P, A, B, S extends Safety, W>(
  self: Endpoint<P, A, S, W>,
  reply: Schema.Codec<B, unknown>
): Endpoint<P, B, S, W> => ({ ...self, reply, decode: decoder.collecting(reply) })

/**
 * The request weight of a call.
 *
 * @category accessors
 * @since 0.1.0
 */
export const weightOf = (endpoint: Pick<Described, "weight">, params: WireParams): number =>
  typeof endpoint.weight === "number" ? endpoint.weight : endpoint.weight(params)
