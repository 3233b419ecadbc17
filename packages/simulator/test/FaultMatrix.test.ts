/**
 * Every call that changes something, under every fault of a request: at the first try, while it is tried again, and while
 * it is interrupted. What must come of it stands in a table that a person can read.
 */
import type * as BinanceError from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import type { Described } from "@effect-binance/core/Endpoint"
import { weightOf } from "@effect-binance/core/Endpoint"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Fault from "@effect-binance/simulator/Fault"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/calls.ts"
import * as Faces from "./support/faces.ts"
import { examplesOf, names } from "./wire/requests.ts"

type Tag = BinanceError.BinanceError["_tag"]

/** What one fault must lead to. */
interface Row {
  readonly fault: Fault.Fault
  /** How many requests the exchange sees. */
  readonly arrives: 0 | 1
  readonly outcome: Tag
  /** What it is where the call is about an order, if not the same. */
  readonly ofOrder?: Tag
  /** It concerns signed calls alone. */
  readonly signed?: true
  /** It makes the client hold back what comes after it. */
  readonly lasting?: true
  /** It is on its way for so long that the exchange sees it after its sender has gone. */
  readonly slow?: true
  /** It is proven that nothing was changed, and it may be sent again. */
  readonly again?: true
}

const unknown = (fault: Fault.Fault): Row => ({ fault, arrives: 1, outcome: "OutcomeUnknown" })
const unsent = (fault: Fault.Fault): Row => ({ fault, arrives: 0, outcome: "TransportFailed", again: true })
const refused = (fault: Fault.Fault, outcome: Tag): Row => ({ fault, arrives: 1, outcome })
const later = (fault: Fault.Fault): Row => ({ fault, arrives: 1, outcome: "Unavailable", again: true })

/** A good answer, cut off by somebody in between; `Fault.truncate` would leave a refusal a refusal. */
const cutShort = Fault.answer(
  ({ headers }) => ({ status: 200, headers, body: `{"orderId":8389765` }),
  "cut short"
)

/** Each fault that says nothing, beside those that say plainly that nothing was done. */
const table: ReadonlyArray<Row> = [
  // Nothing left, which is proven.
  unsent(Fault.connectionRefused),
  unsent(Fault.dnsFailure),
  unsent(Fault.connectTimeout),
  // The connection ended, or never answered. Whether the exchange saw the request makes no difference to what is known.
  unknown(Fault.resetAfterSend),
  unknown(Fault.carriedOut(Fault.resetAfterSend)),
  unknown(Fault.resetMidBody(1)),
  unknown(Fault.stall),
  unknown(Fault.carriedOut(Fault.stall)),
  unknown(Fault.delay("1 minute")),
  { ...unknown(Fault.delayRequest("1 minute")), slow: true },
  unknown(Fault.slowDrip({ bytes: 1, every: "1 minute" })),
  // Somebody in between answered.
  unknown(Fault.html(200)),
  unknown(Fault.carriedOut(Fault.html(200))),
  unknown(Fault.html(500)),
  unknown(Fault.html(502)),
  unknown(Fault.carriedOut(Fault.html(502))),
  unknown(Fault.html(504)),
  refused(Fault.html(403), "Blocked"),
  // The exchange answered that it does not know.
  unknown(Fault.unknownError),
  unknown(Fault.carriedOut(Fault.unknownError)),
  unknown(Fault.backendTimeout(408)),
  unknown(Fault.backendTimeout(503)),
  unknown(Fault.unexpectedResponse(200)),
  unknown(Fault.unexpectedResponse(500)),
  unknown(Fault.lateAccept("3 seconds")),
  unknown(Fault.lateAccept("3 seconds", { answer: "none" })),
  // The exchange answered, and it cannot be read.
  unknown(Fault.emptyBody202),
  unknown(cutShort),
  unknown(Fault.garbled),
  unknown(Fault.hugeBody(100_000)),
  // The exchange said no.
  later(Fault.serviceUnavailable),
  later(Fault.overloaded),
  refused(Fault.rateLimited({ retryAfter: 60 }), "RateLimited"),
  refused(Fault.rateLimited(), "RateLimited"),
  refused(Fault.tooManyOrders({ retryAfter: 60 }), "RateLimited"),
  refused(Fault.banned({ retryAfter: 120 }), "Banned"),
  { ...refused(Fault.unauthorized, "Unauthorized"), lasting: true },
  refused(Fault.code(400, -1022, "Signature for this request is not valid."), "Unauthorized"),
  refused(Fault.code(400, -1102, "Mandatory parameter 'x' was not sent."), "Rejected"),
  { ...refused(Fault.code(400, -1121, "Invalid symbol."), "Rejected"), ofOrder: "OrderRejected" },
  { ...refused(Fault.clockSkew(120_000), "ClockSkewed"), signed: true },
  { ...refused(Fault.clockSkew(-120_000), "ClockSkewed"), signed: true }
]

