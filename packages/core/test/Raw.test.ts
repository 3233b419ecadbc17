/** Calls that are not known here, and what comes beside an answer. */
import * as Client from "@effect-binance/core/Client"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as exchange from "./support/exchange.ts"
import * as transport from "./support/transport.ts"

const read = Endpoint.raw({
  method: "GET",
  path: "/papi/v1/new/thing",
  security: "USER_DATA",
  safety: "read",
  weight: 3
})

const place = Endpoint.raw(
  {
    method: "POST",
    path: "/papi/v1/new/order",
    security: "TRADE",
    safety: "mutation",
    orders: 1,
    clientIds: [{ name: "newClientOrderId", maxLength: 32 }]
  },
  Schema.Struct({ price: Field.Decimal })
)

const ok = (body: string) => transport.answer(200, body)

describe("raw", () => {
  it.effect("signs any path, and gives the JSON as it came", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* exchange.connect(ok(`{"id":8389766145050669870,"what":[1,"x"]}`))
      const reply = yield* client.call(read, {
        symbol: "币安人生USDT",
        n: 1e-7,
        yes: true,
        big: 12n,
        list: ["a", "b"],
        no: undefined
      })
      assert.deepStrictEqual(reply, { id: "8389766145050669870", what: [1, "x"] })
      exchange.assertSigned(sent[0])
      assert.strictEqual(exchange.parameter(sent[0], "symbol"), "币安人生USDT")
      assert.strictEqual(exchange.parameter(sent[0], "n"), "0.0000001")
      assert.strictEqual(exchange.parameter(sent[0], "yes"), "true")
      assert.strictEqual(exchange.parameter(sent[0], "big"), "12")
      assert.strictEqual(exchange.parameter(sent[0], "list"), "a,b")
      assert.isNull(exchange.parameter(sent[0], "no"))
    }))

  it.effect("reads by a schema of the user's, and fills the client order id in", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* exchange.connect(ok(`{"price":"1.50"}`))
      const reply = yield* client.call(place, { symbol: "BTCUSDT" })
      assert.strictEqual(reply.price.scale, 2)
      assert.match(exchange.parameter(sent[0], "newClientOrderId") ?? "", /^[0-9a-z]{20,32}$/)
    }))

  it.effect("is judged like the known calls", () =>
    Effect.gen(function*() {
      const { client } = yield* exchange.connect(transport.answer(504, "<html>"))
      const change = yield* Effect.flip(client.call(place, {}))
      assert.strictEqual(change._tag, "OutcomeUnknown")
      const { client: other } = yield* exchange.connect(transport.answer(404, ""))
      const gone = yield* Effect.flip(other.call(read, {}))
      assert.strictEqual(gone._tag, "EndpointRetired")
      assert.include(gone.message, "GET /papi/v1/new/thing")
    }))
})

describe("a raw call that could go astray", () => {
  const refused = (endpoint: Endpoint.ReadEndpoint<Endpoint.RawParams, unknown>, params: Endpoint.RawParams) =>
    Effect.gen(function*() {
      const { client, sent } = yield* exchange.connect(ok("{}"))
      const error = yield* Effect.flip(client.call(endpoint, params))
      assert.lengthOf(sent, 0)
      if (error._tag !== "InvalidRequest") return assert.fail(error._tag)
      return error.message
    })

  it.effect.each([
    ".evil.com/x",
    "@evil.com/x",
    "papi/v1/x",
    "",
    "/papi/v1/x?a=1",
    "/papi/v1/x#a",
    "/papi/@x",
    "/papi\\x",
    "/papi/v1/ x",
    "/papi/v1/x\n",
    "/papi/../sapi/v1/x",
    "/papi/%2e%2E/sapi/v1/x",
    "/papi/.%2e/x"
  ])("sends nothing to the path %j", (path) =>
    Effect.gen(function*() {
      const endpoint = Endpoint.raw({ method: "GET", path, security: "USER_DATA", safety: "read" })
      assert.include(yield* refused(endpoint, { symbol: "X" }), "path")
      assert.include(yield* refused(endpoint, {}), "path")
    }))

  it.effect.each(
    [
      ["timestamp", 1],
      ["timestamp", undefined],
      ["signature", "abc"],
      ["recvWindow", 0],
      ["recvWindow", 60_001],
      ["recvWindow", -1],
      ["recvWindow", "1.5"],
      ["recvWindow", ""],
      ["recvWindow", "x"],
      ["recvWindow", true]
    ] as const
  )(
    "sends nothing with the parameter %s %s",
    ([name, value]) => Effect.map(refused(read, { [name]: value }), (message) => assert.include(message, name))
  )

  it.effect("leaves a receive window that the exchange takes as it is", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* exchange.connect(ok("{}"))
      for (const recvWindow of [1, "60000", 5000n, undefined]) yield* client.call(read, { recvWindow })
      assert.deepStrictEqual(sent.map((one) => exchange.parameter(one, "recvWindow")), ["1", "60000", "5000", "5000"])
    }))
})

describe("withResponses", () => {
  it.effect("gives every answer beside the value, those of repeats as well, and leaves nothing behind", () =>
    Effect.gen(function*() {
      const { client } = yield* exchange.connect(transport.inTurn(
        transport.answer(400, `{"code":-1021,"msg":"Timestamp"}`),
        transport.answer(200, exchange.thing, {
          "x-mbx-used-weight-1m": "7",
          "x-mbx-order-count-1m": "-1",
          "x-mbx-uuid": "abc"
        })
      ))
      const [value, responses] = yield* Client.withResponses(client.call(exchange.getThing, { symbol: "X" }))
      assert.strictEqual(value.id, exchange.thing.id)
      assert.deepStrictEqual(responses.map(({ status }) => status), [400, 200])
      const last = responses[1]
      assert.strictEqual(last?.endpoint, "getThing")
      assert.strictEqual(last?.usedWeight, 7)
      assert.isUndefined(last?.orderCount)
      assert.strictEqual(last?.requestId, "abc")
      assert.deepStrictEqual(JSON.parse(last?.body ?? ""), exchange.thing)
      yield* client.call(exchange.getThing, { symbol: "X" })
      assert.lengthOf(responses, 2)
    }))

  it.effect("tells an outer observer too", () =>
    Effect.gen(function*() {
      const { client } = yield* exchange.connect(ok(JSON.stringify(exchange.thing)))
      const call = client.call(exchange.getThing, { symbol: "X" })
      const [[, inner], outer] = yield* Client.withResponses(Client.withResponses(call))
      assert.lengthOf(inner, 1)
      assert.lengthOf(outer, 1)
    }))
})
