import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The data directory of PostgreSQL, inside the server's own directory. */
export const DATA = 'pgdata'
const REPLACED = 'pgdata.replaced'

/**
 * Puts other data in the place of a server's own. A cut between any two steps leaves one whole set of data, which
 * `finishSwap` finds.
 */
export async function swapEngineData(directory: string, draft: string): Promise<void> {
  await finishSwap(directory)
  const data = join(directory, DATA)
  if (existsSync(data)) await rename(data, join(directory, REPLACED))
  await rename(draft, data)
  await rm(join(directory, REPLACED), { recursive: true, force: true })
}

/** Finishes a swap that was cut: the old data comes back where the new was not in place yet. */
export async function finishSwap(directory: string): Promise<void> {
  const replaced = join(directory, REPLACED)
  if (!existsSync(replaced)) return
  if (existsSync(join(directory, DATA))) await rm(replaced, { recursive: true, force: true })
  else await rename(replaced, join(directory, DATA))
}
