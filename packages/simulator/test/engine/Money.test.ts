/** Money is conserved: whatever is done, balances, loans, interest, fees, orders and their histories add up to the last digit. */
import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Ledger from "@effect-binance/simulator/Ledger"
import * as Loans from "@effect-binance/simulator/Loans"
import * as Parameters from "@effect-binance/simulator/MarginParameters"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Spot from "@effect-binance/simulator/Spot"
import * as SpotEngine from "@effect-binance/simulator/SpotEngine"
import * as SpotPairs from "@effect-binance/simulator/SpotPairs"
import * as SpotViews from "@effect-binance/simulator/SpotViews"
import * as Views from "@effect-binance/simulator/Views"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Chunk from "effect/Chunk"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { accountOf, d, now, run, succeeds } from "./support.ts"

const assets = ["USDT", "BTC", "ETH", "BNB"] as const

const accounts = ["a", "b"] as const

type AssetName = (typeof assets)[number]

const opening: { readonly [A in AssetName]: `${number}` } = { USDT: "200000", BTC: "3", ETH: "40", BNB: "20" }

const times = (figure: BigDecimal.BigDecimal, factor: BigDecimal.BigDecimal): BigDecimal.BigDecimal =>
  BigDecimal.multiply(figure, factor)

const start = Engine.deliver(run(
  Engine.make({
    now,
    parameters: { ...Parameters.defaults, negativeBalanceMaximums: new Map([["USDT", d("50")]]) },
    // Markets so thin that accounts meet each other and orders fill in part.
    spot: Spot.make(SpotPairs.defaults.map(([pair, price]) =>
      [{
        ...pair,
        ladder: { ...pair.ladder, levels: 4, quantity: times(pair.ladder.quantity, d("0.2")), refill: 5000 }
      }, price] as const
    )),
    accounts: accounts.map((id) => Seed.emptyAccount(id, now))
  }),
  ...accounts.flatMap((accountId) =>
    assets.map((asset): Engine.Command => ({
      _tag: "Deposit",
      accountId,
      wallet: "MARGIN",
      asset,
      amount: d(opening[asset])
    }))
  )
))[0]

const Moves = Schema.Struct({
  kind: Schema.Literals([
    "limit",
    "limit",
    "limit",
    "market",
    "market",
    "quote",
    "maker",
    "stop",
    "stop limit",
    "take profit",
    "oco",
    "cancel",
    "cancel list",
    "cancel all",
    "price",
    "price",
    "price",
    "index",
    "borrow",
    "repay",
    "repay debt",
    "deposit",
    "to UM",
    "from UM",
    "collect",
    "collect asset",
    "negative",
    "cover",
    "burn",
    "hours"
  ]),
  accountId: Schema.Literals(accounts),
  symbol: Schema.Literals(["BTCUSDT", "BTCUSDT", "ETHUSDT", "ETHBTC", "BNBUSDT"]),
  side: Schema.Literals(["BUY", "SELL"]),
  asset: Schema.Literals(assets),
  other: Schema.Literals(assets),
  size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 })),
  offset: Schema.Int.check(Schema.isBetween({ minimum: -12, maximum: 12 })),
  timeInForce: Schema.Literals(["GTC", "GTC", "IOC", "FOK"]),
  sideEffect: Schema.Literals(["NO_SIDE_EFFECT", "MARGIN_BUY", "AUTO_REPAY", "AUTO_BORROW_REPAY"]),
  prevention: Schema.Literals(["EXPIRE_MAKER", "EXPIRE_TAKER", "EXPIRE_BOTH", "NONE"]),
  flag: Schema.Boolean
})

type Move = (typeof Moves)["Type"]

const cut = (figure: BigDecimal.BigDecimal, step: BigDecimal.BigDecimal): BigDecimal.BigDecimal =>
  times(
    BigDecimal.make(
      BigDecimal.scale(BigDecimal.divideUnsafe(figure, step), 0).value,
      0
    ),
    step
  )

/** Lot sizes about one thousandth of what a pair's account has. */
const lot: { readonly [symbol: string]: `${number}` } = {
  BTCUSDT: "0.00251",
  ETHUSDT: "0.0507",
  ETHBTC: "0.0501",
  BNBUSDT: "0.053"
}

