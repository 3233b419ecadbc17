import type { MutationError, ReadError } from "@effect-binance/core/BinanceError"
import type * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import type * as Endpoints from "@effect-binance/portfolio-margin/endpoints/Transfers"
import type { PortfolioClientShape } from "@effect-binance/portfolio-margin/PortfolioClient"
import type { TransfersShape } from "@effect-binance/portfolio-margin/Transfers"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { describe, expect, it } from "tstyche"

declare const transfers: TransfersShape
declare const amount: BigDecimal.BigDecimal
declare const instant: DateTime.Utc
declare const downloadId: Ids.DownloadId
declare const transactionId: Ids.TransactionId

const asset = "USDT"

describe("income", () => {
  it("is asked for with nothing, or with any of the parameters", () => {
    expect(transfers.getUMIncomeHistory).type.toBeCallableWith()
    expect(transfers.getUMIncomeHistory).type.toBeCallableWith({ symbol: "BTCUSDT", startTime: instant, endTime: 1 })
    expect(transfers.getCMIncomeHistory).type.toBeCallableWith({ limit: 1000, recvWindow: 1 })
  })

  it("knows the kinds of each market, in the spelling of the exchange", () => {
    expect(transfers.getUMIncomeHistory).type.toBeCallableWith({ incomeType: "DELIVERED_SETTELMENT" })
    expect(transfers.getUMIncomeHistory).type.toBeCallableWith({ incomeType: "AUTO_EXCHANGE" })
    expect(transfers.getUMIncomeHistory).type.not.toBeCallableWith({ incomeType: "DELIVERED_SETTLEMENT" })
    expect(transfers.getCMIncomeHistory).type.not.toBeCallableWith({ incomeType: "AUTO_EXCHANGE" })
    expect<Endpoints.CMIncomeType>().type.toBeAssignableTo<Endpoints.UMIncomeType>()
  })

  it("has no pages any more", () => {
    expect(transfers.getUMIncomeHistory).type.not.toBeCallableWith({ page: 1 })
    expect(transfers.getCMIncomeHistory).type.not.toBeCallableWith({ page: 1 })
  })

  it("has ids of their own kinds, and no trade id where there is no trade", () => {
    expect<Endpoints.UMIncome["tranId"]>().type.toBe<Ids.TransactionId>()
    expect<Endpoints.CMIncome["tradeId"]>().type.toBe<Ids.TradeId | null>()
    expect<Endpoints.UMIncome["income"]>().type.toBe<BigDecimal.BigDecimal>()
    expect<"A_NEW_MEMBER">().type.toBeAssignableTo<Endpoints.UMIncome["incomeType"]>()
  })

  it("reads", () => {
    expect(transfers.getUMIncomeHistory()).type.toBe<Effect.Effect<Field.Rows<Endpoints.UMIncome>, ReadError>>()
  })
})

describe("transferAssetFuturesMargin", () => {
  const collect = transfers.transferAssetFuturesMargin

  it("takes amount and futureType together or not at all", () => {
    expect(collect).type.toBeCallableWith({ asset })
    expect(collect).type.toBeCallableWith({ asset, amount, futureType: "UM" })
    expect(collect).type.toBeCallableWith({ asset, amount: "1.5", futureType: "OPTION", recvWindow: 1 })
    expect(collect).type.not.toBeCallableWith({ asset, amount })
    expect(collect).type.not.toBeCallableWith({ asset, futureType: "CM" })
    expect(collect).type.not.toBeCallableWith({ asset, amount, futureType: "SPOT" })
    expect(collect).type.not.toBeCallableWith({ amount, futureType: "UM" })
    expect(collect).type.not.toBeCallableWith()
  })
})

describe("what moves funds or sets something", () => {
  it("may leave the outcome unknown", () => {
    expect(transfers.autoCollectFunds()).type.toBe<Effect.Effect<Endpoints.Success, MutationError>>()
    expect(transfers.repayFuturesNegativeBalance()).type.toBe<Effect.Effect<Endpoints.Success, MutationError>>()
    expect(transfers.updateAutoRepayFuturesStatus({ autoRepay: true })).type.toBe<
      Effect.Effect<Endpoints.Success, MutationError>
    >()
  })

  it("transfers BNB one way or the other", () => {
    expect(transfers.transferBNB).type.toBeCallableWith({ amount: 0.1, transferSide: "TO_UM" })
    expect(transfers.transferBNB).type.not.toBeCallableWith({ amount: 0.1 })
    expect(transfers.transferBNB).type.not.toBeCallableWith({ amount: 1n, transferSide: "FROM_UM" })
    expect(transfers.transferBNB).type.not.toBeCallableWith({ amount: 1, transferSide: "TO_CM" })
    expect<Endpoints.BNBTransferred["tranId"]>().type.toBe<Ids.TransactionId>()
  })

  it("switches with a boolean", () => {
    expect(transfers.updateAutoRepayFuturesStatus).type.not.toBeCallableWith({ autoRepay: "true" })
    expect(transfers.updateAutoRepayFuturesStatus).type.not.toBeCallableWith({})
  })
})

describe("periods", () => {
  it("are mandatory where the exchange asks for them", () => {
    expect(transfers.getNegativeBalanceExchangeRecords).type.toBeCallableWith({ startTime: instant, endTime: 1 })
    expect(transfers.getNegativeBalanceExchangeRecords).type.not.toBeCallableWith({ startTime: 1 })
    expect(transfers.getUMTradeHistoryDownloadId).type.not.toBeCallableWith({ endTime: 1 })
    expect(transfers.getPortfolioNegativeBalanceInterestHistory).type.toBeCallableWith()
  })
})

describe("downloads", () => {
  it("give an id that only asks for links", () => {
    expect<Endpoints.DownloadRequested["downloadId"]>().type.toBe<Ids.DownloadId>()
    expect(transfers.getUMOrderDownloadLink).type.toBeCallableWith({ downloadId })
    expect(transfers.getUMOrderDownloadLink).type.toBeCallableWith({ downloadId: 1n })
    expect(transfers.getUMOrderDownloadLink).type.not.toBeCallableWith({ downloadId: transactionId })
    expect(transfers.getUMOrderDownloadLink).type.not.toBeCallableWith({ downloadId: "546975389218332672" })
  })

  it("use one of few requests up, so they are no reads", () => {
    expect(transfers.getUMTradeHistoryDownloadId({ startTime: 0, endTime: 1 })).type.toBe<
      Effect.Effect<Endpoints.DownloadRequested, MutationError>
    >()
    expect(transfers.getUMTradeDownloadLink({ downloadId })).type.toBe<
      Effect.Effect<Endpoints.DownloadLink, ReadError>
    >()
  })

  it("keep the link secret", () => {
    expect<Endpoints.DownloadLink["url"]>().type.toBe<Redacted.Redacted<string>>()
  })
})

describe("PortfolioClient", () => {
  it("has all of them", () => {
    expect<PortfolioClientShape>().type.toBeAssignableTo<TransfersShape>()
  })
})
