/** What looks on, or is set wrongly, does not cost the answer of a call that was carried out. */
import * as Client from "@effect-binance/core/Client"
import * as Drift from "@effect-binance/core/Drift"
import * as RequestGate from "@effect-binance/core/RequestGate"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as http from "../src/internal/http.ts"
import * as exchange from "./support/exchange.ts"
import * as transport from "./support/transport.ts"

const order = (client: Client.ClientShape) => client.call(exchange.orderThing, { symbol: "X" })

const permit = (observe: RequestGate.Permit["observe"]): RequestGate.RequestGateShape => ({
  admit: () => Effect.succeed({ observe, release: () => Effect.void })
})

describe("an order that was answered keeps its answer", () => {
  it.effect("when an observer throws", () =>
    Effect.gen(function*() {
      const { client } = yield* exchange.connect(transport.answer(200, exchange.thing))
      const placed = yield* Effect.provideService(order(client), Client.CurrentObserver, () => {
        throw new Error("observer")
      })
      assert.strictEqual(placed.id, exchange.thing.id)
    }))

  it.effect("when the drift reporter dies", () =>
    Effect.gen(function*() {
      const { client } = yield* exchange.connect(transport.answer(200, { ...exchange.thing, status: "NEVER_SEEN" }))
      const placed = yield* Effect.provideService(order(client), Drift.Reporter, () => Effect.die("reporter"))
      assert.strictEqual(placed.status, "NEVER_SEEN")
    }))

  it.effect("when the gate cannot take in what it saw", () =>
    Effect.gen(function*() {
      const { client } = yield* exchange.connect(transport.answer(200, exchange.thing))
      const placed = yield* Effect.provideService(
        order(client),
        RequestGate.RequestGate,
        permit(() => Effect.die("store"))
      )
      assert.strictEqual(placed.id, exchange.thing.id)
    }))
})

describe("a gate that makes wait", () => {
  it.effect("can be left by whoever waits, and nothing was sent", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* exchange.connect(transport.answer(200, exchange.thing))
      const waiting = yield* Effect.forkChild(
        Effect.provideService(order(client), RequestGate.RequestGate, { admit: () => Effect.never })
      )
      yield* TestClock.adjust("1 hour")
      yield* Fiber.interrupt(waiting)
      assert.lengthOf(sent, 0)
    }))
})

describe("the timeout option", () => {
  const wrong: ReadonlyArray<unknown> = [0, -1, NaN, "1 sec", Duration.infinity]
  for (const timeout of wrong) {
    it.effect(`refuses ${String(timeout)} before anything is sent`, () =>
      Effect.gen(function*() {
        const { client, sent } = yield* exchange.connect(transport.answer(200, exchange.thing))
        const error = yield* Effect.flip(
          Client.withOptions({ timeout: timeout as Duration.Input })(order(client))
        )
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.include(error.message, "timeout")
        assert.lengthOf(sent, 0)
      }))
  }
})

describe("an overload", () => {
  for (
    const [status, tag] of [[503, "Unavailable"], [429, "RateLimited"], [504, "OutcomeUnknown"], [
      500,
      "OutcomeUnknown"
    ]] as const
  ) {
    it.effect(`told with ${status} ends an order as ${tag}`, () =>
      Effect.gen(function*() {
        const { client } = yield* exchange.connect(transport.answer(status, { code: -1008, msg: "Request throttled" }))
        const error = yield* Effect.flip(order(client))
        assert.strictEqual(error._tag, tag)
      }))
  }
})

describe("what a program has set for fetch", () => {
  it.effect("stays in force, but no redirect is followed", () =>
    Effect.gen(function*() {
      const inits: Array<RequestInit | undefined> = []
      const context = yield* Layer.build(FetchHttpClient.layer)
      const client = Context.get(context, HttpClient.HttpClient)
      yield* http.transport(client).send({ method: "GET", url: "http://127.0.0.1:9/", apiKey: undefined }).pipe(
        Effect.provideService(FetchHttpClient.RequestInit, { cache: "no-store", redirect: "follow" }),
        Effect.provideService(FetchHttpClient.Fetch, (_, init) => {
          inits.push(init)
          return Promise.resolve(new Response("{}"))
        })
      )
      assert.strictEqual(inits[0]?.cache, "no-store")
      assert.strictEqual(inits[0]?.redirect, "manual")
    }).pipe(Effect.scoped))
})
