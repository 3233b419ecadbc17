import * as Errors from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import { Environment } from "@effect-binance/core/Environment"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { CMOrders } from "@effect-binance/portfolio-margin/CMOrders"
import { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Exchange from "./support/orderExchange.ts"

type Families = UMOrders | CMOrders | MarginOrders

const symbol = "BTCUSDT"

/** Runs against a world until the end, however long it takes, and tells what became of it and when. */
const run = <A, E>(world: Exchange.World, self: Effect.Effect<A, E, Families>) =>
  Effect.gen(function*() {
    const exchange = Exchange.make(world)
    const layer = Layer.mergeAll(UMOrders.layer, CMOrders.layer, MarginOrders.layer).pipe(
      Layer.provide(Client.layer()),
      Layer.provide([
        Environment.layer({ environment: "simulator" }),
        ServerClock.layerLocal,
        Signer.layerCustom({ apiKey: "key", sign: () => Effect.succeed("signed") }),
        Layer.succeed(HttpClient.HttpClient, exchange.client)
      ])
    )
    yield* TestClock.setTime(Exchange.epoch)
    const fiber = yield* Effect.forkChild(
      self.pipe(
        Effect.match({ onFailure: tagged, onSuccess: tagged }),
        Effect.flatMap((result) =>
          Effect.map(Clock.currentTimeMillis, (now) => ({ result, took: now - Exchange.epoch }))
        ),
        Effect.provide(layer),
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
      )
    )
    yield* TestClock.adjust("10 minutes")
    const { result, took } = yield* Fiber.join(fiber)
    return { result, took, tag: result._tag, exchange }
  })

/** What a result is, whichever way it came. */
type Told = { readonly _tag: string } & { readonly [key: string]: unknown }

const tagged = (value: unknown): Told =>
  typeof value === "object" && value !== null && "_tag" in value && typeof value._tag === "string"
    ? Object.assign(Object.create(value), { _tag: value._tag })
    : { _tag: "none" }

const order = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.1", price: "50000" } as const

const stop = { symbol, side: "SELL", quantity: "1", reduceOnly: true } as const

const submits: {
  readonly [K in Exchange.Kind]: Effect.Effect<Outcome.Submitted<unknown, unknown>, Outcome.SubmitError, Families>
} = {
  um: Outcome.submitOnce(Outcome.um, order),
  cm: Outcome.submitOnce(Outcome.cm, { ...order, quantity: "1" }),
  margin: Outcome.submitOnce(Outcome.margin, order),
  umAlgo: Outcome.submitOnce(Outcome.umAlgo, {
    ...stop,
    algoType: "CONDITIONAL",
    type: "STOP_MARKET",
    triggerPrice: "40000"
  }),
  cmConditional: Outcome.submitOnce(Outcome.cmConditional, {
    ...stop,
    strategyType: "STOP_MARKET",
    stopPrice: "40000"
  }),
  marginOCO: Outcome.submitOnce(Outcome.marginOCO, {
    symbol,
    side: "SELL",
    quantity: "1",
    price: "60000",
    stopPrice: "40000"
  })
}

const cancels: {
  readonly [K in Exchange.Kind]: (
    id: string
  ) => Effect.Effect<Outcome.Cancellation<unknown, unknown>, Outcome.CancelError, Families>
} = {
  um: (origClientOrderId) => Outcome.cancelAndConfirm(Outcome.um, { symbol, origClientOrderId }),
  cm: (origClientOrderId) => Outcome.cancelAndConfirm(Outcome.cm, { symbol, origClientOrderId }),
  margin: (origClientOrderId) => Outcome.cancelAndConfirm(Outcome.margin, { symbol, origClientOrderId }),
  umAlgo: (clientAlgoId) => Outcome.cancelAndConfirm(Outcome.umAlgo, { clientAlgoId }),
  cmConditional: (newClientStrategyId) =>
    Outcome.cancelAndConfirm(Outcome.cmConditional, { symbol, newClientStrategyId }),
  marginOCO: (listClientOrderId) => Outcome.cancelAndConfirm(Outcome.marginOCO, { symbol, listClientOrderId })
}

const products: ReadonlyArray<Exchange.Kind> = ["um", "cm", "margin", "umAlgo", "cmConditional", "marginOCO"]

const never = { arrives: "never" } as const
const unknownError = {
  status: 503,
  body: { msg: "Unknown error, please check your request or try again later." }
} as const
const unavailable = { status: 503, body: { msg: "Service Unavailable." } } as const
const timedOut = {
  status: 503,
  body: { code: -1007, msg: "Timeout waiting for response from backend server." }
} as const
const overloaded = { status: 503, code: -1008, msg: "Request throttled by system-level protection." } as const
const noMargin = { status: 400, code: -2019, msg: "Margin is insufficient." } as const
const page = { status: 502, body: "<html>Bad Gateway</html>" } as const
const cutOff = { status: 200, body: `{"orderId":1,"sta` } as const
const busy = { status: 429, code: -1003, msg: "Too many requests." } as const
const banned = { status: 418, code: -1003, msg: "Way too many requests; IP banned until 1700009999999." } as const
const badKey = { status: 401, code: -2015, msg: "Invalid API-key, IP, or permissions for action." } as const

type Row = readonly [what: string, world: Exchange.World, outcome: string, sends: number, orders: number]

/** Each unknown outcome beside the refusal it must not be taken for. */
const placing: ReadonlyArray<Row> = [
  ["answered", {}, "Accepted", 1, 1],
  ["answered late, within the timeout", { place: [{ arrives: 1000, after: 8000 }] }, "Accepted", 1, 1],

  ["answer lost, order stands", { place: [{ seen: "silence" }] }, "Live", 1, 1],
  ["answer lost, order filled", { place: [{ seen: "silence" }], fills: 100 }, "Done", 1, 1],
  ["answer and order lost", { place: [{ ...never, seen: "silence" }, {}] }, "Accepted", 2, 1],
  ["order lost, and its second", { place: [{ ...never, seen: "silence" }] }, "Absent", 2, 0],
  ["not connected", { place: [{ seen: "unsent" }] }, "TransportFailed", 1, 0],

  ["connection reset, order stands", { place: [{ seen: "reset" }] }, "Live", 1, 1],
  ["connection reset, order lost", { place: [{ ...never, seen: "reset" }, {}] }, "Accepted", 2, 1],
  ["accepted at the end of the window", { place: [{ arrives: 5000, seen: "reset" }] }, "Live", 1, 1],
  ["accepted at the end, shown late", { place: [{ arrives: 5000, seen: "reset" }], lag: 4900 }, "Live", 1, 1],
  ["arrives after the window", { place: [{ arrives: 5001, seen: "reset" }, {}] }, "Accepted", 2, 1],
  ["shown after 3 s", { place: [{ seen: "reset" }], lag: 3000 }, "Live", 1, 1],

  ["503 unknown error, order stands", { place: [{ seen: unknownError }] }, "Live", 1, 1],
  ["503 unknown error, order lost", { place: [{ ...never, seen: unknownError }, {}] }, "Accepted", 2, 1],
  ["503 service unavailable", { place: [{ ...never, seen: unavailable }] }, "Unavailable", 1, 0],
  ["-1007, order stands", { place: [{ seen: timedOut }] }, "Live", 1, 1],
  ["-1008", { place: [{ refused: overloaded }] }, "Unavailable", 1, 0],
  ["502 page, order stands", { place: [{ seen: page }] }, "Live", 1, 1],
  ["200 cut off, order stands", { place: [{ seen: cutOff }] }, "Live", 1, 1],
  ["-2019", { place: [{ refused: noMargin }] }, "OrderRejected", 1, 0],
  ["429", { place: [{ refused: busy }] }, "RateLimited", 1, 0],
  ["418", { place: [{ refused: banned }] }, "Banned", 1, 0],
  ["-2015", { place: [{ refused: badKey }] }, "Unauthorized", 1, 0],

  ["lost, then refused", { place: [{ ...never, seen: "reset" }, { refused: noMargin }] }, "OrderRejected", 2, 0],
  ["lost, then not connected", { place: [{ ...never, seen: "reset" }, { seen: "unsent" }] }, "TransportFailed", 2, 0],
  ["lost, then unknown and there", { place: [{ ...never, seen: "reset" }, { seen: page }] }, "Live", 2, 1],
  ["sent again by a proxy", { place: [{ twice: true }] }, "Live", 1, 1],
  ["sent again by a proxy, answer lost", { place: [{ twice: true, seen: "silence" }] }, "Live", 1, 1],

  [
    "asking fails, then does not",
    {
      place: [{ seen: "reset" }],
      ask: [{ seen: page }, { refused: busy }, { seen: "reset" }, { seen: "silence" }, { seen: cutOff }, {}]
    },
    "Live",
    1,
    1
  ],
  [
    "asking fails, order lost",
    {
      place: [{ ...never, seen: "reset" }, {}],
      ask: [{ seen: page }, { refused: busy }, { seen: "reset" }, { seen: "silence" }, {}]
    },
    "Accepted",
    2,
    1
  ],
  ["asking never works", { place: [{ seen: "reset" }], ask: [{ seen: "reset" }] }, "StillUnknown", 1, 1],
  [
    "asking never works, order lost",
    {
      place: [{ ...never, seen: "reset" }],
      ask: [{ seen: page }]
    },
    "StillUnknown",
    1,
    0
  ],
  [
    "rate limit while asking, order lost",
    {
      place: [{ ...never, seen: "reset" }],
      ask: [{ refused: busy }]
    },
    "StillUnknown",
    1,
    0
  ],
  ["banned while asking", { place: [{ seen: "reset" }], ask: [{ refused: banned }] }, "StillUnknown", 1, 1],
  ["key gone while asking", { place: [{ seen: "reset" }], ask: [{ refused: badKey }] }, "StillUnknown", 1, 1]
]

describe("submit", () => {
  describe.each(products)("%s", (kind) => {
    // A conditional order that fired lives on as another one.
    const expected = (outcome: string) => kind === "cmConditional" && outcome === "Done" ? "Live" : outcome
    for (const [what, world, outcome, sends, orders] of placing) {
      it.effect(`${what}: ${outcome}`, () =>
        Effect.gen(function*() {
          const { exchange, tag } = yield* run(world, submits[kind])
          const told = { tag, sends: exchange.counts.place, orders: exchange.books().length }
          assert.deepStrictEqual(told, { tag: expected(outcome), sends, orders })
          assert.isAtMost(exchange.ids.size, 1)
        }))
    }
  })

  it.effect("does not call an order absent before the receive window and the margin are over", () =>
    Effect.gen(function*() {
      const lost = yield* run({ place: [{ ...never, seen: "reset" }] }, withPolicy({ resends: 0 }, submits.um))
      assert.strictEqual(lost.tag, "Absent")
      assert.strictEqual(lost.took, 14_000)
      const longer = yield* run(
        { place: [{ ...never, seen: "reset" }] },
        withPolicy({ resends: 0 }, Outcome.submitOnce(Outcome.um, { ...order, recvWindow: 20_000 }))
      )
      assert.strictEqual(longer.tag, "Absent")
      assert.strictEqual(longer.took, 29_000)
    }))

  it.effect("asks at once where the answer is known to be lost, and then ever less often", () =>
    Effect.gen(function*() {
      const asked = (lag: number) =>
        Effect.map(run({ place: [{ seen: "reset" }], lag }, submits.um), ({ took }) => took)
      assert.strictEqual(yield* asked(0), 250)
      assert.strictEqual(yield* asked(251), 750)
      assert.strictEqual(yield* asked(3000), 3750)
    }))

  it.effect("sends no second time where it may not", () =>
    Effect.gen(function*() {
      const { exchange, tag } = yield* run(
        { place: [{ ...never, seen: "reset" }, {}] },
        withPolicy({ resends: 0 }, submits.um)
      )
      assert.deepStrictEqual([tag, exchange.counts.place, exchange.books().length], ["Absent", 1, 0])
    }))

  it.effect("a duplicate of a second request is the first one, however late it shows", () =>
    Effect.gen(function*() {
      // The exchange shows it later than the policy reckons with.
      const { exchange, tag } = yield* run({ place: [{ seen: "reset" }, {}], lag: 30_000 }, submits.um)
      assert.deepStrictEqual([tag, exchange.counts.place, exchange.books().length], ["StillUnknown", 2, 1])
      const sooner = yield* run({ place: [{ seen: "reset" }, {}], lag: 15_000 }, submits.um)
      assert.deepStrictEqual([sooner.tag, sooner.exchange.counts.place, sooner.exchange.books().length], ["Live", 2, 1])
    }))

  const named = Outcome.submitOnce(Outcome.um, { ...order, newClientOrderId: "mine" })

  it.effect("a duplicate of the first request is refused where the caller gave the id", () =>
    Effect.gen(function*() {
      const { exchange, tag } = yield* run({ before: [{ id: "mine", kind: "um", status: "NEW" }] }, named)
      assert.deepStrictEqual([tag, exchange.books().length], ["OrderRejected", 0])
    }))

  it.effect("a duplicate of the first request is this order where a proxy sent it twice", () =>
    Effect.gen(function*() {
      const { exchange, tag } = yield* run({ place: [{ twice: true }] }, named)
      assert.deepStrictEqual([tag, exchange.counts.place, exchange.books().length], ["Live", 1, 1])
      // Before it can be asked for, nobody may say that it was refused.
      const hidden = yield* run({ place: [{ twice: true }], ask: [{ seen: "reset" }] }, named)
      assert.deepStrictEqual([hidden.tag, hidden.exchange.books().length], ["StillUnknown", 1])
    }))

  const mine = { symbol, side: "BUY", type: "LIMIT", quantity: "0.10", price: "50000.0" }
  const mineOf: { readonly [K in Exchange.Kind]: { readonly [name: string]: string } } = {
    um: mine,
    cm: { ...mine, quantity: "1" },
    margin: mine,
    umAlgo: { ...mine, side: "SELL", type: "STOP_MARKET", quantity: "1", price: "0" },
    cmConditional: { ...mine, side: "SELL", strategyType: "STOP_MARKET", quantity: "1", price: "0" },
    marginOCO: { symbol, limitClientOrderId: "constant-2", stopClientOrderId: "constant-3" }
  }
  const others: { readonly [K in Exchange.Kind]: ReadonlyArray<{ readonly [name: string]: string }> } = {
    um: [{ side: "SELL" }, { type: "MARKET" }, { quantity: "0.2" }, { price: "50000.1" }],
    cm: [{ side: "SELL" }, { type: "MARKET" }, { quantity: "2" }, { price: "1" }],
    margin: [{ side: "SELL" }, { type: "LIMIT_MAKER" }, { quantity: "0.01" }, { price: "0" }],
    umAlgo: [{ side: "BUY" }, { type: "STOP" }, { quantity: "2" }, { symbol: "ETHUSDT" }],
    cmConditional: [{ side: "BUY" }, { strategyType: "STOP" }, { quantity: "2" }],
    marginOCO: [{ limitClientOrderId: "another" }, { stopClientOrderId: "another" }]
  }

  it.effect.each(products)(
    "a duplicate of the first request of %s is only taken for this order if it is like it",
    (kind) =>
      Effect.gen(function*() {
        const outcomeOf = (terms: { readonly [name: string]: string }) => {
          let made = 0
          const ids: ClientOrderId.GeneratorShape = { next: () => Effect.sync(() => `constant-${++made}`) }
          return Effect.map(
            run(
              { before: [{ id: "constant-1", kind, status: "NEW", terms }] },
              Effect.provideService(submits[kind], ClientOrderId.Generator, ids)
            ),
            ({ exchange, tag }) => [tag, exchange.books().length]
          )
        }
        assert.deepStrictEqual(yield* outcomeOf(mineOf[kind]), ["Live", 0])
        for (const other of others[kind]) {
          assert.deepStrictEqual(
            yield* outcomeOf({ ...mineOf[kind], ...other }),
            ["OrderRejected", 0],
            JSON.stringify(other)
          )
        }
      })
  )

  it.effect.each(["NEW", "FILLED", "CANCELED"] as const)(
    "an earlier order of the same id, now %s, is not taken for this one",
    (status) =>
      Effect.gen(function*() {
        const { exchange, tag } = yield* run(
          { before: [{ id: "mine", kind: "um", status }], place: [{ ...never, seen: "reset" }] },
          named
        )
        assert.deepStrictEqual([tag, exchange.counts.place, exchange.books().length], ["StillUnknown", 1, 0])
      })
  )

  it.effect("names all orders of a pair, so that none is made anew", () =>
    Effect.gen(function*() {
      const made: Array<number> = []
      const ids: ClientOrderId.GeneratorShape = {
        next: (length) => Effect.sync(() => `id-${made.push(length)}`)
      }
      const { result } = yield* run(
        { place: [{ ...never, seen: "reset" }, {}] },
        Effect.provideService(submits.marginOCO, ClientOrderId.Generator, ids)
      )
      assert.strictEqual(result["clientOrderId"], "id-1")
      assert.deepStrictEqual(made, [36, 36, 36])
    }))
})

const withPolicy = <A, E, R>(change: Partial<Outcome.PolicyShape>, self: Effect.Effect<A, E, R>) =>
  Effect.provideService(self, Outcome.Policy, { ...Outcome.standard, ...change })

const unknownOf = (change: Partial<(typeof Errors.OutcomeUnknown)["~type.make.in"]> = {}) =>
  new Errors.OutcomeUnknown({
    endpoint: "submitNewUMOrder",
    request: "POST /papi/v1/um/order",
    attempts: 1,
    clientOrderId: "mine",
    recvWindow: 5000,
    sentAt: DateTime.makeUnsafe(Exchange.epoch),
    seen: "timeout",
    detail: "",
    ...change
  })

const daysAgo = (days: number) => DateTime.makeUnsafe(Exchange.epoch - Duration.toMillis(Duration.days(days)))

describe("resolve", () => {
  const resolve = (unknown: Errors.OutcomeUnknown) => Outcome.resolve(Outcome.um, unknown, { symbol })

  it.effect.each(
    [
      ["now", 0, "Absent"],
      ["two days ago", 2, "Absent"],
      ["three days ago", 3, "NotRetained"],
      ["a year ago", 365, "NotRetained"]
    ] as const
  )("an order sent %s that is not there", ([_, days, outcome]) =>
    Effect.gen(function*() {
      const { tag } = yield* run({}, resolve(unknownOf({ sentAt: daysAgo(days) })))
      assert.strictEqual(tag, outcome)
    }))

  it.effect("takes the longest receive window where the error tells none", () =>
    Effect.gen(function*() {
      const { recvWindow: _, ...rest } = unknownOf()
      const { tag, took } = yield* run({}, resolve(new Errors.OutcomeUnknown(rest)))
      assert.deepStrictEqual([tag, took], ["Absent", 69_000])
    }))

  it.effect("says nothing of a call that placed no order of the product", () =>
    Effect.gen(function*() {
      const other = yield* run({}, resolve(unknownOf({ endpoint: "cancelUMOrder" })))
      assert.deepStrictEqual([other.tag, other.exchange.sent.length], ["StillUnknown", 0])
    }))

  it.effect("gives up when the time is over", () =>
    Effect.gen(function*() {
      const { tag, took } = yield* run({}, withPolicy({ patience: "10 seconds" }, resolve(unknownOf())))
      assert.strictEqual(tag, "StillUnknown")
      assert.isAtMost(took, 10_000)
    }))

  it.effect("what it found can be kept and read again", () =>
    Effect.gen(function*() {
      const still = new Outcome.StillUnknown({
        product: "um",
        clientOrderId: "mine",
        unknown: unknownOf(),
        detail: "the time to ask is over",
        last: new Errors.TransportFailed({
          endpoint: "getUMOrder",
          request: "GET /papi/v1/um/order",
          attempts: 1,
          stage: "timeout",
          detail: "no answer"
        })
      })
      const text = yield* Schema.encodeEffect(Schema.fromJsonString(Outcome.StillUnknown))(still)
      const read = yield* Schema.decodeEffect(Schema.fromJsonString(Outcome.StillUnknown))(text)
      assert.strictEqual(read.message, still.message)
      assert.include(still.message, "um order mine: still unknown: the time to ask is over")
    }))
})

describe("cancel", () => {
  const mine = (kind: Exchange.Kind, status: Exchange.Status) => ({ before: [{ id: "mine", kind, status }] })

  const filled: { readonly [K in Exchange.Kind]: string } = {
    um: "AlreadyDone",
    cm: "AlreadyDone",
    margin: "AlreadyDone",
    umAlgo: "AlreadyDone",
    cmConditional: "Fired",
    marginOCO: "AlreadyDone"
  }

  const ends: ReadonlyArray<
    readonly [
      what: string,
      world: (kind: Exchange.Kind) => Exchange.World,
      outcome: string | ((kind: Exchange.Kind) => string)
    ]
  > = [
    ["an open order", (kind) => mine(kind, "NEW"), "Canceled"],
    ["a filled order (-2011)", (kind) => mine(kind, "FILLED"), (kind) => filled[kind]],
    ["an order cancelled before (-2011)", (kind) => mine(kind, "CANCELED"), "Canceled"],
    ["no order", () => ({}), "NotFound"],
    ["answer lost", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ seen: "silence" }] }), "Canceled"],
    ["request lost", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ ...never, seen: "reset" }, {}] }), "Canceled"],
    ["request late", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ arrives: 2000, seen: "reset" }] }), "Canceled"],
    ["502 page", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ seen: page }] }), "Canceled"],
    ["lost, filled", (kind) => ({ ...mine(kind, "FILLED"), cancel: [{ seen: "reset" }] }), (kind) => filled[kind]],
    ["asking fails for a while", (kind) => ({
      ...mine(kind, "NEW"),
      cancel: [{ seen: "reset" }],
      ask: [{ seen: page }, { refused: busy }, { seen: "reset" }, {}]
    }), "Canceled"],
    ["asking never works", (kind) => ({
      ...mine(kind, "NEW"),
      cancel: [{ seen: "reset" }],
      ask: [{ seen: "reset" }]
    }), "StillUnknown"],
    ["refused", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ refused: busy }] }), "RateLimited"],
    ["key gone", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ refused: badKey }] }), "Unauthorized"],
    ["nothing sent", (kind) => ({ ...mine(kind, "NEW"), cancel: [{ seen: "unsent" }] }), "TransportFailed"]
  ]

  describe.each(products)("%s", (kind) => {
    for (const [what, world, outcome] of ends) {
      const expected = typeof outcome === "string" ? outcome : outcome(kind)
      it.effect(`${what}: ${expected}`, () =>
        Effect.gen(function*() {
          const { tag } = yield* run(world(kind), cancels[kind]("mine"))
          assert.strictEqual(tag, expected)
        }))
    }
  })

  it.effect("an order that is only now being placed is cancelled when it shows", () =>
    Effect.gen(function*() {
      const { exchange, tag } = yield* run(
        { place: [{ arrives: 3000, seen: "silence" }], lag: 1000 },
        Effect.gen(function*() {
          const orders = yield* UMOrders
          yield* Effect.forkChild(orders.submitNewUMOrder({ ...order, newClientOrderId: "mine" }))
          yield* Effect.yieldNow
          return yield* cancels.um("mine")
        })
      )
      assert.strictEqual(tag, "Canceled")
      const [only] = exchange.books()
      assert.isDefined(only?.canceledAt)
    }))

  it.effect.each(
    [
      ["um", "umAlgo", "umAlgo"],
      ["cm", "cmConditional", "cmConditional"],
      ["cmConditional", "cm", "cm"],
      ["umAlgo", "um", undefined]
    ] as const
  )("an order of another product is told: asked %s, is %s", ([asked, is, elsewhere]) =>
    Effect.gen(function*() {
      const { result, tag } = yield* run(mine(is, "NEW"), cancels[asked]("mine"))
      assert.deepStrictEqual([tag, result["elsewhere"]], ["NotFound", elsewhere])
    }))
})

