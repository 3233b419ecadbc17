/** This project's client, over each HTTP client and signer it is used with. */
import * as Core from "@effect-binance/core/Client"
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import * as View from "@effect-binance/core/View"
import * as NodeSigner from "@effect-binance/node/NodeSigner"
import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import { getAccountInfo } from "@effect-binance/portfolio-margin/endpoints/Account"
import { getAllUMOpenOrders, submitNewUMOrder } from "@effect-binance/portfolio-margin/endpoints/UMOrders"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Result from "effect/Result"
import { type Client, newId, order, type Target } from "../client.ts"
import * as Listen from "./listen.ts"

const parsed = (text: string) => Result.getOrThrowWith(LosslessJson.parse(text), () => new Error("not JSON"))

const openOrdersText = View.textualEndpoint(getAllUMOpenOrders)

const makeWith = async (
  { apiKey, apiSecret, url }: Target,
  http: Layer.Layer<HttpClient.HttpClient>,
  signer: Layer.Layer<Signer, Credentials.CredentialsError, Credentials.Credentials>
): Promise<Client> => {
  const runtime = ManagedRuntime.make(
    Core.Client.layer().pipe(
      Layer.provide([signer, ServerClock.layer()]),
      Layer.provide([
        Environment.Environment.layer({ environment: "custom", restUrl: url }),
        Credentials.Credentials.layer({ apiKey, apiSecret }),
        http
      ])
    )
  )
  const client = await runtime.runPromise(Effect.service(Core.Client))
  // The services are built and the calls need no others, so each runs as it would from any code that is not Effect's.
  return {
    account: () => Effect.runPromise(client.call(getAccountInfo, {})),
    order: () => Effect.runPromise(client.call(submitNewUMOrder, { ...order, newClientOrderId: newId() })),
    list: () => Effect.runPromise(client.call(getAllUMOpenOrders, { symbol: order.symbol })),
    decode: (text) => getAllUMOpenOrders.decode(parsed(text)),
    decodeText: (text) => openOrdersText.decode(parsed(text)),
    listen: async (how) => how === "read" ? Listen.read() : await Listen.whole()
  }
}

/** As the Node.js layers have it. */
export const make = (target: Target) => makeWith(target, UndiciHttpClient.layer, NodeSigner.layer)

/** On any runtime: `fetch` and WebCrypto. */
export const makeFetch = (target: Target) => makeWith(target, FetchHttpClient.layer, Signer.layer)

/** Over the undici client that comes with Effect. */
export const makeStock = (target: Target) => makeWith(target, NodeHttpClient.layerUndici, NodeSigner.layer)
