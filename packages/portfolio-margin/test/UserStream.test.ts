import { Client } from "@effect-binance/core/Client"
import { Environment } from "@effect-binance/core/Environment"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { getPMUserDataListenKey } from "@effect-binance/portfolio-margin/endpoints/UserStream"
import { UserStream, type UserStreamShape } from "@effect-binance/portfolio-margin/UserStream"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Util from "node:util"

const key = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"

interface Asked {
  readonly method: string
  readonly url: string
  readonly apiKey: string | undefined
}

/** An exchange that gives one answer to everything, and remembers what it was asked. */
const exchange = (body: string, status = 200) => {
  const asked: Array<Asked> = []
  const http = HttpClient.make((request) =>
    Effect.sync(() => {
      asked.push({ method: request.method, url: request.url, apiKey: request.headers["x-mbx-apikey"] })
      return HttpClientResponse.fromWeb(request, new Response(body, { status }))
    })
  )
  const layer = UserStream.layer.pipe(
    Layer.provide(Client.layer()),
    Layer.provide([
      Environment.layer({ environment: "custom", restUrl: "https://papi.example" }),
      ServerClock.layerLocal,
      Signer.layerCustom({ apiKey: "the-key", sign: () => Effect.succeed("s") }),
      Layer.succeed(HttpClient.HttpClient, http)
    ])
  )
  return { asked, layer }
}

const made = exchange(JSON.stringify({ listenKey: key }))

describe("UserStream", () => {
  it.effect.each<readonly [keyof UserStreamShape, string, string]>([
    ["getPMUserDataListenKey", "POST", JSON.stringify({ listenKey: key })],
    ["keepAlivePMUserDataListenKey", "PUT", "{}"],
    ["closePMUserDataListenKey", "DELETE", "{}"]
  ])("%s sends the API key, and neither timestamp nor signature", ([name, method, body]) =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(body)
      yield* Effect.provide(UserStream.use((stream) => Effect.asVoid(stream[name]())), layer)
      assert.deepStrictEqual(asked, [{ method, url: "https://papi.example/papi/v1/listenKey", apiKey: "the-key" }])
    }))

  it.effect.each<readonly [string, object]>([
    ["recvWindow", { recvWindow: 5000 }],
    ["listenKey", { listenKey: key }]
  ])("takes no parameters: %s", ([name, params]) =>
    Effect.gen(function*() {
      const { asked, layer } = exchange("{}")
      const error = yield* UserStream.use((stream) => stream.keepAlivePMUserDataListenKey({ ...params })).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert(error._tag === "InvalidRequest")
      assert.deepStrictEqual(error.violations.map(({ field }) => field), [name])
      assert.notInclude(everything(error), key)
      assert.deepStrictEqual(asked, [])
    }))

  it.effect("tells that there is no listen key any more", () =>
    Effect.gen(function*() {
      const { layer } = exchange(JSON.stringify({ code: -1125, msg: "This listenKey does not exist." }), 400)
      const error = yield* UserStream.use((stream) => stream.keepAlivePMUserDataListenKey()).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert(error._tag === "NotFound")
      assert.strictEqual(error.code, -1125)
      assert.include(error.message, "This listenKey does not exist.")
    }))
})

/** A value in every form in which it may come to be read. */
const everything = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value),
    Util.inspect(value, { depth: 10, showHidden: true, getters: true }),
    Util.format("%s %o %O %j", value, value, value, value),
    Cause.pretty(Cause.fail(value)),
    value instanceof Error ? `${value.message} ${value.stack}` : ""
  ].join("\n")

describe("a listen key", () => {
  it.effect("is there for whoever takes it out", () =>
    Effect.gen(function*() {
      const { listenKey } = yield* UserStream.use((stream) => stream.getPMUserDataListenKey())
      assert.strictEqual(Redacted.value(listenKey), key)
    }).pipe(Effect.provide(made.layer)))

  it.effect("shows in no form of the reply", () =>
    Effect.gen(function*() {
      const reply = yield* UserStream.use((stream) => stream.getPMUserDataListenKey())
      for (const shown of [everything(reply), everything(reply.listenKey), everything([{ deep: reply }])]) {
        assert.notInclude(shown, key)
        assert.include(shown, "<redacted:listenKey>")
      }
      assert.notInclude(Schema.toFormatter(getPMUserDataListenKey.reply)(reply), key)
    }).pipe(Effect.provide(made.layer)))

  it.effect("shows in no log", () =>
    Effect.gen(function*() {
      const reply = yield* UserStream.use((stream) => stream.getPMUserDataListenKey())
      for (const format of [Logger.formatSimple, Logger.formatLogFmt, Logger.formatJson]) {
        const lines: Array<string> = []
        const logger = Logger.map(format, (line) => {
          lines.push(line)
        })
        yield* Effect.log("listen key", reply, reply.listenKey).pipe(
          Effect.annotateLogs("reply", reply),
          Effect.provide(Logger.layer([logger]))
        )
        assert.isNotEmpty(lines)
        assert.notInclude(lines.join("\n"), key)
        assert.include(lines.join("\n"), "redacted")
      }
    }).pipe(Effect.provide(made.layer)))

  it.effect.each<readonly [title: string, body: string]>([
    ["cut off", `{"listenKey":"${key}`],
    ["cut off, spaced", `{ "listenKey" : "${key}"`],
    ["of another kind", `{"listenKey":["${key}"]}`],
    ["within another", `{"data":{"listenKey":"${key}"}}`],
    ["as text", JSON.stringify(`{"listenKey":"${key}"}`)],
    ["as no JSON", `listenKey=${key}&x=1`]
  ])("shows in no error about an answer that cannot be read: %s", ([, body]) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_767_225_600_000)
      const error = yield* UserStream.use((stream) => stream.getPMUserDataListenKey()).pipe(
        Effect.flip,
        Effect.provide(exchange(body).layer)
      )
      assert(error._tag === "OutcomeUnknown")
      assert.strictEqual(error.seen, "unreadable answer")
      assert.strictEqual(DateTime.formatIso(error.sentAt), "2026-01-01T00:00:00.000Z")
      assert.notInclude(everything(error), key)
      assert.include(error.detail, "redacted")
    }))
})
