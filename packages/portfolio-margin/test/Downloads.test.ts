import {
  OutcomeUnknown,
  type ReadError,
  Rejected,
  TransportFailed,
  Unavailable
} from "@effect-binance/core/BinanceError"
import * as Ids from "@effect-binance/core/Ids"
import * as Downloads from "@effect-binance/portfolio-margin/Downloads"
import type * as Endpoints from "@effect-binance/portfolio-margin/endpoints/Transfers"
import { Transfers } from "@effect-binance/portfolio-margin/Transfers"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Zip from "effect/encoding/Zip"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { live, scripted } from "./support/exchange.ts"

const downloadId = Schema.decodeSync(Ids.DownloadId)("545923594199212032")

const secret = "X-Amz-Signature=891df982df2e66c6"

const link = `https://files.example/2026/a%20b.zip?X-Amz-Expires=604800&${secret}`

const at = Date.UTC(2026, 9, 23)

const day = 86_400_000

const period = { startTime: at - 30 * day, endTime: at }

const answerOf = (over: Partial<Endpoints.DownloadLink>): Endpoints.DownloadLink => ({
  downloadId,
  status: "completed",
  url: Redacted.make(link),
  expirationTimestamp: DateTime.makeUnsafe(at + 7 * day),
  ...over
})

const processing = answerOf({
  status: "processing",
  url: Redacted.make(""),
  expirationTimestamp: DateTime.makeUnsafe(-1)
})

const origin = { endpoint: "getUMTradeDownloadLink", request: "GET /papi/v1/um/trade/asyn/id", attempts: 1 }

const refusal = new Rejected({ ...origin, status: 400, code: -1102, reason: "no such id", hint: "" })

const lost = new TransportFailed({ ...origin, stage: "timeout", detail: "no answer" })

/** An exchange that answers each question about the link by the next of its answers; the last one stays. */
const preparing = (...answers: ReadonlyArray<Endpoints.DownloadLink | ReadError>) => {
  const asked: Array<string> = []
  const begun: Array<number> = []
  const layer = Layer.mock(Transfers, {
    getUMTradeHistoryDownloadId: ({ endTime, startTime }) =>
      Effect.sync(() => {
        asked.push(`request ${String(startTime)} ${String(endTime)}`)
        return { avgCostTimestampOfLast30d: 7_241_837, downloadId }
      }),
    getUMTradeDownloadLink: ({ downloadId }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        asked.push(`link ${downloadId}`)
        begun.push(now)
        const answer = answers[Math.min(begun.length, answers.length) - 1] ?? processing
        return "_tag" in answer ? Effect.fail(answer) : Effect.succeed(answer)
      })
  })
  return { asked, begun, layer }
}

const failure = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(
    Effect.flip(effect),
    (error) => error instanceof Downloads.DownloadError ? Effect.succeed(error) : Effect.die(error)
  )

