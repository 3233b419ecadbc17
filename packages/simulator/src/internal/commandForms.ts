import * as Field from "@effect-binance/core/Field"
import * as Schema from "effect/Schema"
import type * as Engine from "../Engine.ts"

type CommandOf<Tag extends Engine.OutsideCommand["_tag"]> = Extract<Engine.OutsideCommand, { readonly _tag: Tag }>

// Every field, so that none is lost on the way.
type Fields<Command> = { readonly [Name in Exclude<keyof Command, "_tag">]-?: Schema.Top }

const form = <
  const Tag extends Engine.OutsideCommand["_tag"],
  const F extends Fields<CommandOf<Tag>> & Schema.Struct.Fields
>(tag: Tag, fields: F) => Schema.Struct({ _tag: Schema.Literal(tag), ...fields })

const text = Schema.String
const decimal = Field.Decimal
const perhaps = Schema.optional

const owner = { accountId: text }
const product = Schema.Literals(["UM", "CM"])
const wallet = Schema.Literals(["MARGIN", "UM", "CM"])
const side = Schema.Literals(["BUY", "SELL"])
const positionSide = Schema.Literals(["BOTH", "LONG", "SHORT"])
const timeInForce = Schema.Literals(["GTC", "IOC", "FOK", "GTX", "GTD"])
const spotTimeInForce = Schema.Literals(["GTC", "IOC", "FOK"])
const selfTradePrevention = Schema.Literals(["NONE", "EXPIRE_TAKER", "EXPIRE_BOTH", "EXPIRE_MAKER"])
const sideEffect = Schema.Literals(["NO_SIDE_EFFECT", "MARGIN_BUY", "AUTO_REPAY", "AUTO_BORROW_REPAY"])
const spotResponse = Schema.Literals(["ACK", "RESULT", "FULL"])
const priceMatch = Schema.Literals([
  "OPPONENT",
  "OPPONENT_5",
  "OPPONENT_10",
  "OPPONENT_20",
  "QUEUE",
  "QUEUE_5",
  "QUEUE_10",
  "QUEUE_20"
])

const futuresOrder = { ...owner, product, symbol: text }

