/**
 * The margin of a Portfolio Margin account: equity, maintenance and initial margin, uniMMR, status, what is available and
 * where a position would be liquidated.
 *
 * Figures are exact but for quotients, which carry 40 decimals; rounding is left to whoever prints them. `docs/margin.md`
 * tells where each formula comes from.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Account from "./Account.ts"
import type { Decimal } from "./internal/decimals.ts"
import {
  abs,
  add,
  divide,
  halfUp,
  integer,
  isAbove,
  isAtLeast,
  isNegative,
  isPositive,
  isZero,
  max,
  min,
  multiply,
  negate,
  one,
  quotient,
  subtract,
  sumOf,
  truncate,
  zero
} from "./internal/decimals.ts"
import type { AccountStatus, MarginParameters } from "./MarginParameters.ts"
import * as Parameters from "./MarginParameters.ts"
import * as Market from "./Market.ts"

/**
 * Signed notional of a quantity at a price, in the margin asset: `qty * price` for UM, `qty * size / price` for CM.
 *
 * @category formulas
 * @since 0.1.0
 */
export const notional = (contract: Market.Contract, quantity: Decimal, price: Decimal): Decimal =>
  contract.product === "UM" ? multiply(quantity, price) : divide(multiply(quantity, contract.contractSize), price)

/**
 * Profit of a quantity entered at one price and valued at another, in the margin asset.
 *
 * **Details**
 *
 * UM `qty * (price - entry)`; CM `qty * size * (1/entry - 1/price)`, as one quotient. The quantity is signed.
 *
 * @category formulas
 * @since 0.1.0
 */
export const profit = (contract: Market.Contract, quantity: Decimal, entryPrice: Decimal, price: Decimal): Decimal => {
  const gain = multiply(quantity, subtract(price, entryPrice))
  return contract.product === "UM"
    ? gain
    : divide(multiply(gain, contract.contractSize), multiply(entryPrice, price))
}

/**
 * Price at which closing a position pays back its opening fee, in the quote asset: `entry * (1 + f)` for a long position,
 * `entry * (1 - f)` for a short one, with `f` the fee as a share of the notional.
 *
 * @category formulas
 * @since 0.1.0
 */
export const breakEvenPrice = (quantity: Decimal, entryPrice: Decimal, fee: Decimal): Decimal =>
  multiply(entryPrice, isNegative(quantity) ? subtract(one, fee) : add(one, fee))

/**
 * Worth of a net amount as collateral, in USD: `min(x * p * r, x * p)`, so that debt counts in full.
 *
 * @category formulas
 * @since 0.1.0
 */
export const collateralValue = (net: Decimal, indexPrice: Decimal, rate: Decimal): Decimal => {
  const value = multiply(net, indexPrice)
  return min(multiply(value, rate), value)
}

/**
 * The bracket of a quantity at a price, and the maintenance margin it asks for, in the margin asset.
 *
 * **Details**
 *
 * `rate * |notional| - cum`. CM brackets are chosen by coin or by contracts, as the parameters say; a `cum` in contracts
 * is turned into coin at the same price.
 *
 * @category formulas
 * @since 0.1.0
 */
export const maintenance = (
  parameters: MarginParameters,
  contract: Market.Contract,
  quantity: Decimal,
  price: Decimal
): { readonly bracket: Market.Bracket; readonly maintMargin: Decimal } => {
  const value = abs(notional(contract, quantity, price))
  const byContracts = contract.product === "CM" && parameters.cmBracketUnit === "contracts"
  const bracket = Market.bracketOf(contract, byContracts ? abs(quantity) : value)
  const cum = byContracts ? notional(contract, bracket.cum, price) : bracket.cum
  return { bracket, maintMargin: subtract(multiply(bracket.maintMarginRatio, value), cum) }
}

/**
 * Initial margin of a position with its open orders, in the margin asset.
 *
 * **Details**
 *
 * `max(|N + bids|, |N - asks|) / leverage` with `N` the signed notional at mark; the part of the position alone is
 * `|N| / leverage`. In hedge mode each side is reckoned by itself.
 *
 * @category formulas
 * @since 0.1.0
 */
