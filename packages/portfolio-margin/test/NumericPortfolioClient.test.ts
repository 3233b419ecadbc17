/** One definition, three views: every documented sample read exactly, as numbers and as text. */
import * as Decimal from "@effect-binance/core/Decimal"
import * as Field from "@effect-binance/core/Field"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as View from "@effect-binance/core/View"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

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
  it("has samples to look at", () => {
    assert.isAbove(samples.length, 25)
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
