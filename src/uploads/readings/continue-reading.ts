import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { hasBegun } from '../guard/index.ts'
import { forgetReading } from '../lease/index.ts'
import { type ReaderOf, readAsRecorded } from './read-as-recorded.ts'

/** An upload and its list, as the next run reads them. */
export interface ContinuedReading {
  readonly upload: FileUpload
  readonly list: List
}

/**
 * Reads a list as the run did that understood its columns. That run may have been of an earlier version, which found
 * another header or encoding. Where no row is written the file is read from the beginning, as if it was not read before,
 * and what somebody approved is asked again. Else it is read on with the header of before, which the rows on record prove.
 *
 * @throws AppError reading_lost where they prove the contrary: nothing is written by a guess; whatever is wrong with the list
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

/** Whether the list, opened like this, has the header and the dialect that the upload's document has. */
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
  // Headings that name a person who was forgotten are empty in the document.
  return header.length === now.length && header.every((cell, at) => cell === '' || cell === now[at])
}

/** The separator and the encoding are taken from the upload's document; Unicode is proved by the bytes. */
function readAsBefore(list: List, { encoding, delimiter }: FileUpload['file']): List {
  const stated = {
    ...(encoding !== undefined && !encoding.startsWith('utf-') && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
  }
  return { ...list, open: (how) => list.open({ ...how, stated }) }
}
