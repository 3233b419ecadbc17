import * as Environment from "@effect-binance/core/Environment"
import * as ServerClock from "@effect-binance/core/ServerClock"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/testing/TestClock"
import * as transport from "./support/transport.ts"

// Millisecond by millisecond, so that whoever sleeps wakes at its own time.
const pass = (millis: number) => Effect.repeat(TestClock.adjust(1), { times: millis - 1 })

/** A time source with legs of its own: each sample travels there, is read, and travels back. */
const travelling = (legs: ReadonlyArray<readonly [there: number, offset: number, back: number]>) => {
  let asked = 0
  const source: ServerClock.TimeSource = Effect.gen(function*() {
    const [there, offset, back] = legs[asked++ % legs.length] ?? [0, 0, 0]
    yield* Effect.sleep(there)
    const server = (yield* Clock.currentTimeMillis) + offset
    yield* Effect.sleep(back)
    return server
  })
  return { source, asked: () => asked }
}

const failing = (failure = "nobody there") => {
  let asked = 0
  const source: ServerClock.TimeSource = Effect.suspend(() => {
    asked++
    return Effect.fail(new ServerClock.ServerTimeUnavailable({ message: failure }))
  })
  return { source, asked: () => asked }
}

/** What is logged from level "Warn" up, and at which level. */
const captured = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
      lines.push(`${logLevel}: ${[message].flat().join(" ")}`)
    })
    return Effect.map(Effect.provide(self, Logger.layer([logger])), (value) => [value, lines] as const)
  })

