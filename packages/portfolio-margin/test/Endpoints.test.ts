import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import {
  type AnyEndpoint,
  anyParams,
  bodiesLike,
  callOf,
  cases,
  example,
  isNumeric,
  isRead,
  parametersOf,
  paramsOf,
  readingOf,
  type Refusal,
  refusals,
  refusedIn,
  same,
  takes,
  write
} from "./support/conformance.ts"
import { enums, noted, notesOf, type Row, samples, samplesOf, table } from "./support/fixtures.ts"
import {
  differences,
  fieldOf,
  isArray,
  isObject,
  type Json,
  leaves,
  members,
  nodes,
  type Path,
  replace
} from "./support/json.ts"

const ids = new Set<string>(Object.keys(Endpoints.byName))

// Families that are there in full. A family that is begun later is tested as far as it exists.
const families = new Map([
  ["Account & Balance", 16],
  ["Position Management", 12],
  ["Income & Transfers", 16],
  ["Commission & Fee Burn", 4],
  ["Margin Orders", 21],
  ["UM (USD-M Futures) Orders", 24],
  ["CM (COIN-M Futures) Orders", 18],
  ["User Data Stream", 3]
])

// What was announced only, or is known from other clients alone, has no sample.
const hasSample = (row: Row): boolean => row.status !== "announced" && row.status !== "unverified"

describe("completeness", () => {
  it("tells which of the documented endpoints exist", () => {
    const missing = table.filter((row) => !ids.has(row.id))
    assert.strictEqual(table.length, 114)
    assert.deepStrictEqual(
      missing.filter((row) => families.has(row.category)).map((row) => row.id),
      [],
      `${ids.size} of 114 endpoints exist; not yet: ${missing.map((row) => row.id).join(", ")}`
    )
    for (const [family, count] of families) {
      assert.strictEqual(table.filter((row) => row.category === family).length, count, family)
    }
  })

  it("has no endpoint that is not documented", () => {
    const documented = new Set(table.map((row) => row.id))
    assert.deepStrictEqual([...ids].filter((id) => !documented.has(id)), [])
  })

  it("lists each endpoint under its own name", () => {
    assert.deepStrictEqual(
      Object.entries<AnyEndpoint>(Endpoints.byName).filter(([name, endpoint]) => name !== endpoint.id),
      []
    )
    assert.deepStrictEqual(Endpoints.all.map((endpoint) => endpoint.id), [...ids])
  })

  it("has no two endpoints with the same request", () => {
    const requests = Endpoints.all.map((endpoint) => endpoint.request)
    assert.deepStrictEqual(requests.filter((request, index) => requests.indexOf(request) !== index), [])
  })

  it("has fixtures and notes for nothing but endpoints that exist", () => {
    assert.deepStrictEqual(samples.filter((sample) => !ids.has(sample.id)).map((sample) => sample.file), [])
    assert.deepStrictEqual(noted.filter((id) => !ids.has(id)), [])
  })

  it("has a sample of every reply that is documented", () => {
    assert.deepStrictEqual(
      cases.filter(({ row }) => families.has(row.category) && hasSample(row))
        .map(({ row }) => row.id)
        .filter((id) => samplesOf(id).length === 0),
      []
    )
  })
})

