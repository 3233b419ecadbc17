/**
 * A lean `HttpClient` over undici.
 *
 * The client stands behind Effect's own `HttpClient` service and is made for
 * one purpose: small signed calls to an exchange, as fast as undici itself,
 * where it has to be known whether a call that failed can have been received.
 * It sends the bytes of the URL exactly as they were signed, reads each
 * response into memory, never sends a request twice, and writes neither the
 * API key nor the query string into anything that can be printed.
 *
 * @since 0.1.0
 */
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { constants } from "node:buffer"
import { Readable } from "node:stream"
import * as Undici from "undici"
import * as ContentEncoding from "./internal/contentEncoding.ts"
import * as Proxy from "./internal/proxy.ts"
import * as Request from "./internal/undiciRequest.ts"
import { type RawHeaders, UndiciResponse } from "./internal/undiciResponse.ts"

// -----------------------------------------------------------------------------
// Errors
// -----------------------------------------------------------------------------

/**
 * How far a request had come when its transport failed.
 *
 * **Details**
 *
 * - `connect`: no byte of the request had been written. It waited for a
 *   connection, the name did not resolve, the port refused, the connection or
 *   the TLS handshake timed out or failed.
 * - `request`: the request had been given to a connected socket and nothing
 *   had come back. The server may or may not have received it.
 * - `response`: the status line had come back, so the server had received the
 *   request; its answer is incomplete.
 *
 * @category models
 * @since 0.1.0
 */
export type TransportPhase = "connect" | "request" | "response"

/**
 * The cause of every `TransportError` of this client: what failed, and whether
 * the server can have received the request.
 *
 * **When to use**
 *
 * Use `requestSent` to decide whether a call that changes something may be made
 * again. Only `false` is a proof.
 *
 * **Gotchas**
 *
 * An interruption (and so `Effect.timeout`) ends the call without an error and
 * therefore without this proof. A custom `dispatcher` keeps the proof as long
 * as it passes `onRequestStart` on to the handler it was given.
 *
 * @category errors
 * @since 0.1.0
 */
export class UndiciTransportError extends Data.TaggedError("UndiciTransportError")<{
  readonly phase: TransportPhase
  /** The error of undici or Node.js. */
  readonly cause: unknown
  /** Its code, such as `ECONNREFUSED` or `UND_ERR_HEADERS_TIMEOUT`. */
  readonly code: string | undefined
  /** The status, where the status line had come back. */
  readonly status: number | undefined
}> {
  /**
   * `false` when no byte of the request was written, `true` when the server
   * began to answer it, `"unknown"` in between.
   *
   * @since 0.1.0
   */
  get requestSent(): boolean | "unknown" {
    switch (this.phase) {
      case "connect":
        return false
      case "request":
        return "unknown"
      case "response":
        return true
    }
  }

  override get message(): string {
    return messageOf(this.cause, this.code)
  }
}

/**
 * Tells whether the server can have received the request that failed with the
 * error: `false` is a proof that it has not, `true` that it has.
 *
 * **Details**
 *
 * Errors made before sending (`InvalidUrlError`, `EncodeError`) are `false`,
 * those that carry a response are `true`, and transport errors of other clients
 * are `"unknown"`.
 *
 * @category guards
 * @since 0.1.0
 */
export const requestSent = (error: HttpClientError.HttpClientError): boolean | "unknown" => {
  const reason = error.reason
  switch (reason._tag) {
    case "TransportError":
      return reason.cause instanceof UndiciTransportError ? reason.cause.requestSent : "unknown"
    case "EncodeError":
      // the body of an upload can fail when its beginning is already sent
      return reason.cause instanceof UndiciTransportError ? reason.cause.requestSent : false
    case "InvalidUrlError":
      return false
    case "StatusCodeError":
    case "DecodeError":
    case "EmptyBodyError":
      return true
  }
}

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

// An AggregateError of several addresses has a code and no message.
const messageOf = (cause: unknown, code: string | undefined): string =>
  cause instanceof Error && cause.message !== "" ? cause.message : code ?? "unknown cause"

const phaseText: Record<TransportPhase, string> = {
  connect: "before the request was sent",
  request: "after the request was sent, without an answer",
  response: "while the answer was read"
}

