import type { Drift } from "@effect-binance/core/Drift"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Result from "effect/Result"
import * as Events from "../Events.ts"

// What a frame of the stream can be: an event, bare or wrapped with the name of its stream, or the answer to a request.

export type Incoming =
  | {
    readonly _tag: "Event"
    readonly event: Events.Event
    readonly drift: ReadonlyArray<Drift>
    /** By which the same event is known when it comes again. */
    readonly fingerprint: string
  }
  | {
    readonly _tag: "Reply"
    readonly id: unknown
    /** What the exchange says where it refused; `undefined` where it did not. */
    readonly refused: string | undefined
  }

const isRecord = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

// FNV-1a. With the length and a time beside it, it need not be better.
const hash = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

const sentAt = /"E":\d+/

// The server may stamp the time of sending for each connection; where an event has another time, that one tells it apart.
const fingerprintOf = (text: string, raw: unknown): string => {
  if (!isRecord(raw)) return `${hash(text)} ${text.length}`
  const at = raw.T ?? raw.u
  const said = at === undefined ? text : text.replace(sentAt, "")
  return `${hash(said)} ${said.length} ${String(at ?? raw.E)}`
}

const eventOf = (raw: unknown, text: string): Incoming => {
  const [event, drift] = Events.decodeWithDrift(raw)
  return { _tag: "Event", event, drift, fingerprint: fingerprintOf(text, raw) }
}

const unreadable = (reason: string, text: string): Incoming => ({
  _tag: "Event",
  event: Events.malformed(undefined, reason, text),
  drift: [],
  fingerprint: ""
})

const refusalOf = (raw: { readonly [name: string]: unknown }): string | undefined => {
  const error = isRecord(raw.error) ? raw.error : raw
  return error.code === undefined ? undefined : `code ${String(error.code)}`
}

export const read = (frame: string | Uint8Array): Incoming => {
  if (typeof frame !== "string") return unreadable(`a binary frame of ${frame.byteLength} bytes`, "")
  const parsed = LosslessJson.parse(frame)
  if (Result.isFailure(parsed)) return unreadable(parsed.failure.message.replace("the body", "the frame"), frame)
  const raw = parsed.success
  if (!isRecord(raw)) return eventOf(raw, frame)
  if (raw.e === undefined) {
    if (raw.stream !== undefined && raw.data !== undefined) return eventOf(raw.data, frame)
    if (isRecord(raw.event)) return eventOf(raw.event, frame)
    if (["id", "code", "error", "result"].some((name) => raw[name] !== undefined)) {
      return { _tag: "Reply", id: raw.id, refused: refusalOf(raw) }
    }
  }
  return eventOf(raw, frame)
}
