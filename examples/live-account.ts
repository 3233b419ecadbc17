/**
 * A live account: positions, open orders, balances and how safe it is, printed whenever something changes, with how fresh it is.
 *
 * With nothing set it starts the simulator on this machine, trades a little on its funded account, and pulls the plug half-way:
 * the account is stale, an order fills meanwhile, and what was missed is found when the stream is back. With
 * `BINANCE_ENVIRONMENT=production` and keys it shows the real account until it is stopped; it only ever reads.
 */
import * as Environment from "@effect-binance/core/Environment"
import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
import { AccountMirror, type View } from "@effect-binance/portfolio-margin/AccountMirror"
import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as BigDecimal from "effect/BigDecimal"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { money, table } from "./table.ts"
import * as Terminal from "./terminal.ts"

// -----------------------------------------------------------------------------
// Showing
// -----------------------------------------------------------------------------

const freshness = (view: View): string => {
  const since = DateTime.formatIso(view.since)
  switch (view._tag) {
    case "Loading":
      return `LOADING since ${since}`
    case "Live":
      return `LIVE since ${since}`
    case "Stale":
      return `STALE since ${since}: ${view.reason._tag}, ${view.reason.detail}`
  }
}

const safety = ({ accountEquity, accountStatus, at, uniMMR }: AccountState.Risk, now: DateTime.Utc): string => {
  const age = (DateTime.toEpochMillis(now) - DateTime.toEpochMillis(at)) / 1000
  return `${accountStatus}, uniMMR ${money(uniMMR)}, equity ${money(accountEquity)} USD (${age.toFixed(1)} s ago)\n`
}

const bySymbol = (one: { readonly symbol: string }, other: { readonly symbol: string }): number =>
  one.symbol < other.symbol ? -1 : 1

const rendered = (view: View, now: DateTime.Utc): string => {
  if (view._tag === "Loading") return freshness(view)
  const { account } = view
  const positions = [...HashMap.values(account.positions)].sort(bySymbol)
  const orders = [...AccountState.openOrders(account)].sort(bySymbol)
  const conditionals = [...AccountState.openConditionals(account)].sort(bySymbol)
  const balances = [...HashMap.values(account.balances)].sort((one, other) => one.asset < other.asset ? -1 : 1)
  return [
    freshness(view),
    ...(account.risk === undefined ? [] : [safety(account.risk, now)]),
    table(
      ["position", "market", "side", "size", "entry"],
      positions.map((
        row
      ) => [row.symbol, row.market, row.positionSide, money(row.positionAmt, 8), money(row.entryPrice, 4)])
    ),
    table(
      ["open order", "market", "side", "type", "size", "filled", "price", "status"],
      [
        ...orders.map((row) => [
          row.symbol,
          row.market,
          row.side,
          row.type,
          money(row.quantity, 8),
          money(row.executedQty, 8),
          money(row.price, 4),
          row.status
        ]),
        ...conditionals.map((row) => [row.symbol, row.market, row.side, row.type, "", "", "", row.status])
      ]
    ),
    table(
      ["asset", "margin free", "locked", "borrowed", "UM", "CM"],
      balances.map((row) => [
        row.asset,
        money(row.crossMarginFree, 8),
        money(row.crossMarginLocked, 8),
        money(BigDecimal.sum(row.crossMarginBorrowed, row.crossMarginInterest), 8),
        money(row.umWalletBalance, 8),
        money(row.cmWalletBalance, 8)
      ])
    )
  ].join("\n")
}

/** Prints each view, and what a gap had missed when it is found. */
const show = Effect.gen(function*() {
  const mirror = yield* AccountMirror
  const stream = yield* UserDataStream
  const views = Stream.mapEffect(mirror.views, (view) =>
    Effect.gen(function*() {
      yield* Console.log(rendered(view, yield* DateTime.now))
      // A busy account changes faster than anybody reads; who is slow sees the latest.
      yield* Effect.sleep("200 millis")
    }))
  const missed = Stream.mapEffect(stream.items, (item) =>
    item._tag === "Recovered"
      ? Console.log(`MISSED and found: ${item.fact._tag}`)
      : item._tag === "GapClosed"
      ? Console.log(`Nothing is missing any more; ${item.found} things were found.\n`)
      : Effect.void)
  yield* Effect.all([Stream.runDrain(views), Stream.runDrain(missed)], { concurrency: "unbounded", discard: true })
})

const live = (options: UserDataStreamOptions = {}) =>
  AccountMirror.layer().pipe(
    Layer.provideMerge(UserDataStream.layerEnvironment(options)),
    Layer.provide(NodeWebSocket.layer)
  )

// -----------------------------------------------------------------------------
// On the simulator
// -----------------------------------------------------------------------------

/** Trades a little, and pulls the plug. */
const story = Effect.gen(function*() {
  const exchange = yield* Simulator.Simulator
  const client = yield* PortfolioClient
  const mirror = yield* AccountMirror
  const price = (price: string) =>
    exchange.apply({ _tag: "SetPrice", symbol: "BTCUSDT", price: BigDecimal.fromStringUnsafe(price) })

  yield* mirror.awaitLive
  yield* Console.log("--- An order is placed.\n")
  yield* client.submitNewUMOrder({
    symbol: "BTCUSDT",
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "0.5",
    price: "94500",
    newClientOrderId: "live-account-1"
  })
  yield* mirror.awaitOrder({ clientOrderId: "live-account-1" }, ({ status }) => status === "NEW")
  yield* Effect.sleep("500 millis")

  yield* Console.log("--- The plug is pulled, and the exchange refuses the next connection.\n")
  yield* exchange.injectStream({ _tag: "OpeningFault", action: { _tag: "Refuse", status: 503 } })
  yield* exchange.injectStream({ _tag: "ConnectionFault", action: { _tag: "Cut" } })
  yield* price("94000")
  yield* Effect.sleep("400 millis")

  yield* mirror.awaitFill({ clientOrderId: "live-account-1" })
  yield* mirror.awaitLive
  yield* Effect.sleep("500 millis")
  yield* Console.log("--- It was filled meanwhile, and is known all the same.\n")
})

const onSimulator = Effect.gen(function*() {
  const { url } = yield* SimulatorServer
  yield* Console.log(`The simulator on this machine (${url}); no real account, no real money.\n`)
  const options = {
    environment: "simulator",
    restUrl: url,
    apiKey: Simulator.demoKey.apiKey,
    apiSecret: Simulator.demoKey.secret
  } as const
  yield* Effect.raceFirst(story, show).pipe(Effect.provide(
    live().pipe(
      Layer.provideMerge(NodePortfolioClient.layer(options)),
      Layer.provide(Environment.Environment.layer(options))
    )
  ))
}).pipe(Effect.provide(SimulatorServer.layer().pipe(Layer.provideMerge(Simulator.Simulator.layer()))))

const onNamed = Effect.gen(function*() {
  const { name, streamUrl } = yield* Environment.Environment
  yield* Console.log(
    name === "production"
      ? `The REAL account (${streamUrl}). Only reading; no order is placed. Ctrl+C ends it.\n`
      : `The account of environment "${name}" (${streamUrl}). Ctrl+C ends it.\n`
  )
  yield* Effect.provide(show, Layer.provide(live(), NodePortfolioClient.layerConfig()))
}).pipe(Effect.provide(Environment.Environment.layerConfig()))

const program = Effect.gen(function*() {
  const named = yield* Config.option(Config.NonEmptyString("BINANCE_ENVIRONMENT"))
  yield* Option.isNone(named) ? onSimulator : onNamed
})

Terminal.run(program)
