import type * as Array from "effect/Array"
import * as Clock from "effect/Clock"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Event } from "../Events.ts"
import type { RepairError } from "../Repair.ts"
import type { UserDataItem } from "../UserDataItem.ts"
import type { Seen } from "./seen.ts"

// Those who are told. Each has a bounded buffer; where one is full, either the connection waits, or its owner is told that
// items are missing and the exchange is asked for them.

export type OnFull = "gap" | "suspend"

/** What a subscriber that lost items has to be told. */
export interface Lost {
  readonly gap: number
  readonly since: DateTime.Utc
  /** What was told to it. */
  readonly seen: Seen
}

export interface Source {
  readonly nextGap: () => number
  /** The moment up to which everything was told. */
  readonly now: () => DateTime.Utc
  readonly seen: () => Seen
  /** What whoever comes now has to know. */
  readonly standing: () => ReadonlyArray<UserDataItem>
  /** Asks the exchange what was lost. */
  readonly recover: (lost: Lost, until: DateTime.Utc, waiting: ReadonlyArray<UserDataItem>) => Effect.Effect<
    ReadonlyArray<UserDataItem>,
    RepairError
  >
  /** When to try again; `due` by the local clock. */
  readonly retryAfter: (
    cause: RepairError,
    attempts: number
  ) => Effect.Effect<{ readonly at: DateTime.Utc; readonly due: number }>
  readonly overran: () => void
}

const eventsOf = (items: ReadonlyArray<UserDataItem>): ReadonlyArray<Event> =>
  items.flatMap((item) => item._tag === "Event" ? [item.event] : [])

interface Subscriber {
  readonly push: (items: ReadonlyArray<UserDataItem>) => void
  /** Waits until there is room, where the connection has to wait. */
  readonly room: Effect.Effect<void> | undefined
}

type Items = Array.NonEmptyReadonlyArray<UserDataItem>

const isNonEmpty = (items: ReadonlyArray<UserDataItem>): items is Items => items.length > 0

export interface Hub {
  /** Hands items out at once. The effect waits for those who have to be waited for. */
  readonly publish: (items: ReadonlyArray<UserDataItem>) => Effect.Effect<void>
  readonly subscribe: (options: { readonly capacity: number; readonly onFull: OnFull }) => {
    readonly pull: Effect.Effect<Items>
    readonly leave: Effect.Effect<void>
  }
  readonly count: () => number
}

export const make = (source: Source): Hub => {
  const subscribers = new Set<Subscriber>()

  const publish: Hub["publish"] = (items) => {
    let waits: globalThis.Array<Effect.Effect<void>> | undefined
    for (const subscriber of subscribers) {
      subscriber.push(items)
      if (subscriber.room !== undefined) (waits ??= []).push(subscriber.room)
    }
    return waits === undefined ? Effect.void : Effect.all(waits, { discard: true })
  }

  const subscribe: Hub["subscribe"] = ({ capacity, onFull }) => {
    let items: globalThis.Array<UserDataItem> = [...source.standing()]
    const filled = Latch.makeUnsafe(items.length > 0)
    const roomy = Latch.makeUnsafe(true)
    let lost: Lost | undefined
    let asking: { readonly lost: Lost; readonly until: DateTime.Utc; attempts: number; due: number } | undefined

    const subscriber: Subscriber = {
      push: (more) => {
        if (lost !== undefined) return
        const room = onFull === "gap" ? capacity - items.length : more.length
        for (const item of more.length > room ? more.slice(0, Math.max(room, 0)) : more) items.push(item)
        if (items.length > 0) filled.openUnsafe()
        if (more.length > room) {
          // What was told to it is less than what was told by now.
          lost = { gap: source.nextGap(), since: source.now(), seen: source.seen().copy(eventsOf(more.slice(room))) }
          source.overran()
        }
        if (onFull === "suspend" && items.length >= capacity) roomy.closeUnsafe()
      },
      get room() {
        return onFull === "suspend" && items.length >= capacity ? roomy.await : undefined
      }
    }

    const take = (): ReadonlyArray<UserDataItem> => {
      const taken = items
      items = []
      if (lost === undefined) filled.closeUnsafe()
      roomy.openUnsafe()
      return taken
    }

    // What was lost is over once its beginning is told: from then on items are taken again.
    const begin = (one: Lost): Items => {
      lost = undefined
      asking = { lost: one, until: source.now(), attempts: 0, due: 0 }
      items = source.standing().filter((item) => item._tag !== "Connected")
      if (items.length === 0) filled.closeUnsafe()
      return [{
        _tag: "GapOpened",
        gap: one.gap,
        since: one.since,
        reason: { _tag: "Overrun", detail: `more than ${capacity} items waited to be taken` }
      }]
    }

    const ask = (current: { readonly lost: Lost; readonly until: DateTime.Utc; attempts: number; due: number }) =>
      source.recover(current.lost, current.until, items).pipe(
        Effect.tap(() => Effect.sync(() => (asking = undefined))),
        Effect.catch((cause) =>
          Effect.map(source.retryAfter(cause, ++current.attempts), ({ at, due }): ReadonlyArray<UserDataItem> => {
            current.due = due
            return [{
              _tag: "GapPending",
              gap: current.lost.gap,
              since: current.lost.since,
              cause,
              attempts: current.attempts,
              retryAt: at
            }]
          })
        )
      )

    const pull: Effect.Effect<Items> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const current = asking
      if (current !== undefined && now >= current.due) {
        return Effect.flatMap(ask(current), (items) => isNonEmpty(items) ? Effect.succeed(items) : pull)
      }
      const taken = take()
      if (isNonEmpty(taken)) return Effect.succeed(taken)
      if (current !== undefined) {
        return filled.await.pipe(
          Effect.raceFirst(Effect.sleep(current.due - now)),
          Effect.andThen(pull)
        )
      }
      return lost === undefined ? Effect.andThen(filled.await, pull) : Effect.succeed(begin(lost))
    })

    subscribers.add(subscriber)
    return {
      pull,
      leave: Effect.sync(() => {
        subscribers.delete(subscriber)
        roomy.openUnsafe()
        items = []
      })
    }
  }

  return { publish, subscribe, count: () => subscribers.size }
}
