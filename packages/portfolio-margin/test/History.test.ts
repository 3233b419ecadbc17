import { type ReadError, Rejected } from "@effect-binance/core/BinanceError"
import { makeRows } from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { byName } from "@effect-binance/portfolio-margin/Endpoints"
import type * as Margin from "@effect-binance/portfolio-margin/endpoints/MarginOrders"
import * as History from "@effect-binance/portfolio-margin/History"
import { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import type { Services } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Transfers } from "@effect-binance/portfolio-margin/Transfers"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { clientOf, live, scripted, type Sent } from "./support/exchange.ts"
import { samplesOf } from "./support/fixtures.ts"

const day = 86_400_000

const at = Date.UTC(2026, 9, 23)

type Rows = Stream.Stream<unknown, ReadError | History.HistoryError, Services>

interface Any {
  (span: History.Span): Rows
  readonly limits: History.Limits
}

const of = <Q, A, R extends Services>(history: History.History<Q, A, R>, query: (span: History.Span) => Q): Any =>
  Object.assign((span: History.Span): Rows => history(query(span)), { limits: history.limits })

const symbol = "BTCUSDT"

/** Every history, what else it is asked with, and what that becomes on the wire. */
const all: { readonly [Name in History.Name]: readonly [Any, { readonly [name: string]: string }] } = {
  umOrders: [of(History.umOrders, (span) => ({ ...span, symbol })), { symbol, limit: "1000" }],
  umAlgoOrders: [of(History.umAlgoOrders, (span) => ({ ...span, symbol })), { symbol, limit: "1000" }],
  umTrades: [of(History.umTrades, (span) => ({ ...span, symbol })), { symbol, limit: "1000" }],
  umForceOrders: [
    of(History.umForceOrders, (span) => ({ ...span, autoCloseType: "ADL" as const })),
    { autoCloseType: "ADL", limit: "100" }
  ],
  umIncome: [
    of(History.umIncome, (span) => ({ ...span, symbol, incomeType: "COMMISSION" as const })),
    { symbol, incomeType: "COMMISSION", limit: "1000" }
  ],
  cmOrders: [of(History.cmOrders, (span) => ({ ...span, pair: "BTCUSD" })), { pair: "BTCUSD", limit: "100" }],
  cmConditionalOrders: [of(History.cmConditionalOrders, (span) => span), { limit: "1000" }],
  cmTrades: [
    of(History.cmTrades, (span) => ({ ...span, symbol: "BTCUSD_PERP" })),
    { symbol: "BTCUSD_PERP", limit: "1000" }
  ],
  cmForceOrders: [
    of(History.cmForceOrders, (span) => ({ ...span, symbol: "BTCUSD_PERP" })),
    { symbol: "BTCUSD_PERP", limit: "100" }
  ],
  cmIncome: [of(History.cmIncome, (span) => span), { limit: "1000" }],
  marginOrders: [of(History.marginOrders, (span) => ({ ...span, symbol })), { symbol, limit: "500" }],
  marginOCOs: [of(History.marginOCOs, (span) => span), { limit: "500" }],
  marginTrades: [of(History.marginTrades, (span) => ({ ...span, symbol })), { symbol, limit: "1000" }],
  marginForceOrders: [of(History.marginForceOrders, (span) => span), { current: "1", size: "100" }],
  marginLoans: [
    of(History.marginLoans, (span) => ({ ...span, asset: "BNB" })),
    { asset: "BNB", current: "1", size: "100", archived: "false" }
  ],
  marginRepayments: [
    of(History.marginRepayments, (span) => ({ ...span, asset: "BNB" })),
    { asset: "BNB", current: "1", size: "100", archived: "false" }
  ],
  marginInterest: [
    of(History.marginInterest, (span) => span),
    { current: "1", size: "100", archived: "false" }
  ],
  negativeBalanceInterest: [
    of(History.negativeBalanceInterest, (span) => ({ ...span, asset: "USDT" })),
    { asset: "USDT", size: "100" }
  ],
  negativeBalanceExchanges: [of(History.negativeBalanceExchanges, (span) => span), {}]
}

