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

/** The codes of each class. Each has a row in `ErrorTable`, and a test sees to it. */
export const codes: { readonly [C in ErrorClass]: ReadonlyArray<number> } = {
  auth: [-1002, -1011, -1022, -1099, -2014, -2015, -2017, -4056, -4057],
  clock: [-1021, -4188, -5028],
  "rate-limit": [-1003, -1015, -5041],
  overload: [-1008],
  "server-failure": [-1001, -1016, -3007, -3044, -21003, 51007, 51078, 51998],
  "unknown-outcome": [-1000, -1006, -1007, -3000, 51999],
  "bad-request": [
    -1004,
    -1005,
    -1014,
    -1020,
    -1023,
    -1100,
    -1101,
    -1102,
    -1103,
    -1104,
    -1105,
    -1106,
    -1108,
    -1109,
    -1110,
    -1113,
    -1114,
    -1115,
    -1116,
    -1117,
    -1118,
    -1119,
    -1120,
    -1121,
    -1126,
    -1127,
    -1128,
    -1130,
    -1131,
    -1134,
    -1136,
    -1145,
    -2026,
    -3027,
    -3028,
    -4000,
    -4015,
    -4020,
    -4021,
    -4022,
    -4027,
    -4028,
    -4031,
    -4032,
    -4044,
    -4055,
    -4060,
    -4062,
    -4082,
    -4104,
    -4114,
    -4135,
    -4137,
    -4138,
    -4144,
    -4165,
    -5037,
    -5038,
    -5039,
    -5040,
    -20121,
    -20130
  ],
  filter: [
    -1013,
    -1111,
    -3013,
    -3016,
    -4001,
    -4002,
    -4003,
    -4004,
    -4005,
    -4006,
    -4007,
    -4013,
    -4014,
    -4016,
    -4023,
    -4024,
    -4164,
    -4183,
    -4184,
    -4210,
    -4211,
    -5029,
    51113
  ],
  rejected: [
    -1010,
    -1112,
    -1122,
    -2010,
    -2012,
    -2016,
    -2018,
    -2019,
    -2020,
    -2021,
    -2022,
    -2024,
    -2025,
    -2027,
    -2028,
    -3006,
    -3012,
    -3015,
    -3045,
    -4045,
    -4047,
    -4048,
    -4049,
    -4050,
    -4051,
    -4053,
    -4054,
    -4061,
    -4067,
    -4068,
    -4083,
    -4084,
    -4115,
    -4116,
    -4117,
    -4118,
    -4120,
    -4131,
    -4139,
    -4142,
    -4161,
    -4220,
    -4531,
    -5021,
    -5022,
    -5024,
    -5025,
    -5026,
    -5043,
    -20132,
    -20198,
    -21004,
    -21005,
    -21006,
    -21007,
    -21015,
    51006,
    51014,
    51061
  ],
  restricted: [
    -2023,
    -3008,
    -3021,
    -3022,
    -3023,
    -4087,
    -4088,
    -4105,
    -4106,
    -4107,
    -4109,
    -4140,
    -4141,
    -4189,
    -4192,
    -4202,
    -4203,
    -4205,
    -4206,
    -4208,
    -4209,
    -4400,
    -4401,
    -4402,
    -4403,
    -4405,
    -4407,
    -4415,
    -4517,
    -4518,
    -4519,
    -21001,
    -21002,
    51068,
    51122
  ],
  "not-found": [-1125, -2011, -2013, -3038, -20124],
  "no-change": [-4046, -4052, -4059, -5027],
  "exchange-config": [
    -4008,
    -4009,
    -4010,
    -4011,
    -4012,
    -4017,
    -4018,
    -4019,
    -4025,
    -4026,
    -4029,
    -4030,
    -4033,
    -4058,
    -4085,
    -4086
  ],
  "not-papi": [
    -4063,
    -4064,
    -4065,
    -4066,
    -4069,
    -4070,
    -4071,
    -4072,
    -4073,
    -4074,
    -4075,
    -4076,
    -4077,
    -4078,
    -4079,
    -4080,
    -4081
  ]
}

// Margin codes come without their sign: 51006 and -51006 are one code.
export const key = (code: number): number => Math.abs(code) >= 51000 && Math.abs(code) < 52000 ? Math.abs(code) : code

let index: ReadonlyMap<number, ErrorClass> | undefined

const isClass = (name: string): name is ErrorClass => name in codes

/** The class of a code, or `undefined` for a code that no source documents. */
export const classOf = (code: number): ErrorClass | undefined => {
  index ??= new Map(
    Object.keys(codes).filter(isClass).flatMap((name) => codes[name].map((code) => [key(code), name] as const))
  )
  return index.get(key(code))
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
