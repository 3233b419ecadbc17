/** Orders of UM and CM through the client of a program. */
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"

const text = BigDecimal.format
const d = BigDecimal.fromStringUnsafe

describe("orders of UM", () => {
  it.effect("fills at the market, books fees and the position", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const before = yield* client.getUMPosition({ symbol: "BNBUSDT" })
      assert.strictEqual(before.length, 0)
      const placed = yield* client.submitNewUMOrder({
        symbol: "BNBUSDT",
        side: "BUY",
        type: "MARKET",
        quantity: "2",
        newOrderRespType: "RESULT"
      })
      assert.strictEqual(placed.status, "FILLED")
      const order = yield* client.getUMOrder({ symbol: "BNBUSDT", orderId: placed.orderId })
      assert.strictEqual(text(order.executedQty), "2")
      assert.strictEqual(order.avgPrice && text(order.avgPrice), "900.01")
      const [trade] = yield* client.getUMTrades({ symbol: "BNBUSDT" })
      // 1800.02 * 0.0004 USDT * 0.9 / 900: the demo account pays in BNB.
      assert.strictEqual(trade?.commissionAsset, "BNB")
      assert.strictEqual(trade && text(trade.commission), "0.00072")
      const [position] = yield* client.getUMPosition({ symbol: "BNBUSDT" })
      assert.strictEqual(position && text(position.positionAmt), "2")
    }).pipe(Effect.provide(SimulatedClient.layer())))

  it.effect("rests, is found, and is cancelled", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const placed = yield* client.submitNewUMOrder({
        symbol: "BTCUSDC",
        side: "BUY",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "0.01",
        price: "94000"
      })
      assert.isTrue(BigInt(placed.orderId) > BigInt(Number.MAX_SAFE_INTEGER))
      assert.deepStrictEqual((yield* client.getAllUMOpenOrders()).map(({ orderId }) => orderId), [placed.orderId])
      const cancelled = yield* client.cancelUMOrder({ symbol: "BTCUSDC", orderId: placed.orderId })
      assert.strictEqual(cancelled.status, "CANCELED")
      assert.strictEqual((yield* client.getAllUMOpenOrders()).length, 0)
    }).pipe(Effect.provide(SimulatedClient.layer())))

  it.effect("is filled when the market comes to it", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const exchange = yield* Simulator
      const placed = yield* client.submitNewCMOrder({
        symbol: "ETHUSD_PERP",
        side: "BUY",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "10",
        price: "3150"
      })
      yield* exchange.apply({ _tag: "SetPrice", symbol: "ETHUSD_PERP", price: d("3100") })
      const order = yield* client.getCMOrder({ symbol: "ETHUSD_PERP", orderId: placed.orderId })
      assert.strictEqual(order.status, "FILLED")
      assert.strictEqual(order.avgPrice && text(order.avgPrice), "3150")
      const [trade] = yield* client.getCMTrades({ symbol: "ETHUSD_PERP" })
      assert.isTrue(trade?.maker)
    }).pipe(Effect.provide(SimulatedClient.layer())))

  it.effect("is refused without margin", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const refused = yield* Effect.flip(client.submitNewUMOrder({
        symbol: "BTCUSDT",
        side: "BUY",
        type: "MARKET",
        quantity: "20"
      }))
      assert.strictEqual(refused._tag, "OrderRejected")
      assert.include(JSON.stringify(refused), "-2019")
    }).pipe(Effect.provide(SimulatedClient.layer())))
})
