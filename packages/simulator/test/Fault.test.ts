import type { BinanceError } from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Fault from "@effect-binance/simulator/Fault"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import * as Faces from "./support/faces.ts"
import * as Failures from "./support/failures.ts"

const local = { clock: { source: "local" } } satisfies Faces.ClientOptions

const told = <A>(call: Effect.Effect<A, BinanceError, PortfolioClient>) =>
  Effect.match(call, { onSuccess: () => "answered", onFailure: ({ _tag }) => _tag })

const arrivals = Effect.gen(function*() {
  const { requests } = yield* Simulator
  return (yield* requests).length
})

const leverage = Effect.gen(function*() {
  const exchange = yield* Simulator
  return (yield* exchange.state).accounts.get("demo")?.leverage.get("BTCUSDT")
})

interface Case {
  readonly name: string
  readonly fault: Fault.Fault
  readonly read: BinanceError["_tag"] | "answered"
  readonly change: BinanceError["_tag"] | "answered"
  /** Whether the change is made all the same. */
  readonly made: boolean
  /** How many of the two requests arrive, where not each once. */
  readonly arrived?: number
  /** What time has to pass before the client ends. */
  readonly seconds?: number
}

const unknown = { read: "TransportFailed", change: "OutcomeUnknown" } as const
const unavailable = { read: "Unavailable", change: "OutcomeUnknown" } as const
const unreadable = { read: "InvalidResponse", change: "OutcomeUnknown" } as const
const refused = (tag: BinanceError["_tag"]) => ({ read: tag, change: tag, made: false })

const cases: ReadonlyArray<Case> = [
  { name: "a reset", fault: Fault.resetAfterSend, ...unknown, made: false },
  { name: "a reset after it", fault: Fault.carriedOut(Fault.resetAfterSend), ...unknown, made: true },
  { name: "a reset within the body", fault: Fault.resetMidBody(5), ...unknown, made: true },
  { name: "a stall", fault: Fault.stall, ...unknown, made: false, seconds: 10 },
  { name: "a stall after it", fault: Fault.carriedOut(Fault.stall), ...unknown, made: true, seconds: 10 },
  {
    name: "a short delay",
    fault: Fault.delay("9 seconds"),
    read: "answered",
    change: "answered",
    made: true,
    seconds: 9
  },
  { name: "a long delay", fault: Fault.delay("11 seconds"), ...unknown, made: true, seconds: 10 },
  { name: "a slow drip", fault: Fault.slowDrip({ bytes: 1, every: "1 second" }), ...unknown, made: true, seconds: 10 },
  {
    name: "a quick drip",
    fault: Fault.slowDrip({ bytes: 100_000, every: "1 second" }),
    read: "answered",
    change: "answered",
    made: true,
    seconds: 1
  },
  { name: "half a body", fault: Fault.truncate(7), ...unreadable, made: true },
  { name: "a garbled body", fault: Fault.garbled, ...unknown, made: true },
  { name: "ten megabytes", fault: Fault.hugeBody(10_000_000), ...unreadable, made: false },
  { name: "a login page", fault: Fault.html(200), ...unreadable, made: false },
  { name: "a login page after it", fault: Fault.carriedOut(Fault.html(200)), ...unreadable, made: true },
  { name: "a firewall", fault: Fault.html(403), ...refused("Blocked") },
  { name: "a retired path", fault: Fault.html(404), ...refused("EndpointRetired") },
  { name: "a bad gateway", fault: Fault.html(502), ...unavailable, made: false },
  { name: "a gateway's timeout after it", fault: Fault.carriedOut(Fault.html(504)), ...unavailable, made: true },
  { name: "503 unknown", fault: Fault.carriedOut(Fault.unknownError), ...unavailable, made: true },
  { name: "503 unavailable", fault: Fault.serviceUnavailable, ...refused("Unavailable") },
  { name: "503 overloaded", fault: Fault.overloaded, ...refused("Unavailable") },
  { name: "-1007", fault: Fault.backendTimeout(408), ...unavailable, made: false },
  { name: "-1006", fault: Fault.unexpectedResponse(), ...unavailable, made: false },
  { name: "an empty 202", fault: Fault.emptyBody202, ...unreadable, made: false },
  {
    name: "-1022",
    fault: Fault.code(400, -1022, "Signature for this request is not valid."),
    ...refused("Unauthorized")
  },
  { name: "a revoked key", fault: Fault.unauthorized, ...refused("Unauthorized") },
  { name: "429", fault: Fault.rateLimited({ retryAfter: 3 }), ...refused("RateLimited") },
  { name: "-1015", fault: Fault.tooManyOrders(), ...refused("RateLimited") },
  { name: "418", fault: Fault.banned({ retryAfter: "120" }), ...refused("Banned") },
  { name: "a clock behind", fault: Fault.clockSkew(-2000), ...refused("ClockSkewed") },
  { name: "a clock ahead", fault: Fault.clockSkew(60_000), ...refused("ClockSkewed") },
  {
    name: "a request under way too long",
    fault: Fault.delayRequest("6 seconds"),
    ...refused("ClockSkewed"),
    seconds: 6
  },
  { name: "a replay", fault: Fault.duplicate(), read: "answered", change: "answered", made: true, arrived: 4 },
  { name: "a late acceptance", fault: Fault.lateAccept("3 seconds"), ...unavailable, made: false },
  { name: "no fault", fault: Fault.pass, read: "answered", change: "answered", made: true }
]

