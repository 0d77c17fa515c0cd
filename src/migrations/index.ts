/**
 * Migrates stored data from one version's form to the next. Every migration can be interrupted and repeated.
 */
export { findForm } from './migrate.ts'
export { MIGRATIONS } from './migrations.ts'
export { prepareDatabase } from './prepare-database.ts'
