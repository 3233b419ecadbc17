/**
 * The OpenAPI document of every call, made of the endpoints' definitions: nothing in it is written by hand but the words
 * about signing.
 */
import * as Environment from "@effect-binance/core/Environment"
import * as Field from "@effect-binance/core/Field"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as fs from "node:fs"
import * as path from "node:path"
import * as url from "node:url"
import { fail, root } from "./workspace.ts"

type Json = string | number | boolean | null | ReadonlyArray<Json> | JsonObject

interface JsonObject {
  readonly [key: string]: Json | undefined
}

export type AnyEndpoint = (typeof Endpoints.byName)[Endpoints.Name]

const codec = (ast: SchemaAST.AST): Schema.Codec<unknown, unknown> => Schema.make<Schema.Codec<unknown, unknown>>(ast)

// Names and words: the exported schemas of the endpoint modules, and the comments above them.

/** The text of a doc comment: the first paragraph, links as code. */
const summary = (comment: string): string =>
  (comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "")).join("\n").trim().split(/\n\s*\n|\n@/)[0] ?? "")
    .replace(/\{@link (\S+?)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim()

/** What stands above each exported constant of a module. */
const comments = (source: string): ReadonlyMap<string, string> =>
  new Map(
    [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const (\w+)/g)]
      .map(([, comment = "", name = ""]) => [name, summary(comment)])
  )

interface Named {
  readonly name: string
  readonly description: string | undefined
}

/** What two copies of a schema have in common, whatever was annotated or made optional. */
const identity = (ast: SchemaAST.AST): object | undefined =>
  ast._tag === "Objects" && ast.propertySignatures.length > 0
    ? ast.propertySignatures
    : ast._tag === "Union" && ast.encoding !== undefined
    ? ast.types
    : undefined

const named = new Map<object, Named>()
const described = new Map<string, string>()

const modules = path.join(root, "packages/portfolio-margin/src/endpoints")
if (
  path.dirname(url.fileURLToPath(import.meta.resolve("@effect-binance/portfolio-margin/endpoints/Account"))) !== modules
) {
  fail("@effect-binance/portfolio-margin is not the one of this workspace: install anew")
}
const taken = new Set<string>()
for (const file of fs.readdirSync(modules).filter((file) => file.endsWith(".ts")).sort()) {
  const words = comments(fs.readFileSync(path.join(modules, file), "utf8"))
  const exported: { readonly [name: string]: unknown } = await import(url.pathToFileURL(path.join(modules, file)).href)
  for (const [name, value] of Object.entries(exported)) {
    const description = words.get(name)
    if (description !== undefined && Object.hasOwn(Endpoints.byName, name)) described.set(name, description)
    if (!Schema.isSchema(value)) continue
    const id = identity(value.ast)
    if (id === undefined || named.has(id)) continue
    const unique = taken.has(name) ? `${path.basename(file, ".ts")}${name}` : name
    taken.add(unique)
    named.set(id, { name: unique, description })
  }
}

// Replies, in the form in which they are documented.

const components: { [name: string]: JsonObject } = {}

const decimal = { type: "string", format: "decimal" }
const id64 = { type: "integer", format: "int64" }
const millis = { type: "integer", format: "int64", description: "Milliseconds since 1970, UTC." }

const representation = (ast: SchemaAST.AST): string | undefined => {
  const found = ast.annotations?.["representation"]
  return typeof found === "object" && found !== null && "id" in found && typeof found.id === "string"
    ? found.id
    : undefined
}

const isDecimal = (ast: SchemaAST.AST): boolean => representation(ast) === "effect/schema/BigDecimal"

const isTime = (ast: SchemaAST.AST): boolean => representation(ast)?.startsWith("effect/schema/DateTime") === true

const members = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  ast._tag === "Union" ? ast.types.flatMap(members) : [ast]

const words = (ast: SchemaAST.AST): ReadonlyArray<string> =>
  members(ast).flatMap((member) =>
    member._tag === "Literal" && typeof member.literal === "string" ? [member.literal] : []
  )

/** The plain JSON Schema of what has no form of its own on the wire. */
const plain = (ast: SchemaAST.AST): JsonObject => {
  const { schema } = Schema.toJsonSchemaDocument(codec(ast))
  return JSON.parse(JSON.stringify(schema))
}

/** How a value of the schema is written by the exchange: asked of the schema itself. */
const written = (ast: SchemaAST.AST, specimen: unknown): "string" | "number" | "boolean" => {
  const wire = Schema.encodeUnknownSync(codec(ast))(specimen)
  return typeof wire === "string" || typeof wire === "number" || typeof wire === "boolean"
    ? wire === "" ? "string" : typeof wire as "string" | "number" | "boolean"
    : fail(`a specimen came out as ${typeof wire}`)
}

/** A field that is written in another form than it is read into. */
const field = (ast: SchemaAST.AST): JsonObject => {
  const parts = members(ast)
  if (parts.some(isDecimal)) {
    const orNothing = parts.some(({ _tag }) => _tag === "Null")
      ? { description: "Empty where there is no figure." }
      : {}
    return written(ast, BigDecimal.fromNumberUnsafe(1)) === "string"
      ? { ...decimal, ...orNothing }
      : { type: "number", ...orNothing }
  }
  if (parts.some(isTime)) return millis
  if (parts.every(({ _tag }) => _tag === "Boolean")) {
    return written(ast, true) === "boolean" ? { type: "boolean" } : { type: "string", enum: ["true", "false"] }
  }
  if (parts.every(({ _tag }) => _tag === "Number")) {
    return written(ast, 1) === "number" ? id64 : { type: "string", pattern: "^-?\\d+$" }
  }
  if (ast._tag === "Union" && words(ast).length > 0) {
    return {
      description: "More may come.",
      anyOf: [{ type: "string", enum: words(ast) }, { type: "string" }]
    }
  }
  if (parts.some(({ checks }) => checks !== undefined)) {
    return written(ast, "1") === "number"
      ? id64
      : { type: "string", pattern: parts.some(({ _tag }) => _tag === "Null") ? "^(-?\\d+)?$" : "^-?\\d+$" }
  }
  return plain(ast)
}

const listOrRow = (ast: SchemaAST.AST, row: Schema.Top): JsonObject => {
  const items = reply(row.ast)
  const list = { type: "array", items }
  return ast._tag === "Union" ? { anyOf: [items, list] } : list
}

const object = (ast: SchemaAST.Objects): JsonObject => {
  const required = ast.propertySignatures.filter(({ type }) => type.context?.isOptional !== true)
  const [index] = ast.indexSignatures
  return {
    type: "object",
    ...ast.propertySignatures.length === 0 ? {} : {
      properties: Object.fromEntries(ast.propertySignatures.map(({ name, type }) => [String(name), reply(type)]))
    },
    ...required.length === 0 ? {} : { required: required.map(({ name }) => String(name)) },
    ...index === undefined || index.type._tag === "Never" || index.type._tag === "Unknown"
      ? {}
      : { additionalProperties: reply(index.type) }
  }
}

const inline = (ast: SchemaAST.AST): JsonObject => {
  const row = Field.rowOf(codec(ast))
  if (row !== undefined) return listOrRow(ast, row)
  if (ast.encoding !== undefined) return field(ast)
  switch (ast._tag) {
    case "Objects":
      return object(ast)
    case "Arrays":
      return { type: "array", items: ast.rest[0] === undefined ? {} : reply(ast.rest[0]) }
    case "Union": {
      const types = ast.types.filter(({ _tag }) => _tag !== "Undefined")
      const [only] = types
      return types.length === 1 && only !== undefined ? reply(only) : { anyOf: types.map(reply) }
    }
    case "Unknown":
      return {}
    default:
      return plain(ast)
  }
}

const reply = (ast: SchemaAST.AST): JsonObject => {
  const key = identity(ast)
  const known = key === undefined || Field.rowOf(codec(ast)) !== undefined ? undefined : named.get(key)
  if (known === undefined) return inline(ast)
  if (components[known.name] === undefined) {
    const { description, ...rest } = inline(ast)
    const words = [known.description, description].filter((text) => text !== undefined).join(" ")
    components[known.name] = words === "" ? rest : { description: words, ...rest }
  }
  return { $ref: `#/components/schemas/${known.name}` }
}

// Parameters.

/** The pattern of a check, where there is one. */
const patternOf = (ast: SchemaAST.AST): JsonObject => {
  for (const check of ast.checks ?? []) {
    const found: unknown = check.annotations?.["representation"]
    if (typeof found !== "object" || found === null || !("payload" in found)) continue
    const { payload } = found
    if (typeof payload !== "object" || payload === null || !("source" in payload)) continue
    if (typeof payload.source === "string") return { pattern: payload.source }
  }
  return {}
}

const parameterSchema = (ast: SchemaAST.AST): JsonObject => {
  const parts = members(ast).filter(({ _tag }) => _tag !== "Undefined")
  if (parts.some(isDecimal)) return decimal
  if (parts.some(isTime)) return millis
  if (parts.some(({ _tag }) => _tag === "BigInt")) return id64
  if (parts.every(({ _tag }) => _tag === "Boolean")) return { type: "boolean" }
  if (parts.every(({ _tag }) => _tag === "Literal")) return { type: "string", enum: words(ast) }
  // A list is for the caller's convenience; it is written as text.
  const [only, ...more] = parts.filter(({ _tag }) => _tag !== "Arrays")
  if (only === undefined || more.length > 0) return fail(`a parameter of ${parts.length} kinds`)
  const { maximum, ...json } = plain(Schema.toType(codec(only)).ast)
  return {
    ...json,
    ...maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum },
    ...json["type"] === "string" ? patternOf(only) : {}
  }
}

