import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"

const many = (prefix: string, maxLength: number) =>
  Effect.all(Array.from({ length: 500 }, () => ClientOrderId.make(prefix).next(maxLength)), {
    concurrency: "unbounded"
  })

describe("make", () => {
  const prefixes: ReadonlyArray<readonly [prefix: string, kept: string]> = [
    ["", ""],
    ["bot-1_", "bot-1_"],
    ["twelve-chars", "twelve-chars"],
    ["a".repeat(13), "a".repeat(12)],
    ["b".repeat(23), "b".repeat(12)],
    ["c".repeat(32), "c".repeat(12)],
    ["d".repeat(100), "d".repeat(12)],
    ["my bot #1: ", "mybot1:"],
    ["\u5e01\u5b89", ""],
    [" ".repeat(40) + "e", "e"]
  ]

  for (const [prefix, kept] of prefixes) {
    it.effect(`ids in the same millisecond differ: ${JSON.stringify(prefix)}`, () =>
      Effect.gen(function*() {
        for (const maxLength of [32, 36]) {
          const ids = yield* many(prefix, maxLength)
          assert.strictEqual(new Set(ids).size, ids.length)
          for (const id of ids) {
            assert.strictEqual(id.slice(0, -21 + Math.max(0, kept.length + 21 - maxLength)), kept)
            assert.match(id, /^[.A-Z:/a-z0-9_-]+$/)
            assert.isAtMost(id.length, maxLength)
          }
        }
      }))
  }

  it.effect("ids are the same in each run by the same clock and seed, and others by other ones", () =>
    Effect.gen(function*() {
      const run = (seed: string) =>
        Effect.forEach([32, 36, 32], (maxLength) => ClientOrderId.make("bot-").next(maxLength)).pipe(
          Random.withSeed(seed)
        )
      const first = yield* run("a")
      assert.deepStrictEqual(yield* run("a"), first)
      assert.notDeepEqual(yield* run("b"), first)
      yield* TestClock.adjust("1 milli")
      assert.notDeepEqual(yield* run("a"), first)
    }))

  it.effect("a prefix gives way where little is allowed, then the time", () =>
    Effect.gen(function*() {
      for (const maxLength of [10, 12, 19, 20, 24]) {
        const ids = yield* many("prefix-of-mine", maxLength)
        assert.strictEqual(new Set(ids).size, ids.length)
        for (const id of ids) assert.strictEqual(id.length, maxLength)
      }
      assert.strictEqual(yield* ClientOrderId.make("x").next(0), "")
    }))
})
