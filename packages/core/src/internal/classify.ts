import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { ReadError } from "../BinanceError.ts"
import * as Errors from "../BinanceError.ts"
import type { Described } from "../Endpoint.ts"
import * as ErrorTable from "../ErrorTable.ts"
import type { Answer } from "./http.ts"

/** What is known about the call whose answer is read. */
export interface Sent {
  readonly endpoint: Described
  readonly attempts: number
  readonly offsetMillis: number
  readonly scrub: (text: string) => string
}

/** The errors that mean the same for a read and for a mutation. */
export type SharedError = Exclude<ReadError, Errors.InvalidResponse | Errors.InvalidRequest>

/**
 * What an answer proves: an `Answered` call succeeded as far as the exchange is concerned; a `Refused` one was not carried
 * out; `Undecided` says nothing about whether it was; `Unreadable` was answered as if it had succeeded, but not in JSON.
 */
export type Verdict =
  | { readonly _tag: "Answered"; readonly body: unknown }
  | { readonly _tag: "Refused"; readonly error: SharedError }
  | { readonly _tag: "Undecided"; readonly code: number | undefined; readonly reason: string }
  | { readonly _tag: "Unreadable"; readonly issue: string }

const field = (body: unknown, key: string): unknown =>
  typeof body === "object" && body !== null && !Array.isArray(body) ? Reflect.get(body, key) : undefined

const codeOf = (body: unknown): number | undefined => {
  const code = field(body, "code")
  const value = typeof code === "string" && /^-?\d+$/.test(code) ? Number(code) : code
  return typeof value === "number" ? value : undefined
}

// Replies that succeeded may carry a code too (200, "200", 0). Margin codes come as 51xxx, without the minus sign.
const isErrorCode = (code: number): boolean => code < 0 || (code >= 51_000 && code < 52_000)

const excerptLength = 200

export const excerpt = (sent: Pick<Sent, "scrub">, text: string): string => {
  const flat = sent.scrub(text).replace(/\s+/g, " ").trim()
  return flat.length > excerptLength ? `${flat.slice(0, excerptLength)}…` : flat
}

export const requestIdOf = (answer: Answer): { readonly requestId?: string } => {
  const id = answer.headers["x-mbx-uuid"]
  return id === undefined ? {} : { requestId: id }
}

const retryAfterOf = (answer: Answer): { readonly retryAfter?: Duration.Duration } => {
  const seconds = Number(answer.headers["retry-after"] ?? NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfter: Duration.seconds(seconds) } : {}
}

const untilOf = (answer: Answer): { readonly until?: DateTime.Utc } => {
  const inText = /banned until (\d{13})/.exec(answer.text)?.[1]
  return inText === undefined ? {} : { until: DateTime.makeUnsafe(Number(inText)) }
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
  if (status === 418) {
    const text = reasonOf(sent, answer, body)
    return {
      _tag: "Refused",
      error: new Errors.Banned({
        ...replyOf(sent, answer, text, code, "Send nothing until the ban ends: every request makes it longer."),
        ...untilOf(answer)
      })
    }
  }
  if (status === 429) return { _tag: "Refused", error: rateLimited(sent, answer, body, code) }
  if (code !== undefined) return byCode(sent, answer, body, code)
  return byStatus(sent, answer, body)
}

const reasonOf = (sent: Sent, answer: Answer, body: unknown): string => {
  const message = field(body, "msg")
  return excerpt(sent, typeof message === "string" ? message : answer.text) || "(no text)"
}

const replyOf = (sent: Sent, answer: Answer, reason: string, code: number | undefined, hint: string) => ({
  endpoint: sent.endpoint.id,
  request: sent.endpoint.request,
  attempts: sent.attempts,
  status: answer.status,
  reason,
  hint,
  ...(code === undefined ? {} : { code }),
  ...requestIdOf(answer)
})

const rateLimited = (sent: Sent, answer: Answer, body: unknown, code: number | undefined): Errors.RateLimited => {
  const reason = reasonOf(sent, answer, body)
  const hint = code === undefined ? "Wait for the next minute and lower the call rate." : ErrorTable.remedy(code)
  return new Errors.RateLimited({
    ...replyOf(sent, answer, reason, code, hint),
    budget: code === -1015 || code === -5041 ? "orders" : "weight",
    ...retryAfterOf(answer)
  })
}

const byCode = (sent: Sent, answer: Answer, body: unknown, code: number): Verdict => {
  const reason = reasonOf(sent, answer, body)
  const entry = ErrorTable.find(code)
  const reply = replyOf(sent, answer, reason, code, ErrorTable.remedy(code))
  const refused = (error: SharedError): Verdict => ({ _tag: "Refused", error })
  switch (entry?.class) {
    case undefined:
      // A code nobody documents is kept as it is. With a status that says the server failed it proves nothing.
      return answer.status >= 500 ? { _tag: "Undecided", code, reason } : refused(new Errors.Rejected(reply))
    case "auth":
      return refused(new Errors.Unauthorized({ ...reply, ...requestIpOf(reason) }))
    case "clock":
      return refused(new Errors.ClockSkewed({ ...reply, offsetMillis: sent.offsetMillis }))
    case "rate-limit":
      return refused(
        "until" in untilOf(answer)
          ? new Errors.Banned({ ...reply, ...untilOf(answer) })
          : rateLimited(sent, answer, body, code)
      )
    case "overload":
    case "server-failure":
      return refused(new Errors.Unavailable(reply))
    case "unknown-outcome":
      return { _tag: "Undecided", code, reason }
    case "not-found":
      return refused(new Errors.NotFound(reply))
    default:
      return refused(new Errors.Rejected(reply))
  }
}

// Without a code the status speaks, and for 503 its text: one means "failed", the other "nobody knows".
const byStatus = (sent: Sent, answer: Answer, body: unknown): Verdict => {
  const { status } = answer
  const reason = reasonOf(sent, answer, body)
  const reply = (hint: string) => replyOf(sent, answer, reason, undefined, hint)
  const refused = (error: SharedError): Verdict => ({ _tag: "Refused", error })
  if (status === 401) return refused(new Errors.Unauthorized(reply(ErrorTable.remedy(-2015))))
  if (status === 403) {
    return refused(
      new Errors.Blocked(
        reply("Stop for some minutes; check the egress address, and that nothing odd is in the request.")
      )
    )
  }
  if (status === 404 || status === 410) {
    const { status: served } = sent.endpoint
    const replacement = served._tag === "Deprecated" ? served.replacement : undefined
    return refused(
      new Errors.EndpointRetired({
        ...reply(replacement === undefined ? "Check the base address of the environment." : `Use ${replacement}.`),
        ...(replacement === undefined ? {} : { replacement })
      })
    )
  }
  if (status === 503 && /Service Unavailable\.?|Internal error; unable to process/i.test(answer.text)) {
    if (!/Unknown error/i.test(answer.text)) {
      return refused(new Errors.Unavailable(reply("The request was not carried out; try again after a pause.")))
    }
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return refused(new Errors.Rejected(reply("Look at the text: it may come from a proxy in between.")))
  }
  return { _tag: "Undecided", code: undefined, reason }
}
