/**
 * What becomes of orders under every fault, held against the books of the exchange: for each product at the first try, while
 * it is tried again, and while whoever placed it is interrupted. What must come of it stands in tables that a person can
 * read; that there is never a second order, and that what is told is true, is counted in the engine.
 */
import type * as Errors from "@effect-binance/core/BinanceError"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import * as Fault from "@effect-binance/simulator/Fault"
import { type CommandRefused, Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Faces from "./support/faces.ts"
import type { Product } from "./support/orders.ts"
import * as Orders from "./support/orders.ts"

// -----------------------------------------------------------------------------
// The tables
// -----------------------------------------------------------------------------

/** What one fault must lead to. */
interface Row {
  readonly what: string
  /** What strikes the request that places the order. */
  readonly placing: Fault.Fault
  /** What strikes the questions for it. */
  readonly asking?: Fault.Fault
  /** How long after its sending an order is not shown, in milliseconds. */
  readonly hidden?: number
  /** Somebody fills it while its outcome is not known. */
  readonly filled?: true
  readonly ends: string
  /** How it ends where the policy repeats what is proven not accepted, if not the same. */
  readonly repeated?: string
  /** It makes the client hold back what comes after it, until something was answered again. */
  readonly lasting?: true
}

/** What says nothing, beside what says plainly that there is no order. */
interface Twins {
  readonly unknown: Row
  readonly refusal: Row
}

type Extra = Omit<Row, "what" | "placing" | "ends">

const row = (what: string, placing: Fault.Fault, ends: string, extra: Extra = {}): Row => ({
  what,
  placing,
  ends,
  ...extra
})

/** A good answer, cut off by somebody in between. */
const cutShort = Fault.answer(({ headers }) => ({ status: 200, headers, body: `{"orderId":8389765` }), "cut short")

const refused = (status: number, code: number, msg: string) => Fault.code(status, code, msg)

const lost = Fault.resetAfterSend
const stands = Fault.carriedOut(Fault.resetAfterSend)

/** Bad answers to the first questions, one after the other. */
const trouble = Fault.script([
  Fault.serviceUnavailable,
  Fault.rateLimited({ retryAfter: 1 }),
  Fault.resetAfterSend,
  Fault.html(504),
  Fault.stall,
  cutShort,
  Fault.connectionRefused
])

const table: ReadonlyArray<Twins> = [
  {
    unknown: row("connection reset, the order stands", stands, "Live"),
    refusal: row("connection refused", Fault.connectionRefused, "TransportFailed", { repeated: "Accepted" })
  },
  {
    unknown: row("connection reset, the order is lost", lost, "Accepted"),
    refusal: row("the name is not found", Fault.dnsFailure, "TransportFailed", { repeated: "Accepted" })
  },
  {
    unknown: row("connection reset, the order is lost each time", Fault.always(lost), "Absent"),
    refusal: row("handshake too slow", Fault.connectTimeout, "TransportFailed", { repeated: "Accepted" })
  },
  {
    unknown: row("connection reset, the order is filled", stands, "Done", { filled: true }),
    refusal: row("no margin", refused(400, -2019, "Margin is insufficient."), "OrderRejected")
  },
  {
    unknown: row("connection reset within the answer", Fault.resetMidBody(9), "Live"),
    refusal: row("a bad parameter", refused(400, -1102, "Mandatory parameter 'x' was not sent."), "Rejected")
  },
  {
    unknown: row("no answer, the order stands", Fault.carriedOut(Fault.stall), "Live"),
    refusal: row("a bad signature", refused(400, -1022, "Signature for this request is not valid."), "Unauthorized")
  },
  {
    unknown: row("no answer, the order is lost", Fault.stall, "Accepted"),
    refusal: row("the key is gone", Fault.unauthorized, "AuthRevoked", { lasting: true })
  },
  {
    unknown: row("answered after the timeout", Fault.delay("11 seconds"), "Live"),
    refusal: row("answered within the timeout", Fault.delay("9 seconds"), "Accepted")
  },
  {
    unknown: row("arrives after the timeout", Fault.delayRequest("11 seconds"), "Accepted"),
    refusal: row("arrives after the window", Fault.delayRequest("6 seconds"), "ClockSkewed", { repeated: "Accepted" })
  },
  {
    unknown: row("answered byte by byte", Fault.slowDrip({ bytes: 1, every: "1 second" }), "Live"),
    refusal: row("arrives within the window", Fault.delayRequest("4 seconds"), "Accepted")
  },
  {
    unknown: row("accepted 3 s late, told 503", Fault.lateAccept("3 seconds"), "Live"),
    refusal: row("the clock is behind", Fault.clockSkew(60_000), "ClockSkewed", { repeated: "Accepted" })
  },
  {
    unknown: row("accepted 8 s late, told nothing", Fault.lateAccept("8 seconds", { answer: "none" }), "Live"),
    refusal: row("the clock is ahead", Fault.clockSkew(-60_000), "ClockSkewed", { repeated: "Accepted" })
  },
  {
    unknown: row("503 unknown, the order stands", Fault.carriedOut(Fault.unknownError), "Live"),
    refusal: row("503 unavailable", Fault.serviceUnavailable, "Unavailable", { repeated: "Accepted" })
  },
  {
    unknown: row("503 unknown, the order is lost", Fault.unknownError, "Accepted"),
    refusal: row("503 overloaded", Fault.overloaded, "Unavailable", { repeated: "Accepted" })
  },
  {
    unknown: row("-1007, the order stands", Fault.carriedOut(Fault.backendTimeout(503)), "Live"),
    refusal: row(
      "503 internal error",
      Fault.status503("Internal error; unable to process your request."),
      "Unavailable",
      {
        repeated: "Accepted"
      }
    )
  },
  {
    unknown: row("-1007, the order is lost", Fault.backendTimeout(408), "Accepted"),
    refusal: row("429 with a time", Fault.rateLimited({ retryAfter: 2 }), "RateLimited", { repeated: "Accepted" })
  },
  {
    unknown: row("-1006, the order stands", Fault.carriedOut(Fault.unexpectedResponse(200)), "Live"),
    refusal: row("429 without a time", Fault.rateLimited(), "RateLimited")
  },
  {
    unknown: row("-1006, the order is lost", Fault.unexpectedResponse(500), "Accepted"),
    refusal: row("429 for orders", Fault.tooManyOrders({ retryAfter: 60 }), "RateLimited")
  },
  {
    unknown: row("a page with 502, the order stands", Fault.carriedOut(Fault.html(502)), "Live"),
    refusal: row("a page with 403", Fault.html(403), "Blocked")
  },
  {
    unknown: row("a page with 504, the order is lost", Fault.html(504), "Accepted"),
    refusal: row("418", Fault.banned({ retryAfter: 120 }), "Banned")
  },
  {
    unknown: row("a page with 200, the order stands", Fault.carriedOut(Fault.html(200)), "Live"),
    refusal: row("200 with a refusal", refused(200, -2019, "Margin is insufficient."), "OrderRejected")
  },
  {
    unknown: row("cut short, the order stands", Fault.carriedOut(cutShort), "Live"),
    refusal: row(
      "below the least notional",
      refused(400, -4164, "Order's notional must be no smaller."),
      "OrderRejected"
    )
  },
  {
    unknown: row("garbled", Fault.garbled, "Live"),
    refusal: row("too precise", refused(400, -1111, "Precision is over the maximum."), "OrderRejected")
  },
  {
    unknown: row("202 without a word, the order stands", Fault.carriedOut(Fault.emptyBody202), "Live"),
    refusal: row("reduce-only refused", refused(400, -2022, "ReduceOnly Order is rejected."), "OrderRejected")
  },
  {
    unknown: row("202 without a word, the order is lost", Fault.emptyBody202, "Accepted"),
    refusal: row(
      "the wrong position side",
      refused(400, -4061, "Order's position side does not match."),
      "OrderRejected"
    )
  },
  {
    unknown: row("sent twice by a proxy, the second answer", Fault.duplicate(), "Live"),
    refusal: row("sent twice by a proxy, the first answer", Fault.duplicate({ answers: "first" }), "Accepted")
  },
  {
    unknown: row("shown 4 s late", stands, "Live", { hidden: 4000 }),
    refusal: row("never there", Fault.always(lost), "Absent", { hidden: 4000 })
  },
  {
    unknown: row("shown 9 s late", Fault.carriedOut(Fault.unknownError), "Live", { hidden: 9000 }),
    refusal: row("shown late, and refused", Fault.overloaded, "Unavailable", { hidden: 9000, repeated: "Accepted" })
  },
  {
    unknown: row("asking fails for a while", stands, "Live", { asking: trouble }),
    refusal: row("asking fails for a while, never there", Fault.always(lost), "Absent", { asking: trouble })
  },
  {
    unknown: row("asking fails with 503", stands, "StillUnknown", { asking: Fault.always(Fault.serviceUnavailable) }),
    refusal: row("asking would fail, refused", Fault.serviceUnavailable, "Unavailable", {
      asking: Fault.always(Fault.serviceUnavailable),
      repeated: "Accepted"
    })
  },
  {
    unknown: row("asking fails with 429, lost", lost, "StillUnknown", { asking: Fault.always(Fault.rateLimited()) }),
    refusal: row("asking would fail with 429, not sent", Fault.connectionRefused, "TransportFailed", {
      asking: Fault.always(Fault.rateLimited()),
      repeated: "Accepted"
    })
  },
  {
    unknown: row("asking is reset", stands, "StillUnknown", { asking: Fault.always(Fault.resetAfterSend) }),
    refusal: row("asking is reset, lost", Fault.always(lost), "StillUnknown", {
      asking: Fault.always(Fault.resetAfterSend)
    })
  },
  {
    unknown: row("banned while asking", stands, "StillUnknown", { asking: Fault.banned({ retryAfter: 120 }) }),
    refusal: row("blocked while asking, lost", lost, "StillUnknown", { asking: Fault.html(403) })
  }
]

// -----------------------------------------------------------------------------
// Running
// -----------------------------------------------------------------------------

const Client = Faces.client({ clock: { source: "local" }, signer: "node:crypto" })

const world = Faces.world("in memory", { accounts: Orders.accounts, limits: "off", remember: 0 })

const here = Client.pipe(Layer.provideMerge(world))

const repeating: RetryPolicy.RetryPolicyShape = {
  ...RetryPolicy.standard,
  mutations: { times: 4, base: 10, cap: 10 }
}

/** What a call ended in. */
const tagOf = <A extends { readonly _tag: string }, E extends { readonly _tag: string }>(
  exit: Exit.Exit<A, E>
): A | E | { readonly _tag: "interrupted" } => {
  if (Exit.isSuccess(exit)) return exit.value
  const failures = exit.cause.reasons.flatMap((reason) => reason._tag === "Fail" ? [reason.error] : [])
  return failures[0] ?? { _tag: "interrupted" }
}

/** Lets time pass until a fiber is done. */
const finish = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function*() {
    for (let step = 0; step < 20 && fiber.pollUnsafe() === undefined; step++) yield* TestClock.adjust("30 seconds")
    return yield* Fiber.await(fiber)
  })

