/**
 * The keys of the user data stream: one of each account, good for an hour.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Crypto from "node:crypto"
import * as ExchangeError from "./ExchangeError.ts"

/**
 * A listen key, whose it is, and when it ends, in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListenKey {
  readonly key: string
  readonly accountId: string
  readonly expiresAt: number
}

/**
 * The listen keys of an exchange by account; `made` counts all that ever were.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListenKeys {
  readonly byAccount: ReadonlyMap<string, ListenKey>
  readonly made: number
}

/**
 * No keys.
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: ListenKeys = { byAccount: new Map(), made: 0 }

/**
 * There is no such listen key (-1125).
 *
 * @category errors
 * @since 0.1.0
 */
export const unknown: ExchangeError.ExchangeError = ExchangeError.make(-1125, "This listenKey does not exist.")

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// The same key in every run of the same program: a secret of this machine only, and runs can be compared.
const name = (accountId: string, made: number, now: number): string => {
  const bytes = Crypto.createHash("sha512").update(`${accountId}\n${made}\n${now}`).digest()
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join("")
}

const active = (self: ListenKeys, accountId: string, now: number): ListenKey | undefined => {
  const found = self.byAccount.get(accountId)
  return found === undefined || found.expiresAt <= now ? undefined : found
}

const store = (self: ListenKeys, key: ListenKey): ListenKeys => ({
  ...self,
  byAccount: new Map(self.byAccount).set(key.accountId, key)
})

/**
 * The key that an account listens by: the active one, or a new one. Its life begins anew.
 *
 * @category transitions
 * @since 0.1.0
 */
export const open = (
  self: ListenKeys,
  accountId: string,
  life: number,
  now: number
): readonly [ListenKeys, ListenKey] => {
  const found = active(self, accountId, now)
  const key = {
    key: found?.key ?? name(accountId, self.made, now),
    accountId,
    expiresAt: now + life
  }
  return [{ ...store(self, key), made: found === undefined ? self.made + 1 : self.made }, key]
}

/**
 * Begins the life of the active key anew; without one, -1125.
 *
 * @category transitions
 * @since 0.1.0
 */
export const keepAlive = (
  self: ListenKeys,
  accountId: string,
  life: number,
  now: number
): Result.Result<ListenKeys, ExchangeError.ExchangeError> => {
  const found = active(self, accountId, now)
  return found === undefined ? Result.fail(unknown) : Result.succeed(store(self, { ...found, expiresAt: now + life }))
}

/**
 * Ends the active key; without one, -1125.
 *
 * @category transitions
 * @since 0.1.0
 */
export const close = (
  self: ListenKeys,
  accountId: string,
  now: number
): Result.Result<ListenKeys, ExchangeError.ExchangeError> =>
  active(self, accountId, now) === undefined ? Result.fail(unknown) : Result.succeed(without(self, accountId))

/**
 * The keys without that of an account.
 *
 * @category transitions
 * @since 0.1.0
 */
export const without = (self: ListenKeys, accountId: string): ListenKeys => {
  const byAccount = new Map(self.byAccount)
  byAccount.delete(accountId)
  return { ...self, byAccount }
}

/**
 * Takes out the keys whose time is over.
 *
 * @category transitions
 * @since 0.1.0
 */
export const expire = (self: ListenKeys, now: number): readonly [ListenKeys, ReadonlyArray<ListenKey>] => {
  const over = [...self.byAccount.values()].filter(({ expiresAt }) => expiresAt <= now)
  return [over.reduce((keys, { accountId }) => without(keys, accountId), self), over]
}

/**
 * When the next key ends, in milliseconds; infinity without keys.
 *
 * @category lookups
 * @since 0.1.0
 */
export const nextExpiry = (self: ListenKeys): number => {
  let next = Infinity
  for (const { expiresAt } of self.byAccount.values()) next = Math.min(next, expiresAt)
  return next
}
