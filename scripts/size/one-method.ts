/** A program that makes one call, over fetch, signed by WebCrypto: what is measured against the limit of one method. */
import { Client } from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { getAccountInfo } from "@effect-binance/portfolio-margin/endpoints/Account"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"

const live = Client.layer().pipe(
  Layer.provide([ServerClock.layer(), Signer.layer]),
  Layer.provide([
    Environment.Environment.layer({ environment: "production" }),
    Credentials.Credentials.layer({ apiKey: "key", apiSecret: "secret" }),
    FetchHttpClient.layer
  ])
)

export const uniMMR = Effect.runPromise(
  Effect.flatMap(Client, (client) => client.call(getAccountInfo, {})).pipe(
    Effect.map((account) => account.uniMMR),
    Effect.provide(live)
  )
)
