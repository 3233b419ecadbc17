import { Client } from "@effect-binance/core/Client"
import * as ClientOrderId from "@effect-binance/core/ClientOrderId"
import { Environment } from "@effect-binance/core/Environment"
import * as Ids from "@effect-binance/core/Ids"
import { ServerClock } from "@effect-binance/core/ServerClock"
import { Signer } from "@effect-binance/core/Signer"
import { byName } from "@effect-binance/portfolio-margin/Endpoints"
import * as Endpoints from "@effect-binance/portfolio-margin/endpoints/MarginOrders"
import { MarginOrders, type MarginOrdersShape } from "@effect-binance/portfolio-margin/MarginOrders"
import { assert, describe, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AnyEndpoint, readingOf, refusals } from "./support/conformance.ts"
import { samplesOf } from "./support/fixtures.ts"

// -----------------------------------------------------------------------------
// A client whose exchange answers from a list and remembers what it was asked
// -----------------------------------------------------------------------------

interface Answer {
  readonly status: number
  readonly body: unknown
}

const clockError: Answer = {
  status: 400,
  body: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." }
}

const exchange = (answers: ReadonlyArray<Answer>) => {
  const asked: Array<string> = []
  const http = HttpClient.make((request) =>
    Effect.sync(() => {
      const answer = answers[asked.length]
      asked.push(
        `${request.method} ${
          request.url.replace(/^https?:\/\/[^/]+/, "").replace(/[?&]recvWindow=5000(?=&timestamp)/, "").replace(
            /[?&]timestamp=\d+&signature=s$/,
            ""
          )
        }`
      )
      return HttpClientResponse.fromWeb(
        request,
        new Response(JSON.stringify(answer?.body), { status: answer?.status ?? 500 })
      )
    })
  )
  const layer = MarginOrders.layer.pipe(
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

const sample = (id: string): Answer => ({ status: 200, body: samplesOf(id)[0]?.body })

/** What goes out for calls, by method, path and query without what signing adds. */
const sent = <A, E>(calls: Effect.Effect<A, E, MarginOrders>, ...answers: ReadonlyArray<Answer>) => {
  const { asked, layer } = exchange(answers)
  return Effect.as(Effect.provide(calls, layer), asked)
}

const parametersOf = (request: string): { readonly [name: string]: string } =>
  Object.fromEntries(new URLSearchParams(request.split("?")[1]))

/** Ids that tell how many there were. */
const counting = (): ClientOrderId.GeneratorShape => {
  let made = 0
  return { next: (maxLength) => Effect.sync(() => `made-${++made}-of-${maxLength}`) }
}

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

const limit = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: 1, price: 2, timeInForce: "GTC" }
const market = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: 1 }
const stop = { symbol: "BTCUSDT", side: "BUY", type: "STOP_LOSS", quantity: 1, stopPrice: 3 }
const profit = { ...stop, type: "TAKE_PROFIT" }
const stopLimit = { ...limit, type: "STOP_LOSS_LIMIT", stopPrice: 3 }
const maker = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT_MAKER", quantity: 1, price: 2 }
const oco = { symbol: "BTCUSDT", side: "SELL", quantity: 1, price: 3, stopPrice: 2 }
const day = 86_400_000

const without = (params: object, ...names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)))

const also = (more: object) => (params: object): object => ({ ...params, ...more })

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

const needed = (params: object, type: string, ...fields: ReadonlyArray<string>): ReadonlyArray<Broken> =>
  fields.map((field) => [without(params, field), field, `is needed with type ${type}`] as const)

const refused = (params: { readonly type: string }, more: object): ReadonlyArray<Broken> =>
  Object.entries(more).map(([field, value]) =>
    [{ ...params, [field]: value }, field, `cannot be sent with type ${params.type}`] as const
  )

const oneOf = (one: string, other: string, params: object): ReadonlyArray<Broken> => {
  const rule = `exactly one of ${one} and ${other} is needed`
  return [[params, one, rule], [{ ...params, [one]: 1, [other]: "mine" }, one, rule]]
}

const reversed = (params: object): Broken =>
  [{ ...params, startTime: day, endTime: day - 1 }, "endTime", "must not be before startTime"] as const

const tooLong = (params: object, days: number): Broken =>
  [
    { ...params, startTime: 0, endTime: days * day + 1 },
    "endTime",
    `must be at most ${days} days after startTime`
  ] as const

