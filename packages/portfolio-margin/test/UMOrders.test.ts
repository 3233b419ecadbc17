import { Client } from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import { Environment } from "@effect-binance/core/Environment"
import * as Ids from "@effect-binance/core/Ids"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { byName } from "@effect-binance/portfolio-margin/Endpoints"
import { UMOrders, type UMOrdersShape } from "@effect-binance/portfolio-margin/UMOrders"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { type AnyEndpoint, readingOf, refusals } from "./support/conformance.ts"
import { samplesOf } from "./support/fixtures.ts"

type Id = keyof UMOrdersShape

// -----------------------------------------------------------------------------
// An exchange that answers what it is told to, and remembers what it was asked
// -----------------------------------------------------------------------------

interface Answer {
  readonly status: number
  readonly body: unknown
}

const sample = (id: Id): Answer => ({ status: 200, body: samplesOf(id)[0]?.body })

const outOfTime: Answer = {
  status: 400,
  body: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." }
}

const refusal: Answer = { status: 400, body: { code: -2010, msg: "NEW_ORDER_REJECTED" } }

/** Method, path and query of a request, without what signing adds. */
const unsigned = (method: string, url: string): string => {
  const { pathname, searchParams } = new URL(url)
  const own = [...searchParams].filter(([name]) => !["recvWindow", "timestamp", "signature"].includes(name))
  return `${method} ${pathname}${
    own.length === 0 ? "" : `?${own.map(([name, value]) => `${name}=${value}`).join("&")}`
  }`
}

/** The requests that calls lead to, whether the calls succeed or not. */
const requestsOf = <A, E>(calls: Effect.Effect<A, E, UMOrders>, ...answers: ReadonlyArray<Answer>) => {
  const requests: Array<string> = []
  const http = HttpClient.make((request) =>
    Effect.sync(() => {
      const answer = answers[requests.length] ?? refusal
      requests.push(unsigned(request.method, request.url))
      return HttpClientResponse.fromWeb(request, Response.json(answer.body, { status: answer.status }))
    })
  )
  return calls.pipe(
    Effect.result,
    Effect.map((result) => ({ requests, result })),
    Effect.provide(UMOrders.layer.pipe(
      Layer.provide(Client.layer()),
      Layer.provide([
        Environment.layer({ environment: "simulator" }),
        ServerClock.layerLocal,
        Signer.layerCustom({ apiKey: "key", sign: () => Effect.succeed("signed") }),
        Layer.succeed(HttpClient.HttpClient, http)
      ])
    ))
  )
}

const endpoint = (id: Id): AnyEndpoint => byName[id]

/** What is wrong with parameters, by field and rule. */
const brokenBy = (id: Id, params: unknown): ReadonlyArray<string> => {
  const result = endpoint(id).encode(params)
  return Result.isSuccess(result) ? [] : refusals(result.failure).map(({ field, why }) => `${field}: ${why}`)
}

/** Parameters as they go out, one after the other. */
const wireOf = (id: Id, params: unknown): string =>
  Object.entries(Result.getOrThrow(endpoint(id).encode(params)))
    .flatMap(([name, value]) => value === undefined ? [] : [`${name}=${value}`]).join("&")

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

const limit = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "1", price: "2", timeInForce: "GTC" }
const market = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "1" }

const algo = { algoType: "CONDITIONAL", symbol: "BTCUSDT", side: "SELL" }
const stop = { ...algo, type: "STOP", quantity: "1", price: "2", triggerPrice: "3" }
const stopMarket = { ...algo, type: "STOP_MARKET", quantity: "1", triggerPrice: "3" }
const closing = { ...algo, type: "STOP_MARKET", closePosition: true, triggerPrice: "3" }
const trailing = { ...algo, type: "TRAILING_STOP_MARKET", quantity: "1", callbackRate: "0.5" }

const strategy = { symbol: "BTCUSDT", side: "SELL" }
const oldStop = { ...strategy, strategyType: "STOP", quantity: "1", price: "2", stopPrice: "3" }
const oldStopMarket = { ...strategy, strategyType: "STOP_MARKET", stopPrice: "3" }
const oldTrailing = { ...strategy, strategyType: "TRAILING_STOP_MARKET", callbackRate: "0.5" }

const modification = { symbol: "BTCUSDT", orderId: 1, side: "BUY", quantity: "1", price: "2" }

const day = 86_400_000
const lastDate = 253_402_300_799_000

const without = (params: object, ...names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)))

/**
 * Where a documented rule is kept: in the type of the parameters and by a check as well, by a check alone, or at the
 * exchange, which alone knows what it needs to know; then nothing is refused here, and the doc comment says it.
 */
interface Rule {
  readonly kept: "type" | "checked" | "exchange"
  /** What breaks it, and everything that is said of it. */
  readonly broken?: ReadonlyArray<readonly [params: object, ...told: ReadonlyArray<string>]>
  readonly taken?: ReadonlyArray<object>
}

const exactlyOne = (one: string, other: string, params: object): Rule => {
  const told = `${one}: exactly one of ${one} and ${other} is needed`
  return {
    kept: "type",
    broken: [[params, told], [{ ...params, [one]: 1, [other]: "mine" }, told]],
    taken: [{ ...params, [one]: 1 }, { ...params, [other]: "mine" }]
  }
}

const needsSymbol: Rule = { kept: "type", broken: [[{}, "symbol: Missing key"]], taken: [{ symbol: "BTCUSDT" }] }

const told = (...taken: ReadonlyArray<object>): Rule => ({ kept: "exchange", taken })

const period = (params: object): Rule => ({
  kept: "checked",
  broken: [
    [{ ...params, startTime: 0, endTime: 7 * day + 1 }, "endTime: must be at most 7 days after startTime"],
    [{ ...params, startTime: day, endTime: day - 1 }, "endTime: must not be before startTime"],
    [{ ...params, limit: 1001 }, "limit: Expected a whole number from 1 to 1000"]
  ],
  taken: [
    params,
    { ...params, startTime: 0, endTime: 7 * day, limit: 1000 },
    { ...params, startTime: 0 },
    { ...params, endTime: 9 * day }
  ]
})

const hedgeReduceOnly = (params: object): Rule => ({
  kept: "type",
  broken: ["LONG", "SHORT"].map((positionSide) =>
    [
      { ...params, positionSide, reduceOnly: false },
      "reduceOnly: cannot be sent with positionSide LONG or SHORT (hedge mode)"
    ] as const
  ),
  taken: [{ ...params, reduceOnly: true }, { ...params, positionSide: "BOTH", reduceOnly: true }]
})

