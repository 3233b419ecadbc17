/**
 * Runs the clients side by side against a server on this machine and prints how they compare.
 *
 * `node run.ts`             a full run, about six minutes
 * `node run.ts --quick`     fewer rounds
 * `node run.ts --only a,b`  some of the clients (the floor always takes part)
 * `node run.ts --decoding`  the rows on decoding alone
 * `node run.ts --events`    the rows on account events alone
 * `node run.ts --write`     writes docs/benchmarks.md as well
 */
import { rmSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { parseArgs } from "node:util"
import * as Certificate from "./src/certificate.ts"
import type { Listening } from "./src/client.ts"
import { type ClientName, makers, titles } from "./src/clients.ts"
import type { List } from "./src/fixtures.ts"
import { type Asked, start } from "./src/process.ts"
import * as Report from "./src/report.ts"
import { median, percentile } from "./src/statistics.ts"
import type { Measured, Task } from "./src/worker.ts"

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    write: { type: "boolean" },
    decoding: { type: "boolean" },
    events: { type: "boolean" },
    only: { type: "string" }
  }
})

type Worker = Asked<Task, Measured>
type Workers = ReadonlyMap<ClientName, Worker>

const names = Object.keys(titles).filter((name): name is ClientName => Object.hasOwn(makers, name))
const wanted = options.only?.split(",")
const chosen = names.filter((name) => name === "floor" || (wanted?.includes(name) ?? true))
const effort = options.quick === true ? 0.3 : 1

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

interface ServerCount {
  readonly port: number
  readonly requests: number
  readonly cpuMicros: number
}

/**
 * Runs a task by each client in turn, round by round, for so many seconds and three rounds at the least, and answers each
 * client's rounds. A time and not a number of rounds, since a machine with other work takes several times as long.
 */
const interleave = async (workers: Workers, seconds: number, task: Task): Promise<Map<ClientName, Array<Measured>>> => {
  const measured = new Map<ClientName, Array<Measured>>()
  const order = [...workers]
  const end = Date.now() + seconds * effort * 1000
  for (let round = 0; round < 3 || Date.now() < end; round++) {
    for (const [name, worker] of order) {
      const result = await worker.ask(task)
      const own = measured.get(name)
      if (own === undefined) measured.set(name, [result])
      else own.push(result)
    }
    // No client is always first after a pause, or always behind the same other.
    order.push(...order.splice(0, 1 + round % 2))
  }
  return measured
}

/**
 * A figure of each client beside the floor's, each from the quarter of its rounds that went best: on a machine with other
 * work the rest says more about that work.
 */
const beside = (
  measured: ReadonlyMap<ClientName, ReadonlyArray<Measured>>,
  figure: (measured: Measured) => number,
  best: "low" | "high" = "low"
): Report.Figures => {
  const of = (rounds: ReadonlyArray<Measured>) => percentile(rounds.map(figure), best === "low" ? 0.25 : 0.75)
  const floor = of(measured.get("floor") ?? [])
  return new Map([...measured].map(([name, rounds]) => [name, { value: of(rounds), ratio: of(rounds) / floor }]))
}

/** CPU time is the client's own whatever else goes on, so all rounds count, garbage collections where they fall. */
const cpu = (measured: ReadonlyMap<ClientName, ReadonlyArray<Measured>>): Report.Figures => {
  const of = (rounds: ReadonlyArray<Measured>) =>
    rounds.reduce((sum, { cpuPerCall }) => sum + cpuPerCall, 0) / rounds.length
  const floor = of(measured.get("floor") ?? [])
  return new Map([...measured].map(([name, rounds]) => [name, { value: of(rounds), ratio: of(rounds) / floor }]))
}

const p50 = ({ latencies }: Measured): number => median(latencies)
const rate = ({ callsPerSecond }: Measured): number => callsPerSecond

/** The tail, over all rounds together: a round alone has too few calls for it. */
const tail = (measured: ReadonlyMap<ClientName, ReadonlyArray<Measured>>): Report.Figures => {
  const all = new Map(
    [...measured].map(([name, rounds]) => [name, percentile(rounds.flatMap(({ latencies }) => latencies), 0.99)])
  )
  const floor = all.get("floor") ?? NaN
  return new Map([...all].map(([name, value]) => [name, { value, ratio: value / floor }]))
}

