/**
 * The exchange as a command: serves it on this machine, from a file and into a file.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Crypto from "node:crypto"
import { Simulator } from "./Simulator.ts"
import { SimulatorServer } from "./SimulatorServer.ts"
import * as StateFile from "./StateFile.ts"

/**
 * The version that the command tells.
 *
 * @category command
 * @since 0.1.0
 */
export const version = "0.1.0"

/**
 * What can be told to the command.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServeOptions {
  readonly port: number
  /** The file to open the exchange from. */
  readonly seedFile: Option.Option<string>
  /** The file to write when it ends; it holds the secrets of the keys and is readable by its owner alone. */
  readonly save: Option.Option<string>
  /** The token of the control API; off without. */
  readonly control: Option.Option<Redacted.Redacted<string>>
}

const opened = (seedFile: Option.Option<string>) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const file = yield* Option.match(seedFile, {
      onNone: () => Effect.succeed(StateFile.empty),
      onSome: (path) => Effect.flatMap(files.readFileString(path), StateFile.parse)
    })
    return yield* StateFile.open(file)
  })

// Written beside and moved, so that a save that is cut off leaves the old file.
const written = (path: string, text: string) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    yield* files.writeFileString(`${path}.new`, text, { mode: 0o600 })
    yield* files.rename(`${path}.new`, path)
  })

/**
 * Serves an exchange until it is interrupted, then writes its file if asked to.
 *
 * @category running
 * @since 0.1.0
 */
export const serve = (
  options: ServeOptions
): Effect.Effect<
  never,
  StateFile.StateFileInvalid | PlatformError.PlatformError | HttpServerError.ServeError,
  FileSystem.FileSystem
> =>
  Effect.gen(function*() {
    const session = yield* opened(options.seedFile)
    const token = Option.getOrUndefined(options.control)
    const server = SimulatorServer.layer({
      port: options.port,
      ...(token === undefined ? {} : { control: { token, session } })
    })
    const serving = Effect.gen(function*() {
      const { url } = yield* SimulatorServer
      yield* Console.log(`The exchange listens at ${url}`)
      return yield* Effect.never
    })
    const saving = Effect.gen(function*() {
      if (Option.isNone(options.save)) return
      const { journal } = yield* Simulator
      yield* written(options.save.value, yield* StateFile.format(session, yield* journal))
      yield* Console.log(`Saved to ${options.save.value}`)
    })
    return yield* serving.pipe(
      Effect.onExit(() => saving),
      Effect.provide(Layer.provideMerge(server, Simulator.layer(session.options)))
    )
  })

/**
 * `simulator --port 9410 --seed-file desk.json --save desk.json --control`
 *
 * @category command
 * @since 0.1.0
 */
export const command = Command.make("simulator", {
  port: Flag.Int("port").pipe(
    Flag.withDescription("Where to listen on 127.0.0.1; 0 takes a free port"),
    Flag.withDefault(9410)
  ),
  seedFile: Flag.File("seed-file", { mustExist: true }).pipe(
    Flag.withDescription("The file to open the exchange from"),
    Flag.optional
  ),
  save: Flag.File("save").pipe(
    Flag.withDescription(
      "The file to write when it ends, to open the exchange from again; holds the secrets of its keys"
    ),
    Flag.optional
  ),
  control: Flag.Boolean("control").pipe(
    Flag.withDescription("Opens the control API under /control, with a token that is printed"),
    Flag.withDefault(false)
  ),
  controlToken: Flag.Redacted("control-token").pipe(
    Flag.withDescription("Opens the control API with this token"),
    Flag.optional
  )
}, ({ control, controlToken, port, save, seedFile }) =>
  Effect.gen(function*() {
    if (!control || Option.isSome(controlToken)) return yield* serve({ port, seedFile, save, control: controlToken })
    const token = Crypto.randomBytes(16).toString("hex")
    yield* Console.log(`Control calls need x-control-token: ${token}`)
    return yield* serve({ port, seedFile, save, control: Option.some(Redacted.make(token)) })
  })).pipe(
    Command.withDescription("A Binance Portfolio Margin exchange on this machine")
  )
