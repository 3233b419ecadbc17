/**
 * Signing with node:crypto: synchronous, with the key read once and kept, ten times faster than WebCrypto for HMAC.
 *
 * @since 0.1.0
 */
import { Credentials, CredentialsError, type CredentialsShape, type KeyKind } from "@effect-binance/core/Credentials"
import { Signer, SigningFailed } from "@effect-binance/core/Signer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Crypto from "node:crypto"

const unreadable = (field: CredentialsError["field"], message: string) =>
  new CredentialsError({ field, message: `${field}: ${message}` })

// OpenSSL's own words on a key it cannot read may quote parts of it, so they are dropped.
const readPrivateKey = (
  { passphrase, secret }: CredentialsShape
): Effect.Effect<Crypto.KeyObject, CredentialsError> =>
  Effect.try({
    try: () =>
      Crypto.createPrivateKey({
        key: Redacted.value(secret),
        ...(passphrase === undefined ? {} : { passphrase: Redacted.value(passphrase) })
      }),
    catch: () => {
      const encrypted = /ENCRYPTED/.test(Redacted.value(secret))
      if (encrypted && passphrase === undefined) {
        return unreadable(
          "passphrase",
          "the private key is encrypted; give its passphrase (BINANCE_PRIVATE_KEY_PASSPHRASE)"
        )
      }
      return encrypted
        ? unreadable("passphrase", "does not open the private key (or the PEM text is damaged)")
        : unreadable("apiSecret", "the private key cannot be read; expected an RSA or Ed25519 key as PEM text")
    }
  })

const kinds: { readonly [type: string]: KeyKind } = { ed25519: "Ed25519", rsa: "RSA" }

const make = Effect.gen(function*() {
  const credentials = yield* Credentials
  const { apiKey } = credentials
  if (credentials.kind === "HMAC") {
    const key = Crypto.createSecretKey(Redacted.value(credentials.secret), "utf8")
    return Signer.of({
      apiKey,
      kind: "HMAC",
      sign: (payload) => Effect.sync(() => Crypto.createHmac("sha256", key).update(payload).digest("hex"))
    })
  }
  const key = yield* readPrivateKey(credentials)
  const kind = kinds[key.asymmetricKeyType ?? ""]
  if (kind === undefined) {
    return yield* unreadable("apiSecret", "the private key is neither RSA nor Ed25519 (Binance takes no other)")
  }
  const digest = kind === "RSA" ? "RSA-SHA256" : null
  const signText = (payload: string) => Crypto.sign(digest, Buffer.from(payload), key).toString("base64")
  const sign = (payload: string) =>
    Effect.try({
      try: () => signText(payload),
      catch: () => new SigningFailed({ message: `the ${kind} key could not sign` })
    })
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < 2048) {
    return yield* unreadable("apiSecret", `the RSA key has ${bits} bits; Binance takes keys of 2048 bits and more`)
  }
  // A key can be well formed and yet unusable; find out now, not at the first order.
  yield* sign("").pipe(Effect.mapError((error) => unreadable("apiSecret", error.message)))
  return Signer.of({ apiKey, kind, sign })
})

/**
 * Signs with the credentials by node:crypto; opens encrypted private keys by their passphrase.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Signer, CredentialsError, Credentials> = Layer.effect(Signer, make)
