import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Json from "./json.ts"

/** What a client asks for on an open stream. */
export type Request =
  | { readonly _tag: "Subscribe" | "Unsubscribe"; readonly streams: ReadonlyArray<string> }
  | { readonly _tag: "List" | "GetCombined" }
  | { readonly _tag: "SetCombined"; readonly combined: boolean }

export interface Received {
  readonly id: unknown
  readonly request: Result.Result<Request, Complaint>
}

export interface Complaint {
  readonly code: number
  readonly msg: string
}

const complain = (code: number, msg: string): Result.Result<never, Complaint> => Result.fail({ code, msg })

const isStreams = (params: unknown): params is ReadonlyArray<string> =>
  Array.isArray(params) && params.length > 0 && params.every((one) => typeof one === "string" && one !== "")

const methods = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"]

const read = (method: unknown, params: unknown): Result.Result<Request, Complaint> => {
  switch (method) {
    case "SUBSCRIBE":
    case "UNSUBSCRIBE":
      return isStreams(params)
        ? Result.succeed({ _tag: method === "SUBSCRIBE" ? "Subscribe" : "Unsubscribe", streams: params })
        : complain(2, "Invalid request: params must be an array of stream names")
    case "LIST_SUBSCRIPTIONS":
      return Result.succeed({ _tag: "List" })
    case "SET_PROPERTY":
      if (!Array.isArray(params) || params[0] !== "combined") return complain(0, "Unknown property")
      return typeof params[1] === "boolean"
        ? Result.succeed({ _tag: "SetCombined", combined: params[1] })
        : complain(1, "Invalid value type: expected Boolean")
    case "GET_PROPERTY":
      return Array.isArray(params) && params[0] === "combined"
        ? Result.succeed({ _tag: "GetCombined" })
        : complain(0, "Unknown property")
    default:
      return complain(2, `Invalid request: unknown variant, expected one of ${methods.join(", ")}`)
  }
}

const longId = /"id"\s*:\s*(\d{16,})\s*[,}]/

export const receive = (text: string): Received => {
  const parsed = LosslessJson.parse(text)
  if (Result.isFailure(parsed)) return { id: undefined, request: complain(3, "Invalid JSON: expected value") }
  const message = parsed.success
  if (!Predicate.isObject(message)) {
    return { id: undefined, request: complain(2, "Invalid request: expected an object") }
  }
  const given = Reflect.get(message, "id")
  // A number with more digits than a double holds is read as text, and goes back as the number that it was.
  const id = typeof given === "string" && longId.exec(text)?.[1] === given ? BigInt(given) : given
  const valid = id === undefined || id === null || typeof id === "string" || typeof id === "bigint"
    || (typeof id === "number" && Number.isSafeInteger(id) && id >= 0)
  return valid
    ? { id, request: read(Reflect.get(message, "method"), Reflect.get(message, "params")) }
    : { id: undefined, request: complain(2, "Invalid request: request ID must be an unsigned integer") }
}

export const reply = (id: unknown, result: unknown): string => Json.write({ result, id: id ?? null })

export const refusal = (id: unknown, complaint: Complaint): string => Json.write({ error: complaint, id })
