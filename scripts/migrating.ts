/**
 * How the methods of the npm package `binance` differ from those here: its parameters and replies, as its type
 * declarations give them (`fixtures/npm-binance.json`), beside our schemas.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { all, type AnyEndpoint, type Parameter, parametersOf, shapeOf } from "./openapi.ts"
import { fail, table } from "./workspace.ts"

interface Method {
  readonly name: string
  /** The name in Binance's own connector. */
  readonly connector?: string
  readonly params: ReadonlyArray<{ readonly name: string; readonly type: string; readonly required: boolean }>
  readonly reply: "object" | "list" | "either"
}

interface Fixture {
  readonly methods: ReadonlyArray<Method>
  readonly others: ReadonlyArray<Pick<Method, "name" | "connector">>
}

const fixture: Fixture = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, "fixtures/npm-binance.json"), "utf8")
)

const code = (text: string): string => `\`${text}\``
const codes = (names: ReadonlyArray<string>): string => names.map(code).join(", ")

const shapes = { object: "one object", list: "a list", either: "one object or a list" }

const named = <A extends { readonly name: string }>(list: ReadonlyArray<A>, name: string): A | undefined =>
  list.find((item) => item.name === name)

/** What has to be changed in a call, and what can be. */
const differences = (method: Method, endpoint: AnyEndpoint): string => {
  const ours = parametersOf(endpoint).filter(({ name }) => name !== "recvWindow")
  const shared = method.params.flatMap((theirs): ReadonlyArray<readonly [Method["params"][number], Parameter]> => {
    const mine = named(ours, theirs.name)
    return mine === undefined ? [] : [[theirs, mine]]
  })
  const pick = (test: (theirs: Method["params"][number], mine: Parameter) => boolean) =>
    codes(shared.filter(([theirs, mine]) => test(theirs, mine)).map(([{ name }]) => name))
  const booleans = pick(({ type }, { schema }) => schema["type"] === "boolean" && type !== "boolean")
  const needed = pick(({ required }, mine) => mine.required && !required)
  const optional = pick(({ required }, mine) => required && !mine.required)
  const gone = codes(method.params.filter(({ name }) => named(ours, name) === undefined).map(({ name }) => name))
  const added = codes(ours.filter(({ name }) => named(method.params, name) === undefined).map(({ name }) => name))
  const shape = shapeOf(endpoint)
  return [
    ...endpoint.status._tag === "Deprecated" ? [`deprecated: use ${code(endpoint.status.replacement)}`] : [],
    ...booleans === "" ? [] : [`${booleans}: ${code("true")} or ${code("false")}, not text`],
    ...needed === "" ? [] : [`${needed}: mandatory`],
    ...optional === "" ? [] : [`${optional}: may be left out`],
    ...gone === "" ? [] : [`${gone}: not taken`],
    ...added === "" ? [] : [`${added}: new`],
    ...shape === method.reply ? [] : [`answers ${shapes[shape]}, there typed as ${shapes[method.reply]}`]
  ].join("; ")
}

const endpointOf = (name: string): AnyEndpoint =>
  all.find(({ id }) => id === name) ?? fail(`the method ${name} of binance is no endpoint here`)

const missing = all.filter(({ id }) => !fixture.methods.some(({ name }) => name === id))

const connectorOf = ({ connector }: { readonly connector?: string }): string =>
  connector === undefined ? "" : code(connector)

const rows = fixture.methods.map((method) => {
  const endpoint = endpointOf(method.name)
  return {
    category: endpoint.category,
    cells: [code(method.name), connectorOf(method), differences(method, endpoint)]
  }
})

/** The tables of the guide. */
export const methods = [
  ...[...new Set(all.map(({ category }) => category))].map((category) =>
    `### ${category}\n\n${
      table(
        ["method, here and there", "in Binance's connector", "what differs"],
        rows.filter((row) => row.category === category).map(({ cells }) => cells)
      )
    }`
  ),
  `### Not there\n\n${
    table(
      ["method", "in Binance's connector"],
      missing.map(({ id }) => [code(id), connectorOf(named(fixture.others, id) ?? {})])
    )
  }`
].join("\n\n")
