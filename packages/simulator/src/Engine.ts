/**
 * The exchange as a pure state machine: a state, commands on it, and for each the next state with the reply, or the
 * refusal in Binance's own code and text.
 *
 * No command reads a clock or throws: the time comes with the command, and what cannot be done is a value.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Account from "./Account.ts"
import * as Accrual from "./Accrual.ts"
import * as Clockwork from "./Clockwork.ts"
import * as Conditional from "./Conditional.ts"
import * as Downloads from "./Downloads.ts"
import * as ExchangeError from "./ExchangeError.ts"
import * as Funding from "./Funding.ts"
import * as Futures from "./Futures.ts"
import * as FuturesEngine from "./FuturesEngine.ts"
import type * as FuturesViews from "./FuturesViews.ts"
import * as House from "./House.ts"
import type { Decimal } from "./internal/decimals.ts"
import {
  add,
  decimalsOf,
  isAbove,
  isNegative,
  isPositive,
  isZero,
  multiply,
  negate,
  plain,
  subtract,
  zero
} from "./internal/decimals.ts"
import {
  accountOf,
  acknowledged,
  check,
  checkAmount,
  checkFigure,
  commissionFactor as factorOf,
  contractOf,
  done,
  knownAsset,
  store,
  summaryOf,
  tellBalance,
  tellWallet
} from "./internal/transitions.ts"
import type * as Ledger from "./Ledger.ts"
import * as Liquidation from "./Liquidation.ts"
import * as Loans from "./Loans.ts"
import * as Margin from "./Margin.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import * as Parameters from "./MarginParameters.ts"
import * as Market from "./Market.ts"
import * as OrderRules from "./OrderRules.ts"
import * as Spot from "./Spot.ts"
import * as SpotEngine from "./SpotEngine.ts"
import type { StreamEvent } from "./StreamEvent.ts"
import * as Transfers from "./Transfers.ts"

/**
 * The whole exchange: its rules, its market and the accounts by id; `updateTime` is when anything last changed, in
 * milliseconds.
 *
 * **Details**
 *
 * `ledgers` are by account, `accruedUntil` is the time up to which interest was charged, `nextUpdateId` numbers what the
 * margin wallet tells of itself. `futures` holds the orders, books and histories of UM and CM, `spot` those of margin
 * orders, `house` what the exchange itself and its markets have taken and given. `outbox` holds what the user data streams
 * have yet to be told, oldest first; {@link deliver} empties it.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly parameters: MarginParameters
  readonly rules: OrderRules.OrderRules
  readonly market: Market.Market
  readonly accounts: ReadonlyMap<string, Account.Account>
  readonly ledgers: ReadonlyMap<string, Ledger.Ledger>
  readonly futures: Futures.Futures
  readonly house: House.House
  readonly spot: Spot.Spot
  readonly nextTransactionId: number
  readonly nextUpdateId: number
  readonly accruedUntil: number
  readonly updateTime: number
  readonly outbox: ReadonlyArray<StreamEvent>
}

/**
 * Makes the state of an exchange from its parts, each with a default; `now` in milliseconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: {
  readonly now: number
  readonly parameters?: MarginParameters
  readonly rules?: OrderRules.OrderRules
  readonly market?: Market.Market
  readonly spot?: Spot.Spot
  readonly accounts?: ReadonlyArray<Account.Account>
}): State => ({
  // Of its own, so that what was reckoned by them goes with the exchange.
  parameters: { ...(options.parameters ?? Parameters.defaults) },
  rules: options.rules ?? OrderRules.defaults,
  market: options.market ?? Market.defaults,
  accounts: new Map((options.accounts ?? []).map((account) => [account.id, account])),
  ledgers: new Map(),
  futures: Futures.make(options.now),
  house: House.empty,
  spot: options.spot ?? Spot.make(),
  nextTransactionId: 100_000_001,
  nextUpdateId: 1_027_053_479_517,
  accruedUntil: options.now,
  updateTime: options.now,
  outbox: []
})

/**
 * The messages that wait for the user data streams, and the state without them.
 *
 * @category transitions
 * @since 0.1.0
 */
export const deliver = (state: State): readonly [state: State, events: ReadonlyArray<StreamEvent>] =>
  state.outbox.length === 0 ? [state, state.outbox] : [{ ...state, outbox: [] }, state.outbox]

