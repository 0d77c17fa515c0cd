import type { FileUpload, Models } from '../../../models/index.ts'
import { toAppError } from '../../errors.ts'
import {
  createClaim,
  fromNow,
  type Log,
  runAbout,
  startHeartbeat,
  type UploadListener,
} from '../lease/index.ts'

const RECEIPT_CLAIM = createClaim<FileUpload>({ expiresAt: 'receipt.claimed_until' })
/** Milliseconds without a renewal until another process may post instead. */
const CLAIM_MS = 15_000

/** Maximum of kept receipts; with more, another process may post them sooner. */
const MAX_WAITING = 3
/** Milliseconds. An upload kept for longer is read again: an undo or a forget upload may have changed it. */
const AT_ONCE_MS = 100

interface EndedUpload {
  readonly upload: FileUpload
  /** By this process's own clock, in milliseconds. */
  readonly endedAt: number
}

interface ReceiptDispatcher {
  /** The claim that the write that ends an import stores; undefined if its receipt is left to `postDue`. */
  claimFields(upload: FileUpload, status: FileUpload['status']): Readonly<Record<string, unknown>> | undefined
  /** Keeps an upload that ended with these fields for `postKept`. */
  keep(upload: FileUpload): void
  /** Posts the receipts kept so far. Those kept meanwhile wait, so that what else is due has its turn. */
  postKept(): Promise<void>
  /** Posts what is due, oldest first, at most `limit`; stops at the first failure, which is retried later. */
  postDue(limit?: number): Promise<void>
}

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
}): ReceiptDispatcher {
  const { fileUploads } = models
  let waiting: readonly EndedUpload[] = []

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

  async function postReceipt(upload: FileUpload, isClaimed: boolean): Promise<void> {
    if (upload.status === 'held') await listener.asked(upload)
    else if (upload.finished_at) await listener.finished(upload, isClaimed)
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

  /** @returns false if the receipt could not be posted: it is due again after its claim */
  async function postClaimed(upload: FileUpload, isFirst = false): Promise<boolean> {
    const endClaim = renewClaim(upload)
    try {
      await runAbout(upload, () => postReceipt(upload, isFirst))
    } catch (error) {
      await endClaim()
      log.warn({ upload: upload.number, code: toAppError(error).code, err: error }, 'receipt waits')
      return false
    }
    await markPosted(await endClaim())
    return true
  }

  /** @returns undefined if its claim may end before it is posted: it is posted as one that is due */
  async function readKept({ upload, endedAt }: EndedUpload): Promise<FileUpload | undefined> {
    const age = performance.now() - endedAt
    if (age >= claimMs / 3) return undefined
    if (age < AT_ONCE_MS) return upload
    return (await fileUploads.collection.findOne<FileUpload>(RECEIPT_CLAIM.claimedAs(upload))) ?? undefined
  }

  return {
    claimFields(upload, status) {
      if (upload.source.kind !== 'slack' || !('slack' in sources) || waiting.length >= MAX_WAITING)
        return undefined
      return { 'receipt.claimed_until': fromNow(claimMs), ...listener.claimReceipt?.(upload, status) }
    },

    keep(upload) {
      waiting = [...waiting, { upload, endedAt: performance.now() }]
    },

    async postKept() {
      for (const next of waiting)
        try {
          const upload = await readKept(next)
          if (upload) await postClaimed(upload, true)
        } finally {
          // Also if the database failed: the stored receipt is still due, and a second post of this one could be doubled.
          waiting = waiting.filter((one) => one !== next)
        }
    },

    async postDue(limit = Number.POSITIVE_INFINITY) {
      for (let posted = 0; posted < limit; posted += 1) {
        const upload = await claimDue()
        if (!upload || !(await postClaimed(upload))) return
      }
    },
  }
}
