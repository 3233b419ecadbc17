import type { BinanceError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import { Environment } from "@effect-binance/core/Environment"
import * as Field from "@effect-binance/core/Field"
import { RateBudget } from "@effect-binance/core/RateBudget"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { Account } from "@effect-binance/portfolio-margin/Account"
import { Commission } from "@effect-binance/portfolio-margin/Commission"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { PortfolioClient, type PortfolioClientOptions } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Positions } from "@effect-binance/portfolio-margin/Positions"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as RcMap from "effect/RcMap"
import * as Redacted from "effect/Redacted"
import { callOf, type Case, cases, paramsOf, readingOf, same } from "./support/conformance.ts"
import { account, clientOf, live, scripted } from "./support/exchange.ts"
import { samplesOf } from "./support/fixtures.ts"
import { isArray } from "./support/json.ts"

type Call = (params?: unknown) => Effect.Effect<unknown, BinanceError>

const isCall = (u: unknown): u is Call => typeof u === "function"

/** The methods of a service under their names, whatever their types. */
const methodsOf = (service: object): ReadonlyMap<string, Call> =>
  new Map(Object.entries(service).filter((entry): entry is [string, Call] => isCall(entry[1])))

const methodOf = (service: object, name: string): Call =>
  methodsOf(service).get(name) ?? (() => Effect.die(`there is no method ${name}`))

const failure = (call: Effect.Effect<unknown, BinanceError>): Effect.Effect<BinanceError> =>
  Effect.matchEffect(call, { onFailure: Effect.succeed, onSuccess: () => Effect.die("it was expected to fail") })

const sampleOf = ({ row }: Case): unknown => samplesOf(row.id).find(({ file }) => file === `${row.id}.json`)?.body ?? {}

const isEither = (id: string): boolean => new Set(samplesOf(id).map(({ body }) => isArray(body))).size > 1

const onlyRequest = <A>(sent: ReadonlyArray<A>): A => {
  const [first, ...others] = sent
  assert(first !== undefined && others.length === 0, `one request is sent, not ${sent.length}`)
  return first
}

describe("methods", () => {
  it.effect("are the documented endpoints by name, and nothing else", () => {
    const exchange = scripted(() => ({}))
    return Effect.gen(function*() {
      const client = yield* PortfolioClient
      assert.deepStrictEqual(Object.keys(client).toSorted(), Object.keys(Endpoints.byName).toSorted())
      assert.strictEqual(methodsOf(client).size, Endpoints.all.length)
      assert.isEmpty(exchange.sent)
    }).pipe(Effect.provide(live(exchange)))
  })

  describe.each(cases)("$row.id", (one) => {
    const { endpoint, row } = one
    const wire = callOf(endpoint, row)

    it.effect("sends its request once, and reads the sample", () => {
      const exchange = scripted(() => sampleOf(one))
      return Effect.gen(function*() {
        const client = yield* PortfolioClient
        const value = yield* methodOf(client, row.id)(yield* paramsOf(endpoint, wire))
        const request = onlyRequest(exchange.sent)
        assert.strictEqual(`${request.method} ${request.path}`, `${row.method} ${row.path}`)
        assert.strictEqual(request.origin, "https://one.exchange.example")
        const made = new Set(endpoint.clientIds.map(({ name }) => name))
        assert.deepStrictEqual(
          Object.fromEntries(Object.entries(request.params).filter(([name]) => name in wire || !made.has(name))),
          { ...wire }
        )
        for (const name of made) assert.isNotEmpty(request.params[name], name)
        assert.strictEqual(request.apiKey, row.security === "NONE" ? undefined : "key-of-one")
        assert.strictEqual(request.query.has("timestamp"), row.signed)
        assert.strictEqual([...request.query.keys()].at(-1) === "signature", row.signed)
        const read = readingOf(endpoint, sampleOf(one)).value
        // Where either one row or a list is documented, the parameters decide which the caller gets.
        const forms = isEither(row.id) && Field.isRows(read) ? [read, ...read] : [read]
        assert.isTrue(forms.some((form) => same(value, form)))
      }).pipe(Effect.provide(live(exchange)))
    })

    it.effect("tells an answer that cannot be read by whether it may have acted", () => {
      const exchange = scripted(() => "<html>")
      return Effect.gen(function*() {
        const client = yield* PortfolioClient
        const error = yield* failure(methodOf(client, row.id)(yield* paramsOf(endpoint, wire)))
        assert.strictEqual(error._tag, endpoint.safety === "read" ? "InvalidResponse" : "OutcomeUnknown")
        assert.strictEqual(error.endpoint, row.id)
      }).pipe(Effect.provide(live(exchange)))
    })

    it.effect.skipIf(endpoint.params.ast._tag !== "Objects")(
      "sends nothing with a parameter that it does not know",
      () => {
        const exchange = scripted(() => sampleOf(one))
        return Effect.gen(function*() {
          const client = yield* PortfolioClient
          const params = { ...Object(yield* paramsOf(endpoint, wire)), "no such": "x" }
          const error = yield* failure(methodOf(client, row.id)(params))
          assert.strictEqual(error._tag, "InvalidRequest")
          assert.isEmpty(exchange.sent)
        }).pipe(Effect.provide(live(exchange)))
      }
    )

    const mandatory = Object.keys(wire).length > 0

    it.effect(mandatory ? "asks for its parameters" : "is called without parameters as well", () => {
      const exchange = scripted(() => sampleOf(one))
      return Effect.gen(function*() {
        const client = yield* PortfolioClient
        const exit = yield* Effect.exit(methodOf(client, row.id)())
        if (mandatory) {
          assert.strictEqual(failureOf(exit), "InvalidRequest")
          assert.isEmpty(exchange.sent)
        } else {
          assert.isTrue(Exit.isSuccess(exit))
          assert.deepStrictEqual(onlyRequest(exchange.sent).params, {})
        }
      }).pipe(Effect.provide(live(exchange)))
    })
  })
})

