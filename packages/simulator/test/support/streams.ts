import * as Environment from "@effect-binance/core/Environment"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import type { OpenStream } from "@effect-binance/simulator/StreamConnection"
import type * as StreamFault from "@effect-binance/simulator/StreamFault"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"

/** The listen key of whoever the client at hand acts for. */
export const listenKey: Effect.Effect<string, never, PortfolioClient> = Effect.flatMap(
  PortfolioClient,
  (client) => Effect.orDie(client.getPMUserDataListenKey())
).pipe(Effect.map(({ listenKey }) => Redacted.value(listenKey)))

/** A client of a user data stream, as programs see one. */
export interface Listener {
  /** The next message, as text or bytes. */
  readonly frame: Effect.Effect<string | Uint8Array, Socket.SocketError>
  /** The next message, read as JSON. */
  readonly next: Effect.Effect<unknown, Socket.SocketError>
  readonly send: (frame: string | Uint8Array | Socket.CloseEvent) => Effect.Effect<void, Socket.SocketError>
  /** Asks for something and gives the answer. */
  readonly ask: (request: object) => Effect.Effect<unknown, Socket.SocketError>
  /** How it ends; what comes before is skipped. */
  readonly end: Effect.Effect<string>
}

// A connection that is cut is an error first to the WebSocket of Node.js itself.
const nameOf = ({ reason }: Socket.SocketError): string =>
  reason._tag === "SocketCloseError"
    ? reason.closeReason === undefined || reason.closeReason === ""
      ? String(reason.code)
      : `${reason.code} ${reason.closeReason}`
    : reason._tag === "SocketReadError"
    ? "1006"
    : reason._tag

/** How opening a stream fails. */
export const refusal = (
  path: string
): Effect.Effect<string, never, Environment.Environment | Socket.WebSocketConstructor> =>
  Effect.scoped(Effect.flip(connect(path))).pipe(Effect.map(nameOf), Effect.orDie)

/** Opens the stream of a path below that of all streams. */
export const connect = (
  path: string
): Effect.Effect<Listener, Socket.SocketError, Scope.Scope | Environment.Environment | Socket.WebSocketConstructor> =>
  Effect.gen(function*() {
    const { streamUrl } = yield* Environment.Environment
    const socket = yield* Socket.makeWebSocket(`${streamUrl}${path}`)
    const { pull } = yield* socket.reader
    const { write } = yield* socket.writer
    let waiting: ReadonlyArray<string | Uint8Array> = []
    const frame: Listener["frame"] = Effect.suspend(() => {
      const [first, ...more] = waiting
      waiting = more
      if (first !== undefined) return Effect.succeed(first)
      return Effect.flatMap(pull, (frames) => {
        waiting = frames
        return frame
      })
    })
    const next = Effect.map(frame, (text): unknown => JSON.parse(String(text)))
    return {
      frame,
      next,
      send: write,
      ask: (request) => Effect.andThen(write(JSON.stringify(request)), next),
      end: Effect.map(Effect.flip(Effect.forever(pull)), nameOf)
    }
  })

/** Waits until something holds of the streams that the exchange has open. */
export const until = (holds: (streams: ReadonlyArray<OpenStream>) => boolean): Effect.Effect<void, never, Simulator> =>
  Effect.flatMap(Simulator, (exchange) => exchange.until(({ streams }) => holds(streams)))

export const inject = (fault: StreamFault.StreamFault): Effect.Effect<void, never, Simulator> =>
  Effect.flatMap(Simulator, (exchange) => exchange.injectStream(fault))
