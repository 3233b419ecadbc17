import { Client } from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import * as Decimal from "@effect-binance/core/Decimal"
import { Environment } from "@effect-binance/core/Environment"
import * as Ids from "@effect-binance/core/Ids"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { CMOrders, type CMOrdersShape } from "@effect-binance/portfolio-margin/CMOrders"
import { byName } from "@effect-binance/portfolio-margin/Endpoints"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AnyEndpoint, refusals } from "./support/conformance.ts"
import { samplesOf } from "./support/fixtures.ts"

// -----------------------------------------------------------------------------
// A client whose exchange answers from a list and remembers what it was asked
// -----------------------------------------------------------------------------

interface Answer {
  readonly status: number
  readonly body: unknown
}

const ok = (body: unknown): Answer => ({ status: 200, body })

const clockError: Answer = {
  status: 400,
  body: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." }
}

const noOrder: Answer = { status: 400, body: { code: -2013, msg: "Order does not exist." } }

const added = /[?&](?:recvWindow=5000&)?timestamp=\d+&signature=s$/

const exchange = (...answers: ReadonlyArray<Answer>) => {
  const asked: Array<string> = []
  const http = HttpClient.make((request) =>
    Effect.sync(() => {
      const { body, status } = answers[Math.min(asked.length, answers.length - 1)] ?? noOrder
      asked.push(`${request.method} ${request.url.replace(/^https?:\/\/[^/]+/, "").replace(added, "")}`)
      const text = typeof body === "string" ? body : JSON.stringify(body)
      return HttpClientResponse.fromWeb(request, new Response(text, { status }))
    })
  )
  const layer = CMOrders.layer.pipe(
    Layer.provide(Client.layer()),
    Layer.provide([
      Environment.layer({ environment: "simulator" }),
      ServerClock.layerLocal,
      Signer.layerCustom({ apiKey: "key", sign: () => Effect.succeed("s") }),
      Layer.succeed(HttpClient.HttpClient, http)
    ])
  )
  return { asked, layer }
}

const parametersOf = (request: string | undefined): { readonly [name: string]: string } =>
  Object.fromEntries(new URLSearchParams(request?.split("?")[1]))

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

const symbol = "BTCUSD_PERP"
const day = 86_400_000
const limit = { symbol, side: "BUY", type: "LIMIT", quantity: 1, price: 2, timeInForce: "GTC" }
const market = { symbol, side: "BUY", type: "MARKET", quantity: 1 }
const change = { orderId: 1, symbol, side: "BUY", quantity: 1, price: 2 }
const stop = { symbol, side: "BUY", strategyType: "STOP", quantity: 1, price: 2, stopPrice: 3 }
const stopMarket = { symbol, side: "BUY", strategyType: "STOP_MARKET", stopPrice: 3 }
const trailing = { symbol, side: "BUY", strategyType: "TRAILING_STOP_MARKET", callbackRate: 1 }

const without = (params: object, ...names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)))

/** Parameters that break a rule: the field that is named, and the rule. */
type Broken = readonly [params: object, field: string, rule: string]

/**
 * Who keeps a rule: the type of the parameters (and a check for callers without types), a check alone, or the exchange,
 * which is the only one that can.
 */
interface Rule {
  readonly kept: "type" | "checked" | "exchange"
  readonly broken?: ReadonlyArray<Broken>
  readonly taken?: ReadonlyArray<object>
}

const exchangeKeeps: Rule = { kept: "exchange" }

const oneOf = (one: string, other: string, params: object, values: readonly [unknown, unknown] = [1, "mine"]): Rule => {
  const rule = `exactly one of ${one} and ${other} is needed`
  const [first, second] = values
  return {
    kept: "type",
    broken: [[params, one, rule], [{ ...params, [one]: first, [other]: second }, one, rule]],
    taken: [{ ...params, [one]: first }, { ...params, [other]: second }]
  }
}

const oneOrder = oneOf("orderId", "origClientOrderId", { symbol })
const oneStrategy = oneOf("strategyId", "newClientStrategyId", { symbol })
const symbolOrPair = oneOf("symbol", "pair", {}, [symbol, "BTCUSD"])

const needsSymbol: Rule = { kept: "type", broken: [[{}, "symbol", "Missing"]], taken: [{ symbol }] }

const clientId = (params: object, name: string, length: number): Rule => ({
  kept: "checked",
  broken: ["", "x".repeat(length + 1), "a b", "ü", "a,b"].map((id) => [
    { ...params, [name]: id },
    name,
    `1 to ${length} of the characters A-Z a-z 0-9 . : / _ -`
  ]),
  taken: [{ ...params, [name]: "x".repeat(length) }, { ...params, [name]: ".A:/a_-9" }]
})

const notInHedgeMode = (params: object): Rule => ({
  kept: "type",
  broken: ["LONG", "SHORT"].flatMap((positionSide) =>
    [true, false].map((reduceOnly): Broken => [
      { ...params, positionSide, reduceOnly },
      "reduceOnly",
      "cannot be sent with positionSide LONG or SHORT (hedge mode)"
    ])
  ),
  taken: [
    { ...params, reduceOnly: true },
    { ...params, positionSide: "BOTH", reduceOnly: true },
    { ...params, positionSide: "LONG" }
  ]
})

