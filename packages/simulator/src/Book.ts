/**
 * The order book of a symbol: resting orders of accounts, by price and then by time, and a market around the last price.
 *
 * The market is a ladder of levels that is computed, never stored: at a distance from the price it stands for everybody
 * else. What an order takes of it comes back after a while, or when the price is set anew. All of it is pure: matching
 * gives the fills and the book after them.
 *
 * @since 0.1.0
 */
import type { Decimal } from "./internal/decimals.ts"
import {
  add,
  halfUp,
  integer,
  isAbove,
  isAtLeast,
  isPositive,
  isZero,
  max,
  min,
  multiply,
  subtract,
  zero
} from "./internal/decimals.ts"

/**
 * Side of an order.
 *
 * @category models
 * @since 0.1.0
 */
export type Side = "BUY" | "SELL"

/**
 * The market around a price: `levels` prices on each side, `step` apart (in the quote asset), each with `quantity`.
 *
 * **Details**
 *
 * The nearest price is one step away from the centre. `refill` is the time in milliseconds after which what was taken is
 * there again. No real book is that regular; every figure is a parameter.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ladder {
  readonly step: Decimal
  readonly levels: number
  readonly quantity: Decimal
  readonly refill: number
}

/**
 * An order of an account that rests in the book, with what is left of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resting {
  readonly id: number
  readonly accountId: string
  readonly quantity: Decimal
}

/**
 * The resting orders at one price, oldest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Level {
  readonly price: Decimal
  readonly orders: ReadonlyArray<Resting>
}

/**
 * The book of a symbol; both sides are sorted, the best price last.
 *
 * **Details**
 *
 * `centre` is the price the ladder stands around. `bought` and `sold` are what was taken from the asks and from the bids of
 * the ladder since it was last full, `takenTime` is when that began, in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Book {
  readonly ladder: Ladder
  readonly pricePrecision: number
  readonly centre: Decimal
  readonly bids: ReadonlyArray<Level>
  readonly asks: ReadonlyArray<Level>
  readonly bought: Decimal
  readonly sold: Decimal
  readonly takenTime: number
}

/**
 * A book without resting orders around a price.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (ladder: Ladder, price: Decimal, pricePrecision: number): Book => ({
  ladder,
  pricePrecision,
  centre: halfUp(price, pricePrecision),
  bids: [],
  asks: [],
  bought: zero,
  sold: zero,
  takenTime: 0
})

/**
 * The other side.
 *
 * @category lookups
 * @since 0.1.0
 */
export const opposite = (side: Side): Side => side === "BUY" ? "SELL" : "BUY"

const levelsOf = (self: Book, side: Side): ReadonlyArray<Level> => side === "BUY" ? self.bids : self.asks

const withLevels = (self: Book, side: Side, levels: ReadonlyArray<Level>): Book =>
  side === "BUY" ? { ...self, bids: levels } : { ...self, asks: levels }

/** Whether a price is worse than another for whoever takes from that side of the book. */
const isWorse = (side: Side, price: Decimal, than: Decimal): boolean =>
  side === "BUY" ? isAbove(than, price) : isAbove(price, than)

/** Place of a price among levels, and whether it is there. */
const place = (levels: ReadonlyArray<Level>, side: Side, price: Decimal): readonly [at: number, found: boolean] => {
  let low = 0
  let high = levels.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const level = levels[middle]
    if (level !== undefined && isWorse(side, level.price, price)) low = middle + 1
    else high = middle
  }
  const level = levels[low]
  return [low, level !== undefined && !isWorse(side, price, level.price)]
}

const replaceLevel = (self: Book, side: Side, at: number, level: Level): Book => {
  const levels = levelsOf(self, side).slice()
  if (level.orders.length === 0) levels.splice(at, 1)
  else levels[at] = level
  return withLevels(self, side, levels)
}

/**
 * Puts an order at the end of the queue of its price.
 *
 * @category combinators
 * @since 0.1.0
 */
export const rest = (self: Book, side: Side, price: Decimal, order: Resting): Book => {
  const levels = levelsOf(self, side)
  const [at, found] = place(levels, side, price)
  const level = levels[at]
  if (found && level !== undefined) {
    return replaceLevel(self, side, at, { price, orders: [...level.orders, order] })
  }
  const next = levels.slice()
  next.splice(at, 0, { price, orders: [order] })
  return withLevels(self, side, next)
}

