/**
 * What the user data stream tells of margin orders, in the exchange's words.
 *
 * @since 0.1.0
 */
import type { Decimal } from "./internal/decimals.ts"
import { fixed, isZero, negate, plain, zero } from "./internal/decimals.ts"
import { later } from "./internal/told.ts"
import * as Spot from "./Spot.ts"
import type { StreamEvent } from "./StreamEvent.ts"

const amount = (figure: Decimal): string => fixed(figure, 8, "truncate")

/**
 * What happened to an order.
 *
 * **Details**
 *
 * `cancelId` is the name of the cancelling, `trade` the fill, `prevented` the other order where self-trade prevention took
 * something.
 *
 * @category models
 * @since 0.1.0
 */
export interface Execution {
  readonly type: "NEW" | "CANCELED" | "TRADE" | "EXPIRED" | "TRADE_PREVENTION"
  readonly executionId: number
  readonly cancelId?: string | undefined
  readonly trade?: Spot.Trade | undefined
  readonly counterOrderId?: number | undefined
  readonly reason?: string | undefined
}

/**
 * A message about an order as it is now.
 *
 * @category constructors
 * @since 0.1.0
 */
export const executionReport = (order: Spot.Order, execution: Execution, now: number): StreamEvent => {
  const { cancelId, counterOrderId, reason, trade } = execution
  return later(order.accountId, () => ({
    e: "executionReport",
    E: now,
    s: order.symbol,
    c: cancelId ?? order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: amount(order.quantity),
    p: amount(order.price),
    P: amount(order.stopPrice),
    F: amount(order.icebergQuantity),
    g: order.listId,
    C: cancelId === undefined ? "" : order.clientOrderId,
    x: execution.type,
    X: order.status,
    r: "NONE",
    i: order.id,
    l: amount(trade?.quantity ?? zero),
    z: amount(order.executed),
    L: amount(trade?.price ?? zero),
    n: trade === undefined ? "0" : amount(trade.commission),
    N: trade === undefined ? null : trade.commissionAsset,
    T: now,
    t: trade?.id ?? -1,
    I: execution.executionId,
    w: order.isWorking && Spot.isOpen(order),
    m: trade?.isMaker ?? false,
    O: order.time,
    Z: amount(order.quote),
    Y: amount(trade?.quote ?? zero),
    Q: amount(order.quoteQuantity),
    ...(order.isWorking ? { W: order.workingTime } : {}),
    V: order.selfTradePrevention,
    ...(order.prevented === undefined || counterOrderId === undefined
      ? {}
      : {
        v: order.prevented.matchId,
        u: -1,
        U: counterOrderId,
        A: amount(order.prevented.quantity),
        B: amount(order.prevented.quantity)
      }),
    ...(reason === undefined ? {} : { eR: reason })
  }))
}

/**
 * A message about the loss of equity that the open margin orders of an account would bring, for some assets.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openOrderLoss = (
  accountId: string,
  losses: ReadonlyArray<readonly [asset: string, loss: Decimal]>,
  now: number
): StreamEvent =>
  later(accountId, () => ({
    e: "openOrderLoss",
    E: now,
    O: losses.map(([a, loss]) => ({ a, o: isZero(loss) ? "0" : plain(negate(loss)) }))
  }))
