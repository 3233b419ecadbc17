import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Http from "node:http"
import type { WireResponse } from "../Wire.ts"

/** Whether an answer cannot go the ordinary way: it is cut or slow, is no text, or has names of headers to keep as they are. */
export const isNeeded = (answer: WireResponse): boolean =>
  answer.delivery !== undefined || answer.bytes !== undefined ||
  Object.keys(answer.headers).some((name) => /[A-Z]/.test(name))

/** Resets the connection; the fiber of the request ends with it. */
export const reset = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  Effect.suspend(() => {
    NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()
    return Effect.never
  })

/** Writes the answer byte by byte as it is. */
export const send = (
  request: HttpServerRequest.HttpServerRequest,
  answer: WireResponse
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.gen(function*() {
    const response = NodeHttpServerRequest.toServerResponse(request)
    if (!(response instanceof Http.ServerResponse)) return yield* reset(request)
    const body = Buffer.from(answer.bytes ?? answer.body)
    const { delivery } = answer
    response.writeHead(answer.status, { ...answer.headers, "content-length": String(body.length) })
    if (delivery?._tag === "Cut") {
      yield* Effect.callback<void>((resume) => {
        response.write(body.subarray(0, delivery.afterBytes), () => resume(Effect.void))
      })
      return yield* reset(request)
    }
    if (delivery?._tag === "Drip") {
      for (let at = 0; at < body.length; at += delivery.bytes) {
        yield* Effect.sleep(delivery.every)
        // Not waited for, so that the pauses are all that takes time.
        response.write(body.subarray(at, at + delivery.bytes))
      }
      response.end()
    } else response.end(body)
    // The response is written; what is returned is not looked at.
    return HttpServerResponse.empty()
  })
