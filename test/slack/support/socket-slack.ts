import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'

/** The part of Slack that speaks Socket Mode: hands out an address, says hello, sends envelopes, takes acknowledgements. */
export interface SocketSlack {
  readonly apiUrl: string
  /** Envelope ids acknowledged so far. */
  readonly acknowledged: readonly string[]
  /** How many connections were opened so far. */
  connections(): number
  send(message: object): void
  /** Drops the connection, as a network does. */
  cut(): void
  stop(): Promise<void>
}

const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11' // RFC 6455

export async function startSocketSlack(forwardTo: string): Promise<SocketSlack> {
  const acknowledged: string[] = []
  let socket: Duplex | undefined
  let count = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.url === '/api/apps.connections.open') {
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
    socket = connection
    count += 1
    connection.on('error', () => {})
    connection.on('data', (data: Buffer) => {
      for (const text of readFrames(data)) {
        const { envelope_id }: { envelope_id?: string } = JSON.parse(text)
        if (envelope_id !== undefined) acknowledged.push(envelope_id)
      }
    })
    send({ type: 'hello', num_connections: 1 })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function port(): number {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  function send(message: object): void {
    const payload = Buffer.from(JSON.stringify(message))
    const header =
      payload.length < 126
        ? Buffer.from([0x81, payload.length])
        : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff])
    socket?.write(Buffer.concat([header, payload]))
  }

  return {
    apiUrl: `http://127.0.0.1:${port()}/api/`,
    acknowledged,
    connections: () => count,
    send,
    cut: () => {
      socket?.destroy()
    },
    async stop() {
      socket?.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Text frames of a client (always masked); control frames are skipped. */
function readFrames(data: Buffer): string[] {
  const texts: string[] = []
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
    if (opcode === 1) texts.push(Buffer.from(payload).toString())
  }
  return texts
}
