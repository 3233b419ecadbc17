import * as Effect from "effect/Effect"

// `crypto.subtle` itself, in place of `effect/crypto` over it: those modules weigh more than all that signs here.

/** Signs text (ASCII: it is percent-encoded). */
export type Sign = (payload: string) => Effect.Effect<Uint8Array, Failure>

/** What the runtime said, for those who have no better words. */
export interface Failure {
  readonly message: string
}

const encoder = new TextEncoder()

const attempt = <A>(what: (subtle: SubtleCrypto) => Promise<A>): Effect.Effect<A, Failure> =>
  Effect.tryPromise({
    try: () => what(globalThis.crypto.subtle),
    catch: (cause): Failure => ({
      message: globalThis.crypto?.subtle === undefined
        ? "this runtime has no crypto.subtle (browsers have it on https pages and localhost only)"
        : cause instanceof Error && cause.message !== ""
        ? cause.message
        : "crypto.subtle could not do it"
    })
  })

const signing = (algorithm: string, key: CryptoKey): Sign => (payload) =>
  Effect.map(
    attempt((subtle) => subtle.sign(algorithm, key, encoder.encode(payload))),
    (signature) => new Uint8Array(signature)
  )

export const hmac = (secret: string): Effect.Effect<Sign, Failure> =>
  Effect.map(
    attempt((subtle) =>
      subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
    ),
    (key) => signing("HMAC", key)
  )

/** From the DER of a PKCS#8 block. */
export const asymmetric = (kind: "RSA" | "Ed25519", pkcs8: Uint8Array<ArrayBuffer>): Effect.Effect<Sign, Failure> => {
  const name = kind === "RSA" ? "RSASSA-PKCS1-v1_5" : kind
  return Effect.map(
    attempt((subtle) => subtle.importKey("pkcs8", pkcs8, { name, hash: "SHA-256" }, false, ["sign"])),
    (key) => signing(name, key)
  )
}

const tagged = (tag: number, content: ReadonlyArray<number>): ReadonlyArray<number> => {
  const { length } = content
  return length < 0x80
    ? [tag, length, ...content]
    : [tag, 0x82, length >> 8, length & 0xff, ...content]
}

// INTEGER 0, then SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }
const version = [0x02, 0x01, 0x00]
const algorithm = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]

/** An RSA key as `RSA PRIVATE KEY` blocks hold it, in the wrapping that WebCrypto reads. */
export const wrapPkcs1 = (pkcs1: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(tagged(0x30, [...version, ...algorithm, ...tagged(0x04, [...pkcs1])]))

export const hex = (bytes: Uint8Array): string => {
  let text = ""
  for (const byte of bytes) text += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16)
  return text
}
