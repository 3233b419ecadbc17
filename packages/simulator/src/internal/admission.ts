import type { Described } from "@effect-binance/core/Endpoint"
import * as Result from "effect/Result"
import * as Crypto from "node:crypto"
import * as ExchangeError from "../ExchangeError.ts"
import type { WireRequest } from "../Wire.ts"
import { missing, type Received } from "./params.ts"

export interface RegisteredKey {
  readonly apiKey: string
  readonly accountId: string
  readonly verify: (payload: string, signature: string) => boolean
}

export const hmacKey = (apiKey: string, secret: string, accountId: string): RegisteredKey => {
  const key = Crypto.createSecretKey(secret, "utf8")
  return {
    apiKey,
    accountId,
    verify: (payload, signature) => {
      const expected = Crypto.createHmac("sha256", key).update(payload).digest()
      const given = /^[0-9a-fA-F]{64}$/.test(signature) ? Buffer.from(signature, "hex") : undefined
      return given !== undefined && Crypto.timingSafeEqual(expected, given)
    }
  }
}

// An RSA key verifies PKCS#1 v1.5 over SHA-256, an Ed25519 key by itself; both signatures come as base64.
export const publicKey = (apiKey: string, key: Crypto.KeyObject, accountId: string): RegisteredKey => {
  const digest = key.asymmetricKeyType === "rsa" ? "RSA-SHA256" : null
  return {
    apiKey,
    accountId,
    verify: (payload, signature) => Crypto.verify(digest, Buffer.from(payload), key, Buffer.from(signature, "base64"))
  }
}

export interface Refusal {
  readonly status: number
  readonly error: ExchangeError.ExchangeError
}

const refuse = (status: number, code: number, msg: string): Result.Result<never, Refusal> =>
  Result.fail({ status, error: ExchangeError.make(code, msg) })

const maxRecvWindow = 60_000
const futureTolerance = 1000

const checkTime = (
  params: ReadonlyMap<string, string>,
  now: number
): Result.Result<void, Refusal> => {
  const timestamp = params.get("timestamp")
  const recvWindow = params.get("recvWindow") ?? "5000"
  if (timestamp === undefined || !/^\d{1,16}$/.test(timestamp)) {
    return Result.fail({ status: 400, error: missing("timestamp") })
  }
  if (!/^\d{1,16}$/.test(recvWindow)) return refuse(400, -1130, "Data sent for parameter 'recvWindow' is not valid.")
  if (Number(recvWindow) > maxRecvWindow) return refuse(400, -1131, "recvWindow must be less than 60000")
  if (Number(timestamp) >= now + futureTolerance) {
    return refuse(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.")
  }
  if (now - Number(timestamp) > Number(recvWindow)) {
    return refuse(400, -1021, "Timestamp for this request is outside of the recvWindow.")
  }
  return Result.succeed(undefined)
}

/** Whose account the request acts for; `undefined` for calls that need no key. */
export const admit = (
  endpoint: Described,
  request: WireRequest,
  received: Received,
  keys: ReadonlyMap<string, RegisteredKey>,
  now: number
): Result.Result<string | undefined, Refusal> => {
  if (endpoint.security === "NONE") return Result.succeed(undefined)
  const apiKey = request.headers["x-mbx-apikey"]
  if (apiKey === undefined || !/^[\w-]+$/.test(apiKey)) return refuse(401, -2014, "API-key format invalid.")
  if (endpoint.signed) {
    const time = checkTime(received.params, now)
    if (Result.isFailure(time)) return Result.fail(time.failure)
    if (!received.params.has("signature")) return Result.fail({ status: 400, error: missing("signature") })
  }
  const key = keys.get(apiKey)
  if (key === undefined) {
    return refuse(401, -2015, `Invalid API-key, IP, or permissions for action, request ip: ${request.ip}`)
  }
  if (endpoint.signed && !key.verify(received.payload, received.params.get("signature") ?? "")) {
    return refuse(400, -1022, "Signature for this request is not valid.")
  }
  return Result.succeed(key.accountId)
}
