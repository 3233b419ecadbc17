import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as Os from "node:os"
import * as Path from "node:path"

/** A server that answers each request with the key it came with. */
const echo = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly keys: ReadonlyArray<string>; readonly server: Http.Server }>(
    (resume) => {
      const keys: Array<string> = []
      const server = Http.createServer((request, response) => {
        keys.push(String(request.headers["x-mbx-apikey"]))
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify({ dualSidePosition: false }))
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, keys, server }))
      })
    }
  ),
  ({ server }) => Effect.sync(() => server.close().closeAllConnections())
)

const ask = Effect.gen(function*() {
  const client = yield* PortfolioClient
  return yield* client.getUMPositionMode()
})

describe("NodePortfolioClient", () => {
  it.live("keeps two accounts of one process apart, also where one client is provided within another", () =>
    Effect.gen(function*() {
      const a = yield* echo
      const b = yield* echo
      const layerOf = (url: string, apiKey: string) =>
        NodePortfolioClient.layer({
          environment: "custom",
          restUrl: url,
          apiKey,
          apiSecret: `secret-of-${apiKey}`,
          clock: { source: "local" }
        })
      yield* Effect.andThen(
        ask,
        Effect.provide(ask, layerOf(b.url, "key-b"))
      ).pipe(Effect.provide(layerOf(a.url, "key-a")))
      assert.deepStrictEqual(a.keys, ["key-a"])
      assert.deepStrictEqual(b.keys, ["key-b"])
    }).pipe(Effect.scoped))

  it.live("reads environment and key from variables, the private key from its file", () =>
    Effect.gen(function*() {
      const exchange = yield* echo
      const { privateKey } = Crypto.generateKeyPairSync("ed25519")
      const directory = Fs.mkdtempSync(Path.join(Os.tmpdir(), "effect-binance-"))
      const file = Path.join(directory, "key.pem")
      Fs.writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }))
      yield* Effect.addFinalizer(() => Effect.sync(() => Fs.rmSync(directory, { recursive: true })))
      yield* Effect.provide(ask, NodePortfolioClient.layerConfig({ clock: { source: "local" } })).pipe(
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({
          env: {
            BINANCE_ENVIRONMENT: "custom",
            BINANCE_REST_URL: exchange.url,
            BINANCE_API_KEY: "key-c",
            BINANCE_PRIVATE_KEY_PATH: file
          }
        })))
      )
      assert.deepStrictEqual(exchange.keys, ["key-c"])
    }).pipe(Effect.scoped))

  it.live("says which variable is missing", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(ask, NodePortfolioClient.layerConfig())).pipe(
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { BINANCE_ENVIRONMENT: "production" } })))
      )
      assert.strictEqual(error._tag, "CredentialsError")
      assert.include(error.message, "BINANCE_API_KEY")
    }))
})
