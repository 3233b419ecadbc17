/**
 * What effect-binance needs of Node.js.
 *
 * @since 0.1.0
 */
export * as NodePortfolioClient from "./NodePortfolioClient.ts"
export * as NodeSigner from "./NodeSigner.ts"
export * as NodeWebSocket from "./NodeWebSocket.ts"
export * as RedisRateBudget from "./RedisRateBudget.ts"
export * as UndiciHttpClient from "./UndiciHttpClient.ts"