describe.each(["in memory", "undici"] as ReadonlyArray<Faces.Face>)("%s", (face) => {
  it.effect.each(cases)("$name", ({ arrived = 2, change, fault, made, read, seconds }) =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const injected = yield* exchange.inject(fault.pipe(Fault.times(2)))
      const run = Effect.fnUntraced(function*(call: Effect.Effect<string, never, PortfolioClient>) {
        const before = yield* injected.struck
        const fiber = yield* Effect.forkChild(call)
        if (seconds !== undefined) {
          yield* exchange.until(({ struck }) => struck > before)
          yield* TestClock.adjust(`${seconds} seconds`)
        }
        const result = yield* Fiber.join(fiber)
        assert.strictEqual(yield* injected.struck, before + 1)
        return result
      })
      assert.strictEqual(yield* run(told(Failures.read)), read)
      assert.strictEqual(yield* run(told(Failures.change)), change)
      assert.strictEqual(yield* leverage, made ? 17 : undefined)
      assert.strictEqual(yield* arrivals, arrived)
    }).pipe(
      Effect.provide(Faces.client(local)),
      Effect.provide(Faces.world(face)),
      Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
    ))
})

describe("unreachable", () => {
  it.effect.each([Fault.connectionRefused, Fault.dnsFailure, Fault.connectTimeout])(
    "$name, in memory",
    (fault) =>
      Effect.gen(function*() {
        const exchange = yield* Simulator
        yield* exchange.inject(fault.pipe(Fault.times(2)))
        const unsent: Failures.Expected = {
          tag: "TransportFailed",
          says: [fault.name === "dnsFailure" ? "getaddrinfo ENOTFOUND" : "connect E", "Nothing was sent"],
          has: { stage: "connect", attempts: 0 }
        }
        yield* Failures.bothFail({ read: unsent, change: unsent })
        assert.strictEqual(yield* arrivals, 0)
        yield* Failures.read
      }).pipe(
        Effect.provide(Faces.client(local)),
        Effect.provide(Faces.world("in memory")),
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
      )
  )

  it.effect.each(Faces.faces)("as a whole, %s", (face) =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* Failures.read
      const unsent: Failures.Expected = {
        tag: "TransportFailed",
        says: ["ECONNREFUSED", "Nothing was sent"],
        has: { stage: "connect", attempts: 0 }
      }
      yield* exchange.whileUnreachable(Failures.bothFail({ read: unsent, change: unsent }))
      assert.strictEqual(yield* arrivals, 1)
      yield* Failures.read
      assert.strictEqual(yield* arrivals, 2)
    }).pipe(
      Effect.provide(Faces.client(local)),
      Effect.provide(Faces.world(face)),
      Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
    ))
})

