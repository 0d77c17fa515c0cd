import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Readable, Writable } from 'node:stream'
import type { Forward } from './slack-front.ts'

const REQUESTS = 'http.server.request.start'

/** The server of this process behind an address; the emulator does not hand out its own. */
export async function findServer(url: string): Promise<Server> {
  const port = Number(new URL(url).port)
  let found: Server | undefined
  const look = (message: unknown) => {
    const { request, server } = message as { readonly request: IncomingMessage; readonly server: Server }
    if (request.socket.localPort === port) found = server
  }
  subscribe(REQUESTS, look)
  try {
    await (await fetch(url, { headers: { connection: 'close' } })).arrayBuffer()
  } finally {
    unsubscribe(REQUESTS, look)
  }
  if (!found) throw new Error(`no server of this process answers at ${url}`)
  return found
}

/**
 * Calls a server of this process without a connection, which costs most of a call. Only `emulate` is called this way: it
 * uses the method, address, headers and bytes of a request, and the status, headers and bytes of an answer.
 */
export function createServerCall(server: Server, host: string): Forward {
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      if (!server.listening) throw new Error('the emulated Slack is stopped')
      const request = Object.assign(readableOf(body), {
        method,
        url: path,
        headers: { ...Object.fromEntries(headers), host },
      })
      const answer = new CollectedAnswer()
      answer.once('finish', () => resolve(answer.toResponse()))
      answer.once('error', reject)
      server.emit('request', request as unknown as IncomingMessage, answer as unknown as ServerResponse)
    })
}

function readableOf(body: Buffer): Readable {
  const stream = new Readable({ read: () => undefined })
  if (body.length > 0) stream.push(body)
  stream.push(null)
  return stream
}

/** As much of a ServerResponse as the emulator writes. */
class CollectedAnswer extends Writable {
  statusCode = 200
  statusMessage = ''
  readonly #headers = new Headers()
  readonly #chunks: Buffer[] = []

  setHeader(name: string, value: string | readonly string[]): void {
    this.#headers.delete(name)
    for (const one of [value].flat()) this.#headers.append(name, one)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  toResponse(): Response {
    const body = Buffer.concat(this.#chunks)
    const { statusCode: status, statusMessage: statusText } = this
    return new Response(body.length === 0 ? null : body, { status, statusText, headers: this.#headers })
  }
}
