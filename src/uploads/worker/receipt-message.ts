import type { FileUpload, Models } from '../../../models/index.ts'
import { createClaim } from '../lease/index.ts'

const MESSAGE_CLAIM = createClaim<FileUpload>({
  expiresAt: 'receipt.posting_until',
  token: 'receipt.posting_by',
})
/** Milliseconds one process has to make the message of an upload before another may: more than one request may take. */
const POST_WITHIN_MS = 20_000

export type PostClaim =
  /** It is for this process to make the message. First: nobody can have posted it before. */
  | { readonly kind: 'granted'; readonly isFirst: boolean }
  /** Somebody made it: this one. */
  | { readonly kind: 'posted'; readonly message: string }
  /** Somebody is making it right now. */
  | { readonly kind: 'taken' }

/**
 * Asks to make the one message an upload has. Several processes hear of an upload (one was told of the share, another
 * works on it), and posting cannot be undone.
 * @param claimant random name of the process; who holds the claim gets it again
 */
export async function claimReceiptMessage(
  models: Models,
  upload: FileUpload['_id'],
  claimant: string,
): Promise<PostClaim> {
  const { fileUploads } = models
  const unposted = { _id: upload, 'receipt.message': { $exists: false } }
  const terms = { ms: POST_WITHIN_MS, token: claimant }
  const untried = { ...unposted, 'receipt.posting_by': { $exists: false } }
  if (await MESSAGE_CLAIM.take(fileUploads, untried, terms)) return { kind: 'granted', isFirst: true }
  if (await MESSAGE_CLAIM.take(fileUploads, unposted, terms)) return { kind: 'granted', isFirst: false }
  const known = await fileUploads.collection.findOne<FileUpload>(
    { _id: upload },
    { projection: { receipt: 1 } },
  )
  const message = known?.receipt.message
  return message === undefined ? { kind: 'taken' } : { kind: 'posted', message }
}

/**
 * A last word (a question, a receipt) is about to be said. Written down before it is: a process that dies on the way
 * leaves a word that the next one makes, and never a second message for the same word.
 * @param message the message that is there
 * @param word which one; the same is said in the same message, however often
 * @param isOld whether an edit of that message would be noticed by nobody, so that another message is needed
 * @returns the message to edit, absent where a new one is to be made, and the one it takes the place of
 */
export async function beginWord(
  models: Models,
  upload: FileUpload['_id'],
  { message, word, isOld }: { readonly message: string; readonly word: string; readonly isOld: boolean },
): Promise<Pick<FileUpload['receipt'], 'message' | 'older'>> {
  const { collection } = models.fileUploads
  const projection = { receipt: 1 }
  const change = isOld
    ? {
        $set: { 'receipt.word': word, 'receipt.older': message },
        $unset: { 'receipt.message': '', 'receipt.posting_by': '', 'receipt.posting_until': '' },
      }
    : { $set: { 'receipt.word': word } }
  const began = await collection.findOneAndUpdate(
    { _id: upload, 'receipt.message': message, 'receipt.word': { $ne: word } },
    change,
    { returnDocument: 'after', projection },
  )
  const known = began ?? (await collection.findOne({ _id: upload }, { projection }))
  return (known as Pick<FileUpload, 'receipt'> | null)?.receipt ?? {}
}

/**
 * Remembers which message in the thread is this upload's, so that every later word edits it. Where no message shares the
 * file, the first one begins the thread.
 */
export async function rememberReceiptMessage(
  models: Models,
  upload: FileUpload['_id'],
  message: string,
  word?: string,
): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload },
    { $set: { 'receipt.message': message, ...(word !== undefined && { 'receipt.word': word }) } },
  )
  await models.fileUploads.collection.updateOne(
    { _id: upload, 'source.unshared': true, 'source.thread': { $exists: false } },
    { $set: { 'source.thread': message } },
  )
}

/** The message of this upload is gone: a new one may be made. */
export async function forgetReceiptMessage(
  models: Models,
  upload: FileUpload['_id'],
  message: string,
): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload, 'receipt.message': message },
    { $unset: { 'receipt.message': '', 'receipt.posting_by': '', 'receipt.posting_until': '' } },
  )
}

/** The receipt of this upload, where it was posted already, is due once more. */
export async function repeatReceipt(models: Models, upload: FileUpload['_id']): Promise<void> {
  await models.fileUploads.collection.updateOne(
    {
      _id: upload,
      finished_at: { $exists: true },
      'receipt.due': false,
      'receipt.message': { $exists: true },
    },
    { $set: { 'receipt.due': true } },
  )
}

/** Whether a message in a channel is some upload's: its receipt, or the file of its failed rows. */
export async function isReceiptMessage(models: Models, channel: string, message: string): Promise<boolean> {
  const found = await models.fileUploads.collection.findOne(
    {
      'source.channel': channel,
      $or: [{ 'receipt.message': message }, { 'receipt.older': message }, { 'failed_rows.message': message }],
    },
    { projection: { _id: 1 } },
  )
  return found !== null
}
