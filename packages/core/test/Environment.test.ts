import * as Environment from "@effect-binance/core/Environment"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { oneOf } from "./support/arbitraries.ts"

const refusal = (options: Environment.EnvironmentOptions) =>
  Effect.map(Effect.flip(Environment.make(options)), (error) => {
    assert.strictEqual(error._tag, "EnvironmentError")
    return error.message
  })

const built = <E>(layer: Layer.Layer<Environment.Environment, E>) => Effect.provide(Environment.Environment, layer)

const layerConfig = (variables: Record<string, string>) =>
  Environment.Environment.layerConfig().pipe(
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables })))
  )

describe("make", () => {
  it.effect("production, where it is named", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Environment.make({ environment: "production" }), {
        name: "production",
        restUrl: "https://papi.binance.com",
        streamUrl: "wss://fstream.binance.com/pm",
        marketData: {
          um: "https://fapi.binance.com",
          cm: "https://dapi.binance.com",
          spot: "https://api.binance.com"
        }
      })
    }))

  it.effect("the simulator, at its usual place or another of this machine", () =>
    Effect.gen(function*() {
      const usual = yield* Environment.make({ environment: "simulator" })
      assert.deepStrictEqual(usual, Environment.simulator())
      assert.strictEqual(usual.restUrl, "http://127.0.0.1:9410")
      assert.strictEqual(usual.streamUrl, "ws://127.0.0.1:9410/pm")
      for (const host of ["localhost:1234", "127.0.0.1:1", "127.9.9.9", "[::1]:9410", "pm.localhost"]) {
        const other = yield* Environment.make({ environment: "simulator", restUrl: `http://${host}` })
        assert.deepStrictEqual(other, {
          name: "simulator",
          restUrl: `http://${host}`,
          streamUrl: `ws://${host}/pm`,
          marketData: { um: `http://${host}`, cm: `http://${host}`, spot: `http://${host}` }
        })
      }
    }))

  it.effect("addresses of one's own: one serves everything unless told otherwise", () =>
    Effect.gen(function*() {
      const one = yield* Environment.make({ environment: "custom", restUrl: "https://pm.example/binance/" })
      assert.deepStrictEqual(one, {
        name: "custom",
        restUrl: "https://pm.example/binance",
        streamUrl: "wss://pm.example/binance/pm",
        marketData: {
          um: "https://pm.example/binance",
          cm: "https://pm.example/binance",
          spot: "https://pm.example/binance"
        }
      })
      const several = yield* Environment.make({
        environment: "custom",
        restUrl: "https://a.example",
        streamUrl: "wss://b.example/x/",
        marketData: { um: "https://c.example//", cm: "https://d.example", spot: "https://e.example/" }
      })
      assert.deepStrictEqual(several, {
        name: "custom",
        restUrl: "https://a.example",
        streamUrl: "wss://b.example/x",
        marketData: { um: "https://c.example", cm: "https://d.example", spot: "https://e.example" }
      })
      assert.match(yield* refusal({ environment: "custom" }), /restUrl/)
    }))

  for (const name of ["testnet", "demo"] as const) {
    it.effect(`${name} is not served by Binance, and the simulator is named in its place`, () =>
      Effect.gen(function*() {
        for (const options of [{ environment: name }, { [name]: true }, { environment: name, [name]: true }]) {
          const message = yield* refusal(options)
          assert.include(message, name)
          assert.match(message, /no Portfolio Margin/)
          assert.include(message, "simulator")
        }
        // A market data address alone does not say where orders go.
        assert.match(
          yield* refusal({ environment: name, marketData: { um: "https://x.example" } }),
          /no Portfolio Margin/
        )
        const own = yield* Environment.make({ [name]: true, restUrl: "https://own.example" })
        assert.strictEqual(own.name, name)
        assert.strictEqual(own.restUrl, "https://own.example")
      }))
  }

  it.effect("none is assumed", () =>
    Effect.gen(function*() {
      for (const options of [{}, { testnet: false, demo: false }, { restUrl: "https://own.example" }]) {
        const message = yield* refusal(options)
        for (const word of ["production", "simulator", "custom", "BINANCE_ENVIRONMENT"]) assert.include(message, word)
      }
    }))

  it.effect("more than one name is a contradiction", () =>
    Effect.gen(function*() {
      const restUrl = "https://own.example"
      for (
        const options of [
          { environment: "production", testnet: true },
          { environment: "production", demo: true },
          { environment: "simulator", testnet: true },
          { testnet: true, demo: true, restUrl },
          { environment: "demo", testnet: true, restUrl }
        ] as const
      ) assert.match(yield* refusal(options), /more than one environment/)
      assert.strictEqual((yield* Environment.make({ environment: "production", testnet: false })).name, "production")
    }))

  it.effect("a name that is none of them is refused, though an address is given", () =>
    Effect.gen(function*() {
      const environment = JSON.parse(`"prod"`)
      assert.match(yield* refusal({ environment, restUrl: "https://own.example" }), /"prod".*production/)
    }))

  it.effect("the simulator is on this machine only", () =>
    Effect.gen(function*() {
      for (
        const url of [
          "https://papi.binance.com",
          "http://10.0.0.1:9410",
          "http://127.0.0.1.example",
          "http://localhost.example",
          "http://0.0.0.0"
        ]
      ) {
        assert.match(yield* refusal({ environment: "simulator", restUrl: url }), /this machine/)
        assert.match(
          yield* refusal({ environment: "simulator", streamUrl: url.replace(/^http/, "ws") }),
          /streamUrl.*this machine/
        )
        for (const host of ["um", "cm", "spot"]) {
          assert.match(yield* refusal({ environment: "simulator", marketData: { [host]: url } }), /this machine/)
        }
      }
    }))

  it.effect("nothing is sent in the clear to another machine", () =>
    Effect.gen(function*() {
      for (const environment of ["production", "custom", "testnet", "demo"] as const) {
        const restUrl = "https://own.example"
        assert.match(yield* refusal({ environment, restUrl: "http://own.example" }), /restUrl.*in the clear/)
        assert.match(
          yield* refusal({ environment, restUrl, streamUrl: "ws://own.example" }),
          /streamUrl.*in the clear/
        )
        assert.match(
          yield* refusal({ environment, restUrl, marketData: { um: "http://own.example" } }),
          /marketData.um.*in the clear/
        )
        const local = yield* Environment.make({ environment, restUrl: "http://127.0.0.1:1", streamUrl: "ws://[::1]:2" })
        assert.strictEqual(local.streamUrl, "ws://[::1]:2")
      }
    }))

  it.effect("user, password, query and fragment have no place in an address, and are not repeated", () =>
    Effect.gen(function*() {
      for (
        const restUrl of [
          "https://canary1:canary2@own.example",
          "https://canary1@own.example",
          "https://own.example?canary1",
          "https://own.example/?",
          "https://own.example/#canary1",
          "https://own.example#"
        ]
      ) {
        const message = yield* refusal({ environment: "custom", restUrl })
        assert.match(message, /restUrl.*without user, query and fragment/)
        assert.notMatch(message, /canary/)
      }
    }))

  it.effect("what is no address, or of another kind", () =>
    Effect.gen(function*() {
      for (const restUrl of ["", " ", "own.example", "/path", "https://", "https://a b", "https://[::1"]) {
        assert.match(yield* refusal({ environment: "custom", restUrl }), /restUrl/)
      }
      for (const restUrl of ["ws://127.0.0.1", "file:///etc/passwd", "ftp://own.example", "javascript:alert(1)"]) {
        assert.match(yield* refusal({ environment: "custom", restUrl }), /restUrl.*expected http/)
      }
      assert.match(
        yield* refusal({ environment: "custom", restUrl: "https://own.example", streamUrl: "https://own.example" }),
        /streamUrl.*expected ws/
      )
    }))

  it.effect("addresses are tidied: white space around, slashes behind, upper case", () =>
    Effect.gen(function*() {
      for (const environment of ["custom", "simulator"] as const) {
        const made = yield* Environment.make({ environment, restUrl: " HTTP://LOCALHOST:9410/// \n" })
        assert.strictEqual(made.restUrl, "http://localhost:9410")
        assert.strictEqual(made.streamUrl, "ws://localhost:9410/pm")
        assert.strictEqual(made.marketData.um, "http://localhost:9410")
      }
    }))

  it.effect("overrides replace the addresses of the name, one by one", () =>
    Effect.gen(function*() {
      const made = yield* Environment.make({ environment: "production", marketData: { spot: "https://api1.example" } })
      assert.deepStrictEqual(made, {
        ...Environment.production,
        marketData: { ...Environment.production.marketData, spot: "https://api1.example" }
      })
    }))
})