const priceOrMatch = (kind: string, withLimit: object, ...others: ReadonlyArray<object>): Rule => ({
  kept: "type",
  broken: [
    [{ ...withLimit, priceMatch: "QUEUE" }, "priceMatch: price and priceMatch exclude each other"],
    ...others.flatMap((params) =>
      [
        [{ ...params, priceMatch: "QUEUE" }, `priceMatch: only ${kind} orders match a price`],
        [{ ...params, price: "2" }, `price: only ${kind} orders have a price`]
      ] as const
    )
  ],
  taken: [{ ...without(withLimit, "price"), priceMatch: "OPPONENT_20" }]
})

const gtdNeedsDate = (params: object): Rule => ({
  kept: "type",
  broken: [
    [{ ...params, timeInForce: "GTD" }, "goodTillDate: is needed with timeInForce GTD"],
    [{ ...params, timeInForce: "GTC", goodTillDate: 1 }, "goodTillDate: only goes with timeInForce GTD"]
  ],
  taken: [{ ...params, timeInForce: "GTD", goodTillDate: lastDate - 1000 }]
})

// Only the exchange knows whether its clock leaves 600 seconds.
const dateBounds = (params: object): Rule => ({
  kept: "checked",
  broken: [
    [
      { ...params, timeInForce: "GTD", goodTillDate: lastDate },
      `goodTillDate: must be before ${lastDate} (the end of the year 9999)`
    ],
    [
      { ...params, timeInForce: "GTD", goodTillDate: DateTime.makeUnsafe(lastDate) },
      `goodTillDate: must be before ${lastDate} (the end of the year 9999)`
    ]
  ],
  taken: [{ ...params, timeInForce: "GTD", goodTillDate: 1 }]
})

const clientId = (name: string, maxLength: number, params: object): Rule => {
  const rule = `${name}: Expected 1 to ${maxLength} of the characters A-Z a-z 0-9 . : / _ -`
  return {
    kept: "checked",
    broken: ["", "a b", "ü", "x".repeat(maxLength + 1)].map((id) => [{ ...params, [name]: id }, rule] as const),
    taken: [{ ...params, [name]: ".A:/z_-".padEnd(maxLength, "0") }]
  }
}

const callback = (rule: string, params: object, ...beyond: ReadonlyArray<string>): Rule["broken"] =>
  beyond.map((callbackRate) => [{ ...params, callbackRate }, `callbackRate: ${rule}`] as const)