describe("which requests", () => {
  const ask = Effect.gen(function*() {
    const exchange = yield* Simulator
    return yield* Effect.match(
      exchange.handle({ method: "GET", path: "/papi/v1/ping", query: "", body: "", headers: {}, ip: "127.0.0.1" }),
      { onSuccess: ({ status }) => status, onFailure: ({ code }) => code }
    )
  })
  const asks = (count: number) => Effect.forEach(Array.from({ length: count }), () => ask)

  const selections: ReadonlyArray<readonly [string, Fault.Fault, ReadonlyArray<number | string>]> = [
    ["the next one", Fault.html(502), [502, 200, 200]],
    ["none of another endpoint", Fault.html(502).pipe(Fault.on("getBalance", "getServerTime")), [200, 200]],
    ["those of one of its endpoints", Fault.html(502).pipe(Fault.on("getBalance", "testConnectivity")), [502, 200]],
    ["those of a predicate", Fault.html(502).pipe(Fault.when(({ path }) => path.endsWith("/ping"))), [502, 200]],
    ["none of another predicate", Fault.html(502).pipe(Fault.when(({ method }) => method === "POST")), [200]],
    ["so many", Fault.html(502).pipe(Fault.times(2)), [502, 502, 200]],
    ["none", Fault.html(502).pipe(Fault.times(0)), [200, 200]],
    ["after so many", Fault.html(502).pipe(Fault.after(2)), [200, 200, 502, 200]],
    ["so many after so many", Fault.html(502).pipe(Fault.times(2), Fault.after(1)), [200, 502, 502, 200]],
    ["all", Fault.connectionRefused.pipe(Fault.always), Array.from({ length: 20 }, () => "ECONNREFUSED")],
    ["a script", Fault.script([Fault.html(502), Fault.pass, Fault.html(504).pipe(Fault.times(2))]), [
      502,
      200,
      504,
      504,
      200
    ]],
    ["a script again", Fault.script([Fault.html(502), Fault.pass]).pipe(Fault.times(2)), [502, 200, 502, 200, 200]],
    ["a script within another", Fault.script([Fault.script([Fault.html(502), Fault.pass]), Fault.html(504)]), [
      502,
      200,
      504,
      200
    ]],
    ["a script with parts that never strike", Fault.script([Fault.html(502).pipe(Fault.times(0)), Fault.html(504)]), [
      504,
      200
    ]],
    ["an empty script", Fault.script([]), [200]],
    ["certainly", Fault.html(502).pipe(Fault.withProbability(1, { seed: 1 })), [502, 200]],
    ["impossibly", Fault.html(502).pipe(Fault.withProbability(0, { seed: 1 })), [200, 200]]
  ]

  it.effect.each(selections)("%s", ([_, fault, expected]) =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* exchange.inject(fault)
      assert.deepStrictEqual(yield* asks(expected.length), expected)
    }).pipe(Effect.provide(Simulator.layer())))

  it.effect("by chance, the same for the same seed", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const run = Effect.fnUntraced(function*(seed: number) {
        const fault = Fault.html(502).pipe(Fault.withProbability(0.3, { seed }), Fault.always)
        const { remove, struck } = yield* exchange.inject(fault)
        const statuses = yield* asks(500)
        yield* remove
        assert.strictEqual(yield* struck, statuses.filter((status) => status === 502).length)
        return statuses
      })
      const first = yield* run(7)
      assert.deepStrictEqual(yield* run(7), first)
      assert.notDeepEqual(yield* run(8), first)
      assert.closeTo(first.filter((status) => status === 502).length, 150, 40)
    }).pipe(Effect.provide(Simulator.layer({ limits: "off" }))))

  it.effect("the oldest of several strikes, until all are cleared", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* exchange.inject(Fault.html(502))
      yield* exchange.inject(Fault.html(504).pipe(Fault.always))
      assert.deepStrictEqual(yield* asks(3), [502, 504, 504])
      yield* exchange.clearFaults
      assert.deepStrictEqual(yield* asks(2), [200, 200])
    }).pipe(Effect.provide(Simulator.layer())))
})

