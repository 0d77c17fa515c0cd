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

/** Every stage before the last. */
const URGENT = [
  { started_at: { $exists: true } },
  { restart: { $exists: true } },
  { kind: 'switch' as const },
]
const REST = 3

const BY_SHARE = { shared_at: 1, number: 1 } as const

/** A waiting upload, and the number of uploads before it. */
interface QueuePlace {
  readonly upload: FileUpload
  readonly ahead: number
  /** Those of `ahead` in its Slack channel. */
  readonly inChannel: number
}

/** Finds the next upload to run. */
export interface HeadFinder {
  find(): Promise<FileUpload | null>
  /** The upload that was behind the head when it was found; another one may be shared before it since. */
  following(): FileUpload | undefined
}

/** Uploads seen in one look at the whole queue. */
const LOOKED_AHEAD = 20

/**
 * Remembers the share times of the next uploads, because the embedded engine sorts all that wait. The next look ends at
 * the second of them: whatever waits until then is before all others. If nothing does, it looks at all.
 */
export function createHeadFinder(models: Models): HeadFinder {
  let times: readonly Date[] = []
  let following: FileUpload | undefined

  async function lookAtAll(): Promise<FileUpload[]> {
    const rest = await findRest(models, LOOKED_AHEAD)
    times = rest.map(({ shared_at }) => shared_at)
    return rest
  }

  return {
    async find() {
      const [, until] = times
      const near = until === undefined ? lookAtAll() : findRest(models, 2, until)
      const [urgent, some] = await Promise.all([findUrgent(models), near])
      const rest = until !== undefined && some.length === 0 ? await lookAtAll() : some
      const [head, next] = [...urgent, ...rest]
      const [first] = times
      if (head && first && head.shared_at >= first) times = times.slice(1)
      following = next
      return head ?? null
    },
    following: () => following,
  }
}

/** Lists the waiting uploads in order, each with its place. A running upload is before all of them. */
export async function listQueue(models: Models, limit: number): Promise<QueuePlace[]> {
  const uploads = models.fileUploads.collection
  const [running, waiting] = await Promise.all([
    uploads.find<Pick<FileUpload, 'source'>>(RUNNING, { projection: { source: 1 } }).toArray(),
    findWaiting(models, limit),
  ])
  const before = new Map<string, number>()
  const countIn = (channel: string) => {
    const count = before.get(channel) ?? 0
    before.set(channel, count + 1)
    return count
  }
  for (const upload of running) countIn(channelOf(upload))
  return waiting.map((upload, index) => ({
    upload,
    ahead: running.length + index,
    inChannel: countIn(channelOf(upload)),
  }))
}

/** Empty for files of the command line. */
const channelOf = ({ source }: Pick<FileUpload, 'source'>) => (source.kind === 'slack' ? source.channel : '')

async function findWaiting(models: Models, limit: number): Promise<FileUpload[]> {
  const [urgent, rest] = await Promise.all([findUrgent(models), findRest(models, limit)])
  return [...urgent, ...rest].slice(0, limit)
}

/** Those of the first stages are a handful: one query finds them. Nearly always there is none. */
async function findUrgent({ fileUploads }: Models): Promise<FileUpload[]> {
  const urgent = await fileUploads.collection.find<FileUpload>({ status: 'queued', $or: URGENT }).toArray()
  return urgent.sort((a, b) => stageOf(a) - stageOf(b) || compareShares(a, b))
}

/** @param until the last share time that is looked at; all by default */
async function findRest({ fileUploads }: Models, limit: number, until?: Date): Promise<FileUpload[]> {
  const rest = { ...WAITING_STAGES[REST], ...(until && { shared_at: { $lte: until } }) }
  return await fileUploads.collection.find<FileUpload>(rest).sort(BY_SHARE).limit(limit).toArray()
}

/**
 * Counts the uploads before this one; 0 if it does not wait.
 * @throws driver errors
 */
export async function countAhead(models: Models, { _id }: Pick<FileUpload, '_id'>): Promise<number> {
  const waits = { _id, status: 'queued' } as const
  const own = await models.fileUploads.collection.findOne<PlacedUpload>(waits, { projection: PLACED })
  return own ? await countAheadOfNew(models, own) : 0
}

/** Which of the uploads before another one are counted. */
export interface CountAhead {
  /** The count ends here. */
  readonly limit?: number
  /** Only uploads of this Slack channel. */
  readonly channel?: string
}

/**
 * Counts the uploads before one that was queued just now, without reading it again.
 * @throws driver errors
 */
export async function countAheadOfNew(
  models: Models,
  own: PlacedUpload,
  { limit, channel }: CountAhead = {},
): Promise<number> {
  const before = {
    status: { $in: OPEN },
    _id: { $ne: own._id },
    ...(channel !== undefined && { 'source.channel': channel }),
    $or: listBefore(own),
  }
  return await models.fileUploads.collection.countDocuments(before, limit === undefined ? {} : { limit })
}

type PlacedUpload = Pick<FileUpload, '_id' | 'kind' | 'started_at' | 'shared_at' | 'number'> & {
  readonly restart?: object
}
const PLACED = { kind: 1, started_at: 1, restart: 1, shared_at: 1, number: 1 } as const
const OPEN = ['running', 'queued']

/** Conditions for the uploads before a waiting one. */
function listBefore(own: PlacedUpload): object[] {
  const stage = stageOf(own)
  // Short conditions, the likely ones first: each upload of the queue is compared with them.
  if (stage === REST) return [...isBefore(own), RUNNING, ...URGENT]
  const same = { ...WAITING_STAGES[stage], $or: isBefore(own) }
  return [RUNNING, ...WAITING_STAGES.slice(0, stage), same]
}

/** The index in `WAITING_STAGES`. */
function stageOf({ kind, started_at, restart }: PlacedUpload): number {
  if (started_at !== undefined) return 0
  if (restart !== undefined) return 1
  return kind === 'switch' ? 2 : REST
}

/** `BY_SHARE` as a comparison. */
function compareShares(a: PlacedUpload, b: PlacedUpload): number {
  return a.shared_at.getTime() - b.shared_at.getTime() || a.number - b.number
}

/** `BY_SHARE` as a filter. */
function isBefore({ shared_at, number }: PlacedUpload): object[] {
  return [{ shared_at: { $lt: shared_at } }, { shared_at, number: { $lt: number } }]
}
