import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { rowsOf } from '../rows/index.ts'
import { compareStoredRows } from './compare-stored-rows.ts'

type FileRow = ListFile['sample'][number]

/** Returns a reader of an upload's rows for a mapping and its header. */
export type ReaderOf = (
  mapping: HeaderMapping,
  header: readonly string[],
  upload: FileUpload,
) => (row: FileRow) => ReadRow

const NOTE =
  'The bot was updated during this import. The rest of the file was read with the header it began with.'

/**
 * Opens the list with the columns, separator and encoding of its upload, whatever header is found now. All
 * rows from the first stored one are data. Each stored row must read as it was stored.
 *
 * @param list opened with the upload's separator and encoding
 * @returns null if a stored row reads differently, or if no stored row can prove the reading
 */
export async function readAsRecorded(
  models: Models,
  upload: FileUpload,
  list: List,
  readerOf: ReaderOf,
  signal: AbortSignal,
): Promise<List | null> {
  const { mapping, header } = upload.file
  const first = await models.uploadRows.collection.findOne<Pick<UploadRow, 'line'>>(rowsOf(upload), {
    sort: { _id: 1 },
    projection: { line: 1 },
  })
  if (!mapping || !header || !first) return null
  const asBefore: List = {
    ...list,
    open: async (how) => startAt(await list.open({ ...how, headerless: true }), header, first.line),
  }
  const reading = { list: asBefore, headerless: true, readRow: readerOf(mapping, header, upload) }
  const isProved = (await compareStoredRows(models, upload, reading, signal)) === 'same'
  return isProved ? asBefore : null
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
