/** A trading day by clients of other makes against the exchange on real sockets, and by ours on both of its faces. */
import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import type * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Account from "@effect-binance/simulator/Account"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Queue from "effect/Queue"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll, vi } from "vitest"
import * as IntMap from "../../src/internal/intMap.ts"
import * as Calls from "../support/calls.ts"
import * as Faces from "../support/faces.ts"
import * as Keys from "../support/keys.ts"
import * as OurStreams from "../support/streams.ts"
import * as Clients from "./clients.ts"
import * as Day from "./day.ts"
import * as Streams from "./streams.ts"

const options: Simulator.SimulatorOptions = {
  accounts: (now) => [Seed.demoAccount("demo", now)],
  keys: [Simulator.demoKey, ...Keys.keys.map(({ registered }) => registered)],
  limits: "off"
}

const served = Layer.mergeAll(UndiciHttpClient.layer, NodeWS.layerWebSocketConstructor, Faces.overHttp(options))

// `binance` prints every order whose client id has not its prefix.
const warn = vi.spyOn(console, "warn")
beforeAll(() => void warn.mockImplementation(() => {}))
afterAll(() => warn.mockRestore())

// The foreign clients go by the wall clock. The exchange stands still at its last tick.
const tick = Effect.suspend(() => TestClock.setTime(Date.now()))

const onServer = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.andThen(tick, Effect.provide(self, served))

const codeOf = (error: unknown): unknown => Predicate.hasProperty(error, "code") ? error.code : undefined

const asJson = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_, value) => typeof value === "bigint" ? value.toString() : value))

const isTime = (name: string) => /time|date/i.test(name)

/** Without times: two exchanges do not have the same. */
const timeless = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(timeless)
    : Predicate.isObject(value)
    ? Object.fromEntries(
      Object.entries(value).flatMap(([name, value]) => isTime(name) ? [] : [[name, timeless(value)]])
    )
    : value

/**
 * With numbers as text: ccxt writes all numbers of an answer as text where one of them is beyond 2^53, and none of them
 * otherwise. No digit is lost either way.
 */
const numbersAsText = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(numbersAsText)
    : Predicate.isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, value]) => [name, numbersAsText(value)]))
    : typeof value === "number"
    ? String(value)
    : value

const ours = (name: Endpoints.Name, params: object | undefined) =>
  Effect.flatMap(PortfolioClient, (client) =>
    Effect.matchEffect(Calls.make(client, { name, params, label: name }), {
      onSuccess: (reply) => Effect.map(Calls.encodeReply(name, reply), asJson),
      onFailure: (error) => Effect.succeed({ refused: codeOf(error) })
    }))

const theirs = (client: Clients.Foreign) => (name: Endpoints.Name, params: object | undefined) =>
  Effect.andThen(
    tick,
    Effect.match(client.call(name, params), { onSuccess: asJson, onFailure: ({ code }) => ({ refused: code }) })
  )

const read = <E, R>(call: (name: Endpoints.Name, params: object | undefined) => Effect.Effect<unknown, E, R>) =>
  Effect.forEach(Day.reads, (one) => Effect.map(call(one.call, one.params), (came) => [one.call, came] as const))

const figure = (value: BigDecimal.BigDecimal) => BigDecimal.format(BigDecimal.normalize(value))

interface Row {
  readonly [name: string]: unknown
}

const number = (text: unknown) => figure(BigDecimal.fromStringUnsafe(String(text)))