/** When somebody stops waiting: after so many turns of the fiber, or after so much time. */
type Point = { readonly turns: number } | { readonly millis: number }

const notThere = refused(400, -2013, "Order does not exist.")

const timestamp = (query: string): number => Number(/(?:^|&)timestamp=(\d+)/.exec(query)?.[1])

/** The faults of the questions. */
const askingFaults = (product: Product, { asking, hidden }: Pick<Row, "asking" | "hidden">, now: number) => [
  ...(hidden === undefined ? [] : [
    notThere.pipe(
      Fault.on(...product.shows),
      Fault.when(({ query }) => timestamp(query) < now + hidden),
      Fault.always
    )
  ]),
  ...(asking === undefined ? [] : [Fault.on(...product.shows)(asking)])
]

const applyAll = (commands: Product["fill"]) =>
  Effect.flatMap(Simulator, (exchange) => Effect.forEach(commands, exchange.apply, { discard: true }))

const bookedOf = (product: Product, id: string) =>
  Effect.flatMap(Simulator, ({ state }) => Effect.map(state, (state) => product.booked(state, id)))

interface Told {
  readonly tag: string
  readonly reports: ReadonlyArray<Errors.OutcomeUnknown>
  readonly booked: ReadonlyArray<Orders.Booked>
}

