/**
 * JSON without rounding.
 *
 * The exchange sends ids above 2^53 and sometimes long decimals as JSON numbers; `JSON.parse` rounds them. Here a number
 * that a double cannot hold comes out as the string of its digits, which the id and decimal schemas take as well; whole
 * numbers beyond 2^53 always do, so that nobody has to tell those that were rounded from those that were not.
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

// Only a run of 16 digits can be beyond a double.
const least = 16

// The slash, which is between the point and the digits and in no number, makes one range of them.
const inRun = (code: number): boolean => code >= 46 && code <= 57

const before = /[\s:,[]/
const after = /[\s,}\]]/
const exponent = /[eE][+-]?\d+/y

// Puts quotes around long numbers. Where a run would have to end is looked at first, so that most of a text is passed over
// in steps of its length. A pattern is as fast or takes three times as long, by the first text that it meets, since engines
// compile it for that one; a reviver takes many times as long.
//
// A run of digits within a text may be taken for a number, when it stands between the right characters; the quote then ends
// that text too early, and what follows is no JSON, always.
const protectRuns = (text: string): string => {
  const length = text.length
  let out = ""
  let from = 0
  let start = 0
  while (start + least <= length) {
    let at = start + least - 1
    while (at >= start && inRun(text.charCodeAt(at))) at--
    if (at >= start) {
      start = at + 1
      continue
    }
    let end = start + least
    while (end < length && inRun(text.charCodeAt(end))) end++
    const next = end
    if (start > from && text.charCodeAt(start - 1) === 45) start--
    exponent.lastIndex = end
    if (exponent.test(text)) end = exponent.lastIndex
    if ((start === 0 || before.test(text.charAt(start - 1))) && (end === length || after.test(text.charAt(end)))) {
      out += text.slice(from, start) + protect(text.slice(start, end))
      from = end
    }
    start = next
  }
  return from === 0 ? text : out + text.slice(from)
}

const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"?|-?\d[\d.eE+-]{15,}/g

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

const isHeld = (token: string): boolean => {
  const value = Number(token)
  return String(value) === token && Math.abs(value) <= Number.MAX_SAFE_INTEGER
}

const protect = (token: string): string =>
  // What is no number stays as it is, for JSON.parse to refuse.
  token.charCodeAt(0) === 34 || isHeld(token) || !number.test(token) ? token : `"${token}"`

/**
 * Parses JSON text; numbers that would be rounded, and whole numbers beyond 2^53, come out as strings of exactly the digits
 * that were sent.
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
  const quick = protectRuns(text)
  return Result.orElse(
    read(quick),
    () =>
      Result.mapError(
        quick === text ? Result.fail(undefined) : read(text.replace(tokens, protect)),
        () => ({ _tag: "NotJson", message: describe(text) }) as const
      )
  )
}

const read = (text: string): Result.Result<unknown, undefined> => {
  try {
    const value: unknown = JSON.parse(text)
    return Result.succeed(value)
  } catch {
    return Result.fail(undefined)
  }
}

const describe = (text: string): string => {
  const start = text.trimStart()
  if (start === "") return "the body is empty"
  if (start.startsWith("<")) return "the body is HTML, not JSON (a proxy, a firewall or a login page answered)"
  if (start.startsWith("{") || start.startsWith("[")) return "the body is cut off or malformed JSON"
  return "the body is not JSON"
}
