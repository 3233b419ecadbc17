/**
 * Histories as streams: orders, fills, income, loans and the rest of what happened, the oldest first, without limits of
 * periods and pages.
 *
 * Each history is a function from what is asked for to a `Stream` of rows. Its `pages` gives the same rows page by page, each
 * page with a {@link Cursor} from which the stream can be taken up again after a crash.
 *
 * Nothing is lost and nothing is told twice: an answer counts only where it has fewer rows than were asked for, and is
 * asked for again in shorter periods where it does not. Where that is impossible the stream fails with a
 * {@link HistoryError}.
 *
 * @since 0.1.0
 */
import type { ReadError } from "@effect-binance/core/BinanceError"
import type * as Field from "@effect-binance/core/Field"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { CMOrders } from "./CMOrders.ts"
import type * as CM from "./endpoints/CMOrders.ts"
import type * as Margin from "./endpoints/MarginOrders.ts"
import type * as Income from "./endpoints/Transfers.ts"
import type * as UM from "./endpoints/UMOrders.ts"
import * as paging from "./internal/paging.ts"
import { MarginOrders } from "./MarginOrders.ts"
import { Transfers } from "./Transfers.ts"
import { UMOrders } from "./UMOrders.ts"

// -----------------------------------------------------------------------------
// Limits
// -----------------------------------------------------------------------------

/**
 * What the exchange allows one question about a history.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  /** The call that is made. */
  readonly endpoint: string
  /** The longest period of one question, in days of 24 hours. */
  readonly days: number
  /** The most rows of one answer; `Infinity` where the call knows no limit. */
  readonly rows: number
  /** Whether Binance says so of this call, or the period is a cautious choice where it says nothing. */
  readonly period: "documented" | "assumed"
  /** Where the period comes from. */
  readonly source: string
  /** How far back the exchange remembers, where it says so. */
  readonly reach?: string
}

const docs = "https://developers.binance.com/docs/derivatives/portfolio-margin"

const unfilled = (days: number): string =>
  `orders that ended without a fill are gone ${days} days after they were placed`

/**
 * What the exchange allows, by history.
 *
 * @category constants
 * @since 0.1.0
 */
export const limits = {
  umOrders: {
    endpoint: "getAllUMOrders",
    days: 7,
    rows: 1000,
    period: "documented",
    source: `${docs}/trade/Query-All-UM-Orders`,
    reach: unfilled(3)
  },
  umAlgoOrders: {
    endpoint: "getAllUMAlgoOrders",
    days: 7,
    rows: 1000,
    period: "documented",
    source: `${docs}/trade/Query-UM-Algo-Order-History`,
    reach: `90 days; ${unfilled(3)}`
  },
  umTrades: {
    endpoint: "getUMTrades",
    days: 7,
    rows: 1000,
    period: "documented",
    source: `${docs}/trade/UM-Account-Trade-List (24 hours in the documentation of 2025)`
  },
  umForceOrders: {
    endpoint: "getUMForceOrders",
    days: 7,
    rows: 100,
    period: "assumed",
    source: `${docs}/trade/Query-Users-UM-Force-Orders names 7 days as the default, and no longest period`,
    reach: "90 days"
  },
  cmOrders: {
    endpoint: "getAllCMOrders",
    days: 7,
    rows: 100,
    period: "assumed",
    source: `${docs}/trade/Query-All-CM-Orders names no longest period; 7 days as for UM`,
    reach: unfilled(3)
  },
  cmConditionalOrders: {
    endpoint: "getAllCMConditionalOrders",
    days: 7,
    rows: 1000,
    period: "documented",
    source: `${docs}/trade/Query-All-CM-Conditional-Orders`,
    reach: unfilled(7)
  },
  cmTrades: {
    endpoint: "getCMTrades",
    days: 1,
    rows: 1000,
    period: "documented",
    source: `${docs}/trade/CM-Account-Trade-List`
  },
  cmForceOrders: {
    endpoint: "getCMForceOrders",
    days: 7,
    rows: 100,
    period: "assumed",
    source: `${docs}/trade/Query-Users-CM-Force-Orders names 7 days as the default, and no longest period`,
    reach: "90 days"
  },
  marginOrders: {
    endpoint: "getAllMarginOrders",
    days: 1,
    rows: 500,
    period: "assumed",
    source:
      `${docs}/trade/Query-All-Margin-Account-Orders names no longest period; 24 hours as for its margin (sapi) twin`
  },
  marginOCOs: {
    endpoint: "getAllMarginOCO",
    days: 1,
    rows: 500,
    period: "assumed",
    source: `${docs}/trade/Query-Margin-Account-all-OCO names no longest period; 24 hours as for its margin (sapi) twin`
  },
  marginTrades: {
    endpoint: "getMarginTrades",
    days: 1,
    rows: 1000,
    period: "documented",
    source: `${docs}/trade/Margin-Account-Trade-List`
  },
  marginForceOrders: {
    endpoint: "getMarginForceOrders",
    days: 30,
    rows: 100,
    period: "assumed",
    source: `${docs}/trade/Query-Users-Margin-Force-Orders names no longest period; 30 days as for other margin records`
  },
  marginLoans: {
    endpoint: "getMarginLoanRecords",
    days: 30,
    rows: 100,
    period: "documented",
    source: `${docs}/account/Query-Margin-Loan-Record`
  },
  marginRepayments: {
    endpoint: "getMarginRepayRecords",
    days: 30,
    rows: 100,
    period: "documented",
    source: `${docs}/account/Query-Margin-repay-Record`
  },
  marginInterest: {
    endpoint: "getMarginInterestHistory",
    days: 30,
    rows: 100,
    period: "documented",
    source: `${docs}/account/Get-Margin-BorrowLoan-Interest-History`
  },
  umIncome: {
    endpoint: "getUMIncomeHistory",
    days: 7,
    rows: 1000,
    period: "assumed",
    source: `${docs}/account/Get-UM-Income-History names 7 days as the default, and no longest period`,
    reach: "3 months"
  },
  cmIncome: {
    endpoint: "getCMIncomeHistory",
    days: 200,
    rows: 1000,
    period: "documented",
    source: `${docs}/account/Get-CM-Income-History`
  },
  negativeBalanceInterest: {
    endpoint: "getPortfolioNegativeBalanceInterestHistory",
    days: 30,
    rows: 100,
    period: "documented",
    source: `${docs}/account/Query-Portfolio-Margin-Negative-Balance-Interest-History`
  },
  negativeBalanceExchanges: {
    endpoint: "getNegativeBalanceExchangeRecords",
    days: 90,
    rows: Infinity,
    period: "documented",
    source: `${docs}/account/Query-User-Negative-Balance-Auto-Exchange-Record (3 months)`
  }
} as const satisfies { readonly [name: string]: Limits }

