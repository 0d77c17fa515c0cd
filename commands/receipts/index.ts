/**
 * The replies about one upload in every state: progress, preview, receipt, undo, forget, switch.
 */

export { countUndoCustomers } from './count-undo-customers.ts'
export {
  findMeantUpload,
  isReply,
  isSharedIn,
  linkThread,
  nameThread,
  nameUploadBriefly,
  showButton,
} from './find-meant-upload.ts'
export {
  describeForgetChoice,
  describeForgetForecast,
  describeNoForget,
  describeQueuedForget,
  FORGET_CONFIRM,
  summariseForget,
} from './forget-reply.ts'
export { showOutcomes } from './outcome-numbers.ts'
export {
  APPROVE_UPLOAD,
  CORRECT_SHARED_PHONES,
  describeDecision,
  describeExamples,
  describeHeld,
  describeImportAnyway,
  IMPORT_ANYWAY,
  PREVIEW_EXAMPLES,
} from './preview-reply.ts'
export {
  CANCEL_UPLOAD,
  describeMoved,
  describeProgress,
  describeQueued,
  describeWaiting,
} from './progress-reply.ts'
export { describeReceipt, MAX_PROBLEMS } from './receipt-reply.ts'
export { RECORD_KIND_WORDS } from './record-kind-words.ts'
export { describeSwitchReceipt, summariseSwitch } from './switch-reply.ts'
export {
  describeForecast,
  describeQueuedUndo,
  describeRefusal,
  summariseUndo,
  UNDO_ASK,
  UNDO_CONFIRM,
  undoButton,
} from './undo-reply.ts'
