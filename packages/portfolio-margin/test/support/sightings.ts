/** Orders as one source shows them, for tests: each says only what it is about. */
import * as Ids from "@effect-binance/core/Ids"
import type * as OrderLife from "@effect-binance/portfolio-margin/OrderLife"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

export const decimal = BigDecimal.fromStringUnsafe

export const at = (millis: number): DateTime.Utc => DateTime.makeUnsafe(millis)

export const orderId = Schema.decodeSync(Ids.OrderId)
const tradeId = Schema.decodeSync(Ids.TradeId)
const algoId = Schema.decodeSync(Ids.AlgoId)

/** A new limit order of 1 BTC. */
export const sighting = (change: Partial<OrderLife.Sighting> = {}): OrderLife.Sighting => ({
  market: "UM",
  symbol: "BTCUSDT",
  orderId: orderId("9007199254740993"),
  clientOrderId: "mine-1",
  side: "BUY",
  positionSide: "BOTH",
  type: "LIMIT",
  timeInForce: "GTC",
  reduceOnly: false,
  price: decimal("90000"),
  quantity: decimal("1"),
  executedQty: decimal("0"),
  status: "NEW",
  orderListId: undefined,
  conditionalId: undefined,
  at: at(1000),
  createdAt: undefined,
  fill: undefined,
  ...change
})

export const fill = (id: number, quantity: string, time: number): OrderLife.Fill => ({
  tradeId: tradeId(String(id)),
  quantity: decimal(quantity),
  price: decimal("90000"),
  commission: decimal("0.01"),
  commissionAsset: "USDT",
  realizedPnl: decimal("0"),
  maker: true,
  time: at(time)
})

/** A new stop order of 1 BTC. */
export const conditional = (
  change: Partial<OrderLife.ConditionalTerms & { readonly at: DateTime.Utc }> = {},
  id: number = 2_148_719
): OrderLife.ConditionalSighting => ({
  market: "UM",
  symbol: "BTCUSDT",
  kind: "algo",
  id: algoId(String(id)),
  clientId: "stop-1",
  side: "SELL",
  positionSide: "BOTH",
  type: "STOP_MARKET",
  quantity: decimal("1"),
  price: undefined,
  triggerPrice: decimal("80000"),
  reduceOnly: true,
  closePosition: false,
  status: "NEW",
  orderId: undefined,
  reason: undefined,
  at: at(1000),
  ...change
})