export const initialMargin = (
  position: Decimal,
  bids: Decimal,
  asks: Decimal,
  leverage: number
): { readonly position: Decimal; readonly openOrders: Decimal; readonly total: Decimal } => {
  const by = integer(leverage)
  const total = divide(max(abs(add(position, bids)), abs(subtract(position, asks))), by)
  const alone = divide(abs(position), by)
  return { position: alone, openOrders: subtract(total, alone), total }
}

/**
 * Initial margin of a loan, in the borrowed asset: `borrowed / (leverage - 1)`.
 *
 * @category formulas
 * @since 0.1.0
 */
export const loanInitialMargin = (borrowed: Decimal, crossMarginLeverage: number): Decimal =>
  crossMarginLeverage > 1 ? divide(borrowed, integer(crossMarginLeverage - 1)) : borrowed

/**
 * Equity over maintenance margin, or none while there is no maintenance margin.
 *
 * @category formulas
 * @since 0.1.0
 */
export const uniMMR = (adjustedEquity: Decimal, maintMargin: Decimal): Option.Option<Decimal> =>
  quotient(adjustedEquity, maintMargin)

/**
 * The status of an account by its equity and maintenance margin, both in USD.
 *
 * **Details**
 *
 * A step holds for `lower < uniMMR <= upper`, decided by products and not by the rounded quotient. Equity below zero is
 * liquidation even without maintenance margin, and bankruptcy once a liquidation has run.
 *
 * @category formulas
 * @since 0.1.0
 */
export const statusOf = (
  parameters: MarginParameters,
  adjustedEquity: Decimal,
  maintMargin: Decimal,
  liquidated: boolean
): AccountStatus => {
  if (isNegative(adjustedEquity)) return liquidated ? "BANKRUPTED" : "FORCE_LIQUIDATION"
  if (!isPositive(maintMargin)) return "NORMAL"
  for (const step of parameters.statusSteps) {
    if (isAbove(adjustedEquity, multiply(step.above, maintMargin))) return step.status
  }
  return "FORCE_LIQUIDATION"
}

/**
 * Whether a status is one of liquidation, in which the user can do nothing.
 *
 * @category formulas
 * @since 0.1.0
 */
export const isLiquidating = (status: AccountStatus): boolean =>
  status === "ACTIVE_LIQUIDATION" || status === "FORCE_LIQUIDATION" || status === "BANKRUPTED"

/**
 * Figures of one position or of one set of open orders, amounts in the margin asset of the contract.
 *
 * @category models
 * @since 0.1.0
 */
export interface PositionFigures {
  readonly contract: Market.Contract
  readonly positionSide: Account.PositionSide
  readonly quantity: Decimal
  readonly entryPrice: Decimal
  readonly breakEvenPrice: Decimal
  readonly markPrice: Decimal
  readonly leverage: number
  readonly notional: Decimal
  readonly unrealizedProfit: Decimal
  readonly bracket: Market.Bracket
  readonly maintMargin: Decimal
  readonly positionInitialMargin: Decimal
  readonly openOrderInitialMargin: Decimal
  readonly initialMargin: Decimal
  readonly bids: Decimal
  readonly asks: Decimal
  readonly updateTime: number
}

/**
 * Figures of one asset over all three wallets: amounts in the asset, `equity` and `actualEquity` in USD.
 *
 * @category models
 * @since 0.1.0
 */
export interface AssetFigures {
  readonly asset: string
  readonly indexPrice: Decimal
  readonly collateralRate: Decimal
  readonly margin: Account.MarginBalance
  readonly crossMarginAsset: Decimal
  readonly umWalletBalance: Decimal
  readonly cmWalletBalance: Decimal
  readonly totalWalletBalance: Decimal
  readonly umUnrealizedProfit: Decimal
  readonly cmUnrealizedProfit: Decimal
  readonly net: Decimal
  readonly openLoss: Decimal
  readonly equity: Decimal
  readonly actualEquity: Decimal
  readonly maintMargin: Decimal
  readonly initialMargin: Decimal
}

/**
 * Figures of a whole account, amounts in USD.
 *
 * @category models
 * @since 0.1.0
 */
