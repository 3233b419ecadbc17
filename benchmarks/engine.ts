/**
 * How fast the simulator is without sockets: commands about orders in its engine alone, a day of prices of ten symbols, and
 * the way of a request in memory.
 *
 * With a number: that many commands a row, and a day shortened in proportion to 40,000.
 */
import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as Market from "@effect-binance/simulator/Market"
import * as Simulator from "@effect-binance/simulator/Simulator"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import type { WireRequest } from "@effect-binance/simulator/Wire"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import * as Crypto from "node:crypto"

const zero = BigDecimal.fromBigInt(0n)

const whole = (value: number): BigDecimal.BigDecimal => BigDecimal.fromBigInt(BigInt(value))

const funded = (id: string): Account.Account => ({
  ...Account.make(id, 0),
  margin: new Map([
    ["USDT", { free: whole(100_000_000), locked: zero, borrowed: zero, interest: zero, updateTime: 0 }]
  ])
})

/** Time of the clock and of the processor since the call, in seconds. */
const stopwatch = (): () => { readonly clock: number; readonly processor: number } => {
  const began = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { system, user } = process.cpuUsage(used)
    return { clock: (performance.now() - began) / 1000, processor: (system + user) / 1e6 }
  }
}

const figure = (value: number): string => Math.round(value).toLocaleString("en")

// On a machine with other work the time of the processor says more than the clock.
const report = (
  name: string,
  what: string,
  count: number,
  { clock, processor }: ReturnType<ReturnType<typeof stopwatch>>
) =>
  console.log(
    `${name}: ${figure(count / processor)} ${what} a second of the processor, ${figure(count / clock)} by the clock; `
      + `${(processor / count * 1e6).toFixed(1)} µs each`
  )

// Orders

interface Load {
  readonly name: string
  readonly command: (turn: number) => Engine.Command
}

const order = (
  accountId: string,
  side: "BUY" | "SELL",
  terms: Pick<Extract<Engine.Command, { readonly _tag: "PlaceOrder" }>, "type" | "timeInForce" | "price">
): Engine.Command => ({
  _tag: "PlaceOrder",
  accountId,
  product: "UM",
  symbol: "BTCUSDT",
  side,
  quantity: BigDecimal.make(1n, 2),
  ...terms
})

const limit = (accountId: string, side: "BUY" | "SELL", price: number): Engine.Command =>
  order(accountId, side, { type: "LIMIT", timeInForce: "GTC", price: whole(price) })

const loads: ReadonlyArray<Load> = [
  {
    name: "place and cancel a limit order",
    command: (turn) =>
      turn % 2 === 0
        ? limit("a", "BUY", 94_000 + turn % 7)
        : { _tag: "CancelOrder", accountId: "a", product: "UM", symbol: "BTCUSDT", orderId: BigInt((turn + 1) / 2) }
  },
  {
    name: "two accounts trade with each other",
    command: (turn) => limit(turn % 4 === 0 || turn % 4 === 3 ? "a" : "b", turn % 2 === 0 ? "BUY" : "SELL", 95_000)
  },
  {
    name: "market orders against the depth",
    command: (turn) => order("a", turn % 2 === 0 ? "BUY" : "SELL", { type: "MARKET" })
  },
  {
    name: "place and cancel a margin order",
    command: (turn) =>
      turn % 2 === 0
        ? {
          _tag: "NewMarginOrder",
          accountId: "a",
          symbol: "BTCUSDT",
          side: "BUY",
          type: "LIMIT",
          timeInForce: "GTC",
          quantity: BigDecimal.make(1n, 2),
          price: whole(94_000 + turn % 7),
          clientOrderId: `order-${turn}`
        }
        : { _tag: "CancelMarginOrder", accountId: "a", symbol: "BTCUSDT", clientOrderId: `order-${turn - 1}` }
  }
]

const measureOrders = ({ command, name }: Load, count: number, silent: boolean): void => {
  let state = Engine.make({ now: 0, accounts: [funded("a"), funded("b")] })
  let refused = 0
  const time = stopwatch()
  for (let turn = 0; turn < count; turn++) {
    const now = turn * 10
    state = Engine.advance(state, now)
    const applied = Engine.apply(state, command(turn), now)
    if (Result.isFailure(applied)) refused += 1
    else state = Engine.deliver(applied.success[0])[0]
  }
  if (!silent) report(name, "commands", count, time())
  if (refused > 0) console.log(`  ${refused} of them refused`)
}

// Prices

const bases = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH", "III", "JJJ"]

const market = Market.make({
  contracts: bases.map((baseAsset) => [
    Market.umPerpetual({
      baseAsset,
      quoteAsset: "USDT",
      tiers: Market.btcUsdtTiers,
      pricePrecision: 1,
      quantityPrecision: 3
    }),
    whole(10_000)
  ]),
  assets: [...Market.defaults.assets.values()].map((asset) => [
    asset,
    Market.indexPrice(Market.defaults, asset.asset)
  ])
})

