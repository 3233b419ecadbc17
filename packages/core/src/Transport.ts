/**
 * What carries a request to the exchange and brings the answer back.
 *
 * The layers of clients stand on the `HttpClient` of the program. This module is what they see of it, and the same over
 * `fetch` alone, for programs whose size counts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as unsent from "./internal/unsent.ts"

/**
 * A request as it is to go out; none has a body.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportRequest {
  readonly method: string
  /** The whole address with the signed query. To be sent as it stands, or the signature is wrong. */
  readonly url: string
  /** Goes into the header `x-mbx-apikey`. */
  readonly apiKey: Redacted.Redacted | undefined
}

/**
 * An answer, of whatever status.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportAnswer {
  readonly status: number
  /** By lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
}

/**
 * No answer came.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportError extends Schema.TaggedError<TransportError>("@effect-binance/core/TransportError")(
  "TransportError",
  {
    /** Whether it is proven that not one byte of the request left. What is not proven counts as sent. */
    unsent: Schema.Boolean,
    /** What went wrong, without secrets. */
    detail: Schema.String
  }
) {
  override get message(): string {
    return this.detail
  }
}

/**
 * What carries requests.
 *
 * **Details**
 *
 * An interrupted `send` gives the request up. Redirects are not followed: they would take the API key along to any host.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportShape {
  readonly send: (request: TransportRequest) => Effect.Effect<TransportAnswer, TransportError>
}

// 418 and 429 say all that matters by their status; a body that cannot be read must not hide that there is a limit or a ban.
const textOf = (response: Response): Promise<string> =>
  response.status === 418 || response.status === 429 ? response.text().catch(() => "") : response.text()

/**
 * Carries requests by `fetch`, without Effect's HTTP client in between.
 *
 * **When to use**
 *
 * With `Client.makeWith`, where the size of the program counts. Elsewhere the layers of clients and an `HttpClient` do more:
 * proxies, pools, middleware, tests.
 *
 * @category transports
 * @since 0.1.0
 */
export const overFetch = (fetch: typeof globalThis.fetch = globalThis.fetch): TransportShape => ({
  send: ({ apiKey, method, url }) =>
    Effect.tryPromise({
      try: async (signal): Promise<TransportAnswer> => {
        const response = await fetch(url, {
          method,
          signal,
          redirect: "manual",
          headers: {
            accept: "application/json",
            ...(apiKey === undefined ? undefined : { [apiKeyHeader]: Redacted.value(apiKey) })
          }
        })
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          text: await textOf(response)
        }
      },
      catch: (cause) =>
        new TransportError({
          unsent: unsent.isProven(cause),
          detail: unsent.describe(cause) ?? "the connection failed"
        })
    })
})

/**
 * The header that names the key.
 *
 * @category constants
 * @since 0.1.0
 */
export const apiKeyHeader = "x-mbx-apikey"