export interface Summary {
  readonly positions: ReadonlyArray<PositionFigures>
  readonly assets: ReadonlyArray<AssetFigures>
  readonly equity: Decimal
  readonly actualEquity: Decimal
  readonly openLoss: Decimal
  readonly adjustedEquity: Decimal
  readonly accountEquity: Decimal
  readonly maintMargin: Decimal
  readonly initialMargin: Decimal
  readonly loanInitialMargin: Decimal
  readonly virtualAvailable: Decimal
  readonly virtualMaxWithdraw: Decimal
  readonly uniMMR: Option.Option<Decimal>
  readonly status: AccountStatus
}

/**
 * Figures of a position side of a contract, all zero where the account has nothing there.
 *
 * @category figures
 * @since 0.1.0
 */
export const positionFigures = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  contract: Market.Contract,
  positionSide: Account.PositionSide
): PositionFigures => {
  const key = Account.positionKey(contract.product, contract.symbol, positionSide)
  const position = account.positions.get(key)
  const orders = account.openOrders.get(key)
  const quantity = position?.quantity ?? zero
  const entryPrice = position?.entryPrice ?? zero
  const bids = orders?.bids ?? zero
  const asks = orders?.asks ?? zero
  const markPrice = Market.markPrice(market, contract.symbol)
  const leverage = Account.leverageOf(account, parameters, contract)
  const value = notional(contract, quantity, markPrice)
  const held = maintenance(parameters, contract, quantity, markPrice)
  const required = initialMargin(value, bids, asks, leverage)
  return {
    contract,
    positionSide,
    quantity,
    entryPrice,
    breakEvenPrice: position?.breakEvenPrice ?? zero,
    markPrice,
    leverage,
    notional: value,
    unrealizedProfit: profit(contract, quantity, entryPrice, markPrice),
    bracket: held.bracket,
    maintMargin: held.maintMargin,
    positionInitialMargin: required.position,
    openOrderInitialMargin: required.openOrders,
    initialMargin: required.total,
    bids,
    asks,
    updateTime: position?.updateTime ?? 0
  }
}

/** The figures of a position side as they were, where nothing of what they are reckoned of has changed. */
const unchanged = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  key: Account.PositionKey,
  row: PositionFigures
): boolean => {
  const position = account.positions.get(key)
  const orders = account.openOrders.get(key)
  return row.markPrice === Market.markPrice(market, row.contract.symbol) &&
    row.leverage === Account.leverageOf(account, parameters, row.contract) &&
    row.quantity === (position?.quantity ?? zero) &&
    row.entryPrice === (position?.entryPrice ?? zero) &&
    row.breakEvenPrice === (position?.breakEvenPrice ?? zero) &&
    row.updateTime === (position?.updateTime ?? 0) &&
    row.bids === (orders?.bids ?? zero) &&
    row.asks === (orders?.asks ?? zero)
}

/** The figures of the same positions and orders at the prices and the leverage of now; the same list where none changed. */
const repriced = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  known: ReadonlyArray<PositionFigures>
): ReadonlyArray<PositionFigures> => {
  let changed: Array<PositionFigures> | undefined
  for (const [at, row] of known.entries()) {
    if (
      row.markPrice === Market.markPrice(market, row.contract.symbol) &&
      row.leverage === Account.leverageOf(account, parameters, row.contract)
    ) continue
    changed ??= known.slice()
    changed[at] = positionFigures(parameters, market, account, row.contract, row.positionSide)
  }
  return changed ?? known
}

const allSides: ReadonlyArray<Account.PositionSide> = ["BOTH", "LONG", "SHORT"]

const positionsOf = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  before: Reckoned | undefined
): ReadonlyArray<PositionFigures> => {
  const known = before?.summary.positions ?? []
  if (before?.account.positions === account.positions && before.account.openOrders === account.openOrders) {
    return repriced(parameters, market, account, known)
  }
  const rows: Array<PositionFigures> = []
  if (account.positions.size === 0 && account.openOrders.size === 0) return rows
  const symbols = new Set<string>()
  for (const { symbol } of account.positions.values()) symbols.add(symbol)
  for (const { symbol } of account.openOrders.values()) symbols.add(symbol)
  for (const contract of market.contracts.values()) {
    if (!symbols.has(contract.symbol)) continue
    for (const side of allSides) {
      const key = Account.positionKey(contract.product, contract.symbol, side)
      if (!account.positions.has(key) && !account.openOrders.has(key)) continue
      const row = known.find((row) => row.contract === contract && row.positionSide === side)
      rows.push(
        row !== undefined && unchanged(parameters, market, account, key, row)
          ? row
          : positionFigures(parameters, market, account, contract, side)
      )
    }
  }
  return rows
}

