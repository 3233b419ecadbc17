/**
 * UM (USD-M Futures) Orders: placing, changing, cancelling and asking for orders of USDT- and USDC-margined futures, their
 * conditional (algo) orders, and their trades.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"
import { docs, PositionSide, SymbolFilter } from "./Common.ts"
import * as Terms from "./OrderTerms.ts"

const category = "UM (USD-M Futures) Orders"

interface UMOrderBase extends Terms.Signed {
  readonly symbol: string
  readonly side: Terms.Side
  /** In the base asset, e.g. BTC for BTCUSDT. */
  readonly quantity: Terms.Amount
  /** 1 to 32 of `A-Z a-z 0-9 . : / _ -`, new among the open orders; one is made when left out. */
  readonly newClientOrderId?: string | undefined
  /** `RESULT` waits for the final state of what ends at once (MARKET, IOC, FOK); `ACK` is the default. */
  readonly newOrderRespType?: "ACK" | "RESULT" | undefined
  /** Takes effect with timeInForce IOC, GTC and GTD. */
  readonly selfTradePreventionMode?: Terms.SelfTradePreventionMode | undefined
}

/**
 * A UM order with a limit price.
 *
 * @category models
 * @since 0.1.0
 */
export type UMLimitOrder =
  & UMOrderBase
  & { readonly type: "LIMIT" }
  & Terms.LimitPrice
  & Terms.TimeInForceWithDate
  & Terms.PositionTarget

/**
 * A UM order at the market.
 *
 * @category models
 * @since 0.1.0
 */
export type UMMarketOrder =
  & UMOrderBase
  & {
    readonly type: "MARKET"
    readonly price?: undefined
    readonly priceMatch?: undefined
    readonly timeInForce?: undefined
    readonly goodTillDate?: undefined
  }
  & Terms.PositionTarget

/**
 * Parameters of {@link submitNewUMOrder}.
 *
 * @category models
 * @since 0.1.0
 */
export type NewUMOrder = UMLimitOrder | UMMarketOrder

const newOrderFields = Schema.Struct({
  symbol: Param.Symbol,
  side: Terms.params.side,
  positionSide: Schema.optional(Terms.params.positionSide),
  type: Param.oneOf("LIMIT", "MARKET"),
  timeInForce: Schema.optional(Terms.params.timeInForceWithDate),
  quantity: Param.Decimal,
  reduceOnly: Schema.optional(Param.Bool),
  price: Schema.optional(Param.Decimal),
  newClientOrderId: Schema.optional(Param.clientId(32)),
  newOrderRespType: Schema.optional(Param.oneOf("ACK", "RESULT")),
  priceMatch: Schema.optional(Terms.params.priceMatch),
  selfTradePreventionMode: Schema.optional(Terms.params.selfTradePreventionMode),
  goodTillDate: Schema.optional(Param.Time),
  ...Param.signed
})

type NewOrderFields = typeof newOrderFields.Type

const isLimit = ({ type }: NewOrderFields): boolean => type === "LIMIT"
const isMarket = ({ type }: NewOrderFields): boolean => type === "MARKET"

const NewUMOrderParams = newOrderFields.check(Param.rules<NewOrderFields>(
  Terms.limitPrice(isLimit, "LIMIT"),
  Terms.needed("timeInForce", isLimit, "with type LIMIT"),
  Terms.refused("timeInForce", isMarket, "with type MARKET"),
  Terms.goodTillDate,
  Terms.noReduceOnlyInHedgeMode
))

const order = {
  orderId: Field.id(Ids.OrderId),
  clientOrderId: Schema.String,
  symbol: Schema.String,
  status: Terms.FuturesOrderStatus,
  side: Terms.SideField,
  positionSide: PositionSide,
  type: Field.openEnum("LIMIT", "MARKET", "LIQUIDATION"),
  timeInForce: Terms.TimeInForceField,
  /** 0 for market orders. */
  price: Field.Decimal,
  origQty: Field.Decimal,
  executedQty: Field.Decimal,
  /** No longer sent in answers to placing, changing and cancelling. */
  avgPrice: Schema.optionalKey(Field.Decimal),
  /** No longer sent in answers to placing, changing and cancelling. */
  cumQuote: Schema.optionalKey(Field.Decimal),
  reduceOnly: Field.Bool,
  updateTime: Field.Time
}

const extras = {
  selfTradePreventionMode: Terms.SelfTradePreventionField,
  /** The epoch (0) when unused. */
  goodTillDate: Field.Time,
  priceMatch: Terms.PriceMatchField
}

/**
 * The answer to a new UM order.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrderPlaced extends Schema.Schema.Type<typeof UMOrderPlaced> {}

/**
 * The answer to a new UM order.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrderPlaced = Schema.Struct({
  ...order,
  cumQty: Field.Decimal,
  ...extras
})

/**
 * A UM order as it is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface UMOrder extends Schema.Schema.Type<typeof UMOrder> {}

/**
 * A UM order as it is asked for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UMOrder = Schema.Struct({
  ...order,
  origType: Field.openEnum("LIMIT", "MARKET", "LIQUIDATION"),
  time: Field.Time,
  ...extras
})

/**
 * Parameters of calls about one UM order.
 *
 * @category models
 * @since 0.1.0
 */
export type UMOrderRef = { readonly symbol: string } & Terms.OrderRef & Terms.Signed

const orderRefFields = Schema.Struct({
  symbol: Param.Symbol,
  ...Terms.reference,
  ...Param.signed
})

const UMOrderRefParams = orderRefFields.check(Param.rules<typeof orderRefFields.Type>(Terms.oneReference))

/**
 * Places a UM order. Weight 1, counts as 1 order.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const submitNewUMOrder = Endpoint.makeFor<NewUMOrder>()({
  id: "submitNewUMOrder",
  method: "POST",
  path: "/papi/v1/um/order",
  category,
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: NewUMOrderParams,
  clientIds: [{ name: "newClientOrderId", maxLength: 32 }],
  reply: UMOrderPlaced,
  docs: `${docs}/trade`
})

/**
 * Asks for one UM order. Weight 1.
 *
 * Orders that ended without a fill can be asked for up to 3 days after they were placed.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMOrder = Endpoint.makeFor<UMOrderRef>()({
  id: "getUMOrder",
  method: "GET",
  path: "/papi/v1/um/order",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params: UMOrderRefParams,
  reply: UMOrder,
  docs: `${docs}/trade/Query-UM-Order`
})

/**
 * All open UM orders, or those of one symbol. Weight 1 with a symbol, 40 without.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getAllUMOpenOrders = Endpoint.make({
  id: "getAllUMOpenOrders",
  method: "GET",
  path: "/papi/v1/um/openOrders",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: ({ symbol }) => symbol === undefined ? 40 : 1,
  params: SymbolFilter,
  reply: Field.rows(UMOrder),
  docs: `${docs}/trade/Query-All-Current-UM-Open-Orders`
})
