/**
 * A client of the simulator in one line, for tests and first programs.
 *
 * @since 0.1.0
 */
import * as Environment from "@effect-binance/core/Environment"
import { Signer, SigningFailed } from "@effect-binance/core/Signer"
import { PortfolioClient, type RequestOptions, type Services } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"
import * as Crypto from "node:crypto"
import * as Simulator from "./Simulator.ts"
import * as SimulatorHttpClient from "./SimulatorHttpClient.ts"
import * as SimulatorWebSocket from "./SimulatorWebSocket.ts"

const environment = Layer.succeed(Environment.Environment, Environment.simulator())

// Signed for real, so that what a test proves holds for the exchange's checks too.
const demoSigner = Signer.layerCustom({
  apiKey: Simulator.demoKey.apiKey,
  sign: (payload) =>
    Effect.try({
      try: () => Crypto.createHmac("sha256", Simulator.demoKey.secret).update(payload).digest("hex"),
      catch: () => new SigningFailed({ message: "the simulator's own key could not sign" })
    })
})

/**
 * Every call of Portfolio Margin against an exchange in memory, as the owner of its funded account, WebSockets for its user
 * data stream, and the exchange itself, for setting prices and looking behind.
 *
 * **Details**
 *
 * No sockets are opened and time is the program's `Clock`, so that it runs under `TestClock` as it stands.
 *
 * **Example** (A test layer)
 *
 * ```ts import.meta.vitest
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
 * import * as Effect from "effect/Effect"
 *
 * const status = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   return (yield* client.getAccountInfo()).accountStatus
 * })
 *
 * await Effect.runPromise(Effect.provide(status, SimulatedClient.layer())) // => "NORMAL"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Omit<Simulator.SimulatorOptions, "keys"> = {},
  requests: RequestOptions = {}
): Layer.Layer<Services | Simulator.Simulator | Socket.WebSocketConstructor> =>
  PortfolioClient.layerSigner(requests).pipe(
    Layer.provide([environment, demoSigner, SimulatorHttpClient.layer]),
    Layer.merge(SimulatorWebSocket.layer),
    Layer.provideMerge(Simulator.Simulator.layer(options))
  )
