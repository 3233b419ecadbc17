/**
 * The exchange in the box as a service: the engine behind the checks that the real exchange makes of every request.
 *
 * It has two faces, `SimulatorHttpClient` in memory and `SimulatorServer` over real HTTP on this machine, and both answer
 * through {@link SimulatorShape.handle}.
 *
 * @since 0.1.0
 */
import { weightOf } from "@effect-binance/core/Endpoint"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Crypto from "node:crypto"
import type * as Account from "./Account.ts"
import * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import type { Disturbance, Fault } from "./Fault.ts"
import * as admission from "./internal/admission.ts"
import * as arming from "./internal/faults.ts"
import * as hubs from "./internal/hub.ts"
import * as inputs from "./internal/inputs.ts"
import { write } from "./internal/json.ts"
import * as params from "./internal/params.ts"
import * as routing from "./internal/routes.ts"
import * as Limits from "./Limits.ts"
import * as ListenKeys from "./ListenKeys.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import * as Parameters from "./MarginParameters.ts"
import type * as Market from "./Market.ts"
import type { OrderRules } from "./OrderRules.ts"
import * as PublicData from "./PublicData.ts"
import * as Replay from "./Replay.ts"
import * as Seed from "./Seed.ts"
import type * as Spot from "./Spot.ts"
import type { Opened, OpenStream } from "./StreamConnection.ts"
import type { StreamFault } from "./StreamFault.ts"
import * as StreamRules from "./StreamRules.ts"
import { ConnectionFailed, type StreamRequest, type WireRequest, type WireResponse } from "./Wire.ts"

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
  /** Contracts, brackets and the prices they open with; `Market.defaults`. */
  readonly market?: Market.Market | undefined
  /** What of the margin is not published; `MarginParameters.defaults`. */
  readonly parameters?: MarginParameters | undefined
  /** What of the orders of UM and CM is not published; `OrderRules.defaults`. */
  readonly rules?: OrderRules | undefined
  /** Spot pairs and the rules of margin orders, from {@link Spot.make}. */
  readonly spot?: Spot.Spot | undefined
  /** The accounts; by default one funded account, `demo`. */
  readonly accounts?: ((now: number) => ReadonlyArray<Account.Account>) | undefined
  /** The keys; by default {@link demoKey}. */
  readonly keys?: ReadonlyArray<Key> | undefined
  /** Where the limits differ from {@link Limits.defaults}; `"off"` for none. Orders as `parameters.ordersPerMinute` says. */
  readonly limits?: Partial<Limits.Rules> | "off" | undefined
  /** What a request weighs, by the documented name of the endpoint, where that differs from what is documented. */
  readonly weigh?: ((endpoint: string, documented: number) => number) | undefined
  /** Whether everything that changes the state is kept for {@link SimulatorShape.journal}; `false`. */
  readonly record?: boolean | undefined
  /** What the exchange has been through before it opens. */
  readonly past?: Past | undefined
  /** How many requests {@link SimulatorShape.requests} remembers; 1000. None with 0. */
  readonly remember?: number | undefined
  /** What differs from the default rules of the user data stream. */
  readonly stream?: Partial<StreamRules.StreamRules> | undefined
}

/**
 * When an exchange opened, in milliseconds, and what came in then and since.
 *
 * @category models
 * @since 0.1.0
 */
export interface Past {
  readonly opened: number
  readonly entries: ReadonlyArray<Replay.Entry>
}

/**
 * A fault in force.
 *
 * @category models
 * @since 0.1.0
 */