const rules: { readonly [I in Id]: { readonly [constraint: string]: Rule } } = {
  submitNewUMOrder: {
    "type LIMIT requires timeInForce, quantity and price (price is replaced by priceMatch when priceMatch is sent)": {
      kept: "type",
      broken: [
        [without(limit, "timeInForce"), "timeInForce: is needed with type LIMIT"],
        [without(limit, "quantity"), "quantity: Missing key"],
        [without(limit, "price"), "price: a LIMIT order needs price or priceMatch"]
      ],
      taken: [limit]
    },
    "type MARKET requires quantity": {
      kept: "type",
      broken: [
        [without(market, "quantity"), "quantity: Missing key"],
        [{ ...market, timeInForce: "GTC" }, "timeInForce: cannot be sent with type MARKET"]
      ],
      taken: [market]
    },
    "positionSide is mandatory (LONG or SHORT) in Hedge Mode, defaults to BOTH in One-way Mode": told(
      market,
      { ...market, positionSide: "LONG" }
    ),
    "reduceOnly must not be sent in Hedge Mode": hedgeReduceOnly(market),
    "priceMatch and price are mutually exclusive; priceMatch applies only to limit-priced orders (LIMIT/STOP/TAKE_PROFIT)":
      priceOrMatch("LIMIT", limit, market),
    "timeInForce GTD requires goodTillDate": gtdNeedsDate(limit),
    "goodTillDate: ms ignored (second precision), must be later than now + 600 s and below 253402300799000": dateBounds(
      limit
    ),
    "selfTradePreventionMode only takes effect with timeInForce IOC, GTC or GTD": told(
      { ...limit, timeInForce: "FOK", selfTradePreventionMode: "EXPIRE_BOTH" }
    ),
    "newClientOrderId must be unique among open orders; client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,32}$": clientId(
      "newClientOrderId",
      32,
      market
    ),
    "newOrderRespType RESULT returns the final FILLED state of MARKET, and the final state of IOC/FOK LIMIT": told(
      { ...market, newOrderRespType: "RESULT" }
    )
  },
  submitNewUMAlgoOrder: {
    "algoType must be CONDITIONAL": {
      kept: "type",
      broken: [
        [without(stop, "algoType"), "algoType: Missing key"],
        [{ ...stop, algoType: "VP" }, "algoType: Expected \"CONDITIONAL\""]
      ]
    },
    "type STOP / TAKE_PROFIT need quantity, triggerPrice and price (or priceMatch); timeInForce optional, default GTC":
      {
        kept: "type",
        broken: ["STOP", "TAKE_PROFIT"].flatMap((type) =>
          [
            [{ ...without(stop, "quantity"), type }, "quantity: is needed unless closePosition is true"],
            [
              { ...without(stop, "triggerPrice"), type },
              "triggerPrice: is needed with every type but TRAILING_STOP_MARKET"
            ],
            [{ ...without(stop, "price"), type }, "price: a STOP or TAKE_PROFIT order needs price or priceMatch"]
          ] as const
        ),
        taken: [stop, { ...stop, type: "TAKE_PROFIT", timeInForce: "GTX" }, { ...stop, closePosition: false }]
      },
    "type STOP_MARKET / TAKE_PROFIT_MARKET need triggerPrice and quantity, or closePosition=\"true\" instead of quantity":
      {
        kept: "type",
        broken: ["STOP_MARKET", "TAKE_PROFIT_MARKET"].flatMap((type) =>
          [
            [{ ...without(stopMarket, "quantity"), type }, "quantity: is needed unless closePosition is true"],
            [
              { ...without(closing, "triggerPrice"), type },
              "triggerPrice: is needed with every type but TRAILING_STOP_MARKET"
            ],
            [
              { ...stopMarket, type, timeInForce: "GTC" },
              "timeInForce: cannot be sent with an order that ends at the market"
            ]
          ] as const
        ),
        taken: [stopMarket, closing, { ...closing, type: "TAKE_PROFIT_MARKET" }]
      },
    "type TRAILING_STOP_MARKET needs callbackRate (min 0.1; max 10 in the docs, 20 since 2026-10-23) and quantity; activatePrice optional (default latest price)":
      {
        kept: "type",
        broken: [
          [without(trailing, "callbackRate"), "callbackRate: is needed with type TRAILING_STOP_MARKET"],
          [without(trailing, "quantity"), "quantity: is needed unless closePosition is true"],
          [
            { ...trailing, triggerPrice: "1" },
            "triggerPrice: cannot be sent with type TRAILING_STOP_MARKET: activatePrice says where it begins"
          ],
          [
            { ...stop, callbackRate: "1" },
            "callbackRate: cannot be sent with a type other than TRAILING_STOP_MARKET"
          ],
          [
            { ...stopMarket, activatePrice: "1" },
            "activatePrice: cannot be sent with a type other than TRAILING_STOP_MARKET"
          ],
          ...callback("must be at least 0.1", trailing, "0.0999", "0", "-1") ?? []
        ],
        taken: [trailing, { ...trailing, callbackRate: "0.1" }, { ...trailing, callbackRate: 100, activatePrice: 3 }]
      },
    "closePosition=\"true\" excludes quantity and reduceOnly; only with STOP_MARKET / TAKE_PROFIT_MARKET; in Hedge Mode not BUY on LONG nor SELL on SHORT":
      {
        kept: "type",
        broken: [
          [{ ...closing, quantity: "1" }, "quantity: cannot be sent with closePosition"],
          [{ ...closing, reduceOnly: true }, "reduceOnly: cannot be sent with closePosition, which only reduces"],
          [
            { ...without(trailing, "quantity"), closePosition: true },
            "closePosition: only goes with type STOP_MARKET or TAKE_PROFIT_MARKET"
          ],
          [
            { ...without(stop, "quantity"), closePosition: true },
            "closePosition: only goes with type STOP_MARKET or TAKE_PROFIT_MARKET"
          ],
          [{ ...closing, side: "BUY", positionSide: "LONG" }, "side: a BUY does not close a LONG position"],
          [{ ...closing, side: "SELL", positionSide: "SHORT" }, "side: a SELL does not close a SHORT position"]
        ],
        taken: [
          { ...closing, positionSide: "BOTH" },
          { ...closing, side: "BUY", positionSide: "SHORT" },
          { ...closing, side: "SELL", positionSide: "LONG" }
        ]
      },
    "positionSide is mandatory (LONG or SHORT) in Hedge Mode, defaults to BOTH in One-way Mode": told(
      { ...stop, positionSide: "SHORT" }
    ),
    "reduceOnly must not be sent in Hedge Mode": hedgeReduceOnly(trailing),
    "priceMatch and price are mutually exclusive; priceMatch applies only to limit-priced orders (LIMIT/STOP/TAKE_PROFIT)":
      priceOrMatch("STOP or TAKE_PROFIT", stop, stopMarket, closing, trailing),
    "timeInForce GTD requires goodTillDate": gtdNeedsDate(stop),
    "goodTillDate: ms ignored (second precision), must be later than now + 600 s and below 253402300799000": dateBounds(
      stop
    ),
    "selfTradePreventionMode only takes effect with timeInForce IOC, GTC or GTD": told(
      { ...stop, timeInForce: "GTX", selfTradePreventionMode: "EXPIRE_TAKER" }
    ),
    "clientAlgoId unique among open algo orders; client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,36}$": clientId(
      "clientAlgoId",
      36,
      stop
    ),
    "trigger rules as for conditional orders but with triggerPrice / activatePrice; wrong activatePrice gives -2021":
      told({ ...trailing, workingType: "MARK_PRICE", priceProtect: true })
  },
  submitNewUMConditionalOrder: {
    "strategyType STOP / TAKE_PROFIT require quantity, price, stopPrice": {
      kept: "type",
      broken: ["STOP", "TAKE_PROFIT"].flatMap((strategyType) =>
        [
          [
            { ...without(oldStop, "quantity"), strategyType },
            "quantity: is needed with strategyType STOP or TAKE_PROFIT"
          ],
          [
            { ...without(oldStop, "price"), strategyType },
            "price: a STOP or TAKE_PROFIT order needs price or priceMatch"
          ],
          [
            { ...without(oldStop, "stopPrice"), strategyType },
            "stopPrice: is needed with every strategyType but TRAILING_STOP_MARKET"
          ]
        ] as const
      ),
      taken: [oldStop, { ...oldStop, strategyType: "TAKE_PROFIT", timeInForce: "IOC" }]
    },
    "strategyType STOP_MARKET / TAKE_PROFIT_MARKET require stopPrice": {
      kept: "type",
      broken: [
        ...["STOP_MARKET", "TAKE_PROFIT_MARKET"].map((strategyType) =>
          [
            { ...strategy, strategyType },
            "stopPrice: is needed with every strategyType but TRAILING_STOP_MARKET"
          ] as const
        ),
        [
          { ...oldStopMarket, timeInForce: "GTC" },
          "timeInForce: cannot be sent with an order that ends at the market"
        ]
      ],
      taken: [oldStopMarket, { ...oldStopMarket, strategyType: "TAKE_PROFIT_MARKET", quantity: "1" }]
    },
    "strategyType TRAILING_STOP_MARKET requires callbackRate (0.1 to 5, in percent)": {
      kept: "type",
      broken: [
        [without(oldTrailing, "callbackRate"), "callbackRate: is needed with strategyType TRAILING_STOP_MARKET"],
        [
          { ...oldTrailing, stopPrice: "1" },
          "stopPrice: cannot be sent with strategyType TRAILING_STOP_MARKET: activationPrice says where it begins"
        ],
        [
          { ...oldStop, callbackRate: "1" },
          "callbackRate: cannot be sent with a strategyType other than TRAILING_STOP_MARKET"
        ],
        [
          { ...oldStopMarket, activationPrice: "1" },
          "activationPrice: cannot be sent with a strategyType other than TRAILING_STOP_MARKET"
        ],
        ...callback("must be from 0.1 to 5", oldTrailing, "0.09", "5.01") ?? []
      ],
      taken: [
        oldTrailing,
        { ...oldTrailing, callbackRate: "0.1", quantity: 1, activationPrice: "1" },
        { ...oldTrailing, callbackRate: 5 }
      ]
    },
    "positionSide is mandatory (LONG or SHORT) in Hedge Mode, defaults to BOTH in One-way Mode": told(
      { ...oldStop, positionSide: "SHORT" }
    ),
    "reduceOnly must not be sent in Hedge Mode": hedgeReduceOnly(oldStop),
    "priceMatch and price are mutually exclusive; priceMatch applies only to limit-priced orders (LIMIT/STOP/TAKE_PROFIT)":
      priceOrMatch("STOP or TAKE_PROFIT", oldStop, oldStopMarket, oldTrailing),
    "timeInForce GTD requires goodTillDate": gtdNeedsDate(oldStop),
    "goodTillDate: ms ignored (second precision), must be later than now + 600 s and below 253402300799000": dateBounds(
      oldStop
    ),
    "selfTradePreventionMode only takes effect with timeInForce IOC, GTC or GTD": told(
      { ...oldStop, timeInForce: "FOK", selfTradePreventionMode: "NONE" }
    ),
    "newClientStrategyId: client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,32}$": clientId(
      "newClientStrategyId",
      32,
      oldStop
    ),
    "trigger: STOP* fires on BUY when price >= stopPrice, on SELL when price <= stopPrice; TAKE_PROFIT* the other way round; the watched price follows workingType":
      told({ ...oldStop, workingType: "MARK_PRICE" }),
    "TRAILING_STOP_MARKET: BUY activationPrice must be below, SELL above, the latest price, otherwise -2021": told(
      { ...oldTrailing, activationPrice: "1" }
    ),
    "priceProtect \"true\" blocks the trigger while mark and contract price differ by more than the symbol triggerProtect (from the public futures exchangeInfo)":
      told({ ...oldStop, priceProtect: true })
  },
  cancelUMOrder: {
    "one of orderId / origClientOrderId is required": exactlyOne("orderId", "origClientOrderId", { symbol: "BTCUSDT" })
  },
  cancelAllUMOrders: {
    "symbol required (no account-wide cancel)": needsSymbol,
    "does not touch conditional/algo orders": told({ symbol: "BTCUSDT" })
  },
  cancelUMAlgoOrder: {
    "one of algoId / clientAlgoId is required; no symbol parameter": exactlyOne("algoId", "clientAlgoId", {})
  },
  cancelAllUMAlgoOpenOrders: { "symbol required": needsSymbol },
  cancelUMConditionalOrder: {
    "one of strategyId / newClientStrategyId is required": exactlyOne("strategyId", "newClientStrategyId", {
      symbol: "BTCUSDT"
    })
  },
  cancelAllUMConditionalOrders: { "symbol required": needsSymbol },
  modifyUMOrder: {
    "one of orderId / origClientOrderId is required; orderId wins when both are sent": exactlyOne(
      "orderId",
      "origClientOrderId",
      without(modification, "orderId")
    ),
    "quantity and price are both mandatory even when priceMatch is wanted (and priceMatch excludes price) - an unresolved contradiction of the docs: send priceMatch without price only after testing":
      {
        kept: "type",
        broken: [
          [without(modification, "quantity"), "quantity: Missing key"],
          [without(modification, "price"), "price: a LIMIT order needs price or priceMatch"],
          [{ ...modification, priceMatch: "QUEUE" }, "priceMatch: price and priceMatch exclude each other"]
        ],
        taken: [modification, { ...without(modification, "price"), priceMatch: "QUEUE" }]
      },
    "only LIMIT orders can be modified; the order loses its queue priority": told(modification),
    "a change that breaks PRICE_FILTER / PERCENT_FILTER / LOT_SIZE is rejected and leaves the order unchanged": told(
      { ...modification, price: "0.000001" }
    ),
    "the amendment CANCELS the order when it is partially filled and new quantity <= executedQty, or when it is GTX and the new price would match at once":
      told(modification),
    "amendment keeps the selfTradePreventionMode of the order (connector v18+ note)": told(modification),
    "modifyId is optional, echoed back, not checked for uniqueness": told(
      { ...modification, modifyId: 1 },
      { ...modification, modifyId: 9_007_199_254_740_993n }
    )
  },
  getUMOrder: {
    "one of orderId / origClientOrderId is required": exactlyOne("orderId", "origClientOrderId", { symbol: "BTCUSDT" }),
    "a CANCELED or EXPIRED order with no fill stops being queryable 3 days after creation": told()
  },
  getAllUMOrders: {
    "with orderId: orders with id >= orderId; otherwise the most recent": told({ symbol: "BTCUSDT", orderId: 1 }),
    "startTime..endTime at most 7 days; default the last 7 days": period({ symbol: "BTCUSDT" }),
    "a CANCELED or EXPIRED order with no fill stops being queryable 3 days after creation": told()
  },
  getUMOpenOrder: {
    "one of orderId / origClientOrderId is required": exactlyOne("orderId", "origClientOrderId", { symbol: "BTCUSDT" }),
    "a filled or cancelled order answers with the \"Order does not exist\" error (-2013)": told()
  },
  getAllUMOpenOrders: { "without symbol: all symbols": told({}, { symbol: "BTCUSDT" }) },
  getAllUMAlgoOrders: {
    "with algoId: orders with id >= algoId; otherwise the most recent": told({ symbol: "BTCUSDT", algoId: 1 }),
    "startTime..endTime at most 7 days; default the last 7 days": period({ symbol: "BTCUSDT" }),
    "a CANCELED or EXPIRED order with no fill stops being queryable 3 days after creation": told(),
    "orders older than 90 days are gone (text of the single-order query)": told()
  },
  getUMAlgoOpenOrders: {
    "symbol, algoType, algoId are all optional filters": {
      kept: "type",
      broken: [[{ algoType: "TWAP" }, "algoType: Expected \"CONDITIONAL\""]],
      taken: [{}, { symbol: "BTCUSDT" }, { algoType: "CONDITIONAL", algoId: 1 }]
    }
  },
  getUMAlgoOrder: {
    "one of algoId / clientAlgoId is required; no symbol parameter": exactlyOne("algoId", "clientAlgoId", {}),
    "a CANCELED or EXPIRED order with no fill stops being queryable 3 days after creation": told(),
    "orders created more than 90 days ago are not found": told(),
    "despite the official name (open algo order) it returns closed ones too": told()
  },
  getAllUMConditionalOrders: {
    "window below 7 days, default last 7 days": period({}),
    "a CANCELED or EXPIRED order with no fill stops being queryable 7 days after creation": told(),
    "strategyId works as the lower bound of the page": told({ strategyId: 1 })
  },
  getUMOpenConditionalOrders: { "without symbol: all symbols": told({}, { symbol: "BTCUSDT" }) },
  getUMOpenConditionalOrder: {
    "one of strategyId / newClientStrategyId is required": exactlyOne("strategyId", "newClientStrategyId", {
      symbol: "BTCUSDT"
    }),
    "a CANCELED, TRIGGERED or EXPIRED order answers with \"Order does not exist\"": told()
  },
  getUMConditionalOrderHistory: {
    "one of strategyId / newClientStrategyId is required": exactlyOne("strategyId", "newClientStrategyId", {
      symbol: "BTCUSDT"
    }),
    "NEW orders are not found here": told(),
    "a CANCELED or EXPIRED order with no fill stops being queryable 7 days after creation": told()
  },
  getUMTrades: {
    "startTime..endTime at most 7 days; default last 7 days": period({ symbol: "BTCUSDT" }),
    "fromId cannot be combined with startTime/endTime": {
      kept: "type",
      broken: [
        [{ symbol: "BTCUSDT", fromId: 1, startTime: 0 }, "startTime: cannot be sent with fromId"],
        [{ symbol: "BTCUSDT", fromId: 1, endTime: 0 }, "endTime: cannot be sent with fromId"]
      ],
      taken: [{ symbol: "BTCUSDT", fromId: 1, limit: 1 }]
    }
  },
  getUMForceOrders: {
    "autoCloseType LIQUIDATION or ADL; both when omitted": {
      kept: "type",
      broken: [
        [{ autoCloseType: "BOTH" }, "autoCloseType: Expected \"LIQUIDATION\" | \"ADL\""],
        [{ limit: 101 }, "limit: Expected a whole number from 1 to 100"]
      ],
      taken: [{}, { autoCloseType: "LIQUIDATION" }, { autoCloseType: "ADL", limit: 100 }]
    },
    "without startTime: the 7 days before endTime": told({ endTime: 1 }),
    "only the last 90 days (since 2026-04-06)": told({ startTime: 0, endTime: 90 * day })
  },
  getUMOrderModificationHistory: {
    "one of orderId / origClientOrderId is required; orderId wins": exactlyOne("orderId", "origClientOrderId", {
      symbol: "BTCUSDT"
    })
  }
}

