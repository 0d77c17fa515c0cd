import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { rowsBetween, rowsOf } from '../rows/index.ts'
import { isReadAsStored, STORED_FIELDS, type StoredRow } from './is-read-as-stored.ts'

type FileRow = ListFile['sample'][number]

/** How a reading of a file compares with the stored rows; `unproved` if no row has data to compare. */
type Comparison = 'same' | 'differs' | 'unproved'

export interface ComparedReading {
  readonly list: List
  readonly headerless: boolean
  readonly readRow: (row: FileRow) => ReadRow
}

/**
 * Compares every stored row of an upload with what a reading makes of its line. Up to the checkpoint each row
 * must be stored; behind it, a process may have died between two rows. All rows are compared: an update can
 * change how rare cells are read. Reads the file up to the last stored row, and ends at the first difference.
 *
 * @throws driver errors; the signal's reason
 */
export async function compareStoredRows(
  models: Models,
  upload: FileUpload,
  { list, headerless, readRow }: ComparedReading,
  signal: AbortSignal,
): Promise<Comparison> {
  const last = await findLastLine(models, upload)
  if (last === 0) return 'unproved'
  const opened = await tryOpen(list, headerless)
  if (!opened) return 'differs'
  const context = {
    upload,
    readRow,
    until: Math.min(upload.checkpoint?.line ?? 0, last),
    hasLostPhones: await hasForgottenSecondPhones(models, upload),
  }
  let compared = 0
  let isProved = false
  try {
    for await (const batch of opened.batches()) {
      signal.throwIfAborted()
      const end = Math.min(batch.at(-1)?.line ?? compared, last)
      const found = compareBatch(context, batch, await findStored(models, upload, compared + 1, end))
      if (found === 'differs') return found
      if (found === 'same') isProved = true
      compared = end
      if (compared >= last) return isProved ? 'same' : 'unproved'
    }
    return 'differs'
  } finally {
    await opened.close()
  }
}

interface BatchContext extends Pick<ComparedReading, 'readRow'> {
  readonly upload: FileUpload
  /** Every row up to this line must be stored. */
  readonly until: number
  readonly hasLostPhones: boolean
}

/** @param stored the stored rows between the batch before and the end of this one, by line */
function compareBatch(
  { upload, readRow, until, hasLostPhones }: BatchContext,
  batch: readonly FileRow[],
  stored: ReadonlyMap<number, StoredRow>,
): Comparison {
  let found = 0
  let isProved = false
  for (const row of batch) {
    const record = stored.get(row.line)
    if (record) found += 1
    else if (row.line <= until) return 'differs'
    const isSame = record && isReadAsStored(upload, record, row, readRow(row), hasLostPhones)
    if (isSame === false) return 'differs'
    if (isSame) isProved = true
  }
  // Else a stored row is on a line that holds no row now.
  if (found < stored.size) return 'differs'
  return isProved ? 'same' : 'unproved'
}

/** Undefined if the list cannot be opened this way. */
export async function tryOpen(list: List, headerless: boolean): Promise<ListFile | undefined> {
  try {
    return await list.open({ headerless })
  } catch (error) {
    if (error instanceof AppError && !error.isTransient) return undefined
    throw error
  }
}

/** 0 if no row is stored. */
async function findLastLine({ uploadRows }: Models, upload: FileUpload): Promise<number> {
  const last = await uploadRows.collection.findOne<Pick<UploadRow, 'line'>>(rowsOf(upload), {
    sort: { _id: -1 },
    projection: { line: 1 },
  })
  return last?.line ?? 0
}

async function findStored(
  { uploadRows }: Models,
  upload: FileUpload,
  first: number,
  last: number,
): Promise<Map<number, StoredRow>> {
  if (last < first) return new Map()
  const rows = await uploadRows.collection
    .find<StoredRow>(rowsBetween(upload, first, last), { projection: STORED_FIELDS, batchSize: 2_000 })
    .toArray()
  return new Map(rows.map((row) => [row.line, row]))
}

/** True if a forget upload may have removed a second phone from the rows of an upload. */
async function hasForgottenSecondPhones(
  { fileUploads }: Models,
  { started_at = new Date(0) }: FileUpload,
): Promise<boolean> {
  const forget = await fileUploads.collection.findOne(
    { kind: 'forget', 'forget.from_others': true, started_at: { $gte: started_at } },
    { projection: { _id: 1 } },
  )
  return forget !== null
}
