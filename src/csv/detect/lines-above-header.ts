import { isSomebodyElse, namesPhone } from '../../phone-words.ts'
import { isWord, looksLikeData } from './cell-likeness.ts'
import { foldHeading } from './match-headings.ts'

const isFilled = (cell: string | undefined): boolean => (cell ?? '').trim() !== ''

/** For each column, the column in which its group begins; -1 before the first group. */
function findGroups(first: readonly string[], width: number): readonly number[] {
  let start = -1
  return Array.from({ length: width }, (_, at) => {
    const isRepeated = start >= 0 && (first[at] ?? '').trim() === (first[start] ?? '').trim()
    if (isFilled(first[at]) && !isRepeated) start = at
    return start
  })
}

const isOtherPerson = (group: string): boolean => isSomebodyElse(foldHeading(group).split(' '))

/**
 * True if `first` has merged cells above the headings of `second`, such as `Borrower` and `Guarantor` above
 * two names and two phones. Without them, the guarantor's phone would be the borrower's.
 */
export function isGroupLine(first: readonly string[], second: readonly string[]): boolean {
  const filled = [...second.keys()].filter((at) => isFilled(second[at]))
  const isAllWords =
    filled.every((at) => isWord(second[at] ?? '')) && first.every((c) => !isFilled(c) || isWord(c))
  if (!isAllWords || !second.some((cell) => namesPhone(cell))) return false
  const groups = findGroups(first, second.length)
  const isSpanning = (start: number): boolean => filled.filter((at) => groups[at] === start).length > 1
  const starts = [...new Set(filled.map((at) => groups[at] ?? -1))].filter((start) => start >= 0)
  if (starts.length < 2 || !starts.some(isSpanning)) return false
  const names = filled.map((at) => foldHeading(second[at] ?? ''))
  const placed = filled.map((at, index) => `${groups[at] ?? -1} ${names[index] ?? ''}`)
  if (new Set(placed).size < placed.length) return false
  const isOthers = (start: number): boolean => isSpanning(start) && isOtherPerson(first[start] ?? '')
  return new Set(names).size < names.length || starts.some(isOthers)
}

/**
 * Joins a header of two lines. A heading is prefixed with its merged cell if it is repeated, or if the group
 * is another person's.
 */
export function joinHeader(first: readonly string[], second: readonly string[]): string[] {
  const width = Math.max(first.length, second.length)
  const groups = findGroups(first, width)
  const names = Array.from(
    { length: width },
    (_, at) => (isFilled(second[at]) ? second[at] : first[at]) ?? '',
  )
  const folded = names.map(foldHeading)
  return names.map((name, at) => {
    const start = groups[at] ?? -1
    const group = (first[start] ?? '').trim()
    if (!isFilled(second[at]) || group === '') return name
    const isTwice = folded.filter((other) => other === folded[at]).length > 1
    const isSpanning = groups.filter((other, index) => other === start && isFilled(second[index])).length > 1
    return isTwice || (isSpanning && isOtherPerson(group)) ? `${group} ${name.trim()}` : name
  })
}

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
