import * as Doctor from "@effect-binance/portfolio-margin/Doctor"
import * as DryRun from "@effect-binance/portfolio-margin/DryRun"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Fault from "@effect-binance/simulator/Fault"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import { demoKey, Simulator } from "@effect-binance/simulator/Simulator"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

const refused = (ip: string) =>
  Fault.code(401, -2015, `Invalid API-key, IP, or permissions for action, request ip: ${ip}`).pipe(Fault.always)

/** Examines under faults, while time passes. */
const examined = (faults: ReadonlyArray<Fault.Fault>, options: Doctor.DoctorOptions = {}) =>
  Effect.gen(function*() {
    const simulator = yield* Simulator
    yield* Effect.forEach(faults, (fault) => simulator.inject(fault))
    const fiber = yield* Effect.forkChild(Doctor.run(options))
    yield* TestClock.adjust("1 minute")
    const report = yield* Fiber.join(fiber)
    return {
      report,
      severities: Object.fromEntries(report.findings.map(({ check, severity }) => [check, severity])),
      of: (check: Doctor.Check) => report.findings.find((one) => one.check === check),
      sent: (yield* simulator.requests).filter(({ method }) => method !== "GET").map(({ method, path }) =>
        `${method} ${path}`
      )
    }
  })

const healthy: { readonly [check: string]: Doctor.Severity } = {
  reachability: "ok",
  clock: "ok",
  key: "ok",
  account: "ok",
  permission: "info",
  "position mode": "ok",
  limits: "ok"
}

