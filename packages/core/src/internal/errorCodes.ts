import { lazy } from "./lazy.ts"

// What a failed call needs of the table of codes: the class of each, and what to do. Names and causes are long, and are kept
// where only those who ask for them pay for them (`ErrorTable`).

/**
 * The family of an error code: what it proves about the request, and what can be done.
 *
 * **Details**
 *
 * - `auth`: key, signature, IP or permission
 * - `clock`: the timestamp lay outside the receive window; proven not accepted
 * - `rate-limit`, `overload`: proven not accepted, may be repeated later
 * - `server-failure`: the same with a status below 500 (408 apart), or with a 503 whose text says that it failed; with any
 *   other it says nothing about whether the request took effect
 * - `unknown-outcome`: says nothing about whether the request took effect
 * - `bad-request`, `filter`, `rejected`, `restricted`, `exchange-config`, `not-papi`: refused; repeating changes nothing
 * - `not-found`, `no-change`: the thing is not there, or is already as asked
 *
 * @category models
 * @since 0.1.0
 */
export type ErrorClass =
  | "auth"
  | "clock"
  | "rate-limit"
  | "overload"
  | "server-failure"
  | "unknown-outcome"
  | "bad-request"
  | "filter"
  | "rejected"
  | "restricted"
  | "not-found"
  | "no-change"
  | "exchange-config"
  | "not-papi"

/** The codes of each class, in the writing of {@link read}. Each has a row in `ErrorTable`, and a test sees to it. */
export const codes: { readonly [C in ErrorClass]: string } = {
  auth: "1002 1011 1022 1099 2014 2015 2017 4056 4057",
  clock: "1021 4188 5028",
  "rate-limit": "1003 1015 5041",
  overload: "1008",
  "server-failure": "1001 1016 3007 3044 21003 51007 51078 51998",
  "unknown-outcome": "1000 1006 1007 3000 51999",
  "bad-request":
    "1004 1005 1014 1020 1023 1100-1106 1108-1110 1113-1121 1126-1128 1130 1131 1134 1136 1145 2026 3027 3028 "
    + "4000 4015 4020-4022 4027 4028 4031 4032 4044 4055 4060 4062 4082 4104 4114 4135 4137 4138 4144 4165 "
    + "5037-5040 20121 20130",
  filter: "1013 1111 3013 3016 4001-4007 4013 4014 4016 4023 4024 4164 4183 4184 4210 4211 5029 51113",
  rejected: "1010 1112 1122 2010 2012 2016 2018-2022 2024 2025 2027 2028 3006 3012 3015 3045 4045 4047-4051 4053 4054 "
    + "4061 4067 4068 4083 4084 4115-4118 4120 4131 4139 4142 4161 4220 4531 5021 5022 5024-5026 5043 20132 "
    + "20198 21004-21007 21015 51006 51014 51061",
  restricted:
    "2023 3008 3021-3023 4087 4088 4105-4107 4109 4140 4141 4189 4192 4202 4203 4205 4206 4208 4209 4400-4403 "
    + "4405 4407 4415 4517-4519 21001 21002 51068 51122",
  "not-found": "1125 2011 2013 3038 20124",
  "no-change": "4046 4052 4059 5027",
  "exchange-config": "4008-4012 4017-4019 4025 4026 4029 4030 4033 4058 4085 4086",
  "not-papi": "4063-4066 4069-4081"
}

