import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as query from "../../src/internal/query.ts"
import { int, textOf } from "../support/arbitraries.ts"

const printable: ReadonlyArray<string> = Array.from(
  { length: 0x7f - 0x20 },
  (_, index) => String.fromCharCode(0x20 + index)
)

const awkward = [
  "\u0000",
  "\t",
  "\r\n",
  "é",
  "e\u0301",
  "币安人生",
  "ﷺ",
  "\u200b",
  "\ufeff",
  "\u00a0",
  "😀",
  "👩‍👩‍👧",
  "\u{10ffff}",
  "%41",
  "%zz",
  "+",
  "&signature=",
  "%2B"
]

const loneSurrogates = ["\ud83d", "\ude00", "\udfff\ud800"]

const pieces: readonly [string, ...ReadonlyArray<string>] = ["'", ...printable, ...awkward]

const value = textOf(pieces, 0, 20)

// Names as the exchange documents them.
const params = Arbitrary.map(
  Arbitrary.all({
    values: Arbitrary.array(value, { minLength: 1, maxLength: 6 })
  }),
  ({ values }) => Object.fromEntries(values.map((one, index) => [`name${index}`, one]))
)

// What a server does with a query string.
const decode = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("&").map((pair) => {
      const at = pair.indexOf("=")
      return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))] as const
    })
  )

const throughUrl = (text: string): string => new URL(`https://x/p?${text}`).search

describe("serialise", () => {
  it("carries each printable character, and each awkward one", () => {
    for (const one of [...printable, ...awkward]) {
      const text = query.serialise({ a: one, b: `x${one}y` })
      assert.deepStrictEqual(decode(text), { a: one, b: `x${one}y` })
      assert.match(text, /^a=(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*&b=(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/)
      assert.strictEqual(throughUrl(text), `?${text}`)
    }
  })

  it("escapes all but the unreserved characters, in upper-case hexadecimal", () => {
    assert.strictEqual(query.escape("-._~aZ09"), "-._~aZ09")
    assert.strictEqual(query.escape("!'()*"), "%21%27%28%29%2A")
    assert.strictEqual(query.escape(" +%&=#/?"), "%20%2B%25%26%3D%23%2F%3F")
    assert.strictEqual(query.escape("币"), "%E5%B8%81")
    assert.strictEqual(query.escape("😀"), "%F0%9F%98%80")
  })

  it("keeps the order given and drops what is absent", () => {
    assert.strictEqual(query.serialise({ b: "1", z: undefined, a: "2" }), "b=1&a=2")
    assert.strictEqual(query.serialise({}), "")
    assert.strictEqual(query.serialise({ a: undefined }), "")
    assert.strictEqual(query.serialise({ a: "" }), "a=")
  })

  it.prop("a server reads back what was given", { params }, ({ params }) => {
    assert.deepStrictEqual(decode(query.serialise(params)), params)
  }, { arbitrary: { runs: 500 } })

  it.prop("no client that goes through URL changes it", { params }, ({ params }) => {
    const text = query.serialise(params)
    assert.strictEqual(throughUrl(text), `?${text}`)
    assert.strictEqual(new URL(throughUrl(text), "https://x/").href, `https://x/?${text}`)
  }, { arbitrary: { runs: 500 } })

  it.prop(
    "any text at all: lone surrogates, which no encoding can carry, become U+FFFD",
    { text: Schema.String, position: int(0, 30), lone: textOf(["", ...loneSurrogates], 0, 2) },
    ({ lone, position, text }) => {
      const given = text.slice(0, position) + lone + text.slice(position)
      const out = query.serialise({ a: given })
      assert.deepStrictEqual(decode(out), { a: given.toWellFormed() })
      assert.match(out, /^a=(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/)
    },
    { arbitrary: { runs: 500 } }
  )
})
