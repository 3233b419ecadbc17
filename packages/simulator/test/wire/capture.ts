/** A server that keeps the bytes it is sent, and answers what the documentation has. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Http from "node:http"
import * as Raw from "../support/raw.ts"
import { samplesOf, table } from "./documented.ts"

/** A request as it arrived. */
export interface Captured {
  readonly method: string
  readonly path: string
  /** What stands behind the question mark, untouched; `undefined` where there is none. */
  readonly query: string | undefined
  readonly body: string
  readonly headers: Http.IncomingHttpHeaders
  /** What it was answered. */
  readonly answer: string
}

interface CaptureShape {
  readonly url: string
  /** The requests since the last time. */
  readonly take: Effect.Effect<ReadonlyArray<Captured>>
}

const idOf = new Map(table.map(({ id, method, path }) => [`${method} ${path}`, id]))

const make = Effect.gen(function*() {
  let captured: Array<Captured> = []
  const answered = new Map<string, number>()
  // Each call gets its documented replies in turn.
  const answerOf = (request: string): string | undefined => {
    const id = idOf.get(request)
    if (id === undefined) return undefined
    const samples = samplesOf(id)
    const count = answered.get(id) ?? 0
    answered.set(id, count + 1)
    return samples[count % samples.length] ?? "{}"
  }
  const server = Http.createServer((request, response) => {
    const { headers, method = "", url = "" } = request
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const at = url.indexOf("?")
      const [path, query] = at === -1 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)]
      const found = answerOf(`${method} ${path}`)
      const answer = found ?? `{"code":-5000,"msg":"Path ${path}, Method ${method} is invalid"}`
      captured.push({ method, path, query, body: Buffer.concat(chunks).toString(), headers, answer })
      response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json;charset=UTF-8" })
      response.end(answer)
    })
  })
  const port = yield* Raw.listen(server)
  const take = Effect.sync(() => {
    const taken = captured
    captured = []
    return taken
  })
  return { url: `http://127.0.0.1:${port}`, take }
})

export class Capture extends Context.Service<Capture, CaptureShape>()("test/wire/Capture") {
  static readonly layer: Layer.Layer<Capture> = Layer.effect(Capture, make)
}
