import { Client } from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Param from "@effect-binance/core/Param"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Faces from "./support/faces.ts"
import * as Keys from "./support/keys.ts"

// What clients are known to sign in one form and send in another, and what URLs, forms and headers treat specially.
const awkward = [
  ..." '+%&=?#/\\\"<>()*!~,;:@[]{}|^`$.-_",
  ..."\t\n\r\0\u007f\u00a0\u200b\ufeff",
  ..."é币안😀",
  "%20",
  "%2B",
  "%ZZ",
  "signature=",
  "&timestamp=1",
  "BTC",
  "e\u0301"
]

const Value = Schema.NonEmptyArray(Schema.Literals(awkward)).check(Schema.isMaxLength(12))

// The paths of real calls, so that the exchange checks signatures, with parameters that carry any text.
const params = Schema.Struct({ symbol: Param.Text, note: Schema.optional(Param.Text), ...Param.signed })

const reading = Endpoint.make({
  id: "reading",
  method: "GET",
  path: "/papi/v1/um/commissionRate",
  category: "test",
  security: "USER_DATA",
  safety: "read",
  weight: 20,
  params,
  reply: Schema.Unknown
})

const changing = Endpoint.make({
  id: "changing",
  method: "POST",
  path: "/papi/v1/um/leverage",
  category: "test",
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params,
  reply: Schema.Unknown
})

const clients = (key: Keys.TestKey) =>
  PortfolioClient.layerClient.pipe(
    Layer.provideMerge(Client.layer()),
    Layer.provide([Signer.layer, ServerClock.layerLocal]),
    Layer.provide(Credentials.Credentials.layer({ apiKey: key.apiKey, apiSecret: key.apiSecret }))
  )

const codeOf = (error: { readonly _tag: string; readonly code?: unknown }): unknown => error.code ?? error._tag

/** Asserts that what arrived last is what was signed, and reads as what was sent. */
const arrivedAsSigned = Effect.fnUntraced(function*(key: Keys.TestKey, sent: { readonly [name: string]: string }) {
  const { requests } = yield* Simulator
  const { body, query } = (yield* requests).at(-1) ?? assert.fail("nothing arrived")
  assert.strictEqual(body, "")
  assert.match(query, /^[A-Za-z0-9\-._~%=&]+$/)
  const [payload = "", signature = "", ...rest] = query.split("&signature=")
  assert.isEmpty(rest)
  assert.isTrue(key.verifies(payload, signature))
  const pairs = payload.split("&").map((pair) => pair.split("="))
  const received = Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, decodeURIComponent(value)]))
  const { recvWindow, timestamp, ...others } = received
  assert.match(timestamp ?? "", /^\d+$/)
  assert.strictEqual(recvWindow, "5000")
  assert.deepStrictEqual(others, sent)
})

describe.each(Faces.faces)("by way of: %s", (face) => {
  for (const key of Keys.keys) {
    const here = clients(key).pipe(
      Layer.provideMerge(Faces.world(face, { keys: [key.registered], limits: "off" }))
    )
    const arbitrary = { runs: key.kind === "HMAC" ? 40 : 12 }
    layer(here)(`with an ${key.kind} key`, (it) => {
      it.effect.prop(
        "the bytes signed are the bytes received",
        { symbol: Value, note: Value },
        ({ note, symbol }) =>
          Effect.gen(function*() {
            const client = yield* Client
            const sent = { symbol: symbol.join(""), note: note.join("") }
            // What the exchange thinks of such a symbol is another matter: the signature passed.
            assert.include([-1121, -1130], codeOf(yield* Effect.flip(client.call(reading, sent))))
            yield* arrivedAsSigned(key, sent)
            assert.include([-1102, -1130], codeOf(yield* Effect.flip(client.call(changing, sent))))
            yield* arrivedAsSigned(key, sent)
          }),
        { arbitrary }
      )

      it.effect.prop("symbols arrive as given, or are not sent", [Value], ([value]) =>
        Effect.gen(function*() {
          const client = yield* PortfolioClient
          const { requests } = yield* Simulator
          const before = (yield* requests).length
          const symbol = value.join("")
          const code = codeOf(yield* Effect.flip(client.getUMCommissionRate({ symbol })))
          if (/\s/.test(symbol)) {
            assert.strictEqual(code, "InvalidRequest")
            assert.lengthOf(yield* requests, before)
          } else {
            assert.strictEqual(code, -1121)
            yield* arrivedAsSigned(key, { symbol })
          }
        }), { arbitrary })
    })
  }
})

describe("text that no encoding can carry", () => {
  it.effect.each(["\ud83d", "BTC\udc00USDT", ""])(
    "is refused before anything is sent: %j",
    (symbol) =>
      Effect.gen(function*() {
        const client = yield* PortfolioClient
        const error = yield* Effect.flip(client.getUMCommissionRate({ symbol }))
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.include(error.message, "symbol")
        assert.include(error.message, "Nothing was sent")
        const { requests } = yield* Simulator
        assert.isEmpty(yield* requests)
      }).pipe(Effect.provide(Faces.client({ clock: { source: "local" } })), Effect.provide(Faces.world("undici")))
  )
})
