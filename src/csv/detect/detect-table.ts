import type { CsvDialect } from '../csv-file.ts'
import { type FramedRecord, joinMarked, OTHER_MARKS, RecordFramer, splitCells } from '../records/index.ts'
import { isMarkup } from './cell-likeness.ts'
import { findHeader, findPhoneColumns } from './find-header.ts'
import { findSmallTables } from './lines-above-header.ts'

type Delimiter = CsvDialect['delimiter']
export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|']
/** Separators of old programs and other scripts: used only if the common ones separate nothing. */
export const RARE_DELIMITERS: readonly Delimiter[] = ['^', '~', '¦', ':', '，', '；', '؛', '،']

/** Maximum of records read to find the separator and the header. */
const SAMPLE_RECORDS = 100
/** Maximum of their cells and characters. */
const SAMPLE_CELLS = 1000
const SAMPLE_CHARACTERS = 1000

/** How the first lines of a file are read. */
export interface DetectedTable {
  readonly delimiter: Delimiter
  /** Records before the header (before the first row if there is none), including empty ones. */
  readonly recordsAbove: number
  /** Those of them with text. */
  readonly titleLines: number
  /** Headings of other tables among them. */
  readonly tablesAbove: readonly string[]
  /** Records of the header. */
  readonly headerLines: 1 | 2
  readonly looksHeaderless: boolean
  /** The usual number of cells per record. */
  readonly width: number
  /** The separator of the rows, if it differs from the header's. */
  readonly rowDelimiter?: Delimiter
}

interface Candidate extends DetectedTable {
  readonly consistency: number
  /** The header has several cells too. */
  readonly isAgreed: boolean
  readonly hasPhones: boolean
  /** Share of the rows that it does not cut. */
  readonly uncut: number
}

/**
 * Finds separator and header. The separator cuts the lines most consistently into the same number of cells,
 * respecting quotes; it also cuts the header and keeps phones whole. The header is above columns of numbers,
 * phones, dates and addresses.
 *
 * @param head the first text of the file
 * @param isWhole true if the file ends with it; otherwise its last record is incomplete and ignored
 * @param stated a known separator, from the caller or a `sep=` line
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

/** True if it cuts the rows, with phones among their cells, but not the header. */
const isOfRowsAlone = ({ width, isAgreed, hasPhones, consistency }: Candidate): boolean =>
  width > 1 && !isAgreed && hasPhones && consistency >= 0.5

const findBest = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best))

/**
 * Rejects a separator that cuts the rows and not their header. Then a phone column counts, then consistency,
 * then the number of cells; turning the first lines into titles counts against it.
 */
function score(candidate: Candidate): number {
  if (candidate.width < 2 || !candidate.isAgreed) return 0
  const evidence = candidate.consistency ** 2 * Math.log2(candidate.width)
  const isClear = candidate.titleLines === 0 && candidate.consistency >= 0.9
  // Below titles, in lines of varying lengths, a phone cell can be chance.
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
  // A list's cell may contain tags; a line of a web page has another number of cells than the rows.
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

/** `# exported by …`: a program's comment. */
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
 * The most frequent number of cells; of two, the larger. Lines without a separator count little against a
 * table: bank reports and Salesforce footers have more of them than a short list has rows.
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

/** Excel's first line that names the separator. */
interface SeparatorLine {
  /** Undefined if it is an unsupported one. */
  readonly delimiter: Delimiter | undefined
  /** Characters of the line with its end. */
  readonly length: number
}

/**
 * Reads `sep=;`, which Excel writes and obeys as a CSV's first line; null for any other line. Some programs
 * quote it, or pad it with separators.
 */
export function readSeparatorLine(text: string): SeparatorLine | null {
  const match = /^"?sep=(?<separator>[^\r\n"])"?[,;\t|]*(\r\n|\r|\n|$)/i.exec(text)
  const separator = match?.groups?.separator
  if (!match || separator === undefined) return null
  const isOurs = separator === ',' || separator === ';' || separator === '\t' || separator === '|'
  return { delimiter: isOurs ? separator : undefined, length: match[0].length }
}
