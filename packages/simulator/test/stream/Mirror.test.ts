/** The account as a program sees it, against the account as the exchange holds it. */
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import type * as StreamFault from "@effect-binance/simulator/StreamFault"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { compare, decimal, live, setPrice, settle, started } from "../support/mirror.ts"

const oneOf = <const A extends string | number>(...values: readonly [A, ...Array<A>]): Arbitrary.Arbitrary<A> =>
  Arbitrary.schema(Schema.Literals(values))

/** What a program and a market do. */
const deeds = Arbitrary.array(
  Arbitrary.all({
    deed: oneOf(
      "um limit",
      "um market",
      "cm limit",
      "cm market",
      "margin limit",
      "margin market",
      "stop",
      "conditional",
      "borrow",
      "cancel",
      "price",
      "leverage",
      "wait"
    ),
    side: oneOf("BUY", "SELL"),
    size: oneOf(1, 2, 5),
    away: oneOf(-20, -5, 0, 5, 20)
  }),
  { minLength: 3, maxLength: 25 }
)

type Deed = { readonly deed: string; readonly side: "BUY" | "SELL"; readonly size: number; readonly away: number }

const middle = 95_000

const priceAt = (away: number): string => String(middle * (1000 + away) / 1000)

const act = ({ away, deed, side, size }: Deed) =>
  Effect.gen(function*() {
    const client = yield* PortfolioClient
    switch (deed) {
      case "um limit":
        return yield* client.submitNewUMOrder({
          symbol: "BTCUSDT",
          side,
          type: "LIMIT",
          timeInForce: "GTC",
          quantity: size / 100,
          price: priceAt(away)
        })
      case "um market":
        return yield* client.submitNewUMOrder({ symbol: "BTCUSDT", side, type: "MARKET", quantity: size / 100 })
      case "cm limit":
        return yield* client.submitNewCMOrder({
          symbol: "BTCUSD_PERP",
          side,
          type: "LIMIT",
          timeInForce: "GTC",
          quantity: size,
          price: priceAt(away)
        })
      case "cm market":
        return yield* client.submitNewCMOrder({ symbol: "BTCUSD_PERP", side, type: "MARKET", quantity: size })
      case "margin limit":
        return yield* client.submitNewMarginOrder({
          symbol: "BTCUSDT",
          side,
          type: "LIMIT",
          timeInForce: "GTC",
          quantity: size / 1000,
          price: priceAt(away)
        })
      case "margin market":
        return yield* client.submitNewMarginOrder({ symbol: "BTCUSDT", side, type: "MARKET", quantity: size / 1000 })
      case "stop":
        return yield* client.submitNewUMAlgoOrder({
          algoType: "CONDITIONAL",
          symbol: "BTCUSDT",
          side,
          type: "STOP_MARKET",
          quantity: size / 100,
          triggerPrice: priceAt(side === "BUY" ? 10 : -10)
        })
      case "conditional":
        return yield* client.submitNewCMConditionalOrder({
          symbol: "BTCUSD_PERP",
          side,
          strategyType: "STOP_MARKET",
          quantity: size,
          stopPrice: priceAt(side === "BUY" ? 10 : -10)
        })
      case "borrow":
        return yield* client.submitMarginLoan({ asset: "USDT", amount: size * 10 })
      case "cancel": {
        const [first] = yield* client.getAllUMOpenOrders()
        if (first !== undefined) yield* client.cancelUMOrder({ symbol: first.symbol, orderId: first.orderId })
        const [algo] = yield* client.getUMAlgoOpenOrders()
        if (algo !== undefined && size === 5) yield* client.cancelUMAlgoOrder({ algoId: algo.algoId })
        const [margin] = yield* client.getMarginOpenOrders()
        if (margin !== undefined) {
          yield* client.cancelMarginOrder({ symbol: margin.symbol, orderId: margin.orderId })
        }
        return
      }
      case "price":
        yield* setPrice("BTCUSDT", priceAt(away))
        return yield* setPrice("BTCUSD_PERP", priceAt(away))
      case "leverage":
        return yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: size })
      default:
        return yield* TestClock.adjust("2 seconds")
    }
  }).pipe(
    // A refusal is as good as anything.
    Effect.ignore
  )

/** What can befall the stream. */
const befalls = Arbitrary.all({
  what: oneOf("cut", "close", "lose", "duplicate", "delay", "truncate", "expire", "delete", "hold"),
  times: oneOf(1, 2, 3)
})

