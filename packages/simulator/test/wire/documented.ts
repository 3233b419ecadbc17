/** The documentation as data: parameters and sample replies, as the tests of the endpoints have them. */
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"

const directory = new URL("../../../portfolio-margin/test/fixtures/", import.meta.url)

const text = (name: string): string => Fs.readFileSync(new URL(name, directory), "utf8")

const json = <A, I>(schema: Schema.Codec<A, I>, name: string): A =>
  Schema.decodeUnknownSync(Schema.fromJsonString(schema))(text(name))

const Parameter = Schema.Struct({ name: Schema.String, type: Schema.String })

const Row = Schema.Struct({
  id: Schema.String,
  method: Schema.String,
  path: Schema.String,
  params: Schema.Array(Parameter),
  security: Schema.String,
  signed: Schema.Boolean,
  inSeed: Schema.Boolean
})

/** A documented call; `timestamp` and `signature` are not among its parameters. */
export type Row = typeof Row.Type

export const table: ReadonlyArray<Row> = json(Schema.Array(Row), "endpoints.json")

/** The documentation of a call. */
export const rowOf = (id: string): Row => {
  const row = table.find((row) => row.id === id)
  if (row === undefined) throw new Error(`${id} is not documented`)
  return row
}

const Notes = Schema.Struct({
  endpoints: Schema.Record(
    Schema.String,
    Schema.Struct({ goneParams: Schema.optionalKey(Schema.Array(Schema.String)) })
  )
})

const notes = json(Notes, "fields.json").endpoints

/** The parameters of a call that are documented and still taken. */
export const parametersOf = ({ id, params }: Row): ReadonlyArray<string> =>
  params.map(({ name }) => name).filter((name) => notes[id]?.goneParams?.includes(name) !== true)

const whole = new Set(["INT", "LONG"])

/** Whether the documentation has a whole number under the name. */
export const isWhole = (id: string, name: string): boolean =>
  rowOf(id).params.some((one) => one.name === name && whole.has(one.type))

const files = Fs.readdirSync(new URL("replies/", directory)).toSorted()

const samples = new Map(
  table.map(({ id }) => [id, files.filter((file) => file.split(".")[0] === id).map((file) => text(`replies/${file}`))])
)

/** The documented replies of a call, as text. */
export const samplesOf = (id: string): ReadonlyArray<string> => samples.get(id) ?? []
