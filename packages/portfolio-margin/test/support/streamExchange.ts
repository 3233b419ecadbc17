/**
 * An exchange with a user data stream, of a few lines: its REST answers come from a book that a test writes, its WebSockets are
 * driven by the test, and both are counted.
 */
import * as Environment from "@effect-binance/core/Environment"
import { Signer } from "@effect-binance/core/Signer"
import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import { account } from "./exchange.ts"
import { samplesOf } from "./fixtures.ts"
import type { Json } from "./json.ts"

type Kind = "open" | "message" | "error" | "close"

/** How many requests were answered so far, by all exchanges: while it grows, something is under way. */
export const answered = { count: 0 }

const kinds = ["open", "message", "close"] as const

/** A WebSocket whose other end is the test. */
export interface FakeSocket extends Socket.WebSocketLike {
  readonly url: string
  /** What the client sent. */
  readonly sent: Array<string>
  /** Lets the connection stand, delivers a frame, ends it. */
  readonly accept: () => void
  readonly deliver: (data: unknown) => void
  readonly end: (code: number, reason?: string) => void
  readonly fail: (message: string) => void
  /** Whether the client has let it go. */
  readonly closedByClient: () => boolean
  readonly listening: () => number
}

const makeSocket = (url: string, received: (socket: FakeSocket, text: string) => void): FakeSocket => {
  const listeners = new Map<
    Kind,
    Array<{ readonly listener: (event: Socket.WebSocketEvent) => void; readonly once: boolean }>
  >()
  let readyState = 0
  let closed = false
  const emit = (type: Kind, event: Socket.WebSocketEvent & { readonly message?: string }): void => {
    const told = listeners.get(type) ?? []
    listeners.set(type, told.filter(({ once }) => !once))
    for (const { listener } of told) listener({ type, ...event })
  }
  const socket: FakeSocket = {
    url,
    sent: [],
    get readyState() {
      return readyState
    },
    addEventListener: (type, listener, options) => {
      listeners.set(type, [...(listeners.get(type) ?? []), { listener, once: options?.once === true }])
    },
    removeEventListener: (type, listener) => {
      listeners.set(type, (listeners.get(type) ?? []).filter((one) => one.listener !== listener))
    },
    send: (data) => {
      const text = typeof data === "string" ? data : ""
      socket.sent.push(text)
      received(socket, text)
    },
    close: () => {
      closed = true
      readyState = 3
    },
    accept: () => {
      readyState = 1
      emit("open", {})
    },
    deliver: (data) =>
      emit("message", { data: typeof data === "string" || data instanceof Uint8Array ? data : JSON.stringify(data) }),
    end: (code, reason) => {
      readyState = 3
      emit("close", reason === undefined ? { code } : { code, reason })
    },
    fail: (message) => {
      emit("error", { message })
      readyState = 3
      emit("close", { code: 1006 })
    },
    closedByClient: () => closed,
    // Of errors one more is listened to, so that late ones are not unhandled.
    listening: () => kinds.reduce((sum, kind) => sum + (listeners.get(kind) ?? []).length, 0)
  }
  return socket
}

/** Rows as the exchange gives them: from an id on, or of a period. */
export const history =
  (rows: ReadonlyArray<{ readonly [name: string]: unknown }>) => (params: URLSearchParams): Answer => {
    const value = (name: string): number | undefined => {
      const text = params.get(name)
      return text === null ? undefined : Number(text)
    }
    const [from, start, end] = [value("fromId") ?? value("orderId"), value("startTime"), value("endTime")]
    return JSON.parse(JSON.stringify(rows.filter((row) => {
      const id = Number(row.id ?? row.orderId)
      const time = Number(row.time)
      return from !== undefined
        ? id >= from
        : (start === undefined || time >= start) && (end === undefined || time <= end)
    })))
  }

/** Rows as JSON. */
export const json = (value: unknown): Json => JSON.parse(JSON.stringify(value))

type Answer = Json | {
  readonly status: number
  readonly body: Json
  readonly headers?: { readonly [name: string]: string }
}

