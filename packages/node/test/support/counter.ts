import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ChildProcess from "node:child_process"
import * as Http from "node:http"
import type * as Net from "node:net"
import * as Path from "node:path"

/** What a worker is told. */
export const Settings = Schema.Struct({
  name: Schema.String,
  socket: Schema.String,
  url: Schema.String,
  /** The exchange's time minus that of the machine, as this worker measured it. */
  offset: Schema.Finite,
  limit: Schema.Finite,
  edge: Schema.Finite,
  window: Schema.Finite,
  lease: Schema.Finite,
  maxWait: Schema.Finite,
  unreachable: Schema.Union([
    Schema.Literal("refuse"),
    Schema.Struct({ processes: Schema.Int, headroom: Schema.Finite })
  ])
})

/** What arrived in one window. */
export interface Window {
  total: number
  readonly by: Map<string, number>
}

/** An exchange that does nothing but count, by its own clock. */
export interface Counter {
  readonly url: string
  readonly windows: ReadonlyMap<number, Window>
  /** The window of now. */
  readonly now: () => number
  /** How often each worker was refused, by `name why`. */
  readonly refused: ReadonlyMap<string, number>
  readonly arrived: () => number
  /** Until something holds, looked at whenever something arrives. */
  readonly until: (holds: () => boolean) => Effect.Effect<void>
}

/** How far the clock of the exchange is off that of the machine. */
export const clockOffset = 1_234_567

export const make = (window: number) =>
  Effect.acquireRelease(
    Effect.callback<Counter & { readonly server: Http.Server }>((resume) => {
      const windows = new Map<number, Window>()
      const refused = new Map<string, number>()
      const waiting = new Set<() => void>()
      let arrived = 0
      const now = () => Math.floor((Date.now() + clockOffset) / window)
      const server = Http.createServer((request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost")
        const name = searchParams.get("name") ?? ""
        if (pathname === "/use") {
          const weight = Number(searchParams.get("weight"))
          const counted = windows.get(now()) ?? { total: 0, by: new Map<string, number>() }
          windows.set(now(), counted)
          counted.total += weight
          counted.by.set(name, (counted.by.get(name) ?? 0) + weight)
          arrived++
        } else {
          const key = `${name} ${searchParams.get("why")}`
          refused.set(key, (refused.get(key) ?? 0) + 1)
        }
        for (const look of waiting) look()
        // Something is always in flight.
        setTimeout(() => response.end(), 50)
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as Net.AddressInfo
        resume(Effect.succeed({
          server,
          url: `http://127.0.0.1:${port}`,
          windows,
          now,
          refused,
          arrived: () => arrived,
          until: (holds) =>
            Effect.callback<void>((done) => {
              const look = () => {
                if (!holds()) return
                waiting.delete(look)
                done(Effect.void)
              }
              waiting.add(look)
              look()
              return Effect.sync(() => waiting.delete(look))
            })
        }))
      })
    }),
    ({ server }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

/** Starts a worker; it is killed at the end, if not before. */
export const work = (settings: typeof Settings.Type) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      ChildProcess.spawn(process.execPath, [
        "--disable-warning=ExperimentalWarning",
        Path.join(import.meta.dirname, "budgetWorker.ts"),
        JSON.stringify(settings)
      ], { stdio: ["ignore", "ignore", "inherit"] })
    ),
    kill
  )

/** Kills it at once, whatever it was doing. */
export function kill(worker: ChildProcess.ChildProcess): Effect.Effect<void> {
  return Effect.callback<void>((resume) => {
    if (worker.exitCode !== null || worker.signalCode !== null) return resume(Effect.void)
    worker.once("exit", () => resume(Effect.void))
    worker.kill("SIGKILL")
  })
}
