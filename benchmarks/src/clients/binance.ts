/** The npm package `binance`; it gives every order an id of its own. */
import { PortfolioClient, WebsocketClient } from "binance"
import * as Http from "node:http"
import { createRequire } from "node:module"
import { type Client, type Listener, order, type Target } from "../client.ts"

interface Beautifier {
  readonly beautify: (value: unknown, endpoint: string) => unknown
}

// It is not exported, but is what the client runs after `JSON.parse`.
const Beautifier: new(config: { readonly warnKeyMissingInMap: boolean }) => Beautifier = createRequire(import.meta.url)(
  "binance/lib/util/beautifier"
).default

type Message = Parameters<Fed["resolveEmittableEvents"]>[1]

// All that its WebSocket does with a message, but for looking whether it is a pong.
class Fed extends WebsocketClient {
  feed(data: string): void {
    // Without the socket that it came from: nothing looks at it.
    const message: Message = Object.assign(Object.create(null), { data, type: "message" })
    for (const { event, eventType } of this.resolveEmittableEvents("portfolioMarginUserData", message)) {
      this.emit(eventType, event)
    }
  }
}

const listen = (beautify: boolean): Listener => {
  const silent = { trace: () => {}, info: () => {}, error: () => {} }
  const client = new Fed({ beautify, beautifyWarnIfMissing: false }, silent)
  let heard = 0
  client.on(beautify ? "formattedMessage" : "message", () => void heard++)
  return {
    take: (frames) => {
      const before = heard
      for (const frame of frames) client.feed(frame)
      if (heard - before !== frames.length) throw new Error(`${heard - before} of ${frames.length} events were heard`)
    },
    close: async () => client.closeAll(true)
  }
}

const makeWith = ({ apiKey, apiSecret, url }: Target, beautifyResponses: boolean): Client => {
  const client = new PortfolioClient(
    { api_key: apiKey, api_secret: apiSecret, baseUrl: url, keepAlive: true, beautifyResponses },
    { httpAgent: new Http.Agent({ keepAlive: true }) }
  )
  const beautifier = new Beautifier({ warnKeyMissingInMap: false })
  return {
    account: () => client.getAccountInfo(),
    order: () => client.submitNewUMOrder({ ...order }),
    list: () => client.getAllUMOpenOrders({ symbol: order.symbol }),
    decode: beautifyResponses
      ? (text) => beautifier.beautify(JSON.parse(text), "papi/v1/um/openOrders")
      : (text) => JSON.parse(text),
    listen: async () => listen(beautifyResponses)
  }
}

export const make = (target: Target) => makeWith(target, false)

export const makeBeautified = (target: Target) => makeWith(target, true)
