import * as Errors from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Environment from "@effect-binance/core/Environment"
import * as RateBudget from "@effect-binance/core/RateBudget"
import type * as RequestGate from "@effect-binance/core/RequestGate"
import * as ServerClock from "@effect-binance/core/ServerClock"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/testing/TestClock"
import { int, oneOf } from "./support/arbitraries.ts"
import { getThing, orderThing, signer, thing } from "./support/exchange.ts"
import * as transport from "./support/transport.ts"

const { answer } = transport

const minute = 60_000

// 30 seconds into a minute, far from its edges.
const middle = 1_767_225_630_000

// -----------------------------------------------------------------------------
// Calls of the gate
// -----------------------------------------------------------------------------

const raw = Endpoint.raw({ method: "GET", path: "/papi/v1/thing", security: "USER_DATA", safety: "read" })
const order = Endpoint.raw({ method: "POST", path: "/o", security: "TRADE", safety: "mutation", orders: 1 })
const cancel = Endpoint.raw({ method: "DELETE", path: "/o", security: "TRADE", safety: "mutation" })

const weighing = (weight: number): Endpoint.Described => ({ ...raw, weight })

const sender = (account: string, offsetMillis?: number): RequestGate.Sender => ({
  host: "pm.example",
  account,
  offsetMillis: () => offsetMillis
})

const callOf = (
  endpoint: Endpoint.Described,
  options: { readonly params?: Endpoint.WireParams; readonly sender?: RequestGate.Sender; readonly attempts?: number } =
    {}
): RequestGate.Call => ({
  endpoint,
  params: options.params ?? {},
  attempts: options.attempts ?? 0,
  sender: options.sender ?? sender("a")
})

const seen = (
  usedWeight?: number,
  more: Partial<RequestGate.Observation> = {}
): RequestGate.Observation => ({ status: 200, usedWeight, orderCount: undefined, refused: undefined, ...more })

const refusal = {
  endpoint: "e",
  request: "r",
  attempts: 1,
  status: 429,
  reason: "",
  hint: ""
}

const tooMany = (retryAfter?: Duration.Input, budget: "weight" | "orders" = "weight"): RequestGate.Observation =>
  seen(undefined, {
    status: 429,
    refused: new Errors.RateLimited({
      ...refusal,
      budget,
      ...(retryAfter === undefined ? {} : { retryAfter: Duration.fromInputUnsafe(retryAfter) })
    })
  })

const bannedUntil = (until?: number): RequestGate.Observation =>
  seen(undefined, {
    status: 418,
    refused: new Errors.Banned({ ...refusal, ...(until === undefined ? {} : { until: DateTime.makeUnsafe(until) }) })
  })

const blocked = seen(undefined, { status: 403, refused: new Errors.Blocked(refusal) })

/** A budget with all of the limits, in the middle of a minute. */
const start = (options: RateBudget.RateBudgetOptions = {}, at: number = middle) =>
  Effect.andThen(TestClock.setTime(at), RateBudget.make({ share: 1, ...options }))

/** Admitted and answered. */
const through = (budget: RateBudget.RateBudgetShape, call: RequestGate.Call, observation = seen()) =>
  Effect.flatMap(budget.gate.admit(call), (permit) => permit.observe(observation))

const usedOf = (
  budget: RateBudget.RateBudgetShape,
  kind: RateBudget.BudgetStatus["budget"] = "weight",
  account?: string
) =>
  Effect.map(
    budget.status,
    ({ budgets }) => budgets.find((one) => one.budget === kind && one.account === account)?.used
  )

const outcome = (self: Effect.Effect<unknown, Errors.RateLimited | Errors.Banned>) =>
  Effect.map(Effect.result(self), (result) => Result.isSuccess(result) ? "through" : result.failure._tag)

const failFast = RateBudget.withPolicy(RateBudget.fail)

// -----------------------------------------------------------------------------
// Counting
// -----------------------------------------------------------------------------