const invalidUrl = (request: HttpClientRequest, description: string, cause?: unknown) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.InvalidUrlError({ request: Request.redact(request), description, cause })
  })

const encodeError = (request: HttpClientRequest, description: string, cause?: unknown) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.EncodeError({ request: Request.redact(request), description, cause })
  })

const transportError = (
  request: HttpClientRequest,
  phase: TransportPhase,
  cause: unknown,
  status?: number | undefined
) => {
  const error = new UndiciTransportError({ phase, cause, code: codeOf(cause), status })
  return new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({
      request: Request.redact(request),
      description: `${error.message}, ${phaseText[phase]}`,
      cause: error
    })
  })
}

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * Options of the client. All have defaults that suit an exchange.
 *
 * **Gotchas**
 *
 * The timeouts are safety nets against a connection that hangs; undici checks
 * those above a second about twice a second. The time a call may take as a
 * whole, including the wait for a free connection, is set with `Effect.timeout`
 * around it. `Duration.infinity` turns a timeout off.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * Connections per origin (default 64). Requests above it wait for a free one.
   *
   * **Gotchas**
   *
   * A connection is free again one turn of the event loop after its response,
   * so a caller that sends the next request at once comes to use two of them in
   * turn. That is faster than waiting, and costs one more handshake.
   */
  readonly connections?: number | undefined
  /** Time for DNS, TCP and TLS together (default 5 seconds). */
  readonly connectTimeout?: Duration.Input | undefined
  /** Time from the sent request to the complete response head (default 30 seconds). */
  readonly headersTimeout?: Duration.Input | undefined
  /** Time between two pieces of a response body (default 30 seconds). */
  readonly bodyTimeout?: Duration.Input | undefined
  /**
   * How long an idle connection is kept (default 30 seconds, or what the server
   * hints). A longer time saves handshakes; a time longer than the server's own
   * risks writing a request to a connection that is being closed.
   */
  readonly keepAliveTimeout?: Duration.Input | undefined
  /** Largest response body, before and after decompression (default 32 MiB). */
  readonly maxBodySize?: ByteSize.Input | undefined
  /**
   * How to connect: `ca`, `cert`, `key`, `servername`, `localAddress`,
   * `autoSelectFamily`, `lookup`, … of `node:net` and `node:tls`.
   */
  readonly connect?: Undici.buildConnector.BuildOptions | undefined
  /**
   * An `http:`, `https:` or `socks5:` proxy for all requests, with credentials
   * in its URL if it needs any.
   */
  readonly proxy?: string | Redacted.Redacted<string> | undefined
  /**
   * A dispatcher to use instead of own pools. It is not closed with the client,
   * and the options on connections do not apply to it.
   */
  readonly dispatcher?: Undici.Dispatcher | undefined
  /** Further options of undici's `Pool`. */
  readonly pool?:
    | Omit<
      Undici.Pool.Options,
      | "allowH2"
      | "bodyTimeout"
      | "connect"
      | "connectTimeout"
      | "connections"
      | "headersTimeout"
      | "keepAliveTimeout"
      | "pipelining"
      | "useH2c"
    >
    | undefined
  /**
   * Whether to make a span for every request (default `false`).
   *
   * **Details**
   *
   * Even then a span is made only where a tracer is installed, and not where
   * `HttpClient.TracerDisabledWhen` says so. The URL is recorded without its
   * query. Trace headers are never sent.
   */
  readonly span?: boolean | undefined
}

interface Settings {
  readonly dispatcherFor: (origin: string) => Undici.Dispatcher
  readonly headersTimeout: number
  readonly bodyTimeout: number
  readonly maxBodySize: number
  readonly span: boolean
}

// undici takes 0 for "no timeout"
const toMillis = (input: Duration.Input): number => {
  const millis = Duration.toMillis(input)
  return Number.isFinite(millis) ? Math.ceil(millis) : 0
}

const defaultMaxBodySize = 32 * 1024 * 1024

// zlib takes no limit below 1 or above what a buffer can hold
const toBytes = (input: ByteSize.Input | undefined): number =>
  input === undefined
    ? defaultMaxBodySize
    : Math.min(Math.max(Number(ByteSize.fromInputUnsafe(input)), 1), constants.MAX_LENGTH)

