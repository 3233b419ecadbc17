import type * as Context from "effect/Context"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import * as Undici from "undici"

/** Where a request goes, as two cuts of the given text. */
export interface Target {
  readonly origin: string
  readonly path: string
}

const slash = 47
const question = 63
const hash = 35
const at = 64

// Anything else would have to be encoded, and what is signed must not change.
const unsendable = /[^\x21-\x7e]/

/**
 * Cuts a URL into origin and path without parsing it, so that the bytes sent
 * are the bytes given. Returns the reason when it can not be sent as it is.
 */
export const target = (request: HttpClientRequest.HttpClientRequest): Target | string => {
  const url = request.url
  const authority = url.startsWith("https://") ? 8 : url.startsWith("http://") ? 7 : -1
  if (authority === -1) {
    return "the URL has to start with https:// or http://"
  }
  let end = authority
  for (; end < url.length; end++) {
    const code = url.charCodeAt(end)
    if (code === slash || code === question || code === hash) break
    if (code === at) return "credentials in the URL are not supported"
  }
  if (end === authority) {
    return "the URL has no host"
  }
  let path = url.slice(end)
  if (unsendable.test(path)) {
    return "the URL has characters that need percent-encoding"
  }
  const fragment = path.indexOf("#")
  if (fragment !== -1) {
    path = path.slice(0, fragment)
  }
  if (path.charCodeAt(0) !== slash) {
    path = `/${path}`
  }
  if (request.urlParams.params.length > 0) {
    path += `${path.includes("?") ? "&" : "?"}${UrlParams.toString(request.urlParams)}`
  }
  return { origin: url.slice(0, end), path }
}

/**
 * The request headers as undici takes them fastest, names and values in turn,
 * with gzip asked for unless the request says otherwise.
 */
export const headers = (request: HttpClientRequest.HttpClientRequest): Array<string> => {
  const out: Array<string> = []
  const input = request.headers
  // undici writes the content type of a form itself, with its boundary
  const isForm = request.body._tag === "FormData"
  let acceptEncoding = false
  for (const name in input) {
    const value = input[name]
    if (value === undefined || (isForm && name === "content-type")) continue
    if (name === "accept-encoding") acceptEncoding = true
    out.push(name, value)
  }
  if (!acceptEncoding) {
    out.push("accept-encoding", "gzip")
  }
  return out
}

/** What undici takes as a body. */
export type Body = string | Uint8Array | Readable | Undici.FormData | null

/**
 * The request body as undici takes it, or `undefined` when it has no such form.
 */
export const body = (body: HttpBody.HttpBody, context: Context.Context<never>): Body | undefined => {
  switch (body._tag) {
    case "Empty":
      return null
    case "Uint8Array":
      return body.text ?? body.body
    case "Raw": {
      const raw = body.body
      if (raw === null || raw === undefined) return null
      if (typeof raw === "string" || raw instanceof Uint8Array || raw instanceof Readable) return raw
      if (raw instanceof ArrayBuffer) return new Uint8Array(raw)
      if (raw instanceof URLSearchParams) return raw.toString()
      return undefined
    }
    case "FormData": {
      // undici takes forms of its own class alone
      const form = new Undici.FormData()
      for (const [name, value] of body.formData) {
        form.append(name, value)
      }
      return form
    }
    case "Stream":
      return Readable.from(Stream.toAsyncIterableWith(body.stream, context), { objectMode: false })
  }
}

const secretHeaders = ["x-mbx-apikey", "authorization", "proxy-authorization", "cookie", "x-api-key"]

/** A URL without its query, where the signature stands, and without credentials. */
export const redactUrl = (url: string): string => {
  const cut = url.search(/[?#]/)
  return UrlParams.redactUrl(cut === -1 ? url : url.slice(0, cut))
}

/**
 * What of a request may be kept in an error: errors get logged, and Effect's
 * own redaction does not know the API key header.
 */
export const redact = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.makeWith(
    request.method,
    redactUrl(request.url),
    UrlParams.empty,
    Option.none(),
    Headers.removeMany(request.headers, secretHeaders),
    HttpBody.empty
  )
