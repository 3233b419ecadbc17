/**
 * The replies of the Portfolio Margin API that show an account, as the exchange words them.
 *
 * Every view is the JSON body itself: the fields of the documented sample in their order, decimals as text with the
 * sample's trailing zeros, and the sample's oddities where a client has to bear them.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Account from "./Account.ts"
import * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import type { Decimal, Rounding } from "./internal/decimals.ts"
import {
  between,
  divide,
  fixed,
  integer,
  isAbove,
  isNegative,
  isZero,
  multiply,
  negate,
  plain,
  sumOf,
  zero
} from "./internal/decimals.ts"
import * as Margin from "./Margin.ts"
import * as Market from "./Market.ts"

/**
 * What a reply is drawn from: the exchange, the account that asks, and the time in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface View {
  readonly state: Engine.State
  readonly account: Account.Account
  readonly now: number
}

/**
 * A reply that can be refused.
 *
 * @category models
 * @since 0.1.0
 */
export type Reply<A> = Result.Result<A, ExchangeError.ExchangeError>

/**
 * The view of an account by its id, -2015 where there is none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (state: Engine.State, accountId: string, now: number): Reply<View> =>
  Result.map(Engine.account(state, accountId), (account) => ({ state, account, now }))

const eight = (figure: Decimal, rounding: Rounding): string => fixed(figure, 8, rounding)

const eightOrZero = (figure: Decimal, rounding: Rounding): string => isZero(figure) ? "0" : eight(figure, rounding)

const marginRounding = (view: View, product: Market.Product): Rounding =>
  product === "UM" ? view.state.parameters.umMarginRounding : view.state.parameters.cmMarginRounding

const summaryOf = (view: View): Margin.Summary => Engine.summary(view.state, view.account)

const quantity = (figures: Margin.PositionFigures): string =>
  isZero(figures.quantity) ? "0" : fixed(figures.quantity, figures.contract.quantityPrecision, "truncate")

const rowsOf = (
  view: View,
  contracts: ReadonlyArray<Market.Contract>
): ReadonlyArray<Margin.PositionFigures> => {
  const { parameters, market } = view.state
  return contracts.flatMap((contract) =>
    Account.sides(view.account).map((side) => Margin.positionFigures(parameters, market, view.account, contract, side))
  )
}

const selected = (
  view: View,
  product: Market.Product,
  symbol: string | undefined
): Reply<ReadonlyArray<Market.Contract>> =>
  symbol === undefined
    ? Result.succeed(Market.contractsOf(view.state.market, product))
    : Result.map(Engine.contract(view.state, product, symbol), (contract) => [contract])

/**
 * `GET /papi/v1/account`: the account as a whole, in USD.
 *
 * **Details**
 *
 * `uniMMR` is the sentinel while there is no maintenance margin. `totalMarginOpenLoss` is empty while there is none.
 *
 * @category account
 * @since 0.1.0
 */
export const getAccountInfo = (view: View) => {
  const { parameters } = view.state
  const figures = summaryOf(view)
  const usd = (figure: Decimal) => eight(figure, parameters.accountRounding)
  return {
    uniMMR: Option.match(figures.uniMMR, {
      onNone: () => parameters.uniMmrSentinel,
      onSome: (ratio) => eight(ratio, parameters.uniMmrRounding)
    }),
    accountEquity: usd(figures.accountEquity),
    actualEquity: usd(figures.actualEquity),
    accountInitialMargin: usd(figures.initialMargin),
    accountMaintMargin: usd(figures.maintMargin),
    accountStatus: figures.status,
    virtualMaxWithdrawAmount: usd(figures.virtualMaxWithdraw),
    totalAvailableBalance: usd(figures.virtualAvailable),
    totalMarginOpenLoss: isZero(figures.openLoss)
      ? ""
      : usd(parameters.openLossSign === "negative" ? negate(figures.openLoss) : figures.openLoss),
    updateTime: view.state.updateTime
  }
}

