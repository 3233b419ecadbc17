/** Where the other clients send something else than we do, and why. */
import type { Described } from "@effect-binance/core/Endpoint"
import * as Endpoints from "@effect-binance/portfolio-margin/Endpoints"
import type * as Clients from "../foreign/clients.ts"
import { names } from "./requests.ts"

type Name = Endpoints.Name

type PerClient<A> = { readonly [M in Clients.Maker]: A }

const unoffered = "not offered"
const undocumented = "not documented, not offered"

/** The calls that a client does not have, with the reason. */
export const missing: PerClient<{ readonly [N in Name]?: string }> = {
  binance: {
    getServerTime: "asks /fapi/v1/time, a path that Portfolio Margin does not document either",
    getOrderRateLimit: unoffered,
    getNegativeBalanceExchangeRecords: unoffered,
    getCMAccountConfig: undocumented,
    getCMSymbolConfig: undocumented,
    getUniMMRNotificationStatus: undocumented,
    updateUniMMRNotificationStatus: undocumented
  },
  official: {
    getServerTime: undocumented,
    getCMAccountConfig: undocumented,
    getCMSymbolConfig: undocumented,
    getUniMMRNotificationStatus: undocumented,
    updateUniMMRNotificationStatus: undocumented,
    submitNewUMConditionalOrder: "deprecated, dropped",
    cancelUMConditionalOrder: "deprecated, dropped",
    cancelAllUMConditionalOrders: "deprecated, dropped",
    getAllUMConditionalOrders: "deprecated, dropped",
    getUMOpenConditionalOrders: "deprecated, dropped",
    getUMOpenConditionalOrder: "deprecated, dropped",
    getUMConditionalOrderHistory: "deprecated, dropped"
  }
}

/** Valid calls that a client refuses to send, by the parameter that it asks for. */
export const refused: PerClient<
  ReadonlyArray<{ readonly lacking: string; readonly why: string; readonly calls: ReadonlyArray<Name> }>
> = {
  binance: [],
  official: [
    {
      lacking: "price",
      why: "asks for price in every change of an order; priceMatch, which it takes as well, cannot be sent beside it",
      calls: ["modifyUMOrder", "modifyCMOrder"]
    },
    {
      lacking: "symbol",
      why: "knows no open margin orders of all symbols",
      calls: ["getMarginOpenOrders"]
    }
  ]
}

/** A parameter that differs. */
export interface Difference {
  readonly parameter: string
  /** What is sent; `undefined` where it is left out. */
  readonly ours: RegExp | undefined
  readonly theirs: RegExp | undefined
  readonly why: string
  readonly calls: ReadonlyArray<Name>
}

const made = /^[0-9a-z]{21}$/
const brokers = /^x-15PC4ZJy[\w-]{22}$/

const ids: ReadonlyArray<readonly [parameter: string, calls: ReadonlyArray<Name>]> = [
  ["newClientOrderId", ["submitNewUMOrder", "submitNewCMOrder", "submitNewMarginOrder"]],
  ["clientAlgoId", ["submitNewUMAlgoOrder"]],
  ["newClientStrategyId", ["submitNewCMConditionalOrder"]],
  ["listClientOrderId", ["submitNewMarginOCO"]],
  ["limitClientOrderId", ["submitNewMarginOCO"]],
  ["stopClientOrderId", ["submitNewMarginOCO"]]
]

/** The parameters that differ; the same ones differ with every kind of key. */
export const differences: PerClient<ReadonlyArray<Difference>> = {
  binance: [
    ...ids.map(([parameter, calls]) => ({
      parameter,
      ours: made,
      theirs: brokers,
      why: "puts the broker id of its makers in front of the client ids that it makes",
      calls
    })),
    {
      parameter: "newClientOrderId",
      ours: undefined,
      theirs: brokers,
      why: "gives a conditional order an id under a name that it does not take, even beside an id of the caller",
      calls: ["submitNewUMConditionalOrder"]
    },
    {
      parameter: "newClientStrategyId",
      ours: made,
      theirs: undefined,
      why: "so a conditional order has no id of the client",
      calls: ["submitNewUMConditionalOrder"]
    },
    {
      parameter: "recvWindow",
      ours: /^6000$/,
      theirs: /^5000$/,
      why: "takes no parameters where recvWindow is the only one: the client's setting is sent",
      calls: [
        "getAccountInfo",
        "getUMAccount",
        "getUMAccountV2",
        "getCMAccount",
        "getUMAccountConfig",
        "signTradFiPerpsContract",
        "getMarginOpenOCO",
        "getUMPositionMode",
        "getCMPositionMode",
        "autoCollectFunds",
        "repayFuturesNegativeBalance",
        "getAutoRepayFuturesStatus",
        "getUMFeeBurnStatus"
      ]
    }
  ],
  official: [
    ...ids.map(([parameter, calls]) => ({
      parameter,
      ours: made,
      theirs: undefined,
      why: "makes no client ids: an order whose answer is lost cannot be asked for",
      calls
    })),
    {
      parameter: "recvWindow",
      ours: /^5000$/,
      theirs: undefined,
      why: "leaves the receive window to the exchange, whose default is 5000 as well",
      calls: names.filter((name) => Endpoints.byName[name].signed)
    },
    {
      parameter: "amount",
      ours: /^10\.5$/,
      theirs: undefined,
      why: "drops it without a word: all of the asset is collected",
      calls: ["transferAssetFuturesMargin"]
    },
    {
      parameter: "futureType",
      ours: /^UM$/,
      theirs: undefined,
      why: "drops it without a word: collected from every account",
      calls: ["transferAssetFuturesMargin"]
    }
  ]
}

