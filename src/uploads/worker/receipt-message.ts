import type { FileUpload, Models } from '../../../models/index.ts'
import { createClaim } from '../lease/index.ts'

const MESSAGE_CLAIM = createClaim<FileUpload>({
  expiresAt: 'receipt.posting_until',
  token: 'receipt.posting_by',
})
/** Milliseconds one process has to make the message of an upload before another may: more than one request may take. */
const POST_WITHIN_MS = 20_000

export type PostClaim =
  /** It is for this process to make the message. */
  | { readonly kind: 'granted' }
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
  if (await MESSAGE_CLAIM.take(fileUploads, unposted, terms)) return { kind: 'granted' }
  const known = await fileUploads.collection.findOne<FileUpload>(
    { _id: upload },
    { projection: { receipt: 1 } },
  )
  const message = known?.receipt.message
  return message === undefined ? { kind: 'taken' } : { kind: 'posted', message }
}

/** Remembers which message in the thread is this upload's, so that every later word edits it. */
export async function rememberReceiptMessage(
  models: Models,
  upload: FileUpload['_id'],
  message: string,
): Promise<void> {
  await models.fileUploads.collection.updateOne({ _id: upload }, { $set: { 'receipt.message': message } })
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
      $or: [{ 'receipt.message': message }, { 'failed_rows.message': message }],
    },
    { projection: { _id: 1 } },
  )
  return found !== null
}
