import * as Errors from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import * as Drift from "@effect-binance/core/Drift"
import type * as Endpoint from "@effect-binance/core/Endpoint"
import * as RequestGate from "@effect-binance/core/RequestGate"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as ServerClock from "@effect-binance/core/ServerClock"
import * as Signer from "@effect-binance/core/Signer"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { int, oneOf, textOf } from "./support/arbitraries.ts"
import {
  apiKey,
  assertSigned,
  connect,
  createKey,
  type Failure,
  getThing,
  getThings,
  orderThing,
  parameter,
  ping,
  retired,
  thing
} from "./support/exchange.ts"
import * as transport from "./support/transport.ts"

const { answer } = transport

const once = Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)

/** Runs until the end while time passes, at most for so long. */
const within = (duration: Duration.Input) => <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self)
    yield* TestClock.adjust(duration)
    return yield* Fiber.join(fiber)
  })

/** Millisecond by millisecond, so that whoever sleeps wakes at its own time. */
const pass = (millis: number) => Effect.repeat(TestClock.adjust(1), { times: millis - 1 })

const failureOf = (self: Effect.Effect<unknown, Failure>): Effect.Effect<Failure> =>
  Effect.matchEffect(self, {
    onFailure: Effect.succeed,
    onSuccess: () => Effect.die(new Error("the call succeeded"))
  })

const symbol = "BTCUSDT"

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

describe("a request", () => {
  it.effect("is signed over exactly what is sent, signature last", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_611_825_601_400)
      const { client, sent } = yield* connect(answer(200, thing))
      yield* client.call(getThing, { symbol: "币安人生USDT", price: "1.50", limit: 5 })
      assert.lengthOf(sent, 1)
      assertSigned(sent[0])
      assert.match(
        sent[0]?.url ?? "",
        /^https:\/\/pm\.example\/papi\/v1\/thing\?symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&limit=5&price=1\.5&recvWindow=5000&timestamp=1611825601400&signature=[0-9a-f]{64}$/
      )
      assert.strictEqual(sent[0]?.method, "GET")
      assert.strictEqual(sent[0]?.body, "Empty")
    }))

  it.effect.prop(
    "whatever a parameter holds",
    {
      symbol: textOf(
        ["'", "+", "%", "&", "=", "#", "(", ")", "!", "*", "~", "币", "😀", "é", "e\u0301", "?", "/"],
        1,
        12
      )
    },
    ({ symbol }) =>
      Effect.gen(function*() {
        const { client, sent } = yield* connect(answer(200, thing))
        yield* client.call(orderThing, { symbol, newClientOrderId: "a.b:c/d_e-f" })
        assertSigned(sent[0])
        assert.strictEqual(parameter(sent[0], "symbol"), symbol)
        assert.strictEqual(parameter(sent[0], "newClientOrderId"), "a.b:c/d_e-f")
      }),
    { arbitrary: { runs: 100 } }
  )

  it.effect("says who asks only where that is needed, and nothing else about the sender", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, { ...thing, key: "k" }))
      yield* client.call(ping, {})
      yield* client.call(createKey, undefined)
      yield* client.call(getThing, { symbol })
      yield* client.call(orderThing, { symbol })
      const [anonymous, keyed, read, changed] = sent
      assert.deepStrictEqual(anonymous?.headers, { accept: "application/json" })
      assert.strictEqual(anonymous?.url, "https://pm.example/papi/v1/ping")
      assert.strictEqual(keyed?.url, "https://pm.example/papi/v1/key")
      assert.strictEqual(keyed?.method, "POST")
      for (const one of [keyed, read, changed]) {
        assert.deepStrictEqual(one?.headers, { accept: "application/json", "x-mbx-apikey": apiKey })
      }
      assertSigned(read)
      assertSigned(changed)
    }))

  it.effect("is signed by the function of one's own, whatever it answers", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const { client, sent } = yield* connect(answer(200, thing), {
        signer: Signer.Signer.layerCustom({
          apiKey: "",
          sign: (payload) =>
            Effect.sync(() => {
              seen.push(payload)
              return "a+b/c=="
            })
        })
      })
      yield* client.call(getThing, { symbol })
      assert.strictEqual(sent[0]?.url, `https://pm.example/papi/v1/thing?${seen[0]}&signature=a%2Bb%2Fc%3D%3D`)
    }))

  it.effect("is not sent where it cannot be signed", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, thing), {
        signer: Signer.Signer.layerCustom({
          apiKey,
          sign: () => Effect.fail(new Signer.SigningFailed({ message: `the key service has no ${apiKey}` }))
        })
      })
      for (const call of [calls.read(client), calls.change(client)]) {
        const error = yield* failureOf(once(call))
        if (error._tag !== "TransportFailed") return assert.fail(error._tag)
        assert.strictEqual(error.stage, "sign")
        assert.strictEqual(error.attempts, 0)
        assert.strictEqual(error.detail, "the key service has no <redacted>")
        assert.include(error.message, "Nothing was sent")
      }
      assert.lengthOf(sent, 0)
    }))

  it.effect("carries the exchange's time", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_000_000)
      const { client, sent } = yield* connect(answer(200, thing), {
        clock: Layer.effect(ServerClock.ServerClock, ServerClock.make(Effect.succeed(1_234_567)))
      })
      yield* client.call(getThing, { symbol })
      yield* TestClock.adjust(10)
      yield* client.call(getThing, { symbol })
      assert.deepStrictEqual(sent.map((one) => parameter(one, "timestamp")), ["1234567", "1234577"])
    }))
})

describe("recvWindow", () => {
  const windowOf = (
    options: Client.CallOptions,
    call: (client: Client.ClientShape) => Effect.Effect<unknown, Failure>
  ) =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, { ...thing, key: "k" }), { call: options })
      yield* call(client)
      return sent.map((one) => one.wire.searchParams.getAll("recvWindow").join())
    })

  it.effect("is 5000, the client's, the scope's or the call's, the nearest first", () =>
    Effect.gen(function*() {
      const plain = (client: Client.ClientShape) => client.call(getThing, { symbol })
      const scoped = Client.withOptions({ recvWindow: 2000 })
      assert.deepStrictEqual(yield* windowOf({}, plain), ["5000"])
      assert.deepStrictEqual(yield* windowOf({ recvWindow: 3000 }, plain), ["3000"])
      assert.deepStrictEqual(yield* windowOf({ recvWindow: 3000 }, (client) => scoped(plain(client))), ["2000"])
      assert.deepStrictEqual(
        yield* windowOf({ recvWindow: 3000 }, (client) => scoped(client.call(getThing, { symbol, recvWindow: 1000 }))),
        ["1000"]
      )
      assert.deepStrictEqual(
        yield* windowOf({}, (client) => scoped(Client.withOptions({ timeout: "1 second" })(plain(client)))),
        ["2000"]
      )
    }))

  it.effect("an option that is undefined is not set", () =>
    Effect.gen(function*() {
      const plain = (client: Client.ClientShape) => client.call(getThing, { symbol })
      const nothing = Client.withOptions({ recvWindow: undefined })
      assert.deepStrictEqual(yield* windowOf({ recvWindow: 3000 }, (client) => nothing(plain(client))), ["3000"])
      assert.deepStrictEqual(
        yield* windowOf({}, (client) => Client.withOptions({ recvWindow: 2000 })(nothing(plain(client)))),
        ["2000"]
      )
    }))

  it.effect("has no place where nothing is signed", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* windowOf({ recvWindow: 3000 }, (client) =>
          Effect.andThen(client.call(ping, {}), client.call(createKey, {}))),
        ["", ""]
      )
    }))

  it.effect("out of bounds is told, and nothing is sent", () =>
    Effect.gen(function*() {
      for (const recvWindow of [0, -1, 60_001, 1.5, NaN, Infinity]) {
        const { client, sent } = yield* connect(answer(200, thing), { call: { recvWindow } })
        const error = yield* failureOf(client.call(getThing, { symbol }))
        if (error._tag !== "InvalidRequest") return assert.fail(error._tag)
        assert.strictEqual(error.violations[0].field, "recvWindow")
        assert.match(error.message, /1 to 60000/)
        assert.lengthOf(sent, 0)
        // The call's own comes first.
        yield* client.call(getThing, { symbol, recvWindow: 1000 })
        assert.lengthOf(sent, 1)
      }
    }))
})

