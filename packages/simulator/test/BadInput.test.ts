import type * as BinanceError from "@effect-binance/core/BinanceError"
import * as RetryPolicy from "@effect-binance/core/RetryPolicy"
import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
import { PortfolioClient, type PortfolioClientShape } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Fault from "@effect-binance/simulator/Fault"
import * as Simulator from "@effect-binance/simulator/Simulator"
import type { WireResponse } from "@effect-binance/simulator/Wire"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as Faces from "./support/faces.ts"
import * as Failures from "./support/failures.ts"
import * as Keys from "./support/keys.ts"

const begin = 1_790_000_000_000

const here = (face: Faces.Face, options: Simulator.SimulatorOptions = {}) => <A, E, R>(self: Effect.Effect<A, E, R>) =>
  TestClock.setTime(begin).pipe(
    Effect.andThen(Effect.provide(self, Faces.world(face, options))),
    Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.none)
  )

const both: ReadonlyArray<Faces.Face> = ["in memory", "undici"]

/** Untyped input, as it comes from JavaScript, forms and files. */
const untyped = (value: unknown) => value as never

describe.each(both)("%s: keys", (face) => {
  const wrongSecret = ["-1022", "The secret does not belong to this API key", "the wrong kind of key was given"]
  const unknownKey = [
    "-2015",
    "the key exists and is not deleted",
    "whitelist",
    "Portfolio Margin permission",
    "127.0.0.1"
  ]
  const registered = { keys: [...Keys.keys.map((key) => key.registered), Simulator.demoKey] }

  const cases: ReadonlyArray<readonly [string, Faces.ClientOptions, ReadonlyArray<string>]> = [
    ["an unknown key", { apiKey: "nobody-s-key" }, unknownKey],
    ["a key with odd characters", { apiKey: "\"quoted\"" }, ["-2014", "BINANCE_API_KEY", "quoted"]],
    ["a wrong secret", { apiSecret: "not-the-secret" }, wrongSecret],
    ["the key as secret", { apiSecret: Simulator.demoKey.apiKey }, wrongSecret],
    ["an HMAC secret for an Ed25519 key", { apiKey: Keys.ed25519Key.apiKey }, wrongSecret],
    ["an HMAC secret for an RSA key", { apiKey: Keys.rsaKey.apiKey }, wrongSecret],
    [
      "an RSA key for an Ed25519 key",
      { apiKey: Keys.ed25519Key.apiKey, apiSecret: Keys.rsaKey.apiSecret },
      wrongSecret
    ],
    [
      "an Ed25519 key for an RSA key",
      { apiKey: Keys.rsaKey.apiKey, apiSecret: Keys.ed25519Key.apiSecret },
      wrongSecret
    ],
    ["an Ed25519 key for an HMAC key", { apiSecret: Keys.ed25519Key.apiSecret }, wrongSecret],
    ["an RSA key for an HMAC key", { apiSecret: Keys.rsaKey.apiSecret }, wrongSecret]
  ]

  it.effect.each(cases)("%s", ([_, options, says]) =>
    Effect.gen(function*() {
      const expected: Failures.Expected = { tag: "Unauthorized", says }
      yield* Failures.bothFail({ read: expected, change: expected })
    }).pipe(Effect.provide(Faces.client(options)), here(face, registered)))
})

