import { formatCount } from './format.ts'
import { toAsker } from './page.ts'
import type { Reply } from './reply.ts'

/** Characters: more than any name, address or day with words around it has. */
const MAX_TYPED = 300

/**
 * What was typed, where it is far longer than anything that can be meant: somebody pasted a file, or plays. Searching
 * for thousands of words takes seconds, and quoting them helps nobody.
 * @returns undefined where it has a length people type
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
