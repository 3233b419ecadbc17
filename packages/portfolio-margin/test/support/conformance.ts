/** What a reply schema makes of a body, told by the fields of that body. */
import type { Drift } from "@effect-binance/core/Drift"
import type * as Endpoint from "@effect-binance/core/Endpoint"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import { notesOf, type Parameter, type Row, table } from "./fixtures.ts"
import { isArray, isObject, type Json, type Path, replace } from "./json.ts"

/** An endpoint as the tests see it: whatever its parameters and its reply are. */
export interface AnyEndpoint extends Endpoint.Described {
  readonly params: Schema.Codec<unknown, Endpoint.WireParams>
  readonly reply: Schema.Codec<unknown, unknown>
}

/** An endpoint together with what is documented about it. */
export interface Case {
  readonly endpoint: AnyEndpoint
  readonly row: Row
}

const rowOf = new Map(table.map((row) => [row.id, row]))

const isDocumented = <A extends { readonly row: Row | undefined }>(one: A): one is A & { readonly row: Row } =>
  one.row !== undefined

/** All endpoints that exist and are documented. */
export const cases: ReadonlyArray<Case> = Object.entries<AnyEndpoint>(Endpoints.byName)
  .map(([name, endpoint]) => ({ endpoint, row: rowOf.get(name) }))
  .filter(isDocumented)

// -----------------------------------------------------------------------------
// Replies
// -----------------------------------------------------------------------------

const issues = SchemaIssue.makeFormatterStandardSchemaV1()

/** A field that was refused, and why. */
export interface Refusal {
  readonly field: string
  readonly why: string
}

/** The fields that an error names. */
export const refusals = (error: Schema.SchemaError): ReadonlyArray<Refusal> =>
  issues(error.issue).issues.map(({ message, path = [] }) => ({
    field: path
      .map((step) => typeof step === "object" ? step.key : step)
      .filter((step) => typeof step === "string" && !/^\d+$/.test(step))
      .join("."),
    why: message
  }))

/** What became of a body: the value, what drifted, and every field that was refused, in lists too. */
export interface Reading {
  readonly value: unknown
  readonly failed: boolean
  readonly refused: ReadonlyArray<Refusal>
  readonly drift: ReadonlyArray<Drift>
}

const places = /at ((?:\["[^"]*"\]|\[\d+\])+)/g

// A row that could not be read is told in words, which must name the fields as well.
const refusedRow = (reason: string): ReadonlyArray<Refusal> => {
  const named = [...reason.matchAll(places)].map(([, place = ""]) => place)
  return (named.length === 0 ? [""] : named).map((place) => ({
    field: place.split(/[[\]"]+/).filter((step) => step !== "" && !/^\d+$/.test(step)).join("."),
    why: reason
  }))
}

/** Reads a body as the client does. */
export const readingOf = (endpoint: AnyEndpoint, body: unknown): Reading => {
  const [result, drift] = endpoint.decode(body)
  const rows = drift.flatMap((one) => one._tag === "UnreadableRow" ? refusedRow(one.reason) : [])
  return Result.isSuccess(result)
    ? { value: result.success, failed: false, refused: rows, drift }
    : { value: undefined, failed: true, refused: [...refusals(result.failure), ...rows], drift }
}

/** Writes a value as the exchange would have sent it. */
export const write = (endpoint: AnyEndpoint, value: unknown): Effect.Effect<Json, Schema.SchemaError> =>
  Effect.flatMap(Schema.encodeUnknownEffect(endpoint.reply)(value), Schema.decodeUnknownEffect(Schema.Json))

/** Whether a body was read in full, without anything left out. */
export const isRead = (reading: Reading): boolean => !reading.failed && reading.refused.length === 0

// -----------------------------------------------------------------------------
// Bodies made from samples
// -----------------------------------------------------------------------------

/** Whether text is a plain decimal number. */
export const isNumeric = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text)

const reads = (endpoint: AnyEndpoint, body: Json, path: Path, value: Json): boolean =>
  isRead(readingOf(endpoint, replace(body, path, value)))

const digits = Arbitrary.schema(Schema.BigInt.check(
  Schema.isBetweenBigInt({ minimum: -(10n ** 24n), maximum: 10n ** 24n })
))

const scale = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 18 })))

/** Decimal text of up to 24 digits and 18 places, trailing zeros included. */
const decimalText = Arbitrary.all([digits, scale]).pipe(
  Arbitrary.map(([digits, scale]) => {
    const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0")
    const at = text.length - scale
    return `${digits < 0n ? "-" : ""}${text.slice(0, at)}.${text.slice(at)}`
  })
)

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

// Numbers that a double holds exactly as written.
const decimalNumber = Arbitrary.all([int(-1_000_000_000, 1_000_000_000), int(0, 6)]).pipe(
  Arbitrary.map(([digits, scale]) => Number(`${digits}e-${scale}`)),
  Arbitrary.map((number) => Object.is(number, -0) ? 0 : number)
)

const boolean = Arbitrary.schema(Schema.Boolean)

const longId = Arbitrary.schema(
  Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: 10n ** 16n, maximum: 2n ** 63n - 1n }))
).pipe(Arbitrary.map(String))

const text = Arbitrary.schema(Schema.String)

const list = (json: ReadonlyArray<Json>, item: (json: Json, index: number) => Arbitrary.Arbitrary<Json>) =>
  json.length === 0
    ? Arbitrary.Constant<ReadonlyArray<Json>>([])
    : Arbitrary.all(json.map((one, index) => Arbitrary.array(item(one, index), { maxLength: 3 }))).pipe(
      Arbitrary.map((groups) => groups.flat())
    )

