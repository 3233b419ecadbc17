/** The end of every command that may have moved a price. */
import type { State } from "../Engine.ts"
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
  return Drafts.close(draft)
}
