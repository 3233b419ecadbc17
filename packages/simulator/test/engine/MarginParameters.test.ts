import * as Parameters from "@effect-binance/simulator/MarginParameters"
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import { assertDecimal, d } from "./support.ts"

describe("MarginParameters", () => {
  it("has every parameter with its mark in the guide", () => {
    const guide = fs.readFileSync(new URL("../../../../docs/margin.md", import.meta.url), "utf8")
    const section = guide.slice(guide.indexOf("## Parameters"), guide.indexOf("## What is not known"))
    const listed = [...section.matchAll(/^\| `(\w+)` +\|.*\| ([a-z ]+?) +\|$/gm)].map(([, name, mark]) => [name, mark])
    assert.deepStrictEqual(listed, Object.entries(Parameters.marks))
    assert.sameMembers(Object.keys(Parameters.defaults), Object.keys(Parameters.marks))
  })

  it("has the status table of today by default, and that of 2022", () => {
    assert.deepStrictEqual(Parameters.preset("present"), Parameters.defaults)
    assert.deepStrictEqual(Parameters.defaults.statusSteps.map((step) => step.status), [
      "NORMAL",
      "MARGIN_CALL",
      "REDUCE_ONLY",
      "ACTIVE_LIQUIDATION"
    ])
    assert.deepStrictEqual(Parameters.preset("2022").statusSteps.map((step) => step.status), [
      "NORMAL",
      "MARGIN_CALL",
      "SUPPLY_MARGIN",
      "REDUCE_ONLY",
      "ACTIVE_LIQUIDATION"
    ])
  })

  it("answers for what is not listed", () => {
    assertDecimal(Parameters.loanMaintenanceRate(Parameters.defaults, 5), "0.08")
    assertDecimal(Parameters.loanMaintenanceRate(Parameters.defaults, 4), "0.1")
    assertDecimal(Parameters.collateralRate(Parameters.defaults, "NOPE"), "0")
    const own = { ...Parameters.defaults, dailyInterestRates: new Map([["BTC", d("0.0001")]]) }
    assertDecimal(Parameters.dailyInterestRate(own, "BTC"), "0.0001")
    assertDecimal(Parameters.dailyInterestRate(own, "ETH"), "0.00013233")
  })
})