describe("an interruption", () => {
  const interrupted = (world: Exchange.World, after: Duration.Input) =>
    Effect.gen(function*() {
      const reports: Array<Errors.OutcomeUnknown> = []
      const { exchange } = yield* run(
        world,
        Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(
            Outcome.submitOnce(Outcome.um, { ...order, newClientOrderId: "mine" }).pipe(
              Outcome.onInterrupt((unknown) => Effect.sync(() => void reports.push(unknown)))
            )
          )
          yield* Effect.sleep(after)
          yield* Fiber.interrupt(fiber)
        })
      )
      return { reports: reports.map((one) => [one.endpoint, one.clientOrderId, one.seen, one.recvWindow]), exchange }
    })

  it.effect("while the request is in flight is reported", () =>
    Effect.gen(function*() {
      const { exchange, reports } = yield* interrupted({ place: [{ arrives: 100, after: 5000 }] }, "1 second")
      assert.deepStrictEqual(reports, [["submitNewUMOrder", "mine", "interrupted", 5000]])
      assert.lengthOf(exchange.books(), 1)
    }))

  it.effect("of a cancellation is reported too, in flight and while it is asked for", () =>
    Effect.gen(function*() {
      const before = [{ id: "mine", kind: "um", status: "NEW" }] as const
      const reported = (cancel: Exchange.Plan, ask: Exchange.Plan) =>
        Effect.gen(function*() {
          const reports: Array<string> = []
          yield* run(
            { before, cancel: [cancel], ask: [ask] },
            Effect.gen(function*() {
              const fiber = yield* Effect.forkChild(
                Outcome.onInterrupt((unknown) => Effect.sync(() => void reports.push(unknown.seen)))(cancels.um("mine"))
              )
              yield* Effect.sleep("1 second")
              yield* Fiber.interrupt(fiber)
            })
          )
          return reports
        })
      assert.deepStrictEqual(yield* reported({ seen: "silence" }, {}), ["interrupted"])
      assert.deepStrictEqual(yield* reported({ seen: "reset" }, { seen: "silence" }), ["connection lost"])
      assert.deepStrictEqual(yield* reported({ arrives: 0 }, {}), [])
    }))

  it.effect("while the order is asked for is reported with what was unknown", () =>
    Effect.gen(function*() {
      const { reports } = yield* interrupted({ place: [{ ...never, seen: "reset" }] }, "1 second")
      assert.deepStrictEqual(reports, [["submitNewUMOrder", "mine", "connection lost", 5000]])
    }))

  it.effect("while it is looked at what the order was refused as a double of is reported", () =>
    Effect.gen(function*() {
      const { exchange, reports } = yield* interrupted(
        { place: [{ twice: true }], ask: [{ seen: "silence" }] },
        "1 second"
      )
      assert.deepStrictEqual(reports, [["submitNewUMOrder", "mine", "server does not know", undefined]])
      assert.lengthOf(exchange.books(), 1)
    }))

  it.effect("after the answer is not", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* interrupted({}, "1 second")).reports, [])
      assert.deepStrictEqual((yield* interrupted({ place: [{ refused: noMargin }] }, "1 second")).reports, [])
    }))
})

