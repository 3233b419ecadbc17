/**
 * A Binance Portfolio Margin account as Effect services.
 *
 * @since 0.1.0
 */
export * as Account from "./Account.ts"
export * as AccountFacts from "./AccountFacts.ts"
export * as AccountState from "./AccountState.ts"
export * as CMOrders from "./CMOrders.ts"
export * as Commission from "./Commission.ts"
export * as Doctor from "./Doctor.ts"
export * as Downloads from "./Downloads.ts"
export * as DryRun from "./DryRun.ts"
export * as Endpoints from "./Endpoints.ts"
export * as Events from "./Events.ts"
export * as History from "./History.ts"
export * as MarginOrders from "./MarginOrders.ts"
export * as NumericPortfolioClient from "./NumericPortfolioClient.ts"
export * as OrderGuard from "./OrderGuard.ts"
export * as OrderLife from "./OrderLife.ts"
export * as Outcome from "./Outcome.ts"
export * as PortfolioClient from "./PortfolioClient.ts"
export * as Positions from "./Positions.ts"
export * as Repair from "./Repair.ts"
export * as Transfers from "./Transfers.ts"
export * as UMOrders from "./UMOrders.ts"
export * as UserDataItem from "./UserDataItem.ts"
export * as UserDataStream from "./UserDataStream.ts"
export * as UserStream from "./UserStream.ts"
