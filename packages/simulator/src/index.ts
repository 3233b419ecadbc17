/**
 * A Portfolio Margin exchange in a box.
 *
 * @since 0.1.0
 */
export * as Account from "./Account.ts"
export * as Accrual from "./Accrual.ts"
export * as Downloads from "./Downloads.ts"
export * as Engine from "./Engine.ts"
export * as ExchangeError from "./ExchangeError.ts"
export * as Fault from "./Fault.ts"
export * as Ledger from "./Ledger.ts"
export * as LedgerViews from "./LedgerViews.ts"
export * as Limits from "./Limits.ts"
export * as Loans from "./Loans.ts"
export * as Margin from "./Margin.ts"
export * as MarginParameters from "./MarginParameters.ts"
export * as Market from "./Market.ts"
export * as Quotas from "./Quotas.ts"
export * as Seed from "./Seed.ts"
export * as SimulatedClient from "./SimulatedClient.ts"
export * as Simulator from "./Simulator.ts"
export * as SimulatorHttpClient from "./SimulatorHttpClient.ts"
export * as SimulatorServer from "./SimulatorServer.ts"
export * as StreamEvent from "./StreamEvent.ts"
export * as Transfers from "./Transfers.ts"
export * as Views from "./Views.ts"
export * as Wire from "./Wire.ts"
