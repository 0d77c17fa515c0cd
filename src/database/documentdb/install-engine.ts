import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, statfs, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { acquireProcessLock } from '../process/index.ts'
import { downloadPackages, findMirror, type Mirror } from './debian-packages.ts'
import { type EngineFiles, locateEngine, POSTGRES_MAJOR, postgresScript } from './engine-files.ts'
import { runProgram } from './run-program.ts'

interface InstallOptions {
  /** Directory of the engine, shared by all processes of this user on the machine. */
  readonly cacheDir: string
  readonly log: (line: string) => void
  /** Cancels an install; nothing of it stays. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Increased when the layout of an installed engine changes: an older one is left alone and a new one made.
 */
const LAYOUT = 1
const MARKER = 'installed.json'
const PACKAGES = [`postgresql-${POSTGRES_MAJOR}`, `postgresql-${POSTGRES_MAJOR}-documentdb`]
const NEEDED_BYTES = 1.5e9
const TOOLS = [
  '/usr/bin/apt-get',
  '/usr/bin/dpkg',
  '/usr/bin/dpkg-deb',
  '/usr/bin/setpriv',
  '/usr/bin/tar',
  '/bin/tar',
]
/** Documentation and Perl: a third of the bytes, not needed by the engine. */
const UNUSED = [
  './usr/share/doc',
  './usr/share/man',
  './usr/share/locale',
  './usr/share/perl*',
  './usr/lib/*/perl*',
]

/**
 * Returns the engine's files; installs them first if missing. Debian's packages are fetched into the cache
 * with the machine's apt and unpacked there. The machine is not changed, and root is not needed. The install
 * happens elsewhere and moves into place when complete, so a partial one is never used; a failed one is
 * deleted.
 *
 * @throws AppError database_not_installable with the reason; the signal's reason
 */
export async function installEngine({ cacheDir, log, signal }: InstallOptions): Promise<EngineFiles> {
  const home = join(cacheDir, 'documentdb')
  const target = engineFolder(cacheDir)
  if (await isInstalled(target)) return locateEngine(target)
  await checkMachine()
  const lock = await prepareCache(home, log)
  try {
    if (await isInstalled(target)) return locateEngine(target)
    await removePartial(home)
    await checkSpace(home)
    const began = Date.now()
    log('Installing DocumentDB from Debian packages; this is done once on a machine.')
    const partial = `${target}.partial`
    await build(partial, await findMirror(signal), { log, signal })
    await rm(target, { recursive: true, force: true })
    await rename(partial, target)
    log(`DocumentDB is installed (${((Date.now() - began) / 1000).toFixed(0)} s).`)
    return locateEngine(target)
  } catch (error) {
    await removePartial(home).catch(() => undefined)
    throw error
  } finally {
    await lock.release()
  }
}

/** True if the engine is in the cache. */
export const hasEngine = (cacheDir: string): Promise<boolean> => isInstalled(engineFolder(cacheDir))

const engineFolder = (cacheDir: string): string =>
  join(cacheDir, 'documentdb', `engine-${LAYOUT}-${process.arch}`)

async function isInstalled(target: string): Promise<boolean> {
  return existsSync(join(target, MARKER))
}

async function checkMachine(): Promise<void> {
  if (process.platform !== 'linux') throw refusal('DocumentDB packages exist for Debian Linux only')
  if (process.arch !== 'x64' && process.arch !== 'arm64')
    throw refusal(`there are no DocumentDB packages for ${process.arch} processors`)
  const missing = TOOLS.filter(
    (tool) => !existsSync(tool) && !(tool.endsWith('tar') && existsSync('/usr/bin/tar')),
  )
  if (missing.length > 0) throw refusal(`this is not a Debian-like Linux (${missing.join(', ')} is missing)`)
}

async function checkSpace(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < NEEDED_BYTES)
    throw refusal(`${directory} has ${Math.round((bavail * bsize) / 1e6)} MB free and 1500 MB are needed`)
}

async function prepareCache(home: string, log: (line: string) => void) {
  try {
    await mkdir(home, { recursive: true })
    return await waitForLock(join(home, 'install.lock'), log)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw refusal(
      `the cache ${home} cannot be written${code}: set XDG_CACHE_HOME to a directory that can`,
      error,
    )
  }
}

async function waitForLock(path: string, log: (line: string) => void) {
  for (let waited = 0; ; waited += 1) {
    const lock = await acquireProcessLock(path)
    if (lock) return lock
    if (waited === 0) log('Another process is installing DocumentDB; waiting for it.')
    await sleep(500)
  }
}

async function removePartial(home: string): Promise<void> {
  for (const name of await readdir(home))
    if (name.includes('.partial')) await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 })
}

async function build(
  root: string,
  mirror: Mirror,
  { log, signal }: Pick<InstallOptions, 'log' | 'signal'>,
): Promise<void> {
  await mkdir(root, { recursive: true })
  const downloads = `${root}-downloads`
  const archives = await downloadPackages({ mirror, packages: PACKAGES, directory: downloads, log, signal })
  log(`Unpacking ${archives.length} packages.`)
  const versions: string[] = []
  for (const archive of archives) {
    await unpack(archive, root, signal)
    versions.push(archive.slice(archive.lastIndexOf('/') + 1))
  }
  await rm(downloads, { recursive: true, force: true })
  await finish(root)
  await writeFile(
    join(root, MARKER),
    `${JSON.stringify({ layout: LAYOUT, packages: versions.sort() }, null, 1)}\n`,
  )
}

/** Unpacks without owners and set-user-id bits: these files are run by path, not trusted by the system. */
async function unpack(archive: string, root: string, signal: AbortSignal | undefined): Promise<void> {
  const script =
    'set -e; umask 022; dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --no-same-permissions'
  const excludes = UNUSED.map((path) => `--exclude='${path}'`).join(' ')
  const command = ['/bin/sh', '-c', `${script} ${excludes}`, 'unpack', archive, root]
  const { status, output } = await runProgram(command, { signal })
  if (status !== 0) throw refusal(`the package ${archive} could not be unpacked (${lastLine(output)})`)
}

/** Does what the packages' install scripts would do, as far as the engine needs it. */
async function finish(root: string): Promise<void> {
  const files = locateEngine(root)
  const postgres = join(files.programs, 'postgres')
  await rename(postgres, `${postgres}.bin`)
  await writeFile(postgres, postgresScript(files))
  await chmod(postgres, 0o755)
  // Debian's alternatives: `postgis-3.control` must also be found as `postgis.control`.
  const extensions = join(root, 'usr/share/postgresql', POSTGRES_MAJOR, 'extension')
  const names = new Set(await readdir(extensions))
  for (const name of names) {
    const plain = name.replace(/-\d+\.control$/, '.control')
    if (!names.has(plain)) await symlink(name, join(extensions, plain))
  }
  await readFile(join(extensions, 'documentdb.control')).catch(() => {
    throw refusal('the packages hold no DocumentDB')
  })
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}

export function refusal(reason: string, cause?: unknown): AppError {
  return new AppError('database_not_installable', { reason }, cause)
}
