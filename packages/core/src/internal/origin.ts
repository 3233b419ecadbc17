/** What every failure tells of its call: which it was, how often it was sent, and how the attempts before the last ended. */
export const originOf = ({ attempts, earlier, endpoint }: {
  readonly endpoint: { readonly id: string; readonly request: string }
  readonly attempts: number
  readonly earlier?: ReadonlyArray<string> | undefined
}) => ({
  endpoint: endpoint.id,
  request: endpoint.request,
  attempts,
  ...(earlier === undefined || earlier.length === 0 ? {} : { earlier })
})
