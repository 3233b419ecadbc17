import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as ListenKeys from "../ListenKeys.ts"
import type { Opened, OpenStream, StreamConnection } from "../StreamConnection.ts"
import type { StreamEvent } from "../StreamEvent.ts"
import type * as StreamFault from "../StreamFault.ts"
import type { StreamRules } from "../StreamRules.ts"
import type { ClientFrame, DataFrame, ServerFrame, StreamRequest, WireResponse } from "../Wire.ts"
import * as Json from "./json.ts"
import * as Strikes from "./strikes.ts"
import * as Subscriptions from "./subscriptions.ts"

// Everything here happens at once, at a time that comes with the call: what one call leads to is done when it returns, so
// that the order of calls is the order of frames.

interface Line {
  readonly id: number
  readonly openedAt: number
  readonly streams: Set<string>
  combined: boolean
  state: "open" | "held" | "over"
  waiting: Array<ServerFrame>
  size: number
  wake: (() => void) | undefined
  pingAt: number
  pings: Array<{ readonly payload: string; readonly at: number }>
  arrivals: Array<number>
}

/** A fault that waits to strike, and what it holds back meanwhile. */
interface Standing<F> {
  readonly fault: F
  readonly strikes: Strikes.Strikes
  readonly heldBack: Array<() => void>
}

const stand = <F extends typeof StreamFault.OpeningFault.Type | typeof StreamFault.EventFault.Type>(
  fault: F
): Standing<F> => ({ fault, strikes: Strikes.make(fault), heldBack: [] })

/** Whether a fault that matches strikes; counts the match. */
const strike = <F>({ strikes }: Standing<F>): boolean => {
  const struck = strikes.hits()
  if (struck) strikes.spend()
  return struck
}

/** The faults that still have something to strike. */
const unspent = <F>(standing: ReadonlyArray<Standing<F>>): Array<Standing<F>> =>
  standing.filter(({ strikes }) => !strikes.isSpent())

const policyViolation = 1008

const second = 1000

const text = (value: string): DataFrame => ({ _tag: "Text", text: value })

const sizeOf = (frame: ServerFrame): number =>
  frame._tag === "Text" ? frame.text.length : frame._tag === "Binary" ? frame.bytes.byteLength : 0

