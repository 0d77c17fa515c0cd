/**
 * Restoring a backup of the embedded database, with what is not in it: numbers given since, people forgotten since.
 */
export { formatDateTime } from './format-date-time.ts'
export { runRestore } from './run-restore.ts'
