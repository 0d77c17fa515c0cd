import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { DryMongoBinary, MongoBinary, MongoMemoryServer } from 'mongodb-memory-server'
import { AppError } from '../errors.ts'
import { type EmbeddedServer, embeddedUri, stopLeftover } from './process/index.ts'

export interface MongodOptions {
  /** Absolute; created when missing, and closed to other accounts. */
  readonly directory: string
  readonly port: number
  readonly cacheDir: string
  /** Where an installed mongod is looked for. */
  readonly installedPaths?: readonly string[] | undefined
  readonly log: (line: string) => void
}

/** Where distributions and MongoDB's own packages put it. */
const INSTALLED_PATHS = ['/usr/bin/mongod', '/usr/local/bin/mongod', '/opt/homebrew/bin/mongod']
const DOWNLOAD_LIMIT_MS = 5 * 60_000
/** How long a failed download is remembered, so that not every start waits for the same refusal. */
const REMEMBER_MS = 60 * 60_000

/**
 * Starts a real mongod: the machine's own, one downloaded earlier, or one downloaded now. Gives null where none can be
 * had, which is then remembered for an hour.
 */
export async function startMongod(options: MongodOptions): Promise<EmbeddedServer | null> {
  const { directory, port, log } = options
  const binary = await findMongod(options)
  if (!binary) return null
  await prepareData(directory, log)
  const version = await readVersion(binary)
  const server = await MongoMemoryServer.create({
    instance: {
      ...(port !== 0 && { port }),
      storageEngine: 'wiredTiger',
      ip: '127.0.0.1',
      dbPath: directory,
    },
    // Told its own version, so that it is not compared with the one that would be downloaded.
    binary: { systemBinary: binary, version },
    // A group of its own: a terminal's Control-C must not take the database from under the bot's last writes.
    spawn: { detached: true },
  })
  return {
    uri: embeddedUri(server.instanceInfo?.port ?? port),
    version,
    stop: async () => {
      await server.stop({ doCleanup: false })
    },
  }
}

/** As the program itself says: `db version v8.2.6`. */
async function readVersion(binary: string): Promise<string> {
  const { stdout } = await promisify(execFile)(binary, ['--version'])
  return /version v?(\S+)/.exec(stdout)?.[1] ?? 'unknown'
}

async function findMongod({
  cacheDir,
  installedPaths = INSTALLED_PATHS,
  log,
}: MongodOptions): Promise<string | null> {
  const installed = installedPaths.find((path) => existsSync(path))
  if (installed) return installed
  const earlier = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions())
  if (earlier) return earlier
  const memory = join(cacheDir, 'mongod-unavailable.json')
  if (await isRemembered(memory)) return null
  return download(memory, log)
}

async function download(memory: string, log: (line: string) => void): Promise<string | null> {
  log('Looking for a MongoDB server to download.')
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), DOWNLOAD_LIMIT_MS)
  })
  try {
    const path = await Promise.race([MongoBinary.getPath({ checkMD5: true }), limit])
    await rm(memory, { force: true })
    return path
  } catch (error) {
    const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
    log(`No mongod can be downloaded here (${reason}).`)
    await writeMemory(memory, reason)
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** A cache that cannot be written costs the next start a second try, nothing more. */
async function writeMemory(memory: string, reason: string): Promise<void> {
  try {
    await mkdir(dirname(memory), { recursive: true })
    await writeFile(memory, JSON.stringify({ at: new Date().toISOString(), reason }))
  } catch {
    // The next start tries again.
  }
}

async function isRemembered(memory: string): Promise<boolean> {
  try {
    const { at } = JSON.parse(await readFile(memory, 'utf8'))
    return Date.now() - Date.parse(at) < REMEMBER_MS
  } catch {
    return false
  }
}

async function prepareData(directory: string, log: (line: string) => void): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const isFree = await stopLeftover({
    pidFile: join(directory, 'mongod.lock'),
    words: ['mongod', directory],
    signals: [
      [null, 3_000],
      ['SIGTERM', 30_000],
      ['SIGKILL', 5_000],
    ],
    log,
  })
  if (!isFree) throw new AppError('database_in_use', { path: directory })
}
