/**
 * The loss of equity that open margin orders would bring.
 *
 * @since 0.1.0
 */
import type * as Account from "../Account.ts"
import type { State } from "../Engine.ts"
import type { MarginParameters } from "../MarginParameters.ts"
import * as Parameters from "../MarginParameters.ts"
import * as Market from "../Market.ts"
import * as Spot from "../Spot.ts"
import type { Decimal } from "./decimals.ts"
import { add, divide, isPositive, isZero, multiply, roundUp, subtract, zero } from "./decimals.ts"

/** The loss of equity, by the asset given, that a set of open orders would bring, in that asset. */
export const openLossOf = (state: State, accountId: string): ReadonlyMap<string, Decimal> => {
  const losses = new Map<string, Decimal>()
  for (const order of Spot.openOrders(state.spot, accountId)) {
    const pair = state.spot.pairs.get(order.symbol)
    if (pair === undefined || !isPositive(order.locked)) continue
    const { brings, gives } = Spot.assetsOf(pair, order.side)
    const price = order.side === "SELL" && isZero(order.price) ? order.stopPrice : order.price
    const brought = order.side === "BUY" ? Spot.remaining(order) : Spot.quoteOf(price, Spot.remaining(order))
    const loss = lossOf(state.parameters, state.market, gives, order.locked, brings, brought)
    if (isPositive(loss)) losses.set(gives, add(losses.get(gives) ?? zero, loss))
  }
  return losses
}

/**
 * The loss of equity of giving an amount of one asset for an amount of another, in the asset given, zero where there is none:
 * what is given less what is brought, both at index price and collateral rate.
 *
 * @category formulas
 * @since 0.1.0
 */
export const lossOf = (
  parameters: MarginParameters,
  market: Market.Market,
  gives: string,
  given: Decimal,
  brings: string,
  brought: Decimal
): Decimal => {
  const worth = (asset: string, amount: Decimal) =>
    multiply(amount, Market.indexPrice(market, asset), Parameters.collateralRate(parameters, asset))
  const loss = subtract(worth(gives, given), worth(brings, brought))
  return isPositive(loss) ? roundUp(divide(loss, Market.indexPrice(market, gives)), 8) : zero
}

/**
 * The state with the open loss of every account reckoned anew, for prices that moved; the stream is not told.
 *
 * @category transitions
 * @since 0.1.0
 */
export const reckonOpenLoss = (state: State): State => {
  let accounts: Map<string, Account.Account> | undefined
  for (const [accountId, floor] of state.spot.floors) {
    const account = state.accounts.get(accountId)
    if (account === undefined || floor.open.length === 0) continue
    accounts ??= new Map(state.accounts)
    accounts.set(accountId, { ...account, openLoss: openLossOf(state, accountId) })
  }
  return accounts === undefined ? state : { ...state, accounts }
}
