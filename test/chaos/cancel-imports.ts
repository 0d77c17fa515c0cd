import { setTimeout as sleep } from 'node:timers/promises'
import { CANCEL_UPLOAD } from '../../commands/receipts/progress-reply.ts'
import type { FileUpload } from '../../models/index.ts'
import type { ErrandDeps } from './errand.ts'
import { ADMIN } from './forget-people.ts'

const CANCELS_PER_ROUND = 2
const LOOK_MS = 50
const ANSWER_WITHIN_MS = 2_000

/**
 * Sometimes an admin cancels a waiting or running file. The database shows in the end whether the press
 * arrived.
 */
export async function cancelImports(deps: ErrandDeps, withinMs: number, over: AbortSignal): Promise<void> {
  const { chance, models, workspace, tally, print: post } = deps
  for (let cancel = 0; cancel < CANCELS_PER_ROUND && !over.aborted; cancel += 1) {
    await sleep(chance.between(0, withinMs / CANCELS_PER_ROUND), undefined, { signal: over }).catch(() => {})
    const status = chance.happens(0.5) ? 'running' : 'queued'
    const upload = await waitForOpen(models, status, over)
    if (upload?.source.kind !== 'slack') continue
    const press = { action: `${CANCEL_UPLOAD}:0`, value: String(upload.number) }
    await workspace.act(ADMIN, upload.source.channel, press, { timeoutMs: ANSWER_WITHIN_MS })
    tally.cancels += 1
    post(`an admin cancels #${upload.number}, which is ${status}`)
  }
}

/** Old files are left alone, because other steps use them. */
async function waitForOpen(
  { fileUploads }: ErrandDeps['models'],
  status: FileUpload['status'],
  over: AbortSignal,
): Promise<FileUpload | null> {
  const fresh = { kind: 'import', status, shared_at: { $gt: new Date(Date.now() - 3_600_000) } } as const
  while (!over.aborted) {
    const found = await fileUploads.collection.findOne<FileUpload>(fresh, { sort: { number: -1 } })
    if (found) return found
    await sleep(LOOK_MS)
  }
  return null
}
