/**
 * Requests and answers as they are on the wire, whichever face they came through.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

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
 * How an answer goes over its connection, where not whole and at once: cut off by a reset after some bytes of the body, or
 * in pieces with a pause after each.
 *
 * @category models
 * @since 0.1.0
 */
export type Delivery =
  | { readonly _tag: "Cut"; readonly afterBytes: number }
  | { readonly _tag: "Drip"; readonly bytes: number; readonly every: Duration.Duration }

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
  /** Sent in place of `body`, where that is no text. */
  readonly bytes?: Uint8Array | undefined
  readonly delivery?: Delivery | undefined
}

/**
 * A connection that ended without an answer.
 *
 * **Details**
 *
 * `phase` is `connect` where it never stood, so that not a byte of the request left, and `request` where it ended after the
 * request was written. `code` and `syscall` are those that Node.js gives for it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionFailed
  extends Schema.TaggedError<ConnectionFailed>("@effect-binance/simulator/ConnectionFailed")(
    "ConnectionFailed",
    {
      phase: Schema.Literals(["connect", "request"]),
      code: Schema.String,
      syscall: Schema.Literals(["connect", "getaddrinfo", "read"]),
      message: Schema.String
    }
  )
{}

/**
 * The opening of a WebSocket as received; the key of the user data stream is in the path or in the query.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamRequest {
  readonly path: string
  /** What follows the question mark, or the empty string. */
  readonly query: string
  readonly ip: string
}

/**
 * A WebSocket frame that carries text or bytes.
 *
 * @category models
 * @since 0.1.0
 */
export type DataFrame =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Binary"; readonly bytes: Uint8Array }

/**
 * What the exchange does on a WebSocket.
 *
 * **Details**
 *
 * `Close` is the closing frame (1005: one without a code), `Cut` the end of the connection without one, which the client
 * sees as 1006. After `Hold` nothing is written or read any more although the connection stands. Each of these three is the
 * last that comes.
 *
 * @category models
 * @since 0.1.0
 */
export type ServerFrame =
  | DataFrame
  | { readonly _tag: "Ping"; readonly payload: string }
  | { readonly _tag: "Pong"; readonly payload: string }
  | { readonly _tag: "Close"; readonly code: number; readonly reason: string }
  | { readonly _tag: "Cut" }
  | { readonly _tag: "Hold" }

/**
 * What a client does on a WebSocket.
 *
 * @category models
 * @since 0.1.0
 */
export type ClientFrame =
  | DataFrame
  | { readonly _tag: "Ping"; readonly payload: string }
  | { readonly _tag: "Pong"; readonly payload: string }
  | { readonly _tag: "Close"; readonly code: number; readonly reason: string }