const flag = oneOf<boolean | undefined>(undefined, true, false)
const restUrl = oneOf<string | undefined>(undefined, "http://127.0.0.1:9410", "https://own.example", "nonsense")
const streamUrl = oneOf<string | undefined>(undefined, "ws://127.0.0.1:9410", "wss://own.example", "nonsense")

const options: Arbitrary.Arbitrary<Environment.EnvironmentOptions> = Arbitrary.all({
  environment: oneOf<Environment.EnvironmentName | undefined>(
    undefined,
    "production",
    "simulator",
    "custom",
    "testnet",
    "demo"
  ),
  testnet: flag,
  demo: flag,
  restUrl,
  streamUrl,
  marketData: Arbitrary.all({ um: restUrl, cm: restUrl, spot: restUrl })
})

describe("production", () => {
  it.effect.prop("is never reached unless named", { options }, ({ options }) =>
    Effect.gen(function*() {
      const made = yield* Effect.exit(Environment.make(options))
      if (made._tag === "Failure") return
      if (options.environment !== "production") assert.notMatch(JSON.stringify(made.value), /binance\.com|production/)
      assert.isTrue(options.testnet !== true || made.value.name === "testnet")
      assert.isTrue(options.demo !== true || made.value.name === "demo")
    }), { arbitrary: { runs: 2000 } })
})

