import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Cookies from "effect/http/Cookies"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as Http from "node:http"
import * as Net from "node:net"
import * as Tls from "node:tls"
import * as Util from "node:util"
import * as Zlib from "node:zlib"
import * as Undici from "undici"
import { listen } from "./support/listen.ts"

// -----------------------------------------------------------------------------
// Servers
// -----------------------------------------------------------------------------

interface Received {
  readonly head: string
  readonly socket: Net.Socket
  /** Counts the connections from 1. */
  readonly connection: number
}

/** A server that gives every request head to `respond`, which writes raw bytes. */
const rawServer = (respond: (received: Received) => void) =>
  Effect.gen(function*() {
    const heads: Array<string> = []
    let connections = 0
    const port = yield* listen(Net.createServer((socket) => {
      const connection = ++connections
      let buffered = ""
      socket.on("data", (chunk) => {
        buffered += chunk.toString("latin1")
        let end = buffered.indexOf("\r\n\r\n")
        while (end !== -1) {
          const head = buffered.slice(0, end)
          buffered = buffered.slice(end + 4)
          heads.push(head)
          respond({ head, socket, connection })
          end = buffered.indexOf("\r\n\r\n")
        }
      })
    }))
    return { origin: `http://127.0.0.1:${port}`, port, heads, connections: () => connections }
  })

const httpServer = (handler: Http.RequestListener) =>
  Effect.map(listen(Http.createServer(handler)), (port) => `http://127.0.0.1:${port}`)

/** Answers with what it received. */
const echoServer = httpServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => {
    const body = JSON.stringify({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString("latin1")
    })
    response.writeHead(200, { "content-type": "application/json" })
    response.end(body)
  })
})

