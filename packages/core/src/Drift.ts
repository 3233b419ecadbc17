/**
 * Differences between what the exchange is documented to send and what it sent, where decoding could go on all the same.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/**
 * One difference: a member of an enumeration that is not documented, a row of a list that could not be read, or a field that
 * may be absent and could not be read.
 *
 * @category models
 * @since 0.1.0
 */
export type Drift =
  | { readonly _tag: "UnknownMember"; readonly value: string; readonly known: ReadonlyArray<string> }
  | { readonly _tag: "UnreadableRow"; readonly index: number; readonly reason: string }
  | { readonly _tag: "UnreadableField"; readonly field: string }

const described = (one: Drift): string => {
  switch (one._tag) {
    case "UnknownMember":
      return `"${one.value}" is not a documented member of ${one.known.join(", ")}`
    case "UnreadableRow":
      return `row ${one.index} could not be read and was left out: ${one.reason}`
    case "UnreadableField":
      return `field ${one.field} could not be read and was left out`
  }
}

/**
 * Receives the drift of each reply. By default what could not be read is logged as a warning and unknown members as debug.
 *
 * @category references
 * @since 0.1.0
 */
export const Reporter = Context.Reference<(endpoint: string, drift: ReadonlyArray<Drift>) => Effect.Effect<void>>(
  "@effect-binance/core/Drift/Reporter",
  {
    defaultValue: () => (endpoint, drift) =>
      Effect.forEach(drift, (one) =>
        one._tag === "UnknownMember"
          ? Effect.logDebug(`${endpoint}: ${described(one)}`)
          : Effect.logWarning(`${endpoint}: ${described(one)}`), { discard: true })
  }
)

/**
 * Counts drift by kind and endpoint.
 *
 * @category metrics
 * @since 0.1.0
 */
export const count = Metric.counter("binance_drift_total", {
  description: "Differences between documented and received data, by kind and endpoint"
})
