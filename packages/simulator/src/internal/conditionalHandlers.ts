/** The calls about conditional orders: algo orders of UM, conditional orders of CM. */
import type * as Decimal from "@effect-binance/core/Decimal"
import type * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type * as Account from "../Account.ts"
import type * as Book from "../Book.ts"
import * as Conditional from "../Conditional.ts"
import * as Engine from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import type * as Futures from "../Futures.ts"
import type * as Market from "../Market.ts"
import { type Context, type Handler, optionalExact, optionalId, optionalMillis } from "./handler.ts"

type Id = string | bigint | number
type Instant = DateTime.DateTime | number
type Amount = Decimal.DecimalInput | undefined

const changed = <A>(applied: Engine.Applied<A>) => Result.map(applied, ([state, reply]) => ({ state, reply }))

interface Shared {
  readonly symbol: string
  readonly side: Book.Side
  readonly positionSide?: Account.PositionSide | undefined
  readonly timeInForce?: Futures.TimeInForce | undefined
  readonly quantity?: Amount
  readonly price?: Amount
  readonly workingType?: "CONTRACT_PRICE" | "MARK_PRICE" | undefined
  readonly priceProtect?: boolean | undefined
  readonly reduceOnly?: boolean | undefined
  readonly callbackRate?: Amount
}

interface NewAlgo extends Shared {
  readonly type: Futures.ConditionalType
  readonly triggerPrice?: Amount
  readonly priceMatch?: Futures.PriceMatch | undefined
  readonly activatePrice?: Amount
  readonly clientAlgoId?: string | undefined
  readonly selfTradePreventionMode?: Futures.SelfTradePrevention | undefined
  readonly goodTillDate?: Instant | undefined
  readonly closePosition?: boolean | undefined
}

interface NewStrategy extends Shared {
  readonly strategyType: Futures.ConditionalType
  readonly stopPrice?: Amount
  readonly activationPrice?: Amount
  readonly newClientStrategyId?: string | undefined
}

const sharedOf = (context: Context, params: Shared) => ({
  _tag: "PlaceConditionalOrder" as const,
  accountId: context.accountId,
  symbol: params.symbol,
  side: params.side,
  positionSide: params.positionSide,
  timeInForce: params.timeInForce,
  quantity: optionalExact(params.quantity),
  price: optionalExact(params.price),
  workingType: params.workingType,
  priceProtect: params.priceProtect,
  reduceOnly: params.reduceOnly,
  callbackRate: optionalExact(params.callbackRate)
})

export const placeAlgo: Handler<NewAlgo> = (context, params) =>
  changed(
    Conditional.placeConditionalOrder(context.state, {
      ...sharedOf(context, params),
      product: "UM",
      type: params.type,
      triggerPrice: optionalExact(params.triggerPrice),
      priceMatch: params.priceMatch,
      activatePrice: optionalExact(params.activatePrice),
      clientId: params.clientAlgoId,
      selfTradePreventionMode: params.selfTradePreventionMode,
      goodTillDate: optionalMillis(params.goodTillDate),
      closePosition: params.closePosition
    }, context.now)
  )

export const placeStrategy: Handler<NewStrategy> = (context, params) =>
  changed(
    Conditional.placeConditionalOrder(context.state, {
      ...sharedOf(context, params),
      product: "CM",
      type: params.strategyType,
      triggerPrice: optionalExact(params.stopPrice),
      activatePrice: optionalExact(params.activationPrice),
      clientId: params.newClientStrategyId
    }, context.now)
  )

interface AlgoReference {
  readonly algoId?: Id | undefined
  readonly clientAlgoId?: string | undefined
}

interface StrategyReference {
  readonly symbol: string
  readonly strategyId?: Id | undefined
  readonly newClientStrategyId?: string | undefined
}

const algo = (context: Context, params: AlgoReference) => ({
  accountId: context.accountId,
  product: "UM" as const,
  id: optionalId(params.algoId),
  clientId: params.clientAlgoId
})

const strategy = (context: Context, params: StrategyReference) => ({
  accountId: context.accountId,
  product: "CM" as const,
  id: optionalId(params.strategyId),
  clientId: params.newClientStrategyId
})

export const cancelAlgo: Handler<AlgoReference> = (context, params) =>
  changed(
    Conditional.cancelConditionalOrder(
      context.state,
      { _tag: "CancelConditionalOrder", ...algo(context, params) },
      context.now
    )
  )

/** The conditional order of a reference that is on the symbol. */
const onSymbol = (context: Context, params: StrategyReference): Futures.Conditional | undefined => {
  const order = Conditional.findConditional(context.state, strategy(context, params))
  return order?.symbol === params.symbol ? order : undefined
}

export const cancelStrategy: Handler<StrategyReference> = (context, params) =>
  Result.flatMap(Engine.contract(context.state, "CM", params.symbol), () => {
    const order = onSymbol(context, params)
    if (order === undefined) return Result.fail(ExchangeError.unknownOrder)
    return changed(
      Conditional.cancelConditionalOrder(
        context.state,
        { _tag: "CancelConditionalOrder", accountId: context.accountId, product: "CM", id: BigInt(order.id) },
        context.now
      )
    )
  })

export const cancelAll = (product: Market.Product): Handler<{ readonly symbol: string }> => (context, { symbol }) =>
  changed(
    Conditional.cancelAllConditionalOrders(
      context.state,
      { _tag: "CancelAllConditionalOrders", accountId: context.accountId, product, symbol },
      context.now
    )
  )

const shownOne = (context: Context, order: Futures.Conditional | undefined) => {
  const visible = order !== undefined && context.now >= order.time + context.state.rules.readLag
  const contract = order === undefined ? undefined : context.state.market.contracts.get(order.symbol)
  return visible && contract !== undefined
    ? Result.succeed({
      state: context.state,
      reply: Conditional.queriedConditional(context.state, contract, order)
    })
    : Result.fail(ExchangeError.noSuchOrder)
}

export const queryAlgo: Handler<AlgoReference> = (context, params) =>
  shownOne(context, Conditional.findConditional(context.state, algo(context, params)))

export const queryOpenStrategy: Handler<StrategyReference> = (context, params) =>
  Result.flatMap(Engine.contract(context.state, "CM", params.symbol), () => {
    const order = onSymbol(context, params)
    return shownOne(context, order?.status === "NEW" ? order : undefined)
  })

export const queryPastStrategy: Handler<StrategyReference> = (context, params) =>
  Result.flatMap(Engine.contract(context.state, "CM", params.symbol), () => {
    const order = onSymbol(context, params)
    return shownOne(context, order?.status === "NEW" ? undefined : order)
  })

interface ListQuery {
  readonly symbol?: string | undefined
  readonly algoId?: Id | undefined
  readonly strategyId?: Id | undefined
  readonly startTime?: Instant | undefined
  readonly endTime?: Instant | undefined
  readonly limit?: number | undefined
}

export const list = (product: Market.Product, open: boolean): Handler<ListQuery> => (context, params) => {
  const known = params.symbol === undefined
    ? Result.succeed(undefined)
    : Engine.contract(context.state, product, params.symbol)
  return Result.map(known, () => ({
    state: context.state,
    reply: Conditional.conditionals(
      context.state,
      context.accountId,
      product,
      {
        symbol: params.symbol,
        id: optionalId(params.algoId ?? params.strategyId),
        startTime: optionalMillis(params.startTime),
        endTime: optionalMillis(params.endTime),
        limit: params.limit,
        open
      },
      context.now
    )
  }))
}
