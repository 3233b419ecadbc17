/**
 * An exchange as a file: what it begins with, written by hand, and what has come in since, written when it is saved.
 *
 * **Example** (A file)
 *
 * ```ts import.meta.vitest
 * import * as Simulator from "@effect-binance/simulator/Simulator"
 * import * as StateFile from "@effect-binance/simulator/StateFile"
 * import * as Effect from "effect/Effect"
 *
 * const text = `{
 *   "format": "effect-binance-simulator",
 *   "version": 1,
 *   "accounts": [{
 *     "id": "desk",
 *     "keys": [{ "apiKey": "desk-key", "secret": "desk-secret" }],
 *     "margin": { "USDT": "25000", "BTC": { "free": "0.5", "borrowed": "0.1" } },
 *     "positions": [{ "product": "UM", "symbol": "BTCUSDT", "quantity": "-0.4", "entryPrice": "96000" }]
 *   }],
 *   "prices": { "BTCUSDT": "97000" }
 * }`
 *
 * const program = Effect.gen(function*() {
 *   const { options } = yield* Effect.flatMap(StateFile.parse(text), StateFile.open)
 *   const exchange = yield* Effect.provide(Simulator.Simulator, Simulator.Simulator.layer(options))
 *   return [...(yield* exchange.state).accounts.keys()]
 * })
 *
 * await Effect.runPromise(program) // => ["desk"]
 * ```
 *
 * @since 0.1.0
 */
import * as Field from "@effect-binance/core/Field"
import * as LosslessJson from "@effect-binance/core/LosslessJson"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Crypto from "node:crypto"
import * as Engine from "./Engine.ts"
import * as forms from "./internal/commandForms.ts"
import { zero } from "./internal/decimals.ts"
import * as inputs from "./internal/inputs.ts"
import type * as Replay from "./Replay.ts"
import * as Simulator from "./Simulator.ts"

/**
 * A file that cannot be read, or whose content the exchange refuses.
 *
 * @category errors
 * @since 0.1.0
 */
export class StateFileInvalid
  extends Schema.TaggedError<StateFileInvalid>("@effect-binance/simulator/StateFileInvalid")(
    "StateFileInvalid",
    { reason: Schema.String }
  )
{
  override get message(): string {
    return this.reason
  }
}

const invalid = (reason: string) => new StateFileInvalid({ reason })

// -----------------------------------------------------------------------------
// What is in it
// -----------------------------------------------------------------------------

/**
 * A key in a file: an HMAC secret, or the public half of an RSA or Ed25519 pair as PEM.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Key = Schema.Union([
  Schema.Struct({ apiKey: Schema.NonEmptyString, secret: Schema.NonEmptyString }),
  Schema.Struct({ apiKey: Schema.NonEmptyString, publicKey: Schema.NonEmptyString })
])

/**
 * A key of an account.
 *
 * @category models
 * @since 0.1.0
 */
export type Key = typeof Key.Type

const MarginBalance = Schema.Union([
  Field.Decimal,
  Schema.Struct({
    free: Field.Decimal,
    locked: Schema.optionalKey(Field.Decimal),
    borrowed: Schema.optionalKey(Field.Decimal),
    interest: Schema.optionalKey(Field.Decimal)
  })
])

const Position = Schema.Struct({
  product: Schema.Literals(["UM", "CM"]),
  symbol: Schema.String,
  positionSide: Schema.optionalKey(Schema.Literals(["BOTH", "LONG", "SHORT"])),
  quantity: Field.Decimal,
  entryPrice: Field.Decimal
})

/**
 * An account to begin with.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Account = Schema.Struct({
  id: Schema.NonEmptyString,
  keys: Schema.optionalKey(Schema.Array(Key)),
  /** Balances of the margin wallet by asset: free, or all of them. */
  margin: Schema.optionalKey(Schema.Record(Schema.String, MarginBalance)),
  /** Balances of the futures wallets by asset. */
  um: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  cm: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  dualSidePosition: Schema.optionalKey(Schema.Boolean),
  feeBurn: Schema.optionalKey(Schema.Boolean),
  /** Leverage of UM and CM symbols. */
  umLeverage: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  cmLeverage: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  positions: Schema.optionalKey(Schema.Array(Position))
})

/**
 * The commands from outside, all of them: a file can hold them, and they can be given over the control API.
 *
 * **Details**
 *
 * Figures are text or numbers, ids of futures orders text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Command: Schema.Codec<Engine.OutsideCommand, unknown> = forms.command

const Entry = Schema.Union([
  Schema.Struct({
    at: Schema.Int,
    request: Schema.Struct({
      accountId: Schema.String,
      endpoint: Schema.String,
      params: Schema.Record(Schema.String, Schema.String)
    })
  }),
  Schema.Struct({ at: Schema.Int, command: Command }),
  Schema.Struct({ at: Schema.Int, open: Schema.NonEmptyString }),
  Schema.Struct({ at: Schema.Int, advance: Schema.Literal(true) })
])

/**
 * The file. Without `accounts` the exchange opens with its funded account `demo`; without `opened` it opens now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StateFile = Schema.Struct({
  format: Schema.Literal("effect-binance-simulator"),
  version: Schema.Literal(1),
  /** When the exchange opened, in milliseconds. */
  opened: Schema.optionalKey(Schema.Int),
  accounts: Schema.optionalKey(Schema.Array(Account)),
  /** Keys of accounts that were opened later. */
  keys: Schema.optionalKey(Schema.Array(Schema.Struct({ accountId: Schema.String, key: Key }))),
  /** Last, mark and index price of a contract. */
  prices: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  /** Where these differ from the last price. */
  markPrices: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  indexPrices: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  /** Last prices of spot pairs. */
  spotPrices: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  /** Funding rates of contracts. */
  fundingRates: Schema.optionalKey(Schema.Record(Schema.String, Field.Decimal)),
  /** What has come in since, oldest first. */
  journal: Schema.optionalKey(Schema.Array(Entry))
})

