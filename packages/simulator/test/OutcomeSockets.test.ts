/** What becomes of orders over real connections that are reset, stalled and cut, held against the books of the exchange. */
import type * as Errors from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import * as Fault from "@effect-binance/simulator/Fault"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Faces from "./support/faces.ts"
import type { Product } from "./support/orders.ts"
import * as Orders from "./support/orders.ts"

// Where there is never an answer, the client gives up soon; where nothing arrives, an absence is believed soon. All else has the time
// that a slow machine may take.
const soon: Client.CallOptions = { timeout: "300 millis", recvWindow: 100 }

interface Row {
  readonly what: string
  readonly placing: Fault.Fault
  readonly asking?: Fault.Fault
  readonly options?: Client.CallOptions
  /** How long is asked. */
  readonly patience?: Duration.Input
  readonly ends: string
  readonly orders: 0 | 1
}

const cutShort = Fault.answer(({ headers }) => ({ status: 200, headers, body: `{"orderId":8389765` }), "cut short")

const stands = Fault.carriedOut(Fault.resetAfterSend)

const stalled = Fault.carriedOut(Fault.stall)

const bothLost = Fault.always(Fault.resetAfterSend)

const table: ReadonlyArray<Row> = [
  { what: "reset, stands", placing: stands, ends: "Live", orders: 1 },
  { what: "reset, lost each time", placing: bothLost, options: soon, ends: "Absent", orders: 0 },
  { what: "refused", placing: Fault.code(400, -2019, "Margin is insufficient."), ends: "OrderRejected", orders: 0 },
  { what: "reset within the answer", placing: Fault.resetMidBody(9), ends: "Live", orders: 1 },
  { what: "503 unavailable", placing: Fault.serviceUnavailable, ends: "Unavailable", orders: 0 },
  { what: "never answered, stands", placing: stalled, options: { timeout: soon.timeout }, ends: "Live", orders: 1 },
  { what: "never answered, lost", placing: Fault.always(Fault.stall), options: soon, ends: "Absent", orders: 0 },
  { what: "429", placing: Fault.rateLimited({ retryAfter: 1 }), ends: "RateLimited", orders: 0 },
  { what: "cut short", placing: Fault.carriedOut(cutShort), ends: "Live", orders: 1 },
  { what: "garbled", placing: Fault.garbled, ends: "Live", orders: 1 },
  { what: "a page with 502", placing: Fault.carriedOut(Fault.html(502)), ends: "Live", orders: 1 },
  { what: "a page with 403", placing: Fault.html(403), ends: "Blocked", orders: 0 },
  { what: "sent twice", placing: Fault.duplicate(), ends: "Live", orders: 1 },
  {
    what: "asking is reset and cut, then answered",
    placing: stands,
    asking: Fault.script([Fault.resetAfterSend, Fault.resetMidBody(5), cutShort]),
    ends: "Live",
    orders: 1
  },
  {
    what: "asking is always reset",
    placing: stands,
    asking: bothLost,
    patience: "300 millis",
    ends: "StillUnknown",
    orders: 1
  }
]

const policy: Outcome.PolicyShape = {
  first: "10 millis",
  cap: "100 millis",
  margin: "200 millis",
  misses: 2,
  patience: "20 seconds",
  resends: 1
}

const here = Faces.client({ clock: { source: "local" } }).pipe(
  Layer.provideMerge(Faces.world("undici", { accounts: Orders.accounts, limits: "off", remember: 0 }))
)

const hasId = (id: string) => Fault.when(({ query }: { readonly query: string }) => query.includes(`=${id}&`))

const bookedOf = (product: Product, id: string) =>
  Effect.flatMap(Simulator, ({ state }) => Effect.map(state, (state) => product.booked(state, id)))

const inject = (fault: Fault.Fault) => Effect.flatMap(Simulator, (exchange) => exchange.inject(fault))

const outcomeOf = <A extends { readonly _tag: string }, E extends { readonly _tag: string }, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<string, never, R> =>
  Effect.match(self, { onFailure: ({ _tag }) => _tag, onSuccess: ({ _tag }) => _tag })

const rowsOf = (product: Product) =>
  Effect.forEach(
    table,
    ({ asking, ends, options = {}, orders, patience = policy.patience, placing, what }, index) =>
      Effect.gen(function*() {
        const id = `row${index}`
        yield* inject(placing.pipe(Fault.on(product.places), hasId(id)))
        if (asking !== undefined) yield* inject(asking.pipe(Fault.on(...product.shows), hasId(id)))
        const told = yield* outcomeOf(product.submit(id)).pipe(
          Client.withOptions(options),
          Effect.provideService(Outcome.Policy, { ...policy, patience })
        )
        const booked = yield* bookedOf(product, id)
        assert.deepStrictEqual([told, booked.length], [ends, orders], what)
      }),
    { concurrency: "unbounded", discard: true }
  )

const interrupted = (product: Product) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const id = "gone"
    const { struck } = yield* inject(stalled.pipe(Fault.on(product.places), hasId(id)))
    const reports: Array<Errors.OutcomeUnknown> = []
    const fiber = yield* product.submit(id).pipe(
      Outcome.onInterrupt((unknown) => Effect.sync(() => void reports.push(unknown))),
      Effect.forkChild
    )
    yield* exchange.until(({ state }) => product.booked(state, id).length > 0)
    assert.strictEqual(yield* struck, 1)
    yield* Fiber.interrupt(fiber)
    const [report] = reports
    assert(report !== undefined, "the interruption is told")
    assert.strictEqual(yield* outcomeOf(product.resolve(report)), "Live")
  })

const canceled = (product: Product) =>
  Effect.gen(function*() {
    const faults = [
      stands,
      Fault.resetAfterSend,
      Fault.resetMidBody(5),
      Fault.carriedOut(cutShort),
      stalled,
      Fault.stall
    ]
    yield* Effect.forEach(faults, (fault, index) =>
      Effect.gen(function*() {
        const id = `end${index}`
        assert.strictEqual(yield* outcomeOf(product.submit(id)), "Accepted")
        yield* inject(fault.pipe(Fault.on(product.cancels), hasId(id)))
        const told = yield* outcomeOf(product.cancel(id)).pipe(Client.withOptions({ timeout: soon.timeout }))
        assert.deepStrictEqual([told, (yield* bookedOf(product, id)).map(({ state }) => state)], ["Canceled", [
          "canceled"
        ]], fault.name)
      }), { concurrency: "unbounded", discard: true })
  })

describe("over real connections", () => {
  it.live.each([Orders.um, Orders.margin])(
    "an order of $name is what it is told to be",
    (product) =>
      Effect.gen(function*() {
        yield* Effect.all([rowsOf(product), interrupted(product), canceled(product)], { concurrency: "unbounded" })
      }).pipe(
        Effect.provideService(Outcome.Policy, policy),
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none),
        Effect.provide(here)
      )
  )
})
