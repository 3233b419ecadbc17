import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import type { UserDataItem } from "@effect-binance/portfolio-margin/UserDataItem"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Fault from "@effect-binance/simulator/Fault"
import { Simulator } from "@effect-binance/simulator/Simulator"
import type * as StreamFault from "@effect-binance/simulator/StreamFault"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Faces from "../support/faces.ts"
import * as Streams from "../support/streams.ts"

const begin = 1_790_000_000_000

/** What was told, and a way to wait for more of it. */
interface Told {
  readonly items: ReadonlyArray<UserDataItem>
  /** Waits, without the clock. */
  readonly until: (holds: (items: ReadonlyArray<UserDataItem>) => boolean) => Effect.Effect<void>
  /** The same while time passes. */
  readonly eventually: (holds: (items: ReadonlyArray<UserDataItem>) => boolean) => Effect.Effect<void>
}

const listen: Effect.Effect<Told, never, UserDataStream | Scope.Scope> = Effect.gen(function*() {
  const stream = yield* UserDataStream
  const items: Array<UserDataItem> = []
  const waiting = new Set<() => void>()
  const source = yield* stream.subscribe()
  yield* Effect.forkScoped(Stream.runForEach(source, (item) =>
    Effect.sync(() => {
      items.push(item)
      for (const look of waiting) look()
    })))
  const until: Told["until"] = (holds) =>
    Effect.callback((resume) => {
      const look = () => {
        if (holds(items)) resume(Effect.void)
      }
      waiting.add(look)
      look()
      return Effect.sync(() => waiting.delete(look))
    })
  const passing = Effect.gen(function*() {
    while (true) {
      // What is under way on real sockets comes first.
      for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
      yield* TestClock.adjust("250 millis")
    }
  })
  return { items, until, eventually: (holds) => Effect.raceFirst(until(holds), passing) }
})

const count = (tag: UserDataItem["_tag"], times: number) => (items: ReadonlyArray<UserDataItem>): boolean =>
  items.filter((item) => item._tag === tag).length >= times

const leverage = (leverage: number) =>
  Effect.flatMap(PortfolioClient, (client) => client.updateUMLeverage({ symbol: "BTCUSDT", leverage }))

const deposit = (amount: string) =>
  Effect.flatMap(Simulator, (exchange) =>
    exchange.apply({
      _tag: "Deposit",
      accountId: "demo",
      wallet: "MARGIN",
      asset: "USDT",
      amount: BigDecimal.fromStringUnsafe(amount)
    }))

const setPrice = (price: string) =>
  Effect.flatMap(
    Simulator,
    (exchange) => exchange.apply({ _tag: "SetPrice", symbol: "BTCUSDT", price: BigDecimal.fromStringUnsafe(price) })
  )

const leverages = (items: ReadonlyArray<UserDataItem>) =>
  items.flatMap((item) =>
    item._tag === "Event" && item.event._tag === "AccountConfigUpdate" ? [item.event.config.leverage] : []
  )

const reasons = (items: ReadonlyArray<UserDataItem>) =>
  items.flatMap((item) => item._tag === "GapOpened" ? [item.reason._tag] : [])

/** The free USDT of the margin wallet, by the snapshot of the last gap that closed. */
const usdt = (items: ReadonlyArray<UserDataItem>): string | undefined => {
  const closed = items.findLast((item) => item._tag === "GapClosed")
  const balance = closed?.snapshot.balances.find(({ asset }) => asset === "USDT")
  return balance === undefined ? undefined : BigDecimal.format(balance.crossMarginFree)
}

type World = Simulator | PortfolioClient | UserDataStream | Scope.Scope

/** A face, with a stream that is connected. */
const connected =
  (face: Face, options: UserDataStreamOptions = {}) => <A, E>(test: (told: Told) => Effect.Effect<A, E, World>) =>
    Effect.andThen(
      TestClock.setTime(begin),
      Effect.gen(function*() {
        const told = yield* listen
        yield* told.until(count("Connected", 1))
        // Whether the exchange answers on the connection is known by then.
        yield* TestClock.adjust("1 second")
        for (let turn = 0; turn < 200; turn++) yield* Effect.yieldNow
        yield* test(told)
      }).pipe(
        Effect.scoped,
        Effect.provide(UserDataStream.layerEnvironment(options)),
        Effect.provide(Faces.client()),
        Effect.provide(world(face))
      )
    )

