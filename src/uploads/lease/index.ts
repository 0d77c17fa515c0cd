/**
 * Who works on an upload: claim, heartbeat, checkpoint, retry, the ports an upload needs, the log context.
 * Has no code for rows, customers or files.
 */
export { createClaim } from './claim.ts'
export { confirmRead, type ReadDocument } from './confirm-read.ts'
export { asLiterals, fromNow, isAhead, isFree } from './database-clock.ts'
export { startHeartbeat } from './heartbeat.ts'
export { fieldsOfSubject, logAboutUpload, runAbout, runWithoutUpload } from './log-context.ts'
export { lookBackFrom } from './look-back.ts'
export { nextNumber } from './next-number.ts'
export type { FetchedFile, FileSource, Log, OpenedFile, UploadListener } from './ports.ts'
export {
  type CountAhead,
  countAhead,
  countAheadOfNew,
  createHeadFinder,
  listQueue,
} from './queue-order.ts'
export { type LeasedRun, retryBatch } from './retry-batch.ts'
export { aroundShare, nameShare } from './same-share.ts'
export { storeRecordKind } from './store-record-kind.ts'
export {
  assertLeased,
  claimMessage,
  claimUpload,
  finishUpload,
  forgetReading,
  forgetUpload,
  handBackUpload,
  holdUpload,
  type LeaseTiming,
  readLeased,
  renewLease,
  resetAttempts,
  saveCheckpoint,
  saveFile,
  throwIfCancelled,
} from './upload-lease.ts'
