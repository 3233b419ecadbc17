import type { BinanceError } from "@effect-binance/core/BinanceError"
import { Client } from "@effect-binance/core/Client"
import { Environment } from "@effect-binance/core/Environment"
import * as Ids from "@effect-binance/core/Ids"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { byName } from "@effect-binance/portfolio-margin/Endpoints"
import { Transfers, type TransfersShape } from "@effect-binance/portfolio-margin/Transfers"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { type AnyEndpoint, readingOf, refusals, write } from "./support/conformance.ts"
import { samplesOf } from "./support/fixtures.ts"

// -----------------------------------------------------------------------------
// A client whose exchange answers from a list and remembers what it was asked
// -----------------------------------------------------------------------------

interface Answer {
  readonly status: number
  readonly body: unknown
}

const exchange = (answers: ReadonlyArray<Answer>) => {
  const asked: Array<string> = []
  const http = HttpClient.make((request) =>
    Effect.sync(() => {
      const answer = answers[asked.length]
      const { pathname, search } = new URL(request.url)
      const query = search.replace(/[?&]recvWindow=5000(?=&timestamp)/, "").replace(
        /[?&]timestamp=\d+&signature=s$/,
        ""
      )
      asked.push(`${request.method} ${pathname}${query}`)
      return HttpClientResponse.fromWeb(
        request,
        new Response(JSON.stringify(answer?.body), { status: answer?.status ?? 500 })
      )
    })
  )
  const layer = Transfers.layer.pipe(
    Layer.provide(Client.layer()),
    Layer.provide([
      Environment.layer({ environment: "simulator" }),
      ServerClock.layerLocal,
      Signer.layerCustom({ apiKey: "key", sign: () => Effect.succeed("s") }),
      Layer.succeed(HttpClient.HttpClient, http)
    ])
  )
  return { asked, layer }
}

const sample = (id: string, file = `${id}.json`): Answer => ({
  status: 200,
  body: samplesOf(id).find((one) => one.file === file)?.body
})

const failing: Answer = {
  status: 503,
  body: { code: -1000, msg: "Unknown error, please check your request or try again later." }
}

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

const day = 86_400_000

/** Parameters that break a rule: the field that is named, and the rule. */
type Broken = readonly [params: object, field: string, rule: string]

/**
 * Who keeps a rule: the type of the parameters (and a check for callers without types), a check alone, or the exchange,
 * which is the only one that can.
 */
interface Rule {
  readonly kept: "type" | "checked" | "exchange"
  readonly broken?: ReadonlyArray<Broken>
  readonly taken?: ReadonlyArray<object>
}

const reversed: Broken = [{ startTime: day, endTime: day - 1 }, "endTime", "must not be before startTime"]

const noLonger = (days: number): Rule => ({
  kept: "checked",
  broken: [
    [{ startTime: 0, endTime: days * day + 1 }, "endTime", `must be at most ${days} days after startTime`],
    [
      { startTime: DateTime.makeUnsafe(0), endTime: DateTime.makeUnsafe(days * day + 1) },
      "endTime",
      `must be at most ${days} days after startTime`
    ],
    reversed
  ],
  taken: [{ startTime: 0, endTime: days * day }, { startTime: 7, endTime: 7 }]
})

const bothTimes: Rule = {
  kept: "type",
  broken: [
    [{ endTime: 1 }, "startTime", "Missing"],
    [{ startTime: 1 }, "endTime", "Missing"]
  ],
  taken: [{ startTime: 1, endTime: 1 }]
}

const wholeFrom1 = (name: string, most: number): Rule => ({
  kept: "checked",
  broken: [
    ...[0, -1, most + 1].map((value): Broken => [{ [name]: value }, name, `a whole number from 1 to ${most}`]),
    ...[1.5, NaN, "1"].map((value): Broken => [{ [name]: value }, name, "Expected"])
  ],
  taken: [{ [name]: 1 }, { [name]: most }]
})

const noPage: Rule = { kept: "type", broken: [[{ page: 1 }, "page", ""]], taken: [{}] }

const download = {
  "startTime and endTime are mandatory": bothTimes,
  // Whether a year is one of the calendar is not known: the longest is let through.
  "startTime to endTime at most 1 year": noLonger(366),
  "so many requests a month": { kept: "exchange" },
  "a quota that is shared with the web page": { kept: "exchange" }
} satisfies { readonly [constraint: string]: Rule }

