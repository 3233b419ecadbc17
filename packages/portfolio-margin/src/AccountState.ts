/**
 * A Portfolio Margin account as a value: orders, conditional orders, positions, balances, liabilities and risk, and how each
 * fact about them changes it.
 *
 * Pure: the same facts in the same order give the same account. `AccountMirror` feeds it from answers and the user data stream.
 *
 * @since 0.1.0
 */
import type * as Ids from "@effect-binance/core/Ids"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as OrderLife from "./OrderLife.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * A position as it was last told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Position {
  readonly market: "UM" | "CM"
  readonly symbol: string
  /** `BOTH` in one-way mode, `LONG` and `SHORT` in hedge mode. */
  readonly positionSide: string
  /** Negative when short; in the base asset, for CM in contracts. */
  readonly positionAmt: BigDecimal.BigDecimal
  readonly entryPrice: BigDecimal.BigDecimal
  /** `undefined` where no source told it. */
  readonly breakEvenPrice: BigDecimal.BigDecimal | undefined
  /** As of `at`: it moves with the mark price, which the stream does not tell. */
  readonly unrealizedProfit: BigDecimal.BigDecimal
  readonly at: DateTime.Utc
}

/**
 * The balances of an asset, all in the asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Balance {
  readonly asset: string
  readonly crossMarginFree: BigDecimal.BigDecimal
  readonly crossMarginLocked: BigDecimal.BigDecimal
  /** What is owed, without interest. */
  readonly crossMarginBorrowed: BigDecimal.BigDecimal
  readonly crossMarginInterest: BigDecimal.BigDecimal
  /** Without unrealised profit; may be negative. */
  readonly umWalletBalance: BigDecimal.BigDecimal
  /** Without unrealised profit; may be negative. */
  readonly cmWalletBalance: BigDecimal.BigDecimal
}

/**
 * How safe the account is, in USD, as of `at`: the exchange tells it when it is asked and when a level is passed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Risk {
  /** Equity over maintenance margin. */
  readonly uniMMR: BigDecimal.BigDecimal
  readonly accountStatus: string
  /** With collateral rates. */
  readonly accountEquity: BigDecimal.BigDecimal
  /** Without collateral rates. */
  readonly actualEquity: BigDecimal.BigDecimal
  readonly accountMaintMargin: BigDecimal.BigDecimal
  readonly at: DateTime.Utc
}

/**
 * A pair of margin orders of which one cancels the other.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderList {
  readonly orderListId: Ids.OrderListId
  readonly listClientOrderId: string | undefined
  readonly symbol: string
  readonly orderIds: ReadonlyArray<Ids.OrderId>
}

/**
 * What there is of an account, by name: see `OrderLife.keyOf`, `OrderLife.conditionalKeyOf`, {@link positionKey}.
 *
 * **Details**
 *
 * Orders and conditional orders that have ended stay for a while: the youngest {@link State.keep} of each. Positions that
 * are closed are gone, and so are pairs of which both orders have ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface Account {
  readonly orders: HashMap.HashMap<string, OrderLife.Order>
  readonly conditionals: HashMap.HashMap<string, OrderLife.Conditional>
  readonly orderLists: HashMap.HashMap<string, OrderList>
  readonly positions: HashMap.HashMap<string, Position>
  readonly balances: HashMap.HashMap<string, Balance>
  /** By {@link leverageKey}; only what was told. */
  readonly leverage: HashMap.HashMap<string, number>
  readonly risk: Risk | undefined
}

/**
 * An account with what is needed to keep it.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly account: Account
  /** How many orders that have ended are kept. */
  readonly keep: number
  /** Counts the gaps: what was told before one never holds against an answer from after it. */
  readonly epoch: number
  readonly marks: HashMap.HashMap<string, Mark>
  /** Fills of orders that are not known yet, by order; those of the youngest {@link State.keep} orders. */
  readonly orphans: ReadonlyMap<string, ReadonlyArray<OrderLife.Fill>>
  /** Keys of orders that have ended, oldest first. */
  readonly ended: ReadonlyArray<string>
  readonly endedConditionals: ReadonlyArray<string>
}

/** When something was last told, and in which epoch. */
interface Mark {
  readonly at: DateTime.Utc
  readonly epoch: number
}

// -----------------------------------------------------------------------------
// Facts
// -----------------------------------------------------------------------------

/**
 * Whether a fact is an event, or out of an answer: an answer shows everything up to when it was asked for.
 *
 * @category facts
 * @since 0.1.0
 */
