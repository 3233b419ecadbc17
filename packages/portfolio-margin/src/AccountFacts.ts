/**
 * What answers and events tell about an account, as facts for `AccountState`.
 *
 * @since 0.1.0
 */
import type * as Ids from "@effect-binance/core/Ids"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as AccountState from "./AccountState.ts"
import type * as Account from "./endpoints/Account.ts"
import type * as CM from "./endpoints/CMOrders.ts"
import type * as Margin from "./endpoints/MarginOrders.ts"
import type * as Positions from "./endpoints/Positions.ts"
import type * as UM from "./endpoints/UMOrders.ts"
import type { KnownEvent } from "./Events.ts"
import type * as FuturesEvents from "./events/Futures.ts"
import type * as MarginEvents from "./events/Margin.ts"
import * as OrderLife from "./OrderLife.ts"
import type * as Repair from "./Repair.ts"

type Fact = AccountState.Fact

// -----------------------------------------------------------------------------
// Events
// -----------------------------------------------------------------------------

const marketOf = (unit: FuturesEvents.BusinessUnit): "UM" | "CM" => unit === "CM" ? "CM" : "UM"

const none: ReadonlyArray<Fact> = []

const zero = BigDecimal.make(0n, 0)

/**
 * The facts of an event; none where it is of the connection, or tells no totals.
 *
 * **Details**
 *
 * A `balanceUpdate` tells a difference only: the totals come with `outboundAccountPosition`. An `openOrderLoss` is part of the
 * risk figures, which are asked for.
 *
 * @category events
 * @since 0.1.0
 */
export const ofEvent = (event: KnownEvent): ReadonlyArray<Fact> => {
  switch (event._tag) {
    case "OrderTradeUpdate":
      return [{ _tag: "OrderSeen", sighting: ofOrderTradeUpdate(event) }]
    case "ExecutionReport":
      return [{ _tag: "OrderSeen", sighting: ofExecutionReport(event) }]
    case "AlgoUpdate":
      return [{ _tag: "ConditionalSeen", sighting: ofAlgoUpdate(event) }]
    case "ConditionalOrderTradeUpdate":
      return [{ _tag: "ConditionalSeen", sighting: ofConditionalOrderTradeUpdate(event) }]
    case "AccountUpdate":
      return ofAccountUpdate(event)
    case "OutboundAccountPosition": {
      const told = by("event", event.lastUpdateTime)
      return event.balances.map(({ asset, free, locked }): Fact => ({
        _tag: "MarginBalanceSeen",
        asset,
        free,
        locked,
        told
      }))
    }
    case "LiabilityChange":
      return [{
        _tag: "LiabilityChanged",
        asset: event.asset,
        principal: event.principal,
        interest: event.interest,
        total: event.totalLiability,
        told: by("event", event.eventTime)
      }]
    case "AccountConfigUpdate":
      return [{
        _tag: "LeverageSeen",
        market: marketOf(event.businessUnit),
        symbol: event.config.symbol,
        leverage: event.config.leverage,
        told: by("event", event.transactionTime)
      }]
    case "RiskLevelChange": {
      const { accountEquity, accountMaintMargin, actualEquity, eventTime, status, uniMMR } = event
      return [{
        _tag: "RiskSeen",
        risk: { uniMMR, accountStatus: status, accountEquity, actualEquity, accountMaintMargin, at: eventTime },
        told: by("event", eventTime)
      }]
    }
    case "BalanceUpdate":
    case "OpenOrderLoss":
    case "ProAccountUpdate":
    case "ListenKeyExpired":
    case "ServerShutdown":
    case "EventStreamTerminated":
      return none
  }
}

const by = (by: AccountState.Told["by"], at: DateTime.Utc): AccountState.Told => ({ at, by })

type OrderRow =
  & Pick<
    Margin.MarginOrder,
    "symbol" | "orderId" | "clientOrderId" | "price" | "origQty" | "executedQty"
  >
  & { readonly side: string; readonly type: string; readonly timeInForce: string; readonly status: string }

/** What answers and events of all markets name alike. */
const termsOf = (order: OrderRow) => ({
  symbol: order.symbol,
  orderId: order.orderId,
  clientOrderId: order.clientOrderId,
  side: order.side,
  type: order.type,
  timeInForce: order.timeInForce,
  price: order.price,
  quantity: order.origQty,
  executedQty: order.executedQty,
  status: order.status
})