/**
 * The content of a file.
 *
 * @category models
 * @since 0.1.0
 */
export type StateFile = typeof StateFile.Type

/**
 * A file with nothing in it: the exchange as it opens by itself.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: StateFile = { format: "effect-binance-simulator", version: 1 }

const decode = Schema.decodeUnknownResult(StateFile, { onExcessProperty: "error" })

/**
 * Reads the text of a file. What is misspelt is refused.
 *
 * @category reading
 * @since 0.1.0
 */
export const parse = (text: string): Effect.Effect<StateFile, StateFileInvalid> =>
  Effect.suspend(() => {
    const json = LosslessJson.parse(text)
    if (Result.isFailure(json)) return Effect.fail(invalid(`not JSON: ${json.failure.message}`))
    const file = decode(json.success)
    return Result.isSuccess(file)
      ? Effect.succeed(file.success)
      : Effect.fail(invalid(file.failure.message.replaceAll(/\s+/g, " ")))
  })

// -----------------------------------------------------------------------------
// An exchange from it
// -----------------------------------------------------------------------------

const setup = (account: typeof Account.Type): ReadonlyArray<Engine.OutsideCommand> => {
  const accountId = account.id
  const commands: Array<Engine.OutsideCommand> = []
  for (const [asset, given] of Object.entries(account.margin ?? {})) {
    const balance = "free" in given ? given : { free: given }
    commands.push({
      _tag: "SetMarginBalance",
      accountId,
      asset,
      locked: zero,
      borrowed: zero,
      interest: zero,
      ...balance
    })
  }
  for (const [product, wallet] of [["UM", account.um], ["CM", account.cm]] as const) {
    for (const [asset, balance] of Object.entries(wallet ?? {})) {
      commands.push({ _tag: "SetWalletBalance", accountId, product, asset, balance })
    }
  }
  const { dualSidePosition, feeBurn } = account
  if (dualSidePosition !== undefined) commands.push({ _tag: "ChangeUmPositionMode", accountId, dualSidePosition })
  if (feeBurn !== undefined) commands.push({ _tag: "SetFeeBurn", accountId, feeBurn })
  for (const [symbol, leverage] of Object.entries(account.umLeverage ?? {})) {
    commands.push({ _tag: "ChangeUmLeverage", accountId, symbol, leverage })
  }
  for (const [symbol, leverage] of Object.entries(account.cmLeverage ?? {})) {
    commands.push({ _tag: "ChangeCmLeverage", accountId, symbol, leverage })
  }
  for (const position of account.positions ?? []) {
    commands.push({ _tag: "SetPosition", accountId, positionSide: "BOTH", ...position })
  }
  return commands
}

const seedOf = (
  { accounts = [], fundingRates = {}, indexPrices = {}, markPrices = {}, prices = {}, spotPrices = {} }: StateFile
): ReadonlyArray<Replay.Input> => {
  const commands: ReadonlyArray<Engine.OutsideCommand> = [
    ...Object.entries(prices).map(([symbol, price]) => ({ _tag: "SetPrice", symbol, price }) as const),
    ...Object.entries(markPrices).map(([symbol, price]) => ({ _tag: "SetMarkPrice", symbol, price }) as const),
    ...Object.entries(indexPrices).map(([asset, price]) => ({ _tag: "SetIndexPrice", asset, price }) as const),
    ...Object.entries(spotPrices).map(([symbol, price]) => ({ _tag: "SetSpotPrice", symbol, price }) as const),
    ...Object.entries(fundingRates).map(([symbol, rate]) => ({ _tag: "SetFundingRate", symbol, rate }) as const),
    ...accounts.flatMap(setup)
  ]
  return [
    ...accounts.map(({ id }) => ({ _tag: "Open", accountId: id }) as const),
    ...commands.map((command) => ({ _tag: "Command", command }) as const)
  ]
}

const toEntry = (entry: typeof Entry.Type): Replay.Entry => {
  const { at } = entry
  if ("command" in entry) return { at, input: { _tag: "Command", command: entry.command } }
  if ("advance" in entry) return { at, input: { _tag: "Advance" } }
  if ("open" in entry) return { at, input: { _tag: "Open", accountId: entry.open } }
  const { accountId, endpoint, params } = entry.request
  return { at, input: { _tag: "Request", accountId, endpoint, params: new Map(Object.entries(params)) } }
}

