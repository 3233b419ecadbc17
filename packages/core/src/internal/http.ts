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

export const apiKeyHeader = "x-mbx-apikey"

export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}

// Compressed answers are asked for by the HTTP clients that can undo them (`fetch`, ours over undici). Those of Effect over
// undici and node:http cannot: a gzipped answer to an order would be unreadable, and the order's outcome unknown.
export const headers = (apiKey: string | undefined): Headers.Headers =>
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
const limited = (error: HttpClientError.HttpClientError): Effect.Effect<Answer, HttpClientError.HttpClientError> => {
  const { response } = error
  return response?.status === 418 || response?.status === 429
    ? Effect.succeed({ status: response.status, headers: response.headers, text: "" })
    : Effect.fail(error)
}

// The URL is handed over as one string: taken apart and joined again it could differ from what was signed.
export const execute = (
  client: HttpClient.HttpClient,
  method: string,
  url: string,
  headers: Headers.Headers
): Effect.Effect<Answer, HttpClientError.HttpClientError> =>
  client.execute(HttpClientRequest.makeWith(method, url, UrlParams.empty, Option.none(), headers, HttpBody.empty)).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (text) => ({ status: response.status, headers: response.headers, text }))
    ),
    Effect.catchTag("HttpClientError", limited),
    Effect.updateContext(quieten)
  )

// Failures before a connection stands, by the codes that Node, undici, Bun and Deno give. Where it is told which call into
// the system failed, that decides with the code: most of these can also end a connection over which a request went.
const bySyscall: ReadonlyMap<unknown, ReadonlySet<string>> = new Map([
  ["connect", new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT"])],
  ["getaddrinfo", new Set(["ENOTFOUND", "EAI_AGAIN"])]
])

const withoutSyscall = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ConnectionRefused"
])

const endedBeforeConnection = (cause: unknown): boolean => {
  const code = property(cause, "code")
  if (typeof code !== "string") return false
  const syscall = property(cause, "syscall")
  return syscall === undefined ? withoutSyscall.has(code) : bySyscall.get(syscall)?.has(code) === true
}

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined

// Whether it is proven that not one byte of the request left. Anything that is not proof is no.
export const provenUnsent = (error: HttpClientError.HttpClientError): boolean => {
  const tag = error.reason._tag
  // Requests have no body here, so an encoding can only fail before anything is sent.
  if (tag === "EncodeError" || tag === "InvalidUrlError") return true
  if (tag !== "TransportError") return false
  let cause: unknown = error.reason.cause
  for (let depth = 0; depth < 5 && cause !== undefined; depth++) {
    // A transport that knows how far it came decides alone: the codes below can also arise after the request was written.
    const phase = property(cause, "phase")
    if (phase !== undefined) return phase === "connect"
    // One failure for each address that was tried; the code beside them is that of the first.
    const several = property(cause, "errors")
    if (Array.isArray(several) && several.length > 0) return several.every(endedBeforeConnection)
    if (endedBeforeConnection(cause)) return true
    if (property(cause, "syscall") !== undefined) return false
    cause = property(cause, "cause")
  }
  return false
}

// The innermost words are the ones that say something ("connect ECONNREFUSED 127.0.0.1:1"), after those of the client, if it
// has any ("the body is too large").
export const describe = (error: HttpClientError.HttpClientError): string => {
  let cause: unknown = property(error.reason, "cause")
  let message: string | undefined
  for (let depth = 0; depth < 5 && cause !== undefined && cause !== null; depth++) {
    const words = property(cause, "message")
    if (typeof words === "string" && words !== "") message = words
    const several = property(cause, "errors")
    cause = Array.isArray(several) && several.length > 0 ? several[0] : property(cause, "cause")
  }
  const description = property(error.reason, "description")
  if (typeof description !== "string" || description === "") return message ?? error.reason._tag
  return message === undefined || description.includes(message) ? description : `${description}: ${message}`
}