describe("a measurement", () => {
  it.effect("is corrected by half the round trip", () =>
    Effect.gen(function*() {
      const clock = yield* ServerClock.make(travelling([[40, 1000, 40]]).source, { samples: 1 })
      const sync = yield* Effect.forkChild(clock.sync)
      yield* pass(80)
      const measured = yield* Fiber.join(sync)
      assert.strictEqual(measured.offsetMillis, 1000)
      assert.strictEqual(measured.roundTripMillis, 80)
      assert.strictEqual(measured.samples, 1)
      assert.strictEqual(DateTime.toEpochMillis(measured.at), 80)
      assert.strictEqual(yield* clock.offsetMillis, 1000)
      assert.strictEqual(yield* clock.now, 1080)
    }))

  it.effect("given up by who began it is made by who waits for it", () =>
    Effect.gen(function*() {
      const { asked, source } = travelling([[40, 1000, 40], [40, 2000, 40]])
      const clock = yield* ServerClock.make(source, { samples: 1 })
      const first = yield* Effect.forkChild(clock.sync)
      yield* pass(10)
      const second = yield* Effect.forkChild(clock.sync)
      yield* pass(10)
      assert.strictEqual(asked(), 1)
      yield* Fiber.interrupt(first)
      yield* pass(80)
      assert.strictEqual((yield* Fiber.join(second)).offsetMillis, 2000)
      assert.strictEqual(asked(), 2)
    }))

  it.effect("is the median: neither slow samples nor wrong ones count", () =>
    Effect.gen(function*() {
      const { asked, source } = travelling([
        [10, -2000, 10],
        // A way there that is much longer than the way back looks like a fast clock.
        [900, -2000, 0],
        [10, 86_400_000, 10],
        [12, -2000, 8],
        [5, -2000, 5]
      ])
      const clock = yield* ServerClock.make(source)
      const sync = yield* Effect.forkChild(clock.sync)
      yield* pass(1000)
      const measured = yield* Fiber.join(sync)
      assert.strictEqual(asked(), 5)
      assert.strictEqual(measured.offsetMillis, -1998)
      assert.strictEqual(measured.roundTripMillis, 10)
    }))

  it.effect("of an even number of samples is the middle of the middle two", () =>
    Effect.gen(function*() {
      const clock = yield* ServerClock.make(travelling([[0, 10, 0], [0, 20, 0], [0, 500, 0], [0, 0, 0]]).source, {
        samples: 4
      })
      const sync = yield* Effect.forkChild(clock.sync)
      yield* pass(1)
      assert.strictEqual((yield* Fiber.join(sync)).offsetMillis, 15)
    }))

  it.effect("is of whole milliseconds, and of one sample at least", () =>
    Effect.gen(function*() {
      const clock = yield* ServerClock.make(Effect.succeed(1000.4), { samples: 0 })
      const measured = yield* clock.sync
      assert.strictEqual(measured.offsetMillis, 1000)
      assert.strictEqual(measured.samples, 1)
    }))

  it.effect("can be watched as a metric, by host", () =>
    Effect.gen(function*() {
      const clock = yield* ServerClock.make(Effect.succeed(1000), { samples: 1, host: "pm.example" })
      yield* clock.sync
      const gauge = yield* Metric.value(Metric.withAttributes(ServerClock.clockOffset, { host: "pm.example" }))
      assert.strictEqual(gauge.value, 1000)
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))

  it.effect("fails where the source does not answer a time", () =>
    Effect.gen(function*() {
      for (const time of [NaN, Infinity, -Infinity, 1e20]) {
        const clock = yield* ServerClock.make(Effect.succeed(time))
        assert.strictEqual((yield* Effect.flip(clock.sync))._tag, "ServerTimeUnavailable")
        assert.strictEqual(yield* clock.offsetMillis, 0)
      }
    }))
})

describe("the clock", () => {
  it.effect("is not measured before it is needed, and then once", () =>
    Effect.gen(function*() {
      const { asked, source } = travelling([[5, 300, 5]])
      const clock = yield* ServerClock.make(source)
      yield* pass(100)
      assert.strictEqual(asked(), 0)
      assert.isUndefined(yield* SubscriptionRef.get(clock.last))
      assert.strictEqual(yield* clock.offsetMillis, 0)
      const now = yield* Effect.forkChild(clock.now)
      yield* pass(50)
      assert.strictEqual(yield* Fiber.join(now), 450)
      for (let i = 0; i < 10; i++) yield* clock.now
      assert.strictEqual(asked(), 5)
      assert.strictEqual(yield* clock.now, 450)
      yield* pass(7)
      assert.strictEqual(yield* clock.now, 457)
    }))

  it.effect("is measured once for any number of callers at the same time", () =>
    Effect.gen(function*() {
      const { asked, source } = travelling([[5, 300, 5]])
      const clock = yield* ServerClock.make(source)
      const callers = yield* Effect.forkChild(
        Effect.all([
          Effect.all(Array.from({ length: 50 }, () => clock.now), { concurrency: "unbounded" }),
          Effect.all(Array.from({ length: 50 }, () => clock.sync), { concurrency: "unbounded" })
        ], { concurrency: "unbounded" })
      )
      yield* pass(50)
      const [nows, measurements] = yield* Fiber.join(callers)
      assert.strictEqual(asked(), 5)
      assert.deepStrictEqual([...new Set(nows)], [350])
      assert.strictEqual(new Set(measurements).size, 1)
      // Who asks later gets a measurement of its own.
      const later = yield* Effect.forkChild(clock.sync)
      yield* pass(50)
      yield* Fiber.join(later)
      assert.strictEqual(asked(), 10)
    }))

  it.effect("a failure is shared in the same way", () =>
    Effect.gen(function*() {
      let asked = 0
      const clock = yield* ServerClock.make(
        Effect.suspend(() => {
          asked++
          return Effect.delay(Effect.fail(new ServerClock.ServerTimeUnavailable({ message: "down" })), 10)
        })
      )
      const [nows, lines] = yield* captured(Effect.gen(function*() {
        const callers = yield* Effect.forkChild(
          Effect.all(Array.from({ length: 20 }, () => clock.now), { concurrency: "unbounded" })
        )
        yield* pass(10)
        return yield* Fiber.join(callers)
      }))
      assert.strictEqual(asked, 1)
      assert.deepStrictEqual([...new Set(nows)], [10])
      assert.isAtLeast(lines.length, 1)
    }))

  it.effect("a caller that goes away does not take the measurement from the others", () =>
    Effect.gen(function*() {
      const { source } = travelling([[5, 300, 5]])
      const clock = yield* ServerClock.make(source, { samples: 1 })
      const first = yield* Effect.forkChild(clock.now)
      yield* pass(3)
      const second = yield* Effect.forkChild(clock.now)
      yield* pass(1)
      yield* Fiber.interrupt(first)
      yield* pass(10)
      assert.strictEqual(yield* Fiber.join(second), 314)
    }))

  it.effect("is measured anew when a call finds it old, and whoever watches is told", () =>
    Effect.gen(function*() {
      let offset = 100
      let asked = 0
      const source = Effect.map(Clock.currentTimeMillis, (now) => {
        asked++
        return now + offset
      })
      const clock = yield* ServerClock.make(source, { samples: 1, refresh: "1 minute" })
      const seen: Array<number | undefined> = []
      yield* Effect.forkChild(
        Stream.runForEach(SubscriptionRef.changes(clock.last), (one) => Effect.sync(() => seen.push(one?.offsetMillis)))
      )
      yield* TestClock.adjust(0)
      yield* clock.sync
      assert.strictEqual(yield* clock.offsetMillis, 100)
      offset = 200
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* clock.now, 59_000 + 100)
      yield* TestClock.adjust("1 second")
      // The call that finds it old goes by the old one; the next has the new one.
      assert.strictEqual(yield* clock.now, 60_000 + 100)
      yield* TestClock.adjust(0)
      assert.strictEqual(yield* clock.now, 60_000 + 200)
      assert.strictEqual(asked, 2)
      assert.deepStrictEqual(seen, [undefined, 100, 200])
    }))

  it.effect("does nothing while nobody calls, however long that is", () =>
    Effect.gen(function*() {
      let asked = 0
      const source = Effect.map(Clock.currentTimeMillis, (now) => {
        asked++
        return now
      })
      const clock = yield* ServerClock.make(source, { samples: 1 })
      yield* clock.now
      yield* TestClock.adjust("20000 days")
      assert.strictEqual(asked, 1)
      yield* clock.now
      yield* TestClock.adjust(0)
      assert.strictEqual(asked, 2)
    }))

  it.effect("keeps the last offset where a refresh fails, and warns", () =>
    Effect.gen(function*() {
      let up = true
      const clock = yield* ServerClock.make(
        Effect.suspend(() =>
          up
            ? Effect.map(Clock.currentTimeMillis, (now) => now + 700)
            : Effect.fail(new ServerClock.ServerTimeUnavailable({ message: "gone" }))
        ),
        { refresh: "1 minute" }
      )
      yield* clock.sync
      up = false
      yield* TestClock.adjust("1 minute")
      const [first, lines] = yield* captured(
        Effect.andThen(clock.now, Effect.tap(clock.now, () => TestClock.adjust(0)))
      )
      assert.strictEqual(first, 60_700)
      assert.deepStrictEqual(lines, ["Warn: gone"])
      up = true
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* clock.now, 120_700)
    }))

  it.effect("goes by the local clock where no time is to be had, warns once, and tries again later", () =>
    Effect.gen(function*() {
      const { asked, source } = failing()
      const clock = yield* ServerClock.make(source, { refresh: "1 day" })
      const [first, lines] = yield* captured(Effect.all([clock.now, clock.now, clock.now]))
      assert.deepStrictEqual(first, [0, 0, 0])
      assert.deepStrictEqual(lines, ["Warn: nobody there; going by the local clock"])
      assert.strictEqual(asked(), 1)
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual(yield* clock.now, 29_000)
      assert.strictEqual(asked(), 1)
      yield* TestClock.adjust("1 second")
      const [again, more] = yield* captured(clock.now)
      assert.strictEqual(again, 30_000)
      assert.lengthOf(more, 1)
      assert.strictEqual(asked(), 2)
    }))

  it.effect("a source that never answers holds nobody up for ever", () =>
    Effect.gen(function*() {
      const clock = yield* ServerClock.make(Effect.never)
      const [now, lines] = yield* captured(Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(clock.now)
        yield* TestClock.adjust("2 seconds")
        return yield* Fiber.join(fiber)
      }))
      assert.strictEqual(now, 2000)
      assert.match(lines.join(), /no answer.*local clock/)
    }))

  it.effect("goes by the samples there are after two seconds", () =>
    Effect.gen(function*() {
      const { asked, source } = travelling([[400, 1000, 400]])
      const clock = yield* ServerClock.make(source)
      const [now, lines] = yield* captured(Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(clock.now)
        yield* pass(2000)
        return yield* Fiber.join(fiber)
      }))
      assert.strictEqual(now, 3000)
      assert.deepStrictEqual(lines, [])
      assert.strictEqual(asked(), 3)
      const last = yield* SubscriptionRef.get(clock.last)
      assert.deepStrictEqual([last?.samples, last?.offsetMillis, last?.roundTripMillis], [2, 1000, 800])
    }))
})