export interface Injected {
  /** How many requests it has struck. */
  readonly struck: Effect.Effect<number>
  /** Ends it. */
  readonly remove: Effect.Effect<void>
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
  /** Answers a request as the exchange would; fails where an injected fault ends the connection. */
  readonly handle: (request: WireRequest) => Effect.Effect<WireResponse, ConnectionFailed>
  /** The state of the engine. */
  readonly state: Effect.Effect<Engine.State>
  /** Carries out a command from outside: prices, deposits, seeded positions. */
  readonly apply: (command: Engine.OutsideCommand) => Effect.Effect<Engine.Reply, CommandRefused>
  /** Opens an account with nothing in it. */
  readonly openAccount: (accountId: string) => Effect.Effect<void, CommandRefused>
  /** Where the exchange began, and all that changed its state since where the option `record` is set. */
  readonly journal: Effect.Effect<Replay.Journal>
  /**
   * Puts everything back to where it was when the exchange opened: state, counts, faults, clock. Streams are cut; keys stay as
   * they are.
   */
  readonly reset: Effect.Effect<void>
  /** Makes a key known. */
  readonly addKey: (key: Key) => Effect.Effect<void>
  /** Makes a key unknown: from now on it is refused with -2015. */
  readonly removeKey: (apiKey: string) => Effect.Effect<void>
  /** Moves the exchange's clock away from the clock of the program, in milliseconds. */
  readonly setClockOffset: (millis: number) => Effect.Effect<void>
  /** How far the exchange's clock is away from the clock of the program, in milliseconds. */
  readonly clockOffset: Effect.Effect<number>
  /** Orders a fault; of several that concern a request, the oldest strikes. */
  readonly inject: (fault: Fault) => Effect.Effect<Injected>
  /** Uses up request weight of an address, `127.0.0.1` unless told otherwise, as another program there would. */
  readonly spendWeight: (weight: number, ip?: string) => Effect.Effect<void>
  /** What was used of the limits, and who is banned. */
  readonly usage: Effect.Effect<Limits.Usage>
  /** Ends all faults of requests. */
  readonly clearFaults: Effect.Effect<void>
  /**
   * Runs an effect while nobody can connect: in memory the connection is refused, and over HTTP the port is closed and
   * connections are cut.
   */
  readonly whileUnreachable: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs beside the exchange whenever it becomes unreachable (`false`) or reachable again; for faces. */
  readonly onReachable: (change: (reachable: boolean) => Effect.Effect<void>) => Effect.Effect<void, never, Scope.Scope>
  /** Waits until something holds of the exchange, which is looked at after each request and each change. */
  readonly until: (holds: (seen: Seen) => boolean) => Effect.Effect<void>
  /** The requests that arrived, oldest first, as they came. */
  readonly requests: Effect.Effect<ReadonlyArray<WireRequest>>
  /** Opens a WebSocket as the exchange would. */
  readonly openStream: (request: StreamRequest) => Effect.Effect<Opened>
  /** Orders something to go wrong with the user data streams. */
  readonly injectStream: (fault: StreamFault) => Effect.Effect<void>
  /** Ends the faults of user data streams that wait to strike; events that one holds back go out. */
  readonly clearStreamFaults: Effect.Effect<void>
  /** The user data streams that are open. */
  readonly streams: Effect.Effect<ReadonlyArray<OpenStream>>
}

/**
 * What can be waited for by {@link SimulatorShape.until}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Seen {
  readonly state: Engine.State
  /** The requests that arrived and are remembered, oldest first. */
  readonly requests: ReadonlyArray<WireRequest>
  /** How many requests faults have struck. */
  readonly struck: number
  /** The user data streams that are open. */
  readonly streams: ReadonlyArray<OpenStream>
}

const toKey = (key: Key): admission.RegisteredKey =>
  "secret" in key
    ? admission.hmacKey(key.apiKey, key.secret, key.accountId)
    : admission.publicKey(key.apiKey, key.publicKey, key.accountId)

