import { rm } from 'node:fs/promises'
import { listPrivateFolders, makePrivateFolder } from './private-folder.ts'

const BEGINS = 'file-'
/** The name holds the id of the process the folder belongs to. */
const OURS = new RegExp(String.raw`^${BEGINS}(\d+)-\w+$`)
/** Milliseconds. A process in another container cannot be seen from here; no file takes it that long. */
const LEFT_AFTER_MS = 60 * 60_000

/** Makes a folder for a file with customers in it. The caller removes it. */
export async function makeTemporaryFolder(): Promise<string> {
  return await makePrivateFolder(`${BEGINS}${process.pid}-`)
}

/**
 * Removes the folders of processes that were killed: customers are to stand nowhere but in the database.
 * @returns how many folders were removed
 */
export async function removeLeftFolders(now = new Date()): Promise<number> {
  let removed = 0
  for (const { name, path, modifiedMs } of await listPrivateFolders()) {
    const owner = OURS.exec(name)?.[1]
    if (owner === undefined || now.getTime() - modifiedMs < LEFT_AFTER_MS) continue
    if (isAtWork(Number(owner), modifiedMs)) continue
    try {
      await rm(path, { recursive: true })
      removed += 1
    } catch {
      // Another process removed it meanwhile.
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
    // The process exists and belongs to another user.
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM'
  }
}
