import type * as BinanceError from "@effect-binance/core/BinanceError"
import * as Client from "@effect-binance/core/Client"
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Environment from "@effect-binance/core/Environment"
import * as Field from "@effect-binance/core/Field"
import * as Ids from "@effect-binance/core/Ids"
import * as Param from "@effect-binance/core/Param"
import type * as RequestGate from "@effect-binance/core/RequestGate"
import * as ServerClock from "@effect-binance/core/ServerClock"
import * as Signer from "@effect-binance/core/Signer"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Crypto from "node:crypto"
import * as transport from "./transport.ts"

export const apiKey = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
export const apiSecret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

// -----------------------------------------------------------------------------
// Endpoints
// -----------------------------------------------------------------------------

const Thing = Schema.Struct({
  id: Field.id(Ids.OrderId),
  status: Field.openEnum("NEW", "FILLED"),
  price: Field.Decimal
})

const params = Schema.Struct({
  symbol: Param.Symbol,
  limit: Schema.optional(Param.int(1, 1000)),
  price: Schema.optional(Param.Decimal),
  ...Param.signed
})

export const thing = { id: "8389766145050669870", status: "NEW", price: "1.50" }

/** Reads one thing. */
export const getThing = Endpoint.make({
  id: "getThing",
  method: "GET",
  path: "/papi/v1/thing",
  category: "Test",
  security: "USER_DATA",
  safety: "read",
  weight: 1,
  params,
  reply: Thing
})

/** Reads many things. */
export const getThings = Endpoint.make({
  id: "getThings",
  method: "GET",
  path: "/papi/v1/things",
  category: "Test",
  security: "USER_DATA",
  safety: "read",
  weight: 5,
  params: Schema.Struct(Param.signed),
  reply: Field.rows(Thing)
})

/** Orders a thing. */
export const orderThing = Endpoint.make({
  id: "orderThing",
  method: "POST",
  path: "/papi/v1/thing",
  category: "Test",
  security: "TRADE",
  safety: "mutation",
  weight: 1,
  orders: 1,
  params: Schema.Struct({ ...params.fields, newClientOrderId: Schema.optional(Param.clientId(32)) }),
  clientIds: [{ name: "newClientOrderId", maxLength: 32 }],
  reply: Thing
})

/** The key of a stream: with the API key, not signed. */
export const createKey = Endpoint.make({
  id: "createKey",
  method: "POST",
  path: "/papi/v1/key",
  category: "Test",
  security: "USER_STREAM",
  safety: "idempotent",
  weight: 1,
  params: Schema.Struct({}),
  reply: Schema.Struct({ key: Schema.String })
})

/** Nobody need say who asks. */
export const ping = Endpoint.make({
  id: "ping",
  method: "GET",
  path: "/papi/v1/ping",
  category: "Test",
  security: "NONE",
  safety: "read",
  weight: 1,
  params: Schema.Struct({}),
  reply: Schema.Struct({})
})

/** A path that was taken out of service. */
export const retired = Endpoint.make({
  ...getThing,
  status: { _tag: "Deprecated", since: "2025-01-01", replacement: "getThings" }
})

// -----------------------------------------------------------------------------
// The client over a transport
// -----------------------------------------------------------------------------

export interface Options {
  readonly call?: Client.CallOptions
  readonly signer?: Layer.Layer<Signer.Signer>
  readonly clock?: Layer.Layer<ServerClock.ServerClock>
  readonly gate?: RequestGate.RequestGateShape
}

/** Signs at once, so that nothing but the test clock decides what happens when. */
export const signer: Layer.Layer<Signer.Signer> = Signer.Signer.layerCustom({
  apiKey,
  sign: (payload) => Effect.sync(() => Crypto.createHmac("sha256", apiSecret).update(payload).digest("hex"))
})

/** A client, and what it sends. */
export const connect = (respond: transport.Respond, options: Options = {}): Effect.Effect<
  { readonly client: Client.ClientShape; readonly sent: ReadonlyArray<transport.Sent> },
  never,
  Scope.Scope
> => {
  const { layer, sent } = transport.make(respond)
  return Layer.build(
    Client.Client.layer(options.call).pipe(
      Layer.provide([
        layer,
        options.signer ?? signer,
        options.clock ?? ServerClock.ServerClock.layerLocal,
        Layer.orDie(Environment.Environment.layer({ environment: "custom", restUrl: "https://pm.example" }))
      ])
    )
  ).pipe(
    Effect.flatMap((context) => Effect.provideContext(Client.Client, context)),
    Effect.map((client) => ({ client, sent }))
  )
}

/** Asserts that a request is signed over exactly the text that was sent. */
export const assertSigned = (sent: transport.Sent | undefined): void => {
  const [, payload = "", signature] = /^https:\/\/pm\.example[^?]*\?(.*)&signature=([0-9a-f]{64})$/.exec(
    sent?.url ?? ""
  ) ?? []
  assert.strictEqual(signature, Crypto.createHmac("sha256", apiSecret).update(payload).digest("hex"))
  assert.strictEqual(sent?.wire.href, sent?.url, "what goes over the wire is what was signed")
}

export const parameter = (sent: transport.Sent | undefined, name: string): string | null =>
  sent?.wire.searchParams.get(name) ?? null

export type Failure = BinanceError.BinanceError