describe("a download", () => {
  it.effect("is asked for once and waited for, with pauses that grow to a minute", () => {
    const exchange = preparing(...Array.from({ length: 7 }, () => processing), answerOf({}))
    return Effect.gen(function*() {
      yield* TestClock.setTime(at)
      const fiber = yield* Effect.forkChild(Downloads.umTrades(period))
      yield* TestClock.adjust("1 hour")
      const file = yield* Fiber.join(fiber)
      assert.strictEqual(file.kind, "umTrades")
      assert.strictEqual(file.downloadId, downloadId)
      assert.strictEqual(Redacted.value(file.link), link)
      assert.strictEqual(DateTime.toEpochMillis(file.expires), at + 7 * day)
      assert.notInclude(JSON.stringify(file) + String(file.link), "files.example")
      assert.deepStrictEqual(exchange.asked.slice(0, 2), [
        `request ${period.startTime} ${period.endTime}`,
        `link ${downloadId}`
      ])
      assert.lengthOf(exchange.asked, 1 + 8)
      assert.deepStrictEqual(
        exchange.begun.map((time) => (time - at) / 1000),
        [0, 5, 15, 35, 75, 135, 195, 255]
      )
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect("that was asked for before is taken up by its id, without a new request", () => {
    const exchange = preparing(answerOf({}))
    return Effect.gen(function*() {
      yield* Downloads.umTrades({ downloadId })
      yield* Downloads.umTrades({ downloadId: 545923594199212032n })
      assert.deepStrictEqual(exchange.asked, [`link ${downloadId}`, `link ${downloadId}`])
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect("is asked for and nothing more by request", () => {
    const exchange = preparing(answerOf({}))
    return Effect.gen(function*() {
      const requested = yield* Downloads.umTrades.request(period)
      assert.strictEqual(requested.downloadId, downloadId)
      assert.lengthOf(exchange.asked, 1)
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect("goes on waiting where a question about it is lost", () => {
    const exchange = preparing(
      lost,
      new Unavailable({ ...origin, status: 503, reason: "", hint: "" }),
      answerOf({})
    )
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Downloads.umTrades(period))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.lengthOf(exchange.asked, 1 + 3)
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect("is given up after the time for waiting, with the id to ask on by", () => {
    const exchange = preparing(processing, lost)
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(
        failure(Downloads.umTrades(period, { base: "1 minute", cap: "10 minutes", atMost: "30 minutes" }))
      )
      yield* TestClock.adjust("31 minutes")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error.reason, "NotReady")
      assert.strictEqual(error.downloadId, downloadId)
      assert.strictEqual(error.error?._tag, "TransportFailed")
      assert.include(error.message, downloadId)
      assert.lengthOf(exchange.asked, 1 + 6)
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect.each([0, "-1 minute", "0.01 millis"] as const)("is not asked for without a pause: %j", (pause) => {
    const exchange = preparing(processing)
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(
        failure(Downloads.umTrades(period, { base: pause, cap: pause, atMost: "1 second" }))
      )
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "NotReady")
      assert.lengthOf(exchange.asked, 1 + 11)
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect("is waited for no longer once it is interrupted, and can be taken up", () => {
    const exchange = preparing(processing, processing, answerOf({}))
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Downloads.umTrades(period))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.lengthOf(exchange.asked, 1 + 2)
      yield* Downloads.umTrades({ downloadId })
      assert.lengthOf(exchange.asked, 1 + 3)
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect("that cannot be had ends with the id and the reason", () =>
    Effect.gen(function*() {
      const reasonOf = (answer: Endpoints.DownloadLink | ReadError) =>
        failure(Downloads.umTrades(period)).pipe(Effect.provide(preparing(answer).layer))
      const refused = yield* reasonOf(refusal)
      assert.strictEqual(refused.reason, "AskingFailed")
      assert.deepStrictEqual(refused.error, refusal)
      const other = yield* reasonOf(answerOf({ status: "failed" }))
      assert.strictEqual(other.reason, "NotPrepared")
      assert.include(other.message, "\"failed\"")
      const expired = yield* reasonOf(answerOf({ isExpired: true }))
      assert.strictEqual(expired.reason, "Expired")
    }))

  it.effect("whose request has an unknown outcome is not requested again", () => {
    let requests = 0
    const unknown = new OutcomeUnknown({
      ...origin,
      sentAt: DateTime.makeUnsafe(at),
      seen: "timeout",
      detail: "no answer"
    })
    const exchange = Layer.mock(Transfers, {
      getUMTradeHistoryDownloadId: () => {
        requests++
        return Effect.fail(unknown)
      }
    })
    return Effect.gen(function*() {
      const error = yield* Effect.flip(Downloads.umTrades(period))
      assert.strictEqual(error, unknown)
      assert.strictEqual(requests, 1)
    }).pipe(Effect.provide(exchange))
  })

  it.effect("with an id that is none is refused before anything is asked", () => {
    const exchange = preparing(answerOf({}))
    return Effect.gen(function*() {
      // The second is the number that 545923594199212031 is rounded to.
      for (const downloadId of [0.5, 545_923_594_199_212_032, NaN, -Infinity]) {
        const error = yield* Effect.flip(Downloads.umTrades({ downloadId }))
        assert.strictEqual(error._tag, "InvalidRequest")
      }
      assert.isEmpty(exchange.asked)
    }).pipe(Effect.provide(exchange.layer))
  })

  it.effect.each(
    [
      ["umTrades", "/papi/v1/um/trade/asyn", 5],
      ["umOrders", "/papi/v1/um/order/asyn", 10],
      ["umTransactions", "/papi/v1/um/income/asyn", 5]
    ] as const
  )("%s asks %s, at most %i times a month", ([name, path, limit]) => {
    const exchange = scripted((sent) =>
      sent.path === path
        ? { avgCostTimestampOfLast30d: 7_241_837, downloadId }
        : { downloadId, status: "completed", url: link, expirationTimestamp: at }
    )
    const download = {
      umTrades: Downloads.umTrades,
      umOrders: Downloads.umOrders,
      umTransactions: Downloads.umTransactions
    }
    return Effect.gen(function*() {
      const file = yield* download[name](period)
      assert.strictEqual(file.kind, name)
      assert.deepStrictEqual(download[name].cost, { weight: 1500, quota: { limit, per: "month" } })
      assert.deepStrictEqual(exchange.sent.map(({ path }) => path), [path, `${path}/id`])
      assert.deepStrictEqual(exchange.sent[1]?.params, { downloadId })
    }).pipe(Effect.provide(live(exchange)))
  })
})

// -----------------------------------------------------------------------------
// Fetching
// -----------------------------------------------------------------------------

const file = (over: Partial<Downloads.File> = {}): Downloads.File => ({
  kind: "umTrades",
  downloadId,
  link: Redacted.make(link),
  expires: DateTime.makeUnsafe(at + 1),
  ...over
})

interface Seen {
  readonly url: string
  readonly method: string
  readonly headers: { readonly [name: string]: string | undefined }
}

/** A network of one host for all names. */
const network = (answer: () => Response) => {
  const seen: Array<Seen> = []
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      seen.push({ url: request.url, method: request.method, headers: { ...request.headers } })
      return HttpClientResponse.fromWeb(request, answer())
    })
  )
  return { seen, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

const fetched = (one: Downloads.File) =>
  Effect.andThen(
    TestClock.setTime(at),
    Effect.map(Stream.runCollect(Downloads.bytes(one)), (chunks) => Buffer.concat(chunks).toString())
  )

describe("the bytes of a file", () => {
  it.effect("come from the link as it was given, and nobody else is asked", () => {
    const net = network(() => new Response("PK and so on"))
    return Effect.gen(function*() {
      const exchange = preparing(answerOf({}))
      const ready = yield* Downloads.umTrades(period).pipe(Effect.provide(exchange.layer))
      assert.isEmpty(net.seen)
      const stream = Downloads.bytes(ready)
      assert.isEmpty(net.seen)
      assert.strictEqual(yield* fetched(ready), "PK and so on")
      assert.deepStrictEqual(net.seen, [{ url: link, method: "GET", headers: {} }])
      assert.isDefined(stream)
    }).pipe(Effect.provide(net.layer))
  })

  it.effect.each([
    "www.binance.com",
    "",
    "http://files.example/a.zip",
    "https://user:word@files.example/a.zip",
    "https://files.example@evil.example/a.zip",
    "https:///a.zip",
    "ftp://files.example/a.zip",
    "https://files.example/a b.zip",
    " https://files.example/a.zip"
  ])("are not fetched from anything but a plain https link: %j", (link) => {
    const net = network(() => new Response("PK"))
    return Effect.gen(function*() {
      const error = yield* failure(fetched(file({ link: Redacted.make(link) })))
      assert.strictEqual(error.reason, "UnusableLink")
      assert.isEmpty(net.seen)
    }).pipe(Effect.provide(net.layer))
  })

  it.effect("are not asked for after the link has ended", () => {
    const net = network(() => new Response("PK"))
    return Effect.gen(function*() {
      const error = yield* failure(fetched(file({ expires: DateTime.makeUnsafe(at) })))
      assert.strictEqual(error.reason, "Expired")
      assert.isEmpty(net.seen)
    }).pipe(Effect.provide(net.layer))
  })

  it.effect.each([301, 302, 307, 403, 404, 500, 206])("are not believed of an answer with status %i", (status) => {
    const net = network(() => new Response("no", { status, headers: { location: "https://evil.example/" } }))
    return Effect.gen(function*() {
      const error = yield* failure(fetched(file()))
      assert.strictEqual(error.reason, "NotFetched")
      assert.include(error.message, String(status))
      assert.lengthOf(net.seen, 1)
    }).pipe(Effect.provide(net.layer))
  })

  it.effect("fail where the connection does, once, without telling the link", () => {
    let sends = 0
    const broken = HttpClient.make((request) => {
      sends++
      return Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause: new Error(`connect ${request.url}`) })
        })
      )
    })
    return Effect.gen(function*() {
      const error = yield* failure(fetched(file()))
      assert.strictEqual(error.reason, "NotFetched")
      assert.strictEqual(sends, 1)
      assert.notInclude(error.message + JSON.stringify(error), secret)
    }).pipe(Effect.provideService(HttpClient.HttpClient, broken))
  })

  it.effect("fail where the connection ends within the file", () => {
    const net = network(() =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.error(new Error(`reset ${link}`))
        })
      )
    )
    return Effect.gen(function*() {
      const error = yield* failure(fetched(file()))
      assert.strictEqual(error.reason, "NotFetched")
      assert.notInclude(error.message + JSON.stringify(error), secret)
    }).pipe(Effect.provide(net.layer))
  })

  it.effect("leave no link in a trace", () => {
    const net = network(() => new Response("PK"))
    const spans: Array<Tracer.Span> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    return Effect.gen(function*() {
      yield* Effect.withSpan(fetched(file()), "mine")
      assert.deepStrictEqual(spans.map(({ name }) => name), ["mine"])
      assert.deepStrictEqual(net.seen.map(({ headers }) => headers), [{}])
    }).pipe(Effect.provide(net.layer), Effect.provideService(Tracer.Tracer, tracer))
  })
})

describe("the rows of a file", () => {
  const archived = (...entries: ReadonlyArray<Zip.ContentEntry>) =>
    Stream.fromIterable(entries).pipe(
      Stream.pipeThroughChannel(Zip.encode()),
      Stream.runCollect,
      Effect.map((chunks) => Buffer.concat(chunks))
    )

  const rowsOf = (body: Uint8Array | string) => {
    const net = network(() => new Response(typeof body === "string" ? body : Uint8Array.from(body)))
    return Effect.andThen(TestClock.setTime(at), Stream.runCollect(Downloads.rows(file()))).pipe(
      Effect.provide(net.layer)
    )
  }

  it.effect("are those of every CSV file in it, each by its own first line", () =>
    Effect.gen(function*() {
      const body = yield* archived(
        Zip.directory("um"),
        Zip.file("um/1.csv", "\ufeffid,price\r\n9007199254740993,60000.10\r\n\r\n"),
        Zip.file("um/readme.txt", "none of these"),
        Zip.file("um/2.CSV", "price,id,note\n0.5,2,\"a, b\"\n"),
        Zip.file("um/3.csv", "id\n")
      )
      assert.deepStrictEqual(yield* rowsOf(body), [
        { id: "9007199254740993", price: "60000.10" },
        { price: "0.5", id: "2", note: "a, b" }
      ])
    }))

  it.effect("are read as they are pulled, and many of them", () =>
    Effect.gen(function*() {
      const lines = Array.from({ length: 50_000 }, (_, index) => `${index},0.1\n`)
      const net = yield* Effect.map(
        archived(Zip.file("a.csv", `id,qty\n${lines.join("")}`)),
        (body) => network(() => new Response(Uint8Array.from(body)))
      )
      yield* TestClock.setTime(at)
      const stream = Downloads.rows(file())
      const all = yield* Stream.runFold(stream, () => 0, (sum, { id }) => sum + Number(id)).pipe(
        Effect.provide(net.layer)
      )
      assert.strictEqual(all, 50_000 * 49_999 / 2)
      const some = yield* Stream.runCollect(Stream.take(stream, 2)).pipe(Effect.provide(net.layer))
      assert.deepStrictEqual(some.map(({ id }) => id), ["0", "1"])
    }))

  it.effect("of a file of another format are a failure that says so", () =>
    Effect.gen(function*() {
      const good = yield* archived(Zip.file("a.csv", "id,price\n1,2\n"))
      const torn = good.subarray(0, 45)
      const others = [
        ["id,price\n1,2\n", "no archive"],
        ["", "no archive"],
        [torn, "no archive"],
        [yield* archived(), "no CSV file"],
        [yield* archived(Zip.file("a.json", "{}")), "no CSV file"],
        [yield* archived(Zip.file("a.csv", "id,price\n1\n")), "record 2"]
      ] as const
      for (const [body, detail] of others) {
        const error = yield* failure(rowsOf(body))
        assert.strictEqual(error.reason, "UnknownFormat")
        assert.include(error.detail, detail)
        assert.strictEqual(error.downloadId, downloadId)
      }
    }))

  it.effect("are not asked for where the bytes are not", () =>
    Effect.gen(function*() {
      const net = network(() => new Response("no", { status: 403 }))
      yield* TestClock.setTime(at)
      const error = yield* failure(Stream.runDrain(Downloads.rows(file()))).pipe(Effect.provide(net.layer))
      assert.strictEqual(error.reason, "NotFetched")
    }))
})