/** `connection` is the one that is open: nothing is lost on one that is not cut after it. */
const befall = (
  { times, what }: { readonly what: string; readonly times: number },
  connection: number
): StreamFault.StreamFault => {
  const event = (action: typeof StreamFault.EventFault.Type.action): StreamFault.StreamFault => ({
    _tag: "EventFault",
    times,
    action
  })
  switch (what) {
    case "cut":
      return { _tag: "ConnectionFault", action: { _tag: "Cut" } }
    case "close":
      return { _tag: "ConnectionFault", action: { _tag: "Close", code: 1008, reason: "disconnected" } }
    case "hold":
      return { _tag: "ConnectionFault", action: { _tag: "Hold" } }
    case "duplicate":
      return event({ _tag: "Duplicate" })
    case "delay":
      // All of them, since events of one kind come in order.
      return { _tag: "EventFault", times: 10_000, action: { _tag: "Delay", millis: 300 * times } }
    case "truncate":
      return event({ _tag: "Truncate" })
    case "expire":
      return { _tag: "ListenKeyFault", action: "Expire" }
    case "delete":
      return { _tag: "ListenKeyFault", action: "Delete" }
    default:
      return { _tag: "EventFault", times, connection, action: { _tag: "Lose" } }
  }
}

const leverageOf = (account: AccountState.Account): string =>
  String(Option.getOrUndefined(HashMap.get(account.leverage, AccountState.leverageKey("UM", "BTCUSDT"))))

describe("the mirror", () => {
  it.effect("begins with what there is, and follows", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      yield* compare
      const client = yield* PortfolioClient
      const placed = yield* client.submitNewUMOrder({
        symbol: "BTCUSDT",
        side: "BUY",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "0.5",
        price: "94500",
        newClientOrderId: "mine-1"
      })
      yield* settle
      const [open] = yield* mirror.openOrders("BTCUSDT")
      assert.strictEqual(open?.orderId, placed.orderId)
      const filling = yield* Effect.forkChild(mirror.awaitFill({ clientOrderId: "mine-1" }))
      const before = yield* mirror.positionOf("UM", "BTCUSDT")
      yield* setPrice("BTCUSDT", "94000")
      const filled = yield* Fiber.join(filling)
      assert.strictEqual(filled.status, "FILLED")
      yield* settle
      const after = yield* mirror.positionOf("UM", "BTCUSDT")
      assert.isTrue(
        before !== undefined && after !== undefined &&
          BigDecimal.equals(after.positionAmt, BigDecimal.sum(before.positionAmt, decimal("0.5")))
      )
      yield* compare
    }).pipe((test) => started(test)))

  it.effect("shows the latest to who looks slowly, and ends with the service", () =>
    Effect.gen(function*() {
      const shown: Array<string> = []
      const looking = yield* Effect.gen(function*() {
        const mirror = yield* AccountMirror
        const client = yield* PortfolioClient
        yield* live
        const looking = yield* Effect.forkDetach(Stream.runForEach(mirror.views, (view) =>
          Effect.andThen(
            Effect.sync(() => shown.push(view._tag === "Live" ? leverageOf(view.account) : view._tag)),
            Effect.sleep("1 second")
          )))
        yield* settle
        for (const leverage of [5, 6, 7, 8]) yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage })
        yield* settle
        yield* TestClock.adjust("1 second")
        yield* settle
        return looking
      }).pipe((test) => started(test))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(looking)
      assert.lengthOf(shown, 2)
      assert.strictEqual(shown[1], "8")
    }))

  it.effect.prop(
    "says what the exchange holds, whatever is done and whatever befalls the stream",
    { deeds, faults: Arbitrary.array(befalls, { minLength: 0, maxLength: 6 }) },
    ({ deeds, faults }) =>
      Effect.gen(function*() {
        const exchange = yield* Simulator
        yield* live
        const every = Math.max(1, Math.ceil(deeds.length / (faults.length + 1)))
        for (let index = 0; index < deeds.length; index++) {
          const fault = index % every === every - 1 ? faults[Math.floor(index / every)] : undefined
          if (fault !== undefined) {
            const open = (yield* exchange.streams).at(-1)
            yield* exchange.injectStream(befall(fault, open?.connection ?? 0))
          }
          const deed = deeds[index]
          if (deed !== undefined) yield* act(deed)
          if (fault?.what === "lose") yield* exchange.injectStream({ _tag: "ConnectionFault", action: { _tag: "Cut" } })
          if (index % 3 === 0) yield* settle
        }
        // Until everything has been noticed: that a key is gone, or a connection dead, takes a while.
        for (let minute = 0; minute < 4; minute++) {
          yield* settle
          yield* TestClock.adjust("1 minute")
        }
        yield* compare
      }).pipe((test) => started(test)),
    { arbitrary: { runs: 25 }, timeout: 60_000 }
  )
})