const link = {
  "the id is the digits of one": {
    kept: "checked",
    broken: ["", "mine", "1.5", 1.5, undefined].map((downloadId) => [{ downloadId }, "downloadId", ""]),
    taken: [{ downloadId: "546975389218332672" }, { downloadId: 546_975_389_218_332_672n }, { downloadId: 7 }]
  }
} satisfies { readonly [constraint: string]: Rule }

const rules: { readonly [Id in keyof TransfersShape]: { readonly [constraint: string]: Rule } } = {
  getUMIncomeHistory: {
    "neither startTime nor endTime: the last 7 days": {
      kept: "exchange",
      taken: [{}, { startTime: 0 }, { endTime: 0 }]
    },
    "data of the last 3 months only": { kept: "exchange", taken: [{ startTime: 0, endTime: 365 * day }] },
    "incomeType omitted: all kinds": { kept: "exchange", taken: [{ symbol: "BTCUSDT" }] },
    "a period does not end before it begins": { kept: "checked", broken: [reversed] },
    "incomeType is a UM one": {
      kept: "type",
      broken: ["", "DELIVERED_SETTLEMENT", "transfer"].map((incomeType) => [{ incomeType }, "incomeType", "Expected"]),
      taken: [{ incomeType: "DELIVERED_SETTELMENT" }, { incomeType: "POSITION_LIMIT_INCREASE_FEE" }]
    },
    "limit at most 1000": wholeFrom1("limit", 1000),
    "page is gone since 2026-10-28": noPage
  },
  getCMIncomeHistory: {
    "startTime to endTime at most 200 days": noLonger(200),
    "neither: the last 200 days": { kept: "exchange", taken: [{}] },
    "incomeType is a CM one": {
      kept: "type",
      broken: [[{ incomeType: "AUTO_EXCHANGE" }, "incomeType", "Expected"]],
      taken: [{ incomeType: "INSURANCE_CLEAR" }]
    },
    "limit at most 1000": wholeFrom1("limit", 1000),
    "page is gone since 2026-10-28": noPage
  },
  autoCollectFunds: {
    "at most 500 calls in any hour": { kept: "exchange", taken: [{}] },
    "BNB stays in the UM wallet": { kept: "exchange" }
  },
  transferAssetFuturesMargin: {
    "BNB not supported": {
      kept: "checked",
      broken: [
        [{ asset: "BNB" }, "asset", "transferBNB moves it"],
        [{ asset: "BNB", amount: 1, futureType: "UM" }, "asset", "transferBNB moves it"]
      ],
      taken: [{ asset: "USDT" }]
    },
    "amount and futureType together or not at all": {
      kept: "type",
      broken: [
        [{ asset: "USDT", amount: 1 }, "futureType", "is needed with amount"],
        [{ asset: "USDT", futureType: "UM" }, "amount", "is needed with futureType"]
      ],
      taken: ["UM", "CM", "OPTION"].map((futureType) => ({ asset: "USDT", amount: "0.1", futureType }))
    },
    "futureType is UM, CM or OPTION": {
      kept: "type",
      broken: [[{ asset: "USDT", amount: 1, futureType: "um" }, "futureType", "Expected"]]
    },
    "an asset is named": {
      kept: "type",
      broken: [[{}, "asset", "Missing"], [{ asset: "" }, "asset", ""], [{ asset: "U S" }, "asset", "white space"]]
    },
    "an amount is a decimal that can be written as given": {
      kept: "checked",
      broken: ["", "1,5", "x", NaN, Infinity, 0.1 + 0.2].map((amount) => [
        { asset: "USDT", amount, futureType: "UM" },
        "amount",
        ""
      ])
    }
  },
  transferBNB: {
    "at most 10 calls in any 10 minutes": { kept: "exchange", taken: [{ amount: 1, transferSide: "TO_UM" }] },
    "transferSide TO_UM or FROM_UM": {
      kept: "type",
      broken: [
        [{ amount: 1 }, "transferSide", "Missing"],
        [{ amount: 1, transferSide: "UM" }, "transferSide", "Expected"]
      ],
      taken: [{ amount: 1, transferSide: "FROM_UM" }]
    },
    "an amount is named": { kept: "type", broken: [[{ transferSide: "TO_UM" }, "amount", "Missing"]] }
  },
  repayFuturesNegativeBalance: {},
  getAutoRepayFuturesStatus: {},
  updateAutoRepayFuturesStatus: {
    "autoRepay is true or false": {
      kept: "type",
      broken: [
        [{}, "autoRepay", "Missing"],
        ...["true", 1, null].map((autoRepay): Broken => [{ autoRepay }, "autoRepay", "Expected"])
      ],
      taken: [{ autoRepay: true }, { autoRepay: false }]
    },
    "20 changes a day": { kept: "exchange" }
  },
  getPortfolioNegativeBalanceInterestHistory: {
    "startTime to endTime at most 30 days": noLonger(30),
    "what is told without one of the times, or without both": {
      kept: "exchange",
      taken: [{}, { startTime: 0 }, { endTime: 0 }]
    },
    "newest first": { kept: "exchange" },
    "size at most 100": wholeFrom1("size", 100)
  },
  getNegativeBalanceExchangeRecords: {
    "startTime and endTime are mandatory": bothTimes,
    // Whether months are those of the calendar is not known: the longest three are let through.
    "at most 3 months apart": noLonger(92),
    "newest first": { kept: "exchange" }
  },
  getUMTradeHistoryDownloadId: download,
  getUMTradeDownloadLink: link,
  getUMOrderHistoryDownloadId: download,
  getUMOrderDownloadLink: link,
  getUMTransactionHistoryDownloadId: download,
  getUMTransactionDownloadLink: link
}