const isRefusal = (
  answer: Answer
): answer is { readonly status: number; readonly body: Json; readonly headers?: { readonly [name: string]: string } } =>
  typeof answer === "object" && answer !== null && "status" in answer && typeof answer.status === "number" &&
  "body" in answer

/** The exchange. `answers` are by method and path; a function sees the parameters. */
export const make = () => {
  const sockets: Array<FakeSocket> = []
  const requests: Array<string> = []
  const answers = new Map<string, Answer | ((params: URLSearchParams) => Answer)>()
  const exchange = {
    sockets,
    requests,
    answers,
    key: "k".repeat(64),
    /** What becomes of a new connection. */
    opening: (socket: FakeSocket): void => socket.accept(),
    /** What the exchange does with what a client sends. */
    received: (socket: FakeSocket, text: string): void => {
      const { id } = JSON.parse(text)
      if (text.includes("LIST_SUBSCRIPTIONS") || text.includes("SUBSCRIBE")) socket.deliver({ result: null, id })
    },
    /** The connection made last. */
    last: (): FakeSocket => {
      const socket = sockets.at(-1)
      return socket ?? makeSocket("none", () => {})
    },
    count: (request: string): number => requests.filter((one) => one === request).length
  }
  const lists = new Set([
    "um/openOrders",
    "um/algo/openAlgoOrders",
    "cm/openOrders",
    "cm/conditional/openOrders",
    "margin/openOrders",
    "margin/openOrderList",
    "um/positionRisk",
    "cm/positionRisk",
    "balance",
    "um/income",
    "cm/income",
    "um/allOrders",
    "um/algo/allAlgoOrders",
    "um/userTrades",
    "cm/allOrders",
    "cm/userTrades",
    "cm/conditional/allOrders",
    "margin/allOrders",
    "margin/myTrades"
  ])
  const fallback = (path: string): Answer => {
    const name = path.replace("/papi/v1/", "")
    if (name === "listenKey") return { listenKey: exchange.key }
    if (name === "account") return samplesOf("getAccountInfo")[0]?.body ?? null
    if (name === "um/account" || name === "cm/account") return { assets: [], positions: [] }
    return lists.has(name) ? [] : { status: 400, body: { code: -5000, msg: `not written: ${name}` } }
  }
  const http = HttpClient.make((request) =>
    Effect.sync(() => {
      const url = new URL(request.url)
      const name = `${request.method} ${url.pathname.replace("/papi/v1/", "")}`
      requests.push(name)
      answered.count++
      const written = answers.get(name) ?? fallback(url.pathname)
      const answer = typeof written === "function" ? written(url.searchParams) : written
      return HttpClientResponse.fromWeb(
        request,
        isRefusal(answer)
          ? new Response(JSON.stringify(answer.body), { status: answer.status, headers: answer.headers ?? {} })
          : new Response(JSON.stringify(answer))
      )
    })
  )
  const webSockets = Layer.effect(
    Socket.WebSocketConstructor,
    Effect.map(Clock.Clock, () => (url: string) => {
      const socket = makeSocket(url, (socket, text) => exchange.received(socket, text))
      sockets.push(socket)
      queueMicrotask(() => exchange.opening(socket))
      return socket
    })
  )
  // Signed at once: what a signature by WebCrypto takes is not of the test's clock.
  const client = PortfolioClient.layerSigner({ clock: { source: "local" } }).pipe(
    Layer.provide(Signer.layerCustom({ apiKey: "key-of-one", sign: () => Effect.succeed("00") })),
    Layer.provide(Environment.Environment.layer(account("one")))
  )
  const layer = (options: UserDataStreamOptions = {}) =>
    UserDataStream.layer({ ...account("one"), streamUrl: "wss://one.exchange.example/pm", ...options }).pipe(
      Layer.provideMerge(client),
      Layer.provide(Layer.succeed(HttpClient.HttpClient, http)),
      Layer.provide(webSockets)
    )
  return Object.assign(exchange, { layer })
}
