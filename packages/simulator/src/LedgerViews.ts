/**
 * The replies of the Portfolio Margin API that show what the ledger of an account holds, as the exchange words them.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as Chunk from "effect/Chunk"
import * as Result from "effect/Result"
import * as Downloads from "./Downloads.ts"
import * as ExchangeError from "./ExchangeError.ts"
import { add, fixed, plain } from "./internal/decimals.ts"
import { ledgerOf } from "./internal/transitions.ts"
import type * as Ledger from "./Ledger.ts"
import type { Reply, View } from "./Views.ts"

const day = 86_400_000

// Half a year, after which records are shown to those who ask for the archive.
const archivedAfter = 183 * day

/**
 * What records are asked for: a page of those of a period, times in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Query {
  readonly startTime?: number | undefined
  readonly endTime?: number | undefined
  readonly current?: number | undefined
  readonly size?: number | undefined
  readonly archived?: boolean | undefined
}

/**
 * The first and the last instant that a query is about, in milliseconds.
 *
 * **Details**
 *
 * Of a period that has only a beginning the end is now, but no more than `days` later; one that has only an end begins a
 * week before it; without both it is the last week. -1130 where it ends before it begins or is longer than `days`.
 *
 * @category lookups
 * @since 0.1.0
 */
export const period = (
  query: { readonly startTime?: number | undefined; readonly endTime?: number | undefined },
  now: number,
  days: number
): Reply<readonly [from: number, to: number]> => {
  const to = query.endTime ?? (query.startTime === undefined ? now : Math.min(now, query.startTime + days * day))
  const from = query.startTime ?? to - 7 * day
  return to < from && query.endTime !== undefined || to - from > days * day
    ? Result.fail(ExchangeError.invalidParameter("endTime"))
    : Result.succeed([from, to])
}

const newestFirst = <A>(rows: Chunk.Chunk<A>): ReadonlyArray<A> => Chunk.toReadonlyArray(rows).toReversed()

/**
 * A page of rows with their number on all pages; page 1 of 10 rows unless asked otherwise.
 *
 * @category lookups
 * @since 0.1.0
 */
export const page = <A, B>(rows: ReadonlyArray<A>, query: Query, show: (row: A) => B) => {
  const size = query.size ?? 10
  const from = ((query.current ?? 1) - 1) * size
  return { rows: rows.slice(from, from + size).map(show), total: rows.length }
}

const within = <A extends { readonly time: number }>(
  view: View,
  rows: Chunk.Chunk<A>,
  query: Query,
  holds: (row: A) => boolean
): Reply<ReadonlyArray<A>> =>
  Result.map(
    period(query, view.now, 30),
    ([from, to]) =>
      newestFirst(rows).filter((row) =>
        row.time >= from && row.time <= to && holds(row)
        && (view.now - row.time > archivedAfter) === (query.archived === true)
      )
  )

const ledger = (view: View): Ledger.Ledger => ledgerOf(view.state, view.account.id)

const known = (view: View, asset: string) =>
  Result.fromNullishOr(view.state.market.assets.get(asset), () => ExchangeError.invalidAsset)

const records = <A extends { readonly time: number; readonly txId: number; readonly asset: string }, B>(
  view: View,
  rows: Chunk.Chunk<A>,
  query: Query & { readonly asset: string; readonly txId?: number | undefined },
  show: (row: A) => B
) =>
  Result.gen(function*() {
    yield* known(view, query.asset)
    if (query.txId !== undefined) {
      return page(newestFirst(rows).filter((row) => row.asset === query.asset && row.txId === query.txId), query, show)
    }
    const found = yield* within(view, rows, query, (row) => row.asset === query.asset)
    return page(found, query, show)
  })

