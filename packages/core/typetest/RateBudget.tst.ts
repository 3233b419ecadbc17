import type { Banned, RateLimited } from "@effect-binance/core/BinanceError"
import * as RateBudget from "@effect-binance/core/RateBudget"
import type * as RequestGate from "@effect-binance/core/RequestGate"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { describe, expect, it } from "tstyche"

declare const call: RequestGate.Call
declare const budget: RateBudget.RateBudgetShape

describe("RateBudget", () => {
  it("is a layer that needs nothing and cannot fail", () => {
    expect(RateBudget.RateBudget.layer()).type.toBe<Layer.Layer<RateBudget.RateBudget>>()
  })

  it("lets through, or fails for a limit or a ban", () => {
    expect(budget.gate.admit(call)).type.toBe<Effect.Effect<RequestGate.Permit, RateLimited | Banned>>()
  })

  it("has policies that change nothing of what an effect is", () => {
    const self = Effect.succeed(1)
    expect(RateBudget.withPolicy(RateBudget.fail)(self)).type.toBe<Effect.Effect<number>>()
  })

  it("has policies with a bound", () => {
    expect(RateBudget.wait).type.toBeCallableWith({ maxQueued: 10, maxWait: "1 second" })
    expect<{ maxQueued: number }>().type.not.toBeAssignableTo<RateBudget.Policy>()
  })
})