describe("a budget", () => {
  it.effect("takes the weight of a call and its orders before it is sent", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* budget.gate.admit(callOf(weighing(30)))
      yield* budget.gate.admit(callOf(order))
      assert.strictEqual(yield* usedOf(budget), 31)
      assert.strictEqual(yield* usedOf(budget, "orders", "a"), 1)
    }))

  it.effect("counts by the minute of the exchange's clock", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 10 })
      const aside = sender("a", -20_000)
      const admit = failFast(budget.gate.admit(callOf(weighing(10), { sender: aside })))
      yield* Effect.flatMap(admit, (permit) => permit.observe(seen()))
      yield* TestClock.adjust("50 seconds")
      assert.strictEqual(yield* outcome(admit), "RateLimited")
      // A second after the minute is over by the exchange's clock.
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* outcome(admit), "through")
    }))

  it.effect("counts what is sent near the turn of the minute in both", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 10 }, middle + 29_500)
      const admit = failFast(budget.gate.admit(callOf(weighing(6))))
      yield* Effect.flatMap(admit, (permit) => permit.observe(seen()))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* outcome(admit), "RateLimited")
    }))

  it.effect("counts what is in flight in each minute until it is answered", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 10 })
      const permit = yield* budget.gate.admit(callOf(weighing(6)))
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* usedOf(budget), 6)
      yield* permit.observe(seen())
      assert.strictEqual(yield* usedOf(budget), 6)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* usedOf(budget), 0)
    }))

  it.effect("gives back what was never sent, once, and nothing that was lost", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      const unsent = yield* budget.gate.admit(callOf(order))
      const lost = yield* budget.gate.admit(callOf(weighing(5)))
      yield* unsent.release(false)
      yield* unsent.release(false)
      yield* lost.release(true)
      yield* lost.release(false)
      assert.strictEqual(yield* usedOf(budget), 5)
      assert.strictEqual(yield* usedOf(budget, "orders", "a"), 0)
    }))

  it.effect("is moved to the exchange's minute when its clock is first measured, forgetting nothing", () =>
    Effect.gen(function*() {
      for (const offset of [10 * minute, -10 * minute, 45_000, -45_000]) {
        const budget = yield* start({ weightLimit: 10 })
        yield* through(budget, callOf(weighing(7)))
        const later = callOf(weighing(4), { sender: sender("a", offset) })
        assert.strictEqual(yield* outcome(failFast(budget.gate.admit(later))), "RateLimited")
        yield* TestClock.adjust("62 seconds")
        assert.strictEqual(yield* outcome(failFast(budget.gate.admit(later))), "through")
      }
    }))

  it.effect("follows one clock where those of its clients disagree, until that is out of use", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      const resetAt = Effect.map(
        budget.status,
        ({ budgets: [first] }) => first && DateTime.toEpochMillis(first.resetAt)
      )
      const [one, two] = [sender("a", 0), sender("a", 40_000)]
      for (const from of [one, two, one, two]) yield* through(budget, callOf(raw, { sender: from }))
      assert.strictEqual(yield* usedOf(budget), 4)
      assert.strictEqual(yield* resetAt, middle + 31_000)
      yield* TestClock.adjust("1 minute")
      yield* through(budget, callOf(raw, { sender: two }))
      assert.strictEqual(yield* usedOf(budget), 1)
      yield* TestClock.adjust("14 minutes")
      yield* through(budget, callOf(raw, { sender: two }))
      assert.strictEqual(yield* resetAt, middle + 17 * minute - 29_000)
    }))

  it.effect("uses no more than its share, and says so of what is larger", () =>
    Effect.gen(function*() {
      const budget = yield* start({ share: 0.25 })
      const failure = yield* Effect.flip(budget.gate.admit(callOf(weighing(3000))))
      assert.match(failure.message, /more than the share .*1500/)
      yield* through(budget, callOf(weighing(1500)))
      assert.strictEqual(yield* outcome(failFast(budget.gate.admit(callOf(raw)))), "RateLimited")
    }))
})

describe("the counts in answers", () => {
  it.effect("raise what is used, and never lower it", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* through(budget, callOf(raw), seen(500))
      assert.strictEqual(yield* usedOf(budget), 500)
      for (const count of [3, 0, undefined, 499, 501]) {
        const before = (yield* usedOf(budget)) ?? 0
        yield* through(budget, callOf(raw), seen(count))
        assert.strictEqual(yield* usedOf(budget), before + 1)
      }
    }))

  it.effect("add to what was sent after the call that they answer", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      const first = yield* budget.gate.admit(callOf(raw))
      yield* budget.gate.admit(callOf(weighing(100)))
      yield* first.observe(seen(1000))
      assert.strictEqual(yield* usedOf(budget), 1100)
    }))

  it.effect("of a call that spans two minutes are not believed for the second", () =>
    Effect.gen(function*() {
      const budget = yield* start({}, middle + 25_000)
      const permit = yield* budget.gate.admit(callOf(raw))
      yield* TestClock.adjust("20 seconds")
      yield* permit.observe(seen(5900))
      assert.strictEqual(yield* usedOf(budget), 1)
    }))

  it.effect("slow us down when others use the same IP", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* through(budget, callOf(raw), seen(5400))
      let sent = 1
      while ((yield* outcome(failFast(through(budget, callOf(raw), seen(5400 + sent))))) === "through") sent++
      assert.isAtMost(sent, 601)
    }))

  it.effect("hold for a server that counts five times what we do, before it refuses", () =>
    Effect.gen(function*() {
      const budget = yield* start({ share: 0.9 })
      let counted = 0
      let refused = 0
      const one = Effect.gen(function*() {
        const permit = yield* budget.gate.admit(callOf(raw))
        yield* Effect.sleep(50)
        counted += 5
        const usedWeight = counted
        if (counted > 6000) refused++
        yield* Effect.sleep(50)
        yield* permit.observe(seen(usedWeight))
      })
      const results = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 2000 }), () => outcome(failFast(one)), { concurrency: 64 })
      )
      yield* TestClock.adjust("20 seconds")
      yield* Fiber.join(results)
      assert.strictEqual(refused, 0)
      assert.isAbove(counted, 5000)
    }))

  it.effect("of orders are believed for the account", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* through(budget, callOf(order), seen(undefined, { orderCount: 1200 }))
      assert.strictEqual(yield* outcome(failFast(budget.gate.admit(callOf(order)))), "RateLimited")
      assert.strictEqual(
        yield* outcome(failFast(budget.gate.admit(callOf(order, { sender: sender("b") })))),
        "through"
      )
    }))
})