export interface Told {
  readonly at: DateTime.Utc
  readonly by: "event" | "answer"
}

/**
 * One thing that was told about the account.
 *
 * **Details**
 *
 * All figures are totals, or come with one, so that a fact may come twice. `PositionsListed` says which positions of a market
 * there are: the others are closed. `OrdersListed` says which orders are open: the others have ended, it does not say how, so
 * that {@link missing} names them and they are asked for one by one.
 *
 * @category facts
 * @since 0.1.0
 */
export type Fact =
  | { readonly _tag: "OrderSeen"; readonly sighting: OrderLife.Sighting }
  | {
    readonly _tag: "TradeSeen"
    readonly market: OrderLife.Market
    readonly symbol: string
    readonly orderId: Ids.OrderId
    readonly fill: OrderLife.Fill
  }
  | { readonly _tag: "ConditionalSeen"; readonly sighting: OrderLife.ConditionalSighting }
  | { readonly _tag: "OrderListSeen"; readonly orderList: OrderList }
  /** An order that the exchange knows no more, by `OrderLife.keyOf`. */
  | { readonly _tag: "OrderGone"; readonly key: string }
  /** A conditional order that the exchange knows no more, by `OrderLife.conditionalKeyOf`. */
  | { readonly _tag: "ConditionalGone"; readonly key: string }
  | {
    readonly _tag: "WalletSeen"
    readonly market: "UM" | "CM"
    readonly asset: string
    readonly walletBalance: BigDecimal.BigDecimal
    readonly told: Told
  }
  | {
    readonly _tag: "MarginBalanceSeen"
    readonly asset: string
    readonly free: BigDecimal.BigDecimal
    readonly locked: BigDecimal.BigDecimal
    readonly told: Told
  }
  | {
    readonly _tag: "LiabilitySeen"
    readonly asset: string
    readonly borrowed: BigDecimal.BigDecimal
    readonly interest: BigDecimal.BigDecimal
    readonly told: Told
  }
  /** A debt changed by `principal` and `interest`, and is `total` now. */
  | {
    readonly _tag: "LiabilityChanged"
    readonly asset: string
    readonly principal: BigDecimal.BigDecimal
    readonly interest: BigDecimal.BigDecimal
    readonly total: BigDecimal.BigDecimal
    readonly told: Told
  }
  | {
    readonly _tag: "PositionSeen"
    readonly position: Position
    readonly told: Told
  }
  | {
    readonly _tag: "PositionsListed"
    readonly market: "UM" | "CM"
    readonly keys: ReadonlySet<string>
    readonly told: Told
  }
  | {
    readonly _tag: "LeverageSeen"
    readonly market: "UM" | "CM"
    readonly symbol: string
    readonly leverage: number
    readonly told: Told
  }
  | { readonly _tag: "RiskSeen"; readonly risk: Risk; readonly told: Told }

/**
 * What a fact changed.
 *
 * @category models
 * @since 0.1.0
 */
export type Change =
  | { readonly _tag: "OrderChanged"; readonly order: OrderLife.Order; readonly fill: OrderLife.Fill | undefined }
  | { readonly _tag: "ConditionalChanged"; readonly order: OrderLife.Conditional }
  | { readonly _tag: "PositionChanged"; readonly position: Position }
  | { readonly _tag: "BalanceChanged"; readonly balance: Balance }
  | {
    readonly _tag: "LeverageChanged"
    readonly market: "UM" | "CM"
    readonly symbol: string
    readonly leverage: number
  }
  | { readonly _tag: "RiskChanged"; readonly risk: Risk }

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * An account of which nothing is known; `keep` is how many orders that have ended are kept, 1000 unless told.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: { readonly keep?: number | undefined } = {}): State => ({
  account: {
    orders: HashMap.empty(),
    conditionals: HashMap.empty(),
    orderLists: HashMap.empty(),
    positions: HashMap.empty(),
    balances: HashMap.empty(),
    leverage: HashMap.empty(),
    risk: undefined
  },
  keep: Math.max(0, options.keep ?? 1000),
  epoch: 0,
  marks: HashMap.empty(),
  orphans: new Map(),
  ended: [],
  endedConditionals: []
})

/**
 * The state after a gap has opened: answers from now on win over whatever was told before.
 *
 * @category transitions
 * @since 0.1.0
 */
export const nextEpoch = (self: State): State => ({ ...self, epoch: self.epoch + 1 })