/** A parameter in short, for tables. */
export interface Parameter {
  readonly name: string
  readonly required: boolean
  readonly schema: JsonObject
}

/** The parameters of a call, without the time and signature that the client adds. */
export const parametersOf = ({ params }: AnyEndpoint): ReadonlyArray<Parameter> =>
  params.ast._tag === "Objects"
    ? params.ast.propertySignatures.map(({ name, type }) => ({
      name: String(name),
      required: type.context?.isOptional !== true,
      schema: parameterSchema(type)
    }))
    : fail(`parameters that are ${params.ast._tag}`)

/** Whether a call answers one thing, a list, or the one or the other. */
export const shapeOf = (endpoint: AnyEndpoint): "object" | "list" | "either" => {
  const { anyOf, type } = inline(endpoint.reply.ast)
  return anyOf !== undefined ? "either" : type === "array" ? "list" : "object"
}

const parameter = ({ name, required, schema: { description, ...schema } }: Parameter): JsonObject => ({
  name,
  in: "query",
  required,
  ...description === undefined ? {} : { description },
  schema
})

const parameters = (endpoint: AnyEndpoint): ReadonlyArray<JsonObject> => [
  ...parametersOf(endpoint).map(parameter),
  ...endpoint.signed ? [{ $ref: "#/components/parameters/timestamp" }] : []
]

