import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"

const listenKey = Effect.flatMap(PortfolioClient, (client) => client.getPMUserDataListenKey()).pipe(
  Effect.map(({ listenKey }) => Redacted.value(listenKey))
)

describe("in memory", () => {
  it.effect("an event", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const key = yield* listenKey
      const socket = yield* Socket.makeWebSocket(`wss://simulator/pm/ws/${key}`)
      const pull = yield* Socket.readerString(socket)
      yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 9 })
      assert.deepStrictEqual(
        (yield* pull).map((text) => JSON.parse(text)),
        [{ e: "ACCOUNT_CONFIG_UPDATE", fs: "UM", E: 0, T: 0, ac: { s: "BTCUSDT", l: 9 } }]
      )
      yield* TestClock.adjust("61 minutes")
      assert.deepStrictEqual((yield* pull).map((text) => JSON.parse(text)), [{ e: "listenKeyExpired", E: 3_600_000 }])
      const { streams } = yield* Simulator
      assert.strictEqual((yield* streams).length, 1)
      yield* TestClock.adjust("23 hours")
      assert.deepStrictEqual(
        yield* Effect.flip(pull),
        new Socket.SocketError({ reason: new Socket.SocketCloseError({ code: 1001, closeReason: "" }) })
      )
      assert.deepStrictEqual(yield* streams, [])
    }).pipe(Effect.provide(SimulatedClient.layer())))
})
