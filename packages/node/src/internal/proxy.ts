import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Http from "node:http"
import * as Https from "node:https"
import { Duplex } from "node:stream"
import * as Tls from "node:tls"

/** The URL of a proxy, with credentials in it where it needs any. */
export type Proxy = string | Redacted.Redacted<string>

/** Reads the option `proxy` of a module. What is no URL of a kind that is taken is a defect that does not print it. */
export const parse = (proxy: Proxy, module: string, protocols: ReadonlyArray<string>): Effect.Effect<URL> =>
  Effect.suspend(() => {
    const text = typeof proxy === "string" ? proxy : Redacted.value(proxy)
    // Node's own error would print the URL, and so its credentials
    if (!URL.canParse(text)) return Effect.die(new Error(`the option \`proxy\` of ${module} is not a URL`))
    const url = new URL(text)
    return protocols.includes(url.protocol)
      ? Effect.succeed(url)
      : Effect.die(new Error(`the option \`proxy\` of ${module} is a URL that begins with ${protocols.join(" or ")}`))
  })

type Created = (error: Error | null, stream: Duplex) => void

// Where there is an error, nobody looks at the stream beside it.
const failed = (created: Created, message: string, cause?: unknown): void =>
  created(new Error(message, cause === undefined ? undefined : { cause }), new Duplex())

const codeOf = (error: Error): string => "code" in error ? String(error.code) : error.message

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, "")

/** Has the proxy connect to the host of a request, and hands over the connection. */
const tunnel = (proxy: URL, { family, host, localAddress, port, timeout }: Http.RequestOptions, created: Created) => {
  const to = `${host?.includes(":") === true ? `[${host}]` : host}:${port}`
  const { password, username } = proxy
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const request = (proxy.protocol === "https:" ? Https : Http).request({
    method: "CONNECT",
    host: withoutBrackets(proxy.hostname),
    port: proxy.port === "" ? proxy.protocol === "https:" ? 443 : 80 : proxy.port,
    path: to,
    headers: {
      host: to,
      ...(username === "" && password === ""
        ? undefined
        : { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` })
    },
    agent: false,
    ...(family === undefined ? undefined : { family }),
    ...(localAddress === undefined ? undefined : { localAddress }),
    ...(timeout === undefined ? undefined : { timeout })
  })
  // A request that is destroyed for its time says so as an error.
  request.once("timeout", () => request.destroy(new Error("it did not answer in time")))
  request.once("error", (error) => failed(created, `the proxy cannot be used: ${codeOf(error)}`, error))
  request.once("connect", ({ statusCode }, socket) => {
    if (statusCode === 200) return created(null, socket)
    socket.destroy()
    failed(created, `the proxy refused the connection: ${statusCode}`)
  })
  request.end()
}

// The proxy stays in the closures, where nothing that prints an agent finds its credentials.

/** An agent whose connections go through a proxy. */
export const agent = (proxy: URL): Http.Agent => {
  class Tunnels extends Http.Agent {
    override createConnection(options: Http.RequestOptions, created?: Created): undefined {
      if (created !== undefined) tunnel(proxy, options, created)
    }
  }
  return new Tunnels()
}

/** The same for requests over TLS, which is spoken with the host and not with the proxy. */
export const secureAgent = (proxy: URL, options?: Tls.ConnectionOptions): Https.Agent => {
  class SecureTunnels extends Https.Agent {
    override createConnection(request: Https.RequestOptions, created?: Created): undefined {
      if (created === undefined) return
      const { host, servername } = request
      tunnel(proxy, request, (error, socket) =>
        error === null
          ? created(null, Tls.connect({ ...options, socket, host: host ?? undefined, servername }))
          : created(error, socket))
    }
  }
  return new SecureTunnels()
}
