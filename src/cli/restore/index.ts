/**
 * Restores a backup of the embedded database, and applies what is newer than it: assigned numbers, forgotten
 * people.
 */
export { formatDateTime } from './format-date-time.ts'
export { runRestore } from './run-restore.ts'
