/**
 * The embedded DocumentDB engine: installs it, starts PostgreSQL, starts the gateway.
 */
export { startDocumentDb } from './start-documentdb.ts'
