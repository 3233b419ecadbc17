/**
 * What the user data stream tells of UM and CM: the payloads of ORDER_TRADE_UPDATE, ACCOUNT_UPDATE and their kin.
 *
 * @since 0.1.0
 */
import * as Account from "./Account.ts"
import type * as Futures from "./Futures.ts"
import { average } from "./Futures.ts"
import type { Decimal } from "./internal/decimals.ts"
import { between, fixed, isZero, plain, zero } from "./internal/decimals.ts"
import { later } from "./internal/told.ts"
import * as Margin from "./Margin.ts"
import type { MarginParameters } from "./MarginParameters.ts"
import * as Market from "./Market.ts"
import type { StreamEvent } from "./StreamEvent.ts"

/**
 * An id as it goes over the wire: a number, or a bigint where a double would round it.
 *
 * @category ids
 * @since 0.1.0
 */
export const wireId = (id: bigint): number | bigint => id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id

/**
 * A price as text: `"0"`, or with the decimals of the contract.
 *
 * @category texts
 * @since 0.1.0
 */
export const price = (contract: Market.Contract, value: Decimal): string =>
  isZero(value) ? "0" : between(value, contract.pricePrecision, 8)

/**
 * A quantity as text: `"0"`, or with the decimals of the contract.
 *
 * @category texts
 * @since 0.1.0
 */
export const quantity = (contract: Market.Contract, value: Decimal): string =>
  isZero(value) ? "0" : fixed(value, contract.quantityPrecision, "truncate")

/**
 * An average price as text.
 *
 * @category texts
 * @since 0.1.0
 */
export const averagePrice = (contract: Market.Contract, order: Futures.Order): string =>
  between(average(order, contract), contract.product === "UM" ? 5 : 1, 8)

/**
 * The alias under which CM names an account; UM has none.
 *
 * @category ids
 * @since 0.1.0
 */
export const alias = (product: Market.Product, accountId: string): string => product === "CM" ? accountId : ""

/**
 * What happened to an order.
 *
 * @category models
 * @since 0.1.0
 */
export type Execution = "NEW" | "TRADE" | "CANCELED" | "EXPIRED" | "AMENDMENT" | "CALCULATED"

/**
 * `ORDER_TRADE_UPDATE`: something happened to an order; `trade` is the fill where there was one.
 *
 * @category events
 * @since 0.1.0
 */
export const orderUpdate = (options: {
  readonly order: Futures.Order
  readonly contract: Market.Contract
  readonly account: Account.Account
  readonly execution: Execution
  readonly trade?: Futures.Trade | undefined
  readonly modifyId?: bigint | undefined
  readonly now: number
}): StreamEvent => {
  const { account, contract, execution, modifyId, now, order, trade } = options
  return later(order.accountId, () => {
    const open = account.openOrders.get(Account.positionKey(order.product, order.symbol, order.positionSide))
    return {
      e: "ORDER_TRADE_UPDATE",
      fs: order.product,
      E: now,
      T: now,
      i: alias(order.product, order.accountId),
      o: {
        s: order.symbol,
        c: order.clientOrderId,
        S: order.side,
        o: order.closedBy === "LIQUIDATION" ? "LIQUIDATION" : order.type,
        f: order.timeInForce,
        q: quantity(contract, order.quantity),
        p: price(contract, order.price),
        ap: price(contract, average(order, contract)),
        sp: "0",
        x: execution,
        X: order.status,
        i: wireId(order.orderId),
        ...(modifyId === undefined ? {} : { M: String(modifyId) }),
        l: quantity(contract, trade?.quantity ?? zero),
        z: quantity(contract, order.executed),
        L: price(contract, trade?.price ?? zero),
        ...(trade === undefined ? {} : { N: trade.commissionAsset, n: plain(trade.commission) }),
        T: now,
        t: trade?.id ?? 0,
        b: between(open?.bids ?? zero, 0, 8),
        a: between(open?.asks ?? zero, 0, 8),
        m: trade?.maker ?? false,
        R: order.reduceOnly,
        ps: order.positionSide,
        rp: plain(trade?.realized ?? zero),
        ...(order.strategy === undefined || order.product === "UM"
          ? {}
          : { st: `C_${order.strategy.type}`, si: order.strategy.id }),
        V: order.selfTradePrevention,
        pm: order.priceMatch,
        gtd: order.goodTillDate
      }
    }
  })
}

/**
 * A position as `ACCOUNT_UPDATE` tells it; without `position` it is closed.
 *
 * @category models
 * @since 0.1.0
 */
