/** What becomes of an order that meets a resting one of its own account. */
import type * as Book from "../Book.ts"
import type * as Futures from "../Futures.ts"
import type * as Spot from "../Spot.ts"

/** Nothing where they may trade with each other. */
export const judgeOwn = (
  mode: Futures.SelfTradePrevention | Spot.SelfTradePrevention
): Book.Judgement | undefined => {
  switch (mode) {
    case "EXPIRE_TAKER":
      return { _tag: "Stop" }
    case "EXPIRE_MAKER":
      return { _tag: "Remove" }
    case "EXPIRE_BOTH":
      return { _tag: "StopBoth" }
    case "NONE":
      return undefined
  }
}
