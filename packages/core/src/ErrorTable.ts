/**
 * What the exchange's error codes mean: one table from code to name, class, cause and remedy.
 *
 * The classes decide which typed error a code becomes; the documentation page of errors is printed from this table.
 *
 * @since 0.1.0
 */

import type { ErrorClass, OrderRefusal } from "./internal/errorCodes.ts"
import * as codes from "./internal/errorCodes.ts"

export type { ErrorClass, OrderRefusal } from "./internal/errorCodes.ts"

/**
 * One row of the table.
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorEntry {
  readonly code: number
  readonly name: string
  readonly class: ErrorClass
  readonly cause: string
}

// The class of each stands in `internal/errorCodes`, which the client carries without these texts.
const rows: ReadonlyArray<readonly [code: number, name: string, cause: string]> = [
  [-1000, "UNKNOWN", "server hit an unclassified failure"],
  [-1001, "DISCONNECTED", "server lost an internal connection before finishing"],
  [-1002, "UNAUTHORIZED", "request not authorised"],
  [-1003, "TOO_MANY_REQUESTS", "IP weight exceeded, or IP banned until the time in the text"],
  [-1004, "DUPLICATE_IP", "IP already whitelisted"],
  [-1005, "NO_SUCH_IP", "IP not whitelisted"],
  [-1006, "UNEXPECTED_RESP", "unexpected answer from the internal bus"],
  [-1007, "TIMEOUT", "backend did not answer in time"],
  [-1008, "Request Throttled", "system overload guard; reduce-only, close and cancel requests pass"],
  [-1010, "ERROR_MSG_RECEIVED", "generic wrapper, the text carries the reason"],
  [-1011, "NON_WHITE_LIST", "calling IP not allowed on the route"],
  [-1013, "INVALID_MESSAGE", "message invalid, usually a symbol filter"],
  [-1014, "UNKNOWN_ORDER_COMPOSITION", "parameters do not form a supported order"],
  [-1015, "TOO_MANY_ORDERS", "order-count limit exceeded"],
  [-1016, "SERVICE_SHUTTING_DOWN", "service is shutting down"],
  [-1020, "UNSUPPORTED_OPERATION", "operation not supported"],
  [-1021, "INVALID_TIMESTAMP", "timestamp too old for recvWindow or over 1000 ms ahead"],
  [-1022, "INVALID_SIGNATURE", "signature mismatch (wrong secret, encoding or parameter order)"],
  [-1023, "START_TIME_GREATER_THAN_END_TIME", "start after end"],
  [-1099, "NOT_FOUND", "not found or not authorised"],
  [-1100, "ILLEGAL_CHARS", "illegal character in a parameter"],
  [-1101, "TOO_MANY_PARAMETERS", "too many or duplicated parameters"],
  [-1102, "MANDATORY_PARAM_EMPTY_OR_MALFORMED", "required parameter missing, empty or malformed"],
  [-1103, "UNKNOWN_PARAM", "unknown parameter"],
  [-1104, "UNREAD_PARAMETERS", "some parameters were not read"],
  [-1105, "PARAM_EMPTY", "empty parameter"],
  [-1106, "PARAM_NOT_REQUIRED", "parameter not wanted here"],
  [-1108, "BAD_ASSET", "invalid asset"],
  [-1109, "BAD_ACCOUNT", "invalid account"],
  [-1110, "BAD_INSTRUMENT_TYPE", "invalid symbol type"],
  [-1111, "BAD_PRECISION", "too many decimals"],
  [-1112, "NO_DEPTH", "empty book"],
  [-1113, "WITHDRAW_NOT_NEGATIVE", "withdraw amount sign wrong"],
  [-1114, "TIF_NOT_REQUIRED", "timeInForce not wanted for the type"],
  [-1115, "INVALID_TIF", "invalid timeInForce"],
  [-1116, "INVALID_ORDER_TYPE", "invalid order type"],
  [-1117, "INVALID_SIDE", "invalid side"],
  [-1118, "EMPTY_NEW_CL_ORD_ID", "client id empty"],
  [-1119, "EMPTY_ORG_CL_ORD_ID", "original client id empty"],
  [-1120, "BAD_INTERVAL", "invalid interval"],
  [-1121, "BAD_SYMBOL", "invalid symbol"],
  [-1122, "INVALID_SYMBOL_STATUS", "symbol not in a tradable state"],
  [-1125, "INVALID_LISTEN_KEY", "listenKey expired or unknown; create a new one"],
  [-1126, "ASSET_NOT_SUPPORTED", "asset unsupported"],
  [-1127, "MORE_THAN_XX_HOURS", "time range too wide"],
  [-1128, "OPTIONAL_PARAMS_BAD_COMBO", "optional parameters do not combine"],
  [-1130, "INVALID_PARAMETER", "invalid parameter value"],
  [-1131, "BAD_RECV_WINDOW", "recvWindow above 60000"],
  [-1134, "BAD_STRATEGY_TYPE", "strategyType too small"],
  [-1136, "INVALID_NEW_ORDER_RESP_TYPE", "invalid newOrderRespType"],
  [-1145, "INVALID_CANCEL_RESTRICTIONS", "invalid cancelRestrictions"],
  [-2010, "NEW_ORDER_REJECTED", "new order refused, text says why"],
  [-2011, "CANCEL_REJECTED", "cancel refused, mostly because the order is unknown or already closed"],
  [-2012, "CANCEL_ALL_FAIL", "batch cancel failed"],
  [-2013, "NO_SUCH_ORDER", "order does not exist (or is too old to query)"],
  [-2014, "BAD_API_KEY_FMT", "API key malformed"],
  [-2015, "REJECTED_MBX_KEY", "key, IP or permission invalid (live: HTTP 401)"],
  [-2016, "NO_TRADING_WINDOW", "no trading window"],
  [-2017, "API_KEYS_LOCKED", "API keys locked on the account"],
  [-2018, "BALANCE_NOT_SUFFICIENT", "balance too low"],
  [-2019, "MARGIN_NOT_SUFFICIEN", "margin too low"],
  [-2020, "UNABLE_TO_FILL", "cannot be filled"],
  [-2021, "ORDER_WOULD_IMMEDIATELY_TRIGGER", "trigger condition already met"],
  [-2022, "REDUCE_ONLY_REJECT", "reduce-only order conflicts with position or open orders"],
  [-2023, "USER_IN_LIQUIDATION", "account in liquidation"],
  [-2024, "POSITION_NOT_SUFFICIENT", "position too small"],
  [-2025, "MAX_OPEN_ORDER_EXCEEDED", "too many open orders"],
  [-2026, "REDUCE_ONLY_ORDER_TYPE_NOT_SUPPORTED", "order type cannot be reduce-only"],
  [-2027, "MAX_LEVERAGE_RATIO", "position cap at this leverage"],
  [-2028, "MIN_LEVERAGE_RATIO", "leverage too low for the margin"],
  [-3000, "INNER_FAILURE", "internal error"],
  [-3006, "EXCEED_MAX_BORROWABLE", "above the borrowable maximum"],
  [-3007, "HAS_PENDING_TRANSACTION", "another transaction is pending"],
  [-3008, "BORROW_NOT_ALLOWED", "borrowing not allowed"],
  [-3012, "ASSET_ADMIN_BAN_BORROW", "asset not borrowable now"],
  [-3013, "LT_MIN_BORROWABLE", "below the minimum loan"],
  [-3015, "REPAY_EXCEED_LIABILITY", "repayment above the debt"],
  [-3016, "LT_MIN_REPAY", "below the minimum repayment"],
  [-3021, "PAIR_ADMIN_BAN_TRADE", "pair closed to margin"],
  [-3022, "ACCOUNT_BAN_TRADE", "trading banned"],
  [-3023, "WARNING_MARGIN_LEVEL", "margin level too low"],
  [-3027, "NOT_VALID_MARGIN_ASSET", "not a margin asset"],
  [-3028, "NOT_VALID_MARGIN_PAIR", "not a margin pair"],
  [-3038, "LISTEN_KEY_NOT_FOUND", "listenKey unknown"],
  [-3044, "SYSTEM_BUSY", "system busy"],
  [-3045, "SYSTEM", "lending pool short"],
  [-4000, "INVALID_ORDER_STATUS", "invalid order status"],
  [-4001, "PRICE_LESS_THAN_ZERO", "price below 0"],
  [-4002, "PRICE_GREATER_THAN_MAX_PRICE", "price above max"],
  [-4003, "QTY_LESS_THAN_ZERO", "quantity below 0"],
  [-4004, "QTY_LESS_THAN_MIN_QTY", "quantity below min"],
  [-4005, "QTY_GREATER_THAN_MAX_QTY", "quantity above max"],
  [-4006, "STOP_PRICE_LESS_THAN_ZERO", "stop price below 0"],
  [-4007, "STOP_PRICE_GREATER_THAN_MAX_PRICE", "stop price above max"],
  [-4008, "TICK_SIZE_LESS_THAN_ZERO", "exchange-side symbol or account configuration check"],
  [-4009, "MAX_PRICE_LESS_THAN_MIN_PRICE", "exchange-side symbol or account configuration check"],
  [-4010, "MAX_QTY_LESS_THAN_MIN_QTY", "exchange-side symbol or account configuration check"],
  [-4011, "STEP_SIZE_LESS_THAN_ZERO", "exchange-side symbol or account configuration check"],
  [-4012, "MAX_NUM_ORDERS_LESS_THAN_ZERO", "exchange-side symbol or account configuration check"],
  [-4013, "PRICE_LESS_THAN_MIN_PRICE", "price below min"],
  [-4014, "PRICE_NOT_INCREASED_BY_TICK_SIZE", "price off the tick"],
  [-4015, "INVALID_CL_ORD_ID_LEN", "client id too long or invalid"],
  [-4016, "PRICE_HIGHTER_THAN_MULTIPLIER_UP", "price above the mark-price band"],
  [-4017, "MULTIPLIER_UP_LESS_THAN_ZERO", "exchange-side symbol or account configuration check"],
  [-4018, "MULTIPLIER_DOWN_LESS_THAN_ZERO", "exchange-side symbol or account configuration check"],
  [-4019, "COMPOSITE_SCALE_OVERFLOW", "exchange-side symbol or account configuration check"],
  [-4020, "TARGET_STRATEGY_INVALID", "strategy does not suit the type"],
  [-4021, "INVALID_DEPTH_LIMIT", "invalid depth limit"],
  [-4022, "WRONG_MARKET_STATUS", "invalid market status"],
  [-4023, "QTY_NOT_INCREASED_BY_STEP_SIZE", "quantity off the step"],
  [-4024, "PRICE_LOWER_THAN_MULTIPLIER_DOWN", "price below the mark-price band"],
  [
    -4025,
    "MULTIPLIER_DECIMAL_LESS_THAN_ZERO",
    "exchange-side symbol or account configuration check"
  ],
  [-4026, "COMMISSION_INVALID", "exchange-side symbol or account configuration check"],
  [-4027, "INVALID_ACCOUNT_TYPE", "invalid account type"],
  [-4028, "INVALID_LEVERAGE", "invalid leverage"],
  [-4029, "INVALID_TICK_SIZE_PRECISION", "exchange-side symbol or account configuration check"],
  [-4030, "INVALID_STEP_SIZE_PRECISION", "exchange-side symbol or account configuration check"],
  [-4031, "INVALID_WORKING_TYPE", "invalid working type"],
  [-4032, "EXCEED_MAX_CANCEL_ORDER_SIZE", "too many orders in one cancel"],
  [-4033, "INSURANCE_ACCOUNT_NOT_FOUND", "exchange-side symbol or account configuration check"],
  [-4044, "INVALID_BALANCE_TYPE", "invalid balance type"],
  [-4045, "MAX_STOP_ORDER_EXCEEDED", "too many stop orders"],
  [-4046, "NO_NEED_TO_CHANGE_MARGIN_TYPE", "margin type already set"],
  [-4047, "THERE_EXISTS_OPEN_ORDERS", "open orders block margin type change"],
  [-4048, "THERE_EXISTS_QUANTITY", "position blocks margin type change"],
  [-4049, "ADD_ISOLATED_MARGIN_REJECT", "isolated positions only"],
  [-4050, "CROSS_BALANCE_INSUFFICIENT", "cross balance too low"],
  [-4051, "ISOLATED_BALANCE_INSUFFICIENT", "isolated balance too low"],
  [-4052, "NO_NEED_TO_CHANGE_AUTO_ADD_MARGIN", "auto-add margin already set"],
  [-4053, "AUTO_ADD_CROSSED_MARGIN_REJECT", "isolated positions only"],
  [-4054, "ADD_ISOLATED_MARGIN_NO_POSITION_REJECT", "no position"],
  [-4055, "AMOUNT_MUST_BE_POSITIVE", "amount must be positive"],
  [-4056, "INVALID_API_KEY_TYPE", "wrong kind of API key"],
  [-4057, "INVALID_RSA_PUBLIC_KEY", "invalid public key"],
  [-4058, "MAX_PRICE_TOO_LARGE", "exchange-side symbol or account configuration check"],
  [-4059, "NO_NEED_TO_CHANGE_POSITION_SIDE", "position mode already set"],
  [-4060, "INVALID_POSITION_SIDE", "invalid positionSide"],
  [-4061, "POSITION_SIDE_NOT_MATCH", "positionSide does not fit the position mode"],
  [-4062, "REDUCE_ONLY_CONFLICT", "reduceOnly invalid here"],
  [-4063, "INVALID_OPTIONS_REQUEST_TYPE", "easy-options product code carried over from futures"],
  [-4064, "INVALID_OPTIONS_TIME_FRAME", "easy-options product code carried over from futures"],
  [-4065, "INVALID_OPTIONS_AMOUNT", "easy-options product code carried over from futures"],
  [-4066, "INVALID_OPTIONS_EVENT_TYPE", "easy-options product code carried over from futures"],
  [-4067, "POSITION_SIDE_CHANGE_EXISTS_OPEN_ORDERS", "open orders block mode change"],
  [-4068, "POSITION_SIDE_CHANGE_EXISTS_QUANTITY", "positions block mode change"],
  [-4069, "INVALID_OPTIONS_PREMIUM_FEE", "easy-options product code carried over from futures"],
  [-4070, "INVALID_CL_OPTIONS_ID_LEN", "easy-options product code carried over from futures"],
  [-4071, "INVALID_OPTIONS_DIRECTION", "easy-options product code carried over from futures"],
  [-4072, "OPTIONS_PREMIUM_NOT_UPDATE", "easy-options product code carried over from futures"],
  [-4073, "OPTIONS_PREMIUM_INPUT_LESS_THAN_ZERO", "easy-options product code carried over from futures"],
  [-4074, "OPTIONS_AMOUNT_BIGGER_THAN_UPPER", "easy-options product code carried over from futures"],
  [-4075, "OPTIONS_PREMIUM_OUTPUT_ZERO", "easy-options product code carried over from futures"],
  [-4076, "OPTIONS_PREMIUM_TOO_DIFF", "easy-options product code carried over from futures"],
  [-4077, "OPTIONS_PREMIUM_REACH_LIMIT", "easy-options product code carried over from futures"],
  [-4078, "OPTIONS_COMMON_ERROR", "easy-options product code carried over from futures"],
  [-4079, "INVALID_OPTIONS_ID", "easy-options product code carried over from futures"],
  [-4080, "OPTIONS_USER_NOT_FOUND", "easy-options product code carried over from futures"],
  [-4081, "OPTIONS_NOT_FOUND", "easy-options product code carried over from futures"],
  [-4082, "INVALID_BATCH_PLACE_ORDER_SIZE", "batch size invalid"],
  [-4083, "PLACE_BATCH_ORDERS_FAIL", "batch placement failed"],
  [-4084, "UPCOMING_METHOD", "method not open yet"],
  [-4085, "INVALID_NOTIONAL_LIMIT_COEF", "exchange-side symbol or account configuration check"],
  [-4086, "INVALID_PRICE_SPREAD_THRESHOLD", "exchange-side symbol or account configuration check"],
  [-4087, "REDUCE_ONLY_ORDER_PERMISSION", "only reduce-only orders allowed"],
  [-4088, "NO_PLACE_ORDER_PERMISSION", "placing orders not allowed"],
  [-4104, "INVALID_CONTRACT_TYPE", "invalid contract type"],
  [-4105, "SYMBOL_REDUCE_ONLY", "symbol reduce-only (older number of -4517)"],
  [-4106, "SYMBOL_REDUCE_ONLY_BUY", "symbol buy side reduce-only (older number of -4518)"],
  [-4107, "SYMBOL_REDUCE_ONLY_SELL", "symbol sell side reduce-only (older number of -4519)"],
  [-4109, "INACTIVE_ACCOUNT", "inactive futures account"],
  [-4114, "INVALID_CLIENT_TRAN_ID_LEN", "clientTranId too long"],
  [-4115, "DUPLICATED_CLIENT_TRAN_ID", "clientTranId used within 7 days"],
  [-4116, "DUPLICATED_CLIENT_ORDER_ID", "client order id already used among open orders"],
  [-4117, "STOP_ORDER_TRIGGERING", "stop order is triggering, cannot be changed"],
  [-4118, "REDUCE_ONLY_MARGIN_CHECK_FAILED", "reduce-only margin check failed"],
  [-4120, "STOP_ORDER_SWITCH_ALGO", "order type moved to the algo endpoints"],
  [-4131, "MARKET_ORDER_REJECT", "best opposite price outside PERCENT_PRICE"],
  [-4135, "INVALID_ACTIVATION_PRICE", "invalid activation price"],
  [-4137, "QUANTITY_EXISTS_WITH_CLOSE_POSITION", "quantity sent with closePosition"],
  [-4138, "REDUCE_ONLY_MUST_BE_TRUE", "reduceOnly must accompany closePosition"],
  [-4139, "ORDER_TYPE_CANNOT_BE_MKT", "MARKET not allowed when cancel is impossible"],
  [-4140, "INVALID_OPENING_POSITION_STATUS", "symbol state forbids opening"],
  [-4141, "SYMBOL_ALREADY_CLOSED", "symbol closed"],
  [-4142, "STRATEGY_INVALID_TRIGGER_PRICE", "stop or take-profit would trigger at once"],
  [-4144, "INVALID_PAIR", "invalid pair"],
  [-4161, "ISOLATED_LEVERAGE_REJECT_WITH_POSITION", "isolated mode with position: leverage cannot fall"],
  [-4164, "MIN_NOTIONAL", "notional below minimum"],
  [-4165, "INVALID_TIME_INTERVAL", "time range too wide"],
  [-4183, "PRICE_HIGHTER_THAN_STOP_MULTIPLIER_UP", "limit price above stop band"],
  [-4184, "PRICE_LOWER_THAN_STOP_MULTIPLIER_DOWN", "limit price below stop band"],
  [-4188, "ME_INVALID_TIMESTAMP", "outside the matching engine recvWindow"],
  [-4189, "ACCOUNT_REDUCE_ONLY", "account reduce-only on the symbol"],
  [-4192, "COOLING_OFF_PERIOD", "cooling-off period"],
  [-4202, "ADJUST_LEVERAGE_KYC_FAILED", "KYC needed for leverage above 20"],
  [-4203, "ADJUST_LEVERAGE_ONE_MONTH_FAILED", "young account: leverage cap"],
  [-4205, "ADJUST_LEVERAGE_X_DAYS_FAILED", "young account: leverage cap"],
  [-4206, "ADJUST_LEVERAGE_KYC_LIMIT", "country leverage cap"],
  [-4208, "ADJUST_LEVERAGE_ACCOUNT_SYMBOL_FAILED", "leverage cap with limit adjustment"],
  [-4209, "ADJUST_LEVERAGE_SYMBOL_FAILED", "symbol leverage cap"],
  [-4210, "STOP_PRICE_HIGHER_THAN_PRICE_MULTIPLIER_LIMIT", "stop price above band"],
  [-4211, "STOP_PRICE_LOWER_THAN_PRICE_MULTIPLIER_LIMIT", "stop price below band"],
  [-4220, "CANNOT_CHANGE_DUAL_SIDE", "CM position mode must equal UM"],
  [-4400, "TRADING_QUANTITATIVE_RULE", "quantitative rules violated: reduce-only"],
  [-4401, "LARGE_POSITION_SYM_RULE", "large position rule: reduce-only"],
  [-4402, "COMPLIANCE_BLACK_SYMBOL_RESTRICTION", "region restriction"],
  [-4403, "ADJUST_LEVERAGE_COMPLIANCE_FAILED", "region leverage cap"],
  [-4405, "UM_REDUCE_ONLY_ONLY", "UM reduce-only mode"],
  [-4407, "ACCOUNT_REDUCE_ONLY", "account reduce-only on the symbol"],
  [-4415, "CM_REDUCE_ONLY_ONLY", "CM reduce-only mode"],
  [-4517, "SYMBOL_REDUCE_ONLY", "symbol reduce-only"],
  [-4518, "SYMBOL_REDUCE_ONLY_BUY", "symbol buy side reduce-only"],
  [-4519, "SYMBOL_REDUCE_ONLY_SELL", "symbol sell side reduce-only"],
  [-4531, "", "UM mode change blocked by CM positions or orders (temporary, 2026-05)"],
  [-5021, "FOK_ORDER_REJECT", "FOK could not fill at once"],
  [-5022, "GTX_ORDER_REJECT", "post-only would take"],
  [-5024, "MOVE_ORDER_NOT_ALLOWED_SYMBOL_REASON", "symbol not trading, no amendment"],
  [-5025, "LIMIT_ORDER_ONLY", "only LIMIT orders can be modified"],
  [-5026, "Exceed_Maximum_Modify_Order_Limit", "modification count exhausted"],
  [-5027, "SAME_ORDER", "amendment changes nothing"],
  [-5028, "ME_RECVWINDOW_REJECT", "request reached the matching engine after recvWindow"],
  [-5029, "MODIFICATION_MIN_NOTIONAL", "notional after modification too small"],
  [-5037, "INVALID_PRICE_MATCH", "invalid priceMatch"],
  [-5038, "UNSUPPORTED_ORDER_TYPE_PRICE_MATCH", "priceMatch not for this type"],
  [-5039, "INVALID_SELF_TRADE_PREVENTION_MODE", "invalid selfTradePreventionMode"],
  [-5040, "FUTURE_GOOD_TILL_DATE", "goodTillDate out of range"],
  [-5041, "TOO_MANY_REQUESTS_IN_QUEUE", "too many requests of this account queued"],
  [-5043, "Existing_Pending_Modification", "another modification is pending"],
  [-20121, "", "invalid symbol (algo service)"],
  [-20124, "", "algo id invalid or completed"],
  [-20130, "", "invalid parameter (algo service)"],
  [-20132, "", "client algo id duplicated"],
  [-20198, "", "too many open algo orders"],
  [-21001, "USER_IS_NOT_UNIACCOUNT", "not a Portfolio Margin account"],
  [-21002, "UNI_ACCOUNT_CANT_TRANSFER_FUTURE", "transfer not supported for PM"],
  [-21003, "NET_ASSET_MUST_LTE_RATIO", "margin assets could not be read"],
  [-21004, "USER_NO_LIABILITY", "no bankruptcy loan"],
  [-21005, "NO_ENOUGH_ASSET", "not enough asset to repay"],
  [-21006, "HAD_IN_PROCESS_REPAY", "repayment already running"],
  [-21007, "IN_FORCE_LIQUIDATION", "liquidation running"],
  [-21015, "ENDPOINT_GONE", "endpoint removed"],
  [51006, "EXCEED_MAX_BORROWABLE", "above the borrowable maximum"],
  [51007, "HAS_PENDING_TRANSACTION", "another borrow or repay is pending; wait and retry"],
  [51014, "ASSET_ADMIN_BAN_BORROW", "asset not borrowable now"],
  [51061, "INSUFFICIENT_LOANABLE_ASSET", "lending pool short; adjust or try later"],
  [51068, "LIQUIDATION_IN_PROGRESS", "margin account in liquidation"],
  [51078, "NET_ASSET_MUST_LTE_RATIO", "margin assets could not be read"],
  [51113, "EXCEED_PRICE_LIMIT", "margin limit price beyond 15% of index"],
  [51122, "PM_FUNCTION_NOT_SUPPORTED", "function closed to Portfolio Margin accounts"],
  [51998, "SYSTEM_BUSY", "system busy"],
  [51999, "UNKNOWN", "unclassified failure of the margin service"]
]

/**
 * Every known code, in order.
 *
 * @category table
 * @since 0.1.0
 */
export const entries: ReadonlyArray<ErrorEntry> = rows.flatMap(([code, name, cause]) => {
  const found = codes.classOf(code)
  return found === undefined ? [] : [{ code, name, class: found, cause }]
})

let index: ReadonlyMap<number, ErrorEntry> | undefined

/**
 * The row of a code, or `undefined` for a code that no source documents.
 *
 * @category table
 * @since 0.1.0
 */
export const find = (code: number): ErrorEntry | undefined => {
  index ??= new Map(entries.map((entry) => [codes.key(entry.code), entry]))
  return index.get(codes.key(code))
}

/**
 * What to do about a code: one or two sentences for a person.
 *
 * @category table
 * @since 0.1.0
 */
export const remedy: (code: number) => string = codes.remedy

/**
 * Why an order was refused with a code, or `undefined` where the code says nothing about orders; `-1010`, `-1013` and `-2010`
 * leave it to the text.
 *
 * @category table
 * @since 0.1.0
 */
export const refusal: (code: number, text: string) => OrderRefusal | undefined = codes.refusalOf
