/**
 * Cancelling margin orders and pairs of them, with the replies to it.
 *
 * @since 0.1.0
 */
import * as Spot from "../Spot.ts"
import type * as SpotPairs from "../SpotPairs.ts"
import { clientIdOf } from "./clientIds.ts"
import type { Draft } from "./spotDraft.ts"
import * as Fills from "./spotFills.ts"
import type { CanceledReply, OcoCanceledReply } from "./spotReplies.ts"
import { canceledReply, showList } from "./spotReplies.ts"

export const cancelOne = (draft: Draft, pair: SpotPairs.Pair, order: Spot.Order, cancelId: string): CanceledReply =>
  canceledReply(Fills.end(draft, pair, order, { status: "CANCELED", cancelId, rests: true }), cancelId)

export const cancelList = (
  draft: Draft,
  pair: SpotPairs.Pair,
  list: Spot.OrderList,
  cancelId: string
): OcoCanceledReply => {
  const orderReports = list.orders.flatMap((id) => {
    const order = Spot.order(draft.state.spot, id)
    return order === undefined || !Spot.isOpen(order)
      ? []
      : [{ ...cancelOne(draft, pair, order, cancelId), orderListId: list.id }]
  })
  return { ...showList(draft.state.spot, list), transactionTime: draft.now, orderReports }
}

export const cancelIdOf = (draft: Draft, wished: string | undefined): string =>
  wished ?? clientIdOf(draft.state.nextUpdateId, "C")
