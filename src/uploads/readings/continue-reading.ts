import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { hasBegun } from '../guard/index.ts'
import { forgetReading } from '../lease/index.ts'
import { type ReaderOf, readAsRecorded } from './read-as-recorded.ts'

/** An upload and its list, as the next run reads them. */
interface ContinuedReading {
  readonly upload: FileUpload
  readonly list: List
}

/**
 * Reads a list with the columns an earlier run understood. That run may have been an earlier version that
 * found another header or encoding, so its mapping may not fit. If no row is written, the file is read from the
 * start as if new, and an approval is asked again. Else the file is read with the earlier header, if the stored
 * rows prove that header.
 *
 * @throws AppError reading_lost if the stored rows contradict the earlier header; errors of the list
 */
export async function continueReading(
  models: Models,
  upload: FileUpload,
  list: List,
  readerOf: ReaderOf,
): Promise<ContinuedReading> {
  const { mapping } = upload.file
  if (!mapping) return { upload, list }
  const asBefore = readAsBefore(list, upload.file)
  for (const read of [list, asBefore])
    if (await isReadTheSame(upload.file, read)) return { upload, list: read }
  if (!(await hasBegun(models, upload))) return { upload: await forgetReading(models, upload), list }
  const asRecorded = await readAsRecorded(models, upload, asBefore, readerOf)
  if (!asRecorded) throw new AppError('reading_lost', { file: upload.file.name })
  return { upload, list: asRecorded }
}

/** True if the opened list has the header and dialect stored in the upload's document. */
async function isReadTheSame(
  { header, mapping, encoding, delimiter }: FileUpload['file'],
  list: List,
): Promise<boolean> {
  let opened: ListFile
  try {
    opened = await list.open({ headerless: mapping?.isHeaderRow === true })
  } catch (error) {
    if (error instanceof AppError && !error.isTransient) return false
    throw error
  }
  await opened.close()
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
