import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { listPrivateFolders, makePrivateFolder } from '../private-folder.ts'
import { DOWNLOAD_MB, hasEngine, startDocumentDb } from './documentdb/index.ts'
import { hasMongod, measureMongodDownload } from './find-mongod.ts'
import { ADDRESS, joinServer, LOCK, lockOrJoin } from './join-server.ts'
import {
  acquireProcessLock,
  type EmbeddedServer,
  keepRunning,
  type ProcessLock,
  type ServerAddress,
  writeServerAddress,
} from './process/index.ts'
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
  /** Whether a server that another process started on the data is used, as a second process of it. */
  readonly join?: boolean | undefined
  /** Ends a download or an install that is under way: the start fails with its reason, and the cache is whole. */
  readonly signal?: AbortSignal | undefined
  /** Progress, in whole sentences. */
  readonly log: (line: string) => void
}

export interface DatabaseServer {
  readonly uri: string
  readonly engine: 'mongodb' | 'documentdb' | 'external'
  readonly version: string | null
  /** Directory of PostgreSQL's unix socket; absent for other servers. */
  readonly socketDirectory?: string
  /** Why a server that was started here is away at the moment; undefined while it runs. */
  outage?(): AppError | undefined
  /** Resolves when a server that was started here is given up: only another start of this process helps. */
  readonly givenUp?: Promise<AppError>
  /** Ends a server that was started here, data flushed; does nothing to one that was there already, nor twice. */
  stop(): Promise<void>
}

const THROW_AWAY = 'db-'
export const ENGINE = 'engine'
/** A backup while it is unpacked; one that is found at a start was left by a cut. */
export const RESTORING = 'restoring'

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
  const lock = await lockData(dataDir, options.join === true).catch((error) => {
    throw error instanceof AppError ? error : unwritable(dataDir, error)
  })
  if ('uri' in lock) return joinServer(dataDir, lock)
  try {
    await rm(join(dataDir, ADDRESS), { force: true })
    await rm(join(dataDir, RESTORING), { recursive: true, force: true })
    const { engine, server: first, startAgain } = await startEmbedded(options, dataDir, isDurable)
    await noteEngine(dataDir, engine, first)
    // Throw-away data is not kept running: it would come back empty.
    const server = isDurable
      ? keepRunning({ server: first, start: startAgain, directory: dataDir, log: options.log })
      : first
    const { uri, version, socketDirectory } = server
    await writeServerAddress(join(dataDir, ADDRESS), {
      token: lock.token,
      uri,
      engine,
      version,
      ...(socketDirectory !== undefined && { socketDirectory }),
    })
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= end(server, lock, dataDir, isDurable)
      return stopped
    }
    return { ...server, engine, stop }
  } catch (error) {
    await clear(lock, isDurable ? null : dataDir)
    throw error
  }
}

async function lockData(dataDir: string, mayJoin: boolean): Promise<ProcessLock | ServerAddress> {
  if (mayJoin) return await lockOrJoin(dataDir)
  const lock = await acquireProcessLock(join(dataDir, LOCK))
  if (!lock) throw new AppError('database_in_use', { path: dataDir })
  return lock
}

/** `XDG_CACHE_HOME` where the environment has it; the entries hand the environment in. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = {}): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'customer-uploads')
}

/** What the first start on a machine downloads, in a sentence; undefined where a server is here already. */
export async function describeDownload(cacheDir: string): Promise<string | undefined> {
  if ((await hasMongod()) || (await hasEngine(cacheDir))) return undefined
  const bytes = await measureMongodDownload(cacheDir)
  if (bytes !== undefined)
    return `The first start downloads MongoDB into the cache: ${Math.ceil(bytes / 1e6)} MB.`
  const others = process.platform === 'linux' ? `, else DocumentDB: about ${DOWNLOAD_MB} MB` : ''
  return `The first start downloads a database server into the cache: MongoDB where it can be had${others}.`
}

type EmbeddedEngine = 'mongodb' | 'documentdb'

interface EarlierEngine {
  readonly engine: EmbeddedEngine
  /** Of a mongod, where it was noted. */
  readonly version: string | undefined
}

async function startEmbedded(options: DatabaseServerOptions, dataDir: string, isDurable: boolean) {
  const { port = 0, log, mongodPaths, signal } = options
  const cacheDir = options.cacheDir ?? defaultCacheDir()
  const earlier = await readEngine(dataDir)
  const wanted = options.engine ?? earlier?.engine
  if (wanted !== 'documentdb') {
    const start = (at: number) =>
      startMongod({
        directory: join(dataDir, 'mongod'),
        isDurable,
        port: at,
        cacheDir,
        installedPaths: mongodPaths,
        log,
        signal,
      })
    const server = await start(port)
    if (server) {
      const writer = { engine: 'mongodb' as const, version: server.version }
      const startAgain = async (at: number) => (await start(at)) ?? Promise.reject(noMongod(dataDir, writer))
      return { engine: 'mongodb' as const, server, startAgain }
    }
    if (wanted === 'mongodb') throw noMongod(dataDir, earlier)
  }
  const directory = join(dataDir, 'documentdb')
  const startAgain = (at: number) =>
    startDocumentDb({ directory, isDurable, port: at, cacheDir, log, signal })
  return { engine: 'documentdb' as const, server: await startAgain(port), startAgain }
}

/**
 * Which engine wrote the data: neither reads the other's, so a machine on which a mongod turns up, or is gone, must not
 * begin anew beside the customers that are there.
 */
export async function readEngine(dataDir: string): Promise<EarlierEngine | undefined> {
  const text = await readFile(join(dataDir, ENGINE), 'utf8').catch(() => '')
  const [engine, version] = text.trim().split(/\s+/)
  return engine === 'mongodb' || engine === 'documentdb' ? { engine, version } : undefined
}

/** Of a mongod the version, too: each reads the data of the version before it alone. */
async function noteEngine(dataDir: string, engine: EmbeddedEngine, { version }: EmbeddedServer) {
  await writeFile(join(dataDir, ENGINE), engine === 'mongodb' ? `${engine} ${version}\n` : `${engine}\n`)
}

function noMongod(dataDir: string, earlier: EarlierEngine | undefined): AppError {
  const none = 'no mongod that is installed or can be downloaded starts'
  const writer = `a mongod${earlier?.version ? `, version ${earlier.version}` : ''}`
  const reason =
    earlier?.engine === 'mongodb' ? `the data in ${dataDir} belongs to ${writer}, but ${none}` : none
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
    { reason: `the directory ${path} (DATA_DIR) cannot be written${code}` },
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

async function end(
  server: EmbeddedServer,
  lock: ProcessLock,
  dataDir: string,
  isDurable: boolean,
): Promise<void> {
  try {
    // First, so that nobody joins a server that goes.
    await rm(join(dataDir, ADDRESS), { force: true }).catch(() => undefined)
    await server.stop()
  } finally {
    await clear(lock, isDurable ? null : dataDir)
  }
}

async function clear(lock: ProcessLock, throwAway: string | null): Promise<void> {
  await lock.release()
  if (throwAway) await rm(throwAway, { recursive: true, force: true }).catch(() => undefined)
}