const balanceRow = (view: View, row: Margin.AssetFigures) => {
  const { market, parameters } = view.state
  const amount = (figure: Decimal) => eight(figure, "truncate")
  const charged = Margin.negativeBalance(parameters, row)
  return {
    asset: row.asset,
    totalWalletBalance: amount(row.totalWalletBalance),
    crossMarginAsset: amount(row.crossMarginAsset),
    crossMarginBorrowed: amount(row.margin.borrowed),
    crossMarginFree: amount(row.margin.free),
    crossMarginInterest: amount(row.margin.interest),
    crossMarginLocked: amount(row.margin.locked),
    umWalletBalance: amount(row.umWalletBalance),
    umUnrealizedPNL: eight(row.umUnrealizedProfit, parameters.profitRounding),
    cmWalletBalance: amount(row.cmWalletBalance),
    cmUnrealizedPNL: Market.marginAssetsOf(market, "CM").includes(row.asset)
      ? eight(row.cmUnrealizedProfit, parameters.profitRounding)
      : "",
    updateTime: Math.max(
      row.margin.updateTime,
      Account.wallet(view.account, "UM", row.asset).updateTime,
      Account.wallet(view.account, "CM", row.asset).updateTime
    ),
    negativeBalance: isZero(charged) ? "0" : amount(charged)
  }
}

/**
 * `GET /papi/v1/balance` without an asset: one row for each asset that the account has or had.
 *
 * **Details**
 *
 * `cmUnrealizedPNL` is empty for assets in which no CM contract is margined, as in the sample.
 *
 * @category account
 * @since 0.1.0
 */
export const getBalances = (view: View) => summaryOf(view).assets.map((row) => balanceRow(view, row))

/**
 * `GET /papi/v1/balance` with an asset: one object, without `crossMarginAsset` as in the sample; -1108 for an unknown
 * asset.
 *
 * @category account
 * @since 0.1.0
 */
export const getBalance = (view: View, asset: string) =>
  Result.gen(function*() {
    yield* Result.fromNullishOr(view.state.market.assets.get(asset), () => ExchangeError.invalidAsset)
    const held = Account.withMarginBalance(view.account, asset, Account.marginBalance(view.account, asset))
    const rows = Engine.summary(view.state, held).assets
    const row = yield* Result.fromNullishOr(
      rows.find((row) => row.asset === asset),
      () => ExchangeError.invalidAsset
    )
    const { crossMarginAsset: _, ...fields } = balanceRow(view, row)
    return fields
  })

const futuresAssets = (view: View, product: Market.Product, assets: ReadonlyArray<string>) => {
  const figures = summaryOf(view)
  const rounding = marginRounding(view, product)
  return assets.map((asset) => {
    const rows = figures.positions.filter((row) =>
      row.contract.product === product && row.contract.marginAsset === asset
    )
    const wallet = Account.wallet(view.account, product, asset)
    return {
      asset,
      crossWalletBalance: eight(wallet.balance, "truncate"),
      crossUnPnl: eight(sumOf(rows, (row) => row.unrealizedProfit), view.state.parameters.profitRounding),
      maintMargin: eight(sumOf(rows, (row) => row.maintMargin), rounding),
      initialMargin: eight(sumOf(rows, (row) => row.initialMargin), rounding),
      positionInitialMargin: eight(sumOf(rows, (row) => row.positionInitialMargin), rounding),
      openOrderInitialMargin: eight(sumOf(rows, (row) => row.openOrderInitialMargin), rounding),
      updateTime: wallet.updateTime
    }
  })
}

const umAssets = (view: View): ReadonlyArray<string> => [
  ...new Set([...Market.marginAssetsOf(view.state.market, "UM"), ...view.account.umWallet.keys()])
]

const cmAssets = (view: View): ReadonlyArray<string> => [
  ...new Set([...Market.marginAssetsOf(view.state.market, "CM"), ...view.account.cmWallet.keys()])
]

const isInUse = (row: Margin.PositionFigures): boolean =>
  !isZero(row.quantity) || !isZero(row.bids) || !isZero(row.asks)

/**
 * `GET /papi/v1/um/account`: every UM asset and every UM symbol, flat ones too.
 *
 * @category account
 * @since 0.1.0
 */
