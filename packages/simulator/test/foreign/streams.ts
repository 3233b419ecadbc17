import { DerivativesTradingPortfolioMargin } from "@binance/derivatives-trading-portfolio-margin"
import { WebsocketClient } from "binance"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type * as Clients from "./clients.ts"

/** A user data stream of another make: what it hands to its user, in order. */
export type Heard = Queue.Dequeue<unknown>

type Open = (url: string, account: typeof Clients.demo) => Effect.Effect<Heard, never, Scope.Scope>

const silent = { trace: () => {}, info: () => {}, error: () => {} }

/** The stream of the package `binance`: the direct form, with a listen key that it makes by itself. */
const binance: Open = (url, { apiKey, apiSecret }) =>
  Effect.gen(function*() {
    const heard = yield* Queue.unbounded<unknown>()
    const client = yield* Effect.acquireRelease(
      Effect.sync(() =>
        new WebsocketClient({
          api_key: apiKey,
          api_secret: apiSecret,
          wsUrl: `${url.replace("http", "ws")}/pm/ws/`,
          restOptions: { baseUrl: url, disableTimeSync: true }
        }, silent)
      ),
      (client) => Effect.sync(() => client.closeAll(true))
    )
    client.on("message", (message) => Queue.offerUnsafe(heard, message))
    yield* Effect.promise(() => client.subscribePortfolioMarginUserDataStream())
    return heard
  })

/** The stream of Binance's own connector: the combined form, with a listen key of ours. */
const official: Open = (url, { apiKey, apiSecret }) =>
  Effect.gen(function*() {
    const heard = yield* Queue.unbounded<unknown>()
    process.env.LOG_LEVEL = "error"
    const client = new DerivativesTradingPortfolioMargin({
      configurationRestAPI: { apiKey, apiSecret, basePath: url, retries: 0 },
      configurationWebsocketStreams: { wsURL: `${url.replace("http", "ws")}/pm` }
    })
    const { listenKey } = yield* Effect.promise(async () => await (await client.restAPI.startUserDataStream()).data())
    const connection = yield* Effect.acquireRelease(
      Effect.promise(() => client.websocketStreams.connect()),
      (connection) => Effect.promise(() => connection.disconnect())
    )
    const stream = connection.userData(listenKey ?? "")
    stream.on("message", (message) => void Queue.offerUnsafe(heard, message))
    return heard
  })

export const makers: { readonly [M in Clients.Maker]: Open } = { binance, official }
