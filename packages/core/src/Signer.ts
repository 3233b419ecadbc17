/**
 * Signing of requests: what proves that a request comes from the owner of the key.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Credentials, CredentialsError, type CredentialsShape, type KeyKind } from "./Credentials.ts"
import * as webCrypto from "./internal/webCrypto.ts"

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

const failed = (error: webCrypto.Failure): SigningFailed => new SigningFailed({ message: error.message })

const signerOf = (
  { apiKey, kind }: CredentialsShape,
  sign: webCrypto.Sign,
  write: (signature: Uint8Array) => string
): SignerShape => ({
  apiKey,
  kind,
  sign: (payload) => Effect.mapBoth(sign(payload), { onFailure: failed, onSuccess: write })
})

/**
 * A signer of an HMAC key by WebCrypto, without what other kinds of key need.
 *
 * **When to use**
 *
 * Where the size of the program counts; {@link make} takes every kind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeHmac = Effect.fnUntraced(function*(
  credentials: CredentialsShape
): Effect.fn.Return<SignerShape, CredentialsError> {
  const unusable = (why: string) =>
    new CredentialsError({ field: "apiSecret", message: `apiSecret: the HMAC secret cannot be used: ${why}` })
  if (credentials.kind !== "HMAC") {
    return yield* unusable(`it is of a key of the kind ${credentials.kind}, and only HMAC is signed with here`)
  }
  const sign = yield* Effect.mapError(
    webCrypto.hmac(Redacted.value(credentials.secret)),
    (error) => unusable(error.message)
  )
  return signerOf(credentials, sign, webCrypto.hex)
})

const makeAsymmetric = Effect.fnUntraced(function*(
  credentials: CredentialsShape,
  kind: "RSA" | "Ed25519"
): Effect.fn.Return<SignerShape, CredentialsError> {
  const pem = Redacted.value(credentials.secret)
  const bytes = Result.map(Base64.decode(pem.replace(/-----[^-]*-----|\s/g, "")), (der) => Uint8Array.from(der))
  if (Result.isFailure(bytes)) return yield* unreadable(kind)
  const pkcs8 = pem.includes("BEGIN RSA PRIVATE KEY") ? webCrypto.wrapPkcs1(bytes.success) : bytes.success
  const sign = yield* Effect.mapError(webCrypto.asymmetric(kind, pkcs8), () => unreadable(kind))
  // A key can be well formed and yet unusable; find out now, not at the first order.
  const trial = yield* Effect.mapError(sign(""), () => unreadable(kind))
  if (kind === "RSA" && trial.length * 8 < 2048) return yield* tooShort(trial.length * 8)
  return signerOf(credentials, sign, Base64.encode)
})

/**
 * A signer of any kind of key by WebCrypto.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (credentials: CredentialsShape): Effect.Effect<SignerShape, CredentialsError> =>
  credentials.kind === "HMAC" ? makeHmac(credentials) : makeAsymmetric(credentials, credentials.kind)

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
    Effect.flatMap(Credentials, make)
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
