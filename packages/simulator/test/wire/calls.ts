import * as Ids from "@effect-binance/core/Ids"
import type * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type { PortfolioClientShape } from "@effect-binance/portfolio-margin/PortfolioClient"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

type ParamsOf<N extends Endpoints.Name> = Parameters<PortfolioClientShape[N]>[0]

/** The parameters of a call as text, in the order in which they are sent. */
export type Wire = { readonly [name: string]: string }

/** Stands for a client id that is made because the caller gives none. */
export const generated = "{generated}"

/** What a caller writes, and what of it goes on the wire. */
type Example<N extends Endpoints.Name> = readonly [params: ParamsOf<N>, wire: Wire]

const decimal = BigDecimal.fromStringUnsafe

/** A client id of all the characters that are allowed. */
const clientId = "a.Z:0/b_9-c"

/** An id that a double cannot hold. */
const long = "8389766145050669870"
const longBigInt = 8389766145050669870n

const orderId = Schema.decodeSync(Ids.OrderId)
const algoId = Schema.decodeSync(Ids.AlgoId)
const strategyId = Schema.decodeSync(Ids.StrategyId)
const tradeId = Schema.decodeSync(Ids.TradeId)
const orderListId = Schema.decodeSync(Ids.OrderListId)
const modifyId = Schema.decodeSync(Ids.ModifyId)
const downloadId = Schema.decodeSync(Ids.DownloadId)

const startTime = DateTime.makeUnsafe(1_767_225_600_000)
const endTime = 1_767_229_200_000
const period = { startTime, endTime }
const wirePeriod = { startTime: "1767225600000", endTime: "1767229200000" }

const inAMonth = DateTime.makeUnsafe("2030-01-31T23:59:59+01:00")
const wireInAMonth = "1896130799000"

const window = { recvWindow: 6000 }
const wireWindow = { recvWindow: "6000" }

const alone = [[undefined, {}], [window, wireWindow]] as const

const filtered = (symbol: string) => [[{}, {}], [{ symbol, ...window }, { symbol, ...wireWindow }]] as const

const oneSymbol = (symbol: string) =>
  [[{ symbol }, { symbol }], [{ symbol, ...window }, { symbol, ...wireWindow }]] as const

const oneAsset = [
  [{ asset: "BTC" }, { asset: "BTC" }],
  [{ asset: "BTC", ...window }, { asset: "BTC", ...wireWindow }]
] as const

const um = "BTCUSDT"
const cm = "BTCUSD_PERP"

const orderOf = (symbol: string) =>
  [
    [{ symbol, orderId: orderId(long) }, { symbol, orderId: long }],
    [{ symbol, orderId: 22_542_179 }, { symbol, orderId: "22542179" }],
    [{ symbol, origClientOrderId: clientId, ...window }, { symbol, origClientOrderId: clientId, ...wireWindow }]
  ] as const

const strategyOf = (symbol: string) =>
  [
    [{ symbol, strategyId: strategyId(long) }, { symbol, strategyId: long }],
    [{ symbol, newClientStrategyId: clientId, ...window }, { symbol, newClientStrategyId: clientId, ...wireWindow }]
  ] as const

const algoOf = [
  [{ algoId: algoId(long) }, { algoId: long }],
  [{ clientAlgoId: clientId, ...window }, { clientAlgoId: clientId, ...wireWindow }]
] as const

const amendmentsOf = (symbol: string) =>
  [
    [{ symbol, orderId: longBigInt }, { symbol, orderId: long }],
    [
      { symbol, origClientOrderId: clientId, ...period, limit: 100, ...window },
      { symbol, origClientOrderId: clientId, ...wirePeriod, limit: "100", ...wireWindow }
    ]
  ] as const

const changeOf = (symbol: string) =>
  [
    [
      { orderId: orderId(long), symbol, side: "BUY", quantity: decimal("0.010"), price: "65000.1" },
      { orderId: long, symbol, side: "BUY", quantity: "0.01", price: "65000.1" }
    ],
    [
      {
        origClientOrderId: clientId,
        symbol,
        side: "SELL",
        quantity: 1e-8,
        priceMatch: "OPPONENT_5",
        modifyId: modifyId("9007199254740993"),
        ...window
      },
      {
        origClientOrderId: clientId,
        symbol,
        side: "SELL",
        quantity: "0.00000001",
        priceMatch: "OPPONENT_5",
        modifyId: "9007199254740993",
        ...wireWindow
      }
    ]
  ] as const