describe("InvalidRequest", () => {
  const violationsOf = (endpoint: typeof getThing | typeof orderThing, params: unknown) =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, thing))
      const error = yield* failureOf(
        // As a caller without types would.
        endpoint.safety === "read"
          ? client.call(getThing, JSON.parse(JSON.stringify(params)))
          : client.call(orderThing, JSON.parse(JSON.stringify(params)))
      )
      if (error._tag !== "InvalidRequest") return assert.fail(error._tag)
      assert.lengthOf(sent, 0)
      assert.strictEqual(error.attempts, 0)
      assert.strictEqual(error.endpoint, endpoint.id)
      assert.strictEqual(error.request, endpoint.request)
      assert.match(error.message, /Nothing was sent/)
      for (const { field } of error.violations) assert.include(error.message, field)
      return error.violations
    })

  for (const endpoint of [getThing, orderThing]) {
    it.effect(`${endpoint.id}: unknown names, wrong kinds, and what is missing, each with its rule`, () =>
      Effect.gen(function*() {
        const unknown = yield* violationsOf(endpoint, { symbol, quantty: "1" })
        assert.deepStrictEqual(unknown.map((one) => one.field), ["quantty"])

        const wrong = yield* violationsOf(endpoint, { symbol: "BTC USDT", limit: 1001, price: "1,5" })
        assert.deepStrictEqual(wrong.map((one) => one.field), ["symbol", "limit", "price"])
        assert.match(wrong[0].rule, /without white space/)
        assert.match(wrong[1]?.rule ?? "", /a whole number from 1 to 1000/)
        assert.match(wrong[2]?.rule ?? "", /an exact decimal/)

        const missing = yield* violationsOf(endpoint, { limit: 1 })
        assert.deepStrictEqual(missing.map((one) => one.field), ["symbol"])
        assert.match(missing[0].rule, /missing/i)

        const kind = yield* violationsOf(endpoint, { symbol: 1 })
        assert.deepStrictEqual(kind.map((one) => one.field), ["symbol"])
        for (const nothing of [null, {}]) {
          assert.deepStrictEqual((yield* violationsOf(endpoint, nothing)).map((one) => one.field), ["symbol"])
        }
        for (const odd of ["x", 1, [], true]) assert.isAtLeast((yield* violationsOf(endpoint, odd)).length, 1)
      }))
  }

  it.effect("an order does not go out by a client id that its generator should not have made", () =>
    Effect.gen(function*() {
      for (const id of ["", "x".repeat(33), "a b", "b\u00e9", "c\n"]) {
        const { client, sent } = yield* connect(answer(200, thing))
        const call = client.call(orderThing, { symbol })
        const error = yield* failureOf(
          Effect.provideService(call, ClientOrderId.Generator, { next: () => Effect.succeed(id) })
        )
        if (error._tag !== "InvalidRequest") return assert.fail(error._tag)
        assert.lengthOf(sent, 0)
        assert.deepStrictEqual(error.violations, [{
          field: "newClientOrderId",
          rule: "generators make 1 to 32 of the characters A-Z a-z 0-9 . : / _ -"
        }])
      }
    }))

  it.effect("a value that is none of the forms that are taken is told once, with all of the forms", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, thing))
      const error = yield* failureOf(client.call(getThing, { symbol, price: NaN }))
      if (error._tag !== "InvalidRequest") return assert.fail(error._tag)
      assert.lengthOf(sent, 0)
      assert.deepStrictEqual(error.violations, [{
        field: "price",
        rule: "Expected an exact decimal: a BigDecimal, plain decimal text, or a number of at most 15 digits"
      }])
    }))
})

// -----------------------------------------------------------------------------
// Replies
// -----------------------------------------------------------------------------

describe("a reply", () => {
  it.effect("is decoded: exact ids, exact decimals", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(
        answer(200, `{"id":8389766145050669870,"status":"NEW","price":"1.50","new":[1]}`)
      )
      for (const call of [client.call(getThing, { symbol }), client.call(orderThing, { symbol })]) {
        const read = yield* call
        assert.strictEqual(read.id, "8389766145050669870")
        assert.strictEqual(read.status, "NEW")
        assert.deepStrictEqual(read.price, BigDecimal.make(150n, 2))
      }
    }))

  it.effect("a code of 200 or 0 is a success, as number or text", () =>
    Effect.gen(function*() {
      for (const code of [200, "200", 0, "0", "success", null]) {
        const { client } = yield* connect(answer(200, { ...thing, code, msg: "success" }))
        assert.strictEqual((yield* client.call(orderThing, { symbol })).status, "NEW")
      }
    }))

  it.effect("every status of a success is one", () =>
    Effect.gen(function*() {
      for (const status of [200, 201, 202]) {
        const { client } = yield* connect(answer(status, thing))
        assert.strictEqual((yield* client.call(orderThing, { symbol })).status, "NEW")
      }
    }))

  it.effect("one broken row of 500 does not lose the others, and is reported and counted", () =>
    Effect.gen(function*() {
      const rows = Array.from({ length: 500 }, (_, index) => ({ ...thing, id: index, price: index === 137 ? {} : "1" }))
      const { client } = yield* connect(answer(200, rows))
      const reports: Array<readonly [string, ReadonlyArray<Drift.Drift>]> = []
      const things = yield* client.call(getThings, {}).pipe(
        Effect.provideService(Drift.Reporter, (endpoint, drift) => Effect.sync(() => reports.push([endpoint, drift])))
      )
      assert.lengthOf(things, 499)
      assert.deepStrictEqual(
        things.map((one) => one.id),
        rows.map((row) => String(row.id)).filter((id) => id !== "137")
      )
      assert.lengthOf(things.unreadable, 1)
      assert.strictEqual(things.unreadable[0]?.index, 137)
      assert.match(things.unreadable[0]?.reason ?? "", /price/)
      assert.deepStrictEqual(reports.map(([endpoint]) => endpoint), ["getThings"])
      assert.deepStrictEqual(reports[0]?.[1], [
        { _tag: "UnreadableRow", index: 137, reason: things.unreadable[0]?.reason ?? "" }
      ])
      const counted = Metric.withAttributes(Drift.count, { kind: "UnreadableRow", endpoint: "getThings" })
      assert.strictEqual((yield* Metric.value(counted)).count, 1)
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))

  it.effect("an unknown member of an enumeration decodes, and is reported", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(answer(200, { ...thing, status: "PENDING_NEW" }))
      const reports: Array<Drift.Drift> = []
      const read = yield* client.call(getThing, { symbol }).pipe(
        Effect.provideService(Drift.Reporter, (_, drift) => Effect.sync(() => reports.push(...drift)))
      )
      assert.strictEqual(read.status, "PENDING_NEW")
      assert.deepStrictEqual(reports, [{ _tag: "UnknownMember", value: "PENDING_NEW", known: ["NEW", "FILLED"] }])
    }))

  it.effect("is shown as it came to who asks for it", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(transport.inTurn(
        answer(200, thing, { "X-MBX-USED-WEIGHT-1M": "17", "x-mbx-order-count-1m": "3", "x-mbx-uuid": "u-1" }),
        answer(400, { code: -1121, msg: "Invalid symbol." })
      ))
      const [, responses] = yield* Client.withResponses(
        Effect.andThen(client.call(getThing, { symbol }), Effect.exit(client.call(getThing, { symbol })))
      )
      assert.lengthOf(responses, 2)
      assert.strictEqual(responses[0]?.endpoint, "getThing")
      assert.strictEqual(responses[0]?.status, 200)
      assert.strictEqual(responses[0]?.body, JSON.stringify(thing))
      assert.strictEqual(responses[0]?.usedWeight, 17)
      assert.strictEqual(responses[0]?.orderCount, 3)
      assert.strictEqual(responses[0]?.requestId, "u-1")
      assert.strictEqual(responses[1]?.status, 400)
    }))
})

// -----------------------------------------------------------------------------
// Failures
// -----------------------------------------------------------------------------

type Tag = Failure["_tag"]

const html = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

const throttled =
  "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again."

const unknownError = "Unknown error, please check your request or try again later."

const internalError = "Internal error; unable to process your request. Please try again."

const error = (status: number, code: number | string, msg: string, headers?: Record<string, string>) =>
  answer(status, { code, msg }, headers)

