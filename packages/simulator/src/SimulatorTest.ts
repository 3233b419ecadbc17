/**
 * Helpers for tests of programs that trade: a funded account in one line, prices, waiting for what becomes of an order, and
 * the proof that nothing secret was written down.
 *
 * @since 0.1.0
 */
import type { Services } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import type * as Socket from "effect/socket/Socket"
import * as Tracer from "effect/Tracer"
import * as Util from "node:util"
import type * as Engine from "./Engine.ts"
import type * as Futures from "./Futures.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Prices from "./Prices.ts"
import * as SimulatedClient from "./SimulatedClient.ts"
import { type CommandRefused, demoKey, Simulator, type SimulatorOptions } from "./Simulator.ts"
import type * as Spot from "./Spot.ts"
import * as StateFile from "./StateFile.ts"

/**
 * The account that a test begins with, as in a `StateFile`: balances by asset as text, positions, leverage.
 *
 * @category models
 * @since 0.1.0
 */
export interface Account extends Omit<typeof StateFile.Account.Encoded, "id" | "keys"> {
  /** Last, mark and index price by symbol. */
  readonly prices?: { readonly [symbol: string]: string } | undefined
}

/**
 * A client, its exchange and one account with what is given and nothing else.
 *
 * **Example** (A funded account in one line, an order, what becomes of it)
 *
 * ```ts import.meta.vitest
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as SimulatorTest from "@effect-binance/simulator/SimulatorTest"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   yield* client.submitNewUMOrder({
 *     symbol: "BTCUSDT",
 *     side: "BUY",
 *     type: "LIMIT",
 *     timeInForce: "GTC",
 *     quantity: "0.1",
 *     price: "89000",
 *     newClientOrderId: "entry"
 *   })
 *   yield* SimulatorTest.setPrices({ BTCUSDT: "88900" })
 *   return (yield* SimulatorTest.awaitOrder("entry", "FILLED")).status
 * })
 *
 * const world = SimulatorTest.layer({ margin: { USDT: "50000" }, prices: { BTCUSDT: "90000" } })
 *
 * await Effect.runPromise(Effect.provide(program, world)) // => "FILLED"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  { prices, ...account }: Account,
  options: Omit<SimulatorOptions, "keys" | "accounts" | "past"> = {}
): Layer.Layer<Services | Simulator | Socket.WebSocketConstructor, StateFile.StateFileInvalid> =>
  Layer.unwrap(Effect.gen(function*() {
    const text = JSON.stringify({
      ...StateFile.empty,
      accounts: [{ id: demoKey.accountId, ...account }],
      ...(prices === undefined ? {} : { prices })
    })
    const { options: opened } = yield* Effect.flatMap(StateFile.parse(text), StateFile.open)
    // The client signs with the exchange's own key, which belongs to this account.
    const { keys: _, ...rest } = opened
    return SimulatedClient.layer({ ...rest, ...options })
  }))

/**
 * Sets last, mark and index prices of contracts, by symbol.
 *
 * @category prices
 * @since 0.1.0
 */
export const setPrices = (
  prices: { readonly [symbol: string]: `${number}` }
): Effect.Effect<void, CommandRefused, Simulator> =>
  Prices.play(Prices.merge(
    Object.entries(prices).map(([symbol, price]) => Prices.script(symbol, [["0 seconds", price]]))
  ))

/**
 * An order of any product as the engine has it.
 *
 * @category models
 * @since 0.1.0
 */
export type Order = Futures.Order | Futures.Conditional | Spot.Order

const find = (state: Engine.State, clientOrderId: string): Order | undefined => {
  for (const order of IntMap.values(state.futures.orders)) if (order.clientOrderId === clientOrderId) return order
  for (const order of IntMap.values(state.spot.orders)) if (order.clientOrderId === clientOrderId) return order
  for (const order of IntMap.values(state.futures.conditionals)) if (order.clientId === clientOrderId) return order
  return undefined
}

/**
 * Waits until an order, by its client order id, is in one of these states, and gives it as it is then.
 *
 * **Details**
 *
 * The exchange is looked at after each change; no time has to pass.
 *
 * @category waiting
 * @since 0.1.0
 */
