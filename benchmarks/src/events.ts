/** The user data stream of a busy account, as the exchange sends it: as many frames as wanted, always the same. */

const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT"] as const
const pairs = ["BTCUSDT", "ETHUSDT", "ETHBTC"] as const

// How many orders are open at a time.
const open = 100

interface Order {
  readonly id: number
  readonly symbol: string
  readonly margin: boolean
  readonly side: "BUY" | "SELL"
  readonly price: string
  /** In thousandths. */
  readonly quantity: number
  filled: number
  placed: boolean
}

const thousandths = (value: number): string => (value / 1000).toFixed(3)

/** Frames in order; each event is new. */
export interface Frames {
  /** The next frames; the last of them tells of a new order, whose client order id is `last`. */
  readonly next: (count: number) => { readonly frames: ReadonlyArray<string>; readonly last: string }
}

/**
 * Two thirds of the events are `ORDER_TRADE_UPDATE`, of orders that are placed and then filled in parts or canceled, with an
 * `ACCOUNT_UPDATE` after each fill; a quarter of the orders are margin's, with `executionReport` and
 * `outboundAccountPosition`.
 */
export const make = (begin: number): Frames => {
  let seed = 42
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const pick = (from: ReadonlyArray<string>): string => from[Math.floor(random() * from.length)] ?? ""

  let ids = 22_542_179
  let trades = 4_000_000
  let updates = 8_641_984
  let sent = 0
  let wallet = 122_624_123
  const positions = new Map<string, number>()
  const waiting: Array<string> = []

  const say = (...frames: ReadonlyArray<string>): void => {
    sent += frames.length
    waiting.push(...frames)
  }

  const place = (margin = random() < 0.25): Order => {
    return {
      id: ++ids,
      symbol: pick(margin ? pairs : symbols),
      margin,
      side: random() < 0.5 ? "BUY" : "SELL",
      price: (100 + random() * 90_000).toFixed(2),
      quantity: 10 + Math.floor(random() * 5_000),
      filled: 0,
      placed: false
    }
  }

  const futures = (order: Order, kind: "NEW" | "TRADE" | "CANCELED", quantity: number, at: number): void => {
    const status = kind === "TRADE" ? order.filled === order.quantity ? "FILLED" : "PARTIALLY_FILLED" : kind
    const traded = kind === "TRADE"
    say(
      `{"e":"ORDER_TRADE_UPDATE","fs":"UM","E":${
        at + 1
      },"T":${at},"i":"","o":{"s":"${order.symbol}","c":"bench-${order.id}",`
        + `"S":"${order.side}","o":"LIMIT","f":"GTC","q":"${thousandths(order.quantity)}","p":"${order.price}",`
        + `"ap":"${order.filled > 0 ? order.price : "0"}","sp":"0","x":"${kind}","X":"${status}","i":${order.id},`
        + `"l":"${traded ? thousandths(quantity) : "0"}","z":"${thousandths(order.filled)}","L":"${
          traded ? order.price : "0"
        }",`
        + `${traded ? `"N":"USDT","n":"0.01234567",` : ""}"T":${at},"t":${traded ? ++trades : 0},"b":"0","a":"0",`
        + `"m":${traded},"R":false,"ps":"BOTH","rp":"0","V":"EXPIRE_MAKER","pm":"NONE","gtd":0}}`
    )
    if (!traded) return
    wallet -= 1
    const position = (positions.get(order.symbol) ?? 0) + (order.side === "BUY" ? quantity : -quantity)
    positions.set(order.symbol, position)
    say(
      `{"e":"ACCOUNT_UPDATE","fs":"UM","E":${at + 2},"T":${at},"i":"","a":{"m":"ORDER","B":[{"a":"USDT",`
        + `"wb":"${thousandths(wallet)}","cw":"${thousandths(wallet)}","bc":"0"}],"P":[{"s":"${order.symbol}",`
        + `"pa":"${thousandths(position)}","ep":"${position === 0 ? "0" : order.price}","cr":"0","up":"1.25",`
        + `"ps":"BOTH","bep":"${position === 0 ? "0" : order.price}"}]}}`
    )
  }

  const margin = (order: Order, kind: "NEW" | "TRADE" | "CANCELED", quantity: number, at: number): void => {
    const status = kind === "TRADE" ? order.filled === order.quantity ? "FILLED" : "PARTIALLY_FILLED" : kind
    const traded = kind === "TRADE"
    say(
      `{"e":"executionReport","E":${
        at + 1
      },"s":"${order.symbol}","c":"bench-${order.id}","S":"${order.side}","o":"LIMIT",`
        + `"f":"GTC","q":"${
          thousandths(order.quantity)
        }","p":"${order.price}","P":"0.00000000","F":"0.00000000","g":-1,`
        + `"C":"","x":"${kind}","X":"${status}","r":"NONE","i":${order.id},"l":"${
          traded ? thousandths(quantity) : "0"
        }",`
        + `"z":"${thousandths(order.filled)}","L":"${traded ? order.price : "0"}","n":"0","N":null,"T":${at},`
        + `"t":${traded ? ++trades : -1},"I":${++updates},"w":${!traded},"m":${traded},"O":${at},`
        + `"Z":"0.00000000","Y":"0.00000000","Q":"0.00000000","W":${at},"V":"NONE"}`,
      `{"e":"outboundAccountPosition","E":${at + 2},"u":${at},"U":${++updates},"B":[{"a":"${order.symbol.slice(0, 3)}",`
        + `"f":"${thousandths(updates)}","l":"0.000"},{"a":"USDT","f":"${thousandths(2 * updates)}","l":"1.500"}]}`
    )
  }

  const orders = Array.from({ length: open }, () => place())

  const advance = (index: number, order: Order): void => {
    // Twenty events a millisecond, so that even a fast reader does not run ahead of the clock by much.
    const at = begin + Math.floor(sent / 20)
    const tell = order.margin ? margin : futures
    const ended = (): void => void orders.splice(index, 1, ...(orders.length > open ? [] : [place()]))
    if (!order.placed) {
      order.placed = true
      return tell(order, "NEW", 0, at)
    }
    if (random() < 0.2) {
      ended()
      return tell(order, "CANCELED", 0, at)
    }
    const left = order.quantity - order.filled
    const quantity = left < 100 || random() < 0.4 ? left : Math.floor(left / 2)
    order.filled += quantity
    if (order.filled === order.quantity) ended()
    tell(order, "TRADE", quantity, at)
  }

  return {
    next: (count) => {
      while (waiting.length < count - 1) {
        const index = Math.floor(random() * orders.length)
        const order = orders[index]
        if (order !== undefined) advance(index, order)
      }
      const frames = waiting.splice(0, count - 1)
      const late = waiting.splice(0)
      const final = place(false)
      advance(orders.push(final) - 1, final)
      frames.push(...waiting.splice(0))
      waiting.push(...late)
      // As they come from a socket: a text that was put together of parts is slow to read the first time.
      return { frames: frames.map((frame) => Buffer.from(frame).toString()), last: `bench-${final.id}` }
    }
  }
}
