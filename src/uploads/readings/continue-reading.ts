import type { FileUpload, Models } from '../../../models/index.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { dropBehindLast, dropUnapplied } from '../apply/index.ts'
import { hasBegun } from '../guard/index.ts'
import { forgetReading } from '../lease/index.ts'
import { type CarriedColumns, carryColumns } from './carry-columns.ts'
import { type ComparedReading, compareStoredRows, tryOpen } from './compare-stored-rows.ts'
import { type ReaderOf, readAsRecorded } from './read-as-recorded.ts'
import { createReadingHash } from './reading-hash.ts'

const SHOWN_AGAIN =
  'This file was approved before. The bot or its settings changed since then and read it differently, so it is shown again.'

type ContinuedReading =
  /** An upload and its list, as the next run reads them. */
  | {
      readonly kind: 'read'
      readonly upload: FileUpload
      readonly list: List
      /** A sentence for the next preview. */
      readonly note?: string
    }
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
 * still reads as it was stored; if the header differs, the file is read with the earlier one. Before the first
 * row, every row must read as it was shown to the person who approved it. Else the file is read from the start
 * as if new, and an approval is asked again.
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
    const readRow = readerOf(mapping, header ?? opened.header, upload)
    const reading = { list: read, headerless, readRow }
    const isSame = begun
      ? (await compareStoredRows(models, upload, reading, signal)) !== 'differs'
      : await isReadAsShown(upload, reading, signal)
    if (isSame) return { kind: 'read', upload, list: read }
  }
  if (begun) {
    const asRecorded = await readAsRecorded(models, upload, asBefore, readerOf, signal)
    if (asRecorded) return { kind: 'read', upload, list: asRecorded }
    // Rows without written customers changed nothing. If no others are left, nothing has begun.
    await dropUnapplied(models, upload)
    await dropBehindLast(models, upload)
    if (await hasBegun(models, upload)) return { kind: 'lost', carried: await carryChoices(upload, list) }
  }
  const forgotten = await forgetReading(models, upload)
  return { kind: 'read', upload: forgotten, list, ...(upload.hold?.answer && { note: SHOWN_AGAIN }) }
}

/** True unless a person approved another reading of the rows. */
async function isReadAsShown(
  { hold, preview }: FileUpload,
  { list, headerless, readRow }: ComparedReading,
  signal: AbortSignal,
): Promise<boolean> {
  if (!hold?.answer || preview?.reading === undefined) return true
  const opened = await tryOpen(list, headerless)
  if (!opened) return false
  const hash = createReadingHash()
  try {
    for await (const batch of opened.batches()) {
      signal.throwIfAborted()
      for (const row of batch) hash.add(readRow(row))
    }
  } finally {
    await opened.close()
  }
  return hash.finish() === preview.reading
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