const assetNames = (
  market: Market.Market,
  account: Account.Account,
  positions: ReadonlyArray<PositionFigures>
): ReadonlyArray<string> => {
  const used = new Set(account.margin.keys())
  for (const asset of account.umWallet.keys()) used.add(asset)
  for (const asset of account.cmWallet.keys()) used.add(asset)
  for (const asset of account.openLoss.keys()) used.add(asset)
  for (const row of positions) used.add(row.contract.marginAsset)
  const names: Array<string> = []
  for (const asset of market.assets.keys()) if (used.has(asset)) names.push(asset)
  if (names.length < used.size) { for (const asset of used) if (!market.assets.has(asset)) names.push(asset) }
  return names
}

/** Whether the figures of an asset are as they were, nothing of what they are reckoned of having changed. */
const isSettled = (
  market: Market.Market,
  account: Account.Account,
  positions: ReadonlyArray<PositionFigures>,
  before: Reckoned,
  row: AssetFigures
): boolean => {
  const { asset } = row
  if (
    row.indexPrice !== Market.indexPrice(market, asset) ||
    row.margin !== Account.marginBalance(account, asset) ||
    row.umWalletBalance !== Account.wallet(account, "UM", asset).balance ||
    row.cmWalletBalance !== Account.wallet(account, "CM", asset).balance ||
    row.openLoss !== (account.openLoss.get(asset) ?? zero) ||
    account.crossMarginLeverage !== before.account.crossMarginLeverage
  ) return false
  let count = 0
  for (const position of positions) {
    if (position.contract.marginAsset !== asset) continue
    if (!before.summary.positions.includes(position)) return false
    count += 1
  }
  for (const position of before.summary.positions) if (position.contract.marginAsset === asset) count -= 1
  return count === 0
}

const assetFigures = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  positions: ReadonlyArray<PositionFigures>,
  asset: string
): AssetFigures => {
  const margin = Account.marginBalance(account, asset)
  const rows = positions.filter((row) => row.contract.marginAsset === asset)
  let umUnrealizedProfit = zero
  let cmUnrealizedProfit = zero
  for (const { contract, unrealizedProfit } of rows) {
    if (contract.product === "UM") umUnrealizedProfit = add(umUnrealizedProfit, unrealizedProfit)
    else cmUnrealizedProfit = add(cmUnrealizedProfit, unrealizedProfit)
  }
  const indexPrice = Market.indexPrice(market, asset)
  const rate = Parameters.collateralRate(parameters, asset)
  const crossMarginAsset = subtract(add(margin.free, margin.locked), margin.borrowed, margin.interest)
  const umWalletBalance = Account.wallet(account, "UM", asset).balance
  const cmWalletBalance = Account.wallet(account, "CM", asset).balance
  const totalWalletBalance = add(crossMarginAsset, umWalletBalance, cmWalletBalance)
  const net = add(totalWalletBalance, umUnrealizedProfit, cmUnrealizedProfit)
  const owed = parameters.loanMaintenanceOnInterest ? add(margin.borrowed, margin.interest) : margin.borrowed
  const loanRate = Parameters.loanMaintenanceRate(parameters, account.crossMarginLeverage)
  return {
    asset,
    indexPrice,
    collateralRate: rate,
    margin,
    crossMarginAsset,
    umWalletBalance,
    cmWalletBalance,
    totalWalletBalance,
    umUnrealizedProfit,
    cmUnrealizedProfit,
    net,
    openLoss: account.openLoss.get(asset) ?? zero,
    equity: collateralValue(net, indexPrice, rate),
    actualEquity: multiply(net, indexPrice),
    maintMargin: add(sumOf(rows, (row) => row.maintMargin), multiply(owed, loanRate)),
    initialMargin: add(
      sumOf(rows, (row) => row.initialMargin),
      loanInitialMargin(margin.borrowed, account.crossMarginLeverage)
    )
  }
}