/** What happens to a request, and how a read and a change then fail. Each is sent once. */
const faults: ReadonlyArray<readonly [what: string, respond: transport.Respond, read: Tag, change: Tag]> = [
  // The transport
  ["connection refused", transport.refused, "TransportFailed", "TransportFailed"],
  ["connection reset", transport.reset, "TransportFailed", "OutcomeUnknown"],
  ["answer lost in the middle of its body", transport.bodyLost, "TransportFailed", "OutcomeUnknown"],
  ["no answer in time", transport.silence, "TransportFailed", "OutcomeUnknown"],
  ["200, body that cannot be read", transport.unreadable(200, "too large"), "TransportFailed", "OutcomeUnknown"],
  ["400, body that cannot be read", transport.unreadable(400, "too large"), "TransportFailed", "OutcomeUnknown"],
  ["429, body that cannot be read", transport.unreadable(429, "too large"), "RateLimited", "RateLimited"],
  ["418, body that cannot be read", transport.unreadable(418, "too large"), "Banned", "Banned"],

  // Refused by code
  [
    "-1021",
    error(400, -1021, "Timestamp for this request is outside of the recvWindow."),
    "ClockSkewed",
    "ClockSkewed"
  ],
  ["-5028", error(400, -5028, "recvWindow reject"), "ClockSkewed", "ClockSkewed"],
  ["-1022", error(400, -1022, "Signature for this request is not valid."), "Unauthorized", "Unauthorized"],
  ["-2014", error(401, -2014, "API-key format invalid."), "Unauthorized", "Unauthorized"],
  ["-2015", error(401, -2015, "Invalid API-key, IP, or permissions for action"), "Unauthorized", "Unauthorized"],
  ["-1121", error(400, -1121, "Invalid symbol."), "Rejected", "OrderRejected"],
  ["-2010", error(400, -2010, "Account has insufficient balance."), "Rejected", "OrderRejected"],
  ["-2011", error(400, -2011, "Unknown order sent."), "NotFound", "NotFound"],
  ["-2013", error(400, -2013, "Order does not exist."), "NotFound", "NotFound"],
  ["-2019", error(400, -2019, "Margin is insufficient."), "Rejected", "OrderRejected"],
  ["-21015", error(400, -21015, "endpoint gone"), "EndpointRetired", "EndpointRetired"],
  ["51006", error(400, 51006, "above the borrowable maximum"), "Rejected", "OrderRejected"],
  ["-51006", error(400, -51006, "above the borrowable maximum"), "Rejected", "OrderRejected"],
  ["51998, system busy", error(400, 51998, "busy"), "Unavailable", "Unavailable"],
  ["51999, unclassified", error(400, 51999, "unknown"), "Unavailable", "OutcomeUnknown"],
  ["code as text", error(400, "-1121", "Invalid symbol."), "Rejected", "OrderRejected"],
  ["refused with the status of a success", error(200, -2010, "insufficient"), "Rejected", "OrderRejected"],
  ["51xxx with the status of a success", error(200, 51006, "too much"), "Rejected", "OrderRejected"],
  ["undocumented code, status of a success", error(200, -98765, "?"), "Rejected", "OutcomeUnknown"],
  ["undocumented 51xxx, status of a success", error(200, 51_997, "?"), "Rejected", "OutcomeUnknown"],
  ["undocumented code, 400", error(400, -98765, "?"), "Rejected", "Rejected"],
  ["undocumented code, 401", error(401, -98765, "?"), "Unauthorized", "Unauthorized"],
  ["undocumented code, 404", error(404, -98765, "Path is invalid"), "EndpointRetired", "EndpointRetired"],
  ["undocumented code, 408", error(408, -98765, "?"), "Unavailable", "OutcomeUnknown"],
  ["undocumented code, 500", error(500, -98765, "?"), "Unavailable", "OutcomeUnknown"],
  ["undocumented code, 302", error(302, -98765, "?"), "Unavailable", "OutcomeUnknown"],

  // Limits
  ["-1003", error(400, -1003, "Too much request weight used."), "RateLimited", "RateLimited"],
  ["-1003, banned", error(400, -1003, "IP banned until 1659146400000."), "Banned", "Banned"],
  ["-1015", error(400, -1015, "Too many new orders."), "RateLimited", "RateLimited"],
  ["429", answer(429, "Too Many Requests"), "RateLimited", "RateLimited"],
  ["429, -1003", error(429, -1003, "Too many requests."), "RateLimited", "RateLimited"],
  ["429, -1003, banned", error(429, -1003, "Way too many; IP banned until 1659146400000."), "Banned", "Banned"],
  ["418", answer(418, "I'm a teapot"), "Banned", "Banned"],
  ["418, -1003", error(418, -1003, "Way too many; IP banned until 1659146400000."), "Banned", "Banned"],
  ["418, HTML", answer(418, html), "Banned", "Banned"],

  // By status alone
  ["401, no body", answer(401, ""), "Unauthorized", "Unauthorized"],
  ["403, HTML", answer(403, "<html>Forbidden</html>"), "Blocked", "Blocked"],
  ["404, HTML", answer(404, html), "EndpointRetired", "EndpointRetired"],
  ["404, no body", answer(404, ""), "EndpointRetired", "EndpointRetired"],
  ["410", answer(410, ""), "EndpointRetired", "EndpointRetired"],
  ["400, HTML", answer(400, html), "Rejected", "Rejected"],
  ["413", answer(413, ""), "Rejected", "Rejected"],
  ["408", answer(408, ""), "Unavailable", "OutcomeUnknown"],
  ["500, no body", answer(500, ""), "Unavailable", "OutcomeUnknown"],
  ["502, HTML", answer(502, html), "Unavailable", "OutcomeUnknown"],
  ["504, HTML", answer(504, html), "Unavailable", "OutcomeUnknown"],
  ["302 to somewhere", answer(302, "", { location: "https://login.example" }), "Unavailable", "OutcomeUnknown"],

  // 503 in its kinds: the words tell "failed" from "nobody knows"
  ["503, unknown error", answer(503, unknownError), "Unavailable", "OutcomeUnknown"],
  ["503, unknown error as JSON", answer(503, { msg: unknownError }), "Unavailable", "OutcomeUnknown"],
  ["503, service unavailable", answer(503, "Service Unavailable."), "Unavailable", "Unavailable"],
  ["503, service unavailable as JSON", answer(503, { msg: "Service Unavailable." }), "Unavailable", "Unavailable"],
  ["503, internal error", answer(503, internalError), "Unavailable", "Unavailable"],
  ["503, internal error, -1001", error(503, -1001, internalError), "Unavailable", "Unavailable"],
  ["503, overload, -1008", error(503, -1008, throttled), "Unavailable", "Unavailable"],
  ["503, timeout, -1007", error(503, -1007, "Timeout waiting for response."), "Unavailable", "OutcomeUnknown"],
  ["503, no body", answer(503, ""), "Unavailable", "OutcomeUnknown"],
  ["503, page of a proxy", answer(503, "<h1>503 Service Unavailable.</h1>"), "Unavailable", "OutcomeUnknown"],
  [
    "503, other words beside",
    answer(503, "Service Unavailable. Your request was sent."),
    "Unavailable",
    "OutcomeUnknown"
  ],

  // Codes that say that nobody knows, whatever the status
  ["-1000", error(400, -1000, "An unknown error occured."), "Unavailable", "OutcomeUnknown"],
  ["-1006", error(200, -1006, "An unexpected response was received."), "Unavailable", "OutcomeUnknown"],
  ["-1006, 500", error(500, -1006, "An unexpected response was received."), "Unavailable", "OutcomeUnknown"],
  ["-3000", error(400, -3000, "Inner error, please try again later."), "Unavailable", "OutcomeUnknown"],
  ["-3000, 500", error(500, -3000, "Inner error, please try again later."), "Unavailable", "OutcomeUnknown"],
  ["-1007, 408", error(408, -1007, "Timeout waiting for response."), "Unavailable", "OutcomeUnknown"],

  // Codes of a failed server prove something only with a status, or with words, that do so too
  ["-1001, 400", error(400, -1001, internalError), "Unavailable", "Unavailable"],
  ["-1001, 200", error(200, -1001, internalError), "Unavailable", "Unavailable"],
  ["-1001, 408", error(408, -1001, internalError), "Unavailable", "OutcomeUnknown"],
  ["-1001, 500", error(500, -1001, internalError), "Unavailable", "OutcomeUnknown"],
  ["-1001, 502", error(502, -1001, internalError), "Unavailable", "OutcomeUnknown"],
  ["-1001, 504", error(504, -1001, internalError), "Unavailable", "OutcomeUnknown"],
  ["-1001, 503, other words", error(503, -1001, "Internal error"), "Unavailable", "OutcomeUnknown"],
  ["-1001, 503, unknown error", error(503, -1001, unknownError), "Unavailable", "OutcomeUnknown"],
  ["-1016, 400", error(400, -1016, "This service is no longer available."), "Unavailable", "Unavailable"],
  ["-1016, 503", error(503, -1016, "This service is no longer available."), "Unavailable", "OutcomeUnknown"],
  ["-1016, 503, in words", error(503, -1016, "Service Unavailable."), "Unavailable", "Unavailable"],
  ["-1016, 504", error(504, -1016, "This service is no longer available."), "Unavailable", "OutcomeUnknown"],
  ["51998, 500", error(500, 51998, "busy"), "Unavailable", "OutcomeUnknown"],

  // Answered, but not as documented
  ["200, cut off", answer(200, `{"id":12,"status":"NE`), "InvalidResponse", "OutcomeUnknown"],
  ["200, HTML", answer(200, html), "InvalidResponse", "OutcomeUnknown"],
  ["200, no body", answer(200, ""), "InvalidResponse", "OutcomeUnknown"],
  ["202, no body", answer(202, ""), "InvalidResponse", "OutcomeUnknown"],
  ["204", answer(204, ""), "InvalidResponse", "OutcomeUnknown"],
  ["200, null", answer(200, "null"), "InvalidResponse", "OutcomeUnknown"],
  ["200, a list", answer(200, []), "InvalidResponse", "OutcomeUnknown"],
  ["200, field missing", answer(200, { ...thing, price: undefined }), "InvalidResponse", "OutcomeUnknown"],
  ["200, field of another kind", answer(200, { ...thing, price: {} }), "InvalidResponse", "OutcomeUnknown"],
  ["200, code and message only", error(200, 200, "success"), "InvalidResponse", "OutcomeUnknown"],
  ["200, code out of range", answer(200, `{"code":-1e999,"msg":"?"}`), "InvalidResponse", "OutcomeUnknown"]
]