// Operations.

/** What a call weighs, and by which parameter that changes. */
export const weightsOf = (endpoint: AnyEndpoint) => {
  const weigh = endpoint.weight
  const by = (params: { readonly [name: string]: string }) => typeof weigh === "number" ? weigh : weigh(params)
  const without = by({})
  const given = parametersOf(endpoint).map(({ name }) => [name, by({ [name]: "X" })] as const)
  return { without, with: given.filter(([, weight]) => weight !== without) }
}

const weight = (endpoint: AnyEndpoint): Json => {
  const weights = weightsOf(endpoint)
  return weights.with.length === 0
    ? weights.without
    : { without: weights.without, with: Object.fromEntries(weights.with) }
}

const security = ({ security, signed }: AnyEndpoint): Json =>
  security === "NONE" ? [] : [signed ? { apiKey: [], signature: [] } : { apiKey: [] }]

const replyDescription = ({ status }: AnyEndpoint): string => {
  switch (status._tag) {
    case "Announced":
      return `The reply; announced for ${status.since}.`
    case "Unverified":
      return "The reply, whose fields no source documents."
    default:
      return "The reply."
  }
}

const statusOf = ({ status }: AnyEndpoint): JsonObject => {
  const { _tag, ...rest } = status
  return _tag === "Current" ? {} : { "x-status": { kind: _tag, ...rest } }
}

