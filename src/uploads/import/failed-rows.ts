import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import { normaliseHeader } from '../../customers/fields/index.ts'
import { type ListFormat, MAX_WORKBOOK_CELL, type WrittenList, writeList } from '../../lists/index.ts'
import { formatNumber } from '../../locale.ts'
import { ROW_PROBLEMS } from '../../row-problems.ts'

/**
 * The invalid rows of an upload, to be corrected and shared again in their own format: the bot's three
 * columns, then the row exactly as it was. The bot's columns come first, so that a row with too many cells
 * keeps its shape.
 */
const OWN_COLUMNS = ['line', 'problem', 'how to fix'] as const

const SUFFIX = ' - rows to correct'

const LONG_CELL = `A cell with more than ${formatNumber(MAX_WORKBOOK_CELL)} characters is not in this file.`

const MAX_NAME_CHARACTERS = 255

interface FailedRowsOptions {
  /** The default date order; a column read in the other order has it in its heading. */
  readonly dateOrder: 'day_first' | 'month_first'
  /** The file's own format by default. */
  readonly format?: ListFormat
}

const formatOf = ({ file }: FileUpload): ListFormat => (file.sheet ? 'xlsx' : 'csv')

/** `day-1.csv` → `day-1 - rows to correct.csv`; a file that is already one keeps its name. */
export function nameFailedRows(upload: FileUpload): string {
  const { file } = upload
  const base = file.name.replace(/\.[a-z0-9]{1,5}$/i, '')
  const ending = `${SUFFIX}.${formatOf(upload)}`
  // Slack limits names to 255 characters; the extension must stay.
  const space = MAX_NAME_CHARACTERS - ending.length
  const kept = base.endsWith(SUFFIX) ? base.slice(0, -SUFFIX.length) : base
  const stem = kept.length <= space ? kept : `${kept.slice(0, space - 1)}…`.replace(/\p{Surrogate}/gu, '')
  return stem + ending
}

/** Writes the file; memory does not grow with it. A row with a cell that the format cannot hold has a note. */
export async function writeFailedRows(
  models: Models,
  upload: FileUpload,
  path: string,
  options: FailedRowsOptions,
): Promise<WrittenList> {
  const { format = formatOf(upload) } = options
  const { delimiter } = upload.file
  return await writeList(path, listRows(models, upload, { ...options, format }), { format, delimiter })
}

async function* listRows(
  models: Models,
  upload: FileUpload,
  options: FailedRowsOptions & { readonly format: ListFormat },
): AsyncGenerator<string[]> {
  const { indexes } = bareHeader(upload.file.header ?? [])
  const columns = upload.file.header?.length ?? 0
  // A file of rows to correct that still has invalid rows gets the bot's columns only once.
  const withoutOurs = (cells: readonly string[]) => [
    ...indexes.filter((index) => index < cells.length).map((index) => cells[index] ?? ''),
    ...cells.slice(columns),
  ]

  yield [...OWN_COLUMNS, ...withoutOurs(describeHeader(upload, options))]
  const rows = models.uploadRows.collection
    .find<UploadRow>(
      { upload: upload._id, outcome: 'invalid', forgotten_by: { $exists: false } },
      { projection: { line: 1, cells: 1, problem: 1 } },
    )
    .sort({ line: 1 })
  for await (const { line, cells = [], problem } of rows) {
    const fix = problem ? ROW_PROBLEMS[problem.code] : ''
    const kept = withoutOurs(cells)
    const isCut = options.format === 'xlsx' && kept.some((cell) => cell.length > MAX_WORKBOOK_CELL)
    const message = isCut ? `${problem?.message ?? ''} ${LONG_CELL}`.trim() : (problem?.message ?? '')
    yield [String(line), message, fix, ...kept]
  }
}

/** The headings. If the rows alone no longer show how a column was read, its heading states it. */
function describeHeader({ file, source }: FileUpload, { dateOrder }: FailedRowsOptions): string[] {
  const { header = [], mapping } = file
  const isStatedPhone = mapping?.isHeaderRow || (source.kind === 'cli' && source.phone_column !== undefined)
  return header.map((text, index) => {
    const column = mapping?.columns[index]
    if (isStatedPhone && column?.target === 'phone' && column.rank === 0) return 'phone'
    if (mapping?.isHeaderRow) return column?.field || `column_${index + 1}`
    const order = mapping?.dateOrder[index]
    if (order === undefined || order === dateOrder || normaliseHeader(text).dateOrder !== null) return text
    return `${text} (${order === 'month_first' ? 'MM/DD/YYYY' : 'DD/MM/YYYY'})`
  })
}
