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

/** In a data directory: who uses it, and where its server is. */
export const LOCK = 'in-use.lock'
export const ADDRESS = 'server.json'

/** The process that has the data may be starting its server just now. */
const APPEARS_WITHIN_MS = 10_000
const LOOK_MS = 250
const WATCH_MS = 2_000

/**
 * Takes the lock of a data directory, or gives the address of the server that its holder started.
 * @throws AppError database_in_use: the holder is on another machine or in another container, or tells no address
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

/** A server that another process started, and that goes when that process goes. */
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
