/** The npm package `binance`; it gives every order an id of its own. */
import { PortfolioClient } from "binance"
import * as Http from "node:http"
import { createRequire } from "node:module"
import { type Client, order, type Target } from "../client.ts"

interface Beautifier {
  readonly beautify: (value: unknown, endpoint: string) => unknown
}

// It is not exported, but is what the client runs after `JSON.parse`.
const Beautifier: new(config: { readonly warnKeyMissingInMap: boolean }) => Beautifier = createRequire(import.meta.url)(
  "binance/lib/util/beautifier"
).default

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
      : (text) => JSON.parse(text)
  }
}

export const make = (target: Target) => makeWith(target, false)

export const makeBeautified = (target: Target) => makeWith(target, true)
