/**
 * /uploads: recent, who, show, compare, preview, undo, mapping.
 */
export { PREVIEW_ACTIONS } from './preview.ts'
export { UNDO_ACTIONS } from './undo.ts'
export { explainUploads, runUploads } from './uploads.ts'
export { SEND_COMPARISON, sendComparison, viewComparison } from './uploads-compare.ts'
export { describeResult, viewRecent } from './uploads-recent.ts'
export { SEND_SECOND_PHONES, sendSecondPhones } from './uploads-second-phones.ts'
export { SEND_SHARED_PHONES, sendSharedPhones } from './uploads-shared-phones.ts'
export { SEND_FAILED_ROWS, sendFailedRows, viewUpload } from './uploads-show.ts'
export { viewWho } from './uploads-who.ts'