const allRules = Object.entries(rules).flatMap(([id, constraints]) =>
  Object.entries(constraints).map(([constraint, rule]) => ({ id, constraint, rule }))
)

const isId = (id: string): id is Id => id in rules

describe("rules", () => {
  it.each(allRules)("$id: $constraint ($rule.kept)", ({ id, rule: { broken = [], kept, taken = [] } }) => {
    assert(isId(id))
    for (const [params, ...told] of broken) assert.deepStrictEqual(brokenBy(id, params), told)
    for (const params of taken) assert.deepStrictEqual(brokenBy(id, params), [])
    assert.strictEqual(broken.length === 0, kept === "exchange")
  })

  it("are told all at once", () => {
    assert.deepStrictEqual(
      brokenBy("submitNewUMOrder", { ...market, priceMatch: "QUEUE", goodTillDate: 1, timeInForce: "IOC" }),
      [
        "priceMatch: only LIMIT orders match a price",
        "timeInForce: cannot be sent with type MARKET",
        "goodTillDate: only goes with timeInForce GTD"
      ]
    )
  })

  it.effect("stop a call before anything is sent", () =>
    Effect.gen(function*() {
      const { requests, result } = yield* requestsOf(UMOrders.use((orders) =>
        orders.submitNewUMAlgoOrder({
          algoType: "CONDITIONAL",
          symbol: "BTCUSDT",
          side: "SELL",
          type: "TRAILING_STOP_MARKET",
          quantity: 1,
          callbackRate: "0.05"
        })
      ))
      assert.deepStrictEqual(requests, [])
      assert(Result.isFailure(result))
      assert(result.failure._tag === "InvalidRequest")
      assert.strictEqual(result.failure.endpoint, "submitNewUMAlgoOrder")
      assert.deepStrictEqual(result.failure.violations, [{ field: "callbackRate", rule: "must be at least 0.1" }])
    }))
})

