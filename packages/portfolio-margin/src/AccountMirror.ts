/**
 * The account as a value that stays true: started from the exchange's answers, kept by the user data stream, and never passed
 * off as current while something may be missing.
 *
 * @since 0.1.0
 */
import type { OutcomeUnknown, ReadError } from "@effect-binance/core/BinanceError"
import { ServerClock } from "@effect-binance/core/ServerClock"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import type * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as AccountFacts from "./AccountFacts.ts"
import * as AccountState from "./AccountState.ts"
import * as OrderLife from "./OrderLife.ts"
import * as Outcome from "./Outcome.ts"
import * as Repair from "./Repair.ts"
import type { GapClosed, GapReason, UserDataItem } from "./UserDataItem.ts"
import { UserDataStream } from "./UserDataStream.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * Nothing is known yet: the exchange is being asked, or could not be asked so far.
 *
 * @category models
 * @since 0.1.0
 */
export interface Loading {
  readonly _tag: "Loading"
  readonly since: DateTime.Utc
  /** Why the last attempt failed. */
  readonly cause: Repair.RepairError | undefined
}

/**
 * The account as it is, as far as the exchange has told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Live {
  readonly _tag: "Live"
  readonly account: AccountState.Account
  /** Since when nothing has been missing. */
  readonly since: DateTime.Utc
}

/**
 * The account as it was: something may be missing since `since`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Stale {
  readonly _tag: "Stale"
  readonly account: AccountState.Account
  readonly since: DateTime.Utc
  readonly reason: GapReason
  /** Why it could not be found out yet what is missing. */
  readonly cause: Repair.RepairError | undefined
}

/**
 * The account, and how fresh it is: only a {@link Live} one may be taken for what is.
 *
 * @category models
 * @since 0.1.0
 */
export type View = Loading | Live | Stale

/**
 * The account is not live: it is being loaded, or something may be missing.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotLive extends Schema.TaggedError<NotLive>("@effect-binance/portfolio-margin/AccountMirror/NotLive")(
  "NotLive",
  {
    /** `Loading`, or why something may be missing. */
    reason: Schema.String,
    since: Schema.DateTimeUtc,
    message: Schema.String
  }
) {}

/**
 * An order ended, and not by being filled entirely.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFilled
  extends Schema.TaggedError<NotFilled>("@effect-binance/portfolio-margin/AccountMirror/NotFilled")(
    "NotFilled",
    {
      status: Schema.String,
      clientOrderId: Schema.String,
      message: Schema.String
    }
  )
{}

/**
 * Names an order: by its client order id, or by its id, which is only unique within a symbol.
 *
 * @category models
 * @since 0.1.0
 */
export type OrderRef =
  | {
    readonly clientOrderId: string
    /** Orders that changed last before this are not meant: ids of orders that ended can be used again. */
    readonly since?: DateTime.Utc | undefined
  }
  | Pick<OrderLife.Order, "market" | "symbol" | "orderId">

/**
 * Names a conditional order, by its client id or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type ConditionalRef =
  | { readonly clientId: string }
  | ({ readonly market: "UM" | "CM" } & OrderLife.ConditionalId)

/**
 * The stream showed the order before it was found by asking.
 *
 * @category models
 * @since 0.1.0
 */
export interface Seen {
  readonly _tag: "Seen"
  readonly order: OrderLife.Order
  readonly clientOrderId: string
}

/**
 * What can be set; all of it has defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountMirrorOptions {
  /** How many orders that have ended are kept, and conditional ones likewise; 1000. Open ones are all kept. */
  readonly keep?: number | undefined
  /** How many changes wait for a subscriber; one that is slower than that holds the mirror back. 16384. */
  readonly bufferSize?: number | undefined
  /** The shortest and longest pause before the exchange is asked again after a failure; 1 and 30 seconds. */
  readonly backoff?:
    | { readonly from?: Duration.Input | undefined; readonly to?: Duration.Input | undefined }
    | undefined
}

