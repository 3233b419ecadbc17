/** What the market pays and what it trades at: the public premium index of a perpetual. */
import { Environment } from "@effect-binance/core/Environment"
import * as Field from "@effect-binance/core/Field"
import type * as BigDecimal from "effect/BigDecimal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

export interface Index {
  /** The share of the notional that long positions pay at the next funding time; negative where short ones pay. */
  readonly fundingRate: BigDecimal.BigDecimal
  readonly markPrice: BigDecimal.BigDecimal
}

export type PremiumError = HttpClientError.HttpClientError | Schema.SchemaError

const Answer = Schema.Struct({ lastFundingRate: Field.Decimal, markPrice: Field.Decimal })

export class Premium extends Context.Service<Premium, {
  readonly of: (symbol: string) => Effect.Effect<Index, PremiumError>
}>()("examples/carry/Premium") {
  static readonly layer = Layer.effect(
    Premium,
    Effect.gen(function*() {
      const { marketData } = yield* Environment
      const http = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
      return {
        of: (symbol: string) =>
          http.get(`${marketData.um}/fapi/v1/premiumIndex`, { urlParams: { symbol } }).pipe(
            Effect.flatMap(HttpClientResponse.schemaBodyJson(Answer)),
            Effect.map(({ lastFundingRate, markPrice }) => ({ fundingRate: lastFundingRate, markPrice }))
          )
      }
    })
  )
}
