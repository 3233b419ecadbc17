/**
 * What keeps a program from trading, found out before it trades: connection, clock, key, permission, Portfolio Margin, position
 * modes, limits.
 *
 * @since 0.1.0
 */
import type { BinanceError } from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import * as Decimal from "@effect-binance/core/Decimal"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { PortfolioClient, type PortfolioClientShape } from "./PortfolioClient.ts"

/**
 * What is looked at.
 *
 * @category models
 * @since 0.1.0
 */
export type Check =
  | "configuration"
  | "reachability"
  | "clock"
  | "key"
  | "permission"
  | "account"
  | "position mode"
  | "limits"

/**
 * How bad it is: `ok`; `info` for what could not be looked at; `warning` for what will trouble some calls; `error` for what stops
 * the program.
 *
 * @category models
 * @since 0.1.0
 */
export type Severity = "ok" | "info" | "warning" | "error"

/**
 * One thing that was found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Finding {
  readonly check: Check
  readonly severity: Severity
  /** What was seen. */
  readonly seen: string
  /** What to do about it, where there is something to do. */
  readonly remedy?: string
}

/**
 * All that was found, in the order in which it was looked at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report {
  /** The worst severity of the findings. */
  readonly severity: Severity
  readonly findings: ReadonlyArray<Finding>
}

/**
 * What can be set.
 *
 * @category models
 * @since 0.1.0
 */
export interface DoctorOptions {
  /**
   * The symbol of a UM order that does not exist, which is cancelled to find out whether the key may trade: refused with "unknown
   * order" where it may. Without it this is not looked at, and nothing but reads and one prolonging of the listen key is sent.
   */
  readonly probeTrading?: string | undefined
}

const severities: ReadonlyArray<Severity> = ["ok", "info", "warning", "error"]

const report = (findings: ReadonlyArray<Finding>): Report => ({
  severity: severities[Math.max(0, ...findings.map(({ severity }) => severities.indexOf(severity)))] ?? "ok",
  findings
})

const finding = (check: Check, severity: Severity, seen: string, remedy?: string): Finding => ({
  check,
  severity,
  seen,
  ...(remedy === undefined ? {} : { remedy })
})

// What failed without saying anything about the key.
const trouble = (check: Check, error: BinanceError): Finding => {
  const hint = "hint" in error && error.hint !== "" ? error.hint : undefined
  const words = error.message
  switch (error._tag) {
    case "TransportFailed":
      return error.stage === "sign"
        ? finding(
          "key",
          "error",
          `the request could not be signed: ${error.detail}`,
          "Check the secret and the signer."
        )
        : finding(
          "reachability",
          "error",
          words,
          "Check name resolution, proxy and firewall, and that the address of the environment is right."
        )
    case "Banned":
    case "Blocked":
    case "EndpointRetired":
      return finding("reachability", "error", words, hint)
    case "InvalidResponse":
      return finding(
        "reachability",
        "error",
        words,
        "Something else than the exchange seems to answer: a proxy, a login page, or a wrong address."
      )
    case "Unavailable":
      return finding("reachability", "warning", words, hint)
    case "RateLimited":
      return finding("limits", "warning", words, hint)
    case "ClockSkewed":
      return finding("clock", "error", words, hint)
    case "NotSent":
    case "OrderRefused":
      return finding(check, "info", "not looked at: the call was held back on this machine")
    default:
      return finding(check, "error", words, hint)
  }
}

type Refused = Extract<BinanceError, { readonly _tag: "Unauthorized" | "AuthRevoked" }>

const isRefused = (error: BinanceError): error is Refused =>
  error._tag === "Unauthorized" || error._tag === "AuthRevoked"

const address = ({ requestIp }: Refused): string =>
  requestIp === undefined
    ? "the exchange does not say which address it saw"
    : `the exchange saw the address ${requestIp}`

const whitelist = ({ requestIp }: Refused): string =>
  requestIp === undefined
    ? "Compare the address of this machine with the key's whitelist"
    : requestIp.includes(":")
    ? `Put ${requestIp} on the key's whitelist; it is an IPv6 address, and where the whitelist has IPv4 addresses alone, let the program connect over IPv4`
    : `Put ${requestIp} on the key's whitelist if it is not there`

