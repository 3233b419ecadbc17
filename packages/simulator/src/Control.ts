/**
 * The control API of a served exchange: prices, time, deposits, accounts, faults and the state, for programs that cannot
 * reach into the process.
 *
 * **Details**
 *
 * It is off unless `SimulatorServer.layer` is given a token, and each call must carry it in `x-control-token`. All bodies are
 * JSON. Without the token the answer is 403; what the exchange refuses is 409 with its code.
 *
 * | call                     | body                                            |                                                |
 * | ------------------------ | ----------------------------------------------- | ---------------------------------------------- |
 * | `POST /control/price`    | `{"symbol":"BTCUSDT","price":"95000"}`          | sets a price                                   |
 * | `POST /control/deposit`  | `{"accountId":"demo","asset":"USDT","amount":"1"}` | into the margin wallet, or another `wallet` |
 * | `POST /control/command`  | a `StateFile.Command`                           | any command                                    |
 * | `POST /control/account`  | `{"id":"desk","keys":[{"apiKey":"a","secret":"b"}]}` | opens an account                          |
 * | `POST /control/clock`    | `{"advance":60000}` or `{"offset":0}`           | moves the exchange's clock, in milliseconds    |
 * | `POST /control/fault`    | a {@link FaultSpec}                             | orders a fault                                 |
 * | `DELETE /control/fault`  |                                                 | ends all faults of requests                    |
 * | `POST /control/stream-fault` | a `StreamFault`                             | orders a fault of the user data streams        |
 * | `DELETE /control/stream-fault` |                                           | ends those that have not struck                |
 * | `POST /control/reset`    |                                                 | puts everything back                           |
 * | `GET /control/state`     |                                                 | the state, to look at                          |
 * | `GET /control/file`      |                                                 | the exchange as a file, where it has one       |
 *
 * @since 0.1.0
 */
import * as Field from "@effect-binance/core/Field"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Crypto from "node:crypto"
import * as Fault from "./Fault.ts"
import { dump } from "./internal/dump.ts"
import * as Prices from "./Prices.ts"
import type { CommandRefused, SimulatorShape } from "./Simulator.ts"
import * as StateFile from "./StateFile.ts"
import { StreamFault } from "./StreamFault.ts"
import type { WireRequest, WireResponse } from "./Wire.ts"

/**
 * What a control API is opened with.
 *
 * @category models
 * @since 0.1.0
 */
export interface ControlOptions {
  /** What every call has to carry in `x-control-token`. */
  readonly token: Redacted.Redacted<string>
  /** The file that the exchange was opened from; without it `GET /control/file` is 404. */
  readonly session?: StateFile.Session | undefined
}

// -----------------------------------------------------------------------------
// Faults in words
// -----------------------------------------------------------------------------

const plainFaults = {
  connectionRefused: Fault.connectionRefused,
  dnsFailure: Fault.dnsFailure,
  connectTimeout: Fault.connectTimeout,
  resetAfterSend: Fault.resetAfterSend,
  stall: Fault.stall,
  garbled: Fault.garbled,
  unknownError: Fault.unknownError,
  serviceUnavailable: Fault.serviceUnavailable,
  overloaded: Fault.overloaded,
  emptyBody202: Fault.emptyBody202,
  unauthorized: Fault.unauthorized,
  pass: Fault.pass
}

const isEndpoint = (name: string): name is Endpoints.Name => Object.hasOwn(Endpoints.byName, name)

const EndpointName = Schema.Literals(Object.keys(Endpoints.byName).filter(isEndpoint))

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const names = [
  "connectionRefused",
  "dnsFailure",
  "connectTimeout",
  "resetAfterSend",
  "stall",
  "garbled",
  "unknownError",
  "serviceUnavailable",
  "overloaded",
  "emptyBody202",
  "unauthorized",
  "pass"
] as const satisfies ReadonlyArray<keyof typeof plainFaults>

const RetryAfter = Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite]))

