import type { Drift } from "../Drift.ts"

// Decoding is synchronous, so what is reported between the start and the end of one decode belongs to that decode.
let current: Array<Drift> | undefined

const most = 100

export const report = (drift: Drift): void => {
  if (current !== undefined && current.length < most) current.push(drift)
}

/** How much was reported so far, to come back to by {@link forget}. */
export const mark = (): number => current?.length ?? 0

export const forget = (mark: number): void => {
  if (current !== undefined) current.length = Math.min(current.length, mark)
}

export const collect = <A>(decode: () => A): readonly [A, ReadonlyArray<Drift>] => {
  const outer = current
  const mine: Array<Drift> = []
  current = mine
  try {
    return [decode(), mine]
  } finally {
    current = outer
  }
}
