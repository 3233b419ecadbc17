import type {
  ClockSkewed,
  InvalidResponse,
  MutationError,
  OutcomeUnknown,
  ReadError
} from "@effect-binance/core/BinanceError"
import type { Client } from "@effect-binance/core/Client"
import type { CredentialsError } from "@effect-binance/core/Credentials"
import type { Environment, EnvironmentError } from "@effect-binance/core/Environment"
import type * as Field from "@effect-binance/core/Field"
import type * as Ids from "@effect-binance/core/Ids"
import type { Signer } from "@effect-binance/core/Signer"
import type * as View from "@effect-binance/core/View"
import { Account as AccountService } from "@effect-binance/portfolio-margin/Account"
import { Commission as CommissionService } from "@effect-binance/portfolio-margin/Commission"
import type * as Account from "@effect-binance/portfolio-margin/endpoints/Account"
import type * as Commission from "@effect-binance/portfolio-margin/endpoints/Commission"
import type * as Common from "@effect-binance/portfolio-margin/endpoints/Common"
import type * as Positions from "@effect-binance/portfolio-margin/endpoints/Positions"
import type {
  NumericPortfolioClient,
  NumericPortfolioClientShape
} from "@effect-binance/portfolio-margin/NumericPortfolioClient"
import {
  type Calls,
  PortfolioClient,
  type PortfolioClientShape,
  type Services
} from "@effect-binance/portfolio-margin/PortfolioClient"
import { Positions as PositionsService } from "@effect-binance/portfolio-margin/Positions"
import type {
  TextualPortfolioClient,
  TextualPortfolioClientShape
} from "@effect-binance/portfolio-margin/TextualPortfolioClient"
import type * as BigDecimal from "effect/BigDecimal"
import type * as Config from "effect/Config"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { describe, expect, it } from "tstyche"

declare const client: PortfolioClientShape
declare const asset: string | undefined

type ErrorOf<A> = A extends Effect.Effect<infer _A, infer E, infer _R> ? E : never

describe("getBalance", () => {
  it("with an asset is one balance", () => {
    expect(client.getBalance({ asset: "USDT" })).type.toBe<Effect.Effect<Account.Balance, ReadError>>()
    expect(client.getBalance({ asset: "USDT", recvWindow: 2000 })).type.toBe<
      Effect.Effect<Account.Balance, ReadError>
    >()
  })

  it("without is a list", () => {
    expect(client.getBalance()).type.toBe<Effect.Effect<Field.Rows<Account.Balance>, ReadError>>()
    expect(client.getBalance({})).type.toBe<Effect.Effect<Field.Rows<Account.Balance>, ReadError>>()
    expect(client.getBalance({ asset: undefined })).type.toBe<Effect.Effect<Field.Rows<Account.Balance>, ReadError>>()
  })

  it("with an asset that may be absent is either", () => {
    expect(client.getBalance({ asset })).type.toBe<
      Effect.Effect<Account.Balance | Field.Rows<Account.Balance>, ReadError>
    >()
  })

  it("takes no other parameters", () => {
    expect(client.getBalance).type.not.toBeCallableWith({ symbol: "BTCUSDT" })
    expect(client.getBalance).type.not.toBeCallableWith({ asset: 1 })
    expect(client.getBalance).type.not.toBeCallableWith("USDT")
  })
})

