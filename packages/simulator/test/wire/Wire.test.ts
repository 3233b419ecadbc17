import * as Drift from "@effect-binance/core/Drift"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as Calls from "../support/calls.ts"
import * as Faces from "../support/faces.ts"
import * as Keys from "../support/keys.ts"
import { generated } from "./calls.ts"
import { Capture, type Captured } from "./capture.ts"
import { parametersOf, type Row, rowOf, table } from "./documented.ts"
import { characters, client, examplesOf, names, parse, send, world } from "./requests.ts"

const Time = Schema.Struct({ serverTime: Schema.Finite })

const now = 1_767_225_600_123

// Everything outside A-Z a-z 0-9 - . _ ~ by its bytes.
const escape = (text: string): string =>
  [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }).join("")

/** The transports, with the headers that each adds on its own. */
const transports = {
  undici: { "accept-encoding": "gzip" },
  fetch: {
    "accept-encoding": "gzip, deflate",
    "accept-language": "*",
    "sec-fetch-mode": "cors",
    "user-agent": "node"
  }
}

interface Way {
  readonly transport: keyof typeof transports
  readonly signer: "WebCrypto" | "node:crypto"
  readonly key: Keys.TestKey
}

const ways: ReadonlyArray<Way> = [
  { transport: "undici", signer: "WebCrypto", key: Keys.hmacKey },
  { transport: "undici", signer: "node:crypto", key: Keys.rsaKey },
  { transport: "fetch", signer: "node:crypto", key: Keys.ed25519Key }
]

const headersOf = ({ key, transport }: Way, { host }: Captured["headers"], { method, security }: Row) => ({
  accept: "application/json",
  connection: "keep-alive",
  host,
  ...transports[transport],
  ...(security === "NONE" ? {} : { "x-mbx-apikey": key.apiKey }),
  // A request without a body says so where there could be one.
  ...(method === "POST" || method === "PUT" ? { "content-length": "0" } : {})
})

describe("the examples", () => {
  it("are of every documented call", () => {
    assert.sameMembers(table.map(({ id }) => id), [...names])
    assert.strictEqual(names.length, 114)
  })

  it.each(table)("have every documented parameter of $id", (row) => {
    const name = names.find((name) => name === row.id)
    const sent = new Set(name === undefined ? [] : examplesOf(name).flatMap(({ wire }) => Object.keys(wire)))
    assert.deepStrictEqual(parametersOf(row).filter((parameter) => !sent.has(parameter)), [])
  })

  it("place every kind of order without an id of the caller", () => {
    const orders = names.filter((name) => name.startsWith("submitNew"))
    assert.isNotEmpty(orders)
    assert.deepStrictEqual(
      orders.filter((name) => !examplesOf(name).some(({ wire }) => Object.values(wire).includes(generated))),
      []
    )
  })
})

describe.each(ways)("over $transport, signed by $signer with an $key.kind key", (way) => {
  layer(world(Faces.transports[way.transport]))((it) => {
    it.effect.each(names)("%s is sent once, byte for byte, and its reply is read", (name) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now)
        const row = rowOf(name)
        const ours = yield* PortfolioClient
        const drift: Array<Drift.Drift> = []
        for (const { params, wire } of examplesOf(name)) {
          const { reply, request } = yield* send(ours, name, params).pipe(
            Effect.provideService(Drift.Reporter, (_, found) => Effect.sync(() => drift.push(...found))),
            // Nothing of the caller's trace is sent along.
            Effect.withSpan("caller")
          )
          const { params: received, payload, signature } = parse(request.query)

          const given = Object.entries(wire).filter(([, value]) => value !== generated)
          const made = Object.keys(wire).filter((parameter) => wire[parameter] === generated).map((parameter) => {
            const id = received.get(parameter) ?? ""
            assert.match(id, /^[0-9a-z]{21}$/)
            return [parameter, id] as const
          })
          const text = [...given, ...made].map(([parameter, value]) => `${escape(parameter)}=${escape(value)}`)
          if (row.signed) {
            if (!("recvWindow" in wire)) text.push("recvWindow=5000")
            text.push(`timestamp=${now}`)
          }
          assert.strictEqual(payload, text.join("&"))
          if (row.signed) assert.isTrue(way.key.verifies(payload, signature ?? ""), "the signature")
          else assert.isUndefined(request.query)

          assert.deepStrictEqual(
            { method: request.method, path: request.path, body: request.body, headers: { ...request.headers } },
            {
              method: row.method,
              path: row.path,
              body: "",
              headers: headersOf(way, request.headers, row)
            }
          )

          for (const { maxLength, name: id } of Endpoints.byName[name].clientIds) {
            assert.match(received.get(id) ?? "", new RegExp(`^[.A-Z:/a-z0-9_-]{1,${maxLength}}$`))
            assert.notMatch(received.get(id) ?? "", /^x-/)
          }

          // Asked for one balance, the caller gets it from either of the documented replies.
          const rows = (value: unknown): ReadonlyArray<unknown> => [value].flat()
          assert.deepStrictEqual(
            rows(yield* Calls.encodeReply(name, reply)),
            rows(Result.getOrThrow(LosslessJson.parse(request.answer)))
          )
        }
        assert.deepStrictEqual(drift, [])
      }).pipe(Effect.provide(client(way.key, way.signer))))

    it.effect("every character is sent as it is signed", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now)
        const ours = yield* PortfolioClient
        for (const character of characters.filter((character) => character.trim() !== "")) {
          const symbol = `BTC${character}USDT`
          const { request } = yield* send(ours, "getUMCommissionRate", { symbol })
          const { payload, signature } = parse(request.query)
          assert.strictEqual(payload, `symbol=${escape(symbol)}&recvWindow=5000&timestamp=${now}`)
          assert.isTrue(way.key.verifies(payload, signature ?? ""), character)
        }
      }).pipe(Effect.provide(client(way.key, way.signer))))
  })
})

describe("the clock", () => {
  layer(world(Faces.transports.undici))((it) => {
    it.effect("is measured without the key, and then the one call is sent by the exchange's time", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now)
        const { getAccountInfo } = yield* PortfolioClient
        const { take } = yield* Capture
        yield* getAccountInfo()
        const requests = yield* take
        const measurements = requests.slice(0, -1)
        assert.isNotEmpty(measurements)
        for (const { headers, method, path, query } of measurements) {
          assert.deepStrictEqual({ method, path, query }, { method: "GET", path: "/papi/v1/time", query: undefined })
          assert.notProperty(headers, "x-mbx-apikey")
        }
        const [call] = requests.slice(-1)
        assert.strictEqual(call?.path, "/papi/v1/account")
        const { serverTime } = yield* Schema.decodeEffect(Schema.fromJsonString(Time))(measurements[0]?.answer ?? "")
        assert.strictEqual(parse(call?.query).params.get("timestamp"), String(serverTime))
      }).pipe(Effect.provide(Faces.client(Keys.hmacKey))))
  })
})