// -----------------------------------------------------------------------------
// Parameters on the wire
// -----------------------------------------------------------------------------

const at = DateTime.makeUnsafe("2026-11-23T10:00:00.123Z")
const big = 4_611_875_134_427_365_377n

const written: ReadonlyArray<readonly [id: Id, params: object, wire: string]> = [
  [
    "submitNewUMOrder",
    {
      goodTillDate: at,
      selfTradePreventionMode: "EXPIRE_MAKER",
      newOrderRespType: "RESULT",
      newClientOrderId: "mine-1",
      price: 0.0000001,
      reduceOnly: true,
      quantity: BigDecimal.make(5n, -2),
      timeInForce: "GTD",
      type: "LIMIT",
      positionSide: "BOTH",
      side: "SELL",
      symbol: "BTCUSDT",
      recvWindow: 1000
    },
    "symbol=BTCUSDT&side=SELL&positionSide=BOTH&type=LIMIT&timeInForce=GTD&quantity=500&reduceOnly=true&price=0.0000001"
    + "&newClientOrderId=mine-1&newOrderRespType=RESULT&selfTradePreventionMode=EXPIRE_MAKER&goodTillDate=1795428000123"
    + "&recvWindow=1000"
  ],
  [
    "submitNewUMOrder",
    { ...without(limit, "price"), priceMatch: "OPPONENT_5", reduceOnly: false, quantity: "0.100" },
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&reduceOnly=false&priceMatch=OPPONENT_5"
  ],
  [
    "submitNewUMAlgoOrder",
    {
      ...stop,
      positionSide: "LONG",
      timeInForce: "GTD",
      workingType: "MARK_PRICE",
      priceProtect: true,
      clientAlgoId: "stop/1",
      newOrderRespType: "ACK",
      selfTradePreventionMode: "NONE",
      goodTillDate: 1_795_428_000_000,
      closePosition: false
    },
    "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&positionSide=LONG&type=STOP&timeInForce=GTD&quantity=1&price=2"
    + "&triggerPrice=3&workingType=MARK_PRICE&priceProtect=true&clientAlgoId=stop/1&newOrderRespType=ACK"
    + "&selfTradePreventionMode=NONE&goodTillDate=1795428000000&closePosition=false"
  ],
  [
    "submitNewUMAlgoOrder",
    { ...without(stop, "price"), priceMatch: "QUEUE_10" },
    "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP&quantity=1&triggerPrice=3&priceMatch=QUEUE_10"
  ],
  [
    "submitNewUMAlgoOrder",
    { ...trailing, reduceOnly: true, activatePrice: "65000.10", callbackRate: 1 },
    "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TRAILING_STOP_MARKET&quantity=1&reduceOnly=true"
    + "&activatePrice=65000.1&callbackRate=1"
  ],
  [
    "submitNewUMAlgoOrder",
    closing,
    "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=3&closePosition=true"
  ],
  [
    "submitNewUMConditionalOrder",
    {
      ...oldStop,
      positionSide: "BOTH",
      timeInForce: "GTD",
      reduceOnly: false,
      workingType: "CONTRACT_PRICE",
      priceProtect: false,
      newClientStrategyId: "mine",
      selfTradePreventionMode: "EXPIRE_BOTH",
      goodTillDate: at
    },
    "symbol=BTCUSDT&side=SELL&positionSide=BOTH&strategyType=STOP&timeInForce=GTD&quantity=1&reduceOnly=false&price=2"
    + "&workingType=CONTRACT_PRICE&priceProtect=false&newClientStrategyId=mine&stopPrice=3"
    + "&selfTradePreventionMode=EXPIRE_BOTH&goodTillDate=1795428000123"
  ],
  [
    "submitNewUMConditionalOrder",
    { ...oldTrailing, activationPrice: "1.50" },
    "symbol=BTCUSDT&side=SELL&strategyType=TRAILING_STOP_MARKET&activationPrice=1.5&callbackRate=0.5"
  ],
  [
    "submitNewUMConditionalOrder",
    { ...without(oldStop, "price"), priceMatch: "QUEUE" },
    "symbol=BTCUSDT&side=SELL&strategyType=STOP&quantity=1&stopPrice=3&priceMatch=QUEUE"
  ],
  ["cancelUMOrder", { symbol: "BTCUSDT", orderId: big }, `symbol=BTCUSDT&orderId=${big}`],
  ["cancelUMOrder", { symbol: "BTCUSDT", origClientOrderId: "a b" }, "symbol=BTCUSDT&origClientOrderId=a b"],
  ["cancelAllUMOrders", { symbol: "币安人生USDT" }, "symbol=币安人生USDT"],
  ["cancelUMAlgoOrder", { algoId: big }, `algoId=${big}`],
  ["cancelUMAlgoOrder", { clientAlgoId: "mine" }, "clientAlgoId=mine"],
  ["cancelAllUMAlgoOpenOrders", { symbol: "BTCUSDT", recvWindow: 60_000 }, "symbol=BTCUSDT&recvWindow=60000"],
  ["cancelUMConditionalOrder", { symbol: "BTCUSDT", strategyId: big }, `symbol=BTCUSDT&strategyId=${big}`],
  [
    "cancelUMConditionalOrder",
    { symbol: "BTCUSDT", newClientStrategyId: "mine" },
    "symbol=BTCUSDT&newClientStrategyId=mine"
  ],
  ["cancelAllUMConditionalOrders", { symbol: "BTCUSDT" }, "symbol=BTCUSDT"],
  [
    "modifyUMOrder",
    { ...modification, orderId: big, modifyId: big },
    `orderId=${big}&symbol=BTCUSDT&side=BUY&quantity=1&price=2&modifyId=${big}`
  ],
  [
    "modifyUMOrder",
    { ...without(modification, "orderId", "price"), origClientOrderId: "mine", priceMatch: "OPPONENT" },
    "origClientOrderId=mine&symbol=BTCUSDT&side=BUY&quantity=1&priceMatch=OPPONENT"
  ],
  ["getUMOrder", { symbol: "BTCUSDT", orderId: 7 }, "symbol=BTCUSDT&orderId=7"],
  [
    "getAllUMOrders",
    { symbol: "BTCUSDT", orderId: big, startTime: at, endTime: 1_795_428_000_456, limit: 1000 },
    `symbol=BTCUSDT&orderId=${big}&startTime=1795428000123&endTime=1795428000456&limit=1000`
  ],
  ["getUMOpenOrder", { symbol: "BTCUSDT", origClientOrderId: "mine" }, "symbol=BTCUSDT&origClientOrderId=mine"],
  ["getUMOrder", { symbol: "BTCUSDT", origClientOrderId: "mine" }, "symbol=BTCUSDT&origClientOrderId=mine"],
  ["getUMOpenOrder", { symbol: "BTCUSDT", orderId: 8 }, "symbol=BTCUSDT&orderId=8"],
  ["getAllUMOpenOrders", { symbol: "BTCUSDT" }, "symbol=BTCUSDT"],
  ["getUMAlgoOrder", { algoId: Ids.AlgoId.make("9") }, "algoId=9"],
  ["getUMOpenConditionalOrder", { symbol: "BTCUSDT", strategyId: 3 }, "symbol=BTCUSDT&strategyId=3"],
  [
    "getUMConditionalOrderHistory",
    { symbol: "BTCUSDT", newClientStrategyId: "a" },
    "symbol=BTCUSDT&newClientStrategyId=a"
  ],
  [
    "getUMOrderModificationHistory",
    { symbol: "BTCUSDT", origClientOrderId: "a" },
    "symbol=BTCUSDT&origClientOrderId=a"
  ],
  ["getAllUMOpenOrders", {}, ""],
  [
    "getAllUMAlgoOrders",
    { symbol: "BTCUSDT", algoId: big, startTime: 1, endTime: 2, limit: 1 },
    `symbol=BTCUSDT&algoId=${big}&startTime=1&endTime=2&limit=1`
  ],
  [
    "getUMAlgoOpenOrders",
    { algoId: 5, symbol: "BTCUSDT", algoType: "CONDITIONAL" },
    "algoType=CONDITIONAL&symbol=BTCUSDT&algoId=5"
  ],
  ["getUMAlgoOrder", { clientAlgoId: "mine" }, "clientAlgoId=mine"],
  [
    "getAllUMConditionalOrders",
    { symbol: "BTCUSDT", strategyId: big, startTime: at, endTime: at, limit: 10 },
    `symbol=BTCUSDT&strategyId=${big}&startTime=1795428000123&endTime=1795428000123&limit=10`
  ],
  ["getUMOpenConditionalOrders", { symbol: "BTCUSDT" }, "symbol=BTCUSDT"],
  [
    "getUMOpenConditionalOrder",
    { symbol: "BTCUSDT", newClientStrategyId: "mine" },
    "symbol=BTCUSDT&newClientStrategyId=mine"
  ],
  ["getUMConditionalOrderHistory", { symbol: "BTCUSDT", strategyId: 3 }, "symbol=BTCUSDT&strategyId=3"],
  ["getUMTrades", { symbol: "BTCUSDT", fromId: big, limit: 5 }, `symbol=BTCUSDT&fromId=${big}&limit=5`],
  [
    "getUMTrades",
    { symbol: "BTCUSDT", startTime: at, endTime: at },
    "symbol=BTCUSDT&startTime=1795428000123&endTime=1795428000123"
  ],
  [
    "getUMForceOrders",
    { symbol: "BTCUSDT", autoCloseType: "ADL", startTime: 1, endTime: 2, limit: 100 },
    "symbol=BTCUSDT&autoCloseType=ADL&startTime=1&endTime=2&limit=100"
  ],
  [
    "getUMOrderModificationHistory",
    { symbol: "BTCUSDT", orderId: 1, startTime: 1, endTime: 2, limit: 1000 },
    "symbol=BTCUSDT&orderId=1&startTime=1&endTime=2&limit=1000"
  ]
]