const calls = {
  read: (client: Client.ClientShape): Effect.Effect<unknown, Failure> => client.call(getThing, { symbol }),
  change: (client: Client.ClientShape): Effect.Effect<unknown, Failure> =>
    client.call(orderThing, { symbol, newClientOrderId: "mine" })
}

describe("faults", () => {
  for (const [what, respond, read, change] of faults) {
    for (const [kind, call, tag] of [["read", calls.read, read], ["change", calls.change, change]] as const) {
      it.effect(`${what}: a ${kind} fails with ${tag}`, () =>
        Effect.gen(function*() {
          yield* TestClock.setTime(1_611_825_600_000)
          const { client, sent } = yield* connect(respond)
          const failure = yield* failureOf(once(call(client))).pipe(within("11 seconds"))
          assert.strictEqual(failure._tag, tag, failure.message)
          assert.lengthOf(sent, 1)
          assert.strictEqual(failure.attempts, what === "connection refused" ? 0 : 1)
          assert.strictEqual(failure.endpoint, kind === "read" ? "getThing" : "orderThing")
          assert.strictEqual(failure.request, kind === "read" ? "GET /papi/v1/thing" : "POST /papi/v1/thing")
          assert.include(failure.message, failure.request)
          assert.notMatch(failure.message, /undefined|\[object/)
          if ("hint" in failure) assert.isNotEmpty(failure.hint)
          if ("reason" in failure) assert.isNotEmpty(failure.reason)
          if (failure._tag === "OutcomeUnknown") {
            assert.strictEqual(failure.clientOrderId, "mine")
            assert.strictEqual(DateTime.toEpochMillis(failure.sentAt), 1_611_825_600_000)
            assert.match(failure.message, /ask before repeating/)
          }
        }))
    }
  }
})

/** The failure of the one or the other, by its tag. */
const failing = <T extends Tag>(
  tag: T,
  respond: transport.Respond,
  call: (client: Client.ClientShape) => Effect.Effect<unknown, Failure> = calls.read
): Effect.Effect<Extract<Failure, { readonly _tag: T }>> => {
  const is = (failure: Failure): failure is Extract<Failure, { readonly _tag: T }> => failure._tag === tag
  return Effect.scoped(
    Effect.gen(function*() {
      const { client } = yield* connect(respond)
      const failure = yield* failureOf(once(call(client))).pipe(within("11 seconds"))
      if (!is(failure)) return assert.fail(`${failure._tag}: ${failure.message}`)
      return failure
    })
  )
}

describe("what failures tell", () => {
  it.effect("status, code, words, request id and what to do", () =>
    Effect.gen(function*() {
      const failure = yield* failing("Rejected", error(400, -1121, "Invalid symbol.", { "x-mbx-uuid": "u-1" }))
      assert.strictEqual(failure.status, 400)
      assert.strictEqual(failure.code, -1121)
      assert.strictEqual(failure.reason, "Invalid symbol.")
      assert.strictEqual(failure.requestId, "u-1")
      assert.match(
        failure.message,
        /^getThing \(GET \/papi\/v1\/thing\): refused: Invalid symbol\. \[code -1121, HTTP 400\]\. ./
      )
    }))

  it.effect("the address Binance saw", () =>
    Effect.gen(function*() {
      const words = "Invalid API-key, IP, or permissions for action, request ip: "
      for (const ip of ["203.0.113.7", "2001:db8::1"]) {
        const failure = yield* failing("Unauthorized", error(401, -2015, words + ip))
        assert.strictEqual(failure.requestIp, ip)
        assert.include(failure.message, `the request came from ${ip}`)
        assert.match(failure.hint, /whitelist/)
      }
      assert.isUndefined((yield* failing("Unauthorized", error(401, -2015, "no"))).requestIp)
    }))

  it.effect("which limit, and how long to wait: seconds, a date, nothing or nonsense", () =>
    Effect.gen(function*() {
      const after = (header?: string) =>
        failing("RateLimited", error(429, -1003, "no", header === undefined ? {} : { "Retry-After": header })).pipe(
          Effect.map(({ retryAfter }) => retryAfter === undefined ? undefined : Duration.toMillis(retryAfter))
        )
      assert.strictEqual(yield* after("7"), 7000)
      assert.strictEqual(yield* after("0"), 0)
      for (const header of [undefined, "", "soon", "-1", "1e3", "NaN"]) assert.isUndefined(yield* after(header))
      assert.isAtLeast((yield* after("9".repeat(400))) ?? 0, 1e100)
      yield* TestClock.setTime(Date.parse("2026-01-01T00:00:00Z"))
      assert.strictEqual(yield* after("Thu, 01 Jan 2026 00:01:00 GMT"), 60_000)
      assert.strictEqual(yield* after("Wed, 31 Dec 2025 00:00:00 GMT"), 0)

      assert.strictEqual((yield* failing("RateLimited", error(429, -1015, "no"))).budget, "orders")
      assert.strictEqual((yield* failing("RateLimited", error(429, -1003, "no"))).budget, "weight")
      assert.strictEqual((yield* failing("RateLimited", answer(429, ""))).budget, "weight")
    }))

  it.effect("until when the ban lasts: by the words, or by the header, or not at all", () =>
    Effect.gen(function*() {
      const until = (respond: transport.Respond) =>
        Effect.andThen(TestClock.setTime(1_659_146_000_000), failing("Banned", respond)).pipe(
          Effect.map(({ until }) => until === undefined ? undefined : DateTime.toEpochMillis(until))
        )
      const words = "Way too many requests; IP banned until 1659146400000. Please use the websocket."
      assert.strictEqual(yield* until(error(418, -1003, words)), 1_659_146_400_000)
      assert.strictEqual(yield* until(error(418, -1003, words, { "retry-after": "1" })), 1_659_146_400_000)
      assert.strictEqual(yield* until(answer(418, "", { "retry-after": "120" })), 1_659_146_120_000)
      assert.isUndefined(yield* until(answer(418, "")))
      assert.isUndefined(yield* until(answer(418, "", { "retry-after": "9".repeat(30) })))
    }))

  it.effect("what to use in place of a path that is gone", () =>
    Effect.gen(function*() {
      const gone = yield* failing("EndpointRetired", answer(404, html), (client) => client.call(retired, { symbol }))
      assert.strictEqual(gone.replacement, "getThings")
      assert.match(gone.message, /Use getThings/)
      assert.isUndefined((yield* failing("EndpointRetired", answer(404, html))).replacement)
    }))

  it.effect("where the answer is not as documented, and how it began", () =>
    Effect.gen(function*() {
      const missing = yield* failing("InvalidResponse", answer(200, { id: 1, status: "NEW" }))
      assert.deepStrictEqual(missing.path, ["price"])
      assert.match(missing.issue, /missing/i)
      assert.strictEqual(missing.excerpt, `{"id":1,"status":"NEW"}`)
      assert.strictEqual(missing.status, 200)

      const list = { ...getThing, ...listOf(getThing) }
      const deep = yield* failing(
        "InvalidResponse",
        answer(200, [thing, thing, { ...thing, price: "x" }]),
        (client) => client.call(list, { symbol })
      )
      assert.deepStrictEqual(deep.path, [2, "price"])

      const page = yield* failing("InvalidResponse", answer(200, `<html>\n\n  ${"x".repeat(500)}`))
      assert.deepStrictEqual(page.path, [])
      assert.match(page.issue, /HTML/)
      assert.isAtMost(page.excerpt.length, 201)
      assert.match(page.excerpt, /^<html> x+…$/)
    }))

  it.effect("how a change was seen to end", () =>
    Effect.gen(function*() {
      const seen = (respond: transport.Respond) =>
        Effect.map(
          failing("OutcomeUnknown", respond, calls.change),
          (failure) => [failure.seen, failure.detail] as const
        )
      assert.deepStrictEqual(yield* seen(transport.silence), ["timeout", "no answer within the timeout"])
      assert.deepStrictEqual(yield* seen(transport.reset), ["connection lost", "read ECONNRESET"])
      assert.strictEqual((yield* seen(answer(503, unknownError)))[0], "server does not know")
      const [unreadable, detail] = yield* seen(answer(200, html))
      assert.strictEqual(unreadable, "unreadable answer")
      assert.match(detail, /HTML.*502 Bad Gateway/)
      assert.match((yield* seen(answer(202, "")))[1], /empty.*\(nothing\)/)
    }))

  it.effect("what the transport said, and at which stage", () =>
    Effect.gen(function*() {
      const refused = yield* failing("TransportFailed", transport.refused, calls.change)
      assert.strictEqual(refused.stage, "connect")
      assert.strictEqual(refused.detail, "connect ECONNREFUSED 127.0.0.1:1")
      assert.include(refused.message, "Nothing was sent")
      assert.strictEqual((yield* failing("TransportFailed", transport.reset)).stage, "connection")
      assert.strictEqual((yield* failing("TransportFailed", transport.silence)).stage, "timeout")
    }))

  it.effect("what the HTTP client says, and what lies beneath", () =>
    Effect.gen(function*() {
      const detail = (description?: string, cause?: unknown) =>
        Effect.map(failing("TransportFailed", transport.unreadable(200, description, cause)), ({ detail }) => detail)
      assert.strictEqual(yield* detail(), "DecodeError")
      assert.strictEqual(yield* detail("the body is too large"), "the body is too large")
      assert.strictEqual(yield* detail("", new Error("terminated")), "terminated")
      assert.strictEqual(yield* detail("bad gzip", new Error("invalid header")), "bad gzip: invalid header")
      assert.strictEqual(
        yield* detail("invalid header, in gzip", new Error("invalid header")),
        "invalid header, in gzip"
      )
      assert.strictEqual(yield* detail(`the key is ${apiKey}`), "the key is <redacted>")
      const unknown = yield* failing("OutcomeUnknown", transport.unreadable(200, "the body is too large"), calls.change)
      assert.strictEqual(unknown.detail, "the body is too large")
    }))

  it.effect("how long to wait, though the body cannot be read", () =>
    Effect.gen(function*() {
      const { retryAfter } = yield* failing(
        "RateLimited",
        transport.unreadable(429, "too large", undefined, { "retry-after": "7" })
      )
      assert.deepStrictEqual(retryAfter, Duration.seconds(7))
    }))

  it.effect("an unsigned change knows when it was sent", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_611_825_600_000)
      const failure = yield* failing("OutcomeUnknown", answer(502, html), (client) => client.call(createKey, {}))
      assert.strictEqual(DateTime.toEpochMillis(failure.sentAt), 1_611_825_600_000)
      assert.isUndefined(failure.clientOrderId)
    }))
})

