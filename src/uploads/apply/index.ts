/**
 * Plans a batch of rows, writes rows first and customers second, and saves checkpoints. Reads no files, and chooses no
 * columns.
 */
export { findCustomers, findKnownCustomers, phonesOf } from './apply-batch.ts'
export { type ApplyContext, applyBatches } from './apply-batches.ts'
export type { CustomersRead, KnownCustomers, NewerPaths, NewerStatement } from './batch-plan.ts'
export { createCheckpoints } from './create-checkpoints.ts'
export { dropBehindLast, dropUnapplied } from './delete-unapplied-rows.ts'
export { findNewerPaths } from './fields-changed-later.ts'
export { planBatch } from './plan-batch.ts'
export { mergeStages, ownEntryBy, splitStatements } from './shared-statement.ts'
export { hasOnlyDuplicates } from './write-customers.ts'