describe("the doctor", () => {
  const exchange = Effect.provide(SimulatedClient.layer())

  it.effect("finds a healthy account healthy, by reading alone", () =>
    Effect.gen(function*() {
      const { of, report, sent, severities } = yield* examined([])
      assert.deepStrictEqual(severities, healthy)
      assert.strictEqual(report.severity, "info")
      assert.deepStrictEqual(sent, [])
      assert.match(of("limits")?.seen ?? "", /^\d+ of 6000 weight used in this minute/)
      assert.match(of("account")?.seen ?? "", /^a Portfolio Margin account with status NORMAL, uniMMR \d+/)
    }).pipe(exchange))

  it.effect("tells whether the key may trade by cancelling what does not exist, where it may", () =>
    Effect.gen(function*() {
      const { report, sent, severities } = yield* examined([], { probeTrading: "BTCUSDT" })
      assert.deepStrictEqual(severities, { ...healthy, permission: "ok" })
      assert.strictEqual(report.severity, "ok")
      assert.deepStrictEqual(sent, ["DELETE /papi/v1/um/order"])
    }).pipe(exchange))

  it.effect("tells a key that may not trade", () =>
    Effect.gen(function*() {
      const { of } = yield* examined([refused("192.0.2.7").pipe(Fault.on("cancelUMOrder"))], {
        probeTrading: "BTCUSDT"
      })
      assert.deepInclude(of("permission"), {
        severity: "error",
        remedy: "Give the key the permission to trade Portfolio Margin."
      })
    }).pipe(exchange))

  it.effect("-2015 for every call: key or address, with the address", () =>
    Effect.gen(function*() {
      const { of, sent, severities } = yield* examined([
        refused("192.0.2.7").pipe(
          Fault.on("getAccountInfo", "keepAlivePMUserDataListenKey", "getOrderRateLimit", "getUMPositionMode")
        )
      ])
      assert.deepStrictEqual(severities, { reachability: "ok", clock: "ok", key: "error", limits: "ok" })
      assert.include(of("key")?.seen, "the exchange saw the address 192.0.2.7")
      assert.include(of("key")?.remedy, "Put 192.0.2.7 on the key's whitelist")
      assert.deepStrictEqual(sent, ["PUT /papi/v1/listenKey"])
    }).pipe(exchange))

  it.effect("-2015 from an IPv6 address says that the whitelist may know IPv4 alone", () =>
    Effect.gen(function*() {
      const { of } = yield* examined([
        refused("2001:db8::7").pipe(Fault.on("getAccountInfo", "keepAlivePMUserDataListenKey"))
      ])
      assert.include(of("key")?.remedy, "2001:db8::7")
      assert.include(of("key")?.remedy, "connect over IPv4")
    }).pipe(exchange))

  it.effect("-2015 for signed calls alone: the permission", () =>
    Effect.gen(function*() {
      const { of, severities } = yield* examined([refused("192.0.2.7").pipe(Fault.on("getAccountInfo"))])
      assert.deepStrictEqual(severities, {
        reachability: "ok",
        clock: "ok",
        key: "ok",
        permission: "error",
        limits: "ok"
      })
      assert.include(of("permission")?.remedy, "the permission for Portfolio Margin")
    }).pipe(exchange))

  it.effect("-2015 while the other call says nothing: not told apart", () =>
    Effect.gen(function*() {
      const { of } = yield* examined([
        refused("192.0.2.7").pipe(Fault.on("getAccountInfo")),
        Fault.html(502).pipe(Fault.on("keepAlivePMUserDataListenKey"))
      ])
      assert.include(of("key")?.seen, "could not be told")
    }).pipe(exchange))

  const codes: ReadonlyArray<
    readonly [status: number, code: number, check: Doctor.Check, severity: Doctor.Severity, says: string]
  > = [
    [400, -1022, "key", "error", "the key is known, its signature is not right"],
    [401, -2014, "key", "error", "malformed"],
    [400, -2017, "key", "error", "locked"],
    [400, -21_001, "account", "error", "not a Portfolio Margin account"],
    [400, -1021, "clock", "error", "the clocks disagree"],
    [503, -1008, "reachability", "warning", "overloaded"]
  ]

  it.effect.each(codes)(
    "%i %i of the account is a finding about the %s",
    ([status, code, check, severity, says]) =>
      Effect.gen(function*() {
        const texts: { readonly [code: number]: string } = {
          [-2014]: "malformed",
          [-2017]: "locked",
          [-1008]: "overloaded"
        }
        const { report } = yield* examined([
          Fault.code(status, code, texts[code] ?? "so it is").pipe(Fault.always, Fault.on("getAccountInfo"))
        ])
        const found = report.findings.findLast((one) => one.check === check)
        assert.strictEqual(found?.severity, severity)
        assert.include(found?.seen, says)
        assert.isNotEmpty(found?.remedy)
      }).pipe(exchange)
  )

  it.effect.each(
    [
      ["no connection", Fault.connectionRefused, "name resolution"],
      ["a firewall", Fault.html(403), "egress address"],
      ["a ban", Fault.banned(), "ban"],
      ["a login page", Fault.html(200), "login page"]
    ] as const
  )("%s ends it, and is told", ([, fault, says]) =>
    Effect.gen(function*() {
      const { of, report } = yield* examined([fault.pipe(Fault.always)])
      assert.lengthOf(report.findings, 1)
      assert.strictEqual(of("reachability")?.severity, "error")
      assert.include(of("reachability")?.remedy, says)
    }).pipe(exchange))

  it.effect("tells clocks that disagree, and limits nearly used up", () =>
    Effect.gen(function*() {
      yield* (yield* Simulator).setClockOffset(-3000)
      const { of } = yield* examined([
        Fault.header("x-mbx-used-weight-1m", "5900").pipe(Fault.always, Fault.on("getAccountInfo"))
      ])
      assert.deepInclude(of("clock"), {
        severity: "warning",
        seen: "the exchange's clock is 3000 ms behind this machine's (round trip 0 ms)"
      })
      assert.strictEqual(of("limits")?.severity, "warning")
      assert.include(of("limits")?.seen, "5900 of 6000")
    }).pipe(exchange))

  it.effect("tells position modes that differ", () =>
    Effect.gen(function*() {
      const { of } = yield* examined([
        Fault.field("dualSidePosition", true).pipe(Fault.on("getCMPositionMode"))
      ])
      assert.deepInclude(of("position mode"), {
        severity: "warning",
        seen: "UM is in one-way mode, CM in hedge mode (`positionSide` LONG or SHORT)"
      })
    }).pipe(exchange))

  it.effect("tells an account in distress", () =>
    Effect.gen(function*() {
      const { of } = yield* examined([Fault.field("accountStatus", "REDUCE_ONLY").pipe(Fault.on("getAccountInfo"))])
      assert.strictEqual(of("account")?.severity, "error")
    }).pipe(exchange))

  it.effect("has nothing to look at in a dry run, and says so", () =>
    Effect.gen(function*() {
      const report = yield* Doctor.run()
      assert.isTrue(report.findings.every(({ severity }) => severity === "info" || severity === "ok"))
    }).pipe(Effect.provide(DryRun.layer())))

  it.effect("does not break where the HTTP client does", () =>
    Effect.gen(function*() {
      const broken = Layer.succeed(HttpClient.HttpClient, HttpClient.make(() => Effect.die(new Error("out of order"))))
      const report = yield* Doctor.runLayer(PortfolioClient.layer({
        environment: "simulator",
        apiKey: "key",
        apiSecret: "secret",
        clock: { source: "local" }
      })).pipe(Effect.provide(broken))
      assert.strictEqual(report.severity, "error")
      assert.notInclude(Doctor.toText(report), "secret")
    }))
})

