/** After any sequence of commands money adds up to the last digit, and what is written down agrees. */
import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Futures from "@effect-binance/simulator/Futures"
import type * as FuturesEngine from "@effect-binance/simulator/FuturesEngine"
import * as House from "@effect-binance/simulator/House"
import * as Margin from "@effect-binance/simulator/Margin"
import * as OrderRules from "@effect-binance/simulator/OrderRules"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Chunk from "effect/Chunk"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { begin, d, exchange, funded } from "./futures.ts"

const zero = d("0")

const sum = (figures: Iterable<BigDecimal.BigDecimal>): BigDecimal.BigDecimal => {
  let total = zero
  for (const figure of figures) total = BigDecimal.sum(total, figure)
  return total
}

const equal = (actual: BigDecimal.BigDecimal, expected: BigDecimal.BigDecimal, what: string): void => {
  assert.isTrue(
    BigDecimal.equals(actual, expected),
    `${what}: ${BigDecimal.format(actual)} is ${BigDecimal.format(expected)}`
  )
}

/** Everything that is owned and owed of an asset, by accounts and house together. */
const wealth = (state: Engine.State, asset: string): BigDecimal.BigDecimal => {
  const parts: Array<BigDecimal.BigDecimal> = []
  for (const account of state.accounts.values()) {
    const margin = Account.marginBalance(account, asset)
    parts.push(margin.free, margin.locked, BigDecimal.negate(margin.borrowed), BigDecimal.negate(margin.interest))
    parts.push(Account.wallet(account, "UM", asset).balance, Account.wallet(account, "CM", asset).balance)
    for (const position of account.positions.values()) {
      const contract = state.market.contracts.get(position.symbol)
      if (contract?.marginAsset !== asset) continue
      const cost = Margin.notional(contract, position.quantity, position.entryPrice)
      parts.push(contract.product === "UM" ? BigDecimal.negate(cost) : cost)
    }
  }
  for (const ledger of state.ledgers.values()) {
    for (const row of Chunk.toReadonlyArray(ledger.interest)) if (row.asset === asset) parts.push(row.interest)
  }
  for (const [symbol, { value }] of state.house.market) {
    const contract = state.market.contracts.get(symbol)
    if (contract?.marginAsset === asset) parts.push(contract.product === "UM" ? BigDecimal.negate(value) : value)
  }
  for (const purse of ["fees", "funding", "insurance", "rounding"] as const) {
    parts.push(House.held(state.house, purse, asset))
  }
  return sum(parts)
}

const assets = ["USDT", "BTC", "ETH", "BNB"]

const list = <A>(log: { readonly length: number; readonly shared: ReadonlyArray<A> }): ReadonlyArray<A> =>
  log.shared.slice(0, log.length)

const ordersOf = (state: Engine.State): ReadonlyMap<number, Futures.Order> => {
  const found = new Map<number, Futures.Order>()
  const look = (node: typeof state.futures.orders.root): void => {
    for (const order of node?.values ?? []) if (order !== undefined) found.set(order.id, order)
    for (const next of node?.nodes ?? []) look(next)
  }
  look(state.futures.orders.root)
  return found
}

const signed = (side: "BUY" | "SELL", quantity: BigDecimal.BigDecimal) =>
  side === "BUY" ? quantity : BigDecimal.negate(quantity)

