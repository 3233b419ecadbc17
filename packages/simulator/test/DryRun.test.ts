import { Client } from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import { Credentials } from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import { Signer } from "@effect-binance/core/Signer"
import * as DryRun from "@effect-binance/portfolio-margin/DryRun"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { demoKey, Simulator } from "@effect-binance/simulator/Simulator"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SubscriptionRef from "effect/SubscriptionRef"

// Real keys, and the exchange they open, within reach of whatever looks for them.
const keys = ConfigProvider.layer(
  ConfigProvider.fromEnv({
    env: {
      BINANCE_ENVIRONMENT: "simulator",
      BINANCE_API_KEY: demoKey.apiKey,
      BINANCE_API_SECRET: demoKey.secret
    }
  })
)

const exchange = SimulatorHttpClient.layer.pipe(Layer.provideMerge(Simulator.layer()), Layer.provideMerge(keys))

const order = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.10",
  price: "89000"
} as const

/** Trades, reads and moves money, and goes on whatever becomes of it. */
const everything = Effect.gen(function*() {
  const client = yield* PortfolioClient
  const raw = yield* Client
  return yield* Effect.all([
    Effect.exit(client.getAccountInfo()),
    Effect.exit(client.submitNewUMOrder(order)),
    Effect.exit(Outcome.submitOnce(Outcome.um, order)),
    Effect.exit(Outcome.cancelAndConfirm(Outcome.um, { symbol: "BTCUSDT", origClientOrderId: "x" })),
    Effect.exit(client.cancelAllUMOrders({ symbol: "BTCUSDT" })),
    Effect.exit(client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 3 })),
    Effect.exit(client.transferBNB({ amount: "1", transferSide: "TO_UM" })),
    Effect.exit(client.getPMUserDataListenKey()),
    Effect.exit(raw.call(Endpoints.byName.autoCollectFunds, undefined))
  ])
})

describe("a dry run", () => {
  it.effect("sends nothing, with keys and exchange at hand", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator
      const exits = yield* everything.pipe(Effect.provide(DryRun.layer()))
      assert.isTrue(exits.every(({ _tag }) => _tag === "Failure"))
      assert.lengthOf(yield* simulator.requests, 0)
    }).pipe(Effect.provide(exchange)))

  it.effect("with reads let through sends those alone; the same program would have sent the rest", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator
      const account = Layer.merge(
        Signer.layer.pipe(Layer.provide(Credentials.layerConfig())),
        Environment.Environment.layerConfig()
      )
      const [info] = yield* everything.pipe(Effect.provide(DryRun.layerReads().pipe(Layer.provide(account))))
      assert.strictEqual(info._tag, "Success")
      const sent = yield* simulator.requests
      assert.deepStrictEqual(sent.filter(({ method }) => method !== "GET"), [])
      assert.isTrue(sent.some(({ path }) => path === "/papi/v1/account"))
      yield* Effect.flatMap(PortfolioClient, (client) => client.cancelAllUMOrders({ symbol: "BTCUSDT" })).pipe(
        Effect.provide(PortfolioClient.layerConfig())
      )
      assert.isTrue((yield* simulator.requests).some(({ method }) => method === "DELETE"))
    }).pipe(Effect.provide(exchange)))

  it.effect("shows what would go out: path, parameters as they are written, weight, orders, the id that was made", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const { plans, take } = yield* DryRun.DryRun
      const error = yield* Effect.flip(client.submitNewUMOrder({ ...order, quantity: 1e-7 }))
      assert.strictEqual(error._tag, "NotSent")
      const plan = {
        endpoint: "submitNewUMOrder",
        method: "POST",
        path: "/papi/v1/um/order",
        params: {
          symbol: "BTCUSDT",
          side: "BUY",
          type: "LIMIT",
          timeInForce: "GTC",
          quantity: "0.0000001",
          price: "89000",
          newClientOrderId: "made-1"
        },
        query:
          "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0000001&price=89000&newClientOrderId=made-1&recvWindow=3000",
        signed: true,
        safety: "mutation" as const,
        weight: 1,
        orders: 1,
        clientOrderId: "made-1"
      }
      assert.deepStrictEqual(error._tag === "NotSent" ? error.plan : undefined, plan)
      assert.include(error.message, "nothing was sent. It would be POST /papi/v1/um/order?symbol=BTCUSDT&")
      yield* Effect.flip(client.getUMPosition())
      assert.deepStrictEqual((yield* SubscriptionRef.get(plans)).map(({ endpoint, weight }) => [endpoint, weight]), [
        ["submitNewUMOrder", 1],
        ["getUMPosition", 5]
      ])
      assert.lengthOf(yield* take, 2)
      assert.lengthOf(yield* take, 0)
    }).pipe(
      Effect.provide(DryRun.layer({ recvWindow: 3000 })),
      Effect.provideService(ClientOrderId.Generator, { next: () => Effect.succeed("made-1") })
    ))

  it.effect("refuses what breaks a rule, as the client does", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const error = yield* Effect.flip(client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 126 }))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.lengthOf(yield* (yield* DryRun.DryRun).take, 0)
    }).pipe(Effect.provide(DryRun.layer())))
})