const period = (params: object, days: number, most: string): Rule => ({
  kept: "checked",
  broken: [
    [{ ...params, startTime: 0, endTime: days * day + 1 }, "endTime", `must be at most ${most} after startTime`],
    [{ ...params, startTime: day, endTime: day - 1 }, "endTime", "must not be before startTime"]
  ],
  taken: [
    params,
    { ...params, startTime: 0, endTime: days * day },
    { ...params, startTime: 0 },
    { ...params, endTime: 0 }
  ]
})

const rules: { readonly [Id in keyof CMOrdersShape]: { readonly [constraint: string]: Rule } } = {
  submitNewCMOrder: {
    "type LIMIT requires timeInForce, quantity and price (or priceMatch)": {
      kept: "type",
      broken: [
        [without(limit, "timeInForce"), "timeInForce", "is needed with type LIMIT"],
        [without(limit, "quantity"), "quantity", "is needed with every type"],
        [without(limit, "price"), "price", "a LIMIT order needs price or priceMatch"]
      ],
      taken: [limit, { ...without(limit, "price"), priceMatch: "QUEUE" }]
    },
    "type MARKET requires quantity": {
      kept: "type",
      broken: [
        [without(market, "quantity"), "quantity", "is needed with every type"],
        [{ ...market, price: 1 }, "price", "only LIMIT orders have a price"],
        [{ ...market, timeInForce: "GTC" }, "timeInForce", "cannot be sent with type MARKET"]
      ],
      taken: [market]
    },
    "positionSide is LONG or SHORT in hedge mode, BOTH in one-way mode": {
      kept: "exchange",
      taken: [limit, { ...limit, positionSide: "BOTH" }, { ...limit, positionSide: "SHORT" }]
    },
    "reduceOnly must not be sent in hedge mode": notInHedgeMode(limit),
    "priceMatch and price exclude each other; priceMatch only with LIMIT": {
      kept: "type",
      broken: [
        [{ ...limit, priceMatch: "QUEUE" }, "priceMatch", "price and priceMatch exclude each other"],
        [{ ...market, priceMatch: "QUEUE" }, "priceMatch", "only LIMIT orders match a price"],
        [{ ...without(limit, "price"), priceMatch: "NONE" }, "priceMatch", "Expected"]
      ],
      taken: [{ ...without(limit, "price"), priceMatch: "OPPONENT_20" }]
    },
    "a client id has 1 to 32 of the characters of one": clientId(limit, "newClientOrderId", 32),
    "no goodTillDate, no selfTradePreventionMode, no GTD": {
      kept: "type",
      broken: [
        [{ ...limit, goodTillDate: 1 }, "goodTillDate", "Expected no excess property"],
        [{ ...limit, selfTradePreventionMode: "NONE" }, "selfTradePreventionMode", "Expected no excess property"],
        [{ ...limit, timeInForce: "GTD" }, "timeInForce", "Expected"]
      ],
      taken: [
        { ...limit, timeInForce: "GTC" },
        { ...limit, timeInForce: "IOC" },
        { ...limit, timeInForce: "FOK" },
        { ...limit, timeInForce: "GTX" }
      ]
    },
    "quantities are whole contracts": { kept: "exchange", taken: [{ ...market, quantity: "0.40" }] }
  },
  submitNewCMConditionalOrder: {
    "STOP and TAKE_PROFIT require quantity, price and stopPrice": {
      kept: "type",
      broken: ["STOP", "TAKE_PROFIT"].flatMap((strategyType): ReadonlyArray<Broken> => [
        [without({ ...stop, strategyType }, "quantity"), "quantity", "is needed with strategyType STOP or TAKE_PROFIT"],
        [without({ ...stop, strategyType }, "price"), "price", "is needed with strategyType STOP or TAKE_PROFIT"],
        [without({ ...stop, strategyType }, "stopPrice"), "stopPrice", "every strategyType but TRAILING_STOP_MARKET"]
      ]),
      taken: [stop, { ...stop, strategyType: "TAKE_PROFIT" }, { ...stop, timeInForce: "GTX" }]
    },
    "STOP_MARKET and TAKE_PROFIT_MARKET require stopPrice": {
      kept: "type",
      broken: ["STOP_MARKET", "TAKE_PROFIT_MARKET"].flatMap((strategyType): ReadonlyArray<Broken> => [
        [
          without({ ...stopMarket, strategyType }, "stopPrice"),
          "stopPrice",
          "is needed with every strategyType but TRAILING_STOP_MARKET"
        ],
        [{ ...stopMarket, strategyType, price: 1 }, "price", "cannot be sent with an order that ends at the market"],
        [
          { ...stopMarket, strategyType, timeInForce: "GTC" },
          "timeInForce",
          "cannot be sent with an order that ends at the market"
        ]
      ]),
      taken: [stopMarket, { ...stopMarket, strategyType: "TAKE_PROFIT_MARKET", quantity: 1 }]
    },
    "TRAILING_STOP_MARKET requires callbackRate, 0.1 to 5 percent": {
      kept: "type",
      broken: [
        [without(trailing, "callbackRate"), "callbackRate", "is needed with strategyType TRAILING_STOP_MARKET"],
        [{ ...trailing, callbackRate: "0.099" }, "callbackRate", "must be from 0.1 to 5"],
        [{ ...trailing, callbackRate: 5.01 }, "callbackRate", "must be from 0.1 to 5"],
        [{ ...trailing, stopPrice: 1 }, "stopPrice", "activationPrice says where it begins"],
        [{ ...trailing, price: 1 }, "price", "cannot be sent with an order that ends at the market"],
        ...[stop, stopMarket].flatMap((params): ReadonlyArray<Broken> => [
          [{ ...params, callbackRate: 1 }, "callbackRate", "with a strategyType other than TRAILING_STOP_MARKET"],
          [{ ...params, activationPrice: 1 }, "activationPrice", "with a strategyType other than TRAILING_STOP_MARKET"]
        ])
      ],
      taken: [trailing, { ...trailing, callbackRate: "0.10" }, { ...trailing, callbackRate: 5, activationPrice: 1 }]
    },
    "positionSide is LONG or SHORT in hedge mode, BOTH in one-way mode": {
      kept: "exchange",
      taken: [
        { ...stop, positionSide: "SHORT" },
        { ...stopMarket, positionSide: "BOTH" },
        trailing
      ]
    },
    "reduceOnly must not be sent in hedge mode": notInHedgeMode(stop),
    "a client id has 1 to 36 of the characters of one": clientId(trailing, "newClientStrategyId", 36),
    "on which side of stopPrice an order fires": exchangeKeeps,
    "activationPrice below the latest price to buy, above it to sell (-2021)": {
      kept: "exchange",
      taken: [{ ...trailing, activationPrice: 1e6 }]
    },
    "priceProtect holds the trigger back": { kept: "exchange", taken: [{ ...stop, priceProtect: true }] },
    "no priceMatch, no selfTradePreventionMode, no goodTillDate": {
      kept: "type",
      broken: [
        [{ ...stop, priceMatch: "QUEUE" }, "priceMatch", "Expected no excess property"],
        [{ ...stop, selfTradePreventionMode: "NONE" }, "selfTradePreventionMode", "Expected no excess property"],
        [{ ...stop, goodTillDate: 1 }, "goodTillDate", "Expected no excess property"],
        [{ ...stop, timeInForce: "GTD" }, "timeInForce", "Expected"]
      ]
    }
  },
  cancelCMOrder: { "one of orderId and origClientOrderId is required": oneOrder },
  cancelAllCMOrders: { "symbol required": needsSymbol },
  cancelCMConditionalOrder: { "one of strategyId and newClientStrategyId is required": oneStrategy },
  cancelAllCMConditionalOrders: { "symbol required": needsSymbol },
  modifyCMOrder: {
    "one of orderId and origClientOrderId is required": oneOf(
      "orderId",
      "origClientOrderId",
      without(change, "orderId")
    ),
    "quantity and price are mandatory; priceMatch excludes price": {
      kept: "type",
      broken: [
        [without(change, "quantity"), "quantity", "Missing"],
        [without(change, "price"), "price", "a LIMIT order needs price or priceMatch"],
        [{ ...change, priceMatch: "QUEUE" }, "priceMatch", "price and priceMatch exclude each other"]
      ],
      taken: [change, { ...without(change, "price"), priceMatch: "QUEUE" }]
    },
    "only LIMIT orders can be modified; the order queues anew": exchangeKeeps,
    "a change that a filter refuses leaves the order as it was": exchangeKeeps,
    "a change that cannot stand cancels the order": exchangeKeeps,
    "the self-trade prevention mode stays": exchangeKeeps,
    "modifyId is optional and may be used again": { kept: "exchange", taken: [{ ...change, modifyId: 7 }] }
  },
  getCMOrder: {
    "one of orderId and origClientOrderId is required": oneOrder,
    "orders that ended without a fill can be asked for 3 days": exchangeKeeps
  },
  getAllCMOrders: {
    "one of symbol and pair is required": symbolOrPair,
    "with orderId: from that id on; otherwise the most recent": { kept: "exchange", taken: [{ symbol, orderId: 1 }] },
    "orders that ended without a fill can be asked for 3 days": exchangeKeeps
  },
  getCMOpenOrder: {
    "one of orderId and origClientOrderId is required": oneOrder,
    "a filled or cancelled order does not exist (-2013)": exchangeKeeps
  },
  getAllCMOpenOrders: {
    "without symbol: all symbols; pair filters": {
      kept: "exchange",
      taken: [{}, { symbol }, { pair: "BTCUSD" }, { symbol, pair: "BTCUSD" }]
    }
  },
  getCMOpenConditionalOrders: {
    "without symbol: all symbols": { kept: "exchange", taken: [{}, { symbol }] }
  },
  getCMOpenConditionalOrder: {
    "one of strategyId and newClientStrategyId is required": oneStrategy,
    "one that fired or ended does not exist": exchangeKeeps
  },
  getAllCMConditionalOrders: {
    "a period of at most 7 days, the last 7 by default": period({}, 7, "7 days"),
    "orders that ended without a fill can be asked for 7 days": exchangeKeeps
  },
  getCMConditionalOrderHistory: {
    "one of strategyId and newClientStrategyId is required": oneStrategy,
    "orders that still wait are not found": exchangeKeeps,
    "orders that ended without a fill can be asked for 7 days": exchangeKeeps
  },
  getCMTrades: {
    "exactly one of symbol and pair": symbolOrPair,
    "fromId only with symbol, and not with times": {
      kept: "type",
      broken: [
        [{ pair: "BTCUSD", fromId: 1 }, "fromId", "cannot be sent with pair"],
        [{ symbol, fromId: 1, startTime: 0 }, "startTime", "cannot be sent with fromId"],
        [{ symbol, fromId: 1, endTime: 0 }, "endTime", "cannot be sent with fromId"]
      ],
      taken: [{ symbol, fromId: 1 }]
    },
    "a period of at most 24 hours, the last 24 by default": period({ symbol }, 1, "24 hours")
  },
  getCMForceOrders: {
    "autoCloseType LIQUIDATION or ADL, both when omitted": {
      kept: "type",
      broken: [[{ autoCloseType: "BOTH" }, "autoCloseType", "Expected"]],
      taken: [{}, { autoCloseType: "LIQUIDATION" }, { autoCloseType: "ADL" }]
    },
    "without startTime: the 7 days before endTime": { kept: "exchange", taken: [{ endTime: day }] },
    "only the last 90 days": exchangeKeeps
  },
  getCMOrderModificationHistory: {
    "one of orderId and origClientOrderId is required": oneOrder
  }
}