const failureOf = <A, E extends { readonly _tag: string }>(exit: Exit.Exit<A, E>): string =>
  Exit.isSuccess(exit) ?
    "success" :
    exit.cause.reasons.map((one) => one._tag === "Fail" ? one.error._tag : Cause.pretty(exit.cause)).join()

describe("one family alone", () => {
  const client = (exchange: ReturnType<typeof scripted>) =>
    Client.layer().pipe(
      Layer.provide(ServerClock.layerLocal),
      Layer.provide(
        Signer.layerCustom({ apiKey: Redacted.make("key-of-one"), sign: () => Effect.succeed("signature") })
      ),
      Layer.provide(Environment.layer(account("one"))),
      Layer.provide(exchange.layer)
    )

  const inCategory = (category: string): ReadonlyArray<string> =>
    cases.filter(({ row }) => row.category === category).map(({ row }) => row.id).toSorted()

  it.effect("Account", () => {
    const exchange = scripted(() => ({ serverTime: 1499827319559 }))
    return Effect.gen(function*() {
      const account = yield* Account
      assert.deepStrictEqual([...methodsOf(account).keys()].toSorted(), inCategory("Account & Balance"))
      yield* account.getServerTime()
      assert.strictEqual(onlyRequest(exchange.sent).path, "/papi/v1/time")
    }).pipe(Effect.provide(Layer.provide(Account.layer, client(exchange))))
  })

  it.effect("Positions", () => {
    const exchange = scripted(() => ({ leverage: 21, maxNotionalValue: "1000000", symbol: "BTCUSDT" }))
    return Effect.gen(function*() {
      const positions = yield* Positions
      assert.deepStrictEqual([...methodsOf(positions).keys()].toSorted(), inCategory("Position Management"))
      const changed = yield* positions.updateUMLeverage({ symbol: "BTCUSDT", leverage: 21 })
      assert.strictEqual(changed.leverage, 21)
      assert.deepStrictEqual(onlyRequest(exchange.sent).params, { symbol: "BTCUSDT", leverage: "21" })
    }).pipe(Effect.provide(Layer.provide(Positions.layer, client(exchange))))
  })

  it.effect("Commission", () => {
    const exchange = scripted(() => ({ feeBurn: true }))
    return Effect.gen(function*() {
      const commission = yield* Commission
      assert.deepStrictEqual([...methodsOf(commission).keys()].toSorted(), inCategory("Commission & Fee Burn"))
      assert.isTrue((yield* commission.getUMFeeBurnStatus()).feeBurn)
    }).pipe(Effect.provide(Layer.provide(Commission.layer, client(exchange))))
  })

  it.effect("comes with every layer of the whole", () => {
    const exchange = scripted(() => ({ dualSidePosition: false }))
    return Effect.gen(function*() {
      const positions = yield* Positions
      assert.isFalse((yield* positions.getUMPositionMode()).dualSidePosition)
    }).pipe(Effect.provide(live(exchange)))
  })
})

