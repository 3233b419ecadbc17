/**
 * Faults to order: whatever a network, a proxy, a clock or the exchange itself can do to a request.
 *
 * A fault is a value. {@link on}, {@link after}, {@link times}, {@link withProbability} say which requests it strikes,
 * {@link script} puts several in a row, and `Simulator.inject` orders it. It strikes on both faces: in memory the client
 * gets the failure that a transport would give, and over HTTP the connection is really reset, stalled or cut.
 *
 * **Example** (The answer is lost, the change was made)
 *
 * ```ts import.meta.vitest
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as Fault from "@effect-binance/simulator/Fault"
 * import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
 * import { Simulator } from "@effect-binance/simulator/Simulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   const exchange = yield* Simulator
 *   yield* exchange.inject(Fault.resetAfterSend.pipe(Fault.carriedOut, Fault.on("updateUMLeverage")))
 *   const error = yield* Effect.flip(client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 10 }))
 *   const [config] = yield* client.getUMSymbolConfig({ symbol: "BTCUSDT" })
 *   return [error._tag, config?.leverage]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, SimulatedClient.layer())) // => ["OutcomeUnknown", 10]
 * ```
 *
 * @since 0.1.0
 */
import type * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Duration from "effect/Duration"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import { rewrite, setField } from "./internal/rewrite.ts"
import type { WireRequest, WireResponse } from "./Wire.ts"

/**
 * What becomes of one request that a fault strikes.
 *
 * **Details**
 *
 * `carriedOut` tells whether the exchange carries the request out all the same, so that only its answer suffers.
 *
 * @category models
 * @since 0.1.0
 */
export type Disturbance =
  /** Nothing: the request is let through. */
  | { readonly _tag: "Pass" }
  /** The connection never stands. */
  | { readonly _tag: "Unreachable"; readonly code: string; readonly syscall: "connect" | "getaddrinfo" }
  /** The connection ends without an answer. */
  | { readonly _tag: "Reset"; readonly carriedOut: boolean }
  /** There is never an answer. */
  | { readonly _tag: "Stall"; readonly carriedOut: boolean }
  /** The request arrives, or the answer goes out, later. */
  | { readonly _tag: "Delay"; readonly what: "request" | "answer"; readonly by: Duration.Duration }
  /** Another answer is given; `answer` gets the true one, or `{}` where the request is not carried out. */
  | {
    readonly _tag: "Answer"
    readonly carriedOut: boolean
    readonly answer: (truth: WireResponse, request: WireRequest) => WireResponse
  }
  /** The exchange's clock is off by so many milliseconds while it looks at the request. */
  | { readonly _tag: "Skew"; readonly millis: number }
  /** The request arrives twice; one of the answers comes back. */
  | { readonly _tag: "Duplicate"; readonly answers: "first" | "second" }
  /** The request is carried out later than it is answered. */
  | { readonly _tag: "LateAccept"; readonly lag: Duration.Duration; readonly answer: WireResponse | "none" }

/**
 * A fault: what happens, and to which requests.
 *
 * **Details**
 *
 * Of the requests that match (`endpoints`, `matches`), the first `skip` are let through; each of the others is struck with
 * `probability`, until `times` have been. The order in which these were set does not matter.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Pipeable {
  /** By which it is told apart in reports. */
  readonly name: string
  /** One disturbance, or faults that come into force one after another. */
  readonly what: Disturbance | ReadonlyArray<Fault>
  readonly endpoints: ReadonlyArray<string> | undefined
  readonly matches: ((request: WireRequest) => boolean) | undefined
  readonly skip: number
  readonly probability: number
  readonly seed: number
  readonly times: number
}

const Proto = {
  pipe() {
    return pipeArguments(this, arguments)
  }
}

const build = (fields: Omit<Fault, "pipe">): Fault => Object.assign(Object.create(Proto), fields)

/**
 * Makes a fault of a disturbance; it strikes the next request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (name: string, what: Disturbance | ReadonlyArray<Fault>): Fault =>
  build({
    name,
    what,
    endpoints: undefined,
    matches: undefined,
    skip: 0,
    probability: 1,
    seed: 1,
    times: 1
  })

const change = (fault: Fault, fields: Partial<Omit<Fault, "pipe">>): Fault => build({ ...fault, ...fields })

// -----------------------------------------------------------------------------
// Which requests
// -----------------------------------------------------------------------------

/**
 * Strikes requests of these endpoints alone, by their documented names.
 *
 * @category selection
 * @since 0.1.0
 */