/**
 * The names of the histories.
 *
 * @category models
 * @since 0.1.0
 */
export type Name = keyof typeof limits

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * A place in a history: what comes after the rows of a {@link Page}.
 *
 * @category models
 * @since 0.1.0
 */
export type Cursor = typeof Cursor.Type

/**
 * A place in a history: what comes after the rows of a {@link Page}.
 *
 * **Details**
 *
 * Plain JSON, to be kept beside the rows and read back by this schema. It belongs to one history and one choice of rows
 * (symbol, kind, …); another history refuses it. What is in it is not for use, and may grow; what was written by an older
 * version stays readable.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cursor = Schema.Struct({
  history: Schema.String,
  filter: Schema.Record(Schema.String, Schema.String),
  at: Schema.Int,
  lastId: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^-?\d+$/)))
}).pipe(Schema.brand("@effect-binance/portfolio-margin/History/Cursor"))

/**
 * Rows, and where to go on after them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  /** The oldest first. Empty where nothing happened for a while. */
  readonly rows: ReadonlyArray<A>
  /** What could not be read; empty unless `unreadable: "skip"` was asked for. */
  readonly unreadable: ReadonlyArray<Field.UnreadableRow>
  readonly cursor: Cursor
}

/**
 * An instant: a `DateTime`, or milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export type Instant = DateTime.DateTime | number

/**
 * What is asked of every history.
 *
 * @category models
 * @since 0.1.0
 */
export interface Span {
  /** The first instant. */
  readonly from: Instant
  /** The last instant, itself included; the time at which the stream starts, by `Clock`, when left out. */
  readonly to?: Instant | undefined
  /** Where to go on; `from` then says no more than where the history began. */
  readonly cursor?: Cursor | undefined
  /** How many rows to ask for at a time; as many as the call gives when left out. */
  readonly pageSize?: number | undefined
  /** The longest period to ask for at a time; what {@link limits} says when left out. */
  readonly window?: Duration.Input | undefined
  /**
   * What becomes of a row that cannot be read: it ends the stream (`fail`), or is passed over and told in
   * `Page.unreadable` (`skip`). `fail` when left out.
   */
  readonly unreadable?: "fail" | "skip" | undefined
}

/**
 * A history of one symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfSymbol extends Span {
  readonly symbol: string
}

/**
 * A history of one CM contract, or of all contracts of a pair.
 *
 * @category models
 * @since 0.1.0
 */
