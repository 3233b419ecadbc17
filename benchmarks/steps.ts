/**
 * What each step of one order costs: the same call built up from the floor, one step more each time, against the server of
 * the benchmarks. In a loop of its own a step costs a fraction of what it costs between two system calls, so each is
 * measured within a call.
 *
 * `node steps.ts [rounds]`; all run in one process and take turns.
 */
import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import { submitNewUMOrder } from "@effect-binance/portfolio-margin/endpoints/UMOrders"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Crypto from "node:crypto"
import * as Undici from "undici"
import { newId, order, type Target } from "./src/client.ts"
import * as EffectBinance from "./src/clients/effectBinance.ts"
import * as Floor from "./src/clients/floor.ts"
import { start } from "./src/process.ts"
import { percentile } from "./src/statistics.ts"

const server = await start<object, { readonly port: number }>("server.ts", [])
const target: Target = {
  url: `http://127.0.0.1:${server.ready.port}`,
  apiKey: "k".repeat(64),
  apiSecret: "s".repeat(64)
}

const key = Crypto.createSecretKey(target.apiSecret, "utf8")
const headers = { "accept": "application/json", "accept-encoding": "gzip", "x-mbx-apikey": target.apiKey }

const path = (): string => {
  const payload = `symbol=${order.symbol}&side=${order.side}&type=${order.type}&timeInForce=${order.timeInForce}`
    + `&quantity=${order.quantity}&price=${order.price}&newClientOrderId=${newId()}&recvWindow=5000&timestamp=${Date.now()}`
  return `/papi/v1/um/order?${payload}&signature=${Crypto.createHmac("sha256", key).update(payload).digest("hex")}`
}

const pool = new Undici.Pool(target.url, { connections: 64, pipelining: 1 })
const rawHeaders = Object.entries(headers).flat()

const dispatched = (): Promise<unknown> =>
  new Promise((resolve, reject) => {
    let body = ""
    pool.dispatch({ method: "POST", path: path(), headers: rawHeaders, body: null }, {
      onRequestStart: () => {},
      onResponseStart: () => {},
      onResponseData: (_, chunk) => {
        body += chunk.toString()
      },
      onResponseEnd: () => queueMicrotask(() => resolve(JSON.parse(body))),
      onResponseError: (_, error) => reject(error)
    })
  })

const runtime = ManagedRuntime.make(UndiciHttpClient.layer)
const http = await runtime.runPromise(Effect.service(HttpClient.HttpClient))

const request = Effect.suspend(() =>
  Effect.flatMap(
    http.execute(HttpClientRequest.post(target.url + path(), { headers })),
    (response) => Effect.map(response.text, (text): unknown => JSON.parse(text))
  )
)
const limited = Effect.timeoutOrElse(request, { duration: "10 seconds", orElse: () => Effect.fail("timeout") })

const floor = Floor.make(target)
const whole = await EffectBinance.make(target)

const encode = () => submitNewUMOrder.encode({ ...order, newClientOrderId: newId() })

const steps: { readonly [name: string]: () => Promise<unknown> } = {
  "floor": floor.order,
  "undici's dispatch in place of request": dispatched,
  "UndiciHttpClient": () => Effect.runPromise(request),
  "and parameters checked and written": () => {
    encode()
    return Effect.runPromise(request)
  },
  "and the reply decoded": async () => {
    encode()
    return submitNewUMOrder.decode(await Effect.runPromise(request))
  },
  "and Effect's timeout": async () => {
    encode()
    return submitNewUMOrder.decode(await Effect.runPromise(limited))
  },
  "the whole of ours, its own timeout included": whole.order
}

const rounds = Number(process.argv[2] ?? 120)
const callsPerRound = 40

interface Spent {
  readonly latencies: Array<number>
  cpuMicros: number
}

const cpu = (): number => {
  const { system, user } = process.cpuUsage()
  return user + system
}

const repeat = async (step: () => Promise<unknown>, count: number, latencies: Array<number>): Promise<void> => {
  for (let index = 0; index < count; index++) {
    const begin = process.hrtime.bigint()
    await step()
    latencies.push(Number(process.hrtime.bigint() - begin) / 1000)
  }
}

const all = Object.entries(steps).map(([name, step]) => ({
  name,
  step,
  spent: { latencies: [], cpuMicros: 0 } as Spent
}))
for (const { step } of all) await repeat(step, 2500, [])
const turns = [...all]
for (let round = 0; round < rounds; round++) {
  for (const { spent, step } of turns) {
    const before = cpu()
    await repeat(step, callsPerRound, spent.latencies)
    spent.cpuMicros += cpu() - before
  }
  turns.push(...turns.splice(0, 1))
}
for (const { name, spent } of all) {
  const [p25, p50] = [0.25, 0.5].map((share) => percentile(spent.latencies, share).toFixed(0).padStart(4))
  const perCall = (spent.cpuMicros / rounds / callsPerRound).toFixed(0).padStart(4)
  process.stdout.write(`${name.padEnd(44)} p25 ${p25} µs   p50 ${p50} µs   CPU ${perCall} µs\n`)
}
process.exit(0)
