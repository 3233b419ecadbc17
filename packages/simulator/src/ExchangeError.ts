/**
 * Refusals of the exchange as values: the code and text that Binance sends.
 *
 * @since 0.1.0
 */

/**
 * A refusal as the exchange words it, which is also the body of the HTTP answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExchangeError {
  readonly code: number
  readonly msg: string
}

/**
 * Makes a refusal from a code and its text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (code: number, msg: string): ExchangeError => ({ code, msg })

/**
 * The symbol is not traded on this product (-1121).
 *
 * @category errors
 * @since 0.1.0
 */
export const invalidSymbol: ExchangeError = make(-1121, "Invalid symbol.")

/**
 * The asset is not known (-1108).
 *
 * @category errors
 * @since 0.1.0
 */
export const invalidAsset: ExchangeError = make(-1108, "Invalid asset.")

/**
 * A figure has more decimals than its asset or contract (-1111).
 *
 * @category errors
 * @since 0.1.0
 */
export const badPrecision: ExchangeError = make(-1111, "Precision is over the maximum defined for this asset.")

/**
 * A parameter has a value that cannot be (-1130).
 *
 * @category errors
 * @since 0.1.0
 */
export const invalidParameter = (name: string): ExchangeError =>
  make(-1130, `Data sent for parameter '${name}' is not valid.`)

/**
 * No account belongs to the caller (-2015).
 *
 * @category errors
 * @since 0.1.0
 */
export const unknownAccount: ExchangeError = make(-2015, "Invalid API-key, IP, or permissions for action.")

/**
 * A balance does not cover what is taken from it (-2018).
 *
 * @category errors
 * @since 0.1.0
 */
export const balanceNotSufficient: ExchangeError = make(-2018, "Balance is insufficient.")

/**
 * A futures wallet does not cover what is taken from it (-4050).
 *
 * @category errors
 * @since 0.1.0
 */
export const crossBalanceNotSufficient: ExchangeError = make(-4050, "Cross balance insufficient.")

/**
 * The account is being liquidated (-2023).
 *
 * @category errors
 * @since 0.1.0
 */
export const inLiquidation: ExchangeError = make(-2023, "User in liquidation mode now.")

/**
 * The position is above what the leverage allows (-2027).
 *
 * @category errors
 * @since 0.1.0
 */
export const maxLeverageRatio: ExchangeError = make(
  -2027,
  "Exceeded the maximum allowable position at current leverage."
)

/**
 * The account cannot carry the initial margin of the lower leverage (-2028).
 *
 * @category errors
 * @since 0.1.0
 */
export const minLeverageRatio: ExchangeError = make(
  -2028,
  "Leverage is smaller than permitted: insufficient margin balance."
)

/**
 * The leverage is not one that the symbol offers (-4028).
 *
 * @category errors
 * @since 0.1.0
 */
export const invalidLeverage = (leverage: number): ExchangeError => make(-4028, `Leverage ${leverage} is not valid`)

/**
 * The position mode is already the one asked for (-4059).
 *
 * @category errors
 * @since 0.1.0
 */
export const noNeedToChangePositionSide: ExchangeError = make(-4059, "No need to change position side.")

/**
 * The position side does not exist, or the quantity has the wrong sign for it (-4060).
 *
 * @category errors
 * @since 0.1.0
 */
export const invalidPositionSide: ExchangeError = make(-4060, "Invalid position side.")

/**
 * The position side does not fit the position mode (-4061).
 *
 * @category errors
 * @since 0.1.0
 */
export const positionSideNotMatch: ExchangeError = make(
  -4061,
  "Order's position side does not match user's setting."
)

/**
 * Open orders keep the position mode from being changed (-4067).
 *
 * @category errors
 * @since 0.1.0
 */
export const openOrdersBlockModeChange: ExchangeError = make(
  -4067,
  "Position side cannot be changed if there exists open orders."
)

/**
 * Positions keep the position mode from being changed (-4068).
 *
 * @category errors
 * @since 0.1.0
 */
export const positionsBlockModeChange: ExchangeError = make(
  -4068,
  "Position side cannot be changed if there exists position."
)

/**
 * The account may only reduce (-4087).
 *
 * @category errors
 * @since 0.1.0
 */
export const reduceOnly: ExchangeError = make(-4087, "User can only place reduce only order")

/**
 * The position mode of CM cannot be made different from that of UM (-4220).
 *
 * @category errors
 * @since 0.1.0
 */
export const cannotChangeDualSide: ExchangeError = make(
  -4220,
  "The operation is rejected because the CM dual-side is not allowed to be different from UM dual-side."
)

/**
 * CM orders or positions keep the shared position mode from being changed (-4531).
 *
 * @category errors
 * @since 0.1.0
 */
export const modeChangeNeedsCmClosed: ExchangeError = make(
  -4531,
  "Position mode change requires syncing UM and CM. Please close any open positions or orders in CM and try again."
)

/**
 * More is repaid than is owed (-3015).
 *
 * @category errors
 * @since 0.1.0
 */
export const repayExceedsBorrow: ExchangeError = make(-3015, "Repay amount exceeds borrow amount.")

/**
 * A withdrawal would leave too little margin (-3023).
 *
 * @category errors
 * @since 0.1.0
 */
export const cannotTransferOut: ExchangeError = make(
  -3023,
  "You can't transfer out/place order under current margin level."
)

/**
 * More is borrowed than the account may borrow (51006).
 *
 * @category errors
 * @since 0.1.0
 */
