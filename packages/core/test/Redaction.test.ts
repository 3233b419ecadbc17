import * as Client from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Environment from "@effect-binance/core/Environment"
import * as Field from "@effect-binance/core/Field"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as ServerClock from "@effect-binance/core/ServerClock"
import * as Signer from "@effect-binance/core/Signer"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as Util from "node:util"
import { createKey, type Failure, getThing, getThings, orderThing, thing } from "./support/exchange.ts"
import * as keys from "./support/keys.ts"
import * as transport from "./support/transport.ts"

const apiKey = "canaryKeyPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju"
const hmacSecret = "canarySecretdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H"
const passphrase = "canaryPassphrase-open-sesame"

const secrets = { HMAC: hmacSecret, RSA: keys.rsa.pkcs8, Ed25519: keys.ed25519.pkcs8 }

// -----------------------------------------------------------------------------
// All the ways in which something can be shown
// -----------------------------------------------------------------------------

const attempt = (show: () => unknown): string => {
  try {
    return String(show())
  } catch (error) {
    return `cannot be shown: ${String(error)}`
  }
}

const shown = (value: unknown): string =>
  [
    attempt(() => Util.inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null })),
    attempt(() => Util.inspect(value, { depth: null, showHidden: true, customInspect: false, maxArrayLength: null })),
    attempt(() => Util.format("%s %o %O %j", value, value, value, value)),
    attempt(() => JSON.stringify(value)),
    attempt(() => value),
    attempt(() => value instanceof Error ? `${value.name}: ${value.message}\n${value.stack}` : ""),
    attempt(() => Cause.isCause(value) ? Cause.pretty(value) : "")
  ].join("\n")

/** What is logged and traced while an effect runs, from the lowest level up, and all of that with what came out. */
const watched = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const seen: Array<string> = []
    const note = (value: unknown) => seen.push(shown(value))
    const values: Array<string> = []
    const logger = Logger.make<unknown, void>((options) => {
      note(options.message)
      note(options.cause)
      note(options.logLevel)
      note(options.fiber.getRef(References.CurrentLogAnnotations))
      for (const format of [Logger.formatJson, Logger.formatLogFmt, Logger.formatSimple, Logger.formatStructured]) {
        note(format.log(options))
      }
    })
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    return Effect.exit(self).pipe(
      Effect.tap((exit) => Exit.isFailure(exit) ? Effect.logFatal("the end", exit.cause) : Effect.void),
      Effect.withSpan("outer"),
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.map((exit) => {
        for (const span of spans) {
          note([...span.attributes])
          note(span.events)
          note(span.links)
          values.push(shown(span.status), shown(span))
        }
        values.push(shown(exit))
        return { spans, observed: seen.join("\n"), text: [...seen, ...values].join("\n") }
      })
    )
  })

// -----------------------------------------------------------------------------
// A client whose secrets are known
// -----------------------------------------------------------------------------

const build = (
  kind: keyof typeof secrets,
  respond: transport.Respond
): Effect.Effect<
  {
    readonly context: Context.Context<
      Client.Client | Credentials.Credentials | Environment.Environment | ServerClock.ServerClock | Signer.Signer
    >
    readonly layers: ReadonlyArray<unknown>
    readonly sent: ReadonlyArray<transport.Sent>
  },
  Credentials.CredentialsError | Environment.EnvironmentError,
  Scope.Scope
> => {
  const { layer: http, sent } = transport.make(respond)
  const credentials = Credentials.Credentials.layer({ apiKey, apiSecret: secrets[kind], passphrase })
  const environment = Environment.Environment.layer({ environment: "custom", restUrl: "https://pm.example" })
  const signer = Layer.provideMerge(Signer.Signer.layer, credentials)
  const services = Layer.provideMerge(Client.Client.layer({ recvWindow: 1000 }), [
    signer,
    environment,
    Layer.provide(ServerClock.ServerClock.layer({ source: Effect.succeed(1_611_825_600_000) }), [http, environment]),
    http
  ])
  return Effect.map(Layer.build(services), (context) => ({
    context,
    layers: [credentials, environment, signer, services],
    sent
  }))
}

/** Everything that must not appear: known from the beginning, and the signatures that were sent. */
const canaries = (kind: keyof typeof secrets, sent: ReadonlyArray<transport.Sent>): ReadonlyArray<string> => [
  apiKey,
  passphrase,
  ...(kind === "HMAC" ? [hmacSecret] : keys.secretLines(secrets[kind])),
  ...sent.flatMap((one) => {
    const escaped = /signature=([^&]+)/.exec(one.url)?.[1]
    return escaped === undefined ? [] : [escaped, decodeURIComponent(escaped)]
  })
]

const assertClean = (text: string, all: ReadonlyArray<string>, where: string) => {
  for (const canary of all) {
    assert.isAtLeast(canary.length, 8, "a canary that can be told from chance")
    const at = text.indexOf(canary)
    if (at !== -1) assert.fail(`${where}: ${text.slice(Math.max(0, at - 300), at + 100)}`)
  }
}

