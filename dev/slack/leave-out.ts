import { type FrontLayer, withBody } from './slack-front.ts'

/**
 * Leaves files out of `files.list`. A share on a day of its own is told by its event alone: its message is of today, so
 * that a bot that looks for missed shares would take it for another share of the same file.
 */
export function leaveOut(fileIds: ReadonlySet<string>): FrontLayer {
  return async (call, next) => {
    const answer = await next(call)
    if (!call.path.startsWith('/api/files.list')) return answer
    const list: { files?: { id: string }[] } = JSON.parse(await answer.text())
    const files = list.files?.filter(({ id }) => !fileIds.has(id))
    return withBody(answer, JSON.stringify({ ...list, ...(files && { files }) }))
  }
}
