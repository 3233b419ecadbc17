import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"

/** How a program ended, and what it said. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a program as a user does, with these variables. */
export const run = (script: string, variables: { readonly [name: string]: string }): Effect.Effect<Ran> =>
  Effect.callback((resume) => {
    const { BINANCE_ENVIRONMENT: _, ...inherited } = process.env
    const child = execFile(process.execPath, [script], { env: { ...inherited, ...variables } }, (error, out, err) => {
      resume(Effect.succeed({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, err }))
    })
    return Effect.sync(() => child.kill())
  })