describe("parameters", () => {
  it.each(written)("%s %#", (id, params, wire) => {
    assert.strictEqual(wireOf(id, params), wire)
  })

  it("are each written at least once", () => {
    const seen = new Set(
      written.flatMap(([id, , wire]) => wire.split("&").map((pair) => `${id} ${pair.split("=")[0]}`))
    )
    const missing = Object.keys(rules).filter(isId).flatMap((id) => {
      const { ast } = endpoint(id).params
      return ast._tag !== "Objects" ? [id] : ast.propertySignatures.map(({ name }) => `${id} ${String(name)}`)
    }).filter((one) => !seen.has(one) && !one.endsWith(" recvWindow"))
    assert.deepStrictEqual(missing, [])
  })
})

// -----------------------------------------------------------------------------
// The service
// -----------------------------------------------------------------------------

const symbol = "BTCUSDT"

const calls: { readonly [I in Id]: (orders: UMOrdersShape) => Effect.Effect<unknown, unknown> } = {
  submitNewUMOrder: (orders) => orders.submitNewUMOrder({ symbol, side: "BUY", type: "MARKET", quantity: 1 }),
  cancelUMOrder: (orders) => orders.cancelUMOrder({ symbol, orderId: 1 }),
  cancelAllUMOrders: (orders) => orders.cancelAllUMOrders({ symbol }),
  modifyUMOrder: (orders) => orders.modifyUMOrder({ symbol, orderId: 1, side: "BUY", quantity: 1, price: 1 }),
  getUMOrder: (orders) => orders.getUMOrder({ symbol, orderId: 1 }),
  getAllUMOrders: (orders) => orders.getAllUMOrders({ symbol }),
  getUMOpenOrder: (orders) => orders.getUMOpenOrder({ symbol, orderId: 1 }),
  getAllUMOpenOrders: (orders) => orders.getAllUMOpenOrders(),
  getUMOrderModificationHistory: (orders) => orders.getUMOrderModificationHistory({ symbol, orderId: 1 }),
  getUMTrades: (orders) => orders.getUMTrades({ symbol }),
  getUMForceOrders: (orders) => orders.getUMForceOrders(),
  submitNewUMAlgoOrder: (orders) =>
    orders.submitNewUMAlgoOrder({
      algoType: "CONDITIONAL",
      symbol,
      side: "BUY",
      type: "STOP_MARKET",
      quantity: 1,
      triggerPrice: 1
    }),
  cancelUMAlgoOrder: (orders) => orders.cancelUMAlgoOrder({ algoId: 1 }),
  cancelAllUMAlgoOpenOrders: (orders) => orders.cancelAllUMAlgoOpenOrders({ symbol }),
  getUMAlgoOrder: (orders) => orders.getUMAlgoOrder({ algoId: 1 }),
  getUMAlgoOpenOrders: (orders) => orders.getUMAlgoOpenOrders(),
  getAllUMAlgoOrders: (orders) => orders.getAllUMAlgoOrders({ symbol }),
  submitNewUMConditionalOrder: (orders) =>
    orders.submitNewUMConditionalOrder({ symbol, side: "BUY", strategyType: "STOP_MARKET", stopPrice: 1 }),
  cancelUMConditionalOrder: (orders) => orders.cancelUMConditionalOrder({ symbol, strategyId: 1 }),
  cancelAllUMConditionalOrders: (orders) => orders.cancelAllUMConditionalOrders({ symbol }),
  getAllUMConditionalOrders: (orders) => orders.getAllUMConditionalOrders(),
  getUMOpenConditionalOrders: (orders) => orders.getUMOpenConditionalOrders(),
  getUMOpenConditionalOrder: (orders) => orders.getUMOpenConditionalOrder({ symbol, strategyId: 1 }),
  getUMConditionalOrderHistory: (orders) => orders.getUMConditionalOrderHistory({ symbol, strategyId: 1 })
}