/** What two accounts have while the prices move: a position, a resting order and a stop far below, on three symbols each. */
const held = (accountId: string, symbols: ReadonlyArray<string>): ReadonlyArray<Engine.Command> =>
  symbols.flatMap((symbol): ReadonlyArray<Engine.Command> => [
    {
      _tag: "SetPosition",
      accountId,
      product: "UM",
      symbol,
      positionSide: "BOTH",
      quantity: whole(1),
      entryPrice: whole(10_000)
    },
    {
      _tag: "PlaceOrder",
      accountId,
      product: "UM",
      symbol,
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: whole(1),
      price: whole(8000)
    },
    {
      _tag: "PlaceConditionalOrder",
      accountId,
      product: "UM",
      symbol,
      side: "SELL",
      type: "STOP_MARKET",
      quantity: whole(1),
      triggerPrice: whole(8000),
      reduceOnly: true
    }
  ])

const symbols = bases.map((base) => `${base}USDT`)

const measurePrices = (seconds: number): void => {
  const begun = Engine.applyAll(
    Engine.make({ now: 0, market, accounts: [funded("a"), funded("b")] }),
    [...held("a", symbols.slice(0, 3)), ...held("b", symbols.slice(3, 6))],
    0
  )
  if (Result.isFailure(begun)) return console.log(`prices: ${begun.failure.msg}`)
  let state = begun.success
  let seed = 1
  const prices = bases.map(() => 100_000)
  const time = stopwatch()
  for (let second = 1; second <= seconds; second++) {
    const now = second * 1000
    state = Engine.advance(state, now)
    for (const [index, symbol] of symbols.entries()) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      const price = Math.min(110_000, Math.max(90_000, (prices[index] ?? 0) + (seed >>> 16) % 21 - 10))
      prices[index] = price
      const applied = Engine.apply(state, { _tag: "SetPrice", symbol, price: BigDecimal.make(BigInt(price), 1) }, now)
      if (Result.isSuccess(applied)) state = Engine.deliver(applied.success[0])[0]
    }
  }
  const taken = time()
  report("one-second prices of ten symbols", "prices", seconds * 10, taken)
  console.log(`  a whole day: ${(taken.processor * 86_400 / seconds).toFixed(1)} seconds of the processor`)
}

// Requests

const signed = (fields: { readonly [name: string]: string | number }): string => {
  const query = Object.entries({ ...fields, timestamp: Date.now() }).map(([name, value]) => `${name}=${value}`).join(
    "&"
  )
  const signature = Crypto.createHmac("sha256", Simulator.demoKey.secret).update(query).digest("hex")
  return `${query}&signature=${signature}`
}

const headers = { "x-mbx-apikey": Simulator.demoKey.apiKey }

const wire = (method: string, path: string, query: string): WireRequest => ({
  method,
  path,
  query,
  body: "",
  headers,
  ip: "127.0.0.1"
})

const placed = (turn: number) =>
  signed({
    symbol: "BTCUSDT",
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "0.01",
    price: 94_000,
    newClientOrderId: `order-${turn}`
  })

const cancelled = (turn: number) => signed({ symbol: "BTCUSDT", origClientOrderId: `order-${turn - 1}` })

const measureRequests = (count: number, silent: boolean) =>
  Effect.gen(function*() {
    const simulator = yield* Simulator.make({ limits: "off", remember: 0 })
    const client = SimulatorHttpClient.make(simulator)
    const run = <A, E>(name: string, request: (turn: number) => Effect.Effect<A, E>) =>
      Effect.gen(function*() {
        const time = stopwatch()
        for (let turn = 0; turn < count; turn++) yield* request(turn)
        if (!silent) report(name, "requests", count, time())
      })
    yield* run("a ping, handled in memory", () => simulator.handle(wire("GET", "/papi/v1/ping", "")))
    yield* run(
      "the same through HttpClient",
      () => Effect.flatMap(client.execute(HttpClientRequest.get("http://simulator/papi/v1/ping")), ({ text }) => text)
    )
    yield* run("place and cancel with signature, handled in memory", (turn) =>
      simulator.handle(
        turn % 2 === 0
          ? wire("POST", "/papi/v1/um/order", placed(turn))
          : wire("DELETE", "/papi/v1/um/order", cancelled(turn))
      ))
    yield* run("the same through HttpClient", (turn) =>
      Effect.flatMap(
        client.execute(
          (turn % 2 === 0
            ? HttpClientRequest.post(`http://simulator/papi/v1/um/order?${placed(turn)}`)
            : HttpClientRequest.delete(`http://simulator/papi/v1/um/order?${cancelled(turn)}`)).pipe(
              HttpClientRequest.setHeaders(headers)
            )
        ),
        ({ text }) => text
      ))
  })

const count = Number(process.argv[2] ?? 40_000)
for (const load of loads) {
  measureOrders(load, Math.min(count, 5000), true)
  measureOrders(load, count, false)
}
measurePrices(Math.ceil(86_400 * Math.min(1, count / 40_000)))
await Effect.runPromise(Effect.scoped(Effect.andThen(
  measureRequests(1000, true),
  measureRequests(Math.ceil(count / 4), false)
)))