export type OfSymbolOrPair = Span & CM.CMSymbolOrPair

/**
 * A history of all symbols, or of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfAnySymbol extends Span {
  /** One symbol; all of them when left out. */
  readonly symbol?: string | undefined
}

/**
 * A history of orders by which the exchange closed positions.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfForceOrders extends OfAnySymbol {
  /** Liquidations or auto-deleveraging; both when left out. */
  readonly autoCloseType?: "LIQUIDATION" | "ADL" | undefined
}

/**
 * A history of UM balance changes.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfUMIncome extends OfAnySymbol {
  /** One kind; all of them when left out. */
  readonly incomeType?: Income.UMIncomeType | undefined
}

/**
 * A history of CM balance changes.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfCMIncome extends OfAnySymbol {
  /** One kind; all of them when left out. */
  readonly incomeType?: Income.CMIncomeType | undefined
}

/**
 * A history of one asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfAsset extends Span {
  readonly asset: string
}

/**
 * A history of all assets, or of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface OfAnyAsset extends Span {
  /** One asset; all of them when left out. */
  readonly asset?: string | undefined
}

/**
 * A history: asked with `Q` it gives rows `A`, by the calls of the service `R`.
 *
 * @category models
 * @since 0.1.0
 */
export interface History<in Q, out A, out R> {
  /** The rows, the oldest first. Nothing is asked for before it is pulled. */
  (query: Q): Stream.Stream<A, ReadError | HistoryError, R>
  /** The same rows, page by page, each page with the cursor of what comes after it. */
  readonly pages: (query: Q) => Stream.Stream<Page<A>, ReadError | HistoryError, R>
  /** What the exchange allows one question. */
  readonly limits: Limits
}

/**
 * A history cannot be told in full; `reason` says why:
 *
 * - `Crowded`: a single millisecond (`from`) has as many rows as an answer can hold, or more.
 * - `Unreadable`: a row of the period cannot be read.
 * - `Unsteady`: the exchange's answers about the period contradict each other.
 * - `InvalidSpan`: the period asked for is none.
 * - `ForeignCursor`: the cursor belongs to another history, or to another choice of rows.
 *
 * @category errors
 * @since 0.1.0
 */
export class HistoryError extends Schema.TaggedError<HistoryError>(
  "@effect-binance/portfolio-margin/History/HistoryError"
)("HistoryError", {
  /** The name of the history, e.g. `umTrades`. */
  history: Schema.String,
  reason: Schema.Literals(["Crowded", "Unreadable", "Unsteady", "InvalidSpan", "ForeignCursor"]),
  /** The first millisecond concerned. */
  from: Schema.optionalKey(Schema.Finite),
  /** The last millisecond concerned. */
  to: Schema.optionalKey(Schema.Finite),
  detail: Schema.String,
  /** What to do. */
  hint: Schema.String
}) {
  override get message(): string {
    return `${this.history}: ${this.detail}. ${this.hint}`
  }
}

// -----------------------------------------------------------------------------
// Making histories
// -----------------------------------------------------------------------------

type Filter = { readonly [name: string]: string | undefined }

interface Asking<A> {
  readonly timeOf: (row: A) => DateTime.Utc
  readonly idOf: (row: A) => string
  readonly ask: (
    period: { readonly startTime: number; readonly endTime: number },
    limit: number
  ) => Effect.Effect<paging.Answer<A>, ReadError>
  readonly crowd: paging.Crowd<A, ReadError>
}

interface Definition<Q, A, R, S> {
  readonly name: Name
  readonly service: Context.Key<R, S>
  /** Which rows are chosen; what a cursor is bound to. */
  readonly filter: (query: Q) => Filter
  /** What could be chosen more narrowly, for the hint about a crowded millisecond. */
  readonly narrowing: ReadonlyArray<string>
  readonly asking: (service: S, query: Q) => Asking<A>
}

const refused = { _tag: "Refused" } as const

const millisOf = (instant: Instant): number =>
  typeof instant === "number" ? instant : Math.floor(DateTime.toEpochMillis(instant))

const iso = (millis: number): string =>
  Option.match(DateTime.make(millis), { onNone: () => String(millis), onSome: DateTime.formatIso })

const given = (filter: Filter): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const])
  )