const operation = (endpoint: AnyEndpoint): JsonObject => {
  const { category, clientIds, docs, id, orders, quota, safety, status } = endpoint
  const text = described.get(id)
  const given = parameters(endpoint)
  return {
    operationId: id,
    ...text === undefined ? {} : { summary: text },
    tags: [category],
    ...docs === undefined ? {} : { externalDocs: { url: docs } },
    ...status._tag === "Deprecated" ? { deprecated: true } : {},
    security: security(endpoint),
    "x-security": endpoint.security,
    "x-safety": safety,
    "x-weight": weight(endpoint),
    ...orders === 0 ? {} : { "x-orders": orders },
    ...quota === undefined ? {} : { "x-quota": { limit: quota.limit, per: quota.per } },
    ...statusOf(endpoint),
    ...clientIds.length === 0
      ? {}
      : { "x-client-ids": clientIds.map(({ maxLength, name }) => ({ name, maxLength })) },
    ...given.length === 0 ? {} : { parameters: given },
    responses: {
      200: {
        description: replyDescription(endpoint),
        content: { "application/json": { schema: reply(endpoint.reply.ast) } }
      },
      default: { $ref: "#/components/responses/Refused" }
    }
  }
}

/** Every call. */
export const all: ReadonlyArray<AnyEndpoint> = Object.values(Endpoints.byName)

const paths: { [path: string]: { [method: string]: JsonObject } } = {}
for (const endpoint of all) {
  const item = paths[endpoint.path] ??= {}
  const method = endpoint.method.toLowerCase()
  if (item[method] !== undefined) fail(`two calls are ${endpoint.request}`)
  item[method] = operation(endpoint)
}

const manifest: { readonly version: string } = JSON.parse(
  fs.readFileSync(path.join(root, "packages/portfolio-margin/package.json"), "utf8")
)

const document = {
  openapi: "3.1.0",
  info: {
    title: "Binance Portfolio Margin",
    version: manifest.version,
    license: { name: "MIT", identifier: "MIT" },
    summary: "The REST calls of a Portfolio Margin account, derived from the definitions of effect-binance.",
    description:
      "Written by `npx -y pnpm@12 generate`; an unofficial document. Parameters go into the query string, for every "
      + "method. Rules between parameters are not expressed here; the library checks them. `x-weight` is out of 6000 a "
      + "minute and IP, `x-orders` out of 1200 a minute and account. Decimals are text, exact."
  },
  servers: [{ url: Environment.production.restUrl, description: "Production. Portfolio Margin has no testnet." }],
  tags: [...new Set(all.map(({ category }) => category))].map((name) => ({ name })),
  paths,
  components: {
    securitySchemes: {
      apiKey: { type: "apiKey", in: "header", name: "X-MBX-APIKEY" },
      signature: {
        type: "apiKey",
        in: "query",
        name: "signature",
        description:
          "Last parameter: the signature (HMAC SHA-256 in hexadecimal, RSA or Ed25519 in base64) of the query "
          + "string before it, exactly as sent."
      }
    },
    parameters: {
      timestamp: {
        name: "timestamp",
        in: "query",
        required: true,
        description: "When the request was made: milliseconds since 1970, by the exchange's clock.",
        schema: id64
      }
    },
    responses: {
      Refused: {
        description: "Refused or failed; docs/errors.md tells what each code means.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/ExchangeError" } } }
      }
    },
    schemas: {
      ...Object.fromEntries(Object.entries(components).sort(([a], [b]) => a < b ? -1 : 1)),
      ExchangeError: {
        description: "How the exchange tells that a call failed.",
        type: "object",
        properties: { code: { type: "integer" }, msg: { type: "string" } },
        required: ["code", "msg"]
      }
    }
  }
}

/** The document as it stands in the file. */
export const openapi = `${JSON.stringify(document, null, 2)}\n`
