/**
 * One connection of the user data stream, seen from the exchange, whichever face it came through.
 *
 * @since 0.1.0
 */
import type * as Array from "effect/Array"
import type * as Effect from "effect/Effect"
import type { ClientFrame, ServerFrame, WireResponse } from "./Wire.ts"

/**
 * An open connection.
 *
 * **Details**
 *
 * Frames wait in order until they are taken, within the bounds of `StreamRules.maxBuffered`.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamConnection {
  /** Its number: connections are counted from 1 as they are opened. */
  readonly id: number
  /** Waits for the next frames. `Close`, `Cut` or `Hold` is the last one. */
  readonly take: Effect.Effect<Array.NonEmptyReadonlyArray<ServerFrame>>
  /** Takes in a frame of the client. */
  readonly receive: (frame: ClientFrame) => Effect.Effect<void>
  /** Says that the client is gone. */
  readonly lost: Effect.Effect<void>
}

/**
 * What comes of opening a WebSocket: a connection, a refusal over HTTP, the end of the connection without an answer,
 * never an answer, or nobody there to connect to.
 *
 * @category models
 * @since 0.1.0
 */
export type Opened =
  | { readonly _tag: "Accepted"; readonly connection: StreamConnection }
  | { readonly _tag: "Refused"; readonly response: WireResponse }
  | { readonly _tag: "Cut" }
  | { readonly _tag: "Stalled" }
  | { readonly _tag: "Unreachable" }

/**
 * A connection that is open, for tests and inspection; `openedAt` in milliseconds. Listen keys are not shown, only whose
 * they are.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenStream {
  readonly connection: number
  readonly accountIds: ReadonlyArray<string>
  readonly streams: number
  readonly combined: boolean
  readonly openedAt: number
  /** How many pings of the exchange have no answer yet. */
  readonly unanswered: number
  /** Whether a fault holds it. */
  readonly held: boolean
}