const explain = (
  { name, narrowing }: Pick<Definition<never, unknown, never, never>, "name" | "narrowing">,
  chosen: { readonly [name: string]: string },
  problem: paging.Problem
): HistoryError => {
  switch (problem._tag) {
    case "Crowded": {
      const open = narrowing.filter((one) => chosen[one] === undefined)
      return new HistoryError({
        history: name,
        reason: "Crowded",
        from: problem.millisecond,
        to: problem.millisecond,
        detail: `the millisecond ${problem.millisecond} (${
          iso(problem.millisecond)
        }) has ${problem.limit} rows or more, and one answer has no more than that`,
        hint: open.length > 0
          ? `Ask for less at a time: one history for each ${open.join(" and ")}.`
          : "Take the rows of this millisecond from Binance's export, and go on after it."
      })
    }
    case "Unreadable":
      return new HistoryError({
        history: name,
        reason: "Unreadable",
        ...problem.period,
        detail: `between ${iso(problem.period.from)} and ${iso(problem.period.to)} ${
          problem.rows.length === 1 ? "a row" : `${problem.rows.length} rows`
        } cannot be read (${problem.rows[0]?.reason ?? "unknown"})`,
        hint: "Report it; unreadable: \"skip\" goes on without these rows and tells them with the page."
      })
    case "Unsteady":
      return new HistoryError({
        history: name,
        reason: "Unsteady",
        ...problem.period,
        detail: `the answers about ${iso(problem.period.from)} to ${iso(problem.period.to)} contradict each other`,
        hint: "Go on from the last cursor after a while."
      })
  }
}

const history = <Q extends Span, A, R, S>(definition: Definition<Q, A, R, S>): History<Q, A, R> => {
  const { name } = definition
  const limit: Limits = limits[name]

  const fail = (reason: "InvalidSpan" | "ForeignCursor", detail: string, hint: string) =>
    Effect.fail(new HistoryError({ history: name, reason, detail, hint }))

  const pages = (query: Q): Stream.Stream<Page<A>, ReadError | HistoryError, R> =>
    Stream.unwrap(Effect.gen(function*() {
      const service = yield* definition.service
      const { cursor } = query
      const filter = given(definition.filter(query))
      const from = millisOf(query.from)
      const to = query.to === undefined ? yield* Clock.currentTimeMillis : millisOf(query.to)
      if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0) {
        return yield* fail("InvalidSpan", `${from} to ${to} is no period`, "Give whole milliseconds since 1970.")
      }
      if (from > to && cursor === undefined) {
        return yield* fail(
          "InvalidSpan",
          `the period begins after its end (${iso(from)}, ${iso(to)})`,
          "Turn it round."
        )
      }
      const window = Math.floor(
        query.window === undefined
          ? limit.days * Duration.toMillis("1 day")
          : Duration.toMillis(Duration.fromInputUnsafe(query.window))
      )
      if (!(window >= 2)) return yield* fail("InvalidSpan", "the window is too short", "Leave it out.")
      if (cursor !== undefined && (cursor.history !== name || !Equal.equals({ ...cursor.filter }, filter))) {
        return yield* fail(
          "ForeignCursor",
          `the cursor belongs to ${cursor.history} ${JSON.stringify(cursor.filter)}, and this is ${
            JSON.stringify(filter)
          }`,
          "Go on with what the cursor was made for, or leave it out."
        )
      }
      const { ask, crowd, idOf, timeOf } = definition.asking(service, query)
      const source: paging.Source<A, ReadError | HistoryError> = {
        window,
        page: query.pageSize ?? limit.rows,
        largest: Math.max(limit.rows, query.pageSize ?? 1),
        timeOf: (row) => DateTime.toEpochMillis(timeOf(row)),
        idOf,
        ask: (period, limit) => ask({ startTime: period.from, endTime: period.to }, limit),
        crowd,
        skip: query.unreadable === "skip",
        problem: (problem) => explain(definition, filter, problem)
      }
      const start = { at: Math.max(from, cursor?.at ?? from), lastId: cursor?.lastId }
      return Stream.map(paging.pages(source, start, to), ({ next, rows, unreadable }): Page<A> => ({
        rows,
        unreadable,
        cursor: Cursor.make({
          history: name,
          filter,
          at: next.at,
          ...(next.lastId === undefined ? {} : { lastId: next.lastId })
        })
      }))
    }))

  return Object.assign(
    (query: Q): Stream.Stream<A, ReadError | HistoryError, R> =>
      Stream.flattenIterable(Stream.map(pages(query), (page) => page.rows)),
    { pages, limits: limit }
  )
}

const answer = <A>(
  rows: Field.Rows<A>,
  total?: number,
  inside?: (row: A) => ReadonlyArray<Field.UnreadableRow>
): paging.Answer<A> => ({
  rows,
  count: rows.length + rows.unreadable.length,
  unreadable: inside === undefined ? rows.unreadable : [...rows.unreadable, ...rows.flatMap(inside)],
  total
})

