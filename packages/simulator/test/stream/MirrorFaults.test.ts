/** Every fault of a WebSocket, and whether the mirror says what the exchange holds once it is live again. */
import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Fault from "@effect-binance/simulator/Fault"
import { Simulator } from "@effect-binance/simulator/Simulator"
import type * as StreamFault from "@effect-binance/simulator/StreamFault"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Faces from "../support/faces.ts"
import {
  begin,
  check,
  compare,
  decimal,
  exchange as world,
  live,
  mirror,
  setPrice,
  settle,
  started
} from "../support/mirror.ts"
import * as Streams from "../support/streams.ts"

type World = Simulator | PortfolioClient | UserDataStream | AccountMirror

type Deed = Effect.Effect<unknown, unknown, World>

// -----------------------------------------------------------------------------
// What happens on the account
// -----------------------------------------------------------------------------

const deposit = (amount: string): Deed =>
  Effect.flatMap(
    Simulator,
    (exchange) =>
      exchange.apply({ _tag: "Deposit", accountId: "demo", wallet: "MARGIN", asset: "USDT", amount: decimal(amount) })
  )

const limit = (newClientOrderId: string, price: string, quantity = "0.01"): Deed =>
  Effect.flatMap(PortfolioClient, (client) =>
    client.submitNewUMOrder({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity,
      price,
      newClientOrderId
    }))

const marginLimit = (price: string): Deed =>
  Effect.flatMap(PortfolioClient, (client) =>
    client.submitNewMarginOrder({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: "0.001",
      price
    }))

const marginMarket: Deed = Effect.flatMap(
  PortfolioClient,
  (client) => client.submitNewMarginOrder({ symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: "0.001" })
)

const market: Deed = Effect.flatMap(
  PortfolioClient,
  (client) => client.submitNewUMOrder({ symbol: "ETHUSDT", side: "SELL", type: "MARKET", quantity: "0.1" })
)

const cancel = (origClientOrderId: string): Deed =>
  Effect.flatMap(PortfolioClient, (client) => client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId }))

const stop: Deed = Effect.flatMap(PortfolioClient, (client) =>
  client.submitNewUMAlgoOrder({
    algoType: "CONDITIONAL",
    symbol: "BTCUSDT",
    side: "SELL",
    type: "STOP_MARKET",
    quantity: "0.01",
    triggerPrice: "94000"
  }))

const conditional: Deed = Effect.flatMap(PortfolioClient, (client) =>
  client.submitNewCMConditionalOrder({
    symbol: "BTCUSD_PERP",
    side: "SELL",
    strategyType: "STOP_MARKET",
    quantity: 1,
    stopPrice: "94000"
  }))

const all = (...deeds: ReadonlyArray<Deed>): Deed => Effect.all(deeds, { discard: true })

/** What may be missed, by name: what there is before, and what becomes of it. */
const missed = {
  "an order filled": { before: limit("one", "94500"), meanwhile: setPrice("BTCUSDT", "94400") },
  "an order was cancelled": { before: limit("one", "94500"), meanwhile: cancel("one") },
  "an order came and went": { before: Effect.void, meanwhile: all(limit("one", "94500"), cancel("one")) },
  "an algo order fired": { before: stop, meanwhile: setPrice("BTCUSDT", "93900") },
  "a conditional order fired": { before: conditional, meanwhile: setPrice("BTCUSD_PERP", "93900") },
  "a balance moved": { before: Effect.void, meanwhile: deposit("1000") },
  "a margin call": {
    before: Effect.void,
    meanwhile: all(setPrice("BTCUSDT", "60000"), setPrice("BTCUSD_PERP", "60000"))
  },
  "all of it": {
    before: all(limit("one", "94500"), limit("two", "90000"), marginLimit("94600"), stop, conditional),
    meanwhile: all(
      setPrice("BTCUSDT", "93900"),
      setPrice("BTCUSD_PERP", "93900"),
      cancel("two"),
      market,
      limit("three", "90000"),
      deposit("1000")
    )
  }
} satisfies { readonly [name: string]: { readonly before: Deed; readonly meanwhile: Deed } }

// -----------------------------------------------------------------------------
// What befalls the stream
// -----------------------------------------------------------------------------

const connection = (action: StreamFault.ConnectionAction): StreamFault.StreamFault => ({
  _tag: "ConnectionFault",
  action
})

const cut = connection({ _tag: "Cut" })

const text = (text: string): StreamFault.StreamFault => connection({ _tag: "Send", frame: { _tag: "Text", text } })

