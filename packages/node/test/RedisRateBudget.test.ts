import * as Errors from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Environment from "@effect-binance/core/Environment"
import * as RateBudget from "@effect-binance/core/RateBudget"
import type * as RequestGate from "@effect-binance/core/RequestGate"
import * as ServerClock from "@effect-binance/core/ServerClock"
import * as Signer from "@effect-binance/core/Signer"
import * as RedisRateBudget from "@effect-binance/node/RedisRateBudget"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redis from "effect/persistence/Redis"
import type * as Scope from "effect/Scope"
import * as counter from "./support/counter.ts"
import * as redisServer from "./support/redisServer.ts"

// -----------------------------------------------------------------------------
// Several budgets in one process
// -----------------------------------------------------------------------------

const raw = Endpoint.raw({ method: "GET", path: "/papi/v1/thing", security: "USER_DATA", safety: "read" })
const order = Endpoint.raw({ method: "POST", path: "/o", security: "TRADE", safety: "mutation", orders: 1 })
const rare: Endpoint.Described = { ...raw, id: "rareThing", quota: { limit: 2, per: "hour" } }

const call = (endpoint: Endpoint.Described, account = "a"): RequestGate.Call => ({
  endpoint,
  params: {},
  attempts: 0,
  sender: { host: "pm.example", account, offsetMillis: () => 0 }
})

const weighing = (weight: number): Endpoint.Described => ({ ...raw, weight })

/** A budget of a process, as far as Redis can tell. */
const budgetOf = (
  server: redisServer.Server,
  options: Parameters<typeof RedisRateBudget.layer>[0] = {}
): Effect.Effect<RateBudget.RateBudgetShape, never, Scope.Scope> =>
  Layer.build(
    RedisRateBudget.layer({ share: 1, ...options }).pipe(Layer.provide(Layer.orDie(Layer.fresh(server.client))))
  )
    .pipe(Effect.flatMap((context) => Effect.provideContext(RateBudget.RateBudget, context)))

const fast = RateBudget.withPolicy(RateBudget.fail)

const through = (
  budget: RateBudget.RateBudgetShape,
  one: RequestGate.Call,
  seen: Partial<RequestGate.Observation> = {}
) =>
  Effect.flatMap(
    fast(budget.gate.admit(one)),
    (permit) =>
      permit.observe({ status: 200, usedWeight: undefined, orderCount: undefined, refused: undefined, ...seen })
  )

const failure = (self: Effect.Effect<unknown, Errors.RateLimited | Errors.Banned>) =>
  Effect.match(self, { onSuccess: () => undefined, onFailure: (error) => error })

const refusal = { endpoint: "e", request: "r", attempts: 1, status: 418, reason: "", hint: "" }

const used = (budget: RateBudget.RateBudgetShape) =>
  Effect.map(
    budget.status,
    ({ budgets }) => budgets.map((one) => `${one.budget} ${one.account ?? ""} ${one.used}/${one.limit}`).sort()
  )

