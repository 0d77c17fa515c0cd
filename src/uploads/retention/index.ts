/**
 * Deletes the values of old rows under the retention policy. Outcomes and field names stay, so receipts still
 * add up.
 */
export { hasRemovedValues, removeOldValues } from './remove-old-values.ts'
export { removePrivateFiles } from './remove-private-files.ts'
