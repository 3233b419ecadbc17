/** What every client under test has to offer. */

/** A client, and the things that are measured of it. Each answers what its users would get. */
export interface Client {
  readonly account: () => Promise<unknown>
  readonly order: () => Promise<unknown>
  readonly list: () => Promise<unknown>
  /** From the text of a list to what the user gets, without any I/O. */
  readonly decode: (text: string) => unknown
  /** The same with decimals left as text, where the client has that beside its default. */
  readonly decodeText?: (text: string) => unknown
  /** Listens to a user data stream, where the client has one. */
  readonly listen?: (how: Listening) => Promise<Listener>
}

/**
 * How frames are taken: `read`, by the code alone that makes something of a frame's text; `whole`, by all that a program would
 * have running, fed by a WebSocket in the same process.
 */
export type Listening = "read" | "whole"

/** Takes frames; the promise ends when the user of the client has what they say. `last` as in `Frames`. */
export interface Listener {
  readonly take: (frames: ReadonlyArray<string>, last: string) => void | Promise<void>
  readonly close: () => Promise<void>
}

/** Where to, and with which key. */
export interface Target {
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
}

/** The order that is placed, as each client takes it. */
export const order = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.010",
  price: "61234.50"
} as const

let placed = 0

/** A client order id, new each time. */
export const newId = (): string => `bench-${(++placed).toString().padStart(8, "0")}`
