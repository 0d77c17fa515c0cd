import { isWord, looksLikeData } from './cell-likeness.ts'

/** Maximum of headings named for a table, and of their characters. */
const MAX_HEADINGS = 6
const MAX_CHARACTERS = 40
/** `Report Generated:` is followed by its value, not by a heading. */
const LABEL = /[:：]\s*$/u

const filledOf = (cells: readonly string[]): readonly string[] =>
  cells.map((cell) => cell.trim()).filter((cell) => cell !== '')

/**
 * Finds the headings of small tables above a list, such as an event's summary above its guests: a record of
 * words directly above data of the same width.
 */
export function findSmallTables(above: readonly (readonly string[])[]): readonly string[] {
  const records = above.map(filledOf).filter((cells) => cells.length > 0)
  return records.flatMap((cells, at) => {
    const next = records[at + 1]
    const isHeader = cells.length > 1 && cells.every((cell) => isWord(cell) && !LABEL.test(cell))
    return isHeader && next?.length === cells.length && next.some(looksLikeData) ? [nameAll(cells)] : []
  })
}

function nameAll(headings: readonly string[]): string {
  const shown = headings.slice(0, MAX_HEADINGS).map((heading) => heading.slice(0, MAX_CHARACTERS))
  const rest = headings.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