const always = (): boolean => true
const withoutKey = ({ security }: Described): boolean => security === "NONE"
const posted = ({ method }: Described): boolean => method === "POST" || method === "PUT"

/** The headers that a client sends and we do not, and with which calls. */
export const headers: PerClient<
  ReadonlyArray<{ readonly name: string; readonly why: string; readonly on: (endpoint: Described) => boolean }>
> = {
  binance: [
    { name: "user-agent", why: "names axios", on: always },
    { name: "content-type", why: "of a form that is not there", on: posted },
    { name: "x-mbx-apikey", why: "goes out where no key is needed", on: withoutKey }
  ],
  official: [
    { name: "user-agent", why: "names the connector and the machine", on: always },
    { name: "content-type", why: "names JSON that is not there", on: always },
    { name: "x-mbx-apikey", why: "goes out where no key is needed", on: withoutKey }
  ]
}

/** Stands for a call that was refused before anything was sent. */
export const unsent = "(not sent)"

/** Stands for a parameter that was left out. */
export const absent = "(left out)"

/** Values that a caller can write, and what each client makes of them. */
export const values: ReadonlyArray<
  & {
    readonly what: string
    readonly name: Name
    readonly params: object
    readonly parameter: string
    readonly ours: string
  }
  & PerClient<string>
> = [
  {
    what: "a small number",
    name: "submitMarginLoan",
    params: { asset: "BTC", amount: 1e-8 },
    parameter: "amount",
    ours: "0.00000001",
    binance: "1e-8",
    official: "0.00000001"
  },
  {
    what: "a large number",
    name: "submitMarginLoan",
    params: { asset: "SHIB", amount: 1e21 },
    parameter: "amount",
    ours: "1000000000000000000000",
    binance: "1e+21",
    official: "1000000000000000000000"
  },
  {
    what: "a number that is not what was meant",
    name: "submitMarginLoan",
    params: { asset: "BTC", amount: 0.1 + 0.2 },
    parameter: "amount",
    ours: unsent,
    binance: "0.30000000000000004",
    official: "0.30000000000000004"
  },
  {
    what: "an id that a number cannot hold",
    name: "getUMOrder",
    params: { symbol: "BTCUSDT", orderId: Number("8389766145050669870") },
    parameter: "orderId",
    ours: unsent,
    binance: "8389766145050670000",
    official: "8389766145050670000"
  },
  {
    what: "the same id as a bigint",
    name: "getUMOrder",
    params: { symbol: "BTCUSDT", orderId: 8389766145050669870n },
    parameter: "orderId",
    ours: "8389766145050669870",
    binance: "8389766145050669870",
    official: "8389766145050669870"
  },
  {
    what: "undefined",
    name: "getBalance",
    params: { asset: undefined },
    parameter: "asset",
    ours: absent,
    binance: "undefined",
    official: absent
  },
  {
    what: "a list",
    name: "repayMarginDebt",
    params: { asset: "BTC", specifyRepayAssets: ["USDT", "BNB"] },
    parameter: "specifyRepayAssets",
    ours: "USDT,BNB",
    binance: "USDT,BNB",
    official: `["USDT","BNB"]`
  },
  {
    what: "a misspelt name, so that every symbol is asked for",
    name: "getAllUMOpenOrders",
    params: { sybmol: "BTCUSDT" },
    parameter: "sybmol",
    ours: unsent,
    binance: "BTCUSDT",
    official: absent
  }
]

/**
 * The characters that a client signs in one form and sends in another, so that its signature does not cover what arrives.
 * Both sign by `encodeURIComponent`; `binance` leaves the escaping of the apostrophe to the URL, the official one sends by
 * `URLSearchParams`.
 */
export const signedOtherwise: PerClient<string> = { binance: "'", official: "' !()~" }
