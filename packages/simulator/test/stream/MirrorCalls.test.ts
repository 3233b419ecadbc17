/** What a program asks of the mirror. */
import * as Environment from "@effect-binance/core/Environment"
import * as AccountFacts from "@effect-binance/portfolio-margin/AccountFacts"
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { UserDataStream } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Fault from "@effect-binance/simulator/Fault"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

const begin = 1_790_000_000_000

const decimal = BigDecimal.fromStringUnsafe

const world = AccountMirror.layer().pipe(
  Layer.provideMerge(UserDataStream.layerEnvironment()),
  Layer.provide(Layer.succeed(Environment.Environment, Environment.simulator())),
  Layer.provideMerge(SimulatedClient.layer({ limits: "off" }, { clock: { source: "local" } }))
)

const started = <A, E>(self: Effect.Effect<A, E, Layer.Success<typeof world>>) =>
  Effect.andThen(TestClock.setTime(begin), Effect.provide(self, Layer.fresh(world)))

/** Lets everything run that can run now. */
const settle = Effect.gen(function*() {
  for (let turn = 0; turn < 100; turn++) yield* Effect.yieldNow
})

/** Lets time pass until the effect ends. */
const inTime = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self)
    for (let step = 0; step < 200 && fiber.pollUnsafe() === undefined; step++) {
      yield* settle
      if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
    }
    return yield* Fiber.join(fiber)
  })

const live = inTime(Effect.flatMap(AccountMirror, (mirror) => mirror.awaitLive))

const setPrice = (price: string) =>
  Effect.flatMap(
    Simulator,
    (exchange) => exchange.apply({ _tag: "SetPrice", symbol: "BTCUSDT", price: decimal(price) })
  )

const limit = (newClientOrderId: string, price: string) =>
  ({
    symbol: "BTCUSDT",
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "0.1",
    price,
    newClientOrderId
  }) as const

describe("a mirror that is not live", () => {
  it.effect("says so in place of an account, and is waited for", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const loading = yield* Effect.flip(mirror.account)
      assert.strictEqual(loading.reason, "Loading")
      assert.strictEqual((yield* mirror.view)._tag, "Loading")
      yield* live
      const exchange = yield* Simulator
      // No way back for a while.
      yield* exchange.injectStream({ _tag: "OpeningFault", times: 3, action: { _tag: "Refuse", status: 503 } })
      yield* exchange.injectStream({ _tag: "ConnectionFault", action: { _tag: "Cut" } })
      yield* settle
      const stale = yield* Effect.flip(mirror.openOrders())
      assert.strictEqual(stale.reason, "Disconnected")
      assert.include(stale.message, "awaitLive")
      const view = yield* mirror.view
      assert.strictEqual(view._tag, "Stale")
      yield* live
      assert.deepStrictEqual(yield* mirror.openOrders(), [])
    }).pipe(started))

  it.effect("stays so while the exchange cannot be asked, and says why", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      yield* live
      const exchange = yield* Simulator
      const unable = yield* exchange.inject(Fault.html(502).pipe(Fault.on("getBalance"), Fault.always))
      yield* exchange.injectStream({ _tag: "ConnectionFault", action: { _tag: "Cut" } })
      for (let second = 0; second < 20; second++) {
        yield* settle
        yield* TestClock.adjust("1 second")
      }
      const view = yield* mirror.view
      assert.strictEqual(view._tag, "Stale")
      assert.strictEqual(view._tag === "Stale" ? view.cause?._tag : undefined, "Unavailable")
      yield* unable.remove
      yield* live
    }).pipe(started))
})

