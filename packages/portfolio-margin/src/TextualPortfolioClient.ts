/**
 * The whole of Portfolio Margin with figures as the exchange's own text: what the option `decimals: "text"` gives.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type { ViewedShape } from "./NumericPortfolioClient.ts"

/**
 * Every call, with decimals as text.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextualPortfolioClientShape extends ViewedShape<string> {}

/**
 * A client of one Portfolio Margin account whose figures are text, as the exchange wrote it.
 *
 * **When to use**
 *
 * Use where figures are passed on and not computed with (into a database, to another program), or where another library
 * computes with them.
 *
 * **Details**
 *
 * `PortfolioClient.layer({ …, decimals: "text" })` provides it. Each text is checked to be a decimal number and otherwise
 * left alone; a figure that came as a JSON number is written plainly, without an exponent.
 *
 * @category services
 * @since 0.1.0
 */
export class TextualPortfolioClient extends Context.Service<TextualPortfolioClient, TextualPortfolioClientShape>()(
  "@effect-binance/portfolio-margin/TextualPortfolioClient"
) {}
