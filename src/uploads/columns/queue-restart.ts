import { createHash } from 'node:crypto'
import { mongo } from 'mongoose'
import {
  type FileUpload,
  isDuplicateKey,
  type Models,
  type Restart,
  type UndoUpload,
} from '../../../models/index.ts'
import { nextNumber } from '../lease/index.ts'
import type { CarriedColumns } from '../readings/index.ts'
import { countForgottenRows } from './count-forgotten-rows.ts'

/**
 * Queues the undo of an import that still runs and cannot be continued; the file is read again after it. The
 * import must end now: its lease keeps the undo from starting before. Safe to repeat: one import leads to one
 * undo.
 *
 * @returns undefined if a person must agree first, and nobody can be asked
 * @throws driver errors
 */
export async function queueRestart(
  models: Models,
  upload: FileUpload,
  carried: CarriedColumns,
): Promise<UndoUpload | undefined> {
  const uploads = models.fileUploads.collection
  const _id = idOfRestart(upload)
  const known = await uploads.findOne<UndoUpload>({ _id })
  if (known) return known
  const restart = await describeRestart(models, upload, carried)
  if (!restart) return undefined
  const { name, sheet } = upload.file
  const undo: UndoUpload = {
    _id,
    kind: 'undo',
    number: await nextNumber(models, 'file_uploads'),
    status: 'queued',
    source: upload.source,
    file: { name, ...(sheet && { sheet }) },
    undo_of: {
      upload: upload._id,
      number: upload.number,
      file: upload._id,
      file_number: upload.number,
      action: 'take_back',
      open: true,
    },
    restart,
    // A process of the version before may run the undo: it reads a file again only with this.
    reread: restart.columns ?? { columns: [], by: upload.source.user, at: new Date() },
    attempts: 0,
    // The clocks of Slack and of this machine may differ; the undo comes after its file.
    shared_at: new Date(Math.max(Date.now(), upload.shared_at.getTime())),
    receipt: { due: false },
  }
  try {
    await uploads.insertOne(undo)
    return undo
  } catch (error) {
    const other = isDuplicateKey(error) ? await uploads.findOne<UndoUpload>({ _id }) : null
    if (!other) throw error
    return other
  }
}

async function describeRestart(
  models: Models,
  upload: FileUpload,
  { columns, areComplete }: CarriedColumns,
): Promise<Restart | undefined> {
  const forgotten = await countForgottenRows(models, upload)
  // The command line states its columns by their headings, and can approve nothing.
  if (upload.source.kind === 'cli') return forgotten > 0 ? undefined : {}
  // An approval was given for another reading. Forgotten people come back only if a person agrees.
  const mustBeSeen = upload.hold?.answer !== undefined || !areComplete || forgotten > 0
  return {
    ...(mustBeSeen && { preview_wanted: true }),
    ...(columns && { columns }),
    ...(forgotten > 0 && { forgotten }),
  }
}

/** Derived from the import's id, so that a run after a crash finds the same undo. */
function idOfRestart({ _id }: FileUpload): mongo.ObjectId {
  return new mongo.ObjectId(
    createHash('sha256').update(`restart ${_id.toHexString()}`).digest('hex').slice(0, 24),
  )
}
