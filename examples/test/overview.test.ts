/** The demo as a user runs it, in a process of its own. */
import * as Decimal from "@effect-binance/core/Decimal"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { money, table } from "../table.ts"
import { run } from "./run.ts"

const script = join(import.meta.dirname, "../overview.ts")

describe("the demo", () => {
  it.live("says first which exchange it asks, and shows its account", () =>
    Effect.gen(function*() {
      const { code, out } = yield* run(script, {})
      assert.strictEqual(code, 0)
      assert.match(out, /^Asking the simulator on this machine \(http:\/\/127\.0\.0\.1:\d+\); no real account/)
      for (const shown of ["uniMMR", "maintenance margin", "USDT", "BTCUSDT", "币安人生USDT", "BTCUSD_PERP"]) {
        assert.include(out, shown)
      }
    }), 30_000)

  it.live("does not go where Portfolio Margin is not served, and says where to go", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run(script, { BINANCE_ENVIRONMENT: "testnet" })
      assert.strictEqual(code, 1)
      assert.include(err, "simulator")
      assert.notInclude(out + err, "at file:")
    }), 30_000)

  it.live("asks for the keys that are missing", () =>
    Effect.gen(function*() {
      const { code, err } = yield* run(script, {
        BINANCE_ENVIRONMENT: "custom",
        BINANCE_REST_URL: "http://127.0.0.1:9",
        BINANCE_API_KEY: ""
      })
      assert.strictEqual(code, 1)
      assert.include(err, "BINANCE_API_KEY")
    }), 30_000)
})

describe("tables", () => {
  const decimal = (text: string) => Decimal.parse(text) ?? assert.fail(text)

  it("groups thousands and rounds", () => {
    assert.strictEqual(money(decimal("1234567.891")), "1,234,567.89")
    assert.strictEqual(money(decimal("-0.005"), 8), "-0.005")
    assert.strictEqual(money(decimal("999")), "999")
  })

  it("keeps columns in line, wide letters too", () => {
    assert.strictEqual(
      table(["symbol", "size"], [["币安", "1"], ["BTCUSDT", "20"]]),
      ["symbol   size", "-------  ----", "币安        1", "BTCUSDT    20", ""].join("\n")
    )
  })
})
