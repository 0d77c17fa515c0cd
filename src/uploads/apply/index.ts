/**
 * Plans a batch of rows, writes rows first and customers second, and counts outcomes.
 * Does not read files and does not choose columns.
 */
export { findCustomers, findKnownCustomers, phonesOf } from './apply-batch.ts'
export { type ApplyContext, applyBatches } from './apply-batches.ts'
export { countDummies, describeDummies } from './count-dummies.ts'
export {
  addRows,
  countOutcomes,
  countRowNotes,
  describeRowNotes,
  emptyCounts,
  findProblems,
} from './count-outcomes.ts'
export { dropBehindLast, dropUnapplied } from './delete-unapplied-rows.ts'
export { findNewerPaths } from './fields-changed-later.ts'
export { findSharedPhones, readSharedPhones, type SharedPhoneRow } from './find-shared-phones.ts'
export { type KnownCustomers, type NewerPaths, type NewerStatement, planBatch } from './plan-batch.ts'
export { type NetRow, readNetRows } from './read-net-rows.ts'
export {
  type ChangeSummary,
  createChangeSummary,
  summariseChanges,
  summariseNet,
} from './summarise-changes.ts'
export { hasOnlyDuplicates } from './write-customers.ts'
