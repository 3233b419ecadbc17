/**
 * What came into an exchange, in order and with its time, and the same state out of it again.
 *
 * The engine knows no clock and no chance, so its state follows from where it began and from what came in: requests as they
 * were admitted, commands from outside. `Simulator` keeps them with the option `record`.
 *
 * **Example** (The same state again)
 *
 * ```ts import.meta.vitest
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as Replay from "@effect-binance/simulator/Replay"
 * import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
 * import { Simulator } from "@effect-binance/simulator/Simulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   const exchange = yield* Simulator
 *   yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 10 })
 *   const journal = yield* exchange.journal
 *   const state = Replay.run(journal)
 *   return [journal.entries.length, state.accounts.get("demo")?.leverage.get("BTCUSDT")]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, SimulatedClient.layer({ record: true }))) // => [1, 10]
 * ```
 *
 * @since 0.1.0
 */
import * as Engine from "./Engine.ts"
import * as inputs from "./internal/inputs.ts"

/**
 * A request that was admitted: whose, which endpoint by its documented name, with which parameters.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly _tag: "Request"
  /** The empty string for calls that need no key. */
  readonly accountId: string
  readonly endpoint: string
  readonly params: ReadonlyMap<string, string>
}

/**
 * A command from outside.
 *
 * @category models
 * @since 0.1.0
 */
export interface Command {
  readonly _tag: "Command"
  readonly command: Engine.OutsideCommand
}

/**
 * An account that was opened with nothing in it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Open {
  readonly _tag: "Open"
  readonly accountId: string
}

/**
 * What fell due by itself while somebody listened to a user data stream; it is carried out at its time then.
 *
 * @category models
 * @since 0.1.0
 */
export interface Advance {
  readonly _tag: "Advance"
}

/**
 * Whatever can change the state of an exchange.
 *
 * @category models
 * @since 0.1.0
 */
export type Input = Request | Command | Open | Advance

/**
 * Something that came in at a time, in milliseconds by the exchange's clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly at: number
  readonly input: Input
}

/**
 * Where an exchange began and what came in since, of all that changed its state.
 *
 * @category models
 * @since 0.1.0
 */
export interface Journal {
  readonly initial: Engine.State
  readonly entries: ReadonlyArray<Entry>
}

/**
 * The states that an exchange goes through, one for each entry.
 *
 * @category running
 * @since 0.1.0
 */
export const states = function*({ entries, initial }: Journal): Generator<Engine.State, void> {
  let state = initial
  for (const { at, input } of entries) {
    state = Engine.deliver(inputs.perform(state, input, at)[1])[0]
    yield state
  }
}

/**
 * The state that an exchange comes to.
 *
 * @category running
 * @since 0.1.0
 */
export const run = (journal: Journal): Engine.State => {
  let last = journal.initial
  for (const state of states(journal)) last = state
  return last
}
