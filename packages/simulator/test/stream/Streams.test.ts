import { PortfolioClient } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as Seed from "@effect-binance/simulator/Seed"
import * as Simulator from "@effect-binance/simulator/Simulator"
import type * as StreamFault from "@effect-binance/simulator/StreamFault"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import * as Faces from "../support/faces.ts"
import * as Streams from "../support/streams.ts"

const begin = 1_790_000_000_000

const flatKey = { apiKey: "flat-key", secret: "flat-secret", accountId: "flat" }

const options: Simulator.SimulatorOptions = {
  accounts: (now) => [Seed.demoAccount("demo", now), Seed.emptyAccount("flat", now)],
  keys: [Simulator.demoKey, flatKey]
}

const onFace =
  (face: Faces.Face, more: Simulator.SimulatorOptions = {}) =>
  <A, E>(self: Effect.Effect<A, E, Faces.World | PortfolioClient>) =>
    Effect.andThen(
      TestClock.setTime(begin),
      self.pipe(Effect.provide(Faces.client()), Effect.provide(Faces.world(face, { ...options, ...more })))
    )

// Made anew, for what is made already belongs to the other account.
const asFlat = Effect.provide(Layer.fresh(Faces.client({ apiKey: flatKey.apiKey, apiSecret: flatKey.secret })))

const leverage = (leverage: number, symbol = "BTCUSDT") =>
  Effect.flatMap(PortfolioClient, (client) => client.updateUMLeverage({ symbol, leverage }))

const change = (leverage: number, symbol = "BTCUSDT", at = begin) => ({
  e: "ACCOUNT_CONFIG_UPDATE",
  fs: "UM",
  E: at,
  T: at,
  ac: { s: symbol, l: leverage }
})

const deposit = (amount: string) =>
  Effect.flatMap(Simulator.Simulator, (exchange) =>
    exchange.apply({
      _tag: "Deposit",
      accountId: "demo",
      wallet: "MARGIN",
      asset: "USDT",
      amount: BigDecimal.fromStringUnsafe(amount)
    }))

const codeOf = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.map(
    Effect.flip(self),
    (error) => typeof error === "object" && error !== null && "code" in error ? error.code : error
  )

