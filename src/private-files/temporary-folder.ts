import { rm } from 'node:fs/promises'
import { listPrivateFolders, makePrivateFolder } from './private-folder.ts'

const KIND = 'file'
/** Milliseconds. Processes of other containers are invisible here; no file takes this long. */
const LEFT_AFTER_MS = 60 * 60_000

/** Creates a folder for a file with customers in it. The caller deletes it. */
export async function makeTemporaryFolder(): Promise<string> {
  return await makePrivateFolder(KIND)
}

/**
 * Deletes the folders of killed processes: customers must only be stored in the database.
 * @returns the number of deleted folders
 */
export async function removeLeftFolders(now = new Date()): Promise<number> {
  let removed = 0
  for (const { kind, pid, path, modifiedMs } of await listPrivateFolders()) {
    if (kind !== KIND || pid === null || now.getTime() - modifiedMs < LEFT_AFTER_MS) continue
    if (isAtWork(pid, modifiedMs)) continue
    try {
      await rm(path, { recursive: true })
      removed += 1
    } catch {
      // Another process deleted it in the meantime.
    }
  }
  return removed
}

function isAtWork(pid: number, since: number): boolean {
  // In a container every start has the same process id: an older folder belongs to an earlier start.
  if (pid === process.pid) return since >= performance.timeOrigin
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process exists and belongs to another user.
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM'
  }
}
