import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'

/** The data directory, once it is whole. */
export const PREPARED = 'made'
/** Says why there will be none. */
export const UNPREPARED = 'failed'

/**
 * Fills a data directory with an empty database of DocumentDB, as its first start would: making a new one is most of what a
 * start costs.
 */
export async function copyPreparedData(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const folder = inject('preparedData')
  if (folder === null) return
  while (!existsSync(join(folder, PREPARED))) {
    const failure = await readFile(join(folder, UNPREPARED), 'utf8').catch(() => undefined)
    if (failure !== undefined) throw new Error(`No database could be prepared: ${failure}`)
    await sleep(50)
  }
  const parts = ['engine', 'documentdb'].map((name) => join(folder, PREPARED, name))
  await promisify(execFile)('cp', ['-a', ...parts, dataDir])
}