describe.each(Faces.faces.filter((face) => face !== "Effect's undici"))(
  "the user data stream by way of: %s",
  (face) => {
    it.effect("a listen key is one of the account, kept alive and ended", () =>
      Effect.gen(function*() {
        const client = yield* PortfolioClient
        assert.strictEqual(yield* codeOf(client.keepAlivePMUserDataListenKey()), -1125)
        assert.strictEqual(yield* codeOf(client.closePMUserDataListenKey()), -1125)
        const first = yield* Streams.listenKey
        assert.match(first, /^[A-Za-z0-9]{64}$/)
        yield* TestClock.adjust("50 minutes")
        assert.strictEqual(yield* Streams.listenKey, first)
        yield* TestClock.adjust("50 minutes")
        yield* client.keepAlivePMUserDataListenKey()
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(yield* Streams.listenKey, first)
        yield* TestClock.adjust("60 minutes")
        assert.strictEqual(yield* codeOf(client.keepAlivePMUserDataListenKey()), -1125)
        const second = yield* Streams.listenKey
        assert.notStrictEqual(second, first)
        yield* client.closePMUserDataListenKey()
        assert.strictEqual(yield* codeOf(client.keepAlivePMUserDataListenKey()), -1125)
        assert.notStrictEqual(yield* Streams.listenKey, second)
      }).pipe(onFace(face)))

    it.effect("the direct form gives the events of its account alone, in order", () =>
      Effect.gen(function*() {
        const demo = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        const flat = yield* Streams.connect(`/ws/${yield* asFlat(Streams.listenKey)}`)
        yield* leverage(9)
        yield* asFlat(leverage(3))
        yield* leverage(11, "ETHUSDT")
        yield* leverage(12)
        assert.deepStrictEqual(
          [yield* demo.next, yield* demo.next, yield* demo.next],
          [change(9), change(11, "ETHUSDT"), change(12)]
        )
        assert.deepStrictEqual(yield* flat.next, change(3))
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("deposits are told of as well", () =>
      Effect.gen(function*() {
        const demo = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        yield* deposit("25.5")
        const balance = yield* demo.next
        const position = yield* demo.next
        assert.deepInclude(balance, { e: "balanceUpdate", a: "USDT", d: "25.50000000" })
        assert.deepInclude(position, { B: [{ a: "USDT", f: "12025.50000000", l: "0.00000000" }] })
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("orders are told of, their ids with all digits", () =>
      Effect.gen(function*() {
        const client = yield* PortfolioClient
        const demo = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        const { orderId } = yield* client.submitNewUMOrder({
          symbol: "BTCUSDC",
          side: "BUY",
          type: "MARKET",
          quantity: "0.01"
        })
        assert.isAbove(Number(orderId), Number.MAX_SAFE_INTEGER)
        const placed = String(yield* demo.frame)
        assert.include(placed, `"e":"ORDER_TRADE_UPDATE"`)
        assert.include(placed, `"i":${orderId},`)
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("the combined form is subscribed to, by path or message", () =>
      Effect.gen(function*() {
        const key = yield* Streams.listenKey
        const byPath = yield* Streams.connect(`/stream?streams=${key}`)
        const byMessage = yield* Streams.connect("/stream")
        assert.deepStrictEqual(yield* byMessage.ask({ method: "LIST_SUBSCRIPTIONS", id: 1 }), { result: [], id: 1 })
        assert.deepStrictEqual(
          yield* byMessage.ask({ method: "SUBSCRIBE", params: [key], id: "mine" }),
          { result: null, id: "mine" }
        )
        assert.deepStrictEqual(yield* byMessage.ask({ method: "LIST_SUBSCRIPTIONS", id: 2 }), { result: [key], id: 2 })
        yield* leverage(9)
        for (const one of [byPath, byMessage]) {
          assert.deepStrictEqual(yield* one.next, { stream: key, data: change(9) })
        }
        yield* byMessage.ask({ method: "UNSUBSCRIBE", params: [key], id: 3 })
        yield* leverage(10)
        assert.deepStrictEqual(yield* byPath.next, { stream: key, data: change(10) })
        assert.deepStrictEqual(yield* byMessage.ask({ method: "LIST_SUBSCRIPTIONS", id: 4 }), { result: [], id: 4 })
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("what it does not understand is answered with an error", () =>
      Effect.gen(function*() {
        const stream = yield* Streams.connect("/stream")
        const answers: Array<unknown> = []
        for (
          const message of [
            "no json",
            "[]",
            `{"method":"SUBSCRIBE","params":"k","id":1}`,
            `{"method":"JUMP","id":2}`,
            `{"method":"LIST_SUBSCRIPTIONS","id":-3}`,
            `{"method":"GET_PROPERTY","params":["combined"],"id":9223372036854775807}`
          ]
        ) {
          yield* stream.send(message)
          answers.push(yield* stream.frame)
        }
        assert.deepStrictEqual(answers, [
          `{"error":{"code":3,"msg":"Invalid JSON: expected value"}}`,
          `{"error":{"code":2,"msg":"Invalid request: expected an object"}}`,
          `{"error":{"code":2,"msg":"Invalid request: params must be an array of stream names"},"id":1}`,
          `{"error":{"code":2,"msg":"Invalid request: unknown variant, expected one of SUBSCRIBE, UNSUBSCRIBE, `
          + `LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY"},"id":2}`,
          `{"error":{"code":2,"msg":"Invalid request: request ID must be an unsigned integer"}}`,
          `{"result":true,"id":9223372036854775807}`
        ])
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("a client that sends too much is disconnected", () =>
      Effect.gen(function*() {
        const stream = yield* Streams.connect("/ws")
        for (let sent = 0; sent < 11; sent++) yield* stream.send(`{"method":"LIST_SUBSCRIPTIONS","id":${sent}}`)
        assert.strictEqual(yield* stream.end, "1008 Too many requests")
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("an unknown key is kept, and stays silent", () =>
      Effect.gen(function*() {
        const unknown = yield* Streams.connect("/ws/unknown")
        const demo = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        yield* leverage(9)
        assert.deepStrictEqual(yield* demo.next, change(9))
        assert.deepStrictEqual(yield* unknown.ask({ method: "LIST_SUBSCRIPTIONS", id: 1 }), {
          result: ["unknown"],
          id: 1
        })
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("an unknown key is refused where that is wanted, and an unknown path always", () =>
      Effect.gen(function*() {
        for (const path of ["/ws/unknown", "/stream?streams=unknown", "/nowhere"]) {
          assert.strictEqual(yield* Streams.refusal(path), "SocketOpenError", path)
        }
        assert.deepStrictEqual(yield* Effect.flatMap(Simulator.Simulator, ({ streams }) => streams), [])
      }).pipe(onFace(face, { stream: { refuseUnknownKeys: true } })))

    it.effect("when its key ends it says so, and then nothing more", () =>
      Effect.gen(function*() {
        const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        yield* TestClock.adjust("1 hour")
        // The hour of interest that ends meanwhile is told of before.
        assert.deepInclude(yield* stream.next, { e: "liabilityChange", t: "INTEREST" })
        assert.deepStrictEqual(yield* stream.next, { e: "listenKeyExpired", E: begin + 3_600_000 })
        const renewed = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        yield* leverage(9)
        assert.deepStrictEqual(yield* renewed.next, change(9, "BTCUSDT", begin + 3_600_000))
        assert.deepInclude(yield* stream.ask({ method: "LIST_SUBSCRIPTIONS", id: 1 }), { id: 1 })
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("when its key is ended by somebody else it hears nothing more", () =>
      Effect.gen(function*() {
        const client = yield* PortfolioClient
        const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
        yield* client.closePMUserDataListenKey()
        yield* leverage(9)
        assert.deepInclude(yield* stream.ask({ method: "LIST_SUBSCRIPTIONS", id: 1 }), { id: 1 })
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("pings are answered by themselves, and after a day it ends", () =>
      Effect.gen(function*() {
        const stream = yield* Streams.connect("/ws/unknown")
        for (let pings = 0; pings < 479; pings++) {
          yield* TestClock.adjust("3 minutes")
          yield* Streams.until((streams) => streams.every(({ unanswered }) => unanswered === 0))
        }
        yield* Streams.until((streams) => streams.length === 1)
        yield* TestClock.adjust("3 minutes")
        assert.strictEqual(yield* stream.end, "1001")
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("closing is answered with the code of the client", () =>
      Effect.gen(function*() {
        const stream = yield* Streams.connect("/ws/unknown")
        yield* stream.send(new Socket.CloseEvent(4001, "enough"))
        assert.strictEqual(yield* stream.end, "4001 enough")
        yield* Streams.until((streams) => streams.length === 0)
      }).pipe(Effect.scoped, onFace(face)))

    it.effect("closed by the client's scope it is gone", () =>
      Effect.gen(function*() {
        yield* Effect.scoped(Streams.connect("/ws/unknown"))
        yield* Streams.until((streams) => streams.length === 0)
      }).pipe(onFace(face)))

    describe("faults", () => {
      /** The events of four changes, whatever else happens. */
      const told = (fault: StreamFault.StreamFault, count: number) =>
        Effect.gen(function*() {
          const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          yield* Streams.inject(fault)
          for (const to of [6, 7, 8, 9]) yield* leverage(to)
          const frames: Array<string | Uint8Array> = []
          while (frames.length < count) frames.push(yield* stream.frame)
          // Nothing else is on the way.
          assert.deepInclude(yield* stream.ask({ method: "LIST_SUBSCRIPTIONS", id: 1 }), { id: 1 })
          return frames
        }).pipe(Effect.scoped, onFace(face))

      const leverages = (frames: ReadonlyArray<string | Uint8Array>) =>
        frames.map((frame) => {
          const { ac }: { readonly ac: { readonly l: number } } = JSON.parse(String(frame))
          return ac.l
        })

      const event = "ACCOUNT_CONFIG_UPDATE"

      it.effect("events are lost", () =>
        Effect.gen(function*() {
          const frames = yield* told({ _tag: "EventFault", event, skip: 1, times: 2, action: { _tag: "Lose" } }, 2)
          assert.deepStrictEqual(leverages(frames), [6, 9])
        }))

      it.effect("events come twice", () =>
        Effect.gen(function*() {
          const frames = yield* told({ _tag: "EventFault", accountId: "demo", action: { _tag: "Duplicate" } }, 5)
          assert.deepStrictEqual(leverages(frames), [6, 6, 7, 8, 9])
        }))

      it.effect("events come in reverse", () =>
        Effect.gen(function*() {
          const frames = yield* told({ _tag: "EventFault", event, times: 3, action: { _tag: "Reorder" } }, 4)
          assert.deepStrictEqual(leverages(frames), [8, 7, 6, 9])
        }))

      it.effect("events of others are left alone", () =>
        Effect.gen(function*() {
          const fault = { _tag: "EventFault", action: { _tag: "Lose" } } as const
          for (const other of [{ event: "ACCOUNT_UPDATE" }, { accountId: "flat" }, { connection: 7 }, { chance: 0 }]) {
            assert.deepStrictEqual(leverages(yield* told({ ...fault, ...other }, 4)), [6, 7, 8, 9])
          }
        }))

      it.effect("by chance, the same events are lost with the same seed", () =>
        Effect.gen(function*() {
          const fault: StreamFault.StreamFault = {
            _tag: "EventFault",
            times: 4,
            chance: 0.5,
            seed: 7,
            action: { _tag: "Lose" }
          }
          const left = leverages(yield* told(fault, 2))
          assert.deepStrictEqual(leverages(yield* told(fault, 2)), left)
          // Chance begins with the first event that is not let through.
          const later = [6, ...[6, 7, 8].filter((to) => left.includes(to)).map((to) => to + 1)]
          assert.deepStrictEqual(leverages(yield* told({ ...fault, skip: 1 }, later.length)), later)
        }))

      it.effect("an event is cut off, or something else comes in its place", () =>
        Effect.gen(function*() {
          const [cut] = yield* told({ _tag: "EventFault", action: { _tag: "Truncate" } }, 4)
          assert.isTrue(JSON.stringify(change(6)).startsWith(String(cut)))
          const [other] = yield* told({
            _tag: "EventFault",
            action: { _tag: "Replace", frame: { _tag: "Text", text: "<html>" } }
          }, 4)
          assert.strictEqual(other, "<html>")
        }))

      it.effect("an event is late", () =>
        Effect.gen(function*() {
          const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          yield* Streams.inject({ _tag: "EventFault", action: { _tag: "Delay", millis: 2000 } })
          yield* leverage(6)
          yield* leverage(7)
          assert.deepStrictEqual(yield* stream.next, change(7))
          yield* TestClock.adjust("2 seconds")
          assert.deepStrictEqual(yield* stream.next, change(6))
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("one of two connections misses an event", () =>
        Effect.gen(function*() {
          const key = yield* Streams.listenKey
          const first = yield* Streams.connect(`/ws/${key}`)
          const second = yield* Streams.connect(`/ws/${key}`)
          yield* Streams.inject({ _tag: "EventFault", connection: 1, action: { _tag: "Lose" } })
          yield* leverage(6)
          yield* leverage(7)
          assert.deepStrictEqual(yield* first.next, change(7))
          assert.deepStrictEqual(yield* second.next, change(6))
        }).pipe(Effect.scoped, onFace(face)))

      it.effect.each<[StreamFault.ConnectionAction, string]>([
        [{ _tag: "Cut" }, "1006"],
        [{ _tag: "Close", code: 1000 }, "1000"],
        [{ _tag: "Close", code: 1005 }, "1005"],
        [{ _tag: "Close", code: 1008, reason: "disconnected" }, "1008 disconnected"],
        [{ _tag: "Close", code: 1011 }, "1011"],
        [{ _tag: "Close", code: 4999, reason: "é".repeat(61) }, `4999 ${"é".repeat(61)}`]
      ])("connections end: %o", ([action, ends]) =>
        Effect.gen(function*() {
          const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          const other = yield* Streams.connect("/ws/unknown")
          yield* Streams.inject({ _tag: "ConnectionFault", accountId: "demo", action })
          assert.strictEqual(yield* stream.end, ends)
          yield* Streams.until((streams) => streams.length === 1)
          yield* Streams.inject({ _tag: "ConnectionFault", action })
          assert.strictEqual(yield* other.end, ends)
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("a connection ends before an event", () =>
        Effect.gen(function*() {
          const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          yield* Streams.inject({ _tag: "EventFault", skip: 1, action: { _tag: "Cut" } })
          yield* leverage(6)
          yield* leverage(7)
          assert.deepStrictEqual(yield* stream.next, change(6))
          assert.strictEqual(yield* stream.end, "1006")
        }).pipe(Effect.scoped, onFace(face)))

      it.effect.each<StreamFault.StreamFault>([
        { _tag: "OpeningFault", action: { _tag: "Refuse", status: 429, headers: { "retry-after": "7" } } },
        { _tag: "OpeningFault", action: { _tag: "Refuse", status: 418 } },
        { _tag: "OpeningFault", action: { _tag: "Refuse", status: 503, body: "{}" } },
        { _tag: "OpeningFault", action: { _tag: "Cut" } }
      ])("opening fails: %o", (fault) =>
        Effect.gen(function*() {
          const path = `/ws/${yield* Streams.listenKey}`
          yield* Streams.inject({ ...fault, skip: 1, times: 2 } as StreamFault.StreamFault)
          yield* Streams.connect(path)
          assert.strictEqual(yield* Streams.refusal(path), "SocketOpenError")
          assert.strictEqual(yield* Streams.refusal(path), "SocketOpenError")
          yield* Streams.connect(path)
          yield* Streams.until((streams) => streams.length === 2)
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("frames of every kind come unasked", () =>
        Effect.gen(function*() {
          const stream = yield* Streams.connect(`/stream?streams=${yield* Streams.listenKey}`)
          const bytes = new Uint8Array([0, 1, 254, 255])
          const long = "x".repeat(5_000_000)
          for (
            const frame of [
              { _tag: "Text", text: `{"e":"never` },
              { _tag: "Binary", bytes },
              { _tag: "Text", text: long },
              { _tag: "Text", text: "" }
            ] as const
          ) yield* Streams.inject({ _tag: "ConnectionFault", action: { _tag: "Send", frame } })
          yield* Streams.inject({ _tag: "ConnectionFault", action: { _tag: "ServerShutdown" } })
          assert.strictEqual(yield* stream.frame, `{"e":"never`)
          assert.deepStrictEqual(yield* stream.frame, bytes)
          assert.isTrue((yield* stream.frame) === long)
          assert.strictEqual(yield* stream.frame, "")
          assert.deepStrictEqual(yield* stream.next, { e: "serverShutdown", E: begin })
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("a ping with any payload is answered with it", () =>
        Effect.gen(function*() {
          yield* Streams.connect("/ws/unknown")
          yield* Streams.inject({ _tag: "ConnectionFault", action: { _tag: "Ping", payload: "é".repeat(62) } })
          yield* Streams.until((streams) => streams.every(({ unanswered }) => unanswered === 0))
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("keys end behind the back of those who listen", () =>
        Effect.gen(function*() {
          const client = yield* PortfolioClient
          const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          yield* Streams.inject({ _tag: "ListenKeyFault", action: "Expire" })
          assert.deepStrictEqual(yield* stream.next, { e: "listenKeyExpired", E: begin })
          assert.strictEqual(yield* codeOf(client.keepAlivePMUserDataListenKey()), -1125)
          const renewed = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          yield* Streams.inject({ _tag: "ListenKeyFault", accountId: "flat", action: "Delete" })
          yield* leverage(6)
          yield* Streams.inject({ _tag: "ListenKeyFault", accountId: "demo", action: "Delete" })
          yield* leverage(7)
          assert.deepStrictEqual(yield* renewed.next, change(6))
          assert.deepInclude(yield* renewed.ask({ method: "LIST_SUBSCRIPTIONS", id: 1 }), { id: 1 })
          assert.strictEqual(yield* codeOf(client.keepAlivePMUserDataListenKey()), -1125)
        }).pipe(Effect.scoped, onFace(face)))
      it.effect("a held connection neither hears nor answers", () =>
        Effect.gen(function*() {
          const key = yield* Streams.listenKey
          const held = yield* Streams.connect(`/ws/${key}`)
          const other = yield* Streams.connect(`/ws/${key}`)
          yield* Streams.inject({ _tag: "ConnectionFault", connection: 1, action: { _tag: "Hold" } })
          yield* leverage(6)
          yield* held.send(`{"method":"LIST_SUBSCRIPTIONS","id":1}`)
          assert.deepStrictEqual(yield* Effect.raceFirst(held.next, other.next), change(6))
          yield* TestClock.adjust("3 minutes")
          yield* Streams.until((streams) => streams.every(({ unanswered }) => unanswered === 0))
          const open = yield* Effect.flatMap(Simulator.Simulator, ({ streams }) => streams)
          assert.deepStrictEqual(open.map(({ connection, held }) => [connection, held]), [[1, true], [2, false]])
          assert.deepInclude(yield* other.ask({ method: "LIST_SUBSCRIPTIONS", id: 2 }), { id: 2 })
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("an opening without an answer ends by the time limit of the client", () =>
        Effect.gen(function*() {
          yield* Streams.inject({ _tag: "OpeningFault", action: { _tag: "Stall" } })
          const opening = yield* Effect.forkChild(Streams.refusal("/ws/unknown"), { startImmediately: true })
          yield* TestClock.adjust("10 seconds")
          assert.strictEqual(yield* Fiber.join(opening), "SocketOpenError")
          yield* Streams.connect("/ws/unknown")
        }).pipe(Effect.scoped, onFace(face)))

      it.effect("while it is unreachable streams are cut and none is opened", () =>
        Effect.gen(function*() {
          const exchange = yield* Simulator.Simulator
          const stream = yield* Streams.connect(`/ws/${yield* Streams.listenKey}`)
          yield* exchange.whileUnreachable(Effect.gen(function*() {
            assert.strictEqual(yield* stream.end, "1006")
            assert.strictEqual(yield* Streams.refusal("/ws/unknown"), "SocketOpenError")
          }))
          yield* Streams.connect("/ws/unknown")
        }).pipe(Effect.scoped, onFace(face)))
    })
  }
)
