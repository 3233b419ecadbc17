import * as Effect from "effect/Effect"
import type { Charge, Decision, Level, Moment, Reservation, Store } from "../RateBudget.ts"

/** The exchange counts by the minute of its clock. */
export const minute = 60_000

const firstBanMillis = 120_000
const longestBanMillis = 3 * 24 * 3_600_000

// What may have been counted in one window.
interface Counter {
  readonly index: number
  /** Reserved by us, in flight or answered. */
  own: number
  /** How much more than that the exchange was seen to count: others, or costs that we do not know. */
  foreign: number
}

const total = (counter: Counter): number => counter.own + counter.foreign

// A budget. Near the edge of a window nobody can tell in which of the two a request is counted, so two counters are open
// there and it counts in both.
interface Cell {
  older: Counter
  newer: Counter
  /** What is reserved and not answered. It may be counted in whichever window is open when it arrives. */
  flight: number
  allowed: number
  closedUntil: number
  bannedUntil: number
  strikes: number
}

// What a reservation took of one cell.
interface Part {
  readonly _tag: "Cell"
  readonly cell: Cell
  readonly cost: number
  /** The oldest counter it counts in. */
  readonly first: number
  /** The only counter open when it was made, and what that held then. */
  readonly sole: Counter | undefined
  readonly mark: number
}

// A quota: when the calls of the last while were made, oldest first.
interface Log {
  times: Array<Mark>
  allowed: number
  rolling: number
}

interface Mark {
  at: number
}

interface LogPart {
  readonly _tag: "Log"
  readonly log: Log
  readonly marks: ReadonlyArray<Mark>
}

/**
 * Budgets in the memory of this process.
 *
 * A counter is open from `edge` before its window to `edge` after it. A request counts in every counter that is open
 * between its reservation and its answer: new counters begin with all that is in flight.
 */
