import type { BinanceError } from "@effect-binance/core/BinanceError"
import * as Environment from "@effect-binance/core/Environment"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import type * as Net from "node:net"
import * as Faces from "./support/faces.ts"
import * as Failures from "./support/failures.ts"
import * as Raw from "./support/raw.ts"

const transports = Faces.faces.filter((face) => face !== "in memory")

const at = (port: number, face: Exclude<Faces.Face, "in memory">) =>
  Faces.client({ clock: { source: "local" } }).pipe(
    Layer.provide(Layer.succeed(Environment.Environment, Environment.simulator(`http://127.0.0.1:${port}`))),
    Layer.provide(Faces.transports[face])
  )

const asExpected = (face: Exclude<Faces.Face, "in memory">, port: number, expected: {
  readonly read: Failures.Expected
  readonly change: Failures.Expected
}) =>
  Failures.bothFail(expected).pipe(
    Effect.provide(at(port, face)),
    Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
  )

const lost = {
  read: { tag: "TransportFailed", says: ["It can be asked again"], has: { stage: "connection", attempts: 1 } },
  change: {
    tag: "OutcomeUnknown",
    says: ["connection lost", "ask before repeating it"],
    has: { seen: "connection lost", attempts: 1 }
  }
} satisfies { readonly [call: string]: Failures.Expected }

const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

const ends: ReadonlyArray<readonly [string, (socket: Net.Socket) => void]> = [
  ["resets the connection", (socket) => socket.resetAndDestroy()],
  ["closes the connection without a word", (socket) => socket.end()],
  ["closes it within the head", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Ty")],
  ["closes it within the body", (socket) => socket.end(`${head}Content-Length: 100\r\n\r\n{"leverage":17,`)],
  [
    "resets it within the body",
    (socket) => socket.write(`${head}Content-Length: 100\r\n\r\n{"leverage":17,`, () => socket.resetAndDestroy())
  ],
  [
    "closes it within a chunk",
    (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n20\r\n{"leverage":17,`)
  ],
  ["does not speak HTTP", (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")]
]

describe.each(transports)("by way of %s, a server that", (face) => {
  it.effect.each(ends)("%s", ([_, end]) =>
    Effect.gen(function*() {
      const server = yield* Raw.server((socket) => end(socket))
      yield* asExpected(face, server.port, lost)
      // Nothing was sent twice behind our back.
      const calls = yield* server.heads
      assert.lengthOf(calls, 2)
      assert.match(calls[0] ?? "", /^GET \/papi\/v1\/account\?/)
      assert.match(calls[1] ?? "", /^POST \/papi\/v1\/um\/leverage\?/)
    }).pipe(Effect.scoped))

  it.effect("refuses the connection", () =>
    Effect.gen(function*() {
      const { port } = yield* Effect.scoped(Raw.server(() => {}))
      const unsent: Failures.Expected = {
        tag: "TransportFailed",
        says: ["ECONNREFUSED", "Nothing was sent"],
        has: { stage: "connect", attempts: 0 }
      }
      yield* asExpected(face, port, { read: unsent, change: unsent })
    }))

  it.effect("never answers", () =>
    Effect.gen(function*() {
      const server = yield* Raw.server(() => {})
      const told = {
        onSuccess: () => "it succeeded",
        onFailure: (error: BinanceError) => `${error._tag}: ${error.message}`
      }
      const calls = [
        ["TransportFailed", Effect.match(Failures.read, told)],
        ["OutcomeUnknown", Effect.match(Failures.change, told)]
      ] as const
      for (const [index, [tag, call]] of calls.entries()) {
        const fiber = yield* call.pipe(
          Effect.provide(at(server.port, face)),
          Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none),
          Effect.forkChild
        )
        yield* server.until(index + 1)
        yield* TestClock.adjust("10 seconds")
        const seen = yield* Fiber.join(fiber)
        assert.isTrue(seen.startsWith(tag), seen)
        assert.include(seen, "no answer within the timeout")
      }
      assert.lengthOf(yield* server.heads, 2)
    }).pipe(Effect.scoped))

  // `fetch` follows by itself unless told not to, and takes the API key along.
  it.effect("sends to another address is not followed there", () =>
    Effect.gen(function*() {
      const elsewhere = yield* Raw.server((socket) => socket.end(`${head}Content-Length: 2\r\n\r\n{}`))
      const server = yield* Raw.server((socket) =>
        socket.end(
          `HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:${elsewhere.port}/\r\nContent-Length: 0\r\n\r\n`
        )
      )
      yield* Effect.exit(Failures.read).pipe(Effect.provide(at(server.port, face)))
      yield* Effect.exit(Failures.change).pipe(Effect.provide(at(server.port, face)))
      const followed = yield* elsewhere.heads
      assert.deepStrictEqual(
        followed.map((head) => /x-mbx-apikey/i.test(head) ? "with the key" : "without the key"),
        []
      )
    }).pipe(Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none), Effect.scoped))
})