// -----------------------------------------------------------------------------
// Dispatching
// -----------------------------------------------------------------------------

const noHeaders: RawHeaders = {}
const noBody = Buffer.alloc(0)

/**
 * One request under way, as undici sees it: collects the response and resumes
 * the fiber once.
 */
class Call implements Undici.Dispatcher.DispatchHandler {
  private readonly request: HttpClientRequest
  private readonly maxBodySize: number
  private readonly resume: (exit: Exit.Exit<HttpClientResponse, HttpClientError.HttpClientError>) => void
  private readonly body: Request.Body
  private phase: TransportPhase = "connect"
  private settled = false
  private controller: Undici.Dispatcher.DispatchController | undefined = undefined
  private uploadError: { readonly cause: unknown } | undefined = undefined
  private status = 0
  private headers: RawHeaders = noHeaders
  private size = 0
  private first: Buffer | undefined = undefined
  private chunks: Array<Buffer> | undefined = undefined

  constructor(
    request: HttpClientRequest,
    body: Request.Body,
    maxBodySize: number,
    resume: (exit: Exit.Exit<HttpClientResponse, HttpClientError.HttpClientError>) => void
  ) {
    this.request = request
    this.body = body
    this.maxBodySize = maxBodySize
    this.resume = resume
    if (body instanceof Readable) {
      body.once("error", (cause) => {
        this.uploadError = { cause }
      })
    }
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    if (this.settled || this.controller !== undefined) {
      // Throwing is undici's way to turn a request down before it is written, and
      // reaches no user code. Aborting would work as well, but closes the
      // connection, so that calls which give up while they queue would cost the
      // pool its connections.
      // oxlint-disable-next-line house/no-throw
      throw new Error(
        this.settled
          ? "the request was given up before it was sent"
          : "the connection was lost, and the request is not sent a second time"
      )
    }
    this.controller = controller
    this.phase = "request"
  }

  onResponseStart(_: Undici.Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    // 1xx is not the response yet
    if (status < 200) return
    this.phase = "response"
    this.status = status
    this.headers = headers
  }

  onResponseData(_: Undici.Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return
    this.size += chunk.length
    if (this.size > this.maxBodySize) {
      this.failDecode(ContentEncoding.tooLarge(this.maxBodySize), undefined)
      return this.abort()
    }
    if (this.first === undefined) {
      this.first = chunk
    } else if (this.chunks === undefined) {
      this.chunks = [this.first, chunk]
    } else {
      this.chunks.push(chunk)
    }
  }

  onResponseEnd(): void {
    if (this.settled) return
    const body = this.chunks === undefined ? this.first ?? noBody : Buffer.concat(this.chunks, this.size)
    const encoding = this.headers["content-encoding"]
    if (encoding === undefined || body.length === 0) {
      return this.succeed(body)
    }
    ContentEncoding.decode(
      typeof encoding === "string" ? encoding : encoding.join(","),
      body,
      this.maxBodySize,
      (decoded) =>
        decoded._tag === "Success" ? this.succeed(decoded.body) : this.failDecode(decoded.description, decoded.cause)
    )
  }

  onResponseError(_: Undici.Dispatcher.DispatchController | null, cause: unknown): void {
    if (this.settled) return
    this.fail(this.makeError(cause))
  }

  /** Gives the request up, wherever it is, and frees its connection. */
  abort(): void {
    this.settled = true
    if (this.controller !== undefined) {
      this.controller.abort(new Error("the request was given up"))
    } else if (this.body instanceof Readable) {
      // still in a queue, where undici does not look after the body
      this.body.destroy()
    }
  }