type Face = "in memory" | "ws" | "the WebSocket of Node.js"

const faces: ReadonlyArray<Face> = ["in memory", "ws", "the WebSocket of Node.js"]

const world = (face: Face) =>
  face === "in memory"
    ? Faces.world("in memory")
    : face === "ws"
    ? Layer.merge(Faces.world("undici"), NodeWebSocket.layer)
    : Faces.world("fetch")

const connection = (action: StreamFault.ConnectionAction): StreamFault.StreamFault => ({
  _tag: "ConnectionFault",
  action
})

const noAnswer: UserDataStreamOptions = { checkAfter: "never" }

interface Blindness {
  readonly name: string
  readonly faults: ReadonlyArray<StreamFault.StreamFault>
  readonly reason: string
  readonly options?: UserDataStreamOptions
}

const cut = connection({ _tag: "Cut" })

const blindness: ReadonlyArray<Blindness> = [
  { name: "abrupt TCP close (1006)", faults: [cut], reason: "Disconnected" },
  ...[1000, 1001, 1008, 1011].map((code): Blindness => ({
    name: `clean close ${code}`,
    faults: [connection({ _tag: "Close", code })],
    reason: "Disconnected"
  })),
  { name: "half-open: no FIN, no pong", faults: [connection({ _tag: "Hold" })], reason: "NoAnswer", options: noAnswer },
  { name: "listenKeyExpired", faults: [{ _tag: "ListenKeyFault", action: "Expire" }], reason: "ListenKeyExpired" },
  {
    name: "another process deletes the key: socket open, silence",
    faults: [{ _tag: "ListenKeyFault", action: "Delete" }],
    reason: "ListenKeyLost"
  },
  ...[400, 401, 403, 418, 429, 500, 503].map((status): Blindness => ({
    name: `${status} upgrade after a close`,
    faults: [{ _tag: "OpeningFault", action: { _tag: "Refuse", status } }, cut],
    reason: "Disconnected"
  })),
  {
    name: "close during handshake",
    faults: [{ _tag: "OpeningFault", times: 3, action: { _tag: "Cut" } }, cut],
    reason: "Disconnected"
  },
  {
    name: "the opening is never answered",
    faults: [{ _tag: "OpeningFault", action: { _tag: "Stall" } }, cut],
    reason: "Disconnected"
  }
]