const startWorkers = async (
  url: string,
  env: { readonly [name: string]: string },
  without: ReadonlySet<ClientName>
) => {
  const workers = new Map<ClientName, Worker>()
  for (const name of chosen) {
    if (!without.has(name)) workers.set(name, await start<Task, Measured>("worker.ts", [name, url], env))
  }
  return workers
}

const warm = async (
  workers: Workers,
  counts: { readonly account: number; readonly order: number; readonly list: number }
): Promise<void> => {
  for (const worker of workers.values()) {
    for (const call of ["account", "order", "list"] as const) {
      await worker.ask({ _tag: "Sequence", call, count: Math.round(counts[call] * effort) })
    }
    if (counts.list > 0) {
      await worker.ask({ _tag: "Throughput", count: Math.round(3000 * effort), concurrency: 64 })
      await worker.ask({ _tag: "Decode", list: "undocumented", count: 30 })
      await worker.ask({ _tag: "Decode", list: "undocumented", asText: true, count: 30 })
      await worker.ask({ _tag: "Decode", list: "beyondDouble", count: 5 })
    }
  }
}

const decodings = async (workers: Workers): Promise<ReadonlyArray<Report.Row>> => {
  print("decoding")
  const decoding = async (workers: Workers, list: List, asText = false): Promise<Report.Figures> => {
    const measured = await interleave(workers, 6, { _tag: "Decode", list, asText, count: 8 })
    const quarter = (values: ReadonlyArray<number>) => percentile(values, 0.25)
    return new Map([...measured].map(([name, rounds]) => {
      const value = quarter(rounds.flatMap(({ latencies }) => latencies))
      return [name, { value, ratio: value / quarter(rounds.flatMap(({ reference }) => reference)) }]
    }))
  }
  // Beautified figures are no text.
  const asText = new Map([...workers].filter(([name]) => name !== "binanceBeautified"))
  return [
    { ...Report.rows.decode, figures: await decoding(workers, "undocumented") },
    { ...Report.rows.decodeText, figures: await decoding(asText, "undocumented", true) },
    { ...Report.rows.decodeDocumented, figures: await decoding(workers, "documented") },
    { ...Report.rows.decodeBeyond, figures: await decoding(workers, "beyondDouble") }
  ]
}

const listeners: ReadonlySet<ClientName> = new Set([
  "floor",
  "effectBinance",
  "binance",
  "binanceBeautified",
  "connector"
])

const events = async (workers: Workers): Promise<ReadonlyArray<Report.Row>> => {
  print("account events")
  const chosen = new Map([...workers].filter(([name]) => listeners.has(name)))
  const ours = new Map([...chosen].filter(([name]) => name === "floor" || name === "effectBinance"))
  const quarter = (values: ReadonlyArray<number>) => percentile(values, 0.25)
  const times = (measured: ReadonlyMap<ClientName, ReadonlyArray<Measured>>): Report.Figures =>
    new Map([...measured].map(([name, rounds]) => {
      const value = quarter(rounds.flatMap(({ latencies }) => latencies))
      return [name, { value, ratio: value / quarter(rounds.flatMap(({ reference }) => reference)) }]
    }))
  const held = async (workers: Workers, how: Listening) => {
    const measured = new Map<ClientName, Measured>()
    for (const [name, worker] of workers) {
      measured.set(name, await worker.ask({ _tag: "Hold", how, count: options.quick === true ? 200_000 : 1_000_000 }))
    }
    const of = (figure: "all" | "secondHalf"): Report.Figures =>
      new Map([...measured].map(([name, { held }]) => [name, { value: held?.[figure] ?? NaN, ratio: NaN }]))
    return { all: of("all"), secondHalf: of("secondHalf") }
  }
  for (const how of ["read", "whole"] as const) {
    for (const worker of (how === "read" ? chosen : ours).values()) {
      await worker.ask({ _tag: "Listen", how, count: Math.round(30_000 * effort) })
    }
  }
  const read = await interleave(chosen, 12, { _tag: "Listen", how: "read", count: 5_000 })
  const whole = await interleave(ours, 12, { _tag: "Listen", how: "whole", count: 5_000 })
  const others = await held(new Map([...chosen].filter(([name]) => !ours.has(name))), "read")
  const own = await held(ours, "whole")
  return [
    { ...Report.rows.event, figures: times(read) },
    { ...Report.rows.eventCpu, figures: cpu(read) },
    { ...Report.rows.eventRate, figures: beside(read, rate, "high") },
    { ...Report.rows.eventWhole, figures: times(whole) },
    { ...Report.rows.eventWholeCpu, figures: cpu(whole) },
    { ...Report.rows.eventWholeRate, figures: beside(whole, rate, "high") },
    { ...Report.rows.eventHeap, figures: new Map([...others.all, ...own.all]) },
    { ...Report.rows.eventHeapMore, figures: new Map([...others.secondHalf, ...own.secondHalf]) }
  ]
}

