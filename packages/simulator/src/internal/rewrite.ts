// Ids above 2^53 have to survive being read and written, which numbers would not.
const long = /^-?\d{16,}$/
const mark = "\u0000"

const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && context?.source !== undefined && long.test(context.source)
    ? mark + context.source
    : value

/** Changes a JSON text by its value; a text that is no JSON stays as it is. */
export const rewrite = (text: string, change: (value: unknown) => unknown): string => {
  let value: unknown
  try {
    value = JSON.parse(text, reviver)
  } catch {
    return text
  }
  return JSON.stringify(change(value)).replaceAll(/"\\u0000(-?\d+)"/g, "$1")
}

type Json = { readonly [name: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** Sets a field, in each row of a list; `undefined` takes it away. */
export const setField = (value: unknown, name: string, next: (before: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return value.map((row) => setField(row, name, next))
  return isObject(value) ? { ...value, [name]: next(value[name]) } : value
}
