/** Every documented constraint, word by word: who keeps it, what breaks it, and where the documentation says it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Fs from "node:fs"
import { type AnyEndpoint, callOf, cases, paramsOf, refusals } from "./support/conformance.ts"
import { table } from "./support/fixtures.ts"

/** What is changed of a valid call (`undefined` leaves out), and the parameter that is named for it. */
type Broken = readonly [field: string, change: object]

interface Rule {
  /** What breaks it. A rule that is kept by a type is checked as well, for callers without types. */
  readonly broken: ReadonlyArray<Broken>
  readonly taken: ReadonlyArray<object>
  /** What the documentation of the call or of its parameters says of it: all there is where the exchange alone can keep it. */
  readonly said: ReadonlyArray<string>
}

const keeps = (
  broken: ReadonlyArray<Broken>,
  taken: ReadonlyArray<object> = [],
  ...said: ReadonlyArray<string>
): Rule => ({
  broken,
  taken,
  said
})

const exchange = (...said: ReadonlyArray<string>): Rule => ({ broken: [], taken: [], said })

const gone = (...names: ReadonlyArray<string>): { readonly [name: string]: undefined } =>
  Object.fromEntries(names.map((name) => [name, undefined]))

const without = (...names: ReadonlyArray<string>): ReadonlyArray<Broken> => names.map((name) => [name, gone(name)])

const exactlyOne = (one: string, other: string): Rule =>
  keeps(
    [[one, gone(one, other)], [one, { [one]: 1, [other]: "mine" }]],
    [{ ...gone(other), [one]: 1 }, { ...gone(one), [other]: "mine" }]
  )

const day = 86_400_000

const atMost = (days: number, ...said: ReadonlyArray<string>): Rule =>
  keeps(
    [
      ["endTime", { startTime: 0, endTime: days * day + 1 }],
      ["endTime", { startTime: 1, endTime: 0 }]
    ],
    [{ startTime: 0, endTime: days * day }, { startTime: 0, endTime: 0 }],
    ...said
  )

const algoMarket = { type: "STOP_MARKET", ...gone("price", "timeInForce") }
const algoTrailing = { type: "TRAILING_STOP_MARKET", callbackRate: 1, ...gone("price", "timeInForce", "triggerPrice") }
const market = { strategyType: "STOP_MARKET", ...gone("price", "timeInForce") }
const trailing = {
  strategyType: "TRAILING_STOP_MARKET",
  callbackRate: 1,
  ...gone("price", "timeInForce", "stopPrice")
}

