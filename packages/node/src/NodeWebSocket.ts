/**
 * WebSockets of the package `ws` for the user data stream: they are not read faster than the program reads, they ping, and they
 * say with which status an opening was refused.
 *
 * @since 0.1.0
 */
import * as NodeWS from "@effect/platform-node/NodeWS"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import type * as Http from "node:http"

/**
 * What can be set about the connections.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * What makes the connections beneath, e.g. an `https.Agent` of yours that goes through a proxy. Node.js 24 has one:
   * `new https.Agent({ proxyEnv: process.env })`.
   */
  readonly agent?: Http.Agent | undefined
  /** The local address that connections leave from, where the machine has several. */
  readonly localAddress?: string | undefined
  /** 4 or 6, where only one kind of address will do. */
  readonly family?: 4 | 6 | undefined
  /** Headers of the opening. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /** The longest message that is read, in bytes; a longer one ends the connection. 16 MiB. */
  readonly maxMessageBytes?: number | undefined
  /** How long the opening may take. 10 seconds. */
  readonly openTimeout?: Duration.Input | undefined
}

/**
 * Provides WebSockets with the given options.
 *
 * **Example** (The addresses of IPv4 alone)
 *
 * ```ts import.meta.vitest
 * import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
 * import * as Layer from "effect/Layer"
 *
 * Layer.isLayer(NodeWebSocket.layerOptions({ family: 4 })) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOptions = (options: Options): Layer.Layer<Socket.WebSocketConstructor> =>
  Layer.succeed(Socket.WebSocketConstructor)((url, given) => {
    const more = given === undefined || typeof given === "string" || Array.isArray(given)
      ? { protocols: given, headers: undefined }
      : given
    return new NodeWS.WebSocket(url, more.protocols, {
      maxPayload: options.maxMessageBytes ?? 16_777_216,
      handshakeTimeout: Duration.toMillis(Duration.fromInputUnsafe(options.openTimeout ?? "10 seconds")),
      // Events are short, and each connection would keep a window of its own.
      perMessageDeflate: false,
      headers: { ...options.headers, ...more.headers },
      ...(options.agent === undefined ? {} : { agent: options.agent }),
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      ...(options.family === undefined ? {} : { family: options.family })
    })
  })

/**
 * Provides WebSockets with their defaults.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Socket.WebSocketConstructor> = layerOptions({})
