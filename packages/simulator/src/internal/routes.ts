import type { Described, Endpoint, Safety } from "@effect-binance/core/Endpoint"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Engine from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import type { DownloadKind } from "../Ledger.ts"
import * as LedgerViews from "../LedgerViews.ts"
import * as ListenKeys from "../ListenKeys.ts"
import * as SpotViews from "../SpotViews.ts"
import * as Views from "../Views.ts"
import * as Conditionals from "./conditionalHandlers.ts"
import * as Orders from "./futuresHandlers.ts"
import { type Context, exact, type Handler, millis, optionalExact, type Outcome } from "./handler.ts"
import { missing } from "./params.ts"

export interface Route {
  readonly endpoint: Described
  /** Whether this exchange answers the call; false where its part is not simulated. */
  readonly offered: boolean
  readonly run: (
    context: Context,
    params: ReadonlyMap<string, string>
  ) => Result.Result<Outcome, ExchangeError.ExchangeError>
}

const issues = SchemaIssue.makeFormatterStandardSchemaV1()

// The exchange reads the parameters it knows and leaves the others alone.
const route = <P, A, S extends Safety, W>(endpoint: Endpoint<P, A, S, W>, handler: Handler<W>): Route => {
  const decode = Schema.decodeUnknownResult(endpoint.params)
  return {
    endpoint,
    offered: !unanswered.has(handler),
    run: (context, params) => {
      const decoded = decode(Object.fromEntries(params))
      if (Result.isSuccess(decoded)) return handler(context, decoded.success)
      const [first] = issues(decoded.failure.issue).issues
      const step = first?.path?.[0]
      const name = String(typeof step === "object" ? step.key : step ?? "")
      return Result.fail(
        (params.get(name) ?? "") === ""
          ? missing(name)
          : ExchangeError.make(-1130, `Data sent for parameter '${name}' is not valid.`)
      )
    }
  }
}

const isReply = (value: unknown): value is Views.Reply<unknown> => Result.isResult(value)

/** A call that shows something of the account. */
const view = <P>(show: (view: Views.View, params: P) => unknown): Handler<P> => (context, params) =>
  Result.flatMap(Views.make(context.state, context.accountId, context.now), (view) => {
    const shown = show(view, params)
    const reply: Result.Result<unknown, ExchangeError.ExchangeError> = isReply(shown) ? shown : Result.succeed(shown)
    return Result.map(reply, (reply) => ({ state: context.state, reply }))
  })

/** A call that changes something of the account. */
const change = <P>(command: (accountId: string, params: P) => Engine.Command): Handler<P> => (context, params) =>
  Result.map(
    Engine.apply(context.state, command(context.accountId, params), context.now),
    ([state, reply]) => ({ state, reply })
  )

const open = (reply: (context: Context) => unknown): Handler<unknown> => (context) =>
  Result.succeed({ state: context.state, reply: reply(context) })

/** A call for the listen key of the account. */
const listening = (
  change: (context: Context) => Result.Result<readonly [ListenKeys.ListenKeys, unknown], ExchangeError.ExchangeError>
): Handler<unknown> =>
(context) => Result.map(change(context), ([listenKeys, reply]) => ({ state: context.state, listenKeys, reply }))

// Nothing is known of these calls beside their paths, so this exchange does not offer them.
const notOffered: Handler<unknown> = () =>
  Result.fail(ExchangeError.make(-5000, "This path is not offered by the simulated exchange."))

// Calls whose part of the exchange is not simulated.
const notYet: Handler<unknown> = () =>
  Result.fail(ExchangeError.make(-5000, "The simulated exchange does not offer this call yet."))

interface Asked {
  readonly startTime?: DateTime.DateTime | number | undefined
  readonly endTime?: DateTime.DateTime | number | undefined
  readonly txId?: string | bigint | number | undefined
}

const asked = <P extends Asked>(params: P) => ({
  ...params,
  startTime: params.startTime === undefined ? undefined : millis(params.startTime),
  endTime: params.endTime === undefined ? undefined : millis(params.endTime),
  txId: params.txId === undefined ? undefined : Number(params.txId)
})

const ask = (kind: DownloadKind) =>
  change<{ readonly startTime: DateTime.DateTime | number; readonly endTime: DateTime.DateTime | number }>(
    (accountId, { endTime, startTime }) => ({
      _tag: "RequestDownload",
      accountId,
      kind,
      startTime: millis(startTime),
      endTime: millis(endTime)
    })
  )

const fetchLink = (kind: DownloadKind) =>
  view<{ readonly downloadId: string | bigint | number }>((view, { downloadId }) =>
    LedgerViews.getDownloadLink(view, kind, String(downloadId))
  )

