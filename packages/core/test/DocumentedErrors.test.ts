import type { MutationError } from "@effect-binance/core/BinanceError"
import type * as Client from "@effect-binance/core/Client"
import * as ErrorTable from "@effect-binance/core/ErrorTable"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import * as codes from "../src/internal/errorCodes.ts"
import { connect, type Failure, getThing, orderThing } from "./support/exchange.ts"
import * as transport from "./support/transport.ts"

const Documented = Schema.Array(
  Schema.Struct({ code: Schema.Int, class: Schema.String, outcomeUnknown: Schema.Boolean, message: Schema.String })
)

const documented = Schema.decodeUnknownSync(Schema.fromJsonString(Documented))(
  readFileSync(new URL("fixtures/documentedErrors.json", import.meta.url), "utf8")
)

const symbol = "BTCUSDT"

const read = (client: Client.ClientShape): Effect.Effect<unknown, Failure> => client.call(getThing, { symbol })

const order = (client: Client.ClientShape): Effect.Effect<unknown, MutationError> => client.call(orderThing, { symbol })

/** How a call fails that is answered so, without being repeated. */
const failure = <E extends Failure>(
  call: (client: Client.ClientShape) => Effect.Effect<unknown, E>,
  status: number,
  code: number,
  msg: string
) =>
  Effect.scoped(
    Effect.gen(function*() {
      const { client } = yield* connect(transport.answer(status, { code, msg }))
      return yield* Effect.flip(call(client)).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
      )
    })
  )

// What each class of documented codes ends as: a read, and an order whose code says nothing about orders.
const errorOf: { readonly [C in ErrorTable.ErrorClass]: readonly [read: string, order: string] } = {
  auth: ["Unauthorized", "Unauthorized"],
  clock: ["ClockSkewed", "ClockSkewed"],
  "rate-limit": ["RateLimited", "RateLimited"],
  overload: ["Unavailable", "Unavailable"],
  "server-failure": ["Unavailable", "Unavailable"],
  "unknown-outcome": ["Unavailable", "OutcomeUnknown"],
  "bad-request": ["Rejected", "Rejected"],
  filter: ["Rejected", "Rejected"],
  rejected: ["Rejected", "Rejected"],
  restricted: ["Rejected", "Rejected"],
  "not-found": ["NotFound", "NotFound"],
  "no-change": ["Rejected", "Rejected"],
  "exchange-config": ["Rejected", "Rejected"],
  "not-papi": ["Rejected", "Rejected"]
}

// "Internal server error." (-3000) is classed with the failures, but says nothing of whether the order was carried out: the
// table takes the careful reading.
describe("the table of codes", () => {
  it("has each documented code in its documented class, with cause and remedy, and no other code", () => {
    assert.lengthOf(documented, 250)
    for (const { class: cls, code } of documented) {
      const entry = ErrorTable.find(code)
      assert.strictEqual(entry?.class, code === -3000 ? "unknown-outcome" : cls, String(code))
      assert.isNotEmpty(entry?.cause)
      assert.match(ErrorTable.remedy(code), /^[A-Z].*\.$/)
    }
    assert.lengthOf(ErrorTable.entries, documented.length)
  })

  it("has a reason for each code about orders, and no code with two reasons", () => {
    const reasoned = ErrorTable.entries.filter(({ code }) => ErrorTable.refusal(code, "") !== undefined)
    assert.isAbove(reasoned.length, 80)
    const classes = new Set(reasoned.map((entry) => entry.class))
    assert.deepStrictEqual([...classes].sort(), ["bad-request", "filter", "no-change", "rejected", "restricted"])
    for (const reason of codes.refusals) {
      assert.isTrue(reasoned.some(({ code }) => ErrorTable.refusal(code, "") === reason), reason)
    }
  })

  it.effect.each(documented)(
    "$code ends a read and an order as the table says",
    ({ code, message, outcomeUnknown }) =>
      Effect.gen(function*() {
        const entry = ErrorTable.find(code)
        assert.isDefined(entry)
        const [ofRead, ofOrder] = errorOf[entry?.class ?? "bad-request"]
        const why = ErrorTable.refusal(code, message)
        const reading = yield* failure(read, 400, code, message)
        assert.strictEqual(reading._tag, code === -21015 ? "EndpointRetired" : ofRead)
        const ordering = yield* failure(order, 400, code, message)
        assert.strictEqual(
          ordering._tag,
          code === -21015 ? "EndpointRetired" : why === undefined ? ofOrder : "OrderRejected"
        )
        if (ordering._tag === "OutcomeUnknown") {
          assert.isTrue(outcomeUnknown || code === -3000, "only where the code says nothing")
        }
        if (ordering._tag === "OrderRejected") {
          assert.strictEqual(ordering.why, why)
        }
        if ("code" in ordering) assert.strictEqual(ordering.code, code)
      })
  )

  it.effect("keeps a code that nobody documents, and guesses nothing", () =>
    Effect.gen(function*() {
      const unknown = yield* failure(order, 400, -4408, "something new")
      assert.strictEqual(unknown._tag, "Rejected")
      assert.deepInclude(unknown, { code: -4408, reason: "something new" })
      assert.strictEqual((yield* failure(order, 500, -4408, "something new"))._tag, "OutcomeUnknown")
      assert.strictEqual((yield* failure(order, 200, -4408, "something new"))._tag, "OutcomeUnknown")
    }))
})