describe.skipIf(!redisServer.available)(`a budget over Redis${redisServer.note}`, () => {
  it.live("is one for all who share it: weight by IP, orders and quotas by account", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      const one = yield* budgetOf(server, { ip: "here" })
      const two = yield* budgetOf(server, { ip: "here" })
      const elsewhere = yield* budgetOf(server, { ip: "there" })
      yield* through(one, call(weighing(100)))
      yield* through(one, call(order))
      yield* through(two, call(order))
      yield* through(two, call(rare))
      yield* through(elsewhere, call(order))
      assert.deepStrictEqual(yield* used(two), ["orders a 3/1200", "quota a 1/2", "weight  103/6000"])
      assert.deepStrictEqual(yield* used(elsewhere), ["orders a 3/1200", "weight  1/6000"])
      yield* through(one, call(rare))
      const third = yield* failure(through(two, call(rare)))
      assert.strictEqual(third?._tag === "RateLimited" && third.budget, "quota")
      assert.isUndefined(yield* failure(through(two, call(rare, "b"))))
    }))

  it.live("believes what one is told for all, and gives back what was never sent", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      // Neither may the minute turn under the test.
      const options = { edge: 0 }
      const one = yield* budgetOf(server, options)
      const two = yield* budgetOf(server, options)
      yield* through(one, call(raw), { usedWeight: 5990 })
      const unsent = yield* one.gate.admit(call(weighing(5)))
      assert.strictEqual((yield* failure(through(two, call(weighing(6)))))?._tag, "RateLimited")
      yield* unsent.release(false)
      assert.isUndefined(yield* failure(through(two, call(weighing(6)))))
      assert.strictEqual((yield* failure(through(one, call(weighing(6)))))?._tag, "RateLimited")
    }).pipe(Effect.retry({ times: 1 })))

  it.live("is closed and banned for all", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      const one = yield* budgetOf(server)
      const two = yield* budgetOf(server)
      yield* through(one, call(raw), {
        status: 429,
        refused: new Errors.RateLimited({
          ...refusal,
          status: 429,
          budget: "weight",
          retryAfter: Duration.seconds(30)
        })
      })
      const paused = yield* failure(through(two, call(raw)))
      if (paused?._tag !== "RateLimited") return assert.fail("not paused")
      assert.approximately(Duration.toMillis(paused.retryAfter ?? 0), 31_000, 3000)
      const until = DateTime.makeUnsafe(DateTime.toEpochMillis(yield* DateTime.now) + 100_000)
      yield* fast(one.gate.admit(call(raw))).pipe(Effect.flip)
      yield* through(yield* budgetOf(server, { ip: "x" }), call(raw), {
        status: 418,
        refused: new Errors.Banned({ ...refusal, until })
      })
      const banned = yield* failure(through(yield* budgetOf(server, { ip: "x" }), call(raw)))
      if (banned?._tag !== "Banned") return assert.fail("not banned")
      assert.approximately(DateTime.toEpochMillis(banned.until ?? until), DateTime.toEpochMillis(until), 100)
    }))

  it.live("names nobody's key", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      const apiKey = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
      const http = Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}"))))
      )
      const { commands, layer } = yield* watched(server)
      const client = Client.Client.layer().pipe(
        Layer.provide([
          http,
          Signer.Signer.layerCustom({ apiKey, sign: () => Effect.succeed("s") }),
          ServerClock.ServerClock.layerLocal,
          Layer.orDie(Environment.Environment.layer({ environment: "custom", restUrl: "https://pm.example" }))
        ]),
        Layer.provide(RedisRateBudget.layer()),
        Layer.provide(layer)
      )
      yield* Effect.flatMap(Client.Client, (client) => client.call(order, {})).pipe(Effect.provide(client))
      assert.isAbove(commands.length, 1)
      assert.match(commands.join("\n"), /effect-binance:\{pm\.example\}:orders:[0-9a-z]+\b/)
      assert.notInclude(commands.join("\n"), apiKey)
      assert.notInclude(commands.join("\n"), apiKey.slice(0, 8))
    }))

  it.live("refuses soon where Redis hangs, and goes on when it is back", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      const budget = yield* budgetOf(server, { timeout: "200 millis" })
      const before = yield* budget.gate.admit(call(raw))
      yield* server.freeze
      const [spent, hung] = yield* Effect.timed(failure(through(budget, call(raw))))
      assert.strictEqual(hung?._tag === "RateLimited" && hung.budget, "store")
      assert.match(hung?.message ?? "", /out of reach.*Nothing was sent/)
      assert.isBelow(Duration.toMillis(spent), 5000)
      const [told] = yield* Effect.timed(before.observe({
        status: 200,
        usedWeight: undefined,
        orderCount: undefined,
        refused: undefined
      }))
      assert.isBelow(Duration.toMillis(told), 5000)
      yield* server.thaw
      // Waits for its turn, as for any limit.
      yield* budget.gate.admit(call(raw))
    }))

  it.live("obeys a ban though Redis is gone", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      const budget = yield* budgetOf(server)
      const until = DateTime.makeUnsafe(DateTime.toEpochMillis(yield* DateTime.now) + 100_000)
      yield* through(budget, call(raw), { status: 418, refused: new Errors.Banned({ ...refusal, until }) })
      yield* server.kill
      assert.strictEqual((yield* failure(through(budget, call(raw))))?._tag, "Banned")
    }))
})