export const on = (...endpoints: ReadonlyArray<Endpoints.Name>) => (self: Fault): Fault => change(self, { endpoints })

/**
 * Strikes requests that the predicate holds for: those of one key, of one symbol, of a path that no endpoint has.
 *
 * @category selection
 * @since 0.1.0
 */
export const when = (matches: (request: WireRequest) => boolean) => (self: Fault): Fault => change(self, { matches })

/**
 * Lets so many matching requests through first.
 *
 * @category selection
 * @since 0.1.0
 */
export const after = (requests: number) => (self: Fault): Fault => change(self, { skip: requests })

/**
 * Strikes so many times; a script runs so many times.
 *
 * @category selection
 * @since 0.1.0
 */
export const times = (count: number) => (self: Fault): Fault => change(self, { times: count })

/**
 * Strikes until it is removed.
 *
 * @category selection
 * @since 0.1.0
 */
export const always = (self: Fault): Fault => change(self, { times: Infinity })

/**
 * Strikes each matching request with a probability, the same ones for the same seed.
 *
 * @category selection
 * @since 0.1.0
 */
export const withProbability = (probability: number, options: { readonly seed: number }) => (self: Fault): Fault =>
  change(self, { probability, seed: options.seed })

/**
 * Faults in a row: each comes into force when the one before has struck as often as it had to.
 *
 * **Example** (The second and the third request fail)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-binance/simulator/Fault"
 *
 * const script = Fault.script([Fault.pass, Fault.stall, Fault.html(502)]).pipe(Fault.on("getBalance"))
 *
 * script.name // => "pass, stall, html 502"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const script = (faults: ReadonlyArray<Fault>): Fault => make(faults.map(({ name }) => name).join(", "), faults)

const carrying = (self: Fault, carriedOut: boolean): Fault =>
  change(self, {
    what: "_tag" in self.what
      ? "carriedOut" in self.what ? { ...self.what, carriedOut } : self.what
      : self.what.map((fault) => carrying(fault, carriedOut))
  })

/**
 * The exchange carries the request out; only the answer is lost or changed.
 *
 * **Gotchas**
 *
 * Faults that say by what they are whether the request is carried out ({@link connectionRefused}, {@link delay},
 * {@link lateAccept}, …) stay as they are.
 *
 * @category combinators
 * @since 0.1.0
 */
export const carriedOut = (self: Fault): Fault => carrying(self, true)

/**
 * The exchange never sees the request.
 *
 * @category combinators
 * @since 0.1.0
 */
export const notCarriedOut = (self: Fault): Fault => carrying(self, false)

// -----------------------------------------------------------------------------
// Connections
// -----------------------------------------------------------------------------

/**
 * Lets one request through: a pause in a {@link script}.
 *
 * @category connections
 * @since 0.1.0
 */
export const pass: Fault = make("pass", { _tag: "Pass" })

/**
 * Nobody listens: not a byte of the request leaves.
 *
 * **Gotchas**
 *
 * A server knows a request only once it has arrived, so that over HTTP the connection is reset before anything is carried
 * out, and a client cannot prove that. `Simulator.whileUnreachable` closes the port for real.
 *
 * @category connections
 * @since 0.1.0
 */
export const connectionRefused: Fault = make("connectionRefused", {
  _tag: "Unreachable",
  code: "ECONNREFUSED",
  syscall: "connect"
})

/**
 * The name of the exchange is not found. In memory; over HTTP as {@link connectionRefused}.
 *
 * @category connections
 * @since 0.1.0
 */
export const dnsFailure: Fault = make("dnsFailure", { _tag: "Unreachable", code: "ENOTFOUND", syscall: "getaddrinfo" })

/**
 * The handshake of the connection takes too long. In memory; over HTTP as {@link connectionRefused}.
 *
 * @category connections
 * @since 0.1.0
 */