/**
 * Why an order was refused.
 *
 * **Details**
 *
 * - `price`: the price or trigger price is off the tick, or below or above what the symbol takes
 * - `price-band`: the price is too far from the mark, index or best price (PERCENT_PRICE and its kin)
 * - `quantity`: the quantity is off the step, or below or above what the symbol takes
 * - `precision`: too many decimals
 * - `notional`: price times quantity is too small
 * - `filter`: some filter of the symbol; the text says which
 * - `margin`: not enough margin or balance
 * - `borrow`: what the order would borrow is not to be had
 * - `position-limit`: the position would be too large for the leverage
 * - `would-trigger`: the trigger condition is met already
 * - `reduce-only`: it may only reduce, and there is nothing (left) to reduce, or `reduceOnly` does not fit the order
 * - `reduce-only-mode`: symbol or account take only orders that reduce now
 * - `duplicate-id`: an open order has the same client order id
 * - `position-side`: `positionSide` does not fit the position mode
 * - `max-orders`: too many open orders
 * - `post-only`: a post-only order would take
 * - `fill-or-kill`: a fill-or-kill order could not be filled at once
 * - `no-liquidity`: nothing in the book to trade with
 * - `account`: the account may not trade now: liquidation, ban, cooling-off, region
 * - `symbol`: the symbol does not exist, is closed, or is in no state for it
 * - `order-type`: the endpoint or symbol does not take this type or combination (conditional orders: the algo endpoints)
 * - `self-trade`: self-trade prevention
 * - `modify`: the order cannot be changed: its type, its state, too many changes, or nothing to change
 * - `unspecified`: only the text says why
 *
 * @category models
 * @since 0.1.0
 */
export type OrderRefusal = keyof typeof refusalCodes

// An order refused with one of these codes says why; the others are refused as any call may be.
const refusalCodes = {
  price: "4001 4002 4006 4007 4013 4014",
  "price-band": "4016 4024 4131 4183 4184 4210 4211 51113",
  quantity: "4003-4005 4023",
  precision: "1111",
  notional: "4164 5029",
  filter: "1013",
  margin: "2018 2019",
  borrow: "3006 3008 3012 3013 3045 51006 51014 51061",
  "position-limit": "2027",
  "would-trigger": "2021 4142",
  "reduce-only": "2022 2024 2026 4062 4118 4138",
  "reduce-only-mode": "4087 4105-4107 4189 4400 4401 4405 4407 4415 4517-4519",
  "duplicate-id": "4116 20132",
  "position-side": "4060 4061",
  "max-orders": "2025 4045 20198",
  "post-only": "5022",
  "fill-or-kill": "5021",
  "no-liquidity": "1112 2020",
  account: "2023 3022 3023 4088 4109 4192 4402 51068",
  symbol: "1121 1122 2016 3021 3028 4140 4141 20121",
  "order-type": "1014 1116 4020 4120 4139",
  "self-trade": "5039",
  modify: "4117 5024-5027 5043",
  unspecified: "1010 2010"
} satisfies { readonly [reason: string]: string }

// These codes leave it to the text. The words are those of the matching engine of spot, which margin orders go to.
const refusalTexts: ReadonlyArray<readonly [RegExp, OrderRefusal]> = [
  [/duplicate/i, "duplicate-id"],
  [/insufficient/i, "margin"],
  [/PERCENT_PRICE/, "price-band"],
  [/PRICE_FILTER/, "price"],
  [/LOT_SIZE|MAX_POSITION/, "quantity"],
  [/NOTIONAL/, "notional"],
  [/MAX_NUM/, "max-orders"],
  [/match and take/i, "post-only"],
  [/trigger/i, "would-trigger"],
  [/self.?trad/i, "self-trade"],
  [/not (?:supported|allowed|permitted) for this symbol/i, "order-type"],
  [/account/i, "account"]
]

// Margin codes come without their sign: 51006 and -51006 are one code.
export const key = (code: number): number => Math.abs(code) >= 51000 && Math.abs(code) < 52000 ? Math.abs(code) : code

/** Codes as they are written here: without the sign, separated by spaces, `1100-1106` for all from 1100 to 1106. */
export const read = (written: string): ReadonlyArray<number> =>
  written.split(" ").flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map(Number)
    return Array.from({ length: to - from + 1 }, (_, i) => key(-from - i))
  })

// By code, made when a code is first asked for.
const inverted = <K extends string>(table: { readonly [_ in K]: string }) => {
  const isKey = (name: string): name is K => name in table
  const names = Object.keys(table).filter(isKey)
  const index = lazy(() => new Map(names.flatMap((name) => read(table[name]).map((code) => [code, name] as const))))
  return { names, find: (code: number): K | undefined => index().get(key(code)) }
}