/**
 * Sets the mark price of a symbol, in its quote asset.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetMarkPrice {
  readonly _tag: "SetMarkPrice"
  readonly symbol: string
  readonly price: Decimal
}

/**
 * Sets the index price of an asset, in USD.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetIndexPrice {
  readonly _tag: "SetIndexPrice"
  readonly asset: string
  readonly price: Decimal
}

/**
 * Sets the funding rate of a perpetual, a share of the notional that long positions pay at each funding time.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetFundingRate {
  readonly _tag: "SetFundingRate"
  readonly symbol: string
  readonly rate: Decimal
}

/**
 * Puts an account into the exchange, in place of one with the same id.
 *
 * @category commands
 * @since 0.1.0
 */
export interface OpenAccount {
  readonly _tag: "OpenAccount"
  readonly account: Account.Account
}

/**
 * Adds an amount of an asset to a wallet from outside.
 *
 * @category commands
 * @since 0.1.0
 */
export interface Deposit {
  readonly _tag: "Deposit"
  readonly accountId: string
  readonly wallet: "MARGIN" | Market.Product
  readonly asset: string
  readonly amount: Decimal
}

/**
 * Takes an amount of an asset out of a wallet; out of the margin wallet no more than the margin allows.
 *
 * @category commands
 * @since 0.1.0
 */
export interface Withdraw {
  readonly _tag: "Withdraw"
  readonly accountId: string
  readonly wallet: "MARGIN" | Market.Product
  readonly asset: string
  readonly amount: Decimal
}

/**
 * Seeds the cross margin balance of an asset, whatever the margin would allow.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetMarginBalance {
  readonly _tag: "SetMarginBalance"
  readonly accountId: string
  readonly asset: string
  readonly free: Decimal
  readonly locked: Decimal
  readonly borrowed: Decimal
  readonly interest: Decimal
}

/**
 * Seeds the balance of a futures wallet, which may be negative.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetWalletBalance {
  readonly _tag: "SetWalletBalance"
  readonly accountId: string
  readonly product: Market.Product
  readonly asset: string
  readonly balance: Decimal
}

/**
 * Seeds a position without touching a wallet; a quantity of zero removes it.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetPosition {
  readonly _tag: "SetPosition"
  readonly accountId: string
  readonly product: Market.Product
  readonly symbol: string
  readonly positionSide: Account.PositionSide
  readonly quantity: Decimal
  readonly entryPrice: Decimal
}

/**
 * Changes the leverage of a UM symbol.
 *
 * @category commands
 * @since 0.1.0
 */
export interface ChangeUmLeverage {
  readonly _tag: "ChangeUmLeverage"
  readonly accountId: string
  readonly symbol: string
  readonly leverage: number
}

/**
 * Changes the leverage of a CM symbol.
 *
 * @category commands
 * @since 0.1.0
 */
export interface ChangeCmLeverage {
  readonly _tag: "ChangeCmLeverage"
  readonly accountId: string
  readonly symbol: string
  readonly leverage: number
}

/**
 * Changes the position mode of UM, and that of CM with it.
 *
 * @category commands
 * @since 0.1.0
 */
export interface ChangeUmPositionMode {
  readonly _tag: "ChangeUmPositionMode"
  readonly accountId: string
  readonly dualSidePosition: boolean
}

/**
 * Asks for a position mode of CM, which can only be the one of UM.
 *
 * @category commands
 * @since 0.1.0
 */
export interface ChangeCmPositionMode {
  readonly _tag: "ChangeCmPositionMode"
  readonly accountId: string
  readonly dualSidePosition: boolean
}

/**
 * Switches the payment of UM fees in BNB.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetFeeBurn {
  readonly _tag: "SetFeeBurn"
  readonly accountId: string
  readonly feeBurn: boolean
}

/**
 * Signs the agreement for perpetuals on stocks and commodities.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SignTradFi {
  readonly _tag: "SignTradFi"
  readonly accountId: string
}

/**
 * Seeds the cross margin leverage of an account.
 *
 * @category commands
 * @since 0.1.0
 */
