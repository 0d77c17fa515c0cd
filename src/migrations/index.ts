/**
 * Brings stored data from the form of one version to the form of the next.
 * Every migration may break off and be repeated.
 */
export { findForm } from './migrate.ts'
export { MIGRATIONS } from './migrations.ts'
export { prepareDatabase } from './prepare-database.ts'
