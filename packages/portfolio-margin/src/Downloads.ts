/**
 * Histories that the exchange prepares as files: asked for, waited for, and fetched only where that is asked for too.
 *
 * A request costs a quarter of what an IP has in a minute, and one of the 5 or 10 that an account has in a month, those of
 * Binance's web page counted. So it is never repeated by itself, and every failure after it carries the id by which the
 * file can still be had.
 *
 * @since 0.1.0
 */
import * as Errors from "@effect-binance/core/BinanceError"
import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Ids from "@effect-binance/core/Ids"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Zip from "effect/encoding/Zip"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Endpoints from "./endpoints/Transfers.ts"
import { Transfers, type TransfersShape } from "./Transfers.ts"

/**
 * What is in a file.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "umTrades" | "umOrders" | "umTransactions"

/**
 * Which file: one of a period (at most a year), which asks for it, or one that was asked for before.
 *
 * @category models
 * @since 0.1.0
 */
export type Request = Endpoints.DownloadPeriod | { readonly downloadId: Ids.DownloadId | bigint | number }

/**
 * How the file is waited for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Waiting {
  /** The pause before it is asked for again, at least 100 milliseconds; it doubles from there. 5 seconds when left out. */
  readonly base?: Duration.Input | undefined
  /** No pause is longer. A minute when left out. */
  readonly cap?: Duration.Input | undefined
  /** How long at most. 6 hours when left out: an average of 2 was seen. */
  readonly atMost?: Duration.Input | undefined
}

/**
 * A file that is there to be fetched.
 *
 * @category models
 * @since 0.1.0
 */
export interface File {
  readonly kind: Kind
  readonly downloadId: Ids.DownloadId
  /** Where it lies. Whoever has the link reads the history, without a key. */
  readonly link: Redacted.Redacted<string>
  /** When the link ends, 7 days (24 hours, says the older documentation) after the file was made. */
  readonly expires: DateTime.Utc
}

/**
 * What a request costs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  /** Request weight, out of 6000 a minute and IP. */
  readonly weight: number
  /** How many requests an account has, those made on Binance's web page counted. */
  readonly quota: Endpoint.Quota | undefined
}

const readErrors: Schema.Codec<ReadError, unknown> = Schema.Union([
  Errors.InvalidRequest,
  Errors.Unauthorized,
  Errors.AuthRevoked,
  Errors.RateLimited,
  Errors.Banned,
  Errors.Blocked,
  Errors.ClockSkewed,
  Errors.NotFound,
  Errors.Rejected,
  Errors.EndpointRetired,
  Errors.Unavailable,
  Errors.TransportFailed,
  Errors.InvalidResponse
])

/**
 * A file that was asked for cannot be had, or not yet; `downloadId` is what to ask on by. `reason` says why:
 *
 * - `NotReady`: the time for waiting is over.
 * - `AskingFailed`: the link cannot be asked for; `error` says why.
 * - `NotPrepared`: the exchange says neither that the file is there nor that it is being made.
 * - `UnusableLink`: the link is not one over https.
 * - `Expired`: the link has ended.
 * - `NotFetched`: the host of the link did not give the file.
 * - `UnknownFormat`: the file is no archive of CSV files.
 *
 * @category errors
 * @since 0.1.0
 */
export class DownloadError extends Schema.TaggedError<DownloadError>(
  "@effect-binance/portfolio-margin/Downloads/DownloadError"
)("DownloadError", {
  kind: Schema.Literals(["umTrades", "umOrders", "umTransactions"]),
  downloadId: Ids.DownloadId,
  reason: Schema.Literals([
    "NotReady",
    "AskingFailed",
    "NotPrepared",
    "UnusableLink",
    "Expired",
    "NotFetched",
    "UnknownFormat"
  ]),
  /** What happened, without the link. */
  detail: Schema.String,
  /** The last failure of asking for the link, where there was one. */
  error: Schema.optionalKey(readErrors)
}) {
  override get message(): string {
    return `${this.kind} (download id ${this.downloadId}): ${this.detail}. Ask on by the id, a new request costs one of the month`
  }
}

/**
 * A file of one kind: to be asked for and waited for in one effect, or in two.
 *
 * @category models
 * @since 0.1.0
 */
export interface Download {
  /** Asks for the file of a period, or takes up one that was asked for, and waits until it is there. */
  (request: Request, waiting?: Waiting): Effect.Effect<File, MutationError | DownloadError, Transfers>
  /** Only asks for the file: keep the id of the answer. Sent once, whatever becomes of it. */
  readonly request: (
    period: Endpoints.DownloadPeriod
  ) => Effect.Effect<Endpoints.DownloadRequested, MutationError, Transfers>
  readonly cost: Cost
}

const isTransient = (error: ReadError): boolean =>
  error._tag === "Unavailable" || error._tag === "TransportFailed" || error._tag === "RateLimited"

