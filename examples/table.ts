/** Readable tables for a terminal. */
import * as Decimal from "@effect-binance/core/Decimal"
import * as BigDecimal from "effect/BigDecimal"

/** A figure with thousands apart, rounded to at most so many decimals. */
export const money = (value: Decimal.Decimal, decimals = 2): string => {
  const [whole = "", fraction] = Decimal.format(BigDecimal.round(value, { scale: decimals, mode: "half-even" })).split(
    "."
  )
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",")
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

// Chinese, Japanese and Korean letters take two cells of a terminal.
const width = (text: string): number => [...text].reduce((sum, c) => sum + (/[\u1100-\uffdc]/.test(c) ? 2 : 1), 0)

const pad = (text: string, to: number, left: boolean): string => {
  const space = " ".repeat(Math.max(0, to - width(text)))
  return left ? text + space : space + text
}

/** Rows under a header; the first column to the left, figures to the right. */
export const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = header.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ""))))
  const line = (cells: ReadonlyArray<string>) =>
    cells.map((cell, i) => pad(cell, widths[i] ?? 0, i === 0)).join("  ").trimEnd()
  const rule = widths.map((w) => "-".repeat(w)).join("  ")
  return [line(header), rule, ...rows.map(line), ""].join("\n")
}