describe("failures", () => {
  it("of reads do not leave the outcome open", () => {
    expect<ErrorOf<ReturnType<typeof client.getAccountInfo>>>().type.toBe<ReadError>()
    expect<ErrorOf<ReturnType<typeof client.getUMPosition>>>().type.toBe<ReadError>()
    expect<OutcomeUnknown>().type.not.toBeAssignableTo<ReadError>()
    expect<InvalidResponse>().type.toBeAssignableTo<ReadError>()
  })

  it("of calls that change something may, and are not about unreadable answers", () => {
    expect<ErrorOf<ReturnType<typeof client.updateUMLeverage>>>().type.toBe<MutationError>()
    expect<ErrorOf<ReturnType<typeof client.toggleUMFeeBurn>>>().type.toBe<MutationError>()
    expect<ErrorOf<ReturnType<typeof client.signTradFiPerpsContract>>>().type.toBe<MutationError>()
    expect<OutcomeUnknown>().type.toBeAssignableTo<MutationError>()
    expect<InvalidResponse>().type.not.toBeAssignableTo<MutationError>()
  })

  it("are caught by tag, one at a time", () => {
    const read = client.getAccountInfo()
    const caught = Effect.catchTag(read, "ClockSkewed", (error) => {
      expect(error).type.toBe<ClockSkewed>()
      return Effect.succeed(error.offsetMillis)
    })
    expect(caught).type.toBe<Effect.Effect<Account.AccountInfo | number, Exclude<ReadError, ClockSkewed>>>()
    const change = client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 10 })
    const settled = Effect.catchTag(change, "OutcomeUnknown", (error) => Effect.succeed(error.sentAt))
    expect(settled).type.toBe<
      Effect.Effect<Positions.UMLeverage | DateTime.Utc, Exclude<MutationError, OutcomeUnknown>>
    >()
  })

  it("have no tags but their own", () => {
    const read = client.getAccountInfo()
    const change = client.updateUMLeverage({ symbol: "BTCUSDT", leverage: 10 })
    expect(Effect.catchTag).type.toBeCallableWith(read, "InvalidResponse", () => Effect.void)
    expect(Effect.catchTag).type.toBeCallableWith(change, "OutcomeUnknown", () => Effect.void)
    expect(Effect.catchTag).type.not.toBeCallableWith(read, "OutcomeUnknown", () => Effect.void)
    expect(Effect.catchTag).type.not.toBeCallableWith(read, "NoSuchTag", () => Effect.void)
    expect(Effect.catchTag).type.not.toBeCallableWith(change, "InvalidResponse", () => Effect.void)
  })
})

describe("parameters", () => {
  it("are asked for where there are mandatory ones", () => {
    expect(client.getUMCommissionRate).type.toBeCallableWith({ symbol: "BTCUSDT" })
    expect(client.getUMCommissionRate).type.not.toBeCallableWith()
    expect(client.getUMCommissionRate).type.not.toBeCallableWith({})
    expect(client.getCMCommissionRate).type.not.toBeCallableWith()
    expect(client.toggleUMFeeBurn).type.not.toBeCallableWith({})
    expect(client.updateCMPositionMode).type.not.toBeCallableWith({})
  })

  it("may be left out where there are none", () => {
    expect(client.getAccountInfo).type.toBeCallableWith()
    expect(client.getAccountInfo).type.toBeCallableWith({ recvWindow: 2000 })
    expect(client.getUMPosition).type.toBeCallableWith()
    expect(client.getUMPosition).type.toBeCallableWith({ symbol: "BTCUSDT" })
  })

  it("are none at all where the call takes none", () => {
    expect(client.getServerTime).type.toBeCallableWith()
    expect(client.getServerTime).type.toBeCallableWith({})
    expect(client.getServerTime).type.not.toBeCallableWith({ recvWindow: 2000 })
    expect(client.testConnectivity).type.not.toBeCallableWith({ symbol: "BTCUSDT" })
  })

  it("have their own types", () => {
    expect(client.updateUMLeverage).type.toBeCallableWith({ symbol: "BTCUSDT", leverage: 10 })
    expect(client.updateUMLeverage).type.not.toBeCallableWith({ symbol: "BTCUSDT" })
    expect(client.updateUMLeverage).type.not.toBeCallableWith({ symbol: "BTCUSDT", leverage: "10" })
    expect(client.updateUMLeverage).type.not.toBeCallableWith({ leverage: 10 })
    expect(client.updateUMPositionMode).type.toBeCallableWith({ dualSidePosition: true })
    expect(client.updateUMPositionMode).type.not.toBeCallableWith({ dualSidePosition: "true" })
    expect(client.toggleUMFeeBurn).type.not.toBeCallableWith({ feeBurn: "false" })
  })

  it("are not misspelt", () => {
    expect(client.getUMPosition).type.not.toBeCallableWith({ sybmol: "BTCUSDT" })
    expect(client.getCMPosition).type.not.toBeCallableWith({ symbol: "BTCUSD_PERP" })
    expect(client.updateUMLeverage).type.not.toBeCallableWith({ symbol: "BTCUSDT", leverage: 10, timestamp: 1 })
  })
})

