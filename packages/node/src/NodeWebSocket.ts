/**
 * WebSockets of the package `ws` for the user data stream: they are not read faster than the program reads, they ping, and they
 * say with which status an opening was refused.
 *
 * @since 0.1.0
 */
import * as NodeWS from "@effect/platform-node/NodeWS"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import type * as Http from "node:http"
import * as proxy from "./internal/proxy.ts"

/**
 * What can be set about the connections.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * An `http:` or `https:` proxy for all connections, with credentials in its URL if it needs any: the one that
   * `UndiciHttpClient` takes as well. It is asked by `CONNECT`, for `ws:` too.
   */
  readonly proxy?: string | Redacted.Redacted<string> | undefined
  /** What makes the connections beneath, e.g. an `https.Agent` of yours. With it `proxy` is not looked at. */
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
 * **Gotchas**
 *
 * A proxy that is no URL of `http:` or `https:` is a defect. For others (SOCKS) there is `agent`.
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
  Layer.effect(Socket.WebSocketConstructor)(Effect.map(agents(options), (agentFor) => (url, given) => {
    const more = given === undefined || typeof given === "string" || Array.isArray(given)
      ? { protocols: given, headers: undefined }
      : given
    const agent = agentFor(url)
    return new NodeWS.WebSocket(url, more.protocols, {
      maxPayload: options.maxMessageBytes ?? 16_777_216,
      handshakeTimeout: Duration.toMillis(Duration.fromInputUnsafe(options.openTimeout ?? "10 seconds")),
      // Events are short, and each connection would keep a window of its own.
      perMessageDeflate: false,
      headers: { ...options.headers, ...more.headers },
      ...(agent === undefined ? {} : { agent }),
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      ...(options.family === undefined ? {} : { family: options.family })
    })
  }))

// What makes the connection for a URL; `undefined` for what Node.js has.
const agents = (options: Options): Effect.Effect<(url: string) => Http.Agent | undefined> => {
  if (options.agent !== undefined || options.proxy === undefined) return Effect.succeed(() => options.agent)
  return Effect.map(proxy.parse(options.proxy, "NodeWebSocket", ["http:", "https:"]), (through) => {
    const plain = proxy.agent(through)
    const secure = proxy.secureAgent(through)
    return (url) => url.startsWith("wss:") ? secure : plain
  })
}

/**
 * Provides WebSockets with their defaults.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Socket.WebSocketConstructor> = layerOptions({})