describe("what is built from the environment", () => {
  const built = (env: { readonly [name: string]: string }) =>
    Doctor.runLayer(PortfolioClient.layerConfig()).pipe(
      Effect.provide(SimulatorHttpClient.layer.pipe(
        Layer.provide(Simulator.layer()),
        Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
      ))
    )

  it.effect("is examined", () =>
    Effect.gen(function*() {
      const report = yield* built({
        BINANCE_ENVIRONMENT: "simulator",
        BINANCE_API_KEY: demoKey.apiKey,
        BINANCE_API_SECRET: demoKey.secret
      })
      assert.deepInclude(report.findings[0], { check: "configuration", severity: "ok" })
      assert.lengthOf(report.findings, 8)
      const text = Doctor.toText(report)
      assert.match(text, /^ok {7}configuration {2}environment and key/)
      assert.notInclude(text, demoKey.secret)
      assert.notInclude(text, demoKey.apiKey)
    }))

  it.effect.each(
    [
      [{ BINANCE_API_KEY: "a key", BINANCE_API_SECRET: "x" }, "white space"],
      [{ BINANCE_API_KEY: "key" }, "BINANCE_API_SECRET"],
      [{ BINANCE_ENVIRONMENT: "testnet", BINANCE_API_KEY: "key", BINANCE_API_SECRET: "x" }, "simulator"]
    ] as const
  )("with %j is a finding", ([env, says]) =>
    Effect.gen(function*() {
      const report = yield* built({ BINANCE_ENVIRONMENT: "simulator", ...env })
      assert.strictEqual(report.severity, "error")
      assert.lengthOf(report.findings, 1)
      assert.include(report.findings[0]?.seen, says)
    }))

  it.effect("a key that the exchange does not know, and a secret that is not the key's", () =>
    Effect.gen(function*() {
      const unknown = yield* built({
        BINANCE_ENVIRONMENT: "simulator",
        BINANCE_API_KEY: "other",
        BINANCE_API_SECRET: "x"
      })
      assert.include(Doctor.toText(unknown), "The key does not exist (any more), or this address may not use it")
      const wrong = yield* built({
        BINANCE_ENVIRONMENT: "simulator",
        BINANCE_API_KEY: demoKey.apiKey,
        BINANCE_API_SECRET: "x"
      })
      assert.include(Doctor.toText(wrong), "the key is known, its signature is not right")
    }))
})
