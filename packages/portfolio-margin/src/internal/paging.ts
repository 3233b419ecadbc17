import type { UnreadableRow } from "@effect-binance/core/Field"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

// One rule makes the walk complete, whatever an exchange does with an answer that is too long: an answer that is not full is
// all there is in the period asked for, and a full one is never used. The period is asked for again in shorter pieces until
// none of them is full. Whether a full answer was cut at its old or at its new end, which Binance documents for some calls,
// not for others, and not always truly, changes how many questions it takes, and nothing else.

/** From one millisecond to another, both included. */
export interface Period {
  readonly from: number
  readonly to: number
}

export interface Answer<A> {
  /** In any order. */
  readonly rows: ReadonlyArray<A>
  /** What could not be read, in or beside the rows. */
  readonly unreadable: ReadonlyArray<UnreadableRow>
  /** How many rows came, unreadable ones counted. */
  readonly count: number
  /** How many rows the period has, where the exchange tells. */
  readonly total: number | undefined
}

/** What is done about a single millisecond that has more rows than an answer can hold. */
export type Crowd<A, E> =
  | { readonly _tag: "Refused" }
  | {
    /** All pages of a period. */
    readonly _tag: "Pages"
    readonly all: (period: Period) => Effect.Effect<Answer<A>, E>
  }
  | {
    /** Ids grow with time, and can be asked from: then they carry on wherever an answer is full. */
    readonly _tag: "Ids"
    readonly idOf: (row: A) => string
    readonly from: (id: bigint, limit: number) => Effect.Effect<Answer<A>, E>
  }

export type Problem =
  | { readonly _tag: "Crowded"; readonly millisecond: number; readonly limit: number }
  | { readonly _tag: "Unreadable"; readonly period: Period; readonly rows: ReadonlyArray<UnreadableRow> }
  | { readonly _tag: "Unsteady"; readonly period: Period }

export interface Source<A, E> {
  /** The longest period that may be asked for, in milliseconds. */
  readonly window: number
  /** How many rows to ask for. */
  readonly page: number
  /** How many rows can be asked for. */
  readonly largest: number
  readonly timeOf: (row: A) => number
  readonly ask: (period: Period, limit: number) => Effect.Effect<Answer<A>, E>
  readonly crowd: Crowd<A, E>
  /** Whether unreadable rows are passed over, to be told with the page. */
  readonly skip: boolean
  readonly problem: (problem: Problem) => E
}

/** All before `at` is done; of `at` itself the rows up to `lastId`, where there is one. */
export interface Position {
  readonly at: number
  readonly lastId: string | undefined
}

export interface Page<A> {
  /** The oldest first. */
  readonly rows: ReadonlyArray<A>
  readonly unreadable: ReadonlyArray<UnreadableRow>
  /** What comes after these rows. */
  readonly next: Position
}

interface State extends Position {
  /** How long a period to ask for next, in milliseconds; 1 where a single one is known to be crowded. */
  readonly width: number
  /** The end of a period that was found full, while nothing of it was told. */
  readonly fullTo: number | undefined
  /** Where a period ends that is not full if full answers are cut at their new end. */
  readonly guessed: number | undefined
  /** Full answers were seen to be cut at their old end. */
  readonly cutOld: boolean
  /** Until when to go on by ids. */
  readonly walkTo: number | undefined
}

type Step<A> = readonly [pages: ReadonlyArray<Page<A>>, next: Option.Option<State>]

// How full the answer to the next question should be: fuller ones are wasted too often.
const filling = 0.75

