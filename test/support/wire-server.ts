import { once } from 'node:events'
import net from 'node:net'
import { BSON } from 'bson'
import {
  createFramer,
  encodeReply,
  parseMessage,
  type WireRequest,
} from '../../src/database/gateway/wire/index.ts'
import type { ServerFacts } from '../../src/server-facts.ts'

/** What MongoDB's failCommand does to a command, or to its acknowledgement. */
export interface Failure {
  /** Names of commands; any of them. */
  readonly commands: readonly string[]
  readonly times?: number
  /** Only commands that match. */
  readonly where?: (command: BSON.Document) => boolean
  /** Rejected before execution. */
  readonly error?: { readonly code: number; readonly errorLabels?: readonly string[] }
  /** Executed, and not acknowledged. */
  readonly writeConcernError?: { readonly code: number; readonly errmsg?: string }
  /** The connection breaks: `before` or `after` the execution. */
  readonly closes?: 'before' | 'after'
  /** Delay of the answer. */
  readonly delayMs?: number
}

export interface WireServer {
  readonly uri: string
  /** The received commands with their lists, without greetings. */
  readonly commands: BSON.Document[]
  fail(failure: Failure): void
  /** The remaining failures. */
  pending(): number
  /** Clears commands and failures. */
  reset(): void
  stop(): Promise<void>
}

interface WireServerOptions {
  /** Any free one by default. */
  readonly port?: number
  /** The server that executes commands without an answer here. */
  readonly target?: string
  /** Added to the greeting: the server's claimed type. */
  readonly greeting?: (port: number) => BSON.Document
  /** Called for every command before its answer, with the client's name. */
  readonly onCommand?: (command: BSON.Document, client: string) => void
  /** False: commands are not kept, for tests with very many. */
  readonly keeps?: boolean
  /** Answers in place of the target; undefined passes the command on. */
  readonly answer?: (command: BSON.Document) => BSON.Document | undefined
}

const GREETINGS = new Set(['hello', 'isMaster', 'ismaster'])
const GREETING = {
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
}

/**
 * The allowed greeting in front of a server: only a primary or a router accepts transaction numbers. The
 * embedded engine ignores them, so it can be presented as a primary.
 */
export function greetingLike({
  engine,
  topology,
  wireVersion,
}: ServerFacts): (port: number) => BSON.Document {
  const own = { maxWireVersion: wireVersion }
  if (topology === 'sharded cluster') return () => ({ ...own, msg: 'isdbgrid' })
  return engine === 'documentdb' || topology !== 'standalone'
    ? (port) => ({ ...own, ...asPrimary(port) })
    : () => own
}

/**
 * A primary's greeting: the driver then sends what it sends to a replica set, including transaction numbers.
 */
export const asPrimary = (port: number): BSON.Document => ({
  setName: 'customers',
  setVersion: 1,
  secondary: false,
  hosts: [`127.0.0.1:${port}`],
  me: `127.0.0.1:${port}`,
  primary: `127.0.0.1:${port}`,
})

/** The address of a database through this server, if it has a single host. */
export function throughServer({ uri }: Pick<WireServer, 'uri'>, databaseUri: string): string {
  const through = new URL(databaseUri.replace(/^mongodb:/, 'http:'))
  through.searchParams.delete('replicaSet')
  through.searchParams.set('directConnection', 'true')
  through.host = uri.slice('mongodb://'.length)
  return through.href.replace(/^http:/, 'mongodb:')
}

