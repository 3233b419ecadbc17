/** What a call of the exchange does with its parameters. */
import * as Decimal from "@effect-binance/core/Decimal"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import type * as Result from "effect/Result"
import type * as Engine from "../Engine.ts"
import type * as ExchangeError from "../ExchangeError.ts"
import type * as ListenKeys from "../ListenKeys.ts"
import type { StreamRules } from "../StreamRules.ts"

export interface Context {
  readonly state: Engine.State
  readonly listenKeys: ListenKeys.ListenKeys
  readonly streamRules: StreamRules
  /** Whose account; the empty string for calls that need no key. */
  readonly accountId: string
  readonly now: number
}

export interface Outcome {
  readonly state: Engine.State
  readonly reply: unknown
  /** The listen keys where the call changed them. */
  readonly listenKeys?: ListenKeys.ListenKeys
}

export type Handler<P> = (context: Context, params: P) => Result.Result<Outcome, ExchangeError.ExchangeError>

// What is read from text has these types already; the wider ones are those of a caller.

export const exact = (amount: Decimal.DecimalInput): Decimal.Decimal =>
  Decimal.fromInput(amount) ?? BigDecimal.fromBigInt(0n)

export const millis = (time: DateTime.DateTime | number): number =>
  typeof time === "number" ? time : DateTime.toEpochMillis(time)

export const optionalMillis = (time: DateTime.DateTime | number | undefined): number | undefined =>
  time === undefined ? undefined : millis(time)

export const optionalExact = (amount: Decimal.DecimalInput | undefined): Decimal.Decimal | undefined =>
  amount === undefined ? undefined : exact(amount)

export const optionalId = (id: string | bigint | number | undefined): bigint | undefined =>
  id === undefined ? undefined : BigInt(id)
