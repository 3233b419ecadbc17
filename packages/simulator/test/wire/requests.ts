/** What the tests of the wire share: the calls by name, our client in front of the capturing server, and its requests. */
import * as Environment from "@effect-binance/core/Environment"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Calls from "../support/calls.ts"
import * as Faces from "../support/faces.ts"
import type * as Keys from "../support/keys.ts"
import { examples, type Wire } from "./calls.ts"
import { Capture, type Captured } from "./capture.ts"

const isName = (name: string): name is Endpoints.Name => Object.hasOwn(Endpoints.byName, name)

/** All calls. */
export const names: ReadonlyArray<Endpoints.Name> = Object.keys(Endpoints.byName).filter(isName)

export interface Example {
  readonly params: object | undefined
  readonly wire: Wire
}

export const examplesOf = (name: Endpoints.Name): ReadonlyArray<Example> =>
  examples[name].map(([params, wire]: readonly [object | undefined, Wire]) => ({ params, wire }))

const environment = Layer.effect(
  Environment.Environment,
  Effect.map(Capture, ({ url }) => Environment.simulator(url))
)

/** The capturing server and a way to it. */
export const world = (transport: Layer.Layer<HttpClient.HttpClient>) =>
  Layer.merge(environment, transport).pipe(Layer.provideMerge(Capture.layer))

/** Our client with a key, by the clock at hand. */
export const client = ({ apiKey, apiSecret }: Keys.TestKey, signer: "WebCrypto" | "node:crypto" = "WebCrypto") =>
  Faces.client({ apiKey, apiSecret, signer, clock: { source: "local" } })

/** Makes one of our calls; fails where it did not send exactly one request. */
export const send = (client: PortfolioClient["Service"], name: Endpoints.Name, params: object | undefined) =>
  Effect.gen(function*() {
    const reply = yield* Calls.make(client, { name, params, label: name })
    return { reply, request: yield* only(name) }
  })

/** The one request that was made. */
export const only = (label: string): Effect.Effect<Captured, never, Capture> =>
  Effect.gen(function*() {
    const { take } = yield* Capture
    const requests = yield* take
    const [request] = requests
    assert.strictEqual(
      requests.length,
      1,
      `${label}: ${requests.map(({ method, path }) => `${method} ${path}`).join()}`
    )
    return request ?? (yield* Effect.die(label))
  })

/** A query taken apart: what the signature covers, the signature as it stands there, and the parameters. */
export const parse = (query: string | undefined) => {
  const [, payload = query ?? "", signature] = /^(.*)&signature=([^&]*)$/.exec(query ?? "") ?? []
  const pairs = payload === "" ? [] : payload.split("&").map((pair) => pair.split("="))
  // As a server of forms reads it: the plus is a space.
  const decode = (text = "") => decodeURIComponent(text.replaceAll("+", " "))
  return {
    payload,
    signature,
    params: new Map(pairs.map(([name, value]) => [decode(name), decode(value)]))
  }
}

/** Characters of all kinds, those that one encoding escapes and another does not among them. */
export const characters: ReadonlyArray<string> = [..."' +%&=!()*~#/?\"<\\^`{|}[]:;,@$.-_币😀é"]
