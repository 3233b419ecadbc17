/** ccxt, by its implicit methods: one signed request, the answer parsed and not translated. */
import * as ccxt from "ccxt"
import { type Client, newId, order, type Target } from "../client.ts"

type Implicit = (params: object) => Promise<unknown>

export const make = ({ apiKey, apiSecret, url }: Target): Client => {
  const exchange = new ccxt.binance({
    apiKey,
    secret: apiSecret,
    enableRateLimit: false,
    options: { portfolioMargin: true, fetchMarkets: [] }
  })
  exchange.urls["api"] = { ...exchange.urls["api"], papi: `${url}/papi/v1`, papiV2: `${url}/papi/v2` }
  const implicit = (name: string): Implicit => {
    const method: unknown = Reflect.get(exchange, name)
    if (typeof method !== "function") throw new Error(`ccxt has no ${name}`)
    return method.bind(exchange)
  }
  const account = implicit("papiGetAccount")
  const place = implicit("papiPostUmOrder")
  const list = implicit("papiGetUmOpenOrders")
  return {
    account: () => account({}),
    order: () => place({ ...order, newClientOrderId: newId() }),
    list: () => list({ symbol: order.symbol }),
    decode: (text) => exchange.parseJson(text)
  }
}
