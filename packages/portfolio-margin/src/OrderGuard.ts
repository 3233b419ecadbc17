/**
 * A guard for orders: limits of one's own, held before anything is sent, and a kill switch.
 *
 * @since 0.1.0
 */
import type { MutationError } from "@effect-binance/core/BinanceError"
import * as CallGuard from "@effect-binance/core/CallGuard"
import { OrderRefused } from "@effect-binance/core/HeldBack"
import type * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { Amount, Side } from "./endpoints/OrderTerms.ts"
import * as guard from "./internal/guard.ts"

/**
 * An order as the guard sees it, whichever call it came by.
 *
 * @category models
 * @since 0.1.0
 */
export interface GuardedOrder {
  readonly product: "um" | "cm" | "margin"
  /** The documented name of the call. */
  readonly endpoint: string
  readonly symbol: string
  /** `BUY` or `SELL`. */
  readonly side: string
  /** Base asset (UM, margin) or contracts (CM); absent where the order closes the position or is given by its worth. */
  readonly quantity: BigDecimal.BigDecimal | undefined
  /** What is to be spent or received, for margin orders given so. */
  readonly quoteQuantity: BigDecimal.BigDecimal | undefined
  /** The prices it may trade at: `price`, and `stopLimitPrice` of a pair. */
  readonly prices: ReadonlyArray<BigDecimal.BigDecimal>
  /** The prices it waits for. */
  readonly triggers: ReadonlyArray<BigDecimal.BigDecimal>
  /**
   * Whether it can only make a position smaller: `reduceOnly`, `closePosition`, or in hedge mode the side against its
   * `positionSide`. Never for margin orders and for changes of orders, which do not say.
   */
  readonly reducing: boolean
  /** How many orders it counts as. */
  readonly orders: number
}

/**
 * One limit for all symbols, or one for each; with `*` for those that are not named. A symbol that has none is refused.
 *
 * @category models
 * @since 0.1.0
 */
export type PerSymbol<A> = A | { readonly [symbol: string]: A }

/**
 * The rules. What is left out is not held.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderGuardOptions<R = never, E = never> {
  /** The symbols that may be traded. */
  readonly symbols?: ReadonlyArray<string> | undefined
  /** The sides that may be taken. */
  readonly sides?: ReadonlyArray<Side> | undefined
  /** Whether only orders pass that can only make a position smaller; see {@link GuardedOrder}. */
  readonly reduceOnly?: boolean | undefined
  /** The largest quantity of one order: base asset (UM, margin), or contracts (CM). */
  readonly maxQuantity?: PerSymbol<Amount> | undefined
  /**
   * The largest worth of one order: quote asset (UM, margin) at the highest of its prices and the reference price, or USD (CM) by
   * `contractSize`.
   */
  readonly maxNotional?: PerSymbol<Amount> | undefined
  /** How far the prices of an order may lie from the reference price, as a share of it: 0.05 for 5 percent either way. */
  readonly priceBand?: PerSymbol<number> | undefined
  /**
   * What the symbol trades at: a book, a mark price, a stream. Asked where a rule needs it. Where it fails or has no price the
   * order is refused.
   */
  readonly referencePrice?:
    | ((order: GuardedOrder) => Effect.Effect<BigDecimal.BigDecimal | undefined, E, R>)
    | undefined
  /** The worth of one CM contract in USD; 100 for BTCUSD and 10 for the others. */
  readonly contractSize?: ((symbol: string) => Amount) | undefined
  /** How many orders may go out within any 60 seconds; a pair counts as two. */
  readonly ordersPerMinute?: number | undefined
  /**
   * How many orders may be open. `count` tells how many are, for the order at hand (of its symbol, of all: as it likes); those that
   * are under way here are added. Where it fails the order is refused.
   */
  readonly openOrders?: {
    readonly limit: number
    readonly count: (order: GuardedOrder) => Effect.Effect<number, E, R>
  } | undefined
  /** Which failures of calls that change something trip the kill switch; none where it is left out. */
  readonly tripOn?: ((error: MutationError) => boolean) | undefined
  /** What the tripped switch lets through: nothing (the default), or orders that can only make a position smaller. */
  readonly whenTripped?: "refuse" | "reduceOnly" | undefined
}

/**
 * The kill switch.
 *
 * @category models
 * @since 0.1.0
 */
export type KillSwitch =
  | { readonly _tag: "Armed" }
  | {
    readonly _tag: "Tripped"
    readonly reason: string
    readonly at: DateTime.Utc
    /** The failure that tripped it, where one did. */
    readonly error: MutationError | undefined
  }

/**
 * The guard at work.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderGuardShape {
  /** The kill switch; watch it by `SubscriptionRef.changes`. */
  readonly killSwitch: SubscriptionRef.SubscriptionRef<KillSwitch>
  /** Trips the kill switch: from now on no order is sent, those that wait for a limit included. */
  readonly trip: (reason: string) => Effect.Effect<void>
  /** Lets orders through again. */
  readonly reset: Effect.Effect<void>
}

const armed: KillSwitch = { _tag: "Armed" }

const minute = 60_000

