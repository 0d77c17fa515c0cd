import type { CsvDialect } from '../csv-file.ts'
import { type FramedRecord, RecordFramer, splitCells } from '../records/index.ts'

export type Delimiter = CsvDialect['delimiter']
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|']

/** Records looked at to find the separator and the header. */
const SAMPLE_RECORDS = 100
/** Cells and characters of these that are looked at. */
const SAMPLE_CELLS = 1000
const SAMPLE_CHARACTERS = 1000
/** Lines a title above the header may have. */
const MAX_TITLE_LINES = 20

/** How the first lines of a file are to be read. */
export interface DetectedTable {
  readonly delimiter: Delimiter
  /** Records before the header (before the first row where there is none), empty ones included. */
  readonly recordsAbove: number
  /** Of these, those that say something. */
  readonly titleLines: number
  readonly looksHeaderless: boolean
  /** Cells most records have. */
  readonly width: number
}

interface Candidate extends DetectedTable {
  readonly consistency: number
}

/**
 * Finds separator and header by evidence: the separator that cuts the lines, quotes respected, into the same number
 * of cells most consistently, and the header that stands over columns of numbers, phones, dates and addresses.
 *
 * @param head the first text of the file
 * @param isWhole whether the file ends with it; otherwise its last record is cut off and is no evidence
 * @param stated a separator that is known, by the caller or from a `sep=` line
 */
export function detectTable(head: string, isWhole: boolean, stated?: string): DetectedTable {
  const tried = stated === undefined ? DELIMITERS : [stated as Delimiter]
  const candidates = tried.map((delimiter) => rateDelimiter(head, isWhole, delimiter))
  return candidates.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best))
}

/** Consistency first, then how much is separated; a separator that makes titles of the first lines is suspicious. */
function score(candidate: Candidate): number {
  if (candidate.width < 2) return 0
  const evidence = candidate.consistency ** 2 * Math.log2(candidate.width)
  const isClear = candidate.titleLines === 0 && candidate.consistency >= 0.9
  return (isClear ? 10 : 0) + evidence * 0.5 ** Math.min(candidate.titleLines, 3)
}

function rateDelimiter(head: string, isWhole: boolean, delimiter: Delimiter): Candidate {
  const records = readHead(head, isWhole, delimiter)
  const filled = records.flatMap((cells, index) =>
    cells.some((cell) => cell.trim()) ? [{ cells, index }] : [],
  )
  const width = mostCommonWidth(filled.map(({ cells }) => cells.length))
  const consistency = filled.filter(({ cells }) => cells.length === width).length / Math.max(1, filled.length)
  const header = findHeader(
    filled.map(({ cells }) => cells),
    width,
  )
  const recordsAbove = filled[header.at]?.index ?? 0
  return {
    delimiter,
    width,
    consistency,
    recordsAbove,
    titleLines: header.at,
    looksHeaderless: header.isData,
  }
}

function readHead(head: string, isWhole: boolean, delimiter: Delimiter): (readonly string[])[] {
  const framer = new RecordFramer(delimiter)
  framer.push(head)
  if (isWhole) framer.end()
  const records: (readonly string[])[] = []
  while (records.length < SAMPLE_RECORDS) {
    const record = framer.next()
    if (record === null) break
    records.push(readRecord(record, delimiter))
  }
  return records
}

function readRecord(record: FramedRecord, delimiter: Delimiter): readonly string[] {
  const simple = record.cells ?? (record.form === 'plain' ? record.text.split(delimiter, SAMPLE_CELLS) : null)
  if (simple) return simple.slice(0, SAMPLE_CELLS).map((cell) => cell.slice(0, SAMPLE_CHARACTERS))
  const limits = { maxCells: SAMPLE_CELLS, maxCellLength: SAMPLE_CHARACTERS }
  return splitCells(record.text, delimiter, record.form === 'unclosed' ? 'none' : 'outer', limits)
}

/**
 * The number of cells that occurs most often; the larger one where two occur as often. Lines without a separator count
 * for little against a table: bank reports and the footers of Salesforce have more of them than a short list has rows.
 */
function mostCommonWidth(widths: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  let best = 1
  for (const [width, count] of counts) {
    const most = best === 1 ? 0 : (counts.get(best) ?? 0)
    if (width > 1 && (count > most || (count === most && width > best))) best = width
  }
  const isTable = (counts.get(best) ?? 0) * (best - 1) >= (counts.get(1) ?? 0)
  return isTable ? best : 1
}

/**
 * Which record is the header. In a list of customers some columns hold numbers, phones, dates or addresses; the
 * header is the record before the first of these that has words over most of such columns. A title has them over
 * none, and a file without a header begins with the data.
 */
export function findHeader(
  records: readonly (readonly string[])[],
  width: number,
): { readonly at: number; readonly isData: boolean } {
  const dataColumns = findDataColumns(records, width)
  const isData = (cells: readonly string[]) => isDataRecord(dataColumns.map((column) => cells[column] ?? ''))
  const firstData = records.findIndex(isData)
  if (firstData === 0) return { at: 0, isData: true }
  const above = records.slice(0, Math.min(firstData === -1 ? records.length : firstData, MAX_TITLE_LINES + 1))
  let best = { at: -1, rank: 0 }
  for (const [at, cells] of above.entries()) {
    const rank = rankAsHeader(cells, dataColumns, width)
    if (rank > best.rank) best = { at, rank }
  }
  return { at: Math.max(0, best.at), isData: false }
}

function rankAsHeader(cells: readonly string[], dataColumns: readonly number[], width: number): number {
  const words = cells.filter((cell) => cell.trim() !== '').length
  const isWide = words >= Math.min(2, width) && words >= width / 2
  const covered = dataColumns.filter((column) => isWord(cells[column] ?? '')).length
  return covered * 4 + (isWide ? 2 : 0) + (cells.length === width ? 1 : 0) * (isWide || covered > 0 ? 1 : 0)
}

/** Columns in which most filled cells, the first record's aside, look like data. */
function findDataColumns(records: readonly (readonly string[])[], width: number): number[] {
  const columns: number[] = []
  for (let column = 0; column < width; column += 1) {
    const filled = records.slice(1).flatMap((cells) => (cells[column]?.trim() ? [cells[column] ?? ''] : []))
    const data = filled.filter(looksLikeData).length
    if (data > 0 && data >= filled.length * 0.6) columns.push(column)
  }
  return columns
}

/**
 * Whether what a record has in the columns of data is data itself. A header may hold a few numbers and dates too
 * (`2025`, `01/04/2026`), but next to words, and never a phone or an e-mail address.
 */
function isDataRecord(cells: readonly string[]): boolean {
  if (cells.some((cell) => EMAIL_LIKE.test(cell) || isLongNumber(cell))) return true
  return cells.some(looksLikeData) && !cells.some(isWord)
}

const NUMBER_LIKE = /^[\s\p{Nd}'"’=+\-–().,/:*#%$€£¥₹]+$/u
const DATE_LIKE = /^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([\sT].*)?$/
const EMAIL_LIKE = /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/

/** A number, amount, phone, date or e-mail address: what a header is not. */
function looksLikeData(cell: string): boolean {
  return (NUMBER_LIKE.test(cell) && /\p{Nd}/u.test(cell)) || EMAIL_LIKE.test(cell)
}

function isLongNumber(cell: string): boolean {
  return NUMBER_LIKE.test(cell) && !DATE_LIKE.test(cell) && (cell.match(/\p{Nd}/gu)?.length ?? 0) >= 7
}

const isWord = (cell: string): boolean => cell.trim() !== '' && !looksLikeData(cell)
