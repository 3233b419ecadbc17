import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

/** Runs a program at a terminal. An expected failure is told by its message; the trace behind it would help nobody there. */
export const run = (program: Effect.Effect<void, { readonly message: string }>): void =>
  NodeRuntime.runMain(
    program.pipe(
      Effect.catch((error) =>
        Effect.andThen(
          Console.error(error.message),
          Effect.sync(() => {
            process.exitCode = 1
          })
        )
      )
    )
  )