/**
 * A key as the exchange takes it.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toKey = (accountId: string, key: Key): Effect.Effect<Simulator.Key, StateFileInvalid> => {
  const { apiKey } = key
  return "secret" in key
    ? Effect.succeed({ apiKey, accountId, secret: key.secret })
    : Effect.try({
      try: () => ({ apiKey, accountId, publicKey: Crypto.createPublicKey(key.publicKey) }),
      catch: () => invalid(`the public key of ${apiKey} cannot be read as PEM`)
    })
}

/**
 * An exchange that was opened from a file.
 *
 * @category models
 * @since 0.1.0
 */
export interface Session {
  readonly file: StateFile
  /** What the exchange is made with. */
  readonly options: Simulator.SimulatorOptions
  /** How many entries of its journal come from the file's accounts and prices. */
  readonly seeded: number
  /** Keys that became known since. */
  readonly added: Ref.Ref<ReadonlyArray<{ readonly accountId: string; readonly key: Key }>>
}

const encodeCommand = Schema.encodeUnknownResult(Command)

const describe = (input: Replay.Input): string => {
  switch (input._tag) {
    case "Request":
      return input.endpoint
    case "Open":
      return `account ${input.accountId}`
    case "Advance":
      return "time"
    case "Command":
      return Result.match(encodeCommand(input.command), {
        onFailure: () => input.command._tag,
        onSuccess: (command) => JSON.stringify(command)
      })
  }
}

// Everything is carried out once beforehand, so that what is refused is told and not skipped.
const rehearse = (opened: number, seed: ReadonlyArray<Replay.Input>): Effect.Effect<void, StateFileInvalid> =>
  Effect.suspend(() => {
    let state = Engine.make({ now: opened })
    for (const input of seed) {
      const [outcome, next] = inputs.perform(state, input, opened)
      if (Result.isFailure(outcome)) {
        return Effect.fail(invalid(`${describe(input)} is refused: ${outcome.failure.code} ${outcome.failure.msg}`))
      }
      state = next
    }
    return Effect.void
  })

/**
 * What an exchange has to be made with to be the one of the file.
 *
 * @category reading
 * @since 0.1.0
 */
export const open = (file: StateFile): Effect.Effect<Session, StateFileInvalid> =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const opened = file.opened ?? now
    const seed = seedOf(file)
    yield* rehearse(opened, seed)
    const journal = (file.journal ?? []).map(toEntry)
    if (journal.some(({ at }, index) => at < (journal[index - 1]?.at ?? opened))) {
      return yield* invalid("the journal is not in the order of time")
    }
    const given = [
      ...(file.accounts ?? []).flatMap(({ id, keys = [] }) => keys.map((key) => ({ accountId: id, key }))),
      ...(file.keys ?? [])
    ]
    const keys = yield* Effect.forEach(given, ({ accountId, key }) => toKey(accountId, key))
    const added = yield* Ref.make<ReadonlyArray<{ readonly accountId: string; readonly key: Key }>>([])
    return {
      file: { ...file, opened },
      seeded: seed.length,
      added,
      options: {
        record: true,
        past: { opened, entries: [...seed.map((input) => ({ at: opened, input })), ...journal] },
        ...(file.accounts === undefined ? { keys: [Simulator.demoKey, ...keys] } : { accounts: () => [], keys })
      }
    }
  })

// -----------------------------------------------------------------------------
// A file from an exchange
// -----------------------------------------------------------------------------

const encodeEntry = Schema.encodeUnknownResult(Entry)

const fromEntry = ({ at, input }: Replay.Entry): unknown => {
  switch (input._tag) {
    case "Command":
      return { at, command: forms.held(input.command) }
    case "Open":
      return { at, open: input.accountId }
    case "Advance":
      return { at, advance: true }
    case "Request": {
      const { accountId, endpoint, params } = input
      return { at, request: { accountId, endpoint, params: Object.fromEntries(params) } }
    }
  }
}

const write = Schema.encodeUnknownResult(StateFile)

/**
 * Writes the file of an exchange: the one it was opened from, with what has come in since.
 *
 * **Gotchas**
 *
 * The secrets of its keys are in it.
 *
 * @category writing
 * @since 0.1.0
 */
export const format = (session: Session, journal: Replay.Journal): Effect.Effect<string, StateFileInvalid> =>
  Effect.gen(function*() {
    const entries: Array<unknown> = []
    for (const entry of journal.entries.slice(session.seeded)) {
      const encoded = encodeEntry(fromEntry(entry))
      if (Result.isFailure(encoded)) return yield* invalid(`${describe(entry.input)} has no form in a file`)
      entries.push(encoded.success)
    }
    const keys = [...(session.file.keys ?? []), ...(yield* Ref.get(session.added))]
    const { journal: _, ...rest } = session.file
    const file = write({ ...rest, ...(keys.length === 0 ? {} : { keys }) })
    return Result.isFailure(file)
      ? yield* invalid(file.failure.message)
      : `${JSON.stringify({ ...file.success, journal: entries }, undefined, 2)}\n`
  })
