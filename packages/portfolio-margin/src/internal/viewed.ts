import type { ClientShape } from "@effect-binance/core/Client"
import type { Endpoint, MutationEndpoint, ReadEndpoint, Safety } from "@effect-binance/core/Endpoint"
import * as View from "@effect-binance/core/View"
import * as Effect from "effect/Effect"
import type { NumericPortfolioClientShape, ViewedShape } from "../NumericPortfolioClient.ts"
import type { PortfolioClientShape } from "../PortfolioClient.ts"
import type { TextualPortfolioClientShape } from "../TextualPortfolioClient.ts"

// The families are written once, over a client that answers as the endpoints say. Here they stand on one whose endpoints
// have their figures rewritten to numbers or text. That schema and type change alike the compiler cannot follow through
// eight services, so the two guards below say it; the tests compare every documented sample in all views.

const isCall = (u: unknown): u is ClientShape["call"] => typeof u === "function"

const isViewed = <D>(u: unknown): u is ViewedShape<D> =>
  typeof u === "object" && u !== null && Object.values(u).every((method) => typeof method === "function")

/** The client, each figure of its answers in that view. */
export const viewing = (view: View.View) => (client: ClientShape): ClientShape => {
  const rewritten = <S extends Safety, W>(endpoint: Endpoint<unknown, unknown, S, W>) =>
    view === "number" ? View.numericEndpoint(endpoint) : View.textualEndpoint(endpoint)
  const reads = memo<ReadEndpoint<unknown, unknown>>(rewritten)
  const changes = memo<MutationEndpoint<unknown, unknown>>(rewritten)
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

const viewed = <D>(calls: PortfolioClientShape): Effect.Effect<ViewedShape<D>> => {
  const seen: unknown = calls
  return isViewed<D>(seen) ? Effect.succeed(seen) : Effect.die("a method of PortfolioClient is missing")
}

/** All calls over a client that answers in numbers, by their type. */
export const numeric = (calls: PortfolioClientShape): Effect.Effect<NumericPortfolioClientShape> =>
  viewed<number>(calls)

/** All calls over a client that answers in text, by their type. */
export const textual = (calls: PortfolioClientShape): Effect.Effect<TextualPortfolioClientShape> =>
  viewed<string>(calls)