/** Bodies of the shape of a sample: rows repeated or left out, every value another of its kind. */
export const bodiesLike = (endpoint: AnyEndpoint, sample: Json): Arbitrary.Arbitrary<Json> => {
  const like = (json: Json, path: Path): Arbitrary.Arbitrary<Json> => {
    if (isArray(json)) return list(json, (item, index) => like(item, [...path, index]))
    if (isObject(json)) {
      return Arbitrary.all(
        Object.fromEntries(Object.entries(json).map(([key, value]) => [key, like(value, [...path, key])]))
      )
    }
    if (typeof json === "boolean") return boolean
    if (typeof json === "number") {
      return reads(endpoint, sample, path, 0.5) ? decimalNumber : int(0, 2 ** 43)
    }
    if (json === null) return Arbitrary.Constant(null)
    if (json === "true" || json === "false") return Arbitrary.map(boolean, String)
    if (json === "" || (isNumeric(json))) {
      if (reads(endpoint, sample, path, "0.5")) return decimalText
      // Ids beyond a double come as their digits.
      return json.length > 15 ? longId : Arbitrary.map(int(0, 2 ** 43), String)
    }
    return text
  }
  return like(sample, [])
}

/** Whether two decoded values are the same, decimals and instants by value. */
export const same = (a: unknown, b: unknown): boolean => Equal.equals(a, b)

// -----------------------------------------------------------------------------
// Parameters
// -----------------------------------------------------------------------------

/** The parameters that a schema knows, in order; `undefined` where it takes any. */
export const parametersOf = (
  endpoint: AnyEndpoint
): ReadonlyArray<{ readonly name: string; readonly required: boolean }> | undefined => {
  const ast: SchemaAST.AST = endpoint.params.ast
  if (ast._tag !== "Objects" || ast.indexSignatures.some(({ type }) => type._tag !== "Never")) return undefined
  return ast.propertySignatures.map(({ name, type }) => ({
    name: String(name),
    required: type.context?.isOptional !== true
  }))
}

const numeric = new Set(["INT", "LONG", "DECIMAL"])

const valueOf = ({ enum: members, max, min, name, type }: Parameter): string => {
  if (members?.[0] !== undefined) return members[0]
  if (!numeric.has(type)) return type === "BOOLEAN" ? "true" : name === "asset" ? "BNB" : "BTCUSDT"
  return String(min ?? Math.min(max ?? 1, 1))
}

/** The parameters of a call on the wire that the endpoint refuses. */
export const refusedIn = (endpoint: AnyEndpoint, wire: Endpoint.WireParams): ReadonlyArray<Refusal> => {
  const result = Result.flatMap(Schema.decodeResult(endpoint.params)(wire), (params) => endpoint.encode(params))
  return Result.isSuccess(result) ? [] : refusals(result.failure)
}

/** Whether a call on the wire is one that the endpoint takes. */
export const takes = (endpoint: AnyEndpoint, wire: Endpoint.WireParams): boolean =>
  refusedIn(endpoint, wire).length === 0

// The first of the sets that hold, smallest sets first: rules between parameters ask for one or the other optional one.
const subsets = function*<A>(all: ReadonlyArray<A>, size: number, from = 0): Generator<ReadonlyArray<A>> {
  if (size === 0) return yield []
  for (const [index, one] of all.entries()) {
    if (index < from) continue
    for (const rest of subsets(all, size - 1, index + 1)) yield [one, ...rest]
  }
}

const written = (parameters: ReadonlyArray<Parameter>): Endpoint.WireParams =>
  Object.fromEntries(parameters.map((one) => [one.name, valueOf(one)]))

/** A valid call as it goes on the wire: the mandatory parameters, and as few others as the rules between them ask for. */
export const callOf = (endpoint: AnyEndpoint, row: Row): Endpoint.WireParams => {
  const { params } = notesOf(row.id)
  if (params !== undefined) return params
  const mandatory = row.params.filter((one) => one.required)
  const optional = row.params.filter((one) => !one.required && one.name !== "recvWindow")
  for (let size = 0; size <= Math.min(optional.length, 4); size++) {
    for (const others of subsets(optional, size)) {
      const call = written([...mandatory, ...others])
      if (takes(endpoint, call)) return call
    }
  }
  return written(mandatory)
}

/** A documented parameter with a valid value on the wire. */
export const example = valueOf

// Rules between parameters refuse nearly all that is generated at random, so they are left to the property.
const withoutRules = (endpoint: AnyEndpoint): Schema.Codec<unknown> => {
  const ast: SchemaAST.AST = SchemaAST.toType(endpoint.params.ast)
  return Schema.make<Schema.Codec<unknown>>(
    SchemaAST.isObjects(ast) ? new SchemaAST.Objects(ast.propertySignatures, ast.indexSignatures) : ast
  )
}

/** Parameters of all kinds, every other time no others than those of a valid call. */
export const anyParams = (endpoint: AnyEndpoint, call: Endpoint.WireParams): Arbitrary.Arbitrary<unknown> =>
  Arbitrary.all([Arbitrary.schema(withoutRules(endpoint)), boolean]).pipe(
    Arbitrary.map(([params, all]) =>
      all
        ? params
        : Object.fromEntries(Object.entries(Object(params)).filter(([name]) => name in call || name === "recvWindow"))
    )
  )

/** The same call as a caller writes it. */
export const paramsOf = (
  endpoint: AnyEndpoint,
  wire: Endpoint.WireParams
): Effect.Effect<unknown, Schema.SchemaError> => Schema.decodeEffect(endpoint.params)(wire)