const commandOf = (state: Engine.State, move: Move): Engine.Command | undefined => {
  const { accountId, asset, flag, offset, other, prevention, side, sideEffect, size, symbol, timeInForce } = move
  const pair = state.spot.pairs.get(symbol)
  if (pair === undefined) return undefined
  const last = Spot.lastPrice(state.spot, symbol)
  const near = (thousandths: number) => cut(times(last, d(`${(1000 + thousandths) / 1000}`)), pair.filters.tickSize)
  const quantity = times(d(lot[symbol] ?? "1"), d(`${size}`))
  const amount = times(d(opening[asset]), d(`${size / 1000}`))
  const order = { _tag: "NewMarginOrder", accountId, symbol, side, quantity, sideEffect } as const
  const stop = side === "BUY" ? Math.abs(offset) + 1 : -Math.abs(offset) - 1
  const open = Spot.openOrders(state.spot, accountId)
  const chosen = open[size % Math.max(1, open.length)]
  switch (move.kind) {
    case "limit":
      return {
        ...order,
        type: "LIMIT",
        timeInForce,
        price: near(offset),
        selfTradePrevention: prevention,
        autoRepayAtCancel: flag
      }
    case "market":
      return { ...order, type: "MARKET", selfTradePrevention: prevention }
    case "quote":
      return { ...order, type: "MARKET", quantity: undefined, quoteOrderQty: times(d("7.77"), quantity) }
    case "maker":
      return { ...order, type: "LIMIT_MAKER", price: near(-stop) }
    case "stop":
      return { ...order, type: "STOP_LOSS", stopPrice: near(stop) }
    case "stop limit":
      return { ...order, type: "STOP_LOSS_LIMIT", timeInForce, stopPrice: near(stop), price: near(stop + offset) }
    case "take profit":
      return { ...order, type: "TAKE_PROFIT", stopPrice: near(-stop) }
    case "oco":
      return {
        _tag: "NewMarginOco",
        accountId,
        symbol,
        side,
        quantity,
        price: near(-stop),
        stopPrice: near(stop),
        ...(flag ? { stopLimitPrice: near(stop + offset), stopLimitTimeInForce: timeInForce } : {}),
        sideEffect
      }
    case "cancel":
      return chosen && { _tag: "CancelMarginOrder", accountId, symbol: chosen.symbol, orderId: chosen.id }
    case "cancel list":
      return chosen && {
        _tag: "CancelMarginOco",
        accountId,
        symbol: chosen.symbol,
        orderListId: chosen.listId
      }
    case "cancel all":
      return { _tag: "CancelAllMarginOrders", accountId, symbol }
    case "price":
      return { _tag: "SetSpotPrice", symbol, price: near(offset) }
    case "index":
      return {
        _tag: "SetIndexPrice",
        asset: pair.baseAsset,
        price: times(d(`${(1000 + offset) / 1000}`), state.market.indexPrices.get(pair.baseAsset) ?? d("1"))
      }
    case "borrow":
      return { _tag: "Borrow", accountId, asset, amount: times(amount, d("12")) }
    case "repay":
      return {
        _tag: "Repay",
        accountId,
        asset,
        amount: flag ? Loans.owed(accountOf(state, accountId), asset) : times(amount, d("0.25"))
      }
    case "repay debt":
      return { _tag: "RepayDebt", accountId, asset, assets: [other], ...(flag ? { amount } : {}) }
    case "deposit":
      return { _tag: "Deposit", accountId, wallet: flag ? "UM" : "CM", asset, amount }
    case "to UM":
      return { _tag: "TransferBnb", accountId, amount, transferSide: "TO_UM" }
    case "from UM":
      return { _tag: "TransferBnb", accountId, amount, transferSide: "FROM_UM" }
    case "collect":
      return { _tag: "CollectFunds", accountId }
    case "collect asset":
      return {
        _tag: "CollectAsset",
        accountId,
        asset,
        part: flag ? undefined : { amount, futureType: "CM" }
      }
    case "cover":
      return { _tag: "RepayNegativeBalances", accountId }
    case "burn":
      return { _tag: "SetSpotFeeBurn", accountId, feeBurn: flag }
    case "negative":
    case "hours":
      return undefined
  }
}

