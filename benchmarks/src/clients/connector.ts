/** Binance's own connector. */
import * as Connector from "@binance/derivatives-trading-portfolio-margin"
import * as Https from "node:https"
import { createRequire } from "node:module"
import { type Client, type Listener, newId, order, type Target } from "../client.ts"

// What the connector reads its answers with is a dependency of a dependency of it.
const within = (...names: ReadonlyArray<string>) =>
  names.reduce((require, name) => createRequire(require.resolve(name)), createRequire(import.meta.url))

const { JSONParse }: { readonly JSONParse: (text: string) => unknown } = within(
  "@binance/derivatives-trading-portfolio-margin",
  "@binance/common"
)("json-with-bigint")

interface Streams {
  readonly onMessage: (data: string, connection: object) => void
}

const { WebsocketStreamsBase, createStreamHandler }: {
  readonly WebsocketStreamsBase: new(configuration: { readonly wsURL: string }) => Streams
  readonly createStreamHandler: (streams: Streams, stream: string) => {
    readonly on: (event: "message", callback: (data: unknown) => void) => void
  }
} = within("@binance/derivatives-trading-portfolio-margin")("@binance/common")

const listen = (): Listener => {
  class Fed extends WebsocketStreamsBase {
    // It is subscribed already.
    subscribe(): void {}
  }
  const streams = new Fed({ wsURL: "ws://127.0.0.1" })
  let heard = 0
  createStreamHandler(streams, "listenKey").on("message", () => void heard++)
  const connection = {}
  return {
    take: (frames) => {
      const before = heard
      // It uses the combined form.
      for (const frame of frames) streams.onMessage(`{"stream":"listenKey","data":${frame}}`, connection)
      if (heard - before !== frames.length) throw new Error(`${heard - before} of ${frames.length} events were heard`)
    },
    close: async () => {}
  }
}

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
    decode: JSONParse,
    listen: async () => listen()
  }
}

/** As it comes: over TLS it makes a new agent, and so a new connection, for every call. */
export const make = (target: Target) => makeWith(target, undefined)

/** With an agent of the user's that keeps connections. */
export const makeAgent = (target: Target) => makeWith(target, new Https.Agent({ keepAlive: true }))
