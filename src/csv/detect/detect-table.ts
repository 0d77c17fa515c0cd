import type { CsvDialect } from '../csv-file.ts'
import { type FramedRecord, joinMarked, OTHER_MARKS, RecordFramer, splitCells } from '../records/index.ts'
import { isMarkup } from './cell-likeness.ts'
import { findHeader, findPhoneColumns } from './find-header.ts'
import { findSmallTables } from './small-tables.ts'

export type Delimiter = CsvDialect['delimiter']
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|']
/** Separators of old programs and of other scripts: believed where the common ones separate nothing. */
const RARE_DELIMITERS: readonly Delimiter[] = ['^', '~', '¦', ':', '，', '；', '؛', '،']

/** Records looked at to find the separator and the header. */
const SAMPLE_RECORDS = 100
/** Cells and characters of these that are looked at. */
const SAMPLE_CELLS = 1000
const SAMPLE_CHARACTERS = 1000

/** How the first lines of a file are to be read. */
export interface DetectedTable {
  readonly delimiter: Delimiter
  /** Records before the header (before the first row where there is none), empty ones included. */
  readonly recordsAbove: number
  /** Of these, those that say something. */
  readonly titleLines: number
  /** Headings of other tables among these. */
  readonly tablesAbove: readonly string[]
  /** Records the header takes. */
  readonly headerLines: 1 | 2
  readonly looksHeaderless: boolean
  /** Cells most records have. */
  readonly width: number
  /** The rows are cut by another separator than the header. */
  readonly rowDelimiter?: Delimiter
}

interface Candidate extends DetectedTable {
  readonly consistency: number
  /** The header has several cells, too. */
  readonly isAgreed: boolean
  readonly hasPhones: boolean
  /** Share of the rows that it does not cut. */
  readonly uncut: number
}

/**
 * Finds separator and header by evidence: the separator that cuts the lines, quotes respected, into the same number
 * of cells most consistently, that cuts the header too, and that leaves phones alone in their cells; and the header
 * that stands over columns of numbers, phones, dates and addresses.
 *
 * @param head the first text of the file
 * @param isWhole whether the file ends with it; otherwise its last record is cut off and is no evidence
 * @param stated a separator that is known, by the caller or from a `sep=` line
 */
export function detectTable(head: string, isWhole: boolean, stated?: string): DetectedTable {
  const tried = stated === undefined ? DELIMITERS : [stated as Delimiter]
  const candidates = tried.map((delimiter) => rateDelimiter(head, isWhole, delimiter))
  const common = findBest(candidates)
  if (stated !== undefined) return common
  const rows = candidates.find(isOfRowsAlone)
  const mixed = rows && { ...common, rowDelimiter: rows.delimiter }
  if (score(common) > 0) return mixed && common.uncut >= 0.6 ? mixed : common
  const firstLines = head.slice(0, SAMPLE_CHARACTERS)
  const possible = RARE_DELIMITERS.filter((delimiter) => firstLines.includes(delimiter))
  const rare = possible.map((delimiter) => rateDelimiter(head, isWhole, delimiter)).filter(isRareSure)
  return rare.length > 0 ? findBest(rare) : (mixed ?? common)
}

/** Cuts the rows, with phones among their cells, and leaves the header whole. */
const isOfRowsAlone = ({ width, isAgreed, hasPhones, consistency }: Candidate): boolean =>
  width > 1 && !isAgreed && hasPhones && consistency >= 0.5

const findBest = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best))

/**
 * A separator that cuts the rows and not their header is none. Then a column of phones counts, consistency, and how
 * much is separated; a separator that makes titles of the first lines is suspicious.
 */
function score(candidate: Candidate): number {
  if (candidate.width < 2 || !candidate.isAgreed) return 0
  const evidence = candidate.consistency ** 2 * Math.log2(candidate.width)
  const isClear = candidate.titleLines === 0 && candidate.consistency >= 0.9
  // Below titles, in lines of many lengths, a phone in a cell of its own is chance.
  const isProved = candidate.hasPhones && (candidate.titleLines === 0 || candidate.consistency >= 0.6)
  const proof = (isClear ? 10 : 0) + (isProved ? 15 : 0)
  return proof + evidence * 0.5 ** Math.min(candidate.titleLines, 3)
}

function isRareSure({ width, consistency, isAgreed, hasPhones, titleLines }: Candidate): boolean {
  return width > 1 && consistency >= 0.9 && isAgreed && hasPhones && titleLines === 0
}

function rateDelimiter(head: string, isWhole: boolean, delimiter: Delimiter): Candidate {
  const records = readHead(head, isWhole, delimiter)
  const shown = records.flatMap((cells, index) =>
    cells.some((cell) => cell.trim()) ? [{ cells, index }] : [],
  )
  // A cell of a list may be in tags; a line of a page is cut otherwise than the rows.
  const usual = commonestWidth(shown.flatMap(({ cells }) => (isComment(cells) ? [] : [cells.length])))
  const isOfPage = (cells: readonly string[]) =>
    (usual < 2 || cells.length !== usual) && isMarkup(cells[0] ?? '')
  const filled = shown.filter(({ cells }) => !isOfPage(cells) && !(usual > 1 && isComment(cells)))
  const rows = filled.map(({ cells }) => cells)
  const width = commonestWidth(rows.map((cells) => cells.length))
  const consistency = rows.filter((cells) => cells.length === width).length / Math.max(1, rows.length)
  const header = findHeader(rows, width)
  const below = header.isData ? rows : rows.slice(header.at + 1)
  const recordsAbove = filled[header.at]?.index ?? 0
  return {
    delimiter,
    width,
    consistency,
    recordsAbove,
    titleLines: shown.filter(({ index }) => index < recordsAbove).length,
    tablesAbove: findSmallTables(rows.slice(0, header.isData ? 0 : header.at)),
    headerLines: header.lines,
    looksHeaderless: header.isData,
    isAgreed: header.isData || (rows[header.at]?.length ?? 0) > 1,
    uncut: below.filter((cells) => cells.length === 1).length / Math.max(1, below.length),
    hasPhones: findPhoneColumns(header.isData ? [[], ...rows] : rows.slice(header.at), width).length > 0,
  }
}

/** `# exported by …`: a remark of a program. */
const isComment = (cells: readonly string[]): boolean =>
  cells.length === 1 && /^\s*#\s*[^\s#]/u.test(cells[0] ?? '')

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
  const marked =
    simple && record.form === 'plain' && OTHER_MARKS.test(record.text) && joinMarked(simple, delimiter)
  if (simple) return (marked || simple).slice(0, SAMPLE_CELLS).map((cell) => cell.slice(0, SAMPLE_CHARACTERS))
  const limits = { maxCells: SAMPLE_CELLS, maxCellLength: SAMPLE_CHARACTERS }
  return splitCells(record.text, delimiter, record.form === 'unclosed' ? 'none' : 'outer', limits)
}

/**
 * The number of cells that occurs most often; the larger one where two occur as often. Lines without a separator count
 * for little against a table: bank reports and the footers of Salesforce have more of them than a short list has rows.
 */
function commonestWidth(widths: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  let best = 1
  for (const [width, count] of counts) {
    const limit = best === 1 ? 0 : (counts.get(best) ?? 0)
    if (width > 1 && (count > limit || (count === limit && width > best))) best = width
  }
  const isTable = (counts.get(best) ?? 0) * (best - 1) >= (counts.get(1) ?? 0)
  return isTable ? best : 1
}