interface Case {
  readonly name: string
  readonly faults: ReadonlyArray<StreamFault.StreamFault>
  /** Faults of REST beside them. */
  readonly rest?: ReadonlyArray<Fault.Fault>
  /** Why something may be missing; each gap at least once, and none for other reasons. */
  readonly reasons: ReadonlyArray<string>
  readonly options?: UserDataStreamOptions
  /** How long it takes until all is noticed, beyond a minute or two. */
  readonly after?: "31 minutes" | "2 hours" | "24 hours"
}

const quiet: UserDataStreamOptions = { checkAfter: "never" }

const cases: ReadonlyArray<Case> = [
  { name: "listenKeyExpired", faults: [{ _tag: "ListenKeyFault", action: "Expire" }], reasons: ["ListenKeyExpired"] },
  {
    name: "the keepalive is told -1125",
    faults: [{ _tag: "ListenKeyFault", action: "Delete" }],
    reasons: ["ListenKeyLost"],
    options: quiet,
    after: "31 minutes"
  },
  {
    name: "the keepalive is not answered three times, and the key is gone",
    faults: [{ _tag: "ListenKeyFault", action: "Delete" }],
    rest: [Fault.stall.pipe(Fault.on("keepAlivePMUserDataListenKey"), Fault.times(3))],
    reasons: ["ListenKeyLost"],
    options: quiet,
    after: "2 hours"
  },
  {
    name: "another process deletes the key: socket open, silence",
    faults: [{ _tag: "ListenKeyFault", action: "Delete" }],
    reasons: ["ListenKeyLost"]
  },
  { name: "abrupt TCP close (1006)", faults: [cut], reasons: ["Disconnected"] },
  ...[1000, 1001, 1008, 1011].map((code): Case => ({
    name: `clean close ${code}`,
    faults: [connection({ _tag: "Close", code })],
    reasons: ["Disconnected"]
  })),
  {
    name: "close during handshake",
    faults: [{ _tag: "OpeningFault", times: 3, action: { _tag: "Cut" } }, cut],
    reasons: ["Disconnected"]
  },
  ...[400, 403, 418, 429, 500, 503].map((status): Case => ({
    name: `${status} upgrade`,
    faults: [{ _tag: "OpeningFault", action: { _tag: "Refuse", status } }, cut],
    reasons: ["Disconnected"]
  })),
  {
    name: "the opening is never answered",
    faults: [{ _tag: "OpeningFault", action: { _tag: "Stall" } }, cut],
    reasons: ["Disconnected"]
  },
  {
    name: "half-open: no FIN, no pong",
    faults: [connection({ _tag: "Hold" })],
    reasons: ["NoAnswer"],
    options: quiet
  },
  {
    name: "pongs fine but no data",
    faults: [{ _tag: "EventFault", times: 1000, connection: 1, action: { _tag: "Lose" } }],
    reasons: ["Stale"]
  },
  { name: "a server ping with a payload", faults: [connection({ _tag: "Ping", payload: "1790" })], reasons: [] },
  { name: "serverShutdown notice", faults: [connection({ _tag: "ServerShutdown" })], reasons: [] },
  { name: "24 h cutoff", faults: [], reasons: [], options: quiet, after: "24 hours" },
  {
    name: "the exchange does not resolve for ten minutes",
    faults: [cut],
    rest: [Fault.dnsFailure.pipe(Fault.on("getPMUserDataListenKey"), Fault.times(25))],
    reasons: ["Disconnected"],
    after: "31 minutes"
  },
  {
    name: "the resync itself fails",
    faults: [cut],
    rest: [Fault.serviceUnavailable.pipe(Fault.on("getAccountInfo"), Fault.times(12))],
    reasons: ["Disconnected"]
  },
  {
    name: "the resync itself is limited",
    faults: [cut],
    rest: [Fault.rateLimited({ retryAfter: 7 }).pipe(Fault.on("getBalance"), Fault.times(3))],
    reasons: ["Disconnected"]
  },
  {
    name: "a malformed frame",
    faults: [{ _tag: "EventFault", action: { _tag: "Truncate" } }],
    reasons: ["Unreadable"]
  },
  {
    name: "a binary frame",
    faults: [connection({ _tag: "Send", frame: { _tag: "Binary", bytes: new Uint8Array([1, 2]) } })],
    reasons: ["Unreadable"]
  },
  { name: "two JSON documents", faults: [text(`{"e":"a"}{"e":"b"}`)], reasons: ["Unreadable"] },
  { name: "a 5 MB frame", faults: [text("x".repeat(5_000_000))], reasons: ["Unreadable"] },
  { name: "an unknown event", faults: [text(`{"e":"NEW_EVENT","E":${begin}}`)], reasons: [] },
  {
    name: "a business unit that is neither UM nor CM, and a number for a decimal",
    faults: [text(
      `{"e":"ACCOUNT_UPDATE","fs":"XM","E":${begin},"T":${begin},"i":"","a":{"m":"ORDER","B":[{"a":"USDT","wb":"1","cw":"1",`
        + `"bc":"0"}],"P":[{"s":"BTCUSDT","ps":"BOTH","pa":"9","ep":"1","bep":1,"cr":"0","up":"0"}]}}`
    )],
    reasons: []
  },
  {
    name: "each event twice",
    faults: [{ _tag: "EventFault", times: 1000, action: { _tag: "Duplicate" } }],
    reasons: []
  },
  {
    name: "all events late",
    faults: [{ _tag: "EventFault", times: 1000, action: { _tag: "Delay", millis: 700 } }],
    reasons: []
  }
]

