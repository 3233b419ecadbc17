/** Orders with which the exchange closes a position. */
import type * as Account from "../Account.ts"
import * as Book from "../Book.ts"
import * as Futures from "../Futures.ts"
import * as House from "../House.ts"
import * as Margin from "../Margin.ts"
import type * as Market from "../Market.ts"
import type { Decimal } from "./decimals.ts"
import { abs, isNegative, isPositive, negate, zero } from "./decimals.ts"
import type { Draft } from "./draft.ts"
import * as Drafts from "./draft.ts"
import * as Fills from "./fills.ts"
import * as IntMap from "./intMap.ts"
import { enter } from "./placing.ts"

const prefixes = { LIQUIDATION: "autoclose-", ADL: "adl_autoclose", SETTLEMENT: "settlement_autoclose-" }

export interface Closing {
  readonly price: Decimal
  readonly by: "LIQUIDATION" | "ADL" | "SETTLEMENT"
  /** Whether the book is asked first, down to the price. */
  readonly book: boolean
  /** How much at most; all of it when left out. */
  readonly quantity?: Decimal
  /** Whether what the book does not take is left for somebody else. */
  readonly leave?: boolean
}

/** Closes a position at a price, against the book and then against the house; gives the order as it ended. */
export const closePosition = (
  draft: Draft,
  contract: Market.Contract,
  accountId: string,
  position: Account.Position,
  closing: Closing
): Futures.Order => {
  const { now } = draft
  const id = draft.nextOrder
  const side: Book.Side = isNegative(position.quantity) ? "BUY" : "SELL"
  const order: Futures.Order = {
    id,
    orderId: contract.firstOrderId + BigInt(id),
    accountId,
    product: contract.product,
    symbol: contract.symbol,
    clientOrderId: `${prefixes[closing.by]}${now}${String(id).padStart(6, "0")}`,
    side,
    positionSide: position.positionSide,
    type: "LIMIT",
    timeInForce: "IOC",
    quantity: closing.quantity ?? abs(position.quantity),
    price: closing.price,
    executed: zero,
    value: zero,
    status: "NEW",
    reduceOnly: false,
    selfTradePrevention: "NONE",
    priceMatch: "NONE",
    goodTillDate: 0,
    amendments: 0,
    time: now,
    updateTime: now,
    closedBy: closing.by
  }
  enter(draft, contract, order)
  let met = order
  if (closing.book) {
    const taker: Book.Taker = { side, quantity: order.quantity, limit: order.price }
    met = Fills.applyMatch(
      draft,
      contract,
      order,
      Book.match(Drafts.book(draft, contract), taker, now, Fills.judge(draft, undefined))
    )
  }
  const left = Futures.remaining(met)
  if (!isPositive(left)) return met
  if (closing.leave === true) return Fills.end(draft, contract, met, "EXPIRED", false)
  takeOver(draft, contract, met, left)
  return IntMap.get(draft.orders, id) ?? met
}

/** The house is the other side of what is left. */
const takeOver = (draft: Draft, contract: Market.Contract, order: Futures.Order, quantity: Decimal): void => {
  const value = Margin.notional(contract, quantity, order.price)
  const takes = order.side === "SELL"
  draft.house = House.buy(
    draft.house,
    contract.symbol,
    takes ? quantity : negate(quantity),
    takes ? value : negate(value)
  )
  const tradeId = draft.nextTrade
  draft.nextTrade += 1
  Fills.fill(draft, contract, order, { price: order.price, quantity, value, tradeId, maker: false }, false)
  Fills.dropIdle(draft, contract, order.accountId)
}