/** Everything as the engine has it, with the eight decimals that the exchange shows. */
const engine = Effect.gen(function*() {
  const { state } = yield* Simulator.Simulator
  const { accounts, futures, spot } = yield* state
  const account = accounts.get("demo") ?? assert.fail("no account")
  const eight = (value: BigDecimal.BigDecimal | undefined) =>
    value === undefined ? "0" : figure(BigDecimal.scale(value, 8))
  const assets = new Set([...account.margin.keys(), ...account.umWallet.keys(), ...account.cmWallet.keys()])
  const named = [...IntMap.values(futures.orders), ...IntMap.values(spot.orders)]
    .filter(({ accountId }) => accountId === "demo")
    .map((order) => {
      const product = "product" in order ? order.product : "MARGIN"
      return [`${product} ${order.symbol} ${order.clientOrderId}`, `${order.status} ${figure(order.executed)}`] as const
    })
  return {
    balances: Object.fromEntries(
      [...assets].flatMap((asset) => {
        const { borrowed, free, interest, locked } = Account.marginBalance(account, asset)
        return [
          [`${asset} margin`, `${eight(free)} ${eight(locked)}`],
          [`${asset} debt`, `${eight(borrowed)} ${eight(interest)}`],
          [`${asset} UM`, eight(account.umWallet.get(asset)?.balance)],
          [`${asset} CM`, eight(account.cmWallet.get(asset)?.balance)]
        ]
      })
    ),
    positions: Object.fromEntries(
      [...account.positions.values()].map((position) => [
        `${position.product} ${position.symbol} ${position.positionSide}`,
        `${figure(position.quantity)} at ${figure(BigDecimal.round(position.entryPrice, { scale: 8 }))}`
      ])
    ),
    orders: Object.fromEntries(named),
    open: named.filter(([, status]) => /^(NEW|PARTIALLY_FILLED) /.test(status)).map(([name]) => name).sort()
  }
})

/** The same as a client reads it. */
const shown = (rows: ReadonlyArray<readonly [string, unknown]>) => {
  const of = (name: string): ReadonlyArray<Row> => {
    const found = rows.filter(([call]) => call === name)
    assert.isNotEmpty(found, name)
    return found.flatMap(([, rows]): ReadonlyArray<Row> => Array.isArray(rows) ? rows : assert.fail(name))
  }
  const named = (product: string, orders: ReadonlyArray<Row>) =>
    orders.map(({ clientOrderId, executedQty, status, symbol }) =>
      [`${product} ${String(symbol)} ${String(clientOrderId)}`, `${String(status)} ${number(executedQty)}`] as const
    )
  const positions = (product: string, rows: ReadonlyArray<Row>) =>
    rows
      .filter(({ positionAmt }) => number(positionAmt) !== "0")
      .map(({ entryPrice, positionAmt, positionSide, symbol }) => [
        `${product} ${String(symbol)} ${String(positionSide)}`,
        `${number(positionAmt)} at ${number(entryPrice)}`
      ])
  return {
    balances: Object.fromEntries(
      of("getBalance").flatMap((row) => [
        [`${String(row.asset)} margin`, `${number(row.crossMarginFree)} ${number(row.crossMarginLocked)}`],
        [`${String(row.asset)} debt`, `${number(row.crossMarginBorrowed)} ${number(row.crossMarginInterest)}`],
        [`${String(row.asset)} UM`, number(row.umWalletBalance)],
        [`${String(row.asset)} CM`, number(row.cmWalletBalance)]
      ])
    ),
    positions: Object.fromEntries([
      ...positions("UM", of("getUMPosition")),
      ...positions("CM", of("getCMPosition"))
    ]),
    orders: Object.fromEntries([
      ...named("UM", of("getAllUMOrders")),
      ...named("CM", of("getAllCMOrders")),
      ...named("MARGIN", of("getAllMarginOrders"))
    ]),
    open: [
      ...named("UM", of("getAllUMOpenOrders")),
      ...named("CM", of("getAllCMOpenOrders")),
      ...named("MARGIN", of("getMarginOpenOrders"))
    ].map(([name]) => name).sort()
  }
}

const walletsOf = (balances: { readonly [of: string]: string }) =>
  Object.fromEntries(Object.entries(balances).filter(([of]) => !of.endsWith(" debt")))

const isLast = (event: unknown): boolean =>
  Predicate.hasProperty(event, "ac") && Predicate.hasProperty(event.ac, "s") && event.ac.s === Day.lastSymbol

const record = (value: unknown): Row => Predicate.isObject(value) ? { ...value } : assert.fail("no object")

const list = (value: unknown): ReadonlyArray<Row> => Array.isArray(value) ? value.map(record) : assert.fail("no list")