/**
 * Takes an order out of the queue of its price; nothing happens where it is not there.
 *
 * @category combinators
 * @since 0.1.0
 */
export const remove = (self: Book, side: Side, price: Decimal, id: number): Book => {
  const levels = levelsOf(self, side)
  const [at, found] = place(levels, side, price)
  const level = levels[at]
  return found && level !== undefined
    ? replaceLevel(self, side, at, { price, orders: level.orders.filter((order) => order.id !== id) })
    : self
}

/**
 * Sets the price that the ladder stands around, which is full then.
 *
 * @category combinators
 * @since 0.1.0
 */
export const moveTo = (self: Book, price: Decimal): Book => ({
  ...self,
  centre: halfUp(price, self.pricePrecision),
  bought: zero,
  sold: zero
})

/**
 * Fills the ladder again where its time has come; `now` in milliseconds.
 *
 * @category combinators
 * @since 0.1.0
 */
export const refill = (self: Book, now: number): Book =>
  now >= refillTime(self) ? { ...self, bought: zero, sold: zero } : self

/**
 * When the ladder is filled again, in milliseconds; `Infinity` while it is full.
 *
 * @category lookups
 * @since 0.1.0
 */
export const refillTime = (self: Book): number => isDrained(self) ? self.takenTime + self.ladder.refill : Infinity

/**
 * Whether something was taken from the ladder.
 *
 * @category lookups
 * @since 0.1.0
 */
export const isDrained = (self: Book): boolean => isPositive(self.bought) || isPositive(self.sold)

const ladderPrice = (self: Book, side: Side, level: number): Decimal => {
  const distance = multiply(self.ladder.step, integer(level + 1))
  return side === "BUY" ? subtract(self.centre, distance) : add(self.centre, distance)
}

/** The ladder on one side from a level on: its price and what is left there. */
interface Rung {
  readonly level: number
  readonly price: Decimal
  readonly quantity: Decimal
}

const takenOf = (self: Book, side: Side): Decimal => side === "BUY" ? self.sold : self.bought

const rung = (self: Book, side: Side, level: number): Rung | undefined => {
  let taken = takenOf(self, side)
  let at = level
  // Levels are taken from the nearest outward.
  for (let passed = 0; passed < at; passed++) taken = subtract(taken, self.ladder.quantity)
  while (at < self.ladder.levels && isAtLeast(taken, self.ladder.quantity)) {
    taken = subtract(taken, self.ladder.quantity)
    at += 1
  }
  if (at >= self.ladder.levels) return undefined
  const price = ladderPrice(self, side, at)
  return isPositive(price)
    ? { level: at, price, quantity: subtract(self.ladder.quantity, max(taken, zero)) }
    : undefined
}

/**
 * A price of the book with what can be had there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quote {
  readonly price: Decimal
  readonly quantity: Decimal
}

/**
 * The best prices of a side, best first, resting orders and ladder together; at most `limit` of them.
 *
 * @category lookups
 * @since 0.1.0
 */
export const quotes = (self: Book, side: Side, limit: number): ReadonlyArray<Quote> => {
  const levels = levelsOf(self, side)
  const found: Array<Quote> = []
  let at = levels.length - 1
  let step = rung(self, side, 0)
  while (found.length < limit) {
    const level = levels[at]
    if (level === undefined && step === undefined) break
    const own = level !== undefined && (step === undefined || !isWorse(side, level.price, step.price))
    const market = step !== undefined && (level === undefined || !isWorse(side, step.price, level.price))
      ? step
      : undefined
    let quantity = zero
    let price = zero
    if (own) {
      price = level.price
      for (const order of level.orders) quantity = add(quantity, order.quantity)
      at -= 1
    }
    if (market !== undefined) {
      price = market.price
      quantity = add(quantity, market.quantity)
      step = rung(self, side, market.level + 1)
    }
    found.push({ price, quantity })
  }
  return found
}

/**
 * The best price of a side, or nothing where the side is empty.
 *
 * @category lookups
 * @since 0.1.0
 */
