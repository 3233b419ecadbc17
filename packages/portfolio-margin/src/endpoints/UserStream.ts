/**
 * User Data Stream: the listen key under which the account's events are sent.
 *
 * The calls carry the API key alone and no signature.
 *
 * @since 0.1.0
 */
import * as Endpoint from "@effect-binance/core/Endpoint"
import * as Schema from "effect/Schema"
import { docs, NoParams } from "./Common.ts"

const category = "User Data Stream"

/**
 * A listen key, which is a secret: whoever has it reads the account's events.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListenKey extends Schema.Schema.Type<typeof ListenKey> {}

/**
 * A listen key, which is a secret: whoever has it reads the account's events.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListenKey = Schema.Struct({
  /** Shows as `<redacted:listenKey>`; `Redacted.value` takes it out. */
  listenKey: Schema.RedactedFromValue(Schema.String, { label: "listenKey" })
})

/**
 * The empty answer of a call about the listen key.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListenKeyDone extends Schema.Schema.Type<typeof ListenKeyDone> {}

/**
 * The empty answer of a call about the listen key.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListenKeyDone = Schema.Record(Schema.String, Schema.Unknown)

/**
 * Makes a listen key good for 60 minutes; where there is one, it is given again and its 60 minutes begin anew. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const getPMUserDataListenKey = Endpoint.make({
  id: "getPMUserDataListenKey",
  method: "POST",
  path: "/papi/v1/listenKey",
  category,
  security: "USER_STREAM",
  safety: "idempotent",
  weight: 1,
  params: NoParams,
  reply: ListenKey,
  docs: `${docs}/user-data-streams/Start-User-Data-Stream`
})

/**
 * Lets the 60 minutes of the account's listen key begin anew. Weight 1.
 *
 * Worth doing every 30 minutes. Where there is no key any more the call fails with -1125: make a new one.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const keepAlivePMUserDataListenKey = Endpoint.make({
  id: "keepAlivePMUserDataListenKey",
  method: "PUT",
  path: "/papi/v1/listenKey",
  category,
  security: "USER_STREAM",
  safety: "idempotent",
  weight: 1,
  params: NoParams,
  reply: ListenKeyDone,
  docs: `${docs}/user-data-streams/Keepalive-User-Data-Stream`
})

/**
 * Ends the account's listen key, for every connection that uses it. Weight 1.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const closePMUserDataListenKey = Endpoint.make({
  id: "closePMUserDataListenKey",
  method: "DELETE",
  path: "/papi/v1/listenKey",
  category,
  security: "USER_STREAM",
  safety: "idempotent",
  weight: 1,
  params: NoParams,
  reply: ListenKeyDone,
  docs: `${docs}/user-data-streams/Close-User-Data-Stream`
})
