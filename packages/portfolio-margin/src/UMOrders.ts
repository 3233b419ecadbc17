/**
 * UM (USD-M Futures) Orders as a service: orders, algo orders, fills.
 *
 * @since 0.1.0
 */
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import type * as Field from "@effect-binance/core/Field"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Common from "./endpoints/Common.ts"
import * as Endpoints from "./endpoints/UMOrders.ts"

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrdersShape {
  /** Places a UM order. Weight 1, counts as 1 order. */
  readonly submitNewUMOrder: (params: Endpoints.NewUMOrder) => Effect.Effect<Endpoints.UMOrderPlaced, MutationError>
  /** Cancels a UM order. Weight 1. */
  readonly cancelUMOrder: (params: Endpoints.UMOrderRef) => Effect.Effect<Endpoints.UMOrderCanceled, MutationError>
  /** Cancels all open UM orders of a symbol; algo orders stay. Weight 1. */
  readonly cancelAllUMOrders: (params: Common.OneSymbol) => Effect.Effect<Common.Done, MutationError>
  /**
   * Changes price and quantity of an open UM LIMIT order, which then queues anew; a change that cannot stand cancels it.
   * Weight 1, counts as 1 order.
   */
  readonly modifyUMOrder: (params: Endpoints.UMOrderChange) => Effect.Effect<Endpoints.UMOrderModified, MutationError>
  /** Asks for one UM order. Weight 1. */
  readonly getUMOrder: (params: Endpoints.UMOrderRef) => Effect.Effect<Endpoints.UMOrder, ReadError>
  /** UM orders of a symbol, open and ended, of at most 7 days. Weight 5. */
  readonly getAllUMOrders: (params: Endpoints.UMOrdersQuery) => Effect.Effect<Field.Rows<Endpoints.UMOrder>, ReadError>
  /** Asks for one open UM order. Weight 1. */
  readonly getUMOpenOrder: (params: Endpoints.UMOrderRef) => Effect.Effect<Endpoints.UMOrder, ReadError>
  /** All open UM orders, or those of one symbol. Weight 1 with a symbol, 40 without. */
  readonly getAllUMOpenOrders: (params?: Common.SymbolFilter) => Effect.Effect<Field.Rows<Endpoints.UMOrder>, ReadError>
  /** The changes of one UM order. Weight 1. */
  readonly getUMOrderModificationHistory: (
    params: Endpoints.UMOrderAmendmentsQuery
  ) => Effect.Effect<Field.Rows<Endpoints.UMOrderAmendment>, ReadError>
  /** UM fills of a symbol, from an id on or of at most 7 days. Weight 5. */
  readonly getUMTrades: (params: Endpoints.UMTradesQuery) => Effect.Effect<Field.Rows<Endpoints.UMTrade>, ReadError>
  /** Orders with which the exchange closed UM positions, of the last 90 days. Weight 20 with a symbol, 50 without. */
  readonly getUMForceOrders: (
    params?: Endpoints.UMForceOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.UMForceOrder>, ReadError>
  /** Places a UM algo order: one that waits for a price. Weight 1, counts as 1 order. */
  readonly submitNewUMAlgoOrder: (
    params: Endpoints.NewUMAlgoOrder
  ) => Effect.Effect<Endpoints.UMAlgoOrderPlaced, MutationError>
  /** Cancels a UM algo order. Weight 1. */
  readonly cancelUMAlgoOrder: (
    params: Endpoints.UMAlgoOrderRef
  ) => Effect.Effect<Endpoints.UMAlgoOrderCanceled, MutationError>
  /** Cancels all open UM algo orders of a symbol. Weight 1. */
  readonly cancelAllUMAlgoOpenOrders: (params: Common.OneSymbol) => Effect.Effect<Common.Done, MutationError>
  /** Asks for one UM algo order, open or ended. Weight 1. */
  readonly getUMAlgoOrder: (params: Endpoints.UMAlgoOrderRef) => Effect.Effect<Endpoints.UMAlgoOrder, ReadError>
  /** All open UM algo orders, or those that fit the filters. Weight 1 with a symbol, 40 without. */
  readonly getUMAlgoOpenOrders: (
    params?: Endpoints.UMOpenAlgoOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.UMOpenAlgoOrder>, ReadError>
  /** UM algo orders of a symbol, open and ended, of at most 7 days. Weight 5. */
  readonly getAllUMAlgoOrders: (
    params: Endpoints.UMAlgoOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.UMAlgoOrder>, ReadError>
  /**
   * Places a UM conditional order. Weight 1, counts as 1 order.
   *
   * @deprecated since 2026-04-28: use `submitNewUMAlgoOrder`
   */
  readonly submitNewUMConditionalOrder: (
    params: Endpoints.NewUMConditionalOrder
  ) => Effect.Effect<Endpoints.UMConditionalOrderPlaced, MutationError>
  /**
   * Cancels a UM conditional order. Weight 1.
   *
   * @deprecated since 2026-04-28: use `cancelUMAlgoOrder`
   */
  readonly cancelUMConditionalOrder: (
    params: Endpoints.UMConditionalOrderRef
  ) => Effect.Effect<Endpoints.UMConditionalOrderPlaced, MutationError>
  /**
   * Cancels all open UM conditional orders of a symbol. Weight 1.
   *
   * @deprecated since 2026-04-28: use `cancelAllUMAlgoOpenOrders`
   */
  readonly cancelAllUMConditionalOrders: (params: Common.OneSymbol) => Effect.Effect<Common.Done, MutationError>
  /**
   * UM conditional orders, open and ended, of at most 7 days. Weight 1 with a symbol, 40 without.
   *
   * @deprecated since 2026-04-28: use `getAllUMAlgoOrders`
   */
  readonly getAllUMConditionalOrders: (
    params?: Endpoints.UMConditionalOrdersQuery
  ) => Effect.Effect<Field.Rows<Endpoints.UMConditionalOrder>, ReadError>
  /**
   * All open UM conditional orders, or those of one symbol. Weight 1 with a symbol, 40 without.
   *
   * @deprecated since 2026-04-28: use `getUMAlgoOpenOrders`
   */
  readonly getUMOpenConditionalOrders: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.UMOpenConditionalOrder>, ReadError>
  /**
   * Asks for one open UM conditional order. Weight 1.
   *
   * @deprecated since 2026-04-28: use `getUMAlgoOrder`
   */
  readonly getUMOpenConditionalOrder: (
    params: Endpoints.UMConditionalOrderRef
  ) => Effect.Effect<Endpoints.UMOpenConditionalOrder, ReadError>
  /**
   * Asks for one UM conditional order that fired or ended. Weight 1.
   *
   * @deprecated since 2026-04-28: use `getUMAlgoOrder`
   */
  readonly getUMConditionalOrderHistory: (
    params: Endpoints.UMConditionalOrderRef
  ) => Effect.Effect<Endpoints.UMConditionalOrder, ReadError>
}

/**
 * UM (USD-M Futures) Orders as a service: orders, algo orders, fills.
 *
 * @category services
 * @since 0.1.0
 */
export class UMOrders extends Context.Service<UMOrders, UMOrdersShape>()("@effect-binance/portfolio-margin/UMOrders") {
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<UMOrders, never, Client> = Layer.effect(
    UMOrders,
    Effect.map(Client, (client): UMOrdersShape => ({
      submitNewUMOrder: (params) => client.call(Endpoints.submitNewUMOrder, params),
      cancelUMOrder: (params) => client.call(Endpoints.cancelUMOrder, params),
      cancelAllUMOrders: (params) => client.call(Endpoints.cancelAllUMOrders, params),
      modifyUMOrder: (params) => client.call(Endpoints.modifyUMOrder, params),
      getUMOrder: (params) => client.call(Endpoints.getUMOrder, params),
      getAllUMOrders: (params) => client.call(Endpoints.getAllUMOrders, params),
      getUMOpenOrder: (params) => client.call(Endpoints.getUMOpenOrder, params),
      getAllUMOpenOrders: (params) => client.call(Endpoints.getAllUMOpenOrders, params),
      getUMOrderModificationHistory: (params) => client.call(Endpoints.getUMOrderModificationHistory, params),
      getUMTrades: (params) => client.call(Endpoints.getUMTrades, params),
      getUMForceOrders: (params) => client.call(Endpoints.getUMForceOrders, params),
      submitNewUMAlgoOrder: (params) => client.call(Endpoints.submitNewUMAlgoOrder, params),
      cancelUMAlgoOrder: (params) => client.call(Endpoints.cancelUMAlgoOrder, params),
      cancelAllUMAlgoOpenOrders: (params) => client.call(Endpoints.cancelAllUMAlgoOpenOrders, params),
      getUMAlgoOrder: (params) => client.call(Endpoints.getUMAlgoOrder, params),
      getUMAlgoOpenOrders: (params) => client.call(Endpoints.getUMAlgoOpenOrders, params),
      getAllUMAlgoOrders: (params) => client.call(Endpoints.getAllUMAlgoOrders, params),
      submitNewUMConditionalOrder: (params) => client.call(Endpoints.submitNewUMConditionalOrder, params),
      cancelUMConditionalOrder: (params) => client.call(Endpoints.cancelUMConditionalOrder, params),
      cancelAllUMConditionalOrders: (params) => client.call(Endpoints.cancelAllUMConditionalOrders, params),
      getAllUMConditionalOrders: (params) => client.call(Endpoints.getAllUMConditionalOrders, params),
      getUMOpenConditionalOrders: (params) => client.call(Endpoints.getUMOpenConditionalOrders, params),
      getUMOpenConditionalOrder: (params) => client.call(Endpoints.getUMOpenConditionalOrder, params),
      getUMConditionalOrderHistory: (params) => client.call(Endpoints.getUMConditionalOrderHistory, params)
    }))
  )
}