/** Orders, trades, positions, books and incomes tell the same story. */
const agrees = (state: Engine.State): void => {
  const orders = ordersOf(state)
  const resting = new Map<number, BigDecimal.BigDecimal>()
  for (const [symbol, book] of state.futures.books) {
    for (const levels of [book.bids, book.asks]) {
      for (const level of levels) {
        for (const order of level.orders) {
          resting.set(order.id, order.quantity)
          const known = orders.get(order.id)
          assert.strictEqual(known?.symbol, symbol)
          assert(known !== undefined)
          equal(level.price, known.price, "the price of a resting order")
        }
      }
    }
    const [bid, ask] = [book.bids.at(-1), book.asks.at(-1)]
    assert.isTrue(
      bid === undefined || ask === undefined || BigDecimal.isLessThan(bid.price, ask.price),
      "the book does not cross itself"
    )
  }
  const held = new Map<string, BigDecimal.BigDecimal>()
  for (const account of state.accounts.values()) {
    const floor = Futures.floor(state.futures, account.id)
    const incomes = new Map<string, BigDecimal.BigDecimal>()
    for (const row of list(floor.incomes)) {
      const name = `${row.product} ${row.asset}`
      incomes.set(name, BigDecimal.sum(incomes.get(name) ?? zero, row.income))
    }
    const moved = state.ledgers.get(account.id)
    if (moved === undefined || Chunk.isEmpty(moved.transfers) && Chunk.isEmpty(moved.interest)) {
      for (const product of ["UM", "CM"] as const) {
        for (const asset of assets) {
          equal(
            incomes.get(`${product} ${asset}`) ?? zero,
            Account.wallet(account, product, asset).balance,
            `the incomes of ${account.id} in ${asset}`
          )
        }
      }
    }
    for (const [symbol, desk] of floor.desks) {
      const contract = state.market.contracts.get(symbol)
      assert(contract !== undefined)
      const trades = list(desk.trades)
      for (const id of list(desk.orders)) {
        const order = orders.get(id)
        assert(order !== undefined)
        const own = trades.filter(({ orderId }) => orderId === order.orderId)
        equal(sum(own.map(({ quantity }) => quantity)), order.executed, "what was filled of an order")
        equal(sum(own.map(({ value }) => value)), order.value, "the worth of what was filled")
        assert.isFalse(BigDecimal.isLessThan(order.quantity, order.executed), "no order is filled above its quantity")
        assert.strictEqual(desk.open.includes(id), Futures.isOpen(order), "the open orders are those that are open")
        assert.strictEqual(resting.has(id), Futures.isOpen(order), "the book holds the open orders")
        if (!Futures.isOpen(order)) continue
        equal(resting.get(id) ?? zero, Futures.remaining(order), "what is left in the book")
        const key = Account.positionKey(order.product, symbol, order.positionSide)
        assert.isFalse(
          Futures.isClosing(order) && BigDecimal.isZero(Futures.closable(account.positions.get(key), order.side)),
          "an order that can only close has something to close"
        )
      }
      for (const positionSide of ["BOTH", "LONG", "SHORT"] as const) {
        const key = Account.positionKey(contract.product, symbol, positionSide)
        const quantity = account.positions.get(key)?.quantity ?? zero
        const own = trades.filter((trade) => trade.positionSide === positionSide)
        equal(
          sum(own.map((trade) => signed(trade.side, trade.quantity))),
          quantity,
          "a position is the sum of its trades"
        )
        assert.isFalse(positionSide === "LONG" && BigDecimal.isNegative(quantity))
        assert.isFalse(positionSide === "SHORT" && BigDecimal.isPositive(quantity))
        held.set(symbol, BigDecimal.sum(held.get(symbol) ?? zero, quantity))
        const open = desk.open.flatMap((id) => orders.get(id) ?? []).filter((order) =>
          order.positionSide === positionSide
        )
        const worth = (side: "BUY" | "SELL") =>
          sum(
            open.filter((order) => order.side === side).map((order) =>
              Margin.notional(contract, Futures.remaining(order), order.price)
            )
          )
        equal(account.openOrders.get(key)?.bids ?? zero, worth("BUY"), "the worth of open bids")
        equal(account.openOrders.get(key)?.asks ?? zero, worth("SELL"), "the worth of open asks")
      }
    }
  }
  for (const [symbol, quantity] of held) {
    equal(BigDecimal.negate(quantity), House.holding(state.house, symbol).quantity, `the other side of ${symbol}`)
  }
}

const symbols = {
  BTCUSDT: { product: "UM", price: 95000, tick: 1, unit: 0.01 },
  BTCUSD_PERP: { product: "CM", price: 95010, tick: 1, unit: 1 }
} as const

