import { type FileUpload, type Models, toDatabaseError } from '../../../models/index.ts'
import { createClaim, type Log, runAbout, startHeartbeat, type UploadListener } from '../lease/index.ts'

const RECEIPT_CLAIM = createClaim<FileUpload>({ expiresAt: 'receipt.claimed_until' })
/** A process that posts says every so often that it is alive; when it is not, another may try this much later. */
const CLAIM_MS = 15_000

/**
 * Sees to it that every finished upload gets its last word, and every question is put, also when Slack was away or the
 * process died in between: what is due is written in the database and stays due until it was said.
 */
export function createReceiptDispatcher({
  models,
  sources,
  listener,
  log,
  claimMs = CLAIM_MS,
}: {
  models: Models
  /** Where this process gets files from is also where it can answer: the command line has no Slack to post to. */
  sources: Partial<Record<FileUpload['source']['kind'], unknown>>
  listener: UploadListener
  log: Log
  claimMs?: number
}): { postDue(): Promise<void> } {
  const { fileUploads } = models

  async function claimDue(): Promise<FileUpload | null> {
    const due = { 'receipt.due': true, 'source.kind': { $in: Object.keys(sources) } }
    return await RECEIPT_CLAIM.take(fileUploads, due, { ms: claimMs, sort: { shared_at: 1 } })
  }

  /** Keeps the claim for as long as the saying takes. @returns ends it, with the upload that then holds the claim */
  function renewClaim(upload: FileUpload): () => Promise<FileUpload> {
    let held = upload
    const endHeartbeat = startHeartbeat(claimMs / 3, async () => {
      try {
        held = (await RECEIPT_CLAIM.renew(fileUploads, held, { ms: claimMs })) ?? held
      } catch (error) {
        log.debug({ upload: upload.number, err: error }, 'claim not renewed')
      }
    })
    return async () => {
      await endHeartbeat()
      return held
    }
  }

  async function postReceipt(upload: FileUpload): Promise<void> {
    if (upload.status === 'held') await listener.asked(upload)
    else if (upload.finished_at) await listener.finished(upload)
  }

  /**
   * A question can be answered, and the upload be over, before whoever put it is done saying so. Then there is another
   * last word by now, and this one may have been said on top of it: that one is said again.
   */
  async function markPosted(held: FileUpload): Promise<void> {
    const idle = await RECEIPT_CLAIM.update(fileUploads, held, {
      $set: { 'receipt.due': false, 'receipt.posted_at': new Date() },
      $unset: { 'receipt.claimed_until': '' },
    })
    if (idle) return
    await fileUploads.collection.updateOne(
      { _id: held._id, finished_at: { $exists: true } },
      { $set: { 'receipt.due': true } },
    )
  }

  /** Says what is due, oldest first; stops at the first that cannot be said, which is tried again later. */
  async function postDue(): Promise<void> {
    for (let upload = await claimDue(); upload; upload = await claimDue()) {
      const endClaim = renewClaim(upload)
      try {
        await runAbout(upload, () => postReceipt(upload))
      } catch (error) {
        await endClaim()
        log.warn({ upload: upload.number, code: toDatabaseError(error).code, err: error }, 'receipt waits')
        return
      }
      await markPosted(await endClaim())
    }
  }

  return { postDue }
}
