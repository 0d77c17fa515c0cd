import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server'

export interface Mongod {
  readonly path: string
  /** The program's own version: `8.2.6`. */
  readonly version: string
}

interface FindOptions {
  readonly cacheDir: string
  /** Paths where an installed mongod is searched. */
  readonly installedPaths?: readonly string[] | undefined
  readonly log: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/** The paths of distributions and of MongoDB's packages. */
const INSTALLED_PATHS = ['/usr/bin/mongod', '/usr/local/bin/mongod', '/opt/homebrew/bin/mongod']
const OLDEST_MAJOR = 5
/** A program that does not print its version within this time does not work. */
const PROBE_LIMIT_MS = 15_000
const DOWNLOAD_LIMIT_MS = 5 * 60_000
const MEASURE_LIMIT_MS = 3_000
/** How long a failed download is remembered, so that not every start waits for the same failure. */
const REMEMBER_MS = 60 * 60_000

/**
 * Finds every usable mongod, best first: the machine's, an earlier download, a new download. A program that
 * does not run is skipped, and the log has the reason.
 */
export async function* findMongods(options: FindOptions): AsyncGenerator<Mongod> {
  const { installedPaths = INSTALLED_PATHS, log } = options
  const seen = new Set<string>()
  for await (const path of listPaths(installedPaths, options)) {
    if (seen.has(path)) continue
    seen.add(path)
    const probed = await probe(path)
    if (typeof probed === 'string') log(`${path} is left out: ${probed}.`)
    else yield probed
  }
}

/** True if a mongod exists, so that none is downloaded. It may still not run. */
export async function hasMongod(): Promise<boolean> {
  if (INSTALLED_PATHS.some((path) => existsSync(path))) return true
  return (await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions())) !== undefined
}

async function* listPaths(installedPaths: readonly string[], options: FindOptions): AsyncGenerator<string> {
  yield* installedPaths.filter((path) => existsSync(path))
  const earlier = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions())
  if (earlier) {
    yield earlier
    return
  }
  const memory = memoryOf(options.cacheDir)
  if (await isRemembered(memory)) return
  const downloaded = await download(memory, options)
  if (downloaded) yield downloaded
}

/** The program with its version; or the reason why it is unusable, as the end of a sentence. */
async function probe(path: string): Promise<Mongod | string> {
  const { failure, stdout, stderr } = await runForVersion(path)
  if (failure) return whyItFails(failure, stderr)
  const version = /version v?(\d+\.\S+)/.exec(stdout)?.[1]
  if (version === undefined) return 'it does not say which version it is'
  return Number.parseInt(version, 10) < OLDEST_MAJOR
    ? `it is ${version}, and 5.0 is the oldest that will do`
    : { path, version }
}

function runForVersion(path: string) {
  return new Promise<{ failure: Error | null; stdout: string; stderr: string }>((resolve) => {
    const limit = { timeout: PROBE_LIMIT_MS, killSignal: 'SIGKILL' } as const
    execFile(path, ['--version'], limit, (failure, stdout, stderr) => resolve({ failure, stdout, stderr }))
  })
}

function whyItFails(failure: Error, stderr: string): string {
  const signal = Reflect.get(failure, 'signal')
  if (signal === 'SIGILL')
    return 'this processor lacks an instruction it needs (MongoDB 5.0 and newer need AVX)'
  if (signal === 'SIGKILL') return `it did not answer within ${PROBE_LIMIT_MS / 1000} s`
  const text = stderr.trim().split('\n').at(-1)
  return (text || failure.message.split('\n', 1)[0] || 'it does not run').replace(/\.$/, '')
}

/**
 * Size of a mongod's download in bytes, as reported by its server.
 * @returns undefined if the server is unreachable or reports none
 */
export async function measureMongodDownload(cacheDir: string): Promise<number | undefined> {
  if (await isRemembered(memoryOf(cacheDir))) return undefined
  try {
    const url = await new (loadDownloadUrl())(await DryMongoBinary.generateOptions()).getDownloadUrl()
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(MEASURE_LIMIT_MS) })
    return (answer.ok && Number(answer.headers.get('content-length'))) || undefined
  } catch {
    return undefined
  }
}

/** The downloader does not export its download address. */
function loadDownloadUrl(): new (options: object) => { getDownloadUrl(): Promise<string> } {
  const require = createRequire(createRequire(import.meta.url).resolve('mongodb-memory-server'))
  return require('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl').MongoBinaryDownloadUrl
}

const memoryOf = (cacheDir: string): string => join(cacheDir, 'mongod-unavailable.json')

async function download(memory: string, { log, signal }: FindOptions): Promise<string | null> {
  signal?.throwIfAborted()
  log('Looking for a MongoDB server to download.')
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), DOWNLOAD_LIMIT_MS)
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
  try {
    const path = await Promise.race([MongoBinary.getPath({ checkMD5: true }), limit])
    await rm(memory, { force: true })
    return path
  } catch (error) {
    signal?.throwIfAborted()
    const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
    log(`No mongod can be downloaded here (${reason}).`)
    await writeMemory(memory, reason)
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** An unwritable cache costs the next start a second try, nothing more. */
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