// -----------------------------------------------------------------------------
// Whatever happens
// -----------------------------------------------------------------------------

const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const seenOf: ReadonlyArray<Exchange.Seen> = [
  "answer",
  "answer",
  "silence",
  "reset",
  "unsent",
  unknownError,
  timedOut,
  page,
  cutOff
]

const Event = Schema.Struct({
  arrives: int(0, 8000),
  lost: int(0, 3),
  seen: int(0, 8),
  after: int(0, 12_000),
  more: int(0, 9)
})

const planOf = ({ after, arrives, lost, more, seen }: typeof Event.Type): Exchange.Plan => ({
  arrives: lost === 0 ? "never" : arrives,
  after,
  seen: seenOf[seen] ?? "answer",
  ...(more === 0 ? { twice: true } : more === 1 ? { refused: noMargin } : {})
})

const askOf = ({ after, arrives, lost, more, seen }: typeof Event.Type): Exchange.Plan => ({
  arrives: lost === 0 ? "never" : arrives % 500,
  after: after % 500,
  seen: more < 6 ? "answer" : seenOf[seen] ?? "answer",
  ...(more === 1 ? { refused: busy } : {})
})

// A first request that is refused, or not sent, is an answer of its own.
const cancelOf = ({ after, arrives, lost, seen }: typeof Event.Type): Exchange.Plan => {
  const what = seenOf[seen] ?? "answer"
  return { arrives: lost === 0 ? "never" : arrives, after, seen: what === "unsent" ? "reset" : what }
}