const names = Object.keys(History.limits).filter((name): name is History.Name => name in History.limits)

const sampleOf = (name: History.Name): unknown => samplesOf(History.limits[name].endpoint)[0]?.body

const rowsIn = (body: unknown): number => {
  const rows = typeof body === "object" && body !== null && "rows" in body ? body.rows : body
  return Array.isArray(rows) ? rows.length : 0
}

const spanOf = ({ params }: Sent) => [Number(params["startTime"]), Number(params["endTime"])] as const

const failure = <A, R>(rows: Stream.Stream<A, ReadError | History.HistoryError, R>) =>
  Effect.flatMap(
    Effect.flip(Stream.runDrain(rows)),
    (error) => error._tag === "HistoryError" ? Effect.succeed(error) : Effect.die(error)
  )

describe("every history", () => {
  it.effect.each(names)("%s is asked for as documented, in periods that follow one another", (name) => {
    const sample = sampleOf(name)
    let asked = 0
    const empty = rowsIn(sample) === 0 || Array.isArray(sample) ? [] : { rows: [], total: 0 }
    const exchange = scripted(() => asked++ === 0 ? sample : empty)
    const [history, params] = all[name]
    const { days, endpoint } = History.limits[name]
    return Effect.gen(function*() {
      yield* TestClock.setTime(at)
      const from = at - (2 * days + 1) * day
      const rows = yield* Stream.runCollect(history({ from, to: at }))
      assert.isAbove(rowsIn(sample), 0)
      assert.lengthOf(rows, rowsIn(sample))
      const { method, path } = byName[endpoint]
      let next = from
      for (const sent of exchange.sent) {
        assert.strictEqual(`${sent.method} ${sent.path}`, `${method} ${path}`)
        const [start, end] = spanOf(sent)
        if (sent.params["archived"] !== "true") {
          assert.strictEqual(start, next)
          assert.isAtMost(end - start, days * day - 1)
          next = end + 1
        }
      }
      assert.strictEqual(next, at + 1)
      const { endTime: _, startTime: __, ...rest } = exchange.sent[0]?.params ?? {}
      assert.deepStrictEqual({ ...rest, ...(rest["archived"] === "true" ? { archived: "false" } : {}) }, params)
    }).pipe(Effect.provide(live(exchange)))
  })

  it("is in the table, with the endpoint and the limits it goes by", () => {
    for (const name of names) {
      assert.strictEqual(all[name][0].limits, History.limits[name])
      assert.strictEqual(byName[History.limits[name].endpoint].safety, "read")
    }
  })
})

describe("a span", () => {
  const trades = (span: Partial<History.Span>) => History.umTrades({ symbol, from: at - day, ...span })

  it.effect("ends when the stream starts, by the clock", () => {
    const exchange = scripted(() => [])
    return Effect.gen(function*() {
      yield* TestClock.setTime(at)
      const stream = trades({})
      yield* TestClock.setTime(at + 5)
      yield* Stream.runDrain(stream)
      assert.deepStrictEqual(exchange.sent.map(spanOf), [[at - day, at + 5]])
    }).pipe(Effect.provide(live(exchange)))
  })

  it.effect("may be given by instants", () => {
    const exchange = scripted(() => [])
    return Effect.gen(function*() {
      yield* Stream.runDrain(trades({
        from: DateTime.makeUnsafe("2026-10-01T00:00:00Z"),
        to: DateTime.makeZonedUnsafe("2026-10-02T00:00:00Z", { timeZone: "Asia/Tokyo" })
      }))
      assert.deepStrictEqual(exchange.sent.map(spanOf), [[Date.UTC(2026, 9, 1), Date.UTC(2026, 9, 2)]])
    }).pipe(Effect.provide(live(exchange)))
  })

  it.effect.each(
    [
      { from: at, to: at - 1 },
      { from: NaN, to: at },
      { from: 0.5, to: at },
      { from: -1, to: at },
      { from: 0, to: Infinity },
      { from: 0, to: at, window: 1 },
      { from: 0, to: at, window: 0 }
    ] as const
  )("that is none is refused, and nothing is asked: %j", (span) => {
    const exchange = scripted(() => [])
    return Effect.gen(function*() {
      const error = yield* failure(trades(span))
      assert.strictEqual(error.reason, "InvalidSpan")
      assert.isEmpty(exchange.sent)
    }).pipe(Effect.provide(live(exchange)))
  })

  it.effect("that asks for more than the call gives is refused by the call", () => {
    const exchange = scripted(() => [])
    return Effect.gen(function*() {
      const error = yield* Effect.flip(Stream.runDrain(trades({ pageSize: 1001, to: at })))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.isEmpty(exchange.sent)
    }).pipe(Effect.provide(live(exchange)))
  })
})

