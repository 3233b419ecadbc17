import type { MutationError } from "@effect-binance/core/BinanceError"
import * as CallGuard from "@effect-binance/core/CallGuard"
import { Client } from "@effect-binance/core/Client"
import * as Decimal from "@effect-binance/core/Decimal"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as RequestGate from "@effect-binance/core/RequestGate"
import * as DryRun from "@effect-binance/portfolio-margin/DryRun"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { type GuardedOrder, OrderGuard, type OrderGuardOptions } from "@effect-binance/portfolio-margin/OrderGuard"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import * as Fault from "@effect-binance/simulator/Fault"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/testing/TestClock"

const reference = Decimal.parse("90000")
const at = () => Effect.succeed(reference)

const order = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.1",
  price: "89000"
} as const

type Attempt = (client: PortfolioClient["Service"]) => Effect.Effect<unknown, MutationError>

/** How a call ends under a guard (the rule it broke, or what came of it), and what was sent for it. */
const under = <R, E>(options: OrderGuardOptions<R, E>, attempt: Attempt) =>
  Effect.gen(function*() {
    const client = yield* PortfolioClient
    const simulator = yield* Simulator
    const before = (yield* simulator.requests).length
    const result = yield* attempt(client).pipe(
      Effect.match({
        onFailure: (error) =>
          error._tag === "OrderRefused" ? `${error.rule}: ${error.value} (${error.limit})` : error._tag,
        onSuccess: () => "sent"
      })
    )
    const sent = (yield* simulator.requests).slice(before).filter(({ method }) => method !== "GET")
    return [result, sent.length]
  }).pipe(Effect.provide(SimulatedClient.layer().pipe(Layer.provide(OrderGuard.layer(options)))))

const cases: ReadonlyArray<
  readonly [what: string, options: OrderGuardOptions<never, string>, attempt: Attempt, refused: string]
> = [
  [
    "a symbol that is not allowed",
    { symbols: ["ETHUSDT"] },
    (c) => c.submitNewUMOrder(order),
    "symbols: BTCUSDT (ETHUSDT)"
  ],
  ["a side that is not allowed", { sides: ["SELL"] }, (c) => c.submitNewUMOrder(order), "sides: BUY (SELL)"],
  ["too much", { maxQuantity: "0.05" }, (c) => c.submitNewUMOrder(order), "maxQuantity: 0.1 (0.05)"],
  [
    "too much for its symbol",
    { maxQuantity: { BTCUSDT: 0.09, "*": 5 } },
    (c) => c.submitNewUMOrder(order),
    "maxQuantity: 0.1 (0.09)"
  ],
  [
    "a symbol that has no limit while others do",
    { maxQuantity: { ETHUSDT: 5 } },
    (c) => c.submitNewUMOrder(order),
    "maxQuantity: 0.1 (none is set for this symbol)"
  ],
  [
    "a limit that is no number",
    { maxQuantity: "much" },
    (c) => c.submitNewUMOrder(order),
    "maxQuantity: 0.1 (unknown)"
  ],
  ["too much worth", { maxNotional: 5000 }, (c) => c.submitNewUMOrder(order), "maxNotional: 8900 (5000)"],
  [
    "too much worth at the market, though cheap by its own price",
    { maxNotional: 5000, referencePrice: at },
    (c) => c.submitNewUMOrder({ ...order, side: "SELL", price: "100" }),
    "maxNotional: 9000 (5000)"
  ],
  [
    "a market order whose worth is not known",
    { maxNotional: 5000 },
    (c) => c.submitNewUMOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" }),
    "maxNotional: unknown (5000)"
  ],
  [
    "an order while the source of prices fails",
    { maxNotional: 5000, referencePrice: () => Effect.fail("no book") },
    (c) => c.submitNewUMOrder({ ...order, quantity: "0.01" }),
    "maxNotional: unknown (5000)"
  ],
  [
    "a price too far away",
    { priceBand: 0.01, referencePrice: at },
    (c) => c.submitNewUMOrder(order),
    "priceBand: 89000 (89100 to 90900)"
  ],
  [
    "a price while there is none to compare it with",
    { priceBand: 0.01 },
    (c) => c.submitNewUMOrder(order),
    "priceBand: unknown (0.01 of the reference price)"
  ],
  [
    "an order that may open",
    { reduceOnly: true },
    (c) => c.submitNewUMOrder(order),
    "reduceOnly: an order that may open (orders that only reduce)"
  ],
  [
    "a change that makes it larger",
    { maxQuantity: "0.05" },
    (c) => c.modifyUMOrder({ symbol: "BTCUSDT", side: "BUY", orderId: 1, quantity: "0.06", price: "89000" }),
    "maxQuantity: 0.06 (0.05)"
  ],
  [
    "a change of a CM order",
    { maxQuantity: 5 },
    (c) => c.modifyCMOrder({ symbol: "BTCUSD_PERP", side: "BUY", orderId: 1, quantity: "6", price: "89000" }),
    "maxQuantity: 6 (5)"
  ],
  [
    "an algo order",
    { maxQuantity: "0.05" },
    (c) =>
      c.submitNewUMAlgoOrder({
        algoType: "CONDITIONAL",
        symbol: "BTCUSDT",
        side: "SELL",
        type: "STOP_MARKET",
        quantity: "0.1",
        triggerPrice: "80000"
      }),
    "maxQuantity: 0.1 (0.05)"
  ],
  [
    "CM contracts by their worth",
    { maxNotional: 500 },
    (c) => c.submitNewCMOrder({ symbol: "BTCUSD_PERP", side: "BUY", type: "MARKET", quantity: "6" }),
    "maxNotional: 600 (500)"
  ],
  [
    "a CM conditional order",
    { maxQuantity: 5 },
    (c) =>
      c.submitNewCMConditionalOrder({
        symbol: "BTCUSD_PERP",
        side: "SELL",
        strategyType: "STOP_MARKET",
        quantity: "6",
        stopPrice: "80000"
      }),
    "maxQuantity: 6 (5)"
  ],
  [
    "a margin order by its worth",
    { maxNotional: 500 },
    (c) => c.submitNewMarginOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quoteOrderQty: "600" }),
    "maxNotional: 600 (500)"
  ],
  [
    "a margin order by its worth, for its quantity",
    { maxQuantity: "0.005", referencePrice: at },
    (c) => c.submitNewMarginOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quoteOrderQty: "900" }),
    "maxQuantity: 0.01 (0.005)"
  ],
  [
    "a pair whose second price is too far away",
    { priceBand: 0.1, referencePrice: at },
    (c) =>
      c.submitNewMarginOCO({
        symbol: "BTCUSDT",
        side: "SELL",
        quantity: "0.01",
        price: "95000",
        stopPrice: "79000",
        stopLimitPrice: "78000",
        stopLimitTimeInForce: "GTC"
      }),
    "priceBand: 78000 (81000 to 99000)"
  ],
  [
    "a pair where one order may go out",
    { ordersPerMinute: 1 },
    (c) =>
      c.submitNewMarginOCO({ symbol: "BTCUSDT", side: "SELL", quantity: "0.01", price: "95000", stopPrice: "79000" }),
    "ordersPerMinute: 2 (1)"
  ],
  [
    "one open order too many",
    { openOrders: { limit: 3, count: () => Effect.succeed(3) } },
    (c) => c.submitNewUMOrder(order),
    "openOrders: 4 (3)"
  ],
  [
    "an order while nobody knows how many are open",
    { openOrders: { limit: 3, count: () => Effect.fail("no answer") } },
    (c) => c.submitNewUMOrder(order),
    "openOrders: unknown (3)"
  ]
]