/** Places the order of a product with faults in its way, and tells what was told and what is in the books. */
const place = (
  product: Product,
  row: Row,
  options: {
    readonly id: string
    readonly own: boolean
    readonly policy: RetryPolicy.RetryPolicyShape
    readonly at?: Point
  }
) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const { at, own, policy } = options
    const { filled, lasting, placing } = row
    const id = own ? `${options.id}-1` : options.id
    const now = yield* Clock.currentTimeMillis
    yield* exchange.inject(Fault.on(product.places)(placing))
    yield* Effect.forEach(askingFaults(product, row, now), exchange.inject)
    if (filled === true) yield* Effect.forkChild(Effect.delay(applyAll(product.fill), 100))
    const reports: Array<Errors.OutcomeUnknown> = []
    const fiber = yield* product.submit(own ? undefined : id).pipe(
      Orders.withIds(options.id),
      Outcome.onInterrupt((unknown) => Effect.sync(() => void reports.push(unknown))),
      Effect.provideService(RetryPolicy.RetryPolicy, policy),
      Effect.forkChild
    )
    if (at !== undefined) {
      if ("turns" in at) { for (let turn = 0; turn < at.turns; turn++) yield* Effect.yieldNow }
      else yield* TestClock.adjust(at.millis)
      yield* Fiber.interrupt(fiber)
    }
    let { _tag: tag } = tagOf(yield* finish(fiber))
    const [report] = reports
    if (report !== undefined) {
      const asked = yield* product.resolve(report).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, policy),
        Effect.forkChild
      )
      tag = tagOf(yield* finish(asked))._tag
    }
    // What is still on its way arrives.
    yield* TestClock.adjust("1 minute")
    const told: Told = { tag, reports, booked: yield* bookedOf(product, id) }
    yield* exchange.clearFaults
    if (lasting === true) yield* product.submit(undefined)
    yield* Orders.clear(product)
    return told
  })

