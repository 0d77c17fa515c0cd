import type { Models, UploadStatus } from '../../../models/index.ts'

const OPEN = ['queued', 'running', 'held'] as const satisfies readonly UploadStatus[]

/** Counts unfinished uploads by status; each count reads the queue's index. */
export async function countOpenUploads(models: Models): Promise<Record<(typeof OPEN)[number], number>> {
  const uploads = models.fileUploads.collection
  const [queued = 0, running = 0, held = 0] = await Promise.all(
    OPEN.map((status) => uploads.countDocuments({ status })),
  )
  return { queued, running, held }
}
