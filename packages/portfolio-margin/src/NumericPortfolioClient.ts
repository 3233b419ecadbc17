/**
 * The whole of Portfolio Margin with figures as JavaScript numbers: what the option `beautifyResponses` gives.
 *
 * @since 0.1.0
 */
import type * as Field from "@effect-binance/core/Field"
import type * as View from "@effect-binance/core/View"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountShape } from "./Account.ts"
import type { Balance, GetBalanceParams } from "./endpoints/Account.ts"
import type { PortfolioClientShape } from "./PortfolioClient.ts"

/**
 * A method whose reply has its decimals as `D`.
 *
 * @category utility types
 * @since 0.1.0
 */
export type WithDecimals<F, D> = F extends (...params: infer P) => Effect.Effect<infer A, infer E>
  ? (...params: P) => Effect.Effect<View.WithDecimals<A, D>, E>
  : never

type GetBalance<D> = AccountShape["getBalance"] extends infer F ? F extends {
    (params: infer One): Effect.Effect<Balance, infer E>
    (params?: infer All): Effect.Effect<Field.Rows<Balance>, infer _E>
    (params?: GetBalanceParams): Effect.Effect<Balance | Field.Rows<Balance>, infer _F>
  } ? {
      (params: One): Effect.Effect<View.WithDecimals<Balance, D>, E>
      (params?: All): Effect.Effect<Field.Rows<View.WithDecimals<Balance, D>>, E>
      (
        params?: GetBalanceParams
      ): Effect.Effect<View.WithDecimals<Balance, D> | Field.Rows<View.WithDecimals<Balance, D>>, E>
    }
  : never
  : never

/**
 * Every call, with decimals as `D`.
 *
 * @category models
 * @since 0.1.0
 */
// Over all keys, and not some of them, methods keep what is documented of them, and that some are deprecated.
export type ViewedShape<D> = {
  readonly [K in keyof PortfolioClientShape]: K extends "getBalance" ? GetBalance<D>
    : WithDecimals<PortfolioClientShape[K], D>
}

/**
 * Every call, with decimals as numbers.
 *
 * @category models
 * @since 0.1.0
 */
export interface NumericPortfolioClientShape extends ViewedShape<number> {}

/**
 * A client of one Portfolio Margin account whose figures are JavaScript numbers.
 *
 * **When to use**
 *
 * Use for charts, statistics and scripts that compute with numbers. Money that is added up or sent back wants the exact
 * figures of `PortfolioClient`.
 *
 * **Details**
 *
 * `PortfolioClient.layer({ …, beautifyResponses: true })` provides it.
 *
 * @category services
 * @since 0.1.0
 */
export class NumericPortfolioClient extends Context.Service<NumericPortfolioClient, NumericPortfolioClientShape>()(
  "@effect-binance/portfolio-margin/NumericPortfolioClient"
) {}
