import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** PostgreSQL's data directory inside the server's directory. */
export const DATA = 'pgdata'
const REPLACED = 'pgdata.replaced'

/**
 * Replaces a server's data. An interrupt between two steps leaves one complete set of data, which
 * `finishSwap` finds.
 */
export async function swapEngineData(directory: string, draft: string): Promise<void> {
  await finishSwap(directory)
  const data = join(directory, DATA)
  if (existsSync(data)) await rename(data, join(directory, REPLACED))
  await rename(draft, data)
  await rm(join(directory, REPLACED), { recursive: true, force: true })
}

/** Finishes an interrupted swap: the old data returns if the new data was not in place. */
export async function finishSwap(directory: string): Promise<void> {
  const replaced = join(directory, REPLACED)
  if (!existsSync(replaced)) return
  if (existsSync(join(directory, DATA))) await rm(replaced, { recursive: true, force: true })
  else await rename(replaced, join(directory, DATA))
}