/** What an account's figures were reckoned of, so that no more is reckoned again than what changed. */
interface Reckoned {
  readonly account: Account.Account
  readonly contracts: Market.Market["contracts"]
  readonly listed: Market.Market["assets"]
  readonly markPrices: Market.Market["markPrices"]
  readonly indexPrices: Market.Market["indexPrices"]
  readonly summary: Summary
}

// By account, the newest only, and gone with the parameters, which every exchange has of its own. It changes nothing but the
// time that figures take: all they depend on is compared. It halves the time of prices that move.
const reckoned = new WeakMap<MarginParameters, Map<string, Reckoned>>()

const mostReckoned = 1000

const reckonedBy = (parameters: MarginParameters): Map<string, Reckoned> => {
  const found = reckoned.get(parameters)
  if (found !== undefined) return found
  const made = new Map<string, Reckoned>()
  reckoned.set(parameters, made)
  return made
}

/**
 * Every figure of an account at the prices of a market.
 *
 * @category figures
 * @since 0.1.0
 */
export const summary = (parameters: MarginParameters, market: Market.Market, account: Account.Account): Summary => {
  const { contracts, indexPrices, markPrices } = market
  const accounts = reckonedBy(parameters)
  const known = accounts.get(account.id)
  const before = known?.contracts === contracts ? known : undefined
  if (before?.account === account && before.markPrices === markPrices && before.indexPrices === indexPrices) {
    return before.summary
  }
  const summary = reckon(parameters, market, account, before)
  if (known === undefined && accounts.size >= mostReckoned) accounts.clear()
  accounts.set(account.id, { account, contracts, listed: market.assets, markPrices, indexPrices, summary })
  return summary
}

const isSame = <A>(self: ReadonlyArray<A>, that: ReadonlyArray<A>): boolean =>
  self.length === that.length && self.every((item, at) => item === that[at])

const reckon = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  before: Reckoned | undefined
): Summary => {
  const positions = positionsOf(parameters, market, account, before)
  const names =
    before !== undefined && before.listed === market.assets && account.positions === before.account.positions &&
      account.openOrders === before.account.openOrders && account.margin === before.account.margin &&
      account.umWallet === before.account.umWallet && account.cmWallet === before.account.cmWallet &&
      account.openLoss === before.account.openLoss
      ? before.summary.assets.map((row) => row.asset)
      : assetNames(market, account, positions)
  const assets = names.map((asset, at) => {
    const known = before?.summary.assets[at]
    return before !== undefined && known?.asset === asset && isSettled(market, account, positions, before, known)
      ? known
      : assetFigures(parameters, market, account, positions, asset)
  })
  if (
    before !== undefined && account.liquidated === before.account.liquidated &&
    account.crossMarginLeverage === before.account.crossMarginLeverage &&
    isSame(positions, before.summary.positions) && isSame(assets, before.summary.assets)
  ) return before.summary
  const equity = sumOf(assets, (row) => row.equity)
  const openLoss = sumOf(assets, (row) => multiply(row.openLoss, row.indexPrice))
  const adjustedEquity = subtract(equity, openLoss)
  const maintMargin = sumOf(assets, (row) => multiply(row.maintMargin, row.indexPrice))
  const initial = sumOf(assets, (row) => multiply(row.initialMargin, row.indexPrice))
  const base = parameters.virtualAvailableBase === "equity" ? equity : adjustedEquity
  const virtualAvailable = max(zero, subtract(base, initial))
  const aboveMaintenance = subtract(adjustedEquity, multiply(parameters.withdrawalFactor, maintMargin))
  return {
    positions,
    assets,
    equity,
    actualEquity: sumOf(assets, (row) => row.actualEquity),
    openLoss,
    adjustedEquity,
    accountEquity: parameters.accountEquityAfterOpenLoss ? adjustedEquity : equity,
    maintMargin,
    initialMargin: initial,
    loanInitialMargin: sumOf(
      assets,
      (row) => multiply(loanInitialMargin(row.margin.borrowed, account.crossMarginLeverage), row.indexPrice)
    ),
    virtualAvailable,
    virtualMaxWithdraw: max(
      zero,
      parameters.withdrawalBoundByInitialMargin ? min(virtualAvailable, aboveMaintenance) : aboveMaintenance
    ),
    uniMMR: uniMMR(adjustedEquity, maintMargin),
    status: statusOf(parameters, adjustedEquity, maintMargin, account.liquidated)
  }
}

