import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { TestClock } from "effect/testing"
import * as Calls from "./support/calls.ts"
import * as Faces from "./support/faces.ts"

const begin = 1_790_000_000_000

const flatKey = { apiKey: "flat-key", secret: "flat-secret", accountId: "flat" }

const options: Simulator.SimulatorOptions = {
  accounts: (now) => [Seed.demoAccount("demo", now), Seed.emptyAccount("flat", now)],
  keys: [Simulator.demoKey, flatKey],
  // The calls tried here weigh more than a minute allows.
  limits: "off"
}

/** Runs as the owner of the demo account, or of the one without positions. */
const asDemo = Effect.provide(Faces.client())
const asFlat = Effect.provide(Faces.client({ apiKey: flatKey.apiKey, apiSecret: flatKey.secret }))

/** All calls, reads before and after the changes, with what came of each. */
const transcript = Effect.gen(function*() {
  const told: Array<readonly [string, unknown]> = []
  const everyCall = Effect.gen(function*() {
    const client = yield* PortfolioClient
    told.push(["before", yield* Calls.readAll(client)])
    for (const call of Calls.calls.filter((call) => !Calls.isRead(call))) {
      // A second between changes, so that the times they leave behind differ.
      yield* TestClock.adjust("1 second")
      told.push([call.label, yield* Calls.outcome(client, call)])
    }
    told.push(["after", yield* Calls.readAll(client)])
  })
  yield* asDemo(everyCall)
  yield* asFlat(everyCall)
  return told
})

const onFace = (face: Faces.Face) => <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.andThen(TestClock.setTime(begin), Effect.provide(self, Faces.world(face, options)))

it("makes every call there is", () => {
  assert.sameMembers(Object.keys(Calls.variants), [...Calls.names])
  for (const [name, list] of Object.entries(Calls.variants)) assert.isNotEmpty(list, name)
})

it.effect("refuses no call but those it should", () =>
  Effect.gen(function*() {
    const client = yield* PortfolioClient
    const refused = Object.entries(yield* Calls.readAll(client)).flatMap(([label, seen]) =>
      Predicate.hasProperty(seen, "error")
        ? [[label, seen.error, Predicate.hasProperty(seen, "code") && seen.code]]
        : []
    )
    assert.deepStrictEqual(refused, [
      ["getBalance({\"asset\":\"NONE\"})", "Rejected", -1108],
      ["getCMAccountConfig()", "Rejected", -5000],
      ["getCMSymbolConfig()", "Rejected", -5000],
      ["getUniMMRNotificationStatus()", "Rejected", -5000],
      ["getUMPosition({\"symbol\":\"NONEUSDT\"})", "Rejected", -1121],
      ["getUMCommissionRate({\"symbol\":\"NONEUSDT\"})", "Rejected", -1121],
      ["getMarginLoanRecords({\"asset\":\"NONE\"})", "Rejected", -1108],
      ["getMarginOrder({\"symbol\":\"BTCUSDT\",\"origClientOrderId\":\"rests\"})", "NotFound", -2013],
      ["getMarginOrder({\"symbol\":\"BTCUSDT\",\"orderId\":1})", "NotFound", -2013],
      ["getMarginOCO({\"origClientOrderId\":\"one\"})", "NotFound", -2013],
      ["getUMTradeDownloadLink({\"downloadId\":1})", "Rejected", -1130],
      ["getUMOrderDownloadLink({\"downloadId\":1})", "Rejected", -1130],
      ["getUMTransactionDownloadLink({\"downloadId\":1})", "Rejected", -1130]
    ])
  }).pipe(asDemo, onFace("in memory")))