export interface SetCrossMarginLeverage {
  readonly _tag: "SetCrossMarginLeverage"
  readonly accountId: string
  readonly leverage: number
}

/**
 * Everything that can be asked of the exchange.
 *
 * @category commands
 * @since 0.1.0
 */
export type Command =
  | SetMarkPrice
  | SetIndexPrice
  | SetFundingRate
  | OpenAccount
  | Deposit
  | Withdraw
  | SetMarginBalance
  | SetWalletBalance
  | Loans.Borrow
  | Loans.Repay
  | Loans.RepayDebt
  | Loans.AccrueInterest
  | Transfers.CollectFunds
  | Transfers.CollectAsset
  | Transfers.TransferBnb
  | Transfers.RepayNegativeBalances
  | Transfers.SetAutoRepay
  | Downloads.RequestDownload
  | SpotEngine.Command
  | SetPosition
  | ChangeUmLeverage
  | ChangeCmLeverage
  | ChangeUmPositionMode
  | ChangeCmPositionMode
  | SetFeeBurn
  | SignTradFi
  | SetCrossMarginLeverage
  | FuturesEngine.SetLastPrice
  | FuturesEngine.SetPrice
  | FuturesEngine.PlaceOrder
  | FuturesEngine.CancelOrder
  | FuturesEngine.CancelAllOrders
  | FuturesEngine.ModifyOrder
  | Conditional.PlaceConditionalOrder
  | Conditional.CancelConditionalOrder
  | Conditional.CancelAllConditionalOrders

/**
 * What can be asked of the exchange from outside: everything but putting in an account as a value, which is made when it is
 * opened.
 *
 * **Details**
 *
 * Each has a form in a state file and over the control API (`StateFile.Command`).
 *
 * @category commands
 * @since 0.1.0
 */
export type OutsideCommand = Exclude<Command, OpenAccount>

/**
 * The reply to a change that has nothing to tell.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Acknowledged {
  readonly code: 200
  readonly msg: "success"
}

/**
 * The reply to a change of UM leverage; `maxNotionalValue` in the margin asset.
 *
 * @category replies
 * @since 0.1.0
 */
export interface UmLeverageReply {
  readonly leverage: number
  readonly maxNotionalValue: string
  readonly symbol: string
}

/**
 * The reply to a change of CM leverage; `maxQty` in the unit of the brackets.
 *
 * @category replies
 * @since 0.1.0
 */
export interface CmLeverageReply {
  readonly leverage: number
  readonly maxQty: string
  readonly symbol: string
}

/**
 * The reply to a loan or repayment.
 *
 * @category replies
 * @since 0.1.0
 */
export interface TransactionReply {
  readonly tranId: number
}

/**
 * Any reply of {@link apply}.
 *
 * @category replies
 * @since 0.1.0
 */
export type Reply =
  | Acknowledged
  | UmLeverageReply
  | CmLeverageReply
  | TransactionReply
  | Loans.DebtReply
  | Transfers.Success
  | Downloads.DownloadReply
  | FuturesViews.Placed
  | FuturesViews.Modified
  | FuturesEngine.AllCancelled
  | SpotEngine.OrderReply
  | SpotEngine.OcoPlacedReply
  | SpotEngine.CanceledReply
  | SpotEngine.OcoCanceledReply
  | ReadonlyArray<SpotEngine.CanceledReply | SpotEngine.OcoCanceledReply>
  | ReturnType<typeof Conditional.placedConditional>
  | ReturnType<typeof Conditional.queriedConditional>
  | { readonly complete: true }
  | Conditional.AllConditionalCancelled

/**
 * What a command comes to: the next state with the reply, or the refusal.
 *
 * @category models
 * @since 0.1.0
 */
export type Applied<A> = Result.Result<readonly [state: State, reply: A], ExchangeError.ExchangeError>

/**
 * The account of an id, or the refusal of an unknown caller.
 *
 * @category lookups
 * @since 0.1.0
 */
export const account: (
  state: State,
  id: string
) => Result.Result<Account.Account, ExchangeError.ExchangeError> = accountOf

/**
 * The contract of a symbol on a product, or the refusal of an unknown symbol.
 *
 * @category lookups
 * @since 0.1.0
 */
