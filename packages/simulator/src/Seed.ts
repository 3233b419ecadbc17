/**
 * Accounts to begin with.
 *
 * @since 0.1.0
 */
import * as Account from "./Account.ts"
import type { Decimal } from "./internal/decimals.ts"
import { decimal, zero } from "./internal/decimals.ts"
import * as Margin from "./Margin.ts"
import type * as Market from "./Market.ts"

/**
 * An account with nothing in it; `now` in milliseconds.
 *
 * @category accounts
 * @since 0.1.0
 */
export const emptyAccount = (id: string, now: number): Account.Account => Account.make(id, now)

const taker: Decimal = decimal("0.0004")

const position = (
  product: Market.Product,
  symbol: string,
  quantity: Decimal,
  entryPrice: Decimal,
  now: number
): Account.Position => ({
  product,
  symbol,
  positionSide: "BOTH",
  quantity,
  entryPrice,
  breakEvenPrice: Margin.breakEvenPrice(quantity, entryPrice, taker),
  updateTime: now
})

const balance = (free: Decimal, now: number, borrowed: Decimal = zero, interest: Decimal = zero) => ({
  free,
  locked: zero,
  borrowed,
  interest,
  updateTime: now
})

/**
 * A funded account in one-way mode for the default market; `now` in milliseconds.
 *
 * **Details**
 *
 * Margin wallet: 12,000 USDT, 0.3 BTC and 12 ETH of which 4 are borrowed. Futures wallets: 5,000 USDT and 1.5 BNB in UM,
 * 0.35 BTC in CM. Positions: long 2.4 BTCUSDT, short 40 ETHUSDT, long 20,000 币安人生USDT, short 300 contracts of
 * BTCUSD_PERP. At the default prices the status is NORMAL and orders can be placed.
 *
 * @category accounts
 * @since 0.1.0
 */
export const demoAccount = (id: string, now: number): Account.Account =>
  [
    position("UM", "BTCUSDT", decimal("2.4"), decimal("92350.5"), now),
    position("UM", "ETHUSDT", decimal("-40"), decimal("3284.16"), now),
    position("UM", "币安人生USDT", decimal("20000"), decimal("0.2416"), now),
    position("CM", "BTCUSD_PERP", decimal("-300"), decimal("96120.4"), now)
  ].reduce(Account.withPosition, {
    ...Account.make(id, now),
    margin: new Map([
      ["USDT", balance(decimal("12000"), now)],
      ["BTC", balance(decimal("0.3"), now)],
      ["ETH", balance(decimal("12"), now, decimal("4"), decimal("0.00022055"))]
    ]),
    umWallet: new Map([
      ["USDT", { balance: decimal("5000"), updateTime: now }],
      ["BNB", { balance: decimal("1.5"), updateTime: now }]
    ]),
    cmWallet: new Map([["BTC", { balance: decimal("0.35"), updateTime: now }]]),
    leverage: new Map([["币安人生USDT", 5]]),
    feeBurn: true
  })