// The same endpoint with a plain list for its reply.
const listOf = <P, A>(endpoint: Endpoint.ReadEndpoint<P, A>) => {
  const reply = Schema.Array(endpoint.reply)
  const decode = Schema.decodeUnknownResult(reply)
  return { reply, decode: (body: unknown) => [decode(body), []] as const }
}

describe("proof that nothing was sent", () => {
  const nested = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) })

  const system = (syscall: unknown, code: string) => Object.assign(new Error(`${syscall} ${code}`), { code, syscall })

  const cases: ReadonlyArray<readonly [title: string, cause: unknown, proven: boolean]> = [
    ...["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT"].flatMap((code) => [
      [`connect ${code}`, system("connect", code), true] as const,
      [`connect ${code}, within`, new TypeError("fetch failed", { cause: system("connect", code) }), true] as const,
      [`read ${code}`, system("read", code), false] as const,
      [`write ${code}`, system("write", code), false] as const,
      [`write ${code}, within`, new TypeError("fetch failed", { cause: system("write", code) }), false] as const
    ]),
    ["getaddrinfo ENOTFOUND", system("getaddrinfo", "ENOTFOUND"), true],
    ["getaddrinfo EAI_AGAIN", system("getaddrinfo", "EAI_AGAIN"), true],
    ["read ENOTFOUND", system("read", "ENOTFOUND"), false],
    ["connect ECONNRESET", system("connect", "ECONNRESET"), false],
    ["a syscall that is no text", system(1, "ECONNREFUSED"), false],
    ["a syscall of a strange name", system("constructor", "ECONNREFUSED"), false],
    ["host unreachable, nobody says when", nested("EHOSTUNREACH"), false],
    ["network unreachable, nobody says when", nested("ENETUNREACH"), false],
    ["address not available, nobody says when", nested("EADDRNOTAVAIL"), false],
    ["read failed, whatever is within", Object.assign(system("read", "EIO"), { cause: nested("ECONNREFUSED") }), false],
    ["in the connect phase", { phase: "connect", cause: system("read", "ECONNRESET") }, true],
    ["in the request phase", { phase: "request", cause: system("connect", "ECONNREFUSED") }, false],
    [
      "no address could be reached",
      Object.assign(new AggregateError([system("connect", "ENETUNREACH"), system("connect", "ETIMEDOUT")]), {
        code: "ENETUNREACH"
      }),
      true
    ],
    [
      "one address refused, another lost while reading",
      Object.assign(new AggregateError([system("connect", "ECONNREFUSED"), system("read", "EHOSTUNREACH")]), {
        code: "ECONNREFUSED"
      }),
      false
    ],
    ["refused", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), true],
    ["refused, within", nested("ECONNREFUSED"), true],
    ["name not found", nested("ENOTFOUND"), true],
    ["name not found for now", nested("EAI_AGAIN"), true],
    ["connect timeout of undici", nested("UND_ERR_CONNECT_TIMEOUT"), true],
    ["certificate of another", nested("ERR_TLS_CERT_ALTNAME_INVALID"), true],
    [
      "every address refused",
      new AggregateError([Object.assign(new Error(), { code: "ECONNREFUSED" })]),
      true
    ],
    [
      "one address refused, another lost",
      new AggregateError([
        Object.assign(new Error(), { code: "ECONNREFUSED" }),
        Object.assign(new Error(), { code: "ECONNRESET" })
      ]),
      false
    ],
    ["reset", nested("ECONNRESET"), false],
    ["broken pipe", nested("EPIPE"), false],
    ["socket closed", nested("UND_ERR_SOCKET"), false],
    ["headers late", nested("UND_ERR_HEADERS_TIMEOUT"), false],
    ["connection timed out, which may be later", nested("ETIMEDOUT"), false],
    ["an error without a code", new Error("other side closed"), false],
    ["no cause", undefined, false],
    ["null", null, false],
    ["a text", "ECONNREFUSED", false],
    ["a code that is no text", { code: 111 }, false]
  ]

  for (const [title, cause, proven] of cases) {
    it.effect(`${title}: ${proven ? "proven" : "not proven"}`, () =>
      Effect.gen(function*() {
        const tag: Tag = proven ? "TransportFailed" : "OutcomeUnknown"
        const failure: Failure = yield* failing(tag, transport.broken(cause), calls.change)
        assert.strictEqual(failure._tag, tag)
      }))
  }

  it.effect("a cause that goes round in circles ends", () =>
    Effect.gen(function*() {
      const circular = new Error("round")
      circular.cause = circular
      yield* failing("OutcomeUnknown", transport.broken(circular), calls.change)
    }))
})

// -----------------------------------------------------------------------------
// Repeating
// -----------------------------------------------------------------------------

const policy = (reads: number, mutations: number): RetryPolicy.RetryPolicyShape => ({
  reads: { times: reads, base: "200 millis", cap: "2 seconds" },
  mutations: { times: mutations, base: "200 millis", cap: "2 seconds" },
  clock: true
})

const unavailable = answer(503, "Service Unavailable.")

const soon = { "retry-after": "7" }
const late = { "retry-after": "30" }

/** How often a call is sent under a policy, and how it ends. */
const sends = (
  under: RetryPolicy.RetryPolicyShape | undefined,
  respond: transport.Respond,
  call: (client: Client.ClientShape) => Effect.Effect<unknown, Failure>
) =>
  Effect.gen(function*() {
    const { client, sent } = yield* connect(respond)
    const exit = yield* Effect.exit(
      under === undefined ? call(client) : Effect.provideService(call(client), RetryPolicy.RetryPolicy, under)
    ).pipe(within("1 hour"))
    const failure = Exit.isFailure(exit) ? Cause.findErrorOption(exit.cause) : undefined
    const error = failure?._tag === "Some" ? failure.value : undefined
    return { count: sent.length, error, attempts: error?.attempts, sent }
  })

