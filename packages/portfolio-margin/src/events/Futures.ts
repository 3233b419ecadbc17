/**
 * Events about UM and CM futures: orders, algo orders, conditional orders, balances and positions, leverage.
 *
 * The name on the wire stands in quotes at the end of each field's comment.
 *
 * @since 0.1.0
 */
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Message from "@effect-binance/core/Message"
import * as Schema from "effect/Schema"
import { PositionSide } from "../endpoints/Common.ts"
import * as Terms from "../endpoints/OrderTerms.ts"

const { sentAs } = Message

/**
 * Which futures an event is about: `UM` (USDⓈ-M) or `CM` (COIN-M).
 *
 * @category models
 * @since 0.1.0
 */
export type BusinessUnit = Field.OpenEnum<"UM" | "CM">

const header = {
  /** `"fs"` */
  businessUnit: sentAs(Field.openEnum("UM", "CM"), "fs"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime: sentAs(Field.Time, "E"),
  /** When it happened in the matching engine. `"T"` */
  transactionTime: sentAs(Field.Time, "T")
}

/** The alias of the account, CM only. `"i"` */
const accountAlias = sentAs(Schema.optionalKey(Schema.String), "i")

/**
 * The order of an {@link OrderTradeUpdate}, as it is after the event.
 *
 * @category models
 * @since 0.1.0
 */
export interface FuturesOrderState extends Schema.Schema.Type<typeof FuturesOrderState> {}

/**
 * The order of an {@link OrderTradeUpdate}, as it is after the event.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FuturesOrderState = Message.struct({
  /** `"s"` */
  symbol: sentAs(Schema.String, "s"),
  /**
   * The exchange's own orders begin with `autoclose-` (liquidation), `adl_autoclose` (auto-deleveraging) or
   * `settlement_autoclose-` (delivery, delisting). `"c"`
   */
  clientOrderId: sentAs(Schema.String, "c"),
  /** `"S"` */
  side: sentAs(Terms.SideField, "S"),
  /** `"o"` */
  type: sentAs(Terms.FuturesOrderTypeField, "o"),
  /** `"f"` */
  timeInForce: sentAs(Terms.TimeInForceField, "f"),
  /** The whole quantity; the exchange may lower it, for reduce-only orders. `"q"` */
  origQty: sentAs(Field.Decimal, "q"),
  /** 0 for market orders. `"p"` */
  price: sentAs(Field.Decimal, "p"),
  /** 0 before the first fill. `"ap"` */
  avgPrice: sentAs(Field.Decimal, "ap"),
  /** Without meaning. `"sp"` */
  stopPrice: sentAs(Schema.optionalKey(Field.Decimal), "sp"),
  /** What happened: `CALCULATED` is a liquidation, `AMENDMENT` a change of the order. `"x"` */
  executionType: sentAs(
    Field.openEnum("NEW", "CANCELED", "CALCULATED", "EXPIRED", "TRADE", "AMENDMENT"),
    "x"
  ),
  /** What the order is now. `"X"` */
  status: sentAs(Terms.FuturesOrderStatus, "X"),
  /** `"i"` */
  orderId: sentAs(Field.id(Ids.OrderId), "i"),
  /** The number given with a change; only where one was. `"M"` */
  modifyId: sentAs(Schema.optionalKey(Field.id(Ids.ModifyId)), "M"),
  /** The quantity of this fill, 0 without one. `"l"` */
  lastFilledQty: sentAs(Field.Decimal, "l"),
  /** What is filled in all. `"z"` */
  executedQty: sentAs(Field.Decimal, "z"),
  /** The price of this fill, 0 without one. `"L"` */
  lastFilledPrice: sentAs(Field.Decimal, "L"),
  /** Absent without commission. `"N"` */
  commissionAsset: sentAs(Schema.optionalKey(Schema.String), "N"),
  /** Of this fill; positive when paid. Absent without commission. `"n"` */
  commission: sentAs(Schema.optionalKey(Field.Decimal), "n"),
  /** When the order changed. `"T"` */
  tradeTime: sentAs(Field.Time, "T"),
  /** The fill; `null` where the event is none (0 on the wire). `"t"` */
  tradeId: sentAs(Field.idUnless(0, Ids.TradeId), "t"),
  /** The value of the open buy orders. `"b"` */
  bidsNotional: sentAs(Schema.optionalKey(Field.Decimal), "b"),
  /** The value of the open sell orders. `"a"` */
  asksNotional: sentAs(Schema.optionalKey(Field.Decimal), "a"),
  /** Whether this fill was made as the maker. `"m"` */
  maker: sentAs(Field.Bool, "m"),
  /** `"R"` */
  reduceOnly: sentAs(Field.Bool, "R"),
  /** `"ps"` */
  positionSide: sentAs(PositionSide, "ps"),
  /** The profit that this fill realised. `"rp"` */
  realizedPnl: sentAs(Schema.optionalKey(Field.Decimal), "rp"),
  /** The conditional order that this one came of, e.g. `C_TAKE_PROFIT`; only then. `"st"` */
  strategyType: sentAs(Schema.optionalKey(Schema.String), "st"),
  /** The id of the conditional order that this one came of; only then. `"si"` */
  strategyId: sentAs(Schema.optionalKey(Field.id(Ids.StrategyId)), "si"),
  /** `"V"` */
  selfTradePreventionMode: sentAs(Schema.optionalKey(Terms.SelfTradePreventionField), "V"),
  /** `"pm"` */
  priceMatch: sentAs(Schema.optionalKey(Terms.PriceMatchField), "pm"),
  /** When a GTD order ends; the epoch for others. `"gtd"` */
  goodTillDate: sentAs(Schema.optionalKey(Field.Time), "gtd")
})