const answers = <A, E>(rows: Effect.Effect<Field.Rows<A>, E>): Effect.Effect<paging.Answer<A>, E> =>
  Effect.map(rows, (rows) => answer(rows))

interface PageOf<A> {
  readonly rows: Field.Rows<A>
  readonly total: number
}

const pageOf = <A, E>(page: Effect.Effect<PageOf<A>, E>): Effect.Effect<paging.Answer<A>, E> =>
  Effect.map(page, ({ rows, total }) => answer(rows, total))

const target = (query: CM.CMSymbolOrPair): { readonly symbol: string } | { readonly pair: string } =>
  query.symbol === undefined ? { pair: query.pair } : { symbol: query.symbol }

// -----------------------------------------------------------------------------
// Margin records: what is older than six months stands in an archive
// -----------------------------------------------------------------------------

// "6 months" may be counted in calendar months or in days. Around it both places are asked, and what both know is told once.
const archive = { from: Duration.toMillis("175 days"), until: Duration.toMillis("192 days") }

const union = <A>(one: ReadonlyArray<A>, other: ReadonlyArray<A>): ReadonlyArray<A> => {
  const known = MutableHashMap.empty<A, number>()
  const countOf = (row: A): number => Option.getOrElse(MutableHashMap.get(known, row), () => 0)
  for (const row of one) MutableHashMap.set(known, row, countOf(row) + 1)
  return [
    ...one,
    ...other.filter((row) => {
      const count = countOf(row)
      if (count > 0) MutableHashMap.set(known, row, count - 1)
      return count === 0
    })
  ]
}

const both = <A>(one: paging.Answer<A>, other: paging.Answer<A>): paging.Answer<A> => {
  const rows = union(one.rows, other.rows)
  const count = rows.length + one.unreadable.length + other.unreadable.length
  const isWhole = [one, other].every(({ count, total = count }) => total <= count)
  return {
    rows,
    unreadable: [...one.unreadable, ...other.unreadable],
    count,
    total: isWhole ? count : Math.max(count + 1, (one.total ?? 0) + (other.total ?? 0))
  }
}

const archived = <A extends { readonly txId: string }>(
  timeOf: (row: A) => DateTime.Utc,
  page: (
    params: {
      readonly startTime: number
      readonly endTime: number
      readonly current: number
      readonly size: number
      readonly archived: boolean
    }
  ) => Effect.Effect<PageOf<A>, ReadError>
): Asking<A> => {
  const size = 100
  const inBoth = <B>(
    period: { readonly startTime: number; readonly endTime: number },
    ask: (archived: boolean) => Effect.Effect<paging.Answer<B>, ReadError>
  ): Effect.Effect<paging.Answer<B>, ReadError> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (period.startTime > now - archive.from) return ask(false)
      if (period.endTime < now - archive.until) return ask(true)
      return Effect.zipWith(ask(true), ask(false), both)
    })
  return {
    timeOf,
    idOf: (row) => row.txId,
    ask: (period, size) => inBoth(period, (archived) => pageOf(page({ ...period, current: 1, size, archived }))),
    crowd: {
      _tag: "Pages",
      all: ({ from, to }) => {
        const period = { startTime: from, endTime: to }
        return inBoth(
          period,
          (archived) => paging.allPages((current) => pageOf(page({ ...period, current, size, archived })), size)
        )
      }
    }
  }
}

// -----------------------------------------------------------------------------
// UM
// -----------------------------------------------------------------------------

/**
 * The UM orders of a symbol. Weight 5 for each 7 days, or 1000 orders.
 *
 * @category UM
 * @since 0.1.0
 */
export const umOrders: History<OfSymbol, UM.UMOrder, UMOrders> = history({
  name: "umOrders",
  service: UMOrders,
  filter: ({ symbol }: OfSymbol) => ({ symbol }),
  narrowing: [],
  asking: (orders, { symbol }) => ({
    timeOf: (row: UM.UMOrder) => row.time,
    idOf: (row) => row.orderId,
    ask: (period, limit) => answers(orders.getAllUMOrders({ symbol, ...period, limit })),
    crowd: refused
  })
})

/**
 * The UM algo orders of a symbol. Weight 5 for each 7 days, or 1000 orders.
 *
 * @category UM
 * @since 0.1.0
 */
export const umAlgoOrders: History<OfSymbol, UM.UMAlgoOrder, UMOrders> = history({
  name: "umAlgoOrders",
  service: UMOrders,
  filter: ({ symbol }: OfSymbol) => ({ symbol }),
  narrowing: [],
  asking: (orders, { symbol }) => ({
    timeOf: (row: UM.UMAlgoOrder) => row.createTime,
    idOf: (row) => row.algoId,
    ask: (period, limit) => answers(orders.getAllUMAlgoOrders({ symbol, ...period, limit })),
    crowd: refused
  })
})

