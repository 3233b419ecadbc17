/**
 * The face of the simulator in memory: an `HttpClient` that reaches it without sockets and obeys `TestClock`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Layer from "effect/Layer"
import { Simulator, type SimulatorShape } from "./Simulator.ts"

const textOf = (body: HttpBody.HttpBody): string =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : body._tag === "Raw" ? String(body.body) : ""

/**
 * Makes an `HttpClient` that reaches the exchange, whatever host a request names.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (simulator: SimulatorShape): HttpClient.HttpClient =>
  HttpClient.makeWith<HttpClientError.HttpClientError, never, HttpClientError.HttpClientError, never>(
    Effect.flatMap((request) => {
      // The query is taken from the text as it stands: what was signed is what arrives.
      const [, path = "/", query = ""] = /^[a-z]+:\/\/[^/?#]*([^?#]*)\??([^#]*)/.exec(request.url) ?? []
      const more = UrlParams.toString(request.urlParams)
      return Effect.map(
        simulator.handle({
          method: request.method,
          path: path === "" ? "/" : path,
          query: query !== "" && more !== "" ? `${query}&${more}` : query + more,
          body: textOf(request.body),
          headers: request.headers,
          ip: "127.0.0.1"
        }),
        (answer) =>
          HttpClientResponse.fromWeb(
            request,
            new Response(answer.body, { status: answer.status, headers: answer.headers })
          )
      )
    }),
    Effect.succeed
  )

/**
 * An `HttpClient` that reaches the simulator at hand.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient, never, Simulator> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(Simulator, make)
)
