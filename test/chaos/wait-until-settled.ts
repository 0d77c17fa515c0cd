import { setTimeout as sleep } from 'node:timers/promises'
import type { FileUpload, Models } from '../../models/index.ts'
import { BrokenInvariant } from './invariants.ts'

/** Waits until every share is in the database, is done and has its receipt. */
export async function waitUntilSettled(
  models: Models,
  shares: number,
  { timeoutMs }: { timeoutMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const uploads = await models.fileUploads.collection.find<FileUpload>({}).toArray()
    const open = uploads.filter(
      ({ status, receipt }) => status === 'queued' || status === 'running' || receipt.due,
    )
    if (uploads.length >= shares && open.length === 0) return
    if (Date.now() > deadline) {
      const states = open.map(
        ({ number, status, receipt }) => `#${number} ${status}${receipt.due ? ', receipt due' : ''}`,
      )
      throw new BrokenInvariant(
        `${uploads.length} of ${shares} shares known after ${timeoutMs / 1000} s; open: ${states.join('; ') || 'none'}`,
      )
    }
    await sleep(250)
  }
}
