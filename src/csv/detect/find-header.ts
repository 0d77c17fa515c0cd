import { namesPhone } from '../../phone-words.ts'
import { isEmail, isLongNumber, isPhoneLike, isWord, looksLikeData } from './cell-likeness.ts'
import { isGroupLine } from './lines-above-header.ts'

/** Maximum of records of a title or another table above the header. */
const MAX_TITLE_LINES = 20
/** Lines of a letterhead, some of which may look like rows. */
const LONGEST_LETTERHEAD = 6
/** Maximum characters of a heading; longer text is a sentence. */
const LONGEST_HEADING = 120
/** Maximum of heading lines above the first row. */
const MAX_HEADER_LINES = 3

/** `no phone`, `mobile not given`, and not `Phone No`. */
const LACKING =
  /^\P{L}*(?:no|non|none|nil|without|kein|keine|ohne|sin|sans|sem|senza|tanpa|bez|bina)(?!\p{L})|(?<!\p{L})(?:not|missing|unknown|wrong|invalid|unavailable|nicht|tidak|nahi|nahin|नहीं)(?!\p{L})/iu

type Records = readonly (readonly string[])[]

/** The position of the header among the non-blank records. */
interface FoundHeader {
  readonly at: number
  /** There is no header: the record is data. */
  readonly isData: boolean
  /** Number of its records: two if the second completes merged cells of the first. */
  readonly lines: 1 | 2
}

/**
 * Finds the header. Some columns of a customer list hold numbers, phones, dates or addresses. The header is
 * the record before the first such data that has words above most of these columns. A title has words above
 * none, and a file without a header starts with data. Letterheads and small tables may precede the header.
 */
export function findHeader(records: Records, width: number): FoundHeader {
  const dataColumns = findColumns(records, width, looksLikeData)
  const isData = (cells: readonly string[]) => isDataRecord(dataColumns.map((column) => cells[column] ?? ''))
  const firstData = records.findIndex(isData)
  const below = firstData < 0 ? -1 : findBelowTitles(records, width)
  if (below > firstData) return withLines(records, below, dataColumns)
  if (firstData === 0) return { at: 0, isData: true, lines: 1 }
  const above = records.slice(0, Math.min(firstData === -1 ? records.length : firstData, MAX_TITLE_LINES + 1))
  let best = { at: 0, rank: 0 }
  for (const [at, cells] of above.entries()) {
    const rank = rankAsHeader(cells, dataColumns, width)
    if (rank > best.rank) best = { at, rank }
  }
  const person = above.slice(0, best.at).findIndex((cells) => isPerson(cells, width))
  // Too few cells are phones to prove a column, as in a short list with masked numbers: people are no titles.
  if (dataColumns.length === 0 && person >= 0 && !(above[best.at] ?? []).some(namesPhone))
    return { at: person, isData: true, lines: 1 }
  // A list of people above the best header must be kept: the file has two lists.
  const first = headerOfPhones(records.slice(0, best.at))
  return withLines(records, first ?? best.at, dataColumns)
}

function withLines(records: Records, at: number, dataColumns: readonly number[]): FoundHeader {
  // The second line of a two-line header may look better: it is above more of the data.
  const isSecond = at > 0 && completesHeader(records.slice(at - 1, at + 2), dataColumns)
  const first = isSecond ? at - 1 : at
  const isDouble = isSecond || completesHeader(records.slice(at, at + 3), dataColumns)
  return { at: first, isData: false, lines: isDouble ? 2 : 1 }
}

/** Finds the columns with phones. */
export function findPhoneColumns(records: Records, width: number): readonly number[] {
  return findColumns(records, width, isPhoneLike)
}

