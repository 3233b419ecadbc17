/** The end of every command that may have moved a price or a position. */
import type { State } from "../Engine.ts"
import * as Liquidation from "../Liquidation.ts"
import { watch } from "./conditionals.ts"
import type { Draft } from "./draft.ts"
import * as Drafts from "./draft.ts"

/** Lets everything follow that prices have brought about, until nothing more does, and gives the state. */
export const finish = (draft: Draft): State => {
  while (draft.moved.size > 0) {
    const symbols = [...draft.moved]
    draft.moved.clear()
    for (const symbol of symbols) watch(draft, symbol)
  }
  const { base, market } = draft
  const priced = market.markPrices !== base.market.markPrices || market.indexPrices !== base.market.indexPrices
  const concerned = priced
    ? draft.accounts.current.keys()
    : [...draft.touched.values()].map(({ accountId }) => accountId)
  const ids = new Set(concerned)
  const closed = Drafts.close(draft)
  return ids.size === 0 ? closed : Liquidation.review(closed, ids, draft.now)
}
