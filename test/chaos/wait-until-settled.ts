import { setTimeout as sleep } from 'node:timers/promises'
import type { FileUpload, Models } from '../../models/index.ts'
import { BrokenInvariant, type SharedCustomerFile } from './invariants.ts'

/** Waits until every share is in the database, is done and has its receipt. */
export async function waitUntilSettled(
  models: Models,
  shared: readonly SharedCustomerFile[],
  { timeoutMs }: { timeoutMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const uploads = await models.fileUploads.collection.find<FileUpload>({}).toArray()
    const open = uploads.filter(
      ({ status, receipt }) => status === 'queued' || status === 'running' || receipt.due,
    )
    if (uploads.length >= shared.length && open.length === 0) return
    if (Date.now() > deadline) {
      const states = open.map(
        ({ number, status, receipt }) => `#${number} ${status}${receipt.due ? ', receipt due' : ''}`,
      )
      const known = new Set(uploads.map(({ source }) => source.kind === 'slack' && source.file_id))
      const unknown = shared.filter(({ share }) => !known.has(share.fileId))
      const names = unknown.map(({ file, share }) => `${file.name} of ${share.sharedAt.toISOString()}`)
      throw new BrokenInvariant(
        `after ${timeoutMs / 1000} s unknown: ${names.join('; ') || 'none'}; open: ${states.join('; ') || 'none'}`,
      )
    }
    await sleep(250)
  }
}