const rules: { readonly [Id in keyof MarginOrdersShape]: { readonly [constraint: string]: Rule } } = {
  submitNewMarginOrder: {
    "LIMIT needs timeInForce, quantity and price": {
      kept: "type",
      broken: needed(limit, "LIMIT", "quantity", "price", "timeInForce"),
      taken: [limit]
    },
    "MARKET needs quantity or quoteOrderQty": {
      kept: "type",
      broken: [
        [without(market, "quantity"), "quantity", "a MARKET order needs exactly one of quantity and quoteOrderQty"],
        [{ ...market, quoteOrderQty: 1 }, "quantity", "a MARKET order needs exactly one of quantity and quoteOrderQty"],
        ...refused(market, { price: 1, stopPrice: 1, icebergQty: 1, timeInForce: "GTC" })
      ],
      taken: [market, { ...without(market, "quantity"), quoteOrderQty: 1 }]
    },
    "quoteOrderQty is for MARKET": {
      kept: "type",
      broken: [limit, stop, stopLimit, maker].flatMap((params) => refused(params, { quoteOrderQty: 1 }))
    },
    "STOP_LOSS and TAKE_PROFIT need quantity and stopPrice": {
      kept: "type",
      broken: [stop, profit].flatMap((params) =>
        needed(params, params.type, "quantity", "stopPrice").concat(refused(params, { price: 1, timeInForce: "GTC" }))
      ),
      taken: [stop, profit]
    },
    "STOP_LOSS_LIMIT and TAKE_PROFIT_LIMIT need timeInForce, quantity, price and stopPrice": {
      kept: "type",
      broken: ["STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"].flatMap((type) =>
        needed({ ...stopLimit, type }, type, "quantity", "price", "stopPrice", "timeInForce")
      ),
      taken: [stopLimit, { ...stopLimit, type: "TAKE_PROFIT_LIMIT" }]
    },
    "LIMIT_MAKER needs quantity and price": {
      kept: "type",
      broken: [...needed(maker, "LIMIT_MAKER", "quantity", "price"), ...refused(maker, { timeInForce: "GTC" })],
      taken: [maker]
    },
    "stopPrice only with STOP_LOSS*, TAKE_PROFIT*": {
      kept: "type",
      broken: [limit, market, maker].flatMap((params) => refused(params, { stopPrice: 1 }))
    },
    "icebergQty only with LIMIT, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT": {
      kept: "type",
      broken: [market, stop, profit, maker].flatMap((params) => refused(params, { icebergQty: 1 })),
      taken: [limit, stopLimit, { ...stopLimit, type: "TAKE_PROFIT_LIMIT" }].map(also({ icebergQty: 1 }))
    },
    "autoRepayAtCancel matters only with sideEffectType MARGIN_BUY or AUTO_BORROW_REPAY": {
      kept: "type",
      broken: [undefined, "NO_SIDE_EFFECT", "AUTO_REPAY"].map((sideEffectType) => [
        { ...limit, sideEffectType, autoRepayAtCancel: false },
        "autoRepayAtCancel",
        "cannot be sent without sideEffectType MARGIN_BUY or AUTO_BORROW_REPAY"
      ]),
      taken: [{ sideEffectType: "MARGIN_BUY" }, { sideEffectType: "AUTO_BORROW_REPAY" }].map(
        also({ ...limit, autoRepayAtCancel: false })
      )
    },
    "newOrderRespType is FULL for MARKET and LIMIT, ACK otherwise": { kept: "exchange", taken: [limit, stop] },
    "a client id has 1 to 36 of the characters of one": {
      kept: "checked",
      broken: ["", "x".repeat(37), "a b", "ü"].map((newClientOrderId) => [
        { ...limit, newClientOrderId },
        "newClientOrderId",
        "1 to 36 of the characters A-Z a-z 0-9 . : / _ -"
      ]),
      taken: [{ ...limit, newClientOrderId: "x".repeat(36) }]
    }
  },
  submitNewMarginOCO: {
    "SELL: price > last price > stopPrice; BUY: price < last price < stopPrice": {
      kept: "checked",
      broken: [
        [{ ...oco, price: 2 }, "price", "must be above stopPrice to sell"],
        [{ ...oco, price: "1.99999999" }, "price", "must be above stopPrice to sell"],
        [{ ...oco, side: "BUY" }, "price", "must be below stopPrice to buy"],
        [{ ...oco, side: "BUY", price: "2.0" }, "price", "must be below stopPrice to buy"]
      ],
      taken: [oco, { ...oco, side: "BUY", price: "1.99999999" }]
    },
    "the last price lies between them": { kept: "exchange", taken: [oco] },
    "both legs share quantity; iceberg quantities may differ": {
      kept: "type",
      taken: [{ ...oco, limitIcebergQty: 1, stopLimitPrice: 1, stopLimitTimeInForce: "GTC", stopIcebergQty: 2 }]
    },
    "stopLimitPrice requires stopLimitTimeInForce": {
      kept: "type",
      broken: [
        [{ ...oco, stopLimitPrice: 1 }, "stopLimitTimeInForce", "is needed with stopLimitPrice"],
        [{ ...oco, stopLimitTimeInForce: "GTC" }, "stopLimitTimeInForce", "cannot be sent without stopLimitPrice"],
        [{ ...oco, stopIcebergQty: 1 }, "stopIcebergQty", "cannot be sent without stopLimitPrice"]
      ],
      taken: [{ ...oco, stopLimitPrice: 1, stopLimitTimeInForce: "FOK" }]
    },
    "sideEffectType has no AUTO_BORROW_REPAY here": {
      kept: "type",
      broken: [[{ ...oco, sideEffectType: "AUTO_BORROW_REPAY" }, "sideEffectType", "Expected"]],
      taken: [{ ...oco, sideEffectType: "MARGIN_BUY" }]
    },
    "counts 2 on the order limit": { kept: "exchange" }
  },
  cancelMarginOrder: {
    "one of orderId and origClientOrderId is required": {
      kept: "type",
      broken: oneOf("orderId", "origClientOrderId", { symbol: "BTCUSDT" })
    },
    "cancelling one leg of a pair cancels the pair": { kept: "exchange" }
  },
  cancelMarginOCO: {
    "one of orderListId and listClientOrderId is required": {
      kept: "type",
      broken: oneOf("orderListId", "listClientOrderId", { symbol: "BTCUSDT" })
    },
    "cancelling a single leg cancels the whole list": { kept: "exchange" }
  },
  cancelAllMarginOrders: {
    "symbol required": { kept: "type", broken: [[{}, "symbol", "Missing"]], taken: [{ symbol: "BTCUSDT" }] }
  },
  getMarginOrder: {
    "one of orderId and origClientOrderId is required": {
      kept: "type",
      broken: oneOf("orderId", "origClientOrderId", { symbol: "BTCUSDT" })
    }
  },
  getMarginOpenOrders: {
    "symbol is mandatory in the table, yet the note describes the call without it": {
      kept: "exchange",
      taken: [{}, { symbol: "BTCUSDT" }]
    }
  },
  getAllMarginOrders: {
    "with orderId: from that id on; otherwise the most recent": {
      kept: "exchange",
      taken: [{ symbol: "BTCUSDT", orderId: 1, startTime: 0, endTime: 365 * day }]
    },
    "a span of time does not end before it begins": { kept: "checked", broken: [reversed({ symbol: "BTCUSDT" })] }
  },
  getMarginOCO: {
    "one of orderListId and origClientOrderId is required": {
      kept: "type",
      broken: oneOf("orderListId", "origClientOrderId", {})
    }
  },
  getAllMarginOCO: {
    "fromId excludes startTime and endTime": {
      kept: "type",
      broken: [
        [{ fromId: 1, startTime: 0 }, "startTime", "cannot be sent with fromId"],
        [{ fromId: 1, endTime: 0 }, "endTime", "cannot be sent with fromId"]
      ],
      taken: [{}, { fromId: 1 }, { startTime: 0 }]
    },
    "a span of time does not end before it begins": { kept: "checked", broken: [reversed({})] }
  },
  getMarginOpenOCO: {},
  getMarginTrades: {
    "with fromId: from that id on; otherwise the most recent": {
      kept: "exchange",
      taken: [{ symbol: "BTCUSDT", fromId: 1 }]
    },
    "startTime to endTime below 24 hours": {
      kept: "checked",
      broken: [
        [{ symbol: "BTCUSDT", startTime: 0, endTime: day + 1 }, "endTime", "after startTime"],
        reversed({ symbol: "BTCUSDT" })
      ],
      taken: [{ symbol: "BTCUSDT", startTime: 0, endTime: day - 1 }, { symbol: "BTCUSDT", startTime: 0 }]
    }
  },
  getMarginForceOrders: {
    "a span of time does not end before it begins": { kept: "checked", broken: [reversed({})], taken: [{}] }
  },
  submitMarginLoan: {
    "limits on the amount: see getMarginMaxBorrow": { kept: "exchange", taken: [{ asset: "USDT", amount: "1e3" }] }
  },
  submitMarginRepay: {},
  repayMarginDebt: {
    "at most 50 000 USD of repay assets a request": { kept: "exchange", taken: [{ asset: "USDT", amount: 50_001 }] },
    "without amount: as far as the named assets reach": { kept: "exchange", taken: [{ asset: "USDT" }] },
    "the loan asset itself is used first": { kept: "exchange" },
    "specifyRepayAssets is separated by commas": {
      kept: "checked",
      broken: ["", "BTC,", ",BTC", "BTC, BNB", "BTC,,BNB", [], ["BTC,BNB"], ["BTC", ""]].map((specifyRepayAssets) => [
        { asset: "USDT", specifyRepayAssets },
        "specifyRepayAssets",
        ""
      ]),
      taken: [{ asset: "USDT", specifyRepayAssets: "BTC" }, { asset: "USDT", specifyRepayAssets: ["币安人生"] }]
    }
  },
  getMarginMaxBorrow: {},
  getMarginMaxWithdraw: {},
  getMarginLoanRecords: {
    "txId or startTime must be sent, yet 7 days are the default": { kept: "exchange", taken: [{ asset: "BNB" }] },
    "txId wins over the times": {
      kept: "type",
      broken: [
        [{ asset: "BNB", txId: 1, startTime: 0 }, "startTime", "cannot be sent with txId"],
        [{ asset: "BNB", txId: 1, endTime: 0 }, "endTime", "cannot be sent with txId"]
      ]
    },
    "startTime to endTime at most 30 days": {
      kept: "checked",
      broken: [tooLong({ asset: "BNB" }, 30), reversed({ asset: "BNB" })],
      taken: [{ asset: "BNB", startTime: 0, endTime: 30 * day }]
    },
    "archived for data older than 6 months": { kept: "exchange", taken: [{ asset: "BNB", archived: true }] },
    "newest first": { kept: "exchange" }
  },
  getMarginRepayRecords: {
    "txId or startTime must be sent, yet 7 days are the default": { kept: "exchange", taken: [{ asset: "BNB" }] },
    "txId wins over the times": {
      kept: "type",
      broken: [
        [{ asset: "BNB", txId: 1, startTime: 0 }, "startTime", "cannot be sent with txId"],
        [{ asset: "BNB", txId: 1, endTime: 0 }, "endTime", "cannot be sent with txId"]
      ]
    },
    "startTime to endTime at most 30 days": {
      kept: "checked",
      broken: [tooLong({ asset: "BNB" }, 30), reversed({ asset: "BNB" })],
      taken: [{ asset: "BNB", startTime: 0, endTime: 30 * day }]
    },
    "archived for data older than 6 months": { kept: "exchange", taken: [{ asset: "BNB", archived: true }] },
    "newest first": { kept: "exchange" }
  },
  getMarginInterestHistory: {
    "startTime to endTime at most 30 days": {
      kept: "checked",
      broken: [tooLong({}, 30), reversed({})],
      taken: [{ startTime: 0, endTime: 30 * day }]
    },
    "what is told without one of the times, or without both": {
      kept: "exchange",
      taken: [{}, { startTime: 0 }, { endTime: 0 }]
    },
    "archived for data older than 6 months": { kept: "exchange", taken: [{ archived: true }] },
    "newest first": { kept: "exchange" }
  }
}