describe("a cursor", () => {
  const sample = sampleOf("umTrades")
  const trades = (span: Partial<History.Span>) => History.umTrades.pages({ symbol, from: 0, to: 20 * day, ...span })

  it.effect("is plain JSON that its schema reads back", () => {
    const exchange = scripted(() => sample)
    return Effect.gen(function*() {
      const [page] = yield* Stream.runCollect(Stream.take(trades({}), 1))
      if (page === undefined) return assert.fail("no page")
      const text = JSON.stringify(page.cursor)
      assert.strictEqual(
        text,
        `{"history":"umTrades","filter":{"symbol":"BTCUSDT"},"at":${7 * day},"lastId":"${page.rows.at(-1)?.id}"}`
      )
      const read = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(History.Cursor))(text)
      assert.deepStrictEqual(read, page.cursor)
      yield* Stream.runDrain(trades({ cursor: read }))
      assert.strictEqual(exchange.sent.length, 1 + 2)
      assert.deepStrictEqual(exchange.sent.slice(1).map(spanOf), [[7 * day, 14 * day - 1], [14 * day, 20 * day]])
    }).pipe(Effect.provide(live(exchange)))
  })

  it.effect("of another history, or of another symbol, is refused", () => {
    const exchange = scripted(() => [])
    return Effect.gen(function*() {
      const [page] = yield* Stream.runCollect(Stream.take(trades({}), 1))
      const other = yield* failure(History.umTrades({ symbol: "ETHUSDT", from: 0, cursor: page?.cursor }))
      assert.strictEqual(other.reason, "ForeignCursor")
      const orders = yield* failure(History.umOrders({ symbol, from: 0, cursor: page?.cursor }))
      assert.strictEqual(orders.reason, "ForeignCursor")
      assert.lengthOf(exchange.sent, 1)
    }).pipe(Effect.provide(live(exchange)))
  })

  it.effect("from the end leads nowhere, until there is more time", () => {
    const exchange = scripted(() => [])
    return Effect.gen(function*() {
      const pages = yield* Stream.runCollect(trades({}))
      const cursor = pages.at(-1)?.cursor
      exchange.sent.length = 0
      assert.isEmpty(yield* Stream.runCollect(trades({ cursor })))
      assert.isEmpty(exchange.sent)
      yield* Stream.runDrain(trades({ cursor, to: 21 * day }))
      assert.deepStrictEqual(exchange.sent.map(spanOf), [[20 * day + 1, 21 * day]])
    }).pipe(Effect.provide(live(exchange)))
  })
})

