import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { chmod, lchown, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '../../errors.ts'
import { makePrivateFolder } from '../../private-files/index.ts'
import { stopLeftover, stopOrphans } from '../process/index.ts'
import { initdbAccount, runAs, serverAccount } from './engine-account.ts'
import { type EngineFiles, engineCommand, POSTGRES_MAJOR } from './engine-files.ts'
import { refusal } from './install-engine.ts'
import { postgresSettings } from './postgres-settings.ts'
import { runProgram } from './run-program.ts'
import { DATA, finishSwap } from './swap-engine-data.ts'

interface PostgresOptions {
  readonly files: EngineFiles
  /** Absolute; created if missing. */
  readonly directory: string
  readonly isDurable: boolean
  readonly log: (line: string) => void
}

export interface Postgres {
  readonly socketDirectory: string
  /** DocumentDB's version. */
  readonly version: string
  /** Resolves when the server has ended for any reason. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export const SUPERUSER = 'documentdb'
/** A unix socket's path may have 107 characters (sun_path), including the socket's name. */
const MAX_SOCKET_DIRECTORY = 107 - '/.s.PGSQL.5432'.length
/** Recovery after a power cut reads the log since the last checkpoint, at most `max_wal_size`. */
const START_LIMIT_MS = 5 * 60_000
const STOP_SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 60_000], // fast shutdown: with a checkpoint
  ['SIGQUIT', 10_000], // immediate shutdown: the log is replayed at the next start
  ['SIGKILL', 5_000],
]
/** Backends notice within moments that their server is gone, unless they wait for one another. */
const ORPHAN_SIGNALS: readonly (readonly [NodeJS.Signals | null, number])[] = [
  [null, 3_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
]
const MAX_LOG_BYTES = 10e6

/** Starts PostgreSQL with DocumentDB on a data directory; creates its content first if missing. */
export async function startPostgres({
  files,
  directory,
  isDurable,
  log,
}: PostgresOptions): Promise<Postgres> {
  const data = join(directory, DATA)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  await finishSwap(directory)
  await endLeftover(data, log)
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(files, directory, data, log)
  await checkVersion(data)
  const socketDirectory = await makeSocketDirectory(directory)
  const child = await launch(files, { data, directory, socketDirectory, isDurable })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const server = { socketDirectory, ended, stop: () => stopChild(child, ended, socketDirectory) }
  try {
    await waitUntilReady(child, socketDirectory, directory)
    return { ...server, version: await prepareDatabase(socketDirectory) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function endLeftover(data: string, log: (line: string) => void): Promise<void> {
  const isFree = await stopLeftover({
    pidFile: join(data, 'postmaster.pid'),
    words: ['postgres', data],
    // It usually ends by itself: the system signals it when its parent dies.
    signals: [
      [null, 3_000],
      ['SIGINT', 30_000],
      ['SIGQUIT', 10_000],
    ],
    log,
  })
  if (!isFree) throw new AppError('database_in_use', { path: data })
  await stopOrphans(await realpath(data).catch(() => data), {
    words: ['postgres'],
    signals: ORPHAN_SIGNALS,
    log,
  })
}

/**
 * Deletes a server's directory. A server that outlived its process is ended first: it would write files into
 * folders that are being deleted.
 *
 * @throws AppError database_in_use if the server cannot be ended
 */
export async function removeServerDirectory(directory: string, log: (line: string) => void): Promise<void> {
  await endLeftover(join(directory, DATA), log)
  // A server that is just starting has no process id file yet; it ends as soon as its data is gone.
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

/**
 * Created under another name and moved into place when complete, so an interrupt leaves no partial database.
 */
async function initialise(files: EngineFiles, directory: string, data: string, log: (line: string) => void) {
  log('Making a new database.')
  const draft = join(directory, 'pgdata.partial')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await own(draft, initdbAccount())
  const command = engineCommand(files, 'initdb', [
    '--pgdata',
    draft,
    '--username',
    SUPERUSER,
    '--auth',
    'trust',
    '--encoding',
    'UTF8',
    '--locale',
    'C',
    '--locale-provider',
    'builtin',
    '--builtin-locale',
    'C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    '--no-sync',
  ]) // prettier-ignore
  const { status, output } = await runProgram([...runAs(initdbAccount(), [draft, files.root]), ...command], {
    cwd: '/',
  })
  if (status !== 0) throw refusal(`a new database could not be made (${output.trim().split('\n').at(-1)})`)
  await own(draft, serverAccount())
  await rename(draft, data)
}

async function checkVersion(data: string): Promise<void> {
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  if (version !== POSTGRES_MAJOR)
    throw refusal(`the data in ${data} belongs to PostgreSQL ${version} and this is ${POSTGRES_MAJOR}`)
}

/** Beside the data if its path is short enough, so that no two servers collide; else a new short path. */
async function makeSocketDirectory(directory: string): Promise<string> {
  const beside = join(directory, 'socket')
  const path = beside.length <= MAX_SOCKET_DIRECTORY ? beside : await makePrivateFolder('socket')
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
  await own(path, serverAccount())
  return path
}

interface Launch {
  readonly data: string
  readonly directory: string
  readonly socketDirectory: string
  readonly isDurable: boolean
}

async function launch(files: EngineFiles, { data, directory, socketDirectory, isDurable }: Launch) {
  await own(data, serverAccount())
  const args = ['-D', data]
  for (const [name, value] of Object.entries(postgresSettings({ socketDirectory, isDurable })))
    args.push('-c', `${name}=${value}`)
  const [program = '', ...rest] = [
    ...runAs(serverAccount(), [data, files.root, socketDirectory]),
    ...engineCommand(files, 'postgres', args),
  ]
  const child = spawn(program, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  const path = join(directory, 'postgres.log')
  const isLong = ((await stat(path).catch(() => null))?.size ?? 0) > MAX_LOG_BYTES
  const logFile = createWriteStream(path, { flags: isLong ? 'w' : 'a', mode: 0o600 })
  logFile.on('error', () => undefined) // an unwritable log must not end the database
  child.stdout.pipe(logFile, { end: false })
  child.stderr.pipe(logFile, { end: false })
  child.once('close', () => logFile.end())
  return child
}

async function waitUntilReady(
  child: ChildProcess,
  socketDirectory: string,
  directory: string,
): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS
  let last: unknown
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw refusal(
        `the database server ended at once; ${join(directory, 'postgres.log')} has the reason`,
        last,
      )
    const client = newClient(socketDirectory)
    try {
      await client.connect()
      return
    } catch (error) {
      last = error
      await sleep(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw refusal('the database server did not become ready in time', last)
}

/** Installs the engine's functions in a new database, or upgrades an older one. */
async function prepareDatabase(socketDirectory: string): Promise<string> {
  const client = newClient(socketDirectory)
  await client.connect()
  try {
    await client.query('SET client_min_messages = error')
    await client.query('CREATE EXTENSION IF NOT EXISTS documentdb CASCADE')
    await client.query('ALTER EXTENSION documentdb_core UPDATE; ALTER EXTENSION documentdb UPDATE')
    // Commands build their indexes themselves, so the engine's background builders would only poll.
    await client.query(
      "SELECT cron.unschedule(jobid) FROM cron.job WHERE command LIKE '%build_index_concurrently%'",
    )
    const { rows } = await client.query("SELECT extversion FROM pg_extension WHERE extname = 'documentdb'")
    return String(rows[0]?.extversion)
  } finally {
    await client.end()
  }
}

function newClient(socketDirectory: string): pg.Client {
  return new pg.Client({
    host: socketDirectory,
    user: SUPERUSER,
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
  })
}

async function stopChild(child: ChildProcess, ended: Promise<void>, socketDirectory: string): Promise<void> {
  for (const [signal, waitMs] of STOP_SIGNALS) {
    if (child.exitCode !== null || child.signalCode !== null) break
    child.kill(signal)
    const timer = new AbortController()
    await Promise.race([ended, sleep(waitMs, undefined, { signal: timer.signal }).catch(() => undefined)])
    timer.abort()
  }
  await rm(socketDirectory, { recursive: true, force: true })
}

/**
 * Gives a directory tree to an account; of links, the links themselves. Does nothing if it already owns it.
 */
async function own(path: string, account: number | null): Promise<void> {
  if (account === null || (await lstat(path)).uid === account) return
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    await lchown(join(entry.parentPath, entry.name), account, account)
  await lchown(path, account, account)
}