describe("OrderGuard", () => {
  for (const [what, options, attempt, refused] of cases) {
    it.effect(`refuses ${what}, and sends nothing`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* under(options, attempt), [refused, 0])
      }))
  }

  it.effect("refuses every call that places or changes an order, and passes all others", () =>
    Effect.gen(function*() {
      const seen: Array<GuardedOrder> = []
      const guard = OrderGuard.layer({
        openOrders: { limit: 0, count: (one) => Effect.sync(() => seen.push(one)) }
      })
      const guards = yield* Layer.build(guard).pipe(
        Effect.flatMap((context) => Effect.provideContext(CallGuard.CallGuards, context))
      )
      assert.lengthOf(guards, 1)
      const names: Array<string> = []
      for (const endpoint of Endpoints.all) {
        if (endpoint.safety === "read") continue
        const passed = yield* (guards[0]?.around({ endpoint, params: { symbol: "X" } }, Effect.succeed(true)) ??
          Effect.succeed(false)).pipe(Effect.catchTag("OrderRefused", () => Effect.succeed(false)))
        if (!passed) names.push(endpoint.id)
      }
      assert.deepStrictEqual(names.sort(), [
        "modifyCMOrder",
        "modifyUMOrder",
        "submitNewCMConditionalOrder",
        "submitNewCMOrder",
        "submitNewMarginOCO",
        "submitNewMarginOrder",
        "submitNewUMAlgoOrder",
        "submitNewUMConditionalOrder",
        "submitNewUMOrder"
      ])
      assert.strictEqual(seen.length, names.length)
    }))

  it.effect("lets through what keeps the rules", () =>
    Effect.gen(function*() {
      const options: OrderGuardOptions = {
        symbols: ["BTCUSDT"],
        sides: ["BUY"],
        maxQuantity: "0.1",
        maxNotional: { "*": "9000" },
        priceBand: { BTCUSDT: 0.02 },
        referencePrice: at,
        ordersPerMinute: 1,
        openOrders: { limit: 1, count: () => Effect.succeed(0) }
      }
      const [result, sent] = yield* under(options, (c) => c.submitNewUMOrder(order))
      assert.notInclude(String(result), "(")
      assert.strictEqual(sent, 1)
    }))

  it.effect("holds for orders that only reduce as the exchange understands it", () =>
    Effect.gen(function*() {
      const only: OrderGuardOptions = { reduceOnly: true }
      const passes = (attempt: Attempt) => Effect.map(under(only, attempt), ([, sent]) => sent)
      assert.strictEqual(yield* passes((c) => c.submitNewUMOrder({ ...order, reduceOnly: true })), 1)
      assert.strictEqual(yield* passes((c) => c.submitNewUMOrder({ ...order, side: "SELL", positionSide: "LONG" })), 1)
      assert.strictEqual(yield* passes((c) => c.submitNewUMOrder({ ...order, positionSide: "LONG" })), 0)
      assert.strictEqual(
        yield* passes((c) =>
          c.submitNewUMAlgoOrder({
            algoType: "CONDITIONAL",
            symbol: "BTCUSDT",
            side: "SELL",
            type: "STOP_MARKET",
            closePosition: true,
            triggerPrice: "80000"
          })
        ),
        1
      )
      assert.strictEqual(
        yield* passes((c) =>
          c.modifyUMOrder({ symbol: "BTCUSDT", side: "BUY", orderId: 1, quantity: "1", price: "1" })
        ),
        0
      )
    }))

  it.effect("holds for calls of one family, for outcomes, for raw calls and for dry runs", () =>
    Effect.gen(function*() {
      const guard = OrderGuard.layer({ maxQuantity: "0.05" })
      const simulated = SimulatedClient.layer().pipe(Layer.provide(guard))
      const rules = yield* Effect.gen(function*() {
        const orders = yield* UMOrders
        const family = yield* Effect.flip(orders.submitNewUMOrder(order))
        const outcome = yield* Effect.flip(Outcome.submitOnce(Outcome.um, order))
        return [family._tag, outcome._tag]
      }).pipe(Effect.provide(simulated))
      assert.deepStrictEqual(rules, ["OrderRefused", "OrderRefused"])
      const raw = Endpoint.raw({ method: "POST", path: "/papi/v1/um/order", security: "TRADE", safety: "mutation" })
      const held = yield* Effect.gen(function*() {
        const dry = yield* PortfolioClient
        const client = yield* Client
        const { plans } = yield* DryRun.DryRun
        const refused = yield* Effect.flip(dry.submitNewUMOrder(order))
        const made = yield* Effect.flip(client.call(raw, { symbol: "BTCUSDT", side: "BUY", quantity: "1" }))
        return [refused._tag, made._tag, (yield* SubscriptionRef.get(plans)).length]
      }).pipe(Effect.provide(DryRun.layer().pipe(Layer.provide(guard))))
      assert.deepStrictEqual(held, ["OrderRefused", "OrderRefused", 0])
    }))

  it.effect("several hold together when one is provided after the other", () =>
    Effect.gen(function*() {
      const layer = SimulatedClient.layer().pipe(
        Layer.provide(OrderGuard.layer({ symbols: ["BTCUSDT"] })),
        Layer.provide(OrderGuard.layer({ maxQuantity: 1 }))
      )
      const refusal = (change: { readonly symbol?: string; readonly quantity?: string }) =>
        Effect.gen(function*() {
          const client = yield* PortfolioClient
          const error = yield* Effect.flip(client.submitNewUMOrder({ ...order, ...change }))
          return error._tag === "OrderRefused" ? error.rule : error._tag
        }).pipe(Effect.provide(layer))
      assert.strictEqual(yield* refusal({ symbol: "ETHUSDT" }), "symbols")
      assert.strictEqual(yield* refusal({ quantity: "2" }), "maxQuantity")
    }))

  it.effect("counts orders over any 60 seconds, and only those that went out", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const attempt = client.submitNewUMOrder({ ...order, quantity: "0.1" }).pipe(
        Effect.match({ onFailure: ({ _tag }) => _tag === "OrderRefused" ? "refused" : "sent", onSuccess: () => "sent" })
      )
      const refused = Effect.flip(client.submitNewUMOrder({ ...order, quantity: "7" }))
      yield* refused
      assert.deepStrictEqual(yield* Effect.all([attempt, attempt, attempt]), ["sent", "sent", "refused"])
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* attempt, "refused")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Effect.all([attempt, attempt, attempt]), ["sent", "sent", "refused"])
    }).pipe(Effect.provide(
      SimulatedClient.layer().pipe(Layer.provide(OrderGuard.layer({ ordersPerMinute: 2, maxQuantity: 1 })))
    )))
})