/**
 * The UM fills of a symbol. Weight 5 for each 7 days, or 1000 fills.
 *
 * **Example** (Ten fills, and no question more than they need)
 *
 * ```ts
 * import * as History from "@effect-binance/portfolio-margin/History"
 * import * as Stream from "effect/Stream"
 *
 * const fills = History.umTrades({ symbol: "BTCUSDT", from: Date.UTC(2026, 9, 1) }).pipe(
 *   Stream.take(10),
 *   Stream.runCollect
 * )
 * ```
 *
 * @category UM
 * @since 0.1.0
 */
export const umTrades: History<OfSymbol, UM.UMTrade, UMOrders> = history({
  name: "umTrades",
  service: UMOrders,
  filter: ({ symbol }: OfSymbol) => ({ symbol }),
  narrowing: [],
  asking: (orders, { symbol }) => ({
    timeOf: (row: UM.UMTrade) => row.time,
    idOf: (row) => row.id,
    ask: (period, limit) => answers(orders.getUMTrades({ symbol, ...period, limit })),
    crowd: {
      _tag: "Ids",
      from: (fromId, limit) => answers(orders.getUMTrades({ symbol, fromId, limit }))
    }
  })
})

/**
 * The orders by which the exchange closed UM positions, of the last 90 days. Weight 20 with a symbol, 50 without, for each
 * 7 days, or 100 orders.
 *
 * @category UM
 * @since 0.1.0
 */
export const umForceOrders: History<OfForceOrders, UM.UMForceOrder, UMOrders> = history({
  name: "umForceOrders",
  service: UMOrders,
  filter: ({ autoCloseType, symbol }: OfForceOrders) => ({ symbol, autoCloseType }),
  narrowing: ["symbol", "autoCloseType"],
  asking: (orders, { autoCloseType, symbol }) => ({
    timeOf: (row: UM.UMForceOrder) => row.time,
    idOf: (row) => row.orderId,
    ask: (period, limit) => answers(orders.getUMForceOrders({ symbol, autoCloseType, ...period, limit })),
    crowd: refused
  })
})

/**
 * The changes of UM balances, of the last 3 months. Weight 30 for each 7 days, or 1000 changes.
 *
 * @category UM
 * @since 0.1.0
 */
export const umIncome: History<OfUMIncome, Income.UMIncome, Transfers> = history({
  name: "umIncome",
  service: Transfers,
  filter: ({ incomeType, symbol }: OfUMIncome) => ({ symbol, incomeType }),
  narrowing: ["symbol", "incomeType"],
  asking: (transfers, { incomeType, symbol }) => ({
    timeOf: (row: Income.UMIncome) => row.time,
    idOf: (row) => row.tranId,
    ask: (period, limit) => answers(transfers.getUMIncomeHistory({ symbol, incomeType, ...period, limit })),
    crowd: refused
  })
})

// -----------------------------------------------------------------------------
// CM
// -----------------------------------------------------------------------------

/**
 * The CM orders of a symbol or pair. Weight 20 for a symbol, 40 for a pair, for each 7 days, or 100 orders.
 *
 * @category CM
 * @since 0.1.0
 */
export const cmOrders: History<OfSymbolOrPair, CM.CMOrder, CMOrders> = history({
  name: "cmOrders",
  service: CMOrders,
  filter: ({ pair, symbol }: OfSymbolOrPair) => ({ symbol, pair }),
  narrowing: ["symbol"],
  asking: (orders, query) => ({
    timeOf: (row: CM.CMOrder) => row.time,
    idOf: (row) => row.orderId,
    ask: (period, limit) => answers(orders.getAllCMOrders({ ...target(query), ...period, limit })),
    crowd: refused
  })
})

/**
 * The CM conditional orders, by the time at which they were placed. Weight 1 with a symbol, 40 without, for each 7 days, or
 * 1000 orders.
 *
 * @category CM
 * @since 0.1.0
 */
export const cmConditionalOrders: History<OfAnySymbol, CM.CMConditionalOrder, CMOrders> = history({
  name: "cmConditionalOrders",
  service: CMOrders,
  filter: ({ symbol }: OfAnySymbol) => ({ symbol }),
  narrowing: ["symbol"],
  asking: (orders, { symbol }) => ({
    timeOf: (row: CM.CMConditionalOrder) => row.bookTime,
    idOf: (row) => row.strategyId,
    ask: (period, limit) => answers(orders.getAllCMConditionalOrders({ symbol, ...period, limit })),
    crowd: refused
  })
})