/**
 * Guards the orders of a client.
 *
 * **When to use**
 *
 * Provide the layer to a client's layer. It holds for every way to an order: `PortfolioClient`, the families' services, `Outcome`, a
 * dry run, and calls by `Endpoint.raw`.
 *
 * **Details**
 *
 * It stands around the calls that place or change an order (UM, CM, margin; algo, conditional, pairs). An order that breaks a rule
 * fails with `OrderRefused`, which names the rule, the limit and the value, and nothing is sent. Cancellations always pass. What
 * cannot be judged (no reference price, a count that fails) is refused.
 *
 * **Gotchas**
 *
 * Several guards are provided one after another (`Layer.provide(a), Layer.provide(b)`), and all hold; in one list only the last
 * would. Limits are per layer: two clients in two processes have one each. An order that was sent before the switch tripped is not
 * taken back: cancel what is open.
 *
 * **Example** (No more than one bitcoin, and not more than 5 percent from the market)
 *
 * ```ts
 * import * as Decimal from "@effect-binance/core/Decimal"
 * import { OrderGuard } from "@effect-binance/portfolio-margin/OrderGuard"
 * import * as Effect from "effect/Effect"
 *
 * const guard = OrderGuard.layer({
 *   symbols: ["BTCUSDT"],
 *   maxQuantity: "1",
 *   priceBand: 0.05,
 *   referencePrice: () => Effect.succeed(Decimal.parse("90000")),
 *   ordersPerMinute: 60,
 *   tripOn: (error) => error._tag === "AuthRevoked" || error._tag === "Banned"
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class OrderGuard extends Context.Service<OrderGuard, OrderGuardShape>()(
  "@effect-binance/portfolio-margin/OrderGuard"
) {
  /**
   * The guard of the options, for the clients that are built with it.
   *
   * @since 0.1.0
   */
  static readonly layer = <R = never, E = never>(options: OrderGuardOptions<R, E>): Layer.Layer<OrderGuard, never, R> =>
    Layer.effectContext(
      Effect.gen(function*() {
        const outer = yield* CallGuard.CallGuards
        const [shape, own] = yield* make(options)
        return Context.make(OrderGuard, shape).pipe(Context.add(CallGuard.CallGuards, [...outer, own]))
      })
    )
}

const make = Effect.fnUntraced(function*<R, E>(options: OrderGuardOptions<R, E>): Effect.fn.Return<
  readonly [OrderGuardShape, CallGuard.CallGuardShape],
  never,
  R
> {
  const context = yield* Effect.context<R>()
  const killSwitch = yield* SubscriptionRef.make<KillSwitch>(armed)
  let underWay = 0
  let sent: Array<number> = []

  const tripped = (reason: string, error: MutationError | undefined): Effect.Effect<void> =>
    Effect.flatMap(DateTime.now, (at) =>
      SubscriptionRef.update(
        killSwitch,
        // The first cause is the one worth knowing.
        (before): KillSwitch => before._tag === "Tripped" ? before : { _tag: "Tripped", reason, at, error }
      ))

  const refused = (order: GuardedOrder, request: string, broken: guard.Broken): OrderRefused =>
    new OrderRefused({ endpoint: order.endpoint, request, attempts: 0, symbol: order.symbol, ...broken })

  const switched = (order: GuardedOrder): guard.Broken | undefined => {
    const state = SubscriptionRef.getUnsafe(killSwitch)
    return state._tag === "Armed" || (options.whenTripped === "reduceOnly" && order.reducing)
      ? undefined
      : {
        rule: "killSwitch",
        limit: options.whenTripped === "reduceOnly" ? "orders that reduce" : "no orders",
        value: `tripped: ${state.reason}`
      }
  }

  // What cannot be known is undefined, and refused by the rule that needs it.
  const asked = <A>(self: Effect.Effect<A, E, R>): Effect.Effect<A | undefined> =>
    Effect.map(Effect.option(Effect.provideContext(self, context)), Option.getOrUndefined)

  // The last look and the counting are one step, so that no two orders take the same place.
  const admit = (order: GuardedOrder, request: string, open: number | undefined): Effect.Effect<void, OrderRefused> =>
    Effect.flatMap(Clock.monotonicTimeNanos, (nanos) => {
      const now = Number(nanos / 1_000_000n)
      sent = sent.filter((at) => now - at < minute)
      const broken = switched(order) ??
        guard.tooMany("ordersPerMinute", options.ordersPerMinute, sent.length + order.orders) ??
        (options.openOrders === undefined
          ? undefined
          : guard.tooMany(
            "openOrders",
            options.openOrders.limit,
            open === undefined ? undefined : open + underWay + order.orders
          ))
      if (broken !== undefined) return Effect.fail(refused(order, request, broken))
      for (let i = 0; i < order.orders; i++) sent.push(now)
      underWay += order.orders
      return Effect.void
    })

  const own: CallGuard.CallGuardShape = {
    around: (call, self) => {
      const { tripOn } = options
      const watched = tripOn === undefined
        ? self
        : Effect.tapError(self, (error) => tripOn(error) ? tripped(error.message, error) : Effect.void)
      const order = guard.orderOf(call)
      if (order === undefined) return watched
      const { request } = call.endpoint
      return Effect.gen(function*() {
        const broken = switched(order) ?? guard.plain(options, order)
        if (broken !== undefined) return yield* refused(order, request, broken)
        const { openOrders, referencePrice } = options
        if (guard.needsReference(options, order)) {
          const reference = referencePrice === undefined ? undefined : yield* asked(referencePrice(order))
          const off = guard.priced(options, order, reference)
          if (off !== undefined) return yield* refused(order, request, off)
        }
        const open = openOrders === undefined ? undefined : yield* asked(openOrders.count(order))
        return yield* Effect.acquireUseRelease(
          admit(order, request, open),
          () => watched,
          () => Effect.sync(() => void (underWay -= order.orders))
        )
      })
    },
    beforeSend: (call) => {
      const order = guard.orderOf(call)
      const broken = order === undefined ? undefined : switched(order)
      return order === undefined || broken === undefined ? undefined : refused(order, call.endpoint.request, broken)
    }
  }

  return [
    {
      killSwitch,
      trip: (reason) => tripped(reason, undefined),
      reset: SubscriptionRef.set(killSwitch, armed)
    },
    own
  ]
})