describe("a call is repeated", () => {
  const cases: ReadonlyArray<
    readonly [
      what: string,
      under: RetryPolicy.RetryPolicyShape | undefined,
      respond: transport.Respond,
      read: readonly [sends: number, attempts: number],
      change: readonly [sends: number, attempts: number]
    ]
  > = [
    ["by default: failed", undefined, unavailable, [3, 3], [1, 1]],
    ["by default: refused connection", undefined, transport.refused, [3, 0], [1, 0]],
    ["by default: nobody knows", undefined, answer(503, unknownError), [3, 3], [1, 1]],
    ["by default: lost", undefined, transport.reset, [3, 3], [1, 1]],
    ["by default: no answer", undefined, transport.silence, [3, 3], [1, 1]],
    ["by default: refused by rule", undefined, error(400, -1121, "no"), [1, 1], [1, 1]],
    ["by default: not as documented", undefined, answer(200, "{}"), [1, 1], [1, 1]],
    ["by default: limited", undefined, answer(429, ""), [1, 1], [1, 1]],
    ["by default: banned", undefined, answer(418, ""), [1, 1], [1, 1]],
    ["by default: unauthorised", undefined, error(401, -2015, "no"), [1, 1], [1, 1]],
    ["by default: clock", undefined, error(400, -1021, "no"), [2, 2], [2, 2]],
    ["never: failed", RetryPolicy.none, unavailable, [1, 1], [1, 1]],
    ["never: clock", RetryPolicy.none, error(400, -1021, "no"), [1, 1], [1, 1]],
    ["up to 4 and 3 times: failed", policy(4, 3), unavailable, [4, 4], [3, 3]],
    ["up to 4 and 3 times: refused connection", policy(4, 3), transport.refused, [4, 0], [3, 0]],
    ["up to 4 and 3 times: overload", policy(4, 3), error(503, -1008, throttled), [4, 4], [3, 3]],
    ["up to 4 and 3 times: nobody knows", policy(4, 3), answer(503, unknownError), [4, 4], [1, 1]],
    ["up to 4 and 3 times: lost", policy(4, 3), transport.reset, [4, 4], [1, 1]],
    ["up to 4 and 3 times: no answer", policy(4, 3), transport.silence, [4, 4], [1, 1]],
    ["up to 4 and 3 times: unreadable", policy(4, 3), answer(200, html), [1, 1], [1, 1]],
    [
      "up to 4 and 3 times: refused connection, then nobody knows",
      policy(4, 3),
      transport.inTurn(transport.refused, answer(503, unknownError)),
      [4, 3],
      [2, 1]
    ],
    ["zero times is once", policy(0, 0), unavailable, [1, 1], [1, 1]],
    ["by default: told to come again soon", undefined, answer(503, "Service Unavailable.", soon), [3, 3], [1, 1]],
    ["by default: told to come again later", undefined, answer(503, "Service Unavailable.", late), [1, 1], [1, 1]],
    ["by default: limited, and told for how long", undefined, answer(429, "", soon), [3, 3], [1, 1]],
    ["by default: limited, and told for long", undefined, answer(429, "", late), [1, 1], [1, 1]],
    ["up to 4 and 3 times: limited, and told for how long", policy(4, 3), answer(429, "", soon), [4, 4], [3, 3]],
    ["never: limited, and told for how long", RetryPolicy.none, answer(429, "", soon), [1, 1], [1, 1]],
    [
      "patient: told to come again later",
      { ...policy(2, 1), maxRetryAfter: "1 minute" },
      answer(429, "", late),
      [2, 2],
      [
        1,
        1
      ]
    ],
    ["heavier than allowed: failed", { ...policy(4, 3), heavy: 1 }, unavailable, [1, 1], [1, 1]],
    ["heavier than allowed: clock", { ...policy(4, 3), heavy: 1 }, error(400, -1021, "no"), [1, 1], [1, 1]]
  ]

  for (const [what, under, respond, read, change] of cases) {
    it.effect(`${what}: a read ${read[0]} times, a change ${change[0]} times`, () =>
      Effect.gen(function*() {
        const reading = yield* sends(under, respond, calls.read)
        assert.deepStrictEqual([reading.count, reading.attempts], [...read])
        const changing = yield* sends(under, respond, calls.change)
        assert.deepStrictEqual([changing.count, changing.attempts], [...change])
      }))
  }

  it.effect("until it succeeds", () =>
    Effect.gen(function*() {
      const { count, error } = yield* sends(undefined, transport.inTurn(unavailable, answer(200, thing)), calls.read)
      assert.strictEqual(count, 2)
      assert.isUndefined(error)
    }))

  it.effect("newly signed each time, with the same client order id", () =>
    Effect.gen(function*() {
      const { sent } = yield* sends(policy(1, 4), unavailable, (client) => client.call(orderThing, { symbol }))
      assert.lengthOf(sent, 4)
      for (const one of sent) assertSigned(one)
      assert.strictEqual(new Set(sent.map((one) => parameter(one, "timestamp"))).size, 4)
      assert.strictEqual(new Set(sent.map((one) => parameter(one, "signature"))).size, 4)
      assert.strictEqual(new Set(sent.map((one) => parameter(one, "newClientOrderId"))).size, 1)
    }))

  it.effect("after a pause that doubles up to its cap, the upper half of it by chance", () =>
    Effect.gen(function*() {
      const pauses: Array<ReadonlyArray<number>> = []
      for (let seed = 0; seed < 20; seed++) {
        const at: Array<number> = []
        const { client } = yield* connect((sent, request) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            at.push(now)
            return unavailable(sent, request)
          })
        )
        const call = calls.read(client).pipe(
          Effect.provideService(RetryPolicy.RetryPolicy, {
            ...policy(5, 1),
            reads: { times: 5, base: "100 millis", cap: "300 millis" }
          }),
          Random.withSeed(`seed ${seed}`)
        )
        const fiber = yield* Effect.forkChild(Effect.exit(call))
        yield* pass(1000)
        yield* Fiber.join(fiber)
        pauses.push(at.slice(1).map((one, index) => one - (at[index] ?? 0)))
      }
      for (const [index, full] of [100, 200, 300, 300].entries()) {
        const all = pauses.map((one) => one[index] ?? NaN)
        for (const pause of all) {
          // Sleeps end on whole milliseconds.
          assert.isAtLeast(pause, full / 2)
          assert.isAtMost(pause, full + 1)
        }
        assert.isAbove(new Set(all).size, 5, "by chance")
      }
    }))

  it.effect("never before the time that the answer asks for", () =>
    Effect.gen(function*() {
      for (const status of [429, 503, 504]) {
        const at: Array<number> = []
        const { client } = yield* connect((sent, request) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            at.push(now)
            return answer(status, "Service Unavailable.", soon)(sent, request)
          })
        )
        yield* Effect.exit(calls.read(client)).pipe(within("1 minute"))
        assert.lengthOf(at, 3)
        for (const [index, one] of at.slice(1).entries()) {
          const pause = one - (at[index] ?? NaN)
          assert.isAtLeast(pause, 7000)
          assert.isAtMost(pause, 7000 + 200 * 2 ** index + 1)
        }
      }
    }))

  it.effect("not if it is heavy: neither a read nor a change, whatever the failure", () =>
    Effect.gen(function*() {
      const failures = [
        unavailable,
        answer(429, "", soon),
        transport.refused,
        transport.reset,
        transport.silence,
        error(400, -1021, "no")
      ]
      for (const [weight, most] of [[749, 4], [750, 1], [3000, 1]] as const) {
        for (const respond of failures) {
          const heavy = { ...getThing, weight: ({ symbol }: Endpoint.WireParams) => symbol === undefined ? 1 : weight }
          const read = yield* sends(policy(4, 4), respond, (client) => client.call(heavy, { symbol }))
          const change = yield* sends(policy(4, 4), respond, (client) =>
            client.call({ ...orderThing, weight }, { symbol }))
          assert.isAtMost(read.count, most)
          assert.isAtMost(change.count, most)
          if (most > 1 && respond === unavailable) {
            assert.deepStrictEqual([read.count, change.count], [4, 4])
          }
        }
      }
    }))

  it.effect("and each attempt is told by the last failure and by the span", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const respond = transport.inTurn(
        unavailable,
        transport.reset,
        answer(504, "<html>", { "x-mbx-used-weight-1m": "17", "x-mbx-order-count-1m": "3" })
      )
      const { error } = yield* Effect.provideService(sends(undefined, respond, calls.read), Tracer.Tracer, tracer)
      const [first = "", second = "", ...more] = error?.earlier ?? []
      assert.match(first, /^1970-01-01T00:00:00.000Z Unavailable \(HTTP 503\)$/)
      assert.match(second, /^1970-01-01T00:00:00.[12]\d\dZ TransportFailed \(connection\)$/)
      assert.lengthOf(more, 0)
      const attributes = spans[0]?.attributes
      assert.strictEqual(attributes?.get("binance.attempts"), 3)
      assert.deepStrictEqual(attributes?.get("binance.attempts.earlier"), [first, second])
      assert.strictEqual(attributes?.get("http.response.status_code"), 504)
      assert.strictEqual(attributes?.get("binance.used_weight"), 17)
      assert.strictEqual(attributes?.get("binance.order_count"), 3)
      assert.strictEqual(attributes?.get("binance.clock_offset_ms"), 0)
      const succeeds = sends(undefined, transport.inTurn(unavailable, answer(200, thing)), calls.read)
      yield* Effect.provideService(succeeds, Tracer.Tracer, tracer)
      assert.strictEqual(spans[1]?.attributes.get("binance.attempts"), 2)
      assert.lengthOf(spans, 2)
      const unknown = yield* sends(
        policy(1, 3),
        transport.inTurn(transport.refused, unavailable, transport.reset),
        calls.change
      )
      assert.strictEqual(unknown.error?._tag, "OutcomeUnknown")
      assert.strictEqual(unknown.error?.attempts, 2)
      assert.lengthOf(unknown.error?.earlier ?? [], 2)
    }))

  it.effect.prop(
    "delay keeps its bounds",
    { sent: int(1, 60), base: int(0, 5000), cap: int(0, 5000) },
    (input) =>
      Effect.gen(function*() {
        const pause = Duration.toMillis(
          yield* RetryPolicy.delay({ times: 9, base: input.base, cap: input.cap }, input.sent)
        )
        const full = Math.min(input.cap, input.base * 2 ** (input.sent - 1))
        assert.isAtLeast(pause, full / 2)
        assert.isAtMost(pause, full)
      })
  )
})

