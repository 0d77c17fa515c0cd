import { type FileUpload, type Models, toDatabaseError } from '../../../models/index.ts'

const RUNNING = { status: 'running' } as const

/**
 * The order of the queue, the only definition of it: stage by stage, and within a stage by the time of the share.
 *
 * 1. An upload that was begun and handed back: nobody may come between its rows and their customers, not even an older
 *    share that was heard of later.
 * 2. A switch of the record kind: the person who asked for it waits beside it, and files can be those of another bot.
 * 3. Everything else.
 */
const WAITING_STAGES = [
  { status: 'queued', started_at: { $exists: true } },
  { status: 'queued', started_at: { $exists: false }, kind: 'switch' },
  { status: 'queued', started_at: { $exists: false }, kind: { $ne: 'switch' } },
] as const

const BY_SHARE = { shared_at: 1, number: 1 } as const

/** An upload that waits, and how many uploads are before it. */
export interface QueuePlace {
  readonly upload: FileUpload
  readonly ahead: number
}

/** The upload to be taken next. */
export async function findHead(models: Models): Promise<FileUpload | null> {
  const [head] = await findWaiting(models, 1)
  return head ?? null
}

/** The uploads that wait, in their order, each with its place. A running upload is before all of them. */
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
 * How many uploads are before this one; 0 where it does not wait.
 * @throws AppError database_unavailable, database_failed
 */
export async function countAhead(models: Models, upload: Pick<FileUpload, '_id'>): Promise<number> {
  const uploads = models.fileUploads.collection
  try {
    let ahead = await uploads.countDocuments({ ...RUNNING, _id: { $ne: upload._id } })
    for (const stage of WAITING_STAGES) {
      const found = await uploads.findOne<FileUpload>({ ...stage, _id: upload._id })
      if (found) return ahead + (await uploads.countDocuments({ ...stage, ...isBefore(found) }))
      ahead += await uploads.countDocuments(stage)
    }
    return 0
  } catch (error) {
    throw toDatabaseError(error)
  }
}

/** `BY_SHARE` as a filter. */
function isBefore({ shared_at, number }: FileUpload): object {
  return { $or: [{ shared_at: { $lt: shared_at } }, { shared_at, number: { $lt: number } }] }
}
