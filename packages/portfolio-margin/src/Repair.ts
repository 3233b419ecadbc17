/**
 * What a user data stream that was blind for a while may have missed, asked of the exchange.
 *
 * The exchange replays nothing. {@link find} asks for what can still be known: the orders that are open, what became of those
 * that were, the orders and fills since, balances, positions, debts.
 *
 * @since 0.1.0
 */
import type { ReadError } from "@effect-binance/core/BinanceError"

import * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Account } from "./Account.ts"
import { CMOrders } from "./CMOrders.ts"
import type * as AccountReplies from "./endpoints/Account.ts"
import type * as CM from "./endpoints/CMOrders.ts"
import type * as Margin from "./endpoints/MarginOrders.ts"
import type * as PositionReplies from "./endpoints/Positions.ts"
import type * as UM from "./endpoints/UMOrders.ts"
import * as History from "./History.ts"
import { MarginOrders } from "./MarginOrders.ts"
import { Positions } from "./Positions.ts"
import type { Transfers } from "./Transfers.ts"
import { UMOrders } from "./UMOrders.ts"

/**
 * The services that are asked.
 *
 * @category models
 * @since 0.1.0
 */
export type Services = UMOrders | CMOrders | MarginOrders | Account | Positions | Transfers

/**
 * Why it cannot be told what was missed, for now.
 *
 * @category models
 * @since 0.1.0
 */
export type RepairError = ReadError | History.HistoryError

/**
 * An order by what identifies it. Ids of UM, CM and margin orders are counted by symbol, those of algo orders are not.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderKey =
  | { readonly kind: "um" | "cm" | "margin"; readonly symbol: string; readonly orderId: Ids.OrderId }
  | { readonly kind: "umAlgo"; readonly symbol: string; readonly algoId: Ids.AlgoId }
  | { readonly kind: "cmConditional"; readonly symbol: string; readonly strategyId: Ids.StrategyId }

/**
 * One thing that was missed: an order as it is now, or a fill.
 *
 * **Details**
 *
 * The rows are those of the calls. `OrderGone` is an order that was open and that the exchange knows no more: it ended
 * without a fill, and was forgotten.
 *
 * @category models
 * @since 0.1.0
 */
export type Fact =
  | { readonly _tag: "UMOrder"; readonly order: UM.UMOrder }
  | { readonly _tag: "UMTrade"; readonly trade: UM.UMTrade }
  | { readonly _tag: "UMAlgoOrder"; readonly order: UM.UMAlgoOrder | UM.UMOpenAlgoOrder }
  | { readonly _tag: "CMOrder"; readonly order: CM.CMOrder }
  | { readonly _tag: "CMTrade"; readonly trade: CM.CMTrade }
  | { readonly _tag: "CMConditionalOrder"; readonly order: CM.CMConditionalOrder | CM.CMOpenConditionalOrder }
  | { readonly _tag: "MarginOrder"; readonly order: Margin.MarginOrder }
  | { readonly _tag: "MarginTrade"; readonly trade: Margin.MarginTrade }
  | { readonly _tag: "OrderGone"; readonly key: OrderKey }

/**
 * The account as the exchange told it: all that is open, all balances, positions and debts, the margin.
 *
 * **Details**
 *
 * It holds at `askedAt`, and an answer or two may be younger by the time it took to ask.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  /** When the asking began, by the exchange's clock as far as known. */
  readonly askedAt: DateTime.Utc
  readonly umOrders: ReadonlyArray<UM.UMOrder>
  readonly umAlgoOrders: ReadonlyArray<UM.UMOpenAlgoOrder>
  readonly cmOrders: ReadonlyArray<CM.CMOrder>
  readonly cmConditionalOrders: ReadonlyArray<CM.CMOpenConditionalOrder>
  readonly marginOrders: ReadonlyArray<Margin.MarginOrder>
  readonly marginOCOs: ReadonlyArray<Margin.MarginOCO>
  readonly umPositions: ReadonlyArray<PositionReplies.UMPosition>
  readonly cmPositions: ReadonlyArray<PositionReplies.CMPosition>
  /** Every asset, with what is borrowed of it and the interest on that. */
  readonly balances: ReadonlyArray<AccountReplies.Balance>
  /** uniMMR, equity, margins, status. */
  readonly account: AccountReplies.AccountInfo
}