/** A Redis whose commands are written down. */
const watched = (server: redisServer.Server) =>
  Effect.gen(function*() {
    const commands: Array<string> = []
    const context = yield* Layer.build(server.client)
    const { send } = yield* Effect.provideContext(Redis.Redis, context)
    const redis = yield* Redis.make({
      send: <A>(command: string, ...args: ReadonlyArray<string>) => {
        commands.push([command, ...args].join(" "))
        return send<A>(command, ...args)
      },
      subscribe: () => Effect.never,
      connect: Effect.never
    })
    return { commands, layer: Layer.succeed(Redis.Redis, redis) }
  })

// -----------------------------------------------------------------------------
// Several processes
// -----------------------------------------------------------------------------

const limit = 120
const window = 3000
const names = ["one", "two", "three"]

// Clocks that differ, though by less than the margin.
const errors: { readonly [name: string]: number } = { one: -150, two: 0, three: 150 }

const settings = (
  server: redisServer.Server,
  exchange: counter.Counter,
  unreachable: typeof counter.Settings.Type["unreachable"] = "refuse"
) =>
(name: string) => ({
  name,
  socket: server.socket,
  url: exchange.url,
  offset: counter.clockOffset + (errors[name] ?? 0),
  limit,
  edge: 600,
  window,
  lease: window,
  maxWait: 1000,
  unreachable
})

const within = (exchange: counter.Counter) => {
  for (const [index, { by, total }] of exchange.windows) {
    assert.isAtMost(total, limit, `window ${index}: ${JSON.stringify([...by])}`)
  }
}

/** Until so many whole windows went by from now on, and something came in the one after. */
const whole = (exchange: counter.Counter, count: number) =>
  Effect.suspend(() => {
    const first = exchange.now() + 1
    return Effect.as(
      exchange.until(() => exchange.now() >= first + count),
      Array.from({ length: count }, (_, index) => first + index)
    )
  })

const all = (exchange: counter.Counter) => (index: number) =>
  names.every((name) => (exchange.windows.get(index)?.by.get(name) ?? 0) > 0)

describe.skipIf(!redisServer.available).concurrent(
  `processes that share a budget over Redis${redisServer.note}`,
  () => {
    it.live(
      "never exceed a window as the exchange counts it, though Redis goes, comes back having forgotten all, and some die",
      () =>
        Effect.gen(function*() {
          const server = yield* redisServer.make
          const exchange = yield* counter.make(window)
          const workers = yield* Effect.forEach(
            names.map(settings(server, exchange, { processes: 3, headroom: 0.3 })),
            counter.work
          )
          yield* exchange.until(() => [...exchange.windows.keys()].some(all(exchange)))
          yield* whole(exchange, 1)
          yield* server.kill
          const alone = yield* whole(exchange, 2)
          for (const index of alone) {
            for (const [name, weight] of exchange.windows.get(index)?.by ?? []) {
              assert.isAtMost(weight, limit / 3, name)
            }
          }
          assert.isTrue(alone.some(all(exchange)), "each goes on")
          yield* server.start
          yield* whole(exchange, 4)
          // In the middle of what they do. The last one has the part of the others, when their leases are over.
          for (const worker of workers.slice(1)) yield* counter.kill(worker)
          yield* exchange.until(() =>
            [...exchange.windows.values()].some(({ by }) => by.size === 1 && (by.get("one") ?? 0) > limit / 2)
          )
          within(exchange)
        }),
      180_000
    )

    it.live(
      "send nothing while Redis is gone, if they shall not, and go on when it is there again",
      () =>
        Effect.gen(function*() {
          const server = yield* redisServer.make
          const exchange = yield* counter.make(window)
          const two = names.slice(0, 2)
          yield* Effect.forEach(two.map(settings(server, exchange)), counter.work)
          yield* exchange.until(() => exchange.windows.size > 1)
          yield* server.kill
          const refused = (more: number) => {
            const before = new Map(exchange.refused)
            const ofStore = (of: ReadonlyMap<string, number>, name: string) => of.get(`${name} store`) ?? 0
            return exchange.until(() =>
              two.every((name) => ofStore(exchange.refused, name) > ofStore(before, name) + more)
            )
          }
          // By then all that was in flight has arrived.
          yield* refused(8)
          const arrived = exchange.arrived()
          yield* refused(8)
          assert.strictEqual(exchange.arrived(), arrived)
          yield* server.start
          yield* exchange.until(() => exchange.arrived() > arrived)
          yield* whole(exchange, 2)
          within(exchange)
        }),
      180_000
    )
  }
)
