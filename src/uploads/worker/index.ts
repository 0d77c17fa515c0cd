/**
 * The queue of uploads, the worker loop, running one upload of any kind, due receipts. Imports every other
 * folder of uploads; none of them imports it.
 */
export { type CancelAnswer, cancelUpload } from './cancel-request.ts'
export {
  beginEdit,
  beginWord,
  claimMessageAtEnd,
  claimReceiptMessage,
  endEdit,
  forgetReceiptMessage,
  isClaimedAtEnd,
  isReceiptMessage,
  type PostClaim,
  rememberReceiptMessage,
} from './receipt-message.ts'
export { previewWaiting, queuePreview, queuePrivatePreview, requestPreview } from './request-preview.ts'
export { createUploadQueue, type SlackShare, type UploadQueue } from './upload-queue.ts'
export { createUploadWorker, type UploadWorker, type WorkerTiming } from './upload-worker.ts'