const forceOrdersOf = (symbol: string) =>
  [
    [undefined, {}],
    [
      { symbol, autoCloseType: "ADL", ...period, limit: 100, ...window },
      { symbol, autoCloseType: "ADL", ...wirePeriod, limit: "100", ...wireWindow }
    ]
  ] as const

const conditionalOrdersOf = (symbol: string) =>
  [
    [undefined, {}],
    [
      { symbol, strategyId: longBigInt, ...period, limit: 1000, ...window },
      { symbol, strategyId: long, ...wirePeriod, limit: "1000", ...wireWindow }
    ]
  ] as const

const amountOf = [
  [{ asset: "USDT", amount: decimal("1234567.12345678") }, { asset: "USDT", amount: "1234567.12345678" }],
  [{ asset: "BTC", amount: 1e-8, ...window }, { asset: "BTC", amount: "0.00000001", ...wireWindow }]
] as const

const marginRecords = [
  [{ asset: "USDT" }, { asset: "USDT" }],
  [
    { asset: "BTC", ...period, current: 2, size: 100, archived: false, ...window },
    { asset: "BTC", ...wirePeriod, current: "2", size: "100", archived: "false", ...wireWindow }
  ],
  [{ asset: "BTC", txId: longBigInt, archived: true }, { asset: "BTC", txId: long, archived: "true" }]
] as const

const leverageOf = (symbol: string) =>
  [
    [{ symbol, leverage: 125 }, { symbol, leverage: "125" }],
    [{ symbol, leverage: 1, ...window }, { symbol, leverage: "1", ...wireWindow }]
  ] as const

const positionMode = [
  [{ dualSidePosition: true }, { dualSidePosition: "true" }],
  [{ dualSidePosition: false, ...window }, { dualSidePosition: "false", ...wireWindow }]
] as const

const periodOnly = [
  [period, wirePeriod],
  [{ ...period, ...window }, { ...wirePeriod, ...wireWindow }]
] as const

const download = [
  [{ downloadId: downloadId("546975389218332672") }, { downloadId: "546975389218332672" }],
  [{ downloadId: 546975389218332672n, ...window }, { downloadId: "546975389218332672", ...wireWindow }]
] as const