export const getUMAccount = (view: View) => {
  const rounding = marginRounding(view, "UM")
  return {
    assets: futuresAssets(view, "UM", umAssets(view)),
    positions: rowsOf(view, Market.contractsOf(view.state.market, "UM")).map((row) => ({
      symbol: row.contract.symbol,
      initialMargin: eightOrZero(row.initialMargin, rounding),
      maintMargin: eightOrZero(row.maintMargin, rounding),
      unrealizedProfit: eight(row.unrealizedProfit, view.state.parameters.profitRounding),
      positionInitialMargin: eightOrZero(row.positionInitialMargin, rounding),
      openOrderInitialMargin: eightOrZero(row.openOrderInitialMargin, rounding),
      leverage: String(row.leverage),
      entryPrice: between(row.entryPrice, 5, 8),
      maxNotional: plain(Market.capAt(row.contract, row.leverage)),
      bidNotional: eightOrZero(row.bids, rounding),
      askNotional: eightOrZero(row.asks, rounding),
      positionSide: row.positionSide,
      positionAmt: quantity(row),
      updateTime: row.updateTime
    }))
  }
}

/**
 * `GET /papi/v2/um/account`: the UM assets and positions that are in use.
 *
 * @category account
 * @since 0.1.0
 */
export const getUMAccountV2 = (view: View) => {
  const rounding = marginRounding(view, "UM")
  const rows = rowsOf(view, Market.contractsOf(view.state.market, "UM")).filter(isInUse)
  const used = umAssets(view).filter((asset) =>
    !isZero(Account.wallet(view.account, "UM", asset).balance) ||
    rows.some((row) => row.contract.marginAsset === asset)
  )
  return {
    assets: futuresAssets(view, "UM", used),
    positions: rows.map((row) => ({
      symbol: row.contract.symbol,
      initialMargin: eightOrZero(row.initialMargin, rounding),
      maintMargin: eightOrZero(row.maintMargin, rounding),
      unrealizedProfit: eight(row.unrealizedProfit, view.state.parameters.profitRounding),
      positionSide: row.positionSide,
      positionAmt: quantity(row),
      updateTime: row.updateTime,
      notional: eight(row.notional, rounding)
    }))
  }
}

/**
 * `GET /papi/v1/cm/account`: every CM asset and every CM symbol, in coin.
 *
 * @category account
 * @since 0.1.0
 */
export const getCMAccount = (view: View) => {
  const rounding = marginRounding(view, "CM")
  return {
    assets: futuresAssets(view, "CM", cmAssets(view)),
    positions: rowsOf(view, Market.contractsOf(view.state.market, "CM")).map((row) => ({
      symbol: row.contract.symbol,
      positionAmt: quantity(row),
      initialMargin: eightOrZero(row.initialMargin, rounding),
      maintMargin: eightOrZero(row.maintMargin, rounding),
      unrealizedProfit: eight(row.unrealizedProfit, view.state.parameters.profitRounding),
      positionInitialMargin: eightOrZero(row.positionInitialMargin, rounding),
      openOrderInitialMargin: eightOrZero(row.openOrderInitialMargin, rounding),
      leverage: String(row.leverage),
      positionSide: row.positionSide,
      entryPrice: between(row.entryPrice, 1, 8),
      maxQty: plain(Market.capAt(row.contract, row.leverage)),
      updateTime: row.updateTime
    }))
  }
}

/**
 * `GET /papi/v1/um/accountConfig`: settings of the UM account, with real booleans and numbers.
 *
 * @category account
 * @since 0.1.0
 */
export const getUMAccountConfig = (view: View) => ({
  feeTier: view.account.feeTier,
  canTrade: view.account.canTrade,
  canDeposit: view.account.canDeposit,
  canWithdraw: view.account.canWithdraw,
  dualSidePosition: view.account.dualSidePosition,
  updateTime: view.account.configTime,
  multiAssetsMargin: false,
  tradeGroupId: -1
})

/**
 * `GET /papi/v1/um/symbolConfig`: settings of all UM symbols or of one, always as a list; -1121 for an unknown symbol.
 *
 * @category account
 * @since 0.1.0
 */
