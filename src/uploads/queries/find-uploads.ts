import type { FileUpload, Models } from '../../../models/index.ts'
import type { ErrorCode } from '../../errors.ts'
import { isReachable, reachableFilter, type UploadReach } from '../rows/index.ts'

const LEFT_OUT: ErrorCode = 'left_out'

/** A person decided against it: nothing failed. */
export const isDiscarded = ({ problem }: Pick<FileUpload, 'problem'>): boolean => problem?.code === LEFT_OUT

/** Which uploads somebody wants to see. */
export interface UploadFilter {
  /** Slack ids, or names on a machine, of those who uploaded; any of them. */
  readonly users?: readonly string[]
  readonly isFailed?: boolean
  readonly since?: Date
  /** The first moment that is too late. */
  readonly before?: Date
}

/** The latest uploads somebody may see, newest first, and whether there are more than `limit`. */
export async function findRecentUploads(
  models: Models,
  filter: UploadFilter,
  limit: number,
  reach: UploadReach,
): Promise<{ readonly uploads: readonly FileUpload[]; readonly hasMore: boolean }> {
  const found = await models.fileUploads.collection
    .find<FileUpload>({
      ...reachableFilter(reach),
      ...(filter.users && { 'source.user': { $in: [...filter.users] } }),
      // To discard a file is a decision and no failure.
      ...(filter.isFailed && { status: 'failed', 'problem.code': { $ne: LEFT_OUT } }),
      ...((filter.since ?? filter.before) && {
        shared_at: {
          ...(filter.since && { $gte: filter.since }),
          ...(filter.before && { $lt: filter.before }),
        },
      }),
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(limit + 1)
    .toArray()
  return { uploads: found.slice(0, limit), hasMore: found.length > limit }
}

/**
 * By its number; the latest that somebody may see for `last`.
 * @returns `elsewhere` where there is one and this person may not see it
 */
export async function findUploadByReference(
  models: Models,
  reference: number | 'last',
  reach: UploadReach,
): Promise<FileUpload | 'elsewhere' | null> {
  const { collection } = models.fileUploads
  if (reference !== 'last') {
    const upload = await collection.findOne<FileUpload>({ number: reference })
    return upload && !isReachable(upload, reach) ? 'elsewhere' : upload
  }
  const [latest] = await collection
    .find<FileUpload>({ ...reachableFilter(reach), kind: { $ne: 'forget' } })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return latest ?? null
}

/** Uploads looked through for a name or for headings, the latest first: lists are shared daily. */
const MAX_LOOKED_AT = 2_000

/** Uploads whose file has such a name, the latest first: the whole name, else one that begins so, else one that holds it. */
export async function findUploadsByName(
  models: Models,
  name: string,
  limit: number,
  reach: UploadReach,
): Promise<readonly FileUpload[]> {
  const wanted = foldName(name)
  const latest = await models.fileUploads.collection
    .find<Pick<FileUpload, '_id' | 'file'>>(
      { ...reachableFilter(reach), kind: 'import' },
      { projection: { 'file.name': 1 } },
    )
    .sort({ shared_at: -1, number: -1 })
    .limit(MAX_LOOKED_AT)
    .toArray()
  const fits: ((file: string) => boolean)[] = [
    (file) => file === wanted || withoutEnding(file) === wanted,
    (file) => file.startsWith(wanted),
    (file) => file.includes(wanted),
  ]
  for (const matches of fits) {
    const found = latest.filter(({ file }) => matches(foldName(file.name))).slice(0, limit)
    if (found.length === 0) continue
    return await models.fileUploads.collection
      .find<FileUpload>({ _id: { $in: found.map(({ _id }) => _id) } })
      .sort({ shared_at: -1, number: -1 })
      .toArray()
  }
  return []
}

/** `Day 1` is `day-1` and `day_1`. */
const foldName = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .trim()
    .replace(/[\s_-]+/g, '-')
const withoutEnding = (file: string): string => file.replace(/\.[a-z0-9]{2,5}$/, '')

/** The latest import of one person that changed a customer and still counts. */
export async function findLastChange(
  models: Models,
  user: string,
  reach: UploadReach,
): Promise<FileUpload | null> {
  const [latest] = await models.fileUploads.collection
    .find<FileUpload>({
      $and: [
        reachableFilter(reach),
        {
          $or: [
            { 'counts.created': { $gt: 0 } },
            { 'counts.updated': { $gt: 0 } },
            // A row that repeats a customer can change it, too.
            { changed_customers: { $gt: 0 } },
          ],
        },
      ],
      'source.user': user,
      kind: 'import',
      status: 'done',
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return latest ?? null
}

/** The latest earlier upload with the same headings, whatever their order and case. */
export async function findSameHeadings(
  models: Models,
  upload: FileUpload,
  reach: UploadReach,
): Promise<FileUpload | null> {
  const wanted = foldHeadings(upload)
  if (wanted === '') return null
  const earlier = models.fileUploads.collection
    .find<Pick<FileUpload, '_id' | 'file'>>(earlierImports(upload, reach), {
      projection: { 'file.header': 1 },
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(MAX_LOOKED_AT)
  for await (const one of earlier)
    if (foldHeadings(one) === wanted)
      return await models.fileUploads.collection.findOne<FileUpload>({ _id: one._id })
  return null
}

const foldHeadings = ({ file }: Pick<FileUpload, 'file'>): string =>
  (file.header ?? [])
    .map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, ''))
    .filter((heading) => heading !== '')
    .toSorted()
    .join(' ')

function earlierImports(upload: FileUpload, reach: UploadReach): Record<string, unknown> {
  return {
    ...reachableFilter(reach),
    shared_at: { $lte: upload.shared_at },
    number: { $ne: upload.number },
    status: { $in: ['done', 'undone'] },
    kind: 'import',
  }
}

/** Why numbers are missing from what somebody is shown. Numbers that are there and within reach have no reason. */
export async function explainNumbers(
  models: Models,
  numbers: readonly number[],
  reach: UploadReach,
): Promise<ReadonlyMap<number, 'elsewhere' | 'no_list'>> {
  const [given, found] = await Promise.all([
    models.counters.collection.findOne({ _id: 'file_uploads' as never }),
    models.fileUploads.collection
      .find<Pick<FileUpload, 'number' | 'kind' | 'source'>>(
        { number: { $in: [...numbers] } },
        { projection: { number: 1, kind: 1, source: 1 } },
      )
      .toArray(),
  ])
  const last = Number(given?.value ?? 0)
  const reasons = new Map<number, 'elsewhere' | 'no_list'>()
  for (const number of numbers) {
    const upload = found.find((one) => one.number === number)
    if (upload && !isReachable(upload, reach)) reasons.set(number, 'elsewhere')
    if (!upload && number >= 1 && number <= last) reasons.set(number, 'no_list')
  }
  return reasons
}

/** Slack ids of the people who uploaded last, each once, of the uploads somebody may see. */
export async function findUploaders(
  models: Models,
  limit: number,
  reach: UploadReach,
): Promise<readonly string[]> {
  const latest = await models.fileUploads.collection
    .find<Pick<FileUpload, 'source'>>(reachableFilter(reach), { projection: { 'source.user': 1 } })
    .sort({ shared_at: -1, number: -1 })
    .limit(MAX_LOOKED_AT)
    .toArray()
  return [...new Set(latest.map(({ source }) => source.user))].slice(0, limit)
}

/** The upload before another one that brought rows and that somebody may see, to compare it with. */
export async function findUploadBefore(
  models: Models,
  upload: FileUpload,
  reach: UploadReach,
): Promise<FileUpload | null> {
  const [before] = await models.fileUploads.collection
    .find<FileUpload>(earlierImports(upload, reach))
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return before ?? null
}