/** Whether what was told of an order is what the books say of it. */
const isTrue = ({ booked, reports, tag }: Told, mayStayUnknown: boolean): boolean => {
  const [order] = booked
  if (booked.length > 1 || reports.length > 1) return false
  switch (tag) {
    case "Accepted":
      return order !== undefined
    case "Live":
      return order?.state === "open" || order?.state === "fired"
    case "Done":
      return order?.state === "ended" || order?.state === "canceled"
    case "StillUnknown":
      return mayStayUnknown
    // Nobody was told anything, so nothing may have left.
    case "interrupted":
      return order === undefined
    default:
      return order === undefined
  }
}

const assertTrue = (told: Told, mayStayUnknown: boolean, where: string) =>
  assert.isTrue(isTrue(told, mayStayUnknown), `${where}: told ${told.tag}, booked ${JSON.stringify(told.booked)}`)

const ends = ({ name }: Product, tag: string): string =>
  // A conditional order that fired lives on as another one.
  tag === "Done" && (name === "umAlgo" || name === "cmConditional") ? "Live" : tag

// At first nothing has left, then the request is under way, then its outcome is being found out, then it is sent again.
const points: { readonly [T in keyof Twins]: ReadonlyArray<Point> } = {
  unknown: [{ turns: 4 }, { millis: 1000 }, { millis: 14_100 }],
  refusal: [{ turns: 1 }, { turns: 4 }]
}

// Where asking is in vain.
const mayStayUnknown = ({ asking, ends }: Row) => ends === "StillUnknown" || asking?.times === Infinity

// Asking in vain ends sooner than it would.
const inTime = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  self.pipe(
    Effect.provideService(Outcome.Policy, { ...Outcome.standard, patience: "45 seconds" }),
    Effect.provide(here)
  )

const begin = TestClock.setTime(Date.UTC(2026, 0, 1, 1))

const eachRow = <E, R>(body: (row: Row, id: string, kind: keyof Twins) => Effect.Effect<void, E, R>) =>
  Effect.gen(function*() {
    yield* begin
    for (const [index, { refusal, unknown }] of table.entries()) {
      yield* body(unknown, `u${index}`, "unknown")
      yield* body(refusal, `r${index}`, "refusal")
    }
  }).pipe(inTime)