/** All calls that change something and are not retired. */
const changing: ReadonlyArray<Described & { readonly id: Endpoints.Name }> = names.flatMap((id) => {
  const endpoint = Endpoints.byName[id]
  return endpoint.safety === "read" || endpoint.status._tag === "Deprecated" ? [] : [{ ...endpoint, id }]
})

const paramsOf = (name: Endpoints.Name): object | undefined => examplesOf(name)[0]?.params

const rowsOf = ({ orders, signed }: Described): ReadonlyArray<Row> =>
  table.flatMap((row) => {
    if (row.signed === true && !signed) return []
    return [row.ofOrder !== undefined && orders > 0 ? { ...row, outcome: row.ofOrder } : row]
  })

const isHeavy = (endpoint: Described, params: object | undefined): boolean =>
  weightOf(endpoint, { ...params }) >= RetryPolicy.heavyWeight

interface Seen {
  /** How it ended; `interrupted`, or the reply. */
  readonly end: Tag | "answered" | "interrupted"
  readonly arrived: number
  /** How many requests left, of those that the fault struck. */
  readonly left: number
  /** What was told of calls whose callers had gone. */
  readonly reported: ReadonlyArray<BinanceError.OutcomeUnknown>
  readonly error: BinanceError.BinanceError | undefined
}

/** Makes one call with a fault in its way; `turns` lets the fiber run so often, then interrupts it. */
const run = (
  client: PortfolioClient["Service"],
  name: Endpoints.Name,
  fault: Fault.Fault,
  options: { readonly policy: RetryPolicy.RetryPolicyShape; readonly turns?: number }
) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    yield* exchange.clearFaults
    const before = (yield* exchange.requests).length
    const { struck } = yield* exchange.inject(Fault.on(name)(fault))
    const reported: Array<BinanceError.OutcomeUnknown> = []
    const call = Calls.make(client, { name, params: paramsOf(name), label: name }).pipe(
      Effect.provideService(RetryPolicy.RetryPolicy, options.policy),
      Effect.provideService(Client.InterruptReporter, (unknown) => Effect.sync(() => void reported.push(unknown)))
    )
    const fiber = yield* Effect.forkChild(call)
    if (options.turns === undefined) {
      // In steps, so that what is woken can sleep again.
      for (let step = 0; step < 8 && fiber.pollUnsafe() === undefined; step++) yield* TestClock.adjust("30 seconds")
      // What is still on its way arrives.
      yield* TestClock.adjust("1 minute")
    } else {
      for (let turn = 0; turn < options.turns; turn++) yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
    }
    const exit = yield* Fiber.await(fiber)
    const error = Exit.isFailure(exit)
      ? exit.cause.reasons.flatMap((reason) => reason._tag === "Fail" ? [reason.error] : [])[0]
      : undefined
    const seen: Seen = {
      end: Exit.isSuccess(exit) ? "answered" : error?._tag ?? "interrupted",
      arrived: (yield* exchange.requests).length - before,
      left: yield* struck,
      reported,
      error
    }
    return seen
  })

/** A client that has not been answered anything yet. */
const newClient = Effect.provide(
  PortfolioClient,
  Layer.orDie(Layer.fresh(Faces.client({ clock: { source: "local" }, signer: "node:crypto" })))
)

