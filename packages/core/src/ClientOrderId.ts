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
 * Makes client order ids. Each must be new among the account's open orders, and 1 to `maxLength` letters, digits and
 * `. : / _ -`: with another one the order fails with `InvalidRequest`, and nothing is sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface GeneratorShape {
  readonly next: (maxLength: number) => Effect.Effect<string>
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

const timeLength = 9

// Ids made in the same millisecond differ by chance alone, so that much of it is never given up for a prefix.
const leastChance = 10

const mostChance = 12

const mostPrefix = 12

const randomPart = Effect.fnUntraced(function*(length: number) {
  let text = ""
  while (text.length < length) text += alphabet.charAt(Math.floor(yield* Random.nextBetween(0, alphabet.length)))
  return text
})

/**
 * A generator whose ids begin with a prefix of the caller's, then the time, then chance: they sort by time and do not
 * collide between processes.
 *
 * **Details**
 *
 * Time is read from `Clock` and chance from `Random`, so ids are the same in each run of a test that sets both.
 *
 * **Gotchas**
 *
 * Characters other than letters, digits and `. : / _ -`, which the exchange refuses, are dropped from the prefix, and what
 * is left is cut to its first 12 characters (fewer where less than 31 are allowed for an id): each id keeps the time and at
 * least 10 characters of chance.
 *
 * @category generators
 * @since 0.1.0
 */
export const make = (prefix: string): GeneratorShape => {
  const clean = prefix.replace(/[^A-Za-z0-9.:/_-]/g, "").slice(0, mostPrefix)
  return {
    next: (maxLength) =>
      Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        const time = now.toString(36).padStart(timeLength, "0")
        const kept = clean.slice(0, Math.max(0, maxLength - time.length - leastChance))
        const room = maxLength - kept.length - time.length
        const chance = yield* randomPart(Math.max(leastChance, Math.min(mostChance, room)))
        const id = kept + time + chance
        // Where not even time and chance fit, chance goes first.
        return id.slice(Math.max(0, id.length - maxLength))
      })
  }
}

/**
 * The generator in force: {@link make} without a prefix unless another is provided.
 *
 * @category references
 * @since 0.1.0
 */
export const Generator = Context.Reference<GeneratorShape>("@effect-binance/core/ClientOrderId/Generator", {
  defaultValue: () => make("")
})
