import type { GuardedCall } from "@effect-binance/core/CallGuard"
import * as Decimal from "@effect-binance/core/Decimal"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import type { Amount } from "../endpoints/OrderTerms.ts"
import type { GuardedOrder, OrderGuardOptions, PerSymbol } from "../OrderGuard.ts"

/** A rule that an order breaks. */
export interface Broken {
  readonly rule: string
  readonly limit: string
  readonly value: string
}

// By path and not by name, so that a call made up by `Endpoint.raw` is an order too.
const paths = /^\/papi\/v1\/(um|cm|margin)\/(?:algo\/|conditional\/)?order(?:\/oco)?\/?$/i

const isProduct = (name: string | undefined): name is GuardedOrder["product"] =>
  name === "um" || name === "cm" || name === "margin"

const reduces = (params: GuardedCall["params"]): boolean =>
  params.reduceOnly?.toLowerCase() === "true" || params.closePosition?.toLowerCase() === "true" ||
  (params.positionSide === "LONG" && params.side === "SELL") ||
  (params.positionSide === "SHORT" && params.side === "BUY")

/** The order that a call places or changes; `undefined` where it does neither. */
export const orderOf = ({ endpoint, params }: GuardedCall): GuardedOrder | undefined => {
  const path = paths.exec(endpoint.path)
  if (endpoint.method === "DELETE" || (path === null && endpoint.orders === 0)) return undefined
  const product = path?.[1]?.toLowerCase()
  const figures = (...names: ReadonlyArray<string>) =>
    names.flatMap((name) => {
      const figure = Decimal.parse(params[name] ?? "")
      return figure === undefined ? [] : [figure]
    })
  const [quantity] = figures("quantity")
  const [quoteQuantity] = figures("quoteOrderQty")
  return {
    product: isProduct(product) ? product : "um",
    endpoint: endpoint.id,
    symbol: params.symbol ?? "",
    side: params.side ?? "",
    quantity,
    quoteQuantity,
    prices: figures("price", "stopLimitPrice"),
    triggers: figures("triggerPrice", "stopPrice", "activatePrice", "activationPrice"),
    reducing: reduces(params) && product !== "margin" && endpoint.method !== "PUT",
    // A pair is two orders even where the endpoint does not say so.
    orders: Math.max(endpoint.orders, endpoint.path.includes("/oco") ? 2 : 1)
  }
}

type Options = Omit<OrderGuardOptions, "referencePrice" | "openOrders"> & { readonly referencePrice?: unknown }

const isTable = <A>(limit: PerSymbol<A>): limit is { readonly [symbol: string]: A } =>
  typeof limit === "object" && !BigDecimal.isBigDecimal(limit)

/** The limit of a symbol; `null` where it has none, though others do. */
const limitOf = <A extends Amount>(limits: PerSymbol<A> | undefined, symbol: string): A | null | undefined => {
  if (limits === undefined || !isTable(limits)) return limits
  return (Object.hasOwn(limits, symbol) ? limits[symbol] : limits["*"]) ?? null
}

const unknown = "unknown"

const text = (value: BigDecimal.BigDecimal | undefined): string => value === undefined ? unknown : Decimal.format(value)

// A figure that is not known exceeds any limit, and so it does where the limit cannot be read.
const exceeds = (
  rule: string,
  limits: PerSymbol<Amount> | undefined,
  symbol: string,
  value: BigDecimal.BigDecimal | undefined
): Broken | undefined => {
  const given = limitOf(limits, symbol)
  if (given === undefined) return undefined
  const limit = given === null ? undefined : Decimal.fromInput(given)
  return limit !== undefined && value !== undefined && BigDecimal.isLessThanOrEqualTo(BigDecimal.abs(value), limit)
    ? undefined
    : {
      rule,
      limit: given === null ? "none is set for this symbol" : String(limit === undefined ? unknown : text(limit)),
      value: text(value)
    }
}

/** Rules about counts. */
export const tooMany = (rule: string, limit: number | undefined, count: number | undefined): Broken | undefined =>
  limit === undefined || (count !== undefined && count <= limit)
    ? undefined
    : { rule, limit: String(limit), value: count === undefined ? unknown : String(count) }

