import * as Result from "effect/Result"
import * as Account from "../Account.ts"
import * as Engine from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as ListenKeys from "../ListenKeys.ts"
import type { Input } from "../Replay.ts"
import * as StreamRules from "../StreamRules.ts"
import type { Context, Outcome } from "./handler.ts"
import * as routing from "./routes.ts"

/** What a request can see beside the state of the engine. */
export type Surroundings = Pick<Context, "listenKeys" | "streamRules">

const alone: Surroundings = { listenKeys: ListenKeys.none, streamRules: StreamRules.defaults }

export type Performed = Result.Result<Omit<Outcome, "state">, ExchangeError.ExchangeError>

const byName: { readonly [name: string]: routing.Route } = routing.routes

const gone = ExchangeError.make(-5000, "This path is not offered by the simulated exchange.")

const outcomeOf = (
  state: Engine.State,
  input: Input,
  now: number,
  around: Surroundings
): Result.Result<Outcome, ExchangeError.ExchangeError> => {
  switch (input._tag) {
    case "Request": {
      const { accountId, endpoint, params } = input
      const route = Object.hasOwn(byName, endpoint) ? byName[endpoint] : undefined
      return route === undefined ? Result.fail(gone) : route.run({ state, accountId, now, ...around }, params)
    }
    case "Command":
      return Result.map(Engine.apply(state, input.command, now), ([state, reply]) => ({ state, reply }))
    case "Open": {
      const account = Account.make(input.accountId, now)
      return Result.map(
        Engine.apply(state, { _tag: "OpenAccount", account }, now),
        ([state, reply]) => ({ state, reply })
      )
    }
    case "Advance":
      return Result.succeed({ state, reply: undefined })
  }
}

/** Everything that changes the engine goes this way, live and when it is replayed. */
export const perform = (
  state: Engine.State,
  input: Input,
  now: number,
  around: Surroundings = alone
): readonly [Performed, Engine.State] => {
  // What needs no key sees the exchange as it is, and may be told another time.
  const due = input._tag === "Request" && input.accountId === "" ? state : Engine.advance(state, now)
  const outcome = outcomeOf(due, input, now, around)
  if (Result.isFailure(outcome)) return [Result.fail(outcome.failure), due]
  const { state: next, ...performed } = outcome.success
  return [Result.succeed(performed), next]
}
