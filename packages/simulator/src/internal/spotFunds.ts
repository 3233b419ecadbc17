/**
 * What a margin order gives: whether the account has it, may borrow it, and bears the loss.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Account from "../Account.ts"
import type * as Book from "../Book.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Loans from "../Loans.ts"
import * as Margin from "../Margin.ts"
import * as Market from "../Market.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { Decimal } from "./decimals.ts"
import { isAbove, isAtLeast, isPositive, max, multiply, negate, subtract, zero } from "./decimals.ts"
import { lossOf } from "./openLoss.ts"
import type { Draft } from "./spotDraft.ts"
import * as Drafts from "./spotDraft.ts"
import { type Checked, summaryOf } from "./transitions.ts"

/** Whether an order may borrow what it lacks. */
export const borrows = (sideEffect: Spot.SideEffect): boolean =>
  sideEffect === "MARGIN_BUY" || sideEffect === "AUTO_BORROW_REPAY"

/** Whether an order only makes a debt smaller: what it brings is owed, net of what is held of it. */
const reduces = (figures: Margin.Summary, brings: string, brought: Decimal): boolean => {
  const row = figures.assets.find((row) => row.asset === brings)
  return row !== undefined && isAtLeast(negate(row.net), brought)
}

/** What an order would exchange, for whom. */
interface Terms {
  readonly account: Account.Account
  readonly pair: SpotPairs.Pair
  readonly side: Book.Side
  readonly sideEffect: Spot.SideEffect
  readonly given: Decimal
  readonly brought: Decimal
}

/** Admits what an order gives: by the status of the account, by a loan where it may, by what is free and by the margin. */
export const afford = (draft: Draft, terms: Terms): Checked<Decimal> => {
  const { account, brought, given, pair, side, sideEffect } = terms
  const { brings, gives } = Spot.assetsOf(pair, side)
  const figures = summaryOf(draft.state, account)
  if (Margin.isLiquidating(figures.status)) return Result.fail(ExchangeError.marginInLiquidation)
  if (figures.status === "REDUCE_ONLY" && !reduces(figures, brings, brought)) {
    return Result.fail(ExchangeError.cannotTransferOut)
  }
  const lacking = max(zero, subtract(given, Account.marginBalance(account, gives).free))
  if (isPositive(lacking)) {
    if (!borrows(sideEffect)) return Result.fail(ExchangeError.insufficientBalance)
    const lent = Loans.mayBorrow(draft.state, account, gives, lacking)
    if (Result.isFailure(lent)) return Result.fail(lent.failure)
  }
  if (draft.state.spot.rules.openLossBound && !reduces(figures, brings, brought)) {
    const loss = multiply(
      lossOf(draft.state.parameters, draft.state.market, gives, given, brings, brought),
      Market.indexPrice(draft.state.market, gives)
    )
    if (isAbove(loss, figures.virtualAvailable)) return Result.fail(ExchangeError.insufficientBalance)
  }
  if (isPositive(lacking)) {
    draft.state = Loans.lend(draft.state, account, gives, lacking, draft.now)[0]
    Drafts.touch(draft, account.id, gives)
  }
  return Result.succeed(lacking)
}
