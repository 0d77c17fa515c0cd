import { namesPhone } from '../../phone-words.ts'
import { isPhoneLike, isWord } from './cell-likeness.ts'
import { FOREIGN_FORMATS, type ForeignFormat } from './foreign-formats.ts'

/** Maximum of lines checked. */
const LINES = 50
/** Share of lines in which a column must start at the same position. */
const SHARE = 0.8

/** Minimum of words in a line for columns: `Mobile Number` has two. */
const MIN_WORDS = 3

/** Lines with as many words as the first one, and a phone at the same position in all but the first. */
function areSpacedWords(lines: readonly string[]): boolean {
  const [header = [], ...rows] = lines.map((line) => line.trim().split(/\s+/u))
  if (header.length < MIN_WORDS || header.some(isPhoneLike)) return false
  const alike = rows.filter((words) => words.length === header.length)
  if (alike.length < rows.length * SHARE) return false
  return header.some((_, at) => alike.every((words) => isPhoneLike(words[at] ?? '')))
}

/** `Asha Rao 9876543210`: a name and a phone per line, separated by a space. */
function areNamesAndPhones(lines: readonly string[]): boolean {
  const found = lines.filter((line) => {
    const words = line.trim().split(/\s+/u)
    const last = words.at(-1) ?? ''
    const names = isPhoneLike(last) ? words.slice(0, -1) : isPhoneLike(words[0] ?? '') ? words.slice(1) : []
    return names.length > 0 && names.every((word) => isWord(word) && !namesPhone(word) && word.length > 1)
  })
  return found.length > 1 && found.length >= (lines.length - 1) * SHARE
}

/**
 * Recognises text whose columns are aligned with spaces, so that no separator cuts it.
 *
 * @param head the first text of the file, in which no separator cuts a line
 */
export function recogniseColumnsOfSpace(head: string): ForeignFormat | null {
  const lines = head
    .slice(0, 64 * 1024)
    .split(/\r\n|\r|\n/, LINES)
    .filter((line) => line.trim() !== '' && !/^[\s=_-]+$/.test(line))
  if (lines.length < 2 || lines.every((line) => isPhoneLike(line))) return null
  if (areSpacedWords(lines) || areNamesAndPhones(lines)) return FOREIGN_FORMATS.fixedWidth
  const gapped = lines.filter((line) => /\S {2,}\S/.test(line)).length
  if (gapped < lines.length * SHARE) return null
  const starts = new Map<number, number>()
  for (const line of lines) {
    for (const { index } of line.matchAll(/(?<= {2})\S/g)) starts.set(index, (starts.get(index) ?? 0) + 1)
  }
  const columns = [...starts.values()].filter((count) => count >= lines.length * SHARE).length
  return columns > 0 ? FOREIGN_FORMATS.fixedWidth : null
}
