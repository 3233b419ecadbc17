/**
 * What the exchange's error codes mean: one table from code to name, class, cause and remedy.
 *
 * The classes decide which typed error a code becomes; the documentation page of errors is printed from this table.
 *
 * @since 0.1.0
 */

/**
 * The family of an error code: what it proves about the request, and what can be done.
 *
 * **Details**
 *
 * - `auth`: key, signature, IP or permission
 * - `clock`: the timestamp lay outside the receive window; proven not accepted
 * - `rate-limit`, `overload`, `server-failure`: proven not accepted, may be repeated later
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

const rows: ReadonlyArray<readonly [code: number, name: string, cls: ErrorClass, cause: string]> = [
  [-1000, "UNKNOWN", "unknown-outcome", "server hit an unclassified failure"],
  [-1001, "DISCONNECTED", "server-failure", "server lost an internal connection before finishing"],
  [-1002, "UNAUTHORIZED", "auth", "request not authorised"],
  [-1003, "TOO_MANY_REQUESTS", "rate-limit", "IP weight exceeded, or IP banned until the time in the text"],
  [-1004, "DUPLICATE_IP", "bad-request", "IP already whitelisted"],
  [-1005, "NO_SUCH_IP", "bad-request", "IP not whitelisted"],
  [-1006, "UNEXPECTED_RESP", "unknown-outcome", "unexpected answer from the internal bus"],
  [-1007, "TIMEOUT", "unknown-outcome", "backend did not answer in time"],
  [-1008, "Request Throttled", "overload", "system overload guard; reduce-only, close and cancel requests pass"],
  [-1010, "ERROR_MSG_RECEIVED", "rejected", "generic wrapper, the text carries the reason"],
  [-1011, "NON_WHITE_LIST", "auth", "calling IP not allowed on the route"],
  [-1013, "INVALID_MESSAGE", "filter", "message invalid, usually a symbol filter"],
  [-1014, "UNKNOWN_ORDER_COMPOSITION", "bad-request", "parameters do not form a supported order"],
  [-1015, "TOO_MANY_ORDERS", "rate-limit", "order-count limit exceeded"],
  [-1016, "SERVICE_SHUTTING_DOWN", "server-failure", "service is shutting down"],
  [-1020, "UNSUPPORTED_OPERATION", "bad-request", "operation not supported"],
  [-1021, "INVALID_TIMESTAMP", "clock", "timestamp too old for recvWindow or over 1000 ms ahead"],
  [-1022, "INVALID_SIGNATURE", "auth", "signature mismatch (wrong secret, encoding or parameter order)"],
  [-1023, "START_TIME_GREATER_THAN_END_TIME", "bad-request", "start after end"],
  [-1099, "NOT_FOUND", "auth", "not found or not authorised"],
  [-1100, "ILLEGAL_CHARS", "bad-request", "illegal character in a parameter"],
  [-1101, "TOO_MANY_PARAMETERS", "bad-request", "too many or duplicated parameters"],
  [-1102, "MANDATORY_PARAM_EMPTY_OR_MALFORMED", "bad-request", "required parameter missing, empty or malformed"],
  [-1103, "UNKNOWN_PARAM", "bad-request", "unknown parameter"],
  [-1104, "UNREAD_PARAMETERS", "bad-request", "some parameters were not read"],
  [-1105, "PARAM_EMPTY", "bad-request", "empty parameter"],
  [-1106, "PARAM_NOT_REQUIRED", "bad-request", "parameter not wanted here"],
  [-1108, "BAD_ASSET", "bad-request", "invalid asset"],
  [-1109, "BAD_ACCOUNT", "bad-request", "invalid account"],
  [-1110, "BAD_INSTRUMENT_TYPE", "bad-request", "invalid symbol type"],
  [-1111, "BAD_PRECISION", "filter", "too many decimals"],
  [-1112, "NO_DEPTH", "rejected", "empty book"],
  [-1113, "WITHDRAW_NOT_NEGATIVE", "bad-request", "withdraw amount sign wrong"],
  [-1114, "TIF_NOT_REQUIRED", "bad-request", "timeInForce not wanted for the type"],
  [-1115, "INVALID_TIF", "bad-request", "invalid timeInForce"],
  [-1116, "INVALID_ORDER_TYPE", "bad-request", "invalid order type"],
  [-1117, "INVALID_SIDE", "bad-request", "invalid side"],
  [-1118, "EMPTY_NEW_CL_ORD_ID", "bad-request", "client id empty"],
  [-1119, "EMPTY_ORG_CL_ORD_ID", "bad-request", "original client id empty"],
  [-1120, "BAD_INTERVAL", "bad-request", "invalid interval"],
  [-1121, "BAD_SYMBOL", "bad-request", "invalid symbol"],
  [-1122, "INVALID_SYMBOL_STATUS", "rejected", "symbol not in a tradable state"],
  [-1125, "INVALID_LISTEN_KEY", "not-found", "listenKey expired or unknown; create a new one"],
  [-1126, "ASSET_NOT_SUPPORTED", "bad-request", "asset unsupported"],
  [-1127, "MORE_THAN_XX_HOURS", "bad-request", "time range too wide"],
  [-1128, "OPTIONAL_PARAMS_BAD_COMBO", "bad-request", "optional parameters do not combine"],
  [-1130, "INVALID_PARAMETER", "bad-request", "invalid parameter value"],
  [-1131, "BAD_RECV_WINDOW", "bad-request", "recvWindow above 60000"],
  [-1134, "BAD_STRATEGY_TYPE", "bad-request", "strategyType too small"],
  [-1136, "INVALID_NEW_ORDER_RESP_TYPE", "bad-request", "invalid newOrderRespType"],
  [-1145, "INVALID_CANCEL_RESTRICTIONS", "bad-request", "invalid cancelRestrictions"],
  [-2010, "NEW_ORDER_REJECTED", "rejected", "new order refused, text says why"],
  [-2011, "CANCEL_REJECTED", "not-found", "cancel refused, mostly because the order is unknown or already closed"],
  [-2012, "CANCEL_ALL_FAIL", "rejected", "batch cancel failed"],
  [-2013, "NO_SUCH_ORDER", "not-found", "order does not exist (or is too old to query)"],
  [-2014, "BAD_API_KEY_FMT", "auth", "API key malformed"],
  [-2015, "REJECTED_MBX_KEY", "auth", "key, IP or permission invalid (live: HTTP 401)"],
  [-2016, "NO_TRADING_WINDOW", "rejected", "no trading window"],
  [-2017, "API_KEYS_LOCKED", "auth", "API keys locked on the account"],
  [-2018, "BALANCE_NOT_SUFFICIENT", "rejected", "balance too low"],
  [-2019, "MARGIN_NOT_SUFFICIEN", "rejected", "margin too low"],
  [-2020, "UNABLE_TO_FILL", "rejected", "cannot be filled"],
  [-2021, "ORDER_WOULD_IMMEDIATELY_TRIGGER", "rejected", "trigger condition already met"],
  [-2022, "REDUCE_ONLY_REJECT", "rejected", "reduce-only order conflicts with position or open orders"],
  [-2023, "USER_IN_LIQUIDATION", "restricted", "account in liquidation"],
  [-2024, "POSITION_NOT_SUFFICIENT", "rejected", "position too small"],
  [-2025, "MAX_OPEN_ORDER_EXCEEDED", "rejected", "too many open orders"],
  [-2026, "REDUCE_ONLY_ORDER_TYPE_NOT_SUPPORTED", "bad-request", "order type cannot be reduce-only"],
  [-2027, "MAX_LEVERAGE_RATIO", "rejected", "position cap at this leverage"],
  [-2028, "MIN_LEVERAGE_RATIO", "rejected", "leverage too low for the margin"],
  [-3000, "INNER_FAILURE", "server-failure", "internal error"],
  [-3006, "EXCEED_MAX_BORROWABLE", "rejected", "above the borrowable maximum"],
  [-3007, "HAS_PENDING_TRANSACTION", "server-failure", "another transaction is pending"],
  [-3008, "BORROW_NOT_ALLOWED", "restricted", "borrowing not allowed"],
  [-3012, "ASSET_ADMIN_BAN_BORROW", "rejected", "asset not borrowable now"],
  [-3013, "LT_MIN_BORROWABLE", "filter", "below the minimum loan"],
  [-3015, "REPAY_EXCEED_LIABILITY", "rejected", "repayment above the debt"],
  [-3016, "LT_MIN_REPAY", "filter", "below the minimum repayment"],
  [-3021, "PAIR_ADMIN_BAN_TRADE", "restricted", "pair closed to margin"],
  [-3022, "ACCOUNT_BAN_TRADE", "restricted", "trading banned"],
  [-3023, "WARNING_MARGIN_LEVEL", "restricted", "margin level too low"],
  [-3027, "NOT_VALID_MARGIN_ASSET", "bad-request", "not a margin asset"],
  [-3028, "NOT_VALID_MARGIN_PAIR", "bad-request", "not a margin pair"],
  [-3038, "LISTEN_KEY_NOT_FOUND", "not-found", "listenKey unknown"],
  [-3044, "SYSTEM_BUSY", "server-failure", "system busy"],
  [-3045, "SYSTEM", "rejected", "lending pool short"],
  [-4000, "INVALID_ORDER_STATUS", "bad-request", "invalid order status"],
  [-4001, "PRICE_LESS_THAN_ZERO", "filter", "price below 0"],
  [-4002, "PRICE_GREATER_THAN_MAX_PRICE", "filter", "price above max"],
  [-4003, "QTY_LESS_THAN_ZERO", "filter", "quantity below 0"],
  [-4004, "QTY_LESS_THAN_MIN_QTY", "filter", "quantity below min"],
  [-4005, "QTY_GREATER_THAN_MAX_QTY", "filter", "quantity above max"],
  [-4006, "STOP_PRICE_LESS_THAN_ZERO", "filter", "stop price below 0"],
  [-4007, "STOP_PRICE_GREATER_THAN_MAX_PRICE", "filter", "stop price above max"],
  [-4008, "TICK_SIZE_LESS_THAN_ZERO", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4009, "MAX_PRICE_LESS_THAN_MIN_PRICE", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4010, "MAX_QTY_LESS_THAN_MIN_QTY", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4011, "STEP_SIZE_LESS_THAN_ZERO", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4012, "MAX_NUM_ORDERS_LESS_THAN_ZERO", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4013, "PRICE_LESS_THAN_MIN_PRICE", "filter", "price below min"],
  [-4014, "PRICE_NOT_INCREASED_BY_TICK_SIZE", "filter", "price off the tick"],
  [-4015, "INVALID_CL_ORD_ID_LEN", "bad-request", "client id too long or invalid"],
  [-4016, "PRICE_HIGHTER_THAN_MULTIPLIER_UP", "filter", "price above the mark-price band"],
  [-4017, "MULTIPLIER_UP_LESS_THAN_ZERO", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4018, "MULTIPLIER_DOWN_LESS_THAN_ZERO", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4019, "COMPOSITE_SCALE_OVERFLOW", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4020, "TARGET_STRATEGY_INVALID", "bad-request", "strategy does not suit the type"],
  [-4021, "INVALID_DEPTH_LIMIT", "bad-request", "invalid depth limit"],
  [-4022, "WRONG_MARKET_STATUS", "bad-request", "invalid market status"],
  [-4023, "QTY_NOT_INCREASED_BY_STEP_SIZE", "filter", "quantity off the step"],
  [-4024, "PRICE_LOWER_THAN_MULTIPLIER_DOWN", "filter", "price below the mark-price band"],
  [
    -4025,
    "MULTIPLIER_DECIMAL_LESS_THAN_ZERO",
    "exchange-config",
    "exchange-side symbol or account configuration check"
  ],
  [-4026, "COMMISSION_INVALID", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4027, "INVALID_ACCOUNT_TYPE", "bad-request", "invalid account type"],
  [-4028, "INVALID_LEVERAGE", "bad-request", "invalid leverage"],
  [-4029, "INVALID_TICK_SIZE_PRECISION", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4030, "INVALID_STEP_SIZE_PRECISION", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4031, "INVALID_WORKING_TYPE", "bad-request", "invalid working type"],
  [-4032, "EXCEED_MAX_CANCEL_ORDER_SIZE", "bad-request", "too many orders in one cancel"],
  [-4033, "INSURANCE_ACCOUNT_NOT_FOUND", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4044, "INVALID_BALANCE_TYPE", "bad-request", "invalid balance type"],
  [-4045, "MAX_STOP_ORDER_EXCEEDED", "rejected", "too many stop orders"],
  [-4046, "NO_NEED_TO_CHANGE_MARGIN_TYPE", "no-change", "margin type already set"],
  [-4047, "THERE_EXISTS_OPEN_ORDERS", "rejected", "open orders block margin type change"],
  [-4048, "THERE_EXISTS_QUANTITY", "rejected", "position blocks margin type change"],
  [-4049, "ADD_ISOLATED_MARGIN_REJECT", "rejected", "isolated positions only"],
  [-4050, "CROSS_BALANCE_INSUFFICIENT", "rejected", "cross balance too low"],
  [-4051, "ISOLATED_BALANCE_INSUFFICIENT", "rejected", "isolated balance too low"],
  [-4052, "NO_NEED_TO_CHANGE_AUTO_ADD_MARGIN", "no-change", "auto-add margin already set"],
  [-4053, "AUTO_ADD_CROSSED_MARGIN_REJECT", "rejected", "isolated positions only"],
  [-4054, "ADD_ISOLATED_MARGIN_NO_POSITION_REJECT", "rejected", "no position"],
  [-4055, "AMOUNT_MUST_BE_POSITIVE", "bad-request", "amount must be positive"],
  [-4056, "INVALID_API_KEY_TYPE", "auth", "wrong kind of API key"],
  [-4057, "INVALID_RSA_PUBLIC_KEY", "auth", "invalid public key"],
  [-4058, "MAX_PRICE_TOO_LARGE", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4059, "NO_NEED_TO_CHANGE_POSITION_SIDE", "no-change", "position mode already set"],
  [-4060, "INVALID_POSITION_SIDE", "bad-request", "invalid positionSide"],
  [-4061, "POSITION_SIDE_NOT_MATCH", "rejected", "positionSide does not fit the position mode"],
  [-4062, "REDUCE_ONLY_CONFLICT", "bad-request", "reduceOnly invalid here"],
  [-4063, "INVALID_OPTIONS_REQUEST_TYPE", "not-papi", "easy-options product code carried over from futures"],
  [-4064, "INVALID_OPTIONS_TIME_FRAME", "not-papi", "easy-options product code carried over from futures"],
  [-4065, "INVALID_OPTIONS_AMOUNT", "not-papi", "easy-options product code carried over from futures"],
  [-4066, "INVALID_OPTIONS_EVENT_TYPE", "not-papi", "easy-options product code carried over from futures"],
  [-4067, "POSITION_SIDE_CHANGE_EXISTS_OPEN_ORDERS", "rejected", "open orders block mode change"],
  [-4068, "POSITION_SIDE_CHANGE_EXISTS_QUANTITY", "rejected", "positions block mode change"],
  [-4069, "INVALID_OPTIONS_PREMIUM_FEE", "not-papi", "easy-options product code carried over from futures"],
  [-4070, "INVALID_CL_OPTIONS_ID_LEN", "not-papi", "easy-options product code carried over from futures"],
  [-4071, "INVALID_OPTIONS_DIRECTION", "not-papi", "easy-options product code carried over from futures"],
  [-4072, "OPTIONS_PREMIUM_NOT_UPDATE", "not-papi", "easy-options product code carried over from futures"],
  [-4073, "OPTIONS_PREMIUM_INPUT_LESS_THAN_ZERO", "not-papi", "easy-options product code carried over from futures"],
  [-4074, "OPTIONS_AMOUNT_BIGGER_THAN_UPPER", "not-papi", "easy-options product code carried over from futures"],
  [-4075, "OPTIONS_PREMIUM_OUTPUT_ZERO", "not-papi", "easy-options product code carried over from futures"],
  [-4076, "OPTIONS_PREMIUM_TOO_DIFF", "not-papi", "easy-options product code carried over from futures"],
  [-4077, "OPTIONS_PREMIUM_REACH_LIMIT", "not-papi", "easy-options product code carried over from futures"],
  [-4078, "OPTIONS_COMMON_ERROR", "not-papi", "easy-options product code carried over from futures"],
  [-4079, "INVALID_OPTIONS_ID", "not-papi", "easy-options product code carried over from futures"],
  [-4080, "OPTIONS_USER_NOT_FOUND", "not-papi", "easy-options product code carried over from futures"],
  [-4081, "OPTIONS_NOT_FOUND", "not-papi", "easy-options product code carried over from futures"],
  [-4082, "INVALID_BATCH_PLACE_ORDER_SIZE", "bad-request", "batch size invalid"],
  [-4083, "PLACE_BATCH_ORDERS_FAIL", "rejected", "batch placement failed"],
  [-4084, "UPCOMING_METHOD", "rejected", "method not open yet"],
  [-4085, "INVALID_NOTIONAL_LIMIT_COEF", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4086, "INVALID_PRICE_SPREAD_THRESHOLD", "exchange-config", "exchange-side symbol or account configuration check"],
  [-4087, "REDUCE_ONLY_ORDER_PERMISSION", "restricted", "only reduce-only orders allowed"],
  [-4088, "NO_PLACE_ORDER_PERMISSION", "restricted", "placing orders not allowed"],
  [-4104, "INVALID_CONTRACT_TYPE", "bad-request", "invalid contract type"],
  [-4105, "SYMBOL_REDUCE_ONLY", "restricted", "symbol reduce-only (older number of -4517)"],
  [-4106, "SYMBOL_REDUCE_ONLY_BUY", "restricted", "symbol buy side reduce-only (older number of -4518)"],
  [-4107, "SYMBOL_REDUCE_ONLY_SELL", "restricted", "symbol sell side reduce-only (older number of -4519)"],
  [-4109, "INACTIVE_ACCOUNT", "restricted", "inactive futures account"],
  [-4114, "INVALID_CLIENT_TRAN_ID_LEN", "bad-request", "clientTranId too long"],
  [-4115, "DUPLICATED_CLIENT_TRAN_ID", "rejected", "clientTranId used within 7 days"],
  [-4116, "DUPLICATED_CLIENT_ORDER_ID", "rejected", "client order id already used among open orders"],
  [-4117, "STOP_ORDER_TRIGGERING", "rejected", "stop order is triggering, cannot be changed"],
  [-4118, "REDUCE_ONLY_MARGIN_CHECK_FAILED", "rejected", "reduce-only margin check failed"],
  [-4120, "STOP_ORDER_SWITCH_ALGO", "rejected", "order type moved to the algo endpoints"],
  [-4131, "MARKET_ORDER_REJECT", "rejected", "best opposite price outside PERCENT_PRICE"],
  [-4135, "INVALID_ACTIVATION_PRICE", "bad-request", "invalid activation price"],
  [-4137, "QUANTITY_EXISTS_WITH_CLOSE_POSITION", "bad-request", "quantity sent with closePosition"],
  [-4138, "REDUCE_ONLY_MUST_BE_TRUE", "bad-request", "reduceOnly must accompany closePosition"],
  [-4139, "ORDER_TYPE_CANNOT_BE_MKT", "rejected", "MARKET not allowed when cancel is impossible"],
  [-4140, "INVALID_OPENING_POSITION_STATUS", "restricted", "symbol state forbids opening"],
  [-4141, "SYMBOL_ALREADY_CLOSED", "restricted", "symbol closed"],
  [-4142, "STRATEGY_INVALID_TRIGGER_PRICE", "rejected", "stop or take-profit would trigger at once"],
  [-4144, "INVALID_PAIR", "bad-request", "invalid pair"],
  [-4161, "ISOLATED_LEVERAGE_REJECT_WITH_POSITION", "rejected", "isolated mode with position: leverage cannot fall"],
  [-4164, "MIN_NOTIONAL", "filter", "notional below minimum"],
  [-4165, "INVALID_TIME_INTERVAL", "bad-request", "time range too wide"],
  [-4183, "PRICE_HIGHTER_THAN_STOP_MULTIPLIER_UP", "filter", "limit price above stop band"],
  [-4184, "PRICE_LOWER_THAN_STOP_MULTIPLIER_DOWN", "filter", "limit price below stop band"],
  [-4188, "ME_INVALID_TIMESTAMP", "clock", "outside the matching engine recvWindow"],
  [-4189, "ACCOUNT_REDUCE_ONLY", "restricted", "account reduce-only on the symbol"],
  [-4192, "COOLING_OFF_PERIOD", "restricted", "cooling-off period"],
  [-4202, "ADJUST_LEVERAGE_KYC_FAILED", "restricted", "KYC needed for leverage above 20"],
  [-4203, "ADJUST_LEVERAGE_ONE_MONTH_FAILED", "restricted", "young account: leverage cap"],
  [-4205, "ADJUST_LEVERAGE_X_DAYS_FAILED", "restricted", "young account: leverage cap"],
  [-4206, "ADJUST_LEVERAGE_KYC_LIMIT", "restricted", "country leverage cap"],
  [-4208, "ADJUST_LEVERAGE_ACCOUNT_SYMBOL_FAILED", "restricted", "leverage cap with limit adjustment"],
  [-4209, "ADJUST_LEVERAGE_SYMBOL_FAILED", "restricted", "symbol leverage cap"],
  [-4210, "STOP_PRICE_HIGHER_THAN_PRICE_MULTIPLIER_LIMIT", "filter", "stop price above band"],
  [-4211, "STOP_PRICE_LOWER_THAN_PRICE_MULTIPLIER_LIMIT", "filter", "stop price below band"],
  [-4220, "CANNOT_CHANGE_DUAL_SIDE", "rejected", "CM position mode must equal UM"],
  [-4400, "TRADING_QUANTITATIVE_RULE", "restricted", "quantitative rules violated: reduce-only"],
  [-4401, "LARGE_POSITION_SYM_RULE", "restricted", "large position rule: reduce-only"],
  [-4402, "COMPLIANCE_BLACK_SYMBOL_RESTRICTION", "restricted", "region restriction"],
  [-4403, "ADJUST_LEVERAGE_COMPLIANCE_FAILED", "restricted", "region leverage cap"],
  [-4405, "UM_REDUCE_ONLY_ONLY", "restricted", "UM reduce-only mode"],
  [-4407, "ACCOUNT_REDUCE_ONLY", "restricted", "account reduce-only on the symbol"],
  [-4415, "CM_REDUCE_ONLY_ONLY", "restricted", "CM reduce-only mode"],
  [-4517, "SYMBOL_REDUCE_ONLY", "restricted", "symbol reduce-only"],
  [-4518, "SYMBOL_REDUCE_ONLY_BUY", "restricted", "symbol buy side reduce-only"],
  [-4519, "SYMBOL_REDUCE_ONLY_SELL", "restricted", "symbol sell side reduce-only"],
  [-4531, "", "rejected", "UM mode change blocked by CM positions or orders (temporary, 2026-05)"],
  [-5021, "FOK_ORDER_REJECT", "rejected", "FOK could not fill at once"],
  [-5022, "GTX_ORDER_REJECT", "rejected", "post-only would take"],
  [-5024, "MOVE_ORDER_NOT_ALLOWED_SYMBOL_REASON", "rejected", "symbol not trading, no amendment"],
  [-5025, "LIMIT_ORDER_ONLY", "rejected", "only LIMIT orders can be modified"],
  [-5026, "Exceed_Maximum_Modify_Order_Limit", "rejected", "modification count exhausted"],
  [-5027, "SAME_ORDER", "no-change", "amendment changes nothing"],
  [-5028, "ME_RECVWINDOW_REJECT", "clock", "request reached the matching engine after recvWindow"],
  [-5029, "MODIFICATION_MIN_NOTIONAL", "filter", "notional after modification too small"],
  [-5037, "INVALID_PRICE_MATCH", "bad-request", "invalid priceMatch"],
  [-5038, "UNSUPPORTED_ORDER_TYPE_PRICE_MATCH", "bad-request", "priceMatch not for this type"],
  [-5039, "INVALID_SELF_TRADE_PREVENTION_MODE", "bad-request", "invalid selfTradePreventionMode"],
  [-5040, "FUTURE_GOOD_TILL_DATE", "bad-request", "goodTillDate out of range"],
  [-5041, "TOO_MANY_REQUESTS_IN_QUEUE", "rate-limit", "too many requests of this account queued"],
  [-5043, "Existing_Pending_Modification", "rejected", "another modification is pending"],
  [-20121, "", "bad-request", "invalid symbol (algo service)"],
  [-20124, "", "not-found", "algo id invalid or completed"],
  [-20130, "", "bad-request", "invalid parameter (algo service)"],
  [-20132, "", "rejected", "client algo id duplicated"],
  [-20198, "", "rejected", "too many open algo orders"],
  [-21001, "USER_IS_NOT_UNIACCOUNT", "restricted", "not a Portfolio Margin account"],
  [-21002, "UNI_ACCOUNT_CANT_TRANSFER_FUTURE", "restricted", "transfer not supported for PM"],
  [-21003, "NET_ASSET_MUST_LTE_RATIO", "server-failure", "margin assets could not be read"],
  [-21004, "USER_NO_LIABILITY", "rejected", "no bankruptcy loan"],
  [-21005, "NO_ENOUGH_ASSET", "rejected", "not enough asset to repay"],
  [-21006, "HAD_IN_PROCESS_REPAY", "rejected", "repayment already running"],
  [-21007, "IN_FORCE_LIQUIDATION", "rejected", "liquidation running"],
  [-21015, "ENDPOINT_GONE", "rejected", "endpoint removed"],
  [51006, "EXCEED_MAX_BORROWABLE", "rejected", "above the borrowable maximum"],
  [51007, "HAS_PENDING_TRANSACTION", "server-failure", "another borrow or repay is pending; wait and retry"],
  [51014, "ASSET_ADMIN_BAN_BORROW", "rejected", "asset not borrowable now"],
  [51061, "INSUFFICIENT_LOANABLE_ASSET", "rejected", "lending pool short; adjust or try later"],
  [51068, "LIQUIDATION_IN_PROGRESS", "restricted", "margin account in liquidation"],
  [51078, "NET_ASSET_MUST_LTE_RATIO", "server-failure", "margin assets could not be read"],
  [51113, "EXCEED_PRICE_LIMIT", "filter", "margin limit price beyond 15% of index"],
  [51122, "PM_FUNCTION_NOT_SUPPORTED", "restricted", "function closed to Portfolio Margin accounts"],
  [51998, "SYSTEM_BUSY", "server-failure", "system busy"],
  [51999, "UNKNOWN", "unknown-outcome", "unclassified failure of the margin service"]
]

/**
 * Every known code, in order.
 *
 * @category table
 * @since 0.1.0
 */
export const entries: ReadonlyArray<ErrorEntry> = rows.map(([code, name, cls, cause]) => ({
  code,
  name,
  class: cls,
  cause
}))

let index: ReadonlyMap<number, ErrorEntry> | undefined

// Margin codes come without their sign: 51006 and -51006 are one code.
const key = (code: number): number => Math.abs(code) >= 51000 && Math.abs(code) < 52000 ? Math.abs(code) : code

/**
 * The row of a code, or `undefined` for a code that no source documents.
 *
 * @category table
 * @since 0.1.0
 */
export const find = (code: number): ErrorEntry | undefined => {
  index ??= new Map(entries.map((entry) => [key(entry.code), entry]))
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
  "server-failure": "The request was not carried out; try again after a pause.",
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

/**
 * What to do about a code: one or two sentences for a person.
 *
 * @category table
 * @since 0.1.0
 */
export const remedy = (code: number): string => {
  const entry = find(code)
  return remedies[code] ??
    (entry === undefined ? "The code is not documented: look at the message." : classRemedies[entry.class])
}
