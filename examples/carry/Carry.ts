/**
 * Funding-rate carry: while longs pay well for BTCUSDT, hold bitcoin in cross margin and sell as much of the perpetual short. The
 * price is hedged away, the funding is earned.
 *
 * The account is the strategy's own: all of its bitcoin in margin is the long leg. What it holds is read from the exchange each
 * time, so that it can be stopped and started anywhere. One-way position mode.
 */
import type { ReadError } from "@effect-binance/core/BinanceError"
import * as OrderGuard from "@effect-binance/portfolio-margin/OrderGuard"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as BigDecimal from "effect/BigDecimal"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Legs from "./Legs.ts"
import { Premium, type PremiumError } from "./Premium.ts"

export interface Settings {
  /** The funding rate from which it is entered, and the one at which it is left; a share of the notional per funding time. */
  readonly enterAt: BigDecimal.BigDecimal
  readonly leaveAt: BigDecimal.BigDecimal
  /** The share of the available margin that goes into the long leg. */
  readonly share: BigDecimal.BigDecimal
  /** The largest leg, in bitcoin. */
  readonly most: BigDecimal.BigDecimal
}

const decimal = BigDecimal.fromStringUnsafe

export const settings: Settings = {
  enterAt: decimal("0.0001"),
  leaveAt: decimal("0.00002"),
  share: decimal("0.5"),
  most: decimal("0.5")
}

/** For the client's layer: no order but those this strategy makes. */
export const guard = OrderGuard.OrderGuard.layer({
  symbols: [Legs.symbol],
  maxQuantity: BigDecimal.multiply(settings.most, decimal("1.01")),
  ordersPerMinute: 8,
  tripOn: ({ _tag }) => _tag === "AuthRevoked" || _tag === "Banned"
})

/** Market or account could not be read; nothing was traded. */
export class Unreadable extends Data.TaggedError("Unreadable")<{ readonly cause: ReadError | PremiumError }> {
  override get message() {
    return `market or account could not be read: ${this.cause.message}`
  }
}

export interface Decision {
  readonly _tag: "Enter" | "Leave" | "Level" | "Hold"
  readonly trades: ReadonlyArray<Legs.Trade>
}

/** What is to be done now. Only reads. */
export const decide = (settings: Settings): Effect.Effect<Decision, Unreadable, PortfolioClient | Premium> =>
  Effect.gen(function*() {
    const client = yield* PortfolioClient
    const premium = yield* Premium
    const [{ fundingRate, markPrice }, legs] = yield* Effect.all([premium.of(Legs.symbol), Legs.read])
    const closing = Legs.close(legs)
    const leveling = Legs.level(legs)
    if (closing.length > 0 && BigDecimal.isLessThanOrEqualTo(fundingRate, settings.leaveAt)) {
      return { _tag: "Leave", trades: closing } as const
    }
    if (leveling.length > 0) return { _tag: "Level", trades: leveling } as const
    if (BigDecimal.isPositive(legs.short) || BigDecimal.isLessThan(fundingRate, settings.enterAt)) {
      return { _tag: "Hold", trades: [] } as const
    }
    const [account, cash] = yield* Effect.all([client.getAccountInfo(), client.getBalance({ asset: "USDT" })])
    const available = account.totalAvailableBalance ?? account.virtualMaxWithdrawAmount
    const worth = BigDecimal.min(BigDecimal.multiply(available, settings.share), cash.crossMarginFree)
    const affordable = Option.getOrElse(BigDecimal.divide(worth, markPrice), () => decimal("0"))
    const quantity = BigDecimal.round(BigDecimal.min(affordable, settings.most), {
      scale: Legs.contractScale,
      mode: "floor"
    })
    return BigDecimal.isPositive(quantity)
      ? { _tag: "Enter", trades: Legs.open(quantity) } as const
      : { _tag: "Hold", trades: [] } as const
  }).pipe(Effect.mapError((cause) => new Unreadable({ cause })))

/** Decides and does it. */
export const look = (
  settings: Settings
): Effect.Effect<Decision, Unreadable | Legs.LegFailed | Legs.Exposed, Legs.Services | Premium> =>
  Effect.tap(decide(settings), ({ trades }) => Legs.trade(trades))

/** Looks every minute, until a trade comes to no known end. */
export const run = (settings: Settings): Effect.Effect<never, Legs.Exposed, Legs.Services | Premium> =>
  look(settings).pipe(
    Effect.flatMap(({ _tag, trades }) => trades.length === 0 ? Effect.void : Effect.logInfo(_tag)),
    Effect.catchTags({
      Unreadable: (error) => Effect.logWarning(error.message),
      LegFailed: (error) => Effect.logWarning(error.message)
    }),
    Effect.andThen(Effect.sleep("1 minute")),
    Effect.forever
  )