/**
 * The CM fills of a symbol or pair. Weight 20 for a symbol, 40 for a pair, for each day, or 1000 fills.
 *
 * @category CM
 * @since 0.1.0
 */
export const cmTrades: History<OfSymbolOrPair, CM.CMTrade, CMOrders> = history({
  name: "cmTrades",
  service: CMOrders,
  filter: ({ pair, symbol }: OfSymbolOrPair) => ({ symbol, pair }),
  narrowing: ["symbol"],
  asking: (orders, query) => {
    const { symbol } = query
    return {
      timeOf: (row: CM.CMTrade) => row.time,
      idOf: (row) => row.id,
      ask: (period, limit) => answers(orders.getCMTrades({ ...target(query), ...period, limit })),
      crowd: symbol === undefined ? refused : {
        _tag: "Ids",
        from: (fromId: bigint, limit: number) => answers(orders.getCMTrades({ symbol, fromId, limit }))
      }
    }
  }
})

/**
 * The orders by which the exchange closed CM positions, of the last 90 days. Weight 20 with a symbol, 50 without, for each
 * 7 days, or 100 orders.
 *
 * @category CM
 * @since 0.1.0
 */
export const cmForceOrders: History<OfForceOrders, CM.CMForceOrder, CMOrders> = history({
  name: "cmForceOrders",
  service: CMOrders,
  filter: ({ autoCloseType, symbol }: OfForceOrders) => ({ symbol, autoCloseType }),
  narrowing: ["symbol", "autoCloseType"],
  asking: (orders, { autoCloseType, symbol }) => ({
    timeOf: (row: CM.CMForceOrder) => row.time,
    idOf: (row) => row.orderId,
    ask: (period, limit) => answers(orders.getCMForceOrders({ symbol, autoCloseType, ...period, limit })),
    crowd: refused
  })
})

/**
 * The changes of CM balances. Weight 30 for each 200 days, or 1000 changes.
 *
 * @category CM
 * @since 0.1.0
 */
export const cmIncome: History<OfCMIncome, Income.CMIncome, Transfers> = history({
  name: "cmIncome",
  service: Transfers,
  filter: ({ incomeType, symbol }: OfCMIncome) => ({ symbol, incomeType }),
  narrowing: ["symbol", "incomeType"],
  asking: (transfers, { incomeType, symbol }) => ({
    timeOf: (row: Income.CMIncome) => row.time,
    idOf: (row) => row.tranId,
    ask: (period, limit) => answers(transfers.getCMIncomeHistory({ symbol, incomeType, ...period, limit })),
    crowd: refused
  })
})

// -----------------------------------------------------------------------------
// Margin
// -----------------------------------------------------------------------------