/** The last word that a stream had on each balance, position and order. */
const heard = (events: ReadonlyArray<unknown>) => {
  const balances: Record<string, string> = {}
  const positions: Record<string, string> = {}
  const orders: Record<string, string> = {}
  const owed: Record<string, string> = {}
  for (const event of events.map(record)) {
    if (event.e === "outboundAccountPosition") {
      for (const { a, f, l } of list(event.B)) balances[`${String(a)} margin`] = `${number(f)} ${number(l)}`
    } else if (event.e === "ACCOUNT_UPDATE") {
      const { B, P } = record(event.a)
      for (const { a, wb } of list(B)) balances[`${String(a)} ${String(event.fs)}`] = number(wb)
      for (const { ep, pa, ps, s } of list(P)) {
        positions[`${String(event.fs)} ${String(s)} ${String(ps)}`] = `${number(pa)} at ${number(ep)}`
      }
    } else if (event.e === "liabilityChange") {
      owed[String(event.a)] = number(event.l)
    } else if (event.e === "ORDER_TRADE_UPDATE") {
      const { X, c, s, z } = record(event.o)
      orders[`${String(event.fs)} ${String(s)} ${String(c)}`] = `${String(X)} ${number(z)}`
    } else if (event.e === "executionReport") {
      // A cancellation has an id of its own.
      const id = event.C === "" ? event.c : event.C
      orders[`MARGIN ${String(event.s)} ${String(id)}`] = `${String(event.X)} ${number(event.z)}`
    }
  }
  return { balances, positions, orders, owed }
}

/** The day by way of our own client. */
const ourDay = Effect.gen(function*() {
  const told = yield* Day.play(ours)
  const rows = yield* read(ours)
  return { told: told.map((one) => timeless(one)), rows: timeless(rows), engine: yield* engine, shown: shown(rows) }
}).pipe(Effect.provide(Faces.client()))

const inMemory = ourDay.pipe(Effect.provide(Faces.world("in memory", options)))

