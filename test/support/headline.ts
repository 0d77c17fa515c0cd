import { renderPlain } from '../../commands/plain/render-plain.ts'
import type { Reply } from '../../commands/reply/reply.ts'

/** The first line of a reply, by which a test recognises it independently of its wording. */
export function headlineOf({ parts, visibility }: Reply): string {
  return renderPlain({ visibility, parts: parts.slice(0, 1) })
}
