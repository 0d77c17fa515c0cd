import { renderPlain } from '../../commands/plain/render-plain.ts'
import type { Reply } from '../../commands/reply/reply.ts'

/** The first line of a reply: a test recognises a reply by it, whatever its wording is. */
export function headlineOf({ parts, visibility }: Reply): string {
  return renderPlain({ visibility, parts: parts.slice(0, 1) })
}
