import { NumericPortfolioClient } from "@effect-binance/portfolio-margin/NumericPortfolioClient"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Simulator from "@effect-binance/simulator/Simulator"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const layer = PortfolioClient.layer({
  environment: "simulator",
  apiKey: Simulator.demoKey.apiKey,
  apiSecret: Simulator.demoKey.secret,
  beautifyResponses: true
}).pipe(
  Layer.provide(SimulatorHttpClient.layer),
  Layer.provide(Simulator.Simulator.layer())
)

describe("beautifyResponses", () => {
  it.effect("gives figures as numbers, everywhere", () =>
    Effect.gen(function*() {
      const client = yield* NumericPortfolioClient
      const account = yield* client.getAccountInfo()
      const uniMMR: number = account.uniMMR
      assert.isAbove(uniMMR, 1)
      assert.isNull(account.totalMarginOpenLoss)
      const positions = yield* client.getUMPosition()
      assert.deepStrictEqual(positions.map((row) => [row.symbol, row.positionAmt]), [
        ["BTCUSDT", 2.4],
        ["ETHUSDT", -40],
        ["币安人生USDT", 20000]
      ])
      const one = yield* client.getBalance({ asset: "BTC" })
      assert.strictEqual(one.crossMarginFree, 0.3)
      const all = yield* client.getBalance()
      assert.strictEqual(all.find((row) => row.asset === "BTC")?.crossMarginFree, 0.3)
      const [brackets] = yield* client.getUMLeverageBrackets({ symbol: "BTCUSDT" })
      assert.strictEqual(brackets?.brackets[0]?.maintMarginRatio, 0.004)
    }).pipe(Effect.provide(layer)))

  it.effect("fails with the same errors", () =>
    Effect.gen(function*() {
      const client = yield* NumericPortfolioClient
      const error = yield* Effect.flip(client.getUMCommissionRate({ symbol: "NOSUCH" }))
      assert.strictEqual(error._tag, "Rejected")
    }).pipe(Effect.provide(layer)))
})
