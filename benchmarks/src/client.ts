/** What every client under test has to offer. */

/** A client, and the four things that are measured of it. Each answers what its users would get. */
export interface Client {
  readonly account: () => Promise<unknown>
  readonly order: () => Promise<unknown>
  readonly list: () => Promise<unknown>
  /** From the text of a list to what the user gets, without any I/O. */
  readonly decode: (text: string) => unknown
  /** The same with decimals left as text, where the client has that beside its default. */
  readonly decodeText?: (text: string) => unknown
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