describe("an order under a fault", () => {
  describe.each(Orders.products)("of $name", (product) => {
    it.effect("at the first try", () =>
      eachRow((row, id, kind) =>
        Effect.gen(function*() {
          // The client makes the id, then the caller gives it.
          for (const own of kind === "unknown" ? [true, false] : [true]) {
            const told = yield* place(product, row, { id: own ? id : `${id}g`, own, policy: RetryPolicy.none })
            assert.strictEqual(told.tag, ends(product, row.ends), `${row.what}, own: ${own}`)
            assertTrue(told, mayStayUnknown(row), row.what)
          }
        })
      ))

    it.effect("while it is tried again", () =>
      eachRow((row, id) =>
        Effect.gen(function*() {
          const placing = Fault.script([Fault.serviceUnavailable, row.placing])
          const told = yield* place(product, { ...row, placing }, { id, own: true, policy: repeating })
          assert.strictEqual(told.tag, ends(product, row.repeated ?? row.ends), row.what)
          assertTrue(told, mayStayUnknown(row), row.what)
        })
      ))

    it.effect("while it is interrupted", () =>
      eachRow((row, id, kind) =>
        Effect.gen(function*() {
          for (const [index, at] of points[kind].entries()) {
            const told = yield* place(product, row, { id: `${id}i${index}`, own: true, policy: RetryPolicy.none, at })
            assertTrue(told, mayStayUnknown(row), `${row.what}, ${JSON.stringify(at)}`)
          }
        })
      ))

    it.effect("later than the policy reckons with is refused as the double of the second", () =>
      Effect.gen(function*() {
        yield* begin
        const late = row("20 s late", Fault.lateAccept("20 seconds"), "Accepted")
        const told = yield* place(product, late, { id: "late", own: true, policy: RetryPolicy.none })
        assert.deepStrictEqual([told.tag, told.booked.length], ["Accepted", 1])
      }).pipe(inTime))
  })

  it.effect.each(Orders.products)(
    "whose id an earlier order of $name has is refused, and is not that one",
    (product) =>
      Effect.gen(function*() {
        yield* begin
        const submit = product.submit("mine")
        assert.strictEqual((yield* submit)._tag, "Accepted")
        yield* TestClock.adjust("1 minute")
        const fiber = yield* Effect.forkChild(submit)
        assert.strictEqual(tagOf(yield* finish(fiber))._tag, "OrderRejected")
        assert.lengthOf(yield* bookedOf(product, "mine"), 1)
      }).pipe(inTime)
  )
})

// -----------------------------------------------------------------------------
// Cancelling
// -----------------------------------------------------------------------------

type Change = "filled" | "filled in part" | "canceled"

/** What one fault must lead to when an order is cancelled. */
interface CancelRow {
  readonly what: string
  /** What became of the order before; `none` where there never was one. */
  readonly before?: Change | "none"
  readonly canceling: Fault.Fault
  readonly asking?: Fault.Fault
  readonly hidden?: number
  /** What becomes of it while it is being cancelled, half a second after the beginning. */
  readonly meanwhile?: Change
  readonly ends: string
}

const cancelRow = (
  what: string,
  canceling: Fault.Fault,
  ends: string,
  extra: Omit<CancelRow, "what" | "canceling" | "ends"> = {}
): CancelRow => ({ what, canceling, ends, ...extra })

