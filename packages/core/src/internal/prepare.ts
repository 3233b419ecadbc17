import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Errors from "../BinanceError.ts"
import type * as ClientOrderId from "../ClientOrderId.ts"
import type { Described, WireParams } from "../Endpoint.ts"
import * as clientId from "./clientId.ts"
import * as query from "./query.ts"

// What is done to a call before anything is sent: its parameters are checked and written, and what is left out is filled in.

const issues = SchemaIssue.makeFormatterStandardSchemaV1()

export const flatten = (error: Schema.SchemaError) =>
  issues(error.issue).issues.map(({ message, path = [] }) => ({
    path: path.map((step) => {
      const key = typeof step === "object" ? step.key : step
      return typeof key === "number" ? key : String(key)
    }),
    message: message.replace(/\s+/g, " ")
  }))

export const clientOrderIdOf = (endpoint: Described, params: WireParams): string | undefined => {
  const [first] = endpoint.clientIds
  return first === undefined ? undefined : params[first.name]
}

// The same id goes out with every attempt: while an order that arrived before is open, a second one is refused as a
// duplicate, and whatever became of it can be asked for. In place of an empty one the exchange would make its own.
export const fill = Effect.fnUntraced(function*(
  endpoint: Described,
  params: WireParams,
  generator: ClientOrderId.GeneratorShape
): Effect.fn.Return<WireParams, Errors.InvalidRequest> {
  const filled: { [name: string]: string | undefined } = { ...params }
  for (const { maxLength, name } of endpoint.clientIds) {
    if (filled[name] !== undefined) continue
    const made = yield* generator.next(maxLength)
    if (!clientId.pattern(maxLength).test(made)) {
      return yield* Effect.fail(unsuitable(endpoint, name, `generators make ${clientId.expected(maxLength)}`))
    }
    filled[name] = made
  }
  return filled
})

const unsuitable = (endpoint: Described, field: string, rule: string): Errors.InvalidRequest =>
  new Errors.InvalidRequest({
    endpoint: endpoint.id,
    request: endpoint.request,
    attempts: 0,
    violations: [{ field, rule }]
  })

const isRecvWindow = (value: number | undefined): boolean =>
  value === undefined || (Number.isInteger(value) && value >= 1 && value <= 60_000)

const isTimeout = (value: Duration.Input | undefined): boolean => {
  if (value === undefined) return true
  const millis = Option.map(Duration.fromInput(value), Duration.toMillis)
  return Option.isSome(millis) && millis.value > 0 && Number.isFinite(millis.value)
}

const invalidRequest = (endpoint: Described, error: Schema.SchemaError): Errors.InvalidRequest => {
  // Members of a union say the same of a value that is none of them.
  const [first, ...rest] = flatten(error).map(({ message, path }) => ({ field: path.join("."), rule: message }))
    .filter(({ field, rule }, at, all) => all.findIndex((one) => one.field === field && one.rule === rule) === at)
  return new Errors.InvalidRequest({
    endpoint: endpoint.id,
    request: endpoint.request,
    attempts: 0,
    violations: [first ?? { field: "", rule: "the parameters do not fit" }, ...rest]
  })
}

/** The parameters as they go on the wire, or which rule they break. */
export const check = (
  endpoint: Described,
  params: unknown,
  options: { readonly recvWindow?: number | undefined; readonly timeout?: Duration.Input | undefined }
): Result.Result<WireParams, Errors.InvalidRequest> => {
  const encoded = endpoint.encode(params)
  if (Result.isFailure(encoded)) return Result.fail(invalidRequest(endpoint, encoded.failure))
  if (endpoint.signed && encoded.success.recvWindow === undefined && !isRecvWindow(options.recvWindow)) {
    return Result.fail(unsuitable(endpoint, "recvWindow", "the option must be a whole number from 1 to 60000"))
  }
  return isTimeout(options.timeout)
    ? Result.succeed(encoded.success)
    : Result.fail(unsuitable(endpoint, "timeout", "the option must be a finite duration above zero"))
}

/** The receive window of a signed call, in milliseconds. */
export const recvWindowOf = (params: WireParams, options: { readonly recvWindow?: number | undefined }): number =>
  Number(params.recvWindow ?? options.recvWindow ?? 5000)

/** What is signed, but for the timestamp. */
export const textOf = (params: WireParams, recvWindow: number | undefined): string => {
  const text = query.serialise(params)
  const window = params.recvWindow === undefined && recvWindow !== undefined ? `recvWindow=${recvWindow}` : ""
  return text === "" || window === "" ? text + window : `${text}&${window}`
}
