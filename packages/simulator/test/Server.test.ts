import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import * as Crypto from "node:crypto"
import * as Http from "node:http"
import * as Os from "node:os"
import * as Zlib from "node:zlib"
import * as Faces from "./support/faces.ts"
import * as Raw from "./support/raw.ts"

const served = Faces.overHttp()

const ask = (path: string, options: Http.RequestOptions = {}, body = "") =>
  Effect.flatMap(SimulatorServer, ({ port }) => Raw.ask(port, path, options, body))

const { apiKey, secret } = Simulator.demoKey

const signed = (query: string, body = "") =>
  `signature=${Crypto.createHmac("sha256", secret).update(query + body).digest("hex")}`

const withKey = { headers: { "x-mbx-apikey": apiKey } }

const codeOf = ({ body }: Raw.Answer): unknown => (JSON.parse(body.toString()) as { readonly code?: unknown }).code

describe("requests that are not the exchange's", () => {
  it.effect.each([
    "/",
    "",
    "/papi",
    "/papi/v9/account",
    "/papi/v1/account/",
    "/papi/v1/%ZZ",
    "//papi/v1/ping",
    "/fapi/v1/time2"
  ])(
    "finds no path %j",
    (path) =>
      Effect.gen(function*() {
        const answer = yield* ask(path, withKey)
        assert.strictEqual(answer.status, 404)
        assert.strictEqual(answer.headers["content-type"], "text/html")
      }).pipe(Effect.provide(served))
  )

  it.effect.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])(
    "does not serve the account by %s",
    (method) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* ask("/papi/v1/account", { ...withKey, method })).status, 404)
      }).pipe(Effect.provide(served))
  )

  it.effect.each(["symbol=%ZZ", "symbol=%", "symbol=%E5%B8", "%ZZ=1", "symbol=BTCUSDT&a=%C0%AF"])(
    "refuses the malformed query %s",
    (query) =>
      Effect.gen(function*() {
        const answer = yield* ask(`/papi/v1/um/commissionRate?${query}`, withKey)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(codeOf(answer), -1100)
      }).pipe(Effect.provide(served))
  )

  it.effect("refuses malformed escapes in a body", () =>
    Effect.gen(function*() {
      const answer = yield* ask("/papi/v1/um/leverage", { ...withKey, method: "POST" }, "symbol=%ZZ")
      assert.deepStrictEqual([answer.status, codeOf(answer)], [400, -1100])
    }).pipe(Effect.provide(served)))

  it.effect("survives what is not HTTP", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const said = yield* Raw.speak(port, "no HTTP at all\r\n\r\n")
      assert.match(said, /^HTTP\/1\.1 400 /)
      assert.strictEqual((yield* ask("/papi/v1/ping")).status, 200)
    }).pipe(Effect.provide(served)))

  it.effect("refuses a head that is too long, and goes on", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      assert.match(yield* Raw.speak(port, `GET /papi/v1/ping?a=${"a".repeat(20_000)} HTTP/1.1\r\n`), /^HTTP\/1\.1 431 /)
      assert.strictEqual((yield* ask("/papi/v1/ping")).status, 200)
    }).pipe(Effect.provide(served)))
})

describe("parameters", () => {
  const query = "symbol=BTCUSDT&timestamp=0"

  it.effect.each<readonly [string, string, string]>([
    ["in the query", `?leverage=13&${query}`, ""],
    ["in the body", "", `leverage=13&${query}`],
    ["in both", "?leverage=13", query],
    ["with plus for space", "?leverage=13&note=a+b", query],
    ["with the signature in the middle", "", `leverage=13&signature=0&${query}`]
  ])("are taken %s", ([_, inQuery, inBody]) =>
    Effect.gen(function*() {
      const payload = inQuery.slice(1) + inBody.replace("signature=0&", "")
      const signature = signed(payload)
      const body = inBody.includes("signature=0")
        ? inBody.replace("signature=0", signature)
        : `${inBody}${inBody === "" ? "" : "&"}${signature}`
      const answer = yield* ask(`/papi/v1/um/leverage${inQuery}`, { ...withKey, method: "POST" }, body)
      assert.strictEqual(answer.body.toString(), `{"leverage":13,"maxNotionalValue":"10000000","symbol":"BTCUSDT"}`)
    }).pipe(Effect.provide(served)))
})