export interface PositionChange {
  readonly symbol: string
  readonly positionSide: Account.PositionSide
  readonly position: Account.Position | undefined
  readonly realized: Decimal
}

/**
 * `ACCOUNT_UPDATE`: balances and positions of a product changed, for a reason.
 *
 * @category events
 * @since 0.1.0
 */
export const accountUpdate = (options: {
  readonly parameters: MarginParameters
  readonly market: Market.Market
  readonly account: Account.Account
  readonly product: Market.Product
  readonly reason: string
  readonly symbol: string | undefined
  readonly assets: ReadonlyArray<readonly [asset: string, change: Decimal]>
  readonly positions: () => ReadonlyArray<PositionChange>
  readonly now: number
}): StreamEvent => {
  const { account, assets, market, now, positions, product, reason, symbol } = options
  return later(account.id, () => ({
    e: "ACCOUNT_UPDATE",
    fs: product,
    E: now,
    T: now,
    i: alias(product, account.id),
    a: {
      m: reason,
      ...(symbol === undefined ? {} : { S: symbol }),
      B: assets.map(([asset, change]) => {
        const balance = fixed(Account.wallet(account, product, asset).balance, 8, "truncate")
        return { a: asset, wb: balance, cw: balance, bc: plain(change) }
      }),
      P: positions().flatMap((row) => {
        const contract = market.contracts.get(row.symbol)
        if (contract === undefined) return []
        const { position } = row
        const least = product === "UM" ? 5 : 1
        return [{
          s: row.symbol,
          pa: quantity(contract, position?.quantity ?? zero),
          ep: between(position?.entryPrice ?? zero, least, 8),
          cr: plain(row.realized),
          up: position === undefined ? "0" : fixed(
            Margin.profit(
              contract,
              position.quantity,
              position.entryPrice,
              Market.markPrice(market, row.symbol)
            ),
            8,
            options.parameters.profitRounding
          ),
          ps: row.positionSide,
          bep: between(position?.breakEvenPrice ?? zero, least, 8)
        }]
      })
    }
  }))
}

/**
 * `ALGO_UPDATE` of UM or `CONDITIONAL_ORDER_TRADE_UPDATE` of CM: something happened to a conditional order; `child` is the
 * order it became.
 *
 * @category events
 * @since 0.1.0
 */
export const conditionalUpdate = (
  contract: Market.Contract,
  conditional: Futures.Conditional,
  child: Futures.Order | undefined,
  now: number
): StreamEvent => later(conditional.accountId, () => wordConditional(contract, conditional, child, now))

const wordConditional = (
  contract: Market.Contract,
  conditional: Futures.Conditional,
  child: Futures.Order | undefined,
  now: number
): StreamEvent["payload"] => {
  const trails = conditional.type === "TRAILING_STOP_MARKET"
  const shared = {
    s: conditional.symbol,
    S: conditional.side,
    f: conditional.timeInForce,
    ps: conditional.positionSide,
    q: quantity(contract, conditional.quantity),
    p: price(contract, conditional.price),
    R: conditional.reduceOnly,
    cp: conditional.closePosition,
    wt: conditional.workingType,
    V: conditional.selfTradePrevention,
    gtd: conditional.goodTillDate,
    pm: conditional.priceMatch
  }
  if (conditional.product === "UM") {
    return {
      e: "ALGO_UPDATE",
      T: now,
      E: now,
      fs: "UM",
      ao: {
        caid: conditional.clientId,
        aid: conditional.id,
        at: "CONDITIONAL",
        o: conditional.type,
        ...shared,
        X: conditional.status,
        ai: child === undefined ? "" : String(child.orderId),
        ap: child === undefined ? "0.00000" : averagePrice(contract, child),
        aq: child === undefined ? "0.00000" : quantity(contract, child.executed),
        act: child === undefined ? "0" : child.type,
        tp: price(contract, conditional.triggerPrice),
        pP: conditional.priceProtect,
        tt: conditional.triggerTime,
        rm: conditional.reason,
        ...(trails ? { ia: conditional.active } : {})
      }
    }
  }
  return {
    e: "CONDITIONAL_ORDER_TRADE_UPDATE",
    T: now,
    E: now,
    fs: "CM",
    so: {
      c: conditional.clientId,
      si: conditional.id,
      st: conditional.type,
      ...shared,
      sp: price(contract, conditional.triggerPrice),
      os: conditional.status,
      T: conditional.time,
      ut: conditional.updateTime,
      ...(trails ? { AP: price(contract, conditional.activatePrice), cr: plain(conditional.callbackRate) } : {}),
      ...(child === undefined ? {} : { i: wireId(child.orderId) })
    }
  }
}
