import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, isZombie, processSpace, startMark } from './process-facts.ts'

/** A held lock file. */
export interface ProcessLock {
  /** Identifies this hold of the lock. */
  readonly token: string
  release(): Promise<void>
}

interface Holder {
  readonly token: string
  readonly pid: number
  readonly startMark: string | null
  readonly space: string
}

const BEAT_MS = 2_000
/**
 * A holder in another container or machine cannot be checked; a file untouched this long counts as abandoned.
 */
const SILENCE_MS = 10_000
const MAX_ATTEMPTS = 20

/**
 * Takes a lock that one process at a time can hold, or returns null if a living process holds it. A killed
 * holder is recognised by process id and start time, so nothing must be cleaned up by hand.
 */
export async function acquireProcessLock(
  path: string,
  { silenceMs = SILENCE_MS }: { readonly silenceMs?: number } = {},
): Promise<ProcessLock | null> {
  await mkdir(dirname(path), { recursive: true })
  const holder: Holder = {
    token: randomUUID(),
    pid: process.pid,
    startMark: startMark(process.pid),
    space: processSpace(),
  }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (await create(path, holder)) return hold(path, holder)
    const other = await readHolder(path)
    if (other === undefined) continue // just released
    if (await isLocked(path, other, silenceMs)) return null
    await removeStale(path, other)
  }
  return null
}

/**
 * Written to another file and linked into place: a lock file is never partly written, and link fails if one
 * exists.
 */
async function create(path: string, holder: Holder): Promise<boolean> {
  const draft = `${path}.${holder.token}`
  await writeFile(draft, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

function hold(path: string, holder: Holder): ProcessLock {
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined) // the next beat makes up for a missed one
  }, BEAT_MS)
  beat.unref()
  return {
    token: holder.token,
    async release() {
      clearInterval(beat)
      const current = await readHolder(path)
      if (current !== undefined && current?.token === holder.token) await rm(path, { force: true })
    },
  }
}

async function isLocked(path: string, other: Holder | null, silenceMs: number): Promise<boolean> {
  if (other === null) return false // not a lock file of this program: no process can hold it
  if (other.space === processSpace())
    return isAlive(other.pid) && !isZombie(other.pid) && startMark(other.pid) === other.startMark
  const before = await modifiedAt(path)
  const deadline = Date.now() + silenceMs
  while (Date.now() < deadline) {
    await sleep(silenceMs / 20)
    if ((await modifiedAt(path)) !== before) return true
  }
  return false
}

/**
 * Moves the stale file away before deleting it, so that a lock another process took in between is noticed and
 * put back.
 */
async function removeStale(path: string, expected: Holder | null): Promise<void> {
  const aside = `${path}.stale-${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const moved = await readHolder(aside)
  if (moved && moved.token !== expected?.token) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

/**
 * The token of a lock's holder if it is a living process in the same process space, not on another machine or
 * in another container.
 */
export async function findNearHolder(path: string): Promise<string | undefined> {
  const holder = await readHolder(path)
  if (!holder || holder.space !== processSpace()) return undefined
  const isThere = isAlive(holder.pid) && !isZombie(holder.pid) && startMark(holder.pid) === holder.startMark
  return isThere ? holder.token : undefined
}

/** undefined: no file; null: not a lock file of this program. */
async function readHolder(path: string): Promise<Holder | null | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const value: unknown = JSON.parse(text)
    return isHolder(value) ? value : null
  } catch {
    return null
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false
  return 'token' in value && 'pid' in value && 'space' in value && typeof value.pid === 'number'
}

async function modifiedAt(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? 0
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
