/**
 * Failures of calls that were held back on this machine on purpose: nothing was sent.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const origin = {
  /** The method that was called, e.g. `submitNewUMOrder`. */
  endpoint: Schema.String,
  /** HTTP method and path, e.g. `POST /papi/v1/um/order`. */
  request: Schema.String,
  /** How many times the request was sent: 0. */
  attempts: Schema.Int,
  /** As in the other failures; absent here. */
  earlier: Schema.optionalKey(Schema.Array(Schema.String))
}

/**
 * What would have gone out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/**
 * What would have gone out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct({
  /** The documented name of the call. */
  endpoint: Schema.String,
  method: Schema.String,
  path: Schema.String,
  /** The parameters as they are written, client order ids that were made included. */
  params: Schema.Record(Schema.String, Schema.String),
  /** The query as it is signed, but for the timestamp. */
  query: Schema.String,
  /** Whether timestamp and signature would be added. */
  signed: Schema.Boolean,
  safety: Schema.Literals(["read", "idempotent", "mutation"]),
  /** Request weight, out of 6000 a minute and IP. */
  weight: Schema.Finite,
  /** Orders counted, out of 1200 a minute and account. */
  orders: Schema.Finite,
  /** The client order id it could be asked for by. */
  clientOrderId: Schema.optionalKey(Schema.String)
})

/**
 * A dry run: the call was checked and costed, and nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotSent extends Schema.TaggedError<NotSent>("@effect-binance/core/NotSent")("NotSent", {
  ...origin,
  plan: Plan
}) {
  override get message(): string {
    const { orders, query, weight } = this.plan
    return `${this.endpoint} (${this.request}): dry run, nothing was sent. It would be ${this.request}${
      query === "" ? "" : `?${query}`
    } (weight ${weight}${orders === 0 ? "" : `, ${orders} of the orders`})`
  }
}

/**
 * A guard of this machine refused the call: nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class OrderRefused extends Schema.TaggedError<OrderRefused>("@effect-binance/core/OrderRefused")(
  "OrderRefused",
  {
    ...origin,
    /** The rule, e.g. `maxQuantity`. */
    rule: Schema.String,
    /** What the rule allows. */
    limit: Schema.String,
    /** What was asked for. */
    value: Schema.String,
    symbol: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    const symbol = this.symbol === undefined ? "" : ` of ${this.symbol}`
    return `${this.endpoint} (${this.request}): refused here by the rule ${this.rule}${symbol}: ${this.value} (allowed: ${this.limit}). Nothing was sent`
  }
}
