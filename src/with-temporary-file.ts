import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTemporaryFolder } from './temporary-folder.ts'

/**
 * Lends a path at which a file can be written. Nothing of it stays on disk, and nobody else on the machine can read it
 * meanwhile.
 */
export async function withTemporaryFile<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = await makeTemporaryFolder()
  try {
    return await use(join(folder, 'file'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
