/**
 * What contracts pay at their times: funding every eight hours, and the settlement of a delivery.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Clockwork } from "./Clockwork.ts"
import * as Futures from "./Futures.ts"
import { closePosition } from "./internal/closing.ts"
import { isZero, multiply, negate, rescale } from "./internal/decimals.ts"
import * as Drafts from "./internal/draft.ts"
import * as Fills from "./internal/fills.ts"
import { finish } from "./internal/finish.ts"
import * as IntMap from "./internal/intMap.ts"
import * as Margin from "./Margin.ts"
import * as Market from "./Market.ts"

/**
 * Pays funding at 00:00, 08:00 and 16:00 UTC: `notional at mark * rate`, at a positive rate from long positions to short
 * ones; what no account gets or pays, the market does.
 *
 * @category clockworks
 * @since 0.1.0
 */
export const funding: Clockwork = {
  next: (state) => state.futures.nextFunding,
  run: (state, at) => {
    const draft = Drafts.open(state, at)
    draft.nextFunding = at + Futures.fundingInterval
    for (const [accountId, account] of state.accounts) {
      for (const position of account.positions.values()) {
        const contract = state.market.contracts.get(position.symbol)
        const rate = Market.fundingRate(state.market, position.symbol)
        if (contract === undefined || isZero(rate)) continue
        const value = Margin.notional(contract, position.quantity, Market.markPrice(state.market, position.symbol))
        const income = negate(rescale(multiply(value, rate), 8, state.rules.fundingRounding))
        if (isZero(income)) continue
        Drafts.settle(draft, accountId, "funding", {
          product: contract.product,
          symbol: contract.symbol,
          incomeType: "FUNDING_FEE",
          income,
          asset: contract.marginAsset,
          info: contract.product === "UM" ? "FUNDING_FEE" : "",
          tradeId: ""
        })
        Drafts.touch(draft, accountId, contract.product, "FUNDING_FEE", contract.symbol)
          .assets.set(contract.marginAsset, income)
      }
    }
    return finish(draft)
  }
}

/**
 * Settles contracts at their delivery: open orders expire, positions are closed at the mark price of then, without fee.
 *
 * @category clockworks
 * @since 0.1.0
 */
export const delivery: Clockwork = {
  next: (state) => {
    let next = Infinity
    for (const contract of state.market.contracts.values()) {
      if (Option.isNone(contract.deliveryTime) || state.futures.delivered.has(contract.symbol)) continue
      next = Math.min(next, contract.deliveryTime.value)
    }
    return next
  },
  run: (state, at) => {
    const draft = Drafts.open(state, at)
    for (const contract of state.market.contracts.values()) {
      const time = Option.getOrElse(contract.deliveryTime, () => Infinity)
      if (time > at || draft.delivered.has(contract.symbol)) continue
      draft.delivered = new Set(draft.delivered).add(contract.symbol)
      for (const id of draft.armed.get(contract.symbol) ?? []) {
        const conditional = IntMap.get(draft.conditionals, id)
        if (conditional !== undefined) Fills.endConditional(draft, conditional, "EXPIRED")
      }
      const price = Market.markPrice(draft.market, contract.symbol)
      for (const [accountId, account] of state.accounts) {
        for (const order of Fills.openOrders(draft, accountId, contract.symbol)) {
          Fills.pull(draft, contract, order, "EXPIRED")
        }
        for (const position of account.positions.values()) {
          if (position.symbol === contract.symbol) {
            closePosition(draft, contract, accountId, position, { price, by: "SETTLEMENT", book: false })
          }
        }
      }
    }
    return finish(draft)
  }
}