const html = (status: number): WireResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<html><body><h1>${status}</h1></body></html>`
})

interface Target {
  readonly combined: boolean
  readonly streams: ReadonlyArray<string>
}

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** What a path leads to; nothing where there is no stream. */
const target = (request: StreamRequest): Target | undefined => {
  const names = (list: string) => list.split("/").filter((name) => name !== "").map(decoded)
  const direct = /^\/pm\/ws(?:\/(.*))?$/.exec(request.path)
  if (direct !== null) return { combined: false, streams: names(direct[1] ?? "") }
  if (!/^\/pm\/stream\/?$/.test(request.path)) return undefined
  const given = request.query.split("&").find((pair) => pair.startsWith("streams="))
  return { combined: true, streams: given === undefined ? [] : names(given.slice("streams=".length)) }
}

export interface Hub {
  readonly listenKeys: () => ListenKeys.ListenKeys
  readonly setListenKeys: (keys: ListenKeys.ListenKeys) => void
  readonly open: (request: StreamRequest, now: number) => Opened
  readonly publish: (events: ReadonlyArray<StreamEvent>, now: number) => void
  readonly inject: (fault: StreamFault.StreamFault, now: number) => void
  /** Ends the faults that wait to strike; what they hold back goes out. */
  readonly clearFaults: () => void
  /** Does what fell due up to a time. */
  readonly advance: (now: number) => void
  /** Whether any connection is open. */
  readonly isHeard: () => boolean
  /** When something falls due next. */
  readonly due: () => number
  readonly seen: () => ReadonlyArray<OpenStream>
  /** Ends all connections that are not held. */
  readonly cutAll: () => void
}

export const make = (
  rules: StreamRules,
  /** Runs what a client does, as any other change of the exchange. */
  act: (change: (now: number) => void) => Effect.Effect<void>
): Hub => {
  const lines = new Map<number, Line>()
  let opened = 0
  let keys = ListenKeys.none
  let openings: Array<Standing<typeof StreamFault.OpeningFault.Type>> = []
  let eventFaults: Array<Standing<typeof StreamFault.EventFault.Type>> = []
  let delayed: Array<{ readonly at: number; readonly send: () => void }> = []

  const ownerOf = (stream: string): string | undefined => {
    for (const { accountId, key } of keys.byAccount.values()) if (key === stream) return accountId
    return undefined
  }

  const ownersOf = (line: Line): ReadonlyArray<string> =>
    [...line.streams].flatMap((stream) => {
      const owner = ownerOf(stream)
      return owner === undefined ? [] : [owner]
    })

  const put = (line: Line, frame: ServerFrame): void => {
    line.waiting.push(frame)
    line.size += sizeOf(frame)
    line.wake?.()
  }

  const finish = (line: Line, frame: ServerFrame): void => {
    if (line.state !== "open") return
    line.state = frame._tag === "Hold" ? "held" : "over"
    line.pings = []
    if (line.state === "over") lines.delete(line.id)
    put(line, frame)
  }

  const push = (line: Line, frame: ServerFrame): void => {
    if (line.state !== "open") return
    if (line.size > rules.maxBuffered) {
      line.waiting = []
      line.size = 0
      return finish(line, { _tag: "Close", code: policyViolation, reason: "Too slow" })
    }
    put(line, frame)
  }

  const ping = (line: Line, payload: string, now: number): void => {
    if (line.state !== "open") return
    line.pings.push({ payload, at: now })
    push(line, { _tag: "Ping", payload })
  }

  const carryOut = (line: Line, action: StreamFault.ConnectionAction, now: number): void => {
    switch (action._tag) {
      case "Cut":
      case "Hold":
        return finish(line, { _tag: action._tag })
      case "Close":
        return finish(line, { _tag: "Close", code: action.code, reason: action.reason ?? "" })
      case "Send":
        return push(line, action.frame)
      case "Ping":
        return ping(line, action.payload, now)
      case "ServerShutdown":
        return push(line, text(Json.write({ e: "serverShutdown", E: now })))
    }
  }

  const listeners = (key: string): ReadonlyArray<Line> =>
    [...lines.values()].filter((line) => line.state === "open" && line.streams.has(key))

  const faultFor = (event: StreamEvent, heard: ReadonlyArray<Line>) => {
    if (eventFaults.length === 0) return undefined
    return eventFaults.find((standing) => {
      const { accountId, connection, event: name } = standing.fault
      return (accountId === undefined || accountId === event.accountId)
        && (name === undefined || name === event.payload.e)
        && (connection === undefined || heard.some(({ id }) => id === connection))
        && strike(standing)
    })
  }

  const publishOne = (event: StreamEvent, key: string, now: number): void => {
    const heard = listeners(key)
    if (heard.length === 0) return
    const json = Json.write(event.payload)
    const wording = (line: Line): string => line.combined ? `{"stream":${JSON.stringify(key)},"data":${json}}` : json
    const tell = (line: Line): void => push(line, text(wording(line)))
    const standing = faultFor(event, heard)
    if (standing === undefined) return heard.forEach(tell)
    const { action, connection } = standing.fault
    const struck = connection === undefined ? heard : heard.filter(({ id }) => id === connection)
    for (const line of heard) if (!struck.includes(line)) tell(line)
    switch (action._tag) {
      case "Lose":
        break
      case "Duplicate":
        for (let copy = 0; copy <= (action.copies ?? 1); copy++) struck.forEach(tell)
        break
      case "Delay":
        delayed.push({ at: now + action.millis, send: () => struck.forEach(tell) })
        break
      case "Reorder":
        standing.heldBack.push(() => struck.forEach(tell))
        if (standing.strikes.isSpent()) { for (const send of standing.heldBack.splice(0).toReversed()) send() }
        break
      case "Truncate":
        for (const line of struck) push(line, text(wording(line).slice(0, Math.floor(wording(line).length / 2))))
        break
      case "Replace":
        for (const line of struck) push(line, action.frame)
        break
      default:
        for (const line of struck) carryOut(line, action, now)
        struck.forEach(tell)
    }
    eventFaults = unspent(eventFaults)
  }

  const publish = (events: ReadonlyArray<StreamEvent>, now: number): void => {
    if (lines.size === 0) return
    for (const event of events) {
      const listenKey = keys.byAccount.get(event.accountId)
      if (listenKey !== undefined) publishOne(event, listenKey.key, now)
    }
  }

  const expire = (over: ReadonlyArray<ListenKeys.ListenKey>, now: number): void => {
    for (const { accountId, key } of over) {
      publishOne({ accountId, payload: { e: "listenKeyExpired", E: now } }, key, now)
    }
  }

  const advanceLine = (line: Line, now: number): void => {
    if (line.state !== "open") return
    const unanswered = line.pings[0]
    if (now >= line.openedAt + rules.connectionLife) {
      finish(line, { _tag: "Close", ...rules.endOfLife })
    } else if (unanswered !== undefined && now >= unanswered.at + rules.pongWithin) {
      finish(line, { _tag: "Close", code: policyViolation, reason: "Pong timeout" })
    } else if (now >= line.pingAt) {
      line.pingAt = now + rules.pingEvery
      ping(line, String(now), now)
    }
  }

  const advance = (now: number): void => {
    const [left, over] = ListenKeys.expire(keys, now)
    expire(over, now)
    keys = left
    if (delayed.length > 0) {
      const ready = delayed.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
      delayed = delayed.filter(({ at }) => at > now)
      for (const { send } of ready) send()
    }
    for (const line of lines.values()) advanceLine(line, now)
  }

  const due = (): number => {
    let next = ListenKeys.nextExpiry(keys)
    for (const { at } of delayed) next = Math.min(next, at)
    for (const line of lines.values()) {
      if (line.state !== "open") continue
      const deadline = line.pings[0] === undefined ? Infinity : line.pings[0].at + rules.pongWithin
      next = Math.min(next, line.pingAt, line.openedAt + rules.connectionLife, deadline)
    }
    return next
  }

  const subscribe = (line: Line, streams: ReadonlyArray<string>): boolean => {
    const wanted = new Set([...line.streams, ...streams])
    if (wanted.size > rules.maxStreams) return false
    for (const stream of wanted) line.streams.add(stream)
    return true
  }

  const serve = (line: Line, message: string): string => {
    const { id, request } = Subscriptions.receive(message)
    if (Result.isFailure(request)) return Subscriptions.refusal(id, request.failure)
    const asked = request.success
    switch (asked._tag) {
      case "Subscribe":
        return subscribe(line, asked.streams)
          ? Subscriptions.reply(id, null)
          : Subscriptions.refusal(id, { code: 2, msg: "Invalid request: too many streams" })
      case "Unsubscribe":
        for (const stream of asked.streams) line.streams.delete(stream)
        return Subscriptions.reply(id, null)
      case "List":
        return Subscriptions.reply(id, [...line.streams])
      case "SetCombined":
        line.combined = asked.combined
        return Subscriptions.reply(id, null)
      case "GetCombined":
        return Subscriptions.reply(id, line.combined)
    }
  }

  const receive = (line: Line, frame: ClientFrame, now: number): void => {
    if (line.state !== "open") return
    if (frame._tag === "Close") {
      return finish(line, { _tag: "Close", code: frame.code === 1005 ? 1000 : frame.code, reason: frame.reason })
    }
    line.arrivals = [...line.arrivals.filter((at) => at > now - second), now]
    if (line.arrivals.length > rules.maxIncomingPerSecond) {
      return finish(line, { _tag: "Close", code: policyViolation, reason: "Too many requests" })
    }
    switch (frame._tag) {
      case "Ping":
        return push(line, { _tag: "Pong", payload: frame.payload })
      case "Pong": {
        // One with another payload, or one that was not asked for, proves nothing.
        const answered = line.pings.findIndex(({ payload }) => payload === frame.payload)
        line.pings = line.pings.slice(answered + 1)
        return
      }
      case "Text":
        return frame.text.length > rules.maxMessageBytes
          ? finish(line, { _tag: "Close", code: 1009, reason: "" })
          : push(line, text(serve(line, frame.text)))
      case "Binary":
        return push(line, text(Subscriptions.refusal(undefined, { code: 3, msg: "Invalid JSON: expected text" })))
    }
  }

  const take = (line: Line): StreamConnection["take"] =>
    Effect.callback((resume) => {
      const look = (): void => {
        const [first, ...more] = line.waiting
        if (first === undefined) return
        line.waiting = []
        line.size = 0
        line.wake = undefined
        resume(Effect.succeed([first, ...more]))
      }
      line.wake = look
      look()
      return Effect.sync(() => {
        line.wake = undefined
      })
    })

  const open = (request: StreamRequest, now: number): Opened => {
    const wanted = target(request)
    if (wanted === undefined) return { _tag: "Refused", response: html(404) }
    const owners = new Set(wanted.streams.map(ownerOf))
    const standing = openings.find((standing) => {
      const { accountId } = standing.fault
      return (accountId === undefined || owners.has(accountId)) && strike(standing)
    })
    openings = unspent(openings)
    if (standing !== undefined) {
      const { action } = standing.fault
      if (action._tag !== "Refuse") return { _tag: action._tag === "Cut" ? "Cut" : "Stalled" }
      const response = html(action.status)
      return {
        _tag: "Refused",
        response: {
          ...response,
          headers: { ...response.headers, ...action.headers },
          body: action.body ?? response.body
        }
      }
    }
    if (wanted.streams.length > rules.maxStreams) return { _tag: "Refused", response: html(400) }
    if (rules.refuseUnknownKeys && owners.has(undefined)) {
      return {
        _tag: "Refused",
        response: {
          status: 400,
          headers: { "content-type": "application/json;charset=UTF-8" },
          body: JSON.stringify(ListenKeys.unknown)
        }
      }
    }
    const line: Line = {
      id: ++opened,
      openedAt: now,
      streams: new Set(wanted.streams),
      combined: wanted.combined,
      state: "open",
      waiting: [],
      size: 0,
      wake: undefined,
      pingAt: now + rules.pingEvery,
      pings: [],
      arrivals: []
    }
    lines.set(line.id, line)
    return {
      _tag: "Accepted",
      connection: {
        id: line.id,
        take: take(line),
        receive: (frame) => act((now) => receive(line, frame, now)),
        lost: act(() => {
          line.state = "over"
          lines.delete(line.id)
        })
      }
    }
  }

  const inject = (fault: StreamFault.StreamFault, now: number): void => {
    switch (fault._tag) {
      case "OpeningFault":
        openings.push(stand(fault))
        return
      case "EventFault":
        eventFaults.push(stand(fault))
        return
      case "ConnectionFault":
        for (const line of lines.values()) {
          if (fault.connection !== undefined && fault.connection !== line.id) continue
          if (fault.accountId !== undefined && !ownersOf(line).includes(fault.accountId)) continue
          carryOut(line, fault.action, now)
        }
        return
      case "ListenKeyFault": {
        const struck = [...keys.byAccount.values()].filter(({ accountId }) =>
          fault.accountId === undefined || fault.accountId === accountId
        )
        if (fault.action === "Expire") expire(struck, now)
        keys = struck.reduce((left, { accountId }) => ListenKeys.without(left, accountId), keys)
      }
    }
  }

  const clearFaults = (): void => {
    openings = []
    for (const { heldBack } of eventFaults) for (const send of heldBack.splice(0).toReversed()) send()
    eventFaults = []
  }

  return {
    listenKeys: () => keys,
    setListenKeys: (next) => {
      keys = next
    },
    open,
    publish,
    inject,
    clearFaults,
    advance,
    isHeard: () => lines.size > 0,
    due,
    seen: () =>
      [...lines.values()].map((line) => ({
        connection: line.id,
        accountIds: ownersOf(line),
        streams: line.streams.size,
        combined: line.combined,
        openedAt: line.openedAt,
        unanswered: line.pings.length,
        held: line.state === "held"
      })),
    cutAll: () => {
      for (const line of lines.values()) finish(line, { _tag: "Cut" })
    }
  }
}