describe("the kill switch", () => {
  const guarded = (options: OrderGuardOptions = {}) =>
    SimulatedClient.layer().pipe(Layer.provideMerge(OrderGuard.layer(options)))

  it.effect("stops orders until it is reset; cancels and reads pass", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const guard = yield* OrderGuard
      const simulator = yield* Simulator
      yield* guard.trip("too many losses")
      const before = (yield* simulator.requests).length
      const error = yield* Effect.flip(client.submitNewUMOrder(order))
      assert.strictEqual(
        error.message,
        "submitNewUMOrder (POST /papi/v1/um/order): refused here by the rule killSwitch of BTCUSDT: tripped: too many losses (allowed: no orders). Nothing was sent"
      )
      assert.strictEqual((yield* simulator.requests).length, before)
      assert.strictEqual((yield* client.cancelAllUMOrders({ symbol: "BTCUSDT" })).code, 200)
      yield* client.getAccountInfo()
      yield* guard.reset
      assert.strictEqual((yield* SubscriptionRef.get(guard.killSwitch))._tag, "Armed")
      yield* Effect.exit(client.submitNewUMOrder(order))
      assert.strictEqual((yield* simulator.requests).filter(({ method }) => method === "POST").length, 1)
    }).pipe(Effect.provide(guarded())))

  it.effect("trips by the failures it is told to, and keeps the first", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const guard = yield* OrderGuard
      yield* (yield* Simulator).inject(
        Fault.code(400, -2019, "Margin is insufficient.").pipe(Fault.on("submitNewUMOrder"))
      )
      yield* Effect.flip(client.submitNewUMOrder(order))
      const state = yield* SubscriptionRef.get(guard.killSwitch)
      assert.strictEqual(state._tag === "Tripped" ? state.error?._tag : "Armed", "OrderRejected")
      yield* guard.trip("by hand")
      assert.deepStrictEqual(yield* SubscriptionRef.get(guard.killSwitch), state)
      const refused = yield* Effect.flip(client.submitNewUMOrder(order))
      assert.strictEqual(refused._tag === "OrderRefused" ? refused.rule : refused._tag, "killSwitch")
    }).pipe(Effect.provide(guarded({ tripOn: (error) => error._tag === "OrderRejected" }))))

  it.effect("lets orders that reduce through where it is told to", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      yield* (yield* OrderGuard).trip("flatten")
      const opening = yield* Effect.flip(client.submitNewUMOrder(order))
      assert.strictEqual(opening._tag, "OrderRefused")
      const reducing = yield* Effect.exit(client.submitNewUMOrder({ ...order, reduceOnly: true }))
      assert.isFalse(reducing._tag === "Failure" && String(reducing.cause).includes("OrderRefused"))
      const posts = (yield* (yield* Simulator).requests).filter(({ method }) => method === "POST")
      assert.lengthOf(posts, 1)
    }).pipe(Effect.provide(guarded({ whenTripped: "reduceOnly" }))))

  it.effect("also stops an order that waits for a limit", () =>
    Effect.gen(function*() {
      const opened = yield* Deferred.make<void>()
      const waiting = yield* Deferred.make<void>()
      const gate: RequestGate.RequestGateShape = {
        admit: (call) =>
          Effect.andThen(Deferred.succeed(waiting, undefined), Deferred.await(opened)).pipe(
            Effect.andThen(RequestGate.open.admit(call))
          )
      }
      const client = yield* PortfolioClient
      const fiber = yield* Effect.forkChild(
        Effect.flip(client.submitNewUMOrder(order)).pipe(Effect.provideService(RequestGate.RequestGate, gate))
      )
      yield* Deferred.await(waiting)
      yield* (yield* OrderGuard).trip("stop")
      yield* Deferred.succeed(opened, undefined)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag === "OrderRefused" ? error.rule : error._tag, "killSwitch")
      assert.isFalse((yield* (yield* Simulator).requests).some(({ method }) => method === "POST"))
    }).pipe(Effect.provide(guarded())))

  it.effect("an order that is given up while the guard asks for a price is not sent", () =>
    Effect.gen(function*() {
      const asking = yield* Deferred.make<void>()
      yield* Effect.gen(function*() {
        const client = yield* PortfolioClient
        const fiber = yield* Effect.forkChild(client.submitNewUMOrder(order))
        yield* Deferred.await(asking)
        yield* Fiber.interrupt(fiber)
        assert.isFalse((yield* (yield* Simulator).requests).some(({ method }) => method === "POST"))
      }).pipe(Effect.provide(guarded({
        maxNotional: 100_000,
        referencePrice: () => Effect.andThen(Deferred.succeed(asking, undefined), Effect.never)
      })))
    }))
})