export const make = (edge: number, windowMillis: number = minute): Store => {
  const cells = new Map<string, Cell>()
  const logs = new Map<string, Log>()

  const cellOf = (key: string, at: number): Cell => {
    const known = cells.get(key)
    if (known !== undefined) return known
    const counter = { index: Math.floor((at - edge) / windowMillis), own: 0, foreign: 0 }
    const made = {
      older: counter,
      newer: counter,
      flight: 0,
      allowed: 0,
      closedUntil: 0,
      bannedUntil: 0,
      strikes: 0
    }
    cells.set(key, made)
    return made
  }

  const opened = (cell: Cell, index: number, carry: boolean): Counter => {
    if (!carry) {
      if (cell.newer.index === index) return cell.newer
      if (cell.older.index === index) return cell.older
      if (index > cell.newer.index) return { index, own: cell.flight, foreign: 0 }
    }
    // The clock was set: what was counted before may belong here.
    const own = Math.max(cell.older.own, cell.newer.own, cell.flight)
    return { index, own, foreign: Math.max(total(cell.older), total(cell.newer), own) - own }
  }

  // Opens and closes counters. Comes before anything else is done to a cell.
  const roll = (cell: Cell, at: number, carry: boolean): void => {
    const oldest = Math.floor((at - edge) / windowMillis)
    const newest = Math.floor((at + edge) / windowMillis)
    if (!carry && cell.older.index === oldest && cell.newer.index === newest) return
    const older = opened(cell, oldest, carry)
    const newer = newest === oldest ? older : opened(cell, newest, carry)
    cell.older = older
    cell.newer = newer
  }

  const closing = (counter: Counter): number => (counter.index + 1) * windowMillis + edge

  const used = (cell: Cell): number => Math.max(total(cell.older), total(cell.newer))

  // From when on there may be room, where there is none.
  const fullUntil = (cell: Cell, cost: number): number | undefined => {
    if (total(cell.newer) + cost > cell.allowed) return closing(cell.newer)
    return total(cell.older) + cost > cell.allowed ? closing(cell.older) : undefined
  }

  const refusal = (key: string, cell: Cell, cost: number, at: number): Decision | undefined => {
    if (at < cell.bannedUntil) return { _tag: "Refused", key, cause: "banned", until: cell.bannedUntil }
    if (at < cell.closedUntil) return { _tag: "Refused", key, cause: "closed", until: cell.closedUntil }
    const until = fullUntil(cell, cost)
    return until === undefined ? undefined : { _tag: "Refused", key, cause: "full", until }
  }

  const take = (cell: Cell, cost: number): Part => {
    cell.older.own += cost
    if (cell.newer !== cell.older) cell.newer.own += cost
    cell.flight += cost
    const sole = cell.newer === cell.older ? cell.newer : undefined
    return { _tag: "Cell", cell, cost, first: cell.older.index, sole, mark: cell.newer.own }
  }

  const recent = (log: Log, at: number): void => {
    log.times = log.times.filter((mark) => mark.at + log.rolling + edge > at)
  }

  const logOf = (key: string, allowed: number, rolling: number, at: number): Log => {
    const log = logs.get(key) ?? { times: [], allowed, rolling }
    logs.set(key, log)
    log.allowed = allowed
    log.rolling = rolling
    recent(log, at)
    return log
  }

  // From when on so many more may be made.
  const quotaUntil = ({ allowed, rolling, times }: Log, cost: number): number | undefined => {
    const excess = times.length + cost - allowed
    if (excess <= 0) return undefined
    const sorted = times.map((mark) => mark.at).sort((a, b) => a - b)
    return (sorted[Math.min(excess, sorted.length) - 1] ?? 0) + rolling + edge
  }

  const enter = (log: Log, cost: number, at: number): LogPart => {
    const marks = Array.from({ length: cost }, (): Mark => ({ at }))
    log.times.push(...marks)
    return { _tag: "Log", log, marks }
  }

  const answered = ({ cell, cost, mark, sole }: Part, at: number, count: number | undefined): void => {
    roll(cell, at, false)
    cell.flight -= cost
    if (cell.strikes > 0 && at >= cell.bannedUntil) cell.strikes = 0
    // A count that may be of either window is of no use. Never less: others may have been counted since.
    if (count === undefined || sole === undefined || sole !== cell.older || sole !== cell.newer) return
    sole.foreign = Math.max(sole.foreign, count - mark)
  }

  const returned = ({ cell, cost, first }: Part, at: number): void => {
    roll(cell, at, false)
    cell.flight -= cost
    if (cell.older.index >= first) cell.older.own -= cost
    if (cell.newer !== cell.older && cell.newer.index >= first) cell.newer.own -= cost
  }

  const reservation = (parts: ReadonlyArray<Part | LogPart>): Reservation => {
    let held = true
    const once = (end: (part: Part | LogPart, index: number) => void): Effect.Effect<void> =>
      Effect.sync(() => {
        if (!held) return
        held = false
        parts.forEach(end)
      })
    return {
      settle: (at, counts) =>
        once((part, index) => {
          if (part._tag === "Cell") return answered(part, at, counts[index])
          // It was made at some time until now.
          for (const mark of part.marks) mark.at = at
        }),
      giveBack: (at) =>
        once((part) => {
          if (part._tag === "Cell") return returned(part, at)
          part.log.times = part.log.times.filter((mark) => !part.marks.includes(mark))
        })
    }
  }

  const of = <A>(map: Map<string, A>, host: string): Array<[string, A]> =>
    Array.from(map).filter(([key]) => key === host || key.startsWith(`${host} `))

  const reserve = (charges: ReadonlyArray<Charge>, { at, carry }: Moment): Decision => {
    if (carry) of(cells, charges[0]?.key ?? "").forEach(([, cell]) => roll(cell, at, true))
    const takes: Array<() => Part | LogPart> = []
    for (const { allowed, cost, key, rolling } of charges) {
      if (rolling !== undefined) {
        const log = logOf(key, allowed, rolling, at)
        const until = quotaUntil(log, cost)
        if (until !== undefined) return { _tag: "Refused", key, cause: "full", until }
        takes.push(() => enter(log, cost, at))
        continue
      }
      const cell = cellOf(key, at)
      cell.allowed = allowed
      roll(cell, at, false)
      const refused = refusal(key, cell, cost, at)
      if (refused !== undefined) return refused
      takes.push(() => take(cell, cost))
    }
    return { _tag: "Reserved", reservation: reservation(takes.map((one) => one())) }
  }

  const ban = (key: string, at: number, until: number | undefined): number => {
    const cell = cellOf(key, at)
    roll(cell, at, false)
    if (until !== undefined && until > at) {
      cell.bannedUntil = Math.max(cell.bannedUntil, Math.min(until, at + longestBanMillis))
    } else if (at >= cell.bannedUntil) {
      cell.bannedUntil = at + Math.min(longestBanMillis, firstBanMillis * 2 ** cell.strikes)
      cell.strikes++
    }
    return cell.bannedUntil
  }

  const level = (key: string, cell: Cell, at: number): Level => {
    roll(cell, at, false)
    return {
      key,
      used: used(cell),
      allowed: cell.allowed,
      resetAt: closing(cell.newer),
      closedUntil: at < cell.closedUntil ? cell.closedUntil : undefined,
      bannedUntil: at < cell.bannedUntil ? cell.bannedUntil : undefined,
      rolling: undefined
    }
  }

  const quotaLevel = (key: string, log: Log, at: number): Level => {
    recent(log, at)
    return {
      key,
      used: log.times.length,
      allowed: log.allowed,
      resetAt: log.times.reduce((last, mark) => Math.max(last, mark.at + log.rolling + edge), at),
      closedUntil: undefined,
      bannedUntil: undefined,
      rolling: log.rolling
    }
  }

  return {
    reserve: (charges, moment) => Effect.sync(() => reserve(charges, moment)),
    close: (key, at, until) =>
      Effect.sync(() => {
        const cell = cellOf(key, at)
        roll(cell, at, false)
        cell.closedUntil = Math.max(cell.closedUntil, until)
      }),
    ban: (key, at, until) => Effect.sync(() => ban(key, at, until)),
    levels: (host, at) =>
      Effect.sync(() => [
        ...of(cells, host).map(([key, cell]) => level(key, cell, at)),
        ...of(logs, host).map(([key, log]) => quotaLevel(key, log, at))
      ])
  }
}