export const exceedsMaxBorrowable: ExchangeError = make(51006, "Exceeds maximum borrowable amount.")

/**
 * The asset is not lent (51014).
 *
 * @category errors
 * @since 0.1.0
 */
export const notBorrowable: ExchangeError = make(51014, "This asset is currently not available for borrowing.")

/**
 * The margin wallet is being liquidated (51068).
 *
 * @category errors
 * @since 0.1.0
 */
export const marginInLiquidation: ExchangeError = make(
  51068,
  "Unable to trade. Your margin account is currently in liquidation. Please try again once liquidation is processed."
)

/**
 * A call was made as often as it may be within its period (-1003).
 *
 * @category errors
 * @since 0.1.0
 */
export const tooManyCalls = (limit: number, period: string): ExchangeError =>
  make(-1003, `Too many requests; current limit is ${limit} requests per ${period}.`)

/**
 * The book has nothing there (-1112).
 *
 * @category errors
 * @since 0.1.0
 */
export const noDepth: ExchangeError = make(
  -1112,
  "No orders on book for symbol."
)

/**
 * There is no such open order to cancel (-2011).
 *
 * @category errors
 * @since 0.1.0
 */
export const unknownOrder: ExchangeError = make(
  -2011,
  "Unknown order sent."
)

/**
 * There is no such order (-2013).
 *
 * @category errors
 * @since 0.1.0
 */
export const noSuchOrder: ExchangeError = make(
  -2013,
  "Order does not exist."
)

/**
 * The margin does not carry the order (-2019).
 *
 * @category errors
 * @since 0.1.0
 */
export const marginNotSufficient: ExchangeError = make(
  -2019,
  "Margin is insufficient."
)

/**
 * There is nothing that a reduce-only order could close (-2022).
 *
 * @category errors
 * @since 0.1.0
 */
export const reduceOnlyRejected: ExchangeError = make(
  -2022,
  "ReduceOnly Order is rejected."
)

/**
 * Open orders are to close all there is already (-4118).
 *
 * @category errors
 * @since 0.1.0
 */
export const reduceOnlyConflicts: ExchangeError = make(
  -4118,
  "ReduceOnly Order Failed. Please check your existing position and open orders"
)

/**
 * The account has as many open orders on the symbol as it may (-2025).
 *
 * @category errors
 * @since 0.1.0
 */
export const tooManyOpenOrders: ExchangeError = make(
  -2025,
  "Reach max open order limit."
)

/**
 * An open order has the client id already (-4116).
 *
 * @category errors
 * @since 0.1.0
 */
export const duplicateClientOrderId: ExchangeError = make(
  -4116,
  "clientOrderId is duplicated"
)

/**
 * The contract is delivered (-4141).
 *
 * @category errors
 * @since 0.1.0
 */
export const symbolClosed: ExchangeError = make(
  -4141,
  "Symbol is closed"
)

/**
 * The account may not trade (-4088).
 *
 * @category errors
 * @since 0.1.0
 */
export const cannotTrade: ExchangeError = make(
  -4088,
  "User can not place order currently"
)

/**
 * The agreement for perpetuals on stocks and commodities is not signed (-4411).
 *
 * @category errors
 * @since 0.1.0
 */
export const tradFiNotSigned: ExchangeError = make(
  -4411,
  "Please sign TradFi-Perps agreement contract."
)

/**
 * An order does not keep to a filter of its pair (-1013).
 *
 * @category errors
 * @since 0.1.0
 */
export const filterFailure = (filter: string): ExchangeError => make(-1013, `Filter failure: ${filter}`)

/**
 * A parameter that is needed was not sent (-1102).
 *
 * @category errors
 * @since 0.1.0
 */
export const missingParameter = (name: string): ExchangeError =>
  make(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)

/**
 * Optional parameters were sent that do not go together (-1128).
 *
 * @category errors
 * @since 0.1.0
 */
export const invalidCombination: ExchangeError = make(-1128, "Combination of optional parameters invalid.")

/**
 * An order gives more than the account has or may lose (-2010).
 *
 * @category errors
 * @since 0.1.0
 */
export const insufficientBalance: ExchangeError = make(
  -2010,
  "Account has insufficient balance for requested action."
)

/**
 * An open order has the client id already (-2010).
 *
 * @category errors
 * @since 0.1.0
 */
export const duplicateOrder: ExchangeError = make(-2010, "Duplicate order sent.")

/**
 * An order that may only rest would take (-2010).
 *
 * @category errors
 * @since 0.1.0
 */
export const wouldMatch: ExchangeError = make(-2010, "Order would immediately match and take.")

/**
 * A stop order would fire at once (-2010).
 *
 * @category errors
 * @since 0.1.0
 */
export const wouldTriggerAtOnce: ExchangeError = make(-2010, "Stop price would trigger immediately.")

/**
 * The prices of a pair of orders are not on either side of the last price (-2010).
 *
 * @category errors
 * @since 0.1.0
 */
export const wrongPriceRelation: ExchangeError = make(
  -2010,
  "The relationship of the prices for the orders is not correct."
)

/**
 * A limit price is too far on the bad side of the index price (51113).
 *
 * @category errors
 * @since 0.1.0
 */
export const beyondIndexPrice: ExchangeError = make(
  51113,
  "The limit sell price of this margin trading pair cannot be more than 15% lower than the current index price, and the "
    + "limit buy price cannot be more than 15% higher than the current index price."
)
