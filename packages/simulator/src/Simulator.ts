/**
 * The exchange in the box as a service: the engine behind the checks that the real exchange makes of every request.
 *
 * It has two faces, `SimulatorHttpClient` in memory and `SimulatorServer` over real HTTP on this machine, and both answer
 * through {@link SimulatorShape.handle}.
 *
 * @since 0.1.0
 */
import { weightOf } from "@effect-binance/core/Endpoint"
import type * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Crypto from "node:crypto"
import type * as Account from "./Account.ts"
import * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import * as admission from "./internal/admission.ts"
import * as params from "./internal/params.ts"
import * as routing from "./internal/routes.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import type * as Market from "./Market.ts"
import * as Seed from "./Seed.ts"
import type { WireRequest, WireResponse } from "./Wire.ts"

/**
 * An API key that the exchange knows: an HMAC secret, or the public key of an RSA or Ed25519 pair.
 *
 * @category models
 * @since 0.1.0
 */
export type Key =
  | { readonly apiKey: string; readonly accountId: string; readonly secret: string }
  | { readonly apiKey: string; readonly accountId: string; readonly publicKey: Crypto.KeyObject }

/**
 * The key of the funded account that the exchange opens with unless told otherwise.
 *
 * @category keys
 * @since 0.1.0
 */
export const demoKey = {
  apiKey: "simulator-demo-key",
  secret: "simulator-demo-secret",
  accountId: "demo"
}

/**
 * What an exchange opens with; all of it has defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface SimulatorOptions {
  readonly market?: Market.Market | undefined
  readonly parameters?: MarginParameters | undefined
  /** The accounts; by default one funded account, `demo`. */
  readonly accounts?: ((now: number) => ReadonlyArray<Account.Account>) | undefined
  /** The keys; by default {@link demoKey}. */
  readonly keys?: ReadonlyArray<Key> | undefined
  /** Request weight that one address may use in a minute; 6000. */
  readonly weightLimit?: number | undefined
  /** How many requests {@link SimulatorShape.requests} remembers; 1000. None with 0. */
  readonly remember?: number | undefined
}

/**
 * An answer to give in place of the true one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault {
  /** The endpoint it is for, by its documented name; every endpoint when left out. */
  readonly endpoint?: Endpoints.Name | undefined
  /** How many requests it is for; 1. */
  readonly times?: number | undefined
  /** Whether the request is carried out all the same, so that only the answer is lost; `false`. */
  readonly carriedOut?: boolean | undefined
  /** Makes the answer; gets the true one where the request is carried out. */
  readonly answer: (truth: WireResponse) => WireResponse
}

/**
 * A command that the engine refused.
 *
 * @category errors
 * @since 0.1.0
 */
export class CommandRefused extends Schema.TaggedError<CommandRefused>("@effect-binance/simulator/CommandRefused")(
  "CommandRefused",
  { code: Schema.Finite, message: Schema.String }
) {}

/**
 * An exchange.
 *
 * @category models
 * @since 0.1.0
 */
export interface SimulatorShape {
  /** Answers a request as the exchange would. */
  readonly handle: (request: WireRequest) => Effect.Effect<WireResponse>
  /** The state of the engine. */
  readonly state: Effect.Effect<Engine.State>
  /** Carries out a command from outside: prices, deposits, seeded positions. */
  readonly apply: (command: Engine.Command) => Effect.Effect<Engine.Reply, CommandRefused>
  /** Makes a key known. */
  readonly addKey: (key: Key) => Effect.Effect<void>
  /** Moves the exchange's clock away from the clock of the program, in milliseconds. */
  readonly setClockOffset: (millis: number) => Effect.Effect<void>
  /** Orders a false answer. */
  readonly inject: (fault: Fault) => Effect.Effect<void>
  /** The requests that arrived, oldest first, as they came. */
  readonly requests: Effect.Effect<ReadonlyArray<WireRequest>>
}

interface Window {
  readonly minute: number
  readonly used: number
}

const toKey = (key: Key): admission.RegisteredKey =>
  "secret" in key
    ? admission.hmacKey(key.apiKey, key.secret, key.accountId)
    : admission.publicKey(key.apiKey, key.publicKey, key.accountId)

const json = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): WireResponse => ({
  status,
  headers: { "content-type": "application/json;charset=UTF-8", ...headers },
  body: JSON.stringify(body)
})

const notFound: WireResponse = {
  status: 404,
  headers: { "content-type": "text/html" },
  body: "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"
}

