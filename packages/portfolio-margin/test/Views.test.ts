/** One definition, three views: every documented sample read exactly, as numbers and as text. */
import { Client } from "@effect-binance/core/Client"
import * as Decimal from "@effect-binance/core/Decimal"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as View from "@effect-binance/core/View"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { NumericPortfolioClient } from "@effect-binance/portfolio-margin/NumericPortfolioClient"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { TextualPortfolioClient } from "@effect-binance/portfolio-margin/TextualPortfolioClient"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { callOf, cases, paramsOf } from "./support/conformance.ts"
import { account, scripted } from "./support/exchange.ts"
import { samplesOf } from "./support/fixtures.ts"

const directory = join(import.meta.dirname, "fixtures/replies")

const samples = Object.entries(Endpoints.byName).flatMap(([name, endpoint]) =>
  readdirSync(directory)
    .filter((file) => file === `${name}.json` || new RegExp(`^${name}\\.\\d+\\.json$`).test(file))
    .map((file) => ({ file, reply: endpoint.reply as Schema.Codec<unknown, unknown>, endpoint }))
)

/** What a decoded value must look like in the other view. */
const expected = (value: unknown, of: (decimal: BigDecimal.BigDecimal) => unknown): unknown => {
  if (BigDecimal.isBigDecimal(value)) return of(value)
  if (typeof value !== "object" || value === null || DateTime.isDateTime(value) || Redacted.isRedacted(value)) {
    return value
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => expected(item, of))
    return Field.isRows(value) ? Field.makeRows(items, value.unreadable) : items
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expected(item, of)]))
}

const read = (schema: Schema.Codec<unknown, unknown>, body: unknown) =>
  Effect.fromResult(Schema.decodeUnknownResult(schema)(body))

describe("views", () => {
  it("has samples of all endpoints that are documented with one, to look at", () => {
    const without = new Set(Object.keys(Endpoints.byName))
    for (const { endpoint } of samples) without.delete(endpoint.id)
    assert.deepStrictEqual([...without].sort(), [
      "getCMAccountConfig",
      "getCMSymbolConfig",
      "getUniMMRNotificationStatus",
      "updateUniMMRNotificationStatus"
    ])
  })

  for (const { endpoint, file, reply } of samples) {
    it.effect(`${file}`, () =>
      Effect.gen(function*() {
        const body = Result.getOrThrow(LosslessJson.parse(readFileSync(join(directory, file), "utf8")))
        const exact = yield* read(reply, body)
        const numbers = yield* read(View.numeric(reply), body)
        const texts = yield* read(View.textual(reply), body)
        assert.deepStrictEqual(numbers, expected(exact, (decimal) => Number(Decimal.formatExact(decimal))))
        assert.deepStrictEqual(texts, expected(exact, Decimal.formatExact))
        // The compiled way of an endpoint and the schema's own agree.
        const [compiled] = endpoint.decode(body)
        assert.deepStrictEqual(Result.getOrThrow(compiled) as unknown, exact)
        // And each view encodes to the same body.
        assert.deepStrictEqual(
          yield* Schema.encodeUnknownEffect(View.textual(reply))(texts),
          yield* Schema.encodeUnknownEffect(reply)(exact)
        )
      }))
  }
})

type Call = (params: unknown) => Effect.Effect<unknown, unknown>

const isCall = (u: unknown): u is Call => typeof u === "function"

const methodOf = (service: object, name: string): Call => {
  const method: unknown = Object.entries(service).find(([key]) => key === name)?.[1]
  return isCall(method) ? method : () => Effect.die(`there is no method ${name}`)
}

const named = (name: string) => ({ ...account(name), limits: "off" }) as const

