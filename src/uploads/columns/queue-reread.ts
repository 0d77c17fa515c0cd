import { createHash } from 'node:crypto'
import { mongo } from 'mongoose'
import {
  type FileUpload,
  type ImportUpload,
  isDuplicateKey,
  type Models,
  type UndoUpload,
} from '../../../models/index.ts'
import { nextNumber } from '../lease/index.ts'

/**
 * Queues the file of an undo to be read again, with the columns chosen when the undo was requested, or by this
 * version of the bot. The new upload has the place of its share. The undo still runs then, so nothing is read
 * before it is done. Safe to repeat: one undo leads to one upload.
 */
export async function queueReread(models: Models, undo: UndoUpload): Promise<ImportUpload | undefined> {
  const { reread, restart, undo_of } = undo
  if (!reread) return undefined
  const uploads = models.fileUploads.collection
  const _id = idOfReread(undo)
  const known = await uploads.findOne<ImportUpload>({ _id })
  if (known) return known
  const file = await uploads.findOne<FileUpload>({ _id: undo_of.file })
  if (file?.kind !== 'import') return undefined
  const { name, bytes, sha256, sheet, chosen_encoding } = file.file
  const columns = restart ? restart.columns : reread
  const upload: ImportUpload = {
    _id,
    kind: 'import',
    number: await nextNumber(models, 'file_uploads'),
    status: 'queued',
    source: file.source,
    file: {
      name,
      ...(bytes !== undefined && { bytes }),
      ...(sha256 !== undefined && { sha256 }),
      ...(sheet && { sheet }),
      ...(chosen_encoding && { chosen_encoding }),
      ...(columns && { columns }),
    },
    ...(restart?.preview_wanted && { preview_wanted: true }),
    // The answer to the file's question, such as the phone column of a file without headings.
    ...(file.question?.answer && { question: file.question }),
    reread_of: {
      upload: file._id,
      number: file.number,
      undo: undo._id,
      place: file.reread_of?.place ?? file.number,
    },
    attempts: 0,
    shared_at: file.shared_at,
    receipt: { due: false },
  }
  try {
    await uploads.insertOne(upload)
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
  return upload
}

/** Derived from the undo's id, so that a run after a crash finds the same upload. */
function idOfReread({ _id }: UndoUpload): mongo.ObjectId {
  return new mongo.ObjectId(
    createHash('sha256').update(`reread ${_id.toHexString()}`).digest('hex').slice(0, 24),
  )
}
