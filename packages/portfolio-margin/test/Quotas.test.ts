import * as RateBudget from "@effect-binance/core/RateBudget"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

// As the documentation has them; a month is taken for its longest.
const documented: ReadonlyArray<readonly [id: string, limit: number, per: Duration.Input]> = [
  ["autoCollectFunds", 500, "1 hour"],
  ["transferBNB", 10, "10 minutes"],
  ["updateAutoRepayFuturesStatus", 20, "1 day"],
  ["getUMTradeHistoryDownloadId", 5, "31 days"],
  ["getUMOrderHistoryDownloadId", 10, "31 days"],
  ["getUMTransactionHistoryDownloadId", 5, "31 days"]
]

const sender = { host: "pm.example", account: "a", offsetMillis: () => 0 }

describe("quotas", () => {
  it("are those of the documentation", () => {
    const defined = Endpoints.all.filter((endpoint) => endpoint.quota !== undefined)
    assert.sameMembers(defined.map(({ id }) => id), documented.map(([id]) => id))
  })

  for (const [id, limit, per] of documented) {
    it.effect(`of ${id}: ${limit} in ${per}`, () =>
      Effect.gen(function*() {
        const endpoint = Endpoints.all.find((one) => one.id === id)
        if (endpoint === undefined) return assert.fail("no such endpoint")
        yield* TestClock.setTime(1_767_225_630_000)
        const budget = yield* RateBudget.make({ weightLimit: 1e9, policy: RateBudget.fail })
        const ask = Effect.flatMap(
          budget.gate.admit({ endpoint, params: {}, attempts: 0, sender }),
          (permit) => permit.release(true)
        )
        for (let i = 0; i < limit; i++) yield* ask
        const failure = yield* Effect.flip(ask)
        if (failure._tag !== "RateLimited") return assert.fail(failure._tag)
        assert.strictEqual(failure.budget, "quota")
        assert.deepStrictEqual(failure.quota, endpoint.quota)
        const { budgets } = yield* budget.status
        assert.deepStrictEqual(
          budgets.filter((one) => one.budget === "quota").map(({ endpoint, limit, per, used }) => [
            endpoint,
            limit,
            Duration.toMillis(per),
            used
          ]),
          [[id, limit, Duration.toMillis(per), limit]]
        )
        yield* TestClock.adjust(per)
        assert.strictEqual((yield* Effect.flip(ask))._tag, "RateLimited")
        yield* TestClock.adjust("1 second")
        yield* ask
      }))
  }
})
