/**
 * Milliseconds by which two tellings of one share may differ: the time an event names is not the time of the message
 * it is about. Nobody shares the same file in the same channel twice that fast.
 */
const SAME_SHARE_MS = 10_000

/** What tells one share from all others: which message, of which channel, shares which file. */
export function nameShare(share: {
  readonly channel: string
  readonly fileId: string
  readonly ts: string
}): string {
  return `${share.channel} ${share.fileId} ${share.ts}`
}

/** Condition on `shared_at`, beside file and channel, for being the same share. */
export function aroundShare(sharedAt: Date): { $gte: Date; $lte: Date } {
  return {
    $gte: new Date(sharedAt.getTime() - SAME_SHARE_MS),
    $lte: new Date(sharedAt.getTime() + SAME_SHARE_MS),
  }
}