// -----------------------------------------------------------------------------
// Waiting
// -----------------------------------------------------------------------------

/** Fills the weight, then has calls wait; tells in which order they go. */
const waiting = (options: RateBudget.RateBudgetOptions = {}) =>
  Effect.gen(function*() {
    const budget = yield* start({ weightLimit: 100, orderLimit: 10, ...options })
    yield* through(budget, callOf(weighing(100)))
    const log: Array<string> = []
    const enter = (name: string, call: RequestGate.Call, policy?: RateBudget.Policy) =>
      Effect.forkChild(
        budget.gate.admit(call).pipe(
          policy === undefined ? (self) => self : RateBudget.withPolicy(policy),
          Effect.matchEffect({
            onFailure: (error) => Effect.sync(() => log.push(`${name}: ${error._tag}`)),
            onSuccess: (permit) => Effect.andThen(Effect.sync(() => log.push(name)), permit.observe(seen()))
          })
        ),
        { startImmediately: true }
      )
    const queue = Effect.map(budget.status, ({ queued }) => queued)
    return { budget, log, enter, queue }
  })

const patient = RateBudget.wait({ maxOrderWait: "2 minutes", maxWait: "3 minutes" })

describe("what does not fit", () => {
  it.effect("fails at once by the policy `fail`, and says what and how long", () =>
    Effect.gen(function*() {
      const budget = yield* start({ policy: RateBudget.fail, orderLimit: 1 })
      yield* through(budget, callOf(order))
      const failure = yield* Effect.flip(budget.gate.admit(callOf(order, { attempts: 2 })))
      if (failure._tag !== "RateLimited") return assert.fail(failure._tag)
      assert.strictEqual(failure.budget, "orders")
      assert.strictEqual(failure.status, 0)
      assert.strictEqual(failure.attempts, 2)
      assert.strictEqual(failure.retryAfter && Duration.toMillis(failure.retryAfter), 31_000)
      assert.include(failure.message, "Nothing was sent")
      assert.strictEqual((yield* budget.status).queued, 0)
    }))

  it.effect("waits for the next minute", () =>
    Effect.gen(function*() {
      const { enter, log, queue } = yield* waiting()
      yield* enter("one", callOf(raw))
      assert.strictEqual(yield* queue, 1)
      yield* TestClock.adjust("30999 millis")
      assert.deepStrictEqual(log, [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(log, ["one"])
      assert.strictEqual(yield* queue, 0)
    }))

  it.effect("goes by lanes, and in the order it came within a lane", () =>
    Effect.gen(function*() {
      const { enter, log } = yield* waiting({ policy: patient })
      yield* enter("history", callOf(weighing(30)))
      yield* enter("query 1", callOf(raw))
      yield* enter("order 1", callOf(order))
      yield* enter("reduce", callOf(order, { params: { reduceOnly: "true" } }))
      yield* enter("query 2", callOf(raw))
      yield* enter("cancel", callOf(cancel))
      yield* enter("order 2", callOf(order))
      yield* enter("close", callOf(order, { params: { closePosition: "true" } }))
      yield* TestClock.adjust("31 seconds")
      // Who waited for the turn of the minute goes ahead once in each lower lane.
      assert.deepStrictEqual(log, [
        "history",
        "query 1",
        "order 1",
        "reduce",
        "cancel",
        "close",
        "order 2",
        "query 2"
      ])
    }))

  it.effect("is not overtaken by what comes later and is smaller", () =>
    Effect.gen(function*() {
      const { enter, log } = yield* waiting({ policy: patient })
      for (const name of ["1", "2", "3", "4"]) yield* enter(name, callOf(weighing(15)))
      yield* TestClock.adjust("31 seconds")
      yield* enter("large", callOf(weighing(20)))
      yield* TestClock.adjust("10 seconds")
      yield* enter("larger", callOf(weighing(18)))
      yield* enter("larger too", callOf(weighing(18)))
      yield* enter("small", callOf(raw))
      assert.deepStrictEqual(log, ["1", "2", "3", "4", "large", "larger"])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(log.slice(6), ["larger too", "small"])
    }))

  it.effect("in a low lane goes once in a minute, however much comes above", () =>
    Effect.gen(function*() {
      const { enter, log } = yield* waiting({ policy: patient })
      yield* enter("history", callOf(weighing(30)))
      for (let i = 0; i < 200; i++) yield* enter("cancel", callOf(cancel))
      yield* TestClock.adjust("31 seconds")
      assert.include(log, "history")
      assert.lengthOf(log, 71)
    }))

  it.effect("for the orders of an account holds up nobody else", () =>
    Effect.gen(function*() {
      const budget = yield* start({ orderLimit: 1, policy: patient })
      yield* through(budget, callOf(order))
      const held = yield* Effect.forkChild(budget.gate.admit(callOf(order)), { startImmediately: true })
      assert.strictEqual(
        yield* outcome(failFast(budget.gate.admit(callOf(order, { sender: sender("b") })))),
        "through"
      )
      assert.strictEqual(yield* outcome(failFast(budget.gate.admit(callOf(raw)))), "through")
      assert.isUndefined(held.pollUnsafe())
      yield* Fiber.interrupt(held)
    }))

  it.effect("waits no longer than allowed, orders less", () =>
    Effect.gen(function*() {
      const { enter, log } = yield* waiting()
      yield* enter("order", callOf(order))
      yield* enter("short", callOf(raw), RateBudget.wait({ maxWait: "30 seconds" }))
      yield* enter("long", callOf(raw))
      // What cannot go in time is told at once.
      assert.deepStrictEqual(log, ["order: RateLimited", "short: RateLimited"])
      yield* TestClock.adjust("31 seconds")
      assert.deepStrictEqual(log.slice(2), ["long"])
    }))

  it.effect("fails at its time also behind others", () =>
    Effect.gen(function*() {
      const { enter, log, queue } = yield* waiting()
      yield* enter("first", callOf(raw))
      yield* enter("second", callOf(raw), RateBudget.wait({ maxWait: "5 seconds" }))
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(log, ["second: RateLimited"])
      assert.strictEqual(yield* queue, 1)
    }))

  it.effect("finds a bounded queue, in which what is more urgent takes the place of what is less", () =>
    Effect.gen(function*() {
      const policy = RateBudget.wait({ maxQueued: 2 })
      const { enter, log, queue } = yield* waiting({ policy })
      yield* enter("query 1", callOf(raw))
      yield* enter("query 2", callOf(raw))
      yield* enter("query 3", callOf(raw))
      assert.deepStrictEqual(log, ["query 3: RateLimited"])
      yield* enter("cancel", callOf(cancel))
      assert.deepStrictEqual(log, ["query 3: RateLimited", "query 2: RateLimited"])
      assert.strictEqual(yield* queue, 2)
      yield* TestClock.adjust("31 seconds")
      assert.deepStrictEqual(log.slice(2), ["query 1", "cancel"])
    }))

  it.effect("leaves the queue when it is interrupted, and takes nothing along", () =>
    Effect.gen(function*() {
      const { budget, enter, log, queue } = yield* waiting()
      const large = yield* enter("large", callOf(weighing(90)))
      yield* enter("small", callOf(weighing(20)))
      yield* Fiber.interrupt(large)
      assert.strictEqual(yield* queue, 1)
      yield* TestClock.adjust("31 seconds")
      assert.deepStrictEqual(log, ["small"])
      assert.strictEqual(yield* usedOf(budget), 20)
    }))

  it.effect("lets the next go when a reservation is given back", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 10 })
      const permit = yield* budget.gate.admit(callOf(weighing(10)))
      const next = yield* Effect.forkChild(budget.gate.admit(callOf(raw)), { startImmediately: true })
      assert.isUndefined(next.pollUnsafe())
      yield* permit.release(false)
      yield* Fiber.join(next)
    }))
})

