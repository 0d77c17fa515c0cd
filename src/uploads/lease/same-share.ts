/**
 * Milliseconds by which two reports of one share may differ: an event's time is not its message's time.
 * Nobody shares a file twice in a channel that fast.
 */
const SAME_SHARE_MS = 10_000

/** Identifies a share: its message, channel and file. */
export function nameShare(share: {
  readonly channel: string
  readonly fileId: string
  readonly ts: string
}): string {
  return `${share.channel} ${share.fileId} ${share.ts}`
}

/** Condition on `shared_at`, used with file and channel, for the same share. */
export function aroundShare(sharedAt: Date): { $gte: Date; $lte: Date } {
  return {
    $gte: new Date(sharedAt.getTime() - SAME_SHARE_MS),
    $lte: new Date(sharedAt.getTime() + SAME_SHARE_MS),
  }
}