const cancelTable: ReadonlyArray<CancelRow> = [
  cancelRow("open", Fault.pass, "Canceled"),
  cancelRow("filled in part", Fault.pass, "Canceled", { before: "filled in part" }),
  cancelRow("filled", Fault.pass, "AlreadyDone", { before: "filled" }),
  cancelRow("cancelled", Fault.pass, "Canceled", { before: "canceled" }),
  cancelRow("never there", Fault.pass, "NotFound", { before: "none" }),
  cancelRow("never there, connection reset", Fault.resetAfterSend, "NotFound", { before: "none" }),
  // What says nothing, and in between what says that the order is as it was.
  cancelRow("connection reset, cancelled", stands, "Canceled"),
  cancelRow("connection reset, lost", lost, "Canceled"),
  cancelRow("connection refused", Fault.connectionRefused, "TransportFailed"),
  cancelRow("no answer, cancelled", Fault.carriedOut(Fault.stall), "Canceled"),
  cancelRow("no answer, lost", Fault.stall, "Canceled"),
  cancelRow("arrives after the timeout", Fault.delayRequest("11 seconds"), "Canceled"),
  cancelRow("arrives after the window", Fault.delayRequest("6 seconds"), "ClockSkewed"),
  cancelRow("carried out 3 s late, told 503", Fault.lateAccept("3 seconds"), "Canceled"),
  cancelRow("carried out 3 s late, told nothing", Fault.lateAccept("3 seconds", { answer: "none" }), "Canceled"),
  cancelRow("the clock is behind", Fault.clockSkew(60_000), "ClockSkewed"),
  cancelRow("503 unknown, cancelled", Fault.carriedOut(Fault.unknownError), "Canceled"),
  cancelRow("503 unknown, lost", Fault.unknownError, "Canceled"),
  cancelRow("503 unavailable", Fault.serviceUnavailable, "Unavailable"),
  cancelRow("-1007, cancelled", Fault.carriedOut(Fault.backendTimeout(503)), "Canceled"),
  cancelRow("-1006, lost", Fault.unexpectedResponse(200), "Canceled"),
  cancelRow("-1008", Fault.overloaded, "Unavailable"),
  cancelRow("a page with 502, cancelled", Fault.carriedOut(Fault.html(502)), "Canceled"),
  cancelRow("a page with 504, lost", Fault.html(504), "Canceled"),
  cancelRow("a page with 403", Fault.html(403), "Blocked"),
  cancelRow("cut short", Fault.carriedOut(cutShort), "Canceled"),
  cancelRow("garbled", Fault.garbled, "Canceled"),
  cancelRow("202 without a word", Fault.emptyBody202, "Canceled"),
  cancelRow("429", Fault.rateLimited({ retryAfter: 2 }), "RateLimited"),
  cancelRow("418", Fault.banned({ retryAfter: 120 }), "Banned"),
  cancelRow("sent twice by a proxy", Fault.duplicate(), "Canceled"),
  cancelRow("sent twice by a proxy, the first answer", Fault.duplicate({ answers: "first" }), "Canceled"),
  // A fill is faster.
  cancelRow("on its way while it fills", Fault.delayRequest("1 second"), "AlreadyDone", { meanwhile: "filled" }),
  cancelRow("on its way while it fills in part", Fault.delayRequest("1 second"), "Canceled", {
    meanwhile: "filled in part"
  }),
  cancelRow("on its way while somebody else cancels", Fault.delayRequest("1 second"), "Canceled", {
    meanwhile: "canceled"
  }),
  cancelRow("lost while it fills", Fault.always(Fault.stall), "AlreadyDone", { meanwhile: "filled" }),
  cancelRow("lost three times, asked in vain, and filled", Fault.times(3)(lost), "AlreadyDone", {
    meanwhile: "filled",
    hidden: 4000
  }),
  cancelRow("filled, and shown 4 s late", Fault.pass, "AlreadyDone", { before: "filled", hidden: 4000 }),
  cancelRow("asking fails for a while", stands, "Canceled", { asking: trouble }),
  cancelRow("asking fails for a while, filled", lost, "AlreadyDone", { before: "filled", asking: trouble }),
  cancelRow("asking never works", stands, "StillUnknown", { asking: Fault.always(Fault.html(504)) }),
  cancelRow("banned while asking", stands, "StillUnknown", { asking: Fault.banned({ retryAfter: 120 }) })
]

const change = (
  product: Product,
  what: Change,
  id: string
): Effect.Effect<void, CommandRefused, Simulator | Orders.Families> =>
  what === "filled"
    ? applyAll(product.fill)
    : what === "filled in part"
    ? applyAll(product.fillPart)
    : Effect.asVoid(Effect.exit(product.cancel(id)))

/** What an order that was told shows of its fills, where it shows them. */
const executedOf = (order: unknown): string | undefined =>
  typeof order === "object" && order !== null && "executedQty" in order && BigDecimal.isBigDecimal(order.executedQty)
    ? BigDecimal.format(order.executedQty)
    : undefined

const cancelEnds = ({ name }: Product, tag: string): string =>
  tag === "AlreadyDone" && (name === "umAlgo" || name === "cmConditional") ? "Fired" : tag