const step = Schema.Struct({
  kind: Schema.Literals(["place", "again", "more", "still", "cancel", "modify", "wait", "price", "time", "cancelAll"]),
  accountId: Schema.Literals(["a", "b", "c"]),
  symbol: Schema.Literals(["BTCUSDT", "BTCUSD_PERP"]),
  side: Schema.Literals(["BUY", "SELL"]),
  positionSide: Schema.Literals(["LONG", "SHORT"]),
  market: Schema.Boolean,
  timeInForce: Schema.Literals(["GTC", "IOC", "FOK", "GTX", "GTD"]),
  prevention: Schema.Literals(["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "NONE"]),
  reduceOnly: Schema.Boolean,
  quantity: Schema.Literals([1, 2, 7, 50, 333, 400]),
  offset: Schema.Literals([-9000, -900, -40, -2, -1, 0, 1, 2, 40, 900, 4500]),
  id: Schema.Literals([1, 2, 3, 4, 5, 8, 13, 21])
})

type Step = typeof step.Type

const decimalOf = (value: number) => d(String(Math.round(value * 1000) / 1000))

/** The command of a step, or a time to let pass. */
const commandOf = (state: Engine.State, given: Step, now: number): Engine.Command | number => {
  const { accountId, symbol } = given
  const { price: around, product, tick, unit } = symbols[symbol]
  const price = decimalOf(around + given.offset * tick)
  const quantity = decimalOf(given.quantity * unit)
  const hedged = accountId === "b"
  const side = {
    side: given.side,
    ...(hedged
      // Mostly orders that open, so that there is something to close.
      ? {
        positionSide: given.reduceOnly ? given.positionSide : given.side === "BUY" ? "LONG" as const : "SHORT" as const
      }
      : given.reduceOnly
      ? { reduceOnly: true }
      : {})
  }
  const { open } = Futures.desk(Futures.floor(state.futures, accountId), symbol)
  const orderId = BigInt(open[given.id % Math.max(1, open.length)] ?? given.id)
  const reference = { accountId, product, symbol, orderId }
  switch (given.kind) {
    case "place":
    case "again":
    case "more":
    case "still": {
      const order: FuturesEngine.PlaceOrder = {
        _tag: "PlaceOrder",
        accountId,
        product,
        symbol,
        ...side,
        type: given.market ? "MARKET" : "LIMIT",
        quantity,
        selfTradePreventionMode: given.prevention,
        ...(given.market ? {} : { timeInForce: given.timeInForce, price, goodTillDate: now + 700_000 })
      }
      return order
    }
    case "cancel":
      return { _tag: "CancelOrder", ...reference }
    case "cancelAll":
      return { _tag: "CancelAllOrders", accountId, product, symbol }
    case "modify":
      return { _tag: "ModifyOrder", ...reference, side: given.side, quantity, price }
    case "wait":
      return {
        _tag: "PlaceConditionalOrder",
        accountId,
        product,
        symbol,
        ...side,
        type: given.market ? "TRAILING_STOP_MARKET" : "STOP_MARKET",
        quantity,
        ...(given.market ? { callbackRate: d("0.5") } : { triggerPrice: price })
      }
    case "price":
      return { _tag: "SetPrice", symbol, price }
    case "time":
      return given.offset < -1 ? 30_000_000 : given.offset < 2 ? 1000 : 800_000
  }
}

const rules: OrderRules.OrderRules = {
  ...OrderRules.defaults,
  selfTradePreventionNone: "allowed",
  insuranceFund: new Map([["USDT", d("100")]])
}

const start = exchange([
  funded("a", {
    feeBurn: true,
    umWallet: new Map()
  }),
  funded("b", { dualSidePosition: true }),
  funded("c", {
    margin: new Map([["USDT", { free: d("20000"), locked: zero, borrowed: zero, interest: zero, updateTime: begin }]])
  })
], rules)

const play = (steps: ReadonlyArray<Step>, check: (state: Engine.State) => void): Engine.State => {
  const before = new Map(assets.map((asset) => [asset, wealth(start, asset)]))
  let now = begin
  let state = start
  for (const given of steps) {
    const command = commandOf(state, given, now)
    if (typeof command === "number") {
      now += command
      state = Engine.advance(state, now)
    } else {
      const applied = Engine.apply(state, command, now)
      if (Result.isFailure(applied)) continue
      state = applied.success[0]
    }
    for (const asset of assets) equal(wealth(state, asset), before.get(asset) ?? zero, `all ${asset} there is`)
    check(state)
  }
  return state
}

const steps = Arbitrary.array(Arbitrary.schema(step), { minLength: 10, maxLength: 60 })

describe("any sequence of commands", () => {
  it.prop("keeps money together and histories in agreement", { steps }, ({ steps }) => {
    play(steps, agrees)
  }, { arbitrary: { runs: 80 } })

  it.prop("gives the same state again", { steps }, ({ steps }) => {
    const ignore = () => undefined
    const [once, again] = [play(steps, ignore), play(steps, ignore)]
    assert.deepStrictEqual(once.outbox, again.outbox)
    assert.deepStrictEqual(once.accounts, again.accounts)
    assert.deepStrictEqual(once.house, again.house)
    assert.deepStrictEqual(once.futures.books, again.futures.books)
  }, { arbitrary: { runs: 15 } })

  // Long days of trading near the price, where accounts meet each other; each seed is a day of its own.
  it.each([1, 2, 3, 5, 8, 13])("keeps both over a long day, seed %i", (seed) => {
    let last = seed
    const pick = <A>(choices: ReadonlyArray<A>, otherwise: A): A => {
      last = (last * 48_271) % 2_147_483_647
      return choices[last % choices.length] ?? otherwise
    }
    const day = Array.from({ length: 400 }, (): Step => ({
      kind: pick(["place", "place", "place", "place", "place", "cancel", "modify", "wait", "price", "time"], "place"),
      accountId: pick(["a", "b", "c"], "a"),
      symbol: pick(["BTCUSDT", "BTCUSDT", "BTCUSD_PERP"], "BTCUSDT"),
      side: pick(["BUY", "SELL"], "BUY"),
      positionSide: pick(["LONG", "SHORT"], "LONG"),
      market: pick([true, false, false], false),
      timeInForce: pick(["GTC", "GTC", "GTC", "IOC", "FOK", "GTX", "GTD"], "GTC"),
      prevention: pick(["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "NONE"], "NONE"),
      reduceOnly: pick([true, false, false, false], false),
      quantity: pick([1, 2, 7, 50, 333], 1),
      offset: pick([-900, -40, -1, 0, 0, 1, 40, 900], 0),
      id: pick([1, 2, 3, 4, 5, 8, 13, 21], 1)
    }))
    let seen = 0
    const end = play(day, (state) => {
      seen += 1
      if (seen % 10 === 0) agrees(state)
    })
    agrees(end)
    const outcomes = new Set([...ordersOf(end).values()].map(({ status }) => status))
    assert.includeMembers([...outcomes], ["FILLED", "CANCELED", "EXPIRED"])
  })
})
