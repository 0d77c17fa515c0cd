import { expect, vi } from 'vitest'
import type { Models } from '../../models/index.ts'
import { AppError } from '../../src/errors.ts'
import { claimUpload } from '../../src/uploads/lease/upload-lease.ts'
import { type RunDeps, runUpload } from '../../src/uploads/worker/run-upload.ts'

type Collection = Models['fileUploads']['collection']
type Method = {
  [K in keyof Collection]: Collection[K] extends (...args: never[]) => unknown ? K : never
}[keyof Collection]

/** Runs of the queue in this process, any of which can die. */
export interface DyingRuns {
  /** @returns false if nothing waits */
  once(): Promise<boolean>
  /** Runs all that waits; the lease of a dead run is over within a moment. */
  all(): Promise<void>
  /**
   * Runs until the process dies at its n-th call of the methods, before or after the call is executed; a dead one makes no
   * call. @returns false if it makes fewer calls
   */
  dieAt(n: number, methods: readonly Method[], when?: 'before' | 'after'): Promise<boolean>
}

/** @param deps of the next run */
export function createDyingRuns(models: Models, deps: () => RunDeps): DyingRuns {
  const called = [models.customers, models.uploadRows, models.fileUploads]

  async function once(): Promise<boolean> {
    // The lease is over at once, so that another run can follow a dead one.
    const claimed = await claimUpload(models, { leaseMs: 1 }, () => true)
    if (!claimed) return false
    await runUpload(deps(), claimed, new AbortController().signal)
    return true
  }

  return {
    once,
    async all() {
      const waiting = { status: { $in: ['queued', 'running'] } }
      const work = async () => {
        while (await once());
        return await models.fileUploads.collection.countDocuments(waiting)
      }
      await expect.poll(work, { timeout: 60_000 }).toBe(0)
    },
    async dieAt(n, methods, when = 'before') {
      let count = 0
      let isDead = false
      const replace = (collection: Collection, method: Method) => {
        const original = collection[method].bind(collection) as (...args: unknown[]) => unknown
        const die = (): unknown => {
          const death = new AppError('lease_lost')
          if (method === 'find') throw death
          return Promise.reject(death)
        }
        const call = (...args: unknown[]): unknown => {
          count += 1
          if (isDead) return die()
          if (count < n) return original(...args)
          isDead = true
          return when === 'before' ? die() : Promise.resolve(original(...args)).then(die)
        }
        vi.spyOn(collection, method as 'find').mockImplementation(call as never)
      }
      for (const { collection } of called) for (const method of methods) replace(collection, method)
      try {
        while (!isDead && (await once()));
      } catch {
        // The death itself.
      }
      vi.restoreAllMocks()
      return isDead
    },
  }
}
