/**
 * The user data stream in memory: a WebSocket that reaches the simulator without sockets and obeys `TestClock`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import { Simulator, type SimulatorShape } from "./Simulator.ts"
import type { StreamConnection } from "./StreamConnection.ts"
import type { ServerFrame, StreamRequest } from "./Wire.ts"

/**
 * What a WebSocket in memory tells its listeners.
 *
 * @category models
 * @since 0.1.0
 */
export interface SimulatedEvent extends Socket.WebSocketEvent {
  readonly type: "open" | "message" | "error" | "close"
  readonly wasClean?: boolean
  /** Why it failed, of an `error`. */
  readonly message?: string
  readonly error?: Error
}

/**
 * A WebSocket in memory, with what programs use of the one of browsers and of the package `ws`.
 *
 * **Details**
 *
 * It answers pings and the closing of the exchange by itself, as every WebSocket does, and reads no further while it is
 * paused. Bytes are given as `binaryType` says: an `ArrayBuffer`, or a `Uint8Array` for any other.
 *
 * **Gotchas**
 *
 * What is sent before it is open, or after, is dropped without a word.
 *
 * @category models
 * @since 0.1.0
 */
export interface SimulatedWebSocket extends Socket.WebSocketLike {
  readonly url: string
  readonly isPaused: boolean
  binaryType: string
  pause(): void
  resume(): void
  /** Ends the connection without closing it. */
  terminate(): void
}

type EventType = SimulatedEvent["type"]

interface Listening {
  readonly listener: (event: SimulatedEvent) => void
  readonly once: boolean
}

// What the package `ws` waits for the answer to its closing frame.
const closeTimeout = "30 seconds"

