import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"

const read = (path: string): string => Fs.readFileSync(new URL(path, import.meta.url), "utf8")

const families = [
  "Account",
  "UMOrders",
  "CMOrders",
  "MarginOrders",
  "Positions",
  "Transfers",
  "Commission",
  "UserStream"
]

// -----------------------------------------------------------------------------
// Fields
// -----------------------------------------------------------------------------

// Words that tell the kinds of an order apart say it themselves.
const kinds = new Set(["type", "strategyType"])

const declarations = (source: string): ReadonlyArray<string> =>
  source.split("\n\n").filter((text) => /^(?:export )?(?:type|interface) /m.test(text))

const fieldsIn = (declaration: string) =>
  [...declaration.matchAll(/(\*\/\s*)?readonly (\w+)\??: ([^;}\n]+)/g)]
    .map(([, comment, name = "", type = ""]) => ({ name, type: type.trim(), documented: comment !== undefined }))
    .filter(({ name, type }) => type !== "undefined" && !kinds.has(name))

const fieldsOf = (module: string) => declarations(read(`../src/endpoints/${module}.ts`)).flatMap(fieldsIn)

describe("fields of parameters", () => {
  it.each([...families, "OrderTerms"])("in endpoints/%s are documented", (module) => {
    assert.deepStrictEqual(fieldsOf(module).filter(({ documented }) => !documented).map(({ name }) => name), [])
  })

  it("are found", () => {
    for (const module of ["UMOrders", "CMOrders", "MarginOrders", "OrderTerms"]) {
      assert.isAbove(fieldsOf(module).length, 10, module)
    }
  })
})

// -----------------------------------------------------------------------------
// Status
// -----------------------------------------------------------------------------

const services = families.map((family) => read(`../src/${family}.ts`)).join("\n")

/** What is said of a method where the services declare it. */
const saidOf = (id: string): string => {
  const [, comment = ""] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n  readonly ${id}: `).exec(services) ?? []
  return comment.replace(/\s*\n\s*\* ?/g, " ")
}

const tables = read("../../../docs/endpoints.md").split("\n")

const rowOf = (id: string): string => tables.find((row) => row.startsWith("|") && row.includes(`\`${id}\``)) ?? ""

/** The words by which each status is told, to who reads the method and to who reads the table. */
const told = ({ status }: (typeof Endpoints.all)[number]): readonly [method: RegExp, table: string] => {
  switch (status._tag) {
    case "Deprecated":
      return [
        new RegExp(`@deprecated since ${status.since}: use \`${status.replacement}\``),
        `deprecated since ${status.since}; use \`${status.replacement}\``
      ]
    case "Announced":
      return [/Announced 20\d\d-\d\d-\d\d, not documented/, `announced for ${status.since}`]
    case "Undocumented":
      return [/not documented/, "served, not documented"]
    case "Unverified":
      return [/never verified/, `unverified (${status.source})`]
    case "Current":
      return [/^(?![^]*(?:@deprecated|nnounced 20|not documented|never verified))/, ""]
  }
}

describe("the status of each call", () => {
  it.each(Endpoints.all.map((endpoint) => [endpoint.id, endpoint] as const))("%s is told", (id, endpoint) => {
    const [method, table] = told(endpoint)
    assert.isNotEmpty(saidOf(id))
    assert.match(saidOf(id), method)
    assert.isTrue(rowOf(id).endsWith(`| ${table} |`), `${rowOf(id)} ends with "${table}"`)
  })

  it("that is deprecated names a call that exists and is not deprecated itself", () => {
    const deprecated = Endpoints.all.flatMap(({ status }) => status._tag === "Deprecated" ? [status.replacement] : [])
    assert.lengthOf(deprecated, 7)
    for (const id of deprecated) {
      assert.strictEqual(Endpoints.all.find((one) => one.id === id)?.status._tag, "Current", id)
    }
  })

  it("is told to who has figures in another form as well", () => {
    // Of a type mapped over all keys of another the compiler keeps the comments; over some of them, or renamed, it does not.
    assert.match(read("../src/NumericPortfolioClient.ts"), /readonly \[K in keyof PortfolioClientShape\]: /)
  })
})
