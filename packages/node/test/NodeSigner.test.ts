import * as Credentials from "@effect-binance/core/Credentials"
import * as Signer from "@effect-binance/core/Signer"
import * as NodeSigner from "@effect-binance/node/NodeSigner"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Crypto from "node:crypto"
import * as Util from "node:util"

const apiKey = "canary-key"
const passphrase = "canary-passphrase"

const signer = (apiSecret: string, passphrase?: string) =>
  Effect.provide(
    Signer.Signer,
    NodeSigner.layer.pipe(Layer.provide(Credentials.Credentials.layer({ apiKey, apiSecret, passphrase })))
  )

const webCryptoSigner = (apiSecret: string) =>
  Effect.provide(
    Signer.Signer,
    Signer.Signer.layer.pipe(Layer.provide(Credentials.Credentials.layer({ apiKey, apiSecret })))
  )

const rsa = Crypto.generateKeyPairSync("rsa", { modulusLength: 2048 })
const rsaShort = Crypto.generateKeyPairSync("rsa", { modulusLength: 1024 })
const ed25519 = Crypto.generateKeyPairSync("ed25519")
const ec = Crypto.generateKeyPairSync("ec", { namedCurve: "prime256v1" })

const pem = (key: Crypto.KeyObject, type: "pkcs8" | "pkcs1" = "pkcs8") => key.export({ type, format: "pem" }).toString()

const encrypted = (key: Crypto.KeyObject, type: "pkcs8" | "pkcs1" = "pkcs8") =>
  key.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase }).toString()

const spellings = (text: string): Record<string, string> => ({
  "as it is": text,
  "white space around it": `\n  ${text} \r\n`,
  "CRLF line ends": text.replaceAll("\n", "\r\n"),
  "line ends written \\n": text.replaceAll("\n", "\\n"),
  "on one line, with spaces": text.trimEnd().replaceAll("\n", " ")
})

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
})

const payload = "symbol=%E5%B8%81USDT&timestamp=1611825601400"

const verified = (kind: string, publicKey: Crypto.KeyObject, text: string, passphrase?: string) =>
  Effect.gen(function*() {
    const signed = yield* signer(text, passphrase)
    assert.strictEqual(signed.kind, kind)
    assert.strictEqual(Redacted.value(signed.apiKey), apiKey)
    const signature = Buffer.from(yield* signed.sign(payload), "base64")
    const digest = kind === "RSA" ? "RSA-SHA256" : null
    assert.isTrue(Crypto.verify(digest, Buffer.from(payload), publicKey, signature))
    assert.isFalse(Crypto.verify(digest, Buffer.from(`${payload}1`), publicKey, signature))
  })

describe.each([
  { kind: "RSA", form: "PKCS#8", text: pem(rsa.privateKey), publicKey: rsa.publicKey },
  { kind: "RSA", form: "PKCS#1", text: pem(rsa.privateKey, "pkcs1"), publicKey: rsa.publicKey },
  { kind: "Ed25519", form: "PKCS#8", text: pem(ed25519.privateKey), publicKey: ed25519.publicKey }
])("$kind as $form", ({ kind, publicKey, text }) => {
  it.effect.each(Object.entries(spellings(text)))("%s", ([_, text]) => verified(kind, publicKey, text))

  it.effect("a passphrase that is not needed does no harm", () => verified(kind, publicKey, text, passphrase))
})

