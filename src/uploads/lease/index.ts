/**
 * Who works on an upload: claim, heartbeat, checkpoint, retry, the ports an upload needs, the log context.
 * Knows nothing of rows, customers or files.
 */
export { fromNow, isFree } from './database-clock.ts'
export { fieldsOfSubject, noteUpload, runAbout, runForSomebody } from './log-context.ts'
export { nextNumber } from './next-number.ts'
export type { FileSource, Log, OpenedFile, UploadListener } from './ports.ts'
export { retryBatch } from './retry-batch.ts'
export { aroundShare, nameShare } from './same-share.ts'
export {
  assertHeld,
  claimMessage,
  claimUpload,
  finishUpload,
  forgetUpload,
  forgiveAttempts,
  handBackUpload,
  holdUpload,
  type LeaseTiming,
  renewLease,
  saveCheckpoint,
  saveFile,
} from './upload-lease.ts'
