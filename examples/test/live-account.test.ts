/** The live account as a user runs it, in a process of its own. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { run } from "./run.ts"

const script = join(import.meta.dirname, "../live-account.ts")

describe("the live account", () => {
  it.live("is live, stale while the plug is pulled, and live again with what was missed", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run(script, {})
      assert.strictEqual(code, 0, err)
      assert.match(out, /^The simulator on this machine \(http:\/\/127\.0\.0\.1:\d+\); no real account/)
      const at = (text: string, from = 0): number => {
        const found = out.indexOf(text, from)
        assert.isAtLeast(found, 0, `${text} is missing:\n${out}`)
        return found
      }
      const placed = at("An order is placed")
      at("LIVE since", placed)
      at("NEW", placed)
      const pulled = at("The plug is pulled")
      const stale = at("STALE since", pulled)
      const again = at("LIVE since", stale)
      assert.isBelow(again, at("It was filled meanwhile"))
      at("MISSED and found: UMOrder", stale)
      at("Nothing is missing any more", stale)
      assert.match(out.slice(placed, pulled), /BTCUSDT .*BUY .*LIMIT/)
      assert.notMatch(out.slice(again), /BTCUSDT .*BUY .*LIMIT/)
      assert.include(out, "uniMMR")
      assert.notInclude(out + err, "at file:")
    }), 60_000)

  it.live("does not go where Portfolio Margin is not served, and says where to go", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run(script, { BINANCE_ENVIRONMENT: "testnet" })
      assert.strictEqual(code, 1)
      assert.include(err, "simulator")
      assert.notInclude(out + err, "at file:")
    }), 30_000)
})