describe.each([
  { kind: "RSA", form: "PKCS#8", text: encrypted(rsa.privateKey), publicKey: rsa.publicKey },
  { kind: "RSA", form: "PKCS#1", text: encrypted(rsa.privateKey, "pkcs1"), publicKey: rsa.publicKey },
  { kind: "Ed25519", form: "PKCS#8", text: encrypted(ed25519.privateKey), publicKey: ed25519.publicKey }
])("$kind as encrypted $form", ({ form, kind, publicKey, text }) => {
  // The headers of an encrypted PKCS#1 key need their own lines.
  const readable = Object.entries(spellings(text)).filter(([name]) => form === "PKCS#8" || !name.includes("spaces"))

  it.effect.each(readable)("%s", ([_, text]) => verified(kind, publicKey, text, passphrase))

  it.effect("without its passphrase, and with another", () =>
    Effect.gen(function*() {
      const without = yield* refusal(text)
      assert.strictEqual(without.field, "passphrase")
      assert.match(without.message, /is encrypted; give its passphrase \(BINANCE_PRIVATE_KEY_PASSPHRASE\)/)
      const wrong = yield* refusal(text, "canary-other")
      assert.strictEqual(wrong.field, "passphrase")
      assert.match(wrong.message, /does not open the private key/)
      const empty = yield* refusal(text, "")
      assert.strictEqual(empty.field, "passphrase")
    }))
})

const refusal = (text: string, passphrase?: string) =>
  Effect.map(Effect.flip(signer(text, passphrase)), (error) => {
    assert.strictEqual(error._tag, "CredentialsError")
    const shown = [
      String(error),
      error.stack,
      JSON.stringify(error),
      Util.inspect(error, { depth: null, showHidden: true })
    ]
      .join("\n")
    for (const secret of [...text.split(/\r?\n/).filter((line) => line !== "" && !/-----|:/.test(line)), "canary"]) {
      assert.notInclude(shown, secret)
    }
    return error
  })

describe("keys that cannot be used", () => {
  const damaged = (text: string) => {
    const lines = text.split("\n")
    return [...lines.slice(0, 4), ...lines.slice(6)].join("\n")
  }

  it.effect.each<[string, string, RegExp]>([
    ["lines are missing", damaged(pem(rsa.privateKey)), /cannot be read; expected an RSA or Ed25519 key as PEM text/],
    ["lines are missing, encrypted", damaged(encrypted(rsa.privateKey)), /damaged/],
    ["1024 bits", pem(rsaShort.privateKey), /1024 bits.*2048/],
    ["1024 bits, encrypted", encrypted(rsaShort.privateKey), /1024 bits.*2048/],
    ["an EC key", pem(ec.privateKey), /neither RSA nor Ed25519/],
    ["an EC key, encrypted", encrypted(ec.privateKey), /neither RSA nor Ed25519/],
    ["a public key", rsa.publicKey.export({ type: "spki", format: "pem" }).toString(), /public key/]
  ])("%s", ([_, text, says]) =>
    Effect.gen(function*() {
      const error = yield* refusal(text, passphrase)
      assert.match(error.message, says)
      assert.notMatch(error.message, /error:|OpenSSL|DECODER|asn1/i)
    }))
})

describe("both signers", () => {
  const secrets = [
    ["HMAC", "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"],
    ["RSA", pem(rsa.privateKey)],
    ["RSA as PKCS#1", pem(rsa.privateKey, "pkcs1")],
    ["Ed25519", pem(ed25519.privateKey)]
  ] as const

  for (const [name, secret] of secrets) {
    it.effect.prop(
      `write the same signature: ${name}`,
      { payload: Schema.String },
      ({ payload }) =>
        Effect.gen(function*() {
          const [node, web] = yield* Effect.all([signer(secret), webCryptoSigner(secret)])
          assert.strictEqual(node.kind, web.kind)
          assert.strictEqual(yield* node.sign(payload), yield* web.sign(payload))
        }),
      { arbitrary: { runs: 25 } }
    )
  }
})

describe("printing", () => {
  it.effect("a signer shows neither key nor secret", () =>
    Effect.gen(function*() {
      for (const secret of ["canary-secret", pem(rsa.privateKey), encrypted(ed25519.privateKey)]) {
        const made = yield* signer(secret, passphrase)
        const shown = [String(made), JSON.stringify(made), Util.inspect(made, { depth: null, showHidden: true })].join(
          "\n"
        )
        assert.notInclude(shown, "canary")
        for (const line of secret.split("\n")) if (line !== "") assert.notInclude(shown, line)
      }
    }))
})
