import type { mongo } from 'mongoose'
import type { Customer, FieldChange, RecordKeeping, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import {
  addPhones,
  type CustomerRow,
  flattenPaths,
  isSameValue,
  OTHER_PHONES,
  pathsSaid,
  phoneAddedBy,
  withoutPhones,
} from '../rows/index.ts'
import type { Timeline } from './timeline.ts'

/** What became of one field. */
export interface FieldStory {
  readonly path: string
  /** What the uploads that count now make of it; undefined where that was removed because of its age. */
  readonly expected: FieldValue | null | undefined
  /** What those make of it that count afterwards; undefined as above. */
  readonly wanted: FieldValue | null | undefined
  /** The upload whose word that is; nobody's where it was there before, or came from elsewhere. */
  readonly by: mongo.ObjectId | undefined
}

export interface CustomerStory {
  readonly fields: readonly FieldStory[]
  /** Null: no upload that counts afterwards mentions the customer, and nobody else stored it. */
  readonly recordKeeping: RecordKeeping | null
  /** Whether the customer is there as long as the uploads count that count now. */
  readonly isExpected: boolean
  /** Number of the last upload that mentions the customer afterwards. */
  readonly lastBy: mongo.ObjectId | undefined
}

type StoryRow = CustomerRow<UploadRow>

type Counts = (upload: mongo.ObjectId) => boolean

interface Statement {
  /** Undefined: it was removed because of its age, and no later row has told yet what it was. */
  value: FieldValue | null | undefined
  /** Undefined: it was there before the first upload, or came from elsewhere between two. */
  readonly by: mongo.ObjectId | undefined
  /**
   * A second phone by which a row went to the customer while saying nothing of other phones: it is one of theirs, beside
   * whatever was said before. In place of `value`.
   */
  readonly adds?: string
}

/**
 * What a customer would be if certain uploads had never been. The rows of files say what each file asked for and what
 * it found; where what it found is not what the uploads before it had left, something else had written in between,
 * and that stays.
 *
 * @param rows every row of every file about this customer, in any order
 * @param paths fields to look at
 * @param willCount whether an upload counts afterwards
 */
export function replayCustomer(
  rows: readonly StoryRow[],
  paths: Iterable<string>,
  customer: Customer | undefined,
  timeline: Timeline,
  willCount: Counts,
): CustomerStory {
  const ordered = orderRows(rows, timeline)
  const statements = collectStatements(rows, new Set(paths), timeline)
  const fields = [...statements].map(([path, said]): FieldStory => {
    const last = findLast(said, willCount)
    return {
      path,
      expected: saidBy(said, timeline.isEffective),
      wanted: saidBy(said, willCount),
      by: last?.by,
    }
  })
  const mentions = collectMentions(ordered)
  const staying = mentions.filter(({ upload }) => willCount(upload))
  const base = baseOf(ordered[0], timeline)
  return {
    fields,
    recordKeeping: replayRecordKeeping(base, staying, findFirst(staying, timeline), customer),
    isExpected: base !== null || mentions.some(({ upload }) => timeline.isEffective(upload)),
    lastBy: staying.at(-1)?.upload,
  }
}

/** In the order in which they were applied. */
function orderRows(rows: readonly StoryRow[], timeline: Timeline): StoryRow[] {
  return [...rows].sort((a, b) => timeline.compare(a.upload, b.upload) || a.line - b.line)
}

/** What the statements that count come to: what the last one says, with the phones that later ones add. */
function saidBy(statements: readonly Statement[], counts: Counts): FieldValue | null | undefined {
  const counting = statements.filter(({ by }) => by === undefined || counts(by))
  const at = counting.findLastIndex(({ adds }) => adds === undefined)
  const value = at < 0 ? null : counting[at]?.value
  const added = counting.slice(at + 1).flatMap(({ adds }) => adds ?? [])
  return value === undefined ? undefined : addPhones(value, added)
}

function findLast(statements: readonly Statement[], counts: Counts): Statement | undefined {
  return statements.findLast(({ by }) => by === undefined || counts(by))
}

/**
 * What was said about each field, in the order of sharing: the latest file wins because it is the latest, also where it
 * was applied before an older one that came late.
 */
function collectStatements(
  rows: readonly StoryRow[],
  paths: ReadonlySet<string>,
  timeline: Timeline,
): Map<string, Statement[]> {
  const shared = [...rows].sort(
    (a, b) =>
      a.shared_at.getTime() - b.shared_at.getTime() ||
      timeline.numberOf(a.upload) - timeline.numberOf(b.upload) ||
      a.line - b.line,
  )
  const late = findLate(shared, timeline)
  const statements = new Map<string, Statement[]>()
  const statementsOf = (path: string) => {
    const said = statements.get(path) ?? []
    statements.set(path, said)
    return said
  }
  for (const row of shared) {
    const newer = late.has(row) ? findNewer(row, shared, timeline) : NOTHING_NEWER
    const values = flattenPaths<FieldValue | null>(row.values)
    const changes = flattenPaths<FieldChange>(row.changes)
    for (const path of pathsSaid(row).filter((one) => paths.has(one))) {
      const said = { path, value: values[path], change: changes[path] }
      addStatement(statementsOf(path), row, said, newer, timeline)
    }
    const adds = phoneAddedBy(row)
    if (adds !== undefined && paths.has(OTHER_PHONES))
      statementsOf(OTHER_PHONES).push({ value: undefined, by: row.upload, adds })
  }
  return statements
}

interface Said {
  readonly path: string
  readonly value: FieldValue | null | undefined
  readonly change: FieldChange | undefined
}

/** What a row says of one field, and before it what the row found. */
function addStatement(
  statements: Statement[],
  row: StoryRow,
  { path, value, change }: Said,
  newer: Newer,
  timeline: Timeline,
): void {
  if (!newer.paths.has(path) && timeline.isCurrent(row.upload)) {
    const phones = path === OTHER_PHONES ? newer.phones : NOTHING_NEWER.phones
    noteFound(statements, row, change ? change.from : value, timeline, phones)
  }
  statements.push({ value, by: row.upload })
}

/** Rows that were applied after rows of files shared later. @param shared in the order of sharing */
function findLate(shared: readonly StoryRow[], timeline: Timeline): Set<StoryRow> {
  const late = new Set<StoryRow>()
  let earliest: StoryRow | undefined
  for (const row of shared.toReversed()) {
    const order = earliest ? timeline.compare(earliest.upload, row.upload) : 0
    if (order < 0) late.add(row)
    else if (order > 0 || !earliest) earliest = row
  }
  return late
}

/** What files shared later had said when a row that came late was applied. */
interface Newer {
  readonly paths: ReadonlySet<string>
  /** Second phones by which their rows had gone to the customer. */
  readonly phones: ReadonlySet<string>
}

const NOTHING_NEWER: Newer = { paths: new Set(), phones: new Set() }

/** Fields of a row that came late which said nothing because files shared later had been applied already. */
function findNewer(row: StoryRow, shared: readonly StoryRow[], timeline: Timeline): Newer {
  const newer = shared.filter(
    ({ shared_at, upload }) => shared_at > row.shared_at && timeline.wasThere(upload, row.upload),
  )
  return {
    paths: new Set(newer.flatMap(pathsSaid)),
    phones: new Set(newer.flatMap((one) => phoneAddedBy(one) ?? [])),
  }
}

/**
 * What a row found and no upload had left there was there before them all, or came from elsewhere. Of an upload whose
 * values are gone it tells what that had left.
 * @param given undefined where the row's own values are gone
 * @param phones other phones it found that rows shared later had brought
 */
function noteFound(
  said: Statement[],
  { upload }: StoryRow,
  given: FieldValue | null | undefined,
  timeline: Timeline,
  phones: ReadonlySet<string>,
): void {
  const wasThere = (by: mongo.ObjectId) => timeline.wasThere(by, upload)
  const left = saidBy(said, wasThere)
  const found = given === undefined ? undefined : withoutPhones(given, phones, left ?? null)
  if (!findLast(said, wasThere)) {
    said.unshift({ value: found, by: undefined })
    return
  }
  if (found === undefined) return
  const base = said.findLast(({ by, adds }) => adds === undefined && (by === undefined || wasThere(by)))
  if (left === undefined && base) base.value = found
  else if (!isSameValue(left ?? null, found)) said.push({ value: found, by: undefined })
}

interface Mention {
  readonly upload: mongo.ObjectId
  readonly sharedAt: Date
  readonly firstLine: number
  lastLine: number
}

function collectMentions(rows: readonly StoryRow[]): Mention[] {
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

/** The record keeping before the first upload; null where there was no customer. */
function baseOf(first: StoryRow | undefined, timeline: Timeline): RecordKeeping | null {
  return first?.before && timeline.isCurrent(first.upload) ? first.before : null
}

/** Of the uploads from before a switch the one shared first: a switch starts a record with the earliest. */
function findFirst(mentions: readonly Mention[], timeline: Timeline): Mention | undefined {
  const [earliest] = mentions
    .filter(({ upload }) => !timeline.isCurrent(upload))
    .sort(
      (a, b) =>
        a.sharedAt.getTime() - b.sharedAt.getTime() ||
        timeline.numberOf(a.upload) - timeline.numberOf(b.upload),
    )
  return earliest ?? mentions[0]
}

function replayRecordKeeping(
  base: RecordKeeping | null,
  mentions: readonly Mention[],
  first: Mention | undefined,
  customer: Customer | undefined,
): RecordKeeping | null {
  // Rows older than those there are: what they said stays said.
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