const endpoints: { readonly [id: string]: AnyEndpoint } = byName

describe("rules", () => {
  for (const [id, constraints] of Object.entries(rules)) {
    for (const [constraint, { broken = [], kept, taken = [] }] of Object.entries(constraints)) {
      it(`${id}: ${constraint} (${kept})`, () => {
        if (kept !== "exchange") assert.isNotEmpty(broken)
        const encode = endpoints[id]?.encode
        for (const params of taken) {
          const written = encode?.(params)
          assert(written !== undefined && Result.isSuccess(written), JSON.stringify(params))
        }
        for (const [params, field, rule] of broken) {
          const written = encode?.(params)
          assert(written !== undefined && Result.isFailure(written), JSON.stringify(params))
          const named = refusals(written.failure).filter((one) => one.field === field)
          assert.isNotEmpty(named, `${JSON.stringify(params)}: ${field} is named`)
          assert.include(named.map((one) => one.why).join("\n"), rule)
        }
      })
    }
  }

  it("tells every broken rule at once", () => {
    const written = byName.submitNewCMConditionalOrder.encode({
      symbol,
      side: "SELL",
      strategyType: "STOP",
      callbackRate: 6,
      positionSide: "LONG",
      reduceOnly: true
    })
    assert(Result.isFailure(written))
    assert.deepStrictEqual(
      refusals(written.failure).map((one) => one.field),
      ["quantity", "price", "stopPrice", "callbackRate", "callbackRate", "reduceOnly"]
    )
  })

  it.effect("sends nothing that breaks a rule", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange()
      const error = yield* CMOrders.use((cm) =>
        cm.submitNewCMConditionalOrder({
          symbol,
          side: "BUY",
          strategyType: "TRAILING_STOP_MARKET",
          quantity: 1,
          callbackRate: 10
        })
      ).pipe(Effect.flip, Effect.provide(layer))
      assert(error._tag === "InvalidRequest")
      assert.deepStrictEqual(error.violations, [{ field: "callbackRate", rule: "must be from 0.1 to 5" }])
      assert.deepStrictEqual(asked, [])
    }))
})

