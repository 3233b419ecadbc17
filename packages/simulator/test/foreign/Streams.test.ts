import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import * as Events from "@effect-binance/portfolio-margin/Events"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { UserDataStream } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Faces from "../support/faces.ts"
import * as Streams from "../support/streams.ts"
import * as Clients from "./clients.ts"
import * as Foreign from "./streams.ts"

const served = Layer.mergeAll(UndiciHttpClient.layer, NodeWS.layerWebSocketConstructor, Faces.overHttp())

// The foreign clients go by the wall clock.
const tick = Effect.suspend(() => TestClock.setTime(Date.now()))

const happenings = Effect.gen(function*() {
  const client = yield* PortfolioClient
  const exchange = yield* Simulator.Simulator
  const amount = BigDecimal.fromStringUnsafe("0.12345678")
  yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 9 })
  yield* exchange.apply({ _tag: "Deposit", accountId: "demo", wallet: "MARGIN", asset: "BTC", amount })
  yield* exchange.apply({ _tag: "Deposit", accountId: "demo", wallet: "CM", asset: "BTC", amount })
  yield* client.submitMarginLoan({ asset: "USDT", amount: "10" })
  yield* client.submitNewUMOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" })
  yield* client.submitNewUMOrder({
    symbol: "ETHUSDT",
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "1",
    price: "3000"
  })
  yield* client.cancelAllUMOrders({ symbol: "ETHUSDT" })
  yield* client.updateUMLeverage({ symbol: "币安人生USDT", leverage: 3 })
})

// What the package `binance` adds to a message of its own accord.
const added = new Set(["wsMarket", "wsKey", "isWSAPIResponse"])

const without = (message: unknown): unknown =>
  typeof message === "object" && message !== null
    ? Object.fromEntries(Object.entries(message).filter(([name]) => !added.has(name)))
    : message

const nameOf = (event: unknown): unknown => Predicate.hasProperty(event, "e") ? event.e : undefined

const isLast = (event: unknown): boolean =>
  Predicate.hasProperty(event, "ac") && Predicate.hasProperty(event.ac, "s") && event.ac.s === "币安人生USDT"

describe.each(Object.keys(Clients.makers) as ReadonlyArray<Clients.Maker>)("the stream of the client %s", (maker) => {
  it.effect("hears what ours hears, in the same order", () =>
    // Not before the clock is set: everything that a stream waits for would be over.
    Effect.andThen(
      tick,
      Effect.provide(
        Effect.gen(function*() {
          const { url } = yield* SimulatorServer
          const their = yield* Foreign.makers[maker](url, Clients.demo)
          const our = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          const ours = yield* Effect.flatMap(UserDataStream, ({ subscribe }) => subscribe())
          // Theirs has subscribed when the exchange has three streams that listen to the account.
          yield* Streams.until((streams) =>
            streams.filter(({ accountIds }) => accountIds.includes("demo")).length === 3
          )
          yield* happenings
          const told: Array<unknown> = []
          while (!isLast(told.at(-1))) told.push(yield* our.next)
          const heard: Array<unknown> = []
          while (!isLast(heard.at(-1))) heard.push(without(yield* Queue.take(their)))
          assert.deepStrictEqual(heard, told)
          // What the service makes of it is the same, written back: nothing is lost in reading.
          const written: Array<unknown> = []
          yield* Stream.runForEachWhile(ours, (item) =>
            Effect.gen(function*() {
              if (item._tag === "Event") written.push(yield* Schema.encodeUnknownEffect(Events.KnownEvent)(item.event))
              return !isLast(written.at(-1))
            }))
          assert.deepStrictEqual(written, told)
          assert.includeMembers(told.map((event) => nameOf(event)), [
            "ACCOUNT_CONFIG_UPDATE",
            "balanceUpdate",
            "outboundAccountPosition",
            "ACCOUNT_UPDATE",
            "liabilityChange",
            "ORDER_TRADE_UPDATE"
          ])
        }),
        UserDataStream.layerEnvironment()
      )
    ).pipe(Effect.scoped, Effect.provide(Faces.client()), Effect.provide(served)))
})