const ok = (body: string, headers = "") =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`

const secretKey = "key-0123456789abcdef"
const secretSignature = "signature-fedcba9876543210"
const signedPath = `/papi/v1/um/order?symbol=BTCUSDT&timestamp=1&signature=${secretSignature}`

const signed = (origin: string) =>
  HttpClientRequest.get(`${origin}${signedPath}`, { headers: { "x-mbx-apikey": secretKey } })

const failureOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.orDie(Effect.flip(effect))

const transportErrorOf = (error: HttpClientError.HttpClientError): UndiciHttpClient.UndiciTransportError => {
  assert.strictEqual(error.reason._tag, "TransportError")
  const cause = error.cause
  if (!(cause instanceof UndiciHttpClient.UndiciTransportError)) {
    return assert.fail(`unexpected cause: ${String(cause)}`)
  }
  return cause
}

const assertNoSecret = (printed: string) => {
  assert.notInclude(printed, secretKey)
  assert.notInclude(printed, secretSignature)
}

describe("UndiciHttpClient", () => {
  describe("request", () => {
    it.effect("sends the bytes of the URL as they are given", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make()
        const paths = [
          "/papi/v1/um/order?b=2&a=1&c='x'&d=%27&e=%2F/:!*()~&f=%e4%B8%AD&g=a+b&h&&=&signature=00ff",
          "/%7Bpath%7D/../x/./y",
          "/"
        ]
        for (const path of paths) {
          yield* client.get(`${server.origin}${path}`)
        }
        assert.deepStrictEqual(server.heads.map((head) => head.split(" ")[1]), paths)
      }))

    it.effect("cuts origin, path and hash by their text alone", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make()
        const sent = (suffix: string) =>
          Effect.map(client.get(server.origin + suffix), (response) => [
            server.heads.at(-1)?.split(" ")[1],
            response.url.slice(server.origin.length)
          ])
        assert.deepStrictEqual(yield* sent(""), ["/", "/"])
        assert.deepStrictEqual(yield* sent("?a=/b"), ["/?a=/b", "/?a=/b"])
        assert.deepStrictEqual(yield* sent("#h"), ["/", "/"])
        assert.deepStrictEqual(yield* sent("/p?a=1#h?b"), ["/p?a=1", "/p?a=1"])
      }))

    it.effect("appends urlParams", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make()
        const urlParams = UrlParams.fromInput({ a: "x y", b: ["1", "2"] })
        const request = (url: string) =>
          HttpClientRequest.makeWith(
            "GET",
            server.origin + url,
            urlParams,
            HttpClientRequest.empty.hash,
            HttpClientRequest.empty.headers,
            HttpBody.empty
          )
        yield* client.execute(request("/p"))
        yield* client.execute(request("/p?c=3"))
        assert.deepStrictEqual(server.heads.map((head) => head.split(" ")[1]), [
          "/p?a=x+y&b=1&b=2",
          "/p?c=3&a=x+y&b=1&b=2"
        ])
      }))

    it.effect("refuses a URL that it could not send as it is", () =>
      Effect.gen(function*() {
        const client = yield* UndiciHttpClient.make()
        for (
          const url of [
            "",
            "/papi/v1/ping",
            "ftp://127.0.0.1/",
            "https://",
            "https:///path",
            "http://127.0.0.1:1/a b",
            "http://127.0.0.1:1/\u00e9",
            "http://127.0.0.1:1/\r\nx: y",
            `http://user:${secretKey}@127.0.0.1:1/`,
            "http://127.0.0.1:99999/",
            "http://[::1/"
          ]
        ) {
          const error = yield* failureOf(client.execute(HttpClientRequest.empty.pipe(HttpClientRequest.setUrl(url))))
          assert.strictEqual(error.reason._tag, "InvalidUrlError", url)
          assert.strictEqual(UndiciHttpClient.requestSent(error), false)
          assertNoSecret(Util.inspect(error, { depth: 20 }))
        }
      }))

    it.effect("sends headers, and asks for gzip unless told otherwise", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make()
        yield* client.execute(signed(server.origin))
        yield* client.get(server.origin, { headers: { "accept-encoding": "identity" } })
        const lines = (head: string | undefined) => head?.split("\r\n").slice(1) ?? []
        assert.deepStrictEqual(lines(server.heads[0]), [
          `host: 127.0.0.1:${server.port}`,
          "connection: keep-alive",
          `x-mbx-apikey: ${secretKey}`,
          "accept-encoding: gzip"
        ])
        assert.include(lines(server.heads[1]), "accept-encoding: identity")
        assert.notInclude(lines(server.heads[1]), "accept-encoding: gzip")
      }))

    it.effect("sends every kind of body", () =>
      Effect.gen(function*() {
        const origin = yield* echoServer
        const client = yield* UndiciHttpClient.make()
        const send = (body: HttpBody.HttpBody, method: "POST" | "PUT" | "DELETE" = "POST") =>
          Effect.flatMap(
            client.execute(HttpClientRequest.make(method)(`${origin}/b`, { body })),
            (response) => response.json
          )
        assert.containSubset(yield* send(HttpBody.empty), { method: "POST", body: "" })
        assert.containSubset(yield* send(HttpBody.text("a=1"), "PUT"), {
          method: "PUT",
          body: "a=1",
          headers: { "content-type": "text/plain", "content-length": "3" }
        })
        assert.containSubset(yield* send(HttpBody.uint8Array(new Uint8Array([1, 2])), "DELETE"), { body: "\x01\x02" })
        assert.containSubset(yield* send(HttpBody.raw("raw")), { body: "raw" })
        assert.containSubset(yield* send(HttpBody.raw(new Uint8Array([97]))), { body: "a" })
        assert.containSubset(yield* send(HttpBody.raw(new Uint8Array([98]).buffer)), { body: "b" })
        assert.containSubset(yield* send(HttpBody.raw(new URLSearchParams({ a: "1" }))), { body: "a=1" })
        assert.containSubset(yield* send(HttpBody.raw(undefined)), { body: "" })
        assert.containSubset(
          yield* send(HttpBody.stream(Stream.make(new Uint8Array([97]), new Uint8Array([98])))),
          { body: "ab", headers: { "transfer-encoding": "chunked" } }
        )
        const form = new FormData()
        form.append("field", "value")
        const echoed = JSON.stringify(yield* send(HttpBody.formData(form)))
        assert.include(echoed, "multipart/form-data; boundary=")
        assert.include(echoed, `name=\\"field\\"\\r\\n\\r\\nvalue`)
      }))

    it.effect("reports a body it can not send", () =>
      Effect.gen(function*() {
        const origin = yield* echoServer
        const client = yield* UndiciHttpClient.make()
        const post = (body: HttpBody.HttpBody) => failureOf(client.post(origin, { body }))

        const unsupported = yield* post(HttpBody.raw({ a: 1 }))
        assert.strictEqual(unsupported.reason._tag, "EncodeError")
        assert.strictEqual(UndiciHttpClient.requestSent(unsupported), false)

        const failing = yield* post(HttpBody.stream(Stream.concat(
          Stream.make(new Uint8Array([97])),
          Stream.fail(new Error("no more"))
        )))
        assert.strictEqual(failing.reason._tag, "EncodeError")
        assert.strictEqual(UndiciHttpClient.requestSent(failing), "unknown")
      }))

    it.effect("reports a header it can not send, as unsent", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make()
        const error = yield* failureOf(client.get(server.origin, { headers: { "x-mbx-apikey": `${secretKey}\n` } }))
        assert.strictEqual(error.reason._tag, "EncodeError")
        assert.strictEqual(UndiciHttpClient.requestSent(error), false)
        assertNoSecret(Util.inspect(error, { depth: 20 }))
        assert.strictEqual(server.heads.length, 0)
      }))
  })

  describe("response", () => {
    it.effect("gives status, headers and cookies", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.write(
            "HTTP/1.1 429 Too Many Requests\r\nX-MBX-USED-WEIGHT-1M: 6001\r\nretry-after: 7\r\nvia: a\r\nvia: b\r\n" +
              "set-cookie: a=1; Path=/\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n"
          )
        )
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.get(server.origin)
        assert.strictEqual(response.status, 429)
        assert.strictEqual(response.headers["x-mbx-used-weight-1m"], "6001")
        assert.strictEqual(response.headers["retry-after"], "7")
        assert.strictEqual(response.headers.via, "a, b")
        assert.deepStrictEqual(Cookies.toRecord(response.cookies), { a: "1", b: "2" })
        assert.strictEqual(response.request.url, server.origin)
        assert.strictEqual(yield* response.text, "")
        assert.strictEqual(yield* response.json, null)
        assert.deepStrictEqual(yield* Stream.runCollect(response.stream), [])
      }))

    it.effect("gives its body in every form, more than once", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket, head }) =>
          socket.write(
            head.startsWith("GET /form")
              ? ok("?a=1&b=%20", "content-type: application/x-www-form-urlencoded\r\n")
              : ok(`{"a":"\u00fc"}`)
          )
        )
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.get(server.origin)
        for (let i = 0; i < 2; i++) {
          assert.strictEqual(yield* response.text, `{"a":"\u00fc"}`)
          assert.deepStrictEqual(yield* response.json, { a: "\u00fc" })
          const bytes = yield* response.arrayBuffer
          assert.strictEqual(bytes.byteLength, 10)
          assert.strictEqual(new TextDecoder().decode(bytes), `{"a":"\u00fc"}`)
          assert.deepStrictEqual(yield* Stream.runCollect(response.stream), [new Uint8Array(bytes)])
        }
        const form = yield* client.get(`${server.origin}/form`)
        assert.deepStrictEqual((yield* form.urlParamsBody).params, [["?a", "1"], ["b", " "]])
        assert.strictEqual((yield* form.formData).get("b"), " ")
        const upgrade = yield* failureOf(form.upgrade)
        assert.strictEqual(upgrade.reason._tag, "StatusCodeError")
      }))

    it.effect("drops a byte order mark from the text", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("\ufeff[1]")))
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.get(server.origin)
        assert.deepStrictEqual(yield* response.json, [1])
      }))

    it.effect("reports a body that is not JSON", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("<html>")))
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.execute(signed(server.origin))
        const error = yield* failureOf(response.json)
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.strictEqual(error.response, response)
        assert.strictEqual(UndiciHttpClient.requestSent(error), true)
        assertNoSecret(Util.inspect(error, { depth: 20 }))
      }))

    it.effect("collects a body that comes in pieces", () =>
      Effect.gen(function*() {
        const piece = "0123456789".repeat(20_000)
        const origin = yield* httpServer((_request, response) => {
          response.write(piece)
          response.write(piece)
          response.end(piece)
        })
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.get(origin)
        assert.strictEqual(yield* response.text, piece + piece + piece)
      }))

    it.effect("skips informational responses", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => {
          socket.write("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n")
          socket.write(ok("final"))
        })
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.get(server.origin)
        assert.strictEqual(response.status, 200)
        assert.isUndefined(response.headers.link)
        assert.strictEqual(yield* response.text, "final")
      }))

    it.effect("answers HEAD and 204 without a body", () =>
      Effect.gen(function*() {
        const origin = yield* httpServer((request, response) => {
          response.writeHead(request.method === "HEAD" ? 200 : 204, { "content-encoding": "gzip" })
          response.end()
        })
        const client = yield* UndiciHttpClient.make()
        const head = yield* client.head(origin)
        assert.strictEqual(yield* head.text, "")
        const noContent = yield* client.get(origin)
        assert.strictEqual(noContent.status, 204)
        assert.strictEqual(yield* noContent.text, "")
      }))
  })

  describe("content-encoding", () => {
    const encoded = (encoding: string, body: Buffer) =>
      httpServer((_request, response) => {
        response.writeHead(200, { "content-encoding": encoding })
        response.end(body)
      })
    const fetchText = (origin: string, options?: UndiciHttpClient.Options) =>
      Effect.gen(function*() {
        const client = yield* UndiciHttpClient.make(options)
        const response = yield* client.execute(signed(origin))
        return yield* response.text
      })
    const text = JSON.stringify(Array.from({ length: 100 }, (_, i) => ({ orderId: i, price: String(i * 7) })))

    for (
      const [encoding, body] of [
        ["gzip", Zlib.gzipSync(text)],
        ["GZIP", Zlib.gzipSync(text)],
        ["deflate", Zlib.deflateSync(text)],
        ["deflate", Zlib.deflateRawSync(text)],
        ["br", Zlib.brotliCompressSync(text)],
        ["identity", Buffer.from(text)],
        ["deflate, gzip", Zlib.gzipSync(Zlib.deflateSync(text))]
      ] as const
    ) {
      it.effect(`undoes ${encoding} (${body.length} bytes)`, () =>
        Effect.gen(function*() {
          const origin = yield* encoded(encoding, body)
          assert.strictEqual(yield* fetchText(origin), text)
        }))
    }

    it.effect("undoes a large body off the event loop", () =>
      Effect.gen(function*() {
        // numbers that barely compress
        const large = Array.from({ length: 200_000 }, (_, i) => (i * 2_654_435_761) % 4_294_967_296).join(",")
        const body = Zlib.gzipSync(large)
        assert.isAbove(body.length, 256 * 1024)
        const origin = yield* encoded("gzip", body)
        assert.strictEqual(yield* fetchText(origin), large)
        const error = yield* failureOf(fetchText(origin, { maxBodySize: body.length }))
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.include(error.message, `larger than the ${body.length} bytes`)
      }))

    it.effect("reports a body that is not what it says", () =>
      Effect.gen(function*() {
        const origin = yield* encoded("gzip", Buffer.from("plain"))
        const error = yield* failureOf(fetchText(origin))
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.include(error.message, "not valid gzip")
        assert.strictEqual(error.response?.status, 200)
        assert.strictEqual(UndiciHttpClient.requestSent(error), true)
        assertNoSecret(Util.inspect(error, { depth: 20 }))
      }))

    it.effect("reports a truncated gzip body", () =>
      Effect.gen(function*() {
        const origin = yield* encoded("gzip", Zlib.gzipSync(text).subarray(0, 100))
        const error = yield* failureOf(fetchText(origin))
        assert.strictEqual(error.reason._tag, "DecodeError")
      }))

    it.effect("reports an encoding it does not know", () =>
      Effect.gen(function*() {
        const origin = yield* encoded("zstd", Buffer.from("?"))
        const error = yield* failureOf(fetchText(origin))
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.include(error.message, `"zstd" is not supported`)
      }))

    it.effect("undoes no more than a few encodings", () =>
      Effect.gen(function*() {
        const origin = yield* encoded(Array.from({ length: 500 }, () => "identity").join(","), Buffer.from(text))
        const error = yield* failureOf(fetchText(origin))
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.include(error.message, "more than 4 times")
      }))

    it.effect("bounds the decompressed size", () =>
      Effect.gen(function*() {
        const bomb = Zlib.gzipSync(Buffer.alloc(1024 * 1024))
        assert.isBelow(bomb.length, 4096)
        const origin = yield* encoded("gzip", bomb)
        const error = yield* failureOf(fetchText(origin, { maxBodySize: "64 KiB" }))
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.include(error.message, "larger than the 65536 bytes allowed")
      }))

    it.effect("bounds the size on the wire, and gives the connection up", () =>
      Effect.gen(function*() {
        const closed = yield* Deferred.make<void>()
        const origin = yield* httpServer((request, response) => {
          request.socket.on("close", () => Deferred.doneUnsafe(closed, Exit.void))
          // never ends by itself
          const write = () => {
            while (!response.destroyed && response.write("0".repeat(1024)));
            response.once("drain", write)
          }
          write()
        })
        const error = yield* failureOf(fetchText(origin, { maxBodySize: 10_000 }))
        assert.strictEqual(error.reason._tag, "DecodeError")
        assert.include(error.message, "larger than the 10000 bytes allowed")
        yield* Deferred.await(closed)
      }))
  })

  describe("failures before the request is sent", () => {
    const assertUnsent = (error: HttpClientError.HttpClientError, code: string) => {
      const cause = transportErrorOf(error)
      assert.strictEqual(cause.phase, "connect")
      assert.strictEqual(cause.code, code)
      assert.strictEqual(cause.requestSent, false)
      assert.strictEqual(UndiciHttpClient.requestSent(error), false)
      assert.include(error.message, "before the request was sent")
      assertNoSecret(Util.inspect(error, { depth: 20 }))
    }

    it.effect("a port that refuses", () =>
      Effect.gen(function*() {
        const port = yield* Effect.scoped(listen(Net.createServer()))
        const client = yield* UndiciHttpClient.make()
        for (const host of ["127.0.0.1", "localhost"]) {
          assertUnsent(yield* failureOf(client.execute(signed(`http://${host}:${port}`))), "ECONNREFUSED")
        }
      }))

    it.effect("a name that does not resolve", () =>
      Effect.gen(function*() {
        const client = yield* UndiciHttpClient.make({
          connect: {
            port: 1,
            lookup: (_host, _options, callback) =>
              callback(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }), "", 4)
          }
        })
        assertUnsent(yield* failureOf(client.execute(signed("http://papi.test"))), "ENOTFOUND")
      }))

    it.live("a connection that is not made in time", () =>
      Effect.gen(function*() {
        const client = yield* UndiciHttpClient.make({
          connectTimeout: "50 millis",
          connect: { port: 1, lookup: () => {} }
        })
        assertUnsent(yield* failureOf(client.execute(signed("http://papi.test"))), "UND_ERR_CONNECT_TIMEOUT")
      }))

    it.effect("TLS spoken to a plain port", () =>
      Effect.gen(function*() {
        const port = yield* listen(Net.createServer((socket) => {
          socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
        }))
        const client = yield* UndiciHttpClient.make()
        const error = yield* failureOf(client.execute(signed(`https://127.0.0.1:${port}`)))
        assert.strictEqual(transportErrorOf(error).requestSent, false)
        assert.match(transportErrorOf(error).code ?? "", /^ERR_SSL/)
      }))

    it.effect("a connection closed during the TLS handshake", () =>
      Effect.gen(function*() {
        const port = yield* listen(Net.createServer((socket) => {
          socket.once("data", () => socket.destroy())
        }))
        const client = yield* UndiciHttpClient.make()
        assertUnsent(yield* failureOf(client.execute(signed(`https://127.0.0.1:${port}`))), "ECONNRESET")
      }))

    it.live("a TLS handshake that stalls", () =>
      Effect.gen(function*() {
        const port = yield* listen(Net.createServer())
        const client = yield* UndiciHttpClient.make({ connectTimeout: "50 millis" })
        assertUnsent(
          yield* failureOf(client.execute(signed(`https://127.0.0.1:${port}`))),
          "UND_ERR_CONNECT_TIMEOUT"
        )
      }))

    it.effect("every request that waits for the connection", () =>
      Effect.gen(function*() {
        const port = yield* Effect.scoped(listen(Net.createServer()))
        const client = yield* UndiciHttpClient.make({ connections: 1 })
        const errors = yield* Effect.forEach(
          [1, 2, 3],
          () => failureOf(client.execute(signed(`http://127.0.0.1:${port}`))),
          { concurrency: "unbounded" }
        )
        for (const error of errors) assertUnsent(error, "ECONNREFUSED")
      }))

    it.effect("a client whose scope is closed", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* Effect.scoped(Effect.tap(UndiciHttpClient.make(), (client) => client.get(server.origin)))
        assertUnsent(yield* failureOf(client.execute(signed(server.origin))), "UND_ERR_DESTROYED")
        assertUnsent(
          yield* failureOf(client.execute(signed(`http://localhost:${server.port}`))),
          "UND_ERR_DESTROYED"
        )
        assert.strictEqual(server.heads.length, 1)
      }))
  })

  describe("failures after the request is sent", () => {
    const assertSent = (
      error: HttpClientError.HttpClientError,
      phase: "request" | "response",
      code: string
    ) => {
      const cause = transportErrorOf(error)
      assert.strictEqual(cause.phase, phase)
      assert.strictEqual(cause.code, code)
      assert.strictEqual(cause.requestSent, phase === "request" ? "unknown" : true)
      assert.strictEqual(cause.status, phase === "request" ? undefined : 200)
      assert.strictEqual(UndiciHttpClient.requestSent(error), cause.requestSent)
      assertNoSecret(Util.inspect(error, { depth: 20 }))
    }

    it.effect("a reset after the request was read", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.resetAndDestroy())
        const client = yield* UndiciHttpClient.make()
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "request", "ECONNRESET")
        assert.strictEqual(server.heads.length, 1)
      }))

    it.effect("a close after the request was read", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.end())
        const client = yield* UndiciHttpClient.make()
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "request", "UND_ERR_SOCKET")
        assert.strictEqual(server.heads.length, 1)
      }))

    it.effect("a reset of a kept connection is reported and not retried", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket, connection }) => {
          if (connection === 1 && server.heads.length === 2) socket.resetAndDestroy()
          else socket.write(ok("{}"))
        })
        const client = yield* UndiciHttpClient.make({ connections: 1 })
        yield* client.get(server.origin)
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "request", "ECONNRESET")
        assert.strictEqual(server.heads.length, 2)
        yield* client.get(server.origin)
        assert.strictEqual(server.connections(), 2)
      }))

    it.effect("a reset within the body", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart", () => socket.resetAndDestroy())
        )
        const client = yield* UndiciHttpClient.make()
        const error = yield* failureOf(client.execute(signed(server.origin)))
        // the reset may overtake the bytes before it
        const cause = transportErrorOf(error)
        assert.strictEqual(cause.code, "ECONNRESET")
        assert.notStrictEqual(cause.requestSent, false)
      }))

    it.effect("a body shorter than its content-length", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart")
        )
        const client = yield* UndiciHttpClient.make()
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "response", "UND_ERR_SOCKET")
      }))

    it.effect("a body shorter than its content-length on a closing connection", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.end("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 100\r\n\r\npart")
        )
        const client = yield* UndiciHttpClient.make()
        assertSent(
          yield* failureOf(client.execute(signed(server.origin))),
          "response",
          "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"
        )
      }))

    it.effect("a chunked body without its end", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n")
        )
        const client = yield* UndiciHttpClient.make()
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "response", "UND_ERR_SOCKET")
      }))

    it.effect("an answer that is not HTTP", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.end("what?\r\n\r\n"))
        const client = yield* UndiciHttpClient.make()
        const error = yield* failureOf(client.execute(signed(server.origin)))
        assert.strictEqual(transportErrorOf(error).phase, "request")
        assert.instanceOf(transportErrorOf(error).cause, Undici.errors.HTTPParserError)
      }))

    it.live("an answer that does not come", () =>
      Effect.gen(function*() {
        const closed = yield* Deferred.make<void>()
        const server = yield* rawServer(({ socket }) => {
          socket.on("close", () => Deferred.doneUnsafe(closed, Exit.void))
        })
        const client = yield* UndiciHttpClient.make({ headersTimeout: "100 millis" })
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "request", "UND_ERR_HEADERS_TIMEOUT")
        yield* Deferred.await(closed)
      }))

    it.live("a body that stalls", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart")
        )
        const client = yield* UndiciHttpClient.make({ bodyTimeout: "100 millis" })
        assertSent(yield* failureOf(client.execute(signed(server.origin))), "response", "UND_ERR_BODY_TIMEOUT")
      }))

    it.effect("a dispatcher that starts a request again", () =>
      Effect.gen(function*() {
        const attempts: Array<string> = []
        class Twice extends Undici.Dispatcher {
          override dispatch(_: Undici.Dispatcher.DispatchOptions, handler: Undici.Dispatcher.DispatchHandler) {
            const controller: Undici.Dispatcher.DispatchController = {
              aborted: false,
              paused: false,
              reason: null,
              abort: () => {},
              pause: () => {},
              resume: () => {}
            }
            try {
              handler.onRequestStart?.(controller, null)
              attempts.push("first")
              handler.onRequestStart?.(controller, null)
              attempts.push("second")
            } catch (error) {
              handler.onResponseError?.(controller, error instanceof Error ? error : new Error("unknown"))
            }
            return true
          }
        }
        const error = yield* HttpClient.execute(signed("http://127.0.0.1:1")).pipe(
          failureOf,
          Effect.provide(UndiciHttpClient.layerDispatcher(new Twice()))
        )
        assert.strictEqual(transportErrorOf(error).phase, "request")
        assert.deepStrictEqual(attempts, ["first"])
      }))
  })

  describe("interruption", () => {
    it.effect("closes the connection of a request without an answer", () =>
      Effect.gen(function*() {
        const received = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const server = yield* rawServer(({ socket }) => {
          Deferred.doneUnsafe(received, Exit.void)
          socket.on("close", () => Deferred.doneUnsafe(closed, Exit.void))
        })
        const client = yield* UndiciHttpClient.make()
        const fiber = yield* Effect.forkChild(client.execute(signed(server.origin)))
        yield* Deferred.await(received)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      }))

    it.effect("closes the connection of a response that is not complete", () =>
      Effect.gen(function*() {
        const received = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        class Observed extends Undici.Agent {
          override dispatch(options: Undici.Agent.DispatchOptions, handler: Undici.Dispatcher.DispatchHandler) {
            const onResponseData = handler.onResponseData
            handler.onResponseData = function(controller, chunk) {
              onResponseData?.call(this, controller, chunk)
              Deferred.doneUnsafe(received, Exit.void)
            }
            return super.dispatch(options, handler)
          }
        }
        const dispatcher = new Observed()
        yield* Effect.addFinalizer(() => Effect.promise(() => dispatcher.destroy()))
        const server = yield* rawServer(({ socket }) => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart")
          socket.on("close", () => Deferred.doneUnsafe(closed, Exit.void))
        })
        const client = yield* UndiciHttpClient.make({ dispatcher })
        const fiber = yield* Effect.forkChild(client.execute(signed(server.origin)))
        yield* Deferred.await(received)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      }))

    it.effect("takes a waiting request back without costing the connection", () =>
      Effect.gen(function*() {
        const received = yield* Deferred.make<Net.Socket>()
        const server = yield* rawServer(({ head, socket }) => {
          if (head.startsWith("GET /first")) Deferred.doneUnsafe(received, Exit.succeed(socket))
          else socket.write(ok("{}"))
        })
        const client = yield* UndiciHttpClient.make({ connections: 1 })
        const first = yield* Effect.forkChild(client.get(`${server.origin}/first`), { startImmediately: true })
        const socket = yield* Deferred.await(received)
        const waiting = yield* Effect.forkChild(client.get(`${server.origin}/waiting`), { startImmediately: true })
        const upload = yield* Effect.forkChild(
          client.post(`${server.origin}/upload`, { body: HttpBody.stream(Stream.make(new Uint8Array([97]))) }),
          { startImmediately: true }
        )
        yield* Fiber.interrupt(waiting)
        yield* Fiber.interrupt(upload)
        socket.write(ok("{}"))
        yield* Fiber.join(first)
        yield* client.get(`${server.origin}/last`)
        assert.deepStrictEqual(server.heads.map((head) => head.split(" ")[1]), ["/first", "/last"])
        assert.strictEqual(server.connections(), 1)
      }))

    it.effect("takes a request back that waits for its connection", () =>
      Effect.gen(function*() {
        const looked = yield* Deferred.make<() => void>()
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make({
          connections: 1,
          connect: {
            port: server.port,
            autoSelectFamily: false,
            lookup: (_host, _options, callback) => {
              Deferred.doneUnsafe(looked, Exit.succeed(() => callback(null, "127.0.0.1", 4)))
            }
          }
        })
        const origin = `http://papi.test:${server.port}`
        const fiber = yield* Effect.forkChild(client.get(`${origin}/interrupted`))
        const connect = yield* Deferred.await(looked)
        yield* Fiber.interrupt(fiber)
        connect()
        yield* client.get(`${origin}/next`)
        assert.deepStrictEqual(server.heads.map((head) => head.split(" ")[1]), ["/next"])
      }))

    it.effect("closes the connection of an upload", () =>
      Effect.gen(function*() {
        const received = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const released = yield* Deferred.make<void>()
        const origin = yield* httpServer((request) => {
          request.once("data", () => Deferred.doneUnsafe(received, Exit.void))
          request.on("error", () => {})
          request.socket.on("close", () => Deferred.doneUnsafe(closed, Exit.void))
        })
        const client = yield* UndiciHttpClient.make()
        const body = Stream.concat(Stream.make(new Uint8Array([97])), Stream.never).pipe(
          Stream.ensuring(Deferred.succeed(released, undefined))
        )
        const fiber = yield* Effect.forkChild(client.post(origin, { body: HttpBody.stream(body) }))
        yield* Deferred.await(received)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
        yield* Deferred.await(released)
      }))
  })

  describe("connections", () => {
    it.effect("keeps them, and opens no more than allowed", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const requests = (client: HttpClient.HttpClient, count: number, concurrency: number) =>
          Effect.forEach(Array.from({ length: count }), () => client.get(server.origin), { concurrency, discard: true })
        yield* requests(yield* UndiciHttpClient.make({ connections: 1 }), 10, 1)
        assert.strictEqual(server.connections(), 1)
        yield* requests(yield* UndiciHttpClient.make({ connections: 3 }), 30, 30)
        assert.strictEqual(server.heads.length, 40)
        assert.strictEqual(server.connections(), 4)
      }))

    it.effect("closes them with the scope", () =>
      Effect.gen(function*() {
        const closed = yield* Deferred.make<void>()
        const server = yield* rawServer(({ socket }) => {
          socket.on("close", () => Deferred.doneUnsafe(closed, Exit.void))
          socket.write(ok("{}"))
        })
        yield* Effect.provide(HttpClient.get(server.origin), UndiciHttpClient.layer)
        yield* Deferred.await(closed)
      }))

    it.effect("replaces one that the server closed while it was idle", () =>
      Effect.gen(function*() {
        const idle = yield* Deferred.make<void>()
        const dispatcher = new Undici.Agent()
        dispatcher.on("disconnect", () => Deferred.doneUnsafe(idle, Exit.void))
        yield* Effect.addFinalizer(() => Effect.promise(() => dispatcher.destroy()))
        const server = yield* rawServer(({ socket }) => socket.end(ok("{}")))
        const client = yield* UndiciHttpClient.make({ dispatcher })
        yield* client.get(server.origin)
        yield* Deferred.await(idle)
        yield* client.get(server.origin)
        assert.strictEqual(server.connections(), 2)
      }))

    it.effect("speaks TLS, with options of node:tls", () =>
      Effect.gen(function*() {
        const psk = Buffer.from("0123456789abcdef0123456789abcdef", "hex")
        const heads: Array<string> = []
        const port = yield* listen(Tls.createServer({
          ciphers: "PSK-AES128-GCM-SHA256",
          maxVersion: "TLSv1.2",
          pskCallback: () => psk
        }, (socket) => {
          socket.on("error", () => {})
          socket.on("data", (chunk) => {
            heads.push(chunk.toString().split("\r\n")[0] ?? "")
            socket.write(ok("{}"))
          })
        }))
        const client = yield* UndiciHttpClient.make({
          connect: {
            ciphers: "PSK-AES128-GCM-SHA256",
            maxVersion: "TLSv1.2",
            pskCallback: () => ({ psk, identity: "test" }),
            checkServerIdentity: () => undefined
          }
        })
        const response = yield* client.execute(signed(`https://127.0.0.1:${port}`))
        assert.strictEqual(yield* response.text, "{}")
        assert.deepStrictEqual(heads, [`GET ${signedPath} HTTP/1.1`])
      }))
  })

  describe("dispatcher and proxy", () => {
    it.effect("uses a dispatcher and leaves it open", () =>
      Effect.gen(function*() {
        const agent = new Undici.MockAgent()
        agent.disableNetConnect()
        agent.get("https://papi.binance.com").intercept({ path: signedPath }).reply(200, { ok: true }).times(2)
        const text = Effect.flatMap(
          HttpClient.execute(signed("https://papi.binance.com")),
          (response) => response.text
        )
        for (let i = 0; i < 2; i++) {
          assert.strictEqual(
            yield* Effect.provide(text, UndiciHttpClient.layerDispatcher(agent)),
            `{"ok":true}`
          )
        }
        yield* Effect.promise(() => agent.close())
      }))

    it.effect("sends plain requests through a proxy", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("proxied")))
        const text = yield* HttpClient.execute(signed("http://papi.test")).pipe(
          Effect.flatMap((response) => response.text),
          Effect.provide(UndiciHttpClient.layerOptions({
            proxy: Redacted.make(`http://user:secret@127.0.0.1:${server.port}`)
          }))
        )
        assert.strictEqual(text, "proxied")
        const head = server.heads[0] ?? ""
        assert.strictEqual(head.split("\r\n")[0], `GET http://papi.test${signedPath} HTTP/1.1`)
        assert.include(head, `proxy-authorization: Basic ${Buffer.from("user:secret").toString("base64")}`)
      }))

    it.effect("reports a tunnel that the proxy refuses, as unsent", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) =>
          socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        )
        const client = yield* UndiciHttpClient.make({ proxy: server.origin })
        const error = yield* failureOf(client.execute(signed("https://papi.test")))
        assert.strictEqual(transportErrorOf(error).requestSent, false)
        assert.include(server.heads[0], "CONNECT papi.test:443")
        assertNoSecret(server.heads.join("\n"))
      }))

    it.effect("reports a proxy that refuses the connection, as unsent", () =>
      Effect.gen(function*() {
        const port = yield* Effect.scoped(listen(Net.createServer()))
        const client = yield* UndiciHttpClient.make({ proxy: `http://127.0.0.1:${port}` })
        for (const origin of ["https://papi.test", "http://papi.test"]) {
          const error = yield* failureOf(client.execute(signed(origin)))
          assert.strictEqual(transportErrorOf(error).requestSent, false)
        }
      }))

    it.effect("does not print a proxy that is not a URL", () =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(Effect.scoped(UndiciHttpClient.make({ proxy: `${secretKey}@proxy` })))
        assert.isTrue(Exit.hasDies(exit))
        assertNoSecret(Util.inspect(exit, { depth: 20 }))
      }))
  })

  describe("secrets", () => {
    it.effect("are in nothing that prints a response", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}", "set-cookie: session=hidden\r\n")))
        const client = yield* UndiciHttpClient.make()
        const response = yield* client.execute(signed(server.origin))
        for (const printed of [Util.inspect(response, { depth: 20 }), JSON.stringify(response), String(response)]) {
          assertNoSecret(printed)
          assert.notInclude(printed, "hidden")
          assert.include(printed, "/papi/v1/um/order")
          assert.include(printed, "200")
        }
      }))

    it.effect("are in nothing that prints an error", () =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.end())
        const client = yield* UndiciHttpClient.make()
        const request = signed(server.origin).pipe(HttpClientRequest.bodyText(`signature=${secretSignature}`))
        const exit = yield* Effect.exit(client.execute(request))
        const error = yield* failureOf(client.execute(request))
        assert.isTrue(Exit.isFailure(exit))
        for (
          const printed of [
            Util.inspect(error, { depth: 20, showHidden: true }),
            Util.inspect(error.request, { depth: 20 }),
            JSON.stringify(error),
            String(error),
            error.stack ?? "",
            Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "",
            Util.inspect(exit, { depth: 20 }),
            JSON.stringify(exit)
          ]
        ) {
          assertNoSecret(printed)
          assert.include(printed, "/papi/v1/um/order")
        }
      }))
  })

  describe("spans", () => {
    const traced = (options: UndiciHttpClient.Options, disabled = false) =>
      Effect.gen(function*() {
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const spans: Array<Tracer.NativeSpan> = []
        const tracer = Tracer.make({
          span(options) {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          }
        })
        yield* HttpClient.execute(signed(server.origin)).pipe(
          Effect.provide(UndiciHttpClient.layerOptions(options)),
          Effect.provideService(HttpClient.TracerDisabledWhen, () => disabled),
          Effect.provideService(Tracer.Tracer, tracer)
        )
        assert.notMatch(server.heads.join("\n"), /^(traceparent|b3):/im)
        return spans
      })

    it.effect("are off", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* traced({}), [])
      }))

    it.effect("are made when asked for, without secrets", () =>
      Effect.gen(function*() {
        const spans = yield* traced({ span: true })
        assert.deepStrictEqual(spans.map((span) => span.name), ["GET"])
        const attributes = Object.fromEntries(spans[0]?.attributes ?? [])
        assert.strictEqual(attributes["http.request.method"], "GET")
        assert.strictEqual(attributes["http.response.status_code"], 200)
        assert.match(String(attributes["url.full"]), /\/papi\/v1\/um\/order$/)
        assert.strictEqual(spans[0]?.status._tag, "Ended")
      }))

    it.effect("are not made where they are disabled, or without a tracer", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* traced({ span: true }, true), [])
        const server = yield* rawServer(({ socket }) => socket.write(ok("{}")))
        const client = yield* UndiciHttpClient.make({ span: true })
        assert.strictEqual((yield* client.get(server.origin)).status, 200)
      }))
  })
})
