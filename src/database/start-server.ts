import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { listPrivateFolders, makePrivateFolder } from '../private-folder.ts'
import { startDocumentDb } from './documentdb/index.ts'
import { acquireProcessLock, type EmbeddedServer, type ProcessLock } from './process/index.ts'
import { startMongod } from './start-mongod.ts'

export interface DatabaseServerOptions {
  /** Where the data lives; null for throw-away data that is gone after `stop`. */
  readonly dataDir: string | null
  /** Port on 127.0.0.1; any free one unless given. */
  readonly port?: number
  /** A server that is there already: nothing is started then. */
  readonly uri?: string | undefined
  /** Where downloads are kept for every run on this machine; `~/.cache/customer-uploads` unless given. */
  readonly cacheDir?: string | undefined
  /** Only one of the two engines, where a test or a benchmark is about it. */
  readonly engine?: 'mongodb' | 'documentdb' | undefined
  /** Where an installed mongod is looked for, unless in the usual places. */
  readonly mongodPaths?: readonly string[] | undefined
  /** Progress, in whole sentences. */
  readonly log: (line: string) => void
}

export interface DatabaseServer {
  readonly uri: string
  readonly engine: 'mongodb' | 'documentdb' | 'external'
  readonly version: string | null
  /** Ends a server that was started here, data flushed; does nothing to one that was there already, nor twice. */
  stop(): Promise<void>
}

const THROW_AWAY = 'db-'
const LOCK = 'in-use.lock'
const ENGINE = 'engine'

/**
 * The one way to a database server, for the bot, the command line, the demo, the benchmarks and the tests: the server
 * that `uri` names, else a real mongod, else DocumentDB. Data that is there already stays with the engine that wrote it.
 *
 * Throws AppError `database_in_use` when another process uses the data, `database_not_installable` when no server can
 * be started here.
 */
export async function startDatabaseServer(options: DatabaseServerOptions): Promise<DatabaseServer> {
  if (options.uri) return { uri: options.uri, engine: 'external', version: null, stop: async () => undefined }
  const isDurable = options.dataDir !== null
  const dataDir = await makeDataDirectory(options)
  const lock = await acquireProcessLock(join(dataDir, LOCK)).catch((error) => {
    throw unwritable(dataDir, error)
  })
  if (!lock) throw new AppError('database_in_use', { path: dataDir })
  try {
    const { engine, server } = await startEmbedded(options, dataDir, isDurable)
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= end(server, lock, isDurable ? null : dataDir)
      return stopped
    }
    return { ...server, engine, stop }
  } catch (error) {
    await clear(lock, isDurable ? null : dataDir)
    throw error
  }
}

/** `XDG_CACHE_HOME` where the environment has it; the entries hand the environment in. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = {}): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'customer-uploads')
}

type EmbeddedEngine = 'mongodb' | 'documentdb'

async function startEmbedded(options: DatabaseServerOptions, dataDir: string, isDurable: boolean) {
  const { port = 0, log, mongodPaths } = options
  const cacheDir = options.cacheDir ?? defaultCacheDir()
  const earlier = await readEngine(dataDir)
  const wanted = options.engine ?? earlier
  if (wanted !== 'documentdb') {
    const directory = join(dataDir, 'mongod')
    const server = await startMongod({ directory, port, cacheDir, installedPaths: mongodPaths, log })
    if (server) return remember(dataDir, 'mongodb', server)
    if (wanted === 'mongodb') throw noMongod(earlier === 'mongodb' ? dataDir : null)
  }
  const directory = join(dataDir, 'documentdb')
  return remember(dataDir, 'documentdb', await startDocumentDb({ directory, isDurable, port, cacheDir, log }))
}

/**
 * Which engine wrote the data: neither reads the other's, so a machine on which a mongod turns up, or is gone, must not
 * begin anew beside the customers that are there.
 */
async function readEngine(dataDir: string): Promise<EmbeddedEngine | undefined> {
  const text = (await readFile(join(dataDir, ENGINE), 'utf8').catch(() => '')).trim()
  return text === 'mongodb' || text === 'documentdb' ? text : undefined
}

async function remember(dataDir: string, engine: EmbeddedEngine, server: EmbeddedServer) {
  await writeFile(join(dataDir, ENGINE), `${engine}\n`)
  return { engine, server }
}

function noMongod(dataDir: string | null): AppError {
  const none = 'no mongod is installed and none can be downloaded'
  const reason = dataDir ? `the data in ${dataDir} belongs to a mongod, but ${none}` : none
  return new AppError('database_not_installable', { reason })
}

async function makeDataDirectory({ dataDir, log }: DatabaseServerOptions): Promise<string> {
  if (dataDir === null) {
    await removeAbandoned()
    return await makePrivateFolder(THROW_AWAY)
  }
  const path = resolve(dataDir)
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await closeToOthers(path, log)
  } catch (error) {
    throw unwritable(path, error)
  }
  return path
}

/** A directory that holds other things as well keeps its mode: it may be the machine's own (`/srv`, `/tmp`). */
async function closeToOthers(path: string, log: (line: string) => void): Promise<void> {
  if (((await stat(path)).mode & 0o077) === 0) return
  const names = await readdir(path)
  const isData = names.length === 0 || names.includes(ENGINE)
  const isClosed =
    isData &&
    (await chmod(path, 0o700).then(
      () => true,
      () => false,
    ))
  if (!isClosed)
    log(`Other accounts can list ${path}. Set DATA_DIR to a directory of its own, or run chmod 700 on it.`)
}

function unwritable(path: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
  return new AppError(
    'database_not_installable',
    { reason: `the directory ${path} cannot be written${code}` },
    error,
  )
}

/** Throw-away data of runs that were killed: nobody holds its lock any more. */
async function removeAbandoned(): Promise<void> {
  for (const { name, path } of await listPrivateFolders()) {
    if (!name.startsWith(THROW_AWAY)) continue
    const names = await readdir(path).catch((): string[] => [])
    // One without a lock is just being made.
    if (!names.includes(LOCK)) continue
    const lock = await acquireProcessLock(join(path, LOCK)).catch(() => null)
    if (lock) await clear(lock, path)
  }
}

async function end(server: EmbeddedServer, lock: ProcessLock, throwAway: string | null): Promise<void> {
  try {
    await server.stop()
  } finally {
    await clear(lock, throwAway)
  }
}

async function clear(lock: ProcessLock, throwAway: string | null): Promise<void> {
  await lock.release()
  if (throwAway) await rm(throwAway, { recursive: true, force: true }).catch(() => undefined)
}