/**
 * What is known already, and from when on it is asked.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** From when on something may have been missed. */
  readonly since: DateTime.Utc
  /** What time it is, by the exchange's clock as far as known. */
  readonly askedAt: DateTime.Utc
  /** The orders that were open. */
  readonly openOrders: ReadonlyArray<OrderKey>
  /**
   * The symbols whose orders and fills are asked for, beside those that have open orders or positions, and the futures that
   * paid a commission since. The exchange tells margin orders and fills by symbol only: a margin symbol that is not named
   * here, and that no open order has, is not asked for.
   */
  readonly symbols: {
    readonly um: ReadonlyArray<string>
    readonly cm: ReadonlyArray<string>
    readonly margin: ReadonlyArray<string>
  }
}

/**
 * What was found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Found {
  /** By time, the oldest first. */
  readonly facts: ReadonlyArray<Fact>
  readonly snapshot: Snapshot
}

/**
 * When a fact came about; `undefined` where the exchange does not say.
 *
 * @category accessors
 * @since 0.1.0
 */
export const timeOf = (fact: Fact): DateTime.Utc | undefined => {
  switch (fact._tag) {
    case "UMOrder":
    case "UMAlgoOrder":
    case "CMOrder":
    case "CMConditionalOrder":
    case "MarginOrder":
      return fact.order.updateTime
    case "UMTrade":
    case "CMTrade":
    case "MarginTrade":
      return fact.trade.time
    case "OrderGone":
      return undefined
  }
}

/**
 * An {@link OrderKey} as text, the same for the same order.
 *
 * @category accessors
 * @since 0.1.0
 */
export const keyText = (key: OrderKey): string => {
  switch (key.kind) {
    case "umAlgo":
      return `umAlgo ${key.algoId}`
    case "cmConditional":
      return `cmConditional ${key.strategyId}`
    default:
      return `${key.kind} ${key.symbol} ${key.orderId}`
  }
}

// Few enough at a time to leave room for orders.
const concurrency = 4

/**
 * Asks for everything that is open, held and owed. Weight about 240.
 *
 * @category asking
 * @since 0.1.0
 */
export const snapshot = Effect.fnUntraced(function*(
  askedAt: DateTime.Utc
): Effect.fn.Return<Snapshot, ReadError, UMOrders | CMOrders | MarginOrders | Account | Positions> {
  const um = yield* UMOrders
  const cm = yield* CMOrders
  const margin = yield* MarginOrders
  const account = yield* Account
  const positions = yield* Positions
  const asked = yield* Effect.all({
    umOrders: um.getAllUMOpenOrders(),
    umAlgoOrders: um.getUMAlgoOpenOrders(),
    cmOrders: cm.getAllCMOpenOrders(),
    cmConditionalOrders: cm.getCMOpenConditionalOrders(),
    marginOrders: margin.getMarginOpenOrders(),
    marginOCOs: margin.getMarginOpenOCO(),
    umPositions: positions.getUMPosition(),
    cmPositions: positions.getCMPosition(),
    balances: Effect.map(
      account.getBalance(),
      (balances): ReadonlyArray<AccountReplies.Balance> => Field.isRows(balances) ? balances : [balances]
    ),
    account: account.getAccountInfo()
  }, { concurrency })
  return { askedAt, ...asked }
})