export const best = (self: Book, side: Side): Decimal | undefined => {
  const levels = levelsOf(self, side)
  const level = levels[levels.length - 1]
  const step = rung(self, side, 0)
  if (level === undefined) return step?.price
  return step === undefined || isWorse(side, step.price, level.price) ? level.price : step.price
}

/**
 * Whether an order of a side would take something at a limit price.
 *
 * @category lookups
 * @since 0.1.0
 */
export const wouldTake = (self: Book, side: Side, limit: Decimal): boolean => {
  const price = best(self, opposite(side))
  return price !== undefined && !isWorse(opposite(side), price, limit)
}

/**
 * An order that comes to the book; without `limit` at any price.
 *
 * @category models
 * @since 0.1.0
 */
export interface Taker {
  readonly side: Side
  readonly quantity: Decimal
  readonly limit?: Decimal | undefined
}

/**
 * What becomes of a resting order that is next in line: it gives up to a quantity, or it goes, or the taker ends here.
 *
 * **Details**
 *
 * `Take` with less than what is left of the order takes the rest of it out of the book. `StopBoth` takes it out and ends
 * the taker.
 *
 * @category models
 * @since 0.1.0
 */
export type Judgement =
  | { readonly _tag: "Take"; readonly atMost: Decimal }
  | { readonly _tag: "Remove" }
  | { readonly _tag: "Stop" }
  | { readonly _tag: "StopBoth" }

/**
 * Lets a resting order give all that is left of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const takeAll = (resting: Resting): Judgement => ({ _tag: "Take", atMost: resting.quantity })

/**
 * A fill; `maker` is the resting order as it was before, or nothing where the ladder gave.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fill {
  readonly price: Decimal
  readonly quantity: Decimal
  readonly maker: Resting | undefined
}

/**
 * A resting order that was taken out of the book without giving all it had.
 *
 * @category models
 * @since 0.1.0
 */
export interface Removed {
  readonly order: Resting
  readonly price: Decimal
  /** Whether it was taken out to prevent a self-trade, and not because it could give no more. */
  readonly prevented: boolean
}

/**
 * What matching came to: the fills in their order, what is left of the taker, and whether a judgement ended it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Matched {
  readonly book: Book
  readonly fills: ReadonlyArray<Fill>
  readonly removed: ReadonlyArray<Removed>
  readonly left: Decimal
  readonly stopped: boolean
}

/**
 * Matches a taker against the other side of the book: by price, then resting orders by time, then the ladder.
 *
 * @category combinators
 * @since 0.1.0
 */
export const match = (
  self: Book,
  taker: Taker,
  now: number,
  judge: (resting: Resting, price: Decimal) => Judgement = takeAll
): Matched => {
  const side = opposite(taker.side)
  const levels = levelsOf(self, side).slice()
  const fills: Array<Fill> = []
  const removed: Array<Removed> = []
  let left = taker.quantity
  let taken = takenOf(self, side)
  let stopped = false
  let step = rung(self, side, 0)
  let changed = false

  const within = (price: Decimal): boolean => taker.limit === undefined || !isWorse(side, price, taker.limit)

  while (isPositive(left) && !stopped) {
    const level = levels[levels.length - 1]
    if (level !== undefined && (step === undefined || !isWorse(side, level.price, step.price))) {
      if (!within(level.price)) break
      changed = true
      let at = 0
      let kept: Resting | undefined
      for (const order of level.orders) {
        if (isZero(left) || stopped) break
        const judgement = judge(order, level.price)
        if (judgement._tag === "Stop") {
          stopped = true
          break
        }
        at += 1
        if (judgement._tag !== "Take") {
          removed.push({ order, price: level.price, prevented: true })
          stopped = judgement._tag === "StopBoth"
          continue
        }
        const available = min(order.quantity, judgement.atMost)
        const quantity = min(left, available)
        if (isPositive(quantity)) {
          fills.push({ price: level.price, quantity, maker: order })
          left = subtract(left, quantity)
        }
        const remaining = subtract(order.quantity, quantity)
        if (isZero(remaining)) continue
        if (isAbove(available, quantity)) kept = { ...order, quantity: remaining }
        else if (isAbove(order.quantity, judgement.atMost)) {
          removed.push({ order: { ...order, quantity: remaining }, price: level.price, prevented: false })
        }
      }
      const rest = level.orders.slice(at)
      const orders = kept === undefined ? rest : [kept, ...rest]
      if (orders.length === 0) levels.pop()
      else {
        levels[levels.length - 1] = { price: level.price, orders }
        if (isPositive(left) && !stopped) break
      }
      continue
    }
    if (step === undefined || !within(step.price)) break
    const quantity = min(left, step.quantity)
    fills.push({ price: step.price, quantity, maker: undefined })
    left = subtract(left, quantity)
    taken = add(taken, quantity)
    step = isAbove(step.quantity, quantity)
      ? { ...step, quantity: subtract(step.quantity, quantity) }
      : ladderAfter(self, side, step.level)
  }

  return { book: settle(self, side, changed ? levels : undefined, taken, now), fills, removed, left, stopped }
}

