/**
 * A small exchange for orders, at the level of HTTP: what happens to each request and to each answer is planned, and what
 * stands in its books is the truth that outcomes are held against.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { samplesOf } from "./fixtures.ts"
import { isObject, type Json } from "./json.ts"

/** What the caller sees of a request. */
export type Seen =
  | "answer"
  | "silence"
  | "reset"
  | "unsent"
  | { readonly status: number; readonly body: Json }

/** What happens to one request. */
export interface Plan {
  /** When the exchange gets it, in milliseconds after it was sent; `never` where it is lost on the way. */
  readonly arrives?: number | "never"
  /** Whether it arrives twice, as by a proxy that sends again. */
  readonly twice?: boolean
  /** Refused by the exchange, whatever it is. */
  readonly refused?: { readonly status: number; readonly code: number; readonly msg: string }
  readonly seen?: Seen
  /** When the caller sees it, in milliseconds after the arrival. */
  readonly after?: number
}

/** What happens to all requests, in turn; the last plan of a list holds for the rest. */
export interface World {
  readonly place?: ReadonlyArray<Plan>
  readonly ask?: ReadonlyArray<Plan>
  readonly cancel?: ReadonlyArray<Plan>
  /** How long after its acceptance an order is not shown, in milliseconds. */
  readonly lag?: number
  /** When an order fills, in milliseconds after its acceptance; never when left out. */
  readonly fills?: number
  /** Client order ids of orders that were placed long ago, and how they are. */
  readonly before?: ReadonlyArray<{
    readonly id: string
    readonly kind: Kind
    readonly status: Status
    readonly terms?: { readonly [name: string]: string }
  }>
}

export type Kind = "um" | "cm" | "margin" | "umAlgo" | "cmConditional" | "marginOCO"

export type Status = "NEW" | "FILLED" | "CANCELED"

/** An order in the books. */
export interface Booked {
  readonly kind: Kind
  readonly id: string
  readonly orderId: number
  /** As it was asked for. */
  readonly terms: { readonly [name: string]: string }
  readonly acceptedAt: number
  canceledAt: number | undefined
  fillsAt: number | undefined
}

/** When the exchange opens. */
export const epoch = 1_700_000_000_000

interface Answer {
  readonly status: number
  readonly body: Json
}

interface Received {
  readonly at: number
  readonly carryOut: (at: number) => Answer
  answer: Answer | undefined
}

const kinds: { readonly [path: string]: Kind } = {
  "/papi/v1/um/order": "um",
  "/papi/v1/cm/order": "cm",
  "/papi/v1/margin/order": "margin",
  "/papi/v1/um/algo/order": "umAlgo",
  "/papi/v1/um/algo/algoOrder": "umAlgo",
  "/papi/v1/cm/conditional/order": "cmConditional",
  "/papi/v1/cm/conditional/openOrder": "cmConditional",
  "/papi/v1/cm/conditional/orderHistory": "cmConditional",
  "/papi/v1/margin/order/oco": "marginOCO",
  "/papi/v1/margin/orderList": "marginOCO"
}

const idNames = [
  "listClientOrderId",
  "origClientOrderId",
  "clientAlgoId",
  "newClientStrategyId",
  "newClientOrderId"
]

const names: { readonly [K in Kind]: readonly [place: string, ask: string, cancel: string] } = {
  um: ["submitNewUMOrder", "getUMOrder", "cancelUMOrder"],
  cm: ["submitNewCMOrder", "getCMOrder", "cancelCMOrder"],
  margin: ["submitNewMarginOrder", "getMarginOrder", "cancelMarginOrder"],
  umAlgo: ["submitNewUMAlgoOrder", "getUMAlgoOrder", "cancelUMAlgoOrder"],
  cmConditional: ["submitNewCMConditionalOrder", "getCMConditionalOrderHistory", "cancelCMConditionalOrder"],
  marginOCO: ["submitNewMarginOCO", "getMarginOCO", "cancelMarginOCO"]
}

const refusal = (code: number, msg: string, status = 400): Answer => ({ status, body: { code, msg } })

const duplicate = (kind: Kind): Answer =>
  kind === "margin" || kind === "marginOCO"
    ? refusal(-2010, "Duplicate order sent.")
    : refusal(-4116, "ClientOrderId is duplicated.")

