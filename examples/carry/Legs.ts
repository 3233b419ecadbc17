/** The two legs, bitcoin in cross margin and the short BTCUSDT perpetual, and trades that are made all or not at all. */
import type { ReadError } from "@effect-binance/core/BinanceError"
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import type { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import { OrderGuard } from "@effect-binance/portfolio-margin/OrderGuard"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import type { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import * as BigDecimal from "effect/BigDecimal"
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

export const symbol = "BTCUSDT"

const decimal = BigDecimal.fromStringUnsafe

/** The commission of a margin order, a share of what it brings, taken in bitcoin where it is not paid in BNB. */
const marginFee = decimal("0.001")

/** Decimal places of the quantities of the perpetual and of the pair. */
export const contractScale = 3
const pairScale = 5

export interface Legs {
  readonly long: BigDecimal.BigDecimal
  /** How much is sold short; negative where the position is long. */
  readonly short: BigDecimal.BigDecimal
}

export interface Trade {
  readonly leg: "long" | "short"
  readonly side: "BUY" | "SELL"
  readonly quantity: BigDecimal.BigDecimal
}

const show = ({ leg, quantity, side }: Trade) => `${side} ${BigDecimal.format(quantity)} of the ${leg} leg`

/** A trade was not made, or not in full; what had been traded is undone. */
export class LegFailed extends Data.TaggedError("LegFailed")<{
  readonly trade: Trade
  /** What was executed and taken back, the first first. */
  readonly undone: ReadonlyArray<Trade>
  readonly cause: Outcome.SubmitError | PartlyFilled
}> {
  override get message() {
    return `${show(this.trade)} failed (${this.cause.message}); ${this.undone.length} trades were undone`
  }
}

/** The book ended before the order did. */
export class PartlyFilled extends Data.TaggedError("PartlyFilled")<{ readonly executed: BigDecimal.BigDecimal }> {
  override get message() {
    return `only ${BigDecimal.format(this.executed)} was executed`
  }
}

/** The legs differ and nobody is going to mend it: a trade may stand or not, or what was traded cannot be undone. */
export class Exposed extends Data.TaggedError("Exposed")<{
  readonly trade: Trade
  readonly cause: Outcome.SubmitError | Cause.TimeoutError | PartlyFilled
}> {
  override get message() {
    return `${show(this.trade)} did not come to an end that is known (${this.cause.message}); look at the account`
  }
}

export type Services = PortfolioClient | MarginOrders | UMOrders | AccountMirror | OrderGuard

export const read: Effect.Effect<Legs, ReadError, PortfolioClient> = Effect.gen(function*() {
  const client = yield* PortfolioClient
  const [bitcoin, positions] = yield* Effect.all(
    [client.getBalance({ asset: "BTC" }), client.getUMPosition({ symbol })],
    { concurrency: "unbounded" }
  )
  const owned = BigDecimal.sum(bitcoin.crossMarginFree, bitcoin.crossMarginLocked)
  const owed = BigDecimal.sum(bitcoin.crossMarginBorrowed, bitcoin.crossMarginInterest)
  return {
    long: BigDecimal.subtract(owned, owed),
    short: BigDecimal.negate(BigDecimal.sumAll(positions.map(({ positionAmt }) => positionAmt)))
  }
})

const submit = ({ leg, quantity, side }: Trade) =>
  leg === "long"
    ? Outcome.submitOnce(Outcome.margin, { symbol, side, type: "MARKET", quantity, sideEffectType: "NO_SIDE_EFFECT" })
    : Outcome.submitOnce(Outcome.um, { symbol, side, type: "MARKET", quantity, reduceOnly: side === "BUY" })

/** Places an order once and waits for its end; gives what was executed. */
const execute = (trade: Trade) =>
  Effect.gen(function*() {
    const mirror = yield* AccountMirror
    const { clientOrderId } = yield* submit(trade)
    const { executedQty } = yield* Effect.timeout(mirror.awaitOrder({ clientOrderId }), "1 minute")
    return executedQty
  })

const reversed = ({ leg, quantity, side }: Trade): Trade =>
  side === "SELL"
    ? { leg, side: "BUY", quantity }
    : { leg, side: "SELL", quantity: leg === "long" ? received(quantity) : quantity }

const undo = (trade: Trade) =>
  Effect.gen(function*() {
    const back = reversed(trade)
    const executed = yield* Effect.mapError(execute(back), (cause) => new Exposed({ trade: back, cause }))
    if (BigDecimal.isLessThan(executed, back.quantity)) {
      return yield* new Exposed({ trade: back, cause: new PartlyFilled({ executed }) })
    }
  })

const isUnknown = (cause: Outcome.SubmitError | Cause.TimeoutError) =>
  cause._tag === "StillUnknown" || cause._tag === "NotRetained" || cause._tag === "TimeoutError"

/** Makes trades one after another. Where one fails, those before it are undone; where even that fails, no order goes out any more. */
export const trade = (trades: ReadonlyArray<Trade>): Effect.Effect<void, LegFailed | Exposed, Services> =>
  Effect.gen(function*() {
    const done: Array<Trade> = []
    for (const trade of trades) {
      const outcome = yield* Effect.result(execute(trade))
      let cause: LegFailed["cause"]
      if (Result.isSuccess(outcome)) {
        const executed = outcome.success
        if (!BigDecimal.isZero(executed)) done.unshift({ ...trade, quantity: executed })
        if (BigDecimal.equals(executed, trade.quantity)) continue
        cause = new PartlyFilled({ executed })
      } else if (isUnknown(outcome.failure)) {
        return yield* new Exposed({ trade, cause: outcome.failure })
      } else cause = outcome.failure
      yield* Effect.forEach(done, undo, { discard: true })
      return yield* new LegFailed({ trade, undone: done, cause })
    }
  }).pipe(
    Effect.tapError((error) =>
      error._tag === "Exposed" ? Effect.flatMap(OrderGuard, (guard) => guard.trip(error.message)) : Effect.void
    )
  )

const keptShare = BigDecimal.subtract(decimal("1"), marginFee)

/** What is left of a purchase in margin after its commission. */
const received = (quantity: BigDecimal.BigDecimal) =>
  BigDecimal.round(BigDecimal.multiply(quantity, keptShare), { scale: pairScale, mode: "floor" })

/** Buys enough bitcoin for `quantity` to be left, and sells as much short. */
export const open = (quantity: BigDecimal.BigDecimal): ReadonlyArray<Trade> => [
  {
    leg: "long",
    side: "BUY",
    quantity: BigDecimal.round(BigDecimal.divideUnsafe(quantity, keptShare), { scale: pairScale, mode: "ceil" })
  },
  { leg: "short", side: "SELL", quantity }
]

/** Buys the short back and sells the bitcoin. */
export const close = ({ long, short }: Legs): ReadonlyArray<Trade> =>
  [
    { leg: "short", side: "BUY", quantity: short } as const,
    { leg: "long", side: "SELL", quantity: BigDecimal.round(long, { scale: pairScale, mode: "floor" }) } as const
  ].filter(({ quantity }) => BigDecimal.isPositive(quantity))

/** What makes the short as large as the long leg, within a step of the contract. */
export const level = ({ long, short }: Legs): ReadonlyArray<Trade> => {
  const missing = BigDecimal.round(BigDecimal.subtract(long, short), { scale: contractScale, mode: "to-zero" })
  if (BigDecimal.isZero(missing)) return []
  return [{ leg: "short", side: BigDecimal.isPositive(missing) ? "SELL" : "BUY", quantity: BigDecimal.abs(missing) }]
}