describe("settings", () => {
  const secret = ["apiSecret", "expected the secret of an HMAC key, or the private key"]
  const bad: ReadonlyArray<readonly [string, Faces.ClientOptions, ReadonlyArray<string>]> = [
    ["an empty secret", { apiSecret: "" }, ["is empty", ...secret]],
    ["a blank secret", { apiSecret: " \n" }, ["is empty", ...secret]],
    ["an empty key", { apiKey: "" }, ["apiKey", "is empty", "BINANCE_API_KEY"]],
    ["a key that cannot be a header", { apiKey: "a\r\nb: c" }, ["apiKey", "white space"]],
    ["a public key", { apiSecret: "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----" }, [
      "the public key",
      ...secret
    ]],
    ["half a private key", { apiSecret: Keys.rsaKey.apiSecret.slice(0, 200) }, ["cut off", ...secret]],
    ["key and secret swapped", { apiKey: Keys.ed25519Key.apiSecret.trim().replaceAll("\n", "").replaceAll(" ", "") }, [
      "apiKey"
    ]],
    ["an encrypted key without node", { apiSecret: Keys.encrypted(Keys.rsaKey, "x") }, [
      "@effect-binance/node",
      "passphrase"
    ]],
    ["an encrypted key without passphrase", { apiSecret: Keys.encrypted(Keys.rsaKey, "x"), signer: "node:crypto" }, [
      "passphrase",
      "BINANCE_PRIVATE_KEY_PASSPHRASE"
    ]],
    ["a wrong passphrase", {
      apiSecret: Keys.encrypted(Keys.ed25519Key, "x"),
      passphrase: "y",
      signer: "node:crypto"
    }, ["passphrase", "does not open"]]
  ]

  it.effect.each(bad)("%s", ([_, options, says]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Failures.read, Faces.client(options)))
      if (error._tag !== "CredentialsError") return assert.fail(error._tag)
      for (const words of says) assert.include(error.message, words)
      const { requests } = yield* Simulator.Simulator
      assert.isEmpty(yield* requests)
    }).pipe(here("in memory")))

  // One thing is wrong at a time: which of two is told first is nobody's promise.
  const keys = { BINANCE_API_KEY: "k", BINANCE_API_SECRET: "s" }

  const variables: ReadonlyArray<
    readonly [string, { readonly [name: string]: string }, string, ReadonlyArray<string>]
  > = [
    ["no environment", keys, "EnvironmentError", ["no environment is named", "BINANCE_ENVIRONMENT", "simulator"]],
    ["no key", { BINANCE_ENVIRONMENT: "simulator" }, "CredentialsError", ["set BINANCE_API_KEY"]],
    ["no secret", { BINANCE_ENVIRONMENT: "simulator", BINANCE_API_KEY: "k" }, "CredentialsError", [
      "set BINANCE_API_SECRET",
      "BINANCE_PRIVATE_KEY_PATH"
    ]],
    [
      "two secrets",
      {
        BINANCE_ENVIRONMENT: "simulator",
        BINANCE_API_KEY: "k",
        BINANCE_API_SECRET: "s",
        BINANCE_PRIVATE_KEY_PATH: "/nowhere"
      },
      "CredentialsError",
      ["both set; set one"]
    ],
    [
      "a testnet",
      { BINANCE_ENVIRONMENT: "testnet", ...keys },
      "EnvironmentError",
      [
        "Binance serves no Portfolio Margin on its testnet",
        "simulator"
      ]
    ],
    ["an environment nobody knows", { BINANCE_ENVIRONMENT: "prod", ...keys }, "ConfigError", [
      "BINANCE_ENVIRONMENT",
      "production"
    ]],
    [
      "an exchange in the clear",
      {
        BINANCE_ENVIRONMENT: "custom",
        BINANCE_REST_URL: "http://example.com",
        BINANCE_API_KEY: "k",
        BINANCE_API_SECRET: "s"
      },
      "EnvironmentError",
      ["not sent in the clear", "https://"]
    ]
  ]

  const layers = {
    "any platform": PortfolioClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)),
    node: NodePortfolioClient.layerConfig()
  }

  describe.each(["any platform", "node"] as const)("from variables, %s", (platform) => {
    it.effect.each(variables)("%s", ([_, env, tag, says]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Effect.scoped(Layer.build(Layer.fresh(layers[platform]))))
        assert.strictEqual(error._tag, tag)
        for (const words of says) assert.include(error.message, words)
      }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })))))
  })

  it.effect("a key file that is not there", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.scoped(Layer.build(NodePortfolioClient.layerConfig())))
      assert.strictEqual(error._tag, "CredentialsError")
      assert.include(error.message, "/nowhere/key.pem cannot be read (NotFound); expected a PEM private key")
    }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({
      env: { BINANCE_ENVIRONMENT: "simulator", BINANCE_API_KEY: "k", BINANCE_PRIVATE_KEY_PATH: "/nowhere/key.pem" }
    })))))
})