describe("bodies", () => {
  const megabyte = Buffer.alloc(1_000_000, "a")

  it.effect.each<readonly [string, string, Buffer]>([
    ["of declared length", `Content-Length: ${10 * megabyte.length}\r\n`, megabyte],
    [
      "of unknown length",
      "Transfer-Encoding: chunked\r\n",
      Buffer.concat([
        Buffer.from(`${megabyte.length.toString(16)}\r\n`),
        megabyte,
        Buffer.from("\r\n")
      ])
    ]
  ])("too large, %s, are refused before they are read to the end", ([_, header, piece]) =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const head = `POST /papi/v1/um/leverage HTTP/1.1\r\nHost: x\r\nX-MBX-APIKEY: ${apiKey}\r\n${header}\r\n`
      // Two of ten megabytes are sent; the answer is there without the rest, and the connection is given up.
      const said = yield* Raw.speak(port, head, piece, piece)
      assert.match(said, /^HTTP\/1\.1 413 /)
      const { requests } = yield* Simulator.Simulator
      assert.isEmpty(yield* requests)
      assert.strictEqual((yield* ask("/papi/v1/ping")).status, 200)
    }).pipe(Effect.provide(served)))

  it.effect("of ten megabytes are refused to ordinary clients too", () =>
    Effect.gen(function*() {
      const outcome = yield* Effect.result(
        ask("/papi/v1/um/leverage", { ...withKey, method: "POST" }, "a".repeat(10_000_000))
      )
      // A client that goes on writing may see the connection close before it reads the answer.
      if (outcome._tag === "Success") assert.strictEqual(outcome.success.status, 413)
      else assert.include(["EPIPE", "ECONNRESET"], outcome.failure.code)
    }).pipe(Effect.provide(served)))
})

describe("connections", () => {
  it.effect("are kept for the next request", () =>
    Effect.gen(function*() {
      const agent = new Http.Agent({ keepAlive: true, maxSockets: 1 })
      const ports = yield* Effect.forEach([1, 2, 3, 4, 5], () =>
        Effect.map(ask("/papi/v1/ping", { agent }), ({ localPort }) => localPort))
      assert.lengthOf(new Set(ports), 1)
      agent.destroy()
    }).pipe(Effect.provide(served)))

  it.effect("serve many requests at once", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const replies = yield* Effect.forEach(Array.from({ length: 150 }), () => client.getUMPosition(), {
        concurrency: "unbounded"
      })
      for (const reply of replies) assert.lengthOf(reply, 3)
      const { requests } = yield* Simulator.Simulator
      assert.lengthOf((yield* requests).filter(({ path }) => path === "/papi/v1/um/positionRisk"), 150)
    }).pipe(Effect.provide(Faces.client()), Effect.provide(Faces.world("undici"))))

  it.effect("that stop half-way keep nobody waiting", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      yield* Effect.forEach([
        "",
        "GET /papi/v1/ping HTTP/1.1\r\nHost: x\r\nX-Half",
        "POST /papi/v1/um/leverage HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsymbol=BTC"
      ], (text) => Raw.connect(port, text))
      assert.strictEqual((yield* ask("/papi/v1/ping")).status, 200)
    }).pipe(Effect.scoped, Effect.provide(served)))

  it.effect("that the client ends for writing still get their answer", () =>
    Effect.gen(function*() {
      const { port } = yield* SimulatorServer
      const socket = yield* Raw.connect(port, "GET /papi/v1/ping HTTP/1.1\r\nHost: x\r\n\r\n")
      socket.end()
      assert.match(yield* Raw.readToEnd(socket), /^HTTP\/1\.1 200 [\s\S]*\{\}$/)
    }).pipe(Effect.scoped, Effect.provide(served)))

  it.effect("come from this machine alone", () =>
    Effect.gen(function*() {
      const { port, url } = yield* SimulatorServer
      assert.strictEqual(url, `http://127.0.0.1:${port}`)
      const others = Object.values(Os.networkInterfaces()).flatMap((list) => list ?? [])
        .filter(({ address, family, internal }) => address !== "127.0.0.1" && (internal || family === "IPv4"))
      for (const { address } of others) {
        const failure = yield* Effect.flip(Raw.connect(port, "", address))
        assert.strictEqual(failure.code, "ECONNREFUSED", address)
      }
    }).pipe(Effect.scoped, Effect.provide(served)))
})

describe("compression", () => {
  const path = "/papi/v1/um/leverageBracket?timestamp=0"
  const request = (encodings: string | undefined) =>
    ask(`${path}&${signed("timestamp=0")}`, {
      headers: { ...withKey.headers, ...(encodings === undefined ? {} : { "accept-encoding": encodings }) }
    })

  it.effect("is for those who ask for it", () =>
    Effect.gen(function*() {
      const plain = yield* request(undefined)
      assert.isUndefined(plain.headers["content-encoding"])
      for (const encodings of ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "br, gzip"]) {
        const compressed = yield* request(encodings)
        assert.strictEqual(compressed.headers["content-encoding"], "gzip")
        assert.isBelow(compressed.body.length, plain.body.length / 2)
        assert.strictEqual(Zlib.gunzipSync(compressed.body).toString(), plain.body.toString())
      }
      for (const encodings of ["identity", "br", "gzip;q=0", "gzip; q=0.0, br"]) {
        assert.isUndefined((yield* request(encodings)).headers["content-encoding"], encodings)
      }
    }).pipe(Effect.provide(served)))
})