describe("results", () => {
  it("are the named interfaces", () => {
    expect(client.getAccountInfo()).type.toBe<Effect.Effect<Account.AccountInfo, ReadError>>()
    expect(client.getUMAccount()).type.toBe<Effect.Effect<Account.UMAccount, ReadError>>()
    expect(client.getUMAccountV2()).type.toBe<Effect.Effect<Account.UMAccountV2, ReadError>>()
    expect(client.getCMAccount()).type.toBe<Effect.Effect<Account.CMAccount, ReadError>>()
    expect(client.getUMPosition()).type.toBe<Effect.Effect<Field.Rows<Positions.UMPosition>, ReadError>>()
    expect(client.getUMLeverageBrackets()).type.toBe<
      Effect.Effect<Field.Rows<Positions.UMLeverageBrackets>, ReadError>
    >()
    expect(client.getUMCommissionRate({ symbol: "BTCUSDT" })).type.toBe<
      Effect.Effect<Commission.CommissionRate, ReadError>
    >()
    expect(client.toggleUMFeeBurn({ feeBurn: true })).type.toBe<Effect.Effect<Common.Done, MutationError>>()
  })

  it("hold exact decimals, instants and open enumerations", () => {
    expect<Account.AccountInfo["uniMMR"]>().type.toBe<BigDecimal.BigDecimal>()
    expect<Account.AccountInfo["totalAvailableBalance"]>().type.toBe<BigDecimal.BigDecimal | null>()
    expect<Account.AccountInfo["updateTime"]>().type.toBe<DateTime.Utc>()
    expect<"A_NEW_STATUS">().type.toBeAssignableTo<Account.AccountStatus>()
    expect<"REDUCE_ONLY">().type.toBeAssignableTo<Account.AccountStatus>()
    expect<Positions.UMPosition["leverage"]>().type.toBe<number>()
    expect<Account.Balance>().type.toHaveProperty("crossMarginAsset")
    expect<Account.Balance["crossMarginAsset"]>().type.toBe<BigDecimal.BigDecimal | undefined>()
  })

  it("do not change", () => {
    expect<Account.AccountInfo>().type.toBe<Readonly<Account.AccountInfo>>()
    expect<Account.UMAccount["positions"]>().type.not.toHaveProperty("push")
  })
})

describe("layers", () => {
  const options = { environment: "simulator", apiKey: "key", apiSecret: "secret" } as const

  it("leave nothing but the HttpClient to the user", () => {
    expect(PortfolioClient.layer(options)).type.toBe<
      Layer.Layer<Services, EnvironmentError | CredentialsError, HttpClient.HttpClient>
    >()
    expect(PortfolioClient.layerConfig()).type.toBe<
      Layer.Layer<Services, EnvironmentError | CredentialsError | Config.ConfigError, HttpClient.HttpClient>
    >()
    expect(PortfolioClient.layerSigner()).type.toBe<
      Layer.Layer<Services, never, Environment | Signer | HttpClient.HttpClient>
    >()
    expect(PortfolioClient.layerClient).type.toBe<Layer.Layer<Calls, never, Client>>()
  })

  it("provide each family by itself", () => {
    expect<AccountService | PositionsService | CommissionService | PortfolioClient>().type.toBeAssignableTo<Services>()
    expect(AccountService.layer).type.toBe<Layer.Layer<AccountService, never, Client>>()
    expect(PositionsService.layer).type.toBe<Layer.Layer<PositionsService, never, Client>>()
    expect(CommissionService.layer).type.toBe<Layer.Layer<CommissionService, never, Client>>()
  })

  it("ask for a key, a secret and an environment that exists", () => {
    expect(PortfolioClient.layer).type.toBeCallableWith(options)
    expect(PortfolioClient.layer).type.toBeCallableWith({ testnet: true, apiKey: "key", apiSecret: "secret" })
    expect(PortfolioClient.layer).type.not.toBeCallableWith({ environment: "simulator", apiSecret: "secret" })
    expect(PortfolioClient.layer).type.not.toBeCallableWith({ environment: "simulator", apiKey: "key" })
    expect(PortfolioClient.layer).type.not.toBeCallableWith({ ...options, environment: "prod" })
    expect(PortfolioClient.layer).type.not.toBeCallableWith({ ...options, recvWindow: "5000" })
    expect(PortfolioClient.layer).type.not.toBeCallableWith()
  })

  it("provide one view of figures, by the options", () => {
    type Failure = EnvironmentError | CredentialsError
    expect(PortfolioClient.layer({ ...options, beautifyResponses: true })).type.toBe<
      Layer.Layer<NumericPortfolioClient | Client, Failure, HttpClient.HttpClient>
    >()
    expect(PortfolioClient.layer({ ...options, decimals: "text" })).type.toBe<
      Layer.Layer<TextualPortfolioClient | Client, Failure, HttpClient.HttpClient>
    >()
    expect(PortfolioClient.layer({ ...options, beautifyResponses: false })).type.toBe<
      Layer.Layer<Services, Failure, HttpClient.HttpClient>
    >()
    expect(PortfolioClient.layer).type.not.toBeCallableWith({ ...options, beautifyResponses: true, decimals: "text" })
    expect(PortfolioClient.layer).type.not.toBeCallableWith({ ...options, decimals: "number" })
    expect(PortfolioClient.layerSigner({ decimals: "text" })).type.toBe<
      Layer.Layer<TextualPortfolioClient | Client, never, Environment | Signer | HttpClient.HttpClient>
    >()
  })

  it("say in a program's type what it can do", () => {
    const program = Effect.gen(function*() {
      const positions = yield* PositionsService
      return yield* positions.getUMPositionMode()
    })
    expect(program).type.toBe<Effect.Effect<Positions.PositionMode, ReadError, PositionsService>>()
  })
})