describe("layer", () => {
  it.effect("holds the environment, or fails when it is built", () =>
    Effect.gen(function*() {
      const simulator = yield* built(Environment.Environment.layer({ environment: "simulator" }))
      assert.deepStrictEqual(simulator, Environment.simulator())
      const error = yield* Effect.flip(built(Environment.Environment.layer({ testnet: true })))
      assert.strictEqual(error._tag, "EnvironmentError")
    }))
})

describe("layerConfig", () => {
  it.effect("reads the name", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* built(layerConfig({ BINANCE_ENVIRONMENT: "production" })),
        Environment.production
      )
    }))

  it.effect("reads overrides", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* built(layerConfig({
          BINANCE_ENVIRONMENT: "custom",
          BINANCE_REST_URL: "https://a.example/",
          BINANCE_STREAM_URL: "wss://b.example",
          BINANCE_UM_URL: "https://c.example",
          BINANCE_CM_URL: "https://d.example",
          BINANCE_SPOT_URL: "https://e.example"
        })),
        {
          name: "custom",
          restUrl: "https://a.example",
          streamUrl: "wss://b.example",
          marketData: { um: "https://c.example", cm: "https://d.example", spot: "https://e.example" }
        }
      )
    }))

  it.effect("fails where no name is set, whatever else is", () =>
    Effect.gen(function*() {
      for (
        const variables of [{}, { BINANCE_ENVIRONMENT: "" }, { BINANCE_REST_URL: "https://papi.binance.com" }]
      ) {
        const error = yield* Effect.flip(built(layerConfig(variables)))
        assert.strictEqual(error._tag, "EnvironmentError")
        assert.include(error.message, "BINANCE_ENVIRONMENT")
      }
    }))

  it.effect("fails on a name that is none, and tells the names", () =>
    Effect.gen(function*() {
      for (const name of ["prod", "Production", " production", "mainnet"]) {
        const error = yield* Effect.flip(built(layerConfig({ BINANCE_ENVIRONMENT: name })))
        assert.strictEqual(error._tag, "ConfigError")
        assert.include(error.message, "BINANCE_ENVIRONMENT")
        assert.include(error.message, "production")
        assert.include(error.message, "simulator")
      }
    }))

  it.effect("testnet is not served, and the simulator is named", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(built(layerConfig({ BINANCE_ENVIRONMENT: "testnet" })))
      assert.strictEqual(error._tag, "EnvironmentError")
      assert.include(error.message, "simulator")
    }))
})
