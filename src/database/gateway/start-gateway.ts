import net from 'node:net'
import { createCursorStore } from './cursors.ts'
import type { Engine } from './engine.ts'
import { runCommand } from './run-command.ts'
import { createFramer, encodeReply, parseMessage, type WireRequest } from './wire/index.ts'

interface GatewayOptions {
  readonly engine: Engine
  readonly engineVersion: string
  /** 0 for any free port. Listens on 127.0.0.1 only, because the gateway has no passwords. */
  readonly port: number
  readonly log: (line: string) => void
  readonly limits?: Partial<GatewayLimits>
}

/** Limits for all clients together. */
export interface GatewayLimits {
  /** Simultaneous connections; more are closed. */
  readonly connections: number
  /** Bytes of waiting or incomplete requests in all connections. */
  readonly bytes: number
  /** Milliseconds until the rest of a message must arrive. */
  readonly messageMs: number
}

export interface Gateway {
  readonly port: number
  stop(): Promise<void>
}

/** Waiting bytes from which on a connection is not read; one message of maximum size always fits. */
const MAX_WAITING_BYTES = 48_000_000
const MAX_WAITING_MESSAGES = 1000
const SWEEP_MS = 15_000
const LIMITS: GatewayLimits = { connections: 1_000, bytes: 512 * 1024 * 1024, messageMs: 30_000 }

const DELETE_CURSORS = {
  name: 'delete_cursors',
  text: 'SELECT documentdb_api_internal.delete_cursors($1::text::bigint[])::bytea AS reply',
}

/** Serves MongoDB's wire protocol on a local port, with the engine behind it. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { engine, engineVersion, port, log } = options
  const limits = { ...LIMITS, ...options.limits }
  const memory = { bytes: 0 }
  const sockets = new Set<net.Socket>()
  let connections = 0
  const cursors = createCursorStore({
    now: Date.now,
    onClosed: (ids) => {
      engine.run(DELETE_CURSORS, [`{${ids.join(',')}}`]).catch((error: Error) => {
        log(`Closed cursors could not be dropped: ${error.message}`)
      })
    },
  })
  const facts = {
    engineVersion,
    startedAt: new Date(),
    openConnections: () => sockets.size,
    connectionsSoFar: () => connections,
  }

  const server = net.createServer({ noDelay: true, keepAlive: true }, (socket) => {
    connections += 1
    const connection = connections
    sockets.add(socket)
    serveConnection(socket, {
      answer: (request) => runCommand(request, { engine, cursors, connection, server: facts }),
      log,
      limits,
      memory,
    })
    socket.on('close', () => {
      sockets.delete(socket)
      cursors.loseConnection(connection)
    })
  })
  server.maxConnections = limits.connections
  await listen(server, port)
  const sweep = setInterval(() => cursors.closeExpired(), SWEEP_MS)
  sweep.unref()

  return {
    port: portOf(server),
    async stop() {
      clearInterval(sweep)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface Service {
  readonly answer: (request: WireRequest) => Promise<Buffer>
  readonly log: (line: string) => void
  readonly limits: GatewayLimits
  /** Bytes held by all connections together. */
  readonly memory: { bytes: number }
}

/** Answers the messages of one connection in order, one at a time. */
function serveConnection(socket: net.Socket, { answer, log, limits, memory }: Service): void {
  const framer = createFramer()
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let countedBytes = 0
  let halfMessage: NodeJS.Timeout | undefined
  let isServing = false
  let replyId = 0

  async function serve(): Promise<void> {
    isServing = true
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      const request = parseMessage(message)
      const body = await answer(request)
      waitingBytes -= message.length
      count()
      if (request.wantsReply && !socket.destroyed) {
        replyId = (replyId + 1) & 0x7fffffff
        await send(socket, encodeReply(request, replyId, body))
      }
      if (socket.isPaused() && !isFull()) {
        socket.resume()
        awaitRest()
      }
    }
    isServing = false
  }

  function isFull(): boolean {
    return waitingBytes > MAX_WAITING_BYTES || waiting.length > MAX_WAITING_MESSAGES
  }

  function count(): void {
    const bytes = socket.destroyed ? 0 : waitingBytes + framer.heldBytes
    memory.bytes += bytes - countedBytes
    countedBytes = bytes
  }

  /** A client that sends half a message would hold its memory forever. */
  function awaitRest(): void {
    clearTimeout(halfMessage)
    halfMessage = undefined
    if (framer.heldBytes === 0 || socket.isPaused()) return
    halfMessage = setTimeout(() => giveUp(new Error('the rest of a message did not come.')), limits.messageMs)
    halfMessage.unref()
  }

  function giveUp(error: Error): void {
    log(`A connection was closed: ${error.message}`)
    socket.destroy()
  }

  socket.on('data', (packet) => {
    let isWhole = false
    try {
      for (const message of framer.push(packet)) {
        waiting.push(message)
        waitingBytes += message.length
        isWhole = true
      }
    } catch (error) {
      giveUp(error instanceof Error ? error : new Error(String(error)))
      return
    }
    count()
    if (memory.bytes > limits.bytes) return giveUp(new Error('the requests that wait take too much memory.'))
    if (isFull()) socket.pause()
    // Counted from a message's first byte: single bytes now and then gain no time.
    if (isWhole || halfMessage === undefined || framer.heldBytes === 0) awaitRest()
    if (!isServing && waiting.length > 0) serve().catch(giveUp)
  })
  socket.on('close', () => {
    clearTimeout(halfMessage)
    count()
  })
  // A client that disconnects silently is no error.
  socket.on('error', () => socket.destroy())
}

/** Writes an answer and waits until the client can receive more. */
async function send(socket: net.Socket, [head, body]: [Buffer, Buffer]): Promise<void> {
  socket.cork()
  socket.write(head)
  const isWritable = socket.write(body)
  socket.uncork()
  if (isWritable || socket.destroyed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}

function listen(server: net.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function portOf(server: net.Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The gateway listens on no port.')
  return address.port
}