/** Why something may have been missing, so far. */
const reasonsTold = Effect.gen(function*() {
  const stream = yield* UserDataStream
  const told: Array<string> = []
  const items = yield* stream.subscribe()
  yield* Effect.forkScoped(Stream.runForEach(items, (item) =>
    Effect.sync(() => {
      if (item._tag === "GapOpened") told.push(item.reason._tag)
    })))
  return told
})

/** Lets time pass in steps, so that all that is due meanwhile happens. */
const pass = Effect.fnUntraced(function*(minutes: number, step = 1) {
  for (let minute = 0; minute < minutes; minute += step) {
    yield* settle
    yield* TestClock.adjust(`${step} minutes`)
  }
})

const minutes = { "31 minutes": 31, "2 hours": 120, "24 hours": 24 * 60 }

const undergo = ({ after, faults, reasons, rest }: Case, { before, meanwhile }: { before: Deed; meanwhile: Deed }) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const told = yield* reasonsTold
    yield* live
    yield* before
    yield* compare
    for (const fault of rest ?? []) yield* exchange.inject(fault)
    for (const fault of faults) yield* exchange.injectStream(fault)
    yield* settle
    yield* TestClock.adjust("1 second")
    yield* meanwhile
    if (after !== undefined) yield* pass(minutes[after], after === "24 hours" ? 10 : 1)
    yield* pass(4)
    yield* compare
    assert.deepStrictEqual([...new Set(told)], reasons)
    // And the stream goes on.
    yield* deposit("1")
    yield* settle
    yield* pass(1)
    yield* compare
  })

describe("the mirror, in memory", () => {
  it.effect.each(cases)(
    "$name: says what the exchange holds once it is over",
    (one) => Effect.scoped(undergo(one, missed["all of it"])).pipe((test) => started(test, one.options)),
    60_000
  )

  it.effect.each(Object.entries(missed))(
    "%s while the stream was cut: found",
    ([_, one]) =>
      Effect.scoped(undergo({ name: "", faults: [cut], reasons: ["Disconnected"] }, one)).pipe((test) => started(test))
  )

  it.effect.each([
    { name: "an order placed", before: Effect.void, meanwhile: limit("one", "90000") },
    { name: "an order cancelled", before: limit("one", "90000"), meanwhile: cancel("one") },
    { name: "an order filled", before: limit("one", "94500"), meanwhile: setPrice("BTCUSDT", "94400") },
    { name: "a margin order placed", before: Effect.void, meanwhile: marginLimit("90000") },
    { name: "a margin order filled", before: Effect.void, meanwhile: marginMarket },
    { name: "a margin balance moved", before: Effect.void, meanwhile: deposit("1000") }
  ])(
    "$name, and the connection that stands does not say so: noticed and found",
    ({ before, meanwhile }) =>
      Effect.scoped(undergo({
        name: "",
        faults: [{ _tag: "EventFault", times: 1000, connection: 1, action: { _tag: "Lose" } }],
        reasons: ["Stale"]
      }, { before, meanwhile })).pipe((test) => started(test))
  )

  it.effect("a slow reader: what was dropped is a gap, and nothing is missing after it", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const mirror = yield* AccountMirror
      const stream = yield* UserDataStream
      yield* live
      // Who takes changes slowly holds the mirror back, and that is too slow for the stream.
      const slow = yield* Effect.forkChild(Stream.runForEach(mirror.changes, () => Effect.sleep("10 seconds")))
      yield* settle
      for (let index = 0; index < 20; index++) yield* limit(`many-${index}`, String(90_000 + index))
      yield* settle
      yield* client.cancelAllUMOrders({ symbol: "BTCUSDT" })
      yield* settle
      yield* deposit("7")
      yield* pass(20)
      yield* Fiber.interrupt(slow)
      yield* compare
      const { counts } = yield* stream.state
      assert.isAbove(counts.overruns, 0)
    }).pipe((test) => started(test, { bufferSize: 8 }, { bufferSize: 2 })))

  it.effect("both connections of a rollover tell each event: every fill counts once", () =>
    Effect.gen(function*() {
      const mirror = yield* AccountMirror
      const stream = yield* UserDataStream
      yield* live
      const changes = yield* Effect.forkChild(
        Stream.runCollect(Stream.takeUntil(mirror.changes, (change) => change._tag === "LeverageChanged"))
      )
      yield* settle
      yield* stream.renew
      yield* settle
      yield* Streams.until((streams) => streams.length === 2)
      yield* limit("one", "94500")
      yield* setPrice("BTCUSDT", "94400")
      yield* settle
      const { counts } = yield* stream.state
      assert.isAbove(counts.duplicates, 0)
      yield* Effect.flatMap(PortfolioClient, (client) => client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 7 }))
      const told = yield* Fiber.join(changes)
      assert.strictEqual(
        told.flatMap((change) => change._tag === "OrderChanged" && change.fill ? [change] : []).length,
        1
      )
      yield* pass(1)
      yield* compare
      assert.lengthOf(yield* (yield* Simulator).streams, 1)
    }).pipe((test) => started(test)))
})