describe("a failing call", () => {
  const trades = History.umTrades({ symbol, from: 0, to: 1 })

  it.effect("is tried again as the client's policy says, and by nothing else", () => {
    let sends = 0
    const failing = (times: number) =>
      clientOf("one").pipe(
        Layer.provide(Layer.succeed(
          HttpClient.HttpClient,
          HttpClient.make((request) =>
            Effect.sync(() =>
              HttpClientResponse.fromWeb(
                request,
                sends++ < times
                  ? Response.json({ code: -1008, msg: "Request throttled by system-level protection." }, {
                    status: 503
                  })
                  : Response.json([])
              )
            )
          )
        ))
      )
    const patient = { ...RetryPolicy.none, reads: { times: 3, base: 0, cap: 0 } }
    return Effect.gen(function*() {
      yield* Stream.runDrain(trades).pipe(
        Effect.provide(failing(2)),
        Effect.provideService(RetryPolicy.RetryPolicy, patient)
      )
      assert.strictEqual(sends, 3)
      sends = 0
      const error = yield* Effect.flip(Stream.runDrain(trades)).pipe(
        Effect.provide(failing(1)),
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
      )
      assert.strictEqual(error._tag, "Unavailable")
      assert.strictEqual(sends, 1)
    })
  })

  it.effect("ends the stream with its own error, after the rows before it", () => {
    let asked = 0
    const refused = new Rejected({
      endpoint: "getNegativeBalanceExchangeRecords",
      request: "GET /papi/v1/portfolio/negative-balance-exchange-record",
      attempts: 1,
      status: 400,
      code: -4047,
      reason: "Time range too long",
      hint: ""
    })
    const transfers = Layer.mock(Transfers, {
      getNegativeBalanceExchangeRecords: () =>
        asked++ === 0 ? Effect.succeed({ total: 0, rows: makeRows<never>([]) }) : Effect.fail(refused)
    })
    return Effect.gen(function*() {
      const seen: Array<unknown> = []
      const error = yield* History.negativeBalanceExchanges.pages({ from: 0, to: 200 * day }).pipe(
        Stream.runForEach((page) => Effect.sync(() => seen.push(page))),
        Effect.flip,
        Effect.provide(transfers)
      )
      assert.strictEqual(error, refused)
      assert.lengthOf(seen, 1)
    })
  })
})

// -----------------------------------------------------------------------------
// The archive of margin records
// -----------------------------------------------------------------------------

const txId = Schema.decodeSync(Ids.TransactionId)

const loan = (id: number, time: number): Margin.MarginLoanRecord => ({
  txId: txId(String(id)),
  asset: "BTC",
  principal: BigDecimal.fromBigInt(1n),
  timestamp: DateTime.makeUnsafe(time),
  status: "CONFIRMED"
})

const millis = (instant: History.Instant | undefined): number =>
  typeof instant === "number" ? instant : instant === undefined ? NaN : DateTime.toEpochMillis(instant)

/** Keeps loans in two places, as the exchange does: some of them, perhaps, in both. */
const loans = (recent: ReadonlyArray<Margin.MarginLoanRecord>, archive: ReadonlyArray<Margin.MarginLoanRecord>) => {
  const asked: Array<string> = []
  const layer = Layer.mock(MarginOrders, {
    getMarginLoanRecords: ({ archived, current = 1, endTime, size = 10, startTime }) =>
      Effect.sync(() => {
        asked.push(archived === true ? "archive" : "recent")
        const rows = (archived === true ? archive : recent)
          .filter(({ timestamp }) =>
            DateTime.toEpochMillis(timestamp) >= millis(startTime) &&
            DateTime.toEpochMillis(timestamp) <= millis(endTime)
          )
          .toSorted((a, b) => DateTime.toEpochMillis(b.timestamp) - DateTime.toEpochMillis(a.timestamp))
        return { rows: makeRows(rows.slice((current - 1) * size, current * size)), total: rows.length }
      })
  })
  return { asked, layer }
}