/**
 * A UM or CM order was accepted, filled, changed, or ended. `ORDER_TRADE_UPDATE`
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderTradeUpdate extends Schema.Schema.Type<typeof OrderTradeUpdate> {}

/**
 * A UM or CM order was accepted, filled, changed, or ended. `ORDER_TRADE_UPDATE`
 *
 * @category schemas
 * @since 0.1.0
 */
export const OrderTradeUpdate = Message.struct({
  _tag: sentAs(Message.tag("OrderTradeUpdate", "ORDER_TRADE_UPDATE"), "e"),
  ...header,
  /** The alias of the account, CM only. `"i"` */
  accountAlias,
  /** `"o"` */
  order: sentAs(FuturesOrderState, "o")
})

/**
 * The algo order of an {@link AlgoUpdate}.
 *
 * @category models
 * @since 0.1.0
 */
export interface AlgoOrderState extends Schema.Schema.Type<typeof AlgoOrderState> {}

/**
 * The algo order of an {@link AlgoUpdate}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AlgoOrderState = Message.struct({
  /** `"caid"` */
  clientAlgoId: sentAs(Schema.String, "caid"),
  /** `"aid"` */
  algoId: sentAs(Field.id(Ids.AlgoId), "aid"),
  /** `"at"` */
  algoType: sentAs(Field.openEnum("CONDITIONAL"), "at"),
  /** `"o"` */
  orderType: sentAs(Terms.ConditionalTypeField, "o"),
  /** `"s"` */
  symbol: sentAs(Schema.String, "s"),
  /** `"S"` */
  side: sentAs(Terms.SideField, "S"),
  /** `"ps"` */
  positionSide: sentAs(PositionSide, "ps"),
  /** `"f"` */
  timeInForce: sentAs(Terms.TimeInForceField, "f"),
  /** `null` where the exchange sends nothing: an order that closes the position has none. `"q"` */
  quantity: sentAs(Field.DecimalOrNull, "q"),
  /**
   * `TRIGGERING` is on its way to the matching engine, `TRIGGERED` an order there, `FINISHED` filled or cancelled there,
   * `REJECTED` refused there, `EXPIRED` cancelled by the system. `"X"`
   */
  algoStatus: sentAs(
    Field.openEnum("NEW", "CANCELED", "TRIGGERING", "TRIGGERED", "FINISHED", "REJECTED", "EXPIRED"),
    "X"
  ),
  /** The order that it became in the matching engine; `null` until it fires. `"ai"` */
  actualOrderId: sentAs(Field.idOrNull(Ids.OrderId), "ai"),
  /** The average price of that order. `"ap"` */
  avgPrice: sentAs(Schema.optionalKey(Field.DecimalOrNull), "ap"),
  /** What of that order is filled. `"aq"` */
  executedQty: sentAs(Schema.optionalKey(Field.DecimalOrNull), "aq"),
  /** The type of that order, `"0"` until it fires. `"act"` */
  actualType: sentAs(Schema.optionalKey(Schema.String), "act"),
  /** `null` where the exchange sends nothing: a trailing order has none. `"tp"` */
  triggerPrice: sentAs(Field.DecimalOrNull, "tp"),
  /** The limit price; `null` where the exchange sends nothing. `"p"` */
  price: sentAs(Field.DecimalOrNull, "p"),
  /** `"V"` */
  selfTradePreventionMode: sentAs(Schema.optionalKey(Terms.SelfTradePreventionField), "V"),
  /** `"wt"` */
  workingType: sentAs(Terms.WorkingTypeField, "wt"),
  /** `"pm"` */
  priceMatch: sentAs(Schema.optionalKey(Terms.PriceMatchField), "pm"),
  /** Whether it closes the whole position. `"cp"` */
  closePosition: sentAs(Field.Bool, "cp"),
  /** `"pP"` */
  priceProtect: sentAs(Field.Bool, "pP"),
  /** `"R"` */
  reduceOnly: sentAs(Field.Bool, "R"),
  /** The epoch until it fires. `"tt"` */
  triggerTime: sentAs(Schema.optionalKey(Field.Time), "tt"),
  /** When a GTD order ends; the epoch for others. `"gtd"` */
  goodTillDate: sentAs(Schema.optionalKey(Field.Time), "gtd"),
  /** Why it was refused. `"rm"` */
  rejectReason: sentAs(Schema.optionalKey(Schema.String), "rm"),
  /** Whether a trailing order has begun to follow the price. Sent since 2026-08-21. `"ia"` */
  activated: sentAs(Schema.optionalKey(Field.Bool), "ia")
})