const ofOrderTradeUpdate = ({ businessUnit, order }: FuturesEvents.OrderTradeUpdate): OrderLife.Sighting => ({
  ...termsOf(order),
  market: marketOf(businessUnit),
  positionSide: order.positionSide,
  reduceOnly: order.reduceOnly,
  orderListId: undefined,
  conditionalId: order.strategyId,
  at: order.tradeTime,
  createdAt: order.executionType === "NEW" ? order.tradeTime : undefined,
  fill: order.tradeId === null ? undefined : {
    tradeId: order.tradeId,
    quantity: order.lastFilledQty,
    price: order.lastFilledPrice,
    commission: order.commission ?? zero,
    commissionAsset: order.commissionAsset,
    realizedPnl: order.realizedPnl,
    maker: order.maker,
    time: order.tradeTime
  }
})

const ofExecutionReport = (event: MarginEvents.ExecutionReport): OrderLife.Sighting => ({
  ...termsOf(event),
  market: "MARGIN",
  // Where it was cancelled, `c` names the cancellation and `C` the order.
  clientOrderId: event.origClientOrderId === "" ? event.clientOrderId : event.origClientOrderId,
  positionSide: undefined,
  reduceOnly: false,
  orderListId: event.orderListId ?? undefined,
  conditionalId: undefined,
  at: event.transactionTime,
  createdAt: event.time,
  fill: event.tradeId === null ? undefined : {
    tradeId: event.tradeId,
    quantity: event.lastFilledQty,
    price: event.lastFilledPrice,
    commission: event.commission,
    commissionAsset: event.commissionAsset ?? undefined,
    realizedPnl: undefined,
    maker: event.maker,
    time: event.transactionTime
  }
})

/** What answers and events name alike of algo orders. */
const algoTerms = (order: FuturesEvents.AlgoOrderState | AlgoRow) => ({
  symbol: order.symbol,
  kind: "algo" as const,
  id: order.algoId,
  clientId: order.clientAlgoId,
  side: order.side,
  positionSide: order.positionSide,
  type: order.orderType,
  quantity: order.quantity ?? undefined,
  price: order.price ?? undefined,
  triggerPrice: order.triggerPrice ?? undefined,
  reduceOnly: order.reduceOnly,
  closePosition: order.closePosition ?? false,
  status: order.algoStatus,
  orderId: order.actualOrderId ?? undefined
})

/** What answers and events name alike of strategies. */
const strategyTerms = (order: FuturesEvents.ConditionalOrderState | CM.CMOpenConditionalOrder) => ({
  symbol: order.symbol,
  kind: "strategy" as const,
  id: order.strategyId,
  clientId: order.newClientStrategyId,
  side: order.side,
  positionSide: order.positionSide,
  type: order.strategyType,
  quantity: order.origQty,
  price: order.price,
  triggerPrice: order.strategyType === "TRAILING_STOP_MARKET" ? undefined : order.stopPrice,
  reduceOnly: order.reduceOnly,
  status: order.strategyStatus,
  reason: undefined,
  at: order.updateTime
})

const ofAlgoUpdate = (
  { businessUnit, order, transactionTime }: FuturesEvents.AlgoUpdate
): OrderLife.ConditionalSighting => ({
  ...algoTerms(order),
  market: marketOf(businessUnit),
  reason: order.rejectReason === "" ? undefined : order.rejectReason,
  at: transactionTime
})

const ofConditionalOrderTradeUpdate = (
  { businessUnit, order }: FuturesEvents.ConditionalOrderTradeUpdate
): OrderLife.ConditionalSighting => ({
  ...strategyTerms(order),
  market: marketOf(businessUnit),
  closePosition: order.closePosition ?? false,
  orderId: order.orderId ?? undefined
})

const ofAccountUpdate = (
  { account, businessUnit, transactionTime }: FuturesEvents.AccountUpdate
): ReadonlyArray<Fact> => {
  const market = marketOf(businessUnit)
  const told = by("event", transactionTime)
  const facts: Array<Fact> = []
  for (const { asset, walletBalance } of account.balances) {
    facts.push({ _tag: "WalletSeen", market, asset, walletBalance, told })
  }
  for (const { breakEvenPrice, entryPrice, positionAmt, positionSide, symbol, unrealizedProfit } of account.positions) {
    facts.push({
      _tag: "PositionSeen",
      position: {
        market,
        symbol,
        positionSide,
        positionAmt,
        entryPrice,
        breakEvenPrice,
        unrealizedProfit,
        at: transactionTime
      },
      told
    })
  }
  return facts
}