/**
 * A mirror of one account.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccountMirrorShape {
  /** The account and how fresh it is, now. */
  readonly view: Effect.Effect<View>
  /** The account, if it is live. */
  readonly account: Effect.Effect<AccountState.Account, NotLive>
  /** The account, once it is live. */
  readonly awaitLive: Effect.Effect<AccountState.Account>
  /** The account and how fresh it is, now and whenever either changes; who is slow gets the latest. */
  readonly views: Stream.Stream<View>
  /**
   * Each change from now on, once and in order. It says nothing about freshness: what a gap missed comes as changes when it is
   * found.
   */
  readonly changes: Stream.Stream<AccountState.Change>
  /** The orders that may change yet. */
  readonly openOrders: (symbol?: string) => Effect.Effect<ReadonlyArray<OrderLife.Order>, NotLive>
  /** The position of a symbol and side (`BOTH` in one-way mode, the default); `undefined` where there is none. */
  readonly positionOf: (
    market: "UM" | "CM",
    symbol: string,
    positionSide?: "BOTH" | "LONG" | "SHORT"
  ) => Effect.Effect<AccountState.Position | undefined, NotLive>
  /** An order as far as known. What is known of one order is never wrong, so that it need not be live. */
  readonly order: (ref: OrderRef) => Effect.Effect<OrderLife.Order | undefined>
  /**
   * Waits for an order to be as wanted, ended unless told otherwise. An order that is not known yet is waited for, so give the
   * whole a timeout.
   */
  readonly awaitOrder: (
    ref: OrderRef,
    until?: (order: OrderLife.Order) => boolean
  ) => Effect.Effect<OrderLife.Order>
  /** Waits for an order to be filled entirely. */
  readonly awaitFill: (ref: OrderRef) => Effect.Effect<OrderLife.Order, NotFilled>
  /** Waits for a conditional order to be as wanted: fired or ended unless told otherwise. */
  readonly awaitConditional: (
    ref: ConditionalRef,
    until?: (order: OrderLife.Conditional) => boolean
  ) => Effect.Effect<OrderLife.Conditional>
  /**
   * Tells the mirror what an answer said, for what the stream does not tell or tells later. Facts of answers are made by
   * `AccountFacts`.
   */
  readonly tell: (...facts: ReadonlyArray<AccountState.Fact>) => Effect.Effect<void>
  /**
   * Finds out what became of an `OutcomeUnknown`, by asking (`Outcome.resolve`) and by the stream, whichever knows first. For
   * orders that are matched at once: what a conditional order became is only asked for.
   */
  readonly resolve: <Order, Placed, Found, Ref, Canceled, R>(
    product: Outcome.Product<Order, Placed, Found, Ref, Canceled, R>,
    unknown: OutcomeUnknown,
    options: { readonly symbol: string }
  ) => Effect.Effect<Seen | Outcome.Resolution<Found>, never, R>
}

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

const matches = (ref: OrderRef, order: OrderLife.Order): boolean =>
  "clientOrderId" in ref
    ? ref.clientOrderId === order.clientOrderId &&
      (ref.since === undefined || !DateTime.isLessThan(order.updatedAt, ref.since))
    : ref.orderId === order.orderId && ref.symbol === order.symbol && ref.market === order.market

const find = (account: AccountState.Account, ref: OrderRef): OrderLife.Order | undefined => {
  const order = "clientOrderId" in ref
    ? AccountState.orderByClientId(account, ref.clientOrderId)
    : Option.getOrUndefined(HashMap.get(account.orders, OrderLife.keyOf(ref)))
  return order !== undefined && matches(ref, order) ? order : undefined
}

const matchesConditional = (ref: ConditionalRef, order: OrderLife.Conditional): boolean =>
  "clientId" in ref
    ? ref.clientId === order.clientId
    : OrderLife.conditionalKeyOf(ref) === OrderLife.conditionalKeyOf(order)

