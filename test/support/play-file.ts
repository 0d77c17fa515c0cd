import type { FileUpload, Models } from '../../models/index.ts'
import type { ImportOptions } from '../../src/uploads/import/index.ts'
import { claimUpload } from '../../src/uploads/lease/upload-lease.ts'
import { runUpload } from '../../src/uploads/worker/run-upload.ts'
import { createUploadQueue } from '../../src/uploads/worker/upload-queue.ts'
import { runDeps } from './play-uploads.ts'

export interface PlayedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

let shares = 0

/** A file that is shared, queued, claimed and imported like any other. @returns the ended upload */
export async function playFile(
  models: Models,
  { name, bytes }: PlayedFile,
  options: Partial<ImportOptions> = {},
): Promise<FileUpload> {
  shares += 1
  const { upload } = await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId: `F${shares}`,
    sharedAt: new Date(Date.UTC(2026, 0, 1) + shares * 60_000),
  })
  const deps = runDeps(models)
  const stream = (async function* () {
    yield bytes
  })()
  const slack = { canOpen: () => true, open: async () => ({ name, bytes: bytes.length, stream }) }
  const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
  if (!claimed) throw new Error('nothing to claim')
  const { signal } = new AbortController()
  await runUpload({ ...deps, sources: { slack }, options: { ...deps.options, ...options } }, claimed, signal)
  const over = await models.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })
  if (!over) throw new Error('it is gone')
  return over
}
