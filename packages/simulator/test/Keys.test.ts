import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { Simulator } from "@effect-binance/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Faces from "./support/faces.ts"
import * as Keys from "./support/keys.ts"

const options = { keys: Keys.keys.map(({ registered }) => registered) }

interface Form {
  readonly key: Keys.TestKey
  readonly form: string
  readonly secret: string
  readonly passphrase?: string
}

const onOneLine = (pem: string) => pem.trim().replaceAll("\n", "\\n")

const forms: ReadonlyArray<Form> = [
  { key: Keys.hmacKey, form: "secret", secret: Keys.hmacKey.apiSecret },
  { key: Keys.hmacKey, form: "secret with white space around it", secret: ` ${Keys.hmacKey.apiSecret}\n` },
  { key: Keys.rsaKey, form: "PKCS#8", secret: Keys.rsaKey.apiSecret },
  { key: Keys.rsaKey, form: "PKCS#1", secret: Keys.rsaPkcs1 },
  { key: Keys.rsaKey, form: "PKCS#8 on one line", secret: onOneLine(Keys.rsaKey.apiSecret) },
  { key: Keys.ed25519Key, form: "PKCS#8", secret: Keys.ed25519Key.apiSecret },
  { key: Keys.ed25519Key, form: "PKCS#8 on one line", secret: onOneLine(Keys.ed25519Key.apiSecret) },
  {
    key: Keys.ed25519Key,
    form: "PKCS#8 with Windows line ends",
    secret: Keys.ed25519Key.apiSecret.replaceAll("\n", "\r\n")
  }
]

const encrypted: ReadonlyArray<Form> = [Keys.rsaKey, Keys.ed25519Key].map((key) => ({
  key,
  form: "encrypted PKCS#8",
  secret: Keys.encrypted(key, "open sesame"),
  passphrase: "open sesame"
}))

// Many signatures, so that those of base64 hold every character that a query must not.
const readsAndWrites = Effect.gen(function*() {
  const client = yield* PortfolioClient
  yield* Effect.forEach(
    Array.from({ length: 10 }, (_, index) => index + 1),
    (leverage) => client.updateUMLeverage({ symbol: "币安人生USDT", leverage: 20 - leverage })
  )
  return yield* client.getUMSymbolConfig({ symbol: "币安人生USDT" })
})

const signers = ["WebCrypto", "node:crypto"] as const

interface Case {
  readonly face: Faces.Face
  readonly signer: (typeof signers)[number]
  readonly given: Form
}

const cases: ReadonlyArray<Case> = [
  ...forms.map((given): Case => ({ face: "in memory", signer: "WebCrypto", given })),
  ...[...forms, ...encrypted].map((given): Case => ({ face: "in memory", signer: "node:crypto", given })),
  ...Faces.faces.filter((face) => face !== "in memory").flatMap((face) =>
    signers.flatMap((signer) =>
      Keys.keys.map((key): Case => ({ face, signer, given: { key, form: "plain text", secret: key.apiSecret } }))
    )
  )
]

const labelled = cases.map((one): readonly [string, Case] => [
  `${one.given.key.kind} as ${one.given.form}, signing by ${one.signer}, by way of: ${one.face}`,
  one
])

describe("a key is accepted", () => {
  it.effect.each(labelled)("%s", ([_, { face, given: { key, passphrase, secret }, signer }]) =>
    Effect.gen(function*() {
      const [config] = yield* readsAndWrites.pipe(
        Effect.provide(Faces.client({ apiKey: key.apiKey, apiSecret: secret, signer, passphrase }))
      )
      assert.strictEqual(config?.leverage, 10)
      const { requests } = yield* Simulator
      const signed = (yield* requests).filter(({ query }) => query.includes("signature="))
      assert.lengthOf(signed, 11)
      for (const { headers, query } of signed) {
        assert.strictEqual(headers["x-mbx-apikey"], key.apiKey)
        const [payload = "", signature = ""] = query.split("&signature=")
        assert.isTrue(key.verifies(payload, signature))
      }
    }).pipe(Effect.provide(Faces.world(face, options))))
})
