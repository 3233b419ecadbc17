/**
 * The filters of spot pairs, each with the refusal of what does not pass.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Book from "../Book.ts"
import type { State } from "../Engine.ts"
import * as ExchangeError from "../ExchangeError.ts"
import * as Market from "../Market.ts"
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import type { Decimal } from "./decimals.ts"
import {
  add,
  decimalsOf,
  divide,
  integer,
  isAtLeast,
  isMultiple,
  isNegative,
  isWorkable,
  isZero,
  multiply,
  one,
  subtract
} from "./decimals.ts"
import { check, type Checked, passed } from "./transitions.ts"

const isStep = (value: Decimal, step: Decimal): boolean => isZero(step) || isMultiple(value, step)

/** Whether a figure is not below zero and of at most 8 decimals. */
export const checkPrecision = (name: string, value: Decimal): Checked<void> => {
  if (!isWorkable(value) || isNegative(value)) return Result.fail(ExchangeError.invalidParameter(name))
  return decimalsOf(value) <= 8 ? passed : Result.fail(ExchangeError.badPrecision)
}

export const checkPrice = (
  pair: SpotPairs.Pair,
  name: string,
  price: Decimal
): Checked<void> => {
  const valid = checkPrecision(name, price)
  if (Result.isFailure(valid)) return valid
  return isAtLeast(price, pair.filters.minPrice) && isAtLeast(pair.filters.maxPrice, price) &&
      isStep(price, pair.filters.tickSize)
    ? passed
    : Result.fail(ExchangeError.filterFailure("PRICE_FILTER"))
}

export const checkQuantity = (
  pair: SpotPairs.Pair,
  name: string,
  quantity: Decimal
): Checked<void> => {
  const valid = checkPrecision(name, quantity)
  if (Result.isFailure(valid)) return valid
  return isAtLeast(quantity, pair.filters.minQty) && isAtLeast(pair.filters.maxQty, quantity) &&
      isStep(quantity, pair.filters.stepSize)
    ? passed
    : Result.fail(ExchangeError.filterFailure("LOT_SIZE"))
}

export const checkNotional = (pair: SpotPairs.Pair, amount: Decimal): Checked<void> =>
  isAtLeast(amount, pair.filters.minNotional) && isAtLeast(pair.filters.maxNotional, amount)
    ? passed
    : Result.fail(ExchangeError.filterFailure("NOTIONAL"))

/** Whether a limit price is near enough to the last price and, on its bad side, to the index price. */
export const checkLimitPrice = (
  state: State,
  pair: SpotPairs.Pair,
  side: Book.Side,
  price: Decimal
): Checked<void> => {
  const last = Spot.lastPrice(state.spot, pair.symbol)
  if (
    !isAtLeast(multiply(last, pair.filters.multiplierUp), price) ||
    !isAtLeast(price, multiply(last, pair.filters.multiplierDown))
  ) return Result.fail(ExchangeError.filterFailure("PERCENT_PRICE_BY_SIDE"))
  const index = divide(
    Market.indexPrice(state.market, pair.baseAsset),
    Market.indexPrice(state.market, pair.quoteAsset)
  )
  const band = state.spot.rules.indexPriceBand
  return check(
    isZero(index) || (side === "BUY"
      ? isAtLeast(multiply(index, add(one, band)), price)
      : isAtLeast(price, multiply(index, subtract(one, band)))),
    ExchangeError.beyondIndexPrice
  )
}

export const checkIceberg = (
  pair: SpotPairs.Pair,
  quantity: Decimal,
  visible: Decimal,
  timeInForce: Spot.TimeInForce
): Checked<void> =>
  isZero(visible) ? passed : Result.gen(function*() {
    yield* check(timeInForce === "GTC", ExchangeError.invalidCombination)
    yield* checkQuantity(pair, "icebergQty", visible)
    yield* check(
      isAtLeast(quantity, visible) && isAtLeast(multiply(visible, integer(pair.filters.icebergParts)), quantity),
      ExchangeError.filterFailure("ICEBERG_PARTS")
    )
  })

/** Whether so many more orders, and of them so many that wait for a trigger, may be open on a pair. */
export const checkCounts = (
  state: State,
  accountId: string,
  pair: SpotPairs.Pair,
  orders: number,
  stops: number
): Checked<void> => {
  const open = Spot.openOrders(state.spot, accountId, pair.symbol)
  const waiting = open.filter((order) => Spot.hasTrigger(order.type)).length
  return Result.flatMap(
    check(open.length + orders <= pair.filters.maxNumOrders, ExchangeError.filterFailure("MAX_NUM_ORDERS")),
    () =>
      check(
        stops === 0 || waiting + stops <= pair.filters.maxNumAlgoOrders,
        ExchangeError.filterFailure("MAX_NUM_ALGO_ORDERS")
      )
  )
}
