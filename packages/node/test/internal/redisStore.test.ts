import * as RateBudget from "@effect-binance/core/RateBudget"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redis from "effect/persistence/Redis"
import * as Schema from "effect/Schema"
import * as redisStore from "../../src/internal/redisStore.ts"
import * as redisServer from "../support/redisServer.ts"

const host = "pm.example"
const minute = 60_000

const int = (minimum: number, maximum: number): Arbitrary.Arbitrary<number> =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const oneOf = <A>(first: A, ...others: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(int(0, others.length), (index) => others[index - 1] ?? first)

const steps = Arbitrary.array(
  Arbitrary.all({
    op: oneOf("reserve", "reserve", "reserve", "settle", "settle", "giveBack", "close", "ban", "levels"),
    // How much later than the step before.
    passes: oneOf(0, 1, 200, 900, 1100, 5000, 29_000, 61_000, 130_000),
    // The exchange's clock is measured anew.
    jump: oneOf(0, 0, 0, 0, 0, 2500, -2500, 45_000, -70_000),
    weight: oneOf(1, 5, 20, 60),
    order: oneOf(true, false),
    quota: oneOf(false, false, true),
    account: oneOf("a", "b"),
    which: int(0, 20),
    count: oneOf<number | undefined>(undefined, 0, 3, 40, 99),
    until: oneOf<number | undefined>(undefined, -1000, 1500, 30_000, 90_000)
  }),
  { minLength: 10, maxLength: 40 }
)

describe.skipIf(!redisServer.available)(`the store over Redis${redisServer.note}`, () => {
  it.live("decides what the store in memory decides, whatever is asked", () =>
    Effect.gen(function*() {
      const server = yield* redisServer.make
      const context = yield* Layer.build(server.client)
      const { send } = yield* Effect.provideContext(Redis.Redis, context)
      let runs = 0
      const schedules = yield* Arbitrary.sampleEffect(steps, { count: 80 })
      for (const schedule of schedules) {
        yield* send("FLUSHALL")
        runs++
        let real = 1_767_225_630_000
        let offset = 0
        let carry = false
        let pausedUntil = 0
        const memory = RateBudget.memory()
        const redis = yield* redisStore.make({ realTime: Effect.sync(() => real), lease: "1 day" }).pipe(
          Effect.provideContext(context)
        )
        const open: Array<readonly [RateBudget.Reservation, RateBudget.Reservation]> = []
        for (const [index, step] of schedule.entries()) {
          real += step.passes
          const where = `schedule ${runs}, step ${index}: ${step.op}`
          switch (step.op) {
            case "reserve": {
              // During a pause Redis is not asked, and so not told the time.
              const paused = real + offset + Math.min(0, step.jump) < pausedUntil
              carry = step.jump !== 0 && !paused
              if (carry) offset += step.jump
              const charges: ReadonlyArray<RateBudget.Charge> = [
                { key: host, cost: step.weight, allowed: 100 },
                ...(step.order || carry ? [{ key: `${host} a`, cost: 1, allowed: 4 }] : []),
                ...(carry ? [{ key: `${host} b`, cost: 1, allowed: 4 }] : []),
                ...(step.quota && !carry
                  ? [{ key: `${host} ${step.account}\nrare`, cost: 1, allowed: 2, rolling: 3 * minute }]
                  : [])
              ]
              const moment = { at: real + offset, carry, measured: true }
              const one = yield* memory.reserve(charges, moment)
              const two = yield* redis.reserve(charges, moment)
              if (one._tag === "Refused" && two._tag === "Refused" && two.key !== one.key) {
                // A pause that is known here comes before what Redis has to say; it is a pause all the same.
                const own = charges.filter(({ key }) => key === two.key)
                assert.deepStrictEqual<unknown>(yield* memory.reserve(own, moment), two, where)
              } else if (one._tag === "Refused") assert.deepStrictEqual<unknown>(two, one, where)
              else if (two._tag === "Refused") assert.deepStrictEqual<unknown>(two, "Reserved", where)
              else open.push([one.reservation, two.reservation])
              break
            }
            case "settle":
            case "giveBack": {
              const [pair] = open.splice(step.which % Math.max(1, open.length), 1)
              for (const one of pair ?? []) {
                yield* step.op === "settle"
                  ? one.settle(real + offset, [step.count, step.count])
                  : one.giveBack(real + offset)
              }
              break
            }
            case "close": {
              const key = step.order ? `${host} ${step.account}` : host
              const until = real + offset + (step.until ?? 1000)
              pausedUntil = Math.max(pausedUntil, until)
              for (const store of [memory, redis]) yield* store.close(key, real + offset, until)
              break
            }
            case "ban": {
              // Most of the time there is none.
              if (step.which > 2) break
              const until = step.until === undefined ? undefined : real + offset + step.until
              const ends = yield* memory.ban(host, real + offset, until)
              pausedUntil = Math.max(pausedUntil, ends)
              assert.strictEqual(yield* redis.ban(host, real + offset, until), ends, where)
              break
            }
            case "levels": {
              const sorted = (levels: ReadonlyArray<RateBudget.Level>) =>
                levels.map((level) => [level.key, level.used, level.closedUntil, level.bannedUntil]).sort()
              const expected = yield* memory.levels(host, real + offset)
              const found = yield* redis.levels(host, real + offset)
              const both = new Set(expected.map(({ key }) => key))
              assert.deepStrictEqual(
                sorted(found.filter(({ key }) => both.has(key))),
                sorted(expected.filter(({ key }) => found.some((one) => one.key === key))),
                where
              )
            }
          }
        }
      }
      assert.strictEqual(runs, 80)
    }), 60_000)
})
