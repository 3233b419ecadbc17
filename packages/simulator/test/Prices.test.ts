import * as Prices from "@effect-binance/simulator/Prices"
import { Simulator } from "@effect-binance/simulator/Simulator"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import { TestClock } from "effect/testing"

const shown = (points: Iterable<Prices.PricePoint>) =>
  [...points].map(({ at, price, symbol }) => `${at} ${symbol} ${BigDecimal.format(price)}`)

const mark = (symbol: string) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const price = (yield* exchange.state).market.markPrices.get(symbol)
    return price === undefined ? "none" : BigDecimal.format(price)
  })

const walk = (seed: number) =>
  Prices.randomWalk({ symbol: "BTCUSDT", from: "95000", tick: "0.1", every: "1 second", seed })

describe("random walks", () => {
  it("are the same for the same seed, to the digit", () => {
    const first = shown(Prices.take(walk(1), 5))
    assert.deepStrictEqual(first, shown(Prices.take(walk(1), 5)))
    assert.deepStrictEqual(first, [
      "0 BTCUSDT 95000",
      "1000 BTCUSDT 95051.6",
      "2000 BTCUSDT 94938",
      "3000 BTCUSDT 94984.7",
      "4000 BTCUSDT 94891.2"
    ])
    assert.notDeepEqual(first, shown(Prices.take(walk(2), 5)))
  })

  it("can be iterated twice", () => {
    const one = Prices.take(walk(3), 50)
    assert.deepStrictEqual(shown(one), shown(one))
  })

  it("spread as their volatility says, on multiples of the tick", () => {
    const points = [...Prices.take(walk(5), 20_000)]
    let squares = 0
    for (const [index, { price }] of points.entries()) {
      assert.isAtMost(BigDecimal.normalize(price).scale, 1)
      const before = points[index - 1]
      if (before !== undefined) {
        squares += (BigDecimal.toNumberUnsafe(price) / BigDecimal.toNumberUnsafe(before.price) - 1) ** 2
      }
    }
    assert.closeTo(Math.sqrt(squares / points.length), 0.0005, 0.00002)
  })

  it("never come to nothing", () => {
    const falling = Prices.randomWalk({
      symbol: "X",
      from: "0.02",
      tick: "0.01",
      every: "1 second",
      seed: 1,
      volatility: 0.5,
      drift: -0.3
    })
    for (const { price } of Prices.take(falling, 500)) assert.isTrue(BigDecimal.isPositive(price))
  })
})

describe("sources", () => {
  it("merge in the order of time, the first first", () => {
    const a = Prices.script("A", [["0 seconds", "1"], ["2 seconds", "2"], ["4 seconds", "3"]])
    const b = Prices.script("B", [["1 second", "5"], ["2 seconds", "6"]])
    assert.deepStrictEqual(shown(Prices.merge([a, b])), ["0 A 1", "1000 B 5", "2000 A 2", "2000 B 6", "4000 A 3"])
    assert.deepStrictEqual(shown(Prices.merge([])), [])
  })

  it.effect("play by the clock, from the first point on", () =>
    Effect.gen(function*() {
      const points = yield* Prices.parse("[{\"time\":1000000,\"price\":\"1\"},{\"time\":1060000,\"price\":2}]", {
        symbol: "BTCUSDT",
        format: "trades"
      })
      const playing = yield* Effect.forkChild(Prices.play(points))
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* mark("BTCUSDT"), "1")
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(playing)
      assert.strictEqual(yield* mark("BTCUSDT"), "2")
    }).pipe(Effect.provide(Simulator.layer())))

  it.effect("play faster", () =>
    Effect.gen(function*() {
      const points = Prices.script("BTCUSDT", [["0 seconds", "1"], ["1 hour", "2"]])
      const playing = yield* Effect.forkChild(Prices.play(points, { speed: 60 }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(playing)
      assert.strictEqual(yield* mark("BTCUSDT"), "2")
    }).pipe(Effect.provide(Simulator.layer())))

  it.effect("of symbols that nobody trades are refused", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Prices.play(Prices.script("NONEUSDT", [["0 seconds", "1"]])))
      assert.strictEqual(error.code, -1121)
    }).pipe(Effect.provide(Simulator.layer())))
})

describe("files", () => {
  const candle = (time: number) => `${time},100,110,90,105,12,${time + 59_999},1,1,1,1,0`
  const head =
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote,ignore"

  const cases: ReadonlyArray<readonly [string, "candles" | "trades", string, ReadonlyArray<string>]> = [
    ["candles", "candles", `${head}\n${candle(60_000)}\n`, [
      "60000 X 100",
      "79999 X 90",
      "99998 X 110",
      "119999 X 105"
    ]],
    ["candles without a head, in CRLF", "candles", `${candle(0)}\r\n${candle(60_000)}\r\n`, [
      "0 X 100",
      "19999 X 90",
      "39998 X 110",
      "59999 X 105",
      "60000 X 100",
      "79999 X 90",
      "99998 X 110",
      "119999 X 105"
    ]],
    ["a falling candle", "candles", "0,100,110,90,95,1,3", ["0 X 100", "1 X 110", "2 X 90", "3 X 95"]],
    ["candles of the API", "candles", "[[0,\"100\",\"110\",\"90\",\"105\",\"1\",3,\"1\",1,\"1\",\"1\",\"0\"]]", [
      "0 X 100",
      "1 X 90",
      "2 X 110",
      "3 X 105"
    ]],
    ["trades", "trades", "id,price,qty,quote_qty,time,is_buyer_maker\n1,100.5,1,100.5,1700000000000,true", [
      "1700000000000 X 100.5"
    ]],
    ["aggregated trades", "trades", "1,100.5,1,1,1,1700000000000,true", ["1700000000000 X 100.5"]],
    ["trades in microseconds", "trades", "1,100.5,1,100.5,1700000000000123,true,true", ["1700000000000 X 100.5"]],
    ["nothing", "trades", "", []]
  ]

  it.effect.each(cases)("%s", ([_, format, text, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(shown(yield* Prices.parse(text, { symbol: "X", format })), expected)
    }))

  const broken: ReadonlyArray<readonly [string, "candles" | "trades", string, RegExp]> = [
    ["a word for a price", "candles", `${head}\n0,100,high,90,105,1,3`, /^line 2: no price: "high"$/],
    ["a price of nothing", "trades", "1,0,1,0,5,true", /^line 1: no price: "0"$/],
    ["a negative price", "trades", "1,-4,1,0,5,true", /^line 1: no price: "-4"$/],
    ["no time", "trades", "1,5", /^line 1: no time: ""$/],
    ["time going back", "trades", "1,5,1,5,9,true\n2,5,1,5,8,true", /^line 2: earlier than the one before$/],
    ["half of JSON", "candles", "[[0,", /./],
    ["other JSON", "trades", "[1]", /./]
  ]

  it.effect.each(broken)("%s is told", ([_, format, text, expected]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Prices.parse(text, { symbol: "X", format }))
      assert.match(error.message, expected)
    }))

  it.effect("are read from disk", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const path = yield* files.makeTempFileScoped()
      yield* files.writeFileString(path, candle(0))
      assert.lengthOf(yield* Prices.readFile(path, { symbol: "X", format: "candles" }), 4)
      const error = yield* Effect.flip(Prices.readFile(`${path}-none`, { symbol: "X", format: "candles" }))
      assert.strictEqual(error._tag, "PlatformError")
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})
