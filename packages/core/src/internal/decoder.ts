import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaCompiler from "effect/schema/SchemaCompiler"
import type * as SchemaAST from "effect/SchemaAST"
import type { Drift } from "../Drift.ts"
import * as drift from "./drift.ts"
import { lazy } from "./lazy.ts"

// Schemas with transformed fields stay interpreted in Effect, compiled or not, at four times the cost of `JSON.parse`. Here
// a reply's schema is turned into plain functions once and placed in Effect's registry of compiled decoders, so that the
// ordinary `Schema.decode…` functions use them. What they refuse is decoded again by the interpreter, which says why.

const invalid: unique symbol = Symbol("invalid")

/** What is answered in place of a value that was refused. */
export type Invalid = typeof invalid

export const isInvalid = (u: unknown): u is Invalid => u === invalid

// How often something was refused, so that it need not be asked of each value of a row whether it was.
let refusals = 0

/** The one source of {@link Invalid}. */
export const refuse = (): Invalid => {
  refusals++
  return invalid
}

/** Reads a value, or answers {@link Invalid}. */
export type Decode = (input: unknown) => unknown

/** The annotation under which a field's schema carries its own {@link Decode}. */
export const annotation = "effect-binance/decode"

/** The annotation under which a struct's schema carries its {@link Quick} way: see `Field.row`. */
export const quick = "effect-binance/quick"

/** A quicker reader of a struct, made of its fields and of the ordinary reader. */
export type Quick = (properties: ReadonlyArray<Property>, ordinary: Decode) => Decode

const annotated = (ast: SchemaAST.AST, key: string): unknown =>
  Schema.resolveAnnotations(Schema.make<Schema.Codec<unknown>>(ast))?.[key]

const own = (ast: SchemaAST.AST): Decode | undefined => {
  const found = annotated(ast, annotation)
  return isDecode(found) ? found : undefined
}

const isDecode = (u: unknown): u is Decode => typeof u === "function"

const isQuick = (u: unknown): u is Quick => typeof u === "function"

/** The function made of a schema, with the type that the schema says it gives. */
export const of = <A, I>(schema: Schema.Codec<A, I>): (input: unknown) => A | Invalid => {
  const decode: unknown = compile(schema.ast)
  const decodes = (u: unknown): u is (input: unknown) => A | Invalid => typeof u === "function"
  return decodes(decode) ? decode : refuse
}