describe("layers", () => {
  const build = <A, E>(layer: Layer.Layer<A, E, HttpClient.HttpClient>) => {
    const exchange = scripted(() => ({}))
    return Effect.map(
      Effect.flip(Effect.scoped(Layer.build(layer).pipe(Effect.provide(exchange.layer)))),
      (error) => ({ error, sent: exchange.sent })
    )
  }

  it.effect("fail where no environment is named", () =>
    Effect.gen(function*() {
      const { error } = yield* build(PortfolioClient.layer({ apiKey: "key", apiSecret: "secret" }))
      assert.strictEqual(error._tag, "EnvironmentError")
      assert.include(error.message, "no environment is named")
    }))

  it.effect("fail where Binance serves no Portfolio Margin, and never fall through to production", () =>
    Effect.gen(function*() {
      for (const options of [{ environment: "testnet" }, { testnet: true }, { demo: true }] as const) {
        const { error, sent } = yield* build(PortfolioClient.layer({ ...options, apiKey: "key", apiSecret: "secret" }))
        assert.strictEqual(error._tag, "EnvironmentError")
        assert.include(error.message, "simulator")
        assert.isEmpty(sent)
      }
    }))

  it.effect("fail on an address where keys would go in the clear", () =>
    Effect.gen(function*() {
      const { error } = yield* build(
        PortfolioClient.layer({ ...account("one"), restUrl: "http://one.exchange.example" })
      )
      assert.strictEqual(error._tag, "EnvironmentError")
    }))

  it.effect("fail on a key or secret that cannot be one, and do not show it", () =>
    Effect.gen(function*() {
      for (
        const [field, options] of [
          ["apiKey", { apiKey: "  " }],
          ["apiKey", { apiKey: "my secret key" }],
          ["apiSecret", { apiSecret: "" }],
          ["apiSecret", { apiSecret: "-----BEGIN PRIVATE KEY-----\nnot-a-key" }]
        ] as const
      ) {
        const { error } = yield* build(PortfolioClient.layer({ ...account("one"), ...options }))
        assert(error._tag === "CredentialsError")
        assert.strictEqual(error.field, field)
        assert.notMatch(JSON.stringify(error) + String(error), /my secret key|not-a-key|secret-of-one/)
      }
    }))

  const configured = (env: { readonly [name: string]: string }) =>
    PortfolioClient.layerConfig({ clock: { source: "local" } }).pipe(
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
    )

  it.effect("read the variables", () => {
    const exchange = scripted(() => ({ feeBurn: true }))
    return Effect.gen(function*() {
      const client = yield* PortfolioClient
      yield* client.getUMFeeBurnStatus()
      const request = onlyRequest(exchange.sent)
      assert.strictEqual(request.origin, "http://127.0.0.1:9410")
      assert.strictEqual(request.apiKey, "key-in-the-environment")
    }).pipe(
      Effect.provide(
        Layer.provide(
          configured({
            BINANCE_ENVIRONMENT: "simulator",
            BINANCE_API_KEY: "key-in-the-environment",
            BINANCE_API_SECRET: "secret"
          }),
          exchange.layer
        )
      )
    )
  })

  it.effect("fail where variables are missing or wrong, and say which", () =>
    Effect.gen(function*() {
      const good = { BINANCE_ENVIRONMENT: "simulator", BINANCE_API_KEY: "key", BINANCE_API_SECRET: "secret" }
      for (
        const [tag, text, env] of [
          ["EnvironmentError", "BINANCE_ENVIRONMENT", { BINANCE_API_KEY: "key", BINANCE_API_SECRET: "secret" }],
          ["ConfigError", "BINANCE_ENVIRONMENT", { ...good, BINANCE_ENVIRONMENT: "prod" }],
          ["CredentialsError", "BINANCE_API_KEY", { BINANCE_ENVIRONMENT: "simulator", BINANCE_API_SECRET: "secret" }],
          ["CredentialsError", "BINANCE_API_SECRET", { BINANCE_ENVIRONMENT: "simulator", BINANCE_API_KEY: "key" }],
          ["CredentialsError", "both set", { ...good, BINANCE_PRIVATE_KEY_PATH: "/key.pem" }]
        ] as const
      ) {
        const { error } = yield* build(configured(env))
        assert.strictEqual(error._tag, tag)
        assert.include(String(error), text)
      }
    }))
})