const sum = <A>(rows: Iterable<A>, f: (row: A) => BigDecimal.BigDecimal): BigDecimal.BigDecimal => {
  let total = BigDecimal.make(0n, 0)
  for (const row of rows) total = BigDecimal.sum(total, f(row))
  return total
}

const zero = d("0")

const same = (actual: BigDecimal.BigDecimal, expected: BigDecimal.BigDecimal, what: string): void =>
  assert.isTrue(
    BigDecimal.equals(actual, expected),
    `${what}: ${BigDecimal.format(actual)} is not ${BigDecimal.format(expected)}`
  )

const notNegative = (figure: BigDecimal.BigDecimal, what: string): void =>
  assert.isTrue(BigDecimal.isGreaterThanOrEqualTo(figure, zero), `${what}: ${BigDecimal.format(figure)}`)

const ledgerOf = (state: Engine.State, id: string): Ledger.Ledger => state.ledgers.get(id) ?? Ledger.empty

const rows = Chunk.toReadonlyArray

const ordersOf = (state: Engine.State, id: string): ReadonlyArray<Spot.Order> =>
  Array.from({ length: state.spot.nextOrder - 1 }, (_, index) => Spot.order(state.spot, index + 1))
    .flatMap((order) => order?.accountId === id ? [order] : [])

const tradesOf = (state: Engine.State, id: string): ReadonlyArray<Spot.Trade> =>
  [...Spot.floor(state.spot, id).desks.values()].flatMap(({ trades }) => trades.shared.slice(0, trades.length))

/** What was brought in from outside, by account, wallet and asset; the only thing that no history of the engine holds. */
type Outside = Map<string, BigDecimal.BigDecimal>

const balancesAddUp = (state: Engine.State, outside: Outside): void => {
  for (const id of accounts) {
    const account = accountOf(state, id)
    const ledger = ledgerOf(state, id)
    const orders = ordersOf(state, id)
    for (const asset of assets) {
      const where = `${id} ${asset}`
      const { borrowed, free, interest, locked } = Account.marginBalance(account, asset)
      notNegative(free, `${where} free`)
      notNegative(locked, `${where} locked`)
      notNegative(borrowed, `${where} borrowed`)
      notNegative(interest, `${where} interest`)
      const of = <A extends { readonly asset: string }>(list: Chunk.Chunk<A>) =>
        rows(list).filter((row) => row.asset === asset)
      same(
        borrowed,
        BigDecimal.subtract(
          sum(of(ledger.loans), (row) => row.principal),
          sum(of(ledger.repayments), (row) => row.principal)
        ),
        `${where} borrowed`
      )
      same(
        interest,
        BigDecimal.subtract(
          sum(of(ledger.interest), (row) => row.interest),
          sum(of(ledger.repayments), (row) => row.interest)
        ),
        `${where} interest`
      )
      same(
        locked,
        sum(orders, (order) => {
          const pair = state.spot.pairs.get(order.symbol)
          return pair !== undefined && Spot.assetsOf(pair, order.side).gives === asset ? order.locked : zero
        }),
        `${where} locked`
      )
      const moved = (wallet: Ledger.Wallet) =>
        BigDecimal.subtract(
          sum(of(ledger.transfers), (row) => row.to === wallet ? row.amount : zero),
          sum(of(ledger.transfers), (row) => row.from === wallet ? row.amount : zero)
        )
      const converted = (wallet: Ledger.Wallet) =>
        BigDecimal.subtract(
          sum(rows(ledger.conversions), ({ received }) =>
            received.asset === asset && received.wallet === wallet ? received.amount : zero),
          sum(rows(ledger.conversions), ({ given }) =>
            given.asset === asset && wallet === "MARGIN" ? given.amount : zero)
        )
      const traded = sum(tradesOf(state, id), (trade) => {
        const pair = state.spot.pairs.get(trade.symbol)
        const { brings, gives } = pair === undefined ? { brings: "", gives: "" } : Spot.assetsOf(pair, trade.side)
        const [given, brought] = trade.side === "BUY" ? [trade.quote, trade.quantity] : [trade.quantity, trade.quote]
        return sum([
          brings === asset ? brought : zero,
          gives === asset ? BigDecimal.negate(given) : zero,
          trade.commissionAsset === asset ? BigDecimal.negate(trade.commission) : zero
        ], (part) => part)
      })
      same(
        BigDecimal.sum(free, locked),
        sum([
          outside.get(`${id} MARGIN ${asset}`) ?? zero,
          sum(of(ledger.loans), (row) => row.principal),
          BigDecimal.negate(sum(of(ledger.repayments), (row) => BigDecimal.sum(row.principal, row.interest))),
          moved("MARGIN"),
          converted("MARGIN"),
          traded
        ], (part) => part),
        `${where} held`
      )
      for (const product of ["UM", "CM"] as const) {
        same(
          Account.wallet(account, product, asset).balance,
          sum(
            [outside.get(`${id} ${product} ${asset}`) ?? zero, moved(product), converted(product)],
            (part) => part
          ),
          `${where} ${product}`
        )
      }
    }
  }
}