const findConditional = (account: AccountState.Account, ref: ConditionalRef): OrderLife.Conditional | undefined => {
  if ("clientId" in ref) {
    for (const order of HashMap.values(account.conditionals)) if (order.clientId === ref.clientId) return order
    return undefined
  }
  return Option.getOrUndefined(HashMap.get(account.conditionals, OrderLife.conditionalKeyOf(ref)))
}

const hasFired = (order: OrderLife.Conditional): boolean =>
  order.orderId !== undefined || OrderLife.hasConditionalEnded(order)

const notLive = (view: Exclude<View, Live>): NotLive => {
  const reason = view._tag === "Loading" ? "Loading" : view.reason._tag
  const cause = view.cause === undefined ? "" : ` The last attempt to ask failed: ${view.cause._tag}.`
  const since = DateTime.formatIso(view.since)
  return new NotLive({
    reason,
    since: view.since,
    message: view._tag === "Loading"
      ? `The account is not known yet: it is being asked for since ${since}.${cause}`
      : `Something may be missing of the account since ${since} (${reason}).${cause} Use awaitLive to wait.`
  })
}

const retryAfterOf = (error: Repair.RepairError): number =>
  error._tag === "RateLimited" && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : 0

const make = Effect.fnUntraced(function*(
  options: AccountMirrorOptions
): Effect.fn.Return<AccountMirrorShape, never, UserDataStream | Repair.Services | Scope.Scope> {
  const stream = yield* UserDataStream
  const services = yield* Effect.context<Repair.Services>()
  const serverClock = yield* Effect.serviceOption(ServerClock)
  const from = Duration.toMillis(Duration.fromInputUnsafe(options.backoff?.from ?? "1 second"))
  const to = Duration.toMillis(Duration.fromInputUnsafe(options.backoff?.to ?? "30 seconds"))
  const begun = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)

  let state = AccountState.make({ keep: options.keep })
  let view: View = { _tag: "Loading", since: begun, cause: undefined }
  // Each gap, and the loading at first, has a turn: what is found out for an earlier one counts no more.
  let turn = 0
  let moved = Latch.makeUnsafe(false)
  let isOver = false
  const changed = yield* PubSub.bounded<AccountState.Change>(options.bufferSize ?? 16_384)
  const waiting = new Set<(change: AccountState.Change) => void>()

  const show = (next: View): void => {
    view = next
    const waited = moved
    moved = Latch.makeUnsafe(false)
    waited.openUnsafe()
  }

  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      isOver = true
      moved.openUnsafe()
      return PubSub.shutdown(changed)
    })
  )

  const apply = (facts: Iterable<AccountState.Fact>): Effect.Effect<void> =>
    Effect.suspend(() => {
      const [next, changes] = AccountState.applyAll(state, facts)
      state = next
      if (changes.length === 0) return Effect.void
      if (view._tag !== "Loading") show({ ...view, account: state.account })
      if (waiting.size > 0) { for (const change of changes) for (const wake of waiting) wake(change) }
      return Effect.asVoid(PubSub.publishAll(changed, changes))
    })

  const exchangeTime: Effect.Effect<DateTime.Utc> = Option.match(serverClock, {
    onNone: () => Effect.map(Clock.currentTimeMillis, DateTime.makeUnsafe),
    onSome: (clock) => Effect.map(clock.now, (millis) => DateTime.makeUnsafe(millis))
  })

  // ---------------------------------------------------------------------------
  // Becoming live
  // ---------------------------------------------------------------------------

  /** What became of the orders that are open here and not there, and with it the whole account. */
  const settle = (snapshot: Repair.Snapshot): Effect.Effect<void, ReadError> =>
    Effect.suspend(() =>
      Effect.flatMap(
        Effect.forEach(
          AccountFacts.missing(state.account, snapshot),
          (key) => Effect.map(Effect.provideContext(Repair.ask(key), services), AccountFacts.ofRecovered),
          { concurrency: 4 }
        ),
        (facts) => apply([...facts, ...AccountFacts.ofSnapshot(snapshot)])
      )
    )

  const become = (mine: number, attempt: Effect.Effect<void, Repair.RepairError>): Effect.Effect<void> =>
    Effect.gen(function*() {
      const counts = () => turn === mine
      let pause = from
      while (counts()) {
        const result = yield* Effect.result(attempt)
        if (!counts()) return
        if (Result.isSuccess(result)) {
          const since = view._tag === "Live" ? view.since : yield* exchangeTime
          if (counts()) show({ _tag: "Live", account: state.account, since })
          return
        }
        if (view._tag !== "Live") show({ ...view, cause: result.failure })
        const jitter = yield* Random.next
        yield* Effect.sleep(Math.max(retryAfterOf(result.failure), pause / 2 + jitter * pause / 2))
        pause = Math.min(to, pause * 2)
      }
    })

  const load = Effect.flatMap(
    exchangeTime,
    (askedAt) => Effect.flatMap(Effect.provideContext(Repair.snapshot(askedAt), services), settle)
  )

  const closed = (gap: GapClosed): Effect.Effect<void, Repair.RepairError> => {
    let first = true
    // Asked again, its answer is old.
    return Effect.suspend(() => {
      const attempt = first ? settle(gap.asked) : load
      first = false
      return attempt
    })
  }

  const scope = yield* Effect.scope

  const take = (item: UserDataItem): Effect.Effect<void> => {
    switch (item._tag) {
      case "Connected": {
        if (turn > 0) return Effect.void
        const mine = ++turn
        return Effect.asVoid(Effect.forkIn(become(mine, load), scope))
      }
      case "Event":
        return item.event._tag === "UnknownEvent" || item.event._tag === "MalformedFrame"
          ? Effect.void
          : apply(AccountFacts.ofEvent(item.event))
      case "GapOpened":
        return Effect.sync(() => {
          turn++
          state = AccountState.nextEpoch(state)
          if (view._tag === "Loading") return
          const { reason, since } = item
          show({ _tag: "Stale", account: state.account, since, reason, cause: undefined })
        })
      case "GapPending":
        return Effect.sync(() => {
          if (view._tag !== "Live") show({ ...view, cause: item.cause })
        })
      case "Recovered":
        return apply([AccountFacts.ofRecovered(item.fact)])
      case "GapClosed": {
        const mine = ++turn
        return Effect.asVoid(Effect.forkIn(become(mine, closed(item)), scope))
      }
    }
  }

  const items = yield* stream.subscribe()
  yield* Effect.forkIn(Stream.runForEach(items, take), scope)

  // ---------------------------------------------------------------------------
  // Waiting
  // ---------------------------------------------------------------------------

  /** What is known already, or the first change that is as wanted. */
  const wait = <A>(
    known: (account: AccountState.Account) => A | undefined,
    of: (change: AccountState.Change) => A | undefined
  ): Effect.Effect<A> =>
    Effect.suspend(() => {
      const now = known(state.account)
      if (now !== undefined) return Effect.succeed(now)
      const found = Deferred.makeUnsafe<A>()
      const wake = (change: AccountState.Change): void => {
        const value = of(change)
        if (value === undefined) return
        waiting.delete(wake)
        Deferred.doneUnsafe(found, Effect.succeed(value))
      }
      waiting.add(wake)
      return Effect.ensuring(Deferred.await(found), Effect.sync(() => void waiting.delete(wake)))
    })

  const awaitOrder: AccountMirrorShape["awaitOrder"] = (ref, until = OrderLife.hasEnded) => {
    const wanted = (order: OrderLife.Order | undefined) => order !== undefined && until(order) ? order : undefined
    return wait(
      (account) => wanted(find(account, ref)),
      (change) => change._tag === "OrderChanged" && matches(ref, change.order) ? wanted(change.order) : undefined
    )
  }

  const account = Effect.suspend(() => view._tag === "Live" ? Effect.succeed(view.account) : Effect.fail(notLive(view)))

  const views: Stream.Stream<View> = Stream.suspend(() => {
    let last: View | undefined
    const pull: Pull.Pull<readonly [View]> = Effect.suspend(() => {
      if (view !== last) {
        last = view
        return Effect.succeed([view] as const)
      }
      return isOver ? Cause.done() : Effect.andThen(moved.await, pull)
    })
    return Stream.fromPull(Effect.succeed(pull))
  })

  return {
    view: Effect.sync(() => view),
    account,
    awaitLive: Effect.suspend(() =>
      view._tag === "Live"
        ? Effect.succeed(view.account)
        : Effect.flatMap(
          Stream.runHead(Stream.filter(views, (view) => view._tag === "Live")),
          Option.match({ onNone: () => Effect.never, onSome: ({ account }) => Effect.succeed(account) })
        )
    ),
    views,
    changes: Stream.fromPubSub(changed),
    openOrders: (symbol) => Effect.map(account, (account) => AccountState.openOrders(account, symbol)),
    positionOf: (market, symbol, positionSide) =>
      Effect.map(account, (account) => AccountState.positionOf(account, market, symbol, positionSide)),
    order: (ref) => Effect.sync(() => find(state.account, ref)),
    awaitOrder,
    awaitFill: (ref) =>
      Effect.flatMap(awaitOrder(ref), (order) =>
        order.status === "FILLED"
          ? Effect.succeed(order)
          : Effect.fail(
            new NotFilled({
              status: order.status,
              clientOrderId: order.clientOrderId,
              message: `The order ${order.clientOrderId} of ${order.symbol} ended as ${order.status}.`
            })
          )),
    awaitConditional: (ref, until = hasFired) => {
      const wanted = (order: OrderLife.Conditional | undefined) =>
        order !== undefined && until(order) ? order : undefined
      return wait(
        (account) => wanted(findConditional(account, ref)),
        (change) =>
          change._tag === "ConditionalChanged" && matchesConditional(ref, change.order)
            ? wanted(change.order)
            : undefined
      )
    },
    tell: (...facts) => apply(facts),
    resolve: (product, unknown, { symbol }) => {
      const asked = Outcome.resolve(product, unknown, { symbol })
      const { clientOrderId } = unknown
      if (clientOrderId === undefined) return asked
      // By the exchange's clock it may have been placed a little before it was sent by ours.
      const since = DateTime.subtractDuration(unknown.sentAt, "1 second")
      const seen = Effect.map(
        awaitOrder({ clientOrderId, since }, (order) => order.symbol === symbol),
        (order): Seen => ({ _tag: "Seen", order, clientOrderId })
      )
      return Effect.raceFirst(seen, asked)
    }
  }
})

/**
 * The account of a user data stream, as a value.
 *
 * **When to use**
 *
 * Use where a program decides by what the account is: positions, open orders, balances. Programs that want each event use
 * `UserDataStream` alone.
 *
 * **Details**
 *
 * It is loaded when the stream is connected (weight about 240), then kept by events. While the stream may have missed something
 * the view is `Stale`; what was missed is applied, and the view is live again. An order is never told twice: `changes` has each
 * fill once.
 *
 * **Gotchas**
 *
 * `uniMMR` and unrealised profit move with prices, which the user data stream does not tell: both have the time they are of.
 *
 * @category services
 * @since 0.1.0
 */
export class AccountMirror extends Context.Service<AccountMirror, AccountMirrorShape>()(
  "@effect-binance/portfolio-margin/AccountMirror"
) {
  /**
   * The mirror of the stream at hand.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options: AccountMirrorOptions = {}
  ): Layer.Layer<AccountMirror, never, UserDataStream | Repair.Services> => Layer.effect(AccountMirror, make(options))
}
