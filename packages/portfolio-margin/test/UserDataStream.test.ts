import type { Event } from "@effect-binance/portfolio-margin/Events"
import type { UserDataItem } from "@effect-binance/portfolio-margin/UserDataItem"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { answered, type FakeSocket, history, json, make } from "./support/streamExchange.ts"

const begin = 1_790_000_000_000

type Exchange = ReturnType<typeof make>

const other = "o".repeat(64)

/** Waits, without the clock, until something is seen. */
const until = (what: string, holds: () => boolean): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let turn = 0; turn < 3000; turn++) {
      if (holds()) return
      yield* Effect.yieldNow
    }
    assert.fail(`never seen: ${what}`)
  })

/** Lets time pass in steps, until something is seen. */
const eventually = (what: string, step: number, steps: number, holds: () => boolean): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let at = 0; at <= steps; at++) {
      // The clock stands while requests are under way: they have timeouts.
      let before = answered.count
      for (let still = 0; still < 100; still++) {
        if (holds()) return
        yield* Effect.yieldNow
        if (answered.count !== before) still = 0
        before = answered.count
      }
      yield* TestClock.adjust(step)
    }
    assert.fail(`never seen: ${what}`)
  })

const quiet = Effect.gen(function*() {
  for (let turn = 0; turn < 300; turn++) yield* Effect.yieldNow
})

interface Told {
  readonly items: Array<UserDataItem>
  readonly tags: () => ReadonlyArray<string>
  readonly events: () => ReadonlyArray<Event>
}

const listen = (options: { readonly bufferSize?: number; readonly onFull?: "gap" | "suspend" } = {}) =>
  Effect.gen(function*() {
    const stream = yield* UserDataStream
    const items: Array<UserDataItem> = []
    const source = yield* stream.subscribe(options)
    yield* Effect.forkScoped(Stream.runForEach(source, (item) => Effect.sync(() => items.push(item))))
    const told: Told = {
      items,
      tags: () => items.map((item) => item._tag),
      events: () => items.flatMap((item) => item._tag === "Event" ? [item.event] : [])
    }
    return told
  })

const has = (told: Told, tag: UserDataItem["_tag"], times = 1): () => boolean => () =>
  told.tags().filter((one) => one === tag).length >= times

/** A test with a stream that is connected and a subscriber that was there from the beginning. */
const connected = <A, E>(
  test: (exchange: Exchange, told: Told, socket: FakeSocket) => Effect.Effect<A, E, UserDataStream | Scope.Scope>,
  options: UserDataStreamOptions = {}
) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(begin)
    const exchange = make()
    yield* Effect.gen(function*() {
      const told = yield* listen()
      yield* until("Connected", has(told, "Connected"))
      yield* until("the account is learnt", () => exchange.count("GET account") > 0)
      yield* test(exchange, told, exchange.last())
    }).pipe(Effect.scoped, Effect.provide(exchange.layer(options)))
    yield* quiet
    for (const socket of exchange.sockets) assert.strictEqual(socket.listening(), 0, "a listener was left")
  })

const order = (at: number, more: { readonly [name: string]: unknown } = {}) => ({
  e: "ORDER_TRADE_UPDATE",
  fs: "UM",
  E: at,
  T: at,
  i: "",
  o: {
    s: "BTCUSDT",
    c: "mine",
    S: "BUY",
    o: "LIMIT",
    f: "GTC",
    q: "1",
    p: "100",
    ap: "0",
    sp: "0",
    x: "NEW",
    X: "NEW",
    i: 7,
    l: "0",
    z: "0",
    L: "0",
    T: at,
    t: 0,
    b: "0",
    a: "0",
    m: false,
    R: false,
    ps: "BOTH",
    rp: "0",
    V: "NONE",
    pm: "NONE",
    gtd: 0,
    ...more
  }
})

const fill = (at: number, trade: number, more: { readonly [name: string]: unknown } = {}) =>
  order(at, { x: "TRADE", X: "PARTIALLY_FILLED", t: trade, l: "0.1", z: "0.1", L: "100", ap: "100", ...more })

const config = (at: number, leverage: number) => ({
  e: "ACCOUNT_CONFIG_UPDATE",
  fs: "UM",
  E: at,
  T: at,
  ac: { s: "BTCUSDT", l: leverage }
})

const umOrder = (at: number, more: { readonly [name: string]: unknown } = {}) => ({
  avgPrice: "0",
  clientOrderId: "mine",
  cumQuote: "0",
  executedQty: "0",
  orderId: 7,
  origQty: "1",
  origType: "LIMIT",
  price: "100",
  reduceOnly: false,
  side: "BUY",
  positionSide: "BOTH",
  status: "NEW",
  symbol: "BTCUSDT",
  time: begin,
  timeInForce: "GTC",
  type: "LIMIT",
  updateTime: at,
  selfTradePreventionMode: "NONE",
  goodTillDate: 0,
  priceMatch: "NONE",
  ...more
})

