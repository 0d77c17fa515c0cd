/**
 * The embedded DocumentDB engine: installs it, starts PostgreSQL, starts the gateway.
 */
export { compactEngineData } from './compact-engine-data.ts'
export { copyEngineData, unpackEngineData } from './copy-engine-data.ts'
export { DOWNLOAD_MB } from './debian-packages.ts'
export { installedVersion, POSTGRES_MAJOR } from './engine-files.ts'
export { hasEngine, installEngine } from './install-engine.ts'
export { removeServerDirectory } from './postgres.ts'
export { startDocumentDb } from './start-documentdb.ts'
export { finishSwap, swapEngineData } from './swap-engine-data.ts'