/**
 * `GET /papi/v1/margin/marginLoan`: the loans of an asset, newest first; -1108 for an unknown asset.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginLoanRecords = (
  view: View,
  query: Query & { readonly asset: string; readonly txId?: number | undefined }
) =>
  records(view, ledger(view).loans, query, (row) => ({
    txId: row.txId,
    asset: row.asset,
    principal: fixed(row.principal, 8, "truncate"),
    timestamp: row.time,
    status: "CONFIRMED" as const
  }))

/**
 * `GET /papi/v1/margin/repayLoan`: the repayments of an asset, newest first; -1108 for an unknown asset.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginRepayRecords = (
  view: View,
  query: Query & { readonly asset: string; readonly txId?: number | undefined }
) =>
  records(view, ledger(view).repayments, query, (row) => ({
    amount: fixed(add(row.principal, row.interest), 8, "truncate"),
    asset: row.asset,
    interest: fixed(row.interest, 8, "truncate"),
    principal: fixed(row.principal, 8, "truncate"),
    status: "CONFIRMED" as const,
    timestamp: row.time,
    txId: row.txId
  }))

/**
 * `GET /papi/v1/margin/marginInterestHistory`: the interest of one asset or of all, newest first; -1108 for an unknown asset.
 *
 * @category margin
 * @since 0.1.0
 */
export const getMarginInterestHistory = (view: View, query: Query & { readonly asset?: string | undefined }) =>
  Result.gen(function*() {
    const { asset } = query
    if (asset !== undefined) yield* known(view, asset)
    const found = yield* within(
      view,
      ledger(view).interest,
      query,
      (row) => asset === undefined || row.asset === asset
    )
    return page(found, query, (row) => ({
      txId: row.txId,
      interestAccuredTime: row.time,
      asset: row.asset,
      rawAsset: row.asset,
      principal: plain(row.principal),
      interest: fixed(row.interest, 8, "truncate"),
      interestRate: fixed(row.rate, 8, "truncate"),
      type: row.type
    }))
  })

/**
 * `GET /papi/v1/portfolio/interest-history`: the interest on negative balances, newest first; -1108 for an unknown asset.
 *
 * @category transfers
 * @since 0.1.0
 */
export const getPortfolioNegativeBalanceInterestHistory = (
  view: View,
  query: Query & { readonly asset?: string | undefined }
) =>
  Result.gen(function*() {
    const { asset } = query
    if (asset !== undefined) yield* known(view, asset)
    const found = yield* within(
      view,
      ledger(view).interest,
      query,
      (row) => row.type === "PORTFOLIO" && (asset === undefined || row.asset === asset)
    )
    return page(found, query, (row) => ({
      asset: row.asset,
      interest: plain(row.interest),
      interestAccuredTime: row.time,
      interestRate: plain(row.rate),
      principal: plain(row.principal)
    })).rows
  })

/**
 * `GET /papi/v1/portfolio/negative-balance-exchange-record`: forced exchanges of negative balances, newest first, with JSON
 * numbers.
 *
 * @category transfers
 * @since 0.1.0
 */
export const getNegativeBalanceExchangeRecords = (
  view: View,
  query: { readonly startTime: number; readonly endTime: number }
) =>
  Result.map(period(query, view.now, 92), ([from, to]) => {
    const found = newestFirst(ledger(view).exchanges).filter((row) => row.startTime >= from && row.startTime <= to)
    return {
      total: found.length,
      rows: found.map(({ details, endTime, startTime }) => ({
        startTime,
        endTime,
        details: details.map((row) => ({
          asset: row.asset,
          negativeBalance: BigDecimal.toNumberUnsafe(row.negativeBalance),
          negativeMaxThreshold: BigDecimal.toNumberUnsafe(row.negativeMaxThreshold)
        }))
      }))
    }
  })

/**
 * `GET /papi/v1/repay-futures-switch`: whether negative futures balances are repaid every day.
 *
 * @category transfers
 * @since 0.1.0
 */
export const getAutoRepayFuturesStatus = (view: View) => ({ autoRepay: ledger(view).autoRepay })

/**
 * `GET /papi/v1/um/{trade,order,income}/asyn/id`: a file that was asked for.
 *
 * @category transfers
 * @since 0.1.0
 */
export const getDownloadLink = (view: View, kind: Ledger.DownloadKind, downloadId: string) =>
  Downloads.link(view.state, view.account.id, kind, downloadId, view.now)