// -----------------------------------------------------------------------------
// What is sent
// -----------------------------------------------------------------------------

const longId = 9_223_372_036_854_775_807n

type Request = readonly [call: (cm: CMOrdersShape) => Effect.Effect<unknown, unknown>, request: string]

type Calls = { readonly [Id in keyof CMOrdersShape]: Request }

/** A call of each endpoint with every parameter there is, and the request as it goes out. */
const calls: Calls = {
  submitNewCMOrder: [
    (cm) =>
      cm.submitNewCMOrder({
        recvWindow: 3000,
        newOrderRespType: "RESULT",
        newClientOrderId: "a/b:c",
        price: BigDecimal.fromStringUnsafe("60000.500"),
        reduceOnly: true,
        quantity: "1e2",
        timeInForce: "GTX",
        type: "LIMIT",
        positionSide: "BOTH",
        side: "SELL",
        symbol
      }),
    "POST /papi/v1/cm/order?symbol=BTCUSD_PERP&side=SELL&positionSide=BOTH&type=LIMIT&timeInForce=GTX&quantity=100"
    + "&reduceOnly=true&price=60000.5&newClientOrderId=a%2Fb%3Ac&newOrderRespType=RESULT&recvWindow=3000"
  ],
  submitNewCMConditionalOrder: [
    (cm) =>
      cm.submitNewCMConditionalOrder({
        newClientStrategyId: "stop-1",
        stopPrice: "59000.10",
        priceProtect: false,
        workingType: "MARK_PRICE",
        price: 58_999.9,
        reduceOnly: false,
        quantity: 10,
        timeInForce: "IOC",
        strategyType: "STOP",
        positionSide: "BOTH",
        side: "SELL",
        symbol
      }),
    "POST /papi/v1/cm/conditional/order?symbol=BTCUSD_PERP&side=SELL&positionSide=BOTH&strategyType=STOP"
    + "&timeInForce=IOC&quantity=10&reduceOnly=false&price=58999.9&workingType=MARK_PRICE&priceProtect=false"
    + "&newClientStrategyId=stop-1&stopPrice=59000.1"
  ],
  cancelCMOrder: [
    (cm) => cm.cancelCMOrder({ symbol, orderId: longId }),
    "DELETE /papi/v1/cm/order?symbol=BTCUSD_PERP&orderId=9223372036854775807"
  ],
  cancelAllCMOrders: [
    (cm) => cm.cancelAllCMOrders({ symbol: "BTCUSD_200925" }),
    "DELETE /papi/v1/cm/allOpenOrders?symbol=BTCUSD_200925"
  ],
  cancelCMConditionalOrder: [
    (cm) => cm.cancelCMConditionalOrder({ symbol, strategyId: longId }),
    "DELETE /papi/v1/cm/conditional/order?symbol=BTCUSD_PERP&strategyId=9223372036854775807"
  ],
  cancelAllCMConditionalOrders: [
    (cm) => cm.cancelAllCMConditionalOrders({ symbol }),
    "DELETE /papi/v1/cm/conditional/allOpenOrders?symbol=BTCUSD_PERP"
  ],
  modifyCMOrder: [
    (cm) =>
      cm.modifyCMOrder({
        modifyId: longId,
        price: "60000.10",
        quantity: 2,
        side: "BUY",
        symbol,
        orderId: Schema.decodeSync(Ids.OrderId)("9007199254740993")
      }),
    "PUT /papi/v1/cm/order?orderId=9007199254740993&symbol=BTCUSD_PERP&side=BUY&quantity=2&price=60000.1"
    + "&modifyId=9223372036854775807"
  ],
  getCMOrder: [
    (cm) => cm.getCMOrder({ symbol, origClientOrderId: "a b" }),
    "GET /papi/v1/cm/order?symbol=BTCUSD_PERP&origClientOrderId=a%20b"
  ],
  getAllCMOrders: [
    (cm) =>
      cm.getAllCMOrders({
        symbol,
        orderId: longId,
        startTime: DateTime.makeUnsafe("2026-01-01T00:00:00Z"),
        endTime: 1_767_225_600_001,
        limit: 100
      }),
    "GET /papi/v1/cm/allOrders?symbol=BTCUSD_PERP&orderId=9223372036854775807&startTime=1767225600000"
    + "&endTime=1767225600001&limit=100"
  ],
  getCMOpenOrder: [
    (cm) => cm.getCMOpenOrder({ symbol, orderId: 7 }),
    "GET /papi/v1/cm/openOrder?symbol=BTCUSD_PERP&orderId=7"
  ],
  getAllCMOpenOrders: [
    (cm) => cm.getAllCMOpenOrders({ symbol, pair: "BTCUSD" }),
    "GET /papi/v1/cm/openOrders?symbol=BTCUSD_PERP&pair=BTCUSD"
  ],
  getCMOpenConditionalOrders: [
    (cm) => cm.getCMOpenConditionalOrders({ symbol }),
    "GET /papi/v1/cm/conditional/openOrders?symbol=BTCUSD_PERP"
  ],
  getCMOpenConditionalOrder: [
    (cm) => cm.getCMOpenConditionalOrder({ symbol, newClientStrategyId: "mine" }),
    "GET /papi/v1/cm/conditional/openOrder?symbol=BTCUSD_PERP&newClientStrategyId=mine"
  ],
  getAllCMConditionalOrders: [
    (cm) =>
      cm.getAllCMConditionalOrders({
        symbol,
        strategyId: longId,
        startTime: DateTime.makeUnsafe(0),
        endTime: DateTime.makeZonedUnsafe(1, { timeZone: "Asia/Tokyo" }),
        limit: 1000
      }),
    "GET /papi/v1/cm/conditional/allOrders?symbol=BTCUSD_PERP&strategyId=9223372036854775807&startTime=0&endTime=1"
    + "&limit=1000"
  ],
  getCMConditionalOrderHistory: [
    (cm) => cm.getCMConditionalOrderHistory({ symbol, strategyId: 123_445 }),
    "GET /papi/v1/cm/conditional/orderHistory?symbol=BTCUSD_PERP&strategyId=123445"
  ],
  getCMTrades: [
    (cm) => cm.getCMTrades({ symbol, fromId: longId, limit: 1000 }),
    "GET /papi/v1/cm/userTrades?symbol=BTCUSD_PERP&fromId=9223372036854775807&limit=1000"
  ],
  getCMForceOrders: [
    (cm) => cm.getCMForceOrders({ symbol, autoCloseType: "ADL", startTime: 1, endTime: 2, limit: 100 }),
    "GET /papi/v1/cm/forceOrders?symbol=BTCUSD_PERP&autoCloseType=ADL&startTime=1&endTime=2&limit=100"
  ],
  getCMOrderModificationHistory: [
    (cm) => cm.getCMOrderModificationHistory({ symbol, orderId: longId, startTime: 1, endTime: 2, limit: 100 }),
    "GET /papi/v1/cm/orderAmendment?symbol=BTCUSD_PERP&orderId=9223372036854775807&startTime=1&endTime=2&limit=100"
  ]
}