function rankAsHeader(cells: readonly string[], dataColumns: readonly number[], width: number): number {
  const words = cells.filter((cell) => cell.trim() !== '').length
  const isWide = words >= Math.min(2, width) && words >= width / 2
  const covered = dataColumns.filter((column) => isWord(cells[column] ?? '')).length
  const rank =
    covered * 4 + (isWide ? 2 : 0) + (cells.length === width ? 1 : 0) * (isWide || covered > 0 ? 1 : 0)
  // A short list may prove no column: then the fuller line is the header, and the other a title.
  const fullness = dataColumns.length === 0 && isWide ? words / (width + 1) : 0
  return isProse(cells) || cells.some(isPersonal) ? rank / 4 : rank + fullness
}

/** A phone or an e-mail address occurs in a row or a letterhead. */
const isPersonal = (cell: string): boolean => isEmail(cell) || isLongNumber(cell)

const isPerson = (cells: readonly string[], width: number): boolean =>
  cells.length === width && cells.some(isPersonal)

/** A sentence that contains separators: `Customers of Pune, Thane, and Nashik`. */
function isProse(cells: readonly string[]): boolean {
  const later = cells.slice(1).filter((cell) => cell.trim() !== '')
  const isSpaced = later.length > 0 && later.every((cell) => /^ \S/.test(cell))
  return (
    cells.some((cell) => cell.length > LONGEST_HEADING) ||
    (isSpaced && /[.:!]\s*$|\b(and|the|of|for)\b/.test(cells.join(' ')))
  )
}

/**
 * Finds the header below a letterhead or another table with data. It has words above the data columns, is
 * directly above data, and no earlier record is a row of its table.
 */
function findBelowTitles(records: Records, width: number): number {
  const exact = findFullHeader(records, width, (cells) => cells.length === width)
  return exact === -1 ? findFullHeader(records, width, (cells) => cells.length < width) : exact
}

function findFullHeader(
  records: Records,
  width: number,
  isTried: (cells: readonly string[]) => boolean,
): number {
  for (let at = 0; at <= Math.min(MAX_TITLE_LINES, records.length - 2); at += 1) {
    const cells = records[at] ?? []
    if (!isTried(cells) || !isWide(cells, width)) continue
    const below = records.slice(at)
    const phoneColumns = findPhoneColumns(below, width).filter((column) => isPhoneBelow(records, at, column))
    if (phoneColumns.length === 0 || !isFullHeader(cells, findColumns(below, width, looksLikeData))) continue
    const above = records.slice(0, at)
    if (headerOfPhones(above) !== null) return -1
    const namesColumn = (one: readonly string[]) =>
      phoneColumns.some((column) => namesPhone(one[column] ?? ''))
    // An earlier line names the phones that this one only has above them, or lacks: a row with a masked phone or none.
    const isRow = !namesColumn(cells) || phoneColumns.some((column) => LACKING.test(cells[column] ?? ''))
    if (isRow && above.some((one) => isTried(one) && isWide(one, width) && namesColumn(one))) return -1
    const titles = above.filter((one) => isTitle(one, width, phoneColumns)).length
    // A letterhead may contain a phone.
    const isLetterhead = at <= LONGEST_LETTERHEAD && titles > 0 && titles * 2 >= at
    return titles === at || isLetterhead ? at : -1
  }
  return -1
}

/** The header of a list of people among the records above, whose rows must be kept; null if there is none. */
function headerOfPhones(above: Records): number | null {
  const found = above.findIndex((header, at) =>
    header.some(
      (heading, column) =>
        namesPhone(heading) &&
        isWord(heading) &&
        above.slice(at + 1).some((cells) => cells.length > 1 && isPhoneLike(cells[column] ?? '')),
    ),
  )
  return found < 0 ? null : found
}

function isWide(cells: readonly string[], width: number): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const isData = filled.some(isPersonal)
  const named = filled.filter((cell) => /\p{L}/u.test(cell))
  return !isData && named.length >= Math.max(2, width * 0.6)
}

const isPhoneBelow = (records: Records, at: number, column: number): boolean =>
  records.slice(at + 1, at + 4).some((cells) => isPhoneLike(cells[column] ?? ''))

