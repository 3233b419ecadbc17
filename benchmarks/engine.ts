/** How many commands about orders the simulator's engine alone carries out in a second. */
import * as Account from "@effect-binance/simulator/Account"
import * as Engine from "@effect-binance/simulator/Engine"
import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"

const zero = BigDecimal.fromBigInt(0n)

const funded = (id: string): Account.Account => ({
  ...Account.make(id, 0),
  margin: new Map([
    ["USDT", { free: BigDecimal.fromBigInt(100_000_000n), locked: zero, borrowed: zero, interest: zero, updateTime: 0 }]
  ])
})

interface Load {
  readonly name: string
  readonly command: (turn: number) => Engine.Command
}

const limit = (accountId: string, side: "BUY" | "SELL", price: bigint): Engine.Command => ({
  _tag: "PlaceOrder",
  accountId,
  product: "UM",
  symbol: "BTCUSDT",
  side,
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: BigDecimal.make(1n, 2),
  price: BigDecimal.fromBigInt(price)
})

const loads: ReadonlyArray<Load> = [
  {
    name: "place and cancel a limit order",
    command: (turn) =>
      turn % 2 === 0
        ? limit("a", "BUY", 94_000n + BigInt(turn % 7))
        : { _tag: "CancelOrder", accountId: "a", product: "UM", symbol: "BTCUSDT", orderId: BigInt((turn + 1) / 2) }
  },
  {
    name: "two accounts trade with each other",
    command: (turn) =>
      turn % 4 < 2
        ? limit(turn % 2 === 0 ? "a" : "b", turn % 2 === 0 ? "BUY" : "SELL", 95_000n)
        : limit(turn % 2 === 0 ? "b" : "a", turn % 2 === 0 ? "BUY" : "SELL", 95_000n)
  },
  {
    name: "market orders against the depth",
    command: (turn) => ({
      _tag: "PlaceOrder",
      accountId: "a",
      product: "UM",
      symbol: "BTCUSDT",
      side: turn % 2 === 0 ? "BUY" : "SELL",
      type: "MARKET",
      quantity: BigDecimal.make(1n, 2)
    })
  }
]

const measure = ({ command, name }: Load, count: number): void => {
  let state = Engine.make({ now: 0, accounts: [funded("a"), funded("b")] })
  let refused = 0
  const began = performance.now()
  const used = process.cpuUsage()
  for (let turn = 0; turn < count; turn++) {
    const now = turn * 10
    state = Engine.advance(state, now)
    const applied = Engine.apply(state, command(turn), now)
    if (Result.isFailure(applied)) refused += 1
    else state = Engine.deliver(applied.success[0])[0]
  }
  const seconds = (performance.now() - began) / 1000
  const { system, user } = process.cpuUsage(used)
  const rate = (time: number) => Math.round(count / time).toLocaleString("en")
  // On a machine with other work the time of the processor says more than the clock.
  console.log(
    `${name}: ${rate(seconds)} commands a second by the clock, ${rate((system + user) / 1e6)} by the processor, `
      + `${refused} refused`
  )
}

const count = Number(process.argv[2] ?? 40_000)
for (const load of loads) {
  measure(load, Math.min(count, 5000))
  measure(load, count)
}
