import type { WireParams } from "../Endpoint.ts"

const unreserved = /^[A-Za-z0-9\-._~]*$/

// RFC 3986: everything but the unreserved characters is escaped. `encodeURIComponent` leaves five more alone, of which
// `URL` escapes one (the apostrophe) on its own, so that other clients sign one text and send another.
export const escape = (text: string): string =>
  unreserved.test(text)
    ? text
    : encodeURIComponent(text.toWellFormed()).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
    )

export const serialise = (params: WireParams): string => {
  let query = ""
  for (const name in params) {
    const value = params[name]
    if (value !== undefined) query += `${query === "" ? "" : "&"}${escape(name)}=${escape(value)}`
  }
  return query
}