// Without a pause it would be asked for as often as the processor allows.
const shortest = 100

const wait = Effect.fnUntraced(function*(
  kind: Kind,
  ask: TransfersShape["getUMTradeDownloadLink"],
  downloadId: Ids.DownloadId,
  waiting: Waiting
) {
  const cap = Duration.toMillis(Duration.fromInputUnsafe(waiting.cap ?? "1 minute"))
  const atMost = Duration.toMillis(Duration.fromInputUnsafe(waiting.atMost ?? "6 hours"))
  const fail = (reason: DownloadError["reason"], detail: string, error?: ReadError) =>
    new DownloadError({ kind, downloadId, reason, detail, ...(error === undefined ? {} : { error }) })
  const began = yield* Clock.currentTimeMillis
  let pause = Duration.toMillis(Duration.fromInputUnsafe(waiting.base ?? "5 seconds"))
  while (true) {
    const answer = yield* Effect.result(ask({ downloadId }))
    if (Result.isFailure(answer) && !isTransient(answer.failure)) {
      return yield* fail("AskingFailed", "the link cannot be asked for", answer.failure)
    }
    if (Result.isSuccess(answer)) {
      const { expirationTimestamp: expires, isExpired, status, url: link } = answer.success
      if (isExpired === true) return yield* fail("Expired", "the link has ended")
      if (status === "completed") return { kind, downloadId, link, expires } satisfies File
      if (status !== "processing") return yield* fail("NotPrepared", `the exchange calls it "${status}"`)
    }
    pause = Math.max(shortest, Math.min(pause, cap))
    const now = yield* Clock.currentTimeMillis
    if (now + pause - began > atMost) {
      const error = Result.isFailure(answer) ? answer.failure : undefined
      return yield* fail("NotReady", "it is not there yet", error)
    }
    yield* Effect.sleep(pause)
    pause *= 2
  }
})

const decodeId = Schema.decodeUnknownEffect(Ids.DownloadId)

const download = (
  kind: Kind,
  endpoint: Pick<Endpoint.Described, "quota" | "weight">,
  calls: (transfers: TransfersShape) => {
    readonly request: TransfersShape["getUMTradeHistoryDownloadId"]
    readonly link: TransfersShape["getUMTradeDownloadLink"]
  }
): Download => {
  const request: Download["request"] = (period) =>
    Effect.flatMap(Transfers, (transfers) => calls(transfers).request(period))

  // A number beyond 2^53 has been rounded: it is the id of another file, or of none.
  const digitsOf = (id: Ids.DownloadId | bigint | number): string =>
    typeof id === "number" && !Number.isSafeInteger(id) ? "" : String(id)

  const idOf = (one: Request): Effect.Effect<Ids.DownloadId, MutationError, Transfers> =>
    "downloadId" in one
      ? Effect.mapError(decodeId(digitsOf(one.downloadId)), () =>
        new Errors.InvalidRequest({
          endpoint: kind,
          request: "",
          attempts: 0,
          violations: [{ field: "downloadId", rule: "the digits of an id, as text or a bigint where they exceed 2^53" }]
        }))
      : Effect.map(request(one), ({ downloadId }) => downloadId)

  return Object.assign(
    (one: Request, waiting: Waiting = {}) =>
      Effect.flatMap(
        Transfers,
        (transfers) => Effect.flatMap(idOf(one), (downloadId) => wait(kind, calls(transfers).link, downloadId, waiting))
      ),
    { request, cost: { weight: Endpoint.weightOf(endpoint, {}), quota: endpoint.quota } }
  )
}

/**
 * A file of the UM trades of a period. Weight 1500, at most 5 requests a month.
 *
 * @category downloads
 * @since 0.1.0
 */
export const umTrades: Download = download("umTrades", Endpoints.getUMTradeHistoryDownloadId, (transfers) => ({
  request: transfers.getUMTradeHistoryDownloadId,
  link: transfers.getUMTradeDownloadLink
}))

/**
 * A file of the UM orders of a period. Weight 1500, at most 10 requests a month.
 *
 * @category downloads
 * @since 0.1.0
 */
export const umOrders: Download = download("umOrders", Endpoints.getUMOrderHistoryDownloadId, (transfers) => ({
  request: transfers.getUMOrderHistoryDownloadId,
  link: transfers.getUMOrderDownloadLink
}))

/**
 * A file of the changes of UM balances in a period. Weight 1500, at most 5 requests a month.
 *
 * @category downloads
 * @since 0.1.0
 */
export const umTransactions: Download = download(
  "umTransactions",
  Endpoints.getUMTransactionHistoryDownloadId,
  (transfers) => ({
    request: transfers.getUMTransactionHistoryDownloadId,
    link: transfers.getUMTransactionDownloadLink
  })
)

