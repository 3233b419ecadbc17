import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Limits from "@effect-binance/simulator/Limits"
import { Simulator, type SimulatorOptions } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as Faces from "./support/faces.ts"
import * as Failures from "./support/failures.ts"

const minute = 60_000

describe("bans", () => {
  const rules = { ...Limits.defaults, weight: 10, tolerance: 2 }

  // Uses the limit up at `now` and goes on until the ban; answers how long that is.
  const offend = (usage: Limits.Usage, now: number): readonly [number, Limits.Usage] => {
    let current = usage
    for (let attempt = 0; attempt < 10; attempt++) {
      const [admission, next] = Limits.request(current, rules, "a", 10, now)
      current = next
      if (admission._tag === "Banned") return [admission.until - now, current]
    }
    return assert.fail("not banned")
  }

  it("grow from two minutes to three days", () => {
    const lengths: Array<number> = []
    let usage = Limits.empty
    let now = 0
    for (let ban = 0; ban < 14; ban++) {
      const [millis, next] = offend(usage, now)
      usage = next
      lengths.push(millis / minute)
      now += millis + minute
    }
    assert.deepStrictEqual(lengths.slice(0, 5), [2, 4, 8, 16, 32])
    assert.deepStrictEqual(lengths.slice(-3), [4096, 4320, 4320])
  })

  it("are forgotten", () => {
    const [first, usage] = offend(Limits.empty, 0)
    assert.strictEqual(first, 2 * minute)
    const end = first + Duration.toMillis(rules.memory)
    assert.strictEqual(offend(usage, end - 1)[0], 4 * minute)
    assert.strictEqual(offend(usage, end + minute)[0], 2 * minute)
  })

  it("end to the millisecond, concern one address, and are not made longer by asking", () => {
    const [millis, usage] = offend(Limits.empty, 5)
    const [early, later] = Limits.request(usage, rules, "a", 1, 5 + millis - 1)
    assert.deepStrictEqual(early, { _tag: "Banned", used: 0, retryAfter: 1, until: 5 + millis })
    assert.strictEqual(Limits.request(later, rules, "a", 1, 5 + millis)[0]._tag, "Admitted")
    assert.strictEqual(Limits.request(later, rules, "b", 1, 5)[0]._tag, "Admitted")
  })

  it("come only to those who go on within the minute", () => {
    let usage = Limits.empty
    for (let now = 0; now < 20 * minute; now += minute) {
      for (const expected of ["Admitted", "TooMany", "TooMany"]) {
        const [admission, next] = Limits.request(usage, rules, "a", 10, now)
        usage = next
        assert.strictEqual(admission._tag, expected)
      }
    }
  })
})

describe("counting", () => {
  const Requests = Schema.Array(Schema.Struct({
    weight: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })),
    after: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30_000 })),
    address: Schema.Literals(["a", "b"])
  }))

  it.prop("never admits more than the limit in a minute", { requests: Requests }, ({ requests }) => {
    const rules = { ...Limits.defaults, weight: 100 }
    const admitted = new Map<string, number>()
    let usage = Limits.empty
    let now = 0
    for (const { address, after, weight } of requests) {
      now += after
      const [admission, next] = Limits.request(usage, rules, address, weight, now)
      usage = next
      if (admission._tag !== "Admitted") continue
      const key = `${address} ${Math.floor(now / minute)}`
      admitted.set(key, (admitted.get(key) ?? 0) + weight)
      assert.strictEqual(admission.used, admitted.get(key))
    }
    for (const used of admitted.values()) assert.isAtMost(used, 100)
    assert.isAtMost(usage.weights.size, 2)
  })

  it("of orders is by account, and forgets what was refused", () => {
    const rules = { ...Limits.defaults, orders: 3 }
    const [first, usage] = Limits.order(Limits.empty, rules, "x", 2, 1000)
    assert.deepStrictEqual(first, { _tag: "Counted", count: 2 })
    const [second, after] = Limits.order(usage, rules, "x", 2, 1000)
    assert.deepStrictEqual(second, { _tag: "TooManyOrders", retryAfter: 59 })
    assert.deepStrictEqual(Limits.order(after, rules, "x", 1, 1000)[0], { _tag: "Counted", count: 3 })
    assert.deepStrictEqual(Limits.order(after, rules, "y", 3, 1000)[0], { _tag: "Counted", count: 3 })
    assert.deepStrictEqual(Limits.order(after, rules, "x", 3, minute)[0], { _tag: "Counted", count: 3 })
  })
})

describe.each(["in memory", "undici"] as ReadonlyArray<Faces.Face>)("%s", (face) => {
  const provided = (options: SimulatorOptions) => <A, E>(self: Effect.Effect<A, E, PortfolioClient | Simulator>) =>
    self.pipe(
      Effect.provide(Faces.client({ clock: { source: "local" } })),
      Effect.provide(Faces.world(face, options)),
      Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
    )

  it.effect("a ban says until when, holds, and ends", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* exchange.spendWeight(90)
      for (const tag of ["RateLimited", "RateLimited", "Banned", "Banned"]) {
        assert.strictEqual((yield* Effect.flip(Failures.read))._tag, tag)
      }
      const error = yield* Effect.flip(Failures.change)
      if (error._tag !== "Banned") return assert.fail(error._tag)
      assert.deepStrictEqual([error.status, error.code], [418, -1003])
      assert.deepStrictEqual(error.until, DateTime.makeUnsafe(120_000))
      yield* TestClock.adjust("119999 millis")
      assert.strictEqual((yield* Effect.flip(Failures.read))._tag, "Banned")
      yield* TestClock.adjust("1 millis")
      yield* Failures.read
    }).pipe(provided({ limits: { weight: 100, tolerance: 2 } })))

  it.effect("too many orders are refused while there is weight", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const order = client.submitNewUMOrder({ symbol: "NONEUSDT", side: "BUY", type: "MARKET", quantity: "1" })
      const first = yield* Effect.flip(order)
      assert.notStrictEqual(first._tag, "RateLimited")
      const second = yield* Effect.flip(order)
      if (second._tag !== "RateLimited") return assert.fail(second._tag)
      assert.deepStrictEqual([second.status, second.code, second.budget], [429, -1015, "orders"])
      assert.deepStrictEqual(second.retryAfter, Duration.seconds(60))
      yield* Failures.read
      yield* TestClock.adjust("1 minute")
      assert.notStrictEqual((yield* Effect.flip(order))._tag, "RateLimited")
    }).pipe(provided({ limits: { orders: 1 } })))

  it.effect("weights can be others than documented, or nothing", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* Failures.read
      assert.strictEqual([...(yield* exchange.usage).weights.values()].reduce((sum, weight) => sum + weight), 100)
    }).pipe(provided({ weigh: (_endpoint, documented) => 5 * documented, limits: "off" })))

  it.effect("a key that is taken away is refused", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* Failures.read
      yield* exchange.removeKey("simulator-demo-key")
      assert.strictEqual((yield* Effect.flip(Failures.read))._tag, "AuthRevoked")
    }).pipe(provided({})))
})
