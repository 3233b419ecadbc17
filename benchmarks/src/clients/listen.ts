/** How this project listens to a user data stream. */
import * as Environment from "@effect-binance/core/Environment"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as AccountFacts from "@effect-binance/portfolio-margin/AccountFacts"
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import * as AccountState from "@effect-binance/portfolio-margin/AccountState"
import * as Events from "@effect-binance/portfolio-margin/Events"
import { UserDataStream } from "@effect-binance/portfolio-margin/UserDataStream"
import * as SimulatedClient from "@effect-binance/simulator/SimulatedClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Result from "effect/Result"
import * as Socket from "effect/socket/Socket"
import type { Listener } from "../client.ts"

/** A frame's text, read, decoded, and applied to the account. */
export const read = (): Listener => {
  let state = AccountState.make()
  return {
    take: (frames, last) => {
      for (const frame of frames) {
        const event = Events.decode(Result.getOrThrow(LosslessJson.parse(frame)))
        if (event._tag === "UnknownEvent" || event._tag === "MalformedFrame") throw new Error(event._tag)
        for (const fact of AccountFacts.ofEvent(event)) state = AccountState.apply(state, fact)[0]
      }
      if (AccountState.orderByClientId(state.account, last) === undefined) throw new Error(`${last} is unknown`)
    },
    close: async () => {}
  }
}

type Receive = (data: string) => void

// A WebSocket that receives what it is told to.
const fed = (opened: (receive: Receive) => void): Socket.WebSocketLike => {
  const messages = new Set<(event: Socket.WebSocketEvent) => void>()
  const receive = (data: string): void => {
    for (const listener of messages) listener({ type: "message", data })
  }
  opened(receive)
  return {
    readyState: 1,
    addEventListener: (type, listener) => void (type === "message" && messages.add(listener)),
    removeEventListener: (_, listener) => void messages.delete(listener),
    send: () => {},
    close: () => {}
  }
}

// As many frames as one read of a busy socket has.
const atOnce = 64

/** A mirror of the stream; what the mirror asks for by REST at first is answered by the simulator. */
export const whole = async (): Promise<Listener> => {
  let receive: Receive = () => {}
  const runtime = ManagedRuntime.make(
    AccountMirror.layer().pipe(
      Layer.provideMerge(UserDataStream.layerEnvironment({ checkAfter: "never" })),
      Layer.provide(Layer.succeed(Environment.Environment, Environment.simulator())),
      Layer.provide(Layer.succeed(Socket.WebSocketConstructor, () => fed((feed) => void (receive = feed)))),
      Layer.provide(SimulatedClient.layer({ limits: "off" }))
    )
  )
  const mirror = await runtime.runPromise(Effect.service(AccountMirror))
  const stream = await runtime.runPromise(Effect.service(UserDataStream))
  await runtime.runPromise(mirror.awaitLive)
  return {
    take: async (frames, last) => {
      const applied = runtime.runPromise(mirror.awaitOrder({ clientOrderId: last }, () => true))
      for (let index = 0; index < frames.length; index += atOnce) {
        for (const frame of frames.slice(index, index + atOnce)) receive(frame)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await applied
      const { counts } = await runtime.runPromise(stream.state)
      if (counts.gaps + counts.duplicates + counts.malformed > 0) throw new Error(JSON.stringify(counts))
    },
    close: () => runtime.dispose()
  }
}