const ladderAfter = (self: Book, side: Side, level: number): Rung | undefined => {
  if (level + 1 >= self.ladder.levels) return undefined
  const price = ladderPrice(self, side, level + 1)
  return isPositive(price) ? { level: level + 1, price, quantity: self.ladder.quantity } : undefined
}

const settle = (
  self: Book,
  side: Side,
  levels: ReadonlyArray<Level> | undefined,
  taken: Decimal,
  now: number
): Book => {
  const placed = levels === undefined ? self : withLevels(self, side, levels)
  if (!isAbove(taken, takenOf(self, side))) return placed
  return {
    ...placed,
    ...(side === "BUY" ? { sold: taken } : { bought: taken }),
    takenTime: isDrained(self) ? self.takenTime : now
  }
}

/**
 * A fill of a resting order by the ladder.
 *
 * @category models
 * @since 0.1.0
 */
export interface Swept {
  readonly side: Side
  readonly price: Decimal
  readonly quantity: Decimal
  readonly order: Resting
}

/**
 * Lets the ladder take what rests at prices that it has moved through: each order at its own price, the best first, as far
 * as the ladder reaches.
 *
 * @category combinators
 * @since 0.1.0
 */
export const sweep = (
  self: Book,
  now: number,
  judge: (resting: Resting, price: Decimal) => Judgement = takeAll
): { readonly book: Book; readonly fills: ReadonlyArray<Swept>; readonly removed: ReadonlyArray<Removed> } => {
  const fills: Array<Swept> = []
  const removed: Array<Removed> = []
  let book = self
  for (const side of ["BUY", "SELL"] as const) {
    const ladder = opposite(side)
    const own = levelsOf(book, side)
    const top = own[own.length - 1]
    if (top === undefined) continue
    let step = rung(book, ladder, 0)
    if (step === undefined || isWorse(ladder, step.price, top.price)) continue
    const levels = own.slice()
    let taken = takenOf(book, ladder)
    let changed = false
    for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
      const { price } = level
      const orders = level.orders.slice()
      while (step !== undefined && !isWorse(ladder, step.price, price)) {
        const order = orders[0]
        if (order === undefined) break
        changed = true
        const judgement = judge(order, price)
        const available = judgement._tag === "Take" ? min(order.quantity, judgement.atMost) : zero
        const quantity = min(step.quantity, available)
        if (isPositive(quantity)) {
          fills.push({ side, price, quantity, order })
          taken = add(taken, quantity)
          step = isAbove(step.quantity, quantity)
            ? { ...step, quantity: subtract(step.quantity, quantity) }
            : ladderAfter(book, ladder, step.level)
        }
        const remaining = subtract(order.quantity, quantity)
        if (isZero(remaining)) orders.shift()
        else if (isAbove(available, quantity)) orders[0] = { ...order, quantity: remaining }
        else {
          orders.shift()
          removed.push({ order: { ...order, quantity: remaining }, price, prevented: false })
        }
      }
      if (orders.length > 0) {
        levels.push({ price, orders })
        break
      }
    }
    if (!changed) continue
    book = settle(withLevels(book, side, levels), ladder, undefined, taken, now)
  }
  return { book, fills, removed }
}
