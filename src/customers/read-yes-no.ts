import { BLANK, BROKEN_FORMULA, type CellReading, problem, value } from './cell-reading.ts'
import { cleanText, isPlaceholder, spreadsheetError } from './clean-text.ts'

const YES = new Set(
  'yes y true t 1 on x ✓ ✔ ☑ ja j oui o si sí s sim tak ano да evet हाँ हां जी जी हाँ'.split(' '),
)
const NO = new Set('no n false f 0 off ✗ ✘ ☐ nein non não nao nie ne нет hayır nee नहीं ना'.split(' '))
const INVALID = problem('yes_no_invalid', 'is neither yes nor no')

/** Yes or no as people and programs write it. */
export function readYesNo(cell: string): CellReading<boolean> {
  const text = cleanText(cell).toLowerCase()
  if (text === '') return BLANK
  if (YES.has(text)) return value(true)
  if (NO.has(text)) return value(false)
  if (isPlaceholder(text)) return BLANK
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  return INVALID
}
