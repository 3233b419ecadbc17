import * as DateTime from "effect/DateTime"
import type { Event } from "../Events.ts"
import * as OrderLife from "../OrderLife.ts"
import * as Repair from "../Repair.ts"

// What the stream has told so far, as far as it is needed to tell nothing twice, nothing older after something younger, and
// to know what to ask for after a gap. Bounded: what was forgotten may be told again, and is told as the exchange has it.

const millis = DateTime.toEpochMillis

interface Order {
  readonly key: Repair.OrderKey
  /** When it changed last, by what was told. */
  time: number
  /** It does not change any more. */
  done: boolean
  /** It has to be asked about when it is no longer among the open ones. */
  open: boolean
  /** What was told last came of asking. */
  asked: boolean
}

const mostOrders = 50_000
const mostTrades = 50_000
const mostFingerprints = 20_000

// Many at a time: a set that loses its oldest one by one is slow to find the next.
const forget = <A>(set: Set<A>, most: number): void => {
  if (set.size <= most * 1.25) return
  for (const oldest of set) {
    set.delete(oldest)
    if (set.size <= most) return
  }
}

const isOver = (status: string): boolean => OrderLife.isEnd(status) || OrderLife.hasConditionalEnded({ status })

// A conditional order that fired is another order from then on.
const isOpen = (status: string): boolean => !isOver(status) && status !== "TRIGGERED"

const textOf = (key: Repair.OrderKey): string => Repair.keyText(key)

interface Change {
  readonly key: Repair.OrderKey
  readonly time: number
  readonly status: string
  readonly trade: string | undefined
}

const changeOf = (event: Event): Change | undefined => {
  switch (event._tag) {
    case "OrderTradeUpdate": {
      const { order } = event
      if (event.businessUnit !== "UM" && event.businessUnit !== "CM") return undefined
      return {
        key: { kind: event.businessUnit === "UM" ? "um" : "cm", symbol: order.symbol, orderId: order.orderId },
        time: millis(event.transactionTime),
        status: order.status,
        trade: order.tradeId ?? undefined
      }
    }
    case "AlgoUpdate":
      return {
        key: { kind: "umAlgo", symbol: event.order.symbol, algoId: event.order.algoId },
        time: millis(event.transactionTime),
        status: event.order.algoStatus,
        trade: undefined
      }
    case "ConditionalOrderTradeUpdate":
      if (event.businessUnit !== "CM") return undefined
      return {
        key: { kind: "cmConditional", symbol: event.order.symbol, strategyId: event.order.strategyId },
        time: millis(event.transactionTime),
        status: event.order.strategyStatus,
        trade: undefined
      }
    case "ExecutionReport":
      return {
        key: { kind: "margin", symbol: event.symbol, orderId: event.orderId },
        time: millis(event.transactionTime),
        status: event.status,
        trade: event.tradeId ?? undefined
      }
    default:
      return undefined
  }
}

const statusOf = (fact: Repair.Fact): string => {
  switch (fact._tag) {
    case "UMOrder":
    case "CMOrder":
    case "MarginOrder":
      return fact.order.status
    case "UMAlgoOrder":
      return fact.order.algoStatus
    case "CMConditionalOrder":
      return fact.order.strategyStatus
    default:
      return ""
  }
}

const tradeOf = (fact: Repair.Fact): string | undefined => {
  switch (fact._tag) {
    case "UMTrade":
      return `um ${fact.trade.symbol} ${fact.trade.orderId} ${fact.trade.id}`
    case "CMTrade":
      return `cm ${fact.trade.symbol} ${fact.trade.orderId} ${fact.trade.id}`
    case "MarginTrade":
      return `margin ${fact.trade.symbol} ${fact.trade.orderId} ${fact.trade.id}`
    default:
      return undefined
  }
}

const tradeKinds = { UMTrade: "um", CMTrade: "cm", MarginTrade: "margin" } as const

export interface Seen {
  /** Notes an event, and tells whether it says something new. */
  readonly takes: (event: Event, fingerprint: string) => boolean
  /** Whether what was found was told already, or is older than what was told. */
  readonly covers: (fact: Repair.Fact) => boolean
  /** Notes what was found. */
  readonly note: (fact: Repair.Fact) => void
  /** The rows that are not older than what was told. */
  readonly upToDate: (snapshot: Repair.Snapshot) => Repair.Snapshot
  /** Notes what is open, without having told it. */
  readonly learn: (snapshot: Repair.Snapshot) => void
  readonly openOrders: () => ReadonlyArray<Repair.OrderKey>
  /** What is known of an order: that it is open, that it is not any more, or nothing. */
  readonly standing: (key: Repair.OrderKey) => "open" | "over" | undefined
  readonly symbols: () => Repair.Request["symbols"]
  /** When an event last told of balances or positions; 0 where none did. */
  readonly accountTime: (unit: "UM" | "CM") => number
  /** How often events told of each margin balance. */
  readonly marginChanges: () => ReadonlyMap<string, number>
  /** What was told to somebody who was not told of these events. */
  readonly copy: (untold: ReadonlyArray<Event>) => Seen
}