export const connectTimeout: Fault = make("connectTimeout", {
  _tag: "Unreachable",
  code: "ETIMEDOUT",
  syscall: "connect"
})

/**
 * The connection is reset when the request is written, before the exchange sees it; with {@link carriedOut}, after it was
 * carried out. The client cannot tell these apart.
 *
 * @category connections
 * @since 0.1.0
 */
export const resetAfterSend: Fault = make("resetAfterSend", { _tag: "Reset", carriedOut: false })

/**
 * There is never an answer, and the connection stays open; the exchange does not see the request unless {@link carriedOut}.
 *
 * @category connections
 * @since 0.1.0
 */
export const stall: Fault = make("stall", { _tag: "Stall", carriedOut: false })

/**
 * The request is carried out at once and answered after a while, by the program's `Clock`.
 *
 * @category connections
 * @since 0.1.0
 */
export const delay = (by: Duration.Input): Fault =>
  make("delay", { _tag: "Delay", what: "answer", by: Duration.fromInputUnsafe(by) })

/**
 * The request takes a while to arrive, and is carried out then: too late for its receive window, perhaps.
 *
 * @category connections
 * @since 0.1.0
 */
export const delayRequest = (by: Duration.Input): Fault =>
  make("delayRequest", { _tag: "Delay", what: "request", by: Duration.fromInputUnsafe(by) })

/**
 * The connection is reset after so many bytes of the true answer's body.
 *
 * @category connections
 * @since 0.1.0
 */
export const resetMidBody = (afterBytes: number): Fault =>
  changed("resetMidBody", (truth) => ({ ...truth, delivery: { _tag: "Cut", afterBytes } }))

/**
 * The true answer comes in pieces, with a pause after each, by the program's `Clock`.
 *
 * @category connections
 * @since 0.1.0
 */
export const slowDrip = (options: { readonly bytes: number; readonly every: Duration.Input }): Fault =>
  changed("slowDrip", (truth) => ({
    ...truth,
    delivery: {
      _tag: "Drip",
      bytes: Math.max(1, Math.trunc(options.bytes)),
      every: Duration.fromInputUnsafe(options.every)
    }
  }))

// -----------------------------------------------------------------------------
// Answers
// -----------------------------------------------------------------------------

/**
 * Another answer in place of the true one.
 *
 * **Details**
 *
 * The exchange does not carry the request out unless {@link carriedOut}; `make` gets what it would have sent, with the
 * counts in the headers, or `{}`.
 *
 * @category answers
 * @since 0.1.0
 */
export const answer = (
  make: (truth: WireResponse, request: WireRequest) => WireResponse,
  name = "answer"
): Fault => build({ ...pass, name, what: { _tag: "Answer", carriedOut: false, answer: make } })

// The true answer, of a request that was carried out, with something changed.
const changed = (name: string, change: (truth: WireResponse) => WireResponse): Fault =>
  build({ ...pass, name, what: { _tag: "Answer", carriedOut: true, answer: change } })

const page = (status: number, title: string): WireResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body:
    `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`
})

const titles: { readonly [status: number]: string } = {
  200: "Sign in to the network",
  403: "403 Forbidden",
  404: "404 Not Found",
  500: "500 Internal Server Error",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out"
}

/**
 * A page of some proxy in between: a gateway (502, 504), a firewall (403), a login page (200).
 *
 * @category answers
 * @since 0.1.0
 */
export const html = (status: number): Fault =>
  answer(() => page(status, titles[status] ?? String(status)), `html ${status}`)

const coded = (truth: WireResponse, status: number, code: number, msg: string): WireResponse => ({
  status,
  headers: { ...truth.headers, "content-type": "application/json;charset=UTF-8" },
  body: JSON.stringify({ code, msg })
})

/**
 * The exchange answers with a code of its own.
 *
 * @category answers
 * @since 0.1.0
 */
export const code = (status: number, code: number, msg: string): Fault =>
  answer((truth) => coded(truth, status, code, msg), `code ${code}`)

/**
 * HTTP 503 with a text. What it proves is in the text: "Unknown error, please check your request or try again later." says
 * nothing, "Service Unavailable." and "Internal error; …" say that nothing was carried out.
 *
 * @category answers
 * @since 0.1.0
 */
