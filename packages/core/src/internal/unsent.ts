// Failures before a connection stands, by the codes that Node, undici, Bun and Deno give. Where it is told which call into
// the system failed, that decides with the code: most of these can also end a connection over which a request went.
const bySyscall: ReadonlyMap<unknown, ReadonlySet<string>> = new Map([
  ["connect", new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT"])],
  ["getaddrinfo", new Set(["ENOTFOUND", "EAI_AGAIN"])]
])

const withoutSyscall: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ConnectionRefused"
])

const endedBeforeConnection = (cause: unknown): boolean => {
  const code = property(cause, "code")
  if (typeof code !== "string") return false
  const syscall = property(cause, "syscall")
  return syscall === undefined ? withoutSyscall.has(code) : bySyscall.get(syscall)?.has(code) === true
}

export const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined

/** Whether a transport's failure proves that not one byte of the request left. Anything that is not proof is no. */
export const isProven = (failure: unknown): boolean => {
  let cause = failure
  for (let depth = 0; depth < 5 && cause !== undefined; depth++) {
    // A transport that knows how far it came decides alone: the codes below can also arise after the request was written.
    const phase = property(cause, "phase")
    if (phase !== undefined) return phase === "connect"
    // One failure for each address that was tried; the code beside them is that of the first.
    const several = property(cause, "errors")
    if (Array.isArray(several) && several.length > 0) return several.every(endedBeforeConnection)
    if (endedBeforeConnection(cause)) return true
    if (property(cause, "syscall") !== undefined) return false
    cause = property(cause, "cause")
  }
  return false
}

/** The innermost words, which are the ones that say something ("connect ECONNREFUSED 127.0.0.1:1"). */
export const describe = (failure: unknown): string | undefined => {
  let cause = failure
  let message: string | undefined
  for (let depth = 0; depth < 5 && cause !== undefined && cause !== null; depth++) {
    const words = property(cause, "message")
    if (typeof words === "string" && words !== "") message = words
    const several = property(cause, "errors")
    cause = Array.isArray(several) && several.length > 0 ? several[0] : property(cause, "cause")
  }
  return message
}
