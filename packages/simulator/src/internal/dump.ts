import * as Decimal from "@effect-binance/core/Decimal"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

/** Shows a value of the engine as JSON, for people to look at: decimals and long ids as text, maps as objects. */
export const dump = (value: unknown): unknown => {
  if (typeof value === "bigint") return String(value)
  if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value
  if (BigDecimal.isBigDecimal(value)) return Decimal.format(value)
  if (Option.isOption(value)) return Option.isNone(value) ? null : dump(value.value)
  if (DateTime.isDateTime(value)) return DateTime.toEpochMillis(value)
  if (Duration.isDuration(value)) return Duration.toMillis(value)
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), dump(item)]))
  }
  if (isIterable(value)) return Array.from(value, dump)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, dump(item)]))
}

const isIterable = (value: object): value is Iterable<unknown> => Symbol.iterator in value
