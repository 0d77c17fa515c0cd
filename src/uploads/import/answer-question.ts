import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'

export async function findUpload(models: Models, number: number): Promise<FileUpload | null> {
  return await models.fileUploads.collection.findOne<FileUpload>({ number })
}

/**
 * Writes down which column holds the phones, and puts the upload back into the queue at its old place.
 * @returns null where the upload no longer waits for that: somebody else answered, or it was left out
 */
export async function choosePhoneColumn(
  models: Models,
  upload: FileUpload,
  answer: { readonly index: number; readonly by: string; readonly at: Date },
): Promise<FileUpload | null> {
  const candidates = upload.question?.candidates ?? []
  return (await models.fileUploads.collection.findOneAndUpdate(
    { _id: upload._id, status: 'held', 'question.kind': 'phone_column' },
    {
      $set: {
        status: 'queued',
        'question.answer': answer,
        // The examples are customers' data and have done their work.
        'question.candidates': candidates.map(({ index, header }) => ({ index, header, examples: [] })),
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

/** Files with the same header wait for the same answer: they go on, each at its old place. */
export async function releaseSameHeader(models: Models, upload: FileUpload): Promise<void> {
  const fingerprint = upload.question?.fingerprint
  if (fingerprint === undefined) return
  await models.fileUploads.collection.updateMany(
    { status: 'held', 'question.fingerprint': fingerprint },
    { $set: { status: 'queued' } },
  )
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