const number = (id: string | bigint | number | undefined): number | undefined =>
  id === undefined ? undefined : Number(id)

const unanswered = new Set<unknown>([notOffered, notYet])

const E = Endpoints.byName

export const routes = {
  testConnectivity: route(E.testConnectivity, open(() => ({}))),
  getServerTime: route(E.getServerTime, open(({ now }) => ({ serverTime: now }))),
  getAccountInfo: route(E.getAccountInfo, view(Views.getAccountInfo)),
  getBalance: route(
    E.getBalance,
    view((view, { asset }) => asset === undefined ? Views.getBalances(view) : Views.getBalance(view, asset))
  ),
  getUMAccount: route(E.getUMAccount, view(Views.getUMAccount)),
  getUMAccountV2: route(E.getUMAccountV2, view(Views.getUMAccountV2)),
  getCMAccount: route(E.getCMAccount, view(Views.getCMAccount)),
  getUMAccountConfig: route(E.getUMAccountConfig, view(Views.getUMAccountConfig)),
  getUMSymbolConfig: route(E.getUMSymbolConfig, view((view, { symbol }) => Views.getUMSymbolConfig(view, symbol))),
  getCMAccountConfig: route(E.getCMAccountConfig, notOffered),
  getCMSymbolConfig: route(E.getCMSymbolConfig, notOffered),
  getUMTradingStatus: route(E.getUMTradingStatus, view((view, { symbol }) => Views.getUMTradingStatus(view, symbol))),
  signTradFiPerpsContract: route(
    E.signTradFiPerpsContract,
    change((accountId) => ({ _tag: "SignTradFi", accountId }))
  ),
  getOrderRateLimit: route(E.getOrderRateLimit, view(Views.getOrderRateLimit)),
  getUniMMRNotificationStatus: route(E.getUniMMRNotificationStatus, notOffered),
  updateUniMMRNotificationStatus: route(E.updateUniMMRNotificationStatus, notOffered),
  submitNewUMOrder: route(E.submitNewUMOrder, Orders.place("UM")),
  cancelUMOrder: route(E.cancelUMOrder, Orders.cancel("UM")),
  cancelAllUMOrders: route(E.cancelAllUMOrders, Orders.cancelAll("UM")),
  modifyUMOrder: route(E.modifyUMOrder, Orders.modify("UM")),
  getUMOrder: route(E.getUMOrder, Orders.query("UM")),
  getAllUMOrders: route(E.getAllUMOrders, Orders.orders("UM")),
  getUMOpenOrder: route(E.getUMOpenOrder, Orders.queryOpen("UM")),
  getAllUMOpenOrders: route(E.getAllUMOpenOrders, Orders.openOrders("UM")),
  getUMOrderModificationHistory: route(E.getUMOrderModificationHistory, Orders.amendments("UM")),
  getUMTrades: route(E.getUMTrades, Orders.trades("UM")),
  getUMForceOrders: route(E.getUMForceOrders, Orders.forceOrders("UM")),
  submitNewUMAlgoOrder: route(E.submitNewUMAlgoOrder, Conditionals.placeAlgo),
  cancelUMAlgoOrder: route(E.cancelUMAlgoOrder, Conditionals.cancelAlgo),
  cancelAllUMAlgoOpenOrders: route(E.cancelAllUMAlgoOpenOrders, Conditionals.cancelAll("UM")),
  getUMAlgoOrder: route(E.getUMAlgoOrder, Conditionals.queryAlgo),
  getUMAlgoOpenOrders: route(E.getUMAlgoOpenOrders, Conditionals.list("UM", true)),
  getAllUMAlgoOrders: route(E.getAllUMAlgoOrders, Conditionals.list("UM", false)),
  submitNewUMConditionalOrder: route(E.submitNewUMConditionalOrder, notYet),
  cancelUMConditionalOrder: route(E.cancelUMConditionalOrder, notYet),
  cancelAllUMConditionalOrders: route(E.cancelAllUMConditionalOrders, notYet),
  getAllUMConditionalOrders: route(E.getAllUMConditionalOrders, notYet),
  getUMOpenConditionalOrders: route(E.getUMOpenConditionalOrders, notYet),
  getUMOpenConditionalOrder: route(E.getUMOpenConditionalOrder, notYet),
  getUMConditionalOrderHistory: route(E.getUMConditionalOrderHistory, notYet),
  submitNewCMOrder: route(E.submitNewCMOrder, Orders.place("CM")),
  submitNewCMConditionalOrder: route(E.submitNewCMConditionalOrder, Conditionals.placeStrategy),
  cancelCMOrder: route(E.cancelCMOrder, Orders.cancel("CM")),
  cancelAllCMOrders: route(E.cancelAllCMOrders, Orders.cancelAll("CM")),
  cancelCMConditionalOrder: route(E.cancelCMConditionalOrder, Conditionals.cancelStrategy),
  cancelAllCMConditionalOrders: route(E.cancelAllCMConditionalOrders, Conditionals.cancelAll("CM")),
  modifyCMOrder: route(E.modifyCMOrder, Orders.modify("CM")),
  getCMOrder: route(E.getCMOrder, Orders.query("CM")),
  getAllCMOrders: route(E.getAllCMOrders, Orders.orders("CM")),
  getCMOpenOrder: route(E.getCMOpenOrder, Orders.queryOpen("CM")),
  getAllCMOpenOrders: route(E.getAllCMOpenOrders, Orders.openOrders("CM")),
  getCMOpenConditionalOrders: route(E.getCMOpenConditionalOrders, Conditionals.list("CM", true)),
  getCMOpenConditionalOrder: route(E.getCMOpenConditionalOrder, Conditionals.queryOpenStrategy),
  getAllCMConditionalOrders: route(E.getAllCMConditionalOrders, Conditionals.list("CM", false)),
  getCMConditionalOrderHistory: route(E.getCMConditionalOrderHistory, Conditionals.queryPastStrategy),
  getCMTrades: route(E.getCMTrades, Orders.trades("CM")),
  getCMForceOrders: route(E.getCMForceOrders, Orders.forceOrders("CM")),
  getCMOrderModificationHistory: route(E.getCMOrderModificationHistory, Orders.amendments("CM")),
  submitNewMarginOrder: route(
    E.submitNewMarginOrder,
    change((accountId, params) => ({
      _tag: "NewMarginOrder",
      accountId,
      symbol: params.symbol,
      side: params.side,
      type: params.type,
      quantity: optionalExact(params.quantity),
      quoteOrderQty: optionalExact(params.quoteOrderQty),
      price: optionalExact(params.price),
      stopPrice: optionalExact(params.stopPrice),
      icebergQty: optionalExact(params.icebergQty),
      timeInForce: params.timeInForce,
      clientOrderId: params.newClientOrderId,
      sideEffect: params.sideEffectType,
      autoRepayAtCancel: params.autoRepayAtCancel,
      selfTradePrevention: params.selfTradePreventionMode,
      responseType: params.newOrderRespType
    }))
  ),
  submitNewMarginOCO: route(
    E.submitNewMarginOCO,
    change((accountId, params) => ({
      _tag: "NewMarginOco",
      accountId,
      symbol: params.symbol,
      side: params.side,
      quantity: exact(params.quantity),
      price: exact(params.price),
      stopPrice: exact(params.stopPrice),
      stopLimitPrice: optionalExact(params.stopLimitPrice),
      stopLimitTimeInForce: params.stopLimitTimeInForce,
      limitIcebergQty: optionalExact(params.limitIcebergQty),
      stopIcebergQty: optionalExact(params.stopIcebergQty),
      listClientOrderId: params.listClientOrderId,
      limitClientOrderId: params.limitClientOrderId,
      stopClientOrderId: params.stopClientOrderId,
      sideEffect: params.sideEffectType,
      responseType: params.newOrderRespType
    }))
  ),
  cancelMarginOrder: route(
    E.cancelMarginOrder,
    change((accountId, { newClientOrderId, orderId, origClientOrderId, symbol }) => ({
      _tag: "CancelMarginOrder",
      accountId,
      symbol,
      orderId: number(orderId),
      clientOrderId: origClientOrderId,
      newClientOrderId
    }))
  ),
  cancelMarginOCO: route(
    E.cancelMarginOCO,
    change((accountId, { listClientOrderId, newClientOrderId, orderListId, symbol }) => ({
      _tag: "CancelMarginOco",
      accountId,
      symbol,
      orderListId: number(orderListId),
      listClientOrderId,
      newClientOrderId
    }))
  ),
  cancelAllMarginOrders: route(
    E.cancelAllMarginOrders,
    change((accountId, { symbol }) => ({ _tag: "CancelAllMarginOrders", accountId, symbol }))
  ),
  getMarginOrder: route(
    E.getMarginOrder,
    view((view, { orderId, origClientOrderId, symbol }) =>
      SpotViews.getMarginOrder(view, { symbol, orderId: number(orderId), clientOrderId: origClientOrderId })
    )
  ),
  getMarginOpenOrders: route(
    E.getMarginOpenOrders,
    view((view, { symbol }) => SpotViews.getMarginOpenOrders(view, symbol))
  ),
  getAllMarginOrders: route(
    E.getAllMarginOrders,
    view((view, params) => SpotViews.getAllMarginOrders(view, { ...asked(params), orderId: number(params.orderId) }))
  ),
  getMarginOCO: route(
    E.getMarginOCO,
    view((view, { orderListId, origClientOrderId }) =>
      SpotViews.getMarginOCO(view, { orderListId: number(orderListId), clientId: origClientOrderId })
    )
  ),
  getAllMarginOCO: route(
    E.getAllMarginOCO,
    view((view, params) => SpotViews.getAllMarginOCO(view, { ...asked(params), fromId: number(params.fromId) }))
  ),
  getMarginOpenOCO: route(E.getMarginOpenOCO, view(SpotViews.getMarginOpenOCO)),
  getMarginTrades: route(
    E.getMarginTrades,
    view((view, params) =>
      SpotViews.getMarginTrades(view, {
        ...asked(params),
        orderId: number(params.orderId),
        fromId: number(params.fromId)
      })
    )
  ),
  getMarginForceOrders: route(
    E.getMarginForceOrders,
    view(SpotViews.getMarginForceOrders)
  ),
  submitMarginLoan: route(
    E.submitMarginLoan,
    change((accountId, { amount, asset }) => ({ _tag: "Borrow", accountId, asset, amount: exact(amount) }))
  ),
  submitMarginRepay: route(
    E.submitMarginRepay,
    change((accountId, { amount, asset }) => ({ _tag: "Repay", accountId, asset, amount: exact(amount) }))
  ),
  repayMarginDebt: route(
    E.repayMarginDebt,
    change((accountId, { amount, asset, specifyRepayAssets }) => ({
      _tag: "RepayDebt",
      accountId,
      asset,
      amount: amount === undefined ? undefined : exact(amount),
      assets: typeof specifyRepayAssets === "string" ? specifyRepayAssets.split(",") : specifyRepayAssets ?? []
    }))
  ),
  getMarginMaxBorrow: route(E.getMarginMaxBorrow, view((view, { asset }) => Views.getMarginMaxBorrow(view, asset))),
  getMarginMaxWithdraw: route(
    E.getMarginMaxWithdraw,
    view((view, { asset }) => Views.getMarginMaxWithdraw(view, asset))
  ),
  getMarginLoanRecords: route(
    E.getMarginLoanRecords,
    view((view, params) => LedgerViews.getMarginLoanRecords(view, asked(params)))
  ),
  getMarginRepayRecords: route(
    E.getMarginRepayRecords,
    view((view, params) => LedgerViews.getMarginRepayRecords(view, asked(params)))
  ),
  getMarginInterestHistory: route(
    E.getMarginInterestHistory,
    view((view, params) => LedgerViews.getMarginInterestHistory(view, asked(params)))
  ),
  getUMPosition: route(E.getUMPosition, view((view, { symbol }) => Views.getUMPosition(view, symbol))),
  getCMPosition: route(E.getCMPosition, view((view, filter) => Views.getCMPosition(view, filter))),
  updateUMLeverage: route(
    E.updateUMLeverage,
    change((accountId, { leverage, symbol }) => ({ _tag: "ChangeUmLeverage", accountId, symbol, leverage }))
  ),
  updateCMLeverage: route(
    E.updateCMLeverage,
    change((accountId, { leverage, symbol }) => ({ _tag: "ChangeCmLeverage", accountId, symbol, leverage }))
  ),
  updateUMPositionMode: route(
    E.updateUMPositionMode,
    change((accountId, { dualSidePosition }) => ({ _tag: "ChangeUmPositionMode", accountId, dualSidePosition }))
  ),
  updateCMPositionMode: route(
    E.updateCMPositionMode,
    change((accountId, { dualSidePosition }) => ({ _tag: "ChangeCmPositionMode", accountId, dualSidePosition }))
  ),
  getUMPositionMode: route(E.getUMPositionMode, view(Views.getUMPositionMode)),
  getCMPositionMode: route(E.getCMPositionMode, view(Views.getCMPositionMode)),
  getUMLeverageBrackets: route(
    E.getUMLeverageBrackets,
    view((view, { symbol }) => Views.getUMLeverageBrackets(view, symbol))
  ),
  getCMLeverageBrackets: route(
    E.getCMLeverageBrackets,
    view((view, { symbol }) => Views.getCMLeverageBrackets(view, symbol))
  ),
  getUMADLQuantile: route(E.getUMADLQuantile, view((view, { symbol }) => Views.getUMADLQuantile(view, symbol))),
  getCMADLQuantile: route(E.getCMADLQuantile, view((view, { symbol }) => Views.getCMADLQuantile(view, symbol))),
  getUMIncomeHistory: route(E.getUMIncomeHistory, Orders.incomes("UM")),
  getCMIncomeHistory: route(E.getCMIncomeHistory, Orders.incomes("CM")),
  autoCollectFunds: route(E.autoCollectFunds, change((accountId) => ({ _tag: "CollectFunds", accountId }))),
  transferAssetFuturesMargin: route(
    E.transferAssetFuturesMargin,
    change((accountId, { amount, asset, futureType }) => ({
      _tag: "CollectAsset",
      accountId,
      asset,
      part: amount === undefined || futureType === undefined ? undefined : { amount: exact(amount), futureType }
    }))
  ),
  transferBNB: route(
    E.transferBNB,
    change((accountId, { amount, transferSide }) => ({
      _tag: "TransferBnb",
      accountId,
      amount: exact(amount),
      transferSide
    }))
  ),
  repayFuturesNegativeBalance: route(
    E.repayFuturesNegativeBalance,
    change((accountId) => ({ _tag: "RepayNegativeBalances", accountId }))
  ),
  getAutoRepayFuturesStatus: route(E.getAutoRepayFuturesStatus, view(LedgerViews.getAutoRepayFuturesStatus)),
  updateAutoRepayFuturesStatus: route(
    E.updateAutoRepayFuturesStatus,
    change((accountId, { autoRepay }) => ({ _tag: "SetAutoRepay", accountId, autoRepay }))
  ),
  getPortfolioNegativeBalanceInterestHistory: route(
    E.getPortfolioNegativeBalanceInterestHistory,
    view((view, params) => LedgerViews.getPortfolioNegativeBalanceInterestHistory(view, asked(params)))
  ),
  getNegativeBalanceExchangeRecords: route(
    E.getNegativeBalanceExchangeRecords,
    view((view, { endTime, startTime }) =>
      LedgerViews.getNegativeBalanceExchangeRecords(view, { startTime: millis(startTime), endTime: millis(endTime) })
    )
  ),
  getUMTradeHistoryDownloadId: route(E.getUMTradeHistoryDownloadId, ask("trade")),
  getUMTradeDownloadLink: route(E.getUMTradeDownloadLink, fetchLink("trade")),
  getUMOrderHistoryDownloadId: route(E.getUMOrderHistoryDownloadId, ask("order")),
  getUMOrderDownloadLink: route(E.getUMOrderDownloadLink, fetchLink("order")),
  getUMTransactionHistoryDownloadId: route(E.getUMTransactionHistoryDownloadId, ask("income")),
  getUMTransactionDownloadLink: route(E.getUMTransactionDownloadLink, fetchLink("income")),
  getUMCommissionRate: route(
    E.getUMCommissionRate,
    view((view, { symbol }) => Views.getUMCommissionRate(view, symbol))
  ),
  getCMCommissionRate: route(
    E.getCMCommissionRate,
    view((view, { symbol }) => Views.getCMCommissionRate(view, symbol))
  ),
  toggleUMFeeBurn: route(
    E.toggleUMFeeBurn,
    change((accountId, { feeBurn }) => ({ _tag: "SetFeeBurn", accountId, feeBurn }))
  ),
  getUMFeeBurnStatus: route(E.getUMFeeBurnStatus, view(Views.getUMFeeBurnStatus)),
  getPMUserDataListenKey: route(
    E.getPMUserDataListenKey,
    listening(({ accountId, listenKeys, now, streamRules }) => {
      const [next, { key }] = ListenKeys.open(listenKeys, accountId, streamRules.listenKeyLife, now)
      return Result.succeed([next, { listenKey: key }])
    })
  ),
  keepAlivePMUserDataListenKey: route(
    E.keepAlivePMUserDataListenKey,
    listening(({ accountId, listenKeys, now, streamRules }) =>
      Result.map(ListenKeys.keepAlive(listenKeys, accountId, streamRules.listenKeyLife, now), (next) => [next, {}])
    )
  ),
  closePMUserDataListenKey: route(
    E.closePMUserDataListenKey,
    listening(({ accountId, listenKeys, now }) =>
      Result.map(ListenKeys.close(listenKeys, accountId, now), (next) => [next, {}])
    )
  )
} satisfies { readonly [N in Endpoints.Name]: Route }

const byRequest: ReadonlyMap<string, Route> = new Map(
  Object.values(routes).map((route) => [route.endpoint.request, route])
)

export const find = (method: string, path: string): Route | undefined => byRequest.get(`${method} ${path}`)
