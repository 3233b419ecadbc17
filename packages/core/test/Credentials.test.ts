import * as Credentials from "@effect-binance/core/Credentials"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Util from "node:util"
import * as keys from "./support/keys.ts"

const apiKey = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
const apiSecret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

const refusal = (options: Credentials.CredentialsOptions) =>
  Effect.map(Effect.flip(Credentials.make(options)), (error) => {
    assert.strictEqual(error._tag, "CredentialsError")
    assert.include(error.message, error.field)
    return error
  })

// Not even a part of the secret may be repeated, in whatever way the failure is shown.
const assertKeeps = (error: unknown, secrets: ReadonlyArray<string>) => {
  const shown = [String(error), JSON.stringify(error), Util.inspect(error, { depth: null, showHidden: true })].join(
    "\n"
  )
  for (const secret of secrets) {
    for (let at = 0; at + 8 <= secret.length; at += 8) {
      assert.notInclude(shown, secret.slice(at, at + 8), "a part of the secret")
    }
  }
}

describe("make", () => {
  it.effect("an HMAC key, white space around it dropped", () =>
    Effect.gen(function*() {
      for (const around of ["", " ", "\n", "\r\n\t"]) {
        const made = yield* Credentials.make({
          apiKey: around + apiKey + around,
          apiSecret: Redacted.make(around + apiSecret + around)
        })
        assert.strictEqual(made.kind, "HMAC")
        assert.strictEqual(Redacted.value(made.apiKey), apiKey)
        assert.strictEqual(Redacted.value(made.secret), apiSecret)
        assert.isUndefined(made.passphrase)
      }
    }))

  for (
    const [kind, name, pem] of [
      ["RSA", "PKCS#8", keys.rsa.pkcs8],
      ["RSA", "PKCS#1", keys.rsa.pkcs1],
      ["Ed25519", "PKCS#8", keys.ed25519.pkcs8]
    ] as const
  ) {
    for (const [spelling, apiSecret] of Object.entries(keys.spellings(pem))) {
      it.effect(`${kind} as ${name}, ${spelling}`, () =>
        Effect.gen(function*() {
          const made = yield* Credentials.make({ apiKey, apiSecret, passphrase: "p" })
          assert.strictEqual(made.kind, kind)
          assert.strictEqual(made.passphrase === undefined ? "" : Redacted.value(made.passphrase), "p")
        }))
    }
  }

  it.effect("empty and blank", () =>
    Effect.gen(function*() {
      for (const blank of ["", " ", "\n"]) {
        const noKey = yield* refusal({ apiKey: blank, apiSecret })
        assert.strictEqual(noKey.field, "apiKey")
        assert.match(noKey.message, /empty.*BINANCE_API_KEY/)
        const noSecret = yield* refusal({ apiKey, apiSecret: blank })
        assert.strictEqual(noSecret.field, "apiSecret")
        assert.match(noSecret.message, /empty.*expected/)
      }
    }))

  it.effect("white space within", () =>
    Effect.gen(function*() {
      const inKey = yield* refusal({ apiKey: `${apiKey} x`, apiSecret })
      assert.match(inKey.message, /white space/)
      assertKeeps(inKey, [apiKey])
      const inSecret = yield* refusal({ apiKey, apiSecret: `${apiSecret}\n${apiSecret}` })
      assert.strictEqual(inSecret.field, "apiSecret")
      assert.match(inSecret.message, /white space/)
      assertKeeps(inSecret, [apiSecret])
      for (const odd of ["ключ", "key\u0000", "“key”", "key\u200b"]) {
        assert.match((yield* refusal({ apiKey: odd, apiSecret })).message, /characters that no key has/)
      }
    }))

  it.effect("key and secret swapped", () =>
    Effect.gen(function*() {
      for (const pem of [keys.rsa.pkcs8, keys.ed25519.pkcs8.replaceAll("\n", "\\n")]) {
        const error = yield* refusal({ apiKey: pem, apiSecret: apiKey })
        assert.strictEqual(error.field, "apiKey")
        assert.match(error.message, /swapped/)
        assertKeeps(error, keys.secretLines(pem))
      }
    }))

  it.effect("a public key, an EC key, and kinds of PEM that are none of them", () =>
    Effect.gen(function*() {
      for (
        const [pem, says] of [
          [keys.rsa.publicPem, /public key/],
          [keys.ed25519.publicPem, /public key/],
          [keys.ec.pkcs8, /neither RSA nor Ed25519/],
          [keys.ec.sec1, /"EC PRIVATE KEY" is not supported/],
          [keys.rsa.pkcs8.replaceAll("PRIVATE KEY", "CERTIFICATE"), /"CERTIFICATE" is not supported/],
          [keys.rsa.pkcs8.replaceAll("PRIVATE KEY", "OPENSSH PRIVATE KEY"), /"OPENSSH PRIVATE KEY" is not supported/]
        ] as const
      ) {
        const error = yield* refusal({ apiKey, apiSecret: pem })
        assert.strictEqual(error.field, "apiSecret")
        assert.match(error.message, says)
        assertKeeps(error, keys.secretLines(pem))
      }
    }))

  it.effect("PEM text that was cut off, or damaged", () =>
    Effect.gen(function*() {
      const pem = keys.rsa.pkcs8
      for (
        const [text, says] of [
          [pem.slice(0, 400), /cut off/],
          ["-----BEGIN PRIVATE KEY-----", /cut off/],
          [pem.replace("END PRIVATE", "END PUBLIC"), /cut off/],
          [pem.replace("\nMII", "\nM*I"), /not base64/]
        ] as const
      ) {
        const error = yield* refusal({ apiKey, apiSecret: text })
        assert.match(error.message, says)
        assertKeeps(error, keys.secretLines(text))
      }
    }))
})

