import { namesPhone } from '../../phone-words.ts'
import { isPhoneLike, isWord } from './cell-likeness.ts'
import { DELIMITERS, RARE_DELIMITERS } from './detect-table.ts'
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

/** A phone starts at the same position in most lines, below a word of the first one. */
function areAlignedPhones(lines: readonly string[]): boolean {
  const [header = '', ...rows] = lines
  const starts = rows.flatMap((line) => {
    const at = line.search(/(?<=^|\s)\+?\p{Nd}{7,15}(?=\s|$)/u)
    return at > 0 ? [at] : []
  })
  const [first = 0] = starts
  const isAligned =
    starts.length > 1 && starts.length * 2 >= rows.length && starts.every((at) => at === first)
  return isAligned && /\s/.test(header.charAt(first - 1)) && /\p{L}/u.test(header.charAt(first))
}

/** Signs between cells. Letters, digits, spaces and quotation marks are parts of cells. */
const SIGNS = /[^\p{L}\p{M}\p{Nd}\s"'()[\]{}]+/gu
const LONGEST_SIGNS = 5
/** Signs that stand on both sides of a separator. */
const WIDE_SIGNS = '^~|#!&+=<>/\\¦§•·│¬@'
const separatedBy = (signs: string): ForeignFormat => ({
  kind: `a table whose columns are separated by “${signs}”`,
  how: FOREIGN_FORMATS.fixedWidth.how,
})

const READ: ReadonlySet<string> = new Set([...DELIMITERS, ...RARE_DELIMITERS])
const isRead = (signs: string): boolean => READ.has(signs)
/** A separator that is read cuts nothing only inside quotation marks, of which one is missing. */
const OPEN_LINES: ForeignFormat = {
  kind: 'a list whose whole lines stand in quotation marks, some of which are missing',
  how: 'Remove the quotation marks around the lines, and share that file here.',
}

const firstLines = (head: string): readonly string[] =>
  head
    .slice(0, 64 * 1024)
    .split(/\r\n|\r|\n/, LINES)
    .filter((line) => line.trim() !== '')

/**
 * Recognises a separator that is not read, such as `#` or `->`: it cuts the first line and most others into
 * as many cells, among them a phone below a word.
 *
 * @param head the first text of the file, in which no separator cuts a line
 */
export function recogniseOddSeparator(head: string): ForeignFormat | null {
  const [header = '', ...rows] = firstLines(head)
  const tried = new Set((header.match(SIGNS) ?? []).filter((signs) => signs.length <= LONGEST_SIGNS))
  for (const signs of tried) {
    const names = header.split(signs)
    const cut = rows.map((row) => row.split(signs)).filter((cells) => cells.length === names.length)
    const isUsual = cut.length > 0 && cut.length >= rows.length * SHARE
    const isPhone = (name: string, at: number): boolean =>
      isWord(name) && cut.filter((cells) => isPhoneLike(cells[at] ?? '')).length >= cut.length * SHARE
    if (isUsual && names.length > 1 && names.some(isPhone))
      return isRead(signs) ? OPEN_LINES : separatedBy(signs)
  }
  return null
}

/**
 * Recognises a separator of several signs, such as `^|^`, of which only the middle one was seen: the same
 * sign stands on both sides of it in nearly every line.
 */
export function recogniseWideSeparator(head: string, delimiter: string): ForeignFormat | null {
  const sign = head.charAt(head.indexOf(delimiter) - 1)
  if (sign === '' || sign === delimiter || !WIDE_SIGNS.includes(sign)) return null
  const lines = firstLines(head).filter((line) => line.includes(delimiter))
  const wide = sign + delimiter + sign
  const isWide = (line: string): boolean => line.split(wide).length === line.split(delimiter).length
  return lines.length > 1 && lines.filter(isWide).length >= lines.length * SHARE ? separatedBy(wide) : null
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
  if (areSpacedWords(lines) || areNamesAndPhones(lines) || areAlignedPhones(lines))
    return FOREIGN_FORMATS.fixedWidth
  const gapped = lines.filter((line) => /\S {2,}\S/.test(line)).length
  if (gapped < lines.length * SHARE) return null
  const starts = new Map<number, number>()
  for (const line of lines) {
    for (const { index } of line.matchAll(/(?<= {2})\S/g)) starts.set(index, (starts.get(index) ?? 0) + 1)
  }
  const columns = [...starts.values()].filter((count) => count >= lines.length * SHARE).length
  return columns > 0 ? FOREIGN_FORMATS.fixedWidth : null
}