describe("what is changed of an answer", () => {
  const position = Effect.gen(function*() {
    const client = yield* PortfolioClient
    return yield* client.getUMPosition({ symbol: "BTCUSDT" })
  })

  it.effect.each(Faces.faces)("headers, %s", (face) =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const seen: Array<string | undefined> = []
      const call = Effect.gen(function*() {
        const [, responses] = yield* Client.withResponses(Failures.read)
        seen.push(responses[0]?.headers["x-mbx-used-weight-1m"])
      })
      yield* exchange.inject(Fault.script([
        Fault.header("x-mbx-used-weight-1m", "-1"),
        Fault.header("X-MBX-USED-WEIGHT-1M", "5"),
        Fault.header("x-mbx-used-weight-1m", undefined),
        Fault.pass
      ]))
      yield* Effect.repeat(call, { times: 3 })
      assert.deepStrictEqual(seen, ["-1", "5", undefined, "80"])
    }).pipe(Effect.provide(Faces.client(local)), Effect.provide(Faces.world(face))))

  const types: ReadonlyArray<readonly [string, Fault.Fault, string]> = [
    ["another value", Fault.field("notional", "12"), "answered"],
    ["a new one", Fault.field("somethingNew", { a: 1 }), "answered"],
    ["a number", Fault.unexpectedType("entryPrice", "number"), "answered"],
    ["null", Fault.unexpectedType("entryPrice", "null"), "InvalidResponse"],
    ["an object", Fault.unexpectedType("entryPrice", "object"), "InvalidResponse"],
    ["none", Fault.unexpectedType("symbol", "missing"), "InvalidResponse"]
  ]

  it.effect.each(types)("a field: %s", ([_, fault, expected]) =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* exchange.inject(fault)
      assert.strictEqual(yield* told(position), expected)
    }).pipe(Effect.provide(Faces.client(local)), Effect.provide(Faces.world("in memory"))))

  it.effect("ids above 2^53 stay as they are", () =>
    Effect.sync(() => {
      const body = `{"orderId":8389766145050669870,"clientOrderId":"8389766145050669870","status":"NEW"}`
      const altered = Fault.field("status", "FILLED")
      if (!("_tag" in altered.what) || altered.what._tag !== "Answer") return assert.fail("another disturbance")
      const request = { method: "GET", path: "/", query: "", body: "", headers: {}, ip: "127.0.0.1" }
      const changed = altered.what.answer({ status: 200, headers: {}, body }, request)
      assert.strictEqual(changed.body, body.replace("NEW", "FILLED"))
    }))
})

describe("a late acceptance", () => {
  it.effect.each(["in memory", "undici"] as ReadonlyArray<Faces.Face>)(
    "comes when it said, %s",
    (face) =>
      Effect.gen(function*() {
        const exchange = yield* Simulator
        yield* exchange.inject(Fault.lateAccept("3 seconds"))
        assert.strictEqual(yield* told(Failures.change), "OutcomeUnknown")
        yield* TestClock.adjust("2999 millis")
        assert.isUndefined(yield* leverage)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(yield* leverage, 17)
      }).pipe(Effect.provide(Faces.client(local)), Effect.provide(Faces.world(face)))
  )

  it.effect("never comes where the request is refused", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* exchange.inject(Fault.lateAccept("3 seconds"))
      yield* TestClock.adjust("1 minute")
      yield* exchange.setClockOffset(60_000)
      assert.strictEqual(yield* told(Failures.change), "ClockSkewed")
      yield* TestClock.adjust("1 minute")
      assert.isUndefined(yield* leverage)
    }).pipe(
      Effect.provide(Faces.client(local)),
      Effect.provide(Faces.world("in memory")),
      Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
    ))
})

describe("waiting", () => {
  it.effect("ends when the state is there", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const waiting = yield* Effect.forkChild(
        exchange.until(({ state }) => state.accounts.get("demo")?.leverage.get("BTCUSDT") === 17)
      )
      yield* exchange.until(() => true)
      assert.isUndefined(waiting.pollUnsafe())
      yield* Failures.change
      yield* Fiber.join(waiting)
    }).pipe(Effect.provide(Faces.client(local)), Effect.provide(Faces.world("in memory"))))
})