const isWhole = ({ quantity, quoteQuantity, reducing }: GuardedOrder): boolean =>
  reducing && quantity === undefined && quoteQuantity === undefined

/** Rules that need nothing but the order. */
export const plain = (options: Options, order: GuardedOrder): Broken | undefined => {
  const { quantity, quoteQuantity, side, symbol } = order
  const { sides, symbols } = options
  if (symbols !== undefined && !symbols.includes(symbol)) {
    return { rule: "symbols", limit: symbols.join(", "), value: symbol }
  }
  if (sides !== undefined && !sides.some((one) => one === side)) {
    return { rule: "sides", limit: sides.join(", "), value: side }
  }
  if (options.reduceOnly === true && !order.reducing) {
    return { rule: "reduceOnly", limit: "orders that only reduce", value: "an order that may open" }
  }
  // An order that closes the position has the quantity of the position; one that is given by its worth is told by the price.
  return quantity === undefined && (quoteQuantity !== undefined || isWhole(order))
    ? undefined
    : exceeds("maxQuantity", options.maxQuantity, symbol, quantity)
}

/** Whether a rule needs the reference price. */
export const needsReference = (options: Options, order: GuardedOrder): boolean =>
  (options.priceBand !== undefined && order.prices.length > 0) ||
  (options.maxNotional !== undefined && !isWhole(order)) ||
  (options.maxQuantity !== undefined && order.quoteQuantity !== undefined)

const highest = (prices: ReadonlyArray<BigDecimal.BigDecimal>): BigDecimal.BigDecimal | undefined =>
  prices.reduce<BigDecimal.BigDecimal | undefined>(
    (max, price) => max === undefined || BigDecimal.isGreaterThan(price, max) ? price : max,
    undefined
  )

const notional = (
  options: Options,
  order: GuardedOrder,
  reference: BigDecimal.BigDecimal | undefined
): BigDecimal.BigDecimal | undefined => {
  const { prices, product, quantity, quoteQuantity, symbol, triggers } = order
  if (quoteQuantity !== undefined) return quoteQuantity
  if (quantity === undefined) return undefined
  if (product === "cm") {
    const size = Decimal.fromInput(options.contractSize?.(symbol) ?? (symbol.startsWith("BTCUSD_") ? 100 : 10))
    return size === undefined ? undefined : BigDecimal.multiply(quantity, size)
  }
  // With a source of prices at hand, an order is not judged without.
  if (reference === undefined && options.referencePrice !== undefined) return undefined
  const price = highest([...prices, ...triggers, ...(reference === undefined ? [] : [reference])])
  return price === undefined ? undefined : BigDecimal.multiply(quantity, price)
}

const outside = (
  band: PerSymbol<number> | undefined,
  { prices, symbol }: GuardedOrder,
  reference: BigDecimal.BigDecimal | undefined
): Broken | undefined => {
  if (prices.length === 0) return undefined
  const given = limitOf(band, symbol)
  if (given === undefined) return undefined
  const share = given === null ? undefined : Decimal.fromInput(given)
  const rule = "priceBand"
  if (share === undefined) return { rule, limit: "none is set for this symbol", value: prices.map(text).join(", ") }
  if (reference === undefined) return { rule, limit: `${text(share)} of the reference price`, value: unknown }
  const width = BigDecimal.multiply(reference, share)
  const [low, high] = [BigDecimal.subtract(reference, width), BigDecimal.sum(reference, width)]
  const off = prices.find((price) => !BigDecimal.between(price, { minimum: low, maximum: high }))
  return off === undefined ? undefined : { rule, limit: `${text(low)} to ${text(high)}`, value: text(off) }
}

/** Rules that need the reference price. */
export const priced = (
  options: Options,
  order: GuardedOrder,
  reference: BigDecimal.BigDecimal | undefined
): Broken | undefined => {
  const { quoteQuantity, symbol } = order
  return outside(options.priceBand, order, reference) ??
    (isWhole(order)
      ? undefined
      : exceeds("maxNotional", options.maxNotional, symbol, notional(options, order, reference))) ??
    (quoteQuantity === undefined
      ? undefined
      : exceeds(
        "maxQuantity",
        options.maxQuantity,
        symbol,
        reference === undefined ? undefined : Option.getOrUndefined(BigDecimal.divide(quoteQuantity, reference))
      ))
}
