import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { copyEngineData, installEngine, POSTGRES_MAJOR } from './documentdb/index.ts'
import { isAlive } from './process/index.ts'
import { readEngine, startDatabaseServer } from './start-server.ts'

/** The file in a backup that describes it. */
const FACTS = 'backup.json'
/** The data directory; other files in it would count as damage. */
export const COPY = 'postgres'
/** Separates a backup's name from the process that makes it. */
const PARTIAL = '.partial-'

const factsSchema = z.object({
  format: z.literal(1),
  engine: z.literal('documentdb'),
  /** PostgreSQL's major version. */
  postgres: z.string(),
  /** DocumentDB's version. */
  version: z.string(),
  /** Processor architecture: data of one cannot be read on another. */
  arch: z.string(),
  /** When the copy began. */
  taken_at: z.coerce.date(),
})
export type BackupFacts = z.output<typeof factsSchema>

interface BackUp {
  readonly dataDir: string
  readonly cacheDir: string
  /** Absolute; a directory that does not exist yet. */
  readonly target: string
  readonly log: (line: string) => void
}

/**
 * Copies the embedded database into a directory, also while a bot runs. The copy shows the data at the end of
 * the copying. An interrupted copy has another name and is never used as a backup.
 *
 * @throws AppError backup_refused, database_in_use, database_not_installable
 */
export async function backUpDatabase({ dataDir, cacheDir, target, log }: BackUp): Promise<BackupFacts> {
  if (existsSync(target)) throw refusal(`${target} is there already`)
  const engine = (await readEngine(resolve(dataDir)))?.engine
  if (engine === undefined) throw refusal(`there is no embedded database in ${resolve(dataDir)}`)
  if (engine === 'mongodb')
    throw refusal(`the data in ${resolve(dataDir)} belongs to a mongod: use mongodump with its address`)
  const files = await installEngine({ cacheDir, log })
  const server = await startDatabaseServer({ dataDir, cacheDir, join: true, log })
  // Belongs to this process only: programs of a killed process may still write for a moment.
  const draft = `${target}${PARTIAL}${process.pid}`
  // Taken before the first byte: events after it are applied again on restore, rather twice than never.
  const takenAt = new Date()
  try {
    if (server.socketDirectory === undefined)
      throw refusal('the running bot is too old: start it again first')
    await prepareDraft(target, draft)
    await copyEngineData({ files, socketDirectory: server.socketDirectory, target: join(draft, COPY) })
    const facts = {
      format: 1 as const,
      engine: 'documentdb' as const,
      postgres: POSTGRES_MAJOR,
      version: server.version ?? '',
      arch: process.arch,
      taken_at: takenAt,
    }
    await writeFile(join(draft, FACTS), `${JSON.stringify(facts, null, 1)}\n`, { mode: 0o600 })
    await rename(draft, target)
    return facts
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    throw error
  } finally {
    await server.stop()
  }
}

async function prepareDraft(target: string, draft: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true })
    await removeLeftovers(target)
    await mkdir(draft, { mode: 0o700 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw refusal(`${target} cannot be written${code}`, error)
  }
}

/** Deletes interrupted copies of the same name. */
async function removeLeftovers(target: string): Promise<void> {
  const beginning = `${basename(target)}${PARTIAL}`
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(beginning)) continue
    const pid = Number(name.slice(beginning.length))
    if (pid === process.pid || !isAlive(pid))
      await rm(join(dirname(target), name), { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Reads the description of a backup. @throws AppError restore_refused if there is none */
export async function readBackup(source: string): Promise<BackupFacts> {
  try {
    return factsSchema.parse(JSON.parse(await readFile(join(source, FACTS), 'utf8')))
  } catch (error) {
    throw new AppError('restore_refused', { reason: `${source} is no backup of this program` }, error)
  }
}

function refusal(reason: string, cause?: unknown): AppError {
  return new AppError('backup_refused', { reason }, cause)
}
