import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { assert, describe, layer } from "@effect/vitest"
import { PortfolioClient as BinanceClient } from "binance"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll, vi } from "vitest"
import * as Clients from "../foreign/clients.ts"
import * as Calls from "../support/calls.ts"
import * as Keys from "../support/keys.ts"
import { generated, type Wire } from "./calls.ts"
import { Capture, type Captured } from "./capture.ts"
import * as Differences from "./differences.ts"
import { isWhole, table } from "./documented.ts"
import { characters, client, examplesOf, names, only, parse, send, world } from "./requests.ts"

const makers = Object.keys(Clients.makers) as ReadonlyArray<Clients.Maker>

// The other clients go by the wall clock.
const tick = Effect.suspend(() => TestClock.setTime(Date.now()))

// `binance` prints every order whose client id has not its prefix.
const warn = vi.spyOn(console, "warn")
beforeAll(() => void warn.mockImplementation(() => {}))
afterAll(() => warn.mockRestore())

/** The parameters as the callers of another client write them: whole numbers as such, where a number can hold them. */
const theirParams = (name: Endpoints.Name, wire: Wire) => {
  const given = Object.entries(wire).filter(([, value]) => value !== generated).map(([parameter, value]) => {
    const number = Number(value)
    return [parameter, isWhole(name, parameter) && Number.isSafeInteger(number) ? number : value] as const
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

const make = (maker: Clients.Maker, key: Keys.TestKey) =>
  Effect.map(Capture, ({ url }) => Clients.makers[maker](url, key))

/** What another client sent; nothing where it refused the call. */
const sentBy = (theirs: Clients.Foreign, name: Endpoints.Name, params: object | undefined) =>
  Effect.gen(function*() {
    yield* Effect.ignore(theirs.call(name, params))
    const { take } = yield* Capture
    const requests = yield* take
    assert.isAtMost(requests.length, 1, name)
    return requests[0]
  })

interface Found {
  readonly parameter: string
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

// Timestamps are by two clocks; both must be there.
const clocked = (params: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...params].map(([name, value]) => [name, name === "timestamp" && /^\d{13}$/.test(value) ? "now" : value]))

const compare = (ours: Captured, theirs: Captured): ReadonlyArray<Found> => {
  const [our, their] = [clocked(parse(ours.query).params), clocked(parse(theirs.query).params)]
  return [...new Set([...our.keys(), ...their.keys()])]
    .map((parameter) => ({ parameter, ours: our.get(parameter), theirs: their.get(parameter) }))
    .filter((one) => one.ours !== one.theirs)
}

const fits = (pattern: RegExp | undefined, value: string | undefined): boolean =>
  pattern === undefined || value === undefined ? pattern === value : pattern.test(value)

const explains = (row: Differences.Difference) => (found: Found): boolean =>
  row.parameter === found.parameter && fits(row.ours, found.ours) && fits(row.theirs, found.theirs)

describe.each(makers)("what the client %s sends", (maker) => {
  layer(world(UndiciHttpClient.layer))((it) => {
    it.effect("is known for every call that it has", () =>
      Effect.gen(function*() {
        const theirs = yield* make(maker, Keys.hmacKey)
        const absent = names.filter((name) => !theirs.has(name))
        assert.sameMembers(absent, Object.keys(Differences.missing[maker]))
        // These must be compared in any case.
        const seed = table.filter(({ inSeed }) => inSeed).map(({ id }) => id)
        assert.strictEqual(seed.length, 75)
        assert.deepStrictEqual(seed.filter((id) => absent.some((name) => name === id)), [])
      }))
  })

  describe.each(Keys.keys)("with an $kind key", (key) => {
    layer(world(UndiciHttpClient.layer))((it) => {
      const present = names.filter((name) => Differences.missing[maker][name] === undefined)

      it.effect.each(present)("is what we send, but for what is known: %s", (name) =>
        Effect.gen(function*() {
          const theirs = yield* make(maker, key)
          const ours = yield* PortfolioClient
          const rows = Differences.differences[maker].filter(({ calls }) => calls.includes(name))
          const refusals = Differences.refused[maker].filter(({ calls }) => calls.includes(name))
          const found: Array<Found> = []
          let refused = 0
          for (const { params, wire } of examplesOf(name)) {
            yield* tick
            const { request: our } = yield* send(ours, name, params)
            const their = yield* sentBy(theirs, name, theirParams(name, wire))
            if (refusals.some(({ lacking }) => !(lacking in wire))) {
              assert.isUndefined(their, "said to be refused")
              refused++
              continue
            }
            assert(their !== undefined, "nothing was sent")
            assert.deepStrictEqual(
              { method: their.method, path: their.path, body: their.body },
              { method: our.method, path: our.path, body: our.body }
            )
            for (const { query } of [our, their]) {
              const { payload, signature } = parse(query)
              if (Endpoints.byName[name].signed) assert.isTrue(key.verifies(payload, signature ?? ""), payload)
              else assert.isUndefined(query)
            }
            found.push(...compare(our, their))
            assert.sameMembers(
              Object.keys(their.headers).filter((header) => our.headers[header] === undefined),
              Differences.headers[maker].filter(({ on }) => on(Endpoints.byName[name])).map(({ name }) => name)
            )
          }
          assert.strictEqual(refused > 0, refusals.length > 0)
          assert.deepStrictEqual(
            found.filter((one) => rows.filter((row) => explains(row)(one)).length !== 1),
            [],
            "differs, and no row says why"
          )
          assert.deepStrictEqual(rows.filter((row) => !found.some(explains(row))), [], "said to differ, and does not")
        }).pipe(Effect.provide(client(key))))
    })
  })
})

describe("values", () => {
  layer(world(UndiciHttpClient.layer))((it) => {
    it.effect.each(Differences.values)("$what", ({ name, params, parameter, ...expected }) =>
      Effect.gen(function*() {
        yield* tick
        const { take } = yield* Capture
        const told = (request: Captured | undefined) =>
          request === undefined
            ? Differences.unsent
            : parse(request.query).params.get(parameter) ?? Differences.absent
        yield* Effect.ignore(Calls.make(yield* PortfolioClient, { name, params, label: name }))
        const ours = told((yield* take)[0])
        const [binance, official] = yield* Effect.forEach(makers, (maker) =>
          Effect.flatMap(make(maker, Keys.hmacKey), (theirs) => Effect.map(sentBy(theirs, name, params), told)))
        assert.deepStrictEqual({ ours, binance, official }, {
          ours: expected.ours,
          binance: expected.binance,
          official: expected.official
        })
      }).pipe(Effect.provide(client(Keys.hmacKey))))
  })
})

describe("characters that are escaped", () => {
  const symbolOf = (character: string) => `BTC${character}USDT`

  layer(world(UndiciHttpClient.layer))((it) => {
    it.effect.each(makers)(
      "are signed as sent by the client %s, but for those it is known for",
      (maker) =>
        Effect.gen(function*() {
          const theirs = yield* make(maker, Keys.hmacKey)
          const otherwise: Array<string> = []
          for (const character of characters) {
            const request = yield* sentBy(theirs, "getUMCommissionRate", { symbol: symbolOf(character) })
            const { params, payload, signature = "" } = parse(request?.query)
            assert.strictEqual(params.get("symbol"), symbolOf(character))
            const signed = [...params].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")
            assert.isTrue(Keys.hmacKey.verifies(signed, signature), `${character}: signed by encodeURIComponent`)
            if (!Keys.hmacKey.verifies(payload, signature)) otherwise.push(character)
          }
          assert.strictEqual(otherwise.join(""), Differences.signedOtherwise[maker])
        })
    )
  })
})

describe("the client binance", () => {
  const make = Effect.map(
    Capture,
    ({ url }) => new BinanceClient({ api_key: Keys.hmacKey.apiKey, api_secret: Keys.hmacKey.apiSecret, baseUrl: url })
  )

  layer(world(UndiciHttpClient.layer))((it) => {
    it.effect("asks the time by a path of another product, with the key", () =>
      Effect.gen(function*() {
        const theirs = yield* make
        yield* Effect.ignore(Effect.tryPromise(() => theirs.getServerTime()))
        const { headers, method, path, query } = yield* only("getServerTime")
        assert.deepStrictEqual({ method, path, query }, { method: "GET", path: "/fapi/v1/time", query: undefined })
        assert.strictEqual(headers["x-mbx-apikey"], Keys.hmacKey.apiKey)
      }))

    it.effect("prints an order whose client id is the caller's own", () =>
      Effect.gen(function*() {
        const theirs = yield* make
        warn.mockClear()
        yield* Effect.promise(() =>
          theirs.submitNewUMOrder({
            symbol: "BTCUSDT",
            side: "BUY",
            type: "MARKET",
            quantity: "0.125",
            newClientOrderId: "mine-1"
          })
        )
        assert.strictEqual(parse((yield* only("submitNewUMOrder")).query).params.get("newClientOrderId"), "mine-1")
        assert.include(warn.mock.calls.flat().join(), `"quantity":"0.125"`)
      }))
  })
})
