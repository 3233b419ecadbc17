import type * as Simulator from "@effect-binance/simulator/Simulator"
import * as Crypto from "node:crypto"

/** A key made for the run: what the client is given, and what the exchange knows. */
export interface TestKey {
  readonly kind: "HMAC" | "RSA" | "Ed25519"
  readonly apiKey: string
  /** The secret, or the private key as PKCS#8. */
  readonly apiSecret: string
  readonly registered: Simulator.Key
  /** Whether a signature, as it stands in the query, is over the text. */
  readonly verifies: (payload: string, signature: string) => boolean
}

const hmac = (): TestKey => {
  const apiSecret = Crypto.randomBytes(32).toString("hex")
  return {
    kind: "HMAC",
    apiKey: "test-hmac-key",
    apiSecret,
    registered: { apiKey: "test-hmac-key", accountId: "demo", secret: apiSecret },
    verifies: (payload, signature) => Crypto.createHmac("sha256", apiSecret).update(payload).digest("hex") === signature
  }
}

const pair = (
  kind: "RSA" | "Ed25519",
  { privateKey, publicKey }: { readonly privateKey: Crypto.KeyObject; readonly publicKey: Crypto.KeyObject }
): TestKey & { readonly privateKey: Crypto.KeyObject } => {
  const apiKey = `test-${kind.toLowerCase()}-key`
  return {
    kind,
    apiKey,
    apiSecret: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    privateKey,
    registered: { apiKey, accountId: "demo", publicKey },
    verifies: (payload, signature) =>
      Crypto.verify(
        kind === "RSA" ? "RSA-SHA256" : null,
        Buffer.from(payload),
        publicKey,
        Buffer.from(decodeURIComponent(signature), "base64")
      )
  }
}

export const hmacKey = hmac()
export const rsaKey = pair("RSA", Crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }))
export const ed25519Key = pair("Ed25519", Crypto.generateKeyPairSync("ed25519"))

export const keys: ReadonlyArray<TestKey> = [hmacKey, rsaKey, ed25519Key]

/** The private key under a passphrase. */
export const encrypted = (key: { readonly privateKey: Crypto.KeyObject }, passphrase: string): string =>
  key.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase }).toString()

/** The private RSA key in the older form. */
export const rsaPkcs1 = rsaKey.privateKey.export({ format: "pem", type: "pkcs1" }).toString()
