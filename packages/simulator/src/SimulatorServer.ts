/**
 * The face of the simulator over real HTTP and WebSocket, on loopback only.
 *
 * @since 0.1.0
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Http from "node:http"
import * as Zlib from "node:zlib"
import * as Control from "./Control.ts"
import * as raw from "./internal/rawResponse.ts"
import * as webSockets from "./internal/webSockets.ts"
import { Simulator, type SimulatorShape } from "./Simulator.ts"
import type { ConnectionFailed, WireRequest, WireResponse } from "./Wire.ts"

/**
 * Where the server listens. There is no choice of address: it is reachable from this machine alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface SimulatorServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined
  /** Opens the control API; it is off without. */
  readonly control?: Control.ControlOptions | undefined
}

/**
 * The address of a running server, e.g. `http://127.0.0.1:9410`.
 *
 * @category services
 * @since 0.1.0
 */
export class SimulatorServer extends Context.Service<SimulatorServer, {
  readonly url: string
  readonly port: number
}>()("@effect-binance/simulator/SimulatorServer") {
  /**
   * Serves the simulator at hand as long as the layer stands; with it, open connections are cut.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options: SimulatorServerOptions = {}
  ): Layer.Layer<SimulatorServer, HttpServerError.ServeError, Simulator> =>
    Layer.effect(
      SimulatorServer,
      Effect.gen(function*() {
        const simulator = yield* Simulator
        const node = Http.createServer()
        const server = yield* NodeHttpServer.make(() => node, {
          host: "127.0.0.1",
          port: options.port ?? 0,
          disablePreemptiveShutdown: true
        })
        yield* server.serve(app(answering(simulator, options.control)))
        const streams = yield* webSockets.serve(node, simulator)
        const close = Effect.andThen(streams.cut, closeAtOnce(node))
        yield* Effect.addFinalizer(() => close)
        yield* simulator.onReachable((reachable) => reachable ? listenAgain(node, port) : close)
        const port = "port" in server.address ? server.address.port : 0
        return { url: `http://127.0.0.1:${port}`, port }
      })
    )
}

// Answers take no time, so nothing is worth waiting for: an open connection is idle, or one that stopped half-way, and
// Node.js waits for the latter without end.
const closeAtOnce = (server: Http.Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const listenAgain = (server: Http.Server, port: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    // Somebody else may have taken the port meanwhile.
    server.once("error", (error) => resume(Effect.die(error)))
    server.listen({ host: "127.0.0.1", port }, () => resume(Effect.void))
  })

// The bodies of the exchange are a line of parameters; the requests that arrived are remembered with theirs.
const maxBody = ByteSize.kibibytes(64)

const compressFrom = 1024

const takesGzip = (encodings: string): boolean =>
  encodings.split(",").some((one) => /^\s*gzip\s*(;|$)/.test(one) && !/;\s*q=0(\.0*)?\s*$/.test(one))

const send = (answer: WireResponse, gzip: boolean): HttpServerResponse.HttpServerResponse => {
  if (!gzip || answer.body.length < compressFrom) {
    return HttpServerResponse.text(answer.body, { status: answer.status, headers: answer.headers })
  }
  return HttpServerResponse.uint8Array(Zlib.gzipSync(answer.body, { level: 1 }), {
    status: answer.status,
    headers: { ...answer.headers, "content-encoding": "gzip" }
  })
}

const tooLarge: WireResponse = {
  status: 413,
  headers: { "content-type": "text/html" },
  body: "Request Entity Too Large"
}

type Answering = (request: WireRequest) => Effect.Effect<WireResponse, ConnectionFailed>

const answering = (simulator: SimulatorShape, options: Control.ControlOptions | undefined): Answering => {
  if (options === undefined) return simulator.handle
  const control = Control.make(simulator, options)
  return (request) => request.path.startsWith("/control/") ? control(request) : simulator.handle(request)
}

const app = (answering: Answering) =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = yield* Effect.option(request.text)
    const at = request.url.indexOf("?")
    const answer = yield* Effect.result(Option.match(body, {
      onNone: () => Effect.succeed(tooLarge),
      onSome: (body) =>
        answering({
          method: request.method,
          path: at === -1 ? request.url : request.url.slice(0, at),
          query: at === -1 ? "" : request.url.slice(at + 1),
          body,
          headers: request.headers,
          ip: Option.getOrElse(request.remoteAddress, () => "127.0.0.1")
        })
    }))
    if (Result.isFailure(answer)) return yield* raw.reset(request)
    if (raw.isNeeded(answer.success)) return yield* raw.send(request, answer.success)
    return send(answer.success, takesGzip(request.headers["accept-encoding"] ?? ""))
  }).pipe(
    // The server runs it so that it cannot be interrupted, and nobody would stop what no longer has a connection.
    Effect.interruptible,
    Effect.provideService(HttpIncomingMessage.MaxBodySize, maxBody),
    Effect.provideService(HttpMiddleware.TracerDisabledWhen, () => true)
  )
