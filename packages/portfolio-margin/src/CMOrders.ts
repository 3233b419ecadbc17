/**
 * CM (COIN-M Futures) Orders as a service: orders, conditional orders, fills.
 *
 * @since 0.1.0
 */
import { InvalidResponse, type MutationError, type ReadError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import * as Field from "@effect-binance/core/Field"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Endpoints from "./endpoints/CMOrders.ts"
import type * as Common from "./endpoints/Common.ts"

const isRows = (
  reply: Endpoints.CMOrder | Field.Rows<Endpoints.CMOrder>
): reply is Field.Rows<Endpoints.CMOrder> => Field.isRows(reply)

// The exchange answers the order, or a list of it alone.
const theOrder = (
  reply: Endpoints.CMOrder | Field.Rows<Endpoints.CMOrder>
): Effect.Effect<Endpoints.CMOrder, InvalidResponse> => {
  if (!isRows(reply)) return Effect.succeed(reply)
  const [order, ...others] = reply
  const [unreadable] = reply.unreadable
  if (order !== undefined && others.length === 0 && unreadable === undefined) return Effect.succeed(order)
  const count = reply.length + reply.unreadable.length
  return Effect.fail(
    new InvalidResponse({
      endpoint: Endpoints.getCMOpenOrder.id,
      request: Endpoints.getCMOpenOrder.request,
      attempts: 1,
      status: 200,
      path: [],
      issue: count === 1 ? unreadable?.reason ?? "" : `one order was expected, the list has ${count}`,
      excerpt: `(a list of ${count})`
    })
  )
}

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface CMOrdersShape {
  /** Places a CM order; the quantity is in contracts. Weight 1, counts as 1 order. */
  readonly submitNewCMOrder: (params: Endpoints.NewCMOrder) => Effect.Effect<Endpoints.CMOrderPlaced, MutationError>
  /** Places a CM conditional order: one that waits for a price. Weight 1, counts as 1 order. */
  readonly submitNewCMConditionalOrder: (
    params: Endpoints.NewCMConditionalOrder
  ) => Effect.Effect<Endpoints.CMConditionalOrderPlaced, MutationError>
  /** Cancels a CM order. Weight 1. */
  readonly cancelCMOrder: (params: Endpoints.CMOrderRef) => Effect.Effect<Endpoints.CMOrderCanceled, MutationError>
  /** Cancels all open CM orders of a symbol; conditional orders stay. Weight 1. */
  readonly cancelAllCMOrders: (params: Common.OneSymbol) => Effect.Effect<Common.Done, MutationError>
  /** Cancels a CM conditional order. Weight 1. */
  readonly cancelCMConditionalOrder: (
    params: Endpoints.CMConditionalOrderRef
  ) => Effect.Effect<Endpoints.CMConditionalOrderPlaced, MutationError>
  /** Cancels all open CM conditional orders of a symbol. Weight 1. */
  readonly cancelAllCMConditionalOrders: (params: Common.OneSymbol) => Effect.Effect<Common.Done, MutationError>
  /**
   * Changes price and quantity of an open CM LIMIT order, which then queues anew; a change that cannot stand cancels it.
   * Weight 1, counts as 1 order.
   */
  readonly modifyCMOrder: (params: Endpoints.CMOrderChange) => Effect.Effect<Endpoints.CMOrderModified, MutationError>
  /** Asks for one CM order, open or ended. Weight 1. */
  readonly getCMOrder: (params: Endpoints.CMOrderRef) => Effect.Effect<Endpoints.CMOrder, ReadError>
  /** CM orders of a symbol or pair, open and ended. Weight 20 with a symbol, 40 with a pair. */
  readonly getAllCMOrders: (params: Endpoints.CMOrdersQuery) => Effect.Effect<Field.Rows<Endpoints.CMOrder>, ReadError>
  /** Asks for one open CM order; one that has ended is not found (-2013). Weight 1. */
  readonly getCMOpenOrder: (params: Endpoints.CMOrderRef) => Effect.Effect<Endpoints.CMOrder, ReadError>
  /** All open CM orders, or those of a symbol or pair. Weight 1 with a symbol, 40 without. */
  readonly getAllCMOpenOrders: (
    params?: Endpoints.CMOpenOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.CMOrder>, ReadError>
  /** All open CM conditional orders, or those of one symbol. Weight 1 with a symbol, 40 without. */
  readonly getCMOpenConditionalOrders: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.CMOpenConditionalOrder>, ReadError>
  /** Asks for one open CM conditional order; one that fired or ended is not found (-2013). Weight 1. */
  readonly getCMOpenConditionalOrder: (
    params: Endpoints.CMConditionalOrderRef
  ) => Effect.Effect<Endpoints.CMOpenConditionalOrder, ReadError>
  /** CM conditional orders, open and ended, of at most 7 days. Weight 1 with a symbol, 40 without. */
  readonly getAllCMConditionalOrders: (
    params?: Endpoints.CMConditionalOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.CMConditionalOrder>, ReadError>
  /** Asks for one CM conditional order that fired or ended; one that still waits is not found. Weight 1. */
  readonly getCMConditionalOrderHistory: (
    params: Endpoints.CMConditionalOrderRef
  ) => Effect.Effect<Endpoints.CMConditionalOrder, ReadError>
  /** CM fills of a symbol from an id on, or of a symbol or pair of at most 24 hours. Weight 20, with a pair 40. */
  readonly getCMTrades: (params: Endpoints.CMTradesQuery) => Effect.Effect<Field.Rows<Endpoints.CMTrade>, ReadError>
  /** Orders with which the exchange closed CM positions, of the last 90 days. Weight 20 with a symbol, 50 without. */
  readonly getCMForceOrders: (
    params?: Endpoints.CMForceOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.CMForceOrder>, ReadError>
  /** The changes of one CM order. Weight 1. */
  readonly getCMOrderModificationHistory: (
    params: Endpoints.CMOrderAmendmentsQuery
  ) => Effect.Effect<Field.Rows<Endpoints.CMOrderAmendment>, ReadError>
}

/**
 * CM (COIN-M Futures) Orders as a service: orders, conditional orders, fills.
 *
 * @category services
 * @since 0.1.0
 */
export class CMOrders extends Context.Service<CMOrders, CMOrdersShape>()("@effect-binance/portfolio-margin/CMOrders") {
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<CMOrders, never, Client> = Layer.effect(
    CMOrders,
    Effect.map(Client, (client): CMOrdersShape => ({
      submitNewCMOrder: (params) => client.call(Endpoints.submitNewCMOrder, params),
      submitNewCMConditionalOrder: (params) => client.call(Endpoints.submitNewCMConditionalOrder, params),
      cancelCMOrder: (params) => client.call(Endpoints.cancelCMOrder, params),
      cancelAllCMOrders: (params) => client.call(Endpoints.cancelAllCMOrders, params),
      cancelCMConditionalOrder: (params) => client.call(Endpoints.cancelCMConditionalOrder, params),
      cancelAllCMConditionalOrders: (params) => client.call(Endpoints.cancelAllCMConditionalOrders, params),
      modifyCMOrder: (params) => client.call(Endpoints.modifyCMOrder, params),
      getCMOrder: (params) => client.call(Endpoints.getCMOrder, params),
      getAllCMOrders: (params) => client.call(Endpoints.getAllCMOrders, params),
      getCMOpenOrder: (params) => Effect.flatMap(client.call(Endpoints.getCMOpenOrder, params), theOrder),
      getAllCMOpenOrders: (params) => client.call(Endpoints.getAllCMOpenOrders, params),
      getCMOpenConditionalOrders: (params) => client.call(Endpoints.getCMOpenConditionalOrders, params),
      getCMOpenConditionalOrder: (params) => client.call(Endpoints.getCMOpenConditionalOrder, params),
      getAllCMConditionalOrders: (params) => client.call(Endpoints.getAllCMConditionalOrders, params),
      getCMConditionalOrderHistory: (params) => client.call(Endpoints.getCMConditionalOrderHistory, params),
      getCMTrades: (params) => client.call(Endpoints.getCMTrades, params),
      getCMForceOrders: (params) => client.call(Endpoints.getCMForceOrders, params),
      getCMOrderModificationHistory: (params) => client.call(Endpoints.getCMOrderModificationHistory, params)
    }))
  )
}