const layerConfig = (variables: Record<string, string>) =>
  Credentials.Credentials.layerConfig().pipe(
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables })))
  )

const files = (contents: Record<string, string>) =>
  FileSystem.layerNoop({
    readFileString: (path) => {
      const content = contents[path]
      return content === undefined
        ? Effect.fail(
          PlatformError.systemError({
            _tag: "NotFound",
            module: "FileSystem",
            method: "readFile",
            pathOrDescriptor: path
          })
        )
        : Effect.succeed(content)
    }
  })

const built = <E>(layer: Layer.Layer<Credentials.Credentials, E>) => Effect.provide(Credentials.Credentials, layer)

describe("layerConfig", () => {
  it.effect("key and secret", () =>
    Effect.gen(function*() {
      const made = yield* built(layerConfig({ BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: apiSecret }))
      assert.strictEqual(made.kind, "HMAC")
      assert.strictEqual(Redacted.value(made.secret), apiSecret)
    }))

  it.effect("a private key in a file, with its passphrase", () =>
    Effect.gen(function*() {
      const made = yield* built(
        layerConfig({
          BINANCE_API_KEY: apiKey,
          BINANCE_PRIVATE_KEY_PATH: "/keys/pm.pem",
          BINANCE_PRIVATE_KEY_PASSPHRASE: "open"
        }).pipe(Layer.provide(files({ "/keys/pm.pem": keys.ed25519.pkcs8 })))
      )
      assert.strictEqual(made.kind, "Ed25519")
      assert.strictEqual(made.passphrase === undefined ? "" : Redacted.value(made.passphrase), "open")
    }))

  const cases: ReadonlyArray<
    [title: string, variables: Record<string, string>, field: Credentials.CredentialsError["field"], says: RegExp]
  > = [
    ["nothing is set", {}, "apiKey", /set BINANCE_API_KEY/],
    ["the key is missing", { BINANCE_API_SECRET: apiSecret }, "apiKey", /set BINANCE_API_KEY/],
    [
      "the secret is missing",
      { BINANCE_API_KEY: apiKey },
      "apiSecret",
      /set BINANCE_API_SECRET, or BINANCE_PRIVATE_KEY/
    ],
    [
      "secret and path are both set",
      { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: apiSecret, BINANCE_PRIVATE_KEY_PATH: "/keys/pm.pem" },
      "privateKeyPath",
      /both set; set one/
    ],
    [
      "no file system is at hand",
      { BINANCE_API_KEY: apiKey, BINANCE_PRIVATE_KEY_PATH: "/keys/pm.pem" },
      "privateKeyPath",
      /needs a FileSystem.*@effect-binance\/node/
    ],
    [
      "the secret is white space",
      { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: "  " },
      "apiSecret",
      /empty.*expected/
    ]
  ]

  for (const [title, variables, field, says] of cases) {
    it.effect(`fails where ${title}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(built(layerConfig(variables)))
        assert.strictEqual(error._tag, "CredentialsError")
        if (error._tag === "CredentialsError") assert.strictEqual(error.field, field)
        assert.match(error.message, says)
        assertKeeps(error, [apiKey, apiSecret])
      }))
  }

  it.effect("fails where the file is missing, or holds something else", () =>
    Effect.gen(function*() {
      const variables = { BINANCE_API_KEY: apiKey, BINANCE_PRIVATE_KEY_PATH: "/keys/pm.pem" }
      const missing = yield* Effect.flip(built(layerConfig(variables).pipe(Layer.provide(files({})))))
      assert.strictEqual(missing._tag, "CredentialsError")
      assert.match(missing.message, /\/keys\/pm\.pem cannot be read \(NotFound\); expected a PEM private key/)
      for (
        const [content, says] of [["", /empty/], [keys.rsa.publicPem, /public key/], ["a b", /white space/]] as const
      ) {
        const error = yield* Effect.flip(
          built(layerConfig(variables).pipe(Layer.provide(files({ "/keys/pm.pem": content }))))
        )
        assert.strictEqual(error._tag, "CredentialsError")
        assert.match(error.message, says)
      }
    }))
})
