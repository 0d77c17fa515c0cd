import { hostname } from 'node:os'
import { encode } from './command.ts'
import type { CommandHandler, CommandTable } from './command-context.ts'
import { MAX_DOCUMENT_BYTES, MAX_MESSAGE_BYTES } from './wire/index.ts'
import { MAX_WRITE_BATCH } from './write-commands.ts'

/** The reported MongoDB version: 7.0, wire version 21. Drivers choose their commands by it. */
const SPOKEN_VERSION = '7.0.0'
const WIRE_VERSION = 21

/**
 * Without a set name and `isdbgrid` it is a single server: drivers neither retry writes nor expect
 * transactions.
 */
const hello: CommandHandler = (_command, { connection }) =>
  encode({
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connection,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    ok: 1,
  })

const buildInfo: CommandHandler = (_command, { server }) =>
  encode({
    version: SPOKEN_VERSION,
    versionArray: [...SPOKEN_VERSION.split('.').map(Number), 0],
    gitVersion: 'documentdb',
    modules: [],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ['documentdb'],
    documentdb: { version: server.engineVersion },
    ok: 1,
  })

export const serverCommands: CommandTable = {
  hello,
  isMaster: hello,
  ismaster: hello,
  buildInfo,
  buildinfo: buildInfo,
  ping: () => encode({ ok: 1 }),
  connectionStatus: () => encode({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 }),
  serverStatus: (_command, { server }) =>
    encode({
      host: hostname(),
      version: SPOKEN_VERSION,
      process: 'documentdb-gateway',
      pid: process.pid,
      uptime: (Date.now() - server.startedAt.getTime()) / 1000,
      localTime: new Date(),
      connections: { current: server.openConnections(), totalCreated: server.connectionsSoFar() },
      ok: 1,
    }),
}