describe("closing", () => {
  const close = (open: (port: number) => Effect.Effect<unknown, unknown, Scope.Scope>) =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(served, scope)
      const { port } = Context.get(context, SimulatorServer)
      yield* open(port)
      const before = performance.now()
      yield* Scope.close(scope, Exit.void)
      assert.isBelow(performance.now() - before, 1500)
      const failure = yield* Effect.flip(Raw.ask(port, "/papi/v1/ping"))
      assert.strictEqual(failure.code, "ECONNREFUSED")
    })

  const cases: ReadonlyArray<readonly [string, (port: number) => Effect.Effect<unknown, unknown, Scope.Scope>]> = [
    ["without connections", () => Effect.void],
    ["with a connection kept for later", (port) =>
      Effect.andThen(
        Effect.acquireRelease(
          Effect.sync(() => new Http.Agent({ keepAlive: true })),
          (agent) => Effect.sync(() => agent.destroy())
        ),
        (agent) => Raw.ask(port, "/papi/v1/ping", { agent })
      )],
    ["with a connection that never spoke", (port) => Raw.connect(port, "")],
    ["with half a head", (port) => Raw.connect(port, "GET /papi/v1/ping HTTP/1.1\r\nHost")],
    [
      "with half a body",
      (port) => Raw.connect(port, "POST /papi/v1/um/leverage HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na")
    ]
  ]

  it.effect.each(cases)("is prompt %s", ([_, open]) => Effect.scoped(close(open)))
  it.live.each(cases)("is prompt by the real clock %s", ([_, open]) => Effect.scoped(close(open)))
})

describe("the weight limit", () => {
  const begin = 1_790_000_000_000 - 1_790_000_000_000 % 60_000 + 17_500

  it.effect.each(["in memory", "undici"] as ReadonlyArray<Faces.Face>)(
    "is counted and enforced, %s",
    (face) =>
      Effect.gen(function*() {
        const client = yield* PortfolioClient
        const fill = Effect.forEach(Array.from({ length: 5 }), () => client.getAccountInfo())
        yield* fill
        const error = yield* Effect.flip(client.getAccountInfo())
        if (error._tag !== "RateLimited") return assert.fail(error._tag)
        assert.deepStrictEqual([error.status, error.code, error.budget], [429, -1003, "weight"])
        assert.deepStrictEqual(error.retryAfter, Duration.seconds(43))
        assert.include(error.message, "lower the call rate")
        // Less would have fitted, but the window is overdrawn now.
        assert.strictEqual((yield* Effect.flip(client.testConnectivity()))._tag, "RateLimited")
        yield* TestClock.adjust("42 seconds")
        assert.strictEqual((yield* Effect.flip(client.getAccountInfo()))._tag, "RateLimited")
        yield* TestClock.adjust("1 second")
        yield* fill
      }).pipe(
        Effect.provide(Faces.client({ clock: { source: "local" } })),
        Effect.provide(Faces.world(face, { limits: { weight: 100 } })),
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none),
        (self) => Effect.andThen(TestClock.setTime(begin), self)
      )
  )

  it.effect("is told in the headers of every answer, refusals too", () =>
    Effect.gen(function*() {
      const used = Effect.fnUntraced(function*(path: string, options: Http.RequestOptions = {}) {
        const { headers, status } = yield* ask(path, options)
        return [status, headers["x-mbx-used-weight-1m"], headers["retry-after"]]
      })
      yield* TestClock.setTime(begin)
      assert.deepStrictEqual(yield* used("/papi/v1/ping"), [200, "1", undefined])
      assert.deepStrictEqual(yield* used("/papi/v1/account"), [401, "21", undefined])
      assert.deepStrictEqual(yield* used("/papi/v1/um/apiTradingStatus?symbol=BTCUSDT", withKey), [
        400,
        "22",
        undefined
      ])
      assert.deepStrictEqual(yield* used("/papi/v1/um/apiTradingStatus", withKey), [400, "32", undefined])
      assert.deepStrictEqual(yield* used("/papi/v1/um/feeBurn", withKey), [429, "62", "43"])
      yield* TestClock.adjust("43 seconds")
      assert.deepStrictEqual(yield* used("/papi/v1/ping"), [200, "1", undefined])
    }).pipe(Effect.provide(Faces.overHttp({ limits: { weight: 40 } }))))
})