export const contract: (
  state: State,
  product: Market.Product,
  symbol: string
) => Result.Result<Market.Contract, ExchangeError.ExchangeError> = contractOf

/**
 * Every margin figure of an account of the exchange.
 *
 * @category lookups
 * @since 0.1.0
 */
export const summary: (state: State, account: Account.Account) => Margin.Summary = summaryOf

const isNotNegative = (figure: Decimal): boolean => !isNegative(figure)

/**
 * Sets the mark price of a symbol: above zero, else -1130; of a known symbol, else -1121.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setMarkPrice = (state: State, command: SetMarkPrice, now: number): Applied<Acknowledged> =>
  acknowledge(FuturesEngine.setMarkPrice(state, command.symbol, command.price, now))

/**
 * Sets the index price of an asset: above zero, else -1130; of a known asset, else -1108.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setIndexPrice = (state: State, command: SetIndexPrice, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    yield* knownAsset(state, command.asset)
    yield* checkFigure("price", command.price, isPositive)
    const indexPrices = new Map(state.market.indexPrices).set(command.asset, command.price)
    const moved = { ...state, market: { ...state.market, indexPrices }, updateTime: now }
    const reckoned = SpotEngine.reckonOpenLoss(moved)
    return yield* done(Liquidation.review(reckoned, reckoned.accounts.keys(), now), acknowledged)
  })

/**
 * Sets the funding rate of a symbol: a known one, else -1121.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setFundingRate = (state: State, command: SetFundingRate, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    yield* check(state.market.contracts.has(command.symbol), ExchangeError.invalidSymbol)
    yield* checkFigure("rate", command.rate)
    const fundingRates = new Map(state.market.fundingRates).set(command.symbol, command.rate)
    return yield* done({ ...state, market: { ...state.market, fundingRates }, updateTime: now }, acknowledged)
  })

/**
 * Puts an account into the exchange.
 *
 * @category transitions
 * @since 0.1.0
 */
export const openAccount = (state: State, command: OpenAccount, now: number): Applied<Acknowledged> =>
  done(store(state, command.account, now), acknowledged)

/**
 * Adds an amount to a wallet.
 *
 * @category transitions
 * @since 0.1.0
 */
export const deposit = (state: State, command: Deposit, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* checkAmount(command.amount)
    if (command.wallet === "MARGIN") {
      const balance = Account.marginBalance(owner, command.asset)
      const next = { ...balance, free: add(balance.free, command.amount), updateTime: now }
      const stored = store(state, Account.withMarginBalance(owner, command.asset, next), now)
      return yield* done(tellBalance(stored, owner.id, command.asset, command.amount, now), acknowledged)
    }
    const balance = add(Account.wallet(owner, command.wallet, command.asset).balance, command.amount)
    const next = Account.withWallet(owner, command.wallet, command.asset, { balance, updateTime: now })
    const { amount, asset, wallet } = command
    return yield* done(
      tellWallet(
        store(state, next, now),
        owner.id,
        { product: wallet, asset, delta: amount, reason: "DEPOSIT" },
        now
      ),
      acknowledged
    )
  })

/**
 * Takes an amount out of a wallet.
 *
 * **Details**
 *
 * Out of the margin wallet: -2018 above what is free, -3023 above what the margin allows, 51068 in liquidation. Out of a
 * futures wallet: -4050 above its balance.
 *
 * @category transitions
 * @since 0.1.0
 */
export const withdraw = (state: State, command: Withdraw, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* checkAmount(command.amount)
    const figures = summary(state, owner)
    if (command.wallet === "MARGIN") {
      const balance = Account.marginBalance(owner, command.asset)
      yield* check(!isAbove(command.amount, balance.free), ExchangeError.balanceNotSufficient)
      yield* check(!Margin.isLiquidating(figures.status), ExchangeError.marginInLiquidation)
      yield* check(
        !isAbove(command.amount, Margin.maxWithdraw(figures, command.asset)),
        ExchangeError.cannotTransferOut
      )
      const next = { ...balance, free: subtract(balance.free, command.amount), updateTime: now }
      const stored = store(state, Account.withMarginBalance(owner, command.asset, next), now)
      return yield* done(tellBalance(stored, owner.id, command.asset, negate(command.amount), now), acknowledged)
    }
    const balance = Account.wallet(owner, command.wallet, command.asset).balance
    yield* check(!isAbove(command.amount, balance), ExchangeError.crossBalanceNotSufficient)
    const next = Account.withWallet(owner, command.wallet, command.asset, {
      balance: subtract(balance, command.amount),
      updateTime: now
    })
    const { amount, asset, wallet } = command
    return yield* done(
      tellWallet(
        store(state, next, now),
        owner.id,
        { product: wallet, asset, delta: negate(amount), reason: "WITHDRAW" },
        now
      ),
      acknowledged
    )
  })

