import * as Decimal from "@effect-binance/core/Decimal"
import type * as BigDecimal from "effect/BigDecimal"
import { describe, expect, it } from "tstyche"

describe("Decimal", () => {
  it("is a BigDecimal", () => {
    expect<Decimal.Decimal>().type.toBe<BigDecimal.BigDecimal>()
  })

  it("takes what can be written exactly as typed", () => {
    expect<BigDecimal.BigDecimal | string | number>().type.toBe<Decimal.DecimalInput>()
    expect<bigint>().type.not.toBeAssignableTo<Decimal.DecimalInput>()
  })

  it("reads text or says that it is none", () => {
    expect(Decimal.parse("1")).type.toBe<BigDecimal.BigDecimal | undefined>()
  })
})