describe("a refused timestamp", () => {
  const skewed = error(400, -1021, "Timestamp for this request is outside of the recvWindow.")

  const drifting = Effect.gen(function*() {
    let offset = 100
    let asked = 0
    const clock = yield* ServerClock.make(
      Effect.suspend(() => {
        asked++
        return Effect.map(Clock.currentTimeMillis, (now) => now + offset)
      }),
      { samples: 1 }
    )
    return {
      layer: Layer.succeed(ServerClock.ServerClock, clock),
      step: (to: number) => (offset = to),
      asked: () => asked
    }
  })

  for (const [kind, call] of Object.entries(calls)) {
    it.effect(`is answered by measuring the clock and one more attempt, newly signed: ${kind}`, () =>
      Effect.gen(function*() {
        const clock = yield* drifting
        const { client, sent } = yield* connect((one, request, number) => {
          // The exchange's clock has jumped in the meantime.
          clock.step(5000)
          return (number === 1 ? skewed : answer(200, thing))(one, request)
        }, { clock: clock.layer })
        yield* call(client)
        assert.strictEqual(clock.asked(), 2)
        assert.deepStrictEqual(sent.map((one) => parameter(one, "timestamp")), ["100", "5000"])
        for (const one of sent) assertSigned(one)
      }))

    it.effect(`twice is ClockSkewed, with the offset measured last: ${kind}`, () =>
      Effect.gen(function*() {
        const clock = yield* drifting
        const { client, sent } = yield* connect((one, request) => {
          clock.step(7000)
          return skewed(one, request)
        }, { clock: clock.layer })
        const failure = yield* failureOf(call(client))
        if (failure._tag !== "ClockSkewed") return assert.fail(failure._tag)
        assert.strictEqual(failure.attempts, 2)
        assert.strictEqual(failure.offsetMillis, 7000)
        assert.match(failure.message, /7000 ms/)
        assert.lengthOf(sent, 2)
        assert.strictEqual(clock.asked(), 2)
      }))
  }

  it.effect("is answered by another attempt even where the clock cannot be measured", () =>
    Effect.gen(function*() {
      const clock = yield* ServerClock.make(
        Effect.fail(new ServerClock.ServerTimeUnavailable({ message: "down" }))
      )
      const { client, sent } = yield* connect(transport.inTurn(skewed, answer(200, thing)), {
        clock: Layer.succeed(ServerClock.ServerClock, clock)
      })
      yield* calls.change(client)
      assert.lengthOf(sent, 2)
    }))
})

// -----------------------------------------------------------------------------
// Around the call
// -----------------------------------------------------------------------------

describe("timeout", () => {
  it.effect("is 10 seconds, the client's or the scope's", () =>
    Effect.gen(function*() {
      const waits = (options: Client.CallOptions, scope: Client.CallOptions) =>
        Effect.gen(function*() {
          const { client } = yield* connect(transport.silence, { call: options })
          const before = yield* Clock.currentTimeMillis
          const fiber = yield* failureOf(Client.withOptions(scope)(calls.change(client))).pipe(
            Effect.andThen(Clock.currentTimeMillis),
            Effect.forkChild
          )
          yield* TestClock.adjust("1 minute")
          return (yield* Fiber.join(fiber)) - before
        })
      assert.strictEqual(yield* waits({}, {}), 10_000)
      assert.strictEqual(yield* waits({ timeout: "3 seconds" }, {}), 3000)
      assert.strictEqual(yield* waits({ timeout: "3 seconds" }, { timeout: "1 second" }), 1000)
      assert.strictEqual(yield* waits({ timeout: "3 seconds" }, { timeout: undefined }), 3000)
    }))
})

describe("a client order id", () => {
  it.effect("is the caller's, or made for each order", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, thing))
      yield* client.call(orderThing, { symbol, newClientOrderId: "mine" })
      yield* client.call(orderThing, { symbol })
      yield* client.call(orderThing, { symbol })
      const [mine, one, other] = sent.map((request) => parameter(request, "newClientOrderId"))
      assert.strictEqual(mine, "mine")
      assert.match(one ?? "", /^[0-9a-z]{10,32}$/)
      assert.notStrictEqual(one, other)
      yield* client.call(getThing, { symbol })
      assert.isNull(parameter(sent[3], "newClientOrderId"))
    }))

  it.effect("made here is told where the outcome is unknown", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(transport.reset)
      const failure = yield* failureOf(client.call(orderThing, { symbol }))
      if (failure._tag !== "OutcomeUnknown") return assert.fail(failure._tag)
      assert.strictEqual(failure.clientOrderId, parameter(sent[0], "newClientOrderId"))
    }))

  it.effect.prop(
    "has a prefix of one's own, keeps the length, and only uses what the exchange takes",
    { prefix: textOf(["a", "Z", "9", ".", ":", "/", "_", "-"], 0, 12), maxLength: int(20, 36) },
    ({ maxLength, prefix }) =>
      Effect.gen(function*() {
        const { next } = ClientOrderId.make(prefix)
        const ids = yield* Effect.all(Array.from({ length: 20 }, () => next(maxLength)))
        for (const id of ids) {
          assert.isTrue(id.startsWith(prefix.slice(0, maxLength - 19)))
          assert.isAtMost(id.length, maxLength)
          assert.match(id, /^[.A-Z:/a-z0-9_-]+$/)
        }
      })
  )
})

describe("the gate", () => {
  const gated = (
    admit: (call: RequestGate.Call) => Effect.Effect<unknown, Errors.RateLimited | Errors.Banned>,
    permit: Partial<RequestGate.Permit> = {}
  ) =>
    Effect.provideService(RequestGate.RequestGate, {
      admit: (call) => Effect.as(admit(call), { observe: () => Effect.void, release: () => Effect.void, ...permit })
    })

  it.effect("is asked before each send, and told of each answer", () =>
    Effect.gen(function*() {
      const log: Array<unknown> = []
      const { client } = yield* connect(transport.inTurn(
        answer(503, "Service Unavailable.", { "x-mbx-used-weight-1m": "2400" }),
        answer(200, thing, { "X-MBX-Used-Weight-1m": "2401", "X-MBX-ORDER-COUNT-1M": "7" })
      ))
      yield* calls.read(client).pipe(
        gated(
          ({ attempts, endpoint, params, sender }) =>
            Effect.sync(() => log.push(["admit", endpoint.id, params.symbol, attempts, sender.host])),
          {
            observe: (observation) => Effect.sync(() => log.push(["observe", observation])),
            release: (sent) => Effect.sync(() => log.push(["release", sent]))
          }
        ),
        within("1 minute")
      )
      assert.deepStrictEqual(log, [
        ["admit", "getThing", symbol, 0, "pm.example"],
        ["observe", { status: 503, usedWeight: 2400, orderCount: undefined, refused: undefined }],
        ["release", true],
        ["admit", "getThing", symbol, 1, "pm.example"],
        ["observe", { status: 200, usedWeight: 2401, orderCount: 7, refused: undefined }],
        ["release", true]
      ])
    }))

  it.effect("is told what was not sent, what got no answer, and what was refused", () =>
    Effect.gen(function*() {
      const told = (respond: transport.Respond) =>
        Effect.gen(function*() {
          const log: Array<unknown> = []
          const { client } = yield* connect(respond)
          yield* Effect.exit(calls.change(client)).pipe(
            gated(() => Effect.void, {
              observe: ({ refused }) => Effect.sync(() => log.push(refused?._tag)),
              release: (sent) => Effect.sync(() => log.push(sent))
            }),
            within("1 minute")
          )
          return log
        })
      assert.deepStrictEqual(yield* told(transport.refused), [false])
      assert.deepStrictEqual(yield* told(transport.reset), [true])
      assert.deepStrictEqual(yield* told(transport.silence), [true])
      assert.deepStrictEqual(yield* told(answer(429, "{}")), ["RateLimited", true])
      assert.deepStrictEqual(yield* told(answer(418, "{}")), ["Banned", true])
      assert.deepStrictEqual(yield* told(answer(403, "<html>")), ["Blocked", true])
      assert.deepStrictEqual(yield* told(answer(400, { code: -1015, msg: "" })), ["RateLimited", true])
    }))

  it.effect("of the calls comes before the gate of the client", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const gate = (name: string): RequestGate.RequestGateShape => ({
        admit: (call) => Effect.andThen(Effect.sync(() => log.push(name)), RequestGate.open.admit(call))
      })
      const { client } = yield* connect(answer(200, thing)).pipe(
        Effect.provideService(RequestGate.RequestGate, gate("client"))
      )
      yield* calls.read(client)
      yield* Effect.provideService(calls.read(client), RequestGate.RequestGate, gate("calls"))
      yield* Effect.provideService(calls.read(client), RequestGate.RequestGate, RequestGate.open)
      assert.deepStrictEqual(log, ["client", "calls"])
    }))

  it.effect("is not told what is no count", () =>
    Effect.gen(function*() {
      for (const header of ["-1", "", "x", "1.5", "1e3", "99999999999", " "]) {
        const seen: Array<RequestGate.Observation> = []
        const { client } = yield* connect(
          answer(200, thing, { "x-mbx-used-weight-1m": header, "x-mbx-order-count-1m": header })
        )
        yield* calls.read(client).pipe(
          gated(() => Effect.void, { observe: (observation) => Effect.sync(() => seen.push(observation)) })
        )
        assert.deepStrictEqual(seen, [
          { status: 200, usedWeight: undefined, orderCount: undefined, refused: undefined }
        ])
      }
    }))

  it.effect("that refuses sends nothing, and is not asked again", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(200, thing))
      const refusal = new Errors.RateLimited({
        endpoint: "getThing",
        request: "GET /papi/v1/thing",
        attempts: 0,
        status: 0,
        reason: "our own budget is used up",
        hint: "Wait.",
        budget: "weight"
      })
      let asked = 0
      const failure = yield* failureOf(calls.read(client)).pipe(
        gated(() =>
          Effect.suspend(() => {
            asked++
            return Effect.fail(refusal)
          })
        )
      )
      assert.strictEqual(failure, refusal)
      assert.strictEqual(asked, 1)
      assert.lengthOf(sent, 0)
    }))
})