/**
 * Seeds a cross margin balance; none of its parts may be negative.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setMarginBalance = (state: State, command: SetMarginBalance, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* checkFigure("free", command.free, isNotNegative)
    yield* checkFigure("locked", command.locked, isNotNegative)
    yield* checkFigure("borrowed", command.borrowed, isNotNegative)
    yield* checkFigure("interest", command.interest, isNotNegative)
    const next = Account.withMarginBalance(owner, command.asset, {
      free: command.free,
      locked: command.locked,
      borrowed: command.borrowed,
      interest: command.interest,
      updateTime: now
    })
    return yield* done(store(state, next, now), acknowledged)
  })

/**
 * Seeds the balance of a futures wallet.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setWalletBalance = (state: State, command: SetWalletBalance, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    yield* knownAsset(state, command.asset)
    yield* checkFigure("balance", command.balance)
    const next = Account.withWallet(owner, command.product, command.asset, {
      balance: command.balance,
      updateTime: now
    })
    return yield* done(store(state, next, now), acknowledged)
  })

/**
 * Seeds a position.
 *
 * **Details**
 *
 * -1121 for an unknown symbol, -4061 where the side does not fit the position mode, -4060 where the sign does not fit the
 * side, -1111 for too many decimals, -2027 above what the leverage allows. The break-even price stands on the taker fee.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setPosition = (state: State, command: SetPosition, now: number): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    const traded = yield* contract(state, command.product, command.symbol)
    yield* check(Account.sides(owner).includes(command.positionSide), ExchangeError.positionSideNotMatch)
    yield* checkFigure("quantity", command.quantity)
    yield* check(
      command.positionSide === "BOTH" || isZero(command.quantity) ||
        (command.positionSide === "LONG") === isPositive(command.quantity),
      ExchangeError.invalidPositionSide
    )
    yield* check(decimalsOf(command.quantity) <= traded.quantityPrecision, ExchangeError.badPrecision)
    yield* checkFigure("entryPrice", command.entryPrice, (price) => isZero(command.quantity) || isPositive(price))
    yield* check(
      fits(state, owner, traded, command.quantity, Account.leverageOf(owner, state.parameters, traded)),
      ExchangeError.maxLeverageRatio
    )
    const fee = multiply(traded.takerCommissionRate, commissionFactor(state.parameters, owner))
    const next = Account.withPosition(owner, {
      product: command.product,
      symbol: command.symbol,
      positionSide: command.positionSide,
      quantity: command.quantity,
      entryPrice: command.entryPrice,
      breakEvenPrice: Margin.breakEvenPrice(command.quantity, command.entryPrice, fee),
      updateTime: now
    })
    return yield* done(store(state, next, now), acknowledged)
  })

/**
 * The factor that an account's fee tier puts on every commission rate.
 *
 * @category lookups
 * @since 0.1.0
 */
export const commissionFactor: (parameters: MarginParameters, account: Account.Account) => Decimal = factorOf

const fits = (
  state: State,
  owner: Account.Account,
  traded: Market.Contract,
  quantity: Decimal,
  leverage: number
): boolean => {
  const size = traded.product === "CM" && state.parameters.cmBracketUnit === "contracts"
    ? quantity
    : Margin.notional(traded, quantity, Market.markPrice(state.market, traded.symbol))
  return isZero(size) || !isAbove(isNegative(size) ? subtract(zero, size) : size, Market.capAt(traded, leverage))
}

