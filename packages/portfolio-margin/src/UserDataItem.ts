/**
 * What the user data stream yields: events, and whether something between them is missing.
 *
 * **Details**
 *
 * An item is one of:
 *
 * - {@link Connected}: from now on events come
 * - {@link EventReceived}: an event
 * - {@link GapOpened}: from `since` on something may be missing
 * - {@link GapPending}: it could not be found out yet what; it is tried again
 * - {@link Recovered}: an order or a fill that was missed, as the exchange tells it now
 * - {@link GapClosed}: nothing is missing any more; `snapshot` is the account
 *
 * Between `GapOpened` and `GapClosed` of one number what is known of the account is not to be trusted, though it may be right.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type { Event } from "./Events.ts"
import type { Fact, RepairError, Snapshot } from "./Repair.ts"

/**
 * A connection is open and events come: the first one, one after a gap, or a planned one that takes over without a gap.
 *
 * @category models
 * @since 0.1.0
 */
export interface Connected {
  readonly _tag: "Connected"
  /** Connections are counted from 1. */
  readonly connection: number
  readonly at: DateTime.Utc
}

/**
 * An event, in the order in which it came; each once, whatever is sent twice.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventReceived {
  readonly _tag: "Event"
  readonly event: Event
}

/**
 * Why something may be missing:
 *
 * - `Disconnected`: the connection ended, by whom and why `detail` says
 * - `NoAnswer`: the connection seemed open, and the exchange did not answer
 * - `ListenKeyExpired`: the exchange said that the key expired
 * - `ListenKeyLost`: the key was no longer the account's: expired unnoticed, or deleted by another process
 * - `Stale`: the account changed and the stream, to all appearances alive, had not said so
 * - `Unreadable`: something came that could not be read
 * - `Overrun`: this subscriber took its items too slowly, and some were dropped
 *
 * @category models
 * @since 0.1.0
 */
export interface GapReason {
  readonly _tag:
    | "Disconnected"
    | "NoAnswer"
    | "ListenKeyExpired"
    | "ListenKeyLost"
    | "Stale"
    | "Unreadable"
    | "Overrun"
  /** For people. Holds no secret. */
  readonly detail: string
}

/**
 * From `since` on something may be missing.
 *
 * @category models
 * @since 0.1.0
 */
export interface GapOpened {
  readonly _tag: "GapOpened"
  /** Gaps are counted from 1; one is open at a time. */
  readonly gap: number
  readonly reason: GapReason
  /** The last moment up to which nothing is missing, by the exchange's clock as far as known. */
  readonly since: DateTime.Utc
}

/**
 * It could not be found out yet what is missing: the gap stays open. Events go on.
 *
 * @category models
 * @since 0.1.0
 */
export interface GapPending {
  readonly _tag: "GapPending"
  readonly gap: number
  readonly since: DateTime.Utc
  readonly cause: RepairError
  /** How often it was tried. */
  readonly attempts: number
  /** When it is tried again. */
  readonly retryAt: DateTime.Utc
}

/**
 * An order or a fill that was missed, told once. What is no younger than an event that was told already is left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recovered {
  readonly _tag: "Recovered"
  readonly gap: number
  readonly fact: Fact
}

/**
 * Nothing is missing any more.
 *
 * @category models
 * @since 0.1.0
 */
export interface GapClosed {
  readonly _tag: "GapClosed"
  readonly gap: number
  readonly since: DateTime.Utc
  /** From this moment on events came again. */
  readonly until: DateTime.Utc
  /** How much was recovered. */
  readonly found: number
  /**
   * The account at `askedAt`. Rows of orders and positions that are older than an event told already are left out; so are
   * balances that an event told after `askedAt`.
   */
  readonly snapshot: Snapshot
  /** The same with every row as the exchange told it: what is not here was not open, held or owed at `askedAt`. */
  readonly asked: Snapshot
}

/**
 * What the user data stream yields.
 *
 * @category models
 * @since 0.1.0
 */
export type UserDataItem = Connected | EventReceived | GapOpened | GapPending | Recovered | GapClosed
