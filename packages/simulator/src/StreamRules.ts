/**
 * How the exchange keeps its user data streams: lives, pings, limits.
 *
 * @since 0.1.0
 */

/**
 * The rules of the user data stream, times in milliseconds.
 *
 * **Details**
 *
 * {@link marks} says which of them Binance tells of, and where.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamRules {
  /** Life of a listen key after it was made or kept alive; 60 minutes. */
  readonly listenKeyLife: number
  /** Time between two pings of the exchange; 3 minutes. */
  readonly pingEvery: number
  /** Time in which a ping must be answered, with its own payload; 10 minutes. */
  readonly pongWithin: number
  /** Life of a connection; 24 hours. */
  readonly connectionLife: number
  /** How a connection ends that has lived that long; 1001. */
  readonly endOfLife: { readonly code: number; readonly reason: string }
  /** Frames that a client may send in a second, pings and pongs among them; 10. */
  readonly maxIncomingPerSecond: number
  /** Streams that a connection may be subscribed to; 1024. */
  readonly maxStreams: number
  /** Bytes of a message from the client; 64 KiB. */
  readonly maxMessageBytes: number
  /**
   * Characters that may wait for a client that reads slower than it is told; 16 Mi. A client that falls further behind is
   * disconnected, so that nothing is lost unnoticed.
   */
  readonly maxBuffered: number
  /** Whether a connection to a key that is not known is refused instead of being kept without messages; `false`. */
  readonly refuseUnknownKeys: boolean
}

/**
 * The mark of every rule, as data: `said` by the pages on Portfolio Margin, `futures` by those on the hosts that serve the
 * stream, or `inferred`.
 *
 * @category constants
 * @since 0.1.0
 */
export const marks: { readonly [R in keyof StreamRules]: "said" | "futures" | "inferred" } = {
  listenKeyLife: "said",
  pingEvery: "futures",
  pongWithin: "futures",
  connectionLife: "said",
  endOfLife: "inferred",
  maxIncomingPerSecond: "futures",
  maxStreams: "futures",
  maxMessageBytes: "inferred",
  maxBuffered: "inferred",
  refuseUnknownKeys: "inferred"
}

/**
 * The rules unless told otherwise.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: StreamRules = {
  listenKeyLife: 3_600_000,
  pingEvery: 180_000,
  pongWithin: 600_000,
  connectionLife: 86_400_000,
  endOfLife: { code: 1001, reason: "" },
  maxIncomingPerSecond: 10,
  maxStreams: 1024,
  maxMessageBytes: 65_536,
  maxBuffered: 16_777_216,
  refuseUnknownKeys: false
}