/**
 * Asks for what happened since.
 *
 * **Details**
 *
 * Asked are: everything that is open, held and owed ({@link snapshot}); what became of each order that was open and is no
 * more; for each symbol concerned the orders and fills since. The exchange must be asked about each symbol by itself, so
 * the weight grows with them: about 30 for each UM one, 60 for each CM one, 105 for each margin one.
 *
 * **Gotchas**
 *
 * A margin order that was both placed and ended by somebody else in the meantime, in a symbol that is not named, is not found;
 * what it did to the balances is.
 *
 * @category asking
 * @since 0.1.0
 */
export const find = Effect.fnUntraced(function*(
  request: Request
): Effect.fn.Return<Found, RepairError, Services> {
  const { askedAt, openOrders, since } = request
  const now = yield* snapshot(askedAt)
  const span = { from: since, to: askedAt, unreadable: "skip" } as const

  const isHeld = ({ positionAmt }: { readonly positionAmt: BigDecimal.BigDecimal }): boolean =>
    !BigDecimal.isZero(positionAmt)
  const [umPaid, cmPaid] = yield* Effect.all([
    Stream.runCollect(History.umIncome({ ...span, incomeType: "COMMISSION" })),
    Stream.runCollect(History.cmIncome({ ...span, incomeType: "COMMISSION" }))
  ], { concurrency })
  const symbols = {
    um: new Set([
      ...request.symbols.um,
      ...[...now.umOrders, ...now.umAlgoOrders, ...now.umPositions.filter(isHeld), ...umPaid].map(({ symbol }) =>
        symbol
      )
    ]),
    cm: new Set([
      ...request.symbols.cm,
      ...[...now.cmOrders, ...now.cmConditionalOrders, ...now.cmPositions.filter(isHeld), ...cmPaid].map(({ symbol }) =>
        symbol
      )
    ]),
    margin: new Set([...request.symbols.margin, ...now.marginOrders.map(({ symbol }) => symbol)])
  }
  for (const { kind, symbol } of openOrders) {
    symbols[kind === "umAlgo" ? "um" : kind === "cmConditional" ? "cm" : kind].add(symbol)
  }
  for (const set of Object.values(symbols)) set.delete("")

  const asked: ReadonlyArray<Stream.Stream<Fact, RepairError, Services>> = [
    ...[...symbols.um].flatMap((symbol) => [
      Stream.map(History.umOrders({ ...span, symbol }), (order): Fact => ({ _tag: "UMOrder", order })),
      Stream.map(History.umAlgoOrders({ ...span, symbol }), (order): Fact => ({ _tag: "UMAlgoOrder", order })),
      Stream.map(History.umTrades({ ...span, symbol }), (trade): Fact => ({ _tag: "UMTrade", trade }))
    ]),
    ...[...symbols.cm].flatMap((symbol) => [
      Stream.map(History.cmOrders({ ...span, symbol }), (order): Fact => ({ _tag: "CMOrder", order })),
      Stream.map(History.cmTrades({ ...span, symbol }), (trade): Fact => ({ _tag: "CMTrade", trade }))
    ]),
    ...(symbols.cm.size === 0 ? [] : [
      Stream.map(History.cmConditionalOrders(span), (order): Fact => ({ _tag: "CMConditionalOrder", order }))
    ]),
    ...[...symbols.margin].flatMap((symbol) => [
      Stream.map(History.marginOrders({ ...span, symbol }), (order): Fact => ({ _tag: "MarginOrder", order })),
      Stream.map(History.marginTrades({ ...span, symbol }), (trade): Fact => ({ _tag: "MarginTrade", trade }))
    ])
  ]
  const histories = yield* Effect.forEach(asked, (history) => Stream.runCollect(history), { concurrency })

  const open = openOf(now)
  const told = new Set([...open, ...histories.flat()].flatMap((fact) => {
    const key = keyOf(fact)
    return key === undefined ? [] : [keyText(key)]
  }))
  const ended = yield* Effect.forEach(openOrders.filter((key) => !told.has(keyText(key))), ask, { concurrency })
  return { facts: inOrder([...open, ...histories.flat(), ...ended]), snapshot: now }
})