describe("an interrupted call", () => {
  const logged = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      const lines: Array<string> = []
      const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
        lines.push(`${logLevel}: ${[message].flat().join(" ")}`)
      })
      return Effect.as(Effect.provide(self, Logger.layer([logger])), lines)
    })

  const interrupted = (
    respond: transport.Respond,
    call: (client: Client.ClientShape) => Effect.Effect<unknown, Failure>,
    signer?: Layer.Layer<Signer.Signer>
  ) =>
    logged(Effect.gen(function*() {
      const { client } = yield* connect(respond, signer === undefined ? {} : { signer })
      const fiber = yield* Effect.forkChild(call(client))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("that may have changed something is not lost without a word", () =>
    Effect.gen(function*() {
      const lines = yield* interrupted(transport.silence, calls.change)
      assert.deepStrictEqual(lines, [
        "Warn: orderThing (POST /papi/v1/thing): interrupted after it was sent, the outcome is unknown; "
        + "ask by client order id mine"
      ])
    }))

  it.effect("that only reads, or was not sent, need not be told", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* interrupted(transport.silence, calls.read), [])
      assert.deepStrictEqual(
        yield* interrupted(
          transport.silence,
          calls.change,
          Signer.Signer.layerCustom({ apiKey, sign: () => Effect.never })
        ),
        []
      )
    }))
})

describe("metrics", () => {
  it.effect("count each request by endpoint and result", () =>
    Effect.gen(function*() {
      const counted = (endpoint: string, result: string) =>
        Effect.map(
          Metric.value(Metric.withAttributes(Client.requests, { endpoint, result })),
          ({ count }) => count
        )
      yield* sends(policy(3, 1), transport.inTurn(unavailable, transport.reset, answer(200, thing)), calls.read)
      yield* sends(policy(1, 1), transport.refused, calls.change)
      yield* sends(policy(1, 1), transport.silence, calls.change)
      assert.strictEqual(yield* counted("getThing", "503"), 1)
      assert.strictEqual(yield* counted("getThing", "connection"), 1)
      assert.strictEqual(yield* counted("getThing", "200"), 1)
      assert.strictEqual(yield* counted("orderThing", "connect"), 1)
      assert.strictEqual(yield* counted("orderThing", "timeout"), 1)
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))
})

// -----------------------------------------------------------------------------
// Anything at all
// -----------------------------------------------------------------------------

const codes = oneOf<string>(
  "-1021",
  "-1000",
  "-2015",
  "\"-1003\"",
  "51006",
  "-51999",
  "0",
  "200",
  "\"200\"",
  "-98765",
  "1e999",
  "-1e999",
  "-1.5",
  `-${"9".repeat(400)}`,
  `"-${"9".repeat(400)}"`,
  "null",
  "{}",
  "[]",
  "true",
  "\"\"",
  "\"x\""
)

const words = oneOf<string>(
  "\"\"",
  "null",
  "1",
  "\"IP banned until 9999999999999\"",
  "\"IP banned until 0000000000000\"",
  "\"banned until 99999999999999999999\"",
  "\"request ip: ::::\"",
  "\"Service Unavailable.\"",
  "\"\\ud800\""
)

const bodies: ReadonlyArray<Arbitrary.Arbitrary<string>> = [
  Arbitrary.schema(Schema.String),
  Arbitrary.map(Arbitrary.schema(Schema.Json), (json) => JSON.stringify(json)),
  Arbitrary.map(Arbitrary.all([codes, words]), ([code, msg]) => `{"code":${code},"msg":${msg}}`),
  textOf(["{", "}", "[", "]", "\"", ":", ",", "id", "12345678901234567890", "null", "<", "\u0000", "-", "."], 0, 12),
  Arbitrary.map(
    Arbitrary.all([
      oneOf("1", "\"1\"", "null", "1.5", "1e999"),
      oneOf("\"NEW\"", "1"),
      oneOf("\"1.0\"", "1e999", "{}")
    ]),
    ([id, status, price]) => `{"id":${id},"status":${status},"price":${price}}`
  )
]

const anyBody = Arbitrary.flatMap(int(0, bodies.length - 1), (index) => bodies[index] ?? Arbitrary.Constant(""))

const headers = Arbitrary.all({
  "retry-after": oneOf("", "1", "-1", "x", "9".repeat(20), "9".repeat(400), "Thu, 01 Jan 2026 00:01:00 GMT"),
  "x-mbx-used-weight-1m": oneOf("", "1", "-1", "x", "9".repeat(400)),
  "x-mbx-uuid": oneOf("", "u", "x".repeat(1000))
})

describe("whatever answers", () => {
  it.effect.prop(
    "a call ends in a success or a typed failure, never in a defect",
    {
      status: int(100, 599),
      body: anyBody,
      headers,
      endpoint: oneOf("getThing", "getThings", "orderThing", "createKey")
    },
    ({ body, endpoint, headers, status }) =>
      Effect.gen(function*() {
        const { client, sent } = yield* connect((_, request) =>
          Effect.sync(() => {
            // The constructor refuses some statuses and bodies that a server may send all the same.
            const response = new Response(body, { headers })
            Object.defineProperty(response, "status", { value: status })
            return transport.plain(request, response, body)
          })
        )
        const call: Effect.Effect<unknown, Failure> = endpoint === "getThing"
          ? client.call(getThing, { symbol })
          : endpoint === "getThings"
          ? client.call(getThings, {})
          : endpoint === "orderThing"
          ? client.call(orderThing, { symbol })
          : client.call(createKey, {})
        const exit = yield* Effect.exit(once(call))
        assert.lengthOf(sent, 1)
        if (Exit.isSuccess(exit)) return assert.isTrue(status >= 200 && status < 300)
        assert.isFalse(Cause.hasDies(exit.cause), Cause.pretty(exit.cause))
        const failure = yield* failureOf(exit)
        assert.strictEqual(failure.endpoint, endpoint)
        assert.isNotEmpty(failure.message)
        assert.isNotEmpty(JSON.stringify(failure))
        if (endpoint.startsWith("get")) assert.notStrictEqual(failure._tag, "OutcomeUnknown")
        else assert.notStrictEqual(failure._tag, "InvalidResponse")
        // A status that says that the server failed proves nothing about a change, unless words or a code do.
        if (status >= 500 && !/code|Unavailable/.test(body) && endpoint === "orderThing") {
          assert.strictEqual(failure._tag, "OutcomeUnknown")
        }
      }),
    { arbitrary: { runs: 3000 }, timeout: 60_000 }
  )
})