describe("a trading day", () => {
  it.effect("does what it is to do", () =>
    Effect.gen(function*() {
      yield* tick
      const told = yield* Effect.provide(
        Effect.provide(Day.play(ours), Faces.client()),
        Faces.world("in memory", options)
      )
      const refused = told.filter(([, came]) => Predicate.hasProperty(came, "refused"))
      assert.deepStrictEqual(
        refused.map(([label, came]) => [label.split(" ")[0], Predicate.hasProperty(came, "refused") && came.refused]),
        [["cancelUMOrder", -2011], ["submitNewUMOrder", -4164]]
      )
      const statuses = told.flatMap(([label, came]) =>
        Predicate.hasProperty(came, "status") ? [[label.split(" ")[0], came.status]] : []
      )
      assert.deepStrictEqual(statuses, [
        ["submitNewUMOrder", "NEW"],
        ["modifyUMOrder", "NEW"],
        ["getUMOrder", "FILLED"],
        ["submitNewUMOrder", "NEW"],
        ["getUMOrder", "PARTIALLY_FILLED"],
        ["cancelUMOrder", "CANCELED"],
        ["submitNewCMOrder", "NEW"],
        ["submitNewMarginOrder", "FILLED"],
        ["getMarginOrder", "FILLED"],
        ["submitNewUMOrder", "NEW"],
        ["submitNewCMOrder", "NEW"],
        ["submitNewMarginOrder", "NEW"]
      ])
    }))

  it.effect.each(Faces.faces)("by our own client ends the same: %s", (face) =>
    Effect.gen(function*() {
      yield* tick
      const expected = yield* inMemory
      const seen = yield* Effect.provide(ourDay, Faces.world(face, options))
      assert.deepStrictEqual(seen, expected)
      assert.deepStrictEqual(seen.shown, seen.engine)
    }))

  describe.each(Object.keys(Clients.traders) as ReadonlyArray<Clients.Trader>)("by the client %s", (maker) => {
    it.effect.each(Keys.keys)(
      "with an $kind key: what it sees is what the engine has, and what we see",
      (key) =>
        Effect.gen(function*() {
          const { url } = yield* SimulatorServer
          const client = theirs(Clients.traders[maker](url, key))
          const written = maker === "ccxt" ? numbersAsText : (value: unknown) => value
          const told = yield* Day.play(client)
          const expected = yield* inMemory
          for (const [index, [label, came]] of told.entries()) {
            assert.deepStrictEqual(written(timeless([label, came])), written(expected.told[index]), label)
          }
          const rows = yield* read(client)
          for (const [index, [name, came]] of (yield* read(ours)).entries()) {
            assert.deepStrictEqual(written(rows[index]?.[1]), written(came), name)
          }
          assert.deepStrictEqual(written(timeless(rows)), written(expected.rows))
          assert.deepStrictEqual(shown(rows), yield* engine)
        }).pipe(Effect.provide(Faces.client()), onServer)
    )
  })

  it.effect.each(Object.keys(Streams.makers) as ReadonlyArray<Clients.Maker>)(
    "is told by the stream of the client %s as it went",
    (maker) =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer
        const before = yield* engine
        const stream = yield* Streams.makers[maker](url, Clients.demo)
        yield* OurStreams.until((streams) => streams.some(({ accountIds }) => accountIds.includes("demo")))
        yield* Day.play(theirs(Clients.makers[maker](url, Clients.demo)))
        const events: Array<unknown> = []
        while (!isLast(events.at(-1))) events.push(yield* Queue.take(stream))
        const { balances, orders, positions } = yield* engine
        const told = heard(events)
        assert.deepStrictEqual(told.orders, orders)
        assert.deepStrictEqual({ ...before.positions, ...told.positions }, positions)
        assert.includeMembers(Object.keys(told.balances), [
          "USDT margin",
          "USDT UM",
          "BTC margin",
          "BTC CM",
          "BNB margin",
          "BNB UM"
        ])
        assert.deepStrictEqual(walletsOf({ ...before.balances, ...told.balances }), walletsOf(balances))
        // The stream tells the loan and its interest as one.
        const [borrowed = "", interest = ""] = balances["USDT debt"]?.split(" ") ?? []
        const debt = BigDecimal.sum(BigDecimal.fromStringUnsafe(borrowed), BigDecimal.fromStringUnsafe(interest))
        assert.deepStrictEqual(told.owed, { USDT: figure(debt) })
      }).pipe(Effect.scoped, onServer)
  )

  it.effect("by ccxt: numbers are text beside an id beyond 2^53, and a refusal has no code of its own", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer
      const client = Clients.traders.ccxt(url, Clients.demo)
      const ask = (name: Endpoints.Name, params?: object) => Effect.andThen(tick, client.call(name, params))
      yield* ask("submitNewUMOrder", { symbol: "BTCUSDC", side: "BUY", type: "MARKET", quantity: "0.01" })
      const [large] = list(yield* ask("getAllUMOrders", { symbol: "BTCUSDC" }))
      assert.deepStrictEqual([typeof large?.orderId, typeof large?.updateTime], ["string", "string"])
      const [order] = list(yield* ours("getAllUMOrders", { symbol: "BTCUSDC" }))
      assert.strictEqual(large?.orderId, String(order?.orderId))
      assert.isFalse(Number.isSafeInteger(Number(large?.orderId)))
      const [small] = list(yield* ask("getBalance"))
      assert.strictEqual(typeof small?.updateTime, "number")
      const failure = yield* Effect.flip(ask("cancelUMOrder", { symbol: "ETHUSDT", origClientOrderId: "none" }))
      assert.strictEqual(failure.code, -2011)
      assert.isUndefined(codeOf(failure.cause))
    }).pipe(Effect.provide(Faces.client()), onServer))

  it.effect("by the official client collects all of an asset: it does not send how much", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer
      const client = theirs(Clients.makers.official(url, Clients.demo))
      yield* client("transferAssetFuturesMargin", { asset: "USDT", amount: "10", futureType: "UM" })
      const { balances } = yield* engine
      assert.deepStrictEqual([balances["USDT margin"], balances["USDT UM"]], ["17000 0", "0"])
    }).pipe(Effect.provide(Faces.client()), onServer))
})