/** The same where a parameter has a second form. */
const forms: ReadonlyArray<Request> = [
  [
    (cm) =>
      cm.submitNewCMOrder({
        symbol,
        side: "BUY",
        positionSide: "LONG",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: 3,
        priceMatch: "OPPONENT_5",
        newClientOrderId: "x"
      }),
    "POST /papi/v1/cm/order?symbol=BTCUSD_PERP&side=BUY&positionSide=LONG&type=LIMIT&timeInForce=GTC&quantity=3"
    + "&priceMatch=OPPONENT_5&newClientOrderId=x"
  ],
  [
    (cm) =>
      cm.submitNewCMConditionalOrder({
        symbol,
        side: "BUY",
        positionSide: "SHORT",
        strategyType: "TRAILING_STOP_MARKET",
        quantity: 1,
        activationPrice: 59_000,
        callbackRate: 0.3,
        priceProtect: true,
        newClientStrategyId: "x"
      }),
    "POST /papi/v1/cm/conditional/order?symbol=BTCUSD_PERP&side=BUY&positionSide=SHORT&strategyType=TRAILING_STOP_MARKET"
    + "&quantity=1&priceProtect=true&newClientStrategyId=x&activationPrice=59000&callbackRate=0.3"
  ],
  [
    (cm) => cm.cancelCMOrder({ symbol, origClientOrderId: "mine" }),
    "DELETE /papi/v1/cm/order?symbol=BTCUSD_PERP&origClientOrderId=mine"
  ],
  [
    (cm) => cm.cancelCMConditionalOrder({ symbol, newClientStrategyId: "mine" }),
    "DELETE /papi/v1/cm/conditional/order?symbol=BTCUSD_PERP&newClientStrategyId=mine"
  ],
  [
    (cm) => cm.modifyCMOrder({ symbol, origClientOrderId: "mine", side: "SELL", quantity: 2, priceMatch: "QUEUE" }),
    "PUT /papi/v1/cm/order?origClientOrderId=mine&symbol=BTCUSD_PERP&side=SELL&quantity=2&priceMatch=QUEUE"
  ],
  [(cm) => cm.getCMOrder({ symbol, orderId: 1n }), "GET /papi/v1/cm/order?symbol=BTCUSD_PERP&orderId=1"],
  [
    (cm) => cm.getCMOpenOrder({ symbol, origClientOrderId: "mine" }),
    "GET /papi/v1/cm/openOrder?symbol=BTCUSD_PERP&origClientOrderId=mine"
  ],
  [
    (cm) => cm.getCMOpenConditionalOrder({ symbol, strategyId: 0 }),
    "GET /papi/v1/cm/conditional/openOrder?symbol=BTCUSD_PERP&strategyId=0"
  ],
  [
    (cm) => cm.getCMConditionalOrderHistory({ symbol, newClientStrategyId: "mine" }),
    "GET /papi/v1/cm/conditional/orderHistory?symbol=BTCUSD_PERP&newClientStrategyId=mine"
  ],
  [(cm) => cm.getAllCMOrders({ pair: "BTCUSD" }), "GET /papi/v1/cm/allOrders?pair=BTCUSD"],
  [(cm) => cm.getAllCMOpenOrders(), "GET /papi/v1/cm/openOrders"],
  [
    (cm) => cm.getCMTrades({ pair: "BTCUSD", startTime: 1, endTime: 2 }),
    "GET /papi/v1/cm/userTrades?pair=BTCUSD&startTime=1&endTime=2"
  ],
  [
    (cm) => cm.getCMOrderModificationHistory({ symbol, origClientOrderId: "mine" }),
    "GET /papi/v1/cm/orderAmendment?symbol=BTCUSD_PERP&origClientOrderId=mine"
  ]
]

