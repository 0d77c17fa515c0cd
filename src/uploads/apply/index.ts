/**
 * Plans a batch of rows, writes rows first and customers second, and counts outcomes.
 * Does not read files and does not choose columns.
 */
export { findCustomers, phonesOf } from './apply-batch.ts'
export { type ApplyContext, applyBatches } from './apply-batches.ts'
export { countDummies, describeDummies } from './count-dummies.ts'
export { addRows, countOutcomes, emptyCounts, findProblems } from './count-outcomes.ts'
export { countRowNotes, describeRowNotes } from './count-row-notes.ts'
export { dropUnapplied } from './delete-unapplied-rows.ts'
export { findNewerPaths } from './fields-changed-later.ts'
export { planBatch } from './plan-batch.ts'
export { createChangeSummary, summariseChanges } from './summarise-changes.ts'
export { hasOnlyDuplicates } from './write-customers.ts'
