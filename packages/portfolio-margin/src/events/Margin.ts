/**
 * Events about cross margin: orders, balances, liabilities.
 *
 * The name on the wire stands in quotes at the end of each field's comment.
 *
 * @since 0.1.0
 */
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Message from "@effect-binance/core/Message"
import * as Schema from "effect/Schema"
import * as Terms from "../endpoints/OrderTerms.ts"

const { sentAs } = Message

/** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
const eventTime = sentAs(Field.Time, "E")

const digits = Schema.String.check(Schema.isPattern(/^-?\d+$/, { expected: "the digits of an id" }))

/**
 * A margin order was accepted, filled, or ended. `executionReport`
 *
 * @category models
 * @since 0.1.0
 */
export interface ExecutionReport extends Schema.Schema.Type<typeof ExecutionReport> {}

/**
 * A margin order was accepted, filled, or ended. `executionReport`
 *
 * @category schemas
 * @since 0.1.0
 */
export const ExecutionReport = Message.struct({
  _tag: sentAs(Message.tag("ExecutionReport", "executionReport"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"s"` */
  symbol: sentAs(Schema.String, "s"),
  /** The client's id of the order; where it was cancelled, that of the cancellation. `"c"` */
  clientOrderId: sentAs(Schema.String, "c"),
  /** Where the order was cancelled, the client's id of the order; `""` otherwise. `"C"` */
  origClientOrderId: sentAs(Schema.String, "C"),
  /** `"S"` */
  side: sentAs(Terms.SideField, "S"),
  /** `"o"` */
  type: sentAs(
    Field.openEnum(
      "LIMIT",
      "MARKET",
      "STOP_LOSS",
      "STOP_LOSS_LIMIT",
      "TAKE_PROFIT",
      "TAKE_PROFIT_LIMIT",
      "LIMIT_MAKER"
    ),
    "o"
  ),
  /** `"f"` */
  timeInForce: sentAs(Terms.TimeInForceField, "f"),
  /** The whole quantity. `"q"` */
  origQty: sentAs(Field.Decimal, "q"),
  /** 0 for market orders. `"p"` */
  price: sentAs(Field.Decimal, "p"),
  /** 0 where there is none. `"P"` */
  stopPrice: sentAs(Field.Decimal, "P"),
  /** `"F"` */
  icebergQty: sentAs(Schema.optionalKey(Field.Decimal), "F"),
  /** The OCO that it is part of; `null` for none (-1 on the wire). `"g"` */
  orderListId: sentAs(Field.idUnless(-1, Ids.OrderListId), "g"),
  /** What happened. `"x"` */
  executionType: sentAs(
    Field.openEnum("NEW", "CANCELED", "REPLACED", "REJECTED", "TRADE", "EXPIRED", "TRADE_PREVENTION"),
    "x"
  ),
  /** What the order is now. `"X"` */
  status: sentAs(
    Field.openEnum(
      "NEW",
      "PENDING_NEW",
      "PARTIALLY_FILLED",
      "FILLED",
      "CANCELED",
      "REJECTED",
      "EXPIRED",
      "EXPIRED_IN_MATCH"
    ),
    "X"
  ),
  /** Why it was refused, `NONE` where it was not. `"r"` */
  rejectReason: sentAs(Schema.optionalKey(Schema.String), "r"),
  /** `"i"` */
  orderId: sentAs(Field.id(Ids.OrderId), "i"),
  /** The quantity of this fill, 0 without one. `"l"` */
  lastFilledQty: sentAs(Field.Decimal, "l"),
  /** What is filled in all. `"z"` */
  executedQty: sentAs(Field.Decimal, "z"),
  /** The price of this fill, 0 without one. `"L"` */
  lastFilledPrice: sentAs(Field.Decimal, "L"),
  /** Of this fill. `"n"` */
  commission: sentAs(Field.Decimal, "n"),
  /** `null` without commission. `"N"` */
  commissionAsset: sentAs(Schema.NullOr(Schema.String), "N"),
  /** `"T"` */
  transactionTime: sentAs(Field.Time, "T"),
  /** The fill; `null` where the event is none (-1 on the wire). `"t"` */
  tradeId: sentAs(Field.idUnless(-1, Ids.TradeId), "t"),
  /** `"I"` */
  updateId: sentAs(Schema.optionalKey(Field.id(digits)), "I"),
  /** Whether it stands in the book. `"w"` */
  isWorking: sentAs(Field.Bool, "w"),
  /** Whether this fill was made as the maker. `"m"` */
  maker: sentAs(Field.Bool, "m"),
  /** When it was placed. `"O"` */
  time: sentAs(Schema.optionalKey(Field.Time), "O"),
  /** What is filled in all, in the quote asset. `"Z"` */
  cummulativeQuoteQty: sentAs(Field.Decimal, "Z"),
  /** The quantity of this fill in the quote asset. `"Y"` */
  lastQuoteQty: sentAs(Schema.optionalKey(Field.Decimal), "Y"),
  /** `"Q"` */
  quoteOrderQty: sentAs(Schema.optionalKey(Field.Decimal), "Q"),
  /** When it came into the book; only then. `"W"` */
  workingTime: sentAs(Schema.optionalKey(Field.Time), "W"),
  /** `"V"` */
  selfTradePreventionMode: sentAs(Schema.optionalKey(Terms.SelfTradePreventionField), "V"),
  /** Only for trailing orders. `"d"` */
  trailingDelta: sentAs(Schema.optionalKey(Field.Int), "d"),
  /** Only for trailing orders. `"D"` */
  trailingTime: sentAs(Schema.optionalKey(Field.Time), "D"),
  /** A number of the caller's; only where one was given. `"j"` */
  strategyId: sentAs(Schema.optionalKey(Field.id(Ids.StrategyId)), "j"),
  /** A number of the caller's; only where one was given. `"J"` */
  strategyType: sentAs(Schema.optionalKey(Field.Int), "J"),
  /** Only where self-trade prevention acted. `"v"` */
  preventedMatchId: sentAs(Schema.optionalKey(Field.id(digits)), "v"),
  /** Only where self-trade prevention acted. `"u"` */
  tradeGroupId: sentAs(Schema.optionalKey(Field.id(digits)), "u"),
  /** The other order; only where self-trade prevention acted. `"U"` */
  counterOrderId: sentAs(Schema.optionalKey(Field.id(Ids.OrderId)), "U"),
  /** The symbol of the other order; only where self-trade prevention acted, since 2026-04-09. `"Cs"` */
  counterSymbol: sentAs(Schema.optionalKey(Schema.String), "Cs"),
  /** Only where self-trade prevention acted. `"A"` */
  preventedQuantity: sentAs(Schema.optionalKey(Field.Decimal), "A"),
  /** Only where self-trade prevention acted. `"B"` */
  lastPreventedQuantity: sentAs(Schema.optionalKey(Field.Decimal), "B"),
  /** Only where self-trade prevention acted, since 2026-04-09. `"pl"` */
  preventedExecutionQty: sentAs(Schema.optionalKey(Field.Decimal), "pl"),
  /** Only where self-trade prevention acted, since 2026-04-09. `"pL"` */
  preventedExecutionPrice: sentAs(Schema.optionalKey(Field.Decimal), "pL"),
  /** Only where self-trade prevention acted, since 2026-04-09. `"pY"` */
  preventedExecutionQuoteQty: sentAs(Schema.optionalKey(Field.Decimal), "pY"),
  /** Why it expired, e.g. `INSUFFICIENT_LIQUIDITY`; only then, since 2026-04-09. `"eR"` */
  expiryReason: sentAs(Schema.optionalKey(Schema.String), "eR")
})

/**
 * A margin balance of an {@link OutboundAccountPosition}, as it is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginBalance extends Schema.Schema.Type<typeof MarginBalance> {}

/**
 * A margin balance of an {@link OutboundAccountPosition}, as it is now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MarginBalance = Message.struct({
  /** `"a"` */
  asset: sentAs(Schema.String, "a"),
  /** `"f"` */
  free: sentAs(Field.Decimal, "f"),
  /** `"l"` */
  locked: sentAs(Field.Decimal, "l")
})

/**
 * Margin balances may have changed; those that may have, as they are now. `outboundAccountPosition`
 *
 * @category models
 * @since 0.1.0
 */
export interface OutboundAccountPosition extends Schema.Schema.Type<typeof OutboundAccountPosition> {}

/**
 * Margin balances may have changed; those that may have, as they are now. `outboundAccountPosition`
 *
 * @category schemas
 * @since 0.1.0
 */
export const OutboundAccountPosition = Message.struct({
  _tag: sentAs(Message.tag("OutboundAccountPosition", "outboundAccountPosition"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"u"` */
  lastUpdateTime: sentAs(Field.Time, "u"),
  /** `"U"` */
  updateId: sentAs(Schema.optionalKey(Field.id(digits)), "U"),
  /** `"B"` */
  balances: sentAs(Message.list(MarginBalance), "B")
})

/**
 * A margin balance changed by a transfer, a loan or the like: by how much. `balanceUpdate`
 *
 * @category models
 * @since 0.1.0
 */
export interface BalanceUpdate extends Schema.Schema.Type<typeof BalanceUpdate> {}

/**
 * A margin balance changed by a transfer, a loan or the like: by how much. `balanceUpdate`
 *
 * @category schemas
 * @since 0.1.0
 */
export const BalanceUpdate = Message.struct({
  _tag: sentAs(Message.tag("BalanceUpdate", "balanceUpdate"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"a"` */
  asset: sentAs(Schema.String, "a"),
  /** Negative when it went down. `"d"` */
  balanceDelta: sentAs(Field.Decimal, "d"),
  /** `"U"` */
  updateId: sentAs(Schema.optionalKey(Field.id(digits)), "U"),
  /** `"T"` */
  clearTime: sentAs(Field.Time, "T")
})

/**
 * A debt of the margin account changed; as it is now. `liabilityChange`
 *
 * @category models
 * @since 0.1.0
 */
export interface LiabilityChange extends Schema.Schema.Type<typeof LiabilityChange> {}

/**
 * A debt of the margin account changed; as it is now. `liabilityChange`
 *
 * @category schemas
 * @since 0.1.0
 */
export const LiabilityChange = Message.struct({
  _tag: sentAs(Message.tag("LiabilityChange", "liabilityChange"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"a"` */
  asset: sentAs(Schema.String, "a"),
  /** `BORROW`; other members are not documented. `"t"` */
  type: sentAs(Field.openEnum("BORROW"), "t"),
  /** An id, not a time. `"T"` */
  transactionId: sentAs(Field.id(Ids.TransactionId), "T"),
  /** `"p"` */
  principal: sentAs(Field.Decimal, "p"),
  /** `"i"` */
  interest: sentAs(Field.Decimal, "i"),
  /** `"l"` */
  totalLiability: sentAs(Field.Decimal, "l")
})

/**
 * What open orders could lose in an asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderLoss extends Schema.Schema.Type<typeof OrderLoss> {}

/**
 * What open orders could lose in an asset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OrderLoss = Message.struct({
  /** `"a"` */
  asset: sentAs(Schema.String, "a"),
  /** Negative. `"o"` */
  amount: sentAs(Field.Decimal, "o")
})

/**
 * What the open margin orders could lose by their prices, as far as it changed. `openOrderLoss`
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenOrderLoss extends Schema.Schema.Type<typeof OpenOrderLoss> {}

/**
 * What the open margin orders could lose by their prices, as far as it changed. `openOrderLoss`
 *
 * @category schemas
 * @since 0.1.0
 */
export const OpenOrderLoss = Message.struct({
  _tag: sentAs(Message.tag("OpenOrderLoss", "openOrderLoss"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"O"` */
  losses: sentAs(Message.list(OrderLoss), "O")
})
