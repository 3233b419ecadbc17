import * as Environment from "@effect-binance/core/Environment"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as Http from "node:http"
import * as Util from "node:util"
import * as Faces from "./support/faces.ts"
import * as Keys from "./support/keys.ts"
import * as Raw from "./support/raw.ts"

const inspect = (value: unknown): string => Util.inspect(value, { depth: 20, showHidden: true, maxStringLength: null })

const asJson = (value: unknown): string => {
  const seen = new WeakSet()
  return JSON.stringify(value, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value)
    if (typeof value !== "object" || value === null) return value
    if (seen.has(value)) return "(again)"
    seen.add(value)
    return value
  }) ?? ""
}

/** Every way in which a value gets printed. */
const prints = (value: unknown): ReadonlyArray<string> => [
  inspect(value),
  asJson(value),
  String(value),
  ...(value instanceof Error ? [value.message, value.stack ?? "", inspect(value.cause)] : [])
]

/** Runs a program with all that can be seen of it written down: logs of all levels, and spans. */
const watched = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const printed: Array<string> = []
    const spans: Array<Tracer.NativeSpan> = []
    const loggers = [Logger.formatStructured, Logger.formatJson, Logger.formatLogFmt, Logger.formatSimple].map((
      format
    ) => Logger.map(format, (line: unknown) => void printed.push(...prints(line))))
    const exit = yield* Effect.exit(self).pipe(
      Effect.tap((exit) =>
        Exit.isFailure(exit)
          ? Effect.logError("it failed", exit.cause).pipe(Effect.andThen(Effect.logFatal(Cause.pretty(exit.cause))))
          : Effect.logTrace("it succeeded", exit.value)
      ),
      Effect.withSpan("program"),
      Effect.provide(Logger.layer(loggers)),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provideService(
        Tracer.Tracer,
        Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          }
        })
      )
    )
    printed.push(...prints(exit))
    for (const span of spans) printed.push(...prints(span), ...prints([...span.attributes]), ...prints(span.events))
    return { exit, printed, spans }
  })

/** The secret parts of the keys, as they are and as they may be written. */
const secretsOf = (key: Keys.TestKey): ReadonlyArray<string> => {
  const lines = key.apiSecret.split("\n").filter((line) => line !== "" && !line.startsWith("---"))
  return [key.apiKey, ...lines, encodeURIComponent(lines[0] ?? "")]
}

const signaturesIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/signature=([^&\s"]+)/g)].flatMap((
    [_, signature = ""]
  ) => [signature, decodeURIComponent(signature)])

const calls = Effect.gen(function*() {
  const client = yield* PortfolioClient
  yield* client.getAccountInfo()
  yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 17 })
  return yield* client.getUMCommissionRate({ symbol: "NONEUSDT" })
})

const layers = (key: Keys.TestKey, url: string) => ({
  node: NodePortfolioClient.layer({
    environment: "simulator",
    restUrl: url,
    apiKey: key.apiKey,
    apiSecret: key.apiSecret
  }),
  fetch: Faces.client({ apiKey: key.apiKey, apiSecret: key.apiSecret }).pipe(
    Layer.provide(Layer.succeed(Environment.Environment, Environment.simulator(url))),
    Layer.provide(FetchHttpClient.layer)
  )
})

/** A server that sends back, in every way it can, what it was sent. */
const mirror = (status: number) =>
  Effect.map(
    Raw.listen(Http.createServer((request, response) => {
      const told = `${request.url} ${JSON.stringify(request.headers)} ${decodeURIComponent(request.url ?? "")}`
      response.writeHead(status, { "content-type": "application/json", "x-mbx-uuid": "id" })
      response.end(status === 200 ? told : JSON.stringify({ code: -1000, msg: told, [told]: told }))
    })),
    (port) => `http://127.0.0.1:${port}`
  )

describe.each(Keys.keys)("what an $kind key and its signatures leave behind", (key) => {
  describe.each(["node", "fetch"] as const)("by way of %s", (way) => {
    const registered = { keys: [key.registered] }

    it.live("nothing, on the way to the exchange and back", () =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer
        const { printed, spans } = yield* watched(Effect.provide(calls, layers(key, url)[way]))
        const { requests } = yield* Simulator.Simulator
        const signatures = (yield* requests).flatMap(({ query }) => signaturesIn(query))
        assert.isAtLeast(signatures.length, 3)
        assert.includeMembers(spans.map(({ name }) => name), [
          "getAccountInfo",
          "updateUMLeverage",
          "getUMCommissionRate"
        ])
        const text = printed.join("\n")
        assert.include(text, "-1121")
        for (const secret of [...secretsOf(key), ...signatures]) assert.notInclude(text, secret)
      }).pipe(Effect.provide(Faces.overHttp(registered))))

    it.live("nothing, with a wrong secret", () =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer
        const other = { ...key, apiSecret: Keys.hmacKey.apiSecret.replaceAll("a", "b") }
        const { exit, printed } = yield* watched(Effect.provide(calls, layers(other, url)[way]))
        assert.isTrue(Exit.isFailure(exit))
        const text = printed.join("\n")
        assert.include(text, "-1022")
        for (const secret of secretsOf(other)) assert.notInclude(text, secret)
      }).pipe(Effect.provide(Faces.overHttp(registered))))

    it.live.each([200, 400, 500])(
      "nothing, where a server echoes all it gets with %s",
      (status) =>
        Effect.gen(function*() {
          const url = yield* mirror(status)
          for (const name of ["getAccountInfo", "updateUMLeverage"] as const) {
            const call = Effect.flatMap(PortfolioClient, (client): Effect.Effect<unknown, unknown> =>
              name === "getAccountInfo"
                ? client.getAccountInfo()
                : client.updateUMLeverage({ symbol: "X", leverage: 1 }))
            const { exit, printed } = yield* watched(Effect.provide(call, layers(key, url)[way]))
            assert.isTrue(Exit.isFailure(exit))
            const text = printed.join("\n")
            assert.include(text, "signature=<redacted>")
            for (const secret of secretsOf(key)) {
              assert.notInclude(text, secret)
            }
            for (const signature of signaturesIn(text)) {
              assert.strictEqual(signature, "<redacted>")
            }
          }
        }).pipe(Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none), Effect.scoped)
    )

    it.live("nothing, where the connection is lost or was never there", () =>
      Effect.gen(function*() {
        const server = yield* Raw.server((socket) => socket.resetAndDestroy())
        const gone = yield* Effect.scoped(Raw.server(() => {}))
        for (const { port } of [server, gone]) {
          const { exit, printed } = yield* watched(
            Effect.provide(calls, layers(key, `http://127.0.0.1:${port}`)[way])
          )
          assert.isTrue(Exit.isFailure(exit))
          const text = printed.join("\n")
          for (const secret of secretsOf(key)) assert.notInclude(text, secret)
          assert.notInclude(text, "signature=")
        }
        assert.isNotEmpty((yield* server.heads).flatMap(signaturesIn))
      }).pipe(Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none), Effect.scoped))
  })
})