/**
 * Makes an exchange.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(options: SimulatorOptions = {}): Effect.fn.Return<SimulatorShape> {
  const opened = yield* Clock.currentTimeMillis
  const state = yield* Ref.make(
    Engine.make({
      now: opened,
      accounts: options.accounts?.(opened) ?? [Seed.demoAccount(demoKey.accountId, opened)],
      ...(options.market === undefined ? {} : { market: options.market }),
      ...(options.parameters === undefined ? {} : { parameters: options.parameters })
    })
  )
  const keys = new Map((options.keys ?? [demoKey]).map((key) => [key.apiKey, toKey(key)]))
  const windows = new Map<string, Window>()
  const weightLimit = options.weightLimit ?? 6000
  const remember = Math.max(0, Math.trunc(options.remember ?? 1000))
  let clockOffset = 0
  let faults: ReadonlyArray<{ readonly fault: Fault; left: number }> = []
  let arrived: Array<WireRequest> = []
  let answers = 0

  const serverTime = Effect.map(Clock.currentTimeMillis, (local) => local + clockOffset)

  const count = (ip: string, weight: number, now: number): number => {
    const minute = Math.floor(now / 60_000)
    const window = windows.get(ip)
    const used = (window?.minute === minute ? window.used : 0) + weight
    windows.set(ip, { minute, used })
    return used
  }

  const carryOut = (
    route: routing.Route,
    request: WireRequest,
    received: params.Received,
    now: number
  ): Effect.Effect<WireResponse> => {
    const admitted = admission.admit(route.endpoint, request, received, keys, now)
    if (Result.isFailure(admitted)) return Effect.succeed(json(admitted.failure.status, admitted.failure.error))
    const accountId = admitted.success ?? ""
    return Ref.modify(state, (current) => {
      const outcome = route.run({ state: current, accountId, now }, received.params)
      return Result.isSuccess(outcome)
        ? [json(200, outcome.success.reply), outcome.success.state]
        : [json(400, outcome.failure), current]
    })
  }

  const takeFault = (endpoint: string): Fault | undefined => {
    const found = faults.find(({ fault }) => fault.endpoint === undefined || fault.endpoint === endpoint)
    if (found === undefined) return undefined
    found.left -= 1
    faults = faults.filter(({ left }) => left > 0)
    return found.fault
  }

  const answer = (request: WireRequest, now: number): Effect.Effect<WireResponse> => {
    if (request.method === "GET" && routing.timePaths.has(request.path)) {
      return Effect.succeed(json(200, { serverTime: now }))
    }
    const route = routing.find(request.method, request.path)
    // Retired paths are gone from the real exchange as well.
    if (route === undefined || route.endpoint.status._tag === "Deprecated") return Effect.succeed(notFound)
    const received = params.receive(request)
    if (Result.isFailure(received)) return Effect.succeed(json(400, received.failure))
    const weight = weightOf(route.endpoint, Object.fromEntries(received.success.params))
    const used = count(request.ip, weight, now)
    const headers = { "x-mbx-used-weight-1m": String(used), "x-mbx-uuid": `simulator-${++answers}` }
    const withHeaders = (response: WireResponse): WireResponse => ({
      ...response,
      headers: { ...headers, ...response.headers }
    })
    if (used > weightLimit) {
      const seconds = Math.ceil((60_000 - now % 60_000) / 1000)
      return Effect.succeed(withHeaders(json(429, tooManyRequests(weightLimit), { "retry-after": String(seconds) })))
    }
    const fault = takeFault(route.endpoint.id)
    if (fault === undefined) return Effect.map(carryOut(route, request, received.success, now), withHeaders)
    return fault.carriedOut === true
      ? Effect.map(carryOut(route, request, received.success, now), (truth) => fault.answer(withHeaders(truth)))
      : Effect.sync(() => fault.answer(withHeaders(json(200, {}))))
  }

  const handle = (request: WireRequest): Effect.Effect<WireResponse> =>
    Effect.flatMap(serverTime, (now) => {
      arrived.push(request)
      if (arrived.length > 2 * remember) arrived = arrived.slice(arrived.length - remember)
      return answer(request, now)
    })

  const apply = (command: Engine.Command) =>
    Effect.flatMap(serverTime, (now) =>
      Effect.flatMap(
        Ref.modify(
          state,
          (current): readonly [Result.Result<Engine.Reply, ExchangeError.ExchangeError>, Engine.State] => {
            const applied = Engine.apply(current, command, now)
            return Result.isSuccess(applied)
              ? [Result.succeed(applied.success[1]), applied.success[0]]
              : [Result.fail(applied.failure), current]
          }
        ),
        (result) =>
          Result.isSuccess(result)
            ? Effect.succeed(result.success)
            : Effect.fail(new CommandRefused({ code: result.failure.code, message: result.failure.msg }))
      ))

  return {
    handle,
    state: Ref.get(state),
    apply,
    addKey: (key) => Effect.sync(() => void keys.set(key.apiKey, toKey(key))),
    setClockOffset: (millis) =>
      Effect.sync(() => {
        clockOffset = millis
      }),
    inject: (fault) =>
      Effect.sync(() => {
        faults = [...faults, { fault, left: fault.times ?? 1 }]
      }),
    requests: Effect.sync(() => arrived.slice(Math.max(0, arrived.length - remember)))
  }
})

const tooManyRequests = (limit: number): ExchangeError.ExchangeError =>
  ExchangeError.make(
    -1003,
    `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to `
      + `avoid polling the API.`
  )

/**
 * The calls that this exchange does not answer yet, by their documented names; it refuses them with -5000. Retired calls
 * are not among them: they are answered with 404, as the real exchange does.
 *
 * @category coverage
 * @since 0.1.0
 */
export const notAnswered: ReadonlyArray<string> = Object.values(routing.routes).flatMap(({ endpoint, offered }) =>
  offered || endpoint.status._tag === "Deprecated" ? [] : [endpoint.id]
)

/**
 * The exchange in the box.
 *
 * @category services
 * @since 0.1.0
 */
export class Simulator extends Context.Service<Simulator, SimulatorShape>()("@effect-binance/simulator/Simulator") {
  /**
   * An exchange; it stands as long as the layer does.
   *
   * @since 0.1.0
   */
  static readonly layer = (options: SimulatorOptions = {}): Layer.Layer<Simulator> =>
    Layer.effect(Simulator, make(options))
}
