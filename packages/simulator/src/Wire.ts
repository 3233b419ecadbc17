/**
 * Requests and answers as they are on the wire, whichever face they came through.
 *
 * @since 0.1.0
 */

/**
 * A request as received: the query and the body are the very bytes that were sent, undecoded.
 *
 * @category models
 * @since 0.1.0
 */
export interface WireRequest {
  readonly method: string
  readonly path: string
  /** What follows the question mark, or the empty string. */
  readonly query: string
  readonly body: string
  /** By lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly ip: string
}

/**
 * An answer as sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface WireResponse {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}