/**
 * The margin orders of a symbol. Weight 100 for each day, or 500 orders.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginOrders: History<OfSymbol, Margin.MarginOrder, MarginOrders> = history({
  name: "marginOrders",
  service: MarginOrders,
  filter: ({ symbol }: OfSymbol) => ({ symbol }),
  narrowing: [],
  asking: (orders, { symbol }) => ({
    timeOf: (row: Margin.MarginOrder) => row.time,
    idOf: (row) => row.orderId,
    ask: (period, limit) => answers(orders.getAllMarginOrders({ symbol, ...period, limit })),
    crowd: refused
  })
})

/**
 * The pairs of margin orders, of all symbols. Weight 100 for each day, or 500 pairs.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginOCOs: History<Span, Margin.MarginOCO, MarginOrders> = history({
  name: "marginOCOs",
  service: MarginOrders,
  filter: (_: Span) => ({}),
  narrowing: [],
  asking: (orders) => ({
    timeOf: (row: Margin.MarginOCO) => row.transactionTime,
    idOf: (row) => row.orderListId,
    ask: (period, limit) =>
      Effect.map(
        orders.getAllMarginOCO({ ...period, limit }),
        (rows) => answer(rows, undefined, (row) => row.orders.unreadable)
      ),
    crowd: refused
  })
})

/**
 * The margin fills of a symbol. Weight 5 for each day, or 1000 fills.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginTrades: History<OfSymbol, Margin.MarginTrade, MarginOrders> = history({
  name: "marginTrades",
  service: MarginOrders,
  filter: ({ symbol }: OfSymbol) => ({ symbol }),
  narrowing: [],
  asking: (orders, { symbol }) => ({
    timeOf: (row: Margin.MarginTrade) => row.time,
    idOf: (row) => row.id,
    ask: (period, limit) => answers(orders.getMarginTrades({ symbol, ...period, limit })),
    crowd: {
      _tag: "Ids",
      from: (fromId, limit) => answers(orders.getMarginTrades({ symbol, fromId, limit }))
    }
  })
})

/**
 * The orders by which the exchange liquidated margin holdings. Weight 1 for each 30 days, or 100 orders.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginForceOrders: History<Span, Margin.MarginForceOrder, MarginOrders> = history({
  name: "marginForceOrders",
  service: MarginOrders,
  filter: (_: Span) => ({}),
  narrowing: [],
  asking: (orders) => {
    const size = limits.marginForceOrders.rows
    return {
      timeOf: (row: Margin.MarginForceOrder) => row.updatedTime,
      idOf: (row) => row.orderId,
      ask: (period, size) => pageOf(orders.getMarginForceOrders({ ...period, current: 1, size })),
      crowd: {
        _tag: "Pages",
        all: ({ from, to }) =>
          paging.allPages(
            (current) => pageOf(orders.getMarginForceOrders({ startTime: from, endTime: to, current, size })),
            size
          )
      }
    }
  }
})

/**
 * The loans of an asset, those in the archive included. Weight 10 for each 30 days, or 100 loans.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginLoans: History<OfAsset, Margin.MarginLoanRecord, MarginOrders> = history({
  name: "marginLoans",
  service: MarginOrders,
  filter: ({ asset }: OfAsset) => ({ asset }),
  narrowing: [],
  asking: (orders, { asset }) =>
    archived(
      (row: Margin.MarginLoanRecord) => row.timestamp,
      (params) => orders.getMarginLoanRecords({ asset, ...params })
    )
})

/**
 * The repayments of an asset, those in the archive included. Weight 10 for each 30 days, or 100 repayments.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginRepayments: History<OfAsset, Margin.MarginRepayRecord, MarginOrders> = history({
  name: "marginRepayments",
  service: MarginOrders,
  filter: ({ asset }: OfAsset) => ({ asset }),
  narrowing: [],
  asking: (orders, { asset }) =>
    archived(
      (row: Margin.MarginRepayRecord) => row.timestamp,
      (params) => orders.getMarginRepayRecords({ asset, ...params })
    )
})

/**
 * The interest charged on loans, that in the archive included. Weight 1 for each 30 days, or 100 charges.
 *
 * @category margin
 * @since 0.1.0
 */
export const marginInterest: History<OfAnyAsset, Margin.MarginInterest, MarginOrders> = history({
  name: "marginInterest",
  service: MarginOrders,
  filter: ({ asset }: OfAnyAsset) => ({ asset }),
  narrowing: ["asset"],
  asking: (orders, { asset }) =>
    archived(
      (row: Margin.MarginInterest) => row.interestAccuredTime,
      (params) => orders.getMarginInterestHistory({ asset, ...params })
    )
})

// -----------------------------------------------------------------------------
// Negative balances
// -----------------------------------------------------------------------------

/**
 * The interest on negative balances. Weight 50 for each 30 days, or 100 charges.
 *
 * @category negative balances
 * @since 0.1.0
 */
export const negativeBalanceInterest: History<OfAnyAsset, Income.NegativeBalanceInterest, Transfers> = history({
  name: "negativeBalanceInterest",
  service: Transfers,
  filter: ({ asset }: OfAnyAsset) => ({ asset }),
  narrowing: ["asset"],
  asking: (transfers, { asset }) => ({
    timeOf: (row: Income.NegativeBalanceInterest) => row.interestAccuredTime,
    idOf: () => "",
    ask: (period, size) => answers(transfers.getPortfolioNegativeBalanceInterestHistory({ asset, ...period, size })),
    crowd: refused
  })
})

/**
 * The automatic exchanges that covered negative balances. Weight 100 for each 90 days.
 *
 * @category negative balances
 * @since 0.1.0
 */
export const negativeBalanceExchanges: History<Span, Income.NegativeBalanceExchange, Transfers> = history({
  name: "negativeBalanceExchanges",
  service: Transfers,
  filter: (_: Span) => ({}),
  narrowing: [],
  asking: (transfers) => {
    const ask = (period: { readonly startTime: number; readonly endTime: number }) =>
      Effect.map(
        transfers.getNegativeBalanceExchangeRecords(period),
        ({ rows, total }) => answer(rows, total, (row) => row.details.unreadable)
      )
    return {
      timeOf: (row: Income.NegativeBalanceExchange) => row.startTime,
      idOf: () => "",
      ask,
      crowd: { _tag: "Pages", all: ({ from, to }) => ask({ startTime: from, endTime: to }) }
    }
  }
})