function isFullHeader(cells: readonly string[], dataColumns: readonly number[]): boolean {
  const names = cells.map((cell) => cell.trim().toLowerCase()).filter((name) => name !== '')
  const covered = dataColumns.filter((column) => isWord(cells[column] ?? '')).length
  return covered >= Math.max(1, dataColumns.length * 0.6) && new Set(names).size >= names.length / 2
}

/**
 * True if a record cannot be a row of the table: it has another number of cells, or no phone in the phone
 * columns.
 */
function isTitle(cells: readonly string[], width: number, phoneColumns: readonly number[]): boolean {
  const inPlace = phoneColumns.map((column) => cells[column]?.trim() ?? '')
  if (inPlace.some((cell) => isPhoneLike(cell))) return false
  const filled = cells.filter((cell) => cell.trim() !== '').length
  return filled <= width / 2 || cells.length !== width || inPlace.some((cell) => cell !== '')
}

/**
 * True if a record is the second line of a header with merged cells: it has words only where the first line
 * is empty, where a merged cell begins, or below merged cells that group its columns.
 */
function completesHeader(
  [header = [], record = [], next = []]: Records,
  dataColumns: readonly number[],
): boolean {
  if (next.length > 0 && isGroupLine(header, record)) return true
  const isFilled = (cells: readonly string[], at: number) => (cells[at] ?? '').trim() !== ''
  const filled = [...record.keys()].filter((at) => isFilled(record, at))
  const beginsMerged = (at: number) =>
    isFilled(header, at) && !isFilled(header, at + 1) && isFilled(record, at + 1)
  return (
    filled.length >= 2 &&
    filled.every((at) => isWord(record[at] ?? '') && (!isFilled(header, at) || beginsMerged(at))) &&
    filled.some((at) => !isFilled(header, at)) &&
    isCompleted({ header, record, next }, dataColumns) &&
    filled.filter((at) => isFilled(next, at)).length * 2 >= filled.length
  )
}

/**
 * True if the first line alone names a data column, or, if the second one names the phone, a column that the
 * rows fill.
 */
function isCompleted(
  lines: Readonly<Record<'header' | 'record' | 'next', readonly string[]>>,
  dataColumns: readonly number[],
): boolean {
  const isFilled = (line: keyof typeof lines, at: number) => (lines[line][at] ?? '').trim() !== ''
  const isAlone = (at: number) => isFilled('header', at) && !isFilled('record', at)
  const isNamedBelow = dataColumns.some((column) => namesPhone(lines.record[column] ?? ''))
  const headings = isNamedBelow ? [...lines.header.keys()].filter((at) => isFilled('header', at)) : []
  return (
    dataColumns.some(isAlone) ||
    (headings.length > 1 && headings.some((at) => isAlone(at) && isFilled('next', at)))
  )
}

/** Finds columns in which most non-blank cells are of a kind, without the header lines. */
function findColumns(records: Records, width: number, isOfKind: (cell: string) => boolean): number[] {
  // Titles and other tables have other numbers of cells.
  const wide = records.filter((cells) => cells.length === width)
  const rows = wide.length > 2 ? wide : records
  // A short list may have more heading lines than rows.
  const start = Math.max(
    1,
    rows.slice(0, MAX_HEADER_LINES).findIndex((cells) => cells.some(isPersonal)),
  )
  const columns: number[] = []
  for (let column = 0; column < width; column += 1) {
    const filled = rows.slice(start).flatMap((cells) => (cells[column]?.trim() ? [cells[column] ?? ''] : []))
    const found = filled.filter(isOfKind).length
    if (found > 0 && found >= filled.length * 0.6) columns.push(column)
  }
  return columns
}

/**
 * True if a record's cells in the data columns are data. A header may contain a few numbers and dates
 * (`2025`, `01/04/2026`) next to words, but never a phone or an e-mail address.
 */
function isDataRecord(cells: readonly string[]): boolean {
  if (cells.some(isPersonal)) return true
  return cells.some(looksLikeData) && !cells.some(isWord)
}