/**
 * A UM algo order was accepted, fired, refused, or ended. `ALGO_UPDATE`
 *
 * **Gotchas**
 *
 * Once it fires it is another order in the matching engine, with an id of its own ({@link AlgoOrderState} `actualOrderId`)
 * and {@link OrderTradeUpdate}s of its own. On Portfolio Margin the events of `NEW` and `CANCELED` were seen to be missing:
 * the answers of the calls tell them.
 *
 * @category models
 * @since 0.1.0
 */
export interface AlgoUpdate extends Schema.Schema.Type<typeof AlgoUpdate> {}

/**
 * A UM algo order was accepted, fired, refused, or ended. `ALGO_UPDATE`
 *
 * @category schemas
 * @since 0.1.0
 */
export const AlgoUpdate = Message.struct({
  _tag: sentAs(Message.tag("AlgoUpdate", "ALGO_UPDATE"), "e"),
  ...header,
  /** `"ao"`; `"o"` on other products, taken as well. */
  order: sentAs(AlgoOrderState, "ao", "o")
})

/**
 * The conditional order of a {@link ConditionalOrderTradeUpdate}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConditionalOrderState extends Schema.Schema.Type<typeof ConditionalOrderState> {}

/**
 * The conditional order of a {@link ConditionalOrderTradeUpdate}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ConditionalOrderState = Message.struct({
  /** `"s"` */
  symbol: sentAs(Schema.String, "s"),
  /** The client's id of it. `"c"` */
  newClientStrategyId: sentAs(Schema.String, "c"),
  /** `"si"` */
  strategyId: sentAs(Field.id(Ids.StrategyId), "si"),
  /** `"S"` */
  side: sentAs(Terms.SideField, "S"),
  /** `"st"` */
  strategyType: sentAs(Terms.ConditionalTypeField, "st"),
  /** `"f"` */
  timeInForce: sentAs(Terms.TimeInForceField, "f"),
  /** `"q"` */
  origQty: sentAs(Field.Decimal, "q"),
  /** `"p"` */
  price: sentAs(Field.Decimal, "p"),
  /** Without meaning for trailing orders. `"sp"` */
  stopPrice: sentAs(Field.Decimal, "sp"),
  /** `"os"` */
  strategyStatus: sentAs(Terms.StrategyStatusField, "os"),
  /** When it was placed. `"T"` */
  bookTime: sentAs(Field.Time, "T"),
  /** `"ut"` */
  updateTime: sentAs(Field.Time, "ut"),
  /** `"R"` */
  reduceOnly: sentAs(Field.Bool, "R"),
  /** `"wt"` */
  workingType: sentAs(Terms.WorkingTypeField, "wt"),
  /** `"ps"` */
  positionSide: sentAs(PositionSide, "ps"),
  /** Whether it closes the whole position. `"cp"` */
  closePosition: sentAs(Schema.optionalKey(Field.Bool), "cp"),
  /** Where a trailing order begins to follow; only for these. `"AP"` */
  activatePrice: sentAs(Schema.optionalKey(Field.Decimal), "AP"),
  /** The turn of a trailing order in percent; only for these. `"cr"` */
  priceRate: sentAs(Schema.optionalKey(Field.Decimal), "cr"),
  /** The order that it became; absent or `null` (0) until it fires. `"i"` */
  orderId: sentAs(Schema.optionalKey(Field.idUnless(0, Ids.OrderId)), "i"),
  /** `"V"` */
  selfTradePreventionMode: sentAs(Schema.optionalKey(Terms.SelfTradePreventionField), "V"),
  /** `"pm"` */
  priceMatch: sentAs(Schema.optionalKey(Terms.PriceMatchField), "pm"),
  /** When a GTD order ends; the epoch for others. `"gtd"` */
  goodTillDate: sentAs(Schema.optionalKey(Field.Time), "gtd")
})