describe.each(Faces.faces)("the exchange by way of: %s", (face) => {
  it.effect("answers every call as it does in memory", () =>
    Effect.gen(function*() {
      const here = yield* onFace(face)(transcript)
      const inMemory = yield* onFace("in memory")(transcript)
      assert.deepStrictEqual(here.map(([label]) => label), inMemory.map(([label]) => label))
      for (const [index, [label, seen]] of here.entries()) assert.deepStrictEqual(seen, inMemory[index]?.[1], label)
    }))

  it.effect("shows the funded account", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const account = yield* client.getAccountInfo()
      assert.strictEqual(account.accountStatus, "NORMAL")
      const um = yield* client.getUMPosition()
      assert.deepStrictEqual(
        um.map(({ positionAmt, positionSide, symbol }) => [symbol, positionSide, BigDecimal.format(positionAmt)]),
        [["BTCUSDT", "BOTH", "2.4"], ["ETHUSDT", "BOTH", "-40"], ["币安人生USDT", "BOTH", "20000"]]
      )
      const cm = yield* client.getCMPosition({ pair: "BTCUSD" })
      assert.deepStrictEqual(cm.map(({ symbol }) => symbol), ["BTCUSD_PERP"])
      const btc = yield* client.getBalance({ asset: "BTC" })
      assert.strictEqual(BigDecimal.format(btc.crossMarginFree), "0.3")
      assert.strictEqual(BigDecimal.format(btc.cmWalletBalance), "0.35")
    }).pipe(asDemo, onFace(face)))

  it.effect("shows changed leverage wherever leverage is shown", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const um = yield* client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 12 })
      assert.deepStrictEqual([um.symbol, um.leverage], ["BTCUSDT", 12])
      const cm = yield* client.updateCMLeverage({ symbol: "BTCUSD_PERP", leverage: 9 })
      assert.deepStrictEqual([cm.symbol, cm.leverage], ["BTCUSD_PERP", 9])
      const [position] = yield* client.getUMPosition({ symbol: "BTCUSDT" })
      const [config] = yield* client.getUMSymbolConfig({ symbol: "BTCUSDT" })
      const inAccount = (yield* client.getUMAccount()).positions.find(({ symbol }) => symbol === "BTCUSDT")
      assert.deepStrictEqual([position?.leverage, config?.leverage, inAccount?.leverage], [12, 12, 12])
      assert.deepStrictEqual((yield* client.getCMPosition({ pair: "BTCUSD" })).map(({ leverage }) => leverage), [9])
    }).pipe(asDemo, onFace(face)))

  it.effect("keeps one position mode for UM and CM", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const modes = Effect.all([client.getUMPositionMode(), client.getCMPositionMode()]).pipe(
        Effect.map((modes) => modes.map(({ dualSidePosition }) => dualSidePosition))
      )
      const refused = (dualSidePosition: boolean) =>
        Effect.map(Effect.flip(client.updateCMPositionMode({ dualSidePosition })), (error) =>
          error._tag === "Rejected" ? error.code : error._tag)
      assert.deepStrictEqual(yield* modes, [false, false])
      assert.strictEqual(yield* refused(true), -4220)
      yield* client.updateUMPositionMode({ dualSidePosition: true })
      assert.deepStrictEqual(yield* modes, [true, true])
      assert.strictEqual(yield* refused(false), -4220)
      const again = yield* Effect.flip(client.updateUMPositionMode({ dualSidePosition: true }))
      assert.strictEqual(again._tag, "Rejected")
      assert.include(again.message, "nothing to do")
      assert.isTrue((yield* client.getUMAccountConfig()).dualSidePosition)
    }).pipe(asFlat, onFace(face)))

  it.effect("does not change the position mode under open positions", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const error = yield* Effect.flip(client.updateUMPositionMode({ dualSidePosition: true }))
      assert.strictEqual(error._tag, "Rejected")
      assert.include(error.message, "Close all positions first")
      assert.isFalse((yield* client.getUMPositionMode()).dualSidePosition)
    }).pipe(asDemo, onFace(face)))

  it.effect("switches fee burn and takes the TradFi signature", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      assert.isTrue((yield* client.getUMFeeBurnStatus()).feeBurn)
      yield* client.toggleUMFeeBurn({ feeBurn: false })
      assert.isFalse((yield* client.getUMFeeBurnStatus()).feeBurn)
      yield* client.signTradFiPerpsContract()
      yield* client.signTradFiPerpsContract()
      const { state } = yield* Simulator.Simulator
      assert.isTrue((yield* state).accounts.get("demo")?.tradFiSigned)
    }).pipe(asDemo, onFace(face)))
})