describe.each(both)("%s: clocks", (face) => {
  const skewed: ReadonlyArray<readonly [string, number, string]> = [
    ["ahead", 10_000, "outside of the recvWindow"],
    ["behind", -10_000, "ahead of the server's time"]
  ]

  const timesOf = (path: string) =>
    Effect.gen(function*() {
      const { requests } = yield* Simulator.Simulator
      return (yield* requests).filter((request) => request.path === path).length
    })

  it.effect.each(skewed)("ten seconds %s: measured, and never refused", ([_, offset]) =>
    Effect.gen(function*() {
      const { setClockOffset } = yield* Simulator.Simulator
      yield* setClockOffset(offset)
      yield* Effect.andThen(Failures.read, Failures.change).pipe(Effect.provide(Faces.client()))
      assert.strictEqual(yield* timesOf("/papi/v1/account"), 1)
      assert.strictEqual(yield* timesOf("/papi/v1/um/leverage"), 1)
    }).pipe(here(face)))

  it.effect.each(skewed)(
    "ten seconds %s from one call to the next: measured anew, and sent once more",
    ([_, offset]) =>
      Effect.gen(function*() {
        yield* Failures.read
        const { setClockOffset } = yield* Simulator.Simulator
        yield* setClockOffset(offset)
        const { leverage } = yield* Failures.change
        assert.strictEqual(leverage, 17)
        assert.strictEqual(yield* timesOf("/papi/v1/um/leverage"), 2)
        yield* Failures.read
        assert.strictEqual(yield* timesOf("/papi/v1/account"), 2)
      }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.standard),
        Effect.provide(Faces.client()),
        here(face)
      )
  )

  it.effect.each(skewed)(
    "ten seconds %s with the local clock trusted: refused, with advice",
    ([_, offset, reason]) =>
      Effect.gen(function*() {
        const { setClockOffset } = yield* Simulator.Simulator
        yield* setClockOffset(offset)
        const expected: Failures.Expected = {
          tag: "ClockSkewed",
          says: ["-1021", reason, "Synchronise the clock (NTP)", "ServerClock", "recvWindow"]
        }
        yield* Failures.bothFail({ read: expected, change: expected })
      }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.standard),
        Effect.provide(Faces.client({ clock: { source: "local" } })),
        here(face)
      )
  )

  it.effect("without any time to measure by: the local clock serves", () =>
    Effect.gen(function*() {
      const { inject } = yield* Simulator.Simulator
      yield* inject(Fault.html(502).pipe(Fault.on("getServerTime"), Fault.times(100)))
      yield* Effect.andThen(Failures.read, Failures.change).pipe(Effect.provide(Faces.client()))
    }).pipe(here(face)))
})

describe("input that is no request", () => {
  const cases: ReadonlyArray<
    readonly [
      string,
      (client: PortfolioClientShape) => Effect.Effect<unknown, BinanceError.BinanceError>,
      ReadonlyArray<string>
    ]
  > = [
    ...[0, 126, -3, NaN, Infinity, 1.5, "x", "20", null, [], {}, true, undefined].map((value) =>
      [
        `leverage ${typeof value === "number" ? value : JSON.stringify(value)}`,
        (client: PortfolioClientShape) => client.updateUMLeverage(untyped({ symbol: "BTCUSDT", leverage: value })),
        ["leverage: ", ...(Number.isInteger(value) ? ["a whole number from 1 to 125"] : [])]
      ] as const
    ),
    ["no parameters", (client) => client.updateUMLeverage(untyped(undefined)), ["symbol", "leverage"]],
    ["null", (client) => client.updateCMLeverage(untyped(null)), ["symbol", "leverage"]],
    ["text", (client) => client.updateUMLeverage(untyped("BTCUSDT")), ["object"]],
    ["a misspelt name", (client) => client.getUMPosition(untyped({ symbl: "BTCUSDT" })), ["symbl"]],
    ["a number for a symbol", (client) => client.getUMCommissionRate(untyped({ symbol: 7 })), ["symbol"]],
    ["a symbol with a space", (client) => client.getUMCommissionRate({ symbol: "BTC USDT" }), [
      "symbol",
      "white space"
    ]],
    ["text for a switch", (client) => client.toggleUMFeeBurn(untyped({ feeBurn: "yes" })), ["feeBurn"]],
    ["a receive window of an hour", (client) => client.getAccountInfo({ recvWindow: 3_600_000 }), [
      "recvWindow",
      "60000"
    ]]
  ]

  it.effect.each(cases)("%s", ([_, call, says]) =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      const error = yield* Effect.flip(call(client))
      Failures.assertFailure(error, {
        tag: "InvalidRequest",
        says: [...says, "Nothing was sent", "correct the parameters"]
      })
      const { requests } = yield* Simulator.Simulator
      assert.isEmpty((yield* requests).filter(({ path }) => path !== "/papi/v1/time"))
    }).pipe(Effect.provide(Faces.client()), here("in memory")))
})

