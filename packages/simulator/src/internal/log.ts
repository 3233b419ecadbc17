/**
 * A list that only grows, with every earlier state of it still readable.
 *
 * States of one history share one array; each sees as much of it as it had. Whoever appends to a state that is not the
 * newest gets an array of its own.
 *
 * @since 0.1.0
 */

/** The list. */
export interface Log<A> {
  readonly length: number
  readonly shared: Array<A>
}

/** A list with nothing in it. */
export const empty = <A>(): Log<A> => ({ length: 0, shared: [] })

/** The list with one more at its end. */
export const append = <A>(self: Log<A>, item: A): Log<A> => {
  const own = self.length > 0 && self.shared.length === self.length
  const shared = own ? self.shared : self.shared.slice(0, self.length)
  shared.push(item)
  return { length: self.length + 1, shared }
}

/** The items, oldest first. */
export const toArray = <A>(self: Log<A>): ReadonlyArray<A> => self.shared.slice(0, self.length)

/** How many items at the start fail a condition that holds from some item on. */
export const countBefore = <A>(self: Log<A>, holds: (item: A) => boolean): number => {
  let low = 0
  let high = self.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = self.shared[middle]
    if (item !== undefined && holds(item)) high = middle
    else low = middle + 1
  }
  return low
}

/** The items of a stretch, from `start` up to but not with `end`. */
export const slice = <A>(self: Log<A>, start: number, end: number): ReadonlyArray<A> =>
  self.shared.slice(Math.max(0, start), Math.min(self.length, end))