describe("requests", () => {
  describe.each(cases)("$row.id", ({ endpoint, row }) => {
    const notes = notesOf(row.id)
    const call = callOf(endpoint, row)
    const known = parametersOf(endpoint)
    const mandatory = [
      ...row.params.filter((one) => one.required && !notes.voluntaryParams.includes(one.name)).map((one) => one.name),
      ...notes.mandatoryParams
    ]

    it("has method, path, category and security of the documentation", () => {
      assert.deepStrictEqual(
        {
          method: endpoint.method,
          path: endpoint.path,
          category: endpoint.category,
          security: endpoint.security,
          signed: endpoint.signed,
          request: endpoint.request
        },
        {
          method: row.method,
          path: row.path,
          category: row.category,
          security: row.security,
          signed: row.signed,
          request: `${row.method} ${row.path}`
        }
      )
    })

    it("is a read exactly where it is a GET that uses nothing up", () => {
      assert.strictEqual(endpoint.safety === "read", row.method === "GET" && !notes.spends)
    })

    it("weighs and counts as documented", () => {
      if (typeof row.ipWeight === "number") {
        assert.strictEqual(Endpoint.weightOf(endpoint, call), row.ipWeight)
        assert.strictEqual(Endpoint.weightOf(endpoint, {}), row.ipWeight)
      } else {
        for (const { weight, when } of row.ipWeight) {
          const [, name, how] = /^(\w+) (sent|omitted)$/.exec(when) ?? []
          assert.isDefined(name, `"${when}" is a case that this test does not understand`)
          if (name === undefined || weight === null) continue
          const { [name]: _, ...without } = call
          assert.strictEqual(
            Endpoint.weightOf(endpoint, how === "sent" ? { ...without, [name]: "BTCUSDT" } : without),
            weight,
            when
          )
        }
      }
      assert.strictEqual(endpoint.orders, row.orderWeight)
    })

    it("takes a call made of documented parameters", () => {
      assert.isTrue(
        takes(endpoint, call),
        `${JSON.stringify(call)} is refused; fixtures/fields.json can name another ("params")`
      )
    })

    it("has the status of the documentation, and a page where there is one", () => {
      assert.strictEqual(endpoint.status._tag.toLowerCase(), row.status)
      if (endpoint.status._tag === "Deprecated") {
        assert.strictEqual(endpoint.status.since, row.deprecated?.since)
        assert.include(row.deprecated?.replacedBy, endpoint.status.replacement)
      }
      if (row.status === "current" || row.status === "deprecated") {
        assert.match(
          endpoint.docs ?? "",
          /^https:\/\/developers\.binance\.com\/docs\/derivatives\/portfolio-margin\/[a-z-]+(?:\/[A-Za-z0-9-]+)?$/
        )
      }
    })

    it.skipIf(known === undefined)("takes the documented parameters and no others", () => {
      const documented = row.params.map((one) => one.name).filter((name) => !notes.goneParams.includes(name))
      const names = (known ?? []).map((one) => one.name)
      assert.deepStrictEqual(documented.filter((name) => !names.includes(name)), [], "documented, not taken")
      assert.deepStrictEqual(
        names.filter((name) =>
          !documented.includes(name) && name !== "recvWindow" && !notes.undocumentedParams.includes(name)
        ),
        [],
        "taken, not documented"
      )
      assert.strictEqual(names.includes("recvWindow"), row.signed)
      assert.notInclude(names, "timestamp")
      assert.notInclude(names, "signature")
    })

    it.skipIf(known === undefined)("asks for what is mandatory, and for nothing else", () => {
      assert.deepStrictEqual(
        (known ?? []).filter((one) => one.required).map((one) => one.name).toSorted(),
        row.params.filter((one) => one.required || notes.needed.includes(one.name)).map((one) => one.name)
          .filter((name) => !notes.instead.includes(name)).toSorted()
      )
    })

    it.effect("names each mandatory parameter that is missing", () =>
      Effect.gen(function*() {
        const params = yield* paramsOf(endpoint, call)
        for (const name of mandatory) {
          const { [name]: _, ...rest } = { ...Object(params) }
          const result = endpoint.encode(rest)
          assert(Result.isFailure(result), name)
          assert.include(refusals(result.failure).map((one) => one.field), name)
        }
      }))

    it.effect("writes a call as the exchange reads it", () =>
      Effect.gen(function*() {
        const wire = Result.getOrThrow(endpoint.encode(yield* paramsOf(endpoint, call)))
        assert.deepStrictEqual(
          Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined)),
          { ...call }
        )
      }))

    it("writes the parameters in documented order", () => {
      const documented = row.params.map((one) => one.name)
      const names = (known ?? []).map((one) => one.name).filter((name) => documented.includes(name))
      assert.deepStrictEqual(names, documented.filter((name) => names.includes(name)))
    })

    it("keeps the documented bounds and words of each parameter", () => {
      const accepts = (name: string, value: string) => takes(endpoint, { ...call, [name]: value })
      for (const one of row.params) {
        if (notes.goneParams.includes(one.name)) continue
        // Rules between parameters may forbid one beside those of the call: its bounds cannot be seen then.
        if (!accepts(one.name, example(one))) continue
        // Another word may ask for other parameters; what is refused then is those, not the word.
        for (const word of one.enum ?? []) {
          const refused = refusedIn(endpoint, { ...call, [one.name]: word })
          assert.notInclude(refused.map(({ field }) => field), one.name, word)
        }
        if (one.enum !== undefined) assert.isFalse(accepts(one.name, "NO_SUCH_WORD"), one.name)
        if (one.type === "STRING") assert.isFalse(accepts(one.name, ""), `${one.name}: empty`)
        const step = one.type === "DECIMAL" ? 0.01 : 1
        if (one.min !== undefined) assert.isFalse(accepts(one.name, String(one.min - step)), one.name)
        if (one.max !== undefined) {
          assert.isTrue(accepts(one.name, String(one.max)), one.name)
          assert.isFalse(accepts(one.name, String(one.max + step)), one.name)
        }
        if (one.type === "INT" || one.type === "LONG") {
          for (const wrong of ["1.5", "x"]) assert.isFalse(accepts(one.name, wrong), `${one.name}: ${wrong}`)
        }
      }
    })

    it.effect("refuses a name it does not know, and says which", () =>
      Effect.gen(function*() {
        const params = yield* paramsOf(endpoint, call)
        for (const name of known === undefined ? ["timestamp", "signature", "\ud800"] : ["sybmol", "timestamp"]) {
          const result = endpoint.encode({ ...Object(params), [name]: "BTCUSDT" })
          assert(Result.isFailure(result), name)
          assert.include(refusals(result.failure).map((one) => one.field), name)
        }
      }))

    it("refuses what is no set of parameters", () => {
      for (const wrong of ["BTCUSDT", 1, true, [], () => {}]) assert.isTrue(Result.isFailure(endpoint.encode(wrong)))
    })

    it.effect.prop(
      "writes text only, and reads it back as the same parameters",
      [anyParams(endpoint, call)],
      ([params]) =>
        Effect.gen(function*() {
          const written = endpoint.encode(params)
          // Some values of a type are refused by a rule that the type does not tell: never thrown, and by name.
          if (Result.isFailure(written)) return assert.isNotEmpty(refusals(written.failure))
          for (const [name, value] of Object.entries(written.success)) {
            if (value === undefined) continue
            assert.isString(value, name)
            assert.isTrue(name.isWellFormed() && value.isWellFormed(), `${name} can be sent`)
          }
          const read = yield* paramsOf(endpoint, written.success)
          assert.deepStrictEqual(Result.getOrThrow(endpoint.encode(read)), written.success)
          assert.deepStrictEqual(Object.keys(Object(read)).toSorted(), Object.keys(Object(params)).toSorted())
        }),
      { arbitrary: { runs: 50 } }
    )
  })
})

