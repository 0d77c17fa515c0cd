import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { FieldValue, HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { flattenPaths, isSameValue, OTHER_PHONES, rowsOf } from '../rows/index.ts'

type FileRow = ListFile['sample'][number]

/** Reads a row of the file by a mapping and the header it is for. */
export type ReaderOf = (mapping: HeaderMapping, header: readonly string[]) => (row: FileRow) => ReadRow

/** Rows on record that are compared at most. */
const MAX_COMPARED = 200
const NOTE =
  'The bot was updated during this import. The rest of the file was read with the header it began with.'

/**
 * The list by the columns, separator and encoding its upload began with, whatever header is found now: all rows from the
 * first one on record are data. The rows on record prove it: each has to read as it was recorded.
 *
 * @param list opened with the separator and the encoding of the upload
 * @returns null where the rows on record read otherwise, or none of them can tell
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
  return (await isProved(recorded, asBefore, readerOf(mapping, header))) ? asBefore : null
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
  list: List,
  readRow: (row: FileRow) => ReadRow,
): Promise<boolean> {
  const rows = await readFirst(list, recorded.length)
  // As many rows, on the same lines: none that was left out then is read now, and none that was read is left out.
  if (rows.length < recorded.length) return false
  const answers = recorded.map((record, at) => isSameRow(record, rows[at], readRow))
  return !answers.includes(false) && answers.includes(true)
}

/** The first rows of a list; none where it cannot be opened like this. */
async function readFirst(list: List, count: number): Promise<readonly FileRow[]> {
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
      if (rows.length >= count) break
    }
    return rows
  } finally {
    await opened.close()
  }
}

/** Undefined where what the row held was erased since. */
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
  // Of a row that went to a customer by a second phone these are stored together with the row's own.
  const paths = new Set([...Object.keys(stored), ...Object.keys(values)])
  if (record.customer_phone !== undefined) paths.delete(OTHER_PHONES)
  return [...paths].every(
    (path) => stored[path] !== undefined && isSameValue(stored[path] ?? null, values[path] ?? null),
  )
}