const rules: { readonly [constraint: string]: Rule } = {
  // Futures orders; the valid call is a limit order, or one that becomes one.
  "type LIMIT requires timeInForce, quantity and price (price is replaced by priceMatch when priceMatch is sent)":
    keeps(without("timeInForce", "quantity", "price"), [{ price: undefined, priceMatch: "QUEUE" }]),
  "type MARKET requires quantity": keeps(
    [["quantity", { type: "MARKET", ...gone("price", "timeInForce", "quantity") }]],
    [{ type: "MARKET", ...gone("price", "timeInForce") }]
  ),
  "positionSide is mandatory (LONG or SHORT) in Hedge Mode, defaults to BOTH in One-way Mode": exchange(
    "`LONG` or `SHORT` in hedge mode, which asks for one of them (-4061); `BOTH`, the default, in one-way mode."
  ),
  "reduceOnly must not be sent in Hedge Mode": keeps(
    ["LONG", "SHORT"].flatMap((positionSide) =>
      [true, false].map((reduceOnly): Broken => ["reduceOnly", { positionSide, reduceOnly }])
    ),
    [{ positionSide: "LONG" }, { positionSide: "BOTH", reduceOnly: true }, { reduceOnly: true }]
  ),
  "priceMatch and price are mutually exclusive; priceMatch applies only to limit-priced orders (LIMIT/STOP/TAKE_PROFIT)":
    keeps([["priceMatch", { priceMatch: "QUEUE" }]], [{ price: undefined, priceMatch: "QUEUE" }]),
  "timeInForce GTD requires goodTillDate": keeps(
    [["goodTillDate", { timeInForce: "GTD" }], ["goodTillDate", { goodTillDate: 1 }]],
    [{ timeInForce: "GTD", goodTillDate: 1 }]
  ),
  "goodTillDate: ms ignored (second precision), must be later than now + 600 s and below 253402300799000": keeps(
    [["goodTillDate", { timeInForce: "GTD", goodTillDate: 253_402_300_799_000 }]],
    [{ timeInForce: "GTD", goodTillDate: 253_402_300_798_999 }],
    "When the order ends; to the second, more than 600 seconds from now."
  ),
  "selfTradePreventionMode only takes effect with timeInForce IOC, GTC or GTD": exchange(
    "Takes effect with timeInForce IOC, GTC and GTD."
  ),
  "newClientOrderId must be unique among open orders; client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,32}$": keeps(
    [["newClientOrderId", { newClientOrderId: "x".repeat(33) }], ["newClientOrderId", { newClientOrderId: "a b" }]],
    [{ newClientOrderId: ".A:/a0_-".padEnd(32, "x") }],
    "new among the open orders (-4116)"
  ),
  "newOrderRespType RESULT returns the final FILLED state of MARKET, and the final state of IOC/FOK LIMIT": exchange(
    "`RESULT` waits for the final state of what ends at once (MARKET, IOC, FOK)"
  ),
  "algoType must be CONDITIONAL": keeps([["algoType", { algoType: "VP" }], ["algoType", gone("algoType")]]),
  "type STOP / TAKE_PROFIT need quantity, triggerPrice and price (or priceMatch); timeInForce optional, default GTC":
    keeps(without("quantity", "triggerPrice", "price"), [
      gone("timeInForce"),
      { type: "TAKE_PROFIT", price: undefined, priceMatch: "QUEUE" }
    ], "`GTC` when left out"),
  "type STOP_MARKET / TAKE_PROFIT_MARKET need triggerPrice and quantity, or closePosition=\"true\" instead of quantity":
    keeps(
      [
        ["triggerPrice", { ...algoMarket, ...gone("triggerPrice") }],
        ["quantity", { ...algoMarket, ...gone("quantity") }]
      ],
      [algoMarket, { ...algoMarket, type: "TAKE_PROFIT_MARKET", closePosition: true, ...gone("quantity") }]
    ),
  "type TRAILING_STOP_MARKET needs callbackRate (min 0.1; max 10 in the docs, 20 since 2026-10-23) and quantity; activatePrice optional (default latest price)":
    keeps(
      [
        ["callbackRate", { ...algoTrailing, callbackRate: undefined }],
        ["callbackRate", { ...algoTrailing, callbackRate: "0.09" }],
        ["quantity", { ...algoTrailing, ...gone("quantity") }]
      ],
      [algoTrailing, { ...algoTrailing, callbackRate: 20, activatePrice: 1 }],
      "At least 0.1; the exchange's maximum was 10, since 2026-10-23 20.",
      "the latest price when left out"
    ),
  "closePosition=\"true\" excludes quantity and reduceOnly; only with STOP_MARKET / TAKE_PROFIT_MARKET; in Hedge Mode not BUY on LONG nor SELL on SHORT":
    keeps(
      [
        ["quantity", { ...algoMarket, closePosition: true }],
        ["reduceOnly", { ...algoMarket, ...gone("quantity"), closePosition: true, reduceOnly: true }],
        ["closePosition", { ...gone("quantity"), closePosition: true }],
        ["closePosition", { ...algoTrailing, ...gone("quantity"), closePosition: true }],
        ["side", { ...algoMarket, ...gone("quantity"), closePosition: true, side: "BUY", positionSide: "LONG" }],
        ["side", { ...algoMarket, ...gone("quantity"), closePosition: true, side: "SELL", positionSide: "SHORT" }]
      ],
      [{ ...algoMarket, ...gone("quantity"), closePosition: true, side: "SELL", positionSide: "LONG" }]
    ),
  "clientAlgoId unique among open algo orders; client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,36}$": keeps(
    [["clientAlgoId", { clientAlgoId: "x".repeat(37) }]],
    [{ clientAlgoId: "x".repeat(36) }],
    "new among the open algo orders"
  ),
  "trigger rules as for conditional orders but with triggerPrice / activatePrice; wrong activatePrice gives -2021":
    exchange(
      "Where the order fires: a STOP when the price rises to it (BUY) or falls to it (SELL)",
      "Where the following begins, for a BUY below, for a SELL above the latest price (-2021)"
    ),
  "strategyType STOP / TAKE_PROFIT require quantity, price, stopPrice": keeps(
    without("quantity", "price", "stopPrice"),
    [{ strategyType: "TAKE_PROFIT" }]
  ),
  "strategyType STOP_MARKET / TAKE_PROFIT_MARKET require stopPrice": keeps(
    [
      ["stopPrice", { ...market, ...gone("stopPrice") }],
      ["stopPrice", { ...market, ...gone("stopPrice"), strategyType: "TAKE_PROFIT_MARKET" }]
    ],
    [market, { ...market, ...gone("quantity") }]
  ),
  "strategyType TRAILING_STOP_MARKET requires callbackRate (0.1 to 5, in percent)": keeps(
    [undefined, "0.09", "5.01"].map((callbackRate) => ["callbackRate", { ...trailing, callbackRate }]),
    [trailing, { ...trailing, callbackRate: "0.1" }, { ...trailing, callbackRate: 5 }]
  ),
  "newClientStrategyId: client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,32}$": keeps(
    [["newClientStrategyId", { newClientStrategyId: "x".repeat(33) }]],
    [{ newClientStrategyId: "x".repeat(32) }]
  ),
  "newClientStrategyId: client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,36}$": keeps(
    [["newClientStrategyId", { newClientStrategyId: "x".repeat(37) }]],
    [{ newClientStrategyId: "x".repeat(36) }]
  ),
  "newClientOrderId: client id must match ^[\\.A-Z\\:/a-z0-9_-]{1,32}$": keeps(
    [["newClientOrderId", { newClientOrderId: "x".repeat(33) }]],
    [{ newClientOrderId: "x".repeat(32) }]
  ),
  "trigger: STOP* fires on BUY when price >= stopPrice, on SELL when price <= stopPrice; TAKE_PROFIT* the other way round; the watched price follows workingType":
    exchange(
      "Where the order fires: a STOP when the price rises to it (BUY) or falls to it (SELL), a TAKE_PROFIT the other way.",
      "What is watched; `CONTRACT_PRICE` when left out."
    ),
  "TRAILING_STOP_MARKET: BUY activationPrice must be below, SELL above, the latest price, otherwise -2021": exchange(
    "Where the following begins, for a BUY below, for a SELL above the mark price (-2021)"
  ),
  "priceProtect \"true\" blocks the trigger while mark and contract price differ by more than the symbol triggerProtect (from the public futures exchangeInfo)":
    exchange("Holds the trigger back while mark and last price are further apart than the symbol's `triggerProtect`."),
  "no goodTillDate, no selfTradePreventionMode, no GTD on CM": keeps([
    ["goodTillDate", { goodTillDate: 1 }],
    ["selfTradePreventionMode", { selfTradePreventionMode: "NONE" }],
    ["timeInForce", { timeInForce: "GTD" }]
  ]),
  "no priceMatch, no selfTradePreventionMode, no goodTillDate": keeps([
    ["priceMatch", { priceMatch: "QUEUE" }],
    ["selfTradePreventionMode", { selfTradePreventionMode: "NONE" }],
    ["goodTillDate", { goodTillDate: 1 }]
  ]),

  // One order.
  "one of orderId / origClientOrderId is required": exactlyOne("orderId", "origClientOrderId"),
  "one of orderId / origClientOrderId is required; orderId wins when both are sent": exactlyOne(
    "orderId",
    "origClientOrderId"
  ),
  "one of orderId / origClientOrderId is required; orderId wins": exactlyOne("orderId", "origClientOrderId"),
  "one of algoId / clientAlgoId is required; no symbol parameter": {
    ...exactlyOne("algoId", "clientAlgoId"),
    broken: [...exactlyOne("algoId", "clientAlgoId").broken, ["symbol", { symbol: "BTCUSDT" }]]
  },
  "one of strategyId / newClientStrategyId is required": exactlyOne("strategyId", "newClientStrategyId"),
  "one of orderListId / listClientOrderId is required": exactlyOne("orderListId", "listClientOrderId"),
  "one of orderListId / origClientOrderId (the list client id) is required": exactlyOne(
    "orderListId",
    "origClientOrderId"
  ),
  "symbol required": keeps(without("symbol")),
  "symbol required (no account-wide cancel)": keeps(
    without("symbol"),
    [],
    "There is no call that cancels the orders of all symbols."
  ),
  "does not touch conditional/algo orders": exchange("algo orders stay"),
  "quantity and price are both mandatory even when priceMatch is wanted (and priceMatch excludes price) - an unresolved contradiction of the docs: send priceMatch without price only after testing":
    keeps(
      [...without("quantity", "price"), ["priceMatch", { priceMatch: "QUEUE" }]],
      [{ price: undefined, priceMatch: "QUEUE" }],
      "Whether the exchange takes a price match in place of a price is not known."
    ),
  "only LIMIT orders can be modified; the order loses its queue priority": exchange(
    "LIMIT order, which then queues anew",
    "any order but LIMIT with -5025"
  ),
  "a change that breaks PRICE_FILTER / PERCENT_FILTER / LOT_SIZE is rejected and leaves the order unchanged": exchange(
    "A change that a filter refuses leaves the order as it was."
  ),
  "the amendment CANCELS the order when it is partially filled and new quantity <= executedQty, or when it is GTX and the new price would match at once":
    exchange(
      "One that cannot stand **cancels** it: a quantity not above what is filled, or the price of a GTX order that would take."
    ),
  "amendment keeps the selfTradePreventionMode of the order (connector v18+ note)": exchange(
    "The self-trade prevention mode stays."
  ),
  "modifyId is optional, echoed back, not checked for uniqueness": exchange(
    "A number of your own, told in the answer, the history and the stream; may be used again."
  ),
  "a CANCELED or EXPIRED order with no fill stops being queryable 3 days after creation": exchange(
    "up to 3 days after they were placed"
  ),
  "a CANCELED or EXPIRED order with no fill stops being queryable 7 days after creation": exchange(
    "up to 7 days after they were placed"
  ),
  "orders older than 90 days are gone (text of the single-order query)": exchange("others up to 90 days"),
  "orders created more than 90 days ago are not found": exchange("others up to 90 days"),
  "despite the official name (open algo order) it returns closed ones too": exchange("algo order, open or ended"),
  "a filled or cancelled order answers with the \"Order does not exist\" error (-2013)": exchange(
    "one that has ended is not found (-2013)"
  ),
  "a filled or cancelled order answers with \"Order does not exist\" (-2013)": exchange(
    "one that has ended is not found (-2013)"
  ),
  "a CANCELED, TRIGGERED or EXPIRED order answers with \"Order does not exist\"": exchange(
    "one that fired or ended is not found (-2013)"
  ),
  "a triggered, cancelled or expired order answers with \"Order does not exist\"": exchange(
    "one that fired or ended is not found (-2013)"
  ),
  "NEW orders are not found here": exchange("one that still waits is not found"),

  // Lists.
  "with orderId: orders with id >= orderId; otherwise the most recent": exchange(
    "Orders from this id on; the most recent"
  ),
  "with algoId: orders with id >= algoId; otherwise the most recent": exchange(
    "Orders from this id on; the most recent when left out."
  ),
  "with fromId: trades with id >= fromId; otherwise the most recent": exchange(
    "Trades from this id on; the most recent ones when left out."
  ),
  "strategyId works as the lower bound of the page": exchange("Orders from this id on."),
  "without symbol: all symbols": exchange("all of them when left out"),
  "without symbol: all symbols; pair filters by pair (weight with pair only is not stated)": exchange(
    "all of them when left out",
    "The weight with a pair alone is not documented"
  ),
  "symbol, algoType, algoId are all optional filters": keeps(
    [["algoType", { algoType: "VP" }]],
    [{}, { symbol: "BTCUSDT" }, { algoType: "CONDITIONAL" }, { algoId: 1 }]
  ),
  "one of symbol / pair is required (the table marks symbol mandatory, the note and connector do not)": keeps(
    [["symbol", gone("symbol", "pair")], ["symbol", { symbol: "BTCUSD_PERP", pair: "BTCUSD" }]],
    [{ ...gone("symbol"), pair: "BTCUSD" }]
  ),
  "exactly one of symbol / pair": keeps(
    [["symbol", gone("symbol", "pair")], ["symbol", { symbol: "BTCUSD_PERP", pair: "BTCUSD" }]],
    [{ ...gone("symbol"), pair: "BTCUSD" }]
  ),
  "fromId only with symbol, and not with startTime/endTime": keeps([
    ["fromId", { symbol: undefined, pair: "BTCUSD", fromId: 1 }],
    ["startTime", { symbol: "BTCUSD_PERP", pair: undefined, fromId: 1, startTime: 0 }],
    ["endTime", { symbol: "BTCUSD_PERP", pair: undefined, fromId: 1, endTime: 0 }]
  ], [{ symbol: "BTCUSD_PERP", pair: undefined, fromId: 1 }]),
  "fromId cannot be combined with startTime/endTime": keeps(
    [["startTime", { fromId: 1, startTime: 0 }], ["endTime", { fromId: 1, endTime: 0 }]],
    [{ fromId: 1 }]
  ),
  "fromId excludes startTime/endTime": keeps(
    [["startTime", { fromId: 1, startTime: 0 }], ["endTime", { fromId: 1, endTime: 0 }]],
    [{ fromId: 1 }]
  ),
  "startTime..endTime at most 24 hours; default last 24 hours": atMost(
    1,
    "a period is at most 24 hours long, and by default the last 24"
  ),
  "startTime..endTime below 24 hours": atMost(1, "No more than 24 hours before `endTime`."),
  "startTime..endTime at most 7 days; default the last 7 days": atMost(
    7,
    "a period is at most 7 days long, and by default the last 7"
  ),
  "startTime..endTime at most 7 days; default last 7 days": atMost(
    7,
    "a period is at most 7 days long, and by default the last 7"
  ),
  "window below 7 days, default last 7 days": atMost(7, "a period is at most 7 days long, and by default the last 7"),
  "startTime..endTime at most 30 days": atMost(30),
  "startTime..endTime at most 200 days; neither: the last 200 days": atMost(
    200,
    "a period is at most 200 days long, and by default the last 200"
  ),
  // Which months and years are meant is not known: the longest are let through.
  "startTime..endTime at most 1 year": atMost(366),
  "startTime and endTime mandatory, at most 3 months apart": {
    ...atMost(92),
    broken: [...without("startTime", "endTime"), ...atMost(92).broken]
  },
  "autoCloseType LIQUIDATION or ADL; both when omitted": keeps(
    [["autoCloseType", { autoCloseType: "BOTH" }]],
    [{}, { autoCloseType: "LIQUIDATION" }, { autoCloseType: "ADL" }],
    "both when left out"
  ),
  "without startTime: the 7 days before endTime": exchange("when left out, 7 days before `endTime`"),
  "only the last 90 days (since 2026-04-06)": exchange("of the last 90 days"),
  "newest first": exchange("the newest first"),
  "archived \"true\" for data older than 6 months": exchange("for what is older than 6 months"),
  "txId or startTime must be sent; txId wins (yet the docs also state a 7-day default)": keeps(
    [["startTime", { txId: 1, startTime: 0 }], ["endTime", { txId: 1, endTime: 0 }]],
    [{ txId: 1 }, { startTime: 0 }],
    "`txId` or `startTime` must be sent, and also that without times the last 7 days are told: the exchange decides"
  ),
  "only startTime: up to now, capped to the past 30 days; only endTime: the 7 days before it; neither: last 7 days":
    exchange(
      "No more than 30 days before `endTime`, or before now.",
      "By itself: the 7 days before it.",
      "of the last 7 days unless times are sent"
    ),
  "only startTime: up to now, capped to 30 days; only endTime: the 7 days before it; neither: last 7 days": exchange(
    "7 days before `endTime` when left out",
    "The last instant; now, or 30 days after `startTime`, when left out."
  ),
  "neither startTime nor endTime: the last 7 days": exchange("Without both times the last 7 days are told."),
  "data of the last 3 months only": exchange("Goes back 3 months."),
  "incomeType omitted: all kinds": exchange("One kind; all of them when left out."),
  "marginAsset and pair are optional filters; neither: all TRADING symbols": keeps(
    [["marginAsset", { marginAsset: "" }], ["pair", { pair: "" }]],
    [{}, { marginAsset: "BTC" }, { pair: "BTCUSD" }],
    "Without filters those of all symbols that are traded."
  ),

  // Margin orders; the valid call is a STOP_LOSS_LIMIT, and a pair that buys at 1 or from 2 on.
  "per-type needs are NOT on the PM page; from the spot/margin rules: LIMIT timeInForce+quantity+price; MARKET quantity or quoteOrderQty; STOP_LOSS / TAKE_PROFIT quantity+stopPrice; STOP_LOSS_LIMIT / TAKE_PROFIT_LIMIT timeInForce+quantity+price+stopPrice; LIMIT_MAKER quantity+price":
    keeps(
      [
        ...without("timeInForce", "quantity", "price", "stopPrice"),
        ...["timeInForce", "quantity", "price"].map((name): Broken => [
          name,
          { type: "LIMIT", ...gone("stopPrice", name) }
        ]),
        ...["quantity", "stopPrice"].map((name): Broken => [
          name,
          { type: "TAKE_PROFIT", ...gone("price", "timeInForce", name) }
        ]),
        ...["quantity", "price"].map((name): Broken => [
          name,
          { type: "LIMIT_MAKER", ...gone("stopPrice", "timeInForce", name) }
        ]),
        ["quantity", { type: "MARKET", ...gone("price", "stopPrice", "timeInForce", "quantity") }],
        ["quantity", { type: "MARKET", ...gone("price", "stopPrice", "timeInForce"), quoteOrderQty: 1 }]
      ],
      [
        { type: "LIMIT", ...gone("stopPrice") },
        { type: "MARKET", ...gone("price", "stopPrice", "timeInForce") },
        { type: "MARKET", ...gone("price", "stopPrice", "timeInForce", "quantity"), quoteOrderQty: 1 },
        { type: "STOP_LOSS", ...gone("price", "timeInForce") },
        { type: "TAKE_PROFIT_LIMIT" },
        { type: "LIMIT_MAKER", ...gone("stopPrice", "timeInForce") }
      ]
    ),
  "stopPrice only with STOP_LOSS*/TAKE_PROFIT*": keeps([
    ["stopPrice", { type: "LIMIT" }],
    ["stopPrice", { type: "LIMIT_MAKER", ...gone("timeInForce") }],
    ["stopPrice", { type: "MARKET", ...gone("price", "timeInForce") }]
  ]),
  "icebergQty only with LIMIT, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT": keeps(
    [
      ["icebergQty", { type: "LIMIT_MAKER", ...gone("stopPrice", "timeInForce"), icebergQty: 1 }],
      ["icebergQty", { type: "STOP_LOSS", ...gone("price", "timeInForce"), icebergQty: 1 }],
      ["icebergQty", { type: "MARKET", ...gone("price", "stopPrice", "timeInForce"), icebergQty: 1 }]
    ],
    [{ icebergQty: 1 }, { type: "LIMIT", ...gone("stopPrice"), icebergQty: 1 }]
  ),
  "autoRepayAtCancel matters only with sideEffectType MARGIN_BUY or AUTO_BORROW_REPAY (default true)": keeps(
    [undefined, "NO_SIDE_EFFECT", "AUTO_REPAY"].map((sideEffectType) => [
      "autoRepayAtCancel",
      { sideEffectType, autoRepayAtCancel: true }
    ]),
    ["MARGIN_BUY", "AUTO_BORROW_REPAY"].map((sideEffectType) => ({ sideEffectType, autoRepayAtCancel: true })),
    "Whether the loan is paid back when the order is cancelled; `true` is the default."
  ),
  "newOrderRespType default: FULL for MARKET and LIMIT, ACK otherwise": exchange(
    "`FULL` is the default of LIMIT and MARKET, `ACK` that of the others."
  ),
  "SELL: limit price > last price > stopPrice; BUY: limit price < last price < stopPrice": keeps(
    [["price", { price: 2 }], ["price", { side: "SELL" }]],
    [{ side: "SELL", price: 3 }],
    "The last price must lie between `price` and `stopPrice`: the exchange checks it."
  ),
  "both legs share quantity; iceberg quantities may differ": keeps(
    without("quantity"),
    [{ limitIcebergQty: 1, stopIcebergQty: "0.5" }],
    "Of both orders, in the base asset"
  ),
  "stopLimitPrice requires stopLimitTimeInForce": keeps(
    [...without("stopLimitTimeInForce"), ["stopLimitTimeInForce", gone("stopLimitPrice")]],
    [gone("stopLimitPrice", "stopLimitTimeInForce")]
  ),
  "sideEffectType has no AUTO_BORROW_REPAY here": keeps([["sideEffectType", { sideEffectType: "AUTO_BORROW_REPAY" }]]),
  "counts 2 on the order limit": exchange("counts as 2 orders"),
  "cancelling one leg of an OCO cancels the list": exchange("with it the other order of its pair"),
  "cancelling a single leg cancels the whole list": exchange("Cancels a pair of margin orders."),
  "symbol is mandatory in the table, yet the note describes the call without it": exchange(
    "The open margin orders, or those of one symbol."
  ),

  // Loans.
  "limits on borrowable amount: see getMarginMaxBorrow": exchange(
    "Refused above what {@link getMarginMaxBorrow} tells"
  ),
  "at most 50 000 USD equivalent of repay assets per request": exchange("at most 50000 USD of them a call"),
  "without amount: repay the whole loan of that asset as far as the named assets reach": exchange(
    "How much of the debt; all of it when left out, as far as the assets reach."
  ),
  "the loan asset itself is used first, whether or not it is in specifyRepayAssets": exchange(
    "the asset that is owed is used first, named or not"
  ),
  "specifyRepayAssets is a comma-separated list": keeps(
    ["", "BTC,", "BTC, BNB", []].map((specifyRepayAssets) => ["specifyRepayAssets", { specifyRepayAssets }]),
    [{ specifyRepayAssets: "BTC,BNB" }, { specifyRepayAssets: ["BTC", "BNB"] }]
  ),

  // Positions and settings.
  "leverage integer 1..125": keeps(
    [0, 126, 1.5, "20"].map((leverage) => ["leverage", { leverage }]),
    [{ leverage: 1 }, { leverage: 125 }]
  ),
  "dualSidePosition \"true\" hedge / \"false\" one-way; account-wide": keeps(
    ["true", 1].map((dualSidePosition) => ["dualSidePosition", { dualSidePosition }]),
    [{ dualSidePosition: false }],
    "Sets the position mode of the account"
  ),
  "-4059 when unchanged, -4067/-4068 with open orders/positions": exchange(
    "Refused with -4059 where the mode is already as asked, with -4067 while there are open orders, with -4068 while there are positions"
  ),
  "since 2026-05-13 a UM change also syncs CM and is rejected with -4531 while CM has an open order or position (documented for the fapi twin, announced as temporary until the June 2026 COIN-M merge)":
    exchange("CM follows", "with -4531 while CM has either"),
  "must equal the UM mode since 2026-04-14, otherwise -4220; since the COIN-M merge (2026-06) the mode is shared":
    exchange("which must agree with UM (-4220 otherwise)", "UM and CM share one mode"),
  "no parameters; signs the TradFi-Perps agreement once for the account (stock/commodity perpetuals)": keeps(
    [["symbol", { symbol: "TSLAUSDT" }]],
    [{}],
    "Signs the agreement that stock and commodity perpetuals (TradFi) need, once for the account."
  ),
  "Portfolio Margin Pro accounts only": exchange("Portfolio Margin Pro only."),
  "feeBurn \"true\"/\"false\"; account-wide": keeps(
    ["true", 1].map((feeBurn) => ["feeBurn", { feeBurn }]),
    [{ feeBurn: false }],
    "for the whole account"
  ),

  // Transfers.
  "at most 500 calls per rolling hour": exchange("at most 500 calls in any hour"),
  "BNB stays in the UM wallet (use transferBNB)": exchange("but for BNB in UM ({@link transferBNB})"),
  "BNB not supported": keeps([["asset", { asset: "BNB" }]], [{}], "Not for BNB."),
  "amount and futureType (UM, CM, OPTION) must be sent together or not at all (2026-10-16)": keeps(
    [["futureType", { amount: 1 }], ["amount", { futureType: "UM" }], ["futureType", {
      amount: 1,
      futureType: "SPOT"
    }]],
    ["UM", "CM", "OPTION"].map((futureType) => ({ amount: 1, futureType }))
  ),
  "at most 10 calls per rolling 10 minutes": exchange("at most 10 calls in any 10 minutes"),
  "transferSide TO_UM or FROM_UM": keeps(
    [["transferSide", { transferSide: "UM" }]],
    [{ transferSide: "TO_UM" }, { transferSide: "FROM_UM" }]
  ),
  "autoRepay \"true\"/\"false\"": keeps(
    ["true", 1].map((autoRepay) => ["autoRepay", { autoRepay }]),
    [{ autoRepay: false }]
  ),
  "20 changes a day (since 2024-11-01)": exchange("at most 20 calls a day"),
  "5 requests per month": exchange("at most 5 calls a month"),
  "10 requests per month": exchange("at most 10 calls a month"),
  "download ids: shared monthly quota with the web page": exchange(
    "The calls of a month are shared with Binance's web page."
  ),

  // The listen key.
  "returns the active key (and extends it 60 minutes) when there is one": exchange(
    "where there is one, it is given again and its 60 minutes begin anew"
  ),
  "no listenKey parameter; extends the current key by 60 minutes": keeps(
    [["listenKey", { listenKey: "key" }]],
    [{}],
    "Lets the 60 minutes of the account's listen key begin anew."
  ),
  "-1125 means create a new key": exchange("the call fails with -1125: make a new one"),
  "no listenKey parameter; invalidates the key for every connection using it": keeps(
    [["listenKey", { listenKey: "key" }]],
    [{}],
    "Ends the account's listen key, for every connection that uses it."
  )
}

