/** A program with every method at hand, over fetch, signed by WebCrypto. */
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"

const live = PortfolioClient.layer({ environment: "production", apiKey: "key", apiSecret: "secret" }).pipe(
  Layer.provide(FetchHttpClient.layer)
)

export const uniMMR = Effect.runPromise(
  Effect.flatMap(PortfolioClient, (client) => client.getAccountInfo()).pipe(
    Effect.map((account) => account.uniMMR),
    Effect.provide(live)
  )
)
