/** Binance's own connector. */
import * as Connector from "@binance/derivatives-trading-portfolio-margin"
import * as Https from "node:https"
import { createRequire } from "node:module"
import { type Client, newId, order, type Target } from "../client.ts"

// What the connector reads its answers with is a dependency of a dependency of it.
const within = (...names: ReadonlyArray<string>) =>
  names.reduce((require, name) => createRequire(require.resolve(name)), createRequire(import.meta.url))

const { JSONParse }: { readonly JSONParse: (text: string) => unknown } = within(
  "@binance/derivatives-trading-portfolio-margin",
  "@binance/common"
)("json-with-bigint")

const { NewUmOrderSideEnum, NewUmOrderTimeInForceEnum, NewUmOrderTypeEnum } =
  Connector.DerivativesTradingPortfolioMarginRestAPI

const makeWith = ({ apiKey, apiSecret, url }: Target, httpsAgent: Https.Agent | undefined): Client => {
  const { restAPI } = new Connector.DerivativesTradingPortfolioMargin({
    configurationRestAPI: {
      apiKey,
      apiSecret,
      basePath: url,
      ...(httpsAgent === undefined ? undefined : { httpsAgent })
    }
  })
  return {
    account: async () => (await restAPI.accountInformation()).data(),
    order: async () =>
      (await restAPI.newUmOrder({
        symbol: order.symbol,
        side: NewUmOrderSideEnum.BUY,
        type: NewUmOrderTypeEnum.LIMIT,
        timeInForce: NewUmOrderTimeInForceEnum.GTC,
        quantity: Number(order.quantity),
        price: Number(order.price),
        newClientOrderId: newId()
      })).data(),
    list: async () => (await restAPI.queryAllCurrentUmOpenOrders({ symbol: order.symbol })).data(),
    decode: JSONParse
  }
}

/** As it comes: over TLS it makes a new agent, and so a new connection, for every call. */
export const make = (target: Target) => makeWith(target, undefined)

/** With an agent of the user's that keeps connections. */
export const makeAgent = (target: Target) => makeWith(target, new Https.Agent({ keepAlive: true }))