const endpoints: { readonly [id: string]: AnyEndpoint } = byName

const show = (params: object): string => String(Object.entries(params))

describe("rules", () => {
  for (const [id, constraints] of Object.entries(rules)) {
    for (const [constraint, { broken = [], kept, taken = [] }] of Object.entries(constraints)) {
      it(`${id}: ${constraint} (${kept})`, () => {
        const encode = endpoints[id]?.encode
        for (const params of taken) {
          const written = encode?.(params)
          assert(written !== undefined && Result.isSuccess(written), show(params))
        }
        for (const [params, field, rule] of broken) {
          const written = encode?.(params)
          assert(written !== undefined && Result.isFailure(written), show(params))
          const named = refusals(written.failure).filter((one) => one.field === field)
          assert.isNotEmpty(named, `${show(params)}: ${field} is named`)
          assert.include(named.map((one) => one.why).join("\n"), rule)
        }
      })
    }
  }

  it.effect("sends nothing that breaks a rule", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange([])
      const error = yield* Transfers.use((transfers) => transfers.transferAssetFuturesMargin({ asset: "BNB" })).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(asked, [])
    }))
})

// -----------------------------------------------------------------------------
// What is sent
// -----------------------------------------------------------------------------

const longId = 9_223_372_036_854_775_807n

type Calls = {
  readonly [Id in keyof TransfersShape]: readonly [
    call: (transfers: TransfersShape) => Effect.Effect<unknown, BinanceError>,
    request: string
  ]
}

