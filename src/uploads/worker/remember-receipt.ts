import type { mongo } from 'mongoose'
import type { Models } from '../../../models/index.ts'

/** Remembers which message in the thread is this upload's, so that every later word edits it. */
export async function rememberReceiptMessage(
  models: Models,
  upload: mongo.ObjectId,
  message: string,
  word?: string,
): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload },
    { $set: { 'receipt.message': message, ...(word !== undefined && { 'receipt.word': word }) } },
  )
}
