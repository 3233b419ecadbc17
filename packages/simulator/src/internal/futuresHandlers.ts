/** The calls about orders of UM and CM. */
import type * as Decimal from "@effect-binance/core/Decimal"
import type * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type * as Account from "../Account.ts"
import type * as Book from "../Book.ts"
import * as Engine from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import type * as Futures from "../Futures.ts"
import * as FuturesEngine from "../FuturesEngine.ts"
import * as FuturesViews from "../FuturesViews.ts"
import * as Market from "../Market.ts"
import { type Context, exact, type Handler, optionalExact, optionalId, optionalMillis } from "./handler.ts"

type Id = string | bigint | number
type Instant = DateTime.DateTime | number

const changed = <A>(applied: Engine.Applied<A>) => Result.map(applied, ([state, reply]) => ({ state, reply }))

const shown = <A>(context: Context, reply: Result.Result<A, ExchangeError.ExchangeError>) =>
  Result.map(reply, (reply) => ({ state: context.state, reply }))

/** The contract of a symbol, for an account that exists. */
const contractOf = (context: Context, product: Market.Product, symbol: string) =>
  Result.flatMap(
    Engine.account(context.state, context.accountId),
    () => Engine.contract(context.state, product, symbol)
  )

/** The contracts that a filter names: all of a product, one, or those of a pair. */
const contractsOf = (
  context: Context,
  product: Market.Product,
  filter: { readonly symbol?: string | undefined; readonly pair?: string | undefined }
): Result.Result<ReadonlyArray<Market.Contract>, ExchangeError.ExchangeError> => {
  const { pair, symbol } = filter
  if (symbol !== undefined) return Result.map(contractOf(context, product, symbol), (contract) => [contract])
  const all = Market.contractsOf(context.state.market, product)
  const found = pair === undefined ? all : all.filter((contract) => contract.pair === pair)
  return pair !== undefined && found.length === 0
    ? Result.fail(ExchangeError.make(-4144, "Invalid pair"))
    : Result.map(Engine.account(context.state, context.accountId), () => found)
}

interface NewOrder {
  readonly symbol: string
  readonly side: Book.Side
  readonly positionSide?: Account.PositionSide | undefined
  readonly type: "LIMIT" | "MARKET"
  readonly timeInForce?: Futures.TimeInForce | undefined
  readonly quantity?: Decimal.DecimalInput | undefined
  readonly reduceOnly?: boolean | undefined
  readonly price?: Decimal.DecimalInput | undefined
  readonly newClientOrderId?: string | undefined
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
  readonly priceMatch?: Futures.PriceMatch | undefined
  readonly selfTradePreventionMode?: Futures.SelfTradePrevention | undefined
  readonly goodTillDate?: Instant | undefined
}

export const place = (product: Market.Product): Handler<NewOrder> => (context, params) =>
  changed(
    FuturesEngine.placeOrder(context.state, {
      _tag: "PlaceOrder",
      accountId: context.accountId,
      product,
      symbol: params.symbol,
      side: params.side,
      positionSide: params.positionSide,
      type: params.type,
      timeInForce: params.timeInForce,
      quantity: exact(params.quantity ?? 0),
      price: optionalExact(params.price),
      priceMatch: params.priceMatch,
      reduceOnly: params.reduceOnly,
      newClientOrderId: params.newClientOrderId,
      newOrderRespType: params.newOrderRespType,
      selfTradePreventionMode: params.selfTradePreventionMode,
      goodTillDate: optionalMillis(params.goodTillDate)
    }, context.now)
  )

interface Reference {
  readonly symbol: string
  readonly orderId?: Id | undefined
  readonly origClientOrderId?: string | undefined
}

const referenceOf = (context: Context, product: Market.Product, params: Reference) => ({
  accountId: context.accountId,
  product,
  symbol: params.symbol,
  orderId: optionalId(params.orderId),
  origClientOrderId: params.origClientOrderId
})

export const cancel = (product: Market.Product): Handler<Reference> => (context, params) =>
  changed(
    FuturesEngine.cancelOrder(
      context.state,
      { _tag: "CancelOrder", ...referenceOf(context, product, params) },
      context.now
    )
  )

export const cancelAll = (product: Market.Product): Handler<{ readonly symbol: string }> => (context, { symbol }) =>
  changed(
    FuturesEngine.cancelAllOrders(
      context.state,
      { _tag: "CancelAllOrders", accountId: context.accountId, product, symbol },
      context.now
    )
  )

interface Change extends Reference {
  readonly side: Book.Side
  readonly quantity: Decimal.DecimalInput
  readonly price?: Decimal.DecimalInput | undefined
  readonly priceMatch?: Futures.PriceMatch | undefined
  readonly modifyId?: Id | undefined
}

