import { type FileUpload, type Models, updateMatching } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { createAuditTrail } from '../../stores/index.ts'

export async function findUpload(models: Models, number: number): Promise<FileUpload | null> {
  return await models.fileUploads.collection.findOne<FileUpload>({ number })
}

/**
 * Stores an answer: the phone column, a reading of the columns, or an encoding. The upload returns to its old
 * place in the queue.
 * @returns null if the upload no longer waits for it: another person answered, or it was discarded
 */
export async function answerQuestion(
  models: Models,
  upload: FileUpload,
  kind: 'phone_column' | 'reading' | 'encoding',
  answer: { readonly index: number; readonly by: string; readonly at: Date },
): Promise<FileUpload | null> {
  const candidates = upload.question?.candidates ?? []
  return await updateMatching(
    models.fileUploads,
    { _id: upload._id, status: 'held', 'question.kind': kind },
    {
      $set: {
        status: 'queued',
        'question.answer': answer,
        // Examples are customer data and no longer needed.
        'question.candidates': candidates.map((candidate) => ({ ...candidate, examples: [] })),
      },
    },
  )
}

/**
 * Stores the chosen sheet; the upload returns to its old place in the queue.
 * @returns null if the upload no longer waits for it
 */
export async function chooseSheet(
  models: Models,
  upload: FileUpload,
  answer: { readonly index: number; readonly by: string; readonly at: Date },
): Promise<FileUpload | null> {
  return await updateMatching(
    models.fileUploads,
    { _id: upload._id, status: 'held', 'question.kind': 'sheet' },
    { $set: { status: 'queued', 'question.answer': answer } },
  )
}

/** Ends a held upload without an import. @returns null if it is no longer held */
export async function leaveUpload(models: Models, upload: FileUpload): Promise<FileUpload | null> {
  const { code, message, next } = new AppError('left_out', { file: upload.file.name })
  return await updateMatching(models.fileUploads, { _id: upload._id, status: 'held' }, [
    {
      $set: {
        status: 'failed',
        problem: { $literal: { code, message, next } },
        finished_at: '$$NOW',
        'receipt.due': upload.source.kind === 'slack',
      },
    },
    { $unset: 'question' },
    { $unset: 'receipt.claimed_until' },
  ])
}

const ANSWERED_BY = {
  phone_column: 'choose_phone_column',
  sheet: 'choose_sheet',
  encoding: 'choose_encoding',
  reading: 'choose_reading',
} as const

/** Matches files with the same header in the same channel that wait for the same answer. */
function sameQuestion({ _id, source, question }: FileUpload): Record<string, unknown> | undefined {
  if (question?.fingerprint === undefined || source.kind !== 'slack') return undefined
  return {
    _id: { $ne: _id },
    status: 'held',
    'source.channel': source.channel,
    'question.fingerprint': question.fingerprint,
    'question.answer': { $exists: false },
  }
}

/** Numbers of the files that the same answer also releases. */
export async function listSameQuestion(models: Models, upload: FileUpload): Promise<number[]> {
  const filter = sameQuestion(upload)
  if (!filter) return []
  const found = await models.fileUploads.collection
    .find<Pick<FileUpload, 'number'>>(filter, { projection: { number: 1 } })
    .sort({ number: 1 })
    .toArray()
  return found.map(({ number }) => number)
}

/**
 * Releases the files with the same header in the same channel; each returns to its old place. Other channels
 * decide for themselves. Each release is audited before it happens.
 */
export async function releaseSameHeader(models: Models, upload: FileUpload, by: string): Promise<void> {
  const filter = sameQuestion(upload)
  const { source } = upload
  if (!filter || source.kind !== 'slack') return
  const numbers = await listSameQuestion(models, upload)
  if (numbers.length === 0) return
  const audit = createAuditTrail({ models })
  const { team, channel } = source
  const name = ANSWERED_BY[upload.question?.kind ?? 'phone_column']
  const entry = await audit.begin({ team, channel, user: by, entry: 'action', name })
  await models.fileUploads.collection.updateMany(
    { ...filter, number: { $in: numbers } },
    { $set: { status: 'queued' } },
  )
  await audit.finish(entry, { outcome: 'answered', did: 'imported', uploads: numbers })
}

/**
 * A progress edit may have overwritten the receipt that another process posted; then the receipt is posted
 * again.
 */
export async function repeatLastWord(models: Models, upload: FileUpload): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload._id, finished_at: { $exists: true }, 'receipt.posted_at': { $exists: true } },
    { $set: { 'receipt.due': true } },
  )
}