// -----------------------------------------------------------------------------
// 429, 418, 403
// -----------------------------------------------------------------------------

describe("after a 429", () => {
  it.effect("all wait as long as it asks for, and a second", () =>
    Effect.gen(function*() {
      const { budget, enter, log } = yield* waiting({ weightLimit: 6000 })
      yield* through(budget, callOf(raw), tooMany("7 seconds"))
      yield* enter("query", callOf(raw))
      yield* enter("cancel", callOf(cancel))
      assert.strictEqual(yield* outcome(failFast(budget.gate.admit(callOf(raw)))), "RateLimited")
      yield* TestClock.adjust("7999 millis")
      assert.deepStrictEqual(log, [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(log, ["cancel", "query"])
    }))

  it.effect("those that waited before wait too, and fail where that is too long for them", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 10 })
      const late = yield* budget.gate.admit(callOf(weighing(10)))
      const short = yield* Effect.forkChild(outcome(budget.gate.admit(callOf(raw))), { startImmediately: true })
      const long = yield* Effect.forkChild(
        RateBudget.withPolicy(RateBudget.wait({ maxWait: "20 minutes" }))(outcome(budget.gate.admit(callOf(raw)))),
        { startImmediately: true }
      )
      yield* late.observe(tooMany("10 minutes"))
      assert.strictEqual(yield* Fiber.join(short), "RateLimited")
      yield* TestClock.adjust("10 minutes")
      assert.isUndefined(long.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(long), "through")
    }))

  it.effect("without a time the minute must end; with 0 a second is kept", () =>
    Effect.gen(function*() {
      for (const [retryAfter, millis] of [[undefined, 31_000], [0, 1000], ["3 days", 259_201_000]] as const) {
        const budget = yield* start()
        yield* through(budget, callOf(raw), tooMany(retryAfter))
        const failure = yield* Effect.flip(failFast(budget.gate.admit(callOf(raw))))
        if (failure._tag !== "RateLimited") return assert.fail(failure._tag)
        assert.strictEqual(failure.retryAfter && Duration.toMillis(failure.retryAfter), millis)
      }
    }))

  it.effect("for orders only the orders of the account wait", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* through(budget, callOf(order), tooMany(undefined, "orders"))
      const result = (call: RequestGate.Call) => outcome(failFast(budget.gate.admit(call)))
      assert.strictEqual(yield* result(callOf(order)), "RateLimited")
      assert.strictEqual(yield* result(callOf(order, { sender: sender("b") })), "through")
      assert.strictEqual(yield* result(callOf(cancel)), "through")
      assert.strictEqual(yield* result(callOf(raw)), "through")
    }))
})