const umTrade = (at: number, id: number, more: { readonly [name: string]: unknown } = {}) => ({
  symbol: "BTCUSDT",
  id,
  orderId: 7,
  side: "BUY",
  price: "100",
  qty: "0.1",
  realizedPnl: "0",
  quoteQty: "10",
  commission: "0.004",
  commissionAsset: "USDT",
  time: at,
  buyer: true,
  maker: false,
  positionSide: "BOTH",
  ...more
})

const gapsOf = (told: Told) => told.items.flatMap((item) => item._tag === "GapOpened" ? [item.reason._tag] : [])

const recovered = (told: Told) => told.items.flatMap((item) => item._tag === "Recovered" ? [item.fact._tag] : [])

const leverages = (told: Told) =>
  told.events().flatMap((event) => event._tag === "AccountConfigUpdate" ? [event.config.leverage] : [])

describe("UserDataStream", () => {
  it.effect("the direct form: a key, a connection, events in order", () =>
    connected((exchange, told, socket) =>
      Effect.gen(function*() {
        assert.strictEqual(socket.url, `wss://one.exchange.example/pm/ws/${exchange.key}`)
        socket.deliver(config(begin + 1, 5))
        socket.deliver(config(begin + 2, 6))
        yield* until("events", has(told, "Event", 2))
        assert.deepStrictEqual(told.tags(), ["Connected", "Event", "Event"])
        assert.deepStrictEqual(leverages(told), [5, 6])
        const state = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
        assert.deepInclude(state, { status: "Live", connection: 1, gap: undefined, cause: undefined })
        assert.deepInclude(state.counts, { events: 2, connections: 1, duplicates: 0, gaps: 0 })
      })
    ))

  it.effect("the combined form: a subscription, events out of their wrapper", () =>
    connected((exchange, told, socket) =>
      Effect.gen(function*() {
        assert.strictEqual(socket.url, "wss://one.exchange.example/pm/stream")
        assert.deepStrictEqual(JSON.parse(socket.sent[0] ?? ""), { method: "SUBSCRIBE", params: [exchange.key], id: 1 })
        socket.deliver({ stream: exchange.key, data: config(begin + 1, 5) })
        yield* until("the event", has(told, "Event"))
        assert.deepStrictEqual(leverages(told), [5])
      }), { form: "combined" }))

  it.effect("many subscribers share one connection, and one who comes later learns how things stand", () =>
    connected((exchange, told, socket) =>
      Effect.gen(function*() {
        const late = yield* listen()
        socket.deliver(config(begin + 1, 5))
        yield* until("both", () => leverages(told).length === 1 && leverages(late).length === 1)
        assert.deepStrictEqual(late.tags(), ["Connected", "Event"])
        assert.strictEqual(exchange.sockets.length, 1)
      })
    ))

  describe("the listen key", () => {
    it.effect("is kept alive every 30 minutes, and not deleted at the end", () =>
      connected((exchange, _told, socket) =>
        Effect.gen(function*() {
          for (let half = 1; half <= 4; half++) {
            yield* TestClock.adjust("30 minutes")
            yield* until("a keepalive", () => exchange.count("PUT listenKey") === half)
          }
          assert.strictEqual(exchange.count("POST listenKey"), 1)
          assert.strictEqual(exchange.sockets.length, 1)
          assert.isFalse(socket.closedByClient())
        }), { checkAfter: "never", pingAfter: "30 hours" }).pipe(
          Effect.andThen(Effect.void)
        ))

    it.effect("is deleted at the end only where that is asked for", () =>
      Effect.gen(function*() {
        for (const deleteListenKey of [false, true]) {
          const exchange = make()
          yield* Effect.scoped(Effect.gen(function*() {
            const told = yield* listen()
            yield* until("Connected", has(told, "Connected"))
          })).pipe(Effect.provide(exchange.layer({ deleteListenKey })))
          assert.strictEqual(exchange.count("DELETE listenKey"), deleteListenKey ? 1 : 0)
          assert.isTrue(exchange.last().closedByClient())
        }
      }))

    it.effect("listenKeyExpired: a new key and connection, the gap closed", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          exchange.key = other
          socket.deliver({ e: "listenKeyExpired", E: begin + 1 })
          yield* eventually("GapClosed", 250, 20, has(told, "GapClosed"))
          assert.deepStrictEqual(told.tags(), ["Connected", "Event", "GapOpened", "Connected", "GapClosed"])
          assert.deepStrictEqual(gapsOf(told), ["ListenKeyExpired"])
          assert.isTrue(exchange.last().url.endsWith(other))
          assert.isTrue(socket.closedByClient())
        })
      ))

    it.effect("-1125 at the keepalive: the same", () =>
      connected((exchange, told) =>
        Effect.gen(function*() {
          exchange.key = other
          exchange.answers.set("PUT listenKey", {
            status: 400,
            body: { code: -1125, msg: "This listenKey does not exist." }
          })
          yield* TestClock.adjust("30 minutes")
          yield* eventually("GapClosed", 250, 20, has(told, "GapClosed"))
          assert.deepStrictEqual(gapsOf(told), ["ListenKeyLost"])
          assert.isTrue(exchange.last().url.endsWith(other))
        }), { checkAfter: "never", pingAfter: "30 hours" }))

    it.effect("the keepalive fails three times: the key is asked for, and no gap where it is the same", () =>
      connected((exchange, told) =>
        Effect.gen(function*() {
          exchange.answers.set("PUT listenKey", { status: 503, body: { code: 0, msg: "Service Unavailable." } })
          yield* TestClock.adjust("30 minutes")
          yield* eventually("the key is asked for", 1000, 60, () => exchange.count("POST listenKey") === 2)
          assert.isAtLeast(exchange.count("PUT listenKey"), 3)
          yield* quiet
          assert.deepStrictEqual(told.tags(), ["Connected"])
        }), { checkAfter: "never", pingAfter: "30 hours" }))

    it.effect("the keepalive fails three times and the account has another key: a gap, closed", () =>
      connected((exchange, told) =>
        Effect.gen(function*() {
          exchange.key = other
          exchange.answers.set("PUT listenKey", { status: 503, body: { code: 0, msg: "Service Unavailable." } })
          yield* TestClock.adjust("30 minutes")
          yield* eventually("GapClosed", 1000, 60, has(told, "GapClosed"))
          assert.deepStrictEqual(gapsOf(told), ["ListenKeyLost"])
        }), { checkAfter: "never", pingAfter: "30 hours" }))

    it.effect("deleted by another process, the connection open and silent: noticed within two minutes", () =>
      connected((exchange, told) =>
        Effect.gen(function*() {
          exchange.key = other
          yield* eventually("GapClosed", 10_000, 12, has(told, "GapClosed"))
          assert.deepStrictEqual(gapsOf(told), ["ListenKeyLost"])
          assert.isTrue(exchange.last().url.endsWith(other))
        })
      ))
  })

  describe("the end of a connection", () => {
    it.effect.each<readonly [string, (socket: FakeSocket) => void]>([
      ["an abrupt end (1006)", (socket: FakeSocket) => socket.end(1006)],
      ["1000", (socket: FakeSocket) => socket.end(1000, "bye")],
      ["1001", (socket: FakeSocket) => socket.end(1001)],
      ["1008", (socket: FakeSocket) => socket.end(1008, "Too many requests")],
      ["1011", (socket: FakeSocket) => socket.end(1011)],
      ["an error", (socket: FakeSocket) => socket.fail("read ECONNRESET")]
    ])(
      "%s: a gap, another connection, the gap closed",
      ([_, ending]) =>
        connected((exchange, told, socket) =>
          Effect.gen(function*() {
            socket.deliver(config(begin, 5))
            yield* until("the event", has(told, "Event"))
            ending(socket)
            yield* eventually("GapClosed", 250, 20, has(told, "GapClosed"))
            exchange.last().deliver(config(begin + 1, 6))
            yield* until("an event after", has(told, "Event", 2))
            assert.deepStrictEqual(told.tags(), ["Connected", "Event", "GapOpened", "Connected", "GapClosed", "Event"])
            assert.deepStrictEqual(gapsOf(told), ["Disconnected"])
            assert.strictEqual(exchange.sockets.length, 2)
          })
        )
    )

    it.effect.each<readonly [string, (socket: FakeSocket) => void]>([
      ["a close during the handshake", (socket: FakeSocket) => socket.end(1006)],
      ["HTTP 400", (socket: FakeSocket) => socket.fail("Unexpected server response: 400")],
      ["HTTP 502", (socket: FakeSocket) => socket.fail("Unexpected server response: 502")],
      ["DNS", (socket: FakeSocket) => socket.fail("getaddrinfo ENOTFOUND")]
    ])(
      "%s in place of the opening: tried again, less and less often",
      ([_, refusing]) =>
        connected((exchange, told, socket) =>
          Effect.gen(function*() {
            const dialled: Array<number> = []
            exchange.opening = (socket) => {
              refusing(socket)
            }
            socket.end(1006)
            yield* until("GapOpened", has(told, "GapOpened"))
            for (let second = 0; second < 600; second++) {
              yield* TestClock.adjust("1 second")
              for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
              if (exchange.sockets.length > dialled.length) dialled.push(second)
            }
            // Ten minutes: never more than two in a second, and at the end one in 15 to 30 seconds.
            assert.isAtLeast(dialled.length, 20)
            assert.isAtMost(exchange.sockets.length, 60)
            const state = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
            assert.deepInclude(state, { status: "Connecting" })
            assert.strictEqual(state.cause?._tag, "NotOpened")
            exchange.opening = (socket) => {
              socket.accept()
            }
            yield* eventually("GapClosed", 5000, 60, has(told, "GapClosed"))
            assert.deepStrictEqual(told.tags(), ["Connected", "GapOpened", "Connected", "GapClosed"])
          })
        )
    )

    it.effect.each([[429, 60], [418, 120]] as const)(
      "HTTP %s at the opening: left alone for a while",
      ([status, seconds]) =>
        connected((exchange, _told, socket) =>
          Effect.gen(function*() {
            exchange.opening = (socket) => socket.fail(`Unexpected server response: ${status}`)
            socket.end(1006)
            yield* eventually("an attempt", 1000, 5, () => exchange.sockets.length === 2)
            yield* quiet
            yield* TestClock.adjust(`${seconds - 1} seconds`)
            yield* quiet
            assert.strictEqual(exchange.sockets.length, 2)
            yield* eventually("another attempt", 1000, 40, () => exchange.sockets.length === 3)
          })
        )
    )

    it.effect("a ban: neither asks for a key nor connects before it ends", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          exchange.answers.set("POST listenKey", {
            status: 418,
            body: { code: -1003, msg: `Way too many requests; IP banned until ${begin + 600_000}.` }
          })
          socket.end(1006)
          yield* eventually("an attempt", 1000, 5, () => exchange.count("POST listenKey") === 2)
          yield* quiet
          yield* TestClock.adjust("590 seconds")
          yield* quiet
          assert.isAtMost(exchange.sockets.length, 1)
          exchange.answers.delete("POST listenKey")
          yield* eventually("GapClosed", 5000, 20, has(told, "GapClosed"))
        })
      ))

    it.effect("no answer to the opening: given up after ten seconds, and tried again", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          exchange.opening = () => {}
          socket.end(1006)
          yield* eventually("an attempt", 1000, 5, () => exchange.sockets.length === 2)
          exchange.opening = (socket) => socket.accept()
          yield* eventually("GapClosed", 1000, 20, has(told, "GapClosed"))
          assert.isTrue(exchange.sockets[1]?.closedByClient())
        })
      ))
  })

  describe("a connection that seems open", () => {
    it.effect("half-open, no answer: dead within pingAfter + pongWithin", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          yield* until("a question", () => socket.sent.length === 1)
          yield* quiet
          exchange.received = () => {}
          yield* eventually("GapOpened", 1000, 62, has(told, "GapOpened"))
          assert.deepStrictEqual(gapsOf(told), ["NoAnswer"])
        }), { checkAfter: "never" }))

    it.effect("an exchange that never answers questions is not taken for dead", () =>
      Effect.gen(function*() {
        const exchange = make()
        exchange.received = () => {}
        yield* Effect.scoped(Effect.gen(function*() {
          const told = yield* listen()
          yield* until("Connected", has(told, "Connected"))
          for (let minute = 0; minute < 10; minute++) yield* TestClock.adjust("1 minute")
          yield* quiet
          assert.deepStrictEqual(told.tags(), ["Connected"])
        })).pipe(Effect.provide(exchange.layer({ checkAfter: "never" })))
      }))

    it.effect("answers, and no events while the account changes: stale", () =>
      connected((exchange, told) =>
        Effect.gen(function*() {
          yield* until("a first look", () => exchange.count("GET cm/account") > 0)
          yield* quiet
          exchange.answers.set("GET um/account", {
            assets: [],
            positions: [{
              symbol: "BTCUSDT",
              initialMargin: "0",
              maintMargin: "0",
              unrealizedProfit: "0",
              positionInitialMargin: "0",
              openOrderInitialMargin: "0",
              leverage: "5",
              entryPrice: "0",
              maxNotional: "0",
              bidNotional: "0",
              askNotional: "0",
              positionSide: "BOTH",
              positionAmt: "1",
              updateTime: begin + 30_000
            }]
          })
          yield* eventually("GapClosed", 5000, 30, has(told, "GapClosed"))
          assert.deepStrictEqual(gapsOf(told), ["Stale"])
          const closed = told.tags().filter((tag) => tag === "GapClosed").length
          yield* TestClock.adjust("10 minutes")
          yield* quiet
          assert.strictEqual(told.tags().filter((tag) => tag === "GapClosed").length, closed, "once for one change")
        })
      ))

    it.effect("an order that cannot be read has not ended; one that is not there any more has", () =>
      connected((exchange, told) =>
        Effect.gen(function*() {
          yield* until("a first look", () => exchange.count("GET margin/openOrders") > 0)
          yield* quiet
          exchange.answers.set("GET um/openOrders", [json(umOrder(begin - 1_000))])
          yield* eventually("an order nobody told of", 5000, 30, has(told, "GapClosed"))
          assert.deepStrictEqual(gapsOf(told), ["Stale"])
          exchange.answers.set("GET um/openOrders", [{ orderId: true }])
          yield* TestClock.adjust("5 minutes")
          yield* quiet
          assert.deepStrictEqual(gapsOf(told), ["Stale"])
          exchange.answers.set("GET um/order", json({ ...umOrder(begin + 1_000), status: "CANCELED" }))
          exchange.answers.set("GET um/openOrders", [])
          yield* eventually("another gap", 5000, 30, has(told, "GapClosed", 2))
          assert.deepStrictEqual(gapsOf(told), ["Stale", "Stale"])
        })
      ))

    it.effect("answers, no events, and the account does not change: live", () =>
      connected((_exchange, told) =>
        Effect.gen(function*() {
          for (let minute = 0; minute < 20; minute++) yield* TestClock.adjust("1 minute")
          yield* quiet
          assert.deepStrictEqual(told.tags(), ["Connected"])
        })
      ))
  })

  describe("the planned change of connections", () => {
    const renewals: ReadonlyArray<
      readonly [string, (socket: FakeSocket) => Effect.Effect<unknown, never, UserDataStream>]
    > = [
      ["before 24 hours are over", () => TestClock.adjust("23 hours")],
      [
        "when the server says it will shut down",
        (socket) => Effect.sync(() => socket.deliver({ e: "serverShutdown", E: begin }))
      ],
      ["when it is asked for", () => Effect.flatMap(UserDataStream, ({ renew }) => renew)]
    ]
    it.effect.each(renewals)(
      "%s: both are read, each event is told once, and there is no gap",
      ([_, renew]) =>
        connected((exchange, told, old) =>
          Effect.gen(function*() {
            yield* renew(old)
            yield* until("another connection", has(told, "Connected", 2))
            const next = exchange.last()
            const at = begin + 90_000_000
            for (const frame of [fill(at, 1), config(at + 1, 5)]) {
              old.deliver(frame)
              next.deliver(frame)
            }
            next.deliver(fill(at + 2, 2))
            old.deliver(fill(at + 2, 2))
            // Sent at another time, but the same for all that.
            next.deliver({ ...config(at + 3, 6), E: at + 9 })
            old.deliver(config(at + 3, 6))
            yield* until("the events", () => leverages(told).length === 2)
            yield* TestClock.adjust("10 seconds")
            yield* until("the old one is closed", () => old.closedByClient())
            next.deliver(fill(at + 10, 3))
            yield* until(
              "an event after",
              () => told.events().some((event) => event._tag === "OrderTradeUpdate" && event.order.tradeId === "3")
            )
            assert.deepStrictEqual(
              told.events().flatMap((event) => event._tag === "OrderTradeUpdate" ? [String(event.order.tradeId)] : []),
              ["1", "2", "3"]
            )
            assert.deepStrictEqual(leverages(told), [5, 6])
            assert.notInclude(told.tags(), "GapOpened")
            assert.isFalse(next.closedByClient())
          }), { checkAfter: "never", pingAfter: "60 hours" })
    )

    it.effect("the old one ends while both are read: no gap", () =>
      connected((exchange, told, old) =>
        Effect.gen(function*() {
          yield* Effect.flatMap(UserDataStream, ({ renew }) => renew)
          yield* until("another connection", has(told, "Connected", 2))
          old.end(1001)
          exchange.last().deliver(config(begin + 1, 5))
          yield* until("an event", has(told, "Event"))
          yield* TestClock.adjust("1 minute")
          yield* quiet
          assert.deepStrictEqual(told.tags(), ["Connected", "Connected", "Event"])
        }), { checkAfter: "never" }))

    it.effect("the new one ends while both are read: the old one stays, and it is tried again", () =>
      connected((exchange, told, old) =>
        Effect.gen(function*() {
          yield* Effect.flatMap(UserDataStream, ({ renew }) => renew)
          yield* until("another connection", has(told, "Connected", 2))
          exchange.last().end(1006)
          yield* eventually("a third", 1000, 5, has(told, "Connected", 3))
          old.deliver(config(begin + 1, 5))
          yield* until("an event", has(told, "Event"))
          assert.notInclude(told.tags(), "GapOpened")
        }), { checkAfter: "never" }))

    it.effect("none can be opened: the old one stays until it ends, then there is a gap", () =>
      connected((exchange, told, old) =>
        Effect.gen(function*() {
          exchange.opening = (socket) => socket.fail("no")
          yield* Effect.flatMap(UserDataStream, ({ renew }) => renew)
          yield* eventually("attempts", 1000, 30, () => exchange.sockets.length > 3)
          assert.isFalse(old.closedByClient())
          old.end(1001)
          yield* until("GapOpened", has(told, "GapOpened"))
          exchange.opening = (socket) => socket.accept()
          yield* eventually("GapClosed", 5000, 60, has(told, "GapClosed"))
        }), { checkAfter: "never" }))
  })

  describe("what was missed", () => {
    it.effect("an order that filled, one that was cancelled, one that came and went, a balance", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          socket.deliver(order(begin + 1))
          socket.deliver(order(begin + 2, { i: 8, c: "second" }))
          yield* until("orders", has(told, "Event", 2))
          yield* TestClock.adjust("10 seconds")
          const orders: { readonly [id: string]: ReturnType<typeof umOrder> } = {
            "7": umOrder(begin + 11_000, { status: "FILLED", executedQty: "1" }),
            "8": umOrder(begin + 12_000, { orderId: 8, clientOrderId: "second", status: "CANCELED" })
          }
          exchange.answers.set("GET um/order", (params) => json(orders[params.get("orderId") ?? ""] ?? null))
          exchange.answers.set("GET um/userTrades", history([umTrade(begin + 11_000, 100)]))
          exchange.answers.set(
            "GET um/allOrders",
            history([
              umOrder(begin + 13_000, { orderId: 9, clientOrderId: "short", status: "EXPIRED", time: begin + 12_500 })
            ])
          )
          socket.end(1006)
          yield* TestClock.adjust("10 seconds")
          yield* eventually("GapClosed", 250, 20, has(told, "GapClosed"))
          assert.deepStrictEqual(
            told.items.flatMap((item) =>
              item._tag !== "Recovered" ? [] : "trade" in item.fact
                ? [`trade ${item.fact.trade.id}`]
                : item.fact._tag === "UMOrder"
                ? [`${item.fact.order.clientOrderId} ${item.fact.order.status}`]
                : [item.fact._tag]
            ),
            ["trade 100", "mine FILLED", "second CANCELED", "short EXPIRED"]
          )
          const closed = told.items.find((item) => item._tag === "GapClosed")
          assert.strictEqual(closed?.found, 4)
        })
      ))

    it.effect("is told once, whatever the stream or another gap brings later", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          socket.deliver(order(begin + 1))
          yield* until("an order", has(told, "Event"))
          yield* TestClock.adjust("15 seconds")
          exchange.answers.set(
            "GET um/order",
            json(umOrder(begin + 11_000, { status: "FILLED" }))
          )
          exchange.answers.set("GET um/userTrades", history([umTrade(begin + 11_000, 100)]))
          for (let gap = 1; gap <= 2; gap++) {
            exchange.last().end(1006)
            yield* eventually("GapClosed", 2000, 10, has(told, "GapClosed", gap))
          }
          exchange.last().deliver(fill(begin + 11_000, 100, { X: "FILLED" }))
          exchange.last().deliver(order(begin + 10_500))
          exchange.last().deliver(config(begin + 20_000, 5))
          yield* until("the last event", () => leverages(told).length === 1)
          assert.deepStrictEqual(recovered(told), ["UMTrade", "UMOrder"])
          assert.strictEqual(told.events().length, 2)
        })
      ))

    it.effect("comes in order with the events that came while it was asked for", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          socket.deliver(order(begin + 1))
          yield* until("an order", has(told, "Event"))
          yield* TestClock.adjust("20 seconds")
          exchange.answers.set(
            "GET um/userTrades",
            history([umTrade(begin + 15_000, 100), umTrade(begin + 18_000, 102)])
          )
          const asked = exchange.count("GET um/openOrders")
          exchange.answers.set("GET um/openOrders", () => {
            if (exchange.count("GET um/openOrders") > asked) {
              exchange.last().deliver(fill(begin + 18_000, 102))
              exchange.last().deliver(fill(begin + 20_000, 103))
            }
            return [json(umOrder(begin + 15_000, { status: "PARTIALLY_FILLED" }))]
          })
          socket.end(1006)
          yield* eventually("GapClosed", 1000, 10, has(told, "GapClosed"))
          assert.deepStrictEqual(
            told.items.slice(1).map((item) =>
              item._tag === "Event" && item.event._tag === "OrderTradeUpdate"
                ? `event ${item.event.order.tradeId}`
                : item._tag === "Recovered"
                ? item.fact._tag === "UMTrade" ? `trade ${item.fact.trade.id}` : item.fact._tag
                : item._tag
            ),
            ["event null", "GapOpened", "Connected", "trade 100", "event 102", "event 103", "GapClosed"]
          )
        })
      ))

    it.effect("a snapshot older than an event does not win", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          const at = begin + 5_000
          socket.deliver(order(at, { X: "CANCELED", x: "CANCELED" }))
          socket.deliver({
            e: "ACCOUNT_UPDATE",
            fs: "UM",
            E: at,
            T: at,
            a: { m: "ORDER", B: [], P: [{ s: "BTCUSDT", ps: "BOTH", pa: "2", ep: "1", up: "0" }] }
          })
          yield* until("events", has(told, "Event", 2))
          exchange.answers.set("GET um/openOrders", [json(umOrder(begin + 1_000))])
          exchange.answers.set("GET um/positionRisk", [{
            symbol: "BTCUSDT",
            positionAmt: "1",
            entryPrice: "1",
            markPrice: "1",
            unRealizedProfit: "0",
            liquidationPrice: "0",
            leverage: "5",
            maxNotionalValue: "1",
            notional: "1",
            positionSide: "BOTH",
            updateTime: begin + 1_000
          }])
          socket.end(1006)
          yield* eventually("GapClosed", 1000, 10, has(told, "GapClosed"))
          const closed = told.items.find((item) => item._tag === "GapClosed")
          assert.deepStrictEqual([closed?.snapshot.umOrders, closed?.snapshot.umPositions], [[], []])
          assert.deepStrictEqual(recovered(told), [])
        })
      ))

    it.effect.each(
      [
        ["fails", 503, { code: 0, msg: "Service Unavailable." }, {}],
        ["is limited", 429, { code: -1003, msg: "Too many requests." }, { "retry-after": "20" }]
      ] as const
    )(
      "the asking %s: the gap stays open and says so, events go on, and it is tried again",
      ([_, status, body, headers]) =>
        connected((exchange, told, socket) =>
          Effect.gen(function*() {
            exchange.answers.set("GET account", { status, body, headers })
            socket.end(1006)
            yield* eventually("GapPending", 1000, 30, has(told, "GapPending"))
            const state = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
            assert.strictEqual(state.status, "Degraded")
            exchange.last().deliver(config(begin + 60_000, 5))
            yield* eventually("an event goes on", 1000, 6, () => leverages(told).length === 1)
            const pending = told.items.find((item) => item._tag === "GapPending")
            assert.strictEqual(pending?.cause._tag, status === 429 ? "RateLimited" : "Unavailable")
            exchange.answers.delete("GET account")
            yield* eventually("GapClosed", 5000, 30, has(told, "GapClosed"))
            const after = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
            assert.deepInclude(after, { status: "Live", gap: undefined, cause: undefined })
          })
        )
    )

    it.effect("another end while it is asked: the gap closes only after the last connection", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          let ended = false
          exchange.answers.set("GET account", () => {
            if (!ended) {
              ended = true
              exchange.last().end(1006)
            }
            return { status: 503, body: { code: 0, msg: "Service Unavailable." } }
          })
          socket.end(1006)
          yield* eventually("a third connection", 1000, 20, has(told, "Connected", 3))
          exchange.answers.delete("GET account")
          yield* eventually("GapClosed", 5000, 30, has(told, "GapClosed"))
          assert.deepStrictEqual(told.tags().filter((tag) => tag === "GapOpened" || tag === "GapClosed"), [
            "GapOpened",
            "GapClosed"
          ])
          assert.isAbove(told.tags().indexOf("GapClosed"), told.tags().lastIndexOf("Connected"))
        })
      ))
  })

  describe("what cannot be read", () => {
    it.effect.each<readonly [string, unknown]>([
      ["no JSON", "{\"e\":\"ORDER_TRADE_UPD"],
      ["a binary frame", new Uint8Array([1, 2, 3])],
      ["two documents", "{\"e\":\"x\"}{\"e\":\"y\"}"],
      ["5 MB of nothing", "x".repeat(5_000_000)],
      ["an event without its order", { e: "ORDER_TRADE_UPDATE", fs: "UM", E: 1, T: 1, o: {} }]
    ])(
      "%s: told as that, counted, and what it may have said is asked for",
      ([_, frame]) =>
        connected((exchange, told, socket) =>
          Effect.gen(function*() {
            socket.deliver(frame)
            socket.deliver(config(begin + 1, 5))
            yield* eventually("GapClosed", 1000, 10, has(told, "GapClosed"))
            assert.strictEqual(told.events()[0]?._tag, "MalformedFrame")
            assert.deepStrictEqual(gapsOf(told), ["Unreadable"])
            assert.deepStrictEqual(leverages(told), [5])
            assert.strictEqual(exchange.sockets.length, 1, "the connection stays")
            const { counts } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
            assert.strictEqual(counts.malformed, 1)
            assert.isBelow(JSON.stringify(told.items).length, 20_000)
          })
        )
    )

    it.effect("an event that is not known, units and figures of other forms: told, no gap", () =>
      connected((_exchange, told, socket) =>
        Effect.gen(function*() {
          socket.deliver({ e: "SOMETHING_NEW", E: begin })
          socket.deliver({ ...order(begin + 1), fs: "XM" })
          socket.deliver({
            e: "ACCOUNT_UPDATE",
            fs: "UM",
            E: begin,
            T: begin,
            a: { m: "ORDER", P: [{ s: "BTCUSDT", ps: "BOTH", pa: "1", ep: "2", bep: 1.5, up: "0" }] }
          })
          yield* until("three events", has(told, "Event", 3))
          assert.deepStrictEqual(told.tags(), ["Connected", "Event", "Event", "Event"])
          const { counts } = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
          assert.strictEqual(counts.unknown, 1)
        })
      ))
  })

  describe("a slow subscriber", () => {
    it.effect("its buffer overruns: it has a gap, nobody else has, and what it missed is asked for", () =>
      connected((exchange, told, socket) =>
        Effect.gen(function*() {
          const stream = yield* UserDataStream
          const slow = yield* stream.subscribe({ bufferSize: 10 })
          yield* TestClock.adjust("1 second")
          for (let trade = 1; trade <= 100; trade++) socket.deliver(fill(begin + trade, trade))
          yield* until("all told", has(told, "Event", 100))
          exchange.answers.set(
            "GET um/userTrades",
            history(Array.from({ length: 100 }, (_, index) => umTrade(begin + index + 1, index + 1)))
          )
          exchange.answers.set("GET um/order", json(umOrder(begin + 100, { status: "PARTIALLY_FILLED" })))
          const items = Array.from(
            yield* Stream.runCollect(Stream.takeUntil(slow, (item) => item._tag === "GapClosed"))
          )
          const trades = items.flatMap((item) =>
            item._tag === "Event" && item.event._tag === "OrderTradeUpdate"
              ? [Number(item.event.order.tradeId)]
              : item._tag === "Recovered" && item.fact._tag === "UMTrade"
              ? [Number(item.fact.trade.id)]
              : []
          )
          assert.deepStrictEqual(trades, Array.from({ length: 100 }, (_, index) => index + 1))
          assert.deepStrictEqual(items.flatMap((item) => item._tag === "GapOpened" ? [item.reason._tag] : []), [
            "Overrun"
          ])
          assert.notInclude(told.tags(), "GapOpened")
          const { counts } = yield* stream.state
          assert.strictEqual(counts.overruns, 1)
        })
      ))

    it.effect("or, where that is asked for, all wait for it and nothing is lost", () =>
      connected((_exchange, told, socket) =>
        Effect.gen(function*() {
          const stream = yield* UserDataStream
          const slow = yield* stream.subscribe({ bufferSize: 10, onFull: "suspend" })
          for (let burst = 0; burst < 20; burst++) {
            for (let one = 1; one <= 10; one++) socket.deliver(config(begin + burst * 10 + one, burst * 10 + one))
            yield* quiet
          }
          assert.isBelow(leverages(told).length, 200)
          const items = Array.from(yield* Stream.runCollect(Stream.take(slow, 201)))
          assert.deepStrictEqual(
            items.flatMap((item) =>
              item._tag === "Event" && item.event._tag === "AccountConfigUpdate" ? [item.event.config.leverage] : []
            ),
            Array.from({ length: 200 }, (_, index) => index + 1)
          )
        })
      ))
  })

  describe("nothing is left behind", () => {
    it.effect("thousands of reconnections: one socket at the end, and none after it", () =>
      Effect.gen(function*() {
        const exchange = make()
        yield* Effect.scoped(Effect.gen(function*() {
          const told = yield* listen()
          yield* until("Connected", has(told, "Connected"))
          for (let round = 1; round <= 2000; round++) {
            exchange.last().end(1006)
            yield* until("the end", () => exchange.sockets[round - 1]?.listening() === 0)
            yield* TestClock.adjust("20 millis")
            yield* until("another connection", has(told, "Connected", round + 1))
            told.items.splice(0, told.items.length, ...told.items.filter((item) => item._tag === "Connected"))
          }
          assert.strictEqual(exchange.sockets.filter((socket) => socket.listening() > 0).length, 1)
        })).pipe(Effect.provide(exchange.layer({ backoff: { from: 10, to: 20 }, checkAfter: "never" })))
        yield* quiet
        assert.strictEqual(exchange.sockets.length, 2001)
        assert.deepStrictEqual(
          exchange.sockets.filter((socket) => socket.listening() > 0 || !socket.closedByClient()),
          []
        )
      }), 60_000)

    it.effect("fifty ends in a minute: few connections, few questions", () =>
      connected((exchange, _told) =>
        Effect.gen(function*() {
          exchange.opening = (socket) => {
            socket.accept()
            socket.end(1006)
          }
          const asked = exchange.requests.length
          exchange.last().end(1006)
          for (let second = 0; second < 60; second++) {
            yield* TestClock.adjust("1 second")
            for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
          }
          assert.isAtMost(exchange.sockets.length, 16)
          assert.isAtMost(exchange.requests.length - asked, 250)
        })
      ))

    it.effect.each<readonly [string, (exchange: Exchange) => void, boolean]>([
      ["while it connects", (exchange) => {
        exchange.opening = () => {}
      }, false],
      ["while it asks for a key", (exchange) => {
        exchange.answers.set("POST listenKey", { status: 503, body: { code: 0, msg: "Service Unavailable." } })
      }, false],
      ["while it asks what was missed", () => {}, true]
    ])("the scope closes %s", ([_, prepare, drops]) =>
      Effect.gen(function*() {
        const exchange = make()
        prepare(exchange)
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(exchange.layer(), scope)
        yield* until("a beginning", () => exchange.requests.length > 0)
        yield* quiet
        if (drops) exchange.last().end(1006)
        yield* Effect.yieldNow
        const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
        yield* Fiber.join(closing)
        yield* quiet
        assert.isNotEmpty(context.mapUnsafe)
        const requests = exchange.requests.length
        yield* TestClock.adjust("3 hours")
        yield* quiet
        assert.strictEqual(exchange.requests.length, requests, "it went on asking")
        for (const socket of exchange.sockets) {
          assert.isTrue(socket.closedByClient())
          assert.strictEqual(socket.listening(), 0)
        }
        assert.strictEqual(exchange.count("DELETE listenKey"), 0)
      }))
  })

  it.effect("neither items nor state hold the listen key", () =>
    connected((exchange, told, socket) =>
      Effect.gen(function*() {
        socket.deliver(`no json ${exchange.key}`)
        socket.deliver({ e: "listenKeyExpired", E: begin, listenKey: exchange.key })
        yield* eventually("another connection", 1000, 10, has(told, "Connected", 2))
        exchange.last().end(1008, `bad key ${exchange.key}`)
        yield* eventually("GapClosed", 5000, 60, has(told, "GapClosed"))
        const state = yield* Effect.flatMap(UserDataStream, ({ state }) => state)
        const text = JSON.stringify([told.items, state])
        assert.notInclude(text, exchange.key.slice(0, 16))
      })
    ))
})
