import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Redis from "effect/persistence/Redis"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

/** Whether there is a `redis-server` to test with. */
export const available: boolean = ChildProcess.spawnSync("redis-server", ["--version"]).status === 0

/** Behind the titles of the tests that need one. */
export const note: string = available ? "" : " (skipped: no redis-server here; Debian: apt-get install redis-server)"

if (!available) {
  process.stderr.write("The tests of limits shared over Redis are skipped: there is no redis-server on this machine.\n")
}

/** A Redis of the test's own, on a unix socket in a directory of its own. */
export interface Server {
  readonly socket: string
  readonly start: Effect.Effect<void>
  /** Dead at once, without a word to anybody. */
  readonly kill: Effect.Effect<void>
  /** Neither dead nor alive: connections stand, nothing is answered. */
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
  readonly client: Layer.Layer<Redis.Redis | NodeRedis.NodeRedis, Redis.RedisError>
}

/** The client of the tests: it fails at once where there is no connection. */
export const client = (socket: string): Server["client"] =>
  NodeRedis.layer({
    socket: { path: socket, tls: false, reconnectStrategy: 50 },
    disableOfflineQueue: true
  })

export const make = Effect.gen(function*() {
  const directory = Fs.mkdtempSync(Path.join(Os.tmpdir(), "redis-"))
  const socket = Path.join(directory, "redis.sock")
  let running: ChildProcess.ChildProcess | undefined
  const start = Effect.callback<void>((resume) => {
    const started = ChildProcess.spawn(
      "redis-server",
      `--port 0 --unixsocket ${socket} --dir ${directory} --appendonly no`.split(" ").concat("--save", "")
    )
    running = started
    let said = ""
    started.stdout.on("data", (chunk) => {
      said += String(chunk)
      if (/ready to accept connections/i.test(said)) resume(Effect.void)
    })
    started.once("exit", () => resume(Effect.die(new Error(`redis-server ended: ${said}`))))
  })
  const signal = (name: NodeJS.Signals) => Effect.sync(() => running?.kill(name))
  const kill = Effect.callback<void>((resume) => {
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return resume(Effect.void)
    running.once("exit", () => resume(Effect.void))
    running.kill("SIGKILL")
  })
  yield* Effect.addFinalizer(() =>
    Effect.andThen(kill, Effect.sync(() => Fs.rmSync(directory, { recursive: true, force: true })))
  )
  yield* start
  const server: Server = {
    socket,
    start,
    kill,
    freeze: signal("SIGSTOP"),
    thaw: signal("SIGCONT"),
    client: client(socket)
  }
  return server
})