// -----------------------------------------------------------------------------
// Lookups
// -----------------------------------------------------------------------------

/**
 * The name of a position among all of an account.
 *
 * @category lookups
 * @since 0.1.0
 */
export const positionKey = (position: Pick<Position, "market" | "symbol" | "positionSide">): string =>
  `${position.market}:${position.symbol}:${position.positionSide}`

/**
 * The name of the leverage of a symbol.
 *
 * @category lookups
 * @since 0.1.0
 */
export const leverageKey = (market: "UM" | "CM", symbol: string): string => `${market}:${symbol}`

/**
 * The orders that may change yet, of one symbol where it is given.
 *
 * @category lookups
 * @since 0.1.0
 */
export const openOrders = (self: Account, symbol?: string): ReadonlyArray<OrderLife.Order> => {
  const open: Array<OrderLife.Order> = []
  for (const order of HashMap.values(self.orders)) {
    if (!OrderLife.hasEnded(order) && (symbol === undefined || order.symbol === symbol)) open.push(order)
  }
  return open
}

/**
 * The conditional orders that may change yet, of one symbol where it is given.
 *
 * @category lookups
 * @since 0.1.0
 */
export const openConditionals = (self: Account, symbol?: string): ReadonlyArray<OrderLife.Conditional> => {
  const open: Array<OrderLife.Conditional> = []
  for (const order of HashMap.values(self.conditionals)) {
    if (!OrderLife.hasConditionalEnded(order) && (symbol === undefined || order.symbol === symbol)) open.push(order)
  }
  return open
}

/**
 * The open orders that a list of the open ones does not have: they have ended, or came after it was made.
 *
 * @category lookups
 * @since 0.1.0
 */
export const missing = (
  self: Account,
  market: OrderLife.Market,
  listed: ReadonlySet<string>
): ReadonlyArray<OrderLife.Order> =>
  openOrders(self).filter((order) => order.market === market && !listed.has(OrderLife.keyOf(order)))

/**
 * The open conditional orders that a list of the open ones does not have.
 *
 * @category lookups
 * @since 0.1.0
 */
export const missingConditionals = (
  self: Account,
  market: "UM" | "CM",
  listed: ReadonlySet<string>
): ReadonlyArray<OrderLife.Conditional> =>
  openConditionals(self).filter((order) => order.market === market && !listed.has(OrderLife.conditionalKeyOf(order)))

/**
 * The order that a client order id names: the open one, else the youngest.
 *
 * @category lookups
 * @since 0.1.0
 */
export const orderByClientId = (self: Account, clientOrderId: string): OrderLife.Order | undefined => {
  let found: OrderLife.Order | undefined
  for (const order of HashMap.values(self.orders)) {
    if (order.clientOrderId !== clientOrderId) continue
    if (
      found === undefined || (OrderLife.hasEnded(found) && !OrderLife.hasEnded(order)) ||
      (OrderLife.hasEnded(found) === OrderLife.hasEnded(order) &&
        DateTime.isGreaterThan(order.updatedAt, found.updatedAt))
    ) found = order
  }
  return found
}

/**
 * The order that a conditional order became.
 *
 * @category lookups
 * @since 0.1.0
 */
export const childOf = (self: Account, conditional: OrderLife.Conditional): OrderLife.Order | undefined =>
  conditional.orderId === undefined
    ? undefined
    : Option.getOrUndefined(
      HashMap.get(
        self.orders,
        OrderLife.keyOf({ market: conditional.market, symbol: conditional.symbol, orderId: conditional.orderId })
      )
    )

/**
 * The position of a symbol and side; `undefined` where there is none.
 *
 * @category lookups
 * @since 0.1.0
 */
export const positionOf = (
  self: Account,
  market: "UM" | "CM",
  symbol: string,
  positionSide = "BOTH"
): Position | undefined =>
  Option.getOrUndefined(HashMap.get(self.positions, positionKey({ market, symbol, positionSide })))

// -----------------------------------------------------------------------------
// Transitions
// -----------------------------------------------------------------------------

/**
 * The state after a fact, and what it changed: nothing where it was known, or told later things already.
 *
 * @category transitions
 * @since 0.1.0
 */
