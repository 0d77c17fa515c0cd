/**
 * The queue of uploads, the worker loop, running one upload of any kind, receipts that are due.
 * Knows every other folder of uploads; none of them knows it.
 */
export { previewWaiting, queuePreview, requestPreview } from './preview-request.ts'
export {
  claimReceiptMessage,
  forgetReceiptMessage,
  isReceiptMessage,
  type PostClaim,
  repeatReceipt,
} from './receipt-message.ts'
export { rememberReceiptMessage } from './remember-receipt.ts'
export { createUploadQueue, type SlackShare, type UploadQueue } from './upload-queue.ts'
export { createUploadWorker, type UploadWorker } from './upload-worker.ts'
