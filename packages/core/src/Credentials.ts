/**
 * An API key and what it signs with. The kind of key (HMAC, RSA, Ed25519) is told from the secret itself.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * The kinds of key that Binance gives out or accepts.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyKind = "HMAC" | "RSA" | "Ed25519"

/**
 * An API key with its secret, checked for form.
 *
 * @category models
 * @since 0.1.0
 */
export interface CredentialsShape {
  readonly apiKey: Redacted.Redacted
  readonly kind: KeyKind
  /** The HMAC secret, or the private key as PEM text with real line ends. */
  readonly secret: Redacted.Redacted
  /** Opens an encrypted private key; only `@effect-binance/node` can. */
  readonly passphrase: Redacted.Redacted | undefined
}

/**
 * What can be given for credentials.
 *
 * @category models
 * @since 0.1.0
 */
export interface CredentialsOptions {
  /** The API key, as shown by Binance. */
  readonly apiKey: string | Redacted.Redacted
  /**
   * The secret of an HMAC key, or the private key of an RSA or Ed25519 key as PEM text (line ends may be written `\n`,
   * or as spaces).
   */
  readonly apiSecret: string | Redacted.Redacted
  /** The passphrase of an encrypted private key. */
  readonly passphrase?: string | Redacted.Redacted | undefined
}

/**
 * The credentials cannot be used. Says what was expected, never what was given.
 *
 * @category errors
 * @since 0.1.0
 */
export class CredentialsError extends Schema.TaggedError<CredentialsError>("@effect-binance/core/CredentialsError")(
  "CredentialsError",
  {
    field: Schema.Literals(["apiKey", "apiSecret", "privateKeyPath", "passphrase"]),
    message: Schema.String
  }
) {}

const fail = (field: CredentialsError["field"], message: string): Effect.Effect<never, CredentialsError> =>
  Effect.fail(new CredentialsError({ field, message: `${field}: ${message}` }))

const text = (value: string | Redacted.Redacted): string => typeof value === "string" ? value : Redacted.value(value)

const armour = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/

// The object identifiers of the algorithms as they stand in a PKCS#8 key.
const ed25519Oid = [0x06, 0x03, 0x2b, 0x65, 0x70]
const rsaOid = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]

const contains = (bytes: Uint8Array, part: ReadonlyArray<number>): boolean => {
  for (let i = 0; i + part.length <= Math.min(bytes.length, 64); i++) {
    if (part.every((byte, j) => bytes[i + j] === byte)) return true
  }
  return false
}

// Environment files and deployment tools keep a PEM on one line, with \n written out or spaces in its place, or in quotes.
// Headers within the block (of keys encrypted the old way) are left as they are.
const tidy = (text: string): string => {
  const pem = text.replace(/\\r\\n|\\n/g, "\n")
  const [block, label = "", body = ""] = armour.exec(pem) ?? [pem]
  if (label === "" || body.includes(":")) return block
  const lines = body.replace(/\s+/g, "").match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n")
}

const forms = `expected the secret of an HMAC key, or the private key of an RSA or Ed25519 key as PEM text `
  + `("-----BEGIN PRIVATE KEY-----" …)`

const kindOfPem = (pem: string): Effect.Effect<KeyKind, CredentialsError> => {
  const match = armour.exec(pem)
  if (match === null) {
    return fail("apiSecret", `the PEM text has no matching BEGIN and END lines (was it cut off?); ${forms}`)
  }
  const [, label = "", body = ""] = match
  if (label.endsWith("PUBLIC KEY")) {
    return fail("apiSecret", `this is the public key, which belongs on Binance's page; ${forms}`)
  }
  if (label === "RSA PRIVATE KEY") return Effect.succeed("RSA")
  if (label === "ENCRYPTED PRIVATE KEY") {
    // Which algorithm is inside shows only once it is opened; RSA and Ed25519 differ plainly in size.
    return Effect.succeed(body.length > 500 ? "RSA" : "Ed25519")
  }
  if (label !== "PRIVATE KEY") {
    return fail("apiSecret", `a PEM block "${label}" is not supported; ${forms}`)
  }
  const bytes = Base64.decode(body.replace(/\s+/g, ""))
  if (Result.isFailure(bytes)) {
    return fail("apiSecret", `the PEM text holds characters that are not base64; ${forms}`)
  }
  if (contains(bytes.success, ed25519Oid)) return Effect.succeed("Ed25519")
  if (contains(bytes.success, rsaOid)) return Effect.succeed("RSA")
  return fail("apiSecret", `the private key is neither RSA nor Ed25519 (Binance takes no other); ${forms}`)
}

const checkedApiKey = (options: CredentialsOptions): Effect.Effect<Redacted.Redacted, CredentialsError> => {
  const apiKey = text(options.apiKey).trim()
  if (apiKey === "") return fail("apiKey", "is empty; expected the key as shown by Binance (BINANCE_API_KEY)")
  if (apiKey.includes("-----BEGIN")) {
    return fail("apiKey", "is a PEM block; expected the key as shown by Binance (are key and secret swapped?)")
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    return fail("apiKey", "holds white space or characters that no key has; expected the key as shown by Binance")
  }
  return Effect.succeed(Redacted.make(apiKey, { label: "apiKey" }))
}