/**
 * The part of a negative balance on which interest is charged, in the asset, above zero; zero where there is none.
 *
 * **Details**
 *
 * What the three wallets hold together, below zero by more than the threshold of the asset. A loan has its own interest and
 * counts only where `negativeBalanceCountsDebt` says so.
 *
 * @category figures
 * @since 0.1.0
 */
export const negativeBalance = (parameters: MarginParameters, row: AssetFigures): Decimal => {
  const held = parameters.negativeBalanceCountsDebt
    ? row.totalWalletBalance
    : add(row.margin.free, row.margin.locked, row.umWalletBalance, row.cmWalletBalance)
  return max(zero, negate(add(held, parameters.negativeBalanceThresholds.get(row.asset) ?? zero)))
}

/**
 * The most of an asset that may be taken out of the margin wallet, in the asset, truncated to 8 decimals.
 *
 * **Details**
 *
 * Never more than is free. What goes out lowers the equity by `p * r` for each unit while the net amount of the asset is
 * positive and by `p` beyond, and that may use up the account's `virtualMaxWithdraw`. An asset without collateral rate
 * does not lower the equity and may go out whole.
 *
 * @category figures
 * @since 0.1.0
 */
export const maxWithdraw = (figures: Summary, asset: string): Decimal => {
  const row = figures.assets.find((row) => row.asset === asset)
  if (row === undefined) return zero
  const positive = max(zero, row.net)
  const perUnit = multiply(row.indexPrice, min(row.collateralRate, one))
  const within = isZero(perUnit) ? positive : min(positive, divide(figures.virtualMaxWithdraw, perUnit))
  const left = subtract(figures.virtualMaxWithdraw, multiply(within, perUnit))
  const beyond = isAtLeast(within, positive) && isPositive(left) ? divide(left, row.indexPrice) : zero
  return truncate(max(zero, min(row.margin.free, add(within, beyond))), 8)
}

/**
 * The most of an asset that may be borrowed now, in the asset; zero where the asset is not lent.
 *
 * **Details**
 *
 * `min(VirtualMaxLoan / p, limit - borrowed)` with `VirtualMaxLoan = (L - 1) * max(W - loanInitialMargin, 0)` and
 * `W = max(Equity - k * MM, 0)`, `k` being `borrowFactor`.
 *
 * @category figures
 * @since 0.1.0
 */
export const maxBorrow = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  figures: Summary,
  asset: string
): Decimal =>
  Option.match(Option.flatMap(Option.fromNullishOr(market.assets.get(asset)), (found) => found.borrowLimit), {
    onNone: () => zero,
    onSome: (limit) => {
      const free = max(zero, subtract(figures.equity, multiply(parameters.borrowFactor, figures.maintMargin)))
      const loan = multiply(
        integer(Math.max(0, account.crossMarginLeverage - 1)),
        max(zero, subtract(free, figures.loanInitialMargin))
      )
      const limited = subtract(limit, Account.marginBalance(account, asset).borrowed)
      return max(zero, min(divide(loan, Market.indexPrice(market, asset)), limited))
    }
  })

/**
 * A line `constant + slope * t`.
 */
interface Line {
  readonly constant: Decimal
  readonly slope: Decimal
}

const at = (line: Line, t: Decimal): Decimal => add(line.constant, multiply(line.slope, t))

const tolerance = divide(one, integer(1e20))

const half = divide(one, integer(2))

/**
 * The price of a symbol at which the account would be liquidated, everything else fixed, in the quote asset; none where
 * no positive price does it.
 *
 * **Details**
 *
 * The price solves `adjustedEquity = 1.05 * MM`. Written in the price for UM and in its reciprocal for CM, both sides are
 * piecewise linear: they bend at the caps of the brackets and where the net amount of the margin asset changes its sign.
 * So every piece is solved exactly, and of all solutions the one nearest to the mark price is given, rounded half up to
 * 8 decimals. Both sides of a hedged symbol share one price.
 *
 * @category figures
 * @since 0.1.0
 */