  private makeError(cause: unknown): HttpClientError.HttpClientError {
    if (this.uploadError !== undefined && this.uploadError.cause === cause) {
      return encodeError(
        this.request,
        "the stream of the request body failed",
        new UndiciTransportError({ phase: this.phase, cause, code: undefined, status: undefined })
      )
    }
    const code = codeOf(cause)
    if (
      this.phase === "connect" && cause instanceof Error &&
      (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH")
    ) {
      return encodeError(this.request, cause.message, cause)
    }
    return transportError(this.request, this.phase, cause, this.phase === "response" ? this.status : undefined)
  }

  private succeed(body: Buffer): void {
    if (this.settled) return
    this.settle(Exit.succeed(new UndiciResponse(this.request, this.status, this.headers, body)))
  }

  private fail(error: HttpClientError.HttpClientError): void {
    if (this.settled) return
    this.settle(Exit.fail(error))
  }

  private failDecode(description: string, cause: unknown): void {
    this.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.DecodeError({
          request: Request.redact(this.request),
          response: new UndiciResponse(this.request, this.status, this.headers, noBody),
          description,
          cause
        })
      })
    )
  }

  private settle(exit: Exit.Exit<HttpClientResponse, HttpClientError.HttpClientError>): void {
    this.settled = true
    // undici calls from inside its parser, where the fiber must not go on: it
    // might use the same connection
    queueMicrotask(() => this.resume(exit))
  }
}

const send = (
  settings: Settings,
  request: HttpClientRequest,
  context: Context.Context<never>
): Effect.Effect<HttpClientResponse, HttpClientError.HttpClientError> => {
  const target = Request.target(request)
  if (typeof target === "string") {
    return Effect.fail(invalidUrl(request, target))
  }
  return Effect.callback((resume) => {
    let dispatcher: Undici.Dispatcher
    try {
      dispatcher = settings.dispatcherFor(target.origin)
    } catch (cause) {
      return resume(Effect.fail(invalidUrl(request, messageOf(cause, undefined), cause)))
    }
    let body: Request.Body | undefined
    try {
      body = Request.body(request.body, context)
    } catch (cause) {
      return resume(Effect.fail(encodeError(request, messageOf(cause, undefined), cause)))
    }
    if (body === undefined) {
      return resume(Effect.fail(encodeError(request, "a raw body has to be a string, bytes or a Node.js Readable")))
    }
    const call = new Call(request, body, settings.maxBodySize, resume)
    try {
      dispatcher.dispatch({
        origin: target.origin,
        path: target.path,
        method: request.method,
        headers: Request.headers(request),
        body,
        headersTimeout: settings.headersTimeout,
        bodyTimeout: settings.bodyTimeout
      }, call)
    } catch (cause) {
      call.onResponseError(null, cause)
    }
    return Effect.sync(() => call.abort())
  })
}

// -----------------------------------------------------------------------------
// Spans
// -----------------------------------------------------------------------------

const isTraced = (fiber: Fiber.Fiber<unknown, unknown>, request: HttpClientRequest): boolean =>
  fiber.getRef(Tracer.Tracer) !== Tracer.nativeTracer &&
  fiber.getRef(References.TracerEnabled) &&
  !fiber.getRef(Tracer.DisablePropagation) &&
  !fiber.getRef(HttpClient.TracerDisabledWhen)(request)