const requestOf = (url: string): StreamRequest => {
  const [, path = "/", query = ""] = /^[a-z]+:\/\/[^/?#]*([^?#]*)\??([^#]*)/.exec(url) ?? []
  return { path: path === "" ? "/" : path, query, ip: "127.0.0.1" }
}

type Fork = (effect: Effect.Effect<void>) => void

const connect = (simulator: SimulatorShape, fork: Fork, url: string): SimulatedWebSocket => {
  const listeners: { [T in EventType]: ReadonlyArray<Listening> } = { open: [], message: [], error: [], close: [] }
  const flowing = Latch.makeUnsafe(true)
  const gone = Latch.makeUnsafe(false)
  let connection: StreamConnection | undefined
  let readyState = 0
  let paused = false
  let binaryType = "arraybuffer"

  const emit = (event: SimulatedEvent): void => {
    const told = [...listeners[event.type]]
    listeners[event.type] = listeners[event.type].filter(({ once }) => !once)
    for (const { listener } of told) listener(event)
  }

  const over = (code: number, reason: string): void => {
    if (readyState === 3) return
    readyState = 3
    gone.openUnsafe()
    emit({ type: "close", code, reason, wasClean: code !== 1006 })
  }

  const fail = (message: string): void => {
    if (readyState === 3) return
    emit({ type: "error", message, error: new Error(message) })
    over(1006, "")
  }

  const take = (frame: ServerFrame): Effect.Effect<void> => {
    switch (frame._tag) {
      case "Text":
        return Effect.sync(() => {
          if (readyState === 1) emit({ type: "message", data: frame.text })
        })
      case "Binary":
        return Effect.sync(() => {
          const bytes = new Uint8Array(frame.bytes)
          if (readyState === 1) emit({ type: "message", data: binaryType === "arraybuffer" ? bytes.buffer : bytes })
        })
      case "Ping":
        return connection?.receive({ _tag: "Pong", payload: frame.payload }) ?? Effect.void
      case "Pong":
        return Effect.void
      case "Close":
        return Effect.sync(() => over(frame.code, frame.reason))
      case "Cut":
        return Effect.sync(() => over(1006, ""))
      case "Hold":
        return Effect.never
    }
  }

  const read = (open: StreamConnection): Effect.Effect<void> =>
    Effect.gen(function*() {
      while (true) {
        for (const frame of yield* open.take) {
          if (paused) yield* flowing.await
          yield* take(frame)
        }
      }
    }).pipe(
      Effect.raceFirst(gone.await),
      Effect.ensuring(open.lost)
    )

  const dial = Effect.flatMap(simulator.openStream(requestOf(url)), (opened) => {
    switch (opened._tag) {
      case "Accepted":
        return Effect.suspend(() => {
          if (readyState !== 0) return opened.connection.lost
          connection = opened.connection
          readyState = 1
          emit({ type: "open" })
          return read(opened.connection)
        })
      case "Refused":
        return Effect.sync(() => fail(`Unexpected server response: ${opened.response.status}`))
      case "Cut":
        return Effect.sync(() => fail("socket hang up"))
      case "Unreachable":
        return Effect.sync(() => fail("connect ECONNREFUSED"))
      case "Stalled":
        return gone.await
    }
  })

  // Not at once: whoever made the socket has yet to listen.
  const later = (run: () => void): void => fork(Effect.andThen(Effect.yieldNow, Effect.sync(run)))

  fork(Effect.andThen(Effect.yieldNow, dial).pipe(Effect.onInterrupt(() => Effect.sync(() => over(1006, "")))))

  return {
    url,
    get readyState() {
      return readyState
    },
    get isPaused() {
      return paused
    },
    get binaryType() {
      return binaryType
    },
    set binaryType(type) {
      binaryType = type
    },
    addEventListener: (type, listener, options) => {
      listeners[type] = [...listeners[type], { listener, once: options?.once === true }]
    },
    removeEventListener: (type, listener) => {
      listeners[type] = listeners[type].filter((one) => one.listener !== listener)
    },
    send: (data) => {
      const open = readyState === 1 ? connection : undefined
      if (open === undefined) return
      fork(open.receive(typeof data === "string" ? { _tag: "Text", text: data } : { _tag: "Binary", bytes: data }))
    },
    close: (code, reason) => {
      if (readyState >= 2) return
      const open = connection
      readyState = 2
      if (open === undefined) return later(() => fail("WebSocket was closed before the connection was established"))
      fork(Effect.andThen(
        open.receive({ _tag: "Close", code: code ?? 1005, reason: reason ?? "" }),
        Effect.andThen(Effect.timeoutOption(gone.await, closeTimeout), Effect.sync(() => over(1006, "")))
      ))
    },
    pause: () => {
      if (readyState !== 1) return
      paused = true
      flowing.closeUnsafe()
    },
    resume: () => {
      paused = false
      flowing.openUnsafe()
    },
    terminate: () => {
      if (readyState === 3) return
      readyState = 2
      later(() => over(1006, ""))
    }
  }
}

/**
 * Makes WebSockets that reach the exchange, whatever host an address names.
 *
 * **Details**
 *
 * They live no longer than the scope; when it closes, those still open end with 1006.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  simulator: SimulatorShape
): Effect.fn.Return<(url: string) => SimulatedWebSocket, never, Scope.Scope> {
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  return (url) => connect(simulator, fork, url)
})

/**
 * WebSockets that reach the simulator at hand, for `effect/socket`.
 *
 * **Example** (The first event of an account)
 *
 * ```ts import.meta.vitest
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import * as Socket from "effect/socket/Socket"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   const { listenKey } = yield* client.getPMUserDataListenKey()
 *   const socket = yield* Socket.makeWebSocket(`wss://simulator/pm/ws/${Redacted.value(listenKey)}`)
 *   const pull = yield* Socket.readerString(socket)
 *   yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 9 })
 *   const [event] = yield* pull
 *   return JSON.parse(event).ac
 * })
 *
 * await Effect.runPromise(Effect.scoped(program).pipe(Effect.provide(SimulatedClient.layer())))
 * // => { s: "BTCUSDT", l: 9 }
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Socket.WebSocketConstructor, never, Simulator> = Layer.effect(
  Socket.WebSocketConstructor,
  Effect.flatMap(Simulator, make)
)
