import * as Result from "effect/Result"
import * as ExchangeError from "../ExchangeError.ts"
import type { WireRequest } from "../Wire.ts"

export interface Received {
  /** The parameters by name, decoded; a name in query and body is taken from the query. */
  readonly params: ReadonlyMap<string, string>
  /** The text that the signature covers: query and body one after the other, each without the signature. */
  readonly payload: string
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return undefined
  }
}

const isSignature = (pair: string): boolean => pair.startsWith("signature=")

const withoutSignature = (pairs: ReadonlyArray<string>): string => pairs.filter((pair) => !isSignature(pair)).join("&")

export const receive = (request: WireRequest): Result.Result<Received, ExchangeError.ExchangeError> => {
  const params = new Map<string, string>()
  const parts = [request.query, request.body].map((text) => text === "" ? [] : text.split("&"))
  for (const pairs of parts) {
    for (const pair of pairs) {
      const at = pair.indexOf("=")
      const name = decode(at === -1 ? pair : pair.slice(0, at))
      const value = decode(at === -1 ? "" : pair.slice(at + 1))
      if (name === undefined || value === undefined) return Result.fail(illegalCharacters)
      if (!params.has(name)) params.set(name, value)
    }
  }
  return Result.succeed({ params, payload: parts.map(withoutSignature).join("") })
}

const illegalCharacters = ExchangeError.make(-1100, "Illegal characters found in a parameter.")

export const missing = (name: string): ExchangeError.ExchangeError =>
  ExchangeError.make(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