/** A call of each endpoint with every parameter there is, and the request as it goes out. */
const calls: Calls = {
  getUMIncomeHistory: [
    (transfers) =>
      transfers.getUMIncomeHistory({
        recvWindow: 3000,
        limit: 1000,
        endTime: 1_767_225_600_001,
        startTime: DateTime.makeUnsafe("2026-01-01T00:00:00Z"),
        incomeType: "FUNDING_FEE",
        symbol: "币安人生USDT"
      }),
    "GET /papi/v1/um/income?symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&incomeType=FUNDING_FEE"
    + "&startTime=1767225600000&endTime=1767225600001&limit=1000&recvWindow=3000"
  ],
  getCMIncomeHistory: [
    (transfers) =>
      transfers.getCMIncomeHistory({
        symbol: "BTCUSD_PERP",
        incomeType: "DELIVERED_SETTELMENT",
        startTime: DateTime.makeUnsafe(0),
        endTime: DateTime.makeZonedUnsafe(1, { timeZone: "Asia/Tokyo" }),
        limit: 1
      }),
    "GET /papi/v1/cm/income?symbol=BTCUSD_PERP&incomeType=DELIVERED_SETTELMENT&startTime=0&endTime=1&limit=1"
  ],
  autoCollectFunds: [
    (transfers) => transfers.autoCollectFunds({ recvWindow: 60_000 }),
    "POST /papi/v1/auto-collection?recvWindow=60000"
  ],
  transferAssetFuturesMargin: [
    (transfers) => transfers.transferAssetFuturesMargin({ futureType: "CM", amount: "1e-20", asset: "BTC" }),
    "POST /papi/v1/asset-collection?asset=BTC&amount=0.00000000000000000001&futureType=CM"
  ],
  transferBNB: [
    (transfers) =>
      transfers.transferBNB({ transferSide: "TO_UM", amount: BigDecimal.fromStringUnsafe("123456789012345678.500") }),
    "POST /papi/v1/bnb-transfer?amount=123456789012345678.5&transferSide=TO_UM"
  ],
  repayFuturesNegativeBalance: [
    (transfers) => transfers.repayFuturesNegativeBalance(),
    "POST /papi/v1/repay-futures-negative-balance"
  ],
  getAutoRepayFuturesStatus: [
    (transfers) => transfers.getAutoRepayFuturesStatus(),
    "GET /papi/v1/repay-futures-switch"
  ],
  updateAutoRepayFuturesStatus: [
    (transfers) => transfers.updateAutoRepayFuturesStatus({ autoRepay: false }),
    "POST /papi/v1/repay-futures-switch?autoRepay=false"
  ],
  getPortfolioNegativeBalanceInterestHistory: [
    (transfers) =>
      transfers.getPortfolioNegativeBalanceInterestHistory({ size: 100, endTime: 2, startTime: 1, asset: "USDT" }),
    "GET /papi/v1/portfolio/interest-history?asset=USDT&startTime=1&endTime=2&size=100"
  ],
  getNegativeBalanceExchangeRecords: [
    (transfers) => transfers.getNegativeBalanceExchangeRecords({ endTime: 2, startTime: 1 }),
    "GET /papi/v1/portfolio/negative-balance-exchange-record?startTime=1&endTime=2"
  ],
  getUMTradeHistoryDownloadId: [
    (transfers) => transfers.getUMTradeHistoryDownloadId({ endTime: 2, startTime: 1 }),
    "GET /papi/v1/um/trade/asyn?startTime=1&endTime=2"
  ],
  getUMTradeDownloadLink: [
    (transfers) => transfers.getUMTradeDownloadLink({ downloadId: Ids.DownloadId.make("546975389218332672") }),
    "GET /papi/v1/um/trade/asyn/id?downloadId=546975389218332672"
  ],
  getUMOrderHistoryDownloadId: [
    (transfers) => transfers.getUMOrderHistoryDownloadId({ endTime: DateTime.makeUnsafe(2), startTime: 1 }),
    "GET /papi/v1/um/order/asyn?startTime=1&endTime=2"
  ],
  getUMOrderDownloadLink: [
    (transfers) => transfers.getUMOrderDownloadLink({ downloadId: longId }),
    "GET /papi/v1/um/order/asyn/id?downloadId=9223372036854775807"
  ],
  getUMTransactionHistoryDownloadId: [
    (transfers) => transfers.getUMTransactionHistoryDownloadId({ startTime: DateTime.makeUnsafe(1), endTime: 2 }),
    "GET /papi/v1/um/income/asyn?startTime=1&endTime=2"
  ],
  getUMTransactionDownloadLink: [
    (transfers) => transfers.getUMTransactionDownloadLink({ downloadId: 7 }),
    "GET /papi/v1/um/income/asyn/id?downloadId=7"
  ]
}

/** The same where a parameter has a second form. */
const forms: ReadonlyArray<readonly [id: keyof TransfersShape, ...Calls[keyof Calls]]> = [
  ["getUMIncomeHistory", (transfers) => transfers.getUMIncomeHistory(), "GET /papi/v1/um/income"],
  ["getCMIncomeHistory", (transfers) => transfers.getCMIncomeHistory({}), "GET /papi/v1/cm/income"],
  ["autoCollectFunds", (transfers) => transfers.autoCollectFunds(), "POST /papi/v1/auto-collection"],
  [
    "transferAssetFuturesMargin",
    (transfers) => transfers.transferAssetFuturesMargin({ asset: "USDT" }),
    "POST /papi/v1/asset-collection?asset=USDT"
  ],
  [
    "transferBNB",
    (transfers) => transfers.transferBNB({ amount: 1e-7, transferSide: "FROM_UM" }),
    "POST /papi/v1/bnb-transfer?amount=0.0000001&transferSide=FROM_UM"
  ],
  [
    "updateAutoRepayFuturesStatus",
    (transfers) => transfers.updateAutoRepayFuturesStatus({ autoRepay: true }),
    "POST /papi/v1/repay-futures-switch?autoRepay=true"
  ]
]

