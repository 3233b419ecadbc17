import type { ClientShape } from "@effect-binance/core/Client"
import type { MutationEndpoint, ReadEndpoint } from "@effect-binance/core/Endpoint"
import * as View from "@effect-binance/core/View"
import * as Effect from "effect/Effect"
import type { NumericPortfolioClientShape } from "../NumericPortfolioClient.ts"
import type { PortfolioClientShape } from "../PortfolioClient.ts"

// The families are written once, over a client that answers as the endpoints say. Here they stand on one whose endpoints
// have their figures rewritten to numbers. That schema and type change alike the compiler cannot follow through eight
// services, so the two guards below say it; the tests compare every documented sample in both views.

const isCall = (u: unknown): u is ClientShape["call"] => typeof u === "function"

const isNumeric = (u: unknown): u is NumericPortfolioClientShape =>
  typeof u === "object" && u !== null && Object.values(u).every((method) => typeof method === "function")

/** The client, each figure of its answers a number. */
export const viewing = (client: ClientShape): ClientShape => {
  const reads = memo<ReadEndpoint<unknown, unknown>>((endpoint) => View.numericEndpoint(endpoint))
  const changes = memo<MutationEndpoint<unknown, unknown>>((endpoint) => View.numericEndpoint(endpoint))
  const call: unknown = (
    endpoint: ReadEndpoint<unknown, unknown> | MutationEndpoint<unknown, unknown>,
    params: unknown
  ) => endpoint.safety === "read" ? client.call(reads(endpoint), params) : client.call(changes(endpoint), params)
  return isCall(call) ? { call } : client
}

const memo = <A extends object>(make: (a: A) => A): (a: A) => A => {
  const made = new WeakMap<A, A>()
  return (a) => {
    const known = made.get(a) ?? make(a)
    made.set(a, known)
    return known
  }
}

/** All calls over such a client, by their type. */
export const numeric = (calls: PortfolioClientShape): Effect.Effect<NumericPortfolioClientShape> => {
  const viewed: unknown = calls
  return isNumeric(viewed) ? Effect.succeed(viewed) : Effect.die("a method of PortfolioClient is missing")
}