const json = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): WireResponse => ({
  status,
  headers: { "content-type": "application/json;charset=UTF-8", ...headers },
  body: write(body)
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
export const make = Effect.fnUntraced(function*(
  options: SimulatorOptions = {}
): Effect.fn.Return<SimulatorShape, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const began = yield* Clock.currentTimeMillis
  const opened = options.past?.opened ?? began
  const initial = Engine.make({
    now: opened,
    accounts: options.accounts?.(opened) ?? [Seed.demoAccount(demoKey.accountId, opened)],
    ...(options.market === undefined ? {} : { market: options.market }),
    ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    ...(options.spot === undefined ? {} : { spot: options.spot })
  })
  const past = options.past?.entries ?? []
  let engine = Replay.run({ initial, entries: past })
  let entries: Array<Replay.Entry> = [...past]
  const keys = new Map((options.keys ?? [demoKey]).map((key) => [key.apiKey, toKey(key)]))
  const rules: Limits.Rules = options.limits === "off" ? Limits.off : {
    ...Limits.defaults,
    orders: (options.parameters ?? Parameters.defaults).ordersPerMinute,
    ...options.limits
  }
  const weigh = options.weigh ?? ((_endpoint, documented) => documented)
  let usage = Limits.empty
  const remember = Math.max(0, Math.trunc(options.remember ?? 1000))
  // The exchange's time never goes back behind what it has been through.
  const firstOffset = Math.max(0, (past.at(-1)?.at ?? began) - began)
  let clockOffset = firstOffset
  let faults: ReadonlyArray<arming.Armed> = []
  let reachable = true
  const faces = new Set<(reachable: boolean) => Effect.Effect<void>>()
  const waiting = new Set<() => void>()
  let arrived: Array<WireRequest> = []
  let answers = 0
  let struck = 0

  // An exchange tells whole milliseconds; a test's clock, moved by pauses of any length, may not.
  const serverTime = Effect.map(Clock.currentTimeMillis, (local) => Math.floor(local + clockOffset))

  const wake = () => {
    for (const look of waiting) look()
  }

  const streamRules = { ...StreamRules.defaults, ...options.stream }
  const hub = hubs.make(streamRules, (change) => update((current, now) => [change(now), current]))
  const sooner = Latch.makeUnsafe()
  let due = Infinity

  const step = <A>(
    now: number,
    change: (current: Engine.State) => readonly [A, Engine.State],
    input: Replay.Input | undefined
  ): A => {
    if (now >= due) hub.advance(now)
    const [result, next] = change(engine)
    if (options.record === true && input !== undefined && next !== engine) entries.push({ at: now, input })
    const [told, events] = Engine.deliver(next)
    engine = told
    hub.publish(events, now)
    const nextDue = Math.min(hub.due(), hub.isHeard() ? Engine.due(engine) : Infinity)
    if (nextDue < due) sooner.openUnsafe()
    due = nextDue
    if (waiting.size > 0) wake()
    return result
  }

  // Whatever changes the exchange goes this way, at one go: what fell due before, the change, what it has to tell, those
  // who wait for it. So the streams tell of changes in their order, and nobody waits for one that has happened.
  const update = <A>(
    change: (current: Engine.State, now: number) => readonly [A, Engine.State],
    input?: Replay.Input
  ): Effect.Effect<A> => Effect.map(serverTime, (now) => step(now, (current) => change(current, now), input))

  // As long as nobody listens, what falls due on accounts may wait for the next request.
  const passTime = Effect.map(serverTime, (now) => {
    const input = hub.isHeard() && Engine.due(engine) <= now ? { _tag: "Advance" } as const : undefined
    step(now, (current) => [undefined, input === undefined ? current : inputs.perform(current, input, now)[1]], input)
    return now
  })

  // Nobody has to ask for a ping to be sent or for a key to end: this waits for what falls due next.
  const keepTime = Effect.gen(function*() {
    while (true) {
      sooner.closeUnsafe()
      const now = yield* passTime
      yield* due === Infinity ? sooner.await : Effect.timeoutOption(sooner.await, Math.max(1, due - now))
    }
  })
  yield* Effect.forkScoped(keepTime)
  yield* Effect.addFinalizer(() => Effect.sync(hub.cutAll))

  const carryOut = (
    route: routing.Route,
    request: WireRequest,
    received: params.Received,
    now: number,
    conditions: Conditions
  ): Effect.Effect<WireResponse> => {
    const skewed = now + conditions.skew
    const admitted = admission.admit(route.endpoint, request, received, keys, skewed)
    if (Result.isFailure(admitted)) return Effect.succeed(json(admitted.failure.status, admitted.failure.error))
    const accountId = admitted.success ?? ""
    const { orders } = route.endpoint
    let orderCount: { readonly [name: string]: string } = {}
    if (orders > 0) {
      const [admission, next] = Limits.order(usage, rules, accountId, orders, now)
      usage = next
      if (admission._tag === "TooManyOrders") {
        return Effect.succeed(json(429, tooManyOrders(rules.orders), { "retry-after": String(admission.retryAfter) }))
      }
      orderCount = { "x-mbx-order-count-1m": String(admission.count) }
    }
    const input = { _tag: "Request", accountId, endpoint: route.endpoint.id, params: received.params } as const
    const execute = update((state, now) => {
      // What needs no key tells nothing but the time.
      const at = route.endpoint.security === "NONE" ? now + conditions.skew : now
      const [outcome, next] = inputs.perform(state, input, at, { listenKeys: hub.listenKeys(), streamRules })
      if (Result.isFailure(outcome)) return [json(400, outcome.failure), next]
      if (outcome.success.listenKeys !== undefined) hub.setListenKeys(outcome.success.listenKeys)
      return [json(200, outcome.success.reply, orderCount), next]
    }, input)
    const { late } = conditions
    return late === undefined ? execute : execute.pipe(
      Effect.delay(late.lag),
      Effect.forkIn(scope),
      Effect.andThen(late.answer === "none" ? Effect.never : Effect.succeed(late.answer))
    )
  }

  // The hosts of market data count limits of their own; what asks them without a key is not held back here.
  const tell = (request: WireRequest, now: number): WireResponse => {
    const shown = Result.flatMap(
      params.receive(request),
      (received) => PublicData.show(engine, request.path, received.params, now) ?? Result.succeed({})
    )
    return Result.isSuccess(shown) ? json(200, shown.success) : json(400, shown.failure)
  }

  const answer = (
    request: WireRequest,
    now: number,
    conditions: Conditions
  ): Effect.Effect<WireResponse> => {
    if (request.method === "GET" && PublicData.paths.includes(request.path)) {
      return Effect.sync(() => tell(request, now + conditions.skew))
    }
    const route = routing.find(request.method, request.path)
    // Retired paths are gone from the real exchange as well.
    if (route === undefined || route.endpoint.status._tag === "Deprecated") return Effect.succeed(notFound)
    const received = params.receive(request)
    if (Result.isFailure(received)) return Effect.succeed(json(400, received.failure))
    const weight = weigh(
      route.endpoint.id,
      weightOf(route.endpoint, Object.fromEntries(received.success.params))
    )
    const [admission, next] = Limits.request(usage, rules, request.ip, weight, now)
    usage = next
    const headers = { "x-mbx-used-weight-1m": String(admission.used), "x-mbx-uuid": `simulator-${++answers}` }
    const withHeaders = (response: WireResponse): WireResponse => ({
      ...response,
      headers: { ...headers, ...response.headers }
    })
    if (admission._tag !== "Admitted") {
      const [status, error] = admission._tag === "Banned"
        ? [418, banned(admission.until)] as const
        : [429, tooManyRequests(rules.weight)] as const
      return Effect.succeed(withHeaders(json(status, error, { "retry-after": String(admission.retryAfter) })))
    }
    return Effect.map(
      conditions.carriedOut
        ? carryOut(route, request, received.success, now, conditions)
        : Effect.succeed(json(200, {})),
      withHeaders
    )
  }

  const arrive = (request: WireRequest, conditions: Conditions = usual): Effect.Effect<WireResponse> =>
    Effect.flatMap(serverTime, (now) => {
      arrived.push(request)
      if (arrived.length > 2 * remember) arrived = arrived.slice(arrived.length - remember)
      if (waiting.size > 0) wake()
      return answer(request, now, conditions)
    })

  const disturbed = (request: WireRequest, disturbance: Disturbance): Effect.Effect<WireResponse, ConnectionFailed> => {
    switch (disturbance._tag) {
      case "Pass":
        return arrive(request)
      case "Unreachable":
        return Effect.fail(unreachable(disturbance.code, disturbance.syscall))
      case "Reset":
        return Effect.andThen(
          arrive(request, { ...usual, carriedOut: disturbance.carriedOut }),
          Effect.fail(connectionReset)
        )
      case "Stall":
        return Effect.andThen(arrive(request, { ...usual, carriedOut: disturbance.carriedOut }), Effect.never)
      case "Delay":
        return disturbance.what === "request"
          // What is on its way arrives, whether somebody still waits for the answer or not.
          ? Effect.flatMap(
            Effect.forkDetach(Effect.delay(Effect.suspend(() => arrive(request)), disturbance.by)),
            Fiber.join
          )
          : Effect.tap(arrive(request), () => Effect.sleep(disturbance.by))
      case "Answer":
        return Effect.map(
          arrive(request, { ...usual, carriedOut: disturbance.carriedOut }),
          (truth) => disturbance.answer(truth, request)
        )
      case "Skew":
        return arrive(request, { ...usual, skew: disturbance.millis })
      case "Duplicate":
        return Effect.flatMap(
          arrive(request),
          (first) => Effect.map(arrive(request), (second) => disturbance.answers === "first" ? first : second)
        )
      case "LateAccept":
        return arrive(request, { ...usual, late: disturbance })
    }
  }

  const strike = (request: WireRequest): Disturbance | undefined => {
    const endpoint = routing.find(request.method, request.path)?.endpoint.id ?? request.path
    for (const fault of faults) {
      const disturbance = fault.strike(endpoint, request)
      if (disturbance === undefined) continue
      if (fault.spent()) faults = faults.filter((other) => other !== fault)
      struck++
      if (waiting.size > 0) wake()
      return disturbance
    }
    return undefined
  }

  const handle = (request: WireRequest): Effect.Effect<WireResponse, ConnectionFailed> =>
    Effect.suspend(() => {
      if (!reachable) return Effect.fail(unreachable("ECONNREFUSED", "connect"))
      const disturbance = faults.length === 0 ? undefined : strike(request)
      return disturbance === undefined ? arrive(request) : disturbed(request, disturbance)
    })

  const setReachable = (to: boolean): Effect.Effect<void> =>
    Effect.suspend(() => {
      reachable = to
      if (!to) hub.cutAll()
      return Effect.forEach(faces, (change) => change(to), { discard: true })
    })

  const remembered = () => arrived.slice(Math.max(0, arrived.length - remember))

  const until = (holds: (seen: Seen) => boolean): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const look = (): void => {
        if (!holds({ state: engine, requests: remembered(), struck, streams: hub.seen() })) return
        waiting.delete(look)
        resume(Effect.void)
      }
      waiting.add(look)
      look()
      return Effect.sync(() => void waiting.delete(look))
    })

  const refused = ({ code, msg }: ExchangeError.ExchangeError) =>
    Effect.fail(new CommandRefused({ code, message: msg }))

  const apply = (command: Engine.OutsideCommand) =>
    Effect.flatMap(
      update(
        (current, now): readonly [Result.Result<Engine.Reply, ExchangeError.ExchangeError>, Engine.State] => {
          const due = Engine.advance(current, now)
          const applied = Engine.apply(due, command, now)
          return Result.isSuccess(applied)
            ? [Result.succeed(applied.success[1]), applied.success[0]]
            : [Result.fail(applied.failure), due]
        },
        { _tag: "Command", command }
      ),
      (result) => Result.isSuccess(result) ? Effect.succeed(result.success) : refused(result.failure)
    )

  const openAccount = (accountId: string) => {
    const input = { _tag: "Open", accountId } as const
    return Effect.flatMap(
      update((current, now) => inputs.perform(current, input, now), input),
      (result) => Result.isSuccess(result) ? Effect.void : refused(result.failure)
    )
  }

  const reset = Effect.suspend(() => {
    hub.clearFaults()
    hub.cutAll()
    hub.setListenKeys(ListenKeys.none)
    entries = [...past]
    usage = Limits.empty
    faults = []
    arrived = []
    struck = 0
    clockOffset = firstOffset
    return update(() => [undefined, Replay.run({ initial, entries: past })])
  })

  return {
    handle,
    state: Effect.sync(() => engine),
    apply,
    openAccount,
    journal: Effect.sync(() => ({ initial, entries: [...entries] })),
    reset,
    clockOffset: Effect.sync(() => clockOffset),
    addKey: (key) => Effect.sync(() => void keys.set(key.apiKey, toKey(key))),
    removeKey: (apiKey) => Effect.sync(() => void keys.delete(apiKey)),
    setClockOffset: (millis) =>
      Effect.sync(() => {
        clockOffset = millis
        sooner.openUnsafe()
      }),
    inject: (fault) =>
      Effect.sync(() => {
        const armed = arming.arm(fault)
        faults = [...faults, armed]
        return {
          struck: Effect.sync(armed.struck),
          remove: Effect.sync(() => {
            faults = faults.filter((other) => other !== armed)
          })
        }
      }),
    spendWeight: (weight, ip = "127.0.0.1") =>
      Effect.map(serverTime, (now) => {
        usage = Limits.spend(usage, rules, ip, weight, now)
      }),
    usage: Effect.sync(() => usage),
    clearFaults: Effect.sync(() => {
      faults = []
    }),
    whileUnreachable: (effect) => Effect.acquireUseRelease(setReachable(false), () => effect, () => setReachable(true)),
    onReachable: (change) =>
      Effect.acquireRelease(
        Effect.sync(() => void faces.add(change)),
        () => Effect.sync(() => void faces.delete(change))
      ),
    until,
    requests: Effect.sync(remembered),
    openStream: (request) =>
      update((engine, now) => [reachable ? hub.open(request, now) : { _tag: "Unreachable" }, engine]),
    injectStream: (fault) => update((engine, now) => [hub.inject(fault, now), engine]),
    clearStreamFaults: update((engine) => [hub.clearFaults(), engine]),
    streams: Effect.sync(hub.seen)
  }
})

// What differs, for one request, from the way of all others.
interface Conditions {
  readonly carriedOut: boolean
  readonly skew: number
  readonly late: { readonly lag: Duration.Duration; readonly answer: WireResponse | "none" } | undefined
}

const usual: Conditions = { carriedOut: true, skew: 0, late: undefined }

const unreachable = (code: string, syscall: "connect" | "getaddrinfo"): ConnectionFailed =>
  new ConnectionFailed({ phase: "connect", code, syscall, message: `${syscall} ${code}` })

const connectionReset = new ConnectionFailed({
  phase: "request",
  code: "ECONNRESET",
  syscall: "read",
  message: "read ECONNRESET"
})

const tooManyRequests = (limit: number): ExchangeError.ExchangeError =>
  ExchangeError.make(
    -1003,
    `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to `
      + `avoid polling the API.`
  )

const tooManyOrders = (limit: number): ExchangeError.ExchangeError =>
  ExchangeError.make(-1015, `Too many new orders; current limit is ${limit} orders per MINUTE.`)

const banned = (until: number): ExchangeError.ExchangeError =>
  ExchangeError.make(
    -1003,
    `Way too many requests; IP banned until ${until}. Please use the websocket for live updates to avoid bans.`
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