describe("calls", () => {
  it.effect.each(Object.keys(calls).filter(isId))(
    "%s asks its own endpoint and reads its answer",
    (id) =>
      Effect.gen(function*() {
        const { requests, result } = yield* requestsOf(UMOrders.use(calls[id]), sample(id))
        assert.deepStrictEqual(requests.map((request) => request.split("?")[0]), [endpoint(id).request])
        assert.isTrue(Result.isSuccess(result))
      })
  )
})

// -----------------------------------------------------------------------------
// Client ids
// -----------------------------------------------------------------------------

const placing: ReadonlyArray<
  readonly [
    name: string,
    maxLength: number,
    place: (id: string | undefined) => Effect.Effect<unknown, unknown, UMOrders>,
    id: Id
  ]
> = [
  [
    "newClientOrderId",
    32,
    (newClientOrderId) =>
      UMOrders.use((orders) =>
        orders.submitNewUMOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: 1, newClientOrderId })
      ),
    "submitNewUMOrder"
  ],
  [
    "clientAlgoId",
    36,
    (clientAlgoId) =>
      UMOrders.use((orders) =>
        orders.submitNewUMAlgoOrder({
          algoType: "CONDITIONAL",
          symbol: "BTCUSDT",
          side: "SELL",
          type: "STOP_MARKET",
          closePosition: true,
          triggerPrice: 1,
          clientAlgoId
        })
      ),
    "submitNewUMAlgoOrder"
  ],
  [
    "newClientStrategyId",
    32,
    (newClientStrategyId) =>
      UMOrders.use((orders) =>
        orders.submitNewUMConditionalOrder({
          symbol: "BTCUSDT",
          side: "SELL",
          strategyType: "STOP_MARKET",
          stopPrice: 1,
          newClientStrategyId
        })
      ),
    "submitNewUMConditionalOrder"
  ]
]

const idIn = (request: string | undefined, name: string): string | undefined =>
  new URLSearchParams(request?.split("?")[1]).get(name) ?? undefined

const counted = (): ClientOrderId.GeneratorShape => {
  let count = 0
  return { next: (maxLength) => Effect.sync(() => `${++count}-of-${maxLength}`) }
}