/**
 * A CM conditional order was accepted, fired, or ended (UM ones are algo orders since 2026-04-28).
 * `CONDITIONAL_ORDER_TRADE_UPDATE`
 *
 * @category models
 * @since 0.1.0
 */
export interface ConditionalOrderTradeUpdate extends Schema.Schema.Type<typeof ConditionalOrderTradeUpdate> {}

/**
 * A CM conditional order was accepted, fired, or ended (UM ones are algo orders since 2026-04-28).
 * `CONDITIONAL_ORDER_TRADE_UPDATE`
 *
 * @category schemas
 * @since 0.1.0
 */
export const ConditionalOrderTradeUpdate = Message.struct({
  _tag: sentAs(Message.tag("ConditionalOrderTradeUpdate", "CONDITIONAL_ORDER_TRADE_UPDATE"), "e"),
  ...header,
  /** `"so"` */
  order: sentAs(ConditionalOrderState, "so")
})

/**
 * A futures balance that changed, as it is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface BalanceChanged extends Schema.Schema.Type<typeof BalanceChanged> {}

/**
 * A futures balance that changed, as it is now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BalanceChanged = Message.struct({
  /** `"a"` */
  asset: sentAs(Schema.String, "a"),
  /** `"wb"` */
  walletBalance: sentAs(Field.Decimal, "wb"),
  /** `"cw"` */
  crossWalletBalance: sentAs(Field.Decimal, "cw"),
  /** The change by anything but profit and commission. `"bc"` */
  balanceChange: sentAs(Schema.optionalKey(Field.Decimal), "bc")
})

