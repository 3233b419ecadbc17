import type { Drift } from "../Drift.ts"

// Decoding is synchronous, so what is reported between the start and the end of one decode belongs to that decode.
let current: Array<Drift> | undefined

export const report = (drift: Drift): void => {
  if (current !== undefined && current.length < 100) current.push(drift)
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
