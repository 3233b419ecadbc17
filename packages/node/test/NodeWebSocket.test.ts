import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import * as Http from "node:http"

interface Server {
  readonly url: string
  /** The next connection, and the request that opened it. */
  readonly accepted: Promise<readonly [NodeWS.WebSocket, Http.IncomingMessage]>
}

const serve = (refuse?: number): Effect.Effect<Server, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() =>
      new Promise<Server & { readonly close: () => void }>((resolve) => {
        const http = Http.createServer()
        const sockets = new NodeWS.WebSocketServer({ noServer: true })
        const accepted = new Promise<readonly [NodeWS.WebSocket, Http.IncomingMessage]>((accept) => {
          http.on("upgrade", (request, socket, head) => {
            if (refuse !== undefined) return socket.end(`HTTP/1.1 ${refuse} No\r\nConnection: close\r\n\r\n`)
            sockets.handleUpgrade(request, socket, head, (ws) => accept([ws, request]))
          })
        })
        http.listen(0, "127.0.0.1", () => {
          const address = http.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resolve({
            url: `ws://127.0.0.1:${port}/`,
            accepted,
            close: () => {
              for (const client of sockets.clients) client.terminate()
              http.closeAllConnections()
              http.close()
            }
          })
        })
      })
    ),
    ({ close }) => Effect.sync(close)
  )

const open = (url: string, options: NodeWebSocket.Options = {}) =>
  Effect.flatMap(Socket.makeWebSocket(url), (socket) => socket.reader).pipe(
    Effect.provide(NodeWebSocket.layerOptions(options))
  )

describe("NodeWebSocket", () => {
  it.effect("what is not taken is not read: the sender has to wait, and nothing is lost", () =>
    Effect.gen(function*() {
      const server = yield* serve()
      const { pull } = yield* open(server.url)
      const [ws] = yield* Effect.promise(() => server.accepted)
      const frame = "x".repeat(65_536)
      for (let sent = 0; sent < 1000; sent++) ws.send(frame)
      const first = yield* pull
      let before = -1
      // Until nothing moves any more.
      for (let still = 0; still < 200;) {
        yield* Effect.yieldNow
        still = ws.bufferedAmount === before ? still + 1 : 0
        before = ws.bufferedAmount
      }
      assert.isAbove(ws.bufferedAmount, 32_000_000)
      let received = first.length
      while (received < 1000) received += (yield* pull).length
      assert.strictEqual(received, 1000)
      assert.strictEqual(ws.bufferedAmount, 0)
    }).pipe(Effect.scoped))

  it.effect("pings, and tells of pongs", () =>
    Effect.gen(function*() {
      const server = yield* serve()
      const construct = yield* Socket.WebSocketConstructor
      const ws = yield* Effect.acquireRelease(
        Effect.sync(() => construct(server.url)),
        (ws) => Effect.sync(() => ws.close(1000))
      )
      assert.isTrue(ws instanceof NodeWS.WebSocket)
      if (!(ws instanceof NodeWS.WebSocket)) return
      yield* Effect.promise(() => new Promise((resolve) => ws.once("open", resolve)))
      const pong = new Promise((resolve) => ws.once("pong", () => resolve("pong")))
      ws.ping()
      assert.strictEqual(yield* Effect.promise(() => pong), "pong")
    }).pipe(Effect.scoped, Effect.provide(NodeWebSocket.layer)))

  it.effect("says with which status an opening was refused", () =>
    Effect.gen(function*() {
      const server = yield* serve(429)
      const error = yield* Effect.flip(open(server.url))
      const cause = error.reason._tag === "SocketOpenError" ? error.reason.cause : undefined
      assert.isTrue(Predicate.hasProperty(cause, "message"))
      assert.deepInclude(cause, { message: "Unexpected server response: 429" })
    }).pipe(Effect.scoped))

  it.effect("a message longer than is allowed ends the connection", () =>
    Effect.gen(function*() {
      const server = yield* serve()
      const { pull } = yield* open(server.url, { maxMessageBytes: 1000 })
      const [ws] = yield* Effect.promise(() => server.accepted)
      ws.send("x".repeat(1000))
      assert.strictEqual((yield* pull).length, 1)
      ws.send("x".repeat(1001))
      assert.strictEqual((yield* Effect.flip(pull)).reason._tag, "SocketReadError")
    }).pipe(Effect.scoped))

  it.effect("headers, the local address and an agent of one's own are used", () =>
    Effect.gen(function*() {
      const server = yield* serve()
      let asked = 0
      class Counting extends Http.Agent {
        override createConnection(...args: Parameters<Http.Agent["createConnection"]>) {
          asked++
          return super.createConnection(...args)
        }
      }
      yield* open(server.url, {
        agent: new Counting(),
        localAddress: "127.0.0.2",
        family: 4,
        headers: { "user-agent": "mine" }
      })
      const [, request] = yield* Effect.promise(() => server.accepted)
      assert.deepStrictEqual(
        [asked, request.headers["user-agent"], request.socket.remoteAddress],
        [1, "mine", "127.0.0.2"]
      )
    }).pipe(Effect.scoped))
})
