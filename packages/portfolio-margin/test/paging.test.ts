import { makeRows, type Rows, type UnreadableRow } from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import type * as Margin from "@effect-binance/portfolio-margin/endpoints/MarginOrders"
import type * as UM from "@effect-binance/portfolio-margin/endpoints/UMOrders"
import * as History from "@effect-binance/portfolio-margin/History"
import { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

// -----------------------------------------------------------------------------
// An exchange that has rows, and cuts off what it likes
// -----------------------------------------------------------------------------

interface Row {
  readonly id: string
  readonly time: number
}

interface Exchange {
  /** By the time of each row; ids are given in this order, from beyond 2^53 on. */
  readonly times: ReadonlyArray<number>
  /** Which end of an answer that is too long is kept. */
  readonly keeps: "oldest" | "newest"
  /** In which order rows come. */
  readonly order: "oldest first" | "newest first" | "mixed"
  /** How far apart ids are. */
  readonly gap?: number
  /** Times of rows that cannot be read. */
  readonly broken?: ReadonlyArray<number>
}

const first = 9_999_999_999_999_900n

const rowsOf = (times: ReadonlyArray<number>, gap: number): ReadonlyArray<Row> =>
  [...times].sort((a, b) => a - b).map((time, index) => ({ id: String(first + BigInt(gap * index)), time }))

const numberOf = (row: Row): number => Number(BigInt(row.id) - first)

const arrange = (order: Exchange["order"], rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  switch (order) {
    case "oldest first":
      return rows
    case "newest first":
      return rows.toReversed()
    case "mixed":
      return [...rows].sort((a, b) => numberOf(a) * 7 % 11 - numberOf(b) * 7 % 11)
  }
}

const millis = (instant: History.Instant | undefined): number =>
  typeof instant === "number" ? instant : instant === undefined ? NaN : DateTime.toEpochMillis(instant)

/** Answers as the exchange of the options would, and keeps what it was asked. */
const exchange = ({ broken = [], gap = 1, keeps, order, times }: Exchange) => {
  const all = rowsOf(times, gap)
  const asked: Array<string> = []
  const readable = (rows: ReadonlyArray<Row>): Rows<Row> =>
    makeRows(
      rows.filter(({ time }) => !broken.includes(time)),
      rows.flatMap(({ time }, index): ReadonlyArray<UnreadableRow> =>
        broken.includes(time) ? [{ index, reason: `no row of ${time}` }] : []
      )
    )
  const within = (from: number, to: number) => all.filter(({ time }) => time >= from && time <= to)
  return {
    all,
    asked,
    period: (from: number, to: number, limit: number): Rows<Row> => {
      asked.push(`${from}..${to}`)
      const rows = within(from, to)
      return readable(
        arrange(order, keeps === "oldest" ? rows.slice(0, limit) : rows.slice(Math.max(0, rows.length - limit)))
      )
    },
    fromId: (id: bigint, limit: number): Rows<Row> => {
      asked.push(`id ${id}`)
      const begin = id <= first ? 0 : Math.ceil(Number(id - first) / gap)
      return readable(all.slice(begin, begin + limit))
    },
    page: (from: number, to: number, current: number, size: number) => {
      asked.push(`${from}..${to} page ${current}`)
      const rows = arrange(order, within(from, to))
      return { rows: readable(rows.slice((current - 1) * size, current * size)), total: rows.length }
    }
  }
}

type Faked = ReturnType<typeof exchange>

// -----------------------------------------------------------------------------
// The same rows as three histories, one for each way of asking
// -----------------------------------------------------------------------------

const orderId = Schema.decodeSync(Ids.OrderId)

const tradeId = Schema.decodeSync(Ids.TradeId)

const zero = BigDecimal.fromBigInt(0n)

const as = <A>(rows: Rows<Row>, row: (row: Row) => A): Rows<A> => makeRows(rows.map(row), rows.unreadable)

const forceOrder = ({ id, time }: Row): UM.UMForceOrder => ({
  orderId: orderId(id),
  clientOrderId: "autoclose",
  symbol: "BTCUSDT",
  status: "FILLED",
  side: "SELL",
  positionSide: "BOTH",
  type: "LIMIT",
  timeInForce: "IOC",
  price: zero,
  origQty: zero,
  executedQty: zero,
  reduceOnly: true,
  updateTime: DateTime.makeUnsafe(time),
  origType: "LIMIT",
  time: DateTime.makeUnsafe(time)
})

const trade = ({ id, time }: Row): UM.UMTrade => ({
  symbol: "BTCUSDT",
  id: tradeId(id),
  orderId: orderId("1"),
  side: "BUY",
  price: zero,
  qty: zero,
  realizedPnl: zero,
  quoteQty: zero,
  commission: zero,
  commissionAsset: "USDT",
  time: DateTime.makeUnsafe(time),
  buyer: true,
  maker: false,
  positionSide: "BOTH"
})

const marginForceOrder = ({ id, time }: Row): Margin.MarginForceOrder => ({
  orderId: orderId(id),
  symbol: "BTCUSDT",
  side: "SELL",
  price: zero,
  avgPrice: zero,
  qty: zero,
  executedQty: zero,
  timeInForce: "GTC",
  updatedTime: DateTime.makeUnsafe(time)
})

type Pages = Stream.Stream<
  { readonly rows: ReadonlyArray<Row>; readonly page: Omit<History.Page<unknown>, "rows"> },
  Stream.Error<ReturnType<typeof History.umTrades>>
>

const umOrders = (faked: Faked) =>
  Layer.mock(UMOrders, {
    getUMForceOrders: (params) =>
      Effect.sync(() =>
        as(faked.period(millis(params?.startTime), millis(params?.endTime), params?.limit ?? 50), forceOrder)
      ),
    getUMTrades: ({ endTime, fromId, limit = 500, startTime }) =>
      Effect.sync(() =>
        as(
          fromId === undefined
            ? faked.period(millis(startTime), millis(endTime), limit)
            : faked.fromId(BigInt(fromId), limit),
          trade
        )
      )
  })

const marginOrders = (faked: Faked) =>
  Layer.mock(MarginOrders, {
    getMarginForceOrders: (params) =>
      Effect.sync(() => {
        const { rows, total } = faked.page(
          millis(params?.startTime),
          millis(params?.endTime),
          params?.current ?? 1,
          params?.size ?? 10
        )
        return { rows: as(rows, marginForceOrder), total }
      })
  })

const rowOf = (id: string, time: DateTime.Utc): Row => ({ id, time: DateTime.toEpochMillis(time) })

/** By time alone, by time and ids, by time and pages. */
const histories = {
  time: (faked: Faked, span: History.Span): Pages =>
    History.umForceOrders.pages({ symbol: "BTCUSDT", autoCloseType: "ADL", ...span }).pipe(
      Stream.map(({ rows, ...page }) => ({ rows: rows.map((row) => rowOf(row.orderId, row.time)), page })),
      Stream.provide(umOrders(faked))
    ),
  ids: (faked: Faked, span: History.Span): Pages =>
    History.umTrades.pages({ symbol: "BTCUSDT", ...span }).pipe(
      Stream.map(({ rows, ...page }) => ({ rows: rows.map((row) => rowOf(row.id, row.time)), page })),
      Stream.provide(umOrders(faked))
    ),
  pages: (faked: Faked, span: History.Span): Pages =>
    History.marginForceOrders.pages(span).pipe(
      Stream.map(({ rows, ...page }) => ({ rows: rows.map((row) => rowOf(row.orderId, row.updatedTime)), page })),
      Stream.provide(marginOrders(faked))
    )
}

type Kind = keyof typeof histories

const kinds: ReadonlyArray<Kind> = ["time", "ids", "pages"]

/** How many rows the calls of these histories give at most. */
const largest = { time: 100, ids: 1000, pages: 100 }

const ids = (rows: ReadonlyArray<Row>) => rows.map(({ id }) => id)

const times = (rows: ReadonlyArray<Row>) => rows.map(({ time }) => time)

/** What came before a stream ended, and how it ended. */
const run = (kind: Kind, faked: Faked, span: History.Span) =>
  Effect.gen(function*() {
    const pages: Array<Stream.Success<Pages>> = []
    const end = yield* Effect.result(
      Stream.runForEach(histories[kind](faked, span), (page) => Effect.sync(() => pages.push(page)))
    )
    return { pages, rows: pages.flatMap(({ rows }) => rows), end }
  })

/** Why a stream ended before its end. */
const reasonOf = (end: Result.Result<void, Stream.Error<Pages>>): string =>
  Result.isSuccess(end) ? "ended" : end.failure._tag === "HistoryError" ? end.failure.reason : end.failure._tag

const word = <const Words extends ReadonlyArray<string>>(...words: Words) => Arbitrary.schema(Schema.Literals(words))

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const many = (count: number, time: number): ReadonlyArray<number> => Array.from({ length: count }, () => time)

const spread = (count: number, every: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => index * every)

const day = 86_400_000

const plain = { keeps: "oldest", order: "oldest first" } as const

describe("all rows, once, in order, whatever the exchange cuts off", () => {
  const cases = {
    // Few milliseconds and many rows, so that pages end amid a millisecond.
    times: Arbitrary.array(int(0, 60), { minLength: 0, maxLength: 70 }),
    keeps: word("oldest", "newest"),
    order: word("oldest first", "newest first", "mixed"),
    gap: int(1, 3),
    pageSize: int(1, 9),
    window: int(2, 80),
    from: int(0, 30),
    length: int(0, 40),
    crowd: int(0, 300)
  }

  for (const kind of kinds) {
    it.effect.prop(`and from every page on: by ${kind}`, cases, (input) =>
      Effect.gen(function*() {
        const { from, pageSize } = input
        const to = from + input.length
        // Some cases have a millisecond that is as large as an answer can be, or larger.
        const crowd = input.crowd < 60 ? many(largest[kind] + input.crowd, input.crowd) : []
        const faked = exchange({ ...input, times: [...input.times, ...crowd] })
        const span = { from, to, pageSize, window: Duration.millis(input.window) }
        const expected = faked.all.filter(({ time }) => time >= from && time <= to)
        // Without ids and pages a millisecond as large as an answer cannot be told from a larger one.
        const end = kind === "time" && crowd.length > 0 && input.crowd >= from && input.crowd <= to
          ? input.crowd
          : Infinity
        const told = expected.filter(({ time }) => time < end)

        const whole = yield* run(kind, faked, span)
        assert.deepStrictEqual(times(whole.rows), times(told))
        assert.deepStrictEqual(ids(whole.rows), ids(told))
        assert.strictEqual(reasonOf(whole.end), end === Infinity ? "ended" : "Crowded")

        let before = 0
        const every = Math.ceil(whole.pages.length / 10)
        for (const [index, { page: { cursor }, rows }] of whole.pages.entries()) {
          before += rows.length
          if (index % every > 0) continue
          const rest = yield* run(kind, faked, { ...span, cursor })
          assert.deepStrictEqual(times(rest.rows), times(told.slice(before)))
          assert.deepStrictEqual(ids(rest.rows), ids(told.slice(before)))
          assert.strictEqual(reasonOf(rest.end), reasonOf(whole.end))
        }
      }), { arbitrary: { runs: 200 } })
  }
})

describe("what is asked", () => {
  it.effect("windows, the first and the last millisecond included, and never one of no length", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: [0, 9, 10, 20, 21] })
      const { rows } = yield* run("time", faked, { from: 0, to: 20, window: "10 millis" })
      assert.deepStrictEqual(times(rows), [0, 9, 10, 20])
      assert.deepStrictEqual(faked.asked, ["0..9", "10..18", "19..20"])
    }))

  it.effect("no period of one millisecond but a crowded one", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: [5, 5, 6] })
      const { rows } = yield* run("time", faked, { from: 5, to: 5, pageSize: 2 })
      assert.lengthOf(rows, 2)
      assert.deepStrictEqual(faked.asked, ["4..5", "5..5"])
    }))

  it.effect("nothing before it is pulled, and no more than is needed", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: spread(1000, 10) })
      const fills = History.umTrades({ symbol: "BTCUSDT", from: 0, to: 9999, window: "500 millis" })
      assert.lengthOf(faked.asked, 0)
      const taken = yield* fills.pipe(Stream.take(51), Stream.runCollect, Effect.provide(umOrders(faked)))
      assert.lengthOf(taken, 51)
      assert.deepStrictEqual(faked.asked, ["0..499", "500..999"])
    }))

  it.effect("an exactly full page once more, as nobody knows what it lacks", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: [1, 20, 30, 40] })
      const { rows } = yield* run("time", faked, { from: 0, to: 99, pageSize: 4 })
      assert.lengthOf(rows, 4)
      assert.deepStrictEqual(faked.asked, ["0..99", "0..30", "31..61", "62..99"])
    }))

  const dense = { from: 0, to: 7 * day - 1, pageSize: 100 }

  it.effect.each(["oldest", "newest"] as const)(
    "by ids hardly more than there are pages, where the %s are kept",
    (keeps) =>
      Effect.gen(function*() {
        const faked = exchange({ ...plain, keeps, times: spread(5000, 1000) })
        const { rows } = yield* run("ids", faked, dense)
        assert.lengthOf(rows, 5000)
        assert.isAtMost(faked.asked.length, keeps === "oldest" ? 53 : 65)
      })
  )

  it.effect.each(["oldest", "newest"] as const)(
    "by time not much more than there are pages, where the %s are kept",
    (keeps) =>
      Effect.gen(function*() {
        const faked = exchange({ ...plain, keeps, times: spread(5000, 1000) })
        const { rows } = yield* run("time", faked, dense)
        assert.lengthOf(rows, 5000)
        assert.isAtMost(faked.asked.length, keeps === "oldest" ? 85 : 110)
      })
  )

  it.effect.each(["oldest", "newest"] as const)(
    "of bursts with long silence between them a few for each, where the %s are kept",
    (keeps) =>
      Effect.gen(function*() {
        const bursts = [0, 1, 2, 3, 4, 5, 6].flatMap((n) => spread(150, 3).map((time) => n * day + 50_000_000 + time))
        const faked = exchange({ ...plain, keeps, times: bursts })
        const { rows } = yield* run("time", faked, dense)
        assert.lengthOf(rows, 1050)
        assert.isAtMost(faked.asked.length, 60)
      })
  )

  it.effect("for the first fill of a crowded millisecond some sixty, by bisection of ids", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: [...many(30, 5), ...many(2500, 7), 9] })
      const { rows } = yield* run("ids", faked, { from: 6, to: 8 })
      assert.lengthOf(rows, 2500)
      assert.isAtMost(faked.asked.length, 75)
    }))
})

