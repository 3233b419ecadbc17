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

// Only a run of 16 digits can be beyond a double. Such a run covers a position that is a multiple of 16, so one character
// in sixteen is enough to look at: far cheaper than a pattern over the whole text, or a reviver.
const stride = 16

const isDigitOrPoint = (c: number): boolean => (c >= 48 && c <= 57) || c === 46

const isSuspicious = (text: string): boolean => {
  for (let i = stride - 1; i < text.length; i += stride) {
    if (!isDigitOrPoint(text.charCodeAt(i))) continue
    let start = i
    while (start > 0 && isDigitOrPoint(text.charCodeAt(start - 1))) start--
    let end = i + 1
    while (end < text.length && end - start < stride && isDigitOrPoint(text.charCodeAt(end))) end++
    if (end - start >= stride) return true
  }
  return false
}

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
    const value: unknown = JSON.parse(isSuspicious(text) ? text.replace(tokens, protect) : text)
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
