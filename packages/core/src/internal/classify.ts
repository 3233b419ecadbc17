import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { ReadError } from "../BinanceError.ts"
import * as Errors from "../BinanceError.ts"
import type { Described } from "../Endpoint.ts"
import type { NotSent } from "../HeldBack.ts"
import type { TransportAnswer as Answer } from "../Transport.ts"
import * as codes from "./errorCodes.ts"

import { originOf } from "./origin.ts"

/** What is known about the call whose answer is read. */
export interface Sent {
  readonly endpoint: Described
  readonly attempts: number
  readonly earlier: ReadonlyArray<string>
  readonly offsetMillis: number
  /** When the answer came, by the exchange's clock as far as known. */
  readonly receivedAt: number
  readonly scrub: (text: string) => string
}

/** The errors that mean the same for a read and for a mutation. */
export type SharedError = Exclude<ReadError, Errors.InvalidResponse | Errors.InvalidRequest | NotSent>

/**
 * What an answer proves: an `Answered` call succeeded as far as the exchange is concerned; a `Refused` one was not carried
 * out, nor was a `RefusedOrder`; `Undecided` says nothing about whether it was; `Unreadable` was answered as if it had succeeded, but not in JSON.
 */
export type Verdict =
  | { readonly _tag: "Answered"; readonly body: unknown }
  | { readonly _tag: "Refused"; readonly error: SharedError }
  | { readonly _tag: "RefusedOrder"; readonly reply: Reply; readonly why: codes.OrderRefusal }
  | { readonly _tag: "Undecided"; readonly code: number | undefined; readonly reason: string }
  | { readonly _tag: "Unreadable"; readonly issue: string }

const field = (body: unknown, key: string): unknown =>
  typeof body === "object" && body !== null && !Array.isArray(body) ? Reflect.get(body, key) : undefined

const codeOf = (body: unknown): number | undefined => {
  const code = field(body, "code")
  const value = typeof code === "string" && /^-?\d+$/.test(code) ? Number(code) : code
  // 1e999 is JSON, and no code.
  return typeof value === "number" && Number.isFinite(value) ? value : undefined
}

// Replies that succeeded may carry a code too (200, "200", 0). Margin codes come as 51xxx, without the minus sign.
const isErrorCode = (code: number): boolean => code < 0 || (code >= 51_000 && code < 52_000)

const excerptLength = 200

export const excerpt = (sent: Pick<Sent, "scrub">, text: string): string => {
  const flat = sent.scrub(text).replace(/\s+/g, " ").trim()
  return flat.length > excerptLength ? `${flat.slice(0, excerptLength)}…` : flat
}

export const requestIdOf = (sent: Pick<Sent, "scrub">, answer: Answer): { readonly requestId?: string } => {
  const id = answer.headers["x-mbx-uuid"]
  return id === undefined ? {} : { requestId: sent.scrub(id) }
}

// `Date.parse` takes anything that resembles a date.
const httpDate = /^[A-Z][a-z]+, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/

// Seconds or a date; what is neither says nothing.
export const retryAfterOf = (
  sent: Pick<Sent, "receivedAt">,
  answer: Answer
): { readonly retryAfter?: Duration.Duration } => {
  const said = answer.headers["retry-after"]?.trim() ?? ""
  const millis = /^\d+$/.test(said)
    ? Number(said) * 1000
    : httpDate.test(said)
    ? Date.parse(said) - sent.receivedAt
    : NaN
  return Number.isNaN(millis) ? {} : { retryAfter: Duration.millis(Math.max(0, millis)) }
}

const statedUntil = (answer: Answer): DateTime.Utc | undefined => {
  const millis = /banned until (\d{13})/.exec(answer.text)?.[1]
  return millis === undefined ? undefined : DateTime.makeUnsafe(Number(millis))
}

const maxMillis = 8.64e15

const banned = (sent: Sent, answer: Answer, body: unknown, code: number | undefined): Errors.Banned => {
  const { retryAfter } = retryAfterOf(sent, answer)
  const ends = sent.receivedAt + (retryAfter === undefined ? Infinity : Duration.toMillis(retryAfter))
  const until = statedUntil(answer) ?? (ends <= maxMillis ? DateTime.makeUnsafe(ends) : undefined)
  const hint = "Send nothing until the ban ends: every request makes it longer."
  return new Errors.Banned({
    ...replyOf(sent, answer, reasonOf(sent, answer, body), code, hint),
    ...(until === undefined ? {} : { until })
  })
}

const requestIpOf = (reason: string): { readonly requestIp?: string } => {
  const ip = /request ip: ([0-9a-fA-F.:]+)/.exec(reason)?.[1]
  return ip === undefined ? {} : { requestIp: ip }
}

export const judge = (sent: Sent, answer: Answer, body: unknown, notJson: string | undefined): Verdict => {
  const { status } = answer
  const code = codeOf(body)
  if (status >= 200 && status < 300) {
    if (notJson !== undefined) return { _tag: "Unreadable", issue: notJson }
    return code !== undefined && isErrorCode(code) ? byCode(sent, answer, body, code) : { _tag: "Answered", body }
  }
  // Whoever says until when is banned, whatever the status.
  if (status === 418 || (status === 429 && statedUntil(answer) !== undefined)) {
    return { _tag: "Refused", error: banned(sent, answer, body, code) }
  }
  if (status === 429) return { _tag: "Refused", error: rateLimited(sent, answer, body, code) }
  return code === undefined ? byStatus(sent, answer, body, code) : byCode(sent, answer, body, code)
}

