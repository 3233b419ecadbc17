/**
 * Commission & Fee Burn: fee rates, and whether BNB pays them.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Field from "@effect-binance/core/Field"
import * as Param from "@effect-binance/core/Param"
import * as Schema from "effect/Schema"
import { docs, Done, OneSymbol, SignedParams } from "./Common.ts"

const category = "Commission & Fee Burn"

/**
 * The fee rates of a symbol, as fractions: `0.0004` is 0.04 %.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommissionRate extends Schema.Schema.Type<typeof CommissionRate> {}

/**
 * The fee rates of a symbol, as fractions: `0.0004` is 0.04 %.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CommissionRate = Schema.Struct({
  symbol: Schema.String,
  makerCommissionRate: Field.Decimal,
  takerCommissionRate: Field.Decimal
})

/**
 * Whether BNB pays the fees of UM futures.
 *
 * @category models
 * @since 0.1.0
 */
export interface FeeBurn extends Schema.Schema.Type<typeof FeeBurn> {}

/**
 * Whether BNB pays the fees of UM futures.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FeeBurn = Schema.Struct({
  /** `true` where BNB pays, at a discount. */
  feeBurn: Field.Bool
})

/**
 * Parameters of {@link toggleUMFeeBurn}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToggleFeeBurnParams extends Schema.Schema.Type<typeof ToggleFeeBurnParams> {}

/**
 * Parameters of {@link toggleUMFeeBurn}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToggleFeeBurnParams = Schema.Struct({
  /** `true` to pay with BNB at a discount. */
  feeBurn: Param.Bool,
  ...Param.signed
})

/**
 * The fee rates of a UM symbol. Weight 20.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMCommissionRate = Endpoint.make({
  id: "getUMCommissionRate",
  method: "GET",
  path: "/papi/v1/um/commissionRate",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 20,
  params: OneSymbol,
  reply: CommissionRate,
  docs: `${docs}/account/Get-User-Commission-Rate-for-UM`
})

/**
 * The fee rates of a CM symbol. Weight 20.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getCMCommissionRate = Endpoint.make({
  id: "getCMCommissionRate",
  method: "GET",
  path: "/papi/v1/cm/commissionRate",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 20,
  params: OneSymbol,
  reply: CommissionRate,
  docs: `${docs}/account/Get-User-Commission-Rate-for-CM`
})

/**
 * Switches paying UM fees with BNB, for the whole account. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const toggleUMFeeBurn = Endpoint.make({
  id: "toggleUMFeeBurn",
  method: "POST",
  path: "/papi/v1/um/feeBurn",
  category,
  security: "TRADE",
  safety: "idempotent",
  weight: 1,
  params: ToggleFeeBurnParams,
  reply: Done,
  docs: `${docs}/trade/Toggle-BNB-Burn-On-UM-Futures-Trade`
})

/**
 * Whether BNB pays the fees of UM futures. Weight 30.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getUMFeeBurnStatus = Endpoint.make({
  id: "getUMFeeBurnStatus",
  method: "GET",
  path: "/papi/v1/um/feeBurn",
  category,
  security: "USER_DATA",
  safety: "read",
  weight: 30,
  params: SignedParams,
  reply: FeeBurn,
  docs: `${docs}/trade/Get-UM-Futures-BNB-Burn-Status`
})
