import type { Described, Endpoint, Safety } from "@effect-binance/core/Endpoint"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Engine from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Views from "../Views.ts"
import { missing } from "./params.ts"

export interface Context {
  readonly state: Engine.State
  /** Whose account; the empty string for calls that need no key. */
  readonly accountId: string
  readonly now: number
}

export interface Outcome {
  readonly state: Engine.State
  readonly reply: unknown
}

export interface Route {
  readonly endpoint: Described
  readonly run: (
    context: Context,
    params: ReadonlyMap<string, string>
  ) => Result.Result<Outcome, ExchangeError.ExchangeError>
}

type Handler<P> = (context: Context, params: P) => Result.Result<Outcome, ExchangeError.ExchangeError>

const issues = SchemaIssue.makeFormatterStandardSchemaV1()

// The exchange reads the parameters it knows and leaves the others alone.
const route = <P, A, S extends Safety, W>(endpoint: Endpoint<P, A, S, W>, handler: Handler<W>): Route => {
  const decode = Schema.decodeUnknownResult(endpoint.params)
  return {
    endpoint,
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

// Nothing is known of these calls beside their paths, so this exchange does not offer them.
const notOffered: Handler<unknown> = () =>
  Result.fail(ExchangeError.make(-5000, "This path is not offered by the simulated exchange."))

// Calls whose part of the exchange is not simulated.
const notYet: Handler<unknown> = () =>
  Result.fail(ExchangeError.make(-5000, "The simulated exchange does not offer this call yet."))

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
  submitNewUMOrder: route(E.submitNewUMOrder, notYet),
  cancelUMOrder: route(E.cancelUMOrder, notYet),
  cancelAllUMOrders: route(E.cancelAllUMOrders, notYet),
  modifyUMOrder: route(E.modifyUMOrder, notYet),
  getUMOrder: route(E.getUMOrder, notYet),
  getAllUMOrders: route(E.getAllUMOrders, notYet),
  getUMOpenOrder: route(E.getUMOpenOrder, notYet),
  getAllUMOpenOrders: route(E.getAllUMOpenOrders, notYet),
  getUMOrderModificationHistory: route(E.getUMOrderModificationHistory, notYet),
  getUMTrades: route(E.getUMTrades, notYet),
  getUMForceOrders: route(E.getUMForceOrders, notYet),
  submitNewUMAlgoOrder: route(E.submitNewUMAlgoOrder, notYet),
  cancelUMAlgoOrder: route(E.cancelUMAlgoOrder, notYet),
  cancelAllUMAlgoOpenOrders: route(E.cancelAllUMAlgoOpenOrders, notYet),
  getUMAlgoOrder: route(E.getUMAlgoOrder, notYet),
  getUMAlgoOpenOrders: route(E.getUMAlgoOpenOrders, notYet),
  getAllUMAlgoOrders: route(E.getAllUMAlgoOrders, notYet),
  submitNewUMConditionalOrder: route(E.submitNewUMConditionalOrder, notYet),
  cancelUMConditionalOrder: route(E.cancelUMConditionalOrder, notYet),
  cancelAllUMConditionalOrders: route(E.cancelAllUMConditionalOrders, notYet),
  getAllUMConditionalOrders: route(E.getAllUMConditionalOrders, notYet),
  getUMOpenConditionalOrders: route(E.getUMOpenConditionalOrders, notYet),
  getUMOpenConditionalOrder: route(E.getUMOpenConditionalOrder, notYet),
  getUMConditionalOrderHistory: route(E.getUMConditionalOrderHistory, notYet),
  submitNewCMOrder: route(E.submitNewCMOrder, notYet),
  submitNewCMConditionalOrder: route(E.submitNewCMConditionalOrder, notYet),
  cancelCMOrder: route(E.cancelCMOrder, notYet),
  cancelAllCMOrders: route(E.cancelAllCMOrders, notYet),
  cancelCMConditionalOrder: route(E.cancelCMConditionalOrder, notYet),
  cancelAllCMConditionalOrders: route(E.cancelAllCMConditionalOrders, notYet),
  modifyCMOrder: route(E.modifyCMOrder, notYet),
  getCMOrder: route(E.getCMOrder, notYet),
  getAllCMOrders: route(E.getAllCMOrders, notYet),
  getCMOpenOrder: route(E.getCMOpenOrder, notYet),
  getAllCMOpenOrders: route(E.getAllCMOpenOrders, notYet),
  getCMOpenConditionalOrders: route(E.getCMOpenConditionalOrders, notYet),
  getCMOpenConditionalOrder: route(E.getCMOpenConditionalOrder, notYet),
  getAllCMConditionalOrders: route(E.getAllCMConditionalOrders, notYet),
  getCMConditionalOrderHistory: route(E.getCMConditionalOrderHistory, notYet),
  getCMTrades: route(E.getCMTrades, notYet),
  getCMForceOrders: route(E.getCMForceOrders, notYet),
  getCMOrderModificationHistory: route(E.getCMOrderModificationHistory, notYet),
  submitNewMarginOrder: route(E.submitNewMarginOrder, notYet),
  submitNewMarginOCO: route(E.submitNewMarginOCO, notYet),
  cancelMarginOrder: route(E.cancelMarginOrder, notYet),
  cancelMarginOCO: route(E.cancelMarginOCO, notYet),
  cancelAllMarginOrders: route(E.cancelAllMarginOrders, notYet),
  getMarginOrder: route(E.getMarginOrder, notYet),
  getMarginOpenOrders: route(E.getMarginOpenOrders, notYet),
  getAllMarginOrders: route(E.getAllMarginOrders, notYet),
  getMarginOCO: route(E.getMarginOCO, notYet),
  getAllMarginOCO: route(E.getAllMarginOCO, notYet),
  getMarginOpenOCO: route(E.getMarginOpenOCO, notYet),
  getMarginTrades: route(E.getMarginTrades, notYet),
  getMarginForceOrders: route(E.getMarginForceOrders, notYet),
  submitMarginLoan: route(E.submitMarginLoan, notYet),
  submitMarginRepay: route(E.submitMarginRepay, notYet),
  repayMarginDebt: route(E.repayMarginDebt, notYet),
  getMarginMaxBorrow: route(E.getMarginMaxBorrow, notYet),
  getMarginMaxWithdraw: route(E.getMarginMaxWithdraw, notYet),
  getMarginLoanRecords: route(E.getMarginLoanRecords, notYet),
  getMarginRepayRecords: route(E.getMarginRepayRecords, notYet),
  getMarginInterestHistory: route(E.getMarginInterestHistory, notYet),
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
  getUMIncomeHistory: route(E.getUMIncomeHistory, notYet),
  getCMIncomeHistory: route(E.getCMIncomeHistory, notYet),
  autoCollectFunds: route(E.autoCollectFunds, notYet),
  transferAssetFuturesMargin: route(E.transferAssetFuturesMargin, notYet),
  transferBNB: route(E.transferBNB, notYet),
  repayFuturesNegativeBalance: route(E.repayFuturesNegativeBalance, notYet),
  getAutoRepayFuturesStatus: route(E.getAutoRepayFuturesStatus, notYet),
  updateAutoRepayFuturesStatus: route(E.updateAutoRepayFuturesStatus, notYet),
  getPortfolioNegativeBalanceInterestHistory: route(E.getPortfolioNegativeBalanceInterestHistory, notYet),
  getNegativeBalanceExchangeRecords: route(E.getNegativeBalanceExchangeRecords, notYet),
  getUMTradeHistoryDownloadId: route(E.getUMTradeHistoryDownloadId, notYet),
  getUMTradeDownloadLink: route(E.getUMTradeDownloadLink, notYet),
  getUMOrderHistoryDownloadId: route(E.getUMOrderHistoryDownloadId, notYet),
  getUMOrderDownloadLink: route(E.getUMOrderDownloadLink, notYet),
  getUMTransactionHistoryDownloadId: route(E.getUMTransactionHistoryDownloadId, notYet),
  getUMTransactionDownloadLink: route(E.getUMTransactionDownloadLink, notYet),
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
  getPMUserDataListenKey: route(E.getPMUserDataListenKey, notYet),
  keepAlivePMUserDataListenKey: route(E.keepAlivePMUserDataListenKey, notYet),
  closePMUserDataListenKey: route(E.closePMUserDataListenKey, notYet)
} satisfies { readonly [N in Endpoints.Name]: Route }

const byRequest: ReadonlyMap<string, Route> = new Map(
  Object.values(routes).map((route) => [route.endpoint.request, route])
)

export const find = (method: string, path: string): Route | undefined => byRequest.get(`${method} ${path}`)

/** The public time endpoints of the hosts that serve market data; clients set their clocks by them. */
export const timePaths: ReadonlySet<string> = new Set(["/fapi/v1/time", "/dapi/v1/time", "/api/v3/time"])