const changeLeverage = (
  state: State,
  product: Market.Product,
  command: ChangeUmLeverage | ChangeCmLeverage,
  now: number
): Applied<Market.Contract> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    const traded = yield* contract(state, product, command.symbol)
    const highest = Math.min(state.parameters.maxLeverage, Market.maxLeverage(traded))
    yield* check(
      Number.isInteger(command.leverage) && command.leverage >= 1 && command.leverage <= highest,
      ExchangeError.invalidLeverage(command.leverage)
    )
    const before = summary(state, owner)
    yield* check(!Margin.isLiquidating(before.status), ExchangeError.inLiquidation)
    yield* check(
      !(state.parameters.reduceOnlyRefusesLeverageRise && before.status === "REDUCE_ONLY" &&
        command.leverage > Account.leverageOf(owner, state.parameters, traded)),
      ExchangeError.reduceOnly
    )
    const rows = before.positions.filter((row) => row.contract.symbol === traded.symbol)
    yield* check(
      rows.every((row) => fits(state, owner, traded, row.quantity, command.leverage)),
      ExchangeError.maxLeverageRatio
    )
    const leverage = new Map(owner.leverage).set(traded.symbol, command.leverage)
    const next: Account.Account = { ...owner, leverage, configTime: now }
    const after = summary(state, next)
    yield* check(
      !isAbove(after.initialMargin, before.initialMargin) || !isAbove(after.initialMargin, after.adjustedEquity),
      ExchangeError.minLeverageRatio
    )
    const changed = store(state, next, now)
    const told: StreamEvent = {
      accountId: owner.id,
      payload: {
        e: "ACCOUNT_CONFIG_UPDATE",
        fs: product,
        E: now,
        T: now,
        ac: { s: traded.symbol, l: command.leverage }
      }
    }
    return yield* done({ ...changed, outbox: [...changed.outbox, told] }, traded)
  })

/**
 * Changes the leverage of a UM symbol.
 *
 * **Details**
 *
 * -1121 for an unknown symbol, -4028 for a leverage that is no integer of 1 up to the highest of the symbol, -2023 in
 * liquidation, -4087 for a rise while the account may only reduce, -2027 where a position is above the cap of the new
 * leverage, -2028 where the account cannot carry the initial margin.
 *
 * @category transitions
 * @since 0.1.0
 */
export const changeUmLeverage = (state: State, command: ChangeUmLeverage, now: number): Applied<UmLeverageReply> =>
  Result.map(changeLeverage(state, "UM", command, now), ([next, traded]) => [
    next,
    {
      leverage: command.leverage,
      maxNotionalValue: plain(Market.capAt(traded, command.leverage)),
      symbol: command.symbol
    }
  ])

/**
 * Changes the leverage of a CM symbol, by the rules of {@link changeUmLeverage}.
 *
 * @category transitions
 * @since 0.1.0
 */
export const changeCmLeverage = (state: State, command: ChangeCmLeverage, now: number): Applied<CmLeverageReply> =>
  Result.map(changeLeverage(state, "CM", command, now), ([next, traded]) => [
    next,
    { leverage: command.leverage, maxQty: plain(Market.capAt(traded, command.leverage)), symbol: command.symbol }
  ])

/**
 * Changes the position mode of UM and CM together.
 *
 * **Details**
 *
 * -4059 when it is the mode already, -4067 with open UM orders, -4068 with UM positions, -4531 with CM orders or
 * positions.
 *
 * @category transitions
 * @since 0.1.0
 */
export const changeUmPositionMode = (
  state: State,
  command: ChangeUmPositionMode,
  now: number
): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    const { cmPositionsNeedSync } = state.parameters
    yield* check(owner.dualSidePosition !== command.dualSidePosition, ExchangeError.noNeedToChangePositionSide)
    const has = (product: Market.Product): boolean =>
      Account.hasOpenOrders(owner, product) || Conditional.isWaiting(state, owner.id, product)
    yield* check(!has("UM"), ExchangeError.openOrdersBlockModeChange)
    yield* check(!Account.hasPositions(owner, "UM"), ExchangeError.positionsBlockModeChange)
    yield* check(
      !has("CM"),
      cmPositionsNeedSync ? ExchangeError.modeChangeNeedsCmClosed : ExchangeError.openOrdersBlockModeChange
    )
    yield* check(
      !Account.hasPositions(owner, "CM"),
      cmPositionsNeedSync ? ExchangeError.modeChangeNeedsCmClosed : ExchangeError.positionsBlockModeChange
    )
    const next = { ...owner, dualSidePosition: command.dualSidePosition, configTime: now }
    return yield* done(store(state, next, now), acknowledged)
  })

