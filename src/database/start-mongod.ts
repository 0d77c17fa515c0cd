import type { ChildProcess } from 'node:child_process'
import { type EventEmitter, once } from 'node:events'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoMemoryServer } from 'mongodb-memory-server'
import { mongo } from 'mongoose'
import { AppError } from '../errors.ts'
import { findMongods, type Mongod } from './find-mongod.ts'
import { type EmbeddedServer, embeddedUri, stopLeftover } from './process/index.ts'

interface MongodOptions {
  /** Absolute; created if missing, and closed to other accounts. */
  readonly directory: string
  /** False: the data is deleted with the server, so a slow start or a hard end loses nothing. */
  readonly isDurable: boolean
  readonly port: number
  readonly cacheDir: string
  /** Paths where an installed mongod is searched. */
  readonly installedPaths?: readonly string[] | undefined
  readonly log: (line: string) => void
  /** Cancels a download. */
  readonly signal?: AbortSignal | undefined
}

/** After a power cut a server first replays its journal; if killed meanwhile, it starts over each time. */
const DURABLE_LAUNCH_MS = 5 * 60_000
const THROW_AWAY_LAUNCH_MS = 30_000
/** How long a server may take to flush its data before it is ended by a signal. */
const SHUTDOWN_MS = 60_000
const SHUTDOWN_CONNECT_MS = 2_000

/**
 * Starts a real mongod: the first one that is available and starts with the data. Returns null if none does;
 * the log has the reason for each.
 */
export async function startMongod(options: MongodOptions): Promise<EmbeddedServer | null> {
  const { directory, log } = options
  let isPrepared = false
  for await (const mongod of findMongods(options)) {
    if (!isPrepared) await prepareData(directory, log)
    isPrepared = true
    try {
      return await launch(mongod, options)
    } catch (error) {
      log(`${mongod.path} (${mongod.version}) does not start: ${whyNot(error)}.`)
    }
  }
  return null
}

async function launch(
  { path, version }: Mongod,
  { directory, isDurable, port }: MongodOptions,
): Promise<EmbeddedServer> {
  const server = await MongoMemoryServer.create({
    instance: {
      // A requested port is used or the start fails.
      ...(port !== 0 && { port, portGeneration: false }),
      storageEngine: 'wiredTiger',
      ip: '127.0.0.1',
      launchTimeout: isDurable ? DURABLE_LAUNCH_MS : THROW_AWAY_LAUNCH_MS,
      // The log of a slow operation contains its query, including customer data.
      args: ['--slowOpSampleRate', '0'],
      dbPath: directory,
    },
    // Its own version, so that it is not compared with the one to download.
    binary: { systemBinary: path, version },
    // A separate process group: Control-C in a terminal must not stop the database before the bot's last
    // writes.
    spawn: { detached: true },
  })
  // Its type names the events in an enum that it does not export.
  const instance: EventEmitter | undefined = server.instanceInfo?.instance
  const ended = new Promise<void>((resolve) => instance?.once('instanceClosed', () => resolve()))
  const uri = embeddedUri(server.instanceInfo?.port ?? port)
  return {
    uri,
    ended,
    version,
    stop: async () => {
      if (isDurable) await shutDown(uri, server.instanceInfo?.instance.mongodProcess)
      await server.stop({ doCleanup: false })
    },
  }
}

/** Shuts down in order without a time limit: after the library's signal a kill follows in ten seconds. */
async function shutDown(uri: string, child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const limit = new AbortController()
  const exited = once(child, 'exit', { signal: limit.signal }).catch(() => undefined)
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: SHUTDOWN_CONNECT_MS })
  try {
    await client.db('admin').command({ shutdown: 1 })
  } catch (error) {
    // A server that shuts down breaks the connection. If it cannot be reached, the signal ends it.
    if (error instanceof mongo.MongoServerSelectionError) limit.abort()
  } finally {
    await client.close().catch(() => undefined)
  }
  await Promise.race([exited, sleep(SHUTDOWN_MS, undefined, { signal: limit.signal }).catch(() => undefined)])
  limit.abort()
}

/** mongod's exit status for data of a version it does not read. */
const OTHER_VERSION = /closed unexpectedly with code "62"/

function whyNot(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (OTHER_VERSION.test(message)) return 'the data was written by another version of mongod'
  return (message.trim().split('\n').at(-1) ?? '').replace(/\.$/, '')
}

async function prepareData(directory: string, log: (line: string) => void): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const isFree = await stopLeftover({
    pidFile: join(directory, 'mongod.lock'),
    words: ['mongod', directory],
    signals: [
      [null, 3_000],
      ['SIGTERM', 60_000],
      ['SIGKILL', 5_000],
    ],
    log,
  })
  if (!isFree) throw new AppError('database_in_use', { path: directory })
}
