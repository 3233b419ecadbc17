/**
 * Portfolio Margin without sending anything: every call is checked, costed and shown as it would go out.
 *
 * @since 0.1.0
 */
import { Client, type ClientOptions } from "@effect-binance/core/Client"
import * as Core from "@effect-binance/core/DryRun"
import type { Environment } from "@effect-binance/core/Environment"
import { ServerClock, type ServerClockOptions } from "@effect-binance/core/ServerClock"
import type { Signer } from "@effect-binance/core/Signer"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { PortfolioClient, type Services } from "./PortfolioClient.ts"

export {
  /**
   * The record of a dry run: its plans.
   *
   * @category services
   * @since 0.1.0
   */
  DryRun,
  /**
   * @category models
   * @since 0.1.0
   */
  type DryRunOptions
} from "@effect-binance/core/DryRun"

/**
 * Every service of Portfolio Margin, and nothing behind it: no signer, no transport, no limits.
 *
 * **Details**
 *
 * Each call fails: as `InvalidRequest` where its parameters break a rule, else as `NotSent` with the plan of what would go out. The
 * plans are kept in `DryRun`. An `OrderGuard` provided to the layer refuses here as it would before the exchange.
 *
 * **Example** (What an order would be)
 *
 * ```ts import.meta.vitest
 * import * as DryRun from "@effect-binance/portfolio-margin/DryRun"
 * import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* PortfolioClient
 *   return yield* client.cancelUMOrder({ symbol: "BTCUSDT", origClientOrderId: "mine-1" })
 * }).pipe(
 *   Effect.catchTag("NotSent", ({ plan }) => Effect.succeed(plan.query))
 * )
 *
 * await Effect.runPromise(Effect.provide(program, DryRun.layer())) // => "symbol=BTCUSDT&origClientOrderId=mine-1&recvWindow=5000"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Core.DryRunOptions = {}): Layer.Layer<Services | Core.DryRun> =>
  Layer.fresh(PortfolioClient.layerClient).pipe(Layer.provideMerge(Core.DryRun.layer(options)))

/**
 * Reads go to the exchange, whatever changes something is held back: for trying a program on a real account's figures.
 *
 * **Details**
 *
 * Changes never come near the signer. Making a listen key is a change too, so a user data stream does not open.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerReads = (
  options: ClientOptions & { readonly clock?: ServerClockOptions | undefined } = {}
): Layer.Layer<Services | Core.DryRun, never, Environment | Signer | HttpClient.HttpClient> =>
  Layer.fresh(PortfolioClient.layerClient).pipe(
    Layer.provideMerge(Core.DryRun.layerReads(options)),
    Layer.provide(Client.layer(options)),
    Layer.provide(ServerClock.layer(options.clock))
  )