/**
 * A position that changed, as it is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface PositionChanged extends Schema.Schema.Type<typeof PositionChanged> {}

/**
 * A position that changed, as it is now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PositionChanged = Message.struct({
  /** `"s"` */
  symbol: sentAs(Schema.String, "s"),
  /** `"ps"` */
  positionSide: sentAs(PositionSide, "ps"),
  /** Negative when short. `"pa"` */
  positionAmt: sentAs(Field.Decimal, "pa"),
  /** `"ep"` */
  entryPrice: sentAs(Field.Decimal, "ep"),
  /** `"bep"` */
  breakEvenPrice: sentAs(Schema.optionalKey(Field.Decimal), "bep"),
  /** All profit realised so far, before fees. `"cr"` */
  accumulatedRealized: sentAs(Schema.optionalKey(Field.Decimal), "cr"),
  /** `"up"` */
  unrealizedProfit: sentAs(Field.Decimal, "up")
})

/**
 * What changed in an {@link AccountUpdate}.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountChange extends Schema.Schema.Type<typeof AccountChange> {}

/**
 * What changed in an {@link AccountUpdate}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountChange = Message.struct({
  /** Why. `"m"` */
  reason: sentAs(
    Field.openEnum(
      "DEPOSIT",
      "WITHDRAW",
      "ORDER",
      "FUNDING_FEE",
      "WITHDRAW_REJECT",
      "ADJUSTMENT",
      "INSURANCE_CLEAR",
      "ADMIN_DEPOSIT",
      "ADMIN_WITHDRAW",
      "MARGIN_TRANSFER",
      "MARGIN_TYPE_CHANGE",
      "ASSET_TRANSFER",
      "OPTIONS_PREMIUM_FEE",
      "OPTIONS_SETTLE_PROFIT",
      "AUTO_EXCHANGE",
      "COIN_SWAP_DEPOSIT",
      "COIN_SWAP_WITHDRAW"
    ),
    "m"
  ),
  /** The symbol of a funding fee; only there, since 2026-08-07. `"S"` */
  symbol: sentAs(Schema.optionalKey(Schema.String), "S"),
  /** Only those that changed. `"B"` */
  balances: sentAs(Message.list(BalanceChanged), "B"),
  /** Only those that changed. `"P"` */
  positions: sentAs(Message.list(PositionChanged), "P")
})

/**
 * UM or CM balances and positions changed. `ACCOUNT_UPDATE`
 *
 * **Details**
 *
 * Sent at most every 50 ms, for fills, funding, transfers and the like; orders that rest or end unfilled cause none. Figures
 * are totals, so the last one counts.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountUpdate extends Schema.Schema.Type<typeof AccountUpdate> {}

/**
 * UM or CM balances and positions changed. `ACCOUNT_UPDATE`
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountUpdate = Message.struct({
  _tag: sentAs(Message.tag("AccountUpdate", "ACCOUNT_UPDATE"), "e"),
  ...header,
  /** The alias of the account, CM only. `"i"` */
  accountAlias,
  /** `"a"` */
  account: sentAs(AccountChange, "a")
})

/**
 * The setting of a symbol that an {@link AccountConfigUpdate} tells.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConfigChange extends Schema.Schema.Type<typeof ConfigChange> {}

/**
 * The setting of a symbol that an {@link AccountConfigUpdate} tells.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ConfigChange = Message.struct({
  /** `"s"` */
  symbol: sentAs(Schema.String, "s"),
  /** `"l"` */
  leverage: sentAs(Field.Int, "l")
})

/**
 * The leverage of a symbol changed. `ACCOUNT_CONFIG_UPDATE`
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountConfigUpdate extends Schema.Schema.Type<typeof AccountConfigUpdate> {}

/**
 * The leverage of a symbol changed. `ACCOUNT_CONFIG_UPDATE`
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountConfigUpdate = Message.struct({
  _tag: sentAs(Message.tag("AccountConfigUpdate", "ACCOUNT_CONFIG_UPDATE"), "e"),
  ...header,
  /** `"ac"` */
  config: sentAs(ConfigChange, "ac")
})