/**
 * Answers a wish for the position mode of CM: -4059 for the mode of UM, which CM has already, and -4220 for the other.
 *
 * @category transitions
 * @since 0.1.0
 */
export const changeCmPositionMode = (state: State, command: ChangeCmPositionMode): Applied<Acknowledged> =>
  Result.flatMap(account(state, command.accountId), (owner) =>
    Result.fail(
      owner.dualSidePosition === command.dualSidePosition
        ? ExchangeError.noNeedToChangePositionSide
        : ExchangeError.cannotChangeDualSide
    ))

/**
 * Switches the payment of fees in BNB.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setFeeBurn = (state: State, command: SetFeeBurn, now: number): Applied<Acknowledged> =>
  Result.map(account(state, command.accountId), (owner) => [
    store(state, { ...owner, feeBurn: command.feeBurn, configTime: now }, now),
    acknowledged
  ])

/**
 * Signs the agreement for perpetuals on stocks and commodities; signing again changes nothing.
 *
 * @category transitions
 * @since 0.1.0
 */
export const signTradFi = (state: State, command: SignTradFi, now: number): Applied<Acknowledged> =>
  Result.map(account(state, command.accountId), (owner) => [
    owner.tradFiSigned ? state : store(state, { ...owner, tradFiSigned: true, configTime: now }, now),
    acknowledged
  ])

/**
 * Seeds the cross margin leverage: one that has a maintenance margin rate, else -4028.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setCrossMarginLeverage = (
  state: State,
  command: SetCrossMarginLeverage,
  now: number
): Applied<Acknowledged> =>
  Result.gen(function*() {
    const owner = yield* account(state, command.accountId)
    yield* check(
      state.parameters.loanMaintenanceRates.has(command.leverage),
      ExchangeError.invalidLeverage(command.leverage)
    )
    const next = { ...owner, crossMarginLeverage: command.leverage, configTime: now }
    return yield* done(store(state, next, now), acknowledged)
  })

/**
 * Applies any command at a time in milliseconds.
 *
 * **When to use**
 *
 * Use where commands are data: scripts of a scenario, logs to replay, property tests. A caller that knows its command
 * has the reply's exact type from the transition of that name.
 *
 * @category transitions
 * @since 0.1.0
 */