const Story = Schema.Struct({
  kind: int(0, 5),
  place: Schema.Array(Event).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
  ask: Schema.Array(Event).check(Schema.isMinLength(1), Schema.isMaxLength(8)),
  lag: int(0, 5000),
  fills: int(0, 20_000),
  resends: int(0, 3)
})

describe("whatever is lost, late, doubled or hidden", () => {
  it.effect.prop(
    "there is never more than one order, and what is told of it is true",
    { story: Story },
    ({ story }) =>
      Effect.gen(function*() {
        const kind = products[story.kind] ?? "um"
        // An id is protected among open orders only: a proxy that sends twice makes two orders where the first fills at once.
        const fills = story.fills < 10_000 ? { fills: story.fills } : {}
        const world = {
          place: story.place.map(planOf),
          ask: story.ask.map(askOf),
          lag: story.lag,
          ...fills
        }
        const { exchange, tag } = yield* run(world, withPolicy({ resends: story.resends }, submits[kind]))
        const orders = exchange.books().length
        assert.isAtMost(orders, world.place.some((plan) => plan.twice === true) && "fills" in world ? 2 : 1, tag)
        assert.isAtMost(exchange.ids.size, 1)
        if (["Accepted", "Live", "Done"].includes(tag)) assert.isAtLeast(orders, 1, tag)
        else if (tag !== "StillUnknown") assert.strictEqual(orders, 0, tag)
      }),
    { timeout: 120_000, arbitrary: { runs: 300 } }
  )

  it.effect.prop(
    "an order that is cancelled while it is placed, filled and hidden ends as it is told",
    { story: Story },
    ({ story }) =>
      Effect.gen(function*() {
        const kind = products[story.kind] ?? "um"
        // The receive window that cancelling reckons with.
        const arrives = story.resends === 0 ? ("never" as const) : (story.place[0]?.arrives ?? 0) % 5000
        const fills = story.fills < 10_000 ? { fills: story.fills } : {}
        const world: Exchange.World = {
          place: [{ arrives, seen: "silence" }],
          cancel: story.place.map(cancelOf),
          ask: story.ask.map(askOf),
          lag: story.lag,
          ...fills
        }
        const { exchange, tag } = yield* run(
          world,
          Effect.gen(function*() {
            yield* Effect.forkChild(
              Effect.provideService(submits[kind], ClientOrderId.Generator, { next: () => Effect.succeed("mine") })
            )
            yield* Effect.yieldNow
            return yield* cancels[kind]("mine")
          })
        )
        const [only] = exchange.books()
        switch (tag) {
          case "Canceled":
            return assert.isDefined(only?.canceledAt)
          case "AlreadyDone":
          case "Fired":
            assert.isUndefined(only?.canceledAt)
            return assert.isDefined(only?.fillsAt)
          case "NotFound":
            return assert.isUndefined(only)
          default:
            return assert.strictEqual(tag, "StillUnknown")
        }
      }),
    { timeout: 120_000, arbitrary: { runs: 200 } }
  )
})
