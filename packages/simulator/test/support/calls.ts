import type { BinanceError } from "@effect-binance/core/BinanceError"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type { PortfolioClientShape } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

type ParamsOf<N extends Endpoints.Name> = Parameters<PortfolioClientShape[N]>[0]

/** The chapters of the documentation that the exchange does not carry out yet: their calls are not among the tried ones. */
const later: ReadonlySet<string> = new Set([
  "UM (USD-M Futures) Orders",
  "CM (COIN-M Futures) Orders",
  "User Data Stream"
])

/** The names of the calls that must be tried. A new endpoint is among them unless its chapter is for later. */
export const names: ReadonlyArray<string> = Endpoints.all.filter(({ category }) => !later.has(category)).map(({ id }) =>
  id
)

const limit = {
  symbol: "BTCUSDT",
  side: "SELL",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.02",
  price: "99000"
} as const

const ids = (name: string) => ({
  listClientOrderId: name,
  limitClientOrderId: `${name}-limit`,
  stopClientOrderId: `${name}-stop`
})

const period = { startTime: 1_789_000_000_000, endTime: 1_790_000_000_000 }

/** Calls with parameters worth trying, in an order in which they can be made one after the other. */
export const variants: { readonly [N in Endpoints.Name]?: ReadonlyArray<ParamsOf<N>> } = {
  testConnectivity: [undefined],
  getServerTime: [undefined],
  getAccountInfo: [undefined, { recvWindow: 60_000 }],
  getBalance: [undefined, { asset: "BTC" }, { asset: "NONE" }],
  getUMAccount: [undefined],
  getUMAccountV2: [undefined],
  getCMAccount: [undefined],
  getUMAccountConfig: [undefined],
  getUMSymbolConfig: [undefined, { symbol: "ETHUSDT" }],
  getCMAccountConfig: [undefined],
  getCMSymbolConfig: [undefined],
  getUMTradingStatus: [undefined, { symbol: "BTCUSDT" }],
  signTradFiPerpsContract: [undefined],
  getOrderRateLimit: [undefined],
  getUniMMRNotificationStatus: [undefined],
  updateUniMMRNotificationStatus: [undefined],
  getUMPosition: [undefined, { symbol: "BTCUSDT" }, { symbol: "币安人生USDT" }, { symbol: "NONEUSDT" }],
  getCMPosition: [undefined, { pair: "BTCUSD" }],
  updateUMLeverage: [{ symbol: "BTCUSDT", leverage: 19 }, { symbol: "币安人生USDT", leverage: 3 }],
  updateCMLeverage: [{ symbol: "BTCUSD_PERP", leverage: 7 }],
  updateUMPositionMode: [{ dualSidePosition: true }, { dualSidePosition: false }],
  updateCMPositionMode: [{ dualSidePosition: true }, { dualSidePosition: false }],
  getUMPositionMode: [undefined],
  getCMPositionMode: [undefined],
  getUMLeverageBrackets: [undefined, { symbol: "BTCUSDT" }],
  getCMLeverageBrackets: [undefined, { symbol: "BTCUSD_PERP" }],
  getUMADLQuantile: [undefined, { symbol: "ETHUSDT" }],
  getCMADLQuantile: [undefined, { symbol: "BTCUSD_PERP" }],
  getUMCommissionRate: [{ symbol: "BTCUSDT" }, { symbol: "NONEUSDT" }],
  getCMCommissionRate: [{ symbol: "BTCUSD_PERP" }],
  toggleUMFeeBurn: [{ feeBurn: false }, { feeBurn: true }],
  getUMFeeBurnStatus: [undefined],
  submitMarginLoan: [{ asset: "USDT", amount: "1000" }, { asset: "SOL", amount: "1" }],
  submitMarginRepay: [{ asset: "USDT", amount: "400.5" }, { asset: "BTC", amount: "1" }],
  repayMarginDebt: [{ asset: "ETH", amount: "0.1", specifyRepayAssets: ["USDT"] }, { asset: "USDT" }],
  getMarginMaxBorrow: [{ asset: "USDT" }],
  getMarginMaxWithdraw: [{ asset: "USDT" }],
  getMarginLoanRecords: [{ asset: "USDT" }, { asset: "NONE" }],
  getMarginRepayRecords: [{ asset: "USDT" }, { asset: "USDT", txId: 1 }],
  getMarginInterestHistory: [undefined, { asset: "USDT", size: 1 }],
  submitNewMarginOrder: [
    { ...limit, newClientOrderId: "rests" },
    { ...limit, newClientOrderId: "rests" },
    { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity: "0.01", newClientOrderId: "sold" },
    {
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_LOSS",
      quantity: "0.01",
      stopPrice: "90000",
      newClientOrderId: "waits",
      newOrderRespType: "RESULT"
    },
    {
      symbol: "ETHUSDT",
      side: "BUY",
      type: "MARKET",
      quoteOrderQty: "50000",
      sideEffectType: "MARGIN_BUY",
      newClientOrderId: "lent",
      newOrderRespType: "ACK"
    }
  ],
  submitNewMarginOCO: [
    {
      symbol: "ETHUSDT",
      side: "SELL",
      quantity: "0.5",
      price: "3500",
      stopPrice: "3000",
      stopLimitPrice: "2990",
      stopLimitTimeInForce: "GTC",
      ...ids("one")
    },
    { symbol: "ETHUSDT", side: "SELL", quantity: "0.5", price: "3500", stopPrice: "3000", ...ids("two") },
    { symbol: "ETHUSDT", side: "SELL", quantity: "0.5", price: "3100", stopPrice: "3000", ...ids("three") }
  ],
  getMarginOrder: [{ symbol: "BTCUSDT", origClientOrderId: "rests" }, { symbol: "BTCUSDT", orderId: 1 }],
  getMarginOpenOrders: [undefined, { symbol: "ETHUSDT" }],
  getAllMarginOrders: [{ symbol: "BTCUSDT" }],
  getMarginOCO: [{ origClientOrderId: "one" }],
  getAllMarginOCO: [undefined],
  getMarginOpenOCO: [undefined],
  getMarginTrades: [{ symbol: "BTCUSDT" }],
  getMarginForceOrders: [undefined],
  cancelMarginOrder: [{ symbol: "BTCUSDT", origClientOrderId: "rests" }, { symbol: "BTCUSDT", orderId: 77 }],
  cancelMarginOCO: [{ symbol: "ETHUSDT", listClientOrderId: "one" }],
  cancelAllMarginOrders: [{ symbol: "ETHUSDT" }, { symbol: "ETHUSDT" }],
  getUMIncomeHistory: [undefined],
  getCMIncomeHistory: [undefined],
  transferAssetFuturesMargin: [{ asset: "USDT", amount: "10", futureType: "UM" }, { asset: "USDT" }],
  autoCollectFunds: [undefined],
  transferBNB: [{ amount: "0.5", transferSide: "FROM_UM" }, { amount: "0.2", transferSide: "TO_UM" }],
  repayFuturesNegativeBalance: [undefined],
  getAutoRepayFuturesStatus: [undefined],
  updateAutoRepayFuturesStatus: [{ autoRepay: false }],
  getPortfolioNegativeBalanceInterestHistory: [undefined],
  getNegativeBalanceExchangeRecords: [{ startTime: 1_789_000_000_000, endTime: 1_790_000_000_000 }],
  getUMTradeHistoryDownloadId: [period],
  getUMTradeDownloadLink: [{ downloadId: 1 }],
  getUMOrderHistoryDownloadId: [period],
  getUMOrderDownloadLink: [{ downloadId: 1 }],
  getUMTransactionHistoryDownloadId: [period],
  getUMTransactionDownloadLink: [{ downloadId: 1 }]
}