describe("requests", () => {
  it.effect.each(Object.entries(calls))(
    "%s writes each parameter as the exchange reads it, and reads the answer",
    ([id, [call, request]]) =>
      Effect.gen(function*() {
        const { asked, layer } = exchange(ok(samplesOf(id)[0]?.body))
        yield* Effect.provide(CMOrders.use(call), layer)
        assert.deepStrictEqual(asked, [request])
      })
  )

  it("writes every parameter there is at least once", () => {
    const written = [...Object.values(calls), ...forms].map(([, request]) => request)
    for (const id of Object.keys(calls)) {
      const { params, request } = endpoints[id] ?? assert.fail(id)
      const { ast } = params
      assert(ast._tag === "Objects")
      const names = new Set(
        written.filter((one) => one.split("?")[0] === request).flatMap((one) => Object.keys(parametersOf(one)))
      )
      const missing = ast.propertySignatures.map(({ name }) => String(name)).filter((name) => !names.has(name))
      assert.deepStrictEqual(missing.filter((name) => name !== "recvWindow"), [], id)
    }
  })

  it.effect.each(forms)("%# writes other forms the same way", ([call, request]) =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(noOrder)
      const error = yield* CMOrders.use(call).pipe(Effect.flip, Effect.provide(layer))
      assert.deepInclude(error, { _tag: "NotFound", code: -2013 })
      assert.deepStrictEqual(asked, [request])
    }))

  it.effect.each<readonly [price: Decimal.DecimalInput, text: string]>([
    ["1.10", "1.1"],
    [1e-8, "0.00000001"],
    ["123456789012345678.000000001", "123456789012345678.000000001"],
    [BigDecimal.make(1n, -3), "1000"]
  ])("writes decimals plain: %s", ([price, text]) =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(noOrder)
      yield* CMOrders.use((cm) =>
        cm.submitNewCMOrder({ symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: 1, price })
      ).pipe(Effect.flip, Effect.provide(layer))
      assert.strictEqual(parametersOf(asked[0])["price"], text)
    }))
})

