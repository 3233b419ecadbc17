import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"

/** A request as it went out. */
export interface Sent {
  readonly method: string
  /** The text that was handed to the HTTP client. */
  readonly url: string
  /** What goes over the wire. */
  readonly wire: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What comes back for a request. */
export type Reply = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

export type Respond = (
  sent: Sent,
  request: HttpClientRequest.HttpClientRequest,
  /** Counts requests from 1. */
  number: number
) => Reply

/** An HTTP client in memory, with what it was asked to send. */
export const make = (respond: Respond) => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url) =>
    Effect.suspend(() => {
      const one: Sent = {
        method: request.method,
        url: request.url,
        wire: url,
        headers: { ...request.headers },
        body: request.body._tag
      }
      sent.push(one)
      return respond(one, request, sent.length)
    })
  )
  return { sent, client, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** An answer with a status, a text and headers. */
export const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_: Sent, request: HttpClientRequest.HttpClientRequest): Reply =>
    Effect.sync(() => {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      // These have no body by the rules of HTTP.
      const empty = status === 204 || status === 205 || status === 304
      return plain(request, new Response(empty ? null : text, { status, headers }), empty ? "" : text)
    })

/** A response whose text is there at once, so that nothing but the test clock decides what happens when. */
export const plain = (
  request: HttpClientRequest.HttpClientRequest,
  response: Response,
  text: string
): HttpClientResponse.HttpClientResponse =>
  Object.defineProperty(HttpClientResponse.fromWeb(request, response), "text", { value: Effect.succeed(text) })

/** The transport fails with a cause. */
export const broken = (cause: unknown) => (_: Sent, request: HttpClientRequest.HttpClientRequest): Reply =>
  Effect.fail(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
  )

/** As Node tells that a connection could not be made. */
export const refused = broken(
  Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" })
  })
)

/** As Node tells that a connection was lost. */
export const reset = broken(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }))

/** The answer ends in the middle of its body. */
export const bodyLost = (_: Sent, request: HttpClientRequest.HttpClientRequest): Reply =>
  Effect.succeed(
    HttpClientResponse.fromWeb(
      request,
      new Response(
        new ReadableStream({
          start: (controller) => controller.error(Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" }))
        })
      )
    )
  )

/** The answer begins, and its body cannot be read. */
export const unreadable =
  (status: number, description?: string, cause?: unknown, headers: Record<string, string> = {}) =>
  (_: Sent, request: HttpClientRequest.HttpClientRequest): Reply => {
    const response = HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.DecodeError({ request, response, description, cause })
      })
    )
  }

/** No answer ever comes. */
export const silence = (): Reply => Effect.never

/** The answers one after another; the last goes on for ever. */
export const inTurn = (first: Respond, ...others: ReadonlyArray<Respond>): Respond => (sent, request, number) =>
  (others[Math.min(number - 1, others.length) - 1] ?? first)(sent, request, number)
