import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { apiKeyHeader, type TransportAnswer, TransportError, type TransportShape } from "../Transport.ts"
import * as unsent from "./unsent.ts"

// Compressed answers are asked for by the HTTP clients that can undo them (`fetch`, ours over undici). Those of Effect over
// undici and node:http cannot: a gzipped answer to an order would be unreadable, and the order's outcome unknown.
const headers = (apiKey: string | undefined): Headers.Headers =>
  Headers.fromRecordUnsafe({
    accept: "application/json",
    ...(apiKey === undefined ? undefined : { [apiKeyHeader]: apiKey })
  })

// The exchange gets no trace headers. A span of the HTTP client would hold the whole query, sizes and prices included, so
// the span of the endpoint call is the only one. Whatever prints a request on the way cuts the key out.
// `fetch` would follow a redirect to any host and take the API key along; the exchange sends none, so none is followed.
const noRedirects = { redirect: "manual" } as const

const quiet = Context.empty().pipe(
  Context.add(FetchHttpClient.RequestInit, noRedirects),
  Context.add(HttpClient.TracerPropagationEnabled, false),
  Context.add(HttpClient.TracerDisabledWhen, () => true),
  Context.add(Headers.CurrentRedactedNames, ["authorization", "cookie", "set-cookie", "x-api-key", apiKeyHeader])
)

// Nearly all calls are made in one and the same context; merging it anew for each would cost some microseconds.
const quietened = new WeakMap<Context.Context<never>, Context.Context<never>>()

const quieten = (outer: Context.Context<never>): Context.Context<never> => {
  let inner = quietened.get(outer)
  if (inner === undefined) {
    // What a program has set for `fetch` stays in force beside it.
    const init = Context.getOrUndefined(outer, FetchHttpClient.RequestInit)
    inner = Context.merge(
      outer,
      init === undefined ? quiet : Context.add(quiet, FetchHttpClient.RequestInit, { ...init, ...noRedirects })
    )
    quietened.set(outer, inner)
  }
  return inner
}

// These say all that matters by their status; a body that cannot be read must not hide that there is a limit or a ban.
const limited = (
  error: HttpClientError.HttpClientError
): Effect.Effect<TransportAnswer, HttpClientError.HttpClientError> => {
  const { response } = error
  return response?.status === 418 || response?.status === 429
    ? Effect.succeed({ status: response.status, headers: response.headers, text: "" })
    : Effect.fail(error)
}

// The URL is handed over as one string: taken apart and joined again it could differ from what was signed.
const execute = (
  client: HttpClient.HttpClient,
  method: string,
  url: string,
  headers: Headers.Headers
): Effect.Effect<TransportAnswer, HttpClientError.HttpClientError> =>
  client.execute(HttpClientRequest.makeWith(method, url, UrlParams.empty, Option.none(), headers, HttpBody.empty)).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (text) => ({ status: response.status, headers: response.headers, text }))
    ),
    Effect.catchTag("HttpClientError", limited),
    Effect.updateContext(quieten)
  )

// Requests have no body here, so an encoding can only fail before anything is sent.
const provenUnsent = ({ reason }: HttpClientError.HttpClientError): boolean =>
  reason._tag === "EncodeError" || reason._tag === "InvalidUrlError"
  || (reason._tag === "TransportError" && unsent.isProven(reason.cause))

// The innermost words after those of the client, if it has any ("the body is too large").
const describe = ({ reason }: HttpClientError.HttpClientError): string => {
  const message = unsent.describe(unsent.property(reason, "cause"))
  const description = unsent.property(reason, "description")
  if (typeof description !== "string" || description === "") return message ?? reason._tag
  return message === undefined || description.includes(message) ? description : `${description}: ${message}`
}

// Headers of the few keys of a program are made once.
const headersOf = (): (apiKey: Redacted.Redacted | undefined) => Headers.Headers => {
  const made = new Map<Redacted.Redacted | undefined, Headers.Headers>()
  return (apiKey) => {
    let known = made.get(apiKey)
    if (known === undefined) {
      known = headers(apiKey === undefined ? undefined : Redacted.value(apiKey))
      made.set(apiKey, known)
    }
    return known
  }
}

/** Carries requests by the `HttpClient` of the program. */
export const transport = (client: HttpClient.HttpClient): TransportShape => {
  const known = headersOf()
  return {
    send: ({ apiKey, method, url }) =>
      Effect.catchTag(
        execute(client, method, url, known(apiKey)),
        "HttpClientError",
        (error) => Effect.fail(new TransportError({ unsent: provenUnsent(error), detail: describe(error) }))
      )
  }
}