/** A server of MongoDB's wire protocol: alone, or in front of a server whose answers it can disturb. */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const commands: BSON.Document[] = []
  const failures: { failure: Failure; left: number }[] = []
  const sockets = new Set<net.Socket>()
  let port = 0

  function takeFailure(command: BSON.Document): Failure | undefined {
    const name = Object.keys(command)[0] ?? ''
    const found = failures.find(
      ({ failure, left }) =>
        left > 0 && failure.commands.includes(name) && (failure.where?.(command) ?? true),
    )
    if (found) found.left--
    return found?.failure
  }

  async function answer(
    request: WireRequest,
    client: { name: string },
    forward: () => Promise<BSON.Document>,
  ): Promise<BSON.Document | null> {
    const command = decodeCommand(request)
    const name = Object.keys(command)[0] ?? ''
    if (GREETINGS.has(name)) {
      client.name = String(command.client?.application?.name ?? client.name)
      return { ...GREETING, connectionId: 1, ...options.greeting?.(port) }
    }
    options.onCommand?.(command, client.name)
    if (options.keeps !== false) commands.push(command)
    const failure = takeFailure(command)
    if (failure?.delayMs) await new Promise((resolve) => setTimeout(resolve, failure.delayMs))
    if (failure?.closes === 'before') return null
    if (failure?.error) return { ok: 0, errmsg: 'failed on purpose', codeName: 'Purpose', ...failure.error }
    const own = options.answer?.(command)
    const reply = own ?? (options.target === undefined ? { ok: 1 } : await forward())
    if (failure?.closes === 'after') return null
    if (!failure?.writeConcernError) return reply
    return { ...reply, writeConcernError: { errmsg: 'not acknowledged', ...failure.writeConcernError } }
  }

  const server = net.createServer({ noDelay: true }, (client) => {
    sockets.add(client)
    client.on('close', () => sockets.delete(client))
    client.on('error', () => client.destroy())
    const upstream = options.target === undefined ? undefined : openUpstream(options.target, client)
    const framer = createFramer()
    const about = { name: '' }
    let turn: Promise<unknown> = Promise.resolve()
    client.on('data', (packet) => {
      for (const message of framer.push(packet))
        turn = turn.then(() => serve(message)).catch(() => client.destroy())
    })

    async function serve(message: Buffer): Promise<void> {
      const request = parseMessage(message)
      const reply = await answer(request, about, async () => {
        if (!upstream) throw new Error('nothing stands behind this server')
        return await upstream(message)
      })
      if (reply === null) client.destroy()
      else if (request.wantsReply && !client.destroyed)
        for (const part of encodeReply(request, 1, Buffer.from(BSON.serialize(reply)))) client.write(part)
    }
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  port = address.port

  return {
    uri: `mongodb://127.0.0.1:${port}`,
    commands,
    fail(failure) {
      failures.push({ failure, left: failure.times ?? 1 })
    },
    reset() {
      commands.length = 0
      failures.length = 0
    },
    pending: () => failures.reduce((sum, { left }) => sum + left, 0),
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A connection to the target for one client: a message out, its answer back. */
function openUpstream(target: string, client: net.Socket): (message: Buffer) => Promise<BSON.Document> {
  const { hostname, port } = new URL(target.replace(/^mongodb:/, 'http:'))
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
  const framer = createFramer()
  const waiting: ((reply: BSON.Document) => void)[] = []
  socket.on('data', (packet) => {
    for (const reply of framer.push(packet)) {
      const start = reply.readInt32LE(12) === 1 ? 36 : 21
      waiting.shift()?.(decode(reply.subarray(start)))
    }
  })
  socket.on('error', () => client.destroy())
  socket.on('close', () => client.destroy())
  client.on('close', () => socket.destroy())
  return (message) =>
    new Promise((resolve) => {
      waiting.push(resolve)
      socket.write(message)
    })
}

function decodeCommand({ body, sequences }: WireRequest): BSON.Document {
  const lists = [...sequences].map(([name, bytes]) => [name, decodeSequence(bytes)] as const)
  return { ...decode(body), ...Object.fromEntries(lists) }
}

function decodeSequence(bytes: Buffer): BSON.Document[] {
  const documents: BSON.Document[] = []
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at))
    documents.push(decode(bytes.subarray(at, at + bytes.readInt32LE(at))))
  return documents
}

/** Numbers keep their type. */
function decode(bytes: Buffer): BSON.Document {
  return BSON.deserialize(bytes, { promoteLongs: false, promoteValues: true, validation: { utf8: false } })
}
