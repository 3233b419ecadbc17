/**
 * Where prices come from: scripts, seeded random walks, candles and trades recorded in a file.
 *
 * A source is an iterable of {@link PricePoint}s in the order of time, lazy where it is endless, and the same every time it is
 * iterated. {@link play} brings it into the exchange by the program's `Clock`, {@link commands} makes a stream of it.
 *
 * **Example** (A crash, and a day of chance that is the same every time)
 *
 * ```ts import.meta.vitest
 * import * as Prices from "@effect-binance/simulator/Prices"
 * import { Simulator } from "@effect-binance/simulator/Simulator"
 * import * as BigDecimal from "effect/BigDecimal"
 * import * as Effect from "effect/Effect"
 *
 * const crash = Prices.script("BTCUSDT", [["0 seconds", "95000"], ["20 millis", "60000"]])
 * const walk = Prices.randomWalk({ symbol: "ETHUSDT", from: "3500", tick: "0.01", every: "1 second", seed: 7 })
 *
 * const program = Effect.gen(function*() {
 *   const exchange = yield* Simulator
 *   yield* Prices.play(crash)
 *   yield* Prices.play(Prices.take(walk, 1))
 *   const { markPrices } = (yield* exchange.state).market
 *   const price = markPrices.get("BTCUSDT")
 *   return price && BigDecimal.format(price)
 * })
 *
 * await Effect.runPromise(Effect.provide(program, Simulator.layer())) // => "60000"
 * ```
 *
 * @since 0.1.0
 */
import * as Decimal from "@effect-binance/core/Decimal"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as Engine from "./Engine.ts"
import * as random from "./internal/random.ts"
import { type CommandRefused, Simulator } from "./Simulator.ts"

/**
 * A price of a contract at a time, in milliseconds from wherever its source counts.
 *
 * @category models
 * @since 0.1.0
 */
export interface PricePoint {
  readonly at: number
  readonly symbol: string
  readonly price: BigDecimal.BigDecimal
}

/**
 * A file of prices that cannot be read; `line` counts from 1 where the file has lines.
 *
 * @category errors
 * @since 0.1.0
 */
export class PricesUnreadable
  extends Schema.TaggedError<PricesUnreadable>("@effect-binance/simulator/PricesUnreadable")(
    "PricesUnreadable",
    { line: Schema.optionalKey(Schema.Int), reason: Schema.String }
  )
{
  override get message(): string {
    return this.line === undefined ? this.reason : `line ${this.line}: ${this.reason}`
  }
}

const lazily = <A>(iterate: () => Iterator<A>): Iterable<A> => ({ [Symbol.iterator]: iterate })

/**
 * Prices one after another, each so long after the first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const script = (
  symbol: string,
  steps: ReadonlyArray<readonly [after: Duration.Input, price: `${number}`]>
): Iterable<PricePoint> =>
  steps.map(([after, price]) => ({
    at: Duration.toMillis(Duration.fromInputUnsafe(after)),
    symbol,
    price: BigDecimal.fromStringUnsafe(price)
  }))

/**
 * What a random walk is made from.
 *
 * @category models
 * @since 0.1.0
 */
export interface RandomWalk {
  readonly symbol: string
  readonly from: `${number}`
  /** Prices are multiples of it, and never less. */
  readonly tick: `${number}`
  readonly every: Duration.Input
  readonly seed: number
  /** The standard deviation of one step, as a share of the price; 0.0005. */
  readonly volatility?: number | undefined
  /** The mean of one step, as a share of the price; 0. */
  readonly drift?: number | undefined
}

// Twelve numbers evenly spread in [0, 1) have the sum 6 and the standard deviation 1, nearly normal. No more than sums and
// products are needed, which are the same on every machine, unlike logarithms.
const normal = (next: () => number): number => {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += next()
  return sum
}

/**
 * A walk without end whose steps follow from the seed alone.
 *
 * @category constructors
 * @since 0.1.0
 */
