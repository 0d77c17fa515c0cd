/**
 * The address of a message, as `chat.getPermalink` gives it, without a call for each.
 * @param workspace as `auth.test` says it
 * @param thread `ts` of the message its thread is under; its own where it begins one
 */
export function linkToMessage(
  workspace: string | undefined,
  channel: string,
  ts: string,
  thread: string,
): string | undefined {
  if (workspace === undefined || !URL.canParse(workspace)) return undefined
  const link = new URL(`archives/${encodeURIComponent(channel)}/p${ts.replace('.', '')}`, workspace)
  if (thread !== ts) {
    link.searchParams.set('thread_ts', thread)
    link.searchParams.set('cid', channel)
  }
  return link.href
}