const endpoints: { readonly [id: string]: AnyEndpoint } = byName

describe("rules", () => {
  for (const [id, constraints] of Object.entries(rules)) {
    for (const [constraint, { broken = [], kept, taken = [] }] of Object.entries(constraints)) {
      it(`${id}: ${constraint} (${kept})`, () => {
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
    const written = byName.submitNewMarginOrder.encode({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      stopPrice: 1,
      autoRepayAtCancel: true
    })
    assert(Result.isFailure(written))
    assert.deepStrictEqual(
      refusals(written.failure).map((one) => one.field),
      ["quantity", "price", "stopPrice", "timeInForce", "autoRepayAtCancel"]
    )
  })

  it.effect("sends nothing that breaks a rule", () =>
    Effect.gen(function*() {
      const { asked, layer } = exchange([])
      const error = yield* MarginOrders.use((margin) =>
        margin.submitNewMarginOCO({ symbol: "BTCUSDT", side: "BUY", quantity: 1, price: 3, stopPrice: 2 })
      ).pipe(Effect.flip, Effect.provide(layer))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(asked, [])
    }))
})

// -----------------------------------------------------------------------------
// What is sent
// -----------------------------------------------------------------------------

const longId = 9_223_372_036_854_775_807n

type Calls = {
  readonly [Id in keyof MarginOrdersShape]: readonly [
    call: (margin: MarginOrdersShape) => Effect.Effect<unknown, unknown>,
    request: string
  ]
}

/** A call of each endpoint with every parameter there is, and the request as it goes out. */
const calls: Calls = {
  submitNewMarginOrder: [
    (margin) =>
      margin.submitNewMarginOrder({
        recvWindow: 3000,
        autoRepayAtCancel: false,
        selfTradePreventionMode: "EXPIRE_MAKER",
        timeInForce: "GTC",
        sideEffectType: "AUTO_BORROW_REPAY",
        icebergQty: 0.1,
        newOrderRespType: "FULL",
        newClientOrderId: "a/b:c",
        stopPrice: "59000.10",
        price: BigDecimal.fromStringUnsafe("60000.500"),
        quantity: "1e-20",
        type: "TAKE_PROFIT_LIMIT",
        side: "SELL",
        symbol: "BTCUSDT"
      }),
    "POST /papi/v1/margin/order?symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT_LIMIT&quantity=0.00000000000000000001"
    + "&price=60000.5&stopPrice=59000.1&newClientOrderId=a%2Fb%3Ac&newOrderRespType=FULL&icebergQty=0.1"
    + "&sideEffectType=AUTO_BORROW_REPAY&timeInForce=GTC&selfTradePreventionMode=EXPIRE_MAKER&autoRepayAtCancel=false"
    + "&recvWindow=3000"
  ],
  submitNewMarginOCO: [
    (margin) =>
      margin.submitNewMarginOCO({
        symbol: "BTCUSDT",
        listClientOrderId: "list",
        side: "SELL",
        quantity: 0.5,
        limitClientOrderId: "limit",
        price: 61_000,
        limitIcebergQty: "0.20",
        stopClientOrderId: "stop",
        stopPrice: 59_000,
        stopLimitPrice: "58900.10",
        stopIcebergQty: "0.10",
        stopLimitTimeInForce: "IOC",
        newOrderRespType: "RESULT",
        sideEffectType: "AUTO_REPAY"
      }),
    "POST /papi/v1/margin/order/oco?symbol=BTCUSDT&listClientOrderId=list&side=SELL&quantity=0.5&limitClientOrderId=limit"
    + "&price=61000&limitIcebergQty=0.2&stopClientOrderId=stop&stopPrice=59000&stopLimitPrice=58900.1&stopIcebergQty=0.1"
    + "&stopLimitTimeInForce=IOC&newOrderRespType=RESULT&sideEffectType=AUTO_REPAY"
  ],
  cancelMarginOrder: [
    (margin) => margin.cancelMarginOrder({ symbol: "BTCUSDT", orderId: longId, newClientOrderId: "cancel" }),
    "DELETE /papi/v1/margin/order?symbol=BTCUSDT&orderId=9223372036854775807&newClientOrderId=cancel"
  ],
  cancelMarginOCO: [
    (margin) => margin.cancelMarginOCO({ symbol: "BTCUSDT", orderListId: longId, newClientOrderId: "cancel" }),
    "DELETE /papi/v1/margin/orderList?symbol=BTCUSDT&orderListId=9223372036854775807&newClientOrderId=cancel"
  ],
  cancelAllMarginOrders: [
    (margin) => margin.cancelAllMarginOrders({ symbol: "币安人生USDT" }),
    "DELETE /papi/v1/margin/allOpenOrders?symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"
  ],
  getMarginOrder: [
    (margin) => margin.getMarginOrder({ symbol: "BTCUSDT", origClientOrderId: "mine" }),
    "GET /papi/v1/margin/order?symbol=BTCUSDT&origClientOrderId=mine"
  ],
  getMarginOpenOrders: [
    (margin) => margin.getMarginOpenOrders({ symbol: "BTCUSDT" }),
    "GET /papi/v1/margin/openOrders?symbol=BTCUSDT"
  ],
  getAllMarginOrders: [
    (margin) =>
      margin.getAllMarginOrders({
        symbol: "BTCUSDT",
        orderId: 7,
        startTime: DateTime.makeUnsafe("2026-01-01T00:00:00Z"),
        endTime: 1_767_225_600_001,
        limit: 500
      }),
    "GET /papi/v1/margin/allOrders?symbol=BTCUSDT&orderId=7&startTime=1767225600000&endTime=1767225600001&limit=500"
  ],
  getMarginOCO: [
    (margin) => margin.getMarginOCO({ origClientOrderId: "list" }),
    "GET /papi/v1/margin/orderList?origClientOrderId=list"
  ],
  getAllMarginOCO: [
    (margin) => margin.getAllMarginOCO({ fromId: longId, limit: 1 }),
    "GET /papi/v1/margin/allOrderList?fromId=9223372036854775807&limit=1"
  ],
  getMarginOpenOCO: [(margin) => margin.getMarginOpenOCO(), "GET /papi/v1/margin/openOrderList"],
  getMarginTrades: [
    (margin) =>
      margin.getMarginTrades({
        symbol: "BTCUSDT",
        orderId: longId,
        startTime: DateTime.makeUnsafe(0),
        endTime: DateTime.makeZonedUnsafe(1, { timeZone: "Asia/Tokyo" }),
        fromId: longId,
        limit: 1000
      }),
    "GET /papi/v1/margin/myTrades?symbol=BTCUSDT&orderId=9223372036854775807&startTime=0&endTime=1"
    + "&fromId=9223372036854775807&limit=1000"
  ],
  getMarginForceOrders: [
    (margin) => margin.getMarginForceOrders({ startTime: 1, endTime: 2, current: 3, size: 100 }),
    "GET /papi/v1/margin/forceOrders?startTime=1&endTime=2&current=3&size=100"
  ],
  submitMarginLoan: [
    (margin) => margin.submitMarginLoan({ asset: "USDT", amount: "1000.10" }),
    "POST /papi/v1/marginLoan?asset=USDT&amount=1000.1"
  ],
  submitMarginRepay: [
    (margin) => margin.submitMarginRepay({ asset: "USDT", amount: 1e-7 }),
    "POST /papi/v1/repayLoan?asset=USDT&amount=0.0000001"
  ],
  repayMarginDebt: [
    (margin) => margin.repayMarginDebt({ asset: "BNB", amount: 0.1, specifyRepayAssets: ["USDT", "BTC"] }),
    "POST /papi/v1/margin/repay-debt?asset=BNB&amount=0.1&specifyRepayAssets=USDT%2CBTC"
  ],
  getMarginMaxBorrow: [
    (margin) => margin.getMarginMaxBorrow({ asset: "BNB" }),
    "GET /papi/v1/margin/maxBorrowable?asset=BNB"
  ],
  getMarginMaxWithdraw: [
    (margin) => margin.getMarginMaxWithdraw({ asset: "BNB" }),
    "GET /papi/v1/margin/maxWithdraw?asset=BNB"
  ],
  getMarginLoanRecords: [
    (margin) => margin.getMarginLoanRecords({ asset: "BNB", txId: longId, current: 2, size: 50, archived: false }),
    "GET /papi/v1/margin/marginLoan?asset=BNB&txId=9223372036854775807&current=2&size=50&archived=false"
  ],
  getMarginRepayRecords: [
    (margin) => margin.getMarginRepayRecords({ asset: "BNB", startTime: 1, endTime: 2, archived: true }),
    "GET /papi/v1/margin/repayLoan?asset=BNB&startTime=1&endTime=2&archived=true"
  ],
  getMarginInterestHistory: [
    (margin) =>
      margin.getMarginInterestHistory({ asset: "BNB", startTime: 1, endTime: 2, current: 1, size: 10, archived: true }),
    "GET /papi/v1/margin/marginInterestHistory?asset=BNB&startTime=1&endTime=2&current=1&size=10&archived=true"
  ]
}

/** The same where a parameter has a second form. */
const forms: ReadonlyArray<Calls[keyof Calls]> = [
  [
    (margin) =>
      margin.submitNewMarginOrder({
        symbol: "BTCUSDT",
        side: "BUY",
        type: "MARKET",
        quoteOrderQty: 100,
        sideEffectType: "MARGIN_BUY",
        autoRepayAtCancel: true,
        newClientOrderId: "x"
      }),
    "POST /papi/v1/margin/order?symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100&newClientOrderId=x"
    + "&sideEffectType=MARGIN_BUY&autoRepayAtCancel=true"
  ],
  [
    (margin) => margin.cancelMarginOrder({ symbol: "BTCUSDT", origClientOrderId: "a b" }),
    "DELETE /papi/v1/margin/order?symbol=BTCUSDT&origClientOrderId=a%20b"
  ],
  [
    (margin) => margin.cancelMarginOCO({ symbol: "BTCUSDT", listClientOrderId: "list" }),
    "DELETE /papi/v1/margin/orderList?symbol=BTCUSDT&listClientOrderId=list"
  ],
  [
    (margin) => margin.getMarginOrder({ symbol: "BTCUSDT", orderId: 41_295 }),
    "GET /papi/v1/margin/order?symbol=BTCUSDT&orderId=41295"
  ],
  [(margin) => margin.getMarginOpenOrders(), "GET /papi/v1/margin/openOrders"],
  [(margin) => margin.getMarginOCO({ orderListId: 27 }), "GET /papi/v1/margin/orderList?orderListId=27"],
  [
    (margin) => margin.getAllMarginOCO({ startTime: 1, endTime: 2 }),
    "GET /papi/v1/margin/allOrderList?startTime=1&endTime=2"
  ],
  [
    (margin) => margin.repayMarginDebt({ asset: "BNB", specifyRepayAssets: "USDT,BTC" }),
    "POST /papi/v1/margin/repay-debt?asset=BNB&specifyRepayAssets=USDT%2CBTC"
  ]
]

describe("requests", () => {
  it.effect.each(Object.entries(calls))(
    "%s writes each parameter as the exchange reads it",
    ([id, [call, request]]) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* sent(MarginOrders.use(call), sample(id)), [request])
      })
  )

  it.effect.each(forms)("%# writes other forms the same way", ([call, request]) =>
    Effect.gen(function*() {
      const { asked, layer } = exchange([{ status: 400, body: { code: -2013, msg: "Order does not exist." } }])
      yield* Effect.exit(Effect.provide(MarginOrders.use(call), layer))
      assert.deepStrictEqual(asked, [request])
    }))

  it.effect("takes the ids of replies as they are", () =>
    Effect.gen(function*() {
      const placed = yield* Schema.decodeUnknownEffect(Endpoints.MarginOrderPlaced)({
        symbol: "BTCUSDT",
        orderId: "9007199254740993",
        clientOrderId: "a",
        transactTime: 1
      })
      assert.deepStrictEqual(
        yield* sent(
          MarginOrders.use((margin) => margin.cancelMarginOrder({ symbol: "BTCUSDT", orderId: placed.orderId })),
          sample("cancelMarginOrder")
        ),
        ["DELETE /papi/v1/margin/order?symbol=BTCUSDT&orderId=9007199254740993"]
      )
    }))
})

