import { setTimeout as sleep } from 'node:timers/promises'
import type { FileUpload, Models } from '../../models/index.ts'
import { BrokenInvariant } from './hold.ts'
import type { SharedCustomerFile } from './invariants.ts'

/**
 * Waits, without a time limit, until every share is stored and every upload is done with its receipt.
 * @throws BrokenInvariant if nothing progressed for `stuckMs`
 */
export async function waitUntilIdle(
  models: Models,
  shared: readonly SharedCustomerFile[],
  { stuckMs }: { stuckMs: number },
): Promise<void> {
  let movedAt = Date.now()
  let furthest: readonly number[] = []
  for (;;) {
    const uploads = await models.fileUploads.collection.find<FileUpload>({}).toArray()
    const open = uploads.filter(
      ({ status, receipt }) => status === 'queued' || status === 'running' || receipt.due,
    )
    const shares = uploads.filter((upload) => upload.kind === 'import' && !upload.reread_of)
    if (shares.length >= shared.length && open.length === 0) return
    const lines = uploads.reduce((sum, { checkpoint }) => sum + (checkpoint?.line ?? 0), 0)
    const reached = [uploads.length, -open.length, lines]
    // Only new maxima count as progress.
    if (reached.some((value, index) => value > (furthest[index] ?? Number.NEGATIVE_INFINITY))) {
      movedAt = Date.now()
      furthest = reached.map((value, index) => Math.max(value, furthest[index] ?? value))
    }
    if (Date.now() - movedAt > stuckMs) {
      const states = open.map(
        ({ number, status, receipt }) => `#${number} ${status}${receipt.due ? ', receipt due' : ''}`,
      )
      const known = new Set(uploads.map(({ source }) => source.kind === 'slack' && source.file_id))
      const unknown = shared.filter(({ share }) => !known.has(share.fileId))
      const names = unknown.map(({ file, share }) => `${file.name} of ${share.sharedAt.toISOString()}`)
      throw new BrokenInvariant(
        `nothing moved for ${stuckMs / 1000} s; unknown: ${names.join('; ') || 'none'}; open: ${states.join('; ') || 'none'}`,
      )
    }
    await sleep(250)
  }
}