// A command that is not among these, or one of which a field is missing, does not compile: see `command`.
const forms = {
  SetPrice: form("SetPrice", { symbol: text, price: decimal }),
  SetLastPrice: form("SetLastPrice", { symbol: text, price: decimal }),
  SetSpotPrice: form("SetSpotPrice", { symbol: text, price: decimal }),
  SetMarkPrice: form("SetMarkPrice", { symbol: text, price: decimal }),
  SetIndexPrice: form("SetIndexPrice", { asset: text, price: decimal }),
  SetFundingRate: form("SetFundingRate", { symbol: text, rate: decimal }),
  Deposit: form("Deposit", { ...owner, wallet, asset: text, amount: decimal }),
  Withdraw: form("Withdraw", { ...owner, wallet, asset: text, amount: decimal }),
  SetMarginBalance: form("SetMarginBalance", {
    ...owner,
    asset: text,
    free: decimal,
    locked: decimal,
    borrowed: decimal,
    interest: decimal
  }),
  SetWalletBalance: form("SetWalletBalance", { ...owner, product, asset: text, balance: decimal }),
  SetPosition: form("SetPosition", { ...futuresOrder, positionSide, quantity: decimal, entryPrice: decimal }),
  ChangeUmLeverage: form("ChangeUmLeverage", { ...owner, symbol: text, leverage: Schema.Int }),
  ChangeCmLeverage: form("ChangeCmLeverage", { ...owner, symbol: text, leverage: Schema.Int }),
  ChangeUmPositionMode: form("ChangeUmPositionMode", { ...owner, dualSidePosition: Schema.Boolean }),
  ChangeCmPositionMode: form("ChangeCmPositionMode", { ...owner, dualSidePosition: Schema.Boolean }),
  SetCrossMarginLeverage: form("SetCrossMarginLeverage", { ...owner, leverage: Schema.Int }),
  SetSpotFeeBurn: form("SetSpotFeeBurn", { ...owner, feeBurn: Schema.Boolean }),
  SetFeeBurn: form("SetFeeBurn", { ...owner, feeBurn: Schema.Boolean }),
  SignTradFi: form("SignTradFi", owner),
  Borrow: form("Borrow", { ...owner, asset: text, amount: decimal }),
  Repay: form("Repay", { ...owner, asset: text, amount: decimal }),
  RepayDebt: form("RepayDebt", { ...owner, asset: text, amount: perhaps(decimal), assets: Schema.Array(text) }),
  AccrueInterest: form("AccrueInterest", owner),
  CollectFunds: form("CollectFunds", owner),
  CollectAsset: form("CollectAsset", {
    ...owner,
    asset: text,
    part: perhaps(Schema.Struct({ amount: decimal, futureType: Schema.Literals(["UM", "CM", "OPTION"]) }))
  }),
  TransferBnb: form("TransferBnb", {
    ...owner,
    amount: decimal,
    transferSide: Schema.Literals(["TO_UM", "FROM_UM"])
  }),
  RepayNegativeBalances: form("RepayNegativeBalances", owner),
  SetAutoRepay: form("SetAutoRepay", { ...owner, autoRepay: Schema.Boolean }),
  RequestDownload: form("RequestDownload", {
    ...owner,
    kind: Schema.Literals(["trade", "order", "income"]),
    startTime: Schema.Int,
    endTime: Schema.Int
  }),
  NewMarginOrder: form("NewMarginOrder", {
    ...owner,
    symbol: text,
    side,
    type: Schema.Literals([
      "LIMIT",
      "MARKET",
      "LIMIT_MAKER",
      "STOP_LOSS",
      "STOP_LOSS_LIMIT",
      "TAKE_PROFIT",
      "TAKE_PROFIT_LIMIT"
    ]),
    quantity: perhaps(decimal),
    quoteOrderQty: perhaps(decimal),
    price: perhaps(decimal),
    stopPrice: perhaps(decimal),
    icebergQty: perhaps(decimal),
    timeInForce: perhaps(spotTimeInForce),
    clientOrderId: perhaps(text),
    sideEffect: perhaps(sideEffect),
    autoRepayAtCancel: perhaps(Schema.Boolean),
    selfTradePrevention: perhaps(selfTradePrevention),
    responseType: perhaps(spotResponse)
  }),
  NewMarginOco: form("NewMarginOco", {
    ...owner,
    symbol: text,
    side,
    quantity: decimal,
    price: decimal,
    stopPrice: decimal,
    stopLimitPrice: perhaps(decimal),
    stopLimitTimeInForce: perhaps(spotTimeInForce),
    limitIcebergQty: perhaps(decimal),
    stopIcebergQty: perhaps(decimal),
    listClientOrderId: perhaps(text),
    limitClientOrderId: perhaps(text),
    stopClientOrderId: perhaps(text),
    sideEffect: perhaps(sideEffect),
    responseType: perhaps(spotResponse)
  }),
  CancelMarginOrder: form("CancelMarginOrder", {
    ...owner,
    symbol: text,
    orderId: perhaps(Schema.Int),
    clientOrderId: perhaps(text),
    newClientOrderId: perhaps(text)
  }),
  CancelMarginOco: form("CancelMarginOco", {
    ...owner,
    symbol: text,
    orderListId: perhaps(Schema.Int),
    listClientOrderId: perhaps(text),
    newClientOrderId: perhaps(text)
  }),
  CancelAllMarginOrders: form("CancelAllMarginOrders", { ...owner, symbol: text }),
  PlaceOrder: form("PlaceOrder", {
    ...futuresOrder,
    side,
    positionSide: perhaps(positionSide),
    type: Schema.Literals(["LIMIT", "MARKET"]),
    timeInForce: perhaps(timeInForce),
    quantity: decimal,
    price: perhaps(decimal),
    priceMatch: perhaps(priceMatch),
    reduceOnly: perhaps(Schema.Boolean),
    newClientOrderId: perhaps(text),
    newOrderRespType: perhaps(Schema.Literals(["ACK", "RESULT"])),
    selfTradePreventionMode: perhaps(selfTradePrevention),
    goodTillDate: perhaps(Schema.Int)
  }),
  CancelOrder: form("CancelOrder", {
    ...futuresOrder,
    orderId: perhaps(Schema.BigIntFromString),
    origClientOrderId: perhaps(text)
  }),
  CancelAllOrders: form("CancelAllOrders", futuresOrder),
  ModifyOrder: form("ModifyOrder", {
    ...futuresOrder,
    orderId: perhaps(Schema.BigIntFromString),
    origClientOrderId: perhaps(text),
    side,
    quantity: decimal,
    price: perhaps(decimal),
    priceMatch: perhaps(priceMatch),
    modifyId: perhaps(Schema.BigIntFromString)
  }),
  PlaceConditionalOrder: form("PlaceConditionalOrder", {
    ...futuresOrder,
    side,
    positionSide: perhaps(positionSide),
    type: Schema.Literals(["STOP", "TAKE_PROFIT", "STOP_MARKET", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"]),
    timeInForce: perhaps(timeInForce),
    quantity: perhaps(decimal),
    price: perhaps(decimal),
    priceMatch: perhaps(priceMatch),
    triggerPrice: perhaps(decimal),
    workingType: perhaps(Schema.Literals(["CONTRACT_PRICE", "MARK_PRICE"])),
    priceProtect: perhaps(Schema.Boolean),
    reduceOnly: perhaps(Schema.Boolean),
    closePosition: perhaps(Schema.Boolean),
    activatePrice: perhaps(decimal),
    callbackRate: perhaps(decimal),
    clientId: perhaps(text),
    selfTradePreventionMode: perhaps(selfTradePrevention),
    goodTillDate: perhaps(Schema.Int)
  }),
  CancelConditionalOrder: form("CancelConditionalOrder", {
    ...owner,
    product,
    id: perhaps(Schema.BigIntFromString),
    clientId: perhaps(text)
  }),
  CancelAllConditionalOrders: form("CancelAllConditionalOrders", futuresOrder)
} satisfies { readonly [Tag in Engine.OutsideCommand["_tag"]]: Schema.Codec<CommandOf<Tag>, unknown> }

type Held = (typeof forms)[keyof typeof forms]["Type"]

/** A command as the schema has it: the same, or this does not compile. */
export const held = (command: Engine.OutsideCommand): Held => command

/** Every command from outside. */
export const command: Schema.Codec<Engine.OutsideCommand, unknown> = Schema.Union(
  Object.values<Schema.Codec<Engine.OutsideCommand, unknown>>(forms)
)
