import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { type BackupFacts, COPY, readBackup } from './back-up.ts'
import {
  finishSwap,
  installEngine,
  installedVersion,
  POSTGRES_MAJOR,
  removeServerDirectory,
  startDocumentDb,
  swapEngineData,
  unpackEngineData,
} from './documentdb/index.ts'
import { LOCK } from './join-server.ts'
import { acquireProcessLock } from './process/index.ts'
import { ENGINE, RESTORING, readEngine } from './start-server.ts'

interface Restore {
  /** Absolute; a directory that `backUpDatabase` created. */
  readonly source: string
  readonly dataDir: string
  readonly cacheDir: string
  /** Existing data is replaced if no process uses it. */
  readonly replace: boolean
  /** Reads the replaced data on a separate server; not called if there is none. */
  readonly lookAtOld: (uri: string, facts: BackupFacts) => Promise<void>
  /** Changes the restored data before it takes its place. */
  readonly prepare: (uri: string, facts: BackupFacts) => Promise<void>
  readonly log: (line: string) => void
}

/**
 * Replaces the embedded database by a backup. The backup is unpacked, started and prepared beside the old
 * data, and swapped in at the end. Until then, and after an interrupt, the old data is unchanged.
 *
 * @throws AppError restore_refused; database_in_use while a bot runs; database_not_installable
 */
export async function restoreDatabase(request: Restore): Promise<BackupFacts> {
  const { source, cacheDir, replace, log } = request
  const dataDir = resolve(request.dataDir)
  const facts = await readBackup(source)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const lock = await acquireProcessLock(join(dataDir, LOCK))
  if (!lock) throw new AppError('database_in_use', { path: dataDir })
  const directory = join(dataDir, 'documentdb')
  const draft = join(dataDir, RESTORING)
  try {
    await finishSwap(directory)
    const hasData = await checkTarget(dataDir, directory, replace)
    const files = await installEngine({ cacheDir, log })
    checkVersions(facts, await installedVersion(files))
    await removeServerDirectory(draft, log)
    log('Checking and unpacking the backup.')
    await unpackEngineData({ files, source: join(source, COPY), data: join(draft, 'pgdata') })
    const work = { cacheDir, log, facts }
    if (hasData) await onServer(directory, work, request.lookAtOld)
    await onServer(draft, work, request.prepare)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await swapEngineData(directory, join(draft, 'pgdata'))
    await writeFile(join(dataDir, ENGINE), 'documentdb\n')
    return facts
  } finally {
    await removeServerDirectory(draft, log).catch(() => undefined)
    await lock.release()
  }
}

/** @returns true if there is data to replace */
async function checkTarget(dataDir: string, directory: string, replace: boolean): Promise<boolean> {
  const earlier = await readEngine(dataDir)
  if (earlier?.engine === 'mongodb')
    throw refusal(`the data in ${dataDir} belongs to a mongod: set DATA_DIR to an empty directory`)
  const hasData = existsSync(join(directory, 'pgdata'))
  if (hasData && !replace)
    throw refusal(`there is a database in ${dataDir} already: add --replace to replace it`)
  return hasData
}

function checkVersions({ postgres, version, arch }: BackupFacts, installed: string): void {
  if (postgres !== POSTGRES_MAJOR)
    throw refusal(`the backup belongs to PostgreSQL ${postgres} and this is ${POSTGRES_MAJOR}`)
  if (arch !== process.arch) throw refusal(`the backup is of a ${arch} processor and this is ${process.arch}`)
  if (isNewer(version, installed))
    throw refusal(`the backup belongs to DocumentDB ${version} and this is ${installed}`)
}

/** `0.110-0` is newer than `0.109-2`. */
function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/\D+/).map(Number))
  for (const [at, part] of (a ?? []).entries()) {
    const other = b?.[at] ?? 0
    if (part !== other) return part > other
  }
  return false
}

interface Work {
  readonly cacheDir: string
  readonly log: (line: string) => void
  readonly facts: BackupFacts
}

async function onServer(
  directory: string,
  { cacheDir, log, facts }: Work,
  work: (uri: string, facts: BackupFacts) => Promise<void>,
): Promise<void> {
  const server = await startDocumentDb({ directory, isDurable: true, port: 0, cacheDir, log })
  try {
    await work(server.uri, facts)
  } finally {
    await server.stop()
  }
}

function refusal(reason: string): AppError {
  return new AppError('restore_refused', { reason })
}
