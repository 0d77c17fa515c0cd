import { type FrontLayer, withBody } from './slack-front.ts'

/**
 * Hides files from `files.list`. A share on an invented day is known by its event only. Its message is of
 * today, so the search for missed shares would find another share of the same file.
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
