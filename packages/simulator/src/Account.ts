/**
 * The state of one Portfolio Margin account: balances, wallets, positions and settings.
 *
 * @since 0.1.0
 */
import type { Decimal } from "./internal/decimals.ts"
import { isZero, zero } from "./internal/decimals.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import type * as Market from "./Market.ts"

/**
 * Balance of an asset in the cross margin wallet, every amount in the asset; `updateTime` in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarginBalance {
  readonly free: Decimal
  readonly locked: Decimal
  readonly borrowed: Decimal
  readonly interest: Decimal
  readonly updateTime: number
}

/**
 * Balance of an asset in a futures wallet, without unrealised PnL; it may be negative.
 *
 * @category models
 * @since 0.1.0
 */
export interface Wallet {
  readonly balance: Decimal
  readonly updateTime: number
}

/**
 * Side of a position: `BOTH` in one-way mode, `LONG` and `SHORT` in hedge mode.
 *
 * @category models
 * @since 0.1.0
 */
export type PositionSide = "BOTH" | "LONG" | "SHORT"

/**
 * Name of a position within an account.
 *
 * @category models
 * @since 0.1.0
 */
export type PositionKey = `${Market.Product}:${string}:${PositionSide}`

/**
 * A position; a short one has a negative quantity, in the base asset for UM and in contracts for CM.
 *
 * @category models
 * @since 0.1.0
 */
export interface Position {
  readonly product: Market.Product
  readonly symbol: string
  readonly positionSide: PositionSide
  readonly quantity: Decimal
  readonly entryPrice: Decimal
  readonly breakEvenPrice: Decimal
  readonly updateTime: number
}

/**
 * Open futures orders of a symbol and position side, as their notional at limit price in the margin asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenOrders {
  readonly product: Market.Product
  readonly symbol: string
  readonly positionSide: PositionSide
  readonly bids: Decimal
  readonly asks: Decimal
}

/**
 * A Portfolio Margin account.
 *
 * **Details**
 *
 * Balances and wallets are by asset, `leverage` by symbol (symbols of UM and CM never coincide). `openLoss` is the loss
 * of equity that open cross margin orders would bring, by asset, as positive amounts. UM and CM share one position mode.
 * `liquidated` says that a liquidation has run; with a negative equity such an account is bankrupt.
 *
 * @category models
 * @since 0.1.0
 */
export interface Account {
  readonly id: string
  readonly margin: ReadonlyMap<string, MarginBalance>
  readonly umWallet: ReadonlyMap<string, Wallet>
  readonly cmWallet: ReadonlyMap<string, Wallet>
  readonly positions: ReadonlyMap<PositionKey, Position>
  readonly openOrders: ReadonlyMap<PositionKey, OpenOrders>
  readonly openLoss: ReadonlyMap<string, Decimal>
  readonly leverage: ReadonlyMap<string, number>
  readonly crossMarginLeverage: number
  readonly dualSidePosition: boolean
  readonly feeBurn: boolean
  readonly feeTier: number
  readonly tradFiSigned: boolean
  readonly canTrade: boolean
  readonly canDeposit: boolean
  readonly canWithdraw: boolean
  readonly liquidated: boolean
  readonly configTime: number
  readonly updateTime: number
}

/**
 * An account with nothing in it: one-way mode, fee tier 0, cross margin leverage 3, `now` in milliseconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (id: string, now: number): Account => ({
  id,
  margin: new Map(),
  umWallet: new Map(),
  cmWallet: new Map(),
  positions: new Map(),
  openOrders: new Map(),
  openLoss: new Map(),
  leverage: new Map(),
  crossMarginLeverage: 3,
  dualSidePosition: false,
  feeBurn: false,
  feeTier: 0,
  tradFiSigned: false,
  canTrade: true,
  canDeposit: true,
  canWithdraw: true,
  liquidated: false,
  configTime: now,
  updateTime: now
})

/**
 * The name of a position.
 *
 * @category lookups
 * @since 0.1.0
 */
export const positionKey = (
  product: Market.Product,
  symbol: string,
  positionSide: PositionSide
): PositionKey => `${product}:${symbol}:${positionSide}`

const emptyBalance: MarginBalance = { free: zero, locked: zero, borrowed: zero, interest: zero, updateTime: 0 }

const emptyWallet: Wallet = { balance: zero, updateTime: 0 }

/**
 * The cross margin balance of an asset, all zero where there is none.
 *
 * @category lookups
 * @since 0.1.0
 */
export const marginBalance = (self: Account, asset: string): MarginBalance => self.margin.get(asset) ?? emptyBalance

/**
 * The futures wallet of a product and asset, zero where there is none.
 *
 * @category lookups
 * @since 0.1.0
 */
export const wallet = (self: Account, product: Market.Product, asset: string): Wallet =>
  (product === "UM" ? self.umWallet : self.cmWallet).get(asset) ?? emptyWallet

/**
 * The leverage of a contract: the one that was set, else the default as far as the contract offers it.
 *
 * @category lookups
 * @since 0.1.0
 */
export const leverageOf = (self: Account, parameters: MarginParameters, contract: Market.Contract): number =>
  self.leverage.get(contract.symbol) ?? Math.min(parameters.defaultLeverage, contract.brackets[0].initialLeverage)

/**
 * The sides that rows of this account have: `BOTH`, or `LONG` and `SHORT`.
 *
 * @category lookups
 * @since 0.1.0
 */
export const sides = (self: Account): ReadonlyArray<PositionSide> =>
  self.dualSidePosition ? ["LONG", "SHORT"] : ["BOTH"]

/**
 * Whether the account has a position on a product.
 *
 * @category lookups
 * @since 0.1.0
 */
export const hasPositions = (self: Account, product: Market.Product): boolean =>
  [...self.positions.values()].some((position) => position.product === product && !isZero(position.quantity))

/**
 * Whether the account has open orders on a product.
 *
 * @category lookups
 * @since 0.1.0
 */
export const hasOpenOrders = (self: Account, product: Market.Product): boolean =>
  [...self.openOrders.values()].some((orders) =>
    orders.product === product && (!isZero(orders.bids) || !isZero(orders.asks))
  )

/**
 * The account with another cross margin balance of an asset.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withMarginBalance = (self: Account, asset: string, balance: MarginBalance): Account => ({
  ...self,
  margin: new Map(self.margin).set(asset, balance)
})

/**
 * The account with another futures wallet of a product and asset.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withWallet = (self: Account, product: Market.Product, asset: string, wallet: Wallet): Account =>
  product === "UM"
    ? { ...self, umWallet: new Map(self.umWallet).set(asset, wallet) }
    : { ...self, cmWallet: new Map(self.cmWallet).set(asset, wallet) }

/**
 * The account with a position in place of the one of the same name; a quantity of zero closes it.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withPosition = (self: Account, position: Position): Account => {
  const key = positionKey(position.product, position.symbol, position.positionSide)
  const positions = new Map(self.positions)
  if (isZero(position.quantity)) positions.delete(key)
  else positions.set(key, position)
  return { ...self, positions }
}

/**
 * The account with open orders in place of those of the same symbol and side; nothing on both sides removes them.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withOpenOrders = (self: Account, orders: OpenOrders): Account => {
  const key = positionKey(orders.product, orders.symbol, orders.positionSide)
  const openOrders = new Map(self.openOrders)
  if (isZero(orders.bids) && isZero(orders.asks)) openOrders.delete(key)
  else openOrders.set(key, orders)
  return { ...self, openOrders }
}
