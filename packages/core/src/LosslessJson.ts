/**
 * JSON without rounding.
 *
 * The exchange sends ids above 2^53 and sometimes long decimals as JSON numbers; `JSON.parse` rounds them. Here a number
 * that a double cannot hold comes out as the string of its digits, which the id and decimal schemas take as well.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"

/**
 * A text that is not JSON. Carries the position where known, never the text.
 *
 * @category errors
 * @since 0.1.0
 */
export interface NotJson {
  readonly _tag: "NotJson"
  readonly message: string
}

// Only a run of 16 digits can be beyond a double: the scan is far cheaper than a reviver and nearly always says no. (An
// exponent of hundreds can be as well; the exchange writes none, and looking for it would double the cost of the scan.)
const suspicious = /[\d.]{16}/

// A string is matched up to the end of the text where it is not closed: JSON.parse refuses that, and no quote within is
// tried as the beginning of another string.
const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"?|-?\d[\d.eE+-]{15,}/g

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

const protect = (token: string): string =>
  // What is no number stays as it is, for JSON.parse to refuse.
  token.charCodeAt(0) === 34 || String(Number(token)) === token || !number.test(token) ? token : `"${token}"`

/**
 * Parses JSON text; numbers that would be rounded come out as strings of exactly the digits that were sent.
 *
 * **Example** (An id above 2^53)
 *
 * ```ts import.meta.vitest
 * import * as LosslessJson from "@effect-binance/core/LosslessJson"
 * import * as Result from "effect/Result"
 *
 * LosslessJson.parse(`{"orderId":8389766145050669870,"price":"1.0"}`)
 * // => Result.succeed({ orderId: "8389766145050669870", price: "1.0" })
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<unknown, NotJson> => {
  try {
    const value: unknown = JSON.parse(suspicious.test(text) ? text.replace(tokens, protect) : text)
    return Result.succeed(value)
  } catch {
    return Result.fail({ _tag: "NotJson", message: describe(text) })
  }
}

const describe = (text: string): string => {
  const start = text.trimStart()
  if (start === "") return "the body is empty"
  if (start.startsWith("<")) return "the body is HTML, not JSON (a proxy, a firewall or a login page answered)"
  if (start.startsWith("{") || start.startsWith("[")) return "the body is cut off or malformed JSON"
  return "the body is not JSON"
}
