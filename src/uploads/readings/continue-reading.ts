import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { dropBehindLast, dropUnapplied } from '../apply/index.ts'
import { hasBegun } from '../guard/index.ts'
import { forgetReading } from '../lease/index.ts'
import { rowsBetween } from '../rows/index.ts'
import { type CarriedColumns, carryColumns } from './carry-columns.ts'
import { type ReaderOf, readAsRecorded } from './read-as-recorded.ts'

/** Maximum of applied lines to compare. */
const MAX_LINES = 200

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
 * found another header or encoding, so its mapping may not fit. If no row is applied, the file is read from the
 * start as if new, and an approval is asked again. Else the file is read with the earlier header, if the stored
 * rows prove that header.
 *
 * @returns lost if the stored rows contradict the earlier header: all of them must be taken back first
 * @throws AppError lease_lost; errors of the list
 */
export async function continueReading(
  models: Models,
  upload: FileUpload,
  list: List,
  readerOf: ReaderOf,
): Promise<ContinuedReading> {
  const { mapping } = upload.file
  if (!mapping) return { kind: 'read', upload, list }
  const asBefore = readAsBefore(list, upload.file)
  const applied = await findApplied(models, upload)
  for (const read of [list, asBefore])
    if (await isReadTheSame(upload.file, read, applied)) return { kind: 'read', upload, list: read }
  if (await hasBegun(models, upload)) {
    const asRecorded = await readAsRecorded(models, upload, asBefore, readerOf)
    if (asRecorded) return { kind: 'read', upload, list: asRecorded }
    // Rows without written customers changed nothing. If no others are left, nothing has begun.
    await dropUnapplied(models, upload)
    await dropBehindLast(models, upload)
    if (await hasBegun(models, upload)) return { kind: 'lost', carried: await carryChoices(upload, list) }
  }
  return { kind: 'read', upload: await forgetReading(models, upload), list }
}

async function carryChoices({ file }: FileUpload, list: List): Promise<CarriedColumns> {
  const opened = await openNow(list, file)
  return carryColumns(file.columns, file.header ?? [], opened?.header)
}

/** The list as this version reads it, closed again; undefined if it cannot be opened. */
async function openNow(list: List, { mapping }: FileUpload['file']): Promise<ListFile | undefined> {
  try {
    const opened = await list.open({ headerless: mapping?.isHeaderRow === true })
    await opened.close()
    return opened
  } catch (error) {
    if (error instanceof AppError && !error.isTransient) return undefined
    throw error
  }
}

/** The lines of the first applied rows, and the last line up to which every row is applied. */
interface Applied {
  readonly lines: readonly number[]
  readonly until: number
}

async function findApplied(models: Models, upload: FileUpload): Promise<Applied> {
  const { line: until } = upload.checkpoint ?? { line: 0 }
  if (until === 0) return { lines: [], until }
  const rows = await models.uploadRows.collection
    .find<{ readonly line: number }>(rowsBetween(upload, 0, until), { projection: { line: 1 } })
    .sort({ _id: 1 })
    .limit(MAX_LINES)
    .toArray()
  return { lines: rows.map(({ line }) => line), until }
}

/**
 * True if the opened list has the header and dialect stored in the upload's document, and its rows have the
 * lines of the applied rows: the import continues after a line.
 */
async function isReadTheSame(file: FileUpload['file'], list: List, applied: Applied): Promise<boolean> {
  const { header, encoding, delimiter } = file
  const opened = await openNow(list, file)
  if (!opened) return false
  const { header: now, dialect } = opened
  if (delimiter !== undefined && 'delimiter' in dialect && dialect.delimiter !== delimiter) return false
  if (encoding !== undefined && 'encoding' in dialect && dialect.encoding !== encoding) return false
  if (!hasSameLines(opened, applied)) return false
  if (!header) return true
  // Headings that name a forgotten person are empty in the document.
  return header.length === now.length && header.every((cell, at) => cell === '' || cell === now[at])
}

function hasSameLines({ sample }: ListFile, { lines, until }: Applied): boolean {
  const found = sample.flatMap(({ line }) => (line <= until ? [line] : []))
  const count = Math.min(found.length, lines.length)
  const isCut = found.length === sample.length || lines.length === MAX_LINES
  return (
    (isCut || found.length === lines.length) && found.slice(0, count).every((line, at) => line === lines[at])
  )
}

/** Separator and encoding come from the upload's document; the bytes prove Unicode. */
function readAsBefore(list: List, { encoding, delimiter }: FileUpload['file']): List {
  const stated = {
    ...(encoding !== undefined && !encoding.startsWith('utf-') && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
  }
  return { ...list, open: (how) => list.open({ ...how, stated }) }
}
