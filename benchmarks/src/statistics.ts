/** Medians and percentiles. */

/** The value below which the share of the values lies; `NaN` of none. */
export const percentile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** The middle value; `NaN` of none. */
export const median = (values: ReadonlyArray<number>): number => percentile(values, 0.5)
