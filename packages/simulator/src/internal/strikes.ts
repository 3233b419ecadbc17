import * as Random from "./random.ts"

/** Counts the matches of a fault, and tells which of them it strikes. */
export interface Strikes {
  /** Whether the next match is to be struck: neither among those that pass first nor spared by chance. */
  readonly hits: () => boolean
  /** Counts a strike. */
  readonly spend: () => void
  /** Whether it has struck as often as it was to. */
  readonly isSpent: () => boolean
}

/** How many matches pass first (0), how many are struck then (1), each by what chance (1), begun from what seed (0). */
interface Terms {
  readonly skip?: number
  readonly times?: number
  readonly chance?: number
  readonly seed?: number
}

export const make = ({ chance = 1, seed = 0, skip = 0, times = 1 }: Terms): Strikes => {
  const random = Random.generator(seed)
  let passing = skip
  let left = times
  return {
    hits: () => {
      if (left <= 0) return false
      if (passing > 0) {
        passing -= 1
        return false
      }
      return chance >= 1 || random() < chance
    },
    spend: () => {
      left -= 1
    },
    isSpent: () => left <= 0
  }
}
