import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { createAuditTrail } from '../../stores/index.ts'

export async function findUpload(models: Models, number: number): Promise<FileUpload | null> {
  return await models.fileUploads.collection.findOne<FileUpload>({ number })
}

/**
 * Writes down which column holds the phones, or which reading of its columns or bytes is right, and puts the upload back
 * into the queue at its old place.
 * @returns null where the upload no longer waits for that: somebody else answered, or it was left out
 */
export async function answerQuestion(
  models: Models,
  upload: FileUpload,
  kind: 'phone_column' | 'reading' | 'encoding',
  answer: { readonly index: number; readonly by: string; readonly at: Date },
): Promise<FileUpload | null> {
  const candidates = upload.question?.candidates ?? []
  return (await models.fileUploads.collection.findOneAndUpdate(
    { _id: upload._id, status: 'held', 'question.kind': kind },
    {
      $set: {
        status: 'queued',
        'question.answer': answer,
        // The examples are customers' data and have done their work.
        'question.candidates': candidates.map((candidate) => ({ ...candidate, examples: [] })),
      },
    },
    { returnDocument: 'after' },
  )) as unknown as FileUpload | null
}

/**
 * Writes down which sheet is the list, and puts the upload back into the queue at its old place.
 * @returns null where the upload no longer waits for that
 */
export async function chooseSheet(
  models: Models,
  upload: FileUpload,
  answer: { readonly index: number; readonly by: string; readonly at: Date },
): Promise<FileUpload | null> {
  return (await models.fileUploads.collection.findOneAndUpdate(
    { _id: upload._id, status: 'held', 'question.kind': 'sheet' },
    { $set: { status: 'queued', 'question.answer': answer } },
    { returnDocument: 'after' },
  )) as unknown as FileUpload | null
}

/** Ends a held upload without importing it. @returns null where it was held no longer */
export async function leaveUpload(models: Models, upload: FileUpload): Promise<FileUpload | null> {
  const { code, message, next } = new AppError('left_out', { file: upload.file.name })
  return (await models.fileUploads.collection.findOneAndUpdate(
    { _id: upload._id, status: 'held' },
    [
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
    ],
    { returnDocument: 'after' },
  )) as unknown as FileUpload | null
}

const ANSWERED_BY = {
  phone_column: 'choose_phone_column',
  sheet: 'choose_sheet',
  encoding: 'choose_encoding',
  reading: 'choose_reading',
} as const

/** Files with the same header in the same channel, which wait for the same answer. */
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

/** Numbers of the files that an answer for this one lets go on, too. */
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
 * Files with the same header in the same channel wait for the same answer: they go on, each at its old place. In other
 * channels people decide for themselves. Each is in the audit as released by whoever answered, before it is.
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
 * A word said on the way may have landed on top of the last word, which another process said meanwhile: then that is
 * said again.
 */
export async function repeatLastWord(models: Models, upload: FileUpload): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload._id, finished_at: { $exists: true }, 'receipt.posted_at': { $exists: true } },
    { $set: { 'receipt.due': true } },
  )
}