describe("tests of programs", () => {
  // A program that asks for one family, as a user would write it.
  const isHedged = Effect.gen(function*() {
    const positions = yield* Positions
    return (yield* positions.getUMPositionMode()).dualSidePosition
  })

  it.effect("replace one family by a mock", () =>
    Effect.gen(function*() {
      assert.isTrue(yield* isHedged)
    }).pipe(
      Effect.provide(Layer.mock(Positions, { getUMPositionMode: () => Effect.succeed({ dualSidePosition: true }) }))
    ))

  it.effect("see a method that the mock leaves out", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(isHedged)
      assert(Exit.isFailure(exit))
      assert.isTrue(Cause.hasDies(exit.cause))
    }).pipe(Effect.provide(Layer.mock(Positions, {}))))

  it.effect("replace one family and keep the others", () => {
    const exchange = scripted(() => ({ feeBurn: true }))
    return Effect.gen(function*() {
      const commission = yield* Commission
      assert.isTrue(yield* isHedged)
      assert.isTrue((yield* commission.getUMFeeBurnStatus()).feeBurn)
      assert.strictEqual(onlyRequest(exchange.sent).path, "/papi/v1/um/feeBurn")
    }).pipe(
      Effect.provide(
        Layer.merge(
          live(exchange),
          Layer.mock(Positions, { getUMPositionMode: () => Effect.succeed({ dualSidePosition: true }) })
        )
      )
    )
  })

  it.effect("replace the exchange alone", () => {
    const exchange = scripted(() => ({ dualSidePosition: true }))
    return Effect.gen(function*() {
      assert.isTrue(yield* isHedged)
    }).pipe(Effect.provide(live(exchange)))
  })
})

describe("accounts in one process", () => {
  const exchange = () => scripted(() => ({ dualSidePosition: true }))

  const call = Effect.gen(function*() {
    yield* (yield* PortfolioClient).getUMPositionMode()
  })

  const callFamily = Effect.gen(function*() {
    yield* (yield* Positions).getUMPositionMode()
  })

  const seen = ({ sent }: ReturnType<typeof scripted>) => sent.map(({ apiKey, origin }) => [origin, apiKey])

  const of = (name: string) => [`https://${name}.exchange.example`, `key-of-${name}`]

  it.effect("never meet where one is provided within the other", () => {
    const one = exchange()
    return Effect.gen(function*() {
      yield* call
      yield* Effect.provide(Effect.andThen(call, callFamily), clientOf("two"))
      yield* callFamily
      assert.deepStrictEqual(seen(one), [of("one"), of("two"), of("two"), of("one")])
    }).pipe(Effect.provide(live(one)))
  })

  it.effect("never meet in a map of layers", () => {
    const one = exchange()
    return Effect.gen(function*() {
      const clients = yield* LayerMap.make(clientOf)
      const first = yield* clients.contextEffect("one")
      const second = yield* clients.contextEffect("two")
      yield* Effect.provide(call, second)
      yield* Effect.provide(Effect.andThen(call, callFamily), first)
      yield* Effect.provide(callFamily, clients.get("two"))
      assert.deepStrictEqual(seen(one), [of("two"), of("one"), of("one"), of("two")])
    }).pipe(Effect.provide(one.layer))
  })

  it.effect("never meet in a map of layers made fresh, nor in a map of clients", () => {
    const one = exchange()
    return Effect.gen(function*() {
      const layers = yield* LayerMap.make((name: string) => Layer.fresh(clientOf(name)))
      const fresh = yield* layers.contextEffect("one")
      yield* Effect.provide(call, yield* layers.contextEffect("two"))
      yield* Effect.provide(call, fresh)
      const clients = yield* RcMap.make({
        lookup: (name: string) => Effect.map(Layer.build(clientOf(name)), (context) => Effect.provide(call, context))
      })
      const first = yield* RcMap.get(clients, "one")
      yield* yield* RcMap.get(clients, "two")
      yield* first
      assert.deepStrictEqual(seen(one), [of("two"), of("one"), of("two"), of("one")])
    }).pipe(Effect.provide(one.layer))
  })

  // What stands behind the rule that layers over a client at hand are wrapped in `Layer.fresh` where accounts differ.
  it.effect("meet in the static layers unless those are made fresh", () => {
    const one = exchange()
    const over = (name: string, layer: typeof PortfolioClient.layerClient) =>
      layer.pipe(
        Layer.provide(Client.layer()),
        Layer.provide([ServerClock.layerLocal, Environment.layer(account(name))]),
        Layer.provide(
          Signer.layerCustom({ apiKey: Redacted.make(`key-of-${name}`), sign: () => Effect.succeed("signature") })
        )
      )
    return Effect.gen(function*() {
      yield* Effect.provide(call, over("two", PortfolioClient.layerClient))
      yield* Effect.provide(call, over("two", Layer.fresh(PortfolioClient.layerClient)))
      assert.deepStrictEqual(seen(one), [of("one"), of("two")])
    }).pipe(Effect.provide(Layer.provideMerge(over("one", PortfolioClient.layerClient), one.layer)))
  })

  it.effect("sign with their own secrets", () => {
    const one = exchange()
    return Effect.gen(function*() {
      const signing = (name: string) => PortfolioClient.layer({ ...account("one"), apiSecret: `secret-of-${name}` })
      yield* call
      yield* Effect.provide(call, signing("two"))
      yield* Effect.provide(call, signing("one"))
      const signatures = one.sent.map(({ query }) => query.get("signature"))
      assert.deepStrictEqual(one.sent.map(({ query }) => query.get("timestamp")), ["0", "0", "0"])
      assert.strictEqual(signatures[0], signatures[2])
      assert.notStrictEqual(signatures[0], signatures[1])
    }).pipe(Effect.provide(live(one)))
  })

  it.effect("are one client each, however often the same layer is provided", () => {
    const one = exchange()
    let clocks = 0
    const measured = (name: string) =>
      PortfolioClient.layer({
        ...account(name),
        clock: { samples: 1, source: Effect.sync(() => ++clocks) }
      })
    const first = measured("one")
    return Effect.gen(function*() {
      yield* call
      yield* Effect.provide(Effect.andThen(call, callFamily), first)
      assert.strictEqual(clocks, 1)
      yield* Effect.provide(call, measured("one"))
      assert.strictEqual(clocks, 2)
    }).pipe(Effect.provide(Layer.provideMerge(first, one.layer)))
  })
})