describe("margin records older than six months", () => {
  const run = (kept: ReturnType<typeof loans>, from: number, pageSize = 100) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at)
      const rows = yield* Stream.runCollect(History.marginLoans({ asset: "BTC", from, pageSize }))
      return rows.map(({ txId }) => Number(txId))
    }).pipe(Effect.provide(kept.layer))

  // One loan each two days, over a year.
  const year = Array.from({ length: 182 }, (_, index) => loan(index, at - 364 * day + 2 * day * index))

  it.effect.each([176, 180, 181, 184, 190])(
    "are found wherever six months end: %d days ago",
    (days) =>
      Effect.gen(function*() {
        const border = at - days * day
        const kept = loans(
          year.filter(({ timestamp }) => DateTime.toEpochMillis(timestamp) >= border),
          year.filter(({ timestamp }) => DateTime.toEpochMillis(timestamp) < border)
        )
        assert.deepStrictEqual(yield* run(kept, at - 365 * day), year.map((_, index) => index))
        assert.deepStrictEqual(yield* run(kept, at - 365 * day, 1), year.map((_, index) => index))
      })
  )

  it.effect("are told once where both places know them, and as often as one place does", () =>
    Effect.gen(function*() {
      const twice = [...year, loan(90, at - 184 * day)]
      const kept = loans(twice, twice.filter(({ timestamp }) => DateTime.toEpochMillis(timestamp) < at - 178 * day))
      const told = yield* run(kept, at - 200 * day)
      assert.deepStrictEqual(told.filter((id) => id === 90), [90, 90])
      assert.strictEqual(new Set(told).size, told.length - 1)
    }))

  it.effect("crowded in one millisecond are fetched by pages from both places", () =>
    Effect.gen(function*() {
      const crowd = Array.from({ length: 250 }, (_, index) => loan(1000 + index, at - 182 * day))
      const kept = loans(crowd.slice(0, 180), crowd.slice(120))
      const told = yield* run(kept, at - 183 * day)
      assert.deepStrictEqual(told.toSorted((a, b) => a - b), crowd.map(({ txId }) => Number(txId)))
    }))

  it.effect("are asked for where they can be, and nowhere else", () =>
    Effect.gen(function*() {
      const kept = loans([], [])
      yield* run(kept, at - 120 * day)
      assert.deepStrictEqual(new Set(kept.asked), new Set(["recent"]))
      kept.asked.length = 0
      yield* TestClock.setTime(at)
      yield* Stream.runDrain(History.marginLoans({ asset: "BTC", from: at - 300 * day, to: at - 250 * day })).pipe(
        Effect.provide(kept.layer)
      )
      assert.deepStrictEqual(new Set(kept.asked), new Set(["archive"]))
    }))
})

// -----------------------------------------------------------------------------
// Rows in rows
// -----------------------------------------------------------------------------

describe("what is unreadable inside of a row", () => {
  const exchangeOf = () =>
    Layer.mock(Transfers, {
      getNegativeBalanceExchangeRecords: () =>
        Effect.succeed({
          total: 1,
          rows: makeRows([{
            startTime: DateTime.makeUnsafe(1),
            endTime: DateTime.makeUnsafe(2),
            details: makeRows<never>([], [{ index: 0, reason: "no asset" }])
          }])
        })
    })

  it.effect("is not passed over in silence", () =>
    Effect.gen(function*() {
      const error = yield* failure(History.negativeBalanceExchanges({ from: 0, to: day }))
      assert.strictEqual(error.reason, "Unreadable")
      assert.include(error.message, "no asset")
      const [page] = yield* Stream.runCollect(
        History.negativeBalanceExchanges.pages({ from: 0, to: day, unreadable: "skip" })
      )
      assert.lengthOf(page?.rows ?? [], 1)
      assert.deepStrictEqual(page?.unreadable, [{ index: 0, reason: "no asset" }])
    }).pipe(Effect.provide(exchangeOf())))

  it.effect("a count that the rows contradict is not believed", () => {
    const transfers = Layer.mock(Transfers, {
      getNegativeBalanceExchangeRecords: () => Effect.succeed({ total: 3, rows: makeRows<never>([]) })
    })
    return Effect.gen(function*() {
      const error = yield* failure(History.negativeBalanceExchanges({ from: 0, to: day }))
      assert.strictEqual(error.reason, "Unsteady")
    }).pipe(Effect.provide(transfers))
  })
})

describe("what to do", () => {
  it.effect("about a crowded millisecond is said by what was not chosen yet", () => {
    const row = sampleOf("umIncome")
    const crowd = Array.isArray(row) ? Array.from({ length: 1000 }, () => row[0]) : []
    const exchange = scripted(() => crowd)
    return Effect.gen(function*() {
      const hint = (query: Partial<History.OfUMIncome>) =>
        Effect.map(failure(History.umIncome({ from: 0, to: at, ...query })), (error) => error.hint)
      assert.strictEqual(yield* hint({}), "Ask for less at a time: one history for each symbol and incomeType.")
      assert.strictEqual(yield* hint({ symbol }), "Ask for less at a time: one history for each incomeType.")
      assert.include(yield* hint({ symbol, incomeType: "COMMISSION" }), "Binance's export")
    }).pipe(Effect.provide(live(exchange)))
  })
})
