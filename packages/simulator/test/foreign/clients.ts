import { DerivativesTradingPortfolioMargin } from "@binance/derivatives-trading-portfolio-margin"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Simulator from "@effect-binance/simulator/Simulator"
import { PortfolioClient } from "binance"
import * as ccxt from "ccxt"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { officialNames } from "./officialNames.ts"

/** What a foreign client threw, whatever it was. */
export class ForeignFailure extends Data.TaggedError("ForeignFailure")<{
  readonly cause: unknown
  readonly code: unknown
}> {}

/** A client of another make, as far as the tests need it: calls by our names. */
export interface Foreign {
  readonly has: (name: string) => boolean
  readonly call: (name: string, params: object | undefined) => Effect.Effect<unknown, ForeignFailure>
}

interface Account {
  readonly apiKey: string
  readonly apiSecret: string
}

const codeOf = (value: unknown): unknown => Predicate.hasProperty(value, "code") ? value.code : undefined

const attempt = (
  run: () => Promise<unknown>,
  code: (cause: unknown) => unknown
): Effect.Effect<unknown, ForeignFailure> =>
  Effect.tryPromise({ try: run, catch: (cause) => new ForeignFailure({ cause, code: code(cause) }) })

const method = (client: object, name: string): ((params: unknown) => Promise<unknown>) | undefined => {
  const value: unknown = Reflect.get(client, name)
  return typeof value === "function" ? (params) => value.call(client, params) : undefined
}

// Both write booleans of the documentation as text.
const asText = (params: object | undefined) =>
  params === undefined
    ? undefined
    : Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value])
    )

const make = (
  nameOf: (name: string) => string | undefined,
  client: object,
  unwrap: (answer: unknown) => unknown,
  code: (cause: unknown) => unknown = codeOf
): Foreign => {
  const find = (name: string) => {
    const theirs = nameOf(name)
    return theirs === undefined ? undefined : method(client, theirs)
  }
  return {
    has: (name) => find(name) !== undefined,
    call: (name, params) =>
      attempt(async () => {
        const run = find(name)
        if (run === undefined) throw new Error(`no such method: ${name}`)
        return unwrap(await run(asText(params)))
      }, code)
  }
}

/** The package `binance`; its time synchronisation is off unless asked for. */
export const binance = (url: string, { apiKey, apiSecret }: Account): Foreign =>
  make(
    // Its own `getServerTime` asks another host for the sake of its clock.
    (name) => name === "getServerTime" ? undefined : name,
    new PortfolioClient({ api_key: apiKey, api_secret: apiSecret, baseUrl: url, disableTimeSync: true }),
    (answer) => answer
  )

/** Binance's own connector. */
export const official = (url: string, { apiKey, apiSecret }: Account): Foreign =>
  make(
    (name) => officialNames[name],
    new DerivativesTradingPortfolioMargin({
      configurationRestAPI: {
        apiKey,
        ...(apiSecret.includes("PRIVATE KEY") ? { privateKey: apiSecret } : { apiSecret }),
        basePath: url,
        timeout: 10_000,
        retries: 0
      }
    }).restAPI,
    async (answer) => await (answer as { readonly data: () => Promise<unknown> }).data()
  )

export const makers = { binance, official }

export type Maker = keyof typeof makers

const capitalized = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`

/** The name that ccxt makes of a method and a path. */
const implicit = ({ method, path }: { readonly method: string; readonly path: string }): string => {
  const [, , version, ...segments] = path.split(/[^a-zA-Z0-9]/)
  return [version === "v1" ? "papi" : "papiV2", method.toLowerCase(), ...segments]
    .map((word, index) => index === 0 ? word : capitalized(word))
    .join("")
}

const described: { readonly [name: string]: { readonly method: string; readonly path: string } } = Endpoints.byName

/**
 * The implicit methods of ccxt: one signed request, the answer parsed and not translated. What it throws has no code, and
 * for the refusals that it knows by their text no answer either: the code stands in the last answer that it keeps.
 */
export const implicitCcxt = (url: string, { apiKey, apiSecret }: Account): Foreign => {
  const exchange = new ccxt.binance({
    apiKey,
    secret: apiSecret,
    enableRateLimit: false,
    options: { portfolioMargin: true, fetchMarkets: [] }
  })
  exchange.urls["api"] = { ...exchange.urls["api"], papi: `${url}/papi/v1`, papiV2: `${url}/papi/v2` }
  return make(
    (name) => {
      const endpoint = described[name]
      return endpoint === undefined ? undefined : implicit(endpoint)
    },
    exchange,
    (answer) => answer,
    () => codeOf(JSON.parse(String(exchange.last_http_response)))
  )
}

/** The clients of a trading day. */
export const traders = { ...makers, ccxt: implicitCcxt }

export type Trader = keyof typeof traders

/** The owner of the demo account. */
export const demo: Account = { apiKey: Simulator.demoKey.apiKey, apiSecret: Simulator.demoKey.secret }
