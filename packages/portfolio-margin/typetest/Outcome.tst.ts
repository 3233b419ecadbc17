import type { InvalidResponse, NotFound, OutcomeUnknown, Rejected } from "@effect-binance/core/BinanceError"
import type { CMOrders } from "@effect-binance/portfolio-margin/CMOrders"
import type * as CMEndpoints from "@effect-binance/portfolio-margin/endpoints/CMOrders"
import type * as MarginEndpoints from "@effect-binance/portfolio-margin/endpoints/MarginOrders"
import type * as UMEndpoints from "@effect-binance/portfolio-margin/endpoints/UMOrders"
import type { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import type { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "tstyche"

declare const unknown: OutcomeUnknown
declare const algoId: UMEndpoints.UMAlgoOrder["algoId"]

const order = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.1" } as const

describe("submit", () => {
  it("needs the family of the product, and gives its orders", () => {
    expect(Outcome.submitOnce(Outcome.um, order)).type.toBe<
      Effect.Effect<Outcome.Submitted<UMEndpoints.UMOrderPlaced, UMEndpoints.UMOrder>, Outcome.SubmitError, UMOrders>
    >()
    expect(Outcome.submitOnce(Outcome.cm, order)).type.toBe<
      Effect.Effect<Outcome.Submitted<CMEndpoints.CMOrderPlaced, CMEndpoints.CMOrder>, Outcome.SubmitError, CMOrders>
    >()
  })

  it("takes the orders of the product only", () => {
    expect(Outcome.submitOnce).type.not.toBeCallableWith(Outcome.um, { ...order, price: 1 })
    expect(Outcome.submitOnce).type.not.toBeCallableWith(Outcome.umAlgo, order)
    expect(Outcome.submitOnce).type.not.toBeCallableWith(Outcome.marginOCO, order)
    expect(Outcome.submitOnce).type.toBeCallableWith(Outcome.margin, order)
  })

  it("keeps the error of a refusal, and leaves no outcome unknown without saying so", () => {
    expect<Rejected>().type.toBeAssignableTo<Outcome.SubmitError>()
    expect<Outcome.StillUnknown>().type.toBeAssignableTo<Outcome.SubmitError>()
    expect<OutcomeUnknown>().type.not.toBeAssignableTo<Outcome.SubmitError>()
    expect<InvalidResponse>().type.not.toBeAssignableTo<Outcome.SubmitError>()
  })
})

describe("resolve", () => {
  const resolved = Outcome.resolve(Outcome.um, unknown, { symbol: "BTCUSDT" })

  it("cannot fail", () => {
    expect(resolved).type.toBe<Effect.Effect<Outcome.Resolution<UMEndpoints.UMOrder>, never, UMOrders>>()
  })

  it("gives errors that can be yielded", () => {
    const program = Effect.flatMap(
      resolved,
      (outcome) =>
        outcome._tag === "Live" || outcome._tag === "Done" ? Effect.succeed(outcome.order) : Effect.fail(outcome)
    )
    expect(program).type.toBe<
      Effect.Effect<UMEndpoints.UMOrder, Outcome.Absent | Outcome.NotRetained | Outcome.StillUnknown, UMOrders>
    >()
  })
})

describe("cancel", () => {
  it("takes the references of the product only", () => {
    expect(Outcome.cancelAndConfirm).type.toBeCallableWith(Outcome.um, { symbol: "BTCUSDT", orderId: 1 })
    expect(Outcome.cancelAndConfirm).type.toBeCallableWith(Outcome.umAlgo, { algoId })
    expect(Outcome.cancelAndConfirm).type.not.toBeCallableWith(Outcome.um, { symbol: "BTCUSDT", orderId: algoId })
    expect(Outcome.cancelAndConfirm).type.not.toBeCallableWith(Outcome.um, { symbol: "BTCUSDT" })
  })

  it("ends with the order, or says that it is not known", () => {
    expect(Outcome.cancelAndConfirm(Outcome.um, { symbol: "BTCUSDT", orderId: 1 })).type.toBe<
      Effect.Effect<
        Outcome.Cancellation<UMEndpoints.UMOrderCanceled, UMEndpoints.UMOrder>,
        Outcome.CancelError,
        UMOrders
      >
    >()
    expect<OutcomeUnknown>().type.not.toBeAssignableTo<Outcome.CancelError>()
    expect<NotFound>().type.not.toBeAssignableTo<Outcome.CancelError>()
  })
})

it("the pairs of margin orders need the margin family", () => {
  expect(Outcome.cancelAndConfirm(Outcome.marginOCO, { symbol: "BTCUSDT", listClientOrderId: "mine" })).type.toBe<
    Effect.Effect<
      Outcome.Cancellation<
        MarginEndpoints.MarginOCOCanceled,
        MarginEndpoints.MarginOCO
      >,
      Outcome.CancelError,
      MarginOrders
    >
  >()
})
