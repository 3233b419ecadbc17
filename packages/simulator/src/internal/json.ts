/** JSON text in which a bigint is a number with all of its digits. */
export const write = (value: unknown): string => {
  if (typeof value === "bigint") return value.toString()
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`
  const fields: Array<string> = []
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) fields.push(`${JSON.stringify(name)}:${write(field)}`)
  }
  return `{${fields.join(",")}}`
}
