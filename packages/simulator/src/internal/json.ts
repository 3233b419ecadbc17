const holdsBigInt = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return typeof value === "bigint"
  for (const name in value) if (holdsBigInt(Reflect.get(value, name))) return true
  return false
}

const exactly = (value: unknown): string => {
  if (typeof value === "bigint") return value.toString()
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(exactly).join(",")}]`
  const fields: Array<string> = []
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) fields.push(`${JSON.stringify(name)}:${exactly(field)}`)
  }
  return `{${fields.join(",")}}`
}

/** JSON text in which a bigint is a number with all of its digits. */
export const write = (value: unknown): string =>
  // JSON.stringify is many times quicker, and bigints are rare.
  holdsBigInt(value) ? exactly(value) : JSON.stringify(value) ?? "null"