/** What one side of a trade gives the other one gets: accounts, the market around the prices, and the fees. */
const tradesAddUp = (state: Engine.State): void => {
  for (const asset of assets) {
    const traded = sum(accounts, (id) =>
      sum(tradesOf(state, id), (trade) => {
        const pair = state.spot.pairs.get(trade.symbol)
        if (pair === undefined) return zero
        const sign = trade.side === "BUY" ? d("1") : d("-1")
        return sum([
          pair.baseAsset === asset ? times(sign, trade.quantity) : zero,
          pair.quoteAsset === asset ? BigDecimal.negate(times(sign, trade.quote)) : zero
        ], (part) => part)
      }))
    same(BigDecimal.sum(traded, state.spot.market.get(asset) ?? zero), zero, `trades in ${asset}`)
    same(
      sum(
        accounts,
        (id) => sum(tradesOf(state, id), (trade) => trade.commissionAsset === asset ? trade.commission : zero)
      ),
      state.spot.fees.get(asset) ?? zero,
      `fees in ${asset}`
    )
  }
}

const ordersAddUp = (state: Engine.State): void => {
  const resting = new Map<number, BigDecimal.BigDecimal>()
  for (const book of state.spot.books.values()) {
    for (const { orders, price } of [...book.bids, ...book.asks]) {
      for (const { id, quantity } of orders) {
        assert.isFalse(resting.has(id), `order ${id} rests once`)
        resting.set(id, quantity)
        same(Spot.order(state.spot, id)?.price ?? zero, price, `price of ${id}`)
      }
    }
    const [bid, ask] = [book.bids.at(-1), book.asks.at(-1)]
    if (bid !== undefined && ask !== undefined) {
      assert.isTrue(BigDecimal.isLessThan(bid.price, ask.price), "resting orders do not cross")
    }
  }
  const waiting = new Set([...state.spot.stops.values()].flat())
  let open = 0
  for (const id of accounts) {
    const trades = tradesOf(state, id)
    const ordersNow = ordersOf(state, id)
    for (const order of ordersNow) {
      const own = trades.filter((trade) => trade.orderId === order.id)
      same(order.executed, sum(own, (trade) => trade.quantity), `executed of ${order.id}`)
      same(order.quote, sum(own, (trade) => trade.quote), `quote of ${order.id}`)
      const isOpen = Spot.isOpen(order)
      open += isOpen ? 1 : 0
      if (order.status === "FILLED") same(order.executed, order.quantity, `${order.id} is filled`)
      else if (BigDecimal.isPositive(order.quantity)) {
        assert.isTrue(BigDecimal.isLessThan(order.executed, order.quantity), `${order.id} is ${order.status}`)
      }
      if (order.status === "NEW") same(order.executed, zero, `${order.id} is new`)
      if (!isOpen) same(order.locked, zero, `${order.id} holds nothing`)
      assert.strictEqual(resting.has(order.id), isOpen && order.isWorking, `order ${order.id} rests`)
      assert.strictEqual(waiting.has(order.id), isOpen && !order.isWorking, `order ${order.id} waits`)
      if (isOpen && order.isWorking) same(resting.get(order.id) ?? zero, Spot.remaining(order), `rest of ${order.id}`)
    }
    assert.sameMembers(
      [...Spot.floor(state.spot, id).open],
      ordersNow.filter(Spot.isOpen).map((order) => order.id)
    )
    const view = succeeds(Views.make(state, id, state.updateTime))
    assert.lengthOf(succeeds(SpotViews.getMarginOpenOrders(view)), ordersNow.filter(Spot.isOpen).length)
    for (const list of SpotViews.getMarginOpenOCO(view)) {
      const filled = list.orders.filter(({ orderId }) =>
        BigDecimal.isPositive(Spot.order(state.spot, orderId)?.executed ?? zero)
      )
      assert.isAtMost(filled.length, 1, "one order of a pair fills")
    }
    // What the account shows as open loss is what its open orders come to.
    const shown = accountOf(state, id).openLoss
    const reckoned = accountOf(SpotEngine.reckonOpenLoss(state), id).openLoss
    for (const asset of assets) same(shown.get(asset) ?? zero, reckoned.get(asset) ?? zero, `open loss ${id} ${asset}`)
  }
  assert.strictEqual(open, resting.size + waiting.size)
}

