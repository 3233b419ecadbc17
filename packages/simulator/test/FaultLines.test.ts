// One test for each fault that a network, a proxy, a clock or the exchange can do to a request, named by what it is and by what
// has to come of it.
import type { BinanceError, OutcomeUnknown } from "@effect-binance/core/BinanceError"
import * as RateBudget from "@effect-binance/core/RateBudget"
import { RequestGate } from "@effect-binance/core/RequestGate"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import { PortfolioClient, type RequestOptions, type Services } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Fault from "@effect-binance/simulator/Fault"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import type { WireRequest } from "@effect-binance/simulator/Wire"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

const order = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.1",
  price: "50000",
  newClientOrderId: "mine-1"
} as const

type Call<A> = Effect.Effect<A, BinanceError, PortfolioClient>

const place: Call<unknown> = Effect.flatMap(PortfolioClient, (client) => client.submitNewUMOrder(order))
const read: Call<unknown> = Effect.flatMap(PortfolioClient, (client) => client.getAccountInfo())
const submit = Outcome.submitOnce(Outcome.um, order)

const inject = (...faults: ReadonlyArray<Fault.Fault>) =>
  Effect.flatMap(Simulator, (exchange) => Effect.forEach(faults, (fault) => exchange.inject(fault), { discard: true }))

/** Runs to the end while time passes. */
const during = <A, E, R>(self: Effect.Effect<A, E, R>, time: Duration.Input = "2 minutes") =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

const ending = (call: Call<unknown>) => during(Effect.flip(call))

const sent = (method: string, path: string): Effect.Effect<ReadonlyArray<WireRequest>, never, Simulator> =>
  Effect.flatMap(
    Simulator,
    (exchange) =>
      Effect.map(exchange.requests, (all) => all.filter((one) => one.method === method && one.path === path))
  )

const orders = sent("POST", "/papi/v1/um/order")
const reads = sent("GET", "/papi/v1/account")

const standing = Effect.gen(function*() {
  const client = yield* PortfolioClient
  return (yield* client.getAllUMOpenOrders()).length
})

const parameter = (request: WireRequest | undefined, name: string) => new URLSearchParams(request?.query).get(name)

const twice: RetryPolicy.RetryPolicyShape = {
  ...RetryPolicy.standard,
  mutations: { times: 2, base: "1 second", cap: "1 second" }
}
const retried = Effect.provideService(RetryPolicy.RetryPolicy, twice)

const local: RequestOptions = { clock: { source: "local" } }

// In the middle of a minute of today, so that times have as many digits as they have.
const noon = TestClock.setTime(1_800_000_030_000)

const line = (
  what: string,
  test: Effect.Effect<unknown, unknown, Services | Simulator>,
  options: RequestOptions = local
) =>
  it.effect(
    what,
    () =>
      Effect.andThen(noon, test.pipe(Effect.provide(SimulatedClient.layer({}, options)))).pipe(
        Effect.asVoid,
        Effect.orDie
      )
  )