// -----------------------------------------------------------------------------
// The documentation of a call
// -----------------------------------------------------------------------------

const directory = new URL("../src/endpoints/", import.meta.url)

const sources = Fs.readdirSync(directory).map((file) => Fs.readFileSync(new URL(file, directory), "utf8"))

const flat = (text: string): string => text.replace(/\s*\n\s*\* ?/g, " ").replace(/ +/g, " ")

const comments = /\/\*\*((?:(?!\*\/)[^])*)\*\/\n(?:export const (\w+) = Endpoint\.)?/g

const commentsIn = (source: string) =>
  [...source.matchAll(comments)].map(([, text = "", of]) => ({ text: flat(text), of }))

const shared = sources.filter((source) => !source.includes("= Endpoint.make")).flatMap(commentsIn)

/** What is said of a call and of its parameters: never what is said of another call. */
const saidOf = (id: string): ReadonlyArray<string> =>
  sources.flatMap((source) => {
    const said = commentsIn(source)
    return said.some(({ of }) => of === id) ? said.concat(shared) : []
  }).flatMap(({ of, text }) => of === undefined || of === id ? [text] : [])

// -----------------------------------------------------------------------------
// Calls
// -----------------------------------------------------------------------------

const futures = { symbol: "BTCUSDT", side: "BUY", quantity: "1", price: "1", timeInForce: "GTC" }