/** The class of a code, or `undefined` for a code that no source documents. */
export const classOf: (code: number) => ErrorClass | undefined = inverted(codes).find

const refused = inverted<OrderRefusal>(refusalCodes)

/** Every reason, in the order of the list above. */
export const refusals: ReadonlyArray<OrderRefusal> = refused.names

/** Why an order was refused, or `undefined` where the code says nothing about orders. */
export const refusalOf = (code: number, text: string): OrderRefusal | undefined => {
  const reason = refused.find(code)
  return reason === "unspecified" || reason === "filter"
    ? refusalTexts.find(([words]) => words.test(text))?.[1] ?? reason
    : reason
}

const remedies: { readonly [code: number]: string } = {
  [-1003]:
    "Wait until the window or the ban in the text ends, and lower the call rate; use the user data stream for live updates.",
  [-1006]: "Do not resend: ask for the order by its client order id.",
  [-1007]: "Do not resend: ask for the order by its client order id.",
  [-1008]: "Try again after a pause with jitter; cancel and reduce-only requests are exempt.",
  [-1015]: "Wait for the next minute; 1200 orders a minute is the account's limit (getOrderRateLimit).",
  [-1021]: "Synchronise the clock (NTP), or let ServerClock measure the offset; keep recvWindow at 5000 or below.",
  [-1022]:
    "The secret does not belong to this API key, or the wrong kind of key was given (an HMAC secret for an Ed25519 or RSA key, or the other way round).",
  [-1121]: "Check the symbol: UM symbols look like BTCUSDT, CM symbols like BTCUSD_PERP, and it must be listed.",
  [-1125]: "Make a new listen key.",
  [-2014]:
    "Check BINANCE_API_KEY: the key is not in the form Binance gives out (was it cut, quoted or mixed up with the secret?).",
  [-2015]:
    "Check in this order: the key exists and is not deleted; the egress IP is on its whitelist; it has the Portfolio Margin permission (keys made before the account became a Portfolio Margin account lack it: make a new one); the account is a Portfolio Margin account.",
  [-2028]: "Reduce the position or add collateral before the leverage is lowered.",
  [-4028]:
    "Give a whole number from 1 up to the symbol's maximum leverage (getUMLeverageBrackets, getCMLeverageBrackets).",
  [-4059]: "The position mode is already the one asked for: nothing to do.",
  [-4067]: "Cancel all open orders first.",
  [-4068]: "Close all positions first.",
  [-4220]: "Set the UM position mode first: CM must agree with UM.",
  [-4531]: "Close the CM positions and orders first: UM and CM share one position mode."
}

const classRemedies: { readonly [C in ErrorClass]: string } = {
  auth: "Check the API key, its secret, its IP whitelist and its permissions.",
  clock: "Synchronise the clock, and keep recvWindow small.",
  "rate-limit": "Wait for the next window and lower the call rate.",
  overload: "Try again after a pause with jitter.",
  "server-failure": "Try again after a pause; where a change ended as OutcomeUnknown, ask before repeating it.",
  "unknown-outcome": "The request may have taken effect: ask before repeating it.",
  "bad-request": "Correct the request: repeating it unchanged gives the same answer.",
  filter: "Correct the price or quantity by the symbol's filters (exchangeInfo of fapi, dapi or api).",
  rejected: "The exchange refused by its rules: repeating it unchanged gives the same answer.",
  restricted: "The account or symbol may not do this now.",
  "not-found": "What was asked for does not exist (any more), or is too old to be asked for.",
  "no-change": "Nothing to do: it is already as asked.",
  "exchange-config": "The exchange does not offer this here.",
  "not-papi": "This code belongs to another Binance product; check the path."
}

/** What to do about a code: one or two sentences for a person. */
export const remedy = (code: number): string => {
  const cls = classOf(code)
  return remedies[code] ??
    (cls === undefined ? "The code is not documented: look at the message." : classRemedies[cls])
}
