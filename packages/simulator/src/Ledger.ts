/**
 * What the exchange writes down of an account's money beside its balances: loans, repayments, interest, transfers,
 * conversions, and files asked for.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import type { Decimal } from "./internal/decimals.ts"

/**
 * A wallet of an account: cross margin, or one of the futures products.
 *
 * @category models
 * @since 0.1.0
 */
export type Wallet = "MARGIN" | "UM" | "CM"

/**
 * A loan that was taken; `principal` in the asset, `time` in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Loan {
  readonly txId: number
  readonly asset: string
  readonly principal: Decimal
  readonly time: number
}

/**
 * A repayment by its two parts, both in the asset.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repayment {
  readonly txId: number
  readonly asset: string
  readonly principal: Decimal
  readonly interest: Decimal
  readonly time: number
}

/**
 * Interest that was charged.
 *
 * **Details**
 *
 * `ON_BORROW` is the first hour of a loan, `PERIODIC` each further one, `PORTFOLIO` the daily charge on a negative balance.
 * `rate` is that of a day, as a share.
 *
 * @category models
 * @since 0.1.0
 */
export interface Interest {
  readonly txId: number
  readonly asset: string
  readonly principal: Decimal
  readonly interest: Decimal
  readonly rate: Decimal
  readonly time: number
  readonly type: "ON_BORROW" | "PERIODIC" | "PORTFOLIO"
}

/**
 * An amount that went from one wallet of the account to another.
 *
 * @category models
 * @since 0.1.0
 */
export interface Transfer {
  readonly tranId: number
  readonly asset: string
  readonly amount: Decimal
  readonly from: Wallet
  readonly to: Wallet
  readonly time: number
}

/**
 * An amount of one asset that the exchange took for an amount of another, at index prices.
 *
 * @category models
 * @since 0.1.0
 */
export interface Conversion {
  readonly tranId: number
  readonly given: { readonly asset: string; readonly amount: Decimal }
  readonly received: { readonly asset: string; readonly amount: Decimal; readonly wallet: Wallet }
  readonly time: number
}

/**
 * A forced exchange of negative balances; amounts in the asset, above zero.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegativeExchange {
  readonly startTime: number
  readonly endTime: number
  readonly details: ReadonlyArray<{
    readonly asset: string
    readonly negativeBalance: Decimal
    readonly negativeMaxThreshold: Decimal
  }>
}

/**
 * What a file can be about: trades, orders or transactions of UM.
 *
 * @category models
 * @since 0.1.0
 */
export type DownloadKind = "trade" | "order" | "income"

/**
 * A file that was asked for at `time`, about a period, all in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Download {
  readonly downloadId: string
  readonly kind: DownloadKind
  readonly startTime: number
  readonly endTime: number
  readonly time: number
}

/**
 * A call whose number within a period is limited.
 *
 * @category models
 * @since 0.1.0
 */
export type LimitedCall = "auto-collection" | "bnb-transfer" | "repay-futures-switch" | `${DownloadKind} download`

/**
 * The ledger of an account, every list oldest first.
 *
 * **Details**
 *
 * `calls` holds the times of limited calls as far back as their limits look. `autoRepay` says whether negative futures
 * balances are repaid every day.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ledger {
  readonly loans: Chunk.Chunk<Loan>
  readonly repayments: Chunk.Chunk<Repayment>
  readonly interest: Chunk.Chunk<Interest>
  readonly transfers: Chunk.Chunk<Transfer>
  readonly conversions: Chunk.Chunk<Conversion>
  readonly exchanges: Chunk.Chunk<NegativeExchange>
  readonly downloads: ReadonlyMap<string, Download>
  readonly calls: ReadonlyMap<LimitedCall, ReadonlyArray<number>>
  readonly autoRepay: boolean
}

/**
 * A ledger with nothing in it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Ledger = {
  loans: Chunk.empty(),
  repayments: Chunk.empty(),
  interest: Chunk.empty(),
  transfers: Chunk.empty(),
  conversions: Chunk.empty(),
  exchanges: Chunk.empty(),
  downloads: new Map(),
  calls: new Map(),
  autoRepay: true
}
