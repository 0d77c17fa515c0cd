/**
 * Speaks MongoDB's wire protocol on one side and calls the engine's SQL functions on the other.
 */
export { createEngine } from './engine.ts'
export { type Gateway, startGateway } from './start-gateway.ts'
export { MAX_WRITE_BATCH } from './write-commands.ts'