const replies = cases.flatMap(({ endpoint, row }) =>
  samplesOf(row.id).map(({ body, file }) => ({ body, file, endpoint, notes: notesOf(row.id) }))
)

/** Whether a path leads to, or into, an object whose names are data. */
const isMap = (maps: ReadonlySet<string>, path: Path): boolean => maps.has(fieldOf(path))

const show = (json: Json | undefined): string => json === undefined ? "(nothing)" : JSON.stringify(json)

describe("replies", () => {
  it("tells why a row could not be read", () => {
    const [refused] = readingOf(Endpoints.byName.getUMADLQuantile, [{ symbol: "BTCUSDT" }]).refused
    assert.strictEqual(refused?.field, "adlQuantile")
  })

  describe.each(replies)("$file", ({ body, endpoint, notes }) => {
    const original = readingOf(endpoint, body)
    const isEntry = (path: Path): boolean => path.length > 0 && isMap(notes.maps, path.slice(0, -1))
    const namesRow = (refused: ReadonlyArray<Refusal>, path: Path): boolean => {
      const whole = fieldOf(path)
      // A row, or a row in a row, is told by the names within it.
      const within = new Set(path.flatMap((step, at) => typeof step === "number" ? [fieldOf(path.slice(at + 1))] : []))
      return refused.some(({ field }) => field === whole || within.has(field))
    }

    it("is read in full, without drift", () => {
      assert.deepStrictEqual({ refused: original.refused, drift: original.drift }, { refused: [], drift: [] })
      assert.isFalse(original.failed)
    })

    it.effect("is written back with no field lost or changed", () =>
      Effect.gen(function*() {
        const written = yield* write(endpoint, original.value)
        const off = new Map(differences(body, written).map((one) => [JSON.stringify(one.path), one]))
        const coverage = [
          ...leaves(body).map(({ path, value }) => {
            const found = off.get(JSON.stringify(path))
            return `${path.join(".")} | ${show(value)} | ${found === undefined ? "kept" : show(found.after)}`
          }),
          ...[...off.values()].filter((one) => one.before === undefined).map(({ after, path }) =>
            `${path.join(".")} | (nothing) | ${show(after)}`
          )
        ]
        assert.strictEqual(off.size, 0, `field | sent | written back\n${coverage.join("\n")}\n`)
      }))

    it("drops fields that are not documented, at every depth", () => {
      for (const { path, value } of nodes(body)) {
        if (!isObject(value) || isMap(notes.maps, path)) continue
        const reading = readingOf(endpoint, replace(body, path, { ...value, aNewField: { deep: [1, "x", null] } }))
        assert.isTrue(isRead(reading), `a new field in ${fieldOf(path) || "the reply"}`)
        assert.isTrue(same(reading.value, original.value))
      }
    })

    it("takes new members of enumerations, and reports them", () => {
      for (const { path, value } of leaves(body)) {
        if (typeof value !== "string" || isNumeric(value)) continue
        const reading = readingOf(endpoint, replace(body, path, "A_NEW_MEMBER"))
        if (!reading.drift.some((one) => one._tag === "UnknownMember") && !enums.has(String(path.at(-1)))) continue
        if (notes.text.has(fieldOf(path)) || value === "true" || value === "false") continue
        assert.isTrue(isRead(reading), path.join("."))
        assert.deepStrictEqual(
          [...new Set(reading.drift.map((one) => one._tag === "UnknownMember" ? one.value : one._tag))],
          ["A_NEW_MEMBER"],
          `${path.join(".")} is an enumeration`
        )
        assert.isTrue(holds(reading.value, "A_NEW_MEMBER"), path.join("."))
      }
    })

    it("takes numbers and booleans as text and as such", () => {
      for (const { path, value } of leaves(body)) {
        if (notes.text.has(fieldOf(path)) || (typeof value === "string" && !fitsNumber(value))) continue
        const other = typeof value === "number" || typeof value === "boolean"
          ? String(value)
          : typeof value !== "string"
          ? undefined
          : value === "true" || value === "false"
          ? value === "true"
          : isNumeric(value)
          ? Number(value)
          : undefined
        if (other === undefined) continue
        const reading = readingOf(endpoint, replace(body, path, other))
        assert.isTrue(isRead(reading), `${path.join(".")}: ${show(other)} in place of ${show(value)}`)
        assert.isTrue(same(reading.value, original.value), `${path.join(".")}: ${show(other)} is ${show(value)}`)
      }
    })

    it("keeps decimals exact in both forms", () => {
      for (const { path, value } of leaves(body)) {
        const decimal = typeof value === "number" || (typeof value === "string" && isNumeric(value))
        if (!decimal || !isRead(readingOf(endpoint, replace(body, path, "0.5")))) continue
        const tiny = readingOf(endpoint, replace(body, path, 1e-8))
        assert.isTrue(isRead(tiny), path.join("."))
        assert.isTrue(same(tiny.value, readingOf(endpoint, replace(body, path, "0.00000001")).value))
        const long = (last: string) => readingOf(endpoint, replace(body, path, `123456789012345678.00000000${last}`))
        assert.isFalse(same(long("1").value, long("2").value), path.join("."))
      }
    })

    it("takes the empty string for an absent number exactly where that is documented", () => {
      for (const { path, value } of leaves(body)) {
        if (typeof value === "boolean" || (typeof value === "string" && value !== "" && !isNumeric(value))) continue
        if (notes.text.has(fieldOf(path))) continue
        const reading = readingOf(endpoint, replace(body, path, ""))
        const row = fieldOf(path)
        assert.strictEqual(isRead(reading), notes.blank.has(row), `${row}: ""`)
        if (!notes.blank.has(row)) assert.isTrue(namesRow(reading.refused, path), row)
      }
    })

    it("names a mandatory field that is missing", () => {
      // Of rows of different kinds, a field may be mandatory in the one and not in the other.
      const absent = new Set<string>()
      for (const { path } of members(body)) {
        if (isEntry(path)) continue
        const field = fieldOf(path)
        const reading = readingOf(endpoint, replace(body, path, undefined))
        if (isRead(reading)) absent.add(field)
        else assert.isTrue(namesRow(reading.refused, path), `${field} is named, not ${JSON.stringify(reading.refused)}`)
      }
      const present = new Set(members(body).map(({ path }) => fieldOf(path)))
      assert.deepStrictEqual(
        [...absent].toSorted(),
        [...notes.optional].filter((field) => present.has(field)).toSorted(),
        `the fields that may be absent by the schema are those that fixtures/fields.json calls "optional"`
      )
    })

    it("names a field that is null", () => {
      for (const { path, value } of members(body)) {
        if (value === null || notes.maps.has("") || notes.blank.has(fieldOf(path))) continue
        const reading = readingOf(endpoint, replace(body, path, null))
        assert.isFalse(isRead(reading), fieldOf(path))
        assert.isTrue(namesRow(reading.refused, path), fieldOf(path))
      }
    })

    it("names a field of another kind", () => {
      for (const { path, value } of members(body)) {
        if (value === null || notes.maps.has("")) continue
        for (const wrong of wrongFor(value)) {
          if (notes.text.has(fieldOf(path)) && typeof wrong === "string") continue
          const reading = readingOf(endpoint, replace(body, path, wrong))
          assert.isFalse(isRead(reading), `${fieldOf(path)}: ${show(wrong)} in place of ${show(value)}`)
          assert.isTrue(namesRow(reading.refused, path), `${fieldOf(path)}: ${show(wrong)}`)
        }
      }
    })

    it("refuses rows of another kind one by one", () => {
      for (const { path, value } of nodes(body)) {
        if (!isArray(value) || !value.every(isObject) || path.some((step) => typeof step === "number")) continue
        for (const wrong of [null, 1, "x", [], true]) {
          const reading = readingOf(endpoint, replace(body, path, [wrong, ...value]))
          assert.isFalse(reading.failed, `${fieldOf(path)}: ${show(wrong)}`)
          assert.deepStrictEqual(
            reading.drift.map((one) => one._tag === "UnreadableRow" ? one.index : one),
            [0],
            `${fieldOf(path)}: ${show(wrong)}`
          )
          assert.isTrue(same(reading.value, original.value))
        }
      }
    })

    it("refuses a reply of another kind as a value", () => {
      const others: ReadonlyArray<unknown> = isArray(body) ? [{}, { code: 200 }] : [[[]]]
      for (const wrong of [undefined, null, 1, "x", true, ...others]) {
        assert.isFalse(isRead(readingOf(endpoint, wrong)), String(wrong))
      }
    })

    it.effect.prop(
      "reads and writes back whatever it may hold",
      [bodiesLike(endpoint, body)],
      ([json]) =>
        Effect.gen(function*() {
          const reading = readingOf(endpoint, json)
          assert.isTrue(isRead(reading), show(json))
          const written = yield* write(endpoint, reading.value)
          assert.deepStrictEqual(written, json)
          assert.isTrue(same(readingOf(endpoint, written).value, reading.value))
        }),
      { arbitrary: { runs: 50 } }
    )
  })

  describe.each(cases.filter(({ row }) => !hasSample(row)))("$row.id (no sample)", ({ endpoint }) => {
    it.effect("keeps what comes, and refuses what is no object", () =>
      Effect.gen(function*() {
        const body: Json = { enabled: true, levels: [{ ratio: "1.20" }] }
        const reading = readingOf(endpoint, body)
        assert.isTrue(isRead(reading))
        assert.deepStrictEqual(yield* write(endpoint, reading.value), body)
        for (const wrong of [undefined, null, 1, "x", true]) assert.isFalse(isRead(readingOf(endpoint, wrong)))
      }))
  })
})

/** Whether text that is a number can be sent as a number without being rounded. */
const fitsNumber = (text: string): boolean => !isNumeric(text) || text.replace(/\D/g, "").length <= 15

const holds = (value: unknown, text: string): boolean =>
  JSON.stringify(value, (_, inner) => typeof inner === "bigint" ? "" : inner).includes(text)

const wrongFor = (value: Json): ReadonlyArray<Json> => {
  if (isArray(value)) return [{}, "x", 1, true]
  if (isObject(value)) return [[], "x", 1, true]
  if (value === "true" || value === "false") return [{}, [], "x", 2, ""]
  if (typeof value === "string") {
    return value === "" || isNumeric(value)
      ? [{}, [], "x", "1,5", "NaN", true]
      : [{}, [], 1]
  }
  return typeof value === "number" ? [{}, [], "x", "1e", true] : [{}, [], "x", 2, ""]
}
