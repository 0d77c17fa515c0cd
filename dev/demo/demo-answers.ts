import type { CommandAnswers } from '../workspace/index.ts'

/** Replies that announce a new message in the thread: an undo, a preview, an import from the menu. */
const COMES = /(?:undo is queued as|The preview(?: of [^\n]*?)?|is in the queue as) \W*#(\d+)/
/** Maximum of lines shown of a file. */
const MAX_LINES = 12

/** The number of the announced upload in a reply. */
export function readComing(answer: string): number | undefined {
  const number = COMES.exec(answer)?.[1]
  return number === undefined ? undefined : Number(number)
}

export const readComingOf = ({ answers }: CommandAnswers): number | undefined =>
  readComing(answers.map(({ text }) => text).join('\n'))

/** The first lines of a file, and the number of further ones. */
export function beginningOf(text: string): string {
  const lines = text.split('\n')
  const rest = lines.length - MAX_LINES
  return rest > 0 ? [...lines.slice(0, MAX_LINES), `… and ${rest} more lines.`].join('\n') : text
}