describe("client ids", () => {
  it.effect.each(placing)(
    "%s is made where the caller gives none",
    ([name, maxLength, place, id]) =>
      Effect.gen(function*() {
        const twice = Effect.andThen(place(undefined), place(undefined))
        const { requests } = yield* requestsOf(twice, sample(id), sample(id))
        const [first, second] = requests.map((request) => idIn(request, name))
        assert.match(first ?? "", new RegExp(`^[.A-Z:/a-z0-9_-]{20,${maxLength}}$`))
        assert.match(second ?? "", new RegExp(`^[.A-Z:/a-z0-9_-]{20,${maxLength}}$`))
        assert.notStrictEqual(first, second)
      })
  )

  it.effect.each(placing)(
    "%s comes from the generator at hand",
    ([name, maxLength, place, id]) =>
      Effect.gen(function*() {
        const twice = Effect.andThen(place(undefined), place(undefined))
        const { requests } = yield* requestsOf(
          Effect.provideService(twice, ClientOrderId.Generator, counted()),
          sample(id),
          sample(id)
        )
        assert.deepStrictEqual(requests.map((request) => idIn(request, name)), [
          `1-of-${maxLength}`,
          `2-of-${maxLength}`
        ])
      })
  )

  it.effect.each(placing)("%s is left as the caller gives it", ([name, , place, id]) =>
    Effect.gen(function*() {
      const { requests } = yield* requestsOf(place("x-1/a:B_c."), sample(id))
      assert.deepStrictEqual(requests.map((request) => idIn(request, name)), ["x-1/a:B_c."])
    }))

  it.effect.each(placing)("%s is the same on every attempt", ([name, , place, id]) =>
    Effect.gen(function*() {
      const { requests } = yield* requestsOf(place(undefined), outOfTime, sample(id))
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(idIn(requests[0], name), idIn(requests[1], name))
      assert.isDefined(idIn(requests[0], name))
    }))

  it.effect.each(placing)("%s is told where the outcome is unknown", ([name, , place]) =>
    Effect.gen(function*() {
      const lost: Answer = { status: 503, body: { code: -1000, msg: "Unknown error, please check your request." } }
      const { requests, result } = yield* requestsOf(place(undefined), lost)
      assert.strictEqual(requests.length, 1)
      assert(Result.isFailure(result))
      assert.containsSubset(result.failure, { _tag: "OutcomeUnknown", clientOrderId: idIn(requests[0], name) })
    }))

  it("are made for what places an order, and for nothing else", () => {
    assert.deepStrictEqual(
      Object.keys(rules).filter(isId).flatMap((id) =>
        endpoint(id).clientIds.map((one) => [id, one.name, one.maxLength])
      ),
      placing.map(([name, maxLength, , id]) => [id, name, maxLength])
    )
  })
})

// -----------------------------------------------------------------------------
// Replies
// -----------------------------------------------------------------------------

const read = (id: Id, change: object): unknown => {
  const body = samplesOf(id)[0]?.body
  const changed = Array.isArray(body) ? [{ ...Object(body[0]), ...change }] : { ...Object(body), ...change }
  const { refused, value } = readingOf(endpoint(id), changed)
  assert.deepStrictEqual(refused, [])
  return Array.isArray(value) ? value[0] : value
}

describe("replies", () => {
  it.each<readonly [Id, ReadonlyArray<string>]>([
    ["cancelUMOrder", ["orderId"]],
    ["modifyUMOrder", ["orderId", "modifyId"]],
    ["getAllUMOrders", ["orderId"]],
    ["getUMForceOrders", ["orderId"]],
    ["getUMOrderModificationHistory", ["amendmentId", "orderId"]],
    ["getUMTrades", ["id", "orderId"]],
    ["submitNewUMAlgoOrder", ["algoId"]],
    ["getUMAlgoOrder", ["algoId", "actualOrderId"]],
    ["getAllUMConditionalOrders", ["strategyId", "orderId"]]
  ])("%s: ids beyond 2^53 are exact", (id, names) => {
    const digits = String(big)
    assert.containsSubset(
      read(id, Object.fromEntries(names.map((name) => [name, digits]))),
      Object.fromEntries(names.map((name) => [name, digits]))
    )
  })

  it("the id of a change is exact where it is told", () => {
    const body = samplesOf("getUMOrderModificationHistory")[0]?.body
    const amendment = { ...Object(Array.isArray(body) ? body[0] : undefined).amendment, modifyId: String(big) }
    assert.containsSubset(read("getUMOrderModificationHistory", { amendment }), {
      amendment: { modifyId: String(big) }
    })
  })

  it("an algo order that has not fired has no order of its own yet", () => {
    assert.containsSubset(read("getUMAlgoOrder", {}), { actualOrderId: null })
    assert.containsSubset(read("getUMAlgoOrder", { actualOrderId: "22542179" }), { actualOrderId: "22542179" })
    assert.containsSubset(read("getUMAlgoOpenOrders", { actualOrderId: "", actualPrice: "0.00000" }), {
      actualOrderId: null
    })
  })

  it("an algo order says nothing where a figure has no meaning for it", () => {
    assert.containsSubset(
      read("submitNewUMAlgoOrder", { quantity: "", price: "", triggerPrice: "", closePosition: true }),
      { quantity: null, price: null, triggerPrice: null, activatePrice: null, callbackRate: null, closePosition: true }
    )
    assert.containsSubset(read("getUMAlgoOrder", { activatePrice: "", callbackRate: "0.5" }), {
      activatePrice: null,
      callbackRate: BigDecimal.make(5n, 1)
    })
  })

  it("a cancelled algo order is told in the newer and in the older way", () => {
    assert.deepStrictEqual(readingOf(endpoint("cancelUMAlgoOrder"), { complete: true }).value, { complete: true })
    assert.deepStrictEqual(
      readingOf(endpoint("cancelUMAlgoOrder"), { algoId: 2146760, clientAlgoId: "6B2I9X", code: "200", msg: "success" })
        .value,
      { algoId: Ids.AlgoId.make("2146760"), clientAlgoId: "6B2I9X", code: 200, msg: "success" }
    )
  })

  it("an order is read with and without what is no longer sent", () => {
    assert.containsSubset(read("submitNewUMOrder", { avgPrice: "1.50", cumQuote: "3" }), {
      avgPrice: BigDecimal.make(150n, 2),
      cumQuote: BigDecimal.make(3n, 0)
    })
    assert.notProperty(read("submitNewUMOrder", {}), "avgPrice")
  })

  it("times are instants, and 0 is the epoch", () => {
    assert.containsSubset(read("getUMTrades", {}), { time: DateTime.makeUnsafe(1_680_688_557_875) })
    assert.containsSubset(read("getUMAlgoOrder", {}), { triggerTime: DateTime.makeUnsafe(0) })
  })
})