const permission =
  "Give the key the permission for Portfolio Margin (keys made before the account became a Portfolio Margin account lack it: make a new one), and check that the account is a Portfolio Margin account"

// The exchange says -2015 for a key it does not know, an address that is not allowed and a permission that is missing. A call
// that needs the key alone, and no permission of the account, tells the last from the others.
const diagnose = (client: PortfolioClientShape, error: Refused): Effect.Effect<ReadonlyArray<Finding>> => {
  const { code } = error
  const said = `${error.reason} [${code === undefined ? "" : `code ${code}, `}HTTP ${error.status}]`
  if (code === -2014) return Effect.succeed([finding("key", "error", said, error.hint)])
  if (code === -1022) {
    return Effect.succeed([
      finding("key", "error", `the key is known, its signature is not right: ${said}`, error.hint)
    ])
  }
  if (code !== undefined && code !== -2015) return Effect.succeed([finding("key", "error", said, error.hint)])
  return Effect.map(Effect.result(client.keepAlivePMUserDataListenKey()), (probe): ReadonlyArray<Finding> => {
    const known = Result.isSuccess(probe) || probe.failure._tag === "NotFound"
    if (known) {
      return [
        finding(
          "key",
          "ok",
          "a call that needs the key alone is answered: the key exists, and this address may use it"
        ),
        finding("permission", "error", `signed calls are refused: ${said}`, `${permission}.`)
      ]
    }
    const { failure } = probe
    if (isRefused(failure)) {
      return [
        finding(
          "key",
          "error",
          `refused for every call, also where no permission is needed: ${said}; ${address(error)}`,
          `The key does not exist (any more), or this address may not use it; the exchange does not say which. ${
            whitelist(error)
          }. Then check that the key is copied whole and belongs to this environment.`
        )
      ]
    }
    return [
      finding(
        "key",
        "error",
        `${said}; ${
          address(error)
        }. Whether key, address or permission is the cause could not be told: ${failure.message}`,
        error.hint
      )
    ]
  })
}

const states: { readonly [status: string]: readonly [Severity, string | undefined] } = {
  NORMAL: ["ok", undefined],
  MARGIN_CALL: ["warning", "Add collateral or reduce positions: the account is near its maintenance margin."],
  SUPPLY_MARGIN: ["warning", "Add collateral or reduce positions: the account is near its maintenance margin."],
  REDUCE_ONLY: ["error", "Only orders that reduce are taken: add collateral or reduce positions."],
  ACTIVE_LIQUIDATION: ["error", "The account is being liquidated: no orders are taken."],
  FORCE_LIQUIDATION: ["error", "The account is being liquidated: no orders are taken."],
  BANKRUPTED: ["error", "The account is bankrupt: repay the debt."]
}

const reachability = (client: PortfolioClientShape) =>
  Effect.map(Effect.result(client.testConnectivity()), (answer) =>
    Result.isSuccess(answer)
      ? finding("reachability", "ok", "the exchange answers")
      : trouble("reachability", answer.failure))

// What the exchange may lag behind or run ahead of this machine before signed calls are in danger without a measured offset.
const clockWarning = 1000

const clock = (client: PortfolioClientShape) =>
  Effect.gen(function*() {
    const before = yield* Clock.currentTimeMillis
    const answer = yield* Effect.result(client.getServerTime())
    const after = yield* Clock.currentTimeMillis
    if (Result.isFailure(answer)) {
      return finding("clock", "info", `the exchange's time could not be read: ${answer.failure.message}`)
    }
    const offset = Math.round(DateTime.toEpochMillis(answer.success.serverTime) - (before + after) / 2)
    const seen = `the exchange's clock is ${Math.abs(offset)} ms ${
      offset < 0 ? "behind" : "ahead of"
    } this machine's (round trip ${after - before} ms)`
    return Math.abs(offset) < clockWarning
      ? finding("clock", "ok", seen)
      : finding(
        "clock",
        "warning",
        seen,
        "Signed calls carry the exchange's time, so they work; other programs may not. Let NTP set this machine's clock."
      )
  })

