/**
 * Events about the account as a whole, and about the stream itself.
 *
 * The name on the wire stands in quotes at the end of each field's comment.
 *
 * @since 0.1.0
 */
import * as Field from "@effect-binance/core/Field"
import * as Message from "@effect-binance/core/Message"
import * as Schema from "effect/Schema"

const { sentAs } = Message

/** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
const eventTime = sentAs(Field.Time, "E")

/**
 * The account's margin came near to a limit, or passed one. `riskLevelChange`
 *
 * @category models
 * @since 0.1.0
 */
export interface RiskLevelChange extends Schema.Schema.Type<typeof RiskLevelChange> {}

/**
 * The account's margin came near to a limit, or passed one. `riskLevelChange`
 *
 * @category schemas
 * @since 0.1.0
 */
export const RiskLevelChange = Message.struct({
  _tag: sentAs(Message.tag("RiskLevelChange", "riskLevelChange", "RISK_LEVEL_CHANGE"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"u"` */
  uniMMR: sentAs(Field.Decimal, "u"),
  /** `"s"` */
  status: sentAs(Field.openEnum("MARGIN_CALL", "REDUCE_ONLY", "FORCE_LIQUIDATION"), "s"),
  /** In USD. `"eq"` */
  accountEquity: sentAs(Field.Decimal, "eq"),
  /** In USD, without the collateral rate. `"ae"` */
  actualEquity: sentAs(Field.Decimal, "ae"),
  /** In USD. `"m"` */
  accountMaintMargin: sentAs(Field.Decimal, "m")
})

/**
 * The margin of a Portfolio Margin Pro account, every 5 seconds. `PM_PRO_ACCOUNT_UPDATE`
 *
 * @category models
 * @since 0.1.0
 */
export interface ProAccountUpdate extends Schema.Schema.Type<typeof ProAccountUpdate> {}

/**
 * The margin of a Portfolio Margin Pro account, every 5 seconds. `PM_PRO_ACCOUNT_UPDATE`
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProAccountUpdate = Message.struct({
  _tag: sentAs(Message.tag("ProAccountUpdate", "PM_PRO_ACCOUNT_UPDATE"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** `"u"` */
  uniMMR: sentAs(Field.Decimal, "u"),
  /** `"eq"` */
  accountEquity: sentAs(Field.Decimal, "eq"),
  /** `"ae"` */
  actualEquity: sentAs(Field.Decimal, "ae"),
  /** `"im"` */
  accountInitialMargin: sentAs(Field.Decimal, "im"),
  /** `"mm"` */
  accountMaintMargin: sentAs(Field.Decimal, "mm"),
  /** `"avb"` */
  availableBalance: sentAs(Field.Decimal, "avb"),
  /** `"vmw"` */
  virtualMaxWithdrawAmount: sentAs(Field.Decimal, "vmw")
})

/**
 * The listen key is no longer valid: the connection stays open, and nothing more comes of it. `listenKeyExpired`
 *
 * @category models
 * @since 0.1.0
 */
export interface ListenKeyExpired extends Schema.Schema.Type<typeof ListenKeyExpired> {}

/**
 * The listen key is no longer valid: the connection stays open, and nothing more comes of it. `listenKeyExpired`
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListenKeyExpired = Message.struct({
  _tag: sentAs(Message.tag("ListenKeyExpired", "listenKeyExpired"), "e"),
  /** When the event was sent; the only time that is comparable across kinds of events. `"E"` */
  eventTime,
  /** Sent by other products; shows as `<redacted:listenKey>`. `"listenKey"` */
  listenKey: Schema.optionalKey(Schema.RedactedFromValue(Schema.String, { label: "listenKey" }))
})

/**
 * The server will close the connection soon. Not documented for Portfolio Margin. `serverShutdown`
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerShutdown extends Schema.Schema.Type<typeof ServerShutdown> {}

/**
 * The server will close the connection soon. Not documented for Portfolio Margin. `serverShutdown`
 *
 * @category schemas
 * @since 0.1.0
 */
export const ServerShutdown = Message.struct({
  _tag: sentAs(Message.tag("ServerShutdown", "serverShutdown"), "e"),
  /** When the event was sent. `"E"` */
  eventTime: sentAs(Schema.optionalKey(Field.Time), "E")
})

/**
 * The stream of the account ended, on an open connection. Not documented for Portfolio Margin. `eventStreamTerminated`
 *
 * @category models
 * @since 0.1.0
 */
export interface EventStreamTerminated extends Schema.Schema.Type<typeof EventStreamTerminated> {}

/**
 * The stream of the account ended, on an open connection. Not documented for Portfolio Margin. `eventStreamTerminated`
 *
 * @category schemas
 * @since 0.1.0
 */
export const EventStreamTerminated = Message.struct({
  _tag: sentAs(Message.tag("EventStreamTerminated", "eventStreamTerminated"), "e"),
  /** When the event was sent. `"E"` */
  eventTime: sentAs(Schema.optionalKey(Field.Time), "E")
})