/** Goes through the table; whatever makes a client hold back gets a client of its own. */
const eachRow = <E, R>(
  endpoint: Described,
  body: (row: Row, client: PortfolioClient["Service"]) => Effect.Effect<void, E, R>
) =>
  Effect.gen(function*() {
    const shared = yield* newClient
    for (const row of rowsOf(endpoint)) yield* body(row, row.lasting === true ? yield* newClient : shared)
  }).pipe(Effect.provide(world))

const twice: RetryPolicy.RetryPolicyShape = {
  ...RetryPolicy.none,
  mutations: { times: 2, base: 10, cap: 10 }
}

// At first nothing has left, then the request is under way, then the answer is being read.
const turns = [0, 1, 2, 20]

const world = Faces.world("in memory", { limits: "off", remember: 100_000 })

describe("what is known after a fault", () => {
  for (const endpoint of changing) {
    const name = endpoint.id
    const heavy = isHeavy(endpoint, paramsOf(name))
    describe(`${name}`, () => {
      it.effect("at the first try", () =>
        eachRow(endpoint, ({ arrives, fault, outcome }, client) =>
          Effect.gen(function*() {
            const { arrived, end, error, reported } = yield* run(client, name, fault, { policy: RetryPolicy.none })
            assert.deepStrictEqual(
              { end, arrived, reported },
              { end: outcome, arrived: arrives, reported: [] },
              fault.name
            )
            if (error?._tag === "OutcomeUnknown") {
              assert.strictEqual(error.endpoint, name)
              assert.strictEqual(error.clientOrderId !== undefined, endpoint.clientIds.length > 0, fault.name)
            }
          })))

      it.effect("while it is tried again", () =>
        eachRow(endpoint, ({ again, arrives, fault, outcome }, client) =>
          Effect.gen(function*() {
            // The fault meets the second try.
            const second = yield* run(client, name, Fault.script([Fault.serviceUnavailable, fault]), { policy: twice })
            assert.deepStrictEqual(
              { end: second.end, arrived: second.arrived },
              heavy ? { end: "Unavailable", arrived: 1 } : { end: outcome, arrived: 1 + arrives },
              `${fault.name}, after a refusal`
            )
            // The fault meets the first try: only what is proven not to be done is done again.
            const first = yield* run(client, name, fault, { policy: twice })
            const repeated = again === true && !heavy
            assert.strictEqual(first.arrived, arrives + (repeated ? 1 : 0), `${fault.name}, first`)
            if (!repeated) assert.strictEqual(first.end, outcome, `${fault.name}, first`)
          })))

      it.effect("while it is interrupted", () =>
        eachRow(endpoint, ({ arrives, fault, outcome, slow }, client) =>
          Effect.gen(function*() {
            for (const turn of turns) {
              const seen = yield* run(client, name, fault, { policy: RetryPolicy.none, turns: turn })
              const where = `${fault.name}, after ${turn} turns`
              if (seen.end === "interrupted") {
                // Whoever called is gone: what may have left is told, and what never left is not.
                assert.strictEqual(seen.reported.length, slow === true ? seen.left : seen.arrived, where)
                assert.isAtMost(seen.arrived, arrives, where)
              } else {
                assert.deepStrictEqual(
                  { end: seen.end, arrived: seen.arrived, reported: seen.reported },
                  { end: outcome, arrived: arrives, reported: [] },
                  where
                )
              }
            }
          })))
    })
  }

  it("the table has every fault of a request that there is", () => {
    // Those that leave the answer true, or are about one field or header of it, have tests of their own.
    const elsewhere = new Set(["pass"])
    const tried = new Set(table.map(({ fault }) => fault.name))
    const all = Object.values(Fault).filter((one): one is Fault.Fault =>
      typeof one === "object" && one !== null && "what" in one && "name" in one
    )
    assert.isAbove(all.length, 10)
    for (const { name } of all) assert.isTrue(tried.has(name) || elsewhere.has(name), name)
  })
})