const What = Schema.Union([
  Schema.Struct({ fault: Schema.Literals(names) }),
  Schema.Struct({ fault: Schema.Literals(["delay", "delayRequest", "lateAccept"]), millis: Count }),
  Schema.Struct({ fault: Schema.Literals(["truncate", "resetMidBody", "hugeBody"]), length: Count }),
  Schema.Struct({ fault: Schema.Literal("slowDrip"), bytes: Count, everyMillis: Count }),
  Schema.Struct({ fault: Schema.Literal("html"), status: Schema.Int }),
  Schema.Struct({ fault: Schema.Literal("status503"), text: Schema.String }),
  Schema.Struct({ fault: Schema.Literal("code"), status: Schema.Int, code: Schema.Int, msg: Schema.String }),
  Schema.Struct({ fault: Schema.Literal("header"), name: Schema.String, value: Schema.optionalKey(Schema.String) }),
  Schema.Struct({ fault: Schema.Literal("field"), name: Schema.String, value: Schema.optionalKey(Schema.Unknown) }),
  Schema.Struct({
    fault: Schema.Literal("unexpectedType"),
    name: Schema.String,
    type: Schema.Literals(["null", "missing", "object", "number", "string"])
  }),
  Schema.Struct({ fault: Schema.Literals(["rateLimited", "tooManyOrders"]), retryAfter: RetryAfter }),
  Schema.Struct({ fault: Schema.Literal("banned"), retryAfter: RetryAfter, until: Schema.optionalKey(Schema.Int) }),
  Schema.Struct({ fault: Schema.Literal("clockSkew"), millis: Schema.Int }),
  Schema.Struct({
    fault: Schema.Literal("duplicate"),
    answers: Schema.optionalKey(Schema.Literals(["first", "second"]))
  })
])

/**
 * A fault as JSON: which one, by the name of its constructor in `Fault`, and which requests it strikes.
 *
 * **Example** (The second order is stalled)
 *
 * ```ts import.meta.vitest
 * import * as Control from "@effect-binance/simulator/Control"
 *
 * Control.fault({ strike: [{ fault: "stall" }], on: ["submitNewUMOrder"], after: 1 }).name // => "stall"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const FaultSpec = Schema.Struct({
  /** One, or a script of several. */
  strike: Schema.NonEmptyArray(What),
  /** Documented names of endpoints; all without it. */
  on: Schema.optionalKey(Schema.NonEmptyArray(EndpointName)),
  after: Schema.optionalKey(Count),
  /** How many times, or `"always"`; once without it. */
  times: Schema.optionalKey(Schema.Union([Count, Schema.Literal("always")])),
  probability: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  seed: Schema.optionalKey(Schema.Int),
  carriedOut: Schema.optionalKey(Schema.Boolean)
})

/**
 * A fault in words.
 *
 * @category models
 * @since 0.1.0
 */
export type FaultSpec = typeof FaultSpec.Type

const made = (what: typeof What.Type): Fault.Fault => {
  switch (what.fault) {
    case "delay":
      return Fault.delay(what.millis)
    case "delayRequest":
      return Fault.delayRequest(what.millis)
    case "lateAccept":
      return Fault.lateAccept(what.millis)
    case "truncate":
      return Fault.truncate(what.length)
    case "resetMidBody":
      return Fault.resetMidBody(what.length)
    case "hugeBody":
      return Fault.hugeBody(what.length)
    case "slowDrip":
      return Fault.slowDrip({ bytes: what.bytes, every: what.everyMillis })
    case "html":
      return Fault.html(what.status)
    case "status503":
      return Fault.status503(what.text)
    case "code":
      return Fault.code(what.status, what.code, what.msg)
    case "header":
      return Fault.header(what.name, what.value)
    case "field":
      return Fault.field(what.name, what.value)
    case "unexpectedType":
      return Fault.unexpectedType(what.name, what.type)
    case "rateLimited":
      return Fault.rateLimited(what)
    case "tooManyOrders":
      return Fault.tooManyOrders(what)
    case "banned":
      return Fault.banned(what)
    case "clockSkew":
      return Fault.clockSkew(what.millis)
    case "duplicate":
      return Fault.duplicate(what)
    default:
      return plainFaults[what.fault]
  }
}

/**
 * The fault that the words are for.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fault = (spec: FaultSpec): Fault.Fault => {
  const [first, ...others] = spec.strike
  let fault = others.length === 0 ? made(first) : Fault.script(spec.strike.map(made))
  if (spec.on !== undefined) fault = Fault.on(...spec.on)(fault)
  if (spec.after !== undefined) fault = Fault.after(spec.after)(fault)
  if (spec.times !== undefined) fault = spec.times === "always" ? Fault.always(fault) : Fault.times(spec.times)(fault)
  if (spec.probability !== undefined) fault = Fault.withProbability(spec.probability, { seed: spec.seed ?? 1 })(fault)
  if (spec.carriedOut === undefined) return fault
  return spec.carriedOut ? Fault.carriedOut(fault) : Fault.notCarriedOut(fault)
}

// -----------------------------------------------------------------------------
// The calls
// -----------------------------------------------------------------------------

const Price = Schema.Struct({ symbol: Schema.String, price: Field.Decimal })

const Deposit = Schema.Struct({
  accountId: Schema.String,
  asset: Schema.String,
  amount: Field.Decimal,
  wallet: Schema.optionalKey(Schema.Literals(["MARGIN", "UM", "CM"]))
})

const OpenedAccount = Schema.Struct({
  id: Schema.NonEmptyString,
  keys: Schema.optionalKey(Schema.Array(StateFile.Key))
})

const Moved = Schema.Union([
  Schema.Struct({ advance: Count }),
  Schema.Struct({ offset: Schema.Int })
])

const Nothing = Schema.Struct({})

/**
 * A control call that could not be carried out: without permission (403), not understood (400, 404), refused by the exchange
 * (409), or not answered (0).
 *
 * @category errors
 * @since 0.1.0
 */
