import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * Slack's side of Socket Mode: returns an address, says hello, sends envelopes, receives acknowledgements,
 * and ends connections after a warning (https://docs.slack.dev/apis/events-api/using-socket-mode).
 */
export interface SocketSlack {
  readonly apiUrl: string
  /** Envelope ids acknowledged so far. */
  readonly acknowledged: readonly string[]
  /** The deliveries that were acknowledged later than Slack waits. */
  readonly late: readonly string[]
  /** Number of connections opened so far. */
  connections(): number
  /** The number of open connections after each change: 1, 2, 1 is a refresh without a gap. */
  readonly openCounts: readonly number[]
  /** Over the newest connection, or the one with this index. */
  send(message: object, connection?: number): void
  /** Announces that a connection will end. */
  announceEnd(reason: 'warning' | 'refresh_requested', connection?: number): void
  /** Ends a connection with a close frame, as Slack does after its announcement. */
  end(connection?: number): void
  /** Drops the connection, like a network failure. */
  cut(): void
  /** Refuses the next calls for an address. */
  refuseAddress(times: number, error: string): void
  stop(): Promise<void>
}

const ACKNOWLEDGED_WITHIN_MS = 15_000
const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11' // RFC 6455
const TEXT = 0x1
const CLOSE = 0x8
const CLOSE_FRAME = Buffer.from([0x88, 0x02, 0x03, 0xe8])

export async function startSocketSlack(forwardTo: string): Promise<SocketSlack> {
  const acknowledged: string[] = []
  const late: string[] = []
  const sentAt = new Map<string, number>()
  const sockets: Duplex[] = []
  const openCounts: number[] = []
  let open = 0
  let refusal = { times: 0, error: '' }
  const count = (change: 1 | -1) => {
    open += change
    openCounts.push(open)
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.url === '/api/apps.connections.open') {
      if (refusal.times > 0) {
        refusal.times -= 1
        response.end(JSON.stringify({ ok: false, error: refusal.error }))
        return
      }
      response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port()}/link` }))
      return
    }
    const answer = await fetch(forwardTo + request.url, {
      method: 'POST',
      headers: {
        authorization: String(request.headers.authorization),
        'content-type': String(request.headers['content-type']),
      },
      body: Buffer.concat(chunks),
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  server.on('upgrade', (request, connection) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${HANDSHAKE}`)
      .digest('base64')
    connection.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    sockets.push(connection)
    const number = sockets.length - 1
    count(1)
    connection.on('error', () => {})
    connection.once('close', () => count(-1))
    connection.on('data', (data: Buffer) => {
      for (const { opcode, text } of readFrames(data)) {
        if (opcode === CLOSE) connection.end(CLOSE_FRAME)
        if (opcode !== TEXT) continue
        const { envelope_id }: { envelope_id?: string } = JSON.parse(text)
        if (envelope_id === undefined) continue
        acknowledged.push(envelope_id)
        if (Date.now() - (sentAt.get(envelope_id) ?? 0) > ACKNOWLEDGED_WITHIN_MS) late.push(envelope_id)
      }
    })
    send(
      { type: 'hello', num_connections: open, debug_info: { approximate_connection_time: 18_060 } },
      number,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function port(): number {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  function send(message: object, connection = sockets.length - 1): void {
    if ('envelope_id' in message) sentAt.set(String(message.envelope_id), Date.now())
    const payload = Buffer.from(JSON.stringify(message))
    const header =
      payload.length < 126
        ? Buffer.from([0x81, payload.length])
        : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff])
    sockets[connection]?.write(Buffer.concat([header, payload]))
  }

  return {
    apiUrl: `http://127.0.0.1:${port()}/api/`,
    acknowledged,
    late,
    connections: () => sockets.length,
    openCounts,
    send,
    announceEnd: (reason, connection) => send({ type: 'disconnect', reason, debug_info: {} }, connection),
    end: (connection = sockets.length - 1) => {
      sockets[connection]?.end(CLOSE_FRAME)
    },
    cut: () => {
      sockets.at(-1)?.destroy()
    },
    refuseAddress(times, error) {
      refusal = { times, error }
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Frame {
  readonly opcode: number
  readonly text: string
}

/** Frames of a client, which are always masked. */
function readFrames(data: Buffer): Frame[] {
  const frames: Frame[] = []
  let at = 0
  while (at + 6 <= data.length) {
    const opcode = (data[at] ?? 0) & 0x0f
    let length = (data[at + 1] ?? 0) & 0x7f
    at += 2
    if (length === 126) {
      length = data.readUInt16BE(at)
      at += 2
    }
    const mask = data.subarray(at, at + 4)
    const payload = data.subarray(at + 4, at + 4 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0))
    at += 4 + length
    frames.push({ opcode, text: Buffer.from(payload).toString() })
  }
  return frames
}
