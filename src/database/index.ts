/**
 * Connects to MongoDB and starts an embedded server if none is configured. Has no code for the product's
 * collections.
 */
export { backUpDatabase } from './back-up.ts'
export { compactDatabase } from './compact.ts'
export { type OpenDatabase, openDatabase } from './open-database.ts'
export { restoreDatabase } from './restore.ts'
export { defaultCacheDir, describeDownload, startDatabaseServer } from './start-server.ts'
