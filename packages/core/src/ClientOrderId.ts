/**
 * Client order ids: the name under which an order can be asked for whatever became of the request that placed it.
 *
 * Every order carries one, the caller's or one from the {@link Generator}. Nobody's broker prefix is ever put in front.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/**
 * Makes client order ids. Each must be new among the account's open orders, and no longer than asked.
 *
 * @category models
 * @since 0.1.0
 */
export interface GeneratorShape {
  readonly next: (maxLength: number) => Effect.Effect<string>
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

const timeLength = 9

const randomPart = (length: number): Effect.Effect<string> =>
  Effect.map(
    Effect.all(Array.from({ length }, () => Random.nextBetween(0, alphabet.length))),
    (numbers) => numbers.map((n) => alphabet.charAt(Math.floor(n))).join("")
  )

/**
 * A generator whose ids begin with a prefix of the caller's, then the time, then chance: they sort by time and do not
 * collide between processes.
 *
 * **Details**
 *
 * Time is read from `Clock` and chance from `Random`, so ids are the same in each run of a test that sets both. A prefix
 * may use letters, digits and `. : / _ -`; what is left of 32 characters should not fall below 20.
 *
 * @category generators
 * @since 0.1.0
 */
export const make = (prefix: string): GeneratorShape => ({
  next: (maxLength) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const time = now.toString(36).padStart(timeLength, "0")
      const chance = yield* randomPart(Math.max(0, Math.min(12, maxLength - prefix.length - time.length)))
      return (prefix + time + chance).slice(0, maxLength)
    })
})

/**
 * The generator in force: {@link make} without a prefix unless another is provided.
 *
 * @category references
 * @since 0.1.0
 */
export const Generator = Context.Reference<GeneratorShape>("@effect-binance/core/ClientOrderId/Generator", {
  defaultValue: () => make("")
})
