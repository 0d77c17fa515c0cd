import type { FileUpload, Models, UploadCounts } from '../../../models/index.ts'
import { emptyCounts } from '../apply/index.ts'
import { isDiscarded } from './find-uploads.ts'

/** A stretch of time: from here on, and until before there. */
export interface Span {
  readonly from: Date
  readonly until: Date
}

/** What one person uploaded. */
export interface PersonSummary {
  readonly user: string
  /** Their files, the first ones by name. */
  readonly files: number
  readonly names: readonly string[]
  readonly counts: UploadCounts
}

export type SummarisedUpload = Pick<
  FileUpload,
  '_id' | 'number' | 'status' | 'source' | 'file' | 'counts' | 'problem' | 'shared_at'
>

export interface PeriodSummary {
  /** Files shared in the period, whatever became of them. */
  readonly files: number
  /** What those that count did: undone ones did nothing. */
  readonly counts: UploadCounts
  /** Whoever uploaded most comes first. */
  readonly people: readonly PersonSummary[]
  /** In the order of sharing. */
  readonly failed: readonly SummarisedUpload[]
  /** Those a person decided not to import: nothing failed. */
  readonly discarded: readonly SummarisedUpload[]
  readonly undone: readonly SummarisedUpload[]
  /** Everything that waits for a person now, whenever it was shared. */
  readonly held: readonly SummarisedUpload[]
  /** What was done in each stretch of the trend, in its order. */
  readonly trend: readonly UploadCounts[]
}

const FIELDS = {
  number: 1,
  status: 1,
  source: 1,
  'file.name': 1,
  counts: 1,
  problem: 1,
  shared_at: 1,
} as const
/** Names of a person's files that are kept. */
const MAX_NAMES = 3
/** Failed, discarded, undone and held files that are kept: more are not read out, they are listed elsewhere. */
const MAX_LISTED = 50

/**
 * What came in during a period, and during each stretch of a trend, read from the uploads alone through the index on
 * when they were shared: no row is looked at.
 *
 * @param trend stretches in the order of time
 * @param channels ids of channels: nothing that was shared elsewhere counts; everything counts where they are absent
 */
export async function summarisePeriod(
  models: Models,
  period: Span,
  trend: readonly Span[],
  channels?: ReadonlySet<string>,
): Promise<PeriodSummary> {
  const uploads = models.fileUploads.collection
  const place = channels ? { 'source.channel': { $in: [...channels] } } : {}
  const people = new Map<string, Mutable<PersonSummary>>()
  const points = trend.map(() => emptyCounts())
  const sum = { files: 0, counts: emptyCounts() }
  const failed: SummarisedUpload[] = []
  const discarded: SummarisedUpload[] = []
  const undone: SummarisedUpload[] = []
  const [from, until] = boundsOf([period, ...trend])
  const found = uploads
    .find<SummarisedUpload>(
      {
        ...place,
        shared_at: { $gte: from, $lt: until },
        kind: 'import',
      },
      { projection: FIELDS },
    )
    .sort({ shared_at: 1 })
  for await (const upload of found) {
    const counts = upload.status === 'done' ? upload.counts : undefined
    const point = points[trend.findIndex((span) => isIn(upload, span))]
    if (point && counts) addCounts(point, counts)
    if (!isIn(upload, period)) continue
    sum.files += 1
    const person = personOf(people, upload.source.user)
    person.files += 1
    if (person.names.length < MAX_NAMES) person.names = [...person.names, upload.file.name]
    if (upload.status === 'failed') keep(isDiscarded(upload) ? discarded : failed, upload)
    if (upload.status === 'undone') keep(undone, upload)
    if (!counts) continue
    addCounts(sum.counts, counts)
    addCounts(person.counts, counts)
  }
  const held = await uploads
    .find<SummarisedUpload>({ ...place, status: 'held' }, { projection: FIELDS })
    .sort({ shared_at: 1 })
    .limit(MAX_LISTED)
    .toArray()
  return {
    ...sum,
    people: [...people.values()].sort((a, b) => b.files - a.files || b.counts.rows - a.counts.rows),
    failed,
    discarded,
    undone,
    held,
    trend: points,
  }
}

function keep(list: SummarisedUpload[], upload: SummarisedUpload): void {
  if (list.length < MAX_LISTED) list.push(upload)
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function isIn({ shared_at }: Pick<FileUpload, 'shared_at'>, { from, until }: Span): boolean {
  return shared_at >= from && shared_at < until
}

function boundsOf(spans: readonly Span[]): [Date, Date] {
  const from = Math.min(...spans.map((span) => span.from.getTime()))
  return [new Date(from), new Date(Math.max(...spans.map((span) => span.until.getTime())))]
}

function personOf(people: Map<string, Mutable<PersonSummary>>, user: string): Mutable<PersonSummary> {
  const person = people.get(user) ?? { user, files: 0, names: [], counts: emptyCounts() }
  people.set(user, person)
  return person
}

function addCounts(sum: UploadCounts, counts: UploadCounts): void {
  for (const name of Object.keys(sum) as (keyof UploadCounts)[]) sum[name] += counts[name] ?? 0
}
