/**
 * The account at a glance: unified margin ratio, equity, balances, open UM and CM positions.
 *
 * With nothing set it starts the simulator on this machine and reads its funded account. With
 * `BINANCE_ENVIRONMENT=production` and keys it reads the real account instead. It only ever reads.
 */
import * as Environment from "@effect-binance/core/Environment"
import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import * as BigDecimal from "effect/BigDecimal"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { money, table } from "./table.ts"
import * as Terminal from "./terminal.ts"

const overview = Effect.gen(function*() {
  const client = yield* PortfolioClient
  const { account, balances, cm, um } = yield* Effect.all({
    account: client.getAccountInfo(),
    balances: client.getBalance(),
    um: client.getUMPosition(),
    cm: client.getCMPosition()
  }, { concurrency: "unbounded" })

  yield* Console.log(table(
    ["account", ""],
    [
      ["status", account.accountStatus],
      ["uniMMR", money(account.uniMMR)],
      ["equity (with collateral rates)", `${money(account.accountEquity)} USD`],
      ["equity", `${money(account.actualEquity)} USD`],
      ["initial margin", `${money(account.accountInitialMargin)} USD`],
      ["maintenance margin", `${money(account.accountMaintMargin)} USD`],
      ["available", account.totalAvailableBalance === null ? "-" : `${money(account.totalAvailableBalance)} USD`],
      ["as of", DateTime.formatIso(account.updateTime)]
    ]
  ))
  yield* Console.log(table(
    ["asset", "wallets", "borrowed", "margin free", "UM", "UM PnL", "CM", "CM PnL"],
    balances.map((row) => [
      row.asset,
      money(row.totalWalletBalance, 8),
      money(row.crossMarginBorrowed, 8),
      money(row.crossMarginFree, 8),
      money(row.umWalletBalance, 8),
      row.umUnrealizedPNL === null ? "" : money(row.umUnrealizedPNL, 8),
      money(row.cmWalletBalance, 8),
      row.cmUnrealizedPNL === null ? "" : money(row.cmUnrealizedPNL, 8)
    ])
  ))
  const isOpen = (row: { readonly positionAmt: BigDecimal.BigDecimal }) => !BigDecimal.isZero(row.positionAmt)
  yield* Console.log(table(
    ["position", "side", "size", "entry", "mark", "PnL", "liquidation", "leverage"],
    [...um, ...cm].filter(isOpen).map((row) => [
      row.symbol,
      row.positionSide,
      money(row.positionAmt, 8),
      money(row.entryPrice, 4),
      money(row.markPrice, 4),
      money(row.unRealizedProfit, 8),
      BigDecimal.isZero(row.liquidationPrice) ? "-" : money(row.liquidationPrice, 4),
      `${row.leverage}x`
    ])
  ))
  const unreadable = balances.unreadable.length + um.unreadable.length + cm.unreadable.length
  if (unreadable > 0) yield* Console.log(`${unreadable} rows could not be read and are missing above.`)
})

const onSimulator = Effect.gen(function*() {
  const { url } = yield* SimulatorServer
  yield* Console.log(`Asking the simulator on this machine (${url}); no real account, no real money.\n`)
  yield* Effect.provide(
    overview,
    NodePortfolioClient.layer({
      environment: "simulator",
      restUrl: url,
      apiKey: Simulator.demoKey.apiKey,
      apiSecret: Simulator.demoKey.secret
    })
  )
}).pipe(Effect.provide(SimulatorServer.layer().pipe(Layer.provide(Simulator.Simulator.layer()))))

const onNamed = Effect.gen(function*() {
  const { name, restUrl } = yield* Effect.flatMap(Environment.config, Environment.make)
  yield* Console.log(
    name === "production"
      ? `Asking the REAL exchange (${restUrl}). Only reading; no order is placed.\n`
      : `Asking environment "${name}" (${restUrl}).\n`
  )
  yield* Effect.provide(overview, NodePortfolioClient.layerConfig())
})

const program = Effect.gen(function*() {
  const named = yield* Config.option(Config.NonEmptyString("BINANCE_ENVIRONMENT"))
  yield* Option.isNone(named) ? onSimulator : onNamed
})

Terminal.run(program)