describe("what cannot be told in full", () => {
  it.effect("a crowded millisecond ends the stream, what was before it is told", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: [1, 2, ...many(100, 50), 60] })
      const { end, rows } = yield* run("time", faked, { from: 0, to: day, pageSize: 10 })
      assert.lengthOf(rows, 2)
      if (Result.isSuccess(end) || end.failure._tag !== "HistoryError") return assert.fail("it did not end so")
      assert.strictEqual(end.failure.reason, "Crowded")
      assert.strictEqual(end.failure.from, 50)
      assert.strictEqual(end.failure.to, 50)
      assert.include(end.failure.message, "the millisecond 50 (1970-01-01T00:00:00.050Z) has 100 rows or more")
    }))

  it.effect.each(kinds)(
    "an unreadable row ends the stream, or is told with the page: by %s",
    (kind) =>
      Effect.gen(function*() {
        const faked = exchange({ ...plain, times: [1, 2, 3], broken: [2] })
        const strict = yield* run(kind, faked, { from: 0, to: 99 })
        assert.strictEqual(reasonOf(strict.end), "Unreadable")
        assert.lengthOf(strict.rows, 0)
        const lenient = yield* run(kind, faked, { from: 0, to: 99, unreadable: "skip" })
        assert.strictEqual(reasonOf(lenient.end), "ended")
        assert.deepStrictEqual(times(lenient.rows), [1, 3])
        assert.deepStrictEqual(lenient.pages.flatMap(({ page }) => page.unreadable), [
          { index: 1, reason: "no row of 2" }
        ])
      })
  )

  it.effect("an unreadable row counts where it is asked whether an answer is full", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: [1, 20, 30, 40, 50], broken: [20] })
      const { rows } = yield* run("time", faked, { from: 0, to: 99, pageSize: 3, unreadable: "skip" })
      assert.deepStrictEqual(times(rows), [1, 30, 40, 50])
    }))

  it.effect("by ids, an unreadable row beyond the end is no trouble, one within is", () =>
    Effect.gen(function*() {
      const rows = spread(40, 10)
      const span = { from: 0, to: 200, pageSize: 4 }
      const beyond = yield* run("ids", exchange({ ...plain, times: rows, broken: [220] }), span)
      assert.strictEqual(reasonOf(beyond.end), "ended")
      assert.deepStrictEqual(times(beyond.rows), rows.filter((time) => time <= 200))
      const within = yield* run("ids", exchange({ ...plain, times: rows, broken: [200] }), span)
      assert.strictEqual(reasonOf(within.end), "Unreadable")
      const skipped = yield* run("ids", exchange({ ...plain, times: rows, broken: [100, 220] }), {
        ...span,
        unreadable: "skip"
      })
      assert.deepStrictEqual(times(skipped.rows), rows.filter((time) => time <= 200 && time !== 100))
      assert.deepStrictEqual(
        new Set(skipped.pages.flatMap(({ page }) => page.unreadable.map(({ reason }) => reason))),
        new Set(["no row of 100"])
      )
    }))

  it.effect("by ids, answers that lead nowhere end the stream", () =>
    Effect.gen(function*() {
      const faked = exchange({ ...plain, times: spread(500, 1) })
      const stuck = { ...faked, fromId: (_: bigint, limit: number) => faked.fromId(1n, limit) }
      const { end } = yield* run("ids", stuck, { from: 0, to: day, pageSize: 100 })
      assert.strictEqual(reasonOf(end), "Unsteady")
      const silent = { ...faked, fromId: () => makeRows<Row>([]) }
      const crowd = exchange({ ...plain, times: many(1000, 7) })
      const none = yield* run("ids", { ...silent, period: crowd.period }, { from: 0, to: day })
      assert.strictEqual(reasonOf(none.end), "Unsteady")
    }))
})

