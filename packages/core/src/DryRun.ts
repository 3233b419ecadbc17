/**
 * A client that sends nothing: each call is checked, costed and written as it would go out, and fails with `NotSent`, which
 * carries the plan.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { InvalidRequest, MutationError, ReadError } from "./BinanceError.ts"
import * as CallGuard from "./CallGuard.ts"
import type { ClientShape } from "./Client.ts"
import { Client, CurrentOptions } from "./Client.ts"
import * as ClientOrderId from "./ClientOrderId.ts"
import type { Described, MutationEndpoint, ReadEndpoint, WireParams } from "./Endpoint.ts"
import * as Endpoints from "./Endpoint.ts"
import { NotSent, type Plan } from "./HeldBack.ts"
import * as prepare from "./internal/prepare.ts"

/**
 * What was held back so far.
 *
 * @category models
 * @since 0.1.0
 */
export interface DryRunShape {
  /** The plans, oldest first; watch them by `SubscriptionRef.changes`. */
  readonly plans: SubscriptionRef.SubscriptionRef<ReadonlyArray<Plan>>
  /** Gives the plans and forgets them. */
  readonly take: Effect.Effect<ReadonlyArray<Plan>>
}

/**
 * What can be set for a dry run.
 *
 * @category models
 * @since 0.1.0
 */
export interface DryRunOptions {
  /** The receive window that would be signed with, where a call has none of its own; 5000 milliseconds. */
  readonly recvWindow?: number | undefined
}

const planOf = (endpoint: Described, params: WireParams, recvWindow: number | undefined): Plan => {
  const clientOrderId = prepare.clientOrderIdOf(endpoint, params)
  const written: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(params)) if (value !== undefined) written[name] = value
  return {
    endpoint: endpoint.id,
    method: endpoint.method,
    path: endpoint.path,
    params: written,
    query: prepare.textOf(params, recvWindow),
    signed: endpoint.signed,
    safety: endpoint.safety,
    weight: Endpoints.weightOf(endpoint, params),
    orders: endpoint.orders,
    ...(clientOrderId === undefined ? {} : { clientOrderId })
  }
}

type Around<E> = (
  guards: ReadonlyArray<CallGuard.CallGuardShape>,
  call: CallGuard.GuardedCall,
  self: Effect.Effect<never, NotSent>
) => Effect.Effect<never, E>

const unguarded: Around<NotSent> = (_guards, _call, self) => self

const guarded: Around<MutationError> = (guards, call, self) =>
  guards.reduceRight<Effect.Effect<never, MutationError>>((inner, guard) => guard.around(call, inner), self)

const make = Effect.fnUntraced(function*(options: DryRunOptions, reads: ClientShape | undefined) {
  const plans = yield* SubscriptionRef.make<ReadonlyArray<Plan>>([])
  const ownGuards = yield* CallGuard.CallGuards

  const held = <E>(endpoint: Described, params: unknown, around: Around<E>): Effect.Effect<never, InvalidRequest | E> =>
    Effect.withFiber((fiber): Effect.Effect<never, InvalidRequest | E> => {
      const { recvWindow = options.recvWindow, timeout } = fiber.getRef(CurrentOptions)
      const checked = prepare.check(endpoint, params, { recvWindow, timeout })
      if (Result.isFailure(checked)) return Effect.fail(checked.failure)
      return Effect.flatMap(
        prepare.fill(endpoint, checked.success, fiber.getRef(ClientOrderId.Generator)),
        (wire) => {
          const plan = planOf(endpoint, wire, endpoint.signed ? prepare.recvWindowOf(wire, { recvWindow }) : undefined)
          const notSent = new NotSent({ endpoint: endpoint.id, request: endpoint.request, attempts: 0, plan })
          return around(
            CallGuard.inForce(ownGuards, fiber.getRef(CallGuard.CallGuards)),
            { endpoint, params: wire },
            Effect.andThen(SubscriptionRef.update(plans, (before) => [...before, plan]), Effect.fail(notSent))
          )
        }
      )
    })

  function call<P, A>(endpoint: ReadEndpoint<P, A>, params: P | undefined): Effect.Effect<A, ReadError>
  function call<P, A>(endpoint: MutationEndpoint<P, A>, params: P | undefined): Effect.Effect<A, MutationError>
  function call<P, A>(
    endpoint: ReadEndpoint<P, A> | MutationEndpoint<P, A>,
    params: P | undefined
  ): Effect.Effect<A, ReadError | MutationError> {
    if (endpoint.safety !== "read") return held(endpoint, params, guarded)
    return reads === undefined ? held(endpoint, params, unguarded) : reads.call(endpoint, params)
  }

  const client: ClientShape = { call }
  return Context.make(Client, client).pipe(
    Context.add(DryRun, { plans, take: SubscriptionRef.getAndSet(plans, []) })
  )
})

/**
 * The record of a dry run.
 *
 * **When to use**
 *
 * Use to look at what a program would send before it is let near an account: each plan has method, path, parameters as they are
 * written, request weight and order count.
 *
 * **Details**
 *
 * The layers provide a `Client` in place of the real one, so a program runs as it stands. There is no signer and no transport
 * behind {@link DryRun.layer}, so nothing can be sent, whatever keys the environment holds. A call fails as `InvalidRequest` where
 * its parameters break a rule, as `OrderRefused` where a guard refuses it, and else as `NotSent` with the plan.
 *
 * **Gotchas**
 *
 * What depends on the exchange (filters, margin, the rules of a symbol) is not checked. A program that goes on only where an order
 * was answered ends at the first one.
 *
 * @category services
 * @since 0.1.0
 */
export class DryRun extends Context.Service<DryRun, DryRunShape>()("@effect-binance/core/DryRun") {
  /**
   * Nothing is sent, reads included.
   *
   * @since 0.1.0
   */
  static readonly layer = (options: DryRunOptions = {}): Layer.Layer<DryRun | Client> =>
    Layer.effectContext(make(options, undefined))

  /**
   * Calls that only read go to the client at hand; whatever changes something is held back.
   *
   * @since 0.1.0
   */
  static readonly layerReads = (options: DryRunOptions = {}): Layer.Layer<DryRun | Client, never, Client> =>
    Layer.effectContext(Effect.flatMap(Client, (client) => make(options, client)))
}