// -----------------------------------------------------------------------------
// Nothing is left behind
// -----------------------------------------------------------------------------

/** What there is at a moment: sleeps, fibers, WebSockets that are listened to, connections at the exchange. */
interface Used {
  sleeping: number
  fibers: number
  listening: number
  connections: number
}

const counted = () => ({ sleeping: 0, fibers: 0, listening: 0, connections: 0 })

/** Counts the sleeps and fibers of an effect. */
const counting = (used: Used) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) =>
    self.pipe(
      Effect.provideService(Clock.Clock, {
        ...clock,
        sleep: (duration) =>
          Effect.suspend(() => {
            used.sleeping++
            return Effect.ensuring(clock.sleep(duration), Effect.sync(() => used.sleeping--))
          })
      }),
      Effect.provideService(Metric.FiberRuntimeMetrics, {
        recordFiberStart: () => used.fibers++,
        recordFiberEnd: () => used.fibers--
      })
    )
  )

/** Counts the WebSockets that are listened to. */
const countingSockets = (used: Used) =>
  Layer.effect(
    Socket.WebSocketConstructor,
    Effect.map(Socket.WebSocketConstructor, (construct) => (url: string) => {
      const socket = construct(url)
      const counted: Socket.WebSocketLike = {
        get readyState() {
          return socket.readyState
        },
        addEventListener: (type, listener, options) => {
          if (type === "message") used.listening++
          socket.addEventListener(type, listener, options)
        },
        removeEventListener: (type, listener) => {
          if (type === "message") used.listening--
          socket.removeEventListener(type, listener)
        },
        close: (code, reason) => socket.close(code, reason),
        send: (data) => socket.send(data)
      }
      return counted
    })
  )

const heap = (): number => {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  return process.memoryUsage().heapUsed
}