describe("during a ban", () => {
  it.effect("everything fails at once, until when it is told, also what waited", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 10 })
      const late = yield* budget.gate.admit(callOf(weighing(10)))
      const waited = yield* Effect.forkChild(Effect.flip(budget.gate.admit(callOf(raw))), { startImmediately: true })
      yield* late.observe(bannedUntil(middle + 90_000))
      const failure = yield* Fiber.join(waited)
      if (failure._tag !== "Banned") return assert.fail(failure._tag)
      assert.strictEqual(failure.until && DateTime.toEpochMillis(failure.until), middle + 90_000)
      assert.strictEqual(failure.status, 0)
      assert.strictEqual((yield* budget.status).queued, 0)
      yield* TestClock.adjust("89999 millis")
      assert.strictEqual(yield* outcome(budget.gate.admit(callOf(cancel))), "Banned")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* outcome(budget.gate.admit(callOf(cancel))), "through")
    }))

  it.effect("of unknown length it is two minutes, then twice as long each time", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      const endOf = Effect.map(budget.status, ({ budgets }) => {
        const until = budgets[0]?.bannedUntil
        return until && DateTime.toEpochMillis(until)
      })
      let at = middle
      for (const [until, minutes] of [[undefined, 2], [undefined, 4], [middle - 1, 8]] as const) {
        const one = yield* budget.gate.admit(callOf(raw))
        const two = yield* budget.gate.admit(callOf(raw))
        yield* one.observe(bannedUntil(until))
        // What was under way is told the same, and does not count twice.
        yield* two.observe(bannedUntil(until))
        assert.strictEqual(yield* endOf, at + minutes * minute)
        yield* TestClock.adjust(minutes * minute)
        at += minutes * minute
      }
      yield* through(budget, callOf(raw))
      yield* through(budget, callOf(raw), bannedUntil())
      assert.strictEqual(yield* endOf, at + 2 * minute)
    }))
})

describe("after a 403", () => {
  it.effect("there is a short pause, which can be switched off", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* through(budget, callOf(raw), blocked)
      assert.strictEqual(yield* outcome(failFast(budget.gate.admit(callOf(raw)))), "RateLimited")
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* outcome(failFast(budget.gate.admit(callOf(raw)))), "through")
      const eager = yield* start({ pauseAfterBlocked: 0 })
      yield* through(eager, callOf(raw), blocked)
      assert.strictEqual(yield* outcome(failFast(eager.gate.admit(callOf(raw)))), "through")
    }))
})

// -----------------------------------------------------------------------------
// Clients
// -----------------------------------------------------------------------------

const connect = (respond: transport.Respond, options: Client.ClientOptions = {}) => {
  const { layer, sent } = transport.make(respond)
  return Layer.build(
    Client.Client.layer(options).pipe(
      Layer.provide([
        layer,
        signer,
        ServerClock.ServerClock.layerLocal,
        Layer.orDie(Environment.Environment.layer({ environment: "custom", restUrl: "https://pm.example/base" }))
      ])
    )
  ).pipe(
    Effect.flatMap((context) => Effect.provideContext(Client.Client, context)),
    Effect.map((client) => ({ client, sent }))
  )
}

const symbol = "BTCUSDT"

