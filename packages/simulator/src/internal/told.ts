import type { StreamEvent } from "../StreamEvent.ts"

/** A message that is put into words when it is first read: most are never, as nobody listens. */
export const later = (accountId: string, word: () => StreamEvent["payload"]): StreamEvent => {
  let payload: StreamEvent["payload"] | undefined
  return {
    accountId,
    get payload() {
      return payload ??= word()
    }
  }
}