export const randomWalk = (options: RandomWalk): Iterable<PricePoint> => {
  const { drift = 0, every, from, seed, symbol, tick, volatility = 0.0005 } = options
  const step = Duration.toMillis(Duration.fromInputUnsafe(every))
  const unit = BigDecimal.fromStringUnsafe(tick)
  return lazily(function*() {
    const next = random.generator(seed)
    let price = Number(from)
    for (let at = 0;; at += step) {
      const ticks = Math.max(1, Math.round(price / Number(tick)))
      yield { at, symbol, price: BigDecimal.multiply(BigDecimal.fromBigInt(BigInt(ticks)), unit) }
      price = Math.max(Number(tick), price * (1 + drift + volatility * normal(next)))
    }
  })
}

/**
 * The first so many of a source.
 *
 * @category combinators
 * @since 0.1.0
 */
export const take = (points: Iterable<PricePoint>, count: number): Iterable<PricePoint> =>
  lazily(function*() {
    let left = count
    if (left <= 0) return
    for (const point of points) {
      yield point
      if (--left <= 0) return
    }
  })

/**
 * Several sources in the order of time; of points at the same time those of the first come first.
 *
 * @category combinators
 * @since 0.1.0
 */
export const merge = (sources: ReadonlyArray<Iterable<PricePoint>>): Iterable<PricePoint> =>
  lazily(function*() {
    const heads = sources.map((source) => {
      const iterator = source[Symbol.iterator]()
      return { iterator, head: iterator.next() }
    })
    while (true) {
      let first: typeof heads[number] | undefined
      for (const one of heads) {
        if (one.head.done === true) continue
        if (first === undefined || first.head.done === true || one.head.value.at < first.head.value.at) first = one
      }
      if (first === undefined || first.head.done === true) return
      yield first.head.value
      first.head = first.iterator.next()
    }
  })

// -----------------------------------------------------------------------------
// Files
// -----------------------------------------------------------------------------

type Reading<A> = Result.Result<A, PricesUnreadable>

const unreadable = (reason: string, line?: number): PricesUnreadable =>
  new PricesUnreadable({ reason, ...(line === undefined ? {} : { line }) })

// Files of the newest years count in microseconds.
const timeOf = (text: string): number | undefined => {
  if (!/^\d{1,16}$/.test(text)) return undefined
  const number = Number(text)
  return number >= 1e14 ? Math.floor(number / 1000) : number
}

type Row = ReadonlyArray<string>

type Format = "candles" | "trades"

const pointsOf = (
  symbol: string,
  format: Format,
  row: Row,
  line: number
): Reading<ReadonlyArray<PricePoint>> => {
  const point = (time: string | undefined, price: string | undefined): Reading<PricePoint> => {
    const at = timeOf(time ?? "")
    const value = Decimal.parse(price ?? "")
    if (at === undefined) return Result.fail(unreadable(`no time: ${JSON.stringify(time ?? "")}`, line))
    return value === undefined || !BigDecimal.isPositive(value)
      ? Result.fail(unreadable(`no price: ${JSON.stringify(price ?? "")}`, line))
      : Result.succeed({ at, symbol, price: value })
  }
  if (format === "trades") {
    // id, price, quantity, quote quantity, time, …; aggregated trades: id, price, quantity, first id, last id, time, …
    const time = /^\d{12,}$/.test(row[5] ?? "") ? row[5] : row[4]
    return Result.map(point(time, row[1]), (one) => [one])
  }
  const [openTime, open, high, low, close, , closeTime] = row
  const all = Result.all([
    point(openTime, open),
    point(openTime, low),
    point(openTime, high),
    point(closeTime ?? openTime, close)
  ])
  return Result.map(all, ([first, lowest, highest, last]) => {
    // A candle does not tell what came first: a rising one is taken to have fallen before, a falling one to have risen.
    const rising = BigDecimal.isGreaterThanOrEqualTo(last.price, first.price)
    const third = Math.floor((last.at - first.at) / 3)
    const [second, next] = rising ? [lowest, highest] : [highest, lowest]
    return [first, { ...second, at: first.at + third }, { ...next, at: first.at + 2 * third }, last]
  })
}

const Cell = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])

const Rows = Schema.fromJsonString(Schema.Array(Schema.Array(Cell)))

const Trade = Schema.Struct({ time: Schema.Finite, price: Schema.Union([Schema.String, Schema.Finite]) })

const Trades = Schema.fromJsonString(Schema.Array(Trade))

