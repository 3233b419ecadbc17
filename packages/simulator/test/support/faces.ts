import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import { Signer } from "@effect-binance/core/Signer"
import * as NodeSigner from "@effect-binance/node/NodeSigner"
import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import { PortfolioClient, type RequestOptions, type Services } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Simulator from "@effect-binance/simulator/Simulator"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as SimulatorWebSocket from "@effect-binance/simulator/SimulatorWebSocket"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as NodeWS from "@effect/platform-node/NodeWS"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"

/** The ways to reach the simulator. */
export type Face = "in memory" | "undici" | "fetch" | "Effect's undici"

export const faces: ReadonlyArray<Face> = ["in memory", "undici", "fetch", "Effect's undici"]

export const transports: { readonly [F in Exclude<Face, "in memory">]: Layer.Layer<HttpClient.HttpClient> } = {
  undici: UndiciHttpClient.layer,
  fetch: FetchHttpClient.layer,
  "Effect's undici": NodeHttpClient.layerUndici
}

/** The WebSockets beside them: of the package `ws`, and the one of Node.js itself. */
export const webSockets: { readonly [F in Exclude<Face, "in memory">]: Layer.Layer<Socket.WebSocketConstructor> } = {
  undici: NodeWS.layerWebSocketConstructor,
  fetch: NodeSocket.layerWebSocketConstructor,
  "Effect's undici": NodeWS.layerWebSocketConstructor
}

export type World =
  | Simulator.Simulator
  | HttpClient.HttpClient
  | Socket.WebSocketConstructor
  | Environment.Environment

/** The address of the simulator that is served. */
export const served = Layer.effect(
  Environment.Environment,
  Effect.map(SimulatorServer, ({ url }) => Environment.simulator(url))
)

/** The address of the simulator that is not. */
export const inMemory = Layer.succeed(Environment.Environment, Environment.simulator())

/** The simulator on real HTTP, with its address. */
export const overHttp = (
  options: Simulator.SimulatorOptions = {}
): Layer.Layer<
  Simulator.Simulator | SimulatorServer | Environment.Environment,
  HttpServerError.ServeError
> => served.pipe(Layer.provideMerge(SimulatorServer.layer()), Layer.provideMerge(Simulator.Simulator.layer(options)))

/** An exchange and the way to it. */
export const world = (
  face: Face,
  options: Simulator.SimulatorOptions = {}
): Layer.Layer<World, HttpServerError.ServeError> =>
  face === "in memory"
    ? Layer.mergeAll(
      Layer.succeed(Environment.Environment, Environment.simulator()),
      SimulatorHttpClient.layer,
      SimulatorWebSocket.layer
    ).pipe(Layer.provideMerge(Simulator.Simulator.layer(options)))
    : Layer.mergeAll(transports[face], webSockets[face], overHttp(options))

export interface ClientOptions extends Partial<Credentials.CredentialsOptions>, RequestOptions {
  /** What signs: WebCrypto unless told otherwise. */
  readonly signer?: "WebCrypto" | "node:crypto"
}

/** A client of the world at hand; the owner of the demo account unless told otherwise. */
export const client = (
  { apiKey = Simulator.demoKey.apiKey, apiSecret = Simulator.demoKey.secret, passphrase, signer, ...requests }:
    ClientOptions = {}
): Layer.Layer<Services, Credentials.CredentialsError, HttpClient.HttpClient | Environment.Environment> =>
  PortfolioClient.layerSigner(requests).pipe(
    Layer.provide(signer === "node:crypto" ? NodeSigner.layer : Signer.layer),
    Layer.provide(Credentials.Credentials.layer({ apiKey, apiSecret, passphrase }))
  )
