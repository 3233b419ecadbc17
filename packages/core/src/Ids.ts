/**
 * Identifiers as the exchange gives them out: exact decimal digits (they may exceed 2^53), each family its own brand, so
 * that an algo id cannot be handed to a call that wants an order id.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"

const digits = Schema.String.check(Schema.isPattern(/^-?\d+$/, { expected: "the digits of an id" }))

/**
 * The id of an order in a matching engine (UM, CM or margin).
 *
 * @category models
 * @since 0.1.0
 */
export type OrderId = string & Brand.Brand<"OrderId">

/**
 * The id of an order in a matching engine (UM, CM or margin).
 *
 * @category schemas
 * @since 0.1.0
 */
export const OrderId: Schema.Codec<OrderId, string> = digits.pipe(Schema.brand("OrderId"))

/**
 * The id of a UM algo (conditional) order.
 *
 * @category models
 * @since 0.1.0
 */
export type AlgoId = string & Brand.Brand<"AlgoId">

/**
 * The id of a UM algo (conditional) order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AlgoId: Schema.Codec<AlgoId, string> = digits.pipe(Schema.brand("AlgoId"))

/**
 * The id of a CM conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export type StrategyId = string & Brand.Brand<"StrategyId">

/**
 * The id of a CM conditional order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StrategyId: Schema.Codec<StrategyId, string> = digits.pipe(Schema.brand("StrategyId"))

/**
 * The id of one fill.
 *
 * @category models
 * @since 0.1.0
 */
export type TradeId = string & Brand.Brand<"TradeId">

/**
 * The id of one fill.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TradeId: Schema.Codec<TradeId, string> = digits.pipe(Schema.brand("TradeId"))

/**
 * The id of an OCO order list.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderListId = string & Brand.Brand<"OrderListId">

/**
 * The id of an OCO order list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OrderListId: Schema.Codec<OrderListId, string> = digits.pipe(Schema.brand("OrderListId"))

/**
 * The id of a transfer, loan, repayment or income row.
 *
 * @category models
 * @since 0.1.0
 */
export type TransactionId = string & Brand.Brand<"TransactionId">

/**
 * The id of a transfer, loan, repayment or income row.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TransactionId: Schema.Codec<TransactionId, string> = digits.pipe(Schema.brand("TransactionId"))

/**
 * The id of one change of an order.
 *
 * @category models
 * @since 0.1.0
 */
export type AmendmentId = string & Brand.Brand<"AmendmentId">

/**
 * The id of one change of an order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AmendmentId: Schema.Codec<AmendmentId, string> = digits.pipe(Schema.brand("AmendmentId"))

/**
 * The number that a caller gave to a change of an order.
 *
 * @category models
 * @since 0.1.0
 */
export type ModifyId = string & Brand.Brand<"ModifyId">

/**
 * The number that a caller gave to a change of an order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModifyId: Schema.Codec<ModifyId, string> = digits.pipe(Schema.brand("ModifyId"))

/**
 * The id of a file that the exchange prepares for download.
 *
 * @category models
 * @since 0.1.0
 */
export type DownloadId = string & Brand.Brand<"DownloadId">

/**
 * The id of a file that the exchange prepares for download.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DownloadId: Schema.Codec<DownloadId, string> = digits.pipe(Schema.brand("DownloadId"))
