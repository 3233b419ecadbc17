/** The account as a program sees it, against the account as the exchange holds it. */
import * as Environment from "@effect-binance/core/Environment"
import * as AccountFacts from "@effect-binance/portfolio-margin/AccountFacts"
import { AccountMirror, type AccountMirrorOptions } from "@effect-binance/portfolio-margin/AccountMirror"
import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import * as Repair from "@effect-binance/portfolio-margin/Repair"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import * as TestClock from "effect/testing/TestClock"

export const begin = 1_790_000_000_000

export const decimal = BigDecimal.fromStringUnsafe

/** The exchange and its client, in memory. */
export const exchange = SimulatedClient.layer({ limits: "off" }, { clock: { source: "local" } })

type Sockets = Layer.Layer<Socket.WebSocketConstructor, never, Socket.WebSocketConstructor>

const asTheyAre: Sockets = Layer.effect(Socket.WebSocketConstructor, Effect.service(Socket.WebSocketConstructor))

/** Mirror and stream of the exchange and client at hand. */
export const mirror = (
  options: UserDataStreamOptions = {},
  mirrorOptions: AccountMirrorOptions = {},
  sockets: Sockets = asTheyAre
) =>
  AccountMirror.layer(mirrorOptions).pipe(
    Layer.provideMerge(UserDataStream.layerEnvironment(options)),
    Layer.provide(sockets),
    Layer.provide(Layer.succeed(Environment.Environment, Environment.simulator()))
  )

/** Mirror, stream, client and exchange, all in memory, at a time. */
export const started = <A, E>(
  self: Effect.Effect<A, E, Layer.Success<ReturnType<typeof mirror>> | Layer.Success<typeof exchange>>,
  ...options: Parameters<typeof mirror>
) => Effect.andThen(TestClock.setTime(begin), Effect.provide(self, Layer.provideMerge(mirror(...options), exchange)))

/** Lets everything run that can run now. */
export const settle = Effect.gen(function*() {
  for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
})

/** Lets time pass until the mirror is live. */
export const live = Effect.gen(function*() {
  const mirror = yield* AccountMirror
  for (let step = 0; step < 400; step++) {
    yield* settle
    const view = yield* mirror.view
    if (view._tag === "Live") return view.account
    yield* TestClock.adjust("1 second")
  }
  return assert.fail(`never live: ${JSON.stringify(yield* mirror.view)}`)
})

export const setPrice = (symbol: string, price: string) =>
  Effect.flatMap(Simulator, (exchange) => exchange.apply({ _tag: "SetPrice", symbol, price: decimal(price) }))

const figure = (value: BigDecimal.BigDecimal): string => BigDecimal.format(BigDecimal.normalize(value))

const sorted = (rows: ReadonlyArray<string>): ReadonlyArray<string> => [...rows].sort()

/** What the mirror says of the account, row by row. */
const mirrored = (account: AccountState.Account) => ({
  positions: sorted(
    [...HashMap.values(account.positions)].map((one) =>
      `${one.market} ${one.symbol} ${one.positionSide} ${figure(one.positionAmt)} at ${figure(one.entryPrice)}`
    )
  ),
  balances: sorted(
    [...HashMap.values(account.balances)].flatMap((one) => {
      const figures = [
        one.crossMarginFree,
        one.crossMarginLocked,
        one.crossMarginBorrowed,
        one.crossMarginInterest,
        one.umWalletBalance,
        one.cmWalletBalance
      ].map(figure)
      return figures.every((each) => each === "0") ? [] : [`${one.asset} ${figures.join(" ")}`]
    })
  ),
  orders: sorted(
    AccountState.openOrders(account).map((one) =>
      `${one.market} ${one.symbol} ${one.orderId} ${one.status} ${figure(one.price)} ${figure(one.executedQty)} of ${
        figure(one.quantity)
      }`
    )
  ),
  conditionals: sorted(
    AccountState.openConditionals(account).map((one) => `${one.market} ${one.symbol} ${one.id} ${one.status}`)
  )
})

/** The same, asked of the exchange. */
const asked = Effect.gen(function*() {
  const snapshot = yield* Repair.snapshot(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
  return mirrored(AccountState.applyAll(AccountState.make(), AccountFacts.ofSnapshot(snapshot))[0].account)
})

/** Whether positions are what the engine holds, to the digit, and balances, to the eight decimals that the exchange shows. */
const checkHeld = Effect.fnUntraced(function*(account: AccountState.Account) {
  const exchange = yield* Simulator
  const held = (yield* exchange.state).accounts.get("demo")
  assert.isDefined(held)
  assert.deepStrictEqual(
    sorted(
      [...HashMap.values(account.positions)].map((one) =>
        `${one.market} ${one.symbol} ${one.positionSide} ${figure(one.positionAmt)}`
      )
    ),
    sorted(
      [...held?.positions.values() ?? []].map((one) =>
        `${one.product} ${one.symbol} ${one.positionSide} ${figure(one.quantity)}`
      )
    )
  )
  const zero = decimal("0")
  const near = (name: string, one: BigDecimal.BigDecimal | undefined, other: BigDecimal.BigDecimal | undefined) =>
    assert.isTrue(
      BigDecimal.isLessThan(BigDecimal.abs(BigDecimal.subtract(one ?? zero, other ?? zero)), decimal("0.00000001")),
      `${name}: ${figure(one ?? zero)}, not ${figure(other ?? zero)}`
    )
  const balances = new Map(HashMap.entries(account.balances))
  for (const asset of new Set([...balances.keys(), ...held?.margin.keys() ?? [], ...held?.umWallet.keys() ?? []])) {
    const shown = balances.get(asset)
    const margin = held?.margin.get(asset)
    near(`free ${asset}`, shown?.crossMarginFree, margin?.free)
    near(`locked ${asset}`, shown?.crossMarginLocked, margin?.locked)
    near(`borrowed ${asset}`, shown?.crossMarginBorrowed, margin?.borrowed)
    near(`interest ${asset}`, shown?.crossMarginInterest, margin?.interest)
    near(`um ${asset}`, shown?.umWalletBalance, held?.umWallet.get(asset)?.balance)
    near(`cm ${asset}`, shown?.cmWalletBalance, held?.cmWallet.get(asset)?.balance)
  }
})

/** Whether what is mirrored is what is there. */
export const check = Effect.fnUntraced(function*(account: AccountState.Account) {
  const there = yield* asked
  const here = mirrored(account)
  assert.deepStrictEqual(here, there, `${JSON.stringify(here)}, not ${JSON.stringify(there)}`)
  yield* checkHeld(account)
})

/** The same of the mirror at hand, once it is live. */
export const compare = Effect.flatMap(live, check)