describe("OrderRejected", () => {
  it.effect.each(
    [
      [-2019, "Margin is insufficient.", "margin"],
      [-4164, "Order's notional must be no smaller than 5.0", "notional"],
      [-1111, "Precision is over the maximum defined for this asset.", "precision"],
      [-4014, "Price not increased by tick size.", "price"],
      [-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit", "price-band"],
      [-4023, "Qty not increased by step size.", "quantity"],
      [-2022, "ReduceOnly Order is rejected.", "reduce-only"],
      [-4118, "ReduceOnly Order Failed.", "reduce-only"],
      [-4405, "Only reduceOnly order is allowed, please try again later.", "reduce-only-mode"],
      [-4116, "clientOrderId is duplicated", "duplicate-id"],
      [-20132, "The client algo id is duplicated.", "duplicate-id"],
      [-4061, "Order's position side does not match user's setting.", "position-side"],
      [-2021, "Order would immediately trigger.", "would-trigger"],
      [-2025, "Reach max open order limit.", "max-orders"],
      [-5022, "the Post Only order will be rejected.", "post-only"],
      [-5021, "the FOK order has been rejected.", "fill-or-kill"],
      [-2023, "User in liquidation mode now.", "account"],
      [-4141, "Symbol is closed", "symbol"],
      [-4120, "Order type not supported for this endpoint.", "order-type"],
      [-5039, "Invalid self trade prevention mode", "self-trade"],
      [-5026, "Exceed maximum modify order limit.", "modify"],
      [51_006, "Exceeds maximum borrowable amount.", "borrow"],
      [-51_113, "cannot be more than 15% lower than the current index price", "price-band"],
      [-2010, "Account has insufficient balance for requested action.", "margin"],
      [-2010, "Duplicate order sent.", "duplicate-id"],
      [-2010, "Order would immediately match and take.", "post-only"],
      [-2010, "Stop price would trigger immediately.", "would-trigger"],
      [-2010, "Iceberg orders are not supported for this symbol.", "order-type"],
      [-2010, "This action is disabled on this account.", "account"],
      [-2010, "NEW_ORDER_REJECTED", "unspecified"],
      [-1013, "Filter failure: PRICE_FILTER", "price"],
      [-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "price-band"],
      [-1013, "Filter failure: LOT_SIZE", "quantity"],
      [-1013, "Filter failure: MIN_NOTIONAL", "notional"],
      [-1013, "Filter failure: MAX_NUM_ALGO_ORDERS", "max-orders"],
      [-1013, "Filter failure: SOMETHING_NEW", "filter"]
    ] as const
  )("%i %s: %s", ([code, message, why]) =>
    Effect.gen(function*() {
      const error = yield* failure(order, 400, code, message)
      assert.strictEqual(error._tag === "OrderRejected" ? error.why : error._tag, why)
      assert.include(error.message, message)
    }))
})
