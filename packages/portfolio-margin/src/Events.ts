/**
 * The events of the user data stream as tagged values with names a person can read.
 *
 * **Details**
 *
 * `events/Futures`, `events/Margin` and `events/Account` define them field by field, with the terse names of the wire beside.
 * Figures are exact decimals, ids exact digits of their own brands, times `DateTime`s; members of enumerations and events that
 * are not documented pass through.
 *
 * **Example** (An event is read)
 *
 * ```ts import.meta.vitest
 * import * as Events from "@effect-binance/portfolio-margin/Events"
 *
 * const event = Events.decode({ e: "ACCOUNT_CONFIG_UPDATE", fs: "UM", E: 1611646737479, T: 1611646737476, ac: { s: "BTCUSDT", l: 25 } })
 *
 * event._tag === "AccountConfigUpdate" ? event.config.leverage : undefined // => 25
 * ```
 *
 * @since 0.1.0
 */
import type { Drift } from "@effect-binance/core/Drift"
import * as Field from "@effect-binance/core/Field"
import * as Message from "@effect-binance/core/Message"
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Account from "./events/Account.ts"
import * as Futures from "./events/Futures.ts"
import * as Margin from "./events/Margin.ts"

/**
 * An event that is documented.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownEvent =
  | Futures.OrderTradeUpdate
  | Futures.AlgoUpdate
  | Futures.ConditionalOrderTradeUpdate
  | Futures.AccountUpdate
  | Futures.AccountConfigUpdate
  | Margin.ExecutionReport
  | Margin.OutboundAccountPosition
  | Margin.BalanceUpdate
  | Margin.LiabilityChange
  | Margin.OpenOrderLoss
  | Account.RiskLevelChange
  | Account.ProAccountUpdate
  | Account.ListenKeyExpired
  | Account.ServerShutdown
  | Account.EventStreamTerminated

/**
 * An event that is documented.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownEvent: Schema.Codec<KnownEvent, unknown> = Schema.Union([
  Futures.OrderTradeUpdate,
  Futures.AlgoUpdate,
  Futures.ConditionalOrderTradeUpdate,
  Futures.AccountUpdate,
  Futures.AccountConfigUpdate,
  Margin.ExecutionReport,
  Margin.OutboundAccountPosition,
  Margin.BalanceUpdate,
  Margin.LiabilityChange,
  Margin.OpenOrderLoss,
  Account.RiskLevelChange,
  Account.ProAccountUpdate,
  Account.ListenKeyExpired,
  Account.ServerShutdown,
  Account.EventStreamTerminated
])

/**
 * An event that this library does not know, as it came.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnknownEvent {
  readonly _tag: "UnknownEvent"
  /** Its name, `"e"` on the wire. */
  readonly name: string
  /** `"E"` on the wire, where it has one. */
  readonly eventTime: DateTime.Utc | undefined
  /** The parsed JSON; numbers that a double cannot hold are text. */
  readonly raw: unknown
}

/**
 * What came and is no event that could be read: no JSON, JSON of another form, or a documented event without what it must have.
 *
 * **Details**
 *
 * Where it has the name of an event, something about the account is lost: the user data stream then asks the exchange.
 *
 * @category models
 * @since 0.1.0
 */
export interface MalformedFrame {
  readonly _tag: "MalformedFrame"
  /** The name of the event, where it has one. */
  readonly name: string | undefined
  /** What is wrong with it; never its values. */
  readonly reason: string
  /** Its beginning, with everything cut out that looks like a listen key. */
  readonly excerpt: string
  /** How long it is, in characters. */
  readonly length: number
}

/**
 * Anything that the user data stream can say.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = KnownEvent | UnknownEvent | MalformedFrame

type Reader = (input: unknown) => readonly [Result.Result<KnownEvent, Schema.SchemaError>, ReadonlyArray<Drift>]

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["ORDER_TRADE_UPDATE", Message.reader(Futures.OrderTradeUpdate)],
  ["ALGO_UPDATE", Message.reader(Futures.AlgoUpdate)],
  ["CONDITIONAL_ORDER_TRADE_UPDATE", Message.reader(Futures.ConditionalOrderTradeUpdate)],
  ["ACCOUNT_UPDATE", Message.reader(Futures.AccountUpdate)],
  ["ACCOUNT_CONFIG_UPDATE", Message.reader(Futures.AccountConfigUpdate)],
  ["executionReport", Message.reader(Margin.ExecutionReport)],
  ["outboundAccountPosition", Message.reader(Margin.OutboundAccountPosition)],
  ["balanceUpdate", Message.reader(Margin.BalanceUpdate)],
  ["liabilityChange", Message.reader(Margin.LiabilityChange)],
  ["openOrderLoss", Message.reader(Margin.OpenOrderLoss)],
  ["riskLevelChange", Message.reader(Account.RiskLevelChange)],
  ["RISK_LEVEL_CHANGE", Message.reader(Account.RiskLevelChange)],
  ["PM_PRO_ACCOUNT_UPDATE", Message.reader(Account.ProAccountUpdate)],
  ["listenKeyExpired", Message.reader(Account.ListenKeyExpired)],
  ["serverShutdown", Message.reader(Account.ServerShutdown)],
  ["eventStreamTerminated", Message.reader(Account.EventStreamTerminated)]
])

const noDrift: ReadonlyArray<Drift> = []

const isRecord = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

const timeOf = Schema.decodeUnknownOption(Field.Time)

/**
 * Reads an event, and tells what differed from the documentation without being wrong.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeWithDrift = (raw: unknown): readonly [Event, ReadonlyArray<Drift>] => {
  const name = isRecord(raw) ? raw.e : undefined
  if (!isRecord(raw) || typeof name !== "string") {
    return [malformed(undefined, "it is no event: the name is missing", textOf(raw)), noDrift]
  }
  const read = readers.get(name)
  if (read === undefined) {
    return [{ _tag: "UnknownEvent", name, eventTime: Option.getOrUndefined(timeOf(raw.E)), raw }, noDrift]
  }
  const [result, drift] = read(raw)
  return Result.isSuccess(result)
    ? [result.success, drift]
    : [malformed(name, result.failure.message.replace(/\s+/g, " "), textOf(raw)), drift]
}

/**
 * Reads an event from parsed JSON (see `LosslessJson`).
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = (raw: unknown): Event => decodeWithDrift(raw)[0]

const textOf = (raw: unknown): string => {
  const text: unknown = JSON.stringify(raw)
  return typeof text === "string" ? text : String(raw)
}

// A listen key is 64 letters and digits. What is cut off in the middle is one as well.
const keyLike = /[A-Za-z0-9]{33,}/g

const excerptLength = 200

/**
 * Makes a {@link MalformedFrame} of a text that came.
 *
 * @category constructors
 * @since 0.1.0
 */
export const malformed = (name: string | undefined, reason: string, text: string): MalformedFrame => ({
  _tag: "MalformedFrame",
  name,
  reason,
  excerpt: text.slice(0, excerptLength + 64).replace(keyLike, "<redacted>").slice(0, excerptLength),
  length: text.length
})