describe("waiting", () => {
  it.effect("for an order that ends without a fill fails with what became of it", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const client = yield* PortfolioClient
      yield* live
      yield* client.submitNewUMOrder(limit("mine-1", "90100"))
      const waiting = yield* Effect.forkChild(Effect.flip(mirror.awaitFill({ clientOrderId: "mine-1" })))
      yield* settle
      yield* client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId: "mine-1" })
      const { status } = yield* inTime(Fiber.join(waiting))
      assert.strictEqual(status, "CANCELED")
    }).pipe(started))

  it.effect("for a conditional order gives the order that it became", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const client = yield* PortfolioClient
      yield* live
      const stop = yield* client.submitNewUMAlgoOrder({
        algoType: "CONDITIONAL",
        symbol: "BTCUSDT",
        side: "SELL",
        type: "STOP_MARKET",
        triggerPrice: "94000",
        quantity: "0.1",
        clientAlgoId: "stop-1"
      })
      const waiting = yield* Effect.forkChild(mirror.awaitConditional({ clientId: "stop-1" }))
      yield* settle
      yield* setPrice("93900")
      const fired = yield* inTime(Fiber.join(waiting))
      assert.isDefined(fired.orderId)
      const byId = yield* mirror.awaitConditional(
        { market: "UM", kind: "algo", id: stop.algoId },
        ({ status }) => status === "FINISHED"
      ).pipe(inTime)
      const child = AccountState.childOf(yield* mirror.account, byId)
      assert.strictEqual(child?.status, "FILLED")
    }).pipe(started))

  it.effect("an id that was used before does not answer for the order that is waited for", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const client = yield* PortfolioClient
      yield* live
      yield* client.submitNewUMOrder(limit("mine-1", "90100"))
      yield* client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId: "mine-1" })
      yield* settle
      const first = yield* mirror.awaitOrder({ clientOrderId: "mine-1" })
      assert.strictEqual(first.status, "CANCELED")
      yield* TestClock.adjust("10 seconds")
      const since = first.updatedAt
      yield* client.submitNewUMOrder(limit("mine-1", "90200"))
      yield* settle
      const second = yield* mirror.awaitOrder({ clientOrderId: "mine-1", since }, ({ status }) => status === "NEW")
      assert.notStrictEqual(second.orderId, first.orderId)
    }).pipe(started))
})

describe("what was answered", () => {
  it.effect("is known before its event, and once", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const client = yield* PortfolioClient
      const exchange = yield* Simulator
      yield* live
      yield* exchange.injectStream({ _tag: "EventFault", times: 100, action: { _tag: "Delay", millis: 5000 } })
      const placed = yield* client.submitNewUMOrder(limit("mine-1", "90100"))
      yield* mirror.tell(AccountFacts.ofUMOrder(placed))
      assert.strictEqual((yield* mirror.openOrders("BTCUSDT"))[0]?.orderId, placed.orderId)
      yield* TestClock.adjust("6 seconds")
      yield* settle
      assert.strictEqual((yield* mirror.openOrders("BTCUSDT")).length, 1)
    }).pipe(started))
})

describe("an unknown outcome", () => {
  it.effect("is found out by the stream before it is asked for", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const client = yield* PortfolioClient
      const exchange = yield* Simulator
      yield* live
      yield* exchange.inject(Fault.resetAfterSend.pipe(Fault.carriedOut, Fault.on("submitNewUMOrder")))
      const error = yield* Effect.flip(client.submitNewUMOrder(limit("mine-1", "90100")))
      if (error._tag !== "OutcomeUnknown") return assert.fail(error._tag)
      yield* settle
      const found = yield* inTime(mirror.resolve(Outcome.um, error, { symbol: "BTCUSDT" }))
      assert.strictEqual(found._tag, "Seen")
      assert.strictEqual(found._tag === "Seen" ? found.order.clientOrderId : "", "mine-1")
    }).pipe(started))

  it.effect("is found out by asking where the stream does not tell", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const client = yield* PortfolioClient
      const exchange = yield* Simulator
      yield* live
      yield* exchange.inject(Fault.resetAfterSend.pipe(Fault.on("submitNewUMOrder")))
      const error = yield* Effect.flip(client.submitNewUMOrder(limit("mine-1", "90100")))
      if (error._tag !== "OutcomeUnknown") return assert.fail(error._tag)
      const found = yield* inTime(mirror.resolve(Outcome.um, error, { symbol: "BTCUSDT" }))
      assert.strictEqual(found._tag, "Absent")
    }).pipe(started))
})
