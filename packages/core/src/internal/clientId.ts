/** What the exchange takes for a client id. */
export const pattern = (maxLength: number): RegExp => new RegExp(`^[.A-Z:/a-z0-9_-]{1,${maxLength}}$`)

/** The same in words. */
export const expected = (maxLength: number): string => `1 to ${maxLength} of the characters A-Z a-z 0-9 . : / _ -`
