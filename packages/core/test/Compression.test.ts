import * as Client from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Environment from "@effect-binance/core/Environment"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const ping = Endpoint.make({
  id: "ping",
  method: "GET",
  path: "/papi/v1/ping",
  category: "Market Data",
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: Schema.Struct({}),
  reply: Schema.Struct({})
})

// Effect's clients over undici and node:http hand a gzipped body on as it is, so asking is up to those that undo it.
it.effect("leaves it to the HTTP client to ask for compressed answers", () =>
  Effect.gen(function*() {
    const asked: Array<string | undefined> = []
    const http = HttpClient.make((request) => {
      asked.push(request.headers["accept-encoding"])
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}")))
    })
    const live = Client.Client.layer().pipe(
      Layer.provide([Signer.layer, ServerClock.layerLocal]),
      Layer.provide([
        Environment.Environment.layer({ environment: "simulator" }),
        Credentials.Credentials.layer({ apiKey: "k".repeat(64), apiSecret: "s".repeat(64) }),
        Layer.succeed(HttpClient.HttpClient, http)
      ])
    )
    yield* Effect.provide(Effect.flatMap(Client.Client, (client) => client.call(ping, {})), live)
    assert.deepStrictEqual(asked, [undefined])
  }))
