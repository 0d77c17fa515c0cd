import { formatCount } from './format.ts'
import { toAsker } from './page.ts'
import type { Reply } from './reply.ts'

/** Maximum characters: more than any name, address or day with words around it. */
const MAX_TYPED = 300

/**
 * The reply to typed text that is far too long, such as a pasted file. A search for thousands of words would
 * take seconds.
 * @returns undefined for a normal length
 */
export function describeTooLong(text: string): Reply | undefined {
  if (text.length <= MAX_TYPED) return undefined
  return toAsker(
    {
      kind: 'headline',
      text: `Your text has ${formatCount(text.length)} characters. The limit is ${MAX_TYPED}.`,
    },
    {
      kind: 'text',
      text: 'Ask for one customer or one file at a time. To import a list, share it as a CSV file or an Excel workbook in the channel.',
    },
  )
}
