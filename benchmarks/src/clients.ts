/** The clients that are compared, and where each is made. */
import type { Client, Target } from "./client.ts"

type Maker = (target: Target) => Client | Promise<Client>

/** A process loads its own client and no other. */
export const makers = {
  floor: async (): Promise<Maker> => (await import("./clients/floor.ts")).make,
  effectBinance: async (): Promise<Maker> => (await import("./clients/effectBinance.ts")).make,
  effectBinanceFetch: async (): Promise<Maker> => (await import("./clients/effectBinance.ts")).makeFetch,
  effectBinanceStock: async (): Promise<Maker> => (await import("./clients/effectBinance.ts")).makeStock,
  binance: async (): Promise<Maker> => (await import("./clients/binance.ts")).make,
  binanceBeautified: async (): Promise<Maker> => (await import("./clients/binance.ts")).makeBeautified,
  connector: async (): Promise<Maker> => (await import("./clients/connector.ts")).make,
  connectorAgent: async (): Promise<Maker> => (await import("./clients/connector.ts")).makeAgent,
  ccxt: async (): Promise<Maker> => (await import("./clients/ccxt.ts")).make
}

/** The name of a client in the runs. */
export type ClientName = keyof typeof makers

/** How each is called in the tables. */
export const titles: { readonly [Name in ClientName]: string } = {
  floor: "floor",
  effectBinance: "effect-binance (undici, node:crypto)",
  effectBinanceFetch: "effect-binance (fetch, WebCrypto)",
  effectBinanceStock: "effect-binance (Effect's undici layer)",
  binance: "`binance`",
  binanceBeautified: "`binance`, beautified",
  connector: "Binance's connector",
  connectorAgent: "Binance's connector, own agent",
  ccxt: "`ccxt`"
}
