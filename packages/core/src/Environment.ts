/**
 * Which exchange is talked to: its addresses, as data.
 *
 * There is no default. Production is reached only where it is named, and a name that cannot be served fails when the layer
 * is built; nothing ever falls through to production.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * The names an environment can be asked for by.
 *
 * **Details**
 *
 * - `production`: the real exchange, real money
 * - `simulator`: the exchange of `@effect-binance/simulator` on this machine (loopback addresses only)
 * - `custom`: addresses of your own: `restUrl`, and whatever is not served under it
 * - `testnet`, `demo`: Binance serves no Portfolio Margin there, so these need addresses of your own as well
 *
 * @category models
 * @since 0.1.0
 */
export type EnvironmentName = "production" | "simulator" | "custom" | "testnet" | "demo"

/**
 * The hosts that serve what Portfolio Margin itself does not: server time, filters, prices.
 *
 * @category models
 * @since 0.1.0
 */
export interface MarketDataUrls {
  readonly um: string
  readonly cm: string
  readonly spot: string
}

/**
 * The addresses of one exchange. None ends in a slash.
 *
 * @category models
 * @since 0.1.0
 */
export interface EnvironmentShape {
  readonly name: EnvironmentName
  /** Base of the REST paths, e.g. `https://papi.binance.com`. */
  readonly restUrl: string
  /** Base of the user data stream, to which `/ws/<listenKey>` is added, e.g. `wss://fstream.binance.com/pm`. */
  readonly streamUrl: string
  readonly marketData: MarketDataUrls
}

/**
 * What can be given for an environment. URLs override those of the name.
 *
 * @category models
 * @since 0.1.0
 */
export interface EnvironmentOptions {
  readonly environment?: EnvironmentName | undefined
  /** The same as `environment: "testnet"`. */
  readonly testnet?: boolean | undefined
  /** The same as `environment: "demo"`. */
  readonly demo?: boolean | undefined
  readonly restUrl?: string | undefined
  readonly streamUrl?: string | undefined
  readonly marketData?: { readonly [K in keyof MarketDataUrls]?: string | undefined } | undefined
}

/**
 * The environment that was asked for cannot be served.
 *
 * @category errors
 * @since 0.1.0
 */
export class EnvironmentError extends Schema.TaggedError<EnvironmentError>("@effect-binance/core/EnvironmentError")(
  "EnvironmentError",
  { message: Schema.String }
) {}

/**
 * Binance's own addresses.
 *
 * @category environments
 * @since 0.1.0
 */
export const production: EnvironmentShape = {
  name: "production",
  restUrl: "https://papi.binance.com",
  streamUrl: "wss://fstream.binance.com/pm",
  marketData: {
    um: "https://fapi.binance.com",
    cm: "https://dapi.binance.com",
    spot: "https://api.binance.com"
  }
}

/**
 * The simulator on this machine, at one address for everything.
 *
 * @category environments
 * @since 0.1.0
 */
export const simulator = (url: string = "http://127.0.0.1:9410"): EnvironmentShape => {
  const base = trimSlashes(url)
  return {
    name: "simulator",
    restUrl: base,
    streamUrl: streamUrlOf(base),
    marketData: { um: base, cm: base, spot: base }
  }
}

const trimSlashes = (url: string): string => url.trim().replace(/\/+$/, "")

const streamUrlOf = (restUrl: string): string => `${trimSlashes(restUrl).replace(/^http/i, "ws")}/pm`

const fail = (message: string): Effect.Effect<never, EnvironmentError> => Effect.fail(new EnvironmentError({ message }))

const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host)