describe("clients that are given a budget", () => {
  it.effect("share the weight of the IP, and orders by account", () =>
    Effect.gen(function*() {
      const budget = yield* RateBudget.RateBudget
      const one = yield* connect(answer(200, thing), { account: "one" })
      const two = yield* connect(answer(200, thing), { account: "two" })
      const also = yield* connect(answer(200, thing), { account: "two" })
      yield* one.client.call(orderThing, { symbol })
      yield* two.client.call(orderThing, { symbol })
      yield* also.client.call(orderThing, { symbol })
      yield* two.client.call(getThing, { symbol })
      const { budgets } = yield* budget.status
      assert.deepStrictEqual(budgets.map(({ account, host, used }) => [host, account, used]), [
        ["pm.example", undefined, 4],
        ["pm.example", "one", 1],
        ["pm.example", "two", 2]
      ])
    }).pipe(Effect.provide(RateBudget.RateBudget.layer())))

  it.effect("send nothing during a ban, and no key is named", () =>
    Effect.gen(function*() {
      const { client, sent } = yield* connect(answer(418, { code: -1003, msg: "Way too many requests" }))
      assert.strictEqual((yield* Effect.flip(client.call(getThing, { symbol })))._tag, "Banned")
      const failure = yield* Effect.flip(client.call(orderThing, { symbol }))
      assert.strictEqual(failure._tag, "Banned")
      assert.lengthOf(sent, 1)
      const budget = yield* RateBudget.RateBudget
      assert.notInclude(JSON.stringify(yield* budget.status), "vmPUZE6mv9")
    }).pipe(Effect.provide(RateBudget.RateBudget.layer())))

  it.effect("give back what an interrupted or unsent call took, and keep what was sent", () =>
    Effect.gen(function*() {
      const budget = yield* RateBudget.RateBudget
      const { client } = yield* connect(transport.refused)
      yield* Effect.exit(client.call(orderThing, { symbol }))
      assert.strictEqual(yield* usedOf(budget), 0)
      const silent = yield* connect(transport.silence)
      const fiber = yield* Effect.forkChild(silent.client.call(orderThing, { symbol }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* usedOf(budget), 1)
    }).pipe(Effect.provide(RateBudget.RateBudget.layer())))
})

// -----------------------------------------------------------------------------
// Quotas
// -----------------------------------------------------------------------------

const rare: Endpoint.Described = { ...raw, id: "rareThing", quota: { limit: 3, per: "10 minutes" } }

describe("the quota of a call", () => {
  const ask = (budget: RateBudget.RateBudgetShape, account = "a") =>
    through(budget, callOf(rare, { sender: sender(account) }))

  it.effect("holds in whichever while, for each account by itself, and says which it is", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      yield* ask(budget)
      yield* TestClock.adjust("9 minutes")
      yield* ask(budget)
      yield* ask(budget)
      const failure = yield* Effect.flip(failFast(ask(budget)))
      if (failure._tag !== "RateLimited") return assert.fail(failure._tag)
      assert.strictEqual(failure.budget, "quota")
      assert.deepStrictEqual(failure.quota, { limit: 3, per: "10 minutes" })
      assert.strictEqual(failure.status, 0)
      assert.strictEqual(failure.attempts, 0)
      assert.deepStrictEqual(failure.retryAfter, Duration.seconds(61))
      assert.match(failure.message, /3 a 10 minutes are used up/)
      assert.strictEqual(yield* outcome(ask(budget, "b")), "through")
      // The first of them is ten minutes and a second ago.
      yield* TestClock.adjust("61 seconds")
      assert.strictEqual(yield* outcome(ask(budget)), "through")
      assert.strictEqual(yield* outcome(ask(budget)), "RateLimited")
    }))

  it.effect("is waited for as long as the policy allows", () =>
    Effect.gen(function*() {
      const budget = yield* start({ policy: RateBudget.wait({ maxWait: "1 hour" }) })
      for (let i = 0; i < 3; i++) yield* ask(budget)
      const fiber = yield* Effect.forkChild(outcome(ask(budget)))
      yield* TestClock.adjust("10 minutes")
      assert.isUndefined(fiber.pollUnsafe())
      assert.strictEqual(yield* outcome(through(budget, callOf(raw))), "through")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(fiber), "through")
    }))

  it.effect("counts from the answer, not what was never sent, and can be read", () =>
    Effect.gen(function*() {
      const budget = yield* start()
      const unsent = yield* budget.gate.admit(callOf(rare))
      const slow = yield* budget.gate.admit(callOf(rare))
      assert.strictEqual(yield* usedOf(budget, "quota", "a"), 2)
      yield* unsent.release(false)
      yield* TestClock.adjust("20 seconds")
      yield* slow.observe(seen())
      const { budgets } = yield* budget.status
      const quota = budgets.find((one) => one.budget === "quota")
      assert.deepStrictEqual(quota && { ...quota, resetAt: DateTime.toEpochMillis(quota.resetAt) }, {
        budget: "quota",
        host: "pm.example",
        account: "a",
        endpoint: "rareThing",
        per: Duration.minutes(10),
        used: 1,
        limit: 3,
        resetAt: middle + 20_000 + 601_000,
        closedUntil: undefined,
        bannedUntil: undefined
      })
      yield* TestClock.adjust("601 seconds")
      assert.strictEqual(yield* usedOf(budget, "quota", "a"), 0)
    }))

  it.effect("is of no concern where that is switched off, or where nobody knows how long it is", () =>
    Effect.gen(function*() {
      const off = yield* start({ quotas: false })
      for (let i = 0; i < 4; i++) yield* ask(off)
      const odd = yield* start()
      for (let i = 0; i < 4; i++) yield* through(odd, callOf({ ...rare, quota: { limit: 1, per: "moon" } }))
      assert.isUndefined(yield* usedOf(odd, "quota", "a"))
    }))
})

