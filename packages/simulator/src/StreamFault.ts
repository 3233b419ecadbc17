/**
 * Faults of the user data stream, to order: what goes wrong with a WebSocket, told as data.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Text = Schema.TaggedStruct("Text", { text: Schema.String })

const Binary = Schema.TaggedStruct("Binary", { bytes: Schema.Uint8ArrayFromBase64 })

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

// The codes that the protocol lets a frame carry; 1005 stands for a closing frame without one.
const CloseCode = Schema.Int.check(
  Schema.isGreaterThanOrEqualTo(1000),
  Schema.isLessThanOrEqualTo(4999),
  Schema.makeFilter((code: number) =>
    code === 1004 || code === 1006 || (code >= 1015 && code < 3000) ? "a code that a closing frame cannot carry" : true
  )
)

// What a control frame has room for.
const within = (bytes: number) =>
  Schema.String.check(
    Schema.makeFilter((text: string) => new TextEncoder().encode(text).length <= bytes || `at most ${bytes} bytes`)
  )

/** How often and for whom. */
const Order = {
  /** The account it is for; any when left out. */
  accountId: Schema.optionalKey(Schema.String),
  /** How many matches pass before it begins; 0. */
  skip: Schema.optionalKey(Count),
  /** How many matches it is for; 1. */
  times: Schema.optionalKey(Count),
  /** The part of the matches after those that it strikes, from 0 to 1; all when left out. */
  chance: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** What the choice by chance begins from; 0. */
  seed: Schema.optionalKey(Schema.Int)
}

/**
 * What befalls an open connection.
 *
 * **Details**
 *
 * - `Cut`: it ends without a closing frame; the client sees 1006
 * - `Close`: the exchange closes it with that code and reason
 * - `Hold`: it stands, but nothing goes through any more, in either direction: pings are not answered, closing neither
 * - `Send`: a frame out of order: malformed text, bytes, an oversized message, any event
 * - `Ping`: a ping of the exchange with that payload, which has to be answered as any other
 * - `ServerShutdown`: the notice that the connection is about to end
 *
 * @category models
 * @since 0.1.0
 */
export const ConnectionAction = Schema.Union([
  Schema.TaggedStruct("Cut", {}),
  Schema.TaggedStruct("Close", { code: CloseCode, reason: Schema.optionalKey(within(123)) }),
  Schema.TaggedStruct("Hold", {}),
  Schema.TaggedStruct("Send", { frame: Schema.Union([Text, Binary]) }),
  Schema.TaggedStruct("Ping", { payload: within(125) }),
  Schema.TaggedStruct("ServerShutdown", {})
])

/**
 * What befalls an open connection.
 *
 * @category models
 * @since 0.1.0
 */
export type ConnectionAction = typeof ConnectionAction.Type

/**
 * At once, on the connections that are open.
 *
 * @category models
 * @since 0.1.0
 */
export const ConnectionFault = Schema.TaggedStruct("ConnectionFault", {
  /** The account whose connections it is for; all when left out. */
  accountId: Schema.optionalKey(Schema.String),
  /** The one connection it is for, by its number. */
  connection: Schema.optionalKey(Schema.Int),
  action: ConnectionAction
})

/**
 * At the opening of connections to come.
 *
 * **Details**
 *
 * `Refuse` answers with an HTTP status in place of the upgrade, `Cut` ends the connection without an answer, `Stall` leaves
 * it without one.
 *
 * @category models
 * @since 0.1.0
 */
export const OpeningFault = Schema.TaggedStruct("OpeningFault", {
  ...Order,
  action: Schema.Union([
    Schema.TaggedStruct("Refuse", {
      status: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })),
      headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
      body: Schema.optionalKey(Schema.String)
    }),
    Schema.TaggedStruct("Cut", {}),
    Schema.TaggedStruct("Stall", {})
  ])
})

/**
 * At events to come that somebody is connected to hear.
 *
 * **Details**
 *
 * - `Lose`: it is not sent
 * - `Duplicate`: it is sent that many times more (1)
 * - `Delay`: it is sent so many milliseconds later, by the exchange's clock; others overtake it
 * - `Reorder`: it is held back until the last of `times` has come, then they are sent in reverse
 * - `Truncate`: its text is cut off in the middle
 * - `Replace`: a frame is sent in its place
 * - a {@link ConnectionAction}: that happens to the connection before the event is sent
 *
 * @category models
 * @since 0.1.0
 */
export const EventFault = Schema.TaggedStruct("EventFault", {
  ...Order,
  /** The name of the event (`e`); any when left out. */
  event: Schema.optionalKey(Schema.String),
  /** The one connection it is for, by its number; the others hear the truth. */
  connection: Schema.optionalKey(Schema.Int),
  action: Schema.Union([
    Schema.TaggedStruct("Lose", {}),
    Schema.TaggedStruct("Duplicate", { copies: Schema.optionalKey(Count) }),
    Schema.TaggedStruct("Delay", { millis: Count }),
    Schema.TaggedStruct("Reorder", {}),
    Schema.TaggedStruct("Truncate", {}),
    Schema.TaggedStruct("Replace", { frame: Schema.Union([Text, Binary]) }),
    ConnectionAction
  ])
})

/**
 * Behind the back of those who listen.
 *
 * **Details**
 *
 * `Expire` ends the key with the event `listenKeyExpired`, `Delete` as another process would: without a word. The
 * connections stay open and hear nothing more.
 *
 * @category models
 * @since 0.1.0
 */
export const ListenKeyFault = Schema.TaggedStruct("ListenKeyFault", {
  /** The account whose key it is for; all when left out. */
  accountId: Schema.optionalKey(Schema.String),
  action: Schema.Literals(["Expire", "Delete"])
})

/**
 * A fault of the user data stream.
 *
 * **Details**
 *
 * It is data, and the schema reads it from a file as well. Faults of the calls for the listen key are faults of REST.
 * For an opening or an event the fault that was ordered first strikes, and no other.
 *
 * **Example** (The second order update is lost)
 *
 * ```ts import.meta.vitest
 * import * as StreamFault from "@effect-binance/simulator/StreamFault"
 *
 * const fault: StreamFault.StreamFault = {
 *   _tag: "EventFault",
 *   event: "ORDER_TRADE_UPDATE",
 *   skip: 1,
 *   action: { _tag: "Lose" }
 * }
 *
 * fault.action._tag // => "Lose"
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export const StreamFault = Schema.Union([ConnectionFault, OpeningFault, EventFault, ListenKeyFault])

/**
 * A fault of the user data stream.
 *
 * @category models
 * @since 0.1.0
 */
export type StreamFault = typeof StreamFault.Type