const checkUrl = (
  field: string,
  url: string,
  scheme: "http" | "ws",
  name: EnvironmentName
): Effect.Effect<string, EnvironmentError> => {
  if (!URL.canParse(url)) {
    return fail(`${field}: not an address; expected ${scheme}s://host[:port][/path]`)
  }
  const parsed = new URL(url)
  if (parsed.username !== "" || parsed.password !== "" || /[?#]/.test(url)) {
    return fail(`${field}: an address without user, query and fragment is expected`)
  }
  if (parsed.protocol !== `${scheme}:` && parsed.protocol !== `${scheme}s:`) {
    return fail(`${field}: expected ${scheme}:// or ${scheme}s://, got ${parsed.protocol}//`)
  }
  if (name === "simulator" && !isLoopback(parsed.hostname)) {
    return fail(
      `${field}: the simulator environment is for this machine only (127.0.0.1, localhost, [::1]); `
        + `for another host use environment "custom"`
    )
  }
  if (parsed.protocol === `${scheme}:` && !isLoopback(parsed.hostname)) {
    return fail(
      `${field}: keys and signed requests are not sent in the clear; use ${scheme}s:// (plain ${scheme}:// only `
        + `on this machine)`
    )
  }
  return Effect.succeed(trimSlashes(`${parsed.protocol}//${parsed.host}${parsed.pathname}`))
}

const names: ReadonlyArray<EnvironmentName> = ["production", "simulator", "custom", "testnet", "demo"]

const missing =
  `no environment is named, and none is assumed. Set environment (BINANCE_ENVIRONMENT) to "production" for `
  + `the real exchange, to "simulator" for the one on this machine (npx -y pnpm@12 demo shows it), or to "custom" with `
  + `addresses of your own`

const notServed = (name: EnvironmentName): string =>
  `Binance serves no Portfolio Margin on its ${name}: papi exists in production only. Use environment "simulator" (the `
  + `exchange of @effect-binance/simulator) to try things out, or give addresses of your own (restUrl, streamUrl and `
  + `marketData) with the name "${name}"`

/**
 * Settles the addresses for the options given.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: EnvironmentOptions
): Effect.fn.Return<EnvironmentShape, EnvironmentError> {
  const asked = [
    ...(options.environment === undefined ? [] : [options.environment]),
    ...(options.testnet === true ? ["testnet" as const] : []),
    ...(options.demo === true ? ["demo" as const] : [])
  ]
  const name = asked[0]
  if (name === undefined) return yield* fail(missing)
  if (!names.includes(name)) {
    return yield* fail(`there is no environment "${name}"; expected one of ${names.join(", ")}`)
  }
  if (asked.some((other) => other !== name)) {
    return yield* fail(`more than one environment is named: ${asked.join(", ")}. Name one`)
  }
  const base: Partial<EnvironmentShape> = name === "production"
    ? production
    : name === "simulator"
    ? simulator(options.restUrl)
    : {}
  const restUrl = options.restUrl ?? base.restUrl
  const streamUrl = options.streamUrl ?? base.streamUrl
  const um = options.marketData?.um ?? base.marketData?.um
  const cm = options.marketData?.cm ?? base.marketData?.cm
  const spot = options.marketData?.spot ?? base.marketData?.spot
  if (restUrl === undefined && (name === "testnet" || name === "demo")) return yield* fail(notServed(name))
  if (restUrl === undefined) {
    return yield* fail(`environment "${name}" needs restUrl (BINANCE_REST_URL)`)
  }
  return {
    name,
    restUrl: yield* checkUrl("restUrl", restUrl, "http", name),
    // An exchange of one's own serves everything under its one address unless told otherwise.
    streamUrl: yield* checkUrl(
      "streamUrl",
      streamUrl ?? streamUrlOf(restUrl),
      "ws",
      name
    ),
    marketData: {
      um: yield* checkUrl("marketData.um", um ?? restUrl, "http", name),
      cm: yield* checkUrl("marketData.cm", cm ?? restUrl, "http", name),
      spot: yield* checkUrl("marketData.spot", spot ?? restUrl, "http", name)
    }
  }
})

/**
 * The variables an environment is read from: `BINANCE_ENVIRONMENT`, and the overrides `BINANCE_REST_URL`,
 * `BINANCE_STREAM_URL`, `BINANCE_UM_URL`, `BINANCE_CM_URL`, `BINANCE_SPOT_URL`.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<EnvironmentOptions> = Config.all({
  environment: Config.option(Config.Literals(names, "BINANCE_ENVIRONMENT")),
  restUrl: Config.option(Config.NonEmptyString("BINANCE_REST_URL")),
  streamUrl: Config.option(Config.NonEmptyString("BINANCE_STREAM_URL")),
  um: Config.option(Config.NonEmptyString("BINANCE_UM_URL")),
  cm: Config.option(Config.NonEmptyString("BINANCE_CM_URL")),
  spot: Config.option(Config.NonEmptyString("BINANCE_SPOT_URL"))
}).pipe(
  Config.map(({ cm, environment, restUrl, spot, streamUrl, um }) => ({
    environment: Option.getOrUndefined(environment),
    restUrl: Option.getOrUndefined(restUrl),
    streamUrl: Option.getOrUndefined(streamUrl),
    marketData: {
      um: Option.getOrUndefined(um),
      cm: Option.getOrUndefined(cm),
      spot: Option.getOrUndefined(spot)
    }
  }))
)

/**
 * The exchange that is talked to.
 *
 * @category services
 * @since 0.1.0
 */
export class Environment extends Context.Service<Environment, EnvironmentShape>()(
  "@effect-binance/core/Environment"
) {
  /**
   * The environment of the options.
   *
   * @since 0.1.0
   */
  static readonly layer = (options: EnvironmentOptions): Layer.Layer<Environment, EnvironmentError> =>
    Layer.effect(Environment, make(options))

  /**
   * The environment that the variables name (see {@link config}).
   *
   * @since 0.1.0
   */
  static readonly layerConfig = (
    options: Config.Config<EnvironmentOptions> = config
  ): Layer.Layer<Environment, EnvironmentError | Config.ConfigError> =>
    Layer.effect(Environment, Effect.flatMap(options, make))
}
