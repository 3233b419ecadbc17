/**
 * Margin Orders as a service: orders and pairs of orders on cross margin, trades, loans and interest.
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
import * as Endpoints from "./endpoints/MarginOrders.ts"

/**
 * The calls of this family.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginOrdersShape {
  /** Places a margin order. Weight 1, counts as 1 order. */
  readonly submitNewMarginOrder: (
    params: Endpoints.NewMarginOrder
  ) => Effect.Effect<Endpoints.MarginOrderPlaced, MutationError>
  /**
   * Places a pair of margin orders of which one cancels the other: a limit order and a stop order. Weight 1, counts as
   * 2 orders.
   */
  readonly submitNewMarginOCO: (
    params: Endpoints.NewMarginOCO
  ) => Effect.Effect<Endpoints.MarginOCOPlaced, MutationError>
  /** Cancels a margin order; with it the other order of its pair, if it has one. Weight 2. */
  readonly cancelMarginOrder: (
    params: Endpoints.CancelMarginOrderRef
  ) => Effect.Effect<Endpoints.MarginOrderCanceled, MutationError>
  /** Cancels a pair of margin orders. Weight 2. */
  readonly cancelMarginOCO: (
    params: Endpoints.CancelMarginOCORef
  ) => Effect.Effect<Endpoints.MarginOCOCanceled, MutationError>
  /** Cancels all open margin orders and pairs of a symbol. Weight 5. */
  readonly cancelAllMarginOrders: (
    params: Common.OneSymbol
  ) => Effect.Effect<Field.Rows<Endpoints.MarginCanceled>, MutationError>
  /** Asks for one margin order. Weight 10. */
  readonly getMarginOrder: (params: Endpoints.MarginOrderRef) => Effect.Effect<Endpoints.MarginOrder, ReadError>
  /** The open margin orders, or those of one symbol. Weight 5. */
  readonly getMarginOpenOrders: (
    params?: Common.SymbolFilter
  ) => Effect.Effect<Field.Rows<Endpoints.MarginOrder>, ReadError>
  /** The margin orders of a symbol, open or not: the most recent ones, or from an id on. Weight 100. */
  readonly getAllMarginOrders: (
    params: Endpoints.AllMarginOrdersFilter
  ) => Effect.Effect<Field.Rows<Endpoints.MarginOrder>, ReadError>
  /** Asks for one pair of margin orders. Weight 5. */
  readonly getMarginOCO: (params: Endpoints.MarginOCORef) => Effect.Effect<Endpoints.MarginOCO, ReadError>
  /** The pairs of margin orders, open or not. Weight 100. */
  readonly getAllMarginOCO: (
    params?: Endpoints.AllMarginOCOFilter
  ) => Effect.Effect<Field.Rows<Endpoints.MarginOCO>, ReadError>
  /** The open pairs of margin orders. Weight 5. */
  readonly getMarginOpenOCO: (params?: Common.SignedParams) => Effect.Effect<Field.Rows<Endpoints.MarginOCO>, ReadError>
  /** The trades of a margin symbol: the most recent ones, or from an id on. Weight 5. */
  readonly getMarginTrades: (
    params: Endpoints.MarginTradesFilter
  ) => Effect.Effect<Field.Rows<Endpoints.MarginTrade>, ReadError>
  /** The orders by which the exchange liquidated margin holdings. Weight 1. */
  readonly getMarginForceOrders: (
    params?: Endpoints.MarginForceOrdersFilter
  ) => Effect.Effect<Endpoints.MarginForceOrders, ReadError>
  /** Borrows. Weight 100. */
  readonly submitMarginLoan: (
    params: Endpoints.MarginLoanParams
  ) => Effect.Effect<Endpoints.MarginTransaction, MutationError>
  /** Pays a loan back with the asset itself. Weight 100. */
  readonly submitMarginRepay: (
    params: Endpoints.MarginLoanParams
  ) => Effect.Effect<Endpoints.MarginTransaction, MutationError>
  /**
   * Pays a debt back with other assets, at most 50000 USD of them a call. Weight 3000: half of what an IP has in a
   * minute.
   */
  readonly repayMarginDebt: (
    params: Endpoints.RepayMarginDebtParams
  ) => Effect.Effect<Endpoints.MarginDebtRepaid, MutationError>
  /** How much of an asset the account may borrow. Weight 5. */
  readonly getMarginMaxBorrow: (params: Endpoints.OneAsset) => Effect.Effect<Endpoints.MarginMaxBorrow, ReadError>
  /** How much of an asset may leave the margin wallet. Weight 5. */
  readonly getMarginMaxWithdraw: (params: Endpoints.OneAsset) => Effect.Effect<Endpoints.MarginMaxWithdraw, ReadError>
  /** The loans of an asset, the newest first. Weight 10. */
  readonly getMarginLoanRecords: (
    params: Endpoints.MarginRecordsFilter
  ) => Effect.Effect<Endpoints.MarginLoanRecords, ReadError>
  /** The repayments of an asset, the newest first. Weight 10. */
  readonly getMarginRepayRecords: (
    params: Endpoints.MarginRecordsFilter
  ) => Effect.Effect<Endpoints.MarginRepayRecords, ReadError>
  /** The interest charged on loans, the newest first: of the last 7 days unless times are sent. Weight 1. */
  readonly getMarginInterestHistory: (
    params?: Endpoints.MarginInterestFilter
  ) => Effect.Effect<Endpoints.MarginInterestHistory, ReadError>
}