describe("limits", () => {
  const banning = () => scripted(() => ({ code: -1003, msg: "Way too many requests; IP banned until 9999999999999." }))
  const restUrl = "https://shared.exchange.example"
  const tag = Effect.map(
    Effect.flip(Effect.flatMap(PortfolioClient, (client) => client.getAccountInfo())),
    ({ _tag }) => _tag
  )

  /** Calls once by each client, built together. */
  const both = (...options: ReadonlyArray<Partial<PortfolioClientOptions>>) =>
    Effect.gen(function*() {
      const exchange = banning()
      const clients = options.map((one, index) =>
        Layer.effectDiscard(tag).pipe(
          Layer.provide(PortfolioClient.layer({ ...account(`${index}`), restUrl, ...one, beautifyResponses: false }))
        )
      )
      yield* clients.reduce((before, after) => Layer.provide(after, before)).pipe(
        Layer.provide(exchange.layer),
        Layer.build
      )
      return exchange.sent.length
    })

  it.effect("are shared by clients that are built together", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* both({}, {}), 1)
    }))

  it.effect("can be one client's own, or off", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* both({ limits: {} }, { limits: {} }), 2)
      assert.strictEqual(yield* both({}, { limits: "off" }), 2)
    }))

  it.effect("are none on this machine", () =>
    Effect.gen(function*() {
      const local = { restUrl: "http://127.0.0.1:9410" }
      assert.strictEqual(yield* both(local, local), 2)
    }))

  it.effect("are kept by the budget that is provided, to clients or to calls", () =>
    Effect.gen(function*() {
      const budget = yield* RateBudget
      const exchange = banning()
      const client = PortfolioClient.layer({ ...account("one"), limits: "off" }).pipe(Layer.provide(exchange.layer))
      assert.strictEqual(yield* Effect.provide(tag, client), "Banned")
      assert.strictEqual(yield* Effect.provide(tag, client), "Banned")
      assert.strictEqual(exchange.sent.length, 1)
      const { budgets } = yield* budget.status
      assert.isDefined(budgets[0]?.bannedUntil)
      assert.strictEqual(yield* both({}), 1)
      assert.lengthOf((yield* budget.status).budgets, 2)
    }).pipe(Effect.provide(RateBudget.layer())))
})