export const apply = (self: State, fact: Fact): readonly [state: State, changes: ReadonlyArray<Change>] => {
  switch (fact._tag) {
    case "OrderSeen":
      return order(self, fact.sighting)
    case "TradeSeen":
      return trade(self, fact)
    case "ConditionalSeen":
      return conditional(self, fact.sighting)
    case "OrderListSeen":
      return [
        withAccount(self, {
          orderLists: HashMap.set(self.account.orderLists, fact.orderList.orderListId, fact.orderList)
        }),
        nothing
      ]
    case "OrderGone": {
      const known = knownOrder(self, fact.key)
      return known === undefined ? [self, nothing] : put(self, known, OrderLife.forget(known))
    }
    case "ConditionalGone": {
      const known = Option.getOrUndefined(HashMap.get(self.account.conditionals, fact.key))
      return known === undefined ? [self, nothing] : putConditional(self, known, OrderLife.forgetConditional(known))
    }
    case "WalletSeen":
      return balance(self, `${fact.market} ${fact.asset}`, fact.asset, fact.told, (known) =>
        fact.market === "UM"
          ? { ...known, umWalletBalance: fact.walletBalance }
          : { ...known, cmWalletBalance: fact.walletBalance })
    case "MarginBalanceSeen":
      return balance(self, `margin ${fact.asset}`, fact.asset, fact.told, (known) => ({
        ...known,
        crossMarginFree: fact.free,
        crossMarginLocked: fact.locked
      }))
    case "LiabilitySeen":
      return balance(self, `liability ${fact.asset}`, fact.asset, fact.told, (known) => ({
        ...known,
        crossMarginBorrowed: fact.borrowed,
        crossMarginInterest: fact.interest
      }))
    case "LiabilityChanged":
      return balance(self, `liability ${fact.asset}`, fact.asset, fact.told, (known) => owing(known, fact))
    case "PositionSeen":
      return position(self, fact.position, fact.told)
    case "PositionsListed":
      return listed(self, fact.market, fact.keys, fact.told)
    case "LeverageSeen":
      return leverage(self, fact)
    case "RiskSeen":
      return when(self, "risk", fact.told, (marked) => [
        withAccount(marked, { risk: fact.risk }),
        [{ _tag: "RiskChanged", risk: fact.risk }]
      ])
  }
}

/**
 * The state after facts one after another, and all they changed.
 *
 * @category transitions
 * @since 0.1.0
 */
export const applyAll = (
  self: State,
  facts: Iterable<Fact>
): readonly [state: State, changes: ReadonlyArray<Change>] => {
  let state = self
  const changes: Array<Change> = []
  for (const fact of facts) {
    const [next, changed] = apply(state, fact)
    state = next
    changes.push(...changed)
  }
  return [state, changes]
}

type Applied = readonly [State, ReadonlyArray<Change>]

const nothing: ReadonlyArray<Change> = []

const zero = BigDecimal.make(0n, 0)

const withAccount = (self: State, change: Partial<Account>): State => ({
  ...self,
  account: { ...self.account, ...change }
})

/**
 * Whether the fact is younger than what is known. An answer wins over what was told before the last gap, whenever that was;
 * an event over another of its time, since it came later.
 */
const isNews = (self: State, key: string, told: Told): boolean => {
  const mark = Option.getOrUndefined(HashMap.get(self.marks, key))
  if (mark === undefined) return true
  if (told.by === "answer") return mark.epoch < self.epoch || DateTime.isGreaterThan(told.at, mark.at)
  return !DateTime.isLessThan(told.at, mark.at)
}

const mark = (self: State, key: string, told: Told): State => ({
  ...self,
  marks: HashMap.set(self.marks, key, { at: told.at, epoch: self.epoch })
})

const when = (self: State, key: string, told: Told, news: (marked: State) => Applied): Applied =>
  isNews(self, key, told) ? news(mark(self, key, told)) : [self, nothing]

// The oldest of those that have ended make room.
const withEnded = <A>(
  map: HashMap.HashMap<string, A>,
  ended: ReadonlyArray<string>,
  key: string,
  keep: number
): readonly [HashMap.HashMap<string, A>, ReadonlyArray<string>] => {
  const all = [...ended, key]
  // Room is made for many at once, so that the list is not copied for each.
  if (all.length <= keep + slack) return [map, all]
  const gone = all.slice(0, all.length - keep)
  return [HashMap.removeMany(map, gone), all.slice(all.length - keep)]
}

const slack = 100

