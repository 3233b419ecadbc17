/**
 * After a restart: which orders of the account are this program's, which of them it knows, and what became of the others.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as AccountState from "./AccountState.ts"
import * as OrderLife from "./OrderLife.ts"

/**
 * What the program knows of itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface Own {
  /**
   * What its client order ids begin with, see `ClientOrderId.make`. No other program's prefix may begin with it: end it with a
   * sign that the others do not have, as in `carry-`.
   */
  readonly prefix: string
  /** The client order ids that it has written down as sent and not yet as ended. */
  readonly known: Iterable<string>
}

/**
 * An order or a conditional order.
 *
 * @category models
 * @since 0.1.0
 */
export type AnyOrder =
  | { readonly _tag: "Order"; readonly order: OrderLife.Order }
  | { readonly _tag: "Conditional"; readonly order: OrderLife.Conditional }

/**
 * How what the program knows and what the exchange shows compare.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconciliation {
  /** Open, and known. */
  readonly open: ReadonlyArray<AnyOrder>
  /** Open and this program's by its prefix, but not known: it died between sending and writing down. To adopt, or to cancel. */
  readonly orphans: ReadonlyArray<AnyOrder>
  /** Known, and ended meanwhile. */
  readonly ended: ReadonlyArray<AnyOrder>
  /** Known, and the exchange shows nothing of them: never accepted, or ended longer ago. `Outcome.resolve` asks. */
  readonly missing: ReadonlyArray<string>
  /** Open, and of other programs, of people, or of the exchange itself. To be left alone. */
  readonly foreign: ReadonlyArray<AnyOrder>
}

const hasEnded = (any: AnyOrder): boolean =>
  any._tag === "Order" ? OrderLife.hasEnded(any.order) : OrderLife.hasConditionalEnded(any.order)

/** Each id once: of orders that were placed one after another under one id, the open one, else the youngest. */
const byClientId = (account: AccountState.Account): ReadonlyMap<string, AnyOrder> => {
  const found = new Map<string, AnyOrder>()
  for (const order of HashMap.values(account.conditionals)) {
    const known = found.get(order.clientId)
    if (known === undefined || hasEnded(known)) found.set(order.clientId, { _tag: "Conditional", order })
  }
  for (const { clientOrderId } of HashMap.values(account.orders)) {
    const known = found.get(clientOrderId)
    if (known?._tag === "Order" || (known !== undefined && !hasEnded(known))) continue
    const order = AccountState.orderByClientId(account, clientOrderId)
    if (order !== undefined) found.set(clientOrderId, { _tag: "Order", order })
  }
  return found
}

/**
 * Compares what the program knows with a live account.
 *
 * **Details**
 *
 * Nothing is sent and nothing changed: what to do with orphans is the program's to decide. Orders of other prefixes are never
 * among them, so that programs which share an account leave each other alone.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (account: AccountState.Account, own: Own): Reconciliation => {
  const known = new Set(own.known)
  const open: Array<AnyOrder> = []
  const orphans: Array<AnyOrder> = []
  const ended: Array<AnyOrder> = []
  const foreign: Array<AnyOrder> = []
  const shown = byClientId(account)
  for (const [clientId, any] of shown) {
    if (known.has(clientId)) (hasEnded(any) ? ended : open).push(any)
    else if (!hasEnded(any)) (clientId.startsWith(own.prefix) ? orphans : foreign).push(any)
  }
  return { open, orphans, ended, foreign, missing: [...known].filter((clientId) => !shown.has(clientId)) }
}
