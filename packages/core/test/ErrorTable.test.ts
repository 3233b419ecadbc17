import * as ErrorTable from "@effect-binance/core/ErrorTable"
import { assert, describe, it } from "@effect/vitest"
import * as codes from "../src/internal/errorCodes.ts"

describe("ErrorTable", () => {
  const classified = Object.values(codes.codes).flatMap(codes.read).sort((a, b) => a - b)

  it("has a row for each classified code, and a class for each row", () => {
    assert.deepStrictEqual(ErrorTable.entries.map(({ code }) => code).sort((a, b) => a - b), classified)
    assert.strictEqual(new Set(classified).size, classified.length)
  })

  it("finds a row by its code, margin codes with either sign", () => {
    assert.deepStrictEqual(ErrorTable.find(-2015), {
      code: -2015,
      name: "REJECTED_MBX_KEY",
      class: "auth",
      cause: "key, IP or permission invalid (live: HTTP 401)"
    })
    assert.strictEqual(ErrorTable.find(51_006), ErrorTable.find(-51_006))
    assert.strictEqual(ErrorTable.find(51_006)?.name, "EXCEED_MAX_BORROWABLE")
    assert.isUndefined(ErrorTable.find(-9999))
    assert.isUndefined(ErrorTable.find(2015))
  })

  it("has a remedy for each code, its own or that of its class", () => {
    for (const { code } of ErrorTable.entries) assert.match(ErrorTable.remedy(code), /^[A-Z].*\.$/)
    assert.strictEqual(ErrorTable.remedy(-4068), "Close all positions first.")
    assert.strictEqual(ErrorTable.remedy(-51_006), ErrorTable.remedy(-2010))
    assert.strictEqual(ErrorTable.remedy(-9999), "The code is not documented: look at the message.")
  })
})
