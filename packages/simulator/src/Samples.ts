/**
 * Replies and events made by chance: what the exchange could say, for tests of what a program makes of it.
 *
 * **When to use**
 *
 * For property tests of code that reads replies or events. For code that trades, the exchange itself (`Simulator`) is the
 * better partner: it remembers.
 *
 * **Details**
 *
 * They are made from the schemas that the client reads with: fields that may be absent are absent at times, figures have a
 * sane size, times are of this century, ids go beyond 2^53, members of enumerations are known ones but for a few, and symbols
 * have letters of other scripts too.
 *
 * **Gotchas**
 *
 * Fields know nothing of each other: an order may be filled for more than its quantity.
 *
 * **Example** (A hundred orders)
 *
 * ```ts import.meta.vitest
 * import * as Samples from "@effect-binance/simulator/Samples"
 * import * as Arbitrary from "effect/Arbitrary"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const samples = yield* Arbitrary.sampleEffect(Samples.reply("getUMOrder"), { count: 100, seed: 1 })
 *   return samples.every(({ text, value }) => text.includes(value.orderId))
 * })
 *
 * await Effect.runPromise(program) // => true
 * ```
 *
 * @since 0.1.0
 */
import type * as Endpoint from "@effect-binance/core/Endpoint"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Message from "@effect-binance/core/Message"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type * as Events from "@effect-binance/portfolio-margin/Events"
import * as Account from "@effect-binance/portfolio-margin/events/Account"
import * as Futures from "@effect-binance/portfolio-margin/events/Futures"
import * as Margin from "@effect-binance/portfolio-margin/events/Margin"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as generated from "./internal/generated.ts"

/**
 * A reply or an event, in each of its forms.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sample<out A> {
  /** As it comes over the wire: JSON, ids beyond 2^53 as numbers. */
  readonly text: string
  /** The same as JSON that JavaScript can hold: ids beyond 2^53 as text. */
  readonly body: Schema.Json
  /** What the client reads in it. */
  readonly value: A
}

/**
 * What an endpoint replies, by its documented name.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Reply<Name extends Endpoints.Name> = (typeof Endpoints.byName)[Name]["reply"]["Type"]

/**
 * An event, by its tag.
 *
 * @category utility types
 * @since 0.1.0
 */
export type EventOf<Tag extends Events.KnownEvent["_tag"]> = Extract<Events.KnownEvent, { readonly _tag: Tag }>

type Decode<A> = (body: unknown) => readonly [Result.Result<A, Schema.SchemaError>, ...ReadonlyArray<unknown>]

const samplesOf = <A>(schema: Schema.Codec<A, unknown>, decode: Decode<A>): Arbitrary.Arbitrary<Sample<A>> =>
  Arbitrary.filterMap(generated.bodies(schema), (body) => {
    const text = generated.textOfBody(body)
    return Result.flatMap(LosslessJson.parse(text), (parsed) => {
      const [value] = decode(parsed)
      return Result.map(value, (value) => ({ text, body, value }))
    })
  })

/**
 * Replies of an endpoint given as a value: one of `Endpoints.byName`, one in another view of numbers (`View`), or a raw one
 * with a schema.
 *
 * **Example** (Figures as numbers)
 *
 * ```ts import.meta.vitest
 * import * as View from "@effect-binance/core/View"
 * import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
 * import * as Samples from "@effect-binance/simulator/Samples"
 * import * as Arbitrary from "effect/Arbitrary"
 * import * as Effect from "effect/Effect"
 *
 * const orders = Samples.replyOf(View.numericEndpoint(Endpoints.byName.getUMOrder))
 *
 * const [order] = await Effect.runPromise(Arbitrary.sampleEffect(orders, { count: 1 }))
 * typeof order?.value.origQty // => "number"
 * ```
 *
 * @category generators
 * @since 0.1.0
 */
export const replyOf = <A>(endpoint: Pick<Endpoint.Endpoint<never, A>, "reply" | "decode">): Arbitrary.Arbitrary<
  Sample<A>
> => samplesOf(endpoint.reply, endpoint.decode)

const endpoints: {
  readonly [Name in Endpoints.Name]: Pick<Endpoint.Endpoint<never, Reply<Name>>, "reply" | "decode">
} = Endpoints.byName

/**
 * Replies of an endpoint, by its documented name.
 *
 * @category generators
 * @since 0.1.0
 */
export const reply = <Name extends Endpoints.Name>(name: Name): Arbitrary.Arbitrary<Sample<Reply<Name>>> =>
  replyOf(endpoints[name])

const eventSchemas: { readonly [Tag in Events.KnownEvent["_tag"]]: Schema.Codec<EventOf<Tag>, unknown> } = {
  OrderTradeUpdate: Futures.OrderTradeUpdate,
  AlgoUpdate: Futures.AlgoUpdate,
  ConditionalOrderTradeUpdate: Futures.ConditionalOrderTradeUpdate,
  AccountUpdate: Futures.AccountUpdate,
  AccountConfigUpdate: Futures.AccountConfigUpdate,
  ExecutionReport: Margin.ExecutionReport,
  OutboundAccountPosition: Margin.OutboundAccountPosition,
  BalanceUpdate: Margin.BalanceUpdate,
  LiabilityChange: Margin.LiabilityChange,
  OpenOrderLoss: Margin.OpenOrderLoss,
  RiskLevelChange: Account.RiskLevelChange,
  ProAccountUpdate: Account.ProAccountUpdate,
  ListenKeyExpired: Account.ListenKeyExpired,
  ServerShutdown: Account.ServerShutdown,
  EventStreamTerminated: Account.EventStreamTerminated
}

/**
 * Events of the user data stream, by their tag.
 *
 * @category generators
 * @since 0.1.0
 */
export const event = <Tag extends Events.KnownEvent["_tag"]>(tag: Tag): Arbitrary.Arbitrary<Sample<EventOf<Tag>>> => {
  const schema: Schema.Codec<EventOf<Tag>, unknown> = eventSchemas[tag]
  return samplesOf(schema, Message.reader(schema))
}
