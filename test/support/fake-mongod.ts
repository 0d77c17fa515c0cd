import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startWireServer } from './wire-server.ts'

/**
 * The parts of a mongod that its owner sees: it prints that it waits, and ends on request. It writes how it
 * ended to `ending` in its data directory; a flush takes a moment, as on a disk.
 */
const FLUSH_MS = 500
const { values } = parseArgs({
  strict: false,
  options: { port: { type: 'string' }, dbpath: { type: 'string' } },
})

function end(how: string): void {
  setTimeout(() => {
    writeFileSync(`${values.dbpath}/ending`, how)
    process.exit(0)
  }, FLUSH_MS)
}

process.on('SIGINT', () => end('by a signal'))
await startWireServer({
  port: Number(values.port),
  answer: ({ shutdown }) => {
    if (shutdown) end('by command')
    return undefined
  },
})
console.log('Waiting for connections')