const reasonOf = (sent: Sent, answer: Answer, body: unknown): string => {
  const message = field(body, "msg")
  return excerpt(sent, typeof message === "string" ? message : answer.text) || "(no text)"
}

type Reply = ReturnType<typeof replyOf>

const replyOf = (sent: Sent, answer: Answer, reason: string, code: number | undefined, hint: string) => ({
  ...originOf(sent),
  status: answer.status,
  reason,
  hint,
  ...(code === undefined ? {} : { code }),
  ...requestIdOf(sent, answer)
})

const rateLimited = (sent: Sent, answer: Answer, body: unknown, code: number | undefined): Errors.RateLimited => {
  const reason = reasonOf(sent, answer, body)
  const hint = code === undefined ? "Wait for the next minute and lower the call rate." : codes.remedy(code)
  return new Errors.RateLimited({
    ...replyOf(sent, answer, reason, code, hint),
    budget: code === -1015 || code === -5041 ? "orders" : "weight",
    ...retryAfterOf(sent, answer)
  })
}

const endpointGone = -21015

const byCode = (sent: Sent, answer: Answer, body: unknown, code: number): Verdict => {
  const reason = reasonOf(sent, answer, body)
  const reply = replyOf(sent, answer, reason, code, codes.remedy(code))
  const refused = (error: SharedError): Verdict => ({ _tag: "Refused", error })
  if (code === endpointGone) return refused(retired(sent, (hint) => ({ ...reply, hint })))
  switch (codes.classOf(code)) {
    case undefined:
      // A code nobody documents is kept as it is, and the status speaks.
      return byStatus(sent, answer, body, code)
    case "auth":
      return refused(new Errors.Unauthorized({ ...reply, ...requestIpOf(reason) }))
    case "clock":
      return refused(new Errors.ClockSkewed({ ...reply, offsetMillis: sent.offsetMillis }))
    case "rate-limit":
      return refused(
        statedUntil(answer) === undefined
          ? rateLimited(sent, answer, body, code)
          : banned(sent, answer, body, code)
      )
    case "overload":
      // The exchange's own words for it come with 503; behind another failing status something in between may speak.
      return answer.status === 503 || (answer.status < 500 && answer.status !== 408)
        ? refused(new Errors.Unavailable({ ...reply, ...retryAfterOf(sent, answer) }))
        : { _tag: "Undecided", code, reason }
    case "server-failure":
      return provesFailure(answer.status, reason)
        ? refused(new Errors.Unavailable({ ...reply, ...retryAfterOf(sent, answer), hint: notCarriedOut }))
        : { _tag: "Undecided", code, reason }
    case "unknown-outcome":
      return { _tag: "Undecided", code, reason }
    case "not-found":
      return refused(new Errors.NotFound(reply))
    default: {
      const why = sent.endpoint.orders > 0 ? codes.refusalOf(code, reason) : undefined
      return why === undefined ? refused(new Errors.Rejected(reply)) : { _tag: "RefusedOrder", reply, why }
    }
  }
}

const blocked = "Stop for some minutes; check the egress address, and that nothing odd is in the request."

const notCarriedOut = "The request was not carried out; try again after a pause."

// The exchange's own words for "failed". The same in a page of some proxy prove nothing, so they must be all there is.
const failed = /^(?:Service Unavailable\.|Internal error; unable to process your request\..*)$/i

// A gateway that gave up waiting (408, 500, 502, 504) may show the code of a failure while the request goes on behind it.
const provesFailure = (status: number, reason: string): boolean =>
  status === 503 ? failed.test(reason) : status < 500 && status !== 408

// Where no known code speaks the status does, and for 503 its text: one means "failed", the other "nobody knows".
const byStatus = (sent: Sent, answer: Answer, body: unknown, code: number | undefined): Verdict => {
  const { status } = answer
  const reason = reasonOf(sent, answer, body)
  const reply = (hint: string) => replyOf(sent, answer, reason, code, hint)
  const refused = (error: SharedError): Verdict => ({ _tag: "Refused", error })
  if (status === 401) return refused(new Errors.Unauthorized(reply(codes.remedy(-2015))))
  // A firewall writes no codes.
  if (status === 403 && code === undefined) return refused(new Errors.Blocked(reply(blocked)))
  if (status === 404 || status === 410) return refused(retired(sent, reply))
  if (status === 503 && failed.test(reason)) {
    return refused(new Errors.Unavailable({ ...reply(notCarriedOut), ...retryAfterOf(sent, answer) }))
  }
  if (status >= 400 && status < 500 && status !== 408) {
    const hint = code === undefined ? "Look at the text: it may come from a proxy in between." : codes.remedy(code)
    return refused(new Errors.Rejected(reply(hint)))
  }
  // A refusal may come with the status of a success; that an unknown code means one is a guess, good enough for a read.
  if (code !== undefined && status >= 200 && status < 300 && sent.endpoint.safety === "read") {
    return refused(new Errors.Rejected(reply(codes.remedy(code))))
  }
  return { _tag: "Undecided", code, reason }
}

const retired = (sent: Sent, reply: (hint: string) => ReturnType<typeof replyOf>): Errors.EndpointRetired => {
  const { status } = sent.endpoint
  const replacement = status._tag === "Deprecated" ? status.replacement : undefined
  return new Errors.EndpointRetired({
    ...reply(replacement === undefined ? "Check the base address of the environment." : `Use ${replacement}.`),
    ...(replacement === undefined ? {} : { replacement })
  })
}
