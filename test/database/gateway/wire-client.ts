import net from 'node:net'
import { BSON } from 'bson'
import { createFramer } from '../../../src/database/gateway/wire/message-framer.ts'

/** The bytes of an OP_MSG, for tests that control how they arrive. */
export function encodeRequest(
  requestId: number,
  command: BSON.Document,
  options: { flags?: number; sequences?: Record<string, BSON.Document[]> } = {},
): Buffer {
  const sections = [Buffer.from([0]), Buffer.from(BSON.serialize(command))]
  for (const [name, documents] of Object.entries(options.sequences ?? {})) {
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((one) => BSON.serialize(one))])
    const size = Buffer.alloc(4)
    size.writeInt32LE(content.length + 4)
    sections.push(Buffer.from([1]), size, content)
  }
  const payload = Buffer.concat(sections)
  const checksum = Buffer.alloc((options.flags ?? 0) & 1 ? 4 : 0)
  const head = Buffer.alloc(20)
  head.writeInt32LE(20 + payload.length + checksum.length, 0)
  head.writeInt32LE(requestId, 4)
  head.writeInt32LE(2013, 12)
  head.writeUInt32LE(options.flags ?? 0, 16)
  return Buffer.concat([head, payload, checksum])
}

/** The bytes of a driver's first hello. */
export function encodeQuery(requestId: number, command: BSON.Document, namespace = 'admin.$cmd'): Buffer {
  const name = Buffer.from(`${namespace}\0`)
  const head = Buffer.alloc(20)
  const range = Buffer.alloc(8)
  range.writeInt32LE(-1, 4)
  const body = BSON.serialize(command)
  head.writeInt32LE(20 + name.length + 8 + body.length, 0)
  head.writeInt32LE(requestId, 4)
  head.writeInt32LE(2004, 12)
  return Buffer.concat([head, name, range, body])
}

export interface WireReply {
  readonly responseTo: number
  readonly body: BSON.Document
}

/** A bare connection to a server: bytes out, whole answers in. */
export async function connectWire(uri: string) {
  const { port } = new URL(uri)
  const socket = net.connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const framer = createFramer()
  const replies: WireReply[] = []
  const waiting: ((reply: WireReply | null) => void)[] = []
  let isClosed = false
  socket.on('data', (packet) => {
    for (const message of framer.push(packet)) {
      const start = message.readInt32LE(12) === 1 ? 36 : 21
      const reply = {
        responseTo: message.readInt32LE(8),
        body: BSON.deserialize(message.subarray(start), { promoteLongs: false, validation: { utf8: false } }),
      }
      const next = waiting.shift()
      if (next) next(reply)
      else replies.push(reply)
    }
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
    for (const next of waiting.splice(0)) next(null)
  })
  return {
    socket,
    /** The next answer; null if the server closed the connection. */
    next(): Promise<WireReply | null> {
      const ready = replies.shift()
      if (ready || isClosed) return Promise.resolve(ready ?? null)
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}
