/** The documentation as data: the table of endpoints, the sample replies, and what the samples do not tell. */
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import type { Json } from "./json.ts"

const directory = new URL("../fixtures/", import.meta.url)

const read = (name: string): Json =>
  Result.getOrThrow(
    Result.map(
      LosslessJson.parse(Fs.readFileSync(new URL(name, directory), "utf8")),
      Schema.decodeUnknownSync(Schema.Json)
    )
  )

const Parameter = Schema.Struct({
  name: Schema.String,
  type: Schema.Literals(["STRING", "INT", "LONG", "DECIMAL", "ENUM", "BOOLEAN"]),
  required: Schema.Boolean,
  enum: Schema.optionalKey(Schema.Array(Schema.String)),
  min: Schema.optionalKey(Schema.Finite),
  max: Schema.optionalKey(Schema.Finite)
})

const Row = Schema.Struct({
  id: Schema.String,
  method: Schema.Literals(["GET", "POST", "PUT", "DELETE"]),
  path: Schema.String,
  category: Schema.String,
  security: Schema.String,
  signed: Schema.Boolean,
  ipWeight: Schema.Union([
    Schema.Finite,
    Schema.Array(Schema.Struct({ when: Schema.String, weight: Schema.NullOr(Schema.Finite) }))
  ]),
  orderWeight: Schema.Finite,
  params: Schema.Array(Parameter),
  status: Schema.Literals(["current", "deprecated", "announced", "undocumented", "unverified"]),
  /** The rules of the call and between its parameters, as they are documented. */
  constraints: Schema.optionalKey(Schema.Array(Schema.String)),
  deprecated: Schema.optionalKey(Schema.Struct({ since: Schema.String, replacedBy: Schema.String })),
  inSeed: Schema.Boolean
})

/** A documented parameter; `timestamp` and `signature` are left out of the table. */
export type Parameter = typeof Parameter.Type

/** A documented endpoint. */
export type Row = typeof Row.Type

/** The documented endpoints, all families. */
export const table: ReadonlyArray<Row> = Schema.decodeUnknownSync(Schema.Array(Row))(read("endpoints.json"))

const names = Schema.optionalKey(Schema.Array(Schema.String))

const Notes = Schema.Struct({
  /** Fields that are not always sent. */
  optional: names,
  /** Numbers in whose place the empty string may be sent. */
  blank: names,
  /** Objects whose names are data (symbols), `""` for the whole reply. */
  maps: names,
  /** Text that may look like a number. */
  text: names,
  /** Parameters that only other clients know. */
  undocumentedParams: names,
  /** Parameters in the table that are not taken any more. */
  goneParams: names,
  /** A GET that uses something up each time it is made, and is no read for that. */
  spends: Schema.optionalKey(Schema.Boolean),
  /** Parameters that are asked for though the table calls them optional, and the other way round. */
  mandatoryParams: names,
  voluntaryParams: names,
  /** Parameters documented as optional without which no call is valid, by the rules of the same documentation. */
  needed: names,
  /** Parameters documented as mandatory in whose place another may stand by the documentation as well. */
  instead: names,
  /** Parameters of a valid call, where the mandatory ones alone do not make one. */
  params: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})

const Fields = Schema.Struct({
  /** Names of fields whose values are members of an enumeration. */
  enums: Schema.Array(Schema.String),
  endpoints: Schema.Record(Schema.String, Notes)
})

const fields = Schema.decodeUnknownSync(Fields)(read("fields.json"))

/** Names of fields whose values are members of an enumeration. */
export const enums: ReadonlySet<string> = new Set(fields.enums)

/** What the samples of an endpoint do not tell. */
export const notesOf = (id: string) => {
  const notes = fields.endpoints[id] ?? {}
  return {
    optional: new Set(notes.optional),
    blank: new Set(notes.blank),
    maps: new Set(notes.maps),
    text: new Set(notes.text),
    undocumentedParams: notes.undocumentedParams ?? [],
    goneParams: notes.goneParams ?? [],
    spends: notes.spends ?? false,
    mandatoryParams: notes.mandatoryParams ?? [],
    voluntaryParams: notes.voluntaryParams ?? [],
    instead: notes.instead ?? [],
    needed: notes.needed ?? [],
    params: notes.params
  }
}

/** Ids that have notes, so that none is left over. */
export const noted: ReadonlyArray<string> = Object.keys(fields.endpoints)

const files = Fs.readdirSync(new URL("replies/", directory)).toSorted()

/** A documented reply. */
export interface Sample {
  readonly id: string
  readonly file: string
  readonly body: Json
}

/** The documented replies, all endpoints. */
export const samples: ReadonlyArray<Sample> = files.map((file) => ({
  id: file.split(".")[0] ?? file,
  file,
  body: read(`replies/${file}`)
}))

/** The documented replies of an endpoint. */
export const samplesOf = (id: string): ReadonlyArray<Sample> => samples.filter((sample) => sample.id === id)
