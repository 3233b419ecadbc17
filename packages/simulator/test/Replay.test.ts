import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import type * as Engine from "@effect-binance/simulator/Engine"
import * as Fault from "@effect-binance/simulator/Fault"
import * as Prices from "@effect-binance/simulator/Prices"
import * as Replay from "@effect-binance/simulator/Replay"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import * as Calls from "./support/calls.ts"
import * as Faces from "./support/faces.ts"

const decimal = BigDecimal.fromStringUnsafe

const outside: ReadonlyArray<Engine.OutsideCommand> = [
  { _tag: "SetMarkPrice", symbol: "BTCUSDT", price: decimal("91234.5") },
  { _tag: "SetIndexPrice", asset: "BTC", price: decimal("91200") },
  { _tag: "Deposit", accountId: "demo", wallet: "MARGIN", asset: "USDT", amount: decimal("1234.56789") },
  { _tag: "Withdraw", accountId: "demo", wallet: "MARGIN", asset: "USDT", amount: decimal("0.00000001") },
  { _tag: "Borrow", accountId: "demo", asset: "USDT", amount: decimal("100") }
]

it.effect("everything that came in gives the same state again", () =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const client = yield* PortfolioClient
    for (const [index, call] of Calls.calls.entries()) {
      yield* Effect.exit(Calls.make(client, call))
      const command = outside[index % outside.length]
      if (command !== undefined) yield* Effect.exit(exchange.apply(command))
      yield* TestClock.adjust("7 minutes")
    }
    const walk = Prices.randomWalk({ symbol: "ETHUSDT", from: "3500", tick: "0.01", every: "1 second", seed: 3 })
    const playing = yield* Effect.forkChild(Prices.play(Prices.take(walk, 50)))
    yield* TestClock.adjust("50 seconds")
    yield* Fiber.join(playing)
    yield* exchange.openAccount("second")
    yield* exchange.inject(Fault.lateAccept("5 seconds"))
    yield* Effect.exit(client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 3 }))
    yield* TestClock.adjust("5 seconds")
    const journal = yield* exchange.journal
    assert.isAbove(journal.entries.length, 100)
    assert.deepStrictEqual(Replay.run(journal), yield* exchange.state)
    assert.lengthOf([...Replay.states(journal)], journal.entries.length)
    // What only reads leaves no trace.
    yield* client.getUMAccount()
    assert.lengthOf((yield* exchange.journal).entries, journal.entries.length)
  }).pipe(
    Effect.provide(Faces.client({ clock: { source: "local" } })),
    Effect.provide(Faces.world("in memory", { record: true, limits: "off" }))
  ))

it.effect("an exchange goes on where another one ended", () =>
  Effect.gen(function*() {
    const first = yield* Effect.gen(function*() {
      const exchange = yield* Simulator
      yield* TestClock.adjust("1 hour")
      for (const command of outside) yield* exchange.apply(command)
      return { journal: yield* exchange.journal, state: yield* exchange.state }
    }).pipe(Effect.provide(Simulator.layer({ record: true })))
    yield* TestClock.setTime(5)
    yield* Effect.gen(function*() {
      const exchange = yield* Simulator
      assert.deepStrictEqual(yield* exchange.state, first.state)
      assert.strictEqual(yield* exchange.clockOffset, 3_600_000 - 5)
      const [late] = outside
      if (late !== undefined) yield* exchange.apply(late)
      assert.lengthOf((yield* exchange.journal).entries, outside.length + 1)
    }).pipe(Effect.provide(Simulator.layer({ record: true, past: { opened: 0, entries: first.journal.entries } })))
  }))

it.effect("a reset puts everything back", () =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const before = yield* exchange.state
    yield* exchange.setClockOffset(3_600_000)
    for (const command of outside) yield* exchange.apply(command)
    yield* exchange.inject(Fault.stall.pipe(Fault.always))
    yield* exchange.spendWeight(5000)
    yield* exchange.reset
    assert.deepStrictEqual(yield* exchange.state, before)
    assert.strictEqual(yield* exchange.clockOffset, 0)
    assert.lengthOf((yield* exchange.journal).entries, 0)
    const client = yield* PortfolioClient
    yield* client.getAccountInfo()
    assert.deepStrictEqual([...(yield* exchange.usage).weights.values()], [20])
  }).pipe(
    Effect.provide(Faces.client({ clock: { source: "local" } })),
    Effect.provide(Faces.world("in memory", { record: true }))
  ))

it.effect("nothing is kept unless asked for", () =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    for (const command of outside) yield* exchange.apply(command)
    assert.isEmpty((yield* exchange.journal).entries)
  }).pipe(Effect.provide(Simulator.layer())))
