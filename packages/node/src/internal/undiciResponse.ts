import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import type * as Schema from "effect/Schema"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import * as Request from "./undiciRequest.ts"

/** Response headers as undici parses them, names in lower case. */
export type RawHeaders = Readonly<Record<string, string | Array<string> | undefined>>

// URL-encoded bodies keep a leading U+FEFF as form data
const formDecoder = new TextDecoder("utf-8", { ignoreBOM: true })

// undici has the names in lower case already, which Headers.fromInput would do again
const makeHeaders = (raw: RawHeaders): Headers.Headers => {
  const out: Record<string, string> = {}
  for (const name of Object.keys(raw)) {
    const value = raw[name]
    if (value !== undefined) {
      out[name] = typeof value === "string" ? value : value.join(", ")
    }
  }
  return Headers.fromRecordUnsafe(out)
}

/**
 * A response whose body is in memory. Everything derived from it is made on
 * first use.
 */
export class UndiciResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse, Pipeable {
  readonly request: HttpClientRequest
  readonly status: number
  private readonly rawHeaders: RawHeaders
  private readonly body: Buffer
  private cachedHeaders: Headers.Headers | undefined = undefined
  private cachedCookies: Cookies.Cookies | undefined = undefined
  private cachedText: string | undefined = undefined

  constructor(request: HttpClientRequest, status: number, rawHeaders: RawHeaders, body: Buffer) {
    super()
    this.request = request
    this.status = status
    this.rawHeaders = rawHeaders
    this.body = body
  }

  get [HttpIncomingMessage.TypeId](): typeof HttpIncomingMessage.TypeId {
    return HttpIncomingMessage.TypeId
  }

  get [HttpClientResponse.TypeId](): typeof HttpClientResponse.TypeId {
    return HttpClientResponse.TypeId
  }

  get url(): string {
    const target = Request.target(this.request)
    return typeof target === "string" ? "" : target.origin + target.path
  }

  get headers(): Headers.Headers {
    return this.cachedHeaders ??= makeHeaders(this.rawHeaders)
  }

  get cookies(): Cookies.Cookies {
    if (this.cachedCookies === undefined) {
      const header = this.rawHeaders["set-cookie"]
      this.cachedCookies = header === undefined ? Cookies.empty : Cookies.fromSetCookie(header)
    }
    return this.cachedCookies
  }

  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }

  private textUnsafe(): string {
    if (this.cachedText === undefined) {
      const body = this.body
      const hasMark = body.length >= 3 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
      this.cachedText = body.toString("utf8", hasMark ? 3 : 0)
    }
    return this.cachedText
  }

  private bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.body)
  }

  private decodeError(cause: unknown): HttpClientError.HttpClientError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: Request.redact(this.request), response: this, cause })
    })
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return Effect.succeed(this.textUnsafe())
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return Effect.try({
      try: (): Schema.Json => {
        const text = this.textUnsafe()
        return text === "" ? null : JSON.parse(text)
      },
      catch: (cause) => this.decodeError(cause)
    })
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    return Effect.sync(() =>
      // A leading "?" is form data; URLSearchParams would drop it as the start of a query.
      UrlParams.fromInput(new URLSearchParams(formDecoder.decode(this.body).replace(/^\?/, "%3F")))
    )
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.tryPromise({
      try: () => {
        const contentType = this.headers["content-type"]
        return new Response(this.bytes(), contentType === undefined ? {} : { headers: { "content-type": contentType } })
          .formData()
      },
      catch: (cause) => this.decodeError(cause)
    })
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return Effect.sync(() => this.bytes().buffer)
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    return this.body.length === 0 ? Stream.empty : Stream.sync(() => this.bytes())
  }

  get upgrade(): Effect.Effect<Socket.Socket, HttpClientError.HttpClientError> {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({
          request: Request.redact(this.request),
          response: this,
          description: "this client does not hand over the connection of an HTTP upgrade"
        })
      })
    )
  }

  /** Method, URL without its query, status and headers: no key, no signature, no body. */
  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: {
        _id: "HttpClientRequest",
        method: this.request.method,
        url: Request.redactUrl(this.request.url)
      },
      status: this.status
    })
  }

  pipe() {
    return pipeArguments(this, arguments)
  }
}
