import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { SimulatorServer } from "@effect-binance/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as Calls from "../support/calls.ts"
import * as Faces from "../support/faces.ts"
import * as Keys from "../support/keys.ts"
import * as Clients from "./clients.ts"
import { officialNames } from "./officialNames.ts"

const unoffered = "not documented, not offered"

/** The calls that a client does not have, with the reason. */
const missing: { readonly [M in Clients.Maker]: { readonly [name: string]: string } } = {
  binance: {
    getServerTime: "asks /fapi/v1/time for its own clock, and gives the bare number",
    getOrderRateLimit: "documented, but not offered",
    getNegativeBalanceExchangeRecords: "documented, but not offered",
    getCMAccountConfig: unoffered,
    getCMSymbolConfig: unoffered,
    getUniMMRNotificationStatus: unoffered,
    updateUniMMRNotificationStatus: unoffered
  },
  official: {
    getServerTime: unoffered,
    getCMAccountConfig: unoffered,
    getCMSymbolConfig: unoffered,
    getUniMMRNotificationStatus: unoffered,
    updateUniMMRNotificationStatus: unoffered
  }
}

/** Whether a client makes another call of it: it asks for a symbol, or leaves out amount and direction. */
const makesAnother = (maker: Clients.Maker, { name, params }: Calls.Call): boolean =>
  maker === "official" && (
    (name === "getMarginOpenOrders" && params === undefined) ||
    (name === "transferAssetFuturesMargin" && params !== undefined && "amount" in params)
  )

const keysOfDemo = Keys.keys.map(({ registered }) => registered)

const options: Simulator.SimulatorOptions = {
  // All changes one after another weigh more than a minute has.
  limits: "off",
  accounts: (now) => [Seed.demoAccount("demo", now), Seed.emptyAccount("flat", now)],
  keys: [Simulator.demoKey, { apiKey: "flat-key", secret: "flat-secret", accountId: "flat" }, ...keysOfDemo]
}

const flat = { apiKey: "flat-key", apiSecret: "flat-secret" }

const served = Layer.merge(UndiciHttpClient.layer, Faces.overHttp(options))

// The foreign clients go by the wall clock. The exchange stands still at its last tick while both clients ask.
const tick = Effect.suspend(() => TestClock.setTime(Date.now()))

const onServer = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.andThen(tick, Effect.provide(self, served))

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined

// Bigints as their digits, everything else as JSON has it.
const asJson = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_, value) => typeof value === "bigint" ? value.toString() : value))

const ours = (client: PortfolioClient["Service"], call: Calls.Call): Effect.Effect<unknown> =>
  Effect.matchEffect(Calls.make(client, call), {
    onSuccess: (reply) => Effect.map(Calls.encodeReply(call.name, reply), asJson),
    onFailure: (error) => Effect.succeed({ refused: codeOf(error) })
  })

// A list of assets is text to them.
const asText = (params: object | undefined): object | undefined =>
  params !== undefined && "specifyRepayAssets" in params && Array.isArray(params.specifyRepayAssets)
    ? { ...params, specifyRepayAssets: params.specifyRepayAssets.join(",") }
    : params

const theirs = (client: Clients.Foreign, call: Calls.Call): Effect.Effect<unknown> =>
  Effect.match(client.call(call.name, asText(call.params)), {
    onSuccess: asJson,
    onFailure: ({ code }) => ({ refused: code })
  })

const timeless = (reply: unknown): unknown =>
  JSON.parse(JSON.stringify(reply, (name, value: unknown) => /time$|^downloadId$/i.test(name) ? 0 : value))

