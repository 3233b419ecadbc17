/**
 * What the exchange tells an account on its user data stream.
 *
 * @since 0.1.0
 */

/**
 * A message of the user data stream in the exchange's own words, and whose it is.
 *
 * **Details**
 *
 * `payload` is what goes over the wire, with `e`, the name of the event, and `E`, its time in milliseconds. Ids above 2^53
 * are `bigint` in it, decimals are text.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamEvent {
  readonly accountId: string
  readonly payload: { readonly e: string; readonly E: number; readonly [field: string]: unknown }
}