describe("thousands of reconnections", () => {
  it.effect("leave nothing behind, memory stays as it is, and the mirror is right", () => {
    const used = counted()
    return Effect.gen(function*() {
      const exchange = yield* Simulator
      const stream = yield* UserDataStream
      yield* live
      const now = Effect.map(exchange.streams, ({ length }) => ({ ...used, connections: length }))
      const found: Array<Used> = []
      const heaps: Array<number> = []
      const round = Effect.fnUntraced(function*(number: number) {
        const { connection: before } = yield* stream.state
        yield* exchange.injectStream(number % 3 === 0 ? connection({ _tag: "Close", code: 1001 }) : cut)
        for (let step = 0; step < 100; step++) {
          for (let turn = 0; turn < 10; turn++) yield* Effect.yieldNow
          if ((yield* stream.state).connection > before) return
          yield* TestClock.adjust("50 millis")
        }
        assert.fail("no connection")
      })
      for (let number = 0; number < 2_000; number++) {
        yield* round(number)
        if (number % 500 !== 499) continue
        yield* deposit("1")
        yield* pass(3)
        yield* compare
        yield* settle
        found.push(yield* now)
        heaps.push(heap())
      }
      assert.isAtLeast((yield* stream.state).counts.connections, 2_000)
      assert.deepStrictEqual(
        found.map(({ connections, listening }) => [connections, listening]),
        found.map(() => [1, 1])
      )
      const [first] = found
      assert.isDefined(first)
      for (const one of found) assert.deepStrictEqual(one, first)
      assert.isBelow(Math.min(...heaps.slice(2)) - Math.min(...heaps.slice(0, 2)), 4_000_000, heaps.join(" "))
    }).pipe(
      (test) => started(test, { checkAfter: "never", backoff: { from: 10, to: 20 } }, {}, countingSockets(used)),
      counting(used)
    )
  }, 120_000)

  it.effect("the service ends while it connects, or keeps its key alive: all is released, and the key stays", () => {
    const used = counted()
    return Effect.gen(function*() {
      const exchange = yield* Simulator
      const key = yield* Streams.listenKey
      const lived = (fault: Fault.Fault) =>
        Effect.gen(function*() {
          yield* Effect.gen(function*() {
            yield* live
            yield* exchange.inject(fault.pipe(
              Fault.on("keepAlivePMUserDataListenKey", "getPMUserDataListenKey"),
              Fault.always
            ))
            if (fault === Fault.stall) yield* exchange.injectStream(cut)
            yield* TestClock.adjust("30 minutes")
            yield* settle
          }).pipe(Effect.provide(mirror({ checkAfter: "never" }, {}, countingSockets(used))))
          yield* exchange.clearFaults
          yield* settle
          assert.deepStrictEqual([used.listening, (yield* exchange.streams).length], [0, 0])
          assert.strictEqual(yield* Streams.listenKey, key)
          return { ...used }
        })
      const before = yield* lived(Fault.pass)
      assert.deepStrictEqual(yield* lived(Fault.stall), before)
      assert.deepStrictEqual(yield* lived(Fault.delay("5 seconds")), before)
    }).pipe(Effect.provide(world), (test) => Effect.andThen(TestClock.setTime(begin), test), counting(used))
  })
})

// -----------------------------------------------------------------------------
// Over real sockets
// -----------------------------------------------------------------------------

// Real time passes here, so everything that is waited for is short.
const hasty: UserDataStreamOptions = {
  pingAfter: "200 millis",
  pongWithin: "200 millis",
  checkAfter: "500 millis",
  overlap: "100 millis",
  backoff: { from: "20 millis", to: "100 millis" }
}

const served = AccountMirror.layer().pipe(
  Layer.provideMerge(UserDataStream.layerEnvironment(hasty)),
  Layer.provideMerge(Faces.client()),
  Layer.provide(NodeWebSocket.layer),
  Layer.provideMerge(Layer.mergeAll(Faces.transports.undici, Faces.overHttp({ limits: "off" })))
)

// What differs by the code alone, or takes minutes by itself, is left to memory.
const inMemoryOnly = new Set([
  "clean close 1001",
  "clean close 1011",
  "400 upgrade",
  "403 upgrade",
  "418 upgrade",
  "429 upgrade",
  "500 upgrade",
  "the opening is never answered",
  "serverShutdown notice"
])

const overSockets = cases.filter(({ after, name, rest }) =>
  after === undefined && rest === undefined && !inMemoryOnly.has(name)
)

/** Waits until the mirror is live and says what the exchange holds. */
const agreed = Effect.flatMap(AccountMirror, ({ views }) =>
  views.pipe(
    Stream.filter((view) => view._tag === "Live"),
    Stream.mapEffect(({ account }) => Effect.exit(check(account))),
    Stream.takeUntil(Exit.isSuccess),
    Stream.runDrain
  ))

describe("the mirror, over real sockets", () => {
  it.live.each(overSockets)(
    "$name: says what the exchange holds once it is over",
    ({ faults, reasons }) =>
      Effect.gen(function*() {
        const exchange = yield* Simulator
        const mirror = yield* AccountMirror
        const told = yield* reasonsTold
        yield* mirror.awaitLive
        yield* missed["all of it"].before
        yield* agreed
        for (const fault of faults) yield* exchange.injectStream(fault)
        yield* missed["all of it"].meanwhile
        yield* agreed
        yield* deposit("1")
        yield* agreed
        assert.deepStrictEqual([...new Set(told)], reasons)
      }).pipe(Effect.scoped, Effect.provide(served)),
    30_000
  )
})