const statusAt = (order: Booked, at: number): Status =>
  order.canceledAt !== undefined ? "CANCELED" : order.fillsAt !== undefined && order.fillsAt <= at ? "FILLED" : "NEW"

const sampleOf = (id: string): { readonly [key: string]: Json } => {
  const body = samplesOf(id)[0]?.body ?? null
  return isObject(body) ? body : {}
}

const show = (order: Booked, step: 0 | 1 | 2, at: number): Json => {
  const sample = sampleOf(names[order.kind][step])
  const status = statusAt(order, at)
  const done = status !== "NEW"
  const { price = "0", quantity = "0", side = "BUY", strategyType = "", symbol = "BTCUSDT", type = "" } = order.terms
  const terms = { symbol, side, price }
  const times = { time: order.acceptedAt, updateTime: at, createTime: order.acceptedAt, bookTime: order.acceptedAt }
  switch (order.kind) {
    case "umAlgo":
      return step === 2
        ? sample
        : {
          ...sample,
          ...terms,
          ...times,
          orderType: type,
          quantity,
          clientAlgoId: order.id,
          algoStatus: status === "FILLED" ? "FINISHED" : status
        }
    case "cmConditional":
      return {
        ...sample,
        ...terms,
        ...times,
        strategyType,
        origQty: quantity,
        newClientStrategyId: order.id,
        strategyStatus: status === "FILLED" ? "TRIGGERED" : status
      }
    case "marginOCO":
      return {
        ...sample,
        listClientOrderId: order.id,
        transactionTime: order.acceptedAt,
        listOrderStatus: done ? "ALL_DONE" : "EXECUTING",
        symbol,
        orders: ["limitClientOrderId", "stopClientOrderId"].map((name, leg) => ({
          symbol,
          orderId: order.orderId + leg + 1,
          clientOrderId: order.terms[name] ?? name
        }))
      }
    default:
      return {
        ...sample,
        ...terms,
        ...times,
        type,
        origQty: quantity,
        clientOrderId: order.id,
        orderId: order.orderId,
        status
      }
  }
}