export const apply = (state: State, command: Command, now: number): Applied<Reply> => {
  switch (command._tag) {
    case "SetMarkPrice":
      return setMarkPrice(state, command, now)
    case "SetIndexPrice":
      return setIndexPrice(state, command, now)
    case "SetFundingRate":
      return setFundingRate(state, command, now)
    case "OpenAccount":
      return openAccount(state, command, now)
    case "Deposit":
      return deposit(state, command, now)
    case "Withdraw":
      return withdraw(state, command, now)
    case "SetMarginBalance":
      return setMarginBalance(state, command, now)
    case "SetWalletBalance":
      return setWalletBalance(state, command, now)
    case "Borrow":
      return Loans.borrow(state, command, now)
    case "Repay":
      return Loans.repay(state, command, now)
    case "RepayDebt":
      return Loans.repayDebt(state, command, now)
    case "AccrueInterest":
      return Loans.accrueInterest(state, command, now)
    case "CollectFunds":
      return Transfers.collectFunds(state, command, now)
    case "CollectAsset":
      return Transfers.collectAsset(state, command, now)
    case "TransferBnb":
      return Transfers.transferBnb(state, command, now)
    case "RepayNegativeBalances":
      return Transfers.repayNegativeBalances(state, command, now)
    case "SetAutoRepay":
      return Transfers.setAutoRepay(state, command, now)
    case "RequestDownload":
      return Downloads.requestDownload(state, command, now)
    case "NewMarginOrder":
      return SpotEngine.newMarginOrder(state, command, now)
    case "NewMarginOco":
      return SpotEngine.newMarginOco(state, command, now)
    case "CancelMarginOrder":
      return SpotEngine.cancelMarginOrder(state, command, now)
    case "CancelMarginOco":
      return SpotEngine.cancelMarginOco(state, command, now)
    case "CancelAllMarginOrders":
      return SpotEngine.cancelAllMarginOrders(state, command, now)
    case "SetSpotPrice":
      return SpotEngine.setSpotPrice(state, command, now)
    case "SetSpotFeeBurn":
      return SpotEngine.setSpotFeeBurn(state, command, now)
    case "SetPosition":
      return setPosition(state, command, now)
    case "ChangeUmLeverage":
      return changeUmLeverage(state, command, now)
    case "ChangeCmLeverage":
      return changeCmLeverage(state, command, now)
    case "ChangeUmPositionMode":
      return changeUmPositionMode(state, command, now)
    case "ChangeCmPositionMode":
      return changeCmPositionMode(state, command)
    case "SetFeeBurn":
      return setFeeBurn(state, command, now)
    case "SignTradFi":
      return signTradFi(state, command, now)
    case "SetCrossMarginLeverage":
      return setCrossMarginLeverage(state, command, now)
    case "SetLastPrice":
      return acknowledge(FuturesEngine.setLastPrice(state, command, now))
    case "SetPrice":
      return acknowledge(Result.map(FuturesEngine.setPrice(state, command, now), SpotEngine.reckonOpenLoss))
    case "PlaceOrder":
      return FuturesEngine.placeOrder(state, command, now)
    case "CancelOrder":
      return FuturesEngine.cancelOrder(state, command, now)
    case "CancelAllOrders":
      return FuturesEngine.cancelAllOrders(state, command, now)
    case "ModifyOrder":
      return FuturesEngine.modifyOrder(state, command, now)
    case "PlaceConditionalOrder":
      return Conditional.placeConditionalOrder(state, command, now)
    case "CancelConditionalOrder":
      return Conditional.cancelConditionalOrder(state, command, now)
    case "CancelAllConditionalOrders":
      return Conditional.cancelAllConditionalOrders(state, command, now)
  }
}

const acknowledge = (changed: Result.Result<State, ExchangeError.ExchangeError>): Applied<Acknowledged> =>
  Result.map(changed, (state) => [state, acknowledged])

// What does things at its time, in the order of one instant.
const clockworks: ReadonlyArray<Clockwork.Clockwork> = [
  Funding.delivery,
  Funding.funding,
  FuturesEngine.expiries,
  FuturesEngine.refills,
  SpotEngine.refills,
  { next: Accrual.next, run: (state, at) => Liquidation.review(Accrual.fall(state, at), state.accounts.keys(), at) }
]

/**
 * Carries out everything that falls due up to a time in milliseconds, the earliest first: deliveries, funding, orders that
 * expire, markets that fill up again, interest.
 *
 * **When to use**
 *
 * Use before a command that comes later than the one before it; {@link apply} itself lets no time pass.
 *
 * **Gotchas**
 *
 * Interest and funding are made up for as far back as the rule `catchUp` says, so that a clock set years ahead does not
 * charge for the years.
 *
 * @category transitions
 * @since 0.1.0
 */
export const advance = (state: State, now: number): State => {
  const advanced = Clockwork.run(madeUp(state, now - state.rules.catchUp), clockworks, now)
  return now > advanced.accruedUntil ? { ...advanced, accruedUntil: now } : advanced
}

/**
 * When something falls due next, in milliseconds.
 *
 * @category lookups
 * @since 0.1.0
 */
export const due = (state: State): number => Clockwork.next(state, clockworks)

/** The state whose recurring payments before a time are let be. */
const madeUp = (state: State, from: number): State =>
  state.accruedUntil >= from ? state : {
    ...state,
    accruedUntil: from,
    futures: {
      ...state.futures,
      nextFunding: Math.max(state.futures.nextFunding, Futures.make(from).nextFunding)
    }
  }

/**
 * Applies commands one after another at one time, up to the first refusal; gives the state alone.
 *
 * @category transitions
 * @since 0.1.0
 */
export const applyAll = (
  state: State,
  commands: Iterable<Command>,
  now: number
): Result.Result<State, ExchangeError.ExchangeError> =>
  Result.gen(function*() {
    let current = state
    for (const command of commands) {
      const [next] = yield* apply(current, command, now)
      current = next
    }
    return current
  })
