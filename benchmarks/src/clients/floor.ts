/** The floor: undici, a signature by node:crypto and `JSON.parse`, with nothing around them. */
import * as Crypto from "node:crypto"
import { gunzipSync } from "node:zlib"
import * as Undici from "undici"
import { type Client, newId, order, type Target } from "../client.ts"

export const make = ({ apiKey, apiSecret, url }: Target): Client => {
  const pool = new Undici.Pool(url, { connections: 64, pipelining: 1 })
  const key = Crypto.createSecretKey(apiSecret, "utf8")
  const headers = { "accept": "application/json", "accept-encoding": "gzip", "x-mbx-apikey": apiKey }
  const call = async (method: "GET" | "POST", path: string, query: string): Promise<unknown> => {
    const payload = `${query}recvWindow=5000&timestamp=${Date.now()}`
    const signature = Crypto.createHmac("sha256", key).update(payload).digest("hex")
    const answer = await pool.request({ method, path: `${path}?${payload}&signature=${signature}`, headers })
    const text = answer.headers["content-encoding"] === "gzip"
      ? gunzipSync(await answer.body.arrayBuffer(), { chunkSize: 128 * 1024 }).toString()
      : await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(text)
    return JSON.parse(text)
  }
  return {
    account: () => call("GET", "/papi/v1/account", ""),
    order: () =>
      call(
        "POST",
        "/papi/v1/um/order",
        `symbol=${order.symbol}&side=${order.side}&type=${order.type}&timeInForce=${order.timeInForce}`
          + `&quantity=${order.quantity}&price=${order.price}&newClientOrderId=${newId()}&`
      ),
    list: () => call("GET", "/papi/v1/um/openOrders", `symbol=${order.symbol}&`),
    decode: (text) => JSON.parse(text),
    listen: async () => ({
      take: (frames) => {
        for (const frame of frames) JSON.parse(frame)
      },
      close: async () => {}
    })
  }
}