/**
 * The orders that are open, each as a fact.
 *
 * @category accessors
 * @since 0.1.0
 */
export const openOf = (snapshot: Snapshot): ReadonlyArray<Fact> => [
  ...snapshot.umOrders.map((order): Fact => ({ _tag: "UMOrder", order })),
  ...snapshot.umAlgoOrders.map((order): Fact => ({ _tag: "UMAlgoOrder", order })),
  ...snapshot.cmOrders.map((order): Fact => ({ _tag: "CMOrder", order })),
  ...snapshot.cmConditionalOrders.map((order): Fact => ({ _tag: "CMConditionalOrder", order })),
  ...snapshot.marginOrders.map((order): Fact => ({ _tag: "MarginOrder", order }))
]

/**
 * What identifies the order that a fact tells of; `undefined` of fills.
 *
 * @category accessors
 * @since 0.1.0
 */
export const keyOf = (fact: Fact): OrderKey | undefined => {
  switch (fact._tag) {
    case "UMOrder":
      return { kind: "um", symbol: fact.order.symbol, orderId: fact.order.orderId }
    case "CMOrder":
      return { kind: "cm", symbol: fact.order.symbol, orderId: fact.order.orderId }
    case "MarginOrder":
      return { kind: "margin", symbol: fact.order.symbol, orderId: fact.order.orderId }
    case "UMAlgoOrder":
      return { kind: "umAlgo", symbol: fact.order.symbol, algoId: fact.order.algoId }
    case "CMConditionalOrder":
      return { kind: "cmConditional", symbol: fact.order.symbol, strategyId: fact.order.strategyId }
    case "OrderGone":
      return fact.key
    default:
      return undefined
  }
}

const askFor = (key: OrderKey): Effect.Effect<Fact, ReadError, Services> => {
  if ("orderId" in key) {
    const ref = { symbol: key.symbol, orderId: key.orderId }
    switch (key.kind) {
      case "um":
        return UMOrders.use((um) => um.getUMOrder(ref)).pipe(Effect.map((order) => ({ _tag: "UMOrder", order })))
      case "cm":
        return CMOrders.use((cm) => cm.getCMOrder(ref)).pipe(Effect.map((order) => ({ _tag: "CMOrder", order })))
      case "margin":
        return MarginOrders.use((margin) => margin.getMarginOrder(ref)).pipe(
          Effect.map((order) => ({ _tag: "MarginOrder", order }))
        )
    }
  }
  switch (key.kind) {
    case "umAlgo":
      return UMOrders.use((um) => um.getUMAlgoOrder({ algoId: key.algoId })).pipe(
        Effect.map((order) => ({ _tag: "UMAlgoOrder", order }))
      )
    case "cmConditional":
      return CMOrders.use((cm) => cm.getCMConditionalOrderHistory({ symbol: key.symbol, strategyId: key.strategyId }))
        .pipe(
          Effect.map((order) => ({ _tag: "CMConditionalOrder", order }))
        )
  }
}

/**
 * Asks what became of an order.
 *
 * @category asking
 * @since 0.1.0
 */
export const ask = (key: OrderKey): Effect.Effect<Fact, ReadError, Services> =>
  askFor(key).pipe(Effect.catchTag("NotFound", () => Effect.succeed<Fact>({ _tag: "OrderGone", key })))

const millisOf = (fact: Fact): number => {
  const time = timeOf(fact)
  return time === undefined ? Number.POSITIVE_INFINITY : DateTime.toEpochMillis(time)
}

// Fills before the order that they made: of one instant the order is the younger.
const isOrder = (fact: Fact): number => "order" in fact ? 1 : 0

const inOrder = (facts: ReadonlyArray<Fact>): ReadonlyArray<Fact> =>
  [...facts].sort((a, b) => {
    const byTime = millisOf(a) - millisOf(b)
    return Number.isNaN(byTime) || byTime === 0 ? isOrder(a) - isOrder(b) : byTime
  })
