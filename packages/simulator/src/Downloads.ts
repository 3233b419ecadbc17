/**
 * Files of past trades, orders and transactions, which the exchange prepares on request.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Engine from "./Engine.ts"
import * as ExchangeError from "./ExchangeError.ts"
import { accountOf, check, done, ledgerOf, transaction, withLedger } from "./internal/transitions.ts"
import type { DownloadKind } from "./Ledger.ts"
import * as Quotas from "./Quotas.ts"

/**
 * Asks for a file about a period, in milliseconds.
 *
 * @category commands
 * @since 0.1.0
 */
export interface RequestDownload {
  readonly _tag: "RequestDownload"
  readonly accountId: string
  readonly kind: DownloadKind
  readonly startTime: number
  readonly endTime: number
}

/**
 * The reply to a request: by what the file is asked for, and how long it usually takes.
 *
 * @category replies
 * @since 0.1.0
 */
export interface DownloadReply {
  readonly avgCostTimestampOfLast30d: number
  readonly downloadId: string
}

/**
 * A file as the exchange shows it.
 *
 * @category models
 * @since 0.1.0
 */
export interface DownloadLink {
  readonly downloadId: string
  readonly status: "completed" | "processing"
  readonly url: string
  readonly s3Link: null
  readonly notified: boolean
  readonly expirationTimestamp: number
  readonly isExpired: boolean | null
}

const firstId = 546_975_389_218_332_672n

const day = 86_400_000

/**
 * Takes a request: -1130 for a period that ends before it begins or is longer than a year, -1003 above the quota of the
 * month.
 *
 * @category transitions
 * @since 0.1.0
 */
export const requestDownload = (
  state: Engine.State,
  command: RequestDownload,
  now: number
): Engine.Applied<DownloadReply> =>
  Result.gen(function*() {
    const owner = yield* accountOf(state, command.accountId)
    const length = command.endTime - command.startTime
    yield* check(length >= 0 && length <= 366 * day, ExchangeError.invalidParameter("endTime"))
    const counted = yield* Quotas.use(state, owner.id, `${command.kind} download`, now)
    const [numbered, id] = transaction(counted)
    const downloadId = String(firstId + BigInt(id))
    const { endTime, kind, startTime } = command
    const next = withLedger(numbered, owner.id, (ledger) => ({
      ...ledger,
      downloads: new Map(ledger.downloads).set(downloadId, { downloadId, kind, startTime, endTime, time: now })
    }))
    return yield* done(next, { avgCostTimestampOfLast30d: state.parameters.downloadMillis, downloadId })
  })

/**
 * The file of an id: in work for `downloadMillis`, then there for `downloadDays`; -1130 for an id of another kind or of
 * nobody.
 *
 * @category lookups
 * @since 0.1.0
 */
export const link = (
  state: Engine.State,
  accountId: string,
  kind: DownloadKind,
  downloadId: string,
  now: number
): Result.Result<DownloadLink, ExchangeError.ExchangeError> => {
  const found = ledgerOf(state, accountId).downloads.get(downloadId)
  if (found === undefined || found.kind !== kind) return Result.fail(ExchangeError.invalidParameter("downloadId"))
  const ready = found.time + state.parameters.downloadMillis
  if (now < ready) {
    return Result.succeed({
      downloadId,
      status: "processing",
      url: "",
      s3Link: null,
      notified: false,
      expirationTimestamp: -1,
      isExpired: null
    })
  }
  const expirationTimestamp = ready + state.parameters.downloadDays * day
  const expired = now >= expirationTimestamp
  return Result.succeed({
    downloadId,
    status: "completed",
    // A name that no resolver knows: the file itself is not simulated.
    url: expired ? "" : `https://download.invalid/um/${kind}/${downloadId}.zip`,
    s3Link: null,
    notified: true,
    expirationTimestamp,
    isExpired: expired ? true : null
  })
}
