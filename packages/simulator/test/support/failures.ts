import type { BinanceError } from "@effect-binance/core/BinanceError"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"

/** How a call is expected to fail: by which error, and with which words in its message. */
export interface Expected {
  readonly tag: BinanceError["_tag"]
  readonly says: ReadonlyArray<string>
  /** Fields beside the message. */
  readonly has?: { readonly [field: string]: unknown }
}

/** Fails with the error, tells what to do, and for which call. */
export const assertFailure = (error: BinanceError, { has = {}, says, tag }: Expected): void => {
  assert.strictEqual(error._tag, tag, error.message)
  for (const words of says) assert.include(error.message, words)
  for (const [field, value] of Object.entries(has)) assert.deepStrictEqual(Reflect.get(error, field), value, field)
  assert.include(error.message, error.endpoint)
  assert.include(error.message, error.request)
}

/** A call that reads, and one that changes something. */
export const read = Effect.flatMap(PortfolioClient, (client) => client.getAccountInfo())
export const change = Effect.flatMap(
  PortfolioClient,
  (client) => client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 17 })
)

/** Asserts how both calls fail. */
export const bothFail = (expected: { readonly read: Expected; readonly change: Expected }) =>
  Effect.gen(function*() {
    assertFailure(yield* Effect.flip(read), expected.read)
    assertFailure(yield* Effect.flip(change), expected.change)
  })