describe("while rows arrive", () => {
  it.effect.each([200, 250])(
    "pages asked for by number are asked for anew where the count changes: %i",
    (count) =>
      Effect.gen(function*() {
        const early = exchange({ ...plain, order: "newest first", times: many(count, 5) })
        const late = exchange({ ...plain, order: "newest first", times: many(count + 1, 5) })
        let pages = 0
        const growing: Faked = {
          ...early,
          page: (from, to, current, size) => (pages++ > 2 ? late : early).page(from, to, current, size)
        }
        const { end, rows } = yield* run("pages", growing, { from: 5, to: 5, pageSize: 100 })
        assert.strictEqual(reasonOf(end), "ended")
        assert.deepStrictEqual(ids(rows), ids(late.all))
      })
  )

  it.effect("an exchange that never stands still is not believed", () =>
    Effect.gen(function*() {
      const growing: Array<number> = [...many(250, 5)]
      const faked = exchange({ ...plain, times: growing })
      const moving: Faked = {
        ...faked,
        page: (from, to, current, size) => {
          growing.push(5)
          return exchange({ ...plain, times: growing }).page(from, to, current, size)
        }
      }
      const { end } = yield* run("pages", moving, { from: 5, to: 5 })
      assert.strictEqual(reasonOf(end), "Unsteady")
    }))

  it.effect.each(kinds)(
    "what arrives after the end of the history is left to the next one: by %s",
    (kind) =>
      Effect.gen(function*() {
        const rows: Array<number> = [...spread(30, 10)]
        let growing = exchange({ ...plain, keeps: "newest", order: "newest first", times: rows })
        const moving: Faked = {
          ...growing,
          period: (from, to, limit) => (grow(), growing.period(from, to, limit)),
          fromId: (id, limit) => (grow(), growing.fromId(id, limit)),
          page: (from, to, current, size) => (grow(), growing.page(from, to, current, size))
        }
        const grow = () => {
          rows.push(300 + rows.length)
          growing = exchange({ ...plain, keeps: "newest", order: "newest first", times: rows })
        }
        const now = yield* run(kind, moving, { from: 0, to: 299, pageSize: 4 })
        assert.deepStrictEqual(times(now.rows), spread(30, 10))
        const cursor = now.pages.at(-1)?.page.cursor
        const count = rows.length
        const later = yield* run(kind, moving, { from: 0, to: 300 + count - 1, pageSize: 4, cursor })
        assert.deepStrictEqual(times(later.rows), rows.slice(30, count))
      })
  )
})