// The link is the secret: it goes into no span, and whoever answers learns nothing of the program. Redirections are not
// followed: the exchange named one host.
const quiet = Context.empty().pipe(
  Context.add(HttpClient.TracerPropagationEnabled, false),
  Context.add(HttpClient.TracerDisabledWhen, () => true),
  Context.add(FetchHttpClient.RequestInit, { redirect: "manual" })
)

/**
 * Fetches a file: its bytes as they come, nothing taken apart.
 *
 * **Details**
 *
 * The only host that is asked is the one of the link, over https, once, without a key and without being sent on to another
 * host. Nothing is asked for a link that has ended.
 *
 * **Gotchas**
 *
 * Binance does not document the format. A link that was seen ended in `.zip`; what is inside is not known. The guide shows
 * how to unpack such a file.
 *
 * @category downloads
 * @since 0.1.0
 */
export const bytes = (file: File): Stream.Stream<Uint8Array, DownloadError, HttpClient.HttpClient> => {
  const { downloadId, expires, kind } = file
  const fail = (reason: DownloadError["reason"], detail: string) =>
    new DownloadError({ kind, downloadId, reason, detail })
  return Stream.unwrap(Effect.gen(function*() {
    const link = Redacted.value(file.link)
    // One string from the exchange to the host: taken apart and joined again it could differ from what was signed.
    if (!/^https:\/\/[^/?#@\s]+(?:[/?#]\S*)?$/.test(link)) {
      return yield* fail("UnusableLink", "the exchange gave a link that is not one over https")
    }
    const now = yield* Clock.currentTimeMillis
    if (DateTime.toEpochMillis(expires) <= now) {
      return yield* fail("Expired", `the link ended at ${DateTime.formatIso(expires)}`)
    }
    const client = yield* HttpClient.HttpClient
    const response = yield* client.execute(
      HttpClientRequest.makeWith("GET", link, UrlParams.empty, Option.none(), Headers.empty, HttpBody.empty)
    ).pipe(
      Effect.provideContext(quiet),
      Effect.mapError((error) => fail("NotFetched", `the host did not answer (${error.reason._tag})`))
    )
    if (response.status !== 200) {
      return yield* fail("NotFetched", `the host answered with HTTP ${response.status}`)
    }
    return Stream.mapError(
      response.stream,
      (error) => fail("NotFetched", `the connection ended within the file (${error.reason._tag})`)
    )
  }))
}

/**
 * A row of a file: what stands in each column, as text.
 *
 * @category models
 * @since 0.1.0
 */
export type Row = { readonly [column: string]: string }

/**
 * Fetches a file, and reads its rows as they come.
 *
 * **Details**
 *
 * The rows of all CSV files of an archive, each by the names in its first line. Nothing is kept in memory but the row that
 * is read.
 *
 * **Gotchas**
 *
 * Binance does not document the format. Links that were seen ended in `.zip`; which columns there are is not known, so the
 * rows are text. A file that is no archive of CSV files ends the stream with a `DownloadError`, reason `UnknownFormat`, and
 * {@link bytes} gives it as it is.
 *
 * **Example** (Asked for, waited for, read)
 *
 * ```ts
 * import * as Downloads from "@effect-binance/portfolio-margin/Downloads"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const fills = Downloads.umTrades({ startTime: Date.UTC(2026, 0, 1), endTime: Date.UTC(2026, 9, 1) }).pipe(
 *   Effect.map(Downloads.rows),
 *   Stream.unwrap,
 *   Stream.runForEach((row) => Effect.log(row))
 * )
 * ```
 *
 * @category downloads
 * @since 0.1.0
 */
export const rows = (file: File): Stream.Stream<Row, DownloadError, HttpClient.HttpClient> => {
  const { downloadId, kind } = file
  const fail = (detail: string) => new DownloadError({ kind, downloadId, reason: "UnknownFormat", detail })
  const readable = (error: Zip.ZipError | Csv.CsvError | DownloadError): DownloadError => {
    switch (error._tag) {
      case "DownloadError":
        return error
      case "ZipError":
        return fail(`the file is no archive that can be read (${error.kind})`)
      case "CsvError":
        return fail(`record ${error.record} of the archive's CSV cannot be read (${error.kind})`)
    }
  }
  return Stream.suspend(() => {
    let found = 0
    return bytes(file).pipe(
      Stream.pipeThroughChannel(Zip.decode()),
      Stream.filter(({ header }) => header.type === "File" && /\.csv$/i.test(header.path)),
      Stream.flatMap(({ body }) => {
        found++
        return Stream.pipeThroughChannel(body, Csv.decode({ headers: true, ignoreEmptyLines: true }))
      }),
      Stream.mapError(readable),
      Stream.concat(
        Stream.suspend(() => found > 0 ? Stream.empty : Stream.fail(fail("there is no CSV file in the archive")))
      )
    )
  })
}
