import type { FileUpload, Models } from '../../../models/index.ts'
import { createClaim, fromNow } from '../lease/index.ts'

const MESSAGE_CLAIM = createClaim<FileUpload>({
  expiresAt: 'receipt.posting_until',
  token: 'receipt.posting_by',
})
/** Milliseconds one process has to post an upload's message; longer than one request can take. */
const POST_WITHIN_MS = 20_000
const EDIT_CLAIM = createClaim<FileUpload>({
  expiresAt: 'receipt.editing_until',
  token: 'receipt.editing_by',
})
/** Milliseconds after which an edit with progress has reached Slack or never will. */
const EDIT_WITHIN_MS = 20_000

export type PostClaim =
  /** This process may post the message. `isFirst`: no process can have posted it before. */
  | { readonly kind: 'granted'; readonly isFirst: boolean }
  /** The message exists. */
  | { readonly kind: 'posted'; readonly message: string }
  /** Another process is posting it now. */
  | { readonly kind: 'taken' }

/**
 * Claims the posting of an upload's one message. Several processes know of an upload (one received the share,
 * another runs it), and a post can't be revoked.
 * @param claimant random name of the process; the holder gets its claim again
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
 * The same claim, for the write that ends an upload. It takes nothing from a process that is posting.
 * @returns expressions of an update pipeline
 */
export function claimMessageAtEnd(claimant: string): Readonly<Record<string, unknown>> {
  return {
    'receipt.posting_by': { $ifNull: ['$receipt.posting_by', { $literal: claimant }] },
    'receipt.posting_until': { $ifNull: ['$receipt.posting_until', fromNow(POST_WITHIN_MS)] },
  }
}

/**
 * True if an upload that just ended has the claim of `claimMessageAtEnd`: the claim is as old as the end, so no process
 * tried to post before.
 */
export function isClaimedAtEnd({ receipt, finished_at: end }: FileUpload, claimant: string): boolean {
  const { message, posting_by: by, posting_until: until } = receipt
  if (message !== undefined || by !== claimant || !until || !end) return false
  return until.getTime() - end.getTime() === POST_WITHIN_MS
}

/**
 * Begins a question or a receipt. Stored before it is posted: after a crash the next process posts it, and
 * never a second message for the same state.
 * @param message the existing message
 * @param word the state to post; the same state always stays in the same message
 * @param isOld true if nobody would notice an edit of that message, so that a new one is needed
 * @returns the message to edit, absent if a new one is needed, and the message it replaces
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
 * Stores which message in the thread is this upload's, so that later states edit it. If no message shares the
 * file, the first one starts the thread.
 */
export async function rememberReceiptMessage(
  models: Models,
  { _id: upload, source }: Pick<FileUpload, '_id' | 'source'>,
  message: string,
  word?: string,
): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload },
    { $set: { 'receipt.message': message, ...(word !== undefined && { 'receipt.word': word }) } },
  )
  if (source.kind !== 'slack' || !source.unshared) return
  await models.fileUploads.collection.updateOne(
    { _id: upload, 'source.unshared': true, 'source.thread': { $exists: false } },
    { $set: { 'source.thread': message } },
  )
}

/** The message of this upload was deleted: a new one may be posted. */
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

/**
 * Stores that a process is about to edit the message with progress. If the process crashes, its request can
 * still reach Slack after the receipt, so the receipt is then posted again.
 * @param claimant random name of the process
 * @returns false if the upload has finished: its receipt must not be overwritten
 */
export async function beginEdit(
  models: Models,
  upload: FileUpload['_id'],
  claimant: string,
): Promise<boolean> {
  const { fileUploads } = models
  const unfinished = { _id: upload, finished_at: { $exists: false } }
  if (await EDIT_CLAIM.take(fileUploads, unfinished, { ms: EDIT_WITHIN_MS, token: claimant })) return true
  // Another process edits it: both edits are progress, and its claim covers this one, too.
  return (await fileUploads.collection.findOne(unfinished, { projection: { _id: 1 } })) !== null
}

/** Ends an edit. If the upload finished meanwhile, its receipt may be overwritten and is due again. */
export async function endEdit(models: Models, upload: FileUpload['_id'], claimant: string): Promise<void> {
  await models.fileUploads.collection.updateOne(
    { _id: upload, 'receipt.editing_by': claimant },
    { $unset: { 'receipt.editing_by': '', 'receipt.editing_until': '' } },
  )
  await repeatReceipt(models, upload)
}

/** Makes the posted receipt of this upload due again. */
async function repeatReceipt(models: Models, upload: FileUpload['_id']): Promise<void> {
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

/** True if a message in a channel belongs to an upload: its receipt, or its CSV of rows to correct. */
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