const put = (self: State, known: OrderLife.Order | undefined, step: OrderLife.Step): Applied => {
  if (step._tag === "Stale" || step._tag === "Repeated") return [self, nothing]
  const key = OrderLife.keyOf(step.order)
  const orders = HashMap.set(self.account.orders, key, step.order)
  const change: Change = { _tag: "OrderChanged", order: step.order, fill: step.fill }
  if (!OrderLife.hasEnded(step.order) || (known !== undefined && OrderLife.hasEnded(known))) {
    return [withAccount(self, { orders }), [change]]
  }
  const orderLists = HashMap.isEmpty(self.account.orderLists)
    ? self.account.orderLists
    : HashMap.filter(self.account.orderLists, (list) => !isDone(orders, list))
  const [kept, ended] = withEnded(orders, self.ended, key, self.keep)
  return [{ ...withAccount(self, { orders: kept, orderLists }), ended }, [change]]
}

/** Whether both orders of a pair have ended. */
const isDone = (orders: Account["orders"], { orderIds, symbol }: OrderList): boolean =>
  orderIds.every((orderId) =>
    Option.exists(HashMap.get(orders, OrderLife.keyOf({ market: "MARGIN", symbol, orderId })), OrderLife.hasEnded)
  )

const knownOrder = (self: State, key: string): OrderLife.Order | undefined =>
  Option.getOrUndefined(HashMap.get(self.account.orders, key))

const order = (self: State, sighting: OrderLife.Sighting): Applied => {
  const key = OrderLife.keyOf(sighting)
  const known = knownOrder(self, key)
  const first = put(self, known, OrderLife.see(known, sighting))
  const fills = self.orphans.get(key)
  if (fills === undefined) return first
  // Its fills came before it did.
  const orphans = new Map(self.orphans)
  orphans.delete(key)
  return applyFills({ ...first[0], orphans }, key, fills, first[1])
}

const applyFills = (
  self: State,
  key: string,
  fills: ReadonlyArray<OrderLife.Fill>,
  before: ReadonlyArray<Change>
): Applied => {
  let state = self
  const changes = [...before]
  for (const fill of fills) {
    const known = knownOrder(state, key)
    if (known === undefined) continue
    const [next, changed] = put(state, known, OrderLife.seeFill(known, fill))
    state = next
    changes.push(...changed)
  }
  return [state, changes]
}

const trade = (self: State, fact: Extract<Fact, { readonly _tag: "TradeSeen" }>): Applied => {
  const key = OrderLife.keyOf(fact)
  const known = knownOrder(self, key)
  if (known !== undefined) return put(self, known, OrderLife.seeFill(known, fact.fill))
  const waiting = self.orphans.get(key) ?? []
  if (waiting.some(({ tradeId }) => tradeId === fact.fill.tradeId)) return [self, nothing]
  const orphans = new Map(self.orphans).set(key, [...waiting, fact.fill])
  const [oldest] = orphans.keys()
  if (oldest !== undefined && orphans.size > self.keep) orphans.delete(oldest)
  return [{ ...self, orphans }, nothing]
}

const conditional = (self: State, sighting: OrderLife.ConditionalSighting): Applied => {
  const known = Option.getOrUndefined(HashMap.get(self.account.conditionals, OrderLife.conditionalKeyOf(sighting)))
  return putConditional(self, known, OrderLife.seeConditional(known, sighting))
}

const putConditional = (
  self: State,
  known: OrderLife.Conditional | undefined,
  step: OrderLife.Step<OrderLife.Conditional>
): Applied => {
  if (step._tag === "Stale" || step._tag === "Repeated") return [self, nothing]
  const key = OrderLife.conditionalKeyOf(step.order)
  const conditionals = HashMap.set(self.account.conditionals, key, step.order)
  const change: Change = { _tag: "ConditionalChanged", order: step.order }
  if (!OrderLife.hasConditionalEnded(step.order) || (known !== undefined && OrderLife.hasConditionalEnded(known))) {
    return [withAccount(self, { conditionals }), [change]]
  }
  const [kept, endedConditionals] = withEnded(conditionals, self.endedConditionals, key, self.keep)
  return [{ ...withAccount(self, { conditionals: kept }), endedConditionals }, [change]]
}

const emptyBalance = (asset: string): Balance => ({
  asset,
  crossMarginFree: zero,
  crossMarginLocked: zero,
  crossMarginBorrowed: zero,
  crossMarginInterest: zero,
  umWalletBalance: zero,
  cmWalletBalance: zero
})

