/**
 * Signing of requests: what proves that a request comes from the owner of the key.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as KeyFormat from "effect/crypto/KeyFormat"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Signature from "effect/crypto/Signature"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Credentials, CredentialsError, type KeyKind } from "./Credentials.ts"

/**
 * A signature could not be made, for example because a key service did not answer. Nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class SigningFailed extends Schema.TaggedError<SigningFailed>("@effect-binance/core/SigningFailed")(
  "SigningFailed",
  { message: Schema.String }
) {}

/**
 * What signs: the public API key that goes along, and the function.
 *
 * @category models
 * @since 0.1.0
 */
export interface SignerShape {
  readonly apiKey: Redacted.Redacted
  /** The kind of key, as far as known; only for messages. */
  readonly kind: KeyKind | "custom"
  /**
   * Signs exactly the bytes of the text (ASCII: it is percent-encoded) and answers the signature as the exchange reads
   * it before percent-encoding: hexadecimal for HMAC, base64 for RSA and Ed25519.
   */
  readonly sign: (payload: string) => Effect.Effect<string, SigningFailed>
}

const encoder = new TextEncoder()

const unreadable = (kind: KeyKind): CredentialsError =>
  new CredentialsError({
    field: "apiSecret",
    message: `apiSecret: the ${kind} private key cannot be read; expected an unencrypted PKCS#8 PEM block `
      + `("-----BEGIN PRIVATE KEY-----" …). An encrypted key needs @effect-binance/node and its passphrase`
  })

const tooShort = (bits: number): CredentialsError =>
  new CredentialsError({
    field: "apiSecret",
    message: `apiSecret: the RSA key has ${bits} bits; Binance takes keys of 2048 bits and more`
  })

const failed = (error: { readonly message: string }): SigningFailed => new SigningFailed({ message: error.message })

const makeHmac = Effect.fnUntraced(function*(secret: string) {
  const mac = yield* Mac.Mac
  const key = yield* Mac.key(Mac.hmacSha256, encoder.encode(secret)).pipe(Effect.mapError(() => unreadable("HMAC")))
  return (payload: string) =>
    mac.sign(key, encoder.encode(payload)).pipe(Effect.map(Hex.encode), Effect.mapError(failed))
})

const makeAsymmetric = Effect.fnUntraced(function*(kind: "RSA" | "Ed25519", pem: string) {
  const signature = yield* Signature.Signature
  const format = pem.includes("BEGIN RSA PRIVATE KEY") ? KeyFormat.pem(KeyFormat.pkcs1) : KeyFormat.pem(KeyFormat.pkcs8)
  const algorithm = kind === "RSA" ? Signature.rsaPkcs1v15Sha256 : Signature.ed25519
  const key = yield* KeyFormat.decodePrivate<Signature.Algorithm, string>(format, algorithm, pem).pipe(
    Effect.mapError(() => unreadable(kind))
  )
  // A key can be well formed and yet unusable; find out now, not at the first order.
  const trial = yield* signature.sign(key, encoder.encode("")).pipe(Effect.mapError(() => unreadable(kind)))
  if (kind === "RSA" && trial.length * 8 < 2048) return yield* tooShort(trial.length * 8)
  return (payload: string) =>
    signature.sign(key, encoder.encode(payload)).pipe(Effect.map(Base64.encode), Effect.mapError(failed))
})

/**
 * Signs requests with the key of the account.
 *
 * @category services
 * @since 0.1.0
 */
export class Signer extends Context.Service<Signer, SignerShape>()("@effect-binance/core/Signer") {
  /**
   * Signs with the credentials by WebCrypto, on any runtime.
   *
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Signer, CredentialsError, Credentials> = Layer.effect(
    Signer,
    Effect.gen(function*() {
      const { apiKey, kind, secret } = yield* Credentials
      const text = Redacted.value(secret)
      const sign = yield* kind === "HMAC" ? makeHmac(text) : makeAsymmetric(kind, text)
      return { apiKey, kind, sign }
    })
  ).pipe(
    Layer.provide([Mac.layerWebCrypto, Signature.layerWebCrypto]),
    Layer.provide(SecureRandom.layerWebCrypto)
  )

  /**
   * Signs by a function of your own, for keys that never leave a key service or a hardware module.
   *
   * @since 0.1.0
   */
  static readonly layerCustom = (options: {
    readonly apiKey: string | Redacted.Redacted
    readonly sign: (payload: string) => Effect.Effect<string, SigningFailed>
  }): Layer.Layer<Signer> =>
    Layer.succeed(Signer, {
      apiKey: typeof options.apiKey === "string" ? Redacted.make(options.apiKey, { label: "apiKey" }) : options.apiKey,
      kind: "custom",
      sign: options.sign
    })
}
