/**
 * The other side: a server in a process of its own that gives canned answers and counts.
 *
 * Started by `fork`; with the paths of a key and a certificate it speaks TLS. Sends the port to its parent, and its CPU
 * time and the number of requests whenever it gets a message.
 */
import { readFileSync } from "node:fs"
import * as Http from "node:http"
import * as Https from "node:https"
import { gzipSync } from "node:zlib"
import * as Fixtures from "./fixtures.ts"

interface Answer {
  readonly body: Buffer
  readonly zipped: Buffer | undefined
}

const small = (text: string): Answer => ({ body: Buffer.from(text), zipped: undefined })
const large = (text: string): Answer => ({ body: Buffer.from(text), zipped: gzipSync(text) })

const answers = new Map<string, Answer>([
  ["GET /papi/v1/account", small(Fixtures.account)],
  ["POST /papi/v1/um/order", small(Fixtures.order)],
  ["GET /papi/v1/um/openOrders", large(Fixtures.orders(1000, "undocumented"))]
])

let requests = 0

const answer = (request: Http.IncomingMessage, response: Http.ServerResponse): void => {
  requests++
  request.resume()
  const { method = "", url = "" } = request
  const cut = url.indexOf("?")
  const path = cut === -1 ? url : url.slice(0, cut)
  const known = path.endsWith("/time") ? small(`{"serverTime":${Date.now()}}`) : answers.get(`${method} ${path}`)
  if (known === undefined) {
    response.writeHead(404, { "content-type": "application/json" }).end(`{"code":-5000,"msg":"Path is invalid"}`)
    return
  }
  const zipped = known.zipped !== undefined && String(request.headers["accept-encoding"]).includes("gzip")
    ? known.zipped
    : undefined
  const body = zipped ?? known.body
  response.writeHead(200, {
    "content-type": "application/json;charset=UTF-8",
    "x-mbx-used-weight-1m": "21",
    "x-mbx-order-count-1m": "3",
    "x-mbx-uuid": "7ff1c80d-0b8c-4b26-9d54-3cd0fd0a1d68",
    "content-length": body.length,
    ...(zipped === undefined ? undefined : { "content-encoding": "gzip" })
  })
  response.end(body)
}

const [key, certificate] = process.argv.slice(2)
const server = key === undefined || certificate === undefined
  ? Http.createServer(answer)
  : Https.createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, answer)
server.keepAliveTimeout = 120_000
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 })
})

process.on("message", () => {
  const { system, user } = process.cpuUsage()
  process.send?.({ requests, cpuMicros: user + system })
})
process.on("disconnect", () => process.exit(0))
