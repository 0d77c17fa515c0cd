import type { mongo } from 'mongoose'
import type { Customer, RecordKeeping, UploadRow } from '../../../models/index.ts'
import type { CustomerRow } from '../rows/index.ts'
import type { Timeline } from './timeline.ts'

/** A row about one customer. */
export type StoryRow = CustomerRow<UploadRow>

/** True if the upload is active. */
export type Counts = (upload: mongo.ObjectId) => boolean

/** The rows of one upload about the customer. */
interface Mention {
  readonly upload: mongo.ObjectId
  readonly sharedAt: Date
  readonly firstLine: number
  lastLine: number
}

export function collectMentions(rows: readonly StoryRow[]): Mention[] {
  const mentions: Mention[] = []
  for (const row of rows) {
    let mention = mentions.at(-1)
    if (!mention?.upload.equals(row.upload)) {
      const { upload, shared_at: sharedAt, line } = row
      mention = { upload, sharedAt, firstLine: line, lastLine: line }
      mentions.push(mention)
    }
    mention.lastLine = row.line
  }
  return mentions
}

/** The record keeping before the first upload; null if there was no customer. */
export function baseOf(first: StoryRow | undefined, timeline: Timeline): RecordKeeping | null {
  return first?.before && timeline.isCurrent(first.upload) ? first.before : null
}

/** Of the uploads from before a switch, the one shared first: a switch starts a record with it. */
export function findFirst(mentions: readonly Mention[], timeline: Timeline): Mention | undefined {
  const [earliest] = mentions
    .filter(({ upload }) => !timeline.isCurrent(upload))
    .sort(
      (a, b) =>
        a.sharedAt.getTime() - b.sharedAt.getTime() ||
        timeline.placeOf(a.upload) - timeline.placeOf(b.upload),
    )
  return earliest ?? mentions[0]
}

export function replayRecordKeeping(
  base: RecordKeeping | null,
  mentions: readonly Mention[],
  first: Mention | undefined,
  customer: Customer | undefined,
): RecordKeeping | null {
  // Values of deleted older rows stay.
  const kept =
    base?.last_upload && customer
      ? { first_uploaded_at: customer.first_uploaded_at, first_upload: customer.first_upload }
      : {}
  const last = mentions.at(-1)
  if (!first || !last) return base && { ...base, ...kept }
  const times = mentions.map(({ sharedAt }) => sharedAt)
  const known = base?.first_upload ? base : kept
  return {
    first_uploaded_at: latest([base?.updated_at, first.sharedAt]),
    first_upload: { upload: first.upload, line: first.firstLine },
    ...(known.first_uploaded_at && { first_uploaded_at: known.first_uploaded_at }),
    ...(known.first_upload && { first_upload: known.first_upload }),
    updated_at: latest([base?.updated_at, ...times]),
    last_upload: { upload: last.upload, line: last.lastLine },
    upload_count: (base?.upload_count ?? 0) + mentions.length,
  }
}

function latest(times: readonly (Date | undefined)[]): Date {
  return new Date(Math.max(...times.map((time) => time?.getTime() ?? 0)))
}

/** The line of an upload that creates the customer. */
export type Creator = Pick<Mention, 'upload' | 'firstLine'> | undefined

export type CreatorFinder = (counts: Counts) => Creator

/**
 * The active upload that was applied first creates the customer, whenever it was shared. A customer that
 * existed before has no creator.
 */
export function createCreatorFinder(mentions: readonly Mention[], base: RecordKeeping | null): CreatorFinder {
  return (counts) => (base === null ? mentions.find(({ upload }) => counts(upload)) : undefined)
}

/** In the order of application. */
export function orderRows(rows: readonly StoryRow[], timeline: Timeline): StoryRow[] {
  return [...rows].sort((a, b) => timeline.compare(a.upload, b.upload) || a.line - b.line)
}