// -----------------------------------------------------------------------------
// Answers
// -----------------------------------------------------------------------------

type FuturesOrderRow = OrderRow & Pick<UM.UMOrder, "positionSide" | "reduceOnly" | "updateTime"> & {
  readonly time?: DateTime.Utc
}

const ofFuturesOrder = (market: "UM" | "CM", order: FuturesOrderRow): Fact => ({
  _tag: "OrderSeen",
  sighting: {
    ...termsOf(order),
    market,
    positionSide: order.positionSide,
    reduceOnly: order.reduceOnly,
    orderListId: undefined,
    conditionalId: undefined,
    at: order.updateTime,
    createdAt: order.time,
    fill: undefined
  }
})

/**
 * What a UM order in an answer tells: of placing, asking, changing or cancelling.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofUMOrder = (
  order: UM.UMOrder | UM.UMOrderPlaced | UM.UMOrderModified | UM.UMOrderCanceled | UM.UMForceOrder
): Fact => ofFuturesOrder("UM", order)

/**
 * What a CM order in an answer tells: of placing, asking, changing or cancelling.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofCMOrder = (
  order: CM.CMOrder | CM.CMOrderPlaced | CM.CMOrderModified | CM.CMOrderCanceled | CM.CMForceOrder
): Fact => ofFuturesOrder("CM", order)

/**
 * What a margin order in an answer tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofMarginOrder = (order: Margin.MarginOrder): Fact => ({
  _tag: "OrderSeen",
  sighting: {
    ...termsOf(order),
    market: "MARGIN",
    positionSide: undefined,
    reduceOnly: false,
    orderListId: undefined,
    conditionalId: undefined,
    at: order.updateTime,
    createdAt: order.time,
    fill: undefined
  }
})

/**
 * What a fill of a UM or CM order tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofFuturesTrade = (market: "UM" | "CM", trade: UM.UMTrade | CM.CMTrade): Fact => ({
  _tag: "TradeSeen",
  market,
  symbol: trade.symbol,
  orderId: trade.orderId,
  fill: {
    tradeId: trade.id,
    quantity: trade.qty,
    price: trade.price,
    commission: trade.commission,
    commissionAsset: trade.commissionAsset,
    realizedPnl: trade.realizedPnl,
    maker: trade.maker,
    time: trade.time
  }
})

/**
 * What a fill of a margin order tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofMarginTrade = (trade: Margin.MarginTrade): Fact => ({
  _tag: "TradeSeen",
  market: "MARGIN",
  symbol: trade.symbol,
  orderId: trade.orderId,
  fill: {
    tradeId: trade.id,
    quantity: trade.qty,
    price: trade.price,
    commission: trade.commission,
    commissionAsset: trade.commissionAsset,
    realizedPnl: undefined,
    maker: trade.isMaker,
    time: trade.time
  }
})

interface AlgoRow extends
  Pick<
    UM.UMAlgoOrderPlaced,
    | "algoId"
    | "clientAlgoId"
    | "orderType"
    | "symbol"
    | "side"
    | "positionSide"
    | "quantity"
    | "algoStatus"
    | "triggerPrice"
    | "price"
    | "reduceOnly"
    | "updateTime"
    | "closePosition"
  >
{
  readonly actualOrderId?: Ids.OrderId | null
}

/**
 * What a UM algo order in an answer tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofUMAlgoOrder = (order: UM.UMAlgoOrder | UM.UMOpenAlgoOrder | UM.UMAlgoOrderPlaced): Fact =>
  algoOrder(order)

const algoOrder = (order: AlgoRow): Fact => ({
  _tag: "ConditionalSeen",
  sighting: { ...algoTerms(order), market: "UM", reason: undefined, at: order.updateTime }
})

/**
 * What a CM conditional order in an answer tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofCMConditionalOrder = (
  order: CM.CMConditionalOrder | CM.CMOpenConditionalOrder | CM.CMConditionalOrderPlaced
): Fact => ({
  _tag: "ConditionalSeen",
  sighting: {
    ...strategyTerms(order),
    market: "CM",
    closePosition: false,
    orderId: "orderId" in order ? order.orderId : undefined
  }
})

/**
 * What a pair of margin orders tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofMarginOCO = (pair: Margin.MarginOCO | Margin.MarginOCOPlaced): Fact => ({
  _tag: "OrderListSeen",
  orderList: {
    orderListId: pair.orderListId,
    listClientOrderId: pair.listClientOrderId,
    symbol: pair.symbol,
    orderIds: pair.orders.map(({ orderId }) => orderId)
  }
})

/** An answer shows the account as it was when it was asked for, or at a later time that it tells itself. */
const asked = (askedAt: DateTime.Utc, updateTime: DateTime.Utc): AccountState.Told =>
  by("answer", DateTime.isGreaterThan(updateTime, askedAt) ? updateTime : askedAt)

