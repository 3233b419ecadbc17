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
  /** The order of the rows of one millisecond; the empty text where they have no ids, and keep the order in which they came. */
  readonly idOf: (row: A) => string
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
  /** How long a period to ask for where none is planned, in milliseconds. */
  readonly width: number
  /** The ends of periods that are planned, the next one last. */
  readonly plan: ReadonlyArray<number>
  /** Whether `at` is known to be crowded. */
  readonly single: boolean
  /** The end of a period that is not full if full answers are cut at their new end. */
  readonly guessed: number | undefined
  /** Full answers were seen to be cut at their old end. */
  readonly cutOld: boolean
  /** Until when to go on by ids. */
  readonly walkTo: number | undefined
}

type Step<A> = readonly [pages: ReadonlyArray<Page<A>>, next: Option.Option<State>]

// How full the answer to the next question should be: fuller ones are wasted too often.
const filling = 0.75

// How much longer a period may be than the one before it.
const widening = 16

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
  const { crowd, idOf, timeOf } = source

  const none = (state: State): Step<A> => [[], Option.some(state)]

  const fail = (problem: Problem): Effect.Effect<never, E> => Effect.fail(source.problem(problem))

  const byTime = (a: A, b: A): number => timeOf(a) - timeOf(b) || compareIds(idOf(a), idOf(b))

  // Rows without ids keep the order in which they came, turned where the answer has the newest first.
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
      const id = idOf(row)
      return last === undefined || compareIds(id, last) > 0 ? id : last
    }, before)
  }

  const isDone = (state: State, row: A): boolean =>
    crowd._tag === "Ids" && state.lastId !== undefined && timeOf(row) <= state.at &&
    compareIds(idOf(row), state.lastId) <= 0

  // ---------------------------------------------------------------------------
  // By time
  // ---------------------------------------------------------------------------

  const window = (state: State): Effect.Effect<Step<A>, E> => {
    const { at, single } = state
    let end = single ? at : Math.min(state.plan.at(-1) ?? at + state.width - 1, to)
    if (end === to - 1 && end > at) end--
    // Some calls of the exchange refuse a period that ends where it begins: it is asked for only where there is no other way.
    const period: Period = { from: end === at && !single ? Math.max(0, at - 1) : at, to: end }
    const limit = single ? source.largest : source.page
    return Effect.flatMap(
      source.ask(period, limit),
      (answer) => isFull(answer, limit) ? full(state, period, answer) : complete(state, period, answer, limit)
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
    const plan = state.plan.filter((end) => end >= at)
    const factor = answer.count === 0 ? widening : Math.floor(filling * limit / answer.count)
    const width = (period.to - state.at + 1) * Math.min(widening, Math.max(1, factor))
    return Effect.succeed(told(rows, answer.unreadable, {
      at,
      lastId,
      width: Math.max(2, Math.min(source.window, width)),
      plan,
      single: false,
      guessed: undefined,
      cutOld: state.cutOld,
      walkTo: lastId === undefined ? undefined : plan[0]
    }))
  }

  const full = (state: State, period: Period, answer: Answer<A>): Effect.Effect<Step<A>, E> => {
    const { at, plan, single } = state
    const end = period.to
    if (crowd._tag === "Ids" && state.lastId !== undefined) {
      return Effect.succeed(none({ ...state, walkTo: plan[0] ?? end }))
    }
    if (single) return crowded(state, period, answer)
    const cutOld = state.cutOld || (state.guessed !== undefined && end <= state.guessed)
    const known: State = { ...state, cutOld, guessed: undefined }
    if (end - at < 2) return Effect.succeed(none({ ...known, single: true }))
    const piece = (until: number): Effect.Effect<Step<A>, E> =>
      Effect.succeed(none({ ...known, plan: [...plan.filter((one) => one > end), end, until] }))
    const times = answer.rows.map(timeOf).sort((a, b) => a - b)
    const oldest = times.at(0)
    const newest = times.at(-1)
    if (oldest === undefined || newest === undefined || oldest < at || newest > end) {
      return piece(at + Math.floor((end - at) / 2))
    }
    // With ids only the first row is looked for.
    if (cutOld && crowd._tag === "Ids") return piece(at + Math.max(1, Math.floor((Math.min(oldest, end) - at) / 2)))
    // An answer that was cut at its old end has all that is newer than its oldest millisecond: that is one piece, and what
    // is older will be others.
    if (cutOld) return piece(Math.max(at + 1, Math.min(oldest, end - 1)))
    // An answer that was cut at its new end has all that is older than its newest millisecond.
    if (newest === at) return Effect.succeed(none({ ...known, single: true }))
    const until = Math.min(times[Math.floor((times.length - 1) * filling)] ?? at, newest - 1)
    const rest = crowd._tag === "Ids" ? [...plan.filter((one) => one > end), end] : plan
    return Effect.succeed(none({
      ...known,
      plan: [...rest, Math.max(at + 1, until)],
      guessed: until > at ? until : undefined
    }))
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
          (lastId) => none({ ...state, lastId, walkTo: state.plan[0] ?? state.at })
        )
    }
  }

  // ---------------------------------------------------------------------------
  // By id
  // ---------------------------------------------------------------------------

  type Ids = Extract<Crowd<A, E>, { readonly _tag: "Ids" }>

  // An id that is above those of all rows before a millisecond, and below those of the rows in it.
  const before = Effect.fnUntraced(function*(ids: Ids, at: number, answer: Answer<A>) {
    let above = answer.rows.map((row) => BigInt(idOf(row))).reduce<bigint | undefined>(
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
      else below = BigInt(idOf(row)) + 1n
      guess = (below + above) / 2n
    }
    return String(above - 1n)
  })

  // What could not be read is no trouble of this period where it came after a row that lies beyond.
  const within = (answer: Answer<A>, beyond: A | undefined): ReadonlyArray<UnreadableRow> => {
    const [first] = answer.rows
    const last = answer.rows.at(-1)
    if (beyond === undefined || first === undefined || last === undefined) return answer.unreadable
    if (compareIds(idOf(first), idOf(last)) > 0) return answer.unreadable
    let place = answer.rows.indexOf(beyond)
    return answer.unreadable.filter(({ index }) => {
      const earlier = index <= place
      if (earlier) place++
      return earlier
    })
  }

  const walk = (ids: Ids, state: State, lastId: string, end: number): Effect.Effect<Step<A>, E> => {
    const period: Period = { from: state.at, to: end }
    return Effect.flatMap(ids.from(BigInt(lastId) + 1n, source.page), (answer) => {
      const rows = answer.rows
        .filter((row) => compareIds(idOf(row), lastId) > 0)
        .sort((a, b) => compareIds(idOf(a), idOf(b)))
      const beyond = rows.findIndex((row) => timeOf(row) > end)
      const inside = beyond < 0 ? rows : rows.slice(0, beyond)
      const unreadable = within(answer, rows[beyond])
      if (unreadable.length > 0 && !source.skip) return fail({ _tag: "Unreadable", period, rows: unreadable })
      const last = inside.at(-1)
      const goesOn = beyond < 0 && answer.count >= source.page
      if (goesOn && last === undefined) {
        return fail(
          unreadable.length > 0 ? { _tag: "Unreadable", period, rows: unreadable } : { _tag: "Unsteady", period }
        )
      }
      const done: State = {
        ...state,
        at: goesOn && last !== undefined ? Math.max(state.at, timeOf(last)) : end + 1,
        lastId: lastIdOf(inside, lastId),
        width: source.window,
        plan: [],
        single: false,
        guessed: undefined,
        walkTo: goesOn ? end : undefined
      }
      return Effect.succeed(told(inside, unreadable, done))
    })
  }

  const step = (state: State): Effect.Effect<Step<A>, E> =>
    crowd._tag === "Ids" && state.walkTo !== undefined && state.lastId !== undefined
      ? walk(crowd, state, state.lastId, state.walkTo)
      : window(state)

  return start.at > to ? Stream.empty : Stream.paginate<State, Page<A>, E>(
    {
      ...start,
      width: source.window,
      plan: [],
      single: false,
      guessed: undefined,
      cutOld: false,
      walkTo: undefined
    },
    step
  )
}

/** All pages of a period, asked for one after another; of a greater total where the exchange did not stand still. */
export const allPages = <A, E>(
  page: (current: number) => Effect.Effect<Answer<A>, E>,
  size: number,
  attempts = 3
): Effect.Effect<Answer<A>, E> =>
  Effect.gen(function*() {
    const first = yield* page(1)
    const total = first.total ?? first.count
    const answers = [first]
    while (answers.length < Math.ceil(total / size)) {
      const answer = yield* page(answers.length + 1)
      if (answer.total !== first.total) break
      answers.push(answer)
    }
    const whole: Answer<A> = {
      rows: answers.flatMap(({ rows }) => rows),
      unreadable: answers.flatMap(({ unreadable }) => unreadable),
      count: answers.reduce((sum, { count }) => sum + count, 0),
      total
    }
    if (whole.count === total) return whole
    return attempts > 1
      ? yield* allPages(page, size, attempts - 1)
      : { ...whole, total: Math.max(total, whole.count + 1) }
  })
