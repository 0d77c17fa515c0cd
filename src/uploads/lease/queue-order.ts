import type { FileUpload, Models } from '../../../models/index.ts'

const RUNNING = { status: 'running' } as const

/**
 * The order of the queue, defined only here: by stage, and within a stage by share time.
 *
 * 1. An upload that was begun and handed back: nothing may run between its rows and their customers, not even
 *    an older late share.
 * 2. The undo of an import that cannot be continued: its customers are half of that file until then.
 * 3. A switch of the record kind: the person waits at the terminal, and the files may be another bot's.
 * 4. Everything else.
 */
const UNTOUCHED = { status: 'queued', started_at: { $exists: false } } as const
const WAITING_STAGES = [
  { status: 'queued', started_at: { $exists: true } },
  { ...UNTOUCHED, restart: { $exists: true } },
  { ...UNTOUCHED, restart: { $exists: false }, kind: 'switch' },
  { ...UNTOUCHED, restart: { $exists: false }, kind: { $ne: 'switch' } },
] as const

const BY_SHARE = { shared_at: 1, number: 1 } as const

/** A waiting upload, and the number of uploads before it. */
interface QueuePlace {
  readonly upload: FileUpload
  readonly ahead: number
}

/** Finds the next upload to run. */
export async function findHead(models: Models): Promise<FileUpload | null> {
  const [head] = await findWaiting(models, 1)
  return head ?? null
}

/** Lists the waiting uploads in order, each with its place. A running upload is before all of them. */
export async function listQueue(models: Models, limit: number): Promise<QueuePlace[]> {
  const running = await models.fileUploads.collection.countDocuments(RUNNING)
  const waiting = await findWaiting(models, limit)
  return waiting.map((upload, index) => ({ upload, ahead: running + index }))
}

async function findWaiting(models: Models, limit: number): Promise<FileUpload[]> {
  const found: FileUpload[] = []
  for (const stage of WAITING_STAGES) {
    if (found.length >= limit) break
    const next = models.fileUploads.collection.find<FileUpload>(stage).sort(BY_SHARE)
    found.push(...(await next.limit(limit - found.length).toArray()))
  }
  return found
}

/**
 * Counts the uploads before this one; 0 if it does not wait.
 * @throws driver errors
 */
export async function countAhead(models: Models, upload: Pick<FileUpload, '_id'>): Promise<number> {
  const uploads = models.fileUploads.collection
  let ahead = await uploads.countDocuments({ ...RUNNING, _id: { $ne: upload._id } })
  for (const stage of WAITING_STAGES) {
    const found = await uploads.findOne<FileUpload>({ ...stage, _id: upload._id })
    if (found) return ahead + (await uploads.countDocuments({ ...stage, ...isBefore(found) }))
    ahead += await uploads.countDocuments(stage)
  }
  return 0
}

/** `BY_SHARE` as a filter. */
function isBefore({ shared_at, number }: FileUpload): object {
  return { $or: [{ shared_at: { $lt: shared_at } }, { shared_at, number: { $lt: number } }] }
}