describe.each(both)("%s: what the exchange refuses", (face) => {
  const cases: ReadonlyArray<
    readonly [
      string,
      (client: PortfolioClientShape) => Effect.Effect<unknown, BinanceError.BinanceError>,
      ReadonlyArray<string>
    ]
  > = [
    ["a symbol that does not exist", (client) => client.getUMCommissionRate({ symbol: "NONEUSDT" }), [
      "-1121",
      "Check the symbol",
      "BTCUSD_PERP"
    ]],
    ["a CM symbol for a UM call", (client) => client.updateUMLeverage({ symbol: "BTCUSD_PERP", leverage: 2 }), [
      "-1121",
      "UM symbols look like BTCUSDT"
    ]],
    [
      "more leverage than the symbol has",
      (client) => client.updateUMLeverage({ symbol: "币安人生USDT", leverage: 125 }),
      [
        "-4028",
        "getUMLeverageBrackets"
      ]
    ],
    ["a position mode under positions", (client) => client.updateUMPositionMode({ dualSidePosition: true }), [
      "-4068",
      "Close all positions first"
    ]]
  ]

  it.effect.each(cases)("%s", ([_, call, says]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(call(yield* PortfolioClient))
      Failures.assertFailure(error, { tag: "Rejected", says })
    }).pipe(Effect.provide(Faces.client()), here(face)))
})

const html = (status: number): WireResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>Bad Gateway</h1></body></html>"
})

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body)
})

const askFirst = "It may have taken effect: ask before repeating it"

const unknownOutcome = (...says: ReadonlyArray<string>): Failures.Expected => ({
  tag: "OutcomeUnknown",
  says: [...says, askFirst]
})

interface FalseAnswer {
  readonly name: string
  readonly answer: (truth: WireResponse) => WireResponse
  readonly read: Failures.Expected
  readonly change: Failures.Expected
}

const same = (expected: Failures.Expected) => ({ read: expected, change: expected })

const unreadable = (...says: ReadonlyArray<string>) => ({
  read: { tag: "InvalidResponse" as const, says },
  change: unknownOutcome("unreadable answer", ...says)
})

const undecided = (has: { readonly status: number; readonly code?: number }, ...says: ReadonlyArray<string>) => ({
  read: { tag: "Unavailable" as const, says: [...says, "Try again after a pause"], has },
  change: { ...unknownOutcome("server does not know", ...says), has }
})

