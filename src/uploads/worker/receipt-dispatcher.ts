import type { FileUpload, Models } from '../../../models/index.ts'
import { toAppError } from '../../errors.ts'
import { createClaim, type Log, runAbout, startHeartbeat, type UploadListener } from '../lease/index.ts'

const RECEIPT_CLAIM = createClaim<FileUpload>({ expiresAt: 'receipt.claimed_until' })
/** Milliseconds without a renewal until another process may post instead. */
const CLAIM_MS = 15_000

const isBeingEdited = { $gt: ['$receipt.editing_until', '$$NOW'] }

/**
 * Posts the receipt of every finished upload and every question. What is due is stored in the database until
 * it is posted, so an outage of Slack or a crash loses nothing.
 */
export function createReceiptDispatcher({
  models,
  sources,
  listener,
  log,
  claimMs = CLAIM_MS,
}: {
  models: Models
  /** A process can answer where it reads files from: the command line has no Slack to post to. */
  sources: Partial<Record<FileUpload['source']['kind'], unknown>>
  listener: UploadListener
  log: Log
  claimMs?: number
}): { postDue(limit?: number): Promise<void> } {
  const { fileUploads } = models

  async function claimDue(): Promise<FileUpload | null> {
    const due = { 'receipt.due': true, 'source.kind': { $in: Object.keys(sources) } }
    return await RECEIPT_CLAIM.take(fileUploads, due, { ms: claimMs, sort: { shared_at: 1 } })
  }

  /**
   * Renews the claim while posting. @returns stops the renewal and returns the upload that holds the claim
   */
  function renewClaim(upload: FileUpload): () => Promise<FileUpload> {
    let claimed = upload
    const endHeartbeat = startHeartbeat(claimMs / 3, async () => {
      try {
        claimed = (await RECEIPT_CLAIM.renew(fileUploads, claimed, { ms: claimMs })) ?? claimed
      } catch (error) {
        log.debug({ upload: upload.number, err: error }, 'claim not renewed')
      }
    })
    return async () => {
      await endHeartbeat()
      return claimed
    }
  }

  async function postReceipt(upload: FileUpload): Promise<void> {
    if (upload.status === 'held') await listener.asked(upload)
    else if (upload.finished_at) await listener.finished(upload)
  }

  /**
   * While a question is posted, it can be answered and the upload can finish. Then a newer receipt exists
   * that this one may have overwritten, so the newer one is posted again. While a process edits the message
   * with progress, the receipt stays due until that edit is over.
   */
  async function markPosted(claimed: FileUpload): Promise<void> {
    const idle = await RECEIPT_CLAIM.update(fileUploads, claimed, [
      {
        $set: {
          'receipt.due': isBeingEdited,
          'receipt.posted_at': '$$NOW',
          'receipt.claimed_until': { $cond: [isBeingEdited, '$receipt.editing_until', '$$REMOVE'] },
        },
      },
    ])
    if (idle) return
    await fileUploads.collection.updateOne(
      { _id: claimed._id, finished_at: { $exists: true } },
      { $set: { 'receipt.due': true } },
    )
  }

  /** Posts what is due, oldest first, at most `limit`; stops at the first failure, which is retried later. */
  async function postDue(limit = Number.POSITIVE_INFINITY): Promise<void> {
    for (let posted = 0; posted < limit; posted += 1) {
      const upload = await claimDue()
      if (!upload) return
      const endClaim = renewClaim(upload)
      try {
        await runAbout(upload, () => postReceipt(upload))
      } catch (error) {
        await endClaim()
        log.warn({ upload: upload.number, code: toAppError(error).code, err: error }, 'receipt waits')
        return
      }
      await markPosted(await endClaim())
    }
  }

  return { postDue }
}