describe("HTTP and transport", () => {
  line(
    "connect refused or DNS failure before bytes are sent: not sent, and safe to repeat with the same id",
    Effect.gen(function*() {
      for (const fault of [Fault.connectionRefused, Fault.dnsFailure]) {
        yield* inject(fault)
        const error = yield* ending(place)
        assert.deepInclude(error, { _tag: "TransportFailed", stage: "connect", attempts: 0 })
      }
      yield* inject(Fault.connectionRefused)
      yield* during(retried(place))
      const requests = yield* orders
      assert.deepStrictEqual(requests.map((one) => parameter(one, "newClientOrderId")), ["mine-1"])
    })
  )

  line(
    "TLS handshake timeout: not sent",
    Effect.gen(function*() {
      yield* inject(Fault.connectTimeout)
      assert.deepInclude(yield* ending(place), { _tag: "TransportFailed", stage: "connect", attempts: 0 })
      assert.lengthOf(yield* orders, 0)
    })
  )

  line(
    "reset after the full request was written: an order is unknown, a read is repeated",
    Effect.gen(function*() {
      yield* inject(Fault.resetAfterSend.pipe(Fault.times(2)))
      assert.deepInclude(yield* ending(place), {
        _tag: "OutcomeUnknown",
        seen: "connection lost",
        clientOrderId: "mine-1"
      })
      yield* during(read)
      assert.lengthOf(yield* reads, 2)
    })
  )

  line(
    "response delayed beyond the timeout, order accepted meanwhile: found, and sent once",
    Effect.gen(function*() {
      yield* inject(Fault.carriedOut(Fault.stall).pipe(Fault.on("submitNewUMOrder")))
      const outcome = yield* during(submit)
      assert.include(["Live", "Done"], outcome._tag)
      assert.lengthOf(yield* orders, 1)
      assert.strictEqual(yield* standing, 1)
    })
  )

  line(
    "the same, order not accepted: absent only after the grace window, and sent again with the same id",
    Effect.gen(function*() {
      yield* inject(Fault.stall.pipe(Fault.on("submitNewUMOrder")))
      const started = yield* Clock.currentTimeMillis
      const outcome = yield* during(
        Effect.zip(submit, Clock.currentTimeMillis)
      )
      assert.strictEqual(outcome[0]._tag, "Accepted")
      // The timeout, the receive window and the margin.
      assert.isAtLeast(outcome[1] - started, 20_000)
      assert.deepStrictEqual((yield* orders).map((one) => parameter(one, "newClientOrderId")), ["mine-1", "mine-1"])
      assert.strictEqual(yield* standing, 1)
    })
  )

  line(
    "late accept: the order appears after 3 seconds, and was never declared absent",
    Effect.gen(function*() {
      yield* inject(Fault.lateAccept("3 seconds", { answer: "none" }).pipe(Fault.on("submitNewUMOrder")))
      const outcome = yield* during(submit)
      assert.include(["Live", "Done"], outcome._tag)
      assert.lengthOf(yield* orders, 1)
      assert.strictEqual(yield* standing, 1)
    })
  )

  line(
    "fiber interrupted while a POST is in flight: reported as unknown, not lost",
    Effect.gen(function*() {
      const lost: Array<OutcomeUnknown> = []
      yield* inject(Fault.carriedOut(Fault.stall).pipe(Fault.on("submitNewUMOrder")))
      const fiber = yield* Effect.forkChild(
        place.pipe(Outcome.onInterrupt((unknown) => Effect.sync(() => void lost.push(unknown))))
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(lost.map(({ clientOrderId, seen }) => [clientOrderId, seen]), [["mine-1", "interrupted"]])
    })
  )

  line(
    "503 \"Unknown error, please check your request or try again later.\": unknown",
    Effect.gen(function*() {
      yield* inject(Fault.carriedOut(Fault.unknownError))
      assert.deepInclude(yield* ending(retried(place)), { _tag: "OutcomeUnknown", status: 503 })
      assert.lengthOf(yield* orders, 1)
    })
  )

  line(
    "503 \"Service Unavailable.\": refused, and may be repeated",
    Effect.gen(function*() {
      yield* inject(Fault.serviceUnavailable)
      assert.strictEqual((yield* ending(place))._tag, "Unavailable")
      yield* inject(Fault.serviceUnavailable)
      yield* during(retried(place))
      assert.lengthOf(yield* orders, 3)
      assert.strictEqual(yield* standing, 1)
    })
  )

  line(
    "503 -1008 overloaded: refused, and repeated after a pause with jitter",
    Effect.gen(function*() {
      yield* inject(Fault.overloaded)
      const before = yield* Clock.currentTimeMillis
      const [, after] = yield* during(Effect.zip(retried(place), Clock.currentTimeMillis))
      assert.isAtLeast(after - before, 500)
      assert.isAtMost(after - before, 1000)
      assert.lengthOf(yield* orders, 2)
    })
  )

  line(
    "503 or 408 -1007; 200 or 5xx -1006: unknown",
    Effect.gen(function*() {
      const faults = [
        Fault.backendTimeout(503),
        Fault.backendTimeout(408),
        Fault.unexpectedResponse(200),
        Fault.unexpectedResponse(500)
      ]
      for (const fault of faults) {
        yield* inject(fault)
        assert.strictEqual((yield* ending(retried(place)))._tag, "OutcomeUnknown", fault.name)
      }
      assert.lengthOf(yield* orders, 4)
    })
  )

  line(
    "502 or 504 with HTML: unknown for changes, the body kept and cut, no crash",
    Effect.gen(function*() {
      for (const status of [502, 504]) {
        yield* inject(Fault.html(status).pipe(Fault.times(2)))
        const error = yield* ending(place)
        assert.strictEqual(error._tag, "OutcomeUnknown")
        if (error._tag === "OutcomeUnknown") assert.match(error.detail, /^<.{0,210}$/)
        yield* during(read)
      }
    })
  )

  line(
    "200 with half a JSON, or an HTML login page: unknown, with an excerpt",
    Effect.gen(function*() {
      for (const fault of [Fault.truncate(20), Fault.html(200)]) {
        yield* inject(fault)
        const error = yield* ending(
          Effect.flatMap(PortfolioClient, (client) => client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 3 }))
        )
        assert.deepInclude(error, { _tag: "OutcomeUnknown", seen: "unreadable answer" })
        assert.match(error.message, /It began with: [{<]/)
      }
    })
  )

  line(
    "200 with unexpected types: decoded leniently, else unknown for changes and InvalidResponse for reads",
    Effect.gen(function*() {
      yield* inject(
        Fault.field("somethingNew", 1).pipe(Fault.on("getAccountInfo")),
        Fault.field("accountStatus", "SOMETHING_NEW").pipe(Fault.on("getAccountInfo")),
        Fault.field("uniMMR", 3.5).pipe(Fault.on("getAccountInfo"))
      )
      for (let i = 0; i < 3; i++) yield* during(read)
      yield* inject(Fault.unexpectedType("uniMMR", "object").pipe(Fault.on("getAccountInfo")))
      assert.strictEqual((yield* ending(read))._tag, "InvalidResponse")
      yield* inject(Fault.unexpectedType("orderId", "missing").pipe(Fault.on("submitNewUMOrder")))
      assert.strictEqual((yield* ending(place))._tag, "OutcomeUnknown")
      assert.strictEqual(yield* standing, 1)
    })
  )

  line(
    "200 with a code of 200 is a success, 200 with a negative code an error",
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      assert.strictEqual((yield* client.cancelAllUMOrders({ symbol: "BTCUSDT" })).code, 200)
      yield* inject(Fault.code(200, -2019, "Margin is insufficient."))
      assert.deepInclude(yield* ending(place), { _tag: "OrderRejected", why: "margin", status: 200 })
    })
  )

  line(
    "400 -1021 behind or ahead, -5028: measured anew, signed anew, sent once more, orders too",
    Effect.gen(function*() {
      yield* during(read)
      for (const millis of [-60_000, 60_000]) {
        yield* (yield* Simulator).setClockOffset(millis)
        yield* during(read)
        const [refused, accepted] = (yield* reads).slice(-2)
        const timestamps = [refused, accepted].map((one) => Number(parameter(one, "timestamp")))
        assert.isAtLeast(Math.abs((timestamps[1] ?? 0) - (timestamps[0] ?? 0)), 50_000)
        assert.notStrictEqual(parameter(refused, "signature"), parameter(accepted, "signature"))
      }
      assert.lengthOf(yield* reads, 5)
      yield* inject(Fault.code(400, -5028, "The requested timestamp is outside the recvWindow of the matching engine"))
      yield* during(place)
      assert.lengthOf(yield* orders, 2)
      assert.strictEqual(yield* standing, 1)
    }),
    {}
  )

  line(
    "400 -1022: no retry, with a hint at key and secret",
    Effect.gen(function*() {
      yield* inject(Fault.code(400, -1022, "Signature for this request is not valid."))
      const error = yield* ending(retried(read))
      assert.strictEqual(error._tag, "Unauthorized")
      assert.match(error.message, /wrong kind of key/)
      assert.lengthOf(yield* reads, 1)
    })
  )

  line(
    "401 -2015 and -2014; -2015 in the middle of a session: changes stop, nothing is hammered",
    Effect.gen(function*() {
      yield* inject(Fault.unauthorized, Fault.code(401, -2014, "API-key format invalid."))
      assert.strictEqual((yield* ending(read))._tag, "Unauthorized")
      assert.strictEqual((yield* ending(read))._tag, "Unauthorized")
      yield* during(read)
      yield* inject(Fault.unauthorized)
      assert.strictEqual((yield* during(Effect.flip(read), "1 second"))._tag, "AuthRevoked")
      for (let i = 0; i < 5; i++) {
        assert.strictEqual((yield* during(Effect.flip(place), "1 second"))._tag, "AuthRevoked")
      }
      assert.lengthOf(yield* orders, 0)
    })
  )

  line(
    "403 with HTML: Blocked, not taken for JSON, not repeated",
    Effect.gen(function*() {
      yield* inject(Fault.html(403))
      assert.strictEqual((yield* ending(read))._tag, "Blocked")
      assert.lengthOf(yield* reads, 1)
    })
  )

  const limited: RequestOptions = { ...local, limits: { policy: RateBudget.fail } }

  line(
    "429 with Retry-After as seconds, date, missing, 0: an order is refused, and the gate is closed for all",
    Effect.gen(function*() {
      for (const [retryAfter, seconds] of [[20, 20], ["date", 30], [undefined, undefined], [0, 0]] as const) {
        const late = new Date((yield* Clock.currentTimeMillis) + 30_000).toUTCString()
        yield* inject(Fault.rateLimited({ retryAfter: retryAfter === "date" ? late : retryAfter }))
        const error = yield* Effect.flip(place)
        assert.strictEqual(error._tag, "RateLimited")
        if (error._tag === "RateLimited" && seconds !== undefined && error.retryAfter !== undefined) {
          assert.closeTo(Duration.toSeconds(error.retryAfter), seconds, 1)
        }
        const before = (yield* orders).length
        if (seconds !== 0) {
          assert.deepInclude(yield* Effect.flip(place), { _tag: "RateLimited", attempts: 0, status: 0 })
          assert.lengthOf(yield* orders, before, "nothing is sent while it is closed")
        }
        yield* TestClock.adjust("2 minutes")
      }
      assert.strictEqual(yield* standing, 0)
    }),
    limited
  )

  line(
    "429 -1015 while weight is free: orders alone are held back",
    Effect.gen(function*() {
      yield* inject(Fault.tooManyOrders({ retryAfter: 30 }))
      assert.deepInclude(yield* Effect.flip(place), { _tag: "RateLimited", budget: "orders", attempts: 1 })
      assert.deepInclude(yield* Effect.flip(place), { _tag: "RateLimited", budget: "orders", attempts: 0 })
      yield* read
      assert.lengthOf(yield* orders, 1)
    }),
    limited
  )

  line(
    "418 with and without a time: everything fails fast until then, and nothing is sent",
    Effect.gen(function*() {
      const until = (yield* Clock.currentTimeMillis) + 300_000
      for (const options of [{ until }, {}]) {
        yield* inject(Fault.banned(options))
        const error = yield* Effect.flip(read)
        assert.strictEqual(error._tag, "Banned")
        if (error._tag === "Banned" && "until" in options) {
          assert.strictEqual(error.until === undefined ? 0 : DateTime.toEpochMillis(error.until), until)
        }
        const before = (yield* (yield* Simulator).requests).length
        assert.deepInclude(yield* Effect.flip(place), { _tag: "Banned", attempts: 0 })
        assert.lengthOf(yield* (yield* Simulator).requests, before)
        yield* TestClock.adjust("3 days")
      }
    }),
    limited
  )

  line(
    "404 on a retired path: EndpointRetired, with what to use instead",
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const error = yield* Effect.flip(client.getUMOpenConditionalOrders())
      assert.deepInclude(error, { _tag: "EndpointRetired", replacement: "getUMAlgoOpenOrders" })
    })
  )

  line(
    "-4120 on the regular endpoint; -1130, -1106, -2021 on parameters: typed refusals",
    Effect.gen(function*() {
      const refused = (code: number) =>
        Effect.gen(function*() {
          yield* inject(Fault.code(400, code, "no"))
          const error = yield* ending(place)
          return error._tag === "OrderRejected" ? error.why : error._tag
        })
      assert.strictEqual(yield* refused(-4120), "order-type")
      assert.strictEqual(yield* refused(-2021), "would-trigger")
      assert.strictEqual(yield* refused(-1130), "Rejected")
      assert.strictEqual(yield* refused(-1106), "Rejected")
    })
  )

  line(
    "a proxy replays the request: the second is refused as a duplicate, and the first order is the outcome",
    Effect.gen(function*() {
      const own = { ...order, newClientOrderId: undefined }
      yield* inject(Fault.duplicate({ answers: "second" }).pipe(Fault.on("submitNewUMOrder")))
      const outcome = yield* during(Outcome.submitOnce(Outcome.um, own))
      assert.strictEqual(outcome._tag, "Live")
      assert.strictEqual(yield* standing, 1)
    })
  )

  line(
    "garbled encoding, a body of 10 MB, a body that drips: bounded in time",
    Effect.gen(function*() {
      for (
        const fault of [Fault.garbled, Fault.hugeBody(10_000_000), Fault.slowDrip({ bytes: 1, every: "1 second" })]
      ) {
        yield* inject(fault.pipe(Fault.on("submitNewUMOrder")))
        const before = yield* Clock.currentTimeMillis
        const [error, after] = yield* during(Effect.zip(Effect.flip(place), Clock.currentTimeMillis))
        assert.strictEqual(error._tag, "OutcomeUnknown", fault.name)
        assert.isAtMost(after - before, 10_000)
      }
    })
  )

  line(
    "IPv6 egress and an IPv4 whitelist: -2015 tells the address",
    Effect.gen(function*() {
      yield* inject(
        Fault.code(401, -2015, "Invalid API-key, IP, or permissions for action, request ip: 2001:db8::7")
      )
      const error = yield* ending(read)
      assert.deepInclude(error, { _tag: "Unauthorized", requestIp: "2001:db8::7" })
      assert.include(error.message, "2001:db8::7")
    })
  )

  describe("what the headers say of the limits", () => {
    const used = Effect.gen(function*() {
      const { status } = yield* RateBudget.RateBudget
      return (yield* status).budgets.find(({ budget }) => budget === "weight")?.used ?? 0
    })

    const budgeted = (
      what: string,
      test: Effect.Effect<unknown, unknown, Services | Simulator | RateBudget.RateBudget>
    ) =>
      it.effect(what, () =>
        Effect.andThen(
          noon,
          test.pipe(
            Effect.provide(SimulatedClient.layer({}, local)),
            Effect.provide(RateBudget.RateBudget.layer({ policy: RateBudget.fail }))
          )
        ).pipe(Effect.asVoid, Effect.orDie))

    const header = (value: string | undefined, name = "x-mbx-used-weight-1m") => inject(Fault.header(name, value))

    budgeted(
      "used weight -1, absent, garbage, lower than ours, of another window: nothing is given back",
      Effect.gen(function*() {
        const { gate } = yield* RateBudget.RateBudget
        const guarded = read.pipe(Effect.provideService(RequestGate, gate))
        yield* guarded
        let before = yield* used
        for (const value of ["-1", undefined, "garbage", "1", "1e9"]) {
          yield* header(value)
          yield* guarded
          assert.isAtLeast(yield* used, before + 20, String(value))
          before = yield* used
        }
        yield* header("1", "x-mbx-used-weight-1h")
        yield* guarded
        assert.isAtLeast(yield* used, before + 20)
      })
    )

    budgeted(
      "a server that counts five times ours, and another process that burns 90 percent: believed before the 429",
      Effect.gen(function*() {
        const { gate } = yield* RateBudget.RateBudget
        const guarded = read.pipe(Effect.provideService(RequestGate, gate))
        yield* header("100", "X-MBX-USED-WEIGHT-1M".toLowerCase())
        yield* guarded
        assert.isAtLeast(yield* used, 100)
        yield* header("5990")
        yield* guarded
        const error = yield* Effect.flip(guarded)
        assert.deepInclude(error, { _tag: "RateLimited", attempts: 0, status: 0 })
      })
    )
  })
})
