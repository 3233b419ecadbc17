/**
 * What every Binance product shares, as Effect services.
 *
 * @since 0.1.0
 */
export * as BinanceError from "./BinanceError.ts"
export * as CallGuard from "./CallGuard.ts"
export * as Client from "./Client.ts"
export * as ClientOrderId from "./ClientOrderId.ts"
export * as Credentials from "./Credentials.ts"
export * as Decimal from "./Decimal.ts"
export * as Drift from "./Drift.ts"
export * as DryRun from "./DryRun.ts"
export * as Endpoint from "./Endpoint.ts"
export * as Environment from "./Environment.ts"
export * as ErrorTable from "./ErrorTable.ts"
export * as Field from "./Field.ts"
export * as HeldBack from "./HeldBack.ts"
export * as Ids from "./Ids.ts"
export * as LosslessJson from "./LosslessJson.ts"
export * as Message from "./Message.ts"
export * as Param from "./Param.ts"
export * as RateBudget from "./RateBudget.ts"
export * as RequestGate from "./RequestGate.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
export * as ServerClock from "./ServerClock.ts"
export * as Signer from "./Signer.ts"
export * as Transport from "./Transport.ts"
export * as View from "./View.ts"
