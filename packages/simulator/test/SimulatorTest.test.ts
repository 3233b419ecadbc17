import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { demoKey, Simulator } from "@effect-binance/simulator/Simulator"
import * as SimulatorTest from "@effect-binance/simulator/SimulatorTest"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

const funded = SimulatorTest.layer({ margin: { USDT: "50000" }, prices: { BTCUSDT: "90000" } })

const order = (newClientOrderId: string) =>
  Effect.flatMap(PortfolioClient, (client) =>
    client.submitNewUMOrder({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: "0.1",
      price: "89000",
      newClientOrderId
    }))

describe("layer", () => {
  it.effect("holds what was given and nothing else", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const balances = yield* client.getBalance()
      assert.deepStrictEqual(
        balances.filter(({ totalWalletBalance }) => !BigDecimal.isZero(totalWalletBalance)).map((
          { asset, totalWalletBalance }
        ) => [asset, BigDecimal.format(totalWalletBalance)]),
        [["USDT", "50000"]]
      )
      const { market } = yield* (yield* Simulator).state
      assert.strictEqual(BigDecimal.format(market.markPrices.get("BTCUSDT") ?? BigDecimal.make(0n, 0)), "90000")
    }).pipe(Effect.provide(funded)))

  it.effect("says what cannot be", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Effect.void, SimulatorTest.layer({ prices: { NONE: "1" } })))
      assert.strictEqual(error._tag, "StateFileInvalid")
      assert.include(error.message, "-1121")
    }))
})

describe("awaitOrder", () => {
  it.effect("gives the order when it is there, in one of the states", () =>
    Effect.gen(function*() {
      const waiting = yield* Effect.forkChild(SimulatorTest.awaitOrder("a", "FILLED", "CANCELED"), {
        startImmediately: true
      })
      yield* order("b")
      yield* order("a")
      assert.isUndefined(waiting.pollUnsafe())
      yield* SimulatorTest.setPrices({ BTCUSDT: "88900" })
      const filled = yield* Fiber.join(waiting)
      assert.strictEqual(filled.status, "FILLED")
      assert.strictEqual((yield* SimulatorTest.awaitOrder("b", "FILLED")).status, "FILLED")
    }).pipe(Effect.provide(funded)))
})

describe("withoutLeaks", () => {
  const cases: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown, PortfolioClient>, unknown]> = [
    ["a key in a log", Effect.logTrace(`key ${demoKey.apiKey}`), ["API key", "log"]],
    ["a secret in the cause of a log", Effect.logWarning("oh", { inner: [demoKey.secret] }), ["secret", "log"]],
    ["a secret in a span", Effect.annotateCurrentSpan("with", demoKey.secret), ["secret", "span"]],
    ["a secret in a name", Effect.withSpan(Effect.void, demoKey.secret), ["secret", "span"]],
    ["a secret in a failure", Effect.fail({ _tag: "Oh", message: `no: ${demoKey.secret}` }), ["secret", "result"]],
    ["a secret in the value", Effect.succeed({ a: demoKey.secret }), ["secret", "result"]]
  ]

  it.effect.each(cases)("finds %s", ([_, program, expected]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(SimulatorTest.withoutLeaks(program))
      if (!(error instanceof SimulatorTest.SecretLeaked)) return assert.fail("another failure")
      assert.deepStrictEqual([error.secret, error.where], expected)
      assert.notInclude(JSON.stringify(error), demoKey.secret)
    }).pipe(Effect.provide(SimulatedClient.layer())))

  it.effect("finds signatures", () =>
    Effect.gen(function*() {
      const { requests } = yield* Simulator
      const program = Effect.gen(function*() {
        yield* order("a")
        yield* Effect.log((yield* requests).map(({ query }) => query))
      })
      const error = yield* Effect.flip(SimulatorTest.withoutLeaks(program))
      if (error._tag !== "SecretLeaked") return assert.fail(error._tag)
      assert.deepStrictEqual([error.secret, error.where], ["signature", "log"])
    }).pipe(Effect.provide(funded)))

  it.effect("gives what the program gives where nothing is told", () =>
    Effect.gen(function*() {
      const { clientOrderId } = yield* SimulatorTest.withoutLeaks(order("a"))
      assert.strictEqual(clientOrderId, "a")
      const failure = yield* Effect.flip(SimulatorTest.withoutLeaks(order("a")))
      assert.strictEqual(failure._tag, "OrderRejected")
    }).pipe(Effect.provide(funded)))
})
