/** An exchange with funded accounts, and orders on it in a few words. */
import * as Account from "@effect-binance/simulator/Account"
import type * as Conditional from "@effect-binance/simulator/Conditional"
import * as Engine from "@effect-binance/simulator/Engine"
import type * as Futures from "@effect-binance/simulator/Futures"
import type * as FuturesEngine from "@effect-binance/simulator/FuturesEngine"
import type * as Market from "@effect-binance/simulator/Market"
import type * as OrderRules from "@effect-binance/simulator/OrderRules"
import { assert } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"

export const d = BigDecimal.fromStringUnsafe

export const begin = Date.UTC(2026, 0, 1, 1)

export const funded = (id: string, change: Partial<Account.Account> = {}): Account.Account => ({
  ...Account.make(id, begin),
  margin: new Map([
    ["USDT", { free: d("1000000"), locked: d("0"), borrowed: d("0"), interest: d("0"), updateTime: begin }],
    ["BTC", { free: d("20"), locked: d("0"), borrowed: d("0"), interest: d("0"), updateTime: begin }]
  ]),
  umWallet: new Map([["USDT", { balance: d("0"), updateTime: begin }]]),
  ...change
})

export const exchange = (
  accounts: ReadonlyArray<Account.Account> = [funded("a"), funded("b")],
  rules?: OrderRules.OrderRules
): Engine.State => Engine.make({ now: begin, accounts, ...(rules === undefined ? {} : { rules }) })

export const apply = (state: Engine.State, command: Engine.Command, now = begin): Engine.State => {
  const applied = Engine.apply(state, command, now)
  assert(Result.isSuccess(applied), `${command._tag} is carried out`)
  return applied.success[0]
}

export const refusal = (state: Engine.State, command: Engine.Command, now = begin): number => {
  const applied = Engine.apply(state, command, now)
  assert(Result.isFailure(applied), `${command._tag} is refused`)
  return applied.failure.code
}

type Order = Omit<FuturesEngine.PlaceOrder, "_tag" | "accountId" | "product" | "symbol" | "quantity" | "price"> & {
  readonly accountId?: string
  readonly product?: Market.Product
  readonly symbol?: string
  readonly quantity: `${number}`
  readonly price?: `${number}`
}

export const order = (options: Order): FuturesEngine.PlaceOrder => {
  const { price, quantity, ...rest } = options
  return {
    _tag: "PlaceOrder",
    accountId: "a",
    product: "UM",
    symbol: "BTCUSDT",
    ...(options.type === "LIMIT" && options.timeInForce === undefined ? { timeInForce: "GTC" } : {}),
    ...rest,
    quantity: d(quantity),
    price: price === undefined ? undefined : d(price)
  }
}

type Waiting =
  & Omit<
    Conditional.PlaceConditionalOrder,
    | "_tag"
    | "accountId"
    | "product"
    | "symbol"
    | "quantity"
    | "price"
    | "triggerPrice"
    | "activatePrice"
    | "callbackRate"
  >
  & {
    readonly product?: Market.Product
    readonly symbol?: string
    readonly quantity?: `${number}`
    readonly price?: `${number}`
    readonly triggerPrice?: `${number}`
    readonly activatePrice?: `${number}`
    readonly callbackRate?: `${number}`
  }

const optional = (text: `${number}` | undefined) => text === undefined ? undefined : d(text)

export const waiting = (options: Waiting): Conditional.PlaceConditionalOrder => ({
  _tag: "PlaceConditionalOrder",
  accountId: "a",
  product: "UM",
  symbol: "BTCUSDT",
  ...options,
  quantity: optional(options.quantity),
  price: optional(options.price),
  triggerPrice: optional(options.triggerPrice),
  activatePrice: optional(options.activatePrice),
  callbackRate: optional(options.callbackRate)
})

export const price = (price: `${number}`, symbol = "BTCUSDT"): Engine.OutsideCommand => ({
  _tag: "SetPrice",
  symbol,
  price: d(price)
})

/** The payloads that wait for the stream of an account. */
export const told = (state: Engine.State, accountId = "a") =>
  state.outbox.filter((event) => event.accountId === accountId).map(({ payload }) => payload)

export const positionOf = (
  state: Engine.State,
  accountId = "a",
  symbol = "BTCUSDT",
  side: Account.PositionSide = "BOTH"
) => {
  const product: Market.Product = symbol.includes("_") ? "CM" : "UM"
  const position = state.accounts.get(accountId)?.positions.get(Account.positionKey(product, symbol, side))
  return position === undefined ? "0" : BigDecimal.format(position.quantity)
}

/** What orders of an account came to, oldest first. */
export const statuses = (
  state: Engine.State,
  accountId = "a",
  symbol = "BTCUSDT"
): ReadonlyArray<Futures.OrderStatus> => {
  const contract = state.market.contracts.get(symbol)
  assert(contract !== undefined)
  const product: Market.Product = symbol.includes("_") ? "CM" : "UM"
  const floor = state.futures.floors.get(accountId)
  const count = floor?.desks.get(symbol)?.orders.length ?? 0
  assert.strictEqual(contract.product, product)
  return Array.from({ length: count }, (_, at) => at).flatMap((at) => {
    const id = floor?.desks.get(symbol)?.orders.shared[at]
    if (id === undefined) return []
    const known = told(state, accountId).toReversed().flatMap((payload) => {
      const { o } = payload
      return typeof o === "object" && o !== null && "i" in o && "X" in o &&
          BigInt(String(o.i)) === contract.firstOrderId + BigInt(id)
        ? [o.X]
        : []
    })
    const [last] = known
    return last === "NEW" || last === "PARTIALLY_FILLED" || last === "FILLED" || last === "CANCELED" ||
        last === "EXPIRED" ||
        last === "EXPIRED_IN_MATCH"
      ? [last]
      : []
  })
}