describe("views of figures", () => {
  // What is left of one kind at any depth of what a method answers with.
  type Within<A, Kind> = A extends Kind ? true
    : A extends string | number | boolean | null | undefined | DateTime.DateTime | Redacted.Redacted ? never
    : A extends ReadonlyArray<infer Item> ? Within<Item, Kind>
    : A extends object ? { [K in keyof A]-?: Within<A[K], Kind> }[keyof A]
    : never

  type Answer<F> = F extends (...params: infer _P) => Effect.Effect<infer A, infer _E> ? A : never

  type Having<Shape, Kind> = {
    [K in keyof Shape]: true extends Within<Answer<Shape[K]>, Kind> ? K : never
  }[keyof Shape]

  it("have every method, with no exact decimal in any answer", () => {
    expect<"getAccountInfo" | "getUMPosition" | "getMarginLoanRecords" | "getUMLeverageBrackets">().type
      .toBeAssignableTo<Having<PortfolioClientShape, BigDecimal.BigDecimal>>()
    expect<Having<NumericPortfolioClientShape, BigDecimal.BigDecimal>>().type.toBe<never>()
    expect<Having<TextualPortfolioClientShape, BigDecimal.BigDecimal>>().type.toBe<never>()
    expect<keyof NumericPortfolioClientShape>().type.toBe<keyof PortfolioClientShape>()
    expect<keyof TextualPortfolioClientShape>().type.toBe<keyof PortfolioClientShape>()
  })

  it("keep parameters, errors, brands, optional keys, rows and overloads", () => {
    type Number = NumericPortfolioClientShape
    type Text = TextualPortfolioClientShape
    expect<Parameters<Number["submitNewUMOrder"]>>().type.toBe<Parameters<PortfolioClientShape["submitNewUMOrder"]>>()
    expect<ErrorOf<ReturnType<Text["submitNewUMOrder"]>>>().type.toBe<MutationError>()
    expect<Answer<Text["getUMOrder"]>["orderId"]>().type.toBe<Ids.OrderId>()
    expect<Pick<Answer<Text["submitNewUMOrder"]>, "avgPrice">>().type.toBe<{ readonly avgPrice?: string }>()
    expect<Pick<Answer<Number["submitNewUMOrder"]>, "avgPrice">>().type.toBe<{ readonly avgPrice?: number }>()
    expect<Answer<Text["getUMPosition"]>["unreadable"]>().type.toBe<ReadonlyArray<Field.UnreadableRow>>()
    expect<Answer<Text["getAccountInfo"]>["totalAvailableBalance"]>().type.toBe<string | null>()
    const text = {} as Text
    expect(text.getBalance({ asset: "USDT" })).type.toBe<
      Effect.Effect<View.Textual<Account.Balance>, ReadError>
    >()
    expect(text.getBalance()).type.toBe<Effect.Effect<Field.Rows<View.Textual<Account.Balance>>, ReadError>>()
  })
})
