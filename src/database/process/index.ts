/**
 * Operating-system processes of a database server: facts, lock, leftovers of a killed run.
 */
export { type EmbeddedServer, embeddedUri } from './embedded-server.ts'
export { type KeptServer, keepRunning } from './keep-running.ts'
export { acquireProcessLock, type ProcessLock } from './process-lock.ts'
export { stopLeftover } from './stop-leftover.ts'
