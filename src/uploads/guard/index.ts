/** Checks a file before its first row is written: guard, preview, collisions. Writes no customers. */

export { decideHold, findChecked, findSameFile, type GuardSettings, hasBegun } from './guard.ts'
export { approveUpload, importPrivateFile } from './guard-answer.ts'
export { findCollisions } from './guard-collisions.ts'
export { explainReason } from './guard-reasons.ts'
export { previewRows } from './preview-rows.ts'
export { createSharedPhoneFinder } from './shared-phones.ts'
