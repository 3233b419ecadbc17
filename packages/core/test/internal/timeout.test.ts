import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as timeout from "../../src/internal/timeout.ts"

const late = () => Effect.fail("late" as const)

const second = timeout.orElse({ duration: "1 second", orElse: late })

describe("a timeout", () => {
  it.effect("leaves what answers at once as it is", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* second(Effect.succeed(1)), 1)
      assert.deepStrictEqual(yield* Effect.exit(second(Effect.fail("no"))), Exit.fail("no"))
      assert.deepStrictEqual(yield* Effect.exit(second(Effect.die("odd"))), Exit.die("odd"))
    }))

  it.effect("leaves what answers in time as it is", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(second(Effect.as(Effect.sleep("999 millis"), 1)))
      yield* TestClock.adjust("999 millis")
      assert.strictEqual(yield* Fiber.join(fiber), 1)
    }))

  it.effect("interrupts what does not, and waits for it to end", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const slow = Effect.never.pipe(
        Effect.onInterrupt(() => Effect.andThen(Effect.sleep("5 seconds"), Effect.sync(() => seen.push("closed"))))
      )
      const fiber = yield* second(slow).pipe(
        Effect.exit,
        Effect.tap(() => Effect.sync(() => seen.push("late"))),
        Effect.forkChild
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(seen, [])
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(seen, ["closed", "late"])
      assert.deepStrictEqual(yield* Fiber.join(fiber), Exit.fail("late" as const))
    }))

  it.effect("is late even where what was late succeeds after all", () =>
    Effect.gen(function*() {
      const stubborn = Effect.uninterruptible(Effect.as(Effect.sleep("2 seconds"), 1))
      const fiber = yield* Effect.forkChild(Effect.exit(second(stubborn)))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), Exit.fail("late" as const))
    }))

  it.effect("passes an interruption on, and waits for it", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sync(() => seen.push("closed")))
      const fiber = yield* Effect.forkChild(second(slow))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(seen, ["closed"])
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      // The clock was dropped too: nothing happens when the time is over.
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(seen, ["closed"])
    }))

  it.effect("never ends where the time is infinite", () =>
    Effect.gen(function*() {
      const answer = Effect.as(Effect.sleep("365 days"), 1)
      const fiber = yield* Effect.forkChild(timeout.orElse({ duration: Infinity, orElse: late })(answer))
      yield* TestClock.adjust("365 days")
      assert.strictEqual(yield* Fiber.join(fiber), 1)
    }))

  it.effect("keeps the context, for the effect and for the alternative", () =>
    Effect.gen(function*() {
      const Name = Context.Reference<string>("test/Name", { defaultValue: () => "none" })
      const named = timeout.orElse({ duration: "1 second", orElse: () => Effect.service(Name) })
      const both = Effect.all([
        named(Effect.service(Name)),
        named(Effect.never)
      ])
      const fiber = yield* Effect.forkChild(Effect.provideService(both, Name, "given"))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(fiber), ["given", "given"])
    }))
})
