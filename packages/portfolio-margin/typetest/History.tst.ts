import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import type { CMOrders } from "@effect-binance/portfolio-margin/CMOrders"
import * as Downloads from "@effect-binance/portfolio-margin/Downloads"
import type { CMTrade } from "@effect-binance/portfolio-margin/endpoints/CMOrders"
import type { MarginInterest } from "@effect-binance/portfolio-margin/endpoints/MarginOrders"
import type { UMIncome } from "@effect-binance/portfolio-margin/endpoints/Transfers"
import type { UMTrade } from "@effect-binance/portfolio-margin/endpoints/UMOrders"
import * as History from "@effect-binance/portfolio-margin/History"
import type { MarginOrders } from "@effect-binance/portfolio-margin/MarginOrders"
import type { Transfers } from "@effect-binance/portfolio-margin/Transfers"
import type { UMOrders } from "@effect-binance/portfolio-margin/UMOrders"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Stream from "effect/Stream"
import { describe, expect, it } from "tstyche"

declare const cursor: History.Cursor
declare const instant: DateTime.Zoned
declare const file: Downloads.File

const symbol = "BTCUSDT"
const from = 0

type Failure = ReadError | History.HistoryError

describe("a history", () => {
  it("gives its rows, fails as reads do or because it is not complete, and asks for one family", () => {
    expect(History.umTrades({ symbol, from })).type.toBe<Stream.Stream<UMTrade, Failure, UMOrders>>()
    expect(History.cmTrades({ pair: "BTCUSD", from })).type.toBe<Stream.Stream<CMTrade, Failure, CMOrders>>()
    expect(History.umIncome({ from })).type.toBe<Stream.Stream<UMIncome, Failure, Transfers>>()
    expect(History.marginInterest({ from })).type.toBe<Stream.Stream<MarginInterest, Failure, MarginOrders>>()
  })

  it("gives pages with a cursor", () => {
    expect(History.umTrades.pages({ symbol, from })).type.toBe<
      Stream.Stream<History.Page<UMTrade>, Failure, UMOrders>
    >()
    expect<History.Page<UMTrade>["cursor"]>().type.toBe<History.Cursor>()
  })

  it("takes instants, a cursor that was read by its schema, and nothing it does not know", () => {
    expect(History.umTrades).type.toBeCallableWith({ symbol, from: instant, to: 1, cursor, pageSize: 10 })
    expect(History.umTrades).type.toBeCallableWith({ symbol, from, window: "1 day", unreadable: "skip" })
    expect(History.umTrades).type.not.toBeCallableWith({ symbol, from: "2026-10-01" })
    expect(History.umTrades).type.not.toBeCallableWith({ symbol, from, cursor: { history: "umTrades", at: 0 } })
    expect(History.umTrades).type.not.toBeCallableWith({ symbol })
    expect(History.umTrades).type.not.toBeCallableWith({ from })
    expect(History.marginOCOs).type.not.toBeCallableWith({ symbol, from })
  })

  it("of CM takes a symbol or a pair", () => {
    expect(History.cmTrades).type.toBeCallableWith({ symbol: "BTCUSD_PERP", from })
    expect(History.cmOrders).type.not.toBeCallableWith({ from })
    expect(History.cmOrders).type.not.toBeCallableWith({ symbol: "BTCUSD_PERP", pair: "BTCUSD", from })
  })

  it("of income takes the kinds of its side", () => {
    expect(History.umIncome).type.toBeCallableWith({ from, incomeType: "API_REBATE" })
    expect(History.cmIncome).type.not.toBeCallableWith({ from, incomeType: "API_REBATE" })
  })
})

describe("a download", () => {
  it("fails as changes do or with the id, and needs no HttpClient", () => {
    expect(Downloads.umTrades({ startTime: 0, endTime: 1 })).type.toBe<
      Effect.Effect<Downloads.File, MutationError | Downloads.DownloadError, Transfers>
    >()
  })

  it("is of a period or of an id", () => {
    expect(Downloads.umOrders).type.toBeCallableWith({ downloadId: file.downloadId })
    expect(Downloads.umOrders).type.toBeCallableWith({ downloadId: 1n }, { atMost: "1 day" })
    expect(Downloads.umOrders).type.not.toBeCallableWith({ downloadId: "1" })
    expect(Downloads.umOrders).type.not.toBeCallableWith({ startTime: 0 })
  })

  it("is fetched by an HttpClient", () => {
    expect(Downloads.bytes(file)).type.toBe<
      Stream.Stream<Uint8Array, Downloads.DownloadError, HttpClient.HttpClient>
    >()
  })
})