const account = (client: PortfolioClientShape): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.flatMap(Effect.result(client.getAccountInfo()), (answer): Effect.Effect<ReadonlyArray<Finding>> => {
    if (Result.isSuccess(answer)) {
      const { accountStatus, uniMMR } = answer.success
      const [severity, remedy] = states[accountStatus] ??
        ["warning", "This status is not documented: look at the account."]
      return Effect.succeed([
        finding("key", "ok", "signed calls are accepted: key, secret, address and clock are right"),
        finding(
          "account",
          severity,
          `a Portfolio Margin account with status ${accountStatus}, uniMMR ${Decimal.format(uniMMR)}`,
          remedy
        )
      ])
    }
    const error = answer.failure
    if (isRefused(error)) return diagnose(client, error)
    return Effect.succeed([
      "code" in error && error.code === -21_001
        ? finding(
          "account",
          "error",
          `not a Portfolio Margin account: ${error.reason}`,
          "Open Portfolio Margin for the account on Binance's page, or use the key of an account that has it."
        )
        : trouble("account", error)
    ])
  })

const trading = (client: PortfolioClientShape, symbol: string | undefined): Effect.Effect<Finding> => {
  if (symbol === undefined) {
    return Effect.succeed(
      finding("permission", "info", "reading is permitted; whether trading is was not looked at (`probeTrading`)")
    )
  }
  return Effect.gen(function*() {
    const { next } = yield* ClientOrderId.Generator
    const answer = yield* Effect.result(client.cancelUMOrder({ symbol, origClientOrderId: yield* next(32) }))
    if (Result.isSuccess(answer) || answer.failure._tag === "NotFound") {
      return finding("permission", "ok", "reading and trading are permitted")
    }
    return isRefused(answer.failure)
      ? finding(
        "permission",
        "error",
        `reading is permitted, trading is not: ${answer.failure.reason}`,
        "Give the key the permission to trade Portfolio Margin."
      )
      : trouble("permission", answer.failure)
  })
}

const positionModes = (client: PortfolioClientShape) =>
  Effect.gen(function*() {
    const [um, cm] = yield* Effect.all([
      Effect.result(client.getUMPositionMode()),
      Effect.result(client.getCMPositionMode())
    ])
    const check = "position mode"
    if (Result.isFailure(um)) return trouble(check, um.failure)
    if (Result.isFailure(cm)) return trouble(check, cm.failure)
    const name = (hedge: boolean) => hedge ? "hedge mode (`positionSide` LONG or SHORT)" : "one-way mode"
    const [ofUM, ofCM] = [um.success.dualSidePosition, cm.success.dualSidePosition]
    return ofUM === ofCM
      ? finding(check, "ok", `UM and CM are in ${name(ofUM)}`)
      : finding(
        check,
        "warning",
        `UM is in ${name(ofUM)}, CM in ${name(ofCM)}`,
        "Bring them together with updateUMPositionMode and updateCMPositionMode, without open orders and positions."
      )
  })

const weightLimit = 6000

const limits = (client: PortfolioClientShape, responses: ReadonlyArray<Client.ResponseInfo>) =>
  Effect.map(Effect.result(client.getOrderRateLimit()), (answer) => {
    const last = (pick: (one: Client.ResponseInfo) => number | undefined) =>
      responses.map(pick).findLast((count) => count !== undefined)
    const [weight, orders] = [last(({ usedWeight }) => usedWeight), last(({ orderCount }) => orderCount)]
    const perMinute = Result.isSuccess(answer)
      ? answer.success.find(({ rateLimitType }) => rateLimitType === "ORDERS")?.limit
      : undefined
    const seen = [
      weight === undefined
        ? "the answers do not say how much weight is used"
        : `${weight} of ${weightLimit} weight used in this minute`,
      ...(orders === undefined ? [] : [`${orders} orders placed in this minute`]),
      ...(perMinute === undefined ? [] : [`${perMinute} orders allowed`])
    ].join(", ")
    return weight !== undefined && weight >= 0.8 * weightLimit
      ? finding(
        "limits",
        "warning",
        seen,
        "Something else uses this address's weight: lower the rate of calls, or give it a share."
      )
      : finding("limits", "ok", seen)
  })

const stops = ({ check, severity }: Finding): boolean => check === "reachability" && severity === "error"