/** Every call, with every documented parameter in one of its examples. */
export const examples: { readonly [N in Endpoints.Name]: ReadonlyArray<Example<N>> } = {
  // Account & Balance
  testConnectivity: [[undefined, {}], [{}, {}]],
  getServerTime: [[undefined, {}]],
  getAccountInfo: alone,
  getBalance: [[undefined, {}], [{ asset: "USDT", ...window }, { asset: "USDT", ...wireWindow }]],
  getUMAccount: alone,
  getUMAccountV2: alone,
  getCMAccount: alone,
  getUMAccountConfig: alone,
  getUMSymbolConfig: filtered("币安人生USDT"),
  getCMAccountConfig: alone,
  getCMSymbolConfig: filtered(cm),
  getUMTradingStatus: filtered(um),
  signTradFiPerpsContract: alone,
  getOrderRateLimit: alone,
  getUniMMRNotificationStatus: alone,
  updateUniMMRNotificationStatus: [[undefined, {}], [{ enabled: "true", by: "e mail & app" }, {
    enabled: "true",
    by: "e mail & app"
  }]],

  // UM orders
  submitNewUMOrder: [
    [
      { symbol: um, side: "BUY", type: "MARKET", quantity: 0.001 },
      { symbol: um, side: "BUY", type: "MARKET", quantity: "0.001", newClientOrderId: generated }
    ],
    [
      {
        symbol: "币安人生USDT",
        side: "SELL",
        positionSide: "BOTH",
        type: "LIMIT",
        timeInForce: "GTD",
        quantity: decimal("12345678901234567890.123456789"),
        reduceOnly: true,
        price: "0.00000010",
        newClientOrderId: clientId,
        newOrderRespType: "RESULT",
        selfTradePreventionMode: "EXPIRE_MAKER",
        goodTillDate: inAMonth,
        ...window
      },
      {
        symbol: "币安人生USDT",
        side: "SELL",
        positionSide: "BOTH",
        type: "LIMIT",
        timeInForce: "GTD",
        quantity: "12345678901234567890.123456789",
        reduceOnly: "true",
        price: "0.0000001",
        newClientOrderId: clientId,
        newOrderRespType: "RESULT",
        selfTradePreventionMode: "EXPIRE_MAKER",
        goodTillDate: wireInAMonth,
        ...wireWindow
      }
    ],
    [
      {
        symbol: um,
        side: "BUY",
        positionSide: "LONG",
        type: "LIMIT",
        timeInForce: "GTX",
        quantity: "1",
        priceMatch: "QUEUE_20"
      },
      {
        symbol: um,
        side: "BUY",
        positionSide: "LONG",
        type: "LIMIT",
        timeInForce: "GTX",
        quantity: "1",
        newClientOrderId: generated,
        priceMatch: "QUEUE_20"
      }
    ],
    [
      { symbol: um, side: "BUY", type: "MARKET", quantity: "1e3", reduceOnly: false },
      { symbol: um, side: "BUY", type: "MARKET", quantity: "1000", reduceOnly: "false", newClientOrderId: generated }
    ]
  ],
  cancelUMOrder: orderOf(um),
  cancelAllUMOrders: oneSymbol(um),
  modifyUMOrder: changeOf(um),
  getUMOrder: orderOf(um),
  getAllUMOrders: [
    [{ symbol: um }, { symbol: um }],
    [
      { symbol: um, orderId: orderId(long), ...period, limit: 1000, ...window },
      { symbol: um, orderId: long, ...wirePeriod, limit: "1000", ...wireWindow }
    ]
  ],
  getUMOpenOrder: orderOf(um),
  getAllUMOpenOrders: filtered(um),
  getUMOrderModificationHistory: amendmentsOf(um),
  getUMTrades: [
    [{ symbol: um, ...period }, { symbol: um, ...wirePeriod }],
    [
      { symbol: um, fromId: tradeId(long), limit: 1000, ...window },
      { symbol: um, fromId: long, limit: "1000", ...wireWindow }
    ]
  ],
  getUMForceOrders: forceOrdersOf(um),

  // UM algo orders
  submitNewUMAlgoOrder: [
    [
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "BUY",
        positionSide: "BOTH",
        type: "STOP",
        timeInForce: "GTD",
        quantity: decimal("0.5"),
        price: decimal("100000"),
        triggerPrice: "99999.90",
        workingType: "MARK_PRICE",
        priceProtect: true,
        reduceOnly: false,
        clientAlgoId: clientId,
        newOrderRespType: "ACK",
        selfTradePreventionMode: "NONE",
        goodTillDate: inAMonth,
        ...window
      },
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "BUY",
        positionSide: "BOTH",
        type: "STOP",
        timeInForce: "GTD",
        quantity: "0.5",
        price: "100000",
        triggerPrice: "99999.9",
        workingType: "MARK_PRICE",
        priceProtect: "true",
        reduceOnly: "false",
        clientAlgoId: clientId,
        newOrderRespType: "ACK",
        selfTradePreventionMode: "NONE",
        goodTillDate: wireInAMonth,
        ...wireWindow
      }
    ],
    [
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "SELL",
        type: "TRAILING_STOP_MARKET",
        quantity: 2,
        activatePrice: 120000.5,
        callbackRate: 0.1
      },
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "SELL",
        type: "TRAILING_STOP_MARKET",
        quantity: "2",
        activatePrice: "120000.5",
        callbackRate: "0.1",
        clientAlgoId: generated
      }
    ],
    [
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "SELL",
        positionSide: "LONG",
        type: "STOP_MARKET",
        triggerPrice: 50000,
        closePosition: true
      },
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "SELL",
        positionSide: "LONG",
        type: "STOP_MARKET",
        triggerPrice: "50000",
        clientAlgoId: generated,
        closePosition: "true"
      }
    ],
    [
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "BUY",
        type: "TAKE_PROFIT",
        quantity: "1",
        triggerPrice: "1",
        priceMatch: "OPPONENT"
      },
      {
        algoType: "CONDITIONAL",
        symbol: um,
        side: "BUY",
        type: "TAKE_PROFIT",
        quantity: "1",
        triggerPrice: "1",
        priceMatch: "OPPONENT",
        clientAlgoId: generated
      }
    ]
  ],
  cancelUMAlgoOrder: algoOf,
  cancelAllUMAlgoOpenOrders: oneSymbol(um),
  getUMAlgoOrder: algoOf,
  getUMAlgoOpenOrders: [
    [undefined, {}],
    [
      { algoType: "CONDITIONAL", symbol: um, algoId: longBigInt, ...window },
      { algoType: "CONDITIONAL", symbol: um, algoId: long, ...wireWindow }
    ]
  ],
  getAllUMAlgoOrders: [
    [{ symbol: um }, { symbol: um }],
    [
      { symbol: um, algoId: longBigInt, ...period, limit: 1000, ...window },
      { symbol: um, algoId: long, ...wirePeriod, limit: "1000", ...wireWindow }
    ]
  ],

  // UM conditional orders
  submitNewUMConditionalOrder: [
    [
      {
        symbol: um,
        side: "SELL",
        positionSide: "BOTH",
        strategyType: "STOP",
        timeInForce: "GTD",
        quantity: "0.25",
        reduceOnly: true,
        price: decimal("64000.0"),
        workingType: "CONTRACT_PRICE",
        priceProtect: false,
        newClientStrategyId: clientId,
        stopPrice: 64500,
        selfTradePreventionMode: "EXPIRE_BOTH",
        goodTillDate: 1_896_130_799_000,
        ...window
      },
      {
        symbol: um,
        side: "SELL",
        positionSide: "BOTH",
        strategyType: "STOP",
        timeInForce: "GTD",
        quantity: "0.25",
        reduceOnly: "true",
        price: "64000",
        workingType: "CONTRACT_PRICE",
        priceProtect: "false",
        newClientStrategyId: clientId,
        stopPrice: "64500",
        selfTradePreventionMode: "EXPIRE_BOTH",
        goodTillDate: wireInAMonth,
        ...wireWindow
      }
    ],
    [
      {
        symbol: um,
        side: "BUY",
        strategyType: "TRAILING_STOP_MARKET",
        quantity: "1",
        activationPrice: "60000",
        callbackRate: decimal("5.0")
      },
      {
        symbol: um,
        side: "BUY",
        strategyType: "TRAILING_STOP_MARKET",
        quantity: "1",
        newClientStrategyId: generated,
        activationPrice: "60000",
        callbackRate: "5"
      }
    ],
    [
      { symbol: um, side: "BUY", strategyType: "TAKE_PROFIT", quantity: "1", stopPrice: "1", priceMatch: "QUEUE" },
      {
        symbol: um,
        side: "BUY",
        strategyType: "TAKE_PROFIT",
        quantity: "1",
        newClientStrategyId: generated,
        stopPrice: "1",
        priceMatch: "QUEUE"
      }
    ]
  ],
  cancelUMConditionalOrder: strategyOf(um),
  cancelAllUMConditionalOrders: oneSymbol(um),
  getAllUMConditionalOrders: conditionalOrdersOf(um),
  getUMOpenConditionalOrders: filtered(um),
  getUMOpenConditionalOrder: strategyOf(um),
  getUMConditionalOrderHistory: strategyOf(um),

  // CM orders
  submitNewCMOrder: [
    [
      {
        symbol: cm,
        side: "BUY",
        positionSide: "BOTH",
        type: "LIMIT",
        timeInForce: "IOC",
        quantity: 3,
        reduceOnly: false,
        price: decimal("64000.10"),
        newClientOrderId: clientId,
        newOrderRespType: "ACK",
        ...window
      },
      {
        symbol: cm,
        side: "BUY",
        positionSide: "BOTH",
        type: "LIMIT",
        timeInForce: "IOC",
        quantity: "3",
        reduceOnly: "false",
        price: "64000.1",
        newClientOrderId: clientId,
        newOrderRespType: "ACK",
        ...wireWindow
      }
    ],
    [
      { symbol: cm, side: "SELL", type: "LIMIT", timeInForce: "GTC", quantity: "1", priceMatch: "OPPONENT_20" },
      {
        symbol: cm,
        side: "SELL",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "1",
        priceMatch: "OPPONENT_20",
        newClientOrderId: generated
      }
    ]
  ],
  submitNewCMConditionalOrder: [
    [
      {
        symbol: cm,
        side: "SELL",
        positionSide: "BOTH",
        strategyType: "TAKE_PROFIT",
        timeInForce: "FOK",
        quantity: 7,
        reduceOnly: true,
        price: "70000",
        workingType: "MARK_PRICE",
        priceProtect: true,
        newClientStrategyId: clientId,
        stopPrice: decimal("69000.50"),
        ...window
      },
      {
        symbol: cm,
        side: "SELL",
        positionSide: "BOTH",
        strategyType: "TAKE_PROFIT",
        timeInForce: "FOK",
        quantity: "7",
        reduceOnly: "true",
        price: "70000",
        workingType: "MARK_PRICE",
        priceProtect: "true",
        newClientStrategyId: clientId,
        stopPrice: "69000.5",
        ...wireWindow
      }
    ],
    [
      { symbol: cm, side: "BUY", strategyType: "TRAILING_STOP_MARKET", activationPrice: 60000, callbackRate: "0.10" },
      {
        symbol: cm,
        side: "BUY",
        strategyType: "TRAILING_STOP_MARKET",
        newClientStrategyId: generated,
        activationPrice: "60000",
        callbackRate: "0.1"
      }
    ]
  ],
  cancelCMOrder: orderOf(cm),
  cancelAllCMOrders: oneSymbol(cm),
  cancelCMConditionalOrder: strategyOf(cm),
  cancelAllCMConditionalOrders: oneSymbol(cm),
  modifyCMOrder: changeOf(cm),
  getCMOrder: orderOf(cm),
  getAllCMOrders: [
    [{ pair: "BTCUSD" }, { pair: "BTCUSD" }],
    [
      { symbol: cm, orderId: orderId(long), ...period, limit: 100, ...window },
      { symbol: cm, orderId: long, ...wirePeriod, limit: "100", ...wireWindow }
    ]
  ],
  getCMOpenOrder: orderOf(cm),
  getAllCMOpenOrders: [
    [undefined, {}],
    [{ symbol: cm }, { symbol: cm }],
    [{ pair: "BTCUSD", ...window }, { pair: "BTCUSD", ...wireWindow }]
  ],
  getCMOpenConditionalOrders: filtered(cm),
  getCMOpenConditionalOrder: strategyOf(cm),
  getAllCMConditionalOrders: conditionalOrdersOf(cm),
  getCMConditionalOrderHistory: strategyOf(cm),
  getCMTrades: [
    [{ pair: "BTCUSD", ...period }, { pair: "BTCUSD", ...wirePeriod }],
    [{ symbol: cm, fromId: longBigInt, limit: 1000, ...window }, {
      symbol: cm,
      fromId: long,
      limit: "1000",
      ...wireWindow
    }]
  ],
  getCMForceOrders: forceOrdersOf(cm),
  getCMOrderModificationHistory: amendmentsOf(cm),

  // Margin orders
  submitNewMarginOrder: [
    [
      {
        symbol: um,
        side: "BUY",
        type: "STOP_LOSS_LIMIT",
        quantity: decimal("0.10"),
        price: "65000.00",
        stopPrice: 64999.99,
        newClientOrderId: clientId,
        newOrderRespType: "FULL",
        icebergQty: "0.01",
        sideEffectType: "AUTO_BORROW_REPAY",
        timeInForce: "GTC",
        selfTradePreventionMode: "EXPIRE_TAKER",
        autoRepayAtCancel: false,
        ...window
      },
      {
        symbol: um,
        side: "BUY",
        type: "STOP_LOSS_LIMIT",
        quantity: "0.1",
        price: "65000",
        stopPrice: "64999.99",
        newClientOrderId: clientId,
        newOrderRespType: "FULL",
        icebergQty: "0.01",
        sideEffectType: "AUTO_BORROW_REPAY",
        timeInForce: "GTC",
        selfTradePreventionMode: "EXPIRE_TAKER",
        autoRepayAtCancel: "false",
        ...wireWindow
      }
    ],
    [
      { symbol: um, side: "SELL", type: "MARKET", quoteOrderQty: "100.5", sideEffectType: "AUTO_REPAY" },
      {
        symbol: um,
        side: "SELL",
        type: "MARKET",
        quoteOrderQty: "100.5",
        newClientOrderId: generated,
        sideEffectType: "AUTO_REPAY"
      }
    ]
  ],
  submitNewMarginOCO: [
    [
      {
        symbol: um,
        listClientOrderId: "list:1",
        side: "SELL",
        quantity: decimal("0.0200"),
        limitClientOrderId: "limit/2",
        price: "70000",
        limitIcebergQty: "0.01",
        stopClientOrderId: "stop_3",
        stopPrice: 60000,
        stopLimitPrice: "59999.5",
        stopIcebergQty: 0.005,
        stopLimitTimeInForce: "GTC",
        newOrderRespType: "RESULT",
        sideEffectType: "MARGIN_BUY",
        ...window
      },
      {
        symbol: um,
        listClientOrderId: "list:1",
        side: "SELL",
        quantity: "0.02",
        limitClientOrderId: "limit/2",
        price: "70000",
        limitIcebergQty: "0.01",
        stopClientOrderId: "stop_3",
        stopPrice: "60000",
        stopLimitPrice: "59999.5",
        stopIcebergQty: "0.005",
        stopLimitTimeInForce: "GTC",
        newOrderRespType: "RESULT",
        sideEffectType: "MARGIN_BUY",
        ...wireWindow
      }
    ],
    [
      { symbol: um, side: "BUY", quantity: "1", price: "60000", stopPrice: "70000" },
      {
        symbol: um,
        listClientOrderId: generated,
        side: "BUY",
        quantity: "1",
        limitClientOrderId: generated,
        price: "60000",
        stopClientOrderId: generated,
        stopPrice: "70000"
      }
    ]
  ],
  cancelMarginOrder: [
    [{ symbol: um, orderId: orderId(long) }, { symbol: um, orderId: long }],
    [
      { symbol: um, origClientOrderId: clientId, newClientOrderId: "cancel-1", ...window },
      { symbol: um, origClientOrderId: clientId, newClientOrderId: "cancel-1", ...wireWindow }
    ]
  ],
  cancelMarginOCO: [
    [{ symbol: um, orderListId: orderListId(long) }, { symbol: um, orderListId: long }],
    [
      { symbol: um, listClientOrderId: clientId, newClientOrderId: "cancel-1", ...window },
      { symbol: um, listClientOrderId: clientId, newClientOrderId: "cancel-1", ...wireWindow }
    ]
  ],
  cancelAllMarginOrders: oneSymbol(um),
  getMarginOrder: orderOf(um),
  getMarginOpenOrders: [...filtered(um), [{ symbol: um }, { symbol: um }]],
  getAllMarginOrders: [
    [{ symbol: um }, { symbol: um }],
    [
      { symbol: um, orderId: longBigInt, ...period, limit: 500, ...window },
      { symbol: um, orderId: long, ...wirePeriod, limit: "500", ...wireWindow }
    ]
  ],
  getMarginOCO: [
    [{ orderListId: longBigInt }, { orderListId: long }],
    [{ origClientOrderId: clientId, ...window }, { origClientOrderId: clientId, ...wireWindow }]
  ],
  getAllMarginOCO: [
    [period, wirePeriod],
    [{ fromId: orderListId(long), limit: 500, ...window }, { fromId: long, limit: "500", ...wireWindow }]
  ],
  getMarginOpenOCO: alone,
  getMarginTrades: [
    [{ symbol: um, ...period }, { symbol: um, ...wirePeriod }],
    [
      { symbol: um, orderId: longBigInt, fromId: tradeId(long), limit: 1000, ...window },
      { symbol: um, orderId: long, fromId: long, limit: "1000", ...wireWindow }
    ]
  ],
  getMarginForceOrders: [
    [undefined, {}],
    [
      { ...period, current: 1, size: 100, ...window },
      { ...wirePeriod, current: "1", size: "100", ...wireWindow }
    ]
  ],
  submitMarginLoan: amountOf,
  submitMarginRepay: amountOf,
  repayMarginDebt: [
    [{ asset: "USDT" }, { asset: "USDT" }],
    [
      { asset: "BTC", amount: "1.50", specifyRepayAssets: ["USDT", "BNB"], ...window },
      { asset: "BTC", amount: "1.5", specifyRepayAssets: "USDT,BNB", ...wireWindow }
    ]
  ],
  getMarginMaxBorrow: oneAsset,
  getMarginMaxWithdraw: oneAsset,
  getMarginLoanRecords: marginRecords,
  getMarginRepayRecords: marginRecords,
  getMarginInterestHistory: [
    [undefined, {}],
    [
      { asset: "BTC", ...period, current: 3, size: 1, archived: true, ...window },
      { asset: "BTC", ...wirePeriod, current: "3", size: "1", archived: "true", ...wireWindow }
    ]
  ],

  // Positions
  getUMPosition: filtered(um),
  getCMPosition: [
    [undefined, {}],
    [{ marginAsset: "BTC", pair: "BTCUSD", ...window }, { marginAsset: "BTC", pair: "BTCUSD", ...wireWindow }]
  ],
  updateUMLeverage: leverageOf(um),
  updateCMLeverage: leverageOf(cm),
  updateUMPositionMode: positionMode,
  updateCMPositionMode: positionMode,
  getUMPositionMode: alone,
  getCMPositionMode: alone,
  getUMLeverageBrackets: filtered(um),
  getCMLeverageBrackets: filtered(cm),
  getUMADLQuantile: filtered(um),
  getCMADLQuantile: filtered(cm),

  // Income & transfers
  getUMIncomeHistory: [
    [undefined, {}],
    [
      { symbol: um, incomeType: "FUNDING_FEE", ...period, limit: 1000, ...window },
      { symbol: um, incomeType: "FUNDING_FEE", ...wirePeriod, limit: "1000", ...wireWindow }
    ]
  ],
  getCMIncomeHistory: [
    [undefined, {}],
    [
      { symbol: cm, incomeType: "REALIZED_PNL", ...period, limit: 1000, ...window },
      { symbol: cm, incomeType: "REALIZED_PNL", ...wirePeriod, limit: "1000", ...wireWindow }
    ]
  ],
  autoCollectFunds: alone,
  transferAssetFuturesMargin: [
    [{ asset: "USDT" }, { asset: "USDT" }],
    [
      { asset: "USDT", amount: decimal("10.50"), futureType: "UM", ...window },
      { asset: "USDT", amount: "10.5", futureType: "UM", ...wireWindow }
    ]
  ],
  transferBNB: [
    [{ amount: 0.1, transferSide: "TO_UM" }, { amount: "0.1", transferSide: "TO_UM" }],
    [
      { amount: decimal("0.00000001"), transferSide: "FROM_UM", ...window },
      { amount: "0.00000001", transferSide: "FROM_UM", ...wireWindow }
    ]
  ],
  repayFuturesNegativeBalance: alone,
  getAutoRepayFuturesStatus: alone,
  updateAutoRepayFuturesStatus: [
    [{ autoRepay: true }, { autoRepay: "true" }],
    [{ autoRepay: false, ...window }, { autoRepay: "false", ...wireWindow }]
  ],
  getPortfolioNegativeBalanceInterestHistory: [
    [undefined, {}],
    [{ asset: "BTC", ...period, size: 100, ...window }, { asset: "BTC", ...wirePeriod, size: "100", ...wireWindow }]
  ],
  getNegativeBalanceExchangeRecords: periodOnly,
  getUMTradeHistoryDownloadId: periodOnly,
  getUMTradeDownloadLink: download,
  getUMOrderHistoryDownloadId: periodOnly,
  getUMOrderDownloadLink: download,
  getUMTransactionHistoryDownloadId: periodOnly,
  getUMTransactionDownloadLink: download,

  // Commission & fee burn
  getUMCommissionRate: oneSymbol(um),
  getCMCommissionRate: oneSymbol(cm),
  toggleUMFeeBurn: [
    [{ feeBurn: true }, { feeBurn: "true" }],
    [{ feeBurn: false, ...window }, { feeBurn: "false", ...wireWindow }]
  ],
  getUMFeeBurnStatus: alone,

  // User data stream
  getPMUserDataListenKey: [[undefined, {}]],
  keepAlivePMUserDataListenKey: [[undefined, {}]],
  closePMUserDataListenKey: [[undefined, {}]]
}
