import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import {
  acquireProcessLock,
  findNearHolder,
  type ProcessLock,
  readServerAddress,
  type ServerAddress,
} from './process/index.ts'

/** The file in a data directory that names its process and its server's address. */
export const LOCK = 'in-use.lock'
export const ADDRESS = 'server.json'

/** The process that has the lock may still be starting its server. */
const APPEARS_WITHIN_MS = 10_000
const LOOK_MS = 250
const WATCH_MS = 2_000

/**
 * Takes the lock of a data directory, or returns the address of its holder's server.
 * @throws AppError database_in_use: the holder is on another machine or in another container, or has written
 * no address
 */
export async function lockOrJoin(dataDir: string): Promise<ProcessLock | ServerAddress> {
  const path = join(dataDir, LOCK)
  const deadline = Date.now() + APPEARS_WITHIN_MS
  for (;;) {
    const lock = await acquireProcessLock(path)
    if (lock) return lock
    const token = await findNearHolder(path)
    const address = token === undefined ? undefined : await readServerAddress(join(dataDir, ADDRESS), token)
    if (address) return address
    if (token === undefined || Date.now() > deadline) throw new AppError('database_in_use', { path: dataDir })
    await sleep(LOOK_MS)
  }
}

/** A server of another process; it ends with that process. */
export function joinServer(dataDir: string, { token, ...address }: ServerAddress) {
  let leave: () => void = () => undefined
  const givenUp = new Promise<AppError>((resolve) => {
    const watch = setInterval(async () => {
      if ((await findNearHolder(join(dataDir, LOCK))) === token) return
      clearInterval(watch)
      resolve(new AppError('database_owner_ended', { path: dataDir }))
    }, WATCH_MS)
    leave = () => clearInterval(watch)
  })
  return { ...address, givenUp, stop: async () => leave() }
}