const reached = new Map<string, number>()

const play = (steps: ReadonlyArray<Move>): void => {
  let state = start
  let time = now
  const outside: Outside = new Map(
    accounts.flatMap((id) => assets.map((asset) => [`${id} MARGIN ${asset}`, d(opening[asset])] as const))
  )
  for (const move of steps) {
    time += 1000
    if (move.kind === "hours") {
      time += move.size * 60_000
      state = Engine.advance(state, time)
    } else if (move.kind === "negative") {
      const key = `${move.accountId} UM USDT`
      const balance = Account.wallet(accountOf(state, move.accountId), "UM", "USDT").balance
      const lost = d(`${move.size}`)
      outside.set(key, BigDecimal.subtract(outside.get(key) ?? zero, lost))
      state = run(state, {
        _tag: "SetWalletBalance",
        accountId: move.accountId,
        product: "UM",
        asset: "USDT",
        balance: BigDecimal.subtract(balance, lost)
      })
    } else {
      const command = commandOf(state, move)
      if (command === undefined) continue
      const applied = Engine.apply(Engine.advance(state, time), command, time)
      if (Result.isFailure(applied)) {
        const code = `refused ${applied.failure.code}`
        reached.set(code, (reached.get(code) ?? 0) + 1)
        continue
      }
      state = applied.success[0]
      if (command._tag === "Deposit") {
        const key = `${command.accountId} ${command.wallet} ${command.asset}`
        outside.set(key, BigDecimal.sum(outside.get(key) ?? zero, command.amount))
      }
    }
    reached.set(move.kind, (reached.get(move.kind) ?? 0) + 1)
    balancesAddUp(state, outside)
    tradesAddUp(state)
    ordersAddUp(state)
    state = Engine.deliver(state)[0]
  }
  for (const id of accounts) for (const order of ordersOf(state, id)) reached.set(order.status, 1)
}

describe("money", () => {
  it.prop(
    "adds up to the last digit after every step, and so do orders and their histories",
    { steps: Arbitrary.array(Arbitrary.schema(Moves), { minLength: 20, maxLength: 60 }) },
    ({ steps }) => play(steps),
    { timeout: 120_000, arbitrary: { runs: 80, size: 60, seed: 7 } }
  )

  it("was moved in every way, and refused in most", () => {
    assert.includeMembers([...reached.keys()], [
      "limit",
      "market",
      "quote",
      "maker",
      "stop",
      "stop limit",
      "take profit",
      "oco",
      "cancel",
      "cancel list",
      "cancel all",
      "borrow",
      "repay",
      "repay debt",
      "to UM",
      "from UM",
      "collect",
      "collect asset",
      "negative",
      "cover",
      "hours",
      "NEW",
      "PARTIALLY_FILLED",
      "FILLED",
      "CANCELED",
      "EXPIRED",
      "EXPIRED_IN_MATCH",
      "refused -2010",
      "refused -2011",
      "refused -3015",
      "refused 51006"
    ])
  })
})