export const getUMSymbolConfig = (view: View, symbol?: string | undefined) =>
  Result.map(selected(view, "UM", symbol), (contracts) =>
    contracts.map((contract) => {
      const leverage = Account.leverageOf(view.account, view.state.parameters, contract)
      return {
        symbol: contract.symbol,
        marginType: "CROSSED" as const,
        isAutoAddMargin: "false" as const,
        leverage,
        maxNotionalValue: plain(Market.capAt(contract, leverage))
      }
    }))

/**
 * `GET /papi/v1/um/apiTradingStatus`: no indicator is ever breached here; -1121 for an unknown symbol.
 *
 * @category account
 * @since 0.1.0
 */
export const getUMTradingStatus = (view: View, symbol?: string | undefined) =>
  Result.map(selected(view, "UM", symbol), () => ({ indicators: {}, updateTime: view.now }))

/**
 * `GET /papi/v1/rateLimit/order`: the orders that the account may place in a minute.
 *
 * @category account
 * @since 0.1.0
 */
export const getOrderRateLimit = (view: View) => [
  {
    rateLimitType: "ORDERS" as const,
    interval: "MINUTE" as const,
    intervalNum: 1,
    limit: view.state.parameters.ordersPerMinute
  }
]

const liquidationPriceText = (view: View, figures: Margin.Summary, contract: Market.Contract): string =>
  Option.match(Margin.liquidationPrice(view.state.parameters, view.state.market, view.account, figures, contract), {
    onNone: () => "0",
    onSome: (price) => eight(price, "half-up")
  })

/**
 * `GET /papi/v1/um/positionRisk`: the UM positions that are not flat; -1121 for an unknown symbol.
 *
 * **Details**
 *
 * One-way mode has `BOTH` rows, hedge mode `LONG` and `SHORT` rows. Live replies carry a `breakEvenPrice` which the sample
 * lacks.
 *
 * @category positions
 * @since 0.1.0
 */
export const getUMPosition = (view: View, symbol?: string | undefined) =>
  Result.map(selected(view, "UM", symbol), (contracts) => {
    const figures = summaryOf(view)
    return rowsOf(view, contracts).filter((row) => !isZero(row.quantity)).map((row) => ({
      entryPrice: between(row.entryPrice, 5, 8),
      breakEvenPrice: between(row.breakEvenPrice, 5, 8),
      leverage: String(row.leverage),
      markPrice: eight(row.markPrice, "half-up"),
      maxNotionalValue: plain(Market.capAt(row.contract, row.leverage)),
      positionAmt: quantity(row),
      notional: eight(row.notional, marginRounding(view, "UM")),
      symbol: row.contract.symbol,
      unRealizedProfit: eight(row.unrealizedProfit, view.state.parameters.profitRounding),
      liquidationPrice: liquidationPriceText(view, figures, row.contract),
      positionSide: row.positionSide,
      updateTime: row.updateTime
    }))
  })

/**
 * `GET /papi/v1/cm/positionRisk`: the CM positions that are not flat, all or of a margin asset or pair.
 *
 * @category positions
 * @since 0.1.0
 */
export const getCMPosition = (
  view: View,
  filter: { readonly marginAsset?: string | undefined; readonly pair?: string | undefined } = {}
) => {
  const figures = summaryOf(view)
  const contracts = Market.contractsOf(view.state.market, "CM").filter((contract) =>
    (filter.marginAsset === undefined || contract.marginAsset === filter.marginAsset) &&
    (filter.pair === undefined || contract.pair === filter.pair)
  )
  return rowsOf(view, contracts).filter((row) => !isZero(row.quantity)).map((row) => ({
    symbol: row.contract.symbol,
    positionAmt: quantity(row),
    entryPrice: between(row.entryPrice, 1, 8),
    markPrice: eight(row.markPrice, "half-up"),
    unRealizedProfit: eight(row.unrealizedProfit, view.state.parameters.profitRounding),
    liquidationPrice: liquidationPriceText(view, figures, row.contract),
    leverage: String(row.leverage),
    positionSide: row.positionSide,
    updateTime: row.updateTime,
    maxQty: plain(Market.capAt(row.contract, row.leverage)),
    notionalValue: eight(row.notional, marginRounding(view, "CM"))
  }))
}

/**
 * `GET /papi/v1/um/leverageBracket`: the brackets of all UM symbols or of one, with JSON numbers.
 *
 * @category positions
 * @since 0.1.0
 */
