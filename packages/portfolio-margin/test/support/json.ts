/** JSON values, and the ways in which a test takes them apart and changes them. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

export type Path = ReadonlyArray<string | number>

export const isArray = (json: Json): json is ReadonlyArray<Json> => Array.isArray(json)

export const isObject = (json: Json): json is { readonly [key: string]: Json } =>
  typeof json === "object" && json !== null && !isArray(json)

/** Every value within, the containers and the whole included, parents first. */
export const nodes = (json: Json, path: Path = []): ReadonlyArray<{ readonly path: Path; readonly value: Json }> => [
  { path, value: json },
  ...(isArray(json)
    ? json.flatMap((item, index) => nodes(item, [...path, index]))
    : isObject(json)
    ? Object.entries(json).flatMap(([key, value]) => nodes(value, [...path, key]))
    : [])
]

/** The values that hold no others. */
export const leaves = (json: Json) => nodes(json).filter(({ value }) => typeof value !== "object" || value === null)

/** The values that stand under a name. */
export const members = (json: Json) => nodes(json).filter(({ path }) => typeof path[path.length - 1] === "string")

/** The same value with another one in place of what stands at a path; `undefined` takes it out. */
export const replace = (json: Json, path: Path, value: Json | undefined): Json => {
  const [step, ...rest] = path
  if (step === undefined) return value ?? null
  if (isArray(json)) return json.map((item, index) => index === step ? replace(item, rest, value) : item)
  if (!isObject(json)) return json
  const { [step]: inner, ...others } = json
  if (rest.length === 0 && value === undefined) return others
  return { ...json, [step]: replace(inner ?? null, rest, value) }
}

/** The names along a path, without places in lists: `positions.entryPrice`. */
export const fieldOf = (path: Path): string => path.filter((step) => typeof step === "string").join(".")

/** Every value that was lost or changed on the way from one to the other, with what stood there. */
export const differences = (
  before: Json,
  after: Json,
  path: Path = []
): ReadonlyArray<{ readonly path: Path; readonly before: Json | undefined; readonly after: Json | undefined }> => {
  if (isArray(before) && isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).flatMap((index) =>
      between(before[index], after[index], [...path, index])
    )
  }
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      between(before[key], after[key], [...path, key])
    )
  }
  return before === after ? [] : [{ path, before, after }]
}

const between = (before: Json | undefined, after: Json | undefined, path: Path) =>
  before === undefined || after === undefined ? [{ path, before, after }] : differences(before, after, path)
