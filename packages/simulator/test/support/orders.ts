/** The six products of orders, each with one order that rests, and what the exchange itself knows of it. */
import type * as Errors from "@effect-binance/core/BinanceError"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import type { CMOrders } from "@effect-binance/portfolio-margin/CMOrders"
import type * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import * as Outcome from "@effect-binance/portfolio-margin/Outcome"
import type { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import * as Account from "@effect-binance/simulator/Account"
import type * as Engine from "@effect-binance/simulator/Engine"
import type * as Futures from "@effect-binance/simulator/Futures"
import * as Simulator from "@effect-binance/simulator/Simulator"
import * as Spot from "@effect-binance/simulator/Spot"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as IntMap from "../../src/internal/intMap.ts"

const d = BigDecimal.fromStringUnsafe

export type Families = UMOrders | CMOrders | MarginOrders

/** An order in the books of the exchange. */
export interface Booked {
  readonly state: "open" | "fired" | "canceled" | "ended"
  /** What was filled. */
  readonly executed: string
}

type Submitting = Effect.Effect<Outcome.Submitted<unknown, unknown>, Outcome.SubmitError, Families>

export interface Product {
  readonly name: Outcome.ProductName
  /** The calls that place, show and cancel. */
  readonly places: Endpoints.Name
  readonly shows: ReadonlyArray<Endpoints.Name>
  readonly cancels: Endpoints.Name
  /** Places the order of the product, under an id of the caller or under one that is made. */
  readonly submit: (id: string | undefined) => Submitting
  readonly resolve: (unknown: Errors.OutcomeUnknown) => Effect.Effect<Outcome.Resolution<unknown>, never, Families>
  readonly cancel: (
    id: string
  ) => Effect.Effect<Outcome.Cancellation<unknown, unknown>, Outcome.CancelError, Families>
  /** All orders there ever were under an id. */
  readonly booked: (state: Engine.State, id: string) => ReadonlyArray<Booked>
  /** Fills the order, or fires it. */
  readonly fill: ReadonlyArray<Engine.OutsideCommand>
  /** Fills some of it. */
  readonly fillPart: ReadonlyArray<Engine.OutsideCommand>
  /** Ends what is open. */
  readonly clear: ReadonlyArray<Engine.OutsideCommand>
}

const me = Simulator.demoKey.accountId

/** Who trades with the account of the tests. */
const other = "other"

const account = (id: string, now: number): Account.Account => {
  const balance = (free: string) => ({
    free: d(free),
    locked: d("0"),
    borrowed: d("0"),
    interest: d("0"),
    updateTime: now
  })
  return {
    ...Account.make(id, now),
    margin: new Map([["USDT", balance("10000000")], ["BTC", balance("1000")]])
  }
}

/** Two rich accounts. */
export const accounts = (now: number): ReadonlyArray<Account.Account> => [account(me, now), account(other, now)]

const futuresState = (status: Futures.OrderStatus): Booked["state"] =>
  status === "NEW" || status === "PARTIALLY_FILLED" ? "open" : status === "CANCELED" ? "canceled" : "ended"

const conditionalState = (status: Futures.Conditional["status"]): Booked["state"] =>
  status === "NEW"
    ? "open"
    : status === "CANCELED"
    ? "canceled"
    : status === "TRIGGERED" || status === "TRIGGERING"
    ? "fired"
    : "ended"

const ofFutures = (product: "UM" | "CM"): Product["booked"] => ({ futures }, id) =>
  [...IntMap.values(futures.orders)].filter((order) =>
    order.product === product && order.accountId === me && order.clientOrderId === id
  ).map(({ executed, status }) => ({ state: futuresState(status), executed: BigDecimal.format(executed) }))

const ofConditional = (product: "UM" | "CM"): Product["booked"] => ({ futures }, id) =>
  [...IntMap.values(futures.conditionals)].filter((order) =>
    order.product === product && order.accountId === me && order.clientId === id
  ).map(({ status }) => ({ state: conditionalState(status), executed: "0" }))

const ofSpot: Product["booked"] = ({ spot }, id) =>
  [...IntMap.values(spot.orders)].filter(({ accountId, clientOrderId }) => accountId === me && clientOrderId === id)
    .map((order) => ({
      state: Spot.isOpen(order) ? "open" : order.status === "CANCELED" ? "canceled" : "ended",
      executed: BigDecimal.format(order.executed)
    }))

const ofPairs: Product["booked"] = ({ spot }, id) =>
  [...IntMap.values(spot.lists)].filter(({ accountId, clientId }) => accountId === me && clientId === id)
    .map(({ orders }) => {
      const legs = orders.flatMap((leg) => Spot.order(spot, leg) ?? [])
      return {
        state: legs.some(Spot.isOpen)
          ? "open"
          : legs.every(({ status }) => status === "CANCELED")
          ? "canceled"
          : "ended",
        executed: "0"
      }
    })

/** The price of everything in BTC at the beginning, which the market around it leaves free. */
const price = "95000"

/** The same of the CM contract. */
const pricePerpetual = "95010"

const perpetual = "BTCUSD_PERP"

const symbol = "BTCUSDT"

const sell = (product: "UM" | "CM", symbol: string, quantity: string): Engine.OutsideCommand => ({
  _tag: "PlaceOrder",
  accountId: other,
  product,
  symbol,
  side: "SELL",
  type: "LIMIT",
  timeInForce: "IOC",
  quantity: d(quantity),
  price: d(product === "UM" ? price : pricePerpetual)
})

const sellSpot = (quantity: string): Engine.OutsideCommand => ({
  _tag: "NewMarginOrder",
  accountId: other,
  symbol: "BTCUSDT",
  side: "SELL",
  type: "LIMIT",
  timeInForce: "IOC",
  quantity: d(quantity),
  price: d(price)
})

const clearFutures = (product: "UM" | "CM", symbol: string): ReadonlyArray<Engine.OutsideCommand> => [
  { _tag: "CancelAllOrders", accountId: me, product, symbol }
]

const clearConditionals = (product: "UM" | "CM", symbol: string): ReadonlyArray<Engine.OutsideCommand> => [
  { _tag: "CancelAllConditionalOrders", accountId: me, product, symbol },
  { _tag: "SetPrice", symbol, price: d(product === "UM" ? price : pricePerpetual) },
  ...clearFutures(product, symbol)
]

const clearSpot: ReadonlyArray<Engine.OutsideCommand> = [{ _tag: "CancelAllMarginOrders", accountId: me, symbol }]

const rests = { side: "BUY", type: "LIMIT", timeInForce: "GTC", price } as const

export const um: Product = {
  name: "um",
  places: "submitNewUMOrder",
  shows: ["getUMOrder"],
  cancels: "cancelUMOrder",
  submit: (newClientOrderId) =>
    Outcome.submitOnce(Outcome.um, { ...rests, symbol, quantity: "0.01", newClientOrderId }),
  resolve: (unknown) => Outcome.resolve(Outcome.um, unknown, { symbol }),
  cancel: (origClientOrderId) => Outcome.cancelAndConfirm(Outcome.um, { symbol, origClientOrderId }),
  booked: ofFutures("UM"),
  fill: [sell("UM", symbol, "0.01")],
  fillPart: [sell("UM", symbol, "0.004")],
  clear: clearFutures("UM", symbol)
}

const cm: Product = {
  name: "cm",
  places: "submitNewCMOrder",
  shows: ["getCMOrder"],
  cancels: "cancelCMOrder",
  submit: (newClientOrderId) =>
    Outcome.submitOnce(Outcome.cm, {
      ...rests,
      symbol: perpetual,
      price: pricePerpetual,
      quantity: "10",
      newClientOrderId
    }),
  resolve: (unknown) => Outcome.resolve(Outcome.cm, unknown, { symbol: perpetual }),
  cancel: (origClientOrderId) => Outcome.cancelAndConfirm(Outcome.cm, { symbol: perpetual, origClientOrderId }),
  booked: ofFutures("CM"),
  fill: [sell("CM", perpetual, "10")],
  fillPart: [sell("CM", perpetual, "4")],
  clear: clearFutures("CM", perpetual)
}

export const margin: Product = {
  name: "margin",
  places: "submitNewMarginOrder",
  shows: ["getMarginOrder"],
  cancels: "cancelMarginOrder",
  submit: (newClientOrderId) =>
    Outcome.submitOnce(Outcome.margin, { ...rests, symbol, quantity: "0.01", newClientOrderId }),
  resolve: (unknown) => Outcome.resolve(Outcome.margin, unknown, { symbol }),
  cancel: (origClientOrderId) => Outcome.cancelAndConfirm(Outcome.margin, { symbol, origClientOrderId }),
  booked: ofSpot,
  fill: [sellSpot("0.01")],
  fillPart: [sellSpot("0.004")],
  clear: clearSpot
}

// They fire at a price above, and what they become rests below it.
const waits = { side: "BUY", positionSide: "BOTH", timeInForce: "GTC", price: "95500" } as const

const umAlgo: Product = {
  name: "umAlgo",
  places: "submitNewUMAlgoOrder",
  shows: ["getUMAlgoOrder"],
  cancels: "cancelUMAlgoOrder",
  submit: (clientAlgoId) =>
    Outcome.submitOnce(Outcome.umAlgo, {
      ...waits,
      symbol,
      algoType: "CONDITIONAL",
      type: "STOP",
      quantity: "0.01",
      triggerPrice: "96000",
      clientAlgoId
    }),
  resolve: (unknown) => Outcome.resolve(Outcome.umAlgo, unknown, { symbol }),
  cancel: (clientAlgoId) => Outcome.cancelAndConfirm(Outcome.umAlgo, { clientAlgoId }),
  booked: ofConditional("UM"),
  fill: [{ _tag: "SetPrice", symbol, price: d("96100") }],
  fillPart: [],
  clear: clearConditionals("UM", symbol)
}

const cmConditional: Product = {
  name: "cmConditional",
  places: "submitNewCMConditionalOrder",
  shows: ["getCMOpenConditionalOrder", "getCMConditionalOrderHistory"],
  cancels: "cancelCMConditionalOrder",
  submit: (newClientStrategyId) =>
    Outcome.submitOnce(Outcome.cmConditional, {
      ...waits,
      symbol: perpetual,
      strategyType: "STOP",
      quantity: "10",
      stopPrice: "96000",
      newClientStrategyId
    }),
  resolve: (unknown) => Outcome.resolve(Outcome.cmConditional, unknown, { symbol: perpetual }),
  cancel: (newClientStrategyId) =>
    Outcome.cancelAndConfirm(Outcome.cmConditional, { symbol: perpetual, newClientStrategyId }),
  booked: ofConditional("CM"),
  fill: [{ _tag: "SetPrice", symbol: perpetual, price: d("96100") }],
  fillPart: [],
  clear: clearConditionals("CM", perpetual)
}

const marginOCO: Product = {
  name: "marginOCO",
  places: "submitNewMarginOCO",
  shows: ["getMarginOCO"],
  cancels: "cancelMarginOCO",
  submit: (listClientOrderId) =>
    Outcome.submitOnce(Outcome.marginOCO, {
      symbol,
      side: "SELL",
      quantity: "0.01",
      price: "97000",
      stopPrice: "93000",
      listClientOrderId,
      ...(listClientOrderId === undefined
        ? {}
        : { limitClientOrderId: `${listClientOrderId}-l`, stopClientOrderId: `${listClientOrderId}-s` })
    }),
  resolve: (unknown) => Outcome.resolve(Outcome.marginOCO, unknown, { symbol }),
  cancel: (listClientOrderId) => Outcome.cancelAndConfirm(Outcome.marginOCO, { symbol, listClientOrderId }),
  booked: ofPairs,
  fill: [{ _tag: "SetSpotPrice", symbol, price: d("97100") }],
  fillPart: [],
  clear: [{ _tag: "SetSpotPrice", symbol, price: d(price) }, ...clearSpot]
}

export const products: ReadonlyArray<Product> = [um, umAlgo, cm, cmConditional, margin, marginOCO]

/** Gives one id after the other; the first of them is `${id}-1`. */
export const withIds = (id: string) => {
  let made = 0
  return Effect.provideService(ClientOrderId.Generator, { next: () => Effect.sync(() => `${id}-${++made}`) })
}

/** Leaves no fault and no order of a product open, and puts its price back. */
export const clear = (product: Product) =>
  Effect.gen(function*() {
    const exchange = yield* Simulator.Simulator
    yield* exchange.clearFaults
    // Where there is nothing to cancel, that is no matter.
    for (const command of product.clear) yield* Effect.ignore(exchange.apply(command))
  })
