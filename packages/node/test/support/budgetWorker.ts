/** A process that sends as much as the shared budget lets it, until it is killed. */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as RateBudget from "@effect-binance/core/RateBudget"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as redisStore from "../../src/internal/redisStore.ts"
import { Settings } from "./counter.ts"
import * as redisServer from "./redisServer.ts"

const settings = Schema.decodeUnknownSync(Schema.fromJsonString(Settings))(process.argv[2])

const endpoint = Endpoint.raw({ method: "GET", path: "/thing", security: "USER_DATA", safety: "read" })

const post = (path: string) => Effect.promise(() => fetch(`${settings.url}/${path}`, { method: "POST" }))

const program = Effect.gen(function*() {
  // On a busy machine half a second is nothing; a Redis that was killed is known to be gone at once.
  const store = yield* redisStore.make({ ...settings, timeout: "3 seconds" })
  const budget = yield* RateBudget.make({
    store,
    share: 1,
    weightLimit: settings.limit,
    edge: settings.edge,
    policy: RateBudget.wait({ maxWait: settings.maxWait })
  })
  const sender = { host: "pm.example", account: settings.name, offsetMillis: () => settings.offset }
  const one = Effect.gen(function*() {
    const weight = 1 + Math.floor(Math.random() * 7)
    const call = { endpoint: { ...endpoint, weight }, params: {}, attempts: 0, sender }
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        restore(budget.gate.admit(call)),
        (permit) => Effect.ensuring(post(`use?name=${settings.name}&weight=${weight}`), permit.release(true))
      )
    )
  }).pipe(
    Effect.catch((error) =>
      post(`refused?name=${settings.name}&why=${error._tag === "RateLimited" ? error.budget : error._tag}`)
    )
  )
  yield* Effect.forEach(Array.from({ length: 8 }), () => Effect.forever(one), { concurrency: "unbounded" })
})

await Effect.runPromise(Effect.provide(program, redisServer.client(settings.socket)))
