/** Implements MongoDB's wire protocol on top of the engine's SQL functions. */
export { createEngine } from './engine.ts'
export { type Gateway, startGateway } from './start-gateway.ts'
export { MAX_WRITE_BATCH } from './write-commands.ts'
