import type { FileUpload, Models } from '../../../models/index.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { dropBehindLast, dropUnapplied } from '../apply/index.ts'
import { hasBegun } from '../guard/index.ts'
import { forgetReading } from '../lease/index.ts'
import { type CarriedColumns, carryColumns } from './carry-columns.ts'
import { compareStoredRows, tryOpen } from './compare-stored-rows.ts'
import { type ReaderOf, readAsRecorded } from './read-as-recorded.ts'

type ContinuedReading =
  /** An upload and its list, as the next run reads them. */
  | { readonly kind: 'read'; readonly upload: FileUpload; readonly list: List }
  /** The applied rows were read in a way that this version cannot continue. */
  | LostReading

export interface LostReading {
  readonly kind: 'lost'
  /** A person's choices, for a reading from the first row. */
  readonly carried: CarriedColumns
}

/**
 * Reads a list with the columns an earlier run understood. That run may have been an earlier version that
 * found another header or encoding, or read cells differently. The reading continues only if every stored row
 * still reads as it was stored; if the header differs, the file is read with the earlier one. If no row is
 * applied, the file is read from the start as if new, and an approval is asked again.
 *
 * @returns lost if the stored rows contradict this version's reading: all of them must be taken back first
 * @throws AppError lease_lost; errors of the list; the signal's reason
 */
export async function continueReading(
  models: Models,
  stored: FileUpload,
  list: List,
  readerOf: ReaderOf,
  signal: AbortSignal,
): Promise<ContinuedReading> {
  const { mapping, header } = stored.file
  const begun = mapping !== undefined && (await hasBegun(models, stored))
  // Before the first row, a changed setting counts.
  const upload = begun ? stored : withoutWords(stored)
  if (!mapping) return { kind: 'read', upload, list }
  const asBefore = readAsBefore(list, upload.file)
  const headerless = mapping.isHeaderRow === true
  for (const read of [list, asBefore]) {
    const opened = await openNow(read, upload.file)
    if (!opened || !isReadTheSame(upload.file, opened)) continue
    const reading = { list: read, headerless, readRow: readerOf(mapping, header ?? opened.header) }
    if ((await compareStoredRows(models, upload, reading, signal)) !== 'differs')
      return { kind: 'read', upload, list: read }
  }
  if (begun) {
    const asRecorded = await readAsRecorded(models, upload, asBefore, readerOf, signal)
    if (asRecorded) return { kind: 'read', upload, list: asRecorded }
    // Rows without written customers changed nothing. If no others are left, nothing has begun.
    await dropUnapplied(models, upload)
    await dropBehindLast(models, upload)
    if (await hasBegun(models, upload)) return { kind: 'lost', carried: await carryChoices(upload, list) }
  }
  return { kind: 'read', upload: await forgetReading(models, upload), list }
}

function withoutWords(upload: FileUpload): FileUpload {
  const { read_with: _, ...file } = upload.file
  return { ...upload, file }
}

async function carryChoices({ file }: FileUpload, list: List): Promise<CarriedColumns> {
  const opened = await openNow(list, file)
  return carryColumns(file.columns, file.header ?? [], opened?.header)
}

/** The list as this version reads it, closed again; undefined if it cannot be opened. */
async function openNow(list: List, { mapping }: FileUpload['file']): Promise<ListFile | undefined> {
  const opened = await tryOpen(list, mapping?.isHeaderRow === true)
  await opened?.close()
  return opened
}

/** True if the opened list has the header and dialect stored in the upload's document. */
function isReadTheSame({ header, encoding, delimiter }: FileUpload['file'], opened: ListFile): boolean {
  const { header: now, dialect } = opened
  if (delimiter !== undefined && 'delimiter' in dialect && dialect.delimiter !== delimiter) return false
  if (encoding !== undefined && 'encoding' in dialect && dialect.encoding !== encoding) return false
  if (!header) return true
  // Headings that name a forgotten person are empty in the document.
  return header.length === now.length && header.every((cell, at) => cell === '' || cell === now[at])
}

/** Separator and encoding come from the upload's document; the bytes prove Unicode. */
function readAsBefore(list: List, { encoding, delimiter }: FileUpload['file']): List {
  const stated = {
    ...(encoding !== undefined && !encoding.startsWith('utf-') && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
  }
  return { ...list, open: (how) => list.open({ ...how, stated }) }
}