export const liquidationPrice = (
  parameters: MarginParameters,
  market: Market.Market,
  account: Account.Account,
  figures: Summary,
  contract: Market.Contract
): Option.Option<Decimal> => {
  const rows = figures.positions.filter((row) =>
    row.contract.symbol === contract.symbol && !isZero(row.quantity) && isPositive(row.entryPrice)
  )
  const own = figures.assets.find((row) => row.asset === contract.marginAsset)
  if (rows.length === 0 || own === undefined) return Option.none()

  const inverse = contract.product === "CM"
  const byContracts = inverse && parameters.cmBracketUnit === "contracts"
  const price = own.indexPrice
  const rate = own.collateralRate
  const threshold = parameters.liquidationThreshold

  // Everything that this price does not move.
  const otherEquity = subtract(figures.adjustedEquity, own.equity)
  const otherMargin = subtract(figures.maintMargin, multiply(sumOf(rows, (row) => row.maintMargin), price))
  const otherNet = subtract(own.net, sumOf(rows, (row) => row.unrealizedProfit))

  // Net amount of the margin asset, and size of each position, in t: the price for UM, its reciprocal for CM.
  const net: Line = {
    constant: add(
      otherNet,
      sumOf(rows, (row) =>
        inverse
          ? divide(multiply(row.quantity, contract.contractSize), row.entryPrice)
          : negate(multiply(row.quantity, row.entryPrice)))
    ),
    slope: sumOf(rows, (row) => inverse ? negate(multiply(row.quantity, contract.contractSize)) : row.quantity)
  }
  const sizes = rows.map((row) => abs(multiply(row.quantity, contract.contractSize)))

  const bends: Array<Decimal> = []
  if (!byContracts) {
    for (const size of sizes) {
      for (const bracket of contract.brackets) bends.push(divide(bracket.cap, size))
    }
  }
  if (!isZero(net.slope)) bends.push(negate(divide(net.constant, net.slope)))
  const ascending = [zero, ...bends.filter(isPositive)].sort((a, b) => isAbove(a, b) ? 1 : isAbove(b, a) ? -1 : 0)

  const solutions: Array<Decimal> = []
  ascending.forEach((from, index) => {
    const to = ascending[index + 1]
    const inside = to === undefined ? add(from, one) : multiply(add(from, to), half)
    const counted = isPositive(at(net, inside)) ? min(rate, one) : max(rate, one)
    const weight = multiply(counted, price)
    const margin = rows.reduce<Line>((line, row, i) => {
      const size = sizes[i] ?? zero
      const bracket = Market.bracketOf(contract, byContracts ? abs(row.quantity) : multiply(size, inside))
      const slope = multiply(bracket.maintMarginRatio, size)
      return byContracts
        ? {
          constant: line.constant,
          slope: add(line.slope, slope, negate(multiply(bracket.cum, contract.contractSize)))
        }
        : { constant: subtract(line.constant, bracket.cum), slope: add(line.slope, slope) }
    }, { constant: zero, slope: zero })
    const owed = multiply(threshold, price)
    const excess: Line = {
      constant: subtract(
        add(otherEquity, multiply(net.constant, weight)),
        multiply(threshold, otherMargin),
        multiply(owed, margin.constant)
      ),
      slope: subtract(multiply(net.slope, weight), multiply(owed, margin.slope))
    }
    const root = Option.getOrUndefined(quotient(negate(excess.constant), excess.slope))
    if (root === undefined || !isPositive(root)) return
    if (isAbove(subtract(from, tolerance), root)) return
    if (to !== undefined && isAbove(root, add(to, tolerance))) return
    solutions.push(inverse ? divide(one, root) : root)
  })

  const mark = Market.markPrice(market, contract.symbol)
  const [first, ...others] = solutions.map((solution) => halfUp(solution, 8)).filter(isPositive)
  if (first === undefined) return Option.none()
  const distance = (solution: Decimal) => abs(subtract(solution, mark))
  return Option.some(
    others.reduce((nearest, solution) => isAbove(distance(nearest), distance(solution)) ? solution : nearest, first)
  )
}