describe.each(faces)("UserDataStream over the simulator: %s", (face) => {
  it.effect("tells what happens, in order", () =>
    connected(face)((told) =>
      Effect.gen(function*() {
        yield* leverage(9)
        yield* deposit("25.5")
        yield* leverage(11)
        yield* told.until((items) => leverages(items).length === 2)
        assert.deepStrictEqual(
          told.items.map((item) => item._tag === "Event" ? item.event._tag : item._tag),
          ["Connected", "AccountConfigUpdate", "BalanceUpdate", "OutboundAccountPosition", "AccountConfigUpdate"]
        )
      })
    ))

  it.effect("the combined form tells the same", () =>
    connected(face, { form: "combined" })((told) =>
      Effect.gen(function*() {
        yield* leverage(9)
        yield* told.until((items) => leverages(items).length === 1)
        assert.deepStrictEqual(told.items.map(({ _tag }) => _tag), ["Connected", "Event"])
      })
    ))

  it.effect.each(blindness)(
    "$name: what happened meanwhile is known once it is over",
    ({ faults, options, reason }) =>
      connected(face, options)((told) =>
        Effect.gen(function*() {
          yield* leverage(9)
          yield* told.until((items) => leverages(items).length === 1)
          for (const fault of faults) yield* Streams.inject(fault)
          yield* deposit("1000")
          yield* told.eventually(count("GapClosed", 1))
          assert.deepStrictEqual(reasons(told.items), [reason])
          const balance = yield* Effect.flatMap(PortfolioClient, (client) => client.getBalance({ asset: "USDT" }))
          assert.strictEqual(
            usdt(told.items),
            "crossMarginFree" in balance ? BigDecimal.format(balance.crossMarginFree) : ""
          )
          yield* leverage(12)
          yield* told.eventually((items) => leverages(items).includes(12))
          assert.deepStrictEqual(leverages(told.items), [9, 12])
          const { status } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
          assert.strictEqual(status, "Live")
        })
      )
  )

  it.effect.each<readonly [string, StreamFault.StreamFault]>([
    ["malformed frame", connection({ _tag: "Send", frame: { _tag: "Text", text: "{\"e\":" } })],
    ["binary frame", connection({ _tag: "Send", frame: { _tag: "Binary", bytes: new Uint8Array([1, 2]) } })],
    ["two JSON documents", connection({ _tag: "Send", frame: { _tag: "Text", text: "{\"e\":\"a\"}{\"e\":\"b\"}" } })],
    ["5 MB frame", connection({ _tag: "Send", frame: { _tag: "Text", text: "x".repeat(5_000_000) } })]
  ])("%s: isolated, counted, gone on", ([_, fault]) =>
    connected(face)((told) =>
      Effect.gen(function*() {
        yield* Streams.inject(fault)
        yield* told.eventually(count("GapClosed", 1))
        yield* leverage(9)
        yield* told.eventually((items) => leverages(items).length === 1)
        assert.deepStrictEqual(reasons(told.items), ["Unreadable"])
        const { counts } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
        assert.deepInclude(counts, { malformed: 1, connections: 1 })
      })
    ))

  it.effect("an event cut off on its way is asked for", () =>
    connected(face)((told) =>
      Effect.gen(function*() {
        yield* Streams.inject({ _tag: "EventFault", event: "outboundAccountPosition", action: { _tag: "Truncate" } })
        yield* deposit("1000")
        yield* told.eventually(count("GapClosed", 1))
        assert.strictEqual(usdt(told.items), "13000")
      })
    ))

  it.effect("unknown events pass, duplicates are told once, what is sent late comes late", () =>
    connected(face)((told) =>
      Effect.gen(function*() {
        yield* Streams.inject({ _tag: "EventFault", action: { _tag: "Duplicate", copies: 3 } })
        yield* leverage(9)
        yield* Streams.inject(
          connection({ _tag: "Send", frame: { _tag: "Text", text: "{\"e\":\"NEW_EVENT\",\"E\":1}" } })
        )
        yield* Streams.inject({ _tag: "EventFault", action: { _tag: "Delay", millis: 500 } })
        yield* leverage(10)
        yield* leverage(11)
        yield* told.eventually((items) => leverages(items).length === 3)
        assert.deepStrictEqual(leverages(told.items), [9, 11, 10])
        const { counts } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
        assert.deepInclude(counts, { duplicates: 3, unknown: 1, gaps: 0 })
      })
    ))

  it.effect.each<readonly [string, (told: Told) => Effect.Effect<unknown, unknown, World>]>([
    ["24 h cutoff", () => TestClock.adjust(face === "in memory" ? "23 hours" : "1 hour")],
    ["serverShutdown", () => Streams.inject(connection({ _tag: "ServerShutdown" }))]
  ])(
    "%s: another connection beforehand, no gap, each event once",
    ([_, approach]) =>
      connected(face, {
        checkAfter: "never",
        pingAfter: "48 hours",
        // Hours of real connections take their time.
        renewAfter: face === "in memory" ? "23 hours" : "1 hour"
      })((told) =>
        Effect.gen(function*() {
          yield* approach(told)
          yield* told.until(count("Connected", 2))
          yield* leverage(9)
          yield* told.until((items) => leverages(items).length === 1)
          yield* TestClock.adjust("10 seconds")
          yield* Streams.until((streams) => streams.length === 1)
          yield* leverage(10)
          yield* told.until((items) => leverages(items).length === 2)
          assert.deepStrictEqual(leverages(told.items), [9, 10])
          assert.deepStrictEqual(reasons(told.items), [])
        })
      ),
    60_000
  )

  it.effect("the asking fails, then is limited: the gap stays open and says so", () =>
    connected(face)((told) =>
      Effect.gen(function*() {
        const exchange = yield* Simulator
        for (const fault of [Fault.serviceUnavailable, Fault.rateLimited({ retryAfter: 7 })]) {
          yield* exchange.inject(fault.pipe(Fault.on("getAccountInfo"), Fault.always))
          yield* Streams.inject(cut)
          yield* deposit("500")
          const pending = told.items.filter(({ _tag }) => _tag === "GapPending").length
          yield* told.eventually(count("GapPending", pending + 1))
          yield* leverage(9)
          yield* told.eventually((items) => leverages(items).includes(9))
        }
        yield* exchange.clearFaults
        yield* told.eventually(count("GapClosed", 1))
        assert.strictEqual(usdt(told.items), "13000")
        const { counts } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
        assert.isAtLeast(counts.failedRepairs, 2)
      })
    ))

  it.effect("events lost in the gap: orders that filled, were cancelled, came and went; an algo order that fired", () =>
    connected(face)((told) =>
      Effect.gen(function*() {
        const client = yield* PortfolioClient
        const limit = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.01" } as const
        const place = (newClientOrderId: string, price: string) =>
          client.submitNewUMOrder({ ...limit, price, newClientOrderId })
        yield* place("fills", "94000")
        yield* place("cancelled", "90000")
        yield* place("stays", "80000")
        yield* client.submitNewUMAlgoOrder({
          algoType: "CONDITIONAL",
          symbol: "BTCUSDT",
          side: "BUY",
          type: "STOP_MARKET",
          quantity: "0.02",
          triggerPrice: "96000",
          clientAlgoId: "fires"
        })
        yield* told.until((items) =>
          items.filter((item) => item._tag === "Event" && item.event._tag === "OrderTradeUpdate").length === 3
        )
        yield* Streams.inject(cut)
        yield* Streams.until((streams) => streams.length === 0)
        yield* setPrice("93900")
        yield* setPrice("96500")
        yield* client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId: "cancelled" })
        yield* place("short", "70000")
        yield* client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId: "short" })
        yield* told.eventually(count("GapClosed", 1))
        const found = told.items.flatMap((item) => item._tag === "Recovered" ? [item.fact] : [])
        const orders = found.flatMap((fact) =>
          fact._tag === "UMOrder" ? [`${fact.order.clientOrderId} ${fact.order.status}`] : []
        )
        assert.includeMembers(orders, ["fills FILLED", "cancelled CANCELED", "short CANCELED"])
        assert.notInclude(orders, "stays NEW")
        const algos = found.flatMap((fact) => fact._tag === "UMAlgoOrder" ? [fact.order.clientAlgoId] : [])
        assert.deepStrictEqual(algos, ["fires"])
        const trades = found.flatMap((fact) => fact._tag === "UMTrade" ? [fact.trade] : [])
        const there = yield* client.getUMTrades({ symbol: "BTCUSDT" })
        assert.deepStrictEqual(trades.map(({ id }) => id), there.map(({ id }) => id))
        assert.strictEqual(trades.length, 2)
        const closed = told.items.find((item) => item._tag === "GapClosed")
        assert.deepStrictEqual(closed?.snapshot.umOrders.map(({ clientOrderId }) => clientOrderId), ["stays"])
        assert.deepStrictEqual(
          closed?.snapshot.umPositions.filter(({ symbol }) => symbol === "BTCUSDT"),
          Array.from(yield* client.getUMPosition({ symbol: "BTCUSDT" }))
        )
      })
    ))

  it.effect("the exchange unreachable for ten minutes: few attempts, and back again", () =>
    connected(face)((told) =>
      Effect.gen(function*() {
        const exchange = yield* Simulator
        yield* exchange.inject(Fault.dnsFailure.pipe(Fault.on("getPMUserDataListenKey"), Fault.times(30)))
        yield* Streams.inject(cut)
        yield* told.eventually(count("GapClosed", 1))
        const { counts } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
        assert.isAtLeast(counts.failedAttempts, 30)
        assert.deepStrictEqual(told.items.map(({ _tag }) => _tag), ["Connected", "GapOpened", "Connected", "GapClosed"])
      })
    ))

  it.effect("when the service ends its connection ends, and the key stays", () =>
    Effect.gen(function*() {
      yield* Effect.gen(function*() {
        const told = yield* listen
        yield* told.until(count("Connected", 1))
      }).pipe(Effect.scoped, Effect.provide(UserDataStream.layerEnvironment()))
      yield* Streams.until((streams) => streams.length === 0)
      const client = yield* PortfolioClient
      yield* client.keepAlivePMUserDataListenKey()
    }).pipe(
      Effect.provide(Faces.client()),
      Effect.provide(world(face))
    ))
})
