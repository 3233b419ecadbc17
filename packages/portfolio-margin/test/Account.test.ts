import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import { live, scripted } from "./support/exchange.ts"

const balance = (asset: string, free: string) => ({
  asset,
  totalWalletBalance: "122607.35137903",
  crossMarginBorrowed: "10.00000000",
  crossMarginFree: free,
  crossMarginInterest: "0.72469206",
  crossMarginLocked: "3.00000000",
  umWalletBalance: "0.00000000",
  umUnrealizedPNL: "23.72469206",
  cmWalletBalance: "23.72469206",
  cmUnrealizedPNL: "",
  updateTime: 1617939110373,
  negativeBalance: "0"
})

const withClient = <A, E>(
  reply: unknown,
  use: (
    client: PortfolioClient["Service"],
    sent: ReturnType<typeof scripted>["sent"]
  ) => Effect.Effect<A, E>
) => {
  const exchange = scripted(() => reply)
  return PortfolioClient.use((client) => use(client, exchange.sent)).pipe(Effect.provide(live(exchange)))
}

describe("getBalance", () => {
  it.effect("with an asset answers its balance", () =>
    withClient(balance("USDT", "100.00000000"), (client, sent) =>
      Effect.gen(function*() {
        const one = yield* client.getBalance({ asset: "USDT" })
        assert.strictEqual(one.asset, "USDT")
        assert.isTrue(BigDecimal.equals(one.crossMarginFree, BigDecimal.fromStringUnsafe("100")))
        assert.isNull(one.cmUnrealizedPNL)
        assert.isFalse("crossMarginAsset" in one)
        assert.deepStrictEqual(sent.map(({ params }) => params), [{ asset: "USDT" }])
      })))

  it.effect("with an asset answers its balance where a list of one comes", () =>
    withClient([balance("USDT", "100.00000000")], (client) =>
      Effect.gen(function*() {
        const one = yield* client.getBalance({ asset: "USDT" })
        assert.strictEqual(one.asset, "USDT")
      })))

  it.effect("with an asset answers that asset's balance where all come", () =>
    withClient([balance("BTC", "1"), balance("USDT", "100.00000000")], (client) =>
      Effect.gen(function*() {
        const one = yield* client.getBalance({ asset: "USDT" })
        assert.strictEqual(one.asset, "USDT")
      })))

  it.effect("with an asset fails where nothing comes", () =>
    withClient([], (client) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(client.getBalance({ asset: "USDT" }))
        assert.strictEqual(error._tag, "InvalidResponse")
        assert.strictEqual(error.endpoint, "getBalance")
      })))

  it.effect("with an asset fails where its row cannot be read", () =>
    withClient([{ ...balance("USDT", "100"), crossMarginFree: "lots" }], (client) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(client.getBalance({ asset: "USDT" }))
        assert.strictEqual(error._tag, "InvalidResponse")
      })))

  it.effect("with an asset names the field that cannot be read", () =>
    withClient({ ...balance("USDT", "100"), crossMarginFree: "lots" }, (client) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(client.getBalance({ asset: "USDT" }))
        assert(error._tag === "InvalidResponse")
        assert.deepStrictEqual(error.path, ["crossMarginFree"])
      })))

  it.effect("without answers all balances", () =>
    withClient([balance("BTC", "1"), balance("USDT", "100")], (client, sent) =>
      Effect.gen(function*() {
        const all = yield* client.getBalance()
        assert.deepStrictEqual(all.map((one) => one.asset), ["BTC", "USDT"])
        assert.deepStrictEqual(all.unreadable, [])
        const again = yield* client.getBalance({ recvWindow: 2000 })
        assert.lengthOf(again, 2)
        assert.deepStrictEqual(sent.map(({ query }) => query.get("recvWindow")), ["5000", "2000"])
      })))

  it.effect("without answers a list of one where one object comes", () =>
    withClient(balance("USDT", "100"), (client) =>
      Effect.gen(function*() {
        const all = yield* client.getBalance({})
        assert.deepStrictEqual(all.map((one) => one.asset), ["USDT"])
        assert.deepStrictEqual(all.unreadable, [])
      })))

  it.effect("without answers an empty list where there is nothing", () =>
    withClient([], (client) =>
      Effect.gen(function*() {
        assert.deepStrictEqual([...(yield* client.getBalance())], [])
      })))

  it.effect("without keeps the readable rows and tells of the others", () =>
    withClient([{ asset: "BTC" }, balance("USDT", "100")], (client) =>
      Effect.gen(function*() {
        const all = yield* client.getBalance()
        assert.deepStrictEqual(all.map((one) => one.asset), ["USDT"])
        assert.deepStrictEqual(all.unreadable.map((one) => one.index), [0])
      })))
})