export const status503 = (text: string): Fault =>
  answer(
    (truth) => ({ status: 503, headers: truth.headers, body: JSON.stringify({ msg: text }) }),
    `503 ${text}`
  )

/**
 * HTTP 503, "Unknown error, please check your request or try again later.": it may have been carried out.
 *
 * @category answers
 * @since 0.1.0
 */
export const unknownError: Fault = status503("Unknown error, please check your request or try again later.")

/**
 * HTTP 503, "Service Unavailable.": it was not carried out.
 *
 * @category answers
 * @since 0.1.0
 */
export const serviceUnavailable: Fault = status503("Service Unavailable.")

/**
 * HTTP 503 with -1008: overloaded, not carried out.
 *
 * @category answers
 * @since 0.1.0
 */
export const overloaded: Fault = code(
  503,
  -1008,
  "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again."
)

/**
 * -1007: no answer from the backend in time; it may have been carried out.
 *
 * @category answers
 * @since 0.1.0
 */
export const backendTimeout = (status: 408 | 503 = 503): Fault =>
  code(
    status,
    -1007,
    "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
  )

/**
 * -1006: an unexpected answer from the backend; it may have been carried out.
 *
 * @category answers
 * @since 0.1.0
 */
export const unexpectedResponse = (status = 200): Fault =>
  code(status, -1006, "An unexpected response was received from the message bus. Execution status unknown.")

/**
 * HTTP 202 without a body.
 *
 * @category answers
 * @since 0.1.0
 */
export const emptyBody202: Fault = answer(({ headers }) => ({ status: 202, headers, body: "" }), "emptyBody202")

/**
 * The body of the true answer, cut off after so many characters; the message is complete as far as HTTP is concerned.
 *
 * @category answers
 * @since 0.1.0
 */
export const truncate = (length: number): Fault =>
  changed("truncate", (truth) => ({ ...truth, body: truth.body.slice(0, length) }))

/**
 * The true answer says that it is compressed, and is not.
 *
 * @category answers
 * @since 0.1.0
 */
export const garbled: Fault = changed("garbled", (truth) => ({
  ...truth,
  headers: { ...truth.headers, "content-encoding": "gzip" },
  bytes: new TextEncoder().encode(truth.body)
}))

/**
 * An answer of so many bytes, none of which mean anything.
 *
 * @category answers
 * @since 0.1.0
 */
export const hugeBody = (bytes: number): Fault =>
  answer((truth) => ({ ...truth, status: 200, body: `"${"x".repeat(Math.max(0, bytes - 2))}"` }), "hugeBody")

/**
 * A header of the true answer has another value, or is not there. The name is sent as it is written.
 *
 * **Example** (The count of weight is not there)
 *
 * ```ts import.meta.vitest
 * import * as Fault from "@effect-binance/simulator/Fault"
 *
 * Fault.header("X-MBX-USED-WEIGHT-1M", undefined).pipe(Fault.always).name // => "header X-MBX-USED-WEIGHT-1M"
 * ```
 *
 * @category answers
 * @since 0.1.0
 */
export const header = (name: string, value: string | undefined): Fault =>
  changed(`header ${name}`, (truth) => {
    const kept = Object.entries(truth.headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase())
    return { ...truth, headers: Object.fromEntries(value === undefined ? kept : [...kept, [name, value]]) }
  })

/**
 * A field of the true answer has another value, in every row where that is a list; `undefined` takes it away. A field that
 * was not there is a new one.
 *
 * @category answers
 * @since 0.1.0
 */
export const field = (name: string, value: unknown): Fault =>
  changed(
    `field ${name}`,
    (truth) => ({ ...truth, body: rewrite(truth.body, (json) => setField(json, name, () => value)) })
  )

const retyped: { readonly [T in UnexpectedType]: (value: unknown) => unknown } = {
  null: () => null,
  missing: () => undefined,
  object: (value) => ({ value }),
  number: (value) => Number(value),
  string: (value) => String(value)
}

/**
 * What a field can turn into.
 *
 * @category models
 * @since 0.1.0
 */
export type UnexpectedType = "null" | "missing" | "object" | "number" | "string"