export const getUMLeverageBrackets = (view: View, symbol?: string | undefined) =>
  Result.map(selected(view, "UM", symbol), (contracts) =>
    contracts.map((contract) => ({
      symbol: contract.symbol,
      brackets: contract.brackets.map((bracket) => ({
        bracket: bracket.bracket,
        initialLeverage: bracket.initialLeverage,
        notionalCap: BigDecimal.toNumberUnsafe(bracket.cap),
        notionalFloor: BigDecimal.toNumberUnsafe(bracket.floor),
        maintMarginRatio: BigDecimal.toNumberUnsafe(bracket.maintMarginRatio),
        cum: BigDecimal.toNumberUnsafe(bracket.cum)
      }))
    })))

/**
 * `GET /papi/v1/cm/leverageBracket`: the brackets of all CM symbols or of one, with JSON numbers.
 *
 * @category positions
 * @since 0.1.0
 */
export const getCMLeverageBrackets = (view: View, symbol?: string | undefined) =>
  Result.map(selected(view, "CM", symbol), (contracts) =>
    contracts.map((contract) => ({
      symbol: contract.symbol,
      brackets: contract.brackets.map((bracket) => ({
        bracket: bracket.bracket,
        initialLeverage: bracket.initialLeverage,
        qtyCap: BigDecimal.toNumberUnsafe(bracket.cap),
        qtyFloor: BigDecimal.toNumberUnsafe(bracket.floor),
        maintMarginRatio: BigDecimal.toNumberUnsafe(bracket.maintMarginRatio),
        cum: BigDecimal.toNumberUnsafe(bracket.cum)
      }))
    })))

/**
 * Place of a position in the queue for auto-deleveraging: its return on the entry, times the leverage when it gains and
 * over the leverage when it loses.
 */
const deleveragingScore = (view: View, account: Account.Account, position: Account.Position): Option.Option<Decimal> =>
  Option.map(Market.contract(view.state.market, position.product, position.symbol), (contract) => {
    const mark = Market.markPrice(view.state.market, position.symbol)
    const gain = Margin.profit(contract, position.quantity, position.entryPrice, mark)
    const value = Margin.notional(contract, position.quantity, position.entryPrice)
    const yielded = divide(gain, isNegative(value) ? negate(value) : value)
    const leverage = integer(Account.leverageOf(account, view.state.parameters, contract))
    return isNegative(yielded) ? divide(yielded, leverage) : multiply(yielded, leverage)
  })

const quantile = (
  view: View,
  product: Market.Product,
  symbol: string,
  side: Account.PositionSide
): number => {
  const own = view.account.positions.get(Account.positionKey(product, symbol, side))
  if (own === undefined) return 0
  const score = Option.getOrElse(deleveragingScore(view, view.account, own), () => zero)
  const scores = [...view.state.accounts.values()].flatMap((account) =>
    [...account.positions.values()]
      .filter((position) =>
        position.product === product && position.symbol === symbol &&
        isNegative(position.quantity) === isNegative(own.quantity)
      )
      .flatMap((position) => Option.toArray(deleveragingScore(view, account, position)))
  )
  const below = scores.filter((other) => isAbove(score, other)).length
  return scores.length === 0 ? 0 : Math.min(4, Math.floor(5 * below / scores.length))
}

const adlQuantiles = (
  view: View,
  product: Market.Product,
  symbol: string | undefined
): Reply<
  ReadonlyArray<{
    readonly symbol: string
    readonly adlQuantile:
      | { readonly LONG: number; readonly SHORT: number; readonly BOTH: number }
      | { readonly LONG: number; readonly SHORT: number; readonly HEDGE: number }
  }>
> =>
  Result.map(selected(view, product, symbol), (contracts) =>
    contracts
      .filter((contract) =>
        symbol !== undefined ||
        Account.sides(view.account).some((side) =>
          view.account.positions.has(Account.positionKey(product, contract.symbol, side))
        )
      )
      .map((contract) => {
        const LONG = quantile(view, product, contract.symbol, "LONG")
        const SHORT = quantile(view, product, contract.symbol, "SHORT")
        return {
          symbol: contract.symbol,
          adlQuantile: product === "CM" && view.account.dualSidePosition
            ? { LONG, SHORT, HEDGE: 0 }
            : { LONG, SHORT, BOTH: quantile(view, product, contract.symbol, "BOTH") }
        }
      }))

