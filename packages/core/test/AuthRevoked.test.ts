import * as Endpoint from "@effect-binance/core/Endpoint"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { connect, getThing, orderThing, thing } from "./support/exchange.ts"
import * as transport from "./support/transport.ts"

const symbol = "BTCUSDT"
const cancelThing = Endpoint.make({ ...orderThing, id: "cancelThing", method: "DELETE", orders: 0 })

const refused = transport.answer(401, {
  code: -2015,
  msg: "Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"
})

/** An exchange that accepts the key while `accepting` says so. */
const exchange = () => {
  const accepting = { reads: true, changes: true }
  const respond: transport.Respond = (sent, request) =>
    ((sent.method === "GET" ? accepting.reads : accepting.changes) ? transport.answer(200, thing) : refused)(
      sent,
      request
    )
  return Effect.map(connect(respond), (connected) => ({
    ...connected,
    accepting,
    read: connected.client.call(getThing, { symbol }),
    order: connected.client.call(orderThing, { symbol }),
    cancel: connected.client.call(cancelThing, { symbol })
  }))
}

const tag = Effect.match({ onFailure: (error: { readonly _tag: string }) => error._tag, onSuccess: () => "ok" })

describe("a key that is refused", () => {
  it.effect("from the beginning is Unauthorized, each time anew", () =>
    Effect.gen(function*() {
      const { accepting, order, read, sent } = yield* exchange()
      accepting.reads = accepting.changes = false
      for (const call of [read, order, read, order]) assert.strictEqual(yield* call.pipe(tag), "Unauthorized")
      assert.lengthOf(sent, 4)
    }))

  it.effect("in the middle of a session stops what changes something, but for cancellations and one try each 30 seconds", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_700_000_000_000)
      const { accepting, cancel, order, read, sent } = yield* exchange()
      yield* order
      yield* read
      accepting.reads = accepting.changes = false
      const first = yield* Effect.flip(order)
      assert.strictEqual(first._tag, "AuthRevoked")
      assert.deepInclude(first, { requestIp: "203.0.113.7", code: -2015, attempts: 1 })
      assert.lengthOf(sent, 3)
      yield* TestClock.adjust("10 seconds")
      const held = yield* Effect.flip(order)
      assert.deepInclude(held, { _tag: "AuthRevoked", endpoint: "orderThing", attempts: 0, code: -2015 })
      assert.strictEqual(
        held._tag === "AuthRevoked" ? DateTime.toEpochMillis(held.since) : undefined,
        1_700_000_000_000
      )
      assert.lengthOf(sent, 3, "nothing was sent")
      assert.strictEqual(yield* cancel.pipe(tag), "AuthRevoked")
      assert.strictEqual(yield* read.pipe(tag), "AuthRevoked")
      assert.lengthOf(sent, 5)
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* Effect.all([order, order, order].map((call) => call.pipe(tag))), [
        "AuthRevoked",
        "AuthRevoked",
        "AuthRevoked"
      ])
      assert.lengthOf(sent, 6, "one found out that it is not over")
      accepting.changes = true
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* Effect.all([order, order].map((call) => call.pipe(tag))), ["ok", "ok"])
    }))

  it.effect("for trading alone is not over because reading goes on", () =>
    Effect.gen(function*() {
      const { accepting, order, read, sent } = yield* exchange()
      yield* order
      accepting.changes = false
      assert.strictEqual(yield* order.pipe(tag), "AuthRevoked")
      assert.strictEqual(yield* read.pipe(tag), "ok")
      assert.strictEqual(yield* order.pipe(tag), "AuthRevoked")
      assert.lengthOf(sent, 3)
    }))

  it.effect("for reading is over when reading goes on", () =>
    Effect.gen(function*() {
      const { accepting, order, read } = yield* exchange()
      yield* read
      accepting.reads = false
      assert.strictEqual(yield* read.pipe(tag), "AuthRevoked")
      assert.strictEqual(yield* order.pipe(tag), "AuthRevoked")
      accepting.reads = true
      assert.strictEqual(yield* read.pipe(tag), "ok")
      assert.strictEqual(yield* order.pipe(tag), "ok")
    }))

  it.effect("that never could trade is told so, and not as one that was revoked", () =>
    Effect.gen(function*() {
      const { accepting, order, read } = yield* exchange()
      accepting.changes = false
      yield* read
      assert.strictEqual(yield* order.pipe(tag), "Unauthorized")
    }))
})
