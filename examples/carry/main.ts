/**
 * Runs the carry strategy.
 *
 * With nothing set: a demonstration on an exchange in memory. With `BINANCE_ENVIRONMENT=production` and keys: shows what it would do
 * on the real account, and sends nothing. With `CARRY_TRADE=yes` as well: trades there.
 */
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import * as Environment from "@effect-binance/core/Environment"
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import { Simulator } from "@effect-binance/simulator/Simulator"
import * as BigDecimal from "effect/BigDecimal"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Terminal from "../terminal.ts"
import * as Carry from "./Carry.ts"
import * as Legs from "./Legs.ts"
import * as Worlds from "./Worlds.ts"

const tell = ({ _tag, trades }: Carry.Decision) =>
  Console.log(
    [_tag, ...trades.map(({ leg, quantity, side }) => `  ${side} ${BigDecimal.format(quantity)} (${leg} leg)`)].join(
      "\n"
    )
  )

const demonstration = Effect.gen(function*() {
  yield* Console.log("An exchange in memory; no real account, no real money.\n")
  const exchange = yield* Simulator
  yield* Effect.flatMap(AccountMirror, ({ awaitLive }) => awaitLive)
  yield* Effect.flatMap(Carry.look(Carry.settings), tell)
  yield* Effect.flatMap(Carry.look(Carry.settings), tell)
  const rate = BigDecimal.fromStringUnsafe("-0.0001")
  yield* exchange.apply({ _tag: "SetFundingRate", symbol: Legs.symbol, rate })
  yield* Effect.flatMap(Carry.look(Carry.settings), tell)
}).pipe(Effect.provide(Worlds.simulator({ margin: { USDT: "100000" } })))

const shown = Effect.gen(function*() {
  yield* Console.log("Only reading: this is what would be done now. Set CARRY_TRADE=yes to have it done.\n")
  yield* Effect.flatMap(Carry.decide(Carry.settings), tell)
}).pipe(Effect.provide(Worlds.dryRun))

const trading = Effect.gen(function*() {
  yield* Effect.flatMap(AccountMirror, ({ awaitLive }) => awaitLive)
  return yield* Carry.run(Carry.settings)
}).pipe(Effect.provide(Worlds.named))

const program = Effect.gen(function*() {
  const environment = yield* Config.option(Config.NonEmptyString("BINANCE_ENVIRONMENT"))
  if (Option.isNone(environment)) return yield* demonstration
  const { name, restUrl } = yield* Effect.flatMap(Environment.config, Environment.make)
  const trade = yield* Config.option(Config.NonEmptyString("CARRY_TRADE"))
  yield* Console.log(`Environment "${name}" (${restUrl}).`)
  return yield* Option.contains(trade, "yes") ? trading : shown
}).pipe(Effect.provideService(ClientOrderId.Generator, ClientOrderId.make("carry-")))

Terminal.run(program)
