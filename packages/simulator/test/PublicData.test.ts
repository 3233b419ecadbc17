import type * as Engine from "@effect-binance/simulator/Engine"
import * as PublicData from "@effect-binance/simulator/PublicData"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Faces from "./support/faces.ts"
import * as Raw from "./support/raw.ts"

const decimal = BigDecimal.fromStringUnsafe

const get = Effect.fnUntraced(function*(path: string, method = "GET") {
  const { port } = yield* SimulatorServer
  const { body, status } = yield* Raw.ask(port, path, { method })
  return [status, JSON.parse(body.toString())] as const
})

const number = (value: unknown): number => typeof value === "string" && value !== "" ? Number(value) : NaN

describe("public data", () => {
  it.effect("comes without a key, and uses no weight of Portfolio Margin", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* TestClock.setTime(1_790_000_000_000)
      for (const path of PublicData.paths) assert.strictEqual((yield* get(path))[0], 200, path)
      assert.strictEqual((yield* exchange.usage).weights.size, 0)
      for (const host of ["fapi/v1", "dapi/v1", "api/v3"]) {
        assert.deepStrictEqual((yield* get(`/${host}/time`))[1], { serverTime: 1_790_000_000_000 })
        assert.deepStrictEqual((yield* get(`/${host}/ping`))[1], {})
      }
    }).pipe(Effect.provide(Faces.overHttp())))

  it.effect("shows prices as they are set", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const commands: ReadonlyArray<Engine.OutsideCommand> = [
        { _tag: "SetPrice", symbol: "BTCUSDT", price: decimal("90000") },
        { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: decimal("90001.5") },
        { _tag: "SetSpotPrice", symbol: "BTCUSDT", price: decimal("89990") }
      ]
      for (const command of commands) yield* exchange.apply(command)
      for (const [path, last] of [["/fapi/v1", 90_000], ["/api/v3", 89_990]] as const) {
        const [, ticker] = yield* get(`${path}/ticker/bookTicker?symbol=BTCUSDT`)
        assert.strictEqual(ticker.symbol, "BTCUSDT")
        assert.isBelow(number(ticker.bidPrice), last)
        assert.isAbove(number(ticker.askPrice), last)
        assert.closeTo(number(ticker.bidPrice), last, last / 1000)
        assert.isAbove(number(ticker.bidQty), 0)
        assert.isAbove(number(ticker.askQty), 0)
      }
      const [, premium] = yield* get("/fapi/v1/premiumIndex?symbol=BTCUSDT")
      assert.deepStrictEqual(
        [premium.markPrice, premium.indexPrice, premium.nextFundingTime],
        ["90001.50000000", "90000.00000000", 28_800_000]
      )
      const [, coin] = yield* get("/dapi/v1/premiumIndex?pair=BTCUSD")
      assert.isAbove(coin.length, 0)
      for (const row of coin) assert.strictEqual(row.pair, "BTCUSD")
      const [, all] = yield* get("/fapi/v1/premiumIndex")
      assert.isAbove(all.length, 2)
    }).pipe(Effect.provide(Faces.overHttp())))

  it.effect("tells the rules that orders are held to", () =>
    Effect.gen(function*() {
      const exchange = yield* Simulator
      const { market, spot } = yield* exchange.state
      const rules = (symbols: ReadonlyArray<{ readonly symbol: string; readonly filters: ReadonlyArray<object> }>) =>
        symbols.map(({ filters, symbol }) => [symbol, Object.assign({}, ...filters).tickSize])
      const [, um] = yield* get("/fapi/v1/exchangeInfo")
      const [, cm] = yield* get("/dapi/v1/exchangeInfo")
      assert.deepStrictEqual(
        [...rules(um.symbols), ...rules(cm.symbols)].sort(),
        [...market.contracts.values()].map(({ filters, symbol }) => [symbol, BigDecimal.format(filters.tickSize)])
          .sort()
      )
      const [, pairs] = yield* get("/api/v3/exchangeInfo")
      assert.deepStrictEqual(
        rules(pairs.symbols),
        [...spot.pairs.values()].map(({ filters, symbol }) => [symbol, BigDecimal.format(filters.tickSize)])
      )
    }).pipe(Effect.provide(Faces.overHttp())))

  it.effect("refuses unknown symbols, and other methods", () =>
    Effect.gen(function*() {
      for (const path of ["/fapi/v1/premiumIndex", "/dapi/v1/ticker/bookTicker", "/api/v3/ticker/bookTicker"]) {
        const [status, refusal] = yield* get(`${path}?symbol=NONE`)
        assert.deepStrictEqual([status, refusal.code], [400, -1121])
      }
      assert.strictEqual((yield* get("/fapi/v1/premiumIndex?symbol=%"))[0], 400)
      const { port } = yield* SimulatorServer
      assert.strictEqual((yield* Raw.ask(port, "/fapi/v1/exchangeInfo", { method: "POST" })).status, 404)
      assert.strictEqual((yield* Raw.ask(port, "/fapi/v1/constructor")).status, 404)
    }).pipe(Effect.provide(Faces.overHttp())))
})
