import type { FileUpload, Models, UploadCounts } from '../../../models/index.ts'
import { emptyCounts } from '../results/index.ts'
import { isDiscarded } from './find-uploads.ts'

/** A period: `from` inclusive, `until` exclusive. */
export interface Span {
  readonly from: Date
  readonly until: Date
}

/** One person's uploads. */
export interface PersonSummary {
  readonly user: string
  /** Number of their files; `names` has the first ones. */
  readonly files: number
  readonly names: readonly string[]
  readonly counts: UploadCounts
}

export type SummarisedUpload = Pick<
  FileUpload,
  '_id' | 'number' | 'status' | 'source' | 'file' | 'counts' | 'problem' | 'shared_at'
>

export interface PeriodSummary {
  /** Files shared in the period, with any status. */
  readonly files: number
  /** Outcomes of the active files; undone ones do not count. */
  readonly counts: UploadCounts
  /** The person with most uploads first. */
  readonly people: readonly PersonSummary[]
  /** In share order. */
  readonly failed: readonly SummarisedUpload[]
  /** Files that a person discarded. */
  readonly discarded: readonly SummarisedUpload[]
  readonly undone: readonly SummarisedUpload[]
  /** All uploads that wait for a decision now, whenever shared. */
  readonly held: readonly SummarisedUpload[]
  /** The outcomes in each span of the trend, in order. */
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
/** Maximum of file names per person. */
const MAX_NAMES = 3
/** Maximum of listed failed, discarded, undone and held files. */
const MAX_LISTED = 50

/**
 * Summarises a period and the spans of a trend from the uploads alone, through the index on share time. Reads
 * no rows.
 *
 * @param trend spans in time order
 * @param channels channel ids: only uploads shared there count; absent: all uploads
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
