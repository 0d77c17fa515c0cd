import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'

/**
 * Fills a data directory with an empty database of DocumentDB, as its first start would: making a new one is most of what a
 * start costs.
 */
export async function copyPreparedData(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const prepared = inject('preparedData')
  if (prepared === null) return
  const parts = ['engine', 'documentdb'].map((name) => join(prepared, name))
  await promisify(execFile)('cp', ['-a', ...parts, dataDir])
}
