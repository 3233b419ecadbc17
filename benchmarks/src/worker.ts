/**
 * One client in a process of its own. Started by `fork` with the name of the client and the address of the server; runs
 * what its parent asks for, one thing at a time, and answers with what it measured.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import type { Client, Listener, Listening, Target } from "./client.ts"
import type { ClientName } from "./clients.ts"
import { makers } from "./clients.ts"
import * as Events from "./events.ts"
import * as Fixtures from "./fixtures.ts"

/** What can be measured. */
export type Task =
  /** Calls one after the other: the time and the CPU of each. */
  | { readonly _tag: "Sequence"; readonly call: "account" | "order" | "list"; readonly count: number }
  /** Calls at a concurrency: how many a second. */
  | { readonly _tag: "Throughput"; readonly count: number; readonly concurrency: number }
  /** Reading a list without any I/O, in turn with `JSON.parse`. */
  | { readonly _tag: "Decode"; readonly list: Fixtures.List; readonly asText?: boolean; readonly count: number }
  /** Taking so many events of a user data stream that goes on from task to task, in turn with `JSON.parse`. */
  | { readonly _tag: "Listen"; readonly how: Listening; readonly count: number }
  /** How much memory is held after taking so many events, and how much more than after half of them. */
  | { readonly _tag: "Hold"; readonly how: Listening; readonly count: number }

/** What a task comes to; times are microseconds. */
export interface Measured {
  readonly latencies: ReadonlyArray<number>
  readonly cpuPerCall: number
  readonly callsPerSecond: number
  /** Of `Decode` and `Listen` alone: the time of `JSON.parse` on the same text. */
  readonly reference: ReadonlyArray<number>
  /** Of `Hold` alone, in bytes. */
  readonly held?: { readonly all: number; readonly secondHalf: number }
}

const micros = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1000

const cpu = (): number => {
  const { system, user } = process.cpuUsage()
  return user + system
}

// While the other clients had their turn, this one was asleep: the first calls of a round only wake it up.
const wake = async (call: () => unknown, count: number): Promise<void> => {
  for (let index = 0; index < count; index++) await call()
}

const sequence = async (call: () => Promise<unknown>, count: number): Promise<Measured> => {
  await wake(call, Math.ceil(count / 4))
  const latencies: Array<number> = []
  const cpuBefore = cpu()
  const begin = process.hrtime.bigint()
  for (let index = 0; index < count; index++) {
    const start = process.hrtime.bigint()
    await call()
    latencies.push(micros(start))
  }
  return {
    latencies,
    cpuPerCall: (cpu() - cpuBefore) / count,
    callsPerSecond: count / micros(begin) * 1e6,
    reference: []
  }
}

const throughput = async (call: () => Promise<unknown>, count: number, concurrency: number): Promise<Measured> => {
  await wake(call, concurrency)
  let left = count
  const cpuBefore = cpu()
  const begin = process.hrtime.bigint()
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (left-- > 0) await call()
  }))
  return {
    latencies: [],
    cpuPerCall: (cpu() - cpuBefore) / count,
    callsPerSecond: count / micros(begin) * 1e6,
    reference: []
  }
}

const decode = async (read: (text: string) => unknown, text: string, count: number): Promise<Measured> => {
  await wake(() => read(text), 2)
  const latencies: Array<number> = []
  const reference: Array<number> = []
  for (let index = 0; index < count; index++) {
    const start = process.hrtime.bigint()
    JSON.parse(text)
    reference.push(micros(start))
    const own = process.hrtime.bigint()
    read(text)
    latencies.push(micros(own))
  }
  return { latencies, cpuPerCall: 0, callsPerSecond: 0, reference }
}

const listening = new Map<Listening, { readonly listener: Listener; readonly frames: Events.Frames }>()

const listener = async (client: Client, how: Listening) => {
  const known = listening.get(how)
  if (known !== undefined) return known
  if (client.listen === undefined) throw new Error("the client does not listen")
  const made = { listener: await client.listen(how), frames: Events.make(Date.now()) }
  listening.set(how, made)
  return made
}

const listen = async (client: Client, how: Listening, count: number): Promise<Measured> => {
  const { frames, listener: { take } } = await listener(client, how)
  const waking = frames.next(200)
  await take(waking.frames, waking.last)
  const batch = frames.next(count)
  const start = process.hrtime.bigint()
  for (const frame of batch.frames) JSON.parse(frame)
  const reference = micros(start)
  const cpuBefore = cpu()
  const begin = process.hrtime.bigint()
  await take(batch.frames, batch.last)
  const elapsed = micros(begin)
  return {
    latencies: [elapsed / count],
    cpuPerCall: (cpu() - cpuBefore) / count,
    callsPerSecond: count / elapsed * 1e6,
    reference: [reference / count]
  }
}

const heap = (): number => {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  return process.memoryUsage().heapUsed
}

const hold = async (client: Client, how: Listening, count: number): Promise<Measured> => {
  await listening.get(how)?.listener.close()
  listening.delete(how)
  const { frames, listener: { take } } = await listener(client, how)
  const batches = async (count: number): Promise<number> => {
    for (let taken = 0; taken < count; taken += 10_000) {
      const batch = frames.next(10_000)
      await take(batch.frames, batch.last)
    }
    return heap()
  }
  const before = heap()
  const half = await batches(count / 2)
  const all = await batches(count / 2)
  return {
    latencies: [],
    cpuPerCall: 0,
    callsPerSecond: 0,
    reference: [],
    held: { all: all - before, secondHalf: all - half }
  }
}

const perform = (client: Client, task: Task): Promise<Measured> => {
  switch (task._tag) {
    case "Sequence":
      return sequence(client[task.call], task.count)
    case "Throughput":
      return throughput(client.order, task.count, task.concurrency)
    case "Decode":
      return decode((task.asText && client.decodeText) || client.decode, Fixtures.orders(1000, task.list), task.count)
    case "Listen":
      return listen(client, task.how, task.count)
    case "Hold":
      return hold(client, task.how, task.count)
  }
}

const [name, url = ""] = process.argv.slice(2)

const isName = (name: string | undefined): name is ClientName => name !== undefined && Object.hasOwn(makers, name)

if (!isName(name)) throw new Error(`no client is called ${name}`)

const target: Target = { url, apiKey: "k".repeat(64), apiSecret: "s".repeat(64) }
const client = await (await makers[name]())(target)

process.on("message", (task: Task) => {
  void (async () => process.send?.(await perform(client, task)))()
})
process.on("disconnect", () => process.exit(0))
process.send?.("ready")
