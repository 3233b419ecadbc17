import * as Zlib from "node:zlib"

/** The body, or why it could not be had. */
export type Decoded =
  | { readonly _tag: "Success"; readonly body: Buffer }
  | { readonly _tag: "Failure"; readonly description: string; readonly cause: unknown }

// Up to this many compressed bytes are inflated on the spot: a thousand orders
// are 83 KB, and the thread pool takes longer and twice the CPU for them.
// Above it the work would hold up the event loop.
const syncLimit = 256 * 1024

// zlib grows its output in steps: the default of 16 KiB suits one order, and
// makes dozens of steps out of a list.
const chunkSize = (body: Buffer): number => body.length > 4096 ? 128 * 1024 : 16 * 1024

type Codec = "gzip" | "deflate" | "deflate-raw" | "br"

const codecOf = (encoding: string, body: Buffer): Codec | "identity" | undefined => {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return "gzip"
    case "br":
      return "br"
    case "deflate":
      // Servers disagree on whether "deflate" has the zlib header.
      return body.length > 0 && (body.readUInt8(0) & 0x0f) === 8 ? "deflate" : "deflate-raw"
    case "identity":
    case "":
      return "identity"
    default:
      return undefined
  }
}

const runSync = (codec: Codec, body: Buffer, maxOutputLength: number): Buffer => {
  const options = { maxOutputLength, chunkSize: chunkSize(body) }
  switch (codec) {
    case "gzip":
      return Zlib.gunzipSync(body, options)
    case "deflate":
      return Zlib.inflateSync(body, options)
    case "deflate-raw":
      return Zlib.inflateRawSync(body, options)
    case "br":
      return Zlib.brotliDecompressSync(body, options)
  }
}

const runAsync = (codec: Codec, body: Buffer, maxOutputLength: number, callback: Zlib.CompressCallback): void => {
  const options = { maxOutputLength, chunkSize: chunkSize(body) }
  switch (codec) {
    case "gzip":
      return Zlib.gunzip(body, options, callback)
    case "deflate":
      return Zlib.inflate(body, options, callback)
    case "deflate-raw":
      return Zlib.inflateRaw(body, options, callback)
    case "br":
      return Zlib.brotliDecompress(body, options, callback)
  }
}

const isTooLarge = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE"

const failure = (cause: unknown, encoding: string, maxBodySize: number): Decoded => ({
  _tag: "Failure",
  description: isTooLarge(cause)
    ? tooLarge(maxBodySize)
    : `the body is not valid ${encoding}`,
  cause
})

/** The description of a body above the limit, compressed or not. */
export const tooLarge = (maxBodySize: number): string => `the body is larger than the ${maxBodySize} bytes allowed`

// Each coding is a turn of work that a few bytes of a header ask for; nobody sends more than two.
const maxCodings = 4

/**
 * Undoes a `content-encoding`, the last one applied first. Calls back at once,
 * or from the thread pool for a large body.
 */
export const decode = (
  contentEncoding: string,
  body: Buffer,
  maxBodySize: number,
  callback: (decoded: Decoded) => void
): void =>
  contentEncoding.split(",", maxCodings + 1).length > maxCodings
    ? callback({
      _tag: "Failure",
      description: `the body was encoded more than ${maxCodings} times`,
      cause: undefined
    })
    : undo(contentEncoding, body, maxBodySize, callback)

const undo = (
  contentEncoding: string,
  body: Buffer,
  maxBodySize: number,
  callback: (decoded: Decoded) => void
): void => {
  const comma = contentEncoding.lastIndexOf(",")
  const encoding = contentEncoding.slice(comma + 1).trim().toLowerCase()
  const codec = codecOf(encoding, body)
  if (codec === undefined) {
    return callback({
      _tag: "Failure",
      description: `the content-encoding ${JSON.stringify(encoding)} is not supported`,
      cause: undefined
    })
  }
  const next = (decoded: Decoded): void =>
    comma !== -1 && decoded._tag === "Success"
      ? undo(contentEncoding.slice(0, comma), decoded.body, maxBodySize, callback)
      : callback(decoded)
  if (codec === "identity") {
    return next({ _tag: "Success", body })
  }
  if (body.length > syncLimit) {
    return runAsync(
      codec,
      body,
      maxBodySize,
      (cause, result) =>
        next(cause === null ? { _tag: "Success", body: result } : failure(cause, encoding, maxBodySize))
    )
  }
  let decoded: Decoded
  try {
    decoded = { _tag: "Success", body: runSync(codec, body, maxBodySize) }
  } catch (cause) {
    decoded = failure(cause, encoding, maxBodySize)
  }
  next(decoded)
}