/** The order of ids: they are digits, and may exceed 2^53. */
export const compareIds = (a: string, b: string): number => {
  if (a.startsWith("-") || b.startsWith("-")) {
    const difference = BigInt(a) - BigInt(b)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

const isFull = <A>(answer: Answer<A>, limit: number): boolean =>
  answer.total === undefined ? answer.count >= limit : answer.total > answer.count

/** The pages of a source from a position to a millisecond, that included. Nothing is asked before it is pulled. */
export const pages = <A, E>(source: Source<A, E>, start: Position, to: number): Stream.Stream<Page<A>, E> => {
  const { crowd, timeOf } = source

  const none = (state: State): Step<A> => [[], Option.some(state)]

  const fail = (problem: Problem): Effect.Effect<never, E> => Effect.fail(source.problem(problem))

  const byTime = crowd._tag === "Ids"
    ? (a: A, b: A): number => timeOf(a) - timeOf(b) || compareIds(crowd.idOf(a), crowd.idOf(b))
    : (a: A, b: A): number => timeOf(a) - timeOf(b)

  // Rows of one millisecond keep the order in which they came, turned where the answer has the newest first.
  const inOrder = (rows: ReadonlyArray<A>): Array<A> => {
    const sorted = [...rows]
    const [first] = rows
    const last = rows.at(-1)
    if (first !== undefined && last !== undefined && timeOf(first) > timeOf(last)) sorted.reverse()
    return sorted.sort(byTime)
  }

  const told = (rows: ReadonlyArray<A>, unreadable: ReadonlyArray<UnreadableRow>, state: State): Step<A> => [
    [{ rows, unreadable, next: { at: state.at, lastId: state.lastId } }],
    state.at > to ? Option.none() : Option.some(state)
  ]

  const lastIdOf = (rows: ReadonlyArray<A>, before: string | undefined): string | undefined => {
    if (crowd._tag !== "Ids") return undefined
    return rows.reduce<string | undefined>((last, row) => {
      const id = crowd.idOf(row)
      return last === undefined || compareIds(id, last) > 0 ? id : last
    }, before)
  }

  const isDone = (state: State, row: A): boolean =>
    crowd._tag === "Ids" && state.lastId !== undefined && timeOf(row) <= state.at &&
    compareIds(crowd.idOf(row), state.lastId) <= 0

  // ---------------------------------------------------------------------------
  // By time
  // ---------------------------------------------------------------------------

  const window = (state: State): Effect.Effect<Step<A>, E> => {
    const { at, width } = state
    let end = Math.min(at + width - 1, to)
    if (end === to - 1 && end > at) end--
    // Some calls of the exchange refuse a period that ends where it begins: it is asked for only where there is no other way.
    const period: Period = { from: end === at && width > 1 ? Math.max(0, at - 1) : at, to: end }
    const limit = width === 1 ? source.largest : source.page
    return Effect.flatMap(
      source.ask(period, limit),
      (answer) => isFull(answer, limit) ? full(state, period, answer, limit) : complete(state, period, answer, limit)
    )
  }

  const complete = (
    state: State,
    period: Period,
    answer: Answer<A>,
    limit: number
  ): Effect.Effect<Step<A>, E> => {
    if (answer.unreadable.length > 0 && !source.skip) {
      return fail({ _tag: "Unreadable", period, rows: answer.unreadable })
    }
    const rows = inOrder(
      answer.rows.filter((row) => (period.from === state.at || timeOf(row) >= state.at) && !isDone(state, row))
    )
    const at = period.to + 1
    const lastId = lastIdOf(rows, state.lastId)
    const fullTo = state.fullTo !== undefined && state.fullTo >= at ? state.fullTo : undefined
    const empty = answer.count === 0
    const factor = empty ? 16 : Math.min(16, Math.max(1, Math.floor(filling * limit / answer.count)))
    const grown = Math.max(2, Math.min(source.window, (period.to - state.at + 1) * factor))
    return Effect.succeed(told(rows, answer.unreadable, {
      at,
      lastId,
      // What is known to be full as a whole is not asked for as a whole.
      width: fullTo === undefined || !empty ? grown : Math.min(grown, Math.max(2, Math.ceil((fullTo - at) / 2))),
      fullTo: empty ? fullTo : undefined,
      guessed: undefined,
      cutOld: state.cutOld,
      walkTo: lastId === undefined ? undefined : fullTo
    }))
  }

  const full = (state: State, period: Period, answer: Answer<A>, limit: number): Effect.Effect<Step<A>, E> => {
    if (crowd._tag === "Ids" && state.lastId !== undefined) {
      return Effect.succeed(none({ ...state, walkTo: Math.max(period.to, state.fullTo ?? 0) }))
    }
    if (state.width === 1) return crowded(state, period, answer)
    const { at } = state
    const length = period.to - at + 1
    const known: State = {
      ...state,
      fullTo: Math.max(period.to, state.fullTo ?? 0),
      guessed: undefined,
      cutOld: state.cutOld || (state.guessed !== undefined && period.to <= state.guessed)
    }
    const shorter = (width: number): Effect.Effect<Step<A>, E> => Effect.succeed(none({ ...known, width }))
    if (length <= 2) return shorter(1)
    const half = Math.floor(length / 2)
    if (answer.total !== undefined) {
      return shorter(Math.max(2, Math.min(half, Math.floor(length * filling * limit / answer.total))))
    }
    const times = answer.rows.map(timeOf).sort((a, b) => a - b)
    const oldest = times.at(0)
    const newest = times.at(-1)
    if (oldest === undefined || newest === undefined || oldest < at || newest > period.to) {
      return shorter(Math.max(2, half))
    }
    if (known.cutOld) return shorter(Math.max(2, Math.min(half, Math.floor((newest - oldest + 1) * filling))))
    // If the answer was cut at its new end, then it holds all that is older than its newest millisecond.
    if (newest === at) return shorter(1)
    const end = Math.min(times[Math.floor((times.length - 1) * filling)] ?? at, newest - 1)
    return end === at ? shorter(2) : Effect.succeed(none({ ...known, width: end - at + 1, guessed: end }))
  }

  const crowded = (state: State, period: Period, answer: Answer<A>): Effect.Effect<Step<A>, E> => {
    switch (crowd._tag) {
      case "Refused":
        return fail({ _tag: "Crowded", millisecond: state.at, limit: source.largest })
      case "Pages":
        return Effect.flatMap(crowd.all(period), (answer) =>
          isFull(answer, Infinity)
            ? fail({ _tag: "Unsteady", period })
            : complete(state, period, answer, source.largest))
      case "Ids":
        return Effect.map(
          before(crowd, state.at, answer),
          (lastId) => none({ ...state, lastId, walkTo: Math.max(state.at, state.fullTo ?? 0) })
        )
    }
  }

  // ---------------------------------------------------------------------------
  // By id
  // ---------------------------------------------------------------------------

  type Ids = Extract<Crowd<A, E>, { readonly _tag: "Ids" }>

  // An id that is above those of all rows before a millisecond, and below those of the rows in it.
  const before = Effect.fnUntraced(function*(ids: Ids, at: number, answer: Answer<A>) {
    let above = answer.rows.map((row) => BigInt(ids.idOf(row))).reduce<bigint | undefined>(
      (least, id) => least === undefined || id < least ? id : least,
      undefined
    )
    if (above === undefined) {
      return yield* fail({ _tag: "Unreadable", period: { from: at, to: at }, rows: answer.unreadable })
    }
    let below = 1n
    let guess = below
    while (below < above) {
      const { rows: [row], unreadable } = yield* ids.from(guess, 1)
      if (row === undefined) {
        return yield* fail(
          unreadable.length > 0
            ? { _tag: "Unreadable", period: { from: at, to: at }, rows: unreadable }
            : { _tag: "Unsteady", period: { from: at, to: at } }
        )
      }
      if (timeOf(row) >= at) above = guess
      else below = BigInt(ids.idOf(row)) + 1n
      guess = (below + above) / 2n
    }
    return String(above - 1n)
  })

  const walk = (ids: Ids, state: State, lastId: string, end: number): Effect.Effect<Step<A>, E> => {
    const period: Period = { from: state.at, to: end }
    return Effect.flatMap(ids.from(BigInt(lastId) + 1n, source.page), (answer) => {
      const rows = answer.rows
        .filter((row) => compareIds(ids.idOf(row), lastId) > 0)
        .sort((a, b) => compareIds(ids.idOf(a), ids.idOf(b)))
      const beyond = rows.findIndex((row) => timeOf(row) > end)
      const inside = beyond < 0 ? rows : rows.slice(0, beyond)
      if (answer.unreadable.length > 0 && !source.skip) {
        return fail({ _tag: "Unreadable", period, rows: answer.unreadable })
      }
      const last = inside.at(-1)
      const goesOn = beyond < 0 && answer.count >= source.page
      if (goesOn && last === undefined) {
        return fail(
          answer.unreadable.length > 0
            ? { _tag: "Unreadable", period, rows: answer.unreadable }
            : { _tag: "Unsteady", period }
        )
      }
      const done: State = {
        ...state,
        at: goesOn && last !== undefined ? Math.max(state.at, timeOf(last)) : end + 1,
        lastId: lastIdOf(inside, lastId),
        width: source.window,
        fullTo: undefined,
        guessed: undefined,
        walkTo: goesOn ? end : undefined
      }
      return Effect.succeed(told(inside, answer.unreadable, done))
    })
  }

  const step = (state: State): Effect.Effect<Step<A>, E> =>
    crowd._tag === "Ids" && state.walkTo !== undefined && state.lastId !== undefined
      ? walk(crowd, state, state.lastId, state.walkTo)
      : window(state)

  return start.at > to ? Stream.empty : Stream.paginate<State, Page<A>, E>(
    {
      ...start,
      width: Math.max(2, source.window),
      fullTo: undefined,
      guessed: undefined,
      cutOld: false,
      walkTo: undefined
    },
    step
  )
}

/** All pages of a period, asked for one after another; full where the exchange did not stand still meanwhile. */
export const allPages = <A, E>(
  page: (current: number) => Effect.Effect<Answer<A>, E>,
  size: number,
  attempts = 3
): Effect.Effect<Answer<A>, E> =>
  Effect.gen(function*() {
    const first = yield* page(1)
    const total = first.total ?? first.count
    let rows = first.rows
    let unreadable = first.unreadable
    let count = first.count
    let steady = true
    for (let current = 2; steady && current <= Math.ceil(total / size); current++) {
      const answer = yield* page(current)
      rows = [...rows, ...answer.rows]
      unreadable = [...unreadable, ...answer.unreadable]
      count += answer.count
      steady = answer.total === first.total
    }
    if (steady && count === total) return { rows, unreadable, count, total }
    if (attempts > 1) return yield* allPages(page, size, attempts - 1)
    return { rows, unreadable, count: 0, total: Math.max(1, total) }
  })
