import * as Equal from "effect/Equal"
import * as assert from "node:assert"

/** What `// => expected` means: Effect's own equality for values that define one, deep strict equality otherwise. */
export const assertEquals = (actual: unknown, expected: unknown): void => {
  if (Equal.isEqual(actual) && Equal.isEqual(expected) && Equal.equals(actual, expected)) {
    return
  }
  assert.deepStrictEqual(actual, expected)
}