/**
 * Margin Orders as a service: orders and pairs of orders on cross margin, trades, loans and interest.
 *
 * @category services
 * @since 0.1.0
 */
export class MarginOrders
  extends Context.Service<MarginOrders, MarginOrdersShape>()("@effect-binance/portfolio-margin/MarginOrders")
{
  /**
   * The calls, made by the client at hand.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<MarginOrders, never, Client> = Layer.effect(
    MarginOrders,
    Effect.map(Client, (client): MarginOrdersShape => ({
      submitNewMarginOrder: (params) => client.call(Endpoints.submitNewMarginOrder, params),
      submitNewMarginOCO: (params) => client.call(Endpoints.submitNewMarginOCO, params),
      cancelMarginOrder: (params) => client.call(Endpoints.cancelMarginOrder, params),
      cancelMarginOCO: (params) => client.call(Endpoints.cancelMarginOCO, params),
      cancelAllMarginOrders: (params) => client.call(Endpoints.cancelAllMarginOrders, params),
      getMarginOrder: (params) => client.call(Endpoints.getMarginOrder, params),
      getMarginOpenOrders: (params) => client.call(Endpoints.getMarginOpenOrders, params),
      getAllMarginOrders: (params) => client.call(Endpoints.getAllMarginOrders, params),
      getMarginOCO: (params) => client.call(Endpoints.getMarginOCO, params),
      getAllMarginOCO: (params) => client.call(Endpoints.getAllMarginOCO, params),
      getMarginOpenOCO: (params) => client.call(Endpoints.getMarginOpenOCO, params),
      getMarginTrades: (params) => client.call(Endpoints.getMarginTrades, params),
      getMarginForceOrders: (params) => client.call(Endpoints.getMarginForceOrders, params),
      submitMarginLoan: (params) => client.call(Endpoints.submitMarginLoan, params),
      submitMarginRepay: (params) => client.call(Endpoints.submitMarginRepay, params),
      repayMarginDebt: (params) => client.call(Endpoints.repayMarginDebt, params),
      getMarginMaxBorrow: (params) => client.call(Endpoints.getMarginMaxBorrow, params),
      getMarginMaxWithdraw: (params) => client.call(Endpoints.getMarginMaxWithdraw, params),
      getMarginLoanRecords: (params) => client.call(Endpoints.getMarginLoanRecords, params),
      getMarginRepayRecords: (params) => client.call(Endpoints.getMarginRepayRecords, params),
      getMarginInterestHistory: (params) => client.call(Endpoints.getMarginInterestHistory, params)
    }))
  )
}