export const awaitOrder = (
  clientOrderId: string,
  ...statuses: ReadonlyArray<Order["status"]>
): Effect.Effect<Order, never, Simulator> =>
  Effect.flatMap(Simulator, ({ state, until }) => {
    let found: Order | undefined
    const holds = (current: Engine.State): boolean => {
      found = find(current, clientOrderId)
      return found !== undefined && statuses.includes(found.status)
    }
    const wait: Effect.Effect<Order> = Effect.flatMap(
      Effect.andThen(until((seen) => holds(seen.state)), state),
      () => found === undefined ? wait : Effect.succeed(found)
    )
    return wait
  })

// -----------------------------------------------------------------------------
// Nothing secret
// -----------------------------------------------------------------------------

/**
 * A secret that was written down; tells which kind and where, not what.
 *
 * @category errors
 * @since 0.1.0
 */
export class SecretLeaked extends Schema.TaggedError<SecretLeaked>("@effect-binance/simulator/SecretLeaked")(
  "SecretLeaked",
  {
    secret: Schema.Literals(["API key", "secret", "signature", "given"]),
    where: Schema.Literals(["log", "span", "result"])
  }
) {}

interface Secret {
  readonly kind: SecretLeaked["secret"]
  readonly text: string
}

const signaturesIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/signature=([^&\s"]+)/g)].flatMap((
    [, signature = ""]
  ) => [signature, decodeURIComponent(signature)])

const printed = (value: unknown): string => {
  const inspected = Util.inspect(value, { depth: 8, maxArrayLength: 1000, maxStringLength: 100_000 })
  return typeof value === "string" ? value : inspected
}

/**
 * Runs a program with all its logs and spans written down, and fails where one of them, or its result, holds the key, the
 * secret or a signature of the simulated client, or one of the `secrets` given.
 *
 * **Details**
 *
 * Logs of all levels are kept, in place of the program's own loggers and tracer.
 *
 * **Example** (A program that talks too much)
 *
 * ```ts import.meta.vitest
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
 * import * as SimulatorTest from "@effect-binance/simulator/SimulatorTest"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   yield* client.getAccountInfo()
 *   yield* Effect.logDebug("the password is swordfish")
 * })
 *
 * const careful = SimulatorTest.withoutLeaks(program)
 * const told = SimulatorTest.withoutLeaks(program, { secrets: ["swordfish"] }).pipe(Effect.flip)
 *
 * await Effect.runPromise(Effect.provide(careful, SimulatedClient.layer())) // => undefined
 * const leak = await Effect.runPromise(Effect.provide(told, SimulatedClient.layer()))
 * leak._tag === "SecretLeaked" && [leak.secret, leak.where] // => ["given", "log"]
 * ```
 *
 * @category secrets
 * @since 0.1.0
 */
export const withoutLeaks = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  options: { readonly secrets?: ReadonlyArray<string> | undefined } = {}
): Effect.Effect<A, E | SecretLeaked, R | Simulator> =>
  Effect.gen(function*() {
    const logs: Array<string> = []
    const spans: Array<Tracer.NativeSpan> = []
    const logger = Logger.make(({ cause, message }) => {
      logs.push(printed(message), Cause.pretty(cause))
    })
    const exit = yield* Effect.exit(self).pipe(
      Effect.withSpan("program"),
      Effect.provide(
        Logger.layer([logger, Logger.map(Logger.formatStructured, (line) => void logs.push(printed(line)))])
      ),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provideService(
        Tracer.Tracer,
        Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          }
        })
      )
    )
    const { requests } = yield* Simulator
    const secrets: ReadonlyArray<Secret> = [
      { kind: "API key", text: demoKey.apiKey },
      { kind: "secret", text: demoKey.secret },
      ...(yield* requests).flatMap(({ query }) => signaturesIn(query)).map((text): Secret => ({
        kind: "signature",
        text
      })),
      ...(options.secrets ?? []).map((text): Secret => ({ kind: "given", text }))
    ]
    const places = [
      ["log", logs],
      ["span", spans.flatMap((span) => [span.name, printed([...span.attributes]), printed(span.events)])],
      ["result", [printed(exit), Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""]]
    ] as const
    for (const [where, texts] of places) {
      for (const { kind, text } of secrets) {
        if (text !== "" && texts.some((one) => one.includes(text))) {
          return yield* new SecretLeaked({ secret: kind, where })
        }
      }
    }
    return yield* exit
  })
