/**
 * A program that makes one call, over `fetch`, signed by WebCrypto with an HMAC key, of a client put together by hand: no
 * layers, no `HttpClient`, no limits.
 */
import * as Client from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import * as ServerClock from "@effect-binance/core/ServerClock"
import * as Signer from "@effect-binance/core/Signer"
import * as Transport from "@effect-binance/core/Transport"
import { getAccountInfo } from "@effect-binance/portfolio-margin/endpoints/Account"
import * as Effect from "effect/Effect"

const program = Effect.gen(function*() {
  const environment = Environment.production
  const transport = Transport.overFetch()
  const credentials = yield* Credentials.makeHmac({ apiKey: "key", apiSecret: "secret" })
  const client = Client.makeWith({
    environment,
    transport,
    signer: yield* Signer.makeHmac(credentials),
    clock: yield* ServerClock.makeTimekeeper(ServerClock.exchangeTime(environment, transport))
  })
  const account = yield* client.call(getAccountInfo, {})
  return account.uniMMR
})

export const uniMMR = Effect.runPromise(Effect.scoped(program))
