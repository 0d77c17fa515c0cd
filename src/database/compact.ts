import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { compactEngineData } from './documentdb/index.ts'
import { readEngine, startDatabaseServer } from './start-server.ts'

interface Compact {
  readonly dataDir: string
  readonly cacheDir: string
  readonly log: (line: string) => void
}

/** Bytes of the data directory. */
interface CompactedSizes {
  readonly before: number
  readonly after: number
}

/**
 * Rewrites the embedded database without erased data. If interrupted, the data is complete, either before or
 * after.
 *
 * @throws AppError compact_refused; database_in_use while a bot runs; database_not_installable
 */
export async function compactDatabase({ dataDir, cacheDir, log }: Compact): Promise<CompactedSizes> {
  const directory = resolve(dataDir)
  const engine = (await readEngine(directory))?.engine
  if (engine === undefined || !existsSync(directory))
    throw refusal(`there is no embedded database in ${directory}`)
  if (engine === 'mongodb') throw refusal(`the data in ${directory} belongs to a mongod: use its own compact`)
  const server = await startDatabaseServer({ dataDir, cacheDir, log })
  let before: number
  try {
    if (server.socketDirectory === undefined) throw refusal('the database server does not tell its address')
    before = await sizeOf(directory)
    log('Writing the database anew. A large one takes some minutes.')
    await compactEngineData(server.socketDirectory)
  } finally {
    await server.stop()
  }
  return { before, after: await sizeOf(directory) }
}

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      // A file can disappear between the two calls.
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      )
  return bytes
}

function refusal(reason: string): AppError {
  return new AppError('compact_refused', { reason })
}
