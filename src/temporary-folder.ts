import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BEGINS = 'customer-uploads-file-'
/** Whose folder it is stands in its name. */
const OURS = new RegExp(String.raw`^${BEGINS}(\d+)-\w+$`)
/** Milliseconds. A process that is not seen here may work beside us in a container; no file takes it that long. */
const LEFT_AFTER_MS = 60 * 60_000

/** A folder for a file with customers in it, that only we can read. Whoever asks for it removes it. */
export async function makeTemporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), `${BEGINS}${process.pid}-`))
}

/**
 * Removes what processes left behind that were killed over it: customers are to stand nowhere but in the database.
 * Never fails for a folder that is not ours to remove. @returns how many are gone
 */
export async function removeLeftFolders(now = new Date()): Promise<number> {
  let removed = 0
  for (const name of await readdir(tmpdir())) {
    const owner = OURS.exec(name)?.[1]
    if (owner === undefined) continue
    const path = join(tmpdir(), name)
    try {
      const { mtimeMs } = await stat(path)
      if (now.getTime() - mtimeMs < LEFT_AFTER_MS || isAtWork(Number(owner), mtimeMs)) continue
      await rm(path, { recursive: true })
      removed += 1
    } catch {
      // Somebody else's, or gone meanwhile.
    }
  }
  return removed
}

function isAtWork(pid: number, since: number): boolean {
  // In a container every start has the same number: what is older than this one is of an earlier.
  if (pid === process.pid) return since >= performance.timeOrigin
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM'
  }
}