const echo = (write: (words: string) => transport.Respond): transport.Respond => (sent, request, number) => {
  const escaped = /signature=([^&]+)/.exec(sent.url)?.[1] ?? ""
  return write(`key ${sent.headers["x-mbx-apikey"]} signature=${escaped} ${decodeURIComponent(escaped)} ${sent.url}`)(
    sent,
    request,
    number
  )
}

/** The forms in which words may stand in an answer. */
const json = (status: number, code: number) => echo((msg) => transport.answer(status, { code, msg }))
const raw = (status: number) => echo((words) => transport.answer(status, `<pre>${words}</pre>`))

const answers: Record<string, transport.Respond> = {
  "a success": transport.answer(200, thing, { "set-cookie": "a=b" }),
  "data that echoes": echo((words) =>
    transport.answer(200, { ...thing, status: words, note: words }, { "x-mbx-uuid": words })
  ),
  "a field of another kind": echo((words) => transport.answer(200, { ...thing, price: words })),
  "JSON that is cut off": echo((words) => transport.answer(200, `{"id":"${words}`)),
  "JSON with escapes, cut off": echo((words) =>
    transport.answer(200, `{"id":"${words.replaceAll("/", "\\/").replaceAll("=", "\\u003d")}`)
  ),
  "HTML with 200": raw(200),
  "an empty 202": transport.answer(202, ""),
  "a signature refused": json(400, -1022),
  ...Object.fromEntries(
    [400, 401, 403, 404, 408, 418, 429, 500, 502, 503].map((status) => [`a page with ${status}`, raw(status)])
  ),
  "a request id that echoes": echo((words) =>
    transport.answer(400, { code: -1121, msg: "x" }, { "x-mbx-uuid": words.slice(0, 200) })
  ),
  "a failing transport that quotes the request": (sent, request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({
          request,
          description: `${sent.url} ${JSON.stringify(sent.headers)}`,
          cause: Object.assign(new Error(`outer ${sent.url}`), {
            cause: new Error(`inner ${sent.url} ${Util.inspect(sent.headers)}`),
            request,
            headers: sent.headers
          })
        })
      })
    ),
  "a refused connection that quotes the request": (sent, request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({
          request,
          cause: Object.assign(new Error(sent.url), { code: "ECONNREFUSED", headers: sent.headers })
        })
      })
    ),
  "a URL that cannot be used": (sent, request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.InvalidUrlError({ request, cause: new TypeError(`Invalid URL ${sent.url}`) })
      })
    ),
  "a body that cannot be read": (sent, request) =>
    Effect.map(transport.answer(200, thing)(sent, request), (response) =>
      Object.defineProperty(response, "text", {
        value: Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.DecodeError({ request, response, cause: new Error(sent.url) })
          })
        )
      })),
  "no answer": transport.silence
}

const refusals: Record<string, transport.Respond> = Object.fromEntries(
  [-1021, -2015, -1121, -1003, -1015, -2013, -1000, -1007, -1008, -98765, 51006].flatMap((code) =>
    [200, 400, 503].map((status) => [`${code}, ${status}`, json(status, code)])
  )
)

// Names of fields are the server's words as well.
const getNames = Endpoint.make({ ...getThing, id: "getNames", reply: Schema.Record(Schema.String, Schema.Int) })
const getNameRows = Endpoint.make({
  ...getThings,
  id: "getNameRows",
  reply: Field.rows(Schema.Record(Schema.String, Schema.Int))
})

const names: Record<string, transport.Respond> = {
  "names of fields that echo": echo((words) => transport.answer(200, { [words]: words })),
  "data of rows with names of fields that echo": echo((words) => transport.answer(200, [{ [words]: words }]))
}

describe.each(Object.keys(secrets) as Array<keyof typeof secrets>)("%s", (kind) => {
  const cases = { ...answers, ...names, ...(kind === "HMAC" ? refusals : {}) }
  for (const [what, respond] of Object.entries(cases)) {
    it.effect(`${what} shows no secret`, () =>
      Effect.gen(function*() {
        const { context, sent } = yield* build(kind, respond)
        const client = yield* Effect.provideContext(Client.Client, context)
        const calls: ReadonlyArray<Effect.Effect<unknown, Failure>> = what in names
          ? [client.call(getNames, { symbol: "BTCUSDT" }), client.call(getNameRows, {})]
          : [
            client.call(getThing, { symbol: "BTCUSDT" }),
            client.call(orderThing, { symbol: "BTCUSDT" }),
            client.call(createKey, {})
          ]
        for (const call of calls) {
          const fiber = yield* Effect.forkChild(
            watched(Effect.provideService(call, RetryPolicy.RetryPolicy, { ...RetryPolicy.none, clock: true }))
          )
          // Signing by WebCrypto goes on outside of the test clock.
          while (fiber.pollUnsafe() === undefined) {
            yield* TestClock.withLive(Effect.yieldNow)
            yield* TestClock.adjust("100 millis")
          }
          const { observed, text } = yield* Fiber.join(fiber)
          const all = canaries(kind, sent)
          // What the exchange answers is handed to the caller as it is; only what is told beside it is ours.
          const isData = what.startsWith("data")
          assertClean(isData ? observed : text, all, what)
          if (!isData) assertClean(shown(fiber), all, "the fiber")
        }
        assert.isAtLeast(sent.length, calls.length)
        // The canaries are real: they were sent.
        assert.strictEqual(sent[0]?.headers["x-mbx-apikey"], apiKey)
        assert.include(sent[0]?.url, "&signature=")
        assertClean(shown(yield* Metric.snapshot), canaries(kind, sent), "the metrics")
      }))
  }

  it.effect("services, layers and calls show no secret, built or not", () =>
    Effect.gen(function*() {
      const { context, layers, sent } = yield* build(kind, transport.answer(200, thing))
      const client = yield* Effect.provideContext(Client.Client, context)
      const call = client.call(getThing, { symbol: "BTCUSDT" })
      const before = shown(call)
      yield* call
      const values = [
        ...layers,
        context,
        ...(yield* Effect.provideContext(
          Effect.all([
            Client.Client,
            Credentials.Credentials,
            Environment.Environment,
            ServerClock.ServerClock,
            Signer.Signer
          ]),
          context
        )),
        before,
        call,
        getThing,
        orderThing,
        Credentials.make({ apiKey, apiSecret: secrets[kind], passphrase }),
        Signer.Signer.layerCustom({ apiKey, sign: () => Effect.succeed("x") })
      ]
      for (const value of values) assertClean(shown(value), canaries(kind, sent), "a value")
    }))
})