const falseAnswers: ReadonlyArray<FalseAnswer> = [
  {
    name: "JSON that is cut off",
    answer: (truth) => ({ ...truth, body: truth.body.slice(0, truth.body.length / 2) }),
    ...unreadable("the body is cut off or malformed JSON")
  },
  {
    name: "HTML with 200",
    answer: () => html(200),
    ...unreadable("HTML, not JSON", "a proxy, a firewall or a login page")
  },
  { name: "nothing with 202", answer: () => json(202, ""), ...unreadable("the body is empty") },
  { name: "nothing with 200", answer: () => json(200, ""), ...unreadable("the body is empty") },
  { name: "an empty object", answer: () => json(200, {}), ...unreadable("Missing") },
  { name: "null", answer: () => json(200, "null"), ...unreadable("null") },
  { name: "text", answer: () => json(200, "\"fine\""), ...unreadable("fine") },
  { name: "an array", answer: () => json(200, []), ...unreadable("[]") },
  { name: "HTML with 502", answer: () => html(502), ...undecided({ status: 502 }, "Bad Gateway") },
  { name: "HTML with 500", answer: () => html(500), ...undecided({ status: 500 }) },
  { name: "nothing with 504", answer: () => json(504, ""), ...undecided({ status: 504 }) },
  {
    name: "503 that does not know",
    answer: () => json(503, { code: -1, msg: "Unknown error, please check your request or try again later." }),
    ...undecided({ status: 503 }, "Unknown error")
  },
  {
    name: "a time-out of the backend",
    answer: () => json(408, { code: -1007, msg: "Timeout waiting for response from backend server." }),
    ...undecided({ status: 408, code: -1007 }, "Timeout waiting")
  },
  {
    name: "503 that knows",
    answer: () => json(503, "Service Unavailable."),
    ...same({ tag: "Unavailable", says: ["not carried out", "try again after a pause"] })
  },
  {
    name: "an overload",
    answer: () => json(503, { code: -1008, msg: "Request throttled by system-level protection." }),
    ...same({ tag: "Unavailable", says: ["-1008", "Try again after a pause with jitter"] })
  },
  {
    name: "a ban",
    answer: () =>
      json(418, {
        code: -1003,
        msg: `Way too many requests; IP banned until ${begin + 60_000}. Please use the websocket.`
      }),
    ...same({ tag: "Banned", says: ["banned", "Send nothing until the ban ends"] })
  },
  {
    name: "a firewall",
    answer: () => html(403),
    ...same({ tag: "Blocked", says: ["firewall", "check the egress address"] })
  },
  {
    name: "a path that is gone",
    answer: () => html(404),
    ...same({ tag: "EndpointRetired", says: ["not served", "Check the base address"] })
  }
]

describe.each(Faces.faces)(
  "%s: an answer that is",
  (face) => {
    it.effect.each(falseAnswers)("$name", ({ answer, change, read }) =>
      Effect.gen(function*() {
        const { inject } = yield* Simulator.Simulator
        for (const endpoint of ["getAccountInfo", "updateUMLeverage"] as const) {
          yield* inject(Fault.answer(answer).pipe(Fault.carriedOut, Fault.on(endpoint)))
        }
        yield* Failures.bothFail({ read, change })
        // It was carried out, each of them once; asking shows it.
        const { requests } = yield* Simulator.Simulator
        assert.lengthOf(
          (yield* requests).filter(({ path }) => path === "/papi/v1/um/leverage"),
          1
        )
        const [config] = yield* Effect.flatMap(PortfolioClient, (client) =>
          client.getUMSymbolConfig({ symbol: "BTCUSDT" }))
        assert.strictEqual(config?.leverage, 17)
        yield* Failures.read
      }).pipe(Effect.provide(Faces.client()), here(face)))

    it.effect("a list with one broken row", () =>
      Effect.gen(function*() {
        const { inject } = yield* Simulator.Simulator
        const broken = Fault.answer((truth) => {
          const [row] = JSON.parse(truth.body) as ReadonlyArray<object>
          const rows = Array.from(
            { length: 500 },
            (_, index) => Object.assign({}, row, { symbol: `S${index}USDT` }, index === 321 ? { entryPrice: "?" } : {})
          )
          return json(200, rows)
        })
        yield* inject(broken.pipe(Fault.carriedOut, Fault.on("getUMPosition")))
        const rows = yield* Effect.flatMap(PortfolioClient, (client) => client.getUMPosition())
        assert.lengthOf(rows, 499)
        assert.deepStrictEqual(rows.map(({ symbol }) => symbol).includes("S321USDT"), false)
        assert.deepStrictEqual(rows.unreadable.map(({ index }) => index), [321])
        assert.include(rows.unreadable[0]?.reason, "entryPrice")
      }).pipe(Effect.provide(Faces.client()), here(face)))
  }
)

it.effect("a ban says until when", () =>
  Effect.gen(function*() {
    const { inject } = yield* Simulator.Simulator
    yield* inject(Fault.banned({ until: begin + 60_000 }).pipe(Fault.on("getAccountInfo")))
    const error = yield* Effect.flip(Failures.read)
    if (error._tag !== "Banned") return assert.fail(error._tag)
    assert.deepStrictEqual(error.until, DateTime.makeUnsafe(begin + 60_000))
  }).pipe(Effect.provide(Faces.client()), here("in memory")))