/**
 * A field of the true answer is of another type than documented, in every row where that is a list.
 *
 * @category answers
 * @since 0.1.0
 */
export const unexpectedType = (name: string, type: UnexpectedType): Fault =>
  changed(`unexpectedType ${name} ${type}`, (truth) => ({
    ...truth,
    body: rewrite(truth.body, (json) => setField(json, name, retyped[type]))
  }))

const retryAfterHeader = (retryAfter: string | number | undefined): { readonly [name: string]: string } =>
  retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }

/**
 * HTTP 429 with -1003, and with `Retry-After` as given: seconds, a date, nothing, nonsense.
 *
 * @category answers
 * @since 0.1.0
 */
export const rateLimited = (options: { readonly retryAfter?: string | number | undefined } = {}): Fault =>
  answer((truth) => {
    const refusal = coded(truth, 429, -1003, "Too many requests; current limit is 6000 requests per minute.")
    return { ...refusal, headers: { ...refusal.headers, ...retryAfterHeader(options.retryAfter) } }
  }, "rateLimited")

/**
 * HTTP 429 with -1015: too many orders of the account, while there is weight left.
 *
 * @category answers
 * @since 0.1.0
 */
export const tooManyOrders = (options: { readonly retryAfter?: string | number | undefined } = {}): Fault =>
  answer((truth) => {
    const refusal = coded(truth, 429, -1015, "Too many new orders; current limit is 1200 orders per MINUTE.")
    return { ...refusal, headers: { ...refusal.headers, ...retryAfterHeader(options.retryAfter) } }
  }, "tooManyOrders")

/**
 * HTTP 418: banned, until a time in milliseconds that the text may name and for the seconds that `Retry-After` may give.
 *
 * @category answers
 * @since 0.1.0
 */
export const banned = (
  options: { readonly until?: number | undefined; readonly retryAfter?: string | number | undefined } = {}
): Fault =>
  answer((truth) => {
    const until = options.until === undefined ? "." : `; IP banned until ${options.until}.`
    const refusal = coded(truth, 418, -1003, `Way too many requests${until} Please use the websocket for live updates.`)
    return { ...refusal, headers: { ...refusal.headers, ...retryAfterHeader(options.retryAfter) } }
  }, "banned")

/**
 * HTTP 401 with -2015: the key, its address or its permissions are no longer good.
 *
 * @category answers
 * @since 0.1.0
 */
export const unauthorized: Fault = answer(
  (truth, request) =>
    coded(truth, 401, -2015, `Invalid API-key, IP, or permissions for action, request ip: ${request.ip}`),
  "unauthorized"
)

// -----------------------------------------------------------------------------
// The exchange itself
// -----------------------------------------------------------------------------

/**
 * The exchange's clock is off by so many milliseconds while it looks at the request, so that it may refuse it with -1021.
 * `Simulator.setClockOffset` moves its clock for good.
 *
 * @category exchange
 * @since 0.1.0
 */
export const clockSkew = (millis: number): Fault => make(`clockSkew ${millis}`, { _tag: "Skew", millis })

/**
 * Some proxy sends the request twice, and the answer to the first or the second comes back.
 *
 * @category exchange
 * @since 0.1.0
 */
export const duplicate = (options: { readonly answers?: "first" | "second" } = {}): Fault =>
  make("duplicate", { _tag: "Duplicate", answers: options.answers ?? "second" })

/**
 * The request is carried out only after a while, and nobody is told: until then it is not found.
 *
 * **Details**
 *
 * Key, signature and timestamp are checked when the request arrives. It is answered at once, by 503 "Unknown error…" unless
 * told otherwise, or `"none"`: not at all.
 *
 * @category exchange
 * @since 0.1.0
 */
export const lateAccept = (
  lag: Duration.Input,
  options: { readonly answer?: WireResponse | "none" | undefined } = {}
): Fault =>
  make("lateAccept", {
    _tag: "LateAccept",
    lag: Duration.fromInputUnsafe(lag),
    answer: options.answer ?? {
      status: 503,
      headers: { "content-type": "application/json;charset=UTF-8" },
      body: JSON.stringify({ msg: "Unknown error, please check your request or try again later." })
    }
  })