/** Cancels the order of a product with faults in the way. */
const cancel = (product: Product, row: CancelRow, id: string, at?: Point) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator
    const now = yield* Clock.currentTimeMillis
    if (row.before !== "none") {
      yield* product.submit(id)
      if (row.before !== undefined) yield* change(product, row.before, id)
    }
    yield* exchange.inject(Fault.on(product.cancels)(row.canceling))
    yield* Effect.forEach(askingFaults(product, row, now), exchange.inject)
    const { meanwhile } = row
    if (meanwhile !== undefined) yield* Effect.forkChild(Effect.delay(change(product, meanwhile, id), 500))
    const canceling = Effect.provideService(product.cancel(id), RetryPolicy.RetryPolicy, RetryPolicy.none)
    const reports: Array<Errors.OutcomeUnknown> = []
    const fiber = yield* canceling.pipe(
      Outcome.onInterrupt((unknown) => Effect.sync(() => void reports.push(unknown))),
      Effect.forkChild
    )
    if (at !== undefined) {
      if ("turns" in at) { for (let turn = 0; turn < at.turns; turn++) yield* Effect.yieldNow }
      else yield* TestClock.adjust(at.millis)
      yield* Fiber.interrupt(fiber)
    }
    const interrupted = tagOf(yield* finish(fiber))
    const [left] = yield* bookedOf(product, id)
    // Whoever was told that it may be cancelled asks again.
    const told = interrupted._tag === "interrupted"
      ? tagOf(yield* finish(yield* Effect.forkChild(canceling)))
      : interrupted
    yield* TestClock.adjust("1 minute")
    const booked = yield* bookedOf(product, id)
    yield* Orders.clear(product)
    return { told, booked, reports, silently: interrupted._tag === "interrupted" ? left : undefined }
  })

const assertEnded = (
  { booked, told }: { readonly told: { readonly _tag: string }; readonly booked: ReadonlyArray<Orders.Booked> },
  row: CancelRow,
  where: string
) => {
  const [order] = booked
  const seen = `${where}: told ${told._tag}, booked ${JSON.stringify(booked)}`
  assert.isAtMost(booked.length, 1, seen)
  switch (told._tag) {
    case "Canceled":
    case "AlreadyDone":
    case "Fired": {
      const state = { Canceled: "canceled", AlreadyDone: "ended", Fired: "fired" }[told._tag]
      assert.strictEqual(order?.state, state, seen)
      // What was filled stands, and is told.
      const executed = executedOf("order" in told ? told.order : undefined)
      if (executed !== undefined) assert.strictEqual(executed, order?.executed, seen)
      break
    }
    case "NotFound":
      assert.isEmpty(booked, seen)
      break
    case "StillUnknown":
      assert.strictEqual(row.ends, "StillUnknown", seen)
      break
    default:
      // It was refused, and nothing was changed.
      assert.strictEqual(order?.state, "open", seen)
  }
}

const cancelPoints: ReadonlyArray<Point> = [{ turns: 4 }, { millis: 100 }, { millis: 3000 }]

describe("an order that is cancelled under a fault", () => {
  describe.each(Orders.products)("of $name", (product) => {
    // Orders that wait, and pairs of them, do not fill in part here.
    const possible = cancelTable.filter(({ before, meanwhile }) =>
      product.fillPart.length > 0 || (before !== "filled in part" && meanwhile !== "filled in part")
    )

    it.effect("ends as it is told", () =>
      Effect.gen(function*() {
        yield* begin
        for (const [index, row] of possible.entries()) {
          const seen = yield* cancel(product, row, `c${index}`)
          assert.strictEqual(seen.told._tag, cancelEnds(product, row.ends), row.what)
          assertEnded(seen, row, row.what)
        }
      }).pipe(inTime))

    it.effect("ends as it is told after an interruption", () =>
      Effect.gen(function*() {
        yield* begin
        for (const [index, row] of possible.entries()) {
          for (const [turn, at] of cancelPoints.entries()) {
            const seen = yield* cancel(product, row, `c${index}i${turn}`, at)
            assertEnded(seen, row, `${row.what}, ${JSON.stringify(at)}`)
          }
        }
      }).pipe(inTime))

    it.effect("that is placed late is cancelled when it shows", () =>
      Effect.gen(function*() {
        yield* begin
        const exchange = yield* Simulator
        yield* exchange.inject(Fault.on(product.places)(Fault.lateAccept("3 seconds", { answer: "none" })))
        yield* Effect.forkChild(product.submit("late"))
        yield* TestClock.adjust(1)
        const fiber = yield* Effect.forkChild(product.cancel("late"))
        assert.strictEqual(tagOf(yield* finish(fiber))._tag, "Canceled")
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual((yield* bookedOf(product, "late")).map(({ state }) => state), ["canceled"])
      }).pipe(inTime))
  })
})