export const modify = (product: Market.Product): Handler<Change> => (context, params) =>
  changed(
    FuturesEngine.modifyOrder(context.state, {
      _tag: "ModifyOrder",
      ...referenceOf(context, product, params),
      side: params.side,
      quantity: exact(params.quantity),
      price: optionalExact(params.price),
      priceMatch: params.priceMatch,
      modifyId: optionalId(params.modifyId)
    }, context.now)
  )

const one = (
  context: Context,
  product: Market.Product,
  params: Reference
): Result.Result<readonly [Market.Contract, Futures.Order], ExchangeError.ExchangeError> =>
  Result.flatMap(contractOf(context, product, params.symbol), (contract) => {
    const order = FuturesEngine.findOrder(
      context.state.futures,
      contract,
      referenceOf(context, product, params)
    )
    return Result.map(FuturesViews.found(context.state, order, context.now), (order) => [contract, order] as const)
  })

export const query = (product: Market.Product): Handler<Reference> => (context, params) =>
  shown(
    context,
    Result.map(one(context, product, params), ([contract, order]) => FuturesViews.queried(contract, order))
  )

export const queryOpen = (product: Market.Product): Handler<Reference> => (context, params) =>
  shown(
    context,
    Result.flatMap(one(context, product, params), ([contract, order]) =>
      order.status === "NEW" || order.status === "PARTIALLY_FILLED"
        ? Result.succeed(FuturesViews.queried(contract, order))
        : Result.fail(ExchangeError.noSuchOrder))
  )

interface Filter {
  readonly symbol?: string | undefined
  readonly pair?: string | undefined
}

export const openOrders = (product: Market.Product): Handler<Filter> => (context, params) =>
  shown(
    context,
    Result.map(contractsOf(context, product, params), (contracts) =>
      FuturesViews.openOrders(context.state, context.accountId, contracts, context.now))
  )

interface Period {
  readonly startTime?: Instant | undefined
  readonly endTime?: Instant | undefined
  readonly limit?: number | undefined
}

const pageOf = (params: Period): FuturesViews.Page => ({
  startTime: optionalMillis(params.startTime),
  endTime: optionalMillis(params.endTime),
  limit: params.limit
})

const defaults = {
  UM: { orders: { limit: 500, days: 7 }, trades: { limit: 500, days: 7 }, amendments: 500, incomeDays: 7 },
  CM: { orders: { limit: 50, days: 7 }, trades: { limit: 50, days: 1 }, amendments: 50, incomeDays: 200 }
}

export const orders =
  (product: Market.Product): Handler<Filter & Period & { readonly orderId?: Id | undefined }> => (context, params) =>
    shown(
      context,
      Result.map(
        contractsOf(context, product, params),
        (contracts) =>
          contracts.flatMap((contract) =>
            FuturesViews.orders(
              context.state,
              context.accountId,
              contract,
              { ...pageOf(params), orderId: optionalId(params.orderId) },
              defaults[product].orders,
              context.now
            )
          )
      )
    )

export const trades =
  (product: Market.Product): Handler<Filter & Period & { readonly fromId?: Id | undefined }> => (context, params) =>
    shown(
      context,
      Result.map(
        contractsOf(context, product, params),
        (contracts) =>
          contracts.flatMap((contract) =>
            FuturesViews.trades(
              context.state,
              context.accountId,
              contract,
              { ...pageOf(params), fromId: optionalId(params.fromId) },
              defaults[product].trades,
              context.now
            )
          )
      )
    )

export const amendments = (product: Market.Product): Handler<Reference & Period> => (context, params) =>
  shown(
    context,
    Result.map(one(context, product, params), ([contract, order]) =>
      FuturesViews.amendments(context.state, contract, order, pageOf(params), defaults[product].amendments))
  )

export const forceOrders = (
  product: Market.Product
): Handler<Filter & Period & { readonly autoCloseType?: "LIQUIDATION" | "ADL" | undefined }> =>
(context, params) =>
  shown(
    context,
    Result.map(contractsOf(context, product, params), (contracts) =>
      FuturesViews.forceOrders(
        context.state,
        context.accountId,
        contracts,
        { ...pageOf(params), autoCloseType: params.autoCloseType },
        context.now
      ))
  )

export const incomes =
  (product: Market.Product): Handler<Filter & Period & { readonly incomeType?: string | undefined }> =>
  (context, params) =>
    shown(
      context,
      Result.map(contractsOf(context, product, params), () =>
        FuturesViews.incomes(
          context.state,
          context.accountId,
          product,
          { ...pageOf(params), symbol: params.symbol, incomeType: params.incomeType },
          defaults[product].incomeDays,
          context.now
        ))
    )