/**
 * What a row of `getBalance` tells, asked for at a time of the exchange's clock, or a little before.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofBalance = (row: Account.Balance, askedAt: DateTime.Utc): ReadonlyArray<Fact> => {
  const { asset } = row
  const told = asked(askedAt, row.updateTime)
  return [
    { _tag: "MarginBalanceSeen", asset, free: row.crossMarginFree, locked: row.crossMarginLocked, told },
    { _tag: "LiabilitySeen", asset, borrowed: row.crossMarginBorrowed, interest: row.crossMarginInterest, told },
    { _tag: "WalletSeen", market: "UM", asset, walletBalance: row.umWalletBalance, told },
    { _tag: "WalletSeen", market: "CM", asset, walletBalance: row.cmWalletBalance, told }
  ]
}

/**
 * What all rows of `getUMPosition` or `getCMPosition` tell: which positions there are, and that there are no others.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofPositions = (
  market: "UM" | "CM",
  rows: ReadonlyArray<Positions.UMPosition | Positions.CMPosition>,
  askedAt: DateTime.Utc
): ReadonlyArray<Fact> => {
  const facts: Array<Fact> = []
  const keys = new Set<string>()
  for (const row of rows) {
    const { breakEvenPrice, entryPrice, leverage, positionAmt, positionSide, symbol, unRealizedProfit } = row
    const told = asked(askedAt, row.updateTime)
    const position: AccountState.Position = {
      market,
      symbol,
      positionSide,
      positionAmt,
      entryPrice,
      breakEvenPrice,
      unrealizedProfit: unRealizedProfit,
      at: told.at
    }
    keys.add(AccountState.positionKey(position))
    facts.push({ _tag: "PositionSeen", position, told })
    facts.push({ _tag: "LeverageSeen", market, symbol, leverage, told })
  }
  facts.push({ _tag: "PositionsListed", market, keys, told: by("answer", askedAt) })
  return facts
}

/**
 * What `getAccountInfo` tells.
 *
 * @category answers
 * @since 0.1.0
 */
export const ofAccountInfo = (info: Account.AccountInfo, askedAt: DateTime.Utc): Fact => {
  const { accountEquity, accountMaintMargin, accountStatus, actualEquity, uniMMR } = info
  // Its `updateTime` is of the account, not of these figures, which move with the prices.
  return {
    _tag: "RiskSeen",
    risk: { uniMMR, accountStatus, accountEquity, actualEquity, accountMaintMargin, at: askedAt },
    told: by("answer", askedAt)
  }
}

// -----------------------------------------------------------------------------
// What a gap missed
// -----------------------------------------------------------------------------

/**
 * What something that was missed tells.
 *
 * @category gaps
 * @since 0.1.0
 */
export const ofRecovered = (recovered: Repair.Fact): Fact => {
  switch (recovered._tag) {
    case "UMOrder":
      return ofUMOrder(recovered.order)
    case "UMTrade":
      return ofFuturesTrade("UM", recovered.trade)
    case "UMAlgoOrder":
      return ofUMAlgoOrder(recovered.order)
    case "CMOrder":
      return ofCMOrder(recovered.order)
    case "CMTrade":
      return ofFuturesTrade("CM", recovered.trade)
    case "CMConditionalOrder":
      return ofCMConditionalOrder(recovered.order)
    case "MarginOrder":
      return ofMarginOrder(recovered.order)
    case "MarginTrade":
      return ofMarginTrade(recovered.trade)
    case "OrderGone":
      return ofGone(recovered.key)
  }
}

