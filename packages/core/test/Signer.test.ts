import * as Credentials from "@effect-binance/core/Credentials"
import * as Signer from "@effect-binance/core/Signer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Crypto from "node:crypto"
import * as keys from "./support/keys.ts"

const apiKey = "canary-key"

const signer = (apiSecret: string, passphrase?: string) =>
  Effect.provide(
    Signer.Signer,
    Signer.Signer.layer.pipe(Layer.provide(Credentials.Credentials.layer({ apiKey, apiSecret, passphrase })))
  )

// Printed by Binance and computed anew with openssl.
const vectors = [
  {
    secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
    payload:
      "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
    signature: "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
  },
  {
    secret: "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
    payload:
      "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
    signature: "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
  },
  {
    secret: "YtP1BudNOWZE1ag5uzCkh4hIC7qSmQOu797r5EJBFGhxBYivjj8HIX0iiiPof5yG",
    payload:
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2000&recvWindow=5000&timestamp=1611825601400",
    signature: "4c633cd74726176f44d7a81ac9c86ffd6045169b3fadac568b577285ac95ca45"
  },
  {
    secret: "YtP1BudNOWZE1ag5uzCkh4hIC7qSmQOu797r5EJBFGhxBYivjj8HIX0iiiPof5yG",
    payload:
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=0.01&price=2000&recvWindow=5000&timestamp=1611825601400",
    signature: "9de499863c33b6e74b625a72b39f252653b62ca6c31c2c0c8fc4e8b87c711129"
  }
]

describe("HMAC", () => {
  it.effect.each(vectors)("$payload", ({ payload, secret, signature }) =>
    Effect.gen(function*() {
      const { kind, sign } = yield* signer(secret)
      assert.strictEqual(kind, "HMAC")
      assert.strictEqual(yield* sign(payload), signature)
    }))

  it.effect.prop(
    "agrees with node:crypto",
    { payload: Schema.String, secret: Schema.String },
    ({ payload, secret }) =>
      Effect.gen(function*() {
        const key = `k${secret.replace(/\s|-/g, "")}`.trim()
        const { sign } = yield* signer(key)
        assert.strictEqual(yield* sign(payload), Crypto.createHmac("sha256", key).update(payload).digest("hex"))
      })
  )
})

const payload = "symbol=%E5%B8%81USDT&timestamp=1611825601400"

describe.each([
  { kind: "RSA", form: "PKCS#8", pem: keys.rsa.pkcs8, key: keys.rsa, digest: "RSA-SHA256" },
  { kind: "RSA", form: "PKCS#1", pem: keys.rsa.pkcs1, key: keys.rsa, digest: "RSA-SHA256" },
  { kind: "Ed25519", form: "PKCS#8", pem: keys.ed25519.pkcs8, key: keys.ed25519, digest: null }
])("$kind as $form", ({ digest, key, kind, pem }) => {
  it.effect.each(Object.entries(keys.spellings(pem)))("%s", ([_, text]) =>
    Effect.gen(function*() {
      const signed = yield* signer(text)
      assert.strictEqual(signed.kind, kind)
      assert.strictEqual(Redacted.value(signed.apiKey), apiKey)
      const signature = yield* signed.sign(payload)
      assert.match(signature, /^[A-Za-z0-9+/]+={0,2}$/)
      assert.isTrue(Crypto.verify(digest, Buffer.from(payload), key.publicKey, Buffer.from(signature, "base64")))
      assert.isFalse(Crypto.verify(digest, Buffer.from(`${payload}1`), key.publicKey, Buffer.from(signature, "base64")))
      assert.strictEqual(
        signature,
        Crypto.sign(digest, Buffer.from(payload), key.privateKey).toString("base64"),
        "RSA PKCS#1 v1.5 and Ed25519 are deterministic"
      )
    }))
})

describe("keys that cannot be used", () => {
  const damaged = (pem: string) => {
    const lines = pem.split("\n")
    return [...lines.slice(0, 4), ...lines.slice(6)].join("\n")
  }
  const encrypted = keys.rsa.privateKey.export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "canary-passphrase"
  }).toString()

  it.effect.each<[string, string, RegExp]>([
    ["an encrypted key", encrypted, /encrypted key needs @effect-binance\/node/],
    ["a key with lines missing", damaged(keys.rsa.pkcs8), /cannot be read; expected an unencrypted PKCS#8 PEM block/],
    ["PKCS#1 with lines missing", damaged(keys.rsa.pkcs1), /cannot be read/],
    ["an RSA key of 1024 bits", keys.rsaShort.pkcs8, /1024 bits.*2048/],
    ["a label that does not fit", keys.ed25519.pkcs8.replaceAll("PRIVATE", "RSA PRIVATE"), /cannot be read/]
  ])("%s", ([_, pem, says]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(signer(pem, "canary-passphrase"))
      assert.strictEqual(error._tag, "CredentialsError")
      assert.strictEqual(error.field, "apiSecret")
      assert.match(error.message, says)
      for (const line of [...keys.secretLines(pem), "canary"]) assert.notInclude(error.message, line)
    }))
})

describe("makeHmac", () => {
  it.effect.each(vectors)("$payload", ({ payload, secret, signature }) =>
    Effect.gen(function*() {
      const { kind, sign } = yield* Signer.makeHmac(yield* Credentials.makeHmac({ apiKey, apiSecret: secret }))
      assert.strictEqual(kind, "HMAC")
      assert.strictEqual(yield* sign(payload), signature)
    }))

  it.effect("takes no key of another kind", () =>
    Effect.gen(function*() {
      const form = yield* Effect.flip(Credentials.makeHmac({ apiKey, apiSecret: keys.ed25519.pkcs8 }))
      assert.match(form.message, /PEM block; expected the secret of an HMAC key/)
      const credentials = yield* Credentials.make({ apiKey, apiSecret: keys.ed25519.pkcs8 })
      const kind = yield* Effect.flip(Signer.makeHmac(credentials))
      assert.match(kind.message, /of the kind Ed25519/)
      for (const line of keys.secretLines(keys.ed25519.pkcs8)) assert.notInclude(form.message + kind.message, line)
    }))
})

describe("layerCustom", () => {
  it.effect("signs by the function given", () =>
    Effect.gen(function*() {
      const custom = yield* Effect.provide(
        Signer.Signer,
        Signer.Signer.layerCustom({ apiKey, sign: (payload) => Effect.succeed(payload.toUpperCase()) })
      )
      assert.strictEqual(custom.kind, "custom")
      assert.strictEqual(Redacted.value(custom.apiKey), apiKey)
      assert.strictEqual(yield* custom.sign("a=b"), "A=B")
    }))

  it.effect("and fails as the function does", () =>
    Effect.gen(function*() {
      const custom = yield* Effect.provide(
        Signer.Signer,
        Signer.Signer.layerCustom({
          apiKey: Redacted.make(apiKey),
          sign: () => Effect.fail(new Signer.SigningFailed({ message: "the key service did not answer" }))
        })
      )
      const error = yield* Effect.flip(custom.sign("a=b"))
      assert.strictEqual(error._tag, "SigningFailed")
      assert.strictEqual(error.message, "the key service did not answer")
    }))
})
