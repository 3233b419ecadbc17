/**
 * The client id that the exchange makes where the caller gave none: 22 characters, of a number always the same. `kind` keeps
 * apart what is counted apart.
 */
export const clientIdOf = (id: number, kind = ""): string =>
  `sim${kind}${id.toString(36).padStart(19 - kind.length, "0")}`
