import type { FileUpload, Models } from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import type { ErrorCode } from '../../errors.ts'
import { lookBackFrom } from '../lease/index.ts'
import { isReachable, reachableFilter, type UploadReach } from '../rows/index.ts'

const LEFT_OUT: ErrorCode = 'left_out'

/** True if a person discarded the file; nothing failed. */
export const isDiscarded = ({ problem }: Pick<FileUpload, 'problem'>): boolean => problem?.code === LEFT_OUT

/** A filter of uploads. */
export interface UploadFilter {
  /** Slack ids, or user names on a machine, of the uploaders; any of them matches. */
  readonly users?: readonly string[]
  readonly isFailed?: boolean
  /** Waiting, being imported or waiting for a decision. */
  readonly isOpen?: boolean
  readonly since?: Date
  /** End of the period (exclusive). */
  readonly before?: Date
}

/** Finds the latest uploads the person may see, newest first, and whether there are more than `limit`. */
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
      // Discarding a file is a decision, not a failure.
      ...(filter.isFailed && { status: 'failed', 'problem.code': { $ne: LEFT_OUT } }),
      ...(filter.isOpen && { status: { $in: ['queued', 'running', 'held'] } }),
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
 * Finds an upload by its number; `last` is the latest the person may see.
 * @returns `elsewhere` if it exists but this person may not see it
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

/** Maximum of uploads searched by name or headings, the latest first. */
const MAX_NAMED = 2_000

/** Finds uploads by file name, the latest first: the whole name, else its beginning, else any part. */
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
    .limit(MAX_NAMED)
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

/** `Day 1`, `day-1` and `day_1` are equal. */
const foldName = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .trim()
    .replace(/[\s_-]+/g, '-')
const withoutEnding = (file: string): string => file.replace(/\.[a-z0-9]{2,5}$/, '')

/** Finds the latest active import of one person that changed a customer. */
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
            // A duplicate row can change its customer too.
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

/**
 * Finds the latest earlier upload with the same headings that the person may see, also in another channel.
 */
export async function findLastAlike(
  models: Models,
  upload: FileUpload,
  reach: UploadReach,
): Promise<FileUpload | null> {
  const { fingerprint } = bareHeader(upload.file.header ?? [])
  if (fingerprint === null) return null
  const earlier = models.fileUploads.collection
    .find<HeadedUpload>(earlierImports(upload, reach))
    .sort({ shared_at: -1, number: -1 })
    .limit(MAX_NAMED)
    .project<HeadedUpload>({ number: 1, 'file.header': 1 })
  for await (const { number, file } of earlier)
    if (bareHeader(file.header ?? []).fingerprint === fingerprint)
      return await models.fileUploads.collection.findOne<FileUpload>({ number })
  return null
}

function earlierImports(upload: FileUpload, reach: UploadReach): Record<string, unknown> {
  return {
    ...reachableFilter(reach),
    shared_at: { $lte: upload.shared_at },
    number: { $ne: upload.number },
    status: { $in: ['done', 'undone'] },
    kind: 'import',
  }
}

/** Why a person does not see some upload numbers. Visible numbers have no reason. */
export async function explainNumbers(
  models: Models,
  numbers: readonly number[],
  reach: UploadReach,
): Promise<ReadonlyMap<number, 'elsewhere' | 'no_list'>> {
  const [given, found] = await Promise.all([
    models.counters.collection.findOne({ _id: 'file_uploads' }),
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

/** Slack ids of the latest uploaders, each once, among the uploads the person may see. */
export async function findUploaders(
  models: Models,
  limit: number,
  reach: UploadReach,
): Promise<readonly string[]> {
  const latest = await models.fileUploads.collection
    .find<Pick<FileUpload, 'source'>>(reachableFilter(reach), { projection: { 'source.user': 1 } })
    .sort({ shared_at: -1, number: -1 })
    .limit(MAX_NAMED)
    .toArray()
  return [...new Set(latest.map(({ source }) => source.user))].slice(0, limit)
}

/** Finds the upload before another one that has rows and that the person may see, to compare both. */
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

/** Maximum of earlier files of the channel that are checked. */
const MAX_LOOKED_AT = 50
const MAX_LIKELY = 3
type HeadedUpload = Pick<FileUpload, 'number' | 'file'>

/**
 * Finds the last file before this one that was imported in the same channel with the same headings.
 * @returns its number; undefined if there is none, or the files have no headings
 * @throws driver errors
 */
export async function findSameHeadings(models: Models, upload: FileUpload): Promise<number | undefined> {
  const { source, kind, file, shared_at, number } = upload
  if (source.kind !== 'slack' || kind !== 'import') return undefined
  const { fingerprint } = bareHeader(file.header ?? [])
  if (fingerprint === null) return undefined
  const earlier = {
    'source.channel': source.channel,
    shared_at: { $lte: shared_at },
    number: { $ne: number },
    status: { $in: ['done', 'undone'] },
    kind: 'import',
    retention: { $exists: false },
  }
  // Else nearly always the last few show it.
  const atOnce = lookBackFrom(shared_at).map(
    ($gte) => [{ ...earlier, shared_at: { $gte, $lte: shared_at } }, MAX_LIKELY] as const,
  )
  for (const [where, limit] of [
    ...atOnce,
    [earlier, MAX_LIKELY] as const,
    [earlier, MAX_LOOKED_AT] as const,
  ]) {
    const found = await models.fileUploads.collection
      .find<HeadedUpload>(where)
      .sort({ shared_at: -1, number: -1 })
      .limit(limit)
      .project<HeadedUpload>({ number: 1, 'file.header': 1 })
      .toArray()
    const same = found.find((one) => bareHeader(one.file.header ?? []).fingerprint === fingerprint)
    if (same) return same.number
    if (where === earlier && found.length < limit) break
  }
  return undefined
}
