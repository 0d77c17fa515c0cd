/** Operating-system processes of a database server: facts, lock, leftovers of a killed run. */
export { type EmbeddedServer, embeddedUri } from './embedded-server.ts'
export { keepRunning } from './keep-running.ts'
export { isAlive } from './process-facts.ts'
export { acquireProcessLock, findNearHolder, type ProcessLock } from './process-lock.ts'
export { readServerAddress, type ServerAddress, writeServerAddress } from './server-address.ts'
export { stopLeftover, stopOrphans } from './stop-leftover.ts'
