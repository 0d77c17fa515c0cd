import net from 'node:net'
import { createCursorStore } from './cursors.ts'
import type { Engine } from './engine.ts'
import { runCommand } from './run-command.ts'
import { createFramer, encodeReply, parseMessage, type WireRequest } from './wire/index.ts'

export interface GatewayOptions {
  readonly engine: Engine
  readonly engineVersion: string
  /** 0 for any free port. Only 127.0.0.1 is listened on: the gateway asks nobody for a password. */
  readonly port: number
  readonly log: (line: string) => void
}

export interface Gateway {
  readonly port: number
  stop(): Promise<void>
}

/** What one connection may have waiting before it is no longer read from; one largest message always fits. */
const MAX_WAITING_BYTES = 48_000_000
const MAX_WAITING_MESSAGES = 1000
const SWEEP_MS = 15_000

const DELETE_CURSORS = {
  name: 'delete_cursors',
  text: 'SELECT documentdb_api_internal.delete_cursors($1::text::bigint[])::bytea AS reply',
}

/** Speaks MongoDB's wire protocol on a port of this machine, with the engine behind it. */
export async function startGateway({ engine, engineVersion, port, log }: GatewayOptions): Promise<Gateway> {
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
    serveConnection(
      socket,
      (request) => runCommand(request, { engine, cursors, connection, server: facts }),
      log,
    )
    socket.on('close', () => {
      sockets.delete(socket)
      cursors.loseConnection(connection)
    })
  })
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

/** Answers the messages of one connection in the order they came, one at a time. */
function serveConnection(
  socket: net.Socket,
  answer: (request: WireRequest) => Promise<Buffer>,
  log: (line: string) => void,
): void {
  const framer = createFramer()
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let isServing = false
  let replyId = 0

  async function serve(): Promise<void> {
    isServing = true
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      const request = parseMessage(message)
      const body = await answer(request)
      waitingBytes -= message.length
      if (request.wantsReply && !socket.destroyed) {
        replyId = (replyId + 1) & 0x7fffffff
        await send(socket, encodeReply(request, replyId, body))
      }
      if (socket.isPaused() && !isFull()) socket.resume()
    }
    isServing = false
  }

  function isFull(): boolean {
    return waitingBytes > MAX_WAITING_BYTES || waiting.length > MAX_WAITING_MESSAGES
  }

  function giveUp(error: Error): void {
    log(`A connection was closed: ${error.message}`)
    socket.destroy()
  }

  socket.on('data', (packet) => {
    try {
      for (const message of framer.push(packet)) {
        waiting.push(message)
        waitingBytes += message.length
      }
    } catch (error) {
      giveUp(error instanceof Error ? error : new Error(String(error)))
      return
    }
    if (isFull()) socket.pause()
    if (!isServing && waiting.length > 0) serve().catch(giveUp)
  })
  // A client that goes away without a word is its own business.
  socket.on('error', () => socket.destroy())
}

/** Writes an answer and waits until the client has room for more. */
async function send(socket: net.Socket, [head, body]: [Buffer, Buffer]): Promise<void> {
  socket.cork()
  socket.write(head)
  const hasRoom = socket.write(body)
  socket.uncork()
  if (hasRoom || socket.destroyed) return
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
