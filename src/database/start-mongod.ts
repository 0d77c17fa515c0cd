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

export interface MongodOptions {
  /** Absolute; created when missing, and closed to other accounts. */
  readonly directory: string
  /** False: the data goes with the server, so a slow start or a hard end loses nothing. */
  readonly isDurable: boolean
  readonly port: number
  readonly cacheDir: string
  /** Where an installed mongod is looked for. */
  readonly installedPaths?: readonly string[] | undefined
  readonly log: (line: string) => void
  /** Ends a download that is under way. */
  readonly signal?: AbortSignal | undefined
}

/** After a power cut a server first goes through its journal: killed meanwhile, it would begin anew each time. */
const DURABLE_LAUNCH_MS = 5 * 60_000
const THROW_AWAY_LAUNCH_MS = 30_000
/** How long a server may take to write what it holds, before it is ended by a signal. */
const SHUTDOWN_MS = 60_000
const SHUTDOWN_CONNECT_MS = 2_000

/**
 * Starts a real mongod: the first that can be had and starts with the data. Gives null where none does; the log says
 * why for each.
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
      // A port that was asked for is the one or none.
      ...(port !== 0 && { port, portGeneration: false }),
      storageEngine: 'wiredTiger',
      ip: '127.0.0.1',
      launchTimeout: isDurable ? DURABLE_LAUNCH_MS : THROW_AWAY_LAUNCH_MS,
      // A slow operation is logged with what it was asked, customers included.
      args: ['--slowOpSampleRate', '0'],
      dbPath: directory,
    },
    // Told its own version, so that it is not compared with the one that would be downloaded.
    binary: { systemBinary: path, version },
    // A group of its own: a terminal's Control-C must not take the database from under the bot's last writes.
    spawn: { detached: true },
  })
  // Its own type names the events in an enum that it does not export.
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

/** In order, and as long as it takes: the signal that would follow is answered by a kill after ten seconds. */
async function shutDown(uri: string, child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const limit = new AbortController()
  const exited = once(child, 'exit', { signal: limit.signal }).catch(() => undefined)
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: SHUTDOWN_CONNECT_MS })
  try {
    await client.db('admin').command({ shutdown: 1 })
  } catch (error) {
    // A server that goes answers with a broken line. One that cannot be told is ended by the signal.
    if (error instanceof mongo.MongoServerSelectionError) limit.abort()
  } finally {
    await client.close().catch(() => undefined)
  }
  await Promise.race([exited, sleep(SHUTDOWN_MS, undefined, { signal: limit.signal }).catch(() => undefined)])
  limit.abort()
}

/** mongod's exit status where its data is of a version it does not read. */
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