// -----------------------------------------------------------------------------
// Client ids
// -----------------------------------------------------------------------------

/** Ids that tell how many there were, as long as allowed. */
const counting = (): ClientOrderId.GeneratorShape => {
  let made = 0
  return { next: (maxLength) => Effect.sync(() => `made-${++made}-`.padEnd(maxLength, "x")) }
}

const placing: ReadonlyArray<
  readonly [id: string, param: string, length: number, (id: string | undefined) => Request[0]]
> = [
  [
    "submitNewCMOrder",
    "newClientOrderId",
    32,
    (newClientOrderId) => (cm) =>
      cm.submitNewCMOrder({ symbol, side: "BUY", type: "MARKET", quantity: 1, newClientOrderId })
  ],
  [
    "submitNewCMConditionalOrder",
    "newClientStrategyId",
    36,
    (newClientStrategyId) => (cm) =>
      cm.submitNewCMConditionalOrder({
        symbol,
        side: "BUY",
        strategyType: "STOP_MARKET",
        quantity: 1,
        stopPrice: 1,
        newClientStrategyId
      })
  ]
]

describe.each(placing)("client ids of %s", (id, param, length, place) => {
  const answer = ok(samplesOf(id)[0]?.body)

  it.effect("are made where the caller gives none, by the generator provided, as long as allowed at most", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(answer)
      yield* CMOrders.use((cm) => Effect.andThen(place(undefined)(cm), place(undefined)(cm))).pipe(
        Effect.provideService(ClientOrderId.Generator, counting()),
        Effect.provide(layer)
      )
      assert.deepStrictEqual(
        asked.map((request) => parametersOf(request)[param]),
        ["made-1-".padEnd(length, "x"), "made-2-".padEnd(length, "x")]
      )
    }))

  it.effect("fit by default, and no two are the same", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(answer)
      yield* CMOrders.use((cm) => Effect.andThen(place(undefined)(cm), place(undefined)(cm))).pipe(
        Effect.provide(layer)
      )
      const made = asked.map((request) => parametersOf(request)[param] ?? "")
      assert.strictEqual(new Set(made).size, 2)
      for (const one of made) assert.match(one, new RegExp(`^[.A-Z:/a-z0-9_-]{20,${length}}$`))
    }))

  it.effect("are the caller's where there is one", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(answer)
      yield* CMOrders.use(place("mine")).pipe(
        Effect.provideService(ClientOrderId.Generator, { next: () => Effect.die("asked for an id") }),
        Effect.provide(layer)
      )
      assert.deepStrictEqual(asked.map((request) => parametersOf(request)[param]), ["mine"])
    }))

  it.effect("stay the same on every attempt", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange(clockError, answer)
      yield* CMOrders.use(place(undefined)).pipe(
        Effect.provideService(ClientOrderId.Generator, counting()),
        Effect.provide(layer)
      )
      const first = "made-1-".padEnd(length, "x")
      assert.deepStrictEqual(asked.map((request) => parametersOf(request)[param]), [first, first])
    }))

  it.effect("are told where the outcome is unknown", () =>
    Effect.gen(function*() {
      const error = yield* CMOrders.use(place("mine")).pipe(
        Effect.flip,
        Effect.provide(exchange(ok(`{"clientOrderId":`)).layer)
      )
      assert.deepInclude(error, { _tag: "OutcomeUnknown", clientOrderId: "mine" })
    }))
})

