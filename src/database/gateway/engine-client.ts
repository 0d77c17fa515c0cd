import { EventEmitter } from 'node:events'
import pg from 'pg'
import { createMessageCutter, HEAD_BYTES } from './message-cutter.ts'

/** Code of PostgreSQL's message with one row: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const DATA_ROW = 'D'.charCodeAt(0)

/**
 * A connection whose rows hold bytes. The library decodes values as text, which sends each byte of a document as two
 * digits and copies it three times. It still parses all other messages.
 */
class BytesConnection extends pg.Connection {
  /** Called by the library for a new connection; its types leave it out. */
  attachListeners(stream: NodeJS.EventEmitter): void {
    const others = new EventEmitter()
    // A TypeError if a later version of the library has none: then no connection opens.
    Reflect.apply(Reflect.get(pg.Connection.prototype, 'attachListeners'), this, [others])
    const push = createMessageCutter((message) => {
      if (message[0] === DATA_ROW) this.emit('dataRow', { name: 'dataRow', fields: readFields(message) })
      else others.emit('data', message)
    })
    stream.on('data', push)
  }
}

/** A client for statements with `BYTES`. */
export class BytesClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    // Accepted by the library, and missing in its types.
    const own: pg.ClientConfig & { readonly connection: pg.Connection } = {
      ...config,
      connection: new BytesConnection(),
    }
    super(own)
  }
}

const toBytes = (value: Buffer): Buffer => value
const toText = (value: Buffer): string => value.toString('utf8')
const BYTEA = 17

/** Options of a query whose values are asked for as bytes; those of other types than `bytea` must be `text`. */
export const BYTES = {
  binary: true,
  types: { getTypeParser: (type: number) => (type === BYTEA ? toBytes : toText) },
} as const

/** The values of a row, as views on its message; null for NULL. */
function readFields(message: Buffer): (Buffer | null)[] {
  const fields: (Buffer | null)[] = []
  const count = message.readInt16BE(HEAD_BYTES)
  let at = HEAD_BYTES + 2
  while (fields.length < count) {
    const length = message.readInt32BE(at)
    at += 4
    fields.push(length < 0 ? null : message.subarray(at, at + length))
    if (length > 0) at += length
  }
  return fields
}