const examine = (options: DoctorOptions): Effect.Effect<ReadonlyArray<Finding>, never, PortfolioClient> =>
  Effect.gen(function*() {
    const client = yield* PortfolioClient
    const findings: Array<Finding> = []
    const [reached, first] = yield* Client.withResponses(reachability(client))
    findings.push(reached)
    // Without a connection nothing else can be seen.
    if (stops(reached)) return findings
    findings.push(yield* clock(client))
    const [ofAccount, second] = yield* Client.withResponses(account(client))
    findings.push(...ofAccount)
    if (ofAccount.some(({ severity }) => severity === "ok")) {
      if (!ofAccount.some(({ check }) => check === "permission")) {
        findings.push(yield* trading(client, options.probeTrading))
        findings.push(yield* positionModes(client))
      }
    }
    findings.push(yield* limits(client, [...first, ...second]))
    return findings
  }).pipe(Client.withOptions({ timeout: "5 seconds" }))

/**
 * Examines a client at hand.
 *
 * **When to use**
 *
 * Use at the start of a program, before it trades, and when it was refused and nobody knows why. {@link runLayer} also tells what is
 * wrong with keys and environment.
 *
 * **Details**
 *
 * It never fails: whatever goes wrong is a finding. It sends reads, and where the key is refused one prolonging of the listen key
 * (`PUT /papi/v1/listenKey`), which needs the key alone and changes nothing but the time until which a listen key is good. About 90
 * of the request weight.
 *
 * **Gotchas**
 *
 * The exchange says -2015 for a key that does not exist and for an address that may not use it, and there is no call that tells
 * the one from the other; the finding names the address that the exchange saw. That a key may trade shows only by trading: see
 * `probeTrading`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (options: DoctorOptions = {}): Effect.Effect<Report, never, PortfolioClient> =>
  examine(options).pipe(
    Effect.catchDefect((defect) =>
      Effect.succeed([
        finding("configuration", "error", `the examination itself broke: ${Cause.pretty(Cause.die(defect))}`)
      ])
    ),
    Effect.map(report)
  )

/**
 * Builds a client and examines it: what is wrong with the key's form, the variables or the environment is a finding too.
 *
 * **Example** (The client that the environment describes)
 *
 * ```ts
 * import * as Doctor from "@effect-binance/portfolio-margin/Doctor"
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as Effect from "effect/Effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const program = Doctor.runLayer(PortfolioClient.layerConfig()).pipe(
 *   Effect.flatMap((report) => Effect.log(Doctor.toText(report))),
 *   Effect.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const runLayer = <E extends { readonly message: string }, R>(
  layer: Layer.Layer<PortfolioClient, E, R>,
  options: DoctorOptions = {}
): Effect.Effect<Report, never, R> =>
  Layer.build(layer).pipe(
    Effect.flatMap((context) =>
      Effect.map(Effect.provideContext(run(options), context), ({ findings }) =>
        report([
          finding("configuration", "ok", "environment and key have a form that can be used"),
          ...findings
        ]))
    ),
    Effect.catch((error) =>
      Effect.succeed(report([
        finding("configuration", "error", error.message, "Correct the variable or option that the message names.")
      ]))
    ),
    Effect.scoped
  )

/**
 * A report as lines of text.
 *
 * **Example** (For a person)
 *
 * ```ts import.meta.vitest
 * import * as Doctor from "@effect-binance/portfolio-margin/Doctor"
 *
 * Doctor.toText({
 *   severity: "warning",
 *   findings: [
 *     { check: "reachability", severity: "ok", seen: "the exchange answers" },
 *     { check: "clock", severity: "warning", seen: "3000 ms behind", remedy: "Let NTP set the clock." }
 *   ]
 * }) // => "ok       reachability   the exchange answers\nwarning  clock          3000 ms behind\n                        Let NTP set the clock."
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const toText = ({ findings }: Report): string =>
  findings.map(({ check, remedy, seen, severity }) => {
    const line = `${severity.padEnd(9)}${check.padEnd(15)}${seen}`
    return remedy === undefined ? line : `${line}\n${" ".repeat(24)}${remedy}`
  }).join("\n")