it("makes client ids for what places an order, and for nothing else", () => {
  const having = Object.keys(rules).filter((id) => (endpoints[id]?.clientIds ?? []).length > 0)
  assert.deepStrictEqual(having, placing.map(([id]) => id))
})

// -----------------------------------------------------------------------------
// What is read
// -----------------------------------------------------------------------------

const text = (id: string, file = 0): string => JSON.stringify(samplesOf(id)[file]?.body)

describe("replies", () => {
  it.effect("keep ids beyond 2^53 exact, from numbers and from text", () =>
    Effect.gen(function*() {
      const long = "9223372036854775807"
      const numbers = text("getAllCMConditionalOrders").replace(/"(strategyId|orderId)":\d+/g, `"$1":${long}`)
      for (const body of [numbers, numbers.replaceAll(long, `"${long}"`)]) {
        const [order] = yield* CMOrders.use((cm) => cm.getAllCMConditionalOrders()).pipe(
          Effect.provide(exchange(ok(body)).layer)
        )
        assert.strictEqual(order?.strategyId, long)
        assert.strictEqual(order?.orderId, long)
      }
    }))

  it.effect("give an order as values", () =>
    Effect.gen(function*() {
      const order = yield* CMOrders.use((cm) => cm.getCMOrder({ symbol, orderId: 1_917_641 })).pipe(
        Effect.provide(exchange(ok(text("getCMOrder"))).layer)
      )
      assert.strictEqual(Decimal.format(order.origQty), "0.4")
      assert.strictEqual(DateTime.toEpochMillis(order.time), 1_579_276_756_075)
      assert.isFalse(order.reduceOnly)
      assert.strictEqual(order.pair, "BTCUSD")
    }))

  describe("of getCMOpenOrder", () => {
    const ask = (body: unknown) =>
      CMOrders.use((cm) => cm.getCMOpenOrder({ symbol, orderId: 1_917_641 })).pipe(
        Effect.provide(exchange(ok(body)).layer)
      )

    it.effect("are the order itself, whether it came in a list or not", () =>
      Effect.gen(function*() {
        const samples = samplesOf("getCMOpenOrder")
        assert.deepStrictEqual(samples.map(({ body }) => Array.isArray(body)).toSorted(), [false, true])
        for (const { body } of samples) {
          const order = yield* ask(body)
          assert.strictEqual(order.orderId, "1917641")
          assert.strictEqual(order.clientOrderId, "abc")
        }
      }))

    it.effect("are not guessed from a list that is not of one readable order", () =>
      Effect.gen(function*() {
        const body = samplesOf("getCMOpenOrder").map((sample) => sample.body).find(Array.isArray)
        const [one]: ReadonlyArray<object> = body ?? []
        const cases: ReadonlyArray<readonly [ReadonlyArray<unknown>, string]> = [
          [[], "one order was expected, the list has 0"],
          [[one, one], "one order was expected, the list has 2"],
          [[one, {}], "one order was expected, the list has 2"],
          [[without(one ?? {}, "price")], "0.price"]
        ]
        for (const [list, issue] of cases) {
          const error = yield* Effect.flip(ask(list))
          assert(error._tag === "InvalidResponse")
          assert.include(`${error.issue} ${error.path.join(".")}`, issue)
          assert.strictEqual(error.endpoint, "getCMOpenOrder")
        }
      }))

    it.effect("tell that the order is not open", () =>
      Effect.gen(function*() {
        const error = yield* CMOrders.use((cm) => cm.getCMOpenOrder({ symbol, orderId: 1 })).pipe(
          Effect.flip,
          Effect.provide(exchange(noOrder).layer)
        )
        assert.strictEqual(error._tag, "NotFound")
      }))
  })
})

describe("weights", () => {
  it.each<readonly [string, { readonly [name: string]: string }, number]>([
    ["getAllCMOrders", { symbol }, 20],
    ["getAllCMOrders", { pair: "BTCUSD" }, 40],
    ["getCMTrades", { symbol, fromId: "1" }, 20],
    ["getCMTrades", { pair: "BTCUSD" }, 40],
    ["getAllCMOpenOrders", {}, 40],
    ["getAllCMOpenOrders", { symbol }, 1],
    ["getAllCMOpenOrders", { pair: "BTCUSD" }, 40],
    ["getCMForceOrders", {}, 50],
    ["getCMForceOrders", { symbol }, 20]
  ])("%s %o weighs %i", (id, params, weight) => {
    const endpoint = endpoints[id]
    assert.strictEqual(typeof endpoint?.weight === "function" ? endpoint.weight(params) : endpoint?.weight, weight)
  })
})
