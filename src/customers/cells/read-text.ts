import { BLANK, type CellReading, problem, value } from './cell-reading.ts'
import { cleanText } from './clean-text.ts'

/** Characters of one stored text. Far beyond any address or remark, well inside a document. */
const MAX_TEXT_LENGTH = 10_000

const TOO_LONG = problem(
  'text_invalid',
  `is longer than ${MAX_TEXT_LENGTH.toLocaleString('en-US')} characters`,
)

/** Text as a person would see it: trimmed, inner whitespace single, nothing invisible. Leading zeros stay. */
export function readText(cell: string): CellReading<string> {
  const text = cleanText(cell)
  if (text === '') return BLANK
  return text.length > MAX_TEXT_LENGTH ? TOO_LONG : value(text)
}