describe("what can be watched", () => {
  it.effect("follows each hundredth, each window and each refusal", () =>
    Effect.gen(function*() {
      const budget = yield* start({ weightLimit: 1000 })
      const current = SubscriptionRef.get(budget.changes)
      yield* through(budget, callOf(raw))
      assert.strictEqual((yield* current).budgets[0]?.used, 1)
      for (let i = 0; i < 9; i++) yield* through(budget, callOf(raw))
      assert.strictEqual((yield* current).budgets[0]?.used, 1)
      yield* through(budget, callOf(raw))
      assert.strictEqual((yield* current).budgets[0]?.used, 11)
      yield* through(budget, callOf(raw), tooMany())
      assert.isDefined((yield* current).budgets[0]?.closedUntil)
      const gauge = yield* Metric.value(Metric.withAttributes(RateBudget.weightUsed, { host: "pm.example" }))
      assert.strictEqual(gauge.value, 12)
      const until = (metric: Metric.Gauge<number>) =>
        Effect.map(Metric.value(Metric.withAttributes(metric, { host: "pm.example" })), ({ value }) => value)
      assert.strictEqual(yield* until(RateBudget.closedUntil), (middle + 31_000) / 1000)
      assert.strictEqual(yield* until(RateBudget.bannedUntil), 0)
      yield* TestClock.adjust("1 minute")
      yield* through(budget, callOf(raw), bannedUntil(middle + 200_000))
      assert.strictEqual(yield* until(RateBudget.closedUntil), 0)
      assert.strictEqual(yield* until(RateBudget.bannedUntil), (middle + 200_000) / 1000)
      assert.deepStrictEqual((yield* current).budgets[0]?.bannedUntil, DateTime.makeUnsafe(middle + 200_000))
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))
})

describe("laneOf", () => {
  it("goes by what a call does", () => {
    const lane = (endpoint: Partial<Endpoint.Described>, params: Endpoint.WireParams = {}) =>
      RateBudget.laneOf({ ...raw, ...endpoint }, params)
    assert.strictEqual(lane({ method: "DELETE" }), "exit")
    assert.strictEqual(lane({ method: "POST", orders: 1 }, { reduceOnly: "true" }), "exit")
    assert.strictEqual(lane({ method: "POST", orders: 1 }, { reduceOnly: "false" }), "order")
    for (const method of ["POST", "PUT"] as const) {
      const side = (side: string, positionSide?: string) =>
        lane({ method, orders: 1 }, positionSide === undefined ? { side } : { side, positionSide })
      assert.strictEqual(side("SELL", "LONG"), "exit")
      assert.strictEqual(side("BUY", "SHORT"), "exit")
      for (const one of ["BUY", "SELL"]) {
        assert.strictEqual(side(one), "order")
        assert.strictEqual(side(one, "BOTH"), "order")
      }
      assert.strictEqual(side("BUY", "LONG"), "order")
      assert.strictEqual(side("SELL", "SHORT"), "order")
    }
    assert.strictEqual(lane({ id: "getAccountInfo", weight: 20 }), "query")
    assert.strictEqual(lane({ id: "getAllUMOpenOrders", weight: 5 }), "query")
    assert.strictEqual(lane({ id: "getAllUMOrders", weight: 5 }), "history")
    assert.strictEqual(lane({ weight: ({ symbol }) => symbol === undefined ? 40 : 1 }), "history")
    assert.strictEqual(lane({ weight: ({ symbol }) => symbol === undefined ? 40 : 1 }, { symbol }), "query")
    assert.strictEqual(lane({ method: "POST", safety: "mutation", weight: 750 }), "query")
  })
})

// -----------------------------------------------------------------------------
// Any schedule
// -----------------------------------------------------------------------------

const offset = 1_234_000
const begin = middle + 30_000 - (offset % minute) - 20_000

const schedule = Arbitrary.array(
  Arbitrary.all({
    // Around the turns of the exchange's minute, where it matters.
    minute: oneOf(0, 0, 1, 2),
    arrives: oneOf(-9000, -2900, -1500, -900, -300, -50, 0, 50, 300, 700, 900, 1500, 20_000),
    times: int(1, 8),
    weight: oneOf(1, 1, 5, 20, 40, 90),
    kind: oneOf("read", "read", "order", "cancel", "rare"),
    account: oneOf("a", "b"),
    there: oneOf(0, 5, 50, 200, 3000),
    back: oneOf(0, 5, 200, 20_000),
    // Interrupted so long after it was asked for; the request arrives all the same, within the margin.
    gone: oneOf<number | undefined>(undefined, undefined, undefined, 0, 100, 10_000, 40_000),
    header: oneOf("true", "true", "lost", "low"),
    policy: oneOf("wait", "wait", "fail"),
    // What somebody else uses at that time.
    others: oneOf(0, 0, 0, 30)
  }),
  { minLength: 8, maxLength: 24 }
)

describe("whatever is asked", () => {
  it.effect.prop(
    "the exchange counts no more than the limit from us in any of its minutes, and nothing is forgotten",
    { schedule, error: oneOf(-900, -400, 0, 400, 900) },
    ({ error, schedule }) =>
      Effect.gen(function*() {
        const limit = 100
        const orders = 4
        const arrivals = new Map<string, Array<number>>()
        // 20 seconds before the minute of the exchange turns.
        const budget = yield* start({ weightLimit: limit, orderLimit: orders }, begin)
        // What the exchange counts, by its own clock, which was measured with an error.
        const counted = new Map<string, number>()
        const add = (key: string, cost: number) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            const name = `${key} ${Math.floor((now + offset) / minute)}`
            const sum = (counted.get(name) ?? 0) + cost
            counted.set(name, sum)
            return { name, sum }
          })
        const ends: Array<string> = []
        const one = ({ account, back, gone, header, kind, policy, there, weight, ...rest }: typeof schedule[number]) =>
          Effect.gen(function*() {
            yield* Effect.sleep(20_000 + rest.minute * minute + rest.arrives)
            yield* add("others", rest.others)
            const endpoint = kind === "read"
              ? weighing(weight)
              : kind === "order"
              ? order
              : kind === "cancel"
              ? cancel
              : { ...rare, quota: { limit: 3, per: "2 minutes" } }
            const cost = kind === "read" ? weight : 1
            const from = sender(account, offset + error)
            const ask = Effect.uninterruptibleMask((restore) =>
              Effect.flatMap(
                restore(budget.gate.admit(callOf(endpoint, { sender: from }))),
                (permit) => {
                  let sent = false
                  const arrival = Effect.gen(function*() {
                    yield* Effect.sleep(there)
                    const { name, sum } = yield* add("weight", cost)
                    if (kind === "order") yield* add(`orders ${account}`, 1)
                    if (kind === "rare") {
                      arrivals.set(account, [...(arrivals.get(account) ?? []), yield* Clock.currentTimeMillis])
                    }
                    return sum + (counted.get(name.replace("weight", "others")) ?? 0)
                  })
                  const exchange = Effect.gen(function*() {
                    sent = true
                    const arriving = yield* Effect.forkDetach(arrival, { startImmediately: true })
                    const sum = yield* Effect.onInterrupt(
                      Fiber.join(arriving),
                      // In the network it takes no longer than the margin from then on.
                      () => there > 50 ? Fiber.interrupt(arriving) : Effect.void
                    )
                    yield* Effect.sleep(back)
                    yield* permit.observe(seen(header === "lost" ? undefined : header === "low" ? 0 : sum))
                  })
                  return Effect.onExit(restore(exchange), () => permit.release(sent))
                }
              )
            ).pipe(policy === "fail" ? failFast : (self) => self)
            const asked = Effect.map(Effect.result(ask), (result) =>
              Result.isSuccess(result) ? "answered" : result.failure._tag)
            const end = gone === undefined
              ? yield* asked
              : yield* Effect.map(Effect.timeoutOption(asked, gone), (option) =>
                option._tag === "Some" ? option.value : "interrupted")
            ends.push(end)
          })
        const calls = schedule.flatMap((entry) =>
          Array.from({ length: entry.times }, () =>
            entry)
        )
        const all = yield* Effect.forkChild(Effect.forEach(calls, one, { concurrency: "unbounded", discard: true }))
        yield* TestClock.adjust("6 minutes")
        yield* Fiber.join(all)
        for (const [name, sum] of counted) {
          if (!name.startsWith("others")) assert.isAtMost(sum, name.startsWith("weight") ? limit : orders, name)
        }
        for (const times of arrivals.values()) {
          const sorted = times.sort((a, b) => a - b)
          for (const [index, third] of sorted.slice(3).entries()) {
            assert.isAtLeast(third - (sorted[index] ?? NaN), 2 * minute, "four in two minutes")
          }
        }
        assert.lengthOf(ends, calls.length)
        assert.isTrue(ends.every((end) => ["answered", "interrupted", "RateLimited"].includes(end)), ends.join())
        const after = yield* budget.status
        assert.strictEqual(after.queued, 0)
        yield* TestClock.adjust("2 minutes")
        assert.strictEqual(yield* usedOf(budget), 0)
      }),
    { arbitrary: { runs: 300 }, timeout: 120_000 }
  )
})
