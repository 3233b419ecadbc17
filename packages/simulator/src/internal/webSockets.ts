import * as NodeWS from "@effect/platform-node/NodeWS"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import * as Http from "node:http"
import * as Net from "node:net"
import type { Duplex } from "node:stream"
import type { SimulatorShape } from "../Simulator.ts"
import type { StreamConnection } from "../StreamConnection.ts"
import type { ServerFrame, WireResponse } from "../Wire.ts"

// The exchange itself refuses messages that are far smaller.
const maxPayload = 1_048_576

const bytesOf = (data: NodeWS.RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)

const refuse = (request: Http.IncomingMessage, socket: Net.Socket, answer: WireResponse): void => {
  const response = new Http.ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.on("finish", () => socket.end())
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}

const write = (socket: NodeWS.WebSocket, frame: ServerFrame, written: () => void): void => {
  switch (frame._tag) {
    case "Text":
      return socket.send(frame.text, written)
    case "Binary":
      return socket.send(frame.bytes, written)
    case "Ping":
      return socket.ping(frame.payload, false, written)
    case "Pong":
      return socket.pong(frame.payload, false, written)
    case "Close":
      if (frame.code === 1005) socket.close()
      else socket.close(frame.code, frame.reason)
      return written()
    case "Cut":
      socket.terminate()
      return written()
    case "Hold":
      // Nothing is read any more, so that neither a ping nor a closing frame is answered.
      socket.pause()
      return written()
  }
}

/** Writes frames in order; ready when the last one has left, so that a client that reads slowly slows this down. */
const writeAll = (socket: NodeWS.WebSocket, frames: ReadonlyArray<ServerFrame>): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const ready = () => resume(Effect.void)
    try {
      for (const frame of frames.slice(0, -1)) write(socket, frame, () => {})
      for (const frame of frames.slice(-1)) write(socket, frame, ready)
    } catch {
      // A frame that the protocol does not allow, such as a ping of more than 125 bytes.
      socket.terminate()
      ready()
    }
  })

const isLast = ({ _tag }: ServerFrame): boolean => _tag === "Close" || _tag === "Cut" || _tag === "Hold"

const pump = (socket: NodeWS.WebSocket, connection: StreamConnection): Effect.Effect<void> =>
  Effect.gen(function*() {
    while (true) {
      const frames = yield* connection.take
      yield* writeAll(socket, frames)
      if (frames.some(isLast)) return
    }
  })

/**
 * Serves the WebSockets of the exchange on a server; gives what cuts all of them.
 *
 * The server's own way with upgrades is left to other protocols: it knows neither pings nor connections that are cut.
 */
export const serve = Effect.fnUntraced(function*(
  node: Http.Server,
  simulator: SimulatorShape
): Effect.fn.Return<{ readonly cut: Effect.Effect<void> }, never, Scope.Scope> {
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  const sockets = new Set<Duplex>()
  const server = new NodeWS.WebSocketServer({ noServer: true, autoPong: false, clientTracking: false, maxPayload })

  const attach = (socket: NodeWS.WebSocket, connection: StreamConnection): void => {
    socket.on("error", () => {})
    socket.on("message", (data, isBinary) => {
      const bytes = bytesOf(data)
      fork(connection.receive(
        isBinary ? { _tag: "Binary", bytes: new Uint8Array(bytes) } : { _tag: "Text", text: bytes.toString() }
      ))
    })
    socket.on("ping", (payload) => fork(connection.receive({ _tag: "Ping", payload: payload.toString() })))
    socket.on("pong", (payload) => fork(connection.receive({ _tag: "Pong", payload: payload.toString() })))
    fork(pump(socket, connection))
  }

  const upgrade = (request: Http.IncomingMessage, socket: Net.Socket, head: Buffer): Effect.Effect<void> => {
    const url = request.url ?? "/"
    const at = url.indexOf("?")
    return Effect.map(
      simulator.openStream({
        path: at === -1 ? url : url.slice(0, at),
        query: at === -1 ? "" : url.slice(at + 1),
        ip: socket.remoteAddress ?? "127.0.0.1"
      }),
      (opened) => {
        switch (opened._tag) {
          case "Accepted":
            socket.once("close", () => fork(opened.connection.lost))
            return server.handleUpgrade(request, socket, head, (ws) => attach(ws, opened.connection))
          case "Refused":
            return refuse(request, socket, opened.response)
          case "Cut":
          case "Unreachable":
            return void socket.destroy()
          case "Stalled":
            return
        }
      }
    )
  }

  const others = node.listeners("upgrade")
  node.removeAllListeners("upgrade")
  node.on("upgrade", (request: Http.IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== "websocket" || !(socket instanceof Net.Socket)) {
      for (const other of others) Reflect.apply(other, node, [request, socket, head])
      return
    }
    sockets.add(socket)
    socket.on("error", () => {})
    socket.once("close", () => sockets.delete(socket))
    fork(upgrade(request, socket, head))
  })

  return {
    cut: Effect.sync(() => {
      for (const socket of sockets) socket.destroy()
    })
  }
})