const entries = Object.entries<Calls[keyof Calls]>(calls)

const allCalls = [...entries.map(([id, [call, request]]) => [id, call, request] as const), ...forms]

describe("requests", () => {
  it.effect.each(allCalls)(
    "%s writes each parameter as the exchange reads it (%#)",
    ([id, call, request]) =>
      Effect.gen(function*() {
        const { asked, layer } = exchange([sample(id)])
        yield* Effect.provide(Transfers.use(call), layer)
        assert.deepStrictEqual(asked, [request])
      })
  )

  it.effect("take the download ids of replies as they are", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange([sample("getUMTradeHistoryDownloadId"), sample("getUMTradeDownloadLink")])
      yield* Transfers.use((transfers) =>
        Effect.flatMap(
          transfers.getUMTradeHistoryDownloadId({ startTime: 0, endTime: 0 }),
          ({ downloadId }) => transfers.getUMTradeDownloadLink({ downloadId })
        )
      ).pipe(Effect.provide(layer))
      assert.strictEqual(asked[1], "GET /papi/v1/um/trade/asyn/id?downloadId=546975389218332672")
    }))

  it("carry no client ids and count as no orders", () => {
    for (const id of Object.keys(rules)) {
      assert.deepStrictEqual([endpoints[id]?.clientIds, endpoints[id]?.orders], [[], 0])
    }
  })
})

// -----------------------------------------------------------------------------
// What may be sent again
// -----------------------------------------------------------------------------

describe("safety", () => {
  it("calls a mutation what moves funds, and what uses up one of few requests", () => {
    const safetyOf = (wanted: string) => Object.keys(rules).filter((id) => endpoints[id]?.safety === wanted)
    assert.deepStrictEqual(safetyOf("mutation"), [
      "autoCollectFunds",
      "transferAssetFuturesMargin",
      "transferBNB",
      "repayFuturesNegativeBalance",
      "getUMTradeHistoryDownloadId",
      "getUMOrderHistoryDownloadId",
      "getUMTransactionHistoryDownloadId"
    ])
    assert.deepStrictEqual(safetyOf("idempotent"), ["updateAutoRepayFuturesStatus"])
  })

  it.effect.each(entries)(
    "%s is sent again after an unclear failure only where it reads",
    ([id, [call]]) =>
      Effect.gen(function*() {
        const { asked, layer } = exchange([failing, failing, failing, failing])
        const fiber = yield* Effect.forkChild(
          Transfers.use(call).pipe(Effect.asVoid, Effect.flip, Effect.provide(layer))
        )
        yield* TestClock.adjust("1 minute")
        const error = yield* Fiber.join(fiber)
        const reads = endpoints[id]?.safety === "read"
        assert.strictEqual(asked.length, reads ? 3 : 1)
        assert.strictEqual(error._tag, reads ? "Unavailable" : "OutcomeUnknown")
      })
  )

  it("tells the documented quotas", () => {
    assert.deepStrictEqual(
      Object.fromEntries(
        Object.keys(rules).flatMap((id) => {
          const quota = endpoints[id]?.quota
          return quota === undefined ? [] : [[id, `${quota.limit} per ${quota.per}`]]
        })
      ),
      {
        autoCollectFunds: "500 per hour",
        transferBNB: "10 per 10 minutes",
        updateAutoRepayFuturesStatus: "20 per day",
        getUMTradeHistoryDownloadId: "5 per month",
        getUMOrderHistoryDownloadId: "10 per month",
        getUMTransactionHistoryDownloadId: "5 per month"
      }
    )
  })
})

// -----------------------------------------------------------------------------
// Replies
// -----------------------------------------------------------------------------

const reply = <A>(call: (transfers: TransfersShape) => Effect.Effect<A, BinanceError>, body: unknown) =>
  Effect.provide(Transfers.use(call), exchange([{ status: 200, body }]).layer)

const row = { symbol: "", incomeType: "TRANSFER", income: "-0.375", asset: "USDT", info: "", time: 1, tradeId: "" }

