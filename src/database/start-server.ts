import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { listPrivateFolders, makePrivateFolder } from '../private-files/index.ts'
import { DOWNLOAD_MB, hasEngine, removeServerDirectory, startDocumentDb } from './documentdb/index.ts'
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

interface DatabaseServerOptions {
  /** The data directory; null for temporary data that is deleted after `stop`. */
  readonly dataDir: string | null
  /** Port on 127.0.0.1; any free one by default. */
  readonly port?: number
  /** An existing server; then none is started. */
  readonly uri?: string | undefined
  /** The cache of downloads for this machine; `~/.cache/customer-uploads` by default. */
  readonly cacheDir?: string | undefined
  /** Only this engine, for a test or benchmark of it. */
  readonly engine?: 'mongodb' | 'documentdb' | undefined
  /** Paths where an installed mongod is searched, instead of the usual ones. */
  readonly mongodPaths?: readonly string[] | undefined
  /** True: use another process's server on the data. */
  readonly join?: boolean | undefined
  /**
   * Cancels a download or an install: the start fails with the signal's reason, and the cache stays complete.
   */
  readonly signal?: AbortSignal | undefined
  /** Progress in whole sentences. */
  readonly log: (line: string) => void
}

export interface DatabaseServer {
  readonly uri: string
  readonly engine: 'mongodb' | 'documentdb' | 'external'
  readonly version: string | null
  /** Directory of PostgreSQL's unix socket; absent for other servers. */
  readonly socketDirectory?: string
  /** Why a server started here is unavailable now; undefined while it runs. */
  outage?(): AppError | undefined
  /** Resolves when a server started here stopped for good: only a restart of this process helps. */
  readonly givenUp?: Promise<AppError>
  /**
   * Ends a server started here, with its data flushed. Does nothing to an existing one, or the second time.
   */
  stop(): Promise<void>
}

const THROW_AWAY = 'db'
export const ENGINE = 'engine'
/** A backup being unpacked; one found at a start was left by an interrupt. */
export const RESTORING = 'restoring'

/**
 * Starts a database server for the bot, the command line, the demo, the benchmarks and the tests: the one of
 * `uri`, else a real mongod, else DocumentDB. Existing data stays with the engine that wrote it.
 *
 * @throws AppError database_in_use if another process uses the data, database_not_installable if no server
 * can start here
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
    await removeServerDirectory(join(dataDir, RESTORING), options.log)
    const { engine, server: first, startAgain } = await startEmbedded(options, dataDir, isDurable)
    await noteEngine(dataDir, engine, first)
    // Temporary data is not restarted: it would come back empty.
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

/** `XDG_CACHE_HOME` if set; the entries pass the environment in. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = {}): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'customer-uploads')
}

/** What the first start on a machine downloads, as a sentence; undefined if a server exists. */
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
  /** A mongod's version, if recorded. */
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
 * The engine that wrote the data. Neither engine reads the other's data, so an installed or removed mongod
 * must not start a new database beside existing customers.
 */
export async function readEngine(dataDir: string): Promise<EarlierEngine | undefined> {
  const text = await readFile(join(dataDir, ENGINE), 'utf8').catch(() => '')
  const [engine, version] = text.trim().split(/\s+/)
  return engine === 'mongodb' || engine === 'documentdb' ? { engine, version } : undefined
}

/** For a mongod with its version: each version reads only its predecessor's data. */
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

/** A directory with other content keeps its mode: it may be the machine's own (`/srv`, `/tmp`). */
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

/** Deletes temporary data of killed runs, whose locks no process holds. */
async function removeAbandoned(): Promise<void> {
  for (const { kind, path } of await listPrivateFolders()) {
    if (kind !== THROW_AWAY) continue
    const names = await readdir(path).catch((): string[] => [])
    // A directory without a lock is just being created.
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
    // First, so that no process joins a server that stops.
    await rm(join(dataDir, ADDRESS), { force: true }).catch(() => undefined)
    await server.stop()
  } finally {
    await clear(lock, isDurable ? null : dataDir)
  }
}

async function clear(lock: ProcessLock, throwAway: string | null): Promise<void> {
  await lock.release()
  if (throwAway) await rm(throwAway, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined)
}