export class ControlFailed extends Schema.TaggedError<ControlFailed>("@effect-binance/simulator/ControlFailed")(
  "ControlFailed",
  { status: Schema.Int, reason: Schema.String }
) {
  override get message(): string {
    return `${this.status}: ${this.reason}`
  }
}

const failed = (status: number, reason: string) => new ControlFailed({ status, reason })

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { "content-type": "application/json;charset=UTF-8" },
  body: JSON.stringify(body)
})

type Answer = Effect.Effect<unknown, ControlFailed | CommandRefused | StateFile.StateFileInvalid>

const taking = <A>(schema: Schema.Codec<A, unknown>, carryOut: (body: A) => Answer) => {
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(schema), { onExcessProperty: "error" })
  return (text: string): Answer =>
    Effect.matchEffect(decode(text === "" ? "{}" : text), {
      onFailure: (error) => Effect.fail(failed(400, error.message.replaceAll(/\s+/g, " "))),
      onSuccess: carryOut
    })
}

const sameToken = (token: Redacted.Redacted<string>, given: string | undefined): boolean => {
  const digest = (text: string) => Crypto.createHash("sha256").update(text).digest()
  return given !== undefined && Crypto.timingSafeEqual(digest(Redacted.value(token)), digest(given))
}

/**
 * Answers the control calls of an exchange.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  simulator: SimulatorShape,
  { session, token }: ControlOptions
): (request: WireRequest) => Effect.Effect<WireResponse> => {
  const calls: { readonly [call: string]: (body: string) => Answer } = {
    "POST /control/price": taking(Price, (price) => simulator.apply(Prices.command({ at: 0, ...price }))),
    "POST /control/deposit": taking(
      Deposit,
      (deposit) => simulator.apply({ _tag: "Deposit", wallet: "MARGIN", ...deposit })
    ),
    "POST /control/command": taking(StateFile.Command, (command) => simulator.apply(command)),
    "POST /control/account": taking(OpenedAccount, ({ id, keys = [] }) =>
      Effect.gen(function*() {
        const known = yield* Effect.forEach(keys, (key) => StateFile.toKey(id, key))
        yield* simulator.openAccount(id)
        yield* Effect.forEach(known, simulator.addKey, { discard: true })
        const added = keys.map((key) => ({ accountId: id, key }))
        if (session !== undefined) yield* Ref.update(session.added, (before) => [...before, ...added])
        return {}
      })),
    "POST /control/clock": taking(Moved, (moved) =>
      Effect.gen(function*() {
        const offset = "offset" in moved ? moved.offset : (yield* simulator.clockOffset) + moved.advance
        yield* simulator.setClockOffset(offset)
        return { offset }
      })),
    "POST /control/fault": taking(FaultSpec, (spec) => Effect.as(simulator.inject(fault(spec)), {})),
    "DELETE /control/fault": () => Effect.as(simulator.clearFaults, {}),
    "POST /control/stream-fault": taking(StreamFault, (fault) => Effect.as(simulator.injectStream(fault), {})),
    "DELETE /control/stream-fault": () => Effect.as(simulator.clearStreamFaults, {}),
    "POST /control/reset": taking(Nothing, () => Effect.as(simulator.reset, {})),
    "GET /control/state": () => Effect.map(simulator.state, dump),
    "GET /control/file": () =>
      session === undefined
        ? Effect.fail(failed(404, "the exchange was not opened from a file"))
        : Effect.flatMap(simulator.journal, (journal) => StateFile.format(session, journal))
  }
  return (request) => {
    if (!sameToken(token, request.headers["x-control-token"])) {
      return Effect.succeed(json(403, { error: "x-control-token is missing or wrong" }))
    }
    const name = `${request.method} ${request.path}`
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined
    if (call === undefined) return Effect.succeed(json(404, { error: `there is no ${name}` }))
    return Effect.match(call(request.body), {
      onSuccess: (answer): WireResponse =>
        typeof answer === "string" ? { ...json(200, {}), body: answer } : json(200, answer),
      onFailure: (error) => {
        switch (error._tag) {
          case "CommandRefused":
            return json(409, { error: error.message, code: error.code })
          case "StateFileInvalid":
            return json(400, { error: error.message })
          case "ControlFailed":
            return json(error.status, { error: error.reason })
        }
      }
    })
  }
}

// -----------------------------------------------------------------------------
// A client of it
// -----------------------------------------------------------------------------

/**
 * The control calls as effects.
 *
 * @category models
 * @since 0.1.0
 */