const isRecord = (u: unknown): u is { readonly [key: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

const compiled = new WeakMap<SchemaAST.AST, Decode>()

export const compile = (ast: SchemaAST.AST): Decode => {
  let decode = compiled.get(ast)
  if (decode === undefined) {
    decode = make(ast)
    compiled.set(ast, decode)
  }
  return decode
}

const make = (ast: SchemaAST.AST): Decode => {
  if (ast.encoding !== undefined) return own(ast) ?? interpreted(ast)
  if (ast.checks !== undefined) return interpreted(ast)
  switch (ast._tag) {
    case "Unknown":
      return (input) => input
    case "String":
      return (input) => typeof input === "string" ? input : refuse()
    case "Boolean":
      return (input) => typeof input === "boolean" ? input : refuse()
    case "Arrays": {
      const [rest] = ast.rest
      return ast.elements.length === 0 && ast.rest.length === 1 && rest !== undefined
        ? list(compile(rest))
        : interpreted(ast)
    }
    case "Objects": {
      const [index] = ast.indexSignatures
      if (index === undefined) return ast.propertySignatures.length === 0 ? interpreted(ast) : struct(ast)
      return ast.propertySignatures.length === 0 && ast.indexSignatures.length === 1 &&
          index.parameter._tag === "String" && index.parameter.checks === undefined
        ? record(compile(index.type))
        : interpreted(ast)
    }
    default:
      return interpreted(ast)
  }
}

// A copy of the schema, so that it is decoded without the functions made here.
const copy = (ast: SchemaAST.AST) =>
  Schema.make<Schema.Codec<unknown>>(ast).annotate({ "effect-binance/interpreted": true })

const interpreted = (ast: SchemaAST.AST): Decode => {
  const decode = Schema.decodeUnknownResult(copy(ast))
  return (input) => Result.getOrElse(decode(input), refuse)
}

const list = (element: Decode): Decode => (input) => {
  if (!Array.isArray(input)) return refuse()
  const out: Array<unknown> = []
  for (const item of input) {
    const value = element(item)
    if (value === invalid) return invalid
    out.push(value)
  }
  return out
}

const record = (element: Decode): Decode => (input) => {
  if (!isRecord(input)) return refuse()
  const entries: Array<[string, unknown]> = []
  for (const key of Object.keys(input)) {
    const value = element(input[key])
    if (value === invalid) return invalid
    entries.push([key, value])
  }
  return Object.fromEntries(entries)
}

export interface Property {
  readonly name: string
  readonly optional: boolean
  readonly decode: Decode
}

/** The fields of a row in the order in which the exchange sends them; `undefined` for those that are not documented. */
interface Plan {
  readonly names: ReadonlyArray<string>
  readonly decoders: ReadonlyArray<Decode | undefined>
  /** An object with the documented fields, to be copied and filled, where a row has others too. */
  readonly template: { readonly [key: string]: unknown } | undefined
}

const struct = (ast: SchemaAST.Objects): Decode => {
  const properties: Array<Property> = []
  for (const { name, type } of ast.propertySignatures) {
    if (typeof name !== "string") return interpreted(ast)
    properties.push({ name, optional: type.context?.isOptional === true, decode: compile(type) })
  }
  const byName = new Map(properties.map((property) => [property.name, property]))

  // Rows of a list have the same fields in the same order. Where a row is like the one before, an object is copied as a
  // whole, which engines do fast, and only what changes is written: the row itself, or a template without what is not
  // documented.
  const planFor = (row: { readonly [key: string]: unknown }): Plan | undefined => {
    const names = Object.keys(row)
    const decoders = names.map((name) => byName.get(name)?.decode)
    if (!properties.every(({ name, optional }) => optional || Object.hasOwn(row, name))) return undefined
    return {
      names,
      decoders,
      template: decoders.includes(undefined)
        ? Object.fromEntries(names.filter((name) => byName.has(name)).map((name) => [name, undefined]))
        : undefined
    }
  }

  const byPlan = ({ decoders, names, template }: Plan, row: { readonly [key: string]: unknown }): unknown => {
    const out: { [key: string]: unknown } = { ...(template ?? row) }
    let i = 0
    for (const name in row) {
      if (name !== names[i]) return unlike
      const decode = decoders[i]
      i++
      if (decode === undefined) continue
      const input = row[name]
      const value = decode(input)
      if (value === invalid) return invalid
      if (template !== undefined || value !== input) out[name] = value
    }
    return i === names.length ? out : unlike
  }

  let plan: Plan | undefined
  const ordinary: Decode = (input) => {
    if (!isRecord(input)) return refuse()
    if (plan !== undefined) {
      const mark = drift.mark()
      const out = byPlan(plan, input)
      if (out !== unlike) return out
      drift.forget(mark)
    }
    plan = planFor(input)
    return plan === undefined ? refuse() : byPlan(plan, input)
  }
  const found = annotated(ast, quick)
  return isQuick(found) ? found(properties, ordinary) : ordinary
}

// A value that is refused ends up in the struct, which is then not used.
type Make = (read: { readonly [name: string]: Decode }, sent: { readonly [name: string]: unknown }) => unknown

const isMake = (u: unknown): u is Make => typeof u === "function"

/** Reads a struct by code that makes it, and in the ordinary way what that code cannot make. */
export const making = (make: unknown): Quick => (properties, ordinary) => {
  // The code asks for each field, so it cannot do where a field is absent and that is no mistake.
  if (!isMake(make) || !properties.every(({ decode }) => decode(undefined) === invalid)) return ordinary
  const read = Object.fromEntries(properties.map(({ decode, name }) => [name, decode]))
  // What is absent in a row is most often absent in the next.
  let absent: string | undefined
  return (input) => {
    if (!isRecord(input)) return refuse()
    if (absent === undefined || input[absent] !== undefined) {
      const mark = drift.mark()
      const before = refusals
      const out = make(read, input)
      if (refusals === before) return out
      drift.forget(mark)
      absent = properties.find(({ name, optional }) => optional && input[name] === undefined)?.name
    }
    return ordinary(input)
  }
}

const unlike: unique symbol = Symbol("unlike")

/** A field that is sent under another name than it has here. */
export interface Renamed {
  readonly name: string
  /** The names under which it is sent; the first is the documented one. */
  readonly names: ReadonlyArray<string>
  readonly optional: boolean
  readonly emptyWhenAbsent: boolean
}

/** What was sent for a field; `undefined` where it is absent, or `null` where it may be absent. */
export const valueOf = (field: Renamed, input: { readonly [name: string]: unknown }): unknown => {
  for (const name of field.names) {
    const value = input[name]
    if (value === undefined) continue
    if (value !== null) return value
    if (field.optional || field.emptyWhenAbsent) break
    return null
  }
  return field.emptyWhenAbsent ? [] : undefined
}

/** The reader of a message whose fields are sent under other names. */
export const renamed = <F extends Renamed>(fields: ReadonlyArray<F>, decoderOf: (field: F) => Decode): Decode => {
  const readers = lazy(() => fields.map((field) => ({ field, decode: decoderOf(field) })))
  return (input) => {
    if (!isRecord(input)) return refuse()
    const out: { [name: string]: unknown } = {}
    for (const { decode, field } of readers()) {
      const sent = valueOf(field, input)
      if (sent === undefined) {
        if (field.optional) continue
        return refuse()
      }
      const mark = drift.mark()
      const value = decode(sent)
      if (value !== invalid) {
        out[field.name] = value
        continue
      }
      if (!field.optional) return invalid
      drift.forget(mark)
      drift.report({ _tag: "UnreadableField", field: field.name })
    }
    return out
  }
}

const installed = new WeakSet<SchemaAST.AST>()

/** Makes decoding with a schema fast, wherever it is decoded from now on. */
export const install = (schema: { readonly ast: SchemaAST.AST }): void => {
  const { ast } = schema
  if (installed.has(ast)) return
  installed.add(ast)
  const decode = compile(ast)
  const detailed = Schema.decodeUnknownEffect(copy(ast))
  SchemaCompiler.set(ast, {
    decode: (input, options) => {
      // Options that change the result are left to the interpreter.
      if (options.onExcessProperty !== undefined && options.onExcessProperty !== "ignore") return SchemaCompiler.invalid
      const mark = drift.mark()
      const value = decode(input)
      if (value !== invalid) return value
      drift.forget(mark)
      return SchemaCompiler.invalid
    },
    decodeEffect: (input, options) =>
      input === SchemaCompiler.missing
        ? Effect.succeed(input)
        : Effect.mapError(detailed(input, options), (error) => error.issue)
  })
}

/** Decodes the quick way, and collects what drifted. Nothing is compiled before the first use. */
export const collecting = <A>(
  schema: Schema.Codec<A, unknown>
): (input: unknown) => readonly [Result.Result<A, Schema.SchemaError>, ReadonlyArray<Drift>] => {
  const decode = lazy(() => {
    install(schema)
    return Schema.decodeUnknownResult(schema)
  })
  return (input) => drift.collect(() => decode()(input))
}