interface Memory {
  readonly orders: Map<string, Order>
  readonly trades: Set<string>
  readonly fingerprints: Set<string>
  readonly positions: Map<string, number>
  readonly balances: Map<string, number>
  readonly accounts: { UM: number; CM: number }
  readonly margin: Map<string, number>
  readonly symbols: { readonly um: Set<string>; readonly cm: Set<string>; readonly margin: Set<string> }
}

export const make = (symbols: Partial<Repair.Request["symbols"]> = {}): Seen =>
  of({
    orders: new Map(),
    trades: new Set(),
    fingerprints: new Set(),
    positions: new Map(),
    balances: new Map(),
    accounts: { UM: 0, CM: 0 },
    margin: new Map(),
    symbols: { um: new Set(symbols.um), cm: new Set(symbols.cm), margin: new Set(symbols.margin) }
  })

const of = (memory: Memory): Seen => {
  const { accounts, balances, fingerprints, margin, orders, positions, symbols, trades } = memory

  const symbolSeen = ({ kind, symbol }: { readonly kind: Repair.OrderKey["kind"]; readonly symbol: string }): void => {
    symbols[kind === "umAlgo" ? "um" : kind === "cmConditional" ? "cm" : kind].add(symbol)
  }

  const forgetOrders = (): void => {
    if (orders.size <= mostOrders * 1.25) return
    for (const [text, { done }] of orders) {
      if (done) orders.delete(text)
      if (orders.size <= mostOrders) return
    }
  }

  const noteOrder = (key: Repair.OrderKey, time: number, status: string, asked: boolean): void => {
    const text = textOf(key)
    const order = orders.get(text)
    if (order === undefined) {
      orders.set(text, { key, time, done: isOver(status), open: isOpen(status), asked })
      symbolSeen(key)
      forgetOrders()
      return
    }
    if (time >= order.time) {
      order.time = time
      order.asked = asked
    }
    order.done ||= isOver(status)
    order.open &&= isOpen(status)
  }

  const noteAccount = (event: Event): void => {
    if (event._tag === "AccountUpdate") {
      const { account, businessUnit } = event
      const time = millis(event.transactionTime)
      const unit = businessUnit === "UM" ? "UM" : businessUnit === "CM" ? "CM" : undefined
      if (unit !== undefined) {
        accounts[unit] = Math.max(accounts[unit], time)
        for (const { symbol } of account.positions) symbols[unit === "UM" ? "um" : "cm"].add(symbol)
      }
      for (const { asset } of account.balances) balances.set(asset, Math.max(balances.get(asset) ?? 0, time))
      for (const { positionSide, symbol } of account.positions) {
        const position = `${symbol} ${positionSide}`
        positions.set(position, Math.max(positions.get(position) ?? 0, time))
      }
    }
    if (event._tag === "OutboundAccountPosition") {
      const time = millis(event.eventTime)
      for (const { asset } of event.balances) {
        balances.set(asset, Math.max(balances.get(asset) ?? 0, time))
        margin.set(asset, (margin.get(asset) ?? 0) + 1)
      }
    }
  }

  const isNew = (event: Event): boolean => {
    const change = changeOf(event)
    if (change === undefined) return true
    const { key, status, time, trade } = change
    const order = orders.get(textOf(key))
    if (trade !== undefined) {
      const text = `${textOf(key)} ${trade}`
      if (trades.has(text)) return false
      trades.add(text)
      forget(trades, mostTrades)
    } else if (order !== undefined && order.asked && time <= order.time) {
      return false
    }
    noteOrder(key, time, status, false)
    return true
  }

  return {
    takes: (event, fingerprint) => {
      if (fingerprint !== "") {
        if (fingerprints.has(fingerprint)) return false
        fingerprints.add(fingerprint)
        forget(fingerprints, mostFingerprints)
      }
      if (!isNew(event)) return false
      noteAccount(event)
      return true
    },
    covers: (fact) => {
      const trade = tradeOf(fact)
      if (trade !== undefined) return trades.has(trade)
      const key = Repair.keyOf(fact)
      const order = key === undefined ? undefined : orders.get(textOf(key))
      if (order === undefined) return false
      if (order.done) return true
      const status = statusOf(fact)
      if (fact._tag === "OrderGone" || isOver(status)) return false
      const time = Repair.timeOf(fact)
      return time !== undefined && millis(time) <= order.time && !(order.open && !isOpen(status))
    },
    note: (fact) => {
      const trade = tradeOf(fact)
      if (trade !== undefined) {
        trades.add(trade)
        forget(trades, mostTrades)
      }
      if ("trade" in fact) return symbolSeen({ kind: tradeKinds[fact._tag], symbol: fact.trade.symbol })
      const key = Repair.keyOf(fact)
      if (key === undefined) return
      const time = Repair.timeOf(fact)
      if (fact._tag === "OrderGone") noteOrder(key, Number.MAX_SAFE_INTEGER, "EXPIRED", true)
      else noteOrder(key, time === undefined ? 0 : millis(time), statusOf(fact), true)
    },
    upToDate: (snapshot) => {
      const isLive = (fact: Repair.Fact): boolean => {
        const key = Repair.keyOf(fact)
        return key === undefined || orders.get(textOf(key))?.done !== true
      }
      const isYoung = (
        row: { readonly symbol: string; readonly positionSide: string; readonly updateTime: DateTime.Utc }
      ) => {
        const time = millis(row.updateTime)
        return time === 0 || time >= (positions.get(`${row.symbol} ${row.positionSide}`) ?? 0)
      }
      const askedAt = millis(snapshot.askedAt)
      return {
        ...snapshot,
        umOrders: snapshot.umOrders.filter((order) => isLive({ _tag: "UMOrder", order })),
        umAlgoOrders: snapshot.umAlgoOrders.filter((order) => isLive({ _tag: "UMAlgoOrder", order })),
        cmOrders: snapshot.cmOrders.filter((order) => isLive({ _tag: "CMOrder", order })),
        cmConditionalOrders: snapshot.cmConditionalOrders.filter((order) =>
          isLive({ _tag: "CMConditionalOrder", order })
        ),
        marginOrders: snapshot.marginOrders.filter((order) => isLive({ _tag: "MarginOrder", order })),
        umPositions: snapshot.umPositions.filter(isYoung),
        cmPositions: snapshot.cmPositions.filter(isYoung),
        balances: snapshot.balances.filter(({ asset }) => (balances.get(asset) ?? 0) <= askedAt)
      }
    },
    learn: (snapshot) => {
      const facts: ReadonlyArray<Repair.Fact> = Repair.openOf(snapshot)
      for (const fact of facts) {
        const key = Repair.keyOf(fact)
        const time = Repair.timeOf(fact)
        if (key !== undefined && time !== undefined && !orders.has(textOf(key))) {
          noteOrder(key, millis(time), statusOf(fact), false)
        }
      }
    },
    openOrders: () => [...orders.values()].filter(({ open }) => open).map(({ key }) => key),
    standing: (key) => {
      const order = orders.get(textOf(key))
      return order === undefined ? undefined : order.open ? "open" : "over"
    },
    symbols: () => ({ um: [...symbols.um], cm: [...symbols.cm], margin: [...symbols.margin] }),
    accountTime: (unit) => accounts[unit],
    marginChanges: () => new Map(margin),
    copy: (untold) => {
      const copied: Memory = {
        orders: new Map([...orders].map(([text, order]) => [text, { ...order }])),
        trades: new Set(trades),
        fingerprints: new Set(),
        positions: new Map(positions),
        balances: new Map(balances),
        accounts: { ...accounts },
        margin: new Map(margin),
        symbols: { um: new Set(symbols.um), cm: new Set(symbols.cm), margin: new Set(symbols.margin) }
      }
      for (const event of untold) unlearn(copied, event)
      return of(copied)
    }
  }
}

// As if nothing were known of what an event is about.
const unlearn = (memory: Memory, event: Event): void => {
  const change = changeOf(event)
  if (change !== undefined) {
    const text = textOf(change.key)
    const order = memory.orders.get(text)
    if (order !== undefined) memory.orders.set(text, { ...order, time: 0, done: false, open: true, asked: false })
    if (change.trade !== undefined) memory.trades.delete(`${text} ${change.trade}`)
  }
  if (event._tag === "AccountUpdate") {
    for (const { asset } of event.account.balances) memory.balances.delete(asset)
    for (const { positionSide, symbol } of event.account.positions) memory.positions.delete(`${symbol} ${positionSide}`)
  }
  if (event._tag === "OutboundAccountPosition") {
    for (const { asset } of event.balances) {
      memory.balances.delete(asset)
    }
  }
}
