/**
 * The face of the simulator in memory: an `HttpClient` that reaches it without sockets and obeys `TestClock`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Layer from "effect/Layer"
import * as Zlib from "node:zlib"
import { Simulator, type SimulatorShape } from "./Simulator.ts"
import { ConnectionFailed, type WireResponse } from "./Wire.ts"

const textOf = (body: HttpBody.HttpBody): string =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : body._tag === "Raw" ? String(body.body) : ""

// As the transports tell it: what failed is the cause, with its code and how far it came.
const lost = (request: HttpClientRequest.HttpClientRequest, cause: unknown) =>
  Effect.fail(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
  )

const reset: ConnectionFailed = new ConnectionFailed({
  phase: "request",
  code: "ECONNRESET",
  syscall: "read",
  message: "read ECONNRESET"
})

const gunzip = (bytes: Uint8Array): Uint8Array | undefined => {
  try {
    return Zlib.gunzipSync(bytes)
  } catch {
    return undefined
  }
}

// Some statuses must not have a body.
const bodiless = new Set([204, 205, 304])

// The answer is complete when this ends, as it is with a transport that reads bodies before it hands them over.
const receive = (
  request: HttpClientRequest.HttpClientRequest,
  { body, bytes, delivery, headers, status }: WireResponse
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  if (delivery?._tag === "Cut") return lost(request, reset)
  const plain = headers["content-encoding"] === "gzip" && bytes !== undefined ? gunzip(bytes) : bytes ?? body
  if (plain === undefined) return lost(request, new Error("the body is not what its content-encoding says"))
  const response = HttpClientResponse.fromWeb(
    request,
    new Response(bodiless.has(status) ? null : new Uint8Array(Buffer.from(plain)), { status, headers })
  )
  return delivery === undefined
    ? Effect.succeed(response)
    : Effect.delay(
      Effect.succeed(response),
      Duration.times(delivery.every, Math.ceil(Buffer.byteLength(body) / delivery.bytes))
    )
}

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
      return Effect.matchEffect(
        simulator.handle({
          method: request.method,
          path: path === "" ? "/" : path,
          query: query !== "" && more !== "" ? `${query}&${more}` : query + more,
          body: textOf(request.body),
          headers: request.headers,
          ip: "127.0.0.1"
        }),
        { onFailure: (failure) => lost(request, failure), onSuccess: (answer) => receive(request, answer) }
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