export interface ControlClient {
  readonly setPrice: (price: typeof Price.Type) => Effect.Effect<void, ControlFailed>
  readonly deposit: (deposit: typeof Deposit.Type) => Effect.Effect<void, ControlFailed>
  readonly command: (command: typeof StateFile.Command.Type) => Effect.Effect<void, ControlFailed>
  readonly openAccount: (account: typeof OpenedAccount.Type) => Effect.Effect<void, ControlFailed>
  /** In milliseconds. */
  readonly advanceTime: (millis: number) => Effect.Effect<void, ControlFailed>
  readonly inject: (fault: FaultSpec) => Effect.Effect<void, ControlFailed>
  readonly clearFaults: Effect.Effect<void, ControlFailed>
  /** A fault of the user data streams. */
  readonly injectStream: (fault: StreamFault) => Effect.Effect<void, ControlFailed>
  readonly clearStreamFaults: Effect.Effect<void, ControlFailed>
  readonly reset: Effect.Effect<void, ControlFailed>
  /** The state as JSON, to look at. */
  readonly state: Effect.Effect<unknown, ControlFailed>
  /** The text of the exchange's file. */
  readonly file: Effect.Effect<string, ControlFailed>
}

const Refusal = Schema.fromJsonString(Schema.Struct({ error: Schema.String }))

/**
 * Makes a client of the control API at an address, e.g. `http://127.0.0.1:9410`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const client = (options: {
  readonly url: string
  readonly token: Redacted.Redacted<string>
}): Effect.Effect<ControlClient, never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (http) => {
    const call = (
      method: "GET" | "POST" | "DELETE",
      path: string,
      body?: unknown
    ): Effect.Effect<string, ControlFailed> =>
      Effect.gen(function*() {
        const request = HttpClientRequest.make(method)(`${options.url}/control/${path}`).pipe(
          HttpClientRequest.setHeader("x-control-token", Redacted.value(options.token)),
          body === undefined ? (self) => self : HttpClientRequest.setBody(HttpBody.jsonUnsafe(body))
        )
        const response = yield* http.execute(request)
        const text = yield* response.text
        if (response.status === 200) return text
        const refusal = Schema.decodeUnknownResult(Refusal)(text)
        return yield* failed(response.status, refusal._tag === "Success" ? refusal.success.error : text.slice(0, 200))
      }).pipe(
        Effect.catchTag("HttpClientError", (error) => Effect.fail(failed(0, error.reason._tag)))
      )
    const post = <A>(path: string, schema: Schema.Codec<A, unknown>) => {
      const encode = Schema.encodeUnknownEffect(schema)
      return (body: A): Effect.Effect<void, ControlFailed> =>
        encode(body).pipe(
          Effect.mapError((error) => failed(400, error.message)),
          Effect.flatMap((body) => call("POST", path, body)),
          Effect.asVoid
        )
    }
    return {
      setPrice: post("price", Price),
      deposit: post("deposit", Deposit),
      command: post("command", StateFile.Command),
      openAccount: post("account", OpenedAccount),
      advanceTime: (millis) => Effect.asVoid(call("POST", "clock", { advance: millis })),
      inject: post("fault", FaultSpec),
      clearFaults: Effect.asVoid(call("DELETE", "fault")),
      injectStream: post("stream-fault", StreamFault),
      clearStreamFaults: Effect.asVoid(call("DELETE", "stream-fault")),
      reset: Effect.asVoid(call("POST", "reset")),
      state: Effect.flatMap(call("GET", "state"), (text) =>
        Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))(text).pipe(
          Effect.mapError((error) =>
            failed(200, error.message)
          )
        )),
      file: call("GET", "file")
    }
  })