const exchange = (respond: transport.Respond, options?: ServerClock.ServerClockOptions) => {
  const { layer, sent } = transport.make(respond)
  return {
    sent,
    paths: () => sent.map(({ wire }) => wire.host + wire.pathname),
    clock: Effect.map(
      Layer.build(
        ServerClock.ServerClock.layer(options).pipe(
          Layer.provide([layer, Environment.Environment.layer({ environment: "production" })])
        )
      ),
      (context) => context
    ).pipe(Effect.flatMap((context) => Effect.provideContext(ServerClock.ServerClock, context)))
  }
}

const time = (millis: number) => transport.answer(200, { serverTime: millis })

const papi = "papi.binance.com/papi/v1/time"
const fapi = "fapi.binance.com/fapi/v1/time"

const byHost = (onPapi: transport.Respond, onFapi: transport.Respond): transport.Respond => (sent, request, number) =>
  (sent.wire.host === "papi.binance.com" ? onPapi : onFapi)(sent, request, number)

describe("layer", () => {
  it.effect("asks the exchange, without key or any header of its own", () =>
    Effect.gen(function*() {
      const { clock, paths, sent } = exchange(time(5000))
      assert.strictEqual(yield* Effect.flatMap(clock, (one) => one.now), 5000)
      assert.deepStrictEqual(paths(), [papi, papi, papi, papi, papi])
      for (const one of sent) {
        assert.strictEqual(one.method, "GET")
        assert.strictEqual(one.wire.search, "")
        assert.deepStrictEqual(one.headers, { accept: "application/json" })
      }
    }))

  const unavailable: ReadonlyArray<[title: string, respond: transport.Respond]> = [
    ["404", transport.answer(404, "<html></html>")],
    ["500", transport.answer(500, "")],
    ["HTML", transport.answer(200, "<html></html>")],
    ["another body", transport.answer(200, { time: 1 })],
    ["a time as text", transport.answer(200, { serverTime: "x" })],
    ["a broken line", transport.reset],
    ["a refused connection", transport.refused],
    ["half a body", transport.bodyLost]
  ]

  for (const [title, respond] of unavailable) {
    it.effect(`asks the UM host where the exchange answers ${title}`, () =>
      Effect.gen(function*() {
        const { clock, paths } = exchange(byHost(respond, time(7000)), { samples: 2 })
        assert.strictEqual(yield* Effect.flatMap(clock, (one) => one.now), 7000)
        assert.deepStrictEqual(paths(), [papi, fapi, papi, fapi])
      }))

    it.effect(`goes by the local clock where both answer ${title}`, () =>
      Effect.gen(function*() {
        const { clock, paths } = exchange(respond)
        const [now, lines] = yield* captured(Effect.flatMap(clock, (one) => one.now))
        assert.strictEqual(now, 0)
        assert.deepStrictEqual(paths(), [papi, fapi])
        assert.lengthOf(lines, 1)
        assert.match(lines[0] ?? "", /^Warn: .*fapi\.binance\.com.*going by the local clock$/)
      }))
  }

  it.effect("asks the UM host where the exchange does not answer in time", () =>
    Effect.gen(function*() {
      const { clock } = exchange(byHost(transport.silence, time(7000)), { samples: 1 })
      const now = yield* Effect.forkChild(Effect.flatMap(clock, (one) => one.now))
      yield* TestClock.adjust("2 seconds")
      assert.isAtLeast(yield* Fiber.join(now), 7000)
    }))

  it.effect("is done after two seconds where neither host answers", () =>
    Effect.gen(function*() {
      const { clock, paths } = exchange(transport.silence)
      const [now, lines] = yield* captured(Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(Effect.flatMap(clock, (one) => one.now))
        yield* TestClock.adjust("2 seconds")
        return yield* Fiber.join(fiber)
      }))
      assert.strictEqual(now, 2000)
      assert.deepStrictEqual(paths(), [papi, fapi])
      assert.match(lines.join(), /no answer.*local clock/)
    }))

  it.effect("um asks the UM host alone", () =>
    Effect.gen(function*() {
      const { clock, paths } = exchange(time(7000), { source: "um", samples: 1 })
      yield* Effect.flatMap(clock, (one) => one.now)
      assert.deepStrictEqual(paths(), [fapi])
    }))

  it.effect("local asks nobody", () =>
    Effect.gen(function*() {
      const { clock, paths } = exchange(time(7000), { source: "local" })
      const one = yield* clock
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* one.now, 3_600_000)
      assert.strictEqual(yield* one.offsetMillis, 0)
      assert.strictEqual((yield* one.sync).offsetMillis, 0)
      assert.deepStrictEqual(paths(), [])
    }))

  it.effect("layerLocal is the same, and needs nothing", () =>
    Effect.gen(function*() {
      const one = yield* Effect.provide(ServerClock.ServerClock, ServerClock.ServerClock.layerLocal)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* one.now, 1000)
    }))

  it.effect("a source of one's own", () =>
    Effect.gen(function*() {
      const { clock, paths } = exchange(time(7000), { source: Effect.succeed(42_000) })
      assert.strictEqual(yield* Effect.flatMap(clock, (one) => one.now), 42_000)
      assert.deepStrictEqual(paths(), [])
    }))
})