describe("replies", () => {
  it.effect("an income row tells its trade only where there is one", () =>
    Effect.gen(function*() {
      const rows = yield* reply((transfers) => transfers.getUMIncomeHistory(), sample("getUMIncomeHistory").body)
      assert.deepStrictEqual(
        rows.map(({ income, symbol, tradeId }) => [symbol, tradeId, BigDecimal.format(income)]),
        [["", null, "-0.375"], ["BTCUSDT", "2059192", "-0.01"]]
      )
    }))

  it.effect("transaction ids come as numbers and as text, exact beyond 2^53", () =>
    Effect.gen(function*() {
      const rows = yield* reply(
        (transfers) => transfers.getUMIncomeHistory(),
        [{ ...row, tranId: 9_689_322_392 }, { ...row, tranId: "9689322392" }, { ...row, tranId: String(longId) }]
      )
      assert.deepStrictEqual(rows.map(({ tranId }) => tranId), [
        Ids.TransactionId.make("9689322392"),
        Ids.TransactionId.make("9689322392"),
        Ids.TransactionId.make(String(longId))
      ])
    }))

  it.effect("transaction ids are written back as the text they are documented as", () =>
    Effect.gen(function*() {
      const { value } = readingOf(byName.getCMIncomeHistory, [{ ...row, tranId: 9_689_322_392 }])
      assert.deepStrictEqual(yield* write(byName.getCMIncomeHistory, value), [{ ...row, tranId: "9689322392" }])
    }))

  it("a new kind of income is read and reported", () => {
    const { drift, value } = readingOf(byName.getUMIncomeHistory, [{ ...row, incomeType: "AIRDROP", tranId: 1 }])
    assert.deepStrictEqual(drift.map((one) => one._tag), ["UnknownMember"])
    assert.strictEqual(Object(value)[0].incomeType, "AIRDROP")
  })

  it.effect("a file that is ready has a link, which no printing shows", () =>
    Effect.gen(function*() {
      const url = "https://bucket.example/history.tar.gz?X-Amz-Signature=abc"
      const file = yield* reply(
        (transfers) => transfers.getUMOrderDownloadLink({ downloadId: 1 }),
        { ...Object(sample("getUMOrderDownloadLink").body), url, s3Link: url }
      )
      assert.strictEqual(file.status, "completed")
      assert.strictEqual(Redacted.value(file.url), url)
      assert.isTrue(file.s3Link && Redacted.isRedacted(file.s3Link))
      assert.notInclude(JSON.stringify(file) + String(file.url), "bucket.example")
      assert.strictEqual(DateTime.toEpochMillis(file.expirationTimestamp), 1_645_009_771_000)
    }))

  it.effect("a link is not shown either where the answer cannot be read", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(reply(
        (transfers) => transfers.getUMOrderDownloadLink({ downloadId: 1 }),
        {
          url: "https://bucket.example/a\"b/?X-Amz-Signature=abc",
          s3Link: "s3://bucket.example/a",
          status: "completed"
        }
      ))
      assert.include(JSON.stringify(error), "completed")
      assert.notMatch(JSON.stringify(error) + String(error), /bucket|abc/)
    }))

  it.effect("a file that is being prepared has none", () =>
    Effect.gen(function*() {
      const file = yield* reply(
        (transfers) => transfers.getUMTransactionDownloadLink({ downloadId: 1 }),
        sample("getUMTransactionDownloadLink", "getUMTransactionDownloadLink.2.json").body
      )
      assert.strictEqual(file.status, "processing")
      assert.strictEqual(Redacted.value(file.url), "")
      assert.strictEqual(DateTime.toEpochMillis(file.expirationTimestamp), -1)
      assert.isNull(file.s3Link)
    }))

  it.effect("a link may come without what has no meaning", () =>
    Effect.gen(function*() {
      const file = yield* reply(
        (transfers) => transfers.getUMTradeDownloadLink({ downloadId: 1 }),
        { downloadId: String(longId), status: "completed", url: "www.binance.com", expirationTimestamp: 1 }
      )
      assert.strictEqual(file.downloadId, Ids.DownloadId.make(String(longId)))
    }))

  it.effect("negative balances are exact, page and all", () =>
    Effect.gen(function*() {
      const { rows, total } = yield* reply(
        (transfers) => transfers.getNegativeBalanceExchangeRecords({ startTime: 0, endTime: 0 }),
        sample("getNegativeBalanceExchangeRecords").body
      )
      assert.strictEqual(total, 2)
      assert.deepStrictEqual(
        rows.flatMap(({ details }) =>
          details.map(({ asset, negativeBalance }) => [asset, BigDecimal.format(negativeBalance)])
        ),
        [["ETH", "18"], ["BNB", "1.10264488"]]
      )
    }))
})