const ofGone = (key: Repair.OrderKey): Fact => {
  switch (key.kind) {
    case "umAlgo":
      return {
        _tag: "ConditionalGone",
        key: OrderLife.conditionalKeyOf({ market: "UM", kind: "algo", id: key.algoId })
      }
    case "cmConditional":
      return {
        _tag: "ConditionalGone",
        key: OrderLife.conditionalKeyOf({ market: "CM", kind: "strategy", id: key.strategyId })
      }
    default: {
      const market = key.kind === "um" ? "UM" : key.kind === "cm" ? "CM" : "MARGIN"
      return { _tag: "OrderGone", key: OrderLife.keyOf({ market, symbol: key.symbol, orderId: key.orderId }) }
    }
  }
}

// The exchange's clock is known with an error only. Taken too early, an event that the answer holds already is applied again,
// which changes nothing; taken too late, one that it does not hold would be lost.
const clockError = "1 second"

/**
 * What a snapshot of the whole account tells; it must be complete, since what it does not have is closed.
 *
 * @category gaps
 * @since 0.1.0
 */
export const ofSnapshot = (snapshot: Repair.Snapshot): ReadonlyArray<Fact> => {
  const askedAt = DateTime.subtractDuration(snapshot.askedAt, clockError)
  return [
    ...snapshot.umOrders.map(ofUMOrder),
    ...snapshot.umAlgoOrders.map(ofUMAlgoOrder),
    ...snapshot.cmOrders.map(ofCMOrder),
    ...snapshot.cmConditionalOrders.map(ofCMConditionalOrder),
    ...snapshot.marginOrders.map(ofMarginOrder),
    ...snapshot.marginOCOs.map(ofMarginOCO),
    ...ofPositions("UM", snapshot.umPositions, askedAt),
    ...ofPositions("CM", snapshot.cmPositions, askedAt),
    ...snapshot.balances.flatMap((row) => ofBalance(row, askedAt)),
    ofAccountInfo(snapshot.account, askedAt)
  ]
}

/**
 * The orders that are open as far as known and that a snapshot does not have: it is not told how they ended.
 *
 * @category gaps
 * @since 0.1.0
 */
export const missing = (account: AccountState.Account, snapshot: Repair.Snapshot): ReadonlyArray<Repair.OrderKey> => {
  const keysOf = (
    market: OrderLife.Market,
    rows: ReadonlyArray<{ readonly symbol: string; readonly orderId: Ids.OrderId }>
  ) => new Set(rows.map(({ orderId, symbol }) => OrderLife.keyOf({ market, symbol, orderId })))
  const orders = (kind: "um" | "cm" | "margin", market: OrderLife.Market, listed: ReadonlySet<string>) =>
    AccountState.missing(account, market, listed).map(({ orderId, symbol }): Repair.OrderKey => ({
      kind,
      symbol,
      orderId
    }))
  const algos = new Set(
    snapshot.umAlgoOrders.map(({ algoId }) => OrderLife.conditionalKeyOf({ market: "UM", kind: "algo", id: algoId }))
  )
  const strategies = new Set(
    snapshot.cmConditionalOrders.map(({ strategyId }) =>
      OrderLife.conditionalKeyOf({ market: "CM", kind: "strategy", id: strategyId })
    )
  )
  return [
    ...orders("um", "UM", keysOf("UM", snapshot.umOrders)),
    ...orders("cm", "CM", keysOf("CM", snapshot.cmOrders)),
    ...orders("margin", "MARGIN", keysOf("MARGIN", snapshot.marginOrders)),
    ...AccountState.missingConditionals(account, "UM", algos).flatMap(conditionalKey),
    ...AccountState.missingConditionals(account, "CM", strategies).flatMap(conditionalKey)
  ]
}

// A strategy of UM is of the time before algo orders, and cannot be asked for any more.
const conditionalKey = (order: OrderLife.Conditional): ReadonlyArray<Repair.OrderKey> => {
  const { symbol } = order
  if (order.kind === "algo") return [{ kind: "umAlgo", symbol, algoId: order.id }]
  return order.market === "CM" ? [{ kind: "cmConditional", symbol, strategyId: order.id }] : []
}
