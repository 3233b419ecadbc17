/**
 * What the exchange does by itself when its time comes.
 *
 * @since 0.1.0
 */
import type * as Engine from "./Engine.ts"

/**
 * A part of the exchange that does things at their time: `next` is when it wants to be run, `run` carries out what is due
 * at that time; both in milliseconds.
 *
 * **Gotchas**
 *
 * After `run` at a time, `next` is later, so that time passes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Clockwork {
  readonly next: (state: Engine.State) => number
  readonly run: (state: Engine.State, at: number) => Engine.State
}

/**
 * When the first of the parts wants to be run, in milliseconds.
 *
 * @category lookups
 * @since 0.1.0
 */
export const next = (state: Engine.State, parts: ReadonlyArray<Clockwork>): number =>
  parts.reduce((first, part) => Math.min(first, part.next(state)), Infinity)

/**
 * Carries out what falls due in the parts up to a time in milliseconds: the earliest first, and at one time in the order
 * of the parts.
 *
 * @category transitions
 * @since 0.1.0
 */
export const run = (state: Engine.State, parts: ReadonlyArray<Clockwork>, now: number): Engine.State => {
  let current = state
  while (true) {
    let due: Clockwork | undefined
    let at = Infinity
    for (const part of parts) {
      const next = part.next(current)
      if (next < at) {
        due = part
        at = next
      }
    }
    if (due === undefined || at > now) return current
    current = due.run(current, at)
  }
}