const orders: { readonly [id: string]: object } = {
  submitNewUMOrder: { ...futures, type: "LIMIT" },
  submitNewCMOrder: { ...futures, type: "LIMIT" },
  submitNewUMAlgoOrder: { ...futures, algoType: "CONDITIONAL", type: "STOP", triggerPrice: "1" },
  submitNewUMConditionalOrder: { ...futures, strategyType: "STOP", stopPrice: "1" },
  submitNewCMConditionalOrder: { ...futures, strategyType: "STOP", stopPrice: "1" },
  transferAssetFuturesMargin: { asset: "USDT" },
  getMarginLoanRecords: { asset: "USDT" },
  getMarginRepayRecords: { asset: "USDT" }
}

const refusedBy = (endpoint: AnyEndpoint, params: object): ReadonlyArray<string> => {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
  const result = endpoint.encode(given)
  return Result.isSuccess(result) ? [] : refusals(result.failure).map(({ field }) => field)
}

const documented = cases.flatMap(({ endpoint, row }) =>
  (row.constraints ?? []).map((constraint) => ({ id: row.id, constraint, endpoint, row }))
)

describe("constraints", () => {
  it("are all known, and no others", () => {
    assert.isAbove(documented.length, 200)
    assert.deepStrictEqual(
      [...new Set(table.flatMap((row) => row.constraints ?? []))].toSorted(),
      Object.keys(rules).toSorted()
    )
  })

  it("are each kept by a check or said to be the exchange's", () => {
    assert.deepStrictEqual(
      Object.entries(rules).filter(([, { broken, said }]) => broken.length + said.length === 0).map(([rule]) => rule),
      []
    )
  })

  it.effect.each(documented)("$id: $constraint", ({ constraint, endpoint, id, row }) =>
    Effect.gen(function*() {
      const { broken, said, taken } = rules[constraint] ?? assert.fail("not known")
      const call = orders[id] ?? Object(yield* paramsOf(endpoint, callOf(endpoint, row)))
      assert.deepStrictEqual(refusedBy(endpoint, call), [], "the call itself is valid")
      for (const change of taken) {
        assert.deepStrictEqual(refusedBy(endpoint, { ...call, ...change }), [], Object.keys(change).join())
      }
      for (const [field, change] of broken) {
        assert.include(refusedBy(endpoint, { ...call, ...change }), field, Object.entries(change).join())
      }
      const texts = saidOf(id)
      for (const words of said) assert.isTrue(texts.some((text) => text.includes(words)), `nowhere is said: ${words}`)
    }))
})