export interface Call {
  readonly name: Endpoints.Name
  readonly params: object | undefined
  /** For the names of tests. */
  readonly label: string
}

const isName = (name: string): name is Endpoints.Name => Object.hasOwn(Endpoints.byName, name)

export const calls: ReadonlyArray<Call> = Object.entries(variants).flatMap(([name, list]) =>
  isName(name)
    ? list.map((params: object | undefined) => ({
      name,
      params,
      label: `${name}(${params === undefined ? "" : JSON.stringify(params)})`
    }))
    : []
)

export const isRead = ({ name }: Call): boolean => Endpoints.byName[name].safety === "read"

/** Makes a call by its name. */
export const make = (client: PortfolioClientShape, { name, params }: Call): Effect.Effect<unknown, BinanceError> => {
  const method: (params: never) => Effect.Effect<unknown, BinanceError> = client[name]
  return method(params as never)
}

/** A reply as it was on the wire. */
export const encodeReply = (name: Endpoints.Name, reply: unknown): Effect.Effect<unknown> => {
  const schema = Endpoints.byName[name].reply as Schema.Codec<unknown, unknown>
  return Effect.orDie(Schema.encodeEffect(schema)(reply))
}

/** What came of a call, comparable: the reply as it was on the wire, or the error. */
export const outcome = (client: PortfolioClientShape, call: Call): Effect.Effect<unknown> =>
  Effect.matchEffect(make(client, call), {
    onSuccess: (reply) => encodeReply(call.name, reply),
    onFailure: (error) => Effect.succeed({ ...error, error: error._tag, says: error.message })
  })

/** What came of all the calls that read, by their labels. */
export const readAll = (client: PortfolioClientShape): Effect.Effect<{ readonly [label: string]: unknown }> =>
  Effect.map(
    Effect.forEach(
      calls.filter(isRead),
      (call) => Effect.map(outcome(client, call), (seen): [string, unknown] => [call.label, seen])
    ),
    Object.fromEntries
  )