// -----------------------------------------------------------------------------
// Client ids
// -----------------------------------------------------------------------------

const place = (newClientOrderId?: string) =>
  MarginOrders.use((margin) =>
    margin.submitNewMarginOrder({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: 1, newClientOrderId })
  )

const placePair = (names: { readonly listClientOrderId?: string; readonly limitClientOrderId?: string } = {}) =>
  MarginOrders.use((margin) =>
    margin.submitNewMarginOCO({ symbol: "BTCUSDT", side: "SELL", quantity: 1, price: 2, stopPrice: 1, ...names })
  )

describe("client ids", () => {
  it.effect("are made for every order, each another, within the length", () =>
    Effect.gen(function*() {
      const requests = [
        ...(yield* sent(
          Effect.andThen(place(), place()),
          sample("submitNewMarginOrder"),
          sample("submitNewMarginOrder")
        )),
        ...(yield* sent(placePair(), sample("submitNewMarginOCO")))
      ].map(parametersOf)
      const ids = requests.flatMap((params) =>
        ["newClientOrderId", "listClientOrderId", "limitClientOrderId", "stopClientOrderId"].flatMap((name) =>
          params[name] ?? []
        )
      )
      assert.strictEqual(ids.length, 5)
      assert.strictEqual(new Set(ids).size, 5)
      for (const id of ids) assert.match(id, /^[.A-Z:/a-z0-9_-]{20,36}$/)
    }))

  it.effect("come from the generator at hand", () =>
    Effect.gen(function*() {
      const [single] = yield* sent(place(), sample("submitNewMarginOrder"))
      const [pair] = yield* sent(placePair(), sample("submitNewMarginOCO"))
      assert.strictEqual(parametersOf(single ?? "").newClientOrderId, "made-1-of-36")
      const { limitClientOrderId, listClientOrderId, stopClientOrderId } = parametersOf(pair ?? "")
      assert.deepStrictEqual([listClientOrderId, limitClientOrderId, stopClientOrderId], [
        "made-2-of-36",
        "made-3-of-36",
        "made-4-of-36"
      ])
    }).pipe(Effect.provideService(ClientOrderId.Generator, counting())))

  it.effect("are left as the caller gives them", () =>
    Effect.gen(function*() {
      const [single] = yield* sent(place("mine"), sample("submitNewMarginOrder"))
      const [pair] = yield* sent(placePair({ limitClientOrderId: "mine" }), sample("submitNewMarginOCO"))
      assert.strictEqual(parametersOf(single ?? "").newClientOrderId, "mine")
      const { limitClientOrderId, listClientOrderId, stopClientOrderId } = parametersOf(pair ?? "")
      assert.deepStrictEqual([listClientOrderId, limitClientOrderId, stopClientOrderId], [
        "made-1-of-36",
        "mine",
        "made-2-of-36"
      ])
    }).pipe(Effect.provideService(ClientOrderId.Generator, counting())))

  it.effect("are the same on every attempt", () =>
    Effect.gen(function*() {
      const single = yield* sent(place(), clockError, sample("submitNewMarginOrder"))
      const pair = yield* sent(placePair(), clockError, sample("submitNewMarginOCO"))
      assert.strictEqual(single.length, 2)
      assert.strictEqual(single[0], single[1])
      assert.strictEqual(pair.length, 2)
      assert.strictEqual(pair[0], pair[1])
    }))

  it.effect("tell which order to ask for where the outcome is unknown: of a pair, the pair", () =>
    Effect.gen(function*() {
      const unknown = {
        status: 503,
        body: { code: -1000, msg: "Unknown error, please check your request or try again later." }
      }
      const outcomeOf = <A, E>(call: Effect.Effect<A, E, MarginOrders>) =>
        Effect.flip(Effect.provide(call, exchange([unknown]).layer))
      const single = yield* outcomeOf(place("mine"))
      const pair = yield* outcomeOf(placePair({ listClientOrderId: "list", limitClientOrderId: "limit" }))
      assert(single._tag === "OutcomeUnknown" && pair._tag === "OutcomeUnknown")
      assert.strictEqual(single.clientOrderId, "mine")
      assert.strictEqual(pair.clientOrderId, "list")
    }))

  it("are asked of nothing but what places orders", () => {
    assert.deepStrictEqual(
      Object.keys(rules).filter((id) => (endpoints[id]?.clientIds.length ?? 0) > 0),
      ["submitNewMarginOrder", "submitNewMarginOCO"]
    )
  })
})