describe("the canaries", () => {
  it("would be found", () => {
    for (const value of [{ a: { b: [apiKey] } }, new Error(apiKey), Exit.fail(apiKey), new Map([[apiKey, 1]])]) {
      assert.throws(() => assertClean(shown(value), [apiKey], "here"))
    }
    assertClean(shown(Redacted.make(apiKey)), [apiKey], "redacted")
  })

  it.effect("would be found in logs and spans", () =>
    Effect.gen(function*() {
      const leaks: ReadonlyArray<Effect.Effect<unknown, { readonly apiKey: string }>> = [
        Effect.logTrace(apiKey),
        Effect.annotateLogs(Effect.log("x"), { apiKey }),
        Effect.annotateCurrentSpan("key", apiKey),
        Effect.fail({ apiKey }),
        Effect.withSpan(Effect.void, apiKey)
      ]
      for (const leak of leaks) {
        const { text } = yield* watched(leak)
        assert.throws(() => assertClean(text, [apiKey], "here"))
      }
    }))
})

describe("the exchange", () => {
  it.effect("gets no trace headers, cookies or anything else, though a tracer is there", () =>
    Effect.gen(function*() {
      const { context, sent } = yield* build(
        "HMAC",
        transport.answer(200, thing, { "set-cookie": "session=1; Path=/" })
      )
      const client = yield* Effect.provideContext(Client.Client, context)
      const { spans } = yield* watched(
        Effect.forEach([1, 2], () => client.call(orderThing, { symbol: "BTCUSDT", price: "123.5" }))
      )
      for (const one of sent) {
        assert.deepStrictEqual(Object.keys(one.headers).sort(), ["accept", "x-mbx-apikey"])
      }
      // One span for each call and no other, without sizes or prices.
      assert.deepStrictEqual(spans.map((span) => span.name), ["outer", "orderThing", "orderThing"])
      for (const span of spans) assert.notInclude(shown([...span.attributes]), "123.5")
    }))

  it.effect("a request that is logged on its way keeps the key", () =>
    Effect.gen(function*() {
      const { context, sent } = yield* build("HMAC", (one, request) =>
        Effect.andThen(Effect.logInfo(request), transport.answer(200, thing)(one, request)))
      const client = yield* Effect.provideContext(Client.Client, context)
      const seen: Array<string> = []
      const logger = Logger.make<unknown, void>((options) => {
        for (const format of [Logger.formatJson, Logger.formatLogFmt, Logger.formatStructured]) {
          seen.push(Util.inspect(format.log(options), { depth: null }))
        }
      })
      yield* client.call(getThing, { symbol: "BTCUSDT" }).pipe(Effect.provide(Logger.layer([logger])))
      assert.include(seen.join("\n"), "x-mbx-apikey")
      assertClean(seen.join("\n"), canaries("HMAC", sent), "the log")
    }))
})

describe("a span", () => {
  it.effect("tells what was asked and how it ended", () =>
    Effect.gen(function*() {
      const { context } = yield* build("HMAC", transport.answer(400, { code: -1121, msg: "Invalid symbol." }))
      const client = yield* Effect.provideContext(Client.Client, context)
      const { spans } = yield* watched(client.call(getThing, { symbol: "BTCUSDT" }))
      assert.deepStrictEqual(Object.fromEntries(spans[1]?.attributes ?? []), {
        "binance.environment": "custom",
        "binance.weight": 1,
        "http.request.method": "GET",
        "url.path": "/papi/v1/thing",
        "error.type": "Rejected",
        "binance.attempts": 1,
        "binance.clock_offset_ms": 1_611_825_600_000,
        "binance.code": -1121,
        "http.response.status_code": 400
      })
      assert.strictEqual(spans[1]?.kind, "client")
    }))
})