const fromJson = (text: string, format: Format): Reading<ReadonlyArray<Row>> => {
  const rows: Result.Result<ReadonlyArray<Row>, Schema.SchemaError> = format === "candles"
    ? Result.map(Schema.decodeUnknownResult(Rows)(text), (rows) => rows.map((row) => row.map(String)))
    : Result.map(
      Schema.decodeUnknownResult(Trades)(text),
      (trades) => trades.map(({ price, time }) => ["", String(price), "", "", String(time)])
    )
  return Result.mapError(rows, (error) => unreadable(error.message.replaceAll(/\s+/g, " ")))
}

const fromCsv = (text: string): ReadonlyArray<Row> =>
  text.split(/\r?\n/).map((line) => line.trim() === "" ? [] : line.split(",").map((cell) => cell.trim()))

/**
 * Reads recorded candles or trades out of a text: CSV as Binance's archive has it, with or without a head, or JSON as its
 * API answers.
 *
 * **Details**
 *
 * A candle becomes four prices: open, then low and high (high and low where it falls), then close. Points must be in the
 * order of time.
 *
 * @category files
 * @since 0.1.0
 */
export const parse = (
  text: string,
  options: { readonly symbol: string; readonly format: Format }
): Effect.Effect<ReadonlyArray<PricePoint>, PricesUnreadable> =>
  Effect.suspend(() => {
    const isJson = text.trimStart().startsWith("[")
    const rows = isJson ? fromJson(text, options.format) : Result.succeed(fromCsv(text))
    if (Result.isFailure(rows)) return Effect.fail(rows.failure)
    const points: Array<PricePoint> = []
    let last = -Infinity
    for (const [index, row] of rows.success.entries()) {
      const isHead = index === 0 && !isJson && !/^\d+$/.test(row[0] ?? "")
      if (row.length === 0 || isHead) continue
      const read = pointsOf(options.symbol, options.format, row, index + 1)
      if (Result.isFailure(read)) return Effect.fail(read.failure)
      for (const point of read.success) {
        if (point.at < last) return Effect.fail(unreadable("earlier than the one before", index + 1))
        last = point.at
        points.push(point)
      }
    }
    return Effect.succeed(points)
  })

/**
 * Reads a file of recorded candles or trades, see {@link parse}.
 *
 * @category files
 * @since 0.1.0
 */
export const readFile = (
  path: string,
  options: { readonly symbol: string; readonly format: Format }
): Effect.Effect<
  ReadonlyArray<PricePoint>,
  PricesUnreadable | PlatformError.PlatformError,
  FileSystem.FileSystem
> =>
  Effect.flatMap(
    Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(path)),
    (text) => parse(text, options)
  )

// -----------------------------------------------------------------------------
// Into the exchange
// -----------------------------------------------------------------------------

/**
 * The command that brings a price into the exchange: last, mark and index price.
 *
 * @category conversions
 * @since 0.1.0
 */
export const command = ({ price, symbol }: PricePoint): Engine.OutsideCommand => ({ _tag: "SetPrice", symbol, price })

/**
 * A source as a stream of commands, each at its time by the program's `Clock`, counted from the first.
 *
 * **Details**
 *
 * `speed` makes time shorter: 60 plays an hour in a minute.
 *
 * @category conversions
 * @since 0.1.0
 */
export const commands = (
  points: Iterable<PricePoint>,
  options: { readonly speed?: number | undefined } = {}
): Stream.Stream<Engine.OutsideCommand> =>
  Stream.unwrap(Effect.map(Clock.currentTimeMillis, (start) => {
    const { speed = 1 } = options
    let first: number | undefined
    return Stream.fromIterable(points, { chunkSize: 1 }).pipe(
      Stream.mapEffect((point) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          first ??= point.at
          const due = start + (point.at - first) / speed
          return due <= now ? Effect.succeed(command(point)) : Effect.delay(Effect.succeed(command(point)), due - now)
        })
      )
    )
  }))

/**
 * Brings a source into the exchange, each price at its time by the program's `Clock`, counted from the first; ends with the
 * source.
 *
 * @category running
 * @since 0.1.0
 */
export const play = (
  points: Iterable<PricePoint>,
  options: { readonly speed?: number | undefined } = {}
): Effect.Effect<void, CommandRefused, Simulator> =>
  Effect.flatMap(Simulator, ({ apply }) => Stream.runForEach(commands(points, options), apply))