describe.each(Object.keys(Clients.makers) as ReadonlyArray<Clients.Maker>)("the client %s", (maker) => {
  const make = (account: { readonly apiKey: string; readonly apiSecret: string }) =>
    Effect.map(SimulatorServer, ({ url }) => Clients.makers[maker](url, account))

  it.effect("has every call but those known to be missing", () =>
    Effect.gen(function*() {
      const client = yield* make(Clients.demo)
      const absent = Object.keys(Calls.variants).filter((name) => !client.has(name))
      assert.sameMembers(absent, Object.keys(missing[maker]))
    }).pipe(onServer))

  describe.each(Keys.keys)("with an $kind key", (key) => {
    it.effect("reads what we read, field for field", () =>
      Effect.gen(function*() {
        const their = yield* make(key)
        const our = yield* PortfolioClient
        for (const call of Calls.calls.filter(Calls.isRead)) {
          if (!their.has(call.name) || makesAnother(maker, call)) continue
          yield* tick
          const seen = yield* theirs(their, call)
          assert.deepStrictEqual(seen, yield* ours(our, call), call.label)
        }
      }).pipe(
        Effect.provide(Faces.client({ apiKey: key.apiKey, apiSecret: key.apiSecret })),
        onServer
      ))
  })

  it.effect("gets the answers to changes that we get", () =>
    Effect.gen(function*() {
      // The same changes for two exchanges of the same kind: each client has its own.
      const changes = Calls.calls.filter((call) => !Calls.isRead(call))
      for (const account of [Clients.demo, flat]) {
        const their = yield* make(account)
        const known = changes.filter((call) => their.has(call.name) && !makesAnother(maker, call))
        const seen = yield* Effect.forEach(known, (call) => Effect.andThen(tick, theirs(their, call)))
        const expected = yield* Effect.gen(function*() {
          const our = yield* PortfolioClient
          return yield* Effect.forEach(known, (call) => ours(our, call))
        }).pipe(Effect.provide(Faces.client(account)), Effect.provide(Faces.world("in memory", options)))
        // The exchanges are two, and so are their clocks; ids of files are above 2^53, which a client may round.
        for (const [index, call] of known.entries()) {
          assert.deepStrictEqual(timeless(seen[index]), timeless(expected[index]), call.label)
        }
      }
    }).pipe(onServer))

  it.effect("changes what we read", () =>
    Effect.gen(function*() {
      const their = yield* make(flat)
      const change = (name: string, params?: object) => Effect.andThen(tick, their.call(name, params))
      const our = yield* PortfolioClient
      yield* change("updateUMLeverage", { symbol: "BTCUSDT", leverage: 33 })
      assert.strictEqual((yield* our.getUMSymbolConfig({ symbol: "BTCUSDT" }))[0]?.leverage, 33)
      yield* change("updateCMLeverage", { symbol: "BTCUSD_PERP", leverage: 11 })
      const { positions } = yield* our.getCMAccount()
      assert.strictEqual(positions.find(({ symbol }) => symbol === "BTCUSD_PERP")?.leverage, 11)
      yield* change("updateUMPositionMode", { dualSidePosition: true })
      assert.isTrue((yield* our.getUMPositionMode()).dualSidePosition)
      assert.isTrue((yield* our.getCMPositionMode()).dualSidePosition)
      const { feeBurn } = yield* our.getUMFeeBurnStatus()
      yield* change("toggleUMFeeBurn", { feeBurn: !feeBurn })
      assert.strictEqual((yield* our.getUMFeeBurnStatus()).feeBurn, !feeBurn)
      yield* change("signTradFiPerpsContract")
      const { state } = yield* Simulator.Simulator
      assert.isTrue((yield* state).accounts.get("flat")?.tradFiSigned)
    }).pipe(Effect.provide(Faces.client(flat)), onServer))
})

it("knows the official name of every documented call", () => {
  const unnamed = Object.keys(Calls.variants).filter((name) => officialNames[name] === undefined)
  assert.sameMembers(unnamed, Object.keys(missing.official))
})

/**
 * The characters that a client signs in one form and sends in another, so that its own signature does not cover what
 * arrives. `binance` leaves the escaping of the apostrophe to the URL; the official one signs by `encodeURIComponent` and
 * sends by `URLSearchParams`.
 */
const signedOtherwise: { readonly [M in Clients.Maker]: string } = { binance: "'", official: "' !()~" }

const characters = [..."' +%&=!()*~#/?\"<\\^`{|}[]:;,@$.-_币😀é"]

describe("symbols with characters that are escaped", () => {
  const symbolOf = (character: string) => `BTC${character}USDT`

  it.effect.each(Object.keys(Clients.makers) as ReadonlyArray<Clients.Maker>)(
    "signed by the client %s are received as signed, but for those it is known for",
    (maker) =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer
        const client = Clients.makers[maker](url, Clients.demo)
        const refused = yield* Effect.filter(characters, (character) =>
          Effect.gen(function*() {
            yield* tick
            const params = { symbol: symbolOf(character) }
            const { code } = yield* Effect.flip(client.call("getUMCommissionRate", params))
            assert.include([-1022, -1121, -1130], code, character)
            return code === -1022
          }))
        assert.strictEqual(refused.join(""), signedOtherwise[maker])
      }).pipe(onServer)
  )

  it.effect("signed by us are received as signed", () =>
    Effect.gen(function*() {
      const client = yield* PortfolioClient
      for (const character of characters.filter((character) => character !== " ")) {
        const error = yield* Effect.flip(client.getUMCommissionRate({ symbol: symbolOf(character) }))
        assert.strictEqual(codeOf(error), -1121, character)
      }
    }).pipe(Effect.provide(Faces.client()), onServer))
})
