import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable, Writable } from 'node:stream'

/** A call to the emulated Slack. */
export interface FrontCall {
  readonly method: string
  /** Path and query, such as `/api/chat.postMessage`. */
  readonly path: string
  readonly headers: Headers
  readonly body: Buffer
}

export type Forward = (call: FrontCall) => Promise<Response>

/**
 * Handles a call on its way: it may answer, change the answer, wait, or throw, which cuts the connection. A
 * cut after `next()` is a call that was executed and never answered.
 */
export type FrontLayer = (call: FrontCall, next: Forward) => Promise<Response>

export interface SlackFront {
  /** Without a trailing slash. */
  readonly url: string
  /** Adds a layer in front of the existing ones; the returned function removes it. */
  use(layer: FrontLayer): () => void
  /** Resolves after the next call, or after the time. */
  nextCall(timeoutMs: number): Promise<void>
  stop(): Promise<void>
}

/** Longer than any pause of a busy program: it must not send a request on a connection that is being closed. */
export const KEEP_ALIVE_MS = 60_000

/**
 * The public address of the emulated Slack. It forwards calls through layers that add what the emulator lacks
 * and, in tests, network faults.
 */
export async function startSlackFront(forward: Forward, port = 0): Promise<SlackFront> {
  const layers: FrontLayer[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front has no port')

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request)
    const run = layers.reduce<Forward>((next, layer) => (c) => layer(c, next), forward)
    const ran = await run(call).finally(() => {
      for (const wake of [...waiting]) wake()
    })
    await writeAnswer(response, ran)
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    nextCall: (timeoutMs) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, timeoutMs)
        waiting.add(wake)
      }),
    use(layer) {
      layers.push(layer)
      return () => {
        const index = layers.indexOf(layer)
        if (index >= 0) layers.splice(index, 1)
      }
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}

// Headers of one hop that must not be forwarded, and those that fetch sets.
const HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
])

async function readCall(request: IncomingMessage): Promise<FrontCall> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (!HOP_HEADERS.has(name) && typeof value === 'string') headers.set(name, value)
  }
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    body: Buffer.concat(chunks),
  }
}

async function writeAnswer(response: ServerResponse, answer: Response): Promise<void> {
  const body =
    answer instanceof CollectedResponse ? answer.collected : Buffer.from(await answer.arrayBuffer())
  const headers = [...answer.headers].filter(
    ([name]) => !HOP_HEADERS.has(name) && name !== 'content-encoding',
  )
  response.writeHead(answer.status, Object.fromEntries(headers))
  response.end(body)
}

/** The same answer with another body. */
export function withBody(answer: Response, body: string): Response {
  const headers = new Headers(answer.headers)
  headers.delete('content-length')
  return new CollectedResponse(Buffer.from(body), { status: answer.status, headers })
}

/** A response whose bytes are there: a stream of them costs more than the rest of a call in this process. */
class CollectedResponse extends Response {
  readonly collected: Buffer

  constructor(collected: Buffer, init: ResponseInit) {
    super(null, init)
    this.collected = collected
  }

  override readonly arrayBuffer = async () => Uint8Array.from(this.collected).buffer
  override readonly text = async () => this.collected.toString()
  override readonly json = async () => JSON.parse(this.collected.toString())
  override readonly clone = () => {
    const { status, statusText, headers } = this
    return new CollectedResponse(this.collected, { status, statusText, headers })
  }
}

const REQUESTS = 'http.server.request.start'

/**
 * Rejects requests of websites in a browser to these ports. The emulator answers with
 * `access-control-allow-origin: *`, which cannot be changed, so its servers are watched from outside.
 * @returns a function that ends it
 */
export function refuseBrowsers(ports: ReadonlySet<number>): () => void {
  const look = (message: unknown) => {
    const { request } = message as { readonly request: IncomingMessage }
    const port = request.socket.localPort
    if (port === undefined || !ports.has(port)) return
    const { host, origin } = request.headers
    const isBrowser = origin !== undefined || request.headers['sec-fetch-site'] !== undefined
    if (!isBrowser && (host === `127.0.0.1:${port}` || host === `localhost:${port}`)) return
    request.method = 'GET'
    request.url = '/refused'
    request.headers = { host: `127.0.0.1:${port}` }
  }
  subscribe(REQUESTS, look)
  return () => unsubscribe(REQUESTS, look)
}

/** The server of this process at an address; the emulator does not expose its own. */
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
 * Calls a server of this process without a connection, which is most of a call's cost. Only `emulate` is
 * called this way: it uses a request's method, address, headers and bytes, and an answer's status, headers
 * and bytes.
 * @param rewrite changes the bytes of a JSON answer
 */
export function createServerCall(
  server: Server,
  host: string,
  rewrite: (body: Buffer) => Buffer = (body) => body,
): Forward {
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      if (!server.listening) throw new Error('the emulated Slack is stopped')
      const request = Object.assign(readableOf(body), {
        method,
        url: path,
        headers: { ...Object.fromEntries(headers), host },
      })
      const answer = new CollectedAnswer()
      answer.once('finish', () => resolve(answer.toResponse(rewrite)))
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

/** The parts of ServerResponse that the emulator writes to. */
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

  /** @param rewrite changes the bytes of a JSON answer */
  toResponse(rewrite: (body: Buffer) => Buffer): Response {
    const bytes = Buffer.concat(this.#chunks)
    const isJson = this.#headers.get('content-type')?.includes('application/json')
    const body = isJson ? rewrite(bytes) : bytes
    if (body !== bytes) this.#headers.delete('content-length')
    const { statusCode: status, statusMessage: statusText } = this
    return new CollectedResponse(body, { status, statusText, headers: this.#headers })
  }
}