const redacted = (secret: string): Redacted.Redacted => Redacted.make(secret, { label: "apiSecret" })

/**
 * Checks the form of the credentials of an HMAC key, without what other kinds of key need.
 *
 * **When to use**
 *
 * With `Signer.makeHmac`, where the size of the program counts; {@link make} takes every kind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeHmac = Effect.fnUntraced(function*(
  options: CredentialsOptions
): Effect.fn.Return<CredentialsShape, CredentialsError> {
  const apiKey = yield* checkedApiKey(options)
  const secret = text(options.apiSecret).trim()
  if (secret === "") return yield* fail("apiSecret", `is empty; ${forms}`)
  if (secret.includes("-----BEGIN")) {
    return yield* fail("apiSecret", "is a PEM block; expected the secret of an HMAC key")
  }
  if (/\s/.test(secret)) return yield* fail("apiSecret", `holds white space, and is no PEM block; ${forms}`)
  return { apiKey, kind: "HMAC", secret: redacted(secret), passphrase: undefined }
})

/**
 * Checks the form of credentials and tells the kind of key.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: CredentialsOptions
): Effect.fn.Return<CredentialsShape, CredentialsError> {
  const passphrase = options.passphrase === undefined
    ? undefined
    : Redacted.make(text(options.passphrase), { label: "passphrase" })
  const secret = text(options.apiSecret).trim()
  if (!secret.includes("-----BEGIN")) return { ...(yield* makeHmac(options)), passphrase }
  const apiKey = yield* checkedApiKey(options)
  const pem = tidy(secret)
  return { apiKey, kind: yield* kindOfPem(pem), secret: redacted(pem), passphrase }
})

/**
 * Where credentials are read from by `layerConfig`.
 *
 * @category models
 * @since 0.1.0
 */
export interface CredentialsSource {
  readonly apiKey: Option.Option<Redacted.Redacted>
  readonly apiSecret: Option.Option<Redacted.Redacted>
  readonly privateKeyPath: Option.Option<string>
  readonly passphrase: Option.Option<Redacted.Redacted>
}

/**
 * The variables credentials are read from: `BINANCE_API_KEY`, and either `BINANCE_API_SECRET` or
 * `BINANCE_PRIVATE_KEY_PATH`, with `BINANCE_PRIVATE_KEY_PASSPHRASE` for an encrypted key.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<CredentialsSource> = Config.all({
  apiKey: Config.option(Config.Redacted("BINANCE_API_KEY")),
  apiSecret: Config.option(Config.Redacted("BINANCE_API_SECRET")),
  privateKeyPath: Config.option(Config.NonEmptyString("BINANCE_PRIVATE_KEY_PATH")),
  passphrase: Config.option(Config.Redacted("BINANCE_PRIVATE_KEY_PASSPHRASE"))
})

const readKeyFile = Effect.fnUntraced(function*(path: string): Effect.fn.Return<string, CredentialsError> {
  const fileSystem = yield* Effect.serviceOption(FileSystem.FileSystem)
  if (Option.isNone(fileSystem)) {
    return yield* fail(
      "privateKeyPath",
      "reading a file needs a FileSystem; use the layers of @effect-binance/node, or give the key as apiSecret"
    )
  }
  return yield* fileSystem.value.readFileString(path).pipe(
    Effect.catch((error) =>
      fail("privateKeyPath", `the file ${path} cannot be read (${error.reason._tag}); expected a PEM private key`)
    )
  )
})

const fromSource = Effect.fnUntraced(function*(
  source: CredentialsSource
): Effect.fn.Return<CredentialsShape, CredentialsError> {
  const { apiSecret, privateKeyPath } = source
  if (Option.isNone(source.apiKey)) {
    return yield* fail("apiKey", "is not set; set BINANCE_API_KEY to the key as shown by Binance")
  }
  const apiKey = source.apiKey.value
  if (Option.isSome(apiSecret) && Option.isSome(privateKeyPath)) {
    return yield* fail("privateKeyPath", "BINANCE_API_SECRET and BINANCE_PRIVATE_KEY_PATH are both set; set one")
  }
  const passphrase = Option.getOrUndefined(source.passphrase)
  if (Option.isSome(apiSecret)) return yield* make({ apiKey, apiSecret: apiSecret.value, passphrase })
  if (Option.isSome(privateKeyPath)) {
    return yield* make({ apiKey, apiSecret: yield* readKeyFile(privateKeyPath.value), passphrase })
  }
  return yield* fail("apiSecret", "is not set; set BINANCE_API_SECRET, or BINANCE_PRIVATE_KEY_PATH to a PEM file")
})

/**
 * The key of the account that is acted for.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<Credentials, CredentialsShape>()("@effect-binance/core/Credentials") {
  /**
   * The credentials of the options.
   *
   * @since 0.1.0
   */
  static readonly layer = (options: CredentialsOptions): Layer.Layer<Credentials, CredentialsError> =>
    Layer.effect(Credentials, make(options))

  /**
   * The credentials that the variables hold (see {@link config}).
   *
   * @since 0.1.0
   */
  static readonly layerConfig = (
    source: Config.Config<CredentialsSource> = config
  ): Layer.Layer<Credentials, CredentialsError | Config.ConfigError> =>
    Layer.effect(Credentials, Effect.flatMap(source, fromSource))
}