const isSameBalance = (one: Balance, other: Balance): boolean =>
  BigDecimal.equals(one.crossMarginFree, other.crossMarginFree) &&
  BigDecimal.equals(one.crossMarginLocked, other.crossMarginLocked) &&
  BigDecimal.equals(one.crossMarginBorrowed, other.crossMarginBorrowed) &&
  BigDecimal.equals(one.crossMarginInterest, other.crossMarginInterest) &&
  BigDecimal.equals(one.umWalletBalance, other.umWalletBalance) &&
  BigDecimal.equals(one.cmWalletBalance, other.cmWalletBalance)

const balance = (
  self: State,
  key: string,
  asset: string,
  told: Told,
  change: (known: Balance) => Balance
): Applied =>
  when(self, key, told, (marked) => {
    const known = Option.getOrUndefined(HashMap.get(self.account.balances, asset))
    const next = change(known ?? emptyBalance(asset))
    if (known !== undefined && isSameBalance(known, next)) return [marked, nothing]
    return [
      withAccount(marked, { balances: HashMap.set(self.account.balances, asset, next) }),
      [{ _tag: "BalanceChanged", balance: next }]
    ]
  })

/**
 * The event tells what changed, and the new total of principal and interest together. Where it does not follow from what is
 * known, an event before it was missed: the total and the change of the interest are believed, and the rest is principal.
 */
const owing = (known: Balance, fact: Extract<Fact, { readonly _tag: "LiabilityChanged" }>): Balance => {
  const { crossMarginBorrowed, crossMarginInterest } = known
  const isTotal = (principal: BigDecimal.BigDecimal, interest: BigDecimal.BigDecimal): boolean =>
    BigDecimal.equals(BigDecimal.sum(principal, interest), fact.total)
  if (isTotal(crossMarginBorrowed, crossMarginInterest)) return known
  for (const change of [BigDecimal.sum, BigDecimal.subtract]) {
    const principal = change(crossMarginBorrowed, fact.principal)
    const interest = change(crossMarginInterest, fact.interest)
    if (isTotal(principal, interest)) {
      return { ...known, crossMarginBorrowed: principal, crossMarginInterest: interest }
    }
  }
  const isMore = BigDecimal.isGreaterThan(fact.total, BigDecimal.sum(crossMarginBorrowed, crossMarginInterest))
  const changed = (isMore ? BigDecimal.sum : BigDecimal.subtract)(crossMarginInterest, fact.interest)
  const interest = BigDecimal.max(zero, BigDecimal.min(changed, fact.total))
  return {
    ...known,
    crossMarginBorrowed: BigDecimal.subtract(fact.total, interest),
    crossMarginInterest: interest
  }
}

const position = (self: State, seen: Position, told: Told): Applied => {
  const key = positionKey(seen)
  return when(self, `position ${key}`, told, (marked) => {
    const known = Option.getOrUndefined(HashMap.get(self.account.positions, key))
    if (BigDecimal.isZero(seen.positionAmt)) {
      return known === undefined
        ? [marked, nothing]
        : [
          withAccount(marked, { positions: HashMap.remove(self.account.positions, key) }),
          [{ _tag: "PositionChanged", position: seen }]
        ]
    }
    const next = { ...seen, breakEvenPrice: seen.breakEvenPrice ?? known?.breakEvenPrice }
    return [
      withAccount(marked, { positions: HashMap.set(self.account.positions, key, next) }),
      [{ _tag: "PositionChanged", position: next }]
    ]
  })
}

const listed = (self: State, market: "UM" | "CM", keys: ReadonlySet<string>, told: Told): Applied => {
  const closed: Array<Fact> = []
  for (const known of HashMap.values(self.account.positions)) {
    if (known.market !== market || keys.has(positionKey(known))) continue
    const flat: Position = { ...known, positionAmt: zero, entryPrice: zero, unrealizedProfit: zero, at: told.at }
    closed.push({ _tag: "PositionSeen", position: flat, told })
  }
  return applyAll(self, closed)
}

const leverage = (self: State, fact: Extract<Fact, { readonly _tag: "LeverageSeen" }>): Applied => {
  const key = leverageKey(fact.market, fact.symbol)
  return when(self, `leverage ${key}`, fact.told, (marked) => {
    const known = Option.getOrUndefined(HashMap.get(self.account.leverage, key))
    if (known === fact.leverage) return [marked, nothing]
    const { market, symbol } = fact
    return [
      withAccount(marked, { leverage: HashMap.set(self.account.leverage, key, fact.leverage) }),
      [{ _tag: "LeverageChanged", market, symbol, leverage: fact.leverage }]
    ]
  })
}
