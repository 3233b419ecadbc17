import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Http from "node:http"
import * as Net from "node:net"

/** How a connection failed. */
export class ConnectionFailed extends Data.TaggedError("ConnectionFailed")<{ readonly code: string | undefined }> {}

const failed = (error: NodeJS.ErrnoException) => Effect.fail(new ConnectionFailed({ code: error.code }))

export interface Answer {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
  /** Tells one connection from another. */
  readonly localPort: number | undefined
}

/** Asks by `node:http`, with nothing added. */
export const ask = (
  port: number,
  path: string,
  options: Http.RequestOptions = {},
  body = ""
): Effect.Effect<Answer, ConnectionFailed> =>
  Effect.callback((resume) => {
    const request = Http.request({ agent: false, ...options, host: "127.0.0.1", port, path }, (response) => {
      const { localPort } = response.socket
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", (error) => resume(failed(error)))
      response.on("end", () =>
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          localPort
        })))
    })
    request.on("error", (error) => resume(failed(error)))
    request.end(body)
    return Effect.sync(() => request.destroy())
  })

/** A connection, the text written to it. */
export const connect = (
  port: number,
  text: string,
  host = "127.0.0.1"
): Effect.Effect<Net.Socket, ConnectionFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Net.Socket, ConnectionFailed>((resume) => {
      const socket = Net.connect({ port, host, allowHalfOpen: true })
      socket.once("error", (error) => resume(failed(error)))
      socket.once("connect", () => {
        socket.on("error", () => {})
        if (text === "") resume(Effect.succeed(socket))
        else socket.write(text, () => resume(Effect.succeed(socket)))
      })
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

/** Everything that comes until the other side ends. */
export const readToEnd = (socket: Net.Socket): Effect.Effect<string> =>
  Effect.callback((resume) => {
    let text = ""
    const done = () => resume(Effect.succeed(text))
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString()
    })
    socket.once("end", done)
    socket.once("close", done)
  })

/** Writes the pieces and answers what came until the other side ended. */
export const speak = (
  port: number,
  head: string,
  ...pieces: ReadonlyArray<Buffer>
): Effect.Effect<string, ConnectionFailed> =>
  Effect.scoped(Effect.gen(function*() {
    const socket = yield* connect(port, head)
    for (const piece of pieces) socket.write(piece)
    return yield* readToEnd(socket)
  }))

/** Opens a server on a port of its own; closing cuts its connections. */
export const listen = (server: Net.Server): Effect.Effect<number, never, Scope.Scope> =>
  Effect.suspend(() => {
    const sockets = new Set<Net.Socket>()
    server.on("connection", (socket: Net.Socket) => {
      sockets.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => sockets.delete(socket))
    })
    return Effect.acquireRelease(
      Effect.callback<number>((resume) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
        })
      }),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          for (const socket of sockets) socket.destroy()
        })
    )
  })

export interface RawServer {
  readonly port: number
  /** The heads of the requests that arrived, oldest first. */
  readonly heads: Effect.Effect<ReadonlyArray<string>>
  /** Waits until that many requests have arrived. */
  readonly until: (count: number) => Effect.Effect<void>
}

/** A server that gives the socket of each request without a body to `answer`, and counts them. */
export const server = (answer: (socket: Net.Socket) => void): Effect.Effect<RawServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const heads: Array<string> = []
    let waiting: Array<() => void> = []
    const wake = () => {
      const woken = waiting
      waiting = []
      for (const one of woken) one()
    }
    const until = (count: number): Effect.Effect<void> =>
      Effect.callback((resume) => {
        const look = (): void => {
          if (heads.length >= count) resume(Effect.void)
          else waiting.push(look)
        }
        look()
      })
    const net = Net.createServer((socket) => {
      let text = ""
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString()
        if (!text.endsWith("\r\n\r\n")) return
        heads.push(text)
        text = ""
        wake()
        answer(socket)
      })
    })
    const port = yield* listen(net)
    return { port, heads: Effect.sync(() => [...heads]), until }
  })