/** Makes an exchange: an HTTP client to be called by, and its books. */
export const make = (world: World) => {
  const books: Array<Booked> = []
  const sent: Array<string> = []
  const ids = new Set<string>()
  let received: ReadonlyArray<Received> = []
  const counts = { place: 0, ask: 0, cancel: 0 }
  const lag = world.lag ?? 0

  const book = (kind: Kind, id: string, at: number, terms: { readonly [name: string]: string }) => {
    const fillsAt = world.fills === undefined ? undefined : at + world.fills
    const order: Booked = {
      kind,
      id,
      orderId: 100 * (books.length + 1),
      terms,
      acceptedAt: at,
      canceledAt: undefined,
      fillsAt
    }
    books.push(order)
    return order
  }
  for (const { id, kind, status, terms = {} } of world.before ?? []) {
    const order = book(kind, id, epoch - 86_400_000, terms)
    order.canceledAt = status === "CANCELED" ? epoch - 86_300_000 : undefined
    order.fillsAt = status === "FILLED" ? epoch - 86_300_000 : undefined
  }

  const find = (kind: Kind, query: URLSearchParams) => {
    const id = idNames.map((name) => query.get(name)).find((value) => value !== null)
    const orderId = Number(query.get("orderId") ?? Number.NaN)
    if (!Number.isNaN(orderId)) {
      return books.find((one) => one.orderId === orderId || one.orderId + 1 === orderId || one.orderId + 2 === orderId)
    }
    return books.findLast((one) => one.kind === kind && one.id === id)
  }

  /** Does what arrived until now, in the order of arrival. */
  const settle = (now: number) => {
    const due = received.filter((one) => one.at <= now).toSorted((one, other) => one.at - other.at)
    received = received.filter((one) => one.at > now)
    for (const one of due) one.answer = one.carryOut(one.at)
  }

  const outOfTime = (query: URLSearchParams, at: number) =>
    at - Number(query.get("timestamp")) > Number(query.get("recvWindow"))

  const place = (kind: Kind, query: URLSearchParams, plan: Plan) => (at: number): Answer => {
    if (outOfTime(query, at)) return refusal(-1021, "Timestamp for this request is outside of the recvWindow.")
    if (plan.refused !== undefined) return refusal(plan.refused.code, plan.refused.msg, plan.refused.status)
    const id =
      idNames.filter((name) => name !== "origClientOrderId").map((name) => query.get(name)).find((value) =>
        value !== null
      ) ?? ""
    ids.add(id)
    const open = books.find((one) => one.kind === kind && one.id === id && statusAt(one, at) === "NEW")
    return open === undefined
      ? { status: 200, body: show(book(kind, id, at, Object.fromEntries(query)), 0, at) }
      : duplicate(kind)
  }

  const ask = (path: string, kind: Kind, query: URLSearchParams, plan: Plan) => (at: number): Answer => {
    if (plan.refused !== undefined) return refusal(plan.refused.code, plan.refused.msg, plan.refused.status)
    const order = find(kind, query)
    if (order === undefined || at < order.acceptedAt + lag) return refusal(-2013, "Order does not exist.")
    const open = statusAt(order, at) === "NEW"
    if ((path.endsWith("/openOrder") && !open) || (path.endsWith("/orderHistory") && open)) {
      return refusal(-2013, "Order does not exist.")
    }
    const shown = show(order, 1, at)
    return { status: 200, body: kind === "margin" && order.kind === "marginOCO" ? leg(order, at) : shown }
  }

  const leg = (order: Booked, at: number): Json => ({
    ...sampleOf("getMarginOrder"),
    status: statusAt(order, at)
  })

  const cancel = (kind: Kind, query: URLSearchParams, plan: Plan) => (at: number): Answer => {
    if (plan.refused !== undefined) return refusal(plan.refused.code, plan.refused.msg, plan.refused.status)
    const order = find(kind, query)
    if (order === undefined || statusAt(order, at) !== "NEW") return refusal(-2011, "Unknown order sent.")
    order.canceledAt = at
    return { status: 200, body: show(order, 2, at) }
  }

  const client = HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const { pathname, searchParams } = url
      const kind = kinds[pathname] ?? "um"
      const step = request.method === "POST" ? "place" : request.method === "DELETE" ? "cancel" : "ask"
      const plans = world[step] ?? []
      const plan = plans[Math.min(counts[step], plans.length - 1)] ?? {}
      counts[step]++
      sent.push(`${request.method} ${pathname}`)
      const seen = plan.seen ?? "answer"
      const fail = (cause: unknown) =>
        Effect.fail(
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
        )
      if (seen === "unsent") return yield* fail({ code: "ECONNREFUSED", message: "connect ECONNREFUSED" })
      const arrives = plan.arrives ?? 0
      const carryOut = step === "place"
        ? place(kind, searchParams, plan)
        : step === "cancel"
        ? cancel(kind, searchParams, plan)
        : ask(pathname, kind, searchParams, plan)
      const one: Received = { at: arrives === "never" ? Infinity : now + arrives, carryOut, answer: undefined }
      if (arrives !== "never") {
        if (plan.twice === true) received = [...received, { ...one }]
        received = [...received, one]
      }
      const wait = (arrives === "never" ? 0 : seen === "answer" ? arrives : 0) + (plan.after ?? 0)
      if (wait > 0) yield* Effect.sleep(wait)
      settle(yield* Clock.currentTimeMillis)
      if (seen === "silence" || (seen === "answer" && arrives === "never")) return yield* Effect.never
      if (seen === "reset") return yield* fail(new Error("read ECONNRESET"))
      const answer = seen === "answer" ? one.answer ?? refusal(-1000, "?") : seen
      const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body)
      const response = HttpClientResponse.fromWeb(request, new Response(text, { status: answer.status }))
      // The text is there at once, so that nothing but the test clock decides what happens when.
      return Object.defineProperty(response, "text", { value: Effect.succeed(text) })
    })
  )

  return {
    client,
    /** Requests as they were sent: method and path. */
    sent,
    /** Client order ids that orders arrived with. */
    ids,
    counts,
    /** The books once everything that was sent has arrived, without the orders of before. */
    books: () => {
      settle(Number.MAX_SAFE_INTEGER)
      return books.filter((one) => one.acceptedAt >= epoch)
    },
    statusAt
  }
}