/**
 * `GET /papi/v1/um/adlQuantile`: how early UM positions would be deleveraged, 0 to 4, of symbols with a position or of
 * the one asked for.
 *
 * **Details**
 *
 * The fifth of the ranking, by profit and leverage, among all positions of the same direction in the simulator; the
 * exchange's own ranking is not published.
 *
 * @category positions
 * @since 0.1.0
 */
export const getUMADLQuantile = (view: View, symbol?: string | undefined) => adlQuantiles(view, "UM", symbol)

/**
 * `GET /papi/v1/cm/adlQuantile`: as {@link getUMADLQuantile}, with `HEDGE` in place of `BOTH` in hedge mode.
 *
 * @category positions
 * @since 0.1.0
 */
export const getCMADLQuantile = (view: View, symbol?: string | undefined) => adlQuantiles(view, "CM", symbol)

/**
 * `GET /papi/v1/um/positionSide/dual`: the position mode of UM.
 *
 * @category positions
 * @since 0.1.0
 */
export const getUMPositionMode = (view: View) => ({ dualSidePosition: view.account.dualSidePosition })

/**
 * `GET /papi/v1/cm/positionSide/dual`: the position mode of CM, which is that of UM.
 *
 * @category positions
 * @since 0.1.0
 */
export const getCMPositionMode = (view: View) => ({ dualSidePosition: view.account.dualSidePosition })

const rate = (view: View, base: Decimal): Decimal =>
  multiply(base, Engine.commissionFactor(view.state.parameters, view.account))

/**
 * `GET /papi/v1/um/commissionRate`: commission of a UM symbol, as shares; -1121 for an unknown symbol.
 *
 * @category commission
 * @since 0.1.0
 */
export const getUMCommissionRate = (view: View, symbol: string) =>
  Result.map(Engine.contract(view.state, "UM", symbol), (contract) => ({
    symbol: contract.symbol,
    makerCommissionRate: between(rate(view, contract.makerCommissionRate), 4, 8),
    takerCommissionRate: between(rate(view, contract.takerCommissionRate), 4, 8)
  }))

/**
 * `GET /papi/v1/cm/commissionRate`: commission of a CM symbol, as shares; -1121 for an unknown symbol.
 *
 * @category commission
 * @since 0.1.0
 */
export const getCMCommissionRate = (view: View, symbol: string) =>
  Result.map(Engine.contract(view.state, "CM", symbol), (contract) => ({
    symbol: contract.symbol,
    makerCommissionRate: between(rate(view, contract.makerCommissionRate), 5, 8),
    takerCommissionRate: between(rate(view, contract.takerCommissionRate), 5, 8)
  }))

/**
 * `GET /papi/v1/um/feeBurn`: whether UM fees are paid in BNB.
 *
 * @category commission
 * @since 0.1.0
 */
export const getUMFeeBurnStatus = (view: View) => ({ feeBurn: view.account.feeBurn })

/**
 * `GET /papi/v1/margin/maxBorrowable`: the most of an asset that may be borrowed; -1108 for an unknown asset.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginMaxBorrow = (view: View, asset: string) =>
  Result.map(
    Result.fromNullishOr(view.state.market.assets.get(asset), () => ExchangeError.invalidAsset),
    (known) => ({
      amount: eight(
        Margin.maxBorrow(view.state.parameters, view.state.market, view.account, summaryOf(view), asset),
        "truncate"
      ),
      borrowLimit: plain(Option.getOrElse(known.borrowLimit, () => zero))
    })
  )

/**
 * `GET /papi/v1/margin/maxWithdraw`: the most of an asset that may leave the margin wallet; -1108 for an unknown asset.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginMaxWithdraw = (view: View, asset: string) =>
  Result.map(
    Result.fromNullishOr(view.state.market.assets.get(asset), () => ExchangeError.invalidAsset),
    () => ({ amount: plain(Margin.maxWithdraw(summaryOf(view), asset)) })
  )
