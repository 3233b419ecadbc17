/** An exchange of a few lines: it answers from a script and keeps what it was sent. */
import { PortfolioClient, type PortfolioClientOptions } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"

/** A request as the exchange receives it. */
export interface Sent {
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly apiKey: string | undefined
  /** All that was in the query, in order. */
  readonly query: URLSearchParams
  /** What was in the query but for what the client adds. */
  readonly params: { readonly [name: string]: string }
}

const added = new Set(["recvWindow", "timestamp", "signature"])

/** Makes an exchange: a layer to be called by, and the requests so far. */
export const scripted = (answer: (sent: Sent) => unknown) => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      const url = new URL(request.url)
      const received: Sent = {
        method: request.method,
        origin: url.origin,
        path: url.pathname,
        apiKey: request.headers["x-mbx-apikey"],
        query: url.searchParams,
        params: Object.fromEntries([...url.searchParams].filter(([name]) => !added.has(name)))
      }
      sent.push(received)
      const body = answer(received)
      return HttpClientResponse.fromWeb(request, new Response(typeof body === "string" ? body : JSON.stringify(body)))
    })
  )
  return { sent, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** Options of an account at an address of its own. */
export const account = (name: string): PortfolioClientOptions => ({
  environment: "custom",
  restUrl: `https://${name}.exchange.example`,
  apiKey: `key-of-${name}`,
  apiSecret: `secret-of-${name}`,
  clock: { source: "local" }
})

/** A client of that account. */
export const clientOf = (name: string) => PortfolioClient.layer(account(name))

/** A client of that account on an exchange, and the way to the exchange for other clients. */
export const live = (exchange: ReturnType<typeof scripted>, name: string = "one") =>
  Layer.provideMerge(clientOf(name), exchange.layer)
