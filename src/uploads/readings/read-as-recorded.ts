import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { FieldValue, HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { flattenPaths, isSameValue, OTHER_PHONES, rowsOf } from '../rows/index.ts'

type FileRow = ListFile['sample'][number]

/** Returns a reader of rows for a mapping and its header. */
export type ReaderOf = (mapping: HeaderMapping, header: readonly string[]) => (row: FileRow) => ReadRow

/** Maximum of stored rows to compare. */
const MAX_COMPARED = 200
const NOTE =
  'The bot was updated during this import. The rest of the file was read with the header it began with.'

/**
 * Opens the list with the columns, separator and encoding of its upload, whatever header is found now. All
 * rows from the first stored one are data. Each compared row must read as it was stored. Up to the checkpoint
 * each row must be stored; behind it, a process may have died between two rows.
 *
 * @param list opened with the upload's separator and encoding
 * @returns null if a stored row reads differently, or if no stored row can prove the reading
 */
export async function readAsRecorded(
  models: Models,
  upload: FileUpload,
  list: List,
  readerOf: ReaderOf,
): Promise<List | null> {
  const { mapping, header } = upload.file
  const recorded = await models.uploadRows.collection
    .find<UploadRow>(rowsOf(upload))
    .sort({ _id: 1 })
    .limit(MAX_COMPARED)
    .toArray()
  const [first] = recorded
  if (!mapping || !header || !first) return null
  const asBefore: List = {
    ...list,
    open: async (how) => startAt(await list.open({ ...how, headerless: true }), header, first.line),
  }
  const until = upload.checkpoint?.line ?? 0
  return (await isProved(recorded, until, asBefore, readerOf(mapping, header))) ? asBefore : null
}

/** The rows of an open list from a line on, under a given header. */
function startAt(opened: ListFile, header: readonly string[], line: number): ListFile {
  const isData = (row: FileRow) => row.line >= line
  return {
    get dialect() {
      return opened.dialect
    },
    header,
    headerLine: opened.headerLine,
    looksHeaderless: opened.looksHeaderless,
    sample: opened.sample.filter(isData),
    get notes() {
      return [...opened.notes, NOTE]
    },
    async *batches() {
      for await (const batch of opened.batches()) {
        const rows = batch.filter(isData)
        if (rows.length > 0) yield rows
      }
    },
    close: () => opened.close(),
  }
}

async function isProved(
  recorded: readonly UploadRow[],
  until: number,
  list: List,
  readRow: (row: FileRow) => ReadRow,
): Promise<boolean> {
  const last = recorded.at(-1)?.line ?? 0
  const rows = await readUntil(list, last)
  const byLine = new Map(rows.map((row) => [row.line, row]))
  const known = new Set(recorded.map(({ line }) => line))
  // Skipped lines stay skipped, and read lines stay read.
  if (rows.some(({ line }) => line <= Math.min(until, last) && !known.has(line))) return false
  const answers = recorded.map((record) => isSameRow(record, byLine.get(record.line), readRow))
  return !answers.includes(false) && answers.includes(true)
}

/** The first rows of a list, at least to a line; empty if it cannot be opened this way. */
async function readUntil(list: List, last: number): Promise<readonly FileRow[]> {
  let opened: ListFile
  try {
    opened = await list.open()
  } catch (error) {
    if (error instanceof AppError && !error.isTransient) return []
    throw error
  }
  const rows: FileRow[] = []
  try {
    for await (const batch of opened.batches()) {
      rows.push(...batch)
      if ((rows.at(-1)?.line ?? 0) >= last) break
    }
    return rows
  } finally {
    await opened.close()
  }
}

/** Undefined if the row's values were deleted. */
function isSameRow(
  record: UploadRow,
  row: FileRow | undefined,
  readRow: (row: FileRow) => ReadRow,
): boolean | undefined {
  if (row?.line !== record.line) return false
  if (record.forgotten_by !== undefined || record.without_values) return undefined
  if (record.outcome === 'invalid')
    return (
      record.cells?.length === row.cells.length && row.cells.every((cell, at) => cell === record.cells?.[at])
    )
  const read = readRow(row)
  if (read.kind !== 'customer') return read.kind === record.outcome
  return read.phone === record.phone && hasSameValues(record, read.values)
}

function hasSameValues(record: UploadRow, values: Readonly<Record<string, FieldValue | null>>): boolean {
  const stored = flattenPaths<FieldValue | null>(record.values)
  // A row matched by a second phone stores these together with its own.
  const paths = new Set([...Object.keys(stored), ...Object.keys(values)])
  if (record.customer_phone !== undefined) paths.delete(OTHER_PHONES)
  return [...paths].every(
    (path) => stored[path] !== undefined && isSameValue(stored[path] ?? null, values[path] ?? null),
  )
}