describe("the client of each view", () => {
  describe.each(cases.filter(({ row }) => samplesOf(row.id).length > 0))("$row.id", ({ endpoint, row }) => {
    it.effect("answers with the same, but for the form of its figures", () => {
      const exchange = scripted(() => samplesOf(row.id)[0]?.body)
      return Effect.gen(function*() {
        const params = yield* paramsOf(endpoint, callOf(endpoint, row))
        const exact = yield* methodOf(yield* PortfolioClient, row.id)(params)
        const numbers = yield* methodOf(yield* NumericPortfolioClient, row.id)(params)
        const texts = yield* methodOf(yield* TextualPortfolioClient, row.id)(params)
        assert.lengthOf(exchange.sent, 3)
        assert.deepStrictEqual(numbers, expected(exact, (decimal) => Number(Decimal.formatExact(decimal))))
        assert.deepStrictEqual(texts, expected(exact, Decimal.formatExact))
      }).pipe(
        Effect.provide([
          PortfolioClient.layer(named("exact")),
          PortfolioClient.layer({ ...named("number"), beautifyResponses: true }),
          PortfolioClient.layer({ ...named("text"), decimals: "text" })
        ]),
        Effect.provide(exchange.layer)
      )
    })
  })

  it.effect("is made by the variables as well", () => {
    const exchange = scripted(() => samplesOf("getAccountInfo")[0]?.body)
    return Effect.gen(function*() {
      const { accountEquity } = yield* (yield* TextualPortfolioClient).getAccountInfo()
      assert.strictEqual(accountEquity, "122607.35137903")
    }).pipe(
      Effect.provide(PortfolioClient.layerConfig({ decimals: "text", clock: { source: "local" } })),
      Effect.provide(exchange.layer),
      Effect.provideService(
        ConfigProvider.ConfigProvider,
        ConfigProvider.fromUnknown({
          BINANCE_ENVIRONMENT: "simulator",
          BINANCE_API_KEY: "key",
          BINANCE_API_SECRET: "secret"
        })
      )
    )
  })

  it.effect("comes with the client beneath it, for what has no method: any path, any endpoint in another view", () => {
    const exchange = scripted(() => `{"price":"1.50","id":8389766145050669870}`)
    const something = Endpoint.raw(
      { method: "GET", path: "/papi/v1/something", security: "USER_DATA", safety: "read" },
      Schema.Struct({ price: Field.Decimal })
    )
    return Effect.gen(function*() {
      const client = yield* Client
      const exact = yield* client.call(something, { symbol: "X" })
      assert.strictEqual(exact.price.scale, 2)
      const text = yield* client.call(View.textualEndpoint(something), { symbol: "X" })
      assert.deepStrictEqual(text, { price: "1.50" })
      assert.deepStrictEqual(
        exchange.sent.map(({ apiKey, path, query }) => [apiKey, path, query.has("signature")]),
        [["key-of-exact", "/papi/v1/something", true], ["key-of-exact", "/papi/v1/something", true]]
      )
    }).pipe(Effect.provide(PortfolioClient.layer(named("exact"))), Effect.provide(exchange.layer))
  })
})

describe("a figure", () => {
  const row = Schema.Struct({ a: Field.Decimal, b: Field.DecimalNumber, c: Field.DecimalOrNull })
  const views = { exact: row, number: View.numeric(row), text: View.textual(row) }
  const read = (schema: Schema.Codec<unknown, unknown>, body: unknown) => Schema.decodeUnknownResult(schema)(body)

  it("that is none is refused in every view, and its field is named", () => {
    for (const [view, schema] of Object.entries(views)) {
      assert.isTrue(Result.isSuccess(read(schema, { a: "1", b: 2, c: "" })), view)
      for (
        const wrong of ["x", "1,5", "NaN", "Infinity", "0x10", " 1", "1 ", "1_0", "-", ".", "--1", true, [], {}, NaN]
      ) {
        for (const field of ["a", "b", "c"]) {
          const result = read(schema, { a: "1", b: 2, c: "", [field]: wrong })
          assert(Result.isFailure(result), `${view}: ${field} is ${JSON.stringify(wrong)}`)
          assert.include(result.failure.message, `["${field}"]`, view)
        }
      }
      for (const field of ["a", "b"]) assert.isTrue(Result.isFailure(read(schema, { a: 1, b: 2, c: 3, [field]: "" })))
    }
  })
  it("is written plainly in every view, without an exponent", () => {
    const write = (schema: Schema.Codec<unknown, unknown>, value: unknown) =>
      Result.getOrThrow(Schema.encodeUnknownResult(schema)(value))
    assert.deepStrictEqual(write(views.number, { a: 1e-8, b: 1e-8, c: -1.5e21 }), {
      a: "0.00000001",
      b: 1e-8,
      c: "-1500000000000000000000"
    })
    assert.deepStrictEqual(write(views.number, { a: 0.1, b: 3, c: null }), { a: "0.1", b: 3, c: "" })
    assert.deepStrictEqual(write(views.text, { a: "0.10", b: "3.00", c: null }), { a: "0.10", b: 3, c: "" })
    assert.deepStrictEqual(Result.getOrThrow(read(views.text, { a: 1e-8, b: 1e21, c: 1e-7 })), {
      a: "0.00000001",
      b: "1000000000000000000000",
      c: "0.0000001"
    })
  })

  it("that is none is not written either", () => {
    for (const field of ["a", "b", "c"]) {
      for (
        const [schema, good, wrongs] of [[views.number, 1, [NaN, Infinity, "1"]], [views.text, "1", [
          "x",
          "",
          1
        ]]] as const
      ) {
        assert.isTrue(Result.isSuccess(Schema.encodeUnknownResult(schema)({ a: good, b: good, c: good })))
        for (const wrong of wrongs) {
          const value = { a: good, b: good, c: good, [field]: wrong }
          assert.isTrue(Result.isFailure(Schema.encodeUnknownResult(schema)(value)), `${field}: ${wrong}`)
        }
      }
    }
  })
})
