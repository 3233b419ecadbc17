import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import * as Http from "node:http"
import * as Https from "node:https"
import * as Net from "node:net"
import * as Tls from "node:tls"
import * as Util from "node:util"
import * as internal from "../src/internal/proxy.ts"
import { listen } from "./support/listen.ts"

const secret = "hunter2:@/"
const authorization = `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`

const through = (port: number) => Redacted.make(`http://user:${encodeURIComponent(secret)}@127.0.0.1:${port}`)

/** A proxy that connects whoever is allowed to, and answers plain requests itself; `asked` is what it was asked for. */
const proxyServer = (answer?: string) =>
  Effect.gen(function*() {
    const asked: Array<string> = []
    const server = Http.createServer((request, response) => {
      asked.push(request.url ?? "")
      response.end(request.headers["proxy-authorization"] === authorization ? "by way of the proxy" : "not allowed")
    })
    server.on("connect", (request, client: Net.Socket, head: Buffer) => {
      asked.push(request.url ?? "")
      if (request.headers["proxy-authorization"] !== authorization) {
        return client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
      }
      if (answer !== undefined) return client.end(answer)
      const port = Number(new URL(`http://${request.url}`).port)
      const host = Net.connect(port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        host.write(head)
        host.pipe(client).pipe(host)
      })
      host.on("error", () => client.destroy())
      client.on("error", () => host.destroy())
      client.on("close", () => host.destroy())
    })
    return { port: yield* listen(server), asked }
  })

/** Says hello on each WebSocket. */
const exchange = Effect.gen(function*() {
  const server = Http.createServer()
  const sockets = new NodeWS.WebSocketServer({ noServer: true })
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => ws.send(`hello ${request.headers.host}`))
  })
  return yield* listen(server)
})

const open = (url: string, options: NodeWebSocket.Options) =>
  Effect.flatMap(Socket.makeWebSocket(url), (socket) => socket.reader).pipe(
    Effect.provide(NodeWebSocket.layerOptions(options))
  )

const causeOf = ({ reason }: Socket.SocketError): unknown =>
  reason._tag === "SocketOpenError" ? reason.cause : undefined

describe("one proxy for REST and for the stream", () => {
  it.effect("both go through it, with the credentials of its URL", () =>
    Effect.gen(function*() {
      const port = yield* exchange
      const { asked, port: proxyPort } = yield* proxyServer()
      const proxy = through(proxyPort)
      yield* Effect.gen(function*() {
        const socket = yield* Socket.makeWebSocket(`ws://papi.test:${port}/pm/ws/key`)
        const { pull } = yield* socket.reader
        assert.deepStrictEqual(yield* pull, [`hello papi.test:${port}`])
        const url = `http://papi.test:${port}/papi/v1/ping`
        const response = yield* HttpClient.get(url)
        assert.strictEqual(yield* response.text, "by way of the proxy")
        assert.deepStrictEqual(asked, [`papi.test:${port}`, url])
      }).pipe(
        Effect.scoped,
        Effect.provide(Layer.merge(NodeWebSocket.layerOptions({ proxy }), UndiciHttpClient.layerOptions({ proxy })))
      )
    }).pipe(Effect.scoped))

  it.effect("speaks TLS with the host, not with the proxy", () =>
    Effect.gen(function*() {
      const psk = Buffer.from("0123456789abcdef0123456789abcdef", "hex")
      const tls = { ciphers: "PSK-AES128-GCM-SHA256", maxVersion: "TLSv1.2" } as const
      const names: Array<unknown> = []
      const port = yield* listen(Tls.createServer({ ...tls, pskCallback: () => psk }, (socket) => {
        names.push(socket instanceof Tls.TLSSocket ? Reflect.get(socket, "servername") : undefined)
        socket.on("error", () => {})
        socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecure"))
      }))
      const { asked, port: proxyPort } = yield* proxyServer()
      const agent = internal.secureAgent(new URL(Redacted.value(through(proxyPort))), {
        ...tls,
        pskCallback: () => ({ psk, identity: "test" }),
        checkServerIdentity: () => undefined
      })
      const text = yield* Effect.callback<string>((resume) => {
        Https.get({ host: "papi.test", port, agent }, (response) => {
          response.setEncoding("utf8").once("data", (chunk: string) => resume(Effect.succeed(chunk)))
        })
      })
      assert.strictEqual(text, "secure")
      assert.deepStrictEqual(names, ["papi.test"])
      assert.deepStrictEqual(asked, [`papi.test:${port}`])
    }).pipe(Effect.scoped))

  it.effect("says that the proxy refused, and with which status", () =>
    Effect.gen(function*() {
      const { port } = yield* proxyServer()
      const wrong = yield* Effect.flip(Effect.scoped(open("ws://papi.test/", { proxy: `http://127.0.0.1:${port}` })))
      assert.deepInclude(causeOf(wrong), { message: "the proxy refused the connection: 407" })
      const closed = yield* proxyServer("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
      for (const url of ["ws://papi.test/", "wss://papi.test/"]) {
        const refused = yield* Effect.flip(Effect.scoped(open(url, { proxy: through(closed.port) })))
        assert.deepInclude(causeOf(refused), { message: "the proxy refused the connection: 403" })
      }
      assert.deepStrictEqual(closed.asked, ["papi.test:80", "papi.test:443"])
    }).pipe(Effect.scoped))

  it.effect("says that the proxy cannot be reached, without its credentials", () =>
    Effect.gen(function*() {
      const port = yield* Effect.scoped(listen(Net.createServer()))
      const error = yield* Effect.flip(Effect.scoped(open("wss://papi.test/", { proxy: through(port) })))
      const cause = causeOf(error)
      assert.isTrue(Predicate.hasProperty(cause, "message"))
      assert.deepInclude(cause, { message: "the proxy cannot be used: ECONNREFUSED" })
      const printed = Util.inspect(error, { depth: 30 })
      for (const text of [secret, encodeURIComponent(secret), authorization]) assert.notInclude(printed, text)
    }).pipe(Effect.scoped))

  it.live("a proxy that says nothing is given up after the time for the opening", () =>
    Effect.gen(function*() {
      const port = yield* listen(Net.createServer(() => {}))
      const error = yield* Effect.flip(
        Effect.scoped(open("ws://papi.test/", { proxy: `http://127.0.0.1:${port}`, openTimeout: "50 millis" }))
      )
      assert.strictEqual(error.reason._tag, "SocketOpenError")
    }).pipe(Effect.scoped))

  it("an agent prints no credentials", () => {
    const url = new URL(Redacted.value(through(1)))
    for (const agent of [internal.agent(url), internal.secureAgent(url)]) {
      const printed = Util.inspect(agent, { depth: 30, showHidden: true })
      for (const text of [secret, encodeURIComponent(secret), authorization]) assert.notInclude(printed, text)
    }
  })

  it.effect("what is no URL of a proxy is refused before anything is opened, and not printed", () =>
    Effect.gen(function*() {
      for (const proxy of [`user:${secret}@proxy`, `socks5://user:secret@127.0.0.1:1`, `ftp://user:secret@host`]) {
        const exit = yield* Effect.exit(Effect.scoped(Layer.build(NodeWebSocket.layerOptions({ proxy }))))
        assert.isTrue(Exit.hasDies(exit))
        const printed = Util.inspect(exit, { depth: 30 })
        assert.include(printed, "the option `proxy` of NodeWebSocket is")
        assert.notInclude(printed, secret)
        assert.notInclude(printed, "user:secret")
      }
    }))
})