const sendTraced = (
  settings: Settings,
  request: HttpClientRequest,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<HttpClientResponse, HttpClientError.HttpClientError> =>
  Effect.useSpan(fiber.getRef(HttpClient.SpanNameGenerator)(request), { kind: "client" }, (span) => {
    span.attribute("http.request.method", request.method)
    span.attribute("url.full", Request.redactUrl(request.url))
    return Effect.map(send(settings, request, fiber.context), (response) => {
      span.attribute("http.response.status_code", response.status)
      return response
    })
  })

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

interface Source {
  readonly dispatcherFor: (origin: string) => Undici.Dispatcher
  readonly destroy: () => Promise<unknown>
}

const poolOptions = (options: Options): Undici.Pool.Options => {
  const connections = options.connections ?? 64
  return {
    ...options.pool,
    ...(options.connect === undefined ? undefined : { connect: options.connect }),
    connections: Number.isFinite(connections) ? connections : null,
    connectTimeout: toMillis(options.connectTimeout ?? Duration.seconds(5)),
    keepAliveTimeout: toMillis(options.keepAliveTimeout ?? Duration.seconds(30)),
    // undici sends requests again that were pipelined, or refused by HTTP/2
    pipelining: 1,
    allowH2: false
  }
}

const makePools = (options: Options): Source => {
  const pools = new Map<string, Undici.Pool>()
  const settings = poolOptions(options)
  let closed = false
  return {
    dispatcherFor(origin) {
      let pool = pools.get(origin)
      if (pool === undefined) {
        pool = new Undici.Pool(origin, settings)
        pools.set(origin, pool)
        if (closed) void pool.destroy()
      }
      return pool
    },
    destroy() {
      closed = true
      return Promise.all(Array.from(pools.values(), (pool) => pool.destroy()))
    }
  }
}

const makeProxy = (proxy: Proxy.Proxy, options: Options): Effect.Effect<Source> =>
  Effect.map(Proxy.parse(proxy, "UndiciHttpClient", proxies), (uri) => {
    const agent = new Undici.ProxyAgent({
      ...poolOptions(options),
      uri: uri.href,
      ...(options.connect === undefined ? undefined : { requestTls: options.connect, proxyTls: options.connect })
    })
    return { dispatcherFor: () => agent, destroy: () => agent.destroy() }
  })

const proxies = ["http:", "https:", "socks5:", "socks:"]

const makeSource = (options: Options): Effect.Effect<Source, never, Scope.Scope> => {
  if (options.dispatcher !== undefined) {
    const dispatcher = options.dispatcher
    return Effect.succeed<Source>({ dispatcherFor: () => dispatcher, destroy: () => Promise.resolve() })
  }
  return Effect.acquireRelease(
    options.proxy === undefined ? Effect.sync(() => makePools(options)) : makeProxy(options.proxy, options),
    (source) => Effect.promise(() => source.destroy())
  )
}

/**
 * Makes a client with its own connections, which close with the scope.
 *
 * **Details**
 *
 * - The URL is sent byte by byte as it is given; its hash is left out and
 *   `urlParams` are appended. A URL that would need encoding fails with
 *   `InvalidUrlError`.
 * - gzip is asked for unless the request has an `accept-encoding`; gzip,
 *   deflate and brotli are undone.
 * - The effect of a request succeeds when the whole body has been read, so
 *   reading `text` or `json` of the response waits for nothing, and a scope or
 *   an interruption during the request covers the body too.
 * - Interruption frees the connection at once.
 * - HTTP/1.1 without pipelining and without retries: each request is written
 *   at most once.
 * - Errors carry a copy of the request without its query, its body and its
 *   secret headers.
 *
 * **Gotchas**
 *
 * Options that can not be used, such as a proxy that is not a URL, are defects.
 *
 * @see {@link UndiciTransportError} for what a failure proves
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Effect.map(makeSource(options), (source) => {
    const settings: Settings = {
      dispatcherFor: source.dispatcherFor,
      headersTimeout: toMillis(options.headersTimeout ?? Duration.seconds(30)),
      bodyTimeout: toMillis(options.bodyTimeout ?? Duration.seconds(30)),
      maxBodySize: toBytes(options.maxBodySize),
      span: options.span === true
    }
    const run = (request: HttpClientRequest) =>
      settings.span || request.body._tag === "Stream"
        ? Effect.withFiber<HttpClientResponse, HttpClientError.HttpClientError>((fiber) =>
          settings.span && isTraced(fiber, request)
            ? sendTraced(settings, request, fiber)
            : send(settings, request, fiber.context)
        )
        : send(settings, request, Context.empty())
    return HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
      (request) => Effect.flatMap(request, run),
      Effect.succeed
    )
  })

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

/**
 * Provides the client with the given options.
 *
 * **Example** (Through a proxy)
 *
 * ```ts import.meta.vitest
 * import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const HttpLive = UndiciHttpClient.layerOptions({
 *   proxy: Redacted.make("http://user:secret@proxy.internal:3128"),
 *   connectTimeout: "3 seconds"
 * })
 *
 * Layer.isLayer(HttpLive) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOptions = (options: Options): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(HttpClient.HttpClient)(make(options))

/**
 * Provides the client with its defaults.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerOptions({})

/**
 * Provides the client over a dispatcher of undici that the caller owns.
 *
 * **When to use**
 *
 * Use to share an `Agent` with other code, to compose undici interceptors, or
 * to answer requests with undici's `MockAgent` in a test.
 *
 * **Gotchas**
 *
 * A dispatcher that retries or pipelines sends requests twice where this client
 * would not; a second start of a request that the dispatcher passes on fails it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerDispatcher = (
  dispatcher: Undici.Dispatcher,
  options?: Omit<Options, "dispatcher"> | undefined
): Layer.Layer<HttpClient.HttpClient> => layerOptions({ ...options, dispatcher })
