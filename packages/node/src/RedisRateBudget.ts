/**
 * The limits of the exchange, kept together by all processes that share an IP or an account: `RateBudget` with its counts,
 * pauses and bans in Redis.
 *
 * @since 0.1.0
 */
import * as RateBudget from "@effect-binance/core/RateBudget"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redis from "effect/persistence/Redis"
import * as redisStore from "./internal/redisStore.ts"

/**
 * What happens while Redis is out of reach.
 *
 * **Details**
 *
 * `refuse`: nothing is sent. Calls wait as for any limit, and fail as `RateLimited` with `budget: "store"`.
 *
 * `processes`: each process goes on by itself with one part of so many. It has to be the largest number of processes there
 * can be. In the minute in which Redis is lost nobody knows what the others used; for that a part of the limits, `headroom`
 * (0.1), is never used while Redis is there. When it is found again, all go back to it in the same minute, the next one or
 * the one after.
 *
 * **Gotchas**
 *
 * Parts are safe where Redis is lost to all. If only some lose it, the others go on with the whole. Calls with a quota of
 * their own are refused meanwhile.
 *
 * @category models
 * @since 0.1.0
 */
export type Unreachable = "refuse" | {
  readonly processes: number
  readonly headroom?: number | undefined
}

/**
 * What can be set about the place in Redis; all of it has defaults. Processes that share it must have the same.
 *
 * @category models
 * @since 0.1.0
 */
export interface RedisOptions {
  /** What the names of keys begin with; `effect-binance`. */
  readonly prefix?: string | undefined
  /**
   * A name for the IP that the exchange sees; `shared`. Processes behind different IPs have a weight for each, and share the
   * orders of their accounts.
   */
  readonly ip?: string | undefined
  /**
   * How long what is in flight counts if nothing is heard of it, as its process died; 1 minute. Must be longer than any call
   * takes, timeout included.
   */
  readonly lease?: Duration.Input | undefined
  /** How long Redis is waited for before it is out of reach; half a second. */
  readonly timeout?: Duration.Input | undefined
  /** What happens then; `refuse`. */
  readonly unreachable?: Unreachable | undefined
}

/**
 * The store alone, for a budget that is made otherwise. `edge` must be that of the budget.
 *
 * @category stores
 * @since 0.1.0
 */
export const store = (
  options: RedisOptions & Pick<RateBudget.RateBudgetOptions, "edge"> = {}
): Effect.Effect<RateBudget.Store, never, Redis.Redis> => redisStore.make(options)

/**
 * A budget that all processes with the same Redis and prefix share.
 *
 * **When to use**
 *
 * Where more than one process sends from one IP, or for one account. Within one process `RateBudget.layer` does.
 *
 * **Details**
 *
 * Counts are by host and IP (weight), and by host and account (orders, quotas); an account is named by a fingerprint of its
 * key, or by the `account` of its client. No key is stored. Windows are the exchange's minutes, by the clock of Redis and the
 * offset that one of the processes measures; so processes whose clocks differ count alike. A pause or a ban that one process
 * is told holds for all.
 *
 * The queue, its lanes and its fairness are each process' own.
 *
 * **Gotchas**
 *
 * Each call asks Redis twice, before it is sent and with its answer. A Redis that was started anew may have forgotten what
 * was used, so nothing is sent until the minute is over.
 *
 * **Example** (Processes behind one IP)
 *
 * ```ts
 * import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
 * import * as RedisRateBudget from "@effect-binance/node/RedisRateBudget"
 * import * as NodeRedis from "@effect/platform-node/NodeRedis"
 * import * as Layer from "effect/Layer"
 *
 * const limits = RedisRateBudget.layer({ share: 0.8, unreachable: { processes: 4 } }).pipe(
 *   Layer.provide(NodeRedis.layer({ url: "redis://127.0.0.1:6379", disableOfflineQueue: true }))
 * )
 *
 * export const client = NodePortfolioClient.layerConfig().pipe(Layer.provideMerge(limits))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Omit<RateBudget.RateBudgetOptions, "store"> & RedisOptions = {}
): Layer.Layer<RateBudget.RateBudget, never, Redis.Redis> =>
  Layer.unwrap(Effect.map(store(options), (made) => RateBudget.RateBudget.layer({ ...options, store: made })))