const plain = async (): Promise<ReadonlyArray<Report.Row>> => {
  const server = await start<object, ServerCount>("server.ts", [])
  // An agent of one's own matters to the connector over TLS alone.
  const workers = await startWorkers(`http://127.0.0.1:${server.ready.port}`, {}, new Set(["connectorAgent"]))
  if (options.events === true) {
    const rows = await events(workers)
    for (const worker of workers.values()) worker.stop()
    server.stop()
    return rows
  }
  print(`${workers.size} clients, warming up`)
  await warm(workers, { account: 300, order: 2000, list: 30 })
  if (options.decoding === true) {
    const rows = await decodings(workers)
    for (const worker of workers.values()) worker.stop()
    server.stop()
    return rows
  }
  print("small calls")
  const account = await interleave(workers, 6, { _tag: "Sequence", call: "account", count: 60 })
  const order = await interleave(workers, 40, { _tag: "Sequence", call: "order", count: 80 })
  print("throughput")
  const before = await server.ask({})
  const begin = process.hrtime.bigint()
  const throughput = await interleave(workers, 16, { _tag: "Throughput", count: 1000, concurrency: 64 })
  const elapsed = Number(process.hrtime.bigint() - begin) / 1000
  const after = await server.ask({})
  print(`  the server was ${Math.round((after.cpuMicros - before.cpuMicros) / elapsed * 100)} % busy`)
  print("lists")
  const list = await interleave(workers, 12, { _tag: "Sequence", call: "list", count: 6 })
  const rows: ReadonlyArray<Report.Row> = [
    { ...Report.rows.account, figures: beside(account, p50) },
    { ...Report.rows.order, figures: beside(order, p50) },
    { ...Report.rows.orderTail, figures: tail(order) },
    { ...Report.rows.orderCpu, figures: cpu(order) },
    { ...Report.rows.throughput, figures: beside(throughput, rate, "high") },
    { ...Report.rows.list, figures: beside(list, p50) },
    { ...Report.rows.listCpu, figures: cpu(list) },
    ...await decodings(workers),
    ...await events(workers)
  ]
  for (const worker of workers.values()) worker.stop()
  server.stop()
  return rows
}

const secure = async (): Promise<ReadonlyArray<Report.Row>> => {
  const certificate = Certificate.make()
  if (typeof certificate === "string") {
    print(`without TLS: ${certificate}`)
    return []
  }
  print("over TLS")
  const { certificate: file, folder, key } = certificate
  const server = await start<object, ServerCount>("server.ts", [key, file])
  const workers = await startWorkers(
    `https://127.0.0.1:${server.ready.port}`,
    { NODE_EXTRA_CA_CERTS: file },
    new Set(["binanceBeautified"])
  )
  await warm(workers, { account: 0, order: 500, list: 0 })
  const order = await interleave(workers, 16, { _tag: "Sequence", call: "order", count: 40 })
  for (const worker of workers.values()) worker.stop()
  server.stop()
  rmSync(folder, { recursive: true })
  return [
    { ...Report.rows.orderTls, figures: beside(order, p50) },
    { ...Report.rows.orderTlsCpu, figures: cpu(order) }
  ]
}

const begin = Date.now()
const rows = [...(await plain()), ...(options.decoding === true || options.events === true ? [] : await secure())]
print(`took ${Math.round((Date.now() - begin) / 1000)} s\n`)
print(Report.table(rows, chosen))

if (options.write === true) {
  const file = path.resolve(import.meta.dirname, "../docs/benchmarks.md")
  writeFileSync(file, Report.document(rows, chosen))
  print(`\nwritten to docs/benchmarks.md`)
}