// -----------------------------------------------------------------------------
// Replies
// -----------------------------------------------------------------------------

const acknowledged = { symbol: "BTCUSDT", orderId: 28, clientOrderId: "a", transactTime: 1_507_725_176_595 }

const result = {
  ...acknowledged,
  price: "1.00000000",
  origQty: "10.00000000",
  executedQty: "10.00000000",
  cummulativeQuoteQty: "10.00000000",
  status: "FILLED",
  timeInForce: "GTC",
  type: "MARKET",
  side: "SELL"
}

const roundTrip = (schema: Schema.Codec<unknown, unknown>, body: unknown) =>
  Effect.flatMap(Schema.decodeUnknownEffect(schema)(body), Schema.encodeEffect(schema))

describe("replies", () => {
  it.effect.each([
    ["ACK", acknowledged],
    ["RESULT", result],
    ["FULL without a loan", { ...result, fills: [] }]
  ])("a new order may answer %s", ([, body]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* roundTrip(Endpoints.MarginOrderPlaced, body), body)
    }))

  it.effect("the orders of a new pair may be acknowledged only", () =>
    Effect.gen(function*() {
      const list = samplesOf("getMarginOCO")[0]?.body
      const body = { ...Object(list), orderReports: [{ ...acknowledged, orderListId: 27 }] }
      assert.deepStrictEqual(yield* roundTrip(Endpoints.MarginOCOPlaced, body), body)
    }))

  it("a loan may be told as a number, as it was before", () => {
    const { failed, value } = readingOf(endpoints.submitNewMarginOrder ?? byName.submitNewMarginOrder, {
      ...result,
      marginBuyBorrowAmount: 5,
      marginBuyBorrowAsset: "BTC"
    })
    assert.isFalse(failed)
    assert.deepStrictEqual(Object(value).marginBuyBorrowAmount, BigDecimal.fromStringUnsafe("5"))
  })

  it.effect("cancelling all answers pairs and orders, told apart by their fields", () =>
    Effect.gen(function*() {
      const canceled = yield* MarginOrders.use((margin) => margin.cancelAllMarginOrders({ symbol: "BTCUSDT" })).pipe(
        Effect.provide(exchange([sample("cancelAllMarginOrders")]).layer)
      )
      assert.deepStrictEqual(canceled.unreadable, [])
      assert.deepStrictEqual(
        canceled.map((one) =>
          "orderReports" in one
            ? [one.orderListId, one.orderReports.map(({ orderId, orderListId }) => [orderId, orderListId])]
            : [one.orderListId, one.orderId]
        ),
        [["-1", "11"], ["1929", [["20", "1929"], ["21", "1929"]]]]
      )
    }))

  it.effect("ids beyond 2^53 are exact", () =>
    Effect.gen(function*() {
      const { rows } = yield* MarginOrders.use((margin) => margin.getMarginInterestHistory()).pipe(
        Effect.provide(exchange([sample("getMarginInterestHistory")]).layer)
      )
      assert.strictEqual(rows[0]?.txId, Ids.TransactionId.make("1352286576452864727"))
    }))

  it.effect("an order that self-trade prevention touched tells of it", () =>
    Effect.gen(function*() {
      const body = { ...Object(samplesOf("getMarginOrder")[0]?.body), preventedMatchId: 7, preventedQuantity: "0.50" }
      const order = yield* Schema.decodeUnknownEffect(Endpoints.MarginOrder)(body)
      assert.strictEqual(order.preventedMatchId, "7")
      assert.strictEqual(order.preventedQuantity && BigDecimal.format(order.preventedQuantity), "0.5")
      assert.deepStrictEqual(yield* roundTrip(Endpoints.MarginOrder, body), body)
    }))
})