// -----------------------------------------------------------------------------
// Whatever happens
// -----------------------------------------------------------------------------

const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Event = Schema.Struct({ kind: int(0, 15), millis: int(0, 12_000) })

/** What can happen to a request; an order is accepted five seconds late at most, as that is its receive window. */
const faultOf = ({ kind, millis }: typeof Event.Type): Fault.Fault => {
  const all = [
    Fault.pass,
    Fault.pass,
    lost,
    stands,
    Fault.stall,
    Fault.carriedOut(Fault.stall),
    Fault.delay(millis),
    Fault.delayRequest(millis),
    Fault.lateAccept(millis % 5000, { answer: millis % 2 === 0 ? "none" : undefined }),
    Fault.serviceUnavailable,
    Fault.carriedOut(Fault.unknownError),
    Fault.html(502),
    Fault.carriedOut(cutShort),
    Fault.duplicate({ answers: millis % 2 === 0 ? "first" : "second" }),
    Fault.connectionRefused,
    Fault.rateLimited({ retryAfter: 1 })
  ]
  return all[kind] ?? Fault.pass
}

const askingOf = ({ kind, millis }: typeof Event.Type): Fault.Fault => {
  const all = [
    Fault.serviceUnavailable,
    Fault.rateLimited({ retryAfter: 1 }),
    lost,
    Fault.delay(millis),
    Fault.html(502)
  ]
  return all[kind] ?? Fault.pass
}

const Story = Schema.Struct({
  product: int(0, 5),
  own: Schema.Boolean,
  retries: Schema.Boolean,
  placing: Schema.Array(Event).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
  asking: Schema.Array(Event).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
  hidden: int(0, 4900),
  filled: Schema.Boolean,
  /** When the caller is interrupted, if that is before the end. */
  until: int(0, 40_000)
})

const Ending = Schema.Struct({
  product: int(0, 5),
  canceling: Schema.Array(Event).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
  asking: Schema.Array(Event).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
  hidden: int(0, 4900),
  meanwhile: int(0, 3),
  until: int(0, 20_000)
})

const productOf = (index: number): Product => Orders.products[index] ?? Orders.um

const arbitrary = { runs: 120 }

describe("whatever is lost, late, doubled, hidden or interrupted", () => {
  it.layer(here)((it) => {
    let stories = 0

    it.effect.prop(
      "there is never a second order, and what is told of it is true",
      { story: Story },
      ({ story }) =>
        Effect.gen(function*() {
          const { asking, filled, hidden, own, placing, product, retries, until } = story
          const made: Row = {
            what: "made up",
            placing: Fault.script(placing.map(faultOf)),
            asking: Fault.script(asking.map(askingOf)),
            hidden,
            // Ids protect open orders only: where a proxy sends twice, the second comes before the fill.
            ...(filled ? { filled: true } : {}),
            ends: ""
          }
          const told = yield* place(productOf(product), made, {
            id: `story${stories++}`,
            own,
            policy: retries ? repeating : RetryPolicy.none,
            at: { millis: until }
          })
          assertTrue(told, false, JSON.stringify(story))
        }),
      { arbitrary }
    )

    it.effect.prop(
      "an order that is cancelled has ended as it is told",
      { ending: Ending },
      ({ ending }) =>
        Effect.gen(function*() {
          const product = productOf(ending.product)
          const changes: ReadonlyArray<Change> = ["filled", "canceled", "filled in part"]
          const meanwhile = changes[ending.meanwhile]
          const made: CancelRow = {
            what: "made up",
            canceling: Fault.script(ending.canceling.map(faultOf)),
            asking: Fault.script(ending.asking.map(askingOf)),
            hidden: ending.hidden,
            ...(meanwhile === undefined ? {} : { meanwhile }),
            ends: ""
          }
          const seen = yield* cancel(product, made, `ending${stories++}`, { millis: ending.until })
          const refusals = ["Unavailable", "RateLimited", "TransportFailed", "ClockSkewed"]
          if (!refusals.includes(seen.told._tag)) assertEnded(seen, made, JSON.stringify(ending))
        }),
      { arbitrary }
    )
  })
})
