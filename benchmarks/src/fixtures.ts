/** What the server answers: an account, one order, a list of a thousand orders. Always the same, so that runs compare. */

/** The reply of `GET /papi/v1/account`. */
export const account = JSON.stringify({
  uniMMR: "5167.92171923",
  accountEquity: "122607.35137903",
  actualEquity: "122607.35137903",
  accountInitialMargin: "23.72469206",
  accountMaintMargin: "23.72469206",
  accountStatus: "NORMAL",
  virtualMaxWithdrawAmount: "1627523.32459208",
  totalAvailableBalance: "122583.62668697",
  totalMarginOpenLoss: "0.00000000",
  updateTime: 1757707212154
})

/** The reply of `POST /papi/v1/um/order`. */
export const order = JSON.stringify({
  clientOrderId: "bench-0001",
  cumQty: "0.000",
  cumQuote: "0.00000",
  executedQty: "0.000",
  orderId: 22542179,
  avgPrice: "0.00",
  origQty: "0.010",
  price: "61234.50",
  reduceOnly: false,
  side: "BUY",
  positionSide: "BOTH",
  status: "NEW",
  symbol: "BTCUSDT",
  timeInForce: "GTC",
  type: "LIMIT",
  selfTradePreventionMode: "NONE",
  goodTillDate: 0,
  updateTime: 1757707212154,
  priceMatch: "NONE"
})

// A generator of our own, so that the list is the same everywhere.
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT", "DOGEUSDC"]
const statuses = ["NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED"]

const pick = (next: () => number, from: ReadonlyArray<string>): string => from[Math.floor(next() * from.length)] ?? ""

/** Which list: as documented, with fields that no source documents, or with ids that a double cannot hold as well. */
export type List = "documented" | "undocumented" | "beyondDouble"

// What the futures API sends for an order beside what is documented for Portfolio Margin.
const undocumented = {
  closePosition: false,
  priceProtect: false,
  workingType: "CONTRACT_PRICE",
  stopPrice: "0.00",
  activatePrice: "",
  priceRate: ""
}

/** A list of UM orders, as text. Of those beyond a double each fourth id is, and is sent as a JSON number all the same. */
export const orders = (count: number, list: List): string => {
  const next = random(42)
  const rows = Array.from({ length: count }, (_, index) => {
    const price = (100 + next() * 90_000).toFixed(2)
    const quantity = (next() * 10).toFixed(3)
    const time = 1_757_000_000_000 + index * 60_000 + Math.floor(next() * 60_000)
    const id = list === "beyondDouble" && index % 4 === 0
      ? `83897661450506${String(60_000 + index)}`
      : String(22_542_179 + index * 37)
    const row = {
      orderId: "@id",
      clientOrderId: `web_${Math.floor(next() * 2 ** 32).toString(36)}${Math.floor(next() * 2 ** 32).toString(36)}`,
      symbol: pick(next, symbols),
      status: pick(next, statuses),
      side: pick(next, ["BUY", "SELL"]),
      positionSide: pick(next, ["BOTH", "LONG", "SHORT"]),
      type: "LIMIT",
      origType: "LIMIT",
      timeInForce: pick(next, ["GTC", "IOC", "GTX"]),
      price,
      origQty: quantity,
      executedQty: next() < 0.5 ? "0.000" : quantity,
      avgPrice: `${price}000`,
      cumQuote: (Number(price) * Number(quantity)).toFixed(5),
      reduceOnly: next() < 0.2,
      time,
      updateTime: time + Math.floor(next() * 5000),
      selfTradePreventionMode: "EXPIRE_MAKER",
      goodTillDate: 0,
      priceMatch: "NONE",
      ...(list === "documented" ? undefined : undocumented)
    }
    return JSON.stringify(row).replace(`"@id"`, id)
  })
  // As it comes from a socket: a text that was put together of parts is slower to read.
  return Buffer.from(`[${rows.join(",")}]`).toString()
}
