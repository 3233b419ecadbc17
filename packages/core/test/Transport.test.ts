import * as Transport from "@effect-binance/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"

const url = "https://papi.binance.com/papi/v1/account?symbol=%E5%B8%81'&signature=a%2Fb"

const send = (fetch: typeof globalThis.fetch, apiKey: string | undefined = "canary-key") =>
  Transport.overFetch(fetch).send({
    method: "GET",
    url,
    apiKey: apiKey === undefined ? undefined : Redacted.make(apiKey)
  })

const failing = (cause: unknown) => Effect.flip(send(() => Promise.reject(cause)))

const broken = (status: number) => {
  const response = new Response("ignored", { status, headers: { "Retry-After": "7" } })
  return Object.assign(response, { text: () => Promise.reject(new Error("terminated")) })
}

describe("overFetch", () => {
  it.effect("hands over the address as it is, the key, and follows no redirect", () =>
    Effect.gen(function*() {
      const seen: Array<readonly [unknown, RequestInit | undefined]> = []
      const fetch: typeof globalThis.fetch = (input, init) => {
        seen.push([input, init])
        return Promise.resolve(new Response("{}", { status: 201, headers: { "X-MBX-UUID": "one" } }))
      }
      assert.deepStrictEqual(yield* send(fetch), {
        status: 201,
        headers: { "content-type": "text/plain;charset=UTF-8", "x-mbx-uuid": "one" },
        text: "{}"
      })
      yield* Transport.overFetch(fetch).send({ method: "GET", url, apiKey: undefined })
      const [[address, init], [_, anonymous]] = [seen[0] ?? [], seen[1] ?? []]
      assert.strictEqual(address, url)
      assert.strictEqual(init?.method, "GET")
      assert.strictEqual(init?.redirect, "manual")
      assert.deepStrictEqual(init?.headers, { accept: "application/json", "x-mbx-apikey": "canary-key" })
      assert.deepStrictEqual(anonymous?.headers, { accept: "application/json" })
    }))

  it.effect.each([
    { name: "refused", code: "ECONNREFUSED", syscall: "connect", unsent: true },
    { name: "no such host", code: "ENOTFOUND", syscall: "getaddrinfo", unsent: true },
    { name: "reset", code: "ECONNRESET", syscall: "read", unsent: false },
    { name: "closed", code: "UND_ERR_SOCKET", syscall: undefined, unsent: false }
  ])("tells what is proven: $name", ({ code, syscall, unsent }) =>
    Effect.gen(function*() {
      const inner = Object.assign(new Error(`${code} 127.0.0.1:1`), {
        code,
        ...(syscall === undefined ? {} : { syscall })
      })
      const error = yield* failing(new TypeError("fetch failed", { cause: inner }))
      assert.strictEqual(error._tag, "TransportError")
      assert.strictEqual(error.unsent, unsent)
      assert.strictEqual(error.message, `${code} 127.0.0.1:1`)
    }))

  it.effect("what says nothing proves nothing", () =>
    Effect.gen(function*() {
      const error = yield* failing(undefined)
      assert.isFalse(error.unsent)
      assert.strictEqual(error.detail, "the connection failed")
    }))

  it.effect("an answer that breaks off is lost, but a limit or a ban is told by its status", () =>
    Effect.gen(function*() {
      const lost = yield* Effect.flip(send(() => Promise.resolve(broken(200))))
      assert.isFalse(lost.unsent)
      assert.strictEqual(lost.detail, "terminated")
      for (const status of [418, 429]) {
        const answer = yield* send(() => Promise.resolve(broken(status)))
        assert.strictEqual(answer.status, status)
        assert.strictEqual(answer.headers["retry-after"], "7")
        assert.strictEqual(answer.text, "")
      }
    }))

  it.effect("gives the request up when it is interrupted", () =>
    Effect.gen(function*() {
      const started = yield* Deferred.make<AbortSignal>()
      const fiber = yield* Effect.forkChild(send((_, init) => {
        if (init?.signal) Deferred.doneUnsafe(started, Effect.succeed(init.signal))
        return new Promise(() => {})
      }))
      const signal = yield* Deferred.await(started)
      assert.isFalse(signal.aborted)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(signal.aborted)
    }))
})
